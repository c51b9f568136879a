//! Signatures verify with the libraries that receivers use, and a rotated secret overlaps as chosen.

mod deliver_support;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use deliver_support::{
    World, object,
    receiver::{Receiver, Seen, status},
    settings,
};
use domain::{delivery::State, id::WebhookId, signature::Signer, webhook::Webhook};
use engine::{Clock, Error, OnHeld};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

/// An active webhook with this signing, and its secret.
async fn signed(world: &World, receiver: &Receiver, signing: Value) -> (WebhookId, String) {
    let members = settings(&receiver.url(), json!({ "signing": signing }));
    let saved = world.engine.create_webhook(&world.who, &members).await.expect("a webhook");
    world.engine.activate(&world.who, saved.webhook.id, OnHeld::Release).await.expect("active");
    (saved.webhook.id, saved.secret.expect("a secret").to_string())
}

/// Makes a new secret; the old one goes on for this long.
async fn rotate(world: &World, id: WebhookId, overlap_s: Option<u32>) -> (Webhook, String) {
    let saved = world.engine.rotate_secret(&world.who, id, overlap_s).await.expect("rotated");
    (saved.webhook, saved.secret.expect("a new secret").to_string())
}

/// What the receiver gets next.
async fn next(world: &World, receiver: &Receiver) -> Seen {
    let event = world.publish().await;
    world.until(event, State::Delivered).await;
    receiver.seen().pop().expect("a request")
}

/// What the header of this webhook holds when only `secret` signs.
fn expected(webhook: &Webhook, secret: &str, seen: &Seen) -> String {
    let signer = Signer::new(&webhook.settings.signing, secret, None).expect("reads").expect("signs");
    let header = |name| seen.header(name).expect("a header");
    let timestamp = header("webhook-timestamp").parse().expect("a number");
    signer.sign(header("webhook-id"), timestamp, seen.body.as_bytes(), false).expect("signs")
}

/// Whether a verifier, which reads the request on standard input, takes it.
fn takes(mut verifier: Command, seen: &Seen, secret: &str, body: &str) -> bool {
    let headers: serde_json::Map<_, _> =
        seen.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let request = json!({ "secret": secret, "headers": headers, "body": body }).to_string();
    let mut child = verifier.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the verifier runs");
    child.stdin.take().expect("piped").write_all(request.as_bytes()).expect("it reads");
    let ended = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&ended.stderr);
    let judged = ended.status.success() || told.contains("No matching signature");
    assert!(judged, "the verifier itself failed: {told}");
    ended.status.success()
}

fn script(program: &str, name: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(format!("{}/../../end2end/verifiers/{name}", env!("CARGO_MANIFEST_DIR")));
    command
}

#[tokio::test]
async fn the_official_libraries_verify_old_and_new_secret_during_a_rotation() {
    let python = std::env::var("CRIER_TEST_PYTHON").expect(
        "CRIER_TEST_PYTHON is not set: a Python with the packages of end2end/verifiers/requirements.txt; \
         `cargo xtask test` makes one",
    );
    let receiver = Receiver::with(status(200)).await;
    // The libraries look at the system's clock.
    let dir = std::env::temp_dir().join(format!("crier-signing-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a folder");
    let world = World::open_in(dir, Clock::system(), |_| {}).await;
    world.engine.start();
    let (id, old) = signed(&world, &receiver, json!({"scheme": "standard"})).await;
    let (_, new) = rotate(&world, id, Some(3600)).await;
    let seen = next(&world, &receiver).await;
    let mut headers = http::HeaderMap::new();
    for (name, value) in &seen.headers {
        let name: http::HeaderName = name.parse().expect("a name");
        headers.insert(name, value.parse().expect("a value"));
    }
    let stranger = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let altered = seen.body.replacen("7", "8", 1);
    for (secret, body, genuine) in [
        (old.as_str(), seen.body.as_str(), true),
        (&new, &seen.body, true),
        (stranger, &seen.body, false),
        (&new, &altered, false),
    ] {
        let rust = standardwebhooks::Webhook::new(secret).expect("a secret");
        assert_eq!(rust.verify(body.as_bytes(), &headers).is_ok(), genuine, "Rust");
        assert_eq!(takes(script("node", "verify.mjs"), &seen, secret, body), genuine, "npm");
        assert_eq!(takes(script(&python, "verify.py"), &seen, secret, body), genuine, "PyPI");
    }
}

#[tokio::test]
async fn openssl_verifies_rsa_with_the_public_key_that_is_shown() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let (id, _) = signed(&world, &receiver, json!({"scheme": "rsa_sha256"})).await;
    let webhook = world.engine.webhook(&world.who, id).await.expect("there");
    let seen = next(&world, &receiver).await;
    let signature = BASE64_STANDARD.decode(seen.header("x-di-signature").expect("signed")).expect("base64");
    let file = |name: &str| world.dir.join(name).display().to_string();
    fs::write(file("key.pem"), webhook.settings.signing.public_key.expect("PEM")).expect("written");
    fs::write(file("signature"), signature).expect("written");
    for (body, genuine) in [(seen.body.clone(), true), (format!("{} ", seen.body), false)] {
        fs::write(file("body"), body).expect("written");
        let ended = Command::new("openssl")
            .args([
                "dgst",
                "-sha256",
                "-verify",
                &file("key.pem"),
                "-signature",
                &file("signature"),
                &file("body"),
            ])
            .output()
            .expect("openssl runs");
        let told = String::from_utf8_lossy(&ended.stdout);
        assert_eq!(told.contains("Verified OK"), genuine, "{told}");
    }
}

