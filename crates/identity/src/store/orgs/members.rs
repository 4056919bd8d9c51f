//! Queries on the members of an organization, in the unit of work of the caller.

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, OrgId, Page, PageRequest};

use crate::{
    MemberRef, OrgMember, OrgRole,
    schema::{accounts, memberships},
};

/// Returns the account's role in the organization, or `None` if it is not a member.
pub(crate) async fn role_of(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
) -> db::Result<Option<OrgRole>> {
    run!(work, |c| memberships::table
        .find((organization, account))
        .select(memberships::role)
        .first(c))
    .optional()
}

/// Returns the number of organizations of an account.
pub(crate) async fn count_of(work: &mut Work, account: AccountId) -> db::Result<i64> {
    run!(work, |c| memberships::table
        .filter(memberships::account_id.eq(account))
        .count()
        .get_result(c))
}

/// Returns a page of an organization's members, ordered by account id.
pub(crate) async fn list(
    work: &mut Work,
    organization: OrgId,
    page: PageRequest,
) -> db::Result<Page<OrgMember>> {
    let count: i64 = run!(work, |c| memberships::table
        .filter(memberships::organization_id.eq(organization))
        .count()
        .get_result(c))?;
    let items = run!(work, |c| memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organization_id.eq(organization))
        .order(memberships::account_id)
        .limit(page.limit())
        .offset(page.offset())
        .select((accounts::username, accounts::slug, memberships::role, memberships::created_at,))
        .load(c))?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or_default() })
}

/// Returns one member.
pub(crate) async fn by_account(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
) -> db::Result<OrgMember> {
    run!(work, |c| memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organization_id.eq(organization))
        .filter(memberships::account_id.eq(account))
        .select((accounts::username, accounts::slug, memberships::role, memberships::created_at,))
        .first(c))
}

/// Locks the referenced active account until the transaction ends. It can be neither deactivated nor deleted before
/// that, so a new owner counts as active. Acquire this lock before the organization's, as a deactivation does.
///
/// Two arms because PostgreSQL needs an explicit lock. The same applies to the next function.
pub(crate) async fn lock(work: &mut Work, member: MemberRef<'_>) -> db::Result<Option<AccountId>> {
    let active = accounts::table.filter(accounts::is_active.eq(true)).select(accounts::id);
    match member {
        MemberRef::Username(username) => {
            let found = active.filter(accounts::username.eq(username));
            run!(work, Postgres(|c| found.for_share().first(c)), Sqlite(|c| found.first(c)),)
        }
        MemberRef::Email(email) => {
            let found = active.filter(accounts::email_folded.eq(email.folded()));
            run!(work, Postgres(|c| found.for_share().first(c)), Sqlite(|c| found.first(c)),)
        }
    }
    .optional()
}

/// Locks the account with this slug, active or not, as [`lock`] does.
pub(crate) async fn lock_by_slug(work: &mut Work, slug: &str) -> db::Result<Option<AccountId>> {
    if slug.contains('\0') {
        // No account can have this slug, and PostgreSQL rejects the query.
        return Ok(None);
    }
    let found = accounts::table.filter(accounts::slug.eq(slug)).select(accounts::id);
    run!(work, Postgres(|c| found.for_share().first(c)), Sqlite(|c| found.first(c)),).optional()
}

/// Returns whether the organization has another owner with an active account.
pub(crate) async fn has_other_owner(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
) -> db::Result<bool> {
    run!(work, |c| diesel::select(diesel::dsl::exists(
        memberships::table
            .inner_join(accounts::table)
            .filter(memberships::organization_id.eq(organization))
            .filter(memberships::role.eq(OrgRole::Owner))
            .filter(memberships::account_id.ne(account))
            .filter(accounts::is_active.eq(true))
    ))
    .get_result(c))
}

pub(crate) async fn set_role(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
    role: OrgRole,
) -> db::Result<()> {
    run!(work, |c| diesel::update(memberships::table.find((organization, account)))
        .set(memberships::role.eq(role))
        .execute(c))
    .map(drop)
}

pub(crate) async fn delete(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
) -> db::Result<()> {
    run!(work, |c| diesel::delete(memberships::table.find((organization, account))).execute(c))
        .map(drop)
}
