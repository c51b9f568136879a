//! Filters of the log as conditions: fixed pieces of SQL, joined; what a caller gives is only ever a
//! value.

use crate::{
    Result,
    conn::{Conn, Record},
    search::Search,
    sql::{Arg, Args, Sql},
};
use domain::{
    delivery::{DeliveryFilter, State},
    event::EventFilter,
    id::{AttemptId, DeliveryId, EventId, LOW_BITS, MarketplaceId, ReplayId, WebhookId},
    page::PageRequest,
    replay::ENDED,
    search::query_terms,
    time::Timestamp,
};
use std::{borrow::Cow, fmt::Write as _};

/// The condition of a search among deliveries, and among events.
const OF_EVENTS: &str = "d.event_id IN [?]";
const EVENTS: &str = "e.id IN [?]";

/// The smallest key that is made at `at`: keys hold their time.
pub(crate) const fn first_key(at: Timestamp) -> i64 {
    at.ms() << LOW_BITS
}

/// Conditions for a statement whose `$1` is the marketplace.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    text: String,
    values: Args,
    /// Whether something narrower than the marketplace leads to the rows.
    narrow: bool,
    /// Whether the rows are few and stand in an index of their own.
    few: bool,
    /// Whether several states are asked for that few deliveries stand in; one of them alone is read in
    /// the order of its index.
    waiting: bool,
    /// Whether the rows are those of events that were found.
    found: bool,
    marketplace: MarketplaceId,
    /// The condition for the events of a search.
    among: &'static str,
    /// What a search looks for in the payloads; not among the conditions yet.
    terms: Vec<i64>,
}

impl Conditions {
    fn new(marketplace: MarketplaceId, among: &'static str) -> Self {
        Self {
            text: String::new(),
            values: vec![Arg::from(marketplace)],
            marketplace,
            among,
            terms: Vec::new(),
            narrow: false,
            few: false,
            waiting: false,
            found: false,
        }
    }

    /// Adds a condition that leads to few rows by an index of its own.
    fn narrow(&mut self, condition: &'static str, values: impl IntoIterator<Item = Arg>) {
        self.narrow = true;
        self.and(condition, values);
    }

    /// Adds a condition; each `?` in it stands for the next of `values`, and `[?]` for a list of keys.
    fn and(&mut self, condition: &'static str, values: impl IntoIterator<Item = Arg>) {
        let mut pieces = condition.split('?');
        self.text.push_str("AND ");
        self.text.push_str(pieces.next().unwrap_or_default());
        for (value, piece) in values.into_iter().zip(pieces) {
            self.values.push(value);
            let _ = write!(self.text, "${}{piece}", self.values.len());
        }
        self.text.push('\n');
    }

    /// One delivery.
    pub(crate) fn delivery(marketplace: MarketplaceId, id: DeliveryId) -> Self {
        let mut all = Self::new(marketplace, OF_EVENTS);
        all.narrow("d.id = ?", [id.into()]);
        all
    }

    /// Everything of a filter of deliveries but the states; `None` when nothing can match.
    pub(crate) fn deliveries(marketplace: MarketplaceId, filter: &DeliveryFilter) -> Option<Self> {
        let mut all = Self::new(marketplace, OF_EVENTS);
        if let Some(webhook) = filter.webhook {
            all.narrow("d.webhook_id = ?", [webhook.into()]);
        }
        if let Some(event) = filter.event {
            all.narrow("d.event_id = ?", [event.into()]);
        }
        match topic(filter.topic.as_deref()) {
            Topic::Any => {}
            Topic::Key(key) => all.and("d.topic = ?", [key.into()]),
            Topic::Within(start) => {
                all.and("substr(d.topic, 1, length(?)) = ?", [start.as_str().into(), start.as_str().into()]);
            }
        }
        if let Some(outcome) = filter.outcome {
            all.and("d.outcome = ?", [outcome.as_str().into()]);
        }
        if let Some((from, to)) = filter.http_status {
            all.and(
                "d.http_status >= ? AND d.http_status <= ?",
                [i64::from(from).into(), i64::from(to).into()],
            );
        }
        let failed = filter.outcome.is_some_and(|outcome| outcome != domain::delivery::Outcome::Delivered)
            || filter.http_status.is_some_and(|(from, to)| from > 299 || to < 200);
        if failed {
            // Says nothing new; names the condition of the index `deliveries_failed`.
            all.few = true;
            all.and("d.outcome <> 'delivered'", []);
        }
        if let Some(test) = filter.test {
            // Word for word the condition of the index `deliveries_tests`.
            all.few |= test;
            all.and(if test { "d.test" } else { "NOT d.test" }, []);
        }
        if let Some(from) = filter.from {
            all.and("d.id >= ?", [first_key(from).into()]);
        }
        if let Some(to) = filter.to {
            all.and("d.id < ?", [first_key(to).into()]);
        }
        match typed(filter.q.as_deref()) {
            Typed::All => {}
            Typed::Nothing => return None,
            Typed::Event(id) => all.narrow("d.event_id = ?", [id.into()]),
            Typed::Delivery(id) => all.narrow("d.id = ?", [id.into()]),
            Typed::Webhook(id) => all.narrow("d.webhook_id = ?", [id.into()]),
            Typed::Attempt(id) => {
                all.narrow("d.id = (SELECT a.delivery_id FROM attempts a WHERE a.id = ?)", [id.into()]);
            }
            Typed::Terms(terms) => all.terms = terms,
        }
        Some(all)
    }

