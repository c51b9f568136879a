//! Finding events by a value inside their payload: an e-mail address, an order number, a name.
//!
//! Every scalar value becomes a term: a 64-bit hash of its normalised text, so that the index holds
//! numbers of one size and no personal data in clear. Terms are kept in databases: the hash
//! (FNV-1a, 64 bits) and the normalisation must never change.

use crate::format::{Json, form, xml_chars::push_text};
use std::borrow::Cow;

/// The most terms of one payload; those of whole values come first. A payload that has more gets one beside them
/// that says so.
pub const MAX_TERMS: usize = 200;

/// What stands for values that were left out. No value is this text: the spaces around one are taken away.
const MORE: &str = " more";

/// The longest text that becomes a term, in characters.
pub const MAX_TERM_CHARS: usize = 256;

/// Texts of up to this many words are found by each of their words, too.
const MAX_WORDS: usize = 8;

/// The terms of a payload, without duplicates.
///
/// Strings count trimmed and in lower case, numbers as written, `true` and `false` and null not at
/// all; texts over `MAX_TERM_CHARS` are left out.
#[must_use]
pub fn terms(payload: &Json) -> Vec<i64> {
    let mut values = Vec::new();
    collect(payload, &mut values);
    let words = values.iter().flat_map(|value| words(value));
    let whole = values.iter().map(|value| &**value);
    let mut terms = Vec::with_capacity(values.len() * 2);
    for (at, found) in whole.chain(words).map(term).enumerate() {
        // Few enough that looking through them is quicker than a set.
        if terms.contains(&found) {
            continue;
        }
        if terms.len() == MAX_TERMS {
            if at < values.len() {
                terms.push(term(MORE));
            }
            break;
        }
        terms.push(found);
    }
    terms
}

/// The term of events that hold more values than they are found by.
#[must_use]
pub fn term_of_more() -> i64 {
    term(MORE)
}

/// The terms of an event: of its payload, and as many more of the profile that it took along.
#[must_use]
pub fn terms_of(payload: &Json, profile: Option<&Json>) -> Vec<i64> {
    let mut found = terms(payload);
    let more = profile.map(terms).unwrap_or_default();
    let new: Vec<i64> = more.into_iter().filter(|term| !found.contains(term)).collect();
    found.extend(new);
    found
}

/// The terms that an event must have, all of them, to be found by `q`; none when `q` finds nothing.
#[must_use]
pub fn query_terms(q: &str) -> Vec<i64> {
    let Some(text) = normalised(q) else { return Vec::new() };
    let mut words: Vec<i64> = words(&text).map(term).collect();
    if words.is_empty() {
        words.push(term(&text));
    }
    words.dedup();
    words
}

/// Whether one of the payload's values is `value`, spaces around it and case aside. What an event is found
/// by but does not hold, such as its words in another order, is none.
#[must_use]
pub fn holds(payload: &Json, value: &str) -> bool {
    let Some(wanted) = normalised(value) else { return false };
    let mut values = Vec::new();
    collect(payload, &mut values);
    values.contains(&wanted)
}

/// Whether a text that may be JSON, XML or a form has `value` somewhere inside, as it is or as one of these
/// formats writes it; case aside.
#[must_use]
pub fn mentions(text: &str, value: &str) -> bool {
    let Some(wanted) = normalised(value).map(Cow::into_owned) else { return false };
    let text = text.to_lowercase();
    let json = Json::String(wanted.clone()).to_text();
    let json = json.trim_start_matches('"').strip_suffix('"').unwrap_or(&wanted);
    let mut xml = String::new();
    wanted.chars().for_each(|c| push_text(c, &mut xml));
    let pair = Json::Object(vec![("v".into(), Json::String(wanted.clone()))]);
    let form = form::encode(&pair).unwrap_or_default().to_lowercase();
    let form = form.strip_prefix("v=").unwrap_or(&wanted);
    [wanted.as_str(), json, &xml, form].iter().any(|written| text.contains(written))
}

fn collect<'a>(value: &'a Json, out: &mut Vec<Cow<'a, str>>) {
    match value {
        Json::Null | Json::Bool(_) => {}
        Json::Number(text) | Json::String(text) => out.extend(normalised(text)),
        Json::Array(items) => items.iter().for_each(|item| collect(item, out)),
        Json::Object(members) => members.iter().for_each(|(_, value)| collect(value, out)),
    }
}

fn normalised(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    let short = text.len() <= MAX_TERM_CHARS || text.chars().nth(MAX_TERM_CHARS).is_none();
    let is_lower = |text: &str| text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    let lower = |text| if is_lower(text) { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) };
    (short && !text.is_empty()).then(|| lower(text))
}

