//! The log: filters, pages, counts, hours.

use crate::support::{Db, HOME, T0, edit, on_both_databases};
use domain::{
    delivery::{Counts, DeliveryFilter, Outcome, State as Delivery},
    id::{DeliveryId, EventId, Id, WebhookId},
    page::PageRequest,
    webhook::State,
};

async fn found(db: &Db, filter: &DeliveryFilter) -> Vec<DeliveryId> {
    let page = db.store.deliveries(HOME, filter, PageRequest::default()).await.expect("listed");
    page.data.iter().map(|row| row.id).collect()
}

async fn counted(db: &Db, filter: &DeliveryFilter) -> Counts {
    db.store.counts(HOME, filter).await.expect("counted")
}

/// One delivery of each state, to two webhooks.
struct Log {
    a: WebhookId,
    b: WebhookId,
    event: EventId,
    delivered: DeliveryId,
    retrying: DeliveryId,
    exhausted: DeliveryId,
    held: DeliveryId,
    sending: DeliveryId,
    sending_again: DeliveryId,
    pending: DeliveryId,
}

async fn fill(db: &Db) -> Log {
    let (a, b) = (db.webhook("A", State::Active).await, db.webhook("B", State::Active).await);
    let (event, first) = db.publish(&[a, b], "{\"email\":\"ada@example.com\",\"city\":\"Old Town\"}").await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.extend(db.publish(&[a], &format!("{{\"n\":\"no-{n}\"}}")).await.1);
    }
    let claimed = db.claim(T0).await;
    let of = |id| claimed.iter().find(|claimed| claimed.delivery == id).expect("claimed");
    db.deliver(of(first[0]), Outcome::Delivered).await;
    db.deliver(of(first[1]), Outcome::Status).await;
    db.exhaust(of(ids[0])).await;
    db.deliver(of(ids[1]), Outcome::Template).await;
    db.deliver(of(ids[2]), Outcome::Timeout).await;
    let back = of(ids[2]);
    // `first[1]` and `ids[2]` are due again; one of them is taken.
    let room = [(b, 0, 0)];
    let due = T0.plus_ms(5000);
    let claim = store::Claim {
        token: db.token(),
        now: due,
        limit: 9,
        per_webhook: 9,
        room: &room,
        share: domain::share::Share::All,
    };
    let again = db.store.claim(claim).await.expect("claimed").taken;
    assert_eq!(again.iter().map(|c| c.delivery).collect::<Vec<_>>(), [back.delivery]);
    let mut later = db.event(&[b], "{}");
    edit(&mut later).topic = "learning.course.created".to_owned();
    later.deliveries[0].id = db.id_at(T0.plus_ms(3_600_000));
    let pending = later.deliveries[0].id;
    db.accept(later).await;
    Log {
        a,
        b,
        event,
        delivered: first[0],
        retrying: first[1],
        exhausted: ids[0],
        held: ids[1],
        sending_again: ids[2],
        sending: ids[3],
        pending,
    }
}

