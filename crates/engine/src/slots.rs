//! How many requests run at the same time, how many start in a second, and how many wait in hand: for one
//! webhook, so that a hanging receiver slows only itself, and for the process. [`Pace`], [`Rate`] and
//! [`Ahead`] are the rules; this is their memory.

use crate::Clock;
use domain::{
    delivery::Outcome,
    health::{Ahead, Pace, Rate},
    id::WebhookId,
    time::Timestamp,
    webhook::Settings,
};
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
    /// Attempts that ended and are not recorded yet. Their webhooks have their slots again, but the process has not:
    /// what is sent faster than it is recorded would fill the memory, and all of it be sent again after a crash.
    ended: usize,
    waiting: usize,
    /// Of those that wait, as a guess.
    waiting_bytes: u64,
}

/// The most that wait in hand in one process, and their bytes.
const MOST_WAITING: usize = 8192;
const MOST_WAITING_BYTES: u64 = 64 << 20;

impl Table {
    /// How many of the process's slots are free.
    const fn free(&self, most: usize) -> usize {
        most.saturating_sub(self.running + self.ended)
    }

    /// Whether more may wait in hand, beyond what could start at once.
    const fn has_place(&self) -> bool {
        self.waiting < MOST_WAITING && self.waiting_bytes < MOST_WAITING_BYTES
    }
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    running: u32,
    waiting: u32,
    pace: Pace,
    ahead: Ahead,
    rate: Option<Rate>,
    used_at: Timestamp,
}

impl Slot {
    fn new(now: Timestamp) -> Self {
        let (pace, ahead) = (Pace::new(None), Ahead::default());
        Self { running: 0, waiting: 0, pace, ahead, rate: None, used_at: now }
    }

    /// The manager's limits, as they are now.
    fn follow(&mut self, settings: &Settings) {
        self.pace = self.pace.with_limit(settings.max_in_flight);
        self.rate = settings
            .rate_per_second
            .map(|most| self.rate.map_or_else(|| Rate::new(most), |rate| rate.with_limit(most)));
    }

    /// How many more may start `now`, when `free` of the process's slots are.
    fn room(&self, now: Timestamp, most: usize, free: usize) -> u32 {
        let own = self.pace.limit(now).saturating_sub(self.running);
        let room = own.min(fair(most, free, self.running));
        self.rate.map_or(room, |rate| room.min(rate.room(now)))
    }

    /// How many may wait in hand beyond those that could start.
    fn ahead(&self, now: Timestamp) -> u32 {
        let ahead = self.ahead.room(self.pace.limit(now));
        self.rate.map_or(ahead, |rate| ahead.min(rate.in_half_a_second()))
    }

    /// How many more may be taken in hand.
    fn places(&self, now: Timestamp, most: usize, free: usize, has_place: bool) -> u32 {
        let ahead = if has_place { self.ahead(now) } else { 0 };
        self.room(now, most, free).saturating_add(ahead).saturating_sub(self.waiting)
    }

    /// How many of those in hand start at once or soon.
    fn soon(&self, now: Timestamp, most: usize, free: usize) -> u32 {
        let soon = self.ahead.soon(self.pace.limit(now));
        let soon = self.rate.map_or(soon, |rate| soon.min(rate.in_half_a_second() / 10));
        self.room(now, most, free).saturating_add(soon)
    }

    /// When it gets room by the passing of time alone, if that is what it waits for.
    fn room_at(&self, now: Timestamp) -> Option<Timestamp> {
        let pause = self.pace.not_before();
        let at = pause.max(self.rate.map(|rate| rate.not_before(now))).filter(|at| *at > now)?;
        (self.pace.limit(at) > self.running).then_some(at)
    }
}

/// How many more slots the process has for a webhook with `running` requests. Half of all are kept
/// for webhooks with fewer than 8, and an eighth for those with none, so that however many receivers
/// hang, others find room.
fn fair(most: usize, mut free: usize, running: u32) -> u32 {
    let mut running = running as usize;
    let before = running;
    for (up_to, kept) in [(1, 0), (8, most / 8), (most, most / 2)] {
        let more = up_to.saturating_sub(running).min(free.saturating_sub(kept));
        running += more;
        free -= more;
    }
    u32::try_from(running - before).unwrap_or(u32::MAX)
}

