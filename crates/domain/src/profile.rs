//! Profiles: known visitors and contacts, under the platform's own ids, with whatever it keeps of them.
//!
//! An event whose payload has a top-level `profileid` takes the profile of that id along, as it was
//! when the event was accepted: templates, chosen fields and conditions read it as `profile`.

use crate::{
    format::Json,
    invalid::{FieldError, Invalid},
    time::Timestamp,
};

/// A stored profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The platform's id: any text of 1 to 255 characters but U+0000.
    pub id: String,
    /// JSON text of an object, as it was written; at most 64 KiB.
    pub fields: String,
    /// When it was first reported.
    pub created_at: Timestamp,
    /// When it was last reported.
    pub updated_at: Timestamp,
}

/// The limit for an id, in characters.
pub const MAX_ID: usize = 255;
/// The limit for the fields of a profile, in bytes of JSON: 64 KiB.
pub const MAX_FIELDS_BYTES: usize = 64 << 10;

/// The member that names a profile, in payloads and in the profiles that go with them.
pub const ID: &str = "profileid";

/// Whether a profile may have this id.
#[must_use]
pub fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.chars().count()) && !id.contains('\0')
}

/// Checks an id that stands at `field`.
///
/// # Errors
/// At `field`.
pub fn check_id(id: &str, field: &str) -> Result<(), Invalid> {
    let told = format!("The id of a profile has 1 to {MAX_ID} characters, none of them U+0000.");
    if is_id(id) { Ok(()) } else { Err(Invalid::one(field, told)) }
}

/// Reads the fields of a profile: JSON as payloads have to be, an object, at most 64 KiB.
///
/// # Errors
/// About the text as a whole (no field), with line and column where it breaks a rule of JSON.
pub fn read_fields(text: &str) -> Result<Json, Invalid> {
    if text.len() > MAX_FIELDS_BYTES {
        return Err(Invalid::one("", "The fields of a profile are larger than 64 KiB."));
    }
    match Json::parse(text) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(_) => Err(Invalid::one("", "The fields of a profile are a JSON object: {\"…\": …}.")),
        Err(error) => {
            let message = format!("The fields are not valid JSON: {}", error.message);
            let placed = FieldError::placed("", message, Some(error.line), Some(error.column));
            Err(Invalid { errors: vec![placed] })
        }
    }
}

/// The id of the profile that a payload names: its top-level `profileid`, a text or a number.
#[must_use]
pub fn id_in(payload: &Json) -> Option<&str> {
    match payload.child(ID)? {
        Json::String(id) | Json::Number(id) => Some(id.as_str()).filter(|id| is_id(id)),
        _ => None,
    }
}

/// A profile as events carry it: `profileid` first, then its fields. The id wins over a field of its name.
#[must_use]
pub fn carried(id: &str, fields: Json) -> Json {
    let mut members = vec![(ID.to_owned(), Json::from(id))];
    if let Json::Object(fields) = fields {
        members.extend(fields.into_iter().filter(|(name, _)| name != ID));
    }
    Json::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).expect("JSON")
    }

    #[test]
    fn a_payload_names_a_profile_by_a_text_or_a_number_at_its_top() {
        let named = |text: &str| id_in(&json(text)).map(str::to_owned);
        assert_eq!(named(r#"{"a":1,"profileid":"p-1"}"#).as_deref(), Some("p-1"));
        assert_eq!(named(r#"{"profileid":42}"#).as_deref(), Some("42"));
        let long = format!(r#"{{"profileid":"{}"}}"#, "x".repeat(256));
        for text in [
            r#"{"user":{"profileid":"p-1"}}"#,
            r#"{"profileid":null}"#,
            r#"{"profileid":["p-1"]}"#,
            r#"{"profileid":""}"#,
            r#"{"profileid":"a\u0000"}"#,
            "{}",
            &long,
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_carried_keeps_order_and_spelling_and_has_one_id() {
        let fields = json(r#"{"email":"a@example.com","profileid":"other","score":1.10}"#);
        let text = carried("p-1", fields).to_text();
        assert_eq!(text, r#"{"profileid":"p-1","email":"a@example.com","score":1.10}"#);
        assert_eq!(carried("p-1", json("{}")).to_text(), r#"{"profileid":"p-1"}"#);
    }

    #[test]
    fn fields_are_an_object_by_the_rules_of_payloads() {
        assert!(read_fields(r#"{"n":1e400}"#).is_ok());
        for text in ["[]", "1", "{", r#"{"a":1,"a":2}"#, r#"{"a":"\ud800"}"#] {
            let wrong = read_fields(text).expect_err(text);
            assert_eq!(wrong.errors[0].field, "", "{text}");
        }
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_FIELDS_BYTES));
        assert!(read_fields(&large).is_err());
    }

    #[test]
    fn ids_are_any_text_of_a_length() {
        for good in ["p-1", "a b/ü", &"x".repeat(255)] {
            assert!(check_id(good, "id").is_ok(), "{good}");
        }
        for bad in ["", "a\0", &"x".repeat(256)] {
            assert!(check_id(bad, "id").is_err(), "{bad}");
        }
    }
}
