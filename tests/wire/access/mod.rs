//! The access matrix: which callers every documented operation serves.
//!
//! The tables are the expectation, written by hand, independent of the documents and the handlers. A documented
//! operation that is missing there fails the test.

mod judging;
pub(crate) mod people;
pub(crate) mod tables;
mod tenants;
pub(crate) mod world;

use std::collections::BTreeMap;

use crate::surface_name::SurfaceName;
use gateway::Gateway;
use loggia_http::middleware::Access;

use crate::app::TestApp;

use judging::judge;
use people::Asking;
use tables::{API, DJOSER, Operation, USERS, V1, Who};

#[actix_web::test]
async fn the_documents_declare_the_access_of_every_operation() {
    let app = TestApp::spawn().await;
    let gateway = Gateway::new(app.services().clone());
    let surfaces: Vec<_> = gateway
        .documents()
        .iter()
        .map(|document| SurfaceName::of(document.surface()))
        .collect();
    let judged_faces = [
        SurfaceName::Djoser,
        SurfaceName::Users,
        SurfaceName::Api,
        SurfaceName::V1,
    ];
    assert_eq!(surfaces, judged_faces);

    for (face, operations) in judged_faces.into_iter().zip([DJOSER, USERS, API, V1]) {
        let mut documented = BTreeMap::new();
        for entry in gateway.table().entries() {
            for (method, access) in entry
                .operations()
                .filter(|_| SurfaceName::of(entry.surface) == face)
            {
                documented.insert((entry.path.as_str(), method.as_str()), access);
            }
        }
        let judged: BTreeMap<_, _> = operations
            .iter()
            .map(|operation| ((operation.path, operation.method), documents_say(operation)))
            .collect();
        assert_eq!(
            judged.len(),
            operations.len(),
            "{face:?}: an operation is listed twice"
        );
        let unjudged: Vec<_> = documented
            .keys()
            .filter(|operation| !judged.contains_key(*operation))
            .collect();
        assert!(unjudged.is_empty(), "no expectation for {unjudged:?}");
        assert_eq!(documented, judged, "{face:?}");
    }
}

/// The access that `security` should document.
fn documents_say(operation: &Operation) -> Access {
    match operation.who {
        Who::Open => Access::Open,
        Who::Optional | Who::Forgiving => Access::Optional,
        Who::SignedIn | Who::Leaving | Who::Inside(_) | Who::Holding(_) | Who::Administrators => {
            Access::Required
        }
    }
}

#[actix_web::test]
async fn djoser_serves_only_permitted_callers() {
    judge(SurfaceName::Djoser, DJOSER, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_users_api_serves_only_permitted_callers() {
    judge(SurfaceName::Users, USERS, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_api_serves_only_permitted_callers() {
    let own = those(API, |who| !is_administration(who));
    judge(SurfaceName::Api, &own, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn permissions_on_the_api_admit_only_callers_that_have_them() {
    let callers = [&Asking::EVERYWHERE[..], &Asking::HOLDERS[..]].concat();
    let held = those(API, |who| matches!(who, Who::Holding(_)));
    judge(SurfaceName::Api, &held, &callers).await;
}

#[actix_web::test]
async fn administration_on_the_api_serves_only_administrators() {
    let callers = [&Asking::EVERYWHERE[..], &Asking::HOLDERS[..]].concat();
    let administration = those(API, |who| matches!(who, Who::Administrators));
    judge(SurfaceName::Api, &administration, &callers).await;
}

#[actix_web::test]
async fn v1_serves_only_permitted_callers() {
    let own = those(V1, |who| !matches!(who, Who::Inside(_)));
    judge(SurfaceName::V1, &own, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn organizations_on_v1_serve_only_their_members() {
    let shared = those(V1, |who| matches!(who, Who::Inside(_)));
    judge(SurfaceName::V1, &shared, &Asking::EVERYWHERE).await;
}

fn is_administration(who: Who) -> bool {
    matches!(who, Who::Holding(_) | Who::Administrators)
}

fn those(operations: &[Operation], wanted: fn(Who) -> bool) -> Vec<Operation> {
    let operations = operations.iter().copied();
    operations
        .filter(|operation| wanted(operation.who))
        .collect()
}
