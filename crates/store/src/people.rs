//! People and what they may do where.

use crate::{
    Conflict, Result, Store, audit,
    conn::Conn,
    marketplaces::{self, MarketplaceChange},
    rows::{MemberRow, member},
    sessions,
    sql::{Args, Sql, args, sql, sql_pair},
};
use domain::{
    account::{AuditEntry, Member, Role},
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
        let (count,): (i64,) = self.read().await?.one(sql!("users/count"), args![]).await?;
        Ok(count)
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
        let mut tx = self.write().await?;
        insert(&mut tx, marketplace, user, role).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
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
        let mut tx = self.write().await?;
        let values = args![marketplace, user, role.as_str(), now];
        if tx.run(sql!("members/insert"), values).await? == 0 {
            return Err(Conflict::AlreadyMember.into());
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// The first account: takes the set-up link, saves the marketplace's name and ids, adds its
    /// owner. `false`, and nothing is changed, when the link is not valid or there is an account.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_up(
        &self,
        link_hash: &str,
        marketplace: MarketplaceId,
        new: &MarketplaceChange,
        owner: &NewUser,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let link = args![link_hash, owner.created_at];
        if tx.run(sql!("setup_links/take"), link).await? == 0
            || !marketplaces::change(&mut tx, marketplace, new).await?
        {
            return Ok(false);
        }
        insert(&mut tx, marketplace, owner, Role::Owner).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// Who signs in with this address (lower case).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.find_user(sql!("users/by_email"), args![email]).await
    }
    /// One person.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        self.find_user(sql!("users/get"), args![id]).await
    }
    /// The members of a marketplace, by name.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn members(&self, marketplace: MarketplaceId) -> Result<Vec<Member>> {
        let rows: Vec<MemberRow> = self.read().await?.all(sql!("members/list"), args![marketplace]).await?;
        rows.into_iter().map(member).collect()
    }
    /// One member.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn member(&self, marketplace: MarketplaceId, user: UserId) -> Result<Option<Member>> {
        let row: Option<MemberRow> =
            self.read().await?.first(sql!("members/get"), args![marketplace, user]).await?;
        row.map(member).transpose()
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
        let mut tx = self.write().await?;
        if role != Role::Owner {
            keep_an_owner(&mut tx, marketplace, user).await?;
        }
        if tx.run(sql!("members/set_role"), args![marketplace, user, role.as_str()]).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
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
        let mut tx = self.write().await?;
        keep_an_owner(&mut tx, marketplace, user).await?;
        if tx.run(sql!("members/delete"), args![marketplace, user]).await? == 0 {
            return Ok(false);
        }
        tx.run(sql!("users/delete_without_membership"), args![user]).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
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
        let mut tx = self.write().await?;
        tx.run(sql!("users/set_password"), args![user, hash]).await?;
        sessions::delete_others(&mut tx, user, keep).await?;
        if let Some((marketplace, entry)) = audit {
            audit::append(&mut tx, marketplace, entry).await?;
        }
        tx.commit().await
    }

    async fn find_user(&self, sql: Sql, values: Args) -> Result<Option<User>> {
        let mut conn = self.read().await?;
        let row: Option<(i64, String, String, String)> = conn.first(sql, values).await?;
        let Some((id, email, name, password_hash)) = row else { return Ok(None) };
        let marketplaces: Vec<(i64,)> = conn.all(sql!("members/of_user"), args![id]).await?;
        let marketplaces = marketplaces.into_iter().map(|(id,)| MarketplaceId::from_key(id)).collect();
        Ok(Some(User { id: UserId::from_key(id), email, name, password_hash, marketplaces }))
    }
}

async fn insert(tx: &mut Conn, marketplace: MarketplaceId, user: &NewUser, role: Role) -> Result<()> {
    let values = args![user.id, &user.email, &user.name, &user.password_hash, user.created_at];
    if tx.run(sql!("users/insert"), values).await? == 0 {
        return Err(Conflict::EmailTaken.into());
    }
    let values = args![marketplace, user.id, role.as_str(), user.created_at];
    tx.run(sql!("members/insert"), values).await.map(|_| ())
}

/// Refuses a change that would take the last owner away.
async fn keep_an_owner(tx: &mut Conn, marketplace: MarketplaceId, user: UserId) -> Result<()> {
    let owners: Vec<(i64,)> = tx.all(sql_pair!("members/owners"), args![marketplace]).await?;
    if owners == [(user.key(),)] { Err(Conflict::LastOwner.into()) } else { Ok(()) }
}
