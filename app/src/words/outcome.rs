//! What each outcome means and asks for.

use domain::delivery::Outcome;

/// What an outcome is called, means, and asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeWords {
    /// In lists and filters.
    pub name: &'static str,
    /// One sentence of meaning.
    pub meaning: &'static str,
    /// One sentence of advice; empty when there is nothing to do.
    pub advice: &'static str,
}

/// What an outcome is called, means, and asks for.
#[must_use]
pub const fn outcome(outcome: Outcome) -> OutcomeWords {
    let (name, meaning, advice) = match outcome {
        Outcome::Delivered => ("Delivered", "The receiver took it.", ""),
        Outcome::Status => (
            "Not a success",
            "The receiver answered, but not with success.",
            "Its answer is below; show it to whoever runs the receiver.",
        ),
        Outcome::Timeout => (
            "No answer in time",
            "No answer began within the limit.",
            "Ask for a quick 2xx before the work, or raise the limit.",
        ),
        Outcome::TooSlow => (
            "Answer too slow",
            "An answer began but was not complete within the limit.",
            "Ask for a quick 2xx before the work, or raise the limit.",
        ),
        Outcome::Dns => {
            ("Unknown name", "The name has no address.", "Check the spelling; new names can take an hour.")
        }
        Outcome::Connect => (
            "No connection",
            "Nothing accepts connections there.",
            "Is the receiver running, is the port right?",
        ),
        Outcome::Tls => (
            "No secure connection",
            "The secure connection could not be made.",
            "Whoever runs the receiver has to give it a certificate that the public authorities vouch for.",
        ),
        Outcome::Protocol => (
            "Connection broke",
            "The connection broke, or what came back was not HTTP.",
            "Is it a web server, and is a proxy in between cutting it off?",
        ),
        Outcome::RefusedAddress => (
            "Private address",
            "The address belongs to a private network.",
            "An operator can allow it in the configuration.",
        ),
        Outcome::Token => (
            "No access token",
            "The token address gave no access token; nothing was sent to the receiver.",
            "Check the token address, the client and its secret in the settings.",
        ),
        Outcome::Template => (
            "Template failed",
            "The body could not be rendered from this event; nothing was sent.",
            "Open the template, mend it at the line and column that are named, and save it.",
        ),
        Outcome::Interrupted => (
            "Interrupted",
            "Crier ended during the attempt; whether the receiver got it is unknown.",
            "It is tried again by itself; the receiver can tell repeats by the webhook-id.",
        ),
        Outcome::Frequency => (
            "Held back",
            "The webhook lets one event for each key through in a time, and this was a later one.",
            "Retry sends it all the same; the webhook's settings say how often it lets one through.",
        ),
    };
    OutcomeWords { name, meaning, advice }
}

/// What to do about an attempt that ended so; empty when there is nothing to do. A status says more
/// than that it is no success.
#[must_use]
pub const fn advice(how: Outcome, status: Option<u16>) -> &'static str {
    match (how, status) {
        (Outcome::Status, Some(status)) => status_advice(status),
        _ => outcome(how).advice,
    }
}

const fn status_advice(status: u16) -> &'static str {
    match status {
        200..=299 => "This webhook takes 200 alone for success; its settings can allow every 2xx.",
        300..=399 => "Redirects are not followed. Use the address in its location header as the URL.",
        401 | 403 => "It refuses who asks. Check the authentication, and the signing secret on its side.",
        404 | 405 => "The server is there, this page of it is not. Check the path of the URL and the method.",
        408 | 504 => "The receiver is too slow for its own server. Ask for a quick 2xx before the work.",
        410 => "The receiver says that it is gone for good. Ask for its new address.",
        413 => "The body is too large for it. A body template can send less.",
        400 | 415 | 422 => "It does not like what was sent. Compare its answer with the request.",
        429 => "It is asked too often. Crier slows down by itself; a lower limit of requests helps.",
        500..=599 => "The receiver has trouble of its own. Show its answer to whoever runs it.",
        _ => outcome(Outcome::Status).advice,
    }
}

/// `500 Internal Server Error`; the number alone where nobody knows it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn status_line(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_follows_the_status() {
        assert_eq!(advice(Outcome::Delivered, Some(200)), "");
        assert_eq!(advice(Outcome::Dns, None), outcome(Outcome::Dns).advice);
        assert_ne!(advice(Outcome::Status, Some(401)), advice(Outcome::Status, Some(404)));
        assert_eq!(advice(Outcome::Status, Some(499)), outcome(Outcome::Status).advice);
        for how in Outcome::ALL.iter().filter(|how| **how != Outcome::Delivered) {
            assert!(!advice(*how, None).is_empty(), "{how:?}");
        }
    }
}
