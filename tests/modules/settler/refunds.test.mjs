// Refunds and voids without an answer: found, queued, decided by a person; and the mail about what waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY_S, HOUR_S, Office } from './world.mjs';

let office;
before(async () => { office = await Office.open(); });
after(() => office?.close());

const plain = (cents) => (cents / 100).toFixed(2);
const back = ({ transaction }, cents) => office.transact({ type: 'refund', transactionid: transaction, amount: plain(cents) });

async function refuses(id, as, pattern, more = [], code = 1) {
  const before = office.checksums().replace(/^outbox .*$/m, '');
  const ran = await office.resolve(id, as, ...more);
  assert.equal(ran.code, code, `${as}: ${ran.out}${ran.err}`);
  assert.match(ran.err, pattern);
  assert.equal(office.checksums().replace(/^outbox .*$/m, ''), before, as);
}
async function done(id, as, ...more) {
  const ran = await office.resolve(id, as, ...more);
  assert.equal(ran.code, 0, `${ran.out}${ran.err}`);
}

// A paid payment and a refund of it that nobody knows of, with its item.
async function lost(options = {}) {
  const payment = await office.one_('succeeded');
  const refund = office.refund(payment, { age: HOUR_S, ...options });
  await office.round();
  const item = office.item(payment, 'unknown_refund');
  assert.ok(item?.isOpen);
  assert.equal(item.key, `settle:${refund.reference}`);
  return { payment, refund, item };
}

test('a refund that the gateway does not have: not_refunded with a note', async () => {
  const { payment, refund, item } = await lost();
  await refuses(item.id, 'refunded', /not one transaction under this reference sent just this back/);
  await refuses(item.id, 'not_refunded', /say why with --note/);
  await refuses(item.id, 'charged', /cannot be decided as charged: say refunded, not_refunded/);
  await refuses(item.id, 'noted', /not known yet/);
  await done(item.id, 'not_refunded', '--note', 'It was never sent');
  assert.deepEqual([office.refundState(refund), office.state(payment.reference)], ['failed', 'succeeded']);
  await refuses(item.id, 'refunded', /closed already/);
  await office.clean();
});

test('a refund that turned up: not_refunded is refused, refunded is taken', async () => {
  const { payment, refund, item } = await lost({ cents: 400 });
  await back(payment, 400);
  await refuses(item.id, 'not_refunded', /it sent just this back/, ['--note', 'no']);
  await refuses(item.id, 'refunded', /not one transaction/, ['--transaction', '1']);
  await done(item.id, 'refunded');
  assert.deepEqual([office.refundState(refund), office.state(payment.reference)], ['succeeded', 'partly_refunded']);
  await office.clean();
});

test('of two refunds of the same amount the first is in the books: the second was not sent', async () => {
  const payment = await office.one_('succeeded');
  const first = office.refund(payment, { cents: 300 });
  await back(payment, 300);
  await office.round();
  assert.equal(office.refundState(first), 'succeeded');
  const second = office.refund(payment, { cents: 300, age: HOUR_S });
  await office.round();
  const item = office.item(payment, 'unknown_refund');
  await refuses(item.id, 'refunded', /books do not take it|not one transaction/);
  await done(item.id, 'not_refunded', '--note', 'Only one went');
  assert.equal(office.refundState(second), 'failed');
  await office.clean();
});

test('a void that happened is not decided away', async () => {
  const { payment, refund, item } = await lost({ kind: 'void' });
  await office.panel({ action: 'void', order_id: payment.reference });
  await refuses(item.id, 'not_refunded', /voided there/, ['--note', 'no']);
  await done(item.id, 'refunded');
  assert.deepEqual([office.refundState(refund), office.state(payment.reference)], ['succeeded', 'voided']);
  await office.clean();
});

test('what is not found closes by itself after a day, by the settler; or earlier, when it turns up', async () => {
  const [gone, late] = [await lost(), await lost({ cents: 200 })];
  const unknown = await office.one_('unknown', { at: false, age: HOUR_S });
  await office.round();
  await back(late.payment, 200);
  office.pass(HOUR_S);
  await office.round();
  assert.equal(office.refundState(late.refund), 'succeeded');
  assert.deepEqual([office.item(late.payment).isOpen, office.item(late.payment).closed_by], [false, 'program:settler']);
  assert.equal(office.refundState(gone.refund), 'unknown');
  assert.equal(office.state(unknown.reference), 'unknown');
  office.pass(DAY_S);
  await office.round();
  office.pass(DAY_S);
  await office.round();
  assert.equal(office.refundState(gone.refund), 'failed');
  assert.equal(office.state(unknown.reference), 'not_charged');
  for (const payment of [gone.payment, unknown]) assert.deepEqual([office.item(payment).isOpen, office.item(payment).closed_by, office.item(payment).decision], [false, 'program:settler', '']);
  await office.clean();
});

test('a payment is queued 15 minutes after its deadline, not before', async () => {
  const payment = await office.one_('unknown', { at: false, deadline: 0 });
  await office.round();
  assert.deepEqual(office.items(payment), []);
  office.pass(14 * 60);
  await office.round();
  assert.deepEqual(office.items(payment), []);
  office.pass(30 * 60);
  await office.round();
  assert.equal(office.items(payment).length, 1);
  await done(office.item(payment).id, 'not_charged', '--note', 'x');
});

test('one mail for several items, one from two settlers, none for what closed before', async () => {
  await office.round();
  const told = office.told();
  const list = await office.many(4, 'unknown', { at: false, age: HOUR_S });
  await office.rounds(2);
  assert.equal(office.told(), told + 1);
  const items = list.map((payment) => office.item(payment));
  assert.ok(items.every(({ isTold }) => isTold));
  const [[key, account, subject]] = office.sql("SELECT mail_key, account_id, subject_id FROM outbox WHERE kind = 'queue' AND mail_key NOT LIKE '%/%' ORDER BY id DESC LIMIT 1");
  assert.deepEqual([key.startsWith(`queue:${items.at(-1).id}:`), account, subject], [true, 'NULL', items.at(-1).id]);
  await office.rounds(3);
  assert.equal(office.told(), told + 1);
  // Ten times, two at once, each with a new item.
  for (let at = 1; at <= 5; at++) {
    await office.one_('unknown', { at: false, age: HOUR_S });
    await office.rounds(2);
    assert.equal(office.told(), told + 1 + at);
  }
});
