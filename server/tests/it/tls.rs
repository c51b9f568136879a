//! Whose certificates are believed: the system's authorities, and those of the operator's file.

use crate::support::{Crier, Database, Folder, Receiver, program, run, text};
use serde_json::{Value, json};
use std::process::Command;

/// Makes a key and a certificate for 127.0.0.1 by `openssl`; issued by itself unless `by` issued it.
fn certificate(folder: &Folder, name: &str, by: Option<&str>) -> (String, String) {
    let path = |end: &str| folder.path().join(format!("{name}.{end}")).display().to_string();
    let (certificate, key) = (path("pem"), path("key"));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]);
    openssl.args(["-subj", &format!("/CN={name}"), "-keyout", &key, "-out", &certificate]);
    if let Some(by) = by {
        let issuer = |end: &str| folder.path().join(format!("{by}.{end}")).display().to_string();
        openssl.args(["-CA", &issuer("pem"), "-CAkey", &issuer("key")]);
        openssl.args([
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ]);
    }
    let made = openssl.output().expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// How a test send to the receiver ends.
async fn outcome(crier: &Crier, receiver: &Receiver) -> Value {
    let url = receiver.url("/in").replace("http://", "https://");
    let webhook = json!({"name": "TLS", "url": url, "topics": ["learning.user.created"]});
    let test = json!({"webhook": webhook, "topic": "learning.user.created"});
    crier.http.post("/webhooks/test", test).await.expect(200)["attempts"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_of_the_operators_file_is_believed() {
    let folder = Folder::new();
    let (authority, _) = certificate(&folder, "authority", None);
    let (issued, issued_key) = certificate(&folder, "issued", Some("authority"));
    let (own, own_key) = certificate(&folder, "own", None);
    let receiver = Receiver::secure(&issued, &issued_key);
    let stranger = Receiver::secure(&own, &own_key);

    let variables = [("CRIER_OUTGOING__EXTRA_CA_FILE", authority.as_str())];
    let crier = Crier::start_with(Database::Sqlite, &variables).await;
    let attempt = outcome(&crier, &receiver).await;
    assert_eq!(text(&attempt, "outcome"), "delivered", "{attempt}");
    assert!(attempt["timing_ms"]["tls"].is_number());
    assert_eq!(text(&outcome(&crier, &stranger).await, "outcome"), "tls");

    let crier = Crier::start(Database::Sqlite).await;
    let attempt = outcome(&crier, &receiver).await;
    assert_eq!(text(&attempt, "outcome"), "tls");
    assert!(text(&attempt, "message").contains("unknown issuer"), "{attempt}");
    assert!(stranger.seen().is_empty(), "no request before the certificate is believed");
    assert_eq!(receiver.seen().len(), 1);
}

#[test]
fn a_file_that_holds_no_certificate_is_told_in_one_line() {
    let folder = Folder::new();
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (file, says) in [
        ("missing.pem".to_owned(), "can't read missing.pem"),
        (folder.write("empty.pem", ""), "holds no certificate"),
        (folder.write("key.pem", key), "holds no certificate"),
        (folder.write("garbage.pem", garbage), "a certificate that can't be read"),
    ] {
        let mut command = program(folder.path());
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("CRIER_OUTGOING__EXTRA_CA_FILE", &file);
        let ended = run(command, "");
        let line = String::from_utf8(ended.stderr).expect("text");
        assert_eq!((ended.status.code(), line.trim_end().lines().count()), (Some(1), 1), "{line}");
        assert!(line.contains("CRIER_OUTGOING__EXTRA_CA_FILE") && line.contains(says), "{line}");
    }
}
