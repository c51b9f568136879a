//! HTML that is written by hand: mails and the page of the API.

/// Text as HTML, also for the values of attributes in double quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_ends_its_place() {
        assert_eq!(escape("<a b=\"&lt;\">"), "&lt;a b=&quot;&amp;lt;&quot;&gt;");
    }
}
