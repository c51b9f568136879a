//! Patterns with `*`.

/// Whether `pattern` fits all of `text`: `*` stands for any text, also none; everything else for itself,
/// capitals included. Takes time in proportion to both lengths, whatever the pattern.
#[must_use]
pub fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut text) = text.strip_prefix(start).and_then(|text| text.strip_suffix(end)) else {
        return false;
    };
    // The first place of each part leaves the most for those after it.
    for part in middle.split('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By trying everything.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|skipped| naive(rest, &text[skipped..])),
            [first, rest @ ..] => text.first() == Some(first) && naive(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn it_does_what_trying_everything_does(pattern in "[abü*]{0,7}", text in "[abü]{0,9}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(wildcard_matches(&pattern, &text), naive(&chars(&pattern), &chars(&text)));
        }
    }

    #[test]
    fn the_whole_value_counts_and_its_capitals() {
        let fits = |text| wildcard_matches("https://shop.example.com/p/*", text);
        assert!(
            fits("https://shop.example.com/p/trail-pack?colour=red") && fits("https://shop.example.com/p/")
        );
        assert!(!fits("https://shop.example.com/P/trail-pack") && !fits("see https://shop.example.com/p/1"));
        assert!(wildcard_matches("*/p/*/reviews", "https://shop.example.com/p/7/reviews"));
        // Start and end may not share letters.
        assert!(!wildcard_matches("ab*bc", "abc") && wildcard_matches("ab*bc", "abbc"));
    }

    #[test]
    fn long_patterns_take_no_long_time() {
        let (pattern, text) = (format!("{}b", "*a".repeat(5000)), "a".repeat(100_000));
        assert!(!wildcard_matches(&pattern, &text));
    }
}
