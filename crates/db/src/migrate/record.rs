//! The table in which migrations are recorded, and running those that are missing.

use diesel::result::{Error as Diesel, QueryResult};

use crate::{Error, Result};

use super::{
    carry_over,
    harness::{Columns, Harness},
    plan::{Plan, Step},
};

/// Recorded migrations. A table of its own, because diesel's is the host's.
pub(super) const TABLE: &str = "__loggia_migrations";

/// What to do about missing migrations.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// Run them.
    Run,
    /// Report them only.
    Look,
}

/// A migration that was run on this database.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) version: String,
    pub(super) crate_name: String,
}

/// A migration that the database refused.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {source}")]
struct Failed {
    name: &'static str,
    source: Diesel,
}

/// Runs what is missing, or reports it, and returns its versions.
pub(super) fn apply<C: Harness>(
    connection: &mut C,
    plan: &Plan,
    mode: Mode,
) -> Result<Vec<String>> {
    let columns = Columns::of(connection)?;
    let is_recorded = columns.has_table(TABLE);
    let applied = if is_recorded {
        recorded(connection)?
    } else {
        carry_over::listed(connection, &columns)?
    };
    if let Some(newer) = plan.newer(&applied) {
        return Err(Error::SchemaNewer {
            version: newer.version.clone(),
        });
    }
    let missing = plan.missing(&applied);
    if mode == Mode::Run {
        if !is_recorded {
            connection.transaction(|connection| {
                create(connection)?;
                carry_over::carry(connection, &applied)
            })?;
        }
        for step in &missing {
            run(connection, step)?;
        }
    }
    Ok(missing.iter().map(|step| step.version.to_owned()).collect())
}

fn recorded<C: Harness>(connection: &mut C) -> Result<Vec<Applied>> {
    let rows = connection.pairs(&format!(
        "SELECT version AS a, crate_name AS b FROM {TABLE} ORDER BY version"
    ))?;
    let applied = rows.into_iter().map(|(version, crate_name)| Applied {
        version,
        crate_name,
    });
    Ok(applied.collect())
}

fn create<C: Harness>(connection: &mut C) -> QueryResult<()> {
    let now = C::NOW;
    connection.batch_execute(&format!(
        "CREATE TABLE {TABLE} (version VARCHAR(50) PRIMARY KEY NOT NULL, crate_name VARCHAR(50) NOT NULL, \
         applied_at TIMESTAMP NOT NULL DEFAULT {now})"
    ))
}

/// Runs a migration and records it, in one transaction.
fn run<C: Harness>(connection: &mut C, step: &Step) -> Result<()> {
    let Step {
        crate_name,
        name,
        version,
        sql,
    } = *step;
    let done = connection.transaction(|connection| {
        connection.batch_execute(sql)?;
        // Constants of the program that consist of digits and lower-case letters.
        connection.batch_execute(&format!(
            "INSERT INTO {TABLE} (version, crate_name) VALUES ('{version}', '{crate_name}')"
        ))
    });
    done.map_err(|source| Error::Migration(Box::new(Failed { name, source })))
}
