//! The preview of a body, renewed while somebody types. The server draws it.

use leptos::prelude::*;

/// Stands in a form. When a field that makes the body changes, it sends those fields to `action`
/// and puts the HTML that comes back into the element with the id `region`.
#[island]
pub fn LivePreview(action: String, region: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::listen(action, region);
    #[cfg(not(feature = "hydrate"))]
    let _ = (action, region);
    view! { <span hidden=true></span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{ev, prelude::*, task::spawn_local};
    use std::time::Duration;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Element, FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

    /// How long a pause in typing is.
    const PAUSE: Duration = Duration::from_millis(300);
    /// The fields that make the body. No others are sent: some are secret.
    const FIELDS: [&str; 7] =
        ["name", "topics", "format", "body_template", "preview.topic", "method", "include_deleted_resource"];
    /// The rows of chosen fields that are sent with them, and their inputs.
    const ROWS: usize = 100;
    const OF_A_ROW: [&str; 3] = ["name", "from", "value"];
    /// Stands on the region while it is older than the form.
    const STALE: &str = "data-stale";

    pub(super) fn listen(action: String, region: String) {
        let Some(region) = document().get_element_by_id(&region) else { return };
        let form = region.closest("form").ok().flatten().and_then(|form| form.dyn_into().ok());
        let Some(form) = form else { return };
        let kept = StoredValue::new_local((action, region, form));
        // Each change counts; what was asked for an older one is not shown.
        let turn = StoredValue::new(0_u32);
        let _ = window_event_listener(ev::input, move |event| {
            let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let name = field.and_then(|field| field.get_attribute("name")).unwrap_or_default();
            if !FIELDS.contains(&name.as_str()) && !name.starts_with("fields.") {
                return;
            }
            turn.update_value(|turn| *turn += 1);
            let mine = turn.get_value();
            let when_paused = move || {
                if turn.get_value() == mine {
                    spawn_local(async move {
                        let (action, region, form) = kept.get_value();
                        let html = ask(&action, &form).await.ok().flatten();
                        if turn.get_value() == mine {
                            show(&region, html);
                        }
                    });
                }
            };
            set_timeout(when_paused, PAUSE);
        });
    }

    async fn ask(action: &str, form: &HtmlFormElement) -> Result<Option<String>, JsValue> {
        let (all, sent) = (FormData::new_with_form(form)?, UrlSearchParams::new()?);
        let rows = (0..ROWS).flat_map(|row| OF_A_ROW.map(|key| format!("fields.{row}.{key}")));
        for name in FIELDS.map(str::to_owned).into_iter().chain(rows) {
            for value in all.get_all(&name) {
                sent.append(&name, &value.as_string().unwrap_or_default());
            }
        }
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body(&sent);
        let answer = JsFuture::from(window().fetch_with_str_and_init(action, &request)).await?;
        let answer = answer.dyn_into::<Response>()?;
        Ok(if answer.ok() { JsFuture::from(answer.json()?).await?.as_string() } else { None })
    }

    fn show(region: &Element, html: Option<String>) {
        match html {
            Some(html) => {
                region.set_inner_html(&html);
                let _ = region.remove_attribute(STALE);
            }
            None => {
                let _ = region.set_attribute(STALE, "");
            }
        }
    }
}
