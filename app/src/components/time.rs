//! Moments. The server writes UTC; the script makes them local and keeps relative ones fresh.

use crate::words;
use domain::time::Timestamp;
use leptos::prelude::*;

/// How long ago, with the exact moment on hover and focus.
pub fn ago(at: Timestamp, now: Timestamp) -> AnyView {
    view! {
        <time class="ago" datetime=at.to_string() data-tip=utc(at) data-relative="" tabindex="0">
            {words::relative(at.ms(), now.ms())}
        </time>
    }
    .into_any()
}

/// The same inside of something that takes the focus itself, such as a summary or a link.
pub fn ago_inside(at: Timestamp, now: Timestamp) -> AnyView {
    view! {
        <time class="ago" datetime=at.to_string() data-tip=utc(at) data-relative="">
            {words::relative(at.ms(), now.ms())}
        </time>
    }
    .into_any()
}

/// When something is due, within a sentence: "in 4 minutes", and "now" from that moment on.
pub fn due(at: Timestamp, now: Timestamp) -> AnyView {
    view! {
        <time class="ago" datetime=at.to_string() data-tip=utc(at) data-relative="due" tabindex="0">
            {words::due(at.ms(), now.ms())}
        </time>
    }
    .into_any()
}

/// How long after `start` it was, with the exact moment on hover and focus.
pub fn after(start: Timestamp, at: Timestamp) -> AnyView {
    view! {
        <time class="ago" datetime=at.to_string() data-tip=utc(at) tabindex="0">
            {words::after(at.ms() - start.ms())}
        </time>
    }
    .into_any()
}

/// The exact moment.
pub fn exact(at: Timestamp) -> AnyView {
    view! { <time datetime=at.to_string() data-exact="">{utc(at)}</time> }.into_any()
}

/// `2023-11-30 16:51:00 UTC`.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", time.split('.').next().unwrap_or_default())
}
