//! The form of a webhook: what stands in it, and how it is drawn. Inputs are named after the
//! contract's dotted fields (`auth.password`, `headers.0.name`), so an error finds its input by name.

mod alerts;
mod auth;
mod body;
mod conditions;
mod errors;
mod fields;
mod fill;
mod headers;
mod more;
mod owned;
mod patch;
pub mod preset;
pub mod preview;
mod read_only;
mod schedule;
mod topics;
mod view;

pub use alerts::{MAIL_IS_OFF, People};
pub use errors::in_form;
pub use fill::fill;
pub use patch::patch;
pub use read_only::read_only;
pub use topics::grouped;
pub use view::view;

/// The hidden fields that name the members which only the webhook's owner changes.
pub const OWNED: &str = "owned";
/// The most headers, and the most conditions, that the form has rows for.
pub const MAX_ROWS: usize = 30;
