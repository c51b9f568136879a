//! `/api/docs`: the OpenAPI document as one page, drawn here, without scripts and without other servers.

mod page;
mod schema;

use axum::{
    http::header,
    response::{Html, IntoResponse, Response},
};
use std::sync::LazyLock;

static PAGE: LazyLock<String> = LazyLock::new(|| page::draw(&super::openapi::DOCUMENT));

/// The page.
pub(super) async fn page() -> Html<&'static str> {
    Html(PAGE.as_str())
}

/// Its style sheet.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("docs/docs.css")).into_response()
}

/// Text for HTML, with `code` in backquotes.
fn prose(text: &str) -> String {
    let escaped = escape(text);
    let parts = escaped.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

/// Text for HTML and its attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_code_is_marked() {
        assert_eq!(prose("a `<b>` & \"c\""), "a <code>&lt;b&gt;</code> &amp; &quot;c&quot;");
    }

    #[test]
    fn the_page_names_every_call_and_loads_nothing_from_elsewhere() {
        for (path, item) in super::super::openapi::DOCUMENT["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let call = format!(
                    "<span class=\"method {method}\">{}</span> <code>/api/v1{path}</code>",
                    method.to_uppercase()
                );
                assert!(PAGE.contains(&call), "{call}");
            }
        }
        assert!(!PAGE.contains("<script") && !PAGE.contains(" style=") && !PAGE.contains("src=\"http"));
    }
}
