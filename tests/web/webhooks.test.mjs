// webhooks.test.mjs - what the gateway tells by itself: kept once when it is theirs, however often it comes, and not at
// all when it is not; 200 is said of what is kept, and of nothing else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { fastcgi } from '../support/fastcgi.mjs';
import { event, eventOf, idOf, post, sign } from './webhooks_support.mjs';
import { World, until } from './world.mjs';

const MOST = 1024 * 1024;
const isAsan = process.env.BUILD === 'asan';
let world, key, url;

before(async () => {
  world = await World.open();
  ({ webhook_key: key, webhook_url: url } = world.demo.json);
});
after(() => world?.close());

const send = (body, headers, method) => post(url, key, body, headers, method);
const rows = () => Number(world.one('SELECT COUNT(*) FROM webhook'));
const kept = (body) => world.sql(`SELECT COUNT(*) FROM webhook WHERE event_id = '${idOf(body)}'`)[0][0];
const statuses = async (answers) => (await answers).map(({ status }) => status);
const log = () => world.demo.log('webhooks');

// Refused with that status, and nothing is kept of it.
async function refused(status, answer, what) {
  const before = rows();
  const { status: got, text } = await answer();
  assert.equal(got, status, what);
  assert.ok(text.length < 40 || text.includes('<!-- 4'), what);
  assert.equal(rows(), before, what);
}

test('an event is kept as it came, to be taken up now', async () => {
  const body = event('transaction.check.status.return');
  const answer = await send(body);
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/plain']);
  assert.deepEqual(['x-content-type-options', 'cache-control', 'strict-transport-security'].map((name) => answer.headers[name]), ['nosniff', 'no-store', 'max-age=63072000; includeSubDomains']);
  assert.ok(!('set-cookie' in answer.headers));
  const [[gateway, type, hex, state, now, looks]] = world.sql(`SELECT gateway, event_type, HEX(body), state, look_at = received_at AND received_at > UTC_TIMESTAMP() - INTERVAL 1 MINUTE, looks
    FROM webhook WHERE event_id = '${idOf(body)}'`);
  assert.deepEqual([gateway, type, state, now, looks], ['nmi', 'transaction.check.status.return', 'waiting', '1', '0']);
  assert.equal(Buffer.from(hex, 'hex').toString(), body);
});

test('the same again, five times and then twenty at once: each is answered 200, one row', async () => {
  const body = event();
  for (let at = 0; at < 5; at++) assert.equal((await send(body)).status, 200);
  assert.equal(kept(body), '1');
  const other = event();
  assert.deepEqual(await statuses(Promise.all(Array.from({ length: 20 }, () => send(other)))), Array(20).fill(200));
  assert.equal(kept(other), '1');
});

test('the first body of an id stays', async () => {
  const id = randomUUID(), first = event('x.first', {}, id);
  assert.equal((await send(first)).status, 200);
  assert.equal((await send(event('x.second', {}, id))).status, 200);
  assert.deepEqual(world.sql(`SELECT event_type, body = '${first}' FROM webhook WHERE event_id = '${id}'`), [['x.first', '1']]);
});

test('ids that differ in the case of a letter, or in a space, are two', async () => {
  const id = `a${randomUUID().slice(1)}`;
  for (const each of [id, `A${id.slice(1)}`]) assert.equal((await send(event('x.y', {}, each))).status, 200);
  assert.equal(world.one(`SELECT COUNT(*) FROM webhook WHERE LOWER(event_id) = '${id}'`), '2');
});

test('types nobody knows, bodies that are nothing, and numbers for texts are taken as well', async () => {
  for (const body of [event('something.new'), event('recurring.plan.add'), JSON.stringify({ event_id: randomUUID(), event_type: 'transaction.sale.success' }),
    JSON.stringify({ event_id: randomUUID(), event_type: 'acu.summary.closedaccount', event_body: null }), event('x.y', { merchant: { id: 1234 } }), ` ${event()}\n`]) {
    assert.equal((await send(body)).status, 200, body);
    assert.equal(kept(body), '1');
  }
});

test('every byte of a body is kept, whatever the text', async () => {
  const body = event('x.y', { words: 'Čeština, 漢字, \u2028 and \\ "quotes" \'; DROP TABLE webhook; -- %00' });
  assert.equal((await send(body)).status, 200);
  assert.equal(Buffer.from(world.one(`SELECT HEX(body) FROM webhook WHERE event_id = '${idOf(body)}'`), 'hex').toString(), body);
});

