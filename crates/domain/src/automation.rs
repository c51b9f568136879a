//! Automations: what is sent when somebody receives or loses access to one product. Each of an automation's actions
//! is an ordinary webhook with the trigger's topic and the product as its condition.

use crate::{
    conditions::{Clause, Condition, Op},
    format::Json,
    id::AutomationId,
    invalid::{Invalid, is_blank},
    time::Timestamp,
    webhook::WebhookRow,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The limit for a product and for its name, in characters.
pub const MAX_PRODUCT: usize = 120;
/// The catalog that the triggers' topics are of.
pub const CATALOG: &str = "access";
/// The preset that actions start with.
pub const PRESET: &str = "dap";
/// Where an event names the product.
pub const PRODUCT: &str = "payload.productId";

/// One automation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automation {
    /// Its id.
    pub id: AutomationId,
    /// The product or course, as events name it in `productId`. Stays as long as the automation.
    pub product: String,
    /// What people call the product.
    pub name: Option<String>,
    /// When its actions are sent; `None` until one is chosen, and there are no actions then.
    pub trigger: Option<Trigger>,
    /// When it was started.
    pub created_at: Timestamp,
}

/// What sets off an automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody receives access to the product.
    Granted,
    /// Somebody loses access to the product.
    Revoked,
}

/// One line of the list of automations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutomationRow {
    /// The automation.
    pub automation: Automation,
    /// Its actions with what they did lately, oldest first.
    pub actions: Vec<WebhookRow>,
}

impl Trigger {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Granted, Self::Revoked];

    /// The name in the contract and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Revoked => "revoked",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == text)
    }
    /// The topic of its events.
    #[must_use]
    pub const fn topic(self) -> &'static str {
        match self {
            Self::Granted => "access.product.granted",
            Self::Revoked => "access.product.revoked",
        }
    }
    /// What people choose; also the topic's title.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Granted => "User receives access to Product",
            Self::Revoked => "User loses access to Product",
        }
    }
}

impl Automation {
    /// What people read: the product's name, else "Product 7".
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("Product {}", self.product))
    }
    /// Which events are this product's, whether they write it as a number or as a text.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let text = Value::from(self.product.as_str());
        let clause = match number(&self.product) {
            Some(number) => (Op::In, json!([number, text])),
            None => (Op::Eq, text),
        };
        let clause = Clause { field: PRODUCT.to_owned(), op: clause.0, value: clause.1 };
        Condition::All(vec![Condition::Clause(clause)])
    }
}

/// The product as a number, when it is a whole number in its shortest spelling.
fn number(product: &str) -> Option<i64> {
    product.parse::<i64>().ok().filter(|number| number.to_string() == product)
}

/// An event's payload with this product in the place of the one that it names; as it was when it names none.
#[must_use]
pub fn of_product(payload: &Json, product: &str) -> Json {
    let Json::Object(members) = payload else { return payload.clone() };
    let named = match number(product) {
        Some(_) => Json::Number(product.to_owned()),
        None => Json::from(product),
    };
    let own = PRODUCT.trim_start_matches("payload.");
    let member = |(name, value): &(String, Json)| {
        let value = if name == own { named.clone() } else { value.clone() };
        (name.clone(), value)
    };
    Json::Object(members.iter().map(member).collect())
}

/// The product that an event names, as people type it.
#[must_use]
pub fn product_of(payload: &Json) -> Option<String> {
    match payload.get(PRODUCT.trim_start_matches("payload."))? {
        Json::String(text) if !is_blank(text) && text.chars().count() <= MAX_PRODUCT => Some(text.clone()),
        Json::Number(text) => Some(text.to_string()),
        _ => None,
    }
}