on_both_databases! {
    async fn states_are_found_and_counted_alike(db: &Db) {
        let log = fill(db).await;
        let states = |states: &[Delivery]| DeliveryFilter { states: states.to_vec(), ..DeliveryFilter::default() };
        use Delivery::{Delivered, Discarded, Exhausted, Held, Pending, Retrying, Sending};
        for (wanted, expected) in [
            (vec![], vec![log.pending, log.sending, log.sending_again, log.held, log.exhausted, log.retrying, log.delivered]),
            (vec![Pending], vec![log.pending]),
            (vec![Sending], vec![log.sending, log.sending_again]),
            (vec![Pending, Sending], vec![log.pending, log.sending, log.sending_again]),
            (vec![Retrying], vec![log.retrying]),
            (vec![Retrying, Sending], vec![log.sending, log.sending_again, log.retrying]),
            (vec![Delivered], vec![log.delivered]),
            (vec![Exhausted, Held], vec![log.held, log.exhausted]),
            (vec![Discarded], vec![]),
            (vec![Delivered, Sending], vec![log.sending, log.sending_again, log.delivered]),
        ] {
            assert_eq!(found(db, &states(&wanted)).await, expected, "{wanted:?}");
        }
        let all = Counts { waiting: 3, delivered: 1, retrying: 1, exhausted: 1, held: 1, discarded: 0 };
        assert_eq!(counted(db, &DeliveryFilter::default()).await, all);
        assert_eq!(counted(db, &states(&[Delivered])).await, all, "the filter by state is left out");
        let of_b = DeliveryFilter { webhook: Some(log.b), ..DeliveryFilter::default() };
        assert_eq!(counted(db, &of_b).await, Counts { waiting: 1, retrying: 1, ..Counts::default() });
        assert_eq!(db.store.counts(Id::from_key(2), &of_b).await.expect("counted"), Counts::default());
        let row = db.store.delivery_row(HOME, log.sending_again).await.expect("read").expect("exists");
        assert_eq!((row.state, row.next_attempt_at, row.attempt_count), (Sending, None, 1));
    }

    async fn every_filter_filters(db: &Db) {
        let log = fill(db).await;
        let any = DeliveryFilter::default;
        let q = |q: &str| DeliveryFilter { q: Some(q.to_owned()), ..any() };
        let delivery = db.store.delivery(HOME, log.exhausted).await.expect("read").expect("exists");
        let attempt = delivery.attempts[0].id.expect("stored").to_string();
        let topic = |topic: &str| DeliveryFilter { topic: Some(topic.to_owned()), ..any() };
        let all_of_a = vec![log.sending, log.sending_again, log.held, log.exhausted, log.delivered];
        let later = T0.plus_ms(3_600_000);
        for (filter, expected) in [
            (DeliveryFilter { webhook: Some(log.b), ..any() }, vec![log.pending, log.retrying]),
            (DeliveryFilter { event: Some(log.event), ..any() }, vec![log.retrying, log.delivered]),
            (topic("learning.course.created"), vec![log.pending]),
            (topic("learning.course.*"), vec![log.pending]),
            (topic("learning.user.*"), [vec![log.sending, log.sending_again, log.held, log.exhausted], vec![log.retrying, log.delivered]].concat()),
            (topic("learning.cours"), vec![]),
            (DeliveryFilter { outcome: Some(Outcome::Delivered), ..any() }, vec![log.delivered]),
            (DeliveryFilter { outcome: Some(Outcome::Status), ..any() }, vec![log.exhausted, log.retrying]),
            (DeliveryFilter { outcome: Some(Outcome::Template), ..any() }, vec![log.held]),
            (DeliveryFilter { http_status: Some((500, 599)), ..any() }, vec![log.exhausted, log.retrying]),
            (DeliveryFilter { http_status: Some((200, 200)), ..any() }, vec![log.delivered]),
            (DeliveryFilter { http_status: Some((200, 599)), ..any() }, vec![log.exhausted, log.retrying, log.delivered]),
            (DeliveryFilter { test: Some(true), ..any() }, vec![]),
            (DeliveryFilter { test: Some(false), webhook: Some(log.b), ..any() }, vec![log.pending, log.retrying]),
            (DeliveryFilter { from: Some(later), ..any() }, vec![log.pending]),
            (DeliveryFilter { to: Some(later), webhook: Some(log.b), ..any() }, vec![log.retrying]),
            (q(&log.event.to_string()), vec![log.retrying, log.delivered]),
            (q(&log.held.to_string()), vec![log.held]),
            (q(&format!(" {} ", log.a)), all_of_a.clone()),
            (q(&attempt), vec![log.exhausted]),
            (q("ADA@example.com"), vec![log.retrying, log.delivered]),
            (q("old town"), vec![log.retrying, log.delivered]),
            (q("town"), vec![log.retrying, log.delivered]),
            (q("no-0"), vec![log.exhausted]),
            (q("no-0' OR '1'='1"), vec![]),
            (q("\0"), vec![]),
            (DeliveryFilter { webhook: Some(log.a), ..q("ada@example.com") }, vec![log.delivered]),
            (DeliveryFilter { states: vec![Delivery::Delivered], outcome: Some(Outcome::Status), ..any() }, vec![]),
        ] {
            assert_eq!(found(db, &filter).await, expected, "{filter:?}");
            let counts = counted(db, &DeliveryFilter { states: Vec::new(), ..filter.clone() }).await;
            let sum = counts.waiting + counts.delivered + counts.retrying + counts.exhausted + counts.held + counts.discarded;
            if filter.states.is_empty() {
                assert_eq!(sum, expected.len() as i64, "{filter:?}");
            }
        }
        assert_eq!(found(db, &q("  ")).await.len(), 7);
    }

    async fn pages_follow_each_other(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let mut ids = Vec::new();
        for _ in 0..7 {
            ids.extend(db.publish(&[webhook], "{\"same\":\"value\"}").await.1);
        }
        ids.reverse();
        for filter in [
            DeliveryFilter::default(),
            DeliveryFilter { webhook: Some(webhook), states: vec![Delivery::Pending], ..DeliveryFilter::default() },
            DeliveryFilter { q: Some("value".to_owned()), ..DeliveryFilter::default() },
        ] {
            let mut seen = Vec::new();
            let mut page = PageRequest { limit: 3, before: None };
            loop {
                let got = db.store.deliveries(HOME, &filter, page).await.expect("listed");
                assert!(got.data.len() <= 3);
                seen.extend(got.data.iter().map(|row| row.id));
                let Some(cursor) = got.next_cursor else { break };
                page = PageRequest::parse(Some("3"), Some(&cursor)).expect("a cursor");
            }
            assert_eq!(seen, ids);
        }
        let all = DeliveryFilter::default();
        let elsewhere = db.store.deliveries(Id::from_key(2), &all, PageRequest::default()).await;
        assert_eq!(elsewhere.expect("listed").data, []);
    }

    async fn hours_hold_what_was_accepted_in_them(db: &Db) {
        let log = fill(db).await;
        let hours = db.store.hours(HOME, T0.plus_ms(-1)).await.expect("counted");
        let hour = T0.ms() / 3_600_000 * 3_600_000;
        assert_eq!(hours.len(), 2);
        assert_eq!((hours[0].at.ms(), hours[1].at.ms()), (hour, hour + 3_600_000));
        assert_eq!(hours[0].counts, Counts { waiting: 1, delivered: 1, retrying: 2, exhausted: 1, held: 1, discarded: 0 });
        assert_eq!(hours[1].counts, Counts { waiting: 1, ..Counts::default() });
        assert_eq!(db.store.hours(HOME, T0.plus_ms(3_600_000)).await.expect("counted").len(), 1);
        let failures = db.store.failures(HOME, T0.plus_ms(-1)).await.expect("counted");
        assert_eq!(failures, [(log.a, "A".to_owned(), 3), (log.b, "B".to_owned(), 1)]);
        assert_eq!(db.store.failures(HOME, T0.plus_ms(3_600_000)).await.expect("counted"), []);
    }
}
