//! Secrets of webhooks: sealed and opened, and the signing secret made and rotated.

use super::{changes, webhooks::Saved};
use crate::{Engine, Error, Permission, Result, Who, lacking};
use domain::{
    id::{MarketplaceId, WebhookId},
    invalid::{Advice, Invalid},
    secret::{SecretText, Secrets},
    signature,
    webhook::{Scheme, Settings, Webhook},
};
use store::Stored;
use zeroize::Zeroizing;

/// The field of the signing secret that is valid.
pub(crate) const SIGNING: &str = "signing.secret";
/// The field of the one before, which signs too until `signing.previous_until`.
pub(crate) const PREVIOUS: &str = "signing.previous";
/// How long the previous secret signs too, unless somebody chooses: a day, in seconds.
const OVERLAP_S: u32 = 86_400;
/// The longest overlap: a week, in seconds.
const MOST_OVERLAP_S: u32 = 7 * 86_400;

impl Engine {
    /// The secrets of a stored webhook, to send with them or to save it. Those that can't be opened count as not set:
    /// one damaged row must not stop the others, and whoever saves the webhook is asked to type them again.
    pub(crate) fn secrets_of(&self, marketplace: MarketplaceId, stored: &Stored) -> Secrets {
        let id = stored.webhook.id;
        self.0.vault.open_secrets(marketplace, id, &stored.secrets).unwrap_or_else(|_| {
            tracing::error!(webhook = %id, "its secrets can't be opened");
            Secrets::new()
        })
    }

    /// Names the secrets of a webhook that were forgotten, or can't be opened, the marketplace's key in its bodies
    /// included, and says what to do; `None` when all are there.
    pub(super) async fn missing_secrets(&self, who: &Who, stored: &Stored) -> Result<Option<Advice>> {
        let (store, marketplace) = (&self.0.store, who.marketplace.id);
        if lacking::carries_key(&stored.webhook.settings)
            && lacking::key_is_lost(store, &self.0.vault, marketplace).await?
        {
            let told = "The secret key in bodies can't be read. An owner sets it again in Settings first.";
            return Ok(Some(Advice::new("topics", told)));
        }
        let secrets = self.secrets_of(marketplace, stored);
        let missing = stored.webhook.settings.clone().put_secrets(&secrets);
        let Some(first) = missing.first() else { return Ok(None) };
        let first = contract_field(&stored.webhook.settings, first);
        let secrets: Vec<_> = missing.iter().map(|field| in_words(field)).collect();
        let signing = if missing.iter().any(|field| field == SIGNING) {
            ", which makes a new signing secret"
        } else {
            ""
        };
        let (secrets, then) = (secrets.join(", "), "Type them again in the settings and save them");
        let told = format!("Secrets of this webhook are missing: {secrets}. {then}{signing}.");
        Ok(Some(Advice::new(first, told)))
    }

    /// The secrets of a stored webhook, to be kept whatever else changes.
    ///
    /// # Errors
    /// `Conflict` when they can't be opened: nobody is asked to type them again here.
    pub(super) fn kept_secrets(&self, marketplace: MarketplaceId, stored: &Stored) -> Result<Secrets> {
        self.0.vault.open_secrets(marketplace, stored.webhook.id, &stored.secrets).map_err(|_| {
            Error::conflict(
                "The secrets of this webhook can't be read. Edit it, type them again and save it first.",
            )
        })
    }

