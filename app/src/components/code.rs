//! Code blocks: numbered lines, wrap switch, copy, highlighting by the server.

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

/// A block of code; `name` says what it is: "Body of the request".
pub fn block(name: &'static str, language: Language, text: &str) -> AnyView {
    let _ = language;
    view! {
        <figure class="code">
            <figcaption>
                <span>{name}</span>
                <label class="wrap"><input type="checkbox" checked /> {icon("wrap")} "Wrap"</label>
                {copy::button(text, name)}
            </figcaption>
            <pre tabindex="0"><code>{text.to_owned()}</code></pre>
        </figure>
    }
    .into_any()
}
