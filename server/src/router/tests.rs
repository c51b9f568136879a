//! Every server function is a public address: each refuses strangers, other sites, and GET.

use super::*;
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, header},
};
use engine::{Engine, OpenAs};
use leptos::server_fn::axum::server_fn_paths;
use std::{net::SocketAddr, path::Path};
use tower::ServiceExt as _;
use url::Url;

/// Those that nobody has to be signed in for; the last sets a cookie for light or dark and nothing else.
const OPEN: [&str; 4] = ["/do/first-account", "/do/sign-in", "/do/sign-out", "/do/theme"];

async fn open(folder: &Path) -> Router {
    let url = Url::parse("https://hooks.example.com").unwrap();
    let database = format!("sqlite://{}", folder.join("crier.db").display());
    let engine = Engine::open(engine::Config::new(database, folder, url), OpenAs::Tool).await.unwrap();
    let (_, ending) = tokio::sync::watch::channel(false);
    router(App::new(engine, Vec::new(), ending))
}

async fn send(router: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1)));
    let request = request.extension(peer).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn every_server_function_refuses_strangers_other_sites_and_get() {
    let folder = std::env::temp_dir().join(format!("crier-router-{}", std::process::id()));
    let router = open(&folder).await;
    let form = (header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
    let mut seen = 0;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
        assert!(path.starts_with("/do/"), "{path}");
        let answer = send(&router, Method::GET, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "GET {path}");
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answer = send(&router, Method::POST, path, &[form, (name, value)]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} from {value}");
        }
        let answer = send(&router, Method::POST, path, &[form]).await;
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        if !OPEN.contains(&path) {
            let refused = answer.status() == StatusCode::UNAUTHORIZED || to.starts_with("/login");
            assert!(refused, "{path} for a stranger: {} {to}", answer.status());
        }
        seen += 1;
    }
    assert!(seen > OPEN.len(), "they are registered");
    std::fs::remove_dir_all(folder).unwrap();
}
