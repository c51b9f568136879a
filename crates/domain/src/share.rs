//! Which of several nodes sends for a webhook. One at a time has the whole quota of a webhook, so
//! its limits and the order of its first attempts hold across nodes.

use crate::id::WebhookId;

/// A set of nodes, by their numbers (0–62).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nodes(i64);

impl Nodes {
    /// The set as the database keeps it: one bit a number.
    #[must_use]
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }
    /// For the database.
    #[must_use]
    pub const fn bits(self) -> i64 {
        self.0
    }
    /// This set and one more.
    #[must_use]
    pub const fn with(self, number: u8) -> Self {
        Self(self.0 | 1 << number)
    }
    /// Whether the number is in it.
    #[must_use]
    pub const fn has(self, number: u8) -> bool {
        self.0 >> number & 1 == 1
    }
    fn numbers(self) -> impl Iterator<Item = u8> {
        (0..63).filter(move |number| self.has(*number))
    }

    /// Who has the webhook: rendezvous hashing, so that a node that comes or goes moves no more than
    /// its own part. `None` when nobody is there.
    #[must_use]
    pub fn holder(self, webhook: WebhookId) -> Option<u8> {
        self.numbers().max_by_key(|number| weight(webhook.key() as u64, *number))
    }
}

/// The finaliser of SplitMix64 (Steele et al. 2014) over both.
const fn weight(webhook: u64, number: u8) -> u64 {
    let mut x = webhook ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

/// What one node may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Share {
    /// Everything: there is no other node.
    All,
    /// What falls to `me`, both as the nodes stand `now` and as all of them `agreed` last: a webhook
    /// is let go at once and taken up only when its former node knows.
    Part {
        /// This node.
        me: u8,
        /// Who delivers, as far as this node knows.
        now: Nodes,
        /// Who delivered when all nodes last knew the same.
        agreed: Nodes,
    },
    /// Nothing: the others may think that this node is gone.
    #[default]
    Nothing,
}

impl Share {
    /// Whether the webhook is this node's.
    #[must_use]
    pub fn holds(self, webhook: WebhookId) -> bool {
        match self {
            Self::All => true,
            Self::Part { me, now, agreed } => {
                now.holder(webhook) == Some(me) && agreed.holder(webhook) == Some(me)
            }
            Self::Nothing => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nodes(numbers: impl IntoIterator<Item = u8>) -> Nodes {
        numbers.into_iter().fold(Nodes::default(), Nodes::with)
    }

    #[test]
    fn the_parts_are_of_about_the_same_size() {
        let all = nodes([0, 1, 2, 3]);
        let mut parts = [0; 4];
        for key in 0..4000 {
            parts[usize::from(all.holder(WebhookId::from_key(key << 21)).expect("somebody"))] += 1;
        }
        assert!(parts.iter().all(|part| (900..1100).contains(part)), "{parts:?}");
    }

    proptest! {
        #[test]
        fn a_webhook_has_one_holder(set in 0..i64::MAX, key in any::<i64>()) {
            let holder = Nodes::from_bits(set).holder(WebhookId::from_key(key));
            prop_assert_eq!(holder.is_none(), set == 0);
            prop_assert!(holder.is_none_or(|holder| Nodes::from_bits(set).has(holder)));
        }

        #[test]
        fn a_node_that_comes_takes_only_what_is_its_own(set in 1..i64::MAX, new in 0..63u8, key in any::<i64>()) {
            let (before, webhook) = (Nodes::from_bits(set), WebhookId::from_key(key));
            let (old, now) = (before.holder(webhook), before.with(new).holder(webhook));
            prop_assert!(now == old || now == Some(new));
        }

        /// However far each has heard of a change: none of them sends for a webhook of another.
        #[test]
        fn two_nodes_never_hold_the_same(
            before in 1..16i64, after in 1..16i64, all_know in any::<bool>(),
            heard in any::<[bool; 4]>(), key in any::<i64>(),
        ) {
            let webhook = WebhookId::from_key(key);
            let share = |me: u8| {
                let latest = Nodes::from_bits(if heard[usize::from(me)] { after } else { before });
                // Agreement comes only after everybody knows.
                match all_know {
                    true => Share::Part { me, now: Nodes::from_bits(after), agreed: latest },
                    false => Share::Part { me, now: latest, agreed: Nodes::from_bits(before) },
                }
            };
            prop_assert!((0..4).filter(|me| share(*me).holds(webhook)).count() <= 1);
        }
    }
}
