//! The marketplace: its name, the ids that go out in bodies, and what it decides about topics and events.

use crate::{
    Engine, Error, Permission, Result, Who,
    manage::{changes, check},
};
use domain::{
    account::Marketplace,
    catalog,
    id::MarketplaceId,
    invalid::Invalid,
    policy::{EnterpriseTopics, Policy, SchemaCheck},
    topic::Topic,
};
use serde_json::{Map, Value};
use store::MarketplaceChange;

/// The most characters of a marketplace's name.
pub(super) const NAME: usize = 120;
/// The most characters of `domain_id` and `tenant_id`.
const ID: usize = 120;
/// The most characters of a slug.
const SLUG: usize = 40;

/// A marketplace with what it decides, as the contract shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MarketplaceDetail {
    /// Names it on the command line; never changes.
    pub slug: String,
    /// Names it in the console.
    pub name: String,
    /// Goes out as `domain_id`.
    pub domain_id: String,
    /// Goes out as `tenant_id`.
    pub tenant_id: String,
    /// What it decides about topics and events.
    #[serde(flatten)]
    pub policy: Policy,
}

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

    /// The marketplace with what it decides.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn marketplace(&self, who: &Who) -> Result<MarketplaceDetail> {
        who.must(Permission::Read)?;
        self.marketplace_now(who.marketplace.id).await
    }

    /// Changes the members that are given: `name`, `domain_id`, `tenant_id` (those of accepted events stay),
    /// `catalogs`, `schema_check`, `enterprise_topics`. All or nothing. Topics of a catalog that is off show nowhere
    /// and are refused; events of locked topics are refused.
    ///
    /// # Errors
    /// `Invalid` at the members that break a rule, and at what would take a topic from a webhook that names it.
    pub async fn update_marketplace(
        &self,
        who: &Who,
        members: &Map<String, Value>,
    ) -> Result<MarketplaceDetail> {
        who.must(Permission::Own)?;
        let id = who.marketplace.id;
        let before = self.marketplace_now(id).await?;
        let mut invalid = Invalid::default();
        let change = read(&before, members, &mut invalid);
        let after = changed(&before, &change);
        self.keeps_its_webhooks(id, &before.policy, &after.policy, &mut invalid).await?;
        invalid.into_result()?;
        let detail = changes::between(&before, &after, &[]);
        let entry = self.audited(who, "marketplace.updated", before.slug.as_str(), detail);
        let found = self.0.store.change_marketplace(id, &change, &entry).await?;
        self.routing_changed(id).await;
        if found { Ok(after) } else { Err(Error::NotFound) }
    }

    async fn marketplace_now(&self, id: MarketplaceId) -> Result<MarketplaceDetail> {
        let Marketplace { slug, name, domain_id, tenant_id, .. } =
            self.0.store.marketplace(id).await?.ok_or(Error::NotFound)?;
        let policy = self.0.store.policy(id).await?;
        Ok(MarketplaceDetail { slug, name, domain_id, tenant_id, policy })
    }

    /// Notes when webhooks would be left with topics that they can't have any more.
    async fn keeps_its_webhooks(
        &self,
        id: MarketplaceId,
        before: &Policy,
        after: &Policy,
        invalid: &mut Invalid,
    ) -> Result<()> {
        let goes = |topic: &Topic| topic.built_in && !after.catalogs.contains(&topic.catalog);
        if before.catalogs != after.catalogs
            && let Some(webhook) = self.needing(id, goes).await?
        {
            let told = format!(
                "The webhook “{webhook}” uses topics of a catalog that would be off. Take them out there first."
            );
            invalid.push("catalogs", told);
        }
        if after.enterprise_topics == EnterpriseTopics::Locked
            && before.enterprise_topics != EnterpriseTopics::Locked
            && let Some((webhook, topic)) = self.naming_enterprise(id).await?
        {
            let told = format!("The webhook “{webhook}” names the topic {topic}. Take it out there first.");
            invalid.push("enterprise_topics", told);
        }
        Ok(())
    }
}

/// What the members change; adds what is wrong with them.
fn read(base: &MarketplaceDetail, members: &Map<String, Value>, invalid: &mut Invalid) -> MarketplaceChange {
    let mut change = MarketplaceChange::default();
    for (member, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        match member.as_str() {
            "name" => change.name = line(invalid, member, "The name", value, NAME),
            "domain_id" => change.domain_id = line(invalid, member, "The domain id", value, ID),
            "tenant_id" => change.tenant_id = line(invalid, member, "The tenant id", value, ID),
            "catalogs" => change.catalogs = catalogs(invalid, value),
            "schema_check" => {
                change.schema_check = value.as_str().and_then(SchemaCheck::parse);
                if change.schema_check.is_none() {
                    invalid.push(member, "This is off, warn or refuse.");
                }
            }
            "enterprise_topics" => {
                change.enterprise_topics = value.as_str().and_then(EnterpriseTopics::parse);
                if change.enterprise_topics.is_none() {
                    invalid.push(member, "This is available or locked.");
                }
            }
            "slug" if value.as_str() == Some(&base.slug) => {}
            "slug" => invalid.push(member, "The slug of a marketplace stays."),
            _ => invalid.push(member, "A marketplace has no such member, or it can't be set."),
        }
    }
    change
}

fn line(invalid: &mut Invalid, field: &str, what: &str, value: &Value, most: usize) -> Option<String> {
    let Value::String(text) = value else {
        invalid.push(field, "This must be a text.");
        return None;
    };
    Some(check::text(invalid, field, what, text, most))
}

fn catalogs(invalid: &mut Invalid, value: &Value) -> Option<Vec<String>> {
    let list = value.as_array().map(|list| list.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let Some(list) = list.filter(|list| value.as_array().is_some_and(|all| all.len() == list.len())) else {
        invalid.push("catalogs", "This must be a list of catalogs, such as [\"learning\"].");
        return None;
    };
    Some(known_catalogs(invalid, &list))
}

/// These catalogs in the order of the files; adds to `invalid` at `catalogs` when one is unknown.
pub(super) fn known_catalogs(invalid: &mut Invalid, wanted: &[&str]) -> Vec<String> {
    let all = || catalog::all().iter().map(|each| each.key.as_str());
    if let Some(unknown) = wanted.iter().find(|key| !all().any(|known| known == **key)) {
        invalid.push("catalogs", format!("There is no catalog “{unknown}”."));
    }
    all().filter(|key| wanted.contains(key)).map(str::to_owned).collect()
}

/// What the change makes of it.
fn changed(before: &MarketplaceDetail, change: &MarketplaceChange) -> MarketplaceDetail {
    let MarketplaceChange { name, domain_id, tenant_id, catalogs, schema_check, enterprise_topics } =
        change.clone();
    let old = before.clone();
    MarketplaceDetail {
        slug: old.slug,
        name: name.unwrap_or(old.name),
        domain_id: domain_id.unwrap_or(old.domain_id),
        tenant_id: tenant_id.unwrap_or(old.tenant_id),
        policy: Policy {
            catalogs: catalogs.unwrap_or(old.policy.catalogs),
            schema_check: schema_check.unwrap_or(old.policy.schema_check),
            enterprise_topics: enterprise_topics.unwrap_or(old.policy.enterprise_topics),
        },
    }
}
