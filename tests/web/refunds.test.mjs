// refunds.test.mjs - what a customer sees of money that went back: beside its payment on each invoice, with
// that invoice's part; and nothing of what did not happen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, outcomeOf, until, words } from './world.mjs';

let world;

before(async () => {
  world = await World.open({ settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 1500'] });
});
after(() => world?.close());

const back = async (code, ...args) => {
  const ran = await world.demo.remit('payment', ...args);
  assert.equal(ran.code, code, ran.out + ran.err);
};

async function paid() {
  const account = await world.account({ invoices: [3000, 4500] });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
  const page = async (at) => words((await client.get(world.path(`/invoices/${account.invoices[at].number}`))).text);
  return { page, reference: review.reference };
}

// As the pages write a day, in the demo's zone.
const today = () => new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', month: 'short', day: 'numeric', year: 'numeric' }).format(new Date());

test('a refund stands beside its payment, on each invoice with its own part', async () => {
  const { page, reference } = await paid();
  assert.doesNotMatch(await page(0), /Refund/);
  await back(0, 'refund', reference, '--amount', '50');
  const on = today();
  assert.match(await page(0), new RegExp(`Amount Due \\$0\\.00.*Paid −\\$25\\.00 Credited −\\$5\\.00.*${reference} .* \\$30\\.00 Partly refunded Refunded \\$5\\.00 on ${on}`));
  assert.match(await page(1), new RegExp(`Credited −\\$45\\.00.*${reference} .* \\$45\\.00 Partly refunded Refunded \\$45\\.00 on ${on}`));
  await back(0, 'refund', reference, '--reopen');
  assert.match(await page(0), /Amount Due \$25\.00.*Refunded Refunded \$5\.00 on \w+ \d+, \d{4} Refunded \$25\.00 on /);
  assert.doesNotMatch((await page(1)).replace(/Refunded \$45\.00/, ''), /Refunded \$/, 'the second one took nothing from it');
  await world.assertClean();
});

test('a void, and what was refused', async () => {
  const { page, reference } = await paid();
  await world.demo.knobs({ reset: true, only_kind: 'refund', decline_code: 300, times: 1 });
  await back(1, 'refund', reference);
  assert.doesNotMatch(await page(0), /[Rr]efund/, 'nothing happened');
  await back(0, 'void', reference);
  assert.match(await page(0), new RegExp(`Amount Due \\$30\\.00.*${reference} .* Voided Voided \\$30\\.00 on `));
  assert.doesNotMatch(await page(0), /Not refunded/);
  await world.assertClean();
});

test('one that is being checked is said to be, next to what is known', async () => {
  const { page, reference } = await paid();
  await back(0, 'refund', reference, '--amount', '10');
  await world.demo.knobs({ reset: true, only_kind: 'refund', lose: 'after', times: 1 });
  await back(1, 'refund', reference, '--amount', '20');
  assert.match(await page(1), /Partly refunded Refunded \$10\.00 on .* Refund being checked: \$20\.00 , since \w+ \d+, \d{4}/);
  await until('settling', async () => (await world.demo.remit('settle')).code === 0);
  assert.match(await page(1), /Partly refunded Refunded \$10\.00 on .* Refunded \$20\.00 on /);
  await world.assertClean();
});
