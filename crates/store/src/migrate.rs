//! Makes and changes the tables.

use crate::{Result, Store};
use domain::time::Timestamp;

impl Store {
    /// Brings the tables to this program's version, in one transaction; safe when several
    /// processes start at the same time. Returns the names of the steps it took.
    ///
    /// # Errors
    /// `Schema` when the database was made by a newer program or a step was changed afterwards.
    pub async fn migrate(&self, now: Timestamp) -> Result<Vec<String>> {
        let _ = now;
        todo!()
    }
}
