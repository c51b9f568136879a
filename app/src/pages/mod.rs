//! The pages, by area. A page is an `async fn(Visit) -> Answer`; what it changes stands beside it
//! as server functions.
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "what `#[server]` writes takes the visibility, not the words"
)]

pub mod automations;
pub mod bins;
pub mod campaigns;
pub mod deliveries;
pub mod events;
pub mod guide;
pub mod login;
pub mod not_found;
pub mod overview;
pub mod profiles;
pub mod settings;
pub mod setup;
pub mod topics;
pub mod webhooks;
