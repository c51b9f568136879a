//! No source file is longer than 400 lines.

use super::Source;

const MOST: usize = 400;

/// The file, if it is too long.
pub(super) fn check(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MOST).then(|| format!("{}: {lines} lines, more than {MOST}", source.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_401_lines() {
        let source = |lines: usize| Source { path: "app/src/a.rs".into(), text: "x\n".repeat(lines) };
        assert_eq!(check(&source(400)), None);
        assert!(check(&source(401)).unwrap().contains("401 lines"));
    }
}
