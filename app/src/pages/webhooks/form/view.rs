//! The whole form: first what everybody decides, then, folded, what most people leave.

use super::{People, alerts, auth, body, conditions, fields as chosen, headers, more, owned, preset, topics};
use crate::{
    components::{
        button::hidden_fields,
        card::section,
        field::{Field, fieldset, returned_from},
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

/// The form with `fields` in it; `shown` is the first preview, `part_of` says what the webhook is part of.
pub fn view(
    visit: &Visit,
    fields: &Pairs,
    all: &[Topic],
    people: &People,
    shown: AnyView,
    part_of: &dyn Fn() -> Option<AnyView>,
) -> AnyView {
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
            {owned::hidden(fields)}
            {preset::view(fields, all)}
            {section(
                "basics",
                "Where to",
                "What it is for, and the address that receives.",
                view! {
                    {Field::text("name", "Name").of(form, fields.get("name")).placeholder("Student sync").view()}
                    {Field::input("url", "URL", "text")
                        .of(form, fields.get("url"))
                        .placeholder("https://example.com/webhooks")
                        .help("Ask whoever runs the receiver. It gets one request for each event.")
                        .view()}
                },
            )}
            {if owned::is_owned(fields, "topics") {
                owned::topics(fields, part_of())
            } else {
                section("topics", "Which events", "Each topic you choose is sent as it happens.", fieldset(form, "topics", "Topics", "whole", None, topics::view(fields, all)))
            }}
            {section("body", "What is sent", "The content type, and the body if the topic's own does not fit.", body::view(form, fields, all, shown))}
            {auth::basic(form, fields)}
            {section(
                "try",
                "Try it",
                "Sends one request now, saved or not. It is marked as a test and never tried again.",
                test::fields(form, fields, all),
            )}
            {test::result(visit)}
            <div class="folds">
                {chosen::view(form, fields)}
                {auth::other(form, fields)}
                {headers::view(form, fields)}
                {if owned::is_owned(fields, "conditions") {
                    owned::conditions(fields, part_of())
                } else {
                    conditions::view(form, fields)
                }}
                {more::signing(form, fields)}
                {more::delivery(form, fields)}
                {alerts::view(form, fields, people)}
            </div>
            <div class="form-bar">
                <button class="button primary">"Save"</button>
                <button class="button bar-test" formaction=TestWebhookForm::PATH>"Send test"</button>
                {test::line(form)}
                <p class="form-bar-text" data-unsaved="" hidden>"There are changes that are not saved."</p>
                <p class="form-bar-wait" role="status">"Waiting for the receiver…"</p>
            </div>
        </form>
    }
    .into_any()
}
