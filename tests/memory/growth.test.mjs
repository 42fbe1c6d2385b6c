// Each page is asked for many times: what a program has in use at its end does not depend on how often, nothing is lost, and
// nothing is read before it is set. The first is counted (counted.c), the others are valgrind's to tell.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, top, until } from '../support/demo.mjs';
import { fastcgi } from '../support/fastcgi.mjs';
import { event, sign } from '../web/webhooks_support.mjs';

const FEW = 20;
const MANY = Number(process.env.REQUESTS ?? 1000) + FEW;
const VALGRIND = Number(process.env.VALGRIND ?? 5);
const counted = `${top}/build/release/tests/counted.so`;
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

// An event of its own each time, and every tenth one large.
let brought = 0;
function bring(socket, path) {
  const body = event('transaction.sale.success', { pad: 'x'.repeat(brought++ % 10 ? 0 : 900_000) });
  return fastcgi(socket, { REQUEST_METHOD: 'POST', DOCUMENT_URI: path, CONTENT_TYPE: 'application/json', REMOTE_ADDR: '127.0.0.1', HTTP_WEBHOOK_SIGNATURE: sign(demo.json.webhook_key, body) }, body);
}

// Runs a program below a command, asks it count times for each path, and ends it. Returns what the command wrote to log.
async function run(program, paths, count, below, log) {
  const socket = join(folder, `${program}.sock`);
  const child = spawn(
    'spawn-fcgi',
    ['-n', '-s', socket, '--', '/usr/bin/env', ...below, `${top}/build/release/bin/${program}`, '--settings', `${demo.run}/remit.hdf`],
    { stdio: 'ignore' },
  );
  const who = program === 'login' ? demo.client() : client;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const ask = (path) => (program === 'webhooks' ? bring(socket, path) : read(socket, path));
  const read = (where, path) =>
    fastcgi(where, {
      REQUEST_METHOD: 'GET',
      DOCUMENT_URI: path.split('?')[0],
      QUERY_STRING: path.split('?')[1] ?? '',
      REMOTE_ADDR: '127.0.0.1',
      HTTP_COOKIE: who.cookieHeader(path.split('?')[0]),
    });
  await until(`${program} to listen`, () => ask(paths[0]).then(() => true, () => false), 120);
  for (const path of paths)
    for (let at = 0; at < count; at++) {
      const answer = await ask(path);
      assert.equal(answer.status, 200, `${path}: ${answer.headers}`);
    }
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  rmSync(socket, { force: true });
  return readFileSync(log, 'utf8');
}

async function inUse(program, paths, count) {
  const log = join(folder, `${program}.counted`);
  return Number(await run(program, paths, count, [`LD_PRELOAD=${counted}`, `COUNTED_LOG=${log}`], log));
}

async function valgrind(program, paths, count) {
  const log = join(folder, `${program}.valgrind`);
  return run(program, paths, count, ['valgrind', '--leak-check=full', `--log-file=${log}`], log);
}

const pages = {
  invoices: () => ['/', '/calendar?month=2026-12', '/tile', '/invoices', '/invoices?status=all', `/invoices/${demo.openInvoices(demo.user(0).account)[0].number}`],
  pay: () => ['/pay', `/pay/${review.reference}`],
  methods: () => {
    const id = demo.methodId(demo.user(0), '4242');
    return ['/methods', '/methods/card', `/methods/card?replace=${id}`, `/methods/${id}`, `/methods/${id}/remove`];
  },
  autopay: () => ['/autopay', '/autopay/new'],
  login: () => ['/login?next=/pay'],
  webhooks: () => ['/webhooks/nmi'],
};

const urlsOf = (program) => pages[program]().map((path) => demo.base + path);

for (const program of Object.keys(pages))
  test(`${program}: ${MANY - FEW} more requests of each page keep no more memory`, async () => {
    const urls = urlsOf(program);
    const few = await inUse(program, urls, FEW);
    assert.ok(few > 0);
    assert.equal(await inUse(program, urls, MANY), few, 'bytes in use at exit');
  });

for (const program of Object.keys(pages))
  test(`${program}: valgrind finds nothing lost and nothing read before it is set`, async () => {
    const text = await valgrind(program, urlsOf(program), VALGRIND);
    const lost = [...text.matchAll(/(definitely|indirectly|possibly) lost: ([\d,]+) bytes/g)].map((m) => Number(m[2].replaceAll(',', '')));
    assert.match(text, /ERROR SUMMARY: 0 errors/, text.slice(-2000));
    assert.ok(lost.every((bytes) => bytes === 0), text.slice(-2000));
  });
