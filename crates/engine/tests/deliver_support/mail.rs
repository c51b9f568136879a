//! A mail server: speaks SMTP over TCP, and keeps what it is given.

use super::{World, event, eventually, receiver::Receiver};
use domain::account::Role;
use engine::{NewEvent, Smtp};
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// Members of the marketplace.
pub const PEOPLE: [&str; 2] = ["ada@example.com", "bo@example.com"];

/// A started engine that mails through `server`, and its two people.
pub async fn world(server: &MailServer) -> World {
    let smtp = Smtp::new(&server.url()).expect("a server");
    let world = World::open(|config| config.smtp = Some(smtp)).await;
    people(&world).await;
    world.engine.start();
    world
}

pub async fn people(world: &World) {
    for email in PEOPLE {
        let added = world.engine.add_member(&world.who, email, "Somebody", Role::Viewer, "long enough").await;
        added.expect("a member");
    }
}

/// Waits until a later alert of another webhook was mailed, and checks how many mails came beside it.
pub async fn settle(world: &World, server: &MailServer, receiver: &Receiver, mails: usize) {
    let topic = "learning.course.created";
    let marker = json!({ "name": "Marker", "topics": [topic], "retry": { "preset": "none" },
        "alert_recipients": [PEOPLE[1]] });
    world.webhook(&receiver.url(), marker).await;
    let event = NewEvent { topic: topic.to_owned(), ..event("{}") };
    world.engine.accept(&world.who, event).await.expect("accepted");
    let is_marker = |mail: &Mail| mail.text().contains("“Marker”");
    eventually(async || server.mails().iter().any(is_marker)).await;
    assert_eq!(server.mails().iter().filter(|mail| !is_marker(mail)).count(), mails);
}

/// A mail as it was handed in.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, with lines that end in `\n`.
    pub data: String,
}

impl Mail {
    /// The text of the first part, with what quoted-printable hides put back where tests look for it.
    pub fn text(&self) -> String {
        self.data.replace("=\n", "").replace("=E2=80=9C", "“").replace("=E2=80=9D", "”").replace("=3D", "=")
    }
}

#[derive(Clone, Default)]
struct Notes {
    mails: Arc<Mutex<Vec<Mail>>>,
    greeted: Arc<AtomicUsize>,
    away: Arc<AtomicBool>,
    slow: Arc<AtomicBool>,
    /// Passwords as they came, in base64.
    passwords: Arc<Mutex<Vec<String>>>,
}

pub struct MailServer {
    address: SocketAddr,
    notes: Notes,
    task: JoinHandle<()>,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::serve(None).await
    }

    /// Behind TLS from the first byte, as `smtps://` means it.
    pub async fn secure(tls: TlsAcceptor) -> Self {
        Self::serve(Some(tls)).await
    }

    async fn serve(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (address, notes) = (listener.local_addr().expect("an address"), Notes::default());
        let task = tokio::spawn({
            let notes = notes.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (notes, tls) = (notes.clone(), tls.clone());
                    tokio::spawn(async move {
                        match tls {
                            None => session(stream, notes).await,
                            Some(tls) => {
                                if let Ok(stream) = tls.accept(stream).await {
                                    session(stream, notes).await;
                                }
                            }
                        }
                    });
                }
            }
        });
        Self { address, notes, task }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.notes.mails.lock().expect("no panic before").clone()
    }

    /// Everybody who got a mail, once for each mail, in order of the alphabet.
    pub fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.mails().into_iter().flat_map(|mail| mail.to).collect();
        all.sort();
        all
    }

    /// How often somebody connected.
    pub fn greeted(&self) -> usize {
        self.notes.greeted.load(Ordering::SeqCst)
    }

    pub fn passwords(&self) -> Vec<String> {
        self.notes.passwords.lock().expect("no panic before").clone()
    }

    /// Takes no mail while it is away.
    pub fn set_away(&self, away: bool) {
        self.notes.away.store(away, Ordering::SeqCst);
    }

    /// Answers half a second after it has a mail.
    pub fn set_slow(&self) {
        self.notes.slow.store(true, Ordering::SeqCst);
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn session<S: AsyncRead + AsyncWrite + Unpin>(stream: S, notes: Notes) {
    let mut stream = BufReader::new(stream);
    notes.greeted.fetch_add(1, Ordering::SeqCst);
    let away = notes.away.load(Ordering::SeqCst);
    let greeting = if away { "421 4.3.2 away\r\n" } else { "220 mail.test ESMTP\r\n" };
    let mut mail = Mail { from: String::new(), to: Vec::new(), data: String::new() };
    let mut answer = greeting.to_owned();
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        let mut line = String::new();
        match stream.read_line(&mut line).await {
            Ok(read) if read > 0 => {}
            _ => return,
        }
        let (verb, rest) = line.trim_end().split_once([' ', ':']).unwrap_or((line.trim_end(), ""));
        answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-mail.test\r\n250 AUTH PLAIN\r\n".to_owned(),
            "AUTH" => {
                notes.passwords.lock().expect("no panic before").push(rest.to_owned());
                "235 2.7.0 welcome\r\n".to_owned()
            }
            "MAIL" => {
                mail.from = address(rest);
                "250 ok\r\n".to_owned()
            }
            "RCPT" => {
                mail.to.push(address(rest));
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                if stream.write_all(b"354 go on\r\n").await.is_err() || stream.flush().await.is_err() {
                    return;
                }
                mail.data = data(&mut stream).await;
                let whole = std::mem::replace(
                    &mut mail,
                    Mail { from: String::new(), to: Vec::new(), data: String::new() },
                );
                notes.mails.lock().expect("no panic before").push(whole);
                if notes.slow.load(Ordering::SeqCst) {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                "250 taken\r\n".to_owned()
            }
            "QUIT" => {
                let _ = stream.write_all(b"221 2.0.0 bye\r\n").await;
                let _ = stream.shutdown().await;
                return;
            }
            _ => "250 ok\r\n".to_owned(),
        };
    }
}

/// Lines up to the lonely dot.
async fn data<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> String {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        match stream.read_line(&mut line).await {
            Ok(read) if read > 0 && line != ".\r\n" => all.push_str(&line.replace("\r\n", "\n")),
            _ => return all,
        }
    }
}

/// What stands between `<` and `>`.
fn address(text: &str) -> String {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}
