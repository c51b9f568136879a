//! Campaigns: a website trigger, a webhook, a stop. A draft may lack any of them; it has a webhook of its own
//! from the moment that the webhook part is there, and is saved together with it.

use super::{
    changes,
    webhooks::{Changed, stale},
};
use crate::{Engine, Error, OnHeld, Permission, Result, Subject, Who};
use domain::{
    campaign::{self, CATALOG, Campaign, Change, On, Parts, Sends},
    catalog,
    delivery::{self, Delivery},
    id::{CampaignId, WebhookId},
    invalid::Invalid,
    webhook::{Owner, Settings, State, Webhook},
};
use serde_json::{Map, Value, json};
use store::{Conflict, OfWebhook, Stored, StoredCampaign};

/// How far what a campaign did is counted.
const MOST_COUNTED: i64 = 10_000;

/// One line of the list of campaigns.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignRow {
    /// The campaign.
    pub campaign: Campaign,
    /// Outcomes of its last deliveries, oldest first, at most 30.
    pub recent: Vec<delivery::State>,
    /// How often it sent; 10,000 also stands for more.
    pub sent: i64,
    /// How often its stop held an event back; 10,000 also stands for more.
    pub held_back: i64,
}

impl Engine {
    /// All campaigns with what they did lately, oldest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn campaigns(&self, who: &Who) -> Result<Vec<CampaignRow>> {
        who.must(Permission::Read)?;
        let stored = self.0.store.campaigns(who.marketplace.id).await?;
        if stored.is_empty() {
            return Ok(Vec::new());
        }
        let webhooks = self.0.store.webhooks(who.marketplace.id).await?;
        let mut rows = Vec::with_capacity(stored.len());
        for stored in stored {
            let row = webhooks.iter().find(|row| Some(row.webhook.id) == stored.webhook);
            let tally = match stored.webhook {
                Some(webhook) => self.0.store.tally(webhook, MOST_COUNTED).await?,
                None => store::Tally::default(),
            };
            let recent = row.map(|row| row.recent.clone()).unwrap_or_default();
            let campaign = shown(stored, row.map(|row| &row.webhook));
            rows.push(CampaignRow { campaign, recent, sent: tally.sent, held_back: tally.held_back });
        }
        Ok(rows)
    }

    /// One campaign.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn campaign(&self, who: &Who, id: CampaignId) -> Result<Campaign> {
        who.must(Permission::Read)?;
        let (stored, webhook) = self.stored_campaign(who, id).await?;
        Ok(shown(stored, webhook.as_ref().map(|stored| &stored.webhook)))
    }

    /// Makes a draft of `name` and whichever of `trigger`, `webhook` and `stop` are there.
    ///
    /// # Errors
    /// `Invalid` at the members that break a rule: nothing is saved.
    pub async fn create_campaign(&self, who: &Who, members: &Map<String, Value>) -> Result<Campaign> {
        who.must(Permission::Manage)?;
        let (change, errors) = campaign::read(None, members);
        let id: CampaignId = self.0.generator.id();
        let made = self.own_webhook(who, id, &change, errors).await?;
        let Change { name, parts, .. } = change;
        let webhook = made.as_ref().map(|(webhook, _)| webhook.id);
        let new = StoredCampaign { id, name, parts, webhook, created_at: self.0.clock.now() };
        let campaign = shown(new.clone(), made.as_ref().map(|(webhook, _)| webhook));
        let detail = changes::between(&json!({}), &campaign, &[]);
        let entry = self.audited(who, "campaign.created", campaign.name.as_str(), detail);
        let of_webhook =
            made.as_ref().map_or(OfWebhook::None, |(new, sealed)| OfWebhook::Insert(new, sealed));
        self.0.store.insert_campaign(who.marketplace.id, &new, of_webhook, &entry).await?;
        Ok(campaign)
    }

    /// Changes the members that are given; null takes a part out of a draft.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at the members that break a rule, also at a part that a campaign which was activated
    /// would lack; `Conflict` when somebody saved meanwhile. Nothing is saved then.
    pub async fn update_campaign(
        &self,
        who: &Who,
        id: CampaignId,
        members: &Map<String, Value>,
    ) -> Result<Campaign> {
        who.must(Permission::Manage)?;
        let (old, webhook) = self.stored_campaign(who, id).await?;
        let (change, mut errors) = campaign::read(Some((&old.name, &old.parts)), members);
        if webhook.as_ref().is_some_and(|stored| stored.webhook.state != State::Draft)
            && let Err(missing) = change.parts.complete()
        {
            errors.extend(missing);
        }
        let before = shown(old.clone(), webhook.as_ref().map(|stored| &stored.webhook));
        let (mut made, mut changed) = (None, None);
        match &webhook {
            Some(stored) if change.parts.webhook.is_some() => {
                changed = Some(self.changed_webhook(who, stored, &change, errors).await?);
            }
            _ => made = self.own_webhook(who, id, &change, errors).await?,
        }
        let own = match &change.parts.webhook {
            Some(_) => old.webhook.or(made.as_ref().map(|(webhook, _)| webhook.id)),
            None => None,
        };
        let Change { name, parts, .. } = change;
        let new = StoredCampaign { name, parts, webhook: own, ..old.clone() };
        let of_webhook = match (&made, &changed) {
            (Some((webhook, sealed)), _) => OfWebhook::Insert(webhook, sealed),
            (None, Some(Changed { from, settings, sealed, .. })) => {
                OfWebhook::Update { from: *from, settings, secrets: sealed }
            }
            (None, None) if old.webhook.is_some() => OfWebhook::Delete,
            (None, None) => OfWebhook::None,
        };
        let was = webhook.map(|stored| stored.webhook);
        let now = was.clone().or(made.as_ref().map(|(webhook, _)| webhook.clone()));
        let now = match (now, &changed) {
            (Some(webhook), Some(Changed { settings, .. })) => {
                Some(Webhook { settings: settings.clone(), ..webhook })
            }
            (now, _) => now.filter(|_| own.is_some()),
        };
        let campaign = shown(new.clone(), now.as_ref());
        let replaced = changed.as_ref().map(|changed| changed.replaced.as_slice()).unwrap_or_default();
        let detail = changes::between(&before, &campaign, replaced);
        let entry = self.audited(who, "campaign.updated", campaign.name.as_str(), detail);
        self.save_campaign(who, &new, old.webhook, of_webhook, &entry).await?;
        if let (Some(was), Some(Changed { settings, .. })) = (was, &changed) {
            self.render_again(who, &was, settings).await?;
        }
        Ok(campaign)
    }

    /// Deletes it with its webhook. The log stays; what waits is discarded. Returns how many deliveries that were.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_campaign(&self, who: &Who, id: CampaignId) -> Result<i64> {
        who.must(Permission::Manage)?;
        let campaign = self.campaign(who, id).await?;
        let detail = changes::between(&campaign, &json!({}), &[]);
        let entry = self.audited(who, "campaign.deleted", campaign.name, detail);
        let now = self.0.clock.now();
        let discarded = self.0.store.delete_campaign(who.marketplace.id, id, now, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        discarded.ok_or(Error::NotFound)
    }

    /// From the next accepted event on, it starts for each profile that does what its trigger says. What waits is
    /// treated as `held` says.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at each part that is missing; `Conflict` while secrets of its webhook are.
    pub async fn activate_campaign(&self, who: &Who, id: CampaignId, held: OnHeld) -> Result<Campaign> {
        who.must(Permission::Manage)?;
        let (stored, _) = self.stored_campaign(who, id).await?;
        stored.parts.complete()?;
        self.activate(who, stored.webhook.ok_or(Error::Internal)?, held).await?;
        self.campaign(who, id).await
    }

    /// From the next accepted event on, what it would send waits.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a draft, and for one that is deactivated.
    pub async fn pause_campaign(&self, who: &Who, id: CampaignId) -> Result<Campaign> {
        who.must(Permission::Manage)?;
        let (stored, _) = self.stored_campaign(who, id).await?;
        let draft = || Error::conflict("This campaign is a draft: nothing starts it yet.");
        self.pause(who, stored.webhook.ok_or_else(draft)?).await?;
        self.campaign(who, id).await
    }

    /// Sends one test of what `members` make of the campaign `id`, or of a new one. Needs only the webhook part,
    /// and saves nothing.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at what can't be sent so. A failed exchange is not an error.
    pub async fn test_campaign(
        &self,
        who: &Who,
        id: Option<CampaignId>,
        members: &Map<String, Value>,
    ) -> Result<Delivery> {
        who.must(Permission::Manage)?;
        let old = match id {
            Some(id) => Some(self.stored_campaign(who, id).await?),
            None => None,
        };
        let base = old.as_ref().map(|(old, _)| (old.name.as_str(), &old.parts));
        let (mut change, mut errors) = campaign::read(base, members);
        let unnamed = errors.at("name").is_some();
        errors.errors.retain(|error| error.field.starts_with("webhook"));
        if change.parts.webhook.is_none() {
            let message = "Add the webhook first: the URL, and which fields are sent to it.";
            return Err(Invalid::one("webhook", message).into());
        }
        let item = change.parts.trigger.as_ref().is_some_and(|trigger| trigger.on == On::Item);
        change.parts = Parts { webhook: change.parts.webhook, ..Parts::default() };
        if unnamed {
            "Campaign".clone_into(&mut change.name);
        }
        let webhook = old.as_ref().and_then(|(_, webhook)| webhook.as_ref()).map(|stored| &stored.webhook);
        let members = self.judged(who, &change, errors, webhook.map(|webhook| &webhook.settings)).await?;
        let subject = Subject::Unsaved { webhook: members, from: webhook.map(|webhook| webhook.id) };
        let topic = if item { "visitor.item.viewed" } else { "visitor.page.viewed" };
        match self.test(who, subject, topic, None).await {
            Err(Error::Invalid(wrong)) => Err(change.in_campaign(wrong).into()),
            sent => sent,
        }
    }

    /// The campaign as it is stored, with its webhook.
    async fn stored_campaign(&self, who: &Who, id: CampaignId) -> Result<(StoredCampaign, Option<Stored>)> {
        let stored = self.0.store.campaign(who.marketplace.id, id).await?.ok_or(Error::NotFound)?;
        let webhook = match stored.webhook {
            Some(webhook) => Some(self.stored(who, webhook).await?),
            None => None,
        };
        Ok((stored, webhook))
    }

    /// The webhook of a campaign that had none so far, if there is something to make it of.
    async fn own_webhook(
        &self,
        who: &Who,
        id: CampaignId,
        change: &Change,
        errors: Invalid,
    ) -> Result<Option<(Webhook, String)>> {
        if change.parts.webhook.is_none() {
            return Ok(errors.into_result().map(|()| None)?);
        }
        let members = self.judged(who, change, errors, None).await?;
        let made = self.owned_draft(who, &members, Owner::Campaign(id)).await;
        made.map(Some).map_err(|error| in_campaign(change, error))
    }

    /// What a change makes of the campaign's webhook.
    async fn changed_webhook(
        &self,
        who: &Who,
        stored: &Stored,
        change: &Change,
        errors: Invalid,
    ) -> Result<Changed> {
        let members = self.judged(who, change, errors, Some(&stored.webhook.settings)).await?;
        let changed = self.changed(who, stored, &members, true).await;
        changed.map_err(|error| in_campaign(change, error))
    }

    /// The members of the campaign's webhook, unless something is wrong with the campaign or with them; everything
    /// that is, is told together.
    async fn judged(
        &self,
        who: &Who,
        change: &Change,
        mut errors: Invalid,
        before: Option<&Settings>,
    ) -> Result<Map<String, Value>> {
        let members = change.members(before);
        let on = self.0.store.policy(who.marketplace.id).await?.catalogs;
        if !on.iter().any(|catalog| catalog == CATALOG) {
            errors.push("trigger", catalog_is_off());
        }
        match self.read_webhook(who, before, &members).await {
            Err(Error::Invalid(more)) => errors = change.together(errors, more),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        errors.into_result()?;
        Ok(members)
    }

    async fn save_campaign(
        &self,
        who: &Who,
        campaign: &StoredCampaign,
        before: Option<WebhookId>,
        webhook: OfWebhook<'_>,
        entry: &domain::account::AuditEntry,
    ) -> Result<()> {
        let (marketplace, now) = (who.marketplace.id, self.0.clock.now());
        let saved = self.0.store.update_campaign(marketplace, campaign, before, webhook, now, entry).await;
        self.routing_changed(marketplace).await;
        match saved {
            Ok(true) => Ok(()),
            Ok(false) => {
                Err(Error::conflict("Somebody changed or deleted this campaign meanwhile. Look at it again."))
            }
            Err(store::Error::Conflict(Conflict::StaleRevision { current })) => Err(stale(current)),
            Err(error) => Err(error.into()),
        }
    }
}

/// A secret that can't be kept, at the campaign's own name.
fn in_campaign(change: &Change, error: Error) -> Error {
    match error {
        Error::Invalid(wrong) => change.in_campaign(wrong).into(),
        error => error,
    }
}

fn catalog_is_off() -> String {
    let title = catalog::all().iter().find(|catalog| catalog.key == CATALOG).map_or(CATALOG, |c| &c.title);
    format!("The catalog “{title}” is switched off: an owner can switch it on under Settings, Marketplace.")
}

/// A campaign and its webhook as one object.
fn shown(stored: StoredCampaign, webhook: Option<&Webhook>) -> Campaign {
    let StoredCampaign { id, name, parts, webhook: webhook_id, created_at } = stored;
    let Parts { trigger, webhook: chosen, stop } = parts;
    let sends = chosen.zip(webhook).map(|(chosen, webhook)| {
        let Settings { url, method, headers, .. } = webhook.settings.clone();
        Sends { url, method, chosen, headers }
    });
    let state = webhook.map_or(State::Draft, |webhook| webhook.state);
    Campaign { id, name, state, trigger, webhook: sends, stop, webhook_id, created_at }
}
