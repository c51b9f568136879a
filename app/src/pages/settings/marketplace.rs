//! The marketplace: its name, and the ids that go out in bodies.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button,
        card::{card, facts, section},
        confirm::Confirm,
        copy,
        field::{Field, fieldset},
    },
    form::{Next, Tone, act},
    page::{Answer, Visit},
    pairs::Pairs,
    words,
};
use domain::catalog::{self, Catalog};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/settings`
pub(super) async fn page(visit: Visit) -> Answer {
    let on = visit.engine.catalogs(&visit.who).await?;
    let key_is_set = visit.engine.secret_key_is_set(&visit.who).await?;
    let body = if visit.may(Permission::Own) {
        form(&visit, &on, key_is_set)
    } else {
        read_only(&visit, &on, key_is_set)
    };
    Ok(frame(&visit).narrow().body(body))
}

fn form(visit: &Visit, on: &[String], key_is_set: bool) -> AnyView {
    let (form, marketplace) = (&visit.form, &visit.who.marketplace);
    let body = view! {
        <form method="post" action=SaveMarketplace::PATH class="stack">
            {Field::text("name", "Name").of(form, &marketplace.name).help("Stands at the top of every page.").view()}
            {Field::text("domain_id", "Domain id")
                .of(form, &marketplace.domain_id)
                .help("Goes out as domain_id in the bodies of learning topics, as idProject in those of e-mail and contacts.")
                .view()}
            {Field::text("tenant_id", "Tenant id")
                .of(form, &marketplace.tenant_id)
                .help("Goes out as tenant_id in the bodies of learning topics, as idCompany in those of e-mail and contacts. Events that were accepted keep the ids of their time.")
                .view()}
            <div class="row">{button::submit("Save")}</div>
        </form>
    };
    let slug = facts(vec![("Name on the command line", copy::text(marketplace.slug.clone(), "name"))]);
    view! {
        {section("marketplace", "Marketplace", "What receivers and your own people know it by.", body)}
        {catalogs(visit, on)}
        {secret_key(visit, key_is_set)}
        {card("slug", "For operators", slug)}
    }
    .into_any()
}

/// Which families of topics this marketplace has.
fn catalogs(visit: &Visit, on: &[String]) -> AnyView {
    let form = &visit.form;
    let one = |catalog: &Catalog| {
        let id = format!("f-catalog-{}", catalog.key);
        let told = format!(
            "{} {}",
            catalog.description,
            words::count(catalog.topics.len() as i64, "topic.", "topics.")
        );
        view! {
            <div class="check">
                <input type="checkbox" id=id.clone() name="catalogs" value=catalog.key.clone() checked=on.contains(&catalog.key) />
                <label for=id>{catalog.title.clone()} " " <span class="muted">{told}</span></label>
            </div>
        }
    };
    let boxes = catalog::all().iter().map(one).collect_view();
    let body = view! {
        <form method="post" action=SaveCatalogs::PATH class="stack">
            {fieldset(form, "catalogs", "Switched on", "choice", None, boxes)}
            <p class="help">"Only topics of these show when webhooks are made, and only these are accepted. Your own topics stay whatever is chosen here."</p>
            <div class="row">{button::submit("Save catalogs")}</div>
        </form>
    };
    section(
        "catalogs",
        "Catalogs",
        "What your platform tells about: families of topics that come with Crier.",
        body,
    )
}

/// The key that goes out inside bodies.
fn secret_key(visit: &Visit, is_set: bool) -> AnyView {
    let form = &visit.form;
    let remove = is_set.then(|| {
        Confirm {
            id: "remove-secret-key".to_owned(),
            verb: "Remove",
            class: "quiet danger",
            icon: "trash",
            title: "Remove the secret key?".to_owned(),
            text: "Bodies go out without it from now on. Receivers that check it will refuse them."
                .to_owned(),
            action: RemoveSecretKey::PATH,
            hidden: Vec::new(),
        }
        .view()
    });
    let field = Field::secret("secret_key", "Secret key", is_set).error_at(form, "secret_key");
    let body = view! {
        <form method="post" action=SaveSecretKey::PATH class="stack">
            {field.help("Letters and digits, up to 128. Retries send the key of their time. It is shown nowhere.").view()}
            <div class="row">{button::submit("Save key")}</div>
        </form>
        {remove.map(|remove| view! { <div class="row">{remove}</div> })}
    };
    section(
        "secret-key",
        "Secret key in bodies",
        "Goes out as fields.secretKey in the bodies of membership access topics, so that receivers know that you send them.",
        body,
    )
}

fn read_only(visit: &Visit, on: &[String], key_is_set: bool) -> AnyView {
    let marketplace = visit.who.marketplace.clone();
    let titles: Vec<&str> =
        catalog::all().iter().filter(|each| on.contains(&each.key)).map(|each| each.title.as_str()).collect();
    let list = facts(vec![
        ("Name", marketplace.name.into_any()),
        ("Domain id", marketplace.domain_id.into_any()),
        ("Tenant id", marketplace.tenant_id.into_any()),
        ("Catalogs", titles.join(", ").into_any()),
        ("Secret key", if key_is_set { "Set" } else { "Not set" }.into_any()),
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

/// Switches catalogs on and off.
#[server(prefix = "/do", endpoint = "marketplace/catalogs", input = HtmlForm)]
pub async fn save_catalogs(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings", form, |caller, form| async move {
        let wanted: Vec<String> = form.all("catalogs").map(str::to_owned).collect();
        caller.engine.set_catalogs(&caller.who, &wanted).await?;
        Ok(Next::to("/settings").say("Saved."))
    })
    .await
}

/// Sets or replaces the secret key; an empty field keeps the one that is set.
#[server(prefix = "/do", endpoint = "marketplace/secret-key", input = HtmlForm)]
pub async fn save_secret_key(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings#secret-key", form, |caller, form| async move {
        let next = Next::to("/settings");
        if form.some("secret_key").is_none() && form.get("secret_key.set") == "1" {
            return Ok(next.tell(Tone::Info, "The secret key stays as it was."));
        }
        caller.engine.set_secret_key(&caller.who, Some(form.get("secret_key"))).await?;
        Ok(next.say("Saved. The secret key goes out from now on."))
    })
    .await
}

/// Removes the secret key.
#[server(prefix = "/do", endpoint = "marketplace/remove-secret-key", input = HtmlForm)]
pub async fn remove_secret_key(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings#secret-key", form, |caller, _| async move {
        caller.engine.set_secret_key(&caller.who, None).await?;
        Ok(Next::to("/settings").say("Removed. Bodies go out without a secret key."))
    })
    .await
}
