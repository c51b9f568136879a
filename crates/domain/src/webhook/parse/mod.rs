//! From what somebody sent to settings: defaults, partial changes, kept secrets.
//!
//! The REST API and the console's forms both come through here, so every error names the member
//! that it is about and all of them are found at once.

mod auth;
pub(crate) mod reader;
mod secrets;

use super::{BodyField, FieldSource, Frequency, Settings, frequency::Key};
use crate::{
    conditions::Condition,
    invalid::{Invalid, Rule},
    preset,
    retry::{Preset, Retry},
};
use reader::Reader;
use serde_json::{Map, Value};

/// Members that an answer holds and a request may send back: they are set otherwise.
const READ_ONLY: [&str; 6] = ["id", "owner", "state", "revision", "created_at", "updated_at"];

/// The settings that `patch` makes of `base`, or of the contract's defaults when there is none.
///
/// Only the shape is judged here. Whether the values may be saved, and whether one is missing, is
/// for [`validate`](super::validate::validate): what is required and left out is empty.
///
/// Secrets that are left out or read `{"set":true}` stay those of `base`; they must be typed again
/// when the URL's scheme, host or port changed. A signing secret is not bound to the URL;
/// `signing.secret` is `None` in the result when one must be made: none was sent and none can stay.
///
/// # Errors
/// Everything that is wrong, at the members' dotted names.
pub fn apply(base: Option<&Settings>, patch: &Map<String, Value>) -> Result<Settings, Invalid> {
    let (settings, errors) = read(base, patch);
    errors.into_result().map(|()| settings)
}

/// As [`apply`], with what could be read beside what is wrong, so that the rules judge the rest.
/// Lists keep their length: what could not be read of an entry is empty.
pub(super) fn read(base: Option<&Settings>, patch: &Map<String, Value>) -> (Settings, Invalid) {
    let mut errors = Invalid::default();
    let mut reader = Reader::new(patch, "", &mut errors);
    let mut settings = base.cloned().unwrap_or_else(|| Settings::new("", "", Vec::new()));
    preset(&mut reader, patch, &mut settings);
    let s = &mut settings;

    trimmed(&mut reader, "name", &mut s.name);
    trimmed(&mut reader, "url", &mut s.url);
    reader.choice("method", &["POST", "GET"], &mut s.method);
    topics(&mut reader, &mut s.topics);
    reader.choice("format", &["json", "xml", "form"], &mut s.format);
    body_template(&mut reader, &mut s.body_template);
    fields(&mut reader, &mut s.fields);
    let moved = base.is_some_and(|base| moved(&base.url, &s.url));
    auth::auth(&mut reader, moved, &mut s.auth);
    secrets::headers(&mut reader, moved, &mut s.headers);
    secrets::signing(&mut reader, moved, &mut s.signing);
    conditions(&mut reader, &mut s.conditions);
    reader.choice("success", &["2xx", "200"], &mut s.success);
    reader.choice("on_410", &["deactivate", "retry"], &mut s.on_410);
    retry(&mut reader, &mut s.retry);
    if let Some(ms) = reader.whole("timeout_ms") {
        s.timeout_ms = ms;
    }
    limit(&mut reader, "rate_per_second", &mut s.rate_per_second);
    limit(&mut reader, "max_in_flight", &mut s.max_in_flight);
    frequency(&mut reader, &mut s.frequency);
    reader.yes_or_no("include_deleted_resource", &mut s.include_deleted_resource);
    alert_recipients(&mut reader, &mut s.alert_recipients);
    reader.ignore(&READ_ONLY);
    reader.finish();
    (settings, errors)
}

/// Spaces around names and URLs are typing mistakes.
fn trimmed(reader: &mut Reader<'_>, name: &str, place: &mut String) {
    if let Some(text) = reader.text(name) {
        text.trim().clone_into(place);
    }
}

