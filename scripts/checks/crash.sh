#!/usr/bin/env bash
# Kills a release build during registrations and password resets, 50 times, and fails if an acknowledged change is lost
# or any change is half-written.
# Usage: scripts/checks/crash.sh [sqlite|postgres] [ARG...]     ARGs go to `loggia-bench crash`; --help lists them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

database=${1:-sqlite}
[ $# -eq 0 ] || shift

cargo build --release --locked -p loggia -p loggia-bench
target=${CARGO_TARGET_DIR:-target}
check=("$target/release/loggia-bench" crash --server "$target/release/loggia" "$@")

case $database in
sqlite) "${check[@]}" ;;
postgres)
    # The URL is known only inside the inner shell.
    # shellcheck disable=SC2016
    scripts/postgres.sh run bash -c 'exec "$@" --postgres "$TEST_DATABASE_URL"' -- "${check[@]}"
    ;;
*)
    echo "crash.sh: usage: scripts/checks/crash.sh [sqlite|postgres] [ARG...]" >&2
    exit 2
    ;;
esac
