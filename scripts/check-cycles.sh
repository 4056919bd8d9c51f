#!/usr/bin/env bash
# Fails if modules of a crate import each other in a cycle, at any level. Prints each cycle with the lines that close it.
# The rules are in scripts/cycles/src/main.rs. Needs git, grep and cargo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

git ls-files '*/lib.rs' '*/main.rs' | xargs cargo run --quiet --locked -p loggia-cycles --
