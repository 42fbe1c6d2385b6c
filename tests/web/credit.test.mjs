// credit.test.mjs - a Fixed Amount above the balance: said before, kept as credit, once; and what shows it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { World, assertFieldError, outcomeOf, until, words } from './world.mjs';

let world;

before(async () => {
  world = await World.open({ settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 1500'] });
});
after(() => world?.close());
afterEach(() => world.demo.knobs({ reset: true }));

const sums = (account) => world.sql(`SELECT due_cents, pending_cents, credit_cents FROM account WHERE id = ${account.id}`)[0].map(Number);
const get = async (client, path) => words((await client.get(world.path(path))).text);

test('more than the balance: the review says what becomes credit, the payment, home and mail say it again', async () => {
  const account = await world.account({ invoices: [3000, 4500] });
  const client = await world.signIn(account.user);
  assert.match(await get(client, '/pay'), /More than you owe is kept as credit/);
  const review = await world.review(client, { what: 'fixed', fixed_amount: '100.00' });
  assert.match(words(review.html), /Kept as credit on your account \$25\.00 .*Payment Total \$100\.00/);
  assert.match(words(review.html), /\$25\.00 is kept as credit on your account/);
  assert.deepEqual(sums(account), [7500, 0, 0], 'nothing yet');
  const outcome = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(outcome.text), 'success');
  assert.match(words(outcome.text), /Kept as credit on your account \$25\.00/);
  assert.deepEqual(sums(account), [0, 0, 2500]);
  assert.match(await get(client, '/'), /Current Balance −\$25\.00 .*Credit \$25\.00/);
  const [sale, ...others] = await world.sales(review.reference);
  assert.equal(sale.amount, '100.00');
  assert.equal(others.length, 0);
  await world.assertClean();
});

test('a bank payment gives its credit when it settles, and none when it comes back', async () => {
  for (const [action, end] of [['settle', [0, 0, 500]], ['return', [3000, 0, 0]]]) {
    const account = await world.account({ invoices: [3000] });
    const client = await world.signIn(account.user);
    const review = await world.review(client, { what: 'fixed', fixed_amount: '35', method: account.bank });
    await world.confirm(client, review);
    assert.equal(world.state(review.reference), 'pending');
    assert.deepEqual(sums(account), [3000, 3000, 0]);
    await world.demo.gateway('POST', '/sandbox/ach', { order_id: review.reference, action, ...(action === 'return' ? { code: 'R01' } : {}) });
    await world.demo.remit('settle');
    assert.deepEqual(sums(account).slice(2), end.slice(2), action);
    assert.equal(sums(account)[1], 0);
    await world.assertClean();
  }
});

test('a declined one leaves nothing', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  await world.demo.knobs({ only_kind: 'sale', decline_code: 202, times: 1 });
  const review = await world.review(client, { what: 'fixed', fixed_amount: '50' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'declined');
  assert.deepEqual(sums(account), [3000, 0, 0]);
  await world.assertClean();
});

test('with an answer lost, nobody else leaves credit until it is known; then it is there once', async () => {
  const account = await world.account({ invoices: [3000, 4500], users: 2 });
  const [one, other] = [await world.signIn(account.users[0]), await world.signIn(account.users[1])];
  const waiting = await world.review(other, { what: 'fixed', fixed_amount: '200', method: account.users[1].card });
  await world.demo.knobs({ only_kind: 'sale', lose: 'after', times: 1 });
  const review = await world.review(one, { what: 'selected', invoice: [account.invoices[0].number] });
  await world.confirm(one, review);
  assert.equal(world.state(review.reference), 'unknown');
  // A new one is refused beside its field, the one reviewed before is refused at its claim.
  const refused = await world.pay(other, { what: 'fixed', fixed_amount: '45.01', method: account.users[1].card });
  assert.equal(refused.status, 422);
  assertFieldError(refused.text, 'fixed_amount', /Another payment of this account is being processed.*at most \$45\.00/);
  const late = await world.confirm(other, waiting);
  assert.equal(late.status, 409);
  assert.match(words(late.text), /Another payment is being processed.*Nothing was charged/);
  assert.equal(world.state(waiting.reference), 'review');
  assert.equal((await world.sales(waiting.reference)).length, 0);
  // Up to what is due is fine meanwhile.
  const exact = await world.review(other, { what: 'fixed', fixed_amount: '45.00', method: account.users[1].card });
  assert.equal(outcomeOf((await other.follow(await world.confirm(other, exact))).text), 'success');
  assert.deepEqual(sums(account), [3000, 3000, 0]);
});

test('one that leaves credit and is unknown: settled once, credit once', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  await world.demo.knobs({ only_kind: 'sale', lose: 'after', times: 1 });
  const review = await world.review(client, { what: 'fixed', fixed_amount: '50' });
  await world.confirm(client, review);
  assert.equal(world.state(review.reference), 'unknown');
  assert.deepEqual(sums(account), [3000, 3000, 0]);
  assert.equal(world.one(`SELECT open_credit FROM payment WHERE reference = '${review.reference}'`), '1');
  world.sql(`UPDATE payment SET look_at = NULL WHERE reference = '${review.reference}'`);
  for (let run = 0; run < 2; run++) await world.demo.remit('settle');
  assert.equal(world.state(review.reference), 'succeeded');
  assert.deepEqual(sums(account), [0, 0, 2000]);
  await world.assertClean();
});

test('one form sent by two clicks at once: one charge, one credit', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'fixed', fixed_amount: '50' });
  await Promise.all(Array.from({ length: 8 }, () => world.confirm(client, review)));
  assert.equal((await world.sales(review.reference)).length, 1);
  assert.deepEqual(sums(account), [0, 0, 2000]);
  await world.assertClean();
});

