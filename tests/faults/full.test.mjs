// A disk that is full. Of the database: what cannot be written is refused or unknown, never done twice or lost, and with
// room again everything goes on. Of the log: nobody waits for it. The first needs root, to have a disk of its own.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top, until } from '../support/demo.mjs';
import { fastcgi } from '../support/fastcgi.mjs';
import { World } from '../web/world.mjs';

const DAY_S = 86400;
const folder = mkdtempSync(join(tmpdir(), 'remit-full-'));
let world;

before(async () => {
  world = await World.open({ build: 'release', env: { NO_DRAFTER: '1' }, settings: ['Payment.LeaseSeconds = 60', 'Gateway.TimeoutMs = 3000'] });
});
after(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a log that takes nothing: a payment is made all the same', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  const socket = join(folder, 'sock');
  const full = openSync('/dev/full', 'w');
  const worker = spawn('spawn-fcgi', ['-n', '-s', socket, '-M', '0600', '--', `${top}/build/release/bin/pay`, '--settings', join(world.demo.run, 'remit.hdf')],
    { stdio: ['ignore', full, full], env: { ...process.env, FCGI_WEB_SERVER_ADDRS: '127.0.0.1' } });
  const ended = new Promise((resolve) => worker.on('exit', (code, signal) => resolve(signal ?? code)));
  closeSync(full);
  const path = review.path;
  const ask = () => fastcgi(socket, {
    REQUEST_METHOD: 'POST', DOCUMENT_URI: path, QUERY_STRING: '', REMOTE_ADDR: '127.0.0.1', CONTENT_TYPE: 'application/x-www-form-urlencoded',
    HTTP_ORIGIN: client.base.origin, HTTP_COOKIE: client.cookieHeader(path),
  }, new URLSearchParams({ key: review.key }).toString());
  const answer = await until('the worker to answer', () => ask().catch(() => null));
  assert.equal(answer.status, 303);
  assert.equal(world.state(review.reference), 'succeeded');
  assert.equal((await world.sales(review.reference)).length, 1);
  worker.kill('SIGTERM');
  assert.equal(await ended, 0);
  await world.assertClean();
});

test('a database whose disk is full', { skip: process.getuid() === 0 ? false : 'SKIPPED: a disk of its own takes root' }, async () => {
  const data = join(world.demo.run, 'db/data');
  const pid = Number(readFileSync(join(world.demo.run, 'pids/mariadb'), 'utf8').split(' ')[0]);
  process.kill(pid, 'SIGTERM');
  await until('mariadb to end', () => {
    try {
      return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return true;
    }
  });
  renameSync(data, `${data}.before`);
  execFileSync('mkdir', [data]);
  const room = Number(execFileSync('du', ['-sm', `${data}.before`], { encoding: 'utf8' }).split('\t')[0]) + 24;
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${room}m,mode=0700`, 'none', data]);
  const ballast = join(data, 'ballast');
  const figures = {};
  try {
    cpSync(`${data}.before`, data, { recursive: true, preserveTimestamps: true });
    await world.demo.restart('mariadb');
    const account = await world.account({ invoices: Array(8).fill(1000) });
    const client = await world.signIn(account.user);
    const reviews = [];
    for (const { number } of account.invoices) reviews.push(await world.review(client, { what: 'selected', invoice: number }));
    // To the last byte.
    const file = openSync(ballast, 'w');
    for (let size = 1 << 20; size >= 1; size >>= 1)
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      }
    closeSync(file);
    assert.equal(statfsSync(data).bavail, 0, 'it is full');
    // What makes tables grow, until one does not.
    for (let at = 0; at < 40; at++)
      try {
        world.sql(`INSERT INTO audit_event (at, actor, action, subject, address, request_id)
          SELECT UTC_TIMESTAMP(), REPEAT('x', 30), 'full', REPEAT('y', 30), '', '' FROM information_schema.columns LIMIT 2000`);
      } catch (error) {
        figures.full = /ERROR \d+/.exec(String(error))?.[0] ?? 'gone';
        break;
      }
    assert.ok(figures.full, 'a table could not grow');
    figures.answers = {};
    for (const review of reviews) {
      const answer = await client.post(review.path, { key: review.key }).catch(() => ({ status: 'none' }));
      figures.answers[answer.status] = (figures.answers[answer.status] ?? 0) + 1;
    }
    rmSync(ballast);
    await world.demo.restart('mariadb');
    await until('pages', async () => (await client.get(world.path('/pay'))).status === 200);
    for (const review of reviews) assert.equal((await client.post(review.path, { key: review.key })).status, 303, 'with room again it goes on');
    world.sql("UPDATE payment SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing'");
    for (const clock of ['', `+${2 * DAY_S}`]) {
      world.demo.clock(clock);
      assert.equal((await world.demo.remit('settle')).code, 0);
    }
    world.demo.clock('');
    for (const review of reviews) {
      const sales = (await world.sales(review.reference)).filter((one) => one.response === 1).length;
      assert.ok(sales <= 1);
      assert.equal(world.state(review.reference), sales ? 'succeeded' : 'not_charged');
    }
    await world.assertClean();
    console.log(`the database's disk is full: ${JSON.stringify(figures)}`);
  } finally {
    const server = Number(readFileSync(join(world.demo.run, 'pids/mariadb'), 'utf8').split(' ')[0]);
    try {
      process.kill(server, 'SIGKILL');
    } catch {
      // it has ended
    }
    execFileSync('umount', ['-l', data]);
    execFileSync('rmdir', [data]);
    renameSync(`${data}.before`, data);
  }
});
