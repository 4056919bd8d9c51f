//! The seed documents are the specification: every operation they name is served and documented.

use std::collections::BTreeSet;

use gateway::Gateway;

use crate::app::TestApp;

/// `(method, path)`, in the order of the document that names them. Edit only when it changes.
type Operations = &'static [(&'static str, &'static str)];

/// seeds/002, and below it djoser's own further routes. Source: contract/README.md, decision 15.
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

/// seeds/001, but for Google and GitHub, which come with an issue of their own.
const USERS: Operations = &[
    ("GET", "/api/users/status/"),
    ("POST", "/api/users/register/"),
    ("POST", "/api/users/login/"),
    ("POST", "/api/users/logout/"),
    ("POST", "/api/users/refresh-token/"),
    ("GET", "/api/users/profile/"),
];

/// seeds/000 «Authentication» to «Password», and seeds/004 «Authentication», which names the first two again.
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
];

/// seeds/003, the part on identity; avatars come with an issue of their own.
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
    // The way to another user name, which the seed leaves out. Source: contract/v1.md 4.
    ("PATCH", "/api/v1/users/username"),
];

const SEEDS: [(&str, Operations); 4] = [
    ("djoser", DJOSER),
    ("users", USERS),
    ("api", API),
    ("v1", V1),
];

#[actix_web::test]
async fn documents_what_the_seeds_name_and_nothing_else() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());

    for (surface, named) in SEEDS {
        let mut documents = gateway.documents().iter();
        let document = documents.find(|document| document.name == surface).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in &document.api.paths.paths {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            for (method, _) in methods.into_iter().filter(|(_, there)| there.is_some()) {
                documented.insert((method, path.as_str()));
            }
        }
        let named = named.iter().copied().collect();
        let missing: Vec<_> = BTreeSet::difference(&named, &documented).collect();
        assert!(
            missing.is_empty(),
            "{surface} does not document {missing:?}"
        );
        let unnamed: Vec<_> = documented.difference(&named).collect();
        assert!(unnamed.is_empty(), "nobody asked for {unnamed:?}");
    }
}

/// That they are served only: who may ask for them is [`crate::access`]'s matter.
#[actix_web::test]
async fn serves_what_the_seeds_name() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let somebody = app.user("somebody").await;
    let his_own = somebody.account().id.to_string();

    for (surface, named) in SEEDS {
        for (method, path) in named {
            let entry = gateway.table().find(path);
            let (entry, other_form) = entry.unwrap_or_else(|| panic!("{path} is not known"));
            assert_eq!(entry.path, *path);
            assert_eq!(other_form, None);
            let is_served = entry.operations().any(|(known, _)| known == method);
            assert!(is_served, "{method} {path} is not served");

            // A body that no handler likes: whatever is answered, it is the operation that answers.
            let asked = path.replace("{id}", &his_own);
            let body = if *method == "GET" { "" } else { "[]" };
            let answer = app.anonymous().ask(method, &asked, body).await;
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 200 | 400 | 401),
                "{surface}: {method} {path}: {answer}"
            );
        }
    }
}
