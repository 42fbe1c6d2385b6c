// limits.test.mjs - velocity: above the provider's limits a wait page, and nothing sent to the gateway.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, outcomeOf, words } from './world.mjs';

const OPEN = { UserPayments: 1000, AccountPayments: 1000, AddressPayments: 1000, MethodPayments: 1000, Reviews: 1000, DeclineMinimum: 1000, DeclinePercent: 60 };
const VISA = '00000000-000000-000000-000000000000';
const CARD = { method: 'card', payment_token: VISA, name_on_card: 'Ada Moss', zip: '89501', terms: '1' };

let world, whole;
before(async () => {
  world = await World.open();
  whole = readFileSync(join(world.demo.run, 'remit.hdf'), 'utf8');
});
after(() => world?.close());

async function limits(change) {
  const lines = Object.entries({ ...OPEN, ...change }).map(([name, value]) => `Limit.${name} = ${value}`);
  writeFileSync(join(world.demo.run, 'remit.hdf'), `${whole}\n${lines.join('\n')}\n`);
  world.sql('DELETE FROM counter');
  await world.demo.restart('pay');
}

async function payOnce(client, change) {
  const review = await world.review(client, { what: 'fixed', fixed_amount: '2', ...change });
  return { review, answer: await world.confirm(client, review) };
}

// Over the limit: said so with a time to come back, not sent, and nothing lost: later it can be confirmed.
async function assertWaits(client, review, answer) {
  assert.equal(answer.status, 429, words(answer.text));
  assert.match(answer.headers['retry-after'], /^\d+$/);
  assert.match(words(answer.text), /Please wait before you try again/);
  assert.equal((await world.sales(review.reference)).length, 0);
  assert.equal(world.state(review.reference), 'review');
}

const people = async (users = 1) => {
  const account = await world.account({ invoices: [90000], users });
  return { account, clients: await Promise.all(account.users.map((user) => world.signIn(user))) };
};

test('the limit of a user, at it and one past it; another user goes on; an hour later so does this one', async () => {
  await limits({ UserPayments: 3 });
  const { clients: [client, other] } = await people(2);
  for (let at = 0; at < 3; at++) assert.equal(outcomeOf((await client.follow((await payOnce(client)).answer)).text), 'success');
  const { review, answer } = await payOnce(client);
  await assertWaits(client, review, answer);
  assert.equal(outcomeOf((await other.follow((await payOnce(other)).answer)).text), 'success');
  world.sql("UPDATE counter SET window_at = window_at - INTERVAL 1 HOUR");
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
});

test('the limit of an account, whoever of it pays', async () => {
  await limits({ AccountPayments: 2 });
  const { clients: [client, other] } = await people(2);
  await payOnce(client);
  await payOnce(other);
  const { review, answer } = await payOnce(client);
  await assertWaits(client, review, answer);
});

test('the limit of a method', async () => {
  await limits({ MethodPayments: 2 });
  const { account, clients: [client] } = await people();
  await payOnce(client, { method: account.card });
  await payOnce(client, { method: account.card });
  const { review, answer } = await payOnce(client, { method: account.card });
  await assertWaits(client, review, answer);
  assert.match(outcomeOf((await client.follow((await payOnce(client, { method: account.bank })).answer)).text), /pending|success/);
});

test('the limit of an address, across accounts', async () => {
  await limits({ AddressPayments: 2 });
  const first = await people(), second = await people();
  await payOnce(first.clients[0]);
  await payOnce(second.clients[0]);
  const { review, answer } = await payOnce(second.clients[0]);
  await assertWaits(second.clients[0], review, answer);
});

test('most new cards declined: no new card is taken, saved ones are', async () => {
  await limits({ DeclineMinimum: 4, DeclinePercent: 50 });
  const { account, clients: [client] } = await people();
  await world.demo.knobs({ reset: true, decline_code: 202, only_kind: 'sale' });
  for (let at = 0; at < 4; at++)
    assert.equal(outcomeOf((await client.follow((await payOnce(client, CARD)).answer)).text), 'declined');
  await world.demo.resetKnobs();
  const before = (await world.demo.gateway('GET', '/sandbox/requests')).by_kind;
  const answer = await world.pay(client, { what: 'total', ...CARD });
  assert.equal(answer.status, 429);
  assert.deepEqual((await world.demo.gateway('GET', '/sandbox/requests')).by_kind, before, 'the gateway was not asked');
  assert.equal(outcomeOf((await client.follow((await payOnce(client, { method: account.card })).answer)).text), 'success');
});

test('reviews that nobody confirms have a limit too', async () => {
  await limits({ Reviews: 2 });
  const { clients: [client] } = await people();
  await world.review(client, { what: 'total' });
  await world.review(client, { what: 'total' });
  assert.equal((await world.pay(client, { what: 'total' })).status, 429);
});
