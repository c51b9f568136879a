//! Which characters and names XML 1.0 (fifth edition) knows.

use std::fmt::Write as _;

/// XML 1.0 production 2, `Char`.
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// XML 1.0 production 3, `S`: white space.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// XML 1.0 production 4, `NameStartChar`.
pub(super) const fn is_name_start(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// XML 1.0 production 4a, `NameChar`.
pub(super) const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether `name` may be an element of a body: ASCII, up to 128 characters, not reserved (`xml…`).
pub(super) fn is_plain_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && bytes.len() <= 128
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        && !bytes.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"xml"))
}

/// Appends `c` as it stands in character data; illegal characters become U+FFFD.
pub(crate) fn push_text(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\r' => out.push_str("&#13;"),
        '\u{7f}'..='\u{9f}' => {
            let _ = write!(out, "&#x{:X};", u32::from(c));
        }
        c if is_char(c) => out.push(c),
        _ => out.push('\u{fffd}'),
    }
}

/// Appends `c` as it stands in an attribute's value, whichever quotes are around it.
pub(crate) fn push_attribute(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\t' => out.push_str("&#9;"),
        '\n' => out.push_str("&#10;"),
        c => push_text(c, out),
    }
}
