//! What stands between the brackets of a filter, test or function.

use super::{fuel::Failure, ops::Num, value::Value};
use crate::format::Json;

/// Values by place and by name.
#[derive(Default)]
pub(super) struct Args<'e> {
    pub(super) positional: Vec<Value<'e>>,
    pub(super) named: Vec<(&'e str, Value<'e>)>,
}

/// The same with names for the places.
pub(super) struct Bound<'a, 'e> {
    args: &'a Args<'e>,
    names: &'a [&'a str],
}

impl<'e> Args<'e> {
    /// Names the places; a value that fits none is an error.
    pub(super) fn bind<'a>(&'a self, names: &'a [&'a str]) -> Result<Bound<'a, 'e>, Failure> {
        if self.positional.len() > names.len() {
            return Err(match names.len() {
                0 => "Nothing may stand in the brackets here.".to_owned(),
                most => format!("At most {most} values may stand in the brackets here."),
            });
        }
        match self.named.iter().find(|(name, _)| !names.contains(name)) {
            Some((name, _)) => Err(format!("“{name}” is unknown here.")),
            None => Ok(Bound { args: self, names }),
        }
    }
}

impl<'a, 'e> Bound<'a, 'e> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value<'e>> {
        let place = self.names.iter().position(|own| *own == name)?;
        let named = || self.args.named.iter().find(|(own, _)| *own == name).map(|(_, value)| value);
        self.args.positional.get(place).or_else(named)
    }

    /// A value that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&'a Value<'e>, Failure> {
        self.get(name).ok_or_else(|| format!("“{name}” is missing in the brackets."))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_true)
    }

    /// A text, if given.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        match self.get(name).map(Value::json) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("“{name}” must be a text.")),
        }
    }

    /// A whole number, if given.
    pub(super) fn whole(&self, name: &str) -> Result<Option<i64>, Failure> {
        match self.get(name).map(Value::json) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => match Num::read(value) {
                Some(Num::Int(n)) => {
                    i64::try_from(n).map(Some).map_err(|_| format!("“{name}” is too large."))
                }
                _ => Err(format!("“{name}” must be a whole number.")),
            },
        }
    }
}
