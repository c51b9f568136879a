//! What a process uses, as the kernel counts it.

use std::{fs, path::Path};

/// Clock ticks a second in `/proc`: 100 for every Linux that we know (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// CPU of a process so far, in milliseconds, with that of its children which have ended.
pub(crate) fn cpu_ms(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |stat| stat.ticks as f64 * 1000.0 / TICKS)
}

/// CPU of a process and of all its descendants so far, in milliseconds.
pub(crate) fn tree_cpu_ms(root: u32) -> f64 {
    let all: Vec<(u32, Stat)> = pids().filter_map(|pid| Some((pid, stat(pid)?))).collect();
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(parent) = tree.get(next).copied() {
        tree.extend(all.iter().filter(|(_, stat)| stat.parent == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    let ticks: u64 = all.iter().filter(|(pid, _)| tree.contains(pid)).map(|(_, stat)| stat.ticks).sum();
    ticks as f64 * 1000.0 / TICKS
}

/// Memory of a process, in MiB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) now: f64,
    /// The most that was ever resident.
    pub(crate) most: f64,
}

/// The memory of a process.
pub(crate) fn memory(pid: u32) -> Memory {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mib = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(0.0) / 1024.0
    };
    Memory { now: mib("VmRSS:"), most: mib("VmHWM:") }
}

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// After the name in brackets: state, parent, …, and from the 12th on user and system time, own and
/// of the children that ended (proc(5)).
fn parse(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().map(|ticks| ticks.parse::<u64>().unwrap_or(0)).sum();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, ticks })
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir(Path::new("/proc")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        let stat = parse("7 (a (b) c) S 3 7 7 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 5").unwrap();
        assert_eq!((stat.parent, stat.ticks), (3, 100));
    }

    #[test]
    fn knows_this_process() {
        let own = memory(std::process::id());
        assert!(own.now > 0.5 && own.most >= own.now, "{own:?}");
        let before = cpu_ms(std::process::id());
        assert!(tree_cpu_ms(std::process::id()) >= before);
    }
}