/// A delivery in hand: it waits for its start, then it runs. Gives its place back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    slots: Slots,
    webhook: WebhookId,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// With its bytes, as they were guessed when it was taken.
    Waiting(u64),
    Running,
    /// Only the process's slot is its own still.
    Ended,
}

/// What [`Slots::take`] found.
struct Place {
    permit: Permit,
    /// Whether no other of the webhook waits.
    first: bool,
    /// Whether it starts at once or soon.
    soon: bool,
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

    /// How many requests run.
    pub(crate) fn running(&self) -> usize {
        self.table().running
    }

    /// Whether something of one of these webhooks is in hand.
    pub(crate) fn has_any(&self, of: impl Fn(WebhookId) -> bool) -> bool {
        let in_hand = |slot: &Slot| slot.running > 0 || slot.waiting > 0;
        self.table().webhooks.iter().any(|(webhook, slot)| in_hand(slot) && of(*webhook))
    }

    /// How many more this process can take in hand.
    pub(crate) fn places(&self) -> usize {
        let table = self.table();
        let free = table.free(self.0.most);
        if table.has_place() { free + MOST_WAITING - table.waiting } else { free }
    }

    /// How many more requests this process can run.
    pub(crate) fn free(&self) -> usize {
        self.table().free(self.0.most)
    }

    /// Whether something of the webhook waits in hand, and whether that is little, so that more should be
    /// taken.
    pub(crate) fn in_hand(&self, webhook: WebhookId) -> (bool, bool) {
        let now = self.0.clock.now();
        let table = self.table();
        let in_hand = |slot: &Slot| (slot.waiting > 0, slot.waiting <= slot.ahead(now) / 2);
        table.webhooks.get(&webhook).map_or((false, true), in_hand)
    }

    /// Whether so much runs that a slot of one webhook may be what another waits for.
    pub(crate) fn is_crowded(&self) -> bool {
        self.free() <= self.0.most / 2
    }

    /// How many more of each webhook that is busy or has learned would start at once or soon, and how many more
    /// can be taken in hand beyond them.
    pub(crate) fn room(&self) -> Vec<(WebhookId, u32, u32)> {
        let now = self.0.clock.now();
        let mut table = self.table();
        table
            .webhooks
            .retain(|_, slot| slot.running > 0 || slot.waiting > 0 || slot.used_at.plus_ms(FORGET_MS) > now);
        let (free, has_place) = (table.free(self.0.most), table.has_place());
        let room = |(id, slot): (&WebhookId, &Slot)| {
            let places = slot.places(now, self.0.most, free, has_place);
            let soon = slot.soon(now, self.0.most, free).saturating_sub(slot.waiting).min(places);
            (*id, soon, places - soon)
        };
        table.webhooks.iter().map(room).collect()
    }

    /// Whether another of the webhook can be taken in hand now.
    pub(crate) fn has_room(&self, webhook: WebhookId) -> bool {
        let table = self.table();
        let free = table.free(self.0.most);
        let (now, has_place) = (self.0.clock.now(), table.has_place());
        let places = |slot: &Slot| slot.places(now, self.0.most, free, has_place);
        free > 0 && table.webhooks.get(&webhook).is_none_or(|slot| places(slot) > 0)
    }

    /// When the first of these webhooks gets room because a pause ends or its rate allows it.
    pub(crate) fn room_at(&self, webhooks: &[WebhookId]) -> Option<Timestamp> {
        let now = self.0.clock.now();
        let table = self.table();
        webhooks.iter().filter_map(|webhook| table.webhooks.get(webhook)?.room_at(now)).min()
    }

    /// Takes one of the webhook with these settings in hand if there is a place.
    pub(crate) fn take(&self, webhook: WebhookId, settings: &Settings) -> Option<Permit> {
        self.place(webhook, settings).map(|place| place.permit)
    }