test('two payments above the balance at once: one wins, the other says why', async () => {
  const account = await world.account({ invoices: [3000], users: 2 });
  const clients = await Promise.all(account.users.map((user) => world.signIn(user)));
  await world.demo.knobs({ latency_ms: 300, only_kind: 'sale' });
  const reviews = [];
  for (const [at, client] of clients.entries())
    reviews.push(await world.review(client, { what: 'fixed', fixed_amount: '40', method: account.users[at].card }));
  await Promise.all(clients.map((client, at) => world.confirm(client, reviews[at])));
  const states = reviews.map((review) => world.state(review.reference)).sort();
  assert.deepEqual(states, ['review', 'succeeded']);
  assert.deepEqual(sums(account), [0, 0, 1000]);
  await world.assertClean();
});

// Holds the account's row, so that what comes meanwhile waits in its order. Ended with the test, however that goes.
async function hold(account, t) {
  const { socket, name, user, password } = world.demo.json.database;
  const child = spawn('mariadb', ['--no-defaults', '--unbuffered', '-N', `--socket=${socket}`, `--user=${user}`, name], { env: { ...process.env, MYSQL_PWD: password }, stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const held = new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.write(`START TRANSACTION; UPDATE account SET version = version + 1 WHERE id = ${account.id}; SELECT 'held';\n`);
  await held;
  return () => new Promise((resolve) => child.once('exit', resolve).stdin.end('ROLLBACK;\n'));
}

test('a second click that waited behind the first one and another payment does not say that nothing was charged', async (t) => {
  const settings = join(world.demo.run, 'remit.hdf'), whole = readFileSync(settings, 'utf8');
  writeFileSync(settings, `${whole}\nPayment.LeaseSeconds = 60\nGateway.TimeoutMs = 20000\n`);
  try {
    await world.demo.restart('pay');
    // The database need not let those that wait go in their order: then it was another story.
    let told = false;
    for (let time = 0; time < 5 && !told; time++) told = await secondClick(t);
    assert.ok(told);
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
});

async function secondClick(t) {
  const account = await world.account({ invoices: [3000], users: 2 });
  const [one, other] = [await world.signIn(account.users[0]), await world.signIn(account.users[1])];
  const leaving = await world.review(one, { what: 'fixed', fixed_amount: '40', method: account.users[0].card });
  const file = join(world.demo.run, 'later.json'), number = `${account.number}-later`, day = '2026-01-31';
  writeFileSync(file, JSON.stringify([{ account: account.number, number, issued_on: day, due_on: day, tax: '0.00', lines: [{ description: 'Hosting', amount: '50.00' }] }]));
  assert.equal((await world.demo.remit('invoice', 'import', file)).code, 0);
  const plain = await world.review(other, { what: 'selected', invoice: [number], method: account.users[1].card });
  await world.demo.knobs({ latency_ms: 800, only_kind: 'sale' });
  const letGo = await hold(account, t);
  const answers = [];
  for (const [at, [client, review]] of [[one, leaving], [other, plain], [one, leaving]].entries()) {
    answers.push(world.confirm(client, review));
    // The server renews this table only when nobody has read it for 100 ms.
    await until('the click to wait', () => Number(world.one("DO SLEEP(0.15); SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")) > at);
  }
  await letGo();
  const [first, between, second] = await Promise.all(answers);
  if (first.status === 409 && second.status === 409) {
    assert.equal((await world.sales(leaving.reference)).length, 0);
    return false;
  }
  assert.deepEqual([first.status, between.status, second.status], [303, 303, 303], words(second.text));
  await until('the charge to end', () => world.state(leaving.reference) === 'succeeded');
  assert.equal((await world.sales(leaving.reference)).length, 1);
  assert.deepEqual(sums(account), [0, 0, 1000]);
  await world.assertClean();
  return true;
}

test('where the provider wants none, a Fixed Amount ends at the balance', async () => {
  const another = await world.account({ invoices: [3000] }), other = await world.signIn(another.user);
  const reviewed = await world.review(other, { what: 'fixed', fixed_amount: '31' });
  const settings = join(world.demo.run, 'remit.hdf'), whole = readFileSync(settings, 'utf8');
  try {
    writeFileSync(settings, `${whole}\nCredit.FromPayments = 0\n`);
    await world.demo.restart('pay');
    const account = await world.account({ invoices: [3000] });
    const client = await world.signIn(account.user);
    assert.doesNotMatch(await get(client, '/pay'), /kept as credit/);
    const refused = await world.pay(client, { what: 'fixed', fixed_amount: '30.01' });
    assert.equal(refused.status, 422);
    assertFieldError(refused.text, 'fixed_amount', /Enter at most \$30\.00/);
    assert.equal((await world.pay(client, { what: 'fixed', fixed_amount: '30.00' })).status, 303);
    const confirm = await world.confirm(other, reviewed);
    assert.equal(confirm.status, 409);
    assert.match(words(confirm.text), /More than is due is not taken any more.*Nothing was charged/);
    assert.equal((await world.sales(reviewed.reference)).length, 0);
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
});

test('the largest payment counts the credit too', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  const refused = await world.pay(client, { what: 'fixed', fixed_amount: '100000.01' });
  assert.equal(refused.status, 422);
  assertFieldError(refused.text, 'fixed_amount', /largest payment here is \$100,000\.00/);
  assert.equal((await world.pay(client, { what: 'fixed', fixed_amount: '100000.00' })).status, 303);
});
