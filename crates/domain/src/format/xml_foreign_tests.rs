//! What a receiver in another language reads: documents go through a parser that is not ours, and the rules of the
//! decoder are applied to what it found.

use super::{Json, testing, xml_encode};
use proptest::prelude::*;
use roxmltree::{Document, Node};

/// The value of an element, by the rules in docs/src/receivers.md.
fn value(element: Node<'_, '_>) -> Json {
    let text = || -> String { element.children().filter_map(|child| child.text()).collect() };
    let elements = || element.children().filter(Node::is_element);
    match element.attribute("type") {
        None | Some("string") => Json::String(unescaped(&text(), element.attribute("escaped"))),
        Some("number") => Json::Number(text()),
        Some("boolean") => Json::Bool(text() == "true"),
        Some("null") => Json::Null,
        Some("array") => Json::Array(elements().map(value).collect()),
        Some("object") => Json::Object(elements().map(|member| (name(member), value(member))).collect()),
        Some(other) => panic!("the type {other} is not one of the rules'"),
    }
}

fn name(member: Node<'_, '_>) -> String {
    match member.attribute("key") {
        Some(key) => unescaped(key, member.attribute("escaped-key")),
        None => member.tag_name().name().to_owned(),
    }
}

/// `\\` and `\uXXXX` of what is marked as escaped.
fn unescaped(text: &str, mark: Option<&str>) -> String {
    if mark != Some("true") {
        return text.to_owned();
    }
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        units.extend(rest[..at].encode_utf16());
        let escape = &rest[at + 1..];
        rest = match escape.strip_prefix('u') {
            Some(hex) => {
                units.push(u16::from_str_radix(&hex[..4], 16).expect("four hex digits"));
                &hex[4..]
            }
            None => {
                units.push(u16::from(b'\\'));
                escape.strip_prefix('\\').expect("a doubled backslash")
            }
        };
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).expect("no half of a pair")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn ten_thousand_documents_read_the_same_by_another_parser(json in testing::json(), indented in any::<bool>()) {
        let encode = if indented { xml_encode::encode_indented } else { xml_encode::encode };
        let document = encode(&json).expect("small");
        let parsed = Document::parse(&document).expect("well-formed");
        prop_assert_eq!(parsed.root_element().tag_name().name(), "webhook");
        prop_assert_eq!(value(parsed.root_element()), json);
    }
}
