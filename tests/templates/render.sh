#!/bin/sh
# render.sh OUT: renders every sample of this folder, and a picker of 200 rows, as OUT/<sample>.html.
# A sample <program>_<page>.<state>.hdf is rendered with templates/<program>/<page>.cs. Lines of base.hdf that belong
# to a signed-in user are left out when the sample says "#guest"; one that says "#on NAME" begins with that sample.
# BRAND=FOLDER is searched before TEMPLATES= (the project's). SPOKEN=es: in that language. EXTRACT= names the tool of
# tests/words that writes a template's text as pages have it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: render.sh OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ -n "${BRAND:-}" ]; then BRAND=$(cd "$BRAND" && pwd); fi
templates=$(cd "${TEMPLATES:-$here/../../templates}" && pwd)
extract=${EXTRACT:-$here/../../build/release/tests/words/extract}

spoken() { # spoken FOLDER TO: its templates, their text in the language asked for
  (cd "$1" && find . -name '*.cs') | while read -r file; do
    mkdir -p "$2/$(dirname "$file")"
    "$extract" --render "${SPOKEN:-}" "$templates/words/${SPOKEN:-es}.po" "$1/$file" "$2/$file" || exit 1
  done
}

plain=$(mktemp -d)
trap 'rm -rf "$plain"' EXIT
extract=$(cd "$(dirname "$extract")" && pwd)/$(basename "$extract")
spoken "$templates" "$plain/ours"
if [ -n "${BRAND:-}" ]; then spoken "$BRAND" "$plain/brand"; BRAND=$plain/brand; fi
cd "$plain/ours"

render() { # render SAMPLE-NAME < values
  page=${1%%.*}
  { if [ -n "${BRAND:-}" ]; then printf 'hdf.loadpaths.0 = %s\nhdf.loadpaths.1 = %s\n' "$BRAND" "$PWD"; fi; cat; } > "$out/$1.hdf"
  cstest "$out/$1.hdf" "${page%%_*}/${page#*_}.cs" > "$out/$1.all"
  tail -n +2 "$out/$1.all" > "$out/$1.html"   # cstest says first what it parses
  rm "$out/$1.all" "$out/$1.hdf"
  if grep -q 'Traceback\|ParseError' "$out/$1.html"; then
    echo "render.sh: $1 does not render" >&2
    cat "$out/$1.html" >&2
    return 1
  fi
}

base() { # base SAMPLE: the common values; guests have no sidebar
  if grep -q '^#guest' "$1"; then awk '/^Nav \{/ { skip = 1 } !skip { print } skip && /^\}/ { skip = 0 }' "$here/base.hdf"
  else cat "$here/base.hdf"; fi
}

values() { # values SAMPLE: its lines, after those of the sample it stands on
  below=$(sed -n 's/^#on //p' "$1")
  if [ -n "$below" ]; then cat "$here/$below.hdf"; fi
  cat "$1"
}

for sample in "$here"/*.hdf; do
  name=$(basename "$sample" .hdf)
  [ "$name" = base ] && continue
  { base "$sample"; values "$sample"; } | render "$name"
done

{ cat "$here/base.hdf" "$here/pay_make.total.hdf"; values "$here/pay_make.card.hdf"
  echo 'More.Text = Only your 200 oldest open invoices are listed. Pay these first, then the next ones show.'
  awk 'BEGIN { for (i = 0; i < 200; i++) {
    printf "Rows.%d {\n Number = INV-%05d\n Url = /billing/invoices/INV-%05d\n Due = $%d.%02d\n DueCents = %d%02d\n", i, i + 9000, i + 9000, i + 1, i % 100, i + 1, i % 100
    printf " Total = $%d.%02d\n IssuedOn = Oct 1, 2026\n IssuedOnIso = 2026-10-01\n DueOn = Oct 31, 2026\n DueOnIso = 2026-10-31\n}\n", i + 1, i % 100
  } }'
} | render pay_make.many
