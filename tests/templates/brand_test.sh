#!/bin/sh
# Another provider's look (nginx/demo/brand) around every page and every mail: its header, footer and beginnings stand
# there, ours are nowhere needed, and what is between them is byte for byte the same as with our own.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
brand=$top/nginx/demo/brand
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
fail() { echo "brand_test: $1" >&2; failed=1; }

# The project's templates without what the brand has: whoever needs one of these finds nothing.
cp -r "$top/templates" "$out/templates"
for file in shared/top.cs shared/bottom.cs mail/head.html.cs mail/head.txt.cs mail/foot.html.cs mail/foot.txt.cs; do
  [ -f "$brand/$file" ] || fail "the brand lacks $file"
  rm "$out/templates/$file"
done

sh "$here/render.sh" "$out/ours" || exit 1
BRAND=$brand TEMPLATES=$out/templates sh "$here/render.sh" "$out/theirs" || exit 1

middle() { awk '/<main/ { on = 1; next } /<\/main>/ { on = 0 } on' "$1"; }

pages=0
for file in "$out"/ours/*.html; do
  name=$(basename "$file")
  other=$out/theirs/$name
  pages=$((pages + 1))
  case $name in
    invoices_tile.*) # a fragment: it includes nothing
      cmp -s "$file" "$other" || fail "$name: the tile is not the same"
      continue ;;
  esac
  middle "$file" > "$out/a"
  middle "$other" > "$out/b"
  [ -s "$out/a" ] || fail "$name: nothing between <main> and </main>"
  cmp -s "$out/a" "$out/b" || fail "$name: the page itself is not the same"
  for words in 'class="harbor-bar"' 'class="harbor-foot"' 'harbor.css' '</html>'; do
    [ "$(grep -c "$words" "$other")" = 1 ] || fail "$name: lacks $words, or has it twice"
  done
  grep -q 'r-header\|r-footer' "$other" && fail "$name: has our header or footer"
done
[ "$pages" -gt 60 ] || fail "only $pages pages"

# Every kind of mail, with values enough to be read; both parts.
cat "$here/base.hdf" > "$out/mail.hdf"
cat >> "$out/mail.hdf" <<'HDF'
Mail.Subject = A subject
Mail.At = Nov 22, 2026
Mail.Billing = https://shop.test/billing/
Recipient.Name = Ashley
Payment.Reference = P1
Payment.Amount = $30.43
Payment.Method = Visa ending 4242
Invoices.0.Number = INV-1
Invoices.0.Amount = $30.43
Method.Text = Visa ending 4242
HDF
mails=0
for file in "$top"/templates/mail/*.cs; do
  name=$(basename "$file")
  case $name in head.* | foot.*) continue ;; esac
  grep -q 'include:"mail/head' "$file" || continue # a part of others
  mails=$((mails + 1))
  { printf 'hdf.loadpaths.0 = %s\nhdf.loadpaths.1 = %s\n' "$brand" "$out/templates"; cat "$out/mail.hdf"; } > "$out/one.hdf"
  (cd "$out/templates" && cstest "$out/one.hdf" "mail/$name") > "$out/mail" 2>&1
  grep -q 'Traceback\|ParseError' "$out/mail" && fail "$name does not render"
  [ "$(grep -c 'Ahoy' "$out/mail")" = 1 ] || fail "$name: does not begin as the brand's mails do"
  [ "$(grep -c 'your bills at Harbor' "$out/mail")" = 1 ] || fail "$name: does not end as the brand's mails do"
  grep -q 'Hello\|nobody reads answers' "$out/mail" && fail "$name: has our beginning or end"
done
[ "$mails" -ge 20 ] || fail "only $mails mails"

# It would see a page that needs our own header: without one in either folder ClearSilver leaves it out in silence.
(cd "$out/templates" && cstest "$here/base.hdf" shared/error.cs) | grep -q '<main' && fail 'our header is still among the templates'

# What a provider writes keeps the rules of templates/README.md, too.
sh "$here/rules_test.sh" "$brand" || fail 'the brand breaks the rules'

[ "$failed" -eq 0 ] && echo "brand_test: ok ($pages pages, $mails mails)"
exit "$failed"
