#!/usr/bin/env bash
# Installs a cargo subcommand from crates.io unless it is installed already.
# Usage: scripts/cargo-tool.sh cargo-deny
set -euo pipefail

tool=${1:?name a crate, for example cargo-deny}
# `cargo deny --version`, not `cargo-deny --version`: cargo also searches its own installation directory, whatever PATH
# is.
if ! cargo "${tool#cargo-}" --version >/dev/null 2>&1; then
    echo "$tool is not installed: installing it from crates.io"
    cargo install --locked "$tool"
fi
