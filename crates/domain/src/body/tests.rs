//! Bodies of documented topics and of a marketplace's own, with and without templates.

use super::*;
use crate::catalog;
use crate::envelope::Envelope;
use crate::format::{testing, xml_decode};
use proptest::prelude::*;

const PAYLOAD: &str = "{ \"user_id\" : 12345678901234567890123,\n\t\"price\":1.10, \"name\":\"Zo\\u00eb\",\"tags\":[\"a\",null] }";

fn context() -> Context {
    Context { domain_id: "academy".to_owned(), tenant_id: "3".to_owned(), ..Context::default() }
}

fn own_topic(key: &str) -> Topic {
    Topic {
        key: key.to_owned(),
        catalog: "shop".to_owned(),
        title: "Order".to_owned(),
        description: String::new(),
        resource: None,
        action: None,
        envelope: Envelope::Own,
        sample: "{\"id\":1}".to_owned(),
        schema: None,
        profile: None,
        enterprise: false,
        locked: false,
        built_in: false,
    }
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::new("Student sync", "https://example.com", vec!["shop.*".to_owned()]);
    change(&mut settings);
    settings
}

fn made(settings: &Settings, topic: &Topic, payload: &str) -> Result<Rendered, TemplateError> {
    let context = context();
    render(
        settings,
        &Input {
            event_id: EventId::from_key(1_701_363_060_123 << crate::id::LOW_BITS),
            topic,
            occurred_at: Timestamp::from_ms(1_701_363_060_123),
            context: &context,
            payload,
            test: false,
            webhook_name: &settings.name,
            secret_key: None,
        },
    )
}

fn body(settings: &Settings, topic: &Topic, payload: &str) -> String {
    made(settings, topic, payload).expect("a body").body
}

#[test]
fn the_payload_reaches_the_receiver_byte_for_byte() {
    let topic = catalog::find("learning.user.updated").expect("a documented topic");
    let body = body(&settings(|_| {}), topic, PAYLOAD);
    let id = EventId::from_key(1_701_363_060_123 << crate::id::LOW_BITS);
    assert_eq!(
        body,
        format!(
            "{{\"id\":\"{id}\",\"resource\":\"user\",\"action\":\"updated\",\"tenant_id\":\"3\",\"domain_id\":\"academy\",\
             \"created_at\":\"2023-11-30T16:51:00.123Z\",\"timestamp\":1701363060,\"payload\":{PAYLOAD}}}"
        )
    );
}

