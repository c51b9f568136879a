//! Views that a website's tag reports: by a public key, from websites that the marketplace allows, and
//! nothing but views.

mod pace;

pub(crate) use pace::Pace;

use crate::{Engine, Error, NewEvent, Permissions, Refusal, Result, Who, manage::KEY_TOUCH_MS};
use domain::{
    account::{Actor, Scope},
    format::Json,
    id::EventId,
    invalid::Invalid,
    profile,
    visit::Visit,
};
use store::StoredTracking;

/// What every track key begins with.
pub(crate) const PREFIX: &str = "crt_";

/// A website that may report views; stands for its visitors.
#[derive(Clone, Debug)]
pub struct Website {
    who: Who,
    tag: StoredTracking,
}

impl Engine {
    /// Counts a view from an address, before anything else is looked at.
    ///
    /// # Errors
    /// `TooMany` above 10 views a second, after the first 50.
    pub fn limit_views(&self, address: &str) -> Result<()> {
        let limited = self.0.pace.of_address(address, self.0.clock.now());
        limited.map_err(|retry_after_s| Error::TooMany { retry_after_s })
    }

    /// The website that reports with this key. `origin` is what the browser says where the page comes from.
    ///
    /// # Errors
    /// `Unauthorized` when the key is unknown; `Forbidden` when the website is not among the allowed ones.
    pub async fn website(&self, key: &str, origin: &str) -> Result<Website> {
        if !key.starts_with(PREFIX) {
            return Err(Error::Unauthorized);
        }
        let (marketplace, tag) = self.0.store.tracking_by_key(key).await?.ok_or(Error::Unauthorized)?;
        if !tag.tracking.allows(origin) {
            return Err(Error::Forbidden(Refusal::of_website()));
        }
        let can = Permissions::of_scope(Scope::Events);
        Ok(Website { who: Who { marketplace, actor: Actor::System, can, session: None }, tag })
    }

    /// Accepts a view as an event of the catalog `visitor`. A visitor whose identity is proven is known, with
    /// a stored profile or without.
    ///
    /// # Errors
    /// `TooMany` above 500 views of the marketplace in a second; `Conflict` while the tag or the catalog is
    /// off; `Invalid` for the visit, at `profile.hmac` for a wrong proof.
    pub async fn report_view(&self, website: &Website, visit: Visit) -> Result<EventId> {
        let Website { who, tag } = website;
        let (marketplace, now) = (who.marketplace.id, self.0.clock.now());
        let limited = self.0.pace.of_marketplace(marketplace, now);
        limited.map_err(|retry_after_s| Error::TooMany { retry_after_s })?;
        if !tag.tracking.on {
            return Err(Error::conflict(
                "The website tag is off. An owner switches it on in Settings → Website tag.",
            ));
        }
        if !self.knows_topic(who, visit.topic()).await? {
            let told =
                "The catalog “Website behaviour” is off. An owner switches it on in Settings → Marketplace.";
            return Err(Error::conflict(told));
        }
        visit.check()?;
        let known = match &visit.profile {
            None => None,
            Some(identity) => {
                let secret = self.0.vault.open_identify_secret(marketplace, &tag.secret)?;
                if !identity.is_proven(&secret) {
                    let told =
                        "This is not the HMAC-SHA256 of the id with the identify secret, in lower-case hex.";
                    return Err(Invalid::one("profile.hmac", told).into());
                }
                Some(profile::carried(&identity.id, Json::Null))
            }
        };
        let (topic, payload) = (visit.topic().to_owned(), visit.payload().to_text());
        let event = NewEvent { topic, payload, id: None, occurred_at: None };
        let accepted = self.accept_known(who, event, known).await?;
        if tag.tracking.last_view_at.is_none_or(|last| now.ms() - last.ms() >= KEY_TOUCH_MS) {
            // A note that can't be written must not refuse a view.
            if let Err(error) = self.0.store.touch_tracking(marketplace, now).await {
                tracing::warn!(%error, "when a view came in could not be noted");
            }
        }
        Ok(accepted.id)
    }
}
