//! Test receivers.

use crate::support::Bench;
use domain::{account::Role, id::MarketplaceId};
use engine::{Answer, Error, Live};

#[tokio::test]
async fn a_test_receiver_shows_what_it_caught_and_answers_as_told() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.person(Role::Manager).await);
    let bin = engine.create_bin(who, None, None).await.expect("made");
    assert_eq!((bin.status, bin.delay_ms, bin.requests), (200, 0, 0));
    assert_eq!(bin.id.len(), "bin_".len() + 32);
    assert_eq!(bin.url, format!("http://127.0.0.1:3000/bin/{}", bin.id));

    let mut live = engine.live(who).expect("subscribed");
    let headers = vec![("X-One".to_owned(), "1".to_owned())];
    let answer = engine.catch(&bin.id, "PUT", "/bin/x?a=1", headers.clone(), b"{\"a\":\xFF\0}").await;
    assert_eq!(answer, Ok(Some(Answer { status: 200, delay_ms: 0 })));
    let caught = engine.bin_requests(who, &bin.id).await.expect("listed");
    assert_eq!((caught[0].method.as_str(), caught[0].path.as_str()), ("PUT", "/bin/x?a=1"));
    assert_eq!((caught[0].body.as_str(), &caught[0].headers), ("{\"a\":\u{FFFD}\u{FFFD}}", &headers));
    let news = live.next().await.expect("news");
    assert_eq!(news, Live::Caught { bin: bin.id.clone(), request: Box::new(caught[0].clone()) });

    let changed = engine.update_bin(who, &bin.id, Some(503), None).await.expect("changed");
    assert_eq!((changed.status, changed.delay_ms, changed.requests), (503, 0, 1));
    let answer = engine.catch(&bin.id, "GET", "/", Vec::new(), b"").await.expect("answered");
    assert_eq!(answer.map(|answer| answer.status), Some(503));
    let paths: Vec<_> =
        engine.bin_requests(who, &bin.id).await.expect("listed").into_iter().map(|c| c.path).collect();
    assert_eq!(paths, ["/", "/bin/x?a=1"], "newest first");

    for wrong in [
        engine.create_bin(who, Some(100), None).await,
        engine.update_bin(who, &bin.id, None, Some(30_001)).await,
    ] {
        assert!(matches!(wrong, Err(Error::Invalid(_))), "{wrong:?}");
    }
    engine.delete_bin(who, &bin.id).await.expect("deleted");
    assert_eq!(engine.bin(who, &bin.id).await, Err(Error::NotFound));
    assert_eq!(engine.catch(&bin.id, "GET", "/", Vec::new(), b"").await, Ok(None));
}

#[tokio::test]
async fn it_keeps_a_hundred_requests_and_lives_for_a_week() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let bin = engine.create_bin(who, None, None).await.expect("made");
    for n in 0..103 {
        bench.wait(1);
        engine.catch(&bin.id, "POST", &format!("/{n}"), Vec::new(), b"").await.expect("caught");
    }
    let caught = engine.bin_requests(who, &bin.id).await.expect("listed");
    assert_eq!((caught.len(), caught[0].path.as_str(), caught[99].path.as_str()), (100, "/102", "/3"));
    bench.wait(7 * 86_400);
    assert_eq!(engine.catch(&bin.id, "POST", "/", Vec::new(), b"").await, Ok(None));
    assert!(engine.bins(who).await.expect("listed").is_empty());
}

#[tokio::test]
async fn another_marketplace_sees_nothing_of_it() {
    let bench = Bench::new().await;
    let bin = bench.engine.create_bin(&bench.system, None, None).await.expect("made");
    let mut stranger = bench.system.clone();
    stranger.marketplace.id = MarketplaceId::from_key(99);
    assert_eq!(bench.engine.bin(&stranger, &bin.id).await, Err(Error::NotFound));
    assert_eq!(bench.engine.bin_requests(&stranger, &bin.id).await, Err(Error::NotFound));
    assert_eq!(bench.engine.update_bin(&stranger, &bin.id, Some(500), None).await, Err(Error::NotFound));
    assert_eq!(bench.engine.delete_bin(&stranger, &bin.id).await, Err(Error::NotFound));
    assert!(bench.engine.bins(&stranger).await.expect("listed").is_empty());
    assert_eq!(bench.engine.bin(&bench.system, &bin.id).await.map(|bin| bin.status), Ok(200));
}
