//! The list of test receivers.

use super::api::CreateBin;
use crate::{
    components::{
        button, empty,
        frame::Area,
        table::{self, Column},
        time,
    },
    page::{Answer, Page, Visit},
    words,
};
use domain::bin::Bin;
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

const COLUMNS: [Column; 5] = [
    Column("Address", false),
    Column("Answers", false),
    Column("Requests", true),
    Column("Made", false),
    Column("Gone", false),
];

/// `/bins`.
pub async fn page(visit: Visit) -> Answer {
    let bins = visit.engine.bins(&visit.who).await?;
    let new = || {
        visit
            .may(Permission::Manage)
            .then(|| button::action("New test receiver", "plus", "primary", CreateBin::PATH, &[]))
    };
    let page = Page::new(Area::Bins, "Test receivers")
        .lead("An address of ours that takes whatever you send and shows it.");
    if bins.is_empty() {
        let text = "Make one, use its address as the URL of a webhook, and see what your receivers will get.";
        return Ok(page.body(empty::nothing_yet("bin", "No test receivers yet", text, new())));
    }
    let row = |bin: &Bin| {
        table::row(vec![
            table::cell(
                "Address",
                table::row_link(
                    view! { <code>{words::short_id(&bin.id)}</code> },
                    format!("/bins/{}", bin.id),
                ),
            ),
            table::cell("Answers", answers(bin)),
            table::number("Requests", words::number(bin.requests)),
            table::cell("Made", time::ago(bin.created_at, visit.now)),
            table::cell("Gone", time::ago(bin.expires_at, visit.now)),
        ])
    };
    let rows = bins.iter().map(row).collect();
    Ok(page.actions(new()).body(table::table("Test receivers", &COLUMNS, rows)))
}

/// `200 after 0 ms` in words.
pub fn answers(bin: &Bin) -> String {
    match bin.delay_ms {
        0 => format!("{} at once", bin.status),
        ms => format!("{} after {}", bin.status, words::duration(f64::from(ms))),
    }
}
