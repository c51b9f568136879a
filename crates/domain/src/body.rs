//! Bodies: what a webhook receives of an event.

use crate::{
    event::Context,
    id::EventId,
    invalid::{Advice, Invalid},
    template::TemplateError,
    time::Timestamp,
    topic::Topic,
    webhook::Settings,
};

/// What a body is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The event; `id` in bodies.
    pub event_id: EventId,
    /// Its topic.
    pub topic: &'a Topic,
    /// When it happened; `created_at` and `timestamp` in bodies.
    pub occurred_at: Timestamp,
    /// The marketplace's ids, as fixed at acceptance.
    pub context: &'a Context,
    /// The payload's text as it was accepted.
    pub payload: &'a str,
    /// Whether it is a test send; `test` in templates.
    pub test: bool,
    /// `webhook.name` in templates.
    pub webhook_name: &'a str,
}

/// A body, ready to be signed and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Empty for GET.
    pub body: String,
    /// For GET: the encoded pairs to append to the URL's query.
    pub query: Option<String>,
    /// Absent for GET.
    pub content_type: Option<&'static str>,
}

/// Renders.
///
/// # Errors
/// Template.
pub fn render(settings: &Settings, input: &Input<'_>) -> Result<Rendered, TemplateError> {
    todo!("{settings:?}{input:?}")
}

/// Checks.
///
/// # Errors
/// At `body_template`.
pub fn check_template(settings: &Settings, topics: &[Topic]) -> Result<Vec<Advice>, Invalid> {
    todo!("{settings:?}{topics:?}")
}
