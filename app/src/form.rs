//! The one way of forms: POST → change → redirect → GET.
//!
//! A server function calls [`act`] with the page that the form stands on. What was typed, what is
//! wrong with it and what there is to say waits in the engine's stash (encrypted, one hour, for
//! this session) under a token in the address, `?form=…`; the page reads it as [`Returned`].
//!
//! Secrets never go back into a page. A form that came back names its token in the hidden field
//! `_form`, and each field that keeps a secret is named in a hidden `_secret`: one that is left
//! empty then is filled from the stash, so nobody types a secret twice.
//!
//! A form that was refused comes back at the summary of what is wrong ([`FORM_ERRORS`]), which gets
//! the focus, with or without a script, and leads to each field.

use crate::{
    context::{self, Caller, need_who, redirect},
    ids::FORM_ERRORS,
    pairs::Pairs,
    shown::{Entry, Shown},
};
use domain::invalid::{FieldError, Invalid};
use engine::Error;
use leptos::prelude::ServerFnError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The name in the address under which a form comes back.
pub const TOKEN: &str = "form";
/// The hidden field with the token of the form that came back.
pub const FROM: &str = "_form";
/// The hidden fields that name those that keep a secret.
pub const SECRET: &str = "_secret";

/// How a notice looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// It worked.
    #[default]
    Good,
    /// Something to know.
    Info,
    /// Something to look at.
    Warning,
    /// It did not work.
    Bad,
}

/// What a page is told about the form that led to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// Where it waits; empty when nothing came back.
    #[serde(skip)]
    pub token: String,
    /// What was typed, when it has to be typed again.
    pub typed: Option<Pairs>,
    /// What is wrong with it.
    #[serde(default)]
    pub errors: Invalid,
    /// What there is to say.
    pub said: Option<(Tone, String)>,
    /// Whatever else the page should show: a new key, the answer to a test.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// Which of the errors the page has shown, and where.
    #[serde(skip)]
    pub(crate) shown: Shown,
}

impl Returned {
    /// The value to show in a field: what was typed, else what is stored.
    #[must_use]
    pub fn value(&self, name: &str, stored: &str) -> String {
        match &self.typed {
            Some(typed) => typed.raw(name).unwrap_or_default().to_owned(),
            None => stored.to_owned(),
        }
    }
    /// The values to show as chosen: what was chosen, else what is stored.
    #[must_use]
    pub fn values(&self, name: &str, stored: &[String]) -> Vec<String> {
        match &self.typed {
            Some(typed) => typed.all(name).map(str::to_owned).collect(),
            None => stored.to_vec(),
        }
    }
    /// Whether a secret was typed under this name and waits in the stash.
    #[must_use]
    pub fn holds_secret(&self, name: &str) -> bool {
        self.typed.as_ref().is_some_and(|typed| typed.some(name).is_some())
    }
    /// What is wrong at this field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&FieldError> {
        self.errors.at(field)
    }
    /// Everything that is wrong at this field.
    #[must_use]
    pub fn errors_at(&self, field: &str) -> Vec<FieldError> {
        self.errors.errors.iter().filter(|error| error.field == field).cloned().collect()
    }
    /// Whether what was asked for was not done.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.errors.errors.is_empty() || matches!(self.said, Some((Tone::Bad, _)))
    }
    /// What the summary tells; to be asked for when every field is drawn.
    pub(crate) fn told(&self) -> Vec<Entry> {
        self.shown.with_others(&self.errors.errors)
    }
    /// Something else that the page was given.
    #[must_use]
    pub fn extra<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.extra.get(name).and_then(|value| serde_json::from_value(value.clone()).ok())
    }
    /// What waits for this person under the address's token.
    pub(crate) async fn here(caller: &Caller, query: &Pairs) -> Self {
        let Some(token) = query.some(TOKEN) else { return Self::default() };
        let found = caller.engine.unstash(&caller.who, token).await.ok().flatten();
        let found: Option<Self> = found.and_then(|value| serde_json::from_value(value).ok());
        found.map(|returned| Self { token: token.to_owned(), ..returned }).unwrap_or_default()
    }
}

/// Where to go after a change, and what to say there.
#[derive(Clone, Debug, Default)]
pub struct Next {
    to: String,
    returned: Returned,
}

