#!/usr/bin/env bash
# Uses Swagger UI in headless Chromium as a person would: chooses each document, registers, logs in, authorizes, reads
# the profile. Fails on every error the browser reports.
# Usage: scripts/browser/run.sh
#
#   LOGGIA_BIN=PATH   the program to start; without it the debug build is made and used
#   CHROMIUM=PATH     the browser; without it one is looked for, and installed where apt-get can do it
#
# The screenshots are in target/browser/. Nothing is skipped silently: without a browser or Node.js this fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

say() {
    echo "browser/run.sh: $*" >&2
}

find_chromium() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -n "$name" ] && command -v "$name" 2>/dev/null; then
            return
        fi
    done
    return 1
}

# Installs Debian packages, or prints the required command.
install() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "$1 is missing. Debian, Ubuntu: sudo apt-get install $1; elsewhere install it by hand"
        return 1
    fi
    say "$1 is missing: installing it with apt-get"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

command -v npm >/dev/null || install npm nodejs
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    say "Node.js 20 or newer is needed, and this is $(node --version)"
    exit 1
fi
if ! chromium=$(find_chromium); then
    # Without a font every character in a screenshot is a box.
    install chromium fonts-dejavu-core
    chromium=$(find_chromium)
fi

# An existing installation is used if it matches the lock file; then no registry is contacted.
cd "$here"
npm ls --silent >/dev/null 2>&1 || npm ci --ignore-scripts --silent

if [ -z "${LOGGIA_BIN:-}" ]; then
    (cd "$root" && cargo build --locked -p loggia)
    LOGGIA_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/loggia
fi

pictures=$root/target/browser
rm -rf "$pictures"
mkdir -p "$pictures"
exec node "$here/check.mjs" "$LOGGIA_BIN" "$chromium" "$pictures"
