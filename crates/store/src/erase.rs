//! Finds what holds a person's value, and removes it: events with everything that belongs to them, their
//! entries in the search index, and what test receivers caught.

use crate::{
    Result, Store, audit,
    conn::{Conn, parse},
    retention::remove,
    search::{self, Search},
    sql::{args, sql, sql_pair, sql_postgres},
};
use domain::{
    account::AuditEntry,
    delivery::DeliveryFilter,
    event::Context,
    format::Json,
    id::{CaughtId, EventId, MarketplaceId, ProfileId, ReplayId},
    search::{holds, mentions, query_terms, term_of_more},
};
use std::collections::HashSet;

/// Payloads, and caught requests, that are read at once: each may have a megabyte.
const AT_ONCE: i64 = 20;
/// Profiles that are read at once: each may have 64 KiB.
const PROFILES_AT_ONCE: i64 = 200;

/// Keys of what holds a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Events, tests too, in the order of acceptance.
    pub events: Vec<EventId>,
    /// Requests that test receivers caught: those of these events, and those that mention the value.
    pub caught: Vec<CaughtId>,
    /// Replays of what a search for the value found.
    pub replays: Vec<ReplayId>,
    /// Profiles whose id or fields hold the value.
    pub profiles: Vec<ProfileId>,
}

