//! One's own account: password and signed-in devices. A role is not asked for; being a person is.

use super::password;
use crate::{Engine, Error, Result, Who};
use domain::{
    account::{Actor, Device},
    id::{SessionId, UserId},
    invalid::Invalid,
};
use serde_json::Value;

impl Engine {
    /// Changes one's own password; other devices are signed out.
    ///
    /// # Errors
    /// `Invalid` at `current` or `new`; `TooMany`, as signing in; `Unauthorized` for who is not a person.
    pub async fn change_password(&self, who: &Who, current: &str, new: &str) -> Result<()> {
        let user = self.0.store.user(person(who)?).await?.ok_or(Error::Unauthorized)?;
        // Whoever sits at an open console must not guess faster than at the sign-in page. The
        // session stands in for the address: only this account is of interest.
        let address = who.session.map(|session| session.to_string()).unwrap_or_default();
        let limited = self.0.limiter.begin(&user.email, &address, self.0.clock.now());
        limited.map_err(|retry_after_s| Error::TooMany { retry_after_s })?;
        let mut invalid = Invalid::default();
        if password::verify(current, Some(user.password_hash)).await? {
            self.0.limiter.succeeded(&user.email, &address);
        } else {
            invalid.push("current", "This is not your password.");
        }
        password::check(&mut invalid, "new", new);
        if new == current && invalid.errors.is_empty() {
            invalid.push("new", "This is your password already.");
        }
        invalid.into_result()?;
        let hash = password::hash(new, self.0.generator.bytes()).await?;
        let entry = self.audited(who, "password.changed", user.name, Value::Null);
        let audit = Some((who.marketplace.id, &entry));
        Ok(self.0.store.set_password_hash(user.id, &hash, who.session, audit).await?)
    }

    /// One's own signed-in devices, last seen first.
    ///
    /// # Errors
    /// `Unauthorized` for who is not a person.
    pub async fn devices(&self, who: &Who) -> Result<Vec<Device>> {
        Ok(self.0.store.sessions(person(who)?, self.0.clock.now()).await?)
    }

    /// Signs one of one's own devices out.
    ///
    /// # Errors
    /// `NotFound`; `Unauthorized` for who is not a person.
    pub async fn sign_out_device(&self, who: &Who, id: SessionId) -> Result<()> {
        if !self.0.store.delete_session(person(who)?, id).await? {
            return Err(Error::NotFound);
        }
        let entry = self.audited(who, "device.signed_out", id.to_string(), Value::Null);
        Ok(self.0.store.insert_audit(who.marketplace.id, &entry).await?)
    }
}

fn person(who: &Who) -> Result<UserId> {
    match who.actor {
        Actor::User { id, .. } => Ok(id),
        Actor::Key { .. } | Actor::System => Err(Error::Unauthorized),
    }
}
