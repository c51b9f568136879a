//! A tree inside a struct that `serde_json` writes and reads: as JSON in its place, with its own parser, so
//! that numbers keep their spelling.

use super::Json;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;

pub(crate) fn serialize<S: Serializer>(value: &Option<Json>, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = value.as_ref().map(|value| RawValue::from_string(value.to_text())).transpose();
    raw.map_err(S::Error::custom)?.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    raw.map(|raw| Json::parse(raw.get())).transpose().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use crate::{event::Context, format::Json};

    #[test]
    fn a_tree_reads_back_as_it_was_written() {
        let profile = Json::parse(r#"{"profileid":"p","n":1e400,"z":1.10,"s":"\u0000"}"#).expect("JSON");
        let context = Context {
            domain_id: "d".into(),
            tenant_id: "t".into(),
            profile: Some(profile),
            ..Context::default()
        };
        let text = serde_json::to_string(&context).expect("JSON");
        assert!(text.contains(r#""profile":{"profileid":"p","n":1e400,"z":1.10,"#), "{text}");
        assert_eq!(serde_json::from_str::<Context>(&text).expect("reads"), context);
        let plain = r#"{"domain_id":"d","tenant_id":"t"}"#;
        let read: Context = serde_json::from_str(plain).expect("what older events have");
        assert_eq!(read.profile, None);
        assert_eq!(serde_json::to_string(&read).expect("JSON"), plain);
    }
}
