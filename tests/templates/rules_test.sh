#!/bin/sh
# The rules of templates/README.md, kept by grep. Without arguments it checks the project's templates, then proves on
# broken copies that every rule can fail. With a folder it checks that folder only.
set -u
here=$(cd "$(dirname "$0")" && pwd)
broken=0

refuse() { # refuse RULE PATTERN FILES...: no file may match the extended, case-blind pattern
  rule=$1 pattern=$2
  shift 2
  if [ $# -gt 0 ] && grep -EniH -e "$pattern" "$@"; then
    echo "rules_test: $rule" >&2
    broken=1
  fi
}

check() { # check FOLDER: sets broken
  broken=0
  pages=$(find "$1" -name '*.cs' | sort)
  markup=$(find "$1" \( -name '*.cs' -o -name '*.html' -o -name '*.svg' \) | sort)
  scripts=$(find "$1" -name '*.js' | sort)
  sheets=$(find "$1" -name '*.css' | sort)
  # Names of files hold no spaces here, so the lists are split on purpose.
  # shellcheck disable=SC2086
  {
    refuse 'these escape nothing, or run a value as a template' '(^|<\?cs)[[:space:]]*(uvar|lvar|evar|linclude|alt|name)[[:space:]]*:' $pages
    refuse 'include only with a quoted literal' '(^|<\?cs)[[:space:]]*include[[:space:]]*!?:[[:space:]]*[^"[:space:]]' $pages
    refuse 'include only with a quoted literal' 'include[[:space:]]*!?:[[:space:]]*"[^"]*"[[:space:]]*\+' $pages
    refuse 'an escaping function stands alone in its var' 'var:.*\+.*(url_escape|html_escape|js_escape|url_validate|text_html|html_strip)|var:.*(url_escape|html_escape|js_escape|url_validate|text_html|html_strip)\([^)]*\)[[:space:]]*\+' $pages
    refuse 'the escape mode is the program'"'"'s' 'escape[[:space:]]*:[[:space:]]*"none"|Config\.' $pages
    refuse 'no inline style' '<style|[[:space:]]style[[:space:]]*=' $markup
    refuse 'no inline handlers' '[[:space:]]on[a-z]+[[:space:]]*=' $markup
    refuse 'no inline script' 'javascript:' $markup
    refuse 'nothing from elsewhere' '(src|href|action)="(https?:)?//' $markup
    refuse 'scripts build no markup and run no text' '\.(innerHTML|outerHTML|insertAdjacentHTML)|document\.write|(^|[^a-z])eval[[:space:]]*\(|new Function|\.style[^a-z]|setAttribute\("(style|on)' $scripts
    refuse 'style sheets load nothing' '@import|url\(|expression\(' $sheets
  }
  # What is plain text escapes nothing: it and pages keep apart.
  for file in $pages; do
    case $file in
      *.txt.cs) refuse 'plain text includes plain text only' 'include[[:space:]]*!?:[[:space:]]*"([^"]*[^t]|[^"]*[^x]t|[^"]*[^t]xt|[^"]*[^.]txt)\.cs"' "$file" ;;
      *) refuse 'no page includes plain text' 'include[[:space:]]*!?:[[:space:]]*"[^"]*\.txt\.cs"' "$file" ;;
    esac
  done
  for file in $pages; do
    case $(head -n 1 "$file") in
      '<?cs # '*) ;;
      *) echo "$file:1: the first line is a comment that names the values it needs" >&2; broken=1 ;;
    esac
  done
  for file in $scripts $sheets $(find "$1" -name '*.html' | sort); do
    case $(head -n 1 "$file") in
      '// '* | '/* '* | '<!-- '*) ;;
      *) echo "$file:1: the first line is a comment" >&2; broken=1 ;;
    esac
  done
  for file in $markup; do
    # The gateway's script is the only one from elsewhere, and stands in one file.
    gateway='<script id="gateway-script" src="<?cs var:Card.ScriptUrl ?>" data-tokenization-key="<?cs var:Card.TokenizationKey ?>" data-variant="inline" async></script>'
    case $file in
      */shared/card.cs) text=$(grep -vxF -e "$gateway" "$file") ;;
      *) text=$(cat "$file") ;;
    esac
    if printf '%s\n' "$text" | sed -E 's|<script src="[^"]+" defer></script>||g' | grep -qi '<script'; then
      echo "$file: a script is <script src=… defer></script>" >&2
      broken=1
    fi
  done
}

