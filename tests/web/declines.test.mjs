// declines.test.mjs - every response code of the gateway's manual: what it makes of the payment, of
// the method, of the books, and what the customer reads.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, outcomeOf, words } from './world.mjs';

const SOFT = { state: 'declined', decline: 'soft', page: 'declined', says: /did not approve it this time, most often for lack of funds.*Try again later, or use another payment method/ };
const HARD = { state: 'declined', decline: 'hard', page: 'declined', marks: true, says: /does not allow this method to be used.*Use another payment method; this one cannot be tried again/ };
const DATA = { state: 'declined', decline: 'fix_data', page: 'declined', says: /incorrect or incomplete, or has expired.*Enter the card again/ };
const OURS = { state: 'failed', decline: '', page: 'failed', says: /The payment service refused it\. Nothing was charged/ };
const SETUP = { ...OURS, queued: 'gateway_configuration' };
const DOUBT = { state: 'unknown', decline: '', page: 'unknown', says: /do not know yet whether it was charged/ };

const CODES = {
  200: SOFT, 201: SOFT, 202: SOFT, 203: SOFT, 204: HARD, 220: DATA, 221: HARD, 222: HARD, 223: DATA, 224: DATA, 225: DATA,
  226: DATA, 240: SOFT, 250: HARD, 251: HARD, 252: HARD, 253: HARD, 260: SOFT, 261: HARD, 262: HARD, 263: DATA, 264: SOFT,
  300: OURS, 301: OURS, 400: DOUBT, 410: SETUP, 411: SETUP, 420: DOUBT, 421: DOUBT, 430: DOUBT, 440: OURS, 441: OURS,
  460: OURS, 461: OURS,
};

let world, account, client;
before(async () => {
  world = await World.open();
});
after(() => world?.close());

const journal = (reference) =>
  world.one(`SELECT COUNT(*) FROM journal_entry e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}'`);

async function decline(code) {
  const review = await world.review(client, { method: account.card, what: 'total' });
  await world.demo.knobs({ reset: true, only_order: review.reference, decline_code: code });
  const page = await client.follow(await world.confirm(client, review));
  await world.demo.resetKnobs();
  return { reference: review.reference, page };
}

for (const [code, want] of Object.entries(CODES))
  test(`response code ${code}: ${want.state} ${want.decline}`, async () => {
    account = await world.account({ invoices: [4000] });
    client = await world.signIn(account.user);
    const { reference, page } = await decline(Number(code));
    assert.equal(outcomeOf(page.text), want.page);
    assert.match(words(page.text), want.says);
    assert.match(words(page.text), want.state === 'unknown' ? /Please don't pay these invoices again/ : /Please contact your service provider for details\./);
    const [[state, kept, decline_class]] = world.sql(`SELECT state, response_code, decline_class FROM payment WHERE reference = '${reference}'`);
    assert.deepEqual([state, kept, decline_class], [want.state, code, want.decline]);
    assert.equal(journal(reference), '0', 'no money moved, nothing is booked');
    const { paid, pending } = world.figures(account.invoices[0].number);
    assert.deepEqual([paid, pending], [0, want.state === 'unknown' ? 4000 : 0]);

    const [[method, attention]] = world.sql(`SELECT state, attention FROM method WHERE id = ${account.card}`);
    assert.deepEqual([method, attention], want.marks ? ['needs_attention', code] : ['active', '']);
    assert.equal(world.one(`SELECT COUNT(*) FROM queue_item q JOIN payment p ON p.id = q.payment_id WHERE p.reference = '${reference}' AND q.kind = '${want.queued ?? 'any'}'`), want.queued ? '1' : '0');
    if (!want.marks) return;
    const next = await client.get(world.path('/pay'));
    assert.match(words(next.text), /Its bank refused this card for good\./);
    assert.match(next.text, new RegExp(`<input[^>]*value="${account.card}"[^>]* disabled`));
    const forced = await world.pay(client, { method: account.card, what: 'total' });
    assert.equal(forced.status, 422, 'a marked method is not tried again');
  });

test('books and gateway agree after all of them', () => world.assertClean());
