//! The receiver: the cheapest HTTP/1.1 server that can say when each webhook came. One thread, so that
//! it takes at most one core from what is measured.
//!
//! What it does is in the path: see [`behaviour`]. `/control/…` is for the runner.

mod behaviour;
mod ledger;

pub(crate) use behaviour::Dice;
pub(crate) use ledger::{Arrival, Stats, arrivals};

use crate::{clock, http};
use anyhow::{Context as _, Result};
use behaviour::{Behaviour, Step};
use clap::Args;
use ledger::Ledger;
use std::{
    io::{self, Write as _},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const FAILED: &[u8] = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";

/// `bench receiver`
#[derive(Args, Debug)]
pub(crate) struct Receiver {
    /// Address and port; it is printed, alone, once it is open
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

/// What all connections share.
#[derive(Debug, Default)]
struct Shared {
    ledger: Mutex<Ledger>,
    /// Lets go of connections that hang.
    release: Notify,
}

impl Receiver {
    /// Answers until it is ended.
    pub(crate) fn run(&self) -> Result<()> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(self.serve())
    }

    async fn serve(&self) -> Result<()> {
        let listener = TcpListener::bind(self.listen).await.context("the receiver can't listen")?;
        writeln!(io::stdout(), "{}", listener.local_addr()?)?;
        let shared = Arc::new(Shared::default());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // A connection that breaks is the client's end of it.
            tokio::spawn(connection(stream, Arc::clone(&shared)));
        }
    }
}

async fn connection(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let mut input = Vec::with_capacity(16 * 1024);
    let mut dice = Dice::new(clock::now_us());
    loop {
        let Some(framed) = http::framed(&input) else {
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let head = &input[..framed.head];
        let path = http::path(head).unwrap_or_default();
        if let Some(command) = path.strip_prefix("/control/") {
            let answer = control(command, &shared);
            stream.write_all(&answer).await?;
        } else {
            let behaviour = Behaviour::of(path);
            note(&shared, head, behaviour.tag);
            match behaviour.step(&mut dice) {
                Step::Answer { wait, fails } => {
                    if !wait.is_zero() {
                        tokio::time::sleep(wait).await;
                    }
                    stream.write_all(if fails { FAILED } else { OK }).await?;
                }
                Step::Hang => {
                    shared.release.notified().await;
                    return Ok(());
                }
            }
        }
        if framed.whole == input.len() {
            input.clear();
        } else {
            input.drain(..framed.whole);
        }
    }
}

/// Remembers an arrival; requests without an id are only counted.
fn note(shared: &Shared, head: &[u8], tag: u32) {
    let at = clock::now_us();
    let id = http::field(head, b"webhook-id").and_then(http::id);
    let attempt = http::field(head, b"webhook-attempt").and_then(http::number);
    let attempt = attempt.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    let mut ledger = shared.ledger.lock().unwrap_or_else(PoisonError::into_inner);
    ledger.add(Arrival { at, id: id.unwrap_or(0), tag, attempt });
}

fn control(command: &str, shared: &Shared) -> Vec<u8> {
    let mut ledger = shared.ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match command {
        "stats" => ledger.stats().to_json().into_bytes(),
        "log" => ledger.log(),
        "reset" => {
            ledger.clear();
            Vec::new()
        }
        "release" => {
            shared.release.notify_waiters();
            Vec::new()
        }
        _ => b"unknown".to_vec(),
    };
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    answer
}
