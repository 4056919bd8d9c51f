//! `/api/v1/health`.

use crate::app::TestApp;

#[actix_web::test]
async fn reports_that_it_is_healthy() {
    let app = TestApp::spawn().await;
    for path in ["/api/v1/health", "/api/v1/health/"] {
        let response = app.anonymous().get(path).await;
        assert_eq!(response.to_string(), "200 OK\n{\"status\":\"ok\"}");
    }
    let response = app.anonymous().post("/api/v1/health", ()).await;
    assert_eq!(response.to_string(), "405 Method Not Allowed\n{\"detail\":\"Method not allowed\"}");
    assert_eq!(response.header("Allow").as_deref(), Some("GET"));
}
