// What the gateway tells by itself, sent by the sandbox through the real program: it says where to look, and what the
// gateway says then is recorded, once, however often and in whichever order it came.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { event, post } from '../../web/webhooks_support.mjs';
import { DAY_S, HOUR_S, Office, until } from './world.mjs';

let office;
before(async () => { office = await Office.open({ events: true }); });
after(() => office?.close());

// All that the sandbox had to tell has been told.
const sent = () => until('events sent', async () => {
  const now = await office.demo.gateway('GET', '/sandbox/webhooks?limit=0');
  return now.waiting + now.in_flight === 0;
});
// "done succeeded" of each event since the last time.
let from = 0;
const disputed = new Set();
const agree = async () => assert.deepEqual((await office.check()).filter(({ subject }) => !disputed.has(subject)), []);
function outcomes() {
  const rows = office.sql(`SELECT id, CONCAT(state, ' ', outcome) FROM webhook WHERE id > ${from} ORDER BY id`);
  return rows.map(([, text]) => text);
}
const forget = async () => {
  await sent();
  from = office.number('SELECT COALESCE(MAX(id), 0) FROM webhook');
  office.sql("UPDATE webhook SET state = 'done', look_at = NULL, done_at = UTC_TIMESTAMP() WHERE state = 'waiting'");
  office.quiet();
  await office.forget();
};
const took = async () => {
  await sent();
  await office.round();
  return outcomes();
};
// An event of our own making, signed with the gateway's key.
const say = async (type, change, id) => assert.equal((await post(office.demo.json.webhook_url, office.demo.json.webhook_key, event(type, change, id))).status, 200);
const plain = (cents) => (cents / 100).toFixed(2);
const about = ({ reference, cents, transaction }, more = {}) => ({ order_id: reference, transaction_id: transaction ?? '1', requested_amount: plain(cents), action: { amount: plain(cents) }, ...more });

test('a lost answer whose event comes closes the payment at once, long before its next look', async () => {
  const account = await office.account({ invoices: [3000] });
  const client = await office.signIn(account.user);
  const review = await office.review(client, { what: 'total' });
  await forget();
  await office.knobs({ lose: 'after', times: 1, only_order: review.reference });
  await client.follow(await office.confirm(client, review));
  assert.equal(office.state(review.reference), 'unknown');
  office.sql(`UPDATE payment SET look_at = ${office.now} + INTERVAL 1 DAY WHERE reference = '${review.reference}'`);
  assert.deepEqual(await took(), ['done succeeded']);
  assert.equal(office.state(review.reference), 'succeeded');
  await agree();
});

test('a debit: settled, returned, returned late, as the bank says it', async () => {
  const list = await office.many(3, 'pending', { kind: 'bank' });
  await forget();
  await office.bank({ order_id: list[0].reference, action: 'settle' });
  await office.bank({ order_id: list[1].reference, action: 'return', code: 'R01' });
  await office.bank({ order_id: list[2].reference, action: 'settle' });
  assert.deepEqual(await took(), ['done succeeded', 'done returned', 'done succeeded']);
  await office.bank({ order_id: list[2].reference, action: 'late_return', code: 'R10' });
  assert.deepEqual((await took()).slice(3), ['done recorded']);
  assert.deepEqual(office.states(list), ['succeeded', 'returned', 'returned']);
  assert.equal(office.figures(list[2].invoice).paid, 0);
  await agree();
});

