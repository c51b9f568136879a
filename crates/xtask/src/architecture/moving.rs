//! The pages "Moving from …" of the book answer every numbered item of the system that they are about, and what they
//! name as its test exists.

use super::Source;

/// Pages, with the series of items that each answers and how many there are.
const PAGES: [(&str, &[(&str, u32)]); 5] = [
    ("docs/src/moving/dap.md", &[("DAP-", 31)]),
    ("docs/src/moving/appdirect.md", &[("AD-", 14), ("AD-P", 11)]),
    ("docs/src/moving/datatrics.md", &[("DT-", 15)]),
    ("docs/src/moving/dialog-insight.md", &[("DI-", 30), ("DI-P", 8)]),
    ("docs/src/moving/braincert.md", &[("BC-", 43)]),
];

/// Each item that no row answers, and each test that no source holds.
pub(super) fn check(sources: &[Source], read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, series) in PAGES {
        let Some(page) = read(path) else {
            broken.push(format!("{path} is missing"));
            continue;
        };
        let rows: Vec<Vec<&str>> = page.lines().filter_map(row).collect();
        for (prefix, last) in series {
            let items = (1..=*last).map(|number| format!("{prefix}{number}"));
            let unanswered = items.filter(|item| !rows.iter().any(|row| row[0] == item));
            broken.extend(unanswered.map(|item| format!("{path}: no row for {item}")));
        }
        for row in rows.iter().filter(|row| row[0].contains('-') && row[0] != "Item") {
            let test = row.last().copied().unwrap_or_default();
            if row.len() != 4 || row.iter().any(|cell| cell.is_empty()) {
                broken.push(format!("{path}: {} has not its four cells", row[0]));
            }
            let named = test.split('`').skip(1).step_by(2);
            let missing = named.filter(|name| !sources.iter().any(|source| holds(source, name)));
            broken.extend(
                missing.map(|name| format!("{path}: {} names a test “{name}” that is not there", row[0])),
            );
        }
    }
    broken
}

/// The cells of a table's row that answers an item.
fn row(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let is_item = cells[0].split_once('-').is_some_and(|(letters, number)| {
        let number = number.strip_prefix('P').unwrap_or(number);
        letters.chars().all(|c| c.is_ascii_uppercase()) && number.parse::<u32>().is_ok()
    });
    is_item.then_some(cells)
}

/// Whether the source has a test of this name: a function, or the title of a browser test.
fn holds(source: &Source, name: &str) -> bool {
    if source.path.ends_with(".rs") {
        return source.text.contains(&format!("fn {name}("));
    }
    source.path.ends_with(".spec.js") && source.text.contains(&format!("test('{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(page: &str) -> Vec<String> {
        let sources = [
            Source { path: "crates/a.rs".into(), text: "fn dap_1_is_sent() {}".into() },
            Source { path: "end2end/tests/a.spec.js".into(), text: "test('DAP-2: by hand', async".into() },
        ];
        let found = check(&sources, |path| (path == PAGES[0].0).then(|| page.to_owned()));
        found.into_iter().filter(|told| told.starts_with(PAGES[0].0)).collect()
    }

    #[test]
    fn every_item_has_a_row_and_every_test_is_there() {
        let rows =
            (1..=31).map(|n| format!("| DAP-{n} | What | Where | `dap_1_is_sent`, `DAP-2: by hand` |\n"));
        let page: String = rows.collect();
        assert!(broken(&page).is_empty(), "{:?}", broken(&page));
        assert_eq!(broken(&page.replace("| DAP-7 ", "| DAP-70 ")).len(), 1);
        assert_eq!(broken(&page.replacen("dap_1_is_sent", "dap_1_was_sent", 1)).len(), 1);
        assert_eq!(broken(&page.replacen("| Where ", "| ", 1)).len(), 1);
    }
}
