//! Which statements only read.

use std::{any::TypeId, cell::RefCell, collections::HashMap};

use diesel::{
    QueryResult,
    query_builder::{QueryBuilder, QueryFragment, QueryId},
    sqlite::{Sqlite, SqliteQueryBuilder},
};

const SELECT: &[u8] = b"SELECT";

thread_local! {
    /// The results for queries whose text is known by their type. A program has a few hundred of them.
    static KNOWN: RefCell<HashMap<TypeId, bool>> = RefCell::default();
}

/// Whether `query` can run on a reader: its text starts with `SELECT`. A wrong result is harmless, because the writer can read
/// and a reader refuses to write.
pub(super) fn only_reads<Q>(query: &Q) -> QueryResult<bool>
where
    Q: QueryFragment<Sqlite> + QueryId,
{
    let Some(id) = Q::query_id() else {
        return starts_with_select(query);
    };
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&id).copied()) {
        return Ok(known);
    }
    let only_reads = starts_with_select(query)?;
    KNOWN.with_borrow_mut(|known| known.insert(id, only_reads));
    Ok(only_reads)
}

fn starts_with_select(query: &impl QueryFragment<Sqlite>) -> QueryResult<bool> {
    let mut text = SqliteQueryBuilder::default();
    query.to_sql(&mut text, &Sqlite)?;
    let text = text.finish();
    let start = text.trim_start().as_bytes().get(..SELECT.len());
    Ok(start.is_some_and(|start| start.eq_ignore_ascii_case(SELECT)))
}
