//! The kinds of callers, from anonymous to superuser.

use loggia_identity::OrgRole;

/// A kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallerKind {
    /// Without credentials.
    Anonymous,
    /// With an access token signed with another key.
    Forged,
    /// With a value that is not a token.
    Garbage,
    /// With a refresh token instead of an access token.
    Refresh,
    /// With a token that was valid until the account was deactivated.
    Deactivated,
    /// A member of no organization but their own, without a role.
    Stranger,
    /// A member of the addressed organization with this role.
    In(OrgRole),
    /// Has every permission; belongs only to their own organization.
    Superuser,
    /// Has the role `admin`.
    Administrator,
    /// Has this one permission.
    Holder(&'static str),
}

impl CallerKind {
    /// Kinds of callers tested on every surface.
    pub(crate) const EVERYWHERE: [Self; 10] = [
        Self::Anonymous,
        Self::Forged,
        Self::Garbage,
        Self::Refresh,
        Self::Deactivated,
        Self::Stranger,
        Self::In(OrgRole::Member),
        Self::In(OrgRole::Admin),
        Self::In(OrgRole::Owner),
        Self::Superuser,
    ];

    /// Additional kinds for surfaces with permissions.
    pub(crate) const HOLDERS: [Self; 7] = [
        Self::Administrator,
        Self::Holder("manage_users"),
        Self::Holder("view_users"),
        Self::Holder("manage_roles"),
        Self::Holder("view_roles"),
        Self::Holder("manage_permissions"),
        Self::Holder("manage_user_roles"),
    ];
}
