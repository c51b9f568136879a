//! Which processes share the database. The number of a node is part of every key that it makes.

use crate::{
    Conflict, Result, Store,
    sql::{args, sql_postgres},
};

/// The last number of a node.
const LAST_NODE: i64 = 62;

/// A number that this process holds until it stops renewing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// 0–62. Command line tools use 63 and don't register.
    pub number: u8,
    pub(crate) holder: String,
}

impl Node {
    /// The number of command line tools.
    pub const TOOL: u8 = 63;
    /// A number that was not renewed for so long is free again, by the database's clock.
    pub const LIFETIME_MS: i64 = 60_000;
}

impl Store {
    /// Takes the smallest free number; on SQLite always 0.
    ///
    /// # Errors
    /// `Conflict::TooManyNodes`.
    pub async fn claim_node(&self) -> Result<Node> {
        if self.postgres().is_none() {
            return Ok(Node { number: 0, holder: String::new() });
        }
        // Each further try is one that lost to another node at the same moment.
        for _ in 0..=LAST_NODE {
            let mut tx = self.write().await?;
            let taken: Option<(i64, String)> =
                tx.first(sql_postgres!("nodes/claim"), args![Node::LIFETIME_MS]).await?;
            tx.commit().await?;
            if let Some((number, holder)) = taken {
                return Ok(Node { number: crate::conn::number("nodes.number", number)?, holder });
            }
            if self.live_nodes().await? > LAST_NODE {
                break;
            }
        }
        Err(Conflict::TooManyNodes.into())
    }
    /// Says that this node is alive; call it every 15 s. `false`: the number went to somebody
    /// else, and this process must stop making keys.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn renew_node(&self, node: &Node) -> Result<bool> {
        if self.postgres().is_none() {
            return Ok(true);
        }
        let mut tx = self.write().await?;
        let renewed =
            tx.run(sql_postgres!("nodes/renew"), args![i64::from(node.number), &node.holder]).await?;
        tx.commit().await?;
        Ok(renewed == 1)
    }
    /// Gives the number back.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn free_node(&self, node: &Node) -> Result<()> {
        if self.postgres().is_none() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        tx.run(sql_postgres!("nodes/free"), args![i64::from(node.number), &node.holder]).await?;
        tx.commit().await
    }
    /// How many nodes are alive; at least 1.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_nodes(&self) -> Result<i64> {
        if self.postgres().is_none() {
            return Ok(1);
        }
        let (count,): (i64,) =
            self.read().await?.one(sql_postgres!("nodes/count"), args![Node::LIFETIME_MS]).await?;
        Ok(count.max(1))
    }
}
