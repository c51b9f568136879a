//! What every harness stands on: the program, a database, a receiver, and a summary at the end.

use crate::{
    Kind,
    api::Api,
    crier::{Crier, Running},
    dice::Dice,
    disk,
    folder::Folder,
    history::{RECLAIM_MS, Verdict},
    load,
    postgres::Postgres,
    receiver::{HOOKS, Receiver},
    time,
};
use anyhow::{Context as _, Result, bail};
use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::{Path, PathBuf},
};

#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) crier: PathBuf,
    pub(crate) postgres: Vec<String>,
    pub(crate) dice: Dice,
}

impl Lab {
    pub(crate) fn new(crier: &Path, seed: Option<u64>) -> Result<Self> {
        let crier = crier.canonicalize().with_context(|| format!("no program {}", crier.display()))?;
        let seed = seed.unwrap_or_else(|| time::now_ms().unsigned_abs());
        eprintln!("--seed {seed}");
        Ok(Self { crier, postgres: Vec::new(), dice: Dice::new(seed) })
    }

    /// The words that start a Postgres.
    pub(crate) fn with(self, postgres: Vec<String>) -> Self {
        Self { postgres, ..self }
    }

    /// A new database, a server that is not started, and a receiver.
    pub(crate) async fn stage(&self, kind: Kind) -> Result<Stage> {
        let folder = Folder::new()?;
        let (postgres, database_url) = match kind {
            Kind::Sqlite => (None, format!("sqlite://{}", disk::database(folder.path()).display())),
            Kind::Postgres => {
                let url =
                    std::env::var("CRIER_TEST_POSTGRES_URL").context("CRIER_TEST_POSTGRES_URL is not set")?;
                let postgres = Postgres::start(&self.postgres, &url).await?;
                let url = postgres.url().to_owned();
                (Some(postgres), url)
            }
        };
        let crier = Crier {
            program: self.crier.clone(),
            folder: folder.path().to_owned(),
            listen: format!("127.0.0.1:{}", self.port()?),
            database_url,
            role: "all",
            variables: Vec::new(),
        };
        let api = Api::new(&crier.base(), &self.key(&crier).await?)?;
        let receiver = Receiver::start(self.dice.below(u64::MAX)).await?;
        Ok(Stage { crier, api, receiver, postgres, folder })
    }

    /// Postgres may listen before it answers.
    async fn key(&self, crier: &Crier) -> Result<String> {
        for _ in 0..100 {
            match crier.key() {
                Err(error) if error.to_string().contains("starting up") => time::sleep_ms(100).await,
                key => return key,
            }
        }
        bail!("the database does not start")
    }

    /// A port below those that the system gives to connections: it must be free again after each kill.
    pub(crate) fn port(&self) -> Result<u16> {
        let ports = (0..200).map(|_| 15_000 + self.dice.below(15_000) as u16);
        let mut free = ports.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        free.next().context("no free port")
    }
}

/// The order is the order of their ends: the folder goes last.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) crier: Crier,
    pub(crate) api: Api,
    pub(crate) receiver: Receiver,
    pub(crate) postgres: Option<Postgres>,
    pub(crate) folder: Folder,
}

impl Stage {
    /// Starts a server and makes the webhooks that the load goes to.
    pub(crate) async fn open(&self) -> Result<Running> {
        let running = self.crier.serve(&self.api).await?;
        load::webhooks(&self.api, &HOOKS.map(|hook| (hook, self.receiver.url(hook)))).await?;
        Ok(running)
    }
}

/// What a harness found, over all its rounds.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) name: String,
    pub(crate) broken: Vec<String>,
    pub(crate) events: usize,
    pub(crate) deliveries: usize,
    pub(crate) duplicates: usize,
    pub(crate) late: usize,
    pub(crate) overdue: usize,
    pub(crate) interrupted: usize,
    pub(crate) reclaimed_ms: i64,
    /// Further figures, in words.
    pub(crate) more: Vec<String>,
}

impl Summary {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    pub(crate) fn add(&mut self, verdict: Verdict) {
        self.broken.extend(verdict.broken);
        self.events += verdict.events;
        self.deliveries += verdict.deliveries;
        self.duplicates += verdict.duplicates;
        self.late += verdict.late;
        self.overdue += verdict.overdue;
        self.interrupted += verdict.interrupted;
        self.reclaimed_ms = self.reclaimed_ms.max(verdict.reclaimed_ms);
    }

    /// Prints the figures; an error when something is broken.
    pub(crate) fn tell(self) -> Result<()> {
        let Self {
            name,
            broken,
            events,
            deliveries,
            duplicates,
            late,
            overdue,
            interrupted,
            reclaimed_ms,
            more,
        } = self;
        if events > 0 {
            eprintln!(
                "{name}: {events} events acknowledged, {deliveries} deliveries, {duplicates} duplicates (all of \
                 attempts in flight), {interrupted} attempts interrupted, rescued within {:.1} s (limit {:.0} s)",
                reclaimed_ms as f64 / 1000.0,
                RECLAIM_MS as f64 / 1000.0
            );
        }
        if late > 0 {
            eprintln!("{name}: {late} answers came after the webhook's limit of 1 s and were sent for again");
        }
        if overdue > 0 {
            eprintln!("{name}: {overdue} of the duplicates were sent by a node whose lease was over");
        }
        for line in more {
            eprintln!("{name}: {line}");
        }
        if broken.is_empty() {
            eprintln!("{name}: nothing lost, nothing wrong");
            return Ok(());
        }
        // Of each kind a few: what an accident leads to can be a long list.
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for line in &broken {
            let kind = line.split_once(": ").map_or(&**line, |(_, kind)| kind);
            let count = kinds.entry(kind.replace(|c: char| c.is_ascii_digit(), "")).or_default();
            *count += 1;
            if *count <= 3 {
                eprintln!("{name}: {line}");
            }
        }
        bail!("{name}: {} things are wrong", broken.len())
    }
}
