//! The body of a webhook without a template: the topic's documented envelope around the payload, whose text is
//! spliced in byte for byte wherever it is sent whole.

use super::Input;
use crate::{
    envelope::Source,
    format::{Json, json_print::quote},
    template::TemplateError,
};

/// The default body as JSON text; without the payload where it is not kept.
pub(super) fn text(input: &Input<'_>, keeps_payload: bool) -> Result<String, TemplateError> {
    let mut text = String::with_capacity(input.payload.len() + 512);
    let members = input.topic.envelope.members();
    for &(name, source) in &members {
        let value = match source {
            Source::Payload if !keeps_payload => continue,
            Source::Payload => None,
            Source::Test if !input.test => continue,
            // Put in last, since it stands among the payload's members.
            Source::SecretKey => continue,
            Source::Members => {
                let others = members
                    .iter()
                    .filter(|(_, source)| !matches!(source, Source::Members | Source::SecretKey));
                let named: Vec<&str> = others.map(|(name, _)| *name).collect();
                push_members(input, &named, &mut text)?;
                continue;
            }
            source => Some(value(source, input)?.to_text()),
        };
        text.push(if text.is_empty() { '{' } else { ',' });
        quote(name, &mut text);
        text.push(':');
        text.push_str(value.as_deref().unwrap_or(input.payload));
    }
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    match input.secret_key {
        Some(key) => with_secret_key(text, &members, key),
        None => Ok(text),
    }
}

/// Puts the secret key into a body where the envelope has a place for it.
fn with_secret_key(text: String, members: &[(&str, Source)], key: &str) -> Result<String, TemplateError> {
    let Some((path, _)) = members.iter().find(|(_, source)| *source == Source::SecretKey) else {
        return Ok(text);
    };
    let mut body = super::parsed(&text)?;
    put(&mut body, path, key);
    Ok(body.to_text())
}

/// Makes `text` the last member at `path`, and objects on the way to it; what stands there is replaced. What the
/// payload has on the way and is no object stays: nothing of an event gets lost for a key.
fn put(value: &mut Json, path: &str, text: &str) {
    if *value == Json::Null {
        *value = Json::Object(Vec::new());
    }
    let Json::Object(members) = value else { return };
    let Some((name, rest)) = path.split_once('.') else {
        members.retain(|(name, _)| name != path);
        members.push((path.to_owned(), Json::from(text)));
        return;
    };
    if !members.iter().any(|(other, _)| other == name) {
        members.push((name.to_owned(), Json::Null));
    }
    if let Some((_, inner)) = members.iter_mut().find(|(other, _)| other == name) {
        put(inner, rest, text);
    }
}

/// What a member holds.
pub(super) fn value(source: Source, input: &Input<'_>) -> Result<Json, TemplateError> {
    let optional = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    Ok(match source {
        Source::Id => Json::String(input.event_id.to_string()),
        Source::Uuid => Json::String(input.event_id.uuid()),
        Source::Topic => Json::from(input.topic.key.as_str()),
        Source::Resource => optional(&input.topic.resource),
        Source::Action => optional(&input.topic.action),
        Source::Kind => {
            let both = [&input.topic.resource, &input.topic.action];
            Json::String(both.into_iter().flatten().cloned().collect::<Vec<_>>().join("_"))
        }
        Source::DomainId => Json::from(input.context.domain_id.as_str()),
        Source::TenantId => Json::from(input.context.tenant_id.as_str()),
        Source::CreatedAt => Json::String(input.occurred_at.to_string()),
        Source::Timestamp => Json::from(input.occurred_at.seconds()),
        Source::TimestampMs => Json::from(input.occurred_at.ms()),
        Source::Payload | Source::Members => super::parsed(input.payload)?,
        Source::Reference => without(super::parsed(input.payload)?, &["content"]),
        Source::Test => Json::Bool(input.test),
        Source::SecretKey => input.secret_key.map_or(Json::Null, Json::from),
    })
}

/// The payload's members beside those that the envelope has a name for: its names are the documented ones.
fn push_members(input: &Input<'_>, named: &[&str], text: &mut String) -> Result<(), TemplateError> {
    let rest;
    let payload = if named.is_empty() {
        input.payload
    } else {
        rest = without(super::parsed(input.payload)?, named).to_text();
        &rest
    };
    let inside =
        payload.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map_or("", str::trim);
    if !inside.is_empty() {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push_str(inside);
    }
    Ok(())
}

fn without(value: Json, names: &[&str]) -> Json {
    match value {
        Json::Object(mut members) => {
            members.retain(|(name, _)| !names.contains(&name.as_str()));
            Json::Object(members)
        }
        other => other,
    }
}
