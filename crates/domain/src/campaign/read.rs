//! From what somebody sent to a campaign, with an error at each member that is wrong.

use super::{Change, Chosen, On, Parts, StaticField, Stop, Trigger};
use crate::{
    invalid::{Invalid, is_blank},
    webhook::{frequency::check_window, parse::reader::Reader, validate::MAX_NAME},
};
use serde_json::{Map, Value};

/// Members that an answer holds and a request may send back.
const READ_ONLY: [&str; 4] = ["id", "state", "webhook_id", "created_at"];
/// The limit for the trigger's value, in characters.
const MAX_VALUE: usize = 2048;
/// The limit for a profile field's name, in characters.
const MAX_FIELD: usize = 128;
/// The members of the webhook part that the webhook itself keeps.
const OF_WEBHOOK: [&str; 3] = ["url", "method", "headers"];

/// What `patch` makes of the campaign `base`, its name and its parts, or of an empty one; and what is wrong with
/// it. What is left out stays, null takes a part out.
#[must_use]
pub fn read(base: Option<(&str, &Parts)>, patch: &Map<String, Value>) -> (Change, Invalid) {
    let mut errors = Invalid::default();
    let (name, parts) = base.map_or_else(Default::default, |(name, parts)| (name.to_owned(), parts.clone()));
    let mut change = Change { name, parts, sent: Map::new() };
    let mut reader = Reader::new(patch, "", &mut errors);
    if let Some(text) = reader.text("name") {
        text.trim().clone_into(&mut change.name);
    }
    let name = change.name.as_str();
    if !reader.null("name") && reader.value("name").is_some_and(|name| !name.is_string()) {
        // Told already.
    } else if is_blank(name) {
        reader.wrong("name", "Give the campaign a name.");
    } else if name.chars().count() > MAX_NAME {
        reader.wrong("name", format!("The name is longer than {MAX_NAME} characters."));
    } else if name.chars().any(char::is_control) {
        reader.wrong("name", "The name can't hold line breaks or control characters.");
    }
    part(&mut reader, "trigger", &mut change.parts.trigger, trigger);
    let sent = &mut change.sent;
    part(&mut reader, "webhook", &mut change.parts.webhook, |inner, base| Some(chosen(inner, base, sent)));
    part(&mut reader, "stop", &mut change.parts.stop, stop);
    reader.ignore(&READ_ONLY);
    reader.finish();
    (change, errors)
}

/// Null takes the part out; an object changes it.
fn part<T: Clone>(
    reader: &mut Reader<'_>,
    name: &str,
    place: &mut Option<T>,
    read: impl FnOnce(&mut Reader<'_>, Option<T>) -> Option<T>,
) {
    if reader.null(name) {
        *place = None;
        return;
    }
    let base = place.clone();
    let Some(mut inner) = reader.object(name) else { return };
    if let Some(read) = read(&mut inner, base) {
        *place = Some(read);
    }
    inner.finish();
}

fn trigger(reader: &mut Reader<'_>, base: Option<Trigger>) -> Option<Trigger> {
    let is_new = base.is_none();
    let mut trigger = base.unwrap_or(Trigger {
        on: On::default(),
        by: super::Match::default(),
        value: String::new(),
        known_only: true,
    });
    if is_new && !reader.has("on") {
        reader.wrong("on", "Choose what starts the campaign: page, page_type or item.");
    }
    reader.choice("on", &["page", "page_type", "item"], &mut trigger.on);
    reader.choice("match", &["exact", "prefix", "pattern"], &mut trigger.by);
    reader.yes_or_no("known_only", &mut trigger.known_only);
    if let Some(text) = reader.text("value") {
        text.trim().clone_into(&mut trigger.value);
    } else if reader.has("value") {
        return Some(trigger);
    }
    if trigger.value.is_empty() {
        let message = match trigger.on {
            On::Page => "Type the page’s address, such as https://shop.example.com/pricing.",
            On::PageType => "Type the kind of page as your website reports it, such as product.",
            On::Item => "Type the item’s id as your website reports it, such as TP-28.",
        };
        reader.wrong("value", message);
    } else if trigger.value.chars().count() > MAX_VALUE {
        reader.wrong("value", format!("This is longer than {MAX_VALUE} characters."));
    }
    Some(trigger)
}

fn stop(reader: &mut Reader<'_>, base: Option<Stop>) -> Option<Stop> {
    const FIELD: &str = "restart_after_s";
    if !reader.has(FIELD) {
        if base.is_none() {
            reader.wrong(FIELD, "Give the time in seconds, such as 86400.");
        }
        return base;
    }
    let restart_after_s = reader.whole(FIELD)?;
    check_window("stop.restart_after_s", restart_after_s, reader.errors());
    Some(Stop { restart_after_s })
}

fn chosen(reader: &mut Reader<'_>, base: Option<Chosen>, sent: &mut Map<String, Value>) -> Chosen {
    let mut chosen = base.unwrap_or_default();
    for name in OF_WEBHOOK {
        if let Some(value) = reader.take(name) {
            sent.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(value) = reader.take("profile_fields") {
        match value.as_array() {
            Some(list) => chosen.profile_fields = profile_fields(reader, list),
            None => {
                reader
                    .wrong("profile_fields", "The profile fields are a list of names, such as [\"email\"].");
            }
        }
    }
    if let Some(value) = reader.take("static_fields") {
        match value.as_array() {
            Some(list) => chosen.static_fields = static_fields(reader, list),
            None => reader.wrong("static_fields", "The static fields are a list of {\"name\",\"value\"}."),
        }
    }
    for (i, field) in chosen.static_fields.iter().enumerate() {
        if chosen.profile_fields.contains(&field.name) {
            let message = format!(
                "The profile’s “{}” is sent under this name already: give this one another name, or don’t send \
                 the profile’s.",
                field.name
            );
            reader.wrong(&format!("static_fields.{i}.name"), message);
        }
    }
    chosen
}

/// Each once; lists keep what could not be read out, for the whole is refused then.
fn profile_fields(reader: &mut Reader<'_>, list: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (i, value) in list.iter().enumerate() {
        let name = value.as_str().unwrap_or_default().trim();
        if is_blank(name) || name.chars().count() > MAX_FIELD || name.split('.').any(str::is_empty) {
            let message =
                format!("Name a field of the profile, such as email, in at most {MAX_FIELD} characters.");
            reader.wrong(&format!("profile_fields.{i}"), message);
        } else if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn static_fields(reader: &mut Reader<'_>, list: &[Value]) -> Vec<StaticField> {
    let mut fields = Vec::new();
    for (i, value) in list.iter().enumerate() {
        let path = format!("webhook.static_fields.{i}");
        let Some(map) = value.as_object() else {
            reader.wrong(&format!("static_fields.{i}"), "A static field is {\"name\",\"value\"}.");
            fields.push(StaticField { name: String::new(), value: String::new() });
            continue;
        };
        let mut inner = Reader::new(map, &path, reader.errors());
        let name = inner.text("name").unwrap_or_default().trim().to_owned();
        let value = inner.text("value").unwrap_or_default().to_owned();
        inner.finish();
        fields.push(StaticField { name, value });
    }
    fields
}
