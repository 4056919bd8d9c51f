#!/usr/bin/env bash
# Runs a command with a temporary PostgreSQL, and returns its exit status.
# Usage: scripts/postgres.sh run CMD [ARG...]
#
# CMD finds the server in TEST_DATABASE_URL. If that already names a PostgreSQL, CMD runs unchanged. Otherwise the
# machine's own PostgreSQL is used: a new cluster in a temporary directory, on a free port of 127.0.0.1 and on a socket
# in that directory, not durable, trusting every user of this machine; stopped and removed at the end. A missing
# PostgreSQL is installed if apt-get is available, otherwise this fails with a message: it is never skipped.
set -euo pipefail

say() {
    echo "postgres.sh: $*" >&2
}

# Prints the directory with initdb, postgres and pg_ctl; fails if there is none.
find_binaries() {
    local dir places
    places="$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"
    places="$places $(pg_config --bindir 2>/dev/null || true)"
    # The newest first: Debian, RPM, macOS, and builds from source.
    places="$places $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin \
        /usr/local/opt/postgresql*/bin /usr/local/pgsql/bin 2>/dev/null | sort -rV || true)"
    for dir in $places; do
        if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ] && [ -x "$dir/postgres" ]; then
            echo "$dir"
            return
        fi
    done
    return 1
}

install_postgres() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "no PostgreSQL server found (initdb, pg_ctl, postgres). Install it:"
        say "  Debian, Ubuntu: sudo apt-get install postgresql     Fedora: sudo dnf install postgresql-server"
        say "  macOS: brew install postgresql                      Arch: sudo pacman -S postgresql"
        say "or let TEST_DATABASE_URL=postgres://... name a server on which databases may be created."
        return 1
    fi
    say "no PostgreSQL found: installing it with apt-get"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql >&2
}

# Runs a command as the cluster's owner: initdb and postgres refuse to run as root.
as_owner() {
    if [ -z "$owner" ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$owner" -- "$@"
    else
        # `$0` and `$@` are for the inner shell.
        # shellcheck disable=SC2016
        su -s /bin/sh "$owner" -c 'exec "$0" "$@"' -- "$@"
    fi
}

# Sorts by ICU's rules if the server has them: a column that must sort by bytes needs COLLATE "C", and a missing one
# then fails a test.
make_cluster() {
    local common="--pgdata=$dir/data --username=postgres --auth=trust --encoding=UTF8 --no-sync"
    # shellcheck disable=SC2086 # $common is several words; $dir is from mktemp and has no space
    as_owner "$bin/initdb" $common --locale=C --locale-provider=icu --icu-locale=en >"$dir/initdb.log" 2>&1 ||
        { rm -rf "$dir/data" && as_owner "$bin/initdb" $common --locale=C >"$dir/initdb.log" 2>&1; } ||
        { cat "$dir/initdb.log" >&2 && return 1; }
    # Nothing here outlives the run, so no write waits for the disk. The suite runs many tests at once, and every test
    # has its own pools.
    cat >>"$dir/data/postgresql.conf" <<END
autovacuum = off
fsync = off
full_page_writes = off
listen_addresses = '127.0.0.1'
max_connections = 300
max_wal_senders = 0
max_wal_size = 4GB
synchronous_commit = off
unix_socket_directories = '$dir'
wal_level = minimal
END
}

# Below the ports that the kernel assigns to outgoing connections. A port that is taken makes the start fail.
start_cluster() {
    local attempt
    for attempt in 1 2 3 4 5 6 7 8; do
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 15000))
        if as_owner "$bin/pg_ctl" start --wait --timeout=60 --silent --pgdata="$dir/data" --log="$dir/server.log" \
            --options="-p $port" >/dev/null 2>&1; then
            return
        fi
        grep -q 'Address already in use' "$dir/server.log" 2>/dev/null || break
        say "port $port is taken (attempt $attempt)"
    done
    say "the server did not start:"
    cat "$dir/server.log" >&2
    return 1
}

# shellcheck disable=SC2329 # called by the trap
remove_cluster() {
    local status=$?
    trap - EXIT
    cd /
    if [ -f "$dir/data/postmaster.pid" ]; then
        as_owner "$bin/pg_ctl" stop --mode=immediate --silent --pgdata="$dir/data" >/dev/null 2>&1 || true
    fi
    rm -rf "$dir"
    exit "$status"
}

if [ "${1:-}" != run ] || [ $# -lt 2 ]; then
    say "usage: scripts/postgres.sh run CMD [ARG...]"
    exit 2
fi
shift

case ${TEST_DATABASE_URL:-} in
postgres://* | postgresql://*) exec "$@" ;;
esac

bin=$(find_binaries) || { install_postgres && bin=$(find_binaries); } || exit 1

owner=
if [ "$(id -u)" = 0 ]; then
    owner=nobody
    ! id postgres >/dev/null 2>&1 || owner=postgres
fi

# In memory if there is enough: copying a database per test is twice as fast. Not under TMPDIR, which may be long: the
# path of a socket has at most 107 bytes.
room=/tmp
free_kib=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ "${free_kib:-0}" -gt 4194304 ] && [ -w /dev/shm ]; then
    room=/dev/shm
fi
dir=$(mktemp -d "$room/loggia-postgres.XXXXXX")
trap remove_cluster EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$dir"
[ -z "$owner" ] || chown "$owner" "$dir"

# initdb and pg_ctl warn in a directory that their user cannot read.
back=$PWD
cd "$dir"
make_cluster
start_cluster
cd "$back"

export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
"$@"
