//! Topics and samples as the systems that they come from document them. Tests are named after the items of the book's
//! pages "Moving from …".

use super::*;

fn sample(key: &str) -> Json {
    Json::parse(&find(key).expect(key).sample).expect(key)
}

/// The names of an object's members, in order.
fn names(value: &Json) -> String {
    match value {
        Json::Object(members) => members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" "),
        other => panic!("not an object: {other:?}"),
    }
}

#[test]
fn dap_21_to_29_the_payload_has_the_documented_members() {
    for key in ["access.product.granted", "access.product.revoked"] {
        let payload = sample(key);
        assert_eq!(names(&payload), "user_id user_name first_name email productId fields");
        let fields = payload.get("fields").expect("there");
        assert_eq!(names(fields), "last_name address1 address2 city state zip country phone");
    }
}

/// Resources and their actions: added, changed, removed.
const MARKETPLACE: [(&str, &str); 15] = [
    ("app_assignment", "ACR"),
    ("catalog_product", "ACR"),
    ("company", "ACR"),
    ("discount", "ACR"),
    ("invoice", "ACR"),
    ("membership", "ACR"),
    ("order", "ACR"),
    ("payment_instrument", "AC"),
    ("quote", "ACR"),
    ("reseller_registrant", "A"),
    ("sales_lead", "ACR"),
    ("sales_opportunity", "AC"),
    ("staging_product", "AC"),
    ("subscription", "ACR"),
    ("user", "ACR"),
];

#[test]
fn ad_p1_ad_p2_each_resource_has_its_documented_actions() {
    let mut count = 0;
    for (resource, actions) in MARKETPLACE {
        for (letter, verb) in [('A', "added"), ('C', "changed"), ('R', "removed")] {
            let topic = find(&format!("marketplace.{resource}.{verb}"));
            assert_eq!(topic.is_some(), actions.contains(letter), "{resource}.{verb}");
            let Some(topic) = topic else { continue };
            assert_eq!(topic.resource.as_deref(), Some(resource.to_uppercase().as_str()));
            assert_eq!(topic.action.as_deref(), Some(verb.to_uppercase().as_str()));
            count += 1;
        }
    }
    assert_eq!(topics(&["marketplace".to_owned()]).count(), count);
}

#[test]
fn ad_14_ad_p4_what_is_removed_is_only_named() {
    for topic in topics(&["marketplace".to_owned()]) {
        let resource = sample(&topic.key);
        let is_removed = topic.key.ends_with(".removed");
        assert_eq!(
            names(&resource),
            if is_removed { "type uuid url" } else { "type uuid url content" },
            "{}",
            topic.key
        );
    }
}

/// Topics, and what `Type` says of them.
const ENGAGEMENT: [(&str, &str); 8] = [
    ("message.bounced", "sending_Bounce"),
    ("message.production_failed", "sending_ProductionError"),
    ("contact.created", "contact_created"),
    ("contact.modified", "contact_modified"),
    ("contact.opted_in", "contact_optin"),
    ("contact.opted_out", "contact_optout"),
    ("contact.quarantined", "contact_quarantine"),
    ("contact.complained", "contact_complaint"),
];

#[test]
fn di_p1_di_p2_events_have_the_documented_types() {
    assert_eq!(topics(&["engagement".to_owned()]).count(), ENGAGEMENT.len());
    for (key, kind) in ENGAGEMENT {
        let topic = find(&format!("engagement.{key}")).expect(key);
        let told = [topic.resource.as_deref(), topic.action.as_deref()].map(Option::unwrap_or_default);
        assert_eq!(told.join("_"), kind, "{key}");
        let members = topic.envelope.members();
        let first: Vec<&str> = members.iter().take(5).map(|(name, _)| *name).collect();
        assert_eq!(first.join(" "), "Type EventUniqueID dtExecution idCompany idProject", "{key}");
        assert!(sample(&topic.key).get("ContactID.idContact").is_some(), "{key}");
    }
}

#[test]
fn di_p4_opt_ins_and_quarantine_bring_their_fields() {
    for (key, fields) in [
        ("contact.opted_in", "OptinField OptinDate"),
        ("contact.opted_out", "OptinField OptinDate"),
        ("contact.quarantined", "idSendLog idMessage dtProcessed"),
    ] {
        let payload = sample(&format!("engagement.{key}"));
        assert!(fields.split(' ').all(|name| payload.get(name).is_some()), "{key}");
    }
}
