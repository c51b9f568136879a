//! Random documents for property tests, from an alphabet that encodings find hard.

use super::Json;
use proptest::{collection::vec, prelude::*, sample::select};

/// Pieces that break naive encoders: control characters, non-characters, markup, escapes, white space.
const HOSTILE: &[&str] = &[
    "",
    "a",
    "Z9",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u{1}",
    "\u{b}",
    "\u{1f}",
    "\u{7f}",
    "\u{85}",
    "\u{9f}",
    "\u{a0}",
    "\u{2028}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{10ffff}",
    "😀",
    "é",
    "\\",
    "\\u0041",
    "\\\\",
    "\"",
    "'",
    "<",
    ">",
    "&",
    "&amp;",
    "]]>",
    "<!--",
    "-->",
    "<![CDATA[",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "xml",
    "XmlNs",
    "item",
    "entry",
    "key",
    "type",
    "a:b",
    "2nd",
    "-",
    ".",
    "_",
    "/",
    "%5B",
    "[",
    "]",
    "\u{feff}",
];

/// Spellings that parsers of numbers like to change.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "1.10",
    "1.0",
    "1e400",
    "1E+400",
    "1e-400",
    "-1.5e-7",
    "12345678901234567890123456789",
    "0.1234567890123456789012345",
    "100",
    "1E2",
    "9007199254740993",
    "-9223372036854775809",
    "3.14",
    "5e0",
];

/// A string of hostile pieces.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(select(HOSTILE), 0..6).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
        1 => "[a-z_]{1,8}",
    ]
}

/// The spelling of a number.
pub(crate) fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(NUMBERS).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?",
    ]
}

/// Members with distinct names.
fn members(value: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    vec((hostile(), value), 0..6).prop_map(|mut members| {
        let mut seen = std::collections::HashSet::new();
        members.retain(|(name, _)| seen.insert(name.clone()));
        Json::Object(members)
    })
}

/// Any document, of a few levels.
pub(crate) fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number().prop_map(Json::Number),
        hostile().prop_map(Json::String),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(Json::Array), members(inner)]
    })
}

/// An object, such as a payload.
pub(crate) fn object() -> impl Strategy<Value = Json> {
    members(json())
}
