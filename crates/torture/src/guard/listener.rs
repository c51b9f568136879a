//! Listens at every address of the network, and tells those that may be dialled from all others.

use anyhow::Result;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Ports that the forbidden URLs name or mean.
const PORTS: [u16; 4] = [80, 443, 25, 6379];
/// What the good names and literals lead to.
const GOOD: [&str; 2] = ["8.8.8.8", "2606:4700:4700::1111"];

#[derive(Debug, Default)]
struct Notes {
    stray: Vec<SocketAddr>,
    good: usize,
    /// Where redirects lead.
    redirects: Vec<(u16, String)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Listener(Arc<Mutex<Notes>>);

impl Listener {
    pub(crate) async fn start() -> Result<Self> {
        let listener = Self::default();
        for port in PORTS {
            let socket = TcpListener::bind(("::", port)).await?;
            let listener = listener.clone();
            tokio::spawn(async move {
                while let Ok((stream, _)) = socket.accept().await {
                    tokio::spawn(listener.clone().serve(stream));
                }
            });
        }
        Ok(listener)
    }

    fn notes<T>(&self, with: impl FnOnce(&mut Notes) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A good URL that answers with a redirect to `to`.
    pub(crate) fn redirect(&self, status: u16, to: &str) -> String {
        let at = self.notes(|notes| {
            notes.redirects.push((status, to.to_owned()));
            notes.redirects.len() - 1
        });
        format!("http://8.8.8.8/redirect/{at}")
    }

    /// Connections to addresses that must never be dialled.
    pub(crate) fn stray(&self) -> Vec<SocketAddr> {
        self.notes(|notes| notes.stray.clone())
    }

    /// How many requests came to good addresses.
    pub(crate) fn good(&self) -> usize {
        self.notes(|notes| notes.good)
    }

    async fn serve(self, mut stream: TcpStream) {
        let Ok(to) = stream.local_addr() else { return };
        let ip = to.ip().to_canonical();
        if !GOOD.iter().any(|good| good.parse() == Ok::<IpAddr, _>(ip)) {
            self.notes(|notes| notes.stray.push(SocketAddr::new(ip, to.port())));
            return;
        }
        let Some(path) = request(&mut stream).await else { return };
        let redirect = path.strip_prefix("/redirect/").and_then(|at| at.parse::<usize>().ok());
        let answer = self.notes(|notes| {
            notes.good += 1;
            let redirect = redirect.and_then(|at| notes.redirects.get(at));
            redirect.map_or("HTTP/1.1 204 No Content\r\n".to_owned(), |(status, to)| {
                let to = to.replace('\n', "");
                format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n")
            })
        });
        // Each request needs a connection of its own, and so a look-up of its own.
        let _ = stream.write_all(format!("{answer}connection: close\r\n\r\n").as_bytes()).await;
    }
}

/// Reads a request whole; returns its path.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.ok().filter(|count| *count > 0)?;
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if bytes.len() >= end + 4 + length.unwrap_or(0) {
            return head.split(' ').nth(1).map(str::to_owned);
        }
    }
}
