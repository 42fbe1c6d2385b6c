// docs.test.mjs - the pages beside modules/remit/setup/README.md: each block of theirs that can be run is run as it stands, against
// a demo. "<!-- run: NAME -->" must succeed, "<!-- refused: NAME -->" must not, and "<!-- says: NAME -->" are lines that it printed.
// live.md is for a host of its own: install/bare.sh runs it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { World, until, words } from '../web/world.mjs';

const VISA = '00000000-000000-000000-000000000000'; // NMI's own test token
const pagesFolder = join(top, 'modules/remit/setup');
const HERE = ['gateway.md', 'importing.md', 'login.md', 'look.md'];

// The marked blocks of a page: { kind, name, text }, in their order.
function blocksOf(page) {
  const blocks = [];
  for (const line of readFileSync(join(pagesFolder, page), 'utf8').split('\n')) {
    const mark = line.match(/^<!-- (run|refused|says|settings|nginx): ([a-z-]+) -->$/);
    const last = blocks.at(-1);
    if (mark) blocks.push({ kind: mark[1], name: mark[2], lines: [], isOver: false });
    else if (last && !last.isOver && (line.startsWith('    ') || (line === '' && last.lines.length))) last.lines.push(line.slice(4));
    else if (last && line !== '') last.isOver = true;
  }
  return blocks.map(({ kind, name, lines }) => ({ kind, name, text: `${lines.join('\n').trim()}\n` }));
}

let world, demo, folder, site, people;
const ran = new Set();

// What the page's host has: its paths, and commands of the system's that would be somebody else's here.
const onThisHost = (text) => text.replaceAll('/etc/remit', demo.run).replaceAll('/usr/local/share/remit', top);

function command(name, script) {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

// { status, out }: both streams together.
function shell(text) {
  return new Promise((done) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', onThisHost(text)], { cwd: join(folder, 'work'), env: { ...demo.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (out += bytes));
    child.on('close', (status) => done({ status, out }));
  });
}

