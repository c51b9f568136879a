//! The pages of the log, of events and of the overview, as a manager reads them without JavaScript.

use crate::support::{Browser, Crier, Database, Receiver, on_both, rows, text};
use serde_json::json;

on_both!(a_failure_is_told_with_what_comes_next the_log_is_searched_and_its_filters_can_be_taken_away);

const TOPIC: &str = "learning.user.created";

async fn a_failure_is_told_with_what_comes_next(crier: Crier) {
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Down", "url": receiver.url("/status/503"), "topics": [TOPIC],
        "retry": { "schedule_s": [3600, 3600, 3600, 3600, 3600] } });
    let id = crier.active(webhook).await;
    crier.publish(TOPIC, json!({ "user_id": 7 })).await;
    let row = crier.log("state=retrying", 1).await.remove(0);
    let address = format!("/deliveries/{}", text(&row, "id"));
    let story = browser.open(&address).await.words_of("story");
    assert!(story.starts_with("The receiver answered 503 Service Unavailable after "), "{story}");
    assert!(story.contains("Next try in 59 minutes (2 of 6)."), "{story}");
    assert!(story.contains("Show its answer to whoever runs it."), "{story}");
    for step in ["Accepted", "Matched", "Try 1 503", "Next try"] {
        assert!(story.contains(step), "{step}: {story}");
    }

    // What Retry sends, and what is different since, is said before it is pressed.
    let retry = browser.open(&address).await.words_of("retry");
    assert!(retry.contains("so the body reads the same"), "{retry}");
    let change = json!({ "body_template": "{\"new\":true}", "url": receiver.url("/") });
    crier.http.patch(&format!("/webhooks/{id}"), change).await.expect(200);
    let page = browser.open(&address).await;
    let retry = page.words_of("retry");
    assert!(retry.contains("changed since try 1 (revision 1, now 2)"), "{retry}");
    let then = page.words_of("then");
    assert!(then.contains("Revision 1; since then URL, Body template"), "{then}");

    let answered =
        browser.post("/do/deliveries/retry", &[("id", text(&row, "id")), ("body", "render")]).await;
    assert!(answered.address.starts_with(&address), "{}", answered.address);
    crier.log("state=delivered", 1).await;
    let story = browser.open(&address).await.words_of("story");
    assert!(story.contains("Delivered on try 2."), "{story}");
    assert_eq!(receiver.wait(2).await[1].body(), "{\"new\":true}");
}

