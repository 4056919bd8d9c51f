//! The parts of the page query that diesel cannot express, exactly as in crates/contacts, `sql`.

use diesel::{
    QueryResult,
    backend::Backend,
    expression::{
        AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate::Never,
    },
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, BigInt, Bool, Text},
    sqlite::Sqlite,
};

/// SQL that differs between the databases.
pub(super) trait Dialect: Backend {
    fn push_is_one_of<'b>(out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()>;

    fn push_first_of_each<'b>(out: AstPass<'_, 'b, Self>, page: &'b PageOf) -> QueryResult<()>;
}

/// Ids, in the form in which each database accepts a set of them as one bind.
#[derive(Clone)]
pub(super) struct Ids {
    array: Vec<i64>,
    json: String,
}

impl Ids {
    pub(super) fn of(ids: impl Iterator<Item = i64>) -> Self {
        let array: Vec<i64> = ids.collect();
        let numbers: Vec<String> = array.iter().map(ToString::to_string).collect();
        Self { array, json: format!("[{}]", numbers.join(",")) }
    }
}

/// The filter of a page over the contacts of several organizations.
#[derive(Clone, QueryId)]
pub(super) struct PageOf {
    pub(super) orgs: Ids,
    pub(super) after: i64,
    pub(super) take: i64,
    pub(super) limit: i64,
    pub(super) offset: i64,
}

/// The number of contacts of several organizations.
#[derive(Clone, QueryId)]
pub(super) struct CountOf(pub(super) Ids);

impl Dialect for Pg {
    fn push_is_one_of<'b>(mut out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()> {
        out.push_sql(" = ANY (");
        out.push_bind_param::<Array<BigInt>, _>(&ids.array)?;
        out.push_sql(")");
        Ok(())
    }

    fn push_first_of_each<'b>(mut out: AstPass<'_, 'b, Self>, page: &'b PageOf) -> QueryResult<()> {
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
    fn push_is_one_of<'b>(mut out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()> {
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&ids.json)?;
        out.push_sql("))");
        Ok(())
    }

    fn push_first_of_each<'b>(mut out: AstPass<'_, 'b, Self>, page: &'b PageOf) -> QueryResult<()> {
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

impl<DB: Dialect> QueryFragment<DB> for PageOf
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

impl<DB: Dialect> QueryFragment<DB> for CountOf {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "(SELECT CAST(coalesce(sum(n.contacts), 0) AS BIGINT) FROM contact_counts AS n WHERE n.organization_id",
        );
        DB::push_is_one_of(out.reborrow(), &self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for PageOf {
    type SqlType = Bool;
}

impl Expression for CountOf {
    type SqlType = BigInt;
}

impl<QS> AppearsOnTable<QS> for PageOf {}
impl<QS> AppearsOnTable<QS> for CountOf {}
impl<QS> SelectableExpression<QS> for PageOf {}
impl<QS> SelectableExpression<QS> for CountOf {}

impl<GB> ValidGrouping<GB> for PageOf {
    type IsAggregate = Never;
}

impl<GB> ValidGrouping<GB> for CountOf {
    type IsAggregate = Never;
}
