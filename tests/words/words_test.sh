#!/bin/sh
# Every text of pages and mails is in each language, none that is there is unused, and gettext finds nothing wrong with it.
set -u
cd "$(dirname "$0")/../.." || exit 1
extract=${EXTRACT:-build/release/tests/words/extract}
rest=$(mktemp -d)
trap 'rm -rf "$rest"' EXIT
failed=0
fail() { echo "words_test: $1" >&2; failed=1; }

# texts FILE: how many entries beside the header
texts() { grep -c '^msgid "' "$1" | awk '{ print ($1 > 0) ? $1 - 1 : 0 }'; }

tests/words/collect.sh "$extract" "$rest/all.pot" || fail 'the texts cannot be collected'
[ "$(texts "$rest/all.pot")" -gt 500 ] || fail "only $(texts "$rest/all.pot") texts were found"
for file in templates/words/*.po; do
    msgfmt --check-format --check-header -o /dev/null "$file" || fail "$file: msgfmt"
    msgmerge --quiet --no-fuzzy-matching --no-wrap -o "$rest/merged.po" "$file" "$rest/all.pot"
    msgattrib --untranslated --no-obsolete --no-wrap -o "$rest/untranslated.po" "$rest/merged.po"
    msgattrib --only-fuzzy --no-obsolete --no-wrap -o "$rest/fuzzy.po" "$rest/merged.po"
    msgattrib --only-obsolete --no-wrap -o "$rest/unused.po" "$rest/merged.po"
    for kind in untranslated fuzzy; do
        [ -s "$rest/$kind.po" ] && [ "$(texts "$rest/$kind.po")" -gt 0 ] &&
            fail "$file: $kind: $(grep -A3 '^msgid "[^"]' "$rest/$kind.po" | head -40)"
    done
    grep -q '^#~ msgid' "$rest/unused.po" 2>/dev/null && fail "$file: unused: $(grep '^#~ msgid' "$rest/unused.po" | head -20)"
done

[ $failed -eq 0 ] && echo 'words_test: passed'
exit $failed
