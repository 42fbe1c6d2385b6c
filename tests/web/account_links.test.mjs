// account_links.test.mjs - links that come by mail: a forgotten password, an invitation. Each works once and for its time;
// neither words nor time tell who has an account; what is in the mail is nowhere else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Users } from './account_world.mjs';
import { ROUNDS, assertFieldError, formKey, summaryOf, until, words } from './world.mjs';

const NEW = 'a boat of green glass';
const tokenOf = (url) => new URL(url).searchParams.get('token');
const iso = (s) => new Date(s * 1000).toISOString().replace(/\.\d+/, '');
let world;

before(async () => {
  world = await Users.open();
});
after(() => world?.close());
beforeEach(() => world.sql('DELETE FROM counter'));

const linkRow = (token) => world.sql(`SELECT state, kind, UNIX_TIMESTAMP(CONVERT_TZ(ends_at, '+00:00', @@session.time_zone)) - UNIX_TIMESTAMP(CONVERT_TZ(created_at, '+00:00', @@session.time_zone))
  FROM user_link WHERE token_hash = UNHEX('${hashOf(token)}')`)[0];
const hashOf = (token) => execFileSync('b2sum', ['-l', '256'], { input: token, encoding: 'utf8' }).split(' ')[0];

async function invited({ level = 'Test Manager', name = 'Ina Vited' } = {}) {
  const account = await world.account();
  const email = `invited${account.id}@example.test`;
  const ran = await world.demo.remit('user', 'invite', '--email', email, '--name', name, '--account', account.number, '--level', level);
  assert.equal(ran.code, 0, ran.err);
  const { url } = await world.mail(email, 'You are invited');
  return { account, email, name, url, id: Number(world.one(`SELECT id FROM user WHERE email = '${email}'`)) };
}

test('a forgotten password, from the sign-in to the sign-in', async () => {
  const { user } = await world.account();
  const inside = await world.signIn(user);
  const url = await world.resetLink(user);
  assert.deepEqual(linkRow(tokenOf(url)), ['open', 'reset', '1800']);
  const mail = await world.mail(user.email, 'Reset your password');
  assert.match(mail.text, /Somebody, hopefully you, asked on .* for a link to choose a new password with:/);
  assert.match(mail.text, /It can be used once, until /);
  assert.match(mail.text, /If you did not ask for it, do nothing: your password stays as it is\./);
  const followed = await world.follow(url);
  assert.equal(followed.answer.status, 303);
  assert.equal(followed.answer.location, world.path('/login/password'), 'the token leaves the address');
  const cookie = followed.answer.headers['set-cookie'].find((line) => line.includes('login-link'));
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', `Path=${world.path('/login/password')}`]) assert.ok(cookie.includes(part), cookie);
  assert.ok(!followed.page.text.includes(tokenOf(url)), 'nor is it on the page');
  assert.match(words(followed.page.text), new RegExp(`Choose a new password For ${user.email} \\. You will be signed out everywhere`));
  assert.equal((await inside.get(world.path('/account'))).status, 200, 'looking at a link changes nothing');
  const answer = await world.choose(followed, NEW);
  assert.equal(answer.location, `${world.path('/login')}?done=password`);
  assert.match((await followed.who.get(answer.location)).text, /Your password was changed\. Sign in with the new one\./);
  assert.ok(![...followed.who.cookies.keys()].some((name) => name.includes('login-link') || name === world.sessionName));
  assert.equal((await inside.get(world.path('/account'))).status, 303, 'every session ends');
  assert.equal(await world.signInStatus(user.email, user.password), 422);
  assert.equal(await world.signInStatus(user.email, NEW), 303);
  assert.match((await world.mail(user.email, 'Your password was changed')).text, /with a link that we sent to this address/);
  assert.deepEqual(world.sql(`SELECT action FROM audit_event WHERE actor = 'user:${user.id}' AND action LIKE 'password%' ORDER BY id`), [['password.reset_asked'], ['password.reset']]);
});

