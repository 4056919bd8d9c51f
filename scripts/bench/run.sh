#!/usr/bin/env bash
# Measures a release build: requests, logins, lists of growing size, start and memory, on SQLite and on PostgreSQL.
# Prints a table and marks which targets are met; fails only if a measurement fails. Takes a quarter of an hour and 3
# GB, most of it for a million contacts in each database; `--only profile,login` does less.
# Usage: scripts/bench/run.sh [ARG...]     ARGs go to `loggia-bench figures`; --help lists them
#
# Server, floor and load share this machine, so it must be otherwise idle. LOGGIA_WORKERS and LOGGIA_HASH_PERMITS are 2
# unless they are set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cargo build --release --locked -p loggia -p loggia-bench
target=${CARGO_TARGET_DIR:-target}
scripts/postgres.sh run "$target/release/loggia-bench" figures --server "$target/release/loggia" "$@"