test('a changed bit, in the body, the signature or the nonce; no signature; another account’s key', async () => {
  const body = Buffer.from(event()), header = sign(key, body);
  const bent = (bytes, at, bit) => {
    const copy = Buffer.from(bytes);
    copy[at] ^= 1 << bit;
    return copy;
  };
  const nothing = [[body, null], [body, ''], [body, 'x'], [body, 't=,s='], [body, `s=${header.split('s=')[1]}`], [body, `${header},s=00`], [body, sign(randomBytes(16).toString('hex'), body)],
    [body, sign('', body)], [body, sign(`${key}x`, body)], [body, `t=${'n'.repeat(5000)},s=${'0'.repeat(64)}`]];
  for (const at of [0, 20, body.length - 1]) nothing.push([bent(body, at, 0), header], [bent(body, at, 5), header]);
  for (const at of [2, 33, 37, 100]) nothing.push([body, bent(header, at, 0).toString('latin1')]);
  nothing.push([body.subarray(1), header], [Buffer.concat([body, Buffer.from(' ')]), header], [Buffer.alloc(0), header]);
  for (const [at, [bytes, signature]] of nothing.entries())
    await refused(403, () => send(bytes, { 'webhook-signature': signature }), `number ${at}`);
  // Another header of another product of theirs, and what a form would bring.
  await refused(403, () => send(body, { 'webhook-signature': null, signature: header }));
  assert.equal((await send(body, { 'webhook-signature': header })).status, 200, 'and as it was');
  assert.equal((await send(body, { 'webhook-signature': header })).status, 200, 'the nonce is no time, and may come again');
  assert.equal(kept(body), '1');
});

test('signed, but no event', async () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  for (const body of ['', 'x', '{}', '[]', 'null', event().slice(0, -1), `${event()}x`, event().replace('"event_id"', '"id"'), event('a b'), event(''), event('x.y', {}, 'a b'), event('x.y', {}, 'é'), event('x.y', {}, ''),
    event('x.y', {}, "'; DROP TABLE webhook; --"), event('x.y', {}, 'a'.repeat(65)), event('a'.repeat(65)), event().replace('{', '{"event_id":"x",'), event('x.y', { a: '\0' }), deep, `{"a":${deep},${event().slice(1)}`,
    Buffer.concat([Buffer.from(event().slice(0, -2)), Buffer.from(',"a":"\xff"}}', 'latin1')]), event().replace('{', '{"n":1e999,'), `[${'{},'.repeat(300000)}{}]`])
    await refused(400, () => send(body), String(body).slice(0, 80));
  const longest = event('a'.repeat(64), {}, 'a-_9'.repeat(16));
  assert.equal((await send(longest)).status, 200);
  assert.equal(kept(longest), '1');
});

test('what it takes: POST of application/json, whatever its parameters', async () => {
  for (const type of ['application/json;charset=utf-8', 'Application/Json', 'application/json; x=y']) assert.equal((await send(event(), { 'content-type': type })).status, 200, type);
  for (const type of [null, '', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])
    await refused(415, () => send(event(), { 'content-type': type }), String(type));
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    await refused(405, async () => {
      const answer = await send(event(), {}, method);
      assert.equal(answer.headers.allow, 'POST', method);
      return answer;
    }, method);
  for (const path of ['/webhooks', '/webhooks/', '/webhooks/nmi/', '/webhooks/stripe', '/webhooks/nmi/x'])
    await refused(404, () => post(new URL(world.path(path), url), key, event()), path);
});

test('a MiB is taken, and not one byte more: by nginx, and by the program itself', async () => {
  const most = eventOf(MOST);
  assert.equal(most.length, MOST);
  assert.equal((await send(most)).status, 200);
  assert.equal(world.one(`SELECT LENGTH(body) FROM webhook WHERE event_id = '${idOf(most)}'`), String(MOST));
  await refused(413, () => send(eventOf(MOST + 1)));
  const socket = join(readFileSync(join(world.demo.run, 'sockets.path'), 'utf8').trim(), 'webhooks.sock');
  const ask = async (body, more = {}) => {
    const answer = await fastcgi(socket, { REQUEST_METHOD: 'POST', DOCUMENT_URI: world.path('/webhooks/nmi'), QUERY_STRING: '', CONTENT_TYPE: 'application/json', REMOTE_ADDR: '127.0.0.1', HTTP_WEBHOOK_SIGNATURE: sign(key, body), ...more }, body);
    return { ...answer, text: answer.body };
  };
  const again = eventOf(MOST);
  assert.equal((await ask(again)).status, 200);
  assert.equal(kept(again), '1');
  await refused(413, () => ask(eventOf(MOST + 1)));
  await refused(413, () => ask(eventOf(4 * MOST)));
  await refused(413, () => ask(event(), { CONTENT_LENGTH: MOST + 1 }));
  for (const length of ['', '-1', '10', '100000', 'x', '18446744073709551617']) await refused(400, () => ask(event(), { CONTENT_LENGTH: length }), length);
  // Nothing about a visitor is read here.
  assert.equal((await ask(event(), { HTTP_COOKIE: 'x', QUERY_STRING: '%%%', HTTP_ORIGIN: 'https://evil.test' })).status, 200);
});

