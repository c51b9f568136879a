//! Why each webhook got an event, or why not: those that got it, those that did not, drafts folded.

use crate::{
    components::{
        card::folded,
        pill,
        table::{self, Column},
    },
    words,
};
use domain::delivery::{DeliveryRow, Outcome, State};
use engine::Verdict;
use leptos::prelude::*;

const COLUMNS: [Column; 3] = [Column("Webhook", false), Column("Got it", false), Column("Why", false)];

/// The verdicts, which judge by the webhooks of now, beside what was delivered then.
pub(super) fn view(verdicts: &[Verdict], deliveries: &[DeliveryRow]) -> AnyView {
    let held_back =
        |row: &DeliveryRow| row.state == State::Discarded && row.outcome == Some(Outcome::Frequency);
    let got = |v: &Verdict| deliveries.iter().any(|row| row.webhook_id == v.webhook_id && !held_back(row));
    let (yes, no): (Vec<_>, Vec<_>) = verdicts.iter().partition(|v| got(v));
    let (drafts, no): (Vec<_>, Vec<_>) = no.into_iter().partition(|v| v.draft);
    let rows = yes.iter().map(|v| row(v, true)).chain(no.iter().map(|v| row(v, false)));
    let rows: Vec<AnyView> = rows.collect();
    let list = (!rows.is_empty()).then(|| table::table("Verdicts", &COLUMNS, rows));
    let drafts = (!drafts.is_empty()).then(|| {
        let link = |v: &&Verdict| {
            view! { <li><a href=format!("/webhooks/{}", v.webhook_id)>{v.webhook_name.clone()}</a></li> }
        };
        let names = drafts.iter().map(link).collect_view();
        let count = words::count(drafts.len() as i64, "draft", "drafts");
        let text = "A draft receives nothing until it is activated.";
        folded(
            "drafts",
            "Drafts",
            count,
            false,
            view! { <p class="help">{text}</p> <ul class="plain">{names}</ul> },
        )
    });
    view! { {list} {drafts} }.into_any()
}

fn row(v: &Verdict, got: bool) -> AnyView {
    let (mark, why) = match (got, v.sent) {
        (true, true) => (pill::pill("good", "check", "Yes"), v.reason.clone()),
        (true, false) => {
            let text = format!("It got it then. By its settings of now it would not: {}", now(&v.reason));
            (pill::pill("good", "check", "Yes"), text)
        }
        (false, true) => {
            let text = "It was made, activated or changed later. By its settings of now it would get it.";
            (pill::pill("plain", "x", "No"), text.to_owned())
        }
        (false, false) => (pill::pill("plain", "x", "No"), v.reason.clone()),
    };
    let clause = v.clause.clone().map(|clause| view! { " " <code>{clause}</code> });
    table::row(vec![
        table::cell(
            "Webhook",
            view! { <a href=format!("/webhooks/{}", v.webhook_id)>{v.webhook_name.clone()}</a> },
        ),
        table::cell("Got it", mark),
        table::prose("Why", view! { <span>{why} {clause}</span> }),
    ])
}

/// The reason without its verdict: "Not sent: the webhook …" → "the webhook …".
fn now(reason: &str) -> String {
    reason.split_once(": ").map_or(reason, |(_, why)| why).to_owned()
}
