//! Every operation of the store, on SQLite and on Postgres.
//!
//! Postgres is taken from `CRIER_TEST_POSTGRES_URL`, where each test makes a database of its own; a
//! missing variable fails the tests.

mod accept;
mod accounts;
mod alerts;
mod automations;
mod broken;
mod campaigns;
mod claim;
mod erase;
mod events;
mod finish;
mod frequency;
mod log;
mod open;
mod races;
mod receivers;
mod replays;
mod retention;
mod search;
mod shared;
mod statements;
mod support;
mod topics;
mod visitors;
mod waiting;
mod webhooks;
