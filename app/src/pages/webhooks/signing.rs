//! The tab *Signing*: what the receiver needs to check that a request comes from here.

use super::{api::RotateSecret, show};
use crate::{
    components::{
        card::{card, facts},
        code,
        confirm::Confirm,
        copy,
        notice::notice,
    },
    form::{Returned, Tone},
    page::{Answer, Visit},
};
use domain::webhook::{Scheme, Signing, Webhook};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// A signing secret that was just made: this is the only time it is shown.
pub fn shown_once(form: &Returned) -> AnyView {
    match form.extra::<String>("secret") {
        Some(secret) => notice(
            Tone::Warning,
            view! {
                <p>"This is the signing secret. Copy it now, it is not shown again; the receiver checks signatures with it."</p>
                {copy::text(secret, "signing secret")}
            },
        ),
        None => ().into_any(),
    }
}

/// The tab.
pub async fn page(visit: Visit) -> Answer {
    let webhook = visit.engine.webhook(&visit.who, visit.id("id")?).await?;
    let rotate = (visit.may(Permission::Manage) && webhook.settings.signing.scheme != Scheme::None)
        .then(|| rotate(&webhook));
    let signing = &webhook.settings.signing;
    let body = view! {
        {shown_once(&visit.form)}
        {card("scheme", "How requests are signed", view! {
            {facts(vec![
                ("Scheme", name(signing.scheme).into_any()),
                ("Header", header(signing)),
                ("Signed", signed(signing.scheme).into_any()),
            ])}
            {rotate}
        })}
        {keys(signing)}
    };
    Ok(show::frame(&visit, &webhook, "signing").body(body))
}

fn rotate(webhook: &Webhook) -> AnyView {
    let confirm = Confirm {
        id: "rotate".to_owned(),
        verb: "New secret",
        class: "",
        icon: "key",
        title: "Make a new signing secret?".to_owned(),
        text: "The old one stops signing at once: give the new one to the receiver right away.".to_owned(),
        action: RotateSecret::PATH,
        hidden: vec![("id", webhook.id.to_string())],
    };
    view! { <div class="row">{confirm.view()}</div> }.into_any()
}

const fn name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard => "Standard Webhooks 1.0.0, HMAC-SHA256",
        Scheme::Ed25519 => "Standard Webhooks 1.0.0, Ed25519",
        Scheme::HmacHex => "HMAC-SHA256 in hex",
        Scheme::HmacBase64 => "HMAC-SHA256 in base64",
        Scheme::Stripe => "Time and HMAC-SHA256, as Stripe sends it",
        Scheme::RsaSha256 => "RSASSA-PKCS1-v1_5 with SHA-256 in base64",
        Scheme::None => "Requests are not signed",
    }
}

/// What exactly is signed.
const fn signed(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard | Scheme::Ed25519 => "webhook-id, a dot, webhook-timestamp, a dot, the body",
        Scheme::Stripe => "the time, a dot, the body",
        Scheme::HmacHex | Scheme::HmacBase64 | Scheme::RsaSha256 => "the body, byte for byte",
        Scheme::None => "nothing",
    }
}

fn header(signing: &Signing) -> AnyView {
    let usual = match signing.scheme {
        Scheme::Standard | Scheme::Ed25519 => "webhook-signature",
        Scheme::HmacHex => "X-Hub-Signature-256",
        Scheme::HmacBase64 => "X-Webhook-Hmac-Sha256",
        Scheme::Stripe => "Stripe-Signature",
        Scheme::RsaSha256 => "X-DI-Signature",
        Scheme::None => return "none".into_any(),
    };
    let name = signing.header.clone().unwrap_or_else(|| usual.to_owned());
    view! { <code>{name}</code> }.into_any()
}

/// The public keys, for the schemes that have one.
fn keys(signing: &Signing) -> AnyView {
    let one = |id: &'static str, title: &'static str, text: &Option<String>| {
        text.as_ref().map(|text| card(id, title, code::block(title, code::Language::of(None, text), text)))
    };
    view! {
        {one("public-key", "Public key", &signing.public_key)}
        {one("public-key-xml", "Public key as XML", &signing.public_key_xml)}
    }
    .into_any()
}
