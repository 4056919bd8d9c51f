//! Every operation and the callers it serves.

use loggia_identity::OrgRole;

use Audience::{Administrators, Forgiving, Holding, Inside, Leaving, Open, Optional, SignedIn};
use OrgRole::{Admin, Member, Owner};

/// The callers an operation serves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Audience {
    /// Every caller; credentials are not read.
    Open,
    /// Every caller, except with invalid credentials.
    Optional,
    /// Every caller; credentials are read, invalid ones are ignored.
    Forgiving,
    /// Every authenticated caller.
    SignedIn,
    /// Every authenticated caller except the only owner of an organization with other members and the last superuser.
    Leaving,
    /// Members of the organization with at least this role. For other callers the organization does not exist.
    Inside(OrgRole),
    /// Callers that have one of these permissions.
    Holding(&'static [&'static str]),
    /// Superusers, staff and accounts whose role is `admin`.
    Administrators,
}

/// An operation and a body with which it succeeds. An empty body stands for `{}`, which may fail validation, but only
/// after the access check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) audience: Audience,
    pub(crate) body: &'static str,
}

impl Operation {
    /// Returns whether the body is valid.
    pub(crate) fn has_valid_body(&self) -> bool {
        !self.body.is_empty()
    }
}

const fn op(method: &'static str, path: &'static str, audience: Audience) -> Operation {
    with(method, path, audience, "")
}

const fn with(
    method: &'static str,
    path: &'static str,
    audience: Audience,
    body: &'static str,
) -> Operation {
    Operation { method, path, audience, body }
}

/// Source: docs/contract/djoser.md «Operations». A public operation of Django REST framework still rejects invalid
/// credentials; the views of simplejwt do not read them. Source: docs/contract/drf.md «Order of checks».
pub(crate) const DJOSER: &[Operation] = &[
    op("GET", "/auth/", Optional),
    op("POST", "/auth/jwt/create/", Open),
    op("POST", "/auth/jwt/refresh/", Open),
    op("POST", "/auth/jwt/verify/", Open),
    op("POST", "/auth/token/login/", Optional),
    op("POST", "/auth/token/logout/", SignedIn),
    op("GET", "/auth/users/", SignedIn),
    op("POST", "/auth/users/", Optional),
    op("POST", "/auth/users/activation/", Optional),
    op("GET", "/auth/users/me/", SignedIn),
    op("PUT", "/auth/users/me/", SignedIn),
    op("PATCH", "/auth/users/me/", SignedIn),
    op("DELETE", "/auth/users/me/", SignedIn),
    op("POST", "/auth/users/resend_activation/", Optional),
    op("POST", "/auth/users/reset_password/", Optional),
    op("POST", "/auth/users/reset_password_confirm/", Optional),
    op("POST", "/auth/users/reset_username/", Optional),
    op("POST", "/auth/users/reset_username_confirm/", Optional),
    op("POST", "/auth/users/set_password/", SignedIn),
    op("POST", "/auth/users/set_username/", SignedIn),
    op("GET", "/auth/users/{id}/", SignedIn),
    op("PUT", "/auth/users/{id}/", SignedIn),
    op("PATCH", "/auth/users/{id}/", SignedIn),
    op("DELETE", "/auth/users/{id}/", SignedIn),
];

/// Source: docs/contract/users.md «Operations».
pub(crate) const USERS: &[Operation] = &[
    op("POST", "/api/users/login/", Open),
    op("POST", "/api/users/logout/", SignedIn),
    op("GET", "/api/users/profile/", SignedIn),
    op("POST", "/api/users/refresh-token/", Open),
    op("POST", "/api/users/register/", Open),
    op("GET", "/api/users/status/", Open),
];

const USERS_READ: Audience = Holding(&["manage_users", "view_users"]);
const USERS_WRITE: Audience = Holding(&["manage_users"]);
const ROLES_READ: Audience = Holding(&["manage_roles", "view_roles"]);
const ROLES_WRITE: Audience = Holding(&["manage_roles"]);
const PERMISSIONS: Audience = Holding(&["manage_permissions"]);
const USER_ROLES: Audience = Holding(&["manage_user_roles"]);

