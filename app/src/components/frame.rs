//! What stands around every page: navigation, the person, the head.

use crate::{
    components::{
        icon::{icon, mark},
        notice,
    },
    context::is_exposed,
    form::{Returned, Tone},
    ids,
    islands::enhance::Enhance,
    page::{Page, Visit, Width},
    pages::settings::theme,
    pages::{guide, login},
    words,
};
use domain::account::{Marketplace, Member};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// A part of the console, as the side navigation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The first page.
    Overview,
    /// Webhooks.
    Webhooks,
    /// The log.
    Deliveries,
    /// Events.
    Events,
    /// Topics.
    Topics,
    /// Automations.
    Automations,
    /// Campaigns.
    Campaigns,
    /// Test receivers.
    Bins,
    /// Settings.
    Settings,
    /// The guide.
    Guide,
    /// None of them.
    None,
}

const NAVIGATION: [(Area, &str, &str, &str); 10] = [
    (Area::Overview, "/", "Overview", "overview"),
    (Area::Webhooks, "/webhooks", "Webhooks", "webhook"),
    (Area::Deliveries, "/deliveries", "Deliveries", "delivery"),
    (Area::Events, "/events", "Events", "event"),
    (Area::Topics, "/topics", "Topics", "topic"),
    (Area::Automations, "/automations", "Automations", "automation"),
    (Area::Campaigns, "/campaigns", "Campaigns", "campaign"),
    (Area::Bins, "/bins", "Test receivers", "bin"),
    (Area::Settings, "/settings", "Settings", "settings"),
    (Area::Guide, "/guide", "Guide", "guide"),
];

/// What the frame shows of a visit.
pub struct Frame {
    marketplace: Marketplace,
    member: Member,
    form: Returned,
    exposed: bool,
    here: String,
}

impl Frame {
    /// The frame of a visit.
    #[must_use]
    pub fn of(visit: &Visit) -> Self {
        Self {
            marketplace: visit.who.marketplace.clone(),
            member: visit.member.clone(),
            form: visit.form.clone(),
            exposed: is_exposed(&visit.engine),
            here: visit.address(),
        }
    }

    /// Draws the frame around a page.
    #[must_use]
    pub fn around(self, page: Page) -> AnyView {
        let area = page.area;
        // The title is what is read out first.
        let refused = if self.form.is_refused() { "Error: " } else { "" };
        let title = format!("{refused}{} · {}", page.title, self.marketplace.name);
        let narrow = page.width == Width::Form;
        // What only had to be told leaves the address; what has to be typed again stays.
        let told = (!self.form.token.is_empty() && self.form.typed.is_none()).then_some("");
        let said = notice::returned(&self.form);
        let exposed = self.exposed.then(exposed);
        let (name, member) = (self.marketplace.name, self.member);
        view! {
            <Title text=title />
            <a class="skip" href=format!("#{}", ids::MAIN)>"Skip to content"</a>
            {script_broken()}
            <div class="frame">
                {top_bar()}
                {side(area, name, &member, self.here)}
                {page.beside}
                <main id=ids::MAIN tabindex="-1" class="main" class:narrow=narrow data-told=told>
                    {head(page.crumbs, page.title, help(area), page.state, page.lead, page.actions)}
                    {page.tabs}
                    {exposed}
                    {said}
                    <div class="body">{page.body}</div>
                </main>
            </div>
            <Enhance />
        }
        .into_any()
    }
}

/// A page for people who are not signed in: the mark and one card.
pub fn bare(title: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! {
        <Title text=format!("{title} · Crier") />
        {script_broken()}
        <main id=ids::MAIN class="bare">
            <p class="bare-brand">{mark()} "Crier"</p>
            <div class="card bare-card">
                <h1>{title}</h1>
                {body.into_any()}
            </div>
        </main>
        <Enhance />
    }
    .into_any()
}

/// Warns that passwords can be read on the way.
pub(crate) fn exposed() -> AnyView {
    notice::notice(
        Tone::Warning,
        "This console is reached over plain http, so passwords can be read on the way. Put it behind https and set the public URL.",
    )
}

/// Shown by CSS when the script could not start.
fn script_broken() -> AnyView {
    view! {
        <p class="script-broken" role="status">
            "Live parts of this page did not start. Links and forms work; reload the page to try again."
        </p>
    }
    .into_any()
}

fn top_bar() -> AnyView {
    view! {
        <header class="topbar">
            <a class="brand" href="/" aria-label="Crier, overview">{mark()} "Crier"</a>
            <button type="button" class="button quiet" popovertarget=ids::NAVIGATION>{icon("menu")} "Menu"</button>
        </header>
    }
    .into_any()
}

fn side(area: Area, marketplace: String, member: &Member, here: String) -> AnyView {
    let entry = |(of, href, label, sign): &(Area, &'static str, &'static str, &'static str)| {
        let current = (*of == area).then_some("page");
        view! { <li><a href=*href aria-current=current>{icon(sign)} <span>{*label}</span></a></li> }
    };
    view! {
        <aside class="side" id=ids::NAVIGATION popover="auto" aria-label="Navigation and account">
            <a class="brand" href="/">{mark()} <span>"Crier"</span></a>
            <p class="marketplace" title="Marketplace">{icon("market")} <span>{marketplace}</span></p>
            <nav aria-label="Main">
                <ul>{NAVIGATION.iter().map(entry).collect_view()}</ul>
            </nav>
            {person(member, here)}
        </aside>
    }
    .into_any()
}

/// Always in sight: who is signed in, how it looks, the way out.
fn person(member: &Member, here: String) -> AnyView {
    let initial: String = member.name.chars().next().unwrap_or('·').to_uppercase().collect();
    view! {
        <div class="person">
            {theme::switch(here)}
            <div class="person-row">
                <a class="person-link" href="/settings/account" title="Your account">
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <span class="person-name"><span>{member.name.clone()}</span> <small>{words::role(member.role)}</small></span>
                </a>
                <form method="post" action=login::SignOut::PATH>
                    <button class="button quiet square" aria-label="Sign out" title="Sign out">{icon("sign-out")}</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// The way to what the guide says of an area.
fn help(area: Area) -> Option<AnyView> {
    let (href, chapter) = guide::about(area)?;
    let label = format!("Guide: {chapter}");
    let link =
        view! { <a class="head-help" href=href title=label.clone() aria-label=label>{icon("help")}</a> };
    Some(link.into_any())
}

fn head(
    crumbs: Vec<(String, String)>,
    title: String,
    help: Option<AnyView>,
    state: Option<AnyView>,
    lead: Option<AnyView>,
    actions: Option<AnyView>,
) -> AnyView {
    let crumb = |(label, href): (String, String)| view! { <li><a href=href>{label}</a></li> };
    let crumbs = (!crumbs.is_empty()).then(|| {
        let list = crumbs.into_iter().map(crumb).collect_view();
        view! { <nav class="crumbs" aria-label="Where you are"><ol>{list}</ol></nav> }
    });
    view! {
        <div class="head">
            {crumbs}
            <div class="head-row">
                <div class="head-title"><h1>{title}</h1> {state} {help}</div>
                {actions.map(|actions| view! { <div class="head-actions">{actions}</div> })}
            </div>
            {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
        </div>
    }
    .into_any()
}