if [ $# -gt 0 ]; then
  check "$1"
  exit $broken
fi

check "$here/../../templates"
[ $broken -eq 0 ] || exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
tried=0
must_refuse() { # must_refuse FILE TEXT: one file with that text (after a good first line) is refused
  tried=$((tried + 1))
  rm -rf "$work/t" && mkdir "$work/t"
  case $1 in
    *.cs) printf '<?cs # values ?>\n' ;;
    *.html) printf '<!-- page -->\n' ;;
    *.js) printf '// script\n' ;;
    *.css) printf '/* sheet */\n' ;;
  esac > "$work/t/$1"
  printf '%s\n' "$2" >> "$work/t/$1"
  check "$work/t" > /dev/null 2>&1
  if [ $broken -eq 0 ]; then echo "rules_test: does not see $1: $2" >&2; failed=1; fi
}
must_pass() {
  must_refuse "$1" "$2" 2> /dev/null
  if [ $broken -ne 0 ]; then echo "rules_test: refuses what is right: $2" >&2; failed=1; else failed=$before; fi
}

for command in uvar lvar evar linclude alt name; do
  must_refuse page.cs "<?cs $command:Invoice.Number ?>"
  must_refuse page.cs "<?cs
  $command:Invoice.Number ?>"
done
must_refuse page.cs '<?cs include:Page.File ?>'
must_refuse page.cs '<?cs include: Page.File ?>'
must_refuse page.cs '<?cs include:"shared/" + Page.File ?>'
must_refuse page.cs '<?cs var:Title + url_escape(Next) ?>'
must_refuse page.cs '<?cs var:url_escape(Next) + Title ?>'
must_refuse page.cs '<?cs escape:"none" ?><?cs var:Title ?><?cs /escape ?>'
must_refuse page.cs '<?cs set:Config.VarEscapeMode = "none" ?>'
must_refuse page.cs '<p style="color: red">'
must_refuse page.cs '<style>p { color: red }</style>'
must_refuse page.cs '<button onclick="pay()">'
must_refuse page.cs '<script>pay()</script>'
must_refuse page.cs '<script type="module">pay()</script>'
must_refuse page.cs '<script id="gateway-script" src="<?cs var:Card.ScriptUrl ?>" data-tokenization-key="<?cs var:Card.TokenizationKey ?>" data-variant="inline" async></script>'
must_refuse page.cs '<script src="<?cs var:Card.ScriptUrl ?>" async></script>'
must_refuse page.cs '<a href="javascript:pay()">'
must_refuse page.cs '<img src="https://example.com/a.png" alt="">'
must_refuse error.html '<p style="color: red">'
must_refuse error.html '<body onload="x()">'
must_refuse error.html '<script>x()</script>'
must_refuse logo.svg '<svg onload="x()">'
must_refuse pay.js 'element.innerHTML = text;'
must_refuse pay.js 'eval(text);'
must_refuse pay.js 'element.style.display = "none";'
must_refuse site.css '@import "other.css";'
must_refuse site.css 'p { background: url(https://example.com/a.png) }'

must_refuse page.cs '<?cs include:"mail/head.txt.cs" ?>'
must_refuse page.txt.cs '<?cs include:"mail/head.html.cs" ?>'
must_refuse page.txt.cs '<?cs include:"shared/top.cs" ?>'
must_refuse page.txt.cs '<?cs include:"shared/txt.cs" ?>'
tried=$((tried + 1))
rm -rf "$work/t" && mkdir "$work/t" && echo '<p>no comment first</p>' > "$work/t/page.cs"
check "$work/t" > /dev/null 2>&1
[ $broken -ne 0 ] || { echo 'rules_test: does not see a missing first comment' >&2; failed=1; }

before=$failed
must_pass page.cs '<?cs include:"shared/top.cs" ?><?cs var:name(row) ?><input name="amount" autocomplete="username"><?cs var:url_escape(Next) ?>'
must_pass page.cs '<script src="<?cs var:Site.Static ?>/pay.js" defer></script>'
must_pass page.txt.cs '<?cs include:"mail/head.txt.cs" ?>'

[ $failed -eq 0 ] && echo "rules_test: passed, $tried ways to break them are seen"
exit $failed
