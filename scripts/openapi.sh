#!/usr/bin/env bash
# Writes openapi/<surface>.json from the routes, or fails if the files differ from the routes.
# Usage: scripts/openapi.sh write|check
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=${1:?write or check}
surfaces="djoser users api v1"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# Written to a temporary directory and moved when complete, so that a failure leaves the committed files intact.
cargo build --quiet --locked -p loggia
for surface in $surfaces; do
    cargo run --quiet --locked -p loggia -- openapi "$surface" >"$fresh/$surface.json"
    # A document without a path is a failure.
    grep -q '"paths"' "$fresh/$surface.json" || {
        echo "loggia openapi $surface: no OpenAPI document" >&2
        exit 1
    }
done

case $mode in
write)
    mkdir -p openapi
    cp "$fresh"/*.json openapi/
    ;;
check)
    # Compares both ways: a file that no surface writes any more is a difference, too.
    if ! diff -ru openapi "$fresh"; then
        echo "openapi/ differs from the routes: run make openapi and commit the result" >&2
        exit 1
    fi
    ;;
*)
    echo "unknown mode: $mode" >&2
    exit 1
    ;;
esac
