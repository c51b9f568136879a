//! Webhooks: list, read, create, change, delete, duplicate. One way for console and API: the
//! contract's JSON members, through `domain::webhook::parse` and `validate`.

use super::{changes, secrets};
use crate::{Engine, Error, Permission, Result, Subject, Who, preview::MAKES_THE_BODY};
use domain::{
    account::AuditEntry,
    id::WebhookId,
    invalid::{Advice, Invalid},
    secret::Secrets,
    webhook::{
        Owner, Settings, State, Webhook, WebhookRow,
        validate::{self, Rules},
    },
};
use serde_json::{Map, Value, json};
use std::fmt;
use store::{Conflict, Stored, Which};
use zeroize::Zeroizing;

/// The answer to whatever may have made a signing secret: creation, change, rotation.
#[derive(Clone)]
pub struct Saved {
    /// The webhook as it can always be read.
    pub webhook: Webhook,
    /// The signing secret, this once, when it is another than before.
    pub secret: Option<Zeroizing<String>>,
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret.as_ref().map(|_| "(secret)");
        f.debug_struct("Saved").field("webhook", &self.webhook).field("secret", &secret).finish()
    }
}

/// A change of a webhook that may be saved.
pub(super) struct Changed {
    /// The revision that it was made from.
    pub(super) from: i64,
    pub(super) settings: Settings,
    /// Its secrets.
    pub(super) sealed: String,
    /// The signing secret, when it is another than before.
    secret: Option<Zeroizing<String>>,
    /// The fields of secrets that are others than before.
    pub(super) replaced: Vec<String>,
}

/// The most characters of a webhook's name.
const NAME: usize = 120;
/// What the name of a duplicate ends with.
const COPY: &str = " (copy)";

