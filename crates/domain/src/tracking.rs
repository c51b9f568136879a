//! The website tag of a marketplace: the public key that its pages report views with, and from where.

use crate::{invalid::Invalid, time::Timestamp};
use std::collections::HashSet;
use url::Url;

/// How a marketplace's websites report views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// Whether views are accepted.
    pub on: bool,
    /// `crt_…`: public, it stands in the pages; opens nothing but the reporting of views.
    pub key: String,
    /// Websites that may report, as browsers name them: `https://shop.example.com`. At most 50; none allows
    /// none.
    pub origins: Vec<String>,
    /// When the last view came in, to the minute.
    pub last_view_at: Option<Timestamp>,
}

/// The limit for the list of websites.
pub const MAX_ORIGINS: usize = 50;
/// The limit for one of them, in bytes.
const MAX_ORIGIN: usize = 255;

impl Tracking {
    /// Whether pages of this origin may report.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }
}

/// Reads the list of websites: each as browsers spell it in `Origin`, none twice.
///
/// # Errors
/// At `origins`, when there are too many; at `origins.<index>`.
pub fn origins(list: &[String]) -> Result<Vec<String>, Invalid> {
    if list.len() > MAX_ORIGINS {
        return Err(Invalid::one("origins", format!("At most {MAX_ORIGINS} websites can be allowed.")));
    }
    let (mut errors, mut seen, mut read) = (Invalid::default(), HashSet::new(), Vec::new());
    for (at, text) in list.iter().enumerate() {
        match origin(text) {
            Some(origin) if seen.insert(origin.clone()) => read.push(origin),
            Some(_) => {}
            None => {
                let told = format!(
                    "“{}” is not the address of a website: scheme and host, such as https://shop.example.com, and nothing after them but a port.",
                    shortened(text)
                );
                errors.push(format!("origins.{at}"), told);
            }
        }
    }
    errors.into_result()?;
    Ok(read)
}

fn origin(text: &str) -> Option<String> {
    let text = text.trim();
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_ORIGIN)?;
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let host = url.host_str().is_some_and(|host| !host.contains('*'));
    let web = matches!(url.scheme(), "http" | "https");
    (plain && host && web).then(|| url.origin().ascii_serialization())
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[&str]) -> Result<Vec<String>, Invalid> {
        origins(&list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn websites_are_kept_as_browsers_spell_them() {
        let list = [
            " https://Shop.Example.com/ ",
            "https://shop.example.com:443",
            "http://127.0.0.1:8080",
            "https://bücher.example",
            "http://[::1]:3000",
        ];
        let kept = [
            "https://shop.example.com",
            "http://127.0.0.1:8080",
            "https://xn--bcher-kva.example",
            "http://[::1]:3000",
        ];
        assert_eq!(read(&list).expect("good"), kept);
        assert_eq!(read(&[]).expect("good"), [""; 0]);
    }

    #[test]
    fn what_is_no_website_is_named() {
        for wrong in [
            "",
            "null",
            "*",
            "shop.example.com",
            "https://*.example.com",
            "https://shop.example.com/path",
            "https://shop.example.com?a",
            "https://shop.example.com/#a",
            "https://a@shop.example.com",
            "ftp://shop.example.com",
            "file:///etc",
            "https://",
        ] {
            let invalid = read(&["https://good.example", wrong]).expect_err(wrong);
            assert_eq!(invalid.errors[0].field, "origins.1", "{wrong}");
        }
        let many: Vec<String> = (0..=MAX_ORIGINS).map(|n| format!("https://{n}.example")).collect();
        assert_eq!(origins(&many).expect_err("many").errors[0].field, "origins");
        assert_eq!(origins(&many[1..]).expect("fifty").len(), MAX_ORIGINS);
    }

    #[test]
    fn exactly_the_listed_origins_are_allowed() {
        let tracking = Tracking {
            on: true,
            key: "crt_x".to_owned(),
            origins: vec!["https://shop.example.com".to_owned()],
            last_view_at: None,
        };
        assert!(tracking.allows("https://shop.example.com"));
        for other in
            ["http://shop.example.com", "https://shop.example.com:444", "https://example.com", "null", ""]
        {
            assert!(!tracking.allows(other), "{other}");
        }
    }
}
