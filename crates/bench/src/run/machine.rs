//! The machine that the figures hold for.

use crate::{clock, run::figures::median};
use anyhow::Result;
use std::{
    fmt,
    fs::{self, File},
    io::Write as _,
    path::Path,
};

/// What a reader has to know about it.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    /// When the run began, see [`fdatasync_ms`].
    fdatasync_ms: f64,
}

impl Machine {
    /// Measures in `folder`, where the databases are.
    pub(crate) fn look(folder: &Path) -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: name.map_or("unknown processor", |(_, name)| name).trim().to_owned(),
            fdatasync_ms: fdatasync_ms(folder)?,
        })
    }
}

/// Median of 200 writes of 4 KiB in `folder`, each made durable, in milliseconds.
pub(crate) fn fdatasync_ms(folder: &Path) -> Result<f64> {
    let path = folder.join("fdatasync");
    let times = fdatasync(&path);
    // The file is of no use, whatever happened.
    let _ = fs::remove_file(&path);
    times.map(median)
}

fn fdatasync(path: &Path) -> Result<Vec<f64>> {
    let mut file = File::create(path)?;
    let page = [7; 4096];
    let mut times = Vec::new();
    for _ in 0..200 {
        let start = clock::start();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, processor, fdatasync_ms } = self;
        write!(f, "{cores} cores ({processor}), fdatasync of 4 KiB {fdatasync_ms:.2} ms")
    }
}
