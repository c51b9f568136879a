//! How far a replay is, and how it ended.

use super::{LINE, address, api::StopReplay, in_words, log};
use crate::{
    components::{
        button::hidden_fields,
        icon::icon,
        notice::notice,
        pill::pill,
        table::{self, Column},
        time,
    },
    form::Tone,
    islands::live::LiveRegion,
    page::Visit,
    pairs::Pairs,
    words,
};
use domain::{
    delivery::DeliveryFilter,
    replay::{Replay, RetryBody, State},
    webhook::{self, Webhook},
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// What renews itself: the bar, and what can be done.
const REGIONS: &str = "replay-progress replay-steps";

/// The block of one replay; live while it runs.
pub(super) fn panel(visit: &Visit, webhook: &Webhook, replay: &Replay) -> AnyView {
    let source = format!("/live?webhook={}", webhook.id);
    let version = format!("{:?} {} {:?}", replay.state, replay.done, webhook.state);
    let live = (replay.state == State::Running)
        .then(|| view! { <LiveRegion source=source region=REGIONS.to_owned() /> });
    view! {
        <section class="card replay" aria-labelledby="replay-title" id="replay">
            <div class="replay-head">
                <h2 id="replay-title">"Replay"</h2>
                {live}
            </div>
            <div id="replay-progress" data-version=version.clone()>{standing(visit, webhook, replay)}</div>
            <div id="replay-steps" class="row" data-version=format!("{:?}", replay.state)>{steps(visit, webhook, replay)}</div>
        </section>
    }
    .into_any()
}

fn standing(visit: &Visit, webhook: &Webhook, replay: &Replay) -> AnyView {
    let waits = replay.state == State::Running && webhook.state != webhook::State::Active;
    let waits =
        waits.then(|| notice(Tone::Info, "The webhook is not active. The replay goes on when it is."));
    let bar = (replay.total > 0).then(|| {
        let (value, most) = (replay.done.min(replay.total).to_string(), replay.total.to_string());
        let percent = format!("{} %", replay.percent());
        view! {
            <div class="replay-bar">
                <progress max=most value=value aria-labelledby="replay-told"></progress>
                <span class="replay-percent" aria-hidden="true">{percent}</span>
            </div>
        }
    });
    view! {
        <p id="replay-told" class="replay-count"><strong>{told(replay)}</strong></p>
        {bar}
        <p class="muted">{about(replay)} " · started " {time::ago(replay.created_at, visit.now)}</p>
        {ended(replay)}
        {waits}
    }
    .into_any()
}

/// "120 of 214 put in line"
fn told(replay: &Replay) -> String {
    format!("{} of {} put in line", words::number(replay.done), words::number(replay.total))
}

fn about(replay: &Replay) -> String {
    let body = match replay.body {
        RetryBody::Same => "Same body",
        RetryBody::Render => "Rendered again",
    };
    match in_words(&replay.filter) {
        said if said.is_empty() => format!("{body} · everything"),
        said => format!("{body} · {said}"),
    }
}

/// How it ended, in a sentence.
fn ended(replay: &Replay) -> Option<AnyView> {
    let left = replay.total - replay.done;
    let others = if left == 1 { "The other one was" } else { "The others were" };
    let (tone, text) = match replay.state {
        State::Running => return None,
        State::Finished if replay.total == 0 => {
            (Tone::Info, "Finished: there was nothing to send again.".to_owned())
        }
        State::Finished if left <= 0 => {
            (Tone::Good, "Finished: all of them are on their way or sent.".to_owned())
        }
        State::Finished => {
            (Tone::Good, format!("Finished. {others} removed, or sent in another way meanwhile."))
        }
        State::Stopped => {
            (Tone::Info, "Stopped: what was put in line is sent, the rest stays as it is.".to_owned())
        }
    };
    Some(notice(tone, text))
}

fn steps(visit: &Visit, webhook: &Webhook, replay: &Replay) -> AnyView {
    let running = replay.state == State::Running;
    let stop = (running && visit.may(Permission::Manage)).then(|| {
        view! {
            <form method="post" action=StopReplay::PATH>
                {hidden_fields(&[("id", webhook.id.to_string()), ("replay", replay.id.to_string())])}
                <button class="button">{icon("x")} "Stop"</button>
            </form>
        }
    });
    // What it sent has another state now.
    let sent = DeliveryFilter { states: Vec::new(), ..replay.filter.clone() };
    let rest = (replay.state == State::Stopped && visit.may(Permission::Manage)).then(|| {
        let href = super::link(webhook.id, &replay.filter);
        view! { <a class="button" href=href>{icon("retry")} "Replay the rest…"</a> }
    });
    view! { {stop} <a class="button" href=log(webhook.id, &sent)>"See the log"</a> {rest} }.into_any()
}

/// A line about a replay that runs, with the way to it; an empty element without one, for the news to fill.
pub(super) fn line(replay: Option<&Replay>) -> AnyView {
    let text = replay.map(|replay| {
        let href = address(replay.webhook_id, &Pairs::default());
        let text = format!("A replay is running: {}. ", told(replay));
        notice(Tone::Info, view! { {text} <a href=href>"Open it"</a> })
    });
    let version = replay.map_or(-1, |replay| replay.done).to_string();
    view! { <div id=LINE data-version=version>{text}</div> }.into_any()
}

const COLUMNS: [Column; 5] = [
    Column("Ended", false),
    Column("Put in line", true),
    Column("Body", false),
    Column("Filter", false),
    Column("Started", false),
];

/// Replays that ended.
pub(super) fn history(visit: &Visit, list: &[Replay]) -> AnyView {
    let row = |replay: &Replay| {
        let (tone, sign, word) = match replay.state {
            State::Running => ("plain", "clock", "Running"),
            State::Finished => ("good", "check-circle", "Finished"),
            State::Stopped => ("held", "x-circle", "Stopped"),
        };
        let href = address(replay.webhook_id, &Pairs::from_iter([(super::SHOWN, replay.id.to_string())]));
        let label = format!("{word}, {}", told(replay));
        let state = view! { <a class="row-link" href=href aria-label=label>{pill(tone, sign, word)}</a> };
        let body = match replay.body {
            RetryBody::Same => "Same",
            RetryBody::Render => "Rendered again",
        };
        let filter = Some(in_words(&replay.filter)).filter(|said| !said.is_empty());
        table::row(vec![
            table::cell("Ended", state),
            table::number(
                "Put in line",
                format!("{} of {}", words::number(replay.done), words::number(replay.total)),
            ),
            table::cell("Body", body),
            table::prose("Filter", filter.unwrap_or_else(|| "Everything".to_owned())),
            table::cell("Started", time::ago(replay.created_at, visit.now)),
        ])
    };
    table::table("Earlier replays", &COLUMNS, list.iter().map(row).collect())
}