/// Source: docs/contract/api.md «Operations».
pub(crate) const API: &[Operation] = &[
    op("POST", "/api/auth/login/", Open),
    op("POST", "/api/auth/logout/", SignedIn),
    op("GET", "/api/auth/me/", SignedIn),
    op("PUT", "/api/auth/me/", SignedIn),
    op("PATCH", "/api/auth/me/", SignedIn),
    op("POST", "/api/auth/password/change/", SignedIn),
    op("POST", "/api/auth/password/reset/", Optional),
    op("POST", "/api/auth/password/reset/confirm/", Optional),
    op("GET", "/api/auth/profile/", SignedIn),
    op("PUT", "/api/auth/profile/", SignedIn),
    op("PATCH", "/api/auth/profile/", SignedIn),
    op("POST", "/api/auth/register/", Optional),
    op("POST", "/api/auth/token/refresh/", Open),
    op("POST", "/api/upload/get-upload-url/", SignedIn),
    op("GET", "/api/auth/admin/users/", Administrators),
    op("POST", "/api/auth/admin/users/", Administrators),
    op("GET", "/api/auth/admin/users/{id}/", Administrators),
    op("PUT", "/api/auth/admin/users/{id}/", Administrators),
    with("PATCH", "/api/auth/admin/users/{id}/", Administrators, r#"{"first_name":"New"}"#),
    with("DELETE", "/api/auth/admin/users/{id}/", Administrators, "{}"),
    with("POST", "/api/auth/admin/users/{id}/toggle_active/", Administrators, "{}"),
    with("POST", "/api/auth/admin/users/{id}/change_role/", Administrators, r#"{"role":"admin"}"#),
    op("GET", "/api/users/", USERS_READ),
    op("POST", "/api/users/", USERS_WRITE),
    op("GET", "/api/users/{id}/", USERS_READ),
    op("PUT", "/api/users/{id}/", USERS_WRITE),
    with("PATCH", "/api/users/{id}/", USERS_WRITE, r#"{"first_name":"New"}"#),
    with("DELETE", "/api/users/{id}/", USERS_WRITE, "{}"),
    op("GET", "/api/roles/", ROLES_READ),
    with("POST", "/api/roles/", ROLES_WRITE, r#"{"name":"new"}"#),
    op("GET", "/api/roles/{id}/", ROLES_READ),
    with("PUT", "/api/roles/{id}/", ROLES_WRITE, r#"{"name":"new"}"#),
    with("PATCH", "/api/roles/{id}/", ROLES_WRITE, r#"{"name":"new"}"#),
    with("DELETE", "/api/roles/{id}/", ROLES_WRITE, "{}"),
    op("GET", "/api/permissions/", PERMISSIONS),
    with("POST", "/api/permissions/", PERMISSIONS, r#"{"name":"New","codename":"new"}"#),
    op("GET", "/api/permissions/{id}/", PERMISSIONS),
    with("PUT", "/api/permissions/{id}/", PERMISSIONS, r#"{"name":"New","codename":"new"}"#),
    with("PATCH", "/api/permissions/{id}/", PERMISSIONS, r#"{"name":"New"}"#),
    with("DELETE", "/api/permissions/{id}/", PERMISSIONS, "{}"),
    op("GET", "/api/user-roles/", USER_ROLES),
    op("POST", "/api/user-roles/", USER_ROLES),
    op("GET", "/api/user-roles/{id}/", USER_ROLES),
    with("DELETE", "/api/user-roles/{id}/", USER_ROLES, "{}"),
    op("GET", "/api/services/", Optional),
    with("POST", "/api/services/", Administrators, r#"{"title":"New"}"#),
    op("GET", "/api/services/{slug}/", Optional),
    with("PUT", "/api/services/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("PATCH", "/api/services/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("DELETE", "/api/services/{slug}/", Administrators, "{}"),
    op("GET", "/api/projects/", Optional),
    with("POST", "/api/projects/", Administrators, r#"{"title":"New"}"#),
    op("GET", "/api/projects/{slug}/", Optional),
    with("PUT", "/api/projects/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("PATCH", "/api/projects/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("DELETE", "/api/projects/{slug}/", Administrators, "{}"),
    op("GET", "/api/blog/", Optional),
    with("POST", "/api/blog/", Administrators, r#"{"title":"New"}"#),
    op("GET", "/api/blog/{slug}/", Optional),
    with("PUT", "/api/blog/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("PATCH", "/api/blog/{slug}/", Administrators, r#"{"title":"New"}"#),
    with("DELETE", "/api/blog/{slug}/", Administrators, "{}"),
];

/// Source: docs/contract/v1.md «Operations»; docs/contract/README.md «Tenants». Public operations read no credentials
/// there, except that logout must also work for a client whose access token is no longer valid.
pub(crate) const V1: &[Operation] = &[
    op("POST", "/api/v1/auth/change-password", SignedIn),
    op("DELETE", "/api/v1/auth/delete", Leaving),
    op("PATCH", "/api/v1/auth/email", SignedIn),
    op("GET", "/api/v1/auth/email/verify", Open),
    op("POST", "/api/v1/auth/logout", Forgiving),
    op("POST", "/api/v1/auth/password-reset/confirm", Open),
    op("POST", "/api/v1/auth/password-reset/request", Open),
    op("POST", "/api/v1/auth/register", Open),
    op("GET", "/api/v1/health", Open),
    op("POST", "/api/v1/token/pair", Open),
    op("POST", "/api/v1/token/refresh", Open),
    op("POST", "/api/v1/token/verify", Open),
    op("GET", "/api/v1/users/check_username", Open),
    op("GET", "/api/v1/users/me", SignedIn),
    op("PATCH", "/api/v1/users/me", SignedIn),
    op("PATCH", "/api/v1/users/username", SignedIn),
    op("GET", "/api/v1/orgs/", SignedIn),
    with("POST", "/api/v1/orgs/", SignedIn, r#"{"name":"New"}"#),
    op("GET", "/api/v1/orgs/{org_slug}/", Inside(Member)),
    with("PATCH", "/api/v1/orgs/{org_slug}/", Inside(Admin), r#"{"name":"New"}"#),
    with("DELETE", "/api/v1/orgs/{org_slug}/", Inside(Owner), "{}"),
    op("GET", "/api/v1/orgs/{org_slug}/members/", Inside(Member)),
    with(
        "POST",
        "/api/v1/orgs/{org_slug}/members/",
        Inside(Admin),
        r#"{"username":"bystander","role":"member"}"#,
    ),
    with(
        "PATCH",
        "/api/v1/orgs/{org_slug}/members/{user_slug}/",
        Inside(Admin),
        r#"{"role":"admin"}"#,
    ),
    with("DELETE", "/api/v1/orgs/{org_slug}/members/{user_slug}/", Inside(Admin), "{}"),
    op("GET", "/api/v1/contacts/", SignedIn),
    with(
        "POST",
        "/api/v1/contacts/",
        Inside(Member),
        r#"{"organization":"acme","display_name":"New"}"#,
    ),
    op("GET", "/api/v1/contacts/{slug}/", Inside(Member)),
    with(
        "PUT",
        "/api/v1/contacts/{slug}/",
        Inside(Member),
        r#"{"organization":"acme","display_name":"New"}"#,
    ),
    with("PATCH", "/api/v1/contacts/{slug}/", Inside(Member), r#"{"notes":"new"}"#),
    with("DELETE", "/api/v1/contacts/{slug}/", Inside(Member), "{}"),
    op("GET", "/api/v1/orgs/{org_slug}/tags/", Inside(Member)),
    with("POST", "/api/v1/orgs/{org_slug}/tags/", Inside(Member), r#"{"name":"new"}"#),
    op("GET", "/api/v1/orgs/{org_slug}/tags/search/", Inside(Member)),
    op("GET", "/api/v1/orgs/{org_slug}/tags/by-slug/{slug}/", Inside(Member)),
    with("PATCH", "/api/v1/orgs/{org_slug}/tags/{tag_id}/", Inside(Member), r#"{"name":"new"}"#),
    with("DELETE", "/api/v1/orgs/{org_slug}/tags/{tag_id}/", Inside(Member), "{}"),
    op("GET", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/", Inside(Member)),
    with(
        "POST",
        "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/",
        Inside(Member),
        r#"["new"]"#,
    ),
    with(
        "DELETE",
        "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/",
        Inside(Member),
        "[1]",
    ),
    with(
        "DELETE",
        "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/{slug}/",
        Inside(Member),
        "{}",
    ),
];
