//! What happened to a delivery and what comes next, in words.

use crate::{
    components::{attempt, time},
    words,
};
use domain::{
    delivery::{Delivery, Outcome, State},
    time::Timestamp,
    webhook::{self, Webhook, frequency::held_back},
};
use leptos::prelude::*;

/// The first line of a delivery.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Story {
    /// How the last try ended; empty when there was none.
    pub(super) happened: String,
    /// What comes next; before the moment of the next try when there is one.
    pub(super) next: String,
    /// When the next try is.
    pub(super) due: Option<Timestamp>,
    /// Which of how many tries it is.
    pub(super) of: String,
}

/// Tells a delivery. `webhook` is as it is now, `None` when it was deleted.
pub(super) fn story(delivery: &Delivery, webhook: Option<&Webhook>) -> Story {
    let happened = delivery.attempts.last().map(attempt::sentence).unwrap_or_default();
    if let (State::Retrying, Some(due)) = (delivery.state, delivery.next_attempt_at) {
        let of = match planned(delivery, webhook) {
            Some(planned) => format!("({} of {planned}).", delivery.attempts.len() + 1),
            None => format!("(try {}).", delivery.attempts.len() + 1),
        };
        return Story { happened, next: "Next try".to_owned(), due: Some(due), of };
    }
    Story { happened, next: next(delivery, webhook), due: None, of: String::new() }
}

/// How many tries the webhook's schedule plans; `None` when a person asked for more: what had been delivered is sent
/// again, or the plan is passed.
fn planned(delivery: &Delivery, webhook: Option<&Webhook>) -> Option<u32> {
    if delivery.attempts.iter().any(|attempt| attempt.outcome == Outcome::Delivered) {
        return None;
    }
    let planned = webhook?.settings.retry.attempts();
    let next = u32::try_from(delivery.attempts.len()).ok()?.saturating_add(1);
    (next <= planned).then_some(planned)
}

fn next(delivery: &Delivery, webhook: Option<&Webhook>) -> String {
    let tries = delivery.attempts.len();
    let said = match delivery.state {
        State::Delivered if delivery.test => "It was a test.",
        State::Exhausted if delivery.test => "It was a test, so it is not tried again.",
        State::Delivered if tries == 1 => "Delivered on the first try.",
        State::Delivered => return format!("Delivered on try {tries}."),
        State::Exhausted if tries == 1 => "Crier gave up after 1 try.",
        State::Exhausted => return format!("Crier gave up after {tries} tries."),
        State::Held => return held(delivery, webhook).to_owned(),
        State::Discarded if delivery.outcome == Some(Outcome::Frequency) => {
            return held_back(webhook.and_then(|webhook| webhook.settings.frequency.as_ref()));
        }
        State::Discarded if webhook.is_none() => "It was discarded when the webhook was deleted.",
        State::Discarded => "It was discarded and is not tried again.",
        State::Retrying => "It is tried again soon.",
        State::Pending => "It waits for its first try.",
        State::Sending => "It is being sent right now.",
    };
    said.to_owned()
}

fn held(delivery: &Delivery, webhook: Option<&Webhook>) -> &'static str {
    if delivery.attempts.last().is_some_and(|last| last.outcome == Outcome::Template) {
        return "It waits until the template is mended and saved.";
    }
    match webhook.map(|webhook| webhook.state) {
        Some(webhook::State::Paused) => {
            "It waits because the webhook is paused; activating it sends what waits."
        }
        Some(webhook::State::Deactivated) => {
            "It waits because the webhook was deactivated; activating it sends what waits."
        }
        _ => "It was kept waiting when the webhook was activated; release it there, or retry it here.",
    }
}

/// Story and advice.
pub(super) fn view(delivery: &Delivery, webhook: Option<&Webhook>, now: Timestamp) -> AnyView {
    let Story { happened, next, due, of } = story(delivery, webhook);
    let due = due.map(|due| view! { " " {time::due(due, now)} " " });
    let last = delivery.attempts.last().filter(|_| delivery.state != State::Delivered);
    let (message, advice) = (last.and_then(attempt::message), last.and_then(attempt::advice));
    view! {
        <p class="story">{happened} " " {next} {due} {of}</p>
        {message}
        {advice}
    }
    .into_any()
}

