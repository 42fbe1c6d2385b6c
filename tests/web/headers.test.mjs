// headers.test.mjs - what stands on every answer, and how cookies and sessions live and end.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { World, formKey, payFields, until } from './world.mjs';

let world, account, client;

before(async () => {
  world = await World.open();
  account = await world.account({ users: 1, readers: 1 });
  client = await world.signIn(account.user);
});
after(() => world?.close());

const ALWAYS = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none';" +
  " script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
// Where a card can be typed the gateway is let in as well.
const cardPolicy = (gateway) =>
  PAGE_POLICY.replace("script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
    `script-src 'self' ${gateway}; connect-src 'self' ${gateway}; frame-src ${gateway}`);
const EXTRA = /^(date|connection|content-length|transfer-encoding|last-modified|etag|accept-ranges|content-range|location|set-cookie|allow|retry-after)$/;

// byProgram: the page is a program's; cache: the Cache-Control wanted.
function assertHeaders(answer, what, { byProgram = false, cache = 'no-store' } = {}) {
  const all = {};
  for (let at = 0; at < answer.rawHeaders.length; at += 2)
    (all[answer.rawHeaders[at].toLowerCase()] ??= []).push(answer.rawHeaders[at + 1]);
  const once = (name) => {
    assert.equal(all[name]?.length, 1, `${what}: ${name} stands ${all[name]?.length ?? 0} times`);
    return all[name][0];
  };
  for (const [name, value] of Object.entries(ALWAYS)) assert.equal(once(name), value, what);
  const gateway = new URL(world.demo.json.sandbox_url).origin;
  const hasCard = answer.text.includes('Collect.js') || what === 'HEAD of pay';
  const policy = once('content-security-policy').replaceAll(hasCard ? gateway : ' ', hasCard ? 'GATEWAY' : ' ');
  if (byProgram) assert.equal(policy, hasCard ? cardPolicy('GATEWAY') : PAGE_POLICY, what);
  assert.doesNotMatch(policy, /unsafe|\*|data:|https?:/, what);
  for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.split('; ').includes(rule), `${what}: ${rule}`);
  assert.equal(once('cache-control'), cache, what);
  assert.equal(once('server'), 'nginx', `${what}: Server tells no version`);
  assert.equal(all['allow']?.length ?? 0, answer.status === 405 ? 1 : 0, `${what}: Allow`);
  if (answer.text && answer.status !== 301) assert.match(once('content-type'), /^text\/(html|css|javascript); charset=utf-8$|^image\//, what);
  for (const name of Object.keys(all))
    assert.ok(
      name in ALWAYS || EXTRA.test(name) || ['content-security-policy', 'cache-control', 'server', 'content-type'].includes(name),
      `${what}: ${name} is nobody's business`,
    );
}

// Bytes as they are, one connection; what came back.
function raw(bytes) {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(world.demo.port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (part) => (text += part));
    socket.on('error', reject);
    socket.on('end', () => {
      const lines = text.split('\r\n\r\n')[0].split('\r\n');
      resolve({
        status: Number(lines[0].split(' ')[1]),
        rawHeaders: lines.slice(1).flatMap((line) => line.split(/: (.*)/s).slice(0, 2)),
        text: text.slice(text.indexOf('\r\n\r\n') + 4),
      });
    });
  });
}

