//! Operators: arithmetic, comparing, joining texts.

use super::{
    fuel::{Failure, Fuel},
    value::{Value, nested},
};
use crate::format::{Json, number};
use minijinja::machinery::ast::BinOpKind;
use std::{cmp::Ordering, collections::HashMap};

/// The longest spelling of a number to calculate with: more digits than any float has.
const MAX_DIGITS: usize = 400;

/// A number to calculate with. Whole numbers beyond 127 bits lose digits; numbers that are only
/// passed on never come here.
#[derive(Clone, Copy, Debug)]
pub(super) enum Num {
    Int(i128),
    Float(f64),
}

impl Num {
    pub(super) fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Number(text) if text.len() <= MAX_DIGITS => {
                text.parse().map(Self::Int).or_else(|_| text.parse().map(Self::Float)).ok()
            }
            _ => None,
        }
    }

    pub(super) const fn float(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// As JSON: shortest spelling that reads back, `2.0` for a whole float.
    pub(super) fn write<'a>(self) -> Result<Value<'a>, Failure> {
        let text = match self {
            Self::Int(n) => n.to_string(),
            Self::Float(n) if !n.is_finite() => return Err("The result is not a number.".to_owned()),
            Self::Float(n) => format!("{n:?}"),
        };
        Ok(Value::made(Json::Number(text)))
    }
}

/// The value of `left op right`; operators that may skip the right side are not among them.
pub(super) fn binary<'a>(
    op: BinOpKind,
    left: &Value<'a>,
    right: &Value<'a>,
    fuel: &mut Fuel,
) -> Result<Value<'a>, Failure> {
    use BinOpKind as Op;
    let truth = |value: bool| Ok(Value::made(value));
    match op {
        Op::Eq => truth(equal(left.json(), right.json(), fuel)?),
        Op::Ne => truth(!equal(left.json(), right.json(), fuel)?),
        Op::Lt => truth(compare(left.json(), right.json(), fuel)? == Some(Ordering::Less)),
        Op::Gt => truth(compare(left.json(), right.json(), fuel)? == Some(Ordering::Greater)),
        Op::Lte => truth(compare(left.json(), right.json(), fuel)?.is_some_and(Ordering::is_le)),
        Op::Gte => truth(compare(left.json(), right.json(), fuel)?.is_some_and(Ordering::is_ge)),
        Op::In => truth(contains(right, left, fuel)?),
        Op::Concat => {
            let text = [fuel.text(left)?, fuel.text(right)?].concat();
            Ok(Value::made(Json::String(text)))
        }
        _ if left.is_nothing() || right.is_nothing() => Ok(Value::Missing),
        Op::Add => match (left.json(), right.json()) {
            (Json::String(_), Json::String(_)) => binary(Op::Concat, left, right, fuel),
            (Json::Array(_), Json::Array(_)) => {
                let mut items = left.items(fuel)?;
                items.extend(right.items(fuel)?);
                super::value::list(&items, fuel)
            }
            _ => arithmetic(op, left, right, fuel),
        },
        Op::Mul => match (left.json(), right.json()) {
            (Json::String(text), times) | (times, Json::String(text)) => repeat(text, times, fuel),
            _ => arithmetic(op, left, right, fuel),
        },
        _ => arithmetic(op, left, right, fuel),
    }
}

fn repeat<'a>(text: &str, times: &Json, fuel: &mut Fuel) -> Result<Value<'a>, Failure> {
    let Some(Num::Int(times)) = Num::read(times) else {
        return Err("A text can be repeated a whole number of times only.".to_owned());
    };
    let times = usize::try_from(times).unwrap_or(if times < 0 { 0 } else { usize::MAX });
    fuel.bytes(text.len().saturating_mul(times))?;
    Ok(Value::made(Json::String(text.repeat(times))))
}

fn arithmetic<'a>(
    op: BinOpKind,
    left: &Value<'a>,
    right: &Value<'a>,
    fuel: &mut Fuel,
) -> Result<Value<'a>, Failure> {
    use BinOpKind as Op;
    fuel.value(left.json())?;
    fuel.value(right.json())?;
    let (Some(a), Some(b)) = (Num::read(left.json()), Num::read(right.json())) else {
        return Err(format!("{} and {} can't be calculated with.", capital(left.kind()), right.kind()));
    };
    let zero = b.float() == 0.0;
    if zero && matches!(op, Op::Div | Op::FloorDiv | Op::Rem) {
        return Err("This divides by zero.".to_owned());
    }
    if let (Num::Int(a), Num::Int(b)) = (a, b) {
        let whole = match op {
            Op::Add => a.checked_add(b),
            Op::Sub => a.checked_sub(b),
            Op::Mul => a.checked_mul(b),
            Op::FloorDiv => floor(a, b).map(|(quotient, _)| quotient),
            Op::Rem => floor(a, b).map(|(_, rest)| rest),
            Op::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            _ => None,
        };
        if let Some(whole) = whole {
            return Num::Int(whole).write();
        }
    }
    let (a, b) = (a.float(), b.float());
    let result = match op {
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::FloorDiv => (a / b).floor(),
        Op::Rem => a - b * (a / b).floor(),
        _ => a.powf(b),
    };
    Num::Float(result).write()
}

