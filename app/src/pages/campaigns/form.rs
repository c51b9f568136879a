//! Between a campaign and its form. Inputs are named after the contract's dotted fields.

use crate::{
    components::span,
    pages::webhooks::form::patch::{headers, rows},
    pairs::Pairs,
};
use domain::{
    campaign::{self, Campaign, Sends, Trigger},
    invalid::{FieldError, Invalid, Rule},
    webhook::Method,
};
use engine::Error;
use serde_json::{Map, Value, json};

/// Profile fields that have a check box; others are typed.
pub(super) const USUAL: [&str; 3] = ["profileid", "email", "gender"];
/// The input of the others.
pub(super) const OTHERS: &str = "webhook.other_fields";
/// The input of the stop.
pub(super) const RESTART: &str = "stop.restart_after_s";

/// What the form of a new campaign holds.
pub(super) fn start() -> Pairs {
    let chosen = ["profileid", "email"].map(|name| ("webhook.profile_fields", name));
    let stop = span::fill(RESTART, 86_400);
    let stop = stop.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    chosen.into_iter().chain([("trigger.known_only", "true")]).chain(stop).collect()
}

/// What the form of a saved campaign holds; secrets are marked as set.
pub(super) fn fill(campaign: &Campaign) -> Pairs {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut push = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
    push("id", &campaign.id.to_string());
    push("name", &campaign.name);
    if campaign.webhook_id.is_some() {
        push("has_webhook", "1");
    }
    match &campaign.trigger {
        Some(Trigger { on, by, value, known_only }) => {
            push("trigger.on", &name_of(on));
            push("trigger.match", &name_of(by));
            push("trigger.value", value);
            push("trigger.known_only", if *known_only { "true" } else { "false" });
        }
        None => push("trigger.known_only", "true"),
    }
    if let Some(stop) = campaign.stop {
        for (name, value) in span::fill(RESTART, stop.restart_after_s) {
            push(&name, &value);
        }
    }
    match &campaign.webhook {
        Some(sends) => webhook(&mut push, sends),
        None => USUAL[..2].iter().for_each(|name| push("webhook.profile_fields", name)),
    }
    fields.into_iter().collect()
}

