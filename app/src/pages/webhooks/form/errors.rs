//! What is wrong, as the form says it: at the input's name, and in the form's words and units. The
//! rules and the API speak of the contract's members.

use super::{filters, patch::rows};
use crate::pairs::Pairs;
use domain::{
    catalog::TopicFilter,
    invalid::{FieldError, Invalid, Rule},
    retry::MAX_WAITS,
};
use engine::Error;

/// Puts what is wrong with the object that `patch` made of `form` into the form's terms.
#[must_use]
pub fn in_form(error: Error, form: &Pairs) -> Error {
    let Error::Invalid(Invalid { mut errors }) = error else { return error };
    // Without any topic there is none to test with: that is one thing to mend.
    if errors.iter().any(|error| error.overlaps("topics")) && form.some("test.topic").is_none() {
        errors.retain(|error| error.field != "topic");
    }
    let mut invalid = Invalid { errors: errors.into_iter().map(|error| one(error, form)).collect() };
    invalid.errors.dedup();
    Error::Invalid(invalid)
}

fn one(error: FieldError, form: &Pairs) -> FieldError {
    if let Some(text) = form.some("conditions.json").filter(|_| error.field.starts_with("conditions")) {
        return in_json(error, text);
    }
    let input = input(&error.field, form);
    let message = words(&error, form).unwrap_or_else(|| match input.strip_prefix("oauth.") {
        // These inputs are *Account* and *Account secret*.
        Some(_) => {
            let message = error.message.replace("A username", "An account").replace("username", "account");
            message.replace("A password", "An account secret").replace("password", "account secret")
        }
        None => error.message.clone(),
    });
    FieldError { field: input, message, rule: Rule::Any, ..error }
}

/// The name of the input that holds the contract's member.
fn input(field: &str, form: &Pairs) -> String {
    let parts: Vec<&str> = field.split('.').collect();
    // Empty rows are no part of the object, so its entries count differently.
    let row = |list: &str, at: &str| at.parse().ok().and_then(|at| rows(form, list).nth(at));
    match parts.as_slice() {
        ["topics", ..] => "topics".to_owned(),
        ["timeout_ms"] => "timeout_s".to_owned(),
        ["frequency"] => "frequency.key".to_owned(),
        ["retry", "schedule_s", ..] => "retry.schedule_s".to_owned(),
        ["retry", ..] => "retry.preset".to_owned(),
        ["auth"] => "auth.type".to_owned(),
        ["auth", key @ ("username" | "password")] if form.get("basic") != "yes" => format!("oauth.{key}"),
        ["headers", at, rest @ ..] => {
            let key = rest.first().unwrap_or(&"name");
            row("headers", at).map_or_else(|| field.to_owned(), |row| format!("headers.{row}.{key}"))
        }
        ["fields", at, rest @ ..] => {
            let key = rest.first().unwrap_or(&"from");
            row("fields", at).map_or_else(|| field.to_owned(), |row| format!("fields.{row}.{key}"))
        }
        ["fields"] => "fields.0.name".to_owned(),
        ["conditions", "all", at, ..] if filter(form, at).is_some() => {
            filter(form, at).map_or_else(|| field.to_owned(), filters::input)
        }
        ["conditions", "all", _, "any", at, rest @ ..] | ["conditions", _, at, rest @ ..] => {
            let key = rest.first().unwrap_or(&"field");
            row("conditions", at).map_or_else(|| field.to_owned(), |row| format!("conditions.{row}.{key}"))
        }
        ["conditions", ..] => "conditions.join".to_owned(),
        _ => field.to_owned(),
    }
}

/// The filter whose condition stands at this place of the list: behind the manager's own.
fn filter(form: &Pairs, at: &str) -> Option<&'static TopicFilter> {
    let own = match form.get("conditions.join") {
        "any" => rows(form, "conditions").count().min(1),
        _ => rows(form, "conditions").count(),
    };
    let chosen = filters::chosen(form);
    chosen.get(at.parse::<usize>().ok()?.checked_sub(own)?).map(|(filter, _)| *filter)
}

/// The form's own words, where the contract's don't fit.
fn words(error: &FieldError, form: &Pairs) -> Option<String> {
    Some(match error.rule {
        Rule::Any => return None,
        Rule::GetSendsForm => {
            "GET sends the fields in the address: choose application/x-www-form-urlencoded \
             here, or the method POST under “Delivery and retries”."
                .to_owned()
        }
        Rule::TopicCount => {
            "These are too many topics to list one by one: choose “All …” of a group instead.".to_owned()
        }
        Rule::FixedHeader => {
            "The chosen scheme always uses the same header: leave this empty, or choose another scheme."
                .to_owned()
        }
        Rule::Waits => {
            format!(
                "Type 1 to {MAX_WAITS} waits with commas between, such as 5s, 5m, 2h; or choose “No more tries”."
            )
        }
        Rule::Wait => {
            let typed = error.field.rsplit('.').next().and_then(|at| at.parse().ok());
            let typed = typed.and_then(|at| super::schedule::parts(form.get("retry.schedule_s")).nth(at));
            format!("“{}” is not between 1 second and 7 days.", typed.unwrap_or_default())
        }
        Rule::TimeLimit => "The time limit is 1 to 30 seconds.".to_owned(),
        Rule::Whole if error.field == "timeout_ms" => "Type a number of seconds from 1 to 30.".to_owned(),
        Rule::Window => "The time is 1 minute to 1 year.".to_owned(),
        Rule::Whole if error.field == "frequency.window_s" => "Type a whole number.".to_owned(),
        Rule::Whole => "Type a whole number, or leave this empty.".to_owned(),
        Rule::Values if is_of_boxes(error, form) => {
            "Choose at least one, or take the topics about messages out.".to_owned()
        }
        Rule::Values => "Type at least one value; commas stand between several.".to_owned(),
    })
}

