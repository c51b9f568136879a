//! Starts what the tests talk to, and says what they say.

mod browser;
mod crier;
mod folder;
mod http;
mod postgres;
mod receiver;

pub(crate) use browser::{Browser, PASSWORD, Page};
pub(crate) use crier::{Crier, finish as run, program};
pub(crate) use folder::Folder;
pub(crate) use http::{Answer, Http, finish};
pub(crate) use receiver::{Receiver, Request};

use serde_json::Value;
use std::{future::Future, time::Duration};

/// Which database a server runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Turns `async fn name(crier: Crier)` into two tests, one a database.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            use crate::support::{Crier, Database};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Crier::start(Database::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Crier::start(Database::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both;

/// How long a condition may take to come true on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until there is an answer; fails with `what` when none comes.
pub(crate) async fn eventually<T, Fut: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> Fut,
) -> T {
    let mut asked = tokio::time::interval(Duration::from_millis(20));
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            asked.tick().await;
            if let Some(found) = ask().await {
                return found;
            }
        }
    });
    match found.await {
        Ok(found) => found,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}

/// A text member.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {value:#}"))
}

/// The rows of a list.
pub(crate) fn rows(list: &Value) -> &[Value] {
    list["data"].as_array().unwrap_or_else(|| panic!("no list: {list:#}"))
}

/// The fields that a problem document complains about.
pub(crate) fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().into_iter().flatten().map(|error| text(error, "field")).collect()
}
