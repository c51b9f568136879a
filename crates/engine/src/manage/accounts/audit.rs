//! The audit log: who changed what, when, from what to what. Secrets never get here.

use crate::{Engine, Permission, Result, Who};
use domain::{
    account::AuditEntry,
    page::{Page, PageRequest},
};
use serde_json::Value;

impl Engine {
    /// A page of the audit log.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn audit(&self, who: &Who, page: PageRequest) -> Result<Page<AuditEntry>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.audit(who.marketplace.id, page).await?)
    }

    /// The entry for a change that `who` makes now. The store writes it in the change's transaction.
    pub(crate) fn audited(
        &self,
        who: &Who,
        action: &str,
        subject: impl Into<String>,
        detail: Value,
    ) -> AuditEntry {
        AuditEntry {
            id: self.0.generator.id(),
            at: self.0.clock.now(),
            actor: who.actor.clone(),
            action: action.to_owned(),
            subject: subject.into(),
            detail,
        }
    }
}
