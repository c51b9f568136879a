//! Several processes on one database.

use crate::support::Db;
use std::collections::BTreeSet;
use store::{Conflict, Error, Node};

#[tokio::test]
async fn one_process_has_a_file() {
    let db = Db::sqlite().await;
    assert!(!db.store.is_shared());
    let node = db.store.claim_node().await.expect("claimed");
    assert_eq!((node.number, db.store.live_nodes().await.expect("counted")), (0, 1));
    assert!(db.store.renew_node(&node).await.expect("renewed"));
    db.store.free_node(&node).await.expect("freed");
    db.store.wake("queue").await.expect("nobody to wake");
    assert!(db.store.wakes().await.expect("asked").is_none());
    db.remove().await;
}

#[tokio::test]
async fn nodes_take_the_smallest_free_number() {
    let db = Db::postgres().await;
    assert!(db.store.is_shared());
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(db.store.claim_node().await.expect("claimed"));
    }
    assert_eq!(nodes.iter().map(|node| node.number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(db.store.live_nodes().await.expect("counted"), 3);
    db.store.free_node(&nodes[1]).await.expect("freed");
    assert!(!db.store.renew_node(&nodes[1]).await.expect("asked"));
    assert_eq!(db.store.claim_node().await.expect("claimed").number, 1);

    // A node that fell silent loses its number, and learns of it.
    db.run("UPDATE nodes SET seen_at = 0 WHERE number = 0").await;
    assert_eq!(db.store.live_nodes().await.expect("counted"), 2);
    let heir = db.store.claim_node().await.expect("claimed");
    assert_eq!(heir.number, 0);
    assert!(!db.store.renew_node(&nodes[0]).await.expect("asked"));
    assert!(db.store.renew_node(&heir).await.expect("renewed"));
    db.remove().await;
}

#[tokio::test]
async fn sixty_three_nodes_are_the_most() {
    let db = Db::postgres().await;
    let mut claims = Vec::new();
    for _ in 0..63 {
        let store = db.store.clone();
        claims.push(tokio::spawn(async move { store.claim_node().await.expect("claimed").number }));
    }
    let mut numbers = BTreeSet::new();
    for claim in claims {
        numbers.insert(claim.await.expect("no panic"));
    }
    assert_eq!(numbers, (0..63).collect());
    let refused = db.store.claim_node().await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::TooManyNodes))), "{refused:?}");
    assert!(!numbers.contains(&Node::TOOL));
    db.remove().await;
}

#[tokio::test]
async fn a_wake_up_reaches_the_others() {
    let db = Db::postgres().await;
    let mut wakes = db.store.wakes().await.expect("asked").expect("listens");
    db.store.wake("routing 1").await.expect("woken");
    assert_eq!(wakes.next().await.expect("heard"), "routing 1");
    drop(wakes);
    db.remove().await;
}
