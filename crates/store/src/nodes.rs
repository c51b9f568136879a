//! Which processes share the database. The number of a node is part of every key that it makes.

use crate::{Result, Store};

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
        todo!()
    }
    /// Says that this node is alive; call it every 15 s. `false`: the number went to somebody
    /// else, and this process must stop making keys.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn renew_node(&self, node: &Node) -> Result<bool> {
        let _ = node;
        todo!()
    }
    /// Gives the number back.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn free_node(&self, node: &Node) -> Result<()> {
        let _ = node;
        todo!()
    }
    /// How many nodes are alive; at least 1.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn live_nodes(&self) -> Result<i64> {
        todo!()
    }
}
