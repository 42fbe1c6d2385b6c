#!/bin/bash
# The rules of the tree that a compiler does not know, over common/ and modules/:
#
#   include    modules -> program -> store, page, print, gateway, mail, billing -> http, db, money -> core. A
#              file includes its own folder and what `may` below lists for it, nothing else. Within the
#              middle layer: billing is rules without I/O; page, print and gateway know no table; store
#              uses billing's words. A module includes no other module, the sandbox nothing of ours.
#   door       one door per library: `doors` below.
#   sql        statements are in common/store; common/db has the fixed commands of a session.
#   clock      business time comes from common/core/clock.c; SQL asks for no time but leases' (the
#              stores of charges, refunds, the vault and the outbox).
#   money      no floating point anywhere.
#   unsafe     no call that cannot be told how much room there is, no shell, no bad random numbers.
#   galera     no GET_LOCK, no LOCK TABLES, no SKIP LOCKED.
#   long       functions to 70 lines, files to 500.
#
# And of what was built: which programs load libcurl.
#
# The second half adds one violation of each kind to a copy of the tree and expects to be told.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

check() { # FOLDER PATH...: one line for each violation in what is below the paths
    local folder=$1
    shift
    (cd "$folder" && find "$@" -name '*.[ch]' | sort | xargs -d '\n' awk "$rules")
}

rules='
BEGIN {
    may["core"] = "core"
    may["money"] = "money core"
    may["db"] = "db core"
    may["http"] = "http core"
    may["billing"] = "billing money core"
    may["page"] = "page http money core"
    may["print"] = "print core"
    may["gateway"] = "gateway billing http money core"
    may["mail"] = "mail billing page http db money core"
    may["store"] = "store billing db money core"
    may["program"] = "program billing page print store gateway mail http db money core"
    may["modules"] = may["program"]
    may["modules/sandbox"] = ""

    doors["^(mysql|mysqld_error|errmsg|mariadb.*)\\.h$"] = "^common/db/"
    doors["^(ClearSilver|neo_|cs\\.h|cgi)"] = "^common/page/"
    doors["^fcgi"] = "^common/http/fcgi\\.c$"
    doors["^curl/"] = "^common/(gateway|mail)/"
    doors["^sodium"] = "^common/core/(secret|password)\\.c$"
    doors["^expat"] = "^common/gateway/"
    doors["^jansson"] = "^(modules/(remit|sandbox)/|common/gateway/nmi_event\\.c$)"
    doors["^event2?[./]"] = "^modules/sandbox/"
    doors["^(pango|cairo|fontconfig)"] = "^common/print/"
}

function tell(rule, what) { print rule ": " FILENAME ":" FNR ": " what }

# The line without comments; texts stay.
function code_of(line,    out, c, two, quote) {
    if (!in_comment && index(line, "/") == 0) return line
    out = ""
    while (line != "") {
        c = substr(line, 1, 1); two = substr(line, 1, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; line = substr(line, 3) } else line = substr(line, 2)
            continue
        }
        if (!quote && two == "/*") { in_comment = 1; line = substr(line, 3); continue }
        if (!quote && two == "//") break
        if (quote && c == "\\") { out = out two; line = substr(line, 3); continue }
        if (c == "\"" || c == "\047") quote = quote == c ? "" : quote ? quote : c
        out = out c
        line = substr(line, 2)
    }
    return out
}

function has_word(list, word) { return index(" " list " ", " " word " ") > 0 }

function include_check(name, is_system,    part, folder, own) {
    split(FILENAME, part, "/")
    own = part[1] == "common" ? part[2] : "modules"
    if (is_system) {
        for (library in doors)
            if (name ~ library && FILENAME !~ doors[library]) tell("door", name)
        return
    }
    split(name, folder, "/")
    if (folder[1] == "modules") {
        if (part[1] != "modules" || folder[2] != part[2]) tell("include", name)
    } else if (folder[1] != "common") tell("include", name)
    else if (part[1] == "modules" && part[2] == "sandbox") tell("include", name)
    else if (!has_word(may[own], folder[2])) tell("include", name)
}

