//! What slow clients get, with limits that are short enough for tests.

use super::*;
use axum::routing::get;
use std::io::{Read as _, Write as _};

/// More than the buffers of a connection take.
const LARGE: usize = 32 << 20;

/// Longer than a busy machine keeps a client from its turn.
const LONG: Duration = Duration::from_secs(60);

/// For what a test waits out: as short as a client on a busy machine can bear.
const SHORT: Duration = Duration::from_secs(2);

/// A server on a free port that takes two connections, with these limits.
async fn start(
    idle: Duration,
    stuck: Duration,
) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router =
        Router::new().route("/", get(async || "hello")).route("/large", get(async || vec![b'x'; LARGE]));
    let limits = Limits { idle, stuck, connections: 2 };
    let (end, ending) = watch::channel(false);
    (address, end, tokio::spawn(serve(listener, router, ending, limits)))
}

/// Sends some bytes, in a thread of its own, and reads until the connection is closed.
async fn say(address: SocketAddr, bytes: &'static [u8]) -> String {
    let talk = move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(bytes).unwrap();
        let mut read = Vec::new();
        // An error means closed as well.
        let _ = stream.read_to_end(&mut read);
        String::from_utf8(read).unwrap()
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_half_a_head_and_idleness_are_cut_off() {
    let (address, _end, _served) = start(SHORT, LONG).await;
    assert_eq!(say(address, b"").await, "");
    assert_eq!(say(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await, "");
    let answer = say(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
    let two = say(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(two.matches("hello").count(), 2, "a connection takes more than one request: {two}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_loses_its_connection() {
    let (address, _end, _served) = start(SHORT, Duration::from_millis(100)).await;
    let mut lazy = Vec::new();
    for _ in 0..2 {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        lazy.push(stream);
    }
    // Both connections are taken: this one is answered only after one of them was given up.
    let answer = say(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_when_the_last_answer_is_out() {
    let (address, end, served) = start(LONG, LONG).await;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    end.send_replace(true);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.len() > LARGE, "{}", rest.len());
    served.await.unwrap();
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens any more");
}