test('a link works once, whoever comes second', async () => {
  const { user } = await world.account();
  const url = await world.resetLink(user);
  const late = await world.follow(url);
  assert.equal((await world.choose(await world.follow(url), NEW)).status, 303);
  await world.writesNothing(async () => {
    const second = await world.choose(late, 'another boat of glass');
    assert.equal(second.status, 410);
    assert.match(words(second.text), /This link cannot be used It was used already, it is too old, or it is not whole\./);
    assert.equal((await world.follow(url)).page.status, 410);
    assert.equal((await late.who.get(world.path('/login/password'))).status, 410, 'its cookie is gone');
  });
});

test('30 minutes: at the last second, and one past; 7 days of an invitation the same', async () => {
  const { user } = await world.account();
  const other = (await world.account()).user;
  const start = Date.UTC(2032, 5, 1) / 1000;
  try {
    world.demo.clock(iso(start));
    const links = [[user, await world.resetLink(user), 1800], [other, await world.resetLink(other), 1800]];
    const guests = [await invited(), await invited()];
    for (const guest of guests) links.push([guest, guest.url, 7 * 86400]);
    for (const [at, [person, url, life]] of links.entries()) {
      world.demo.clock(iso(start));
      const page = await world.follow(url);
      const isLate = at % 2 === 1;
      world.demo.clock(iso(start + life - (isLate ? 0 : 1)));
      // The form may be older than its own life: the page is opened again.
      const again = await page.who.get(world.path('/login/password'));
      if (!isLate) page.key = formKey(again.text);
      else assert.equal(again.status, 410);
      if (isLate) page.who.cookies.set(`__Secure-remit-login-link-${world.demo.port}`, { value: tokenOf(url), path: world.path('/login/password') });
      const answer = await world.choose(page, NEW);
      assert.equal(answer.status, isLate ? 410 : 303, `${person.email} after ${life} s`);
      assert.equal(linkRow(tokenOf(url))[0], isLate ? 'open' : 'used');
      world.demo.clock(iso(start + life));
      assert.equal(await world.signInStatus(person.email, NEW), isLate ? 422 : 303);
    }
  } finally {
    world.demo.clock('');
  }
});

test('links that are none, all look alike', async () => {
  const { user } = await world.account();
  const url = await world.resetLink(user);
  const good = tokenOf(url);
  const tokens = ['', 'x', 'A'.repeat(43), `${good}A`, good.slice(1), good.slice(0, -1), good.toLowerCase() === good ? 'B'.repeat(43) : good.toLowerCase(), "' OR 1=1 -- ", '%00', 'é'.repeat(20)];
  const plain = (answer) => answer.text.replace(/[0-9a-f]{32}/g, '');
  const first = await world.demo.client().get(world.path('/login/password'));
  assert.equal(first.status, 410);
  await world.writesNothing(async () => {
    for (const token of tokens) {
      const { page, who } = await world.follow(`${new URL(url).origin}${world.path('/login/link')}?token=${encodeURIComponent(token)}`);
      if (page.status === 400) continue;
      assert.equal(page.status, 410, token);
      assert.equal(plain(page), plain(first));
      assert.equal((await world.choose({ who, key: 'x' }, NEW)).status, 410);
    }
    world.sql(`UPDATE user SET is_active = 0 WHERE id = ${user.id}`);
    assert.equal((await world.follow(url)).page.status, 410, 'of a user who is disabled');
    world.sql(`UPDATE user SET is_active = 1 WHERE id = ${user.id}`);
  });
});

test('what is wrong with the form is said beside it, and nothing is done', async () => {
  const { user } = await world.account();
  const url = await world.resetLink(user);
  const followed = await world.follow(url);
  await world.writesNothing(async () => {
    for (const [password, again, field, text] of [['', '', 'password', /Enter a new password/], ['short', 'short', 'password', /at least 8/], ['12345678', '12345678', 'password', /tried first/],
      [`${user.email.split('@')[0]}1`, `${user.email.split('@')[0]}1`, 'password', /not your email/], [NEW, `${NEW} `, 'again', /not the same/]]) {
      const answer = await world.choose(followed, password, again);
      assert.equal(answer.status, 422, password);
      assertFieldError(answer.text, field, text);
      assert.ok(!answer.text.includes(`value="${password}"`) || !password);
    }
  });
  assert.equal((await world.choose(followed, NEW)).status, 303, 'and the link still works');
});

