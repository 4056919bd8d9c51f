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
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::{
    FutureExt, StreamExt, TryFutureExt,
    future::{BoxFuture, ready},
    stream,
    stream::BoxStream,
};

use super::{away::Away, pool::Pooled, statements::Statements};

type Row<'conn, 'query> = <SqliteConnection as LoadConnection>::Row<'conn, 'query>;
type OwnedRow = <Row<'static, 'static> as IntoOwnedRow<'static, Sqlite>>::OwnedRow;
type Binds =
    <<Sqlite as Backend>::BindCollector<'static> as MoveableBindCollector<Sqlite>>::BindData;

/// A connection to SQLite.
pub struct LiteConnection(Kind);

enum Kind {
    /// Answers on the calling thread.
    Inline(Pooled),
    /// Answers on the blocking pool.
    Away(Away),
    /// The queue of statements that are transactions by themselves.
    Queued(Statements),
}

impl LiteConnection {
    pub(super) fn inline(reader: Pooled) -> Self {
        Self(Kind::Inline(reader))
    }

    pub(super) fn away(connection: Away) -> Self {
        Self(Kind::Away(connection))
    }

    pub(super) fn queued(statements: Statements) -> Self {
        Self(Kind::Queued(statements))
    }

    /// Takes the connection out of its pool and closes it.
    pub(crate) fn close(self) {
        match self.0 {
            Kind::Inline(reader) => drop(Pooled::take(reader)),
            Kind::Away(connection) => connection.close(),
            // Every statement has been ended by whoever ran it.
            Kind::Queued(_) => {}
        }
    }
}

impl Kind {
    fn run<'a, T: Send + 'static>(
        &mut self,
        mut ask: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        match self {
            Self::Inline(reader) => ready(ask(reader)).boxed(),
            Self::Away(connection) => connection.run(ask),
            Self::Queued(statements) => statements.run(ask),
        }
    }
}

impl SimpleAsyncConnection for LiteConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        let sql = sql.to_owned();
        let ask = move |connection: &mut SqliteConnection| connection.batch_execute(&sql);
        self.0.run(ask).await
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
        if let Kind::Inline(reader) = &mut self.0 {
            return ready(rows(reader, AsIs(source.as_query())).map(streamed)).boxed();
        }
        match collected(&source.as_query()) {
            Ok(query) => {
                let ask = move |connection: &mut SqliteConnection| rows(connection, &query);
                self.0.run(ask).map_ok(streamed).boxed()
            }
            Err(error) => ready(Err(error)).boxed(),
        }
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        if let Kind::Inline(reader) = &mut self.0 {
            return ready(reader.execute_returning_count(&source)).boxed();
        }
        match collected(&source) {
            Ok(query) => self
                .0
                .run(move |connection| connection.execute_returning_count(&query)),
            Err(error) => ready(Err(error)).boxed(),
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
