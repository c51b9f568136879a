//! Body templates: MiniJinja's language, for JSON and XML.
//!
//! Outside of JSON quotes `{{ x }}` is the value as JSON, inside it is the value's escaped text, so
//! that `{"email":"{{ payload.email }}","id":{{ payload.user_id }}}` does what it looks like.
//! Numbers keep their spelling; a missing value is null, or empty inside quotes. For XML a template
//! that starts with `<` is literal XML with values escaped; otherwise its JSON result is converted.
//!
//! MiniJinja parses; the evaluator is the crate's own, because MiniJinja's turns numbers into floats
//! and works without limits inside single steps: `"a" * 100000000` is computed already while it
//! compiles, and thirty times `{% set x = x ~ x %}` fill a gigabyte. Here every step is paid for
//! before it is done (`fuel`), depth is bounded by the parser and the result by 1 MiB.

mod args;
mod checks;
mod eval;
mod expr;
mod fields;
mod filters;
mod fuel;
mod ops;
mod parse;
mod sink;
mod value;
mod xml_place;

pub use fields::{UnknownField, unknown_fields};

use crate::{
    format::{self, Json},
    webhook::Format,
};
use eval::Machine;
use minijinja::machinery::ast::Stmt;
use parse::error_at;
use sink::{Language, Sink};

/// The most bytes that a template may have: 64 KiB.
pub const MAX_TEMPLATE_BYTES: usize = 64 << 10;

/// Why no body could be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong, in one sentence a manager understands.
    pub message: String,
    /// Line in the template, from 1; absent when no place in it is to blame.
    pub line: Option<u32>,
    /// Column in the template, in characters from 1.
    pub column: Option<u32>,
}

impl TemplateError {
    /// An error without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None, column: None }
    }
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "Line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}
impl std::error::Error for TemplateError {}

/// Checks that a template can be read, whatever the event.
///
/// # Errors
/// The first place that MiniJinja's parser does not understand, or that is too long or too deep.
pub fn check_syntax(source: &str) -> Result<(), TemplateError> {
    parse::parse(source).map(|_| ())
}

/// Renders a template to a body in `format`; `root` is an object with the names that the template
/// may use.
///
/// # Errors
/// The template can't be read, fails on these values, does too much, or its result is not
/// well-formed, not fit for the format, or larger than 1 MiB.
pub fn render(source: &str, root: &Json, format: Format) -> Result<String, TemplateError> {
    let template = parse::parse(source)?;
    let literal_xml = format == Format::Xml && starts_with_markup(&template);
    let language = if literal_xml { Language::Xml } else { Language::Json };
    let machine = Machine::new(source, root, Sink::new(language));
    let output = machine.run(&template).map_err(|(at, message)| error_at(source, at, message))?;
    if literal_xml {
        return match format::well_formed(output.text()) {
            Ok(()) => Ok(output.into_text()),
            Err(error) => {
                let message = format!("The result is not well-formed XML: {}", error.message);
                Err(error_at(source, output.source_of(error.offset), message))
            }
        };
    }
    let value = Json::parse(output.text()).map_err(|error| {
        let message = if output.text().trim_start().starts_with('<') {
            "The result is not JSON. Literal XML needs the content type application/xml.".to_owned()
        } else {
            format!("The result is not valid JSON: {}", error.message)
        };
        error_at(source, output.source_of(error.offset), message)
    })?;
    match format {
        Format::Json => Ok(output.into_text()),
        Format::Xml => {
            format::xml_encode::encode(&value).map_err(|error| TemplateError::new(error.to_string()))
        }
        Format::Form => format::form::encode(&value).map_err(|error| TemplateError::new(error.to_string())),
    }
}

/// Whether the first text that goes out starts with `<`.
fn starts_with_markup(template: &Stmt<'_>) -> bool {
    let Stmt::Template(template) = template else { return false };
    for statement in &template.children {
        match statement {
            Stmt::Set(_) | Stmt::SetBlock(_) => {}
            Stmt::EmitRaw(raw) if raw.raw.trim_start().is_empty() => {}
            Stmt::EmitRaw(raw) => return raw.raw.trim_start().starts_with('<'),
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests;
