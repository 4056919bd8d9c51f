//! Concurrent and cancelled requests with one key.

use std::time::Duration;

use futures_util::{future::join_all, poll};
use loggia_db::Db;
use serde_json::json;

use super::{IN_USE, ORGS, assert_replay, count, create_org, is_replay, keyed};
use crate::app::TestApp;

#[actix_web::test]
async fn of_twenty_concurrent_requests_one_is_executed() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let responses = join_all((0..20).map(|_| create_org(&alice, "k", "Acme"))).await;

    let (done, others): (Vec<_>, Vec<_>) =
        responses.iter().partition(|response| response.status == 201 && !is_replay(response));
    assert_eq!(done.len(), 1);
    for response in others {
        match response.status.as_u16() {
            201 => assert_eq!(response.body, done[0].body),
            _ => assert_eq!(response.to_string(), IN_USE),
        }
    }
    assert_eq!(count(&alice, ORGS).await, before + 1);
    assert_replay(done[0], &create_org(&alice, "k", "Acme").await);
}

/// Keys in progress in the memory of one replica are unknown to the other, so the database decides.
#[actix_web::test]
async fn of_twenty_concurrent_requests_on_two_replicas_one_is_executed() {
    let app = TestApp::spawn().await;
    let db = Db::open(app.database_url(), 4).await.expect("the database");
    let replica = TestApp::with_parts(|parts| parts.db = db).await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let responses = join_all((0..20).map(async |n| {
        let request = alice.request(keyed("POST", ORGS, "k", &json!({ "name": "Acme" })));
        match n % 2 {
            0 => app.send(request).await,
            _ => replica.send(request).await,
        }
    }))
    .await;

    for response in &responses {
        if response.status != 201 {
            assert_eq!(response.to_string(), IN_USE);
        }
    }
    assert_eq!(count(&alice, ORGS).await, before + 1);
    assert!(is_replay(&create_org(&alice, "k", "Acme").await));
}

/// A request cancelled at any point, as when the process ends, is executed completely or not at all, and never twice.
#[actix_web::test]
async fn a_cancelled_and_repeated_request_is_executed_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;
    let cuts = 24;

    for polls in 0..cuts {
        let name = format!("Acme {polls}");
        let key = format!("key {polls}");
        let mut cut = Box::pin(create_org(&alice, &key, &name));
        for _ in 0..polls {
            if poll!(&mut cut).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        drop(cut);

        // On PostgreSQL the server may still be executing the cancelled request.
        let mut response = create_org(&alice, &key, &name).await;
        for _ in 0..100 {
            if response.to_string() != IN_USE {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            response = create_org(&alice, &key, &name).await;
        }
        assert_eq!(response.status, 201, "{polls}: {response}");
    }

    assert_eq!(count(&alice, ORGS).await, before + cuts);
}

#[actix_web::test]
async fn one_connection_is_sufficient() {
    let beside = TestApp::spawn().await;
    let db = Db::open(beside.database_url(), 1).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    let alice = app.user("alice").await;
    let before = count(&alice, ORGS).await;

    let names: Vec<String> = (0..16).map(|n| format!("Acme {}", n / 2)).collect();
    let responses = join_all(names.iter().map(|name| create_org(&alice, name, name))).await;

    for response in responses {
        assert!(response.status == 201 || response.to_string() == IN_USE, "{response}");
    }
    assert_eq!(count(&alice, ORGS).await, before + 8);
}
