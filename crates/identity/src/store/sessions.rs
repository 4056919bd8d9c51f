//! Queries on `sessions` and `opaque_tokens`.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, JoinOnDsl, NullableExpressionMethods,
    QueryDsl, SelectableHelper,
    sql_types::{self, Bool, Nullable, Text},
};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, SessionId, Timestamp};

use crate::{
    Account, Membership, OrgRole, Organization,
    schema::{accounts, memberships, opaque_tokens, organizations, sessions},
    signer::Bearer,
};

/// The account of a session, and the time of the session's revocation.
pub(crate) type SessionRow = (Account, Option<Timestamp>);

pub(crate) async fn insert(
    work: &mut Work,
    id: &SessionId,
    account: AccountId,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> db::Result<()> {
    run!(work, |c| diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::account_id.eq(account),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(c))
    .map(drop)
}

/// Opens a session if the account is active and a given `verified_hash` is still its password's hash. Returns false
/// otherwise.
///
/// Two arms because PostgreSQL must lock the account's row. This call waits for a pending change of the password and
/// then sees it. A later change waits for this transaction, finds the session and revokes it.
pub(crate) async fn open(
    work: &mut Work,
    id: &SessionId,
    account: AccountId,
    verified_hash: Option<&str>,
    now: Timestamp,
    expires_at: Timestamp,
) -> db::Result<bool> {
    let columns = (sessions::id, sessions::account_id, sessions::created_at, sessions::expires_at);
    let row = (
        id.into_sql::<Text>(),
        accounts::id,
        now.into_sql::<sql_types::Timestamp>(),
        expires_at.into_sql::<Nullable<sql_types::Timestamp>>(),
    );
    let is_proven = verified_hash
        .is_none()
        .into_sql::<Bool>()
        .or(accounts::password_hash.assume_not_null().eq(verified_hash.unwrap_or_default()));
    let ready = accounts::table
        .filter(accounts::id.eq(account))
        .filter(accounts::is_active.eq(true))
        .filter(is_proven)
        .select(row);
    run!(
        work,
        Postgres(|c| diesel::insert_into(sessions::table)
            .values(ready.for_share())
            .into_columns(columns)
            .execute(c)),
        Sqlite(|c| diesel::insert_into(sessions::table)
            .values(ready)
            .into_columns(columns)
            .execute(c)),
    )
    .map(|rows| rows == 1)
}

/// Returns the bearer's account and session in one query, if the session exists.
pub(crate) async fn find(work: &mut Work, bearer: &Bearer) -> db::Result<Option<SessionRow>> {
    run!(work, |c| sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(&bearer.session))
        .filter(accounts::public_id.eq(&bearer.account))
        .select((Account::as_select(), sessions::revoked_at))
        .first(c))
    .optional()
}

/// As [`find`], with the account's organizations, ordered by id, in the same query.
pub(crate) async fn find_member(
    work: &mut Work,
    bearer: &Bearer,
) -> db::Result<Option<(SessionRow, Vec<Membership>)>> {
    type Row = (Account, Option<Timestamp>, Option<OrgRole>, Option<Organization>);
    let rows: Vec<Row> = run!(work, |c| sessions::table
        .inner_join(accounts::table)
        .left_join(memberships::table.on(memberships::account_id.eq(accounts::id)))
        .left_join(organizations::table.on(memberships::organization_id.eq(organizations::id)))
        .filter(sessions::id.eq(&bearer.session))
        .filter(accounts::public_id.eq(&bearer.account))
        .order(memberships::organization_id)
        .select((
            Account::as_select(),
            sessions::revoked_at,
            memberships::role.nullable(),
            Option::<Organization>::as_select(),
        ))
        .load(c))?;
    let mut found = None;
    let mut memberships = Vec::with_capacity(rows.len());
    for (account, revoked_at, role, organization) in rows {
        found.get_or_insert((account, revoked_at));
        if let (Some(role), Some(organization)) = (role, organization) {
            memberships.push(Membership { organization, role });
        }
    }
    Ok(found.map(|found| (found, memberships)))
}

/// Returns whether the session exists and is not revoked.
pub(crate) async fn is_open(work: &mut Work, id: &SessionId) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        sessions::table.find(id).filter(sessions::revoked_at.is_null())
    ))
    .get_result(c))
}

/// Revokes a session. Returns false if it was already revoked or does not exist.
pub(crate) async fn revoke(work: &mut Work, id: &SessionId, now: Timestamp) -> db::Result<bool> {
    run!(work, |c| diesel::update(sessions::table.find(id).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now))
        .execute(c))
    .map(|rows| rows == 1)
}

