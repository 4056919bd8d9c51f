//! A connection to SQLite, and where its queries run.

use std::sync::Arc;

use diesel::{
    QueryResult,
    backend::Backend,
    connection::{Connection, LoadConnection, SimpleConnection},
    deserialize::FromSqlRow,
    expression::QueryMetadata,
    query_builder::{
        AsQuery, AstPass, CollectedQuery, MoveableBindCollector, Query, QueryBuilder,
        QueryFragment, QueryId,
    },
    query_dsl::CompatibleType,
    result::Error::DeserializationError,
    row::{IntoOwnedRow, Row},
    sql_types::Untyped,
    sqlite::{Sqlite, SqliteConnection, SqliteQueryBuilder},
};
use futures_util::future::BoxFuture;

use super::{
    loan::Loan,
    pool::{Pool, Pooled, free},
    reads::only_reads,
    scan::Scanner,
    unavailable::unavailable,
    write_health::WriteHealth,
    writer::Writer,
};
use crate::{
    Result,
    query::{Execute, LoadRows},
};

type BorrowedRow = <SqliteConnection as LoadConnection>::Row<'static, 'static>;
type OwnedRow = <BorrowedRow as IntoOwnedRow<'static, Sqlite>>::OwnedRow;
type Binds =
    <<Sqlite as Backend>::BindCollector<'static> as MoveableBindCollector<Sqlite>>::BindData;

/// A connection to SQLite.
pub struct LiteConnection(Kind);

enum Kind {
    /// Long reads, on the blocking pool.
    Scanner(Scanner),
    /// An open transaction on the writer's thread.
    Transaction(Loan, Arc<Split>),
    /// Reads run on a reader, on the calling thread; all else goes to the writer.
    Auto(Arc<Split>),
}

/// The readers and the writer of one file.
pub(super) struct Split {
    pub(super) readers: Pool,
    pub(super) writer: Writer,
    pub(super) health: WriteHealth,
}

impl LiteConnection {
    pub(super) fn scanner(scanner: Scanner) -> Self {
        Self(Kind::Scanner(scanner))
    }

    pub(super) fn transaction(loan: Loan, split: Arc<Split>) -> Self {
        Self(Kind::Transaction(loan, split))
    }

    pub(super) fn auto(split: Arc<Split>) -> Self {
        Self(Kind::Auto(split))
    }

    /// Converts the outcome of a statement, which may show that the file cannot be written.
    pub(crate) fn end<T>(&self, outcome: QueryResult<T>) -> Result<T> {
        match &self.0 {
            Kind::Scanner(_) => outcome.map_err(Into::into),
            Kind::Transaction(_, split) | Kind::Auto(split) => split.health.note(outcome),
        }
    }

    /// Runs statements that take no arguments and return nothing.
    pub(crate) async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        let sql = sql.to_owned();
        self.0.run(move |connection| connection.batch_execute(&sql)).await
    }

    /// Commits the open transaction. Its connection cannot be used afterwards.
    ///
    /// # Errors
    /// That of the database; nothing is kept then.
    pub(crate) async fn commit(&mut self) -> QueryResult<()> {
        match &self.0 {
            Kind::Transaction(loan, _) => loan.commit().await,
            _ => Err(unavailable("there is no transaction to commit")),
        }
    }

    /// Rolls the open transaction back. Its connection cannot be used afterwards.
    ///
    /// # Errors
    /// A serialization failure if changes that the transaction may have seen were rolled back, too.
    pub(crate) async fn rollback(&mut self) -> QueryResult<()> {
        match &self.0 {
            Kind::Transaction(loan, _) => loan.rollback().await,
            _ => Err(unavailable("there is no transaction to roll back")),
        }
    }
}

impl Kind {
    fn run<'a, T: Send + 'static>(
        &mut self,
        query: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> BoxFuture<'a, QueryResult<T>> {
        match self {
            Self::Scanner(scanner) => scanner.run(query),
            Self::Auto(split) => split.writer.run(query),
            Self::Transaction(loan, _) => loan.run(query),
        }
    }
}

/// Where a query runs.
enum Place {
    /// On the calling thread, at once.
    Here(Pooled),
    /// On the calling thread, as soon as a reader is free.
    Reader(Pool, CollectedQuery<Binds>),
    /// On another thread.
    OtherThread(CollectedQuery<Binds>),
}

