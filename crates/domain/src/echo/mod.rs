//! Secrets that a receiver sends back: found in its answer however they are spelt there, and masked.
//!
//! Receivers repeat what they got as it came, inside JSON, in a form, on a page, and one of these inside another. Nearly
//! all spell letters and digits as they are: a text without those of a secret, and without escapes enough for them, has
//! the secret in no spelling, and looking for that is all that is done with nearly every answer. Everything takes time
//! in proportion to the text: receivers choose it, and may be hostile.

mod spelling;

use spelling::{LONGEST, READINGS, Spelling};
use std::{borrow::Cow, ops::Range};

/// What is shown in place of a secret.
pub const MASK: &str = "••••••";

/// The shortest secret, and the shortest beginning of one, in bytes. Hiding a letter or two would only spoil the log.
const SHORTEST: usize = 4;
/// The shortest part of a secret that is one by itself, in bytes: longer than most names of schemes.
const SHORTEST_PART: usize = 8;
/// The most parts of one secret that are looked for.
const MOST_PARTS: usize = 16;
/// What the escapes of letters and digits begin with.
const LEADS: [&str; 5] = ["\\u", "\\x", "\\U", "%", "#"];

/// `text` with a mask in the place of every secret; `None` when there is none in it.
///
/// Parts of a secret are secrets, too: what stands between white space and the signs `=":,;` and is long enough, since
/// receivers repeat a key without its scheme. When the text is `cut`, its end may be the beginning of a secret.
#[must_use]
pub fn masked<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>, cut: bool) -> Option<String> {
    let escapes = LEADS.map(|lead| text.matches(lead).count()).into_iter().max().unwrap_or_default();
    // No spelling is shorter than what it spells.
    let is_near = |secret: &Cow<'_, str>| {
        text.len() >= secret.len() && {
            let run = plain_run(secret);
            text.contains(run) || escapes >= run.len()
        }
    };
    let secrets = secrets.into_iter().flat_map(with_parts).flat_map(with_bytes);
    let mut near: Vec<Cow<'_, str>> = secrets.filter(|secret| cut || is_near(secret)).collect();
    near.sort_unstable();
    near.dedup();
    let longest = near.iter().map(|secret| secret.len()).max()?;
    let tail = text.floor_char_boundary(text.len().saturating_sub(LONGEST * longest));
    let from = if near.iter().any(is_near) { 0 } else { tail };
    let mut found = Vec::new();
    for (outer, inner) in READINGS {
        let read = Read::of(text, from, outer, cut);
        let read = inner.map_or_else(|| read.clone(), |inner| read.again(inner, cut));
        near.iter().for_each(|secret| read.find(secret, cut.then_some(text.len()), &mut found));
    }
    (!found.is_empty()).then(|| covered(text, found))
}

/// A secret and its parts, where they are long enough.
fn with_parts(secret: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '=' | '"' | ':' | ',' | ';');
    let is_part = move |part: &&str| part.len() >= SHORTEST_PART && part.len() < secret.len();
    let whole = Some(secret).filter(|secret| secret.len() >= SHORTEST);
    whole.into_iter().chain(secret.split(is_between).filter(is_part).take(MOST_PARTS))
}

/// A secret, and what is read of it where its letters beyond ASCII went through a wrong character set: as bytes of
/// Latin-1, or of another one with a byte for each, which no UTF-8 is (where enough other letters are left to be hidden);
/// and UTF-8 that somebody took for Latin-1 and wrote anew.
fn with_bytes(secret: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let worth = !secret.is_ascii() && secret.bytes().filter(u8::is_ascii).count() >= SHORTEST;
    let latin = || {
        let bytes: Option<Vec<u8>> = secret.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        Some(String::from_utf8_lossy(&bytes?).into_owned())
    };
    let unread = || secret.replace(|c: char| !c.is_ascii(), "\u{fffd}");
    let others = worth.then(|| latin().into_iter().chain([unread()])).into_iter().flatten();
    let twice = (!secret.is_ascii()).then(|| secret.bytes().map(char::from).collect());
    std::iter::once(Cow::Borrowed(secret)).chain(others.chain(twice).map(Cow::Owned))
}

/// The longest run of letters and digits, which stands in every spelling.
fn plain_run(secret: &str) -> &str {
    secret.split(|c: char| !c.is_ascii_alphanumeric()).max_by_key(|run| run.len()).unwrap_or_default()
}

