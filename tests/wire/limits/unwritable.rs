//! An SQLite file that cannot be written: 503 or 507 for writes and readiness, and reads go on.
//! Source: docs/contract/README.md «Server errors».

use loggia_db::Backend;
use serde_json::{Value, json};

use super::{BUSY, PROFILES, assert_later, logins, post};
use crate::app::{Request, TestApp};
use crate::surface_name::SurfaceName;

/// Returns a registration on each surface.
fn registrations(name: &str) -> [(&'static str, SurfaceName, Value); 4] {
    let email = format!("{name}@example.com");
    let password = TestApp::PASSWORD;
    [
        (
            "/auth/users/",
            SurfaceName::Djoser,
            json!({ "username": name, "password": password, "re_password": password }),
        ),
        (
            "/api/users/register/",
            SurfaceName::Users,
            json!({ "email": format!("u-{email}"), "password": password, "confirm_password": password }),
        ),
        (
            "/api/auth/register/",
            SurfaceName::Api,
            json!({ "email": format!("a-{email}"), "password": password }),
        ),
        (
            "/api/v1/auth/register",
            SurfaceName::V1,
            json!({ "email": format!("v-{email}"), "password": password }),
        ),
    ]
}

fn is_on_sqlite(app: &TestApp) -> bool {
    app.services().db.backend() == Backend::Sqlite
}

#[actix_web::test]
async fn a_read_only_file_is_503_for_writes_and_readiness() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;
    if !is_on_sqlite(&app) {
        return;
    }
    // As SQLite treats a file that it cannot write.
    app.execute("PRAGMA query_only = ON").await;

    let writes = registrations("new").into_iter().chain(logins("user", TestApp::PASSWORD));
    for (path, face, body) in writes {
        let response = app.send(post(path, &body)).await;
        assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
    }
    for (path, face) in PROFILES {
        let change = user.request(Request::new("PATCH", path).json(&json!({ "first_name": "U" })));
        if face != SurfaceName::Users {
            assert_eq!(assert_later(&app.send(change).await, face, 503, BUSY), 2, "{path}");
        }
        assert_eq!(user.get(path).await.status, 200, "{path}");
    }
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.status, 503, "{ready}");
    assert_eq!(ready.header("Retry-After").as_deref(), Some("2"));
    assert_eq!(app.anonymous().get("/healthz").await.status, 200);

    app.execute("PRAGMA query_only = OFF").await;
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
    let (path, _, body) = &registrations("new")[2];
    assert_eq!(app.send(post(path, body)).await.status, 201);
}

#[actix_web::test]
async fn a_full_disk_is_507_for_writes() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;
    if !is_on_sqlite(&app) {
        return;
    }
    // Raised by SQLite to the present number of pages: the file cannot grow.
    app.execute("PRAGMA max_page_count = 1").await;

    let mut refused = [false; 4];
    for n in 0..200 {
        for ((path, face, body), refused) in
            registrations(&format!("new{n}")).into_iter().zip(&mut refused)
        {
            let response = app.send(post(path, &body)).await;
            match response.status.as_u16() {
                200 | 201 => {}
                507 => *refused = true,
                _ => panic!("{path}: {response}"),
            }
            assert!(response.status.is_success() || response.media().is_some(), "{face:?}");
        }
        if refused == [true; 4] {
            break;
        }
    }

    assert_eq!(refused, [true; 4]);
    for (path, _) in PROFILES {
        assert_eq!(user.get(path).await.status, 200, "{path}");
    }
}
