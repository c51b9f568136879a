//! One open page of the log: a session that reads the live stream, as a browser does.

use crate::run::rest;
use anyhow::{Context as _, Result, ensure};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
};

/// Who watches.
pub(crate) const EMAIL: &str = "bench@example.com";
/// With what they sign in.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The open stream; it ends with the server.
pub(crate) struct Tail {
    _reader: thread::JoinHandle<()>,
}

impl Tail {
    /// Signs in and reads.
    pub(crate) fn open(to: SocketAddr) -> Result<Self> {
        let form = format!("email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let fields = "content-type: application/x-www-form-urlencoded\r\n";
        let answer = rest::call(to, "POST", "/do/sign-in", fields, &form)?;
        let cookies = answer.head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
        let pairs = cookies.filter_map(|line| line.split_once(": ")?.1.split(';').next());
        let cookie = pairs.collect::<Vec<_>>().join("; ");
        ensure!(!cookie.is_empty(), "signing in answered {} without a cookie", answer.status);

        let mut stream = TcpStream::connect(to)?;
        write!(stream, "GET /live HTTP/1.1\r\nhost: {to}\r\ncookie: {cookie}\r\n\r\n")?;
        let mut part = vec![0; 64 * 1024];
        let read = stream.read(&mut part).context("the live stream does not answer")?;
        ensure!(part[..read].starts_with(b"HTTP/1.1 200"), "the live stream refused the session");
        let reader = thread::spawn(move || while stream.read(&mut part).is_ok_and(|read| read > 0) {});
        Ok(Self { _reader: reader })
    }
}
