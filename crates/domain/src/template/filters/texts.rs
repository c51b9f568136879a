//! Filters of texts. Numbers and truth values count as their text.

use crate::{
    format::Json,
    template::{
        args::Args,
        fuel::{Failure, Fuel},
        value::Value,
    },
};

/// The widest indentation.
const MAX_INDENT: i64 = 100;

pub(super) fn apply<'e>(
    name: &str,
    input: &Value<'e>,
    args: &Args<'e>,
    fuel: &mut Fuel,
) -> Option<Result<Value<'e>, Failure>> {
    let change: fn(&str) -> String = match name {
        "upper" => str::to_uppercase,
        "lower" => str::to_lowercase,
        "capitalize" => capitalize,
        "title" => title,
        "urlencode" => urlencode,
        "trim" => return Some(trim(input, args, fuel)),
        "replace" => return Some(replace(input, args, fuel)),
        "indent" => return Some(indent(input, args, fuel)),
        "split" => return Some(split(input, args, fuel)),
        "lines" => return Some(lines(input, fuel)),
        "format" => return Some(super::printf::format(input, args, fuel)),
        _ => return None,
    };
    Some(args.bind(&[]).and_then(|_| Ok(made(change(&text(input, fuel)?)))))
}

/// The text of the input; a missing value has none.
fn text<'v>(input: &'v Value<'_>, fuel: &mut Fuel) -> Result<std::borrow::Cow<'v, str>, Failure> {
    if input.is_nothing() {
        return Err("There is no text.".to_owned());
    }
    let text = fuel.text(input)?;
    // Some characters become three when their case changes.
    fuel.bytes(text.len() * 3)?;
    Ok(text)
}

fn made<'e>(text: impl Into<String>) -> Value<'e> {
    Value::made(Json::String(text.into()))
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase()
    })
}

fn title(text: &str) -> String {
    let mut out = String::new();
    let mut begins = true;
    for c in text.chars() {
        let separates = c.is_whitespace() || matches!(c, '-' | '(' | '{' | '[' | '<');
        if begins && !separates {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        begins = separates;
    }
    out
}

/// Percent-encodes everything but letters, digits and `-._/`.
fn urlencode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'/' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn trim<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["chars"])?;
    let text = text(input, fuel)?;
    Ok(made(match args.text("chars")? {
        None => text.trim(),
        Some(chars) => {
            fuel.bytes(text.len().saturating_mul(chars.len()))?;
            text.trim_matches(|c| chars.contains(c))
        }
    }))
}

fn replace<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["from", "to"])?;
    let text = text(input, fuel)?;
    let from = fuel.text(args.need("from")?)?;
    let to = fuel.text(args.need("to")?)?;
    if from.is_empty() {
        return Err("“from” is empty.".to_owned());
    }
    fuel.bytes(text.matches(&*from).count().saturating_mul(to.len()))?;
    Ok(made(text.replace(&*from, &to)))
}

fn indent<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["width", "first", "blank"])?;
    let width = args.whole("width")?.unwrap_or(4).clamp(0, MAX_INDENT).unsigned_abs();
    let text = text(input, fuel)?;
    let spaces = " ".repeat(usize::try_from(width).unwrap_or(0));
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        fuel.step()?;
        fuel.bytes(spaces.len())?;
        if at > 0 {
            out.push('\n');
        }
        if (at > 0 || args.flag("first")) && (!line.is_empty() || args.flag("blank")) {
            out.push_str(&spaces);
        }
        out.push_str(line);
    }
    Ok(made(out))
}

fn split<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let args = args.bind(&["separator", "maxsplits"])?;
    let text = text(input, fuel)?;
    let most = args.whole("maxsplits")?.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX - 1);
    // A list costs more than its bytes.
    fuel.items(text.len())?;
    let parts: Vec<&str> = match args.text("separator")? {
        None if most >= text.len() => text.split_whitespace().collect(),
        None => text.trim_start().splitn(most + 1, char::is_whitespace).collect(),
        Some("") => return Err("The separator is empty.".to_owned()),
        Some(separator) => text.splitn(most + 1, separator).collect(),
    };
    Ok(strings(parts.into_iter()))
}

fn lines<'e>(input: &Value<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let text = text(input, fuel)?;
    fuel.items(text.len())?;
    Ok(strings(text.lines()))
}

fn strings<'e, 't>(parts: impl Iterator<Item = &'t str>) -> Value<'e> {
    Value::made(Json::Array(parts.map(Json::from).collect()))
}
