//! What the console calls things: states, outcomes, roles, and what to do about them. One place.

mod outcome;

#[cfg(feature = "ssr")]
pub use outcome::status_line;
pub use outcome::{OutcomeWords, advice, outcome};

use domain::{
    account::{Role, Scope},
    delivery, webhook,
};

/// How a state looks: tone (a class of `pill.css`), icon, word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// `good warn bad held test plain`.
    pub tone: &'static str,
    /// A name of the sprite.
    pub icon: &'static str,
    /// For people.
    pub word: &'static str,
}

const fn look(tone: &'static str, icon: &'static str, word: &'static str) -> Look {
    Look { tone, icon, word }
}

/// Where a delivery stands.
#[must_use]
pub const fn delivery_state(state: delivery::State) -> Look {
    use delivery::State;
    match state {
        State::Pending => look("plain", "clock", "Waiting"),
        State::Sending => look("plain", "delivery", "Sending"),
        State::Delivered => look("good", "check-circle", "Delivered"),
        State::Retrying => look("warn", "retry", "Retrying"),
        State::Exhausted => look("bad", "x-circle", "Failed"),
        State::Held => look("held", "pause-circle", "Waiting (paused)"),
        State::Discarded => look("plain", "discard", "Discarded"),
    }
}

/// Whether a webhook receives.
#[must_use]
pub const fn webhook_state(state: webhook::State) -> Look {
    use webhook::State;
    match state {
        State::Draft => look("plain", "edit", "Draft"),
        State::Active => look("good", "check-circle", "Active"),
        State::Paused => look("held", "pause-circle", "Paused"),
        State::Deactivated => look("bad", "x-circle", "Deactivated"),
    }
}

/// What a role is called.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Manager => "Manager",
        Role::Owner => "Owner",
    }
}

/// What a role may do.
#[must_use]
pub const fn role_meaning(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Sees everything but secrets.",
        Role::Manager => "Also changes webhooks, topics and test receivers, sends tests and retries.",
        Role::Owner => "Also changes people, API keys and the marketplace.",
    }
}

/// What the scope of an API key is called.
#[must_use]
pub const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Events => "Events",
        Scope::Read => "Read",
        Scope::Manage => "Manage",
    }
}

/// What the scope of an API key allows.
#[must_use]
pub const fn scope_meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::Events => "Publishes events, nothing else. For your platform.",
        Scope::Read => "Reads everything but secrets. For reports.",
        Scope::Manage => "Does everything an owner does. For automation; keep it safe.",
    }
}

/// What a member of the contract's objects is called, for the log of changes; unknown ones by their
/// own names.
#[must_use]
pub fn member(name: &str) -> &str {
    match name {
        "name" => "Name",
        "url" => "URL",
        "method" => "Method",
        "topics" => "Topics",
        "format" => "Content type",
        "body_template" => "Body template",
        "auth" => "Authentication",
        "headers" => "Headers",
        "signing" => "Signing",
        "conditions" => "Conditions",
        "success" => "Success",
        "on_410" => "On 410 Gone",
        "retry" => "Retries",
        "timeout_ms" => "Time limit in ms",
        "rate_per_second" => "Requests in a second",
        "max_in_flight" => "Requests at the same time",
        "frequency" => "How often",
        "trigger" => "Website trigger",
        "stop" => "Stop",
        "include_deleted_resource" => "Body of deletions",
        "alert_recipients" => "Who gets a mail",
        "secrets" => "Replaced secrets",
        "title" => "Title",
        "description" => "Description",
        "sample" => "Sample",
        "status" => "Status",
        "delay_ms" => "Delay in ms",
        "role" => "Role",
        "email" => "E-mail",
        "scope" => "Scope",
        "domain_id" => "Domain id",
        "tenant_id" => "Tenant id",
        "reason" => "Reason",
        "body" => "Body",
        "webhook" => "Webhook",
        "filter" => "Filter",
        "total" => "Deliveries",
        "held" => "What waited",
        "events" => "Events",
        "bin_requests" => "Requests in test receivers",
        other => other,
    }
}

