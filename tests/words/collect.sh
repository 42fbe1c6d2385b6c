#!/bin/sh
# collect.sh EXTRACT OUT: every text of pages and mails, of templates and of C, as one .pot file.
set -eu
cd "$(dirname "$0")/../.."
extract=$1
out=$2
rest=$(mktemp -d)
trap 'rm -rf "$rest"' EXIT

find templates -name '*.cs' | LC_ALL=C sort | xargs "$extract" >"$rest/templates.po"
find common modules -name '*.[ch]' | LC_ALL=C sort >"$rest/files"
xgettext --language=C --from-code=UTF-8 --files-from="$rest/files" --output="$rest/c.po" --force-po \
    --keyword= --keyword=say:1 --keyword=say_in:1c,2 --keyword=WORDS:1 --keyword=WORDS_IN:1c,2
sed -i 's/charset=CHARSET/charset=UTF-8/' "$rest/c.po"
msguniq --force-po --use-first "$rest/templates.po" -o "$rest/pages.po"
# What C has too is the same text; no locations of lines, so that moved code changes no file of ours.
msgcat --force-po --use-first --no-wrap --add-location=file "$rest/pages.po" "$rest/c.po" -o "$out"
