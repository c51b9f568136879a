//! Certificates that must not be believed.

use super::{Receiver, call, client_with, message, outcome, status};
use crate::turn::Turns;
use domain::{delivery::Outcome, id::WebhookId};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use std::{collections::HashMap, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::oneshot,
};
use tokio_rustls::TlsAcceptor;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
}

fn authority(name: &str) -> Authority {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let der = params.self_signed(&key).expect("a certificate").der().to_vec();
    Authority { issuer: Issuer::new(params, key), der }
}

/// A receiver with a certificate for `name`, that `by` issued or nobody did.
async fn receiver(name: &str, expired: bool, by: Option<&Authority>) -> Receiver {
    Receiver::secure(acceptor(name, expired, by)).await
}

fn acceptor(name: &str, expired: bool, by: Option<&Authority>) -> TlsAcceptor {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    if expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    }
    let certificate = match by {
        Some(by) => params.signed_by(&key, &by.issuer),
        None => params.self_signed(&key),
    };
    let chain = vec![certificate.expect("a certificate").der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn only_a_good_certificate_of_a_known_issuer_passes() {
    let (known, unknown) = (authority("known"), authority("unknown"));
    let names: HashMap<_, _> =
        [("receiver.test".to_owned(), vec!["127.0.0.1".parse().expect("an address")])].into();
    let client = client_with(names, std::slice::from_ref(&known.der));
    let good = receiver("receiver.test", false, Some(&known)).await;
    let url = |receiver: &Receiver| format!("https://receiver.test:{}/", receiver.address.port());
    let exchange = client.send(call(&url(&good))).await;
    assert_eq!(outcome(&exchange), Outcome::Delivered, "{}", message(&exchange));
    assert!(exchange.timing.tls.is_some());
    for (bad, words) in [
        (receiver("receiver.test", true, Some(&known)).await, "has expired"),
        (receiver("other.test", false, Some(&known)).await, "another name"),
        (receiver("receiver.test", false, Some(&unknown)).await, "unknown issuer"),
        (receiver("receiver.test", false, None).await, "unknown issuer"),
    ] {
        let exchange = client.send(call(&url(&bad))).await;
        assert_eq!(outcome(&exchange), Outcome::Tls);
        assert!(message(&exchange).contains(words), "{}", message(&exchange));
        assert_eq!(bad.count(), 0, "no request before the certificate is believed");
    }
}

#[tokio::test]
async fn plain_http_on_the_port_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("written");
    });
    let exchange = super::send(&format!("https://{address}/")).await;
    assert_eq!(outcome(&exchange), Outcome::Tls);
    assert!(message(&exchange).contains("does not speak TLS"), "{}", message(&exchange));
}

#[tokio::test]
async fn a_slow_handshake_does_not_change_the_order() {
    let known = authority("known");
    let slow = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = slow.local_addr().expect("an address").port();
    let secure = acceptor("receiver.test", false, Some(&known));
    let (shake, shaken) = oneshot::channel::<()>();
    let quick = Arc::new(Receiver::with(status(200)).await);
    let first = tokio::spawn({
        let quick = Arc::clone(&quick);
        async move {
            let (stream, _) = slow.accept().await.expect("a connection");
            shaken.await.expect("told");
            let mut stream = secure.accept(stream).await.expect("a handshake");
            let _ = stream.read(&mut [0; 8192]).await.expect("a request");
            let second_came_before = quick.count() > 0;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("written");
            second_came_before
        }
    });
    let names = [("receiver.test".to_owned(), vec!["127.0.0.1".parse().expect("an address")])].into();
    let client = Arc::new(client_with(names, std::slice::from_ref(&known.der)));
    let mut turns = Turns::default();
    let sent = [format!("https://receiver.test:{port}/"), quick.url()].map(|url| {
        let call = super::Call { turn: turns.next(WebhookId::from_key(1)), ..call(&url) };
        let client = Arc::clone(&client);
        tokio::spawn(async move { client.send(call).await })
    });
    // The second is connected, and waits for the first.
    while quick.connections() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(quick.count(), 0);
    shake.send(()).expect("the receiver waits");
    for exchange in sent {
        assert_eq!(outcome(&exchange.await.expect("joined")), Outcome::Delivered);
    }
    assert!(!first.await.expect("joined"));
    assert_eq!(quick.count(), 1);
}
