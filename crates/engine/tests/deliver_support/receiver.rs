//! A receiver that reads requests byte by byte and answers as a script says, hostile answers included.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    sync::Notify,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// A request as it stood on the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    /// The value of a header; `None` when there is none of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer; the connection stays open.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The same, later.
    After(Duration, Box<Self>),
    /// The same, once it is told to.
    Told(Arc<Notify>, Box<Self>),
    /// These bytes, and the end of the connection.
    Raw(Vec<u8>),
    /// Never.
    Hang,
    /// These bytes, and then again and again the others, with a pause between.
    Endless(Vec<u8>, Vec<u8>, Duration),
}

pub fn status(status: u16) -> Reply {
    Reply::Answer(status, Vec::new(), String::new())
}

type Script = Arc<dyn Fn(usize, &Seen) -> Reply + Send + Sync>;

#[derive(Clone, Default)]
struct Notes {
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
    written: Arc<AtomicUsize>,
}

/// Listens on a port of its own until it is dropped.
pub struct Receiver {
    pub address: SocketAddr,
    notes: Notes,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// The script gets the number of the request (from 0) and what came.
    pub async fn start(script: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(None, Arc::new(script)).await
    }

    /// Always answers so.
    pub async fn with(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone()).await
    }

    pub async fn secure(acceptor: TlsAcceptor) -> Self {
        Self::listen(Some(acceptor), Arc::new(|_, _| status(200))).await
    }

    async fn listen(acceptor: Option<TlsAcceptor>, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let notes = Notes::default();
        let task = tokio::spawn({
            let notes = notes.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    notes.connections.fetch_add(1, Ordering::SeqCst);
                    let (notes, script, acceptor) = (notes.clone(), Arc::clone(&script), acceptor.clone());
                    tokio::spawn(async move {
                        let _ = match acceptor {
                            None => serve(stream, &notes, &script).await,
                            Some(acceptor) => match acceptor.accept(stream).await {
                                Ok(stream) => serve(stream, &notes, &script).await,
                                Err(error) => Err(error),
                            },
                        };
                    });
                }
            }
        });
        Self { address, notes, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }
    pub fn seen(&self) -> Vec<Seen> {
        self.notes.seen.lock().expect("whole").clone()
    }
    pub fn count(&self) -> usize {
        self.notes.seen.lock().expect("whole").len()
    }
    /// Connections, whether or not a request came.
    pub fn connections(&self) -> usize {
        self.notes.connections.load(Ordering::SeqCst)
    }
    /// Bytes of endless answers that the other side (or its socket) took.
    pub fn written(&self) -> usize {
        self.notes.written.load(Ordering::SeqCst)
    }
}

async fn serve<S>(mut stream: S, notes: &Notes, script: &Script) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(seen) = read(&mut stream).await? {
        let reply = {
            let mut all = notes.seen.lock().expect("whole");
            let reply = script(all.len(), &seen);
            all.push(seen);
            reply
        };
        if !answer(&mut stream, notes, reply).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Answers; true when the connection stays open.
async fn answer<S: AsyncWrite + AsyncRead + Unpin>(
    stream: &mut S,
    notes: &Notes,
    mut reply: Reply,
) -> std::io::Result<bool> {
    loop {
        reply = match reply {
            Reply::After(pause, inner) => {
                tokio::time::sleep(pause).await;
                *inner
            }
            Reply::Told(told, inner) => {
                told.notified().await;
                *inner
            }
            _ => break,
        };
    }
    match reply {
        Reply::Answer(status, headers, body) => {
            let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            stream.write_all(format!("{text}\r\n{body}").as_bytes()).await?;
            Ok(true)
        }
        Reply::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
            Ok(false)
        }
        Reply::Hang => {
            // Until the other side has had enough.
            let _ = stream.read(&mut [0]).await?;
            Ok(false)
        }
        Reply::Endless(head, piece, pause) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&piece).await?;
                notes.written.fetch_add(piece.len(), Ordering::SeqCst);
                tokio::time::sleep(pause).await;
            }
        }
        Reply::After(..) | Reply::Told(..) => Ok(false),
    }
}

/// One request; `None` at the end of the connection.
async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> std::io::Result<Option<Seen>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut seen = Seen { method, path, headers, body: String::new() };
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    seen.body = String::from_utf8(body).expect("UTF-8");
    Ok(Some(seen))
}
