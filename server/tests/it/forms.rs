//! Forms that are refused: each error stands at its control, the summary leads there, what was typed
//! stays, and nothing is stored. The pages are read as they come, so all of it holds without
//! JavaScript.

use crate::support::{Browser, Crier, Database, PASSWORD, Page, on_both, rows, text};
use serde_json::json;

on_both!(each_mistake_stands_at_its_control);

type Fields<'f> = Vec<(&'f str, &'f str)>;

/// A form that is good but for what `change` replaces; an empty value takes a field away.
fn with<'f>(change: &[(&'f str, &'f str)]) -> Fields<'f> {
    let good = [("name", "Good"), ("url", "https://example.com/hook"), ("topics", "learning.user.created")];
    let replaced = |name: &str| change.iter().any(|(changed, _)| *changed == name);
    let kept = good.into_iter().filter(|(name, _)| !replaced(name));
    kept.chain(change.iter().copied().filter(|(_, value)| !value.is_empty())).collect()
}

/// What is typed, the field, and what it is told.
type Mistake = (&'static [(&'static str, &'static str)], &'static str, &'static str);

/// What is typed, the control that must be blamed, and a part of what is said there.
const MISTAKES: &[Mistake] = &[
    (&[("name", "")], "f-name", "Give the webhook a name."),
    (&[("url", "")], "f-url", "Type the URL"),
    (&[("url", "not a url")], "f-url", "URL"),
    (&[("url", "http://10.0.0.1/")], "f-url", "10.0.0.1"),
    (&[("url", "https://example.com:25/")], "f-url", "25"),
    (&[("topics", "")], "f-topics", "Choose at least one topic."),
    (&[("topics", "learning.user.invented")], "f-topics", "learning.user.invented"),
    (&[("body_template", "{\n\"a\": {{ payload.email }")], "f-body_template", "(line 2, column"),
    (&[("body_template", "{\"a\": }")], "f-body_template", "(line 1, column"),
    (&[("format", "xml"), ("body_template", "<a><b></a>")], "f-body_template", "(line 1, column"),
    (&[("method", "GET"), ("format", "json")], "f-format-json", "choose application/x-www-form-urlencoded"),
    (&[("method", "GET"), ("format", "xml")], "f-format-xml", "choose application/x-www-form-urlencoded"),
    (&[("basic", "yes"), ("auth.password", "x")], "f-auth-username", "Type the username."),
    (&[("basic", "yes"), ("auth.username", "sync")], "f-auth-password", "Type the password."),
    (&[("basic", "yes"), ("auth.username", "a:b"), ("auth.password", "x")], "f-auth-username", "colon"),
    (&[("auth.type", "header"), ("auth.name", "host"), ("auth.value", "x")], "f-auth-name", "Crier sets"),
    (&[("auth.type", "bearer")], "f-auth-token", "Type this secret"),
    (&[("headers.0.name", "transfer-encoding"), ("headers.0.value", "x")], "f-headers-0-name", "Crier sets"),
    (&[("headers.2.name", "webhook-id"), ("headers.2.value", "x")], "f-headers-2-name", "Crier sets"),
    (&[("headers.1.name", "x-a"), ("headers.1.secret", "1")], "f-headers-1-value", "Type this secret"),
    (&[("conditions.1.field", "colour"), ("conditions.1.op", "eq")], "f-conditions-1-field", "Fields are"),
    (&[("conditions.0.field", "topic"), ("conditions.0.op", "in")], "f-conditions-0-value", "commas"),
    (&[("conditions.0.field", "topic"), ("conditions.0.op", "like")], "f-conditions-0-op", "comparison"),
    (&[("conditions.json", "{\"all\": [}")], "f-conditions-json", "This is not JSON. (line 1, column"),
    (&[("signing.scheme", "standard"), ("signing.header", "X-Mine")], "f-signing-header", "chosen scheme"),
    (&[("signing.scheme", "standard"), ("signing.secret", "short")], "f-signing-secret", "whsec_"),
    (
        &[
            ("signing.scheme", "hmac_hex"),
            ("auth.type", "header"),
            ("auth.name", "x-hub-signature-256"),
            ("auth.value", "x"),
        ],
        "f-auth-name",
        "The signature is sent",
    ),
    (&[("frequency.key", "payload.id")], "f-frequency-window_s", "whole number"),
    (&[("frequency.window_s", "5")], "f-frequency-key", "payload.profileid"),
    (
        &[
            ("frequency.key", "payload.id"),
            ("frequency.window_s", "9"),
            ("frequency.window_s.unit", "second"),
        ],
        "f-frequency-window_s",
        "1 minute to 1 year",
    ),
    (&[("timeout_s", "31")], "f-timeout_s", "1 to 30 seconds."),
    (&[("timeout_s", "soon")], "f-timeout_s", "number of seconds"),
    (&[("max_in_flight", "0")], "f-max_in_flight", "Between 1 and 1,000"),
    (&[("max_in_flight", "few")], "f-max_in_flight", "whole number"),
    (
        &[("retry.preset", "custom"), ("retry.schedule_s", "5, abc")],
        "f-retry-schedule_s",
        "such as 5s, 5m, 2h",
    ),
    (&[("retry.preset", "custom"), ("retry.schedule_s", "5s, 8d")], "f-retry-schedule_s", "“8d”"),
];

async fn each_mistake_stands_at_its_control(crier: Crier) {
    let browser = Browser::owner(&crier).await;
    for action in ["/do/webhooks/save", "/do/webhooks/test-form"] {
        for (change, id, says) in MISTAKES {
            let page = browser.post(action, &with(change)).await;
            assert!(page.address.starts_with("/webhooks/new?form="), "{}", page.address);
            let entries = page.summary();
            assert_eq!(entries.len(), 1, "{change:?}: {entries:?}");
            assert_at(&page, &entries[0], id, says);
            assert!(!page.words().contains("[5, 300]"), "{change:?}: not in the contract's language");
            for (name, value) in change.iter().filter(|(name, value)| is_line(name) && !value.is_empty()) {
                let id = format!("f-{}", name.replace('.', "-"));
                assert_eq!(page.attribute(&id, "value").as_deref(), Some(*value), "{name} comes back");
            }
        }
    }
    let list = crier.http.get("/webhooks").await.expect(200);
    assert!(rows(&list).is_empty(), "nothing is stored");
}

/// Whether it is an input of one line that shows what was typed.
fn is_line(name: &str) -> bool {
    let secret = ["auth.password", "auth.value", "auth.token", "signing.secret"].contains(&name);
    let other = ["topics", "format", "body_template", "basic", "auth.type", "conditions.json", "method"];
    let select = name.ends_with(".op")
        || name.ends_with(".unit")
        || name.ends_with(".secret")
        || name.ends_with(".scheme");
    !secret && !select && !other.contains(&name) && name != "retry.preset"
}

/// The browser stands at the summary, whose entry leads to the control, which is marked and described.
#[track_caller]
fn assert_at(page: &Page, (link, entry): &(String, String), id: &str, says: &str) {
    assert!(page.address.ends_with("#form-errors"), "{}", page.address);
    assert_eq!(page.attribute("form-errors", "tabindex").as_deref(), Some("-1"), "the focus can go there");
    assert_eq!(link, id, "{entry}");
    assert!(entry.contains(says), "{says}: {entry}");
    let (label, message) = entry.split_once(": ").expect("label and message");
    assert!(!label.is_empty() && !message.is_empty(), "{entry}");
    // A group is marked as a whole, and its first control is led to.
    let marked = if id.starts_with("f-format-") { "f-format" } else { id };
    assert_eq!(page.attribute(marked, "aria-invalid").as_deref(), Some("true"), "{}", page.tag(marked));
    let described = page.attribute(marked, "aria-describedby").expect("it is described");
    let told: Vec<_> = described.split(' ').map(|by| page.words_of(by)).collect();
    assert!(told.iter().any(|told| told.contains(message)), "{message}: {told:?}");
    // Nothing that is led to is folded away.
    let before = &page.text[..page.text.find(&format!(" id=\"{id}\"")).expect("it is there")];
    let opened: Vec<_> = before.match_indices("<details").map(|(at, _)| at).collect();
    let closed = before.matches("</details>").count();
    let around = opened.len() - closed;
    let open_around = |at: &usize| before[*at..].split('>').next().is_some_and(|tag| tag.contains(" open"));
    assert!(around == 0 || opened.iter().rev().take(around).all(open_around), "{id} is folded away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_wrong_is_told_at_once_and_everything_typed_stays() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let typed = [
        ("name", ""),
        ("url", "ftp://example.com"),
        ("format", "xml"),
        ("method", "GET"),
        ("body_template", "<a>\n{{ payload.email </a>"),
        ("basic", "yes"),
        ("auth.username", "sync"),
        ("auth.password", "s3cret-word"),
        ("_secret", "auth.password"),
        ("headers.0.name", "X-Good"),
        ("headers.0.value", "kept"),
        ("headers.2.name", "Host"),
        ("headers.2.value", "x"),
        ("conditions.4.field", "colour"),
        ("conditions.4.op", "gt"),
        ("conditions.4.value", "7"),
        ("retry.preset", "custom"),
        ("retry.schedule_s", "soon"),
        ("timeout_s", "99"),
    ];
    let page = browser.post("/do/webhooks/save", &typed).await;
    let led: Vec<_> = page.summary().into_iter().map(|(id, _)| id).collect();
    let expect = "f-name f-url f-topics f-format-xml f-body_template f-headers-2-name f-conditions-4-field \
                  f-retry-schedule_s f-timeout_s";
    assert_eq!(led, expect.split_whitespace().collect::<Vec<_>>(), "in the order of the page");
    assert!(
        page.words_of("form-errors").contains("9 things need another look"),
        "{}",
        page.words_of("form-errors")
    );
    assert!(page.text.contains("<title>Error: "), "the title says so first");
    for (id, value) in [
        ("f-url", "ftp://example.com"),
        ("f-auth-username", "sync"),
        ("f-headers-0-value", "kept"),
        ("f-headers-2-name", "Host"),
        ("f-conditions-4-value", "7"),
        ("f-retry-schedule_s", "soon"),
    ] {
        assert_eq!(page.attribute(id, "value").as_deref(), Some(value), "{id}");
    }
    assert!(!page.text.contains("s3cret-word"), "a secret never comes back");
    assert!(page.words_of("f-auth-password-help").starts_with("Set."), "but shows as set");

    // Sent again without the password, it is the one that was typed.
    let waiting = page.hidden("_form");
    let mended = with(&[
        ("_form", &waiting),
        ("basic", "yes"),
        ("auth.username", "sync"),
        ("_secret", "auth.password"),
    ]);
    let saved = browser.post("/do/webhooks/save", &mended).await;
    assert!(saved.address.starts_with("/webhooks/whk_"), "{}: {}", saved.address, saved.words());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_asks_for_each_secret_by_name() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let webhook = json!({ "name": "Kept", "url": "https://example.com/", "topics": ["learning.user.created"],
        "auth": { "type": "basic", "username": "sync", "password": "pass" },
        "headers": [{ "name": "X-Key", "value": "key", "secret": true }] });
    let made = crier.http.post("/webhooks", webhook).await.expect(201);
    let moved = with(&[
        ("id", text(&made, "id")),
        ("revision", "1"),
        ("url", "https://other.example/"),
        ("basic", "yes"),
        ("auth.username", ""),
        ("auth.password.set", "1"),
        ("headers.0.name", "X-Key"),
        ("headers.0.secret", "1"),
        ("headers.0.value.set", "1"),
    ]);
    for action in ["/do/webhooks/save", "/do/webhooks/test-form"] {
        let page = browser.post(action, &moved).await;
        let entries = page.summary();
        let says = "The URL leads to another server now, so this must be typed again.";
        assert_eq!(
            entries,
            [
                ("f-auth-username".to_owned(), "Username: Type the username.".to_owned()),
                ("f-auth-password".to_owned(), format!("Password: {says}")),
                ("f-headers-0-value".to_owned(), format!("Header value, row 1: {says}")),
            ]
        );
        assert_at(&page, &entries[1], "f-auth-password", says);
        assert_at(&page, &entries[2], "f-headers-0-value", says);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_saves_after_somebody_else_is_told_and_may_save_again() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let webhook =
        json!({ "name": "First", "url": "https://example.com/", "topics": ["learning.user.created"] });
    let made = crier.http.post("/webhooks", webhook).await.expect(201);
    let path = format!("/webhooks/{}", text(&made, "id"));
    crier.http.patch(&path, json!({ "name": "Theirs" })).await.expect(200);

    let mine = |revision| with(&[("id", text(&made, "id")), ("revision", revision), ("name", "Mine")]);
    let page = browser.post("/do/webhooks/save", &mine("1")).await;
    assert!(page.words_of("form-errors").contains("Somebody else saved"), "{}", page.words());
    assert_eq!(page.attribute("f-name", "value").as_deref(), Some("Mine"), "what was typed stays");
    assert_eq!(crier.http.get(&path).await.expect(200)["name"], "Theirs", "nothing is overwritten unasked");

    browser.post("/do/webhooks/save", &mine(&page.hidden("revision"))).await;
    assert_eq!(crier.http.get(&path).await.expect(200)["name"], "Mine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doubts_about_a_template_stand_beside_the_test_and_after_saving() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let bin = crier.http.post("/bins", json!({})).await.expect(201);
    let form = with(&[("url", text(&bin, "url")), ("body_template", "{\n\"a\": \"{{ payload.emial }}\"}")]);
    let doubt = "Body template: “payload.emial” is in the sample of none of the chosen topics: it will be null or \
                 empty. (line 2, column";
    let page = browser.post("/do/webhooks/test-form", &form).await;
    assert!(page.words_of("test-result").contains(doubt), "{}", page.words_of("test-result"));
    let page = browser.post("/do/webhooks/save", &form).await;
    assert!(page.words().contains(doubt), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_forms_tell_everything_at_once_too() {
    let crier = Crier::start(Database::Sqlite).await;
    let stranger = Browser::stranger(&crier);
    let token = crier.greeting[0].split("token=").nth(1).expect("a set-up link").to_owned();
    let setup = [
        ("token", token.as_str()),
        ("name", ""),
        ("email", "ann"),
        ("password", "short"),
        ("marketplace", ""),
    ];
    let page = stranger.post("/do/first-account", &setup).await;
    assert_led(&page, &["f-name", "f-email", "f-password", "f-marketplace"]);
    assert_eq!(page.attribute("f-email", "value").as_deref(), Some("ann"));

    let browser = Browser::owner(&crier).await;
    let page = stranger.post("/do/sign-in", &[("email", "ann@example.com"), ("password", "wrong")]).await;
    assert_led(&page, &["f-password"]);

    let person = [("name", ""), ("email", "ann@example.com"), ("password", "short"), ("role", "viewer")];
    let page = browser.post("/do/people/add", &person).await;
    assert_led(&page, &["f-name", "f-email", "f-password"]);
    assert!(page.words_of("form-errors").contains("already"), "{}", page.words_of("form-errors"));

    let password = [("current_password", "not it"), ("new_password", "short")];
    let page = browser.post("/do/account/password", &password).await;
    assert_led(&page, &["f-current_password", "f-new_password"]);

    let page = browser.post("/do/keys/create", &[("name", ""), ("scope", "read")]).await;
    assert_led(&page, &["f-name"]);
    let page =
        browser.post("/do/marketplace/save", &[("name", ""), ("domain_id", ""), ("tenant_id", "t")]).await;
    assert_led(&page, &["f-name", "f-domain_id"]);
    let topic = [("key", "learning.user.x"), ("title", ""), ("sample", "{\n\"a\": }")];
    let page = browser.post("/do/topics/save", &topic).await;
    assert_led(&page, &["f-key", "f-title", "f-sample"]);
    assert!(page.summary()[2].1.contains("(line 2, column"), "{:?}", page.summary());
}

#[track_caller]
fn assert_led(page: &Page, ids: &[&str]) {
    let entries = page.summary();
    assert_eq!(entries.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ids, "{entries:?}");
    for (entry, id) in entries.iter().zip(ids) {
        assert_at(page, entry, id, "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_set_up_page_says_where_its_link_is_and_later_leads_to_sign_in() {
    let crier = Crier::start(Database::Sqlite).await;
    let stranger = Browser::stranger(&crier);
    for address in ["/setup", "/setup?token=wrong"] {
        let page = stranger.open(address).await.words();
        assert!(
            page.contains("Crier prints the link when it starts") && page.contains("Start Crier again"),
            "{page}"
        );
        assert!(!page.contains("used up") && !page.contains("Create account"), "{page}");
    }
    let _owner = Browser::owner(&crier).await;
    for address in ["/setup", crier.greeting[0].strip_prefix("Set up Crier: ").expect("a link")] {
        let page = stranger.open(address.strip_prefix(&crier.http.base).unwrap_or(address)).await;
        assert!(page.words().contains("Crier is set up already"), "{}", page.words());
        assert!(page.text.contains("href=\"/login\""), "{}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_and_programs_are_refused_in_their_own_terms() {
    let crier = Crier::start(Database::Sqlite).await;
    let add = "user add --email vera@example.com --name Vera --role viewer --password-stdin";
    let added = crier.run(&add.split(' ').collect::<Vec<_>>(), PASSWORD);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let webhook = json!({ "name": "Read", "url": "https://example.com/", "topics": ["learning.user.created"],
        "auth": { "type": "bearer", "token": "hidden" }, "headers": [{ "name": "X-Open", "value": "shown" }] });
    let made = crier.http.post("/webhooks", webhook).await.expect(201);
    let settings = format!("/webhooks/{}/settings", text(&made, "id"));
    let viewer = Browser::signed_in(&crier, "vera@example.com").await;
    let page = viewer.open(&settings).await;
    for control in ["name=\"url\"", "name=\"topics\"", "<textarea", ">Save<", ">Send test<", " disabled"] {
        assert!(!page.text.contains(control), "{control} on a page to read");
    }
    for fact in ["learning.user.created", "application/json", "X-Open", "shown", "Token Set"] {
        assert!(page.words().contains(fact), "{fact}: {}", page.words());
    }
    let page = viewer.post("/do/webhooks/save", &with(&[("id", text(&made, "id"))])).await;
    let told = page.words_of("form-errors");
    assert_eq!(told, "Your role, viewer, can read but not change this.");
    let problem = crier.with_scope("read").post("/events", json!({})).await.problem(403);
    let told = "This API key has the scope read: it can read but not publish events.";
    assert_eq!(problem["detail"], told);
}
