//! The connector: how a connection is made, secured and bounded.

use std::{future::Future, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Manager, Metrics, RecycleError, RecycleResult},
};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Handle,
    time::timeout,
};
use tokio_postgres::{Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    driver::drive,
    watch::{AbandonOnDrop, Stalls, Watch},
    watched::Watched,
};
use crate::{Error, Result, limits::POOL_WAIT, tls};

/// The database's own deadlines, since a future of ours must not be cut short.
const SETUP: &str = "SET statement_timeout = '5s'; SET lock_timeout = '4s'; \
     SET idle_in_transaction_session_timeout = '30s'; SET TIME ZONE 'UTC';";

/// A few faults are known by their text only, and the text is wanted in English. Only some roles may set that (PostgreSQL
/// 15 and later: `GRANT SET ON PARAMETER lc_messages`); the others keep the server's language, and get 500 instead of 503 for
/// those faults where that is not English.
const ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
     EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

/// How long it may take to connect, to log in and to set the deadlines.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the server may take to answer a statement. Longer than its own `statement_timeout`, so that only a server or a
/// pooler that has stalled exceeds it; with the wait for a connection, a request fails within ten seconds.
const ANSWER_LIMIT: Duration = Duration::from_millis(6500);

/// The deadlines of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadlines {
    /// Those of requests.
    OfRequests,
    /// None, for tools.
    Off,
}

/// A pool of connections.
pub(crate) type Pool = managed::Pool<Connector>;

/// Makes connections to one PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Arc<Config>,
    tls: Option<MakeRustlsConnect>,
    // Connections are driven on the runtime that opened the database: a worker's ends with the worker.
    handle: Handle,
    deadlines: Deadlines,
    stalls: Arc<Stalls>,
}

impl Connector {
    pub(crate) fn of(url: &str, deadlines: Deadlines) -> Result<Self> {
        let (url, mode) = tls::Mode::take_from(url)?;
        let mut config: Config =
            url.parse().map_err(|error: tokio_postgres::Error| Error::Url(error.to_string()))?;
        config.ssl_mode(mode.negotiation());
        config.connect_timeout(CONNECT_TIMEOUT);
        config.tcp_user_timeout(CONNECT_TIMEOUT);
        config.application_name("loggia");
        Ok(Self {
            config: Arc::new(config),
            tls: mode.connector()?,
            handle: Handle::current(),
            deadlines,
            stalls: Arc::default(),
        })
    }

    pub(crate) fn pool(&self, size: usize) -> Result<Pool> {
        Pool::builder(self.clone())
            .max_size(size.max(1))
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Connects, without deadlines of statements: for migrations. Runs on the calling runtime.
    pub(crate) async fn establish(&self) -> ConnectionResult<AsyncPgConnection> {
        in_time(async {
            match &self.tls {
                Some(tls) => {
                    let (client, connection) =
                        self.config.connect(tls.clone()).await.map_err(|e| bad(&e))?;
                    AsyncPgConnection::try_from_client_and_connection(client, connection).await
                }
                None => {
                    let (client, connection) =
                        self.config.connect(NoTls).await.map_err(|e| bad(&e))?;
                    AsyncPgConnection::try_from_client_and_connection(client, connection).await
                }
            }
        })
        .await
    }

    /// Connects, starts the driver, and sets the deadlines.
    async fn open(&self) -> ConnectionResult<Watched> {
        let limit = (self.deadlines == Deadlines::OfRequests).then_some(ANSWER_LIMIT);
        // The driver ends with it, also if this future is dropped.
        let watch = AbandonOnDrop(Watch::new(limit));
        let client = match &self.tls {
            Some(tls) => {
                let (client, connection) =
                    self.config.connect(tls.clone()).await.map_err(|e| bad(&e))?;
                self.start_driver(connection, &watch);
                client
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(|e| bad(&e))?;
                self.start_driver(connection, &watch);
                client
            }
        };
        let mut connection = AsyncPgConnection::try_from(client).await?;
        if self.deadlines == Deadlines::OfRequests {
            connection
                .batch_execute(SETUP)
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        // What only speaks PostgreSQL's protocol may not know this, which is no reason to do without a connection.
        if let Err(error) = connection.batch_execute(ENGLISH).await {
            tracing::debug!(%error, "PostgreSQL keeps its language");
        }
        Ok(Watched::new(watch, connection))
    }

    fn start_driver<S, T>(&self, connection: Connection<S, T>, watch: &AbandonOnDrop)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        tokio::spawn(drive(connection, Arc::clone(&watch.0), Arc::clone(&self.stalls)));
    }
}

impl Manager for Connector {
    type Type = Watched;
    type Error = ConnectionError;

    async fn create(&self) -> ConnectionResult<Watched> {
        let this = self.clone();
        let made = self.handle.spawn(async move { in_time(this.open()).await });
        made.await.unwrap_or_else(|panic| Err(bad(&panic)))
    }

    async fn recycle(
        &self,
        connection: &mut Watched,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        if connection.is_usable(&self.stalls) {
            Ok(())
        } else {
            Err(RecycleError::message("the connection is closed, or its server has stalled"))
        }
    }
}

/// Gives up a connection that is not established in time. It is dropped as a whole, so nothing of it is pooled.
async fn in_time<T>(connecting: impl Future<Output = ConnectionResult<T>>) -> ConnectionResult<T> {
    timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| {
        Err(ConnectionError::BadConnection(format!("no answer within {CONNECT_TIMEOUT:?}")))
    })
}

/// The whole chain of causes: tokio-postgres' own text stops at "error connecting to server".
fn bad(error: &dyn std::error::Error) -> ConnectionError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    ConnectionError::BadConnection(text)
}
