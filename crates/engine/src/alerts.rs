//! Mails to the people of webhooks that fail or are paused. What is to be told stands in the database with what
//! gave the reason, so nothing is lost; each mail is sent under a lease, so that of several nodes one sends it.
//! Mostly the reason is an attempt that ended; that a webhook has failed for an hour is looked for as well.

mod letter;
mod mailer;
mod overdue;

pub(crate) use mailer::Mailer;
pub use mailer::{Smtp, SmtpError};

use crate::{Engine, Permission, Result, Who};
use domain::{
    account::{Actor, AuditEntry},
    health::{Alert, Notice},
    id::WebhookId,
    time::Timestamp,
};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use store::{Mail, Raised};
use tokio::sync::oneshot;

/// Between two looks at what other nodes and past failures left to send.
const EVERY_MS: i64 = 10_000;
/// How long one mail may take.
const LIMIT: Duration = Duration::from_secs(60);
/// Longer than a mail may take, so that nobody else sends it meanwhile.
const LEASE_MS: i64 = 90_000;
/// Mails that are sent at the same time.
const AT_ONCE: i64 = 4;
/// The wait after the first failure; it doubles up to [`LONGEST_WAIT_MS`].
const FIRST_WAIT_MS: i64 = 60_000;
/// The longest wait between two tries.
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// An alert older than this is told to nobody any more.
const STALE_MS: i64 = 24 * 3_600_000;

/// What the people of a webhook are told, while it stands.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StandingAlert {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// Its name.
    pub name: String,
    /// When the alert was raised.
    pub at: Timestamp,
    /// What it says.
    pub alert: Alert,
}

impl Engine {
    /// The last alert of each webhook that has not delivered since, newest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn alerts(&self, who: &Who) -> Result<Vec<StandingAlert>> {
        who.must(Permission::Read)?;
        let raised = self.0.store.alerts(who.marketplace.id).await?;
        let standing = |Raised { webhook, name, at, notice }| match notice {
            Notice::Alert(alert) => Some(StandingAlert { webhook_id: webhook, name, at, alert }),
            Notice::Paused { .. } => None,
        };
        Ok(raised.into_iter().filter_map(standing).collect())
    }

    /// Whether alerts go out by mail.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.0.mailer.is_some()
    }

    /// Says good day to the mail server; `None` when there is none.
    pub async fn try_mail_server(&self) -> Option<Result<(), String>> {
        let mailer = self.0.mailer.as_ref()?;
        Some(match tokio::time::timeout(LIMIT, mailer.greet()).await {
            Ok(greeted) => greeted,
            Err(_) => Err("it does not answer in time".to_owned()),
        })
    }

    /// Somebody is to be told.
    pub(crate) fn alerted(&self) {
        self.0.mail_due.notify_one();
    }

    /// Sends until it is ended, and then what is due at that moment.
    pub(crate) async fn send_mails(self, mut ended: oneshot::Receiver<()>) {
        let mut is_last = false;
        loop {
            if let Err(error) = self.mail_round().await {
                tracing::warn!(%error, "mails wait: the database does not answer");
            }
            if is_last {
                return;
            }
            let next = self.0.clock.now().plus_ms(EVERY_MS);
            tokio::select! {
                _ = &mut ended => is_last = true,
                () = self.0.mail_due.notified() => {}
                () = self.0.clock.sleep_until(next) => {}
            }
        }
    }

    /// Sends what is due.
    async fn mail_round(&self) -> Result<()> {
        let Some(mailer) = &self.0.mailer else { return Ok(()) };
        let now = self.0.clock.now();
        self.0.store.address_alerts(now, now.plus_ms(-STALE_MS)).await?;
        loop {
            let mails = self.0.store.lease_mails(now, LEASE_MS, AT_ONCE).await?;
            if mails.is_empty() {
                return Ok(());
            }
            for sent in join_all(mails.iter().map(|mail| self.send_mail(mailer, mail))).await {
                sent?;
            }
        }
    }

    async fn send_mail(&self, mailer: &Mailer, mail: &Mail) -> Result<()> {
        let link = self.webhook_link(mail.raised.webhook);
        let letter = letter::write(mail, &link);
        let sending = mailer.send(mail, &letter, self.0.clock.now());
        let problem = match tokio::time::timeout(LIMIT, sending).await {
            Ok(Ok(())) => {
                tracing::info!(webhook = %mail.raised.webhook, "an alert was mailed");
                return Ok(self.0.store.mail_sent(mail).await?);
            }
            Ok(Err(problem)) => problem,
            Err(_) => "the mail server did not answer in time".to_owned(),
        };
        let due = self.0.clock.now().plus_ms(wait_ms(mail.tries));
        if due.ms() - mail.raised.at.ms() <= STALE_MS {
            tracing::warn!(webhook = %mail.raised.webhook, problem, tries = mail.tries + 1, "an alert could not be mailed; it is tried again");
            return Ok(self.0.store.put_mail_off(mail, due).await?);
        }
        tracing::error!(webhook = %mail.raised.webhook, problem, "an alert could not be mailed for a day and is given up");
        Ok(self.0.store.give_mail_up(mail, &self.given_up(mail, &problem)).await?)
    }

    /// The webhook's page, for people.
    fn webhook_link(&self, webhook: WebhookId) -> String {
        // A public URL ends with its slash.
        format!("{}webhooks/{webhook}", self.0.config.public_url)
    }

    fn given_up(&self, mail: &Mail, problem: &str) -> AuditEntry {
        AuditEntry {
            id: self.0.generator.id(),
            at: self.0.clock.now(),
            actor: Actor::System,
            action: "webhook.alert_not_mailed".to_owned(),
            subject: mail.raised.name.clone(),
            detail: json!({ "id": mail.raised.webhook, "email": mail.recipient, "reason": problem }),
        }
    }
}

/// How long to wait after so many earlier tries.
fn wait_ms(tries: u32) -> i64 {
    FIRST_WAIT_MS.saturating_mul(1_i64 << tries.min(16)).min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes: Vec<i64> = (0..8).map(|tries| wait_ms(tries) / 60_000).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_ms(u32::MAX), LONGEST_WAIT_MS);
    }
}
