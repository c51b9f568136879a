//! The people of a webhook that fails get a mail: once, soon, and from one node only.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;
#[path = "../../store/tests/conformance/sqlite_file.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod sqlite_file;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use deliver_support::{
    TOPIC, World, database, eventually,
    mail::{MailServer, PEOPLE, people, settle, world},
    receiver::{Receiver, Reply, status},
};
use domain::{delivery::State, health::What, webhook};
use engine::{Error, OnHeld, Smtp, Subject};
use place::Place;
use serde_json::{Value, json};
use sqlite_file::end_mail_leases;
use std::sync::Arc;
use tokio::sync::Notify;

const HOUR: u64 = 3600;

/// No second try, so that the first failure is given up; both people are told.
fn told() -> Value {
    json!({ "retry": { "preset": "none" }, "alert_recipients": PEOPLE })
}

async fn fail(world: &World) {
    let event = world.publish().await;
    world.until(event, State::Exhausted).await;
}

#[tokio::test]
async fn the_first_delivery_that_is_given_up_is_told_once_to_each() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let world = world(&server).await;
    let id = world.webhook(&receiver.url(), told()).await;
    fail(&world).await;
    fail(&world).await;
    eventually(async || server.mails().len() == 2).await;
    assert_eq!(server.recipients(), PEOPLE);
    settle(&world, &server, &receiver, 2).await;
    let mail = &server.mails()[0];
    assert_eq!(mail.from, "crier@crier.test");
    let text = mail.text();
    for says in [
        "The webhook “Student sync” of default fails.",
        "Failing since: 2026-11-18 11:06 UTC (1 attempt)",
        "Last answer: HTTP 500",
        "Auto-Submitted: auto-generated",
        &format!("http://crier.test/webhooks/{id}"),
    ] {
        assert!(text.contains(says), "{says} in {text}");
    }
    let standing = world.engine.alerts(&world.who).await.expect("alerts");
    assert_eq!((standing.len(), standing[1].webhook_id, standing[1].alert.what), (2, id, What::Failing));
    world.engine.shutdown().await;
}

#[tokio::test]
async fn a_new_run_of_failures_within_the_hour_is_not_told() {
    let server = MailServer::start().await;
    // Every second request is taken, so that each failure begins a new run.
    let receiver = Receiver::start(|n, _| status(if n % 2 == 0 { 500 } else { 200 })).await;
    let world = world(&server).await;
    world
        .webhook(&receiver.url(), json!({ "retry": { "preset": "none" }, "alert_recipients": [PEOPLE[0]] }))
        .await;
    let well = async || {
        let event = world.publish().await;
        world.until(event, State::Delivered).await;
    };
    fail(&world).await;
    eventually(async || server.mails().len() == 1).await;
    well().await;
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty(), "it works again");
    world.wait(HOUR - 60);
    fail(&world).await;
    well().await;
    assert_eq!(server.mails().len(), 1);
    world.wait(120);
    fail(&world).await;
    eventually(async || server.mails().len() == 2).await;
    settle(&world, &server, &Receiver::with(status(500)).await, 2).await;
    world.engine.shutdown().await;
}

#[tokio::test]
async fn an_hour_of_nothing_but_failures_is_told_before_anything_is_given_up() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(503)).await);
    let world = world(&server).await;
    let waits = json!({ "retry": { "schedule_s": [1800, 1900, 9000] }, "alert_recipients": [PEOPLE[1]] });
    world.webhook(&receiver.url(), waits).await;
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    for attempts in [2, 3] {
        world.wait(1901);
        eventually(async || world.delivery(event).await.attempts.len() == attempts).await;
        let told = usize::from(attempts == 3);
        eventually(async || server.mails().len() == told).await;
    }
    assert_eq!(server.recipients(), [PEOPLE[1]]);
    world.engine.shutdown().await;
}

#[tokio::test]
async fn deactivation_is_told_with_its_reason() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(410)).await);
    let world = world(&server).await;
    let id = world.webhook(&receiver.url(), json!({ "alert_recipients": PEOPLE })).await;
    world.publish().await;
    eventually(async || server.mails().len() == 2).await;
    assert_eq!(server.recipients(), PEOPLE);
    let text = server.mails()[0].text();
    assert!(
        text.contains("was deactivated. The receiver answered 410 Gone: it wants no more events."),
        "{text}"
    );
    let state = world.engine.webhook(&world.who, id).await.expect("there").state;
    assert_eq!(state, webhook::State::Deactivated);
    let standing = world.engine.alerts(&world.who).await.expect("alerts");
    assert!(matches!(standing[0].alert.what, What::Deactivated(_)));
    world.engine.activate(&world.who, id, OnHeld::Discard).await.expect("active");
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty(), "a clean record");
    world.engine.shutdown().await;
}