/// What the exchange is called: "Try 2 of 6" by the plan while it goes on, by what there was once it ended.
pub(super) fn title(delivery: &Delivery, webhook: Option<&Webhook>, number: u32) -> String {
    let tries = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
    let on = matches!(delivery.state, State::Retrying | State::Pending | State::Sending);
    let of = if on { planned(delivery, webhook) } else { Some(tries) };
    match of {
        Some(1) | None => format!("Try {}", words::number(number.into())),
        Some(of) => format!("Try {number} of {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn delivery(state: &str, statuses: &[u16]) -> Delivery {
        let attempt = |(at, status): (usize, &u16)| {
            let outcome = if *status < 300 { "delivered" } else { "status" };
            json!({
                "number": at + 1, "at": "2026-01-01T00:00:00.000Z", "revision": 1, "outcome": outcome, "message": null,
                "request": { "method": "POST", "url": "https://x.example/", "headers": [], "body": "{}" },
                "response": { "status": status, "headers": [], "body": "", "truncated": false },
                "timing_ms": { "dns": null, "connect": null, "tls": null, "first_byte": null, "total": 120.0 },
            })
        };
        let due = (state == "retrying").then_some("2026-01-01T00:05:00.000Z");
        let attempts: Vec<_> = statuses.iter().enumerate().map(attempt).collect();
        serde_json::from_value(json!({
            "event_id": "evt_01a200fa-8a83-7000-801a-4e9ca6395a42".replace('-', ""), "webhook_id": null,
            "webhook_name": "A", "topic": "a.b.c", "state": state, "test": false,
            "created_at": "2026-01-01T00:00:00.000Z", "next_attempt_at": due, "attempts": attempts,
        }))
        .expect("a delivery")
    }

    fn webhook(state: webhook::State) -> Webhook {
        let mut settings = webhook::Settings::new("A", "https://x.example/", Vec::new());
        settings.retry = domain::retry::Retry::Schedule { schedule_s: vec![5, 5, 5, 5, 5] };
        let at = Timestamp::from_ms(0);
        Webhook {
            id: domain::id::Id::from_key(1),
            settings,
            owner: None,
            state,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn tries_are_counted_by_the_plan() {
        let active = webhook(webhook::State::Active);
        let told = story(&delivery("retrying", &[500]), Some(&active));
        assert_eq!(told.happened, "The receiver answered 500 Internal Server Error after 120 ms.");
        assert_eq!((told.next.as_str(), told.of.as_str()), ("Next try", "(2 of 6)."));
        assert!(told.due.is_some());
        // A person asked for more than was planned, or the webhook is gone.
        assert_eq!(story(&delivery("retrying", &[500; 6]), Some(&active)).of, "(try 7).");
        assert_eq!(story(&delivery("retrying", &[500]), None).of, "(try 2).");
        assert_eq!(story(&delivery("retrying", &[200, 500]), Some(&active)).of, "(try 3).");
        assert_eq!(title(&delivery("retrying", &[200, 500]), Some(&active), 2), "Try 2");
        assert_eq!(title(&delivery("retrying", &[500]), Some(&active), 1), "Try 1 of 6");
        assert_eq!(title(&delivery("delivered", &[500, 200]), Some(&active), 1), "Try 1 of 2");
        assert_eq!(title(&delivery("delivered", &[200]), Some(&active), 1), "Try 1");
    }

    #[test]
    fn an_end_is_told_as_an_end() {
        let active = webhook(webhook::State::Active);
        let next = |state: &str, statuses: &[u16]| story(&delivery(state, statuses), Some(&active)).next;
        assert_eq!(next("exhausted", &[500; 6]), "Crier gave up after 6 tries.");
        assert_eq!(next("delivered", &[200]), "Delivered on the first try.");
        assert_eq!(next("delivered", &[500, 204]), "Delivered on try 2.");
    }

    #[test]
    fn what_waits_says_for_what() {
        let held = delivery("held", &[]);
        let says = |state| story(&held, Some(&webhook(state))).next;
        assert!(says(webhook::State::Paused).contains("paused"));
        assert!(says(webhook::State::Deactivated).contains("deactivated"));
        assert!(says(webhook::State::Active).contains("release"));
        assert_eq!(
            story(&delivery("discarded", &[]), None).next,
            "It was discarded when the webhook was deleted."
        );
    }
}
