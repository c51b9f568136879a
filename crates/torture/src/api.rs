//! A small client of the REST API.

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method, header::CONTENT_TYPE, redirect::Policy};
use serde_json::Value;
use std::time::Duration;

/// No answer may take longer: commits wait up to 10 s for a busy database.
const PATIENCE: Duration = Duration::from_secs(40);

#[derive(Clone, Debug)]
pub(crate) struct Api {
    client: Client,
    base: String,
    key: String,
}

impl Api {
    pub(crate) fn new(base: &str, key: &str) -> Result<Self> {
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { client, base: base.to_owned(), key: key.to_owned() })
    }

    /// The same server behind another address.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Status and JSON; an error when there is no whole answer.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value)> {
        let mut request =
            self.client.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
        Ok((status, value))
    }

    /// A call that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let (status, value) = self.call(Method::GET, path, None).await?;
        ensure!(status == 200, "GET {path} answered {status}: {value}");
        Ok(value)
    }

    /// A call that must succeed.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let (status, value) = self.call(Method::POST, path, Some(body)).await?;
        ensure!((200..300).contains(&status), "POST {path} answered {status}: {value}");
        Ok(value)
    }

    /// All rows of a list; `filter` may be empty.
    pub(crate) async fn rows(&self, path: &str, filter: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut list = self.get(&format!("{path}?limit=200&{filter}{cursor}")).await?;
            rows.append(list["data"].as_array_mut().context("a list has data")?);
            match list["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// Whether the server answers.
    pub(crate) async fn is_up(&self) -> bool {
        let asked = self.client.get(format!("{}/healthz", self.base)).timeout(Duration::from_secs(5));
        asked.send().await.is_ok_and(|answer| answer.status() == 200)
    }
}
