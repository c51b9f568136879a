//! The index of payload values (`domain::search`): which events have a term.
//!
//! A term's place in one sorted table would be anywhere, so that each event would touch a page of its
//! own for each of its terms. Instead an event's terms are kept in one row, `search_tail`, found there by
//! reading all of it; and when the tail has grown, its terms are sorted and sealed as a segment: blocks
//! of entries by the first bits of the term, of which a search reads one a segment. Sealing costs an
//! event a microsecond, and its terms take 16 bytes each.

use crate::{
    Result, Store,
    bulk::{Columns, Script},
    conn::Conn,
    sql::{args, sql, sql_pair},
};
use domain::id::{EventId, MarketplaceId};
use std::collections::HashSet;

/// Events of one segment. Small, so that sealing keeps no writer waiting for more than some 10 ms.
const SEGMENT: i64 = 2048;
/// Blocks of one segment: some 500 entries each, for events of 16 terms.
const BITS: u32 = 6;
/// Segments that are read in one go.
const SEGMENTS_A_READ: i64 = 8;
/// A search hands on what it found when it has as many events, for the log to take what it needs.
const ENOUGH: usize = 5000;
/// Bytes of a term, and of the event it leads to.
const TERM: usize = 8;
const ENTRY: usize = TERM + 8;