#[test]
fn own_topics_have_the_small_envelope() {
    let body = body(&settings(|_| {}), &own_topic("shop.order.paid"), "{}");
    let names: Vec<String> = match Json::parse(&body) {
        Ok(Json::Object(members)) => members.into_iter().map(|(name, _)| name).collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(names, ["id", "topic", "created_at", "payload"]);
}

#[test]
fn every_documented_topic_has_a_body_in_every_format() {
    for topic in catalog::all().iter().flat_map(|catalog| &catalog.topics) {
        let json = Json::parse(&body(&settings(|_| {}), topic, &topic.sample)).expect("JSON");
        let Json::Object(read) = &json else { panic!("{}", topic.key) };
        let mut names = read.iter().map(|(name, _)| name.as_str());
        for (name, source) in topic.envelope.members() {
            match source {
                Source::Members => {
                    let Ok(Json::Object(sample)) = Json::parse(&topic.sample) else {
                        panic!("{}", topic.key)
                    };
                    assert!(sample.iter().all(|(name, _)| names.next() == Some(name)), "{}", topic.key);
                }
                Source::Test | Source::SecretKey => {}
                _ => assert_eq!(names.next(), Some(name), "{}", topic.key),
            }
        }
        assert_eq!(names.next(), None, "{}", topic.key);
        let xml = body(&settings(|s| s.format = Format::Xml), topic, &topic.sample);
        assert_eq!(xml_decode::decode(&xml).as_ref(), Ok(&json), "{}", topic.key);
        let form = body(&settings(|s| s.format = Format::Form), topic, &topic.sample);
        let first = &read[0].0;
        assert!(form.starts_with(&format!("{first}=")) || form.contains("%5B"), "{}: {form}", topic.key);
    }
}

#[test]
fn a_marketplace_names_what_happened_and_leaves_out_what_is_gone() {
    let payload = "{\"type\":\"USER\", \"uuid\":\"1\",\"url\":\"https://a\",\"content\":{\"n\":1.10}}";
    let id = EventId::from_key(1_701_363_060_123 << crate::id::LOW_BITS).uuid();
    let added = catalog::find("marketplace.user.added").expect("a topic");
    assert_eq!(
        body(&settings(|_| {}), added, payload),
        format!(
            "{{\"uuid\":\"{id}\",\"timestamp\":1701363060123,\"resource\":{payload},\"resourceAction\":\"ADDED\"}}"
        )
    );
    let removed = catalog::find("marketplace.user.removed").expect("a topic");
    let gone = "{\"type\":\"USER\",\"uuid\":\"1\",\"url\":\"https://a\"}";
    assert_eq!(
        body(&settings(|_| {}), removed, payload),
        format!(
            "{{\"uuid\":\"{id}\",\"timestamp\":1701363060123,\"resource\":{gone},\"resourceAction\":\"REMOVED\"}}"
        )
    );
}

#[test]
fn an_engagement_body_has_the_payloads_members_inside_and_says_when_it_is_a_test() {
    let topic = catalog::find("engagement.contact.opted_out").expect("a topic");
    let payload = "{\"Type\":\"x\",\"\":1,\"f_EMail\":\"ada@example.com\"}";
    let start = format!(
        "{{\"Type\":\"contact_optout\",\"EventUniqueID\":\"{}\",\"dtExecution\":\"2023-11-30T16:51:00.123Z\",\
         \"idCompany\":\"3\",\"idProject\":\"academy\",\"\":1,\"f_EMail\":\"ada@example.com\"",
        EventId::from_key(1_701_363_060_123 << crate::id::LOW_BITS)
    );
    assert_eq!(body(&settings(|_| {}), topic, payload), format!("{start}}}"));
    let context = context();
    let test = Input { test: true, ..sample_input(topic, &context, "") };
    let made = render(&settings(|_| {}), &test).expect("a body");
    assert!(made.body.ends_with(",\"isTest\":true}"), "{}", made.body);
}

#[test]
fn an_access_body_is_the_payload_byte_for_byte() {
    let topic = catalog::find("access.product.granted").expect("a topic");
    let payload = "{ \"user_id\" : 1.0 }";
    assert_eq!(body(&settings(|_| {}), topic, payload), "{\"user_id\" : 1.0}");
    assert_eq!(body(&settings(|_| {}), topic, "{}"), "{}");
}

#[test]
fn dap_30_the_secret_key_is_the_last_of_the_fields() {
    let topic = catalog::find("access.product.granted").expect("a topic");
    let context = context();
    let with_key = |payload: &str, change: &dyn Fn(&mut Settings)| {
        let input =
            Input { secret_key: Some("k3y"), payload, test: false, ..sample_input(topic, &context, "A") };
        render(&settings(change), &input).expect("a body")
    };
    for (payload, body) in [
        (
            r#"{"user_id":1.0,"fields":{"zip":"1"},"x":2}"#,
            r#"{"user_id":1.0,"fields":{"zip":"1","secretKey":"k3y"},"x":2}"#,
        ),
        (r#"{"fields":{"secretKey":"theirs","zip":"1"}}"#, r#"{"fields":{"zip":"1","secretKey":"k3y"}}"#),
        (r#"{"user_id":1}"#, r#"{"user_id":1,"fields":{"secretKey":"k3y"}}"#),
        (r#"{"fields":null}"#, r#"{"fields":{"secretKey":"k3y"}}"#),
        (r#"{"fields":"text"}"#, r#"{"fields":"text"}"#),
        ("{}", r#"{"fields":{"secretKey":"k3y"}}"#),
    ] {
        assert_eq!(with_key(payload, &|_| {}).body, body);
    }
    let payload = r#"{"user_id":1,"fields":{"zip":"1"}}"#;
    let xml = with_key(payload, &|s| s.format = Format::Xml).body;
    assert!(xml.contains("<zip>1</zip><secretKey>k3y</secretKey></fields>"), "{xml}");
    let form = with_key(payload, &|s| s.format = Format::Form).body;
    assert_eq!(form, "user_id=1&fields%5Bzip%5D=1&fields%5BsecretKey%5D=k3y");
    let query = with_key(payload, &|s| (s.method, s.format) = (Method::Get, Format::Form)).query;
    assert_eq!(query.as_deref(), Some("user_id=1&fields%5Bzip%5D=1&fields%5BsecretKey%5D=k3y"));
    let template = "{\"k\":\"{{ envelope.fields.secretKey }}\",\"p\":{{ payload.fields }}}";
    let made = with_key(payload, &|s| s.body_template = Some(template.to_owned())).body;
    assert_eq!(made, r#"{"k":"k3y","p":{"zip":"1"}}"#);
    // Other topics have no place for it.
    let input = Input { secret_key: Some("k3y"), ..sample_input(topic, &context, "A") };
    let other = own_topic("shop.order.paid");
    let made = render(&settings(|_| {}), &Input { topic: &other, ..input }).expect("a body");
    assert!(!made.body.contains("k3y"), "{}", made.body);
}

#[test]
fn a_template_places_the_secret_key_and_does_nothing_else_with_it() {
    let topic = catalog::find("access.product.granted").expect("a topic");
    let context = context();
    let made = |template: &str, key: Option<&str>| {
        let input = Input { secret_key: key, payload: "{}", ..sample_input(topic, &context, "A") };
        render(&settings(|s| s.body_template = Some(format!("{{\"k\":\"{template}\"}}"))), &input)
    };
    for good in [
        "{{ envelope.fields.secretKey }}",
        "{{ envelope.fields.secretKey | default('none') }}",
        "{% if envelope.fields.secretKey %}Key {{ envelope.fields.secretKey }}{% endif %}",
    ] {
        made(good, Some("StandIn0")).expect("a body");
    }
    for bad in [
        "{{ envelope.fields.secretKey | lower }}",
        "{{ envelope.fields.secretKey | length }}",
        "{{ envelope.fields.secretKey | first }}",
    ] {
        let told = made(bad, Some("StandIn0")).expect_err(bad).message;
        assert!(told.starts_with("The secret key is filled in at sending"), "{bad}: {told}");
        made(bad, None).expect("nothing to keep");
        let one = settings(|s| {
            s.topics = vec![topic.key.clone()];
            s.body_template = Some(format!("{{\"k\":\"{bad}\"}}"));
        });
        check_template(&one, std::slice::from_ref(topic)).expect_err("not saved");
    }
}

#[test]
fn chosen_fields_make_a_flat_body_of_what_is_there() {
    let field = |name: &str, source| BodyField { name: name.to_owned(), source };
    let from = |path: &str| FieldSource::From(path.to_owned());
    let chosen = settings(|s| {
        s.fields = Some(vec![
            field("uid", from("payload.user_id")),
            field("gender", from("payload.gender")),
            field("tag", from("payload.tags.0")),
            field("topic", from("topic")),
            field("automationid", FieldSource::Value("a 7".to_owned())),
        ]);
    });
    let topic = own_topic("shop.order.paid");
    let flat = "{\"uid\":12345678901234567890123,\"tag\":\"a\",\"topic\":\"shop.order.paid\",\"automationid\":\"a 7\"}";
    assert_eq!(body(&chosen, &topic, PAYLOAD), flat);
    let get = Settings { method: Method::Get, format: Format::Form, ..chosen };
    let query = made(&get, &topic, PAYLOAD).expect("a query").query;
    assert_eq!(
        query.as_deref(),
        Some("uid=12345678901234567890123&tag=a&topic=shop.order.paid&automationid=a+7")
    );
}

#[test]
fn each_format_names_its_content_type() {
    let topic = own_topic("shop.order.paid");
    for (format, content_type) in [
        (Format::Json, "application/json"),
        (Format::Xml, "application/xml"),
        (Format::Form, "application/x-www-form-urlencoded"),
    ] {
        let rendered = made(&settings(|s| s.format = format), &topic, PAYLOAD).expect("a body");
        assert_eq!((rendered.content_type, rendered.query), (Some(content_type), None));
    }
}

#[test]
fn get_puts_the_fields_into_the_query() {
    let topic = own_topic("shop.order.paid");
    let get = settings(|s| (s.method, s.format) = (Method::Get, Format::Form));
    let rendered = made(&get, &topic, PAYLOAD).expect("a query");
    assert_eq!((rendered.body.as_str(), rendered.content_type), ("", None));
    let query = rendered.query.expect("a query");
    assert!(
        query.ends_with("&payload%5Bprice%5D=1.10&payload%5Bname%5D=Zo%C3%AB&payload%5Btags%5D%5B0%5D=a"),
        "{query}"
    );
    let chosen = settings(|s| {
        s.method = Method::Get;
        s.body_template =
            Some("{\"uid\": {{ payload.user_id }}, \"who\": \"{{ webhook.name }}\"}".to_owned());
    });
    let rendered = made(&chosen, &topic, PAYLOAD).expect("a query");
    assert_eq!(rendered.query.as_deref(), Some("uid=12345678901234567890123&who=Student+sync"));
}

#[test]
fn deleted_resources_may_be_left_out() {
    let without = |s: &mut Settings| s.include_deleted_resource = false;
    for (key, kept) in [
        ("shop.order.deleted", false),
        ("shop.order.removed", false),
        ("shop.order.paid", true),
        ("shop.deleted.paid", true),
    ] {
        let topic = own_topic(key);
        assert_eq!(body(&settings(without), &topic, PAYLOAD).contains("payload"), kept, "{key}");
        assert!(body(&settings(|_| {}), &topic, PAYLOAD).contains("payload"), "{key}");
        let xml = settings(|s| (s.include_deleted_resource, s.format) = (false, Format::Xml));
        assert_eq!(body(&xml, &topic, PAYLOAD).contains("<payload"), kept, "{key}");
        let template = settings(|s| {
            without(s);
            s.body_template = Some("[{{ payload.price }}, {{ envelope.payload is defined }}]".to_owned());
        });
        assert_eq!(
            body(&template, &topic, PAYLOAD),
            if kept { "[1.10, true]" } else { "[null, false]" },
            "{key}"
        );
    }
}

#[test]
fn templates_know_the_documented_names() {
    let topic = catalog::find("learning.course.created").expect("a documented topic");
    let template = "{{ [topic, resource, action, domain_id, tenant_id, created_at, timestamp, test, profile, webhook.name, payload.price, envelope.action] }}";
    let chosen = settings(|s| s.body_template = Some(template.to_owned()));
    assert_eq!(
        body(&chosen, topic, PAYLOAD),
        "[\"learning.course.created\",\"course\",\"created\",\"academy\",\"3\",\"2023-11-30T16:51:00.123Z\",1701363060,false,null,\"Student sync\",1.10,\"created\"]"
    );
    let whole = settings(|s| s.body_template = Some("{{ envelope }}".to_owned()));
    let default = Json::parse(&body(&settings(|_| {}), topic, PAYLOAD));
    assert_eq!(Json::parse(&body(&whole, topic, PAYLOAD)), default);
}

#[test]
fn a_body_too_large_for_its_format_is_an_error() {
    let payload = format!("{{\"a\":[{}]}}", vec!["1"; 100_000].join(","));
    let error = made(&settings(|s| s.format = Format::Xml), &own_topic("shop.order.paid"), &payload)
        .expect_err("too large");
    assert_eq!(error.to_string(), "The XML is larger than 1 MiB.");
    assert!(made(&settings(|_| {}), &own_topic("shop.order.paid"), &payload).is_ok());
}

fn checked(template: &str, change: impl FnOnce(&mut Settings)) -> Result<Vec<Advice>, Invalid> {
    let mut orders = own_topic("shop.order.paid");
    orders.sample = r#"{"email":"a\"b@example.com","total":1.10}"#.to_owned();
    let mut refunds = own_topic("shop.refund.made");
    refunds.sample = r#"{"email":"c@example.com","reason":"broken","lines":[1]}"#.to_owned();
    let others = own_topic("crm.lead.added");
    let chosen = settings(|s| {
        s.body_template = Some(template.to_owned());
        change(s);
    });
    check_template(&chosen, &[orders, refunds, others])
}

#[test]
fn a_template_is_checked_on_every_chosen_sample() {
    assert_eq!(checked("{\"email\":\"{{ payload.email }}\"}", |_| {}), Ok(Vec::new()));
    let error = |template: &str| {
        let invalid = checked(template, |_| {}).expect_err(template);
        let first = invalid.errors[0].clone();
        assert_eq!((invalid.errors.len(), first.field.as_str()), (1, "body_template"));
        (first.line, first.column, first.message)
    };
    assert_eq!(
        error("{\n{{ payload. }}}"),
        (Some(2), Some(13), "Unexpected end of variable block, expected identifier or integer.".to_owned())
    );
    assert_eq!(
        error("{\"a\": }"),
        (Some(1), Some(7), "With the sample of shop.order.paid and one other: The result is not valid JSON: “}” stands where a value is expected.".to_owned())
    );
    assert_eq!(
        error("{\"r\":\n {% if payload.reason %}\"x\"{% endif %}}"),
        (Some(2), Some(39), "With the sample of shop.order.paid: The result is not valid JSON: “}” stands where a value is expected.".to_owned())
    );
    assert_eq!(checked("<a>", |s| s.format = Format::Xml).expect_err("malformed").errors[0].column, Some(4));
    assert!(checked("[1]", |s| s.format = Format::Form).is_err());
    assert!(checked("{\"a\":1}", |s| s.method = Method::Get).is_ok());
}

#[test]
fn unknown_fields_are_advice() {
    let advice =
        checked("{\"a\":\"{{ payload.emial }}\",\"b\":{{ payload.reason }}}", |_| {}).expect("it renders");
    assert_eq!(advice.len(), 1);
    assert_eq!(
        (advice[0].field.as_str(), advice[0].line, advice[0].column),
        ("body_template", Some(1), Some(10))
    );
    assert_eq!(
        advice[0].message,
        "“payload.emial” is in the sample of none of the chosen topics: it will be null or empty."
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn default_bodies_mean_the_same_in_json_and_xml(payload in testing::object()) {
        let topic = own_topic("shop.order.paid");
        let text = payload.to_text();
        let json = Json::parse(&body(&settings(|_| {}), &topic, &text)).expect("JSON");
        prop_assert_eq!(json.get("payload"), Some(&payload));
        let xml = body(&settings(|s| s.format = Format::Xml), &topic, &text);
        let read = xml_decode::decode(&xml);
        prop_assert_eq!(read.as_ref(), Ok(&json));
    }
}
