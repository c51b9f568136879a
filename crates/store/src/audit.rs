//! Who changed what. Operations that change something take the entry and write it in their
//! transaction.

use crate::{Result, Store};
use domain::{
    account::AuditEntry,
    id::MarketplaceId,
    page::{Page, PageRequest},
};

impl Store {
    /// Notes what is no change of rows, such as a sign-in.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_audit(&self, marketplace: MarketplaceId, entry: &AuditEntry) -> Result<()> {
        let _ = (marketplace, entry);
        todo!()
    }
    /// What was changed, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn audit(&self, marketplace: MarketplaceId, page: PageRequest) -> Result<Page<AuditEntry>> {
        let _ = (marketplace, page);
        todo!()
    }
}
