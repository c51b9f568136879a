//! Code blocks: numbered lines, wrap switch, copy, highlighting by the server.

mod highlight;

use crate::components::{copy, icon::icon};
use leptos::prelude::*;

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
    let name = name.into();
    let copy = copy::button(text, &name.to_lowercase());
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
