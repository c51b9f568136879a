use super::*;
use crate::{catalog, schema::of_sample};

fn read(text: &str) -> Schema {
    Schema::read(text).unwrap_or_else(|error| panic!("{text}: {}", error.message))
}

fn told(schema: &str, payload: &str) -> Vec<String> {
    let payload = Json::parse(payload).expect("JSON");
    let mismatches = read(schema).mismatches(&payload).into_iter();
    mismatches.map(|error| format!("{}: {}", error.field, error.message)).collect()
}

fn refused(schema: &str) -> String {
    match Schema::read(schema) {
        Ok(_) => panic!("taken: {schema}"),
        Err(error) => {
            assert_eq!(error.field, "schema");
            error.message
        }
    }
}

#[test]
fn bc_40_every_sample_of_every_catalog_is_as_its_schema_says() {
    for topic in catalog::all().iter().flat_map(|catalog| &catalog.topics) {
        let file = format!("catalog/{}.json, {}", topic.catalog, topic.key);
        let schema = topic.schema.as_deref().unwrap_or_else(|| panic!("{file}: no schema"));
        let schema = Schema::read(schema).unwrap_or_else(|error| panic!("{file}: {}", error.message));
        let sample = Json::parse(&topic.sample).expect("a sample is JSON");
        let found = schema.mismatches(&sample);
        assert!(found.is_empty(), "{file}: {found:?}");
        let empty = schema.mismatches(&Json::Object(Vec::new()));
        assert!(!empty.is_empty(), "{file}: the schema asks for nothing");
    }
}

#[test]
fn of_a_very_long_list_only_the_first_mismatch_is_told() {
    let schema = r#"{"properties":{"a":{"items":{"type":"string"}}}}"#;
    let list = |n: usize| format!("{{\"a\":[{}1]}}", "1,".repeat(n));
    assert_eq!(told(schema, &list(8)).len(), 9);
    assert_eq!(told(schema, &list(500_000)), ["payload.a.0: This has to be a text."]);
}

