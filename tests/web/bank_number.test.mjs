// bank_number.test.mjs - where a bank account number goes that a customer typed: to the gateway, and nowhere else. No table,
// log, mail or file of ours has it, and no process of ours that waits for the next request remembers it. What is searched
// for besides proves that each search finds what is there. nginx, which is the site's own, is not looked into.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { after, before, test } from 'node:test';
import { dumpOf, filesBelow, formsOf, memoryOf, processesOf } from '../support/traces.mjs';
import { World, attribute, formKey, outcomeOf, payFields, tagOf, until, words } from './world.mjs';

const marker = `marker-${randomBytes(9).toString('hex')}`;
const siteName = 'Northwind Hosting'; // in the settings, so in the memory of every program
const numbers = [];
const POOLS = ['pay', 'pay-confirm', 'methods', 'methods-save'];

// Seventeen digits that are nowhere by chance.
function number() {
  numbers.push(`9${Array.from({ length: 16 }, () => randomInt(10)).join('')}`);
  return numbers.at(-1);
}

const typed = (account, change = {}) => ({
  method: 'bank', routing: '021000021', account, account_again: account, holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss', ...change,
});

let world, demo, account, client;

before(async () => {
  world = await World.open({ settings: ['Gateway.TimeoutMs = 1500'] });
  demo = world.demo;
  account = await world.account({ invoices: [5000, 7000, 9000] });
  client = await world.signIn(account.user);
});
after(() => world?.close());

const post = (path, form) => client.post(world.path(path), form);
const payForm = async (change) => payFields((await client.get(world.path('/pay'))).text, { what: 'selected', ...change });

async function methodForm(change) {
  const { text } = await client.get(world.path('/methods/bank'));
  return { key: formKey(text), authorize: attribute(tagOf(text, 'authorize'), 'value'), ...typed(number()), ...change };
}

test('an account number is sent on every way there is', async () => {
  const [first, second, third] = account.invoices.map((each) => each.number);
  const expect = async (status, answer) => assert.equal((await answer).status, status, words((await answer).text).slice(0, 300));
  // Refused: by the checks, by another field, without a key, of a form that cannot be read, by a visitor who is nobody.
  await expect(422, post('/pay', await payForm(typed(number(), { invoice: first, routing: '1' }))));
  await expect(422, post('/pay', await payForm(typed(number(), { invoice: first, account_again: number() }))));
  await expect(400, post('/pay', await payForm(typed(number(), { invoice: first, note: '4111 1111 1111 1111' }))));
  await expect(400, post('/pay', `${new URLSearchParams(await payForm(typed(number(), { invoice: first })))}&note=%ff`));
  await expect(413, post('/pay', `account=${number()}&note=${'x'.repeat(65536)}`));
  await expect(403, post('/pay', { key: 'made up', ...typed(number()) }));
  await expect(400, post('/pay', [...(await payForm(typed(number(), { invoice: first }))), ['account', number()]]));
  await expect(303, demo.client().post(world.path('/pay'), typed(number())));
  // The vault refuses it, does not answer, answers late.
  for (const knobs of [{ answer: 'rate_limit' }, { lose: 'before' }, { lose: 'after' }]) {
    await demo.knobs({ reset: true, only_kind: 'vault', times: 1, ...knobs });
    await expect(knobs.lose === 'after' ? 303 : 422, post('/pay', await payForm(typed(number(), { invoice: first }))));
    await demo.resetKnobs();
  }
  // Paid with, once remembered and once not; saved, and in the place of another.
  for (const [invoice, change] of [[second, { note: marker }], [third, { remember_account: '1' }]]) {
    const review = await world.review(client, { ...typed(number(), change), what: 'selected', invoice });
    assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'pending');
  }
  await expect(422, post('/methods/bank', await methodForm({ authorize: '' })));
  await expect(303, post('/methods/bank', await methodForm({})));
  await expect(303, post('/methods/bank', await methodForm({ replace: '' })));
  assert.ok(numbers.length >= 15);
  await until('the copies to be written', () => world.one("SELECT COUNT(*) FROM outbox WHERE kind = 'authorization' AND state <> 'sent'") === '0');
});

// Of all ways to write it; of a memory, where no library writes it anew, as it was typed.
function assertNone(bytes, where, forms = numbers.flatMap(formsOf)) {
  for (const form of forms) assert.ok(!bytes.includes(form), `${where} has the number ${form.toString('latin1')}`);
}

test('no table has it', () => {
  const dump = dumpOf(demo);
  assertNone(dump, 'the database');
  assert.ok(dump.includes(marker), 'the note is found');
  assert.ok(dump.includes(numbers.at(-1).slice(-4)), 'and the last four digits');
});

test('no log, no mail, no file of nginx or the database has it', () => {
  const seen = new Set();
  const found = new Set();
  for (const path of filesBelow(demo.run)) {
    const bytes = readFileSync(path);
    const [folder] = relative(demo.run, path).split('/');
    seen.add(folder);
    assertNone(bytes, path);
    if (bytes.includes(marker)) found.add(folder);
  }
  for (const folder of ['log', 'sandbox', 'db', 'mail']) assert.ok(seen.has(folder), `${folder}: ${[...seen]}`);
  assert.ok(found.has('db') && found.has('mail'), `the note is found in the database and the receipt: ${[...found]}`);
});

function* workers() {
  for (const name of POOLS) for (const pid of processesOf(demo, name)) yield { name, pid };
}

test('no worker that waits remembers it', async () => {
  // Those that had one have ended, and others take their place.
  await until('all workers to wait', () => [...workers()].length >= POOLS.length);
  const plain = numbers.map((each) => Buffer.from(each));
  let read = 0;
  for (const { name, pid } of workers()) {
    let knowsSite = false;
    for (const bytes of memoryOf(pid)) {
      read += bytes.length;
      assertNone(bytes, `${name} (${pid})`, plain);
      knowsSite ||= bytes.includes(siteName);
    }
    assert.ok(knowsSite, `${name}: what every program knows is found`);
  }
  assert.ok(read > 1 << 22, `${read} bytes were read`);
});

test('the search finds what a living worker sent to the vault: the name on a card', async () => {
  const name = `Ada Marker${randomBytes(9).toString('hex')}`;
  for (let at = 0; at < 3; at++) {
    const card = { method: 'card', payment_token: 'test-mastercard', name_on_card: name, zip: '89501', terms: '1', what: 'total' };
    assert.equal((await post('/pay', await payForm(card))).status, 303);
  }
  assert.ok([...workers()].some(({ pid }) => [...memoryOf(pid)].some((bytes) => bytes.includes(name.split(' ')[1]))));
});

test('a worker ends after an account number, and after no other form', async () => {
  const pids = () => new Set([...workers()].filter(({ name }) => name === 'pay' || name === 'pay-confirm').map(({ pid }) => pid));
  const before = pids();
  assert.equal((await post('/pay', await payForm({ method: account.card, what: 'total' }))).status, 303);
  assert.equal((await post('/pay', await payForm({ method: 'bank', what: 'total' }))).status, 422, 'empty fields hold nothing');
  assert.deepEqual(pids(), before);
  assert.equal((await post('/pay', await payForm(typed(number(), { what: 'total' })))).status, 303);
  await until('one to end', () => [...before].some((pid) => !existsSync(`/proc/${pid}`)));
  await until('another in its place', () => pids().size === before.size);
});
