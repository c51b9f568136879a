//! The filters of body templates: those of MiniJinja that make sense without HTML.
//!
//! A missing value or null stays what it is, so that it ends as null, or empty inside quotes.

mod lists;
mod numbers;
mod printf;
mod select;
mod texts;

use super::{
    args::Args,
    fuel::{Failure, Fuel},
    value::Value,
};
use crate::format::Json;
use std::rc::Rc;

/// `input|name(args)`
pub(super) fn apply<'e>(
    name: &str,
    input: Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Result<Value<'e>, Failure> {
    fuel.step()?;
    if let Some(result) = of_anything(name, &input, args, fuel) {
        return result;
    }
    let lenient = input.is_nothing();
    let result = [texts::apply, numbers::apply, lists::apply, select::apply]
        .into_iter()
        .find_map(|family| family(name, &input, args, fuel));
    match result {
        None => Err(format!("“|{name}” is not a filter of body templates.")),
        // Checked after the name, so that a misspelled filter never goes unnoticed.
        Some(Err(_)) if lenient => Ok(input),
        Some(result) => result,
    }
}

/// Filters that also mean something for a missing value.
fn of_anything<'e>(
    name: &str,
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Option<Result<Value<'e>, Failure>> {
    Some(match name {
        "default" | "d" => default(input, args),
        "tojson" => tojson(input, args, fuel),
        "safe" => fuel.text(input).map(|text| Value::Raw(Rc::new(Json::String(text.into_owned())))),
        // Values are escaped where they go out, by what stands around them.
        "escape" | "e" => Ok(input.clone()),
        "string" => fuel.text(input).map(|text| Value::made(Json::String(text.into_owned()))),
        "bool" => Ok(Value::made(input.is_true())),
        "attr" => args.bind(&["name"]).and_then(|args| {
            let name = fuel.text(args.need("name")?)?.into_owned();
            input.child(&name, fuel)
        }),
        _ => return None,
    })
}

fn default<'e>(input: &Value<'e>, args: &Args<'e>) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["value", "boolean"])?;
    let used = matches!(input, Value::Missing) || (args.flag("boolean") && !input.is_true());
    Ok(match (used, args.get("value")) {
        (false, _) => input.clone(),
        (true, Some(value)) => value.clone(),
        (true, None) => Value::made(""),
    })
}

fn tojson<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["indent"])?;
    fuel.value(input.json())?;
    let text = if args.flag("indent") {
        // Indentation is two spaces a level, of 128 levels at most.
        (0..8).try_for_each(|_| fuel.copy(input.json()))?;
        input.json().pretty()
    } else {
        input.json().to_text()
    };
    fuel.bytes(text.len())?;
    Ok(Value::Encoded(Rc::new(Json::String(text))))
}