#[tokio::test]
async fn both_secrets_sign_until_the_chosen_moment() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    for scheme in ["standard", "ed25519"] {
        let (id, old) = signed(&world, &receiver, json!({ "scheme": scheme })).await;
        let (webhook, new) = rotate(&world, id, None).await;
        let until = webhook.settings.signing.previous_until.expect("an overlap");
        assert_eq!(until, world.clock.now().plus_ms(86_400_000), "a day unless it is chosen");
        let value = |seen: &Seen| seen.header("webhook-signature").expect("signed").to_owned();
        let seen = next(&world, &receiver).await;
        let both = [&new, &old].map(|secret| expected(&webhook, secret, &seen)).join(" ");
        assert_eq!(value(&seen), both);
        // A third secret would end the first one unnoticed.
        let refused = world.engine.rotate_secret(&world.who, id, None).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        world.wait(86_400);
        let seen = next(&world, &receiver).await;
        assert_eq!(value(&seen), expected(&webhook, &new, &seen));
        // It can be ended before.
        let (webhook, newer) = rotate(&world, id, Some(3600)).await;
        assert_eq!(value(&next(&world, &receiver).await).split(' ').count(), 2);
        let ended = world.engine.end_overlap(&world.who, id).await.expect("ended");
        assert_eq!(ended.settings.signing.previous_until, None);
        let seen = next(&world, &receiver).await;
        assert_eq!(value(&seen), expected(&webhook, &newer, &seen));
        let again = world.engine.end_overlap(&world.who, id).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        // Other changes leave an overlap alone; another scheme ends it.
        let _ = rotate(&world, id, Some(3600)).await;
        let (webhook, newest) = rotate(&world, id, Some(0)).await;
        let seen = next(&world, &receiver).await;
        assert_eq!(value(&seen), expected(&webhook, &newest, &seen), "all old ones stopped at once");
        let (kept, _) = rotate(&world, id, Some(3600)).await;
        world.change(id, json!({"name": "Renamed"})).await;
        let renamed = world.engine.webhook(&world.who, id).await.expect("there").settings.signing;
        assert_eq!(renamed.previous_until, kept.settings.signing.previous_until);
        assert_eq!(value(&next(&world, &receiver).await).split(' ').count(), 2);
        world.change(id, json!({"signing": {"scheme": "hmac_base64"}})).await;
        let other = world.engine.webhook(&world.who, id).await.expect("there").settings.signing;
        assert_eq!(other.previous_until, None);
        world.engine.delete_webhook(&world.who, id).await.expect("deleted");
    }
}

#[tokio::test]
async fn a_header_with_room_for_one_carries_the_old_signature_until_then() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let signing = json!({"scheme": "hmac_hex", "secret": "the first secret"});
    let (id, old) = signed(&world, &receiver, signing).await;
    let value = |seen: &Seen| seen.header("x-hub-signature-256").expect("signed").to_owned();
    let (webhook, new) = rotate(&world, id, Some(60)).await;
    let seen = next(&world, &receiver).await;
    assert_eq!(value(&seen), expected(&webhook, &old, &seen));
    world.wait(60);
    let seen = next(&world, &receiver).await;
    assert_eq!(value(&seen), expected(&webhook, &new, &seen));
    // Unless somebody chooses, the secret of the answer signs at once.
    let (webhook, newer) = rotate(&world, id, None).await;
    assert_eq!(webhook.settings.signing.previous_until, None);
    let seen = next(&world, &receiver).await;
    assert_eq!(value(&seen), expected(&webhook, &newer, &seen));
    let refused = world.engine.rotate_secret(&world.who, id, Some(604_801)).await;
    assert!(
        matches!(refused, Err(Error::Invalid(ref wrong)) if wrong.at("overlap_s").is_some()),
        "{refused:?}"
    );
    let members = object(json!({"signing": {"previous_until": "2040-01-01T00:00:00.000Z"}}));
    let saved = world.engine.update_webhook(&world.who, id, &members).await.expect("it says nothing");
    assert_eq!(saved.webhook.settings.signing.previous_until, None);
}
