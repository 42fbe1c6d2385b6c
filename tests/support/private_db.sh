#!/bin/bash
# A MariaDB of a test's own, that nobody else can reach: its data, socket and log are below one folder.
#
#   private_db.sh start DIR [PORT]   ready when it returns; PORT: also on 127.0.0.1:PORT
#   private_db.sh stop DIR           gone when it returns; what it stored stays
#   private_db.sh kill DIR           the same as by kill -9
#
# The administrator is root without a password; the socket is DIR/s.sock. DIR should be short: the
# path of a socket has room for 107 bytes.
set -eu

usage() {
    sed -n '4,6s/^# *//p' "$0" >&2
    exit 2
}
[ $# -ge 2 ] || usage
folder=$2

# A process that ended and that nobody has asked about yet ("Z") is gone too.
is_alive() {
    grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"
}

pid_of() {
    cat "$folder/pid" 2>/dev/null || true
}

is_running() {
    local pid
    pid=$(pid_of)
    [ -n "$pid" ] && is_alive "$pid"
}

answers() {
    mariadb --no-defaults -uroot -S "$folder/s.sock" -e 'SELECT 1' >/dev/null 2>&1
}

# Looks every 50 ms, for 30 s at most.
wait_until() {
    local tries=600
    until "$@"; do
        tries=$((tries - 1))
        if [ $tries -eq 0 ]; then
            echo "private_db.sh: gave up waiting ($*)" >&2
            tail -n 20 "$folder/log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

is_gone() {
    ! is_alive "$1"
}

start() {
    local network=(--skip-networking)

    [ -z "${1-}" ] || network=(--bind-address=127.0.0.1 "--port=$1")
    # A server takes away every temporary table it finds at its start: not in a shared folder.
    mkdir -p "$folder/tmp"
    if [ ! -d "$folder/data/mysql" ]; then
        TMPDIR=$folder/tmp mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$folder/data" \
            --auth-root-authentication-method=normal --skip-test-db >"$folder/install.log" 2>&1 ||
            { cat "$folder/install.log" >&2; exit 1; }
    fi
    is_running && { echo "private_db.sh: $folder is running already" >&2; exit 1; }
    rm -f "$folder/pid"
    # Small and without care for power cuts: a test's data need not outlive the machine.
    setsid mariadbd --no-defaults --user="$(id -un)" --datadir="$folder/data" \
        --tmpdir="$folder/tmp" \
        --socket="$folder/s.sock" --pid-file="$folder/pid" "${network[@]}" \
        --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=16M --skip-log-bin --max-connections=60 \
        >"$folder/log" 2>&1 </dev/null &
    wait_until answers
}

# The server takes its pid file away before it has ended.
stop() {
    local pid
    pid=$(pid_of)
    is_running || return 0
    kill "-$1" "$pid"
    wait_until is_gone "$pid"
    rm -f "$folder/pid" "$folder/s.sock"
}

case $1 in
start) start "${3-}" ;;
stop) stop TERM ;;
kill) stop KILL ;;
*) usage ;;
esac
