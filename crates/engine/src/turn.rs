//! Requests of one webhook leave in the order in which their attempts were begun. Each attempt
//! renders, signs and connects on its own, and waits only before it writes, for the one before it to
//! have written. Nobody waits for an answer.

use domain::id::WebhookId;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// How long one attempt waits for another to connect: no more than this, and no more than a quarter
/// of its own limit.
const PATIENCE: Duration = Duration::from_secs(1);

/// A place in the line of a webhook. The default one stands in no line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    before: Option<Arc<Gate>>,
    mine: Arc<Gate>,
}

impl Turn {
    /// Waits until the one before has passed; `limit` is that of the whole exchange.
    pub(crate) async fn come(&self, limit: Duration) {
        if let Some(before) = &self.before {
            // One that can't connect must not hold up the others.
            let _ = timeout(PATIENCE.min(limit / 4), before.opened()).await;
        }
    }

    /// It is the next one's turn: the request is written, or never will be.
    pub(crate) fn pass(&self) {
        self.mine.open();
    }
}

/// Opens once.
#[derive(Debug, Default)]
struct Gate {
    open: AtomicBool,
    opening: Notify,
}

impl Gate {
    fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    fn open(&self) {
        if !self.open.swap(true, Ordering::SeqCst) {
            self.opening.notify_waiters();
        }
    }

    async fn opened(&self) {
        // Hears of an opening from here on, so that none is missed between the two.
        let opening = self.opening.notified();
        if !self.is_open() {
            opening.await;
        }
    }
}

/// The ends of all lines.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    last: HashMap<WebhookId, Arc<Gate>>,
    /// When so many lines are known, those that have ended are forgotten.
    sweep_at: usize,
}

impl Turns {
    /// The next place in the line of the webhook.
    pub(crate) fn next(&mut self, webhook: WebhookId) -> Turn {
        if self.last.len() >= self.sweep_at.max(1024) {
            self.last.retain(|_, gate| !gate.is_open());
            self.sweep_at = self.last.len() * 2;
        }
        let mine = Arc::new(Gate::default());
        let before = self.last.insert(webhook, Arc::clone(&mine)).filter(|gate| !gate.is_open());
        Turn { before, mine }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEBHOOK: WebhookId = WebhookId::from_key(1);
    const LIMIT: Duration = Duration::from_secs(15);

    #[tokio::test]
    async fn turns_come_one_after_another() {
        let mut turns = Turns::default();
        let [first, second, third] = [(); 3].map(|()| turns.next(WEBHOOK));
        first.come(LIMIT).await;
        let waiting = tokio::spawn(async move { second.come(LIMIT).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        first.pass();
        waiting.await.expect("joined");
        third.pass();
        turns.next(WEBHOOK).come(LIMIT).await;
        Turn::default().come(LIMIT).await;
    }

    #[tokio::test]
    async fn nobody_waits_forever() {
        let mut turns = Turns::default();
        let _stuck = turns.next(WEBHOOK);
        turns.next(WEBHOOK).come(Duration::from_millis(4)).await;
    }

    #[test]
    fn lines_that_ended_are_forgotten() {
        let mut turns = Turns::default();
        for key in 0..5000 {
            turns.next(WebhookId::from_key(key)).pass();
        }
        assert!(turns.last.len() <= 1024);
    }
}
