//! A database on a PostgreSQL server for one test: a copy of a template that is migrated once.
//!
//! Tests run in many processes at once. The first one that needs the template creates it under an advisory lock of the
//! server. The template's name is a digest of the migrations, so all tests with the same migrations share it.
//! `scripts/postgres.sh` removes the whole server, including the databases of killed tests.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    thread,
};

use loggia_db::{Db, Error, Result, RunQueryDsl, Work, run};
use uuid::Uuid;

use crate::migrations;

/// "test" in ASCII. Advisory locks are per database: this one is taken in the server's own database, and that of
/// `Db::migrate` in the migrated one.
const LOCK: &str = "SELECT pg_advisory_lock(1952805748)";

/// A separate database on the server, removed on drop.
pub(crate) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// Creates a database as a copy of the template, which is created first if it does not exist.
    pub(crate) async fn create(server: &str) -> Self {
        Self::or_panic(Self::try_create(server).await)
    }

    /// Creates a database without tables.
    pub(crate) async fn create_empty(server: &str) -> Self {
        Self::or_panic(Self::try_create_empty(server).await)
    }

    fn or_panic(made: Result<Self>) -> Self {
        match made {
            Ok(database) => database,
            Err(error) => panic!("no database on the server of TEST_DATABASE_URL: {error:?}"),
        }
    }

    async fn try_create(server: &str) -> Result<Self> {
        let template = template_name();
        let work = &mut connect(server).await?;
        if !exists(work, &template).await? {
            make_template(work, server, &template).await?;
        }
        Self::copy(work, server, &template).await
    }

    async fn try_create_empty(server: &str) -> Result<Self> {
        let work = &mut connect(server).await?;
        Self::copy(work, server, "template0").await
    }

    async fn copy(work: &mut Work, server: &str, template: &str) -> Result<Self> {
        let name = format!("loggia_test_{}", Uuid::new_v4().simple());
        execute(work, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        Ok(Self { server: server.to_owned(), url: with_database(server, &name), name })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    /// Waits until the database is removed, because a test's process ends with its test.
    ///
    /// Runs on its own thread and runtime, because a drop may happen where awaiting is impossible. An error does not
    /// fail the test; the database is then removed with the server.
    fn drop(&mut self) {
        let server = self.server.clone();
        // FORCE ends the connections of pools that are still open.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let cleaner = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let _ =
                    runtime.block_on(async { execute(&mut connect(&server).await?, sql).await });
            }
        });
        let _ = cleaner.join();
    }
}

/// Returns a unit of work on the server's own database without a time limit, because the template or a busy machine may
/// take long. All its statements run on one connection.
async fn connect(server: &str) -> Result<Work> {
    Ok(Db::open_without_deadlines(server, 1).await?.work())
}

async fn execute(work: &mut Work, sql: String) -> Result<()> {
    run!(work, |c| diesel::sql_query(sql).execute(c)).map(drop)
}

async fn exists(work: &mut Work, database: &str) -> Result<bool> {
    diesel::table! {
        pg_database (oid) {
            oid -> BigInt,
            datname -> Text,
        }
    }
    use diesel::{ExpressionMethods, QueryDsl};

    let found: i64 = run!(work, |c| pg_database::table
        .filter(pg_database::datname.eq(database))
        .count()
        .get_result(c))?;
    Ok(found != 0)
}

/// Creates the template, unless another process created it while this one waited for the lock.
async fn make_template(work: &mut Work, server: &str, template: &str) -> Result<()> {
    // The lock is released with the connection, which the caller closes.
    execute(work, LOCK.to_owned()).await?;
    if exists(work, template).await? {
        return execute(work, "SELECT pg_advisory_unlock_all()".to_owned()).await;
    }
    // Use a draft name until the template is complete, because other tests copy it as soon as its name exists. Replace
    // a draft left by a killed test.
    let draft = format!("{template}_draft");
    execute(work, format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await?;
    // Use template0: template1 cannot be copied by two sessions at once or while a session is connected to it.
    execute(work, format!("CREATE DATABASE {draft} TEMPLATE template0")).await?;
    migrate(with_database(server, &draft)).await?;
    // A database with open connections can be neither copied nor renamed. Renaming waits for connections that are
    // closing.
    execute(work, format!("ALTER DATABASE {draft} WITH ALLOW_CONNECTIONS false")).await?;
    execute(
        work,
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}'"),
    )
    .await?;
    execute(work, format!("ALTER DATABASE {draft} RENAME TO {template}")).await?;
    execute(work, "SELECT pg_advisory_unlock_all()".to_owned()).await
}

/// Runs on its own runtime, so that it works with any kind of test runtime.
async fn migrate(url: String) -> Result<()> {
    let migrating = tokio::task::spawn_blocking(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(async {
                let db = Db::open(&url, 1).await?;
                db.migrate(migrations::sets()).await.map(drop)
            }),
            Err(error) => Err(Error::Migration(error.into())),
        }
    });
    migrating.await.unwrap_or_else(|panic| Err(Error::Migration(panic.into())))
}

/// Returns a template name derived from the text of all migrations.
fn template_name() -> String {
    let mut hasher = DefaultHasher::new();
    for migration in migrations::all() {
        (migration.name, migration.postgres).hash(&mut hasher);
    }
    format!("loggia_template_{:016x}", hasher.finish())
}

/// Returns the URL with the same server, user and parameters, and another database.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    format!("{}/{name}{parameters}", &address[..end])
}
