//! The migrations of one crate.

/// One migration, as text for both databases.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its folder: `NNNN_<crate>_<what>`. The number is its version and is unique among all sets.
    pub name: &'static str,
    /// The statements for SQLite.
    pub sqlite: &'static str,
    /// The statements for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    /// The number at the beginning of the name. Four digits, so text sorts like numbers.
    pub(super) fn version(&self) -> &'static str {
        &self.name[..VERSION_DIGITS]
    }
}

/// The migrations of one crate, and the crates whose tables they refer to. A crate with tables exports one as `MIGRATIONS`.
///
/// Made with [`migration_set!`](crate::migration_set).
#[derive(Clone, Copy, Debug)]
pub struct MigrationSet {
    crate_name: &'static str,
    requires: &'static [&'static str],
    pub(super) migrations: &'static [Migration],
}

/// Enough for 9999 migrations.
const VERSION_DIGITS: usize = 4;

impl MigrationSet {
    /// Joins the migrations of the crate `loggia-<crate_name>`, which need the tables of the crates `requires`.
    ///
    /// # Panics
    /// If a migration is not named `NNNN_<crate_name>_<what>`; in a constant, that is an error of the compiler.
    pub const fn new(
        crate_name: &'static str,
        requires: &'static [&'static str],
        migrations: &'static [Migration],
    ) -> Self {
        let mut i = 0;
        while i < migrations.len() {
            assert!(
                is_name(migrations[i].name.as_bytes(), crate_name.as_bytes()),
                "a migration is named NNNN_<crate>_<what>"
            );
            i += 1;
        }
        Self { crate_name, requires, migrations }
    }

    /// The crate's name without `loggia-`.
    pub const fn crate_name(&self) -> &'static str {
        self.crate_name
    }

    /// The names of the crates whose sets have to be given too.
    pub const fn requires(&self) -> &'static [&'static str] {
        self.requires
    }
}

const fn is_name(name: &[u8], crate_name: &[u8]) -> bool {
    let what = VERSION_DIGITS + 1 + crate_name.len();
    if name.len() <= what + 1 || name[VERSION_DIGITS] != b'_' || name[what] != b'_' {
        return false;
    }
    let mut i = 0;
    while i < VERSION_DIGITS {
        if !name[i].is_ascii_digit() {
            return false;
        }
        i += 1;
    }
    i = 0;
    while i < crate_name.len() {
        // Both are written into SQL as they are.
        if !crate_name[i].is_ascii_lowercase() || name[VERSION_DIGITS + 1 + i] != crate_name[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Makes the [`MigrationSet`](crate::MigrationSet) of the crate in which it stands.
///
/// Compiles in `migrations/{sqlite,postgres}/NAME/up.sql` below the crate's folder for each name.
///
/// ```ignore
/// pub const MIGRATIONS: MigrationSet = migration_set! {
///     crate: "contacts",
///     requires: ["identity"],
///     migrations: ["0004_contacts_contacts"],
/// };
/// ```
#[macro_export]
macro_rules! migration_set {
    (crate: $crate_name:literal, requires: [$($required:literal),*], migrations: [$($name:literal),+ $(,)?] $(,)?) => {
        $crate::MigrationSet::new(
            $crate_name,
            &[$($required),*],
            &[$($crate::Migration {
                name: $name,
                sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, "/up.sql")),
                postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, "/up.sql")),
            }),+],
        )
    };
}
