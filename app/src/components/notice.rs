//! What there is to say after a change, or before one.

use crate::{
    components::icon::icon,
    form::{Returned, Tone},
    ids,
    shown::Entry,
};
use domain::invalid::Advice;
use leptos::prelude::*;

/// A line with an icon, read out at once when it is bad.
pub fn notice(tone: Tone, body: impl IntoView + 'static) -> AnyView {
    let (class, sign, role) = match tone {
        Tone::Good => ("good", "check-circle", "status"),
        Tone::Info => ("info", "info", "status"),
        Tone::Warning => ("warn", "alert", "status"),
        Tone::Bad => ("bad", "x-circle", "alert"),
    };
    view! { <div class=format!("notice {class}") role=role>{icon(sign)} <div>{body.into_any()}</div></div> }
        .into_any()
}

/// What a form left to say: a notice, or why it was refused, with the way to each field that is
/// wrong. To be drawn after the fields, which note where they stand; to be put before them.
pub fn returned(form: &Returned) -> AnyView {
    let said = form.said.clone();
    match said {
        _ if form.is_refused() => refused(form, said.map(|(_, text)| text)),
        Some((tone, text)) => notice(tone, text),
        None => ().into_any(),
    }
}

fn refused(form: &Returned, said: Option<String>) -> AnyView {
    let entries = form.told();
    let title = match entries.len() {
        0 => None,
        1 => Some("One thing needs another look".to_owned()),
        n => Some(format!("{n} things need another look")),
    };
    let title = title.map(|title| view! { <h2>{title}</h2> });
    let list = (!entries.is_empty()).then(|| view! { <ul>{entries.iter().map(entry).collect_view()}</ul> });
    view! {
        <div class="notice bad" role="alert" id=ids::FORM_ERRORS tabindex="-1">
            {icon("x-circle")}
            <div>{said.map(|said| view! { <p>{said}</p> })} {title} {list}</div>
        </div>
    }
    .into_any()
}

fn entry(entry: &Entry) -> AnyView {
    let text = format!("{}{}", entry.error.message, place(entry.error.line, entry.error.column));
    match entry.at.clone() {
        Some((id, label)) => {
            view! { <li><a href=format!("#{id}")>{format!("{label}: {text}")}</a></li> }.into_any()
        }
        None => view! { <li>{text}</li> }.into_any(),
    }
}

/// Where in a text of several lines something is, to stand after a sentence.
pub fn place(line: Option<u32>, column: Option<u32>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
        (Some(line), None) => format!(" (line {line})"),
        _ => String::new(),
    }
}

/// What may be saved but looks like a mistake.
pub fn advice(list: &[Advice]) -> AnyView {
    let one = |advice: &Advice| {
        let label = if advice.field == "body_template" { "Body template: " } else { "" };
        let place = place(advice.line, advice.column);
        notice(Tone::Warning, format!("{label}{}{place}", advice.message))
    };
    list.iter().map(one).collect_view().into_any()
}
