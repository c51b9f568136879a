//! Filters of lists and objects.

use crate::{
    format::{Json, number},
    template::{
        args::{Args, Bound},
        fuel::{Failure, Fuel},
        ops,
        value::{Value, list, nested},
    },
};
use minijinja::machinery::ast::BinOpKind;
use std::cmp::Ordering;

type Result<T> = std::result::Result<T, Failure>;

pub(super) fn apply<'e>(
    name: &str,
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Option<Result<Value<'e>>> {
    Some(match name {
        "length" | "count" => length(input, fuel),
        "first" => ends(input, fuel, <[_]>::first),
        "last" => ends(input, fuel, <[_]>::last),
        "list" => input.items(fuel).and_then(|items| list(&items, fuel)),
        "reverse" => reverse(input, fuel),
        "join" => join(input, args, fuel),
        "sort" => sort(input, args, fuel),
        "min" => extreme(input, args, fuel, Ordering::Less),
        "max" => extreme(input, args, fuel, Ordering::Greater),
        "sum" => sum(input, args, fuel),
        "unique" => unique(input, args, fuel),
        "items" => items(input, fuel),
        "dictsort" => dictsort(input, args, fuel),
        "batch" => batch(input, args, fuel),
        _ => return None,
    })
}

fn length<'e>(input: &Value<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let length = match input.json() {
        Json::String(text) => {
            fuel.bytes(text.len())?;
            text.chars().count()
        }
        Json::Array(items) => items.len(),
        Json::Object(members) => members.len(),
        Json::Null => 0,
        _ => return Err(format!("{} has no length.", ops::capital(input.kind()))),
    };
    Ok(Value::made(Json::Number(length.to_string())))
}

fn ends<'e>(
    input: &Value<'e>,
    fuel: &mut Fuel,
    choose: impl for<'v> Fn(&'v [Value<'e>]) -> Option<&'v Value<'e>>,
) -> Result<Value<'e>> {
    let items = input.items(fuel)?;
    Ok(choose(&items).cloned().unwrap_or(Value::Missing))
}

fn reverse<'e>(input: &Value<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    if let Json::String(text) = input.json() {
        fuel.bytes(text.len())?;
        return Ok(Value::made(Json::String(text.chars().rev().collect())));
    }
    let mut items = input.items(fuel)?;
    items.reverse();
    list(&items, fuel)
}

/// The part of an item that `attribute=` names, or the item.
pub(super) fn part<'e>(item: &Value<'e>, args: &Bound<'_, 'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    match args.text("attribute")? {
        Some(path) => item.path(path, fuel),
        None => Ok(item.clone()),
    }
}

fn join<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["d", "attribute"])?;
    let separator = args.text("d")?.unwrap_or_default();
    let mut out = String::new();
    for (at, item) in input.items(fuel)?.iter().enumerate() {
        fuel.bytes(separator.len())?;
        if at > 0 {
            out.push_str(separator);
        }
        let part = part(item, &args, fuel)?;
        out.push_str(&fuel.text(&part)?);
    }
    Ok(Value::made(Json::String(out)))
}

/// What an item is ordered by: its part, texts in lower case unless case matters.
fn key<'e>(item: &Value<'e>, args: &Bound<'_, 'e>, fuel: &mut Fuel) -> Result<Json> {
    let key = part(item, args, fuel)?.copy(fuel)?;
    Ok(match key {
        Json::String(text) if !args.flag("case_sensitive") => Json::String(text.to_lowercase()),
        key => key,
    })
}

