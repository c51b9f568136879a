//! Presets: where a new webhook can start, and what the one that is on means.

use super::fill::fill_settings;
use crate::{
    components::{
        card::{folded, section},
        field::check,
    },
    pairs::Pairs,
};
use domain::{catalog, preset, preset::Preset, topic::Topic, webhook::parse};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// What the form of a new webhook holds, with this preset if there is such a one.
pub fn start(key: &str) -> Vec<(String, String)> {
    let patch = Map::from_iter([("preset".to_owned(), Value::from(key))]);
    let Ok(settings) = parse::apply(None, &patch) else {
        return [("basic", "no"), ("include_deleted_resource", "true")].map(owned).into();
    };
    let offers = preset::find(key).into_iter().flat_map(|preset| &preset.offers);
    let offers = offers.map(|(name, value)| (name.clone(), value.clone()));
    let filled = fill_settings(&settings);
    filled.iter().filter(|(_, value)| !value.is_empty()).map(owned).chain(offers).collect()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Links that start a new webhook with a preset; folded once one is chosen.
pub fn chooser(query: &Pairs, chosen: Option<&str>) -> AnyView {
    let link = |preset: &'static Preset| {
        let current = (chosen == Some(preset.key.as_str())).then_some("true");
        let to =
            query.without("form").without("preset").with("preset", preset.key.clone()).on("/webhooks/new");
        view! {
            <li>
                <a href=to aria-current=current>
                    <span class="preset-title">{preset.title.as_str()}</span>
                    <span class="preset-text">{preset.description.as_str()}</span>
                </a>
            </li>
        }
    };
    let of = |known: bool| {
        let some = preset::all().iter().filter(move |preset| preset.catalog.is_some() == known);
        view! { <ul class="presets">{some.map(link).collect_view()}</ul> }
    };
    let body = view! { {of(true)} {of(false)} };
    let summary = "How a system you know sends its webhooks";
    view! { <div class="folds">{folded("presets", "Start with a preset", summary, false, body)}</div> }
        .into_any()
}

/// What the preset of this form does, and how to take it off.
pub fn view(fields: &Pairs, all: &[Topic]) -> AnyView {
    let Some(preset) = fields.some("preset").and_then(preset::find) else { return ().into_any() };
    let locks = preset.locks.iter().map(|lock| lock.reason.as_str()).collect::<Vec<_>>().join(" ");
    let off = preset.catalog.as_deref().filter(|key| all.iter().all(|topic| topic.catalog != *key));
    let off = off.and_then(|key| catalog::all().iter().find(|catalog| catalog.key == key)).map(|catalog| {
        let told = format!(
            "Its topics are those of “{}”, which is switched off: an owner can switch it on in Settings.",
            catalog.title
        );
        view! { <p class="help">{told}</p> }
    });
    let without = if preset.locks.is_empty() {
        "Nothing else changes: everything it filled in stays and can be set as you like already."
    } else {
        "Everything it filled in stays; what it locks can be changed then."
    };
    let told = format!("{locks} {without}").trim_start().to_owned();
    section(
        "preset",
        "Preset",
        preset.title.as_str(),
        view! {
            <input type="hidden" name="preset" value=preset.key.clone() />
            <div class="stack">
                <p>{preset.description.as_str()}</p>
                {off}
                <div>
                    {check("preset_off", "Take the preset off", "1", fields.get("preset_off") == "1")}
                    <p class="help">{told}</p>
                </div>
            </div>
        },
    )
}
