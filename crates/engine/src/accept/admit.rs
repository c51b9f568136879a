//! Whether an event may come in by the marketplace's topics: the topic is there and not locked, and the payload is
//! as its schema wants it.

use crate::routing::Table;
use domain::{
    format::Json,
    invalid::{FieldError, Invalid},
    policy::SchemaCheck,
};

impl Table {
    /// What to note of an event that may come in. `payload` is none when it could not be read.
    ///
    /// # Errors
    /// At `topic`, or at the places in `payload` that the schema refuses.
    pub(super) fn admit(&self, topic: &str, payload: Option<&Json>) -> Result<Vec<FieldError>, Invalid> {
        match self.topic(topic) {
            None => {
                let message = format!("There is no topic {topic:?} in this marketplace.");
                return Err(Invalid::one("topic", message));
            }
            Some(known) if known.locked => return Err(Invalid::one("topic", locked(topic))),
            Some(_) => {}
        }
        let (Some(schema), Some(payload)) = (self.schema(topic), payload) else { return Ok(Vec::new()) };
        let errors = schema.mismatches(payload);
        if errors.is_empty() || self.schema_check == SchemaCheck::Warn {
            return Ok(errors);
        }
        Err(Invalid { errors })
    }
}

/// Why nothing comes in, or is tried, under a topic that is locked.
pub(crate) fn locked(topic: &str) -> String {
    format!(
        "The topic {topic:?} belongs to enterprise plans, and those topics are locked in this marketplace. An owner can \
         make them available: Settings → Marketplace."
    )
}
