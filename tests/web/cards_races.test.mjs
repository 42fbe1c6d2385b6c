// cards_races.test.mjs - cards that change while something else happens to them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, attribute, formKey, outcomeOf, payFields, summaryOf, tagOf, until, words } from './world.mjs';

const CARD = { method: 'card', payment_token: 'test-mastercard', name_on_card: 'Ada Moss', zip: '89501', terms: '1' };

let world, settings, whole;
before(async () => {
  world = await World.open({ settings: ['Payment.LeaseSeconds = 4', 'Gateway.TimeoutMs = 4000'] });
  settings = join(world.demo.run, 'remit.hdf');
  whole = readFileSync(settings, 'utf8');
});
after(() => world?.close());

async function someone() {
  const account = await world.account({ invoices: [5000] });
  return { account, client: await world.signIn(account.user) };
}

// Sends the form of /methods/card, for a new card or in the place of a saved one.
async function saveCard(client, replace, change = {}) {
  const path = world.path(`/methods/card${replace ? `?replace=${replace}` : ''}`);
  const { text } = await client.get(path);
  return client.post(world.path('/methods/card'), {
    key: formKey(text), ...(replace ? { replace } : {}), payment_token: 'test-mastercard', name_on_card: 'Ada Moss', zip: '89501',
    terms: attribute(tagOf(text, 'terms'), 'value'), ...change,
  });
}

const methodRow = (id) => {
  const [[state, brand, stored, initial, attention, vault, expires]] = world.sql(
    `SELECT state, brand, is_stored, initial_transaction_id, attention, vault_id, expires_on FROM method WHERE id = ${id}`,
  );
  return { state, brand, stored, initial, attention, vault, expires };
};
const vaultIds = async () => (await world.demo.gateway('GET', '/sandbox/vault')).vault.map((entry) => entry.customer_vault_id);

test('a card replaced while a payment with the old one is on its way: what that learns is not about the new one', async () => {
  const { account, client } = await someone();
  const other = await world.signIn(account.user);
  const before = methodRow(account.card);
  const review = await world.review(client, { method: account.card, what: 'total' });
  await world.demo.knobs({ reset: true, only_kind: 'sale', only_order: review.reference, latency_ms: 1500, decline_code: 252 });
  const confirm = world.confirm(client, review);
  await until('the sale to be under way', () => world.state(review.reference) === 'processing');
  assert.equal((await saveCard(other, account.card)).status, 303);
  assert.ok((await vaultIds()).includes(before.vault), 'the old entry stays while its payment is open');
  assert.equal(outcomeOf((await client.follow(await confirm)).text), 'declined');
  const now = methodRow(account.card);
  assert.deepEqual([now.state, now.brand, now.attention], ['active', 'Mastercard', '']);
  const { code } = await world.demo.remit('settle');
  assert.equal(code, 0);
  assert.ok(!(await vaultIds()).includes(before.vault), 'and goes after it');
  await world.assertClean();
});

test('an unknown payment that settles after its card was replaced leaves the new one alone', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.card, what: 'total' });
  await world.demo.knobs({ reset: true, only_kind: 'sale', only_order: review.reference, lose: 'after' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'unknown');
  await world.demo.resetKnobs();
  assert.equal((await saveCard(client, account.card)).status, 303);
  const before = methodRow(account.card);
  assert.equal((await world.demo.remit('settle')).code, 0);
  assert.equal(world.state(review.reference), 'succeeded');
  assert.deepEqual(methodRow(account.card), before);
  await world.assertClean();
});

test('the number of a saved card, typed for a payment and to be remembered, changes nothing of what is saved', async () => {
  const { account, client } = await someone();
  const saved = await saveCard(client, null);
  assert.equal(saved.status, 303);
  const id = saved.location.match(/methods\/(\d+)/)[1];
  const before = methodRow(id);
  assert.ok(before.initial, 'it was checked by its bank');
  const answer = await world.pay(client, { ...CARD, remember: '1', what: 'total' });
  assert.equal(answer.status, 303, summaryOf(answer.text));
  assert.deepEqual(methodRow(id), before);
  assert.equal(world.one(`SELECT method_id FROM payment WHERE account_id = ${account.id}`), id, 'it pays with what is saved');
  await until('the entry made for the form to go', async () => (await world.demo.remit('settle')).code === 0 &&
    world.one(`SELECT COUNT(*) FROM method WHERE account_id = ${account.id} AND state = 'removed' AND vault_gone_at IS NULL`) === '0');
  const page = await client.follow(await client.post(answer.location, { key: formKey((await client.get(answer.location)).text) }));
  assert.equal(outcomeOf(page.text), 'success');
  const [sale] = await world.sales(answer.location.split('/').pop());
  assert.equal(sale.stored_credential_indicator, 'used');
});

