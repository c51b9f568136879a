//! Authentication: which type, and what belongs to it.

use super::{
    moved as leads_elsewhere,
    reader::Reader,
    secrets::{TYPE_AGAIN, secret},
};
use crate::webhook::{Auth, OauthClient};

/// Reads `auth` over what is in `place`. `moved`: the webhook's URL leads to another server.
pub(super) fn auth(reader: &mut Reader<'_>, moved: bool, place: &mut Auth) {
    if !reader.has("auth") {
        if moved {
            place.each_secret(|field, _| reader.wrong(field, TYPE_AGAIN));
        }
        return;
    }
    let Some(mut inner) = reader.object("auth") else { return };
    let kind = match inner.text("type") {
        Some(kind) => kind,
        None if !inner.has("type") => place.kind(),
        None => return,
    };
    let read = match kind {
        "none" => Some(Auth::None),
        "basic" => basic(&mut inner, moved, place),
        "header" => header(&mut inner, moved, place),
        "bearer" => {
            let kept = if let Auth::Bearer { token } = &*place { Some(token) } else { None };
            Some(Auth::Bearer { token: secret(&mut inner, "token", kept, moved) })
        }
        "oauth2_client_credentials" => {
            client(&mut inner, moved, place).map(|client| Auth::Oauth2ClientCredentials { client })
        }
        "oauth2_password" => password_grant(&mut inner, moved, place),
        _ => {
            let (last, others) = Auth::KINDS.split_last().unwrap_or((&"", &[]));
            inner.wrong("type", format!("The type is {} or {last}.", others.join(", ")));
            return;
        }
    };
    inner.finish();
    if let Some(auth) = read {
        *place = auth;
    }
}

fn basic(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<Auth> {
    let (user, kept) = match base {
        Auth::Basic { username, password } => (Some(username), Some(password)),
        _ => (None, None),
    };
    let username = member(inner, "username", user);
    let password = secret(inner, "password", kept, moved);
    Some(Auth::Basic { username: username?, password })
}

fn header(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<Auth> {
    let (old, kept) = match base {
        Auth::Header { name, value } => (Some(name), Some(value)),
        _ => (None, None),
    };
    let name = member(inner, "name", old);
    let value = secret(inner, "value", kept, moved);
    Some(Auth::Header { name: name?.trim().to_owned(), value })
}

fn password_grant(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<Auth> {
    let (user, kept) = match base {
        Auth::Oauth2Password { username, password, .. } => (Some(username), Some(password)),
        _ => (None, None),
    };
    let username = member(inner, "username", user);
    let moved_either = moved || token_moved(inner, base);
    let client = client(inner, moved, base);
    let password = secret(inner, "password", kept, moved_either);
    Some(Auth::Oauth2Password { client: client?, username: username?, password })
}

/// The members that both grants have. The client's secret stays when only the grant changes.
fn client(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<OauthClient> {
    let moved = moved || token_moved(inner, base);
    let old = base.oauth_client();
    let token_url = member(inner, "token_url", old.map(|old| &old.token_url));
    let client_id = member(inner, "client_id", old.map(|old| &old.client_id));
    let client_secret = secret(inner, "client_secret", old.map(|old| &old.client_secret), moved);
    let scope = match inner.text_or_null("scope") {
        Some(text) => text.map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned),
        None => old.and_then(|old| old.scope.clone()),
    };
    Some(OauthClient { token_url: token_url?.trim().to_owned(), client_id: client_id?, client_secret, scope })
}

/// Whether the token would be asked for at another server than the one the secrets were given for.
fn token_moved(inner: &Reader<'_>, base: &Auth) -> bool {
    let now = inner.value("token_url").and_then(serde_json::Value::as_str);
    let before = base.oauth_client().map(|old| old.token_url.as_str());
    matches!((before, now), (Some(before), Some(now)) if leads_elsewhere(before, now.trim()))
}

/// A text that belongs to a secret; what is missing is empty, which the rules refuse.
pub(super) fn member(inner: &mut Reader<'_>, name: &str, kept: Option<&String>) -> Option<String> {
    if inner.has(name) {
        inner.text(name).map(str::to_owned)
    } else {
        Some(kept.cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        invalid::Invalid,
        secret::SecretText,
        webhook::{Auth, Settings, parse::apply},
    };
    use serde_json::{Value, json};

    fn change(base: Option<&Settings>, members: &Value) -> Result<Settings, Invalid> {
        apply(base, members.as_object().expect("an object"))
    }

    /// With the password grant, as the store returns it.
    fn stored() -> Settings {
        let members = json!({"name": "CRM", "url": "https://example.com/a", "topics": ["learning.*"],
            "auth": {"type": "oauth2_password", "token_url": " https://id.example.com/token ", "client_id": "crier",
                "client_secret": "s1", "scope": "a b", "username": "ana", "password": "p1"}});
        let mut settings = change(None, &members).expect("well-formed");
        let secrets = settings.take_secrets();
        assert_eq!(secrets.keys().collect::<Vec<_>>(), ["auth.client_secret", "auth.password"]);
        settings
    }

    #[track_caller]
    fn again(members: &Value, expected: &[&str]) {
        let fields: Vec<String> = match change(Some(&stored()), members) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.errors.into_iter().map(|error| error.field).collect(),
        };
        assert_eq!(fields, expected, "{members}");
    }

    #[test]
    fn both_grants_are_read() {
        let Auth::Oauth2Password { client, username, password } = stored().auth else { panic!("another") };
        assert_eq!(
            (client.token_url.as_str(), client.client_id.as_str()),
            ("https://id.example.com/token", "crier")
        );
        assert_eq!((client.scope.as_deref(), username.as_str()), (Some("a b"), "ana"));
        assert_eq!((client.client_secret, password), (SecretText::Kept, SecretText::Kept));
        // What belongs to the client stays when only the grant changes.
        let other = json!({"auth": {"type": "oauth2_client_credentials", "scope": null}});
        let auth = change(Some(&stored()), &other).expect("well-formed").auth;
        let Auth::Oauth2ClientCredentials { client } = auth else { panic!("{auth:?}") };
        assert_eq!((client.client_secret, client.scope), (SecretText::Kept, None));
        // It reads back, and says what the contract says.
        let shown = serde_json::to_value(stored().auth).expect("JSON");
        assert_eq!(
            shown.to_string(),
            r#"{"type":"oauth2_password","token_url":"https://id.example.com/token","client_id":"crier","client_secret":{"set":true},"scope":"a b","username":"ana","password":{"set":true}}"#
        );
        assert_eq!(serde_json::from_value::<Auth>(shown).expect("reads"), stored().auth);
    }

    #[test]
    fn another_token_address_gets_no_stored_secret() {
        let moved = "https://id.example.org/token";
        again(&json!({"auth": {"token_url": moved}}), &["auth.client_secret", "auth.password"]);
        again(&json!({"auth": {"token_url": moved, "client_secret": "s2", "password": "p2"}}), &[]);
        again(&json!({"auth": {"token_url": "https://id.example.com/v2/token"}}), &[]);
        // The receiver gets the token.
        again(&json!({"url": "https://example.org/a"}), &["auth.client_secret", "auth.password"]);
        let other = json!({"auth": {"type": "oauth2_client_credentials", "token_url": moved}});
        again(&other, &["auth.client_secret"]);
        again(&json!({"auth": {"token_url": 7}}), &["auth.token_url"]);
    }
}