impl Next {
    /// To this page.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), ..Self::default() }
    }
    /// Says that it worked: "Saved."
    #[must_use]
    pub fn say(self, text: impl Into<String>) -> Self {
        self.tell(Tone::Good, text)
    }
    /// Says something in another tone.
    #[must_use]
    pub fn tell(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.returned.said = Some((tone, text.into()));
        self
    }
    /// Gives the page something to show.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.returned.extra.insert(name.to_owned(), value);
        }
        self
    }
    /// Shows what was typed again, though nothing was wrong: a test before saving.
    #[must_use]
    pub fn keep(mut self, form: &Pairs) -> Self {
        self.returned.typed = Some(form.clone());
        self
    }
    /// What was typed, and why it can't be so.
    fn mend(back: &str, form: &Pairs, errors: Invalid) -> Self {
        Self {
            to: back.to_owned(),
            returned: Returned { typed: Some(form.clone()), errors, ..Returned::default() },
        }
    }
}

/// Does what a form asks, for whoever is signed in, and redirects: to what `change` says; back to
/// the form with its errors; or back with a notice. Nobody signed in: to the sign-in page first.
///
/// # Errors
/// Never: everything there is to say is said on the page that follows.
pub async fn act<F, Fut>(back: impl Into<String>, form: Pairs, change: F) -> Result<(), ServerFnError>
where
    F: FnOnce(Caller, Pairs) -> Fut,
    Fut: Future<Output = engine::Result<Next>>,
{
    let back = context::local(&back.into()).to_owned();
    let caller = match need_who().await {
        Ok(caller) => caller,
        Err(error) => {
            redirect(&refused(&error, &back));
            return Ok(());
        }
    };
    let form = fill_secrets(&caller, form).await;
    let next = match change(caller.clone(), form.clone()).await {
        Ok(next) => next,
        Err(Error::Invalid(errors)) => Next::mend(&back, &form, errors),
        Err(error) => Next::to(&back).keep(&form).tell(Tone::Bad, error.to_string()),
    };
    redirect(&address(&caller, next).await);
    Ok(())
}

/// Where somebody goes who is not signed in, or can't be looked up.
#[must_use]
pub fn refused(error: &Error, back: &str) -> String {
    match error {
        Error::Unauthorized => Pairs::from_iter([("next", back)]).on("/login"),
        _ => back.to_owned(),
    }
}

async fn fill_secrets(caller: &Caller, mut form: Pairs) -> Pairs {
    if let Some(token) = form.some(FROM) {
        let before = Returned::here(caller, &Pairs::from_iter([(TOKEN, token)])).await;
        let names: Vec<String> = form.all(SECRET).map(str::to_owned).collect();
        for name in names {
            let secret = before.typed.as_ref().and_then(|typed| typed.raw(&name));
            if let (None, Some(secret)) = (form.some(&name), secret) {
                form = form.with(&name, secret);
            }
        }
    }
    form
}

/// The address of what is next; what there is to say is stashed.
async fn address(caller: &Caller, next: Next) -> String {
    let Next { mut to, mut returned } = next;
    if returned.is_refused() {
        to = at_errors(&to);
    }
    if returned == Returned::default() {
        return to;
    }
    if let Some(typed) = &mut returned.typed {
        let kept: Vec<String> = typed.all(SECRET).map(str::to_owned).collect();
        typed.retain(|name, _| {
            kept.iter().any(|k| k == name) || !(name == FROM || name.ends_with("password"))
        });
    }
    let stashed = match serde_json::to_value(&returned) {
        Ok(value) => caller.engine.stash(&caller.who, &value).await.ok(),
        Err(_) => None,
    };
    let Some(token) = stashed else { return to };
    let (page, fragment) = to.split_once('#').map_or((to.as_str(), None), |(page, f)| (page, Some(f)));
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let address = Pairs::parse(query).with(TOKEN, token).on(path);
    fragment.map_or(address.clone(), |fragment| format!("{address}#{fragment}"))
}

/// The summary of what is wrong on the page at `path`.
#[must_use]
pub(crate) fn at_errors(path: &str) -> String {
    let page = path.split_once('#').map_or(path, |(page, _)| page);
    format!("{page}#{FORM_ERRORS}")
}
