//! Erases a person's data: everything whose payload holds one of their values.

use super::{check, retention::Pace};
use crate::{Engine, Error, Permission, Result, Who};
use domain::{account::AuditEntry, id::MarketplaceId, invalid::Invalid, search::MAX_TERM_CHARS};
use serde_json::json;
use store::Traces;

/// Events that are erased in one transaction.
const EVENTS: usize = 100;

/// How much holds a value, or held it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Erased {
    /// Events, with their deliveries, attempts and what was sent and answered.
    pub events: i64,
    /// Requests that test receivers caught.
    pub bin_requests: i64,
    /// Profiles of known visitors.
    pub profiles: i64,
}

impl Engine {
    /// How much [`Engine::erase`] would remove.
    ///
    /// # Errors
    /// `Invalid` at `value`.
    pub async fn erasable(&self, who: &Who, value: &str) -> Result<Erased> {
        who.must(Permission::Own)?;
        let value = checked(value)?;
        Ok(count(&self.0.store.traces(who.marketplace.id, &value).await?))
    }

    /// Removes every event whose payload holds `value` (whole, spaces around it and case aside), or the profile
    /// that it took along, with all that belongs to it, whatever waits of it included; what test receivers caught
    /// of it, replays that searched for it, and profiles that hold it. The log of changes tells how much, by whom,
    /// and no more of the value than its first character.
    ///
    /// # Errors
    /// `Invalid` at `value`; `Unavailable`: some may be left, and the same call removes it.
    pub async fn erase(&self, who: &Who, value: &str) -> Result<Erased> {
        who.must(Permission::Own)?;
        let value = checked(value)?;
        let marketplace = who.marketplace.id;
        let traces = self.0.store.traces(marketplace, &value).await?;
        let erased = count(&traces);
        if erased == Erased::default() && traces.replays.is_empty() {
            return Ok(erased);
        }
        let entry = self.audited(who, "data.erased", masked(&value), json!(erased));
        let engine = self.clone();
        // To its end, also when whoever asked does not wait for the answer.
        let work = tokio::spawn(async move { engine.erase_traces(marketplace, &traces, &entry).await });
        work.await.map_err(|_| Error::Internal)??;
        Ok(erased)
    }

    async fn erase_traces(
        &self,
        marketplace: MarketplaceId,
        traces: &Traces,
        entry: &AuditEntry,
    ) -> Result<()> {
        // First, because it notes the erasure.
        self.0.store.erase_caught(marketplace, &traces.caught, entry).await?;
        // Before the events, so that no new one takes a profile along.
        self.0.store.erase_profiles(marketplace, &traces.profiles).await?;
        self.0.store.erase_replays(&traces.replays).await?;
        let mut few = traces.events.chunks(EVENTS).peekable();
        while let Some(events) = few.next() {
            let pace = Pace::start();
            self.0.store.erase_events(events).await?;
            if few.peek().is_some() {
                self.rest(pace).await;
            }
        }
        Ok(self.0.store.erase_entries(&traces.events).await?)
    }
}

fn checked(value: &str) -> Result<String, Invalid> {
    let mut invalid = Invalid::default();
    let value = check::text(&mut invalid, "value", "The value", value, MAX_TERM_CHARS);
    invalid.into_result().map(|()| value)
}

fn count(traces: &Traces) -> Erased {
    Erased {
        events: traces.events.len() as i64,
        bin_requests: traces.caught.len() as i64,
        profiles: traces.profiles.len() as i64,
    }
}

/// The value for the log of changes, where nobody can read it.
pub(super) fn masked(value: &str) -> String {
    let first = value.chars().next().filter(|_| value.chars().count() > 3);
    format!("{}…", first.map(String::from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_tells_its_first_character_at_most() {
        assert_eq!(masked("ada@example.com"), "a…");
        assert_eq!(masked("abc"), "…");
    }
}
