//! Which processes share the database. The number of a node is part of every key that it makes.

use crate::{
    Conflict, Result, Store,
    conn::{Conn, number},
    sql::{args, sql_postgres},
};
use domain::share::Nodes;

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
    /// A node that was not heard of for so long sends nothing any more, by the database's clock, and
    /// its webhooks go to the others.
    pub const ALIVE_MS: i64 = 5000;
}

/// All numbers, held by a process that must be the only one.
#[derive(Debug)]
pub struct AllNodes {
    holder: String,
}

impl AllNodes {
    /// Passes when so many numbers are held still.
    fn must_be(&self, held: u64) -> Result<()> {
        match LAST_NODE + 1 - i64::try_from(held).unwrap_or_default() {
            0 => Ok(()),
            others => Err(Conflict::NotAlone { others }.into()),
        }
    }

    /// Passes when all numbers are held still, and keeps it so until the end of the transaction.
    pub(crate) async fn hold(&self, tx: &mut Conn) -> Result<()> {
        if !tx.is_postgres() {
            return Ok(());
        }
        let held: Vec<(i64,)> = tx.all(sql_postgres!("nodes/hold"), args![&self.holder]).await?;
        self.must_be(held.len() as u64)
    }
}

/// What a node says of itself with each renewal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Says {
    /// Whether it sends deliveries.
    pub delivers: bool,
    /// Whether somebody looks at a console there.
    pub watches: bool,
    /// The nodes that deliver, as far as it knows.
    pub sees: Nodes,
}

/// A node that is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number.
    pub number: u8,
    /// What it said last; nothing at first.
    pub says: Says,
}

/// What a renewal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    /// Whether the others never had reason to think that this node is gone.
    pub in_time: bool,
    /// All nodes that are alive, this one included, by their numbers.
    pub members: Vec<Member>,
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
                tx.first(sql_postgres!("nodes/claim"), args![Node::LIFETIME_MS, 1_i64]).await?;
            tx.commit().await?;
            if let Some((number, holder)) = taken {
                return Ok(Node { number: self::number("nodes.number", number)?, holder });
            }
            if self.live_nodes().await? > LAST_NODE {
                break;
            }
        }
        Err(Conflict::TooManyNodes.into())
    }
    /// Takes every number, so that no other process has one and none that starts gets one, until they are given
    /// back or not renewed for [`Node::LIFETIME_MS`]. A SQLite file is held by one process as it is.
    ///
    /// # Errors
    /// `Conflict::NotAlone`: nothing is taken.
    pub async fn claim_all_nodes(&self) -> Result<AllNodes> {
        if self.postgres().is_none() {
            return Ok(AllNodes { holder: String::new() });
        }
        let mut tx = self.write().await?;
        let all = LAST_NODE + 1;
        let taken: Vec<(i64, String)> =
            tx.all(sql_postgres!("nodes/claim"), args![Node::LIFETIME_MS, all]).await?;
        if taken.len() as i64 == all
            && let Some((_, holder)) = taken.into_iter().next()
        {
            tx.commit().await?;
            return Ok(AllNodes { holder });
        }
        tx.rollback().await?;
        // Somebody who was alone holds all numbers.
        let (others,): (i64,) =
            self.read().await?.one(sql_postgres!("nodes/holders"), args![Node::LIFETIME_MS]).await?;
        Err(Conflict::NotAlone { others }.into())
    }
    /// Says that the process that holds all numbers is alive.
    ///
    /// # Errors
    /// `Conflict::NotAlone` when some went to somebody else, `Unavailable`.
    pub async fn renew_all_nodes(&self, all: &AllNodes) -> Result<()> {
        if self.postgres().is_none() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let renewed = tx.run(sql_postgres!("nodes/renew_all"), args![&all.holder]).await?;
        tx.commit().await?;
        all.must_be(renewed)
    }
    /// Gives all numbers back.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn free_all_nodes(&self, all: &AllNodes) -> Result<()> {
        self.free(&all.holder).await
    }
    /// Says that this node is alive, and what it says; call it every second. `None`: the number went
    /// to somebody else, and this process must stop making keys. On SQLite nobody else is there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn renew_node(&self, node: &Node, says: Says) -> Result<Option<Renewed>> {
        if self.postgres().is_none() {
            return Ok(Some(Renewed { in_time: true, members: Vec::new() }));
        }
        let mut tx = self.write().await?;
        let Says { delivers, watches, sees } = says;
        let values =
            args![i64::from(node.number), &node.holder, delivers, watches, sees.bits(), Node::ALIVE_MS];
        let renewed: Option<(bool,)> = tx.first(sql_postgres!("nodes/renew"), values).await?;
        tx.commit().await?;
        let Some((in_time,)) = renewed else { return Ok(None) };
        // After the commit: whoever renews later sees this node, or is seen here.
        let rows: Vec<(i64, bool, bool, i64)> =
            self.read().await?.all(sql_postgres!("nodes/members"), args![Node::ALIVE_MS]).await?;
        let member = |(number, delivers, watches, sees)| {
            let number = self::number("nodes.number", number)?;
            Ok(Member { number, says: Says { delivers, watches, sees: Nodes::from_bits(sees) } })
        };
        Ok(Some(Renewed { in_time, members: rows.into_iter().map(member).collect::<Result<_>>()? }))
    }
    /// Gives the number back.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn free_node(&self, node: &Node) -> Result<()> {
        self.free(&node.holder).await
    }
    async fn free(&self, holder: &str) -> Result<()> {
        if self.postgres().is_none() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        tx.run(sql_postgres!("nodes/free"), args![holder]).await?;
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
