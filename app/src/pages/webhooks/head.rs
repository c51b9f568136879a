//! What every page of one webhook has: name, state, the next step, tabs, and the list beside it.

use super::{
    api::{ActivateWebhook, DuplicateWebhook, PauseWebhook, TestWebhook},
    list::{beside, delete},
};
use crate::{
    components::{button, frame::Area, owned, pill, split, split::LIST, table::menu, tabs::tabs},
    page::{Page, Visit},
    pairs::Pairs,
};
use domain::{
    delivery::{self, DeliveryFilter},
    page::PageRequest,
    webhook::{State, Webhook, WebhookRow},
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// A webhook, how it stands, and those it stands among.
pub struct Standing {
    /// The webhook with what it did lately.
    pub row: WebhookRow,
    /// What a manager would do next.
    pub next: Step,
    owner: Option<owned::Link>,
    all: Vec<WebhookRow>,
}

/// What a manager would do next with a webhook: the page's one main action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// See whether the receiver takes it.
    Test,
    /// Let it receive.
    Activate,
    /// Nothing: it receives.
    Nothing,
}

const fn step(state: State, tested: bool) -> Step {
    match state {
        State::Active => Step::Nothing,
        State::Draft | State::Deactivated if !tested => Step::Test,
        State::Draft | State::Deactivated | State::Paused => Step::Activate,
    }
}

impl Standing {
    /// The webhook that the address names.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn of(visit: &Visit) -> Result<Self, Error> {
        let id = visit.id("id")?;
        let all = visit.engine.webhooks(&visit.who).await?;
        let row = all.iter().find(|row| row.webhook.id == id).cloned().ok_or(Error::NotFound)?;
        let tests = DeliveryFilter { webhook: Some(id), test: Some(true), ..DeliveryFilter::default() };
        let last =
            visit.engine.deliveries(&visit.who, &tests, PageRequest { limit: 1, before: None }).await?;
        let tested = last.data.first().is_some_and(|test| test.state == delivery::State::Delivered);
        let owner = owned::links(visit, std::iter::once(&row.webhook)).await?.remove(&id);
        Ok(Self { next: step(row.webhook.state, tested), owner, row, all })
    }

    /// The webhook.
    #[must_use]
    pub fn webhook(&self) -> &Webhook {
        &self.row.webhook
    }

    /// A page of it; `tab` is the end of its address: empty for the first tab, or `/test`.
    #[must_use]
    pub fn page(&self, visit: &Visit, tab: &'static str) -> Page {
        let webhook = self.webhook();
        let list = split::list_query(&visit.query);
        let tabs_of = [
            ("Summary", ""),
            ("Settings", "/settings"),
            ("Test", "/test"),
            ("Deliveries", "/deliveries"),
            ("Signing", "/signing"),
        ];
        let at = |path: &str| split::address(&format!("/webhooks/{}{path}", webhook.id), &list);
        let links = tabs_of.into_iter().map(|(label, path)| (label, at(path), path == tab)).collect();
        Page::new(Area::Webhooks, webhook.settings.name.clone())
            .crumb("Webhooks", list.on("/webhooks"))
            .state(pill::webhook(webhook.state))
            .lead(view! {
                <code>{method(webhook)} " " {webhook.settings.url.clone()}</code>
                {self.owner.as_ref().map(|owner| view! { " " {owned::part_of(owner)} })}
            })
            .actions(visit.may(Permission::Manage).then(|| self.actions(visit, tab, &list)))
            .beside(beside(visit, &self.all, webhook.id, tab))
            .tabs(tabs("Webhook", links))
    }

    fn actions(&self, visit: &Visit, tab: &str, list: &Pairs) -> AnyView {
        let webhook = self.webhook();
        let hidden = [("id", webhook.id.to_string()), ("back", visit.address()), (LIST, list.encode())];
        // These tabs have a Send test of their own, for what stands in them.
        let tests_itself = matches!(tab, "/settings" | "/test");
        let main = |this: Step| if self.next == this && tab != "/settings" { "primary" } else { "" };
        let test = (!tests_itself && webhook.state != State::Paused)
            .then(|| button::action("Send test", "test", main(Step::Test), TestWebhook::PATH, &hidden));
        let toggle = match webhook.state {
            State::Active => button::action("Pause", "pause", "", PauseWebhook::PATH, &hidden),
            _ => button::action("Activate", "play", main(Step::Activate), ActivateWebhook::PATH, &hidden),
        };
        // The next step last, at the right.
        let steps = if self.next == Step::Test {
            view! { {toggle} {test} }.into_any()
        } else {
            view! { {test} {toggle} }.into_any()
        };
        let more = menu(
            &webhook.settings.name,
            view! {
                {button::action("Duplicate", "copy", "menu-item", DuplicateWebhook::PATH, &hidden)}
                {owned::may_be_deleted(webhook).then(|| delete(webhook, self.row.waiting, list))}
            },
        );
        view! { {steps} {more} }.into_any()
    }
}

const fn method(webhook: &Webhook) -> &'static str {
    match webhook.settings.method {
        domain::webhook::Method::Post => "POST",
        domain::webhook::Method::Get => "GET",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_comes_before_activation() {
        assert_eq!(step(State::Draft, false), Step::Test);
        assert_eq!(step(State::Draft, true), Step::Activate);
        assert_eq!(step(State::Deactivated, false), Step::Test);
        assert_eq!(step(State::Paused, false), Step::Activate);
        assert_eq!(step(State::Active, false), Step::Nothing);
    }
}