    /// As [`Slots::take`], and starts it if it can and no other of the webhook waits in hand; says whether it starts
    /// at once or soon.
    pub(crate) fn take_and_start(&self, webhook: WebhookId, settings: &Settings) -> Option<(Permit, bool)> {
        let Place { mut permit, first, soon } = self.place(webhook, settings)?;
        if first {
            permit.start();
        }
        Some((permit, soon))
    }

    fn place(&self, webhook: WebhookId, settings: &Settings) -> Option<Place> {
        let now = self.0.clock.now();
        let mut table = self.table();
        let (free, has_place) = (table.free(self.0.most), table.has_place());
        let slot = table
            .webhooks
            .entry(webhook)
            .or_insert_with(|| Slot { pace: Pace::new(settings.max_in_flight), ..Slot::new(now) });
        slot.follow(settings);
        slot.used_at = now;
        if slot.places(now, self.0.most, free, has_place) == 0 {
            return None;
        }
        let first = slot.waiting == 0;
        slot.waiting += 1;
        let soon = slot.waiting <= slot.soon(now, self.0.most, free);
        let bytes = slot.ahead.bytes();
        table.waiting += 1;
        table.waiting_bytes += bytes;
        Some(Place {
            permit: Permit { slots: self.clone(), webhook, stage: Stage::Waiting(bytes) },
            first,
            soon,
        })
    }

    /// What waited in hand did so for too long: none waits there until an attempt ends and says more.
    pub(crate) fn was_slow(&self, webhook: WebhookId) {
        if let Some(slot) = self.table().webhooks.get_mut(&webhook) {
            slot.ahead = Ahead::default();
        }
    }

    /// Learns from an ended attempt that sent `bytes`; `retry_after_s` as the retry schedule heeds it.
    pub(crate) fn learn(
        &self,
        webhook: WebhookId,
        outcome: Outcome,
        http_status: Option<u16>,
        retry_after_s: Option<u64>,
        (took_ms, bytes): (f64, usize),
    ) {
        let now = self.0.clock.now();
        if let Some(slot) = self.table().webhooks.get_mut(&webhook) {
            slot.pace.learn(outcome, http_status, retry_after_s, now);
            slot.ahead.learn(took_ms, bytes);
        }
    }
}

impl Permit {
    /// Begins, if there is room now: the request runs from here on.
    pub(crate) fn start(&mut self) -> bool {
        let Stage::Waiting(bytes) = self.stage else { return true };
        let now = self.slots.0.clock.now();
        let most = self.slots.0.most;
        let mut table = self.slots.table();
        let free = table.free(most);
        let Some(slot) = table.webhooks.get_mut(&self.webhook) else { return false };
        if slot.room(now, most, free) == 0 {
            return false;
        }
        slot.waiting -= 1;
        slot.running += 1;
        if let Some(rate) = &mut slot.rate {
            rate.take(now);
        }
        table.running += 1;
        table.leave(bytes);
        drop(table);
        self.stage = Stage::Running;
        true
    }

    /// The request has ended: its webhook's slot is free, and the process's once this is dropped.
    pub(crate) fn end(&mut self) {
        if self.stage == Stage::Running {
            let mut table = self.slots.table();
            table.stop(self.webhook);
            table.ended += 1;
            drop(table);
            self.stage = Stage::Ended;
        }
    }
}

impl Table {
    /// One of those that run does so no more.
    fn stop(&mut self, webhook: WebhookId) {
        self.webhooks.get_mut(&webhook).into_iter().for_each(|slot| slot.running -= 1);
        self.running -= 1;
    }

    /// One of those that wait does so no more.
    const fn leave(&mut self, bytes: u64) {
        self.waiting -= 1;
        self.waiting_bytes -= bytes;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut table = self.slots.table();
        match self.stage {
            Stage::Waiting(bytes) => {
                table.webhooks.get_mut(&self.webhook).into_iter().for_each(|slot| slot.waiting -= 1);
                table.leave(bytes);
            }
            Stage::Running => table.stop(self.webhook),
            Stage::Ended => table.ended -= 1,
        }
    }
}

#[cfg(test)]
mod tests;
