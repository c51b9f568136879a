//! *Replay*: sends again everything of a webhook that a filter of the log matches. Here it is started, stopped
//! and looked at; `replayer` does it.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    delivery::DeliveryFilter,
    id::{ReplayId, WebhookId},
    page::{Page, PageRequest},
    replay::{Replay, RetryBody, State},
    webhook,
};
use serde_json::{Value, json};
use store::Conflict;

impl Engine {
    /// How many deliveries [`Engine::start_replay`] would send again now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn count_replay(&self, who: &Who, id: WebhookId, filter: &DeliveryFilter) -> Result<i64> {
        who.must(Permission::Manage)?;
        self.stored(who, id).await?;
        Ok(self.0.store.replay_count(who.marketplace.id, id, &of_one(filter)).await?)
    }

    /// Sends everything of the webhook again that has ended (delivered, given up, discarded) and matches, tests
    /// aside, in the order of acceptance, behind what is new. It goes on while the webhook is active, whoever
    /// restarts meanwhile.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the webhook is not active, and while another replay of it runs.
    pub async fn start_replay(
        &self,
        who: &Who,
        id: WebhookId,
        filter: &DeliveryFilter,
        body: RetryBody,
    ) -> Result<Replay> {
        let total = self.count_replay(who, id, filter).await?;
        let now = self.0.clock.now();
        let replay = Replay {
            id: self.0.generator.id(),
            webhook_id: id,
            state: State::Running,
            filter: of_one(filter),
            body,
            total,
            done: 0,
            created_at: now,
            ended_at: None,
        };
        let webhook = self.stored(who, id).await?.webhook;
        let entry = self.audited(who, "webhook.replayed", webhook.settings.name, told(&replay));
        match self.0.store.start_replay(who.marketplace.id, &replay, &entry).await {
            Ok(started) => started.ok_or(Error::NotFound),
            Err(store::Error::Conflict(Conflict::WrongState(webhook::State::Draft))) => {
                Err(Error::conflict("This webhook is a draft: nothing was sent that could be sent again."))
            }
            Err(store::Error::Conflict(Conflict::WrongState(_))) => {
                Err(Error::conflict("Activate the webhook first: while it is not active, nothing is sent."))
            }
            Err(store::Error::Conflict(Conflict::ReplayRunning)) => Err(Error::conflict(
                "A replay of this webhook is running. Wait until it has finished, or stop it.",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts no more into the queue; what is there already is sent. One that has ended stays as it is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn stop_replay(&self, who: &Who, webhook: WebhookId, id: ReplayId) -> Result<Replay> {
        who.must(Permission::Manage)?;
        let name = self.stored(who, webhook).await?.webhook.settings.name;
        let entry = self.audited(who, "webhook.replay_stopped", name, json!({ "id": webhook, "replay": id }));
        let now = self.0.clock.now();
        let stopped = self.0.store.stop_replay(who.marketplace.id, webhook, id, now, &entry).await?;
        stopped.ok_or(Error::NotFound)
    }

    /// One replay of a webhook.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn replay(&self, who: &Who, webhook: WebhookId, id: ReplayId) -> Result<Replay> {
        who.must(Permission::Read)?;
        self.0.store.replay(who.marketplace.id, webhook, id).await?.ok_or(Error::NotFound)
    }

    /// The replays of a webhook, newest first; what ended is kept for 90 days.
    ///
    /// # Errors
    /// `NotFound` when there is no such webhook.
    pub async fn replays(&self, who: &Who, webhook: WebhookId, page: PageRequest) -> Result<Page<Replay>> {
        who.must(Permission::Read)?;
        self.stored(who, webhook).await?;
        Ok(self.0.store.replays(who.marketplace.id, webhook, page).await?)
    }
}

/// The filter as it is kept: which webhook, and that tests are left out, is said otherwise.
fn of_one(filter: &DeliveryFilter) -> DeliveryFilter {
    DeliveryFilter { webhook: None, test: None, ..filter.clone() }
}

/// For the log of changes, which tells nothing that was searched for: it may be somebody's address.
fn told(replay: &Replay) -> Value {
    let mut filter = replay.filter.clone();
    filter.q = filter.q.map(|_| "…".to_owned());
    json!({ "id": replay.webhook_id, "replay": replay.id, "filter": filter, "body": replay.body, "total": replay.total })
}
