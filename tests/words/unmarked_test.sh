#!/bin/sh
# No text of a template stands outside "{{ }}": what is neither a tag nor a value and has a word in it. The same for
# attributes that are read aloud or shown, and for what macros are given; and no sentence of C outside say() and WORDS().
set -u
cd "$(dirname "$0")/../.." || exit 1
node tests/words/unmarked.mjs || failed=1
node tests/words/unmarked_c.mjs || failed=1
exit "${failed:-0}"