#[tokio::test]
async fn di_17_a_pause_by_hand_is_told_and_is_no_failure() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(200)).await);
    let world = world(&server).await;
    let id = world.webhook(&receiver.url(), told()).await;
    world.engine.pause(&world.who, id).await.expect("paused");
    eventually(async || server.mails().len() == 2).await;
    assert_eq!(server.recipients(), PEOPLE);
    let text = server.mails()[0].text();
    assert!(text.contains("was paused by Crier.") && text.contains("Events wait"), "{text}");
    assert!(!text.contains("Failing since"), "{text}");
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty());
    // Once more changes nothing, and nobody is told.
    world.engine.pause(&world.who, id).await.expect("paused still");
    world.engine.activate(&world.who, id, OnHeld::Release).await.expect("active");
    world.engine.pause(&world.who, id).await.expect("paused");
    eventually(async || server.mails().len() == 4).await;
    world.engine.shutdown().await;
    assert_eq!(server.mails().len(), 4);
}

#[tokio::test]
async fn tests_are_never_told() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let world = world(&server).await;
    let id = world.webhook(&receiver.url(), told()).await;
    for _ in 0..3 {
        world.engine.test(&world.who, Subject::Saved(id), TOPIC, None).await.expect("sent");
        world.wait(HOUR);
    }
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty());
    // The first mail is about the first real failure.
    fail(&world).await;
    eventually(async || server.mails().len() == 2).await;
    assert!(server.mails()[0].text().contains("(1 attempt)"));
    world.engine.shutdown().await;
}

#[tokio::test]
async fn mails_wait_for_a_mail_server_that_is_away_and_are_given_up_after_a_day() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let world = world(&server).await;
    server.set_away(true);
    world.webhook(&receiver.url(), told()).await;
    fail(&world).await;
    eventually(async || server.greeted() == 2).await;
    server.set_away(false);
    eventually(async || {
        // The rounds wake by the clock; the first wait is a minute.
        world.wait(15);
        server.mails().len() == 2
    })
    .await;
    assert_eq!(server.recipients(), PEOPLE);

    server.set_away(true);
    let other = world
        .webhook(
            &receiver.url(),
            json!({ "name": "Other", "retry": { "preset": "none" }, "alert_recipients": [PEOPLE[0]] }),
        )
        .await;
    world.publish().await;
    let given_up = async || {
        world.wait(30 * 60);
        let page = domain::page::PageRequest { limit: 100, before: None };
        let entries = world.engine.audit(&world.who, page).await.expect("the log").data;
        entries.into_iter().find(|entry| entry.action == "webhook.alert_not_mailed")
    };
    eventually(async || given_up().await.is_some()).await;
    let entry = given_up().await.expect("told");
    assert_eq!((entry.subject.as_str(), &entry.detail["id"]), ("Other", &json!(other)));
    assert_eq!(server.mails().len(), 2);
    world.engine.shutdown().await;
}

#[tokio::test]
async fn an_alert_outlives_the_process_that_raised_it() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let first = World::start().await;
    people(&first).await;
    first.webhook(&receiver.url(), told()).await;
    fail(&first).await;
    assert!(!first.engine.sends_mail());
    assert_eq!(first.engine.alerts(&first.who).await.expect("alerts").len(), 1);
    first.engine.shutdown().await;

    let smtp = Smtp::new(&server.url()).expect("a server");
    let second =
        World::open_in(first.dir.clone(), first.clock.clone(), |config| config.smtp = Some(smtp)).await;
    second.engine.start();
    eventually(async || server.mails().len() == 2).await;
    second.engine.shutdown().await;
}

#[tokio::test]
async fn a_mail_under_way_at_the_end_is_sent_once() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    server.set_slow();
    let first = world(&server).await;
    first
        .webhook(&receiver.url(), json!({ "retry": { "preset": "none" }, "alert_recipients": [PEOPLE[0]] }))
        .await;
    fail(&first).await;
    eventually(async || server.mails().len() == 1).await;
    first.engine.shutdown().await;

    // Somebody else would send it now; ids are made by the time, so it goes on.
    end_mail_leases(&database(&first.dir)).await;
    first.wait(1);
    let smtp = Smtp::new(&server.url()).expect("a server");
    let second =
        World::open_in(first.dir.clone(), first.clock.clone(), |config| config.smtp = Some(smtp)).await;
    second.engine.start();
    settle(&second, &server, &receiver, 1).await;
    second.engine.shutdown().await;
}

