//! What this process may send, among the nodes that share the database; renewed every second by
//! `nodes`, and nothing when that fails.

use crate::clock::Stopwatch;
use domain::share::Share;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Without a renewal for so long, the others may soon think that this node is gone (after
/// `store::Node::ALIVE_MS`): it stops before they begin.
const FRESH: Duration = Duration::from_secs(4);

/// Cloned freely, all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct Shares(Arc<Mutex<View>>);

/// How the nodes stand, as this one knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// This node's number.
    pub(crate) me: u8,
    /// What it may send.
    pub(crate) share: Share,
    /// Whether no other process is there, neither to deliver nor to accept.
    pub(crate) alone: bool,
    /// Whether somebody looks at a console of another node.
    pub(crate) watched: bool,
}

#[derive(Debug)]
struct View {
    standing: Standing,
    /// `None` where there can't be other nodes.
    renewed: Option<Stopwatch>,
}

impl Shares {
    /// Of the only process (SQLite).
    pub(crate) fn whole() -> Self {
        let standing = Standing { share: Share::All, alone: true, ..Standing::default() };
        Self(Arc::new(Mutex::new(View { standing, renewed: None })))
    }

    /// Nothing until the first renewal.
    pub(crate) fn renewable() -> Self {
        let view = View { standing: Standing::default(), renewed: Some(Stopwatch::start()) };
        Self(Arc::new(Mutex::new(view)))
    }

    fn view(&self) -> MutexGuard<'_, View> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the nodes stood at the last renewal, with no share when that is too long ago.
    pub(crate) fn standing(&self) -> Standing {
        let view = self.view();
        match view.renewed {
            Some(renewed) if renewed.elapsed() > FRESH => {
                Standing { share: Share::Nothing, alone: false, ..view.standing }
            }
            _ => view.standing,
        }
    }

    /// Takes over what a renewal that began at `renewed` found; true when something changed.
    pub(crate) fn renew(&self, standing: Standing, renewed: Stopwatch) -> bool {
        let mut view = self.view();
        let late = view.renewed.is_some_and(|last| last.elapsed() > FRESH);
        let changed = late || view.standing != standing;
        *view = View { standing, renewed: Some(renewed) };
        changed
    }
}
