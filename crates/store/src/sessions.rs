//! Signed-in devices. The browser holds the token, the database its SHA-256.

use crate::{
    Result, Store,
    conn::Conn,
    rows::{marketplace, member},
    sql::{args, sql},
};
use domain::{
    account::{Device, Marketplace, Member},
    id::{MarketplaceId, SessionId, UserId},
    time::Timestamp,
};

/// A device that signs in.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Made by the caller.
    pub id: SessionId,
    /// SHA-256 of the token, in hex.
    pub token_hash: String,
    /// Who.
    pub user: UserId,
    /// Where.
    pub marketplace: MarketplaceId,
    /// What the browser says it is.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// Now.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Who a session token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The device.
    pub device: Device,
    /// The person, with the role they have now.
    pub member: Member,
    /// Where.
    pub marketplace: Marketplace,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a new session.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_session(&self, new: &NewSession) -> Result<()> {
        let mut tx = self.write().await?;
        let values = args![
            new.id,
            &new.token_hash,
            new.user,
            new.marketplace,
            &new.user_agent,
            &new.address,
            new.created_at,
            new.expires_at,
        ];
        tx.run(sql!("sessions/insert"), values).await?;
        tx.commit().await
    }
    /// Who holds the token; `None` when it is unknown, over, or they are no member any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn session(&self, token_hash: &str, now: Timestamp) -> Result<Option<SignedIn>> {
        let row: Option<SessionColumns> =
            self.read().await?.first(sql!("sessions/by_token"), args![token_hash, now]).await?;
        row.map(SessionColumns::read).transpose()
    }
    /// Notes that it was seen; call it at most once a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn touch_session(&self, id: SessionId, address: &str, now: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("sessions/touch"), args![id, address, now]).await?;
        tx.commit().await
    }
    /// The devices on which somebody is signed in, last seen first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Device>> {
        let rows: Vec<(i64, String, String, i64, i64)> =
            self.read().await?.all(sql!("sessions/list"), args![user, now]).await?;
        Ok(rows.into_iter().map(device).collect())
    }
    /// Signs out one device of a person; `false` when it is not theirs.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_session(&self, user: UserId, id: SessionId) -> Result<bool> {
        let mut tx = self.write().await?;
        let deleted = tx.run(sql!("sessions/delete"), args![user, id]).await?;
        tx.commit().await?;
        Ok(deleted == 1)
    }
    /// Signs out all devices of a person but `keep`; says how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_sessions(&self, user: UserId, keep: Option<SessionId>) -> Result<i64> {
        let mut tx = self.write().await?;
        let deleted = delete_others(&mut tx, user, keep).await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

/// Signs out all devices of a person but `keep`, in a transaction.
pub(crate) async fn delete_others(tx: &mut Conn, user: UserId, keep: Option<SessionId>) -> Result<i64> {
    let values = args![user, keep.map_or(0, SessionId::key)];
    Ok(tx.run(sql!("sessions/delete_others"), values).await? as i64)
}

fn device((id, user_agent, address, created_at, seen_at): (i64, String, String, i64, i64)) -> Device {
    Device {
        id: SessionId::from_key(id),
        user_agent,
        address,
        created_at: Timestamp::from_ms(created_at),
        seen_at: Timestamp::from_ms(seen_at),
    }
}

#[derive(sqlx::FromRow)]
struct SessionColumns {
    id: i64,
    user_agent: String,
    address: String,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
    user_id: i64,
    email: String,
    user_name: String,
    role: String,
    member_since: i64,
    marketplace_id: i64,
    slug: String,
    marketplace_name: String,
    domain_id: String,
    tenant_id: String,
}

impl SessionColumns {
    fn read(self) -> Result<SignedIn> {
        let place = (self.marketplace_id, self.slug, self.marketplace_name, self.domain_id, self.tenant_id);
        Ok(SignedIn {
            device: device((self.id, self.user_agent, self.address, self.created_at, self.seen_at)),
            member: member((self.user_id, self.email, self.user_name, self.role, self.member_since))?,
            marketplace: marketplace(place),
            expires_at: Timestamp::from_ms(self.expires_at),
        })
    }
}
