//! `"%.2f"|format(payload.total)`: texts around numbers, as in C.

use crate::{
    format::Json,
    template::{
        args::Args,
        fuel::{Failure, Fuel},
        ops::Num,
        value::Value,
    },
};

/// The widest field and the most decimals.
const MAX_WIDTH: usize = 99;

pub(super) fn format<'e>(input: &Value<'e>, args: &Args<'e>, fuel: &mut Fuel) -> Result<Value<'e>, Failure> {
    let Json::String(pattern) = input.json() else {
        return Err("|format needs a text such as \"%.2f\".".to_owned());
    };
    fuel.bytes(pattern.len())?;
    let mut values = args.positional.iter();
    let mut out = String::new();
    let mut rest = pattern.as_str();
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let (field, after) = Field::read(&rest[at + 1..])?;
        rest = after;
        if field.kind == '%' {
            out.push('%');
            continue;
        }
        let value = values.next().ok_or("There are more fields than values.")?;
        let text = field.write(value, fuel)?;
        fuel.bytes(text.len() + field.width)?;
        out.push_str(&text);
    }
    out.push_str(rest);
    Ok(Value::made(Json::String(out)))
}

/// What follows a percent sign.
struct Field {
    left: bool,
    zeros: bool,
    plus: bool,
    width: usize,
    decimals: Option<usize>,
    kind: char,
}

impl Field {
    fn read(text: &str) -> Result<(Self, &str), Failure> {
        let wrong = || "After “%” comes one of d, f, s and %, such as %.2f.".to_owned();
        let flags = text.len() - text.trim_start_matches(['-', '0', '+']).len();
        let (flags, rest) = text.split_at(flags);
        let (width, rest) = digits(rest);
        let (decimals, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (decimals, rest) = digits(rest);
                (Some(decimals.unwrap_or(0)), rest)
            }
            None => (None, rest),
        };
        let kind =
            rest.chars().next().filter(|c| matches!(c, 'd' | 'i' | 'f' | 's' | '%')).ok_or_else(wrong)?;
        let width = width.unwrap_or(0);
        if width > MAX_WIDTH || decimals.is_some_and(|decimals| decimals > MAX_WIDTH) {
            return Err(format!("A field may be {MAX_WIDTH} characters wide at most."));
        }
        let has = |flag| flags.contains(flag);
        let field = Self { left: has('-'), zeros: has('0'), plus: has('+'), width, decimals, kind };
        Ok((field, &rest[1..]))
    }

    fn write(&self, value: &Value<'_>, fuel: &mut Fuel) -> Result<String, Failure> {
        if self.kind == 's' {
            let text = fuel.text(value)?;
            let text: String = text.chars().take(self.decimals.unwrap_or(usize::MAX)).collect();
            return Ok(self.pad(text, false));
        }
        let number = match value.json() {
            Json::Number(_) => Num::read(value.json()),
            Json::String(text) => Num::read(&Json::Number(text.trim().to_owned())),
            _ => None,
        };
        let number = number.filter(|number| number.float().is_finite());
        let text = match (self.kind, number) {
            (_, None) => return Err(format!("%{} needs a number, not {}.", self.kind, value.kind())),
            ('f', Some(number)) => format!("{:.*}", self.decimals.unwrap_or(6), number.float()),
            (_, Some(Num::Int(n))) => n.to_string(),
            (_, Some(Num::Float(n))) => format!("{:.0}", n.trunc()),
        };
        let signed = if self.plus && !text.starts_with('-') { format!("+{text}") } else { text };
        Ok(self.pad(signed, true))
    }

    fn pad(&self, text: String, number: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        match (self.left, self.zeros && number) {
            (true, _) => text + &" ".repeat(missing),
            (false, false) => " ".repeat(missing) + &text,
            (false, true) => {
                let sign = usize::from(text.starts_with(['-', '+']));
                format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..])
            }
        }
    }
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let number = if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(usize::MAX)) };
    (number, rest)
}
