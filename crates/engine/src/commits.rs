//! A thread of their own for the tasks that commit. In a transaction they wait for the database several times, and on
//! the threads that serve requests they would stand behind those each time: what another thread wakes comes there
//! after what is at hand ("Multi threaded runtime behavior" in <https://docs.rs/tokio/1/tokio/runtime/>).

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};

/// The thread; dropped, it ends when its tasks next wait.
#[derive(Debug)]
pub(crate) struct Commits {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Commits {
    /// Starts it.
    pub(crate) fn start() -> io::Result<Self> {
        let one =
            Builder::new_multi_thread().worker_threads(1).thread_name("commits").enable_all().build()?;
        Ok(Self { handle: one.handle().clone(), runtime: Some(one) })
    }

    /// Where tasks are given to it.
    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        // Waiting for its end, as a runtime does, is not allowed within a task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
