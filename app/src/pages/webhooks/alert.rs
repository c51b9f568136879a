//! Alerts on the pages: what fails, since when, what came back, and whether anybody was mailed.

use super::form::MAIL_IS_OFF;
use crate::{
    components::{notice::notice, time},
    form::Tone,
    page::Visit,
    words,
};
use domain::{health::What, webhook::Webhook};
use engine::{Error, StandingAlert};
use leptos::prelude::*;

/// The alert about this webhook, on its page; nothing when there is none.
pub(super) async fn of(visit: &Visit, webhook: &Webhook) -> Result<Option<AnyView>, Error> {
    let all = visit.engine.alerts(&visit.who).await?;
    Ok(all.into_iter().find(|standing| standing.webhook_id == webhook.id).map(|standing| {
        let alert = standing.alert;
        let happened = match alert.what {
            What::Failing => "Nothing was delivered since the first failure",
            What::Deactivated(_) => "It was deactivated after a first failure",
        };
        let failed = match alert.failures {
            1 => "1 try failed".to_owned(),
            n => format!("{} tries in a row failed by the alert", words::number(i64::from(n))),
        };
        let after = format!(": {failed}. Last answer: {}.", alert.answer());
        let mailed = mailed(visit.engine.sends_mail(), webhook.settings.alert_recipients.len());
        notice(
            Tone::Warning,
            view! {
                <p>
                    {happened} " " {time::ago(alert.since, visit.now)} {after}
                </p>
                <p>{mailed}</p>
            },
        )
    }))
}

/// Whether anybody gets a mail about a webhook with so many recipients.
fn mailed(mail: bool, recipients: usize) -> String {
    match (mail, recipients) {
        (false, _) => MAIL_IS_OFF.to_owned(),
        (true, 0) => "Nobody gets a mail about it: choose people under Settings, “If it fails”.".to_owned(),
        (true, n) => format!("{} a mail about it.", words::count(n as i64, "person gets", "people get")),
    }
}

/// How many webhooks are named on the first page.
const NAMED: usize = 5;

/// All alerts, on the first page; nothing when there are none.
pub(crate) async fn all(visit: &Visit) -> Result<Option<AnyView>, Error> {
    let alerts = visit.engine.alerts(&visit.who).await?;
    if alerts.is_empty() {
        return Ok(None);
    }
    let link = |standing: &StandingAlert| {
        let href = format!("/webhooks/{}", standing.webhook_id);
        view! { <li><a href=href>{standing.name.clone()}</a> " " {state(standing)} " " {time::ago(standing.alert.since, visit.now)}</li> }
    };
    let more = alerts.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| view! { <li>{format!("and {} more", words::number(more as i64))}</li> });
    let off = (!visit.engine.sends_mail()).then(|| view! { <p>{MAIL_IS_OFF}</p> });
    Ok(Some(notice(
        Tone::Warning,
        view! {
            <p>{words::count(alerts.len() as i64, "webhook needs a person", "webhooks need a person")} ":"</p>
            <ul class="plain">{alerts.iter().take(NAMED).map(link).collect_view()} {more}</ul>
            {off}
        },
    )))
}

/// What to say between the webhook's name and the time of its first failure.
const fn state(standing: &StandingAlert) -> &'static str {
    match standing.alert.what {
        What::Failing => "fails: first failure",
        What::Deactivated(_) => "was deactivated: first failure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_whether_anybody_is_mailed() {
        assert_eq!(mailed(false, 2), MAIL_IS_OFF);
        assert!(mailed(true, 0).starts_with("Nobody gets a mail"));
        assert_eq!(mailed(true, 1), "1 person gets a mail about it.");
        assert_eq!(mailed(true, 3), "3 people get a mail about it.");
    }
}
