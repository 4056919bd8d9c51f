//! The access matrix: which callers every documented operation serves.
//!
//! The tables are the expectation, written by hand, independent of the documents and the handlers. A documented
//! operation that is missing there fails the test.

pub(crate) mod callers;
mod ended_rights;
mod expectations;
pub(crate) mod fixtures;
pub(crate) mod tables;
mod tenants;

use std::collections::BTreeMap;

use crate::surface_name::SurfaceName;
use gateway::Gateway;
use loggia_http::auth::Access;

use crate::app::TestApp;

use callers::CallerKind;
use expectations::expect_access;
use tables::{API, Audience, DJOSER, Operation, USERS, V1};

#[actix_web::test]
async fn the_documents_declare_the_access_of_every_operation() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let surfaces: Vec<_> =
        gateway.documents().iter().map(|document| SurfaceName::of(document.surface())).collect();
    let expected_faces =
        [SurfaceName::Djoser, SurfaceName::Users, SurfaceName::Api, SurfaceName::V1];
    assert_eq!(surfaces, expected_faces);

    for (face, operations) in expected_faces.into_iter().zip([DJOSER, USERS, API, V1]) {
        let mut documented = BTreeMap::new();
        for entry in gateway.table().entries() {
            for (method, access) in
                entry.operations().filter(|_| SurfaceName::of(entry.surface) == face)
            {
                documented.insert((entry.path.as_str(), method.as_str()), access);
            }
        }
        let expected: BTreeMap<_, _> = operations
            .iter()
            .map(|operation| ((operation.path, operation.method), documented_access(operation)))
            .collect();
        assert_eq!(expected.len(), operations.len(), "{face:?}: an operation is listed twice");
        let missing: Vec<_> =
            documented.keys().filter(|operation| !expected.contains_key(*operation)).collect();
        assert!(missing.is_empty(), "no expectation for {missing:?}");
        assert_eq!(documented, expected, "{face:?}");
    }
}

/// The access that `security` should document.
fn documented_access(operation: &Operation) -> Access {
    match operation.audience {
        Audience::Open => Access::Open,
        Audience::Optional | Audience::Forgiving => Access::Optional,
        Audience::SignedIn
        | Audience::Leaving
        | Audience::Inside(_)
        | Audience::Holding(_)
        | Audience::Administrators => Access::Required,
    }
}

#[actix_web::test]
async fn djoser_serves_only_permitted_callers() {
    expect_access(SurfaceName::Djoser, DJOSER, &CallerKind::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_users_api_serves_only_permitted_callers() {
    expect_access(SurfaceName::Users, USERS, &CallerKind::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_api_serves_only_permitted_callers() {
    let own = filtered(API, |audience| !is_administration(audience));
    expect_access(SurfaceName::Api, &own, &CallerKind::EVERYWHERE).await;
}

#[actix_web::test]
async fn permissions_on_the_api_admit_only_callers_that_have_them() {
    let callers = [&CallerKind::EVERYWHERE[..], &CallerKind::HOLDERS[..]].concat();
    let held = filtered(API, |audience| matches!(audience, Audience::Holding(_)));
    expect_access(SurfaceName::Api, &held, &callers).await;
}

#[actix_web::test]
async fn administration_on_the_api_serves_only_administrators() {
    let callers = [&CallerKind::EVERYWHERE[..], &CallerKind::HOLDERS[..]].concat();
    let administration = filtered(API, |audience| matches!(audience, Audience::Administrators));
    expect_access(SurfaceName::Api, &administration, &callers).await;
}

#[actix_web::test]
async fn v1_serves_only_permitted_callers() {
    let own = filtered(V1, |audience| !matches!(audience, Audience::Inside(_)));
    expect_access(SurfaceName::V1, &own, &CallerKind::EVERYWHERE).await;
}

#[actix_web::test]
async fn organizations_on_v1_serve_only_their_members() {
    let shared = filtered(V1, |audience| matches!(audience, Audience::Inside(_)));
    expect_access(SurfaceName::V1, &shared, &CallerKind::EVERYWHERE).await;
}

fn is_administration(audience: Audience) -> bool {
    matches!(audience, Audience::Holding(_) | Audience::Administrators)
}

fn filtered(operations: &[Operation], predicate: fn(Audience) -> bool) -> Vec<Operation> {
    let operations = operations.iter().copied();
    operations.filter(|operation| predicate(operation.audience)).collect()
}
