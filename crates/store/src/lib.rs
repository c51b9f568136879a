//! The database: the only place with SQL, SQLite and Postgres behind one [`Store`].
//!
//! One text of SQL serves both (`sql/<family>/<verb>.sql`); a pair of files stands where they must
//! differ. Callers bring ids and moments: nothing here looks at a clock but the database's own, and
//! that for leases only. Secrets come sealed, tokens hashed.

mod accept;
mod alerts;
mod attempts;
mod audit;
mod automations;
mod bins;
mod bodies;
mod bulk;
mod campaigns;
mod check;
mod claim;
mod conn;
mod delivery;
mod erase;
mod error;
mod events;
mod filter;
mod finish;
mod frequency;
mod health;
mod keys;
mod links;
mod log;
mod marketplaces;
mod migrate;
mod nodes;
mod open;
mod overdue;
mod overview;
mod people;
#[cfg(test)]
mod plans;
mod profiles;
mod prune;
mod queue;
mod replaying;
mod replays;
mod retention;
mod rows;
mod seals;
mod search;
mod sessions;
mod sql;
mod sqlite;
mod topics;
mod tracking;
mod waiting;
mod wake;
mod webhooks;
mod writer;

pub use accept::{Accept, Accepted, NewDelivery, NewEvent, Once, Receipt};
pub use alerts::{Mail, Raised};
pub use automations::NewAction;
pub use campaigns::{OfWebhook, StoredCampaign, Tally};
pub use claim::{Claim, Claimed, Claims, LEASE_SLACK_MS};
pub use erase::Traces;
pub use error::{Conflict, Error, Result};
pub use events::TestSend;
pub use finish::{Finish, Finished, Next};
pub use keys::KeyHolder;
pub use links::Stash;
pub use marketplaces::{MarketplaceChange, SecretKey};
pub use nodes::{AllNodes, Member, Node, Renewed, Says};
pub use open::{OpenAs, PLAN_ONCE, Store};
pub use overview::Bucket;
pub use people::{NewUser, User};
pub use prune::Pruned;
pub use queue::Backlog;
pub use replaying::{Found, ReplayStep, Running};
pub use retention::Step;
pub use seals::Place;
pub use sessions::{NewSession, SignedIn};
pub use tracking::StoredTracking;
pub use waiting::{Moved, OnHeld, Which};
pub use wake::Wakes;
pub use webhooks::{Routing, SetState, Stored};
