// site_login.test.mjs - Login.Mode = site: the provider's own site says who a visitor is, and nobody else can.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fastcgi } from '../support/fastcgi.mjs';
import { Users } from './account_world.mjs';
import { until, words } from './world.mjs';

let world, site, folder, account, other;
const seen = []; // what the site was asked

// The provider's site: its cookie "site" names the session, people says who that is. Nobody: 401.
const people = new Map();
const siteServer = () =>
  http.createServer((request, answer) => {
    const who = people.get(request.headers.cookie?.match(/(?:^|; )site=([a-z0-9]+)/)?.[1]);
    seen.push({ url: request.url, headers: request.headers });
    if (who?.status) return answer.writeHead(who.status).end();
    if (!who) return answer.writeHead(401).end();
    const headers = Object.entries(who).map(([name, value]) => [`X-Remit-${name}`, value]);
    answer.writeHead(204, Object.fromEntries(headers)).end();
  });

// A browser that is signed in to the site as this: { User, Account, Email, Name }; null: as nobody.
let count = 0;
function visitor(who) {
  const client = world.demo.client();
  enter(client, who);
  return client;
}
function enter(client, who) {
  const id = `s${++count}`;
  if (who) people.set(id, who);
  client.cookies.set('site', { value: id, path: '/' });
  return client;
}

const path = (text) => world.path(text);
const route = () => path('/login/site');
const sessions = () => Number(world.one('SELECT COUNT(*) FROM session'));
const users = () => Number(world.one('SELECT COUNT(*) FROM user'));
const emailShown = async (client) => words((await client.get(path('/account'))).text).match(/\S+@example\.test/)?.[0];
const NOBODY = /You have no access to Billing/;

// What every refusal is: a page, no session, no redirect.
async function refused(client, how = route(), headers) {
  const before = sessions();
  const answer = await client.get(how, headers);
  assert.equal(answer.status, 403, `${answer.status} ${words(answer.text)}`);
  assert.equal(answer.location, undefined);
  assert.match(words(answer.text), NOBODY);
  assert.ok(sessions() <= before, 'no session');
  assert.ok(!client.cookies.has(world.sessionName), 'no cookie of one');
  return answer;
}

// Settings of the running demo, over those it began with.
async function settings(...lines) {
  const file = join(world.demo.run, 'remit.hdf');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${before}\n${lines.join('\n')}\n`);
  await world.demo.restart('login');
  return async () => {
    writeFileSync(file, before);
    await world.demo.restart('login');
  };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remit-site-'));
  site = siteServer();
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const conf = join(folder, 'host.conf');
  writeFileSync(conf, `location = /whoami { internal; proxy_pass http://127.0.0.1:${site.address().port}; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    location = /signout { return 204; }\n`);
  world = await Users.open({
    env: { HOST_CONF: conf },
    settings: ['Login.Mode = site', 'Login.AuthPath = /whoami', 'Login.SignInUrl = /signin?from=billing', 'Login.ReturnName = back', 'Login.SignOutUrl = /signout', 'Login.CreateLevel = Test Reader'],
  });
  account = await world.account({ users: 2, readers: 1 });
  other = await world.account();
});
after(async () => {
  await world?.close();
  site?.closeAllConnections();
  site?.close();
  if (folder) rmSync(folder, { recursive: true });
});

test('a first visit goes through login to the site and back to where it wanted', async () => {
  const [user] = account.users;
  const client = visitor({ User: user.email });
  const first = await client.get(path(`/payments?year=2026`));
  assert.equal(first.status, 303);
  assert.equal(first.location, `${path('/login')}?next=/payments?year%3D2026`);
  const login = await client.get(first.location);
  assert.equal(login.status, 303);
  assert.equal(login.location, `${route()}?via=1&next=%2Fpayments%3Fyear%3D2026`);
  const back = await client.get(login.location);
  assert.equal(back.status, 303);
  assert.equal(back.location, path('/payments?year=2026'));
  const names = back.headers['set-cookie'].map((line) => line.split('=')[0]).sort();
  assert.deepEqual(names, [world.sessionName, ...['autopay', 'login', 'methods', 'pay'].map((name) => world.cookieName(name))].sort());
  assert.ok(back.headers['set-cookie'].every((line) => /; Secure/.test(line) && /; HttpOnly/.test(line)));
  assert.equal((await client.get(back.location)).status, 200);
  assert.equal(await emailShown(client), user.email);
  const asked = seen.at(-1);
  assert.ok(asked, 'the site was asked');
  assert.equal(world.one(`SELECT action FROM audit_event WHERE actor = 'user:${user.id}' ORDER BY id DESC LIMIT 1`), 'sign_in');
});

