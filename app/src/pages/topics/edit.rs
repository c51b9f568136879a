//! The form of a topic of the marketplace's own.

use super::api::SaveTopic;
use crate::{
    components::{
        button::{hidden_fields, submit},
        card::section,
        field::{Field, returned_from},
        frame::Area,
    },
    page::{Answer, Page, Visit},
};
use domain::{format::Json, topic::Topic};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// `/topics/new`.
pub async fn new(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    Ok(Page::new(Area::Topics, "New topic").crumb("Topics", "/topics").narrow().body(form(&visit, None)))
}

/// `/topics/{key}/edit`.
pub async fn change(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    let topic = visit.engine.topic(&visit.who, &visit.param("key")).await?;
    if topic.built_in {
        return Err(Error::NotFound);
    }
    Ok(Page::new(Area::Topics, topic.title.clone())
        .crumb("Topics", "/topics")
        .crumb(topic.key.clone(), format!("/topics/{}", topic.key))
        .narrow()
        .body(form(&visit, Some(&topic))))
}

fn form(visit: &Visit, topic: Option<&Topic>) -> AnyView {
    let form = &visit.form;
    let stored = |f: fn(&Topic) -> &String| topic.map(f).cloned().unwrap_or_default();
    let sample = topic.map_or("{\n  \"id\": 1\n}".to_owned(), |t| pretty(&t.sample));
    let schema = topic.and_then(|t| t.schema.as_deref()).map(pretty).unwrap_or_default();
    let key = topic.is_none().then(|| {
        Field::text("key", "Key")
            .of(form, "")
            .placeholder("shop.order.shipped")
            .help("Three parts with dots between: catalog, subject, verb. Lower-case letters, digits and underscores. It can't be changed later.")
            .view()
    });
    let old: Vec<_> = topic.map(|t| ("old", t.key.clone())).into_iter().collect();
    view! {
        <form method="post" action=SaveTopic::PATH class="form">
            {returned_from(form)}
            {hidden_fields(&old)}
            {section("topic", "The topic", "Your platform publishes events under its key; webhooks choose it by its title.", view! {
                {key}
                {Field::text("title", "Title").of(form, &stored(|t| &t.title)).placeholder("Order shipped").view()}
                {Field::text("description", "When it happens").of(form, &stored(|t| &t.description)).optional().view()}
                {Field::code("sample", "Sample payload", 12)
                    .of(form, &sample)
                    .help("A JSON object, as your platform sends it. Tests and templates use it.")
                    .view()}
                {Field::code("schema", "JSON Schema", 12)
                    .of(form, &schema)
                    .optional()
                    .help("What events of this topic bring, in the words of JSON Schema 2020-12. The sample has to match it. Whether events that don’t are refused is chosen in Settings → Marketplace.")
                    .view()}
                <div class="row">{submit("Save")}</div>
            })}
        </form>
    }
    .into_any()
}

/// Indented for reading; as it is stored, when it can't be read.
fn pretty(text: &str) -> String {
    Json::parse(text).map_or_else(|_| text.to_owned(), |json| json.pretty())
}
