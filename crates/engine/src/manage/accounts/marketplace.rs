//! The marketplace's name and the ids that go out in bodies.

use crate::{
    Engine, Error, Permission, Result, Who,
    manage::{changes, check},
};
use domain::{account::Marketplace, invalid::Invalid};

/// The most characters of a marketplace's name.
pub(super) const NAME: usize = 120;
/// The most characters of `domain_id` and `tenant_id`.
const ID: usize = 120;

impl Engine {
    /// Names the marketplace and the ids that bodies carry; those of accepted events stay.
    ///
    /// # Errors
    /// `Invalid` at `name`, `domain_id` or `tenant_id`.
    pub async fn update_marketplace(
        &self,
        who: &Who,
        name: &str,
        domain_id: &str,
        tenant_id: &str,
    ) -> Result<Marketplace> {
        who.must(Permission::Own)?;
        let mut invalid = Invalid::default();
        let new = Marketplace {
            name: check::text(&mut invalid, "name", "The name", name, NAME),
            domain_id: check::text(&mut invalid, "domain_id", "The domain id", domain_id, ID),
            tenant_id: check::text(&mut invalid, "tenant_id", "The tenant id", tenant_id, ID),
            ..who.marketplace.clone()
        };
        invalid.into_result()?;
        let detail = changes::between(&who.marketplace, &new, &[]);
        let entry = self.audited(who, "marketplace.updated", new.slug.as_str(), detail);
        let found = self.0.store.update_marketplace(&new, &entry).await?;
        if found { Ok(new) } else { Err(Error::NotFound) }
    }
}
