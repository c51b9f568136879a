//! One HTTP exchange: what happened in words, what to do about it, then answer, request and timing.

use crate::{
    components::{
        card::folded,
        code::{self, Language},
        pill, timing,
    },
    words,
};
use domain::delivery::{Attempt, Outcome, Request, Response};
use leptos::prelude::*;

/// "The receiver answered 500 Internal Server Error after 120 ms."
#[must_use]
pub fn sentence(attempt: &Attempt) -> String {
    let after = words::duration(attempt.timing_ms.total);
    match &attempt.response {
        Some(response) if matches!(attempt.outcome, Outcome::Delivered | Outcome::Status) => {
            format!("The receiver answered {} after {after}.", words::status_line(response.status))
        }
        _ if attempt.request.is_none() => words::outcome(attempt.outcome).meaning.to_owned(),
        _ => format!("{} It ended after {after}.", words::outcome(attempt.outcome).meaning),
    }
}

/// The sentence with the status code in colour before it.
pub fn headline(attempt: &Attempt) -> AnyView {
    let code = attempt.response.as_ref().map(|r| pill::status_code(r.status));
    view! { {code} <span>{sentence(attempt)}</span> }.into_any()
}

/// Message and advice, then answer, request and timing.
pub fn view(attempt: &Attempt) -> AnyView {
    view! { {message(attempt)} {advice(attempt)} {parts(attempt)} }.into_any()
}

/// What there is to say beyond the headline, such as why a certificate was refused.
pub fn message(attempt: &Attempt) -> Option<AnyView> {
    let message = attempt.message.as_deref()?;
    // The headline says already what the receiver answered.
    let message = match &attempt.response {
        Some(response) if attempt.outcome == Outcome::Status => {
            let told = format!("The receiver answered {}.", words::status_line(response.status));
            message.strip_prefix(&told).unwrap_or(message).trim().to_owned()
        }
        _ => message.to_owned(),
    };
    if message.is_empty() {
        return None;
    }
    Some(view! { <p class="attempt-message">{message}</p> }.into_any())
}

/// What to do about it, where there is something to do.
pub fn advice(attempt: &Attempt) -> Option<AnyView> {
    let advice = words::advice(attempt.outcome, attempt.response.as_ref().map(|r| r.status));
    (!advice.is_empty()).then(|| view! { <p class="attempt-advice">{advice}</p> }.into_any())
}

/// Answer, request and timing.
pub fn parts(attempt: &Attempt) -> AnyView {
    view! {
        <div class="exchange">
            {attempt.response.as_ref().map(response)}
            {attempt.request.as_ref().map(request)}
            {timing::view(&attempt.timing_ms)}
        </div>
    }
    .into_any()
}

fn content_type(headers: &[(String, String)]) -> Option<&str> {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| value.as_str())
}

fn headers(id: &'static str, list: &[(String, String)]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let line = |(name, value): &(String, String)| view! { <div><dt>{name.clone()}</dt><dd>{value.clone()}</dd></div> };
    let lines = list.iter().map(line).collect_view();
    let summary = words::count(list.len() as i64, "header", "headers");
    folded(id, "Headers", summary, false, view! { <dl class="headers">{lines}</dl> })
}

fn response(response: &Response) -> AnyView {
    let language = Language::of(content_type(&response.headers), &response.body);
    let body = if response.body.is_empty() {
        view! { <p class="help">"The answer has no body."</p> }.into_any()
    } else {
        code::sent("Body of the answer", language, &response.body)
    };
    view! {
        <section class="exchange-part" aria-label="Response">
            <h3>"Response" " " {pill::status_code(response.status)}</h3>
            {body}
            {response.truncated.then(|| view! { <p class="help">"Only the first 64 KiB are kept."</p> })}
            {headers("response-headers", &response.headers)}
        </section>
    }
    .into_any()
}

fn request(request: &Request) -> AnyView {
    let language = Language::of(content_type(&request.headers), &request.body);
    let body = if request.body.is_empty() {
        view! { <p class="help">"The request has no body."</p> }.into_any()
    } else {
        code::sent("Body of the request", language, &request.body)
    };
    view! {
        <section class="exchange-part" aria-label="Request">
            <h3>"Request"</h3>
            <p class="request-line"><strong>{request.method.clone()}</strong> " " <code>{request.url.clone()}</code></p>
            {body}
            {headers("request-headers", &request.headers)}
        </section>
    }
    .into_any()
}