/// An order of all values: nothing, truth values, numbers, texts, lists, objects.
fn order(a: &Json, b: &Json) -> Ordering {
    const fn rank(value: &Json) -> u8 {
        match value {
            Json::Null => 0,
            Json::Bool(_) => 1,
            Json::Number(_) => 2,
            Json::String(_) => 3,
            Json::Array(_) => 4,
            Json::Object(_) => 5,
        }
    }
    match (a, b) {
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        (Json::Number(a), Json::Number(b)) => number::compare(a, b).unwrap_or(Ordering::Equal),
        (Json::String(a), Json::String(b)) => a.cmp(b),
        (Json::Array(a), Json::Array(b)) => {
            let differing = a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne());
            differing.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Json::Object(_), Json::Object(_)) => a.to_text().cmp(&b.to_text()),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Sorts by keys, stably. Comparing costs what the keys weigh, for each of the log₂ n passes.
fn sorted<T>(mut keyed: Vec<(Json, T)>, fuel: &mut Fuel) -> Result<Vec<T>> {
    let passes = usize::BITS - keyed.len().leading_zeros();
    for _ in 0..passes {
        keyed.iter().try_for_each(|(key, _)| fuel.value(key))?;
    }
    keyed.sort_by(|(a, _), (b, _)| order(a, b));
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

fn sort<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["reverse", "case_sensitive", "attribute"])?;
    let items = input.items(fuel)?;
    let keyed =
        items.into_iter().map(|item| Ok((key(&item, &args, fuel)?, item))).collect::<Result<Vec<_>>>()?;
    let mut items = sorted(keyed, fuel)?;
    if args.flag("reverse") {
        items.reverse();
    }
    list(&items, fuel)
}

fn extreme<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel, wanted: Ordering) -> Result<Value<'e>> {
    let args = args.bind(&["attribute", "case_sensitive"])?;
    let mut best: Option<(Json, Value<'e>)> = None;
    for item in input.items(fuel)? {
        let key = key(&item, &args, fuel)?;
        let better = match &best {
            Some((other, _)) => ops::compare(&key, other, fuel)? == Some(wanted),
            None => true,
        };
        if better {
            best = Some((key, item));
        }
    }
    Ok(best.map_or(Value::Missing, |(_, item)| item))
}

fn sum<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["attribute", "start"])?;
    let mut total = args.get("start").cloned().unwrap_or_else(|| Value::made(0));
    for item in input.items(fuel)? {
        let part = part(&item, &args, fuel)?;
        if !part.is_nothing() {
            total = ops::binary(BinOpKind::Add, &total, &part, fuel)?;
        }
    }
    Ok(total)
}

fn unique<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["case_sensitive", "attribute"])?;
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for item in input.items(fuel)? {
        let key = key(&item, &args, fuel)?;
        fuel.value(&key)?;
        if seen.insert(key.to_text()) {
            kept.push(item);
        }
    }
    list(&kept, fuel)
}

/// The members of an object as pairs.
fn pairs(input: &Value<'_>, fuel: &mut Fuel) -> Result<Vec<(Json, Json)>> {
    fuel.copy(input.json())?;
    match input.json() {
        Json::Object(members) => {
            Ok(members.iter().map(|(name, value)| (Json::from(name.as_str()), value.clone())).collect())
        }
        _ => Err(format!("{} has no members.", ops::capital(input.kind()))),
    }
}

fn list_of_pairs<'e>(pairs: Vec<(Json, Json)>) -> Result<Value<'e>> {
    nested(Json::Array(pairs.into_iter().map(|(name, value)| Json::Array(vec![name, value])).collect()))
}

fn items<'e>(input: &Value<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    list_of_pairs(pairs(input, fuel)?)
}

fn dictsort<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["case_sensitive", "by", "reverse"])?;
    let by_value = args.text("by")? == Some("value");
    let mut keyed = Vec::new();
    for (name, value) in pairs(input, fuel)? {
        let by = Value::made(if by_value { value.clone() } else { name.clone() });
        keyed.push((key(&by, &args, fuel)?, (name, value)));
    }
    let mut pairs = sorted(keyed, fuel)?;
    if args.flag("reverse") {
        pairs.reverse();
    }
    list_of_pairs(pairs)
}

fn batch<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["count"])?;
    let count = args.whole("count")?.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0);
    let count = count.ok_or("|batch needs the number of items of a batch.")?;
    let items = input.items(fuel)?;
    let batches = items.chunks(count).map(|batch| list(batch, fuel)).collect::<Result<Vec<_>>>()?;
    list(&batches, fuel)
}
