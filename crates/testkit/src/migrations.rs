//! The migrations of the whole workspace, read from its folder.

use std::{collections::BTreeMap, fs, io, sync::LazyLock};

use loggia_db::{Migration, MigrationSet};

/// The folder, which tests read at run time on the machine that compiled them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");

/// Returns the migration sets of all crates.
///
/// A crate's tests need the tables that its own tables refer to, but not the crates that own them. So these sets are
/// read from files and do not depend on each other.
///
/// # Panics
/// Panics if the folder cannot be read.
pub fn sets() -> &'static [MigrationSet] {
    static SETS: LazyLock<Vec<MigrationSet>> = LazyLock::new(by_crate);
    &SETS
}

/// Returns all migrations in order.
pub(crate) fn all() -> &'static [Migration] {
    static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| match read() {
        Ok(migrations) => migrations,
        Err(error) => panic!("{FOLDER} cannot be read: {error}"),
    });
    &ALL
}

fn by_crate() -> Vec<MigrationSet> {
    let mut sets = BTreeMap::<&str, Vec<Migration>>::new();
    for migration in all() {
        let crate_name = migration.name.split('_').nth(1).unwrap_or_default();
        sets.entry(crate_name).or_default().push(*migration);
    }
    let sets = sets.into_iter();
    sets.map(|(crate_name, migrations)| MigrationSet::new(crate_name, &[], migrations.leak()))
        .collect()
}

/// Reads the folder. The texts are leaked, because migrations outside of tests are constants.
fn read() -> io::Result<Vec<Migration>> {
    let mut migrations = Vec::new();
    for entry in fs::read_dir(format!("{FOLDER}/sqlite"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        migrations.push(Migration {
            sqlite: text("sqlite", &name)?.leak(),
            postgres: text("postgres", &name)?.leak(),
            name: name.leak(),
        });
    }
    migrations.sort_by_key(|migration| migration.name);
    Ok(migrations)
}

fn text(side: &str, name: &str) -> io::Result<String> {
    fs::read_to_string(format!("{FOLDER}/{side}/{name}/up.sql"))
}
