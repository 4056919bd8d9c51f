//! A page of a searched, filtered or sorted list. It scans all contacts and reads full rows for the page only.

use diesel::{
    QueryResult, Selectable,
    dsl::SqlTypeOf,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{self, BigInt, Integer, Text},
    sqlite::Sqlite,
};
use loggia_kernel::{OrgId, Timestamp, list::SortDirection};

use super::dialect::{Dialect, Ids};
use crate::{ContactQuery, Cursor, Order, Search, SortBy, SortKey, model::Contact, search::BOUNDS};

/// The columns of a [`Contact`], in the same order on both databases.
type Columns = <Contact as Selectable<Sqlite>>::SelectExpression;

/// A page of matching contacts with their rank and the total count.
pub(crate) struct SearchPage {
    orgs: Ids,
    search: Option<Search>,
    ids: Option<Ids>,
    order: Option<Order>,
    after: Option<Cursor>,
    limit: i64,
    offset: i64,
    columns: Columns,
}

impl SearchPage {
    /// Creates the query of the first `limit` matches after the page's offset.
    pub(crate) fn new(orgs: &[OrgId], query: &ContactQuery, limit: i64) -> Self {
        let ids = query.ids.as_ref();
        Self {
            orgs: Ids::of_orgs(orgs),
            search: query.search.clone(),
            ids: ids.map(|ids| Ids::of(ids.iter().map(|id| id.get()))),
            order: query.order,
            after: query.after.clone(),
            limit,
            offset: query.page.offset(),
            columns: <Contact as Selectable<Sqlite>>::construct_selection(),
        }
    }
}

/// Not cached as a prepared statement, because its text varies with the query in hundreds of forms.
impl QueryId for SearchPage {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for SearchPage {
    type SqlType = (SqlTypeOf<Columns>, Integer, BigInt);
}

impl<DB: Dialect> QueryFragment<DB> for SearchPage
where
    Columns: QueryFragment<DB>,
    str: ToSql<Text, DB>,
    String: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
    Timestamp: ToSql<sql_types::Timestamp, DB>,
    DB: sql_types::HasSqlType<sql_types::Timestamp>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        self.push_matches(out.reborrow())?;
        out.push_sql(" SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        // Limit the rows before reading the full contacts.
        out.push_sql(
            ", page.grade, (SELECT count(*) FROM found) FROM (SELECT id, grade, sorted FROM found",
        );
        self.push_after(out.reborrow())?;
        self.push_order(out.reborrow(), "");
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(" OFFSET ");
        out.push_bind_param::<BigInt, _>(&self.offset)?;
        out.push_sql(") AS page JOIN contacts ON contacts.id = page.id");
        self.push_order(out.reborrow(), "page.");
        Ok(())
    }
}

impl SearchPage {
    /// Pushes all matches: id, rank and sort value.
    fn push_matches<'b, DB: Dialect>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        str: ToSql<Text, DB>,
        String: ToSql<Text, DB>,
    {
        out.push_sql("WITH found AS MATERIALIZED (SELECT c.id AS id, ");
        self.push_grade(out.reborrow())?;
        out.push_sql(" AS grade, ");
        out.push_sql(self.order.map_or("0", |order| column(order.by)));
        out.push_sql(" AS sorted FROM contacts AS c WHERE c.organization_id");
        DB::push_is_one_of(out.reborrow(), &self.orgs)?;
        if let Some(ids) = &self.ids {
            out.push_sql(" AND c.id");
            DB::push_is_one_of(out.reborrow(), ids)?;
        }
        for term in self.search.iter().flat_map(|search| &search.terms) {
            out.push_sql(" AND ");
            push_position(out.reborrow(), term)?;
            out.push_sql(" > 0");
        }
        out.push_sql(")");
        Ok(())
    }

    /// Pushes the number of the first field with the whole text, from 1 to 5; 6 if no field has it; 0 without a search.
    ///
    /// The fields are sorted by relevance, so the first occurrence of the text is in the most relevant field.
    fn push_grade<'b, DB: Dialect>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        str: ToSql<Text, DB>,
        String: ToSql<Text, DB>,
    {
        let Some(search) = &self.search else {
            out.push_sql("0");
            return Ok(());
        };
        out.push_sql("CASE WHEN ");
        push_position(out.reborrow(), &search.phrase)?;
        out.push_sql(" = 0 THEN 6");
        for (grade, bound) in BOUND_TEXTS.iter().enumerate() {
            out.push_sql(" WHEN ");
            push_position(out.reborrow(), &search.phrase)?;
            out.push_sql(" < ");
            push_position(out.reborrow(), bound)?;
            out.push_sql(&format!(" THEN {}", grade + 1));
        }
        out.push_sql(" ELSE 5 END");
        Ok(())
    }

