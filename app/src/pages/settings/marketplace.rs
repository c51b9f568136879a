//! The marketplace: its name, and the ids that go out in bodies.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button,
        card::{card, facts, section},
        copy,
        field::Field,
    },
    form::{Next, act},
    page::{Answer, Visit},
    pairs::Pairs,
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/settings`
pub(super) async fn page(visit: Visit) -> Answer {
    let body = if visit.may(Permission::Own) { form(&visit) } else { read_only(&visit) };
    Ok(frame(&visit).narrow().body(body))
}

fn form(visit: &Visit) -> AnyView {
    let (form, marketplace) = (&visit.form, &visit.who.marketplace);
    let body = view! {
        <form method="post" action=SaveMarketplace::PATH class="stack">
            {Field::text("name", "Name").of(form, &marketplace.name).help("Stands at the top of every page.").view()}
            {Field::text("domain_id", "Domain id")
                .of(form, &marketplace.domain_id)
                .help("Goes out as domain_id in the bodies of learning topics.")
                .view()}
            {Field::text("tenant_id", "Tenant id")
                .of(form, &marketplace.tenant_id)
                .help("Goes out as tenant_id in the bodies of learning topics. Events that were accepted keep the ids of their time.")
                .view()}
            <div class="row">{button::submit("Save")}</div>
        </form>
    };
    let slug = facts(vec![("Name on the command line", copy::text(marketplace.slug.clone(), "name"))]);
    view! {
        {section("marketplace", "Marketplace", "What receivers and your own people know it by.", body)}
        {card("slug", "For operators", slug)}
    }
    .into_any()
}

fn read_only(visit: &Visit) -> AnyView {
    let marketplace = visit.who.marketplace.clone();
    let list = facts(vec![
        ("Name", marketplace.name.into_any()),
        ("Domain id", marketplace.domain_id.into_any()),
        ("Tenant id", marketplace.tenant_id.into_any()),
    ]);
    section("marketplace", "Marketplace", "An owner can change this.", list)
}

/// Names the marketplace and its ids.
#[server(prefix = "/do", endpoint = "marketplace/save", input = HtmlForm)]
pub async fn save_marketplace(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings", form, |caller, form| async move {
        let (name, domain_id, tenant_id) = (form.get("name"), form.get("domain_id"), form.get("tenant_id"));
        caller.engine.update_marketplace(&caller.who, name, domain_id, tenant_id).await?;
        Ok(Next::to("/settings").say("Saved."))
    })
    .await
}
