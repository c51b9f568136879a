//! The URL of a GET: the webhook's own, with the fields in its query.

use crate::template::TemplateError;
use url::{Position, Url};

/// The most bytes that path and query of a request may have together: what the crate `http` takes. Receivers are
/// only asked to take 8,000 (RFC 9110 section 4.1), so few take as many.
pub const MAX_PATH_AND_QUERY: usize = 65_534;

/// The URL as it is dialled, with `pairs` after its own query. A fragment is the browser's business and never sent.
///
/// # Errors
/// Path and query are longer than [`MAX_PATH_AND_QUERY`].
pub fn address(mut url: Url, pairs: &str) -> Result<Url, TemplateError> {
    url.set_fragment(None);
    if !pairs.is_empty() {
        let query = match url.query().filter(|query| !query.is_empty()) {
            Some(own) => format!("{own}&{pairs}"),
            None => pairs.to_owned(),
        };
        url.set_query(Some(&query));
    }
    if url[Position::BeforePath..].len() > MAX_PATH_AND_QUERY {
        let told = "The URL would be longer than a GET can carry: path and query have at most 65,534 bytes. Send \
                    fewer fields, or choose the method POST.";
        return Err(TemplateError::new(told));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, pairs: &str) -> Result<String, TemplateError> {
        address(Url::parse(url).expect("a URL"), pairs).map(String::from)
    }

    #[test]
    fn pairs_stand_after_the_urls_own() {
        for (url, pairs, whole) in [
            ("https://a.test", "", "https://a.test/"),
            ("https://a.test/b?c=1#d", "", "https://a.test/b?c=1"),
            ("https://a.test/b#d", "e=2&f=%26", "https://a.test/b?e=2&f=%26"),
            ("https://a.test/b?c=1#d", "e=2", "https://a.test/b?c=1&e=2"),
            ("https://a.test/b?", "e=2", "https://a.test/b?e=2"),
        ] {
            assert_eq!(of(url, pairs).as_deref(), Ok(whole));
        }
    }

    #[test]
    fn what_no_request_can_carry_is_refused() {
        for (url, path_and_query) in [("https://a.test", "/?"), ("https://a.test:81/b/?c=1#d", "/b/?c=1&")] {
            let fitting = "x".repeat(MAX_PATH_AND_QUERY - path_and_query.len());
            assert!(
                of(url, &fitting).is_ok_and(|whole| whole.ends_with(&format!("{path_and_query}{fitting}")))
            );
            let told = of(url, &format!("{fitting}x")).expect_err("too long").message;
            assert!(told.contains("65,534 bytes"), "{told}");
        }
    }
}
