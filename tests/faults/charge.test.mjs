// A worker of `pay` dies as by kill -9 at every step of a charge. Whatever the step: one charge at
// most, nothing lost, and after settling the books agree.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, top, until } from '../support/demo.mjs';

const build = process.env.BUILD ?? 'faults';
const folder = mkdtempSync(join(tmpdir(), 'remit-fault-'));
const faultFile = join(folder, 'fault');
let demo;
let days = 0;

before(async () => {
  demo = await Demo.start({
    build,
    env: { REMIT_FAULT_FILE: faultFile },
    settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 2000', 'Gateway.ConnectTimeoutMs = 1000'],
  });
});

after(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const state = (reference) => demo.sql(`SELECT state FROM payment WHERE reference = '${reference}'`)[0][0];

// The workers of pay's confirm pool.
const confirmWorkers = () =>
  execFileSync('pgrep', ['-f', `${top}/build/${build}/bin/pay --settings ${demo.run}/remit.hdf`], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number)
    .filter((pid) => execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim() === 'pay');

async function makeReview() {
  const client = await demo.signedIn();
  const [invoice] = demo.openInvoices(demo.user(0).account);
  const review = await demo.review(client, {
    what: 'selected',
    invoice: invoice.number,
    method: demo.methodId(demo.user(0), '4242'),
  });
  return { client, invoice, ...review };
}

async function confirm(made) {
  return made.client.post(made.path, { key: made.key }).catch((error) => ({ status: 0, error }));
}

const inFlight = async () => (await demo.gateway('GET', '/sandbox/requests')).in_flight;

async function settleUntilNotProcessing(reference) {
  await until('the lease to end', async () => {
    const answer = await demo.remit('settle');
    assert.equal(answer.code, 0, answer.err);
    return state(reference) !== 'processing';
  });
}

async function booksAgree() {
  const answer = await demo.remit('check', '--gateway');
  assert.equal(answer.code, 0, answer.out + answer.err);
}

// After the death: the outcome the gateway knows is found out, or the claim is given back by the
// 24 hour rule; then the invoice can be paid, once.
async function resolveAndPay(made) {
  await settleUntilNotProcessing(made.reference);
  const charged = (await demo.charges()).filter((t) => t.order_id === made.reference);
  assert.ok(charged.length <= 1, `charged ${charged.length} times`);
  if (charged.length === 1) {
    assert.equal(state(made.reference), 'succeeded');
  } else if (state(made.reference) === 'unknown') {
    const retry = await made.client.get(`${demo.base}/pay?invoice=${made.invoice.number}`);
    assert.match(retry.text, /being processed|Nothing can be paid/, 'its invoice is held meanwhile');
    days += 2;
    demo.clock(`+${days * 86400}`);
    await demo.remit('settle');
    assert.equal(state(made.reference), 'not_charged');
  }
  await booksAgree();
  if (charged.length === 0) {
    const again = await makeReview();
    assert.equal(again.invoice.number, made.invoice.number, 'the same invoice is open again');
    assert.equal((await confirm(again)).status, 303);
    assert.equal(state(again.reference), 'succeeded');
    await booksAgree();
  }
  const paid = demo.sql(
    `SELECT COUNT(*) FROM payment_allocation a JOIN payment p ON p.account_id = a.account_id AND p.id = a.payment_id
     JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id
     WHERE i.number = '${made.invoice.number}' AND p.state = 'succeeded' AND p.source = 'customer'`,
  )[0][0];
  assert.equal(paid, '1', 'one payment paid the invoice');
}

for (const point of ['charge.before_claim', 'db.before_commit', 'db.after_commit', 'charge.after_claim', 'charge.after_answer', 'charge.after_record'])
  test(`pay killed at ${point}`, async () => {
    const made = await makeReview();
    writeFileSync(faultFile, `${point}\n`);
    const answer = await confirm(made);
    assert.notEqual(answer.status, 303, 'the worker died before it could answer');
    assert.equal(existsSync(faultFile), false, 'the fault happened');
    await resolveAndPay(made);
  });

for (const point of ['db.before_commit', 'db.after_commit'])
  test(`pay killed at ${point} of the record`, async () => {
    const made = await makeReview();
    await demo.knobs({ latency_ms: 600 });
    const answered = confirm(made);
    await until('the sale to be in flight', async () => (await inFlight()) > 0);
    writeFileSync(faultFile, `${point}\n`);
    assert.notEqual((await answered).status, 303);
    assert.equal(existsSync(faultFile), false, 'the fault happened');
    await demo.resetKnobs();
    await resolveAndPay(made);
  });

test('pay killed with -9 during the call', async () => {
  const made = await makeReview();
  const workers = confirmWorkers();
  await demo.knobs({ latency_ms: 8000 });
  const answered = confirm(made);
  await until('the sale to be in flight', async () => (await inFlight()) > 0);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  assert.notEqual((await answered).status, 303);
  await demo.resetKnobs();
  await until('a worker to be back', async () => (await made.client.get(`${demo.base}/pay`)).status === 200);
  await resolveAndPay(made);
});

test('the release build has no such points', () => {
  const points = execFileSync('grep', ['-c', 'REMIT_FAULT_FILE', `${top}/build/faults/bin/pay`], { encoding: 'utf8' });
  assert.notEqual(points.trim(), '0');
  assert.throws(() => execFileSync('grep', ['-q', 'REMIT_FAULT_FILE', `${top}/build/release/bin/pay`]));
});
