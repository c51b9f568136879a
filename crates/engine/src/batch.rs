//! Group commit: what comes in while one commit is under way shares the next one.

use futures::FutureExt as _;
use std::{sync::Arc, time::Duration};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, oneshot},
    time::timeout,
};

/// So many pieces in one commit are a sign that more will come soon.
const BUSY: usize = 8;

/// A task that commits for everybody.
#[derive(Debug)]
pub(crate) struct Batch<T, R> {
    sender: mpsc::Sender<(T, oneshot::Sender<R>)>,
    is_urgent: fn(&T) -> bool,
    /// Ends the wait for more.
    hurry: Arc<Notify>,
}

impl<T: Send + 'static, R: Send + 'static> Batch<T, R> {
    /// Commits at most `most` pieces of work at a time by `commit`, which gives one answer for
    /// each, in their order. While much comes, a commit waits for so long for more to share it, unless some of it
    /// is urgent or it is half full; what comes alone never waits. Runs on `on`; ends when the batch is dropped.
    pub(crate) fn start<F, Answers>(
        on: &Handle,
        most: usize,
        wait: Duration,
        is_urgent: fn(&T) -> bool,
        commit: F,
    ) -> Self
    where
        F: Fn(Vec<T>) -> Answers + Send + 'static,
        Answers: Future<Output = Vec<R>> + Send,
    {
        let (sender, mut receiver) = mpsc::channel(most);
        let hurry = Arc::new(Notify::new());
        let hurried = Arc::clone(&hurry);
        on.spawn(async move {
            let mut waiting: Vec<(T, oneshot::Sender<R>)> = Vec::new();
            let mut busy = false;
            while receiver.recv_many(&mut waiting, most).await > 0 {
                if busy {
                    // Who hurried up to now has sent before: it is found here, and does not cut the next wait short.
                    let _ = hurried.notified().now_or_never();
                    let room = most - waiting.len();
                    let _ = receiver.recv_many(&mut waiting, room).now_or_never();
                    if waiting.len() < most / 2 && !waiting.iter().any(|(work, _)| is_urgent(work)) {
                        // Not for each piece that comes: each would wake the thread.
                        let _ = timeout(wait, hurried.notified()).await;
                        let room = most - waiting.len();
                        let _ = receiver.recv_many(&mut waiting, room).now_or_never();
                    }
                }
                busy = !wait.is_zero() && waiting.len() >= BUSY;
                let (work, callers): (Vec<T>, Vec<_>) = waiting.drain(..).unzip();
                for (caller, answer) in callers.into_iter().zip(commit(work).await) {
                    // A caller that went away does not undo the commit.
                    let _ = caller.send(answer);
                }
            }
        });
        Self { sender, is_urgent, hurry }
    }

    /// Waits until `work` is committed; `None` when the task is gone.
    pub(crate) async fn submit(&self, work: T) -> Option<R> {
        let (sender, receiver) = oneshot::channel();
        let is_urgent = (self.is_urgent)(&work);
        self.sender.send((work, sender)).await.ok()?;
        if is_urgent || self.sender.capacity() <= self.sender.max_capacity() / 2 {
            self.hurry.notify_one();
        }
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
        while batch.sender.capacity() > 95 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(2);
        assert_eq!(first.await.expect("joined"), Some((0, 1)));
        for (n, one) in (1..=5).zip(rest) {
            assert_eq!(one.await.expect("joined"), Some((n, 5)));
        }
    }

    /// Commits numbers, of which those below 10 are urgent, after a wait that no test outlasts; says how many shared the
    /// commit. It is busy.
    async fn busy() -> Batch<u32, usize> {
        let is_urgent = |n: &u32| *n < 10;
        let batch = Batch::start(&Handle::current(), 100, Duration::from_secs(3600), is_urgent, {
            |work: Vec<u32>| {
                let size = work.len();
                async move { vec![size; size] }
            }
        });
        assert_eq!(submit(&batch, 10..18).await, [8; 8], "nobody waits for the first");
        batch
    }

    /// Submits all of them at once; returns how many shared the commit of each.
    async fn submit(batch: &Batch<u32, usize>, all: impl IntoIterator<Item = u32>) -> Vec<usize> {
        let sizes = futures::future::join_all(all.into_iter().map(|n| batch.submit(n))).await;
        sizes.into_iter().map(|size| size.expect("committed")).collect()
    }

    /// The same, when the batch has done all that it can do without them: it is on the same thread.
    async fn submit_later(batch: &Batch<u32, usize>, all: impl IntoIterator<Item = u32>) -> Vec<usize> {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        submit(batch, all).await
    }

    #[tokio::test]
    async fn while_much_comes_a_commit_waits_for_more_until_some_is_urgent() {
        let batch = busy().await;
        let (early, late) = tokio::join!(submit(&batch, 10..18), submit_later(&batch, [20, 1]));
        assert_eq!((early, late), (vec![10; 8], vec![10; 2]));
        assert_eq!(submit(&batch, 1..5).await, [4; 4], "urgent from the start");
        assert_eq!(submit(&batch, [20]).await, [1], "little came before");
    }

    #[tokio::test]
    async fn what_was_urgent_in_one_commit_does_not_hurry_the_next() {
        let batch = busy().await;
        assert_eq!(submit(&batch, 1..9).await, [8; 8]);
        let (early, _) = tokio::join!(submit(&batch, 10..18), submit_later(&batch, [1]));
        assert_eq!(early, [9; 8]);
    }

    #[tokio::test]
    async fn half_of_what_a_commit_holds_does_not_wait() {
        let batch = busy().await;
        assert_eq!(submit(&batch, 10..60).await, [50; 50]);
        let (early, late) = tokio::join!(submit(&batch, 10..18), submit_later(&batch, 20..70));
        assert_eq!((early, late), (vec![58; 8], vec![58; 50]));
    }
}
