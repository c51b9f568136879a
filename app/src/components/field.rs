//! Fields of forms: label above, help below, error below that. The one place that wires them
//! together (`for`, `aria-describedby`, `aria-invalid`) and notes errors for the summary, so that no
//! page has to.
//!
//! ```ignore
//! Field::text("name", "Name").of(&visit.form, &webhook.name).help("Shown in lists.").view()
//! ```

use crate::{
    components::{icon::icon, notice::place},
    form::{Returned, SECRET},
    shown::Shown,
};
use domain::invalid::FieldError;
use leptos::prelude::*;

/// The id of the input with this name.
fn id_of(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

/// What an input takes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    /// Rows; monospace.
    Area(u32, bool),
    /// Value and label.
    Select(Vec<(String, String)>),
    /// Whether one is stored, and whether one was typed and waits.
    Secret {
        stored: bool,
        waits: bool,
    },
}

/// A field under construction.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    label: &'static str,
    kind: Kind,
    id: String,
    value: String,
    help: Option<String>,
    errors: Vec<FieldError>,
    shown: Shown,
    /// Which of several rows it is in.
    row: Option<usize>,
    optional: bool,
    autocomplete: Option<&'static str>,
    placeholder: Option<&'static str>,
    inputmode: Option<&'static str>,
    class: &'static str,
    suggestions: Vec<String>,
    focus: bool,
    /// The form came back: the focus goes to the summary, not to where it went at first.
    came_back: bool,
}

impl Field {
    fn new(name: impl Into<String>, label: &'static str, kind: Kind) -> Self {
        let name = name.into();
        let id = id_of(&name);
        Self {
            name,
            label,
            kind,
            id,
            value: String::new(),
            help: None,
            errors: Vec::new(),
            shown: Shown::default(),
            row: None,
            optional: false,
            autocomplete: None,
            placeholder: None,
            inputmode: None,
            class: "",
            suggestions: Vec::new(),
            focus: false,
            came_back: false,
        }
    }
    /// A line of text.
    #[must_use]
    pub fn text(name: impl Into<String>, label: &'static str) -> Self {
        Self::new(name, label, Kind::Input("text"))
    }
    /// A line of another type: `email`, `url`, `password`, `datetime-local`…
    #[must_use]
    pub fn input(name: impl Into<String>, label: &'static str, kind: &'static str) -> Self {
        Self::new(name, label, Kind::Input(kind))
    }
    /// A whole number; text, so that what was mistyped comes back as it was.
    #[must_use]
    pub fn number(name: impl Into<String>, label: &'static str) -> Self {
        Self { inputmode: Some("numeric"), class: "short", ..Self::text(name, label) }
    }
    /// Lines of text.
    #[must_use]
    pub fn area(name: impl Into<String>, label: &'static str, rows: u32) -> Self {
        Self::new(name, label, Kind::Area(rows, false))
    }
    /// Lines of code.
    #[must_use]
    pub fn code(name: impl Into<String>, label: &'static str, rows: u32) -> Self {
        Self::new(name, label, Kind::Area(rows, true))
    }
    /// One of a list, as value and label.
    #[must_use]
    pub fn select(name: impl Into<String>, label: &'static str, options: Vec<(String, String)>) -> Self {
        Self::new(name, label, Kind::Select(options))
    }
    /// A secret: write-only. That one is stored travels beside it, as `….set`.
    #[must_use]
    pub fn secret(name: impl Into<String>, label: &'static str, stored: bool) -> Self {
        Self { autocomplete: Some("off"), ..Self::new(name, label, Kind::Secret { stored, waits: false }) }
    }
    /// Takes value and errors from a form that came back under this name, else the stored value.
    #[must_use]
    pub fn of(mut self, form: &Returned, stored: &str) -> Self {
        self.value = form.value(&self.name, stored);
        let name = self.name.clone();
        self = self.error_at(form, &name);
        if let Kind::Secret { waits, .. } = &mut self.kind {
            *waits = form.holds_secret(&self.name);
        }
        self
    }
    /// Takes the errors from this field of the contract too, when it is not called as the input is.
    #[must_use]
    pub fn error_at(mut self, form: &Returned, field: &str) -> Self {
        self.errors.extend(form.errors_at(field));
        self.shown = form.shown.clone();
        self.came_back = form.typed.is_some();
        self
    }
    /// Stands in one of several rows, counted from 0; the summary says in which.
    #[must_use]
    pub fn row(mut self, at: usize) -> Self {
        self.row = Some(at);
        self
    }
    /// A value without a form.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
    /// What is said below it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
    /// May be left empty; said beside the label.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// The browser's autocomplete hint.
    #[must_use]
    pub fn autocomplete(mut self, hint: &'static str) -> Self {
        self.autocomplete = Some(hint);
        self
    }
    /// An example, in grey; never instead of the label.
    #[must_use]
    pub fn placeholder(mut self, text: &'static str) -> Self {
        self.placeholder = Some(text);
        self
    }
    /// Values that the browser suggests while a line of text is typed.
    #[must_use]
    pub fn suggest(mut self, values: Vec<String>) -> Self {
        self.suggestions = values;
        self
    }
    /// Classes of the field: `short`.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
    /// Gets the focus when the page opens.
    #[must_use]
    pub fn focus(mut self) -> Self {
        self.focus = true;
        self
    }
    /// Another id than the one made of its name, where a name stands twice on a page.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Draws it.
    #[must_use]
    pub fn view(self) -> AnyView {
        let (help_id, error_id) = (format!("{}-help", self.id), format!("{}-error", self.id));
        let is_set = matches!(self.kind, Kind::Secret { stored, waits } if stored || waits);
        let help = match (is_set, self.help.clone()) {
            (true, help) => Some(format!(
                "Set. Leave it empty to keep it, or type a new one. {}",
                help.unwrap_or_default()
            )),
            (false, help) => help,
        };
        let error = (!self.errors.is_empty()).then_some(&error_id);
        let described: Vec<&str> =
            help.as_ref().map(|_| &help_id).into_iter().chain(error).map(String::as_str).collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let in_row = self.row.map_or_else(String::new, |at| format!(", row {}", at + 1));
        self.shown.note(&self.id, &format!("{}{in_row}", self.label), &self.errors);
        let class = format!("field {}", self.class);
        let (label, id, optional) = (self.label, self.id.clone(), self.optional);
        let wrong = problems(error_id, &self.errors);
        let control = self.control(described);
        view! {
            <div class=class>
                <div class="field-head">
                    <label for=id>{label}</label>
                    {optional.then(|| view! { <span class="optional">"optional"</span> })}
                </div>
                {control}
                {help.map(|text| view! { <p class="help" id=help_id>{text}</p> })}
                {wrong}
            </div>
        }
        .into_any()
    }