impl Kind {
    fn place<Q>(&mut self, query: &Q) -> QueryResult<Place>
    where
        Q: QueryFragment<Sqlite> + QueryId,
    {
        match self {
            Self::Auto(split) if only_reads(query)? => match free(&split.readers) {
                Some(reader) => Ok(Place::Here(reader?)),
                None => Ok(Place::Reader(split.readers.clone(), collected(query)?)),
            },
            _ => Ok(Place::OtherThread(collected(query)?)),
        }
    }
}

/// What does not depend on the type of a query: compiled once, not once for each query of every crate.
impl Kind {
    fn load(
        &mut self,
        query: CollectedQuery<Binds>,
    ) -> BoxFuture<'static, QueryResult<Vec<OwnedRow>>> {
        self.run(move |connection| copied_rows(connection, &query))
    }

    fn execute(&mut self, query: CollectedQuery<Binds>) -> BoxFuture<'static, QueryResult<usize>> {
        self.run(move |connection| connection.execute_returning_count(&query))
    }
}

async fn wait_for(readers: Pool) -> QueryResult<Pooled> {
    let reader = readers.get().await;
    reader.map_err(|error| unavailable(&error.to_string()))
}

impl<'query, Q, U, ST> LoadRows<'query, Q, U> for LiteConnection
where
    Q: AsQuery + Send + 'query,
    Q::Query: QueryFragment<Sqlite> + QueryId + Send + 'query,
    Q::SqlType: CompatibleType<U, Sqlite, SqlType = ST>,
    Sqlite: QueryMetadata<Q::SqlType>,
    U: FromSqlRow<ST, Sqlite> + Send + 'static,
    ST: 'static,
{
    async fn load_rows(&mut self, query: Q) -> QueryResult<Vec<U>> {
        let query = query.as_query();
        match self.0.place(&query)? {
            Place::Here(mut reader) => converted_rows(&mut reader, AsIs(query)),
            Place::Reader(readers, query) => converted_rows(&mut *wait_for(readers).await?, &query),
            Place::OtherThread(query) => {
                let rows = self.0.load(query).await?;
                rows.iter().map(|row| converted(row)).collect()
            }
        }
    }
}

impl<'query, Q> Execute<'query, Q> for LiteConnection
where
    Q: QueryFragment<Sqlite> + QueryId + Send + 'query,
{
    async fn execute_statement(&mut self, query: Q) -> QueryResult<usize> {
        match self.0.place(&query)? {
            Place::Here(mut reader) => reader.execute_returning_count(&query),
            Place::Reader(readers, query) => {
                wait_for(readers).await?.execute_returning_count(&query)
            }
            Place::OtherThread(query) => self.0.execute(query).await,
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

/// A query whose rows are not converted.
struct AsIs<Q>(Q);

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AsIs<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

/// That of the query itself, so that its text is built and prepared only once.
impl<Q: QueryId> QueryId for AsIs<Q> {
    type QueryId = Q::QueryId;

    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> Query for AsIs<Q> {
    type SqlType = Untyped;
}

/// Loads all rows, as copies that can go to another thread.
fn copied_rows<'query, Q>(connection: &mut SqliteConnection, query: Q) -> QueryResult<Vec<OwnedRow>>
where
    Q: Query<SqlType = Untyped> + QueryFragment<Sqlite> + QueryId + 'query,
{
    let mut names = Default::default();
    connection.load(query)?.map(|row| Ok(row?.into_owned(&mut names))).collect()
}

/// Loads all rows and converts each in place.
fn converted_rows<'query, Q, U, ST>(
    connection: &mut SqliteConnection,
    query: Q,
) -> QueryResult<Vec<U>>
where
    Q: Query<SqlType = Untyped> + QueryFragment<Sqlite> + QueryId + 'query,
    U: FromSqlRow<ST, Sqlite>,
{
    connection.load(query)?.map(|row| converted(&row?)).collect()
}

fn converted<'row, U, ST>(row: &impl Row<'row, Sqlite>) -> QueryResult<U>
where
    U: FromSqlRow<ST, Sqlite>,
{
    U::build_from_row(row).map_err(DeserializationError)
}