/// `text` with one mask over ranges that overlap: where one secret begins another, no tail stays.
fn covered(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|range| range.start);
    let (mut covered, mut done) = (String::with_capacity(text.len()), 0);
    for Range { start, end } in found {
        if start >= done {
            covered.push_str(&text[done..start]);
            covered.push_str(MASK);
        }
        done = done.max(end);
    }
    covered.push_str(&text[done..]);
    covered
}

/// A text as one that knows its spelling reads it.
#[derive(Clone)]
struct Read {
    text: String,
    /// Where each byte of it was spelt, and where the last ended.
    origins: Vec<usize>,
}

impl Read {
    /// Reads `text` from a place on; when it is `cut`, up to a part of a character.
    fn of(text: &str, from: usize, spelling: Spelling, cut: bool) -> Self {
        let mut read = Self { text: String::new(), origins: Vec::new() };
        let mut at = from;
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            let (c, length) = match spelling.escaped(rest, cut) {
                Some(escaped) => escaped,
                None if cut && spelling.is_broken(rest) => break,
                None => (next, next.len_utf8()),
            };
            read.text.push(c);
            read.origins.resize(read.text.len(), at);
            at += length;
        }
        read.origins.push(at);
        read
    }

    /// Reads what was read, which was written in another spelling still.
    fn again(&self, spelling: Spelling, cut: bool) -> Self {
        let read = Self::of(&self.text, 0, spelling, cut);
        Self { text: read.text, origins: read.origins.into_iter().map(|at| self.origins[at]).collect() }
    }

    /// Adds where `secret` was spelt, also its beginning at the end of a text that was cut at `cut_at`.
    fn find(&self, secret: &str, cut_at: Option<usize>, found: &mut Vec<Range<usize>>) {
        let places = self.text.match_indices(secret).map(|(at, _)| at);
        found.extend(places.map(|at| self.origins[at]..self.origins[at + secret.len()]));
        let Some(end) = cut_at else { return };
        let is_last = |n: &usize| secret.get(..*n).is_some_and(|begun| self.text.ends_with(begun));
        if let Some(begun) = (SHORTEST..secret.len()).rev().find(is_last) {
            found.push(self.origins[self.text.len() - begun]..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;
    use url::form_urlencoded::byte_serialize;

    fn whole(text: &str, secret: &str) -> Option<String> {
        masked(text, [secret], false)
    }

    #[test]
    fn it_is_found_as_receivers_spell_it() {
        let quoted = r#"Token token="abc123def""#;
        let pair = "dXNlcjpw/YXNz+w==";
        let password = "pass:wörd😀";
        for (secret, spelt) in [
            (quoted, quoted),
            (quoted, r#"Token token=\"abc123def\""#),
            (quoted, r#"Token token=\u0022abc123def\u0022"#),
            (quoted, "Token%20token%3D%22abc123def%22"),
            (quoted, "Token+token%3d%22abc123def%22"),
            (quoted, "Token token=&quot;abc123def&quot;"),
            (quoted, "Token token=&#34;abc123def&#x22;"),
            (pair, r"dXNlcjpw\/YXNz+w=="),
            (pair, r"dXNlcjpw/YXNz\u002Bw=="),
            (pair, "dXNlcjpw%2FYXNz%2Bw%3D%3D"),
            (password, r"pass:w\u00f6rd\ud83d\ude00"),
            (password, "pass%3Aw%C3%B6rd%F0%9F%98%80"),
            (password, "pass:w&#246;rd&#x1F600;"),
            ("<a&'b>", "&lt;a&amp;&apos;b&gt;"),
            ("<a&'b>", "&lt;a&amp;&#039;b&gt;"),
            (quoted, r#"Token token=\\\"abc123def\\\""#),
            (quoted, r"Token token=\u0026quot;abc123def\u0026quot;"),
            (quoted, "Token+token=%5C%22abc123def%5C%22"),
            (quoted, r"Token token=\&quot;abc123def\&quot;"),
            ("abcd", r"\u0061\u0062\u0063\u0064"),
            ("abcd", "%61%62%63%64"),
            ("abcd", r"\x61\x62\x63\x64"),
            ("abcd", r"\u{61}\u{62}\u{63}\u{64}"),
            ("abcd", r"\U00000061\U00000062\U00000063\U00000064"),
            ("abcd", "&amp;#97;&amp;#98;&amp;#99;&amp;#100;"),
            ("abcd", "&#97;&#x62;&#99;&#100;"),
            // In one byte each, which no UTF-8 is.
            (password, "pass:w\u{fffd}rd\u{fffd}"),
            ("pässwörd", "p\u{fffd}ssw\u{fffd}rd"),
            ("pässwörd", "p%E4ssw%f6rd"),
            ("pässwörd", r"p\u00e4ssw\u00f6rd"),
            ("10 Ã¤ pro", "10 ä pro"),
            // Taken for Latin-1 on the way, and as languages print it.
            ("pässwörd", "pÃ¤sswÃ¶rd"),
            ("pässwörd", r"p\u00c3\u00a4ssw\u00c3\u00b6rd"),
            ("pässwörd", "p%C3%83%C2%A4ssw%C3%83%C2%B6rd"),
            ("pässwörd", r"p\xc3\xa4ssw\xc3\xb6rd"),
            ("pässwörd", r"p\xe4ssw\xf6rd"),
            (password, r"pass:w\xf6rd\U0001f600"),
            (password, r"pass:w\u{f6}rd\u{1f600}"),
            ("pässwörd", "p&auml;ssw&ouml;rd"),
            (r"a/b\c", "a&sol;b&bsol;c"),
            (quoted, "Token token=&amp;quot;abc123def&amp;quot;"),
            (quoted, "Token%2520token%253D%2522abc123def%2522"),
            (quoted, "Token%20token=%26quot%3Babc123def%26quot%3B"),
        ] {
            assert_eq!(whole(&format!("[{spelt}]"), secret).as_deref(), Some("[••••••]"), "{spelt}");
        }
    }

    #[test]
    fn parts_are_found_where_they_are_long_enough() {
        let key = "ApiKey s3cretvalue";
        assert_eq!(whole("unknown key s3cretvalue!", key).as_deref(), Some("unknown key ••••••!"));
        assert_eq!(whole("ApiKey expected", key), None);
        assert_eq!(whole("5%+ab+cd", "ab cd").as_deref(), Some("5%+••••••"), "a sign is no digit");
        let quoted = r#"Token token="abc123def""#;
        assert_eq!(whole("no abc123def here", quoted).as_deref(), Some("no •••••• here"));
        assert_eq!(whole("abc", "abc"), None);
        assert_eq!(whole("", quoted), None);
    }

    #[test]
    fn no_tail_stays_where_one_secret_begins_another() {
        for secrets in [["abcd1234", "abcd1234efgh"], ["abcd1234efgh", "abcd1234"], ["abcd1234", "1234efgh"]]
        {
            assert_eq!(masked("x abcd1234efgh y", secrets, false).as_deref(), Some("x •••••• y"));
        }
    }

    #[test]
    fn the_beginning_of_one_stays_at_no_cut() {
        let (key, quoted, password) = ("ApiKey s3cretvalue", r#"Token token="abc123def""#, "wörd!wörd");
        for (secret, end) in [
            (key, "s3cr"),
            (key, "s3cretvalu"),
            (key, "ApiKey s"),
            (quoted, r"Token token=\"),
            (quoted, r#"Token token=\"abc"#),
            (quoted, "Token%20token%3"),
            (quoted, "Token token=&quo"),
            ("lock&key", "lock&am"),
            // Half of an ö.
            (password, "wörd!w\u{fffd}"),
        ] {
            let text = format!("unknown: {end}");
            assert_eq!(masked(&text, [secret], true).as_deref(), Some("unknown: ••••••"), "{end}");
            assert_eq!(masked(&text, [secret], false), None, "{end}");
        }
        assert_eq!(masked("unknown: s3c", [key], true), None);
        assert_eq!(masked("s3cr is not the end", [key], true), None);
    }

    #[test]
    fn what_stands_just_before_the_end_hides_nothing() {
        let pair = "dXNlcjpw/YXNz+w==";
        for (text, shown) in [
            (r#"{"error":"bad\ndXNlcjpw\/YXNz+w=="#, r#"{"error":"bad\n"#),
            (r#"{"error":"bad\ndXNlcjpw\/YXNz"#, r#"{"error":"bad\n"#),
            (r"\zdXNlcjpw\/YX", r"\z"),
            ("x=5%&k=dXNlcjpw%2FYXNz", "x=5%&k="),
            ("a & b: dXNlcjpw&#47;Y", "a & b: "),
        ] {
            assert_eq!(masked(text, [pair], true), Some(format!("{shown}{MASK}")), "{text}");
        }
        // At the end of what is whole, too.
        assert_eq!(whole("/x?p=p%E4ssw%F6", "pässwö").as_deref(), Some("/x?p=••••••"));
    }

    /// Comparing at each place would take minutes.
    #[test]
    fn what_nearly_fits_everywhere_costs_little() {
        let secrets: Vec<String> = (0..8).map(|n| format!("{}b", "a".repeat(4000 + n))).collect();
        let text = format!("{}{}", "a".repeat(60_000), secrets[0]);
        let told = masked(&text, secrets.iter().map(String::as_str), true).expect("masked");
        assert!(told.starts_with("aaaa") && told.ends_with(MASK));
    }

    /// `text` with the characters that `escapes` names written by `write`.
    fn by(text: &str, escapes: fn(char) -> bool, write: fn(&mut String, char) -> std::fmt::Result) -> String {
        let mut out = String::new();
        for c in text.chars() {
            if escapes(c) { write(&mut out, c).expect("written") } else { out.push(c) }
        }
        out
    }

    /// What writers in use make of a text.
    fn spellings(text: &str) -> Vec<String> {
        let special: fn(char) -> bool = |c| !c.is_ascii_alphanumeric();
        let markup: fn(char) -> bool = |c| matches!(c, '"' | '\'' | '<' | '>' | '&');
        vec![
            text.to_owned(),
            by(text, |c| matches!(c, '"' | '\\'), |out, c| write!(out, "\\{c}")),
            by(text, |c| matches!(c, '"' | '\\' | '/'), |out, c| write!(out, "\\{c}")),
            by(text, special, |out, c| {
                c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04X}"))
            }),
            by(text, special, |out, c| {
                c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(out, "%{byte:02x}"))
            }),
            byte_serialize(text.as_bytes()).collect(),
            by(
                text,
                |_| true,
                |out, c| c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}")),
            ),
            // JSON inside JSON.
            by(text, |c| matches!(c, '"' | '\\'), |out, c| write!(out, r"\\\{c}")),
            by(text, markup, |out, c| write!(out, "&#{};", u32::from(c))),
            by(text, special, |out, c| write!(out, "&#x{:x};", u32::from(c))),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_spelling_is_masked_and_nothing_else(
            secret in "[ -~é😀]{4,40}", before in "[жш]{0,5}", after in "[жш]{0,5}", cut in any::<bool>(),
        ) {
            // What follows a cut is unknown.
            let after = if cut { "" } else { &after };
            for spelt in spellings(&secret) {
                let text = format!("{before}{spelt}{after}");
                prop_assert_eq!(masked(&text, [secret.as_str()], cut), Some(format!("{before}{MASK}{after}")), "{}", spelt);
                prop_assert_eq!(masked(&before, [secret.as_str()], cut), None);
            }
        }

        #[test]
        fn a_cut_hides_every_beginning(secret in "[ -~é😀]{36,50}", before in "[жш]{0,5}", at in 0.0..1.0_f64) {
            for spelt in spellings(&secret) {
                // At least four characters and a part of one, each as long as they get here.
                let end = 36 + ((spelt.len() - 36) as f64 * at) as usize;
                let text = format!("{before}{}", String::from_utf8_lossy(&spelt.as_bytes()[..end]));
                prop_assert_eq!(masked(&text, [secret.as_str()], true), Some(format!("{before}{MASK}")), "{}", text);
            }
        }

        #[test]
        fn no_secret_is_left(secrets in proptest::collection::vec("[abc]{4,9}", 1..4), text in "[abc]{0,60}") {
            let told = masked(&text, secrets.iter().map(String::as_str), false);
            prop_assert_eq!(told.is_some(), secrets.iter().any(|secret| text.contains(secret.as_str())));
            for secret in &secrets {
                prop_assert!(!told.as_ref().unwrap_or(&text).contains(secret.as_str()), "{secret} in {told:?}");
            }
        }
    }
}
