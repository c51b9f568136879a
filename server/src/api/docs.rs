//! `/api/docs`: the OpenAPI document as one page, drawn here, without scripts and without other servers.

mod page;
mod schema;

use crate::state::App;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use domain::html::escape;
use std::sync::LazyLock;

static BODY: LazyLock<String> = LazyLock::new(|| page::body(&super::openapi::DOCUMENT));

/// The page, in the colours of the console.
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Html<String> {
    let theme = app::context::cookie(&headers, app::THEME).filter(|theme| matches!(*theme, "light" | "dark"));
    Html(page::document(&BODY, &app.site.assets.css, theme))
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
                let badge = format!("<span class=\"method {method}\">{}</span>", method.to_uppercase());
                let call = format!("{badge} <code>/api/v1{path}</code>");
                assert!(BODY.contains(&call), "{call}");
            }
        }
        assert!(!BODY.contains("<script") && !BODY.contains(" style=") && !BODY.contains("src=\"http"));
    }
}
