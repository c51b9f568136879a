//! Times in the reader's zone, unless UTC was chosen; relative ones stay true while the page is open.

use super::all;
use crate::{islands::live::RENEWED, words};
use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;
use web_sys::Element;

/// How often relative times are written anew.
const TICK: Duration = Duration::from_secs(10);

/// Writes them now, every few seconds, and when a region of the page is new.
pub(super) fn keep() {
    write();
    set_interval(write, TICK);
    let _ = window_event_listener_untyped(RENEWED, |_| write());
}

fn write() {
    let now = Date::now();
    let utc = document().document_element().is_some_and(|root| root.has_attribute("data-times"));
    let (full, hour) = (full(), hour());
    // "default" is no language, so the browser takes its own.
    for time in all("time[data-relative]") {
        if let Some(at) = moment(&time, "datetime") {
            let due = time.get_attribute("data-relative").is_some_and(|how| how == "due");
            let say = if due { words::due } else { words::relative };
            set_text(&time, &say(at.get_time() as i64, now as i64));
        }
    }
    if utc {
        return;
    }
    for time in all("time[data-tip]") {
        if let Some(at) = moment(&time, "datetime") {
            let _ = time.set_attribute("data-tip", &local(&at, &full));
        }
    }
    for time in all("time[data-exact]") {
        if let Some(at) = moment(&time, "datetime") {
            set_text(&time, &local(&at, &full));
        }
    }
    for label in all("[data-hour]") {
        if let Some(at) = moment(&label, "data-hour") {
            set_text(&label, &String::from(at.to_locale_time_string_with_options("default", &hour)));
        }
    }
}

fn moment(element: &Element, attribute: &str) -> Option<Date> {
    let at = Date::new(&JsValue::from_str(&element.get_attribute(attribute)?));
    (!at.get_time().is_nan()).then_some(at)
}

fn local(at: &Date, options: &Object) -> String {
    // The empty list is the browser's own language.
    at.to_locale_string("default", options).into()
}

fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// "30 Nov 2023, 17:51:03 CET", in the reader's language.
fn full() -> Object {
    options(&[
        ("year", "numeric"),
        ("month", "short"),
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
        ("timeZoneName", "short"),
    ])
}

fn hour() -> Object {
    options(&[("hour", "2-digit"), ("minute", "2-digit")])
}

fn options(list: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in list {
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}
