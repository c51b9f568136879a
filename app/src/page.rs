//! What every page has: a visitor, a frame, a head. A page is an `async fn(Visit) -> Result<Page>`.

use crate::{
    components::frame::{self, Area},
    context::{Caller, need_who, parts, redirect, set_status},
    error,
    form::{Returned, refused},
    pairs::Pairs,
};
use domain::{
    account::Member,
    id::{Id, Kind},
    page::PageRequest,
    time::Timestamp,
};
use engine::{Engine, Error, Permission, Who};
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, params::ParamsMap};
use std::{future::Future, pin::Pin};

/// What a page is given.
#[derive(Clone)]
pub struct Visit {
    /// Answers questions.
    pub engine: Engine,
    /// Whom it answers.
    pub who: Who,
    /// The person who looks.
    pub member: Member,
    /// What a form left for this page.
    pub form: Returned,
    /// The address's query.
    pub query: Pairs,
    /// The address without its query.
    pub path: String,
    /// This moment.
    pub now: Timestamp,
    params: ParamsMap,
}

impl Visit {
    /// Whether the person may do this; what they may not do is not offered.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.who.can.has(permission)
    }
    /// A part of the address: `:id`.
    #[must_use]
    pub fn param(&self, name: &str) -> String {
        self.params.get(name).unwrap_or_default()
    }
    /// The id in the address.
    ///
    /// # Errors
    /// `NotFound` when it is not an id of this kind.
    pub fn id<K: Kind>(&self, name: &str) -> Result<Id<K>, Error> {
        self.param(name).parse().map_err(|_| Error::NotFound)
    }
    /// Which page of a list is asked for; a broken cursor is the first page.
    #[must_use]
    pub fn list_page(&self) -> PageRequest {
        PageRequest::parse(self.query.some("limit"), self.query.some("cursor")).unwrap_or_default()
    }
    /// The page of the test receiver that this URL is of, if it is one of ours.
    #[must_use]
    pub fn own_bin(&self, url: &str) -> Option<String> {
        let own = self.engine.config().public_url.join("/bin/").ok()?;
        let id = url.strip_prefix(own.as_str())?.split('?').next()?;
        id.starts_with("bin_").then(|| format!("/bins/{id}"))
    }
    /// This page's address with its query, without what a form left.
    #[must_use]
    pub fn address(&self) -> String {
        self.query.without(crate::form::TOKEN).on(&self.path)
    }
}

/// How wide a page's content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Lists: up to 1200 px.
    #[default]
    Wide,
    /// Forms: 680 px.
    Form,
}

/// A page: its head and its body.
pub struct Page {
    pub(crate) area: Area,
    pub(crate) title: String,
    pub(crate) crumbs: Vec<(String, String)>,
    pub(crate) state: Option<AnyView>,
    pub(crate) lead: Option<AnyView>,
    pub(crate) actions: Option<AnyView>,
    pub(crate) tabs: Option<AnyView>,
    pub(crate) beside: Option<AnyView>,
    pub(crate) width: Width,
    pub(crate) body: AnyView,
}

impl Page {
    /// A page of an area of the side navigation.
    #[must_use]
    pub fn new(area: Area, title: impl Into<String>) -> Self {
        Self {
            area,
            title: title.into(),
            crumbs: Vec::new(),
            state: None,
            lead: None,
            actions: None,
            tabs: None,
            beside: None,
            width: Width::Wide,
            body: ().into_any(),
        }
    }
    /// Adds a step of the way here, with its address.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((label.into(), href.into()));
        self
    }
    /// The state beside the title, a pill.
    #[must_use]
    pub fn state(mut self, view: impl IntoView + 'static) -> Self {
        self.state = Some(view.into_any());
        self
    }
    /// A sentence under the title.
    #[must_use]
    pub fn lead(mut self, view: impl IntoView + 'static) -> Self {
        self.lead = Some(view.into_any());
        self
    }
    /// What can be done here, at the right; the one main action last.
    #[must_use]
    pub fn actions(mut self, view: impl IntoView + 'static) -> Self {
        self.actions = Some(view.into_any());
        self
    }
    /// Tabs under the head, see [`crate::components::tabs`].
    #[must_use]
    pub fn tabs(mut self, view: impl IntoView + 'static) -> Self {
        self.tabs = Some(view.into_any());
        self
    }
    /// The list that it is one of, from 1100 px; see [`crate::components::split`].
    #[must_use]
    pub fn beside(mut self, view: impl IntoView + 'static) -> Self {
        self.beside = Some(view.into_any());
        self
    }
    /// As narrow as a form.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.width = Width::Form;
        self
    }
    /// What it shows.
    #[must_use]
    pub fn body(mut self, view: impl IntoView + 'static) -> Self {
        self.body = view.into_any();
        self
    }
}

/// What a page answers: itself, or why it can't be shown.
pub type Answer = Result<Page, Error>;

/// Draws a page for whoever is signed in; others are sent to the sign-in page and come back.
pub fn signed_in<F, Fut>(page: F) -> AnyView
where
    F: FnOnce(Visit) -> Fut + Send + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let params = use_params_map().get_untracked();
    draw(params, Box::new(move |visit| Box::pin(page(visit))))
}

type Load = Box<dyn FnOnce(Visit) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send>;

fn draw(params: ParamsMap, page: Load) -> AnyView {
    Suspend::new(async move {
        let visit = match visit(params).await {
            Ok(visit) => visit,
            Err((Error::Unauthorized, here)) => {
                redirect(&refused(&Error::Unauthorized, &here));
                return ().into_any();
            }
            Err((error, _)) => return failed(&error),
        };
        let frame = frame::Frame::of(&visit);
        let here = visit.address();
        match page(visit).await {
            Ok(page) => frame.around(page),
            Err(Error::Unauthorized) => {
                redirect("/login");
                ().into_any()
            }
            Err(error) => {
                set_status(error::status(&error));
                frame.around(error_page(&error, &here))
            }
        }
    })
    .into_any()
}

async fn visit(params: ParamsMap) -> Result<Visit, (Error, String)> {
    let uri = parts().map_err(|e| (e, String::new()))?.uri;
    let here = uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let caller = need_who().await.map_err(|e| (e, here))?;
    let query = Pairs::parse(uri.query().unwrap_or_default());
    let form = Returned::here(&caller, &query).await;
    let Caller { engine, who, member } = caller;
    let now = engine.config().clock.now();
    Ok(Visit { engine, who, member, form, query, path: uri.path().to_owned(), now, params })
}

/// A page that says why another can't be shown, inside the frame.
fn error_page(error: &Error, here: &str) -> Page {
    let (title, advice) = error::words(error);
    Page::new(Area::None, title).narrow().lead(advice).body(view! {
        <p class="row">
            {try_again(error, here)}
            <a class="button" href="/">"Go to the overview"</a>
        </p>
    })
}

/// The way to the same page once more, where waiting helps.
fn try_again(error: &Error, here: &str) -> Option<AnyView> {
    let helps = matches!(error, Error::Unavailable | Error::Internal);
    helps.then(|| view! { <a class="button primary" href=here.to_owned()>"Try again"</a> }.into_any())
}

/// The same without a frame, when not even the visitor is known.
pub(crate) fn failed(error: &Error) -> AnyView {
    let here = parts().ok().and_then(|parts| Some(parts.uri.path_and_query()?.to_string()));
    let here = here.unwrap_or_else(|| "/".to_owned());
    set_status(error::status(error));
    let (title, advice) = error::words(error);
    frame::bare(title, view! { <p class="lead">{advice}</p> <p class="row">{try_again(error, &here)}</p> })
}
