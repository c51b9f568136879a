//! Test receivers: made and read by managers, filled by whoever knows the address.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    bin::{Bin, Caught, LIFETIME_MS},
    invalid::Invalid,
};
use serde_json::json;

/// How a test receiver answers what it caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// To wait before the answer, in milliseconds.
    pub delay_ms: u32,
}

/// What the id of a test receiver begins with; 32 hex digits follow.
const PREFIX: &str = "bin_";
/// How much of a body is kept.
const BODY: usize = 64 << 10;
/// The longest wait before an answer.
const DELAY_MS: u32 = 30_000;
/// How many test receivers a marketplace has at most.
const MOST: usize = 100;

impl Engine {
    /// All test receivers, newest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn bins(&self, who: &Who) -> Result<Vec<Bin>> {
        who.must(Permission::Read)?;
        let bins = self.0.store.bins(who.marketplace.id, self.0.clock.now()).await?;
        Ok(bins.into_iter().map(|bin| self.with_url(bin)).collect())
    }

    /// One test receiver.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bin(&self, who: &Who, id: &str) -> Result<Bin> {
        who.must(Permission::Read)?;
        let found = self.0.store.bin(id, self.0.clock.now()).await?;
        let own = found.filter(|(marketplace, _)| *marketplace == who.marketplace.id);
        own.map(|(_, bin)| self.with_url(bin)).ok_or(Error::NotFound)
    }

    /// Makes a test receiver that answers with `status` (200 unless given) after `delay_ms` (0).
    ///
    /// # Errors
    /// `Invalid` at `status` or `delay_ms`; `Conflict` when there are 100 already.
    pub async fn create_bin(&self, who: &Who, status: Option<u32>, delay_ms: Option<u32>) -> Result<Bin> {
        who.must(Permission::Manage)?;
        let Answer { status, delay_ms } = answer(status.unwrap_or(200), delay_ms.unwrap_or(0))?;
        let now = self.0.clock.now();
        if self.0.store.bins(who.marketplace.id, now).await?.len() >= MOST {
            return Err(Error::conflict("There are 100 test receivers. Delete one first."));
        }
        let bin = self.with_url(Bin {
            id: format!("{PREFIX}{}", self.0.generator.hex::<16>()),
            url: String::new(),
            status,
            delay_ms,
            created_at: now,
            expires_at: now.plus_ms(LIFETIME_MS),
            requests: 0,
        });
        self.0.store.insert_bin(who.marketplace.id, &bin).await?;
        self.note(who, "bin.created", &bin).await?;
        Ok(bin)
    }

    /// Changes how it answers.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at `status` or `delay_ms`.
    pub async fn update_bin(
        &self,
        who: &Who,
        id: &str,
        status: Option<u32>,
        delay_ms: Option<u32>,
    ) -> Result<Bin> {
        who.must(Permission::Manage)?;
        let bin = self.bin(who, id).await?;
        let Answer { status, delay_ms } =
            answer(status.unwrap_or(bin.status.into()), delay_ms.unwrap_or(bin.delay_ms))?;
        if !self.0.store.update_bin(who.marketplace.id, id, status, delay_ms).await? {
            return Err(Error::NotFound);
        }
        let bin = Bin { status, delay_ms, ..bin };
        self.note(who, "bin.updated", &bin).await?;
        Ok(bin)
    }

    /// Deletes it with what it caught.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_bin(&self, who: &Who, id: &str) -> Result<()> {
        who.must(Permission::Manage)?;
        let bin = self.bin(who, id).await?;
        if !self.0.store.delete_bin(who.marketplace.id, id).await? {
            return Err(Error::NotFound);
        }
        self.note(who, "bin.deleted", &bin).await
    }

    /// What it caught, newest first, at most 100.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn bin_requests(&self, who: &Who, id: &str) -> Result<Vec<Caught>> {
        self.bin(who, id).await?;
        Ok(self.0.store.caught(who.marketplace.id, id).await?)
    }

    /// Keeps a request that came to `/bin/{id}` and says how to answer; `None` when there is no
    /// such receiver. Anybody may call it: the id is the secret.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn catch(
        &self,
        id: &str,
        method: &str,
        path: &str,
        headers: Vec<(String, String)>,
        body: &[u8],
    ) -> Result<Option<Answer>> {
        if id.strip_prefix(PREFIX).is_none_or(|hex| hex.len() != 32) {
            return Ok(None);
        }
        let now = self.0.clock.now();
        let Some((marketplace, bin)) = self.0.store.bin(id, now).await? else { return Ok(None) };
        let caught = Caught {
            id: self.0.generator.id(),
            at: now,
            method: method.to_owned(),
            path: path.to_owned(),
            headers,
            body: readable(body),
        };
        if !self.0.store.insert_caught(id, &caught).await? {
            return Ok(None);
        }
        self.0.news.tell_caught(marketplace, id, &caught);
        Ok(Some(Answer { status: bin.status, delay_ms: bin.delay_ms }))
    }

    fn with_url(&self, bin: Bin) -> Bin {
        let origin = self.0.config.public_url.origin().ascii_serialization();
        Bin { url: format!("{origin}/bin/{}", bin.id), ..bin }
    }

    async fn note(&self, who: &Who, action: &str, bin: &Bin) -> Result<()> {
        let told = json!({ "status": bin.status, "delay_ms": bin.delay_ms });
        let entry = self.audited(who, action, bin.id.as_str(), told);
        Ok(self.0.store.insert_audit(who.marketplace.id, &entry).await?)
    }
}

fn answer(status: u32, delay_ms: u32) -> Result<Answer, Invalid> {
    let mut invalid = Invalid::default();
    let status = u16::try_from(status).ok().filter(|status| (200..=599).contains(status));
    if status.is_none() {
        invalid.push("status", "The status is a number from 200 to 599.");
    }
    if delay_ms > DELAY_MS {
        invalid.push("delay_ms", "The delay is at most 30,000 milliseconds.");
    }
    invalid.into_result()?;
    Ok(Answer { status: status.unwrap_or(200), delay_ms })
}

/// The first 64 KiB as text, cut between characters. What is not UTF-8 reads as U+FFFD, and so does
/// NUL, which Postgres has no text for.
fn readable(body: &[u8]) -> String {
    let mut end = body.len().min(BODY);
    let inside = |at: usize| body.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    while end > BODY.saturating_sub(4) && inside(end) {
        end -= 1;
    }
    String::from_utf8_lossy(&body[..end]).replace('\0', "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_cut_between_characters() {
        assert_eq!(readable(b"a\0\xFF"), "a\u{FFFD}\u{FFFD}");
        let long = "é".repeat(BODY);
        assert_eq!(readable(long.as_bytes()).len(), BODY);
        let odd = format!("x{long}");
        assert_eq!(readable(odd.as_bytes()).len(), BODY - 1);
        assert_eq!(readable("é".as_bytes()), "é");
        assert_eq!(readable(&vec![0x80; BODY + 9]).chars().count(), BODY - 4, "never more than a character");
    }

    #[test]
    fn answers_are_final_statuses() {
        for (status, good) in [(199, false), (200, true), (599, true), (600, false), (70_000, false)] {
            assert_eq!(answer(status, 0).is_ok(), good, "{status}");
        }
        assert!(answer(200, 30_001).is_err());
    }
}
