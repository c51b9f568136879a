//! Records attempts and what follows from them, many with one commit.

use crate::{Result, Store};
use domain::{
    delivery::{Attempt, State},
    health::{Ended, Step},
    id::DeliveryId,
    time::Timestamp,
    webhook::On410,
};

/// What came of a claimed delivery.
#[derive(Clone, Debug)]
pub struct Finish {
    /// Which.
    pub delivery: DeliveryId,
    /// Of the claim.
    pub token: i64,
    /// The exchange, with its id; `None` when there was none.
    pub attempt: Option<Attempt>,
    /// The body, when this attempt rendered it; `None` keeps what is stored.
    pub body: Option<String>,
    /// Where the delivery goes.
    pub next: Next,
    /// For the webhook's health; `None` when the attempt says nothing about it.
    pub ended: Option<(Ended, On410)>,
    /// When the attempt ended.
    pub at: Timestamp,
}

/// Where a delivery goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The receiver took it.
    Delivered,
    /// Once more. Becomes `held` when the webhook was paused or deactivated meanwhile, and
    /// `discarded` when it was deleted.
    Retrying {
        /// When.
        due: Timestamp,
    },
    /// No more tries.
    Exhausted,
    /// A person must look at it (`template`).
    Held,
    /// Given up on purpose.
    Discarded,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finished {
    /// It stands in the log.
    Done {
        /// Where the delivery stands now.
        state: State,
        /// What follows for the webhook.
        step: Option<Step>,
    },
    /// The lease had gone to somebody else: nothing was written.
    Fenced,
}

impl Store {
    /// Records what came of claimed deliveries, with one commit; one answer each, in their order.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is written, and the same call may be made again.
    pub async fn finish(&self, items: &[Finish]) -> Result<Vec<Finished>> {
        let _ = items;
        todo!()
    }
}