/// A number, or null for none.
fn limit(reader: &mut Reader<'_>, name: &str, place: &mut Option<u32>) {
    if reader.null(name) {
        *place = None;
    } else if let Some(limit) = reader.whole(name) {
        *place = Some(limit);
    }
}

fn topics(reader: &mut Reader<'_>, place: &mut Vec<String>) {
    let Some(value) = reader.take("topics") else { return };
    match texts(value, str::to_owned) {
        Some(topics) => *place = topics,
        None => {
            reader.wrong("topics", "The topics are a list of texts, such as [\"learning.user.created\"].");
        }
    }
}

/// Null is nobody; capitals say nothing in the addresses that people sign in with.
fn alert_recipients(reader: &mut Reader<'_>, place: &mut Vec<String>) {
    if reader.null("alert_recipients") {
        return place.clear();
    }
    let Some(value) = reader.take("alert_recipients") else { return };
    match texts(value, str::to_lowercase) {
        Some(recipients) => *place = recipients,
        None => {
            let message = "The recipients are a list of e-mail addresses, such as [\"ada@example.com\"].";
            reader.wrong("alert_recipients", message);
        }
    }
}

/// The texts of a list, each once, without spaces around them; `None` when it is no such list.
fn texts(value: &Value, read: fn(&str) -> String) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for each in value.as_array()? {
        let text = read(each.as_str()?.trim());
        if !found.contains(&text) {
            found.push(text);
        }
    }
    Some(found)
}

/// An empty template is none.
fn body_template(reader: &mut Reader<'_>, place: &mut Option<String>) {
    if let Some(text) = reader.text_or_null("body_template") {
        *place = text.filter(|text| !text.trim().is_empty()).map(str::to_owned);
    }
}

/// A preset that was not on before fills in what the patch leaves out.
fn preset(reader: &mut Reader<'_>, patch: &Map<String, Value>, settings: &mut Settings) {
    let Some(name) = reader.text_or_null("preset") else { return };
    let Some(name) = name else {
        settings.preset = None;
        return;
    };
    let Some(preset) = preset::find(name) else {
        let names: Vec<&str> = preset::all().iter().map(|preset| preset.key.as_str()).collect();
        return reader.wrong("preset", format!("The preset is null or one of {}.", names.join(", ")));
    };
    if settings.preset.as_deref() != Some(name) {
        let mut left_out = preset.settings.clone();
        left_out.retain(|member, value| match (member.as_str(), patch.get(member)) {
            // What is sent of a signature goes with the preset's scheme, unless it names another.
            ("signing", Some(Value::Object(sent))) => {
                sent.get("scheme").is_none_or(|scheme| Some(scheme) == value.get("scheme"))
            }
            (_, sent) => sent.is_none(),
        });
        // A body is made in one way: the one that was sent, else the preset's.
        if patch.get("body_template").is_some_and(|template| !template.is_null()) {
            left_out.remove("fields");
        }
        if patch.get("fields").is_some_and(|fields| !fields.is_null()) {
            left_out.remove("body_template");
        }
        if left_out.contains_key("fields") {
            settings.body_template = None;
        }
        if left_out.contains_key("body_template") {
            settings.fields = None;
        }
        (*settings, _) = read(Some(settings), &left_out);
        settings.preset = Some(name.to_owned());
    }
}

fn fields(reader: &mut Reader<'_>, place: &mut Option<Vec<BodyField>>) {
    if reader.null("fields") {
        *place = None;
        return;
    }
    let Some(value) = reader.take("fields") else { return };
    let Some(list) = value.as_array() else {
        let message = "The fields are a list such as [{\"name\":\"email\",\"from\":\"payload.email\"}].";
        return reader.wrong("fields", message);
    };
    let mut read = Vec::new();
    for (i, each) in list.iter().enumerate() {
        read.push(field(reader, i, each));
    }
    *place = Some(read);
}

