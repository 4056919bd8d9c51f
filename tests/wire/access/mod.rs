//! Who may ask for what: every operation of every document, judged by hand, and then asked.
//!
//! The table is the expectation, and neither the documents nor the handlers have a say in it. An operation that is missing
//! here fails the test, so nobody adds one without saying who may ask for it.

use std::collections::BTreeMap;

use gateway::Gateway;
use gateway::front::{Access, Face};
use serde_json::json;

use crate::app::{Answer, Caller, Request, TestApp};

use Access::{Open, Optional, Required};

/// `(method, path, who may ask)`.
type Operations = &'static [(&'static str, &'static str, Access)];

/// Source: contract/drf.md 4. A public operation of Django REST framework refuses bad credentials all the same; the views
/// of simplejwt do not look at them. Source: contract/drf.md 1.1.
const DJOSER: Operations = &[
    ("GET", "/auth/", Optional),
    ("POST", "/auth/jwt/create/", Open),
    ("POST", "/auth/jwt/refresh/", Open),
    ("POST", "/auth/jwt/verify/", Open),
    ("POST", "/auth/token/login/", Optional),
    ("POST", "/auth/token/logout/", Required),
    ("GET", "/auth/users/", Required),
    ("POST", "/auth/users/", Optional),
    ("POST", "/auth/users/activation/", Optional),
    ("GET", "/auth/users/me/", Required),
    ("PUT", "/auth/users/me/", Required),
    ("PATCH", "/auth/users/me/", Required),
    ("DELETE", "/auth/users/me/", Required),
    ("POST", "/auth/users/resend_activation/", Optional),
    ("POST", "/auth/users/reset_password/", Optional),
    ("POST", "/auth/users/reset_password_confirm/", Optional),
    ("POST", "/auth/users/reset_username/", Optional),
    ("POST", "/auth/users/reset_username_confirm/", Optional),
    ("POST", "/auth/users/set_password/", Required),
    ("POST", "/auth/users/set_username/", Required),
    ("GET", "/auth/users/{id}/", Required),
    ("PUT", "/auth/users/{id}/", Required),
    ("PATCH", "/auth/users/{id}/", Required),
    ("DELETE", "/auth/users/{id}/", Required),
];

/// Source: contract/drf.md 1.1 and 6.
const USERS: Operations = &[
    ("POST", "/api/users/login/", Open),
    ("POST", "/api/users/logout/", Required),
    ("GET", "/api/users/profile/", Required),
    ("POST", "/api/users/refresh-token/", Open),
    ("POST", "/api/users/register/", Open),
    ("GET", "/api/users/status/", Open),
];

/// Source: contract/drf.md 1.1 and 7.
const API: Operations = &[
    ("POST", "/api/auth/login/", Open),
    ("POST", "/api/auth/logout/", Required),
    ("GET", "/api/auth/me/", Required),
    ("PUT", "/api/auth/me/", Required),
    ("PATCH", "/api/auth/me/", Required),
    ("POST", "/api/auth/password/change/", Required),
    ("POST", "/api/auth/password/reset/", Optional),
    ("POST", "/api/auth/password/reset/confirm/", Optional),
    ("GET", "/api/auth/profile/", Required),
    ("PUT", "/api/auth/profile/", Required),
    ("PATCH", "/api/auth/profile/", Required),
    ("POST", "/api/auth/register/", Optional),
    ("POST", "/api/auth/token/refresh/", Open),
];

