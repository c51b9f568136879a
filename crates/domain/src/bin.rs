//! Test receivers: an address of our own that answers as told and shows what arrived.

use crate::{id::CaughtId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// A test receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// `bin_` and 32 random hex digits: who knows it may send to it.
    pub id: String,
    /// `<public URL>/bin/<id>`.
    pub url: String,
    /// The status it answers with, 100–599 without 1xx.
    pub status: u16,
    /// How long it waits before it answers, 0–30,000 ms.
    pub delay_ms: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it goes, 7 days after it was made.
    pub expires_at: Timestamp,
    /// How many requests it holds, at most 100.
    pub requests: i64,
}

/// A request that a test receiver caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caught {
    /// Its id.
    pub id: CaughtId,
    /// When it arrived.
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// In the order they came.
    pub headers: Vec<(String, String)>,
    /// The first 64 KiB; bytes that are not UTF-8 read as U+FFFD.
    pub body: String,
}

/// How long a test receiver lives, in milliseconds: 7 days.
pub const LIFETIME_MS: i64 = 7 * 86_400_000;
/// How many requests a test receiver keeps.
pub const KEPT: i64 = 100;
