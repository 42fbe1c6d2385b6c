// pay.test.mjs - payments that go well, that are refused, and that meet each other.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROUNDS, World, assertFieldError, formPairs, outcomeOf, words } from './world.mjs';

let world;

before(async () => {
  world = await World.open();
});
after(() => world?.close());

const money = (cents) => `$${(cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
const sum = (invoices) => invoices.reduce((total, { cents }) => total + cents, 0);

// What home says: Current Balance, and In progress (or null).
async function balance(client) {
  const text = words((await client.get(world.path('/'))).text);
  return {
    current: text.match(/Current Balance (\S+)/)[1],
    inProgress: text.match(/In progress (\S+)/)?.[1] ?? null,
  };
}

const invoicePage = async (client, number) => words((await client.get(world.path(`/invoices/${number}`))).text);

async function payAndFollow(client, change) {
  const review = await world.review(client, change);
  const answer = await world.confirm(client, review);
  assert.equal(answer.status, 303);
  assert.equal(answer.location, review.path);
  return { review, page: await client.get(answer.location) };
}

test('by card: Total Balance', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const total = sum(account.invoices);
  assert.deepEqual(await balance(client), { current: money(total), inProgress: null });
  const { review, page } = await payAndFollow(client, { what: 'total', note: 'for November' });
  assert.match(words(review.html), /Review your payment Nothing has been charged yet\. Payment Total \$87\.50 Payment Method Visa ending 1111 Note for November/);
  assert.equal(outcomeOf(page.text), 'success');
  assert.match(words(page.text), new RegExp(`Payment has been processed \\$87\\.50 Your reference ${review.reference}`));
  const sales = await world.sales(review.reference);
  assert.deepEqual(sales.map((t) => [t.amount_cents, t.response, t.customer_vault_id]), [[total, 1, world.one(`SELECT vault_id FROM method WHERE id = ${account.card}`)]]);
  assert.match(words(page.text), new RegExp(`Confirmation ${sales[0].transaction_id}`));
  assert.deepEqual(await balance(client), { current: '$0.00', inProgress: null });
  for (const { number, cents } of account.invoices) {
    assert.deepEqual(world.figures(number), { total: cents, paid: cents, pending: 0 });
    const text = await invoicePage(client, number);
    assert.match(text, /Paid/);
    assert.match(text, new RegExp(review.reference));
  }
  assert.match(words((await client.get(world.path('/pay'))).text), /There is nothing to pay right now/);
  assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE account_id = ${account.id}`), '1', 'one receipt');
  await world.assertClean();
});

test('by bank: pending, its cents are held, the rest stays payable', async () => {
  const account = await world.account({ invoices: [3000] });
  const client = await world.signIn(account.user);
  const [{ number }] = account.invoices;
  const { page } = await payAndFollow(client, { what: 'selected', invoice: number, amounts: { [number]: '10' }, method: account.bank });
  assert.equal(outcomeOf(page.text), 'pending');
  assert.match(words(page.text), /Your payment was accepted \$10\.00.*allow up to 2 business days/);
  assert.deepEqual(await balance(client), { current: '$30.00', inProgress: '$10.00' });
  assert.deepEqual(world.figures(number), { total: 3000, paid: 0, pending: 1000 });
  const over = await world.pay(client, { what: 'selected', invoice: number, amounts: { [number]: '20.01' } });
  assert.equal(over.status, 422);
  assertFieldError(over.text, 'amount-0', /Only \$20\.00 can be paid/);
  const rest = await payAndFollow(client, { method: account.card, what: 'total' });
  assert.equal(outcomeOf(rest.page.text), 'success');
  assert.deepEqual(world.figures(number), { total: 3000, paid: 2000, pending: 1000 });
  assert.match(words((await client.get(world.path('/pay'))).text), /nothing to pay right now/);
  await world.assertClean();
});

