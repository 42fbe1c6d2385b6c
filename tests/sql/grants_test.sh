#!/bin/bash
# The rights the server gives are those of the matrix in sql/README.md, no fewer and no more.
set -u
[ -n "${REMIT_TEST_SOCKET-}" ] || exec bash tests/support/with_db.sh bash "$0" "$@"
. tests/support/schema.sh

failures=0
fail() {
    echo "FAIL $*"
    failures=$((failures + 1))
}

# "remit_pay invoice UPDATE paid_cents" for each right of the matrix; "-" for a whole table.
matrix_rights() {
    awk -F'|' '
        /^\| *table *\|/ { for (at = 3; at < NF; at++) account[at] = "remit_" trim($at); reading = 1; next }
        /^\|[- |]*\|$/ { next }
        reading && /^\|/ { for (at = 3; at < NF; at++) cell(account[at], trim($2), trim($at)); next }
        { reading = 0 }
        function trim(text) { gsub(/^ +| +$/, "", text); return text }
        function cell(who, table, text,    columns, list, count, i) {
            if (text == "–") return
            while (match(text, /^[SIUD](\([a-z_0-9 ]+\))? */)) {
                right = word[substr(text, 1, 1)]
                columns = substr(text, 2, RLENGTH - 1)
                gsub(/[()]/, "", columns)
                count = split(columns, list, " ")
                if (!count) print who, table, right, "-"
                for (i = 1; i <= count; i++) print who, table, right, list[i]
                text = substr(text, RLENGTH + 1)
            }
            if (text != "") { print "unreadable cell: " who " " table ": " text; exit 1 }
        }
        BEGIN { word["S"] = "SELECT"; word["I"] = "INSERT"; word["U"] = "UPDATE"; word["D"] = "DELETE" }
    ' sql/README.md | sort
}

matrix_tables() {
    awk -F'|' '/^\| *table *\|/ { reading = 1; next } /^\|[- |]*\|$/ { next }
        reading && /^\|/ { gsub(/ /, "", $2); print $2; next } { reading = 0 }' sql/README.md | sort
}

