//! People of a marketplace and what they may do.

use super::password;
use crate::{Engine, Error, Permission, Result, Who, manage::check};
use domain::{
    account::{Member, Role},
    id::UserId,
    invalid::Invalid,
};
use serde_json::json;
use store::Conflict;

/// The most characters of a person's name.
pub(super) const NAME: usize = 120;
const TAKEN: &str = "There is an account with this address already.";

impl Engine {
    /// Everybody, in the order of their names.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn members(&self, who: &Who) -> Result<Vec<Member>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.members(who.marketplace.id).await?)
    }

    /// Adds somebody with an initial password, of at least 10 characters.
    ///
    /// # Errors
    /// `Invalid` at `email` (also when an account has it already), `name` or `password`.
    pub async fn add_member(
        &self,
        who: &Who,
        email: &str,
        name: &str,
        role: Role,
        password: &str,
    ) -> Result<Member> {
        who.must(Permission::Own)?;
        let user = self.new_user(name, email, password).await?;
        let told = json!({ "email": user.email, "role": role });
        let entry = self.audited(who, "member.added", user.name.as_str(), told);
        match self.0.store.insert_user(who.marketplace.id, &user, role, &entry).await {
            Ok(()) => {}
            Err(store::Error::Conflict(Conflict::EmailTaken | Conflict::AlreadyMember)) => {
                return Err(Invalid::one("email", TAKEN).into());
            }
            Err(error) => return Err(error.into()),
        }
        let store::NewUser { id, email, name, created_at, .. } = user;
        Ok(Member { id, email, name, role, created_at })
    }

    /// Changes what somebody may do, at once.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the last owner.
    pub async fn set_role(&self, who: &Who, id: UserId, role: Role) -> Result<Member> {
        who.must(Permission::Own)?;
        let member = self.member(who, id).await?;
        if member.role == role {
            return Ok(member);
        }
        let told = json!({ "email": member.email, "role": { "before": member.role, "after": role } });
        let entry = self.audited(who, "member.role_changed", member.name.as_str(), told);
        let found = self.0.store.set_role(who.marketplace.id, id, role, &entry).await;
        if found.map_err(last_owner)? { Ok(Member { role, ..member }) } else { Err(Error::NotFound) }
    }

    /// Removes somebody; their devices are signed out.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the last owner.
    pub async fn remove_member(&self, who: &Who, id: UserId) -> Result<()> {
        who.must(Permission::Own)?;
        let member = self.member(who, id).await?;
        let told = json!({ "email": member.email, "role": member.role });
        let entry = self.audited(who, "member.removed", member.name.as_str(), told);
        let found = self.0.store.remove_member(who.marketplace.id, id, &entry).await;
        if found.map_err(last_owner)? { Ok(()) } else { Err(Error::NotFound) }
    }

    async fn member(&self, who: &Who, id: UserId) -> Result<Member> {
        self.0.store.member(who.marketplace.id, id).await?.ok_or(Error::NotFound)
    }

    /// A checked person with a hashed password, not yet stored.
    pub(super) async fn new_user(&self, name: &str, email: &str, password: &str) -> Result<store::NewUser> {
        let mut invalid = Invalid::default();
        let name = check::text(&mut invalid, "name", "The name", name, NAME);
        let email = check::email(&mut invalid, "email", email);
        if invalid.at("email").is_none() && self.0.store.user_by_email(&email).await?.is_some() {
            invalid.push("email", TAKEN);
        }
        password::check(&mut invalid, "password", password);
        invalid.into_result()?;
        Ok(store::NewUser {
            id: self.0.generator.id(),
            email,
            name,
            password_hash: password::hash(password, self.0.generator.bytes()).await?,
            created_at: self.0.clock.now(),
        })
    }
}

fn last_owner(error: store::Error) -> Error {
    match error {
        store::Error::Conflict(Conflict::LastOwner) => {
            Error::conflict("This is the last owner. Make somebody else an owner first.")
        }
        other => other.into(),
    }
}
