//! JSON → XML: readable, typed and lossless.
//!
//! Elements are named after the members; `type` says what is not a string; `<item>` stands for the
//! items of an array and `<entry key="…">` for a member whose name is no safe element name. Strings
//! with characters that XML 1.0 forbids carry `escaped="true"` and write them `\uXXXX`. Attributes
//! stand in the order `key`, `escaped-key`, `type`, `escaped`, `xml:space`, so that equal values
//! give equal bytes. `xml_decode` reads every result back to an equal value.

use super::{
    Json, MAX_BODY_BYTES,
    json::MAX_DEPTH,
    xml_chars::{is_char, is_plain_name, is_space, push_attribute, push_text},
};
use std::{borrow::Cow, fmt::Write as _};

/// A payload may have `MAX_DEPTH` levels; the envelope adds one.
const MAX_LEVELS: usize = MAX_DEPTH + 1;

/// Why a value has no XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More levels than `Json::parse` takes.
    #[error("The XML is nested too deep.")]
    TooDeep,
    /// The encoded text would be longer than `MAX_BODY_BYTES`.
    #[error("The XML is larger than 1 MiB.")]
    TooLarge,
}

/// The XML document of a value, as it is sent: root element `webhook`, no white space between elements.
///
/// # Errors
/// The document would be larger than `MAX_BODY_BYTES` or nested too deep.
pub fn encode(value: &Json) -> Result<String, EncodeError> {
    document(value, false)
}

/// The same document for people: white space inside objects and arrays only, so that it means the same.
///
/// # Errors
/// As for `encode`.
pub fn encode_indented(value: &Json) -> Result<String, EncodeError> {
    document(value, true)
}

fn document(value: &Json, indented: bool) -> Result<String, EncodeError> {
    let mut encoder =
        Encoder { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), indented, level: 0 };
    encoder.element(Name::Root, value)?;
    Ok(encoder.out)
}

#[derive(Clone, Copy)]
enum Name<'a> {
    Root,
    Item,
    Member(&'a str),
}

struct Encoder {
    out: String,
    indented: bool,
    level: usize,
}

impl Encoder {
    fn element(&mut self, name: Name<'_>, value: &Json) -> Result<(), EncodeError> {
        self.out.push('<');
        let tag = self.tag(name);
        self.typed(value, matches!(name, Name::Root));
        match value {
            Json::Null => self.out.push_str("/>"),
            Json::Bool(value) => self.content(tag, if *value { "true" } else { "false" }),
            Json::Number(text) => self.content(tag, text),
            Json::String(text) => {
                let written = written(text);
                if matches!(written, Cow::Owned(_)) {
                    self.out.push_str(" escaped=\"true\"");
                }
                if !text.is_empty() && text.chars().all(is_space) {
                    self.out.push_str(" xml:space=\"preserve\"");
                }
                self.content(tag, &written);
            }
            Json::Array(items) => {
                self.children(tag, items.iter().map(|item| (Name::Item, item)))?;
            }
            Json::Object(members) => {
                self.children(tag, members.iter().map(|(name, item)| (Name::Member(name), item)))?;
            }
        }
        if self.out.len() > MAX_BODY_BYTES { Err(EncodeError::TooLarge) } else { Ok(()) }
    }

    /// Writes the element's name and, where the member's name can't be it, the `key`.
    fn tag<'a>(&mut self, name: Name<'a>) -> &'a str {
        let key = match name {
            Name::Root => Err("webhook"),
            Name::Item => Err("item"),
            Name::Member(key) if is_plain_name(key) => Err(key),
            Name::Member(key) => Ok(key),
        };
        match key {
            Err(tag) => {
                self.out.push_str(tag);
                tag
            }
            Ok(key) => {
                let written = written(key);
                self.out.push_str("entry key=\"");
                for c in written.chars() {
                    match c {
                        // Only the quotes that are around it need escaping.
                        '\'' => self.out.push(c),
                        c => push_attribute(c, &mut self.out),
                    }
                }
                self.out.push('"');
                if matches!(written, Cow::Owned(_)) {
                    self.out.push_str(" escaped-key=\"true\"");
                }
                "entry"
            }
        }
    }

    fn typed(&mut self, value: &Json, root: bool) {
        let kind = match value {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) if root => "string",
            Json::String(_) => return,
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        };
        let _ = write!(self.out, " type=\"{kind}\"");
    }

    fn content(&mut self, tag: &str, text: &str) {
        if text.is_empty() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        for c in text.chars() {
            push_text(c, &mut self.out);
        }
        let _ = write!(self.out, "</{tag}>");
    }

    fn children<'a>(
        &mut self,
        tag: &str,
        children: impl ExactSizeIterator<Item = (Name<'a>, &'a Json)>,
    ) -> Result<(), EncodeError> {
        if self.level == MAX_LEVELS {
            return Err(EncodeError::TooDeep);
        }
        if children.len() == 0 {
            self.out.push_str("/>");
            return Ok(());
        }
        self.out.push('>');
        self.level += 1;
        for (name, child) in children {
            self.line();
            self.element(name, child)?;
        }
        self.level -= 1;
        self.line();
        let _ = write!(self.out, "</{tag}>");
        Ok(())
    }

    fn line(&mut self) {
        if self.indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.level));
        }
    }
}

/// `text` itself; or, when it holds characters that XML can't, a text with these as `\uXXXX` and
/// every backslash doubled.
fn written(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_char) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            c if is_char(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}
