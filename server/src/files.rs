//! Each connection is an open file to the operating system, which allows few unless it is asked.

/// What many systems begin with.
const USUAL: u64 = 1024;

/// Raises the number of files that this process may open as far as the system lets it, and returns it.
pub(crate) fn raise() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files stays as it is");
        USUAL
    })
}

/// How many deliveries may run at the same time: a quarter, because as many connections again are kept
/// for the next ones, and the rest is for those who call.
pub(crate) fn for_deliveries(files: u64) -> usize {
    usize::try_from(files / 4).unwrap_or(usize::MAX).clamp(16, 2048)
}
