//! How many deliveries of one webhook a node keeps in hand beyond those that are under way, so that the
//! next is there when one ends: what the webhook takes in half a second, by what it took lately.

/// How long the last one in hand should wait, in microseconds: leases are made for 5 s more than an attempt.
const WAIT_US: u64 = 500_000;
/// What starts within so long is begun at once, in microseconds: long enough that a commit is not waited for at
/// each start, short enough that little is called interrupted that was never sent.
const SOON_US: u64 = 50_000;
/// The most in hand.
const MOST: u64 = 512;
/// The most bytes of payload in hand.
const MOST_BYTES: u64 = 4 << 20;
/// A new value counts for an eighth of the mean.
const SHARE: u64 = 8;

/// What is known of a webhook's attempts; nothing at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead(Option<Means>);

/// Moving means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Means {
    took_us: u64,
    bytes: u64,
}

impl Ahead {
    /// Learns from an attempt that took `took_ms` milliseconds and sent `bytes`.
    pub fn learn(&mut self, took_ms: f64, bytes: usize) {
        let new = Means { took_us: (took_ms * 1000.0) as u64, bytes: bytes as u64 };
        let mean = |old: u64, new: u64| (old * (SHARE - 1) + new) / SHARE;
        self.0 = Some(match self.0 {
            None => new,
            Some(old) => Means { took_us: mean(old.took_us, new.took_us), bytes: mean(old.bytes, new.bytes) },
        });
    }

    /// How many may be in hand while `window` requests may be under way at the same time; none of a webhook
    /// that was not tried yet.
    #[must_use]
    pub fn room(&self, window: u32) -> u32 {
        self.within(WAIT_US, window)
    }

    /// How many of those in hand start soon, while `window` requests may be under way at the same time: what the
    /// database calls begun already.
    #[must_use]
    pub fn soon(&self, window: u32) -> u32 {
        self.within(SOON_US, window)
    }

    fn within(&self, time_us: u64, window: u32) -> u32 {
        let Some(Means { took_us, bytes }) = self.0 else { return 0 };
        let in_time = u64::from(window) * time_us / took_us.max(1);
        let most = in_time.min(MOST).min(MOST_BYTES / bytes.max(1));
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    /// Bytes of one, as a guess.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.map_or(0, |means| means.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(took_ms: f64, bytes: usize) -> Ahead {
        let mut ahead = Ahead::default();
        ahead.learn(took_ms, bytes);
        ahead
    }

    #[test]
    fn what_is_quick_has_much_in_hand_and_what_hangs_nothing() {
        assert_eq!(Ahead::default().room(64), 0, "unknown");
        assert_eq!(after(0.4, 1000).room(64), 512);
        assert_eq!(after(200.0, 1000).room(8), 20);
        assert_eq!(after(15_000.0, 1000).room(8), 0, "it hangs");
        assert_eq!(after(0.4, 1000).room(0), 0, "it pauses");
        assert_eq!(after(0.4, 1 << 20).room(64), 4, "large ones");
    }

    #[test]
    fn what_starts_soon_is_a_part_of_what_is_in_hand() {
        assert_eq!(Ahead::default().soon(64), 0, "unknown");
        assert_eq!(after(10.0, 1000).soon(64), 320);
        assert_eq!(after(200.0, 1000).soon(8), 2);
        assert_eq!(after(500.0, 1000).soon(8), 0, "it is slow");
        for took_ms in [0.01, 0.4, 3.0, 70.0, 900.0, 20_000.0] {
            for (bytes, window) in [(0, 1), (1000, 8), (1 << 20, 64)] {
                let ahead = after(took_ms, bytes);
                assert!(ahead.soon(window) <= ahead.room(window), "{took_ms} ms, {bytes} bytes, {window}");
            }
        }
    }

    #[test]
    fn it_follows_what_changes() {
        let mut ahead = after(0.4, 1000);
        (0..40).for_each(|_| ahead.learn(15_000.0, 1000));
        assert_eq!(ahead.room(8), 0);
        (0..80).for_each(|_| ahead.learn(0.4, 1000));
        assert_eq!(ahead.room(64), 512);
    }
}