#[test]
fn each_mismatch_is_at_its_place() {
    let schema = r#"{"type":"object","required":["id","items"],"properties":{
        "id":{"type":"integer"},"state":{"enum":["paid","open"]},"note":{"type":["string","null"],"maxLength":3},
        "items":{"type":"array","minItems":1,"items":{"type":"object","required":["price"],
            "properties":{"price":{"type":"number","exclusiveMinimum":0}},"additionalProperties":false}}}}"#;
    assert_eq!(told(schema, r#"{"id":1,"items":[{"price":2}],"note":null,"more":true}"#), [""; 0]);
    assert_eq!(
        told(schema, r#"{"items":[]}"#),
        ["payload.id: This is missing.", "payload.items: This needs at least 1 item."]
    );
    let found =
        told(schema, r#"{"id":1.5,"state":"lost","note":"long","items":[{"price":1},{"price":0,"x":1}]}"#);
    for wanted in [
        "payload.id: This has to be a whole number.",
        r#"payload.state: This has to be one of "paid", "open"."#,
        "payload.note: This has at most 3 characters.",
        "payload.items.1.price: This has to be more than 0.",
        "payload.items.1.x: The schema knows no such member.",
    ] {
        assert!(found.iter().any(|each| each == wanted), "{wanted}: {found:?}");
    }
    assert_eq!(found.len(), 5, "{found:?}");
    let many = format!("{{\"l\":[{}1]}}", "1,".repeat(50));
    assert_eq!(told(r#"{"properties":{"l":{"items":{"type":"string"}}}}"#, &many).len(), MAX_MISMATCHES);
}

#[test]
fn numbers_count_by_their_value() {
    let whole = r#"{"properties":{"n":{"type":"integer","minimum":-5}}}"#;
    for good in ["1", "1.0", "1e2", "12345678901234567890123", "1e400", "-0"] {
        assert_eq!(told(whole, &format!("{{\"n\":{good}}}")), [""; 0], "{good}");
    }
    for bad in ["1.5", "-6", "-1e400", "1e-400"] {
        assert_eq!(told(whole, &format!("{{\"n\":{bad}}}")).len(), 1, "{bad}");
    }
    assert_eq!(told(r#"{"properties":{"n":{"exclusiveMinimum":0}}}"#, r#"{"n":1e-400}"#), [""; 0]);
    assert_eq!(told(r#"{"properties":{"n":{"maximum":1e300}}}"#, r#"{"n":1e400}"#).len(), 1);
}

#[test]
fn what_is_no_schema_is_refused_with_the_place() {
    assert_eq!(refused("[]"), "A schema is a JSON object, or true or false.");
    assert!(refused("{").starts_with("The schema is not valid JSON: "));
    assert_eq!(
        refused(r#"{"properties":{"age":{"type":"strng"}}}"#),
        "At properties.age.type: The types are string, number, integer, boolean, array, object and null."
    );
    assert_eq!(
        refused(r#"{"properties":{"age":{"minimum":"1"}}}"#),
        "At properties.age.minimum: This has to be a number."
    );
    assert!(
        refused(r#"{"properties":{"a":{"pattern":"(?=x)y"}}}"#)
            .starts_with("At properties.a.pattern: This is no regular")
    );
    assert!(refused(r#"{"pattern":"a{1000}{1000}{1000}"}"#).starts_with("At pattern: This is no regular"));
    assert!(
        refused(r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#)
            .starts_with("At $schema: Schemas are read as")
    );
    assert!(refused(&format!("{{\"title\":\"{}\"}}", "x".repeat(MAX_SCHEMA_BYTES))).contains("64 KiB"));
    read("true");
    assert_eq!(told("false", "{}"), ["payload: The schema allows no value here."]);
}

#[test]
fn references_stay_inside_and_come_to_an_end() {
    for elsewhere in ["https://example.com/a.json", "file:///etc/passwd", "other.json#/a", "#anchor"] {
        let schema = format!("{{\"properties\":{{\"a\":{{\"$ref\":\"{elsewhere}\"}}}}}}");
        assert!(refused(&schema).contains("nothing is fetched"), "{elsewhere}");
    }
    assert_eq!(
        refused(r##"{"properties":{"a":{"$ref":"#/$defs/b"}}}"##),
        "At properties.a.$ref: There is nothing at #/$defs/b."
    );
    for circle in [
        r##"{"$ref":"#"}"##,
        r##"{"properties":{"child":{"$ref":"#"}}}"##,
        r##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}}"##,
    ] {
        assert!(refused(circle).contains("leads back to itself"), "{circle}");
    }
    let step = |n: u32| {
        format!("\"d{n}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/d{0}\"}},{{\"$ref\":\"#/$defs/d{0}\"}}]}}", n + 1)
    };
    let steps: Vec<String> = (0..30).map(step).collect();
    let grows = format!("{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{},\"d30\":true}}}}", steps.join(","));
    assert!(refused(&grows).contains("more than 5000 parts"));
    let address = r##"{"properties":{"from":{"$ref":"#/$defs/a"},"to":{"$ref":"#/$defs/a"}},"$defs":{"a":{"required":["city"]}}}"##;
    assert_eq!(told(address, r#"{"from":{"city":"Porto"},"to":{}}"#), ["payload.to.city: This is missing."]);
    // Names that only look like references.
    read(r#"{"properties":{"$ref":{"type":"string"}},"const":{"$ref":"https://example.com/"}}"#);
}

#[test]
fn what_a_sample_says_is_what_events_are_held_to() {
    let sample = Json::parse(r#"{"id":7,"user":{"email":"ann@example.com"},"seen":null}"#).expect("JSON");
    let schema = of_sample(&sample).to_text();
    assert_eq!(
        told(&schema, r#"{"id":1e3,"user":{"email":"b@example.com","more":1},"seen":[1],"x":1}"#),
        [""; 0]
    );
    assert_eq!(
        told(&schema, r#"{"id":"7","user":{},"seen":1}"#),
        ["payload.id: This has to be a number.", "payload.user.email: This is missing."]
    );
}
