#!/usr/bin/env bash
# Sends the server every kind of request that its OpenAPI documents permit and forbid, with Schemathesis, and fails on a
# response that the documents do not describe: a 5xx, an undocumented status or schema, a rejected valid request, an
# accepted invalid one.
# Usage: scripts/fuzz-api.sh [SURFACE...]        (djoser, users, api, v1; all of them where none is named)
#        scripts/postgres.sh run scripts/fuzz-api.sh [SURFACE...]
#
#   LOGGIA_BIN=PATH    the program to start; without it the debug build is made and used
#   FUZZ_EXAMPLES=N    requests of each kind for each operation (default 50)
#   FUZZ_SEED=N        the same number makes the same requests (default: another one each time; it is printed)
#   LOGGIA_...         settings for the server, such as LOGGIA_SESSION_POLICY
#
# Schemathesis comes from PyPI into target/fuzz/venv; Python 3.10 or newer is needed. Logs are in target/fuzz/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

schemathesis=schemathesis==4.32.5
surfaces=${*:-djoser users api v1}
examples=${FUZZ_EXAMPLES:-50}
seed=${FUZZ_SEED:-$((RANDOM * 32768 + RANDOM))}
work=$root/target/fuzz

say() {
    echo "fuzz-api.sh: $*" >&2
}

make_venv() {
    if [ "$(cat "$work/venv/installed" 2>/dev/null)" = "$schemathesis" ]; then
        return
    fi
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
        say "Python 3.10 or newer is needed"
        return 1
    fi
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        say "pip or venv is missing. Debian, Ubuntu: sudo apt-get install python3-pip python3-venv"
        return 1
    fi
    rm -rf "$work/venv"
    python3 -m venv "$work/venv"
    if ! "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$schemathesis"; then
        say "$schemathesis could not be installed from PyPI"
        return 1
    fi
    echo "$schemathesis" >"$work/venv/installed"
}

mkdir -p "$work"
make_venv

loggia=${LOGGIA_BIN:-}
if [ -z "$loggia" ]; then
    cargo build --quiet --locked -p loggia
    loggia=${CARGO_TARGET_DIR:-$root/target}/debug/loggia
fi
# The program rejects a variable with this prefix that is not one of its settings.
unset LOGGIA_BIN
data=$(mktemp -d)
server=
database=

# shellcheck disable=SC2329 # called by the trap
clean_up() {
    local status=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ -n "$database" ]; then
        psql --quiet "$TEST_DATABASE_URL" --command "DROP DATABASE IF EXISTS $database" >&2 || true
    fi
    rm -rf "$data"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Uses a separate database on PostgreSQL; on SQLite the data directory is new, and so is the database in it.
case ${TEST_DATABASE_URL:-} in
postgres://* | postgresql://*)
    command -v psql >/dev/null || { say "psql is missing: it makes the database" && exit 1; }
    database=loggia_fuzz_$$
    psql --quiet "$TEST_DATABASE_URL" --command "CREATE DATABASE $database" >&2
    export LOGGIA_DATABASE_URL=${TEST_DATABASE_URL%/*}/$database
    ;;
esac

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
export LOGGIA_BIND=127.0.0.1:$port LOGGIA_DATA_DIR=$data LOGGIA_LOG_FORMAT=json LOGGIA_RATE_LIMIT=off \
    LOGGIA_HASH_PERMITS=${LOGGIA_HASH_PERMITS:-2} LOGGIA_ACCESS_TTL=1d

# The password is the one in djoser's examples, so that operations that require the caller's password succeed, too.
# There is no other superuser, so this account cannot be deleted by any request.
password=example_password
"$loggia" user create --email staff@fuzz.example --password "$password" --superuser >/dev/null

"$loggia" serve >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    curl --silent --fail --output /dev/null "$url/readyz" && break
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2 && exit 1; }
    sleep 0.1
done

# token NAME: an access token for NAME@fuzz.example
token() {
    curl --silent --fail "$url/api/v1/token/pair" --data "{\"email\": \"$1@fuzz.example\", \"password\": \"$password\"}" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access"])'
}

# Operations that end the session or the account of their caller use a separate account.
final_operations() {
    case $1 in
    djoser) echo djoser_token_logout djoser_set_password djoser_destroy_me ;;
    users) echo users_logout ;;
    api) echo api_logout ;;
    v1) echo v1_auth_logout v1_auth_destroy_account ;;
    *) say "unknown surface: $1" && return 1 ;;
    esac
}

faults=0

# fuzz SURFACE NAME [ARG...]
fuzz() {
    local surface=$1 log=$work/$1-$2.log name="$1, $2"
    shift 2
    if (
        # Schemathesis keeps a cache in its working directory.
        cd "$work"
        export PYTHONPATH=$root/scripts/fuzz PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore SCHEMATHESIS_HOOKS=rules
        exec venv/bin/schemathesis run \
            "$url/openapi/$surface.json" --checks all --max-examples "$examples" --seed "$seed" --continue-on-failure \
            --suppress-health-check all --generation-database none --warnings off --no-color "$@" >"$log" 2>&1
    ); then
        echo "ok      $name: $(grep -Eo '[0-9]+ generated.*' "$log" || true)"
    else
        faults=$((faults + 1))
        echo "FAILED  $name: see $log"
        sed -n '/= \(FAILURES\|ERRORS\) =/,$p' "$log"
    fi
}

# Done first, because the profile operations change the address used to log in.
staff=$(token staff)

echo "seed $seed, $([ -n "$database" ] && echo PostgreSQL || echo SQLite), $examples examples"
for surface in $surfaces; do
    final=$(final_operations "$surface")
    without=()
    for operation in $final; do
        without+=(--exclude-operation-id "$operation")
    done
    fuzz "$surface" anonymous
    fuzz "$surface" staff "${without[@]}" --header "Authorization: Bearer $staff"
    for operation in $final; do
        "$loggia" user create --email "$operation@fuzz.example" --password "$password" >/dev/null
        fuzz "$surface" "$operation" --include-operation-id "$operation" \
            --header "Authorization: Bearer $(token "$operation")"
    done
done

if grep -nE '"level":"ERROR"|panicked' "$work/server.log"; then
    faults=$((faults + 1))
    echo "FAILED  the server's log, $work/server.log"
fi
[ "$faults" = 0 ]
