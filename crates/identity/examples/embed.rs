//! A service that takes its accounts from this crate: SQLite in a temporary folder, one user, one password change.

#![expect(clippy::print_stdout, reason = "the example prints its steps")]

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use loggia_db::Db;
use loggia_identity::{
    Accounts, Error, LoginAttempts, LoginName, LoginRequest, NewAccount, NewUsername, Passwords,
    SecretKey, SessionPolicy, SessionSettings, Sessions, StoredAccounts, StoredPasswords,
    StoredSessions, Subject,
    passwords::{Hasher, Params, Password, Policy, UserAttributes},
};
use loggia_kernel::{Clock, Email, SystemClock, Username};

type Failure = Box<dyn std::error::Error>;

/// The parts of identity that a service needs: traits, so that tests can replace them.
struct Identity {
    db: Db,
    accounts: Arc<dyn Accounts>,
    sessions: Arc<dyn Sessions>,
    passwords: Arc<dyn Passwords>,
}

/// Composition root: the only place that names the implementations.
async fn open(url: &str, key: SecretKey) -> Result<Identity, Failure> {
    let db = Db::open(url, 4).await?;
    // Only the tables of this crate. Tables of the service itself have migrations of their own.
    db.migrate(&[loggia_identity::MIGRATIONS]).await?;

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let permits = std::thread::available_parallelism()?.get();
    let hasher = Hasher::new(Params::default(), permits, Hasher::queue_for(permits));
    let attempts = LoginAttempts::new(Arc::clone(&clock));
    let settings = SessionSettings::default();

    Ok(Identity {
        db,
        accounts: Arc::new(StoredAccounts::new(
            hasher.clone(),
            SessionPolicy::Strict,
            Arc::clone(&clock),
        )),
        sessions: Arc::new(StoredSessions::new(
            hasher.clone(),
            attempts.clone(),
            key,
            settings,
            Arc::clone(&clock),
        )),
        passwords: Arc::new(StoredPasswords::new(
            hasher,
            attempts,
            (Policy::Django, SessionPolicy::Strict),
            clock,
        )),
    })
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("accounts.db").display());
    // A service reads its key from its settings. This key is as temporary as the accounts.
    let key = SecretKey::new(rand::random::<[u8; 32]>())?;
    let identity = open(&url, key).await?;
    let mut work = identity.db.work();
    println!("opened and migrated {url}");

    let weak = Password::new("alice123")?;
    let alice = UserAttributes { username: "alice", ..UserAttributes::default() };
    let weaknesses = identity.passwords.weaknesses(&weak, &alice);
    println!("alice123 is not a valid password for alice: {weaknesses:?}");

    let old = Password::new("correct horse battery staple")?;
    let account = identity
        .accounts
        .register(
            &mut work,
            NewAccount::new(
                NewUsername::Given(Username::parse("alice").map_err(|error| format!("{error:?}"))?),
                Some(Email::parse("alice@example.com").map_err(|error| format!("{error:?}"))?),
                Some(old.clone()),
            ),
        )
        .await?;
    println!("registered {} as number {}", account.username, account.id);

    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let attempt = LoginRequest {
        login: LoginName::Email("Alice@Example.com".to_owned()),
        password: old.clone(),
        address,
    };
    let (_, laptop) = identity.sessions.log_in(&mut work, &attempt, Subject::PublicId).await?;
    let (_, phone) = identity.sessions.log_in(&mut work, &attempt, Subject::PublicId).await?;
    println!("logged in on a laptop and on a phone");

    let caller = identity.sessions.caller(&mut work, &laptop.access).await?;
    println!("the laptop's token belongs to {}", caller.account.username);

    let new = Password::new("a longer horse, and another battery")?;
    identity.passwords.change(&mut work, &caller, &old, &new, address).await?;
    println!("changed the password on the laptop");

    match identity.sessions.refresh(&mut work, &phone.refresh, Subject::PublicId).await {
        Err(Error::InvalidToken(reason)) => {
            println!("the phone's refresh token is rejected: {reason:?}")
        }
        other => return Err(format!("the phone is still logged in: {other:?}").into()),
    }
    identity.sessions.refresh(&mut work, &laptop.refresh, Subject::PublicId).await?;
    println!("the laptop's refresh token is still valid");

    match identity.sessions.log_in(&mut work, &attempt, Subject::PublicId).await {
        Err(Error::InvalidCredentials) => println!("the old password is rejected"),
        other => return Err(format!("the old password still works: {other:?}").into()),
    }
    Ok(())
}
