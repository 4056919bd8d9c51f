//! Queries on `idempotency_answers`. The caller decides on the transaction.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, dsl::sql, sql_types};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::Timestamp;

use crate::{
    Error, Request, Result,
    model::{NewResponse, StoredResponse},
    schema::idempotency_answers as responses,
};

/// Locks the request for this transaction. Returns `false` if another transaction holds the lock.
///
/// Also locks the account. The stored response refers to it, and would otherwise lock it last. Deleting an account
/// locks it first, so the two could deadlock.
///
/// Two arms because PostgreSQL alone has advisory locks. SQLite has a single writer, which is this transaction.
pub(crate) async fn lock(work: &mut Work, request: &Request) -> db::Result<bool> {
    let [a, b, c, d, e, f, g, h, ..] = request.scope();
    let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let is_alone = run!(
        work,
        Postgres(|c| sql::<sql_types::Bool>("SELECT pg_try_advisory_xact_lock(")
            .bind::<sql_types::BigInt, _>(number)
            .sql(") FROM accounts WHERE id = ")
            .bind::<sql_types::BigInt, _>(request.account)
            .sql(" FOR KEY SHARE")
            .get_result(c)),
        Sqlite(|_c| std::future::ready(Ok(true))),
    )
    .optional()?;
    // No row means that the account was deleted, so no other request is in progress.
    Ok(is_alone.unwrap_or(true))
}

pub(crate) async fn find(work: &mut Work, request: &Request) -> db::Result<Option<StoredResponse>> {
    run!(work, |c| responses::table
        .filter(responses::account_id.eq(request.account))
        .filter(responses::method.eq(&request.method))
        .filter(responses::path.eq(request.stored_path()))
        .filter(responses::key.eq(request.key.as_str()))
        .select(StoredResponse::as_select())
        .first(c))
    .optional()
}

pub(crate) async fn delete(work: &mut Work, id: i64) -> db::Result<()> {
    run!(work, |c| diesel::delete(responses::table.find(id)).execute(c)).map(drop)
}

/// # Errors
/// [`Error::InProgress`] if a response exists by now.
pub(crate) async fn insert(work: &mut Work, new: &NewResponse<'_>) -> Result<()> {
    let inserted = run!(work, |c| diesel::insert_into(responses::table).values(new).execute(c));
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if error.unique_key().is_some() => Err(Error::InProgress),
        Err(error) => Err(error.into()),
    }
}

/// Deletes at most `limit` expired responses and returns their number.
pub(crate) async fn purge(work: &mut Work, now: Timestamp, limit: i64) -> db::Result<usize> {
    let ids: Vec<i64> = run!(work, |c| responses::table
        .filter(responses::expires_at.le(now))
        .select(responses::id)
        .limit(limit)
        .load(c))?;
    run!(work, |c| diesel::delete(responses::table.filter(responses::id.eq_any(&ids))).execute(c))
}
