//! People: the first account, signing in, members, devices, the marketplace, the audit log.

mod audit;
mod devices;
mod limiter;
mod marketplace;
mod members;
mod password;
mod secret_key;
mod setup;
mod sign_in;
mod stash;
pub(super) mod token;

pub(crate) use limiter::{Limiter, network};
pub use marketplace::MarketplaceDetail;
pub use setup::FirstAccount;
pub use sign_in::{DeviceInfo, SessionToken};
pub(crate) use token::stored as stored_token;
