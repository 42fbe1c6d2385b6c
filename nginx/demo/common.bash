# What start, stop, run and restart share: where things are, how a process is started, known again
# and ended. Sourced, never run.
# shellcheck shell=bash disable=SC2034

PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx and mariadbd

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$top/build/${BUILD:-release}/bin
port=${PORT:-8080}
run=$(realpath -m -- "${RUN:-$top/build/run}")
gateway=${GATEWAY:-}
gateway=${gateway%/}
base=${BASE:-/billing}
# BRAND=FOLDER: a provider's look, searched before templates/. TCP="pay login": these listen on ports.
brand=${BRAND:-}
tcp=${TCP:-}
settings=$run/remit.hdf
clock=$run/clock
secrets=$run/secrets
pids=$run/pids
logs=$run/log
gateway_key=demo-security-key
tokenization_key=demo-tokenization-key
webhook_key=demo-webhook-key

# A pool is a program's workers on one socket: "name program workers".
pools=(
    "invoices invoices 2"
    "login login 2"
    "pay pay 2"
    "pay-confirm pay 4"
    "methods methods 1"
    "methods-save methods 2"
    "autopay autopay 1"
    "documents documents 2"
    "webhooks webhooks 1"
)

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# fail_log LOG SENTENCE: with the end of a log.
fail_log() {
    say "the end of $1:"
    tail -n 15 -- "$1" | sed 's/^/    /' >&2
    fail "$2"
}

# ---- processes ----

