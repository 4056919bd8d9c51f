//! The rows of every table, as text.

use std::collections::BTreeMap;

use diesel::{QueryableByName, sql_types::Text};
use loggia_db::{Backend, Result, RunQueryDsl, Work, run};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Returns the sorted rows of each table.
pub(crate) async fn of(work: &mut Work) -> Result<BTreeMap<String, String>> {
    let tables = match work.backend() {
        Backend::Postgres => {
            "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = current_schema()"
        }
        Backend::Sqlite => {
            "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
    };
    let mut contents = BTreeMap::new();
    for table in lines(work, tables).await? {
        let rows = match work.backend() {
            Backend::Postgres => format!(r#"SELECT t::text AS line FROM "{table}" AS t"#),
            Backend::Sqlite => {
                let columns = format!(
                    "SELECT 'quote(\"' || name || '\")' AS line FROM pragma_table_info('{table}')"
                );
                let columns = lines(work, &columns).await?.join(" || ',' || ");
                format!(r#"SELECT {columns} AS line FROM "{table}""#)
            }
        };
        let mut rows = lines(work, &rows).await?;
        rows.sort();
        contents.insert(table, rows.join("\n"));
    }
    Ok(contents)
}

async fn lines(work: &mut Work, sql: &str) -> Result<Vec<String>> {
    let rows: Vec<Line> = run!(work, |c| diesel::sql_query(sql).load(c))?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
