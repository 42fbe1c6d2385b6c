// When the settler looks at what: as often as promised, once each however many run, and never at what is not due.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY_S, HOUR_S, Office } from './world.mjs';

let office;
before(async () => { office = await Office.open(); });
after(() => office?.close());

test('an unknown payment is asked after 1, 5, 15 minutes, an hour, then daily; and found when it turns up', async () => {
  const payment = await office.one_('unknown', { at: false, look: 60 });
  let asked = 0;
  const lookAfter = async (seconds, what) => {
    office.quiet();
    await office.forget();
    office.pass(seconds - 5);
    await office.round();
    assert.equal(await office.queries(), 0, `${what}: not yet`);
    office.pass(10);
    await office.round();
    assert.equal(await office.queries(), 1, what);
    assert.equal(office.looks(payment), ++asked, what);
    await office.round();
    assert.equal(await office.queries(), 1, `${what}: once`);
  };
  for (const [seconds, what] of [[60, '1 min'], [240, '5 min'], [600, '15 min'], [2700, '1 h']]) await lookAfter(seconds, what);
  assert.equal(office.state(payment.reference), 'unknown');
  await office.sale(payment.reference, payment.cents);
  await lookAfterDay(payment, asked);
  await office.clean();
});

// A day is also when the report is due, so the questions are counted by what they found.
async function lookAfterDay(payment, asked) {
  office.pass(DAY_S - 60);
  office.quiet();
  await office.round();
  assert.deepEqual([office.state(payment.reference), office.looks(payment)], ['unknown', asked]);
  office.pass(120);
  office.quiet();
  await office.round();
  assert.equal(office.state(payment.reference), 'succeeded');
  assert.deepEqual(office.steps(payment), ['unknown>succeeded program:settle']);
}

test('a claim is looked at only when its lease and the time-out are over', async () => {
  const [alive, dead] = [await office.one_('processing'), await office.one_('processing')];
  office.quiet();
  // The time-out of 2 s counts as 3.
  office.sql(`UPDATE payment SET send_by = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE WHERE reference = '${alive.reference}'`);
  await office.forget();
  await office.round();
  assert.deepEqual(office.states([alive, dead]), ['processing', 'succeeded']);
  assert.equal(await office.queries(), 1);
  assert.deepEqual(office.steps(dead), ['processing>unknown program:settle', 'unknown>succeeded program:settle']);
  // The business clock does not end a lease: it is the database's.
  office.pass(DAY_S);
  office.quiet();
  await office.round();
  assert.equal(office.state(alive.reference), 'processing');
  office.sql(`UPDATE payment SET send_by = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE reference = '${alive.reference}'`);
  await office.round();
  assert.equal(office.state(alive.reference), 'processing', 'its answer may still come');
  office.sql(`UPDATE payment SET send_by = UTC_TIMESTAMP(6) - INTERVAL 4 SECOND WHERE reference = '${alive.reference}'`);
  await office.round();
  assert.equal(office.state(alive.reference), 'succeeded');
  await office.clean();
});

test('pending payments: six hours after they were accepted, then every six hours', async () => {
  const payment = await office.one_('pending', { kind: 'bank' });
  for (const seconds of [6 * HOUR_S, 6 * HOUR_S]) {
    office.quiet();
    await office.forget();
    office.pass(seconds - 60);
    await office.round();
    assert.equal(await office.queries(), 0, 'not yet');
    office.pass(120);
    await office.round();
    await office.round();
    assert.equal(await office.queries(), 1, 'once');
    assert.equal(office.state(payment.reference), 'pending');
  }
  await office.bank({ order_id: payment.reference, action: 'settle' });
  office.pass(6 * HOUR_S + 60);
  office.quiet();
  await office.round();
  assert.equal(office.state(payment.reference), 'succeeded');
  await office.clean();
});

test('ten at once on 60 unknown, 30 pending, 10 refunds: each is looked at once, and recorded once', async () => {
  const unknown = await office.many(60, 'unknown');
  const pending = await office.many(30, 'pending', { kind: 'bank', age: 7 * HOUR_S });
  const paid = await office.many(10, 'succeeded');
  await Promise.all(pending.slice(0, 20).map(({ reference }) => office.bank({ order_id: reference, action: 'settle' })));
  await Promise.all(paid.map(({ transaction, cents }) => office.transact({ type: 'refund', transactionid: transaction, amount: (cents / 100).toFixed(2) })));
  const refunds = paid.map((payment) => office.refund(payment));
  office.quiet();
  await office.forget();
  await office.rounds(10);
  assert.deepEqual(await office.asked().then(({ query }) => query), 100);
  assert.deepEqual(office.counts(unknown), { succeeded: 60 });
  assert.deepEqual(office.counts(pending), { succeeded: 20, pending: 10 });
  assert.deepEqual(office.counts(paid), { refunded: 10 });
  for (const refund of refunds) assert.equal(office.refundState(refund), 'succeeded');
  for (const payment of [...unknown, ...pending.slice(0, 20)]) assert.equal(office.steps(payment).length, 1, payment.reference);
  await office.clean();
});

