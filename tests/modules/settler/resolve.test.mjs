// What a person decides of payments in doubt: each decision with what it must refuse, who is named, and books that agree.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY_S, HOUR_S, Office } from './world.mjs';

let office;
before(async () => { office = await Office.open(); });
after(() => office?.close());

// An unknown payment that the gateway does not know, with its item.
async function lost(options = {}) {
  const payment = await office.one_('unknown', { at: false, age: HOUR_S, ...options });
  await office.round();
  return { payment, item: office.item(payment) };
}

// Every row, but what the mailer makes of mail meanwhile.
const rows = () => office.checksums().replace(/^outbox .*$/m, `outbox ${office.mails()}`);

// Refused, with these words, and nothing is changed.
async function refuses(id, as, pattern, more = [], code = 1) {
  const before = rows();
  const ran = await office.resolve(id, as, ...more);
  assert.equal(ran.code, code, `${as}: ${ran.out}${ran.err}`);
  assert.match(ran.err, pattern);
  assert.equal(rows(), before, as);
}

async function done(id, as, ...more) {
  const ran = await office.resolve(id, as, ...more);
  assert.equal(ran.code, 0, `${ran.out}${ran.err}`);
  return ran;
}

// Books and gateway agree about all but what tests left in dispute.
const disputed = new Set();
const agree = async () => assert.deepEqual((await office.check()).filter(({ subject }) => !disputed.has(subject)), []);

const whoDid = (id) => office.sql(`SELECT actor, action FROM audit_event WHERE subject = 'queue:${id}'`);

test('unknown, and the gateway has nothing: not_charged with a note; charged is refused', async () => {
  const { payment, item } = await lost();
  assert.deepEqual([item.kind, item.key, item.isOpen], ['unknown_payment', `settle:${payment.reference}`, true]);
  await refuses(item.id, 'charged', /The gateway says otherwise: not one transaction/);
  await refuses(item.id, 'not_charged', /say why with --note/);
  await refuses(item.id, 'not_charged', /looks like a card number/, ['--note', 'card 4111 1111 1111 1111'], 2);
  await refuses(item.id, 'not_charged', /./, ['--note', 'x'.repeat(501)], 2);
  await refuses(item.id, 'returned', /cannot be decided as returned: say charged, not_charged/);
  await refuses(item.id, 'refunded', /cannot be decided as refunded/);
  await refuses(item.id, 'noted', /not known yet what became of it/);
  await refuses(item.id, 'paid', /--as: Say noted/, [], 2);
  await refuses('x', 'noted', /ID: This is the number/, [], 2);
  await refuses('999999', 'noted', /There is no item 999999/);
  const ran = await done(item.id, 'not_charged', '--note', 'The gateway said so on the phone', '--json');
  assert.deepEqual(JSON.parse(ran.out), { id: Number(item.id), kind: 'unknown_payment', payment: payment.reference, decision: 'not_charged' });
  assert.equal(office.state(payment.reference), 'not_charged');
  assert.deepEqual(office.figures(payment.invoice), { total: payment.cents, paid: 0, pending: 0 });
  const [{ closed_by, decision, note, isOpen }] = office.items(payment);
  assert.deepEqual([decision, note, isOpen], ['not_charged', 'The gateway said so on the phone', false]);
  assert.match(closed_by, /^operator:/);
  assert.deepEqual(whoDid(item.id), [[closed_by, 'queue.resolve']]);
  assert.deepEqual(office.steps(payment), [`unknown>not_charged ${closed_by}`]);
  await refuses(item.id, 'not_charged', /It is closed already, by operator:.*: not_charged/, ['--note', 'again']);
  await refuses(item.id, 'noted', /It is closed already/);
  await agree();
});

test('unknown, and it turned up: charged; not_charged is refused', async () => {
  const { payment, item } = await lost();
  const transaction = await office.sale(payment.reference, payment.cents);
  await refuses(item.id, 'not_charged', /took money under this reference/, ['--note', 'no']);
  await refuses(item.id, 'charged', /no such transaction/, ['--transaction', '1']);
  await done(item.id, 'charged', '--transaction', transaction);
  assert.equal(office.state(payment.reference), 'succeeded');
  assert.equal(office.figures(payment.invoice).paid, payment.cents);
  assert.equal(office.one(`SELECT transaction_id FROM payment WHERE reference = '${payment.reference}'`), transaction);
  await agree();
});

test('a bank debit that turned up is pending when it is decided charged', async () => {
  const { payment, item } = await lost({ kind: 'bank' });
  await office.sale(payment.reference, payment.cents, 'bank');
  await done(item.id, 'charged');
  assert.equal(office.state(payment.reference), 'pending');
  await agree();
});

