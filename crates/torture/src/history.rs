//! Judges what happened: acknowledgements of the load, the receiver's notes, and the program's own log must
//! tell one story. Pure, so that its tests can show that it notices each way of lying.

use crate::{load::Ack, log::Logged, receiver::Seen};
use std::collections::{BTreeMap, HashMap, HashSet};

/// When the program, its disk or its database was not itself; UTC milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// From when on somebody else could rescue what was interrupted.
    pub(crate) free: i64,
}

/// Everything that is known about one stretch of time, after which the queue was given time to drain.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) acks: Vec<Ack>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) log: Vec<Logged>,
    pub(crate) cuts: Vec<Cut>,
    /// The webhooks that each event goes to.
    pub(crate) hooks: Vec<String>,
    /// Deliveries that still wait although they had their time.
    pub(crate) waiting: HashSet<String>,
    /// Deliveries whose first attempt ended only after its lease had gone to another node.
    pub(crate) stale: HashSet<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What must not be, in words; none is good.
    pub(crate) broken: Vec<String>,
    pub(crate) events: usize,
    pub(crate) deliveries: usize,
    /// Requests after one of the same delivery that was answered well.
    pub(crate) duplicates: usize,
    /// Requests that were answered well, but not within the webhook's limit by the sender's clock.
    pub(crate) late: usize,
    /// Requests among the duplicates that a node sent when its lease was over.
    pub(crate) overdue: usize,
    /// Attempts that a cut ended.
    pub(crate) interrupted: usize,
    /// The longest time from a cut to the rescue of what it had interrupted.
    pub(crate) reclaimed_ms: i64,
}

/// From a cut to the rescue of what it interrupted: a lease of 1 s + 5 s, and 5 s.
pub(crate) const RECLAIM_MS: i64 = 11_000;

/// A request may reach the receiver a moment after its sender was ended, and later still on a busy machine.
const LATE_MS: i64 = 1000;

/// From the arrival of a request to the record of its attempt: the webhook's limit of 1 s, and time to commit.
const IN_FLIGHT_MS: i64 = 3000;

/// What is said of a completion that was not fenced off.
pub(crate) const COUNTED: &str = "a completion after its lease counted";

type ByDelivery<'a> = HashMap<&'a str, Vec<&'a Seen>>;

/// Judges.
pub(crate) fn judge(history: &History) -> Verdict {
    let mut verdict =
        Verdict { events: history.acks.len(), deliveries: history.log.len(), ..Verdict::default() };
    let mut seen: ByDelivery<'_> = HashMap::new();
    for one in &history.seen {
        seen.entry(&one.delivery).or_default().push(one);
    }
    acknowledged(history, &mut verdict);
    fenced(history, &mut verdict);
    received(history, &mut verdict);
    for delivery in &history.log {
        let seen = seen.remove(delivery.id.as_str()).unwrap_or_default();
        told(history, delivery, &seen, &mut verdict);
        repeated(delivery, &seen, &mut verdict);
    }
    let stray = seen.values().map(|seen| format!("{}: sent, but not in the log", seen[0].delivery));
    verdict.broken.extend(stray);
    verdict
}

/// Every acknowledged event has all its deliveries in the log, and none of them is lost.
fn acknowledged(history: &History, verdict: &mut Verdict) {
    let mut by_event: HashMap<&str, Vec<&Logged>> = HashMap::new();
    for delivery in &history.log {
        by_event.entry(&delivery.event).or_default().push(delivery);
    }
    for ack in &history.acks {
        if ack.deliveries != history.hooks.len() as u64 {
            verdict.broken.push(format!("{}: acknowledged with {} deliveries", ack.key, ack.deliveries));
        }
        let logged = by_event.get(ack.event.as_str()).map_or(&[][..], Vec::as_slice);
        if !ack.event.is_empty() && logged.len() != history.hooks.len() {
            verdict.broken.push(format!("{}: acknowledged, {} deliveries in the log", ack.key, logged.len()));
        }
    }
    for delivery in &history.log {
        if history.waiting.contains(&delivery.id) {
            verdict.broken.push(format!("{}: still {} after its time", delivery.id, delivery.state));
        } else if delivery.state != "delivered" {
            verdict.broken.push(format!("{}: {} although the receiver is well", delivery.id, delivery.state));
        }
    }
}

/// What ended after its lease counts for nothing: it stays interrupted.
fn fenced(history: &History, verdict: &mut Verdict) {
    for id in &history.stale {
        let delivery = history.log.iter().find(|delivery| delivery.id == *id);
        let firsts = delivery.into_iter().flat_map(|delivery| &delivery.attempts);
        let firsts: Vec<_> = firsts.filter(|attempt| attempt.number == 1).map(|one| &*one.outcome).collect();
        if firsts != ["interrupted"] {
            verdict.broken.push(format!("{id}: {COUNTED}: {firsts:?}"));
        }
    }
}

