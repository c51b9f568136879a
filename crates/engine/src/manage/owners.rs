//! What webhooks are part of, by name.

use crate::{Engine, Permission, Result, Who};
use domain::webhook::Owner;
use std::collections::HashMap;

impl Engine {
    /// What the marketplace's automations and campaigns are called.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn owner_names(&self, who: &Who) -> Result<HashMap<Owner, String>> {
        who.must(Permission::Read)?;
        let (store, marketplace) = (&self.0.store, who.marketplace.id);
        let automations = store.automations(marketplace).await?.into_iter();
        let mut names: HashMap<_, _> =
            automations.map(|automation| (Owner::Automation(automation.id), automation.title())).collect();
        let campaigns = store.campaigns(marketplace).await?.into_iter();
        names.extend(campaigns.map(|campaign| (Owner::Campaign(campaign.id), campaign.name)));
        Ok(names)
    }
}
