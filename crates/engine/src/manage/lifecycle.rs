//! *Activate* and *Pause*.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    health::Notice,
    id::WebhookId,
    webhook::{State, Webhook},
};
use serde_json::json;
use store::{Conflict, SetState};

/// What an activation does with the deliveries that the webhook holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHeld {
    /// Sends them.
    #[default]
    Release,
    /// Lets them wait for *Release* or *Discard*.
    Keep,
    /// Gives up on them.
    Discard,
}

impl From<OnHeld> for store::OnHeld {
    fn from(held: OnHeld) -> Self {
        match held {
            OnHeld::Release => Self::Release,
            OnHeld::Keep => Self::Keep,
            OnHeld::Discard => Self::Discard,
        }
    }
}

impl Engine {
    /// From the next accepted event on, the webhook receives. An active one stays as it is.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for one of a campaign that lacks a part, and while secrets are missing: its deliveries
    /// would fail.
    pub async fn activate(&self, who: &Who, id: WebhookId, held: OnHeld) -> Result<Webhook> {
        who.must(Permission::Manage)?;
        let stored = self.stored(who, id).await?;
        if stored.webhook.state != State::Active
            && let Some(missing) = self.missing_secrets(who, &stored).await?
        {
            return Err(Error::conflict(missing.message));
        }
        let change = SetState {
            to: State::Active,
            from: &[State::Draft, State::Paused, State::Deactivated],
            url: None,
            held: held.into(),
            notice: None,
            now: self.0.clock.now(),
        };
        let told = json!({ "id": id, "held": held });
        self.change_state(who, id, change, "webhook.activated", told).await
    }

    /// From the next accepted event on, events wait, and the webhook's people are told. A paused one stays as it is.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a draft, which receives nothing, and for a deactivated one.
    pub async fn pause(&self, who: &Who, id: WebhookId) -> Result<Webhook> {
        who.must(Permission::Manage)?;
        let notice = Notice::Paused { paused_by: who.actor.name().to_owned() };
        let change = SetState {
            to: State::Paused,
            from: &[State::Active],
            url: None,
            held: store::OnHeld::Keep,
            notice: Some((self.0.generator.id(), &notice)),
            now: self.0.clock.now(),
        };
        let paused = self.change_state(who, id, change, "webhook.paused", json!({ "id": id })).await?;
        self.alerted();
        Ok(paused)
    }

    async fn change_state(
        &self,
        who: &Who,
        id: WebhookId,
        change: SetState<'_>,
        action: &str,
        told: serde_json::Value,
    ) -> Result<Webhook> {
        let webhook = self.stored(who, id).await?.webhook;
        let entry = self.audited(who, action, webhook.settings.name.as_str(), told);
        match self.0.store.set_state(who.marketplace.id, id, change, &entry).await {
            Ok(Some((webhook, moved))) => {
                self.routing_changed(who.marketplace.id).await;
                if moved.released > 0 {
                    self.requeued();
                }
                Ok(webhook)
            }
            Ok(None) => Err(Error::NotFound),
            Err(store::Error::Conflict(Conflict::WrongState(now))) if now == change.to => {
                self.webhook(who, id).await
            }
            Err(store::Error::Conflict(Conflict::WrongState(State::Draft))) => {
                Err(Error::conflict("This webhook is a draft: it receives nothing yet."))
            }
            Err(store::Error::Conflict(Conflict::WrongState(_))) => {
                Err(Error::conflict("This webhook is deactivated: its events wait already."))
            }
            Err(store::Error::Conflict(Conflict::Incomplete)) => {
                let told = "This webhook is part of a campaign that is not complete. Complete it there.";
                Err(Error::conflict(told))
            }
            Err(error) => Err(error.into()),
        }
    }
}
