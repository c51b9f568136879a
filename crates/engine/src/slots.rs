//! How many requests run at the same time: for one webhook, so that a hanging receiver slows only
//! itself, and for the process. [`Pace`] is the rule; this is its memory.

use crate::Clock;
use domain::{delivery::Outcome, health::Pace, id::WebhookId, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The slots of all webhooks in this process.
#[derive(Clone, Debug)]
pub(crate) struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    most: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    webhooks: HashMap<WebhookId, Slot>,
    running: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    running: u32,
    pace: Pace,
    used_at: Timestamp,
}

impl Slot {
    fn room(&self, now: Timestamp) -> u32 {
        self.pace.limit(now).saturating_sub(self.running)
    }
}

/// One running request; gives its slot back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    slots: Slots,
    webhook: WebhookId,
}

/// A pace that was not used for so long says nothing any more: one hour.
const FORGET_MS: i64 = 3_600_000;

impl Slots {
    /// Room for `most` requests in this process.
    pub(crate) fn new(clock: Clock, most: usize) -> Self {
        Self(Arc::new(Inner { clock, most, table: Mutex::default() }))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many more requests this process can run.
    pub(crate) fn free(&self) -> usize {
        self.0.most.saturating_sub(self.table().running)
    }

    /// How many more requests each webhook can take that is busy or has learned; and when the first
    /// of their pauses ends.
    pub(crate) fn room(&self) -> (Vec<(WebhookId, u32)>, Option<Timestamp>) {
        let now = self.0.clock.now();
        let mut table = self.table();
        table.webhooks.retain(|_, slot| slot.running > 0 || slot.used_at.plus_ms(FORGET_MS) > now);
        let slots = table.webhooks.iter();
        let room = slots.clone().map(|(id, slot)| (*id, slot.room(now))).collect();
        (room, slots.filter_map(|(_, slot)| slot.pace.not_before().filter(|at| *at > now)).min())
    }

    /// Takes a slot of `webhook` if there is room; `most` is its manager's limit now.
    pub(crate) fn take(&self, webhook: WebhookId, most: Option<u32>) -> Option<Permit> {
        let now = self.0.clock.now();
        let mut table = self.table();
        if table.running >= self.0.most {
            return None;
        }
        let new = Slot { running: 0, pace: Pace::new(most), used_at: now };
        let slot = table.webhooks.entry(webhook).or_insert(new);
        slot.pace = slot.pace.with_limit(most);
        slot.used_at = now;
        if slot.room(now) == 0 {
            return None;
        }
        slot.running += 1;
        table.running += 1;
        Some(Permit { slots: self.clone(), webhook })
    }

    /// Learns from an ended attempt; `retry_after_s` as the retry schedule heeds it.
    pub(crate) fn learn(
        &self,
        webhook: WebhookId,
        outcome: Outcome,
        http_status: Option<u16>,
        retry_after_s: Option<u64>,
    ) {
        let now = self.0.clock.now();
        if let Some(slot) = self.table().webhooks.get_mut(&webhook) {
            slot.pace.learn(outcome, http_status, retry_after_s, now);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut table = self.slots.table();
        table.running -= 1;
        if let Some(slot) = table.webhooks.get_mut(&self.webhook) {
            slot.running -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const WEBHOOK: WebhookId = WebhookId::from_key(1);

    #[test]
    fn permits_are_limited_and_come_back() {
        let slots = Slots::new(Clock::by_hand(Timestamp::from_ms(0)), 3);
        let permits: Vec<_> = (0..3).map_while(|_| slots.take(WEBHOOK, Some(2))).collect();
        assert_eq!((permits.len(), slots.free()), (2, 1));
        assert_eq!(slots.room(), (vec![(WEBHOOK, 0)], None));
        drop(permits);
        assert_eq!((slots.room(), slots.free()), ((vec![(WEBHOOK, 2)], None), 3));
    }

    #[test]
    fn an_overload_pauses_the_webhook() {
        let clock = Clock::by_hand(Timestamp::from_ms(0));
        let slots = Slots::new(clock.clone(), 3);
        drop(slots.take(WEBHOOK, None));
        slots.learn(WEBHOOK, Outcome::Status, Some(503), Some(2));
        assert!(slots.take(WEBHOOK, None).is_none());
        assert_eq!(slots.room(), (vec![(WEBHOOK, 0)], Some(Timestamp::from_ms(2000))));
        clock.advance(Duration::from_secs(2));
        assert!(slots.take(WEBHOOK, None).is_some());
    }
}