test('another amount: neither, until it is cancelled there', async () => {
  const payment = await office.one_('unknown', { cents: 777 });
  await office.round();
  const item = office.item(payment);
  assert.match(item.detail, /another amount/);
  await refuses(item.id, 'charged', /it took another amount/);
  await refuses(item.id, 'not_charged', /took money under this reference/, ['--note', 'no']);
  await office.panel({ action: 'void', order_id: payment.reference });
  await done(item.id, 'not_charged');
  assert.equal(office.state(payment.reference), 'not_charged');
  await agree();
});

test('another amount, settled and sent back in full there: not charged', async () => {
  const payment = await office.one_('unknown', { cents: 777 });
  await office.demo.gateway('POST', '/sandbox/settle');
  await office.round();
  const { id } = office.item(payment);
  await office.panel({ action: 'refund', order_id: payment.reference, amount: '7.00' });
  await refuses(id, 'not_charged', /took money/, ['--note', 'no']);
  await office.panel({ action: 'refund', order_id: payment.reference, amount: '0.77' });
  await done(id, 'not_charged');
  disputed.add(payment.reference);
});

test('two sales: one is meant, the other stays a matter of the gateway', async () => {
  const payment = await office.one_('unknown');
  const second = await office.sale(payment.reference, payment.cents);
  await office.round();
  const item = office.item(payment);
  assert.match(item.detail, /more than once/);
  await refuses(item.id, 'charged', /name the one that is meant with --transaction/);
  await refuses(item.id, 'not_charged', /took money/, ['--note', 'no']);
  await office.panel({ action: 'void', transaction_id: second });
  await done(item.id, 'charged', '--transaction', payment.transaction);
  assert.equal(office.one(`SELECT transaction_id FROM payment WHERE reference = '${payment.reference}'`), payment.transaction);
  await agree();
});

test('first not found, then taken twice: the item says so, and the provider is told again', async () => {
  const { payment, item } = await lost();
  assert.match(item.detail, /does not have it/);
  const told = office.told();
  for (let at = 0; at < 2; at++) await office.sale(payment.reference, payment.cents);
  office.pass(DAY_S);
  await office.round();
  const [now, ...others] = office.items(payment);
  assert.deepEqual(others, []);
  assert.match(now.detail, /more than once/);
  assert.equal(office.told(), told + 1);
  office.pass(DAY_S + 60);
  await office.round();
  assert.equal(office.told(), told + 1, 'once');
  disputed.add(payment.reference);
});

test('taken and refunded there: it is charged, and the refund is booked by itself', async () => {
  const [kept, back] = [await lost({ kind: 'bank' }), await lost({ kind: 'bank' })];
  for (const { payment } of [kept, back]) {
    await office.sale(payment.reference, payment.cents, 'bank');
    await office.bank({ order_id: payment.reference, action: 'settle' });
    payment.refund = (await office.panel({ action: 'refund', order_id: payment.reference })).transaction_id;
  }
  await office.bank({ transaction_id: back.payment.refund, action: 'return', code: 'R23' });
  for (const { item } of [kept, back]) {
    await refuses(item.id, 'not_charged', /took money/, ['--note', 'no']);
    await done(item.id, 'charged');
  }
  await office.report();
  assert.deepEqual(office.states([kept.payment, back.payment]), ['refunded', 'refunded']);
  assert.ok(office.item(back.payment, 'returned_refund') || office.item(back.payment, 'foreign_refund') || office.item(back.payment, 'disagreement'), 'a person hears of a refund that came back');
  disputed.add(back.payment.reference);
  await agree();
});

test('pending, and the gateway lost it: a word with a note counts', async () => {
  const payments = await office.many(3, 'pending', { kind: 'bank', at: false, age: 2 * DAY_S });
  await office.round();
  for (const [index, [as, state, ...more]] of [['charged', 'succeeded'], ['returned', 'returned', '--code', 'R01'], ['voided', 'voided']].entries()) {
    const payment = payments[index], item = office.item(payment);
    assert.equal(item.kind, 'pending_payment');
    await refuses(item.id, 'not_charged', /cannot be decided as not_charged: say charged, returned, voided/);
    await refuses(item.id, as, /say why with --note/, more);
    if (as === 'returned') await refuses(item.id, as, /R and two digits/, ['--note', 'x', '--code', 'X01'], 2);
    if (as === 'charged') await refuses(item.id, as, /not one transaction/, ['--note', 'x', '--transaction', '1']);
    await done(item.id, as, '--note', 'The bank said so', ...more);
    assert.equal(office.state(payment.reference), state);
    assert.match(office.steps(payment).at(-1), new RegExp(`^pending>${state} operator:`));
  }
  assert.equal(office.one(`SELECT response_code FROM payment WHERE reference = '${payments[1].reference}'`), 'R01');
  disputed.add(payments[0].reference);
});

