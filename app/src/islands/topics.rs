//! The list of topics in the form of a webhook: a filter, and how many are chosen.

use leptos::prelude::*;

/// A search field over the topics; it also keeps the counts (`data-count`) true.
#[island]
pub fn TopicFilter() -> impl IntoView {
    let (ready, set_ready) = signal(false);
    #[cfg(feature = "hydrate")]
    browser::listen();
    Effect::new(move |_| set_ready.set(true));
    view! {
        <input
            type="search" class="input topic-filter" placeholder="Filter topics" aria-label="Filter topics"
            autocomplete="off" hidden=move || !ready.get()
        />
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::islands::enhance::{all, around};
    use leptos::{ev, prelude::*};
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement};

    pub(super) fn listen() {
        count();
        let _ = window_event_listener(ev::input, |event| {
            if let Some(filter) = around(&event, ".topic-filter") {
                keep(&filter);
            } else if around(&event, ".topics").is_some() {
                count();
            }
        });
        // Enter would send the form.
        let _ = window_event_listener(ev::keydown, |event| {
            if event.key() == "Enter" && around(&event, ".topic-filter").is_some() {
                event.prevent_default();
            }
        });
    }

    /// Shows the topics whose title or key has every word, and opens the catalogs that have some.
    fn keep(filter: &Element) {
        let wanted = filter.unchecked_ref::<HtmlInputElement>().value().to_lowercase();
        let is_filtered = !wanted.trim().is_empty();
        let mut any = false;
        for catalog in all(".topic-catalog") {
            let mut has_some = false;
            for group in within(&catalog, ".topic-group") {
                let mut shown = false;
                for row in within(&group, ".topic-box") {
                    let label = within(&row, "label").next();
                    let text =
                        label.and_then(|label| label.text_content()).unwrap_or_default().to_lowercase();
                    let fits = wanted.split_whitespace().all(|word| text.contains(word));
                    hide(&row, !fits);
                    shown |= fits;
                }
                hide(&group, !shown);
                has_some |= shown;
            }
            hide(&catalog, !has_some);
            if is_filtered && has_some {
                let _ = catalog.set_attribute("open", "");
            }
            any |= has_some;
        }
        for none in all(".topic-none") {
            hide(&none, any);
        }
    }

    /// A topic is chosen by its own box, by its group's, or by its catalog's.
    fn count() {
        let mut sum = 0;
        for catalog in all(".topic-catalog") {
            let every = within(&catalog, ":scope > .topic-all :checked").next().is_some();
            let mut of_catalog = 0;
            for group in within(&catalog, ".topic-group") {
                let boxes = within(&group, ".topic-box:not(.topic-all, .topic-locked)").count();
                let whole = every || within(&group, ".topic-all :checked").next().is_some();
                let chosen =
                    if whole { boxes } else { within(&group, ".topic-box:not(.topic-all) :checked").count() };
                write(within(&group, "[data-count]").next(), chosen);
                of_catalog += chosen;
            }
            write(within(&catalog, "summary [data-count]").next(), of_catalog);
            sum += of_catalog;
        }
        write(all(".topics-head [data-count]").next(), sum);
    }

    fn within(element: &Element, selector: &str) -> impl Iterator<Item = Element> + use<> {
        let list = element.query_selector_all(selector).ok();
        let length = list.as_ref().map_or(0, web_sys::NodeList::length);
        (0..length).filter_map(move |at| list.as_ref()?.item(at)?.dyn_into().ok())
    }

    fn write(element: Option<Element>, number: usize) {
        if let Some(element) = element {
            element.set_text_content(Some(&number.to_string()));
        }
    }

    fn hide(element: &Element, hidden: bool) {
        let _ = if hidden { element.set_attribute("hidden", "") } else { element.remove_attribute("hidden") };
    }
}
