//! Automations: who receives or loses access to one product, told to any number of webhooks. An action is an ordinary
//! webhook whose topic and condition are the automation's; here it is only made, and follows the trigger.

use super::{secrets, webhooks::Saved};
use crate::{Check, Engine, Error, Permission, Result, Subject, Who};
use domain::{
    automation::{self, Automation, AutomationRow, CATALOG, PRESET, Trigger, product_of},
    catalog,
    format::Json,
    id::AutomationId,
    invalid::{FieldError, Invalid},
    secret::Secrets,
    webhook::{Owner, State, Webhook, WebhookRow},
};
use serde_json::{Map, Value, json};
use store::NewAction;
use url::Url;

/// A webhook object's members.
type Members = Map<String, Value>;

/// What an automation starts with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewAutomation {
    /// As events name it in `productId`.
    pub product: String,
    /// What people call it.
    pub name: Option<String>,
    /// When its actions are sent.
    pub trigger: Option<Trigger>,
    /// Webhook objects; each needs a `url`.
    pub actions: Vec<Members>,
}

/// Which members of an automation are changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AutomationPatch {
    /// `Some(None)` takes the name away.
    pub name: Option<Option<String>>,
    /// A trigger is never taken away.
    pub trigger: Option<Trigger>,
}

/// How many events are looked at for the products that are suggested.
const LOOKED_AT: u32 = 200;
/// How many products are suggested.
const SUGGESTED: usize = 50;

