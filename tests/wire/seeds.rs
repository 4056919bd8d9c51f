//! Completeness: every operation of the API descriptions is served and documented, and no other.

use std::collections::BTreeSet;

use gateway::Gateway;

use crate::app::TestApp;
use crate::surface_name::SurfaceName;

/// `(method, path)`, in the order of the document that names them. Edit only when that document changes.
type Operations = &'static [(&'static str, &'static str)];

/// Operations of the API description, followed by djoser's others. Source: docs/contract/djoser.md «Operations»;
/// docs/contract/README.md «djoser routes beyond the description».
const DJOSER: Operations = &[
    ("POST", "/auth/users/"),
    ("POST", "/auth/token/login/"),
    ("POST", "/auth/token/logout/"),
    ("GET", "/auth/users/me/"),
    ("PUT", "/auth/users/me/"),
    ("POST", "/auth/users/reset_password/"),
    ("POST", "/auth/users/reset_password_confirm/"),
    ("POST", "/auth/jwt/create/"),
    ("POST", "/auth/jwt/refresh/"),
    ("POST", "/auth/jwt/verify/"),
    // djoser/urls and djoser/views.py
    ("GET", "/auth/"),
    ("GET", "/auth/users/"),
    ("PATCH", "/auth/users/me/"),
    ("DELETE", "/auth/users/me/"),
    ("GET", "/auth/users/{id}/"),
    ("PUT", "/auth/users/{id}/"),
    ("PATCH", "/auth/users/{id}/"),
    ("DELETE", "/auth/users/{id}/"),
    ("POST", "/auth/users/activation/"),
    ("POST", "/auth/users/resend_activation/"),
    ("POST", "/auth/users/set_password/"),
    ("POST", "/auth/users/set_username/"),
    ("POST", "/auth/users/reset_username/"),
    ("POST", "/auth/users/reset_username_confirm/"),
];

/// Excludes login by Google and GitHub, which is not served. Source: docs/contract/users.md «Operations».
const USERS: Operations = &[
    ("GET", "/api/users/status/"),
    ("POST", "/api/users/register/"),
    ("POST", "/api/users/login/"),
    ("POST", "/api/users/logout/"),
    ("POST", "/api/users/refresh-token/"),
    ("GET", "/api/users/profile/"),
];

/// Operations of two backends, which share the first two. Source: docs/contract/api.md «Operations».
const API: Operations = &[
    ("POST", "/api/auth/register/"),
    ("POST", "/api/auth/login/"),
    ("POST", "/api/auth/token/refresh/"),
    ("POST", "/api/auth/logout/"),
    ("GET", "/api/auth/me/"),
    ("GET", "/api/auth/profile/"),
    ("PUT", "/api/auth/me/"),
    ("PATCH", "/api/auth/me/"),
    ("PUT", "/api/auth/profile/"),
    ("PATCH", "/api/auth/profile/"),
    ("POST", "/api/auth/password/change/"),
    ("POST", "/api/auth/password/reset/"),
    ("POST", "/api/auth/password/reset/confirm/"),
    ("GET", "/api/auth/admin/users/"),
    ("POST", "/api/auth/admin/users/"),
    ("PUT", "/api/auth/admin/users/{id}/"),
    ("PATCH", "/api/auth/admin/users/{id}/"),
    ("DELETE", "/api/auth/admin/users/{id}/"),
    ("POST", "/api/auth/admin/users/{id}/toggle_active/"),
    ("POST", "/api/auth/admin/users/{id}/change_role/"),
    ("POST", "/api/upload/get-upload-url/"),
    ("GET", "/api/services/"),
    ("POST", "/api/services/"),
    ("PUT", "/api/services/{slug}/"),
    ("PATCH", "/api/services/{slug}/"),
    ("DELETE", "/api/services/{slug}/"),
    // From the backend with roles and permissions.
    ("GET", "/api/users/"),
    ("POST", "/api/users/"),
    ("GET", "/api/users/{id}/"),
    ("PUT", "/api/users/{id}/"),
    ("DELETE", "/api/users/{id}/"),
    ("GET", "/api/roles/"),
    ("POST", "/api/roles/"),
    ("GET", "/api/roles/{id}/"),
    ("PUT", "/api/roles/{id}/"),
    ("DELETE", "/api/roles/{id}/"),
    ("GET", "/api/permissions/"),
    ("POST", "/api/permissions/"),
    ("GET", "/api/permissions/{id}/"),
    ("PUT", "/api/permissions/{id}/"),
    ("DELETE", "/api/permissions/{id}/"),
    ("GET", "/api/user-roles/"),
    ("POST", "/api/user-roles/"),
    ("GET", "/api/user-roles/{id}/"),
    ("DELETE", "/api/user-roles/{id}/"),
    // View sets of the replaced backends, beyond the API descriptions.
    // Source: docs/contract/api.md «Differences from the replaced backends».
    ("GET", "/api/auth/admin/users/{id}/"),
    ("GET", "/api/services/{slug}/"),
    ("PATCH", "/api/users/{id}/"),
    ("PATCH", "/api/roles/{id}/"),
    ("PATCH", "/api/permissions/{id}/"),
    // Only mentioned in the API description. Source: docs/contract/README.md «Published content».
    ("GET", "/api/projects/"),
    ("POST", "/api/projects/"),
    ("GET", "/api/projects/{slug}/"),
    ("PUT", "/api/projects/{slug}/"),
    ("PATCH", "/api/projects/{slug}/"),
    ("DELETE", "/api/projects/{slug}/"),
    ("GET", "/api/blog/"),
    ("POST", "/api/blog/"),
    ("GET", "/api/blog/{slug}/"),
    ("PUT", "/api/blog/{slug}/"),
    ("PATCH", "/api/blog/{slug}/"),
    ("DELETE", "/api/blog/{slug}/"),
];

