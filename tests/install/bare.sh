#!/usr/bin/env bash
# bare.sh: Remit on a bare Debian 12 with a small site that was there before, by the lines of modules/remit/setup/README.md
# and live.md beside it.
#
# A root made by debootstrap, from the mirror this machine's apt has, boots its own systemd in namespaces (boot.sh), so
# every unit runs as it would on a machine. Then: a payment in Chromium, `pay` upgraded alone under load, `pay` behind a
# port, `invoices` alone, `pay` alone, everything removed; and the site, its files, users and database are what they were.
#
# root's. Takes ten minutes; FOLDER=build/bare keeps the bare root for the next time, KEEP=1 the one that was used.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
top=$PWD
here=$top/tests/install
folder=${FOLDER:-$top/build/bare}
root=$folder/root
logs=$folder/log
site=https://shop.example
url=$site/billing/
work=/usr/src/remit
init=

say() { printf '%s\n' "== $*"; }
fail() {
    printf 'not ok - %s\n' "$*" >&2
    exit 1
}
ok() { printf 'ok - %s\n' "$*"; }

finish() {
    local status=$?
    trap - EXIT
    if ((status)); then
        printf 'the logs are in %s\n' "$logs" >&2
        [[ -z $init ]] || inside journalctl --no-pager -n 60 >"$logs/journal.log" 2>&1 || true
    fi
    [[ -z ${sandbox:-} ]] || kill "$sandbox" 2>/dev/null || true
    [[ -z ${load:-} ]] || kill "$load" 2>/dev/null || true
    if [[ ${boot:-} ]]; then
        kill -s KILL "$boot" 2>/dev/null || true # unshare lets no other signal through, and takes its child along
        wait "$boot" 2>/dev/null || true
        remove_cgroup
    fi
    [[ -n ${KEEP:-} || $status -ne 0 ]] || rm -rf "$root"
    exit "$status"
}

remove_cgroup() {
    local mount
    mount=$(mktemp -d)
    mount -t cgroup2 none "$mount"
    for _ in {1..50}; do
        [[ -d $mount/remit-bare-$boot ]] || break
        find "$mount/remit-bare-$boot" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
    done
    umount "$mount"
    rmdir "$mount"
}

((EUID == 0)) || fail "this is for root"
trap finish EXIT
rm -rf "$root" "$logs"
mkdir -p "$logs"

# ---- a machine ----

# What this machine's apt takes Debian's main from: address and code name.
mirror() {
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
        awk '$2 == "bookworm" && $3 == "main" && $4 == "Debian" { print $1; exit }'
}

