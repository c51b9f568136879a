//! The words of a mail: what happened, since when, what came back, and where to look.

use domain::{
    health::{Notice, What},
    html::escape,
    time::Timestamp,
};
use store::Mail;

/// A mail's subject and its two bodies.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// Writes to one person; `link` is the webhook's page.
pub(super) fn write(mail: &Mail, link: &str) -> Letter {
    let (name, what) = (&mail.raised.name, news(&mail.raised.notice));
    let subject = format!("Webhook “{name}” {}", what.title);
    let first = format!("The webhook “{name}” of {} {}.", mail.marketplace_name, what.happened);
    let next = what.next;
    let why = "You get this because you are among the people whom this webhook tells when it fails or stops.";
    let facts = what.facts.join("\n");
    let gap = if facts.is_empty() { "" } else { "\n\n" };
    let text = format!("{first}\n\n{facts}{gap}{next}\n\n{link}\n\n-- \n{why}\n");
    let facts: Vec<_> = what.facts.iter().map(|fact| escape(fact)).collect();
    let facts = if facts.is_empty() { String::new() } else { format!("<p>{}</p>", facts.join("<br>")) };
    let html = format!(
        "<!doctype html><html lang=\"en\"><body><p>{}</p>{facts}<p>{next}</p>\
         <p><a href=\"{}\">Open the webhook</a></p><p><small>{why}</small></p></body></html>",
        escape(&first),
        escape(link),
    );
    Letter { subject, text, html }
}

/// What there is to say about a webhook.
struct News {
    /// After its name, in the subject.
    title: &'static str,
    /// After its name, without the full stop.
    happened: String,
    facts: Vec<String>,
    /// What becomes of its events.
    next: &'static str,
}

fn news(notice: &Notice) -> News {
    const WAITS: &str = "Nothing is sent any more. Events wait until somebody activates the webhook again.";
    let alert = match notice {
        Notice::Paused { paused_by } => {
            let happened = format!("was paused by {paused_by}");
            return News { title: "was paused", happened, facts: Vec::new(), next: WAITS };
        }
        Notice::Alert(alert) => alert,
    };
    let attempts = if alert.failures == 1 { "attempt" } else { "attempts in a row" };
    let facts = vec![
        format!("Failing since: {} ({} {attempts})", minute(alert.since), alert.failures),
        format!("Last answer: {}", alert.answer()),
    ];
    match alert.what {
        What::Failing => News {
            title: "fails",
            happened: "fails".to_owned(),
            facts,
            next: "Events are tried again as planned. Those that were given up stay in the log, with a button to retry \
                   them.",
        },
        What::Deactivated(reason) => {
            let happened = format!("was deactivated. {}", reason.sentence().trim_end_matches('.'));
            News { title: "was deactivated", happened, facts, next: WAITS }
        }
    }
}

/// `2026-11-22 03:20 UTC`
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}
