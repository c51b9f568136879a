//! The first account: a one-time link leads here, for as long as there is no account.

use crate::{
    codec::HtmlForm,
    components::{button, field::Field, frame, notice},
    context::{device, engine, is_exposed, parts, set_session},
    form::Returned,
    form_before::{act_before, returned_before},
    pairs::Pairs,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The set-up page.
#[must_use]
pub fn page() -> AnyView {
    Suspend::new(async {
        let uri = parts().map(|p| p.uri).unwrap_or_default();
        let token = Pairs::parse(uri.query().unwrap_or_default()).get("token").to_owned();
        let open = match engine() {
            Ok(engine) => engine.setup_open(&token).await,
            Err(error) => Err(error),
        };
        match open {
            Ok(true) => draw(token, &returned_before()),
            Ok(false) => closed(),
            Err(error) => crate::page::failed(&error),
        }
    })
    .into_any()
}

fn closed() -> AnyView {
    frame::bare(
        "This link is used up",
        view! {
            <p class="lead">
                "A set-up link works once, and only until there is an account. Restart Crier for a new link, or sign in."
            </p>
            <p class="row"><a class="button primary" href="/login">"Sign in"</a></p>
        },
    )
}

fn draw(token: String, form: &Returned) -> AnyView {
    let exposed = engine().is_ok_and(|engine| is_exposed(&engine)).then(frame::exposed);
    frame::bare(
        "Set up Crier",
        view! {
            <p class="lead">"Make the first account. It owns everything; you can add people later."</p>
            {exposed}
            {notice::returned(form)}
            <form method="post" action=FirstAccount::PATH class="stack">
                <input type="hidden" name="token" value=token />
                {Field::text("name", "Name").of(form, "").autocomplete("name").focus().view()}
                {Field::input("email", "E-mail", "email").of(form, "").autocomplete("username").view()}
                {Field::input("password", "Password", "password")
                    .of(form, "")
                    .autocomplete("new-password")
                    .help("At least 10 characters.")
                    .view()}
                {Field::text("marketplace", "Marketplace")
                    .of(form, "")
                    .autocomplete("organization")
                    .help("What your marketplace or platform is called. It stands at the top of every page.")
                    .view()}
                {button::submit("Create account")}
            </form>
        },
    )
}

/// Makes the first owner, signs them in, ends the link.
#[server(prefix = "/do", endpoint = "first-account", input = HtmlForm)]
pub async fn first_account(form: Pairs) -> Result<(), ServerFnError> {
    let back = Pairs::from_iter([("token", form.get("token"))]).on("/setup");
    act_before(&back, form, async |engine, form| {
        let password = form.raw("password").unwrap_or_default();
        let (name, email, marketplace) = (form.get("name"), form.get("email"), form.get("marketplace"));
        let session =
            engine.setup(form.get("token"), name, email, password, marketplace, device(&parts()?)).await?;
        set_session(engine, Some(&session));
        Ok("/".to_owned())
    })
    .await
}