/// Source: contract/v1.md 2 to 4 and 8. What is public looks at no credentials there.
const V1: Operations = &[
    ("POST", "/api/v1/auth/change-password", Required),
    ("DELETE", "/api/v1/auth/delete", Required),
    ("PATCH", "/api/v1/auth/email", Required),
    ("GET", "/api/v1/auth/email/verify", Open),
    ("POST", "/api/v1/auth/logout", Optional),
    ("POST", "/api/v1/auth/password-reset/confirm", Open),
    ("POST", "/api/v1/auth/password-reset/request", Open),
    ("POST", "/api/v1/auth/register", Open),
    ("GET", "/api/v1/health", Open),
    ("POST", "/api/v1/token/pair", Open),
    ("POST", "/api/v1/token/refresh", Open),
    ("POST", "/api/v1/token/verify", Open),
    ("GET", "/api/v1/users/check_username", Open),
    ("GET", "/api/v1/users/me", Required),
    ("PATCH", "/api/v1/users/me", Required),
    ("PATCH", "/api/v1/users/username", Required),
];

/// The one operation that anybody may ask for, that reads credentials, and that ignores bad ones: a client whose token is
/// dead already must still be able to log out. Source: contract/v1.md 3, `POST /api/v1/auth/logout`.
const FORGIVING: (&str, &str) = ("POST", "/api/v1/auth/logout");

const SURFACES: [(&str, Face, Operations); 4] = [
    ("djoser", Face::Djoser, DJOSER),
    ("users", Face::Users, USERS),
    ("api", Face::Api, API),
    ("v1", Face::V1, V1),
];

#[actix_web::test]
async fn the_documents_say_of_every_operation_who_may_ask() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let surfaces: Vec<_> = gateway.documents().iter().map(|d| d.name).collect();
    assert_eq!(surfaces.len(), SURFACES.len(), "{surfaces:?}");

    for (surface, face, operations) in SURFACES {
        let mut documented = BTreeMap::new();
        for entry in gateway.table().entries() {
            for (method, access) in entry.operations().filter(|_| entry.face == face) {
                documented.insert((entry.path.as_str(), method.as_str()), access);
            }
        }
        let judged: BTreeMap<_, _> = operations
            .iter()
            .map(|(method, path, access)| ((*path, *method), *access))
            .collect();
        assert_eq!(
            judged.len(),
            operations.len(),
            "{surface}: one stands twice"
        );
        let unjudged: Vec<_> = documented
            .keys()
            .filter(|operation| !judged.contains_key(*operation))
            .collect();
        assert!(unjudged.is_empty(), "who may ask for {unjudged:?}?");
        assert_eq!(documented, judged, "{surface}");
    }
}

#[actix_web::test]
async fn what_needs_a_log_in_is_refused_without_a_good_token() {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;

    for (face, method, path) in all(Required) {
        let path = of(path, &somebody);
        for path in both_forms(&path) {
            let answer = app.anonymous().send(asking(method, &path)).await;
            assert_refused(face, &answer, not_given(face), &format!("{method} {path}"));
            for (credential, sentence) in bad(face, &somebody) {
                let request = asking(method, &path).header("Authorization", &credential);
                let case = format!("{method} {path}: {credential}");
                assert_refused(face, &app.send(request).await, sentence, &case);
            }
        }
    }
    // None of all that did anything.
    assert_eq!(somebody.get("/auth/users/me/").await.status, 200);
}

#[actix_web::test]
async fn what_needs_a_log_in_is_done_with_a_good_token() {
    let app = TestApp::spawn().await;

    for (n, (_, method, path)) in all(Required).enumerate() {
        // One each: some of this ends accounts and sessions.
        let somebody = app.user(&format!("somebody{n}")).await;
        let answer = somebody.send(asking(method, &of(path, &somebody))).await;
        let status = answer.status.as_u16();
        assert!(
            matches!(status, 200 | 204 | 400),
            "{method} {path}: {answer}"
        );
    }
}

