//! Every address refuses whoever may not: nobody signed in and no key, a role or scope that is too
//! small, another marketplace's object, another site, a change by GET. The lists come from the
//! registry of server functions and from the routers, so that none can be forgotten.

mod calls;
mod forms;
mod pages;
#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
mod world;
