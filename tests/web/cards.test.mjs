// cards.test.mjs - a new card on Make a Payment, by its token, without a browser: into the vault once,
// charged once, kept only when asked, and gone from the vault when it should be.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, assertFieldError, outcomeOf, payFields, summaryOf, until, words } from './world.mjs';

const VISA = '00000000-000000-000000-000000000000'; // NMI's own test token

// A second card: the accounts of these tests have the first one saved.
const OTHER = 'test-mastercard';

const CARD = { method: 'card', payment_token: VISA, name_on_card: 'Ada Moss', zip: '89501', terms: '1' };

let world;
before(async () => {
  world = await World.open({ settings: ['Payment.LeaseSeconds = 4', 'Gateway.TimeoutMs = 1500'] });
});
after(() => world?.close());

async function someone(invoices = [5000, 7000]) {
  const account = await world.account({ invoices });
  return { account, client: await world.signIn(account.user) };
}

const methodsOf = (account, more = '') =>
  world.sql(`SELECT id, state, is_remembered, is_stored, brand, last_four, vault_id, initial_transaction_id,
             vault_gone_at IS NOT NULL FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%' ${more} ORDER BY id`)
    .map(([id, state, remembered, stored, brand, four, vault, initial, gone]) => ({
      id, state, remembered: remembered === '1', stored: stored === '1', brand, four, vault, initial, gone: gone === '1',
    }));

async function vaultHas(id) {
  const url = new URL('/api/query.php', world.demo.json.sandbox_url);
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ security_key: world.demo.json.gateway_key, report_type: 'customer_vault', customer_vault_id: id }),
  });
  return (await answer.text()).includes(id);
}

async function kinds() {
  return (await world.demo.gateway('GET', '/sandbox/requests')).by_kind;
}

async function settle(clock) {
  if (clock) world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  if (clock) world.demo.clock('');
  return JSON.parse(out);
}

test('a card for one payment: charged once, without stored-credential fields, then gone', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { ...CARD, what: 'total' });
  assert.match(words(review.html), /Visa ending 1111/);
  const [method] = methodsOf(account);
  assert.deepEqual([method.state, method.remembered, method.brand, method.four], ['new', false, 'Visa', '1111']);
  assert.ok(await vaultHas(method.vault));
  const again = await client.get(world.path('/pay'));
  assert.equal([...again.text.matchAll(/name="method" value="\d+"/g)].length, 2, 'only what is saved is offered');

  const page = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(page.text), 'success');
  const [sale, ...more] = await world.sales(review.reference);
  assert.equal(more.length, 0);
  assert.equal(sale.amount_cents, 12000);
  for (const name of ['initiated_by', 'stored_credential_indicator', 'billing_method', 'initial_transaction_id'])
    assert.equal(sale[name], undefined, name);
  await until('the vault entry to go', () => methodsOf(account)[0].gone);
  assert.equal(methodsOf(account)[0].state, 'removed');
  assert.equal(await vaultHas(method.vault), false);
  await world.assertClean();
});

test('a remembered card: stored with its first payment, used later, consent kept', async () => {
  const { account, client } = await someone();
  const [first] = account.invoices;
  const review = await world.review(client, { ...CARD, payment_token: OTHER, remember: '1', what: 'selected', invoice: first.number });
  assert.equal(methodsOf(account)[0].state, 'new', 'not the customer\'s before the confirm');
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
  const [sale] = await world.sales(review.reference);
  assert.deepEqual(
    [sale.billing_method, sale.initiated_by, sale.stored_credential_indicator, sale.initial_transaction_id],
    ['recurring', 'customer', 'stored', undefined],
  );
  const [method] = methodsOf(account);
  assert.deepEqual([method.state, method.remembered, method.stored, method.initial], ['active', true, true, sale.transaction_id]);

  const later = await world.review(client, { method: method.id, what: 'total' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, later))).text), 'success');
  const [used] = await world.sales(later.reference);
  assert.deepEqual(
    [used.billing_method, used.initiated_by, used.stored_credential_indicator, used.initial_transaction_id],
    [undefined, 'customer', 'used', undefined],
  );
  const [[user, kind, version, text, at, address]] = world.sql(
    `SELECT user_id, kind, version, REPLACE(text, '\\n', ' '), accepted_at, address FROM consent WHERE method_id = ${method.id}`,
  );
  assert.deepEqual([Number(user), kind, address], [account.user.id, 'card_terms', '127.0.0.1']);
  assert.match(version, /^[0-9a-f]{16}$/);
  assert.ok(at && text.length > 20);
  const page = await client.get(world.path('/pay'));
  assert.ok(page.status === 200);
  await world.assertClean();
});

