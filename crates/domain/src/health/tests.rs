use super::*;
use proptest::prelude::*;

const HOUR: i64 = HOUR_MS;
const DAY: i64 = DAY_MS;

fn failed() -> Ended {
    Ended { outcome: Outcome::Status, http_status: Some(500), exhausted: false, test: false }
}
fn delivered() -> Ended {
    Ended { outcome: Outcome::Delivered, http_status: Some(200), exhausted: false, test: false }
}
fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(1_700_000_000_000 + ms)
}

/// Runs failures at these moments; the last step.
fn failures(moments: impl IntoIterator<Item = i64>) -> Step {
    moments.into_iter().fold(Health::default().unchanged(), |step, ms| {
        step.health.after(failed(), On410::Deactivate, at(ms))
    })
}

#[test]
fn deactivates_after_a_day_and_twenty_failures() {
    let hourly = |n: i64| (0..n).map(|i| i * DAY / 19);
    assert_eq!(failures(hourly(19)).deactivate, None);
    assert_eq!(failures(hourly(20)).deactivate, Some(Reason::Failures));
    // Twenty within a minute are not enough, nor is a day with nineteen.
    assert_eq!(failures((0..500).map(|i| i * 100)).deactivate, None);
    assert_eq!(failures((0..19).map(|i| i * 2 * HOUR)).deactivate, None);
}

#[test]
fn deactivates_after_five_days_and_five_failures() {
    assert_eq!(failures([0, DAY, 2 * DAY, 3 * DAY]).deactivate, None);
    assert_eq!(failures([0, DAY, 2 * DAY, 5 * DAY]).deactivate, None);
    assert_eq!(failures([0, DAY, 2 * DAY, 3 * DAY, 5 * DAY]).deactivate, Some(Reason::Failures));
}

#[test]
fn one_success_clears_the_record() {
    let step = failures((0..19).map(|i| i * 2 * HOUR));
    let step = step.health.after(delivered(), On410::Deactivate, at(40 * HOUR));
    assert_eq!((step.health.failures, step.health.failing_since), (0, None));
    let step = step.health.after(failed(), On410::Deactivate, at(41 * HOUR));
    assert_eq!((step.deactivate, step.health.failing_since), (None, Some(at(41 * HOUR))));
}

#[test]
fn gone_deactivates_at_once_unless_told_otherwise() {
    let gone = Ended { http_status: Some(410), ..failed() };
    let after = |on_410| Health::default().after(gone, on_410, at(0)).deactivate;
    assert_eq!(after(On410::Deactivate), Some(Reason::Gone));
    assert_eq!(after(On410::Retry), None);
    let test = Ended { test: true, ..gone };
    assert_eq!(Health::default().after(test, On410::Deactivate, at(0)).deactivate, None);
}

#[test]
fn alerts_at_the_first_exhausted_delivery_or_after_an_hour() {
    let exhausted = Ended { exhausted: true, ..failed() };
    let first = Health::default().after(exhausted, On410::Deactivate, at(0));
    assert!(first.alert);
    // The same run of failures is told once.
    let again = first.health.after(exhausted, On410::Deactivate, at(2 * HOUR));
    assert!(!again.alert);
    // A new run within the hour of the alert keeps silent; later it is told.
    let well = first.health.after(delivered(), On410::Deactivate, at(1)).health;
    assert!(!well.after(exhausted, On410::Deactivate, at(HOUR - 1)).alert);
    assert!(well.after(exhausted, On410::Deactivate, at(HOUR)).alert);
    assert!(!failures([0, HOUR - 1]).alert);
    assert!(failures([0, HOUR]).alert);
}

#[test]
fn an_hour_of_failures_is_overdue_though_no_attempt_ends() {
    let health = |since: Option<i64>, alerted: Option<i64>| Health {
        failures: 4,
        failing_since: since.map(at),
        alerted_at: alerted.map(at),
    };
    for (since, alerted, is_due) in [
        (None, None, false),
        (Some(1), None, false),
        (Some(0), None, true),
        (Some(-5 * DAY), None, true),
        // This run was told, then or long ago.
        (Some(-HOUR), Some(-1), false),
        (Some(-9 * HOUR), Some(-8 * HOUR), false),
        // Another run was told, within the hour or before.
        (Some(0), Some(-1), true),
        (Some(-2 * HOUR), Some(-2 * HOUR - 1), true),
        (None, Some(-9 * HOUR), false),
    ] {
        let record = health(since, alerted);
        let told = Health { alerted_at: Some(at(HOUR)), ..record };
        assert_eq!(record.overdue(at(HOUR)), is_due.then_some(told), "{record:?}");
    }
}

#[test]
fn says_nothing_about_the_receiver() {
    let step = failures([0, 1]);
    for outcome in [Outcome::Template, Outcome::Interrupted, Outcome::Frequency] {
        let ended = Ended { outcome, http_status: None, exhausted: false, test: false };
        assert_eq!(step.health.after(ended, On410::Deactivate, at(9 * DAY)), step.health.unchanged());
    }
}

#[test]
fn an_overloaded_receiver_gets_less_and_recovers() {
    let mut pace = Pace::new(None);
    assert_eq!(pace.limit(at(0)), 8);
    for _ in 0..100 {
        pace.learn(Outcome::Delivered, Some(200), None, at(0));
    }
    assert_eq!(pace.limit(at(0)), 64);
    // Many answers of one overload count once.
    for _ in 0..50 {
        pace.learn(Outcome::Status, Some(503), None, at(0));
    }
    assert_eq!((pace.limit(at(0)), pace.limit(at(249)), pace.limit(at(250))), (0, 0, 32));
    pace.learn(Outcome::Status, Some(429), Some(30), at(1000));
    assert_eq!((pace.limit(at(30_999)), pace.limit(at(31_000))), (0, 16));
    // Other failures don't slow it down.
    pace.learn(Outcome::Status, Some(500), Some(30), at(31_000));
    pace.learn(Outcome::Connect, None, None, at(31_000));
    assert_eq!(pace.limit(at(31_000)), 16);
}

