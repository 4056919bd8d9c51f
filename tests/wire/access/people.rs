//! Who asks: from nobody to the superuser.

use loggia_identity::OrgRole;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// Without credentials.
    Anonymous,
    /// With an access token that somebody else signed.
    Forged,
    /// With something that is no token at all.
    Garbage,
    /// With a refresh token in the place of the access token.
    Refresh,
    /// With a token that was good until the account was shut out.
    Deactivated,
    /// A member of no organisation but his own, without any role.
    Stranger,
    /// In the organisation that is asked about, as this.
    In(OrgRole),
    /// Holds every permission; is in no organisation but his own.
    Superuser,
    /// Has the role `admin`.
    Administrator,
    /// Holds this one permission.
    Holder(&'static str),
}

impl Asking {
    /// Who asks on every surface.
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

    /// Who asks, too, where there are permissions.
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
