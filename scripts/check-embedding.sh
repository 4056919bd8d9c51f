#!/usr/bin/env bash
# Proves that loggia-identity can be used in a program beside other database libraries. SQLite's C library may be linked
# only once (`links = "sqlite3"`), so all of them must admit one version.
#
# Each host is a crate in a temporary directory with its own lock file, resolved anew like that of any new program. This
# needs the network and is never skipped.
# Usage: scripts/check-embedding.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
toolchain=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
hosts=$(mktemp -d)
trap 'rm -rf "$hosts"' EXIT

# The example creates only the tables of loggia-identity.
cargo run --quiet --locked -p loggia-identity --example embed >"$hosts/embed.log" ||
    { cat "$hosts/embed.log" >&2 && exit 1; }
echo "embedding: the example runs"

# Kept between runs, so that only the first run compiles everything.
export CARGO_TARGET_DIR=$root/target/embedding

fail() {
    echo "embedding: $*" >&2
    exit 1
}

# Writes the crate $1 with the dependency lines of standard input, and resolves it.
host() {
    mkdir -p "$hosts/$1/src"
    {
        printf '[package]\nname = "host-%s"\nversion = "0.0.0"\nedition = "2024"\nrust-version = "%s"\n' "$1" "$toolchain"
        printf '\n[workspace]\n\n[dependencies]\nloggia-identity = { path = "%s/crates/identity" }\n' "$root"
        cat
    } >"$hosts/$1/Cargo.toml"
    : >"$hosts/$1/src/lib.rs"
    # Runs in the repository, so that its toolchain and its flags for SQLite apply.
    cargo generate-lockfile --quiet --manifest-path "$hosts/$1/Cargo.toml" || fail "loggia-identity does not resolve beside $1"
    echo "embedding: resolves beside $1, with libsqlite3-sys $(version_in "$1" libsqlite3-sys)"
}

# Prints the version of package $2 in the lock file of host $1.
version_in() {
    awk -v name="\"$2\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3 }' \
        "$hosts/$1/Cargo.lock"
}

# Compiles host $1, with standard input as its code.
check() {
    cat >"$hosts/$1/src/lib.rs"
    cargo check --quiet --manifest-path "$hosts/$1/Cargo.toml" || fail "loggia-identity does not compile beside $1"
    echo "embedding: compiles beside $1"
}

host sqlx-sqlite <<'END'
sqlx = { version = "0.9", default-features = false, features = ["runtime-tokio", "sqlite"] }
END
host sqlx-postgres <<'END'
sqlx = { version = "0.9", default-features = false, features = ["runtime-tokio", "postgres"] }
END
host sqlx-0-8-sqlite <<'END'
sqlx = { version = "0.8", default-features = false, features = ["runtime-tokio", "sqlite"] }
END
# 0.41 is the first version that diesel 2.3 does not admit.
host rusqlite <<'END'
rusqlite = { version = "<0.41", default-features = false }
END
host sea-orm <<'END'
sea-orm = { version = "2", default-features = false, features = ["runtime-tokio", "sqlx-sqlite"] }
END
host tower-sessions <<'END'
tower-sessions-sqlx-store = { version = "0.15", default-features = false, features = ["sqlite"] }
END

check sqlx-sqlite <<'END'
//! Accounts of loggia-identity beside tables of the host's own, in one SQLite file.
pub fn both(_: &dyn loggia_identity::Accounts, _: &sqlx::SqlitePool) {}
END
check sqlx-postgres <<'END'
//! Accounts of loggia-identity beside tables of the host's own, in one PostgreSQL database.
pub fn both(_: &dyn loggia_identity::Accounts, _: &sqlx::PgPool) {}
END
