//! What went over the wire, byte for byte, with a switch for reading.

use super::{Language, highlight, laid};
use crate::components::{copy, icon::icon};
use leptos::prelude::*;

/// A block that shows and copies a text exactly as it was sent. Where it is all on one line, a
/// switch shows it with a line for each value; what is copied stays what was sent.
pub fn sent(name: &'static str, language: Language, text: &str) -> AnyView {
    let laid = laid(language, text).filter(|laid| laid.trim_end() != text.trim_end());
    let indent = laid.is_some().then(|| {
        view! { <label class="code-wrap code-indent"><input type="checkbox" /> {icon("code")} "Indent"</label> }
    });
    let laid = laid.map(|laid| {
        let html = highlight::lines(language, &laid);
        let name = format!("{name}, indented");
        view! { <pre class="code-laid" tabindex="0" role="group" aria-label=name><code inner_html=html></code></pre> }
    });
    let html = highlight::lines(language, text);
    view! {
        <figure class="code">
            <figcaption>
                <span class="code-name">{name}</span>
                {indent}
                <label class="code-wrap"><input type="checkbox" checked=true /> {icon("wrap")} "Wrap"</label>
                {copy::button(text, &name.to_lowercase())}
            </figcaption>
            <pre class="code-sent" tabindex="0" role="group" aria-label=name><code inner_html=html></code></pre>
            {laid}
        </figure>
    }
    .into_any()
}
