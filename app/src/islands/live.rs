//! A region of the page that renews itself when the server has news.

use leptos::prelude::*;

/// A switch beside a region. While it is on, news from `source` (server-sent events) makes it fetch
/// this page again and put the new region in the place of the old one, the element with the id
/// `region`: what is drawn stays the server's, with every filter of the address.
#[island]
pub fn LiveRegion(source: String, region: String) -> impl IntoView {
    let (ready, set_ready) = signal(false);
    let on = RwSignal::new(true);
    #[cfg(feature = "hydrate")]
    browser::listen(&source, region, on);
    #[cfg(not(feature = "hydrate"))]
    let _ = (source, region);
    Effect::new(move |_| set_ready.set(true));
    view! {
        <button
            type="button" class="live" hidden=move || !ready.get() aria-pressed=move || on.get().to_string()
            title="Show news as it comes" on:click=move |_| on.update(|on| *on = !*on)
        >
            <span class="live-dot"></span>
            {move || if on.get() { "Live" } else { "Paused" }}
        </button>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{prelude::*, task::spawn_local};
    use std::time::Duration;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{DomParser, EventSource, Response, SupportedType, window};

    /// News that come together are shown together.
    const TOGETHER: Duration = Duration::from_millis(250);

    pub(super) fn listen(source: &str, region: String, on: RwSignal<bool>) {
        let Ok(events) = EventSource::new(source) else { return };
        let waiting = StoredValue::new(false);
        let news = Closure::<dyn FnMut()>::new(move || {
            if waiting.get_value() || !on.get_untracked() {
                return;
            }
            waiting.set_value(true);
            let region = region.clone();
            let renew = move || {
                waiting.set_value(false);
                spawn_local(async move {
                    // A page that can't be fetched stays as it is; the next news try again.
                    let _ = renew(&region).await;
                });
            };
            set_timeout(renew, TOGETHER);
        });
        for name in ["delivery", "caught"] {
            let _ = events.add_event_listener_with_callback(name, news.as_ref().unchecked_ref());
        }
        let kept = StoredValue::new_local((events, news));
        on_cleanup(move || {
            kept.try_with_value(|(events, _)| events.close());
        });
    }

    async fn renew(region: &str) -> Result<(), JsValue> {
        let window = window().ok_or(JsValue::NULL)?;
        let answer = JsFuture::from(window.fetch_with_str(&window.location().href()?)).await?;
        let text = JsFuture::from(answer.dyn_into::<Response>()?.text()?).await?;
        let text = text.as_string().unwrap_or_default();
        let page = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
        let document = window.document().ok_or(JsValue::NULL)?;
        if let (Some(old), Some(new)) = (document.get_element_by_id(region), page.get_element_by_id(region)) {
            old.set_inner_html(&new.inner_html());
            window.dispatch_event(&web_sys::Event::new(super::RENEWED)?)?;
        }
        Ok(())
    }
}

/// The event at the window that tells the other islands that a region is new.
pub const RENEWED: &str = "crier:renewed";
