//! Queries on who is in an organisation. Plain functions over `&mut Conn`: the caller decides on the transaction.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, OptionalExt, run};
use loggia_kernel::{AccountId, OrgId, Page, PageRequest};

use super::model::{MemberRef, OrgMember, OrgRole};
use crate::schema::{accounts, memberships};

/// What an account is in an organisation, if it is in it.
pub(super) async fn role_of(
    conn: &mut Conn,
    organization: OrgId,
    account: AccountId,
) -> db::Result<Option<OrgRole>> {
    run!(conn, |c| memberships::table
        .find((organization, account))
        .select(memberships::role)
        .first(c))
    .optional()
}

/// How many organisations an account is in.
pub(super) async fn count_of(conn: &mut Conn, account: AccountId) -> db::Result<i64> {
    run!(conn, |c| memberships::table
        .filter(memberships::account_id.eq(account))
        .count()
        .get_result(c))
}

/// A page of an organisation's members, in the order of their accounts' ids.
pub(super) async fn list(
    conn: &mut Conn,
    organization: OrgId,
    page: PageRequest,
) -> db::Result<Page<OrgMember>> {
    let count: i64 = run!(conn, |c| memberships::table
        .filter(memberships::organization_id.eq(organization))
        .count()
        .get_result(c))?;
    let items = run!(conn, |c| memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organization_id.eq(organization))
        .order(memberships::account_id)
        .limit(page.limit())
        .offset(page.offset())
        .select((
            accounts::username,
            accounts::slug,
            memberships::role,
            memberships::created_at,
        ))
        .load(c))?;
    Ok(Page {
        items,
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// One member.
pub(super) async fn by_account(
    conn: &mut Conn,
    organization: OrgId,
    account: AccountId,
) -> db::Result<OrgMember> {
    run!(conn, |c| memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organization_id.eq(organization))
        .filter(memberships::account_id.eq(account))
        .select((
            accounts::username,
            accounts::slug,
            memberships::role,
            memberships::created_at,
        ))
        .first(c))
}

/// The active account that is meant, held as it is until the transaction ends: it can be neither shut out nor deleted
/// meanwhile, so that an owner who is made here counts. Taken before the organisation's lock, as by whoever shuts out.
///
/// Two arms because PostgreSQL needs the lock said, as for the next one.
pub(super) async fn lock(conn: &mut Conn, member: MemberRef<'_>) -> db::Result<Option<AccountId>> {
    let active = accounts::table
        .filter(accounts::is_active.eq(true))
        .select(accounts::id);
    match member {
        MemberRef::Username(username) => {
            let found = active.filter(accounts::username.eq(username));
            run!(
                conn,
                Postgres(|c| found.for_share().first(c)),
                Sqlite(|c| found.first(c)),
            )
        }
        MemberRef::Email(email) => {
            let found = active.filter(accounts::email_folded.eq(email.folded()));
            run!(
                conn,
                Postgres(|c| found.for_share().first(c)),
                Sqlite(|c| found.first(c)),
            )
        }
    }
    .optional()
}

/// As [`lock`], for the account of this slug, active or not.
pub(super) async fn lock_by_slug(conn: &mut Conn, slug: &str) -> db::Result<Option<AccountId>> {
    if slug.contains('\0') {
        // Nobody can have it, and PostgreSQL cannot even be asked.
        return Ok(None);
    }
    let found = accounts::table
        .filter(accounts::slug.eq(slug))
        .select(accounts::id);
    run!(
        conn,
        Postgres(|c| found.for_share().first(c)),
        Sqlite(|c| found.first(c)),
    )
    .optional()
}

/// Whether the organisation has an owner whose account is active, beside this one.
pub(super) async fn has_other_owner(
    conn: &mut Conn,
    organization: OrgId,
    account: AccountId,
) -> db::Result<bool> {
    run!(conn, |c| diesel::select(diesel::dsl::exists(
        memberships::table
            .inner_join(accounts::table)
            .filter(memberships::organization_id.eq(organization))
            .filter(memberships::role.eq(OrgRole::Owner))
            .filter(memberships::account_id.ne(account))
            .filter(accounts::is_active.eq(true))
    ))
    .get_result(c))
}

pub(super) async fn set_role(
    conn: &mut Conn,
    organization: OrgId,
    account: AccountId,
    role: OrgRole,
) -> db::Result<()> {
    run!(conn, |c| diesel::update(
        memberships::table.find((organization, account))
    )
    .set(memberships::role.eq(role))
    .execute(c))
    .map(drop)
}

pub(super) async fn delete(
    conn: &mut Conn,
    organization: OrgId,
    account: AccountId,
) -> db::Result<()> {
    run!(conn, |c| diesel::delete(
        memberships::table.find((organization, account))
    )
    .execute(c))
    .map(drop)
}