// What a page offers behind an outcome: { title: path }.
const offers = (html) =>
  Object.fromEntries([...(html.match(/<p class="r-actions">([\s\S]*?)<\/p>/)?.[1] ?? '').matchAll(/<a [^>]*href="([^"]*)">([^<]*)<\/a>/g)].map(([, href, title]) => [title, href]));

test('an outcome leads to its receipt, where there is one and documents is installed', async () => {
  const account = await world.account({ invoices: [3000, 2000, 1000] });
  const client = await world.signIn(account.user);
  const [first, second, third] = account.invoices.map(({ number }) => number);
  const paid = await payAndFollow(client, { what: 'selected', invoice: first });
  const debited = await payAndFollow(client, { what: 'selected', invoice: second, method: account.bank });
  await world.demo.knobs({ reset: true, decline_code: 202, times: 1 });
  const declined = await payAndFollow(client, { what: 'selected', invoice: third });
  await world.demo.resetKnobs();
  assert.deepEqual([paid, debited, declined].map(({ page }) => outcomeOf(page.text)), ['success', 'pending', 'declined']);
  const pdf = ({ review }) => world.path(`/payments/${review.reference}.pdf`);
  assert.equal(offers(paid.page.text)['Download receipt (PDF)'], pdf(paid));
  assert.equal(offers(debited.page.text)['Download PDF'], pdf(debited));
  for (const each of [paid, debited]) assert.match((await client.get(pdf(each))).headers['content-type'], /^application\/pdf$/);
  assert.doesNotMatch(declined.page.text, /\.pdf"|Download/);
  assert.equal((await client.get(pdf(declined))).status, 404);
  const file = join(world.demo.run, 'remit.hdf');
  const whole = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, `${whole}\nPrograms.documents = 0\n`);
    await world.demo.restart('pay');
    for (const { review } of [paid, debited]) {
      const { text } = await client.get(review.path);
      assert.doesNotMatch(text, /\.pdf"|Download/);
      assert.equal(offers(text)['Payment History'], world.path(`/payments/${review.reference}`));
    }
  } finally {
    writeFileSync(file, whole);
    await world.demo.restart('pay');
  }
});

test('declined: told, released, and paid at the second try', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  // Those that refuse the method for good are in declines.test.mjs.
  for (const code of [200, 201, 202, 223, 240, 260, 264]) {
    await world.demo.knobs({ reset: true, decline_code: code, times: 1 });
    const { review, page } = await payAndFollow(client, { what: 'total' });
    assert.equal(outcomeOf(page.text), 'declined', `code ${code}`);
    assert.match(words(page.text), /The payment was declined.*Nothing was charged\..*Please contact your service provider for details\./);
    assert.equal(world.state(review.reference), 'declined');
    assert.equal((await world.sales(review.reference)).filter((t) => t.response === 1).length, 0);
    const again = await client.follow(await world.confirm(client, review));
    assert.equal(outcomeOf(again.text), 'declined', 'the confirm sent again charges nothing');
    assert.equal((await world.sales(review.reference)).length, 1);
  }
  assert.deepEqual(await balance(client), { current: '$87.50', inProgress: null });
  for (const { number, cents } of account.invoices) assert.deepEqual(world.figures(number), { total: cents, paid: 0, pending: 0 });
  const { page } = await payAndFollow(client, { what: 'total' });
  assert.equal(outcomeOf(page.text), 'success');
  await world.assertClean();
});

test('to pay again what was declined leads to its invoice, as long as that can be paid', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const [{ number }, other] = account.invoices;
  const declined = async (change) => {
    await world.demo.knobs({ reset: true, decline_code: 202, times: 1 });
    const { review, page } = await payAndFollow(client, change);
    await world.demo.resetKnobs();
    assert.equal(outcomeOf(page.text), 'declined');
    return async () => offers((await client.get(review.path)).text)['Make a Payment'];
  };
  const one = await declined({ what: 'selected', invoice: number });
  const two = await declined({ what: 'selected', invoice: [number, other.number] });
  assert.equal(await two(), world.path('/pay'));
  assert.equal(await one(), world.path(`/pay?invoice=${number}`));
  const page = await client.get(await one());
  const sent = formPairs(page.text).filter(([name]) => name === 'invoice' || name === 'what');
  assert.deepEqual(sent, [['what', 'selected'], ['invoice', number]]);
  // A part of it in progress leaves a rest to pay; the whole of it, or paid, does not.
  await payAndFollow(client, { what: 'selected', invoice: number, amounts: { [number]: '10' }, method: account.bank });
  assert.equal(await one(), world.path(`/pay?invoice=${number}`));
  await payAndFollow(client, { what: 'selected', invoice: number, method: account.bank });
  assert.equal(await one(), world.path('/pay'));
  // While another payment holds it, not even its rest.
  const held = await declined({ what: 'selected', invoice: other.number });
  await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
  const unknown = await payAndFollow(client, { what: 'selected', invoice: other.number, amounts: { [other.number]: '5' }, method: account.card });
  await world.demo.resetKnobs();
  assert.equal(outcomeOf(unknown.page.text), 'unknown');
  assert.equal(await held(), world.path('/pay'));
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  assert.equal(world.state(unknown.review.reference), 'succeeded');
  assert.equal(await held(), world.path(`/pay?invoice=${other.number}`), 'its rest');
  await world.assertClean();
});

