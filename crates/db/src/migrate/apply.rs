//! Running the migrations that are missing.

use diesel::result::Error as Diesel;

use crate::{Error, Result};

use super::{
    carry_over,
    harness::{Columns, Harness},
    plan::{Plan, Step},
    record::{self, TABLE},
};

/// What to do about missing migrations.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// Run them.
    Run,
    /// Report them only.
    Look,
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
        record::recorded(connection)?
    } else {
        carry_over::listed(connection, &columns)?
    };
    if let Some(newer) = plan.newer(&applied) {
        return Err(Error::SchemaNewer { version: newer.version.clone() });
    }
    let missing = plan.missing(&applied);
    if mode == Mode::Run {
        if !is_recorded {
            connection.transaction(|connection| {
                record::create(connection)?;
                carry_over::carry(connection, &applied)
            })?;
        }
        for step in &missing {
            run(connection, step)?;
        }
    }
    Ok(missing.iter().map(|step| step.version.to_owned()).collect())
}

/// Runs a migration and records it, in one transaction.
fn run<C: Harness>(connection: &mut C, step: &Step) -> Result<()> {
    let Step { crate_name, name, version, sql } = *step;
    let done = connection.transaction(|connection| {
        connection.batch_execute(sql)?;
        // Constants of the program that consist of digits and lower-case letters.
        connection.batch_execute(&format!(
            "INSERT INTO {TABLE} (version, crate_name) VALUES ('{version}', '{crate_name}')"
        ))
    });
    done.map_err(|source| Error::Migration(Box::new(Failed { name, source })))
}
