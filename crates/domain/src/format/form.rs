//! `application/x-www-form-urlencoded`: `a=1&b%5Bc%5D=2&d%5B0%5D=3`.
//!
//! Nested members are named `a[b]`, items `a[0]`. Null and empty arrays and objects have no field.
//! Names and values are encoded as browsers do (WHATWG URL, "application/x-www-form-urlencoded
//! serializing"): spaces become `+`, brackets `%5B` and `%5D`.

use super::{Json, MAX_BODY_BYTES};
use url::form_urlencoded::byte_serialize;

/// Why a value is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Only an object has fields.
    #[error("A form needs an object of fields: {{\"name\": …}}.")]
    NotAnObject,
    /// The encoded text would be longer than `MAX_BODY_BYTES`.
    #[error("The form is larger than 1 MiB.")]
    TooLarge,
}

/// Encodes the members of an object.
///
/// # Errors
/// `value` is not an object, or its form is larger than `MAX_BODY_BYTES`.
pub fn encode(value: &Json) -> Result<String, FormError> {
    let Json::Object(members) = value else {
        return Err(FormError::NotAnObject);
    };
    let mut form = Form { name: String::new(), out: String::new() };
    for (name, value) in members {
        form.nested(&encoded(name), value)?;
    }
    Ok(form.out)
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

struct Form {
    /// The encoded name of the value that is being written.
    name: String,
    out: String,
}

impl Form {
    fn nested(&mut self, suffix: &str, value: &Json) -> Result<(), FormError> {
        let before = self.name.len();
        self.name.push_str(suffix);
        self.value(value)?;
        self.name.truncate(before);
        Ok(())
    }

    fn value(&mut self, value: &Json) -> Result<(), FormError> {
        match value {
            Json::Null => {}
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.nested(&format!("%5B{at}%5D"), item)?;
                }
            }
            Json::Object(members) => {
                for (name, item) in members {
                    self.nested(&format!("%5B{}%5D", encoded(name)), item)?;
                }
            }
            Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                if !self.out.is_empty() {
                    self.out.push('&');
                }
                self.out.push_str(&self.name);
                self.out.push('=');
                self.out.extend(byte_serialize(value.to_plain_text().as_bytes()));
                if self.out.len() > MAX_BODY_BYTES {
                    return Err(FormError::TooLarge);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::testing::json;
    use proptest::prelude::*;

    fn form(text: &str) -> Result<String, FormError> {
        encode(&Json::parse(text).expect("JSON"))
    }

    #[test]
    fn names_are_nested() {
        let text = r#"{"id":1.10,"user":{"e mail":"a&b=c","ok":true},"tags":["x",{"y":"ü"}],"none":null,"e":{},"l":[]}"#;
        assert_eq!(
            form(text).expect("a form"),
            "id=1.10&user%5Be+mail%5D=a%26b%3Dc&user%5Bok%5D=true&tags%5B0%5D=x&tags%5B1%5D%5By%5D=%C3%BC"
        );
        assert_eq!(form("{}").as_deref(), Ok(""));
        assert_eq!(form(r#"{"a":""}"#).as_deref(), Ok("a="));
    }

    #[test]
    fn only_objects_have_fields() {
        for text in ["[]", "1", "\"a\"", "null"] {
            assert_eq!(form(text), Err(FormError::NotAnObject));
        }
    }

    #[test]
    fn long_names_do_not_multiply() {
        let name = "n".repeat(1000);
        let items = vec!["1"; 2000].join(",");
        assert_eq!(form(&format!("{{\"{name}\":[{items}]}}")), Err(FormError::TooLarge));
    }

    /// The fields that a form stands for, in order.
    fn fields(name: &str, value: &Json, out: &mut Vec<(String, String)>) {
        match value {
            Json::Null => {}
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    fields(&format!("{name}[{at}]"), item, out);
                }
            }
            Json::Object(members) => {
                for (key, item) in members {
                    fields(&format!("{name}[{key}]"), item, out);
                }
            }
            scalar => out.push((name.to_owned(), scalar.to_plain_text().into_owned())),
        }
    }

    proptest! {
        #[test]
        fn reads_back_field_by_field(members in proptest::collection::vec(("[a-c&=\\[ ]{1,3}", json()), 0..5)) {
            let mut expected = Vec::new();
            for (name, value) in &members {
                fields(name, value, &mut expected);
            }
            let encoded = encode(&Json::Object(members)).expect("small");
            let read: Vec<(String, String)> = url::form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
            prop_assert_eq!(read, expected);
        }
    }
}