async fn the_log_is_searched_and_its_filters_can_be_taken_away(crier: Crier) {
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook = |name: &str| json!({ "name": name, "url": receiver.url("/"), "topics": [TOPIC] });
    let id = crier.active(webhook("Student sync")).await;
    let event = crier.publish(TOPIC, json!({ "email": "ann.lee@example.com" })).await;
    crier.publish(TOPIC, json!({ "email": "bob@example.com" })).await;
    let log = crier.log("state=delivered", 2).await;
    let delivery = log.iter().find(|row| row["event_id"] == json!(event)).expect("it is there");
    let delivery = text(delivery, "id");
    let answer = browser.open_whatever("/deliveries?q=&topic=&test=false&from=").await;
    assert_eq!(
        answer.headers["location"], "/deliveries?test=false",
        "fields left empty are no part of the link"
    );
    for (q, count) in [(delivery, 1), (event.as_str(), 1), (id.as_str(), 2), ("Ann.Lee@example.com", 1)] {
        let page = browser.open(&format!("/deliveries?q={q}&test=false")).await;
        assert_eq!(page.text.matches("row-link").count(), count, "{q}");
        assert!(page.text.contains("href=\"/deliveries?test=false\""), "the search can be taken away");
        assert!(page.text.contains("Remove no tests"), "{}", page.words());
        let found = browser.open(&format!("/events?q={q}")).await;
        assert_eq!(found.text.matches("row-link").count(), count, "{q}");
    }
    let nothing =
        browser.open("/deliveries?q=nobody@example.com&outcome=tls&state=held").await.words_of("log");
    let said = "No entry matches outcome “No secure connection”, “nobody@example.com”, Waiting (paused).";
    assert!(nothing.contains(said) && nothing.contains("Clear filters"), "{nothing}");

    // A delivery keeps the list that it was opened from beside it, with the filters.
    let page = browser.open(&format!("/deliveries/{delivery}?list=q%3Dann.lee%2540example.com")).await;
    let beside = page.text.split("id=\"beside\"").nth(1).and_then(|rest| rest.split("</nav>").next());
    let beside = beside.expect("the list is there");
    assert_eq!((beside.matches("<li").count(), beside.matches("aria-current=\"page\"").count()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_says_why_and_retry_sends_it_all_the_same() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Newsletter", "url": receiver.url("/"), "topics": [TOPIC] });
    let id = crier.active(webhook).await;
    crier.http.post(&format!("/webhooks/{id}/pause"), json!({})).await.expect(200);
    crier.publish(TOPIC, json!({ "n": 1 })).await;
    crier.publish(TOPIC, json!({ "n": 2 })).await;
    let held = crier.log("state=held", 2).await;
    let address = format!("/deliveries/{}", text(&held[0], "id"));
    let page = browser.open(&address).await;
    assert!(page.words_of("story").contains("It waits because the webhook is paused"), "{}", page.words());
    let retry = page.words_of("retry");
    assert!(
        retry.contains("Retry sends this one delivery all the same, once; the others keep waiting."),
        "{retry}"
    );
    browser.post("/do/deliveries/retry", &[("id", text(&held[0], "id")), ("body", "render")]).await;
    crier.log("state=delivered", 1).await;
    assert_eq!(crier.log("state=held", 1).await.len(), 1);
    assert_eq!(receiver.wait(1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_says_who_got_it_and_why_others_did_not() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook =
        |name: &str, topic: &str| json!({ "name": name, "url": receiver.url("/"), "topics": [topic] });
    crier.active(webhook("Zebra wants it", TOPIC)).await;
    crier.active(webhook("Another topic", "learning.sale.created")).await;
    crier.http.post("/webhooks", webhook("A draft", TOPIC)).await.expect(201);
    let event = crier.publish(TOPIC, json!({ "n": 1 })).await;
    crier.log("state=delivered", 1).await;
    crier.active(webhook("Came later", TOPIC)).await;
    let page = browser.open(&format!("/events/{event}")).await;
    assert_eq!(page.words_of("event-story"), "It went to 1 webhook: 1 delivered.");
    let why = page.words_of("explain");
    let at = |text: &str| why.find(text).unwrap_or_else(|| panic!("{text}: {why}"));
    assert!(at("Zebra wants it Yes") < at("Another topic No"), "{why}");
    assert!(why.contains("did not choose this topic"), "{why}");
    assert!(at("Came later No It was made, activated or changed later.") < at("Drafts 1 draft"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_says_who_fails_and_what_to_do() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let receiver = Receiver::start();
    let webhook = |name: &str, path: &str| json!({ "name": name, "url": receiver.url(path), "topics": [TOPIC], "retry": { "preset": "none" } });
    crier.active(webhook("Good", "/")).await;
    crier.active(webhook("Locked", "/status/401")).await;
    crier.publish(TOPIC, json!({ "n": 1 })).await;
    crier.log("state=exhausted", 1).await;
    crier.log("state=delivered", 1).await;
    let page = browser.open("/").await;
    assert_eq!(page.words_of("failing-title"), "Locked causes the one failure");
    let failing = page.words_of("failing");
    assert!(failing.contains("The receiver answered 401 Unauthorized. It refuses who asks."), "{failing}");
    let words = page.words();
    assert!(words.contains("50 %") && words.contains("nothing to compare with the day before"), "{words}");
}

/// The page must say so when the database is away, that nothing is lost, and what to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_its_database_says_so() {
    let crier = Crier::start(Database::Postgres).await;
    let browser = Browser::owner(&crier).await;
    assert_eq!(rows(&crier.http.get("/deliveries").await.expect(200)).len(), 0);
    crier.lose_database();
    let page = browser.open_whatever("/deliveries?state=held").await;
    assert_eq!(page.status, 503, "{}", page.text);
    for said in ["Not available right now", "Nothing is lost", "href=\"/deliveries?state=held\"", "Try again"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
}