test('pending, and the gateway has it twice: it cannot be decided away, named or not', async () => {
  const payment = await office.one_('pending', { kind: 'bank', age: 7 * HOUR_S });
  const second = await office.sale(payment.reference, payment.cents, 'bank');
  await office.round();
  const item = office.item(payment);
  assert.match(item.detail, /more than once/);
  for (const as of ['voided', 'returned'])
    for (const more of [[], ['--transaction', '1'], ['--transaction', second]]) await refuses(item.id, as, /still has the money/, ['--note', 'x', ...more]);
  for (const more of [[], ['--transaction', '1']]) await refuses(item.id, 'charged', /not one transaction/, ['--note', 'x', ...more]);
  await office.panel({ action: 'void', transaction_id: second });
  await done(item.id, 'charged', '--note', 'The other is void', '--transaction', payment.transaction);
  assert.equal(office.state(payment.reference), 'succeeded');
});

test('pending, and the gateway has another amount: not charged as ours, voided once it is gone', async () => {
  const payment = await office.one_('pending', { kind: 'bank', age: 7 * HOUR_S, cents: 999999 });
  await office.round();
  const item = office.item(payment);
  await refuses(item.id, 'charged', /took another amount/, ['--note', 'x']);
  await refuses(item.id, 'voided', /still has the money/, ['--note', 'x']);
  await office.panel({ action: 'void', order_id: payment.reference });
  await done(item.id, 'voided', '--note', 'Cancelled there');
  assert.equal(office.state(payment.reference), 'voided');
});

test('two operators and a settler at once: one decision', async () => {
  for (let round = 0; round < 5; round++) {
    const { payment, item } = await lost();
    const [a, b, c] = await Promise.all([office.resolve(item.id, 'not_charged', '--note', 'a'), office.resolve(item.id, 'not_charged', '--note', 'b'), office.settler(['--once']).ended]);
    assert.equal(c.code, 0, c.log);
    const codes = [a, b].map(({ code }) => code).sort();
    // Both may have seen it open and agree; money moves once.
    assert.ok(codes[0] === 0, `${a.err}${b.err}`);
    assert.equal(office.state(payment.reference), 'not_charged');
    assert.equal(office.steps(payment).length, 1);
    assert.equal(whoDid(item.id).length, 1);
    assert.deepEqual([office.item(payment).decision, office.item(payment).closed_by.split(':')[0]], ['not_charged', 'operator']);
    assert.deepEqual(office.figures(payment.invoice), { total: payment.cents, paid: 0, pending: 0 });
  }
});

test('the gateway is away, and a payment that is being sent: nothing is decided', async () => {
  const { payment, item } = await lost();
  await office.knobs({ query_latency_ms: 5000 });
  await refuses(item.id, 'not_charged', /The gateway did not answer\. Nothing was changed/, ['--note', 'x']);
  await office.knobs();
  office.sql(`UPDATE payment SET state = 'processing', send_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, look_at = NULL WHERE reference = '${payment.reference}'`);
  await refuses(item.id, 'not_charged', /on its way this moment/, ['--note', 'x']);
  office.sql(`UPDATE payment SET send_by = '2026-01-01' WHERE reference = '${payment.reference}'`);
  await office.round();
  await done(item.id, 'not_charged', '--note', 'x');
});

test('what became clear by itself is only noted; the list says what is open', async () => {
  const { payment, item } = await lost();
  const listed = JSON.parse((await office.demo.remit('settle', 'queue', '--json')).out);
  const mine = listed.find(({ id }) => id === Number(item.id));
  assert.deepEqual([mine.kind, mine.payment, mine.decisions, mine.closed_at || ''], ['unknown_payment', payment.reference, 'charged, not_charged', '']);
  await office.sale(payment.reference, payment.cents);
  // Found by somebody who does not tidy.
  office.sql(`UPDATE payment SET look_at = ${office.now} WHERE reference = '${payment.reference}'`);
  await office.round();
  assert.equal(office.item(payment).closed_by, 'program:settler');
  await refuses(item.id, 'charged', /It is closed already, by program:settler/);
  office.sql(`UPDATE queue_item SET closed_at = NULL, closed_by = '' WHERE id = ${item.id}`);
  await refuses(item.id, 'charged', /became clear by itself/);
  await done(item.id, 'noted');
  const all = JSON.parse((await office.demo.remit('settle', 'queue', '--all', '--json', '--kind', 'unknown_payment')).out);
  assert.equal(all.find(({ id }) => id === Number(item.id)).decision, 'noted');
  assert.match((await office.demo.remit('settle', 'queue', '--kind', 'unknown_payment')).out, /--as charged, not_charged|Nothing waits/);
});
