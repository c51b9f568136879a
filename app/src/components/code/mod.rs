//! Code blocks: numbered lines, wrap switch, copy, highlighting by the server.

mod excerpt;
mod highlight;
mod sent;

pub use excerpt::excerpt;
pub use sent::sent;

use crate::components::{copy, icon::icon};
use domain::format::{Json, xml_decode, xml_encode};
use leptos::prelude::*;

/// Longer lines are not for reading, bytes.
const WIDE: usize = 120;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// Anything else.
    Plain,
}

impl Language {
    /// By the content type; else by how the text begins.
    #[must_use]
    pub fn of(content_type: Option<&str>, text: &str) -> Self {
        let kind = content_type.unwrap_or_default().to_ascii_lowercase();
        if kind.contains("json") {
            Self::Json
        } else if kind.contains("xml") || kind.contains("html") {
            Self::Xml
        } else {
            match text.trim_start().chars().next() {
                Some('{' | '[') => Self::Json,
                Some('<') => Self::Xml,
                _ => Self::Plain,
            }
        }
    }
}

/// A block of code; `name` says what it is: "Body of the request". The text stays as it is, byte
/// for byte; wrapping and numbers are the style sheet's.
pub fn block(name: impl Into<String>, language: Language, text: &str) -> AnyView {
    shown(name.into(), language, text, text)
}

/// A block that shows a text laid out for reading, with a line for each value; copies it as it is.
pub fn laid_out(name: impl Into<String>, language: Language, text: &str) -> AnyView {
    let lines = laid(language, text);
    shown(name.into(), language, lines.as_deref().unwrap_or(text), text)
}

/// The text with a line for each value; `None` when it has lines already, or is nothing of its kind.
fn laid(language: Language, text: &str) -> Option<String> {
    match language {
        _ if text.trim_end().contains('\n') && text.lines().all(|line| line.len() <= WIDE) => None,
        Language::Json => Json::parse(text).ok().map(|value| value.pretty()),
        Language::Xml => xml_decode::decode(text).ok().and_then(|v| xml_encode::encode_indented(&v).ok()),
        Language::Plain => None,
    }
}

fn shown(name: String, language: Language, text: &str, copied: &str) -> AnyView {
    let copy = copy::button(copied, &name.to_lowercase());
    let html = highlight::lines(language, text);
    view! {
        <figure class="code">
            <figcaption>
                <span class="code-name">{name.clone()}</span>
                <label class="code-wrap"><input type="checkbox" checked=true /> {icon("wrap")} "Wrap"</label>
                {copy}
            </figcaption>
            <pre tabindex="0" role="group" aria-label=name><code inner_html=html></code></pre>
        </figure>
    }
    .into_any()
}