FNR == 1 {
    in_comment = 0; function_at = 0
}
FNR == 501 { tell("long", "more than 500 lines") }
/^[A-Za-z_].*\(/ && !/;$/ { function_at = FNR }
/^};/ { function_at = 0 }
/^}$/ {
    if (function_at && FNR - function_at + 1 > 70) tell("long", "a function of " FNR - function_at + 1 " lines")
    function_at = 0
}
{
    code = code_of($0)
    bare = code
    gsub(/"([^"\\]|\\.)*"/, "\"\"", bare)
}
code ~ /^#include/ {
    name = code
    system_header = name ~ /</
    gsub(/^#include *[<"]|[>"].*$/, "", name)
    include_check(name, system_header)
    next
}
FILENAME !~ /^common\/(store|db)\// && code ~ /"[ (]*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|GRANT|CALL) / { tell("sql", code) }
FILENAME ~ /^common\/db\// && code ~ /"[ (]*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP) / { tell("sql", code) }
FILENAME ~ /^common\/store\// && code ~ /"/ && toupper(code) ~ /(NOW|CURDATE|CURTIME|SYSDATE|UTC_DATE|UTC_TIME|UNIX_TIMESTAMP) *\(|CURRENT_(TIME|DATE)/ { tell("clock", code) }
FILENAME ~ /^common\/store\// && FILENAME !~ /\/(charge|look|refund|method_save|vault|outbox|progress)_store\.c$/ && code ~ /UTC_TIMESTAMP/ { tell("clock", code) }
FILENAME !~ /^(common\/core\/(clock|log)\.c|modules\/sandbox\/)/ && bare ~ /(^|[^a-z_])(time|gettimeofday) *\(|CLOCK_REALTIME/ { tell("clock", code) }
bare ~ /(^|[^A-Za-z0-9_])(float|double|strtod|strtof|atof|difftime|json_real|json_number_value)([^A-Za-z0-9_]|$)/ { tell("money", code) }
code ~ /%[-+ 0-9.*l]*[fFeEgGaA][^A-Za-z]/ && code ~ /printf|format/ { tell("money", code) }
bare ~ /(^|[^A-Za-z0-9_])(strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok|strtok_r|atoi|atol|atoll|scanf|sscanf|system|popen|alloca|rand|srand|random|tmpnam|mktemp) *\(/ { tell("unsafe", code) }
FILENAME !~ /^modules\/sandbox\// && toupper(code) ~ /GET_LOCK|LOCK TABLES|SKIP LOCKED|XA START/ { tell("galera", code) }
'

if ! found=$(check . common modules) || [ -n "$found" ]; then
    echo "$found"
    echo "layers_test: failed"
    exit 1
fi

# ---- does it see anything? ----

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r common modules "$copy"
failures=0

told() { # RULE FILE LINE: the line, added to a file of the copy, is a violation of that rule
    local kept= found
    [ ! -f "$copy/$2" ] || kept=$(mktemp "$copy/kept.XXXXXX")
    [ -z "$kept" ] || cp "$copy/$2" "$kept"
    mkdir -p "$(dirname "$copy/$2")"
    printf '%b\n' "$3" >>"$copy/$2"
    found=$(check "$copy" "$2")
    if ! grep -q "^$1: $2:" <<<"$found"; then
        echo "FAIL not seen ($1) in $2: ${3:0:60}"
        failures=$((failures + 1))
    fi
    if [ -z "$kept" ]; then rm "$copy/$2"; else mv "$kept" "$copy/$2"; fi
}

untold() { # FILE LINE: the line is fine
    local found
    printf '%b\n' "$2" >"$copy/$1"
    found=$(check "$copy" "$1")
    if [ -n "$found" ]; then
        echo "FAIL seen, but fine: $found"
        failures=$((failures + 1))
    fi
    rm "$copy/$1"
}

told include common/core/text.c '#include "common/money/money.h"'
told include common/money/money.c '#include "common/billing/allocation.h"'
told include common/db/db.h '#include "common/store/user_store.h"'
told include common/http/form.c '#include "common/page/page.h"'
told include common/billing/allocation.c '#include "common/db/db.h"'
told include common/page/page.c '#include "common/store/user_store.h"'
told include common/print/print.c '#include "common/money/money.h"'
told include common/store/user_store.c '#include "common/print/print.h"'
told include common/gateway/nmi.c '#include "common/db/db.h"'
told include common/store/user_store.c '#include "common/http/request.h"'
told include common/store/user_store.c '#include "common/program/program.h"'
told include common/program/visit.h '#include "modules/pay/pay.h"'
told include modules/invoices/main.c '#include "modules/pay/pay.h"'
told include modules/sandbox/main.c '#include "common/core/text.h"'
told door common/store/user_store.c '#include <mysql.h>'
told door modules/remit/main.c '#include <mysql/mysql.h>\n#include <mysqld_error.h>'
told door common/program/visit.c '#include <ClearSilver/ClearSilver.h>'
told door common/http/request.c '#include <fcgiapp.h>'
told door modules/pay/main.c '#include <curl/curl.h>'
told door common/http/form_key.c '#include <sodium.h>'
told door modules/remit/new.c '#include <expat.h>'
told door common/gateway/nmi.c '#include <jansson.h>'
told door modules/pay/main.c '#include <event2/event.h>'
told door modules/documents/main.c '#include <pango/pangocairo.h>'
told door common/page/page.c '#include <cairo-pdf.h>'
told door common/program/visit.c '#include <fontconfig/fontconfig.h>'
told sql modules/pay/main.c 'static const char *q = "SELECT 1";'
told sql common/program/charge.c 'static const char *q =\n    "UPDATE payment SET state = 1";'
told sql common/db/connection.c 'static const char *q = "DELETE FROM session";'
told clock common/store/user_store.c 'static const char *q = "SELECT NOW()";'
told clock common/store/user_store.c 'static const char *q = "x > UTC_TIMESTAMP(6)";'
told clock common/program/settle.c 'int64_t f(void) {\n    return time(NULL);\n}'
told money common/billing/allocation.c 'static double rate = 1;'
told money modules/pay/main.c 'static float rate;'
told money modules/remit/new.c 'void f(void) {\n    printf("%.2f\\n", x);\n}'
told unsafe common/core/text.c 'void f(char *a) {\n    strcpy(a, "x");\n}'
told unsafe modules/sandbox/main.c 'void f(char *a) {\n    sprintf(a, "x");\n}'
told unsafe modules/login/main.c 'int f(void) {\n    return rand();\n}'
told galera common/store/user_store.c 'static const char *q = "SELECT GET_LOCK(1)";'
told long common/core/text.c "void f(void) {$(printf '\\n    g();%.0s' {1..69})\\n}"
told long common/core/new.c "$(printf '\\nint a;%.0s' {1..500})"
untold common/core/new.c "void f(void) {$(printf '\\n    g();%.0s' {1..68})\\n}"
untold common/core/new.c "/* float, double, strcpy(a): \"SELECT 1\" in a comment\n * time(NULL) */"
untold common/core/new.c 'static const char *a = "a double click, at (any) time (or not)";'
untold modules/pay/new.c '#include <stdio.h>\n#include "common/store/user_store.h"\n#include "modules/pay/pay.h"'

# Who talks to no gateway and sends no mail loads no libcurl: it is 3 MB of each worker. Pango is for who prints.
loads() { readelf -d "build/release/bin/$1" | grep -qE "NEEDED.*$2"; }
loads_not() { # LIBRARY PROGRAM...
    local library=$1 program
    shift
    for program in "$@"; do
        if loads "$program" "$library"; then
            echo "layers_test: $program is linked with $library"
            failures=$((failures + 1))
        fi
    done
}
must_load() { # LIBRARY PROGRAM
    loads "$2" "$1" || {
        echo "layers_test: $2 is not linked with $1, so the line above says nothing"
        failures=$((failures + 1))
    }
}
loads_not libcurl invoices documents login autopay webhooks
must_load libcurl pay
loads_not 'lib(pango|cairo|fontconfig)' invoices login autopay pay methods mailer drafter remit webhooks
loads_not libexpat webhooks
loads_not libjansson invoices documents login autopay pay methods mailer drafter
must_load libjansson webhooks
must_load 'libpango' documents

[ $failures -eq 0 ] || { echo "layers_test: failed"; exit 1; }
echo "layers_test: ok"
