#!/bin/bash
# Runs a command with a MariaDB of its own, named by REMIT_TEST_SOCKET, and stops it whatever happens.
#
#   with_db.sh COMMAND [ARGUMENT...]
#
# A command that finds REMIT_TEST_SOCKET set already uses that one. The exit status is the command's.
set -u

[ $# -ge 1 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
[ -z "${REMIT_TEST_SOCKET-}" ] || exec "$@"

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/remit-db.XXXXXX")
finish() {
    bash "$here/private_db.sh" stop "$folder"
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bash "$here/private_db.sh" start "$folder" || exit 1
REMIT_TEST_SOCKET=$folder/s.sock "$@"
