//! Light, dark, or as the system: a cookie, so that the server draws it and nothing flashes.

use crate::{
    codec::HtmlForm,
    components::icon::icon,
    context::{cookie, engine, local, parts, redirect, set_cookie},
    pairs::Pairs,
    shell::THEME,
};
use leptos::{prelude::*, server_fn::ServerFn};

const THEMES: [(&str, &str, &str); 3] =
    [("system", "As the system", "system"), ("light", "Light", "sun"), ("dark", "Dark", "moon")];
/// How long the choice is kept, in seconds: a year.
const AGE_S: u32 = 365 * 86_400;

/// Three buttons; the chosen one is pressed. `here` is the page to come back to.
pub fn switch(here: String) -> AnyView {
    let chosen = parts().ok().and_then(|p| cookie(&p.headers, THEME).map(str::to_owned));
    let chosen = chosen.unwrap_or_else(|| "system".to_owned());
    let button = |(theme, label, sign): &(&'static str, &'static str, &'static str)| {
        let pressed = if *theme == chosen { "true" } else { "false" };
        view! {
            <button name="theme" value=*theme aria-pressed=pressed aria-label=*label title=*label>{icon(sign)}</button>
        }
    };
    view! {
        <form method="post" action=SetTheme::PATH class="theme">
            <input type="hidden" name="here" value=here />
            <div role="group" aria-label="Theme">{THEMES.iter().map(button).collect_view()}</div>
        </form>
    }
    .into_any()
}

/// Keeps the choice in a cookie.
#[server(prefix = "/do", endpoint = "theme", input = HtmlForm)]
pub async fn set_theme(form: Pairs) -> Result<(), ServerFnError> {
    if let Ok(engine) = engine() {
        let theme = form.get("theme");
        let known = THEMES.iter().any(|(name, _, _)| *name == theme);
        set_cookie(&engine, THEME, if known { theme } else { "system" }, AGE_S);
    }
    redirect(local(form.get("here")));
    Ok(())
}
