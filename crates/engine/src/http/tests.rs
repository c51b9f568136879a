//! What the client does with receivers that mean no good, or are no good.

#[path = "../../tests/deliver_support/receiver.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests of the whole engine")]
mod receiver;
mod secure;

use super::*;
use domain::delivery::Outcome;
use receiver::{Receiver, Reply, status};
use std::{collections::HashMap, net::IpAddr, sync::Arc};

fn client(names: &[(&str, &[&str])]) -> Client {
    let names: HashMap<String, Vec<IpAddr>> = names
        .iter()
        .map(|(name, ips)| {
            ((*name).to_owned(), ips.iter().map(|ip| ip.parse().expect("an address")).collect())
        })
        .collect();
    client_with(names, &[])
}

fn client_with(names: HashMap<String, Vec<IpAddr>>, roots: &[Vec<u8>]) -> Client {
    Client::new(Guard {
        resolver: Resolver::Fixed(Arc::new(names)),
        allowed: vec!["127.0.0.0/8".parse().expect("a network")],
        roots: Roots::load(roots),
    })
}

fn call(url: &str) -> Call {
    Call {
        method: Method::POST,
        url: url.parse().expect("a URL"),
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
        limit: Duration::from_secs(5),
        spent: Duration::ZERO,
        turn: Turn::default(),
    }
}

async fn send(url: &str) -> Exchange {
    client(&[]).send(call(url)).await
}

fn outcome(exchange: &Exchange) -> Outcome {
    exchange.failure.as_ref().map_or(Outcome::Delivered, |failure| failure.outcome)
}

fn message(exchange: &Exchange) -> &str {
    exchange.failure.as_ref().map_or("", |failure| &failure.message)
}

#[tokio::test]
async fn an_answer_comes_back_with_its_timing() {
    let receiver = Receiver::with(Reply::Answer(201, vec![("x-a", "b".to_owned())], "made".to_owned())).await;
    let url = format!("http://{}/a%20b?c=d#e", receiver.address);
    let exchange = send(&url).await;
    let response = exchange.response.expect("an answer");
    assert_eq!((response.status, response.body.as_str(), response.truncated), (201, "made", false));
    assert!(response.headers.contains(&("x-a".to_owned(), "b".to_owned())));
    let timing = exchange.timing;
    assert!(timing.connect.is_some() && timing.first_byte.is_some() && timing.total > 0.0);
    assert!(timing.dns.is_none() && timing.tls.is_none(), "an address in plain http needs neither");
    let seen = &receiver.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str(), seen.body.as_str()), ("POST", "/a%20b?c=d", "{}"));
    assert_eq!(seen.header("host"), Some(receiver.address.to_string().as_str()));
}

#[tokio::test]
async fn idle_connections_are_used_again_and_closed_ones_replaced() {
    let receiver = Receiver::start(|n, _| match n {
        2 => Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()),
        _ => status(200),
    })
    .await;
    let client = client(&[]);
    for _ in 0..5 {
        let exchange = client.send(call(&receiver.url())).await;
        assert_eq!(exchange.failure, None);
        // The driver of the connection sees the end of the exchange in its own time.
        tokio::task::yield_now().await;
    }
    assert_eq!(receiver.count(), 5);
    assert!(receiver.connections() < 5, "{} connections for 5 requests", receiver.connections());
}

