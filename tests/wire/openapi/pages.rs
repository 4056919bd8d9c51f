//! The paths of the documents, and the pages that show them.

use std::fs;

use gateway::surfaces;
use regex::Regex;

use super::{SURFACES, root};
use crate::app::TestApp;

#[actix_web::test]
async fn the_committed_documents_are_the_served_ones() {
    let app = TestApp::spawn().await;

    for surface in SURFACES {
        let committed = root().join("openapi").join(format!("{surface}.json"));
        let committed = fs::read_to_string(&committed)
            .unwrap_or_else(|error| panic!("{}: {error}: run make openapi", committed.display()));
        let path = format!("/openapi/{surface}.json");
        let served = app.anonymous().get(&path).await;
        assert!(committed == served.text(), "openapi/{surface}.json: run make openapi");
    }
}

#[actix_web::test]
async fn the_pages_link_to_the_documents() {
    let app = TestApp::spawn().await;
    let page = async |path: &str| {
        let response = app.anonymous().get(path).await;
        assert_eq!(response.status, 200, "{path}");
        response
    };

    let first = page("/").await;
    assert_eq!(first.media().as_deref(), Some("text/html"));
    let swagger = page("/docs/").await;
    assert_eq!(swagger.media().as_deref(), Some("text/html"));
    let start = page("/docs/swagger-initializer.js").await;
    for surface in SURFACES {
        let path = format!("/openapi/{surface}.json");
        assert!(first.text().contains(&format!("href=\"{path}\"")), "{path}");
        assert!(start.text().contains(&format!("\"{path}\"")), "{path}");
        let document = page(&path).await;
        assert_eq!(document.media().as_deref(), Some("application/json"));
        assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    }
    assert!(first.text().contains("href=\"/docs/\""));
    let bare = app.anonymous().get("/docs").await;
    assert!(bare.status.is_redirection());
    assert_eq!(bare.header("Location").as_deref(), Some("/docs/"));

    // Clients of this surface know the document and the page under these paths. Source: docs/contract/v1.md «Paths».
    let document = page("/api/v1/openapi.json").await;
    assert_eq!(document.body, page("/openapi/v1.json").await.body);
    assert_eq!(document.json()["info"]["title"], "Django API Starter");
    for path in ["/api/v1/docs", "/api/v1/docs/"] {
        let text = page(path).await.text();
        for part in ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/api/v1/docs/start.js"]
        {
            assert!(text.contains(part), "{path}: {part}");
            page(part).await;
        }
    }
    let start = page("/api/v1/docs/start.js").await;
    assert!(start.text().contains("\"/api/v1/openapi.json\""));
}

/// A page must not load anything its policy forbids.
#[actix_web::test]
async fn the_pages_comply_with_their_own_policy() {
    let app = TestApp::spawn().await;
    let inline = Regex::new(r"<script(?:\s[^>]*)?>\s*[^\s<]").unwrap();
    let outside = Regex::new(r#"(?:src|href)="(?:https?:)?//"#).unwrap();
    for path in ["/", "/docs/", "/api/v1/docs"] {
        let response = app.anonymous().get(path).await;
        let policy = response.header("Content-Security-Policy").unwrap();
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(!inline.is_match(&response.text()), "{path} has an inline script");
        assert!(!outside.is_match(&response.text()), "{path} loads from outside");
    }
}

#[actix_web::test]
async fn disabled_surfaces_are_not_served() {
    for surface in SURFACES {
        let app = TestApp::with(|options| {
            options.surfaces.retain(|served| served.name() != surface);
        })
        .await;
        let anonymous = app.anonymous();
        let document = format!("/openapi/{surface}.json");

        assert_eq!(anonymous.get(&document).await.status, 404, "{document}");
        for page in ["/", "/docs/swagger-initializer.js"] {
            let text = anonymous.get(page).await.text();
            assert!(!text.contains(&document), "{page}");
        }
        let own = ["/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs/start.js"];
        for path in own {
            let status = if surface == "v1" { 404 } else { 200 };
            assert_eq!(anonymous.get(path).await.status, status, "{path}");
        }
        let one_path = |surface| match surface {
            "djoser" => "/auth/jwt/verify/",
            "users" => "/api/users/status/",
            "api" => "/api/auth/login/",
            _ => "/api/v1/health",
        };
        // Without `users`, its paths match the account ids of `api`.
        let status = if surface == "users" { 401 } else { 404 };
        for other in surfaces::NAMES {
            let response = anonymous.get(one_path(other)).await;
            let is_gone = response.status == status;
            assert_eq!(is_gone, other == surface, "{other}: {response}");
        }
    }
}
