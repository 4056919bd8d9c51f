//! Tests of emails: their recipients, and the operations that each kind of link permits.

use loggia_identity::{
    Accounts, EmailKind, EmailRequest, Error, Field, LinkError, NewAccount, OneTimeTokens,
};
use loggia_kernel::AccountId;

use crate::{
    assert_refused,
    fixtures::{Fixture, PASSWORD, address, email, person, username},
};

#[tokio::test]
async fn are_issued_only_for_accounts_that_may_get_them() {
    let fixture = Fixture::new().await;
    let alice = fixture.register("Alice").await;
    let off = NewAccount { is_active: false, ..person("off") };
    let off = fixture.accounts.register(&mut fixture.work(), off).await.unwrap();
    let passwordless = NewAccount { password: None, ..person("passwordless") };
    fixture.accounts.register(&mut fixture.work(), passwordless).await.unwrap();
    let imported = fixture.register("imported").await;
    // Django's hash of an account without a usable password.
    fixture.store_hash(imported.id, "!IvpZ2yXk7dFhVdjm1FfUqvhXFZbVYmZ3vGtqz0ab").await;

    for name in ["off", "passwordless", "imported", "absent"] {
        assert!(fixture.issue(&EmailKind::PasswordReset(address(name))).await.is_none(), "{name}");
        assert!(fixture.issue(&EmailKind::UsernameReset(address(name))).await.is_none(), "{name}");
    }
    for account in [off.id, AccountId::new(999)] {
        let kind = EmailKind::EmailChange { account, new_email: address("new") };
        assert!(fixture.issue(&kind).await.is_none());
    }
    // The recipient is the stored address, regardless of the request's case.
    let kind = EmailKind::PasswordReset(email("aLiCe@example.com"));
    let issued = fixture.issue(&kind).await.unwrap();
    assert_eq!((issued.to, issued.account), (address("Alice"), alice));
}

#[tokio::test]
async fn an_address_is_changed_by_the_token_sent_to_it() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let kind = EmailKind::EmailChange { account: id, new_email: address("new") };
    let issued = fixture.issue(&kind).await.unwrap();
    assert_eq!(issued.to, address("new"));
    // Nothing has changed yet.
    assert!(fixture.log_in("alice", PASSWORD).await.is_ok());

    let account = fixture.one_time.change_email(&mut fixture.work(), &issued.token).await.unwrap();

    assert_eq!(account.email, Some(address("new")));
    assert!(fixture.log_in("new", PASSWORD).await.is_ok());
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
    let again = fixture.one_time.change_email(&mut fixture.work(), &issued.token).await;
    assert_refused!(again, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test]
async fn an_address_that_was_taken_in_the_meantime_consumes_the_token() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    let kind = EmailKind::EmailChange { account: id, new_email: address("bob") };
    let token = fixture.issue(&kind).await.unwrap().token;
    fixture.register("Bob").await;

    assert_refused!(
        fixture.one_time.change_email(&mut fixture.work(), &token).await,
        Error::Taken { field: Field::Email }
    );
    assert_refused!(
        fixture.one_time.change_email(&mut fixture.work(), &token).await,
        Error::InvalidLink(LinkError::Invalid)
    );
}

#[tokio::test]
async fn a_taken_user_name_does_not_consume_the_token() {
    let fixture = Fixture::new().await;
    let id = fixture.register("alice").await.id;
    fixture.register("bob").await;
    let kind = EmailKind::UsernameReset(address("alice"));
    let token = fixture.issue(&kind).await.unwrap().token;

    assert_refused!(
        fixture.one_time.reset_username(&mut fixture.work(), &token, id, username("bob")).await,
        Error::Taken { field: Field::Username }
    );
    let account = fixture
        .one_time
        .reset_username(&mut fixture.work(), &token, id, username("carol"))
        .await
        .unwrap();
    assert_eq!(account.username, username("carol"));
}

#[tokio::test]
async fn an_account_is_activated_once() {
    let fixture = Fixture::new().await;
    let new = NewAccount { is_active: false, ..person("alice") };
    let id = fixture.accounts.register(&mut fixture.work(), new).await.unwrap().id;
    let bob = fixture.register("bob").await.id;
    let issued = fixture
        .one_time
        .issue_activation(&mut fixture.work(), id, fixture.in_an_hour())
        .await
        .unwrap();
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
    assert_refused!(
        fixture.one_time.activate(&mut fixture.work(), &issued.token, bob).await,
        Error::InvalidLink(LinkError::Invalid)
    );

    assert!(
        fixture.one_time.activate(&mut fixture.work(), &issued.token, id).await.unwrap().is_active
    );

    assert!(fixture.log_in("alice", PASSWORD).await.is_ok());
    assert!(fixture.one_time.activate(&mut fixture.work(), &issued.token, id).await.is_err());
    let unknown = AccountId::new(999);
    let outcome =
        fixture.one_time.issue_activation(&mut fixture.work(), unknown, fixture.in_an_hour()).await;
    assert_refused!(outcome, Error::NotFound);
}

#[tokio::test]
async fn emails_are_enqueued_for_known_and_unknown_addresses_alike() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let mut expected = Vec::new();
    for name in ["alice", "absent"] {
        let email_request = EmailRequest {
            template: "api/password_reset",
            kind: EmailKind::PasswordReset(address(name)),
        };
        fixture.one_time.request(&mut fixture.work(), &email_request).await.unwrap();
        expected.push(email_request);
    }
    assert_eq!(fixture.outbox.emails(), expected);
}
