//! An address that leads nowhere.

use crate::{
    components::frame::bare,
    context::set_status,
    error::{status, words},
};
use engine::Error;
use leptos::prelude::*;

/// Says that there is nothing here, to everybody alike.
#[must_use]
pub fn page() -> AnyView {
    set_status(status(&Error::NotFound));
    let (title, advice) = words(&Error::NotFound);
    bare(
        title,
        view! {
            <p class="lead">{advice}</p>
            <p class="row"><a class="button primary" href="/">"Go to the overview"</a></p>
        },
    )
}
