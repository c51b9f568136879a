//! What is wrong with a value, in one sentence. Values of payloads are not repeated: they may be personal.

use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
    paths::{Location, LocationSegment},
};
use serde_json::Value;

/// The most characters of a list of allowed values.
const MOST: usize = 200;

/// The dotted way below `start`, and then to `last`.
pub(super) fn path(start: &str, location: &Location, last: Option<&str>) -> String {
    let mut path = start.to_owned();
    let mut add = |name: &str| {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    };
    for segment in location {
        match segment {
            LocationSegment::Property(name) => add(&name),
            LocationSegment::Index(at) => add(&at.to_string()),
        }
    }
    last.into_iter().for_each(add);
    path
}

/// The members that a finding is about, when it is not about the value itself.
pub(super) fn members(kind: &Kind) -> Vec<&str> {
    match kind {
        Kind::Required { property } => property.as_str().into_iter().collect(),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}

/// What is wrong, and so what to do.
pub(super) fn sentence(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Required { .. } => "This is missing.".to_owned(),
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            "The schema knows no such member.".to_owned()
        }
        Kind::Type { kind: TypeKind::Single(one) } => format!("This has to be {}.", type_name(*one)),
        Kind::Type { kind: TypeKind::Multiple(set) } => {
            let names: Vec<_> = set.into_iter().map(type_name).collect();
            format!("This has to be {}.", names.join(" or "))
        }
        Kind::Enum { options } => format!("This has to be one of {}.", listed(options)),
        Kind::Constant { expected_value } => format!("This has to be {}.", cut(&expected_value.to_string())),
        Kind::Minimum { limit } => format!("This has to be {limit} or more."),
        Kind::ExclusiveMinimum { limit } => format!("This has to be more than {limit}."),
        Kind::Maximum { limit } => format!("This has to be {limit} or less."),
        Kind::ExclusiveMaximum { limit } => format!("This has to be less than {limit}."),
        Kind::MultipleOf { multiple_of } => format!("This has to be a multiple of {multiple_of}."),
        Kind::MinLength { limit } => format!("This needs at least {}.", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("This has at most {}.", count(*limit, "character")),
        Kind::MinItems { limit } => format!("This needs at least {}.", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("This has at most {}.", count(*limit, "item")),
        Kind::AdditionalItems { limit } => format!("This has at most {}.", count(*limit as u64, "item")),
        Kind::MinProperties { limit } => format!("This needs at least {}.", count(*limit, "member")),
        Kind::MaxProperties { limit } => format!("This has at most {}.", count(*limit, "member")),
        Kind::Pattern { pattern } => format!("This has to match the pattern {}.", cut(pattern)),
        Kind::UniqueItems => "No two items may be alike.".to_owned(),
        Kind::Contains => {
            "An item that the schema asks for is missing, or there are too many of them.".to_owned()
        }
        Kind::UnevaluatedItems { .. } => "The schema knows no such items.".to_owned(),
        Kind::PropertyNames { .. } => "The name of a member is not as the schema wants it.".to_owned(),
        Kind::FalseSchema => "The schema allows no value here.".to_owned(),
        Kind::Not { .. } => "The schema excludes this.".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            "This is none of the things that the schema allows here.".to_owned()
        }
        Kind::OneOfMultipleValid { .. } => {
            "This is more than one of the things of which the schema allows exactly one.".to_owned()
        }
        other => format!("This breaks the rule {} of the schema.", other.keyword()),
    }
}

const fn type_name(name: JsonType) -> &'static str {
    match name {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a text",
    }
}

fn count(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn listed(options: &Value) -> String {
    let list: Vec<_> = options.as_array().into_iter().flatten().map(Value::to_string).collect();
    cut(&list.join(", "))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
