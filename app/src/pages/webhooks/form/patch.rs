//! From the form to the contract's webhook object. No rule is checked here: the same code that
//! checks an API call checks what comes out.

use super::{MAX_ROWS, OWNED, schedule};
use crate::pairs::Pairs;
use domain::{retry::Retry, webhook::fields::MAX_FIELDS};
use serde_json::{Map, Value, json};

/// The webhook object that the form describes.
#[must_use]
pub fn patch(fields: &Pairs) -> Map<String, Value> {
    let mut patch = Map::new();
    let mut put = |name: &str, value: Value| patch.insert(name.to_owned(), value);
    put("name", fields.get("name").into());
    put("url", fields.get("url").into());
    put("method", fields.some("method").unwrap_or("POST").into());
    put("topics", fields.all("topics").collect());
    put("format", fields.some("format").unwrap_or("json").into());
    put("body_template", text_or_null(fields.raw("body_template").unwrap_or_default()));
    put("fields", chosen(fields));
    put("preset", preset(fields));
    put("auth", auth(fields));
    put("headers", headers(fields));
    put("signing", signing(fields));
    put("conditions", conditions(fields));
    put("success", fields.some("success").unwrap_or("2xx").into());
    put("on_410", fields.some("on_410").unwrap_or("deactivate").into());
    put("retry", retry(fields));
    put("timeout_ms", timeout(fields.get("timeout_s")));
    put("rate_per_second", number_or_null(fields.get("rate_per_second")));
    put("max_in_flight", number_or_null(fields.get("max_in_flight")));
    put("include_deleted_resource", (fields.get("include_deleted_resource") == "true").into());
    put("alert_recipients", fields.all("alert_recipients").collect());
    if let Some(revision) = fields.some("revision").and_then(|r| r.parse::<i64>().ok()) {
        put("revision", revision.into());
    }
    // They stay as they are stored.
    for owned in fields.all(OWNED) {
        patch.shift_remove(owned);
    }
    patch
}

fn text_or_null(text: &str) -> Value {
    if text.trim().is_empty() { Value::Null } else { text.replace("\r\n", "\n").into() }
}

/// A number where it is one; else the text, which the check then refuses at its field.
fn number_or_null(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
    }
}

/// Seconds, with at most three decimals, as milliseconds.
fn timeout(seconds: &str) -> Value {
    match seconds.trim() {
        "" => 15_000.into(),
        text => match text.replace(',', ".").parse::<f64>() {
            Ok(s) if (0.0..=1e6).contains(&s) => ((s * 1000.0).round() as u64).into(),
            _ => text.into(),
        },
    }
}

fn secret(fields: &Pairs, name: &str) -> Value {
    match fields.raw(name).unwrap_or_default() {
        "" if fields.get(&format!("{name}.set")) == "1" => json!({"set": true}),
        text => text.into(),
    }
}

fn auth(fields: &Pairs) -> Value {
    if fields.get("basic") == "yes" {
        return json!({"type": "basic", "username": fields.get("auth.username"), "password": secret(fields, "auth.password")});
    }
    let mut auth = match fields.get("auth.type") {
        kind @ ("oauth2_client_credentials" | "oauth2_password") => json!({
            "type": kind,
            "token_url": fields.get("auth.token_url"),
            "client_id": fields.get("auth.client_id"),
            "client_secret": secret(fields, "auth.client_secret"),
            "scope": text_or_null(fields.get("auth.scope")),
        }),
        "header" => {
            json!({"type": "header", "name": fields.get("auth.name"), "value": secret(fields, "auth.value")})
        }
        "bearer" => json!({"type": "bearer", "token": secret(fields, "auth.token")}),
        _ => json!({"type": "none"}),
    };
    if fields.get("auth.type") == "oauth2_password" {
        // Basic authentication has the contract's names already.
        auth["username"] = fields.get("oauth.username").into();
        auth["password"] = secret(fields, "oauth.password");
    }
    auth
}

