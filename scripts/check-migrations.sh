#!/usr/bin/env bash
# Enforces that the two sides of migrations/ agree. Prints every violation as `file:line: what` and fails if there is
# one. Needs bash, awk, find and cargo.
#
#   1. migrations/{postgres,sqlite}/NNNN_<crate>_<what>/{up,down}.sql: the same folders on both sides, numbered from 0001
#      without a gap, named for a crate that is there, and both files hold a statement.
#   2. Every UNIQUE, REFERENCES, FOREIGN KEY and CHECK is a named constraint, and every unique index too:
#      <table>_<columns>_key, _fkey or _check. A key's name is exact, because loggia-db rebuilds it from SQLite's
#      message, which names table and columns only; an index over expressions is reported by its own name.
#   3. After all migrations both sides have the same constraints. Dropping, adding and renaming are followed, also
#      SQLite's way of changing a table: a new one under another name, dropped and renamed.
#   4. Each crate that has migrations reaches them by a link crates/<crate>/migrations, names each one in src/schema.rs,
#      and packages the files of its own and of no other crate.
#
# Primary keys may stay unnamed, because SQLite's AUTOINCREMENT allows no name. Dropping a column does not count as
# dropping its constraints: drop them by name first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

breaches=0
breach() {
    echo "$1"
    breaches=$((breaches + 1))
}

folders() {
    find "migrations/$1" -mindepth 1 -maxdepth 1 -name '[!.]*' 2>/dev/null | sed 's|.*/||' | LC_ALL=C sort
}