#[tokio::test]
async fn the_failure_of_the_last_attempt_before_a_stop_is_told() {
    let answer = Arc::new(Notify::new());
    let reply = Reply::Told(Arc::clone(&answer), Box::new(status(500)));
    let (server, receiver) = (MailServer::start().await, Receiver::with(reply).await);
    let world = world(&server).await;
    world.webhook(&receiver.url(), told()).await;
    world.publish().await;
    eventually(async || receiver.count() == 1).await;
    world.engine.stop();
    tokio::join!(world.engine.shutdown(), async { answer.notify_one() });
    assert_eq!(server.recipients(), PEOPLE);
}

#[tokio::test]
async fn only_people_of_the_marketplace_are_told() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let world = world(&server).await;
    let stranger =
        deliver_support::settings(&receiver.url(), json!({ "alert_recipients": ["eve@example.com"] }));
    match world.engine.create_webhook(&world.who, &stranger).await {
        Err(Error::Invalid(invalid)) => assert!(invalid.at("alert_recipients").is_some(), "{invalid:?}"),
        other => panic!("{other:?}"),
    }
    let id = world.webhook(&receiver.url(), told()).await;
    let members = world.engine.members(&world.who).await.expect("members");
    let ada = members.iter().find(|member| member.email == PEOPLE[0]).expect("a member").id;
    world.engine.remove_member(&world.who, ada).await.expect("removed");
    fail(&world).await;
    eventually(async || server.mails().len() == 1).await;
    assert_eq!(server.recipients(), [PEOPLE[1]]);
    settle(&world, &server, &receiver, 1).await;
    // Another change is not refused for her sake, and forgets her.
    world.change(id, json!({ "name": "Renamed" })).await;
    let settings = world.engine.webhook(&world.who, id).await.expect("there").settings;
    assert_eq!(settings.alert_recipients, [PEOPLE[1]]);
    world.engine.shutdown().await;
}

#[tokio::test]
async fn a_password_and_mails_go_over_tls_to_a_server_that_is_believed() {
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let certificate = names.self_signed(&key).expect("a certificate").der().clone();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        )
        .expect("a certificate with its key");
    let server = MailServer::secure(tokio_rustls::TlsAcceptor::from(Arc::new(config))).await;
    let smtp = Smtp::new(&format!("smtps://ada:se%40cret@localhost:{}", server.port())).expect("a server");
    let open = async |roots: Vec<Vec<u8>>| {
        let smtp = Some(smtp.clone().from("Alerts <alerts@example.com>").expect("a sender"));
        World::open(|config| (config.smtp, config.extra_roots) = (smtp, roots)).await
    };

    let doubting = open(Vec::new()).await;
    let greeted = doubting.engine.try_mail_server().await.expect("a server is set");
    let reason = greeted.expect_err("nobody vouches for it");
    assert!(reason.contains("certificate"), "{reason}");
    assert!(server.passwords().is_empty());

    let believing = open(vec![certificate.to_vec()]).await;
    assert_eq!(believing.engine.try_mail_server().await, Some(Ok(())));
    people(&believing).await;
    believing.engine.start();
    let receiver = Receiver::with(status(500)).await;
    believing.webhook(&receiver.url(), told()).await;
    fail(&believing).await;
    eventually(async || server.mails().len() == 2).await;
    assert_eq!(server.mails()[0].from, "alerts@example.com");
    let password = BASE64_STANDARD.encode("\0ada\0se@cret");
    assert!(
        server.passwords().iter().all(|given| *given == format!("PLAIN {password}")),
        "{:?}",
        server.passwords()
    );
    assert!(!String::from_utf8_lossy(&believing.files()).contains("se@cret"));
    believing.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_on_one_database_send_one_mail() {
    let place = Place::postgres().await;
    let server = MailServer::start().await;
    let receiver =
        Receiver::start(|_, _| Reply::After(std::time::Duration::from_millis(20), Box::new(status(500))))
            .await;
    let smtp = || Some(Smtp::new(&server.url()).expect("a server"));
    let nodes = [place.open(|c| c.smtp = smtp()).await, place.open(|c| c.smtp = smtp()).await];
    people(&nodes[0]).await;
    for node in &nodes {
        node.engine.start();
    }
    nodes[0].webhook(&receiver.url(), told()).await;
    let publish = |n: usize| {
        let (engine, who) = (nodes[n % 2].engine.clone(), nodes[n % 2].who.clone());
        async move { engine.accept(&who, deliver_support::event(deliver_support::PAYLOAD)).await }
    };
    for accepted in futures::future::join_all((0..20).map(publish)).await {
        accepted.expect("accepted");
    }
    nodes[0].until_count(State::Exhausted, 20).await;
    eventually(async || server.mails().len() >= 2).await;
    assert_eq!(server.recipients(), PEOPLE);
    assert_eq!(nodes[1].engine.alerts(&nodes[1].who).await.expect("alerts").len(), 1);
    for node in &nodes {
        node.engine.shutdown().await;
    }
    assert_eq!(server.recipients(), PEOPLE);
    place.remove().await;
}
