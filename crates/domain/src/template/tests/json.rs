//! Values outside and inside quotes.

use super::{json, refused, value};
use crate::{format::Json, template::render, webhook::Format};

#[test]
fn the_documented_template_does_what_it_looks_like() {
    let root = Json::parse(r#"{"payload":{"email":"john.doe@example.com","user_id":789012}}"#).expect("JSON");
    let template = r#"{"email":"{{ payload.email }}","id":{{ payload.user_id }}}"#;
    let body = render(template, &root, Format::Json).expect("a body");
    assert_eq!(body, r#"{"email":"john.doe@example.com","id":789012}"#);
    let xml = render(template, &root, Format::Xml).expect("a body");
    assert!(xml.ends_with("<webhook type=\"object\"><email>john.doe@example.com</email><id type=\"number\">789012</id></webhook>"));
    assert_eq!(
        render(template, &root, Format::Form).as_deref(),
        Ok("email=john.doe%40example.com&id=789012")
    );
}

#[test]
fn outside_quotes_values_are_json() {
    assert_eq!(value("payload.email"), r#""a\"b\\c\n@example.com""#);
    assert_eq!(value("payload.user_id"), "12345678901234567890123");
    assert_eq!(value("payload.price"), "1.10");
    assert_eq!(value("payload.big"), "1e400");
    assert_eq!(value("payload.zero"), "-0");
    assert_eq!(value("payload.none"), "null");
    assert_eq!(value("payload.yes"), "true");
    assert_eq!(value("payload.user"), r#"{"id":7,"role":{"name":"Student"}}"#);
    assert_eq!(value("payload['first name']"), "\"Ann\"");
}

#[test]
fn inside_quotes_values_are_escaped_text() {
    assert_eq!(json(r#"{"a":"<{{ payload.email }}>"}"#), r#"{"a":"<a\"b\\c\n@example.com>"}"#);
    assert_eq!(
        json(r#"["{{ payload.price }}/{{ payload.yes }}/{{ payload.none }}/{{ payload.user_id }}"]"#),
        r#"["1.10/true//12345678901234567890123"]"#
    );
    assert_eq!(json(r#"["{{ payload.items[0].tags }}"]"#), r#"["[\"x\",\"y\"]"]"#);
    assert_eq!(json(r#"["\"{{ payload.empty }}\\{{ payload.yes }}"]"#), r#"["\"\\true"]"#);
}

#[test]
fn a_missing_value_is_null_or_empty() {
    for path in [
        "nothing",
        "payload.a",
        "payload.a.b.c",
        "payload.none.x.y",
        "payload.items[9].sku",
        "payload.email.x",
        "payload['a']['b']",
        "payload.items.sku",
    ] {
        assert_eq!(value(path), "null", "{path}");
        assert_eq!(json(&format!("[\"<{{{{ {path} }}}}>\"]")), "[\"<>\"]", "{path}");
    }
    for expression in [
        "payload.a|upper",
        "payload.a + 1",
        "payload.a|round(2)",
        "payload.a|first",
        "-payload.a",
        "payload.a[1:2]",
        "payload.none|replace('a','b')",
    ] {
        assert_eq!(value(expression), "null", "{expression}");
    }
}

#[test]
fn names_of_members_are_values_too() {
    assert_eq!(
        json("{ {{ payload.email }}: 1, \"{{ topic }}\": 2 }"),
        "{ \"a\\\"b\\\\c\\n@example.com\": 1, \"learning.user.created\": 2 }"
    );
}

#[test]
fn json_that_is_json_already_is_not_quoted_again() {
    assert_eq!(
        json(r#"{"u":{{ payload.user|tojson }},"t":"{{ payload.user|tojson }}"}"#),
        r#"{"u":{"id":7,"role":{"name":"Student"}},"t":"{\"id\":7,\"role\":{\"name\":\"Student\"}}"}"#
    );
    assert_eq!(json(r#"{{ '{"a": 1}'|safe }}"#), r#"{"a": 1}"#);
    assert_eq!(
        json("{{ payload.user|tojson(indent=2) }}"),
        "{\n  \"id\": 7,\n  \"role\": {\n    \"name\": \"Student\"\n  }\n}"
    );
}

#[test]
fn the_template_keeps_its_white_space() {
    assert_eq!(json("{\n  \"a\": {{ payload.yes }}\n}\n"), "{\n  \"a\": true\n}");
    assert_eq!(
        json("[{%- for i in payload.items %}{{ i.qty }}{% if not loop.last %}, {% endif %}{% endfor -%} ]"),
        "[2, 1, 4]"
    );
}

#[test]
fn what_is_no_json_is_pointed_out_in_the_template() {
    assert_eq!(
        refused("{\"a\": {{ payload.email }},\n \"b\": {{ payload.user_id }} \"c\": 1}", Format::Json),
        (2, 29, "The result is not valid JSON: “\"” stands where a comma or } is expected.".into())
    );
    assert_eq!(
        refused("[{{ payload.email }} {{ payload.price }}]", Format::Json),
        (1, 22, "The result is not valid JSON: “1” stands where a comma or ] is expected.".into())
    );
    assert_eq!(
        refused("[1", Format::Json).2,
        "The result is not valid JSON: the text ends where a comma or ] is expected."
    );
    assert_eq!(
        refused("", Format::Json).2,
        "The result is not valid JSON: the text ends where a value is expected."
    );
    assert_eq!(
        refused("<a/>", Format::Json).2,
        "The result is not JSON. Literal XML needs the content type application/xml."
    );
    assert_eq!(refused(r#"{"a":1,"a":2}"#, Format::Json).1, 8);
    assert_eq!(refused("[1]", Format::Form).2, "A form needs an object of fields: {\"name\": …}.");
}

#[test]
fn a_value_never_ends_a_string() {
    assert_eq!(
        refused(r#"{"a":"\{{ payload.email }}"}"#, Format::Json),
        (1, 8, "A value can't stand right after a backslash.".into())
    );
    assert_eq!(json(r#"{"a":"\\{{ payload.email }}"}"#), r#"{"a":"\\a\"b\\c\n@example.com"}"#);
    assert_eq!(json(r#"{"a":"\u00e9{{ payload.yes }}"}"#), r#"{"a":"\u00e9true"}"#);
}
