//! `/track.js`: the script that websites include to report views. Ours, whole, and small.

use axum::{
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;

/// As browsers get it: without comments and indentation.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("tag/track.js").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).map(|line| format!("{line}\n")).collect()
});

/// The handler. Any site may include it; browsers keep it for an hour.
pub(crate) async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, SCRIPT.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_is_small() {
        assert!(super::SCRIPT.len() <= 2048, "{} bytes", super::SCRIPT.len());
    }
}