/// The rows of a list that something is typed into; empty ones are left out of the object.
pub(super) fn rows(fields: &Pairs, list: &str) -> impl Iterator<Item = usize> {
    let (first, also, most) = match list {
        "headers" => ("name", "value", MAX_ROWS),
        "fields" => ("name", "from", MAX_FIELDS),
        _ => ("field", "value", MAX_ROWS),
    };
    let typed = move |at: &usize| {
        [first, also, "value"].iter().any(|key| fields.some(&format!("{list}.{at}.{key}")).is_some())
    };
    (0..most).filter(typed)
}

/// Both where both are typed: the check refuses that.
fn chosen(fields: &Pairs) -> Value {
    let row = |i: usize| {
        let mut field = json!({ "name": fields.get(&format!("fields.{i}.name")) });
        for key in ["from", "value"] {
            let text = fields.raw(&format!("fields.{i}.{key}")).unwrap_or_default();
            if !text.is_empty() {
                field[key] = text.into();
            }
        }
        if field.get("from").is_none() && field.get("value").is_none() {
            field["from"] = "".into();
        }
        field
    };
    let list: Vec<Value> = rows(fields, "fields").map(row).collect();
    if list.is_empty() { Value::Null } else { list.into() }
}

fn preset(fields: &Pairs) -> Value {
    let on = fields.some("preset").filter(|_| fields.get("preset_off") != "1");
    on.map_or(Value::Null, Value::from)
}

fn headers(fields: &Pairs) -> Value {
    let rows = rows(fields, "headers").map(|i| {
        let at = |key: &str| format!("headers.{i}.{key}");
        let (name, value) = (fields.get(&at("name")), fields.get(&at("value")));
        let is_secret = fields.get(&at("secret")) == "1";
        let value = if is_secret { secret(fields, &at("value")) } else { value.into() };
        json!({"name": name, "value": value, "secret": is_secret})
    });
    rows.collect()
}

fn signing(fields: &Pairs) -> Value {
    let scheme = fields.some("signing.scheme").unwrap_or("standard");
    let mut signing = json!({"scheme": scheme, "header": text_or_null(fields.get("signing.header"))});
    if !fields.get("signing.secret").is_empty() {
        signing["secret"] = fields.get("signing.secret").into();
    }
    signing
}

/// The rows of the form; a tree that rows can't show travels as JSON text.
fn conditions(fields: &Pairs) -> Value {
    if let Some(text) = fields.some("conditions.json") {
        return serde_json::from_str(text).unwrap_or_else(|_| text.into());
    }
    let clauses: Vec<_> = rows(fields, "conditions")
        .map(|i| {
            let at = |key: &str| fields.get(&format!("conditions.{i}.{key}"));
            let (field, op, value) = (at("field"), at("op"), at("value"));
            json!({"field": field, "op": op, "value": operand(op, value)})
        })
        .collect();
    match (clauses.is_empty(), fields.get("conditions.join")) {
        (true, _) => Value::Null,
        (false, "any") => json!({"any": clauses}),
        (false, _) => json!({"all": clauses}),
    }
}

/// What a manager types for a value: JSON where it is a number, true, false, null or quoted; else text.
/// Lists are separated by commas.
fn operand(op: &str, text: &str) -> Value {
    match op {
        "exists" => (text != "false" && text != "no").into(),
        "in" | "not_in" => text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(scalar).collect(),
        "contains" | "starts_with" | "ends_with" => unquoted(text).into(),
        _ => scalar(text),
    }
}

fn scalar(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_))) => value,
        _ => text.into(),
    }
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

fn retry(fields: &Pairs) -> Value {
    match fields.some("retry.preset").unwrap_or("standard") {
        "custom" => match schedule::parse(fields.get("retry.schedule_s")) {
            Some(schedule_s) => json!(Retry::Schedule { schedule_s }),
            None => json!({"schedule_s": fields.get("retry.schedule_s")}),
        },
        preset => json!({"preset": preset}),
    }
}
