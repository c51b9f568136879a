//! What a page says when it can't be shown: what failed, whether anything is lost, what to do.

use axum::http::StatusCode;
use engine::Error;

/// The status of a page that could not be shown.
#[must_use]
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Unauthorized => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Title and advice for a page that could not be shown.
#[must_use]
pub fn words(error: &Error) -> (&'static str, String) {
    match error {
        Error::NotFound => (
            "Not found",
            "There is nothing at this address. It may have been deleted, or the address is incomplete.".to_owned(),
        ),
        Error::Forbidden(_) => ("Not allowed", format!("{error} An owner can change your role in Settings → People.")),
        Error::Unavailable => (
            "Not available right now",
            "Crier can't reach its database. Nothing is lost: what was accepted stays and is delivered later. Try again in a moment.".to_owned(),
        ),
        Error::Internal => (
            "Something went wrong",
            "This page could not be made. Nothing is lost; the details are in Crier's log.".to_owned(),
        ),
        other => ("This did not work", other.to_string()),
    }
}