/// Whether it is about a filter that has check boxes.
fn is_of_boxes(error: &FieldError, form: &Pairs) -> bool {
    let at = error.field.strip_prefix("conditions.all.").and_then(|rest| rest.split('.').next());
    at.and_then(|at| filter(form, at)).is_some_and(|filter| !filter.choices.is_empty())
}

/// Conditions that are written as JSON: where in it.
fn in_json(error: FieldError, text: &str) -> FieldError {
    let field = "conditions.json";
    if let Err(wrong) = serde_json::from_str::<serde_json::Value>(text) {
        let at = |place: usize| u32::try_from(place).ok();
        return FieldError::placed(field, "This is not JSON.", at(wrong.line()), at(wrong.column()));
    }
    let message = match error.field.strip_prefix("conditions.") {
        Some(path) => format!("{path}: {}", error.message),
        None => error.message,
    };
    FieldError::placed(field, message, None, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::webhooks::form::patch;
    use domain::{
        catalog,
        webhook::validate::{Rules, read},
    };

    /// What is wrong with a form, as `input: message`.
    fn wrong(typed: &str) -> Vec<String> {
        let form = Pairs::parse(&format!(
            "name=A&url=https%3A%2F%2Fexample.com%2F&topics=learning.user.created&{typed}"
        ));
        let public_origin = "http://127.0.0.1:3000".parse().expect("a URL");
        let topics = &catalog::all()[0].topics;
        let rules = Rules { topics, allowed_networks: &[], public_origin: &public_origin, people: &[] };
        let Err(invalid) = read(None, &patch(&form), &rules) else { return Vec::new() };
        let Error::Invalid(invalid) = in_form(invalid.into(), &form) else { panic!("it stays what it is") };
        invalid.errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
    }

    #[test]
    fn units_and_names_are_the_forms() {
        let waits = "retry.schedule_s: Type 1 to 50 waits with commas between, such as 5s, 5m, 2h; or choose “No more tries”.";
        assert_eq!(wrong("retry.preset=custom&retry.schedule_s=5,+abc"), [waits]);
        assert_eq!(wrong("retry.preset=custom&retry.schedule_s="), [waits]);
        assert_eq!(
            wrong("retry.preset=custom&retry.schedule_s=5s,+8d"),
            ["retry.schedule_s: “8d” is not between 1 second and 7 days."]
        );
        assert_eq!(wrong("timeout_s=0.5"), ["timeout_s: The time limit is 1 to 30 seconds."]);
        assert_eq!(wrong("timeout_s=soon"), ["timeout_s: Type a number of seconds from 1 to 30."]);
        assert_eq!(wrong("max_in_flight=few"), ["max_in_flight: Type a whole number, or leave this empty."]);
        let get = wrong("method=GET&format=json");
        assert!(get[0].starts_with("format: GET") && get[0].contains("x-www-form-urlencoded"), "{get:?}");
        assert!(wrong("signing.header=X-Mine")[0].starts_with("signing.header: The chosen scheme"));
    }

    #[test]
    fn the_account_of_a_grant_is_no_username() {
        let grant = "auth.type=oauth2_password&basic=no&auth.token_url=https%3A%2F%2Fid.example.com%2Ft&auth.client_id=c\
                     &auth.client_secret=s&oauth.username=a%0Db";
        let expected = [
            "oauth.username: An account can't hold line breaks or control characters.",
            "oauth.password: Type the account secret.",
        ];
        assert_eq!(wrong(grant), expected);
    }

    #[test]
    fn rows_are_those_of_the_form() {
        let rows = "headers.1.name=X-A&headers.1.value=1&headers.4.name=Host&headers.4.value=x";
        assert_eq!(wrong(rows), ["headers.4.name: Crier sets this header itself; choose another name."]);
        let rows = "conditions.join=any&conditions.2.field=payload.a&conditions.2.op=eq&conditions.2.value=1\
                    &conditions.5.field=colour&conditions.5.op=in&conditions.5.value=%2C";
        let found = wrong(rows);
        assert!(found[0].starts_with("conditions.5.field: Fields are payload"), "{found:?}");
        assert_eq!(found[1], "conditions.5.value: Type at least one value; commas stand between several.");
    }

    #[test]
    fn conditions_as_json_say_where() {
        assert_eq!(wrong("conditions.json=%7B%22all%22"), ["conditions.json: This is not JSON."]);
        let found = wrong(
            "conditions.json=%7B%22not%22%3A%7B%22field%22%3A%22payload.a%22%2C%22op%22%3A%22like%22%7D%7D",
        );
        assert!(found[0].starts_with("conditions.json: not.op: The comparison is one of"), "{found:?}");
    }
}
