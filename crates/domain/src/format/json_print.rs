//! Writes JSON. Strings keep every character that JSON lets stand; control characters, the quote
//! and the backslash are escaped.

use super::json::Json;

pub(super) fn compact(value: &Json) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

pub(super) fn pretty(value: &Json) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out
}

/// Appends `value`, on lines of their own below `level` when given.
fn write(value: &Json, level: Option<usize>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => quote(text, out),
        Json::Array(items) => {
            let inner = level.map(|level| level + 1);
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, inner, out);
                write(item, inner, out);
            }
            close(']', items.is_empty(), level, out);
        }
        Json::Object(members) => {
            let inner = level.map(|level| level + 1);
            out.push('{');
            for (at, (name, item)) in members.iter().enumerate() {
                separate(at, inner, out);
                quote(name, out);
                out.push_str(if level.is_some() { ": " } else { ":" });
                write(item, inner, out);
            }
            close('}', members.is_empty(), level, out);
        }
    }
}

fn separate(at: usize, level: Option<usize>, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    indent(level, out);
}

fn close(bracket: char, empty: bool, level: Option<usize>, out: &mut String) {
    if !empty {
        indent(level, out);
    }
    out.push(bracket);
}

fn indent(level: Option<usize>, out: &mut String) {
    if let Some(level) = level {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level));
    }
}

/// Appends `text` as a JSON string with its quotes.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Appends `text` as it stands between the quotes of a JSON string.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(short);
        if short.is_empty() {
            out.push_str("\\u00");
            out.extend(
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])),
            );
        }
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
}
