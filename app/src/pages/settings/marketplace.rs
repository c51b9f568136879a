//! The marketplace: its name, the ids that go out in bodies, and what it decides about topics and events.

use super::{frame, secret_key};
use crate::{
    codec::HtmlForm,
    components::{
        button::{hidden_fields, submit},
        card::{card, facts, section},
        catalogs, copy,
        field::{Field, choice, fieldset},
    },
    form::{Next, Returned, act},
    page::{Answer, Visit},
    pairs::Pairs,
};
use domain::{
    catalog::{self, Catalog},
    policy::{EnterpriseTopics, Policy, SchemaCheck},
};
use engine::{MarketplaceDetail, Permission};
use leptos::{prelude::*, server_fn::ServerFn};
use serde_json::{Map, Value};

/// `/settings`
pub(super) async fn page(visit: Visit) -> Answer {
    let now = visit.engine.marketplace(&visit.who).await?;
    let key_is_set = visit.engine.secret_key_is_set(&visit.who).await?;
    let body =
        if visit.may(Permission::Own) { form(&visit, &now, key_is_set) } else { read_only(&now, key_is_set) };
    Ok(frame(&visit).narrow().body(body))
}

fn form(visit: &Visit, marketplace: &MarketplaceDetail, key_is_set: bool) -> AnyView {
    let all = &visit.form;
    let form = &part(all, "names");
    let body = view! {
        <form method="post" action=SaveMarketplace::PATH class="stack">
            {hidden_fields(&[(PART, "names".to_owned())])}
            {Field::text("name", "Name").of(form, &marketplace.name).help("Stands at the top of every page.").view()}
            {Field::text("domain_id", "Domain id")
                .of(form, &marketplace.domain_id)
                .help("Goes out as domain_id in the bodies of learning topics, as idProject in those of messages and contacts.")
                .view()}
            {Field::text("tenant_id", "Tenant id")
                .of(form, &marketplace.tenant_id)
                .help("Goes out as tenant_id in the bodies of learning topics, as idCompany in those of messages and contacts. Events that were accepted keep the ids of their time.")
                .view()}
            <div class="row">{submit("Save")}</div>
        </form>
    };
    let slug = facts(vec![("Name on the command line", copy::text(marketplace.slug.clone(), "name"))]);
    view! {
        {section("marketplace", "Marketplace", "What receivers and your own people know it by.", body)}
        {catalogs(&part(all, "catalogs"), &marketplace.policy)}
        {rules(&part(all, "rules"), &marketplace.policy)}
        {secret_key::view(all, key_is_set)}
        {card("slug", "For operators", slug)}
    }
    .into_any()
}

/// The hidden field that tells the forms of this page apart.
const PART: &str = "part";

/// What came back, for one of the forms: what was typed into another one is not its business.
fn part(form: &Returned, name: &str) -> Returned {
    let typed = form.typed.clone().filter(|typed| typed.get(PART) == name);
    Returned { typed, ..form.clone() }
}

/// Which families of topics this marketplace has.
fn catalogs(form: &Returned, policy: &Policy) -> AnyView {
    let boxes = catalogs::boxes(&form.values("catalogs", &policy.catalogs));
    let body = view! {
        <form method="post" action=SaveCatalogs::PATH class="stack">
            {hidden_fields(&[(PART, "catalogs".to_owned())])}
            {fieldset(form, "catalogs", "Switched on", "choice", None, boxes)}
            <p class="help">"Only topics of these show when webhooks are made, and only these are accepted. Your own topics stay whatever is chosen here."</p>
            <div class="row">{submit("Save catalogs")}</div>
        </form>
    };
    section(
        "catalogs",
        "Catalogs",
        "What your platform tells about: families of topics that come with Crier.",
        body,
    )
}

/// What each setting of the check means.
const CHECKS: [(SchemaCheck, &str, &str); 3] = [
    (SchemaCheck::Off, "Off", "Events are accepted as they are."),
    (SchemaCheck::Warn, "Warn", "Events are accepted; the page of an event says what does not match."),
    (SchemaCheck::Refuse, "Refuse", "Events that do not match are refused, and your platform is told why."),
];

