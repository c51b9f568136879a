//! A small client for what is not measured: settings, counts, the receiver's log. One connection a call.

use crate::http;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Long enough for an action that moves a million deliveries.
const PATIENCE: Duration = Duration::from_secs(300);

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// One exchange; `fields` are lines of the head, each with its end.
pub(crate) fn call(to: SocketAddr, method: &str, path: &str, fields: &str, body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&to, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\n{fields}content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut bytes = Vec::new();
    let mut part = vec![0; 1 << 20];
    loop {
        if let Some(framed) = http::framed(&bytes) {
            let status = http::status(&bytes).context("an answer without a status")?;
            let head = String::from_utf8_lossy(&bytes[..framed.head]).into_owned();
            return Ok(Answer { status, head, body: bytes[framed.head..framed.whole].to_vec() });
        }
        match stream.read(&mut part)? {
            0 => bail!("{method} {path}: the answer broke off"),
            read => bytes.extend(&part[..read]),
        }
    }
}

/// Calls the REST API.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    pub(crate) to: SocketAddr,
    pub(crate) key: String,
}

impl Rest {
    /// One call; anything but a 2xx is an error.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let fields = format!("authorization: Bearer {}\r\ncontent-type: application/json\r\n", self.key);
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = call(self.to, method, &format!("/api/v1{path}"), &fields, &text)?;
        if !(200..300).contains(&answer.status) {
            bail!("{method} {path} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }
}
