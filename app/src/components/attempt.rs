//! One HTTP exchange: what happened in words, then answer, request and timing.

use crate::{
    components::{
        card::folded,
        code::{self, Language},
        pill,
    },
    words,
};
use domain::delivery::{Attempt, Outcome, Request, Response, Timing};
use leptos::prelude::*;

/// "The receiver answered 500 Internal Server Error after 120 ms."
#[must_use]
pub fn sentence(attempt: &Attempt) -> String {
    let after = words::duration(attempt.timing_ms.total);
    match &attempt.response {
        Some(response) if matches!(attempt.outcome, Outcome::Delivered | Outcome::Status) => {
            format!("The receiver answered {} after {after}.", status_line(response.status))
        }
        _ if attempt.request.is_none() => words::outcome(attempt.outcome).meaning.to_owned(),
        _ => format!("{} It ended after {after}.", words::outcome(attempt.outcome).meaning),
    }
}

fn status_line(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

/// The sentence with the status code in colour before it.
pub fn headline(attempt: &Attempt) -> AnyView {
    let code = attempt.response.as_ref().map(|r| pill::status_code(r.status));
    view! { {code} <span>{sentence(attempt)}</span> }.into_any()
}

/// Message and advice, then answer, request and timing.
pub fn view(attempt: &Attempt) -> AnyView {
    let advice = words::outcome(attempt.outcome).advice;
    // The headline says already what the receiver answered.
    let message = attempt.message.clone().filter(|_| attempt.outcome != Outcome::Status);
    let told = message.map(|message| view! { <p class="attempt-message">{message}</p> });
    view! {
        {told}
        {(!advice.is_empty()).then(|| view! { <p class="attempt-advice">{advice}</p> })}
        <div class="exchange">
            {attempt.response.as_ref().map(response)}
            {attempt.request.as_ref().map(request)}
            {timing(&attempt.timing_ms)}
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
        code::block("Body of the answer", language, &response.body)
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
        code::block("Body of the request", language, &request.body)
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

/// The steps of an exchange one after the other, as start and end in milliseconds.
fn steps(timing: &Timing) -> Vec<(&'static str, f64, f64)> {
    let mut at = 0.0;
    let mut steps = Vec::new();
    for (name, took) in [("Name", timing.dns), ("Connect", timing.connect), ("TLS", timing.tls)] {
        if let Some(took) = took {
            steps.push((name, at, at + took));
            at += took;
        }
    }
    if let Some(first) = timing.first_byte {
        steps.push(("Wait", at, first.max(at)));
        at = first.max(at);
        steps.push(("Read", at, timing.total.max(at)));
    }
    steps
}

/// A waterfall, with its numbers as a table.
fn timing(timing: &Timing) -> AnyView {
    let total = timing.total.max(0.001);
    let row = |(name, start, end): (&'static str, f64, f64)| {
        let (x, width) = (start / total * 100.0, ((end - start) / total * 100.0).max(0.5));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="waterfall">
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect x=format!("{x:.2}") y="0" width=format!("{width:.2}") height="4" rx="0.5"></rect>
                    </svg>
                </td>
                <td class="number">{words::duration(end - start)}</td>
            </tr>
        }
    };
    view! {
        <section class="exchange-part" aria-label="Timing">
            <h3>"Timing"</h3>
            <table class="timing">
                <tbody>
                    {steps(timing).into_iter().map(row).collect_view()}
                    <tr class="sum"><th scope="row">"Total"</th><td></td><td class="number">{words::duration(timing.total)}</td></tr>
                </tbody>
            </table>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other() {
        let timing =
            Timing { dns: Some(1.0), connect: Some(2.0), tls: None, first_byte: Some(10.0), total: 12.0 };
        assert_eq!(
            steps(&timing),
            [("Name", 0.0, 1.0), ("Connect", 1.0, 3.0), ("Wait", 3.0, 10.0), ("Read", 10.0, 12.0)]
        );
    }
}
