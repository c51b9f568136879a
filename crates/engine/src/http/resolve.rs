//! Names to addresses, once per exchange.

use std::{collections::HashMap, io, net::IpAddr, sync::Arc};

/// Finds the addresses of a name.
#[derive(Clone, Debug, Default)]
pub enum Resolver {
    /// The operating system's.
    #[default]
    System,
    /// A fixed list, for tests; other names have no address.
    Fixed(Arc<HashMap<String, Vec<IpAddr>>>),
}

impl Resolver {
    /// All addresses of `host`, in the order they should be tried.
    pub(super) async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            // The port only completes the address; the caller puts in the URL's.
            Self::System => {
                let found = tokio::net::lookup_host((host, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            }
            Self::Fixed(names) => Ok(names.get(host).cloned().unwrap_or_default()),
        }
    }
}
