//! Whatever a template says, it ends, and what comes out is well-formed and no larger than a body may be.
#![no_main]

use domain::{
    format::{Json, MAX_BODY_BYTES, well_formed},
    template::render,
    webhook::Format,
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static EVENT: LazyLock<Json> = LazyLock::new(|| {
    let text = r#"{"payload": {"user": {"id": 7, "name": "Ann \"<&> Lee", "tags": ["a", "]]>", null, true]},
        "price": 12.50, "long": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "at": "2026-11-29T20:00:00.000Z"},
        "topic": "learning.user.created", "id": "evt_1"}"#;
    Json::parse(text).expect("JSON")
});

fuzz_target!(|template: &str| {
    for format in [Format::Json, Format::Xml, Format::Form] {
        let Ok(body) = render(template, &EVENT, format) else { continue };
        assert!(body.len() <= MAX_BODY_BYTES, "{} bytes", body.len());
        match format {
            Format::Json => assert!(Json::parse(&body).is_ok(), "{body}"),
            Format::Xml => assert_eq!(well_formed(&body), Ok(()), "{body}"),
            Format::Form => assert!(!body.contains([' ', '\r', '\n', '<', '"']), "{body}"),
        }
    }
});
