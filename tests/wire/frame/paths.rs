//! Unknown paths. Source: docs/contract/README.md «Unknown paths».

use crate::surface_name::SurfaceName;

use super::assert_error;
use crate::app::TestApp;

#[actix_web::test]
async fn an_unknown_path_is_404_in_the_nearest_dialect() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;

    for (path, face, sentence) in [
        ("/auth/nothing/", SurfaceName::Djoser, "Not found."),
        ("/auth/users/me/more/", SurfaceName::Djoser, "Not found."),
        ("/api/auth/nothing/", SurfaceName::Api, "Not found."),
        ("/api/users/status/nothing/", SurfaceName::Api, "Not found."),
        ("/api/nothing", SurfaceName::Api, "Not found."),
        ("/api/v1/nothing", SurfaceName::V1, "Not Found"),
        ("/api/v1", SurfaceName::V1, "Not Found"),
        ("/api/v2/health", SurfaceName::Api, "Not found."),
        ("/nothing", SurfaceName::Api, "Not found."),
        ("//", SurfaceName::Api, "Not found."),
        ("//auth/users/me/", SurfaceName::Api, "Not found."),
        ("/openapi/nothing.json", SurfaceName::Api, "Not found."),
        ("/favicon.ico/", SurfaceName::Api, "Not found."),
    ] {
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            for caller in [&user, &app.anonymous()] {
                let response = caller.send_json(method, path, ()).await;
                assert_error(&response, face, 404, sentence);
            }
        }
        assert_eq!(app.anonymous().head(path).await.body.len(), 0);
    }
}

/// Paths are compared literally: they are neither decoded nor normalized.
#[actix_web::test]
async fn paths_are_matched_literally() {
    let app = TestApp::spawn().await;
    let user = app.user("user").await;

    for path in [
        "/auth/users/me//",
        "/auth//users/me/",
        "/auth/./users/me/",
        "/auth/x/../users/me/",
        "/auth%2fusers/me/",
        "/AUTH/users/me/",
        "/auth/users/me/%00",
        "/auth/users/me%00/",
        "/auth/users/me/%2e%2e/me/",
        "/auth/users/me;x=1/",
        "/api/v1/users/me//",
        "/api/v1/x/../users/me",
        "/api/v1/users%2fme",
        "/api/auth/me%20/",
        "/api/auth/me/..",
        "/docs/../api/auth/me/",
    ] {
        let response = user.get(path).await;
        assert_eq!(response.status, 404, "{path}: {response}");
    }
}

/// Matching cost grows with the length of the path, before any authentication.
#[actix_web::test]
async fn very_long_paths_are_not_found() {
    let app = TestApp::spawn().await;
    let long = "a".repeat(60_000);

    for (path, face) in [
        (format!("/api/v1/orgs/{long}/tags/search/"), SurfaceName::V1),
        (format!("/api/v1/contacts/{long}/"), SurfaceName::V1),
        (format!("/api/users/{long}/"), SurfaceName::Api),
        (format!("/auth/users/{long}/"), SurfaceName::Djoser),
        (format!("/uploads/{long}"), SurfaceName::Api),
        (format!("/{long}"), SurfaceName::Api),
    ] {
        for method in ["GET", "PUT", "OPTIONS"] {
            let response = app.anonymous().send_json(method, &path, ()).await;
            let sentence = if face == SurfaceName::V1 { "Not Found" } else { "Not found." };
            assert_error(&response, face, 404, sentence);
        }
    }
}
