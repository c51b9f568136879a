use super::*;
use std::time::Duration;

const WEBHOOK: WebhookId = WebhookId::from_key(1);

fn slots(most: usize) -> (Slots, Clock) {
    let clock = Clock::by_hand(Timestamp::from_ms(0));
    (Slots::new(clock.clone(), most), clock)
}

fn limits(max_in_flight: Option<u32>, rate_per_second: Option<u32>) -> Settings {
    Settings { max_in_flight, rate_per_second, ..Settings::new("", "", Vec::new()) }
}

fn take_all(slots: &Slots, webhook: WebhookId, settings: &Settings) -> Vec<Permit> {
    let start = |mut permit: Permit| permit.start().then_some(permit);
    std::iter::from_fn(|| slots.take(webhook, settings).and_then(start)).collect()
}

/// Quick, and small.
const QUICK: (f64, usize) = (1.0, 100);

#[test]
fn what_is_quick_waits_in_hand_for_its_start() {
    let (slots, clock) = slots(10);
    slots.take(WEBHOOK, &limits(Some(2), None)).expect("a place");
    slots.learn(WEBHOOK, Outcome::Delivered, Some(200), None, QUICK);
    let take = || slots.take(WEBHOOK, &limits(Some(2), None));
    let mut permits: Vec<_> = std::iter::from_fn(take).collect();
    assert_eq!((permits.len(), slots.running()), (2 + 512, 0));
    assert_eq!(permits.iter_mut().filter_map(|permit| permit.start().then_some(())).count(), 2);
    assert_eq!((slots.in_hand(WEBHOOK), slots.room()), ((true, false), vec![(WEBHOOK, 0, 0)]));
    permits.truncate(100);
    assert_eq!(slots.in_hand(WEBHOOK), (true, true));
    drop(permits);
    assert_eq!((slots.in_hand(WEBHOOK), slots.running()), ((false, true), 0));
    slots.learn(WEBHOOK, Outcome::Status, Some(503), None, QUICK);
    assert!(take().is_none(), "it pauses");
    clock.advance(Duration::from_secs(1));
    assert!(take().is_some());
}

#[test]
fn what_is_not_recorded_yet_has_its_place_in_the_process() {
    let (slots, _) = slots(16);
    let mut permits = take_all(&slots, WEBHOOK, &limits(Some(4), None));
    assert_eq!(permits.len(), 4);
    permits.iter_mut().for_each(Permit::end);
    assert_eq!((slots.running(), slots.free()), (0, 12), "the webhook has its slots again");
    permits.extend(take_all(&slots, WEBHOOK, &limits(Some(4), None)));
    assert_eq!(permits.len(), 8);
    permits.iter_mut().for_each(Permit::end);
    assert!(take_all(&slots, WEBHOOK, &limits(Some(16), None)).len() < 8, "it waits for the record");
    drop(permits);
    assert_eq!((slots.free(), slots.room().len()), (16, 1));
}

#[test]
fn what_starts_soon_counts_as_begun() {
    let (slots, _) = slots(10);
    let settings = limits(Some(2), None);
    let take = || slots.take_and_start(WEBHOOK, &settings);
    let first: Vec<_> = std::iter::from_fn(take).collect();
    assert_eq!(first.iter().map(|(_, soon)| *soon).collect::<Vec<_>>(), [true, true], "nothing is known yet");
    drop(first);
    slots.learn(WEBHOOK, Outcome::Delivered, Some(200), None, QUICK);
    assert_eq!(slots.room(), [(WEBHOOK, 2 + 100, 412)]);
    let taken: Vec<_> = std::iter::from_fn(take).collect();
    assert_eq!((taken.len(), slots.running()), (2 + 512, 2));
    assert_eq!(taken.iter().position(|(_, soon)| !soon), Some(2 + 100), "of 1 ms, two at a time, in 50 ms");
    assert!(taken[102..].iter().all(|(_, soon)| !soon));
}

#[test]
fn permits_are_limited_and_come_back() {
    let (slots, _) = slots(10);
    let permits = take_all(&slots, WEBHOOK, &limits(Some(2), None));
    assert_eq!((permits.len(), slots.free()), (2, 8));
    assert_eq!((slots.room(), slots.has_room(WEBHOOK)), (vec![(WEBHOOK, 0, 0)], false));
    drop(permits);
    assert_eq!((slots.room(), slots.free()), (vec![(WEBHOOK, 2, 0)], 10));
}

#[test]
fn an_overload_pauses_the_webhook() {
    let (slots, clock) = slots(10);
    drop(slots.take(WEBHOOK, &limits(None, None)));
    slots.learn(WEBHOOK, Outcome::Status, Some(503), Some(2), QUICK);
    assert!(slots.take(WEBHOOK, &limits(None, None)).is_none());
    assert_eq!(slots.room(), [(WEBHOOK, 0, 0)]);
    assert_eq!(slots.room_at(&[WEBHOOK]), Some(Timestamp::from_ms(2000)));
    assert_eq!(slots.room_at(&[]), None);
    clock.advance(Duration::from_secs(2));
    assert!(slots.take(WEBHOOK, &limits(None, None)).is_some());
}

#[test]
fn a_rate_is_kept_and_can_be_changed() {
    let (slots, clock) = slots(100);
    let mut started = 0;
    for _ in 0..100 {
        started += take_all(&slots, WEBHOOK, &limits(None, Some(20))).len();
        clock.advance(Duration::from_millis(10));
    }
    assert!((20..=22).contains(&started), "{started} in the first second");
    assert!(take_all(&slots, WEBHOOK, &limits(None, None)).len() >= 8, "no limit any more");
    let mut busy = slots.take(WEBHOOK, &limits(Some(2), Some(1))).expect("a place");
    assert!(busy.start());
    assert_eq!(slots.room_at(&[WEBHOOK]), Some(Timestamp::from_ms(2000)));
    assert_eq!(take_all(&slots, WEBHOOK, &limits(Some(2), Some(1))).len(), 0);
}

#[test]
fn hanging_webhooks_leave_room_for_others() {
    let (slots, _) = slots(160);
    let mut hanging: Vec<_> =
        (0..40).map(|key| take_all(&slots, WebhookId::from_key(key), &limits(Some(1000), None))).collect();
    let all: Vec<_> = hanging.iter().map(Vec::len).collect();
    assert_eq!(all[0], 80, "one alone gets half");
    assert_eq!(all[1..8], [8, 8, 8, 8, 8, 8, 8], "then each gets a few");
    assert_eq!(all[8..16], [4, 1, 1, 1, 1, 1, 1, 1], "and at last one");
    assert!(slots.is_crowded());
    hanging.clear();
    assert_eq!((slots.free(), slots.is_crowded()), (160, false));
}
