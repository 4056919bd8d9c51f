//! `loggia-bench replicas`: two servers on one PostgreSQL, started at once on an empty database.
//!
//! Invariants: migrations run once, a session that ends on one server is rejected by the other within a second, and
//! each email is sent once, whichever server received the request.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time;

use crate::{
    api::{Client, Reply, new_email, new_password},
    database::Database,
    mailbox::Mailbox,
    report::line,
    server::{Server, Setup},
};

const SESSIONS: usize = 10;
const EMAILS: usize = 50;

/// The time within which every server must reject an ended session.
const REFUSAL_LIMIT: Duration = Duration::from_secs(1);

const EMAILS_LIMIT: Duration = Duration::from_secs(60);

/// The time after which a second copy of an email would have arrived: both workers poll the queue every second.
const SECOND_COPY: Duration = Duration::from_secs(5);

/// Concurrent confirmations of one reset token.
const CONFIRMS: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to run twice
    #[arg(long, value_name = "PATH", default_value = "target/release/loggia")]
    server: PathBuf,
    /// A PostgreSQL server on which a database may be created
    #[arg(long, env = "TEST_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    postgres: String,
}

/// Runs `loggia-bench replicas`.
pub(crate) async fn run(args: Args) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = Database::create(Some(&args.postgres), folder.path()).await?;
    let outcome = check(&args, folder.path(), database.url()).await;
    database.remove().await?;
    outcome
}

async fn check(args: &Args, folder: &Path, database_url: &str) -> Result<()> {
    let mail = folder.join("mail");
    let setups = [
        setup(args, &folder.join("a"), database_url, &mail)?,
        setup(args, &folder.join("b"), database_url, &mail)?,
    ];
    let [mut a, mut b] = [setups[0].spawn()?, setups[1].spawn()?];
    let (first, second) = tokio::join!(a.ready("/readyz", None), b.ready("/readyz", None));
    first.context("the first server")?;
    second.context("the second server")?;
    migrated_once(&setups)?;
    logged_out_everywhere(&a, &b).await?;
    reset_everywhere(&a, &b, &mail).await?;
    emails_arrive_once(&a, &b, &mail).await?;
    line("two servers are one");
    Ok(())
}

fn setup(args: &Args, folder: &Path, database_url: &str, mail: &Path) -> Result<Setup> {
    fs::create_dir(folder)?;
    let mail_url = format!("file://{}", mail.display());
    Ok(Setup::loggia(&args.server, folder, Some(database_url))?.with("LOGGIA_MAIL_URL", mail_url))
}

/// Checks that both logs together name each migration once.
fn migrated_once(setups: &[Setup]) -> Result<()> {
    let mut versions: BTreeMap<String, usize> = BTreeMap::new();
    for setup in setups {
        for event in fs::read_to_string(setup.log())?.lines() {
            let event: Value = serde_json::from_str(event).unwrap_or_default();
            if event.get("message").and_then(Value::as_str) == Some("migrated") {
                let version = event.get("version").cloned().unwrap_or_default();
                *versions.entry(version.to_string()).or_default() += 1;
            }
        }
    }
    if versions.is_empty() || versions.values().any(|times| *times != 1) {
        bail!("migrations did not run once each: {versions:?}");
    }
    line(format!("migrations: {} ran, once each, with both started at once", versions.len()));
    Ok(())
}

/// Logs out on one server and checks the rejection on the other, in both directions.
async fn logged_out_everywhere(a: &Server, b: &Server) -> Result<()> {
    let (mut slowest, mut clients) =
        (Duration::ZERO, [Client::new(a.address), Client::new(b.address)]);
    for _ in 0..SESSIONS {
        let [here, there] = &mut clients;
        let reply = registered(here, &new_email()).await?;
        let (access, refresh) = (reply.text("access"), reply.text("refresh"));
        if !there.profile(&access).await?.is_success() {
            bail!("a session that was opened at one server is unknown at the other");
        }
        let body = json!({ "refresh": refresh });
        let reply = here.post("/api/auth/logout/", Some(&access), body.clone()).await?;
        if !reply.is_success() {
            bail!("logout failed: {reply:?}");
        }
        slowest = slowest.max(refused(there, &access).await?);
        let reply = there.post("/api/auth/token/refresh/", None, body).await?;
        if reply.status != 401 {
            bail!("a refresh token outlived its session: {reply:?}");
        }
        clients.reverse();
    }
    line(format!(
        "logout: {SESSIONS} sessions ended on one server were rejected by the other within {:.1} ms",
        slowest.as_secs_f64() * 1e3
    ));
    Ok(())
}

