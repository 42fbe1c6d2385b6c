// A return dies as by kill -9 at every step, in `remit settle` and in `remit payment return`. Whatever the
// step: the next one books it once, and the books agree with the gateway.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
process.env.REMIT_BIN = join(root, 'build', process.env.BUILD ?? 'faults', 'bin/remit');
const folder = mkdtempSync(join(tmpdir(), 'remit-fault-'));
const faultFile = join(folder, 'fault');
let shop;

before(async () => {
  const { Shop } = await import('../modules/remit/returns_support.mjs');
  shop = await Shop.open('remit_returns_faults');
  process.env.REMIT_FAULT_FILE = faultFile;
});
after(async () => {
  delete process.env.REMIT_FAULT_FILE;
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function die(point, args) {
  writeFileSync(faultFile, `${point}\n`);
  const ran = await shop.at.start(['--now', '+0', ...args]);
  assert.equal(ran.status, null, 'it died');
  assert.equal(existsSync(faultFile), false, 'the fault happened');
}

function booked(owner, reference) {
  assert.equal(shop.state(reference), 'returned');
  assert.deepEqual(shop.balance(owner), [17500, 0, 0]);
  assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 5).join(' ')), ['refund succeeded 2000 2000 0', 'return succeeded 13000 0 3000']);
  assert.equal(shop.mails(`returned:${reference}`), 1);
  assert.equal(shop.issued(`ADJ-${reference.replace('P', 'B')}`), '3000 Adjustments');
  shop.clean();
}

// Of its credit 20.00 were sent back and 10.00 spent: every part of the books is touched.
async function paid() {
  const owner = shop.account([10000, 3000]);
  const reference = await shop.payment(owner, [10000], { credit: 3000 });
  shop.at.ok(['payment', 'refund', reference, '--amount', '20.00']);
  shop.spend(owner, 1000);
  return { owner, reference };
}

for (const point of ['return.before_record', 'return.inside', 'return.after_record', 'reconcile.before_progress'])
  test(`settle killed at ${point}`, async () => {
    const { owner, reference } = await paid();
    await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R01' });
    await die(point, ['settle']);
    shop.at.ok(['check']);
    shop.settle();
    shop.settle();
    booked(owner, reference);
  });

for (const point of ['return.before_record', 'return.inside', 'db.before_commit', 'db.after_commit', 'return.after_record'])
  test(`payment return killed at ${point}`, async () => {
    const { owner, reference } = await paid();
    await die(point, ['payment', 'return', reference, '--code', 'R01', '--key', `k-${reference}`]);
    shop.at.ok(['check']);
    shop.at.ok(['payment', 'return', reference, '--code', 'R01', '--key', `k-${reference}`]);
    booked(owner, reference);
  });

for (const point of ['return.before_record', 'return.inside', 'db.before_commit', 'db.after_commit', 'return.after_record', 'reconcile.before_progress'])
  test(`a chargeback: settle killed at ${point}`, async () => {
    const owner = shop.account([10000, 3000]);
    const reference = await shop.cardPayment(owner, [10000], { credit: 3000 });
    shop.spend(owner, 1000);
    await shop.sandbox.chargeback({ order_id: reference });
    await die(point, ['settle']);
    shop.at.ok(['check']);
    shop.settle();
    shop.settle();
    assert.equal(shop.state(reference), 'charged_back');
    assert.deepEqual(shop.refunds(reference), ['chargeback succeeded 13000 2000 1000']);
    assert.equal(shop.mails(`charged_back:${reference}`), 1);
    shop.clean();
  });

for (const point of ['reversal.before_record', 'reversal.inside', 'db.before_commit', 'db.after_commit', 'reversal.after_record', 'reconcile.before_progress'])
  test(`a refund and a void made at the gateway: settle killed at ${point}`, async () => {
    const owner = shop.account([10000, 3000]);
    const refunded = await shop.cardPayment(owner, [10000]);
    const voided = await shop.payment(owner, [0, 3000], { kind: 'card' });
    await shop.sandbox.panel({ action: 'refund', order_id: refunded, amount: '25.00' });
    await shop.sandbox.panel({ action: 'void', order_id: voided });
    await die(point, ['settle']);
    shop.at.ok(['check']);
    shop.settle();
    shop.settle();
    assert.deepEqual(shop.refunds(refunded), ['refund succeeded 2500 0 0']);
    assert.deepEqual(shop.refunds(voided), ['void succeeded 3000 0 0']);
    assert.deepEqual(shop.balance(owner), [3000, 0, 0]);
    shop.clean();
  });

for (const point of ['late_booking.before_record', 'late_booking.inside', 'db.before_commit', 'db.after_commit', 'late_booking.after_record', 'reconcile.before_progress'])
  test(`booked after all: settle killed at ${point}`, async () => {
    const [owner, reference] = await shop.uncharged([10000, 3000]);
    await shop.cardPayment(owner, [10000]);
    await die(point, ['settle']);
    shop.at.ok(['check']);
    shop.settle();
    shop.settle();
    assert.equal(shop.state(reference), 'succeeded');
    assert.deepEqual(shop.balance(owner), [0, 0, 10000]);
    assert.deepEqual(shop.queued(reference), ['late_booking']);
    shop.clean();
  });
