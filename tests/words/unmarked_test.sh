#!/bin/sh
# No text of a template stands outside "{{ }}": what is neither a tag nor a value and has a word in it. The same for
# attributes that are read aloud or shown, and for what macros are given. Then the check is tried on text it must find.
set -u
cd "$(dirname "$0")/../.." || exit 1
node tests/words/unmarked.mjs "$@"
