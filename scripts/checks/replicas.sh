#!/usr/bin/env bash
# Runs two servers of a release build on one PostgreSQL, and fails where they are inconsistent: migrations, ended
# sessions, one-time tokens, emails.
# Usage: scripts/checks/replicas.sh [ARG...]     ARGs go to `loggia-bench replicas`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cargo build --release --locked -p loggia -p loggia-bench
target=${CARGO_TARGET_DIR:-target}
scripts/postgres.sh run "$target/release/loggia-bench" replicas --server "$target/release/loggia" "$@"