/// What each setting of the lock means.
const ENTERPRISE: [(EnterpriseTopics, &str, &str); 2] = [
    (EnterpriseTopics::Available, "Available", "They can be chosen as all others."),
    (EnterpriseTopics::Locked, "Locked", "Webhooks can’t choose them, and their events are refused."),
];

/// What events are held to.
fn rules(form: &Returned, policy: &Policy) -> AnyView {
    let text = |text: &'static str| text.into_any();
    let checks = CHECKS.map(|(each, label, means)| (each.as_str(), label, text(means))).into();
    let locks = ENTERPRISE.map(|(each, label, means)| (each.as_str(), label, text(means))).into();
    let check = form.value("schema_check", policy.schema_check.as_str());
    let enterprise = form.value("enterprise_topics", policy.enterprise_topics.as_str());
    let body = view! {
        <form method="post" action=SaveRules::PATH class="stack">
            {hidden_fields(&[(PART, "rules".to_owned())])}
            {choice(form, "schema_check", "Events that do not match their topic’s schema", checks, &check)}
            {choice(form, "enterprise_topics", "Enterprise topics", locks, &enterprise)}
            <div class="row">{submit("Save rules")}</div>
        </form>
    };
    section(
        "rules",
        "Rules for events",
        "Each topic can have a schema: which members its events bring, and what they hold.",
        body,
    )
}

fn read_only(marketplace: &MarketplaceDetail, key_is_set: bool) -> AnyView {
    let MarketplaceDetail { name, domain_id, tenant_id, policy, .. } = marketplace.clone();
    let is_on = |each: &&Catalog| policy.catalogs.contains(&each.key);
    let titles: Vec<&str> = catalog::all().iter().filter(is_on).map(|each| each.title.as_str()).collect();
    let check = CHECKS.iter().find(|(each, ..)| *each == policy.schema_check).map(|(_, label, _)| *label);
    let lock =
        ENTERPRISE.iter().find(|(each, ..)| *each == policy.enterprise_topics).map(|(_, label, _)| *label);
    let list = facts(vec![
        ("Name", name.into_any()),
        ("Domain id", domain_id.into_any()),
        ("Tenant id", tenant_id.into_any()),
        ("Catalogs", if titles.is_empty() { "None".into_any() } else { titles.join(", ").into_any() }),
        ("Events that do not match their schema", check.into_any()),
        ("Enterprise topics", lock.into_any()),
        ("Secret key", if key_is_set { "Set" } else { "Not set" }.into_any()),
    ]);
    section("marketplace", "Marketplace", "An owner can change this.", list)
}

/// Names the marketplace and its ids.
#[server(prefix = "/do", endpoint = "marketplace/save", input = HtmlForm)]
pub async fn save_marketplace(form: Pairs) -> Result<(), ServerFnError> {
    save(form, |form| ["name", "domain_id", "tenant_id"].map(|name| member(form, name)).into_iter().collect())
        .await
}

/// Switches catalogs on and off.
#[server(prefix = "/do", endpoint = "marketplace/catalogs", input = HtmlForm)]
pub async fn save_catalogs(form: Pairs) -> Result<(), ServerFnError> {
    save(form, |form| {
        let wanted: Vec<&str> = form.all("catalogs").collect();
        Map::from_iter([("catalogs".to_owned(), wanted.into())])
    })
    .await
}

/// Says what events are held to.
#[server(prefix = "/do", endpoint = "marketplace/rules", input = HtmlForm)]
pub async fn save_rules(form: Pairs) -> Result<(), ServerFnError> {
    save(form, |form| {
        ["schema_check", "enterprise_topics"].map(|name| member(form, name)).into_iter().collect()
    })
    .await
}

/// A member of the contract, as it was typed.
fn member(form: &Pairs, name: &str) -> (String, Value) {
    (name.to_owned(), form.get(name).into())
}

/// Changes what the form makes of the contract's members.
async fn save(form: Pairs, members: fn(&Pairs) -> Map<String, Value>) -> Result<(), ServerFnError> {
    act("/settings", form, |caller, form| async move {
        caller.engine.update_marketplace(&caller.who, &members(&form)).await?;
        Ok(Next::to("/settings").say("Saved."))
    })
    .await
}
