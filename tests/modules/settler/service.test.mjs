// The service itself: starting, ending, dying, and what it does while the database or the gateway is away.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DAY_S, Office, until } from './world.mjs';

let office;
before(async () => { office = await Office.open(); });
after(() => office?.close());

const settings = () => office.demo.json.remit[2];

test('--check: ready; not without its key, a right, or with a setting that is wrong', async () => {
  const ready = await office.settler(['--check']).ended;
  assert.deepEqual([ready.code, /settler: ready/.test(ready.log)], [0, true], ready.log);
  const secrets = join(office.demo.run, 'secrets/settler.hdf'), kept = readFileSync(secrets, 'utf8');
  try {
    writeFileSync(secrets, kept.replace(/^Secret\.GatewayKey.*\n/m, ''));
    const keyless = await office.settler(['--check']).ended;
    assert.deepEqual([keyless.code, /GatewayKey/.test(keyless.log)], [1, true], keyless.log);
  } finally {
    writeFileSync(secrets, kept);
  }
  for (const line of ['Settle.RunSeconds = 0', 'Settle.RunSeconds = 3601', 'Settle.ReportHours = 0', 'Settle.ReportHours = 169']) {
    const wrong = `${settings()}.wrong`;
    writeFileSync(wrong, `${readFileSync(settings(), 'utf8')}\n${line}\n`);
    const { code, log } = await office.settler(['--check'], { settings: wrong }).ended;
    assert.deepEqual([code, log.includes(line.split(' ')[0])], [1, true], log);
    rmSync(wrong);
  }
  assert.equal((await office.settler(['--nonsense']).ended).code, 2);
});

test('--check names a right that is missing', async () => {
  office.sql('REVOKE UPDATE (detail, closed_at, decision, note, closed_by, told_at) ON queue_item FROM remit_settler@localhost');
  const { code, log } = await office.settler(['--check']).ended;
  office.sql('GRANT UPDATE (detail, closed_at, decision, note, closed_by, told_at) ON queue_item TO remit_settler@localhost');
  assert.deepEqual([code, /queue_/.test(log)], [1, true], log);
  assert.equal((await office.settler(['--check']).ended).code, 0);
});

test('it does by itself what is due, round after round, and ends when told', async () => {
  const running = office.settler();
  const first = await office.one_('unknown');
  await until('the first is found', () => office.state(first.reference) === 'succeeded');
  const second = await office.one_('unknown');
  await until('the second is found', () => office.state(second.reference) === 'succeeded');
  running.child.kill('SIGTERM');
  assert.deepEqual((({ code, signal }) => [code, signal])(await running.ended), [0, null]);
  await office.clean();
});

test('SIGTERM in the middle of a question: that one is finished, the rest waits, exit 0', async () => {
  const list = await office.many(10, 'unknown');
  office.quiet();
  await office.forget();
  await office.knobs({ query_latency_ms: 800 });
  const running = office.settler();
  await until('a question', async () => (await office.queries()) === 1);
  running.child.kill('SIGTERM');
  const { code, signal, log } = await running.ended;
  assert.deepEqual([code, signal], [0, null], log);
  assert.deepEqual(office.counts(list), { succeeded: 1, unknown: 9 });
  assert.equal(await office.queries(), 1);
  await office.knobs();
  await office.round();
  assert.deepEqual(office.counts(list), { succeeded: 10 });
  await office.clean();
});

test('killed while it has one in hand: another takes that up two minutes later, nothing is recorded twice', async () => {
  const list = await office.many(3, 'unknown');
  office.quiet();
  await office.forget();
  await office.knobs({ query_latency_ms: 1500 });
  const running = office.settler();
  await until('a question', async () => (await office.queries()) === 1);
  running.child.kill('SIGKILL');
  assert.equal((await running.ended).signal, 'SIGKILL');
  await office.knobs();
  await office.round();
  assert.deepEqual(office.counts(list), { succeeded: 2, unknown: 1 });
  office.pass(110);
  await office.round();
  assert.deepEqual(office.counts(list), { succeeded: 2, unknown: 1 });
  office.pass(20);
  await office.round();
  assert.deepEqual(office.counts(list), { succeeded: 3 });
  for (const payment of list) assert.equal(office.steps(payment).length, 1);
  await office.clean();
});

test('killed at random moments, five at a time: all is found, once', async () => {
  const list = await office.many(30, 'unknown');
  const pending = await office.many(10, 'pending', { kind: 'bank', age: DAY_S });
  for (const { reference } of pending) await office.bank({ order_id: reference, action: 'settle' });
  for (let round = 0; round < 4; round++) {
    const all = Array.from({ length: 5 }, () => office.settler(['--once']));
    for (const [at, { child }] of all.entries()) setTimeout(() => child.kill('SIGKILL'), 20 + 40 * at + 17 * round);
    await Promise.all(all.map(({ ended }) => ended));
  }
  office.pass(130);
  await office.round();
  // A pending one that was taken and left is looked at with the next six hours.
  office.pass(DAY_S / 4);
  await office.round();
  assert.deepEqual([office.counts(list), office.counts(pending)], [{ succeeded: 30 }, { succeeded: 10 }]);
  for (const payment of [...list, ...pending]) assert.equal(office.steps(payment).length, 1);
  await office.clean();
});

test('the gateway is away, with 50 unknown: one question a round, no look counted, and all are closed 15 minutes after it is back', async () => {
  const list = await office.many(50, 'unknown');
  office.quiet();
  await office.forget();
  await office.knobs({ query_latency_ms: 6000 });
  for (let round = 1; round <= 3; round++) {
    const log = await office.round();
    assert.equal(await office.queries(), round, log);
    office.pass(20);
  }
  assert.equal(list.reduce((sum, payment) => sum + office.looks(payment), 0), 0);
  assert.deepEqual(office.counts(list), { unknown: 50 });
  await office.knobs();
  for (let minute = 0; minute < 15 && office.counts(list).unknown; minute++) {
    office.pass(60);
    await office.round();
  }
  assert.deepEqual(office.counts(list), { succeeded: 50 });
  await office.clean();
});

test('the database is away, and back: the service goes on by itself', async () => {
  const running = office.settler();
  const first = await office.one_('unknown');
  await until('the first is found', () => office.state(first.reference) === 'succeeded');
  const [pid] = readFileSync(join(office.demo.run, 'pids/mariadb'), 'utf8').split(' ').map(Number);
  process.kill(pid, 'SIGKILL');
  await until('a round that came to nothing', () => /service\.failing.*unavailable/.test(running.log()));
  await office.demo.restart('mariadb');
  const second = await office.one_('unknown');
  await until('the second is found', () => office.state(second.reference) === 'succeeded');
  await until('it says that it goes on', () => /service\.recovered/.test(running.log()));
  assert.equal(running.log().match(/service\.failing/g).length, 1, 'said once');
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
  await office.clean();
});
