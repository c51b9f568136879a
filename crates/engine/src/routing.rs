//! The routing table in memory: what an acceptance is matched against, and the webhooks with their
//! secrets as attempts use them. Its version is checked in the accepting transaction, so a table
//! that is behind is noticed on every node.

use crate::{
    Engine, Error, Result,
    dispatcher::Job,
    headers::MISSING,
    manage::{PREVIOUS, SIGNING, available},
    secret_key::SecretKey,
};
use domain::{
    account::Marketplace,
    catalog,
    envelope::{Envelope, Source},
    event::{Context, Event},
    format::Json,
    id::{MarketplaceId, WebhookId},
    matching::{self, Facts},
    policy::SchemaCheck,
    schema::Schema,
    secret::Secrets,
    signature::{BadSecret, Signer},
    topic::Topic,
    webhook::{Scheme, State, Webhook},
};
use std::{
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};
use store::Once;

/// The tables of all marketplaces that were needed so far.
#[derive(Debug, Default)]
pub(crate) struct Routing {
    tables: RwLock<HashMap<MarketplaceId, Arc<Table>>>,
    /// One load at a time: the others wait for its result.
    loading: tokio::sync::Mutex<()>,
}

/// What one marketplace sends where, at one version.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) version: i64,
    pub(crate) marketplace: Marketplace,
    topics: HashMap<String, Arc<Topic>>,
    pub(crate) schema_check: SchemaCheck,
    /// What payloads are held against, each read at its first use; empty while nobody looks.
    schemas: HashMap<String, OnceLock<Option<Schema>>>,
    /// All but drafts, oldest first.
    webhooks: Vec<Arc<Armed>>,
    /// What goes out inside bodies of some topics.
    secret_key: Option<Arc<SecretKey>>,
    /// Whether a condition asks for the event's id.
    pub(crate) asks_for_ids: bool,
}

/// A webhook with its secrets in place, as attempts use it.
pub(crate) struct Armed {
    pub(crate) webhook: Webhook,
    /// What it signs with, read at the first use: an RSA key takes a while.
    signer: OnceLock<Result<Option<Signer>, BadSecret>>,
    /// All of its secrets: what they sign with, and what no answer may show.
    pub(crate) secrets: Secrets,
}

impl Armed {
    /// `webhook` with its secrets in place; `secrets` are all of its secrets.
    pub(crate) fn new(webhook: Webhook, secrets: Secrets) -> Self {
        Self { webhook, signer: OnceLock::new(), secrets }
    }

    /// What it signs with; `None` when it does not sign.
    ///
    /// # Errors
    /// The secret is missing or does not fit the scheme.
    pub(crate) fn signer(&self) -> Result<Option<&Signer>, BadSecret> {
        let read = self.signer.get_or_init(|| {
            let [secret, previous] =
                [SIGNING, PREVIOUS].map(|field| self.secrets.get(field).map(|text| text.as_str()));
            let signing = &self.webhook.settings.signing;
            match secret {
                None if signing.scheme == Scheme::None => Ok(None),
                None => Err(BadSecret(MISSING)),
                Some(secret) => Signer::new(signing, secret, previous),
            }
        });
        read.as_ref().map(Option::as_ref).map_err(|bad| *bad)
    }
}

impl fmt::Debug for Armed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Armed({:?})", self.webhook)
    }
}

impl Deref for Armed {
    type Target = Webhook;
    fn deref(&self) -> &Webhook {
        &self.webhook
    }
}

/// A webhook that gets an event.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) webhook: Arc<Armed>,
    /// Whether the delivery waits: the webhook is paused or deactivated.
    pub(crate) held: bool,
    /// What decides whether it is sent, when the webhook wants one event for each key and the event has a key.
    pub(crate) once: Option<Once>,
}

impl Table {
    /// A topic that events may have: of a catalog that is switched on, or the marketplace's own.
    pub(crate) fn topic(&self, key: &str) -> Option<&Arc<Topic>> {
        self.topics.get(key)
    }

    /// The topic of an event that was accepted; it may have been deleted since.
    pub(crate) fn topic_of(&self, key: &str) -> Arc<Topic> {
        if let Some(topic) = self.topics.get(key) {
            return Arc::clone(topic);
        }
        Arc::new(catalog::find(key).cloned().unwrap_or_else(|| unknown(key)))
    }

    pub(crate) fn webhook(&self, id: WebhookId) -> Option<&Arc<Armed>> {
        self.webhooks.binary_search_by_key(&id, |webhook| webhook.id).ok().map(|at| &self.webhooks[at])
    }

    /// The secret key that bodies of this topic have a place for.
    pub(crate) fn secret_key_of(&self, topic: &Topic) -> Option<Arc<SecretKey>> {
        self.secret_key.as_ref().filter(|_| topic.envelope.holds(Source::SecretKey)).cloned()
    }

    /// The marketplace's ids, as an event keeps them, which may bring a profile.
    pub(crate) fn context(&self) -> Context {
        let Marketplace { domain_id, tenant_id, .. } = &self.marketplace;
        Context { domain_id: domain_id.clone(), tenant_id: tenant_id.clone(), ..Context::default() }
    }

    /// What the payloads of a topic are held against; `None` when nobody looks, or the topic asks for nothing.
    pub(crate) fn schema(&self, key: &str) -> Option<&Schema> {
        let read = || {
            let text = self.topic(key)?.schema.as_deref()?;
            // What was saved could be read; a later program may know more rules, and then nothing is refused.
            Schema::read(text)
                .map_err(|error| tracing::error!(topic = key, error = error.message, "its schema"))
                .ok()
        };
        self.schemas.get(key)?.get_or_init(read).as_ref()
    }

