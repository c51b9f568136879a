//! The `crier` binary from outside: a real listening server, a real receiver, on SQLite and on Postgres.

mod access;
mod alerts;
mod automations;
mod bad_input;
mod bins;
mod campaigns;
mod canaries;
mod cli;
mod console;
mod deliveries;
mod events;
mod forms;
mod keys;
mod log_pages;
mod main_job;
mod metrics;
mod nodes;
mod replays;
mod secrets;
mod start;
mod support;
mod tls;
mod topics;
mod unsaved;
mod visits;
mod webhooks;