    /// Makes a new signing secret. The old one goes on signing for `overlap_s` seconds: beside the
    /// new one where the scheme has room for two, else in its place. Unless that is given it is a day
    /// for the former, and nothing for the latter, so that the secret in the answer signs at once.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for more than a week; `Conflict` for a webhook that does not sign, and while the secret
    /// before this one still signs: it would end unnoticed. With `overlap_s` 0 it is meant to.
    pub async fn rotate_secret(&self, who: &Who, id: WebhookId, overlap_s: Option<u32>) -> Result<Saved> {
        who.must(Permission::Manage)?;
        if overlap_s.is_some_and(|overlap| overlap > MOST_OVERLAP_S) {
            let message = "The old secret goes on signing for at most 604,800 seconds (7 days).";
            return Err(Invalid::one("overlap_s", message).into());
        }
        let stored = self.stored(who, id).await?;
        let mut secrets = self.kept_secrets(who.marketplace.id, &stored)?;
        let Webhook { mut settings, revision, .. } = stored.webhook;
        if settings.signing.overlaps(self.0.clock.now()) && overlap_s != Some(0) {
            let told = "The secret before this one still signs, and only one old one can. End it first, or let all \
                        old ones stop at once (`overlap_s` 0).";
            return Err(Error::conflict(told));
        }
        let scheme = settings.signing.scheme;
        let secret = self.new_signing_secret(scheme).await?;
        let secret = secret.ok_or_else(|| Error::conflict("This webhook does not sign its deliveries."))?;
        let overlap_s = overlap_s.unwrap_or(if scheme.carries_both() { OVERLAP_S } else { 0 });
        let previous = secrets.insert(SIGNING.to_owned(), secret.clone()).filter(|_| overlap_s > 0);
        let signing = &mut settings.signing;
        let keys = (signing.public_key.take(), signing.public_key_xml.take());
        signing.end_overlap();
        secrets.remove(PREVIOUS);
        if let Some(previous) = previous {
            secrets.insert(PREVIOUS.to_owned(), previous);
            signing.previous_until = Some(self.0.clock.now().plus_ms(i64::from(overlap_s) * 1000));
            (signing.previous_public_key, signing.previous_public_key_xml) = keys;
        }
        settings.signing.secret = Some(SecretText::Kept);
        show_public_keys(&mut settings, &secret)?;
        let sealed = self.0.vault.seal_secrets(who.marketplace.id, id, &secrets)?;
        let detail = changes::replaced(&[SIGNING.to_owned()]);
        let entry = self.audited(who, "webhook.secret_rotated", settings.name.as_str(), detail);
        let webhook = self.save(who, id, revision, &settings, &sealed, &entry).await?;
        Ok(Saved { webhook, secret: Some(secret) })
    }

    /// Ends the time of the previous signing secret now; it is forgotten.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when there is none any more.
    pub async fn end_overlap(&self, who: &Who, id: WebhookId) -> Result<Webhook> {
        who.must(Permission::Manage)?;
        let stored = self.stored(who, id).await?;
        let mut secrets = self.kept_secrets(who.marketplace.id, &stored)?;
        let Webhook { mut settings, revision, .. } = stored.webhook;
        if !settings.signing.overlaps(self.0.clock.now()) {
            return Err(Error::conflict("Only one secret signs: there is no previous one to end."));
        }
        secrets.remove(PREVIOUS);
        settings.signing.end_overlap();
        let sealed = self.0.vault.seal_secrets(who.marketplace.id, id, &secrets)?;
        let detail = changes::replaced(&[PREVIOUS.to_owned()]);
        let entry = self.audited(who, "webhook.previous_secret_ended", settings.name.as_str(), detail);
        self.save(who, id, revision, &settings, &sealed, &entry).await
    }

    /// Fills in what the settings sign with: the secret that was given, the one in `secrets`, or a
    /// new one. Returns it when it is another than before.
    pub(crate) async fn fill_in_signing(
        &self,
        settings: &mut Settings,
        secrets: &Secrets,
    ) -> Result<Option<Zeroizing<String>>> {
        let signing = &mut settings.signing;
        (signing.public_key, signing.public_key_xml) = (None, None);
        if signing.scheme == Scheme::None {
            signing.secret = None;
            return Ok(None);
        }
        let old = secrets.get(SIGNING);
        let secret = match &signing.secret {
            Some(SecretText::Given(text)) => Some(text.clone()),
            // A secret that does not fit another scheme's form can't be kept.
            Some(SecretText::Kept) => {
                old.filter(|old| signature::check_secret(signing.scheme, old).is_ok()).cloned()
            }
            None => None,
        };
        let secret = match secret {
            Some(secret) => secret,
            None => self.new_signing_secret(signing.scheme).await?.ok_or(Error::Internal)?,
        };
        signature::check_secret(signing.scheme, &secret)
            .map_err(|bad| Invalid::one(SIGNING, bad.to_string()))?;
        signing.secret = Some(SecretText::Given(secret.clone()));
        show_public_keys(settings, &secret)?;
        Ok((Some(&secret) != old).then_some(secret))
    }

