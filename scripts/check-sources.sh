#!/usr/bin/env bash
# Checks that every reference to the wire contract resolves. Prints each error as `file:line: what` and fails if there is
# one. Needs bash, awk and git.
#
#   1. A reference in *.rs, *.py and *.sh has the form `docs/contract/<page>.md «Heading»`, with further headings of the
#      same page after commas: `docs/contract/drf.md «Fields», «Errors»`. The page and each heading exist. In *.md the
#      headings may be absent.
#   2. A reference is on one line: it is not split between two lines of a comment.
#   3. In the pages themselves, «Heading» is a heading of the same page. Links to `<page>.md#anchor`, also from other
#      *.md files, lead to a heading.
#   4. No tracked file refers to the texts that the pages are based on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pages=docs/contract
# Not a reference, but the description of one.
self=scripts/check-sources.sh

# Reads the pages first, then the files. `mode` is pages while the headings are collected, else code or markdown.
check='
    function complain(what) { print FILENAME ":" FNR ": " what; errors++ }
    function anchor_of(text) {
        text = tolower(text)
        gsub(/[^a-z0-9 _-]/, "", text)
        gsub(/ /, "-", text)
        return text
    }
    function heading_of(text) { sub(/^#+ +/, "", text); return text }
    # Takes the next «heading» from the front of `rest`, after an optional comma; "" if there is none.
    function next_heading(   found) {
        if (!match(rest, /^,? «[^»]*»/)) return ""
        found = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        sub(/^,? «/, "", found)
        sub(/»$/, "", found)
        return found
    }
    mode == "pages" {
        if (FNR == 1) { fenced = 0; pages[FILENAME] = 1 }
        if (/^```/) fenced = !fenced
        if (!fenced && /^#+ /) {
            text = heading_of($0)
            headings[FILENAME, text] = 1
            anchors[FILENAME, anchor_of(text)] = 1
        }
        next
    }
    # Checks the references of a line; where `needs_heading`, none may be without a heading.
    function check_references(needs_heading,   page, found) {
        rest = $0
        while (match(rest, /docs\/contract\/[A-Za-z0-9_-]+\.md/)) {
            page = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            if (!(page in pages)) { complain(page " does not exist"); continue }
            found = next_heading()
            if (found == "" && needs_heading) complain("a reference to " page " needs its heading, on the same line")
            for (; found != ""; found = next_heading())
                if (!((page, found) in headings)) complain(page " has no heading " found)
            if (needs_heading && rest ~ /^, *$/) complain("a reference to " page " goes on in the next line")
        }
    }
    mode == "code" { check_references(1) }
    mode == "markdown" { check_references(0) }
    mode == "markdown" {
        rest = $0
        folder = FILENAME
        if (!sub(/\/[^\/]*$/, "", folder)) folder = "."
        while (match(rest, /\]\([^)# ]*\.md#[^) ]+\)/)) {
            link = substr(rest, RSTART + 2, RLENGTH - 3)
            rest = substr(rest, RSTART + RLENGTH)
            split(link, part, "#")
            page = folder == "." ? part[1] : folder "/" part[1]
            while (sub(/[^\/]+\/\.\.\//, "", page)) continue
            if (page ~ "^" root "/" && !((page, part[2]) in anchors)) complain(link " leads nowhere")
        }
        if (index(FILENAME, root "/") != 1) next
        rest = $0
        gsub(/`[^`]*`/, "", rest)
        while (match(rest, /«[^»]*»/)) {
            found = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            gsub(/[«»]/, "", found)
            if (!((FILENAME, found) in headings)) complain("this page has no heading " found)
        }
    }
    END { exit errors > 0 }
'

# Keeps the files of a list that exist in the working tree and mention what is checked.
mentioning() {
    local pattern=$1
    shift
    git grep -lIE "$pattern" -- "$@" ":!$self" || true
}

failed=0
mapfile -t code < <(mentioning 'docs/contract/' '*.rs' '*.py' '*.sh')
mapfile -t markdown < <(mentioning 'docs/contract/|\.md#|«' '*.md')
awk -v root="$pages" "$check" mode=pages "$pages"/*.md mode=code "${code[@]}" mode=markdown "${markdown[@]}" || failed=1

old='(^|[^/A-Za-z])contract/(README|drf|v1)\.md|seeds/[0-9]{3}|contract of (seed|the Django)|[Ss]eeds? [0-9]{3}'
if git grep -nIE "$old" -- ":!$pages" ":!$self" ':!tests/transcripts'; then
    echo "these refer to texts outside the repository: name a page of $pages and its heading"
    failed=1
fi

if [ "$failed" -gt 0 ]; then
    echo "sources: some do not resolve (the rules are in $self)"
    exit 1
fi
echo "sources: every reference resolves"
