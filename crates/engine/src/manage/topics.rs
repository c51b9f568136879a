//! Topics: those of the catalogs that are switched on, and the marketplace's own.

use super::changes;
use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    catalog,
    id::MarketplaceId,
    invalid::Invalid,
    policy::{EnterpriseTopics, Policy},
    topic::{Topic, pattern_matches},
};
use serde_json::{Map, Value, json};
use store::Conflict;

mod read;

impl Engine {
    /// All topics: the catalogs' in their order, then the marketplace's own by key.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn topics(&self, who: &Who) -> Result<Vec<Topic>> {
        who.must(Permission::Read)?;
        self.all_topics(who.marketplace.id).await
    }

    /// One topic.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn topic(&self, who: &Who, key: &str) -> Result<Topic> {
        who.must(Permission::Read)?;
        self.find_topic(who, key).await
    }

    /// Makes a topic of `key`, `title`, `description`, `sample` and `schema` (both also as their JSON text).
    ///
    /// # Errors
    /// `Invalid` at the member that breaks a rule.
    pub async fn create_topic(&self, who: &Who, members: &Map<String, Value>) -> Result<Topic> {
        who.must(Permission::Manage)?;
        let topic = read::topic(None, members)?;
        let detail = changes::between(&json!({}), &topic, &[]);
        let entry = self.audited(who, "topic.created", topic.key.as_str(), detail);
        match self.0.store.insert_topic(who.marketplace.id, &topic, &entry).await {
            Ok(()) => Ok(topic),
            Err(store::Error::Conflict(Conflict::TopicTaken)) => {
                Err(Invalid::one("key", "There is a topic with this key already.").into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes `title`, `description`, `sample` or `schema` of an own topic; an empty schema takes it away.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` for a catalog's topic.
    pub async fn update_topic(&self, who: &Who, key: &str, members: &Map<String, Value>) -> Result<Topic> {
        who.must(Permission::Manage)?;
        let old = self.own_topic(who, key).await?;
        let new = read::topic(Some(&old), members)?;
        let detail = changes::between(&old, &new, &[]);
        let entry = self.audited(who, "topic.updated", key, detail);
        let found = self.0.store.update_topic(who.marketplace.id, &new, &entry).await?;
        if found { Ok(new) } else { Err(Error::NotFound) }
    }

    /// Deletes an own topic.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a catalog's topic, and while a webhook needs it.
    pub async fn delete_topic(&self, who: &Who, key: &str) -> Result<()> {
        who.must(Permission::Manage)?;
        let old = self.own_topic(who, key).await?;
        if let Some(webhook) = self.needing(who.marketplace.id, |topic| topic.key == key).await? {
            let told = format!("The webhook “{webhook}” uses this topic. Take it out there first.");
            return Err(Error::Conflict(told));
        }
        let detail = changes::between(&old, &json!({}), &[]);
        let entry = self.audited(who, "topic.deleted", key, detail);
        let found = self.0.store.delete_topic(who.marketplace.id, key, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Every topic of the marketplace, those included that are locked.
    pub(crate) async fn all_topics(&self, marketplace: MarketplaceId) -> Result<Vec<Topic>> {
        let policy = self.0.store.policy(marketplace).await?;
        let own = self.0.store.topics(marketplace).await?;
        Ok(available(&policy, own))
    }

    /// The topic with this key that the marketplace has.
    pub(crate) async fn find_topic(&self, who: &Who, key: &str) -> Result<Topic> {
        let topics = self.all_topics(who.marketplace.id).await?;
        topics.into_iter().find(|topic| topic.key == key).ok_or(Error::NotFound)
    }

    async fn own_topic(&self, who: &Who, key: &str) -> Result<Topic> {
        let topic = self.find_topic(who, key).await?;
        if topic.built_in {
            return Err(Error::conflict("This topic comes with its catalog and stays as it is."));
        }
        Ok(topic)
    }

    /// The name of a webhook that names a topic of enterprise plans by its key, and the topic.
    pub(super) async fn naming_enterprise(
        &self,
        marketplace: MarketplaceId,
    ) -> Result<Option<(String, String)>> {
        let topics = self.all_topics(marketplace).await?;
        let enterprise = |key: &&String| topics.iter().any(|topic| topic.enterprise && topic.key == **key);
        let rows = self.0.store.webhooks(marketplace).await?;
        let mut named = rows.into_iter().filter_map(|row| {
            let settings = row.webhook.settings;
            settings.topics.iter().find(enterprise).cloned().map(|topic| (settings.name, topic))
        });
        Ok(named.next())
    }

    /// The name of a webhook that would be left with a topic, or a pattern, that nothing has when these are gone.
    pub(super) async fn needing(
        &self,
        marketplace: MarketplaceId,
        goes: impl Fn(&Topic) -> bool,
    ) -> Result<Option<String>> {
        let (gone, left): (Vec<_>, Vec<_>) = self.all_topics(marketplace).await?.into_iter().partition(goes);
        let takes = |pattern: &str, of: &[Topic]| of.iter().any(|topic| pattern_matches(pattern, &topic.key));
        let needs = |pattern: &String| takes(pattern, &gone) && !takes(pattern, &left);
        let rows = self.0.store.webhooks(marketplace).await?;
        let settings = rows.into_iter().map(|row| row.webhook.settings);
        Ok(settings.filter(|settings| settings.topics.iter().any(needs)).map(|settings| settings.name).next())
    }
}

/// The topics of the catalogs that are on, then `own`; with what is locked.
pub(crate) fn available(policy: &Policy, own: Vec<Topic>) -> Vec<Topic> {
    let locks = policy.enterprise_topics == EnterpriseTopics::Locked;
    let judged = |topic: &Topic| Topic { locked: locks && topic.enterprise, ..topic.clone() };
    catalog::topics(&policy.catalogs).map(judged).chain(own).collect()
}