test('pages and answers of programs', async () => {
  const reader = await world.signIn(account.readers[0]);
  const nobody = world.demo.client();
  const invoice = account.invoices[0].number;
  const review = await world.review(client, { what: 'total' });
  const at = (path) => world.path(path);
  const body = (bytes) => `key=&pad=${'a'.repeat(bytes - 'key=&pad='.length)}`;
  const answers = [
    [200, await client.get(at('/')), 'home'],
    [200, await client.get(at('/invoices?status=all')), 'list'],
    [200, await client.get(at(`/invoices/${invoice}`)), 'invoice'],
    [200, await client.get(at('/pay')), 'pay'],
    [200, await client.get(review.path), 'review'],
    [200, await nobody.get(at('/login')), 'login'],
    [200, await client.request('HEAD', at('/pay')), 'HEAD of pay'],
    [303, await nobody.get(at('/')), 'to the sign-in'],
    [303, await world.pay(client, { what: 'total' }), 'made'],
    [403, await reader.get(at('/')), 'no permission'],
    [403, await client.post(at('/pay'), {}, { origin: 'http://evil.test' }), 'another origin'],
    [404, await client.get(at('/invoices/none')), 'no such invoice'],
    [404, await client.get(at('/pay/none')), 'no such payment'],
    [405, await client.post(at('/invoices'), {}), 'POST to a list'],
    [405, await client.get(at('/logout')), 'GET of the sign-out'],
    [405, await client.request('PUT', at('/pay')), 'PUT'],
    [405, await client.request('DELETE', at('/invoices'), 'x'.repeat(60000)), 'DELETE with a body that nobody reads'],
    [400, await client.get(at('/invoices?a.b=1')), 'a name with a dot'],
    [400, await client.get(at('/pay?%zz=1')), 'a broken escape'],
    [400, await client.get(at('/pay?a=%ff')), 'not UTF-8'],
    [400, await client.post(at('/pay'), 'key=1&key=2'), 'a field twice'],
    [414, await client.get(at(`/invoices?status=${'a'.repeat(4090)}`)), 'a long query'],
    [415, await client.post(at('/pay'), '{}', { 'content-type': 'application/json' }), 'JSON'],
    [422, await world.pay(client, { what: 'fixed', fixed_amount: '0' }), 'a wrong amount'],
    [403, await client.post(at('/pay'), body(65536)), 'exactly 64 KiB'],
  ];
  for (const [status, answer, what] of answers) {
    assert.equal(answer.status, status, what);
    assertHeaders(answer, what, { byProgram: status !== 303 });
  }
  assert.match(answers.at(-1)[1].text, /came without its key/, '64 KiB are read, to their end');
});

test("answers of nginx's own", async () => {
  const at = (path) => world.path(path);
  const body = (bytes) => `key=&pad=${'a'.repeat(bytes - 'key=&pad='.length)}`;
  const answers = [
    [301, await client.get(world.base), 'no slash'],
    [404, await client.get(at('/nothing')), 'no such page'],
    [404, await client.get(at('/static/nothing.css')), 'no such file'],
    [404, await client.get(at('/static/errors/404.html')), 'an error page by its name'],
    [404, await client.get(at('/static/../../../etc/passwd')), 'out of the folder'],
    [405, await client.request('TRACE', at('/pay')), 'TRACE'],
    [405, await client.post(at('/static/remit.css'), {}), 'POST to a file'],
    [413, await client.post(at('/pay'), body(65537)), 'one byte over 64 KiB'],
    [413, await client.post(at('/login'), body(65537)), 'one byte over 64 KiB at the door'],
    [414, await client.get(at(`/invoices?status=${'a'.repeat(9000)}`)), 'a long line'],
    [400, await raw('GET /billing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nBad header\x00: 1\r\nConnection: close\r\n\r\n'), 'a NUL in a header'],
    [400, await raw('GET /billing/ HTTP/1.1\r\nConnection: close\r\n\r\n'), 'no Host'],
    [400, await raw(`POST /billing/pay HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\na`), 'two lengths'],
  ];
  for (const [status, answer, what] of answers) {
    assert.equal(answer.status, status, what);
    assertHeaders(answer, what);
  }
  assert.equal(answers.find(([, , what]) => what === 'POST to a file')[1].headers.allow, 'GET, HEAD');
});

