//! What managers do in the console and programs over REST: webhooks, topics, test receivers, keys,
//! people, the marketplace. One file per family, each an `impl Engine`.

mod accounts;
mod automations;
mod bins;
mod campaigns;
mod changes;
mod check;
mod erase;
mod keys;
mod lifecycle;
mod overview;
mod owners;
mod profiles;
mod pruner;
mod retention;
mod secrets;
mod then;
mod topics;
mod tracking;
mod webhooks;

pub use accounts::{DeviceInfo, FirstAccount, MarketplaceDetail, SessionToken};
pub(crate) use accounts::{Limiter, network, stored_token};
pub use automations::{AutomationPatch, NewAutomation};
pub use bins::Answer;
pub use campaigns::CampaignRow;
pub use erase::Erased;
pub(crate) use keys::{PREFIX as KEY_PREFIX, TOUCH_MS as KEY_TOUCH_MS};
pub use lifecycle::OnHeld;
pub use overview::{Bucket, Failing, FirstSteps, Overview, WebhookCounts};
pub(crate) use secrets::{PREVIOUS, SIGNING, merge};
pub use then::SettingsThen;
pub(crate) use topics::available;
pub(crate) use tracking::identify_secret;
pub use tracking::{ChangedTag, TagPart};
pub use webhooks::Saved;
