//! Queries on `accounts` for administrators.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper,
    TextExpressionMethods,
    sql_types::{Nullable, Text},
};
use loggia_db::{self as db, RunQueryDsl, Work, run};
use loggia_kernel::{
    AccountId, Page, Timestamp,
    list::{ListRequest, Search, SortDirection},
};

use super::model::AccountField;
use crate::{
    Account,
    schema::{account_counts, accounts},
};

diesel::define_sql_function! {
    /// Returns the first argument that is not null. Needed because PostgreSQL sorts nulls last and SQLite first.
    fn coalesce(value: Nullable<Text>, otherwise: Text) -> Text;
}

/// Returns the accounts that match the request. Counts them only for a paginated request.
pub(super) async fn list(
    work: &mut Work,
    request: &ListRequest<AccountField>,
) -> db::Result<Page<Account>> {
    let items = items(work, request).await?;
    match request.page {
        None => Ok(Page::whole(items)),
        Some(_) => Ok(Page { count: count(work, request.search.as_ref()).await?, items }),
    }
}

async fn items(work: &mut Work, request: &ListRequest<AccountField>) -> db::Result<Vec<Account>> {
    use AccountField as By;
    use SortDirection::{Ascending, Descending};

    run!(work, |c| {
        let mut query = accounts::table.select(Account::as_select()).into_boxed();
        if let Some(search) = &request.search {
            query =
                query.filter(accounts::search_folded.like(search.pattern()).escape(Search::ESCAPE));
        }
        for order in &request.order {
            query = match order {
                (By::Id, Ascending) => query.then_order_by(accounts::id.asc()),
                (By::Id, Descending) => query.then_order_by(accounts::id.desc()),
                (By::Email, Ascending) => {
                    query.then_order_by(coalesce(accounts::email_folded, "").asc())
                }
                (By::Email, Descending) => {
                    query.then_order_by(coalesce(accounts::email_folded, "").desc())
                }
                (By::Username, Ascending) => query.then_order_by(accounts::username_folded.asc()),
                (By::Username, Descending) => query.then_order_by(accounts::username_folded.desc()),
                (By::FirstName, Ascending) => query.then_order_by(accounts::first_name.asc()),
                (By::FirstName, Descending) => query.then_order_by(accounts::first_name.desc()),
                (By::LastName, Ascending) => query.then_order_by(accounts::last_name.asc()),
                (By::LastName, Descending) => query.then_order_by(accounts::last_name.desc()),
                (By::Role, Ascending) => query.then_order_by(accounts::role.asc()),
                (By::Role, Descending) => query.then_order_by(accounts::role.desc()),
                (By::IsActive, Ascending) => query.then_order_by(accounts::is_active.asc()),
                (By::IsActive, Descending) => query.then_order_by(accounts::is_active.desc()),
            };
        }
        if let Some(page) = request.page {
            query = query.limit(page.limit()).offset(page.offset());
        }
        query.then_order_by(accounts::id.asc()).load(c)
    })
}

/// Counts the matching accounts. Only a search needs a counting query: the total is stored, in parts.
async fn count(work: &mut Work, search: Option<&Search>) -> db::Result<u64> {
    let count: i64 = match search {
        None => {
            let parts: Vec<i64> =
                run!(work, |c| account_counts::table.select(account_counts::total).load(c))?;
            parts.into_iter().sum()
        }
        Some(search) => run!(work, |c| accounts::table
            .filter(accounts::search_folded.like(search.pattern()).escape(Search::ESCAPE))
            .count()
            .get_result(c))?,
    };
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Locks both accounts and every active superuser until the transaction ends, and returns them. Accounts are always
/// locked in the order of their ids, which prevents deadlocks.
///
/// Two arms because PostgreSQL needs an explicit lock. SQLite serializes writing transactions.
pub(super) async fn lock(work: &mut Work, pair: [AccountId; 2]) -> db::Result<Vec<Account>> {
    let wanted = accounts::id.eq_any(pair).or(accounts::is_superuser.and(accounts::is_active));
    run!(
        work,
        Postgres(|c| accounts::table
            .filter(wanted)
            .order(accounts::id)
            .select(Account::as_select())
            .for_no_key_update()
            .load(c)),
        Sqlite(|c| accounts::table
            .filter(wanted)
            .order(accounts::id)
            .select(Account::as_select())
            .load(c)),
    )
}

/// Sets the role of an account. Returns false if the account does not exist.
pub(super) async fn set_role(
    work: &mut Work,
    id: AccountId,
    role: &str,
    now: Timestamp,
) -> db::Result<bool> {
    run!(work, |c| diesel::update(accounts::table.find(id))
        .set((accounts::role.eq(role), accounts::updated_at.eq(now)))
        .execute(c))
    .map(|rows| rows == 1)
}
