//! The catalogs to choose from: at the set-up, and later in the settings.

use crate::words;
use domain::catalog::{self, Catalog};
use leptos::prelude::*;

/// A check box for each, named `catalogs`, with what it is for and how many topics it has.
pub fn boxes(chosen: &[String]) -> AnyView {
    let one = |catalog: &Catalog| {
        let id = format!("f-catalog-{}", catalog.key);
        let text_id = format!("{id}-text");
        let count = words::count(catalog.topics.len() as i64, "topic.", "topics.");
        let told = format!("{} {count}", catalog.description);
        view! {
            <div class="check">
                <input
                    type="checkbox" id=id.clone() name="catalogs" value=catalog.key.clone() checked=chosen.contains(&catalog.key)
                    aria-describedby=text_id.clone()
                />
                <div>
                    <label for=id>{catalog.title.clone()}</label>
                    <p class="help" id=text_id>{told}</p>
                </div>
            </div>
        }
    };
    catalog::all().iter().map(one).collect_view().into_any()
}
