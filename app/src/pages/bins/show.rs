//! One test receiver: its address, how it answers, what arrived.

use super::api::{DeleteBin, SaveBin};
use crate::{
    components::{
        button::{hidden_fields, main_link, submit},
        card::card,
        code::{self, Language},
        confirm::Confirm,
        copy,
        field::{Field, returned_from},
        frame::Area,
        time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    pairs::Pairs,
    words,
};
use domain::bin::{Bin, Caught};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/bins/{id}`.
pub async fn page(visit: Visit) -> Answer {
    let bin = visit.engine.bin(&visit.who, &visit.param("id")).await?;
    let caught = visit.engine.bin_requests(&visit.who, &bin.id).await?;
    let may = visit.may(Permission::Manage);
    let list = if caught.is_empty() {
        view! { <p class="help">"Nothing arrived yet. This list fills by itself."</p> }.into_any()
    } else {
        caught.iter().enumerate().map(|(i, c)| request(c, i == 0)).collect_view().into_any()
    };
    let source = format!("/live?bin={}", bin.id);
    let body = view! {
        {card("address", "Address", view! {
            {copy::text(bin.url.clone(), "address")}
            <p class="help">"Whoever knows it can send to it, by any method."</p>
        })}
        {may.then(|| answer(&visit, &bin))}
        <section class="card" aria-labelledby="caught-title">
            <div class="card-head">
                <h2 id="caught-title">"What arrived"</h2>
                <LiveRegion source=source region="caught".to_owned() />
            </div>
            <div id="caught" class="caught">{list}</div>
        </section>
    };
    let use_it = Pairs::from_iter([("url", bin.url.as_str())]).on("/webhooks/new");
    Ok(Page::new(Area::Bins, "Test receiver")
        .crumb("Test receivers", "/bins")
        .lead(view! { "Gone " {time::ago(bin.expires_at, visit.now)} })
        .actions(may.then(|| view! { {delete(&bin)} {main_link("Use in a webhook", "webhook", use_it)} }))
        .body(body))
}

fn delete(bin: &Bin) -> AnyView {
    Confirm {
        id: "delete-bin".to_owned(),
        verb: "Delete",
        class: "quiet danger",
        icon: "trash",
        title: "Delete this test receiver?".to_owned(),
        text: "What it caught goes with it. Webhooks that send to it will fail.".to_owned(),
        action: DeleteBin::PATH,
        hidden: vec![("id", bin.id.clone())],
    }
    .view()
}

fn answer(visit: &Visit, bin: &Bin) -> AnyView {
    let form = &visit.form;
    card(
        "answer",
        "How it answers",
        view! {
            <form method="post" action=SaveBin::PATH class="form inline-form">
                {returned_from(form)}
                {hidden_fields(&[("id", bin.id.clone())])}
                {Field::number("status", "Status").of(form, &bin.status.to_string()).help("200 to 599.").view()}
                {Field::number("delay_ms", "Delay in milliseconds").of(form, &bin.delay_ms.to_string()).help("0 to 30,000.").view()}
                {submit("Save")}
            </form>
        },
    )
}

fn request(caught: &Caught, open: bool) -> AnyView {
    let header = |wanted: &str| {
        let found = caught.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.clone())
    };
    let (kind, topic, key) = (header("content-type"), header("webhook-topic"), caught.id.to_string());
    let body = if caught.body.is_empty() {
        view! { <p class="help">"No body."</p> }.into_any()
    } else {
        code::sent("Body", Language::of(kind.as_deref(), &caught.body), &caught.body)
    };
    let line = |(name, value): &(String, String)| view! { <div><dt>{name.clone()}</dt><dd>{value.clone()}</dd></div> };
    let headers = view! { <dl class="headers">{caught.headers.iter().map(line).collect_view()}</dl> };
    view! {
        <details class="caught-request" open=open data-key=key.clone() data-version=key>
            <summary>
                <strong>{caught.method.clone()}</strong>
                <code>{topic.unwrap_or_else(|| caught.path.clone())}</code>
                {time::exact(caught.at)}
            </summary>
            {body}
            <details class="caught-headers">
                <summary>{words::count(caught.headers.len() as i64, "header", "headers")}</summary>
                {headers}
            </details>
        </details>
    }
    .into_any()
}