/// The words of a text of two to `MAX_WORDS` words, without the punctuation around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut found = [""; MAX_WORDS];
    let mut count = 0;
    let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()));
    for word in words.filter(|word| !word.is_empty()).take(MAX_WORDS + 1) {
        if let Some(place) = found.get_mut(count) {
            *place = word;
        }
        count += 1;
    }
    let kept = if (2..=MAX_WORDS).contains(&count) { count } else { 0 };
    found.into_iter().take(kept)
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo).
fn term(text: &str) -> i64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::testing;
    use proptest::prelude::*;

    fn found(payload: &str, q: &str) -> bool {
        let terms = terms(&Json::parse(payload).expect("JSON"));
        let query = query_terms(q);
        !query.is_empty() && query.iter().all(|term| terms.contains(term))
    }

    #[test]
    fn finds_what_people_type() {
        let sale = r#"{"order":"ORD_ep3FVWZ9lC","total":180.50,"user":{"email":"Jane.Doe@example.com","name":"Jane van Doe","ok":true},
            "items":[{"id":12345678901234567890123,"title":"Introduction (2nd edition), paperback"}]}"#;
        for q in [
            "ord_ep3fvwz9lc",
            " jane.doe@example.com ",
            "JANE VAN DOE",
            "doe jane",
            "jane",
            "180.50",
            "12345678901234567890123",
            "2nd",
            "paperback",
            "Introduction (2nd edition), paperback",
        ] {
            assert!(found(sale, q), "{q}");
        }
        for q in ["", "  ", "john", "jane smith", "180.5", "true", "ord", "user", "example.com"] {
            assert!(!found(sale, q), "{q}");
        }
    }

    #[test]
    fn a_payload_holds_whole_values_only() {
        let payload =
            Json::parse(r#"{"to":[{"email":" Ada@Example.com"}],"name":"Ada van Lovelace","n":1.50}"#);
        let payload = payload.expect("JSON");
        for value in ["ada@example.com ", "ADA VAN LOVELACE", "1.50"] {
            assert!(holds(&payload, value), "{value}");
        }
        for value in ["", "ada", "lovelace van ada", "email", "1.5", "example.com"] {
            assert!(!holds(&payload, value), "{value}");
        }
    }

    #[test]
    fn a_text_mentions_a_value_in_every_format() {
        let value = "Ada & \"Söhne\"";
        for text in [
            r#"{"name":"Ada & \"Söhne\""}"#,
            "<name>ada &amp; \"söhne\" </name>",
            "a=1&name=Ada+%26+%22S%C3%B6hne%22",
            "to: ADA & \"SÖHNE\", and others",
        ] {
            assert!(mentions(text, value), "{text}");
        }
        assert!(!mentions("Ada and Söhne", value) && !mentions("anything", " "));
    }

    #[test]
    fn long_texts_are_found_whole_or_not() {
        let sentence = "one two three four five six seven eight nine";
        assert!(found(&format!("{{\"a\":\"{sentence}\"}}"), sentence));
        assert!(!found(&format!("{{\"a\":\"{sentence}\"}}"), "nine"));
        let long = "é".repeat(MAX_TERM_CHARS);
        assert!(found(&format!("{{\"a\":\"{long}\"}}"), &long));
        assert!(!found(&format!("{{\"a\":\"{long}é\"}}"), &format!("{long}é")));
    }

    #[test]
    fn terms_are_few_and_whole_values_first() {
        let many: Vec<String> = (0..MAX_TERMS).map(|n| format!("\"value {n}\"")).collect();
        let terms = terms(&Json::parse(&format!("[{}]", many.join(","))).expect("JSON"));
        assert_eq!(terms.len(), MAX_TERMS, "no value is left out");
        assert!(terms.contains(&term("value 199")) && !terms.contains(&term("value")));
    }

    #[test]
    fn values_that_are_left_out_leave_a_mark_that_nobody_can_type() {
        let numbers = |range: std::ops::Range<usize>| {
            let many: Vec<String> = range.map(|n| n.to_string()).collect();
            Json::parse(&format!("[{}]", many.join(","))).expect("JSON")
        };
        let (few, many) = (numbers(0..MAX_TERMS), numbers(0..MAX_TERMS + 1));
        assert!(!terms(&few).contains(&term_of_more()));
        assert_eq!(terms(&many).last(), Some(&term_of_more()));
        let late = terms_of(&few, Some(&numbers(MAX_TERMS..3 * MAX_TERMS)));
        assert_eq!(late.iter().filter(|each| **each == term_of_more()).count(), 1);
        for typed in [" more", "more", "  more "] {
            assert!(!query_terms(typed).contains(&term_of_more()), "{typed:?}");
        }
    }

    #[test]
    fn an_event_is_found_by_its_profile_too() {
        let read = |text: &str| Json::parse(text).expect("JSON");
        let many: Vec<String> = (0..MAX_TERMS + 1).map(|n| n.to_string()).collect();
        let payload = read(&format!("[{}]", many.join(",")));
        let profile = read(r#"{"email":"ada@example.com","n":7}"#);
        let terms = terms_of(&payload, Some(&profile));
        assert_eq!(terms.len(), MAX_TERMS + 2, "7 is there already, and one says that there is more");
        assert!(terms.contains(&term("ada@example.com")) && terms.contains(&term("7")));
    }

    /// Databases hold these: a change would lose what was stored.
    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(term("").cast_unsigned(), 0xcbf2_9ce4_8422_2325);
        assert_eq!(term("a").cast_unsigned(), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(term("foobar").cast_unsigned(), 0x8594_4171_f739_67e8);
    }

    proptest! {
        #[test]
        fn every_short_string_is_found(text in testing::hostile(), other in testing::object()) {
            let payload = Json::Object(vec![("a".into(), Json::Array(vec![Json::String(text.clone())])), ("b".into(), other)]);
            let query = query_terms(&text);
            let terms = terms(&payload);
            prop_assert!(query.iter().all(|term| terms.contains(term)));
        }
    }
}
