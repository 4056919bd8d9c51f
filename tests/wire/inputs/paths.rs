//! Unusual paths and their queries.

use std::fmt::Write;

use crate::surface_name::SurfaceName;
use insta::assert_snapshot;
use loggia_identity::OrgRole;

use super::environment::Environment;
use super::{Statuses, values};
use crate::access::callers::CallerKind;
use crate::access::tables::{API, DJOSER, Operation, V1};
use crate::app::{Caller, TestApp};

/// Formats the responses of operations whose path has a placeholder with an unusual value. The caller may see every
/// fixture, so a 404 means that the resource does not exist.
async fn statuses_of_placeholders(
    caller: &Caller<'_>,
    environment: &Environment<'_>,
    operations: &[Operation],
) -> String {
    let mut all = String::new();
    for operation in operations {
        for placeholder in placeholders(operation.path) {
            let mut statuses = Statuses::default();
            for (case, piece) in values::pieces() {
                // Python ignores a leading zero, so this is the id of an existing object.
                if placeholder == "{id}" && case == "leading zero" {
                    continue;
                }
                let path = environment.path(&operation.path.replace(placeholder, "{}"));
                let mut path = path.replace("{}", &piece);
                if path.ends_with("/search/") {
                    path.push_str("?q=v");
                }
                let body = match operation.body {
                    _ if operation.method == "GET" => "",
                    "" => "{}",
                    body => body,
                };
                let response = caller.send_json(operation.method, &path, body).await;
                let name = format!("{} {path}", operation.method);
                statuses.take(environment.fixtures.face, case, &name, &response);
            }
            let Operation { method, path, .. } = operation;
            writeln!(all, "{method} {path}: {placeholder}{statuses}").expect("a text");
        }
    }
    all
}

/// Returns the placeholders in a path.
fn placeholders(path: &str) -> Vec<&str> {
    let pieces = path.split('/');
    pieces.filter(|piece| piece.starts_with('{')).collect()
}

#[actix_web::test]
async fn an_unusual_id_is_not_found_on_djoser() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    assert_eq!(admin.account().id.to_string(), "1");
    for (case, piece) in values::pieces() {
        // That is the caller's own id.
        if case == "leading zero" {
            continue;
        }
        for operation in DJOSER.iter().filter(|one| one.path.contains('{')) {
            let path = operation.path.replace("{id}", &piece);
            let response = admin.send_json(operation.method, &path, "{}").await;
            let name = format!("{} {path}: {case}", operation.method);
            assert_eq!(response.status, 404, "{name}: {response}");
            Statuses::default().take(SurfaceName::Djoser, case, &name, &response);
        }
    }
}

#[actix_web::test]
async fn an_unusual_id_or_slug_is_not_found_on_the_api() {
    let app = TestApp::spawn().await;
    let environment = Environment::of(&app, SurfaceName::Api).await;
    let superuser = environment.fixtures.caller(CallerKind::Superuser);
    for line in statuses_of_placeholders(superuser, &environment, API).await.lines() {
        let is_heading = !line.starts_with("  ");
        assert!(is_heading || line.starts_with("  404: the other "), "{line}");
    }
}

#[actix_web::test]
async fn an_odd_name_is_the_name_of_nothing_on_v1() {
    let app = TestApp::spawn().await;
    let environment = Environment::of(&app, SurfaceName::V1).await;
    let owner = environment.fixtures.caller(CallerKind::In(OrgRole::Owner));
    // Some of the values are spellings of 1, so no tag may have that id.
    let tag = environment.path("/api/v1/orgs/{org_slug}/tags/{tag_id}/");
    assert_eq!(owner.delete(&tag, ()).await.status, 200);
    let statuses = statuses_of_placeholders(owner, &environment, V1).await;
    assert_snapshot!(statuses);
}

#[actix_web::test]
async fn an_unusual_name_is_looked_up_or_rejected() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let mut statuses = Statuses::default();
    let path = "/api/v1/users/check_username";

    for (case, piece) in values::pieces() {
        let target = format!("{path}?username={piece}");
        statuses.take(SurfaceName::V1, case, path, &app.anonymous().get(&target).await);
    }
    for (case, query) in [
        ("no query", ""),
        ("empty query", "?"),
        ("empty name", "?username="),
        ("name alone", "?username"),
        ("twice", "?username=alice&username=bob"),
        ("brackets", "?username[]=alice"),
        ("in capitals", "?USERNAME=alice"),
        ("signs alone", "?&&==&;"),
        ("question marks", "???username=alice"),
    ] {
        let response = app.anonymous().get(&format!("{path}{query}")).await;
        statuses.take(SurfaceName::V1, case, path, &response);
    }

    assert_snapshot!(statuses, @r"
      400: NUL, NUL behind
      200: the other 42
    ");
}

#[actix_web::test]
async fn an_unusual_token_of_a_link_is_invalid() {
    let app = TestApp::spawn().await;
    let path = "/api/v1/auth/email/verify";
    for (case, piece) in values::pieces() {
        let mut statuses = Statuses::default();
        let target = format!("{path}?token={piece}");
        statuses.take(SurfaceName::V1, case, path, &app.anonymous().get(&target).await);
        assert!(statuses.0.contains_key(&400), "{case}: {statuses}");
    }
}

#[actix_web::test]
async fn an_unusual_path_is_404_in_the_nearest_dialect() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;
    for (prefix, face) in [
        ("/", SurfaceName::Api),
        ("/auth/", SurfaceName::Djoser),
        ("/auth/users/me/", SurfaceName::Djoser),
        ("/api/", SurfaceName::Api),
        ("/api/auth/me/", SurfaceName::Api),
        ("/api/v1/", SurfaceName::V1),
        ("/api/v1/users/me/", SurfaceName::V1),
    ] {
        for (case, piece) in values::pieces() {
            for path in [format!("{prefix}{piece}"), format!("{prefix}{piece}/x")] {
                for method in ["GET", "POST"] {
                    let response = user.send_json(method, &path, ()).await;
                    let name = format!("{method} {path}: {case}");
                    assert_eq!(response.status, 404, "{name}: {response}");
                    let mut statuses = Statuses::default();
                    statuses.take(face, case, &name, &response);
                }
            }
        }
    }
}