test('voids and refunds made in the gateway\'s own pages, with its order and without; a chargeback', async () => {
  const list = await office.many(4, 'succeeded');
  await forget();
  await office.panel({ action: 'void', order_id: list[0].reference });
  await office.panel({ action: 'refund', order_id: list[1].reference, amount: '5.00' });
  await office.panel({ action: 'refund', transaction_id: list[2].transaction, order_id_kept: false });
  await office.demo.gateway('POST', '/sandbox/settle', { order_id: list[3].reference }).catch(() => {});
  await office.demo.gateway('POST', '/sandbox/chargeback', { order_id: list[3].reference });
  const told = await took();
  assert.ok(told.every((text) => /^done (recorded|same|the report was read)$/.test(text)), told.join());
  assert.deepEqual(office.states(list), ['voided', 'partly_refunded', 'refunded', 'charged_back']);
  // What was sent back without an order stands in our books under its transaction.
  const [[bare]] = office.sql(`SELECT r.transaction_id FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${list[2].reference}'`);
  disputed.add(bare).add(list[2].reference);
  await agree();
});

test('each five times, in any order: as once', async () => {
  const list = await office.many(6, 'pending', { kind: 'bank' });
  await forget();
  const unknown = await office.many(4, 'unknown', { look: DAY_S });
  await office.knobs({ webhook_repeat: 5, webhook_shuffle: true, webhook_seed: 7 });
  for (const [at, { reference }] of list.entries()) await office.bank({ order_id: reference, action: at % 2 ? 'settle' : 'return', ...(at % 2 ? {} : { code: 'R01' }) });
  for (const { reference } of list.filter((_, at) => at % 2)) await office.bank({ order_id: reference, action: 'late_return', code: 'R10' });
  await sent();
  await office.demo.gateway('POST', '/sandbox/webhooks', { deliver: 'all', repeat: 5, shuffle: true, seed: 3 });
  await sent();
  await office.rounds(3);
  await office.round();
  assert.deepEqual(office.counts(list), { returned: 6 });
  assert.deepEqual(office.counts(unknown), { succeeded: 4 });
  assert.equal(office.number("SELECT COUNT(*) FROM webhook WHERE state = 'waiting'"), 0);
  for (const one of [...list, ...unknown]) {
    const ends = office.steps(one).map((step) => step.split(' ')[0]);
    assert.equal(new Set(ends).size, ends.length, ends.join());
  }
  await office.knobs();
  await agree();
});

test('types nobody knows, orders that are not ours, amounts and currencies that differ: nothing is booked', async () => {
  const [payment, other] = [await office.one_('succeeded'), await office.one_('unknown', { at: false, look: DAY_S })];
  await forget();
  const money = () => office.sql('SELECT COUNT(*), SUM(amount_cents) FROM journal_posting').join();
  const before = money();
  await say('something.new', about(payment));
  await say('recurring.plan.add', {});
  await say('transaction.sale.success', about(payment, { order_id: 'PAAAAAAAAAAAA' }));
  await say('transaction.refund.success', about(payment, { order_id: 'their-order-7', merchant: { id: '9', name: 'Other' } }));
  await say('transaction.sale.success', about(payment, { requested_amount: '9999.00', action: { amount: '9999.00' } }));
  await say('transaction.sale.success', about(payment, { currency: 'CAD' }));
  await say('transaction.refund.success', about(payment));
  await say('transaction.void.success', about(payment));
  await say('transaction.check.status.return', about(payment));
  await say('chargeback.batch.complete', { chargebacks: [{ id: payment.transaction }] });
  await say('transaction.sale.success', about(other));
  await office.round().then((log) => assert.match(log, /event\.other_amount/));
  assert.equal(money(), before);
  assert.deepEqual(office.states([payment, other]), ['succeeded', 'unknown']);
  const told = outcomes();
  assert.deepEqual(told.slice(0, 4), ['ignored nothing that concerns us', 'ignored nothing that concerns us', 'ignored no payment of ours', 'ignored no payment of ours']);
  assert.match(told.at(-1), /^waiting /);
  await forget();
  await agree();
});