test('refused by the gateway, and with a wrong key: failed, and the provider is told', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await world.demo.knobs({ reset: true, decline_code: 300, times: 1 });
  const refused = await payAndFollow(client, { what: 'total' });
  assert.equal(outcomeOf(refused.page.text), 'failed');
  assert.match(words(refused.page.text), /cannot be processed.*Nothing was charged\. .*Please contact your service provider for details\./);
  await world.demo.knobs({ reset: true, answer: 'wrong_key', times: 1 });
  const wrong = await payAndFollow(client, { what: 'total' });
  assert.equal(outcomeOf(wrong.page.text), 'failed');
  assert.doesNotMatch(words(wrong.page.text), /key|authenticat/i, 'nothing from inside is shown');
  assert.equal(world.one(`SELECT kind FROM queue_item WHERE account_id = ${account.id}`), 'gateway_configuration');
  assert.deepEqual(await balance(client), { current: '$87.50', inProgress: null });
  assert.equal(outcomeOf((await payAndFollow(client, { what: 'total' })).page.text), 'success');
  await world.assertClean();
});

test('Current Charges pays the most recent invoice', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const { page } = await payAndFollow(client, { what: 'current' });
  assert.equal(outcomeOf(page.text), 'success');
  assert.deepEqual(account.invoices.map(({ number }) => world.figures(number).paid), [0, 0, 1250]);
  assert.deepEqual(await balance(client), { current: '$75.00', inProgress: null });
});

test('Fixed Amount goes to the oldest invoices first', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await payAndFollow(client, { what: 'fixed', fixed_amount: '45.67' });
  assert.deepEqual(account.invoices.map(({ number }) => world.figures(number).paid), [3000, 1567, 0]);
  assert.deepEqual(await balance(client), { current: money(8750 - 4567), inProgress: null });
  assert.match(await invoicePage(client, account.invoices[1].number), /Partly paid|Overdue/);
});

test('Selected Invoices pays what is ticked, in part where an amount was typed', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const [first, second, third] = account.invoices;
  const opened = await client.get(world.path(`/pay?invoice=${second.number}`));
  assert.deepEqual(formPairs(opened.text).filter(([name]) => name === 'invoice' || name === 'what'), [['what', 'selected'], ['invoice', second.number]], 'arriving from an invoice');
  const { review, page } = await payAndFollow(client, { what: 'selected', invoice: [first.number, third.number], amounts: { [first.number]: '12.34', [second.number]: '1' } });
  assert.match(words(review.html), /\$12\.34.*\$12\.50.*\$24\.84/);
  assert.equal(outcomeOf(page.text), 'success');
  assert.deepEqual(account.invoices.map(({ number }) => world.figures(number).paid), [1234, 0, 1250]);
  assert.deepEqual((await world.sales(review.reference)).map((t) => t.amount_cents), [2484]);
  await world.assertClean();
});

test('more than 200 invoices: the oldest 200, and it says so', async () => {
  const account = await world.account({ invoices: Array.from({ length: 203 }, (_, at) => 100 + at) });
  const client = await world.signIn(account.user);
  const page = await client.get(world.path('/pay'));
  assert.match(words(page.text), /your 200 oldest open invoices/);
  const { page: outcome, review } = await payAndFollow(client, { what: 'total' });
  assert.equal(outcomeOf(outcome.text), 'success');
  assert.equal(world.one(`SELECT COUNT(*) FROM invoice WHERE account_id = ${account.id} AND is_open = 1`), '3');
  assert.equal((await world.sales(review.reference))[0].amount_cents, sum(account.invoices.slice(0, 200)));
  await world.assertClean();
});

