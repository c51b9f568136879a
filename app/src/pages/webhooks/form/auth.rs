//! How the receiver knows the sender.

use crate::{
    components::{
        card::{folded, section},
        field::{Field, choice},
    },
    form::Returned,
    pairs::Pairs,
};
use leptos::prelude::*;

/// A secret of the contract's field `name`, and whether one is stored.
pub fn secret(form: &Returned, fields: &Pairs, name: &str, label: &'static str) -> AnyView {
    let flag = format!("{name}.set");
    let stored = fields.get(&flag) == "1";
    view! {
        {stored.then(|| view! { <input type="hidden" name=flag value="1" /> })}
        {Field::secret(name, label, stored).of(form, "").view()}
    }
    .into_any()
}

/// Basic authentication: yes or no, with user name and password where yes.
pub fn basic(form: &Returned, fields: &Pairs) -> AnyView {
    let options = vec![
        ("yes", "Yes", view! { "The receiver asks for a user name and a password." }.into_any()),
        ("no", "No", view! { "Anyone may send to it, or it knows us another way." }.into_any()),
    ];
    let chosen = fields.some("basic").unwrap_or("no");
    section(
        "basic-auth",
        "How the receiver knows you",
        "Whoever runs the receiver tells you which it wants.",
        view! {
            {choice("basic", "Basic authentication", options, chosen, None)}
            <div class="when-basic">
                {Field::text("auth.username", "Username").of(form, fields.get("auth.username")).autocomplete("off").view()}
                {secret(form, fields, "auth.password", "Password")}
            </div>
        },
    )
}

/// The other ways: a header of the receiver's choice, or a bearer token.
pub fn other(form: &Returned, fields: &Pairs) -> AnyView {
    let kind = fields.some("auth.type").unwrap_or("none");
    let options = vec![
        ("none", "None", view! { "No further authentication." }.into_any()),
        ("header", "Header", view! { "A header with a key, such as X-API-Key." }.into_any()),
        ("bearer", "Bearer token", view! { <code>"Authorization: Bearer …"</code> }.into_any()),
    ];
    let summary = match (fields.get("basic"), kind) {
        ("yes", _) | (_, "none") => "None".to_owned(),
        (_, "header") => format!("Header {}", fields.get("auth.name")),
        _ => "Bearer token".to_owned(),
    };
    let wrong = ["auth.name", "auth.value", "auth.token", "auth.type", "auth"]
        .iter()
        .any(|f| form.error(f).is_some());
    folded(
        "other-auth",
        "Other authentication",
        summary,
        wrong,
        view! {
            <p class="help when-basic">"Used when basic authentication is set to No."</p>
            {choice("auth.type", "Kind", options, kind, form.error("auth.type").or_else(|| form.error("auth")))}
            <div class="when-header">
                {Field::text("auth.name", "Header of the key").of(form, fields.get("auth.name")).placeholder("X-API-Key").view()}
                {secret(form, fields, "auth.value", "Key")}
            </div>
            <div class="when-bearer">{secret(form, fields, "auth.token", "Token")}</div>
        },
    )
}
