//! Which error a page shows at which control. Fields note it while they are drawn, so that the
//! summary over the form leads to each, in the order of the page, without a list of its own.

use domain::invalid::FieldError;
use std::sync::{Arc, Mutex, PoisonError};

/// An error and the control that it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The control's id and how the page calls it; `None` when nothing on the page is to blame.
    pub(crate) at: Option<(String, String)>,
    /// What is wrong.
    pub(crate) error: FieldError,
}

/// What was noted; clones share it. It is about one drawing of a page, so all are alike otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown(Arc<Mutex<Vec<Entry>>>);

impl PartialEq for Shown {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Shown {
    /// Notes that `errors` stand at the control with this id.
    pub(crate) fn note(&self, id: &str, label: &str, errors: &[FieldError]) {
        let entry =
            |error: &FieldError| Entry { at: Some((id.to_owned(), label.to_owned())), error: error.clone() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(errors.iter().map(entry));
    }
    /// How many were noted so far.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
    /// What was noted, then those of `all` that stand at no control.
    #[must_use]
    pub(crate) fn with_others(&self, all: &[FieldError]) -> Vec<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for error in all {
            if !entries.iter().any(|entry| entry.error == *error) {
                entries.push(Entry { at: None, error: error.clone() });
            }
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::invalid::Invalid;

    #[test]
    fn errors_come_in_the_order_of_the_page_and_none_is_lost() {
        let mut invalid = Invalid::one("url", "Type the URL.");
        invalid.push("colour", "There is no such setting.");
        invalid.push("name", "Give it a name.");
        let shown = Shown::default();
        let errors = invalid.errors;
        shown.clone().note("f-name", "Name", &errors[2..]);
        shown.note("f-url", "URL", &errors[..1]);
        let at = |entry: &Entry| entry.at.as_ref().map(|(id, _)| id.clone());
        let entries = shown.with_others(&errors);
        assert_eq!(
            entries.iter().map(at).collect::<Vec<_>>(),
            [Some("f-name".into()), Some("f-url".into()), None]
        );
        assert_eq!(entries[2].error.field, "colour");
    }
}
