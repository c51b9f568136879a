//! What the receiver does with a request, as its path says:
//!
//! - `/ok/<tag>` answers 200 at once,
//! - `/mixed/<median ms>/<p99 ms>/<failures in 1,000>/<tag>` answers after a while (log-normal), at times 500,
//! - `/hang/<tag>` never answers.

use std::time::Duration;

/// The 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326;

/// What a path asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Behaviour {
    kind: Kind,
    /// Which webhook.
    pub(crate) tag: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Ok,
    Mixed { median_ms: f64, p99_ms: f64, failures: u64 },
    Hang,
}

/// What is done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Answer after a while.
    Answer { wait: Duration, fails: bool },
    /// Never answer.
    Hang,
}

impl Behaviour {
    /// Reads a path; what it can't read counts as `/ok/0`.
    pub(crate) fn of(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/');
        let kind = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
        let kind = match kind {
            "mixed" => {
                let (median_ms, p99_ms) = (f64::from(number()), f64::from(number()));
                Kind::Mixed { median_ms, p99_ms, failures: u64::from(number()) }
            }
            "hang" => Kind::Hang,
            _ => Kind::Ok,
        };
        Self { kind, tag: number() }
    }

    /// The next step; `dice` decides how long and whether it fails.
    pub(crate) fn step(self, dice: &mut Dice) -> Step {
        match self.kind {
            Kind::Ok => Step::Answer { wait: Duration::ZERO, fails: false },
            Kind::Hang => Step::Hang,
            Kind::Mixed { median_ms, p99_ms, failures } => {
                let spread = (p99_ms / median_ms).ln() / Z99;
                let ms = median_ms * (spread * dice.normal()).exp();
                // Beyond the sender's deadline there is nothing to learn.
                let wait = Duration::from_secs_f64(ms.clamp(0.0, 10_000.0) / 1000.0);
                Step::Answer { wait, fails: dice.below(1000) < failures }
            }
        }
    }
}

/// Pseudo-random numbers (xorshift64*): quick, and good enough to spread waits.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Starts from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// 0 to `limit - 1`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit.max(1)
    }

    /// Above 0, below 1.
    fn fraction(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Normally distributed (Box–Muller).
    fn normal(&mut self) -> f64 {
        (-2.0 * self.fraction().ln()).sqrt() * (std::f64::consts::TAU * self.fraction()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_to_do() {
        let mut dice = Dice::new(1);
        let at_once = Step::Answer { wait: Duration::ZERO, fails: false };
        assert_eq!((Behaviour::of("/ok/7").tag, Behaviour::of("/ok/7").step(&mut dice)), (7, at_once));
        assert_eq!((Behaviour::of("/hang/9").tag, Behaviour::of("/hang/9").step(&mut dice)), (9, Step::Hang));
        assert_eq!(Behaviour::of("/mixed/200/2000/20/3").tag, 3);
    }

    #[test]
    fn waits_are_spread_as_asked() {
        let mut dice = Dice::new(42);
        let mixed = Behaviour::of("/mixed/200/2000/20/3");
        let mut waits = Vec::new();
        let mut failed = 0;
        for _ in 0..50_000 {
            if let Step::Answer { wait, fails } = mixed.step(&mut dice) {
                waits.push(wait.as_millis());
                failed += u32::from(fails);
            }
        }
        waits.sort_unstable();
        assert!((190..210).contains(&waits[25_000]), "median {}", waits[25_000]);
        assert!((1800..2200).contains(&waits[49_500]), "p99 {}", waits[49_500]);
        assert!((900..1100).contains(&failed), "failed {failed}");
    }
}
