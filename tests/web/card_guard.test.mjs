// card_guard.test.mjs - a card number that comes where none belongs is refused, and found nowhere after.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, formKey, payFields, words } from './world.mjs';

let world, account, client, page;

before(async () => {
  world = await World.open();
  account = await world.account();
  client = await world.signIn(account.user);
  page = (await client.get(world.path('/pay'))).text;
});
after(() => world?.close());

// Each test has a number of its own, so that what one leaves behind is not another's. With a right Luhn digit.
function cardNumber(prefix, length = 16) {
  let digits = prefix;
  while (digits.length < length - 1) digits += Math.floor(Math.random() * 10);
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return digits + ((10 - (sum % 10)) % 10);
}

const spread = (number, mark) => number.match(/.{1,4}/g).join(mark);

// Every file below a folder of the demo, the database's own files too.
function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* files(path);
    else if (stat?.isFile()) yield path;
  }
}

function dump() {
  const { socket, name, user, password } = world.demo.json.database;
  return execFileSync('mariadb-dump', ['--no-defaults', `--socket=${socket}`, `--user=${user}`, '--skip-extended-insert', name], {
    env: { ...process.env, MYSQL_PWD: password },
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
}

// The numbers are in no log, no table, not in the gateway's book, nor in any file at all, in whatever way they are set apart.
async function assertNowhere(numbers) {
  const texts = [...world.logs(), { name: 'the database', text: dump() }, { name: 'the gateway', text: JSON.stringify(await world.demo.book()) }];
  for (const number of numbers) {
    const pattern = new RegExp(number.split('').join('(?:[ +-]|%20|%2D)?'));
    for (const { name, text } of texts) assert.doesNotMatch(text, pattern, name);
  }
  for (const path of files(world.demo.run)) {
    const bytes = readFileSync(path);
    for (const number of numbers) assert.ok(!bytes.includes(number), path);
  }
}

async function refused(answer, what) {
  assert.equal((await answer).status, 400, what);
  assert.match(words((await answer).text), /Card numbers are not accepted here The form held what looks like a card number\. It was not kept\./, what);
}

test('in the note', async () => {
  const kinds = [
    ['4', 16], ['4', 13], ['4', 19], ['51', 16], ['2221', 16], ['34', 15], ['37', 15], ['6011', 16], ['65', 16], ['36', 14], ['3530', 16], ['62', 16],
    ['5018', 16],
  ];
  const rows = world.rows();
  const used = [];
  for (const [prefix, length] of kinds) {
    const number = cardNumber(prefix, length);
    const notes = [number, spread(number, ' '), spread(number, '-'), `my card ${number}, please`, `card:${number}.`, `\n${number}\n`, number.split('').join(' ')];
    for (const note of notes) {
      const answer = await client.post(world.path('/pay'), payFields(page, { what: 'total', note }));
      await refused(answer, note);
      const digits = answer.text.replace(/\D/g, '');
      assert.ok(!digits.includes(number), 'nor is it shown again');
    }
    used.push(number);
  }
  await assertNowhere(used);
  assert.equal(world.rows(), rows);
  assert.match(world.demo.log('pay'), /request\.card_number.*note/, 'the field is logged');
});

test('what is no card number goes through', async () => {
  const good = cardNumber('4');
  const wrongDigit = good.slice(0, -1) + ((Number(good.at(-1)) + 1) % 10);
  const notes = [wrongDigit, cardNumber('9'), `1${good}2345`, good.slice(0, 12), `${good.slice(0, 8)}  ${good.slice(8)}`, 'Invoice 2026-11-22 for 1234567890'];
  for (const note of notes) {
    const answer = await world.pay(client, { what: 'total', note });
    assert.equal(answer.status, 303, note);
  }
  await assert.rejects(assertNowhere([wrongDigit]), 'the search finds what is there');
});

test('in any field, declared or not, in names, and in lists', async () => {
  const rows = world.rows();
  const used = [];
  const number = () => (used.push(cardNumber('4')), used.at(-1));
  const forms = [
    { fixed_amount: number() }, { what: number() }, { invoice: ['x', number()] }, { amount: ['1', number()] }, { listed: number() },
    { method: number() }, { seen_balance: number() }, { comment: number() }, { x: spread(number(), ' ') },
    { [number()]: 'x' }, { card_number: spread(number(), '-') },
  ];
  for (const change of forms) await refused(client.post(world.path('/pay'), payFields(page, { what: 'total', ...change })), JSON.stringify(change));
  const review = await world.review(client, { what: 'fixed', fixed_amount: '1' });
  await refused(client.post(review.path, { key: review.key, note: number() }), 'the confirm');
  const door = world.demo.client();
  const key = formKey((await door.get(world.path('/login'))).text);
  await refused(door.post(world.path('/login'), { key, next: '/', email: number(), password: 'x' }), 'as the email');
  await refused(door.post(world.path('/login'), { key, next: '/', email: 'a@b.test', password: number() }), 'as the password');
  await refused(world.demo.client().post(world.path('/pay'), { note: number() }), 'of nobody');
  await refused(client.post(world.path('/pay'), { note: number() }, { origin: 'http://evil.test' }), 'from elsewhere');
  assert.equal(world.state(review.reference), 'review');
  await assertNowhere(used);
  world.sql(`DELETE FROM payment_event WHERE payment_id = (SELECT id FROM payment WHERE reference = '${review.reference}')`);
  world.sql(`DELETE FROM payment_allocation WHERE payment_id = (SELECT id FROM payment WHERE reference = '${review.reference}')`);
  world.sql(`DELETE FROM payment WHERE reference = '${review.reference}'`);
  assert.equal(world.rows(), rows);
});

test('a form that has card fields at all', async () => {
  for (const change of [{ ccnumber: '' }, { cvv: '' }, { ccnumber: '4242' }, { cvv: '123' }])
    for (const path of ['/pay', '/login', '/logout'])
      await refused(client.post(world.path(path), { ...Object.fromEntries(payFields(page, { what: 'total' })), ...change }), JSON.stringify(change));
  await refused(client.get(world.path('/pay?cvv=123')), 'in the query');
  assert.equal((await client.get(world.path('/'))).status, 200, 'and nobody was signed out');
});

test('keys and references are no card numbers', async () => {
  const number = cardNumber('4');
  const answer = await client.post(world.path('/pay'), payFields(page, { key: number, what: 'total' }));
  assert.equal(answer.status, 403, 'a wrong key is a wrong key');
  await assertNowhere([number]);
});

test('in the address: query, path, escaped or set apart', async () => {
  const used = [];
  const number = () => (used.push(cardNumber('4')), used.at(-1));
  const escaped = (text) => text.replace(/\d/g, (digit) => `%3${digit}`);
  const queries = [`/pay?note=${number()}`, `/invoices?status=${number()}`, `/invoices?${number()}`, `/pay?invoice=${spread(number(), '+')}`, `/login?next=${number()}`, `/?x=${escaped(number())}`];
  for (const path of queries) {
    const answer = await client.get(world.path(path));
    assert.ok([200, 400, 404].includes(answer.status), path);
    if (!/^\/(\?|login)/.test(path)) await refused(answer, path);
  }
  const paths = [`/invoices/${number()}`, `/pay/${number()}`, `/pay/${spread(number(), '-')}`, `/invoices/${spread(number(), '%20')}`, `/nothing/${number()}`,
    `/static/${number()}.css`, `/${number()}`, `/pay/${escaped(number())}`, `/invoices/${spread(number(), '/')}`, `/login/${number()}`];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await client.request(method, world.path(path), method === 'GET' ? undefined : { x: '1' });
      assert.ok([400, 404, 405, 403].includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
  // What nginx refuses before it knows a location, it may log too.
  for (const path of [`/%00${number()}`, `/pay?x=${number()}&y=${'a'.repeat(9000)}`, `/invoices/%zz${number()}`])
    assert.ok((await client.get(world.path(path))).status >= 400);
  await assertNowhere(used);
});

test('in headers', async () => {
  const used = [];
  const number = () => (used.push(cardNumber('4')), used.at(-1));
  for (const headers of [
    { 'user-agent': `Mozilla ${number()}` }, { referer: `${world.demo.url}pay?x=${number()}` }, { 'x-forwarded-for': number() }, { accept: number() },
    { cookie: `note=${number()}` }, { origin: `http://${number()}.test` },
  ])
    for (const [method, path] of [['GET', '/pay'], ['POST', '/pay'], ['GET', '/nothing'], ['GET', '/static/remit.css']]) {
      const answer = await client.request(method, world.path(path), method === 'POST' ? { note: 'x' } : undefined, headers);
      assert.ok(answer.status < 500);
    }
  await assertNowhere(used);
});

test('a body that nginx refuses or the program cannot read leaves nothing either', async () => {
  const used = [];
  const number = () => (used.push(cardNumber('4')), used.at(-1));
  const bodies = [
    [`note=${number()}&pad=${'a'.repeat(65536)}`, {}, 413],
    [JSON.stringify({ note: number() }), { 'content-type': 'application/json' }, 415],
    [`note=${number()}&a.b=1`, {}, 400],
    [`note=%ff${number()}`, {}, 400],
  ];
  for (const [body, headers, status] of bodies) assert.equal((await client.post(world.path('/pay'), body, headers)).status, status);
  await assertNowhere(used);
});
