//! Fields that no sample has.

use crate::{envelope::Envelope, template::unknown_fields, topic::Topic};

fn topic(key: &str, sample: &str) -> Topic {
    Topic {
        key: key.to_owned(),
        catalog: "shop".to_owned(),
        title: String::new(),
        description: String::new(),
        resource: None,
        action: None,
        envelope: Envelope::Own,
        sample: sample.to_owned(),
        schema: None,
        profile: None,
        enterprise: false,
        locked: false,
        built_in: false,
    }
}

fn unknown(template: &str) -> Vec<(String, u32, u32)> {
    let topics = [
        topic(
            "shop.order.created",
            r#"{"email":"a@b","note":null,"lines":[{"sku":"x"},{"sku":"y","price":1}],"none":[],"first name":"A"}"#,
        ),
        topic("shop.order.paid", r#"{"paid":{"at":"now"}}"#),
    ];
    unknown_fields(template, &topics)
        .into_iter()
        .map(|field| (field.path, field.line, field.column))
        .collect()
}

#[test]
fn misspelled_fields_are_pointed_out() {
    let at = |path: &str, line, column| (path.to_owned(), line, column);
    assert_eq!(
        unknown("{\"a\": \"{{ payload.emial }}\",\n\"é{{ payload.paid.att|upper }}\"}"),
        [at("payload.emial", 1, 11), at("payload.paid.att", 2, 6)]
    );
    assert_eq!(unknown("{{ paylaod.email }}"), [at("paylaod.email", 1, 4)]);
    assert_eq!(
        unknown(
            "{% for l in payload.lines %}{{ l.sku }}{{ l.price }}{{ l.skuu }}{{ loop.index }}{% endfor %}{{ l }}"
        ),
        [at("l.skuu", 1, 56), at("l", 1, 96)]
    );
    assert_eq!(
        unknown("{% set p = payload.paid %}{{ p.at }}{{ p.by }}{% if p.x > 1 %}{% endif %}"),
        [at("p.by", 1, 40), at("p.x", 1, 53)]
    );
    assert_eq!(
        unknown("{{ payload['first name'] }}{{ payload['last name'] }}{{ payload.lines[0].x }}"),
        [at("payload['last name']", 1, 31), at("payload.lines[0].x", 1, 57)]
    );
    assert_eq!(
        unknown("{{ (payload.lines|first).y }}{{ payload.email.x }}{{ payload.lines.sku }}"),
        [at("payload.lines|first).y", 1, 5), at("payload.email.x", 1, 33), at("payload.lines.sku", 1, 54)]
    );
}

#[test]
fn what_samples_have_or_leave_open_is_known() {
    for template in [
        "{{ id }}{{ topic }}{{ resource }}{{ created_at }}{{ webhook.name }}{{ test }}{{ envelope.payload.email }}{{ profile.name }}",
        "{{ payload.note.anything }}{{ payload.none[0].anything }}{% for n in payload.none %}{{ n.x }}{% endfor %}",
        "{{ payload.coupon|default('none') }}{% if payload.gift is defined %}{% endif %}",
        "{% for k, v in payload.paid|items %}{{ k }}{{ v.x }}{% endfor %}{% for k in payload.paid %}{{ k.x }}{% endfor %}",
        "{% with x = payload.paid %}{{ x.at }}{% endwith %}{% set t %}{{ payload.email }}{% endset %}{{ t }}{{ range(3) }}",
        "{{ payload[id].x }}{{ (payload.lines|map(attribute='sku')).x }}{{ broken",
    ] {
        assert_eq!(unknown(template), [], "{template}");
    }
}
