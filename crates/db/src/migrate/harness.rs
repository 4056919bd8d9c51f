//! What migrations need of a connection, to either database.

use std::collections::HashSet;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, result::QueryResult, sql_types::Text,
    sqlite::SqliteConnection,
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};

/// A synchronous connection to either database.
pub(super) trait Harness: Connection {
    /// A query for all columns: the table as `a`, the column as `b`.
    const COLUMNS: &'static str;

    /// The present time in UTC, as the default of a column.
    const NOW: &'static str;

    /// Runs a query for two columns of text that are called `a` and `b`.
    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<(String, String)>>;
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
}

impl Harness for SqliteConnection {
    const COLUMNS: &'static str = "SELECT tables.name AS a, columns.name AS b FROM sqlite_schema AS tables \
         JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'";

    const NOW: &'static str = "CURRENT_TIMESTAMP";

    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<(String, String)>> {
        let rows = diesel::sql_query(sql).load::<Pair>(self)?;
        Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
    }
}

impl Harness for AsyncConnectionWrapper<AsyncPgConnection> {
    const COLUMNS: &'static str = "SELECT CAST(table_name AS TEXT) AS a, CAST(column_name AS TEXT) AS b \
         FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false))";

    const NOW: &'static str = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";

    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<(String, String)>> {
        let rows = diesel::sql_query(sql).load::<Pair>(self)?;
        Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
    }
}

/// The columns of all tables that a name without a schema reaches.
pub(super) struct Columns(HashSet<(String, String)>);

impl Columns {
    pub(super) fn of<C: Harness>(connection: &mut C) -> QueryResult<Self> {
        Ok(Self(connection.pairs(C::COLUMNS)?.into_iter().collect()))
    }

    pub(super) fn has_table(&self, table: &str) -> bool {
        self.0.iter().any(|(one, _)| one == table)
    }

    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        self.0.iter().any(|(t, c)| t == table && c == column)
    }
}