test('a saved card that has expired, or was refused for good, is not paid with because its number was typed', async () => {
  for (const change of ["expires_on = '2020-01-31'", "state = 'needs_attention', attention = '252'"]) {
    const { account, client } = await someone();
    const id = (await saveCard(client, null)).location.match(/methods\/(\d+)/)[1];
    world.sql(`UPDATE method SET ${change} WHERE id = ${id}`);
    const before = methodRow(id);
    const answer = await world.pay(client, { ...CARD, remember: '1', what: 'total' });
    assert.equal(answer.status, 303, summaryOf(answer.text));
    assert.notEqual(world.one(`SELECT method_id FROM payment WHERE account_id = ${account.id}`), id);
    assert.deepEqual(methodRow(id), before);
  }
});

test('two replaces of one card at once: one of them, the other is told', async () => {
  const { account, client } = await someone();
  const other = await world.signIn(account.user);
  await world.demo.knobs({ reset: true, only_kind: 'validate', latency_ms: 400 });
  const answers = await Promise.all([saveCard(client, account.card), saveCard(other, account.card, { payment_token: 'test-amex' })]);
  await world.demo.resetKnobs();
  for (const answer of answers) assert.ok([303, 422].includes(answer.status), String(answer.status));
  assert.ok(answers.some(({ status }) => status === 303));
  for (const { status, text } of answers) if (status === 422) assert.match(summaryOf(text), /changed by somebody else at the same moment/);
  await world.demo.remit('settle');
  const ids = await vaultIds();
  const mine = world.sql(`SELECT vault_id, state FROM method WHERE account_id = ${account.id} AND kind = 'card'`);
  for (const [vault, state] of mine) assert.equal(ids.includes(vault), state === 'active', `${vault} ${state}`);
});

test('a browser whose name is long saves a card like any other', async () => {
  const { account, client } = await someone();
  const answer = await world.pay(client, { ...CARD, what: 'total' }, { 'user-agent': 'é'.repeat(400) });
  assert.equal(answer.status, 303, summaryOf(answer.text));
  assert.equal(Number(world.one(`SELECT CHAR_LENGTH(agent) FROM consent WHERE account_id = ${account.id}`)) <= 255, true);
});

test('a card number in the place of the token is refused and not shown again', async () => {
  const { client } = await someone();
  for (const token of ['4111111111111111', '4111-1111-1111-1111']) {
    const answer = await world.pay(client, { ...CARD, payment_token: token, what: 'total' });
    assert.equal(answer.status, 400);
    assert.ok(!answer.text.includes('1111'));
  }
  const odd = await world.pay(client, { ...CARD, payment_token: 'a"b<c>', what: 'fixed', fixed_amount: '0' });
  assert.equal(odd.status, 422);
  assert.ok(!odd.text.includes('a&quot;b'), 'what is no token is not kept');
});

test('terms that changed while the page was open are read again before anything is taken', async () => {
  const { account, client } = await someone();
  const page = await client.get(world.path('/pay'));
  const form = payFields(page.text, { ...CARD, what: 'total' });
  try {
    writeFileSync(settings, `${whole}\nPayment.CardTerms = Other words.\n`);
    await world.demo.restart('pay');
    const answer = await client.post(world.path('/pay'), form);
    assert.equal(answer.status, 422);
    assert.match(summaryOf(answer.text), /The terms changed while this page was open/);
    assert.ok(answer.text.includes('Other words.') && attribute(tagOf(answer.text, 'terms'), 'checked') === undefined);
    assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE account_id = ${account.id}`), '0');
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
});

test('the second click at the limit sees what the first one did', async () => {
  const { client } = await someone();
  try {
    writeFileSync(settings, `${whole}\nLimit.UserPayments = 1\n`);
    world.sql('DELETE FROM counter');
    await world.demo.restart('methods');
    const { text } = await client.get(world.path('/methods/card'));
    const form = { key: formKey(text), payment_token: 'test-amex', name_on_card: 'Ada Moss', zip: '89501', terms: attribute(tagOf(text, 'terms'), 'value') };
    const first = await client.post(world.path('/methods/card'), form);
    const second = await client.post(world.path('/methods/card'), form);
    assert.deepEqual([first.status, second.status], [303, 303], words(second.text));
    assert.equal((await saveCard(client, null)).status, 429, 'a third one is over it');
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('methods');
  }
});

test('without the methods program a card is for one payment, and the page says so', async () => {
  const { account, client } = await someone();
  try {
    writeFileSync(settings, `${whole}\nPrograms.methods = 0\n`);
    await world.demo.restart('pay');
    const page = await client.get(world.path('/pay'));
    assert.ok(!/name="remember"/.test(page.text) && !/Payment Methods/.test(words(page.text)));
    assert.match(words(page.text), /It is not kept for later payments\./);
    const review = await world.review(client, { ...CARD, remember: '1', what: 'total' });
    assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
    assert.equal(world.one(`SELECT COUNT(*) FROM method WHERE account_id = ${account.id} AND brand = 'Mastercard' AND state <> 'removed'`), '0');
  } finally {
    writeFileSync(settings, whole);
    await world.demo.restart('pay');
  }
});
