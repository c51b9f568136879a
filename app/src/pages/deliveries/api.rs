//! What can be done about a delivery.

use crate::{
    codec::HtmlForm,
    components::split::{self, LIST},
    form::{Next, act},
    pairs::Pairs,
};
use engine::{Error, RetryBody};
use leptos::prelude::*;

/// Tries a delivery once more, with the same body or rendered again.
#[server(prefix = "/do", endpoint = "deliveries/retry", input = HtmlForm)]
pub async fn retry_delivery(form: Pairs) -> Result<(), ServerFnError> {
    let page = split::address(&format!("/deliveries/{}", form.get("id")), &Pairs::parse(form.get(LIST)));
    act(page.clone(), form, |caller, form| async move {
        let body = if form.get("body") == "render" { RetryBody::Render } else { RetryBody::Same };
        let id = form.get("id").parse().map_err(|_| Error::NotFound)?;
        caller.engine.retry(&caller.who, id, body).await?;
        Ok(Next::to(page).say("It is on its way again."))
    })
    .await
}
