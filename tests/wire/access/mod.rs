//! Who may ask for what: every operation of every document, judged by hand, and then asked by everybody.
//!
//! The tables are the expectation, and neither the documents nor the handlers have a say in them. An operation that is missing
//! there fails the test, so nobody adds one without saying who may ask for it.

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
async fn the_documents_say_of_every_operation_who_may_ask() {
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
        assert_eq!(judged.len(), operations.len(), "{face:?}: one stands twice");
        let unjudged: Vec<_> = documented
            .keys()
            .filter(|operation| !judged.contains_key(*operation))
            .collect();
        assert!(unjudged.is_empty(), "who may ask for {unjudged:?}?");
        assert_eq!(documented, judged, "{face:?}");
    }
}

/// What `security` should say.
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
async fn djoser_serves_whom_it_should_and_nobody_else() {
    judge(SurfaceName::Djoser, DJOSER, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_users_api_serves_whom_it_should_and_nobody_else() {
    judge(SurfaceName::Users, USERS, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn the_api_serves_whom_it_should_and_nobody_else() {
    let own = those(API, |who| !is_administration(who));
    judge(SurfaceName::Api, &own, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn permissions_on_the_api_are_there_for_their_holders_alone() {
    let everybody = [&Asking::EVERYWHERE[..], &Asking::HOLDERS[..]].concat();
    let held = those(API, |who| matches!(who, Who::Holding(_)));
    judge(SurfaceName::Api, &held, &everybody).await;
}

#[actix_web::test]
async fn administration_on_the_api_is_there_for_administrators_alone() {
    let everybody = [&Asking::EVERYWHERE[..], &Asking::HOLDERS[..]].concat();
    let administration = those(API, |who| matches!(who, Who::Administrators));
    judge(SurfaceName::Api, &administration, &everybody).await;
}

#[actix_web::test]
async fn v1_serves_whom_it_should_and_nobody_else() {
    let own = those(V1, |who| !matches!(who, Who::Inside(_)));
    judge(SurfaceName::V1, &own, &Asking::EVERYWHERE).await;
}

#[actix_web::test]
async fn organisations_on_v1_are_there_for_their_members_alone() {
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
