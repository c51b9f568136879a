//! Names and values of a form or of an address, in their order; a name may stand there often.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Names and values, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads `a=1&b=2`; what can't be read is empty.
    #[must_use]
    pub fn parse(encoded: &str) -> Self {
        Self(serde_html_form::from_str(encoded).unwrap_or_default())
    }
    /// Writes `a=1&b=2`.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_html_form::to_string(&self.0).unwrap_or_default()
    }
    /// The first value of `name` without surrounding space; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).unwrap_or_default().trim()
    }
    /// The first value of `name` as it was typed.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The first value of `name`, unless there is none or it is blank.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|v| !v.is_empty())
    }
    /// Every value of `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// Whether `name` stands there, with any value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }
    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
    /// The same with `value` as the only value of `name`.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut other = self.without(name);
        other.0.push((name.to_owned(), value.into()));
        other
    }
    /// The same without `name`.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(n, _)| n != name).cloned().collect())
    }
    /// The same without one value of `name`.
    #[must_use]
    pub fn without_value(&self, name: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|(n, v)| n != name || v != value).cloned().collect())
    }
    /// Keeps the pairs that `keep` says.
    pub fn retain(&mut self, keep: impl Fn(&str, &str) -> bool) {
        self.0.retain(|(n, v)| keep(n, v));
    }
    /// `path` with these pairs as its query.
    #[must_use]
    pub fn on(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{}", self.encode()) }
    }
    /// Reads a type with one member a name.
    ///
    /// # Errors
    /// What does not fit, in serde's words.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_html_form::de::Error> {
        serde_html_form::from_str(&self.encode())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Pairs {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_stay_apart() {
        let pairs = Pairs::parse("topics=a.b.c&topics=d.e.f&name=+Student+sync+&empty=");
        assert_eq!(pairs.all("topics").collect::<Vec<_>>(), ["a.b.c", "d.e.f"]);
        assert_eq!(pairs.get("name"), "Student sync");
        assert_eq!(pairs.raw("name"), Some(" Student sync "));
        assert_eq!((pairs.some("empty"), pairs.some("missing")), (None, None));
        assert_eq!(Pairs::parse(&pairs.encode()), pairs);
    }

    #[test]
    fn addresses_gain_and_lose_filters() {
        let query = Pairs::parse("state=held&state=retrying&q=a%26b");
        assert_eq!(query.without("q").on("/deliveries"), "/deliveries?state=held&state=retrying");
        assert_eq!(query.without_value("state", "held").on("/x"), "/x?state=retrying&q=a%26b");
        assert_eq!(query.with("state", "exhausted").on("/x"), "/x?q=a%26b&state=exhausted");
        assert_eq!(Pairs::default().on("/x"), "/x");
    }

    #[test]
    fn structs_decode() {
        #[derive(Deserialize)]
        struct Wanted {
            name: String,
            #[serde(default)]
            topics: Vec<String>,
        }
        let wanted: Wanted = Pairs::parse("name=x&topics=a").decode().expect("it fits");
        assert_eq!((wanted.name.as_str(), wanted.topics.len()), ("x", 1));
    }
}
