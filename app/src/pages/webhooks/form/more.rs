//! The folded rest: signature, answers, retries, limits.

use super::auth::secret;
use crate::{
    components::{
        card::folded_part,
        field::{Field, check},
        owned, span,
    },
    form::Returned,
    pairs::Pairs,
};
use leptos::prelude::*;

fn options(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

/// What the list says of the chosen value.
pub(super) fn label_of(list: &[(&str, &str)], value: &str) -> String {
    list.iter().find(|(v, _)| *v == value).map_or_else(|| value.to_owned(), |(_, label)| (*label).to_owned())
}

pub(super) const SCHEMES: [(&str, &str); 7] = [
    ("standard", "Standard Webhooks (HMAC-SHA256)"),
    ("ed25519", "Standard Webhooks (Ed25519, public key)"),
    ("hmac_hex", "HMAC-SHA256 in hex, as GitHub sends it"),
    ("hmac_base64", "HMAC-SHA256 in base64, as Shopify sends it"),
    ("stripe", "Time and HMAC, as Stripe sends it"),
    ("rsa_sha256", "RSA-SHA256 (public key as PEM or XML)"),
    ("none", "No signature"),
];

/// How bodies are signed.
pub fn signing(form: &Returned, fields: &Pairs) -> AnyView {
    let scheme = fields.some("signing.scheme").unwrap_or("standard");
    folded_part(form, "signature", "Signature", label_of(&SCHEMES, scheme), || {
        view! {
            {Field::select("signing.scheme", "Scheme", options(&SCHEMES))
                .of(form, scheme)
                .help("Lets the receiver check that a request comes from you and was not changed.")
                .view()}
            {Field::text("signing.header", "Name of the signature's header")
                .of(form, fields.get("signing.header"))
                .optional()
                .help("Empty uses the scheme’s usual name, such as X-DI-Signature for RSA. Standard Webhooks fixes its own.")
                .view()}
            {secret(form, fields, "signing.secret", "Signing secret").view()}
            <p class="help">"Leave the secret empty and one is made for you, and shown once after saving. Of a key pair (Ed25519, RSA) only the public key is: after saving it stands on the tab Signing."</p>
        }
        .into_any()
    })
}

pub(super) const RETRIES: [(&str, &str); 6] = [
    ("standard", "7 more tries over about 28 hours"),
    ("five_in_two_hours", "5 more tries over 2 hours"),
    ("eleven", "10 more tries over about 64 hours"),
    ("eight_in_four_hours", "8 more tries over 4 hours"),
    ("none", "No more tries"),
    ("custom", "Waits of your own"),
];
pub(super) const SUCCESS: [(&str, &str); 2] = [("2xx", "Any 2xx"), ("200", "Only 200 OK")];
pub(super) const GONE: [(&str, &str); 2] =
    [("deactivate", "Deactivate the webhook"), ("retry", "Try again like any failure")];
pub(super) const METHODS: [(&str, &str); 2] =
    [("POST", "POST, with a body"), ("GET", "GET, fields in the address")];

/// When a delivery counts, how often it is tried, and how long it may take.
pub fn delivery(form: &Returned, fields: &Pairs) -> AnyView {
    let preset = fields.some("retry.preset").unwrap_or("standard");
    let seconds = fields.some("timeout_s").unwrap_or("15");
    let summary = format!("{}, {seconds} s limit", label_of(&RETRIES, preset));
    let stored = |name: &str, default: &str| fields.some(name).unwrap_or(default).to_owned();
    folded_part(form, "delivery", "Delivery and retries", summary, || {
        view! {
            {Field::select("retry.preset", "When it fails", options(&RETRIES))
                .of(form, preset)
                .view()}
            <div class="when-custom">
                {Field::text("retry.schedule_s", "Waits between tries")
                    .of(form, fields.get("retry.schedule_s"))
                    .placeholder("5s, 5m, 2h")
                    .help("Separated by commas: s seconds, m minutes, h hours, d days.")
                    .view()}
            </div>
            {Field::text("timeout_s", "Time limit in seconds")
                .of(form, seconds)
                .class("short")
                .help("For the whole exchange, 1 to 30.")
                .view()}
            {Field::select("success", "Counts as delivered", options(&SUCCESS)).of(form, &stored("success", "2xx")).view()}
            {Field::select("on_410", "When the receiver answers 410 Gone", options(&GONE)).of(form, &stored("on_410", "deactivate")).view()}
            {Field::select("method", "Method", options(&METHODS))
                .of(form, &stored("method", "POST"))
                .help("GET needs the content type application/x-www-form-urlencoded.")
                .view()}
            {Field::number("rate_per_second", "Requests in a second")
                .of(form, fields.get("rate_per_second"))
                .optional()
                .help("Spread evenly. Empty sets no limit.")
                .view()}
            {Field::number("max_in_flight", "Requests at the same time")
                .of(form, fields.get("max_in_flight"))
                .optional()
                .help("Empty adapts to the receiver, up to 64.")
                .view()}
            {(!owned::sets(fields, "frequency")).then(|| frequency(form, fields))}
            {check(
                "include_deleted_resource",
                "Include the resource in bodies of deleted topics",
                "true",
                fields.some("include_deleted_resource") != Some("false"),
            )}
            // An empty check box sends nothing; this says so.
            <input type="hidden" name="include_deleted_resource" value="false" />
        }
        .into_any()
    })
}

/// How often one and the same is told.
fn frequency(form: &Returned, fields: &Pairs) -> AnyView {
    view! {
        {Field::text("frequency.key", "At most one event for each")
            .of(form, fields.get("frequency.key"))
            .optional()
            .placeholder("payload.profileid")
            .help("Empty sends every event. Else where an event says whom or what it is about, such as payload.email: the first event of each is sent, later ones are not until the time is over, and the log says so. Of several places with commas between, the first that an event has counts.")
            .view()}
        {span::view(form, fields, "frequency.window_s", "In", "1 minute to 1 year, from the event that was sent.")}
    }
    .into_any()
}
