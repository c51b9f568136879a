//! `crier serve`: listen, open, announce, answer, and end in good order.

use crate::{config::Config, out, router, state::App};
use anyhow::{Context as _, Result, anyhow, bail};
use axum::serve::ListenerExt as _;
use engine::{Engine, OpenAs};
use std::{io::ErrorKind, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, signal, sync::watch, time::timeout};
use url::Url;

/// How long answers that are under way may take after the signal to end: a test send takes 30 s at most.
const GRACE: Duration = Duration::from_secs(32);

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// The port is in use, the database can't be opened, or listening failed.
pub(crate) async fn serve(config: Config) -> Result<()> {
    let listener = listen(&config.listen).await?;
    let address = listener.local_addr()?;
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}"))?,
    };
    let engine = Engine::open(config.engine(public_url), OpenAs::Server).await?;
    if config.role.serves() {
        announce_setup(&engine).await?;
    }
    out::line(&format!("Crier {} listens on http://{address}", env!("CARGO_PKG_VERSION")))?;
    engine.start();

    let (end, ending) = watch::channel(false);
    let app = App::new(engine.clone(), config.trusted_proxies, ending.clone());
    let service = router::router(app).into_make_service_with_connect_info::<SocketAddr>();
    // Answers are small and whole: waiting to fill a packet only delays them.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY can't be set");
        }
    });
    let stop = async move {
        let mut ending = ending;
        // An error means that the sender is gone, which is an end as well.
        let _ = ending.wait_for(|ending| *ending).await;
    };
    let mut server = tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(stop).into_future());
    tokio::select! {
        ended = &mut server => bail!("listening failed: {}", what_ended(ended)),
        () = asked_to_end() => {}
    }
    tracing::info!("ending: what is under way is finished first");
    end.send_replace(true);
    engine.stop();
    let drained = async {
        if timeout(GRACE, server).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
        engine.shutdown().await;
    };
    tokio::select! {
        () = drained => {}
        () = asked_to_end() => bail!("ended at once by a second signal"),
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

fn what_ended(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow!("the listener was closed"),
        Ok(Err(error)) => error.into(),
        Err(error) => error.into(),
    }
}

/// Waits for SIGTERM or SIGINT.
async fn asked_to_end() {
    let mut terminate = match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM can't be heard; only SIGINT ends in good order");
            let _ = signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = signal::ctrl_c() => {}
    }
}
