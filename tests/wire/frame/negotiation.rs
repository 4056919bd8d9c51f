//! Which form of answer a client takes. Source: docs/contract/drf.md «Order of checks», «Content negotiation».

use gateway::Gateway;

use super::{assert_refused, content_type, own};
use crate::app::{Request, TestApp};
use crate::surface_name::SurfaceName;

#[actix_web::test]
async fn the_rest_framework_refuses_who_takes_no_json() {
    let app = TestApp::spawn().await;
    let somebody = app.admin().await;
    let gateway = Gateway::new(app.services().clone());
    let sentence = "Could not satisfy the request Accept header.";

    for entry in gateway.table().entries() {
        let path = own(&entry.path, &somebody);
        for method in ["GET", "POST", "OPTIONS"] {
            let request = Request::new(method, &path).header("Accept", "application/xml, text/csv");
            // Even before the credentials are looked at.
            let answer = app.send(request).await;
            if entry.surface.is_rest_framework() {
                assert_refused(&answer, SurfaceName::of(entry.surface), 406, sentence);
            } else {
                assert_ne!(answer.status, 406, "{path}: {answer}");
            }
        }
        if entry.surface.is_rest_framework() {
            let answer = somebody.get(&format!("{path}?format=xml")).await;
            assert_eq!(answer.status, 404, "{path}: {answer}");
            let answer = somebody.get(&format!("{path}?format=json")).await;
            // Where there is a name in the path, nothing may be called so.
            let is_named = entry.path.contains('{');
            assert!(answer.status != 404 || is_named, "{path}: {answer}");
        }
        for accept in [
            "*/*",
            "text/html,*/*;q=0.1",
            "application/json; indent=4",
            "application/*",
        ] {
            let request = Request::new("OPTIONS", &path).header("Accept", accept);
            let answer = somebody.send(request).await;
            assert_ne!(answer.status, 406, "{path}: {accept}");
            let kind = answer.header("Content-Type");
            assert_eq!(
                kind.as_deref(),
                Some(content_type(SurfaceName::of(entry.surface))),
                "{path}: {accept}"
            );
        }
    }
}