/// Every acknowledged event came to every webhook, as one event only.
fn received(history: &History, verdict: &mut Verdict) {
    let mut came: HashSet<(String, &str)> = HashSet::new();
    let mut events: HashMap<String, &str> = HashMap::new();
    for one in &history.seen {
        let body: serde_json::Value = serde_json::from_slice(&one.body).unwrap_or_default();
        let key = body["key"].as_str().unwrap_or_default().to_owned();
        if body["event"] != one.event.as_str() {
            verdict.broken.push(format!("{}: the body of another event", one.delivery));
        }
        if *events.entry(key.clone()).or_insert(&one.event) != one.event {
            verdict.broken.push(format!("{key}: became two events"));
        }
        if (200..300).contains(&one.status) {
            came.insert((key, &one.hook));
        }
    }
    for ack in &history.acks {
        for hook in &history.hooks {
            if !came.contains(&(ack.key.clone(), hook)) {
                verdict.broken.push(format!("{}: acknowledged, and never came to {hook}", ack.key));
            }
        }
        if events.get(&ack.key).is_some_and(|event| !ack.event.is_empty() && *event != ack.event) {
            verdict.broken.push(format!("{}: acknowledged as another event than was sent", ack.key));
        }
    }
}

/// The log's attempts are the receiver's requests: each number once, with the same answer.
fn told(history: &History, delivery: &Logged, seen: &[&Seen], verdict: &mut Verdict) {
    let id = &delivery.id;
    for (at, attempt) in delivery.attempts.iter().enumerate() {
        if attempt.number != at as u64 + 1 {
            verdict.broken.push(format!("{id}: attempt {} stands at place {}", attempt.number, at + 1));
        }
        let request = seen.iter().find(|one| one.attempt == attempt.number);
        let answered = matches!(attempt.outcome.as_str(), "delivered" | "status");
        if answered && request.is_none_or(|one| one.status != attempt.status) {
            verdict.broken.push(format!(
                "{id}: attempt {} is {} with {} in the log, and the receiver's answer was {:?}",
                attempt.number,
                attempt.outcome,
                attempt.status,
                request.map(|one| one.status)
            ));
        }
        if attempt.outcome == "interrupted" {
            verdict.interrupted += 1;
            // It may have been ended before its request came.
            let came = request.map(|one| one.at);
            let before = |cut: &&Cut| cut.from <= attempt.at && came.is_none_or(|at| cut.to + LATE_MS >= at);
            let during = |cut: &Cut| came.is_none_or(|at| cut.from <= at + IN_FLIGHT_MS);
            if !history.cuts.iter().filter(before).any(during) {
                verdict.broken.push(format!("{id}: attempt {} was interrupted by nothing", attempt.number));
            }
            // The last one: who had taken it up after an earlier one may have been ended, too.
            let Some(cut) = history.cuts.iter().rfind(before) else { continue };
            let reclaimed = attempt.at - cut.free;
            verdict.reclaimed_ms = verdict.reclaimed_ms.max(reclaimed);
            if reclaimed > RECLAIM_MS {
                verdict.broken.push(format!("{id}: rescued only after {reclaimed} ms"));
            }
        }
    }
    let last = delivery.attempts.last().map(|attempt| attempt.outcome.as_str());
    if delivery.state == "delivered" && last != Some("delivered") {
        verdict.broken.push(format!("{id}: delivered, and its last attempt {last:?}"));
    }
}

/// The same bytes under the same id each time; again after success only when a cut interrupted the attempt.
fn repeated(delivery: &Logged, seen: &[&Seen], verdict: &mut Verdict) {
    let id = &delivery.id;
    let mut numbers = BTreeMap::new();
    for one in seen {
        if numbers.insert(one.attempt, *one).is_some() {
            verdict.broken.push(format!("{id}: attempt {} was sent twice", one.attempt));
        }
        if !delivery.attempts.iter().any(|attempt| attempt.number == one.attempt) {
            verdict.broken.push(format!("{id}: attempt {} was sent and is not in the log", one.attempt));
        }
        if one.event != delivery.event || one.body != seen[0].body {
            verdict.broken.push(format!("{id}: attempt {} has another id or body", one.attempt));
        }
    }
    for pair in seen.windows(2) {
        let (first, then) = (pair[0], pair[1]);
        if !(200..300).contains(&first.status) {
            continue;
        }
        let said = |one: &Seen| {
            let attempt = delivery.attempts.iter().find(|attempt| attempt.number == one.attempt);
            attempt.map(|attempt| attempt.outcome.as_str())
        };
        if matches!(said(first), Some("timeout" | "too_slow")) {
            verdict.late += 1;
            continue;
        }
        verdict.duplicates += 1;
        // That something interrupted it is checked where the log is. A node that stood still between claim and
        // sending sends when it goes on, whoever has delivered it by then: the earlier attempt comes later.
        let overdue = then.attempt < first.attempt && said(then) == Some("interrupted");
        verdict.overdue += usize::from(overdue);
        if said(first) != Some("interrupted") && !overdue {
            let (before, said) = (first.attempt, said(first));
            let number = then.attempt;
            verdict
                .broken
                .push(format!("{id}: attempt {number} was sent after attempt {before}, which was {said:?}"));
        }
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
