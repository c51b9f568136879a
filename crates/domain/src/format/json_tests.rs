//! What is read, what is refused and where.

use super::*;
use crate::format::testing;
use proptest::prelude::*;

fn refused(text: &str) -> (u32, u32, String) {
    let error = Json::parse(text).expect_err(text);
    (error.line, error.column, error.message)
}

#[test]
fn reads_every_kind() {
    let text = " {\"a\" : [ 1.10 , -0, 1e400 ] ,\r\n\t\"b\":{\"c\":null,\"d\":true,\"e\":false},\"f\":\"x\\u00e9\\ud83d\\ude00\\n\"} ";
    let read = Json::parse(text).expect("JSON");
    assert_eq!(read.to_text(), r#"{"a":[1.10,-0,1e400],"b":{"c":null,"d":true,"e":false},"f":"xé😀\n"}"#);
    assert_eq!(read.get("a.0"), Some(&Json::Number("1.10".into())));
    assert_eq!(read.get("b.d"), Some(&Json::Bool(true)));
    assert_eq!(read.get("b.d.e"), None);
    assert_eq!(read.get("a.3"), None);
    assert_eq!(read.get("a.x"), None);
}

#[test]
fn says_where() {
    assert_eq!(refused("{\"é\": 1,\n  \"b\" 2}"), (2, 7, "“2” stands where a colon is expected.".into()));
    assert_eq!(refused("[1, 2"), (1, 6, "the text ends where a comma or ] is expected.".into()));
    assert_eq!(
        refused("{\"a\":1,}"),
        (1, 8, "“}” stands where the name of a member in double quotes is expected.".into())
    );
    assert_eq!(refused(""), (1, 1, "the text ends where a value is expected.".into()));
    assert_eq!(refused("{\"a\":1}\n x"), (2, 2, "“x” stands where the end of the text is expected.".into()));
    assert_eq!(refused("\"abc"), (1, 1, "this string has no closing quote.".into()));
    assert_eq!(refused("{\"a\":1, \"a\":2}"), (1, 9, "the member “a” is here a second time.".into()));
}

#[test]
fn refuses_what_rfc_8259_does_not_know() {
    for text in [
        "nul",
        "True",
        "NaN",
        "Infinity",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "'a'",
        "[1,]",
        "[,1]",
        "{,}",
        "{a:1}",
        "{\"a\"}",
        "{1:2}",
        "\"\t\"",
        "\"\n\"",
        "\"\u{0}\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\",
        "1 2",
        "// c\n1",
        "\u{feff}1",
        "[1 2]",
        "\u{a0}1",
        "-",
        "--1",
        "]",
        "}",
        "{\"a\":1]",
        "[1}",
    ] {
        assert!(Json::parse(text).is_err(), "{text}");
    }
}

#[test]
fn half_a_surrogate_pair_is_no_character() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800x""#,
        r#""\ud800\ud800""#,
        r#""\ud800A""#,
        r#""\udc00\ud800""#,
        r#"{"\ud83d":1}"#,
    ] {
        assert!(Json::parse(text).is_err(), "{text}");
    }
    assert_eq!(Json::parse(r#""\uD83D\uDE00""#), Ok("😀".into()));
    assert_eq!(Json::parse(r#""\u0000\uffff""#), Ok("\0\u{ffff}".into()));
}

#[test]
fn a_member_stands_once_however_it_is_spelled() {
    assert!(Json::parse(r#"{"a":1,"\u0061":2}"#).is_err());
    let many: Vec<String> = (0..100).map(|n| format!("\"m{n}\":0")).collect();
    assert!(Json::parse(&format!("{{{}}}", many.join(","))).is_ok());
    for twice in [0, 15, 16, 17, 99] {
        assert!(Json::parse(&format!("{{{},\"m{twice}\":1}}", many.join(","))).is_err(), "m{twice}");
    }
}

#[test]
fn depth_has_a_limit() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Json::parse(&nested(MAX_DEPTH)).is_ok());
    let (_, column, message) = refused(&nested(MAX_DEPTH + 1));
    assert_eq!((column, message.as_str()), (129, "more than 128 levels are nested here."));
    assert!(Json::parse(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn pretty_is_for_people() {
    let read = Json::parse(r#"{"a":[],"b":{},"c":[1,{"d":"x"}]}"#).expect("JSON");
    assert_eq!(
        read.pretty(),
        "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": \"x\"\n    }\n  ]\n}"
    );
}

#[test]
fn payloads_are_objects_of_one_mebibyte() {
    assert!(parse_payload("{}").is_ok());
    let at = |text: &str| parse_payload(text).expect_err("refused").errors[0].clone();
    assert_eq!(at("[]").message, "The payload must be a JSON object: {\"…\": …}.");
    let broken = at("{\n \"a\": }");
    assert_eq!((broken.field.as_str(), broken.line, broken.column), ("payload", Some(2), Some(7)));
    let fitting = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_PAYLOAD_BYTES - 8));
    assert!(parse_payload(&fitting).is_ok());
    assert_eq!(at(&format!("{fitting} ")).message, "The payload is larger than 1 MiB.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_printed_reads_back(value in testing::json()) {
        prop_assert_eq!(&Json::parse(&value.to_text()), &Ok(value.clone()));
        prop_assert_eq!(&Json::parse(&value.pretty()), &Ok(value));
    }

    #[test]
    fn others_read_what_is_printed(value in testing::json()) {
        let text = value.to_text();
        prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn garbage_is_refused_like_others_refuse_it(text in testing::hostile(), cut in 0..40usize) {
        let mut text = format!("{{\"a\":[{text:?},1.5e3]}}");
        let mut cut = cut.min(text.len());
        while !text.is_char_boundary(cut) { cut -= 1; }
        text.truncate(cut);
        if Json::parse(&text).is_ok() {
            prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok(), "{}", text);
        }
    }
}
