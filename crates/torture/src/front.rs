//! Plants the fault of an acknowledgement before the commit: a front that answers at once, and passes the
//! event on afterwards.

use crate::{api::Api, receiver::HOOKS};
use anyhow::Result;
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) base: String,
}

impl Front {
    pub(crate) async fn start(api: &Api) -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/api/v1/events", post(early)).with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base })
    }
}

async fn early(State(api): State<Api>, Json(event): Json<Value>) -> (StatusCode, Json<Value>) {
    tokio::spawn(async move { api.call(Method::POST, "/events", Some(&event)).await });
    // What the id will be is not known yet; the harness goes by the key then.
    (StatusCode::ACCEPTED, Json(json!({ "id": "", "deliveries": HOOKS.len() })))
}
