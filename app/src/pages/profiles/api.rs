//! What the forms of profiles do.

use super::{LIST, page_of};
use crate::{
    codec::HtmlForm,
    form::{Next, act},
    pairs::Pairs,
};
use domain::invalid::Invalid;
use engine::Error;
use leptos::prelude::*;

/// Keeps a profile; what was kept under its id is replaced.
#[server(prefix = "/do", endpoint = "profiles/save", input = HtmlForm)]
pub async fn save_profile(form: Pairs) -> Result<(), ServerFnError> {
    let back = form.raw("old").map_or_else(|| "/profiles/edit".to_owned(), page_of);
    act(back, form, |caller, form| async move {
        // An id may begin with a space: only one that is typed is trimmed.
        let id = form.raw("old").unwrap_or_else(|| form.get("id"));
        if !form.has("old") && caller.engine.profile(&caller.who, id).await.is_ok() {
            return Err(Invalid::one("id", "There is a profile with this id. Open it to change it.").into());
        }
        let saved = caller.engine.put_profile(&caller.who, id, form.get("fields")).await;
        saved.map_err(in_form)?;
        Ok(Next::to(LIST).say(format!("“{id}” is saved. Events from now on take it along.")))
    })
    .await
}

/// What is wrong with the fields as a whole, at their input.
fn in_form(error: Error) -> Error {
    let Error::Invalid(Invalid { mut errors }) = error else { return error };
    for error in errors.iter_mut().filter(|error| error.field.is_empty()) {
        "fields".clone_into(&mut error.field);
    }
    Error::Invalid(Invalid { errors })
}

/// Deletes a profile; events that took it along keep it.
#[server(prefix = "/do", endpoint = "profiles/delete", input = HtmlForm)]
pub async fn delete_profile(form: Pairs) -> Result<(), ServerFnError> {
    let id = form.raw("id").unwrap_or_default().to_owned();
    act(page_of(&id), form, |caller, _| async move {
        caller.engine.delete_profile(&caller.who, &id).await?;
        Ok(Next::to(LIST).say("Deleted. Events that took it along keep it."))
    })
    .await
}
