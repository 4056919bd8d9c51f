#!/usr/bin/env bash
# Runs the whole suite on one database, with cargo-nextest if it is installed, otherwise with `cargo test`.
# Usage: scripts/test.sh sqlite|postgres [ARGS of the test runner]
#
# Nothing is skipped silently: without a PostgreSQL this fails, and loggia-testkit rejects a TEST_DATABASE_URL that it
# does not know.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

database=${1:?sqlite or postgres}
shift
case $database in
sqlite)
    unset TEST_DATABASE_URL
    ;;
postgres)
    case ${TEST_DATABASE_URL:-} in
    postgres://* | postgresql://*) ;;
    *)
        echo "TEST_DATABASE_URL names no PostgreSQL: use scripts/postgres.sh run scripts/test.sh postgres" >&2
        exit 1
        ;;
    esac
    ;;
*)
    echo "unknown database: $database" >&2
    exit 1
    ;;
esac

echo "== the suite on $database"
if cargo nextest --version >/dev/null 2>&1; then
    profile=default
    [ -z "${CI:-}" ] || profile=ci
    cargo nextest run --workspace --all-targets --locked --profile "$profile" "$@"
    # nextest does not run the examples in the documentation. They use no database, so once is enough.
    if [ "$database" = sqlite ] && [ $# -eq 0 ]; then
        cargo test --workspace --doc --locked
    fi
else
    cargo test --workspace --locked --no-fail-fast "$@"
fi
