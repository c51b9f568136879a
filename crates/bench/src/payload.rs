//! The payload: what a learning platform says of a new user, with values that differ from event to
//! event, in 1,024 bytes.

/// How long a payload is.
pub(crate) const BYTES: usize = 1024;

/// Fills up the rest, as people do.
const ABOUT: &str = "I teach adults in the evening and want to see which of the courses fit people who work \
    full time. Before that I worked in a harbour office for eleven years and kept the books. I like short \
    lessons that end with a question, a text I can print, and a test that tells me what to read again. \
    Please write to me by e-mail, and not on Mondays.";

/// The payload of event `number`, as JSON text; each is as long as [`BYTES`].
pub(crate) fn payload(number: u64) -> String {
    let n = format!("{:010}", number % 10_000_000_000);
    let mut text = format!(
        concat!(
            r#"{{"name":"Amira Castell {n}","user_id":7{n},"email":"amira.{n}@example.com","#,
            r#""date_added":"2026-09-14T08:12:45.000Z","avatar_url":null,"custom_registration_fields":["#,
            r#"{{"field_id":"company","field_name":"Company","field_value":"Harbour Freight Partners"}},"#,
            r#"{{"field_id":"heard_from","field_name":"How did you hear of us?","field_value":"A colleague"}},"#,
            r#"{{"field_id":"number","field_name":"Employee number","field_value":"E-{n}"}}],"#,
            r#""groups":[{{"group_id":"31","group_name":"Evening learners"}},"#,
            r#"{{"group_id":"44","group_name":"Harbour Freight Partners"}}],"#,
            r#""roles":[{{"role_id":"1","role_name":"Student"}},{{"role_id":"6","role_name":"Forum moderator"}}],"#,
            r#""about":""#
        ),
        n = n
    );
    let room = BYTES.saturating_sub(text.len() + 2);
    text.extend(ABOUT.chars().cycle().take(room));
    text.push_str(r#""}"#);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_json_of_one_length_and_differ() {
        let (a, b) = (payload(1), payload(9_999_999_999));
        assert_eq!((a.len(), b.len()), (BYTES, BYTES));
        assert_ne!(a, b);
        let read: serde_json::Value = serde_json::from_str(&a).unwrap();
        assert_eq!(read["user_id"], 70_000_000_001_u64);
        assert!(ABOUT.len() > 256, "a text of at most 256 characters would be indexed as a whole");
    }
}
