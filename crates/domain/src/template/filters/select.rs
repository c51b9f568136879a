//! Filters that apply a test or another filter to each item of a list.

use super::lists::part;
use crate::template::{
    args::Args,
    checks,
    fuel::{Failure, Fuel},
    value::{Value, list},
};

type Result<T> = std::result::Result<T, Failure>;

pub(super) fn apply<'e>(
    name: &str,
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Option<Result<Value<'e>>> {
    Some(match name {
        "select" => select(input, args, fuel, false, true),
        "reject" => select(input, args, fuel, false, false),
        "selectattr" => select(input, args, fuel, true, true),
        "rejectattr" => select(input, args, fuel, true, false),
        "map" => map(input, args, fuel),
        "groupby" => group(input, args, fuel),
        _ => return None,
    })
}

/// The first value in the brackets, and the others.
fn first<'e>(args: &Args<'e>, fuel: &mut Fuel) -> Result<Option<(String, Args<'e>)>> {
    let Some((first, others)) = args.positional.split_first() else { return Ok(None) };
    let first = fuel.text(first)?.into_owned();
    Ok(Some((first, Args { positional: others.to_vec(), named: args.named.clone() })))
}

/// Keeps the items (or those with an attribute) that pass a test, or that count as true.
fn select<'e>(
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
    by_attribute: bool,
    wanted: bool,
) -> Result<Value<'e>> {
    let (path, rest) = match first(args, fuel)? {
        Some((path, rest)) if by_attribute => (Some(path), Some(rest)),
        None if by_attribute => return Err("The name of an attribute is missing in the brackets.".to_owned()),
        _ => (None, None),
    };
    let test = first(rest.as_ref().unwrap_or(args), fuel)?;
    let mut kept = Vec::new();
    for item in input.items(fuel)? {
        let value = match &path {
            Some(path) => item.path(path, fuel)?,
            None => item.clone(),
        };
        let passes = match &test {
            Some((name, args)) => checks::holds(name, &value, args, fuel)?,
            None => value.is_true(),
        };
        if passes == wanted {
            kept.push(item);
        }
    }
    list(&kept, fuel)
}

fn map<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let items = input.items(fuel)?;
    let mapped = match first(args, fuel)? {
        Some((name, args)) => items
            .into_iter()
            .map(|item| super::apply(&name, item, &args, fuel))
            .collect::<Result<Vec<_>>>()?,
        None => {
            let args = args.bind(&["attribute", "default"])?;
            args.need("attribute")?;
            let default = args.get("default").cloned().unwrap_or(Value::Missing);
            let mut mapped = Vec::new();
            for item in items {
                let part = part(&item, &args, fuel)?;
                mapped.push(if matches!(part, Value::Missing) { default.clone() } else { part });
            }
            mapped
        }
    };
    list(&mapped, fuel)
}

/// Pairs of a value of the attribute and the items that have it, in the order of their appearance.
fn group<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>> {
    let args = args.bind(&["attribute"])?;
    args.need("attribute")?;
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(Value<'e>, Vec<Value<'e>>)> = Vec::new();
    for item in input.items(fuel)? {
        let value = part(&item, &args, fuel)?;
        fuel.value(value.json())?;
        let place = *places.entry(value.json().to_text()).or_insert_with(|| {
            groups.push((value, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(item);
    }
    let mut pairs = Vec::new();
    for (value, items) in groups {
        let items = list(&items, fuel)?;
        pairs.push(list(&[value, items], fuel)?);
    }
    list(&pairs, fuel)
}
