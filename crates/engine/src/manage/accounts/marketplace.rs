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
/// The most characters of a slug.
const SLUG: usize = 40;

impl Engine {
    /// Makes a further marketplace; the command line's business, and so without a `Who`. Its people
    /// and keys are its own, and it starts with the catalog `learning`.
    ///
    /// # Errors
    /// `Invalid` at `slug` or `name`; `Conflict` when the slug is taken.
    pub async fn add_marketplace(&self, slug: &str, name: &str) -> Result<Marketplace> {
        let mut invalid = Invalid::default();
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || slug.len() > SLUG || !slug.chars().all(known) {
            let rule = format!("A slug has at most {SLUG} lower-case letters, digits and hyphens.");
            invalid.push("slug", rule);
        }
        let new = Marketplace {
            id: self.0.generator.id(),
            slug: slug.to_owned(),
            name: check::text(&mut invalid, "name", "The name", name, NAME),
            domain_id: slug.to_owned(),
            tenant_id: slug.to_owned(),
        };
        invalid.into_result()?;
        self.0.store.insert_marketplace(&new, self.0.clock.now()).await?;
        Ok(new)
    }

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