make_root() {
    local from
    from=$(mirror)
    [[ $from ]] || fail "apt has no mirror of bookworm here"
    if [[ ! -e $folder/base/.done ]]; then
        say "debootstrap"
        rm -rf "$folder/base"
        debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates bookworm \
            "$folder/base" "$from" >"$logs/debootstrap.log" 2>&1 || fail "debootstrap"
        touch "$folder/base/.done"
    fi
    cp -a "$folder/base" "$root"
    rm "$root/.done"
    printf 'deb %s bookworm main\n' "$from" >"$root/etc/apt/sources.list"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    # What was fetched the last time.
    mkdir -p "$folder/packages" "$root/var/cache/apt/archives"
    cp "$folder"/packages/*.deb "$root/var/cache/apt/archives/" 2>/dev/null || true
    printf 'APT::Keep-Downloaded-Packages "true";\n' >"$root/etc/apt/apt.conf.d/99keep"
}

start_root() {
    "$here/boot.sh" "$root" >"$logs/boot.log" 2>&1 </dev/null &
    boot=$!
    for _ in {1..300}; do
        init=$(pgrep -P "$boot" -x systemd || true)
        [[ $init ]] && inside systemctl is-system-running >"$logs/state" 2>&1 && return
        kill -0 "$boot" 2>/dev/null || fail "the root does not boot"
        sleep 0.1
    done
    fail "the root does not come up: $(<"$logs/state")"
}

clean=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
# In the root, with its own network; and with this machine's, for apt alone.
inside() { nsenter -t "$init" -m -p -u -i -C -n -- "${clean[@]}" "$@"; }
inside_online() { nsenter -t "$init" -m -p -u -i -C -- "${clean[@]}" "$@"; }

# block NAME: the lines of a page that stand behind "<!-- run: NAME -->".
block() {
    awk -v mark="<!-- run: $1 -->" '$0 == mark { on = 1; next } on && /^    / { print substr($0, 5); seen = 1; next }
        on && seen && NF { exit }' "$top"/modules/remit/setup/*.md "$top/templates/README.md"
}

# run NAME: these lines, in the root, where the sources are. Each must succeed.
run() {
    local text how=inside
    [[ $1 != packages ]] || how=inside_online
    text=$(block "$1")
    [[ $text ]] || fail "the page has no block $1"
    say "$1"
    "$how" bash -euc "cd $work; $text" >"$logs/$1.log" 2>&1 || {
        tail -n 25 "$logs/$1.log" >&2
        fail "the page's block $1"
    }
}

# ---- the site that was there ----

make_site() {
    say "the provider's machine: nginx, MariaDB, a site"
    inside_online apt-get update -qq >"$logs/site.log" 2>&1
    inside_online apt-get install -y -qq --no-install-recommends nginx mariadb-server openssl >>"$logs/site.log" 2>&1 ||
        fail "nginx and MariaDB"
    inside bash -euc '
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=shop.example -keyout /etc/ssl/shop.example.key \
    -out /etc/ssl/shop.example.pem 2>/dev/null
mkdir -p /srv/shop/css
printf "<!doctype html><title>Shop</title><link rel=stylesheet href=/css/shop.css>\n" >/srv/shop/index.html
printf "body { color: black }\n" >/srv/shop/css/shop.css
rm -f /etc/nginx/sites-enabled/default
mariadb -e "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY); INSERT INTO shop.orders VALUES (1);
            CREATE USER shop@localhost IDENTIFIED BY \"shop\"; GRANT ALL ON shop.* TO shop@localhost"
'
    cat >"$root/etc/nginx/sites-enabled/shop" <<'CONF'
server {
    listen 443 ssl;
    server_name shop.example;
    ssl_certificate     /etc/ssl/shop.example.pem;
    ssl_certificate_key /etc/ssl/shop.example.key;
    root       /srv/shop;
    add_header X-Shop yes;
    expires    1h;
    location ~ \.css$ { expires 30d; }
    location /old { return 301 /; }
}
CONF
    inside systemctl restart nginx mariadb
}

# What the site is: files with owner, mode and sum, users, databases and their accounts, answers.
state() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/log \
        -o -path ./var/lib/mysql -o -path ./var/cache -o -path ./var/lib/systemd -o -path ./root -o -path ".$work" -o -path ./var/backups \
        -o -path ./var/tmp \) -prune -o \( -type d -printf '%p %M %u %g\n' -o -type l -printf '%p %l\n' -o -type f -printf '%p %M %u %g %s\n' \) |
        grep -v ' ./etc/.*- ' | grep -vE '^\./etc/(passwd|shadow|group|gshadow|subuid|subgid)-? ' | sort)
    (cd "$root" && find etc srv usr/local -type f ! -path 'etc/*shadow*' ! -name '*-' -print0 | sort -z | xargs -0 sha256sum)
    inside getent passwd | sort
    inside getent group | sort
    inside mariadb -BN -e "SHOW DATABASES; SELECT User, Host FROM mysql.global_priv ORDER BY 1, 2; SELECT * FROM shop.orders"
    inside systemctl list-unit-files --no-legend | grep -i remit || true
    (cd "$root" && find var/lib/systemd -name '*remit*')
    pages
}

# Every header but the moment.
pages() {
    local path
    for path in / /css/shop.css /old /nothing /billing /billing/ /billing/pay; do
        printf '%s\n' "-- $path"
        outside curl -sk -i --resolve shop.example:443:127.0.0.1 "$site$path" | grep -viE '^(date|expires):' || true
    done
}

# A program of this machine in that one's network.
outside() { nsenter -t "$init" -n -- "$@"; }

story() {
    say "Chromium: $1"
    email=ana@bluebird.example password='a long password' invoice=$2 \
        outside node "$here/story.mjs" "$1" "$url" "$folder/cookies.json" >"$logs/story-$1.log" 2>&1 || {
        cat "$logs/story-$1.log" >&2
        fail "$1"
    }
    ok "$(tail -n 1 "$logs/story-$1.log")"
}

# ---- the provider's part of the page ----

fill_in() {
    inside sed -i -e 's|^  Name =$|  Name = Bluebird Hosting|' -e 's|^  Origin =$|  Origin = https://shop.example|' \
        -e 's|^  Zone =$|  Zone = America/Chicago|' -e 's|^  ApiUrl =$|  ApiUrl = http://127.0.0.2:9000|' \
        -e 's|^  TokenizationKey =$|  TokenizationKey = public-key|' -e 's|^  From =$|  From = billing@shop.example|' \
        -e 's|^  Host =$|  Host = smtp://127.0.0.1:25\n  Tls = none|' /etc/remit/remit.hdf
}

include() {
    sed -i -e 's|^server {|include remit/remit-upstreams.conf;\nserver {|' -e 's|^}|    include remit/remit.conf;\n}|' "$root/etc/nginx/sites-enabled/shop"
}
exclude() {
    sed -i '/include remit\//d' "$root/etc/nginx/sites-enabled/shop"
    inside systemctl reload nginx
}

programs() { # NAME...: these alone are 1 in the settings
    local name
    inside sed -i -E '/^Programs \{/,/^\}/ s/ = 1$/ = 0/' /etc/remit/remit.hdf
    for name in "$@"; do inside sed -i -E "/^Programs \{/,/^\}/ s/^  $name = 0\$/  $name = 1/" /etc/remit/remit.hdf; done
}

start_sandbox() {
    mkdir -p "$folder/sandbox"
    rm -rf "${folder:?}/sandbox"/*
    # Not through the function: what is killed in the end has to be this very process.
    nsenter -t "$init" -n -- "$top/build/release/bin/sandbox" --listen 127.0.0.2:9000 --store "$folder/sandbox" --security-key private-key \
        --tokenization-key public-key >"$logs/sandbox.log" 2>&1 &
    sandbox=$!
}

invoices_file() {
    local today
    today=$(date -u +%F)
    printf '['
    for number in B-1 B-2 B-3 B-4; do
        printf '%s{"account": "1001", "number": "%s", "billing_type": "Hosting", "issued_on": "%s", "due_on": "%s", "terms": "", "tax": "0.00", "lines": [{"description": "Server", "quantity": "1", "price": "30.43", "amount": "30.43"}]}' \
            "$([[ $number == B-1 ]] || printf ', ')" "$number" "$today" "$today"
    done
    printf ']\n'
}

# Asks for a page of `pay` again and again, eight at a time, until it is ended; what was not a 303 is written down.
ask() {
    nsenter -t "$init" -n -- bash -c '
while :; do
    for _ in 1 2 3 4 5 6 7 8; do
        curl -sk -o /dev/null -w "%{http_code}\n" --resolve shop.example:443:127.0.0.1 "$1" &
    done
    wait
done' ask "${url}pay" >"$logs/asked.log" 2>&1 &
    load=$!
}

workers() { inside bash -c 'for unit in remit-pay remit-pay-confirm; do
    main=$(systemctl show -p MainPID --value $unit.service); tr " " "\n" </proc/$main/task/$main/children; done' | grep . | sort; }

upgrade() {
    local before after pid
    before=$(workers)
    ask
    # Another binary of the same program.
    inside bash -euc "cd $work; touch modules/pay/main.c"
    run upgrade-pay
    for _ in {1..100}; do
        after=$(workers)
        [[ -z $(comm -12 <(printf '%s\n' "$before") <(printf '%s\n' "$after")) && $(wc -l <<<"$after") == $(wc -l <<<"$before") ]] && break
        sleep 0.1
    done
    [[ -z $(comm -12 <(printf '%s\n' "$before") <(printf '%s\n' "$after")) ]] || fail "old workers are left"
    for pid in $after; do
        [[ $(inside readlink "/proc/$pid/exe") == /usr/local/lib/remit/pay ]] || fail "worker $pid is not the installed program"
    done
    sleep 1 # some more requests, of the new ones
    kill "$load"
    wait "$load" 2>/dev/null || true
    load=
    (($(grep -c '^303$' "$logs/asked.log") > 100)) || fail "hardly anything was asked"
    ! grep -v '^303$' "$logs/asked.log" | grep -v '^$' >"$logs/failed.log" || fail "$(wc -l <"$logs/failed.log") requests failed"
    ok "pay was upgraded alone: $(wc -l <"$logs/asked.log") requests, none failed"
}

repair() { # a second run changes nothing; what is broken is made right
    local before
    before=$(inside bash -c 'cd /etc && sha256sum remit/secrets/* remit/remit.hdf nginx/remit/*.conf && stat -c "%a %U %n" remit/secrets remit/secrets/*')
    [[ $(inside remit-setup | tail -n 1) == "Everything is as it should be." ]] || fail "a second run of remit-setup"
    [[ $(inside bash -c 'cd /etc && sha256sum remit/secrets/* remit/remit.hdf nginx/remit/*.conf && stat -c "%a %U %n" remit/secrets remit/secrets/*') == "$before" ]] ||
        fail "a second run changed something"
    inside bash -euc 'chmod 644 /etc/remit/secrets/pay.hdf; chown root /etc/remit/secrets/login.hdf; rm /etc/nginx/remit/remit-log.conf
        mariadb -e "DROP USER remit_autopay@localhost; ALTER USER remit_pay@localhost IDENTIFIED BY \"other\""'
    inside remit-setup >"$logs/repair.log" 2>&1 || fail "remit-setup does not repair"
    [[ $(inside bash -c 'cd /etc && sha256sum remit/secrets/* remit/remit.hdf nginx/remit/*.conf && stat -c "%a %U %n" remit/secrets remit/secrets/*') == "$before" ]] ||
        fail "remit-setup did not repair all"
    for name in pay login autopay; do
        inside runuser -u "remit-$name" -- "/usr/local/lib/remit/$name" --settings /etc/remit/remit.hdf --check >>"$logs/repair.log" 2>&1 ||
            fail "$name does not start after the repair"
    done
    for name in pay remit; do
        ! grep -rF "$(inside sed -n 's/^Secret.DatabasePassword = //p' "/etc/remit/secrets/$name.hdf")" "$logs" || fail "a password was printed"
    done
    ! grep -rF private-key "$logs" --exclude=sandbox.log || fail "the gateway's key was printed"
    ok "remit-setup again: changes nothing that is right, repairs what is not, prints no secret"
}

going_live() { # what live.md asks for: a back-up that is whole, an alarm that is heard, a key put in again
    run backup
    run restore
    awk 'seen { print; exit } /must_be_0/ { seen = 1 }' "$logs/restore.log" | grep -qx 0 || fail "the back-up's books are not right"
    run alarm
    inside mariadb remit -e "UPDATE account SET due_cents = due_cents + 1 WHERE number = '1001'"
    ! inside systemctl start remit-check.service 2>/dev/null || fail "remit check finds nothing wrong in wrong books"
    until inside journalctl -q -p crit | grep -q 'remit-check failed'; do
        ((SECONDS < 1500)) || fail "nobody heard that remit check failed"
        sleep 0.2
    done
    inside mariadb remit -e "UPDATE account SET due_cents = due_cents - 1 WHERE number = '1001'"
    inside systemctl start remit-check.service || fail "remit check, after the books were right again"
    run rotate
    run queue
    ok "backed up, tried, watched"
}

alone() { # PROGRAM UNIT...: nothing else of Remit is on the machine but the command
    local program=$1
    shift
    say "$program alone"
    inside bash -euc "cd $work; make install-remit install-$program" >"$logs/alone-$program.log" 2>&1 || fail "install-$program"
    programs "$program"
    printf 'private-key\n' | inside bash -euc "remit-setup >/dev/null 2>&1 || true; remit-setup key gateway; remit-setup" >>"$logs/alone-$program.log" 2>&1 || {
        tail "$logs/alone-$program.log" >&2
        fail "remit-setup with $program alone"
    }
    include
    inside bash -euc "systemctl -q enable --now $*; nginx -t; systemctl reload nginx" >>"$logs/alone-$program.log" 2>&1 || fail "starting $program alone"
    [[ $(inside ls /usr/local/lib/remit) == "$program" ]] || fail "more than $program is installed"
}

gone() { # [--books]
    exclude
    inside bash -euc "cd $work; remit-setup remove ${1:-}; make uninstall; systemctl daemon-reload" >>"$logs/gone.log" 2>&1 || fail "removing"
}

# ---- all of it ----

make -s all
make_root
start_root
make_site
mkdir -p "$root$work"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$root$work"
run packages
cp -u "$root"/var/cache/apt/archives/*.deb "$folder/packages/" 2>/dev/null || true
state >"$logs/before"
run install
invoices_file >"$root$work/invoices.json"
printf 'private-key\n' >"$root$work/gateway.key"
printf 'webhook-key\n' >"$root$work/webhooks.key"
printf 'a long password\n' >"$root$work/password"
run setup
fill_in
run again
include
start_sandbox
run start
run customer
[[ -z $(inside systemctl --failed --no-legend) ]] || fail "units failed: $(inside systemctl --failed --no-legend)"
for name in mailer drafter settler; do
    [[ $(inside systemctl is-active "remit-$name.service") == active ]] || fail "$name does not run"
done
story new_card B-1
ok "installed by the page's lines, and paid"
inside systemctl start remit-check.service remit-purge.service || fail "remit check and purge, as units"
for name in check purge; do
    [[ $(inside systemctl is-active "remit-$name.timer") == active ]] || fail "remit-$name.timer does not wait"
done
inside journalctl -q -u remit-purge.service | grep -q 'Removed: ' || fail "remit purge says nothing in the journal"
ok "check and purge run as units"
going_live
cp "$top/nginx/demo/brand/static/harbor.svg" "$root$work/logo.svg"
cp "$top/nginx/demo/brand/static/harbor.css" "$root$work/shop.css"
run look
inside sed -i 's|<body class="remit">|&<p>Our own header</p>|' /etc/remit/templates/shared/top.cs
inside systemctl try-reload-or-restart 'remit-*.service'
until outside curl -sk --resolve shop.example:443:127.0.0.1 "${url}login" | grep -q 'Our own header'; do
    ((SECONDS < 1500)) || fail "the own look does not show"
    sleep 0.2
done
outside curl -skf -o /dev/null --resolve shop.example:443:127.0.0.1 "${url}static/logo.svg" || fail "the own logo"
ok "own look"
repair
upgrade
run move-pay
inside ss -ltnp 2>/dev/null | grep -q 9101 || inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/9101' || fail "nothing listens on 9101"
story saved_card B-2
ok "pay behind a port"
gone
alone invoices remit-invoices.service
story invoices_alone B-3
gone
alone pay remit-pay.service remit-pay-confirm.service
story pay_alone B-3
inside remit check --gateway >"$logs/check.log" 2>&1 || fail "remit check --gateway: $(<"$logs/check.log")"
ok "remit check --gateway"
gone --books
rm "$root/etc/systemd/system/billing-alarm@.service" # live.md's, in the provider's hands
rm -rf "${root:?}$work"
state >"$logs/after"
diff "$logs/before" "$logs/after" >"$logs/difference" || {
    head -n 40 "$logs/difference" >&2
    fail "the site is not as before"
}
ok "removed: files, headers, users and databases are what they were"