    /// A new secret; `None` for the scheme `none`. An RSA key takes a tenth of a second to find.
    async fn new_signing_secret(&self, scheme: Scheme) -> Result<Option<Zeroizing<String>>> {
        let random = Zeroizing::new(self.0.generator.bytes());
        let made = tokio::task::spawn_blocking(move || signature::generate(scheme, &random)).await;
        let made = made.map_err(|error| Error::internal("make a signing secret", error))?;
        made.map_err(|error| Error::internal("make a signing secret", error))
    }
}

/// What stays of the stored secrets for settings whose kept secrets are still in place, joined with
/// the ones that were `given`.
///
/// # Errors
/// `Invalid` at each secret that is neither given nor stored.
pub(crate) fn merge(settings: &mut Settings, stored: &Secrets) -> Result<Secrets> {
    let mut full = settings.clone();
    let missing = full.put_secrets(stored);
    let mut invalid = Invalid::default();
    for field in missing {
        invalid.push(contract_field(settings, &field), "Type this secret again.");
    }
    for (at, header) in settings.headers.iter().enumerate() {
        if !header.secret && header.value == SecretText::Kept {
            invalid.push(format!("headers.{at}.value"), "Type this value again.");
        }
    }
    invalid.into_result()?;
    settings.take_secrets();
    let mut secrets = full.take_secrets();
    // The previous secret goes on signing as long as the valid one is the one that replaced it.
    let same = secrets.get(SIGNING).is_some_and(|secret| Some(secret) == stored.get(SIGNING));
    match stored.get(PREVIOUS).filter(|_| same && settings.signing.previous_until.is_some()) {
        Some(previous) => {
            secrets.insert(PREVIOUS.to_owned(), previous.clone());
        }
        None => settings.signing.end_overlap(),
    }
    Ok(secrets)
}

/// The fields of secrets whose text is another than before.
pub(super) fn replaced(before: &Secrets, after: &Secrets) -> Vec<String> {
    let differs = |(field, text): &(&String, &Zeroizing<String>)| before.get(*field) != Some(*text);
    after.iter().filter(differs).map(|(field, _)| field.clone()).collect()
}

/// `headers.x-api-key` as the contract counts headers: `headers.0.value`.
fn contract_field(settings: &Settings, field: &str) -> String {
    let Some(name) = field.strip_prefix("headers.") else { return field.to_owned() };
    let at = settings.headers.iter().position(|header| header.name.eq_ignore_ascii_case(name));
    at.map_or_else(|| field.to_owned(), |at| format!("headers.{at}.value"))
}

/// The secret of a field, as people call it.
fn in_words(field: &str) -> String {
    match field {
        "auth.password" => "password".to_owned(),
        "auth.token" => "token".to_owned(),
        "auth.value" => "key".to_owned(),
        "auth.client_secret" => "client secret".to_owned(),
        SIGNING => "signing secret".to_owned(),
        other => other.replacen("headers.", "header ", 1),
    }
}

fn show_public_keys(settings: &mut Settings, secret: &str) -> Result<()> {
    let keys = signature::public_keys(settings.signing.scheme, secret)
        .map_err(|error| Error::internal("show public keys", error))?;
    (settings.signing.public_key, settings.signing.public_key_xml) = (keys.key, keys.xml);
    Ok(())
}
