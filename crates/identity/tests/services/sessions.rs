//! Tests of login, logout and revocation under the strict policy.

mod login;
mod revocation;
mod tokens;

use std::time::Duration;

use loggia_identity::{Sessions, Subject, TokenPair};

use crate::fixtures::Fixture;

const MINUTE: Duration = Duration::from_secs(60);

async fn is_good(fixture: &Fixture, tokens: &TokenPair) -> (bool, bool) {
    let access = fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.is_ok();
    let refresh =
        fixture.sessions.refresh(&mut fixture.work(), &tokens.refresh, Subject::Number).await;
    assert_eq!(
        fixture.sessions.verify(&mut fixture.work(), &tokens.refresh).await.is_ok(),
        refresh.is_ok()
    );
    (access, refresh.is_ok())
}
