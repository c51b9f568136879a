#![allow(clippy::needless_pass_by_value, reason = "json!(…) reads best as an argument")]

use super::*;
use crate::{
    catalog,
    topic::Topic,
    webhook::validate::{self, Rules},
};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn whole() -> Value {
    json!({
        "name": " Packing ",
        "trigger": {"on": "page", "match": "pattern", "value": "https://shop.example.com/p/*"},
        "webhook": {
            "url": "https://esp.example.com/start", "method": "POST",
            "profile_fields": ["profileid", "email", "gender"],
            "static_fields": [{"name": "automationid", "value": "42"}],
            "headers": [{"name": "X-Api-Key", "value": "k", "secret": true}],
        },
        "stop": {"restart_after_s": 86_400},
    })
}

/// The change of a whole campaign with some members replaced.
fn with(pointer: &str, value: Value) -> (Change, Invalid) {
    let mut members = whole();
    *members.pointer_mut(pointer).expect("there") = value;
    read(None, &map(members))
}

/// The settings of the webhook that a change makes, or what is wrong with both.
fn made(change: &Change, before: Option<&Settings>) -> Result<Settings, Invalid> {
    let topics: Vec<Topic> = catalog::all().iter().flat_map(|catalog| catalog.topics.clone()).collect();
    let public_origin = "http://127.0.0.1:3000".parse().expect("a URL");
    let rules = Rules { topics: &topics, allowed_networks: &[], public_origin: &public_origin, people: &[] };
    let read = validate::read(before, &change.members(before), &rules);
    read.map(|(settings, _)| settings)
}

/// Where something is wrong, with the campaign or with the webhook that it makes.
fn wrong(pointer: &str, value: Value) -> Vec<String> {
    let (change, errors) = with(pointer, value);
    let more = made(&change, None).err().unwrap_or_default();
    change.together(errors, more).errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn three_parts_make_one_webhook() {
    let (change, errors) = read(None, &map(whole()));
    assert_eq!((errors.errors.len(), change.parts.complete()), (0, Ok(())));
    let webhook = json!(made(&change, None).expect("valid"));
    assert_eq!(webhook["name"], "Packing");
    assert_eq!(webhook["topics"], json!(["visitor.page.viewed", "visitor.item.viewed"]));
    assert_eq!(
        webhook["conditions"],
        json!({"all": [
            {"field": "payload.url", "op": "matches", "value": "https://shop.example.com/p/*"},
            {"field": "profile.profileid", "op": "exists", "value": true},
        ]})
    );
    assert_eq!(
        webhook["fields"],
        json!([
            {"name": "profileid", "from": "profile.profileid"},
            {"name": "email", "from": "profile.email"},
            {"name": "gender", "from": "profile.gender"},
            {"name": "automationid", "value": "42"},
        ])
    );
    assert_eq!(webhook["frequency"], json!({"key": "profile.profileid", "window_s": 86_400}));
    assert_eq!((&webhook["format"], &webhook["preset"]), (&json!("json"), &json!("datatrics")));
    assert_eq!(webhook["headers"], json!([{"name": "X-Api-Key", "value": {"set": true}, "secret": true}]));
}

#[test]
fn dt_7_a_page_a_kind_of_page_or_an_item() {
    let condition = |trigger: Value| {
        let (change, errors) = with("/trigger", trigger);
        assert_eq!(errors, Invalid::default());
        let members = change.members(None);
        (members["topics"].clone(), members["conditions"]["all"].clone())
    };
    let both = json!(["visitor.page.viewed", "visitor.item.viewed"]);
    let clause = |field: &str, op: &str, value: Value| json!([{"field": field, "op": op, "value": value}]);
    let kind = json!({"on": "page_type", "match": "exact", "value": "product", "known_only": false});
    assert_eq!(condition(kind), (both.clone(), clause("payload.page_type", "eq", json!("product"))));
    let start = json!({"on": "page", "match": "prefix", "value": "https://a.example/", "known_only": false});
    assert_eq!(condition(start), (both, clause("payload.url", "starts_with", json!("https://a.example/"))));
    let item = |value: &str| json!({"on": "item", "value": value, "known_only": false});
    let items = json!(["visitor.item.viewed"]);
    assert_eq!(condition(item("TP-28")), (items.clone(), clause("payload.item.id", "eq", json!("TP-28"))));
    assert_eq!(condition(item("28")), (items, clause("payload.item.id", "in", json!(["28", 28]))));
}

#[test]
fn dt_8_known_profiles_only_unless_it_is_switched_off() {
    let (change, _) = with("/trigger", json!({"on": "item", "value": "TP-28"}));
    assert!(change.parts.trigger.as_ref().is_some_and(|trigger| trigger.known_only));
    let off = json!({"on": "item", "value": "TP-28", "known_only": false});
    let members = with("/trigger", off).0.members(None);
    assert_eq!(
        members["frequency"]["key"],
        json!(["profile.profileid", "payload.profileid", "payload.visitorid"])
    );
}

#[test]
fn dt_10_get_puts_the_fields_into_the_address() {
    let (change, _) = with("/webhook/method", json!("GET"));
    let settings = made(&change, None).expect("valid");
    assert_eq!((settings.method, settings.format), (Method::Get, crate::webhook::Format::Form));
    let again = made(&read(Some(("A", &change.parts)), &map(whole())).0, Some(&settings)).expect("valid");
    assert_eq!((again.method, again.format), (Method::Post, crate::webhook::Format::Json));
}

#[test]
fn a_part_is_changed_without_the_others_and_taken_out_by_null() {
    let (change, _) = read(None, &map(whole()));
    let base = Some(("Packing", &change.parts));
    let (later, errors) =
        read(base, &map(json!({"stop": {"restart_after_s": 3600}, "trigger": {"match": "exact"}})));
    assert_eq!(errors, Invalid::default());
    assert_eq!(later.parts.stop, Some(Stop { restart_after_s: 3600 }));
    assert_eq!(later.parts.trigger.as_ref().map(|trigger| trigger.by), Some(Match::Exact));
    assert_eq!((&later.name, &later.parts.webhook), (&change.name, &change.parts.webhook));
    let (without, errors) = read(base, &map(json!({"trigger": null, "stop": null})));
    assert_eq!(errors, Invalid::default());
    let missing = without.parts.complete().expect_err("two are missing");
    assert_eq!(missing.errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["trigger", "stop"]);
}

#[test]
fn dt_5_each_missing_part_is_named() {
    let (change, errors) = read(None, &map(json!({"name": "Draft"})));
    assert_eq!(errors, Invalid::default());
    let missing = change.parts.complete().expect_err("all are missing");
    let fields: Vec<_> = missing.errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["trigger", "webhook", "stop"]);
}

