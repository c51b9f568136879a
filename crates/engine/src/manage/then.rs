//! The settings of a webhook as an earlier attempt used them, and what is different since.

use super::{changes, webhooks::body_differs};
use crate::{Engine, Error, Permission, Result, Who};
use domain::{id::WebhookId, webhook::Settings};
use serde_json::Value;

/// Settings of an earlier revision.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsThen {
    /// As they were; secrets read `{"set":true}`.
    pub settings: Settings,
    /// What is different now, `{"url":{"before":…,"after":…}}`; `None` when the webhook was deleted.
    pub changes: Option<Value>,
    /// Whether the same event may give another body now.
    pub body_differs: bool,
}

impl Engine {
    /// The settings of one revision of a webhook, also of one that was deleted.
    ///
    /// # Errors
    /// `NotFound` when there was no such revision.
    pub async fn settings_then(&self, who: &Who, id: WebhookId, revision: i64) -> Result<SettingsThen> {
        who.must(Permission::Read)?;
        let marketplace = who.marketplace.id;
        let settings = self.0.store.revision(marketplace, id, revision).await?.ok_or(Error::NotFound)?;
        let now = self.0.store.webhook(marketplace, id).await?.map(|stored| stored.webhook.settings);
        Ok(SettingsThen {
            changes: now.as_ref().map(|now| changes::between(&settings, now, &[])),
            body_differs: now.is_some_and(|now| body_differs(&settings, &now)),
            settings,
        })
    }
}
