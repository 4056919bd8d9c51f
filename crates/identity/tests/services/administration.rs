//! Tests of the administration of accounts.

mod changes;
mod listing;
mod locking;

use loggia_identity::{AccountAdministration, Caller, NewManagedAccount, NewUsername, Sessions};

use crate::fixtures::{Fixture, PASSWORD, address, password, username};

/// Returns the service as its trait, because its type implements another one with the same methods.
fn administration(fixture: &Fixture) -> &dyn AccountAdministration {
    &*fixture.accounts
}

/// Logs an account in and returns it as a caller.
async fn caller(fixture: &Fixture, name: &str) -> Caller {
    let tokens = fixture.log_in(name, PASSWORD).await.unwrap();
    fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap()
}

/// Registers a superuser and returns it as a caller.
async fn root(fixture: &Fixture) -> Caller {
    fixture.register_superuser("root").await;
    caller(fixture, "root").await
}

async fn new_account(fixture: &Fixture, name: &str) -> NewManagedAccount {
    NewManagedAccount {
        username: NewUsername::Given(username(name)),
        email: address(name),
        password: administration(fixture).hash(&password(PASSWORD)).await.unwrap(),
        first_name: "Jane".to_owned(),
        last_name: "Smith".to_owned(),
        phone_number: "123".to_owned(),
        role: "Editor".to_owned(),
        is_active: true,
    }
}
