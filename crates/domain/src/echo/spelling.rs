//! How receivers spell what they got, and reading it.

/// The longest spelling of a character, in bytes: `&#x5c;ud83d&#x5c;ude00`.
pub(super) const LONGEST: usize = 24;
/// The longest escape: `\ud83d\ude00`, `%F0%9F%98%80`.
const LONGEST_ESCAPE: usize = 12;

/// How a receiver may spell what it got. Writers differ in which characters they escape: each may stand as it is.
#[derive(Clone, Copy)]
pub(super) enum Spelling {
    AsItIs,
    /// RFC 8259 section 7, and what languages print besides: `\xe4`, `\u{e4}`, `\U000000e4`.
    Json,
    /// RFC 3986 section 2.1.
    Percent,
    /// The same with `+` for spaces, as forms have it.
    Form,
    /// Character references by number, and by the names that writers use for ASCII and Latin-1 (HTML 13.1.4).
    Html,
}

/// The spellings that are looked through: alone, and what was written in one inside another.
pub(super) const READINGS: [(Spelling, Option<Spelling>); 12] = [
    (Spelling::AsItIs, None),
    (Spelling::Json, None),
    (Spelling::Percent, None),
    (Spelling::Form, None),
    (Spelling::Html, None),
    (Spelling::Json, Some(Spelling::Json)),
    (Spelling::Json, Some(Spelling::Html)),
    (Spelling::Form, Some(Spelling::Json)),
    (Spelling::Form, Some(Spelling::Form)),
    (Spelling::Form, Some(Spelling::Html)),
    (Spelling::Html, Some(Spelling::Html)),
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
            Self::Json => {
                goes_on('\\', |c| c.is_ascii_hexdigit() || matches!(c, '\\' | 'u' | 'U' | 'x' | '{'))
            }
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
        'x' => Some((char::from(u8::try_from(unit(text, 0, "\\x", 2)?).ok()?), 4)),
        'U' => Some((char::from_u32(unit(text, 0, "\\U", 8)?)?, 10)),
        'u' if text[2..].starts_with('{') => {
            let (digits, _) = text.get(3..text.floor_char_boundary(LONGEST_ESCAPE))?.split_once('}')?;
            Some((char::from_u32(number(digits, 16)?)?, digits.len() + 4))
        }
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
    number(text.get(at..at + lead.len() + digits)?.strip_prefix(lead)?, 16)
}

/// A number of digits alone: Rust would take a sign as well.
fn number(digits: &str, radix: u32) -> Option<u32> {
    digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?
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
        "sol" => '/',
        "bsol" => '\\',
        other => match other.strip_prefix('#') {
            Some(code) => {
                let code = match code.strip_prefix(['x', 'X']) {
                    Some(hex) => number(hex, 16),
                    None => number(code, 10),
                };
                char::from_u32(code?)?
            }
            None => {
                let at = LATIN.split_ascii_whitespace().position(|name| name == other)?;
                char::from(0xa0 + u8::try_from(at).ok()?)
            }
        },
    };
    Some((c, end + 2))
}

/// The names of U+00A0 to U+00FF, in their order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
    Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml \
    times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave \
    eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute \
    ucirc uuml yacute thorn yuml";
