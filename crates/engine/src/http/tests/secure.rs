//! Certificates that must not be believed.

use super::{Receiver, call, client_with, message, outcome};
use domain::delivery::Outcome;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use std::{collections::HashMap, sync::Arc};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};
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
    Receiver::secure(TlsAcceptor::from(Arc::new(config))).await
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
