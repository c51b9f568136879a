//! API keys. The text of a new one is shown once.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button,
        card::section,
        confirm::Confirm,
        copy, empty,
        field::{Field, choice},
        table::{Column, cell, row, table, tools},
        time,
    },
    form::{Next, Returned, act},
    page::{Answer, Visit},
    pairs::Pairs,
    words,
};
use domain::{
    account::{ApiKey, Scope},
    invalid::Invalid,
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/keys";

/// `/settings/keys`
pub(super) async fn page(visit: Visit) -> Answer {
    let keys = visit.engine.keys(&visit.who).await?;
    let owner = visit.may(Permission::Own);
    let create = owner.then(|| {
        section(
            "create",
            "New API key",
            "One for each program, so that you can take each back alone.",
            form(&visit.form),
        )
    });
    let list = if keys.is_empty() {
        let text = "Your platform sends events with one. Programs can also read the log or manage webhooks.";
        empty::nothing_yet("key", "There are no API keys yet", text, ())
    } else {
        list(&visit, &keys, owner)
    };
    Ok(frame(&visit).body(view! { {shown_once(&visit.form)} {list} {create} }))
}

fn shown_once(form: &Returned) -> Option<AnyView> {
    let key: String = form.extra("key")?;
    let view = view! {
        <section class="once" aria-labelledby="new-key-title">
            <h2 id="new-key-title">"Your new API key"</h2>
            <p>"Copy it now: it is shown this once and can't be read again."</p>
            {copy::text(key, "API key")}
        </section>
    };
    Some(view.into_any())
}

fn list(visit: &Visit, keys: &[ApiKey], owner: bool) -> AnyView {
    let line = |key: &ApiKey| {
        let used = key.used_at.map_or_else(
            || view! { <span class="muted">"never"</span> }.into_any(),
            |at| time::ago(at, visit.now),
        );
        let mut cells = vec![
            cell("Name", view! { <strong>{key.name.clone()}</strong> }),
            cell(
                "May",
                view! { <span title=words::scope_meaning(key.scope)>{words::scope(key.scope)}</span> },
            ),
            cell("Key", view! { <code>{key.hint.clone()} "…"</code> }),
            cell("Created", time::ago(key.created_at, visit.now)),
            cell("Last used", used),
        ];
        if owner {
            cells.push(tools(delete(key)));
        }
        row(cells)
    };
    let mut columns = vec![
        Column("Name", false),
        Column("May", false),
        Column("Key", false),
        Column("Created", false),
        Column("Last used", false),
    ];
    if owner {
        columns.push(Column("", false));
    }
    table("API keys", &columns, keys.iter().map(line).collect())
}

fn delete(key: &ApiKey) -> AnyView {
    Confirm {
        id: format!("delete-{}", key.id),
        verb: "Delete",
        class: "quiet small",
        icon: "trash",
        title: format!("Delete the API key “{}”?", key.name),
        text: "Programs that use it are refused at once. This can't be undone.".to_owned(),
        action: DeleteKey::PATH,
        hidden: vec![("id", key.id.to_string())],
    }
    .view()
}

fn form(form: &Returned) -> AnyView {
    let scopes = Scope::ALL
        .iter()
        .map(|s| (s.as_str(), words::scope(*s), words::scope_meaning(*s).into_any()))
        .collect();
    view! {
        <form method="post" action=CreateKey::PATH class="stack">
            {Field::text("name", "Name").of(form, "").autocomplete("off").help("What uses it: “Platform”, “Reports”.").view()}
            {choice(form, "scope", "What it may do", scopes, &form.value("scope", Scope::Events.as_str()))}
            <div class="row">{button::submit("Create key")}</div>
        </form>
    }
    .into_any()
}

/// Makes a key; the page that follows shows its text.
#[server(prefix = "/do", endpoint = "keys/create", input = HtmlForm)]
pub async fn create_key(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let scope =
            Scope::parse(form.get("scope")).ok_or_else(|| Invalid::one("scope", "Choose what it may do."))?;
        let (_, text) = caller.engine.create_key(&caller.who, form.get("name"), scope).await?;
        Ok(Next::to(PAGE).with("key", text.as_str()))
    })
    .await
}

/// Deletes a key.
#[server(prefix = "/do", endpoint = "keys/delete", input = HtmlForm)]
pub async fn delete_key(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let id = form.get("id").parse().map_err(|_| Error::NotFound)?;
        caller.engine.delete_key(&caller.who, id).await?;
        Ok(Next::to(PAGE).say("Deleted."))
    })
    .await
}
