//! A small HTTP client for the API.

use reqwest::{Client, Method, header, redirect::Policy};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Once};

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }
    /// The body as JSON, when the status is the one that is expected.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
    /// The problem document, when the status is the one that is expected.
    pub(crate) fn problem(&self, status: u16) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
        problem
    }
}

/// A client with or without a key.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    pub(crate) base: String,
    key: Option<String>,
}

impl Http {
    pub(crate) fn new(base: &str) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            rustls::crypto::aws_lc_rs::default_provider()
                .install_default()
                .expect("nothing else installs one");
        });
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { client, base: base.to_owned(), key: None }
    }
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }
    /// A request to an address of the server.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }
    /// A call of the API with a JSON text.
    pub(crate) async fn raw(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(method, &format!("/api/v1{path}"));
        finish(request.header(header::CONTENT_TYPE, "application/json").body(body)).await
    }
    pub(crate) async fn get(&self, path: &str) -> Answer {
        finish(self.request("GET", &format!("/api/v1{path}"))).await
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.raw("POST", path, body.to_string()).await
    }
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.raw("PATCH", path, body.to_string()).await
    }
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        finish(self.request("DELETE", &format!("/api/v1{path}"))).await
    }
    /// A GET outside the API.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        finish(self.request("GET", path)).await
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn finish(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let status = response.status().as_u16();
    let pair = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = response.headers().iter().map(pair).collect();
    Answer { status, headers, text: response.text().await.expect("a text") }
}