fn field(reader: &mut Reader<'_>, i: usize, value: &Value) -> BodyField {
    let path = format!("fields.{i}");
    // In place of a source that can't be read: the rules find nothing wrong with it.
    let unread = || FieldSource::From("payload".to_owned());
    let Value::Object(map) = value else {
        reader.wrong(&path, "A field is an object with a name, and from or value.");
        return BodyField { name: String::new(), source: unread() };
    };
    let mut inner = Reader::new(map, &path, reader.errors());
    let name = inner.text("name").map(|name| name.trim().to_owned());
    let source = match (inner.has("from"), inner.has("value")) {
        (true, false) => inner.text("from").map(|path| FieldSource::From(path.trim().to_owned())),
        (false, true) => inner.text("value").map(|text| FieldSource::Value(text.to_owned())),
        _ => {
            inner.ignore(&["from", "value"]);
            inner.wrong("from", "A field has either from, such as payload.email, or a value.");
            None
        }
    };
    inner.finish();
    BodyField { name: name.unwrap_or_default(), source: source.unwrap_or_else(unread) }
}

/// Null is no limit. What is left out of the object stays.
fn frequency(reader: &mut Reader<'_>, place: &mut Option<Frequency>) {
    if reader.null("frequency") {
        *place = None;
        return;
    }
    let Some(mut inner) = reader.object("frequency") else { return };
    let base = place.take();
    let key = match inner.take("key") {
        None => base.as_ref().map(|base| base.key.clone()),
        Some(Value::String(path)) => Some(Key::new(vec![path.trim().to_owned()])),
        Some(value) => texts(value, str::to_owned).map(Key::new),
    };
    if key.is_none() {
        inner.wrong("key", "Name where the key stands, such as \"payload.profileid\".");
    }
    let window = match inner.has("window_s") {
        true => inner.whole("window_s"),
        false => base.map(|base| base.window_s).or_else(|| {
            inner.wrong("window_s", "Give the time in seconds, such as 86400.");
            None
        }),
    };
    inner.finish();
    *place = key.zip(window).map(|(key, window_s)| Frequency { key, window_s });
}

fn conditions(reader: &mut Reader<'_>, place: &mut Option<Condition>) {
    match reader.take("conditions") {
        None => {}
        Some(Value::Null) => *place = None,
        Some(value) => *place = Condition::read(value, "conditions", reader.errors()),
    }
}

fn retry(reader: &mut Reader<'_>, place: &mut Retry) {
    let Some(mut inner) = reader.object("retry") else { return };
    let mut preset = Preset::default();
    let names = Preset::ALL.map(Preset::as_str);
    match (inner.has("preset"), inner.has("schedule_s")) {
        (true, false) => {
            inner.choice("preset", &names, &mut preset);
            *place = Retry::Preset { preset };
        }
        (false, true) => {
            let list = inner.take("schedule_s").and_then(Value::as_array);
            let seconds = |value: &Value| value.as_u64().map(|s| u32::try_from(s).unwrap_or(u32::MAX));
            let waits: Option<Vec<_>> = list.and_then(|list| list.iter().map(seconds).collect());
            match waits {
                Some(schedule_s) => *place = Retry::Schedule { schedule_s },
                None => {
                    let message = "The waits are a list of whole seconds, such as [5, 300].";
                    inner.breaks(Rule::Waits, "schedule_s", message);
                }
            }
        }
        _ => {
            inner.ignore(&["preset", "schedule_s"]);
            inner.wrong("", "Choose either a preset or a schedule_s of your own.");
        }
    }
    inner.finish();
}

/// Whether secrets stored for `before` would go to another server.
fn moved(before: &str, now: &str) -> bool {
    match (url::Url::parse(before), url::Url::parse(now)) {
        (Ok(before), Ok(now)) => before.origin() != now.origin(),
        // A URL that can't be read is refused by the rules and sent nowhere.
        (_, Err(_)) => false,
        (Err(_), Ok(_)) => true,
    }
}

#[cfg(test)]
mod tests;