#[actix_web::test]
async fn what_anybody_may_ask_for_is_refused_with_a_bad_token_where_tokens_are_read() {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;

    for (face, method, path) in all(Optional) {
        let anonymous = app.anonymous().send(asking(method, path)).await;
        assert_served(&anonymous, method, path);
        let known = somebody.send(asking(method, path)).await;
        assert_served(&known, method, path);
        for (credential, sentence) in bad(face, &somebody) {
            let request = asking(method, path).header("Authorization", &credential);
            let answer = app.send(request).await;
            let case = format!("{method} {path}: {credential}");
            if (method, path) == FORGIVING {
                assert_eq!(answer.to_string(), anonymous.to_string(), "{case}");
            } else {
                assert_refused(face, &answer, sentence, &case);
            }
        }
    }
}

#[actix_web::test]
async fn what_is_open_looks_at_no_token() {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;

    for (face, method, path) in all(Open) {
        let anonymous = app.anonymous().send(asking(method, path)).await;
        assert_served(&anonymous, method, path);
        for (credential, _) in bad(face, &somebody) {
            let request = asking(method, path).header("Authorization", &credential);
            let answer = app.send(request).await;
            let case = format!("{method} {path}: {credential}");
            assert_eq!(answer.to_string(), anonymous.to_string(), "{case}");
        }
    }
}

/// The operations for which `access` is needed.
fn all(access: Access) -> impl Iterator<Item = (Face, &'static str, &'static str)> {
    SURFACES.into_iter().flat_map(move |(_, face, operations)| {
        let chosen = operations.iter().filter(move |(.., its)| *its == access);
        chosen.map(move |(method, path, _)| (face, *method, *path))
    })
}

/// With the caller's own number in the place of `{id}`.
fn of(path: &str, caller: &Caller<'_>) -> String {
    path.replace("{id}", &caller.account().id.to_string())
}

/// With and without its final slash: both lead to the handler. Source: contract/README.md, decision 6.
fn both_forms(path: &str) -> [String; 2] {
    let without = path.trim_end_matches('/');
    [without.to_owned(), format!("{without}/")]
}

/// A request that names no value: whatever is answered, who asks was judged first.
fn asking(method: &str, path: &str) -> Request {
    let request = Request::new(method, path);
    if method == "GET" {
        return request;
    }
    request.json(&json!({}))
}

/// What is said to somebody who sends no credentials. Source: contract/drf.md 1.4 and 6; contract/v1.md 1.4.
fn not_given(face: Face) -> &'static str {
    match face {
        Face::Djoser | Face::Users | Face::Api => "Authentication credentials were not provided.",
        Face::V1 => "Unauthorized",
    }
}

/// Credentials that are no good, with what is said of them. Source: contract/drf.md 2.4 and 6; contract/v1.md 1.4.
fn bad(face: Face, somebody: &Caller<'_>) -> Vec<(String, &'static str)> {
    let not_signed_by_us = match somebody.access().rsplit_once('.') {
        Some((head, _)) => format!("{head}.{}", "A".repeat(43)),
        None => panic!("a token without a signature"),
    };
    let invalid = "Given token not valid for any token type";
    let opaque = match face {
        Face::Djoser => "Invalid token.",
        Face::Users | Face::Api | Face::V1 => invalid,
    };
    vec![
        (format!("Bearer {not_signed_by_us}"), invalid),
        (format!("Bearer {}", somebody.refresh()), invalid),
        ("Bearer a.b.c".to_owned(), invalid),
        (format!("Bearer {}", "0".repeat(40)), opaque),
    ]
}

fn assert_served(answer: &Answer, method: &str, path: &str) {
    let status = answer.status.as_u16();
    assert!(matches!(status, 200 | 400), "{method} {path}: {answer}");
}

/// Refused, in the words of `face`.
fn assert_refused(face: Face, answer: &Answer, sentence: &str, case: &str) {
    assert_eq!(answer.status, 401, "{case}: {answer}");
    let body = answer.json();
    let said = match face {
        Face::Users => {
            assert_eq!(body["status"], "failed", "{case}: {answer}");
            &body["message"]
        }
        Face::Djoser | Face::Api | Face::V1 => &body["detail"],
    };
    assert_eq!(said, sentence, "{case}: {answer}");
}