test('forms work in such a session, and the e-mail may be written in another case', async () => {
  const [user] = account.users;
  const client = visitor({ User: user.email.toUpperCase() });
  assert.equal((await client.get(route())).status, 303);
  const page = await client.get(path('/account'));
  assert.ok(!words(page.text).includes('You sign in with it'));
  assert.ok(!page.text.includes(path('/account/password')), 'no tab about passwords');
  const key = page.text.match(/name="key" value="([^"]*)"/)[1];
  assert.equal((await client.post(path('/account'), { key, name: 'Another Name' })).status, 303);
});

test('nobody on the site is sent to its sign-in, with the way back', async () => {
  const client = visitor(null);
  const before = sessions();
  const answer = await client.get(`${route()}?via=1&next=%2Finvoices`);
  assert.equal(answer.status, 303);
  const url = new URL(answer.location);
  assert.equal(url.origin + url.pathname, `${world.demo.client().base.origin}/signin`);
  assert.deepEqual([...url.searchParams], [['from', 'billing'], ['back', `${route()}?next=/invoices`]]);
  assert.equal(sessions(), before);
  // What was asked with cannot reach out of the one parameter.
  for (const evil of ['%2F%26back%3Dhttps://evil.test', '/&back=https://evil.test', '%0d%0aSet-Cookie:%20a=b']) {
    const bent = new URL((await client.get(`${route()}?next=${evil}`)).location);
    assert.equal(bent.searchParams.getAll('back').length, 1, evil);
    assert.ok(bent.searchParams.get('back').startsWith(`${route()}?next=`), evil);
  }
});

test('the site refuses, fails, or says nothing: nobody is signed in', async () => {
  for (const [status, want] of [[403, 403], [500, 500], [503, 500]]) {
    const answer = await visitor({ status }).get(route());
    assert.equal(answer.status, want);
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.match(answer.headers['content-security-policy'], /default-src/);
  }
  await refused(visitor({ Name: 'Nobody' }));
  await refused(visitor({ User: '' }));
});

test('no header, query, cookie or body of a client becomes who the site says', async () => {
  const [user] = account.users;
  const names = ['Remote-User', 'REMOTE_USER', 'X-Remote-User', 'HTTP_REMOTE_USER', 'Remote_User', 'X-Remit-User', 'X_Remit_User', 'remit_user', 'X-Upstream-Http-X-Remit-User',
    'Authorization', 'X-Forwarded-User', 'REMOTE-EMAIL', 'Remote-Account'];
  const query = names.map((name) => `${encodeURIComponent(name.replace(/-/g, '_'))}=${encodeURIComponent(user.email)}`).join('&');
  const headers = Object.fromEntries(names.map((name) => [name, name === 'Authorization' ? `Basic ${Buffer.from(`${user.email}:x`).toString('base64')}` : user.email]));
  for (const how of [route(), `${route()}?${query}`]) {
    const nobody = await visitor(null).get(how, headers);
    assert.equal(nobody.status, 303);
    assert.equal(new URL(nobody.location).pathname, '/signin');
    // The site knows somebody, and has no name for them: what the client says does not fill the gap.
    await refused(visitor({ Name: 'Nobody' }), how, headers);
  }
  // The site says one, the client another: the site's it is.
  const second = account.users[1];
  const client = visitor({ User: second.email });
  assert.equal((await client.get(`${route()}?${query}`, headers)).status, 303);
  assert.equal(await emailShown(client), second.email);
  // Everywhere else there is no such parameter at all, for anybody.
  for (const page of ['/', '/account', '/pay', '/payments', '/methods', '/autopay', '/documents', '/login', '/login/', '/login/site/', '/login//site/', '/login/site/x', '/LOGIN/SITE', '/account/site']) {
    const guest = visitor({ User: user.email });
    const asked = seen.length;
    const answer = await guest.get(`${path(page)}?${query}`, headers);
    assert.ok([303, 404].includes(answer.status), `${page} ${answer.status}`);
    assert.ok(!guest.cookies.has(world.sessionName), page);
    assert.equal(seen.length, asked, `${page}: the site is asked for one address only`);
  }
  const posted = await visitor({ User: user.email }).post(route(), { REMOTE_USER: other.users[0].email });
  assert.equal(posted.status, 405);
});

