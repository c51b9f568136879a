//! Opens, starts and stops the engine.

use crate::{
    Config, Engine, Generator, Inner, OpenAs, OpenError,
    accept::Committer,
    direct::Direct,
    http::{Client, Guard, Roots},
    live,
    nodes::Wake,
    record,
    slots::Slots,
    vault::{Key, Vault},
};
use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Node, Store};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

/// The longest attempt, and time to record it.
const DRAIN: Duration = Duration::from_secs(35);

/// What runs in the background.
#[derive(Debug, Default)]
pub(crate) struct Tasks(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    node: Option<Node>,
    dispatcher: Option<JoinHandle<()>>,
    others: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Opens and migrates the database and the vault. Starts no deliveries: the command line uses
    /// this too. Runs inside a Tokio runtime.
    ///
    /// # Errors
    /// What an operator can put right, as one line.
    pub async fn open(config: Config, open_as: OpenAs) -> Result<Self, OpenError> {
        fs::create_dir_all(&config.data_dir).map_err(|error| OpenError::File {
            path: config.data_dir.display().to_string(),
            reason: error.to_string(),
        })?;
        let clock = config.clock.clone();
        let generator = Generator::system(clock.clone());
        let store = Store::open(&config.database_url, open_as).await?;
        store.migrate(clock.now()).await?;
        let node = match open_as {
            OpenAs::Server => Some(store.claim_node().await?),
            OpenAs::Tool => None,
        };
        if let Some(node) = &node {
            generator.set_node(node.number);
        }
        let key = match config.secret_key {
            Some(bytes) => Key::new(bytes),
            None => Key::in_file(&config.data_dir, &generator)?,
        };
        Ok(Self(Arc::new(build(config, generator, store, &key, node))))
    }

    /// Starts delivering (as the role says) and cleaning up. Once.
    pub fn start(&self) {
        let inner = &self.0;
        let mut running = inner.tasks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(direct) = inner.direct.receiver().filter(|_| inner.config.role.delivers()) {
            running.dispatcher = Some(tokio::spawn(self.clone().dispatch(direct)));
        }
        running.others.push(tokio::spawn(self.clone().prune_each_minute()));
        running.others.push(tokio::spawn(self.clone().seal_each_second()));
        if inner.store.is_shared() {
            running.others.push(tokio::spawn(self.clone().wake_others()));
            running.others.push(tokio::spawn(self.clone().hear_others()));
            if let Some(node) = running.node.clone() {
                running.others.push(tokio::spawn(self.clone().stay_alive(node)));
            }
        }
    }

    /// Takes on no new work from now on: no claims, and the news end. What was begun goes on until
    /// [`Engine::shutdown`].
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Stops, lets running attempts end within their limits, hands the rest back and closes the
    /// database. Nothing works afterwards.
    pub async fn shutdown(&self) {
        self.stop();
        let Running { node, dispatcher, others } =
            std::mem::take(&mut *self.0.tasks.0.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(dispatcher) = dispatcher
            && tokio::time::timeout(DRAIN, dispatcher).await.is_err()
        {
            tracing::warn!("some attempts did not end in time; they are recorded as interrupted later");
        }
        others.iter().for_each(JoinHandle::abort);
        if let Some(node) = node
            && let Err(error) = self.0.store.free_node(&node).await
        {
            tracing::debug!(%error, "the node's number was not given back; it expires");
        }
        self.0.store.close().await;
    }
}

fn build(config: Config, generator: Generator, store: Store, key: &Key, node: Option<Node>) -> Inner {
    let clock = config.clock.clone();
    let direct = Arc::new(Direct::new());
    let wake = Wake::default();
    let stopping = watch::Sender::new(false);
    let guard = Guard {
        resolver: config.resolver.clone(),
        allowed: config.allowed_networks.clone(),
        roots: Roots::load(&config.extra_roots),
    };
    let news = broadcast::Sender::new(live::KEPT);
    let committer = Committer {
        store: store.clone(),
        direct: Arc::clone(&direct),
        wake: wake.clone(),
        news: news.clone(),
    };
    Inner {
        vault: Vault::new(key, generator.clone()),
        client: Client::new(guard),
        routing: crate::routing::Routing::default(),
        slots: Slots::new(clock.clone(), config.max_in_flight),
        acceptor: committer.start(),
        recorder: record::recorder(store.clone(), stopping.subscribe()),
        news,
        tasks: Tasks(Mutex::new(Running { node, ..Running::default() })),
        limiter: crate::manage::Limiter::default(),
        config,
        clock,
        generator,
        store,
        direct,
        wake,
        stopping,
    }
}
