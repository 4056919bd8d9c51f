//! PostgreSQL: how a connection is made, secured and bounded.

use std::{sync::Arc, time::Duration};

use deadpool::Runtime;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool,
    },
};
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result, limits::POOL_WAIT, tls};

/// The database's own deadlines, since a future of ours must not be cut short.
const SETUP: &str = "SET statement_timeout = '5s'; SET lock_timeout = '4s'; \
     SET idle_in_transaction_session_timeout = '30s'; SET TIME ZONE 'UTC';";

/// A few faults are known by their text only, and the text is wanted in English. Only some roles may set that (PostgreSQL
/// 15 and later: `GRANT SET ON PARAMETER lc_messages`); the others keep the server's language, and get 500 instead of 503 for
/// those faults where that is not English.
const ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
     EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Makes connections to one PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Arc<Config>,
    tls: Option<MakeRustlsConnect>,
    // Connections are driven on the runtime that opened the database: a worker's ends with the worker.
    handle: Handle,
}

impl Connector {
    pub(crate) fn of(url: &str) -> Result<Self> {
        let (url, mode) = tls::Mode::take_from(url)?;
        let mut config: Config =
            url.parse().map_err(|error: tokio_postgres::Error| Error::Url(error.to_string()))?;
        config.ssl_mode(mode.negotiation());
        config.connect_timeout(CONNECT_TIMEOUT);
        config.tcp_user_timeout(CONNECT_TIMEOUT);
        config.application_name("loggia");
        Ok(Self { config: Arc::new(config), tls: mode.connector()?, handle: Handle::current() })
    }

    pub(crate) fn pool(&self, size: usize) -> Result<Pool<AsyncPgConnection>> {
        let connector = self.clone();
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |_| {
            let connector = connector.clone();
            async move { connector.connect().await }.boxed()
        });
        // The manager wants a URL; `custom_setup` knows its own.
        let manager = AsyncDieselConnectionManager::new_with_config("", config);
        Pool::builder(manager)
            .max_size(size.max(1))
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Connects, and sets the deadlines of a request.
    pub(crate) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let this = self.clone();
        let made = self.handle.spawn(async move {
            let mut connection = this.establish().await?;
            connection
                .batch_execute(SETUP)
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            // What only speaks PostgreSQL's protocol may not know this, which is no reason to do without a connection.
            if let Err(error) = connection.batch_execute(ENGLISH).await {
                tracing::debug!(%error, "PostgreSQL keeps its language");
            }
            Ok(connection)
        });
        made.await.unwrap_or_else(|panic| Err(bad(&panic)))
    }

    /// Connects, without deadlines: for migrations. Runs on the calling runtime.
    pub(crate) async fn establish(&self) -> ConnectionResult<AsyncPgConnection> {
        match &self.tls {
            Some(tls) => {
                let (client, connection) =
                    self.config.connect(tls.clone()).await.map_err(|e| bad(&e))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(|e| bad(&e))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        }
    }
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
