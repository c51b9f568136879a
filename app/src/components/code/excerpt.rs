//! The lines around a mistake, with the place marked.

use leptos::prelude::*;

/// How many lines are shown before the mistake, and after it.
const AROUND: usize = 3;

/// A few lines of `text`, with `line` (from 1) marked and, where it is known, the character at
/// `column` (in characters from 1).
pub fn excerpt(name: &'static str, text: &str, line: u32, column: Option<u32>) -> AnyView {
    let at = usize::try_from(line).unwrap_or(usize::MAX).max(1);
    let first = at.saturating_sub(AROUND).max(1);
    let lines = text.split('\n').enumerate().map(|(index, line)| (index + 1, line));
    let shown = lines.skip(first - 1).take(at - first + 1 + AROUND).map(|(number, line)| {
        let body = if number == at { marked(line, column) } else { line.to_owned().into_any() };
        view! {
            <span class="line" class:wrong=number == at data-line=number.to_string()>{body} "\n"</span>
        }
    });
    view! {
        <figure class="code excerpt">
            <pre tabindex="0" role="group" aria-label=name><code>{shown.collect_view()}</code></pre>
        </figure>
    }
    .into_any()
}

/// The line with one character marked; the place after the last one counts.
fn marked(line: &str, column: Option<u32>) -> AnyView {
    let Some(column) = column.and_then(|column| usize::try_from(column).ok()) else {
        return line.to_owned().into_any();
    };
    let (before, at, after) = split(line, column);
    view! { {before} <mark>{at}</mark> {after} }.into_any()
}

fn split(line: &str, column: usize) -> (String, String, String) {
    let mut characters = line.chars();
    let before: String = characters.by_ref().take(column.saturating_sub(1)).collect();
    let at = characters.next().unwrap_or(' ').to_string();
    (before, at, characters.collect())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_character_at_the_column_is_marked() {
        let parts = |line, column| {
            let (before, at, after) = split(line, column);
            format!("{before}|{at}|{after}")
        };
        assert_eq!(parts("{\"ä\":}", 5), "{\"ä\"|:|}");
        assert_eq!(parts("ab", 3), "ab| |");
        assert_eq!(parts("", 1), "| |");
    }
}
