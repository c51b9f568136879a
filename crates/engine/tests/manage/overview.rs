//! The first page's figures.

use crate::support::{Bench, webhook};
use engine::OnHeld;

#[tokio::test]
async fn an_empty_marketplace_has_all_steps_before_it() {
    let bench = Bench::new().await;
    let overview = bench.engine.overview(&bench.system).await.expect("read");
    assert_eq!(overview.hours.len(), 24);
    let now = bench.clock.now();
    let last = overview.hours[23].at;
    assert!(last <= now && now.ms() - last.ms() < 3_600_000, "the last is the hour that runs");
    assert_eq!(overview.hours[0].at.plus_ms(23 * 3_600_000), last);
    assert_eq!(overview.last_24_h, domain::delivery::Counts::default());
    assert!(overview.failing.is_empty());
    assert_eq!(overview.first_steps, engine::FirstSteps::default());
}

#[tokio::test]
async fn webhooks_are_counted_by_state() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    engine.create_bin(who, None, None).await.expect("made");
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(engine.create_webhook(who, &webhook(name)).await.expect("made").webhook.id);
    }
    engine.activate(who, ids[0], OnHeld::Release).await.expect("activated");
    engine.activate(who, ids[1], OnHeld::Release).await.expect("activated");
    engine.pause(who, ids[1]).await.expect("paused");
    let overview = engine.overview(who).await.expect("read");
    let counts = overview.webhooks;
    assert_eq!((counts.draft, counts.active, counts.paused, counts.deactivated), (1, 1, 1, 0));
    assert!(overview.first_steps.has_webhook && overview.first_steps.has_test_receiver);
    assert!(!overview.first_steps.has_delivery);
}