test('static files', async () => {
  for (const name of ['remit.css', 'pay.js']) {
    const cache = 'public, max-age=3600';
    const answer = await client.get(world.path(`/static/${name}`));
    assert.equal(answer.status, 200);
    assertHeaders(answer, name, { cache });
    const again = await client.get(world.path(`/static/${name}`), { 'if-none-match': answer.headers.etag });
    assert.equal(again.status, 304);
    assertHeaders(again, `${name} again`, { cache });
    const part = await client.get(world.path(`/static/${name}`), { range: 'bytes=0-9' });
    assert.equal(part.status, 206);
    assertHeaders(part, `a part of ${name}`, { cache });
  }
  const brand = await client.get(world.path('/static/brand.css'));
  assert.equal(brand.status, 200);
  assertHeaders(brand, 'brand.css', { cache: 'public, max-age=60' });
});

test('a page whose program is away, and one whose database is away', async () => {
  const sockets = dirname(world.demo.json.database.socket);
  renameSync(join(sockets, 'pay.sock'), join(sockets, 'pay.away'));
  try {
    const answer = await client.get(world.path('/pay'));
    assert.equal(answer.status, 502);
    assertHeaders(answer, '502');
    assert.match(answer.text, /href="\/billing\//);
  } finally {
    renameSync(join(sockets, 'pay.away'), join(sockets, 'pay.sock'));
  }
  const [pid] = readFileSync(join(world.demo.run, 'pids/mariadb'), 'utf8').split(' ').map(Number);
  process.kill(pid, 'SIGKILL');
  try {
    for (const path of ['/', '/pay', '/invoices']) {
      const answer = await client.get(world.path(path));
      assert.equal(answer.status, 503, path);
      assertHeaders(answer, `503 of ${path}`, { byProgram: true });
      assert.equal(answer.headers['retry-after'], '10');
      assert.match(answer.text, /Please try again in a minute/);
    }
  } finally {
    execFileSync(join(top, 'nginx/demo/restart'), ['mariadb'], { env: world.demo.env, stdio: 'pipe' });
  }
  await until('the page again', async () => (await client.get(world.path('/pay'))).status === 200);
});

// ---- cookies ----

const cookieParts = (line) => {
  const [pair, ...attributes] = line.split('; ');
  return { name: pair.split('=')[0], value: pair.split(/=(.*)/s)[1], attributes };
};

function assertCookie(line, name, path) {
  const cookie = cookieParts(line);
  assert.equal(cookie.name, name);
  assert.deepEqual(
    cookie.attributes.filter((attribute) => !attribute.startsWith('Max-Age=')).sort(),
    ['HttpOnly', `Path=${path}`, 'SameSite=Lax', 'Secure'],
    line,
  );
  return cookie;
}

const suffix = () => `-${world.demo.port}`;
const sessionName = () => `__Host-remit${suffix()}`;

test('cookies are locked to us, each program’s to its own path', async () => {
  const visitor = world.demo.client();
  const door = await visitor.get(world.path('/login'));
  assert.equal(door.headers['set-cookie'].length, 1);
  assertCookie(door.headers['set-cookie'][0], `__Secure-remit-login-form${suffix()}`, world.path('/login'));
  const answer = await visitor.signIn(account.user);
  const [session, ...programs] = answer.headers['set-cookie'];
  assert.match(assertCookie(session, sessionName(), '/').value, /^[\w-]{43,}$/, '256 bits');
  const values = new Set([cookieParts(session).value]);
  for (const line of programs) {
    const [, program] = cookieParts(line).name.match(/^__Secure-remit-([a-z]+)-\d+$/);
    const path = program === 'login' ? '/account' : `/${program}`;
    values.add(assertCookie(line, cookieParts(line).name, world.path(path)).value);
  }
  assert.equal(values.size, programs.length + 1, 'each has a value of its own');
  assert.ok(programs.some((line) => line.includes(`Path=${world.path('/pay')};`)));
  const out = await visitor.post(world.path('/logout'), {});
  assert.equal(out.headers['set-cookie'].length, programs.length + 1);
  for (const line of out.headers['set-cookie']) assert.match(line, /^__(Host|Secure)-[^=]+=; .*Max-Age=0/);
});

test('no token lies in the database', async () => {
  const visitor = await world.signIn(account.user);
  const all = world
    .sql('SELECT HEX(token_hash) FROM session UNION ALL SELECT HEX(token_hash) FROM session_program')
    .map(([hex]) => hex.toLowerCase());
  for (const { value } of visitor.cookies.values())
    for (const bytes of [Buffer.from(value), Buffer.from(value, 'base64url')])
      assert.ok(!all.some((hex) => hex.includes(bytes.toString('hex').slice(0, 40))));
});

test('a planted session does not survive the sign-in', async () => {
  const other = await world.account();
  const attacker = await world.signIn(other.user);
  const planted = attacker.cookies.get(sessionName()).value;
  for (const token of [planted, 'A'.repeat(43)]) {
    const victim = world.demo.client();
    victim.cookies.set(sessionName(), { value: token, path: '/' });
    // The sign-in page leads somebody who is signed in away; the attacker's form would be sent from elsewhere.
    const door = await world.demo.client().get(world.path('/login'));
    victim.keepCookies(door.headers);
    const answer = await victim.post(world.path('/login'), { key: formKey(door.text), next: '/', ...account.user });
    assert.equal(answer.status, 303);
    assert.notEqual(victim.cookies.get(sessionName()).value, token);
    const thief = world.demo.client();
    thief.cookies.set(sessionName(), { value: token, path: '/' });
    const page = await thief.get(world.path('/'));
    assert.equal(page.status, 303, 'what was planted is worth nothing');
    assert.match((await victim.get(world.path('/'))).text, new RegExp(account.number));
  }
});

test('two sign-ins have two tokens', async () => {
  const one = await world.signIn(account.user);
  const two = await world.signIn(account.user);
  for (const [name, { value }] of one.cookies) assert.notEqual(two.cookies.get(name).value, value, name);
  await one.post(world.path('/logout'), {});
  assert.equal((await two.get(world.path('/'))).status, 200, 'signing out ends one session only');
});

test('signing out ends the session on the server', async () => {
  const visitor = await world.signIn(account.user);
  const copy = world.demo.client();
  copy.cookies = new Map(visitor.cookies);
  const form = payFields((await copy.get(world.path('/pay'))).text, { what: 'total' });
  const refused = await visitor.post(world.path('/logout'), {}, { origin: 'http://evil.test' });
  assert.equal(refused.status, 403, 'nobody else signs anybody out');
  assert.equal((await copy.get(world.path('/'))).status, 200);
  assert.equal((await visitor.post(world.path('/logout'), {})).status, 303);
  const rows = world.rows();
  assert.equal((await copy.get(world.path('/'))).status, 303);
  const answer = await copy.post(world.path('/pay'), form);
  assert.equal(answer.status, 303);
  assert.equal(answer.location, `${world.path('/login')}?next=/pay`);
  assert.equal(world.rows(), rows);
  assert.equal((await visitor.post(world.path('/logout'), {})).status, 303, 'twice is no harm');
});

test('a session ends when it is idle, and at its absolute end', async () => {
  const IDLE = 1800, ABSOLUTE = 43200, STEP = 1700;
  const visitor = await world.signIn(account.user);
  const idler = await world.signIn(account.user);
  const form = payFields((await idler.get(world.path('/pay'))).text, { what: 'total' });
  const status = async (who) => (await who.get(world.path('/'))).status;
  try {
    for (let at = STEP; at < ABSOLUTE - 60; at += STEP) {
      world.demo.clock(`+${at}`);
      assert.equal(await status(visitor), 200, `busy, after ${at} s`);
      if (at > IDLE) assert.equal(await status(idler), 303, `idle, after ${at} s`);
    }
    const answer = await idler.post(world.path('/pay'), form);
    assert.equal(answer.status, 303, 'nor does a form');
    world.demo.clock(`+${ABSOLUTE - 60}`);
    assert.equal(await status(visitor), 200);
    world.demo.clock(`+${ABSOLUTE + 1}`);
    assert.equal(await status(visitor), 303, 'however busy');
  } finally {
    world.demo.clock('');
  }
});
