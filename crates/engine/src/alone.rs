//! What is done to the key of a database: nothing else may use it meanwhile, and nothing that starts gets in, so there
//! is no moment at which somebody seals with the old key again.

use crate::{Config, Generator, OpenAs, OpenError};
use std::{convert::Infallible, time::Duration};
use store::{AllNodes, Conflict, Store};

/// How often the numbers of all nodes are renewed; they are free after a minute.
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// Does `work` while no other process uses the database.
///
/// # Errors
/// `Key` while another one does, and those of `work`.
pub(crate) async fn alone<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Store, &AllNodes, &Generator) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let generator = Generator::system(config.clock.clone());
    let store = Store::open(&config.database_url, OpenAs::Server).await?;
    store.migrate(config.clock.now()).await?;
    let done = match store.claim_all_nodes().await {
        Ok(all) => {
            let done = tokio::select! {
                done = work(&store, &all, &generator) => done,
                Err(error) = keep(&store, &all) => Err(error.into()),
            };
            // They are free by themselves after a minute; what was done with the key is what counts.
            if let Err(error) = store.free_all_nodes(&all).await {
                tracing::warn!(%error, "the numbers of nodes are not free yet");
            }
            match done {
                Err(OpenError::Store(store::Error::Conflict(Conflict::NotAlone { .. }))) => {
                    Err(OpenError::Key(
                        "this process stood still for so long that others use the database by now; nothing was sealed \
                         anew: stop them and run it again"
                            .to_owned(),
                    ))
                }
                done => done,
            }
        }
        Err(store::Error::Conflict(Conflict::NotAlone { others })) => Err(OpenError::Key(format!(
            "{} use this database; stop them first (one that was killed counts for a minute)",
            match others {
                1 => "another process may".to_owned(),
                others => format!("{others} other processes may"),
            }
        ))),
        Err(error) => Err(error.into()),
    };
    store.close().await;
    done
}

/// Keeps others out until it is dropped.
async fn keep(store: &Store, all: &AllNodes) -> Result<Infallible, store::Error> {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        store.renew_all_nodes(all).await?;
    }
}
