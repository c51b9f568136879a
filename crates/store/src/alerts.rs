//! Alerts, and the mails that tell them. An alert is written in the transaction of what gives the
//! reason: an attempt, a pause, a look (`overdue`); a node with a mail server writes its mails, and each mail
//! is sent under a lease.

use crate::{
    Result, Store, audit,
    conn::{Conn, json, number, parse},
    rows::{MemberRow, member},
    sql::{args, sql, sql_pair},
    webhooks,
};
use domain::{
    account::AuditEntry,
    health::Notice,
    id::{AttemptId, Id, MarketplaceId, WebhookId},
    time::Timestamp,
};

/// What happened to a webhook, for its people.
#[derive(Clone, Debug, PartialEq)]
pub struct Raised {
    /// Which webhook.
    pub webhook: WebhookId,
    /// Its name now.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What there is to say.
    pub notice: Notice,
}

/// A mail to one person, leased to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    /// The alert's key; the mails of one alert share it.
    pub id: AttemptId,
    /// The address.
    pub recipient: String,
    /// How often it was tried before.
    pub tries: u32,
    /// Of which marketplace.
    pub marketplace: MarketplaceId,
    /// The marketplace's name.
    pub marketplace_name: String,
    /// What it is about.
    pub raised: Raised,
    /// Proves the lease.
    lease: i64,
}

/// Alerts that are addressed with one commit.
const MOST_ALERTS: i64 = 100;

impl Store {
    /// The last alert of each webhook that has not delivered since, newest first; pauses by hand are none.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn alerts(&self, marketplace: MarketplaceId) -> Result<Vec<Raised>> {
        let rows: Vec<(i64, String, i64, String)> =
            self.read().await?.all(sql!("alerts/standing"), args![marketplace]).await?;
        rows.into_iter().map(|(webhook, name, at, detail)| raised(webhook, name, at, &detail)).collect()
    }

    /// Writes the mails of new alerts: one to each recipient who is a member still. Alerts from before
    /// `oldest` are told to nobody.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn address_alerts(&self, now: Timestamp, oldest: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        let alerts: Vec<(i64, i64, i64, i64)> = tx.all(sql_pair!("alerts/take"), args![MOST_ALERTS]).await?;
        for (id, marketplace, webhook, at) in alerts {
            if at >= oldest.ms() {
                let (marketplace, webhook) = (Id::from_key(marketplace), Id::from_key(webhook));
                for recipient in recipients(&mut tx, marketplace, webhook).await? {
                    tx.run(sql!("mails/insert"), args![id, recipient, now]).await?;
                }
            }
            tx.run(sql!("alerts/set_addressed"), args![id]).await?;
        }
        tx.commit().await
    }

    /// Leases up to `most` mails that are due; who lets `lease_ms` pass has lost them.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn lease_mails(&self, now: Timestamp, lease_ms: i64, most: i64) -> Result<Vec<Mail>> {
        let mut tx = self.write().await?;
        let leased: Vec<(i64, String, i64, i64)> =
            tx.all(sql_pair!("mails/lease"), args![now, lease_ms, most]).await?;
        let mut mails = Vec::with_capacity(leased.len());
        for (id, recipient, tries, lease) in leased {
            let about: (i64, String, i64, String, i64, String) =
                tx.one(sql!("mails/about"), args![id]).await?;
            let (marketplace, marketplace_name, webhook, name, at, detail) = about;
            mails.push(Mail {
                id: Id::from_key(id),
                recipient,
                tries: number("mails.tries", tries)?,
                marketplace: Id::from_key(marketplace),
                marketplace_name,
                raised: raised(webhook, name, at, &detail)?,
                lease,
            });
        }
        tx.commit().await?;
        Ok(mails)
    }

    /// Removes a mail that was sent.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn mail_sent(&self, mail: &Mail) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("mails/delete"), args![mail.id, &mail.recipient, mail.lease]).await?;
        tx.commit().await
    }

    /// Lets a mail that could not be sent be tried again when it is `due`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_mail_off(&self, mail: &Mail, due: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("mails/put_off"), args![mail.id, &mail.recipient, mail.lease, due]).await?;
        tx.commit().await
    }

    /// Removes a mail that can't be sent, and says so in the log of changes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn give_mail_up(&self, mail: &Mail, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.write().await?;
        let values = args![mail.id, &mail.recipient, mail.lease];
        if tx.run(sql!("mails/delete"), values).await? == 1 {
            audit::append(&mut tx, mail.marketplace, audit).await?;
        }
        tx.commit().await
    }
}

/// Writes an alert in the transaction of what it is about.
pub(crate) async fn insert(
    tx: &mut Conn,
    id: AttemptId,
    marketplace: MarketplaceId,
    webhook: WebhookId,
    at: Timestamp,
    notice: &Notice,
) -> Result<()> {
    let pause = matches!(notice, Notice::Paused { .. });
    let values = args![id, marketplace, webhook, at, json(notice)?, pause];
    tx.run(sql!("alerts/insert"), values).await.map(|_| ())
}

/// Those who are told about a webhook; nobody when it was deleted.
async fn recipients(tx: &mut Conn, marketplace: MarketplaceId, webhook: WebhookId) -> Result<Vec<String>> {
    let Some(stored) = webhooks::get(tx, marketplace, webhook).await? else { return Ok(Vec::new()) };
    let mut recipients = stored.webhook.settings.alert_recipients;
    if !recipients.is_empty() {
        let rows: Vec<MemberRow> = tx.all(sql!("members/list"), args![marketplace]).await?;
        let members = rows.into_iter().map(member).collect::<Result<Vec<_>>>()?;
        recipients.retain(|recipient| members.iter().any(|member| member.email == *recipient));
    }
    Ok(recipients)
}

fn raised(webhook: i64, name: String, at: i64, detail: &str) -> Result<Raised> {
    let notice = parse("alerts.detail", detail)?;
    Ok(Raised { webhook: Id::from_key(webhook), name, at: Timestamp::from_ms(at), notice })
}
