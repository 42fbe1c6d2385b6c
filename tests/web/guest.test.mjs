// guest.test.mjs - Remit inside a server block that is somebody else's: nothing of theirs changes, and nothing of
// theirs gets in the way. And what one setting moves: another base path, programs behind ports.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '../support/client.mjs';
import { fastcgi } from '../support/fastcgi.mjs';
import { top, until } from '../support/demo.mjs';
import { World, formKey, payFields } from './world.mjs';

const BASE = '/my.account/bills';
let world, account, folder;

before(async () => {
  world = await World.open({ env: { BASE, TCP: 'pay login' } });
  account = await world.account();
  folder = mkdtempSync(join(tmpdir(), 'remit-guest-'));
});
after(async () => {
  await world?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket.destroy() && true));
    socket.on('error', () => resolve(false));
  });

// The provider's nginx, until stop() is called. remit: with our two includes.
async function site(name, { remit }) {
  const run = join(folder, name);
  const port = world.demo.port + 1; // of 127.0.0.1; the sandbox has it on 127.0.0.2
  for (const part of ['htdocs/files', 'htdocs/css', 'body', 'fastcgi', 'proxy', 'scgi', 'uwsgi', 'cache']) mkdirSync(join(run, part), { recursive: true });
  const page = (path, text) => writeFileSync(join(run, 'htdocs', path), text);
  page('index.html', '<!doctype html><title>Site</title><!--#echo var="uri" -->\n');
  page('dash.html', `<!doctype html><title>Dash</title><!--# include virtual="${BASE}/tile" --><p>The rest</p>\n`);
  page('lost.html', '<!doctype html><title>Lost</title>\n');
  page('css/site.css', 'body { color: black }\n');
  page('files/a.txt', 'a\n');
  const has = join(world.demo.run, 'nginx/remit');
  writeFileSync(
    join(run, 'nginx.conf'),
    readFileSync(join(top, 'tests/web/guest/site.conf.in'), 'utf8')
      .replace('@USER@', process.getuid() ? '' : `user ${userInfo().username};`)
      .replaceAll('@RUN@', run)
      .replaceAll('@PORT@', port)
      .replace('@WITH_UPSTREAMS@', remit ? `include ${has}/remit-upstreams.conf;` : '')
      .replace('@WITH_REMIT@', remit ? `include ${has}/remit.conf;` : ''),
  );
  const nginx = spawn('nginx', ['-p', run, '-e', 'stderr', '-c', join(run, 'nginx.conf')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const ended = new Promise((resolve) => nginx.on('exit', resolve));
  let said = '';
  nginx.stderr.on('data', (text) => (said += text));
  await until('the site answers', async () => {
    assert.equal(nginx.exitCode, null, said);
    return answers(port);
  });
  return { run, client: new Client(`http://127.0.0.1:${port}${BASE}/`), stop: () => (nginx.kill('SIGTERM'), ended) };
}

// Everything an answer is but the moment it was made at.
const shape = (answer) => {
  const headers = [];
  for (let at = 0; at < answer.rawHeaders.length; at += 2)
    if (!/^(date|expires|last-modified|etag)$/i.test(answer.rawHeaders[at])) headers.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
  return { status: answer.status, headers, text: answer.text.replace(/\d\d-\w{3}-\d{4} \d\d:\d\d/g, 'WHEN') };
};

const THEIRS = ['/', '/index.html', '/css/site.css', '/files/', '/files/a.txt', '/lost.html', '/nothing', '/x.php', '/old', '/api/x', '/billing', '/billing/',
  '/Billing/pay', '/bills', '/my.account', '/my.account/', '/my.account/billsx', '/my.account/bill', '/myXaccount/bills/', '/css/none.css', '/remit', '/static/remit.css'];

async function theirs(client) {
  const list = {};
  for (const path of THEIRS) list[path] = shape(await client.get(path));
  list['POST /api/x'] = shape(await client.post('/api/x', {}));
  list['POST /'] = shape(await client.post('/', { a: 'b' }));
  list['HEAD /'] = shape(await client.request('HEAD', '/'));
  list['too large'] = shape(await client.post('/index.html', 'a'.repeat(2000)));
  return list;
}

test("the site's own pages are byte for byte what they were", async () => {
  const without = await site('without', { remit: false });
  const before = await theirs(without.client);
  await without.stop();
  const with_ = await site('with', { remit: true });
  const now = await theirs(with_.client);
  const ours = await with_.client.get(`${BASE}/login`);
  await with_.stop();
  assert.deepEqual(now, before);
  assert.equal(before['/billing/'].status, 418, 'their own location has it');
  assert.equal(before['too large'].status, 413);
  // The comparison sees something.
  assert.notDeepEqual(shape(ours), before['/my.account']);
});

test("what the site chose for its pages does not reach ours", async () => {
  const { client, run, stop } = await site('guest', { remit: true });
  try {
    const origin = { origin: new URL(world.demo.url).origin };
    const door = await client.get(`${BASE}/login`);
    const entered = await client.post(`${BASE}/login`, { key: formKey(door.text), next: '/', email: account.user.email, password: account.user.password }, origin);
    assert.equal(entered.status, 303, entered.text.slice(0, 300));
    const page = await client.get(`${BASE}/pay`);
    assert.match(page.text, /Make a Payment/);
    const again = await client.get(`${BASE}/pay`);
    assert.notEqual(formKey(page.text), formKey(again.text), 'nothing of ours is cached');
    const large = await client.post(`${BASE}/pay`, { ...payFields(page.text, { what: 'total' }), pad: 'a'.repeat(30_000) }, origin);
    assert.notEqual(large.status, 413, 'the 1 KB of the site are not for us');
    const review = await client.post(`${BASE}/pay`, payFields(again.text, { what: 'total' }), origin);
    assert.equal(review.status, 303, review.text.slice(0, 500));
    const outcome = await client.post(review.location, { key: formKey((await client.get(review.location)).text) }, origin);
    assert.equal(outcome.status, 303);
    assert.match((await client.get(review.location)).text, /Payment has been processed/);

    const css = await client.get(`${BASE}/static/remit.css`);
    const lost = await client.get(`${BASE}/no-such`);
    const refused = await client.request('PUT', `${BASE}/pay`);
    for (const [answer, status, cache] of [[page, 200, 'no-store'], [css, 200, 'public, max-age=3600'], [lost, 404, 'no-store'], [refused, 405, 'no-store']]) {
      const count = (name) => answer.rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === name).length;
      assert.equal(answer.status, status);
      assert.equal(answer.headers['cache-control'], cache);
      assert.equal(count('content-security-policy'), 1);
      assert.doesNotMatch(answer.headers['content-security-policy'], /unsafe|https:/);
      for (const name of ['x-powered-by', 'x-frame-options', 'x-static', 'expires']) assert.equal(count(name), 0, name);
      assert.match(answer.headers['content-type'], /charset=utf-8$/);
      assert.doesNotMatch(answer.text, /Lost/);
    }
    const list = await client.get(`${BASE}/static/`);
    assert.equal(list.status, 404);
    const log = readFileSync(join(run, 'site-access.log'), 'utf8');
    assert.doesNotMatch(log, /bills/, 'their log does not have our requests');
    assert.doesNotMatch(readFileSync(join(run, 'site-error.log'), 'utf8'), /bills|\[error\]|\[crit\]/);
  } finally {
    await stop();
  }
});

test("the tile in a page of the site's: each visitor their own, and never one that was kept", async () => {
  const { client, stop } = await site('tile', { remit: true });
  const visitor = new Client(new URL('/', client.base).href);
  try {
    const shown = async (who) => (await who.get('/dash.html')).text;
    assert.match(await shown(visitor), /Sign in to see your balance[^]*The rest/);
    const door = await client.get(`${BASE}/login`);
    await client.post(`${BASE}/login`, { key: formKey(door.text), next: '/', email: account.user.email, password: account.user.password }, { origin: new URL(world.demo.url).origin });
    assert.match(await shown(client), new RegExp(`Current Balance[^]*href="${BASE}/invoices"[^]*The rest`));
    assert.match(await shown(visitor), /Sign in to see your balance/);
    assert.match(await shown(client), /Current Balance/);
  } finally {
    await stop();
  }
});

test('another base is one setting: no page, link, cookie or error page knows /billing', async () => {
  const client = await world.signIn(account.user);
  for (const path of ['/', '/invoices', '/pay', '/methods', '/methods/card', '/methods/bank', '/autopay', '/calendar', '/tile', '/documents', '/account', '/nothing', '/pay/nothing', '/static/remit.css', '/static/pay.js']) {
    const answer = await client.get(BASE + path);
    assert.doesNotMatch(answer.text, /\/billing/, path);
    assert.doesNotMatch(JSON.stringify(answer.rawHeaders), /\/billing/, path);
  }
  for (const { path } of client.cookies.values()) assert.ok(path === '/' || path.startsWith(`${BASE}/`), path);
  assert.equal((await client.get('/billing/')).status, 404);
  assert.equal((await client.get('/myXaccount/bills/')).status, 404, 'the dot is a dot');
  const door = await world.demo.client().get(`${BASE}/pay`);
  assert.equal(door.location, `${BASE}/login?next=/pay`);
  assert.match((await client.get('/')).text, new RegExp(`href="${BASE}/invoices"`), "the tile in the dashboard");
  const pdf = await client.get(`${BASE}/invoices/${account.invoices[0].number}.pdf`);
  assert.deepEqual([pdf.status, pdf.headers['content-type']], [200, 'application/pdf']);
});

test('programs behind ports: payments go on, and nobody but nginx is let in', async () => {
  const client = await world.signIn(account.user);
  const upstreams = readFileSync(join(world.demo.run, 'nginx/remit/remit-upstreams.conf'), 'utf8');
  const port = Number(upstreams.match(/upstream remit_pay +\{ server 127\.0\.0\.1:(\d+)/)[1]);
  assert.match(upstreams, /upstream remit_invoices +\{ server unix:/);
  await world.demo.restart('pay');
  assert.match((await client.get(`${BASE}/pay`)).text, /There is nothing to pay right now|Make a Payment/);
  const request = { REQUEST_METHOD: 'GET', DOCUMENT_URI: `${BASE}/pay`, REQUEST_ID: 'x', REMOTE_ADDR: '127.0.0.1', QUERY_STRING: '' };
  assert.equal((await fastcgi({ port, host: '127.0.0.1' }, request)).status, 303);
  // FCGI_WEB_SERVER_ADDRS is 127.0.0.1 in the demo.
  await assert.rejects(fastcgi({ port, host: '127.0.0.1', localAddress: '127.0.0.3' }, request));
  assert.equal((await fastcgi({ port, host: '127.0.0.1' }, request)).status, 303, 'and goes on');
});