/// A product and its name as they may be kept: trimmed; no name is `None`.
///
/// # Errors
/// At `product` or `name`: missing, longer than [`MAX_PRODUCT`], or of several lines.
pub fn read(product: &str, name: Option<&str>) -> Result<(String, Option<String>), Invalid> {
    let mut invalid = Invalid::default();
    let mut judge = |field: &str, what: &str, text: &str| {
        if text.chars().count() > MAX_PRODUCT {
            invalid.push(field, format!("{what} has at most {MAX_PRODUCT} characters."));
        } else if text.chars().any(char::is_control) {
            invalid.push(field, format!("{what} stands on one line, without control characters."));
        }
    };
    let product = product.trim();
    let name = name.map(str::trim).filter(|name| !is_blank(name));
    judge("product", "The product", product);
    judge("name", "The name", name.unwrap_or_default());
    if is_blank(product) {
        invalid.push("product", "Say which product: its id, as your events write it in productId.");
    }
    invalid.into_result()?;
    Ok((product.to_owned(), name.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, conditions::Fields};
    use std::borrow::Cow;

    fn automation(product: &str) -> Automation {
        Automation {
            id: AutomationId::from_key(1),
            product: product.to_owned(),
            name: None,
            trigger: None,
            created_at: Timestamp::from_ms(0),
        }
    }

    #[test]
    fn a_sample_is_made_of_another_product() {
        let of = |payload: &str, product: &str| {
            of_product(&Json::parse(payload).expect("JSON"), product).to_text()
        };
        assert_eq!(of(r#"{"a":1.0,"productId":7,"b":2}"#, "12"), r#"{"a":1.0,"productId":12,"b":2}"#);
        assert_eq!(of(r#"{"productId":7}"#, "gold"), r#"{"productId":"gold"}"#);
        assert_eq!(of(r#"{"productId":7}"#, "007"), r#"{"productId":"007"}"#);
        assert_eq!(of(r#"{"other":7}"#, "12"), r#"{"other":7}"#);
    }

    struct Payload(Json);

    impl Fields for Payload {
        fn field(&self, name: &str) -> Option<Cow<'_, Json>> {
            self.0.get(name.strip_prefix("payload.")?).map(Cow::Borrowed)
        }
    }

    fn takes(product: &str, payload: &str) -> bool {
        let payload = Payload(Json::parse(payload).expect("JSON"));
        automation(product).condition().holds(&payload)
    }

    #[test]
    fn dap_7_an_automation_takes_one_product_however_it_is_spelt() {
        assert!(takes("7", r#"{"productId":7}"#) && takes("7", r#"{"productId":"7"}"#));
        for other in [r#"{"productId":8}"#, r#"{"productId":"07"}"#, r#"{"productId":null}"#, "{}"] {
            assert!(!takes("7", other), "{other}");
        }
        assert!(takes("007", r#"{"productId":"007"}"#) && !takes("007", r#"{"productId":7}"#));
        assert!(takes("gold", r#"{"productId":"gold"}"#));
        let long = "9".repeat(30);
        assert!(takes(&long, &format!(r#"{{"productId":"{long}"}}"#)));
    }

    #[test]
    fn dap_8_the_two_triggers_are_called_as_documented() {
        let titles =
            Trigger::ALL.map(|trigger| catalog::find(trigger.topic()).expect("a topic").title.clone());
        assert_eq!(titles, Trigger::ALL.map(Trigger::label));
        assert_eq!(titles, ["User receives access to Product", "User loses access to Product"]);
        for trigger in Trigger::ALL {
            assert_eq!(Trigger::parse(trigger.as_str()), Some(trigger));
            assert_eq!(serde_json::to_value(trigger).ok(), Some(json!(trigger.as_str())));
        }
        assert_eq!(Trigger::parse("gained"), None);
    }

    #[test]
    fn events_name_their_product() {
        let named = |payload: &str| product_of(&Json::parse(payload).expect("JSON"));
        assert_eq!(named(r#"{"productId":7}"#).as_deref(), Some("7"));
        assert_eq!(named(r#"{"productId":"gold"}"#).as_deref(), Some("gold"));
        for none in ["{}", r#"{"productId":null}"#, r#"{"productId":" "}"#, r#"{"productId":[7]}"#] {
            assert_eq!(named(none), None, "{none}");
        }
    }

    #[test]
    fn a_product_is_named_on_one_line() {
        assert_eq!(read(" 7 ", Some("  ")), Ok(("7".to_owned(), None)));
        assert_eq!(read("7", Some(" Gold ")), Ok(("7".to_owned(), Some("Gold".to_owned()))));
        let fields = |product: &str, name: &str| {
            let wrong = read(product, Some(name)).expect_err("refused");
            wrong.errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(" ", "a\nb"), ["name", "product"]);
        let long = "x".repeat(121);
        assert_eq!(fields(&long, &long), ["product", "name"]);
    }
}
