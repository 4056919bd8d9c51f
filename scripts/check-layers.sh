#!/usr/bin/env bash
# Enforces the layers of ARCHITECTURE.md: which crates may depend on which, and which types each may name. Prints every
# violation as `file:line: what` and fails if there is one. Needs bash, awk and cargo.
#
#   1. A crate depends on crates below it only, as the table `may_use` says; domain crates never on each other.
#   2. Application, domain, infra and kernel know nothing of HTTP: no actix, no utoipa, not even at third hand.
#   3. The gateway, the HTTP toolkit and the surfaces know nothing of diesel or of a database's driver.
#   4. Only crates/db names AsyncPgConnection or SqliteConnection.
#   5. Only types of the HTTP toolkit and the surfaces are Serialize, Deserialize or ToSchema. Tests and examples are left alone.
#
# Rules 4 and 5 have rare, justified exceptions: a JSON column, a job's payload, a token's claims. Such a line is
# marked, at its end or in the comments directly above it (attributes may come between):
#
#   // layers: allow, the claims of a token are JSON by RFC 7519
#
# The reason is required. A crate that is in no list below is a violation: add a new crate to its layer here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

surfaces="surface-djoser surface-users surface-api surface-v1"
application="application"
domain="identity rbac contacts tagging media export content"
infra="db idempotency jobs mail storage"
kernel="kernel"
dev_only="testkit"

# Prints which of our crates a crate may use. In addition, tests may use infra, kernel and testkit.
may_use() {
    case $1 in
    kernel) echo "" ;;
    db | mail | storage) echo "kernel" ;;
    idempotency | jobs) echo "db kernel" ;;
    media | export) echo "db jobs kernel storage" ;;
    identity | rbac | contacts | tagging | content) echo "db kernel" ;;
    testkit) echo "db kernel" ;;
    application) echo "$domain db kernel" ;;
    http) echo "$application $domain db idempotency storage kernel" ;;
    surface-*) echo "http $application $domain $infra $kernel" ;;
    gateway) echo "$surfaces http $application $domain $infra $kernel" ;;
    esac
}

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

# Prints `line section name` for each dependency of a manifest; section is dependencies, build- or dev-dependencies.
# Knows `name = ...`, `name.workspace = true`, `[dependencies.name]`, `[target.X.dependencies]` and `package = "name"`.
dependencies() {
    awk '
        /^[ \t]*\[/ {
            section = ""; header = $0
            gsub(/[][ \t]|#.*/, "", header)
            if (match(header, /(build-|dev-)?dependencies/)) {
                rest = substr(header, RSTART + RLENGTH)
                section = substr(header, RSTART, RLENGTH)
                if (rest ~ /^\./) {
                    name = substr(rest, 2)
                    print NR, section, name
                    section = section " in " name
                }
            }
            next
        }
        section == "" || /^[ \t]*(#|$)/ { next }
        match($0, /package[ \t]*=[ \t]*"[^"]*"/) {
            name = substr($0, RSTART, RLENGTH)
            gsub(/package[ \t]*=[ \t]*|"/, "", name)
            split(section, words, " ")
            print NR, words[1], name
            next
        }
        section !~ / in / {
            name = $1
            sub(/[.=].*/, "", name)
            gsub(/"/, "", name)
            if (name ~ /^[A-Za-z0-9_-]+$/) print NR, section, name
        }
    ' "$1"
}

contains() {
    case " $1 " in *" $2 "*) return 0 ;; *) return 1 ;; esac
}

# Succeeds if a crate is above the domain: those know HTTP, and no database driver.
knows_http() {
    contains "$surfaces http gateway" "$1"
}

# Rules 1 to 3, from the manifests.
check_manifest() {
    local crate=$1 manifest=$2 line section name ours
    while read -r line section name; do
        [ -n "${name:-}" ] || continue
        case $name in
        loggia-*)
            ours=${name#loggia-}
            if contains "$(may_use "$crate")" "$ours"; then
                continue
            fi
            if [ "$section" = dev-dependencies ] && contains "$infra $kernel $dev_only" "$ours"; then
                continue
            fi
            breach "$manifest:$line: $crate may not depend on $ours"
            ;;
        actix* | utoipa*)
            knows_http "$crate" || breach "$manifest:$line: $crate knows nothing of HTTP, so not of $name"
            ;;
        diesel* | deadpool* | tokio-postgres* | libsqlite3-sys | rusqlite | sqlx*)
            ! knows_http "$crate" || breach "$manifest:$line: $crate knows nothing of databases, so not of $name"
            ;;
        esac
    done < <(dependencies "$manifest")
}

# Rule 2 for indirect dependencies: a dependency's dependency.
check_tree() {
    local package=loggia-$1 manifest=$2 tree found
    tree=$(cargo tree --quiet --locked -p "$package" -e normal,build --prefix none --format '{p}')
    found=$(awk '$1 ~ /^(actix-(web|http|router|server)|utoipa)/ { print $1 }' <<<"$tree" | sort -u | tr '\n' ' ')
    [ -z "$found" ] || breach "$manifest:1: $1 reaches $found(cargo tree -p $package -i ${found%% *})"
}

# Reads Rust files; prints where a line of code matches. Strings and comments are not code. `what` is the rule's number:
# rule 4 searches a line for `pattern`, rule 5 searches derives (which may span several lines) and impl headers.
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
            if (what != 4 && $0 !~ /layers: allow[,:] [^ ]/) print FILENAME ":" FNR ": `layers: allow` needs its reason, as `layers: allow, because ...`"
        }
        if (what == 5) {
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
    breaches_of "$(rust_files crates apps tests | grep -v '^crates/db/' | search_in -v what=4 \
        -v pattern='(^|[^A-Za-z_])(AsyncPgConnection|SqliteConnection)([^A-Za-z_]|$)' \
        -v message='only crates/db names a connection of one database')"
}

check_wire_types() {
    breaches_of "$(rust_files crates | grep -vE '^crates/(http|surfaces)/|/(tests|examples|benches)/|/tests\.rs$' | search_in -v what=5 \
        -v message='only the HTTP toolkit and the surfaces have wire types; see `layers: allow` in scripts/check-layers.sh')"
}

for manifest in crates/*/Cargo.toml crates/surfaces/*/Cargo.toml; do
    crate=$(basename "$(dirname "$manifest")")
    case $manifest in crates/surfaces/*) crate=surface-$crate ;; esac
    if ! contains "$surfaces http $application $domain $infra $kernel $dev_only" "$crate"; then
        breach "$manifest:1: $crate is in no layer: put it into one in scripts/check-layers.sh"
        continue
    fi
    check_manifest "$crate" "$manifest"
    knows_http "$crate" || check_tree "$crate" "$manifest"
done
if [ -f apps/gateway/Cargo.toml ]; then
    check_manifest gateway apps/gateway/Cargo.toml
fi
check_connections
check_wire_types

if [ "$breaches" -gt 0 ]; then
    echo "layers: $breaches violations (the rules are in scripts/check-layers.sh)"
    exit 1
fi
echo "layers: no violations"