/// A term of one marketplace. The index is everybody's: another marketplace's same term is another one.
/// Databases hold these; the arithmetic must never change (the mixer of SplitMix64, Steele et al. 2014).
fn of(marketplace: MarketplaceId, term: i64) -> u64 {
    let mut z = term.cast_unsigned() ^ marketplace.key().cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const fn bucket(term: u64) -> i64 {
    (term >> (u64::BITS - BITS)).cast_signed()
}

/// Stores what events can be found by.
pub(crate) fn insert<'a>(
    script: &mut Script,
    events: impl Iterator<Item = (MarketplaceId, EventId, &'a [i64])>,
) {
    let rows: Vec<(EventId, Vec<u8>)> = events
        .filter(|(_, _, terms)| !terms.is_empty())
        .map(|(m, event, terms)| (event, terms.iter().flat_map(|term| of(m, *term).to_le_bytes()).collect()))
        .collect();
    let columns = Columns::default()
        .ints(rows.iter().map(|(event, _)| event.key()))
        .bytes(rows.into_iter().map(|(_, terms)| Some(terms)));
    script.add(sql_pair!("search/insert"), columns);
}

impl Store {
    /// Seals the oldest part of the index's tail when that has grown enough; true when there may be more
    /// to do. Any number of nodes may call it at any time: what changes meanwhile is left for the next call.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is changed.
    pub async fn seal_search(&self) -> Result<bool> {
        let (tail,): (i64,) = self.read().await?.one(sql!("search/count"), args![]).await?;
        if tail < SEGMENT {
            return Ok(false);
        }
        // Read and sorted before the transaction, which keeps others waiting.
        let oldest: Vec<(i64, Vec<u8>)> =
            self.read().await?.all(sql!("search/oldest"), args![SEGMENT]).await?;
        let events: Vec<i64> = oldest.iter().map(|(event, _)| *event).collect();
        let (Some(&first), Some(&last)) = (events.first(), events.last()) else { return Ok(false) };
        let count = events.len() as u64;
        let mut entries: Vec<(u64, i64)> =
            oldest.iter().flat_map(|(event, all)| terms(all).map(|term| (term, *event))).collect();
        entries.sort_unstable();
        let blocks: Vec<&[(u64, i64)]> =
            entries.chunk_by(|(one, _), (other, _)| bucket(*one) == bucket(*other)).collect();
        let mut tx = self.write().await?;
        if tx.run(sql_pair!("search/take"), args![events]).await? != count {
            // Some were erased, or another node seals them at this moment.
            tx.rollback().await?;
            return Ok(false);
        }
        tx.run(sql!("search/seal"), args![first, last]).await?;
        let columns = Columns::default()
            .ints(blocks.iter().map(|_| first))
            .ints(blocks.iter().map(|block| bucket(block[0].0)))
            .bytes(blocks.iter().map(|block| Some(packed(block))));
        tx.run_bulk(sql_pair!("search/insert_blocks"), columns).await?;
        tx.commit().await?;
        Ok(tail >= 2 * SEGMENT)
    }
}

/// The terms of a row of the tail.
fn terms(row: &[u8]) -> impl Iterator<Item = u64> {
    let (terms, _) = row.as_chunks::<TERM>();
    terms.iter().map(|term| u64::from_le_bytes(*term))
}

fn packed(block: &[(u64, i64)]) -> Vec<u8> {
    block.iter().flat_map(|(term, event)| [term.to_le_bytes(), event.to_le_bytes()]).flatten().collect()
}

/// The events of a term in a block, ascending.
fn events_in(block: &[u8], term: u64) -> Vec<i64> {
    let (entries, _) = block.as_chunks::<ENTRY>();
    let halves = |entry: &[u8; ENTRY]| {
        let (halves, _) = entry.as_chunks::<TERM>();
        (u64::from_le_bytes(halves[0]), i64::from_le_bytes(halves[1]))
    };
    let start = entries.partition_point(|entry| halves(entry).0 < term);
    entries[start..]
        .iter()
        .map(halves)
        .take_while(|(other, _)| *other == term)
        .map(|(_, event)| event)
        .collect()
}

/// A block without the entries of `events`; `None` when it has none of theirs.
pub(crate) fn without(block: &[u8], events: &HashSet<i64>) -> Option<Vec<u8>> {
    let (entries, _) = block.as_chunks::<ENTRY>();
    let event = |entry: &[u8; ENTRY]| {
        let (halves, _) = entry.as_chunks::<TERM>();
        i64::from_le_bytes(halves[1])
    };
    let left: Vec<u8> =
        entries.iter().filter(|entry| !events.contains(&event(entry))).flatten().copied().collect();
    (left.len() < block.len()).then_some(left)
}

/// A search under way: events that have all of its terms, newest first.
///
/// Segments are read from the newest on. Events that were committed at the same moment may stand in
/// neighbouring ones; then, between two handfuls of [`ENOUGH`], their order is not exact.
#[derive(Debug)]
pub(crate) struct Search {
    terms: Vec<u64>,
    /// Only events older than this one.
    before: i64,
    /// Segments that begin before this event are left to read; `None` before the tail is read.
    segments_before: Option<i64>,
    ended: bool,
}

impl Search {
    /// For events that have all of `terms` and are older than `before`.
    pub(crate) fn new(marketplace: MarketplaceId, terms: &[i64], before: Option<i64>) -> Self {
        let terms = terms.iter().map(|term| of(marketplace, *term)).collect();
        Self { terms, before: before.unwrap_or(i64::MAX), segments_before: None, ended: false }
    }

    /// The next handful, never empty; `None` at the end.
    pub(crate) async fn next(&mut self, conn: &mut Conn) -> Result<Option<Vec<i64>>> {
        let mut found = Vec::new();
        while found.len() < ENOUGH && !self.ended {
            match self.segments_before {
                // First, because what is sealed between the two reads is found there.
                None => found.extend(self.tail(conn).await?),
                Some(before) => found.extend(self.segments(conn, before).await?),
            }
        }
        found.retain(|event| *event < self.before);
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.dedup();
        Ok((!found.is_empty()).then_some(found))
    }

    async fn tail(&mut self, conn: &mut Conn) -> Result<Vec<i64>> {
        self.segments_before = Some(self.before);
        let Some(first) = self.terms.first() else {
            self.ended = true;
            return Ok(Vec::new());
        };
        let values = args![first.to_le_bytes().to_vec(), self.before];
        let rows: Vec<(i64, Vec<u8>)> = conn.all(sql_pair!("search/tail"), values).await?;
        // The bytes may have been found across two terms.
        let has_all = |row: &[u8]| self.terms.iter().all(|term| terms(row).any(|other| other == *term));
        Ok(rows.into_iter().filter(|(_, row)| has_all(row)).map(|(event, _)| event).collect())
    }

    async fn segments(&mut self, conn: &mut Conn, before: i64) -> Result<Vec<i64>> {
        let mut common: Option<Vec<(i64, Vec<i64>)>> = None;
        let mut read = 0;
        for term in &self.terms {
            let values = args![bucket(*term), before, SEGMENTS_A_READ];
            let rows: Vec<(i64, Option<Vec<u8>>)> = conn.all(sql!("search/blocks"), values).await?;
            let found = rows.into_iter().map(|(segment, block)| {
                (segment, block.map_or_else(Vec::new, |block| events_in(&block, *term)))
            });
            common = Some(match common {
                None => {
                    let found: Vec<_> = found.collect();
                    read = found.len();
                    self.segments_before = found.last().map(|(segment, _)| *segment).or(self.segments_before);
                    found
                }
                Some(common) => both(common, &found.collect::<Vec<_>>()),
            });
        }
        self.ended = (read as i64) < SEGMENTS_A_READ;
        Ok(common.into_iter().flatten().flat_map(|(_, events)| events).collect())
    }
}

/// What two terms have in common, segment by segment. A segment that was sealed between the two reads
/// is new: the tail knew its events.
fn both(one: Vec<(i64, Vec<i64>)>, other: &[(i64, Vec<i64>)]) -> Vec<(i64, Vec<i64>)> {
    let matching = |segment| other.iter().find(|(other, _)| *other == segment).map(|(_, events)| events);
    let common = |(segment, mut events): (i64, Vec<i64>)| {
        let others = matching(segment)?;
        events.retain(|event| others.binary_search(event).is_ok());
        Some((segment, events))
    };
    one.into_iter().filter_map(common).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_gives_back_what_was_packed() {
        let block = packed(&[(1, 5), (1, 9), (2, 7), (u64::MAX, 1)]);
        assert_eq!(events_in(&block, 1), [5, 9]);
        assert_eq!(events_in(&block, 2), [7]);
        assert_eq!(events_in(&block, u64::MAX), [1]);
        assert!(events_in(&block, 3).is_empty() && events_in(&[], 1).is_empty());
    }

    #[test]
    fn a_block_loses_the_entries_of_events_and_no_others() {
        let block = packed(&[(1, 5), (1, 9), (2, 5), (2, 7)]);
        assert_eq!(without(&block, &HashSet::from([5])), Some(packed(&[(1, 9), (2, 7)])));
        assert_eq!(without(&block, &HashSet::from([1, 2])), None);
    }

    /// Databases hold these: a change would lose what was stored.
    #[test]
    fn terms_are_mixed_as_ever() {
        assert_eq!(of(MarketplaceId::from_key(0), 0), 0);
        assert_ne!(of(MarketplaceId::from_key(1), 5), of(MarketplaceId::from_key(2), 5));
        assert_eq!(of(MarketplaceId::from_key(1), 5), FIXED);
    }
    const FIXED: u64 = 0x16b1_cba9_5fc6_0262;
}
