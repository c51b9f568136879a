//! As much of HTTP/1.1 as the measuring needs: heads are found, three of their fields are read, and
//! nothing is copied.

use memchr::memmem;

/// Where a message's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Framed {
    /// Bytes of the head, with the empty line.
    pub(crate) head: usize,
    /// Bytes of the whole message.
    pub(crate) whole: usize,
}

/// Finds the end of a message that starts `bytes`; `None` while it is not there yet. Bodies have a
/// `content-length`; without one there is no body.
pub(crate) fn framed(bytes: &[u8]) -> Option<Framed> {
    let head = memmem::find(bytes, b"\r\n\r\n")? + 4;
    let body = field(&bytes[..head], b"content-length").and_then(number).unwrap_or(0);
    let whole = head + body;
    (bytes.len() >= whole).then_some(Framed { head, whole })
}

/// A field of a head by its name in lower case.
pub(crate) fn field<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = head;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name) {
            return Some(line[name.len() + 1..].trim_ascii());
        }
    }
    None
}

/// A number in decimal.
pub(crate) fn number(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The path of a request's head.
pub(crate) fn path(head: &[u8]) -> Option<&str> {
    let mut words = head.split(|byte| *byte == b' ');
    words.next()?;
    std::str::from_utf8(words.next()?).ok()
}

/// The status of an answer's head.
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

/// The number in an id such as `evt_01939f6e…`: 32 hexadecimal digits after the prefix.
pub(crate) fn id(text: &[u8]) -> Option<u128> {
    let digits = text.get(4..)?;
    let mut number = 0_u128;
    for byte in digits {
        number = number << 4 | u128::from(char::from(*byte).to_digit(16)?);
    }
    (digits.len() == 32).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_where_they_end() {
        let text = b"POST /ok/7 HTTP/1.1\r\nWebhook-Id: evt_1\r\nContent-Length: 3\r\n\r\nabcGET";
        let whole = text.len() - b"GET".len();
        let head = whole - b"abc".len();
        assert_eq!(framed(text), Some(Framed { head, whole }));
        assert_eq!(framed(&text[..whole - 1]), None);
        assert_eq!(framed(&text[..head - 1]), None);
        assert_eq!(field(&text[..head], b"webhook-id"), Some(&b"evt_1"[..]));
        assert_eq!(field(&text[..head], b"webhook"), None);
        assert_eq!(path(text), Some("/ok/7"));
        assert_eq!(status(b"HTTP/1.1 202 Accepted\r\n"), Some(202));
    }

    #[test]
    fn ids_are_numbers() {
        assert_eq!(id(b"evt_000000000000000000000000000000ff"), Some(255));
        assert_eq!(id(b"evt_ff"), None);
        assert_eq!(id(b"evt_0000000g0000000000000000000000ff"), None);
    }
}
