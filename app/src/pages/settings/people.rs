//! People and what they may do.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button::{self, hidden_fields},
        card::section,
        confirm::Confirm,
        field::{Field, choice},
        icon::icon,
        pill::pill,
        table::{Column, cell, menu, row, table, tools},
        time,
    },
    form::{Next, act},
    page::{Answer, Visit},
    pairs::Pairs,
    words,
};
use domain::{
    account::{Member, Role},
    id::UserId,
    invalid::Invalid,
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/people";

/// `/settings/people`
pub(super) async fn page(visit: Visit) -> Answer {
    let members = visit.engine.members(&visit.who).await?;
    let owner = visit.may(Permission::Own);
    let rows = members.iter().map(|member| line(&visit, member, owner)).collect();
    let mut columns =
        vec![Column("Name", false), Column("E-mail", false), Column("Role", false), Column("Added", false)];
    if owner {
        columns.push(Column("", false));
    }
    let list = table("People", &columns, rows);
    let add = owner.then(|| {
        section("add", "Add somebody", "Give them the password yourself; they can change it.", form(&visit))
    });
    Ok(frame(&visit).body(view! { {list} {add} }))
}

fn line(visit: &Visit, member: &Member, owner: bool) -> AnyView {
    let you = (member.id == visit.member.id).then(|| view! { " " <span class="muted">"(you)"</span> });
    let mut cells = vec![
        cell("Name", view! { <span><strong>{member.name.clone()}</strong> {you}</span> }),
        cell("E-mail", member.email.clone()),
        cell("Role", pill("plain", "user", words::role(member.role))),
        cell("Added", time::ago(member.created_at, visit.now)),
    ];
    if owner {
        cells.push(tools(menu(&member.name, actions(member))));
    }
    row(cells)
}

fn actions(member: &Member) -> AnyView {
    let id = member.id.to_string();
    let make = |role: &Role| {
        let hidden = [("id", id.clone()), ("role", role.as_str().to_owned())];
        view! {
            <form method="post" action=SetRole::PATH>
                {hidden_fields(&hidden)}
                <button class="menu-item" title=words::role_meaning(*role)>
                    {icon("user")}
                    {format!("Make {}", words::role(*role).to_lowercase())}
                </button>
            </form>
        }
    };
    let others = Role::ALL.iter().filter(|role| **role != member.role).map(make).collect_view();
    let remove = Confirm {
        id: format!("remove-{id}"),
        verb: "Remove",
        class: "menu-item",
        icon: "trash",
        title: format!("Remove {}?", member.name),
        text: "They are signed out everywhere at once. What they changed stays in the list of changes."
            .to_owned(),
        action: RemoveMember::PATH,
        hidden: vec![("id", id.clone())],
    };
    view! { {others} {remove.view()} }.into_any()
}

fn form(visit: &Visit) -> AnyView {
    let form = &visit.form;
    let roles = Role::ALL
        .iter()
        .rev()
        .map(|r| (r.as_str(), words::role(*r), words::role_meaning(*r).into_any()))
        .collect();
    view! {
        <form method="post" action=AddMember::PATH class="stack">
            <div class="fields">
                {Field::text("name", "Name").of(form, "").autocomplete("off").view()}
                {Field::input("email", "E-mail", "email").of(form, "").autocomplete("off").view()}
                {Field::input("password", "Password", "password")
                    .of(form, "")
                    .autocomplete("new-password")
                    .help("At least 10 characters.")
                    .view()}
            </div>
            {choice(form, "role", "Role", roles, &form.value("role", Role::Manager.as_str()))}
            <div class="row">{button::submit("Add person")}</div>
        </form>
    }
    .into_any()
}

/// Adds somebody with an initial password.
#[server(prefix = "/do", endpoint = "people/add", input = HtmlForm)]
pub async fn add_member(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let password = form.raw("password").unwrap_or_default();
        let (email, name) = (form.get("email"), form.get("name"));
        let member = caller.engine.add_member(&caller.who, email, name, role(&form)?, password).await?;
        Ok(Next::to(PAGE).say(format!("{} can sign in now.", member.name)))
    })
    .await
}

/// Changes what somebody may do.
#[server(prefix = "/do", endpoint = "people/role", input = HtmlForm)]
pub async fn set_role(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let member = caller.engine.set_role(&caller.who, id(&form)?, role(&form)?).await?;
        let role = words::role(member.role).to_lowercase();
        Ok(Next::to(PAGE).say(format!("{} is {role} now.", member.name)))
    })
    .await
}

/// Removes somebody.
#[server(prefix = "/do", endpoint = "people/remove", input = HtmlForm)]
pub async fn remove_member(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        caller.engine.remove_member(&caller.who, id(&form)?).await?;
        Ok(Next::to(PAGE).say("Removed."))
    })
    .await
}

fn id(form: &Pairs) -> Result<UserId, Error> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

fn role(form: &Pairs) -> Result<Role, Invalid> {
    Role::parse(form.get("role")).ok_or_else(|| Invalid::one("role", "Choose what they may do."))
}