test('of two who choose with one link at once, one is first; with two links too', async () => {
  for (let round = 0; round < Math.min(ROUNDS, 5); round++) {
    const { user } = await world.account({ invoices: [] });
    const one = await world.resetLink(user);
    const two = round % 2 ? await world.resetLink(user) : one;
    const followed = [await world.follow(one), await world.follow(two)];
    const answers = await Promise.all(followed.map((each, at) => world.choose(each, `${NEW} ${at}`)));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [303, 410]);
    const winner = answers.findIndex((answer) => answer.status === 303);
    assert.equal(await world.signInStatus(user.email, `${NEW} ${winner}`), 303);
    assert.equal(world.one(`SELECT COUNT(*) FROM user_link WHERE user_id = ${user.id} AND state = 'used'`), '1');
    assert.equal(world.one(`SELECT COUNT(*) FROM user_link WHERE user_id = ${user.id} AND state = 'open'`), '0');
    world.sql('DELETE FROM counter');
  }
});

// 'demo-password', hashed as login itself does: looking at it takes as long as making one.
const STRONG_HASH = '$argon2id$v=19$m=65536,t=2,p=1$kvD2NtdmC3d9ElfXItq49g$TW5SHTjx+dnKpumYnkS04uJ7+LXOY+whY4faVJlJRL8';

test('who signs in with the old password at the moment of a new one is out', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { user } = await world.account({ invoices: [] });
    world.sql(`DELETE FROM counter; UPDATE user_password SET hash = '${STRONG_HASH}' WHERE user_id = ${user.id}`);
    const followed = await world.follow(await world.resetLink(user));
    const thief = world.demo.client();
    const key = formKey((await thief.get(world.path('/login'))).text);
    const pause = new Promise((resolve) => setTimeout(resolve, (round * 37) % 120));
    const [, answer] = await Promise.all([
      world.choose(followed, NEW).then((done) => assert.equal(done.status, 303)),
      pause.then(() => thief.post(world.path('/login'), { key, next: '/', email: user.email, password: user.password })),
    ]);
    assert.ok([303, 422].includes(answer.status), String(answer.status));
    assert.equal((await thief.get(world.path('/account'))).status, 303, `round ${round}: signed in ${answer.status}`);
  }
});

test('a password from the provider, and a user who is disabled, end the links', async () => {
  const users = [(await world.account()).user, (await world.account()).user];
  const urls = [];
  for (const user of users) urls.push(await world.resetLink(user));
  const [program, ...first] = world.demo.json.remit;
  execFileSync(program, [...first, 'user', 'password', users[0].email, '--password-file', '-'], { input: `${NEW}\n` });
  assert.match((await world.mail(users[0].email, 'Your password was changed')).text, /We changed it\./);
  assert.equal((await world.demo.remit('user', 'disable', users[1].email)).code, 0);
  assert.equal((await world.demo.remit('user', 'enable', users[1].email)).code, 0);
  for (const url of urls) assert.equal((await world.follow(url)).page.status, 410);
});

// ---- nobody is told who has an account ----

test('the answer to an unknown address is the same', async () => {
  const known = (await world.account()).user;
  const disabled = (await world.account()).user;
  const alone = (await world.account()).user;
  world.sql(`UPDATE user SET is_active = 0 WHERE id = ${disabled.id}; DELETE FROM account_user WHERE user_id = ${alone.id}`);
  const shape = (answer) => answer.rawHeaders.filter((_, at) => at % 2 === 0).join();
  const first = await world.askReset(known.email);
  assert.equal(first.location, `${world.path('/login/reset')}?sent=1`);
  for (const email of ['nobody@example.test', disabled.email, alone.email, `${known.email.toUpperCase()}  `, "'@x", known.email.replace('e', 'é')]) {
    const answer = await world.askReset(email);
    assert.deepEqual([answer.status, answer.location, answer.text, shape(answer)], [first.status, first.location, first.text, shape(first)], email);
  }
  const page = await world.demo.client().get(first.location);
  assert.match(words(page.text), /If that email belongs to one of our users, a link is on its way to it\. It can be used once, within 30 minutes\./);
  await world.mail(known.email, 'Reset your password', 2);
  await until('every request to be looked into', () => Number(world.one("SELECT COUNT(*) FROM audit_event WHERE action = 'password.reset_unknown' AND actor = 'nobody'")) >= 5);
  assert.equal(world.one(`SELECT COUNT(*) FROM user_link WHERE user_id IN (${disabled.id}, ${alone.id})`), '0');
  for (const email of ['', 'nobody', '   ', 'x'.repeat(255)]) assert.equal((await world.askReset(email)).status, 422, email);
});

