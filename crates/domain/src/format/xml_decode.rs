//! XML → JSON: reads back exactly what `xml_encode` writes, indented or not.

use super::{
    Json, XmlError,
    number::is_number,
    xml_chars::is_space,
    xml_read::{Event, Problem, Reader, locate},
};
use std::collections::HashSet;

/// Reads a document in the form of `xml_encode`.
///
/// # Errors
/// The first place that is not well-formed or not of that form.
pub fn decode(text: &str) -> Result<Json, XmlError> {
    let mut reader = Reader::new(text);
    document(&mut reader).map_err(|problem| locate(text, problem))
}

fn document(reader: &mut Reader<'_>) -> Result<Json, Problem> {
    let Some(Event::Start { name, attributes, at }) = reader.next()? else {
        return Err((0, "there is no element.".to_owned()));
    };
    if name != "webhook" {
        return Err((at, "the root element must be “webhook”.".to_owned()));
    }
    let element = Element::new(attributes, at)?;
    if element.key.is_some() {
        return Err((at, "“key” belongs to members of objects only.".to_owned()));
    }
    let value = element.value(reader)?;
    reader.next()?;
    Ok(value)
}

/// What the start tag of a value says.
struct Element {
    at: usize,
    key: Option<String>,
    kind: Option<String>,
    escaped: bool,
}

impl Element {
    fn new(attributes: Vec<(&str, String)>, at: usize) -> Result<Self, Problem> {
        let mut element = Self { at, key: None, kind: None, escaped: false };
        let mut escaped_key = false;
        for (name, value) in attributes {
            match (name, value.as_str()) {
                ("key", _) => element.key = Some(value),
                ("type", _) => element.kind = Some(value),
                ("escaped", "true") => element.escaped = true,
                ("escaped-key", "true") => escaped_key = true,
                ("xml:space", "preserve") => {}
                _ => return Err((at, format!("the attribute {name}=\"{value}\" has no meaning here."))),
            }
        }
        if escaped_key {
            element.key = element.key.map(|key| unescaped(&key, at)).transpose()?;
        }
        Ok(element)
    }

    fn value(self, reader: &mut Reader<'_>) -> Result<Json, Problem> {
        let wrong = |what: &str| Err((self.at, format!("this element does not hold {what}.")));
        match self.kind.as_deref() {
            Some("object") => self.object(reader),
            Some("array") => self.array(reader),
            None | Some("string") => {
                let text = content(reader, self.at)?;
                Ok(Json::String(if self.escaped { unescaped(&text, self.at)? } else { text }))
            }
            Some("number") => match content(reader, self.at)? {
                text if is_number(&text) => Ok(Json::Number(text)),
                _ => wrong("a number"),
            },
            Some("boolean") => match content(reader, self.at)?.as_str() {
                "true" => Ok(Json::Bool(true)),
                "false" => Ok(Json::Bool(false)),
                _ => wrong("true or false"),
            },
            Some("null") => match content(reader, self.at)?.as_str() {
                "" => Ok(Json::Null),
                _ => wrong("nothing, as its type null says"),
            },
            Some(kind) => Err((self.at, format!("“{kind}” is no type."))),
        }
    }

    fn object(&self, reader: &mut Reader<'_>) -> Result<Json, Problem> {
        let mut members = Vec::new();
        let mut seen = HashSet::new();
        while let Some((name, element)) = self.child(reader)? {
            let key = element.key.clone().unwrap_or_else(|| name.to_owned());
            if !seen.insert(key.clone()) {
                return Err((element.at, format!("the member “{key}” is here a second time.")));
            }
            members.push((key, element.value(reader)?));
        }
        Ok(Json::Object(members))
    }

    fn array(&self, reader: &mut Reader<'_>) -> Result<Json, Problem> {
        let mut items = Vec::new();
        while let Some((name, element)) = self.child(reader)? {
            if name != "item" || element.key.is_some() {
                return Err((element.at, "an array holds elements “item” without a key.".to_owned()));
            }
            items.push(element.value(reader)?);
        }
        Ok(Json::Array(items))
    }

    /// The next element inside this one; `None` at its end.
    fn child<'a>(&self, reader: &mut Reader<'a>) -> Result<Option<(&'a str, Self)>, Problem> {
        loop {
            match reader.next()? {
                Some(Event::Start { name, attributes, at }) => {
                    return Ok(Some((name, Self::new(attributes, at)?)));
                }
                Some(Event::Text(text)) if text.chars().all(is_space) => {}
                Some(Event::Text(_)) => {
                    return Err((
                        self.at,
                        "text stands between the elements of an object or array.".to_owned(),
                    ));
                }
                Some(Event::End) | None => return Ok(None),
            }
        }
    }
}

/// The text of an element that may hold text only.
fn content(reader: &mut Reader<'_>, at: usize) -> Result<String, Problem> {
    let mut text = String::new();
    loop {
        match reader.next()? {
            Some(Event::Text(piece)) => text.push_str(&piece),
            Some(Event::Start { .. }) => {
                return Err((at, "this element may hold text only, or its type is missing.".to_owned()));
            }
            Some(Event::End) | None => return Ok(text),
        }
    }
}

/// Undoes `escaped="true"`: `\\` and `\uXXXX`.
fn unescaped(text: &str, at: usize) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find('\\') {
        out.push_str(&rest[..found]);
        rest = &rest[found + 1..];
        if let Some(after) = rest.strip_prefix('\\') {
            out.push('\\');
            rest = after;
            continue;
        }
        let code = rest
            .strip_prefix('u')
            .and_then(|hex| hex.get(..4))
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(c) = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) else {
            return Err((at, "an escaped text may hold \\\\ and \\uXXXX only.".to_owned()));
        };
        out.push(c);
        rest = &rest[5..];
    }
    out.push_str(rest);
    Ok(out)
}
