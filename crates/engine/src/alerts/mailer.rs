//! Sends mails over SMTP. The server is the operator's choice, so the rules for receivers' addresses are
//! not asked here; nothing that a manager types decides where this connects.

use super::letter::Letter;
use crate::http::trusted_certificates;
use domain::time::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};
use store::Mail;
use url::{Host, Url};

/// The mail server, and who the mails are from. Its address may hold a password, so it is never shown.
#[derive(Clone)]
pub struct Smtp {
    url: Url,
    from: Option<Mailbox>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.url.host_str())
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Why a setting can't be used; says nothing of passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The address of the server.
    #[error("it is not an address such as smtps://user:password@mail.example.com")]
    Url,
    /// The sender.
    #[error("it is not an e-mail address such as crier@example.com")]
    From,
}

impl Smtp {
    /// The server at `url`: `smtp://` (port 25) or `smtps://` (port 465), with user and password where it
    /// asks for them. `smtp://` is made secure when the server offers it; with a password it has to be,
    /// except on this machine.
    ///
    /// # Errors
    /// [`SmtpError::Url`].
    pub fn new(url: &str) -> Result<Self, SmtpError> {
        let url = Url::parse(url).map_err(|_| SmtpError::Url)?;
        let good = matches!(url.scheme(), "smtp" | "smtps")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            // A password needs somebody whose it is, and the other way round.
            && url.username().is_empty() == url.password().is_none();
        if good { Ok(Self { url, from: None }) } else { Err(SmtpError::Url) }
    }

    /// With mails from this address, such as `Crier <crier@example.com>`.
    ///
    /// # Errors
    /// [`SmtpError::From`].
    pub fn from(self, from: &str) -> Result<Self, SmtpError> {
        Ok(Self { from: Some(from.parse().map_err(|_| SmtpError::From)?), ..self })
    }

    fn tls(&self, parameters: TlsParameters) -> Tls {
        let here = match self.url.host_str().and_then(|host| Host::parse(host).ok()) {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        match (self.url.scheme(), self.url.password()) {
            ("smtps", _) => Tls::Wrapper(parameters),
            (_, Some(_)) if !here => Tls::Required(parameters),
            _ => Tls::Opportunistic(parameters),
        }
    }
}

/// Sends mails.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Ends message ids.
    host: String,
}

impl Mailer {
    /// Connects when there is something to send. Believes the system's certificates and `extra` ones, as
    /// deliveries do.
    ///
    /// # Errors
    /// What the settings lack, in words.
    pub(crate) fn new(smtp: &Smtp, extra: &[Vec<u8>], public_url: &Url) -> Result<Self, String> {
        let host = smtp.url.host_str().unwrap_or_default();
        let mut parameters =
            TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
        for der in trusted_certificates(extra) {
            let certificate = Certificate::from_der(der.to_vec()).map_err(told)?;
            parameters = parameters.add_root_certificate(certificate);
        }
        let tls = smtp.tls(parameters.build().map_err(told)?);
        let secure = smtp.url.scheme() == "smtps";
        let mut plain = smtp.url.clone();
        // Reads user and password only: what is said of TLS is set below.
        plain.set_scheme("smtp").map_err(|()| SmtpError::Url.to_string())?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(plain.as_str())
            .map_err(told)?
            .port(smtp.url.port().unwrap_or(if secure { 465 } else { 25 }))
            .hello_name(client_id(public_url))
            .timeout(Some(Duration::from_secs(20)))
            .tls(tls)
            .build();
        let from = match &smtp.from {
            Some(from) => from.clone(),
            None => default_sender(public_url)?,
        };
        let host = from.email.domain().to_owned();
        Ok(Self { transport, from, host })
    }

    /// Whether the server answers, and takes the password.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub(super) async fn greet(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it hangs up".to_owned()),
            Err(error) => Err(told(error)),
        }
    }

    /// Sends; the mails of one alert have one id, so a mail that is sent twice can be known by it.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub(super) async fn send(&self, mail: &Mail, letter: &Letter, now: Timestamp) -> Result<(), String> {
        let to: Mailbox =
            mail.recipient.parse().map_err(|_| format!("{} is no e-mail address", mail.recipient))?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.as_str())
            .message_id(Some(format!("<{}@{}>", mail.id, self.host)))
            .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(now.ms()).unwrap_or(0)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(told)?;
        self.transport.send(message).await.map(|_| ()).map_err(told)
    }
}

/// `crier@` the host of the public URL, or `localhost` where that has no name.
fn default_sender(public_url: &Url) -> Result<Mailbox, String> {
    let host = public_url.domain().unwrap_or("localhost");
    format!("Crier <crier@{host}>").parse().map_err(|_| "set smtp.from, the sender of mails".to_owned())
}

/// How the greeting names this end.
fn client_id(public_url: &Url) -> ClientId {
    match public_url.host() {
        Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
        Some(Host::Ipv4(ip)) => ClientId::Ipv4(ip),
        Some(Host::Ipv6(ip)) => ClientId::Ipv6(ip),
        None => ClientId::default(),
    }
}

/// An error with its reasons, on one line.
fn told(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let reason_text = reason.to_string();
        if !text.contains(&reason_text) {
            text = format!("{text}: {reason_text}");
        }
        source = reason.source();
    }
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_servers_are_taken() {
        for good in ["smtp://localhost", "smtp://a:b%40c@mail.example.com:587", "smtps://[::1]:465/"] {
            assert!(Smtp::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "mail.example.com:25", "https://a", "smtp://", "smtp://a/x", "smtp://a?tls=no", "smtp://a@b"]
        {
            assert_eq!(Smtp::new(bad).err(), Some(SmtpError::Url), "{bad}");
        }
        assert!(Smtp::new("smtp://a").and_then(|smtp| smtp.from("Crier <c@example.com>")).is_ok());
        assert_eq!(Smtp::new("smtp://a").and_then(|smtp| smtp.from("nobody")).err(), Some(SmtpError::From));
    }

    #[test]
    fn a_password_travels_over_tls_only() {
        let tls = |url: &str| {
            let smtp = Smtp::new(url).expect("a server");
            let roots = TlsParameters::builder("a".to_owned()).certificate_store(CertificateStore::None);
            format!("{:?}", smtp.tls(roots.build().expect("parameters")))
        };
        assert_eq!(tls("smtps://mail.example.com"), "Wrapper");
        assert_eq!(tls("smtp://a:b@mail.example.com"), "Required");
        assert_eq!(tls("smtp://a:b@127.0.0.1:25"), "Opportunistic");
        assert_eq!(tls("smtp://mail.example.com"), "Opportunistic");
    }

    #[test]
    fn settings_keep_their_password_to_themselves() {
        let smtp = Smtp::new("smtp://ada:secret@mail.example.com").expect("a server");
        assert!(!format!("{smtp:?}").contains("secret"));
    }

    #[tokio::test]
    async fn there_is_a_sender_for_every_public_url() {
        let smtp = Smtp::new("smtp://localhost").expect("a server");
        for (url, from) in [
            ("https://hooks.example.com", "crier@hooks.example.com"),
            ("http://127.0.0.1:3000", "crier@localhost"),
            ("http://[::1]:3000", "crier@localhost"),
        ] {
            let mailer = Mailer::new(&smtp, &[], &url.parse().expect("a URL")).expect("a mailer");
            assert_eq!(mailer.from.email.to_string(), from);
        }
    }
}
