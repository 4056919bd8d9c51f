#!/usr/bin/env bash
# Checks the dependencies: layers and other bans, licenses and sources always; known vulnerabilities (RustSec) if their database can be
# fetched. If it cannot, this prints a notice; DENY_ADVISORIES=required makes that a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/cargo-tool.sh cargo-deny
# A layer's crates may use all crates below it, whether they do or not.
cargo deny --locked check --allow unused-wrapper bans licenses sources

# Without a route to the host, fail immediately instead of waiting for minutes.
limit=
if command -v timeout >/dev/null; then
    limit="timeout 120"
fi
# shellcheck disable=SC2086 # two words, or none
if $limit cargo deny --locked fetch db; then
    cargo deny --locked check --disable-fetch advisories
    exit
fi

cat >&2 <<'END'
==============================================================================
ADVISORIES WERE NOT CHECKED: the RustSec database could not be fetched (above).
Bans, licenses and sources were checked. Run `make deny` where the database's
host can be reached before a release.
==============================================================================
END
[ "${DENY_ADVISORIES:-}" != required ]