impl Engine {
    /// All webhooks with what they did lately, in the order of their names.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn webhooks(&self, who: &Who) -> Result<Vec<WebhookRow>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.webhooks(who.marketplace.id).await?)
    }

    /// One webhook.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn webhook(&self, who: &Who, id: WebhookId) -> Result<Webhook> {
        who.must(Permission::Read)?;
        Ok(self.stored(who, id).await?.webhook)
    }

    /// What is worth a second look in a webhook, such as a template field that no sample has; in a
    /// saved one also secrets that are missing, and what could not be saved any more, because the rules changed
    /// meanwhile.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for an unsaved one that can't be saved.
    pub async fn webhook_advice(&self, who: &Who, subject: &Subject) -> Result<Vec<Advice>> {
        who.must(Permission::Read)?;
        match subject {
            Subject::Saved(id) => {
                let stored = self.stored(who, *id).await?;
                let settings = &stored.webhook.settings;
                let judged = match self.by_the_rules(who, |rules| validate::validate(settings, rules)).await {
                    Err(Error::Invalid(wrong)) => wrong.errors.into_iter().map(Advice::from).collect(),
                    judged => judged?,
                };
                let missing = self.missing_secrets(who, &stored).await?;
                Ok(missing.into_iter().chain(judged).collect())
            }
            Subject::Unsaved { webhook, from } => {
                let stored = match from {
                    Some(id) => Some(self.stored(who, *id).await?.webhook.settings),
                    None => None,
                };
                Ok(self.read_webhook(who, stored.as_ref(), webhook).await?.1)
            }
        }
    }

    /// Makes a draft of the contract's members and, unless one is given, its signing secret.
    ///
    /// # Errors
    /// `Invalid` at the members that break a rule.
    pub async fn create_webhook(&self, who: &Who, members: &Map<String, Value>) -> Result<Saved> {
        who.must(Permission::Manage)?;
        let (mut settings, _) = self.read_webhook(who, None, members).await?;
        let secret = self.fill_in_signing(&mut settings, &Secrets::new()).await?;
        let secrets = secrets::merge(&mut settings, &Secrets::new())?;
        let webhook = self.insert(who, settings, None, &secrets, "webhook.created").await?;
        Ok(Saved { webhook, secret })
    }

    /// Changes the members that are given; `revision` names the one that the change was made from,
    /// the latest when it is left out. A new signing scheme makes a new secret unless one is given.
    /// Deliveries that wait for a better template are rendered again.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` when somebody saved another revision meanwhile.
    pub async fn update_webhook(
        &self,
        who: &Who,
        id: WebhookId,
        members: &Map<String, Value>,
    ) -> Result<Saved> {
        self.change_webhook(who, id, members, false).await
    }

    /// Changes the members that are given; those of the webhook's owner only in its name.
    pub(super) async fn change_webhook(
        &self,
        who: &Who,
        id: WebhookId,
        members: &Map<String, Value>,
        as_owner: bool,
    ) -> Result<Saved> {
        who.must(Permission::Manage)?;
        let stored = self.stored(who, id).await?;
        let Changed { from, settings, sealed, secret, replaced } =
            self.changed(who, &stored, members, as_owner).await?;
        let old = stored.webhook;
        let detail = changes::between(&old.settings, &settings, &replaced);
        let entry = self.audited(who, "webhook.updated", settings.name.as_str(), with_id(id, detail));
        let webhook = self.save(who, id, from, &settings, &sealed, &entry).await?;
        self.render_again(who, &old, &webhook.settings).await?;
        Ok(Saved { webhook, secret })
    }

    /// Sends what waits for a better template, when the body may be another now that these settings are saved.
    pub(super) async fn render_again(&self, who: &Who, old: &Webhook, new: &Settings) -> Result<()> {
        let now = self.0.clock.now();
        if old.state == State::Active
            && body_differs(&old.settings, new)
            && self.0.store.release(who.marketplace.id, old.id, Which::Template, now, None).await? > 0
        {
            self.requeued();
        }
        Ok(())
    }

    /// What the members make of a stored webhook, ready to be saved; nothing is saved yet.
    pub(super) async fn changed(
        &self,
        who: &Who,
        stored: &Stored,
        members: &Map<String, Value>,
        as_owner: bool,
    ) -> Result<Changed> {
        let (old, marketplace) = (&stored.webhook, who.marketplace.id);
        let mut members = members.clone();
        let from = revision(&mut members)?.unwrap_or(old.revision);
        if from != old.revision {
            return Err(stale(old.revision));
        }
        let (mut settings, _) = self.read_webhook(who, Some(&old.settings), &members).await?;
        if let Some(owner) = old.owner.filter(|_| !as_owner) {
            keeps_what_is_its_owners(owner, &old.settings, &settings)?;
        }
        let before = self.secrets_of(marketplace, stored);
        let secret = self.fill_in_signing(&mut settings, &before).await?;
        let after = secrets::merge(&mut settings, &before)?;
        let sealed = self.0.vault.seal_secrets(marketplace, old.id, &after)?;
        Ok(Changed { from, settings, sealed, secret, replaced: secrets::replaced(&before, &after) })
    }

    /// Deletes it. The log stays; what waits is discarded. Returns how many deliveries that were.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the webhook of a campaign, which is deleted with it.
    pub async fn delete_webhook(&self, who: &Who, id: WebhookId) -> Result<i64> {
        who.must(Permission::Manage)?;
        let Webhook { settings, owner, .. } = self.stored(who, id).await?.webhook;
        if let Some(Owner::Campaign(_)) = owner {
            return Err(Error::conflict(
                "This webhook is part of a campaign. Delete the campaign, and it goes too.",
            ));
        }
        let detail = with_id(id, changes::between(&settings, &json!({}), &[]));
        let entry = self.audited(who, "webhook.deleted", settings.name, detail);
        let now = self.0.clock.now();
        let discarded = self.0.store.delete_webhook(who.marketplace.id, id, now, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        discarded.ok_or(Error::NotFound)
    }

    /// A draft with the same settings and secrets, named "… (copy)". The copy of an action belongs to the same
    /// automation.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn duplicate(&self, who: &Who, id: WebhookId) -> Result<Webhook> {
        who.must(Permission::Manage)?;
        let stored = self.stored(who, id).await?;
        let secrets = self.kept_secrets(who.marketplace.id, &stored)?;
        let mut settings = stored.webhook.settings;
        let name: String = settings.name.chars().take(NAME - COPY.len()).collect();
        settings.name = format!("{}{COPY}", name.trim_end());
        let owner = stored.webhook.owner.and_then(Owner::of_copies);
        self.insert(who, settings, owner, &secrets, "webhook.duplicated").await
    }

    /// The webhook with its sealed secrets.
    pub(crate) async fn stored(&self, who: &Who, id: WebhookId) -> Result<Stored> {
        self.0.store.webhook(who.marketplace.id, id).await?.ok_or(Error::NotFound)
    }

    /// What the contract's members make of `base`, and what looks like a mistake in it.
    pub(crate) async fn read_webhook(
        &self,
        who: &Who,
        base: Option<&Settings>,
        members: &Map<String, Value>,
    ) -> Result<(Settings, Vec<Advice>)> {
        self.by_the_rules(who, |rules| validate::read(base, members, rules)).await
    }

    /// Judges by the marketplace's topics and the operator's networks.
    async fn by_the_rules<T>(
        &self,
        who: &Who,
        judge: impl FnOnce(&Rules<'_>) -> Result<T, Invalid>,
    ) -> Result<T> {
        let topics = self.all_topics(who.marketplace.id).await?;
        let config = &self.0.config;
        let members = self.0.store.members(who.marketplace.id).await?;
        let people: Vec<String> = members.into_iter().map(|member| member.email).collect();
        let rules = Rules {
            topics: &topics,
            allowed_networks: &config.allowed_networks,
            public_origin: &config.public_url,
            people: &people,
        };
        Ok(judge(&rules)?)
    }

    async fn insert(
        &self,
        who: &Who,
        settings: Settings,
        owner: Option<Owner>,
        secrets: &Secrets,
        action: &str,
    ) -> Result<Webhook> {
        let webhook = self.draft(settings, owner);
        let detail = with_id(webhook.id, changes::between(&json!({}), &webhook.settings, &[]));
        let entry = self.audited(who, action, webhook.settings.name.as_str(), detail);
        let sealed = self.0.vault.seal_secrets(who.marketplace.id, webhook.id, secrets)?;
        self.0.store.insert_webhook(who.marketplace.id, &webhook, &sealed, &entry).await?;
        Ok(webhook)
    }

    /// A new draft, which is not stored yet.
    fn draft(&self, settings: Settings, owner: Option<Owner>) -> Webhook {
        let now = self.0.clock.now();
        Webhook {
            id: self.0.generator.id(),
            settings,
            owner,
            state: State::Draft,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// A new draft that is part of `owner`, with its sealed secrets; it is not stored yet.
    pub(super) async fn owned_draft(
        &self,
        who: &Who,
        members: &Map<String, Value>,
        owner: Owner,
    ) -> Result<(Webhook, String)> {
        let (mut settings, _) = self.read_webhook(who, None, members).await?;
        self.fill_in_signing(&mut settings, &Secrets::new()).await?;
        let secrets = secrets::merge(&mut settings, &Secrets::new())?;
        let webhook = self.draft(settings, Some(owner));
        let sealed = self.0.vault.seal_secrets(who.marketplace.id, webhook.id, &secrets)?;
        Ok((webhook, sealed))
    }

    /// Stores settings that were made from revision `from`.
    pub(super) async fn save(
        &self,
        who: &Who,
        id: WebhookId,
        from: i64,
        settings: &Settings,
        sealed: &str,
        entry: &AuditEntry,
    ) -> Result<Webhook> {
        let now = self.0.clock.now();
        let saved =
            self.0.store.update_webhook(who.marketplace.id, id, from, settings, sealed, now, entry).await;
        self.routing_changed(who.marketplace.id).await;
        match saved {
            Ok(webhook) => webhook.ok_or(Error::NotFound),
            Err(store::Error::Conflict(Conflict::StaleRevision { current })) => Err(stale(current)),
            Err(error) => Err(error.into()),
        }
    }
}

/// Takes `revision` out of the members.
fn revision(members: &mut Map<String, Value>) -> Result<Option<i64>> {
    match members.shift_remove("revision") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_i64() {
            Some(revision) => Ok(Some(revision)),
            None => Err(Invalid::one("revision", "The revision is a number.").into()),
        },
    }
}

pub(super) fn stale(current: i64) -> Error {
    Error::conflict(format!("Somebody saved revision {current} meanwhile. Look at it and change it again."))
}

/// Whether the same event may give another body now.
pub(super) fn body_differs(old: &Settings, new: &Settings) -> bool {
    let of = |settings: &Settings| {
        let all = json!(settings);
        MAKES_THE_BODY.map(|name| all[name].clone())
    };
    of(old) != of(new)
}

/// Refuses changes of what the owner sets.
fn keeps_what_is_its_owners(owner: Owner, old: &Settings, new: &Settings) -> Result<(), Invalid> {
    let (old, new) = (json!(old), json!(new));
    let mut invalid = Invalid::default();
    for member in owner.members().iter().filter(|member| old.get(**member) != new.get(**member)) {
        let word = owner.word();
        invalid.push(*member, format!("The {word} that this webhook is part of sets this. Change it there."));
    }
    invalid.into_result()
}

fn with_id(id: WebhookId, mut detail: Value) -> Value {
    if let Some(members) = detail.as_object_mut() {
        members.insert("id".to_owned(), json!(id));
    }
    detail
}
