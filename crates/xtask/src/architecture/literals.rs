//! The string literals of a Rust source, comments and character literals left out.

/// One literal: the line it starts at, and what stands between its quotes, escapes as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// All literals in order. Knows enough of Rust's lexis for sources that compile.
pub(super) fn literals(source: &str) -> Vec<Literal<'_>> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if source[at..].starts_with("//") => {
                at + source[at..].find('\n').unwrap_or(source.len() - at)
            }
            b'/' if source[at..].starts_with("/*") => at + comment(&bytes[at..]),
            b'"' => {
                let hashes = hashes_before(&bytes[..at]);
                let (start, end, after) = match hashes {
                    Some(hashes) => raw(source, at, hashes),
                    None => plain(bytes, at),
                };
                let line = source[..at].matches('\n').count() + 1;
                found.push(Literal { line, text: &source[start..end] });
                after
            }
            b'\'' => at + character(&source[at..]),
            _ => at + 1,
        };
    }
    found
}

/// The length of a block comment, comments inside it included.
fn comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// How many `#` stand before the quote of a raw string; none where it is no raw string.
fn hashes_before(before: &[u8]) -> Option<usize> {
    let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
    let rest = &before[..before.len() - hashes];
    let prefix =
        rest.strip_suffix(b"br").or_else(|| rest.strip_suffix(b"cr")).or_else(|| rest.strip_suffix(b"r"))?;
    let word = prefix.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (!word).then_some(hashes)
}

/// Start, end and what comes after, of a raw string whose opening quote is at `at`.
fn raw(source: &str, at: usize, hashes: usize) -> (usize, usize, usize) {
    let close = format!("\"{}", "#".repeat(hashes));
    let end = source[at + 1..].find(&close).map_or(source.len(), |length| at + 1 + length);
    (at + 1, end, (end + close.len()).min(source.len()))
}

/// The same for a string with escapes.
fn plain(bytes: &[u8], at: usize) -> (usize, usize, usize) {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    let end = end.min(bytes.len());
    (at + 1, end, (end + 1).min(bytes.len()))
}

/// The length of a character literal, or of the tick alone where it begins a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    let first = characters.next().map(|(_, character)| character);
    if first == Some('\\') {
        // The escaped character itself may be a tick.
        return rest
            .char_indices()
            .skip(3)
            .find(|(_, character)| *character == '\'')
            .map_or(1, |(at, _)| at + 1);
    }
    characters.next().filter(|(_, character)| *character == '\'').map_or(1, |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        literals(source).into_iter().map(|literal| literal.text).collect()
    }

    #[test]
    fn finds_every_kind() {
        assert_eq!(
            texts(r##"f("a", r"b", br#"c"d"#, b"e", "f\"g", '"', "h")"##),
            ["a", "b", "c\"d", "e", "f\\\"g", "h"]
        );
    }

    #[test]
    fn leaves_out_comments_lifetimes_and_characters() {
        assert_eq!(
            texts(
                "// \"a\"\n/* \"b\" /* \"c\" */ \"d\" */ fn f<'a>(x: &'a str) { '\\''; '\\\\'; '\u{e9}'; \"e\" }"
            ),
            ["e"]
        );
        assert_eq!(texts("for\"x\""), ["x"]);
    }

    #[test]
    fn knows_the_line() {
        assert_eq!(literals("\n\n \"x\ny\""), [Literal { line: 3, text: "x\ny" }]);
    }
}
