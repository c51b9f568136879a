//! Forms before anybody is signed in: sign-in and set-up. There is no session to bind a stash to,
//! so what was typed (never the password) waits in a cookie of this browser, one minute.

use crate::{
    context::{cookie, engine, parts, redirect, set_cookie},
    form::{Returned, Tone, at_errors},
    pairs::Pairs,
};
use domain::invalid::Invalid;
use engine::{Engine, Error};
use leptos::prelude::ServerFnError;

const COOKIE: &str = "crier_form";
const AGE_S: u32 = 60;

/// Does what such a form asks and redirects to what `change` answers, or back with what is wrong.
///
/// # Errors
/// Never: everything there is to say is said on the page that follows.
pub async fn act_before(
    back: &str,
    form: Pairs,
    change: impl AsyncFnOnce(&Engine, &Pairs) -> engine::Result<String>,
) -> Result<(), ServerFnError> {
    let Ok(engine) = engine() else { return Ok(()) };
    let errors = match change(&engine, &form).await {
        Ok(to) => {
            redirect(&to);
            return Ok(());
        }
        Err(Error::Invalid(errors)) => errors,
        Err(error) => Invalid::one("", error.to_string()),
    };
    set_cookie(&engine, COOKIE, &write(back, &form, &errors), AGE_S);
    redirect(&at_errors(back));
    Ok(())
}

/// What such a form left for this page; it is told once.
#[must_use]
pub fn returned_before() -> Returned {
    let Ok(parts) = parts() else { return Returned::default() };
    let Some(text) = cookie(&parts.headers, COOKIE) else { return Returned::default() };
    if let Ok(engine) = engine() {
        set_cookie(&engine, COOKIE, "", 0);
    }
    read(parts.uri.path(), text).unwrap_or_default()
}

/// The page's path goes along: what the set-up left is not for the sign-in page.
fn write(page: &str, form: &Pairs, errors: &Invalid) -> String {
    let path = page.split_once('?').map_or(page, |(path, _)| path).to_owned();
    let typed = form.iter().filter(|(name, _)| !matches!(*name, "password" | "token" | "next"));
    // A cookie holds 4 KiB; nobody's name is that long.
    let typed = typed.map(|(name, value)| (format!("v.{name}"), value.chars().take(200).collect::<String>()));
    let errors = errors.errors.iter().map(|e| (format!("e.{}", e.field), e.message.clone()));
    std::iter::once(("at".to_owned(), path)).chain(typed).chain(errors).collect::<Pairs>().encode()
}

fn read(page: &str, text: &str) -> Option<Returned> {
    let pairs = Pairs::parse(text);
    if pairs.get("at") != page {
        return None;
    }
    let (mut typed, mut errors, mut said) = (Vec::new(), Invalid::default(), None);
    for (name, value) in pairs.iter() {
        match name.split_once('.') {
            Some(("v", name)) => typed.push((name.to_owned(), value.to_owned())),
            Some(("e", "")) => said = Some((Tone::Bad, value.to_owned())),
            Some(("e", field)) => errors.push(field, value),
            _ => {}
        }
    }
    Some(Returned { typed: Some(typed.into_iter().collect()), errors, said, ..Returned::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_but_no_secret() {
        let form = Pairs::parse("email=a%40b&password=secret&token=t");
        let mut errors = Invalid::one("password", "Wrong; try again.");
        errors.push("", "Too many tries.");
        let text = write("/setup?token=t", &form, &errors);
        assert!(!text.contains("secret") && !text.contains([';', ' ', ',', '"']), "{text}");
        assert_eq!(read("/login", &text), None, "another page's");
        let form = read("/setup", &text).expect("this page's");
        assert_eq!(form.value("email", ""), "a@b");
        assert_eq!(form.error("password").map(|e| e.message.as_str()), Some("Wrong; try again."));
        assert_eq!(form.said, Some((Tone::Bad, "Too many tries.".to_owned())));
    }
}