# When a process started, in ticks since boot: with its pid, that is who it is.
started_at() {
    local stat
    # It may end at any moment, and $(<file) of no file ends this shell.
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    stat=${stat##*) }
    [[ $stat != Z* ]] || return 1
    cut -d' ' -f20 <<<"$stat"
}

# The pid recorded under a name, if that very process still lives.
pid_of() {
    local pid when
    [[ -r $pids/$1 ]] && read -r pid when <"$pids/$1" || return 1
    [[ $(started_at "$pid") == "$when" ]] || return 1
    printf '%s\n' "$pid"
}

# launch NAME LOG COMMAND...: in a session of its own, so that Ctrl-C reaches nobody but `run`.
launch() {
    local name=$1 log=$2 pid
    shift 2
    setsid "$@" </dev/null >>"$log" 2>&1 &
    pid=$!
    printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$pids/$name"
}

# gone SECONDS PID...: whether all of them end within that time.
gone() {
    local tries=$(($1 * 20)) pid
    shift
    for pid in "$@"; do
        while started_at "$pid" >/dev/null; do
            ((tries-- > 0)) || return 1
            sleep 0.05
        done
    done
}

# end SECONDS SIGNAL PID...: asks, waits, and kills what is left then.
end() {
    local seconds=$1 signal=$2
    shift 2
    (($#)) || return 0
    kill -s "$signal" "$@" 2>/dev/null || true
    gone "$seconds" "$@" && return 0
    kill -s KILL "$@" 2>/dev/null || true
    gone 5 "$@" || true
}

# pids_with ARG...: the processes that have these arguments, one after the other. What was recorded
# does not tell of workers whose parent was killed, nor of a command a test still has running.
pids_with() {
    local file args wanted
    printf -v wanted '%s\n' "$@"
    for file in /proc/[0-9]*/cmdline; do
        mapfile -d '' -t args <"$file" || continue
        printf -v args '%s\n' "${args[@]}"
        [[ $'\n'$args == *$'\n'"$wanted"* ]] || continue
        file=${file#/proc/}
        printf '%s\n' "${file%/cmdline}"
    done 2>/dev/null
}

children_of() {
    local children=()
    if [[ -r /proc/$1/task/$1/children ]]; then
        read -r -a children <"/proc/$1/task/$1/children" || true
    fi
    ((${#children[@]} == 0)) || printf '%s\n' "${children[@]}"
}

# until_true SECONDS COMMAND...
until_true() {
    local tries=$(($1 * 20))
    shift
    until "$@"; do
        ((tries-- > 0)) || return 1
        sleep 0.05
    done
}

# ---- the parts ----

# tcp_port POOL: where a pool of a program in TCP listens, on 127.0.0.1; fails for one with a socket.
tcp_port() {
    local line name program at=2
    for line in "${pools[@]}"; do
        read -r name program _ <<<"$line"
        if [[ $name == "$1" ]]; then
            [[ " $tcp " == *" $program "* ]] || return 1
            printf '%s\n' $((port + at))
            return
        fi
        at=$((at + 1))
    done
    return 1
}

# Socket paths end at 107 bytes, so a long RUN has its sockets elsewhere.
sockets_folder() { cat "$run/sockets.path"; }

database_answers() {
    mariadb --no-defaults --socket="$(sockets_folder)/db.sock" -e 'SELECT 1' >/dev/null 2>&1
}

# user=root only matters to root: MariaDB wants to be told.
database_user=()
((EUID)) || database_user=(--user=root)

# DATABASE_OPTIONS: more of them, as tests want them.
start_mariadb() {
    local options
    read -r -a options <<<"${DATABASE_OPTIONS:-}"
    launch mariadb "$logs/mariadb.log" \
        mariadbd --no-defaults "${database_user[@]}" \
        --datadir="$run/db/data" --tmpdir="$run/db/tmp" --socket="$(sockets_folder)/db.sock" \
        --pid-file="$run/db/mariadb.pid" --skip-networking --skip-log-bin \
        --character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
        --innodb-buffer-pool-size=64M --innodb-log-file-size=32M \
        --innodb-flush-log-at-trx-commit=1 --performance-schema=OFF --max-connections=200 \
        "${options[@]}"
    until_true 30 database_answers || fail_log "$logs/mariadb.log" "MariaDB does not answer"
}

# Where the gateway tells what happened.
webhook_url() { printf 'http://127.0.0.1:%s%s/webhooks/nmi\n' "$port" "$base"; }

sandbox_answers() { curl -sf -m 2 -o /dev/null "http://127.0.0.2:$((port + 1))/sandbox/health"; }

start_sandbox() {
    local tells=()
    if [[ $("$bin/sandbox" --help) == *--webhook-url* ]]; then
        tells=(--webhook-url "$(webhook_url)" --webhook-key "$webhook_key")
    fi
    launch sandbox "$logs/sandbox.log" \
        "$bin/sandbox" --listen "127.0.0.2:$((port + 1))" --store "$run/sandbox" \
        --security-key "$gateway_key" --tokenization-key "$tokenization_key" \
        --vault "$top/sql/demo/vault.json" --clock "$clock" "${tells[@]}"
    until_true 10 sandbox_answers || fail_log "$logs/sandbox.log" "the sandbox does not answer"
}

# A service: on its own from start to end, its mail goes into RUN/mail. A fault that a test planted is
# for the program under test.
start_mailer() {
    launch mailer "$logs/mailer.log" env -u REMIT_FAULT_FILE GNUTLS_NO_IMPLICIT_INIT=1 \
        "$bin/mailer" --settings "$settings"
}

# Another service. Tests that run drafts themselves leave it out: NO_DRAFTER=1.
start_drafter() {
    [[ -z ${NO_DRAFTER:-} ]] || return 0
    launch drafter "$logs/drafter.log" env -u REMIT_FAULT_FILE GNUTLS_NO_IMPLICIT_INIT=1 \
        "$bin/drafter" --settings "$settings"
}

# The same of what tests want to find out themselves: NO_SETTLER=1.
start_settler() {
    [[ -z ${NO_SETTLER:-} ]] || return 0
    launch settler "$logs/settler.log" env -u REMIT_FAULT_FILE GNUTLS_NO_IMPLICIT_INIT=1 \
        "$bin/settler" --settings "$settings"
}

# spawn-fcgi opens the socket and becomes multiwatch, which holds it for as long as it lives:
# requests wait in it while workers change. multiwatch gives a worker up after 3 quick deaths unless
# told otherwise: without a time, every death counts as the first.
start_pool() {
    local name=$1 program=$2 workers=$3 where=(-s "$(sockets_folder)/$1.sock" -M 0600) number
    rm -f "$(sockets_folder)/$name.sock"
    if number=$(tcp_port "$name"); then where=(-a 127.0.0.1 -p "$number"); fi
    # GnuTLS comes along with libcurl's unused parts and sets itself up at load: 1 MB in each worker.
    launch "$name" "$logs/$program.log" env GNUTLS_NO_IMPLICIT_INIT=1 FCGI_WEB_SERVER_ADDRS=127.0.0.1 \
        spawn-fcgi -n "${where[@]}" -b 1024 -- \
        "$(command -v multiwatch)" -f "$workers" -t 0 -s TERM -- \
        "$bin/$program" --settings "$settings"
}

start_nginx() {
    launch nginx "$logs/nginx.log" \
        nginx -p "$run/nginx/" -e "$logs/nginx-error.log" -c "$run/nginx/nginx.conf"
}