test('reviews expire, a day after they could have been confirmed', async () => {
  const account = await office.account();
  const client = await office.signIn(account.user);
  const review = await office.review(client, { what: 'total' });
  const seconds = office.number(`SELECT TIMESTAMPDIFF(SECOND, created_at, ${office.now}) FROM payment WHERE reference = '${review.reference}'`);
  assert.ok(seconds < 60);
  office.pass(DAY_S);
  office.quiet();
  await office.round();
  assert.equal(office.state(review.reference), 'review');
  office.pass(2 * DAY_S);
  await office.round();
  assert.equal(office.state(review.reference), 'expired');
});

test('what a removed method leaves in the vault goes; a gateway that is away is asked three times, not for each', async () => {
  const accounts = [];
  for (let at = 0; at < 4; at++) accounts.push(await office.account());
  office.quiet();
  const ids = accounts.flatMap((account) => [account.card, account.bank]).join();
  const left = async () => {
    const { vault } = await office.demo.gateway('GET', '/sandbox/vault');
    return vault.filter(({ customer_vault_id: id }) => wanted.includes(id)).length;
  };
  const wanted = office.sql(`SELECT vault_id FROM method WHERE id IN (${ids})`).flat();
  assert.equal(await left(), 8);
  await office.round();
  assert.equal(await left(), 8, 'in use');
  office.sql(`UPDATE method SET state = 'removed' WHERE id IN (${ids})`);
  await office.knobs({ answer: 'http_500', only_kind: 'vault' });
  await office.forget();
  await office.round();
  assert.equal(await left(), 8);
  const vaulted = Object.entries(await office.asked()).filter(([kind]) => kind.includes('vault')).reduce((sum, [, n]) => sum + n, 0);
  assert.equal(vaulted, 3);
  await office.knobs();
  office.pass(120);
  await office.round();
  assert.equal(await left(), 0);
});

test('the report is read once a day by one of several; one that died lets it go', async () => {
  office.pass(2 * DAY_S);
  const readers = (log) => (log.match(/settle\.report/g) ?? []).length;
  assert.equal(readers(await office.rounds(6)), 1);
  assert.equal(readers(await office.rounds(3)), 0);
  office.pass(23 * HOUR_S);
  assert.equal(readers(await office.round()), 0);
  office.pass(HOUR_S + 60);
  // Whoever took it and was killed has it until its lease is over.
  office.sql("UPDATE progress SET read_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE name = 'report'");
  assert.equal(readers(await office.round()), 0);
  office.sql("UPDATE progress SET read_by = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE name = 'report'");
  assert.equal(readers(await office.rounds(3)), 1);
});

test('a clock that was 40 days ahead for a while stops nothing', async () => {
  const unknown = await office.one_('unknown', { at: false });
  const pending = await office.one_('pending', { kind: 'bank', age: 7 * HOUR_S });
  const paid = await office.one_('succeeded');
  const was = office.ahead;
  office.later(was + 40 * DAY_S);
  office.sql(`UPDATE payment SET deadline_at = ${office.now} WHERE reference = '${unknown.reference}'`);
  const refund = office.refund(paid);
  await office.round();
  assert.deepEqual(office.states([unknown, pending]), ['unknown', 'succeeded']);
  assert.equal(office.refundState(refund), 'unknown');
  office.later(was);
  const other = await office.one_('pending', { kind: 'bank', age: 7 * HOUR_S });
  office.sql(`UPDATE payment SET look_at = ${office.now} + INTERVAL 40 DAY WHERE reference = '${other.reference}'`);
  await office.bank({ order_id: other.reference, action: 'settle' });
  await office.sale(unknown.reference, unknown.cents);
  await office.transact({ type: 'refund', transactionid: paid.transaction, amount: (paid.cents / 100).toFixed(2) });
  const log = await office.round();
  assert.deepEqual(office.states([unknown, other]), ['succeeded', 'succeeded']);
  assert.equal(office.refundState(refund), 'succeeded');
  assert.match(log, /settle\.report/);
});
