#![allow(clippy::needless_pass_by_value, reason = "json!(…) reads best as an argument")]

use super::*;
use crate::format::Json;
use proptest::prelude::*;
use serde_json::json;
use std::borrow::Cow;

struct Payload(Json);

impl Fields for Payload {
    fn field(&self, name: &str) -> Option<Cow<'_, Json>> {
        self.0.get(name.strip_prefix("payload.")?).map(Cow::Borrowed)
    }
}

fn sale() -> Payload {
    let text = r#"{"total":180,"exact":9007199254740993,"price":"19.90","name":"PHP course","none":null,
        "paid":true,"items":[{"type":"course"},{"type":"test"}],"tags":["a",1.0],"user":{"id":1}}"#;
    Payload(Json::parse(text).expect("JSON"))
}

fn read(value: Value) -> Result<Condition, Vec<(String, String)>> {
    let mut errors = Invalid::default();
    Condition::read(&value, "conditions", &mut errors)
        .ok_or_else(|| errors.errors.into_iter().map(|e| (e.field, e.message)).collect())
}

fn clause(field: &str, op: &str, value: Value) -> Condition {
    read(json!({"field": field, "op": op, "value": value})).expect("a clause")
}

#[track_caller]
fn check(field: &str, op: &str, value: Value, holds: bool) {
    let field = format!("payload.{field}");
    assert_eq!(clause(&field, op, value.clone()).holds(&sale()), holds, "{field} {op} {value}");
}

#[test]
fn operators() {
    check("total", "eq", json!(180), true);
    check("total", "eq", json!(180.0), true);
    check("total", "eq", json!("180"), false);
    check("total", "ne", json!(181), true);
    check("total", "gt", json!(179.5), true);
    check("total", "gt", json!(180), false);
    check("total", "gte", json!(180), true);
    check("total", "lt", json!(180), false);
    check("total", "lte", json!(180), true);
    check("exact", "eq", json!(9_007_199_254_740_992_u64), false);
    check("exact", "gt", json!(9_007_199_254_740_992_u64), true);
    check("price", "gt", json!("19.10"), true);
    check("price", "gt", json!(1), false);
    check("name", "starts_with", json!("PHP"), true);
    check("name", "ends_with", json!("course"), true);
    check("name", "contains", json!("P c"), true);
    check("name", "contains", json!("p c"), false);
    check("name", "matches", json!("P*e"), true);
    check("name", "matches", json!("HP*"), false);
    check("total", "matches", json!("1*"), false);
    check("tags", "contains", json!(1), true);
    check("tags", "contains", json!("b"), false);
    check("none", "eq", json!(null), true);
    check("paid", "eq", json!(true), true);
    check("total", "in", json!([1, 180]), true);
    check("total", "not_in", json!([1, 180]), false);
    check("total", "not_in", json!([1]), true);
    check("items.1.type", "eq", json!("test"), true);
    check("user", "eq", json!({"id": 1}), true);
}

#[test]
fn a_missing_field_is_false() {
    let values = [
        ("eq", json!(null)),
        ("ne", json!(1)),
        ("gt", json!(1)),
        ("gte", json!(1)),
        ("lt", json!(1)),
        ("lte", json!(1)),
        ("in", json!([1])),
        ("not_in", json!([1])),
        ("contains", json!("")),
        ("starts_with", json!("")),
        ("ends_with", json!("")),
        ("exists", json!(true)),
    ];
    for (op, value) in values {
        check("missing", op, value.clone(), false);
        check("total.deeper", op, value.clone(), false);
        check("items.7", op, value, false);
    }
    check("missing", "exists", json!(false), true);
    check("none", "exists", json!(true), true);
}

#[test]
fn groups() {
    let t = json!({"field": "payload.total", "op": "eq", "value": 180});
    let f = json!({"field": "payload.total", "op": "eq", "value": 1});
    let holds = |value| read(value).expect("a condition").holds(&sale());
    assert!(holds(json!({"all": [t, t]})));
    assert!(!holds(json!({"all": [t, f]})));
    assert!(holds(json!({"any": [f, t]})));
    assert!(!holds(json!({"any": [f, f]})));
    assert!(holds(json!({"not": f})));
    assert!(holds(json!({"all": [{"any": [f, t]}, {"not": {"all": [t, f]}}]})));
}

