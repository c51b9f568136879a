//! Alerts as an operator without a mail server and a manager see them.

use crate::support::{Browser, Crier, Database, Receiver, eventually, fields, on_both, text};
use serde_json::json;

on_both!(people_are_chosen_in_the_form_and_alerts_show_without_mail);

const TOPIC: &str = "learning.user.created";
const OFF: &str =
    "Mail is off here, so nobody gets one. Whoever runs Crier switches it on (CRIER_SMTP__URL).";

async fn people_are_chosen_in_the_form_and_alerts_show_without_mail(crier: Crier) {
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Down", "url": receiver.url("/status/503"), "topics": [TOPIC],
        "retry": { "preset": "none" } });
    let id = crier.active(webhook).await;
    let settings = format!("/webhooks/{id}/settings");

    // The form offers the people of the marketplace; what it saves is read over REST, and shown again.
    let page = browser.open(&settings).await;
    let start = page.text.split("name=\"alert_recipients\"").nth(1).expect("a check box");
    let email = start.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
    let saved = browser
        .post(
            "/do/webhooks/save",
            &[
                ("id", id.as_str()),
                ("name", "Down"),
                ("url", receiver.url("/status/503").as_str()),
                ("topics", TOPIC),
                ("retry.preset", "none"),
                ("alert_recipients", email),
            ],
        )
        .await;
    assert!(saved.words().contains("1 person gets a mail"), "{}", saved.words());
    let path = format!("/webhooks/{id}");
    let read = crier.http.get(&path).await.expect(200);
    assert_eq!(read["alert_recipients"], json!([email]));
    let stranger = json!({ "alert_recipients": [email, "eve@example.com"] });
    let problem = crier.http.patch(&path, stranger).await.problem(422);
    assert_eq!(fields(&problem), ["alert_recipients"]);
    assert!(problem["errors"][0]["message"].to_string().contains("eve@example.com"), "{problem}");

    assert!(!browser.open("/").await.words().contains(OFF), "nothing is wrong yet");
    crier.publish(TOPIC, json!({ "user_id": 7 })).await;
    crier.log("state=exhausted", 1).await;
    for address in ["/", path.as_str()] {
        let words = browser.open(address).await.words();
        assert!(words.contains(OFF), "{address}: {words}");
    }
    let summary = browser.open(&path).await.words();
    assert!(summary.contains("Last answer: HTTP 503."), "{summary}");

    // Once it delivers again there is nothing to tell.
    crier.http.patch(&path, json!({ "url": receiver.url("/") })).await.expect(200);
    crier.publish(TOPIC, json!({ "user_id": 8 })).await;
    crier.log("state=delivered", 1).await;
    eventually("the alert ends", || async {
        (!browser.open(&path).await.words().contains(OFF)).then_some(())
    })
    .await;
    assert_eq!(text(&crier.http.get(&path).await.expect(200), "state"), "active");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_tries_the_mail_server() {
    let crier = Crier::start(Database::Sqlite).await;
    let told = String::from_utf8(crier.run(&["doctor"], "").stdout).expect("text");
    assert!(told.contains("note  smtp.url: not set"), "{told}");
    // Nothing listens on port 1.
    let mut command = crier.command(&["doctor"]);
    command.env("CRIER_SMTP__URL", "smtp://ada:canary@127.0.0.1:1");
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert!(told.contains("wrong smtp.url: ") && !told.contains("canary"), "{told}");
}