server_rights() {
    sql <<SQL | sort
SELECT CONCAT(REPLACE(SUBSTRING_INDEX(GRANTEE, '@', 1), '''', ''), ' ', TABLE_NAME, ' ',
  PRIVILEGE_TYPE, ' -') FROM information_schema.TABLE_PRIVILEGES
  WHERE TABLE_SCHEMA = '$schema' AND GRANTEE LIKE '''remit\_%'
UNION ALL
SELECT CONCAT(REPLACE(SUBSTRING_INDEX(GRANTEE, '@', 1), '''', ''), ' ', TABLE_NAME, ' ',
  PRIVILEGE_TYPE, ' ', COLUMN_NAME) FROM information_schema.COLUMN_PRIVILEGES
  WHERE TABLE_SCHEMA = '$schema' AND GRANTEE LIKE '''remit\_%'
SQL
}

compare() { # LABEL WANTED GOT: both ways
    local missing extra
    missing=$(comm -23 <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
    extra=$(comm -13 <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
    [ -z "$missing" ] || fail "$1, in the matrix only:"$'\n'"$missing"
    [ -z "$extra" ] || fail "$1, on the server only:"$'\n'"$extra"
}

as() { # ACCOUNT STATEMENT: the server's error number, 0 when it went well
    local words
    words=$(mariadb --no-defaults -u"$1" -ptest-only -S "$REMIT_TEST_SOCKET" "$schema" \
        -e "$2" 2>&1 >/dev/null) && { echo 0; return; }
    sed -n 's/^ERROR \([0-9]*\).*/\1/p' <<<"$words" | head -n 1
}

refused() { # ACCOUNT STATEMENT
    local number
    number=$(as "$1" "$2")
    case $number in
    1142 | 1143 | 1044 | 1045 | 1227) ;;
    *) fail "$1 may: $2 (error ${number:-none})" ;;
    esac
}

allowed() { # ACCOUNT STATEMENT
    local number
    number=$(as "$1" "$2")
    [ "$number" = 0 ] || fail "$1 may not: $2 (error $number)"
}

schema_make "remit_grants_$$"
accounts=$(matrix_rights | awk '{ print $1 }' | sort -u)
[ -n "$accounts" ] || { echo "FAIL no matrix in sql/README.md"; exit 1; }
for account in $accounts; do
    sql -e "DROP USER IF EXISTS $account@localhost; CREATE USER $account@localhost IDENTIFIED BY 'test-only'"
done
sql "$schema" <sql/grants.sql || fail "sql/grants.sql cannot be run"
compare "rights" "$(matrix_rights)" "$(server_rights)"
sql "$schema" <sql/grants.sql || fail "sql/grants.sql cannot be run again"
compare "rights, granted twice" "$(matrix_rights)" "$(server_rights)"
compare "tables" "$(matrix_tables)" \
    "$(sql -e "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$schema'" | sort)"

# Nothing wider than a table, and nothing that can be handed on.
wide=$(sql <<SQL
SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
  WHERE GRANTEE LIKE '''remit\_%' AND PRIVILEGE_TYPE <> 'USAGE'
UNION ALL SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
  WHERE GRANTEE LIKE '''remit\_%'
UNION ALL SELECT GRANTEE, 'GRANT OPTION' FROM information_schema.TABLE_PRIVILEGES
  WHERE GRANTEE LIKE '''remit\_%' AND IS_GRANTABLE = 'YES'
UNION ALL SELECT GRANTEE, 'GRANT OPTION' FROM information_schema.COLUMN_PRIVILEGES
  WHERE GRANTEE LIKE '''remit\_%' AND IS_GRANTABLE = 'YES'
SQL
)
[ -z "$wide" ] || fail "wider than a table: $wide"

# What the matrix says, tried: these must stay so whatever the matrix will say one day.
for account in $accounts; do
    for table in journal_entry journal_posting payment_event audit_event; do
        refused $account "UPDATE $table SET account_id = 1"
        refused $account "DELETE FROM $table"
        refused $account "TRUNCATE TABLE $table"
    done
    refused $account "DELETE FROM payment"
    refused $account "DELETE FROM invoice"
    refused $account "CREATE TABLE x (id INT)"
    refused $account "ALTER TABLE account ADD x INT"
    refused $account "DROP TABLE counter"
    refused $account "LOCK TABLES payment WRITE"
    refused $account "SELECT User FROM mysql.global_priv"
    [ $account = remit_login ] || refused $account "SELECT hash FROM user_password"
    [ $account = remit_login ] || refused $account "INSERT INTO session (token_hash) VALUES ('x')"
done
refused remit_invoices "INSERT INTO payment (account_id) VALUES (1)"
refused remit_invoices "UPDATE payment SET state = 'succeeded'"
refused remit_invoices "UPDATE session SET user_id = 2"
refused remit_invoices "UPDATE invoice SET paid_cents = total_cents"
refused remit_invoices "SELECT * FROM method"
refused remit_invoices "SELECT vault_id FROM method"
refused remit_invoices "SELECT holder FROM method"
refused remit_invoices "UPDATE enrolment SET next_on = NULL"
refused remit_invoices "INSERT INTO draft (account_id) VALUES (1)"
refused remit_pay "SELECT * FROM user_password"
refused remit_pay "UPDATE payment SET amount_cents = 1"
refused remit_pay "UPDATE invoice SET total_cents = 1"
refused remit_pay "UPDATE account SET organization = 'x'"
refused remit_pay "INSERT INTO credit (account_id, reference, kind, amount_cents, actor, created_at) VALUES (1, 'C1', 'given', 1, 'x', NOW())"
refused remit_pay "UPDATE method SET user_id = 2"
refused remit_pay "SELECT * FROM consent"
refused remit_methods "INSERT INTO payment (account_id) VALUES (1)"
refused remit_methods "SELECT amount_cents FROM payment"
refused remit_methods "UPDATE method SET user_id = 2"
refused remit_methods "SELECT * FROM invoice"
refused remit_pay "UPDATE payment_allocation SET amount_cents = 1"
refused remit_pay "SELECT * FROM outbox"
refused remit_pay "DELETE FROM session"
refused remit_methods "SELECT * FROM payment"
refused remit_methods "SELECT amount_cents FROM payment"
refused remit_methods "UPDATE payment SET state = 'succeeded'"
refused remit_methods "SELECT * FROM invoice"
refused remit_methods "UPDATE method SET user_id = 2"
refused remit_methods "UPDATE account SET credit_cents = 1"
refused remit_methods "DELETE FROM method"
refused remit_methods "UPDATE consent SET text = ''"
refused remit_methods "INSERT INTO queue_item (queue_key) VALUES ('x')"
refused remit_login "SELECT * FROM invoice"
refused remit_login "SELECT * FROM payment"
refused remit_login "DELETE FROM user_password"
refused remit_login "UPDATE user_password SET user_id = 2"
refused remit_login "UPDATE user SET email = 'x'"
refused remit_login "UPDATE user SET is_active = 1"
refused remit_login "UPDATE user SET external_id = 'x'"
refused remit_login "INSERT INTO user (email, name, is_active, created_at) VALUES ('x', 'x', 0, '2026-01-01')"
refused remit_login "DELETE FROM account_user"
refused remit_login "UPDATE account SET due_cents = 0"
refused remit_login "UPDATE user_link SET token_hash = 'x'"
refused remit_login "SELECT * FROM outbox"
refused remit_mailer "UPDATE user_link SET state = 'open'"
refused remit_mailer "SELECT seen_at FROM user_seen"
refused remit_mailer "UPDATE user SET language = 'es'"
refused remit_remit "SELECT token_hash FROM user_link"
refused remit_login "UPDATE account_user SET level_id = 1"
refused remit_login "UPDATE session SET user_id = 2"
# The probes themselves must be able to tell: these are allowed.
allowed remit_invoices "SELECT * FROM payment; UPDATE session SET seen_at = '2026-01-01'"
allowed remit_pay "SELECT * FROM payment; UPDATE payment SET state = 'review' WHERE id = 0"
allowed remit_methods "SELECT state FROM payment; UPDATE method SET label = '' WHERE id = 0"
allowed remit_login "SELECT hash FROM user_password; DELETE FROM session"

for account in $accounts; do
    sql -e "DROP USER $account@localhost"
done
[ $failures -eq 0 ] || { echo "grants_test: $failures failed"; exit 1; }
echo "grants_test: ok"
