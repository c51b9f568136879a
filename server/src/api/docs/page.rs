//! The page: contents at the side, then each call with its parameters, an example and its answers.

use super::{escape, prose, schema};
use serde_json::Value;
use std::fmt::Write as _;

/// The whole page around its body.
pub(super) fn document(body: &str, css: &str, theme: Option<&str>) -> String {
    let theme = theme.map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>REST API · Crier</title><link rel=\"stylesheet\" href=\"{css}\">\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body class=\"reference\">{body}</body></html>"
    )
}

/// Everything that is told.
pub(super) fn body(document: &Value) -> String {
    let info = &document["info"];
    let tags: Vec<&Value> = document["tags"].as_array().into_iter().flatten().collect();
    let mut contents = String::new();
    let mut main = String::new();
    for paragraph in text(&info["description"]).split("\n\n") {
        main += &format!("<p>{}</p>", prose(paragraph));
    }
    for tag in &tags {
        let name = text(&tag["name"]);
        let id = name.to_lowercase().replace(' ', "-");
        contents += &format!("<p>{}</p><ul>", escape(name));
        main += &format!(
            "<section><h2 id=\"{id}\">{}</h2><p>{}</p>",
            escape(name),
            prose(text(&tag["description"]))
        );
        for (method, path, operation) in
            operations(document).filter(|(_, _, op)| op["tags"][0] == tag["name"])
        {
            let (id, summary) = (text(&operation["operationId"]), text(&operation["summary"]));
            contents += &format!("<li><a href=\"#{id}\">{}</a></li>", escape(summary));
            main += &call(document, method, path, operation);
        }
        contents += "</ul>";
        main += "</section>";
    }
    contents += "<p>Objects</p><ul>";
    main += "<section><h2 id=\"objects\">Objects</h2>";
    for (name, object) in document["components"]["schemas"].as_object().into_iter().flatten() {
        contents += &format!("<li><a href=\"#schema-{name}\">{name}</a></li>");
        main += &format!("<article><h3 id=\"schema-{name}\">{name}</h3>{}</article>", schema::block(object));
    }
    contents += "</ul>";
    main += "</section>";
    format!(
        "<a class=\"to-text\" href=\"#main\">Skip to the text</a><nav aria-label=\"Contents\">{contents}</nav>\
         <main id=\"main\"><h1>REST API</h1>\
         <p class=\"lead\">Crier {}. The same as an <a href=\"/api/openapi.json\">OpenAPI document</a>; \
         <a href=\"/\">back to the console</a>.</p>{main}</main>",
        escape(text(&info["version"]))
    )
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let item = item.as_object().into_iter().flatten();
        item.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

fn call(document: &Value, method: &str, path: &str, operation: &Value) -> String {
    let mut html = format!(
        "<article><h3 id=\"{}\">{}</h3>\
         <p class=\"call\"><span class=\"method {method}\">{}</span> <code>/api/v1{}</code></p><p>{}</p>",
        text(&operation["operationId"]),
        escape(text(&operation["summary"])),
        method.to_uppercase(),
        escape(path),
        prose(text(&operation["description"])),
    );
    let parameters: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().map(|it| resolve(document, it)).collect();
    if !parameters.is_empty() {
        html += &table(
            "Parameters",
            parameters.iter().map(|it| {
                (text(&it["name"]), schema::kind(&it["schema"]), text(&it["description"]).to_owned())
            }),
        );
    }
    let body = &operation["requestBody"]["content"]["application/json"];
    if body.is_object() {
        let _ = write!(html, "<p>Body: {}</p>", schema::kind(&body["schema"]));
        if body["schema"].get("properties").is_some() {
            html += &schema::block(&body["schema"]);
        }
    }
    let is_open = operation["security"].as_array().is_some_and(Vec::is_empty);
    html += &example(method, path, &body["example"], is_open);
    html += "<dl class=\"answers\">";
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let response = resolve(document, response);
        let content = &response["content"]["application/json"]["schema"];
        let kind = if content.is_object() { format!(" {}", schema::kind(content)) } else { String::new() };
        let status = if status == "default" { "else" } else { status };
        let _ = write!(html, "<dt>{status}</dt><dd>{}{kind}</dd>", prose(text(&response["description"])));
    }
    html + "</dl></article>"
}

/// The call as it is typed in a shell.
fn example(method: &str, path: &str, body: &Value, is_open: bool) -> String {
    let mut line = String::from("curl ");
    if method != "get" {
        let _ = write!(line, "-X {} ", method.to_uppercase());
    }
    let path = path.replace("{id}", "$ID").replace("{key}", "$TOPIC");
    let _ = if is_open {
        write!(line, "\"$CRIER/api/v1{path}?key=$CRIER_TRACK_KEY\" -H \"Origin: https://shop.example.com\"")
    } else {
        write!(line, "\"$CRIER/api/v1{path}\" -H \"Authorization: Bearer $CRIER_API_KEY\"")
    };
    if body.is_object() {
        let _ = write!(line, " \\\n  --json '{body:#}'");
    }
    format!("<pre><code>{}</code></pre>", escape(&line))
}

/// A table of names, kinds (HTML) and descriptions.
pub(super) fn table<'a>(caption: &str, rows: impl Iterator<Item = (&'a str, String, String)>) -> String {
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption>\
         <thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>"
    );
    for (name, kind, meaning) in rows {
        let _ = write!(
            html,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{kind}</td><td>{}</td></tr>",
            escape(name),
            prose(&meaning)
        );
    }
    html + "</tbody></table></div>"
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target =
        value["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    target.unwrap_or(value)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
