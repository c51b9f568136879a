//! One's own account: password, and how times read.

use super::{frame, times};
use crate::{
    codec::HtmlForm,
    components::{
        button,
        card::{facts, section},
        field::Field,
    },
    form::{Next, act},
    page::{Answer, Visit},
    pairs::Pairs,
    words,
};
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/account";

/// `/settings/account`
pub(super) async fn page(visit: Visit) -> Answer {
    let (form, member) = (&visit.form, &visit.member);
    let about = facts(vec![
        ("Name", member.name.clone().into_any()),
        ("E-mail", member.email.clone().into_any()),
        ("Role", words::role(member.role).into_any()),
    ]);
    let change = view! {
        <form method="post" action=ChangePassword::PATH class="stack">
            // Tells password managers whose password it is.
            <input type="text" name="username" autocomplete="username" value=member.email.clone() readonly hidden />
            {Field::input("current_password", "Current password", "password")
                .error_at(form, "current")
                .autocomplete("current-password")
                .view()}
            {Field::input("new_password", "New password", "password")
                .error_at(form, "new")
                .autocomplete("new-password")
                .help("At least 10 characters.")
                .view()}
            <div class="row">{button::submit("Change password")}</div>
        </form>
    };
    let body = view! {
        {section("you", "You", "How the console knows you.", about)}
        {section("password", "Password", "Your other devices are signed out when you change it.", change)}
        {times::card(form)}
    };
    Ok(frame(&visit).narrow().body(body))
}

/// Changes one's own password.
#[server(prefix = "/do", endpoint = "account/password", input = HtmlForm)]
pub async fn change_password(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let typed = |name| form.raw(name).unwrap_or_default();
        caller.engine.change_password(&caller.who, typed("current_password"), typed("new_password")).await?;
        Ok(Next::to(PAGE).say("Changed. Your other devices are signed out."))
    })
    .await
}
