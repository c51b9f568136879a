//! Visits: what a website's tag reports. A view of a page or of an item becomes an event of the catalog
//! `visitor`.

use crate::{
    format::Json,
    invalid::{Invalid, is_blank},
    profile,
};
use url::Url;

/// A view as it is reported. Texts that are empty count as left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The page's address, http or https; at most 2048 characters.
    pub url: String,
    /// The page's title; at most 500 characters.
    pub title: Option<String>,
    /// Where the visitor came from; at most 2048 characters.
    pub referrer: Option<String>,
    /// What kind of page it is; at most 100 characters.
    pub page_type: Option<String>,
    /// The item that is looked at; an object.
    pub item: Option<Json>,
    /// The anonymous id that the tag gave the visitor; at most 100 characters.
    pub visitor: Option<String>,
    /// Who the visitor is, with the proof that the website's server says so.
    pub profile: Option<Identity>,
}

/// Who a visitor is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The profile's id.
    pub id: String,
    /// HMAC-SHA256 of the id with the identify secret's text as key, in lower-case hex.
    pub hmac: String,
}

/// The limit for a body that reports a view: 16 KiB.
pub const MAX_BYTES: usize = 16 << 10;
/// The limit for addresses, in characters.
const ADDRESS: usize = 2048;
/// The limit for a title, in characters.
const TITLE: usize = 500;
/// The limit for a kind of page and for a visitor's id, in characters.
const NAME: usize = 100;

/// The topic of a view of a page.
const PAGE: &str = "visitor.page.viewed";
/// The topic of a view of an item.
const ITEM: &str = "visitor.item.viewed";

impl Visit {
    /// The topic of its event.
    #[must_use]
    pub const fn topic(&self) -> &'static str {
        if self.item.is_some() { ITEM } else { PAGE }
    }

    /// Checks everything but who the visitor is.
    ///
    /// # Errors
    /// At each member that breaks a rule.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut errors = Invalid::default();
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
        if !Url::parse(&self.url).is_ok_and(|url| is_web(&url)) {
            errors.push("url", "Give the page's whole address: https://shop.example.com/….");
        }
        let texts = [
            ("url", Some(&self.url), ADDRESS),
            ("title", self.title.as_ref(), TITLE),
            ("referrer", self.referrer.as_ref(), ADDRESS),
            ("page_type", self.page_type.as_ref(), NAME),
            ("visitor", self.visitor.as_ref(), NAME),
        ];
        for (field, text, most) in texts {
            if text.is_some_and(|text| text.chars().count() > most) {
                errors.push(field, format!("This is longer than {most} characters."));
            }
        }
        if let Some(identity) = &self.profile
            && let Err(wrong) = profile::check_id(&identity.id, "profile.id")
        {
            errors.extend(wrong);
        }
        errors.into_result()
    }

    /// The payload of its event, in the order of the catalog's samples. `profileid` is there when the visit
    /// says who the visitor is: to be asked for when that is proven.
    #[must_use]
    pub fn payload(&self) -> Json {
        let text = |text: &Option<String>| text.as_deref().filter(|text| !is_blank(text)).map(Json::from);
        let members = [
            (profile::ID, self.profile.as_ref().map(|identity| Json::from(identity.id.as_str()))),
            ("visitorid", text(&self.visitor)),
            ("url", Some(Json::from(self.url.as_str()))),
            ("page_type", text(&self.page_type)),
            ("title", text(&self.title)),
            ("referrer", text(&self.referrer)),
            ("item", self.item.clone()),
        ];
        let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Json::Object(there.collect())
    }
}

/// Reads the item of a visit as it was written.
///
/// # Errors
/// At `item`: it is no object, or breaks a rule of payloads.
pub fn read_item(text: &str) -> Result<Json, Invalid> {
    // Inside an object, as it will stand in the payload: it is one level deep there.
    match Json::parse(&format!("{{\"item\":{text}}}")).as_ref().map(|payload| payload.child("item")) {
        Ok(Some(item @ Json::Object(_))) => Ok(item.clone()),
        Ok(_) => Err(Invalid::one("item", "An item is a JSON object: {\"id\": …}.")),
        Err(error) => Err(Invalid::one("item", format!("The item is not valid JSON: {}", error.message))),
    }
}

