//! One connection that publishes.

use super::Published;
use crate::{clock, http, payload};
use anyhow::{Context as _, Result, bail};
use memchr::memmem;
use std::{net::SocketAddr, ops::Range};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What the server answered.
pub(super) struct Answer {
    pub(super) events: Vec<Published>,
    /// How many deliveries they made.
    pub(super) deliveries: u64,
}

/// A kept-alive connection with an API key.
pub(super) struct Client {
    stream: TcpStream,
    /// The head but for path and length.
    head: String,
    input: Vec<u8>,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "the ban is for the product: only its guard may dial")]
    pub(super) async fn connect(to: SocketAddr, key: &str) -> Result<Self> {
        let stream = TcpStream::connect(to).await.with_context(|| format!("{to} does not answer"))?;
        stream.set_nodelay(true)?;
        let head = format!("host: {to}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n");
        Ok(Self { stream, head, input: Vec::with_capacity(4096) })
    }

    /// Publishes the events of these numbers with one request: a batch, unless it is one event. `number` is
    /// the topic's.
    pub(super) async fn publish(&mut self, topic: &str, number: u32, numbers: Range<u64>) -> Result<Answer> {
        let single = numbers.end - numbers.start == 1;
        let event = |event| format!(r#"{{"topic":"{topic}","payload":{}}}"#, payload::payload(event));
        let (path, body) = if single {
            ("", event(numbers.start))
        } else {
            ("/batch", format!(r#"{{"events":[{}]}}"#, numbers.map(event).collect::<Vec<_>>().join(",")))
        };
        let length = body.len();
        let request = format!(
            "POST /api/v1/events{path} HTTP/1.1\r\n{}content-length: {length}\r\n\r\n{body}",
            self.head
        );
        let sent = clock::now_us();
        self.stream.write_all(request.as_bytes()).await?;
        let (ids, deliveries) = self.answer().await?;
        let answered = clock::now_us();
        let events = ids.iter().map(|id| Published { id: *id, sent, answered, topic: number }).collect();
        Ok(Answer { events, deliveries })
    }

    /// Reads one answer to its end; returns the ids of the events in it, and how many deliveries they made.
    async fn answer(&mut self) -> Result<(Vec<u128>, u64)> {
        let framed = loop {
            if let Some(framed) = http::framed(&self.input) {
                break framed;
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                bail!("the server closed the connection");
            }
        };
        let (head, body) = self.input[..framed.whole].split_at(framed.head);
        if http::status(head) != Some(202) {
            bail!("an event was not accepted: {}", String::from_utf8_lossy(&self.input));
        }
        let answer = read(body);
        self.input.drain(..framed.whole);
        Ok(answer)
    }
}

/// Reads `{"id":"evt_…","deliveries":n}`, once or often: without a parser, whose cost would be the load's.
fn read(body: &[u8]) -> (Vec<u128>, u64) {
    const COUNT: &[u8] = b"\"deliveries\":";
    // `evt_` and 32 digits are 36 bytes.
    let ids = memmem::find_iter(body, b"\"evt_").filter_map(|at| http::id(body.get(at + 1..at + 37)?));
    let count = |at: usize| {
        let digits = body[at + COUNT.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
    };
    (ids.collect(), memmem::find_iter(body, COUNT).map(count).sum())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_answers() {
        let one = br#"{"id":"evt_000000000000000000000000000000ff","deliveries":12}"#;
        assert_eq!(read(one), (vec![255], 12));
        assert_eq!(read(&[one, &one[..]].concat()), (vec![255, 255], 24));
    }
}
