//! Where a literal XML template stands, and how a value is written there.
//!
//! Values never end what they stand in: markup is escaped in text and attributes, and broken up in
//! CDATA sections, comments and processing instructions. Characters that XML can't hold become U+FFFD.

use crate::format::xml_chars::{is_char, push_attribute, push_text};

/// What surrounds the next character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Character data.
    #[default]
    Text,
    /// Inside a tag that began at this byte, outside of quotes.
    Tag(usize),
    /// In the value of an attribute, between these quotes; the tag began at this byte.
    Attribute(char, usize),
    /// In a CDATA section.
    Cdata,
    /// In a comment that began at this byte.
    Comment(usize),
    /// In a processing instruction or the XML declaration.
    Instruction,
}

impl Place {
    /// Follows a character of markup, the last of `out`.
    pub(super) fn follow(&mut self, c: char, out: &str) {
        *self = match *self {
            Self::Text if c == '<' => Self::Tag(out.len() - 1),
            Self::Tag(start) => match (&out[start..], c) {
                ("<!--", _) => Self::Comment(start),
                ("<![CDATA[", _) => Self::Cdata,
                ("<?", _) => Self::Instruction,
                (_, '"' | '\'') => Self::Attribute(c, start),
                (_, '>') => Self::Text,
                _ => return,
            },
            Self::Attribute(quote, start) if c == quote => Self::Tag(start),
            Self::Cdata if out.ends_with("]]>") => Self::Text,
            Self::Comment(start) if out[start + 4..].ends_with("-->") => Self::Text,
            Self::Instruction if out.ends_with("?>") => Self::Text,
            _ => return,
        };
    }

    /// Appends a value.
    pub(super) fn write(self, text: &str, out: &mut String) {
        match self {
            Self::Text => text.chars().for_each(|c| push_text(c, out)),
            Self::Tag(_) | Self::Attribute(..) => text.chars().for_each(|c| push_attribute(c, out)),
            Self::Cdata => cdata(text, out),
            Self::Comment(_) => broken_up(text, '-', '-', out),
            Self::Instruction => broken_up(text, '?', '>', out),
        }
    }
}

fn legal(c: char) -> char {
    if is_char(c) { c } else { '\u{fffd}' }
}

/// Ends the section and begins another wherever `]]>` could come about.
fn cdata(text: &str, out: &mut String) {
    const SPLIT: &str = "]]><![CDATA[";
    for c in text.chars() {
        if c == '>' && out.ends_with("]]") {
            out.push_str(SPLIT);
        }
        out.push(legal(c));
    }
    if text.ends_with(']') {
        out.push_str(SPLIT);
    }
}

/// Keeps `first` and `second` apart by a space, also from what the template has around the value.
fn broken_up(text: &str, first: char, second: char, out: &mut String) {
    for c in text.chars() {
        if c == second && out.ends_with(first) {
            out.push(' ');
        }
        out.push(legal(c));
    }
    if text.ends_with(first) {
        out.push(' ');
    }
}
