//! What is measured, in its order.

mod drain;
mod hanging;
mod idle;
mod latency;
mod mixed;
mod throughput;
mod waiting;

use crate::{
    clock, process,
    receiver::Arrival,
    run::{
        crier::Crier,
        database::{Home, Kind, Stage},
        figures::median,
        helpers::{self, Limit, Receiver},
        table::{Row, Table},
    },
};
use anyhow::{Context as _, Result, ensure};
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

/// What the scenarios share: one database, one receiver, and the server in between.
pub(crate) struct Scene<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) home: Home,
    pub(crate) receiver: Receiver,
    server: Option<Crier>,
}

/// Arrivals by event.
pub(crate) type Arrivals = HashMap<u128, Vec<Arrival>>;

/// A scenario: its name for `--only`, and how it is done.
type Scenario = (&'static str, fn(&mut Scene<'_>, &mut Table) -> Result<()>);

/// The large backlog comes last, because it stays.
const SCENARIOS: [Scenario; 9] = [
    ("idle", idle::idle),
    ("accept", throughput::accept),
    ("one", throughput::one),
    ("fan-out", throughput::fan_out),
    ("drain", drain::drain),
    ("latency", latency::latency),
    ("mixed", mixed::mixed),
    ("hanging", hanging::hanging),
    ("waiting", waiting::waiting),
];

/// What follows the last answer counts as CPU as well: its outcome is recorded.
pub(crate) const SETTLED: Duration = Duration::from_millis(500);

/// One figure of each pair.
pub(crate) fn part<T>(pairs: &[(Limit, T)], of: impl Fn(&T) -> f64) -> Vec<(Limit, f64)> {
    pairs.iter().map(|(limit, measured)| (*limit, of(measured))).collect()
}

/// Runs the scenarios on one database.
pub(crate) fn measure(stage: &Stage, only: Option<&str>, table: &mut Table) -> Result<()> {
    let chosen = SCENARIOS.iter().filter(|(name, _)| only.is_none_or(|only| name.contains(only)));
    let chosen: Vec<_> = chosen.collect();
    ensure!(!chosen.is_empty(), "there are {}", SCENARIOS.map(|(name, _)| name).join(", "));
    let mut scene = Scene { stage, home: stage.home()?, receiver: Receiver::start()?, server: None };
    for (name, scenario) in chosen {
        eprintln!("--- {name}, {}", stage.kind.name());
        scenario(&mut scene, table).with_context(|| format!("{name} on {}", stage.kind.name()))?;
    }
    scene.stop()?;
    stage.clear(&scene.home)
}

