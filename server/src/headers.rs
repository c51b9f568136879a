//! Headers that make browsers careful, on every answer.

use app::Nonce;
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The middleware of pages. Gives the request a [`Nonce`] that they put on their scripts, and names it
/// in the content security policy.
pub(crate) async fn with_scripts(mut request: Request, next: Next) -> Response {
    let nonce = leptos::nonce::Nonce::new();
    let page_nonce = Nonce(nonce.as_inner().clone());
    request.extensions_mut().insert(page_nonce.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(page_nonce);
    let policy = format!(
        "default-src 'self'; script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    secure(response, HeaderValue::try_from(policy).expect("a nonce is base64"))
}

/// For answers that run no script, and so need no nonce: the API with its pages, and what is beside it.
pub(crate) fn without_scripts(response: Response) -> Response {
    const POLICY: &str = "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; \
                          frame-ancestors 'none'; form-action 'none'";
    secure(response, HeaderValue::from_static(POLICY))
}

fn secure(mut response: Response, policy: HeaderValue) -> Response {
    let fixed = HeaderValue::from_static;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, fixed("same-origin")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin")),
    ] {
        response.headers_mut().insert(name, value);
    }
    // Pages and answers hold what only this visitor may see; files of the site say otherwise themselves.
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, fixed("no-store"));
    }
    response
}
