// unmarked.mjs: finds text of templates that no language file can know. Prints what it finds; exits 1 for any.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// Attributes people read or hear.
const SPOKEN = ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt', 'data-label', 'label'];
// The same in every language.
const NAMES = ['PDF', 'CSV', 'VISA', 'MC', 'AMEX', 'DISC', 'DINERS', 'JCB'];
// A word: two letters in a row, without what stands in an entity.
const hasWord = (text) => (text.replace(/&#?\w+;/g, '').match(/\p{L}{2,}/gu) ?? []).some((word) => !NAMES.includes(word));
// The same length, so that lines stay where they are.
const blank = (text) => text.replace(/[^\n]/g, ' ');

// What stands in quotes in a command and is shown: a capital, or several words. Names of things (ids, kinds, what a field
// is to autocomplete) are neither.
const isShown = (text) => !NAMES.includes(text) && !/^[a-z0-9]+-[a-z0-9 -]+$|^billing [a-z0-9-]+$/.test(text) && (/[A-Z]/.test(text) || /\p{L}{2,} \p{L}/u.test(text));

function strayTexts(source, isPlain) {
  const found = [];
  const at = (index, text) => found.push({ line: source.slice(0, index).split('\n').length, text: text.trim().replace(/\s+/g, ' ') });
  let rest = source.replace(/<\?cs\s*#[\s\S]*?\?>/g, blank).replace(/\{\{[\s\S]*?\}\}/g, blank).replace(/<!--[\s\S]*?-->/g, blank);

  for (const match of rest.matchAll(/<\?cs\s+call:[\s\S]*?\?>/g))
    for (const quoted of match[0].matchAll(/"([^"]*)"/g)) if (isShown(quoted[1])) at(match.index + quoted.index, quoted[1]);
  rest = rest.replace(/<\?cs[\s\S]*?\?>/g, blank);
  if (!isPlain) {
    for (const tag of rest.matchAll(/<[a-z][^>]*>/g))
      for (const attribute of tag[0].matchAll(/\s([a-z-]+)="([^"]*)"/g))
        if (SPOKEN.includes(attribute[1]) && hasWord(attribute[2])) at(tag.index + attribute.index, attribute[2]);
    rest = rest.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, blank).replace(/<[^>]*>/g, blank);
    // Of a macro that writes attributes.
    rest = rest.replace(/\s[a-z-]+="[^"]*"/g, blank);
  } else rest = rest.replace(/^\s*Subject: /m, (subject) => blank(subject));
  for (const line of rest.matchAll(/[^\n]+/g)) if (hasWord(line[0])) at(line.index, line[0]);
  return found;
}

// Each has one text in it that must be found, or none.
const TRIALS = [
  [1, '<p>Pay now</p>'],
  [1, '<p>{{Pay now}} or later</p>'],
  [1, '<input placeholder="Your name" value="none">'],
  [1, '<?cs call:cell("Amount", row.Due) ?>'],
  [1, '<?cs call:cell("amount to pay", row.Due) ?>'],
  [1, '<?cs if:A ?>Yes<?cs /if ?>'],
  [1, 'Subject: A receipt\n', true],
  [1, '{{Dear}} <?cs var:Name ?>,\nthank you.\n', true],
  [0, '<p class="r-lead">{{Pay <b>now</b>}} <?cs var:Site.Name ?> &nbsp;&middot; $5.00</p>'],
  [0, '<?cs # A comment with words ?><!-- another --><?cs call:cell("{{Amount}}", "amount", row.Due) ?>'],
  [0, '<input type="text" name="fixed" autocomplete="off" aria-label="{{Fixed Amount}}">'],
  [0, 'Subject: {{A receipt}}\n\n{{Dear <?cs var:Name ?>,\nthank you.}}\n', true],
];
let failed = false;
const say = (text) => {
  console.error(`unmarked_test: ${text}`);
  failed = true;
};
for (const [count, text, isPlain] of TRIALS) {
  const found = strayTexts(text, isPlain);
  if (found.length !== count) say(`${JSON.stringify(text)}: ${found.length} found, not ${count}`);
}

const files = process.argv.length > 2 ? process.argv.slice(2) : readdirSync('templates', { recursive: true }).filter((name) => name.endsWith('.cs')).map((name) => join('templates', name));
for (const file of files)
  for (const { line, text } of strayTexts(readFileSync(file, 'utf8'), file.endsWith('.txt.cs'))) say(`${file}:${line}: ${text}`);
if (!failed) console.log(`unmarked_test: passed (${files.length} templates)`);
process.exit(failed ? 1 : 0);
