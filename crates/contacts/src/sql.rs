//! SQL that diesel cannot express: sets of ids as one bind, and pages over several organizations.
//!
//! A list of binds would be a different statement for each length. One bind keeps one prepared statement.

mod page;
mod search_page;

use diesel::{
    QueryResult,
    backend::Backend,
    expression::{
        AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
    },
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Text},
    sqlite::Sqlite,
};
use loggia_kernel::OrgId;

pub(crate) use self::{
    page::{OrgContactCount, PageFilter},
    search_page::{SearchCount, SearchPage},
};

/// The differences between the two databases.
pub(crate) trait Dialect: Backend {
    /// The function that returns the position of one text in another, or 0.
    const POSITION: &'static str;

    /// Pushes a test that the preceding expression is one of `ids`.
    fn push_is_one_of<'b>(out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()>;

    /// Pushes a query of the ids of the first `take` contacts after `after` in each of `orgs`.
    fn push_first_of_each<'b>(out: AstPass<'_, 'b, Self>, page: &'b PageFilter) -> QueryResult<()>;
}

/// A set of ids in one bind.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    array: Vec<i64>,
    json: String,
}

impl Ids {
    pub(crate) fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        let array: Vec<i64> = ids.into_iter().collect();
        let numbers: Vec<String> = array.iter().map(ToString::to_string).collect();
        Self {
            array,
            json: format!("[{}]", numbers.join(",")),
        }
    }

    pub(crate) fn of_orgs(orgs: &[OrgId]) -> Self {
        Self::of(orgs.iter().map(|org| org.get()))
    }

    pub(crate) fn len(&self) -> usize {
        self.array.len()
    }
}

impl Dialect for Pg {
    const POSITION: &'static str = "strpos";

    fn push_is_one_of<'b>(mut out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()> {
        out.push_sql(" = ANY (");
        out.push_bind_param::<Array<BigInt>, _>(&ids.array)?;
        out.push_sql(")");
        Ok(())
    }

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

impl Dialect for Sqlite {
    const POSITION: &'static str = "instr";

    fn push_is_one_of<'b>(mut out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()> {
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&ids.json)?;
        out.push_sql("))");
        Ok(())
    }

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