/// Excludes avatars, images and exports, which are not served. Source: docs/contract/v1.md «Operations».
const V1: Operations = &[
    ("POST", "/api/v1/token/pair"),
    ("POST", "/api/v1/token/refresh"),
    ("POST", "/api/v1/token/verify"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/logout"),
    ("DELETE", "/api/v1/auth/delete"),
    ("POST", "/api/v1/auth/change-password"),
    ("PATCH", "/api/v1/auth/email"),
    ("GET", "/api/v1/auth/email/verify"),
    ("POST", "/api/v1/auth/password-reset/request"),
    ("POST", "/api/v1/auth/password-reset/confirm"),
    ("GET", "/api/v1/users/me"),
    ("PATCH", "/api/v1/users/me"),
    ("GET", "/api/v1/users/check_username"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/contacts/"),
    ("POST", "/api/v1/contacts/"),
    ("GET", "/api/v1/contacts/{slug}/"),
    ("PUT", "/api/v1/contacts/{slug}/"),
    ("PATCH", "/api/v1/contacts/{slug}/"),
    ("DELETE", "/api/v1/contacts/{slug}/"),
    ("GET", "/api/v1/orgs/{org_slug}/tags/"),
    ("POST", "/api/v1/orgs/{org_slug}/tags/"),
    ("PATCH", "/api/v1/orgs/{org_slug}/tags/{tag_id}/"),
    ("DELETE", "/api/v1/orgs/{org_slug}/tags/{tag_id}/"),
    ("POST", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/"),
    ("DELETE", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/{slug}/"),
    // The operation to change the username, absent from the API description. Source: docs/contract/v1.md «Usernames».
    ("PATCH", "/api/v1/users/username"),
    // Organizations, absent from the API description. Source: docs/contract/README.md «Organizations».
    ("GET", "/api/v1/orgs/"),
    ("POST", "/api/v1/orgs/"),
    ("GET", "/api/v1/orgs/{org_slug}/"),
    ("PATCH", "/api/v1/orgs/{org_slug}/"),
    ("DELETE", "/api/v1/orgs/{org_slug}/"),
    ("GET", "/api/v1/orgs/{org_slug}/members/"),
    ("POST", "/api/v1/orgs/{org_slug}/members/"),
    ("PATCH", "/api/v1/orgs/{org_slug}/members/{user_slug}/"),
    ("DELETE", "/api/v1/orgs/{org_slug}/members/{user_slug}/"),
    // From later versions of the same backend. Source: docs/contract/v1.md «Tags», «Tags on objects».
    ("GET", "/api/v1/orgs/{org_slug}/tags/search/"),
    ("GET", "/api/v1/orgs/{org_slug}/tags/by-slug/{slug}/"),
    ("GET", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/"),
    ("DELETE", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/"),
];

const SEEDS: [(&str, Operations); 4] =
    [("djoser", DJOSER), ("users", USERS), ("api", API), ("v1", V1)];

#[actix_web::test]
async fn documents_exactly_the_operations_of_the_api_descriptions() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());

    for (surface, named) in SEEDS {
        let mut documents = gateway.documents().iter();
        let document = documents.find(|document| document.surface().name() == surface).unwrap();
        let entries = gateway.table().entries().iter();
        let documented: BTreeSet<_> = entries
            .filter(|entry| SurfaceName::of(entry.surface) == SurfaceName::of(document.surface()))
            .flat_map(|entry| {
                let operations = entry.operations();
                operations.map(|(method, _)| (method.as_str(), entry.path.as_str()))
            })
            .collect();
        let named = named.iter().copied().collect();
        let missing: Vec<_> = BTreeSet::difference(&named, &documented).collect();
        assert!(missing.is_empty(), "{surface} does not document {missing:?}");
        let unnamed: Vec<_> = documented.difference(&named).collect();
        assert!(unnamed.is_empty(), "not in an API description: {unnamed:?}");
    }
}

/// Checks only that they are served; [`crate::access`] checks the access rules.
#[actix_web::test]
async fn serves_the_operations_of_the_api_descriptions() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let user = app.user("user").await;
    let own_id = user.account().id.to_string();

    for (surface, named) in SEEDS {
        for (method, path) in named {
            let entry = gateway.table().find(path);
            let (entry, other_form) = entry.unwrap_or_else(|| panic!("{path} is unknown"));
            assert_eq!(entry.path, *path);
            assert_eq!(other_form, None);
            let is_served = entry.operations().any(|(known, _)| known == method);
            assert!(is_served, "{method} {path} is not served");

            // Most handlers reject this body; every status accepted below proves that the operation itself responded.
            let requests = fill(&path.replace("{id}", &own_id));
            let body = if *method == "GET" { "" } else { "[]" };
            let response = app.anonymous().send_json(method, &requests, body).await;
            let status = response.status.as_u16();
            // An entry of the public lists that does not exist.
            let may_be_missing = *method == "GET" && path.ends_with("/{slug}/");
            assert!(
                matches!(status, 200 | 400 | 401) || (status == 404 && may_be_missing),
                "{surface}: {method} {path}: {response}"
            );
        }
    }
}

/// Returns the path with its placeholders replaced by `1`.
fn fill(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push('1');
        rest = after.split_once('}').expect("the end of a placeholder").1;
    }
    filled + rest
}
