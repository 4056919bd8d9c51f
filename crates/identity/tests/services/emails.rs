//! Tests of emails: their recipients, and the operations that each kind of link permits.

use loggia_identity::{
    Accounts, EmailKind, EmailRequest, Error, Field, LinkError, NewAccount, OneTimeTokens,
};
use loggia_kernel::AccountId;

use crate::{
    assert_refused,
    world::{PASSWORD, World, address, email, person, username},
};

#[tokio::test]
async fn are_issued_only_for_accounts_that_may_get_them() {
    let world = World::new().await;
    let alice = world.register("Alice").await;
    let off = NewAccount {
        is_active: false,
        ..person("off")
    };
    let off = world
        .accounts
        .register(&mut world.work(), off)
        .await
        .unwrap();
    let passwordless = NewAccount {
        password: None,
        ..person("passwordless")
    };
    world
        .accounts
        .register(&mut world.work(), passwordless)
        .await
        .unwrap();
    let imported = world.register("imported").await;
    // Django's hash of an account without a usable password.
    world
        .store_hash(imported.id, "!IvpZ2yXk7dFhVdjm1FfUqvhXFZbVYmZ3vGtqz0ab")
        .await;

    for name in ["off", "passwordless", "imported", "nobody"] {
        assert!(
            world
                .issue(&EmailKind::PasswordReset(address(name)))
                .await
                .is_none(),
            "{name}"
        );
        assert!(
            world
                .issue(&EmailKind::UsernameReset(address(name)))
                .await
                .is_none(),
            "{name}"
        );
    }
    for account in [off.id, AccountId::new(999)] {
        let kind = EmailKind::EmailChange {
            account,
            new_email: address("new"),
        };
        assert!(world.issue(&kind).await.is_none());
    }
    // The recipient is the stored address, regardless of the request's case.
    let kind = EmailKind::PasswordReset(email("aLiCe@example.com"));
    let issued = world.issue(&kind).await.unwrap();
    assert_eq!((issued.to, issued.account), (address("Alice"), alice));
}

#[tokio::test]
async fn an_address_is_changed_by_the_token_sent_to_it() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let kind = EmailKind::EmailChange {
        account: id,
        new_email: address("new"),
    };
    let issued = world.issue(&kind).await.unwrap();
    assert_eq!(issued.to, address("new"));
    // Nothing has changed yet.
    assert!(world.log_in("alice", PASSWORD).await.is_ok());

    let account = world
        .one_time
        .change_email(&mut world.work(), &issued.token)
        .await
        .unwrap();

    assert_eq!(account.email, Some(address("new")));
    assert!(world.log_in("new", PASSWORD).await.is_ok());
    assert_refused!(
        world.log_in("alice", PASSWORD).await,
        Error::InvalidCredentials
    );
    let again = world
        .one_time
        .change_email(&mut world.work(), &issued.token)
        .await;
    assert_refused!(again, Error::InvalidLink(LinkError::Invalid));
}

#[tokio::test]
async fn an_address_that_was_taken_in_the_meantime_consumes_the_token() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    let kind = EmailKind::EmailChange {
        account: id,
        new_email: address("bob"),
    };
    let token = world.issue(&kind).await.unwrap().token;
    world.register("Bob").await;

    assert_refused!(
        world.one_time.change_email(&mut world.work(), &token).await,
        Error::Taken {
            field: Field::Email
        }
    );
    assert_refused!(
        world.one_time.change_email(&mut world.work(), &token).await,
        Error::InvalidLink(LinkError::Invalid)
    );
}

#[tokio::test]
async fn a_taken_user_name_does_not_consume_the_token() {
    let world = World::new().await;
    let id = world.register("alice").await.id;
    world.register("bob").await;
    let kind = EmailKind::UsernameReset(address("alice"));
    let token = world.issue(&kind).await.unwrap().token;

    assert_refused!(
        world
            .one_time
            .reset_username(&mut world.work(), &token, id, username("bob"))
            .await,
        Error::Taken {
            field: Field::Username
        }
    );
    let account = world
        .one_time
        .reset_username(&mut world.work(), &token, id, username("carol"))
        .await
        .unwrap();
    assert_eq!(account.username, username("carol"));
}

#[tokio::test]
async fn an_account_is_activated_once() {
    let world = World::new().await;
    let new = NewAccount {
        is_active: false,
        ..person("alice")
    };
    let id = world
        .accounts
        .register(&mut world.work(), new)
        .await
        .unwrap()
        .id;
    let bob = world.register("bob").await.id;
    let issued = world
        .one_time
        .issue_activation(&mut world.work(), id, world.in_an_hour())
        .await
        .unwrap();
    assert_refused!(
        world.log_in("alice", PASSWORD).await,
        Error::InvalidCredentials
    );
    assert_refused!(
        world
            .one_time
            .activate(&mut world.work(), &issued.token, bob)
            .await,
        Error::InvalidLink(LinkError::Invalid)
    );

    assert!(
        world
            .one_time
            .activate(&mut world.work(), &issued.token, id)
            .await
            .unwrap()
            .is_active
    );

    assert!(world.log_in("alice", PASSWORD).await.is_ok());
    assert!(
        world
            .one_time
            .activate(&mut world.work(), &issued.token, id)
            .await
            .is_err()
    );
    let unknown = AccountId::new(999);
    let outcome = world
        .one_time
        .issue_activation(&mut world.work(), unknown, world.in_an_hour())
        .await;
    assert_refused!(outcome, Error::NotFound);
}

#[tokio::test]
async fn emails_are_enqueued_for_known_and_unknown_addresses_alike() {
    let world = World::new().await;
    world.register("alice").await;
    let mut expected = Vec::new();
    for name in ["alice", "nobody"] {
        let email_request = EmailRequest {
            template: "api/password_reset",
            kind: EmailKind::PasswordReset(address(name)),
        };
        world
            .one_time
            .request(&mut world.work(), &email_request)
            .await
            .unwrap();
        expected.push(email_request);
    }
    assert_eq!(world.outbox.emails(), expected);
}
