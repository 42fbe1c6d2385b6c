// unmarked_c.mjs: finds sentences in C that reach customers in English alone: every literal of two words or more, in
// the programs they see, stands in say(), WORDS() or their kin, or in a call that speaks to the provider.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SEEN = ['modules/invoices', 'modules/documents', 'modules/pay', 'modules/methods', 'modules/autopay', 'modules/login', 'modules/mailer', 'common/billing', 'common/http', 'common/mail', 'common/money', 'common/print', 'common/program'];
// They speak to the provider, or in a protocol: what starts, what is set, the command line, reasons in the queue and the outbox; answers
// and mails as other programs read them.
const PROVIDERS = /common\/program\/(settings|command|service|running|listening|stop|settle|resolve|reconcile|late_booking|enrolling_desk)\w*\.[ch]$|\/main\.c$|common\/http\/response\.c$|common\/mail\/(folder|message|smtp)\.c$|mailer_(compose|round)\.c$/;
const MARKED = new Set(['say', 'say_in', 'WORDS', 'WORDS_IN']);
const TO_PROVIDER = new Set(['LOG', 'LOG_TEXT', 'LOG_INT', 'assert', 'wrong', 'reading_wrong', 'setting_wrong', '_Static_assert', 'static_assert']);
const isSentence = (text) => /\p{L}{2,}[,;:]? \p{L}{2,}/u.test(text.replace(/%(\d\$)?[-0-9.*]*(ll|l|z|h)?[a-z]/g, 'x'));
const blank = (text) => text.replace(/[^\n]/g, ' ');

// Comments blanked and strings kept; what stands in the strings must not look like code to whoever counts brackets.
function literals(source) {
  const found = [];
  let code = '';
  for (const [part] of source.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'|[\s\S]/g)) {
    if (part.startsWith('/*') || part.startsWith('//')) code += blank(part);
    else if (part.length > 1) {
      if (part.startsWith('"')) found.push({ from: code.length, to: code.length + part.length, text: part.slice(1, -1) });
      code += part[0] + 'x'.repeat(part.length - 2) + part[0];
    } else code += part;
  }
  // Neighbours are one text.
  const joined = [];
  for (const one of found) {
    const last = joined.at(-1);
    if (last && /^\s*$/.test(code.slice(last.to, one.from))) Object.assign(last, { to: one.to, text: last.text + one.text });
    else joined.push({ ...one });
  }
  return { code, joined };
}

// The names of the calls around a place, the innermost first.
function callsAround(code, at) {
  const names = [];
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    const character = code[i];
    if (character === ')') depth++;
    else if (character === '(') {
      if (depth === 0) names.push(/(\w*)\s*$/.exec(code.slice(Math.max(0, i - 60), i))[1]);
      else depth--;
    } else if (depth === 0 && (character === ';' || character === '{' || character === '}')) {
      if (!names.length && character === '{') return names;
      break;
    }
  }
  return names;
}

export function strayTexts(source) {
  const { code, joined } = literals(source);
  return joined
    .filter(({ text }) => isSentence(text))
    .filter(({ from }) => !/^[ \t]*#[^\n]*$/.test(code.slice(code.lastIndexOf('\n', from) + 1, from)))
    .filter(({ from }) => !/\.text =\s*$|\bconst struct statement\b[^;]*$/.test(code.slice(Math.max(0, from - 300), from)))
    .filter(({ from }) => !callsAround(code, from).some((name) => MARKED.has(name) || TO_PROVIDER.has(name)))
    .map(({ from, text }) => ({ line: source.slice(0, from).split('\n').length, text }));
}

const TRIALS = [
  [1, 'x = "Pay it now";'],
  [1, 'visit_error(visit, 404, say("Page not found"), "There is no such page.");'],
  [1, 'static const char *const names[] = {WORDS("Pay it now"), "Pay it later"};'],
  [1, 'arena_format(arena, "%s ending %s and more", a, b);'],
  [0, 'arena_format(arena, say("%s ending"\n  " in %s"), a, b);'],
  [0, 'LOG(LOG_LEVEL_ERROR, "a.b", LOG_TEXT("why", "it went wrong"));'],
  [0, '/* "Not this one" */ values_set(values, "Page.Title", "x");'],
];
let failed = false;
const fail = (text) => {
  console.error(`unmarked_test: ${text}`);
  failed = true;
};
for (const [count, text] of TRIALS) if (strayTexts(text).length !== count) fail(`${text}: ${strayTexts(text).length} found, not ${count}`);

// What is no text of ours: each with the reason.
const KNOWN = JSON.parse(readFileSync(new URL('english.json', import.meta.url), 'utf8'));
const met = new Set();
for (const folder of SEEN)
  for (const name of readdirSync(folder).filter((one) => /\.[ch]$/.test(one) && !PROVIDERS.test(join(folder, one))))
    for (const { line, text } of strayTexts(readFileSync(join(folder, name), 'utf8'))) {
      if (text in KNOWN) met.add(text);
      else fail(`${folder}/${name}:${line}: ${text}`);
    }
for (const text of Object.keys(KNOWN)) if (!met.has(text)) fail(`english.json has what is nowhere: ${text}`);
if (!failed) console.log('unmarked_test: passed (C)');
process.exit(failed ? 1 : 0);
