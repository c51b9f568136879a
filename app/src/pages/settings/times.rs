//! How times read: in the reader's zone, or in UTC as logs do. A cookie, like the theme.

use crate::{
    codec::HtmlForm,
    components::{button, card::section, field::choice},
    context::{cookie, parts, set_cookie},
    form::{Next, Returned, act},
    pairs::Pairs,
    shell::{TIMES, UTC},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// How long the choice is kept, in seconds: a year.
const AGE_S: u32 = 365 * 86_400;

/// The choice, as a block of the account's page.
pub(super) fn card(form: &Returned) -> AnyView {
    let utc = parts().is_ok_and(|p| cookie(&p.headers, TIMES) == Some(UTC));
    let options = vec![
        ("local", "Local time", "In the time zone of this browser.".into_any()),
        (UTC, "UTC", "The same for everybody, as programs log it.".into_any()),
    ];
    let change = view! {
        <form method="post" action=SetTimes::PATH class="stack">
            {choice(form, "times", "Times read in", options, if utc { UTC } else { "local" })}
            {button::submit("Save")}
        </form>
    };
    section(
        "times",
        "Times",
        "For this browser. Every time shows the exact moment on hover and focus.",
        change,
    )
}

/// Keeps the choice in a cookie.
#[server(prefix = "/do", endpoint = "times", input = HtmlForm)]
pub async fn set_times(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings/account", form, |caller, form| async move {
        let chosen = if form.get("times") == UTC { UTC } else { "local" };
        set_cookie(&caller.engine, TIMES, chosen, AGE_S);
        Ok(Next::to("/settings/account").say("Saved."))
    })
    .await
}