#[test]
fn says_which_clause_failed() {
    let why = |value| read(value).expect("a condition").explain(&sale());
    let user = json!({"field": "payload.user.id", "op": "eq", "value": 2});
    let price = json!({"field": "payload.price", "op": "gt", "value": 10});
    let gone = json!({"field": "payload.gone", "op": "ne", "value": 10});
    let paid = json!({"field": "payload.paid", "op": "eq", "value": true});
    let expect = [
        (json!({"all": [paid, user]}), Some("“payload.user.id is 2” does not hold: it is 1.")),
        (
            json!({"all": [price]}),
            Some("“payload.price is more than 10” does not hold: it is \"19.90\", a text and not a number."),
        ),
        (gone.clone(), Some("“payload.gone is not 10” does not hold: the event has no payload.gone.")),
        (
            json!({"any": [user, gone]}),
            Some("None of these holds: payload.user.id is 2 or payload.gone is not 10."),
        ),
        (json!({"not": paid}), Some("“payload.paid is true” holds, but must not.")),
        (paid.clone(), None),
    ];
    for (condition, said) in expect {
        assert_eq!(why(condition).as_deref(), said);
    }
}

#[test]
fn errors_stand_at_their_member() {
    let fields = |value| -> Vec<String> {
        read(value).expect_err("wrong").into_iter().map(|(field, _)| field).collect()
    };
    assert_eq!(fields(json!([])), ["conditions"]);
    assert_eq!(fields(json!({"all": []})), ["conditions.all"]);
    assert_eq!(fields(json!({"all": [], "any": []})), ["conditions"]);
    assert_eq!(
        fields(json!({"any": [{"field": "payload.a", "op": "is", "value": 1}, {"field": "x", "op": "eq"}]})),
        ["conditions.any.0.op", "conditions.any.1.field", "conditions.any.1.value"]
    );
    assert_eq!(
        fields(json!({"not": {"field": "payload.a", "op": "in", "value": 1}})),
        ["conditions.not.value"]
    );
    for field in ["payload.", "payload..a", "topic.x", "user.id", ""] {
        let value = json!({"field": field, "op": "eq", "value": 1});
        assert_eq!(fields(value), ["conditions.field"], "{field}");
    }
    let odd = json!({"field": "payload.a", "op": "eq", "value": 1, "extra": 1});
    assert_eq!(fields(odd), ["conditions.extra"]);
}

#[test]
fn depth_and_number_are_limited() {
    let leaf = json!({"field": "payload.a", "op": "exists", "value": true});
    let nested = |levels| (0..levels).fold(leaf.clone(), |inner, _| json!({"not": inner}));
    assert!(read(nested(MAX_DEPTH)).is_ok());
    assert!(read(nested(MAX_DEPTH + 1)).is_err());
    assert!(read(json!({"all": vec![leaf.clone(); MAX_CLAUSES]})).is_ok());
    assert!(read(json!({"all": vec![leaf; MAX_CLAUSES + 1]})).is_err());
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        "[a-z]{0,5}".prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
    ];
    let leaf = ("payload(\\.[a-z]{1,4}){0,3}", value).prop_flat_map(|(field, value)| {
        let pick = |op, value| Condition::Clause(Clause { field: field.clone(), op, value });
        prop_oneof![
            Just(pick(Op::Eq, value.clone())),
            Just(pick(Op::Ne, value.clone())),
            Just(pick(Op::NotIn, Value::Array(vec![value]))),
            Just(pick(Op::Exists, Value::Bool(true))),
        ]
    });
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..5).prop_map(Condition::All),
            proptest::collection::vec(inner.clone(), 1..5).prop_map(Condition::Any),
            inner.prop_map(|of| Condition::Not(Box::new(of))),
        ]
    })
}

proptest! {
    #[test]
    fn reads_back(condition in any_condition()) {
        let text = serde_json::to_string(&condition).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Condition>(&text).expect("reads"), condition);
    }

    #[test]
    fn explains_exactly_what_fails(condition in any_condition(), payload in "[a-z]{1,3}") {
        let fields = Payload(Json::parse(&format!(r#"{{"{payload}":1}}"#)).expect("JSON"));
        prop_assert_eq!(condition.explain(&fields).is_none(), condition.holds(&fields));
    }
}
