//! Odd paths and queries.

use gateway::Gateway;
use gateway::front::Face;
use insta::assert_snapshot;

use super::{Told, values};
use crate::app::TestApp;

#[actix_web::test]
async fn an_odd_id_is_the_id_of_nobody() {
    let app = TestApp::spawn().await;
    // He may see everybody, so that what he does not see is not there.
    let admin = app.admin().await;
    assert_eq!(admin.account().id.to_string(), "1");

    for (method, body) in [
        ("GET", ""),
        ("PUT", "{}"),
        ("PATCH", "{}"),
        ("DELETE", "{}"),
    ] {
        let mut told = Told::default();
        for (case, piece) in values::pieces() {
            let path = format!("/auth/users/{piece}/");
            let answer = admin.ask(method, &path, body).await;
            told.take(Face::Djoser, case, &format!("{method} {path}"), &answer);
        }
        // To Python a zero in front changes nothing: that one is his own.
        told.0.retain(|_, cases| *cases != ["leading zero"]);
        let statuses: Vec<u16> = told.0.keys().copied().collect();
        assert_eq!(statuses, [404], "{method}: {told}");
    }
}

#[actix_web::test]
async fn an_odd_name_is_looked_up_or_refused() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let mut told = Told::default();
    let path = "/api/v1/users/check_username";

    for (case, piece) in values::pieces() {
        let asked = format!("{path}?username={piece}");
        told.take(Face::V1, case, path, &app.anonymous().get(&asked).await);
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
        let answer = app.anonymous().get(&format!("{path}{query}")).await;
        told.take(Face::V1, case, path, &answer);
    }

    assert_snapshot!(told, @r"
      400: NUL, NUL behind
      200: the other 42
    ");
}

#[actix_web::test]
async fn an_odd_token_of_a_link_is_no_token() {
    let app = TestApp::spawn().await;
    let path = "/api/v1/auth/email/verify";
    for (case, piece) in values::pieces() {
        let mut told = Told::default();
        let asked = format!("{path}?token={piece}");
        told.take(Face::V1, case, path, &app.anonymous().get(&asked).await);
        assert!(told.0.contains_key(&400), "{case}: {told}");
    }
}

/// Nobody reads these, and nobody stumbles over them.
#[actix_web::test]
async fn an_odd_query_changes_nothing_but_the_format() {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;
    let gateway = Gateway::new(app.services().clone());

    for entry in gateway.table().entries() {
        let path = entry
            .path
            .replace("{id}", &somebody.account().id.to_string());
        let plain = somebody.ask("OPTIONS", &path, ()).await;
        for (case, piece) in values::pieces() {
            let name = format!("{path}: {case}");
            let asked = format!("{path}?x={piece}&{piece}=x");
            let answer = somebody.ask("OPTIONS", &asked, ()).await;
            assert_eq!(answer.to_string(), plain.to_string(), "{name}");

            let asked = format!("{path}?format={piece}");
            let answer = somebody.ask("OPTIONS", &asked, ()).await;
            let status = if entry.face.is_rest_framework() {
                404
            } else {
                405
            };
            assert_eq!(answer.status, status, "{name}: {answer}");
        }
    }
}

#[actix_web::test]
async fn an_odd_path_is_404_in_the_nearest_dialect() {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;
    for (prefix, face) in [
        ("/", Face::Api),
        ("/auth/", Face::Djoser),
        ("/auth/users/me/", Face::Djoser),
        ("/api/", Face::Api),
        ("/api/auth/me/", Face::Api),
        ("/api/users/", Face::Api),
        ("/api/v1/", Face::V1),
        ("/api/v1/users/me/", Face::V1),
    ] {
        for (case, piece) in values::pieces() {
            for path in [format!("{prefix}{piece}"), format!("{prefix}{piece}/x")] {
                for method in ["GET", "POST"] {
                    let answer = somebody.ask(method, &path, ()).await;
                    let name = format!("{method} {path}: {case}");
                    assert_eq!(answer.status, 404, "{name}: {answer}");
                    let mut told = Told::default();
                    told.take(face, case, &name, &answer);
                }
            }
        }
    }
}
