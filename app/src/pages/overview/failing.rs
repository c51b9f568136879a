//! The webhooks that fail: which, how much, why, and what to do about each.

use crate::{
    components::{
        button,
        card::card,
        pill,
        table::{Column, cell, prose, row, row_link, table},
        time,
    },
    pairs::Pairs,
    words,
};
use domain::{delivery::Outcome, time::Timestamp, webhook::State};
use engine::{Failing, Overview};
use leptos::prelude::*;

const COLUMNS: [Column; 4] = [
    Column("Webhook", false),
    Column("Failures in 24 h", false),
    Column("What to do", false),
    Column("Since", false),
];

/// The block of the first page; nothing when nothing fails.
pub(super) fn view(overview: &Overview, now: Timestamp) -> Option<AnyView> {
    let most = overview.failing.iter().map(|f| f.failures).max()?;
    let line = |f: &Failing| {
        row(vec![
            cell("Webhook", name(f)),
            cell("Failures in 24 h", bar(f.failures, most)),
            prose("What to do", advice(f)),
            cell(
                "Since",
                f.since.map_or_else(|| pill::pill("good", "check", "Works again"), |at| time::ago(at, now)),
            ),
        ])
    };
    let rows = overview.failing.iter().map(line).collect();
    Some(card("failing", finding(overview), table("Webhooks that fail", &COLUMNS, rows)))
}

/// Who causes most failures, in one sentence.
fn finding(overview: &Overview) -> String {
    let (list, all) = (&overview.failing, overview.failures);
    let mut counts: Vec<i64> = list.iter().map(|f| f.failures).filter(|n| *n > 0).collect();
    counts.sort_unstable_by_key(|n| -n);
    if counts.is_empty() {
        return format!(
            "{} failing, without a new event in 24 hours",
            words::count(list.len() as i64, "webhook is", "webhooks are")
        );
    }
    if let [_] = counts.as_slice()
        && let Some(one) = list.iter().find(|f| f.failures > 0)
    {
        let failures = if all == 1 {
            "the one failure".to_owned()
        } else {
            format!("all {} failures", words::number(all))
        };
        return format!("{} causes {failures}", one.name);
    }
    let mut sum = 0;
    for (at, count) in counts.iter().enumerate() {
        sum += count;
        // The fewest that cause most of it, unless that is nearly everyone.
        if sum * 10 >= all * 8 && at + 1 < counts.len() {
            let few = words::count(at as i64 + 1, "webhook causes", "webhooks cause");
            return format!("{few} {} % of {} failures", sum * 100 / all, words::number(all));
        }
    }
    format!("{} webhooks share {} failures", counts.len(), words::number(all))
}

fn name(f: &Failing) -> AnyView {
    let link = row_link(f.name.clone(), format!("/webhooks/{}", f.webhook_id));
    let state = (f.state != State::Active).then(|| pill::webhook(f.state));
    view! { <span class="row">{link} {state}</span> }.into_any()
}

/// The number with a bar as long as its share of the most.
fn bar(failures: i64, most: i64) -> AnyView {
    let width = if most == 0 { 0.0 } else { failures as f64 * 100.0 / most as f64 };
    view! {
        <span class="count-bar">
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="fill bad" x="0" y="0" height="8" width=format!("{width:.1}")></rect>
            </svg>
            <span class="number">{words::number(failures)}</span>
        </span>
    }
    .into_any()
}

/// What the last failure was, what to do about it, and where.
fn advice(f: &Failing) -> AnyView {
    if f.since.is_none() {
        let failed = Pairs::from_iter([("state", "exhausted"), ("state", "retrying")])
            .on(&format!("/webhooks/{}/deliveries", f.webhook_id));
        return view! { <span>"The last event arrived. Look at what did not, and retry what should still arrive. " <a class="over" href=failed>"Failed and retrying"</a></span> }
            .into_any();
    }
    let waits = words::count(f.waiting, "delivery waits", "deliveries wait");
    if f.state == State::Deactivated {
        return view! {
            <span>{format!("It was deactivated; {waits}. Send a test, then activate it. ")} {open(f)}</span>
        }
        .into_any();
    }
    let said = f.last.as_ref().and_then(|last| Some((last, last.outcome?))).map(|(last, outcome)| {
        let meaning = match (outcome, last.http_status) {
            (Outcome::Status, Some(status)) => {
                format!("The receiver answered {}.", words::status_line(status))
            }
            _ => words::outcome(outcome).meaning.to_owned(),
        };
        format!("{meaning} {} ", words::advice(outcome, last.http_status))
    });
    view! { <span>{said} {open(f)}</span> }.into_any()
}

fn open(f: &Failing) -> AnyView {
    match &f.last {
        Some(last) => {
            view! { <a class="over" href=format!("/deliveries/{}", last.id)>"Last failure"</a> }.into_any()
        }
        None => button::link("Open", "webhook", format!("/webhooks/{}", f.webhook_id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overview(failures: &[i64]) -> Overview {
        let failing = failures.iter().enumerate().map(|(n, failures)| Failing {
            webhook_id: domain::id::Id::from_key(n as i64 + 1),
            name: format!("W{n}"),
            state: State::Active,
            failures: *failures,
            since: None,
            waiting: 0,
            last: None,
        });
        Overview { failing: failing.collect(), failures: failures.iter().sum(), ..Overview::default() }
    }

    #[test]
    fn the_title_says_who_causes_it() {
        for (failures, says) in [
            (vec![47], "W0 causes all 47 failures"),
            (vec![1], "W0 causes the one failure"),
            (vec![1, 0], "W0 causes the one failure"),
            (vec![90, 4, 6], "1 webhook causes 90 % of 100 failures"),
            (vec![50, 44, 3, 2, 1], "2 webhooks cause 94 % of 100 failures"),
            (vec![5, 5], "2 webhooks share 10 failures"),
            (vec![0, 0], "2 webhooks are failing, without a new event in 24 hours"),
        ] {
            assert_eq!(finding(&overview(&failures)), says);
        }
        assert!(view(&overview(&[]), Timestamp::from_ms(0)).is_none());
    }
}