test('the same form sent five times at once: one entry, one payment', async () => {
  const { account, client } = await someone();
  const before = await kinds();
  const page = await client.get(world.path('/pay'));
  const form = payFields(page.text, { ...CARD, what: 'total' });
  await world.demo.knobs({ reset: true, latency_ms: 300, only_kind: 'vault' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.post(world.path('/pay'), form)));
  await world.demo.resetKnobs();
  const places = new Set();
  for (const answer of answers) {
    assert.equal(answer.status, 303, summaryOf(answer.text));
    places.add(answer.location.replace('?again=1', ''));
  }
  assert.equal(places.size, 1);
  assert.equal(methodsOf(account).length, 1);
  assert.equal((await kinds()).customer_vault, before.customer_vault + 1);
  assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`), '1');
});

test('what is wrong beside the card asks again and keeps the token; nothing reaches the gateway', async () => {
  const { client } = await someone();
  const before = await world.gatewayRequests();
  const vaultBefore = (await kinds()).customer_vault;
  const answer = await world.pay(client, { ...CARD, what: 'fixed', fixed_amount: '0', name_on_card: ' ', zip: '12', terms: null, street: 'Elm <b>1' });
  assert.equal(answer.status, 422);
  assertFieldError(answer.text, 'name_on_card', /exactly as it is on the card/);
  assertFieldError(answer.text, 'zip', /five digits/);
  assertFieldError(answer.text, 'terms', /read and understood/);
  assertFieldError(answer.text, 'fixed_amount', /./);
  assert.ok(answer.text.includes(`value="${VISA}"`), 'the card need not be typed again');
  assert.ok(answer.text.includes('Elm &lt;b&gt;1'));
  const none = await world.pay(client, { ...CARD, payment_token: '', what: 'total' });
  assert.equal(none.status, 422);
  assert.match(summaryOf(none.text), /Enter the card number, its expiry and its code/);
  assert.equal(await world.gatewayRequests(), before);
  assert.equal((await kinds()).customer_vault, vaultBefore);
});

test('a token that was used, or that nobody knows, asks for the card again', async () => {
  const { account, client } = await someone();
  const answer = await world.pay(client, { ...CARD, payment_token: 'no-such-token', what: 'total', note: 'kept' });
  assert.equal(answer.status, 422);
  assert.match(summaryOf(answer.text), /enter the card again/i);
  assert.ok(!answer.text.includes('no-such-token'), 'a token that failed is not offered again');
  assert.ok(answer.text.includes('Ada Moss') && answer.text.includes('kept'));
  assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`), '0');
  assert.deepEqual(methodsOf(account).map(({ state, gone }) => [state, gone]), [['removed', true]]);
  const second = await client.post(world.path('/pay'), payFields(answer.text, { ...CARD, what: 'total' }));
  assert.equal(second.status, 303, summaryOf(second.text));
});

