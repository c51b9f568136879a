//! Sections of a webhook that is part of something larger: what its owner sets is shown, and changed there.

use super::{OWNED, read_only};
use crate::{
    components::card::{card, folded},
    pairs::Pairs,
};
use leptos::prelude::*;

/// Whether only the owner changes this member.
pub(super) fn is_owned(fields: &Pairs, member: &str) -> bool {
    fields.all(OWNED).any(|owned| owned == member)
}

/// What travels with the form, so that what is not typed here is not changed, and a test knows the topics.
pub(super) fn hidden(fields: &Pairs) -> AnyView {
    let owned = fields.all(OWNED).map(|member| (OWNED, member));
    let topics = fields.all("topics").filter(|_| is_owned(fields, "topics")).map(|topic| ("topics", topic));
    let field = |(name, value): (&'static str, &str)| view! { <input type="hidden" name=name value=value.to_owned() /> };
    owned.chain(topics).map(field).collect_view().into_any()
}

/// The topics, which the owner chooses.
pub(super) fn topics(fields: &Pairs, part_of: Option<AnyView>) -> AnyView {
    card("topics", "Which events", view! { {told(part_of)} {read_only::topics(fields)} })
}

/// The conditions, which the owner sets.
pub(super) fn conditions(fields: &Pairs, part_of: Option<AnyView>) -> AnyView {
    let inner = view! { {told(part_of)} {read_only::conditions(fields)} };
    folded("conditions", "Conditions", "Set by what it is part of", false, inner)
}

fn told(part_of: Option<AnyView>) -> AnyView {
    view! { <p class="help">{part_of} ", which sets this. Change it there."</p> }.into_any()
}
