// `remit payment refund` and `void` die as by kill -9 at every step. Whatever the step: it goes back once
// at most, and after settling the books agree with the gateway.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-fault-'));
const faultFile = join(folder, 'fault');
const DAY_S = 86400;
let demo, client;
let days = 0;

before(async () => {
  demo = await Demo.start({
    build: process.env.BUILD ?? 'faults',
    settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 2000', 'Gateway.ConnectTimeoutMs = 1000'],
  });
  client = await demo.signedIn();
  // For the command line only: no worker of the demo may take the fault.
  process.env.REMIT_FAULT_FILE = faultFile;
});

after(async () => {
  delete process.env.REMIT_FAULT_FILE;
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const state = (reference) => demo.sql(`SELECT state FROM payment WHERE reference = '${reference}'`)[0][0];
const refunds = (reference) =>
  demo.sql(`SELECT r.state FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${reference}' ORDER BY r.id`).flat();

async function paid() {
  const [invoice] = demo.openInvoices(demo.user(0).account);
  const review = await demo.review(client, {
    what: 'selected',
    invoice: invoice.number,
    method: demo.methodId(demo.user(0), '4242'),
  });
  assert.equal((await client.post(review.path, { key: review.key })).status, 303);
  assert.equal(state(review.reference), 'succeeded');
  return review.reference;
}

async function booksAgree() {
  const answer = await demo.remit('check', '--gateway');
  assert.equal(answer.code, 0, answer.out + answer.err);
}

const wentBack = async (kind, reference) =>
  (await demo.book()).filter((each) => each.order_id === reference && each.response === 1 &&
    (kind === 'void' ? each.condition === 'canceled' : each.type === 'refund')).length;

// After the death: what the gateway knows is found out, or nothing went back and it can be done again.
async function resolve(kind, reference) {
  await until('the lease to end', async () => {
    const answer = await demo.remit('settle');
    assert.equal(answer.code, 0, answer.err);
    return refunds(reference)[0] !== 'processing';
  });
  const times = await wentBack(kind, reference);
  assert.ok(times <= 1, `it went back ${times} times`);
  if (times === 0 && refunds(reference).length) {
    assert.deepEqual(refunds(reference), ['unknown']);
    await booksAgree();
    days += 2;
    demo.clock(`+${days * DAY_S}`);
    client = await demo.signedIn();
    assert.equal((await demo.remit('settle')).code, 0);
    assert.deepEqual(refunds(reference), ['failed']);
  }
  await booksAgree();
  if (times === 0) {
    const again = await demo.remit('payment', kind, reference);
    assert.equal(again.code, 0, again.err);
  }
  assert.equal(await wentBack(kind, reference), 1);
  assert.equal(state(reference), kind === 'void' ? 'voided' : 'refunded');
  await booksAgree();
}

for (const kind of ['refund', 'void']) {
  for (const point of ['refund.before_claim', 'db.before_commit', 'db.after_commit', 'refund.after_claim', 'refund.after_answer', 'refund.after_record'])
    test(`${kind} killed at ${point}`, async () => {
      const reference = await paid();
      writeFileSync(faultFile, `${point}\n`);
      const answer = await demo.remit('payment', kind, reference);
      assert.notEqual(answer.code, 0, 'it died before it could answer');
      assert.equal(existsSync(faultFile), false, 'the fault happened');
      await resolve(kind, reference);
    });

  for (const point of ['db.before_commit', 'db.after_commit'])
    test(`${kind} killed at ${point} of the record`, async () => {
      const reference = await paid();
      await demo.knobs({ only_kind: kind, latency_ms: 600 });
      const answered = demo.remit('payment', kind, reference);
      await until('it to be in flight', async () => (await demo.gateway('GET', '/sandbox/requests')).in_flight > 0);
      writeFileSync(faultFile, `${point}\n`);
      assert.notEqual((await answered).code, 0);
      assert.equal(existsSync(faultFile), false, 'the fault happened');
      await demo.resetKnobs();
      await resolve(kind, reference);
    });
}
