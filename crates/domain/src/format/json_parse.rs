//! A strict reader of RFC 8259 JSON.

use super::json::{Json, JsonError, MAX_DEPTH};
use std::collections::HashSet;

/// Objects of up to this many members are checked for duplicates by comparing, larger ones by a set.
const FEW_MEMBERS: usize = 16;

pub(super) fn parse(text: &str) -> Result<Json, JsonError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let read = reader.document();
    read.map_err(|(offset, message)| locate(text, offset, message))
}

/// The line and column, both from 1, of a byte of `text`; columns count characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

fn locate(text: &str, offset: usize, message: String) -> JsonError {
    let (line, column) = line_and_column(text, offset);
    JsonError { line, column, offset, message }
}

/// A byte offset and what is wrong there.
type Problem = (usize, String);

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn problem<T>(&self, at: usize, message: impl Into<String>) -> Result<T, Problem> {
        Err((at, message.into()))
    }

    /// "x is here, but y is expected", in words.
    fn unexpected<T>(&self, expected: &str) -> Result<T, Problem> {
        let message = match self.text[self.at..].chars().next() {
            None => format!("the text ends where {expected} is expected."),
            Some(c) if c.is_control() => {
                format!("U+{:04X} stands where {expected} is expected.", u32::from(c))
            }
            Some(c) => format!("“{c}” stands where {expected} is expected."),
        };
        self.problem(self.at, message)
    }

    fn document(&mut self) -> Result<Json, Problem> {
        self.space();
        let value = self.value()?;
        self.space();
        if self.at == self.text.len() { Ok(value) } else { self.unexpected("the end of the text") }
    }

    fn value(&mut self) -> Result<Json, Problem> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in
                    [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))]
                {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                self.unexpected("a value")
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Json, Problem>) -> Result<Json, Problem> {
        if self.depth == MAX_DEPTH {
            return self.problem(self.at, format!("more than {MAX_DEPTH} levels are nested here."));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// After an item: true when another follows, false after the closing bracket.
    fn another(&mut self, close: u8, expected: &str) -> Result<bool, Problem> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            Some(b) if b == close => {
                self.at += 1;
                Ok(false)
            }
            _ => self.unexpected(expected),
        }
    }

    fn array(&mut self) -> Result<Json, Problem> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            if !self.another(b']', "a comma or ]")? {
                return Ok(Json::Array(items));
            }
        }
    }

    fn object(&mut self) -> Result<Json, Problem> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            let name_at = self.at;
            if self.peek() != Some(b'"') {
                return self.unexpected("the name of a member in double quotes");
            }
            let name = self.string()?;
            if members.len() == FEW_MEMBERS {
                seen.extend(members.iter().map(|(name, _)| name.clone()));
            }
            let twice = if members.len() < FEW_MEMBERS {
                members.iter().any(|(other, _)| *other == name)
            } else {
                !seen.insert(name.clone())
            };
            if twice {
                return self.problem(name_at, format!("the member “{name}” is here a second time."));
            }
            self.space();
            if self.peek() != Some(b':') {
                return self.unexpected("a colon");
            }
            self.at += 1;
            self.space();
            members.push((name, self.value()?));
            if !self.another(b'}', "a comma or }")? {
                return Ok(Json::Object(members));
            }
        }
    }

    fn digits(&mut self) -> Result<(), Problem> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return self.unexpected("a digit");
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Json, Problem> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.problem(start, "a number must not begin with zeros.");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }

    fn string(&mut self) -> Result<String, Problem> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|b| b >= 0x20 && b != b'"' && b != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(b) => {
                    let message = format!("U+{b:04X} inside a string must be written as \\u{b:04x}.");
                    return self.problem(self.at, message);
                }
                None => return self.problem(start, "this string has no closing quote."),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let start = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => {
                return self.problem(
                    start,
                    "a backslash in a string must begin one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000.",
                );
            }
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let hex = self.text.as_bytes().get(self.at..self.at + 4)?;
        let unit = hex.iter().try_fold(0, |n, b| Some(n * 16 + char::from(*b).to_digit(16)?))?;
        self.at += 4;
        Some(unit)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Problem> {
        let Some(first) = self.unit() else {
            return self.problem(start, "\\u must be followed by four hexadecimal digits.");
        };
        let code = if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            match self.unit() {
                Some(second @ 0xDC00..0xE000) => 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00),
                _ => first,
            }
        } else {
            first
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.problem(start, format!("\\u{first:04x} is half of a character (a lone surrogate).")),
        }
    }
}
