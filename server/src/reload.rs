//! Debug builds under `cargo xtask dev`: every page listens to the address in `CRIER_DEV_RELOAD` and loads
//! itself again when something was built.

use app::Nonce;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header, response::Parts},
    middleware::{self, Next},
    response::Response,
};

/// Adds the script to the pages of `router`, if this is a development server.
pub(crate) fn layer(router: Router) -> Router {
    match std::env::var("CRIER_DEV_RELOAD") {
        Ok(url) if cfg!(debug_assertions) => {
            router.layer(middleware::from_fn(move |request: Request, next: Next| {
                let url = url.clone();
                async move {
                    let (head, body) = next.run(request).await.into_parts();
                    with_script(head, body, &url).await
                }
            }))
        }
        _ => router,
    }
}

async fn with_script(mut head: Parts, body: Body, url: &str) -> Response {
    let is_page =
        head.headers.get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    let nonce = head.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).filter(|_| is_page);
    let Some(nonce) = nonce else { return Response::from_parts(head, body) };
    let page = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let script = format!(
        r#"<script nonce="{nonce}">new EventSource({url:?}).onmessage = () => location.reload();</script>"#
    );
    let policy = head.headers.get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    let policy = format!("{}; connect-src 'self' {url}", policy.unwrap_or_default());
    if let Ok(policy) = HeaderValue::try_from(policy) {
        head.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from([&page[..], script.as_bytes()].concat()))
}