test('large ones do not make a worker large', { skip: isAsan }, async () => {
  const ids = Array.from({ length: 70000 }, (_, at) => String(9100000000 + at));
  for (let at = 0; at < 10; at++) {
    assert.equal((await send(event('settlement.batch.complete', { transaction_ids: ids }))).status, 200);
    assert.equal((await send(eventOf(MOST))).status, 200);
  }
  const parent = Number(readFileSync(join(world.demo.run, 'pids', 'webhooks'), 'utf8').split(' ')[0]);
  const [worker] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const status = readFileSync(`/proc/${worker}/status`, 'utf8');
  const kb = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]);
  assert.ok(kb('VmRSS') < 16 * 1024, `${kb('VmRSS')} kB afterwards`);
  assert.ok(kb('VmHWM') < 48 * 1024, `${kb('VmHWM')} kB at most`);
});

test('the key before this one is still taken, as long as it is there', async () => {
  const file = join(world.demo.run, 'secrets', 'webhooks.hdf');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.replace(key, 'another-key').concat(`Secret.WebhookKeyOld = ${key}\n`));
  await world.demo.restart('webhooks');
  assert.equal((await post(url, 'another-key', event())).status, 200);
  assert.equal((await post(url, key, event())).status, 200);
  assert.equal((await post(url, 'third-key', event())).status, 403);
  writeFileSync(file, whole.replace(key, 'another-key'));
  await world.demo.restart('webhooks');
  assert.equal((await post(url, 'another-key', event())).status, 200);
  assert.equal((await post(url, key, event())).status, 403);
  for (const [lines, sentence] of [[whole.replace(/^Secret\.WebhookKey .*\n/m, ''), /webhooks\.hdf: Secret\.WebhookKey is missing/],
    [`${whole}Secret.GatewayKey = x\n`, /webhooks\.hdf: Secret\.GatewayKey is not for this program: take it out/]]) {
    writeFileSync(file, lines);
    const { code, out } = await world.demo.remit('config', 'check');
    assert.equal(code, 1);
    assert.match(out, sentence);
  }
  writeFileSync(file, whole.replace(/^Secret\.WebhookKey .*\n/m, ''));
  assert.throws(() => execFileSync(join(top, 'build', process.env.BUILD ?? 'release', 'bin/webhooks'), ['--settings', join(world.demo.run, 'remit.hdf'), '--check'], { stdio: 'pipe' }), /Secret\.WebhookKey/);
  writeFileSync(file, whole);
  await world.demo.restart('webhooks');
  assert.equal((await send(event())).status, 200);
});

test('the database is away: 503, and kept when it is sent again', async () => {
  const body = event();
  process.kill(Number(readFileSync(join(world.demo.run, 'pids', 'mariadb'), 'utf8').split(' ')[0]), 'SIGKILL');
  await until('the database to be gone', async () => (await send(body)).status === 503);
  assert.equal((await send(event(), { 'webhook-signature': 'x' })).status, 403, 'what is not theirs is not asked about');
  assert.equal((await send('{}')).status, 400);
  await world.demo.restart('mariadb');
  await until('it is taken', async () => (await send(body)).status === 200);
  assert.equal((await send(body)).status, 200);
  assert.equal(kept(body), '1');
});

