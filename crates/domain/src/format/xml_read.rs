//! A small pull parser of XML 1.0: checks well-formedness and hands out elements and text.
//!
//! Made for bodies: UTF-8 only, no internal DTD (so only the five entities of XML itself), at most
//! 256 levels, which is also where libxml2 stops.

use super::xml_chars::{is_char, is_name_char, is_name_start, is_space};

/// The deepest nesting of elements that is read.
pub const MAX_LEVELS: usize = 256;

/// Where and why a text is not XML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct XmlError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Bytes from the start of the text.
    pub offset: usize,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// A byte offset and what is wrong there.
pub(super) type Problem = (usize, String);

/// Adds line and column.
pub(super) fn locate(text: &str, (offset, message): Problem) -> XmlError {
    let (line, column) = super::line_and_column(text, offset);
    XmlError { line, column, offset, message }
}

/// Checks that a text is a well-formed XML 1.0 document in UTF-8 without an internal DTD.
///
/// # Errors
/// The first place that breaks a rule.
pub fn well_formed(text: &str) -> Result<(), XmlError> {
    let mut reader = Reader::new(text);
    let mut read = || {
        while reader.next()?.is_some() {}
        Ok(())
    };
    read().map_err(|problem| locate(text, problem))
}

/// What the reader meets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// A start tag, at this offset.
    Start { name: &'a str, attributes: Vec<(&'a str, String)>, at: usize },
    /// An end tag, also of an empty element.
    End,
    /// Character data, references resolved. One text may come in several pieces.
    Text(String),
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    /// The element that was just started is empty.
    empty: bool,
    root_seen: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), empty: false, root_seen: false }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
    fn starts(&self, with: &str) -> bool {
        self.rest().starts_with(with)
    }
    fn skip_space(&mut self) -> bool {
        let rest = self.rest();
        let after = rest.trim_start_matches(is_space);
        self.at += rest.len() - after.len();
        after.len() < rest.len()
    }
    /// Moves behind `end` and returns what stands before it.
    fn until(&mut self, end: &str, what: &str) -> Result<&'a str, Problem> {
        let start = self.at;
        match self.rest().find(end) {
            Some(length) => {
                self.at += length + end.len();
                Ok(&self.text[start..start + length])
            }
            None => Err((start, format!("{what} has no end (“{end}”)."))),
        }
    }
    fn expect(&mut self, token: &str) -> Result<(), Problem> {
        if self.starts(token) {
            self.at += token.len();
            return Ok(());
        }
        Err((self.at, format!("{} stands where “{token}” is expected.", self.here())))
    }
    /// What stands here, in words.
    fn here(&self) -> String {
        self.peek().map_or_else(|| "the end of the text".to_owned(), |c| format!("“{c}”"))
    }
    fn name(&mut self, what: &str) -> Result<&'a str, Problem> {
        let rest = self.rest();
        if !rest.starts_with(is_name_start) {
            return Err((self.at, format!("{} stands where {what} is expected.", self.here())));
        }
        let length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        self.at += length;
        Ok(&rest[..length])
    }

    /// The next event; `None` after the end of the document.
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, Problem> {
        if self.at == 0 {
            self.check_characters()?;
            self.declaration()?;
        }
        if std::mem::take(&mut self.empty) {
            self.open.pop();
            return Ok(Some(Event::End));
        }
        loop {
            if self.starts("<!--") {
                self.comment()?;
            } else if self.starts("<?") {
                self.instruction()?;
            } else if self.starts("<!DOCTYPE") {
                self.doctype()?;
            } else if self.starts("<![CDATA[") && !self.open.is_empty() {
                self.at += "<![CDATA[".len();
                return Ok(Some(Event::Text(normalised(self.until("]]>", "This CDATA section")?))));
            } else if self.starts("</") {
                return self.end_tag().map(Some);
            } else if self.starts("<") {
                return self.start_tag().map(Some);
            } else if !self.open.is_empty() {
                return self.character_data().map(Some);
            } else if !self.skip_space() {
                return self.outside();
            }
        }
    }

    fn check_characters(&self) -> Result<(), Problem> {
        match self.text.char_indices().find(|(_, c)| !is_char(*c)) {
            Some((at, c)) => Err((at, format!("XML can't hold the character U+{:04X}.", u32::from(c)))),
            None => Ok(()),
        }
    }

    /// The end of the document, or text where none may stand.
    fn outside(&self) -> Result<Option<Event<'a>>, Problem> {
        match (self.peek(), self.root_seen) {
            (None, true) => Ok(None),
            (None, false) => Err((self.at, "there is no element.".to_owned())),
            (Some(_), _) => Err((self.at, format!("{} stands outside of the root element.", self.here()))),
        }
    }

    fn declaration(&mut self) -> Result<(), Problem> {
        if !self.starts("<?xml") || self.text[5..].starts_with(is_name_char) {
            return Ok(());
        }
        self.at = 5;
        let attributes = self.attributes()?;
        self.expect("?>")?;
        let order: Vec<&str> = attributes.iter().map(|(name, _)| *name).collect();
        if !matches!(
            order[..],
            ["version"] | ["version", "encoding" | "standalone"] | ["version", "encoding", "standalone"]
        ) {
            return Err((
                0,
                "the XML declaration must read <?xml version=\"1.0\" encoding=\"UTF-8\"?>.".to_owned(),
            ));
        }
        for (name, value) in &attributes {
            match *name {
                "version" if value != "1.0" => return Err((0, "the version of XML must be 1.0.".to_owned())),
                "encoding" if !value.eq_ignore_ascii_case("utf-8") => {
                    return Err((0, "the encoding must be UTF-8, in which every body is sent.".to_owned()));
                }
                "standalone" if value != "yes" && value != "no" => {
                    return Err((0, "standalone must be yes or no.".to_owned()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Problem> {
        let start = self.at;
        self.at += 4;
        let inside = self.until("-->", "This comment")?;
        if inside.contains("--") || inside.ends_with('-') {
            return Err((start, "a comment must not contain “--”.".to_owned()));
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<(), Problem> {
        let start = self.at;
        self.at += 2;
        let name = self.name("the name of a processing instruction")?;
        if name.eq_ignore_ascii_case("xml") {
            return Err((start, "the XML declaration must be the very first of the text.".to_owned()));
        }
        if !self.starts("?>") && !self.skip_space() {
            return Err((self.at, format!("{} stands where white space is expected.", self.here())));
        }
        self.until("?>", "This processing instruction").map(|_| ())
    }

    fn doctype(&mut self) -> Result<(), Problem> {
        let start = self.at;
        if self.root_seen {
            return Err((start, "a DOCTYPE must stand before the root element.".to_owned()));
        }
        self.at += "<!DOCTYPE".len();
        let inside = self.until(">", "This DOCTYPE")?;
        if inside.contains(['[', '<']) {
            return Err((start, "a DOCTYPE with declarations of its own is not allowed.".to_owned()));
        }
        let mut parts = inside.trim_matches(is_space).split(is_space);
        let named = parts
            .next()
            .is_some_and(|name| name.starts_with(is_name_start) && name.chars().all(is_name_char));
        let external = matches!(parts.find(|part| !part.is_empty()), None | Some("SYSTEM" | "PUBLIC"));
        if inside.starts_with(is_space) && named && external {
            return Ok(());
        }
        Err((start, "a DOCTYPE must read <!DOCTYPE name SYSTEM \"…\">.".to_owned()))
    }

    fn start_tag(&mut self) -> Result<Event<'a>, Problem> {
        let at = self.at;
        if self.root_seen && self.open.is_empty() {
            return Err((at, "there may be only one root element.".to_owned()));
        }
        if self.open.len() == MAX_LEVELS {
            return Err((at, format!("more than {MAX_LEVELS} levels are nested here.")));
        }
        self.at += 1;
        let name = self.name("the name of an element")?;
        let attributes = self.attributes()?;
        self.root_seen = true;
        self.open.push(name);
        if self.starts("/>") {
            self.at += 2;
            self.empty = true;
        } else {
            self.expect(">")?;
        }
        Ok(Event::Start { name, attributes, at })
    }

    fn end_tag(&mut self) -> Result<Event<'a>, Problem> {
        let at = self.at;
        self.at += 2;
        let name = self.name("the name of an element")?;
        self.skip_space();
        self.expect(">")?;
        match self.open.pop() {
            Some(open) if open == name => Ok(Event::End),
            Some(open) => Err((at, format!("</{name}> stands where </{open}> is expected."))),
            None => Err((at, format!("</{name}> closes no element."))),
        }
    }

    fn attributes(&mut self) -> Result<Vec<(&'a str, String)>, Problem> {
        let mut attributes: Vec<(&'a str, String)> = Vec::new();
        loop {
            let spaced = self.skip_space();
            if self.peek().is_none_or(|c| matches!(c, '>' | '/' | '?')) {
                return Ok(attributes);
            }
            if !spaced {
                return Err((self.at, format!("{} stands where white space is expected.", self.here())));
            }
            let at = self.at;
            let name = self.name("the name of an attribute")?;
            if attributes.iter().any(|(other, _)| *other == name) {
                return Err((at, format!("the attribute “{name}” is here a second time.")));
            }
            self.skip_space();
            self.expect("=")?;
            self.skip_space();
            attributes.push((name, self.attribute_value(name)?));
        }
    }

    fn attribute_value(&mut self, name: &str) -> Result<String, Problem> {
        let quote = match self.peek() {
            Some('"') => "\"",
            Some('\'') => "'",
            _ => return Err((self.at, format!("the value of the attribute “{name}” must stand in quotes."))),
        };
        self.at += 1;
        let start = self.at;
        let value = self.until(quote, "This value")?;
        if let Some(at) = value.find('<') {
            return Err((start + at, "“<” must be written &lt; here.".to_owned()));
        }
        // XML 1.0 section 3.3.3: literal white space becomes spaces, references stay what they are.
        let spaced = value.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
        resolve(&spaced).map_err(|(at, message)| (start + at.min(value.len()), message))
    }

    fn character_data(&mut self) -> Result<Event<'a>, Problem> {
        let start = self.at;
        let rest = self.rest();
        let Some(length) = rest.find('<') else {
            let open = self.open.last().copied().unwrap_or_default();
            return Err((self.text.len(), format!("the text ends before </{open}>.")));
        };
        let data = &rest[..length];
        if let Some(at) = data.find("]]>") {
            return Err((start + at, "“]]>” must be written ]]&gt; here.".to_owned()));
        }
        self.at += length;
        let text = if data.contains('\r') { resolve(&normalised(data)) } else { resolve(data) };
        text.map(Event::Text).map_err(|(at, message)| (start + at, message))
    }
}

/// XML 1.0 section 2.11: line ends are one LF.
fn normalised(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Resolves the references in character data or in an attribute's value.
fn resolve(text: &str) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let from = text.len() - rest.len() + at;
        let reference = &rest[at + 1..];
        let Some(end) = reference.find(';').filter(|end| *end <= 64) else {
            return Err((from, "“&” must be written &amp; here.".to_owned()));
        };
        let name = &reference[..end];
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => character_reference(name),
        };
        match c {
            Some(c) => out.push(c),
            None => return Err((from, format!("“&{name};” is no character that XML knows."))),
        }
        rest = &reference[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn character_reference(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| is_char(*c))
}
