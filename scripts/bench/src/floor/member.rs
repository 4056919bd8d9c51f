//! The caller with their organizations, with exactly the query of the server (crates/identity,
//! `sessions::store::find_member`).

use anyhow::Result;
use diesel::{
    ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable, Selectable,
    SelectableHelper,
};
use loggia_kernel::Timestamp;

use super::{
    database::{Database, query},
    schema::{accounts, memberships, organizations, sessions},
    tokens::Claims,
};

pub(super) struct Member {
    pub(super) account: Account,
    pub(super) revoked_at: Option<Timestamp>,
    pub(super) organizations: Vec<Organization>,
}

/// Every column of an account that the server reads, used here or not, so that the query is the same.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
#[expect(dead_code, reason = "read because the server reads it")]
pub(super) struct Account {
    pub(super) id: i64,
    public_id: String,
    pub(super) slug: String,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) first_name: String,
    pub(super) last_name: String,
    phone_number: String,
    company_name: String,
    pub(super) about: String,
    pub(super) location: String,
    pub(super) avatar_path: Option<String>,
    role: String,
    pub(super) is_active: bool,
    is_staff: bool,
    is_superuser: bool,
    last_login_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations)]
#[expect(dead_code, reason = "read because the server reads it")]
pub(super) struct Organization {
    pub(super) id: i64,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) kind: String,
    created_at: Timestamp,
}

type Row = (Account, Option<Timestamp>, Option<String>, Option<Organization>);

/// Returns the account, the time the session ended, if any, and the organizations in the order of their ids.
pub(super) async fn find(database: &Database, claims: &Claims) -> Result<Option<Member>> {
    let rows: Vec<Row> = query!(
        database,
        load,
        sessions::table
            .inner_join(accounts::table)
            .left_join(memberships::table.on(memberships::account_id.eq(accounts::id)))
            .left_join(organizations::table.on(memberships::organization_id.eq(organizations::id)))
            .filter(sessions::id.eq(&claims.sid))
            .filter(accounts::public_id.eq(&claims.sub))
            .order(memberships::organization_id)
            .select((
                Account::as_select(),
                sessions::revoked_at,
                memberships::role.nullable(),
                Option::<Organization>::as_select(),
            ))
    )?;
    let mut member = None;
    for (account, revoked_at, _, organization) in rows {
        let member =
            member.get_or_insert(Member { account, revoked_at, organizations: Vec::new() });
        member.organizations.extend(organization);
    }
    Ok(member)
}
