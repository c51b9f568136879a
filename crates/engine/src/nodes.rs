//! This process among the others that share the database: its number, its share of the webhooks, and
//! wake-ups.
//!
//! Each webhook is sent to by one node at a time, which has its whole quota: that keeps its limits and
//! the order of its first attempts (`domain::share`). Each node writes down which nodes it knows of. It
//! lets go of a webhook as soon as it hears of a node that the webhook falls to, and that node takes
//! the webhook up when everybody has written down the same.

use crate::{
    Engine,
    clock::Stopwatch,
    relay,
    shares::{Shares, Standing},
};
use domain::share::{Nodes, Share};
use std::{sync::Arc, time::Duration};
use store::{Node, Renewed, Says};
use tokio::sync::Notify;

/// Says that something may be due: to the local dispatcher at once, to other nodes soon.
#[derive(Clone, Debug)]
pub(crate) struct Wake {
    pub(crate) local: Arc<Notify>,
    remote: Arc<Notify>,
    nodes: Arc<Notify>,
    shares: Shares,
}

impl Wake {
    pub(crate) fn new(shares: Shares) -> Self {
        Self { local: Arc::default(), remote: Arc::default(), nodes: Arc::default(), shares }
    }

    /// Everybody.
    pub(crate) fn notify(&self) {
        self.local.notify_one();
        self.others();
    }

    /// The other nodes, if there are any.
    pub(crate) fn others(&self) {
        if !self.shares.standing().alone {
            self.remote.notify_one();
        }
    }

    /// The task that tells the nodes of each other.
    pub(crate) fn nodes(&self) {
        self.nodes.notify_one();
    }
}

/// A wake-up of other nodes takes a lock of the whole Postgres server at commit: ten a second are enough.
const BETWEEN_WAKES: Duration = Duration::from_millis(100);
/// How often a node says that it is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// How long requests of webhooks that go to another node are waited for.
const LET_GO: Duration = Duration::from_secs(1);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// The text of a wake-up: something may be due.
const DUE: &str = "due";
/// The text of a wake-up: a node wrote down something new about the nodes.
const NODES: &str = "nodes";

impl Engine {
    /// Wakes other nodes when something was put into the queue here.
    pub(crate) async fn wake_others(self) {
        loop {
            self.0.wake.remote.notified().await;
            self.say(DUE).await;
            tokio::time::sleep(BETWEEN_WAKES).await;
        }
    }

    async fn say(&self, text: &str) {
        if let Err(error) = self.0.store.wake(text).await {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(error, "other nodes were not woken; they poll");
        }
    }

    /// Does what other nodes call for.
    pub(crate) async fn hear_others(self) {
        loop {
            if let Ok(Some(mut wakes)) = self.0.store.wakes().await {
                while let Ok(text) = wakes.next().await {
                    match text.strip_prefix(relay::PREFIX) {
                        Some(news) => self.hear_news(news).await,
                        None if text == NODES => self.0.wake.nodes(),
                        None => self.0.wake.local.notify_one(),
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Keeps this process's number and its share. A number that was lost (the database was away too
    /// long) is replaced before another key is made by it.
    pub(crate) async fn stay_alive(self, mut node: Node) {
        let mut stopping = self.0.stopping.subscribe();
        let mut written = None;
        let (mut sees, mut agreed) = (Nodes::default(), Nodes::default());
        loop {
            let watch = Stopwatch::start();
            let stops = *stopping.borrow_and_update();
            if stops {
                self.let_go(Share::Nothing).await;
            }
            let delivers = self.0.config.role.delivers() && !stops;
            let says = Says { delivers, watches: self.0.news.readers() > 0, sees };
            match self.0.store.renew_node(&node, says).await {
                Ok(Some(renewed)) => {
                    (sees, agreed) = self.take_share(node.number, agreed, &renewed, watch).await;
                    if written.replace(says) != Some(says) {
                        self.say(NODES).await;
                    }
                    if sees != says.sees {
                        continue;
                    }
                }
                Ok(None) => match self.0.store.claim_node().await {
                    Ok(other) => {
                        tracing::warn!(old = node.number, new = other.number, "this node's number was lost");
                        self.0.generator.set_node(other.number);
                        (node, agreed) = (other, Nodes::default());
                        continue;
                    }
                    Err(error) => tracing::error!(%error, "no number for this node"),
                },
                Err(error) => tracing::warn!(%error, "this node could not say that it is alive"),
            }
            tokio::select! {
                () = tokio::time::sleep(ALIVE_EVERY.saturating_sub(watch.elapsed())) => {}
                () = self.0.wake.nodes.notified() => {}
                Ok(()) = stopping.changed() => {}
                () = self.0.leaving.notified() => return,
            }
        }
    }

    /// Takes what falls to this node, `me`. Returns the nodes that deliver, as they are now and as all
    /// of them agree.
    async fn take_share(&self, me: u8, agreed: Nodes, renewed: &Renewed, watch: Stopwatch) -> (Nodes, Nodes) {
        let members = &renewed.members;
        let delivering = || members.iter().filter(|member| member.says.delivers);
        let now = delivering().fold(Nodes::default(), |nodes, member| nodes.with(member.number));
        let agreed = if delivering().all(|member| member.says.sees == now) {
            now
        } else if renewed.in_time {
            agreed
        } else {
            // The others may have agreed without this node.
            Nodes::default()
        };
        let standing = Standing {
            me,
            share: Share::Part { me, now, agreed },
            alone: members.len() == 1 && now == agreed,
            watched: members.iter().any(|member| member.number != me && member.says.watches),
        };
        // No claim is under way by what fell to this node before.
        let order = self.0.direct.order().await;
        let changed = self.0.shares.renew(standing, watch);
        drop(order);
        if changed {
            self.0.direct.forget();
            self.0.wake.local.notify_one();
            self.let_go(standing.share).await;
        }
        (now, agreed)
    }

    /// Waits a moment for what is in hand of webhooks outside of `share` to end, so that the next holder does
    /// not add its own to them.
    async fn let_go(&self, share: Share) {
        let watch = Stopwatch::start();
        while watch.elapsed() < LET_GO && self.0.slots.has_any(|webhook| !share.holds(webhook)) {
            tokio::time::sleep(LET_GO / 100).await;
        }
    }

    /// Says that this node has left, so that the others need not wait until it is missed.
    pub(crate) async fn leave(&self, node: &Node) {
        match self.0.store.free_node(node).await {
            Ok(()) => self.say(NODES).await,
            Err(error) => tracing::warn!(%error, "the node's number was not given back; it expires"),
        }
    }
}
