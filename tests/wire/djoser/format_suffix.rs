//! Paths that end in a format suffix. Source: docs/contract/djoser.md «Format suffixes».

use serde_json::json;

use crate::app::TestApp;

#[actix_web::test]
async fn a_path_with_json_is_the_path_without_it() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (suffixed, path) in [
        ("/auth/users/me.json", "/auth/users/me/"),
        ("/auth/users/me.json/", "/auth/users/me/"),
        ("/auth/users.json", "/auth/users/"),
        ("/auth/users/1.json", "/auth/users/1/"),
        ("/auth/.json", "/auth/"),
        ("/auth/users/me.json?format=json", "/auth/users/me/"),
    ] {
        let (with, without) = (alice.get(suffixed).await, alice.get(path).await);
        assert_eq!(with.status, 200, "{suffixed}: {with}");
        assert_eq!(with.to_string(), without.to_string(), "{suffixed}");
        assert_eq!(with.header("Allow"), without.header("Allow"), "{suffixed}");
        let head = alice.head(suffixed).await;
        assert_eq!(head.status, 200, "HEAD {suffixed}");
    }
}

#[actix_web::test]
async fn a_suffix_works_for_every_method() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let options = alice.send_json("OPTIONS", "/auth/users/me.json", ()).await;
    assert_eq!(options.status, 200, "{options}");
    let deletion = alice.send_json("DELETE", "/auth/users.json", ()).await;
    assert_eq!(deletion.status, 405, "{deletion}");
    let anonymous = app.anonymous().get("/auth/users/me.json").await;
    assert_eq!(anonymous.status, 401, "{anonymous}");
    let body = json!({ "email": "alice@example.com" });
    let reset = app.anonymous().post("/auth/users/reset_password.json", body).await;
    assert_eq!(reset.status, 204, "{reset}");
    assert_eq!(app.sent_mail().await.len(), 1);
}

#[actix_web::test]
async fn other_formats_and_other_paths_have_no_suffix() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for path in [
        "/auth/users/me.xml",
        "/auth/users/me.api",
        "/auth/users/me.json.json",
        "/auth/users/me.json//",
        "/auth/users/me.JSON",
        "/auth/users/1.5",
        "/auth/token/login.json",
        "/auth/jwt/verify.json.x",
        "/api/auth/me.json",
        "/api/v1/users/me.json",
    ] {
        for caller in [&alice, &app.anonymous()] {
            let response = caller.get(path).await;
            assert_eq!(response.status, 404, "{path}: {response}");
        }
    }
}
