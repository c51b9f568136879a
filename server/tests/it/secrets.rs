//! The key that seals secrets is changed: everything goes on, and the old key opens nothing.

use crate::support::{Browser, Crier, Folder, Receiver, fields, on_both, program, run, text};
use domain::{signature::Signer, webhook::Signing};
use serde_json::json;
use std::{fs, path::PathBuf, process::Output};

on_both! {
    a_new_key_takes_the_place_of_the_old
    an_interrupted_change_opens_everything_and_is_finished_later
    the_secret_key_in_bodies_goes_out_after_a_change
    without_its_key_nothing_starts_and_nothing_is_made
    what_a_lost_key_sealed_is_forgotten_and_typed_again
}

const TOPIC: &str = "learning.user.created";

fn file(crier: &Crier, name: &str) -> PathBuf {
    crier.folder().path().join("data").join(name)
}

fn rotate(crier: &Crier) -> Output {
    crier.run(&["secrets", "rotate"], "")
}

/// A start that is expected to be refused.
fn serve(crier: &Crier) -> Output {
    crier.run(&["serve", "--listen", "127.0.0.1:0"], "")
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
    for refused in [refused(&serve(&crier)), refused(&rotate(&crier))] {
        assert!(
            refused.contains("crier.key has the key") && refused.contains("put that one back"),
            "{refused}"
        );
    }
    assert!(!file(&crier, "crier.key.next").exists());
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
    assert!(
        done(&crier.run(&["doctor"], "")).contains("note  secret key: a change of the key was not finished")
    );
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

/// The key that `crier doctor` asks for.
fn asked_for(crier: &Crier) -> String {
    let checked = crier.run(&["doctor"], "");
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stdout).expect("text");
    let line = told.lines().find(|line| line.starts_with("wrong secret key: ")).expect("it is wrong");
    let (_, after) = line.split_once("sealed with the key ").expect("it names the key");
    after.split([',', ':']).next().expect("a key").to_owned()
}

async fn without_its_key_nothing_starts_and_nothing_is_made(mut crier: Crier) {
    let receiver = Receiver::start();
    let secret = webhook(&crier, &receiver).await;
    delivers(&crier, &receiver, &secret).await;
    let good = |crier: &Crier| done(&crier.run(&["doctor"], "")).contains("and it is the database's");
    assert!(good(&crier));
    crier.stop("-TERM");

    let (key, kept) = (file(&crier, "crier.key"), file(&crier, "kept"));
    fs::rename(&key, &kept).expect("moved");
    let asked = asked_for(&crier);
    for refused in [refused(&serve(&crier)), refused(&rotate(&crier))] {
        assert!(refused.contains("crier.key is missing") && refused.contains(&asked), "{refused}");
    }
    // The file is looked for, also where the configuration has another key.
    let mut beside = crier.command(&["secrets", "forget", "--lost-key", &asked]);
    beside.env("CRIER_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    fs::rename(&kept, &key).expect("moved");
    assert!(refused(&run(beside, "")).contains("is here"));
    let mut beside = crier.command(&["serve", "--listen", "127.0.0.1:0"]);
    beside.env("CRIER_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let told = refused(&run(beside, ""));
    assert!(told.contains("crier.key has that one, put its text into the configuration"), "{told}");
    fs::rename(&key, &kept).expect("moved");
    // What needs no key goes on.
    crier.key("read");
    assert!(!key.exists() && !file(&crier, "crier.key.next").exists());
    // A file that holds no key is told as that.
    fs::copy(&kept, &key).expect("copied, with who may read it");
    fs::write(&key, "short").expect("written");
    let told = refused(&serve(&crier));
    assert!(told.contains("does not hold 32 bytes") && told.contains(&asked), "{told}");
    assert_eq!(asked_for(&crier), asked);
    fs::remove_file(&key).expect("written just now");

    fs::rename(&kept, &key).expect("moved");
    assert!(good(&crier));
    crier.start_again();
    delivers(&crier, &receiver, &secret).await;
}

async fn what_a_lost_key_sealed_is_forgotten_and_typed_again(mut crier: Crier) {
    let receiver = Receiver::start();
    let secret = webhook(&crier, &receiver).await;
    delivers(&crier, &receiver, &secret).await;
    crier.stop("-TERM");
    let key = fs::read(file(&crier, "crier.key")).expect("a key");
    fs::remove_file(file(&crier, "crier.key")).expect("there");
    let lost = asked_for(&crier);
    let forget = |crier: &Crier, lost: &str| crier.run(&["secrets", "forget", "--lost-key", lost], "");
    assert!(refused(&forget(&crier, "00000000")).contains(&lost), "a slip forgets nothing");
    fs::write(file(&crier, "crier.key"), key).expect("written");
    assert!(refused(&forget(&crier, &lost)).contains("is here"), "nor while the key is there");
    fs::remove_file(file(&crier, "crier.key")).expect("there");
    let told = done(&forget(&crier, &lost));
    assert!(told.contains("default  whk_") && told.contains("Sealed"), "{told}");

    crier.start_again();
    let webhooks = crier.http.get("/webhooks").await.expect(200);
    let row = &webhooks["data"][0];
    assert_eq!(row["state"], "paused");
    let path = format!("/webhooks/{}", text(row, "id"));
    crier.publish(TOPIC, json!({"waits": true})).await;
    crier.log("state=held", 1).await;
    // Nothing goes out before what is gone was typed again; saving asks for it.
    let refused = crier.http.post(&format!("{path}/activate"), json!({})).await.problem(409);
    assert!(text(&refused, "detail").contains("missing: password, signing secret."), "{refused}");
    let problem = crier.http.patch(&path, json!({"name": "Again"})).await.problem(422);
    assert_eq!(fields(&problem), ["auth.password"]);
    let auth = json!({"type": "basic", "username": "ann", "password": "canary"});
    let saved = crier.http.patch(&path, json!({"auth": auth})).await.expect(200);
    let new = text(&saved["signing"], "secret").to_owned();
    assert!(new.starts_with("whsec_") && new != secret);
    crier.http.post(&format!("{path}/activate"), json!({})).await.expect(200);
    receiver.wait(2).await;
    delivers(&crier, &receiver, &new).await;
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
    // The old one is told so, and an answer that was lost is no trap.
    assert!(
        refused(&with(&keys[0], &["serve", "--listen", "127.0.0.1:0"], ""))
            .contains("the configuration has the key")
    );
    assert!(refused(&with(&keys[0], &args, &keys[1])).contains("with the new key already"));
    assert!(refused(&with(&keys[0], &args, &keys[2])).contains("put that one back"));
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
