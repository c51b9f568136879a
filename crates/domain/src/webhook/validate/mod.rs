//! Whether settings may be saved.

mod auth;
mod headers;

pub use headers::{MAX_HEADERS, MAX_VALUE, is_reserved};

use super::{
    Auth, Format, MAX_IN_FLIGHT, Method, RATE_PER_SECOND, Settings, TIMEOUT_MS, fields, frequency, parse,
};
use crate::{
    invalid::{Advice, Invalid, Rule, is_blank},
    matching, preset,
    retry::{MAX_WAIT_S, MAX_WAITS, Retry},
    target::{Target, is_own_bin},
    topic::Topic,
};
use ipnet::IpNet;
use serde_json::{Map, Value};
use url::Url;

/// What the rules depend on beside the settings.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Every topic of the marketplace: of its catalogs, and its own.
    pub topics: &'a [Topic],
    /// The operator's `outgoing.allowed_networks`.
    pub allowed_networks: &'a [IpNet],
    /// Where the console is reached; its test receivers may be sent to always.
    pub public_origin: &'a Url,
    /// E-mail addresses of the marketplace's people: only they can be told of failures.
    pub people: &'a [String],
}

/// The limit for a name, in characters.
pub const MAX_NAME: usize = 120;
/// The limit for a body template, in bytes: 64 KiB.
pub const MAX_TEMPLATE: usize = 64 * 1024;
/// The limit for the list of topics and patterns.
pub const MAX_TOPICS: usize = 200;

/// The members in the order in which what is wrong with them is told.
const ORDER: [&str; 21] = [
    "preset",
    "name",
    "url",
    "method",
    "topics",
    "format",
    "body_template",
    "fields",
    "auth",
    "headers",
    "signing",
    "conditions",
    "success",
    "on_410",
    "retry",
    "timeout_ms",
    "rate_per_second",
    "max_in_flight",
    "frequency",
    "include_deleted_resource",
    "alert_recipients",
];

/// The settings that `patch` makes of `base`, and what looks like a mistake in them. Shape and
/// rules are judged together, so that one answer tells everything.
///
/// # Errors
/// Everything that is wrong, at the members' dotted names, in the members' order.
pub fn read(
    base: Option<&Settings>,
    patch: &Map<String, Value>,
    rules: &Rules<'_>,
) -> Result<(Settings, Vec<Advice>), Invalid> {
    let (mut settings, mut errors) = parse::read(base, patch);
    if !patch.contains_key("alert_recipients") {
        // Who has left since the last save is told nothing anyway.
        settings.alert_recipients.retain(|recipient| rules.people.contains(recipient));
    }
    let advice = validate(&settings, rules).unwrap_or_else(|mut more| {
        // What could not be read is not judged a second time.
        more.errors.retain(|error| !errors.errors.iter().any(|known| known.overlaps(&error.field)));
        errors.extend(more);
        Vec::new()
    });
    let member = |field: &str| {
        let name = field.split('.').next().unwrap_or_default();
        ORDER.iter().position(|each| *each == name).unwrap_or(ORDER.len())
    };
    errors.errors.sort_by_key(|error| member(&error.field));
    errors.into_result().map(|()| (settings, advice))
}

/// Judges settings: what keeps them from being saved, and what looks like a mistake.
///
/// # Errors
/// Everything that is wrong, at the members' dotted names.
pub fn validate(settings: &Settings, rules: &Rules<'_>) -> Result<Vec<Advice>, Invalid> {
    let mut errors = Invalid::default();
    let mut advice = Vec::new();
    name(&settings.name, &mut errors);
    url(settings, rules, &mut errors, &mut advice);
    topics(&settings.topics, rules.topics, &mut errors);
    if settings.method == Method::Get && settings.format != Format::Form {
        let message = "GET sends the fields in the URL's query: choose the format form, or POST.";
        errors.breaks(Rule::GetSendsForm, "format", message);
    }
    template(settings, rules.topics, &mut errors, &mut advice);
    if let Some(chosen) = &settings.fields {
        fields::check(chosen, settings.body_template.is_some(), &mut errors);
        #[cfg(feature = "server")]
        advice.extend(crate::body::check_fields(chosen, settings, rules.topics));
    }
    preset::check(settings, &mut errors);
    auth::check(&settings.auth, rules.allowed_networks, &mut errors, &mut advice);
    headers::check(settings, &mut errors);
    signing(settings, &mut errors);
    retry(&settings.retry, &mut errors);
    if !TIMEOUT_MS.contains(&settings.timeout_ms) {
        let message = "The time limit is 1 to 30 seconds (1,000 to 30,000 ms).";
        errors.breaks(Rule::TimeLimit, "timeout_ms", message);
    }
    if settings.rate_per_second.is_some_and(|rate| !RATE_PER_SECOND.contains(&rate)) {
        errors.push("rate_per_second", "Between 1 and 10,000 requests may start in a second.");
    }
    if settings.max_in_flight.is_some_and(|limit| !MAX_IN_FLIGHT.contains(&limit)) {
        errors.push("max_in_flight", "Between 1 and 1,000 requests may run at the same time.");
    }
    if let Some(wanted) = &settings.frequency {
        frequency::check(wanted, &mut errors);
    }
    for unknown in settings.alert_recipients.iter().filter(|each| !rules.people.contains(each)) {
        let message = format!("Nobody in this marketplace has the e-mail address “{unknown}”.");
        errors.push("alert_recipients", message);
    }
    errors.into_result().map(|()| advice)
}

