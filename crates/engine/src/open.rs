//! Opens, starts and stops the engine.

use crate::{
    Config, Engine, Generator, Inner, OpenAs, OpenError,
    accept::Committer,
    alerts::Mailer,
    commits::Commits,
    direct::Direct,
    http::{Client, Guard, Roots},
    keys::{self, KeyState},
    leases::Leases,
    live::News,
    metrics::Metrics,
    nodes::Wake,
    record,
    shares::Shares,
    slots::Slots,
    vault::Vault,
};
use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{Node, Store};
use tokio::{
    sync::{Notify, oneshot, watch},
    task::JoinHandle,
};

/// The longest attempt, and time to record it.
const DRAIN: Duration = Duration::from_secs(35);

/// How long mails may take at the end: one that is cut off may come twice.
const POST: Duration = Duration::from_secs(5);

/// How long each of the last two words to the other nodes may take at the end; the database may be away.
const LEAVE: Duration = Duration::from_secs(3);
/// How often idle connections are looked through; they are used for 4 s.
const SWEEP_EVERY: Duration = Duration::from_secs(4);

/// What runs in the background.
#[derive(Debug, Default)]
pub(crate) struct Tasks(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    node: Option<Node>,
    dispatcher: Option<JoinHandle<()>>,
    alive: Option<JoinHandle<()>>,
    /// Whoever sends mails, and what ends that.
    mails: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
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
            OpenAs::Server => {
                store.end_leases().await?;
                Some(store.claim_node().await?)
            }
            OpenAs::Tool => None,
        };
        if let Some(node) = &node {
            generator.set_node(node.number);
        }
        // As a node: nobody changes the key from here on.
        let (keys, key_state) = match keys::find(&config, &store, &generator, open_as).await {
            Ok(found) => found,
            Err(error) => {
                if let Some(node) = &node
                    && let Err(error) = store.free_node(node).await
                {
                    tracing::warn!(%error, "the node's number was not given back; it expires");
                }
                return Err(error);
            }
        };
        if let KeyState::Unfinished(told) = &key_state {
            tracing::warn!("{told}");
        }
        let vault = Vault::new(&keys, generator.clone());
        let mailer = config.smtp.as_ref();
        let mailer = mailer.map(|smtp| Mailer::new(smtp, &config.extra_roots, &config.public_url));
        let mailer = mailer.transpose().map_err(OpenError::Mail)?;
        let commits = Commits::start().map_err(OpenError::Thread)?;
        Ok(Self(Arc::new(build(config, generator, store, (vault, key_state), node, mailer, commits))))
    }

    /// Starts delivering (as the role says) and cleaning up. Once.
    pub fn start(&self) {
        let inner = &self.0;
        let mut running = self.running();
        if let Some(direct) = inner.direct.receiver().filter(|_| inner.config.role.delivers()) {
            running.dispatcher = Some(tokio::spawn(self.clone().dispatch(direct)));
            running.others.push(tokio::spawn(self.clone().replay_until_stopped()));
        }
        running.others.push(tokio::spawn(self.clone().prune_each_minute()));
        running.others.push(tokio::spawn(self.clone().seal_each_second()));
        running.others.push(tokio::spawn(self.clone().close_idle_connections()));
        running.others.push(tokio::spawn(self.clone().raise_overdue_alerts()));
        if inner.mailer.is_some() {
            let (end, ended) = oneshot::channel();
            running.mails = Some((end, tokio::spawn(self.clone().send_mails(ended))));
        }
        if inner.store.is_shared() {
            running.others.push(tokio::spawn(self.clone().wake_others()));
            running.others.push(tokio::spawn(self.clone().hear_others()));
            running.others.push(tokio::spawn(self.clone().tell_others()));
            if let Some(node) = running.node.clone() {
                running.alive = Some(tokio::spawn(self.clone().stay_alive(node)));
            }
        }
        running.others.push(tokio::spawn(self.clone().tidy_when_due()));
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.tasks.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes on no new work from now on: no claims, and the news end. [`Engine::drain`] waits for what was begun.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Closes connections to receivers that were not used for a while, without end.
    async fn close_idle_connections(self) {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            self.0.client.sweep();
        }
    }

    /// Stops, lets running attempts end within their limits (35 s at most) and hands the rest back. Requests are still
    /// answered: tests are sent, and events accepted, which wait for another node or the next start. Must not be
    /// cut off: [`Engine::shutdown`] would not wait for the attempts.
    pub async fn drain(&self) {
        self.stop();
        let dispatcher = self.running().dispatcher.take();
        if let Some(dispatcher) = dispatcher
            && tokio::time::timeout(DRAIN, dispatcher).await.is_err()
        {
            tracing::warn!("some attempts did not end in time; they are recorded as interrupted later");
        }
    }

    /// Drains, sends the mails that are due, and closes the database. Nothing works afterwards.
    pub async fn shutdown(&self) {
        self.drain().await;
        let Running { node, dispatcher: _, alive, mails, others } = std::mem::take(&mut *self.running());
        if let Some((end, mut mails)) = mails {
            let _ = end.send(());
            if tokio::time::timeout(POST, &mut mails).await.is_err() {
                mails.abort();
            }
        }
        others.iter().for_each(JoinHandle::abort);
        // Not cut off inside a transaction on the row that is given back next.
        self.0.leaving.notify_one();
        if let Some(mut alive) = alive
            && tokio::time::timeout(LEAVE, &mut alive).await.is_err()
        {
            alive.abort();
        }
        if let Some(node) = node
            && tokio::time::timeout(LEAVE, self.leave(&node)).await.is_err()
        {
            tracing::warn!("the node's number was not given back in time; it expires");
        }
        self.0.store.close().await;
    }
}