test('an answer about the vault that is lost: read back, or asked again and cleaned up', async () => {
  const { account, client } = await someone();
  await world.demo.knobs({ reset: true, only_kind: 'vault', lose: 'after', times: 1 });
  const review = await world.review(client, { ...CARD, payment_token: OTHER, remember: '1', what: 'total' });
  assert.match(words(review.html), /Mastercard ending 1111/, 'the vault has it');

  const other = await someone();
  await world.demo.knobs({ reset: true, only_kind: 'vault', lose: 'late', late_ms: 2500, times: 1 });
  const answer = await world.pay(other.client, { ...CARD, what: 'total' });
  assert.equal(answer.status, 422);
  assert.match(summaryOf(answer.text), /cannot tell whether it took this card/);
  const [ghost] = methodsOf(other.account);
  assert.deepEqual([ghost.state, ghost.gone], ['removed', false]);
  await until('the late save to land', () => vaultHas(ghost.vault));
  await settle('+1000');
  assert.equal(await vaultHas(ghost.vault), false, 'what landed late is taken away');
  assert.equal(methodsOf(other.account)[0].gone, false, 'and looked for once more');
  await settle('+90000');
  assert.equal(methodsOf(other.account)[0].gone, true);
  assert.equal(methodsOf(account)[0].state, 'removed', 'nobody confirmed the other one in time');
});

test('a card whose payment is never confirmed leaves the vault', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { ...CARD, payment_token: OTHER, remember: '1', what: 'total' });
  const [method] = methodsOf(account);
  await settle();
  assert.equal(methodsOf(account)[0].state, 'new', 'a review can still be confirmed');
  await settle('+93600');
  assert.equal(world.state(review.reference), 'expired');
  assert.deepEqual([methodsOf(account)[0].state, methodsOf(account)[0].gone], ['removed', true]);
  assert.equal(await vaultHas(method.vault), false);
});

test('a vault entry deleted behind our back is refused, released and told', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.card, what: 'total' });
  const [[vault]] = world.sql(`SELECT vault_id FROM method WHERE id = ${account.card}`);
  await fetch(new URL('/api/transact.php', world.demo.json.sandbox_url), {
    method: 'POST',
    body: new URLSearchParams({ security_key: world.demo.json.gateway_key, customer_vault: 'delete_customer', customer_vault_id: vault }),
  });
  const page = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(page.text), 'failed');
  assert.match(words(page.text), /Nothing was charged\..*Please contact your service provider for details\./);
  for (const { number } of account.invoices) assert.equal(world.figures(number).pending, 0);
  await world.assertClean();
});

test('a card replaced after the review is not charged by it', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.card, what: 'total' });
  world.sql(`UPDATE method SET last_four = '4444' WHERE id = ${account.card}`);
  const page = await world.confirm(client, review);
  assert.equal(page.status, 409);
  assert.match(words(page.text), /cannot be used any more/);
  assert.equal((await world.sales(review.reference)).length, 0);
  assert.equal(world.state(review.reference), 'review');
});