fn name(name: &str, errors: &mut Invalid) {
    if is_blank(name) {
        errors.push("name", "Give the webhook a name.");
    } else if name.chars().count() > MAX_NAME {
        errors.push("name", format!("The name is longer than {MAX_NAME} characters."));
    } else if name.chars().any(char::is_control) {
        errors.push("name", "The name can't hold line breaks or control characters.");
    }
}

fn url(settings: &Settings, rules: &Rules<'_>, errors: &mut Invalid, advice: &mut Vec<Advice>) {
    let text = settings.url.as_str();
    if text.trim().is_empty() {
        return errors.push("url", "Type the URL that events are sent to.");
    }
    if Url::parse(text).is_ok_and(|url| is_own_bin(&url, rules.public_origin).is_some()) {
        return;
    }
    match Target::parse(text, rules.allowed_networks) {
        Err(refusal) => errors.push("url", refusal.to_string()),
        Ok(target) if !target.is_https() && settings.auth != Auth::None => advice.push(Advice::new(
            "url",
            "Passwords and tokens travel readable over http://; use https:// if the receiver can.",
        )),
        Ok(_) => {}
    }
}

fn topics(chosen: &[String], known: &[Topic], errors: &mut Invalid) {
    if chosen.is_empty() {
        errors.push("topics", "Choose at least one topic.");
    } else if chosen.len() > MAX_TOPICS {
        let message =
            format!("At most {MAX_TOPICS} topics can be listed; a pattern such as learning.* takes in many.");
        errors.breaks(Rule::TopicCount, "topics", message);
    }
    for (i, each) in chosen.iter().enumerate().take(MAX_TOPICS) {
        if matching::expand(std::slice::from_ref(each), known).next().is_none() {
            errors
                .push(format!("topics.{i}"), format!("There is no topic “{each}”; choose one of the list."));
        } else if known.iter().any(|topic| topic.locked && topic.key == *each) {
            errors.push(
                format!("topics.{i}"),
                format!(
                    "The topic “{each}” belongs to enterprise plans, which are locked in this marketplace. Take it out, \
                     or have an owner make it available: Settings → Marketplace."
                ),
            );
        }
    }
}

fn template(settings: &Settings, known: &[Topic], errors: &mut Invalid, advice: &mut Vec<Advice>) {
    let Some(template) = &settings.body_template else { return };
    if template.len() > MAX_TEMPLATE {
        return errors.push("body_template", "The body template is larger than 64 KiB.");
    }
    #[cfg(feature = "server")]
    match crate::body::check_template(settings, known) {
        Ok(more) => advice.extend(more),
        Err(found) => errors.extend(found),
    }
    // The browser leaves templates to the server.
    #[cfg(not(feature = "server"))]
    let _ = (known, advice);
}

fn signing(settings: &Settings, errors: &mut Invalid) {
    let signing = &settings.signing;
    let taken = settings.auth.header_name();
    let is_taken = |name: &str| taken.is_some_and(|taken| taken.eq_ignore_ascii_case(name));
    if let Some(name) = &signing.header {
        if !signing.scheme.renames() {
            let message = "Only hmac_hex, hmac_base64, stripe and rsa_sha256 can rename their header.";
            errors.breaks(Rule::FixedHeader, "signing.header", message);
        } else if headers::name("signing.header", name, errors) && is_taken(name) {
            errors
                .push("signing.header", "The authentication uses this header already; choose another name.");
        }
    } else if signing.header_name().is_some_and(|name| is_taken(name) && !is_reserved(name)) {
        // It would take the signature's place without a word. A reserved name was told already.
        errors.push("auth.name", "The signature is sent in this header; choose another name.");
    }
    #[cfg(feature = "server")]
    if let Some(text) = signing.secret.as_ref().and_then(crate::secret::SecretText::text)
        && let Err(bad) = crate::signature::check_secret(signing.scheme, text)
    {
        errors.push("signing.secret", bad.to_string());
    }
}

fn retry(retry: &Retry, errors: &mut Invalid) {
    let Retry::Schedule { schedule_s } = retry else { return };
    if schedule_s.is_empty() || schedule_s.len() > MAX_WAITS {
        let message = format!("List 1 to {MAX_WAITS} waits, or choose the preset none.");
        errors.breaks(Rule::Waits, "retry.schedule_s", message);
    }
    for (i, wait) in schedule_s.iter().enumerate().take(MAX_WAITS) {
        if !(1..=MAX_WAIT_S).contains(wait) {
            let message = format!("A wait is 1 to {MAX_WAIT_S} seconds (7 days).");
            errors.breaks(Rule::Wait, format!("retry.schedule_s.{i}"), message);
        }
    }
}

#[cfg(test)]
mod tests;
