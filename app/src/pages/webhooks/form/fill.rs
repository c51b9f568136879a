//! From a stored webhook to the form: the other direction of `patch`.

use super::OWNED;
use crate::pairs::Pairs;
use domain::{
    conditions::Condition,
    retry::Retry,
    webhook::{Auth, FieldSource, OauthClient, Owner, Settings, Webhook},
};
use serde_json::Value;

/// What the form of a saved webhook holds.
#[must_use]
pub fn fill(webhook: &Webhook) -> Pairs {
    let own = [("id", webhook.id.to_string()), ("revision", webhook.revision.to_string())];
    let settings = fill_settings(&webhook.settings);
    let owned = webhook.owner.map(Owner::members).unwrap_or_default().iter().map(|name| (OWNED, *name));
    settings.iter().chain(own.iter().map(|(name, value)| (*name, value.as_str()))).chain(owned).collect()
}

/// Names and values on their way into a form.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }
}

/// What the form of these settings holds; secrets are marked as set.
#[must_use]
pub(super) fn fill_settings(settings: &Settings) -> Pairs {
    let mut fields = Fields::default();
    fields.push("name", &settings.name);
    fields.push("url", &settings.url);
    fields.push("method", name_of(&settings.method));
    for topic in &settings.topics {
        fields.push("topics", topic);
    }
    fields.push("format", name_of(&settings.format));
    fields.push("body_template", settings.body_template.clone().unwrap_or_default());
    for (i, field) in settings.fields.iter().flatten().enumerate() {
        fields.push(format!("fields.{i}.name"), &field.name);
        match &field.source {
            FieldSource::From(path) => fields.push(format!("fields.{i}.from"), path),
            FieldSource::Value(value) => fields.push(format!("fields.{i}.value"), value),
        }
    }
    fields.push("preset", settings.preset.clone().unwrap_or_default());
    auth(&mut fields, &settings.auth);
    for (i, header) in settings.headers.iter().enumerate() {
        fields.push(format!("headers.{i}.name"), &header.name);
        if header.secret {
            fields.push(format!("headers.{i}.secret"), "1");
            fields.push(format!("headers.{i}.value.set"), "1");
        } else {
            fields.push(format!("headers.{i}.value"), header.value.text().unwrap_or_default());
        }
    }
    fields.push("signing.scheme", name_of(&settings.signing.scheme));
    fields.push("signing.header", settings.signing.header.clone().unwrap_or_default());
    if let Some(condition) = &settings.conditions {
        conditions(&mut fields, condition);
    }
    fields.push("success", name_of(&settings.success));
    fields.push("on_410", name_of(&settings.on_410));
    retry(&mut fields, &settings.retry);
    fields.push("timeout_s", seconds(settings.timeout_ms));
    fields.push("rate_per_second", settings.rate_per_second.map(|n| n.to_string()).unwrap_or_default());
    fields.push("max_in_flight", settings.max_in_flight.map(|n| n.to_string()).unwrap_or_default());
    fields.push("include_deleted_resource", settings.include_deleted_resource.to_string());
    for recipient in &settings.alert_recipients {
        fields.push("alert_recipients", recipient);
    }
    fields.0.into_iter().collect()
}

/// The contract's name of a choice.
fn name_of(choice: &impl serde::Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn seconds(ms: u32) -> String {
    format!("{}", f64::from(ms) / 1000.0)
}

fn auth(fields: &mut Fields, auth: &Auth) {
    fields.push("basic", if matches!(auth, Auth::Basic { .. }) { "yes" } else { "no" });
    match auth {
        Auth::None => fields.push("auth.type", "none"),
        Auth::Basic { username, .. } => {
            fields.push("auth.username", username);
            fields.push("auth.password.set", "1");
        }
        Auth::Header { name, .. } => {
            fields.push("auth.type", "header");
            fields.push("auth.name", name);
            fields.push("auth.value.set", "1");
        }
        Auth::Bearer { .. } => {
            fields.push("auth.type", "bearer");
            fields.push("auth.token.set", "1");
        }
        Auth::Oauth2ClientCredentials { client } => {
            fields.push("auth.type", auth.kind());
            oauth_client(fields, client);
        }
        Auth::Oauth2Password { client, username, .. } => {
            fields.push("auth.type", auth.kind());
            oauth_client(fields, client);
            fields.push("oauth.username", username);
            fields.push("oauth.password.set", "1");
        }
    }
}

fn oauth_client(fields: &mut Fields, client: &OauthClient) {
    fields.push("auth.token_url", &client.token_url);
    fields.push("auth.client_id", &client.client_id);
    fields.push("auth.client_secret.set", "1");
    fields.push("auth.scope", client.scope.clone().unwrap_or_default());
}

/// One flat list of clauses fills rows; any other tree is shown as JSON.
fn conditions(fields: &mut Fields, condition: &Condition) {
    let tree = serde_json::to_value(condition).unwrap_or_default();
    let flat = ["all", "any"].into_iter().find_map(|join| Some((join, rows(tree.get(join)?)?)));
    let Some((join, rows)) = flat else {
        return fields.push("conditions.json", format!("{tree:#}"));
    };
    fields.push("conditions.join", join);
    for (i, (field, op, value)) in rows.into_iter().enumerate() {
        fields.push(format!("conditions.{i}.field"), field);
        fields.push(format!("conditions.{i}.op"), op);
        fields.push(format!("conditions.{i}.value"), value);
    }
}

fn rows(clauses: &Value) -> Option<Vec<(String, String, String)>> {
    let clauses = clauses.as_array().filter(|c| c.len() <= super::MAX_ROWS)?;
    let row = |clause: &Value| {
        let text = |key: &str| clause.get(key)?.as_str().map(str::to_owned);
        Some((text("field")?, text("op")?, operand(clause.get("op")?.as_str()?, clause.get("value"))))
    };
    clauses.iter().map(row).collect()
}

fn operand(op: &str, value: Option<&Value>) -> String {
    match (op, value) {
        (_, None) => String::new(),
        ("in" | "not_in", Some(Value::Array(list))) => list.iter().map(scalar).collect::<Vec<_>>().join(", "),
        ("contains" | "starts_with" | "ends_with", Some(Value::String(text))) => text.clone(),
        (_, Some(value)) => scalar(value),
    }
}

/// As `patch` reads it back: a text that would read as something else stays in quotes.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if serde_json::from_str::<Value>(text).is_err() && !text.contains(',') => {
            text.clone()
        }
        other => other.to_string(),
    }
}

fn retry(fields: &mut Fields, retry: &Retry) {
    match retry {
        Retry::Preset { preset } => fields.push("retry.preset", name_of(preset)),
        Retry::Schedule { schedule_s } => {
            fields.push("retry.preset", "custom");
            fields.push("retry.schedule_s", super::schedule::write(schedule_s));
        }
    }
}