test('the provider stops taking cards, or this brand, while the customer is on the page', async () => {
  const { account, client } = await someone();
  const settings = join(world.demo.run, 'remit.hdf');
  const whole = readFileSync(settings, 'utf8');
  const review = await world.review(client, { method: account.card, what: 'total' });
  const page = await client.get(world.path('/pay'));
  try {
    writeFileSync(settings, `${whole}\nPayment.Cards = 0\n`);
    await world.demo.restart('pay');
    const before = [await world.gatewayRequests(), (await kinds()).customer_vault];
    const answer = await client.post(world.path('/pay'), payFields(page.text, { ...CARD, what: 'total', note: 'still here' }));
    assert.equal(answer.status, 422);
    assert.match(summaryOf(answer.text), /Cards are not accepted any more/);
    assert.ok(answer.text.includes('still here'));
    const saved = await client.post(world.path('/pay'), payFields((await client.get(world.path('/pay'))).text, { method: account.card, what: 'total' }));
    assert.equal(saved.status, 422);
    assert.match(summaryOf(saved.text), /Cards are not accepted any more/);
    const confirm = await world.confirm(client, review);
    assert.equal(confirm.status, 409);
    assert.match(words(confirm.text), /Cards are not accepted any more/);
    assert.deepEqual([await world.gatewayRequests(), (await kinds()).customer_vault], before, 'the gateway was not asked');

    writeFileSync(settings, `${whole}\nPayment.Brands = Mastercard, Amex\n`);
    await world.demo.restart('pay');
    const visa = await world.pay(client, { ...CARD, what: 'total' });
    assert.equal(visa.status, 422);
    assert.match(summaryOf(visa.text), /Visa cards are not accepted here\. Accepted card types: Mastercard and Amex\./);
    await until('the vault entry to go', () => methodsOf(account).every(({ gone }) => gone));
    assert.equal(await vaultHas(methodsOf(account)[0].vault), false);
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
});

test('the terms are kept as they were shown, under a version of their own', async () => {
  const { account, client } = await someone();
  const settings = join(world.demo.run, 'remit.hdf');
  const whole = readFileSync(settings, 'utf8');
  const terms = 'Terms of the second edition: ask ana@northwind.example.';
  try {
    writeFileSync(settings, `${whole}\nPayment.CardTerms = ${terms}\n`);
    await world.demo.restart('pay');
    assert.ok((await client.get(world.path('/pay'))).text.includes(terms));
    await world.review(client, { ...CARD, what: 'total' });
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
  await world.review(client, { ...CARD, what: 'total' });
  const rows = world.sql(`SELECT version, text FROM consent WHERE account_id = ${account.id} ORDER BY id`);
  assert.equal(rows[0][1], terms);
  assert.notEqual(rows[0][0], rows[1][0]);
});

test('fields of a card itself are refused, and nothing of them is kept', async () => {
  const { client } = await someone();
  for (const field of ['ccnumber', 'cvv']) {
    const answer = await world.pay(client, { ...CARD, what: 'total', [field]: '4111' });
    assert.equal(answer.status, 400);
  }
  const typed = await world.pay(client, { ...CARD, what: 'total', name_on_card: '4111 1111 1111 1111' });
  assert.equal(typed.status, 400);
  for (const { name, text } of world.logs()) assert.ok(!/4111[ -]?1111[ -]?1111[ -]?1111/.test(text), name);
});

const LOST = /cannot tell whether it took this card\. Nothing was charged/;
for (const [name, knobs, says] of [
  ['an empty body', { answer: 'empty' }, LOST],
  ['HTML', { answer: 'html' }, LOST],
  ['HTTP 500', { answer: 'http_500' }, LOST],
  ['HTTP 429', { answer: 'http_429' }, LOST],
  ['what cannot be read', { answer: 'garbage' }, LOST],
  ['nothing at all', { silent: true }, LOST],
  ['a closed connection', { lose: 'before' }, LOST],
  ['a rate limit', { answer: 'rate_limit' }, /could not be taken.*enter the card again/],
  ['a wrong key', { answer: 'wrong_key' }, /Cards cannot be taken right now\. Nothing was charged/],
])
  test(`the vault answers a save with ${name}`, async () => {
    const { account, client } = await someone();
    await world.demo.knobs({ reset: true, only_kind: 'vault', times: 1, ...knobs });
    const answer = await world.pay(client, { ...CARD, what: 'total', note: 'kept' });
    await world.demo.resetKnobs();
    assert.equal(answer.status, 422);
    assert.match(summaryOf(answer.text), says);
    assert.ok(answer.text.includes('kept') && answer.text.includes('Ada Moss'), 'what was typed stays');
    assert.deepEqual(methodsOf(account).map(({ state, gone }) => [state, gone]), [['removed', says !== LOST]]);
    assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`), '0');
    const second = await client.post(world.path('/pay'), payFields(answer.text, { ...CARD, what: 'total' }));
    assert.equal(second.status, 303, summaryOf(second.text));
  });

test('an unreadable answer after the vault took the card: it is there, and used', async () => {
  const { account, client } = await someone();
  await world.demo.knobs({ reset: true, only_kind: 'vault', times: 1, answer: 'http_500', answer_booked: true });
  const review = await world.review(client, { ...CARD, what: 'total' });
  await world.demo.resetKnobs();
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
  assert.equal(methodsOf(account).length, 1);
});
