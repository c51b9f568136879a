//! Automations, with the webhooks that are their actions. What changes both is one transaction.

use crate::{
    Result, Store, Stored, audit,
    conn::{Conn, json, named},
    marketplaces::bump,
    rows::WebhookColumns,
    sql::{args, sql},
    webhooks,
};
use domain::{
    account::AuditEntry,
    automation::{Automation, Trigger},
    id::{AutomationId, MarketplaceId},
    time::Timestamp,
    webhook::{Owner, Webhook},
};

/// A webhook to be made, with its sealed secrets.
#[derive(Clone, Copy, Debug)]
pub struct NewAction<'a> {
    /// The webhook; its owner is the automation.
    pub webhook: &'a Webhook,
    /// Sealed by the engine.
    pub secrets: &'a str,
}

impl Store {
    /// Keeps a new automation with its first actions: all of it or nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_automation(
        &self,
        marketplace: MarketplaceId,
        new: &Automation,
        actions: &[NewAction<'_>],
        audit: &AuditEntry,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        let trigger = new.trigger.map(Trigger::as_str);
        let values = args![new.id, marketplace, &new.product, new.name.as_deref(), trigger, new.created_at];
        tx.run(sql!("automations/insert"), values).await?;
        for NewAction { webhook, secrets } in actions {
            webhooks::insert(&mut tx, marketplace, webhook, secrets).await?;
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// All automations, oldest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn automations(&self, marketplace: MarketplaceId) -> Result<Vec<Automation>> {
        let rows: Vec<Row> = self.read().await?.all(sql!("automations/list"), args![marketplace]).await?;
        rows.into_iter().map(read).collect()
    }
    /// One automation.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn automation(
        &self,
        marketplace: MarketplaceId,
        id: AutomationId,
    ) -> Result<Option<Automation>> {
        get(&mut self.read().await?, marketplace, id).await
    }
    /// Adds an action; `false` when the automation is not as `of` says any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_action(
        &self,
        marketplace: MarketplaceId,
        of: &Automation,
        action: NewAction<'_>,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        if get(&mut tx, marketplace, of.id).await?.as_ref() != Some(of) {
            return Ok(false);
        }
        webhooks::insert(&mut tx, marketplace, action.webhook, action.secrets).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// Saves name and trigger; a new trigger is the topic of every action from now on. `false` when the automation
    /// is not as it was seen any more.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn update_automation(
        &self,
        marketplace: MarketplaceId,
        old: &Automation,
        new: &Automation,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        if get(&mut tx, marketplace, new.id).await?.as_ref() != Some(old) {
            return Ok(false);
        }
        let values = args![marketplace, new.id, new.name.as_deref(), new.trigger.map(Trigger::as_str)];
        tx.run(sql!("automations/update"), values).await?;
        if let Some(trigger) = new.trigger.filter(|_| new.trigger != old.trigger) {
            for Stored { webhook, secrets } in actions(&mut tx, marketplace, new.id).await? {
                let mut settings = webhook.settings.clone();
                settings.topics = vec![trigger.topic().to_owned()];
                webhooks::update(
                    &mut tx,
                    marketplace,
                    webhook.id,
                    webhook.revision,
                    &settings,
                    &secrets,
                    now,
                )
                .await?;
            }
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// Deletes an automation with its actions, whose log stays. Returns how many waiting deliveries were discarded,
    /// or `None` when there is no such automation.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn delete_automation(
        &self,
        marketplace: MarketplaceId,
        id: AutomationId,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<Option<i64>> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        if tx.run(sql!("automations/delete"), args![marketplace, id]).await? == 0 {
            return Ok(None);
        }
        let mut discarded = 0;
        for Stored { webhook, .. } in actions(&mut tx, marketplace, id).await? {
            discarded += webhooks::remove(&mut tx, marketplace, webhook.id, now).await?.unwrap_or(0);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(Some(discarded))
    }
    /// The payloads of the last events that could set off an automation, newest first; tests are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn recent_access(&self, marketplace: MarketplaceId, most: u32) -> Result<Vec<String>> {
        let [granted, revoked] = Trigger::ALL.map(Trigger::topic);
        let values = args![marketplace, granted, revoked, i64::from(most)];
        let rows: Vec<(String,)> =
            self.read().await?.all(sql!("automations/recent_payloads"), values).await?;
        Ok(rows.into_iter().map(|(payload,)| payload).collect())
    }
}

/// The columns of an automation: id, product, name, trigger_on, created_at.
type Row = (i64, String, Option<String>, Option<String>, i64);

fn read((id, product, name, trigger, created_at): Row) -> Result<Automation> {
    let trigger =
        trigger.as_deref().map(|t| named("automations.trigger_on", t, Trigger::parse)).transpose()?;
    let (id, created_at) = (AutomationId::from_key(id), Timestamp::from_ms(created_at));
    Ok(Automation { id, product, name, trigger, created_at })
}

async fn get(conn: &mut Conn, marketplace: MarketplaceId, id: AutomationId) -> Result<Option<Automation>> {
    let row: Option<Row> = conn.first(sql!("automations/get"), args![marketplace, id]).await?;
    row.map(read).transpose()
}

/// The webhooks that are an automation's actions.
async fn actions(conn: &mut Conn, marketplace: MarketplaceId, id: AutomationId) -> Result<Vec<Stored>> {
    let owner = json(&Owner::Automation(id))?;
    let rows: Vec<WebhookColumns> = conn.all(sql!("webhooks/owned"), args![marketplace, owner]).await?;
    rows.into_iter().map(WebhookColumns::read).collect()
}