    fn control(self, described: Option<String>) -> AnyView {
        let Self {
            name,
            kind,
            id,
            value,
            errors,
            autocomplete,
            placeholder,
            inputmode,
            suggestions,
            focus,
            came_back,
            ..
        } = self;
        let invalid = (!errors.is_empty()).then_some("true");
        let focus = focus && !came_back;
        match kind {
            Kind::Input(kind) => {
                // A password never goes back into a page.
                let value = if kind == "password" { String::new() } else { value };
                let list = (!suggestions.is_empty()).then(|| format!("{id}-list"));
                let options = list.clone().map(|list| {
                    let options = suggestions.into_iter().map(|value| view! { <option value=value></option> });
                    view! { <datalist id=list>{options.collect_view()}</datalist> }
                });
                view! {
                    <input
                        class="input" type=kind id=id name=name value=value autocomplete=autocomplete placeholder=placeholder
                        inputmode=inputmode list=list aria-describedby=described aria-invalid=invalid autofocus=focus
                    />
                    {options}
                }
                .into_any()
            }
            Kind::Secret { stored, waits } => view! {
                <input type="hidden" name=SECRET value=name.clone() />
                {stored.then(|| view! { <input type="hidden" name=format!("{name}.set") value="1" /> })}
                <input
                    class="input" type="password" id=id name=name.clone() autocomplete=autocomplete
                    placeholder=if stored || waits { Some("••••••••") } else { placeholder }
                    aria-describedby=described aria-invalid=invalid
                />
            }
            .into_any(),
            Kind::Area(rows, mono) => view! {
                // The parser drops one line break at the start, so there is always one.
                <textarea
                    class="input" class:mono=mono id=id name=name rows=rows placeholder=placeholder spellcheck=mono.then_some("false")
                    aria-describedby=described aria-invalid=invalid
                >
                    {format!("\n{value}")}
                </textarea>
            }
            .into_any(),
            Kind::Select(options) => {
                let option = |(key, label): (String, String)| {
                    let chosen = key == value;
                    view! { <option value=key selected=chosen>{label}</option> }
                };
                let options = options.into_iter().map(option).collect_view();
                view! {
                    <select class="input" id=id name=name autocomplete=autocomplete aria-describedby=described aria-invalid=invalid>
                        {options}
                    </select>
                }
                .into_any()
            }
        }
    }
}

