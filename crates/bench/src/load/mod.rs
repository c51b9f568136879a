//! The load generator: clients that publish over kept-alive connections, one event a request or in batches.
//! One thread, so that it takes at most one core from what is measured.

mod client;

use crate::{clock, receiver::Dice};
use anyhow::{Context as _, Result};
use clap::Args;
use client::Client;
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::LocalSet;

/// `bench load`; the API key is in `CRIER_API_KEY`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Load {
    /// The server
    #[arg(long)]
    to: SocketAddr,
    /// A topic; `#` in it is replaced by a number below --spread
    #[arg(long)]
    topic: String,
    /// How many topics there are
    #[arg(long, default_value_t = 1)]
    spread: u32,
    /// Clients at a time
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// Events a request; more than 1 goes to /events/batch
    #[arg(long, default_value_t = 1)]
    batch: u64,
    /// How many events; without it, as many as --seconds allows
    #[arg(long)]
    events: Option<u64>,
    /// For how long
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Requests a second; without it, each client sends as soon as it has its answer
    #[arg(long)]
    rate: Option<f64>,
    /// Where to write one row per event: id, when it was sent, when it was answered
    #[arg(long)]
    rows: Option<PathBuf>,
}

/// One published event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// Of the event.
    pub(crate) id: u128,
    /// When its request was written, in microseconds since 1970.
    pub(crate) sent: u64,
    /// When the answer was there.
    pub(crate) answered: u64,
    /// The number that stood for `#` in its topic.
    pub(crate) topic: u32,
}

/// What the clients share.
struct Shared {
    load: Load,
    key: String,
    start: Instant,
    /// Events given to clients so far.
    taken: Cell<u64>,
    dice: RefCell<Dice>,
    /// The first event's number: no two runs publish the same payload.
    base: u64,
    rows: RefCell<Vec<Published>>,
    /// How many deliveries the events made.
    deliveries: Cell<u64>,
}

impl Load {
    /// Publishes; prints a summary as JSON.
    pub(crate) fn run(self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, self.publish())
    }

    async fn publish(self) -> Result<()> {
        let key = std::env::var("CRIER_API_KEY").context("CRIER_API_KEY is not set")?;
        let shared = Rc::new(Shared {
            key,
            start: clock::start(),
            taken: Cell::new(0),
            dice: RefCell::new(Dice::new(42)),
            base: clock::now_us(),
            rows: RefCell::default(),
            deliveries: Cell::new(0),
            load: self,
        });
        let start = clock::now_us();
        let clients = (0..shared.load.clients).map(|_| tokio::task::spawn_local(client(Rc::clone(&shared))));
        let clients: Vec<_> = clients.collect();
        for client in clients {
            client.await??;
        }
        let end = clock::now_us();
        let rows = shared.rows.borrow();
        if let Some(path) = &shared.load.rows {
            fs::write(path, bytes(&rows)).with_context(|| format!("can't write {}", path.display()))?;
        }
        let deliveries = shared.deliveries.get();
        let summary = json!({
            "events": rows.len(), "deliveries": deliveries, "start": start, "end": end
        });
        Ok(writeln!(io::stdout(), "{summary}")?)
    }
}

/// Publishes with one connection until everything is done.
async fn client(shared: Rc<Shared>) -> Result<()> {
    let mut client = Client::connect(shared.load.to, &shared.key).await?;
    while let Some(first) = shared.take() {
        if let Some(rate) = shared.load.rate {
            let due = shared.start + Duration::from_secs_f64(first as f64 / rate);
            tokio::time::sleep_until(due.into()).await;
        }
        let (topic, number) = shared.topic();
        let numbers = shared.base + first..shared.base + first + shared.load.batch;
        let answer = client.publish(&topic, number, numbers).await?;
        shared.deliveries.set(shared.deliveries.get() + answer.deliveries);
        shared.rows.borrow_mut().extend(answer.events);
    }
    Ok(())
}

impl Shared {
    /// The number of the next event to publish; `None` at the end.
    fn take(&self) -> Option<u64> {
        let taken = self.taken.get();
        let next = match (self.load.events, self.load.rate) {
            (Some(events), _) => taken < events,
            (None, Some(rate)) => (taken as f64) < rate * self.load.seconds,
            (None, None) => self.start.elapsed().as_secs_f64() < self.load.seconds,
        };
        self.taken.set(taken + self.load.batch);
        next.then_some(taken)
    }

    /// The next topic and its number.
    fn topic(&self) -> (String, u32) {
        let number = self.dice.borrow_mut().below(self.load.spread.into());
        (self.load.topic.replace('#', &number.to_string()), u32::try_from(number).unwrap_or(u32::MAX))
    }
}

const ROW: usize = 36;

fn bytes(rows: &[Published]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * ROW);
    for row in rows {
        bytes.extend(row.id.to_le_bytes());
        bytes.extend(row.sent.to_le_bytes());
        bytes.extend(row.answered.to_le_bytes());
        bytes.extend(row.topic.to_le_bytes());
    }
    bytes
}

/// Reads what `--rows` wrote.
pub(crate) fn published(bytes: &[u8]) -> Vec<Published> {
    let (rows, _) = bytes.as_chunks::<ROW>();
    let read = |row: &[u8; ROW]| {
        let part = |from: usize, length: usize| {
            row[from..from + length].iter().rev().fold(0_u128, |all, byte| all << 8 | u128::from(*byte))
        };
        Published {
            id: part(0, 16),
            sent: part(16, 8) as u64,
            answered: part(24, 8) as u64,
            topic: part(32, 4) as u32,
        }
    };
    rows.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let rows = [Published { id: u128::MAX - 3, sent: 5, answered: u64::MAX, topic: 7 }];
        assert_eq!(published(&bytes(&rows)), rows);
    }
}
