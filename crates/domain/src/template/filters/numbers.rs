//! Filters of numbers.

use crate::{
    format::Json,
    template::{
        args::Args,
        fuel::{Failure, Fuel},
        ops::{Num, capital},
        value::Value,
    },
};

/// The most decimals to round to.
const MAX_DECIMALS: i64 = 15;

pub(super) fn apply<'e>(
    name: &str,
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Option<Result<Value<'e>, Failure>> {
    let apply = match name {
        "int" => int,
        "float" => float,
        "abs" => abs,
        "round" => round,
        _ => return None,
    };
    Some(fuel.value(input.json()).and_then(|()| apply(input, args)))
}

/// The number of a number, a text that spells one, or a truth value.
fn number(input: &Value<'_>) -> Option<Num> {
    match input.json() {
        Json::String(text) => Num::read(&Json::Number(text.trim().to_owned())),
        Json::Bool(value) => Some(Num::Int((*value).into())),
        Json::Null => Some(Num::Int(0)),
        other => Num::read(other),
    }
    .filter(|number| number.float().is_finite())
}

fn needed(input: &Value<'_>) -> Result<Num, Failure> {
    match input.json() {
        Json::Number(_) => number(input).ok_or_else(|| "This number is too large.".to_owned()),
        _ => Err(format!("{} is not a number.", capital(input.kind()))),
    }
}

fn int<'e>(input: &Value<'e>, args: &Args<'e>) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["default"])?;
    match (number(input), args.get("default")) {
        (Some(_), Some(default)) if input.is_nothing() => Ok(default.clone()),
        (Some(Num::Int(n)), _) => Num::Int(n).write(),
        (Some(Num::Float(n)), _) if n.abs() < 1e38 => Num::Int(n as i128).write(),
        (_, Some(default)) => Ok(default.clone()),
        _ => Err("This is not a number: |int(0) would give 0 for it.".to_owned()),
    }
}

fn float<'e>(input: &Value<'e>, args: &Args<'e>) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["default"])?;
    match (number(input), args.get("default")) {
        (Some(_), Some(default)) if input.is_nothing() => Ok(default.clone()),
        (Some(number), _) => Num::Float(number.float()).write(),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err("This is not a number: |float(0) would give 0 for it.".to_owned()),
    }
}

fn abs<'e>(input: &Value<'e>, args: &Args<'e>) -> Result<Value<'e>, Failure> {
    args.bind(&[])?;
    match needed(input)? {
        Num::Int(n) => {
            n.checked_abs().map_or_else(|| Num::Float((n as f64).abs()).write(), |n| Num::Int(n).write())
        }
        Num::Float(n) => Num::Float(n.abs()).write(),
    }
}

fn round<'e>(input: &Value<'e>, args: &Args<'e>) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["precision", "method"])?;
    let decimals = args.whole("precision")?.unwrap_or(0).clamp(0, MAX_DECIMALS);
    let number = match needed(input)? {
        Num::Int(n) => return Num::Int(n).write(),
        Num::Float(n) => n,
    };
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let scaled = number * scale;
    if scaled.abs() >= 2_f64.powi(53) {
        return Num::Float(number).write();
    }
    let rounded = match args.text("method")?.unwrap_or("common") {
        "common" => {
            // Decimal digits, not binary ones: 2.675 is rounded to what a person expects of its text.
            let text = format!("{:.*}", usize::try_from(decimals).unwrap_or(0), number);
            return Num::Float(text.parse().unwrap_or(number)).write();
        }
        "ceil" => scaled.ceil(),
        "floor" => scaled.floor(),
        _ => return Err("The method of |round is common, ceil or floor.".to_owned()),
    };
    Num::Float(rounded / scale).write()
}
