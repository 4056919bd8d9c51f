//! The migrations to run: the requested sets, merged.

use crate::{Backend, Error, Migration, MigrationSet, Result};

use super::record::Applied;

/// The migrations of several sets for one database, in the order of their versions.
pub(super) struct Plan {
    steps: Vec<Step>,
    crates: Vec<&'static str>,
    is_whole: bool,
}

/// One migration for one database.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) crate_name: &'static str,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) sql: &'static str,
}

/// A set without another one to whose tables its own refer.
#[derive(Debug, thiserror::Error)]
#[error("loggia-{crate_name} needs the migrations of loggia-{requires} too, which are not given")]
struct Missing {
    crate_name: &'static str,
    requires: &'static str,
}

impl Plan {
    /// Merges sets that are a part of what there is: versions of other sets are not this program's business.
    pub(super) fn part(sets: &[MigrationSet], backend: Backend) -> Result<Self> {
        Self::of(sets, backend, false)
    }

    /// Merges sets that are all there is: versions of other sets come from a newer program.
    pub(super) fn whole(sets: &[MigrationSet], backend: Backend) -> Result<Self> {
        Self::of(sets, backend, true)
    }

    fn of(sets: &[MigrationSet], backend: Backend, is_whole: bool) -> Result<Self> {
        let crates: Vec<_> = sets.iter().map(|set| set.crate_name()).collect();
        for set in sets {
            if let Some(requires) = set.requires().iter().find(|name| !crates.contains(name)) {
                return Err(Error::Migration(Box::new(Missing {
                    crate_name: set.crate_name(),
                    requires,
                })));
            }
        }
        let mut steps: Vec<_> = sets
            .iter()
            .flat_map(|set| set.migrations.iter().map(|one| Step::of(set, one, backend)))
            .collect();
        steps.sort_by_key(|step| step.name);
        // A set that is given twice counts once.
        steps.dedup_by_key(|step| step.name);
        Ok(Self { steps, crates, is_whole })
    }

    /// Returns an applied version that this program does not know although it should.
    pub(super) fn newer<'a>(&self, applied: &'a [Applied]) -> Option<&'a Applied> {
        applied.iter().find(|one| {
            let is_ours = self.is_whole || self.crates.contains(&one.crate_name.as_str());
            is_ours && !self.steps.iter().any(|step| step.is(one))
        })
    }

    /// Returns the steps that were not applied yet. Also those with a lower version than an applied one: their set may have
    /// been added later.
    pub(super) fn missing(&self, applied: &[Applied]) -> Vec<Step> {
        let is_missing = |step: &&Step| !applied.iter().any(|one| step.is(one));
        self.steps.iter().filter(is_missing).copied().collect()
    }
}

impl Step {
    fn of(set: &MigrationSet, migration: &Migration, backend: Backend) -> Self {
        Self {
            crate_name: set.crate_name(),
            name: migration.name,
            version: migration.version(),
            sql: match backend {
                Backend::Postgres => migration.postgres,
                Backend::Sqlite => migration.sqlite,
            },
        }
    }

    fn is(&self, applied: &Applied) -> bool {
        self.version == applied.version && self.crate_name == applied.crate_name
    }
}