# Prints `line word` for each word, number and punctuation mark of a file, without comments, strings and the bodies of
# functions ($$ ... $$). "quoted names" are printed without their quotes, in lower case like all others.
tokens() {
    awk '
        function flush() {
            if (word != "") print NR, word
            word = ""
        }
        {
            text = $0 " "
            gsub(/--[^\r\n]*$/, " ", text)
            for (i = 1; i <= length(text); i++) {
                c = substr(text, i, 1)
                two = substr(text, i, 2)
                if (comment) { if (two == "*/") { comment = 0; i++ } continue }
                if (body) { if (two == "$$") { body = 0; i++ } continue }
                if (string) { if (c == "'"'"'") string = 0; continue }
                if (two == "/*") { flush(); comment = 1; i++; continue }
                if (two == "$$") { flush(); body = 1; i++; continue }
                if (c == "'"'"'") { flush(); string = 1; print NR, "a-string"; continue }
                if (c == "\"") continue
                if (c ~ /[A-Za-z0-9_]/) { word = word tolower(c); continue }
                flush()
                if (c !~ /[ \t\r]/) print NR, c
            }
            flush()
        }
    ' "$1"
}

# Reads tokens of all up.sql of one side, prefixed by their file: `file line word`. Prints violations of rule 2 as
# `! file:line: what`, and the constraints that exist at the end as `= table name`.
constraints='
    function complain(what) { print "! " file[at] ":" line[at] ": " what }
    function add(table, name) { if (name != "") kept[table " " name] = 1 }
    function drop_table(table, key) {
        for (key in kept) if (index(key, table " ") == 1) delete kept[key]
    }
    function rename(old, fresh, key, keys, n, i) {
        n = 0
        for (key in kept) if (index(key, old " ") == 1) keys[++n] = key
        for (i = 1; i <= n; i++) {
            delete kept[keys[i]]
            add(fresh, substr(keys[i], length(old) + 2))
        }
    }
    # Returns the list in the parentheses that open at i, joined by "_"; "" if it contains anything but names.
    function columns(i, end, list) {
        list = ""
        if (word[i] != "(") return ""
        for (i++; i <= end && word[i] != ")"; i++) {
            if (word[i] == ",") continue
            if (word[i] == "asc" || word[i] == "desc") continue
            if (word[i] == "collate") { i++; continue }
            if (word[i] !~ /^[a-z_][a-z0-9_]*$/ || word[i + 1] == "(") return ""
            list = list (list == "" ? "" : "_") word[i]
        }
        return list
    }
    # Returns the final name of a table: `accounts_new` will be renamed to `accounts`.
    function base(table) {
        sub(/_new$/, "", table)
        return table
    }
    function check_name(name, kind, table, list) {
        table = base(table)
        if (name == "") {
            complain(table ": a constraint needs its name, " table "_<columns>_" kind)
        } else if (kind == "key" && list != "" && name != table "_" list "_key") {
            complain(name ": a key of " table " (" list ") is named " table "_" list "_key")
        } else if (index(name, table "_") != 1 || name !~ ("_" kind "$")) {
            complain(name ": a constraint of " table " is named " table "_<columns>_" kind)
        }
    }
    # Handles one statement: the tokens from start to end.
    function statement(start, end, i, table, name, column, depth, list, fresh) {
        i = start
        if (word[i] == "drop" && word[i + 1] == "table") {
            i += 2
            if (word[i] == "if") i += 2
            for (; i <= end && word[i] ~ /^[a-z_]/ || word[i] == ","; i++) drop_table(word[i])
            return
        }
        if (word[i] == "drop" && word[i + 1] == "index") {
            i += 2
            if (word[i] == "concurrently") i++
            if (word[i] == "if") i += 2
            drop_name(word[i])
            return
        }
        if (word[i] == "create" && word[i + 1] == "unique") {
            at = i
            i += 3
            if (word[i] == "concurrently") i++
            if (word[i] == "if") i += 3
            name = word[i] == "on" ? "" : word[i++]
            table = word[i + 1]
            i += 2
            if (word[i] == "using") i += 2
            list = columns(i, end)
            check_name(name, "key", table, list)
            add(table, name)
            return
        }
        if (word[i] == "create" && word[i + 1] == "table") {
            i += 2
            if (word[i] == "if") i += 3
        } else if (word[i] == "alter" && word[i + 1] == "table") {
            i += 2
            if (word[i] == "if") i += 2
            if (word[i] == "only") i++
        } else {
            return
        }
        table = word[i++]
        if (word[i] == "rename" && word[i + 1] == "to") {
            rename(table, word[i + 2])
            return
        }
        if (word[i] == "rename" && word[i + 1] == "constraint") {
            fresh = word[i + 4]
            delete kept[table " " word[i + 2]]
            add(table, fresh)
            return
        }
        depth = 0; name = ""; column = ""
        for (; i <= end; i++) {
            at = i
            if (word[i] == "(") {
                if (++depth == 1) { column = word[i + 1]; name = "" }
            } else if (word[i] == ")") {
                depth--
            } else if (word[i] == "," && depth <= 1) {
                column = word[i + 1]; name = ""
            } else if (depth > 1) {
                continue
            } else if (word[i] == "drop" && word[i + 1] == "constraint") {
                i += 2
                if (word[i] == "if") i += 2
                delete kept[table " " word[i]]
            } else if (word[i] == "add" && word[i + 1] == "column") {
                column = word[i + 2] == "if" ? word[i + 5] : word[i + 2]; name = ""
            } else if (word[i] == "constraint") {
                name = word[++i]
            } else if (word[i] == "unique") {
                list = columns(i + 1, end)
                check_name(name, "key", table, list != "" ? list : column)
                add(table, name); name = ""
            } else if (word[i] == "foreign") {
                check_name(name, "fkey", table)
                add(table, name); name = ""
                # Its REFERENCES belongs to the same constraint.
                while (i <= end && word[i] != "references") i++
            } else if (word[i] == "references") {
                check_name(name, "fkey", table)
                add(table, name); name = ""
            } else if (word[i] == "check") {
                check_name(name, "check", table)
                add(table, name); name = ""
            } else if (word[i] == "primary") {
                name = ""
            }
        }
    }
    function drop_name(name, key) {
        for (key in kept) if (substr(key, index(key, " ") + 1) == name) delete kept[key]
    }
    { file[NR] = $1; line[NR] = $2; word[NR] = $3 }
    END {
        start = 1
        for (k = 1; k <= NR; k++) {
            if (word[k] == ";" || k == NR || file[k] != file[k + 1]) {
                statement(start, k)
                start = k + 1
            }
        }
        for (key in kept) print "= " key
    }
'

# Prints what `constraints` finds on one side.
constraints_of() {
    local folder file
    for folder in $(folders "$1"); do
        file=migrations/$1/$folder/up.sql
        [ ! -f "$file" ] || tokens "$file" | sed "s|^|$file |"
    done | awk "$constraints" | LC_ALL=C sort
}

check_folders() {
    local side folder file number expected crate
    for side in postgres sqlite; do
        expected=1
        for folder in $(folders $side); do
            if ! [[ $folder =~ ^([0-9]{4})_([a-z]+)_[a-z0-9_]+$ ]]; then
                breach "migrations/$side/$folder:1: a migration is named NNNN_<crate>_<what>"
                continue
            fi
            number=$((10#${BASH_REMATCH[1]}))
            crate=${BASH_REMATCH[2]}
            if [ "$number" != "$expected" ]; then
                breach "migrations/$side/$folder:1: its number should be $(printf %04d "$expected")"
            fi
            expected=$((number + 1))
            [ -d "crates/$crate" ] || breach "migrations/$side/$folder:1: there is no crate $crate"
            for file in up.sql down.sql; do
                file=migrations/$side/$folder/$file
                if [ ! -f "$file" ]; then
                    breach "$file:1: is missing"
                elif [ -z "$(tokens "$file")" ]; then
                    breach "$file:1: holds no statement"
                fi
            done
        done
    done
}

check_sides() {
    local line
    while read -r line; do
        breach "migrations: only one side has ${line}"
    done < <(LC_ALL=C comm -3 <(folders postgres) <(folders sqlite) | awk '{ print $1 }')
}

check_constraints() {
    local side found line
    for side in postgres sqlite; do
        while read -r line; do
            breach "${line#! }"
        done < <(constraints_of $side | grep '^!' || true)
    done
    while read -r side found; do
        breach "migrations/$side: has a constraint that the other side has not: $found"
    done < <(LC_ALL=C comm -3 <(constraints_of postgres | grep '^=') <(constraints_of sqlite | grep '^=') |
        awk -F '\t' '{ sub(/= /, ""); sub(/^\t/, ""); split($0, w, " "); print ($1 == "" ? "sqlite" : "postgres"), w[2] " on " w[1] }')
}

# Prints the files of a crate's migrations, as they are in the workspace.
files_of() {
    find migrations -path "migrations/*/[0-9][0-9][0-9][0-9]_$1_*/*" -type f | LC_ALL=C sort
}

# Prints the files of a crate's migrations, as they are in its package.
packaged_by() {
    cargo package --quiet --locked --allow-dirty --list -p "loggia-$1" | grep '^migrations/' | LC_ALL=C sort
}

check_crates() {
    local crate folder schema line
    for crate in $(folders sqlite | cut -d _ -f 2 | LC_ALL=C sort -u); do
        if [ "$(readlink "crates/$crate/migrations")" != ../../migrations ]; then
            breach "crates/$crate/migrations:1: should be a link to ../../migrations"
            continue
        fi
        schema=crates/$crate/src/schema.rs
        for folder in $(folders sqlite | grep "^[0-9]*_${crate}_"); do
            grep -q "\"$folder\"" "$schema" || breach "$schema:1: MIGRATIONS does not name $folder"
        done
        while read -r line; do
            breach "crates/$crate/Cargo.toml:1: the package should have its own migrations and no others: $line"
        done < <(LC_ALL=C comm -3 <(files_of "$crate") <(packaged_by "$crate") | awk '{ print $1 }')
    done
}

check_folders
check_sides
check_constraints
check_crates

if [ "$breaches" -gt 0 ]; then
    echo "migrations: $breaches violations (the rules are in scripts/check-migrations.sh)"
    exit 1
fi
echo "migrations: $(folders sqlite | wc -l | tr -d ' ') on both sides, no violations"
