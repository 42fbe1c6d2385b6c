#!/bin/sh
# update.sh EXTRACT: brings templates/words/*.po up to the texts there are now: new ones empty, those that are no more gone.
set -eu
cd "$(dirname "$0")/../.."
all=$(mktemp)
trap 'rm -f "$all"' EXIT
tests/words/collect.sh "$1" "$all"
for file in templates/words/*.po; do
    msgmerge --quiet --no-fuzzy-matching --no-wrap --add-location=file --update --backup=none "$file" "$all"
    msgattrib --no-obsolete --no-wrap --add-location=file -o "$file" "$file"
done
