//! Where a rendering goes: text of the template as it is, values by what stands around them.
//!
//! The sink follows the JSON or XML that it has been given, so that it knows whether the next value
//! stands inside quotes. It also remembers which byte of the template made which byte of the
//! output, so that a malformed result can be pointed out in the template.

use super::{fuel::Failure, value::Value, xml_place::Place};
use crate::format::{Json, MAX_BODY_BYTES, escape, quote};

/// What the template writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Json,
    Xml,
}

/// Where the output stands.
enum Context {
    /// In JSON: inside quotes or not, and whether a backslash waits for what it escapes.
    Json {
        quoted: bool,
        backslash: bool,
    },
    Xml(Place),
}

/// A stretch of the output and where in the template it comes from.
struct Stretch {
    output: u32,
    source: u32,
    /// Byte for byte from the template; otherwise all of it from one place.
    literal: bool,
}

pub(super) struct Sink {
    out: String,
    context: Context,
    stretches: Vec<Stretch>,
}

impl Sink {
    pub(super) fn new(language: Language) -> Self {
        let context = match language {
            Language::Json => Context::Json { quoted: false, backslash: false },
            Language::Xml => Context::Xml(Place::default()),
        };
        Self { out: String::new(), context, stretches: Vec::new() }
    }

    /// Text of the template, which stands at `source` in it.
    pub(super) fn literal(&mut self, text: &str, source: usize) -> Result<(), Failure> {
        // An XML declaration must come first: white space that tags before it leave is no part of it.
        let kept = match &self.context {
            Context::Xml(_) if self.out.is_empty() => text.trim_start(),
            _ => text,
        };
        if !kept.is_empty() {
            self.begin(source + text.len() - kept.len(), true);
            self.follow(kept);
        }
        check_size(self.out.len())
    }

    /// A value of an expression that stands at `source` in the template.
    pub(super) fn value(&mut self, value: &Value<'_>, source: usize) -> Result<(), Failure> {
        self.begin(source, false);
        if let Json::String(text) = value.json() {
            // Before it is escaped, which may make it six times as long.
            check_size(text.len())?;
        }
        match (&mut self.context, value) {
            (_, Value::Raw(text)) => self.follow(text.as_str().unwrap_or_default()),
            (Context::Json { backslash: true, .. }, _) => {
                return Err("A value can't stand right after a backslash.".to_owned());
            }
            (Context::Json { quoted: true, .. }, _) => escape(&value.json().to_plain_text(), &mut self.out),
            (Context::Json { quoted: false, .. }, Value::Encoded(text)) => {
                self.follow(text.as_str().unwrap_or_default());
            }
            (Context::Json { quoted: false, .. }, _) => match value.json() {
                Json::String(text) => quote(text, &mut self.out),
                other => self.out.push_str(&other.to_text()),
            },
            (Context::Xml(place), _) => place.write(&value.json().to_plain_text(), &mut self.out),
        }
        check_size(self.out.len())
    }

    fn begin(&mut self, source: usize, literal: bool) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.stretches.push(Stretch { output: place(self.out.len()), source: place(source), literal });
    }

    /// Appends text as it is and follows what it opens and closes.
    fn follow(&mut self, text: &str) {
        match &mut self.context {
            Context::Xml(place) => {
                for c in text.chars() {
                    self.out.push(c);
                    place.follow(c, &self.out);
                }
            }
            Context::Json { quoted, backslash } => {
                for byte in text.bytes() {
                    match byte {
                        _ if *backslash => *backslash = false,
                        b'\\' if *quoted => *backslash = true,
                        b'"' => *quoted = !*quoted,
                        _ => {}
                    }
                }
                self.out.push_str(text);
            }
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.out
    }
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// The byte of the template that made this byte of the output.
    pub(super) fn source_of(&self, output: usize) -> usize {
        let after = self.stretches.partition_point(|stretch| stretch.output as usize <= output);
        let Some(stretch) = after.checked_sub(1).and_then(|at| self.stretches.get(at)) else { return 0 };
        let inside = if stretch.literal { output - stretch.output as usize } else { 0 };
        stretch.source as usize + inside
    }
}

fn check_size(bytes: usize) -> Result<(), Failure> {
    if bytes > MAX_BODY_BYTES {
        return Err("The body becomes larger than 1 MiB here.".to_owned());
    }
    Ok(())
}
