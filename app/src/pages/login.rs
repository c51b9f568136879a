//! Signing in and out.

use crate::{
    codec::HtmlForm,
    components::{button, field::Field, frame, notice},
    context::{device, engine, is_exposed, local, parts, redirect, session_token, set_session},
    form::{Returned, Tone},
    form_before::{act_before, returned_before},
    pairs::Pairs,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The sign-in page. Whoever is signed in already goes on.
#[must_use]
pub fn page() -> AnyView {
    Suspend::new(async {
        let query = Pairs::parse(
            parts().ok().and_then(|p| p.uri.query().map(str::to_owned)).as_deref().unwrap_or_default(),
        );
        if crate::context::need_who().await.is_ok() {
            redirect(local(query.get("next")));
            return ().into_any();
        }
        let known = match engine() {
            Ok(engine) => engine.has_account().await.unwrap_or(true),
            Err(_) => true,
        };
        draw(&query, &returned_before(), known)
    })
    .into_any()
}

/// `known` is false before the set-up, when nobody can sign in.
fn draw(query: &Pairs, form: &Returned, known: bool) -> AnyView {
    let first = (!known).then(|| {
        notice::notice(
            Tone::Info,
            "There is no account yet. Open the set-up link that Crier printed when it started.",
        )
    });
    let exposed = engine().is_ok_and(|engine| is_exposed(&engine)).then(frame::exposed);
    let next = query.some("next").map(str::to_owned);
    let email = Field::input("email", "E-mail", "email").of(form, "").autocomplete("username").focus();
    let password =
        Field::input("password", "Password", "password").of(form, "").autocomplete("current-password");
    let fields = view! { {email.view()} {password.view()} };
    frame::bare(
        "Sign in",
        view! {
            {first}
            {exposed}
            {notice::returned(form)}
            <form method="post" action=SignIn::PATH class="stack">
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                {fields}
                {button::submit("Sign in")}
            </form>
        },
    )
}

/// Signs in and goes on to where the person wanted to be.
#[server(prefix = "/do", endpoint = "sign-in", input = HtmlForm)]
pub async fn sign_in(form: Pairs) -> Result<(), ServerFnError> {
    let back =
        form.some("next").map_or("/login".to_owned(), |next| Pairs::from_iter([("next", next)]).on("/login"));
    act_before(&back, form, async |engine, form| {
        let device = device(&parts()?);
        let token =
            engine.sign_in(form.get("email"), form.raw("password").unwrap_or_default(), device).await?;
        set_session(engine, Some(&token));
        Ok(local(form.get("next")).to_owned())
    })
    .await
}

/// Ends the session of this browser.
#[server(prefix = "/do", endpoint = "sign-out", input = HtmlForm)]
pub async fn sign_out(form: Pairs) -> Result<(), ServerFnError> {
    act_before("/login", form, async |engine, _| {
        if let Some(token) = session_token(engine, &parts()?.headers) {
            engine.sign_out(&token).await?;
        }
        set_session(engine, None);
        Ok("/login".to_owned())
    })
    .await
}
