//! Queries on `jobs`, in the unit of work of the caller.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{Page, PageRequest, Timestamp};

use crate::model::{ClaimedJob, DeadJob, JobId, LeasedRow, NewJob};
use crate::schema::jobs;

pub(crate) async fn insert(work: &mut Work, new: &NewJob<'_>) -> db::Result<JobId> {
    run!(work, |c| diesel::insert_into(jobs::table).values(new).returning(jobs::id).get_result(c))
}

/// Returns true if a job is claimable. Takes no lock.
pub(crate) async fn is_any_due(
    work: &mut Work,
    kinds: &[&str],
    now: Timestamp,
) -> db::Result<bool> {
    let first: Option<JobId> = run!(work, |c| jobs::table
        .filter(jobs::died_at.is_null())
        .filter(jobs::run_at.le(now))
        .filter(jobs::kind.eq_any(kinds))
        .select(jobs::id)
        .limit(1)
        .get_result(c))
    .optional()?;
    Ok(first.is_some())
}

/// Returns the longest-due job and locks it until the transaction ends.
///
/// Two arms because PostgreSQL needs SKIP LOCKED to pass over rows of other workers, and SQLite has a single writer.
pub(crate) async fn lock_due(
    work: &mut Work,
    kinds: &[&str],
    now: Timestamp,
) -> db::Result<Option<JobId>> {
    run!(
        work,
        Postgres(|c| jobs::table
            .filter(jobs::died_at.is_null())
            .filter(jobs::run_at.le(now))
            .filter(jobs::kind.eq_any(kinds))
            .order((jobs::run_at, jobs::id))
            .select(jobs::id)
            .limit(1)
            .for_update()
            .skip_locked()
            .get_result(c)),
        Sqlite(|c| jobs::table
            .filter(jobs::died_at.is_null())
            .filter(jobs::run_at.le(now))
            .filter(jobs::kind.eq_any(kinds))
            .order((jobs::run_at, jobs::id))
            .select(jobs::id)
            .limit(1)
            .get_result(c)),
    )
    .optional()
}

pub(crate) async fn lease(
    work: &mut Work,
    id: JobId,
    token: &str,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<LeasedRow> {
    run!(work, |c| diesel::update(jobs::table.find(id))
        .set((
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::lease_token.eq(token),
            jobs::run_at.eq(until),
            jobs::updated_at.eq(now),
        ))
        .returning(LeasedRow::as_returning())
        .get_result(c))
}

/// Extends a lease. This and the following functions change a job only under its lease, and return whether they did.
pub(crate) async fn extend(
    work: &mut Work,
    job: &ClaimedJob,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<bool> {
    let is_leased = jobs::id.eq(job.id).and(jobs::lease_token.eq(&job.token));
    run!(work, |c| diesel::update(jobs::table.filter(is_leased))
        .set((jobs::run_at.eq(until), jobs::updated_at.eq(now)))
        .execute(c))
    .map(is_one)
}

pub(crate) async fn delete(work: &mut Work, job: &ClaimedJob) -> db::Result<bool> {
    let is_leased = jobs::id.eq(job.id).and(jobs::lease_token.eq(&job.token));
    run!(work, |c| diesel::delete(jobs::table.filter(is_leased)).execute(c)).map(is_one)
}

pub(crate) async fn postpone(
    work: &mut Work,
    job: &ClaimedJob,
    now: Timestamp,
    until: Timestamp,
    cause: &str,
) -> db::Result<bool> {
    let is_leased = jobs::id.eq(job.id).and(jobs::lease_token.eq(&job.token));
    run!(work, |c| diesel::update(jobs::table.filter(is_leased))
        .set((
            jobs::lease_token.eq(None::<String>),
            jobs::run_at.eq(until),
            jobs::last_error.eq(cause),
            jobs::updated_at.eq(now),
        ))
        .execute(c))
    .map(is_one)
}

pub(crate) async fn dead_letter(
    work: &mut Work,
    job: &ClaimedJob,
    now: Timestamp,
    cause: &str,
) -> db::Result<bool> {
    let is_leased = jobs::id.eq(job.id).and(jobs::lease_token.eq(&job.token));
    run!(work, |c| diesel::update(jobs::table.filter(is_leased))
        .set((
            jobs::lease_token.eq(None::<String>),
            jobs::last_error.eq(cause),
            jobs::died_at.eq(now),
            jobs::updated_at.eq(now),
        ))
        .execute(c))
    .map(is_one)
}

pub(crate) async fn release(work: &mut Work, job: &ClaimedJob, now: Timestamp) -> db::Result<bool> {
    let is_leased = jobs::id.eq(job.id).and(jobs::lease_token.eq(&job.token));
    run!(work, |c| diesel::update(jobs::table.filter(is_leased))
        .set((
            jobs::attempts.eq(jobs::attempts - 1),
            jobs::lease_token.eq(None::<String>),
            jobs::run_at.eq(now),
            jobs::updated_at.eq(now),
        ))
        .execute(c))
    .map(is_one)
}

/// Returns dead jobs, the most recent first.
pub(crate) async fn dead(work: &mut Work, page: PageRequest) -> db::Result<Page<DeadJob>> {
    let items = run!(work, |c| jobs::table
        .filter(jobs::died_at.is_not_null())
        .order((jobs::died_at.desc(), jobs::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .select(DeadJob::as_select())
        .load(c))?;
    let count: i64 =
        run!(work, |c| jobs::table.filter(jobs::died_at.is_not_null()).count().get_result(c))?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

pub(crate) async fn requeue(work: &mut Work, id: JobId, now: Timestamp) -> db::Result<bool> {
    let dead = jobs::id.eq(id).and(jobs::died_at.is_not_null());
    run!(work, |c| diesel::update(jobs::table.filter(dead))
        .set((
            jobs::attempts.eq(0),
            jobs::run_at.eq(now),
            jobs::died_at.eq(None::<Timestamp>),
            jobs::updated_at.eq(now),
        ))
        .execute(c))
    .map(is_one)
}

/// Requeues at most `limit` jobs that died before `until` or at it, and returns their number.
pub(crate) async fn requeue_batch(
    work: &mut Work,
    until: Timestamp,
    now: Timestamp,
    limit: i64,
) -> db::Result<usize> {
    let ids: Vec<JobId> = run!(work, |c| jobs::table
        .filter(jobs::died_at.le(until))
        .order(jobs::id)
        .limit(limit)
        .select(jobs::id)
        .load(c))?;
    let dead = jobs::id.eq_any(ids).and(jobs::died_at.is_not_null());
    run!(work, |c| diesel::update(jobs::table.filter(dead))
        .set((
            jobs::attempts.eq(0),
            jobs::run_at.eq(now),
            jobs::died_at.eq(None::<Timestamp>),
            jobs::updated_at.eq(now),
        ))
        .execute(c))
}

pub(crate) async fn pending(work: &mut Work) -> db::Result<u64> {
    let count: i64 =
        run!(work, |c| jobs::table.filter(jobs::died_at.is_null()).count().get_result(c))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn is_one(rows: usize) -> bool {
    rows == 1
}
