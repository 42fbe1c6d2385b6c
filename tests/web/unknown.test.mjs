// unknown.test.mjs - payments whose answer did not come: nothing is guessed, nothing is paid twice, and
// the settling finds out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, formPairs, outcomeOf, until, words } from './world.mjs';

const LEASE_S = 2;
const TIMEOUT_MS = 1500;

let world;

before(async () => {
  world = await World.open({ settings: [`Payment.LeaseSeconds = ${LEASE_S}`, `Gateway.TimeoutMs = ${TIMEOUT_MS}`] });
});
after(() => world?.close());

async function settle() {
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  return JSON.parse(out);
}

// A payment of all invoices whose sale meets the given knobs.
async function payInto(knobs, client, change = { what: 'total' }) {
  const review = await world.review(client, change);
  await world.demo.knobs({ reset: true, only_order: review.reference, ...knobs });
  const page = await client.follow(await world.confirm(client, review));
  return { review, page };
}

// No way to pay what is held: not by any form, not by a review made before, not by the provider.
async function assertHeld(account, client, held, before) {
  const requests = await world.gatewayRequests();
  const rows = world.rows();
  const page = await client.get(world.path('/pay'));
  for (const { number } of held) {
    assert.ok(!formPairs(page.text).some(([, value]) => value === number), `${number} cannot be ticked`);
    assert.match(words((await client.get(world.path(`/invoices/${number}`))).text), /A payment of this invoice is being processed\. Please don't pay it again\./);
    const link = await client.get(world.path(`/pay?invoice=${number}`));
    assert.match(words(link.text), new RegExp(`Nothing can be paid on invoice ${number} right now`));
    assert.equal(world.figures(number).pending, world.figures(number).total);
  }
  const list = await client.get(world.path('/invoices?status=open'));
  const home = await client.get(world.path('/'));
  for (const { number } of held)
    for (const html of [list.text, home.text]) assert.ok(!html.includes(`pay?invoice=${number}"`), 'no Pay link');
  const key = page.text.match(/name="key" value="([^"]*)"/)?.[1];
  if (key) {
    const forms = [
      { what: 'selected', invoice: held.map(({ number }) => number) },
      { what: 'selected', invoice: held[0].number, listed: held[0].number, amount: '1' },
    ];
    for (const form of forms) {
      const answer = await client.post(world.path('/pay'), new URLSearchParams(Object.entries({ key, method: account.card, ...form }).flatMap(([n, v]) => [v].flat().map((each) => [n, String(each)]))).toString());
      assert.equal(answer.status, 422);
    }
  } else {
    assert.match(words(page.text), /There is nothing to pay right now/);
  }
  if (before) {
    const answer = await client.follow(await world.confirm(client, before));
    assert.equal(outcomeOf(answer.text), 'conflict', 'a review made before');
  }
  assert.equal(world.rows(), rows);
  assert.equal(await world.gatewayRequests(), requests);
}

async function assertProviderCannot(account, number) {
  const rows = world.rows();
  const answer = await world.demo.remit('payment', 'record', '--account', account.number, '--check', '1001', '--amount', '1.00', '--invoice', number);
  assert.equal(answer.code, 1, `${answer.out}${answer.err}`);
  assert.equal(world.rows(), rows);
}

test('the answer is lost after the booking: held, and settled as paid', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const [first, second, third] = account.invoices;
  const before = await world.review(client, { what: 'total' });
  const { review, page } = await payInto({ lose: 'after', times: 1 }, client, { what: 'selected', invoice: [first.number, second.number] });
  assert.equal(outcomeOf(page.text), 'unknown');
  assert.match(words(page.text), /We are checking this payment.*do not know yet whether it was charged.*cannot be charged twice.*Please don't pay these invoices again/);
  assert.equal(world.state(review.reference), 'unknown');
  await assertHeld(account, client, [first, second], before);
  await assertProviderCannot(account, first.number);
  const again = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(again.text), 'unknown', 'the confirm sent again');
  const rest = await client.follow(await world.confirm(client, await world.review(client, { what: 'total' })));
  assert.equal(outcomeOf(rest.text), 'success', 'the others can be paid');
  assert.equal(world.figures(third.number).paid, third.cents);
  assert.equal((await world.sales(review.reference)).length, 1);
  await world.assertClean();
  await settle();
  assert.equal(world.state(review.reference), 'succeeded');
  const done = await client.get(review.path);
  assert.equal(outcomeOf(done.text), 'success');
  assert.deepEqual(world.figures(first.number), { total: first.cents, paid: first.cents, pending: 0 });
  assert.equal((await world.sales(review.reference)).length, 1);
  await settle();
  await world.assertClean();
});

