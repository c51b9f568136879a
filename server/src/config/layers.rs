//! The layers: each sets texts by dotted key, and remembers where a text came from for the errors.

use anyhow::{Context as _, Result, anyhow, bail};
use std::{collections::BTreeMap, fmt, path::Path};
use toml::{Table, Value};

/// `CRIER_…` variables that are no keys: what `event publish`, builds and tests read.
const NO_KEYS: &[&str] = &[
    "CRIER_API_KEY",
    "CRIER_BIN",
    "CRIER_DEV_RELOAD",
    "CRIER_SITE",
    "CRIER_TEST_POSTGRES_URL",
    "CRIER_TEST_PYTHON",
];

/// All keys with their texts, from the lowest layer up. Lists are joined by commas.
#[derive(Debug)]
pub(crate) struct Layers {
    values: BTreeMap<String, (String, Source)>,
    /// What is worth a line in the log.
    pub(crate) warnings: Vec<String>,
}

#[derive(Clone, Debug)]
enum Source {
    Default,
    File(String),
    Variable(String),
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the defaults"),
            Self::File(path) => f.write_str(path),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

impl Layers {
    /// The embedded defaults.
    ///
    /// # Errors
    /// Never, unless the program was built with broken defaults.
    pub(crate) fn defaults() -> Result<Self> {
        let mut layers = Self { values: BTreeMap::new(), warnings: Vec::new() };
        let table = parse(super::DEFAULTS).map_err(|e| anyhow!("the embedded defaults: {e}"))?;
        layers.walk("", &table, &Source::Default)?;
        Ok(layers)
    }

    /// A file of the same keys.
    ///
    /// # Errors
    /// The file can't be read, is not TOML, or holds a key that does not exist.
    pub(crate) fn file(&mut self, path: &Path) -> Result<()> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("can't read {name}"))?;
        let table = parse(&text).map_err(|e| anyhow!("{name}: {e}"))?;
        self.walk("", &table, &Source::File(name))
    }

    fn walk(&mut self, prefix: &str, table: &Table, source: &Source) -> Result<()> {
        for (name, value) in table {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            if let Value::Table(inner) = value {
                let known = matches!(source, Source::Default)
                    || self
                        .values
                        .keys()
                        .any(|k| k.strip_prefix(&key).is_some_and(|rest| rest.starts_with('.')));
                if !known {
                    bail!("{source}: there is no key `{key}`");
                }
                self.walk(&key, inner, source)?;
                continue;
            }
            if !matches!(source, Source::Default) && !self.values.contains_key(&key) {
                bail!("{source}: there is no key `{key}`");
            }
            let text = text(value)
                .with_context(|| format!("{source}: `{key}` is a text, a whole number or a list of texts"))?;
            self.values.insert(key, (text, source.clone()));
        }
        Ok(())
    }

    /// `CRIER_…` variables; unknown ones become warnings, others are left alone.
    pub(crate) fn variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, text) in variables {
            let Some(rest) = name.strip_prefix("CRIER_") else { continue };
            let key = rest.to_ascii_lowercase().replace("__", ".");
            if let Some(slot) = self.values.get_mut(&key) {
                *slot = (text, Source::Variable(name));
            } else if !NO_KEYS.contains(&name.as_str()) {
                self.warnings.push(format!("the variable {name} sets nothing: there is no key `{key}`"));
            }
        }
    }

    /// A flag of the same name, with `-` for `_`; `None` when it was not given.
    pub(crate) fn flag(&mut self, name: &'static str, text: Option<String>) {
        if let Some(text) = text {
            self.values.insert(name.replace('-', "_"), (text, Source::Flag(name)));
        }
    }

    /// The value of a key that exists.
    ///
    /// # Errors
    /// What `parse` says, after where the text came from.
    pub(crate) fn read<T>(&self, key: &str, parse: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        let (text, source) = self.values.get(key).with_context(|| format!("there is no key `{key}`"))?;
        parse(text).with_context(|| match source {
            Source::Flag(_) => source.to_string(),
            Source::Variable(name) => name.clone(),
            Source::Default | Source::File(_) => format!("{source}: {key}"),
        })
    }
}

/// One table, or one line that says what is wrong.
fn parse(text: &str) -> Result<Table, String> {
    text.parse::<Table>().map_err(|e| {
        let line = e.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        format!("line {line}: {}", e.message().replace('\n', ", "))
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Array(items) => {
            items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        _ => None,
    }
}
