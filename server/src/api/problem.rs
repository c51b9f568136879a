//! What went wrong, as a problem document (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::invalid::{FieldError, Invalid};
use serde::Serialize;

/// A refusal or a failure; answers as `application/problem+json`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    header: Option<Box<(header::HeaderName, HeaderValue)>>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// A problem with one sentence about it.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), header: None }
    }
    /// 404 for an address or an id that names nothing.
    pub(crate) fn not_found() -> Self {
        engine::Error::NotFound.into()
    }
    /// 401; `why` is what the request lacks. The challenge is RFC 6750's.
    pub(crate) fn unauthorized(why: &str, challenge: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, why)
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }
    fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let detail = match invalid.errors.as_slice() {
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} things are wrong; see `errors`.", many.len()),
        };
        Self { errors: invalid.errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        use engine::Error;
        let text = error.to_string();
        match error {
            Error::Invalid(invalid) => invalid.into(),
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, text),
            Error::Unauthorized => Self::unauthorized(
                "This API key is not known. It may have been deleted.",
                r#"Bearer realm="crier", error="invalid_token""#,
            ),
            Error::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, text).with(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"Bearer realm="crier", error="insufficient_scope""#),
            ),
            Error::Conflict(_) => Self::new(StatusCode::CONFLICT, text),
            Error::TooLarge(_) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, text),
            Error::TooMany { retry_after_s } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, text).with(header::RETRY_AFTER, retry_after_s.into())
            }
            Error::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, text),
            Error::Internal => Self::new(StatusCode::INTERNAL_SERVER_ERROR, text),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.status, content_type, body).into_response();
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_detail_alone_says_what_is_wrong() {
        let mut invalid = Invalid::one("auth.password", "A password is needed.");
        assert_eq!(Problem::from(invalid.clone()).detail, "auth.password: A password is needed.");
        invalid.push("url", "A URL is needed.");
        assert_eq!(Problem::from(invalid).detail, "2 things are wrong; see `errors`.");
    }
}
