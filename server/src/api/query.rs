//! What stands in the address: ids in the path, filters and pages in the query.

use super::problem::Problem;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use domain::{
    id::{Id, Kind},
    invalid::Invalid,
    page::{Page, PageRequest},
};

/// A text in the path: a topic's key, a test receiver's id. What is not UTF-8 names nothing: 404.
pub(crate) struct TextPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for TextPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        text.map(|Path(text)| Self(text)).map_err(|_| Problem::not_found())
    }
}

/// The id in the path. What is no id of the kind names nothing: 404.
pub(crate) struct IdPath<K>(pub(crate) Id<K>);

impl<S: Send + Sync, K: Kind> FromRequestParts<S> for IdPath<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let TextPath(text) = TextPath::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The ids of a thing and of a part of it in the path.
pub(crate) struct IdsPath<K, P>(pub(crate) Id<K>, pub(crate) Id<P>);

impl<S: Send + Sync, K: Kind, P: Kind> FromRequestParts<S> for IdsPath<K, P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let texts = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((thing, part)) = texts.map_err(|_| Problem::not_found())?;
        match (thing.parse(), part.parse()) {
            (Ok(thing), Ok(part)) => Ok(Self(thing, part)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// The query's pairs in their order, without the empty ones.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned();
        Ok(Self(pairs.filter(|(_, value)| !value.is_empty()).collect()))
    }
}

impl Query {
    /// Takes the last value of a name.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let value = self.0.iter().rev().find(|(other, _)| other == name)?.1.clone();
        self.0.retain(|(other, _)| other != name);
        Some(value)
    }
    /// Takes `limit` and `cursor`.
    ///
    /// # Errors
    /// The one that is out of range or was not given by a list.
    pub(crate) fn page(&mut self) -> Result<PageRequest, Invalid> {
        let (limit, cursor) = (self.take("limit"), self.take("cursor"));
        PageRequest::parse(limit.as_deref(), cursor.as_deref())
    }
    /// Gives every pair that is left to `set`, which says whether there is such a filter.
    ///
    /// # Errors
    /// What `set` finds, and what [`Self::done`] refuses.
    pub(crate) fn filter(
        self,
        mut set: impl FnMut(&str, &str) -> Result<bool, Invalid>,
    ) -> Result<(), Invalid> {
        let (mut invalid, mut rest) = (Invalid::default(), Self::default());
        for (name, text) in self.0 {
            match set(&name, &text) {
                Ok(true) => {}
                Ok(false) => rest.0.push((name, text)),
                Err(wrong) => invalid.extend(wrong),
            }
        }
        if let Err(unknown) = rest.done() {
            invalid.extend(unknown);
        }
        invalid.into_result()
    }
    /// Ends the reading: a filter that does not exist must not silently show everything.
    ///
    /// # Errors
    /// The names that nobody took.
    pub(crate) fn done(self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (name, _) in self.0 {
            invalid.push(name, "There is no such parameter.");
        }
        invalid.into_result()
    }
}

/// Cuts a whole list, of which the engine keeps few, to the page that was asked for: newest first.
pub(crate) fn page_of<T>(mut all: Vec<T>, request: PageRequest, key: impl Fn(&T) -> i64) -> Page<T> {
    all.sort_by_key(|row| std::cmp::Reverse(key(row)));
    all.retain(|row| request.before.is_none_or(|before| key(row) < before));
    Page::cut(all, request, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_whole_list_meet() {
        let all = vec![3, 1, 5, 2, 4];
        let first = page_of(all.clone(), PageRequest { limit: 3, before: None }, |n| *n);
        assert_eq!(first.data, [5, 4, 3]);
        let request = PageRequest::parse(Some("3"), first.next_cursor.as_deref()).unwrap();
        let second = page_of(all, request, |n| *n);
        assert_eq!((second.data, second.next_cursor), (vec![2, 1], None));
    }

    #[test]
    fn unknown_parameters_are_named() {
        let mut query = Query(vec![("limit".into(), "7".into()), ("stat".into(), "x".into())]);
        assert_eq!(query.page().unwrap().limit, 7);
        assert_eq!(query.done().unwrap_err().errors[0].field, "stat");
    }
}