#[cfg(feature = "server")]
impl Identity {
    /// Whether whoever holds `secret` made it; takes the same time for every wrong proof.
    #[must_use]
    pub fn is_proven(&self, secret: &str) -> bool {
        use aws_lc_rs::hmac;
        let is_lower = self.hmac.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let Some(tag) = hex::decode(&self.hmac).ok().filter(|_| is_lower) else { return false };
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, self.id.as_bytes(), &tag).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn visit() -> Visit {
        Visit { url: "https://shop.example.com/p/1?a=b#c".to_owned(), ..Visit::default() }
    }

    fn names(value: &Json) -> Vec<&str> {
        let Json::Object(members) = value else { panic!("an object") };
        members.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_payload_has_what_is_there_in_the_order_of_the_samples() {
        assert_eq!(visit().payload().to_text(), r#"{"url":"https://shop.example.com/p/1?a=b#c"}"#);
        let some = |text: &str| Some(text.to_owned());
        let mut whole = Visit {
            title: some("T"),
            referrer: some("https://a.example/"),
            page_type: some("product"),
            visitor: some("v-1"),
            profile: Some(Identity { id: "p-1".to_owned(), hmac: String::new() }),
            ..visit()
        };
        let sample = |key: &str| Json::parse(&catalog::find(key).expect(key).sample).expect("JSON");
        assert_eq!(names(&whole.payload()), names(&sample(whole.topic())));
        whole.item = Some(read_item(r#"{"id":1.10}"#).expect("an item"));
        (whole.title, whole.referrer) = (some(" "), None);
        assert_eq!(names(&whole.payload()), names(&sample(whole.topic())));
        assert!(whole.payload().to_text().contains(r#"{"id":1.10}"#));
    }

    #[test]
    fn each_wrong_member_is_named() {
        assert_eq!(visit().check(), Ok(()));
        let long = |count| Some("x".repeat(count));
        let wrong = Visit {
            url: "javascript:alert(1)".to_owned(),
            title: long(501),
            referrer: long(2049),
            page_type: long(101),
            visitor: long(101),
            item: None,
            profile: Some(Identity { id: String::new(), hmac: String::new() }),
        };
        let errors = wrong.check().expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["url", "title", "referrer", "page_type", "visitor", "profile.id"]);
        for url in ["", "shop.example.com", "/p/1", "ftp://shop.example.com/"] {
            assert!(Visit { url: url.to_owned(), ..visit() }.check().is_err(), "{url}");
        }
    }

    #[test]
    fn an_item_is_an_object_that_fits_into_a_payload() {
        for text in ["[]", "1", r#"{"a":1,"a":2}"#, "{}}", r#"{"a":"\ud800"}"#] {
            let wrong = read_item(text).expect_err(text);
            assert_eq!(wrong.errors[0].field, "item", "{text}");
        }
        let nested = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
        assert!(read_item(&nested(127)).is_ok() && read_item(&nested(128)).is_err());
    }

    #[cfg(feature = "server")]
    #[test]
    fn only_the_secret_proves_an_identity() {
        // printf p-20771 | openssl dgst -sha256 -hmac 'cis_test'
        const HMAC: &str = "9b127077cd948142984d8a4011012d3e2f58735676d3065b9aa04949ee56c063";
        let proven = |id: &str, hmac: &str| {
            Identity { id: id.to_owned(), hmac: hmac.to_owned() }.is_proven("cis_test")
        };
        assert!(proven("p-20771", HMAC));
        assert!(!proven("p-20772", HMAC) && !proven("p-20771", &HMAC.to_uppercase()));
        assert!(!proven("p-20771", "") && !proven("p-20771", &HMAC[..62]) && !proven("p-20771", "xyz"));
        let other = Identity { id: "p-20771".to_owned(), hmac: HMAC.to_owned() };
        assert!(!other.is_proven("cis_other"));
    }
}
