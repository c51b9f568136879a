//! Which webhooks the list shows: by state, and by words of name, URL and topics. The address holds both.

use crate::{
    components::{icon::icon, pager::plain},
    pairs::Pairs,
    words,
};
use domain::webhook::{State, WebhookRow};
use leptos::prelude::*;

/// The states in the order of the filter, as the address calls them.
const STATES: [(&str, State); 4] = [
    ("active", State::Active),
    ("draft", State::Draft),
    ("paused", State::Paused),
    ("deactivated", State::Deactivated),
];

/// The rows that the address asks for.
#[must_use]
pub fn found<'r>(rows: &'r [WebhookRow], query: &Pairs) -> Vec<&'r WebhookRow> {
    let state = STATES.iter().find(|(name, _)| *name == query.get("state")).map(|(_, state)| *state);
    let in_words = with_words(rows, query.get("q"));
    in_words.into_iter().filter(|row| state.is_none_or(|state| row.webhook.state == state)).collect()
}

fn with_words<'r>(rows: &'r [WebhookRow], words: &str) -> Vec<&'r WebhookRow> {
    let wanted = words.to_lowercase();
    let fits = |row: &&WebhookRow| {
        let s = &row.webhook.settings;
        let text = format!("{} {} {}", s.name, s.url, s.topics.join(" ")).to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    rows.iter().filter(fits).collect()
}

/// What is filtered, in words; empty when nothing is.
#[must_use]
pub fn says(query: &Pairs) -> String {
    let state = STATES.iter().find(|(name, _)| *name == query.get("state"));
    let state = state.map(|(_, state)| words::webhook_state(*state).word.to_owned());
    let q = query.some("q").map(|q| format!("“{q}”"));
    state.into_iter().chain(q).collect::<Vec<_>>().join(", ")
}

/// Search, and the states with their counts.
pub fn bar(rows: &[WebhookRow], query: &Pairs) -> AnyView {
    let query = plain(query);
    let here = query.get("state").to_owned();
    let in_words = with_words(rows, query.get("q"));
    let count = |state: State| in_words.iter().filter(|row| row.webhook.state == state).count();
    let all = [("", "All", in_words.len())];
    let states = STATES.iter().map(|(name, state)| (*name, words::webhook_state(*state).word, count(*state)));
    let link = |(name, word, n): (&'static str, &'static str, usize)| {
        let without = query.without("state");
        let href = if name.is_empty() { without } else { without.with("state", name) }.on("/webhooks");
        let current = (here == name).then_some("true");
        view! { <li><a href=href aria-current=current>{word} " " <span class="count">{n}</span></a></li> }
    };
    let kept = (!here.is_empty()).then(|| view! { <input type="hidden" name="state" value=here.clone() /> });
    view! {
        <div class="find">
            <nav class="state-filter" aria-label="State">
                <ul>{all.into_iter().chain(states).map(link).collect_view()}</ul>
            </nav>
            <form method="get" action="/webhooks" class="filters" role="search">
                {kept}
                <div class="search">
                    {icon("search")}
                    <input class="input" type="search" name="q" value=query.get("q").to_owned() aria-label="Search" placeholder="Name, URL or topic" />
                </div>
                <button class="button">"Search"</button>
            </form>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::WebhookId,
        time::Timestamp,
        webhook::{Settings, Webhook},
    };

    fn row(name: &str, state: State) -> WebhookRow {
        let topics = vec!["learning.user.created".to_owned()];
        let at = Timestamp::from_ms(0);
        let webhook = Webhook {
            id: WebhookId::from_key(1),
            settings: Settings::new(name, "https://example.com/hook", topics),
            owner: None,
            state,
            revision: 1,
            created_at: at,
            updated_at: at,
        };
        WebhookRow { webhook, recent: Vec::new(), waiting: 0, last_delivered_at: None, checked_at: None }
    }

    #[test]
    fn state_and_words_both_have_to_fit() {
        let rows = [row("Student sync", State::Active), row("Accounting", State::Draft)];
        let names = |query: &str| {
            let found = found(&rows, &Pairs::parse(query));
            found.into_iter().map(|row| row.webhook.settings.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["Student sync", "Accounting"]);
        assert_eq!(names("state=draft"), ["Accounting"]);
        assert_eq!(names("q=USER+sync"), ["Student sync"]);
        assert!(names("q=sync&state=draft").is_empty());
        assert_eq!(says(&Pairs::parse("q=sync&state=draft")), "Draft, “sync”");
    }
}
