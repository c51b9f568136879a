//! A span of time in a form: a number and its unit, which together are seconds in the contract. The number has the
//! name of the contract's field, the unit stands beside it as `….unit`.

use crate::{components::field::Field, form::Returned, pairs::Pairs};
use leptos::prelude::*;
use serde_json::Value;

/// Names, words and lengths in seconds, the longest first.
const UNITS: [(&str, &str, u32); 4] =
    [("day", "days", 86_400), ("hour", "hours", 3600), ("minute", "minutes", 60), ("second", "seconds", 1)];
/// The unit of an empty field.
const USUAL: &str = "hour";

fn unit(name: &str) -> String {
    format!("{name}.unit")
}

/// Both fields, side by side.
pub fn view(form: &Returned, fields: &Pairs, name: &str, label: &'static str, help: &'static str) -> AnyView {
    let chosen = fields.some(&unit(name)).unwrap_or(USUAL);
    // Seconds are for what was set over the API.
    let offered = UNITS.iter().rev().filter(|(key, ..)| *key != "second" || chosen == "second");
    let options = offered.map(|(key, word, _)| ((*key).to_owned(), (*word).to_owned())).collect();
    view! {
        <div class="span">
            {Field::number(name, label).of(form, fields.get(name)).view()}
            {Field::select(unit(name), "Unit", options).of(form, chosen).class("short").view()}
        </div>
        <p class="help">{help}</p>
    }
    .into_any()
}

/// The values of both fields, by their names.
#[must_use]
pub fn fill(name: &str, seconds: u32) -> [(String, String); 2] {
    let fits = |(_, _, size): &&(&str, &str, u32)| seconds.is_multiple_of(*size) && seconds >= *size;
    let (key, _, size) = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
    [(name.to_owned(), (seconds / size).to_string()), (unit(name), (*key).to_owned())]
}

/// The seconds; null where nothing is typed, and the text where it is no number, for the rules to refuse.
#[must_use]
pub fn read(fields: &Pairs, name: &str) -> Value {
    let typed = fields.get(name);
    let size = fields.some(&unit(name)).unwrap_or(USUAL);
    let size = UNITS.iter().find(|(key, ..)| *key == size).map_or(1, |(_, _, size)| u64::from(*size));
    match typed {
        "" => Value::Null,
        typed => {
            typed.parse::<u64>().map_or_else(|_| typed.into(), |count| count.saturating_mul(size).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back() {
        for seconds in [60, 90, 3600, 86_400, 90_000, 604_800] {
            let fields: Pairs = fill("stop", seconds).into_iter().collect();
            assert_eq!(read(&fields, "stop"), seconds);
        }
        let shown: Pairs = fill("stop", 172_800).into_iter().collect();
        assert_eq!((shown.get("stop"), shown.get("stop.unit")), ("2", "day"));
        assert_eq!(read(&Pairs::parse("stop=&stop.unit=day"), "stop"), Value::Null);
        assert_eq!(read(&Pairs::parse("stop=soon&stop.unit=day"), "stop"), "soon");
    }
}