test('the program takes who it is on that route only, though the parameter came with each', async () => {
  const [user] = account.users;
  const socket = join(readFileSync(join(world.demo.run, 'sockets.path'), 'utf8').trim(), 'login.sock');
  const ask = (uri) => fastcgi(socket, { REQUEST_METHOD: 'GET', DOCUMENT_URI: uri, QUERY_STRING: '', REMOTE_ADDR: '127.0.0.1', REMOTE_USER: user.email });
  assert.match((await ask(route())).headers, /Status: 303[\s\S]*__Host-remit/);
  for (const page of ['/account', '/login', '/login/reset', '/account/sessions'])
    assert.doesNotMatch((await ask(path(page))).headers, /__Host-remit/, page);
});

test('next leads to pages of ours only', async () => {
  const client = visitor({ User: account.users[0].email });
  for (const next of ['https://evil.test/', '//evil.test', '/\\evil.test', '/%5cevil.test', '/../signout', '/x//evil.test', '/login', '/login/site', 'javascript:alert(1)', '@evil.test', '/a\r\nb'])
    for (const how of [`${route()}?next=${encodeURIComponent(next)}`, `${path('/login')}?next=${encodeURIComponent(next)}`]) {
      const answer = await client.follow(await visitor({ User: account.users[0].email }).get(how).then((a) => (a.location ? { ...a, status: 0 } : a)));
      if (answer.location) assert.match(answer.location, new RegExp(`^${path('/')}(login/site\\?via=1&next=%2F)?$`), next);
      else assert.equal(answer.status, 400, next);
    }
  assert.equal((await client.get(`${route()}?next=/pay&next=/methods`)).status, 400);
});

test('who is not known is told so, and led nowhere', async () => {
  for (const who of ['nobody@example.test', 'no e-mail', `${account.users[0].email} `.padEnd(260, 'x'), "' OR 1=1 -- ", '%00', `\t${account.users[0].email}`.trim() + 'x'])
    await refused(visitor({ User: who, Account: account.number, Email: 'a@example.test', Name: 'A' }));
  assert.equal(world.one("SELECT COUNT(*) FROM user WHERE email = 'nobody@example.test'"), '0', 'none is made unless it is allowed');
  const client = visitor({ User: 'nobody@example.test' });
  let answer = await client.get(path('/'));
  for (let hops = 0; answer.status === 303; hops++) {
    assert.ok(hops < 4, 'round in circles');
    answer = await client.get(answer.location);
  }
  assert.equal(answer.status, 403);
  assert.ok(!answer.text.includes(`href="${path('/login')}`));
});

test('a disabled user, and one without an account, stay out; one without the permission sees why', async () => {
  const { user } = await world.account();
  const client = visitor({ User: user.email });
  assert.equal((await client.get(route())).status, 303);
  assert.equal((await world.demo.remit('user', 'disable', user.email)).code, 0);
  assert.equal((await client.get(path('/account'))).status, 303);
  await refused(enter(world.demo.client(), { User: user.email }));
  assert.equal((await world.demo.remit('user', 'enable', user.email)).code, 0);
  world.sql(`DELETE FROM account_user WHERE user_id = ${user.id}`);
  await refused(enter(world.demo.client(), { User: user.email }));
  const reader = visitor({ User: account.readers[0].email });
  assert.equal((await reader.get(route())).status, 303);
  const page = await reader.get(path('/'));
  assert.equal(page.status, 403);
  assert.match(words(page.text), /Your security level does not include/);
});

