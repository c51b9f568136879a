//! Claims, leases, fairness.

use crate::support::{Db, HOME, T0, claim, on_both_databases};
use domain::{
    delivery::Outcome,
    id::DeliveryId,
    share::{Nodes, Share},
    webhook::State,
};
use store::{Backlog, Claim, Claimed, Claims, Finish, Finished, Next};

fn ids(claimed: &[Claimed]) -> Vec<DeliveryId> {
    claimed.iter().map(|claimed| claimed.delivery).collect()
}

on_both_databases! {
    async fn a_claim_holds_everything_that_an_attempt_needs(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let new = db.event(&[webhook], "{\"a\":1}");
        db.accept(new.clone()).await;
        assert_eq!(db.claim(T0.plus_ms(-1)).await, [], "not due yet");
        let claim = Claim { token: 42, now: T0, limit: 10, per_webhook: 10, room: &[], share: Share::All };
        let claimed = db.store.claim(claim).await.expect("claimed").taken;
        assert_eq!(claimed, [Claimed {
            delivery: new.deliveries[0].id,
            marketplace: HOME,
            webhook,
            active: true,
            event: (*new.event).clone(),
            attempt: 1,
            attempts_before: 0,
            not_sent: 0,
            token: 42,
            rescued: false,
            body: None,
            test: false,
        }]);
        assert_eq!(db.claim(T0).await, [], "somebody has it");
    }

    async fn first_attempts_start_in_the_order_of_acceptance(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let mut accepted = Vec::new();
        for _ in 0..20 {
            accepted.extend(db.publish(&[webhook], "{}").await.1);
        }
        let mut started = Vec::new();
        loop {
            let claim = Claim { token: db.token(), now: T0, limit: 7, per_webhook: 7, room: &[], share: Share::All };
            let claimed = db.store.claim(claim).await.expect("claimed").taken;
            if claimed.is_empty() {
                break;
            }
            started.extend(ids(&claimed));
        }
        assert_eq!(started, accepted);
    }

    async fn a_long_line_does_not_keep_others_waiting(db: &Db) {
        let (long, short) = (db.webhook("Long", State::Active).await, db.webhook("Short", State::Active).await);
        for _ in 0..30 {
            db.publish(&[long], "{}").await;
        }
        let (_, last) = db.publish(&[short], "{}").await;
        let claim = Claim { token: db.token(), now: T0, limit: 5, per_webhook: 50, room: &[], share: Share::All };
        let claimed = db.store.claim(claim).await.expect("claimed").taken;
        assert_eq!(claimed.len(), 5);
        assert!(ids(&claimed).contains(&last[0]));
    }

    async fn room_limits_what_is_taken_of_a_webhook(db: &Db) {
        let (a, b, c) =
            (db.webhook("A", State::Active).await, db.webhook("B", State::Active).await, db.webhook("C", State::Active).await);
        for _ in 0..10 {
            db.publish(&[a, b, c], "{}").await;
        }
        let room = [(a, 0, 0), (b, 4, 2)];
        let claim = Claim { token: db.token(), now: T0, limit: 100, per_webhook: 2, room: &room, share: Share::All };
        let Claims { taken: claimed, mut left } = db.store.claim(claim).await.expect("claimed");
        let of = |webhook| claimed.iter().filter(|claimed| claimed.webhook == webhook).count();
        assert_eq!((of(a), of(b), of(c)), (0, 6, 2));
        left.sort_unstable();
        assert_eq!(left, [a, b, c], "all have more");
    }

    async fn an_expired_lease_is_taken_over(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, accepted) = db.publish(&[webhook], "{}").await;
        let first = db.claim(T0).await;
        db.expire_leases().await;
        // Nothing is sent for it, so neither a limit nor another node's share keeps it waiting.
        let room = [(webhook, 0, 0)];
        let full =
            Claim { token: db.token(), now: T0, limit: 0, per_webhook: 0, room: &room, share: Share::Nothing };
        let second = db.store.claim(full).await.expect("claimed").taken;
        assert_eq!((ids(&second), second[0].rescued, second[0].attempt), (accepted, true, 1));
        assert_ne!(first[0].token, second[0].token);
        assert_eq!(db.store.renew(&[(first[0].delivery, first[0].token)]).await.expect("asked"), []);
        let mine = [(second[0].delivery, second[0].token)];
        assert_eq!(db.store.renew(&mine).await.expect("renewed"), [second[0].delivery]);
    }

    async fn what_was_only_in_hand_was_not_interrupted(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..4 {
            db.publish(&[webhook], "{}").await;
        }
        let room = [(webhook, 1, 3)];
        let claim = Claim { token: 7, now: T0, limit: 100, per_webhook: 9, room: &room, share: Share::All };
        let taken = db.store.claim(claim).await.expect("claimed").taken;
        assert_eq!(taken.iter().map(|claimed| claimed.token).collect::<Vec<_>>(), [7, -7, -7, -7]);

        // The second is begun, the third put back.
        let item = |of: &Claimed, next| Finish {
            delivery: of.delivery, token: of.token, attempt: None, event: None, body: None, next, ended: None, at: T0,
        };
        let done = db.store.finish(&[item(&taken[1], Next::Begun), item(&taken[2], Next::Retrying { due: T0 })]).await;
        let done = done.expect("recorded");
        assert!(matches!(done[..], [Finished::Done { .. }, Finished::Done { .. }]), "{done:?}");
        let again = db.store.finish(&[item(&taken[1], Next::Begun)]).await.expect("asked");
        assert_eq!(again, [Finished::Fenced], "by its old token");

        db.expire_leases().await;
        let second = db.claim(T0).await;
        let how: Vec<_> = second.iter().map(|claimed| (claimed.delivery, claimed.rescued)).collect();
        assert_eq!(how, [
            (taken[0].delivery, true), (taken[1].delivery, true), (taken[2].delivery, false), (taken[3].delivery, false),
        ]);
        assert!(second.iter().all(|claimed| claimed.attempt == 1 && claimed.token > 0));
    }

    async fn a_start_ends_the_leases_of_the_only_server(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..2 {
            db.publish(&[webhook], "{}").await;
        }
        let room = [(webhook, 1, 1)];
        let claim = Claim { token: 7, now: T0, limit: 100, per_webhook: 9, room: &room, share: Share::All };
        let first = db.store.claim(claim).await.expect("claimed").taken;
        db.store.end_leases().await.expect("ended");
        let again = db.claim(T0).await;
        let how: Vec<_> = again.iter().map(|claimed| (claimed.delivery, claimed.rescued)).collect();
        let only_server = vec![(first[0].delivery, true), (first[1].delivery, false)];
        assert_eq!(how, if db.store.is_shared() { Vec::new() } else { only_server });
    }

    async fn a_claim_says_who_has_more(db: &Db) {
        let (a, b) = (db.webhook("A", State::Active).await, db.webhook("B", State::Active).await);
        for _ in 0..3 {
            db.publish(&[a], "{}").await;
        }
        db.publish(&[b], "{}").await;
        let ask = async |limit, room: &[_]| {
            let claim = Claim { token: db.token(), now: T0, limit, per_webhook: 2, room, share: Share::All };
            let claims = db.store.claim(claim).await.expect("claimed");
            (claims.taken.len(), claims.left)
        };
        assert_eq!(ask(10, &[(a, 0, 0), (b, 0, 0)]).await, (0, vec![a, b]));
        assert_eq!(ask(0, &[]).await, (0, vec![a, b]));
        assert_eq!(ask(10, &[]).await, (3, vec![a]));
        // As many as were asked for: there may be more.
        assert_eq!(ask(10, &[(a, 1, 0)]).await, (1, vec![a]));
        assert_eq!(ask(10, &[(a, 0, 0)]).await, (0, vec![]));
    }

    async fn a_node_takes_only_what_is_its_own(db: &Db) {
        let mut webhooks = Vec::new();
        for n in 0..8 {
            webhooks.push(db.webhook(&format!("W{n}"), State::Active).await);
        }
        db.publish(&webhooks, "{}").await;
        let nodes = Nodes::default().with(0).with(1);
        let mut taken = 0;
        for me in [0, 1] {
            let share = Share::Part { me, now: nodes, agreed: nodes };
            let claim = Claim { token: db.token(), now: T0, limit: 100, per_webhook: 9, room: &[], share };
            let claims = db.store.claim(claim).await.expect("claimed");
            assert!(claims.taken.iter().all(|claimed| nodes.holder(claimed.webhook) == Some(me)));
            assert_eq!(claims.left, []);
            taken += claims.taken.len();
        }
        assert_eq!(taken, 8);
    }

    async fn what_is_given_back_can_be_taken_at_once(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        db.publish(&[webhook], "{}").await;
        let first = db.claim(T0).await;
        // A stale token gives nothing back.
        db.store.give_back(&[(first[0].delivery, 1)]).await.expect("ignored");
        assert_eq!(db.claim(T0).await, []);
        db.store.give_back(&[(first[0].delivery, first[0].token)]).await.expect("given back");
        let second = db.claim(T0).await;
        assert_eq!((second.len(), second[0].rescued), (1, false));
        db.store.give_back(&[]).await.expect("nothing");
    }

    async fn a_later_attempt_gets_the_body_of_the_first(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        db.publish(&[webhook], "{\"n\":1}").await;
        let claimed = db.claim(T0).await;
        db.deliver(&claimed[0], Outcome::Timeout).await;
        let again = db.claim(T0.plus_ms(5000)).await;
        assert_eq!((again[0].attempt, again[0].body.as_deref()), (2, Some("{\"n\":1}")));
    }

    async fn many_workers_take_everything_once(db: &Db) {
        let webhooks = [db.webhook("A", State::Active).await, db.webhook("B", State::Active).await];
        for _ in 0..50 {
            db.publish(&webhooks, "{}").await;
        }
        let mut workers = Vec::new();
        for _ in 0..6 {
            let tokens: Vec<i64> = (0..60).map(|_| db.token()).collect();
            let store = db.store.clone();
            workers.push(tokio::spawn(async move {
                let mut taken = Vec::new();
                for token in tokens {
                    taken.extend(ids(&claim(&store, token, T0, 4).await));
                }
                taken
            }));
        }
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.expect("no panic"));
        }
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!((count, all.len()), (100, 100));
    }

    async fn the_backlog_is_counted(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        assert_eq!(db.store.backlog(T0).await.expect("counted"), Backlog::default());
        for _ in 0..3 {
            db.publish(&[webhook], "{}").await;
        }
        let claim = Claim { token: 1, now: T0, limit: 1, per_webhook: 1, room: &[], share: Share::All };
        db.store.claim(claim).await.expect("claimed");
        let due = Backlog { due: 2, later: 0, claimed: 1, oldest_due: Some(T0) };
        assert_eq!(db.store.backlog(T0).await.expect("counted"), due);
        let before = Backlog { due: 0, later: 2, claimed: 1, oldest_due: None };
        assert_eq!(db.store.backlog(T0.plus_ms(-1)).await.expect("counted"), before);
    }
}
