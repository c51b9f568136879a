//! Who changed what. Operations that change something take the entry and write it in their
//! transaction.

use crate::{
    Result, Store,
    conn::{Conn, json, parse},
    sql::{args, sql},
};
use domain::{
    account::AuditEntry,
    id::{AuditId, MarketplaceId},
    page::{Page, PageRequest},
    time::Timestamp,
};

impl Store {
    /// Notes what is no change of rows, such as a sign-in.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_audit(&self, marketplace: MarketplaceId, entry: &AuditEntry) -> Result<()> {
        let mut tx = self.write().await?;
        append(&mut tx, marketplace, entry).await?;
        tx.commit().await
    }
    /// What was changed, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn audit(&self, marketplace: MarketplaceId, page: PageRequest) -> Result<Page<AuditEntry>> {
        let values = args![marketplace, page.before.unwrap_or(i64::MAX), i64::from(page.limit) + 1];
        let rows: Vec<AuditRow> = self.read().await?.all(sql!("audit/list"), values).await?;
        let entries = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(entries, page, |entry| entry.id.key()))
    }
}

/// Writes an entry in the transaction of the change that it tells.
pub(crate) async fn append(tx: &mut Conn, marketplace: MarketplaceId, entry: &AuditEntry) -> Result<()> {
    let (actor, detail) = (json(&entry.actor)?, json(&entry.detail)?);
    let values = args![entry.id, marketplace, entry.at, actor, &entry.action, &entry.subject, detail];
    tx.run(sql!("audit/insert"), values).await.map(|_| ())
}

/// id, at, actor, action, subject, detail
type AuditRow = (i64, i64, String, String, String, String);

fn read((id, at, actor, action, subject, detail): AuditRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: AuditId::from_key(id),
        at: Timestamp::from_ms(at),
        actor: parse("audit.actor", &actor)?,
        action,
        subject,
        detail: parse("audit.detail", &detail)?,
    })
}
