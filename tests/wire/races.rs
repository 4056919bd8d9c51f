//! What must not happen twice, asked for at once on all surfaces. Each surface's own races stand with its tests.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

const EMAIL: &str = "race@example.com";

/// The way to an account on each surface; `n` makes what else is unique.
fn registration(n: usize) -> (&'static str, Value) {
    let (username, password) = (format!("racer{n}"), TestApp::PASSWORD);
    // The case of an address makes no other one of it.
    let email = if n.is_multiple_of(2) {
        EMAIL
    } else {
        "RACE@Example.COM"
    };
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
        _ => (
            "/api/v1/auth/register",
            json!({ "email": email, "password": password }),
        ),
    }
}

fn successes(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status.is_success())
        .count()
}

#[actix_web::test]
async fn of_twenty_registrations_over_all_surfaces_one_succeeds() {
    let app = TestApp::spawn().await;
    let anyone = app.anonymous();

    let answers = join_all((0..20).map(|n| {
        let (path, body) = registration(n);
        anyone.post(path, body)
    }))
    .await;

    assert_eq!(successes(&answers), 1);
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        assert_eq!(answer.status, 400, "{answer}");
        let told = answer.text().to_lowercase();
        assert!(told.contains("with this email already exists"), "{answer}");
    }
    // The one who won is whole: he can log in, wherever he came from.
    let login = json!({ "email": EMAIL, "password": TestApp::PASSWORD });
    for path in [
        "/api/users/login/",
        "/api/auth/login/",
        "/api/v1/token/pair",
    ] {
        let answer = anyone.post(path, login.clone()).await;
        assert_eq!(answer.status, 200, "{path}: {answer}");
    }
}

/// Four people want one user name, each by the way of another surface.
#[actix_web::test]
async fn of_twenty_changes_to_one_user_name_one_succeeds() {
    let app = TestApp::spawn().await;
    let mut people = Vec::new();
    for n in 0..20 {
        people.push(app.user(&format!("person{n}")).await);
    }

    let answers = join_all(
        people
            .iter()
            .enumerate()
            .map(async |(n, person)| match n % 4 {
                0 => {
                    let body =
                        json!({ "new_username": "wanted", "current_password": TestApp::PASSWORD });
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
            }),
    )
    .await;

    assert_eq!(successes(&answers), 1);
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        assert_eq!(answer.status, 400, "{answer}");
    }
}

/// A registration, and twenty changes of other people to the same address.
#[actix_web::test]
async fn an_address_that_is_registered_and_taken_at_once_has_one_owner() {
    let app = TestApp::spawn().await;
    let mut people = Vec::new();
    for n in 0..16 {
        people.push(app.user(&format!("person{n}")).await);
    }
    let anyone = app.anonymous();

    let registrations = join_all((0..4).map(|n| {
        let (path, body) = registration(n);
        anyone.post(path, body)
    }));
    let changes = join_all(people.iter().enumerate().map(|(n, person)| {
        let path = if n.is_multiple_of(2) {
            "/auth/users/me/"
        } else {
            "/api/auth/profile/"
        };
        person.patch(path, json!({ "email": EMAIL }))
    }));
    let (mut answers, changed) = futures_util::join!(registrations, changes);
    answers.extend(changed);

    assert_eq!(successes(&answers), 1);
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        assert_eq!(answer.status, 400, "{answer}");
    }
}