/// `1 webhook`, `2 webhooks`.
#[must_use]
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `12,345`.
#[must_use]
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// `0.4 ms`, `120 ms`, `1.4 s`.
#[must_use]
pub fn duration(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

/// How long ago, or in how long: `just now`, `4 min ago`, `in 2 h`.
#[must_use]
pub fn relative(at_ms: i64, now_ms: i64) -> String {
    relative_by(at_ms, now_ms, |n, short, _| format!("{n} {short}"))
}

/// When something is due, within a sentence: `in 4 minutes`, and `now` from that moment on.
#[must_use]
pub fn due(at_ms: i64, now_ms: i64) -> String {
    if at_ms <= now_ms {
        return "now".to_owned();
    }
    relative_by(at_ms, now_ms, |n, _, unit| format!("{n} {unit}{}", if n == 1 { "" } else { "s" }))
}

/// How much later: `at once`, `5 min later`.
#[must_use]
pub fn after(ms: i64) -> String {
    match ms {
        ..1000 => "at once".to_owned(),
        1000..5000 => format!("{} s later", ms / 1000),
        _ => relative(0, ms).replace(" ago", " later"),
    }
}

fn relative_by(at_ms: i64, now_ms: i64, span: fn(u64, &str, &str) -> String) -> String {
    let ms = now_ms - at_ms;
    let s = ms.unsigned_abs() / 1000;
    let (size, short, unit) = match s {
        0..=4 if ms < 0 => return "in a moment".to_owned(),
        0..=4 => return "just now".to_owned(),
        5..=59 => (1, "s", "second"),
        60..=3_599 => (60, "min", "minute"),
        3_600..=86_399 => (3_600, "h", "hour"),
        _ if s < 30 * 86_400 => (86_400, "d", "day"),
        _ if s < 365 * 86_400 => (30 * 86_400, "mo", "month"),
        _ => (365 * 86_400, "y", "year"),
    };
    let span = span(s / size, short, unit);
    if ms < 0 { format!("in {span}") } else { format!("{span} ago") }
}

/// An id that fits a list: the prefix, and its last characters, which differ most.
#[must_use]
pub fn short_id(id: &str) -> String {
    match id.split_once('_') {
        Some((prefix, rest)) if rest.len() > 12 && rest.is_ascii() => {
            format!("{prefix}_{}…{}", &rest[..4], &rest[rest.len() - 6..])
        }
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 999, 1000, 1_234_567, -1000].map(number),
            ["0", "999", "1,000", "1,234,567", "-1,000"]
        );
        assert_eq!(count(1, "webhook", "webhooks"), "1 webhook");
        assert_eq!([0.44, 12.4, 999.4, 1440.0].map(duration), ["0.4 ms", "12 ms", "999 ms", "1.4 s"]);
    }

    #[test]
    fn moments_read_as_people_say_them() {
        let now = 1_700_000_000_000;
        for (at, said) in [
            (0, "just now"),
            (-7_000, "7 s ago"),
            (-61_000, "1 min ago"),
            (-7_200_000, "2 h ago"),
            (-3 * 86_400_000, "3 d ago"),
            (240_000, "in 4 min"),
        ] {
            assert_eq!(relative(now + at, now), said);
        }
        for (at, said) in
            [(240_000, "in 4 minutes"), (61_000, "in 1 minute"), (2_000, "in a moment"), (0, "now")]
        {
            assert_eq!(due(now + at, now), said);
        }
        for (ms, said) in
            [(-3, "at once"), (2_100, "2 s later"), (5_000, "5 s later"), (7_300_000, "2 h later")]
        {
            assert_eq!(after(ms), said);
        }
    }

    #[test]
    fn ids_keep_their_ends() {
        assert_eq!(short_id("evt_0192f0aa11117abc8def001122334455"), "evt_0192…334455");
        assert_eq!(short_id("short"), "short");
    }
}
