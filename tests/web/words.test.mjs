// words.test.mjs - nothing on any page is out of a language file's reach: in a language where each text stands in
// brackets, what stands outside of them is data.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { readingPages } from '../support/reading.mjs';
import { World, formKey, payFields } from './world.mjs';

let world, folder, client, data;

// Each text of ours in a language of its own: ⟦Make a Payment⟧.
function pseudo(pot) {
  const entries = [];
  let entry = {};
  let part = null;
  for (const line of [...pot.split('\n'), '']) {
    const match = /^(?:(msgctxt|msgid|msgstr) )?"(.*)"$/.exec(line);
    if (!match) {
      if (entry.msgid) entries.push(entry);
      if (entry.msgstr !== undefined) entry = {};
      part = null;
    } else if (match[1]) entry[(part = match[1])] = match[2];
    else entry[part] += match[2];
  }
  const head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nX-Language-Name: ⟦⟧\\n"\n';
  return head + entries.map((one) => `\n${one.msgctxt === undefined ? '' : `msgctxt "${one.msgctxt}"\n`}msgid "${one.msgid}"\nmsgstr "⟦${one.msgid}⟧"\n`).join('');
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remit-words-'));
  const pot = join(folder, 'all.pot');
  execFileSync(join(top, 'tests/words/collect.sh'), [join(top, `build/${process.env.BUILD ?? 'release'}/tests/words/extract`), pot]);
  mkdirSync(join(folder, 'brand/words'), { recursive: true });
  writeFileSync(join(folder, 'brand/words/qps.po'), pseudo(readFileSync(pot, 'utf8')));
  world = await World.open({ env: { BRAND: join(folder, 'brand') }, settings: ['Site.Languages = en, es, qps'] });
  client = world.demo.client();
  client.headers = { 'accept-language': 'qps' };
  await client.signIn(world.demo.user(0));
  // Whatever a column or the settings say is data.
  const columns = world.sql(`SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND data_type IN ('varchar', 'char', 'text', 'mediumtext') AND column_name <> 'method_text'`);
  const read = columns.map(([table, column]) => `SELECT DISTINCT CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin FROM ${table} WHERE ${column} REGEXP '[A-Za-z]{2}'`);
  data = [...world.sql(read.join(' UNION ')).map(([text]) => text), readFileSync(join(world.demo.run, 'remit.hdf'), 'utf8')].join('\n').replace(/\s+/g, ' ');
});
after(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const plain = (html) => html.replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&nbsp;/g, ' ');

// The same in every language.
const NAMES = ['English', 'Español', 'PDF', 'CSV', 'VISA', 'MC', 'AMEX', 'DISC', 'DINERS', 'JCB'];

// What of a text stands in no bracket, piece by piece.
function outside(text) {
  const found = [];
  let depth = 0;
  let piece = '';
  for (const character of text) {
    if (character === '⟦') depth++;
    if (depth === 0) piece += character;
    else if (piece) [piece] = ['', found.push(piece)];
    if (character === '⟧') depth--;
  }
  assert.equal(depth, 0, `brackets do not match: ${text.slice(0, 300)}`);
  return [...found, piece];
}

// The words of a page that no language file has, and that are no data.
function strays(html) {
  const found = [];
  const look = (text) => {
    for (const piece of outside(plain(text)).flatMap((one) => one.split('\x00')))
      for (const words of piece.split(/[·:,()|–—\n]/).map((one) => one.trim().replace(/\s+/g, ' ')))
        if (/\p{L}{2}/u.test(words) && !data.includes(words) && !NAMES.includes(words)) found.push(words);
  };
  const body = html.replace(/<!--[\s\S]*?-->/g, '').replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
  for (const [, , value] of body.matchAll(/\s(aria-label|title|placeholder|alt|data-label|label)="([^"]*)"/g)) look(value);
  look(body.replace(/<[^>]*>/g, '\x00'));
  return found;
}

const clean = async (what, answer) => {
  const { status, text } = await answer;
  assert.match(text, /⟦/, `${what}: ${status}, nothing of it is in the language`);
  assert.deepEqual(strays(text), [], what);
};

test('the looking finds what is outside', () => {
  assert.deepEqual(strays('<p>⟦Pay⟧ Quagga</p><b title="Okapi">⟦a <i>b</i> c⟧</b>'), ['Okapi', 'Quagga']);
});

test('every page', async () => {
  const own = `account_id = (SELECT id FROM account WHERE number = '${world.demo.user(0).account}')`;
  const invoice = world.one(`SELECT MAX(number) FROM invoice WHERE ${own}`);
  const payment = world.one(`SELECT MAX(reference) FROM payment WHERE state = 'succeeded' AND ${own}`);
  const card = world.one(`SELECT MAX(id) FROM method WHERE kind = 'card' AND ${own}`);
  for (const [name, path] of readingPages({ invoice, payment, card, month: new Date().toISOString().slice(0, 7) }))
    await clean(name, client.get(world.path(path)));
  for (const path of ['/documents/statements/2026-01', '/account', '/account/password', '/account/sessions', '/account/access', '/invoices/none', '/invoices?from=x', '/payments?status=x', '/calendar?month=x'])
    await clean(path, client.get(world.path(path)));
});

test('every page before the sign-in, and after a wrong one', async () => {
  const nobody = world.demo.client();
  nobody.headers = { 'accept-language': 'qps' };
  for (const path of ['/login', '/login/reset', '/login/link?token=x', '/tile']) await clean(path, nobody.get(world.path(path)));
  const { text } = await nobody.get(world.path('/login'));
  await clean('a wrong password', nobody.post(world.path('/login'), { key: formKey(text), email: 'who@example.test', password: 'x' }));
});

test('every form that was filled in wrongly', async () => {
  const forms = [
    ['/pay', (text) => payFields(text, { what: 'fixed', fixed_amount: 'x', method: 'none', note: '7 '.repeat(251) })],
    ['/methods/bank', (text) => ({ key: formKey(text), routing: '1', account: '2', account_again: '3' })],
    ['/methods/card', (text) => ({ key: formKey(text) })],
    ['/autopay/new', (text) => ({ key: formKey(text), largest: 'x', scope: 'types' })],
    ['/account', (text) => ({ key: formKey(text), name: '' })],
    ['/account/password', (text) => ({ key: formKey(text), current: 'x', password: 'y', again: 'z' })],
  ];
  for (const [path, fields] of forms) {
    const { text } = await client.get(world.path(path));
    await clean(`POST ${path}`, client.post(world.path(path), fields(text)));
    await clean(`POST ${path} without a key`, client.post(world.path(path), {}));
  }
});
