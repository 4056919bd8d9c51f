#!/usr/bin/env bash
# Enforces what Cargo and cargo-deny cannot know of the layers of ARCHITECTURE.md. Which crate may depend on which is in
# deny.toml, checked by `make deny`. Prints every violation as `file:line: what` and fails if there is one. Needs bash, awk
# and cargo.
#
#   1. deny.toml names the crates that may use a crate, for every crate but the kernel and the testkit.
#   2. The testkit is used by tests only.
#   3. Only crates/db names AsyncPgConnection or SqliteConnection.
#   4. Only types of the HTTP toolkit and the surfaces are Serialize, Deserialize or ToSchema. Tests and examples are left alone.
#   5. Rows to insert are `treat_none_as_default_value = false`. Otherwise diesel writes DEFAULT for absent values, and
#      PostgreSQL prepares each insert again.
#
# Rules 3 and 4 have rare, justified exceptions: a JSON column, a job's payload, a token's claims. Such a line is
# marked, at its end or in the comments directly above it (attributes may come between):
#
#   // layers: allow, the claims of a token are JSON by RFC 7519
#
# The reason is required.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

breaches=0
breach() {
    echo "$1"
    breaches=$((breaches + 1))
}

# Counts the lines that awk printed; each line is one violation.
breaches_of() {
    local line
    while IFS= read -r line; do
        [ -z "$line" ] || breach "$line"
    done <<<"$1"
}

check_manifest() {
    local name
    name=$(awk -F '"' '/^name *=/ { print $2; exit }' "$1")
    case $name in
    loggia-kernel | loggia-testkit) ;;
    *) grep -q "^crate = \"$name\"$" deny.toml || breach "$1:1: deny.toml does not say which crates may use $name" ;;
    esac
}

check_testkit() {
    local users
    users=$(cargo tree --quiet --locked --workspace -e normal,build -i loggia-testkit --prefix depth --depth 1 --format ' {p}' |
        awk '$1 == 1 { print $2 }' | sort -u | tr '\n' ' ')
    [ -z "$users" ] || breach "Cargo.toml:1: the testkit is for tests only, but used by $users"
}

# Reads Rust files; prints where a line of code matches. Strings and comments are not code. `what` is the rule's number:
# rule 3 searches a line for `pattern`, rule 4 searches derives (which may span several lines) and impl headers.
search='
    function code_of(text) {
        gsub(/\\\\/, "", text)
        gsub(/\\"/, "", text)
        gsub(/'"'"'"'"'"'/, "", text)
        gsub(/"[^"]*"/, "\"\"", text)
        sub(/\/\/.*/, "", text)
        return text
    }
    FNR == 1 { allowed = 0; derive = 0 }
    {
        code = code_of($0)
        if ($0 ~ /\/\/.*layers: allow/) {
            allowed = 1
            if (what != 3 && $0 !~ /layers: allow[,:] [^ ]/) print FILENAME ":" FNR ": `layers: allow` needs its reason, as `layers: allow, because ...`"
        }
        if (what == 4) {
            # A derive may span several lines; its names are checked line by line.
            if (code ~ /derive[ \t]*\(/) derive = 1
            hit = (derive && code ~ /(^|[^A-Za-z_])(Serialize|Deserialize|ToSchema)([^A-Za-z_]|$)/) || \
                code ~ /(^|[ \t])impl[ \t<].*(Serialize|Deserialize(<[^>]*>)?|ToSchema)[ \t]+for[ \t]/
            if (derive && code ~ /\)/) derive = 0
        } else {
            hit = code ~ pattern
        }
        if (hit && !allowed) print FILENAME ":" FNR ": " message
        # Comments, attributes and empty lines may come between the mark and the line it allows.
        if (code !~ /^[ \t]*(#!?\[.*[](,][ \t]*)?$/ && !derive) allowed = 0
    }
'

rust_files() {
    find "$@" -name target -prune -o -type f -name '*.rs' -print 2>/dev/null | LC_ALL=C sort
}

# Passes the files named on standard input to awk. Without files, nothing is searched.
search_in() {
    local files=() file
    while IFS= read -r file; do
        files+=("$file")
    done
    if [ ${#files[@]} -gt 0 ]; then
        awk "$@" "$search" "${files[@]}"
    fi
}

check_connections() {
    breaches_of "$(rust_files crates apps tests | grep -v '^crates/db/' | search_in -v what=3 \
        -v pattern='(^|[^A-Za-z_])(AsyncPgConnection|SqliteConnection)([^A-Za-z_]|$)' \
        -v message='only crates/db names a connection of one database')"
}

check_wire_types() {
    breaches_of "$(rust_files crates | grep -vE '^crates/(http|surfaces)/|/(tests|examples|benches)/|/tests\.rs$' | search_in -v what=4 \
        -v message='only the HTTP toolkit and the surfaces have wire types; see `layers: allow` in scripts/check-layers.sh')"
}

check_inserts() {
    breaches_of "$(rust_files crates | grep '/src/' | xargs awk '
        insertable && /diesel\(table_name/ {
            if (!/treat_none_as_default_value = false/) print FILENAME ":" FNR ": a row to insert without `treat_none_as_default_value = false`"
            insertable = 0
        }
        /derive\(.*Insertable/ { insertable = 1 }
    ')"
}

for manifest in crates/*/Cargo.toml crates/surfaces/*/Cargo.toml apps/*/Cargo.toml; do
    check_manifest "$manifest"
done
check_testkit
check_connections
check_wire_types
check_inserts

if [ "$breaches" -gt 0 ]; then
    echo "layers: $breaches violations (the rules are in scripts/check-layers.sh)"
    exit 1
fi
echo "layers: no violations"
