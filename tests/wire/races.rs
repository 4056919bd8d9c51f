//! Races across all surfaces. The races of a single surface are tested with that surface.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{Response, TestApp};

const EMAIL: &str = "race@example.com";

/// Returns a registration on one of the surfaces; `n` makes the other fields unique.
fn registration(n: usize) -> (&'static str, Value) {
    let (username, password) = (format!("racer{n}"), TestApp::PASSWORD);
    // Addresses are compared case-insensitively.
    let email = if n.is_multiple_of(2) { EMAIL } else { "RACE@Example.COM" };
    match n % 4 {
        0 => (
            "/auth/users/",
            json!({ "username": username, "email": email, "password": password, "re_password": password }),
        ),
        1 => (
            "/api/users/register/",
            json!({ "email": email, "password": password, "confirm_password": password }),
        ),
        2 => (
            "/api/auth/register/",
            json!({ "email": email, "username": username, "password": password }),
        ),
        _ => ("/api/v1/auth/register", json!({ "email": email, "password": password })),
    }
}

fn successes(responses: &[Response]) -> usize {
    responses.iter().filter(|response| response.status.is_success()).count()
}

#[actix_web::test]
async fn of_twenty_registrations_across_all_surfaces_one_succeeds() {
    let app = TestApp::spawn().await;
    let anonymous = app.anonymous();

    let responses = join_all((0..20).map(|n| {
        let (path, body) = registration(n);
        anonymous.post(path, body)
    }))
    .await;

    assert_eq!(successes(&responses), 1);
    for response in responses.iter().filter(|response| !response.status.is_success()) {
        assert_eq!(response.status, 400, "{response}");
        let text = response.text().to_lowercase();
        assert!(text.contains("with this email already exists"), "{response}");
    }
    // The winner's account is complete: it can log in on every surface.
    let login = json!({ "email": EMAIL, "password": TestApp::PASSWORD });
    for path in ["/api/users/login/", "/api/auth/login/", "/api/v1/token/pair"] {
        let response = anonymous.post(path, login.clone()).await;
        assert_eq!(response.status, 200, "{path}: {response}");
    }
}

/// Twenty accounts claim one username, distributed over all surfaces.
#[actix_web::test]
async fn of_twenty_changes_to_one_username_one_succeeds() {
    let app = TestApp::spawn().await;
    let mut people = Vec::new();
    for n in 0..20 {
        people.push(app.user(&format!("person{n}")).await);
    }

    let responses = join_all(people.iter().enumerate().map(async |(n, person)| match n % 4 {
        0 => {
            let body = json!({ "new_username": "wanted", "current_password": TestApp::PASSWORD });
            person.post("/auth/users/set_username/", body).await
        }
        1 => {
            let body = json!({ "username": "wanted" });
            person.patch("/auth/users/me/", body).await
        }
        2 => {
            let body = json!({ "username": "wanted" });
            person.patch("/api/auth/me/", body).await
        }
        _ => {
            let body = json!({ "username": "wanted" });
            person.patch("/api/v1/users/username", body).await
        }
    }))
    .await;

    assert_eq!(successes(&responses), 1);
    for response in responses.iter().filter(|response| !response.status.is_success()) {
        assert_eq!(response.status, 400, "{response}");
    }
}

/// Registrations with an address race with changes of existing accounts to the same address.
#[actix_web::test]
async fn an_address_registered_and_claimed_concurrently_has_one_owner() {
    let app = TestApp::spawn().await;
    let mut people = Vec::new();
    for n in 0..16 {
        people.push(app.user(&format!("person{n}")).await);
    }
    let anonymous = app.anonymous();

    let registrations = join_all((0..4).map(|n| {
        let (path, body) = registration(n);
        anonymous.post(path, body)
    }));
    let changes = join_all(people.iter().enumerate().map(|(n, person)| {
        let path = if n.is_multiple_of(2) { "/auth/users/me/" } else { "/api/auth/profile/" };
        person.patch(path, json!({ "email": EMAIL }))
    }));
    let (mut responses, changed) = futures_util::join!(registrations, changes);
    responses.extend(changed);

    assert_eq!(successes(&responses), 1);
    for response in responses.iter().filter(|response| !response.status.is_success()) {
        assert_eq!(response.status, 400, "{response}");
    }
}