fn webhook(push: &mut impl FnMut(&str, &str), sends: &Sends) {
    push("webhook.url", &sends.url);
    push("webhook.method", if sends.method == Method::Get { "GET" } else { "POST" });
    let (usual, others): (Vec<&String>, Vec<&String>) =
        sends.chosen.profile_fields.iter().partition(|name| USUAL.contains(&name.as_str()));
    usual.iter().for_each(|name| push("webhook.profile_fields", name));
    push(OTHERS, &others.into_iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    for (i, field) in sends.chosen.static_fields.iter().enumerate() {
        push(&format!("webhook.static_fields.{i}.name"), &field.name);
        push(&format!("webhook.static_fields.{i}.value"), &field.value);
    }
    for (i, header) in sends.headers.iter().enumerate() {
        let at = |key: &str| format!("webhook.headers.{i}.{key}");
        push(&at("name"), &header.name);
        if header.secret {
            push(&at("secret"), "1");
            push(&at("value.set"), "1");
        } else {
            push(&at("value"), header.value.text().unwrap_or_default());
        }
    }
}

/// The contract's name of a choice.
fn name_of(choice: &impl serde::Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The campaign object that the form describes; a part into which nothing is typed is null.
pub(super) fn patch(fields: &Pairs) -> Map<String, Value> {
    let mut patch = Map::new();
    patch.insert("name".to_owned(), fields.get("name").into());
    patch.insert("trigger".to_owned(), trigger(fields));
    patch.insert("webhook".to_owned(), sends(fields));
    let stop = span::read(fields, RESTART);
    let stop = if stop.is_null() { Value::Null } else { json!({ "restart_after_s": stop }) };
    patch.insert("stop".to_owned(), stop);
    patch
}

fn trigger(fields: &Pairs) -> Value {
    let Some(value) = fields.some("trigger.value") else { return Value::Null };
    json!({
        "on": fields.some("trigger.on").unwrap_or("page"),
        "match": fields.some("trigger.match").unwrap_or("exact"),
        "value": value,
        "known_only": fields.get("trigger.known_only") == "true",
    })
}

fn sends(fields: &Pairs) -> Value {
    let has = |list: &str| rows(fields, list).next().is_some();
    // A webhook that was saved stays; its address can only be changed.
    let is_there = fields.get("has_webhook") == "1"
        || fields.some("webhook.url").is_some()
        || has("webhook.static_fields")
        || has("webhook.headers");
    if !is_there {
        return Value::Null;
    }
    let others = fields.get(OTHERS).split(',').map(str::trim).filter(|name| !name.is_empty());
    let fixed = rows(fields, "webhook.static_fields").map(|i| {
        let at = |key: &str| fields.raw(&format!("webhook.static_fields.{i}.{key}")).unwrap_or_default();
        json!({ "name": at("name").trim(), "value": at("value") })
    });
    json!({
        "url": fields.get("webhook.url"),
        "method": fields.some("webhook.method").unwrap_or("POST"),
        "profile_fields": checked(fields).chain(others).collect::<Vec<_>>(),
        "static_fields": fixed.collect::<Vec<_>>(),
        "headers": headers(fields, "webhook.headers"),
    })
}

fn checked(fields: &Pairs) -> impl Iterator<Item = &str> {
    fields.all("webhook.profile_fields").filter(|name| USUAL.contains(name))
}

/// Refuses a form that lacks a part, and says which, beside what else is wrong with it.
pub(super) fn complete(fields: &Pairs) -> Result<(), Error> {
    let (change, mut errors) = campaign::read(None, &patch(fields));
    if let Err(missing) = change.parts.complete() {
        errors.extend(missing);
    }
    errors.into_result().map_err(|wrong| in_form(wrong.into(), fields))
}

/// Puts what is wrong at the form's inputs, in its words.
pub(super) fn in_form(error: Error, fields: &Pairs) -> Error {
    let Error::Invalid(Invalid { errors }) = error else { return error };
    let one = |error: FieldError| {
        let message = match error.rule {
            Rule::Window => "The time is 1 minute to 1 year.".to_owned(),
            Rule::Whole => "Type a whole number.".to_owned(),
            _ => error.message.clone(),
        };
        FieldError { field: input(&error.field, fields), message, rule: Rule::Any, ..error }
    };
    Error::Invalid(Invalid { errors: errors.into_iter().map(one).collect() })
}

fn input(field: &str, fields: &Pairs) -> String {
    let parts: Vec<&str> = field.split('.').collect();
    match parts.as_slice() {
        ["trigger"] => "trigger.value".to_owned(),
        ["webhook"] => "webhook.url".to_owned(),
        ["stop"] => RESTART.to_owned(),
        ["webhook", "profile_fields", at] => match at.parse::<usize>() {
            Ok(at) if at >= checked(fields).count() => OTHERS.to_owned(),
            _ => "webhook.profile_fields".to_owned(),
        },
        // Empty rows are no part of the object, so its entries count differently.
        ["webhook", list @ ("static_fields" | "headers"), at, rest @ ..] => {
            let (list, key) = (format!("webhook.{list}"), rest.first().unwrap_or(&"name"));
            let row = at.parse().ok().and_then(|at| rows(fields, &list).nth(at));
            row.map_or_else(|| field.to_owned(), |row| format!("{list}.{row}.{key}"))
        }
        _ => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::CampaignId;

    fn read(text: &str) -> Map<String, Value> {
        patch(&Pairs::parse(text))
    }

    #[test]
    fn a_part_into_which_nothing_is_typed_is_missing() {
        let new = patch(&start().with("name", "Packing").without(RESTART));
        assert_eq!(
            Value::Object(new),
            json!({"name": "Packing", "trigger": null, "webhook": null, "stop": null})
        );
        let error = complete(&start().with("name", "Packing")).expect_err("two are missing");
        let Error::Invalid(wrong) = error else { panic!("{error:?}") };
        let fields: Vec<_> = wrong.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["trigger.value", "webhook.url"]);
        // Once saved, the address can't be lost by emptying it.
        assert_eq!(read("has_webhook=1&webhook.url=")["webhook"]["url"], "");
    }

    #[test]
    fn what_is_saved_reads_back() {
        let campaign = json!({
            "id": CampaignId::from_key(1 << 40), "name": "Packing", "state": "draft",
            "trigger": {"on": "item", "match": "prefix", "value": "TP-", "known_only": false},
            "webhook": {
                "url": "https://example.com/", "method": "GET", "profile_fields": ["email", "city"],
                "static_fields": [{"name": "automationid", "value": " 42"}],
                "headers": [{"name": "X-A", "value": "1", "secret": false}, {"name": "X-K", "value": {"set": true}, "secret": true}],
            },
            "stop": {"restart_after_s": 3600}, "webhook_id": null, "created_at": "2026-01-01T00:00:00.000Z",
        });
        let shown: Campaign = serde_json::from_value(campaign.clone()).expect("a campaign");
        let back = patch(&fill(&shown));
        for part in ["name", "trigger", "webhook", "stop"] {
            assert_eq!(back[part], campaign[part], "{part}");
        }
    }

    #[test]
    fn errors_stand_at_their_inputs() {
        let form = Pairs::parse(
            "webhook.profile_fields=email&webhook.other_fields=a..b&webhook.static_fields.2.name=email&webhook.static_fields.2.value=1",
        );
        let at = |field: &str| input(field, &form);
        assert_eq!(at("webhook.profile_fields.0"), "webhook.profile_fields");
        assert_eq!(at("webhook.profile_fields.1"), "webhook.other_fields");
        assert_eq!(at("webhook.static_fields.0.name"), "webhook.static_fields.2.name");
        assert_eq!((at("trigger").as_str(), at("stop").as_str()), ("trigger.value", RESTART));
    }
}
