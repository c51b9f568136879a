//! `/metrics`: what Prometheus reads.

use crate::support::{Crier, Http, Receiver, eventually, on_both};
use serde_json::json;
use std::collections::HashMap;

on_both!(what_happened_is_counted);

/// The value of every series, after a look at the format.
fn series(text: &str) -> HashMap<String, f64> {
    let mut known = String::new();
    let mut all = HashMap::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# TYPE ") {
            let (name, kind) = head.split_once(' ').expect("a name and a kind");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            name.clone_into(&mut known);
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(name.starts_with(&known) && !known.is_empty(), "{line} has no type");
            assert!(all.insert(name.to_owned(), value.parse().expect("a number")).is_none(), "{line} twice");
        }
    }
    all
}

async fn what_happened_is_counted(crier: Crier) {
    let receiver = Receiver::start();
    let webhook = |path: &str| {
        let retry = json!({ "preset": "none" });
        json!({ "name": "W", "url": receiver.url(path), "topics": ["learning.user.created"], "retry": retry })
    };
    let good = crier.active(webhook("/good")).await;
    let bad = crier.active(webhook("/status/500")).await;
    for _ in 0..3 {
        crier.publish("learning.user.created", json!({ "email": "canary@example.com" })).await;
    }
    crier.log(&format!("webhook={good}&state=delivered"), 3).await;
    crier.log(&format!("webhook={bad}&state=exhausted"), 3).await;

    // No key: a scraper has none. What is recorded is counted a moment later.
    let scraper = Http::new(&crier.http.base);
    eventually("all attempts are counted", || async {
        let answer = scraper.page("/metrics").await;
        (series(&answer.text).get("crier_attempt_duration_seconds_count") == Some(&6.0)).then_some(())
    })
    .await;
    // Anew: the last of them may have been counted while the text was written.
    let answer = scraper.page("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].starts_with("text/plain; version=0.0.4"));
    let series = series(&answer.text);
    let is = |name: &str, value: f64| assert_eq!(series.get(name), Some(&value), "{name} in {}", answer.text);
    is("crier_events_accepted_total", 3.0);
    is("crier_attempts_total{outcome=\"delivered\"}", 3.0);
    is("crier_attempts_total{outcome=\"status\"}", 3.0);
    is("crier_attempts_total{outcome=\"timeout\"}", 0.0);
    is("crier_deliveries_total{state=\"delivered\"}", 3.0);
    is("crier_deliveries_total{state=\"exhausted\"}", 3.0);
    is("crier_attempt_duration_seconds_count", 6.0);
    is("crier_attempt_duration_seconds_bucket{le=\"+Inf\"}", 6.0);
    is("crier_requests_in_flight", 0.0);
    is("crier_queue_deliveries{state=\"due\"}", 0.0);
    is("crier_queue_oldest_due_age_seconds", 0.0);
    is(&format!("crier_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0);
    assert!(series["crier_commit_duration_seconds_count{operation=\"accept\"}"] >= 1.0);
    assert!(series["crier_commit_duration_seconds_sum{operation=\"record\"}"] > 0.0);
    for private in ["canary", &good, &bad, "/status"] {
        assert!(!answer.text.contains(private), "{private} in {}", answer.text);
    }
}