async fn registered(client: &mut Client, email: &str) -> Result<Reply> {
    let reply = client.register(email, &new_password()).await?;
    if !reply.is_success() {
        bail!("registration failed: {reply:?}");
    }
    Ok(reply)
}

/// Returns the time until a token is rejected.
async fn refused(client: &mut Client, access: &str) -> Result<Duration> {
    let began = Instant::now();
    loop {
        let status = client.profile(access).await?.status;
        let passed = began.elapsed();
        match status {
            401 => return Ok(passed),
            // Polling is the only way to see when the other server learns of it.
            200 if passed < REFUSAL_LIMIT => time::sleep(Duration::from_millis(10)).await,
            _ => bail!("{status} for a session that ended {passed:?} ago at the other server"),
        }
    }
}

/// Checks that a token confirmed many times at once, on both servers, works once and ends the session on both.
async fn reset_everywhere(a: &Server, b: &Server, mail: &Path) -> Result<()> {
    let (mut here, mut there) = (Client::new(a.address), Client::new(b.address));
    let email = new_email();
    let access = registered(&mut here, &email).await?.text("access");
    there.request_reset(&email).await?;
    let mut mailbox = Mailbox::new(mail);
    let began = Instant::now();
    let token = loop {
        if let Some(token) = mailbox.tokens(&email)?.last() {
            break token.clone();
        }
        if EMAILS_LIMIT < began.elapsed() {
            bail!("no email arrived");
        }
        // Emails are files of another process, which sends no notification.
        time::sleep(Duration::from_millis(20)).await;
    };
    let servers = [a.address, b.address].into_iter().cycle().take(CONFIRMS);
    let confirms = servers.map(async |address| {
        let reply = Client::new(address).reset(&token, &new_password()).await?;
        anyhow::Ok(reply.status)
    });
    let statuses = join_all(confirms).await.into_iter().collect::<Result<Vec<_>>>()?;
    let good = statuses.iter().filter(|status| **status == 200).count();
    let bad = statuses.iter().filter(|status| **status == 400).count();
    if good != 1 || bad + good != CONFIRMS {
        bail!("{CONFIRMS} confirmations of one reset token returned {statuses:?}");
    }
    refused(&mut here, &access).await?;
    refused(&mut there, &access).await?;
    line(format!(
        "reset: of {CONFIRMS} concurrent confirmations of one token, sent to both, one succeeded; the session ended on both"
    ));
    Ok(())
}

/// Checks that emails requested from both servers arrive once each.
async fn emails_arrive_once(a: &Server, b: &Server, mail: &Path) -> Result<()> {
    let servers = [a.address, b.address].into_iter().cycle().take(EMAILS);
    let requests = servers.map(async |address| {
        let (mut client, email) = (Client::new(address), new_email());
        registered(&mut client, &email).await?;
        let reply = client.request_reset(&email).await?;
        if !reply.is_success() {
            bail!("requesting an email failed: {reply:?}");
        }
        Ok(email)
    });
    let mut mailbox = Mailbox::new(mail);
    let before = mailbox.len()?;
    let emails = join_all(requests).await.into_iter().collect::<Result<Vec<_>>>()?;
    let began = Instant::now();
    while mailbox.len()? < before + EMAILS && began.elapsed() < EMAILS_LIMIT {
        // See the wait above: emails are files of another process.
        time::sleep(Duration::from_millis(50)).await;
    }
    let took = began.elapsed();
    time::sleep(SECOND_COPY).await;
    for email in &emails {
        let emails = mailbox.tokens(email)?.len();
        if emails != 1 {
            bail!("{email} received {emails} emails instead of one");
        }
    }
    line(format!(
        "emails: {EMAILS} were requested on both and arrived once each, {:.1} s after the last request",
        took.as_secs_f64()
    ));
    Ok(())
}
