//! A database of a test's own, of either kind, on which engines run by the system's clock.
#![allow(dead_code, reason = "each test file uses a part")]

#[path = "../../../store/tests/conformance/support.rs"]
#[allow(dead_code, unused_macros, unused_imports, reason = "the store's tests use the rest")]
mod store_support;

use crate::deliver_support::{World, database};
use engine::{Clock, Config, Role};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use store_support::Db;

/// Makes a test with several workers for each database from one function.
#[allow(unused_macros, reason = "some tests are about Postgres alone")]
macro_rules! on_both_databases {
    ($(async fn $name:ident($place:ident: &Place) $body:block)*) => {$(
        mod $name {
            use super::*;
            async fn test($place: &Place) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                let place = Place::sqlite();
                test(&place).await;
                place.remove().await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                let place = Place::postgres().await;
                test(&place).await;
                place.remove().await;
            }
        }
    )*};
}
#[allow(unused_imports, reason = "some tests are about Postgres alone")]
pub(crate) use on_both_databases;

pub(crate) struct Place {
    dir: PathBuf,
    postgres: Option<Db>,
    worlds: AtomicU32,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("crier-place-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder");
        Self { dir, postgres: None, worlds: AtomicU32::new(0) }
    }

    pub(crate) async fn postgres() -> Self {
        Self { postgres: Some(Db::postgres().await), ..Self::sqlite() }
    }

    /// A node that delivers, and may dial loopback addresses. Started.
    pub(crate) async fn start(&self) -> World {
        self.start_as(Role::All).await
    }

    pub(crate) async fn start_as(&self, role: Role) -> World {
        let world = self.open(|config| config.role = role).await;
        world.engine.start();
        world
    }

    /// As [`Place::start`], not started.
    pub(crate) async fn open(&self, change: impl FnOnce(&mut Config)) -> World {
        // A folder of its own, because a world removes its folder.
        let dir = self.dir.join(self.worlds.fetch_add(1, Ordering::SeqCst).to_string());
        World::open_in(dir, Clock::system(), |config| {
            config.secret_key = Some([7; 32]);
            config.database_url = match &self.postgres {
                Some(db) => db.url.clone(),
                None => database(&self.dir),
            };
            change(config);
        })
        .await
    }

    pub(crate) async fn remove(self) {
        if let Some(db) = self.postgres {
            db.remove().await;
        }
        let _ = std::fs::remove_dir_all(self.dir);
    }
}