test('another user of the site in the same browser: another session; one who is not known: none', async () => {
  const [first, second] = account.users;
  const client = visitor({ User: first.email });
  await client.get(route());
  const old = client.cookies.get(world.sessionName).value;
  const rest = new Map(client.cookies);
  await client.get(route());
  assert.equal(client.cookies.get(world.sessionName).value, old, 'the same person goes on');
  enter(client, { User: second.email });
  assert.equal((await client.get(route())).status, 303);
  assert.notEqual(client.cookies.get(world.sessionName).value, old);
  assert.equal(await emailShown(client), second.email);
  const copy = world.demo.client();
  copy.cookies = rest;
  assert.equal((await copy.get(path('/account'))).status, 303, 'the first one is over');
  await refused(enter(client, { User: 'nobody@example.test' }));
  assert.equal((await client.get(path('/account'))).status, 303);
  // A planted session is of no use: a sign-in begins a new one.
  const planted = visitor({ User: first.email });
  planted.cookies.set(world.sessionName, { value: 'A'.repeat(43), path: '/' });
  await planted.get(route());
  assert.notEqual(planted.cookies.get(world.sessionName).value, 'A'.repeat(43));
});

test('signing out ends the session and leads where the site says', async () => {
  const client = visitor({ User: account.users[0].email });
  await client.get(route());
  const copy = world.demo.client();
  copy.cookies = new Map(client.cookies);
  const answer = await client.post(path('/logout'), {});
  assert.equal(answer.status, 303);
  assert.equal(answer.location, '/signout');
  assert.ok(!client.cookies.has(world.sessionName));
  assert.equal((await copy.get(path('/account'))).status, 303, 'it is over, not forgotten');
  const undo = await settings('Login.SignOutUrl =');
  try {
    const plain = visitor({ User: account.users[0].email });
    await plain.get(route());
    const page = await plain.post(path('/logout'), {});
    assert.equal(page.status, 200);
    assert.equal(page.location, undefined, 'to /login would sign in again at once');
    assert.match(words(page.text), /You are signed out of Billing/);
  } finally {
    await undo();
  }
});

test('the pages about passwords are not there, and no password signs in', async () => {
  const [user] = account.users;
  const client = visitor({ User: user.email });
  await client.get(route());
  const before = sessions();
  await world.writesNothing(async () => {
    for (const who of [client, world.demo.client()]) {
      for (const [method, page, body] of [['POST', '/login', { email: user.email, password: user.password, next: '/' }], ['GET', '/login/reset'], ['POST', '/login/reset', { email: user.email }],
        ['GET', `/login/link?token=${'A'.repeat(43)}`], ['GET', '/login/password'], ['POST', '/login/password', { password: 'a boat of green glass', again: 'a boat of green glass' }]]) {
        const answer = await who.request(method, path(page), body);
        assert.equal(answer.status, 404, `${method} ${page}`);
        assert.ok(!answer.text.includes('type="password"'), page);
      }
    }
    for (const [method, body] of [['GET'], ['POST', { current: user.password, password: 'a boat of green glass', again: 'a boat of green glass' }]])
      assert.equal((await client.request(method, path('/account/password'), body)).status, 404);
    const invited = await world.demo.remit('user', 'invite', '--email', 'i@example.test', '--name', 'I', '--account', account.number, '--level', 'Test Manager');
    assert.equal(invited.code, 1, invited.err);
    assert.match(invited.err, /Login\.Mode is site/);
  });
  assert.equal(sessions(), before);
});

