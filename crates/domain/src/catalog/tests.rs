use super::*;
use std::collections::BTreeSet;

// Members in order, with types, of each documented topic; `{}` an object, `[]` a list of alike items.
const D: &str = "id resource action domain_id created_at timestamp payload";
const D_NO_TIMESTAMP: &str = "id resource action domain_id created_at payload";
const TD: &str = "id resource action tenant_id domain_id created_at timestamp payload";
const T: &str = "id resource action tenant_id created_at payload";
const NEW_USER: &str = "{name:str user_id:num email:str date_added:str avatar_url:null \
    custom_registration_fields[{field_id:str field_name:str field_value:str}] \
    groups[{group_id:str group_name:str}] roles[{role_id:str role_name:str}]}";
const USER: &str = "{id:num first_name:str last_name:str email:str roles[{role_id:str role_name:str}] \
    custom_registration_fields[{field_id:str field_name:str field_value:str}] \
    groups[{group_id:str group_name:str}]}";
const GROUP: &str = "{group_id:num group_name:str description:str}";
const COURSE: &str = "{id:num name:str slug:str subtitle:str description:str course_card_image_url:str \
    created_at:str payment_type:str instructors[{id:num first_name:str last_name:str bio:str}]}";
const BUNDLE: &str = "{id:num name:str slug:str description:str bundle_card_image_url:str created_at:str \
    payment_type:str courses[{course_id:num course_name:str \
    instructors[{id:num first_name:str last_name:str bio:str}]}]}";
const TEST: &str = "{id:num name:str slug:str description:str tes_card_image_url:str scoring_type:str \
    time_limit:str payment_type:str created_at:str \
    instructor{id:num first_name:str last_name:str bio:str}}";
const LIVE_CLASS: &str = "{class_id:num name:str slug:str description:str datacenter:str class_type:str \
    attendee_limit:num scheduled_date:str scheduled_time:str \
    instructors[{id:num first_name:str last_name:str}]}";
const PRODUCT: &str = "{product_type:str name:str excerpt:str slug:str price:str discount:str \
    description:str shipping_option:str shipping_charge:str weight:str banner:str sku:str \
    track_stock:bool items_in_stock:num}";
const IN_COURSE: &str = "{activated_at:str course{id:num name:str} enrollment_id:num started_at:str \
    user{email:str first_name:str id:num last_name:str}}";
const IN_TEST: &str = "{activated_at:str test{id:num name:str} enrollment_id:num started_at:str \
    user{email:str first_name:str id:num last_name:str}}";
const IN_LIVE_CLASS: &str = "{class_id:num live_class{name:str datacenter:str class_type:str \
    scheduled_date:str scheduled_time:str} enrollment_id:num enrolled_at:str \
    user{email:str first_name:str id:num last_name:str} enrollment_status:str}";
const COURSE_DONE: &str = "{course{id:num title:str completion_date:str} \
    user{first_name:str last_name:str id:num email:str} \
    completion_details{certificate_issued:str certificate_expiry:str certificate_expiration_date:str}}";
const TEST_DONE: &str = "{id:num name:str final_score:num passing_score:num open_ended:str \
    scoring_type:str time_limit:str manual_scoring:str total_questions:num correct_count:num \
    incorrect_count:num user{id:num first_name:str last_name:str email:str}}";
const SALE: &str = "{order_id:str order_date:str payment_method:str payment_mode:str currency:str \
    total_amount:num service_charge:num total:num payment_status:str \
    items[{type:str name:str price:num quantity:num shipping_charge:num total_shipping_amount:num \
    discount:num item_total:num}] user{email:str first_name:str customer_since:str}}";

/// Key, resource, action, envelope, payload.
const LEARNING: [(&str, &str, &str, &str, &str); 24] = [
    ("user.created", "user", "signup", D_NO_TIMESTAMP, NEW_USER),
    ("user.updated", "user", "updated", TD, USER),
    ("user.deleted", "user", "deleted", TD, USER),
    ("group.created", "group", "created", D, GROUP),
    ("course.created", "course", "created", D, COURSE),
    ("course.updated", "course", "updated", D, COURSE),
    ("course.deleted", "course", "deleted", D, COURSE),
    ("course_bundle.created", "bundle", "created", D, BUNDLE),
    ("course_bundle.updated", "bundle", "updated", D, BUNDLE),
    ("course_bundle.deleted", "bundle", "deleted", D, BUNDLE),
    ("test.created", "assessment", "created", D, TEST),
    ("test.updated", "assessment", "updated", D, TEST),
    ("test.deleted", "assessment", "deleted", D, TEST),
    ("live_class.created", "virtual classroom", "created", D, LIVE_CLASS),
    ("live_class.updated", "virtual classroom", "updated", D, LIVE_CLASS),
    ("live_class.deleted", "virtual classroom", "deleted", D, LIVE_CLASS),
    ("product.created", "product", "created", T, PRODUCT),
    ("product.deleted", "product", "deleted", T, PRODUCT),
    ("course.enrollment", "course_enrollment", "enrollment", T, IN_COURSE),
    ("test.enrollment", "test_enrollment", "enrollment", T, IN_TEST),
    ("live_class.enrollment", "virtual classroom", "enrollment", T, IN_LIVE_CLASS),
    ("course.completed", "course_completion", "completed", D, COURSE_DONE),
    ("test.completed", "assessment", "completed", D, TEST_DONE),
    ("sale.created", "purchase", "completed", T, SALE),
];