#[test]
fn a_hanging_receiver_gets_less_and_less_but_no_pause() {
    let mut pace = Pace::new(None);
    for (outcome, left) in
        [(Outcome::Timeout, 4), (Outcome::TooSlow, 2), (Outcome::Token, 1), (Outcome::Timeout, 1)]
    {
        pace.learn(outcome, None, None, at(0));
        assert_eq!(pace.limit(at(0)), left);
    }
    pace.learn(Outcome::Delivered, Some(200), None, at(0));
    assert_eq!(pace.limit(at(0)), 2);
}

#[test]
fn a_rate_is_spread_evenly() {
    let mut rate = Rate::new(4);
    let mut starts = Vec::new();
    for ms in 0..1000 {
        if rate.room(at(ms)) > 0 {
            rate.take(at(ms));
            starts.push(ms);
        }
    }
    assert_eq!(starts, [0, 250, 500, 750]);
    assert_eq!((rate.room(at(999)), rate.not_before(at(999))), (0, at(1000)));
    // A clock that steps back costs one interval, not the step.
    assert_eq!(rate.not_before(at(-90_000)), at(-89_750));
}

proptest! {
    #[test]
    fn the_window_stays_within_its_limits(
        max in proptest::option::of(1..=1000u32),
        seen in proptest::collection::vec((any::<bool>(), proptest::option::of(any::<u64>()), 0..20_000i64), 0..60),
    ) {
        let mut pace = Pace::new(max);
        let mut now = 0;
        for (ok, asked, later) in seen {
            now += later;
            let outcome = if ok { Outcome::Delivered } else { Outcome::Status };
            pace.learn(outcome, Some(if ok { 200 } else { 503 }), asked, at(now));
            prop_assert!(pace.limit(at(now)) <= max.unwrap_or(64));
            // However often it was refused, it is tried again within a minute.
            prop_assert!(pace.limit(at(now + 60_000)) >= 1);
        }
    }

    /// Whenever it is asked, a second holds no more than its number and what may start at once.
    #[test]
    fn a_rate_holds_in_every_second(
        per_second in 1..=500u32, waits in proptest::collection::vec(0..300i64, 1..50),
    ) {
        let mut rate = Rate::new(per_second);
        let (mut now, mut starts) = (0, Vec::new());
        for wait in waits {
            now += wait;
            for _ in 0..rate.room(at(now)) {
                rate.take(at(now));
                starts.push(now);
            }
            prop_assert_eq!(rate.room(at(now)), 0);
            prop_assert!(rate.room(rate.not_before(at(now))) > 0);
        }
        let most = per_second as usize + (per_second / 10).max(1) as usize;
        // `most + 1` starts in a row never fit into less than a second.
        for window in starts.windows(most + 1) {
            prop_assert!(window[most] - window[0] >= 1000, "{window:?}");
        }
    }

    /// Who looks finds what the next failure would find, no more and no less.
    #[test]
    fn a_look_tells_what_a_failure_would(
        since in proptest::option::of(-3 * HOUR..HOUR), alerted in proptest::option::of(-3 * HOUR..HOUR),
    ) {
        let health = Health { failures: 3, failing_since: since.map(at), alerted_at: alerted.map(at) };
        let step = health.after(failed(), On410::Deactivate, at(0));
        prop_assert_eq!(health.overdue(at(0)).is_some(), step.alert);
        if let Some(after) = health.overdue(at(0)) {
            prop_assert_eq!(after, Health { alerted_at: Some(at(0)), ..health });
            prop_assert_eq!(after.overdue(at(0)), None);
        }
    }

    /// Whatever happens, people are told once in a run of failures and at most hourly; and whoever looks each minute
    /// never sees a run that is an hour old and was not told.
    #[test]
    fn people_are_told_in_time_and_not_too_often(
        events in proptest::collection::vec((0..5u8, 1..HOUR), 0..60),
    ) {
        let (mut health, mut now, mut told) = (Health::default(), 0, Vec::new());
        for (event, later) in events {
            // Looks come each minute until then.
            for look in (now + 1..now + later).step_by(60_000) {
                if let Some(after) = health.overdue(at(look)) {
                    told.push((look, health.failing_since));
                    health = after;
                }
                let is_told = |since| health.alerted_at >= Some(since);
                let is_young = |since: Timestamp| at(look).ms() - since.ms() < HOUR;
                prop_assert!(health.failing_since.is_none_or(|since| is_told(since) || is_young(since)));
            }
            now += later;
            let ended = match event {
                0 => delivered(),
                1 => Ended { exhausted: true, ..failed() },
                2 => Ended { outcome: Outcome::Interrupted, http_status: None, ..failed() },
                // Somebody activates it.
                3 => {
                    health = Health { alerted_at: health.alerted_at, ..Health::default() };
                    continue;
                }
                _ => failed(),
            };
            let step = health.after(ended, On410::Deactivate, at(now));
            if step.alert {
                told.push((now, step.health.failing_since));
            }
            health = step.health;
        }
        for pair in told.windows(2) {
            prop_assert!(pair[1].0 - pair[0].0 >= HOUR, "{told:?}");
            prop_assert!(pair[1].1 != pair[0].1, "{told:?}");
        }
    }

    #[test]
    fn never_deactivates_within_a_day(moments in proptest::collection::vec(0..DAY, 0..200)) {
        let mut moments = moments;
        moments.sort_unstable();
        prop_assert_eq!(failures(moments).deactivate, None);
    }
}
