//! One automation: its trigger and its actions as the steps that make it.

use super::{
    api::{DeleteAutomation, NameAutomation},
    steps,
};
use crate::{
    components::{
        button::{hidden_fields, submit},
        card::folded_part,
        confirm::Confirm,
        field::Field,
        frame::Area,
    },
    page::{Answer, Page, Visit},
    pages::webhooks::{signing, test},
    words,
};
use domain::automation::{Automation, AutomationRow};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/automations/{id}`; `?step=trigger` and `?step=action` open a step.
pub async fn page(visit: Visit) -> Answer {
    let row = visit.engine.automation(&visit.who, visit.id("id")?).await?;
    let off = steps::catalog_is_off(&visit).await?;
    let key_is_set = visit.engine.secret_key_is_set(&visit.who).await?;
    let may = visit.may(Permission::Manage);
    let automation = &row.automation;
    let body = view! {
        {off}
        {signing::shown_once(&visit.form)}
        <ol class="auto-steps">
            {steps::trigger(&visit, automation)}
            {steps::actions(&visit, &row, test::result(&visit))}
            {steps::secret_key(&visit, key_is_set)}
        </ol>
        {may.then(|| name(&visit, automation))}
    };
    let product = automation.name.as_ref().map(|_| format!("Product {}", automation.product));
    let mut page = Page::new(Area::Automations, automation.title()).crumb("Automations", "/automations");
    if let Some(product) = product {
        page = page.lead(product);
    }
    Ok(page.narrow().actions(may.then(|| delete(&row))).body(body))
}

fn name(visit: &Visit, automation: &Automation) -> AnyView {
    let form = &visit.form;
    let stored = automation.name.clone().unwrap_or_default();
    let summary = automation.name.clone().unwrap_or_else(|| "None".to_owned());
    folded_part(form, "name", "Name of the product", summary, || {
        // Only its own form brings its text back.
        let typed = form.typed.as_ref().filter(|typed| typed.has("product_name"));
        let text = typed.and_then(|typed| typed.raw("product_name")).unwrap_or(&stored);
        view! {
            <form method="post" action=NameAutomation::PATH class="stack">
                {hidden_fields(&[("id", automation.id.to_string())])}
                {Field::text("product_name", "Name of the product").value(text).error_at(form, "product_name").optional().view()}
                <div class="row">{submit("Save")}</div>
            </form>
        }
        .into_any()
    })
}

fn delete(row: &AutomationRow) -> AnyView {
    let waiting: i64 = row.actions.iter().map(|action| action.waiting).sum();
    let waits = match waiting {
        0 => "Nothing waits.".to_owned(),
        n => format!("{} discarded.", words::count(n, "waiting delivery is", "waiting deliveries are")),
    };
    let text = match row.actions.len() {
        0 => "It has no actions.".to_owned(),
        n => format!(
            "{} at once. {waits} The log stays readable.",
            words::count(n as i64, "action stops", "actions stop")
        ),
    };
    Confirm {
        id: "delete-automation".to_owned(),
        verb: "Delete",
        class: "quiet danger",
        icon: "trash",
        title: format!("Delete the automation “{}”?", row.automation.title()),
        text,
        action: DeleteAutomation::PATH,
        hidden: vec![("id", row.automation.id.to_string())],
    }
    .view()
}
