//! The one guarded client: resolve once, vet every address, dial exactly that address.

mod resolve;

pub use resolve::Resolver;
