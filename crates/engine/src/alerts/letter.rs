//! The words of a mail: what fails, since when, what came back, and where to look.

use domain::{health::What, html::escape, time::Timestamp};
use store::Mail;

/// A mail's subject and its two bodies.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// Writes to one person; `link` is the webhook's page.
pub(super) fn write(mail: &Mail, link: &str) -> Letter {
    let (name, alert) = (&mail.raised.name, &mail.raised.alert);
    let (happened, next) = match alert.what {
        What::Failing => (
            "fails".to_owned(),
            "Events are tried again as planned. Those that were given up stay in the log, with a button to retry \
             them.",
        ),
        What::Deactivated(reason) => (
            format!("was deactivated. {}", reason.sentence().trim_end_matches('.')),
            "Nothing is sent any more. Events wait until somebody activates the webhook again.",
        ),
    };
    let subject = match alert.what {
        What::Failing => format!("Webhook “{name}” fails"),
        What::Deactivated(_) => format!("Webhook “{name}” was deactivated"),
    };
    let attempts = if alert.failures == 1 { "attempt" } else { "attempts in a row" };
    let first = format!("The webhook “{name}” of {} {happened}.", mail.marketplace_name);
    let facts = [
        format!("Failing since: {} ({} {attempts})", minute(alert.since), alert.failures),
        format!("Last answer: {}", alert.answer()),
    ];
    let why = "You get this because you are among the people whom this webhook tells about failures.";
    let text = format!("{first}\n\n{}\n{}\n\n{next}\n\n{link}\n\n-- \n{why}\n", facts[0], facts[1]);
    let html = format!(
        "<!doctype html><html lang=\"en\"><body><p>{}</p><p>{}<br>{}</p><p>{next}</p>\
         <p><a href=\"{}\">Open the webhook</a></p><p><small>{why}</small></p></body></html>",
        escape(&first),
        escape(&facts[0]),
        escape(&facts[1]),
        escape(link),
    );
    Letter { subject, text, html }
}

/// `2026-11-22 03:20 UTC`
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}