impl Scene<'_> {
    /// The server, started if need be.
    pub(crate) fn server(&mut self) -> Result<&Crier> {
        let server = match self.server.take() {
            Some(server) => server,
            None => Crier::start(self.stage, &self.home, "all")?.watched()?,
        };
        Ok(self.server.insert(server))
    }

    /// Starts the server so that it accepts and sends nothing.
    pub(crate) fn accept_only(&mut self) -> Result<&Crier> {
        self.stop()?;
        Ok(self.server.insert(Crier::start(self.stage, &self.home, "console")?))
    }

    /// Ends the server in good order.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Crier::stop)
    }

    /// Waits until `deliveries` different ones came. Returns when the last one came. More than one arrival of a
    /// delivery is allowed (at least once), but told.
    pub(crate) fn delivered(&self, deliveries: u64) -> Result<u64> {
        let mut requests = deliveries;
        loop {
            self.receiver.wait_for(requests)?;
            let log = self.receiver.log()?;
            let distinct: HashSet<_> = log.iter().map(|arrival| (arrival.id, arrival.tag)).collect();
            let more = log.len() - distinct.len();
            if more > 0 {
                eprintln!("{more} arrivals were not the first of their delivery");
            }
            if distinct.len() as u64 >= deliveries {
                return Ok(log.iter().map(|arrival| arrival.at).max().unwrap_or(0));
            }
            requests = log.len() as u64 + 1;
        }
    }

    /// First tries by event, once there are `deliveries` of them: where receivers fail, more comes than that.
    pub(crate) fn first_tries(&self, deliveries: u64) -> Result<Arrivals> {
        self.until(|arrivals| arrivals.values().map(|all| all.len() as u64).sum::<u64>() >= deliveries)
    }

    /// First tries by event, once they are `complete`. Gives up after a minute in which nothing came.
    pub(crate) fn until(&self, complete: impl Fn(&Arrivals) -> bool) -> Result<Arrivals> {
        let (mut requests, mut since) = (0, clock::start());
        loop {
            let arrivals = self.first_arrivals()?;
            if complete(&arrivals) {
                return Ok(arrivals);
            }
            let now = self.receiver.stats()?.requests;
            if now != requests {
                (requests, since) = (now, clock::start());
            }
            ensure!(since.elapsed() < Duration::from_secs(60), "only {requests} requests came");
            clock::pause(Duration::from_millis(200));
        }
    }

    /// The first tries that came, by event.
    pub(crate) fn first_arrivals(&self) -> Result<Arrivals> {
        let mut arrivals = Arrivals::new();
        for arrival in self.receiver.log()?.into_iter().filter(|arrival| arrival.attempt == 1) {
            arrivals.entry(arrival.id).or_default().push(arrival);
        }
        Ok(arrivals)
    }

    /// Where the server is, and the key to it.
    pub(crate) fn address(&mut self) -> Result<(SocketAddr, String)> {
        let server = self.server()?;
        Ok((server.rest.to, server.rest.key.clone()))
    }

    /// CPU of Postgres so far, in milliseconds; 0 on SQLite.
    pub(crate) fn postgres_cpu_ms(&self) -> f64 {
        match self.stage.kind {
            Kind::Sqlite => 0.0,
            Kind::Postgres { pid, .. } => process::tree_cpu_ms(pid),
        }
    }

    /// A file for the rows of a load.
    pub(crate) fn rows(&self) -> PathBuf {
        self.home.data.join("rows")
    }

    /// Measures in pairs: the limit, then what `measure` returns.
    pub(crate) fn pairs<T>(
        &mut self,
        mut measure: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<(Limit, T)>> {
        let size = self.stage.size;
        let pair = |_| Ok((helpers::limit(&self.receiver, size.seconds)?, measure(self)?));
        (0..size.pairs).map(pair).collect()
    }

    /// `sqlite` or `postgres`, whichever is measured.
    pub(crate) fn by_kind<T>(&self, sqlite: T, postgres: T) -> T {
        match self.stage.kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres { .. } => postgres,
        }
    }

    /// A line for a rate that should be a share of the limit: (limit, rate) for each pair.
    pub(crate) fn rate(&self, what: &str, unit: &str, target: f64, pairs: &[(Limit, f64)]) -> Row {
        let share = median(pairs.iter().map(|(limit, rate)| rate / limit.rate));
        let limit = median(pairs.iter().map(|(limit, _)| limit.rate));
        Row {
            what: what.to_owned(),
            database: self.stage.kind.name(),
            measured: format!("{:.0} {unit}/s", median(pairs.iter().map(|(_, rate)| *rate))),
            relative: format!("{share:.3} L"),
            target: format!("≥ {target:.2} L"),
            reached: Some(share >= target),
            beside: format!("L {limit:.0}/s"),
        }
    }

    /// A line for CPU that should be (where there is a target) a multiple of the limit's: (limit, milliseconds) for each pair.
    pub(crate) fn cpu(&self, what: &str, target: Option<f64>, pairs: &[(Limit, f64)]) -> Row {
        let share = median(pairs.iter().map(|(limit, ms)| ms / limit.cpu_ms));
        let limit = median(pairs.iter().map(|(limit, _)| limit.cpu_ms));
        Row {
            what: what.to_owned(),
            database: self.stage.kind.name(),
            measured: format!("{:.3} ms", median(pairs.iter().map(|(_, ms)| *ms))),
            relative: format!("{share:.1} C"),
            target: target.map(|target| format!("≤ {target:.0} C")).unwrap_or_default(),
            reached: target.map(|target| share <= target),
            beside: format!("C {limit:.4} ms"),
        }
    }
}
