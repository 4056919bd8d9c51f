//! What a query on SQLite is handed to.

use diesel::{
    QueryResult,
    backend::Backend,
    connection::{Connection, LoadConnection, SimpleConnection},
    query_builder::{
        AsQuery, AstPass, CollectedQuery, MoveableBindCollector, Query, QueryBuilder,
        QueryFragment, QueryId,
    },
    row::IntoOwnedRow,
    sql_types::Untyped,
    sqlite::{Sqlite, SqliteConnection, SqliteQueryBuilder},
};
use diesel_async::{
    AsyncConnectionCore, SimpleAsyncConnection, pooled_connection::deadpool::Object,
    sync_connection_wrapper::SyncConnectionWrapper,
};
use futures_util::{
    FutureExt, StreamExt, TryFutureExt,
    future::{BoxFuture, ready},
    stream,
    stream::BoxStream,
};

use super::{executor::Executor, readers::Reader, statements::Statements};

/// SQLite behind an asynchronous face.
pub(super) type Pooled = SyncConnectionWrapper<SqliteConnection, Executor>;

type Row<'conn, 'query> = <SqliteConnection as LoadConnection>::Row<'conn, 'query>;
type OwnedRow = <Row<'static, 'static> as IntoOwnedRow<'static, Sqlite>>::OwnedRow;
type Binds =
    <<Sqlite as Backend>::BindCollector<'static> as MoveableBindCollector<Sqlite>>::BindData;

/// A connection to SQLite.
pub struct LiteConnection(Kind);

enum Kind {
    /// Answers on the calling thread.
    Inline(Reader),
    /// Answers on the blocking pool.
    Pooled(Object<Pooled>),
    /// The queue of statements that are transactions by themselves.
    Shared(Statements),
}

impl LiteConnection {
    pub(super) fn inline(reader: Reader) -> Self {
        Self(Kind::Inline(reader))
    }

    pub(super) fn pooled(connection: Object<Pooled>) -> Self {
        Self(Kind::Pooled(connection))
    }

    pub(super) fn shared(statements: Statements) -> Self {
        Self(Kind::Shared(statements))
    }

    /// Takes the connection out of its pool and closes it.
    pub(crate) fn close(self) {
        match self.0 {
            Kind::Inline(reader) => drop(Reader::take(reader)),
            Kind::Pooled(connection) => drop(Object::take(connection)),
            // Every statement has been ended by whoever ran it.
            Kind::Shared(_) => {}
        }
    }
}

impl SimpleAsyncConnection for LiteConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        match &mut self.0 {
            Kind::Inline(reader) => SimpleConnection::batch_execute(&mut **reader, sql),
            Kind::Pooled(connection) => connection.batch_execute(sql).await,
            Kind::Shared(statements) => {
                let sql = sql.to_owned();
                let ask = move |connection: &mut SqliteConnection| connection.batch_execute(&sql);
                statements.run(ask).await
            }
        }
    }
}

impl AsyncConnectionCore for LiteConnection {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'query, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'query, QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = BoxStream<'static, QueryResult<OwnedRow>>;
    type Row<'conn, 'query> = OwnedRow;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        match &mut self.0 {
            Kind::Inline(reader) => {
                ready(rows(reader, AsIs(source.as_query())).map(streamed)).boxed()
            }
            Kind::Pooled(connection) => (**connection).load(source),
            Kind::Shared(statements) => {
                let query = match collected(&source.as_query()) {
                    Ok(query) => query,
                    Err(error) => return ready(Err(error)).boxed(),
                };
                let ask = move |connection: &mut SqliteConnection| rows(connection, &query);
                statements.run(ask).map_ok(streamed).boxed()
            }
        }
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        match &mut self.0 {
            Kind::Inline(reader) => ready(reader.execute_returning_count(&source)).boxed(),
            Kind::Pooled(connection) => (**connection).execute_returning_count(source),
            Kind::Shared(statements) => {
                let query = match collected(&source) {
                    Ok(query) => query,
                    Err(error) => return ready(Err(error)).boxed(),
                };
                let ask = move |connection: &mut SqliteConnection| {
                    connection.execute_returning_count(&query)
                };
                statements.run(ask).boxed()
            }
        }
    }
}

/// A query that can go to another thread: its text, and copies of its arguments.
fn collected<T>(query: &T) -> QueryResult<CollectedQuery<Binds>>
where
    T: QueryFragment<Sqlite>,
{
    let backend = Sqlite;
    let mut binds = <Sqlite as Backend>::BindCollector::default();
    query.collect_binds(&mut binds, &mut (), &backend)?;
    let binds = binds.moveable();
    let mut text = SqliteQueryBuilder::default();
    query.to_sql(&mut text, &backend)?;
    let is_kept_prepared = query.is_safe_to_cache_prepared(&backend)?;
    Ok(CollectedQuery::new(text.finish(), is_kept_prepared, binds))
}

/// A query whose rows are taken for what they are.
struct AsIs<Q>(Q);

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AsIs<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

/// As the query itself, so that its text is made and prepared but once.
impl<Q: QueryId> QueryId for AsIs<Q> {
    type QueryId = Q::QueryId;

    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> Query for AsIs<Q> {
    type SqlType = Untyped;
}

/// All rows, as copies.
fn rows<'query, Q>(connection: &mut SqliteConnection, query: Q) -> QueryResult<Vec<OwnedRow>>
where
    Q: Query<SqlType = Untyped> + QueryFragment<Sqlite> + QueryId + 'query,
{
    let mut names = Default::default();
    connection
        .load(query)?
        .map(|row| Ok(row?.into_owned(&mut names)))
        .collect()
}

fn streamed(rows: Vec<OwnedRow>) -> BoxStream<'static, QueryResult<OwnedRow>> {
    stream::iter(rows).map(Ok).boxed()
}
