//! The life line of a delivery: accepted → matched → tries → now.

use crate::{components::time, form::TOKEN, page::Visit, words};
use domain::{
    delivery::{Attempt, Delivery, Outcome, State},
    time::Timestamp,
};
use leptos::prelude::*;

/// The first tries that are shown one by one, and the last.
const FIRST: usize = 2;
const LAST: usize = 3;

/// Draws it.
pub(super) fn view(visit: &Visit, delivery: &Delivery) -> AnyView {
    let tries = &delivery.attempts;
    let (first, hidden, last) = if tries.len() > FIRST + LAST + 1 {
        (&tries[..FIRST], tries.len() - FIRST - LAST, &tries[tries.len() - LAST..])
    } else {
        (&tries[..], 0, &tries[tries.len()..])
    };
    let step = |attempt: &Attempt| tried(visit, delivery.created_at, attempt);
    let more = (hidden > 0).then(|| {
        let text = format!("{hidden} more tries");
        view! { <li class="life-more"><span class="dot bad"></span><span>{text}</span></li> }
    });
    let webhook = delivery.webhook_name.clone();
    view! {
        <ol class="life" aria-label="What became of it">
            <li>
                <span class="dot plain"></span>
                <span><a href=format!("/events/{}", delivery.event_id)>"Accepted"</a></span>
                {time::ago(delivery.created_at, visit.now)}
            </li>
            <li>
                <span class="dot plain"></span>
                <span>"Matched"</span>
                <span class="life-note">{webhook}</span>
            </li>
            {first.iter().map(step).collect_view()}
            {more}
            {last.iter().map(step).collect_view()}
            {now(delivery, visit.now)}
        </ol>
    }
    .into_any()
}

fn tried(visit: &Visit, start: Timestamp, attempt: &Attempt) -> AnyView {
    let tone = if attempt.outcome == Outcome::Delivered { "good" } else { "bad" };
    let result = attempt.response.as_ref().map_or_else(
        || words::outcome(attempt.outcome).name.to_owned(),
        |response| response.status.to_string(),
    );
    let href = address(visit, attempt);
    view! {
        <li>
            <span class=format!("dot {tone}")></span>
            <span><a href=href>{format!("Try {}", attempt.number)}</a> " " {result}</span>
            {time::after(start, attempt.at)}
        </li>
    }
    .into_any()
}

/// The page with this try.
pub(super) fn address(visit: &Visit, attempt: &Attempt) -> String {
    let query = visit.query.without(TOKEN).with("attempt", attempt.number.to_string());
    format!("{}#tries", query.on(&visit.path))
}

/// Where it stands, unless its last try says that already.
fn now(delivery: &Delivery, now: Timestamp) -> Option<AnyView> {
    let look = words::delivery_state(delivery.state);
    let (word, moment) = match (delivery.state, delivery.next_attempt_at) {
        (State::Delivered, _) => return None,
        (State::Retrying, Some(due)) => ("Next try", Some(time::due(due, now))),
        (State::Exhausted, _) => ("Gave up", None),
        _ => (look.word, None),
    };
    let here = view! {
        <li class="life-now">
            <span class=format!("dot {}", look.tone)></span>
            <span>{word}</span>
            {moment}
        </li>
    };
    Some(here.into_any())
}
