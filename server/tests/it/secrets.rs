//! The key that seals secrets is changed: everything goes on, and the old key opens nothing.

use crate::support::{Browser, Crier, Folder, Receiver, on_both, program, run, text};
use domain::{signature::Signer, webhook::Signing};
use serde_json::{Value, json};
use std::{fs, path::PathBuf, process::Output};

on_both! {
    a_new_key_takes_the_place_of_the_old
    an_interrupted_change_opens_everything_and_is_finished_later
    the_secret_key_in_bodies_goes_out_after_a_change
}

const TOPIC: &str = "learning.user.created";

fn file(crier: &Crier, name: &str) -> PathBuf {
    crier.folder().path().join("data").join(name)
}

fn rotate(crier: &Crier) -> Output {
    crier.run(&["secrets", "rotate"], "")
}

#[track_caller]
fn done(ended: &Output) -> String {
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout.clone()).expect("text")
}

#[track_caller]
fn refused(ended: &Output) -> String {
    let line = String::from_utf8(ended.stderr.clone()).expect("text");
    assert_eq!((ended.status.code(), line.trim_end().lines().count()), (Some(1), 1), "{line}");
    line
}

/// A webhook with a password, and its signing secret.
async fn webhook(crier: &Crier, receiver: &Receiver) -> String {
    let made = crier.http.post(
        "/webhooks",
        json!({"name": "Sealed", "url": receiver.url("/in"), "topics": [TOPIC],
        "auth": {"type": "basic", "username": "ann", "password": "canary"}}),
    );
    let made = made.await.expect(201);
    let path = format!("/webhooks/{}/activate", text(&made, "id"));
    crier.http.post(&path, json!({})).await.expect(200);
    text(&made["signing"], "secret").to_owned()
}

/// The next event arrives with password and signature.
async fn delivers(crier: &Crier, receiver: &Receiver, secret: &str) {
    let before = receiver.seen().len();
    crier.publish(TOPIC, json!({"user_id": before})).await;
    let seen = receiver.wait(before + 1).await.pop().expect("a request");
    assert_eq!(seen.header("authorization"), Some("Basic YW5uOmNhbmFyeQ=="));
    let signing: Signing =
        serde_json::from_value(json!({"scheme": "standard", "header": null})).expect("signing");
    let signer = Signer::new(&signing, secret, None).expect("reads").expect("signs");
    let stamp = seen.header("webhook-timestamp").expect("a time").parse().expect("a number");
    let id = seen.header("webhook-id").expect("an id");
    let expected = signer.sign(id, stamp, seen.body().as_bytes(), false).expect("signs");
    assert_eq!(seen.header("webhook-signature"), Some(expected.as_str()));
}

async fn a_new_key_takes_the_place_of_the_old(mut crier: Crier) {
    let receiver = Receiver::start();
    let secret = webhook(&crier, &receiver).await;
    delivers(&crier, &receiver, &secret).await;
    // Beside a running server somebody could seal with the old key meanwhile.
    let line = refused(&rotate(&crier));
    assert!(line.contains("crier.db") || line.contains("stop them first"), "{line}");
    delivers(&crier, &receiver, &secret).await;

    crier.stop("-TERM");
    let old = fs::read(file(&crier, "crier.key")).expect("a key");
    assert!(done(&rotate(&crier)).contains("1 webhook are sealed with the new key"));
    let new = fs::read(file(&crier, "crier.key")).expect("a key");
    assert_ne!(old, new);
    assert!(!file(&crier, "crier.key.next").exists());
    crier.start_again();
    delivers(&crier, &receiver, &secret).await;

    // The old key opens nothing any more.
    crier.stop("-TERM");
    fs::write(file(&crier, "crier.key"), old).expect("written");
    crier.start_again();
    crier.publish(TOPIC, json!({})).await;
    let failed = crier.log("state=retrying", 1).await.remove(0);
    let delivery = crier.http.get(&format!("/deliveries/{}", text(&failed, "id"))).await.expect(200);
    assert_eq!(delivery["attempts"][0]["request"], Value::Null, "nothing was sent: {delivery}");
    crier.stop("-TERM");
    assert!(refused(&rotate(&crier)).contains("nothing was changed"));
    fs::remove_file(file(&crier, "crier.key.next")).expect("made for the change");
    fs::write(file(&crier, "crier.key"), new).expect("written");
    crier.start_again();
    delivers(&crier, &receiver, &secret).await;
}

async fn an_interrupted_change_opens_everything_and_is_finished_later(mut crier: Crier) {
    let receiver = Receiver::start();
    let secret = webhook(&crier, &receiver).await;
    crier.stop("-TERM");
    let old = fs::read(file(&crier, "crier.key")).expect("a key");
    done(&rotate(&crier));
    // As if it had ended between the database and the file.
    fs::rename(file(&crier, "crier.key"), file(&crier, "crier.key.next")).expect("moved");
    fs::write(file(&crier, "crier.key"), old).expect("written");
    crier.start_again();
    delivers(&crier, &receiver, &secret).await;
    let other = webhook(&crier, &receiver).await;
    assert_ne!(other, secret);
    crier.stop("-TERM");
    let next = fs::read(file(&crier, "crier.key.next")).expect("a key");
    assert!(done(&rotate(&crier)).contains("2 webhooks"));
    assert_eq!(fs::read(file(&crier, "crier.key")).expect("a key"), next);
    crier.start_again();
    crier.publish(TOPIC, json!({})).await;
    crier.log("state=delivered", 3).await;
}

#[test]
fn a_key_of_the_configuration_is_changed_by_hand() {
    let folder = Folder::new();
    let keys = [1_u8, 2, 3].map(|byte| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode([byte; 32])
    });
    let with = |key: &str, args: &[&str], input: &str| {
        let mut command = program(folder.path());
        command.args(args).env("CRIER_SECRET_KEY", key);
        run(command, input)
    };
    done(&with(&keys[0], &["migrate"], ""));
    assert!(refused(&with(&keys[0], &["secrets", "rotate"], "")).contains("--new-key-stdin"));
    let args = ["secrets", "rotate", "--new-key-stdin"];
    for bad in ["", "c2hvcnQ="] {
        assert!(refused(&with(&keys[0], &args, bad)).contains("the new key"));
    }
    assert!(refused(&with(&keys[0], &args, &keys[0])).contains("the new key is the old one"));
    let told = done(&with(&keys[0], &args, &format!("{}\n", keys[1])));
    assert!(told.contains("0 webhooks") && told.contains("before the next start"), "{told}");
    assert!(!folder.path().join("data/crier.key").exists());
}

async fn the_secret_key_in_bodies_goes_out_after_a_change(mut crier: Crier) {
    let receiver = Receiver::start();
    let browser = Browser::owner(&crier).await;
    browser.post("/do/marketplace/catalogs", &[("catalogs", "access")]).await;
    browser.post("/do/marketplace/secret-key", &[("secret_key", "s3cret")]).await;
    let new = json!({"product": 7, "trigger": "granted", "actions": [{"url": receiver.url("/in")}]});
    crier.http.post("/automations", new).await.expect(201);
    crier.stop("-TERM");
    done(&rotate(&crier));
    crier.start_again();
    crier.publish("access.product.granted", json!({"productId": 7})).await;
    let seen = receiver.wait(1).await;
    assert_eq!(seen[0].body(), r#"{"productId":7,"fields":{"secretKey":"s3cret"}}"#);
}