test('a browser that keeps no cookies, and a session that never holds, end on a page', async () => {
  const client = visitor({ User: account.users[0].email });
  const keepNone = { cookie: [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ') };
  let answer = await client.get(path('/'), keepNone), hops = 0;
  for (; answer.status === 303; hops++) {
    assert.ok(hops < 6, 'round in circles');
    answer = await client.get(answer.location, keepNone);
  }
  assert.equal(answer.status, 403);
  assert.match(words(answer.text), /Your browser keeps no cookies/);
  const losing = visitor({ User: account.users[0].email });
  hops = 0;
  for (answer = await losing.get(path('/')); answer.status === 303; hops++) {
    assert.ok(hops < 60, 'round in circles');
    losing.cookies.delete(world.sessionName);
    answer = await losing.get(answer.location);
  }
  assert.equal(answer.status, 403);
  assert.match(words(answer.text), /You could not be signed in/);
});

test('by an id of the site: exactly that id', async () => {
  const { user } = await world.account();
  const call = (email, ...args) => world.demo.remit('user', 'external-id', email, ...args);
  assert.equal((await call(user.email, '--id', 'Ana-1')).code, 0);
  const taken = await call(other.users[0].email, '--id', 'Ana-1');
  assert.equal(taken.code, 1);
  assert.match(taken.err, /calls another user so/);
  for (const args of [[], ['--id', 'x', '--none'], ['--id', ''], ['--id', 'x'.repeat(191)]]) assert.equal((await call(user.email, ...args)).code, 2, args.join(' '));
  const undo = await settings('Login.Match = external_id');
  try {
    const client = visitor({ User: 'Ana-1', Email: other.users[0].email });
    assert.equal((await client.get(route())).status, 303);
    assert.equal(await emailShown(client), user.email);
    for (const id of ['ana-1', 'ANA-1', 'Ana-1 x', 'Ana-', 'Ána-1', user.email, 'A'.repeat(191), 'A'.repeat(300)]) await refused(visitor({ User: Buffer.from(id).toString('latin1') }));
    assert.throws(() => world.sql(`UPDATE user SET external_id = 'Ana-1' WHERE id = ${account.users[0].id}`), /Duplicate/);
    assert.throws(() => world.sql(`UPDATE user SET external_id = '' WHERE id = ${account.users[0].id}`), /user_external_given/);
    assert.equal((await call(user.email, '--none')).code, 0);
    assert.equal((await client.get(path('/account'))).status, 303, 'signed out with it');
    await refused(visitor({ User: 'Ana-1' }));
  } finally {
    await undo();
  }
});

test('a user is made where that is allowed: of the account the site names, once', async () => {
  const undo = await settings('Login.Match = external_id', 'Login.Create = 1', 'Login.CreateLevel = Test Reader');
  try {
    const fresh = { User: 'new-1', Account: account.number, Email: 'new-1@example.test', Name: 'New One' };
    const before = users();
    for (const [what, value] of [['Account', undefined], ['Account', 'none'], ['Email', undefined], ['Email', 'no address'], ['Email', account.users[0].email], ['Email', account.users[0].email.toUpperCase()]]) {
      const who = { ...fresh, [what]: value };
      if (value === undefined) delete who[what];
      await refused(visitor(who));
    }
    assert.equal(users(), before, 'nobody was made');
    assert.equal(world.one(`SELECT COUNT(*) FROM user WHERE id = ${account.users[0].id} AND external_id IS NULL`), '1', 'who is known by e-mail is not taken over');
    // A client's own words name no account.
    const { Account: _, ...without } = fresh;
    await refused(visitor(without), `${route()}?REMOTE_ACCOUNT=${account.number}`, { 'X-Remit-Account': account.number, 'Remote-Account': account.number });
    const answers = await Promise.all(Array.from({ length: 6 }, () => visitor(fresh).get(route())));
    assert.deepEqual(answers.map((answer) => answer.status), Array(6).fill(303), 'each window of theirs is signed in');
    assert.equal(users(), before + 1, 'and there is one user');
    assert.deepEqual(world.sql(`SELECT u.email, u.name, u.external_id, a.number, l.name FROM user u JOIN account_user m ON m.user_id = u.id JOIN account a ON a.id = m.account_id
      JOIN security_level l ON l.id = m.level_id WHERE u.external_id = 'new-1'`), [['new-1@example.test', 'New One', 'new-1', account.number, 'Test Reader']]);
    assert.equal(world.one("SELECT COUNT(*) FROM user_password p JOIN user u ON u.id = p.user_id WHERE u.external_id = 'new-1'"), '0');
    assert.equal(world.one(`SELECT COUNT(*) FROM audit_event WHERE action = 'user.add' AND actor = 'program:login' AND account_id = ${account.id}`), '1');
    // Known now: another account in the site's words adds nothing.
    await visitor({ ...fresh, Account: other.number }).get(route());
    assert.equal(world.one("SELECT COUNT(*) FROM account_user m JOIN user u ON u.id = m.user_id WHERE u.external_id = 'new-1'"), '1');
  } finally {
    await undo();
  }
  const gone = await settings('Login.Create = 1', 'Login.CreateLevel = No Such Level');
  try {
    await refused(visitor({ User: 'new-2@example.test', Account: account.number }));
  } finally {
    await gone();
  }
});

test('without the mode the route is not there, whoever sends the parameter', async () => {
  const undo = await settings('Login.Mode = password');
  try {
    const [user] = account.users;
    const client = visitor({ User: user.email });
    const answer = await client.get(route());
    assert.equal(answer.status, 404);
    assert.ok(!client.cookies.has(world.sessionName));
    assert.match((await client.get(path('/login'))).text, /type="password"/);
    // And nginx, told of it, asks nobody.
    assert.equal((await world.demo.remit('config', 'nginx', '--folder', join(folder, 'nginx'), '--from', join(import.meta.dirname, '../../nginx'))).code, 0);
    assert.doesNotMatch(readFileSync(join(folder, 'nginx/remit.conf'), 'utf8'), /auth_request|REMOTE_USER|login\/site/);
  } finally {
    await undo();
  }
});

test('what is missing is said by config check, and login does not start', async () => {
  const file = join(world.demo.run, 'remit.hdf');
  const good = readFileSync(file, 'utf8');
  try {
    for (const [line, sentence] of [['Login.Mode = both', /Login\.Mode: must be password or site/], ['Login.Match = name', /Login\.Match: must be email or external_id/], ['Login.AuthPath =', /Login\.AuthPath: is missing/],
      ['Login.AuthPath = whoami', /Login\.AuthPath: must be a path/], ['Login.AuthPath = /who;am', /Login\.AuthPath: must be a path/], [`Login.AuthPath = ${path('/login')}`, /Login\.AuthPath: must not lie below/],
      ['Login.SignInUrl =', /Login\.SignInUrl: is missing/], ['Login.SignInUrl = http://site.example/', /Login\.SignInUrl: must be/], ['Login.SignInUrl = //evil.test', /Login\.SignInUrl: must be/],
      ['Login.SignInUrl = /a$host', /Login\.SignInUrl: must be/], ['Login.ReturnName = a=b', /Login\.ReturnName: must be/], ['Login.SignOutUrl = https://evil.test/', /Login\.SignOutUrl: must be/],
      ['Login.Create = 1\nLogin.CreateLevel =', /Login\.CreateLevel: is missing/], ['Login.Create = 2', /Login\.Create: must be a whole number/]]) {
      writeFileSync(file, `${good}\n${line}\n`);
      const checked = await world.demo.remit('config', 'check');
      assert.equal(checked.code, 1, line);
      assert.match(checked.out + checked.err, sentence, line);
    }
    writeFileSync(file, `${good}\nLogin.AuthPath =\nLogin.SignInUrl =\nLogin.Mode = password\n`);
    assert.equal((await world.demo.remit('config', 'check')).code, 0, 'in password mode none is wanted');
  } finally {
    writeFileSync(file, good);
  }
});

test('without the database: 503, and nobody is signed in or out', async () => {
  const client = visitor({ User: account.users[0].email });
  await client.get(route());
  const kept = client.cookies.get(world.sessionName).value;
  const pid = readFileSync(join(world.demo.run, 'pids/mariadb'), 'utf8').split(' ')[0];
  process.kill(Number(pid), 'SIGKILL');
  try {
    for (const who of [client, visitor({ User: account.users[0].email })]) {
      const answer = await who.get(route());
      assert.equal(answer.status, 503, words(answer.text));
      assert.ok(!(answer.headers['set-cookie'] ?? []).some((line) => line.includes(world.sessionName)));
    }
    assert.equal(client.cookies.get(world.sessionName).value, kept);
  } finally {
    await world.demo.restart('mariadb');
  }
  await until('login answers', async () => (await client.get(path('/account'))).status === 200);
});
