//! The tests of body templates: `value is name(args)`.

use super::{
    args::Args,
    fuel::{Failure, Fuel},
    ops::{self, Num},
    value::Value,
};
use crate::format::Json;
use minijinja::machinery::ast::BinOpKind;

/// Whether `value is name(args)`.
pub(super) fn holds<'e>(
    name: &str,
    value: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Result<bool, Failure> {
    fuel.step()?;
    if let Some(op) = comparison(name) {
        let args = args.bind(&["other"])?;
        let result = ops::binary(op, value, args.need("other")?, fuel)?;
        return Ok(result.is_true());
    }
    match name {
        "divisibleby" => {
            let other = args.bind(&["number"])?.whole("number")?.filter(|n| *n != 0);
            let other = other.ok_or("“is divisibleby” needs a whole number other than 0.")?;
            return Ok(whole(value).is_some_and(|n| n % i128::from(other) == 0));
        }
        "startingwith" | "endingwith" => {
            let args = args.bind(&["text"])?;
            let part = args.text("text")?.ok_or("A text is missing in the brackets.")?;
            let text = fuel.text(value)?;
            return Ok(if name == "startingwith" { text.starts_with(part) } else { text.ends_with(part) });
        }
        _ => {}
    }
    args.bind(&[])?;
    let json = value.json();
    Ok(match name {
        "defined" => !matches!(value, Value::Missing),
        "undefined" => matches!(value, Value::Missing),
        "none" => value.is_nothing(),
        "true" => *json == Json::Bool(true),
        "false" => *json == Json::Bool(false),
        "boolean" => matches!(json, Json::Bool(_)),
        "number" => matches!(json, Json::Number(_)),
        "integer" | "int" => whole(value).is_some(),
        "float" => matches!(Num::read(json), Some(Num::Float(_))),
        "string" => matches!(json, Json::String(_)),
        "sequence" => matches!(json, Json::Array(_)),
        "mapping" => matches!(json, Json::Object(_)),
        "iterable" => matches!(json, Json::Array(_) | Json::Object(_) | Json::String(_)),
        "odd" => whole(value).is_some_and(|n| n % 2 != 0),
        "even" => whole(value).is_some_and(|n| n % 2 == 0),
        "lower" => all_letters(value, fuel, char::is_uppercase)?,
        "upper" => all_letters(value, fuel, char::is_lowercase)?,
        _ => return Err(format!("“is {name}” is not a test of body templates.")),
    })
}

fn comparison(name: &str) -> Option<BinOpKind> {
    Some(match name {
        "eq" | "equalto" | "sameas" | "==" => BinOpKind::Eq,
        "ne" | "!=" => BinOpKind::Ne,
        "lt" | "lessthan" | "<" => BinOpKind::Lt,
        "le" | "<=" => BinOpKind::Lte,
        "gt" | "greaterthan" | ">" => BinOpKind::Gt,
        "ge" | ">=" => BinOpKind::Gte,
        "in" => BinOpKind::In,
        _ => return None,
    })
}

fn whole(value: &Value<'_>) -> Option<i128> {
    match Num::read(value.json()) {
        Some(Num::Int(n)) => Some(n),
        _ => None,
    }
}

/// Whether a text has letters and none of them is `wrong`.
fn all_letters(value: &Value<'_>, fuel: &mut Fuel, wrong: fn(char) -> bool) -> Result<bool, Failure> {
    let text = fuel.text(value)?;
    Ok(text.chars().any(char::is_alphabetic) && !text.chars().any(wrong))
}
