//! A page in order of creation, and the number of contacts. The cost of both is independent of the number of contacts.

use diesel::{
    QueryResult,
    expression::{
        AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
    },
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, BigInt, Bool, Text},
    sqlite::Sqlite,
};

use super::dialect::{Dialect, Ids};

/// A condition that a contact is on a page of the contacts of some organizations.
///
/// Reads at most one page per organization from the index, so that large or many organizations do not make the
/// database read and sort all contacts.
#[derive(Clone, Debug, QueryId)]
pub(crate) struct PageFilter {
    orgs: Ids,
    after: i64,
    take: i64,
    limit: i64,
    offset: i64,
}

impl PageFilter {
    /// Creates the condition for the first `limit` contacts after `offset` among those with ids greater than `after`.
    pub(crate) fn new(orgs: Ids, after: i64, (limit, offset): (i64, i64)) -> Self {
        Self { orgs, after, take: limit.saturating_add(offset), limit, offset }
    }

    /// Returns the maximum number of index entries that are read.
    pub(crate) fn reads(&self) -> i64 {
        i64::try_from(self.orgs.len()).unwrap_or(i64::MAX).saturating_mul(self.take)
    }
}

impl Expression for PageFilter {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for PageFilter {}
impl<QS> SelectableExpression<QS> for PageFilter {}

impl<GB> ValidGrouping<GB> for PageFilter {
    type IsAggregate = Never;
}

/// The difference between the two databases in the query of a page.
pub(crate) trait PageDialect: Dialect {
    /// Pushes a query of the ids of the first `take` contacts after `after` in each of `orgs`.
    fn push_first_of_each<'b>(out: AstPass<'_, 'b, Self>, page: &'b PageFilter) -> QueryResult<()>;
}

impl PageDialect for Pg {
    fn push_first_of_each<'b>(
        mut out: AstPass<'_, 'b, Self>,
        page: &'b PageFilter,
    ) -> QueryResult<()> {
        out.push_sql("SELECT first.id FROM unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&page.orgs.array)?;
        out.push_sql(
            ") AS org (id) CROSS JOIN LATERAL (SELECT c.id FROM contacts AS c WHERE c.organization_id = org.id AND c.id > ",
        );
        out.push_bind_param::<BigInt, _>(&page.after)?;
        out.push_sql(" ORDER BY c.id LIMIT ");
        out.push_bind_param::<BigInt, _>(&page.take)?;
        out.push_sql(") AS first");
        Ok(())
    }
}

impl PageDialect for Sqlite {
    /// SQLite has no lateral join; a subquery after IN may look outside all the same. CROSS JOIN keeps the order of the
    /// loops.
    fn push_first_of_each<'b>(
        mut out: AstPass<'_, 'b, Self>,
        page: &'b PageFilter,
    ) -> QueryResult<()> {
        out.push_sql("SELECT first.id FROM json_each(");
        out.push_bind_param::<Text, _>(&page.orgs.json)?;
        out.push_sql(
            ") AS org CROSS JOIN contacts AS first WHERE first.id IN (SELECT c.id FROM contacts AS c WHERE c.organization_id = org.value AND c.id > ",
        );
        out.push_bind_param::<BigInt, _>(&page.after)?;
        out.push_sql(" ORDER BY c.id LIMIT ");
        out.push_bind_param::<BigInt, _>(&page.take)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<DB: PageDialect> QueryFragment<DB> for PageFilter
where
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("contacts.id IN (");
        DB::push_first_of_each(out.reborrow(), self)?;
        out.push_sql(" ORDER BY first.id LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(" OFFSET ");
        out.push_bind_param::<BigInt, _>(&self.offset)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The number of contacts in some organizations, as counted by the triggers.
#[derive(Clone, Debug, QueryId)]
pub(crate) struct OrgContactCount(pub(crate) Ids);

impl Expression for OrgContactCount {
    type SqlType = BigInt;
}

impl<QS> AppearsOnTable<QS> for OrgContactCount {}
impl<QS> SelectableExpression<QS> for OrgContactCount {}

impl<GB> ValidGrouping<GB> for OrgContactCount {
    type IsAggregate = Never;
}

impl<DB: Dialect> QueryFragment<DB> for OrgContactCount {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // PostgreSQL returns the sum of bigints as a numeric.
        out.push_sql(
            "(SELECT CAST(coalesce(sum(n.contacts), 0) AS BIGINT) FROM contact_counts AS n WHERE n.organization_id",
        );
        DB::push_is_one_of(out.reborrow(), &self.0)?;
        out.push_sql(")");
        Ok(())
    }
}
