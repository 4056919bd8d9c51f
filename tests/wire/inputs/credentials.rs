//! Malformed credentials: rejected or ignored, never accepted and never a server error.

use crate::surface_name::SurfaceName;

use super::Statuses;
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn no_malformed_header_authenticates() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let access = alice.access();
    let (head, _) = access.rsplit_once('.').expect("a signature");
    let cases = [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer .".to_owned(),
        "Bearer ..".to_owned(),
        "Bearer ...".to_owned(),
        "Bearer a.b.c".to_owned(),
        "Bearer \u{e9}.\u{1f600}.x".to_owned(),
        "Bearer =.=.=".to_owned(),
        "Bearer eyJhbGciOiJub25lIn0.e30.".to_owned(),
        format!("Bearer {head}."),
        format!("Bearer {head}"),
        format!("Bearer {access}x"),
        format!("Bearer {access} x"),
        format!("Bearer {access},{access}"),
        format!("Bearer \"{access}\""),
        format!("Basic {access}"),
        format!("JWT {access}"),
        format!("Token {access}"),
        access.to_owned(),
        format!("Bearer {}", alice.refresh()),
        format!("Bearer {}.{}.{}", "a".repeat(20_000), "b".repeat(20_000), "c".repeat(20_000)),
        format!("Token {}", "0".repeat(40)),
        format!("Token {}", "f".repeat(60_000)),
        "Token ' OR 1=1".to_owned(),
        "Token %00".to_owned(),
        " ".to_owned(),
        String::new(),
        ",".to_owned(),
    ];

    for (path, face) in [
        ("/auth/users/me/", SurfaceName::Djoser),
        ("/api/users/profile/", SurfaceName::Users),
        ("/api/auth/me/", SurfaceName::Api),
        ("/api/v1/users/me", SurfaceName::V1),
    ] {
        for header in &cases {
            let case: String = header.chars().take(60).collect();
            let request = Request::new("GET", path).header("Authorization", header);
            let response = app.send(request).await;
            assert_eq!(response.status, 401, "{path}: {case}: {response}");
            Statuses::default().take(face, &case, path, &response);
            assert!(!response.text().contains(access), "{path}: {case}");
        }
        // Of two headers the first one counts, or none; never the second.
        let request = Request::new("GET", path)
            .header("Authorization", "Bearer x")
            .header("Authorization", &format!("Bearer {access}"));
        assert_eq!(app.send(request).await.status, 401, "{path}");
    }
}