async function run(page, name) {
  const all = blocksOf(page);
  const block = all.find((one) => one.name === name && ['run', 'refused'].includes(one.kind));
  assert.ok(block, `${page} has no block ${name}`);
  const { status, out } = await shell(block.text);
  assert.equal(status, block.kind === 'run' ? 0 : 1, `${page}, ${name}: exit ${status}\n${out}`);
  for (const says of all.filter((one) => one.name === name && one.kind === 'says'))
    for (const line of says.text.trim().split('\n')) assert.ok(out.includes(line.trim()), `${page}, ${name} does not say "${line}" but\n${out}`);
  ran.add(`${page} ${name}`);
  return out;
}
const settingsOf = (page, name) => blocksOf(page).find((one) => one.kind === 'settings' && one.name === name).text;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remit-docs-'));
  for (const name of ['bin', 'work']) mkdirSync(join(folder, name));
  people = new Map(); // the site's sessions
  site = http.createServer((request, answer) => {
    const who = people.get(request.headers.cookie?.match(/(?:^|; )site=([a-z0-9]+)/)?.[1]);
    answer.writeHead(who ? 204 : 401, who ? { 'X-Remit-User': who } : {}).end();
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const nginx = blocksOf('login.md').find((one) => one.kind === 'nginx').text;
  assert.match(nginx, /127\.0\.0\.1:3000;/);
  writeFileSync(join(folder, 'host.conf'), nginx.replace('127.0.0.1:3000', `127.0.0.1:${site.address().port}`));
  world = await World.open({ env: { HOST_CONF: join(folder, 'host.conf') }, settings: [...settingsOf('login.md', 'login').split('\n'), 'Login.Match = external_id'] });
  demo = world.demo;
  writeFileSync(join(demo.run, 'remit.hdf'), `${readFileSync(join(demo.run, 'remit.hdf'), 'utf8')}\nTemplates.Folders.0 = ${demo.run}/templates\nTemplates.Folders.1 = ${top}/templates\n`);
  mkdirSync(join(demo.run, 'templates'));
  const restart = join(top, 'nginx/demo/restart');
  command('remit', `exec ${demo.json.remit.map((word) => `'${word}'`).join(' ')} "$@"`);
  command('remit-setup', `remit config check && remit config nginx --folder '${demo.run}/nginx/remit' --from '${top}/nginx'`);
  command('systemctl', `[ "$1" = try-reload-or-restart ] && '${restart}' login && '${restart}' nginx`);
});
after(async () => {
  await world?.close();
  site?.closeAllConnections();
  site?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const path = (text) => `${demo.base}${text}`;
function visitor(id) {
  const client = demo.client(), key = `s${people.size}`;
  if (id) people.set(key, id);
  client.cookies.set('site', { value: key, path: '/' });
  return client;
}
const follow = async (client, answer) => {
  for (let hops = 0; answer.status === 303 && hops < 6; hops++) answer = await client.get(answer.location);
  return answer;
};

test('importing.md: in, refused, again, and out', async () => {
  await run('importing.md', 'import-csv');
  assert.deepEqual(demo.sql("SELECT external_id FROM user WHERE email = 'ana@bluebird.example'"), [['1042']]);
  await run('importing.md', 'import-json');
  assert.deepEqual(demo.sql("SELECT number, total_cents FROM invoice WHERE number IN ('INV-1', 'INV-2', 'INV-3') ORDER BY number"), [['INV-1', '2250'], ['INV-2', '1950'], ['INV-3', '1500']]);
  await run('importing.md', 'import-bad');
  assert.deepEqual(demo.sql("SELECT COUNT(*) FROM invoice WHERE number IN ('INV-4', 'INV-5', 'INV-6')"), [['0']]);
  const again = await run('importing.md', 'import-again');
  const sentence = readFileSync(join(pagesFolder, 'importing.md'), 'utf8').match(/`(0 invoices imported [^`]*)`/)[1];
  assert.ok(again.includes(sentence), again);
  await run('importing.md', 'export');
  const read = (name) => readFileSync(join(folder, 'work', name), 'utf8');
  assert.ok(read('events.jsonl').trim().split('\n').every((line) => JSON.parse(line).cursor));
  assert.match(read('journal.csv'), /INV-1/);
  assert.ok(Array.isArray(JSON.parse(read('payments.json'))));
  assert.match(read('invoices-out.csv'), /INV-3/);
  assert.deepEqual(demo.sql("SELECT total_cents - paid_cents FROM invoice WHERE number = 'INV-2'"), [['0']], 'the check is booked');
});

test('login.md: its nginx signs people in, by id, and nobody else', async () => {
  const out = await run('login.md', 'login-users');
  assert.match(out, /7001/);
  for (const [id, email] of [['7001', 'ana@shop.example'], ['7002', 'ben@shop.example']]) {
    const client = visitor(id);
    const page = await follow(client, await client.get(path('/account')));
    assert.equal(page.status, 200);
    assert.ok(words(page.text).includes(email), words(page.text));
  }
  for (const id of ['7003', 'ana@shop.example']) {
    const client = visitor(id);
    assert.equal((await follow(client, await client.get(path('/account')))).status, 403);
  }
  const nobody = visitor(null);
  let answer = await nobody.get(path('/account'));
  while (answer.status === 303 && answer.location.startsWith(demo.base)) answer = await nobody.get(answer.location);
  assert.equal(answer.status, 303);
  assert.match(answer.location, /\/signin\?back=/);
  assert.equal((await nobody.get('/whoami')).status, 404, 'internal');
  const forged = visitor(null);
  const none = await forged.get(path('/login/site'), { 'X-Remit-User': '7001', 'Remote-User': '7001' });
  assert.match(none.location, /\/signin\?back=/, 'a header of the client is nobody');
  assert.ok(![...forged.cookies.keys()].some((name) => name.startsWith('__Host-remit')), 'no session');
});

test('gateway.md: the settings, a dollar paid, the books, and back', async () => {
  for (const line of settingsOf('gateway.md', 'gateway').split('\n').slice(1, -2)) {
    const name = line.trim().split(' ')[0];
    if (name !== '}' && !line.startsWith('Payment.')) assert.equal((await demo.remit('config', 'get', `Gateway.${name}`)).code, 0, line);
  }
  await run('gateway.md', 'gateway-check');
  await run('gateway.md', 'gateway-invoice');
  assert.equal((await demo.remit('user', 'external-id', 'gateway@shop.example', '--id', '3001')).code, 0);
  const client = visitor('3001');
  assert.equal((await follow(client, await client.get(path('/')))).status, 200);
  const review = await world.review(client, { method: 'card', payment_token: VISA, name_on_card: 'Ada Moss', zip: '89501', terms: '1', what: 'total' });
  const paid = await follow(client, await world.confirm(client, review));
  assert.match(words(paid.text), /Payment has been processed/);
  const shown = await run('gateway.md', 'gateway-paid');
  assert.match(shown, /succeeded/);
  await demo.gateway('POST', '/sandbox/settle', {});
  await run('gateway.md', 'gateway-refund');
  assert.deepEqual(demo.sql('SELECT state, amount_cents FROM refund'), [['succeeded', '100']]);
});

test("look.md: colours, header and a file of one's own", async () => {
  const plain = await demo.client().get(path('/login/site'));
  assert.doesNotMatch(plain.text, /bird-bar/);
  await run('look.md', 'look-settings');
  await run('look.md', 'look-files');
  await until('nginx answers', () => demo.client().get(path('/static/remit.css')).then(({ status }) => status === 200, () => false));
  const page = await demo.client().get(path('/account/none'));
  const shown = page.status === 303 ? await visitor('nobody').get(path('/login/site')) : page;
  assert.match(shown.text, /<p class="bird-bar">Bluebird Hosting, Boston<\/p>/);
  assert.match(shown.text, /href="[^"]*\/static\/bird\.css"/);
  assert.match((await demo.client().get(path('/static/bird.css'))).text, /\.bird-bar/);
  assert.match((await demo.client().get(path('/static/brand.css'))).text, /#7a1f5c/);
});

test('look.md: other words', async () => {
  const client = visitor('3001');
  await follow(client, await client.get(path('/login/site')));
  const before = await client.get(path('/account'));
  assert.match(before.text, />Make a Payment</);
  await run('look.md', 'look-words');
  const after = await until('the new word', async () => {
    const answer = await client.get(path('/account')).catch(() => null);
    return answer?.status === 200 && /Pay your bill/.test(answer.text) ? answer : null;
  });
  assert.doesNotMatch(after.text, /Make a Payment/);
  assert.match(after.text, />Invoice History</);
});

test('every marked block was run, and every page is known', () => {
  for (const page of HERE)
    for (const { kind, name } of blocksOf(page)) if (['run', 'refused', 'says'].includes(kind)) assert.ok(ran.has(`${page} ${name}`), `${page}: nobody runs ${name}`);
  const runner = readFileSync(join(top, 'tests/install/bare.sh'), 'utf8');
  for (const { name } of blocksOf('live.md')) assert.match(runner, new RegExp(`\\brun ${name}\\n`), `live.md: bare.sh does not run ${name}`);
  const linked = readFileSync(join(pagesFolder, 'README.md'), 'utf8');
  for (const page of readdirSync(pagesFolder).filter((name) => name.endsWith('.md') && name !== 'README.md')) {
    assert.ok([...HERE, 'live.md'].includes(page), page);
    assert.ok(linked.includes(`\`${page}\``), `README.md does not name ${page}`);
  }
});
