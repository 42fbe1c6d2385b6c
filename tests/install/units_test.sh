#!/usr/bin/env bash
# What is installed, as far as it can be judged without installing: each program that is has its units, systemd finds
# nothing wrong in them and gives each service at most 1.5; each pool of the demo and of nginx has its socket; uninstall
# leaves nothing. Where there is no systemd-analyze, that part is left out and said so.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
most=15 # tenths
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0
fail() {
    printf 'units_test: %s\n' "$*" >&2
    failed=1
}

make -s install DESTDIR="$root" >/dev/null || exit 1
units=$root/usr/local/lib/systemd/system

for program in "$root"/usr/local/lib/remit/*; do
    name=${program##*/}
    [[ -f $units/remit-$name.service ]] || fail "$name has no unit"
    grep -q "^User=remit-$name$" "$units"/remit-"$name"*.service || fail "$name has no user of its own"
    ! grep -L "^User=remit-$name$" "$units/remit-$name.service" | grep . || fail "$name is somebody else"
done
[[ ! -e $root/usr/local/lib/remit/sandbox ]] || fail "the sandbox was installed"
! grep -rlE '@(PREFIX|UNITS|NGINX_GROUP)@' "$units" "$root/usr/local/sbin" || fail "a name was not filled in"
# shellcheck source=nginx/demo/common.bash
while read -r name; do
    [[ -f $units/remit-$name.socket ]] || fail "the pool $name has no socket"
    grep -q "^ListenStream=/run/remit/$name.sock$" "$units/remit-$name.socket" || fail "$name listens elsewhere"
    grep -q "^#$(tr a-z- A-Z_ <<<"$name")=" modules/remit/setup/workers || fail "$name is not in the file of workers"
done < <(source nginx/demo/common.bash && printf '%s\n' "${pools[@]}" | cut -d' ' -f1)

# What the page starts is all that can be enabled; a timer starts what cannot.
started=$(awk '/<!-- run: start -->/ { on = 1; next } on && /^    systemctl enable/ { seen = 1 } seen && /^    / && !/nginx/ { print } seen && /nginx/ { exit }' \
    modules/remit/setup/README.md | grep -oE 'remit-[a-z-]+\.(service|timer)' | sort)
can=$(cd "$units" && grep -l '^WantedBy=' remit-*.service remit-*.timer | sort)
[[ $started == "$can" ]] || fail "the page starts other units than there are: $(diff <(printf '%s\n' "$started") <(printf '%s\n' "$can"))"
for unit in "$units"/remit-*.service; do
    grep -q '^WantedBy=' "$unit" || [[ -f ${unit%.service}.timer ]] || fail "nothing starts ${unit##*/}"
done
for unit in "$units"/remit-*.timer; do
    grep -q '^Type=oneshot$' "${unit%.timer}.service" || fail "${unit##*/} has nothing to start"
done

score() { systemd-analyze security --offline=yes --root="$1" "$2" 2>&1 | sed -n 's/.*Overall exposure level for [^:]*: \([0-9]*\)\.\([0-9]\).*/\1\2/p'; }
if command -v systemd-analyze >/dev/null; then
    for unit in "$units"/remit-*.service; do
        name=${unit##*/}
        got=$(score "$root" "$name")
        [[ $got ]] || fail "systemd-analyze says nothing of $name"
        ((10#${got:-99} <= most)) || fail "$name: exposure ${got:0:-1}.${got: -1}"
    done
    # It sees a unit without what all share.
    mv "$units/remit-.service.d" "$root/away"
    (($(score "$root" remit-pay.service) > most)) || fail "a bare unit is as good"
    mv "$root/away" "$units/remit-.service.d"
    # What is started has to be there, so it looks for this root's files.
    mkdir -p "$root/usr/bin" "$root/bin"
    cp /bin/true "$root/usr/bin/multiwatch"
    cp /bin/true "$root/bin/sh"
    for unit in "$units"/remit-*.*; do
        [[ -f $unit ]] || continue
        said=$(systemd-analyze verify --root="$root" --man=no --recursive-errors=no "${unit##*/}" 2>&1) || fail "$said"
        [[ -z $said ]] || fail "$said"
    done
else
    printf 'units_test: no systemd-analyze here: the units were not judged\n'
fi

# A network may be written with its mask, which has a slash in it.
sql() {
    local asked
    asked=$(cat)
    case $asked in
    SHOW*) printf 'GRANT USAGE ON *.* TO `remit_pay`@`localhost`\nGRANT SELECT ON `remit`.`a` TO `remit_pay`@`localhost`\n' ;;
    SELECT*) printf '10.0.0.0/255.255.255.0\n' ;;
    *) printf '%s\n' "$asked" ;;
    esac
}
eval "$(sed -n '/^copy_rights()/,/^}/p' "$root/usr/local/sbin/remit-setup")"
copied=$(copy_rights remit_pay 2>&1)
[[ $copied == 'GRANT SELECT ON `remit`.`a` TO `remit_pay`@`10.0.0.0/255.255.255.0`;' ]] || fail "rights of a network: $copied"

# A key of webhooks that takes another's place leaves that one behind it, and is nobody else's.
put_keys() (
    secrets=$root/secrets
    mkdir "$secrets" && touch "$secrets"/{webhooks,pay}.hdf
    eval "$(sed -n '/^secret_get()/p; /^secret_set()/,/^}/p; /^put_key()/,/^}/p; /^with_gateway=/p' "$root/usr/local/sbin/remit-setup")"
    secret_owner() { :; }
    changed() { :; }
    for key in first first second; do put_key webhooks <<<"$key"; done
    put_key gateway <<<'third'
    cd "$secrets" && grep -H . -- *
)
[[ $(put_keys 2>&1) == 'pay.hdf:Secret.GatewayKey = third
webhooks.hdf:Secret.WebhookKeyOld = first
webhooks.hdf:Secret.WebhookKey = second' ]] || fail "keys of webhooks: $(rm -rf "$root/secrets"; put_keys 2>&1)"
rm -rf "$root/secrets"

rm -rf "${root:?}/usr/bin" "${root:?}/bin"
make -s uninstall DESTDIR="$root" || fail "make uninstall"
left=$(find "$root" -type f)
[[ -z $left ]] || fail "left by make uninstall: $left"
((failed)) || printf 'units_test: ok\n'
exit "$failed"