/// Revokes an account's sessions except the given one, and its opaque token with its session.
pub(crate) async fn revoke_all(
    work: &mut Work,
    account: AccountId,
    except: Option<&SessionId>,
    now: Timestamp,
) -> db::Result<()> {
    let except = except.map_or("", SessionId::as_str);
    run!(work, |c| diesel::update(
        sessions::table
            .filter(sessions::account_id.eq(account))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::id.ne(except))
    )
    .set(sessions::revoked_at.eq(now))
    .execute(c))?;
    run!(work, |c| diesel::delete(
        opaque_tokens::table
            .filter(opaque_tokens::account_id.eq(account))
            .filter(opaque_tokens::session_id.ne(except))
    )
    .execute(c))
    .map(drop)
}

/// A stored opaque token.
pub(crate) struct StoredOpaque {
    /// The salt from which a key derives the token.
    pub(crate) salt: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub(crate) digest: String,
}

/// Returns the account's opaque token.
pub(crate) async fn opaque(
    work: &mut Work,
    account: AccountId,
) -> db::Result<Option<StoredOpaque>> {
    run!(work, |c| opaque_tokens::table
        .find(account)
        .select((opaque_tokens::salt, opaque_tokens::digest))
        .first(c))
    .optional()
    .map(|row: Option<(String, String)>| row.map(|(salt, digest)| StoredOpaque { salt, digest }))
}

/// Inserts an account's opaque token.
pub(crate) async fn insert_opaque(
    work: &mut Work,
    account: AccountId,
    session: &SessionId,
    token: &StoredOpaque,
    now: Timestamp,
) -> db::Result<()> {
    run!(work, |c| diesel::insert_into(opaque_tokens::table)
        .values((
            opaque_tokens::account_id.eq(account),
            opaque_tokens::session_id.eq(session),
            opaque_tokens::salt.eq(&token.salt),
            opaque_tokens::digest.eq(&token.digest),
            opaque_tokens::created_at.eq(now),
        ))
        .execute(c))
    .map(drop)
}

/// Returns the account, the session and the stored form of the opaque token with this digest.
pub(crate) async fn find_opaque(
    work: &mut Work,
    digest: &str,
) -> db::Result<Option<(Account, SessionId, StoredOpaque)>> {
    type Row = (Account, SessionId, String);
    let row: Option<Row> = run!(work, |c| opaque_tokens::table
        .inner_join(accounts::table.on(accounts::id.eq(opaque_tokens::account_id)))
        .filter(opaque_tokens::digest.eq(digest))
        .select((Account::as_select(), opaque_tokens::session_id, opaque_tokens::salt,))
        .first(c))
    .optional()?;
    Ok(row.map(|(account, session, salt)| {
        let digest = digest.to_owned();
        (account, session, StoredOpaque { salt, digest })
    }))
}

/// Deletes the session of an account's opaque token. The foreign key deletes the token with it.
pub(crate) async fn delete_opaque(work: &mut Work, account: AccountId) -> db::Result<()> {
    let session = opaque_tokens::table.find(account).select(opaque_tokens::session_id);
    run!(work, |c| diesel::delete(sessions::table.filter(sessions::id.eq_any(session))).execute(c))
        .map(drop)
}

/// Deletes the opaque token of a session, if it exists.
pub(crate) async fn delete_opaque_of_session(
    work: &mut Work,
    session: &SessionId,
) -> db::Result<()> {
    run!(work, |c| diesel::delete(
        opaque_tokens::table.filter(opaque_tokens::session_id.eq(session))
    )
    .execute(c))
    .map(drop)
}

/// Deletes at most `limit` sessions whose tokens have all expired. Returns their number.
///
/// Two statements, because `DELETE` has no limit that both databases support.
pub(crate) async fn purge(work: &mut Work, before: Timestamp, limit: i64) -> db::Result<usize> {
    let ids: Vec<SessionId> = run!(work, |c| sessions::table
        .filter(
            sessions::expires_at
                .lt(before)
                .or(sessions::expires_at.is_null().and(sessions::revoked_at.lt(before)))
                .assume_not_null()
        )
        .select(sessions::id)
        .limit(limit)
        .load(c))?;
    run!(work, |c| diesel::delete(sessions::table.filter(sessions::id.eq_any(&ids))).execute(c))
}
