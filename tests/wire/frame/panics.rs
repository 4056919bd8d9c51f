//! Panics: contained, rendered in the dialect of the path, and without details.
//! Source: docs/contract/README.md «Server errors».

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::surface_name::SurfaceName;
use loggia_kernel::{Clock, Timestamp};
use loggia_testkit::FrozenClock;
use serde_json::json;

use super::assert_error;
use crate::app::TestApp;

/// A clock that panics while it is broken. It stands for a defect anywhere below a handler.
#[derive(Clone, Default)]
struct Breakable {
    clock: FrozenClock,
    is_broken: Arc<AtomicBool>,
}

const SECRET: &str = "clock failure at /etc/clock";

impl Clock for Breakable {
    fn now(&self) -> Timestamp {
        assert!(!self.is_broken.load(Ordering::Relaxed), "{SECRET}");
        self.clock.now()
    }

    fn monotonic(&self) -> Instant {
        assert!(!self.is_broken.load(Ordering::Relaxed), "{SECRET}");
        self.clock.monotonic()
    }
}

#[actix_web::test]
async fn a_panic_fails_only_its_own_request() {
    let clock = Breakable::default();
    let broken = Arc::clone(&clock.is_broken);
    let app = TestApp::with_parts(|parts| parts.clock = Arc::new(clock)).await;
    let user = app.user("user").await;

    for (path, face) in [
        ("/auth/users/me/", SurfaceName::Djoser),
        ("/api/v1/users/me", SurfaceName::V1),
        ("/api/auth/me/", SurfaceName::Api),
        ("/api/users/profile/", SurfaceName::Users),
    ] {
        broken.store(true, Ordering::Relaxed);
        let response = user.get(path).await;
        broken.store(false, Ordering::Relaxed);

        assert_error(&response, face, 500, "Internal server error.");
        assert!(!response.text().contains(SECRET));
        for header in
            ["X-Request-Id", "Content-Security-Policy", "Cache-Control", "X-Frame-Options"]
        {
            assert!(response.header(header).is_some(), "{path}: {header}");
        }
        assert_eq!(user.get(path).await.status, 200, "{path}");
    }
}

/// Locks and counters stay usable after a panic.
#[actix_web::test]
async fn a_panic_leaves_nothing_locked() {
    let clock = Breakable::default();
    let broken = Arc::clone(&clock.is_broken);
    let app = TestApp::with_parts(|parts| {
        parts.options.is_rate_limited = true;
        parts.clock = Arc::new(clock);
    })
    .await;
    app.user("user").await;
    let (path, body) = (
        "/api/v1/token/pair",
        json!({ "email": "user@example.com", "password": TestApp::PASSWORD }),
    );

    broken.store(true, Ordering::Relaxed);
    for _ in 0..30 {
        let response = app.anonymous().post(path, body.clone()).await;
        assert_eq!(response.status, 500, "{response}");
    }
    broken.store(false, Ordering::Relaxed);

    let response = app.anonymous().post(path, body).await;
    assert_eq!(response.status, 200, "{response}");
}