test('an event before the query shows it is tried again; one about a payment that is being sent waits', async () => {
  await office.knobs({ query_lag_ms: 1500 });
  await forget();
  const payment = await office.one_('unknown', { look: DAY_S });
  assert.match((await took()).join(), /^waiting unknown$/);
  await office.knobs();
  await until('the query shows it', async () => {
    office.pass(61);
    await office.round();
    return office.state(payment.reference) === 'succeeded';
  });
  assert.deepEqual(outcomes(), ['done succeeded']);
  const sending = await office.one_('processing');
  office.sql(`UPDATE payment SET send_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE reference = '${sending.reference}'`);
  await forget();
  await office.knobs();
  await say('transaction.sale.success', about(sending));
  await office.round();
  assert.deepEqual([outcomes().at(-1), office.state(sending.reference)], ['waiting in_flight', 'processing']);
  office.sql(`UPDATE payment SET send_by = '2026-01-01' WHERE reference = '${sending.reference}'`);
  office.pass(61);
  await office.round();
  assert.equal(office.state(sending.reference), 'succeeded');
  await agree();
});

test('given up after its looks; its payment is not', async () => {
  const payment = await office.one_('unknown', { at: false, look: 20 * DAY_S });
  office.sql(`UPDATE payment SET deadline_at = ${office.now} + INTERVAL 30 DAY WHERE reference = '${payment.reference}'`);
  await forget();
  await say('transaction.sale.success', about(payment));
  const states = [];
  for (const seconds of [0, 61, 301, 901, HOUR_S + 1, DAY_S + 1]) {
    office.pass(seconds);
    office.quiet();
    await office.round();
    states.push(outcomes()[0].split(' ')[0]);
  }
  assert.deepEqual(states, ['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'given_up']);
  assert.equal(office.state(payment.reference), 'unknown');
  await office.sale(payment.reference, payment.cents);
  assert.ok(office.number(`SELECT look_at <= ${office.now} + INTERVAL 1 DAY FROM payment WHERE reference = '${payment.reference}'`), 'its own looks go on');
  office.pass(DAY_S + 60);
  await office.round();
  assert.equal(office.state(payment.reference), 'succeeded');
});

test('the gateway is away: the event stays due, no look is counted, and one question ends the round', async () => {
  const list = await office.many(5, 'unknown', { look: DAY_S });
  await forget();
  for (const payment of list) await say('transaction.sale.success', about(payment));
  await office.knobs({ query_latency_ms: 6000 });
  await office.round();
  assert.equal(await office.queries(), 1);
  assert.equal(office.number(`SELECT SUM(looks) FROM webhook WHERE id > ${from}`), 0);
  await office.knobs();
  office.pass(61);
  await office.round();
  assert.deepEqual(office.counts(list), { succeeded: 5 });
  await agree();
});

test('1,000 events of sales that are known cost no question', async () => {
  const account = await office.account({ invoices: Array.from({ length: 20 }, (_, at) => 2000 + at) });
  const list = await office.payments(account, 'succeeded');
  await forget();
  for (let at = 0; at < 1000; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, n) => say('transaction.sale.success', about(list[(at + n) % 20]), randomUUID())));
  await office.rounds(2);
  assert.equal(office.number(`SELECT COUNT(*) FROM webhook WHERE id > ${from} AND state = 'done' AND outcome = 'known'`), 1000);
  assert.equal(await office.queries(), 0);
});

test('bodies that are purged; booked after it was found not to be charged', async () => {
  await forget();
  const payment = await office.one_('unknown', { at: false, age: 2 * DAY_S });
  await office.round();
  assert.equal(office.state(payment.reference), 'not_charged');
  await office.sale(payment.reference, payment.cents);
  assert.deepEqual(await took(), ['done recorded']);
  assert.equal(office.state(payment.reference), 'succeeded');
  await agree();
  office.pass(400 * DAY_S);
  assert.equal((await office.demo.remit('purge')).code, 0);
  office.quiet();
  await office.round();
  assert.equal(office.number('SELECT COUNT(*) FROM webhook WHERE body IS NOT NULL AND state <> "waiting"'), 0);
});
