//! Every documented path with every method, in both slash forms.
//! Source: docs/contract/README.md «Trailing slashes», «Methods»; docs/contract/drf.md «Order of checks», «OPTIONS»;
//! docs/contract/v1.md «Paths», «Errors».

use std::collections::BTreeSet;

use crate::surface_name::SurfaceName;
use actix_web::http::Method;
use gateway::Gateway;
use loggia_http::{auth::Access, middleware::Entry};
use serde_json::json;

use super::{assert_error, own};
use crate::app::{Response, TestApp};

const METHODS: [&str; 8] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

/// Returns whether a handler serves the method.
fn is_served(entry: &Entry, method: &str) -> bool {
    let method = if method == "HEAD" { "GET" } else { method };
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    entry.serves(&method)
}

fn in_the_other_form(path: &str) -> String {
    match path.strip_suffix('/') {
        Some(without) => without.to_owned(),
        None => format!("{path}/"),
    }
}

/// Formats the parts of a response that do not differ between runs.
fn seen(response: &Response) -> String {
    let named = ["Content-Type", "Allow", "Vary", "WWW-Authenticate", "Cache-Control"];
    let headers = named.map(|name| format!("{name}: {:?}\n", response.header(name)));
    format!("{}{response}", headers.concat())
}

/// Sends every method to every path of a new app, with and without a token and a body, and returns the responses in
/// order.
async fn probe_all(form: fn(&str) -> String) -> Vec<(String, String)> {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let mut responses = Vec::new();
    let mut number = 0;
    for entry in gateway.table().entries() {
        for method in METHODS {
            // A new account for every request, because some requests delete the account.
            number += 1;
            let user = app.user(&format!("user{number}")).await;
            let path = form(&own(&entry.path, &user));
            let name = format!("{method} {}", entry.path);
            let received = [
                app.anonymous().send_json(method, &path, ()).await,
                user.send_json(method, &path, ()).await,
                user.send_json(method, &path, json!({})).await,
            ];
            for response in received {
                // A path with a placeholder may name a resource that does not exist.
                let is_named = entry.path.contains('{');
                assert!(response.status != 404 || is_named, "{name}: {response}");
                responses.push((name.clone(), seen(&response)));
            }
        }
    }
    app.sent_mail().await;
    responses
}

#[actix_web::test]
async fn both_slash_forms_of_every_path_return_the_same_response() {
    let as_written = probe_all(str::to_owned).await;
    let otherwise = probe_all(in_the_other_form).await;

    assert!(as_written.len() > 59 * 8, "{}", as_written.len());
    assert_eq!(as_written.len(), otherwise.len());
    for ((name, one), (_, other)) in as_written.into_iter().zip(otherwise) {
        assert_eq!(one, other, "{name}");
    }
}

/// The other slash form keeps the query and the body.
#[actix_web::test]
async fn the_other_slash_form_keeps_query_and_body() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    for path in ["/api/v1/users/check_username", "/api/v1/users/check_username/"] {
        let response = app.anonymous().get(&format!("{path}?username=alice")).await;
        assert_eq!(response.json()["available"], false, "{path}: {response}");
    }
    for path in ["/api/auth/login", "/api/auth/login/"] {
        let body = json!({ "email": "alice@example.com", "password": TestApp::PASSWORD });
        let response = app.anonymous().post(path, body).await;
        assert_eq!(response.status, 200, "{path}: {response}");
    }
}

#[actix_web::test]
async fn an_unsupported_method_is_405_in_the_dialect_of_the_path() {
    let app = TestApp::spawn().await;
    // An administrator: callers without permission would get 403 instead.
    let user = app.admin().await;
    let gateway = Gateway::new(app.services().clone());

    for entry in gateway.table().entries() {
        let (path, face) = (own(&entry.path, &user), SurfaceName::of(entry.surface));
        let allow = entry.allow.to_str().unwrap();
        for method in METHODS {
            let describes = method == "OPTIONS" && face.is_rest_framework();
            if is_served(entry, method) || describes {
                continue;
            }
            let response = user.send_json(method, &path, ()).await;
            let shown = format!("{method} {path}");
            assert_eq!(response.header("Allow").as_deref(), Some(allow), "{shown}");
            if method == "HEAD" {
                assert_eq!((response.status.as_u16(), response.body.len()), (405, 0), "{shown}");
                continue;
            }
            let sentence = match face {
                SurfaceName::V1 => "Method not allowed".to_owned(),
                _ => format!("Method \"{method}\" not allowed."),
            };
            assert_error(&response, face, 405, &sentence);

            // Missing credentials are reported first, except on v1, which checks the route before anything else.
            let response = app.anonymous().send_json(method, &path, ()).await;
            let sent = Method::from_bytes(method.as_bytes()).unwrap();
            let is_guarded =
                face.is_rest_framework() && entry.access_otherwise(&sent) == Access::Required;
            let status = if is_guarded { 401 } else { 405 };
            assert_eq!(response.status, status, "{shown}: {response}");
        }
    }
}

#[actix_web::test]
async fn allow_lists_the_supported_methods_in_the_order_of_django() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());

    for entry in gateway.table().entries() {
        let mut expected = Vec::new();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if is_served(entry, method) {
                expected.push(method);
            }
        }
        if entry.surface.is_rest_framework() {
            if is_served(entry, "GET") {
                expected.push("HEAD");
            }
            expected.push("OPTIONS");
        }
        assert_eq!(entry.allow, expected.join(", "), "{}", entry.path);
    }
}

#[actix_web::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;
    let gateway = Gateway::new(app.services().clone());
    let documented = gateway.table().entries().iter();
    let mut paths: Vec<String> = documented
        .filter(|entry| is_served(entry, "GET"))
        .map(|entry| own(&entry.path, &user))
        .collect();
    assert!(paths.len() > 10);
    paths.extend(
        [
            "/",
            "/docs/",
            "/openapi/v1.json",
            "/api/v1/openapi.json",
            "/api/v1/docs",
            "/healthz",
            "/readyz",
            "/api/v1/users/check_username?username=x",
        ]
        .map(str::to_owned),
    );

    for path in paths {
        for caller in [&user, &app.anonymous()] {
            let (get, head) = (caller.get(&path).await, caller.head(&path).await);
            assert_eq!(head.status, get.status, "{path}");
            assert!(head.body.is_empty(), "{path}");
            for name in ["Content-Type", "Allow", "Vary", "Cache-Control"] {
                assert_eq!(head.header(name), get.header(name), "{path}: {name}");
            }
        }
    }
}

#[actix_web::test]
async fn options_describes_every_path_of_django_rest_framework() {
    let app = TestApp::spawn().await;
    // An administrator: OPTIONS requires the same permissions as the path.
    let user = app.admin().await;
    let gateway = Gateway::new(app.services().clone());

    for entry in gateway.table().entries() {
        let path = own(&entry.path, &user);
        let response = user.options(&path).await;
        assert_eq!(response.header("Allow").as_deref(), entry.allow.to_str().ok());
        if !entry.surface.is_rest_framework() {
            assert_error(&response, SurfaceName::of(entry.surface), 405, "Method not allowed");
            continue;
        }
        assert_eq!(response.status, 200, "{path}: {response}");
        let body = response.json();
        let keys: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        let known = BTreeSet::from(["description", "name", "parses", "renders"]);
        assert_eq!(keys, known, "{path}");
        assert_eq!(body["renders"], json!(["application/json"]), "{path}");
    }
}
