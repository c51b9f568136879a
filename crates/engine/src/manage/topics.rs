//! Topics: those of the catalogs that are switched on, and the marketplace's own.

use super::changes;
use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    catalog,
    id::MarketplaceId,
    invalid::Invalid,
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

    /// Makes a topic of `key`, `title`, `description` and `sample` (an object, or its JSON text).
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

    /// Changes `title`, `description` or `sample` of an own topic.
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

    /// The catalogs that are switched on, by key.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn catalogs(&self, who: &Who) -> Result<Vec<String>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.catalogs(who.marketplace.id).await?)
    }

    /// Switches on these catalogs, in the order of the files, and the others off. Topics of a catalog that is off
    /// show nowhere and are refused.
    ///
    /// # Errors
    /// `Invalid` at `catalogs`: there is no such catalog, or a webhook uses a topic of one that would be off.
    pub async fn set_catalogs(&self, who: &Who, wanted: &[String]) -> Result<()> {
        who.must(Permission::Own)?;
        let refuse = |told: String| Err(Invalid::one("catalogs", told).into());
        if let Some(unknown) = wanted.iter().find(|key| !catalog::all().iter().any(|each| each.key == **key))
        {
            return refuse(format!("There is no catalog “{unknown}”."));
        }
        let on: Vec<String> =
            catalog::all().iter().map(|each| each.key.clone()).filter(|key| wanted.contains(key)).collect();
        let before = self.0.store.catalogs(who.marketplace.id).await?;
        let goes = |topic: &Topic| topic.built_in && !on.contains(&topic.catalog);
        if let Some(webhook) = self.needing(who.marketplace.id, goes).await? {
            return refuse(format!(
                "The webhook “{webhook}” uses topics of a catalog that would be off. Take them out there first."
            ));
        }
        let detail = changes::between(&json!({ "catalogs": before }), &json!({ "catalogs": on }), &[]);
        let entry = self.audited(who, "marketplace.updated", who.marketplace.slug.as_str(), detail);
        let found = self.0.store.set_catalogs(who.marketplace.id, &on, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Every topic that the marketplace's webhooks may name.
    pub(crate) async fn all_topics(&self, marketplace: MarketplaceId) -> Result<Vec<Topic>> {
        let on = self.0.store.catalogs(marketplace).await?;
        let own = self.0.store.topics(marketplace).await?;
        Ok(catalog::topics(&on).cloned().chain(own).collect())
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

    /// The name of a webhook that would be left with a topic, or a pattern, that nothing has when these are gone.
    async fn needing(
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
