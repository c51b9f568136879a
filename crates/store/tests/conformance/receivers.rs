//! Test receivers.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    bin::{Bin, Caught, LIFETIME_MS},
    id::MarketplaceId,
};

fn bin(id: &str, after_ms: i64) -> Bin {
    let created_at = T0.plus_ms(after_ms);
    Bin {
        id: id.to_owned(),
        url: String::new(),
        status: 200,
        delay_ms: 0,
        created_at,
        expires_at: created_at.plus_ms(LIFETIME_MS),
        requests: 0,
    }
}

on_both_databases! {
    async fn receivers_come_change_and_go(db: &Db) {
        let store = &db.store;
        let elsewhere = MarketplaceId::from_key(2);
        for new in [bin("bin_a", 0), bin("bin_b", 1)] {
            store.insert_bin(HOME, &new).await.expect("kept");
        }
        let ids: Vec<String> = store.bins(HOME, T0).await.expect("listed").into_iter().map(|b| b.id).collect();
        assert_eq!(ids, ["bin_b", "bin_a"]);
        assert_eq!(store.bin("bin_a", T0).await.expect("read"), Some((HOME, bin("bin_a", 0))));
        assert!(!store.update_bin(elsewhere, "bin_a", 500, 10).await.expect("not theirs"));
        assert!(store.update_bin(HOME, "bin_a", 503, 250).await.expect("saved"));
        let (_, read) = store.bin("bin_a", T0).await.expect("read").expect("exists");
        assert_eq!((read.status, read.delay_ms), (503, 250));
        assert!(!store.delete_bin(elsewhere, "bin_b").await.expect("not theirs"));
        assert!(store.delete_bin(HOME, "bin_b").await.expect("deleted"));
        assert_eq!(store.bin("bin_b", T0).await.expect("read"), None);

        let over = T0.plus_ms(LIFETIME_MS);
        assert_eq!(store.bin("bin_a", over).await.expect("read"), None);
        assert_eq!(store.bins(HOME, over).await.expect("listed"), []);
        assert_eq!(store.prune(over).await.expect("pruned").bins, 1);
    }

    async fn the_last_hundred_requests_are_kept(db: &Db) {
        let store = &db.store;
        store.insert_bin(HOME, &bin("bin_a", 0)).await.expect("kept");
        store.insert_bin(HOME, &bin("bin_b", 0)).await.expect("kept");
        let caught = |n: usize| Caught {
            id: db.id(),
            at: T0,
            method: "POST".to_owned(),
            path: format!("/bin/bin_a?n={n}"),
            headers: vec![("a".to_owned(), "1".to_owned()), ("a".to_owned(), "2".to_owned())],
            body: "zero \0 and \u{fffd}".to_owned(),
        };
        assert!(store.insert_caught("bin_b", &caught(0)).await.expect("kept"));
        for n in 0..103 {
            assert!(store.insert_caught("bin_a", &caught(n)).await.expect("kept"));
        }
        assert!(!store.insert_caught("bin_none", &caught(0)).await.expect("no such receiver"));
        let read = store.caught(HOME, "bin_a").await.expect("listed");
        assert_eq!((read.len(), read[0].path.as_str(), read[99].path.as_str()), (100, "/bin/bin_a?n=102", "/bin/bin_a?n=3"));
        let last = caught(102);
        assert_eq!((&read[0].body, &read[0].headers), (&last.body, &last.headers));
        assert_eq!(store.bin("bin_a", T0).await.expect("read").expect("exists").1.requests, 100);
        assert_eq!(store.caught(HOME, "bin_b").await.expect("listed").len(), 1);
        assert_eq!(store.caught(MarketplaceId::from_key(2), "bin_a").await.expect("not theirs"), []);
        assert!(store.delete_bin(HOME, "bin_a").await.expect("deleted"));
        assert_eq!(db.number("SELECT count(*) FROM caught").await, 1);
    }
}