    /// Adds: in one of these states (any, when there are none). `sending` is a lease in the queue;
    /// only what is pending or retrying can have one.
    pub(crate) fn in_states(mut self, states: &[State]) -> Self {
        if states.is_empty() {
            return self;
        }
        let names = |states: &mut dyn Iterator<Item = State>| {
            let names: Vec<String> = states.map(|state| format!("'{}'", state.as_str())).collect();
            names.join(", ")
        };
        if states == [State::Sending] {
            self.narrow("d.id IN (SELECT l.delivery_id FROM queue l WHERE l.lease_until IS NOT NULL)", []);
            return self;
        }
        self.waiting = states.len() > 1 && !states.contains(&State::Delivered);
        let resting = || states.iter().copied().filter(|state| *state != State::Sending);
        let stored = names(&mut resting());
        self.text.push_str("AND ");
        let condition = if !states.contains(&State::Sending) {
            format!("d.state IN ({stored}) AND q.lease_until IS NULL")
        } else {
            let also = [State::Pending, State::Retrying].into_iter().filter(|state| !states.contains(state));
            let possible = names(&mut resting().chain(also));
            format!(
                "d.state IN ({possible}) AND (q.lease_until IS NOT NULL{})",
                if stored.is_empty() { String::new() } else { format!(" OR d.state IN ({stored})") }
            )
        };
        self.text.push_str(&condition);
        self.text.push('\n');
        self
    }

    /// Adds: what the replay `id` may send again. It ended, in one of these states (any, when there are none),
    /// before the replay was started; `None` when nothing can match.
    pub(crate) fn replayable(mut self, states: &[State], id: ReplayId) -> Option<Self> {
        let ended = ENDED.iter().filter(|state| states.is_empty() || states.contains(state));
        let names: Vec<String> = ended.map(|state| format!("'{}'", state.as_str())).collect();
        if names.is_empty() {
            return None;
        }
        let _ = writeln!(self.text, "AND d.state IN ({})", names.join(", "));
        self.and("d.id < ?", [id.into()]);
        self.and("(d.last_attempt_at IS NULL OR d.last_attempt_at < ?)", [id.made_ms().into()]);
        Some(self)
    }

    /// Adds: behind the delivery `after`, up to `end`.
    pub(crate) fn between(mut self, after: i64, end: i64) -> Self {
        self.and("d.id > ? AND d.id <= ?", [after.into(), end.into()]);
        self
    }

    /// `statement` with these conditions, and the first rows by `key`.
    pub(crate) fn first(mut self, statement: Sql, key: &'static str, limit: i64) -> (Sql, Args) {
        self.values.push(limit.into());
        let _ = write!(self.text, "ORDER BY {key}\nLIMIT ${}", self.values.len());
        self.all(statement)
    }

    /// Everything of a filter of events; `None` when nothing can match.
    pub(crate) fn events(marketplace: MarketplaceId, filter: &EventFilter) -> Option<Self> {
        let mut all = Self::new(marketplace, EVENTS);
        match topic(filter.topic.as_deref()) {
            Topic::Any => {}
            Topic::Key(key) => all.and("e.topic = ?", [key.into()]),
            Topic::Within(start) => {
                all.and("substr(e.topic, 1, length(?)) = ?", [start.as_str().into(), start.as_str().into()]);
            }
        }
        if let Some(from) = filter.from {
            all.and("e.id >= ?", [first_key(from).into()]);
        }
        if let Some(to) = filter.to {
            all.and("e.id < ?", [first_key(to).into()]);
        }
        match typed(filter.q.as_deref()) {
            Typed::All => {}
            Typed::Nothing => return None,
            Typed::Event(id) => all.narrow("e.id = ?", [id.into()]),
            Typed::Delivery(id) => {
                all.narrow("e.id = (SELECT d.event_id FROM deliveries d WHERE d.id = ?)", [id.into()]);
            }
            Typed::Webhook(id) => {
                all.narrow("e.id IN (SELECT d.event_id FROM deliveries d WHERE d.webhook_id = ?)", [id.into()]);
            }
            Typed::Attempt(id) => all.narrow(
                "e.id = (SELECT d.event_id FROM attempts a JOIN deliveries d ON d.id = a.delivery_id WHERE a.id = ?)",
                [id.into()],
            ),
            Typed::Terms(terms) => all.terms = terms,
        }
        Some(all)
    }

