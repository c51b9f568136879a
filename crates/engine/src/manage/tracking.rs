//! The website tag: its public key, the websites that may use it, and the secret that proves who a visitor is.

use super::{accounts::token, changes};
use crate::{Engine, Error, Generator, Permission, Result, Who, visits::PREFIX as KEY_PREFIX};
use domain::{
    account::AuditEntry,
    tracking::{self, Tracking},
};
use serde_json::{Value, json};
use store::StoredTracking;
use zeroize::Zeroizing;

/// What every identify secret begins with.
const SECRET_PREFIX: &str = "cis_";

/// What of a website tag is made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagPart {
    /// The track key: pages with the old one report no more.
    Key,
    /// The identify secret: what was proven with the old one counts no more.
    IdentifySecret,
}

/// A website tag, with its identify secret when that was just made: it is shown this once.
pub type ChangedTag = (Tracking, Option<Zeroizing<String>>);

impl Engine {
    /// The website tag; `None` until it is switched on for the first time.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn tracking(&self, who: &Who) -> Result<Option<Tracking>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.tracking(who.marketplace.id).await?.map(|stored| stored.tracking))
    }

    /// Switches the tag on or off and says which websites may use it. The first time makes its key and its
    /// identify secret.
    ///
    /// # Errors
    /// `Invalid` at `origins` or `origins.<index>`.
    pub async fn save_tracking(&self, who: &Who, on: bool, origins: &[String]) -> Result<ChangedTag> {
        who.must(Permission::Own)?;
        let (marketplace, origins) = (who.marketplace.id, tracking::origins(origins)?);
        if let Some(old) = self.tracking(who).await? {
            let entry = self.tag_entry(
                who,
                changes::between(&shown(&old), &json!({ "on": on, "origins": origins }), &[]),
            );
            self.0.store.set_tracking(marketplace, on, &origins, &entry).await?;
            return Ok((Tracking { on, origins, ..old }, None));
        }
        let (secret, sealed) = self.new_identify_secret(who)?;
        let tag = Tracking { on, key: self.new_track_key(), origins, last_view_at: None };
        let entry = self.tag_entry(who, changes::between(&json!({}), &shown(&tag), &[]));
        let stored = StoredTracking { tracking: tag.clone(), secret: sealed };
        if !self.0.store.insert_tracking(marketplace, &stored, &entry).await? {
            return Err(Error::conflict("Somebody switched the website tag on meanwhile. Look again."));
        }
        Ok((tag, Some(secret)))
    }

    /// Makes a part of the tag anew; the old one is worth nothing from now on.
    ///
    /// # Errors
    /// `Conflict` while there is no tag.
    pub async fn rotate_tracking(&self, who: &Who, part: TagPart) -> Result<ChangedTag> {
        who.must(Permission::Own)?;
        let nothing = || Error::conflict("There is no website tag yet. Switch it on first.");
        let old = self.tracking(who).await?.ok_or_else(nothing)?;
        let marketplace = who.marketplace.id;
        match part {
            TagPart::Key => {
                let key = self.new_track_key();
                let entry = self.tag_entry(who, json!({ "key": { "before": old.key, "after": key } }));
                self.0.store.set_track_key(marketplace, &key, &entry).await?;
                Ok((Tracking { key, ..old }, None))
            }
            TagPart::IdentifySecret => {
                let (secret, sealed) = self.new_identify_secret(who)?;
                let entry = self.tag_entry(who, changes::replaced(&["identify_secret".to_owned()]));
                self.0.store.set_identify_secret(marketplace, &sealed, &entry).await?;
                Ok((old, Some(secret)))
            }
        }
    }

    fn tag_entry(&self, who: &Who, detail: Value) -> AuditEntry {
        self.audited(who, "tracking.updated", who.marketplace.slug.as_str(), detail)
    }

    fn new_track_key(&self) -> String {
        format!("{KEY_PREFIX}{}", *token::random(&self.0.generator))
    }

    /// In clear and sealed.
    fn new_identify_secret(&self, who: &Who) -> Result<(Zeroizing<String>, String)> {
        let secret = identify_secret(&self.0.generator);
        let sealed = self.0.vault.seal_identify_secret(who.marketplace.id, &secret)?;
        Ok((secret, sealed))
    }
}

/// A new identify secret.
pub(crate) fn identify_secret(generator: &Generator) -> Zeroizing<String> {
    Zeroizing::new(format!("{SECRET_PREFIX}{}", *token::random(generator)))
}

/// What the log of changes tells of it.
fn shown(tag: &Tracking) -> Value {
    json!({ "on": tag.on, "origins": tag.origins })
}