test('nor does the time', async () => {
  const known = (await world.account()).user;
  world.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
  const took = { known: [], unknown: [] };
  const who = world.demo.client();
  const key = formKey((await who.get(world.path('/login/reset'))).text);
  for (let at = 0; at < 16; at++)
    for (const [kind, email] of at % 2 ? [['known', known.email], ['unknown', 'ghost@example.test']] : [['unknown', 'ghost@example.test'], ['known', known.email]]) {
      world.sql('DELETE FROM counter');
      const start = process.hrtime.bigint();
      assert.equal((await who.post(world.path('/login/reset'), { key, email })).status, 303);
      took[kind].push(Number(process.hrtime.bigint() - start) / 1e6);
      // What is done afterwards is done: the next one measures nothing but itself.
      const logins = ['password.reset_asked', 'password.reset_unknown'].map((action) => `'${action}'`).join();
      await until('the work behind it', () => Number(world.one(`SELECT COUNT(*) FROM audit_event WHERE action IN (${logins})`)) >= took.known.length + took.unknown.length);
    }
  const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const ratio = middle(took.known) / middle(took.unknown);
  assert.ok(ratio > 0.5 && ratio < 2, `known/unknown: ${ratio.toFixed(2)}`);
});

test('how often: five in an hour for an e-mail, known or not, and fifty for an address', async () => {
  const known = (await world.account()).user;
  for (const email of [known.email, 'ghost@example.test']) {
    for (let at = 0; at < 5; at++) assert.equal((await world.askReset(at % 2 ? email : ` ${email.toUpperCase()}`)).status, 303, `${email} ${at}`);
    const answer = await world.askReset(email);
    assert.equal(answer.status, 429);
    assert.match(summaryOf(answer.text), /A link was asked for too often\. Look into your mail/);
  }
  await world.mail(known.email, 'Reset your password', 5);
  assert.equal(world.one(`SELECT COUNT(*) FROM user_link WHERE user_id = ${known.id}`), '5');
  assert.equal(await world.signInStatus(known.email, known.password), 303, 'signing in is counted apart');
  try {
    world.demo.clock('+3700');
    assert.equal((await world.askReset(known.email)).status, 303, 'after an hour');
    let refused = 0;
    for (let at = 0; at < 55 && !refused; at++) if ((await world.askReset(`ghost${at}@example.test`)).status === 429) refused = at;
    assert.equal(refused, 49);
    assert.equal((await world.askReset((await world.account()).user.email)).status, 429, 'from this address nobody');
  } finally {
    world.demo.clock('');
  }
});

// ---- invitations ----