impl Engine {
    /// All automations with their actions, oldest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn automations(&self, who: &Who) -> Result<Vec<AutomationRow>> {
        who.must(Permission::Read)?;
        let automations = self.0.store.automations(who.marketplace.id).await?;
        if automations.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.0.store.webhooks(who.marketplace.id).await?;
        Ok(automations.into_iter().map(|automation| with_actions(automation, &rows)).collect())
    }

    /// One automation with its actions.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn automation(&self, who: &Who, id: AutomationId) -> Result<AutomationRow> {
        who.must(Permission::Read)?;
        let automation = self.found_automation(who, id).await?;
        Ok(with_actions(automation, &self.0.store.webhooks(who.marketplace.id).await?))
    }

    /// Products that the last events name, the newest first: suggestions for a new automation.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn products_seen(&self, who: &Who) -> Result<Vec<String>> {
        who.must(Permission::Read)?;
        let mut products = Vec::new();
        for payload in self.0.store.recent_access(who.marketplace.id, LOOKED_AT).await? {
            let product = Json::parse(&payload).ok().as_ref().and_then(product_of);
            products.extend(product.filter(|product| !products.contains(product)));
        }
        products.truncate(SUGGESTED);
        Ok(products)
    }

    /// Starts an automation for a product, with its trigger and first actions if they are known already; all of it
    /// or nothing. Actions receive at once.
    ///
    /// # Errors
    /// `Invalid` at `product`, `name`, `trigger` or `actions.0.url`…; `Conflict` while the catalog is off.
    pub async fn start_automation(&self, who: &Who, new: &NewAutomation) -> Result<(Automation, Vec<Saved>)> {
        who.must(Permission::Manage)?;
        self.catalog_must_be_on(who).await?;
        let named = automation::read(&new.product, new.name.as_deref());
        let (product, name) = named.clone().unwrap_or_default();
        let id = self.0.generator.id();
        let automation =
            Automation { id, product, name, trigger: new.trigger, created_at: self.0.clock.now() };
        let mut wrong = named.err().unwrap_or_default();
        let mut actions = Vec::new();
        for (at, members) in new.actions.iter().enumerate() {
            match self.new_action(who, &automation, members).await {
                Ok(action) => actions.push(action),
                Err(Error::Invalid(errors)) => wrong.extend(inside(errors, at)),
                Err(error) => return Err(error),
            }
        }
        wrong.into_result()?;
        let kept: Vec<_> = actions
            .iter()
            .map(|(saved, sealed)| NewAction { webhook: &saved.webhook, secrets: sealed })
            .collect();
        let detail = told(&automation, kept.iter().map(|action| action.webhook));
        let entry = self.audited(who, "automation.started", automation.title(), detail);
        self.0.store.insert_automation(who.marketplace.id, &automation, &kept, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        Ok((automation, actions.into_iter().map(|(saved, _)| saved).collect()))
    }

    /// Changes name or trigger. With a new trigger all actions are sent then, and no more as before.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at `name`.
    pub async fn change_automation(
        &self,
        who: &Who,
        id: AutomationId,
        patch: &AutomationPatch,
    ) -> Result<Automation> {
        who.must(Permission::Manage)?;
        let old = self.found_automation(who, id).await?;
        let name = patch.name.clone().unwrap_or_else(|| old.name.clone());
        let (_, name) = automation::read(&old.product, name.as_deref())?;
        let new = Automation { name, trigger: patch.trigger.or(old.trigger), ..old.clone() };
        if new.trigger != old.trigger {
            self.catalog_must_be_on(who).await?;
        }
        let detail = super::changes::between(&old, &new, &[]);
        let entry = self.audited(who, "automation.updated", new.title(), detail);
        let now = self.0.clock.now();
        let saved = self.0.store.update_automation(who.marketplace.id, &old, &new, now, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        if saved {
            return Ok(new);
        }
        Err(Error::conflict("Somebody changed this automation meanwhile. Look at it and change it again."))
    }

    /// Adds an action that receives at once: a webhook object with at least a `url`. `checked` says that its
    /// connection was tested with success.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at the members that break a rule, and at `trigger` while there is none; `Conflict`
    /// while the catalog is off, or when the automation was changed meanwhile.
    pub async fn add_action(
        &self,
        who: &Who,
        id: AutomationId,
        members: &Members,
        checked: bool,
    ) -> Result<Saved> {
        who.must(Permission::Manage)?;
        let automation = self.found_automation(who, id).await?;
        self.catalog_must_be_on(who).await?;
        let (saved, sealed) = self.new_action(who, &automation, members).await?;
        let webhook = &saved.webhook;
        let entry =
            self.audited(who, "automation.action_added", automation.title(), told(&automation, [webhook]));
        let action = NewAction { webhook, secrets: &sealed };
        if !self.0.store.insert_action(who.marketplace.id, &automation, action, &entry).await? {
            let text = "Somebody changed this automation meanwhile. Look at it and add the action again.";
            return Err(Error::conflict(text));
        }
        if checked {
            self.0.store.set_checked(webhook.id, self.0.clock.now()).await?;
        }
        self.routing_changed(who.marketplace.id).await;
        Ok(saved)
    }

    /// Tests the connection of an action before it is added: HEAD, then POST.
    ///
    /// # Errors
    /// As [`Engine::add_action`]. A failed exchange is not an error.
    pub async fn check_action(&self, who: &Who, id: AutomationId, members: &Members) -> Result<Check> {
        who.must(Permission::Manage)?;
        let automation = self.found_automation(who, id).await?;
        self.catalog_must_be_on(who).await?;
        let webhook = action_members(&automation, members)?;
        self.check(who, Subject::Unsaved { webhook, from: None }).await
    }

    /// Deletes an automation with its actions; their log stays. Returns how many waiting deliveries were discarded.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_automation(&self, who: &Who, id: AutomationId) -> Result<i64> {
        who.must(Permission::Manage)?;
        let AutomationRow { automation, actions } = self.automation(who, id).await?;
        let detail = told(&automation, actions.iter().map(|row| &row.webhook));
        let entry = self.audited(who, "automation.deleted", automation.title(), detail);
        let now = self.0.clock.now();
        let discarded = self.0.store.delete_automation(who.marketplace.id, id, now, &entry).await?;
        self.routing_changed(who.marketplace.id).await;
        discarded.ok_or(Error::NotFound)
    }

    async fn found_automation(&self, who: &Who, id: AutomationId) -> Result<Automation> {
        self.0.store.automation(who.marketplace.id, id).await?.ok_or(Error::NotFound)
    }

    async fn catalog_must_be_on(&self, who: &Who) -> Result<()> {
        if self.0.store.policy(who.marketplace.id).await?.catalogs.iter().any(|on| on == CATALOG) {
            return Ok(());
        }
        let title =
            catalog::all().iter().find(|each| each.key == CATALOG).map_or(CATALOG, |each| &each.title);
        Err(Error::conflict(format!(
            "The catalog “{title}” is switched off. An owner can switch it on in Settings → Marketplace."
        )))
    }

    /// An active webhook of these members and the automation's, with its sealed secrets.
    async fn new_action(
        &self,
        who: &Who,
        automation: &Automation,
        members: &Members,
    ) -> Result<(Saved, String)> {
        let (mut settings, _) = self.read_webhook(who, None, &action_members(automation, members)?).await?;
        let secret = self.fill_in_signing(&mut settings, &Secrets::new()).await?;
        let secrets = secrets::merge(&mut settings, &Secrets::new())?;
        let now = self.0.clock.now();
        let webhook = Webhook {
            id: self.0.generator.id(),
            settings,
            owner: Some(Owner::Automation(automation.id)),
            state: State::Active,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        let sealed = self.0.vault.seal_secrets(who.marketplace.id, webhook.id, &secrets)?;
        Ok((Saved { webhook, secret }, sealed))
    }
}

/// The webhook object of an action: what is given, and what the automation sets.
fn action_members(automation: &Automation, given: &Members) -> Result<Members, Invalid> {
    let mut invalid = Invalid::default();
    for member in Owner::Automation(automation.id).members().iter().filter(|name| given.contains_key(**name))
    {
        invalid.push(*member, "The automation sets this: it is its trigger and its product.");
    }
    let Some(trigger) = automation.trigger else {
        invalid.push("trigger", "Choose a trigger first: when the actions are sent.");
        return Err(invalid);
    };
    invalid.into_result()?;
    let mut members = given.clone();
    let url = given.get("url").and_then(Value::as_str).unwrap_or_default();
    for (name, usual) in [("preset", json!(PRESET)), ("url", json!("")), ("name", json!(place(url)))] {
        members.entry(name).or_insert(usual);
    }
    members.insert("topics".to_owned(), json!([trigger.topic()]));
    members.insert("conditions".to_owned(), json!(automation.condition()));
    Ok(members)
}

/// What an action is called that was given no name: its URL's host and port, since a path may be a secret. A URL
/// without a host is refused itself.
fn place(url: &str) -> String {
    let place = Url::parse(url).ok().and_then(|url| {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{}{port}", url.host_str()?))
    });
    place.unwrap_or_else(|| "Action".to_owned()).chars().take(automation::MAX_PRODUCT).collect()
}

/// Errors of the action `at`, at their fields inside the list.
fn inside(errors: Invalid, at: usize) -> Invalid {
    let placed = |error: FieldError| match error.field.as_str() {
        // It is the automation's, and missing once.
        "trigger" => error,
        field => FieldError { field: format!("actions.{at}.{field}"), ..error },
    };
    Invalid { errors: errors.errors.into_iter().map(placed).collect() }
}

fn with_actions(automation: Automation, rows: &[WebhookRow]) -> AutomationRow {
    let owner = Some(Owner::Automation(automation.id));
    let mut actions: Vec<_> = rows.iter().filter(|row| row.webhook.owner == owner).cloned().collect();
    actions.sort_by_key(|row| row.webhook.id.key());
    AutomationRow { automation, actions }
}

/// What the audit log tells of an automation and its webhooks.
fn told<'a>(automation: &Automation, actions: impl IntoIterator<Item = &'a Webhook>) -> Value {
    let action = |webhook: &Webhook| json!({ "id": webhook.id, "name": webhook.settings.name, "url": webhook.settings.url });
    let actions: Vec<Value> = actions.into_iter().map(action).collect();
    json!({
        "id": automation.id, "product": automation.product, "trigger": automation.trigger, "actions": actions,
    })
}
