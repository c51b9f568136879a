//! How the receiver knows the sender.

use crate::secret::SecretText;
use serde::{Deserialize, Serialize};

/// How the receiver knows the sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Basic …` (RFC 7617).
    Basic {
        /// Without a colon.
        username: String,
        /// Write-only.
        password: SecretText,
    },
    /// A header of the receiver's choice.
    Header {
        /// Not a reserved name.
        name: String,
        /// Write-only.
        value: SecretText,
    },
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer {
        /// Write-only.
        token: SecretText,
    },
    /// A bearer token by the client credentials grant (RFC 6749 section 4.4).
    Oauth2ClientCredentials {
        /// Who asks for the token, and where.
        #[serde(flatten)]
        client: OauthClient,
    },
    /// A bearer token by the resource owner password credentials grant (RFC 6749 section 4.3).
    Oauth2Password {
        /// Who asks for the token, and where.
        #[serde(flatten)]
        client: OauthClient,
        /// Whose token it is.
        username: String,
        /// Write-only.
        password: SecretText,
    },
}

/// The client of an OAuth 2.0 token endpoint (RFC 6749 section 2.3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClient {
    /// `http` or `https`; judged by the same rules as the webhook's URL.
    pub token_url: String,
    /// Not empty.
    pub client_id: String,
    /// Write-only.
    pub client_secret: SecretText,
    /// Scopes separated by spaces; the token endpoint's own choice when `None`.
    pub scope: Option<String>,
}

impl Auth {
    /// The names of all types in the contract, in the order they are offered.
    pub const KINDS: [&'static str; 6] =
        ["none", "basic", "header", "bearer", "oauth2_client_credentials", "oauth2_password"];

    /// The name of the type in the contract.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic { .. } => "basic",
            Self::Header { .. } => "header",
            Self::Bearer { .. } => "bearer",
            Self::Oauth2ClientCredentials { .. } => "oauth2_client_credentials",
            Self::Oauth2Password { .. } => "oauth2_password",
        }
    }

    /// The request header that it sets.
    #[must_use]
    pub fn header_name(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Header { name, .. } => Some(name),
            Self::Basic { .. }
            | Self::Bearer { .. }
            | Self::Oauth2ClientCredentials { .. }
            | Self::Oauth2Password { .. } => Some("authorization"),
        }
    }

    /// Who asks for tokens; `None` for types without.
    #[must_use]
    pub const fn oauth_client(&self) -> Option<&OauthClient> {
        match self {
            Self::Oauth2ClientCredentials { client } | Self::Oauth2Password { client, .. } => Some(client),
            Self::None | Self::Basic { .. } | Self::Header { .. } | Self::Bearer { .. } => None,
        }
    }

    /// Calls `f` with the contract's field and the place of every secret.
    pub fn each_secret<'a>(&'a mut self, mut f: impl FnMut(&'static str, &'a mut SecretText)) {
        match self {
            Self::None => {}
            Self::Basic { password, .. } => f("auth.password", password),
            Self::Header { value, .. } => f("auth.value", value),
            Self::Bearer { token } => f("auth.token", token),
            Self::Oauth2ClientCredentials { client } => f("auth.client_secret", &mut client.client_secret),
            Self::Oauth2Password { client, password, .. } => {
                f("auth.client_secret", &mut client.client_secret);
                f("auth.password", password);
            }
        }
    }
}
