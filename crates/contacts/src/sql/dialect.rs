//! The differences between the two databases, and sets of ids as one bind.

use diesel::{
    QueryResult,
    backend::Backend,
    pg::Pg,
    query_builder::AstPass,
    sql_types::{Array, BigInt, Text},
    sqlite::Sqlite,
};
use loggia_kernel::OrgId;

/// The differences between the two databases.
pub(crate) trait Dialect: Backend {
    /// The function that returns the position of one text in another, or 0.
    const POSITION: &'static str;

    /// Pushes a test that the preceding expression is one of `ids`.
    fn push_is_one_of<'b>(out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()>;
}

/// A set of ids in one bind.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    /// For PostgreSQL.
    pub(super) array: Vec<i64>,
    /// For SQLite.
    pub(super) json: String,
}

impl Ids {
    pub(crate) fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        let array: Vec<i64> = ids.into_iter().collect();
        let numbers: Vec<String> = array.iter().map(ToString::to_string).collect();
        Self { array, json: format!("[{}]", numbers.join(",")) }
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
}

impl Dialect for Sqlite {
    const POSITION: &'static str = "instr";

    fn push_is_one_of<'b>(mut out: AstPass<'_, 'b, Self>, ids: &'b Ids) -> QueryResult<()> {
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&ids.json)?;
        out.push_sql("))");
        Ok(())
    }
}
