//! Makes and changes the tables: the numbered steps of `/migrations`, inside the program.
//!
//! All steps that are missing are taken in one transaction (both databases can roll back a
//! `CREATE TABLE`), under a lock, so that a start that is cut short leaves the old tables and two
//! starts at the same time don't meet.

use crate::{
    Error, Result, Store,
    sql::{Sql, args, sql, sql_postgres},
};
use domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// A step. Its number is its place, from 1.
struct Step {
    name: &'static str,
    sql: Sql,
}

macro_rules! text {
    ($name:literal, $end:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/", $name, $end))
    };
}
macro_rules! one {
    ($name:literal) => {
        Step { name: $name, sql: Sql::both(text!($name, ".sql")) }
    };
}
macro_rules! pair {
    ($name:literal) => {
        Step { name: $name, sql: Sql::pair(text!($name, ".sqlite.sql"), text!($name, ".postgres.sql")) }
    };
}

/// Steps are only ever added, at the end.
const STEPS: &[Step] = &[
    one!("0001_accounts"),
    one!("0002_webhooks"),
    pair!("0003_deliveries"),
    one!("0004_log_indexes"),
    one!("0005_bins_audit"),
    one!("0006_nodes"),
    one!("0007_alerts"),
    one!("0008_replays"),
    one!("0009_owners"),
    one!("0010_automations"),
    one!("0011_policies"),
    one!("0012_campaigns"),
    one!("0013_visitors"),
    one!("0014_pauses"),
    pair!("0015_blocks"),
    one!("0016_restarts"),
    one!("0017_failing"),
    pair!("0018_envelopes"),
    pair!("0019_sealing_key"),
];

impl Store {
    /// Brings the tables to this program's version, in one transaction; safe when several
    /// processes start at the same time. Returns the names of the steps it took.
    ///
    /// # Errors
    /// `Schema` when the database was made by a newer program or a step was changed afterwards.
    pub async fn migrate(&self, now: Timestamp) -> Result<Vec<String>> {
        let mut tx = self.write().await?;
        if tx.is_postgres() {
            tx.script(sql_postgres!("migrations/lock")).await?;
        }
        tx.script(sql!("migrations/create")).await?;
        let done: Vec<(i64, String, String)> = tx.all(sql!("migrations/list"), args![]).await?;
        let postgres = tx.is_postgres();
        let sum = |step: &Step| {
            hex::encode(Sha256::digest(if postgres { &*step.sql.postgres } else { &*step.sql.sqlite }))
        };
        for (index, (number, name, checksum)) in done.iter().enumerate() {
            match STEPS.get(index) {
                None => {
                    return Err(Error::Schema(format!(
                        "this database belongs to a newer crier (step {name})"
                    )));
                }
                Some(step) if *number != index as i64 + 1 || *checksum != sum(step) => {
                    let wrong = format!("step {name} of this database is not the one of this crier");
                    return Err(Error::Schema(wrong));
                }
                Some(_) => {}
            }
        }
        let mut taken = Vec::new();
        for (index, step) in STEPS.iter().enumerate().skip(done.len()) {
            tx.script(step.sql.clone()).await?;
            let values = args![index as i64 + 1, step.name, sum(step), now];
            tx.run(sql!("migrations/insert"), values).await?;
            taken.push(step.name.to_owned());
        }
        tx.commit().await?;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_a_step_and_every_step_has_its_number() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder of migrations")
            .map(|file| file.expect("an entry").file_name().into_string().expect("UTF-8"))
            .map(|name| name.split('.').next().unwrap_or_default().to_owned())
            .collect();
        let steps: BTreeSet<String> = STEPS.iter().map(|step| step.name.to_owned()).collect();
        assert_eq!(files, steps);
        for (index, step) in STEPS.iter().enumerate() {
            assert!(step.name.starts_with(&format!("{:04}_", index + 1)), "{}", step.name);
        }
    }
}
