//! Colours for JSON and XML. Broken input is coloured as far as it goes and never changed.

use super::Language;

/// Longer texts are shown without colours: a span for each token would weigh more than the text.
const MAX_BYTES: usize = 128 << 10;

/// A piece of text and the class of its colour; none when empty.
type Token<'t> = (&'static str, &'t str);

/// HTML: one `<span class="line">` a line, tokens inside.
pub(super) fn lines(language: Language, text: &str) -> String {
    let tokens = match language {
        _ if text.len() > MAX_BYTES => vec![("", text)],
        Language::Json => json(text),
        Language::Xml => xml(text),
        Language::Plain => vec![("", text)],
    };
    let mut html = String::with_capacity(text.len() * 2);
    html.push_str("<span class=\"line\">");
    for (class, text) in tokens {
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                html.push_str("\n</span><span class=\"line\">");
            }
            push(&mut html, class, part);
        }
    }
    html.push_str("</span>");
    html
}

fn push(html: &mut String, class: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    if !class.is_empty() {
        html.push_str("<span class=\"");
        html.push_str(class);
        html.push_str("\">");
    }
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    if !class.is_empty() {
        html.push_str("</span>");
    }
}

/// The end of the part of `text` whose characters `inside` takes.
fn run(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// The end of the string that begins `text`, its quotes included.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if escapes => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn json(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (class, end) = match first {
            '"' => {
                let end = quoted(rest, '"', true);
                let is_key = rest[end..].trim_start().starts_with(':');
                (if is_key { "c-key" } else { "c-str" }, end)
            }
            '-' | '0'..='9' => {
                ("c-num", run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')))
            }
            c if c.is_alphabetic() => ("c-lit", run(rest, char::is_alphanumeric)),
            c if c.is_whitespace() => ("", run(rest, char::is_whitespace)),
            c => ("c-punct", c.len_utf8()),
        };
        tokens.push((class, &rest[..end]));
        rest = &rest[end..];
    }
    tokens
}

fn xml(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = if let Some(inside) = rest.strip_prefix("<!--") {
            let end = inside.find("-->").map_or(rest.len(), |at| at + 7);
            tokens.push(("c-note", &rest[..end]));
            end
        } else if rest.starts_with('<') {
            tag(rest, &mut tokens)
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            tokens.push(("", &rest[..end]));
            end
        };
        rest = &rest[end..];
    }
    tokens
}

/// Colours the tag that begins `text`; returns its end.
fn tag<'t>(text: &'t str, tokens: &mut Vec<Token<'t>>) -> usize {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.');
    let open = 1 + run(&text[1..], |c| matches!(c, '/' | '?' | '!'));
    let name = open + run(&text[open..], is_name);
    tokens.push(("c-punct", &text[..open]));
    tokens.push(("c-key", &text[open..name]));
    let mut at = name;
    while let Some(c) = text[at..].chars().next() {
        let (class, length) = match c {
            '>' => {
                tokens.push(("c-punct", &text[at..=at]));
                return at + 1;
            }
            '"' | '\'' => ("c-str", quoted(&text[at..], c, false)),
            c if is_name(c) => ("c-num", run(&text[at..], is_name)),
            c => ("c-punct", c.len_utf8()),
        };
        tokens.push((class, &text[at..at + length]));
        at += length;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(html: &str) -> String {
        let mut text = String::new();
        let mut in_tag = false;
        for c in html.chars() {
            match c {
                '<' => in_tag = true,
                '>' => in_tag = false,
                c if !in_tag => text.push(c),
                _ => {}
            }
        }
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn nothing_of_the_text_is_lost() {
        let texts = [
            "",
            "{\"a\": [1e400, -0.5, true, null], \"b\\\"\": \"<x>&amp;\"}",
            "{\"open",
            "{\n  \"a\": 1\n}\n",
            "<?xml version=\"1.0\"?>\n<a b='c' d=\"e>f\"><!-- <x> --><b:c/>text &lt; more</a>",
            "<a <!-- ",
            "<",
            "plain\r\ntext ü €",
        ];
        for text in texts {
            for language in [Language::Json, Language::Xml, Language::Plain] {
                assert_eq!(text_of(&lines(language, text)), text, "{language:?}");
            }
        }
    }

    #[test]
    fn keys_differ_from_values() {
        let html = lines(Language::Json, "{\"a\" : \"b\"}");
        assert!(
            html.contains("<span class=\"c-key\">\"a\"</span>")
                && html.contains("<span class=\"c-str\">\"b\"</span>"),
            "{html}"
        );
        let html = lines(Language::Xml, "<a b='c'>d</a>");
        assert!(
            html.contains("<span class=\"c-key\">a</span>")
                && html.contains("<span class=\"c-str\">'c'</span>"),
            "{html}"
        );
    }

    #[test]
    fn markup_in_the_text_stays_text() {
        let html = lines(Language::Plain, "<script>alert(1)</script>");
        assert!(!html.contains("<script"), "{html}");
    }
}