/// Quotient rounded down and the rest, which has the sign of `b`.
fn floor(a: i128, b: i128) -> Option<(i128, i128)> {
    let (quotient, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    if rest != 0 && (rest < 0) != (b < 0) { Some((quotient - 1, rest + b)) } else { Some((quotient, rest)) }
}

/// Equal by value: numbers whatever their spelling, objects whatever their order.
pub(super) fn equal(a: &Json, b: &Json, fuel: &mut Fuel) -> Result<bool, Failure> {
    fuel.compare()?;
    Ok(match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            fuel.bytes(a.len() + b.len())?;
            number::compare(a, b) == Some(Ordering::Equal)
        }
        (Json::String(a), Json::String(b)) => {
            fuel.bytes(a.len().min(b.len()))?;
            a == b
        }
        (Json::Array(a), Json::Array(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b) {
                if !equal(a, b, fuel)? {
                    return Ok(false);
                }
            }
            true
        }
        (Json::Object(a), Json::Object(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            let names = a.iter().chain(b);
            fuel.bytes(names.map(|(name, _)| name.len() + 64).sum())?;
            let others: HashMap<&str, &Json> = b.iter().map(|(name, value)| (name.as_str(), value)).collect();
            for (name, value) in a {
                match others.get(name.as_str()) {
                    Some(other) if equal(value, other, fuel)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (a, b) => a == b,
    })
}

/// The order of two values of one kind; values of different kinds have none.
pub(super) fn compare(a: &Json, b: &Json, fuel: &mut Fuel) -> Result<Option<Ordering>, Failure> {
    fuel.compare()?;
    Ok(match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            fuel.bytes(a.len() + b.len())?;
            number::compare(a, b)
        }
        (Json::String(a), Json::String(b)) => {
            fuel.bytes(a.len().min(b.len()))?;
            Some(a.cmp(b))
        }
        (Json::Bool(a), Json::Bool(b)) => Some(a.cmp(b)),
        (Json::Array(a), Json::Array(b)) => {
            for (a, b) in a.iter().zip(b) {
                match compare(a, b, fuel)? {
                    Some(Ordering::Equal) => {}
                    other => return Ok(other),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        _ => None,
    })
}

/// Whether a text, list or object (by its names) holds a value.
pub(super) fn contains(container: &Value<'_>, value: &Value<'_>, fuel: &mut Fuel) -> Result<bool, Failure> {
    match container.json() {
        Json::Null => Ok(false),
        Json::String(text) => {
            fuel.bytes(text.len())?;
            Ok(text.contains(&*fuel.text(value)?))
        }
        Json::Object(members) => {
            let name = fuel.text(value)?;
            fuel.search(&name, members.len())?;
            Ok(members.iter().any(|(key, _)| *key == name))
        }
        Json::Array(items) => {
            for item in items {
                if equal(item, value.json(), fuel)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(format!("Nothing can be in {}.", container.kind())),
    }
}

/// `-value`
pub(super) fn negated<'a>(value: &Value<'a>) -> Result<Value<'a>, Failure> {
    match Num::read(value.json()) {
        _ if value.is_nothing() => Ok(Value::Missing),
        Some(Num::Int(n)) => {
            n.checked_neg().map_or_else(|| Num::Float(-(n as f64)).write(), |n| Num::Int(n).write())
        }
        Some(Num::Float(n)) => Num::Float(-n).write(),
        None => Err(format!("{} has no minus.", capital(value.kind()))),
    }
}

/// `value[start:stop]` of a text (by characters) or a list; negative places count from the end.
pub(super) fn slice<'a>(
    value: &Value<'a>,
    start: &Value<'a>,
    stop: &Value<'a>,
    fuel: &mut Fuel,
) -> Result<Value<'a>, Failure> {
    if value.is_nothing() {
        return Ok(Value::Missing);
    }
    let items = match value.json() {
        Json::String(_) | Json::Array(_) => value.items(fuel)?,
        _ => return Err(format!("{} has no parts to cut out.", capital(value.kind()))),
    };
    let place = |bound: &Value<'_>, otherwise: usize| match Num::read(bound.json()) {
        Some(Num::Int(n)) if n < 0 => {
            Ok(items.len().saturating_sub(usize::try_from(-n).unwrap_or(usize::MAX)))
        }
        Some(Num::Int(n)) => Ok(usize::try_from(n).unwrap_or(usize::MAX).min(items.len())),
        None if bound.is_nothing() => Ok(otherwise),
        _ => Err("The places in […:…] are whole numbers.".to_owned()),
    };
    let (start, stop) = (place(start, 0)?, place(stop, items.len())?);
    let part = items.get(start..stop.max(start)).unwrap_or_default();
    if matches!(value.json(), Json::String(_)) {
        return Ok(Value::made(Json::String(part.iter().filter_map(|c| c.json().as_str()).collect())));
    }
    super::value::list(part, fuel)
}

/// An object of these members; a name that comes again replaces the value.
pub(super) fn object<'a>(members: Vec<(String, Json)>) -> Result<Value<'a>, Failure> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut unique: Vec<(String, Json)> = Vec::new();
    for (name, value) in members {
        match places.get(&name) {
            Some(place) => unique[*place].1 = value,
            None => {
                places.insert(name.clone(), unique.len());
                unique.push((name, value));
            }
        }
    }
    nested(Json::Object(unique))
}

/// The first letter made large.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
