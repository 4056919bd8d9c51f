//! Creation of the first superuser, and validation of its settings.

use std::net::Ipv4Addr;

use loggia_identity::{LoginName, LoginRequest, Subject, passwords::Password};
use loggia_kernel::PageRequest;

use super::make;
use crate::{config::tests::given, state::tests::Stage};

const NAMED: [&str; 4] =
    ["--admin-email", "boss@example.com", "--admin-password", "Str0ng-Passw0rd!"];

async fn usernames(stage: &Stage) -> Vec<(String, bool)> {
    let page = PageRequest::new(10, 0);
    let accounts =
        stage.services.accounts.list(&mut stage.services.work(), page).await.unwrap().items;
    accounts
        .into_iter()
        .map(|account| (account.username.to_string(), account.is_superuser))
        .collect()
}

#[tokio::test]
async fn is_created_once() {
    let stage = Stage::open().await;
    let settings = given(&NAMED).unwrap();

    make(&settings, &stage.services).await.unwrap();
    make(&settings, &stage.services).await.unwrap();

    assert_eq!(usernames(&stage).await, [("boss".to_owned(), true)]);
}

#[tokio::test]
async fn is_not_created_without_settings() {
    let stage = Stage::open().await;
    let settings = given(&["--admin-email", "", "--admin-password", ""]).unwrap();

    make(&settings, &stage.services).await.unwrap();

    assert_eq!(usernames(&stage).await, []);
}

#[tokio::test]
async fn is_created_once_by_two_concurrent_starts() {
    let stage = Stage::open().await;
    let settings = given(&NAMED).unwrap();

    let (one, other) =
        tokio::join!(make(&settings, &stage.services), make(&settings, &stage.services));

    one.unwrap();
    other.unwrap();
    assert_eq!(usernames(&stage).await, [("boss".to_owned(), true)]);
}

#[tokio::test]
async fn names_the_invalid_setting() {
    let stage = Stage::open().await;
    let check = async |words: &[&str], setting: &str| {
        let settings = given(words).unwrap();
        let error = make(&settings, &stage.services).await.unwrap_err();
        assert!(error.to_string().starts_with(setting), "{error}");
    };
    check(&NAMED[..2], "LOGGIA_ADMIN_PASSWORD").await;
    check(&NAMED[2..], "LOGGIA_ADMIN_EMAIL").await;
    check(&["--admin-email", "boss", "--admin-password", "x"], "LOGGIA_ADMIN_EMAIL").await;
    check(
        &["--admin-email", "boss@example.com", "--admin-password", "123"],
        "LOGGIA_ADMIN_PASSWORD",
    )
    .await;
    check(
        &["--admin-email", "boss@example.com", "--admin-password", "  "],
        "LOGGIA_ADMIN_PASSWORD",
    )
    .await;
    assert_eq!(usernames(&stage).await, []);
}

#[tokio::test]
async fn logs_in_although_the_setting_has_surrounding_space() {
    let stage = Stage::open().await;
    let settings =
        given(&["--admin-email", "boss@example.com", "--admin-password", " Str0ng-Passw0rd!\n"]);

    make(&settings.unwrap(), &stage.services).await.unwrap();

    let log_in = LoginRequest {
        login: LoginName::Username("boss".to_owned()),
        password: Password::new("Str0ng-Passw0rd!").unwrap(),
        address: Ipv4Addr::LOCALHOST.into(),
    };
    let sessions = &stage.services.sessions;
    sessions.log_in(&mut stage.services.work(), &log_in, Subject::Number).await.unwrap();
}
