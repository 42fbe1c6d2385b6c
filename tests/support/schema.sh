# schema.sh - to be sourced by tests in shell: a schema of their own on the private database.
#
#   [ -n "${REMIT_TEST_SOCKET-}" ] || exec bash tests/support/with_db.sh bash "$0" "$@"
#   . tests/support/schema.sh
#   schema_make NAME                 from sql/migrations; dropped when the test ends
#   sql NAME <<< 'SELECT ...'        as the administrator; rows as tab-separated text

sql() {
    mariadb --no-defaults -uroot -S "$REMIT_TEST_SOCKET" --batch --skip-column-names \
        --init-command="SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'" \
        "$@"
}

# The table `remit migrate` keeps its own books in is made by its program, in one place.
migration_table() {
    sed -n '/migration_table\[\] =/,/;$/s/^ *"\(.*\)";\{0,1\}$/\1/p' common/store/migration_store.c |
        sed 's/\\n$//'
}

schema_make() {
    schema=$1
    trap 'sql -e "DROP DATABASE IF EXISTS $schema"' EXIT
    sql -e "CREATE DATABASE $schema CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    for file in sql/migrations/*.sql; do
        sql "$schema" <"$file" || { echo "$file cannot be applied" >&2; exit 1; }
    done
    migration_table | sql "$schema"
}
