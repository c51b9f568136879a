//! The tab *Signing*: what the receiver needs to check that a request comes from here.

use super::{
    api::{EndOverlap, RotateSecret},
    head::Standing,
};
use crate::{
    components::{
        button::hidden_fields,
        card::{card, facts},
        code::{self, Language},
        confirm::Confirm,
        copy,
        field::Field,
        icon::icon,
        notice::notice,
        split::{self, LIST},
        time,
    },
    form::{Next, Returned, Tone},
    page::{Answer, Visit},
};
use domain::{
    time::Timestamp,
    webhook::{Scheme, Signing, Webhook},
};
use engine::{Permission, Saved};
use leptos::{prelude::*, server_fn::ServerFn};

/// Has the next page show a secret that was just made: the secret itself, or the public key that goes with it.
pub fn once(next: Next, saved: &Saved) -> Next {
    let signing = &saved.webhook.settings.signing;
    match &saved.secret {
        Some(_) if signing.scheme.has_public_key() => next.with(NEW_KEY, &signing.public_key),
        Some(secret) => next.with(NEW_SECRET, secret.as_str()),
        None => next,
    }
}

const NEW_SECRET: &str = "secret";
const NEW_KEY: &str = "public_key";

/// A signing secret that was just made: this is the only time it is shown. Of a key pair the secret part is never.
pub fn shown_once(form: &Returned) -> AnyView {
    if let Some(key) = form.extra::<String>(NEW_KEY) {
        let body = view! {
            <p>"Give it to whoever runs the receiver, which checks with it that requests come from you. It stands on the tab Signing from now on; the private key stays here."</p>
            {code::block("New public key", Language::Plain, &key)}
        };
        return card("new-key", "New public key", body);
    }
    let Some(secret) = form.extra::<String>(NEW_SECRET) else { return ().into_any() };
    card(
        "secret",
        "Signing secret",
        view! {
            <p>"Give it to whoever runs the receiver, if it checks signatures: they prove that requests come from you. Copy it now: it is not shown again."</p>
            {copy::secret(secret, "signing secret")}
        },
    )
}

/// The tab.
pub async fn page(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let webhook = standing.webhook();
    let signing = &webhook.settings.signing;
    let signs = signing.scheme != Scheme::None;
    let until = signing.previous_until.filter(|until| visit.now < *until);
    let may_rotate = visit.may(Permission::Manage) && signs && until.is_none();
    let rotate = may_rotate.then(|| rotate(&visit, webhook));
    let body = view! {
        {match visit.form.extra::<String>(NEW_KEY) {
            Some(_) => notice(Tone::Good, "A new key pair was made. Give its public key, below, to whoever runs the receiver."),
            None => shown_once(&visit.form),
        }}
        {card("scheme", "How requests are signed", facts(vec![
            ("Scheme", name(signing.scheme).into_any()),
            ("Header", header(signing)),
            ("Signed", signed(signing.scheme).into_any()),
        ]))}
        {until.map(|until| previous(&visit, webhook, until))}
        {rotate}
        {keys(signing, until.is_some())}
        {examples(signing)}
    };
    Ok(standing.page(&visit, "/signing").body(body))
}

/// What goes with every form of the tab.
fn hidden(visit: &Visit, webhook: &Webhook) -> Vec<(&'static str, String)> {
    vec![("id", webhook.id.to_string()), (LIST, split::list_query(&visit.query).encode())]
}

