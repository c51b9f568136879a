//! Group commit: what comes in while one commit is under way shares the next one.

use std::time::Duration;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

/// So many pieces in one commit are a sign that more will come soon.
const BUSY: usize = 8;

/// A task that commits for everybody.
#[derive(Debug)]
pub(crate) struct Batch<T, R>(mpsc::Sender<(T, oneshot::Sender<R>)>);

impl<T: Send + 'static, R: Send + 'static> Batch<T, R> {
    /// Commits at most `most` pieces of work at a time by `commit`, which gives one answer for
    /// each, in their order. While much comes, a commit waits for so long for more to share it, unless some of it
    /// is urgent; what comes alone never waits. Runs on `on`; ends when the batch is dropped.
    pub(crate) fn start<F, Answers>(
        on: &Handle,
        most: usize,
        wait: Duration,
        is_urgent: impl Fn(&T) -> bool + Send + 'static,
        commit: F,
    ) -> Self
    where
        F: Fn(Vec<T>) -> Answers + Send + 'static,
        Answers: Future<Output = Vec<R>> + Send,
    {
        let (sender, mut receiver) = mpsc::channel(most);
        on.spawn(async move {
            let mut waiting: Vec<(T, oneshot::Sender<R>)> = Vec::new();
            let mut busy = false;
            while receiver.recv_many(&mut waiting, most).await > 0 {
                let end = Instant::now() + wait;
                while busy
                    && waiting.len() < most
                    && !waiting.iter().any(|(work, _)| is_urgent(work))
                    && let more = receiver.recv_many(&mut waiting, most)
                    && timeout_at(end, more).await.is_ok_and(|came| came > 0)
                {}
                busy = !wait.is_zero() && waiting.len() >= BUSY;
                let (work, callers): (Vec<T>, Vec<_>) = waiting.drain(..).unzip();
                for (caller, answer) in callers.into_iter().zip(commit(work).await) {
                    // A caller that went away does not undo the commit.
                    let _ = caller.send(answer);
                }
            }
        });
        Self(sender)
    }

    /// Waits until `work` is committed; `None` when the task is gone.
    pub(crate) async fn submit(&self, work: T) -> Option<R> {
        let (sender, receiver) = oneshot::channel();
        self.0.send((work, sender)).await.ok()?;
        receiver.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn what_comes_during_a_commit_shares_the_next() {
        let (entered, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let batch = Arc::new(Batch::start(&Handle::current(), 100, Duration::ZERO, |_| true, {
            let (entered, gate) = (Arc::clone(&entered), Arc::clone(&gate));
            move |work: Vec<u32>| {
                let (entered, gate) = (Arc::clone(&entered), Arc::clone(&gate));
                async move {
                    entered.add_permits(1);
                    gate.acquire().await.expect("open").forget();
                    let size = work.len();
                    work.into_iter().map(|n| (n, size)).collect()
                }
            }
        }));
        let submit = |n| {
            let batch = Arc::clone(&batch);
            tokio::spawn(async move { batch.submit(n).await })
        };
        let first = submit(0);
        entered.acquire().await.expect("open").forget();
        let rest: Vec<_> = (1..=5).map(submit).collect();
        while batch.0.capacity() > 95 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(2);
        assert_eq!(first.await.expect("joined"), Some((0, 1)));
        for (n, one) in (1..=5).zip(rest) {
            assert_eq!(one.await.expect("joined"), Some((n, 5)));
        }
    }
}
