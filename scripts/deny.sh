#!/usr/bin/env bash
# Checks what the project depends on: bans, licences and sources always; known vulnerabilities (RustSec) where their
# database can be fetched. Where it can not, this says so; DENY_ADVISORIES=required makes that a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/cargo-tool.sh cargo-deny
cargo deny --locked check bans licenses sources

# A machine without the way to the host must not wait for minutes.
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
Bans, licences and sources were checked. Run `make deny` where the database's
host can be reached before a release.
==============================================================================
END
[ "${DENY_ADVISORIES:-}" != required ]
