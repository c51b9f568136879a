//! Starts an automation: for which product.

use super::{api::StartAutomation, steps::catalog_is_off};
use crate::{
    components::{
        button::submit,
        card::section,
        field::{Field, returned_from},
        frame::Area,
    },
    page::{Answer, Page, Visit},
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/automations/new`.
pub async fn page(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    let page = Page::new(Area::Automations, "New automation").crumb("Automations", "/automations").narrow();
    let off = catalog_is_off(&visit).await?;
    if off.is_some() {
        return Ok(page.body(off));
    }
    let seen = visit.engine.products_seen(&visit.who).await?;
    let help = if seen.is_empty() {
        "The product’s number or id on your platform: what its events say in productId. A course is a product, too."
    } else {
        "The product’s number or id on your platform: what its events say in productId. Those of the last events are suggested."
    };
    let form = &visit.form;
    let body = view! {
        <form method="post" action=StartAutomation::PATH class="form">
            {returned_from(form)}
            {section("product", "Choose a product", "An automation is for one product. Start one for each that others should hear of.", view! {
                {Field::text("product", "Product").of(form, "").suggest(seen).autocomplete("off").help(help).focus().view()}
                {Field::text("name", "Name").of(form, "").optional().help("What you call it: “Gold membership”.").view()}
                <div class="row">{submit("Start automation")}</div>
            })}
        </form>
    };
    Ok(page.body(body))
}
