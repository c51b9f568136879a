//! Who asks, and what they may do. Every use case checks it first, itself.

use crate::error::Error;
use domain::{
    account::{Actor, Marketplace, Role, Scope},
    id::SessionId,
};

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
        if self.can.has(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
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
    /// Publish events.
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
    /// What to tell somebody who lacks it.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Publish => "This key or role may not publish events.",
            Self::Read => "This key may not read.",
            Self::Manage => "This key or role may not change anything here.",
            Self::Own => "Only an owner may do this.",
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
