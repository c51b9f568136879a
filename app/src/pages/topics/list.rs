//! The list of topics, and the page of one.

use super::api::{DeleteTopic, PublishSample};
use crate::{
    components::{
        button::{hidden_fields, main_link},
        card::{card, facts, section},
        code::{self, Language},
        confirm::Confirm,
        copy,
        field::{Field, returned_from},
        frame::Area,
        icon::icon,
        notice, pill,
        table::{self, Column},
    },
    form::Tone,
    page::{Answer, Page, Visit},
};
use domain::{
    automation,
    catalog::{self, Catalog},
    format::Json,
    topic::Topic,
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

const COLUMNS: [Column; 3] = [Column("Topic", false), Column("Key", false), Column("When", false)];

/// `/topics`.
pub async fn page(visit: Visit) -> Answer {
    let topics = visit.engine.topics(&visit.who).await?;
    let new = visit.may(Permission::Manage).then(|| main_link("New topic", "plus", "/topics/new"));
    let own: Vec<_> = topics.iter().filter(|topic| !topic.built_in).collect();
    let group = |catalog: &Catalog| {
        let list: Vec<_> = topics.iter().filter(|t| t.built_in && t.catalog == catalog.key).collect();
        (!list.is_empty()).then(|| {
            let title = catalog.title.clone();
            view! { <section class="catalog"><h2>{title}</h2>{rows(&list)}</section> }
        })
    };
    let catalogs = catalog::all().iter().map(group).collect_view();
    let own = (!own.is_empty())
        .then(|| view! { <section class="catalog"><h2>"Your own"</h2>{rows(&own)}</section> });
    Ok(Page::new(Area::Topics, "Topics")
        .lead("What can happen. Each topic has a sample that you can look at and publish.")
        .actions(new)
        .body(view! { {own} {catalogs} }))
}

fn rows(list: &[&Topic]) -> AnyView {
    let row = |topic: &&Topic| {
        let link = table::row_link(topic.title.clone(), format!("/topics/{}", topic.key));
        table::row(vec![
            table::cell("Topic", view! { {link} {plan(topic)} }),
            table::cell("Key", view! { <code id=topic.key.clone()>{topic.key.clone()}</code> }),
            table::prose("When", topic.description.clone()),
        ])
    };
    table::table("Topics", &COLUMNS, list.iter().map(row).collect())
}

/// That it belongs to enterprise plans, and whether those are locked here.
fn plan(topic: &Topic) -> Option<AnyView> {
    topic.enterprise.then(|| match topic.locked {
        true => pill::pill("held", "lock", "Enterprise plans, locked"),
        false => pill::pill("plain", "info", "Enterprise plans"),
    })
}

/// `/topics/{key}`.
pub async fn one(visit: Visit) -> Answer {
    let topic = visit.engine.topic(&visit.who, &visit.param("key")).await?;
    let pretty = |text: &str| Json::parse(text).map_or_else(|_| text.to_owned(), |json| json.pretty());
    let sample = pretty(&topic.sample);
    let own = !topic.built_in && visit.may(Permission::Manage);
    let publish = (visit.may(Permission::Publish) && !topic.locked).then(|| publish(&visit, &topic));
    let schema = topic.schema.as_deref().map(|text| {
        card("schema", "Schema", view! {
            <p class="card-text">"What its events bring, in the words of JSON Schema. Members that it does not name may come too."</p>
            {code::block("JSON Schema", Language::Json, &pretty(text))}
        })
    });
    let locked = topic.locked.then(|| {
        let text = "This topic belongs to enterprise plans, which are locked here: its events are refused. An owner can make it available in Settings → Marketplace.";
        notice::notice(Tone::Info, text)
    });
    Ok(Page::new(Area::Topics, topic.title.clone())
        .crumb("Topics", "/topics")
        .state(plan(&topic))
        .lead(topic.description.clone())
        .actions(view! {
            {own.then(|| actions(&topic))}
            {publish.is_some().then(|| view! { <a class="button" href="#publish">{icon("event")} "Publish a sample"</a> })}
        })
        .body(view! {
            {locked}
            {card("facts", "Facts", about(&topic))}
            {card("sample", "Sample", view! {
                {code::block("Sample payload", Language::Json, &sample)}
                {topic.profile.as_ref().map(|profile| code::block("Sample profile", Language::Json, profile))}
            })}
            {publish}
            {schema}
        }))
}

fn about(topic: &Topic) -> AnyView {
    let mut list = vec![("Key", copy::text(topic.key.clone(), "topic key"))];
    let documented = [("Resource", &topic.resource), ("Action", &topic.action)];
    for (name, value) in documented {
        if let Some(value) = value {
            list.push((name, view! { <code>{value.clone()}</code> }.into_any()));
        }
    }
    let members = topic.envelope.members().into_iter();
    let members = members.map(|(name, _)| if name.is_empty() { "the payload’s members" } else { name });
    let members = members.collect::<Vec<_>>().join(", ");
    list.push(("Default body", view! { <code>{members}</code> }.into_any()));
    facts(list)
}

/// The sample to publish, about `?product=…` if the address names one.
fn to_publish(visit: &Visit, topic: &Topic) -> String {
    let Ok(sample) = Json::parse(&topic.sample) else { return topic.sample.clone() };
    match visit.query.some("product") {
        Some(product) => automation::of_product(&sample, product).pretty(),
        None => sample.pretty(),
    }
}

fn publish(visit: &Visit, topic: &Topic) -> AnyView {
    let form = &visit.form;
    let sample = to_publish(visit, topic);
    let product = topic.catalog == automation::CATALOG;
    let help = if product {
        "Change it as you like; it must stay a JSON object. Automations hear of their own product alone: productId says which."
    } else {
        "Change it as you like; it must stay a JSON object."
    };
    let profile = topic.profile.as_ref().map(|profile| {
        Field::code("profile", "Profile", 5)
            .of(form, profile)
            .optional()
            .help("What is known of the visitor in profileid, when no profile of that id is kept. Empty: then nobody knows who it is.")
            .view()
    });
    section(
        "publish",
        "Publish a sample event",
        "It goes through matching like a real one: every active webhook that wants it gets it.",
        view! {
            <form method="post" action=PublishSample::PATH class="form">
                {returned_from(form)}
                {hidden_fields(&[("key", topic.key.clone())])}
                {Field::code("payload", "Payload", 10).of(form, &sample).help(help).view()}
                {profile}
                <div class="row"><button class="button primary">"Publish sample event"</button></div>
            </form>
        },
    )
}

fn actions(topic: &Topic) -> AnyView {
    let confirm = Confirm {
        id: "delete-topic".to_owned(),
        verb: "Delete",
        class: "quiet danger",
        icon: "trash",
        title: format!("Delete “{}”?", topic.title),
        text: "Events of this topic are refused from then on. Past events stay in the log.".to_owned(),
        action: DeleteTopic::PATH,
        hidden: vec![("key", topic.key.clone())],
    };
    view! {
        {confirm.view()}
        <a class="button" href=format!("/topics/{}/edit", topic.key)>{icon("edit")} "Edit"</a>
    }
    .into_any()
}
