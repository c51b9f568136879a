//! What every handler can reach.

use crate::site::Site;
use axum::extract::FromRef;
use engine::Engine;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use std::sync::Arc;
use tokio::sync::watch;

/// The state of the router; cloned for each request.
#[derive(Clone)]
pub(crate) struct App {
    /// Does what is asked.
    pub(crate) engine: Engine,
    /// The files of the console.
    pub(crate) site: Site,
    /// Proxies whose word about the client is taken.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    /// Turns true when the program ends: what only waits is cut short then.
    pub(crate) ending: watch::Receiver<bool>,
    /// What Leptos wants to be told.
    pub(crate) leptos: LeptosOptions,
}

impl App {
    /// The state of a server with this engine.
    pub(crate) fn new(engine: Engine, trusted_proxies: Vec<IpNet>, ending: watch::Receiver<bool>) -> Self {
        let leptos = LeptosOptions::builder().output_name("crier").build();
        Self { engine, site: Site::load(), trusted_proxies: trusted_proxies.into(), ending, leptos }
    }
}

impl FromRef<App> for Engine {
    fn from_ref(app: &App) -> Self {
        app.engine.clone()
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
