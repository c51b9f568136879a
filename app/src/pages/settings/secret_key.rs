//! The key that goes out inside bodies of some topics.

use crate::{
    codec::HtmlForm,
    components::{button::submit, card::section, confirm::Confirm, field::Field},
    form::{Next, Returned, Tone, act},
    pairs::Pairs,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Sets, replaces and removes it.
pub(super) fn view(form: &Returned, is_set: bool) -> AnyView {
    let remove = is_set.then(|| {
        Confirm {
            id: "remove-secret-key".to_owned(),
            verb: "Remove",
            class: "quiet danger",
            icon: "trash",
            title: "Remove the secret key?".to_owned(),
            text: "Bodies go out without it from now on. Receivers that check it will refuse them."
                .to_owned(),
            action: RemoveSecretKey::PATH,
            hidden: Vec::new(),
        }
        .view()
    });
    let field = Field::secret("secret_key", "Secret key", is_set).error_at(form, "secret_key");
    let body = view! {
        <form method="post" action=SaveSecretKey::PATH class="stack">
            {field.help("Letters and digits, up to 128. Retries send the key that is set by then. It is shown nowhere.").view()}
            <div class="row">{submit("Save key")}</div>
        </form>
        {remove.map(|remove| view! { <div class="row">{remove}</div> })}
    };
    section(
        "secret-key",
        "Secret key in bodies",
        "Goes out as fields.secretKey in the bodies of membership access topics, so that receivers know that you send them.",
        body,
    )
}

/// Sets or replaces the secret key; an empty field keeps the one that is set.
#[server(prefix = "/do", endpoint = "marketplace/secret-key", input = HtmlForm)]
pub async fn save_secret_key(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings#secret-key", form, |caller, form| async move {
        let next = Next::to("/settings");
        if form.some("secret_key").is_none() && form.get("secret_key.set") == "1" {
            return Ok(next.tell(Tone::Info, "The secret key stays as it was."));
        }
        caller.engine.set_secret_key(&caller.who, Some(form.get("secret_key"))).await?;
        Ok(next.say("Saved. The secret key goes out from now on."))
    })
    .await
}

/// Removes the secret key.
#[server(prefix = "/do", endpoint = "marketplace/remove-secret-key", input = HtmlForm)]
pub async fn remove_secret_key(form: Pairs) -> Result<(), ServerFnError> {
    act("/settings#secret-key", form, |caller, _| async move {
        caller.engine.set_secret_key(&caller.who, None).await?;
        Ok(Next::to("/settings").say("Removed. Bodies go out without a secret key."))
    })
    .await
}
