//! Fields of forms: label above, help below, error below that. The one place that wires them
//! together (`for`, `aria-describedby`, `aria-invalid`), so that no page has to.
//!
//! ```ignore
//! Field::text("name", "Name").of(&visit.form, &webhook.name).help("Shown in lists.").view()
//! ```

use crate::{
    components::icon::icon,
    form::{Returned, SECRET},
};
use domain::invalid::FieldError;
use leptos::prelude::*;

/// What an input takes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    /// Rows; monospace.
    Area(u32, bool),
    /// Value and label.
    Select(Vec<(String, String)>),
    Secret {
        set: bool,
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
    error: Option<FieldError>,
    optional: bool,
    autocomplete: Option<&'static str>,
    placeholder: Option<&'static str>,
    inputmode: Option<&'static str>,
    class: &'static str,
    focus: bool,
    /// The form came back: the focus goes to what is wrong, not to where it went at first.
    came_back: bool,
}

impl Field {
    fn new(name: impl Into<String>, label: &'static str, kind: Kind) -> Self {
        let name = name.into();
        let id = format!("f-{}", name.replace(['.', '[', ']'], "-"));
        Self {
            name,
            label,
            kind,
            id,
            value: String::new(),
            help: None,
            error: None,
            optional: false,
            autocomplete: None,
            placeholder: None,
            inputmode: None,
            class: "",
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
    /// A secret: write-only. `set` says whether one is stored.
    #[must_use]
    pub fn secret(name: impl Into<String>, label: &'static str, set: bool) -> Self {
        Self { autocomplete: Some("off"), ..Self::new(name, label, Kind::Secret { set }) }
    }
    /// Takes value and error from a form that came back under this name, else the stored value.
    #[must_use]
    pub fn of(mut self, form: &Returned, stored: &str) -> Self {
        self.value = form.value(&self.name, stored);
        self.error = form.error(&self.name).cloned();
        self.came_back = form.typed.is_some();
        if let Kind::Secret { set } = &mut self.kind {
            *set |= form.holds_secret(&self.name);
        }
        self
    }
    /// Takes the error from this field of the contract, when it is not called as the input is.
    #[must_use]
    pub fn error_at(mut self, form: &Returned, field: &str) -> Self {
        self.error = form.error(field).cloned().or(self.error);
        self.came_back = form.typed.is_some();
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
        let mut described = Vec::new();
        if self.help.is_some() || matches!(self.kind, Kind::Secret { set: true }) {
            described.push(help_id.clone());
        }
        if self.error.is_some() {
            described.push(error_id.clone());
        }
        let described = (!described.is_empty()).then(|| described.join(" "));
        let help = match (&self.kind, self.help.clone()) {
            (Kind::Secret { set: true }, help) => Some(format!(
                "Set. Leave it empty to keep it, or type a new one. {}",
                help.unwrap_or_default()
            )),
            (_, help) => help,
        };
        let class = format!("field {}", self.class);
        let (label, id, optional) = (self.label, self.id.clone(), self.optional);
        let error = self.error.clone();
        let control = self.control(described);
        view! {
            <div class=class>
                <div class="field-head">
                    <label for=id>{label}</label>
                    {optional.then(|| view! { <span class="optional">"optional"</span> })}
                </div>
                {control}
                {help.map(|text| view! { <p class="help" id=help_id>{text}</p> })}
                {error.map(|error| problem(error_id, &error))}
            </div>
        }
        .into_any()
    }

    fn control(self, described: Option<String>) -> AnyView {
        let Self {
            name, kind, id, value, error, autocomplete, placeholder, inputmode, focus, came_back, ..
        } = self;
        let invalid = error.is_some().then_some("true");
        let focus = if came_back { error.is_some() } else { focus };
        match kind {
            Kind::Input(kind) => {
                // A password never goes back into a page.
                let value = if kind == "password" { String::new() } else { value };
                view! {
                    <input
                        class="input" type=kind id=id name=name value=value autocomplete=autocomplete placeholder=placeholder
                        inputmode=inputmode aria-describedby=described aria-invalid=invalid autofocus=focus
                    />
                }
                .into_any()
            }
            Kind::Secret { set } => view! {
                <input type="hidden" name=SECRET value=name.clone() />
                <input
                    class="input" type="password" id=id name=name autocomplete=autocomplete
                    placeholder=if set { Some("••••••••") } else { placeholder }
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
    let place = match (error.line, error.column) {
        (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
        (Some(line), None) => format!(" (line {line})"),
        _ => String::new(),
    };
    view! { <p class="problem" id=id>{icon("alert")} <span>{error.message.clone()} {place}</span></p> }
        .into_any()
}

/// One of a few, as a fieldset of radio buttons. `options`: value, label, and what it means.
pub fn choice(
    name: &'static str,
    legend: &'static str,
    options: Vec<(&'static str, &'static str, AnyView)>,
    chosen: &str,
    error: Option<&FieldError>,
) -> AnyView {
    let error_id = format!("f-{name}-error");
    let described = error.is_some().then(|| error_id.clone());
    let option = |(value, label, text): (&'static str, &'static str, AnyView)| {
        let id = format!("f-{name}-{}", value.replace('/', "-"));
        let text_id = format!("{id}-text");
        view! {
            <div class="option">
                <input type="radio" id=id.clone() name=name value=value checked=value == chosen aria-describedby=text_id.clone() />
                <label for=id>{label}</label>
                <div class="option-text" id=text_id>{text}</div>
            </div>
        }
    };
    view! {
        <fieldset class="choice" aria-describedby=described>
            <legend>{legend}</legend>
            <div class="options">{options.into_iter().map(option).collect_view()}</div>
            {error.map(|error| problem(error_id, error))}
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
