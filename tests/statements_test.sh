#!/usr/bin/env bash
# Each program declares every statement it can reach: one that it forgot is prepared nowhere, and its program ends on the day it
# is needed. The linker is asked: built with a section for each thing, a program keeps only what its main() leads to.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/statements
log=$out.log

# What the linker cannot know: program, statements, and why no call leads there.
exceptions() {
    cat <<'EOF'
autopay session_see_sql: a program loads a session or sees one, by its settings of pages; this one loads
login session_see_sql: as above
methods session_see_sql: as above
pay session_see_sql: as above
documents session_load_sql: the same the other way: it only sees
invoices session_load_sql: as above
settler audit_add_sql: a return is audited for an operator, and a settler is none
drafter import_invoice_sql import_line_sql draft_joins_sql enrolment_join_sql: only a return issues an invoice, and an answer to a sale is none
pay import_invoice_sql import_line_sql draft_joins_sql enrolment_join_sql: as above
pay draft_attempt_sql draft_attempts_sql draft_enrolment_sql draft_find_sql draft_move_sql draft_taken_sql draft_tries_sql: a payment of a draft is never confirmed by hand
remit migration_claim_sql migration_exists_sql migration_finish_sql migration_list_sql migration_resume_sql: of remit migrate, before there is a schema to prepare against
EOF
}

excepted() {
    exceptions | while read -r program rest; do
        [[ $program != "$1" ]] || tr ' ' '\n' <<<"${rest%%:*}"
    done | sort -u
}

# reached PROGRAM
reached() { nm "$out/bin/$1" | awk '$3 ~ /_sql$/ {print $3}' | sort -u; }

# declared PROGRAM: what its list of statements names, macros resolved.
declared() {
    local flags
    read -r -a flags <<<"$(pkg-config --cflags libmariadb libcurl libsodium jansson expat libevent pangocairo)"
    gcc -E -P -I. -isystem /usr/include/ClearSilver -D_GNU_SOURCE "-DREMIT_PREFIX=\"\"" "${flags[@]}" "modules/$1/main.c" |
        tr -d '\n' | grep -o 'statements\[\] = {[^}]*}' | grep -o '&[a-z_0-9]*_sql' | tr -d '&' | sort -u
}

mkdir -p build
make --no-print-directory -j"$(nproc)" BUILD=statements CFLAGS='-O1 -g0 -ffunction-sections -fdata-sections' LDFLAGS=-Wl,--gc-sections all >"$log" 2>&1 ||
    { tail -n 20 "$log"; exit 1; }
failed=0
for main in modules/*/main.c; do
    program=$(basename "$(dirname "$main")")
    grep -q 'statements\[\]' "$main" || continue
    [[ $(declared "$program" | wc -l) -gt 0 ]] || { printf '%s: no statement was found in its main.c\n' "$program"; failed=1; }
    missing=$(comm -23 <(reached "$program") <(declared "$program" | cat - <(excepted "$program") | sort -u))
    [[ -z $missing ]] || { printf '%s reaches and does not declare: %s\n' "$program" "${missing//$'\n'/ }"; failed=1; }
    stale=$(comm -23 <(excepted "$program") <(comm -23 <(reached "$program") <(declared "$program")))
    [[ -z $stale ]] || { printf '%s: no exception any more: %s\n' "$program" "${stale//$'\n'/ }"; failed=1; }
done
exit "$failed"
