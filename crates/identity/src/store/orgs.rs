//! Queries on `organizations` and `memberships`, in the unit of work of the caller.

pub(crate) mod members;

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, prelude::Insertable};
use loggia_db::{self as db, OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, OrgId, Slug, Timestamp};

use crate::{
    OrgKind, OrgRole, Organization,
    schema::{memberships, organizations},
};

/// The unique constraint on slugs.
pub(crate) const SLUG_KEY: &str = "organizations_slug_key";

#[derive(Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
pub(crate) struct NewRow<'a> {
    pub(crate) slug: Slug,
    pub(crate) name: &'a str,
    pub(crate) kind: OrgKind,
    pub(crate) personal_of: Option<AccountId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

pub(crate) async fn insert(work: &mut Work, row: &NewRow<'_>) -> db::Result<Organization> {
    run!(work, |c| diesel::insert_into(organizations::table)
        .values(row)
        .returning(Organization::as_returning())
        .get_result(c))
}

/// Adds an account to an organization.
pub(crate) async fn insert_member(
    work: &mut Work,
    organization: OrgId,
    account: AccountId,
    role: OrgRole,
    now: Timestamp,
) -> db::Result<()> {
    run!(work, |c| diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(organization),
            memberships::account_id.eq(account),
            memberships::role.eq(role),
            memberships::created_at.eq(now),
        ))
        .execute(c))
    .map(drop)
}

/// Returns an account's personal organization.
pub(crate) async fn personal_of(
    work: &mut Work,
    account: AccountId,
) -> db::Result<Option<Organization>> {
    run!(work, |c| organizations::table
        .filter(organizations::personal_of.eq(account))
        .select(Organization::as_select())
        .first(c))
    .optional()
}

/// Locks an account's personal organization, also against new references to it, and returns its id. Its slug is about
/// to change, and PostgreSQL treats every unique column as one that foreign keys may reference.
///
/// Two arms because PostgreSQL needs an explicit lock. SQLite serializes writing transactions.
pub(crate) async fn lock_personal_of(
    work: &mut Work,
    account: AccountId,
) -> db::Result<Option<OrgId>> {
    let own = organizations::table
        .filter(organizations::personal_of.eq(account))
        .select(organizations::id);
    run!(work, Postgres(|c| own.for_update().first(c)), Sqlite(|c| own.first(c)),).optional()
}

/// Changes an organization's name and, if given, its slug.
///
/// # Errors
/// [`db::Error::NotFound`] if the organization does not exist.
pub(crate) async fn rename(
    work: &mut Work,
    id: OrgId,
    name: &str,
    slug: Option<&Slug>,
    now: Timestamp,
) -> db::Result<Organization> {
    run!(work, |c| diesel::update(organizations::table.find(id))
        .set((
            organizations::name.eq(name),
            slug.map(|slug| organizations::slug.eq(slug)),
            organizations::updated_at.eq(now),
        ))
        .returning(Organization::as_returning())
        .get_result(c))
}

/// Deletes an organization with its contents.
pub(crate) async fn delete(work: &mut Work, id: OrgId) -> db::Result<()> {
    run!(work, |c| diesel::delete(organizations::table.find(id)).execute(c)).map(drop)
}

/// Locks an organization until the transaction ends, which serializes changes of its members, and returns it.
///
/// Two arms because PostgreSQL needs an explicit lock. SQLite serializes writing transactions. Rows that only reference
/// the organization, such as contacts, are not blocked.
pub(crate) async fn lock(work: &mut Work, id: OrgId) -> db::Result<Option<Organization>> {
    run!(
        work,
        Postgres(|c| organizations::table
            .find(id)
            .select(Organization::as_select())
            .for_no_key_update()
            .first(c)),
        Sqlite(|c| organizations::table.find(id).select(Organization::as_select()).first(c)),
    )
    .optional()
}

/// Locks the groups of an account in the order of their ids, as [`lock`] does.
///
/// A subquery selects the memberships so that their rows are not locked: other transactions lock them after the
/// organization.
pub(crate) async fn lock_groups_of(work: &mut Work, account: AccountId) -> db::Result<()> {
    let memberships = memberships::table
        .filter(memberships::account_id.eq(account))
        .select(memberships::organization_id);
    let groups = organizations::table
        .filter(organizations::kind.eq(OrgKind::Group))
        .filter(organizations::id.eq_any(memberships))
        .order(organizations::id)
        .select(organizations::id);
    let locked: Vec<OrgId> = run!(
        work,
        Postgres(|c| groups.for_no_key_update().load(c)),
        // SQLite serializes writing transactions.
        Sqlite(|c| groups.limit(0).load(c)),
    )?;
    drop(locked);
    Ok(())
}
