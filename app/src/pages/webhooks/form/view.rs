//! The whole form: first what everybody decides, then, folded, what most people leave.

use super::{
    People, alerts, auth, body, conditions, fields as chosen, filters, headers, more, preset, read_only,
    topics,
};
use crate::{
    components::{
        button::hidden_fields,
        card::section,
        field::{Field, fieldset, returned_from},
        owned,
        split::LIST,
    },
    page::Visit,
    pages::webhooks::{
        api::{SaveWebhook, TestWebhookForm},
        test,
    },
    pairs::Pairs,
};
use domain::topic::Topic;
use leptos::{prelude::*, server_fn::ServerFn};

/// The form with `fields` in it; `shown` is the first preview.
pub fn view(visit: &Visit, fields: &Pairs, all: &[Topic], people: &People, shown: AnyView) -> AnyView {
    let form = &visit.form;
    let hidden: Vec<_> = ["id", "revision", LIST]
        .into_iter()
        .filter_map(|name| Some((name, fields.some(name)?.to_owned())))
        .collect();
    view! {
        <form method="post" action=SaveWebhook::PATH class="form" data-guard="">
            // Enter saves: the first button of a form is the one that Enter presses.
            <button hidden></button>
            {returned_from(form)}
            {hidden_fields(&hidden)}
            {preset::view(fields, all)}
            {section(
                "basics",
                "Where to",
                "What it is for, and the address that receives.",
                view! {
                    {Field::text("name", "Name").of(form, fields.get("name")).placeholder("CRM sync").view()}
                    {Field::input("url", "URL", "text")
                        .of(form, fields.get("url"))
                        .placeholder("https://example.com/webhooks")
                        .help("Ask whoever runs the receiver. It gets one request for each event.")
                        .view()}
                },
            )}
            {owned::instead(fields, view! { {read_only::topics(fields)} {read_only::conditions(fields)} })}
            {(!owned::sets(fields, "topics")).then(|| view! {
                {section("topics", "Which events", "Each topic you choose is sent as it happens.", fieldset(form, "topics", "Topics", "whole", None, topics::view(fields, all)))}
                {filters::view(form, fields, all)}
            })}
            {section("body", "What is sent", "The content type, and the body if the topic's own does not fit.", body::view(form, fields, all, shown))}
            {auth::basic(form, fields)}
            <div class="folds">{auth::other(form, fields)}</div>
            {section(
                "try",
                "Try it",
                "Sends one request now, saved or not. It is marked as a test and never tried again.",
                test::fields(form, fields, all),
            )}
            {test::result(visit)}
            <div class="folds">
                {(!owned::sets(fields, "fields")).then(|| chosen::view(form, fields))}
                {headers::view(form, fields)}
                {(!owned::sets(fields, "conditions")).then(|| conditions::view(form, fields))}
                {more::signing(form, fields)}
                {more::delivery(form, fields)}
                {alerts::view(form, fields, people)}
            </div>
            {test::bar(form, TestWebhookForm::PATH)}
        </form>
    }
    .into_any()
}
