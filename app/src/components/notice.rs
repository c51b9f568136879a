//! What there is to say after a change, or before one.

use crate::{
    components::icon::icon,
    form::{Returned, Tone},
    ids,
};
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

/// The notice that a form left.
pub fn said(form: &Returned) -> AnyView {
    form.said.clone().map(|(tone, text)| notice(tone, text)).into_any()
}

/// What a form left to say: its notice, and how many fields need another look.
pub fn returned(form: &Returned) -> AnyView {
    let said = said(form);
    let wrong = (!form.errors.errors.is_empty()).then(|| errors(form));
    view! { {wrong} {said} }.into_any()
}

fn errors(form: &Returned) -> AnyView {
    let title = match form.errors.errors.len() {
        1 => "One thing needs another look:".to_owned(),
        n => format!("{n} things need another look:"),
    };
    let line = |e: &domain::invalid::FieldError| view! { <li>{e.message.clone()}</li> };
    view! {
        <div class="notice bad" role="alert" id=ids::FORM_ERRORS>
            {icon("x-circle")}
            <div>
                <p>{title}</p>
                <ul>{form.errors.errors.iter().map(line).collect_view()}</ul>
            </div>
        </div>
    }
    .into_any()
}