    /// The search for payloads that the filter asks for, if it does: what it finds goes to [`Self::among`].
    pub(crate) fn search(&self, before: Option<i64>) -> Option<Search> {
        (!self.terms.is_empty()).then(|| Search::new(self.marketplace, &self.terms, before))
    }

    /// Adds: one of these events.
    pub(crate) fn among(mut self, events: Vec<i64>) -> Self {
        self.narrow(self.among, [events.into()]);
        self.found = true;
        self
    }

    /// `statement` with these conditions.
    pub(crate) fn all(self, statement: Sql) -> (Sql, Args) {
        let put = |text: Cow<'static, str>, list: [&str; 2]| {
            text.replace("/* filter */", &self.text.replace("IN [", list[0]).replace(']', list[1]))
        };
        let mut sqlite = put(statement.sqlite, ["IN (SELECT value FROM json_each(", "))"]);
        // SQLite keeps no statistics here and would take an index of the marketplace for as good as any
        // other, or one that spares it sorting; a plus sign takes a column out of that choice.
        if self.few {
            sqlite = sqlite.replacen("GROUP BY d.state", "GROUP BY +d.state", 1);
        }
        if self.waiting && !self.few {
            sqlite = sqlite.replacen("ORDER BY d.id", "ORDER BY +d.id", 1);
        }
        if self.found {
            sqlite = sqlite.replace("AND d.webhook_id = ", "AND +d.webhook_id = ");
            sqlite = sqlite.replace("AND d.state IN", "AND +d.state IN");
        }
        if self.narrow {
            sqlite = sqlite.replacen("WHERE d.marketplace_id", "WHERE +d.marketplace_id", 1);
            sqlite = sqlite.replacen("WHERE e.marketplace_id", "WHERE +e.marketplace_id", 1);
        }
        (
            Sql {
                sqlite: Cow::Owned(sqlite),
                postgres: Cow::Owned(put(statement.postgres, ["= ANY(", ")"])),
            },
            self.values,
        )
    }

    /// `statement` with these conditions, newest first by `key`.
    pub(crate) fn newest_first(mut self, statement: Sql, key: &'static str) -> (Sql, Args) {
        let _ = write!(self.text, "ORDER BY {key} DESC");
        self.all(statement)
    }

    /// The rows of one page by `key`, newest first, and one row more if there are more.
    pub(crate) async fn read_page<T: Record>(
        self,
        conn: &mut Conn,
        statement: Sql,
        key: &'static str,
        page: PageRequest,
    ) -> Result<Vec<T>> {
        let Some(mut search) = self.search(page.before) else {
            let (sql, values) = self.page(statement, key, page);
            return conn.all(sql, values).await;
        };
        let (mut rows, most) = (Vec::new(), page.limit as usize + 1);
        while rows.len() < most
            && let Some(events) = search.next(conn).await?
        {
            let (sql, values) = self.clone().among(events).page(statement.clone(), key, page);
            rows.extend(conn.all::<T>(sql, values).await?);
        }
        rows.truncate(most);
        Ok(rows)
    }

    /// `statement` with these conditions, and one page by `key`, newest first, with one row more than it holds.
    pub(crate) fn page(mut self, statement: Sql, key: &'static str, page: PageRequest) -> (Sql, Args) {
        if let Some(before) = page.before {
            self.values.push(before.into());
            let _ = writeln!(self.text, "AND {key} < ${}", self.values.len());
        }
        self.values.push((i64::from(page.limit) + 1).into());
        let _ = write!(self.text, "ORDER BY {key} DESC\nLIMIT ${}", self.values.len());
        self.all(statement)
    }
}

enum Topic<'a> {
    Any,
    Key(&'a str),
    /// The pattern up to its last dot.
    Within(String),
}

fn topic(pattern: Option<&str>) -> Topic<'_> {
    match pattern {
        None | Some("") => Topic::Any,
        Some(pattern) => match pattern.strip_suffix('*') {
            Some(start) if start.ends_with('.') => Topic::Within(start.to_owned()),
            _ => Topic::Key(pattern),
        },
    }
}

enum Typed {
    All,
    Nothing,
    Event(EventId),
    Delivery(DeliveryId),
    Webhook(WebhookId),
    Attempt(AttemptId),
    Terms(Vec<i64>),
}

/// Reads what was typed: an id of any kind, else a value inside the payload.
fn typed(q: Option<&str>) -> Typed {
    let Some(q) = q.map(str::trim).filter(|q| !q.is_empty()) else { return Typed::All };
    if let Ok(id) = q.parse() {
        Typed::Event(id)
    } else if let Ok(id) = q.parse() {
        Typed::Delivery(id)
    } else if let Ok(id) = q.parse() {
        Typed::Webhook(id)
    } else if let Ok(id) = q.parse() {
        Typed::Attempt(id)
    } else {
        let terms = query_terms(q);
        if terms.is_empty() { Typed::Nothing } else { Typed::Terms(terms) }
    }
}