#[test]
fn what_is_wrong_is_told_where_it_was_typed() {
    assert_eq!(wrong("/name", json!(" ")), ["name"]);
    assert_eq!(wrong("/name", json!(7)), ["name"]);
    assert_eq!(wrong("/trigger", json!({})), ["trigger.on", "trigger.value"]);
    assert_eq!(wrong("/trigger/on", json!("shop")), ["trigger.on"]);
    assert_eq!(wrong("/trigger/match", json!("like")), ["trigger.match"]);
    assert_eq!(wrong("/trigger/value", json!(" ")), ["trigger.value"]);
    assert_eq!(wrong("/webhook/url", json!("")), ["webhook.url"]);
    assert_eq!(wrong("/webhook/method", json!("PUT")), ["webhook.method"]);
    assert_eq!(wrong("/webhook/profile_fields", json!(["email", "a..b", 7])).len(), 2);
    assert_eq!(wrong("/webhook/static_fields/0/value", json!("")), ["webhook.static_fields.0.value"]);
    assert_eq!(wrong("/webhook/static_fields/0", json!({"nme": "a"}))[0], "webhook.static_fields.0.nme");
    assert_eq!(wrong("/webhook/headers/0/name", json!("host")), ["webhook.headers.0.name"]);
    assert_eq!(wrong("/stop/restart_after_s", json!(59))[0], "stop.restart_after_s");
    assert_eq!(wrong("/stop", json!({})), ["stop.restart_after_s"]);
    assert_eq!(wrong("/stop", json!({"after": 1}))[1], "stop.after");
    let (change, _) = with("/webhook", json!({"url": "https://example.com"}));
    let no_field = change.in_campaign(made(&change, None).expect_err("no field"));
    assert_eq!(no_field.errors[0].field, "webhook.profile_fields");
}

#[test]
fn a_static_field_with_the_name_of_a_profile_field_is_refused_there() {
    let (_, errors) = with("/webhook/static_fields/0/name", json!("email"));
    let wrong = errors.at("webhook.static_fields.0.name").expect("it is refused");
    assert!(wrong.message.contains("“email”") && wrong.message.contains("another name"), "{wrong:?}");
    let twice = json!([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]);
    assert_eq!(self::wrong("/webhook/static_fields", twice), ["webhook.static_fields.1.name"]);
}

#[test]
fn triggers_read_as_sentences() {
    let says = |on, by, value: &str| Trigger { on, by, value: value.to_owned(), known_only: true }.describe();
    assert_eq!(says(On::Page, Match::Prefix, "https://a.example/"), "Page begins with https://a.example/");
    assert_eq!(says(On::PageType, Match::Exact, "product"), "Kind of page is product");
    assert_eq!(says(On::Item, Match::Pattern, "TP-*"), "Item matches TP-*");
}
