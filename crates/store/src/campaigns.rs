//! Campaigns, each with the webhook that it owns: one is never saved without the other.

use crate::{
    Result, Store, audit,
    conn::{Conn, json, parse},
    marketplaces::bump,
    sql::{args, sql},
    webhooks,
};
use domain::{
    account::AuditEntry,
    campaign::Parts,
    id::{CampaignId, Id, MarketplaceId, WebhookId},
    time::Timestamp,
    webhook::{Settings, State, Webhook},
};

/// A campaign as it is kept; the rest of it are the settings of its webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCampaign {
    /// Its id.
    pub id: CampaignId,
    /// For people; 1–120 characters.
    pub name: String,
    /// What its webhook does not hold.
    pub parts: Parts,
    /// The webhook that it owns, if it has one yet.
    pub webhook: Option<WebhookId>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What becomes of a campaign's webhook when the campaign is saved.
#[derive(Clone, Copy, Debug)]
pub enum OfWebhook<'a> {
    /// There is none, or it stays as it is.
    None,
    /// It is made, with these sealed secrets.
    Insert(&'a Webhook, &'a str),
    /// It is saved on top of revision `from`, with these sealed secrets.
    Update {
        /// The revision that the change was made from.
        from: i64,
        /// All of its settings.
        settings: &'a Settings,
        /// Its secrets, sealed.
        secrets: &'a str,
    },
    /// It is deleted.
    Delete,
}

/// How often a campaign's webhook sent, and how often it was held back; each at most the limit that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Delivered, tests left out.
    pub sent: i64,
    /// Not sent because of `frequency`.
    pub held_back: i64,
}

impl Store {
    /// Keeps a new campaign with its webhook, if it has one.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_campaign(
        &self,
        marketplace: MarketplaceId,
        new: &StoredCampaign,
        webhook: OfWebhook<'_>,
        audit: &AuditEntry,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        save_webhook(&mut tx, marketplace, new.webhook, webhook, new.created_at).await?;
        let parts = json(&new.parts)?;
        let values = args![new.id, marketplace, &new.name, parts, key(new.webhook), new.created_at];
        tx.run(sql!("campaigns/insert"), values).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// Saves a campaign, whose webhook was `before`, and its webhook together. `false` when it is gone, has
    /// another webhook meanwhile, or lacks a part and was started meanwhile: then nothing is saved.
    ///
    /// # Errors
    /// `Conflict::StaleRevision` of the webhook: nothing is saved.
    pub async fn update_campaign(
        &self,
        marketplace: MarketplaceId,
        campaign: &StoredCampaign,
        before: Option<WebhookId>,
        webhook: OfWebhook<'_>,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if let (Some(before), Err(_)) = (before, campaign.parts.complete()) {
            // Held until the commit, so that nobody starts it meanwhile.
            bump(&mut tx, marketplace).await?;
            let webhook = webhooks::get(&mut tx, marketplace, before).await?;
            if webhook.is_none_or(|stored| stored.webhook.state != State::Draft) {
                return Ok(false);
            }
        }
        if !save_webhook(&mut tx, marketplace, before, webhook, now).await? {
            return Ok(false);
        }
        let (parts, webhook) = (json(&campaign.parts)?, key(campaign.webhook));
        let before = key(before).unwrap_or_default();
        let values = args![marketplace, campaign.id, &campaign.name, parts, webhook, before];
        if tx.run(sql!("campaigns/update"), values).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// One campaign.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn campaign(
        &self,
        marketplace: MarketplaceId,
        id: CampaignId,
    ) -> Result<Option<StoredCampaign>> {
        get(&mut self.read().await?, marketplace, id).await
    }
    /// All campaigns, oldest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn campaigns(&self, marketplace: MarketplaceId) -> Result<Vec<StoredCampaign>> {
        let rows: Vec<Columns> = self.read().await?.all(sql!("campaigns/list"), args![marketplace]).await?;
        rows.into_iter().map(Columns::read).collect()
    }
    /// Deletes a campaign with its webhook. The log stays; what waits is discarded. Returns how many deliveries
    /// that were, or `None` when there is no such campaign.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_campaign(
        &self,
        marketplace: MarketplaceId,
        id: CampaignId,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<Option<i64>> {
        let mut tx = self.write().await?;
        let Some(campaign) = get(&mut tx, marketplace, id).await? else { return Ok(None) };
        let discarded = match campaign.webhook {
            Some(webhook) => webhooks::remove(&mut tx, marketplace, webhook, now).await?,
            None => None,
        };
        tx.run(sql!("campaigns/delete"), args![marketplace, id]).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(Some(discarded.unwrap_or_default()))
    }
    /// What a campaign's webhook did so far, counted up to `limit`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn tally(&self, webhook: WebhookId, limit: i64) -> Result<Tally> {
        let (sent, held_back) =
            self.read().await?.one(sql!("campaigns/tally"), args![webhook, limit]).await?;
        Ok(Tally { sent, held_back })
    }
}

fn key(webhook: Option<WebhookId>) -> Option<i64> {
    webhook.map(WebhookId::key)
}

/// Does to the webhook what is asked; `false` when it is gone.
async fn save_webhook(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: Option<WebhookId>,
    webhook: OfWebhook<'_>,
    now: Timestamp,
) -> Result<bool> {
    match (webhook, id) {
        (OfWebhook::None, _) => Ok(true),
        (OfWebhook::Insert(new, secrets), _) => {
            webhooks::insert(tx, marketplace, new, secrets).await?;
            Ok(true)
        }
        (OfWebhook::Update { from, settings, secrets }, Some(id)) => {
            webhooks::update(tx, marketplace, id, from, settings, secrets, now).await
        }
        (OfWebhook::Delete, Some(id)) => Ok(webhooks::remove(tx, marketplace, id, now).await?.is_some()),
        (OfWebhook::Update { .. } | OfWebhook::Delete, None) => Ok(false),
    }
}

/// Whether a campaign has all of its parts, in a transaction that holds the marketplace's row ([`bump`]).
pub(crate) async fn is_complete(tx: &mut Conn, marketplace: MarketplaceId, id: CampaignId) -> Result<bool> {
    Ok(get(tx, marketplace, id).await?.is_some_and(|campaign| campaign.parts.complete().is_ok()))
}

async fn get(conn: &mut Conn, marketplace: MarketplaceId, id: CampaignId) -> Result<Option<StoredCampaign>> {
    let row: Option<Columns> = conn.first(sql!("campaigns/get"), args![marketplace, id]).await?;
    row.map(Columns::read).transpose()
}

/// The columns of a campaign.
#[derive(sqlx::FromRow)]
struct Columns {
    id: i64,
    name: String,
    parts: String,
    webhook_id: Option<i64>,
    created_at: i64,
}

impl Columns {
    fn read(self) -> Result<StoredCampaign> {
        Ok(StoredCampaign {
            id: Id::from_key(self.id),
            name: self.name,
            parts: parse("campaigns.parts", &self.parts)?,
            webhook: self.webhook_id.map(Id::from_key),
            created_at: Timestamp::from_ms(self.created_at),
        })
    }
}
