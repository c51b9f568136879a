//! Refuses what another site makes a signed-in browser send (cross-site request forgery).
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site` to https and to this machine, `Origin`
//! always on unsafe methods. The comparison is with the public URL, never with `Host`, which a rebound
//! name could choose. Programs send neither header and have no cookies that a site could borrow.
//! `/api/v1` takes no cookies and `/bin` has nobody signed in, so both stay outside.

use crate::{api::problem::Problem, state::App};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

/// The middleware.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let public_url = &app.engine.config().public_url;
    if safe || is_own(request.headers(), public_url) {
        return next.run(request).await;
    }
    let text = format!(
        "This request came from another site. If it did not, open Crier at {} or set CRIER_PUBLIC_URL.",
        public_url.origin().ascii_serialization()
    );
    Problem::new(StatusCode::FORBIDDEN, text).into_response()
}

/// Whether a request comes from this site, or from no site at all.
fn is_own(headers: &HeaderMap, public_url: &Url) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin_is_own =
        text(header::ORIGIN).map(|origin| origin == public_url.origin().ascii_serialization());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => true,
        Some(_) => origin_is_own == Some(true),
        None => origin_is_own.unwrap_or(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs =
            pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()));
        is_own(&pairs.collect(), &Url::parse("https://hooks.example.com").unwrap())
    }

    #[test]
    fn only_this_site_may_post() {
        assert!(own(&[]), "a program");
        assert!(own(&[("origin", "https://hooks.example.com")]));
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(own(&[("sec-fetch-site", "none")]));
        assert!(own(&[("sec-fetch-site", "cross-site"), ("origin", "https://hooks.example.com")]));
        for origin in
            ["https://evil.example", "null", "http://hooks.example.com", "https://hooks.example.com:444"]
        {
            assert!(!own(&[("origin", origin)]), "{origin}");
            assert!(!own(&[("origin", origin), ("sec-fetch-site", "cross-site")]), "{origin}");
        }
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("origin", "https://evil.example"), ("host", "evil.example")]));
    }
}
