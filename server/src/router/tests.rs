//! Every address refuses whoever may not: nobody signed in and no key, a role or scope that is too
//! small, another marketplace's object, another site, a change by GET. The lists come from the
//! registry of server functions and from the routers, so that none can be forgotten. What nobody means
//! is refused as well, and breaks nothing.

mod calls;
mod forms;
mod garbage;
mod pages;
#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
mod world;
