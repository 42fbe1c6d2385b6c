// returns.test.mjs - what a customer sees of a payment that its bank took back: on each invoice it is due
// again, in words; the Return Fee is an invoice of its own; and it can be paid again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, outcomeOf, words } from './world.mjs';

const DAY_S = 86400;
let world;
before(async () => {
  world = await World.open({ settings: ['Fee.Return = 25.00'] });
});
after(() => world?.close());

const atBank = (reference, action, code) =>
  world.demo.gateway('POST', '/sandbox/ach', { order_id: reference, action, ...(code ? { code } : {}) });

async function settle() {
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  return JSON.parse(out);
}

async function debit(invoices) {
  const account = await world.account({ invoices });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { method: account.bank, what: 'total' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'pending');
  const page = async (number) => words((await client.get(world.path(`/invoices/${number}`))).text);
  return { account, client, page, reference: review.reference, path: review.path, numbers: account.invoices.map((each) => each.number) };
}

test('returned 59 days after it was paid: due again on each invoice, with its own part and why', async () => {
  const { account, page, reference, numbers } = await debit([3000, 4500]);
  await atBank(reference, 'settle');
  await settle();
  assert.match(await page(numbers[0]), /Amount Due \$0\.00/);
  assert.doesNotMatch(await page(numbers[0]), /Returned/);
  world.demo.clock(`+${59 * DAY_S}`);
  try {
    await atBank(reference, 'late_return', 'R01');
    assert.deepEqual((await settle()).late_returns, [{ payment: reference, code: 'R01', end: 'recorded' }]);
    await world.assertClean();
    const client = await world.signIn(account.user);
    const read = async (path) => words((await client.get(world.path(path))).text);
    const day = '\\w{3} \\d{1,2}, \\d{4}';
    assert.match(await read(`/invoices/${numbers[0]}`), new RegExp(`Amount Due \\$30\\.00.*${reference} .* Returned Returned by the bank on ${day} \\(insufficient funds\\), due again: \\$30\\.00`));
    assert.match(await read(`/invoices/${numbers[1]}`), new RegExp(`Amount Due \\$45\\.00.*Returned by the bank on ${day} \\(insufficient funds\\), due again: \\$45\\.00`));
    assert.match(await read(`/pay/${reference}`), /The payment was returned.*the invoices are open again/);
    const fee = await read(`/invoices/FEE-${reference}`);
    assert.match(fee, /Amount Due \$25\.00/);
    assert.match(fee, new RegExp(`Return Fee: payment ${reference} of \\$75\\.00 was returned: insufficient funds`));
    assert.match(await read('/pay'), /Payment Total \$100\.00/, 'all of it can be paid again, with this account too');
  } finally {
    world.demo.clock('');
  }
});

test('a check that bounced, after some of it was sent back: what was sent back is due as an adjustment', async () => {
  const account = await world.account({ invoices: [3000] });
  const recorded = await world.demo.remit('payment', 'record', '--check', 'bounced-1', '--account', account.number, '--amount', '30');
  assert.equal(recorded.code, 0, recorded.err);
  const [, reference] = /recorded as (P\w{12})/.exec(recorded.out);
  for (const args of [['refund', reference, '--amount', '10'], ['return', reference, '--no-fee']]) {
    const ran = await world.demo.remit('payment', ...args);
    assert.equal(ran.code, 0, ran.err);
  }
  const client = await world.signIn(account.user);
  const read = async (path) => words((await client.get(world.path(path))).text);
  assert.match(await read(`/invoices/${account.invoices[0].number}`),
    /Amount Due \$20\.00.*Credited −\$10\.00.*Returned Refunded \$10\.00 on .* Returned by the bank on \w{3} \d{1,2}, \d{4} ?, due again: \$20\.00/);
  assert.match(await read(`/invoices/ADJ-${reference.replace('P', 'B')}`),
    new RegExp(`Amount Due \\$10\\.00.*Payment ${reference} was returned after money of it had been refunded`));
  assert.match(await read('/pay'), /Payment Total \$30\.00/);
  await world.assertClean();
});

test('a chargeback: on each invoice in words, payable by hand with another method, and Auto Pay leaves it out', async () => {
  const account = await world.account({ invoices: [3000, 4500] });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { method: account.card, what: 'total' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
  const { reference } = review;
  await world.demo.gateway('POST', '/sandbox/settle', { order_id: reference });
  await world.demo.gateway('POST', '/sandbox/chargeback', { order_id: reference });
  assert.deepEqual((await settle()).reconcile.news.map((one) => [one.what, one.end, one.payment]), [['chargeback', 'recorded', reference]]);
  await world.assertClean();
  const read = async (path) => words((await client.get(world.path(path))).text);
  const day = '\\w{3} \\d{1,2}, \\d{4}';
  assert.match(await read(`/invoices/${account.invoices[0].number}`), new RegExp(`Amount Due \\$30\\.00.*Charged back by the bank on ${day} ?, due again: \\$30\\.00`));
  assert.match(await read(`/pay/${reference}`), /charged back/i);
  assert.match(await read(`/payments/${reference}`), /Charged back by the bank on/);
  assert.match(await read('/methods'), /A payment with this card was disputed with its bank/);
  assert.match(await read('/pay'), /Payment Total \$75\.00/, 'by hand it can be paid');
  assert.equal(world.one(`SELECT COUNT(*) FROM invoice WHERE account_id = ${account.id} AND disputed_at IS NOT NULL`), '2');
});