/// What is wrong at a field, with an icon; templates add line and column.
pub fn problem(id: String, error: &FieldError) -> AnyView {
    let text = format!("{}{}", error.message, place(error.line, error.column));
    view! { <p class="problem" id=id>{icon("alert")} <span>{text}</span></p> }.into_any()
}

/// Everything that is wrong at a field, under one id.
fn problems(id: String, errors: &[FieldError]) -> AnyView {
    match errors {
        [] => ().into_any(),
        [error] => problem(id, error),
        errors => {
            let each = errors.iter().enumerate().map(|(at, error)| problem(format!("{id}-{at}"), error));
            view! { <div class="problems" id=id>{each.collect_view()}</div> }.into_any()
        }
    }
}

/// One of a few, as a fieldset of radio buttons. `options`: value, label, and what it means.
pub fn choice(
    form: &Returned,
    name: &str,
    legend: &'static str,
    options: Vec<(&'static str, &'static str, AnyView)>,
    chosen: &str,
) -> AnyView {
    let id_of = |value: &str| format!("{}-{}", id_of(name), value.replace('/', "-"));
    let is_chosen = |(value, _, _): &&(&str, &str, AnyView)| *value == chosen;
    let first = options.iter().find(is_chosen).or(options.first()).map(|(value, _, _)| id_of(value));
    let option = |(value, label, text): (&'static str, &'static str, AnyView)| {
        let id = id_of(value);
        let text_id = format!("{id}-text");
        view! {
            <div class="option">
                <input type="radio" id=id.clone() name=name.to_owned() value=value checked=value == chosen aria-describedby=text_id.clone() />
                <label for=id>{label}</label>
                <div class="option-text" id=text_id>{text}</div>
            </div>
        }
    };
    let options = options.into_iter().map(option).collect_view();
    fieldset(form, name, legend, "choice", first.as_deref(), view! { <div class="options">{options}</div> })
}

/// Controls that belong together, with what is wrong at them as a whole; the summary leads to
/// `first`, else to the whole.
pub fn fieldset(
    form: &Returned,
    name: &str,
    legend: &'static str,
    class: &'static str,
    first: Option<&str>,
    body: impl IntoView + 'static,
) -> AnyView {
    let (id, errors) = (id_of(name), form.errors_at(name));
    let (is_wrong, error_id) = (!errors.is_empty(), format!("{id}-error"));
    form.shown.note(first.unwrap_or(&id), legend, &errors);
    let focusable = (is_wrong && first.is_none()).then_some("-1");
    let described = is_wrong.then(|| error_id.clone());
    view! {
        <fieldset class=class id=id tabindex=focusable aria-describedby=described aria-invalid=is_wrong.then_some("true")>
            <legend>{legend}</legend>
            {problems(error_id, &errors)}
            {body.into_any()}
        </fieldset>
    }
    .into_any()
}

/// A check box with its label beside it.
pub fn check(name: &'static str, label: &'static str, value: &'static str, checked: bool) -> AnyView {
    let id = format!("f-{name}-{value}");
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() name=name value=value checked=checked />
            <label for=id>{label}</label>
        </div>
    }
    .into_any()
}

/// What a form that came back brings along: where its secrets wait. Every form of a page that
/// keeps secrets starts with it.
pub fn returned_from(form: &Returned) -> AnyView {
    (!form.token.is_empty())
        .then(|| view! { <input type="hidden" name=crate::form::FROM value=form.token.clone() /> })
        .into_any()
}
