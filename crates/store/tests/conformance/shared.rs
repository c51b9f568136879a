//! Several processes on one database.

use crate::support::Db;
use domain::share::Nodes;
use std::collections::BTreeSet;
use store::{Conflict, Error, Member, Node, Renewed, Says};

#[tokio::test]
async fn one_process_has_a_file() {
    let db = Db::sqlite().await;
    assert!(!db.store.is_shared());
    let node = db.store.claim_node().await.expect("claimed");
    assert_eq!((node.number, db.store.live_nodes().await.expect("counted")), (0, 1));
    let renewed = db.store.renew_node(&node, Says::default()).await.expect("renewed");
    assert!(renewed.is_some_and(|renewed| renewed.in_time));
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
    assert_eq!(renew(&db, &nodes[1]).await, None);
    assert_eq!(db.store.claim_node().await.expect("claimed").number, 1);

    // A node that fell silent loses its number, and learns of it.
    db.run("UPDATE nodes SET seen_at = 0 WHERE number = 0").await;
    assert_eq!(db.store.live_nodes().await.expect("counted"), 2);
    let heir = db.store.claim_node().await.expect("claimed");
    assert_eq!(heir.number, 0);
    assert_eq!(renew(&db, &nodes[0]).await, None);
    assert!(renew(&db, &heir).await.is_some());
    db.remove().await;
}

async fn renew(db: &Db, node: &Node) -> Option<Renewed> {
    db.store.renew_node(node, Says::default()).await.expect("asked")
}

#[tokio::test]
async fn nodes_know_of_each_other() {
    let db = Db::postgres().await;
    let (a, b) = (db.store.claim_node().await.expect("a"), db.store.claim_node().await.expect("b"));
    let says = Says { delivers: true, watches: true, sees: Nodes::default().with(a.number) };
    let known = db.store.renew_node(&b, says).await.expect("asked").expect("its number");
    let members = vec![Member { number: a.number, says: Says::default() }, Member { number: b.number, says }];
    assert_eq!(known, Renewed { in_time: true, members });

    // One that was silent is not counted, and learns that it was thought to be gone.
    db.run("UPDATE nodes SET seen_at = seen_at - 6000 WHERE number = 0").await;
    assert_eq!(renew(&db, &b).await.expect("its number").members.len(), 1);
    let late = renew(&db, &a).await.expect("its number still");
    assert_eq!((late.in_time, late.members.len()), (false, 2));
    assert!(renew(&db, &a).await.expect("its number").in_time);
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
async fn who_must_be_alone_keeps_others_out() {
    let db = Db::postgres().await;
    let node = db.store.claim_node().await.expect("claimed");
    let refused = db.store.claim_all_nodes().await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotAlone { others: 1 }))), "{refused:?}");
    assert!(renew(&db, &node).await.is_some());
    db.store.free_node(&node).await.expect("freed");

    let all = db.store.claim_all_nodes().await.expect("alone");
    let refused = db.store.claim_all_nodes().await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotAlone { others: 1 }))), "{refused:?}");
    let refused = db.store.claim_node().await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::TooManyNodes))), "{refused:?}");
    // Without it, the number would be free after both.
    db.run("UPDATE nodes SET seen_at = seen_at - 40000").await;
    db.store.renew_all_nodes(&all).await.expect("renewed");
    db.run("UPDATE nodes SET seen_at = seen_at - 40000").await;
    let refused = db.store.claim_node().await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::TooManyNodes))), "{refused:?}");
    db.run("UPDATE nodes SET holder = 'somebody' WHERE number = 0").await;
    let refused = db.store.reseal(&all, "0001", |_, sealed| Ok::<_, ()>(sealed.to_owned())).await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotAlone { others: 1 }))), "{refused:?}");
    assert_eq!(db.store.sealing_key().await.expect("read"), None, "too late, and nothing was changed");
    let refused = db.store.renew_all_nodes(&all).await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotAlone { others: 1 }))), "{refused:?}");
    db.run("DELETE FROM nodes WHERE number = 0").await;
    db.store.free_all_nodes(&all).await.expect("freed");
    assert_eq!(db.store.claim_node().await.expect("claimed").number, 0);
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
