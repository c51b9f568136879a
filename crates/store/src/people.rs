//! People and what they may do where.

use crate::{Result, Store};
use domain::{
    account::{AuditEntry, Marketplace, Member, Role},
    id::{MarketplaceId, SessionId, UserId},
    time::Timestamp,
};

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Made by the caller.
    pub id: UserId,
    /// Lower case.
    pub email: String,
    /// How the console calls them.
    pub name: String,
    /// A PHC string.
    pub password_hash: String,
    /// Now.
    pub created_at: Timestamp,
}

/// A person, without a marketplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Signs in with it; lower case.
    pub email: String,
    /// How the console calls them.
    pub name: String,
    /// A PHC string.
    pub password_hash: String,
    /// Where they are a member, the first one first.
    pub marketplaces: Vec<MarketplaceId>,
}

impl Store {
    /// How many accounts there are.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn user_count(&self) -> Result<i64> {
        todo!()
    }
    /// Adds a person as a member of a marketplace.
    ///
    /// # Errors
    /// `Conflict::EmailTaken`.
    pub async fn insert_user(
        &self,
        marketplace: MarketplaceId,
        user: &NewUser,
        role: Role,
        audit: &AuditEntry,
    ) -> Result<()> {
        let _ = (marketplace, user, role, audit);
        todo!()
    }
    /// Makes somebody who has an account a member of a further marketplace.
    ///
    /// # Errors
    /// `Conflict::AlreadyMember`.
    pub async fn insert_member(
        &self,
        marketplace: MarketplaceId,
        user: UserId,
        role: Role,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<()> {
        let _ = (marketplace, user, role, now, audit);
        todo!()
    }
    /// The first account: takes the set-up link, saves the marketplace's name and ids, adds its
    /// owner. `false`, and nothing is changed, when the link is not valid or there is an account.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_up(
        &self,
        link_hash: &str,
        marketplace: &Marketplace,
        owner: &NewUser,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (link_hash, marketplace, owner, audit);
        todo!()
    }
    /// Who signs in with this address (lower case).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let _ = email;
        todo!()
    }
    /// One person.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        let _ = id;
        todo!()
    }
    /// The members of a marketplace, by name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn members(&self, marketplace: MarketplaceId) -> Result<Vec<Member>> {
        let _ = marketplace;
        todo!()
    }
    /// One member.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn member(&self, marketplace: MarketplaceId, user: UserId) -> Result<Option<Member>> {
        let _ = (marketplace, user);
        todo!()
    }
    /// Changes what a member may do; `false` when they are none.
    ///
    /// # Errors
    /// `Conflict::LastOwner`.
    pub async fn set_role(
        &self,
        marketplace: MarketplaceId,
        user: UserId,
        role: Role,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, user, role, audit);
        todo!()
    }
    /// Removes a member, signs them out there, and deletes an account without a marketplace;
    /// `false` when they are none.
    ///
    /// # Errors
    /// `Conflict::LastOwner`.
    pub async fn remove_member(
        &self,
        marketplace: MarketplaceId,
        user: UserId,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, user, audit);
        todo!()
    }
    /// Saves a new password and signs out every other device than `keep`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_password_hash(
        &self,
        user: UserId,
        hash: &str,
        keep: Option<SessionId>,
        audit: Option<(MarketplaceId, &AuditEntry)>,
    ) -> Result<()> {
        let _ = (user, hash, keep, audit);
        todo!()
    }
}