#[tokio::test]
async fn redirects_are_answers() {
    let inner = Receiver::with(status(200)).await;
    let to = inner.url();
    let receiver =
        Receiver::start(move |_, _| Reply::Answer(307, vec![("location", to.clone())], String::new())).await;
    let exchange = send(&receiver.url()).await;
    assert_eq!(exchange.response.expect("an answer").status, 307);
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn at_most_64_kib_of_an_endless_answer_are_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n".to_vec();
    let receiver = Receiver::with(Reply::Endless(head, vec![b'x'; 16 * 1024], Duration::ZERO)).await;
    let exchange = send(&receiver.url()).await;
    let response = exchange.response.expect("an answer");
    assert_eq!((response.body.len(), response.truncated), (MAX_RESPONSE, true));
    assert_eq!(exchange.failure, None);
    // The rest is what the sockets of both sides hold.
    let mut before = usize::MAX;
    while before != receiver.written() {
        before = receiver.written();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(before < 16 << 20, "{before} bytes were taken");
}

#[tokio::test]
async fn an_exact_64_kib_are_not_cut() {
    let body = "x".repeat(MAX_RESPONSE);
    let receiver = Receiver::with(Reply::Answer(200, Vec::new(), body)).await;
    let response = send(&receiver.url()).await.response.expect("an answer");
    assert_eq!((response.body.len(), response.truncated), (MAX_RESPONSE, false));
}

/// Zeros in the fixed codes of DEFLATE (RFC 1951, 3.2.6): one, and then copies of 258 in 13 bits each, in gzip's
/// frame (RFC 1952) up to its check sum. 40,000 copies are 65,013 bytes, and 10 MB when they are unpacked.
fn gzip_bomb(copies: usize) -> Vec<u8> {
    let bits = format!("11000110000{}0000000", "1100010100000".repeat(copies)).into_bytes();
    let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
    let frame = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    frame.into_iter().chain(bits.chunks(8).map(byte)).collect()
}

#[tokio::test]
async fn a_packed_answer_stays_packed() {
    let bomb = gzip_bomb(40_000);
    let length = bomb.len();
    assert_eq!(length, 65_013);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    let receiver = Receiver::with(Reply::Raw([head.into_bytes(), bomb.clone()].concat())).await;
    let exchange = send(&receiver.url()).await;
    let response = exchange.response.expect("an answer");
    assert_eq!((response.status, response.truncated, exchange.failure), (200, false, None));
    assert_eq!(response.body, String::from_utf8_lossy(&bomb).replace('\0', "\u{FFFD}"));
    assert_eq!(receiver.seen()[0].header("accept-encoding"), None, "nobody asked for it");
}

#[tokio::test]
async fn the_limit_covers_everything() {
    let limit = Duration::from_secs(2);
    let silent = Receiver::with(Reply::Hang).await;
    let dribbling =
        |head: &[u8]| Receiver::with(Reply::Endless(head.to_vec(), b"x".to_vec(), Duration::from_millis(20)));
    let slow_head = dribbling(b"HTTP/1.1 200 OK\r\nx: ").await;
    let slow_body = dribbling(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await;
    for (receiver, expected, answered) in [
        (&silent, Outcome::Timeout, false),
        (&slow_head, Outcome::Timeout, false),
        (&slow_body, Outcome::TooSlow, true),
    ] {
        let exchange = client(&[]).send(Call { limit, ..call(&receiver.url()) }).await;
        assert_eq!(outcome(&exchange), expected, "{}", message(&exchange));
        assert_eq!(exchange.response.is_some(), answered);
        assert!(exchange.timing.total >= 2000.0, "{}", exchange.timing.total);
    }
}

#[tokio::test]
async fn what_is_not_http_is_told_apart_from_nothing() {
    let nonsense = Receiver::with(Reply::Raw(b"220 smtp.example.com ESMTP\r\n".to_vec())).await;
    let closing = Receiver::with(Reply::Raw(Vec::new())).await;
    let half = Receiver::with(Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab".to_vec())).await;
    let huge_head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    let huge = Receiver::with(Reply::Raw(huge_head.into_bytes())).await;
    for receiver in [&nonsense, &closing, &half, &huge] {
        let exchange = send(&receiver.url()).await;
        assert_eq!(outcome(&exchange), Outcome::Protocol, "{}", message(&exchange));
        assert_eq!(receiver.count(), 1, "nothing is sent twice in one attempt");
    }
    let address = nonsense.address;
    drop(nonsense);
    tokio::task::yield_now().await;
    let exchange = send(&format!("http://{address}/")).await;
    assert_eq!(outcome(&exchange), Outcome::Connect, "{}", message(&exchange));
}

#[tokio::test]
async fn a_name_with_any_forbidden_address_is_refused_unseen() {
    let receiver = Receiver::with(status(200)).await;
    let port = receiver.address.port();
    let names: &[(&str, &[&str])] = &[
        ("good.test", &["127.0.0.1"]),
        ("mixed.test", &["127.0.0.1", "10.0.0.1"]),
        ("mapped.test", &["::ffff:127.0.0.1"]),
        ("metadata.test", &["169.254.169.254"]),
    ];
    let client = client(names);
    for name in ["mixed.test", "mapped.test", "metadata.test"] {
        let exchange = client.send(call(&format!("http://{name}:{port}/"))).await;
        assert_eq!(outcome(&exchange), Outcome::RefusedAddress);
        assert!(!message(&exchange).contains("10.0.0.1"), "private addresses stay private");
    }
    assert_eq!(receiver.connections(), 0);
    let exchange = client.send(call(&format!("http://missing.test:{port}/"))).await;
    assert_eq!(outcome(&exchange), Outcome::Dns);
    let exchange = client.send(call(&format!("http://good.test:{port}/"))).await;
    assert_eq!((outcome(&exchange), exchange.timing.dns.is_some()), (Outcome::Delivered, true));
    assert_eq!(receiver.seen()[0].header("host"), Some(format!("good.test:{port}").as_str()));
}

#[tokio::test]
async fn forbidden_literals_are_refused_without_a_connection() {
    let receiver = Receiver::with(status(200)).await;
    let port = receiver.address.port();
    let strict =
        Client::new(Guard { resolver: Resolver::System, allowed: Vec::new(), roots: Roots::load(&[]) });
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "foo.localhost",
    ] {
        let exchange = strict.send(call(&format!("http://{host}:{port}/"))).await;
        assert_eq!(outcome(&exchange), Outcome::RefusedAddress, "{host}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_dead_address_does_not_hide_the_next() {
    let receiver = Receiver::with(status(200)).await;
    // Nobody listens on the same port of another loopback address.
    let client = client(&[("two.test", &["127.9.9.9", "127.0.0.1"])]);
    let exchange = client.send(call(&format!("http://two.test:{}/", receiver.address.port()))).await;
    assert_eq!(outcome(&exchange), Outcome::Delivered, "{}", message(&exchange));
}
