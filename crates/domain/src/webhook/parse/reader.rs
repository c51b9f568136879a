//! Reads the members of one JSON object, and collects what is wrong with them.

use crate::invalid::{Invalid, Rule};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(crate) struct Reader<'a> {
    map: &'a Map<String, Value>,
    path: String,
    seen: Vec<String>,
    errors: &'a mut Invalid,
}

impl<'a> Reader<'a> {
    /// The object at `path` (empty for the whole).
    pub(crate) fn new(map: &'a Map<String, Value>, path: &str, errors: &'a mut Invalid) -> Self {
        Self { map, path: path.to_owned(), seen: Vec::new(), errors }
    }
    pub(crate) const fn errors(&mut self) -> &mut Invalid {
        self.errors
    }
    /// The dotted name of a member; of the object itself when `name` is empty.
    fn at(&self, name: &str) -> String {
        match (self.path.as_str(), name) {
            ("", name) => name.to_owned(),
            (path, "") => path.to_owned(),
            (path, name) => format!("{path}.{name}"),
        }
    }
    pub(crate) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.breaks(Rule::Any, name, message);
    }
    pub(crate) fn breaks(&mut self, rule: Rule, name: &str, message: impl Into<String>) {
        let field = self.at(name);
        self.errors.breaks(rule, field, message);
    }
    pub(crate) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }
    /// Whether the member is null; it is known then.
    pub(crate) fn null(&mut self, name: &str) -> bool {
        let null = self.value(name).is_some_and(Value::is_null);
        if null {
            self.ignore(&[name]);
        }
        null
    }
    /// The member, which is known from now on.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a Value> {
        self.ignore(&[name]);
        self.map.get(name)
    }
    /// These members may be there and say nothing.
    pub(crate) fn ignore(&mut self, names: &[&str]) {
        self.seen.extend(names.iter().map(|name| (*name).to_owned()));
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.take(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong(name, "This must be a text.");
        }
        text
    }

    /// A text, or null for none; the outer `None` when it is left out or wrong.
    pub(crate) fn text_or_null(&mut self, name: &str) -> Option<Option<&'a str>> {
        if self.null(name) {
            return Some(None);
        }
        self.text(name).map(Some)
    }

    /// One of `names`, which are how `T` is spelt.
    pub(crate) fn choice<T: DeserializeOwned>(&mut self, name: &str, names: &[&str], place: &mut T) {
        let Some(value) = self.take(name) else { return };
        match value.as_str().filter(|text| names.contains(text)).map(|_| T::deserialize(value)) {
            Some(Ok(choice)) => *place = choice,
            _ => {
                let (last, others) = names.split_last().unwrap_or((&"", &[]));
                self.wrong(name, format!("This is {} or {last}.", others.join(", ")));
            }
        }
    }

    /// A number without fraction; a larger one than fits reads as the largest.
    pub(crate) fn whole(&mut self, name: &str) -> Option<u32> {
        let number = self.take(name)?.as_u64();
        if number.is_none() {
            self.breaks(Rule::Whole, name, "This must be a whole number.");
        }
        number.map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    pub(crate) fn yes_or_no(&mut self, name: &str, place: &mut bool) {
        match self.take(name) {
            None => {}
            Some(Value::Bool(value)) => *place = *value,
            Some(_) => self.wrong(name, "This is true or false."),
        }
    }

    /// The object in a member.
    pub(crate) fn object(&mut self, name: &str) -> Option<Reader<'_>> {
        match self.take(name)? {
            Value::Object(map) => Some(Reader::new(map, &self.at(name), self.errors)),
            _ => {
                self.wrong(name, "This must be an object.");
                None
            }
        }
    }

    /// Every member that was not asked for is an error: a misspelt setting must not be lost.
    pub(crate) fn finish(self) {
        for name in self.map.keys().filter(|name| !self.seen.contains(name)) {
            let field = self.at(name);
            self.errors.push(field, format!("There is no setting named “{name}”."));
        }
    }
}
