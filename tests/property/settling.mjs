// settling.mjs - `remit settle`: what it must find out, from what the gateway has and how much time passed.
import assert from 'node:assert/strict';

// Of a payment that was unknown, by now.
function wantedOf(ledger, payment) {
  if (payment.atGateway === 'none') return payment.day < ledger.days ? 'not_charged' : null;
  if (payment.kind === 'bank') return { settled: 'succeeded', returned: 'returned' }[payment.bank] ?? 'pending';
  return 'succeeded';
}

function unknownSettled(shop, payment, told) {
  const { ledger } = shop;
  if (told.end === 'in_flight') return assert.ok(payment.isDead, `${payment.reference} is held by nobody`);
  const state = wantedOf(ledger, payment);
  assert.deepEqual([told.end, told.state], state ? ['resolved', state] : ['unknown', 'unknown'], payment.reference);
  if (state) ledger.end(payment, state);
  return shop.count(state ? `unknown payments found ${state}` : 'unknown payments still unknown');
}

function refundSettled(shop, payment, told) {
  const { ledger } = shop;
  const { refund } = payment;
  if (told.end === 'in_flight') return assert.ok(refund.isDead, `a refund of ${payment.reference} is held by nobody`);
  const wanted = refund.isBooked ? 'succeeded' : refund.day < ledger.days ? 'failed' : 'unknown';
  assert.deepEqual([told.end, told.state], [wanted === 'unknown' ? 'unknown' : 'resolved', wanted], payment.reference);
  refund.reference = told.reference;
  if (wanted === 'succeeded') ledger.wentBack(payment, refund);
  if (wanted === 'failed') ledger.refundFailed(payment, refund);
  return shop.count(`unknown refunds and voids found ${wanted}`);
}

function pendingSettled(shop, payment, told) {
  const state = payment.bank === 'settled' ? 'succeeded' : 'returned';
  assert.deepEqual([told.end, told.state], ['resolved', state], payment.reference);
  shop.ledger.end(payment, state);
  shop.count(`bank payments ${state}`);
}

function lateSettled(shop, payment, told) {
  const end = payment.refund ? 'waiting' : 'recorded';
  assert.deepEqual([told.end, told.code], [end, payment.code], payment.reference);
  if (end === 'recorded') shop.countReturn(shop.ledger.returned(payment, payment.code));
  shop.count(`late returns ${end}`);
}

const names = (payments) => payments.map((payment) => payment.reference).sort();

// How many late returns wait for a refund that is not known yet.
export async function settle(shop) {
  const { ledger } = shop;
  await shop.bankNews();
  const isLate = (payment) => payment.bank === 'returned' && payment.mayReturn;
  const unknown = ledger.all((payment) => payment.state === 'unknown');
  const ran = await shop.remit('settle', '--json');
  assert.equal(ran.code, 0, ran.err);
  const told = JSON.parse(ran.out);
  const open = ledger.all((payment) => payment.refund);
  const find = (reference) => ledger.payments.get(reference);
  const payments = told.payments.map((each) => [find(each.reference), each]);
  // In the order in which it works.
  for (const [payment, each] of payments) if (unknown.includes(payment)) unknownSettled(shop, payment, each);
  assert.deepEqual(told.refunds.map((each) => each.payment).sort(), names(open));
  for (const each of told.refunds) refundSettled(shop, find(each.payment), each);
  const pending = ledger.all((payment) => payment.state === 'pending' && payment.bank);
  assert.deepEqual(told.payments.map((each) => each.reference).sort(), names([...unknown, ...pending]));
  for (const [payment, each] of payments) if (pending.includes(payment)) pendingSettled(shop, payment, each);
  assert.deepEqual(told.late_returns.map((each) => each.payment).sort(), names(ledger.all(isLate)));
  for (const each of told.late_returns) lateSettled(shop, find(each.payment), each);
  return ledger.all(isLate).length;
}