    /// Who gets the event.
    pub(crate) fn matches(&self, event: &Event, payload: &Json) -> Vec<Match> {
        let facts = Facts::new(event, self.topic(&event.topic).map(|topic| &**topic), payload);
        let verdict = |webhook: &Arc<Armed>| {
            let settings = &webhook.settings;
            let verdict =
                matching::judge(&settings.topics, settings.conditions.as_ref(), webhook.state, &facts);
            let held = verdict == matching::Verdict::Hold;
            let once = || {
                let frequency = settings.frequency.as_ref()?;
                Some(Once { key: frequency.key_of(&facts)?, window_s: frequency.window_s })
            };
            verdict.delivers().then(|| Match { webhook: Arc::clone(webhook), held, once: once() })
        };
        self.webhooks.iter().filter_map(verdict).collect()
    }
}

/// A topic that nobody knows any more still has a body.
fn unknown(key: &str) -> Topic {
    Topic {
        key: key.to_owned(),
        catalog: key.split('.').next().unwrap_or_default().to_owned(),
        title: key.to_owned(),
        description: String::new(),
        resource: None,
        action: None,
        envelope: Envelope::Own,
        sample: "{}".to_owned(),
        schema: None,
        profile: None,
        enterprise: false,
        locked: false,
        built_in: false,
    }
}

impl Engine {
    /// The table as it was last read; good for an acceptance, which checks its version.
    pub(crate) async fn table(&self, marketplace: MarketplaceId) -> Result<Arc<Table>> {
        match self.known_table(marketplace) {
            Some(table) => Ok(table),
            // Boxed, because it is large and seldom needed.
            None => Box::pin(self.newer_table(marketplace, None)).await,
        }
    }

    /// The webhook of a delivery in hand, as it is now as far as this node knows; `None` when it was active
    /// and is no more. What is sent to another one was asked for by hand.
    pub(crate) fn as_it_is_now(&self, job: &Job) -> Option<Arc<Armed>> {
        let Some(table) = self.known_table(job.marketplace) else { return Some(Arc::clone(&job.webhook)) };
        let is_sent = |now: &&Arc<Armed>| now.state == State::Active || job.webhook.state != State::Active;
        table.webhook(job.webhook.id).filter(is_sent).cloned()
    }

    /// Reads the table again at once: this node changed what it is made of.
    pub(crate) async fn routing_changed(&self, marketplace: MarketplaceId) {
        // Nothing is lost when it fails: whoever needs it finds out that it is old.
        if self.known_table(marketplace).is_some()
            && let Err(error) = self.current_table(marketplace).await
        {
            tracing::debug!(%error, "the routing was not read again yet");
        }
    }

    /// The table as it is in the database now.
    pub(crate) async fn current_table(&self, marketplace: MarketplaceId) -> Result<Arc<Table>> {
        if let Some(table) = self.known_table(marketplace)
            && table.version == self.0.store.routing_version(marketplace).await?
        {
            return Ok(table);
        }
        self.load_table(marketplace).await
    }

    /// Reads the table again, unless somebody did since it had the version `stale`.
    pub(crate) async fn newer_table(
        &self,
        marketplace: MarketplaceId,
        stale: Option<i64>,
    ) -> Result<Arc<Table>> {
        let _turn = self.0.routing.loading.lock().await;
        match self.known_table(marketplace) {
            Some(table) if stale.is_none_or(|stale| table.version > stale) => Ok(table),
            _ => self.load_table(marketplace).await,
        }
    }

    /// The table as it was last read, if it was.
    pub(crate) fn known_table(&self, marketplace: MarketplaceId) -> Option<Arc<Table>> {
        self.0.routing.tables.read().unwrap_or_else(PoisonError::into_inner).get(&marketplace).cloned()
    }

    async fn load_table(&self, id: MarketplaceId) -> Result<Arc<Table>> {
        let store = &self.0.store;
        // The version first: what is read after it is as new or newer, never older.
        let routing = store.routing(id).await?;
        let marketplace = store.marketplace(id).await?.ok_or(Error::NotFound)?;
        let policy = store.policy(id).await?;
        let topics = available(&policy, store.topics(id).await?);
        let secret_key = self.load_secret_key(id).await?;
        let is_looked_at = |topic: &&Topic| policy.schema_check != SchemaCheck::Off && topic.schema.is_some();
        let schemas =
            topics.iter().filter(is_looked_at).map(|topic| (topic.key.clone(), OnceLock::new())).collect();
        let webhooks: Vec<_> =
            routing.webhooks.into_iter().map(|stored| Arc::new(self.armed(id, stored))).collect();
        let conditions = webhooks.iter().filter_map(|webhook| webhook.settings.conditions.as_ref());
        let table = Arc::new(Table {
            version: routing.version,
            marketplace,
            topics: topics.into_iter().map(|topic| (topic.key.clone(), Arc::new(topic))).collect(),
            schema_check: policy.schema_check,
            schemas,
            secret_key,
            asks_for_ids: conditions.into_iter().any(|condition| condition.asks_for("id")),
            webhooks,
        });
        let mut tables = self.0.routing.tables.write().unwrap_or_else(PoisonError::into_inner);
        let newest = tables.entry(id).or_insert_with(|| Arc::clone(&table));
        if newest.version < table.version {
            *newest = Arc::clone(&table);
        }
        Ok(table)
    }

    /// A stored webhook with its secrets. Attempts of one that lacks some say so.
    pub(crate) fn armed(&self, marketplace: MarketplaceId, stored: store::Stored) -> Armed {
        let secrets = self.secrets_of(marketplace, &stored);
        let mut webhook = stored.webhook;
        webhook.settings.put_secrets(&secrets);
        Armed::new(webhook, secrets)
    }
}
