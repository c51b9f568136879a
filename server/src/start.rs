//! `crier serve`: listen, open, announce, answer, and end in good order.

use crate::{
    config::Config,
    files,
    listener::{self, Limits},
    out, router,
    state::App,
};
use anyhow::{Context as _, Result, bail};
use engine::{Engine, OpenAs};
use std::{io::ErrorKind, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::timeout,
};
use url::Url;

/// How long answers that are under way may take after the signal to end: a test send takes 30 s at most.
const GRACE: Duration = Duration::from_secs(32);

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// The port is in use, the database can't be opened, or listening failed.
pub(crate) async fn serve(config: Config) -> Result<()> {
    // First of all: a signal that came before somebody listens would end the process at once.
    let mut signals = Signals::listen()?;
    let listener = listen(&config.listen).await?;
    let address = listener.local_addr()?;
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}"))?,
    };
    // Before the listener shares them out as well.
    let max_in_flight = files::for_deliveries(files::raise());
    let settings = engine::Config { max_in_flight, ..config.engine(public_url) };
    let engine = tokio::select! {
        opened = Engine::open(settings, OpenAs::Server) => opened?,
        () = signals.next() => return Ok(()),
    };
    if config.role.serves() {
        announce_setup(&engine).await?;
    }
    out::line(&format!("Crier {} listens on http://{address}", env!("CARGO_PKG_VERSION")))?;
    engine.start();

    let (end, ending) = watch::channel(false);
    let app = App::new(engine.clone(), config.trusted_proxies, ending.clone());
    let serving = listener::serve(listener, router::router(app), ending, Limits::of_this_process());
    let mut server = tokio::spawn(serving);
    tokio::select! {
        _ = &mut server => bail!("listening ended by itself"),
        () = signals.next() => {}
    }
    tracing::info!("ending: what is under way is finished first");
    end.send_replace(true);
    let drained = async {
        let (answered, ()) = tokio::join!(timeout(GRACE, server), engine.drain());
        if answered.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
        engine.shutdown().await;
    };
    tokio::select! {
        () = drained => {}
        () = signals.next() => bail!("ended at once by a second signal"),
    }
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("can't listen on {address}: another program does; choose a free port with --listen")
        }
        Err(error) => Err(error).with_context(|| format!("can't listen on {address}")),
    }
}

/// Prints the one-time link while there is no account.
async fn announce_setup(engine: &Engine) -> Result<()> {
    if let Some(token) = engine.setup_token().await? {
        let url = engine.config().public_url.join(&format!("/setup?token={}", token.as_str()))?;
        out::line(&format!("Set up Crier: {url}"))?;
    }
    Ok(())
}

/// SIGTERM and SIGINT.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("the signals to end can't be heard");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for either.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
