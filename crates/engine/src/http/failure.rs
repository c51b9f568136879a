//! Why an exchange failed, as an outcome and one plain sentence for the manager.

use domain::delivery::Outcome;
use rustls::{CertificateError, Error as Tls};
use std::{error::Error as _, io, time::Duration};

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// For filters and rules.
    pub(crate) outcome: Outcome,
    /// For people.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self { outcome, message: message.into() }
    }

    /// The limit passed during `step`.
    pub(crate) fn timeout(step: &str, limit: Duration) -> Self {
        Self::new(Outcome::Timeout, format!("No answer within {} s ({step}).", limit.as_secs_f64()))
    }

    /// The limit passed inside the answer's body.
    pub(super) fn too_slow(limit: Duration) -> Self {
        let seconds = limit.as_secs_f64();
        Self::new(Outcome::TooSlow, format!("The answer began but did not end within {seconds} s."))
    }

    /// The name could not be resolved. The resolver's own text varies by system and says no more.
    pub(super) fn dns(host: &str) -> Self {
        Self::new(Outcome::Dns, format!("The name {host} has no address. Check the spelling of the URL."))
    }

    /// No address could be connected to.
    pub(super) fn connect(place: &str, error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::ConnectionRefused => format!("Nothing accepts connections at {place}."),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                format!("There is no way to {place} from here.")
            }
            io::ErrorKind::TimedOut => format!("{place} does not answer to connections."),
            kind => format!("No connection to {place}: {kind}."),
        };
        Self::new(Outcome::Connect, message)
    }

    /// The TLS handshake failed.
    pub(super) fn tls(host: &str, error: &io::Error) -> Self {
        let inner = error.get_ref().and_then(|e| e.downcast_ref::<Tls>());
        let message = match inner {
            Some(Tls::InvalidCertificate(certificate)) => bad_certificate(host, certificate),
            Some(Tls::AlertReceived(alert)) => {
                format!("{host} refused the secure connection with the alert {alert:?}.")
            }
            Some(Tls::InvalidMessage(_)) => {
                format!("What answers at {host} does not speak TLS on this port.")
            }
            Some(Tls::PeerIncompatible(_)) => {
                format!("{host} offers no version or cipher of TLS 1.2 or 1.3.")
            }
            Some(other) => format!("The secure connection to {host} failed: {other}."),
            None => format!("{host} closed the connection during the TLS handshake."),
        };
        Self::new(Outcome::Tls, message)
    }

    /// The connection broke, or what came back was not HTTP.
    pub(super) fn protocol(error: &hyper::Error) -> Self {
        let message = if error.is_incomplete_message() {
            "The receiver closed the connection before its answer was complete."
        } else if error.is_parse() {
            "What came back is not an HTTP/1.1 answer with a head of at most 32 KiB in 100 lines."
        } else if error.source().is_some_and(|e| e.downcast_ref::<io::Error>().is_some()) {
            "The connection broke during the exchange."
        } else {
            "The exchange failed on the way."
        };
        Self::new(Outcome::Protocol, message)
    }
}

fn bad_certificate(host: &str, error: &CertificateError) -> String {
    use CertificateError as Bad;
    match error {
        Bad::Expired | Bad::ExpiredContext { .. } => format!("The certificate of {host} has expired."),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            format!("The certificate of {host} is not valid yet.")
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            format!("The certificate was issued for another name than {host}.")
        }
        Bad::UnknownIssuer => format!(
            "The certificate of {host} comes from an unknown issuer: it is self-signed, or an intermediate certificate is missing."
        ),
        Bad::Revoked => format!("The certificate of {host} was revoked."),
        // Such as `CaUsedAsEndEntity`: its text is for programmers.
        Bad::Other(_) => format!(
            "The certificate of {host} is none for a web server: it may be that of an authority, self-signed, or damaged."
        ),
        other => format!("The certificate of {host} is not valid: {other}."),
    }
}
