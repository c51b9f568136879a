//! The management half of the engine, as the console and the API see it, on SQLite.

mod accounts;
mod automations;
mod bins;
mod campaigns;
mod erase;
mod flow;
mod keys;
mod overview;
mod permissions;
mod retention;
mod sealing;
mod support;
mod topics;
mod visitors;
mod webhooks;
