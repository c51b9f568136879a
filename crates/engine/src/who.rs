//! Who asks, and what they may do. Every use case checks it first, itself.

use crate::error::Error;
use domain::{
    account::{Actor, Marketplace, Role, Scope},
    id::SessionId,
};
use std::fmt;

/// Somebody who was recognised: a person by a session, a program by an API key, or the command line.
#[derive(Clone, Debug)]
pub struct Who {
    /// The marketplace that everything they see belongs to.
    pub marketplace: Marketplace,
    /// Stands in the audit log.
    pub actor: Actor,
    /// What they may do.
    pub can: Permissions,
    /// The signed-in device, for people.
    pub session: Option<SessionId>,
}

impl Who {
    /// Passes when `permission` is held.
    ///
    /// # Errors
    /// [`Error::Forbidden`] otherwise.
    pub fn must(&self, permission: Permission) -> Result<(), Error> {
        if self.can.has(permission) { Ok(()) } else { Err(Error::Forbidden(self.refusal(permission))) }
    }
    fn refusal(&self, needs: Permission) -> Refusal {
        let is = |can: Permissions| can == self.can;
        let by = match self.actor {
            Actor::Key { .. } => {
                Scope::ALL.into_iter().find(|s| is(Permissions::of_scope(*s))).map(Asker::Key)
            }
            Actor::User { .. } | Actor::System => {
                Role::ALL.into_iter().find(|r| is(Permissions::of_role(*r))).map(Asker::Person)
            }
        };
        Refusal { needs, by }
    }
    /// The command line, or Crier itself: may do everything in `marketplace`.
    #[must_use]
    pub const fn system(marketplace: Marketplace) -> Self {
        Self { marketplace, actor: Actor::System, can: Permissions::ALL, session: None }
    }
}

/// One thing that somebody may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Publish events, and report profiles.
    Publish,
    /// Read everything but secrets.
    Read,
    /// Change webhooks, topics and test receivers; send tests; retry.
    Manage,
    /// Change people, keys and the marketplace.
    Own,
}

impl Permission {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
    /// What it allows, after "can" or "can't".
    const fn verb(self) -> &'static str {
        match self {
            Self::Publish => "publish events",
            Self::Read => "read",
            Self::Manage => "change this",
            Self::Own => "change people, keys or the marketplace",
        }
    }
}

/// What somebody asked for and may not do; reads as a sentence for a person, or for whoever wrote
/// the program that holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it takes.
    pub needs: Permission,
    by: Option<Asker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Person(Role),
    Key(Scope),
    Website,
}

impl Refusal {
    /// For pages of a website that may not report views.
    pub(crate) const fn of_website() -> Self {
        Self { needs: Permission::Publish, by: Some(Asker::Website) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needs = self.needs.verb();
        match self.by {
            Some(Asker::Person(Role::Viewer)) => write!(f, "Your role, viewer, can read but not {needs}."),
            Some(Asker::Person(role)) => write!(f, "Your role, {}, can't {needs}.", role.as_str()),
            Some(Asker::Key(Scope::Events)) => {
                write!(f, "This API key has the scope events: it can publish events but not {needs}.")
            }
            Some(Asker::Key(scope)) => {
                write!(f, "This API key has the scope {}: it can read but not {needs}.", scope.as_str())
            }
            Some(Asker::Website) => f.write_str(
                "This website may not report views: an owner allows its address in Settings → Website tag.",
            ),
            None => write!(f, "You can't {needs}."),
        }
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions(u8);

impl Permissions {
    /// All of them.
    pub const ALL: Self =
        Self::of(&[Permission::Publish, Permission::Read, Permission::Manage, Permission::Own]);

    const fn of(list: &[Permission]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < list.len() {
            bits |= list[at].bit();
            at += 1;
        }
        Self(bits)
    }
    /// What a role allows: a viewer reads, a manager also publishes and changes, an owner does everything.
    #[must_use]
    pub const fn of_role(role: Role) -> Self {
        match role {
            Role::Viewer => Self::of(&[Permission::Read]),
            Role::Manager => Self::of(&[Permission::Publish, Permission::Read, Permission::Manage]),
            Role::Owner => Self::ALL,
        }
    }
    /// What the scope of an API key allows; `manage` includes the others.
    #[must_use]
    pub const fn of_scope(scope: Scope) -> Self {
        match scope {
            Scope::Events => Self::of(&[Permission::Publish]),
            Scope::Read => Self::of(&[Permission::Read]),
            Scope::Manage => Self::ALL,
        }
    }
    /// Whether it holds `permission`.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_programs_are_told_in_their_own_terms() {
        let said = |by: Asker, needs| Refusal { needs, by: Some(by) }.to_string();
        assert_eq!(
            said(Asker::Person(Role::Viewer), Permission::Manage),
            "Your role, viewer, can read but not change this."
        );
        assert_eq!(
            said(Asker::Person(Role::Manager), Permission::Own),
            "Your role, manager, can't change people, keys or the marketplace."
        );
        assert_eq!(
            said(Asker::Key(Scope::Events), Permission::Read),
            "This API key has the scope events: it can publish events but not read."
        );
        assert_eq!(
            said(Asker::Key(Scope::Read), Permission::Publish),
            "This API key has the scope read: it can read but not publish events."
        );
    }

    #[test]
    fn roles_and_scopes_allow_what_is_documented() {
        use Permission::{Manage, Own, Publish, Read};
        let allowed = |can: Permissions| [Publish, Read, Manage, Own].map(|p| can.has(p));
        assert_eq!(allowed(Permissions::of_role(Role::Viewer)), [false, true, false, false]);
        assert_eq!(allowed(Permissions::of_role(Role::Manager)), [true, true, true, false]);
        assert_eq!(allowed(Permissions::of_role(Role::Owner)), [true; 4]);
        assert_eq!(allowed(Permissions::of_scope(Scope::Events)), [true, false, false, false]);
        assert_eq!(allowed(Permissions::of_scope(Scope::Read)), [false, true, false, false]);
        assert_eq!(allowed(Permissions::of_scope(Scope::Manage)), [true; 4]);
    }
}
