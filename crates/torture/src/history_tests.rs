use super::*;
use crate::log::Attempt;
use bytes::Bytes;

/// One event that was interrupted once and then delivered to one webhook: nothing is wrong with it.
fn good() -> History {
    let body = Bytes::from_static(br#"{"key":"a","event":"evt"}"#);
    let seen = |attempt, at, status| Seen {
        hook: "quick".into(),
        delivery: "dlv".into(),
        event: "evt".into(),
        attempt,
        body: body.clone(),
        at,
        status,
        waits: false,
    };
    let attempt = |number, at, outcome: &str, status| Attempt { number, at, outcome: outcome.into(), status };
    History {
        acks: vec![Ack { key: "a".into(), event: "evt".into(), deliveries: 1 }],
        seen: vec![seen(1, 1000, 204), seen(2, 8000, 204)],
        log: vec![Logged {
            id: "dlv".into(),
            event: "evt".into(),
            state: "delivered".into(),
            attempts: vec![attempt(1, 7900, "interrupted", 0), attempt(2, 8000, "delivered", 204)],
        }],
        cuts: vec![Cut { from: 1500, to: 1600, free: 1600 }],
        hooks: vec!["quick".into()],
        waiting: HashSet::new(),
        stale: HashSet::from(["dlv".to_owned()]),
    }
}

#[test]
fn a_whole_history_is_good() {
    let verdict = judge(&good());
    assert!(verdict.broken.is_empty(), "{:?}", verdict.broken);
    assert_eq!((verdict.events, verdict.deliveries), (1, 1));
    assert_eq!((verdict.duplicates, verdict.interrupted, verdict.reclaimed_ms), (1, 1, 6300));
}

#[test]
fn what_timed_out_is_sent_again_without_an_accident() {
    let mut history = good();
    history.cuts.clear();
    history.stale.clear();
    history.log[0].attempts[0].outcome = "timeout".into();
    let verdict = judge(&history);
    assert!(verdict.broken.is_empty(), "{:?}", verdict.broken);
    assert_eq!((verdict.late, verdict.duplicates), (1, 0));
}

#[test]
fn a_node_that_stood_still_may_send_what_is_delivered_already() {
    let mut history = good();
    history.seen.swap(0, 1);
    history.cuts[0].to = 8200;
    history.seen[1].at = 8300;
    let verdict = judge(&history);
    assert!(verdict.broken.is_empty(), "{:?}", verdict.broken);
    assert_eq!((verdict.duplicates, verdict.overdue), (1, 1));
}

/// What a check says of a history, and how it is bent.
type Lie = (&'static str, fn(&mut History));

#[test]
fn each_lie_is_noticed() {
    let lies: &[Lie] = &[
        ("0 deliveries in the log", |h| h.log.clear()),
        ("not in the log", |h| h.log.clear()),
        ("never came", |h| h.seen.clear()),
        ("never came", |h| h.seen.iter_mut().for_each(|one| one.status = 500)),
        ("never came", |h| h.hooks.push("slow".into())),
        ("acknowledged with 2", |h| h.acks[0].deliveries = 2),
        ("still delivered", |h| {
            h.waiting.insert("dlv".into());
        }),
        ("although the receiver is well", |h| h.log[0].state = "discarded".into()),
        ("became two events", |h| h.seen[1].event = "other".into()),
        ("another id or body", |h| h.seen[1].event = "other".into()),
        ("another id or body", |h| h.seen[1].body = Bytes::from_static(br#"{"key":"a","event":"evt" }"#)),
        ("the body of another event", |h| h.seen[1].body = Bytes::from_static(b"{}")),
        ("another event than was sent", |h| h.acks[0].event = "other".into()),
        ("stands at place", |h| h.log[0].attempts[1].number = 1),
        ("the receiver's answer was", |h| h.log[0].attempts[1].status = 200),
        ("the receiver's answer was", |h| h.seen[1].status = 0),
        ("interrupted by nothing", |h| h.cuts.clear()),
        ("interrupted by nothing", |h| h.cuts[0] = Cut { from: 8500, to: 8600, free: 8600 }),
        ("interrupted by nothing", |h| h.cuts[0] = Cut { from: 4500, to: 4600, free: 4600 }),
        ("which was Some(\"delivered\")", |h| {
            h.log[0].attempts[0] = Attempt { number: 1, at: 1000, outcome: "delivered".into(), status: 204 };
        }),
        ("after its lease counted", |h| h.log[0].attempts[0].outcome = "delivered".into()),
        ("after its lease counted", |h| {
            let late = Attempt { number: 1, at: 8100, outcome: "delivered".into(), status: 204 };
            h.log[0].attempts.push(late);
        }),
        ("after its lease counted", |h| h.log.clear()),
        ("interrupted by nothing", |h| h.seen[0].at = 2700),
        ("rescued only after", |h| h.log[0].attempts[0].at = 20_000),
        ("rescued only after", |h| {
            h.seen.remove(0);
            h.log[0].attempts[0].at = 20_000;
        }),
        ("its last attempt", |h| h.log[0].attempts.truncate(1)),
        ("was sent twice", |h| h.seen[1].attempt = 1),
        ("is not in the log", |h| h.seen[1].attempt = 3),
    ];
    for (words, lie) in lies {
        let mut history = good();
        lie(&mut history);
        let broken = judge(&history).broken;
        assert!(broken.iter().any(|line| line.contains(words)), "{words}: {broken:?}");
    }
}
