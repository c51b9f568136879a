//! Bodies: what a webhook receives of an event.
//!
//! Without a template the body is the topic's documented envelope around the payload; with one it
//! is what the template makes of the same values. Either becomes JSON, XML or a form; for GET it
//! becomes the query.

mod address;
mod default;

pub use address::{MAX_PATH_AND_QUERY, address};

use crate::{
    envelope::Source,
    event::Context,
    format::{self, Json},
    id::EventId,
    invalid::{Advice, FieldError, Invalid},
    matching,
    template::{self, TemplateError},
    time::Timestamp,
    topic::Topic,
    webhook::{BodyField, FieldSource, Format, Method, Settings},
};
use url::Url;

/// What a body is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The event; `id` in bodies.
    pub event_id: EventId,
    /// Its topic.
    pub topic: &'a Topic,
    /// When it happened; `created_at` and `timestamp` in bodies.
    pub occurred_at: Timestamp,
    /// The marketplace's ids, as fixed at acceptance.
    pub context: &'a Context,
    /// The payload's text as it was accepted.
    pub payload: &'a str,
    /// Whether it is a test send; `test` in templates.
    pub test: bool,
    /// `webhook.name` in templates.
    pub webhook_name: &'a str,
    /// What stands for the marketplace's secret key in the body; `None` while it has none. Letters and digits, so
    /// that it is spelt the same in every format.
    pub secret_key: Option<&'a str>,
}

/// A body, ready to be signed and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Empty for GET.
    pub body: String,
    /// For GET: the encoded pairs to append to the URL's query; empty when there is no field.
    pub query: Option<String>,
    /// Absent for GET.
    pub content_type: Option<&'static str>,
}

/// Makes the body of an event for a webhook.
///
/// # Errors
/// The template fails on this event, or the result does not fit the format (not well-formed, too
/// large, no object for a form) or the URL of a GET.
pub fn render(settings: &Settings, input: &Input<'_>) -> Result<Rendered, TemplateError> {
    let keeps_payload = settings.include_deleted_resource || !is_deletion(&input.topic.key);
    let format = if settings.method == Method::Get { Format::Form } else { settings.format };
    let body = match (&settings.body_template, &settings.fields) {
        (Some(source), _) => from_template(source, format, input, keeps_payload)?,
        (None, Some(fields)) => encoded(&flat(fields, &root(input, keeps_payload, false)?), format)?,
        (None, None) if format == Format::Json => default::text(input, keeps_payload)?,
        (None, None) => encoded(&parsed(&default::text(input, keeps_payload)?)?, format)?,
    };
    Ok(match settings.method {
        Method::Get => {
            // What is no URL is told where it is dialled.
            if let Ok(url) = Url::parse(&settings.url) {
                address(url, &body)?;
            }
            Rendered { body: String::new(), query: Some(body), content_type: None }
        }
        Method::Post => Rendered { body, query: None, content_type: Some(format.content_type()) },
    })
}

/// Topics whose payload is the last state of something that is gone.
fn is_deletion(key: &str) -> bool {
    key.ends_with(".deleted") || key.ends_with(".removed")
}

fn parsed(payload: &str) -> Result<Json, TemplateError> {
    let read = Json::parse(payload);
    read.map_err(|error| TemplateError::new(format!("The event's payload is not JSON: {error}")))
}

/// The chosen fields that are there.
fn flat(fields: &[BodyField], root: &Json) -> Json {
    let value = |field: &BodyField| match &field.source {
        FieldSource::From(path) => root.get(path).cloned(),
        FieldSource::Value(text) => Some(Json::from(text.as_str())),
    };
    Json::Object(fields.iter().filter_map(|field| Some((field.name.clone(), value(field)?))).collect())
}

fn encoded(value: &Json, format: Format) -> Result<String, TemplateError> {
    match format {
        Format::Json => Ok(value.to_text()),
        Format::Xml => {
            format::xml_encode::encode(value).map_err(|error| TemplateError::new(error.to_string()))
        }
        Format::Form => format::form::encode(value).map_err(|error| TemplateError::new(error.to_string())),
    }
}

/// Names of templates that are members of envelopes, too.
const NAMES: [(&str, Source); 8] = [
    ("id", Source::Id),
    ("topic", Source::Topic),
    ("resource", Source::Resource),
    ("action", Source::Action),
    ("domain_id", Source::DomainId),
    ("tenant_id", Source::TenantId),
    ("created_at", Source::CreatedAt),
    ("timestamp", Source::Timestamp),
];

/// The object of the names that templates may use.
fn root(input: &Input<'_>, keeps_payload: bool, with_envelope: bool) -> Result<Json, TemplateError> {
    let mut root = Vec::new();
    for (name, source) in NAMES {
        root.push((name.to_owned(), default::value(source, input)?));
    }
    if with_envelope {
        root.push(("envelope".to_owned(), parsed(&default::text(input, keeps_payload)?)?));
    }
    // What is left of a resource that is gone can be sent whatever the webhook does with deleted ones.
    if input.topic.envelope.holds(Source::Reference) {
        root.push(("payload".to_owned(), default::value(Source::Reference, input)?));
    } else if keeps_payload {
        root.push(("payload".to_owned(), parsed(input.payload)?));
    }
    root.push(("profile".to_owned(), input.context.profile.clone().unwrap_or(Json::Null)));
    root.push(("test".to_owned(), Json::Bool(input.test)));
    let webhook = vec![("name".to_owned(), Json::from(input.webhook_name))];
    root.push(("webhook".to_owned(), Json::Object(webhook)));
    Ok(Json::Object(root))
}