fn shape(value: &Json) -> String {
    match value {
        Json::Null => ":null".to_owned(),
        Json::Bool(_) => ":bool".to_owned(),
        Json::Number(_) => ":num".to_owned(),
        Json::String(_) => ":str".to_owned(),
        Json::Array(items) => {
            let shapes: BTreeSet<_> = items.iter().map(shape).collect();
            assert_eq!(shapes.len(), 1, "items of one kind: {shapes:?}");
            format!("[{}]", shapes.into_iter().collect::<String>())
        }
        Json::Object(members) => {
            let each: Vec<_> =
                members.iter().map(|(name, value)| format!("{name}{}", shape(value))).collect();
            format!("{{{}}}", each.join(" "))
        }
    }
}

fn learning() -> &'static Catalog {
    all().iter().find(|catalog| catalog.key == "learning").expect("the learning catalog")
}

#[test]
fn learning_topics_are_as_documented() {
    let topics = &learning().topics;
    assert_eq!(topics.len(), LEARNING.len());
    for (key, resource, action, envelope, payload) in LEARNING {
        let topic = find(&format!("learning.{key}")).expect(key);
        assert_eq!(topic.resource.as_deref(), Some(resource), "{key}");
        assert_eq!(topic.action.as_deref(), Some(action), "{key}");
        let members =
            envelope.split(' ').map(|name| Member::try_from(name.to_owned()).expect(name)).collect();
        assert_eq!(topic.envelope, Envelope::Members(members), "{key}");
        let sample = Json::parse(&topic.sample).expect(key);
        assert_eq!(shape(&sample), payload, "{key}");
        assert_eq!(topic.enterprise, key == "group.created", "{key}");
    }
}

#[test]
fn topics_are_told_apart() {
    for catalog in all() {
        let topics = &catalog.topics;
        let keys: BTreeSet<_> = topics.iter().map(|topic| &topic.key).collect();
        assert_eq!(keys.len(), topics.len());
        let titles: BTreeSet<_> = topics.iter().map(|topic| &topic.title).collect();
        assert_eq!(titles.len(), topics.len());
        let pairs: BTreeSet<_> = topics.iter().map(|topic| (&topic.resource, &topic.action)).collect();
        assert_eq!(pairs.len(), topics.len());
        for topic in topics {
            assert_eq!(topic.key.split('.').next(), Some(catalog.key.as_str()));
            assert_eq!(topic.key.split('.').count(), 3, "{}", topic.key);
            assert!(topic.built_in && topic.description.ends_with('.'), "{}", topic.key);
        }
    }
}

#[test]
fn samples_name_nobody_real() {
    for topic in all().iter().flat_map(|catalog| &catalog.topics) {
        let texts = [Some(&topic.sample), topic.profile.as_ref()].into_iter().flatten();
        for word in texts.flat_map(|text| text.split(['"', ' '])).filter(|word| word.contains('@')) {
            assert!(word.ends_with("@example.com"), "{}: {word}", topic.key);
        }
        for url in topic.sample.split('"').filter(|text| text.starts_with("http")) {
            let host = url.trim_start_matches("https://").split('/').next();
            assert!(host.is_some_and(|host| host.ends_with(".example.com")), "{}: {url}", topic.key);
        }
    }
}

#[test]
fn a_sample_profile_is_the_one_that_the_sample_names() {
    for topic in all().iter().flat_map(|catalog| &catalog.topics) {
        let sample = Json::parse(&topic.sample).expect("JSON");
        let named = crate::profile::id_in(&sample).map(str::to_owned);
        let profile = topic.sample_profile();
        let id = profile.as_ref().and_then(|profile| profile.child("profileid")?.as_str());
        assert_eq!(id, named.as_deref(), "{}", topic.key);
        assert_eq!(topic.catalog == "visitor", id.is_some(), "{}", topic.key);
        assert!(!topic.has_unknown_profile(), "{}", topic.key);
    }
}

#[test]
fn catalogs_are_switched_on_by_key() {
    assert_eq!(topics(&["learning".to_owned()]).count(), 24);
    assert_eq!(topics(&["access".to_owned(), "visitor".to_owned()]).count(), 4);
    assert_eq!(topics(&["elsewhere".to_owned()]).count(), 0);
    let counts: Vec<_> = all().iter().map(|catalog| (catalog.key.as_str(), catalog.topics.len())).collect();
    let expected = [("learning", 24), ("marketplace", 40), ("access", 2), ("visitor", 2), ("engagement", 8)];
    assert_eq!(counts, expected);
    assert!(find("learning.product.updated").is_none());
}

#[test]
fn a_broken_file_is_told() {
    assert!(read("{}").is_err());
    assert!(read(r#"{"key":"a","title":"","description":"","topics":[{"key":"a.b.c"}]}"#).is_err());
}
