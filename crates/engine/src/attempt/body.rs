//! The body of a delivery: rendered once, the same bytes ever after.

use super::{Sending, address};
use crate::secret_key::SecretKey;
use domain::{
    body::{self, Input},
    delivery::Outcome,
    template::TemplateError,
    webhook::{Format, Method, Settings},
};

/// A body, or the pairs that a GET appends to the URL.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) text: String,
    pub(crate) content_type: &'static str,
}

impl Body {
    /// By the webhook as it is now.
    pub(crate) fn render(sending: &Sending<'_>) -> Result<Self, TemplateError> {
        let (settings, event) = (&sending.webhook.settings, sending.event);
        let input = Input {
            event_id: event.id,
            topic: sending.topic,
            occurred_at: event.occurred_at,
            context: &event.context,
            payload: &event.payload,
            test: event.test,
            webhook_name: &settings.name,
            secret_key: sending.secret_key.and_then(SecretKey::rendered),
        };
        let rendered = body::render(settings, &input)?;
        let content_type = rendered.content_type.unwrap_or(Format::Form.content_type());
        Ok(Self { text: rendered.query.unwrap_or(rendered.body), content_type })
    }

    /// What an earlier attempt rendered; `None` when the webhook's method can't carry it any more.
    /// The content type goes by the text, since the webhook's format may have changed.
    pub(crate) fn stored(text: &str, settings: &Settings) -> Option<Self> {
        let format = format_of(text);
        let is_too_long =
            || address(&settings.url, Some(text)).is_err_and(|failure| failure.outcome == Outcome::Template);
        let fits = settings.method == Method::Post || (format == Format::Form && !is_too_long());
        fits.then(|| Self { text: text.to_owned(), content_type: format.content_type() })
    }
}

/// XML starts with `<`; pairs hold none of the characters that JSON starts with, unless they are
/// numbers or words, and those are JSON only when no `=` follows.
fn format_of(text: &str) -> Format {
    match text.trim_start().bytes().next() {
        Some(b'<') => Format::Xml,
        Some(b'{' | b'[' | b'"') => Format::Json,
        Some(_) if !text.contains('=') => Format::Json,
        _ => Format::Form,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_body_tells_its_format() {
        let cases = [
            ("{\"a\":1}", Format::Json),
            ("\n[1]", Format::Json),
            ("12.5", Format::Json),
            ("null", Format::Json),
            ("\"a=b\"", Format::Json),
            ("<a b=\"c\"/>", Format::Xml),
            ("a=1&b=2", Format::Form),
            ("1=2", Format::Form),
            ("", Format::Form),
        ];
        for (text, format) in cases {
            assert_eq!(format_of(text), format, "{text}");
        }
    }

    #[test]
    fn a_get_carries_pairs_that_fit_its_url() {
        let mut settings = Settings::new("A", "https://example.com/", Vec::new());
        let long = format!("a={}", "x".repeat(body::MAX_PATH_AND_QUERY));
        let is_kept = |text: &str, settings: &Settings| Body::stored(text, settings).is_some();
        assert!(is_kept("{}", &settings) && is_kept(&long, &settings));
        settings.method = Method::Get;
        assert!(is_kept("a=1", &settings) && !is_kept("{}", &settings) && !is_kept(&long, &settings));
    }

    #[test]
    fn the_limit_of_a_get_is_that_of_requests() {
        let fits = |length: usize| http::Uri::try_from("/".repeat(length)).is_ok();
        assert!(fits(body::MAX_PATH_AND_QUERY) && !fits(body::MAX_PATH_AND_QUERY + 1));
    }
}
