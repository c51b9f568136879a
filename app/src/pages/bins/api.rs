//! What the forms of test receivers do.

use crate::{
    codec::HtmlForm,
    form::{Next, act},
    pairs::Pairs,
};
use domain::invalid::Invalid;
use leptos::prelude::*;

/// Makes a test receiver.
#[server(prefix = "/do", endpoint = "bins/create", input = HtmlForm)]
pub async fn create_bin(form: Pairs) -> Result<(), ServerFnError> {
    act("/bins", form, |caller, _| async move {
        let bin = caller.engine.create_bin(&caller.who, None, None).await?;
        Ok(Next::to(format!("/bins/{}", bin.id)).say("Made. It is gone after 7 days."))
    })
    .await
}

/// Changes how it answers.
#[server(prefix = "/do", endpoint = "bins/save", input = HtmlForm)]
pub async fn save_bin(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("/bins/{}", form.get("id"));
    act(page.clone(), form, |caller, form| async move {
        let mut invalid = Invalid::default();
        let mut number = |name| {
            let typed = form.get(name).parse::<u32>();
            if typed.is_err() {
                invalid.push(name, "Type a whole number.");
            }
            typed.unwrap_or_default()
        };
        let (status, delay) = (number("status"), number("delay_ms"));
        invalid.into_result()?;
        caller.engine.update_bin(&caller.who, form.get("id"), Some(status), Some(delay)).await?;
        Ok(Next::to(page).say("Saved."))
    })
    .await
}

/// Deletes it with what it caught.
#[server(prefix = "/do", endpoint = "bins/delete", input = HtmlForm)]
pub async fn delete_bin(form: Pairs) -> Result<(), ServerFnError> {
    act("/bins", form, |caller, form| async move {
        caller.engine.delete_bin(&caller.who, form.get("id")).await?;
        Ok(Next::to("/bins").say("Deleted."))
    })
    .await
}