test('an invitation: the password is chosen, and they are in', async () => {
  const guest = await invited({ name: 'Ina <b>Vited</b>' });
  assert.deepEqual(linkRow(tokenOf(guest.url)), ['open', 'invitation', '604800']);
  assert.equal(await world.signInStatus(guest.email, ''), 422);
  const bystander = await world.signIn(guest.account.user);
  const followed = await world.follow(guest.url, bystander);
  assert.match(words(followed.page.text), new RegExp(`Welcome, Ina <b>Vited</b> Choose a password\\. With it and your email, ${guest.email} , you sign in`));
  assert.ok(!followed.page.text.includes('<b>V'));
  const before = bystander.cookies.get(world.sessionName).value;
  const answer = await world.choose(followed, NEW);
  assert.equal(answer.location, world.path('/'));
  const home = await followed.who.get(answer.location);
  assert.equal(home.status, 200);
  assert.ok(home.text.includes(guest.account.number) && home.text.includes('Ina &lt;b&gt;Vited'));
  assert.notEqual(followed.who.cookies.get(world.sessionName).value, before);
  assert.equal(world.one(`SELECT COUNT(*) FROM session WHERE user_id = ${guest.account.user.id}`), '0', 'whoever was signed in here is not any more');
  assert.equal(await world.signInStatus(guest.email, NEW), 303);
  assert.equal((await world.follow(guest.url)).page.status, 410);
  assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE user_id = ${guest.id} AND kind = 'password_changed'`), '0');
});

test('an invitation to an account that is taken away meanwhile leads to another, or nowhere', async () => {
  const guest = await invited();
  const other = await world.account();
  world.sql(`INSERT INTO account_user SELECT ${other.id}, ${guest.id}, id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Test Manager'; DELETE FROM account_user WHERE user_id = ${guest.id} AND account_id = ${guest.account.id}`);
  const followed = await world.follow(guest.url);
  assert.equal((await world.choose(followed, NEW)).status, 303);
  assert.ok((await followed.who.get(world.path('/'))).text.includes(other.number));
  const lost = await invited();
  world.sql(`DELETE FROM account_user WHERE user_id = ${lost.id}`);
  const late = await world.follow(lost.url);
  assert.equal((await world.choose(late, NEW)).status, 403);
  assert.equal(world.one(`SELECT COUNT(*) FROM user_password WHERE user_id = ${lost.id}`), '0');
});

test('another invitation takes the place of the one before; a reset works for the invited too', async () => {
  const guest = await invited();
  const again = await world.demo.remit('user', 'invite', '--email', guest.email, '--name', guest.name, '--account', guest.account.number, '--level', 'Test Manager');
  assert.equal(again.code, 0, again.err);
  const { url } = await world.mail(guest.email, 'You are invited', 2);
  assert.notEqual(url, guest.url);
  assert.equal((await world.follow(guest.url)).page.status, 410);
  assert.equal((await world.askReset(guest.email)).status, 303);
  const reset = (await world.mail(guest.email, 'Reset your password')).url;
  assert.equal((await world.choose(await world.follow(reset), NEW)).location, `${world.path('/login')}?done=password`);
  assert.equal((await world.follow(url)).page.status, 410, 'a password is there: no invitation any more');
});

// ---- what is in the mail is nowhere else ----

test('no token in a log, a table, a Referer or another program’s reach', async () => {
  const { user } = await world.account();
  const urls = [await world.resetLink(user), (await invited()).url];
  for (const url of urls) {
    const followed = await world.follow(url);
    await followed.who.get(world.path('/login/password'));
    await followed.who.get(world.path('/login'));
    for (const path of ['/', '/pay', '/login', '/account', '/login/reset']) assert.ok(!followed.who.cookieHeader(world.path(path)).includes(tokenOf(url)), path);
    assert.equal(followed.answer.headers['cache-control'], 'no-store');
    assert.match(followed.answer.headers['referrer-policy'], /^(same-origin|no-referrer)$/);
    assert.equal(followed.answer.text, '');
    assert.equal((await world.choose(followed, NEW)).status, 303);
  }
  const secrets = urls.map(tokenOf);
  const { socket, name, user: admin, password } = world.demo.json.database;
  const dump = execFileSync('mariadb-dump', ['--no-defaults', `--socket=${socket}`, `--user=${admin}`, '--skip-lock-tables', name], { env: { ...process.env, MYSQL_PWD: password }, encoding: 'latin1', maxBuffer: 1 << 28 });
  const files = [...world.logs(), { name: 'the database', text: dump }];
  for (const token of secrets) {
    const bytes = Buffer.from(token, 'base64url').toString('latin1');
    for (const { name: file, text } of files) assert.ok(!text.includes(token) && !text.includes(bytes), file);
    assert.ok(dump.toLowerCase().includes(hashOf(token)) || world.one(`SELECT COUNT(*) FROM user_link WHERE token_hash = UNHEX('${hashOf(token)}')`) === '1', 'its hash is');
  }
  const key = readFileSync(join(world.demo.run, 'secrets', 'login.hdf'), 'utf8').match(/LinkKey = (\w+)/)[1];
  for (const program of ['invoices', 'pay', 'methods', 'autopay', 'drafter']) assert.ok(!readFileSync(join(world.demo.run, 'secrets', `${program}.hdf`), 'utf8').includes(key), program);
});
