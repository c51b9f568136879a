//! The table: one line a figure, with what the target says.

use crate::run::{Size, machine::Machine};
use anyhow::Result;
use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::Duration,
};

/// One figure.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// On which database.
    pub(crate) database: &'static str,
    /// As it was measured, with its unit.
    pub(crate) measured: String,
    /// In terms of the target: `0.21 L`.
    pub(crate) relative: String,
    /// What it should be; empty for what is only told.
    pub(crate) target: String,
    /// Whether it is.
    pub(crate) reached: Option<bool>,
    /// The limit beside it, or whatever explains it.
    pub(crate) beside: String,
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// Adds a figure, and shows it while the run goes on.
    pub(crate) fn add(&mut self, row: Row) {
        eprintln!("{}", row.line());
        self.0.push(row);
    }

    /// Prints everything as Markdown.
    pub(crate) fn print(&self, machine: &Machine, size: Size, took: Duration) -> Result<()> {
        let mut text = format!(
            "\n{machine}. {} finished deliveries in the database, medians of {} pairs, {} min {} s.\n\n",
            size.finished,
            size.pairs,
            took.as_secs() / 60,
            took.as_secs() % 60
        );
        text += "| What | Database | Measured | Relative | Target | Reached | Beside it |\n";
        text += "|---|---|---|---|---|---|---|\n";
        for row in &self.0 {
            writeln!(text, "{}", row.line())?;
        }
        Ok(io::stdout().write_all(text.as_bytes())?)
    }
}

impl Row {
    /// A figure that has no target.
    pub(crate) fn told(what: &str, database: &'static str, measured: String, beside: String) -> Self {
        let (relative, target) = Default::default();
        Self { what: what.to_owned(), database, measured, relative, target, reached: None, beside }
    }

    fn line(&self) -> String {
        let Self { what, database, measured, relative, target, beside, .. } = self;
        let reached = match self.reached {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        format!("| {what} | {database} | {measured} | {relative} | {target} | {reached} | {beside} |")
    }
}