test('an answer nobody can read is no answer', async () => {
  for (const answer of ['empty', 'html', 'http_500', 'garbage'])
    for (const booked of [true, false]) {
      const account = await world.account({ invoices: [3000] });
      const client = await world.signIn(account.user);
      const { review, page } = await payInto({ answer, answer_booked: booked, times: 1 }, client);
      assert.equal(outcomeOf(page.text), 'unknown', `${answer}, ${booked ? 'booked' : 'not booked'}`);
      await settle();
      assert.equal(world.state(review.reference), booked ? 'succeeded' : 'unknown');
    }
  await world.assertClean();
});

test('a declined sale whose answer is lost is settled as declined', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  const { review, page } = await payInto({ lose: 'after', decline_code: 202, times: 1 }, client);
  assert.equal(outcomeOf(page.text), 'unknown');
  await settle();
  assert.equal(world.state(review.reference), 'declined');
  assert.deepEqual(world.figures(account.invoices[0].number), { total: 3000, paid: 0, pending: 0 });
  await world.assertClean();
});

test('a bank payment whose answer is lost is settled as pending', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  const { review } = await payInto({ lose: 'after', times: 1 }, client, { what: 'total', method: account.bank });
  assert.equal(world.state(review.reference), 'unknown');
  await settle();
  assert.equal(world.state(review.reference), 'pending');
  assert.deepEqual(world.figures(account.invoices[0].number), { total: 3000, paid: 0, pending: 3000 });
  await world.assertClean();
});

test('booked late, after a look-up that found nothing: settled as paid at the next one', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const { review, page } = await payInto({ lose: 'late', late_ms: 2500, times: 1 }, client);
  assert.equal(outcomeOf(page.text), 'unknown');
  await settle();
  assert.equal((await world.sales(review.reference)).length, 0, 'not booked yet');
  assert.equal(world.state(review.reference), 'unknown', 'not found is not "not charged"');
  await assertHeld(account, client, account.invoices);
  await until('the late booking', async () => (await world.sales(review.reference)).length === 1);
  await settle();
  assert.equal(world.state(review.reference), 'succeeded');
  await world.assertClean();
});

test('a program that dies after sending: processing until its lease is over, then settled as paid', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const before = await world.review(client, { what: 'total' });
  const review = await world.review(client, { what: 'total' });
  await world.demo.knobs({ reset: true, latency_ms: 1200, only_order: review.reference });
  const confirm = world.confirm(client, review);
  await until('the booking', async () => (await world.sales(review.reference)).length === 1);
  for (const pid of confirmWorkers()) process.kill(pid, 'SIGKILL');
  assert.equal((await confirm).status, 502);
  await world.demo.resetKnobs();
  assert.equal(world.state(review.reference), 'processing');
  const page = await client.get(review.path);
  assert.equal(outcomeOf(page.text), 'processing');
  assert.match(words(page.text), /Please don't pay these invoices again/);
  await assertHeld(account, client, account.invoices, before);
  assert.equal((await settle()).in_flight, 1, 'within its lease nobody touches it');
  assert.equal(world.state(review.reference), 'processing');
  const again = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(again.text), 'processing', 'the confirm sent again charges nothing');
  await until('the end of its lease', async () => {
    await settle();
    return world.state(review.reference) !== 'processing';
  });
  assert.equal(world.state(review.reference), 'succeeded');
  assert.equal((await world.sales(review.reference)).length, 1);
  await world.assertClean();
});

