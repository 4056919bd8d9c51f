//! SQL that diesel cannot express: sets of ids as one bind, and pages over several organizations.
//!
//! A list of binds would be a different statement for each length. One bind keeps one prepared statement.

mod dialect;
mod page;
mod search_page;

use diesel::{
    QueryResult,
    expression::{
        AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
    },
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

use self::dialect::Dialect;

pub(crate) use self::{
    dialect::Ids,
    page::{OrgContactCount, PageFilter},
    search_page::{SearchCount, SearchPage},
};

/// A condition that a contact belongs to one of these organizations. Part of every query on single contacts.
#[derive(Clone, Debug, QueryId)]
pub(crate) struct InOrganizations(pub(crate) Ids);

impl Expression for InOrganizations {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for InOrganizations {}
impl<QS> SelectableExpression<QS> for InOrganizations {}

impl<GB> ValidGrouping<GB> for InOrganizations {
    type IsAggregate = Never;
}

impl<DB: Dialect> QueryFragment<DB> for InOrganizations {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("contacts.organization_id");
        DB::push_is_one_of(out.reborrow(), &self.0)
    }
}
