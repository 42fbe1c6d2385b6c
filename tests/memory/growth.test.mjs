// Under valgrind each page is asked for many times: nothing is lost, and what is in use at the end
// does not depend on how often it was asked for.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, top, until } from '../support/demo.mjs';
import { fastcgi } from '../support/fastcgi.mjs';

const FEW = 20;
const MANY = Number(process.env.REQUESTS ?? 1000) + FEW;
// Whether a value was set before it is used, the few requests have told; in the many, memory alone is watched, which
// takes a quarter less time.
const COUNTS_ONLY = ['--undef-value-errors=no', '--vgdb=no'];
const folder = mkdtempSync(join(tmpdir(), 'remit-memory-'));
let demo;
let client;
let review;

before(async () => {
  demo = await Demo.start({ build: 'release', settings: ['Worker.Requests = 1000000'] });
  client = await demo.signedIn();
  const [invoice] = demo.openInvoices(demo.user(0).account);
  review = await demo.review(client, { what: 'selected', invoice: invoice.number, method: demo.methodId(demo.user(0), '4242') });
});

after(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Runs a program under valgrind, asks it count times for each path, and reads valgrind's summary.
async function measure(program, paths, count, options = []) {
  const socket = join(folder, `${program}-${count}.sock`);
  const log = join(folder, `${program}-${count}.log`);
  const child = spawn(
    'spawn-fcgi',
    ['-n', '-s', socket, '--', '/usr/bin/env', 'valgrind', '--leak-check=full', ...options, `--log-file=${log}`, `${top}/build/release/bin/${program}`, '--settings', `${demo.run}/remit.hdf`],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const ask = (path) =>
    fastcgi(socket, {
      REQUEST_METHOD: 'GET',
      DOCUMENT_URI: path.split('?')[0],
      QUERY_STRING: path.split('?')[1] ?? '',
      REMOTE_ADDR: '127.0.0.1',
      HTTP_COOKIE: client.cookieHeader(path.split('?')[0]),
    });
  await until(`${program} to listen`, () => ask(paths[0]).then(() => true, () => false), 120);
  for (const path of paths)
    for (let at = 0; at < count; at++) {
      const answer = await ask(path);
      assert.equal(answer.status, 200, `${path}: ${answer.headers}`);
    }
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  const text = readFileSync(log, 'utf8');
  const kept = text.match(/in use at exit: ([\d,]+) bytes/);
  return {
    text,
    kept: kept ? Number(kept[1].replaceAll(',', '')) : 0,
    lost: [...text.matchAll(/(definitely|indirectly|possibly) lost: ([\d,]+) bytes/g)].map((m) => Number(m[2].replaceAll(',', ''))),
  };
}

const pages = {
  invoices: () => ['/', '/calendar?month=2026-12', '/tile', '/invoices', '/invoices?status=all', `/invoices/${demo.openInvoices(demo.user(0).account)[0].number}`],
  pay: () => ['/pay', `/pay/${review.reference}`],
  methods: () => {
    const id = demo.methodId(demo.user(0), '4242');
    return ['/methods', '/methods/card', `/methods/card?replace=${id}`, `/methods/${id}`, `/methods/${id}/remove`];
  },
  login: () => ['/login?next=/pay'],
};

for (const [program, paths] of Object.entries(pages))
  test(`${program}: ${MANY - FEW} more requests of each page keep no more memory`, async () => {
    const urls = paths().map((path) => demo.base + path);
    if (program === 'login') client = demo.client();
    const [few, many] = [await measure(program, urls, FEW), await measure(program, urls, MANY, COUNTS_ONLY)];
    for (const run of [few, many]) {
      assert.match(run.text, /ERROR SUMMARY: 0 errors/);
      assert.ok(run.lost.every((bytes) => bytes === 0), run.text.slice(-2000));
    }
    assert.equal(many.kept, few.kept, 'bytes in use at exit');
  });
