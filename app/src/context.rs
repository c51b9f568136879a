//! What a request brings: the engine, its headers, the session, the person behind it.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use domain::account::Member;
use engine::{DeviceInfo, Engine, Error, Who};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use std::sync::Arc;

/// Where the site's files are, with whatever the server adds against stale caches.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The style sheet.
    pub css: Arc<str>,
    /// The module that wasm-bindgen wrote.
    pub js: Arc<str>,
    /// The program that it loads.
    pub wasm: Arc<str>,
}

impl Default for Assets {
    fn default() -> Self {
        Self { css: "/pkg/crier.css".into(), js: "/pkg/crier.js".into(), wasm: "/pkg/crier_bg.wasm".into() }
    }
}

/// In the request's extensions: the nonce of `script-src`.
#[derive(Clone, Debug)]
pub struct Nonce(pub Arc<str>);

/// In the request's extensions: who called, behind trusted proxies.
#[derive(Clone, Debug)]
pub struct ClientAddress(pub String);

/// Gives pages and server functions what they need; the router calls it for every request.
pub fn provide(engine: Engine, assets: Assets) {
    provide_context(engine);
    provide_context(assets);
}

/// The engine of this request.
///
/// # Errors
/// `Internal` when the router did not call [`provide`].
pub fn engine() -> Result<Engine, Error> {
    use_context::<Engine>().ok_or(Error::Internal)
}

/// The request without its body.
///
/// # Errors
/// `Internal` outside of a request.
pub fn parts() -> Result<Parts, Error> {
    use_context::<Parts>().ok_or(Error::Internal)
}

/// Somebody who is signed in, and the engine that knows them.
#[derive(Clone)]
pub struct Caller {
    /// Does what is asked.
    pub engine: Engine,
    /// Whom it is asked for.
    pub who: Who,
    /// The person.
    pub member: Member,
}

/// Who is signed in.
///
/// # Errors
/// `Unauthorized` when nobody is.
pub async fn need_who() -> Result<Caller, Error> {
    let (engine, parts) = (engine()?, parts()?);
    let token = session_token(&engine, &parts.headers).ok_or(Error::Unauthorized)?;
    let (who, member) = engine.who_by_session(&token, address(&parts)).await?.ok_or(Error::Unauthorized)?;
    Ok(Caller { engine, who, member })
}

/// What the browser says about itself, for signing in.
#[must_use]
pub fn device(parts: &Parts) -> DeviceInfo {
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    DeviceInfo { user_agent: user_agent.to_owned(), address: address(parts).to_owned() }
}

fn address(parts: &Parts) -> &str {
    parts.extensions.get::<ClientAddress>().map_or("", |address| &address.0)
}

/// Whether people reach Crier over https; cookies are bound to it then.
#[must_use]
pub fn is_https(engine: &Engine) -> bool {
    engine.config().public_url.scheme() == "https"
}

/// Whether passwords may be read on the way: plain http to another machine.
#[must_use]
pub fn is_exposed(engine: &Engine) -> bool {
    let url = &engine.config().public_url;
    url.scheme() != "https" && !url.host_str().is_none_or(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    address.map_or(host == "localhost" || host.ends_with(".localhost"), |ip| ip.is_loopback())
}

/// The session's text in the request's cookie.
#[must_use]
pub fn session_token(engine: &Engine, headers: &HeaderMap) -> Option<String> {
    cookie(headers, session_cookie(engine)).map(str::to_owned)
}

const fn session_name(https: bool) -> &'static str {
    if https { "__Host-crier_session" } else { "crier_session" }
}

fn session_cookie(engine: &Engine) -> &'static str {
    session_name(is_https(engine))
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// Signs this browser in (30 days), or out when `token` is `None`.
pub fn set_session(engine: &Engine, token: Option<&str>) {
    let age = if token.is_some() { 30 * 86_400 } else { 0 };
    set_cookie(engine, session_cookie(engine), token.unwrap_or_default(), age);
}

/// Sets a cookie that scripts can't read, for `age_s` seconds; 0 removes it.
pub fn set_cookie(engine: &Engine, name: &str, value: &str, age_s: u32) {
    let secure = if is_https(engine) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}");
    if let (Some(response), Ok(text)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&text)) {
        response.append_header(header::SET_COOKIE, text);
    }
}

/// Answers with a redirect to a page of this console: 303, so that a form becomes a GET.
pub fn redirect(to: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    let to = HeaderValue::from_str(local(to)).unwrap_or(HeaderValue::from_static("/"));
    response.insert_header(header::LOCATION, to);
    response.set_status(StatusCode::SEE_OTHER);
}

/// Answers with this status.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// `path` if it is a page of this console, else the first page: nobody is led away by an address.
#[must_use]
pub fn local(path: &str) -> &str {
    let inside = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\");
    if inside && path.bytes().all(|b| b.is_ascii_graphic()) { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_console_are_redirected_to() {
        for (path, to) in [
            ("/webhooks?x=1#f", "/webhooks?x=1#f"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nset-cookie: x=1", "/"),
            ("", "/"),
        ] {
            assert_eq!(local(path), to, "{path}");
        }
    }

    #[test]
    fn passwords_to_this_machine_are_not_exposed() {
        assert!(["localhost", "crier.localhost", "127.0.0.1", "[::1]"].into_iter().all(is_this_machine));
        assert!(
            ["crier.example", "10.0.0.1", "notlocalhost", "[fe80::1]"].iter().all(|h| !is_this_machine(h))
        );
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; crier_session=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("crier_theme=dark"));
        assert_eq!(cookie(&headers, "crier_session"), Some("abc"));
        assert_eq!(cookie(&headers, "crier_theme"), Some("dark"));
        assert_eq!(cookie(&headers, "crier"), None);
    }
}
