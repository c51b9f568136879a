//! The files of the console: inside the program in release builds, read from `target/site/dev` in debug
//! builds, so that a change of style needs no new server. Built by `cargo xtask build`.

use crate::api::problem::Problem;
use app::Assets;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// Changes with the files: the compiler embeds anew when this variable is another, and only then.
const _: Option<&str> = option_env!("CRIER_SITE");

#[derive(RustEmbed)]
#[cfg_attr(debug_assertions, folder = "../target/site/dev")]
#[cfg_attr(not(debug_assertions), folder = "../target/site/release")]
#[allow_missing = true]
struct Files;

/// The files, and the addresses that pages link.
#[derive(Clone)]
pub(crate) struct Site {
    /// In release builds with the file's hash, so that browsers keep them for a year.
    pub(crate) assets: Assets,
}

impl Site {
    /// Looks the files up.
    pub(crate) fn load() -> Self {
        if cfg!(debug_assertions) {
            return Self { assets: Assets::default() };
        }
        let Assets { css, js, wasm } = Assets::default();
        Self { assets: Assets { css: stamped(&css), js: stamped(&js), wasm: stamped(&wasm) } }
    }
    /// Whether the console was built into this program, or lies where a debug build looks for it.
    pub(crate) fn is_there() -> bool {
        let Assets { css, js, wasm } = Assets::default();
        [css, js, wasm].iter().all(|address| embedded(address).is_some())
    }
}

/// The file at an address such as `/pkg/crier.css`.
fn embedded(address: &str) -> Option<EmbeddedFile> {
    Files::get(address.trim_start_matches('/'))
}

fn stamped(address: &str) -> std::sync::Arc<str> {
    match embedded(address) {
        Some(file) => format!("{address}?v={}", hash(&file)).into(),
        None => address.into(),
    }
}

/// 16 hex digits of the file's SHA-256.
fn hash(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The handler of `/pkg/…`.
pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let compressed = takes_brotli(&headers).then(|| embedded(&format!("{path}.br"))).flatten();
    let is_compressed = compressed.is_some();
    let Some(file) = compressed.or_else(|| embedded(path)) else {
        return Problem::not_found().into_response();
    };
    let tag = format!("\"{}\"", hash(&file));
    let forever = uri.query().is_some_and(|query| query.starts_with("v="));
    let mut answer = HeaderMap::new();
    let mut put = |name, value: &'static str| answer.insert(name, HeaderValue::from_static(value));
    put(header::CACHE_CONTROL, if forever { "public, max-age=31536000, immutable" } else { "no-cache" });
    put(header::VARY, "accept-encoding");
    put(header::CONTENT_TYPE, content_type(path));
    if is_compressed {
        put(header::CONTENT_ENCODING, "br");
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.contains(&tag));
    answer.insert(header::ETAG, HeaderValue::try_from(tag).expect("hex digits"));
    if is_known {
        (StatusCode::NOT_MODIFIED, answer).into_response()
    } else {
        (answer, file.data).into_response()
    }
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut codings = lines.flat_map(|line| line.split(','));
    codings.any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "br" && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            takes_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("gzip, deflate, br, zstd") && takes("br;q=0.5"));
        assert!(!takes("gzip") && !takes("br;q=0, gzip"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
