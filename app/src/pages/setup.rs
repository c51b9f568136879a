//! The first account: a one-time link leads here, for as long as there is no account.

use crate::{
    codec::HtmlForm,
    components::{
        button, catalogs,
        field::{Field, fieldset},
        frame, notice,
    },
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
        let engine = match engine() {
            Ok(engine) => engine,
            Err(error) => return crate::page::failed(&error),
        };
        match (engine.setup_open(&token).await, engine.has_account().await) {
            (Ok(true), _) => draw(token, &returned_before()),
            (Ok(false), Ok(true)) => done(),
            (Ok(false), Ok(false)) => no_link(!token.is_empty()),
            (Err(error), _) | (_, Err(error)) => crate::page::failed(&error),
        }
    })
    .into_any()
}

/// There is an account: its owner signs in, and adds the others.
fn done() -> AnyView {
    frame::bare(
        "Crier is set up already",
        view! {
            <p class="lead">"Sign in. If you have no account, ask an owner to add you in Settings → People."</p>
            <p class="row"><a class="button primary" href="/login">"Sign in"</a></p>
        },
    )
}

/// Nobody has an account yet, and this address is not the link that makes one; `wrong` when it
/// looks like one.
fn no_link(wrong: bool) -> AnyView {
    let (title, lead) = if wrong {
        (
            "This set-up link is not valid",
            "It is incomplete, more than 7 days old, or Crier was started again since.",
        )
    } else {
        (
            "Open the set-up link",
            "The first account is made through a link that only whoever starts Crier can see.",
        )
    };
    frame::bare(
        title,
        view! {
            <p class="lead">{lead}</p>
            <p>"Crier prints the link when it starts, in the terminal or in its log:"</p>
            <pre class="sample">"Set up Crier: http://…/setup?token=…"</pre>
            <p>"Open the newest one. Start Crier again and it prints a new link."</p>
        },
    )
}

fn draw(token: String, form: &Returned) -> AnyView {
    let exposed = engine().is_ok_and(|engine| is_exposed(&engine)).then(frame::exposed);
    // A form that did not ask came back without an answer.
    let start = ["learning".to_owned()];
    let asked = form.typed.as_ref().is_none_or(|typed| typed.has("asked"));
    let chosen = if asked { form.values("catalogs", &start) } else { start.to_vec() };
    let fields = view! {
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
        // Tells none chosen from not asked.
        <input type="hidden" name="asked" value="catalogs" />
        {fieldset(form, "catalogs", "Topics", "choice", None, view! {
            <p class="help">"What your platform tells about. You can change it later, and add topics of your own."</p>
            {catalogs::boxes(&chosen)}
        })}
    };
    frame::bare(
        "Set up Crier",
        view! {
            <p class="lead">"Make the first account. It owns everything; you can add people later."</p>
            {exposed}
            {notice::returned(form)}
            <form method="post" action=FirstAccount::PATH class="stack">
                <input type="hidden" name="token" value=token />
                {fields}
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
        let chosen: Vec<&str> = form.all("catalogs").collect();
        let first = engine::FirstAccount {
            name: form.get("name"),
            email: form.get("email"),
            password,
            marketplace: form.get("marketplace"),
            catalogs: form.has("asked").then_some(chosen.as_slice()),
        };
        let session = engine.setup(form.get("token"), first, device(&parts()?)).await?;
        set_session(engine, Some(&session));
        Ok("/".to_owned())
    })
    .await
}
