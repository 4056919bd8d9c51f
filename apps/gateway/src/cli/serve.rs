//! `loggia serve` and `loggia worker`: start, operation and shutdown.

use std::{
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use actix_web::HttpServer;
use loggia_db::{Backend, Db};
use tokio_util::sync::CancellationToken;

use super::first_admin;
use crate::{Gateway, Services, config::Settings, migrations, state, telemetry, worker};

/// The time limit for the head of a request. Ample for slow clients, short enough against idle ones.
const HEAD_LIMIT: Duration = Duration::from_secs(10);

/// The time limit for the shutdown of a connection.
const DISCONNECT_LIMIT: Duration = Duration::from_secs(5);

/// The keep-alive time. Longer than that of proxies, so that they close idle connections first.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 2048;

/// The time limit for requests in flight at shutdown. Everything ends within 30 seconds.
const GRACE_SECS: u64 = 25;

/// An error that keeps the server from starting, or ends it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The services cannot be opened.
    #[error(transparent)]
    Open(#[from] state::Error),

    /// The schema cannot be migrated.
    #[error("LOGGIA_DATABASE_URL: the database cannot be migrated")]
    Migrate(#[source] loggia_db::Error),

    /// The database cannot be written.
    #[error("LOGGIA_DATABASE_URL: the database cannot be written")]
    Unwritable(#[source] loggia_db::Error),

    /// The first superuser cannot be created.
    #[error(transparent)]
    Admin(#[from] first_admin::Error),

    /// The address cannot be bound.
    #[error("LOGGIA_BIND: cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },

    /// The server failed.
    #[error("the server failed")]
    Server(#[source] io::Error),
}

/// Serves until SIGTERM or SIGINT. Then accepts no more connections, finishes the requests in flight, and ends within
/// 30 seconds.
///
/// # Errors
/// [`Error`], which names the setting if a setting is the cause.
pub(super) async fn serve(settings: &Settings) -> Result<(), Error> {
    let services = ready(settings).await?;
    first_admin::make(settings, &services).await?;
    let stop = CancellationToken::new();
    let gateway = Gateway::new(services.clone());
    let app = move || crate::app(&gateway);
    let told = stop.clone();
    let server = HttpServer::new(app)
        .workers(settings.effective_workers())
        .backlog(BACKLOG)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_LIMIT)
        .client_disconnect_timeout(DISCONNECT_LIMIT)
        .tcp_nodelay(true)
        .shutdown_timeout(GRACE_SECS)
        .shutdown_signal(async move {
            stop_requested().await;
            tracing::info!("stopping");
            told.cancel();
        })
        .bind(settings.bind)
        .map_err(|source| Error::Bind { address: settings.bind, source })?;
    let background =
        settings.jobs.is_on().then(|| tokio::spawn(worker::run(services.clone(), stop.clone())));
    let address = server.addrs().first().copied().unwrap_or(settings.bind);
    greet(settings, &services, address);
    let outcome = server.run().await.map_err(Error::Server);
    stop.cancel();
    if let Some(background) = background
        && let Err(error) = background.await
    {
        tracing::error!(%error, "background work did not end well");
    }
    tracing::info!("stopped");
    outcome
}

/// Runs background work alone until SIGTERM or SIGINT.
///
/// # Errors
/// As [`serve`].
pub(super) async fn work(settings: &Settings) -> Result<(), Error> {
    let services = ready(settings).await?;
    let stop = CancellationToken::new();
    let background = tokio::spawn(worker::run(services, stop.clone()));
    tracing::info!("working");
    stop_requested().await;
    tracing::info!("stopping");
    stop.cancel();
    if let Err(error) = background.await {
        tracing::error!(%error, "background work did not end well");
    }
    Ok(())
}

/// Opens the services and migrates the schema.
async fn ready(settings: &Settings) -> Result<Services, Error> {
    let services = Services::open(settings).await?;
    for version in migrations::run(&services.db).await.map_err(Error::Migrate)? {
        tracing::info!(version, "migrated");
    }
    services.db.check_writable().await.map_err(Error::Unwritable)?;
    if services.db.backend() == Backend::Postgres && settings.secret_key.is_none() {
        tracing::warn!(
            "LOGGIA_SECRET_KEY is not set: another server on this database, without a copy of this one's data \
             directory, would not accept its tokens"
        );
    }
    if let Some(until) = settings.secret_key_previous_until
        && until.get() <= services.clock.now()
    {
        tracing::warn!(
            %until,
            "LOGGIA_SECRET_KEY_PREVIOUS_UNTIL is past: tokens of the previous key are refused; remove both settings"
        );
    }
    Ok(services)
}

/// Waits for SIGTERM or SIGINT.
async fn stop_requested() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = terminated.recv() => {}
                    () = interrupted() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be listened for");
                interrupted().await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupted().await;
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "SIGINT cannot be listened for");
        std::future::pending().await
    }
}

/// Reports the addresses in use: as one event if logs are JSON, otherwise as four lines of text.
fn greet(settings: &Settings, services: &Services, address: SocketAddr) {
    let docs = services.options.public_url.join("/docs/");
    let data = settings.data_dir.display();
    let database = database(settings, &services.db);
    let mail = settings.effective_mail_url().map(|url| url.to_string()).unwrap_or_default();
    if telemetry::is_json(settings.telemetry.log_format) {
        tracing::info!(%address, %data, database, mail, docs, "listening");
        return;
    }
    let text = format!(
        "Loggia listens on http://{address}\n  data  {data} ({database})\n  mail  {mail}\n  docs  {docs}\n"
    );
    // A closed standard output is not an error.
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn database(settings: &Settings, db: &Db) -> String {
    let kind = match db.backend() {
        Backend::Postgres => "PostgreSQL",
        Backend::Sqlite => "SQLite",
    };
    match settings.effective_database_url() {
        Ok(url) => format!("{kind}, {url}"),
        Err(_) => kind.to_owned(),
    }
}
