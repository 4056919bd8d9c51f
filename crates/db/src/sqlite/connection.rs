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

use super::{
    away::Away,
    pool::{Pool, Pooled, free},
    reads::only_reads,
    statements::Statements,
    unavailable,
};

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
    /// Reads run on a reader, on the calling thread; all else goes to the queue.
    Auto(Pool, Statements),
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

    pub(super) fn auto(readers: Pool, statements: Statements) -> Self {
        Self(Kind::Auto(readers, statements))
    }

    /// Takes the connection out of its pool and closes it.
    pub(crate) fn close(self) {
        match self.0 {
            Kind::Inline(reader) => drop(Pooled::take(reader)),
            Kind::Away(connection) => connection.close(),
            // Every statement has been ended by whoever ran it.
            Kind::Queued(_) | Kind::Auto(..) => {}
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
            Self::Queued(statements) | Self::Auto(_, statements) => statements.run(ask),
        }
    }
}

/// Where a query runs.
enum Place<'c> {
    /// On the calling thread, at once.
    Here(Reader<'c>),
    /// On the calling thread, as soon as a reader is free.
    Reader(Pool, CollectedQuery<Binds>),
    /// On another thread.
    Away(CollectedQuery<Binds>),
}

enum Reader<'c> {
    Borrowed(&'c mut SqliteConnection),
    Pooled(Pooled),
}

impl Reader<'_> {
    fn as_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Borrowed(reader) => reader,
            Self::Pooled(reader) => reader,
        }
    }
}

impl Kind {
    fn place<Q>(&mut self, query: &Q) -> QueryResult<Place<'_>>
    where
        Q: QueryFragment<Sqlite> + QueryId,
    {
        match self {
            Self::Inline(reader) => Ok(Place::Here(Reader::Borrowed(reader))),
            Self::Auto(readers, _) if only_reads(query)? => match free(readers) {
                Some(reader) => Ok(Place::Here(Reader::Pooled(reader?))),
                None => Ok(Place::Reader(readers.clone(), collected(query)?)),
            },
            _ => Ok(Place::Away(collected(query)?)),
        }
    }
}

/// A reader, which may have to be waited for.
async fn wait_for(readers: Pool) -> QueryResult<Pooled> {
    let reader = readers.get().await;
    reader.map_err(|error| unavailable(&error.to_string()))
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
        let query = source.as_query();
        match self.0.place(&query) {
            Ok(Place::Here(mut reader)) => {
                ready(rows(reader.as_mut(), AsIs(query)).map(streamed)).boxed()
            }
            Ok(Place::Reader(readers, query)) => wait_for(readers)
                .map(move |reader| rows(&mut *reader?, &query).map(streamed))
                .boxed(),
            Ok(Place::Away(query)) => {
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
        match self.0.place(&source) {
            Ok(Place::Here(mut reader)) => {
                ready(reader.as_mut().execute_returning_count(&source)).boxed()
            }
            Ok(Place::Reader(readers, query)) => wait_for(readers)
                .map(move |reader| reader?.execute_returning_count(&query))
                .boxed(),
            Ok(Place::Away(query)) => self
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