test('it can do nothing else: its account writes events and reads nothing, and it has no key to move money with', () => {
  const secrets = readFileSync(join(world.demo.run, 'secrets', 'webhooks.hdf'), 'utf8');
  assert.doesNotMatch(secrets, /GatewayKey|LinkKey|MailPassword|Admin/);
  assert.ok(!secrets.includes(world.demo.json.gateway_key));
  const { socket, name } = world.demo.json.database;
  const as = (statement) => {
    try {
      return execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=remit_webhooks', name, '-e', statement], { env: { ...process.env, MYSQL_PWD: secrets.match(/DatabasePassword = (\S+)/)[1] }, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      return error.stderr;
    }
  };
  for (const statement of ['SELECT body FROM webhook', 'SELECT COUNT(*) FROM webhook', "UPDATE webhook SET state = 'done'", 'DELETE FROM webhook', 'SELECT * FROM payment', 'SELECT * FROM account', 'SELECT * FROM session',
    "INSERT INTO webhook (gateway, event_id, state, received_at) VALUES ('nmi', 'x', 'done', NOW())", "INSERT INTO outbox (mail_key, kind, created_at) VALUES ('x', 'x', NOW())"])
    assert.match(as(statement), /denied/, statement);
  assert.equal(as("INSERT INTO webhook (gateway, event_id, event_type, body, received_at, look_at) VALUES ('nmi', 'own', 'x', '{}', NOW(), NOW())"), '');
});

test('the log has ids and types, and nothing else of what came', () => {
  const text = world.logs().filter(({ name }) => name !== 'nginx-error.log').map((each) => each.text).join('\n');
  assert.match(log(), /"webhook\.kept".*"type":"transaction\.check\.status\.return"/);
  for (const word of ['webhook.repeated', 'webhook.unsigned', 'webhook.no_event', 'request.refused', 'request.failed']) assert.ok(log().includes(`"${word}"`), word);
  assert.doesNotMatch(text, /Ottoline|Marchbanks|411111|9100000451|P0123456789AB|[ts]=[0-9a-f]{16}|event_body/);
  for (const line of log().split('\n').filter((each) => each.startsWith('{'))) JSON.parse(line);
  assert.ok(!text.includes(key));
});

test('so many a second', { skip: isAsan }, async (t) => {
  const bodies = Array.from({ length: 2000 }, () => event());
  const before = rows(), begun = process.hrtime.bigint();
  const left = [...bodies];
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let body = left.pop(); body; body = left.pop()) assert.equal((await send(body)).status, 200);
  }));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  assert.equal(rows() - before, bodies.length);
  t.diagnostic(`${Math.round(bodies.length / seconds)} events a second through nginx and one worker`);
});

test('from the addresses that are allowed, where some are', async () => {
  const file = join(world.demo.run, 'remit.hdf'), whole = readFileSync(file, 'utf8');
  const nginx = () => world.demo.remit('config', 'nginx', '--folder', join(world.demo.run, 'nginx/remit'), '--from', join(top, 'nginx'));
  const allow = async (...networks) => {
    writeFileSync(file, whole + networks.map((network, at) => `Nginx.Allow.webhooks.${at} = ${network}\n`).join(''));
    assert.equal((await nginx()).code, 0);
    await world.demo.restart('nginx');
    return until('nginx answers', () => send(event()).then(({ status }) => status, () => 0));
  };
  assert.equal(await allow('192.0.2.0/24', '127.0.0.1'), 200);
  await refused(403, async () => ({ status: await allow('192.0.2.0/24', '2001:db8::/32'), text: '' }));
  assert.equal((await world.demo.client().get(world.path('/login'))).status, 200, 'pages are for everybody');
  for (const wrong of ['everybody', '127.0.0.1/33', '127.0.0.1; allow all', '127.0.0.1/', '']) {
    writeFileSync(file, `${whole}Nginx.Allow.webhooks.0 = ${wrong}\n`);
    const { code, out } = await world.demo.remit('config', 'check');
    assert.equal(code, 1, wrong);
    assert.match(out, /Nginx\.Allow\.webhooks\.0: must be an address or a network/, wrong);
    assert.equal((await nginx()).code, 1, wrong);
  }
  assert.equal(await allow(), 200);
});

test('behind a sign-in of the whole site', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'remit-webhooks-'));
  const conf = join(folder, 'host.conf');
  writeFileSync(conf, `auth_request /whoami;\nauth_basic "site";\nauth_basic_user_file ${folder}/none;\nlocation = /whoami { internal; auth_request off; auth_basic off; return 401; }\n`);
  const site = await World.open({ env: { HOST_CONF: conf }, settings: ['Login.Mode = site', 'Login.AuthPath = /whoami', 'Login.SignInUrl = /signin'] });
  try {
    assert.equal((await site.demo.client().get(site.path('/pay'))).status, 401, 'the control');
    assert.equal((await post(site.demo.json.webhook_url, key, event())).status, 200);
    assert.equal(site.one('SELECT COUNT(*) FROM webhook'), '1');
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});
