//! Tests of registration: stored values, errors and concurrent requests.

mod derivation;
mod uniqueness;
mod values;

use loggia_identity::{Account, Accounts, NewAccount, NewUsername};

use crate::fixtures::{Fixture, PASSWORD, email, password};

fn derived(source: NewUsername, address: &str) -> NewAccount {
    NewAccount::new(source, Some(email(address)), Some(password(PASSWORD)))
}

async fn register_by_local_part(fixture: &Fixture, address: &str) -> Account {
    let new = derived(NewUsername::FromLocalPart, address);
    fixture.accounts.register(&mut fixture.work(), new).await.unwrap()
}
