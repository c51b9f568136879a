//! From and to `serde_json`, where a JSON object of the REST contract meets the tree.

use super::json::Json;
use serde_json::Value;

impl From<&Value> for Json {
    /// Numbers take serde_json's spelling: use `Json::parse` where the written one matters.
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect())
            }
        }
    }
}
