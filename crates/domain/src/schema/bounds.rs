//! What a schema may not do, so that every check of a payload comes to an end soon: lead elsewhere, lead back to
//! itself, or grow without measure when its references are followed.

use super::DIALECT;
use crate::format::Json;

/// The most parts that a schema may have when its references are followed.
const MAX_PARTS: usize = 5_000;
/// The deepest nesting, references included.
const MAX_DEPTH: usize = 200;
/// The most patterns.
const MAX_PATTERNS: usize = 100;

/// Keywords that hold one schema.
const ONE: [&str; 11] = [
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name.
const NAMED: [&str; 6] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/// Where a schema breaks a rule (dotted; empty for the whole), and which.
pub(super) type Broken = (String, String);

/// Looks through the schema and all that its references lead to.
///
/// # Errors
/// The first place that breaks a rule.
pub(super) fn check(schema: &Json) -> Result<(), Broken> {
    let mut walk = Walk { root: schema, parts: 0, patterns: 0, within: Vec::new() };
    walk.schema(schema, &Place(None), 0)
}

/// A place in the schema, as the way that led to it.
struct Place<'a>(Option<(&'a Place<'a>, &'a str)>);

impl Place<'_> {
    fn path(&self) -> String {
        match self.0 {
            None => String::new(),
            Some((before, name)) => match before.path() {
                path if path.is_empty() => name.to_owned(),
                path => format!("{path}.{name}"),
            },
        }
    }
    fn broken<T>(&self, rule: impl Into<String>) -> Result<T, Broken> {
        Err((self.path(), rule.into()))
    }
}

struct Walk<'a> {
    root: &'a Json,
    parts: usize,
    patterns: usize,
    /// The references that are being followed.
    within: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Json, at: &Place<'_>, depth: usize) -> Result<(), Broken> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return at.broken(format!(
                "With its references followed, the schema has more than {MAX_PARTS} parts."
            ));
        }
        if depth > MAX_DEPTH {
            return at.broken(format!(
                "With its references followed, the schema is more than {MAX_DEPTH} levels deep."
            ));
        }
        // What is neither an object nor true nor false is told by the check of its form.
        let Json::Object(members) = schema else { return Ok(()) };
        for (name, value) in members {
            self.keyword(name, value, &Place(Some((at, name))), depth)?;
        }
        Ok(())
    }

    fn keyword(&mut self, name: &str, value: &'a Json, at: &Place<'_>, depth: usize) -> Result<(), Broken> {
        match (name, value) {
            ("$schema", Json::String(dialect)) if dialect.trim_end_matches('#') != DIALECT => {
                at.broken(format!("Schemas are read as {DIALECT}."))
            }
            ("$id", _) if depth > 0 => at.broken("Only the schema as a whole can have an $id."),
            ("$dynamicRef" | "$recursiveRef", _) => {
                at.broken("Use $ref: references that depend on the way are not followed.")
            }
            ("$ref", Json::String(reference)) => self.reference(reference, at, depth),
            ("pattern", _) => self.pattern(at),
            (_, value) if ONE.contains(&name) => self.schema(value, at, depth + 1),
            (_, Json::Array(list)) if LIST.contains(&name) => {
                let mut each = list.iter().enumerate();
                each.try_for_each(|(i, part)| {
                    self.schema(part, &Place(Some((at, &i.to_string()))), depth + 1)
                })
            }
            (_, Json::Object(named)) if NAMED.contains(&name) => named.iter().try_for_each(|(key, part)| {
                let at = Place(Some((at, key)));
                if name == "patternProperties" {
                    self.pattern(&at)?;
                }
                self.schema(part, &at, depth + 1)
            }),
            _ => Ok(()),
        }
    }

    fn pattern(&mut self, at: &Place<'_>) -> Result<(), Broken> {
        self.patterns += 1;
        if self.patterns > MAX_PATTERNS {
            return at.broken(format!(
                "With its references followed, the schema has more than {MAX_PATTERNS} patterns."
            ));
        }
        Ok(())
    }

    fn reference(&mut self, reference: &'a str, at: &Place<'_>, depth: usize) -> Result<(), Broken> {
        let Some(pointer) = reference.strip_prefix('#').filter(|to| to.is_empty() || to.starts_with('/'))
        else {
            return at.broken(
                "A reference leads to a part of this schema, such as #/$defs/address; nothing is fetched.",
            );
        };
        if self.within.contains(&reference) {
            return at.broken("The schema leads back to itself here. Write out as many levels as you need.");
        }
        let Some(target) = pointed(self.root, pointer) else {
            return at.broken(format!("There is nothing at {reference}."));
        };
        self.within.push(reference);
        let walked = self.schema(target, at, depth + 1);
        self.within.pop();
        walked
    }
}

/// What a JSON pointer leads to.
fn pointed<'a>(root: &'a Json, pointer: &str) -> Option<&'a Json> {
    // The names in it stay plain: what is escaped for addresses is not looked for.
    pointer
        .split('/')
        .skip(1)
        .try_fold(root, |at, name| at.child(&name.replace("~1", "/").replace("~0", "~")))
}
