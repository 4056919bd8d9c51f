//! The methods that run a query on a connection of [`run!`](crate::run).

use diesel::{QueryResult, dsl::Limit, query_dsl::methods::LimitDsl, result::Error::NotFound};
use diesel_async::methods;

use crate::PgConnection;

/// Methods of queries, as diesel's of the same name, on a connection `C` of either database.
///
/// diesel-async's would do for PostgreSQL. On SQLite its rows must be able to move to another thread, so that each value
/// is copied before it is converted, although most reads run on the calling thread.
pub trait RunQueryDsl<C>: Sized {
    /// Returns all rows.
    fn load<'query, U>(self, conn: &mut C) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        C: LoadRows<'query, Self, U>,
    {
        conn.load_rows(self)
    }

    /// As [`RunQueryDsl::load`], by the name for statements that return the rows they change.
    fn get_results<'query, U>(
        self,
        conn: &mut C,
    ) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        C: LoadRows<'query, Self, U>,
    {
        conn.load_rows(self)
    }

    /// Returns the first row; `Err(NotFound)` if there is none.
    fn get_result<'query, U>(self, conn: &mut C) -> impl Future<Output = QueryResult<U>> + Send
    where
        C: LoadRows<'query, Self, U> + Send,
        Self: Send,
        U: Send,
    {
        async move { conn.load_rows(self).await?.into_iter().next().ok_or(NotFound) }
    }

    /// As [`RunQueryDsl::get_result`], with `LIMIT 1` added to the query.
    fn first<'query, U>(self, conn: &mut C) -> impl Future<Output = QueryResult<U>> + Send
    where
        Self: LimitDsl,
        Limit<Self>: Send,
        C: LoadRows<'query, Limit<Self>, U> + Send,
        U: Send,
    {
        RunQueryDsl::<C>::get_result(self.limit(1), conn)
    }

    /// Runs a statement and returns the number of rows it affected.
    fn execute<'query>(self, conn: &mut C) -> impl Future<Output = QueryResult<usize>> + Send
    where
        C: Execute<'query, Self>,
    {
        conn.execute_statement(self)
    }
}

impl<C, Q> RunQueryDsl<C> for Q {}

/// A connection on which the rows of query `Q` can be read as `U`.
pub trait LoadRows<'query, Q, U> {
    /// Runs the query and converts its rows.
    fn load_rows(&mut self, query: Q) -> impl Future<Output = QueryResult<Vec<U>>> + Send;
}

/// A connection on which statement `Q` can run.
pub trait Execute<'query, Q> {
    /// Runs the statement and returns the number of rows it affected.
    fn execute_statement(&mut self, query: Q) -> impl Future<Output = QueryResult<usize>> + Send;
}

impl<'query, Q, U> LoadRows<'query, Q, U> for PgConnection
where
    Q: methods::LoadQuery<'query, Self, U> + 'query,
    U: Send,
{
    fn load_rows(&mut self, query: Q) -> impl Future<Output = QueryResult<Vec<U>>> + Send {
        diesel_async::RunQueryDsl::load(query, self)
    }
}

impl<'query, Q> Execute<'query, Q> for PgConnection
where
    Q: methods::ExecuteDsl<Self> + 'query,
{
    fn execute_statement(&mut self, query: Q) -> impl Future<Output = QueryResult<usize>> + Send {
        diesel_async::RunQueryDsl::execute(query, self)
    }
}
