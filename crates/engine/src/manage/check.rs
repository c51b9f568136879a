//! Checks that several families of use cases share; each adds its finding at the contract's field.

use domain::invalid::{Invalid, is_blank};

/// The text trimmed; adds to `invalid` when it is empty or longer than `most` characters.
pub(super) fn text(invalid: &mut Invalid, field: &str, what: &str, text: &str, most: usize) -> String {
    let text = text.trim();
    if is_blank(text) {
        invalid.push(field, format!("{what} is missing."));
    } else if text.chars().count() > most {
        invalid.push(field, format!("{what} has at most {most} characters."));
    } else if text.chars().any(char::is_control) {
        invalid.push(field, format!("{what} stands on one line, without control characters."));
    }
    text.to_owned()
}

/// An e-mail address in lower case, without spaces around it; adds to `invalid` when it can't be one.
///
/// Only the shape is looked at (something, `@`, a host with or without dots): whether mail arrives
/// shows when mail is sent.
pub(super) fn email(invalid: &mut Invalid, field: &str, email: &str) -> String {
    let email = email.trim().to_lowercase();
    let good = email.split_once('@').is_some_and(|(local, host)| {
        let label = |l: &str| {
            !l.is_empty() && !l.starts_with('-') && l.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        !local.is_empty() && host.split('.').all(label)
    });
    let stray = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"');
    if !good || email.len() > 254 || email.contains(stray) {
        invalid.push(field, "This is not an e-mail address, such as ann@example.com.");
    }
    email
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowered_and_judged_by_their_shape() {
        let judge = |text: &str| {
            let mut invalid = Invalid::default();
            let lowered = email(&mut invalid, "email", text);
            invalid.into_result().map(|()| lowered)
        };
        assert_eq!(judge(" Ann.B+c@Example.COM ").as_deref(), Ok("ann.b+c@example.com"));
        assert_eq!(judge("root@localhost").as_deref(), Ok("root@localhost"));
        for wrong in ["", "ann", "@example.com", "ann@", "ann@example..com", "a b@c.d", "a@b@c.d", "<a@b.c>"]
        {
            assert!(judge(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_limited() {
        let mut invalid = Invalid::default();
        assert_eq!(text(&mut invalid, "name", "The name", "  Ann ", 3), "Ann");
        assert!(invalid.errors.is_empty());
        text(&mut invalid, "a", "It", " ", 3);
        text(&mut invalid, "b", "It", "four", 3);
        text(&mut invalid, "c", "It", "a\nb", 3);
        assert_eq!(invalid.errors.len(), 3);
    }
}