impl Store {
    /// What holds `value` in this marketplace: the index leads to the events that are found by it and to those that
    /// hold more than they are found by, and each payload is read with the profile that it took along.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub async fn traces(&self, marketplace: MarketplaceId, value: &str) -> Result<Traces> {
        let mut conn = self.read().await?;
        let mut events = Vec::new();
        for terms in [query_terms(value), vec![term_of_more()]] {
            let mut search = Search::new(marketplace, &terms, None);
            while let Some(found) = search.next(&mut conn).await? {
                events.extend(holding(&mut conn, marketplace, &found, value).await?);
            }
        }
        events.sort_unstable();
        events.dedup();
        let caught = caught(&mut conn, marketplace, value, &events).await?;
        let replays = replays(&mut conn, marketplace, value).await?;
        let profiles = profiles(&mut conn, marketplace, value).await?;
        Ok(Traces { events, caught, replays, profiles })
    }

    /// Removes events with their deliveries, whatever their state, attempts and contents. What is being sent
    /// at this moment is not recorded any more.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn erase_events(&self, events: &[EventId]) -> Result<()> {
        let events: Vec<i64> = events.iter().map(|event| event.key()).collect();
        let mut tx = self.write().await?;
        if tx.is_postgres() {
            let _: Vec<(i64,)> = tx.all(sql_postgres!("erase/hold_queue"), args![events.clone()]).await?;
        }
        tx.run(sql_pair!("erase/remove_queue"), args![events.clone()]).await?;
        if tx.is_postgres() {
            let _: Vec<(i64,)> = tx.all(sql_postgres!("retention/hold"), args![events.clone()]).await?;
            // Somebody may have sent one again before it was held.
            tx.run(sql_pair!("erase/remove_queue"), args![events.clone()]).await?;
        }
        remove(&mut tx, &events).await?;
        tx.commit().await
    }

    /// Removes the entries of events from the sealed part of the search index, to be called after
    /// [`Store::erase_events`].
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: some may be left.
    pub async fn erase_entries(&self, events: &[EventId]) -> Result<()> {
        let gone: HashSet<i64> = events.iter().map(|event| event.key()).collect();
        let segments: Vec<(i64, i64)> = self.read().await?.all(sql!("erase/segments"), args![]).await?;
        let mut order: Vec<i64> = gone.iter().copied().collect();
        order.sort_unstable();
        let touched = segments.into_iter().filter(|(first, last)| {
            let at = order.partition_point(|event| event < first);
            order.get(at).is_some_and(|event| event <= last)
        });
        for (first, _) in touched {
            let mut tx = self.write().await?;
            tx.run(sql!("erase/hold_segment"), args![first]).await?;
            let blocks: Vec<(i64, Vec<u8>)> = tx.all(sql!("erase/blocks"), args![first]).await?;
            for (bucket, entries) in blocks {
                if let Some(left) = search::without(&entries, &gone) {
                    tx.run(sql!("erase/set_block"), args![first, bucket, left]).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Removes replays; one that runs ends with that.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn erase_replays(&self, replays: &[ReplayId]) -> Result<()> {
        let mut tx = self.write().await?;
        let keys: Vec<i64> = replays.iter().map(|replay| replay.key()).collect();
        tx.run(sql_pair!("erase/remove_replays"), args![keys]).await?;
        tx.commit().await
    }

    /// Removes profiles.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn erase_profiles(&self, marketplace: MarketplaceId, profiles: &[ProfileId]) -> Result<()> {
        let mut tx = self.write().await?;
        let keys: Vec<i64> = profiles.iter().map(|profile| profile.key()).collect();
        tx.run(sql_pair!("erase/remove_profiles"), args![marketplace, keys]).await?;
        tx.commit().await
    }

    /// Removes requests that test receivers caught, and notes the erasure that they belong to.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn erase_caught(
        &self,
        marketplace: MarketplaceId,
        caught: &[CaughtId],
        audit: &AuditEntry,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let keys: Vec<i64> = caught.iter().map(|caught| caught.key()).collect();
        tx.run(sql_pair!("erase/remove_caught"), args![keys]).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
}

/// Those of `events` that hold a value.
async fn holding(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    events: &[i64],
    value: &str,
) -> Result<Vec<EventId>> {
    let mut holding = Vec::new();
    for few in events.chunks(AT_ONCE as usize) {
        let values = args![marketplace, few.to_vec()];
        let rows: Vec<(i64, String, String)> = conn.all(sql_pair!("erase/payloads"), values).await?;
        for (event, payload, context) in rows {
            let profile = parse::<Context>("events.context", &context)?.profile;
            let payload = Json::parse(&payload).ok();
            if payload.iter().chain(&profile).any(|part| holds(part, value)) {
                holding.push(EventId::from_key(event));
            }
        }
    }
    Ok(holding)
}

/// id, path, headers, body
type Row = (i64, String, String, Vec<u8>);

async fn caught(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    value: &str,
    events: &[EventId],
) -> Result<Vec<CaughtId>> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let rows: Vec<Row> = conn.all(sql!("erase/caught"), args![marketplace, after, AT_ONCE]).await?;
        let Some((last, ..)) = rows.last() else { return Ok(found) };
        after = *last;
        for (id, path, headers, body) in rows {
            let headers: Vec<(String, String)> = parse("caught.headers", &headers)?;
            let of_event = |(name, value): &(String, String)| {
                name.eq_ignore_ascii_case("webhook-id")
                    && value.parse().is_ok_and(|event| events.binary_search(&event).is_ok())
            };
            let texts = headers.iter().map(|(_, text)| text.as_str()).chain([path.as_str()]);
            let said = texts.into_iter().any(|text| mentions(text, value));
            if headers.iter().any(of_event) || said || mentions(&String::from_utf8_lossy(&body), value) {
                found.push(CaughtId::from_key(id));
            }
        }
    }
}

async fn profiles(conn: &mut Conn, marketplace: MarketplaceId, value: &str) -> Result<Vec<ProfileId>> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let values = args![marketplace, after, PROFILES_AT_ONCE];
        let rows: Vec<(i64, String, String)> = conn.all(sql!("erase/profiles"), values).await?;
        let Some((last, ..)) = rows.last() else { return Ok(found) };
        after = *last;
        let with = rows.into_iter().filter(|(_, id, fields)| {
            let parts = [Json::parse(fields).ok(), Some(Json::from(id.as_str()))];
            parts.iter().flatten().any(|part| holds(part, value))
        });
        found.extend(with.map(|(key, ..)| ProfileId::from_key(key)));
    }
}

async fn replays(conn: &mut Conn, marketplace: MarketplaceId, value: &str) -> Result<Vec<ReplayId>> {
    let rows: Vec<(i64, String)> = conn.all(sql!("erase/replays"), args![marketplace]).await?;
    let mut found = Vec::new();
    for (id, filter) in rows {
        let filter: DeliveryFilter = parse("replays.filter", &filter)?;
        if filter.q.is_some_and(|q| mentions(&q, value)) {
            found.push(ReplayId::from_key(id));
        }
    }
    Ok(found)
}