// ---- at once ----

test('a confirm sent 20 times at once is one charge, and one outcome for all', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const account = await world.account({ invoices: [3000] });
    const client = await world.signIn(account.user);
    await world.demo.knobs({ reset: true, latency_ms: round % 3 ? 30 : 0 });
    const review = await world.review(client, { what: 'total', method: round % 4 ? account.card : account.bank });
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.confirm(client, review).then((answer) => client.follow(answer))));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200], `round ${round}`);
    assert.equal(new Set(answers.map((answer) => words(answer.text).replace(/[0-9a-f]{32}/g, ''))).size, 1, 'all see the same page');
    assert.equal(outcomeOf(answers[0].text), round % 4 ? 'success' : 'pending');
    assert.equal((await world.sales(review.reference)).length, 1, `round ${round}`);
  }
  await world.assertClean();
});

test('two tabs that pay the same invoice at once: one charge, the other is told', async () => {
  await twoAtOnce(async (account) => {
    const client = await world.signIn(account.user);
    return [client, client];
  });
});

test('two users of one account at once: one charge, the other is told', async () => {
  await twoAtOnce(async (account) => [await world.signIn(account.users[0]), await world.signIn(account.users[1])]);
});

async function twoAtOnce(makeClients) {
  for (let round = 0; round < ROUNDS; round++) {
    const account = await world.account({ invoices: [3000, 1000], users: 2 });
    const clients = await makeClients(account);
    await world.demo.knobs({ reset: true, latency_ms: round % 2 ? 30 : 0 });
    // In part, so that the sum of both would not fit, or all of it, or overlapping choices.
    const changes = [
      [{ what: 'total' }, { what: 'total' }],
      [{ what: 'fixed', fixed_amount: '25' }, { what: 'fixed', fixed_amount: '25' }],
      [{ what: 'selected', invoice: account.invoices[0].number }, { what: 'total' }],
    ][round % 3];
    const reviews = [await world.review(clients[0], changes[0]), await world.review(clients[1], changes[1])];
    const pages = await Promise.all(reviews.map((review, at) => world.confirm(clients[at], review).then((answer) => clients[at].follow(answer))));
    const kinds = pages.map((page) => outcomeOf(page.text)).sort();
    assert.deepEqual(kinds, ['conflict', 'success'], `round ${round}`);
    const loser = pages.find((page) => outcomeOf(page.text) === 'conflict');
    assert.match(words(loser.text), /invoices changed since you reviewed them.*Nothing was charged by this one/);
    const sales = (await Promise.all(reviews.map((review) => world.sales(review.reference)))).flat();
    assert.equal(sales.length, 1, `round ${round}`);
    const paid = account.invoices.reduce((cents, { number }) => cents + world.figures(number).paid, 0);
    assert.equal(paid, sales[0].amount_cents);
  }
  await world.assertClean();
}

test('five users of one account, ten invoices, twenty payments at once: each invoice is paid once', async () => {
  for (let round = 0; round < Math.ceil(ROUNDS / 10); round++) {
    const account = await world.account({ invoices: Array.from({ length: 10 }, (_, at) => 1000 + at), users: 5 });
    const clients = await Promise.all(account.users.map((user) => world.signIn(user)));
    await world.demo.knobs({ reset: true, latency_ms: 10 });
    const reviews = [];
    for (let at = 0; at < 20; at++) {
      const picked = account.invoices.filter((_, index) => (index * 7 + at) % 3 === 0).map(({ number }) => number);
      const who = clients[at % 5];
      reviews.push([who, await world.review(who, { what: 'selected', invoice: picked })]);
    }
    const pages = await Promise.all(reviews.map(([who, review]) => world.confirm(who, review).then((answer) => who.follow(answer))));
    assert.deepEqual([...new Set(pages.map((page) => outcomeOf(page.text)))].sort(), ['conflict', 'success']);
    const charged = (await Promise.all(reviews.map(([, review]) => world.sales(review.reference)))).flat();
    assert.equal(charged.reduce((cents, t) => cents + t.amount_cents, 0), account.invoices.reduce((cents, { number }) => cents + world.figures(number).paid, 0));
    for (const { number, cents } of account.invoices) assert.ok([0, cents].includes(world.figures(number).paid), number);
  }
  await world.assertClean();
});
