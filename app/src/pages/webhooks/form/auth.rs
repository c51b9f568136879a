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

/// A secret of the contract's field `name`.
pub fn secret(form: &Returned, fields: &Pairs, name: &str, label: &'static str) -> Field {
    Field::secret(name, label, fields.get(&format!("{name}.set")) == "1").of(form, "")
}

/// Basic authentication: yes or no, with user name and password where yes.
pub fn basic(form: &Returned, fields: &Pairs) -> AnyView {
    let options = vec![
        ("yes", "Yes", view! { "The receiver asks for a user name and a password." }.into_any()),
        ("no", "No", view! { "Anyone may send to it, or it asks for a key, a token or OAuth 2.0: see Other authentication." }.into_any()),
    ];
    let chosen = fields.some("basic").unwrap_or("no");
    section(
        "basic-auth",
        "How the receiver knows you",
        "Whoever runs the receiver tells you which it wants.",
        view! {
            {choice(form, "basic", "Basic authentication", options, chosen)}
            <div class="when-basic">
                {Field::text("auth.username", "Username").of(form, fields.get("auth.username")).autocomplete("off").view()}
                {secret(form, fields, "auth.password", "Password").view()}
            </div>
        },
    )
}

/// The other ways: a header of the receiver's choice, or a bearer token.
pub fn other(form: &Returned, fields: &Pairs) -> AnyView {
    let kind = fields.some("auth.type").unwrap_or("none");
    let options = vec![
        ("none", "None", view! { "No further authentication." }.into_any()),
        ("header", "Header", view! { "A header with a key or token, such as X-API-Key." }.into_any()),
        ("bearer", "Bearer token", view! { <code>"Authorization: Bearer …"</code> }.into_any()),
        (
            "oauth2_client_credentials",
            "OAuth 2.0 client credentials",
            "A token that Crier asks for and renews.".into_any(),
        ),
        (
            "oauth2_password",
            "OAuth 2.0 password",
            "The same, with a user's name and password too.".into_any(),
        ),
    ];
    let summary = match (fields.get("basic"), kind) {
        ("yes", _) | (_, "none") => "None".to_owned(),
        (_, "header") => format!("Header {}", fields.get("auth.name")),
        (_, "bearer") => "Bearer token".to_owned(),
        _ => "OAuth 2.0".to_owned(),
    };
    let before = form.shown.count();
    let body = view! {
        <p class="help when-basic">"Used when basic authentication is set to No."</p>
        {choice(form, "auth.type", "Kind", options, kind)}
        <div class="when-header">
            {Field::text("auth.name", "Header of the key").of(form, fields.get("auth.name")).placeholder("X-API-Key").view()}
            {secret(form, fields, "auth.value", "Key").view()}
        </div>
        <div class="when-bearer">{secret(form, fields, "auth.token", "Token").view()}</div>
        <div class="when-oauth">
            {Field::text("auth.token_url", "Token address").of(form, fields.get("auth.token_url")).placeholder("https://login.example.com/token").view()}
            {Field::text("auth.client_id", "Client id").of(form, fields.get("auth.client_id")).autocomplete("off").view()}
            {secret(form, fields, "auth.client_secret", "Client secret").view()}
            {Field::text("auth.scope", "Scope").of(form, fields.get("auth.scope")).optional().view()}
        </div>
        <div class="when-oauth-user">
            // The contract's labels are on the form once: these two are called otherwise.
            <p class="help">"The user name and the password that the token is asked for with."</p>
            {Field::text("oauth.username", "Account").of(form, fields.get("oauth.username")).autocomplete("off").view()}
            {secret(form, fields, "oauth.password", "Account secret").view()}
        </div>
    };
    // Open for what a preset offers, and for what is wrong.
    let open = form.shown.count() > before || (kind == "none" && fields.some("auth.name").is_some());
    folded("other-auth", "Other authentication", summary, open, body)
}
