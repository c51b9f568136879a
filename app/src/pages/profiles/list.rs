//! The list of profiles.

use super::{LIST, page_of};
use crate::{
    components::{
        button::main_link,
        empty,
        frame::Area,
        pager::pager,
        table::{self, Column},
        time,
    },
    page::{Answer, Page, Visit},
};
use domain::{format::Json, profile::Profile};
use engine::Permission;
use leptos::prelude::*;

const COLUMNS: [Column; 3] =
    [Column("Profile", false), Column("What is known", false), Column("Reported", false)];
/// Fields of a profile that its line shows.
const SHOWN: usize = 4;

/// `/profiles`.
pub async fn page(visit: Visit) -> Answer {
    let found = visit.engine.profiles(&visit.who, visit.list_page()).await?;
    let may = visit.may(Permission::Publish);
    let add = || may.then(|| main_link("Add a profile", "plus", "/profiles/edit"));
    let page = Page::new(Area::Campaigns, "Profiles").crumb("Campaigns", "/campaigns").lead(
        "What is known of visitors, under your platform’s own ids. Events that name one take it along.",
    );
    if found.data.is_empty() {
        let text = "Your platform reports them over the API, or you add one by hand. Without a profile, of a visitor nothing but the id is sent.";
        return Ok(page.body(empty::nothing_yet("users", "No profiles yet", text, add())));
    }
    let rows = found.data.iter().map(|profile| row(&visit, profile, may)).collect();
    Ok(page.actions(add()).body(view! {
        {table::table("Profiles", &COLUMNS, rows)}
        {pager(LIST, &visit.query, found.next_cursor.as_deref())}
    }))
}

fn row(visit: &Visit, profile: &Profile, may: bool) -> AnyView {
    let id = profile.id.clone();
    let link = if may { table::row_link(id, page_of(&profile.id)) } else { id.into_any() };
    table::row(vec![
        table::cell("Profile", link),
        table::prose("What is known", known(&profile.fields)),
        table::cell("Reported", time::ago(profile.updated_at, visit.now)),
    ])
}

/// The first fields, in words.
fn known(fields: &str) -> String {
    let Ok(Json::Object(members)) = Json::parse(fields) else { return String::new() };
    let word = |value: &Json| match value {
        Json::String(text) | Json::Number(text) => text.clone(),
        other => other.to_text(),
    };
    let mut words: Vec<String> =
        members.iter().take(SHOWN).map(|(name, value)| format!("{name}: {}", word(value))).collect();
    if members.len() > SHOWN {
        words.push(format!("and {} more", members.len() - SHOWN));
    }
    words.join(", ")
}