fn from_template(
    source: &str,
    format: Format,
    input: &Input<'_>,
    keeps_payload: bool,
) -> Result<String, TemplateError> {
    // The envelope copies the payload: only a template that names it pays for it.
    let with_envelope = source.contains("envelope");
    let root_of = |input: &Input<'_>| root(input, keeps_payload, with_envelope);
    let body = template::render(source, &root_of(input)?, format)?;
    let Some(key) =
        input.secret_key.filter(|_| with_envelope && input.topic.envelope.holds(Source::SecretKey))
    else {
        return Ok(body);
    };
    // Only the stand-in is known here, so what is made of it must not depend on how it is spelt.
    // Longer, with other ends, and in no payload, since the stand-in is in none.
    let other_key = format!("Zz{key}zZ");
    let other = Input { secret_key: Some(&other_key), ..*input };
    let again = template::render(source, &root_of(&other)?, format)?;
    if body.replace(key, "") == again.replace(&other_key, "") {
        return Ok(body);
    }
    let told =
        "The secret key is filled in at sending: a template can place it, but not change it or decide by it.";
    Err(TemplateError::new(told))
}

/// What an event of this topic's sample is made from.
fn sample_input<'a>(topic: &'a Topic, context: &'a Context, webhook_name: &'a str) -> Input<'a> {
    /// 2026-01-01T00:00:00Z
    const MOMENT: i64 = 1_767_225_600_000;
    Input {
        event_id: EventId::from_key(MOMENT << crate::id::LOW_BITS),
        topic,
        occurred_at: Timestamp::from_ms(MOMENT),
        context,
        payload: &topic.sample,
        test: true,
        webhook_name,
        secret_key: Some("SampleKey"),
    }
}

/// The names that templates may use on this topic's sample.
pub(crate) fn sample_root(topic: &Topic) -> Json {
    let context = Context { profile: topic.sample_profile(), ..Context::default() };
    let input = sample_input(topic, &context, "");
    root(&input, true, true).unwrap_or(Json::Null)
}

/// Judges a template by rendering it on the sample of every topic that the webhook chooses.
///
/// # Errors
/// At `body_template`, with line and column, naming the topic when only some samples fail.
pub fn check_template(settings: &Settings, topics: &[Topic]) -> Result<Vec<Advice>, Invalid> {
    const FIELD: &str = "body_template";
    let Some(source) = &settings.body_template else { return Ok(Vec::new()) };
    let mut invalid = Invalid::default();
    let mut refuse = |error: TemplateError| {
        let TemplateError { message, line, column } = error;
        invalid.errors.push(FieldError::placed(FIELD, message, line, column));
    };
    if let Err(error) = template::check_syntax(source) {
        refuse(error);
        return Err(invalid);
    }
    let chosen: Vec<Topic> = matching::expand(&settings.topics, topics).cloned().collect();
    let mut failed: Vec<(TemplateError, Vec<&str>)> = Vec::new();
    for topic in &chosen {
        let context = Context {
            domain_id: "domain".to_owned(),
            tenant_id: "tenant".to_owned(),
            profile: topic.sample_profile(),
            ..Context::default()
        };
        if let Err(error) = render(settings, &sample_input(topic, &context, &settings.name)) {
            match failed.iter_mut().find(|(other, _)| *other == error) {
                Some((_, keys)) => keys.push(&topic.key),
                None => failed.push((error, vec![&topic.key])),
            }
        }
    }
    for (mut error, keys) in failed {
        let others = match keys.len() {
            1 => String::new(),
            2 => " and one other".to_owned(),
            more => format!(" and {} others", more - 1),
        };
        error.message = format!("With the sample of {}{others}: {}", keys[0], error.message);
        refuse(error);
    }
    invalid.into_result()?;
    let unknown = template::unknown_fields(source, &chosen).into_iter().map(|unknown| Advice {
        field: FIELD.to_owned(),
        message: not_in_samples(&unknown.path, "null or empty", &chosen),
        line: Some(unknown.line),
        column: Some(unknown.column),
    });
    Ok(unknown.collect())
}

/// What becomes of a value that no sample has. Profiles have what the platform gives them: their sample shows
/// less than there may be.
fn not_in_samples(path: &str, becomes: &str, chosen: &[Topic]) -> String {
    if path.starts_with("profile.") && chosen.iter().any(|topic| topic.profile.is_some()) {
        return format!(
            "“{path}” is not in the sample profile: where a profile has no such field it will be {becomes}."
        );
    }
    format!("“{path}” is in the sample of none of the chosen topics: it will be {becomes}.")
}

/// Chosen fields that are in the sample of none of the chosen topics: mostly misspelt.
pub(crate) fn check_fields(fields: &[BodyField], settings: &Settings, topics: &[Topic]) -> Vec<Advice> {
    let chosen: Vec<Topic> = matching::expand(&settings.topics, topics).cloned().collect();
    let roots: Vec<Json> = chosen.iter().map(sample_root).collect();
    let may_have = |path: &str| path.starts_with("profile.") && chosen.iter().any(Topic::has_unknown_profile);
    let mut advice = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        if let FieldSource::From(path) = &field.source
            && !roots.is_empty()
            && roots.iter().all(|root| root.get(path).is_none())
            && !may_have(path)
        {
            let told = not_in_samples(path, "left out", &chosen);
            advice.push(Advice::new(format!("fields.{i}.from"), told));
        }
    }
    advice
}

#[cfg(test)]
mod tests;
