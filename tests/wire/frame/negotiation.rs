//! Content negotiation by `Accept` and `format`. Source: docs/contract/drf.md «Order of checks», «Content negotiation».

use gateway::Gateway;

use super::{assert_error, content_type, own};
use crate::app::{Request, TestApp};
use crate::surface_name::SurfaceName;

#[actix_web::test]
async fn surfaces_of_django_rest_framework_reject_clients_that_do_not_accept_json() {
    let app = TestApp::spawn().await;
    let user = app.admin().await;
    let gateway = Gateway::new(app.services().clone());
    let sentence = "Could not satisfy the request Accept header.";

    for entry in gateway.table().entries() {
        let path = own(&entry.path, &user);
        for method in ["GET", "POST", "OPTIONS"] {
            let request = Request::new(method, &path).header("Accept", "application/xml, text/csv");
            // The check comes before authentication.
            let response = app.send(request).await;
            if entry.surface.is_rest_framework() {
                assert_error(&response, SurfaceName::of(entry.surface), 406, sentence);
            } else {
                assert_ne!(response.status, 406, "{path}: {response}");
            }
        }
        if entry.surface.is_rest_framework() {
            let response = user.get(&format!("{path}?format=xml")).await;
            assert_eq!(response.status, 404, "{path}: {response}");
            let response = user.get(&format!("{path}?format=json")).await;
            // A path with a placeholder may name a resource that does not exist.
            let is_named = entry.path.contains('{');
            assert!(response.status != 404 || is_named, "{path}: {response}");
        }
        for accept in ["*/*", "text/html,*/*;q=0.1", "application/json; indent=4", "application/*"]
        {
            let request = Request::new("OPTIONS", &path).header("Accept", accept);
            let response = user.send(request).await;
            assert_ne!(response.status, 406, "{path}: {accept}");
            let kind = response.header("Content-Type");
            assert_eq!(
                kind.as_deref(),
                Some(content_type(SurfaceName::of(entry.surface))),
                "{path}: {accept}"
            );
        }
    }
}