fn build(
    config: Config,
    generator: Generator,
    store: Store,
    (vault, key_state): (Vault, KeyState),
    node: Option<Node>,
    mailer: Option<Mailer>,
    commits: Commits,
) -> Inner {
    let clock = config.clock.clone();
    let direct = Arc::new(Direct::new());
    let shares = if store.is_shared() { Shares::renewable() } else { Shares::whole() };
    let wake = Wake::new(shares.clone());
    let (slots, metrics) = (Slots::new(clock.clone(), config.max_in_flight), Arc::new(Metrics::new()));
    let (leases, stopping) = (Leases::default(), watch::Sender::new(false));
    let guard = Guard {
        resolver: config.resolver.clone(),
        allowed: config.allowed_networks.clone(),
        roots: Roots::load(&config.extra_roots),
    };
    let news = News::new(shares.clone());
    let committer = Committer {
        generator: generator.clone(),
        store: store.clone(),
        direct: Arc::clone(&direct),
        slots: slots.clone(),
        leases: leases.clone(),
        shares: shares.clone(),
        wake: wake.clone(),
        news: news.clone(),
        metrics: Arc::clone(&metrics),
        delivers: config.role.delivers(),
        stopping: stopping.subscribe(),
    };
    Inner {
        vault,
        key_state,
        client: Client::new(guard),
        tokens: crate::oauth::Tokens::default(),
        routing: crate::routing::Routing::default(),
        publishers: crate::publishers::Publishers::default(),
        slots,
        leases,
        shares,
        acceptor: committer.start(commits.handle()),
        recorder: record::recorder(
            commits.handle(),
            store.clone(),
            Arc::clone(&metrics),
            stopping.subscribe(),
        ),
        _commits: commits,
        metrics,
        news,
        tasks: Tasks(Mutex::new(Running { node, ..Running::default() })),
        limiter: crate::manage::Limiter::default(),
        pace: crate::visits::Pace::default(),
        mailer,
        mail_due: Notify::new(),
        leaving: Notify::new(),
        config,
        clock,
        generator,
        store,
        direct,
        wake,
        stopping,
    }
}