/// The secret before the last rotation, until its time is over.
fn previous(visit: &Visit, webhook: &Webhook, until: Timestamp) -> AnyView {
    let (does, then) = if webhook.settings.signing.scheme.carries_both() {
        ("The old secret signs too until ", "Only the new secret signs from then on.")
    } else {
        ("The old secret signs until ", "The new one signs from then on: the header has room for one.")
    };
    let end = visit.may(Permission::Manage).then(|| {
        let confirm = Confirm {
            id: "end-overlap".to_owned(),
            verb: "End it now",
            class: "",
            icon: "key",
            title: "Stop signing with the old secret?".to_owned(),
            text: if webhook.settings.signing.scheme.has_public_key() {
                "The receiver must have the new public key by now: the old one is forgotten."
            } else {
                "The receiver must have the new secret by now: the old one is forgotten."
            }
            .to_owned(),
            action: EndOverlap::PATH,
            hidden: hidden(visit, webhook),
        };
        view! { <div class="row">{confirm.view()}</div> }
    });
    let another = end.is_some().then_some(" To make another new one, end the old one first.");
    card(
        "previous",
        "The old secret",
        view! { <p>{does} {time::exact(until)} ". " {then} {another}</p> {end} },
    )
}

/// Makes a new secret; how long the old one goes on is chosen with it.
fn rotate(visit: &Visit, webhook: &Webhook) -> AnyView {
    let (help, at_once) = if webhook.settings.signing.scheme.carries_both() {
        ("Until then requests carry both signatures, and the receiver may check either.", "Stops at once")
    } else {
        (
            "Until then the new one waits: requests have room for one signature.",
            "Stops at once, the new one signs",
        )
    };
    let options = [
        ("86400", "Goes on for a day"),
        ("3600", "Goes on for an hour"),
        ("604800", "Goes on for a week"),
        ("0", at_once),
    ];
    let options = options.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    card(
        "rotate",
        "New secret",
        view! {
            <form method="post" action=RotateSecret::PATH class="stack">
                {hidden_fields(&hidden(visit, webhook))}
                {Field::select("overlap_s", "The old secret", options).of(&visit.form, "86400").help(help).view()}
                <div class="row"><button class="button">{icon("key")} "Make a new secret"</button></div>
            </form>
        },
    )
}

/// A scheme in words.
pub(super) const fn name(scheme: Scheme) -> &'static str {
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
    match signing.header_name() {
        Some(name) => view! { <code>{name.to_owned()}</code> }.into_any(),
        None => "none".into_any(),
    }
}

/// The public keys, for the schemes that have one; while an old secret goes on, those of both.
fn keys(signing: &Signing, overlaps: bool) -> AnyView {
    let one = |id: &'static str, title: &'static str, text: &Option<String>| {
        text.as_ref().map(|text| card(id, title, code::block(title, Language::of(None, text), text)))
    };
    let [key, xml] = match overlaps {
        true => ["New public key", "New public key as XML"],
        false => ["Public key", "Public key as XML"],
    };
    let old = overlaps.then(|| {
        view! {
            {one("old-key", "Old public key", &signing.previous_public_key)}
            {one("old-key-xml", "Old public key as XML", &signing.previous_public_key_xml)}
        }
    });
    view! {
        {one("public-key", key, &signing.public_key)}
        {one("public-key-xml", xml, &signing.public_key_xml)}
        {old}
    }
    .into_any()
}

/// How the receivers that RSA is for check a request.
fn examples(signing: &Signing) -> Option<AnyView> {
    let header = signing.header_name().filter(|_| signing.scheme == Scheme::RsaSha256)?;
    let variable = header.to_ascii_uppercase().replace('-', "_");
    let php = format!(
        r#"$body = file_get_contents('php://input');
$signature = base64_decode($_SERVER['HTTP_{variable}']);
$key = file_get_contents('public-key.pem');
$genuine = openssl_verify($body, $signature, $key, OPENSSL_ALGO_SHA256) === 1;"#
    );
    let csharp = format!(
        r#"using var rsa = RSA.Create();
rsa.FromXmlString(File.ReadAllText("public-key.xml"));
var signature = Convert.FromBase64String(request.Headers["{header}"]);
var genuine = rsa.VerifyData(body, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);"#
    );
    Some(card(
        "examples",
        "How the receiver checks it",
        view! {
            <p>"Check the bytes of the body as they came, before anything reads them."</p>
            {code::block("PHP", Language::Plain, &php)}
            {code::block("C#", Language::Plain, &csharp)}
        },
    ))
}