    /// Pushes the condition that excludes rows up to the cursor.
    fn push_after<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        String: ToSql<Text, DB>,
        i32: ToSql<Integer, DB>,
        i64: ToSql<BigInt, DB>,
        Timestamp: ToSql<sql_types::Timestamp, DB>,
        DB: Dialect + sql_types::HasSqlType<sql_types::Timestamp>,
    {
        let Some(after) = &self.after else {
            return Ok(());
        };
        let id = after.id.as_number();
        out.push_sql(" WHERE (grade > ");
        out.push_bind_param::<Integer, _>(&after.rank)?;
        out.push_sql(" OR (grade = ");
        out.push_bind_param::<Integer, _>(&after.rank)?;
        if let (Some(order), Some(key)) = (self.order, &after.key) {
            let behind = match order.direction {
                SortDirection::Ascending => " > ",
                SortDirection::Descending => " < ",
            };
            out.push_sql(" AND (sorted");
            out.push_sql(behind);
            push_key(out.reborrow(), key)?;
            out.push_sql(" OR (sorted = ");
            push_key(out.reborrow(), key)?;
            out.push_sql(" AND id > ");
            out.push_bind_param::<BigInt, _>(id)?;
            out.push_sql("))");
        } else {
            out.push_sql(" AND id > ");
            out.push_bind_param::<BigInt, _>(id)?;
        }
        out.push_sql("))");
        Ok(())
    }

    fn push_order<DB: Dialect>(&self, mut out: AstPass<'_, '_, DB>, table: &str) {
        let direction = match self.order.map(|order| order.direction) {
            Some(SortDirection::Descending) => " DESC",
            Some(SortDirection::Ascending) | None => "",
        };
        out.push_sql(&format!(" ORDER BY {table}grade, {table}sorted{direction}, {table}id"));
    }
}

/// The total count of matches, for a page without rows.
pub(crate) struct SearchCount(pub(crate) SearchPage);

impl QueryId for SearchCount {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for SearchCount {
    type SqlType = BigInt;
}

impl<DB: Dialect> QueryFragment<DB> for SearchCount
where
    str: ToSql<Text, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        self.0.push_matches(out.reborrow())?;
        out.push_sql(" SELECT count(*) FROM found");
        Ok(())
    }
}

/// [`BOUNDS`], as texts.
const BOUND_TEXTS: [&str; BOUNDS.len()] = ["\u{2}", "\u{3}", "\u{4}", "\u{5}"];

/// Pushes the position of a text in the folded text.
fn push_position<'b, DB: Dialect>(mut out: AstPass<'_, 'b, DB>, text: &'b str) -> QueryResult<()>
where
    str: ToSql<Text, DB>,
{
    out.push_sql(DB::POSITION);
    out.push_sql("(c.folded, ");
    out.push_bind_param::<Text, str>(text)?;
    out.push_sql(")");
    Ok(())
}

fn push_key<'b, DB>(mut out: AstPass<'_, 'b, DB>, key: &'b SortKey) -> QueryResult<()>
where
    String: ToSql<Text, DB>,
    Timestamp: ToSql<sql_types::Timestamp, DB>,
    DB: Dialect + sql_types::HasSqlType<sql_types::Timestamp>,
{
    match key {
        SortKey::Text(text) => out.push_bind_param::<Text, _>(text),
        SortKey::Time(time) => out.push_bind_param::<sql_types::Timestamp, _>(time),
    }
}

/// `lower` knows ASCII alone on SQLite, and on PostgreSQL where the collation is "C".
fn column(by: SortBy) -> &'static str {
    match by {
        SortBy::DisplayName => "lower(c.display_name)",
        SortBy::FirstName => "lower(coalesce(c.first_name, ''))",
        SortBy::LastName => "lower(coalesce(c.last_name, ''))",
        SortBy::Email => "lower(coalesce(c.email, ''))",
        SortBy::CreatedAt => "c.created_at",
        SortBy::UpdatedAt => "c.updated_at",
    }
}
