//! What the receiver would get: the body on a topic's sample, or where the template fails. Drawn
//! here for the page, for the button *Preview*, and for the script that renews it while one types.

use super::{grouped, patch};
use crate::{
    codec::HtmlForm,
    components::{
        button::submit_to,
        code::{self, Language},
        field::{Field, problem},
        icon::icon,
        notice::place,
        owned,
    },
    context::{need_who, set_status},
    error,
    form::{Next, Returned, act},
    ids::PREVIEW,
    islands::preview::LivePreview,
    pages::webhooks::api::{form_page, wanted_topic},
    pairs::Pairs,
    words,
};
use domain::{
    invalid::{Advice, FieldError},
    topic::Topic,
};
use engine::{Engine, Error, Preview, Subject, Who};
use leptos::{prelude::*, server_fn::ServerFn};

/// The sample to choose, the button for where there is no script, and what is shown at first.
pub fn view(form: &Returned, fields: &Pairs, all: &[Topic], shown: AnyView) -> AnyView {
    let label = |topic: &Topic| (topic.key.clone(), format!("{} · {}", topic.title, topic.key));
    let first = [(String::new(), "The first topic chosen above".to_owned())];
    let open = grouped(all).into_iter().flat_map(|(_, list)| list).filter(|topic| !topic.locked);
    let topics = first.into_iter().chain(open.map(label)).collect();
    view! {
        <div class="preview">
            <div class="preview-head">
                {Field::select("preview.topic", "Preview with the sample of", topics)
                    .of(form, fields.get("preview.topic"))
                    .view()}
                {submit_to("Preview", PreviewWebhook::PATH, "needs-no-script")}
            </div>
            <LivePreview action=LiveWebhookPreview::PATH.to_owned() region=PREVIEW.to_owned() />
            <div id=PREVIEW class="preview-body">{shown}</div>
            <p class="preview-stale help">"The preview could not be renewed; it may be older than what you typed."</p>
        </div>
    }
    .into_any()
}

/// The preview of what a form holds. Whatever goes wrong is shown in its place.
pub async fn shown(engine: &Engine, who: &Who, fields: &Pairs, all: &[Topic]) -> AnyView {
    let wanted = fields.some("preview.topic").map(str::to_owned);
    let Some(key) = wanted.or_else(|| wanted_topic(fields.all("topics"), all)) else {
        return view! { <p class="help">"Choose a topic above and see here what the receiver gets."</p> }
            .into_any();
    };
    let title = all.iter().find(|topic| topic.key == key).map_or_else(|| key.clone(), |t| t.title.clone());
    // What an owner sets is not in the form.
    let from = owned::of(fields).and_then(|_| fields.get("id").parse().ok());
    let subject = Subject::Unsaved { webhook: patch(fields), from };
    match engine.preview(who, subject, &key, None).await {
        Ok(preview) => rendered(&title, &preview, fields.get("method") == "GET"),
        Err(Error::Invalid(invalid)) => {
            let template = fields.raw("body_template").unwrap_or_default().replace("\r\n", "\n");
            let one = |(at, error)| failed(at, error, &template);
            invalid.errors.iter().enumerate().map(one).collect_view().into_any()
        }
        Err(error) => view! { <p class="help">{error.to_string()}</p> }.into_any(),
    }
}

fn rendered(title: &str, preview: &Preview, in_query: bool) -> AnyView {
    let Preview { content_type, body, advice, elsewhere } = preview;
    let name = if in_query { format!("Query for “{title}”") } else { format!("Body for “{title}”") };
    let block = if body.is_empty() {
        view! { <p class="help">{name} ": empty."</p> }.into_any()
    } else {
        code::laid_out(name, Language::of(Some(content_type), body), body)
    };
    // What is masked has another length.
    let masked = body.contains('•');
    let size = (!masked).then(|| words::count(body.len() as i64, "byte", "bytes"));
    let kind = (!in_query).then(|| view! { <code>{content_type.clone()}</code> });
    let gap = (!in_query && !masked).then_some(", ");
    let stop = (!in_query || !masked).then_some(". ");
    let elsewhere =
        elsewhere.iter().enumerate().map(|(at, error)| problem(format!("preview-error-{at}"), error));
    view! {
        {elsewhere.collect_view()}
        {advice.iter().map(doubt).collect_view()}
        {block}
        <p class="help">{kind} {gap} {size} {stop} "Laid out for reading; what is sent is not."</p>
    }
    .into_any()
}

/// A field that no chosen topic's sample has.
fn doubt(advice: &Advice) -> AnyView {
    let text = format!("{}{}", advice.message, place(advice.line, advice.column));
    view! { <p class="doubt">{icon("info")} <span>{text}</span></p> }.into_any()
}

/// What is wrong, and the line it is in. `at` tells several apart.
fn failed(at: usize, error: &FieldError, template: &str) -> AnyView {
    let in_template = error.field == "body_template";
    let line = error.line.filter(|_| in_template);
    view! {
        {problem(format!("preview-error-{at}"), error)}
        {line.map(|line| code::excerpt("The template around the mistake", template, line, error.column))}
    }
    .into_any()
}

/// Shows the preview on the page that follows, with everything that was typed.
#[server(prefix = "/do", endpoint = "webhooks/preview", input = HtmlForm)]
pub async fn preview_webhook(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("{}#{PREVIEW}", form_page(&form));
    act(page.clone(), form, |_, form| async move { Ok(Next::to(page).keep(&form)) }).await
}

/// The preview as HTML, for the script.
#[server(prefix = "/do", endpoint = "webhooks/preview/live", input = HtmlForm)]
pub async fn live_webhook_preview(form: Pairs) -> Result<String, ServerFnError> {
    let refuse = |error: Error| {
        set_status(error::status(&error));
        ServerFnError::new(error.to_string())
    };
    let caller = need_who().await.map_err(refuse)?;
    let topics = caller.engine.topics(&caller.who).await.map_err(refuse)?;
    Ok(shown(&caller.engine, &caller.who, &form, &topics).await.to_html())
}