function confirmWorkers() {
  const [pid] = readFileSync(join(world.demo.run, 'pids/pay-confirm'), 'utf8').split(' ');
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

test('the gateway is silent and every confirm waits: pages are served all the same', async () => {
  const account = await world.account({ invoices: Array.from({ length: 8 }, () => 1000) });
  const client = await world.signIn(account.user);
  const reviews = [];
  for (const { number } of account.invoices) reviews.push(await world.review(client, { what: 'selected', invoice: number }));
  await world.demo.knobs({ reset: true, silent: true });
  let answered = 0;
  const confirms = reviews.map((review) => world.confirm(client, review).finally(() => answered++));
  const workers = confirmWorkers().length;
  await until('every worker of the pool waiting', async () => (await world.demo.gateway('GET', '/sandbox/requests')).in_flight >= workers);
  const paths = ['/pay', '/', '/invoices', reviews[7].path.slice(world.base.length), '/login'];
  const pages = await Promise.all(paths.map((path) => client.get(world.path(path)).then((page) => ({ path, page, answered }))));
  for (const { path, page, answered: before } of pages) {
    assert.ok([200, 303].includes(page.status), path);
    assert.equal(before, 0, `${path} came before any confirm was answered`);
  }
  for (const answer of await Promise.all(confirms)) assert.equal(answer.status, 303);
  for (const review of reviews) assert.equal(outcomeOf((await client.get(review.path)).text), 'unknown');
  await world.demo.resetKnobs();
  await world.assertClean();
});

test('a gateway that is not there: not charged, and free to pay again', async () => {
  // The sandbox is stopped and started again by the demo's own command.
  const account = await world.account();
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  const [pid] = readFileSync(join(world.demo.run, 'pids/sandbox'), 'utf8').split(' ').map(Number);
  process.kill(pid, 'SIGKILL');
  try {
    await until('the end of the sandbox', () => ended(pid));
    const page = await client.follow(await world.confirm(client, review));
    assert.equal(outcomeOf(page.text), 'not_charged');
    assert.match(words(page.text), /did not reach the payment service\. Nothing was charged/);
    const { code, out } = await world.demo.remit('settle', '--json');
    assert.ok(code === 0 || code === 1, 'settling without a gateway says so');
    assert.ok(JSON.parse(out).resolved === 0);
  } finally {
    await world.demo.restart('sandbox');
  }
  for (const { number, cents } of account.invoices) assert.deepEqual(world.figures(number), { total: cents, paid: 0, pending: 0 });
  const paid = await client.follow(await world.confirm(client, await world.review(client, { what: 'total' })));
  assert.equal(outcomeOf(paid.text), 'success');
  await world.assertClean();
});

function ended(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

// Last, because it moves the clock for good.
test('lost before the booking: unknown for a day, then released and payable', async () => {
  const account = await world.account();
  let client = await world.signIn(account.user);
  const { review, page } = await payInto({ lose: 'before', times: 1 }, client);
  assert.equal(outcomeOf(page.text), 'unknown');
  for (const at of ['', '+3600', `+${23 * 3600}`]) {
    world.demo.clock(at);
    await settle();
    assert.equal(world.state(review.reference), 'unknown', `after ${at || 'now'}`);
    client = await world.signIn(account.user);
    await assertHeld(account, client, account.invoices);
  }
  world.demo.clock(`+${24 * 3600 + 120}`);
  await settle();
  assert.equal(world.state(review.reference), 'not_charged');
  client = await world.signIn(account.user);
  assert.equal(outcomeOf((await client.get(review.path)).text), 'not_charged');
  const paid = await client.follow(await world.confirm(client, await world.review(client, { what: 'total' })));
  assert.equal(outcomeOf(paid.text), 'success');
  assert.equal(world.one("SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown')"), '0', 'all that were never booked are released by now');
  await world.assertClean();
});
