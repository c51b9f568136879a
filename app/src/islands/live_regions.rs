//! Puts regions of a page that was fetched again into the page that is open.

use leptos::prelude::document;
use std::collections::HashSet;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

/// What names a row of a region.
const KEY: &str = "data-key";
/// Differs when what is shown differs.
const VERSION: &str = "data-version";

/// Renews the elements with these ids, with spaces between; `force` where somebody reads, too.
/// Returns how many new rows were kept back.
pub(super) fn renew(page: &Document, regions: &str, force: bool) -> usize {
    let pairs = regions
        .split_whitespace()
        .filter_map(|id| Some((document().get_element_by_id(id)?, page.get_element_by_id(id)?)));
    pairs.map(|(old, new)| region(&old, &new, force)).sum()
}

fn region(old: &Element, new: &Element, force: bool) -> usize {
    let rows = rows(old);
    let same = old.has_attribute(VERSION) && version(old) == version(new);
    let free = if rows.is_empty() { !is_held(old) } else { !is_read(old) };
    if same {
        return 0;
    }
    if force || free {
        old.set_inner_html(&new.inner_html());
        take_version(old, new);
        return 0;
    }
    if rows.is_empty() {
        return 1;
    }
    in_place(&rows, new)
}

/// Renews the rows that stay; returns how many others there are.
fn in_place(old: &[Element], new: &Element) -> usize {
    let mut known = HashSet::new();
    let new = rows(new);
    for row in old {
        let Some(key) = row.get_attribute(KEY) else { continue };
        let newer = new.iter().find(|row| row.get_attribute(KEY).as_ref() == Some(&key));
        if let Some(newer) =
            newer.filter(|newer| !row.has_attribute(VERSION) || version(newer) != version(row))
        {
            row.set_inner_html(&newer.inner_html());
            take_version(row, newer);
        }
        known.insert(key);
    }
    new.iter().filter(|row| row.get_attribute(KEY).is_some_and(|key| !known.contains(&key))).count()
}

fn take_version(old: &Element, new: &Element) {
    if let Some(version) = version(new) {
        let _ = old.set_attribute(VERSION, &version);
    }
}

fn version(element: &Element) -> Option<String> {
    element.get_attribute(VERSION)
}

fn rows(region: &Element) -> Vec<Element> {
    let Ok(list) = region.query_selector_all("[data-key]") else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

/// Whether somebody reads a list: points into it, or has scrolled it.
fn is_read(list: &Element) -> bool {
    let pointed = list.matches(":hover").unwrap_or(false);
    pointed || list.scroll_top() > 0 || list.get_bounding_client_rect().top() < 0.0 || is_held(list)
}

/// Whether something in it has the focus or is selected.
fn is_held(region: &Element) -> bool {
    let focus = document().active_element().is_some_and(|active| region.contains(Some(&active)));
    let selection = document().get_selection().ok().flatten().filter(|s| !s.is_collapsed());
    focus || selection.and_then(|s| s.anchor_node()).is_some_and(|node| region.contains(Some(&node)))
}
