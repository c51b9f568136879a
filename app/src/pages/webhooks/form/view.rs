//! The whole form: first what everybody decides, then, folded, what most people leave.

use super::{auth, body, conditions, headers, more, topics};
use crate::{
    components::{
        button::hidden_fields,
        card::section,
        field::{Field, returned_from},
    },
    form::Returned,
    pages::webhooks::{
        api::{SaveWebhook, TestWebhookForm},
        test,
    },
    pairs::Pairs,
};
use domain::topic::Topic;
use leptos::{prelude::*, server_fn::ServerFn};

/// The form with `fields` in it; `form` is what came back, if it did.
pub fn view(form: &Returned, fields: &Pairs, all: &[Topic]) -> AnyView {
    let hidden: Vec<_> = ["id", "revision"]
        .into_iter()
        .filter_map(|name| Some((name, fields.some(name)?.to_owned())))
        .collect();
    view! {
        <form method="post" action=SaveWebhook::PATH class="form" data-guard="">
            {returned_from(form)}
            {hidden_fields(&hidden)}
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
            {section("topics", "Which events", "Each topic you choose is sent as it happens.", topics::view(form, fields, all))}
            {section("body", "What is sent", "The content type, and the body if the topic's own does not fit.", body::view(form, fields))}
            {auth::basic(form, fields)}
            {section(
                "try",
                "Try it",
                "Sends one request now, saved or not. It is marked as a test and never tried again.",
                test::fields(form, fields, all),
            )}
            {test::result(form)}
            <div class="folds">
                {auth::other(form, fields)}
                {headers::view(form, fields)}
                {conditions::view(form, fields)}
                {more::signing(form, fields)}
                {more::delivery(form, fields)}
            </div>
            <div class="form-bar">
                <button class="button primary">"Save"</button>
                <button class="button" formaction=TestWebhookForm::PATH>"Send test"</button>
                <p class="form-bar-text" data-unsaved="" hidden>"There are changes that are not saved."</p>
            </div>
        </form>
    }
    .into_any()
}
