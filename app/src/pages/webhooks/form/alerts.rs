//! Who gets a mail when a webhook fails.

use crate::{
    components::{card::folded_part, field::fieldset, notice::notice},
    form::{Returned, Tone},
    pairs::Pairs,
    words,
};
use domain::account::Member;
use engine::Engine;
use leptos::prelude::*;

/// The people of a marketplace, and whether mail reaches them.
pub struct People {
    members: Vec<Member>,
    mail: bool,
}

impl People {
    /// Those that `engine` knows.
    #[must_use]
    pub fn new(engine: &Engine, members: Vec<Member>) -> Self {
        Self { members, mail: engine.sends_mail() }
    }
}

/// What to say where no mail goes out.
pub const MAIL_IS_OFF: &str =
    "Mail is off here, so nobody gets one. Whoever runs Crier switches it on (CRIER_SMTP__URL).";

/// A check box for each person.
pub fn view(form: &Returned, fields: &Pairs, people: &People) -> AnyView {
    folded_part(form, "alerts", "If it fails", summary(fields), || {
        let person = |member: &Member| {
            let id = format!("f-alert-{}", member.id);
            let is_told = fields.all("alert_recipients").any(|email| email == member.email);
            view! {
                <div class="check">
                    <input type="checkbox" id=id.clone() name="alert_recipients" value=member.email.clone() checked=is_told />
                    <label for=id>{member.name.clone()} " " <span class="muted">{member.email.clone()}</span></label>
                </div>
            }
        };
        let boxes = people.members.iter().map(person).collect_view();
        view! {
            {(!people.mail).then(|| notice(Tone::Info, MAIL_IS_OFF))}
            {fieldset(form, "alert_recipients", "Who gets a mail", "choice", None, boxes)}
            <p class="help">
                "Sent when the first event is given up or every try failed for an hour, at most once an hour, and when the webhook is deactivated or somebody pauses it. Tests never count."
            </p>
        }
        .into_any()
    })
}

/// How many are told.
fn summary(fields: &Pairs) -> String {
    match fields.all("alert_recipients").count() {
        0 => "Nobody gets a mail".to_owned(),
        n => format!("{} a mail", words::count(n as i64, "person gets", "people get")),
    }
}

/// The same, to be read only.
pub(super) fn told(fields: &Pairs) -> AnyView {
    let all: Vec<&str> = fields.all("alert_recipients").collect();
    if all.is_empty() { "Nobody".into_any() } else { all.join(", ").into_any() }
}
