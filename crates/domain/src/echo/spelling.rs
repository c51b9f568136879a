//! How receivers spell what they got, and reading it.

/// The longest spelling of a character, in bytes: `&#x5c;ud83d&#x5c;ude00`.
pub(super) const LONGEST: usize = 24;
/// The longest escape: `\ud83d\ude00`, `%F0%9F%98%80`.
const LONGEST_ESCAPE: usize = 12;

/// How a receiver may spell what it got. Writers differ in which characters they escape: each may stand as it is.
#[derive(Clone, Copy)]
pub(super) enum Spelling {
    AsItIs,
    /// RFC 8259 section 7.
    Json,
    /// RFC 3986 section 2.1.
    Percent,
    /// The same with `+` for spaces, as forms have it.
    Form,
    /// Character references, as far as writers need them for ASCII (HTML 13.1.4).
    Html,
}

/// The spellings that are looked through: alone, and what was written in one inside another.
pub(super) const READINGS: [(Spelling, Option<Spelling>); 9] = [
    (Spelling::AsItIs, None),
    (Spelling::Json, None),
    (Spelling::Percent, None),
    (Spelling::Form, None),
    (Spelling::Html, None),
    (Spelling::Json, Some(Spelling::Json)),
    (Spelling::Json, Some(Spelling::Html)),
    (Spelling::Form, Some(Spelling::Json)),
    (Spelling::Html, Some(Spelling::Json)),
];

impl Spelling {
    /// The character whose escape `text` begins with, and how long the escape is; `cut` where the end is missing.
    pub(super) fn escaped(self, text: &str, cut: bool) -> Option<(char, usize)> {
        match self {
            Self::AsItIs => None,
            Self::Json => json(text),
            Self::Form if text.starts_with('+') => Some((' ', 1)),
            Self::Percent | Self::Form => percent(text, cut),
            Self::Html => html(text),
        }
    }

    /// Whether `rest`, which is no escape, may be a part of one at a cut, or half a character.
    pub(super) fn is_broken(self, rest: &str) -> bool {
        let goes_on = |lead: char, more: fn(char) -> bool| {
            rest.len() < LONGEST_ESCAPE && rest.starts_with(lead) && rest.chars().skip(1).all(more)
        };
        let is_escape = match self {
            Self::AsItIs => false,
            Self::Json => goes_on('\\', |c| c.is_ascii_hexdigit() || matches!(c, '\\' | 'u')),
            Self::Percent | Self::Form => goes_on('%', |c| c.is_ascii_hexdigit() || c == '%'),
            Self::Html => goes_on('&', |c| c.is_ascii_alphanumeric() || c == '#'),
        };
        is_escape || rest == "\u{fffd}"
    }
}

fn json(text: &str) -> Option<(char, usize)> {
    match text.strip_prefix('\\')?.chars().next()? {
        c @ ('"' | '\\' | '/' | '\'') => Some((c, 2)),
        't' => Some(('\t', 2)),
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        'b' => Some(('\u{8}', 2)),
        'f' => Some(('\u{c}', 2)),
        _ => {
            let units = (0..2).map_while(|n| unit(text, n * 6, "\\u", 4)).map(|unit| unit as u16);
            let c = char::decode_utf16(units).next()?.ok()?;
            Some((c, c.len_utf16() * 6))
        }
    }
}

fn percent(text: &str, cut: bool) -> Option<(char, usize)> {
    let (mut bytes, mut count) = ([0; 4], 0);
    for unit in (0..4).map_while(|n| unit(text, n * 3, "%", 2)) {
        bytes[count] = unit as u8;
        count += 1;
    }
    let chunk = bytes[..count].utf8_chunks().next()?;
    if let Some(c) = chunk.valid().chars().next() {
        return Some((c, c.len_utf8() * 3));
    }
    // No UTF-8: a byte of another character set, unless the rest of the character is missing at a cut.
    let length = chunk.invalid().len() * 3;
    let after = &text[length..];
    let may_go_on = cut && (after.is_empty() || (after.len() < 3 && after.starts_with('%')));
    (length > 0 && !may_go_on).then_some(('\u{fffd}', length))
}

/// The number that stands at a place: `lead`, then hexadecimal digits.
fn unit(text: &str, at: usize, lead: &str, digits: usize) -> Option<u32> {
    let hex = text.get(at..at + lead.len() + digits)?.strip_prefix(lead)?;
    u32::from_str_radix(hex, 16).ok()
}

fn html(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(LONGEST_ESCAPE).position(|byte| byte == b';')?;
    let c = match &inner[..end] {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        other => {
            let number = other.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 2))
}
