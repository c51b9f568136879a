//! How things stand: figures of the last 24 hours, deliveries over time, what fails.

use super::{failing, first};
use crate::{
    components::{
        card::card,
        chart::{self, AnyLabel, Column, Series},
        icon::icon,
    },
    page::Visit,
    pairs::Pairs,
    words,
};
use domain::{delivery::Counts, time::Timestamp};
use engine::Overview;
use leptos::prelude::*;

const DAY_MS: i64 = 86_400_000;

/// Draws the page of a marketplace that has webhooks.
pub(super) fn view(visit: &Visit, overview: &Overview) -> AnyView {
    if !overview.first_steps.has_delivery {
        return view! { {first::next_step()} {webhooks(overview)} }.into_any();
    }
    view! {
        {figures(overview, visit.now)}
        {failing::view(overview, visit.now)}
        {card("over-time", finding(overview), over_time(overview))}
        {webhooks(overview)}
    }
    .into_any()
}

fn all(counts: &Counts) -> i64 {
    counts.waiting + counts.delivered + counts.retrying + counts.exhausted + counts.held + counts.discarded
}

/// The share of what ended that was delivered, in tenths of a per cent, rounded down so that 100 %
/// means all of it; `None` when nothing ended.
fn success(counts: &Counts) -> Option<i64> {
    let ended = counts.delivered + counts.exhausted;
    (ended > 0).then(|| counts.delivered * 1000 / ended)
}

/// `95.4`.
fn tenths(n: i64) -> String {
    if n % 10 == 0 { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) }
}

/// How the rate changed against the 24 hours before: its tone and its words.
fn change(now: &Counts, before: &Counts) -> (&'static str, String) {
    match (success(now), success(before)) {
        (Some(now), Some(before)) if now > before => {
            ("good", format!("▲ {} points since the day before", tenths(now - before)))
        }
        (Some(now), Some(before)) if now < before => {
            ("bad", format!("▼ {} points since the day before", tenths(before - now)))
        }
        (Some(_), Some(_)) => ("", "as the day before".to_owned()),
        (Some(_), None) => ("", "nothing to compare with the day before".to_owned()),
        (None, _) => ("", "nothing ended yet".to_owned()),
    }
}

fn figures(overview: &Overview, now: Timestamp) -> AnyView {
    let counts = &overview.last_24_h;
    let (tone, changed) = change(counts, &overview.previous_24_h);
    let rate = success(counts).map_or_else(|| "–".to_owned(), |rate| format!("{} %", tenths(rate)));
    let since = now.plus_ms(-DAY_MS).to_string();
    let link = |state: &str| {
        Pairs::from_iter([("state", state), ("test", "false"), ("from", &since)]).on("/deliveries")
    };
    let figure =
        |(name, sign, tone, value, states): (&'static str, &'static str, &'static str, i64, &str)| {
            view! {
                <a class="figure" href=link(states)>
                    <span class=format!("figure-name {tone}")>{icon(sign)} {name}</span>
                    <span class="figure-value">{words::number(value)}</span>
                </a>
            }
        };
    let list = [
        ("Delivered", "check-circle", "good", counts.delivered, "delivered"),
        ("Retrying", "retry", "warn", counts.retrying, "retrying"),
        ("Failed", "x-circle", "bad", counts.exhausted, "exhausted"),
        ("Waiting", "clock", "held", counts.waiting + counts.held, "pending,sending,held"),
    ];
    view! {
        <section class="figures" aria-label="The last 24 hours">
            <div class="figure">
                <span class="figure-name">{icon("activity")} "Success rate"</span>
                <span class="figure-value">{rate}</span>
                <span class=format!("figure-note {tone}")>{changed}</span>
            </div>
            {list.into_iter().map(figure).collect_view()}
        </section>
    }
    .into_any()
}

const SERIES: [Series; 5] = [
    Series("Delivered", "good"),
    Series("Retrying", "warn"),
    Series("Failed", "bad"),
    Series("Waiting", "held"),
    Series("Discarded", "plain"),
];

fn over_time(overview: &Overview) -> AnyView {
    if all(&overview.last_24_h) == 0 {
        return view! { <p class="muted">"Tests are not counted here."</p> }.into_any();
    }
    let column = |bucket: &engine::Bucket| {
        let c = bucket.counts;
        Column {
            label: AnyLabel::Hour(bucket.at),
            values: vec![c.delivered, c.retrying, c.exhausted, c.waiting + c.held, c.discarded],
        }
    };
    let columns: Vec<Column> = overview.hours.iter().map(column).collect();
    chart::stacked(finding(overview), "The last 24 hours, by the hour of acceptance", &SERIES, &columns)
}

/// What the chart says, in one sentence.
fn finding(overview: &Overview) -> String {
    let counts = &overview.last_24_h;
    let total = words::count(all(counts), "delivery", "deliveries");
    if all(counts) == 0 {
        return "Nothing was to deliver in the last 24 hours".to_owned();
    }
    let not_yet = counts.retrying + counts.waiting + counts.held;
    match (counts.exhausted, not_yet) {
        (0, 0) if all(counts) == 1 => format!("{total}, and it arrived"),
        (0, 0) => format!("{total}, all of them arrived"),
        (0, n) => format!("{total}; {} still under way", words::number(n)),
        (n, 0) => format!("{total}; {} failed for good", words::number(n)),
        (failed, n) => {
            format!(
                "{total}; {} failed for good, {} still under way",
                words::number(failed),
                words::number(n)
            )
        }
    }
}

fn webhooks(overview: &Overview) -> AnyView {
    let counts = overview.webhooks;
    let parts = [
        (counts.active, "active"),
        (counts.paused, "paused"),
        (counts.deactivated, "deactivated"),
        (counts.draft, "in draft"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", words::number(n)))
        .collect();
    view! { <p class="muted">"Webhooks: " {parts.join(", ")} ". " <a href="/webhooks">"All webhooks"</a></p> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overview(delivered: i64, exhausted: i64, retrying: i64) -> Overview {
        Overview {
            last_24_h: Counts { delivered, exhausted, retrying, ..Counts::default() },
            ..Overview::default()
        }
    }

    #[test]
    fn the_chart_says_what_it_found() {
        assert_eq!(finding(&overview(1204, 0, 0)), "1,204 deliveries, all of them arrived");
        assert_eq!(finding(&overview(1, 0, 0)), "1 delivery, and it arrived");
        assert_eq!(finding(&overview(9, 2, 1)), "12 deliveries; 2 failed for good, 1 still under way");
    }

    #[test]
    fn only_all_is_a_hundred_per_cent() {
        let rate = |delivered, exhausted| success(&overview(delivered, exhausted, 5).last_24_h).map(tenths);
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(9999, 1).as_deref(), Some("99.9"));
        assert_eq!(rate(10, 0).as_deref(), Some("100"));
        assert_eq!(rate(1, 2).as_deref(), Some("33.3"));
    }

    #[test]
    fn the_rate_is_told_with_its_change() {
        let told = |now: (i64, i64), before: (i64, i64)| {
            let counts = |(delivered, exhausted)| overview(delivered, exhausted, 0).last_24_h;
            change(&counts(now), &counts(before)).1
        };
        assert_eq!(told((90, 10), (95, 5)), "▼ 5 points since the day before");
        assert_eq!(told((1, 0), (985, 15)), "▲ 1.5 points since the day before");
        assert_eq!(told((1, 0), (2, 0)), "as the day before");
        assert_eq!(told((1, 0), (0, 0)), "nothing to compare with the day before");
    }
}
