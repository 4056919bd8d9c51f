//! A page in the order of its making, and how many there are: both cost the same however many contacts there are.

use diesel::{
    QueryResult,
    expression::{
        AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
    },
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool},
};

use super::{Dialect, Ids};

/// Whether a contact is on a page of the contacts of some organisations.
///
/// Of each organisation no more is read than the page could take, from the index, so that neither an organisation with
/// many contacts nor many organisations make the database read them all and sort them.
#[derive(Clone, Debug, QueryId)]
pub(crate) struct PageFilter {
    pub(super) orgs: Ids,
    pub(super) after: i64,
    pub(super) take: i64,
    limit: i64,
    offset: i64,
}

impl PageFilter {
    /// The first `limit` after `offset` of those whose ids are greater than `after`.
    pub(crate) fn new(orgs: Ids, after: i64, (limit, offset): (i64, i64)) -> Self {
        Self {
            orgs,
            after,
            take: limit.saturating_add(offset),
            limit,
            offset,
        }
    }

    /// How many entries of the index are read at most.
    pub(crate) fn reads(&self) -> i64 {
        i64::try_from(self.orgs.len())
            .unwrap_or(i64::MAX)
            .saturating_mul(self.take)
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

impl<DB: Dialect> QueryFragment<DB> for PageFilter
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

/// How many contacts some organisations have, by what the triggers have counted.
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
        // PostgreSQL's sum of bigints is a numeric.
        out.push_sql(
            "(SELECT CAST(coalesce(sum(n.contacts), 0) AS BIGINT) FROM contact_counts AS n WHERE n.organization_id",
        );
        DB::push_is_one_of(out.reborrow(), &self.0)?;
        out.push_sql(")");
        Ok(())
    }
}
