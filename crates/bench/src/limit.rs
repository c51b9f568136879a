//! The limit: what one process reaches that signs the same body and posts it, and does nothing else.

use crate::{clock, payload, process};
use anyhow::{Context as _, Result, anyhow, ensure};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use clap::Args;
use reqwest::{Client, header};
use serde_json::json;
use std::{
    io::{self, Write as _},
    time::Duration,
};

const ID: &str = "evt_00000000000070008000000000000000";

/// `bench limit`
#[derive(Args, Clone, Debug)]
pub(crate) struct Limit {
    /// Where to post
    #[arg(long)]
    url: String,
    /// How long
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Posts at a time
    #[arg(long, default_value_t = 64)]
    at_once: usize,
}

impl Limit {
    /// Posts for the given time; prints how many there were and what CPU they took, as JSON.
    pub(crate) fn run(self) -> Result<()> {
        // The client wants a TLS provider, though nothing here uses TLS.
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        provider.install_default().map_err(|_| anyhow!("there is a TLS provider already"))?;
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.post())
    }

    async fn post(self) -> Result<()> {
        let client = Client::builder().no_proxy().tcp_nodelay(true).build()?;
        // So that connections and caches are warm.
        self.posts(&client, Duration::from_millis(300)).await?;
        let own = std::process::id();
        let (start, cpu) = (clock::start(), process::cpu_ms(own));
        let posts = self.posts(&client, Duration::from_secs_f64(self.seconds)).await?;
        let (seconds, cpu) = (start.elapsed().as_secs_f64(), process::cpu_ms(own) - cpu);
        let result = json!({ "posts": posts, "seconds": seconds, "cpu_ms": cpu });
        Ok(writeln!(io::stdout(), "{result}")?)
    }

    async fn posts(&self, client: &Client, time: Duration) -> Result<u64> {
        let start = clock::start();
        let poster = || {
            let (client, url) = (client.clone(), self.url.clone());
            tokio::spawn(async move {
                let signer = Signer::new();
                let mut posts = 0_u64;
                while start.elapsed() < time {
                    signer.post(&client, &url).await?;
                    posts += 1;
                }
                anyhow::Ok(posts)
            })
        };
        let posters: Vec<_> = (0..self.at_once).map(|_| poster()).collect();
        let mut posts = 0;
        for poster in posters {
            posts += poster.await??;
        }
        Ok(posts)
    }
}

/// Signs as Standard Webhooks 1.0.0 wants it: HMAC-SHA256 of `id.timestamp.body`.
struct Signer {
    key: hmac::Key,
    body: Bytes,
}

impl Signer {
    fn new() -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        Self { key, body: payload::payload(1).into() }
    }

    async fn post(&self, client: &Client, url: &str) -> Result<()> {
        let seconds = (clock::now_us() / 1_000_000).to_string();
        let mut context = hmac::Context::with_key(&self.key);
        context.update(format!("{ID}.{seconds}.").as_bytes());
        context.update(&self.body);
        let signature = format!("v1,{}", STANDARD.encode(context.sign()));
        let answer = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", ID)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(self.body.clone())
            .send()
            .await
            .context("the receiver does not answer")?;
        ensure!(answer.status().is_success(), "the receiver answered {}", answer.status());
        answer.bytes().await?;
        Ok(())
    }
}
