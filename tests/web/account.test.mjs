// account.test.mjs - what users see and change of themselves: profile, password, sessions, which account. Who may not:
// matrix.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Users, rowsOf } from './account_world.mjs';
import { ROUNDS, assertFieldError, attribute, formKey, summaryOf, tagOf, words } from './world.mjs';

const NEW = 'a boat of green glass';
let world, account, stranger, both;

before(async () => {
  world = await Users.open();
  account = await world.account({ users: 3, readers: 1 });
  stranger = await world.account();
  both = account.users[2];
  await world.moreAccounts(both, 2);
});
after(() => world?.close());

const keyOf = async (who, path) => formKey((await who.get(world.path(path))).text);

test('a session ends after the idle time, and at its absolute end however busy it is', async () => {
  const start = Date.UTC(2031, 0, 1) / 1000;
  const at = (s) => world.demo.clock(new Date((start + s) * 1000).toISOString().replace('.000', ''));
  try {
    at(0);
    const idle = await world.signIn(both);
    at(1799);
    const seen = world.demo.client();
    seen.cookies = new Map(idle.cookies);
    at(1799);
    assert.equal((await seen.get(world.path('/account'))).status, 200, 'at the limit');
    at(1799 + 1799);
    assert.equal((await seen.get(world.path('/account'))).status, 200, 'each look begins it anew');
    at(1799 + 1799 + 1800);
    assert.equal((await seen.get(world.path('/account'))).status, 303, 'one second past');
    at(100000);
    const busy = await world.signIn(both);
    for (let s = 1700; s < 43199; s += 1700) {
      at(100000 + s);
      assert.equal((await busy.get(world.path('/account'))).status, 200, `after ${s} s`);
    }
    at(100000 + 43199);
    assert.equal((await busy.get(world.path('/account'))).status, 200, 'a second before its end');
    at(100000 + 43200);
    assert.equal((await busy.get(world.path('/account'))).status, 303, 'at its end');
  } finally {
    world.demo.clock('');
  }
});

// ---- profile ----

test('the name is the user’s to change; the e-mail is not', async () => {
  const { user } = await world.account();
  const who = await world.signIn(user);
  const save = async (name, more) => who.post(world.path('/account'), { key: await keyOf(who, '/account'), name, ...more });
  const page = await who.get(world.path('/account'));
  assert.match(words(page.text), new RegExp(`${user.email} You sign in with it, and our mail goes there\\. To change it, please contact Northwind Hosting`));
  const evil = '"><script>alert(1)</script> <?cs var:Site.Name ?> Ærøskøbing 林';
  const answer = await save(` ${evil} `, { email: 'mallory@evil.test', is_active: '0', id: '1' });
  assert.equal(answer.location, `${world.path('/account')}?done=1`);
  const after = await who.get(answer.location);
  assert.match(after.text, /Your name was changed\./);
  assert.ok(!after.text.includes('<script>alert'));
  assert.equal(attribute(tagOf(after.text, 'name'), 'value'), evil);
  assert.deepEqual(world.sql(`SELECT email, name, is_active FROM user WHERE id = ${user.id}`), [[user.email, evil, '1']]);
  assert.equal(world.one(`SELECT action FROM audit_event WHERE actor = 'user:${user.id}' ORDER BY id DESC LIMIT 1`), 'user.name');
  assert.equal((await save('N'.repeat(200))).status, 303);
  await world.writesNothing(async () => {
    for (const name of ['', '   ', 'N'.repeat(201), 'a\u0007b', '4111 1111 1111 1111']) {
      const refused = await save(name);
      assert.ok([422, 400].includes(refused.status), name);
      if (refused.status === 422) assertFieldError(refused.text, 'name', /./);
    }
  });
});

// ---- password ----

const changePassword = async (who, current, password, again = password) =>
  who.post(world.path('/account/password'), { key: await keyOf(who, '/account/password'), current, password, again });

test('another password: the old one is asked for, other sessions end, mail tells of it', async () => {
  const { user } = await world.account();
  const who = await world.signIn(user);
  const other = await world.signIn(user);
  const link = await world.resetLink(user);
  const old = world.demo.client();
  old.cookies = new Map(who.cookies);
  await world.writesNothing(async () => {
    for (const [current, password, again, field, text] of [
      ['', NEW, NEW, 'current', /Enter the password you have now\./],
      ['wrong one', NEW, NEW, 'current', /This is not your password\./],
      [`${user.password} `, NEW, NEW, 'current', /This is not your password\./],
      [user.password, '', '', 'password', /Enter a new password\./],
      [user.password, 'seven77', 'seven77', 'password', /at least 8 characters/],
      [user.password, 'x'.repeat(257), 'x'.repeat(257), 'password', /./],
      [user.password, 'Password2026!', 'Password2026!', 'password', /tried first/],
      [user.password, user.email, user.email, 'password', /not your email/],
      [user.password, NEW, `${NEW}.`, 'again', /not the same password/],
      [user.password, user.password, user.password, 'password', /another password than the one you have/],
    ]) {
      const answer = await changePassword(who, current, password, again);
      assert.equal(answer.status, 422, password);
      assertFieldError(answer.text, field, text);
      for (const secret of [user.password, NEW]) assert.ok(!answer.text.includes(secret), 'no secret is shown again');
    }
  });
  const answer = await changePassword(who, user.password, NEW);
  assert.equal(answer.location, `${world.path('/account/password')}?done=1`);
  assert.match((await who.get(answer.location)).text, /Your password was changed\. Everywhere else you are signed out\./);
  assert.equal((await other.get(world.path('/account'))).status, 303, 'other sessions end at once');
  assert.equal((await old.get(world.path('/account'))).status, 303, 'and this one goes on under a new token');
  assert.equal(world.one(`SELECT COUNT(*) FROM session WHERE user_id = ${user.id}`), '1');
  assert.equal(await world.signInStatus(user.email, user.password), 422);
  assert.equal(await world.signInStatus(user.email, NEW), 303);
  assert.equal((await world.follow(link)).page.status, 410, 'a link from before is over');
  assert.match((await world.mail(user.email, 'Your password was changed')).text, /by somebody who knew the old one/);
  assert.match(world.one(`SELECT hash FROM user_password WHERE user_id = ${user.id}`), /^\$argon2id\$v=19\$m=65536,t=2,p=1\$/);
  for (const { name, text } of world.logs()) assert.ok(!text.includes(NEW), name);
});

test('wrong old passwords are counted', async () => {
  const { user } = await world.account();
  const who = await world.signIn(user);
  for (let at = 0; at < 10; at++) assert.equal((await changePassword(who, 'wrong', NEW)).status, 422, `try ${at + 1}`);
  const answer = await changePassword(who, user.password, NEW);
  assert.equal(answer.status, 429);
  assert.match(summaryOf(answer.text), /Wait 15 minutes/);
  assert.equal(await world.signInStatus(user.email, user.password), 303, 'signing in is counted apart');
  world.sql('DELETE FROM counter');
});

test('of two changes at once one is made', async () => {
  for (let round = 0; round < Math.min(ROUNDS, 5); round++) {
    const { user } = await world.account({ invoices: [] });
    const clients = [await world.signIn(user), await world.signIn(user)];
    const answers = await Promise.all(clients.map((who, at) => changePassword(who, user.password, `${NEW} ${at}`)));
    const done = answers.map((answer) => answer.location?.endsWith('done=1') === true);
    assert.equal(done.filter(Boolean).length, 1, answers.map((answer) => answer.status).join());
    assert.equal(await world.signInStatus(user.email, `${NEW} ${done.indexOf(true)}`), 303);
    assert.equal(await world.signInStatus(user.email, `${NEW} ${done.indexOf(false)}`), 422);
    assert.equal((await clients[done.indexOf(false)].get(world.path('/account'))).status, 303);
  }
});

// ---- sessions ----

const AGENTS = {
  'Firefox on Windows': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Safari on iPhone': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Unknown device': '"><script>alert(1)</script>',
};

async function signInFrom(user, agent) {
  const who = world.demo.client();
  const key = formKey((await who.get(world.path('/login'))).text);
  const answer = await who.post(world.path('/login'), { key, next: '/', email: user.email, password: user.password }, { 'user-agent': agent });
  assert.equal(answer.status, 303);
  return who;
}

const handles = (html) => [...html.matchAll(/name="session" value="([^"]*)"/g)].map(([, handle]) => handle);

test('my sessions: what they are, one ended, the others not', async () => {
  const { user } = await world.account();
  const clients = [];
  for (const agent of Object.values(AGENTS)) clients.push(await signInFrom(user, agent));
  const who = await world.signIn(user);
  const foreign = await world.signIn(stranger.user);
  const page = await who.get(world.path('/account/sessions'));
  const rows = rowsOf(page.text);
  assert.equal(rows.length, 4);
  assert.deepEqual(rows.map(([device]) => device.replace(' This session', '')).sort(), [...Object.keys(AGENTS), 'Unknown device'].sort());
  assert.equal(rows.filter(([device]) => device.endsWith('This session')).length, 1);
  assert.ok(rows.every(([, address, since, seen]) => address === '127.0.0.1' && /\d{4}, \d+:\d\d [AP]M/.test(since) && /\d{4}, \d+:\d\d [AP]M/.test(seen)));
  for (const [hash] of world.sql('SELECT HEX(token_hash) FROM session')) assert.ok(!page.text.toUpperCase().includes(hash), 'nothing of the table is on the page');
  const key = formKey(page.text);
  const theirs = handles((await foreign.get(world.path('/account/sessions'))).text)[0];
  await world.writesNothing(async () => {
    for (const session of [theirs, 'x', 'A'.repeat(22)]) await who.post(world.path('/account/sessions'), { key, session });
    assert.equal((await who.post(world.path('/account/sessions'), { key })).status, 422);
    assert.equal((await who.post(world.path('/account/sessions'), { key, session: 'A'.repeat(100) })).status !== 500, true);
  });
  assert.equal((await foreign.get(world.path('/account'))).status, 200, 'another user’s session is not to be ended');
  const firefox = handles(page.text)[rows.findIndex(([device]) => device === 'Firefox on Windows')];
  const answer = await who.post(world.path('/account/sessions'), { key, session: firefox });
  assert.match((await who.get(answer.location)).text, /That session is signed out\./);
  assert.equal((await clients[0].get(world.path('/account'))).status, 303);
  assert.equal((await clients[1].get(world.path('/account'))).status, 200);
  assert.equal((await who.post(world.path('/account/sessions'), { key, session: firefox })).status, 303, 'again: it is gone');
  const own = handles(page.text)[rows.findIndex(([device]) => device.endsWith('This session'))];
  assert.equal((await who.post(world.path('/account/sessions'), { key, session: own })).location, world.path('/login'));
  assert.equal((await who.get(world.path('/account'))).status, 303);
});

test('sessions that are over are not listed', async () => {
  const { user } = await world.account();
  await world.signIn(user);
  const start = Math.floor(Date.now() / 1000);
  try {
    world.demo.clock(new Date((start + 1801) * 1000).toISOString().replace(/\.\d+/, ''));
    const who = await world.signIn(user);
    assert.equal(rowsOf((await who.get(world.path('/account/sessions'))).text).length, 1);
    assert.equal(world.one(`SELECT COUNT(*) FROM session WHERE user_id = ${user.id}`), '2');
  } finally {
    world.demo.clock('');
  }
});

test('sign out everywhere ends every one at once', async () => {
  const { user } = await world.account();
  const clients = [];
  for (let at = 0; at < 4; at++) clients.push(await world.signIn(user));
  const bystander = await world.signIn(stranger.user);
  const [who, ...others] = clients;
  const answer = await who.post(world.path('/account/sessions'), { key: await keyOf(who, '/account/sessions'), everywhere: '1' });
  assert.equal(answer.location, `${world.path('/login')}?done=everywhere`);
  assert.match((await who.get(answer.location)).text, /You are signed out everywhere\./);
  for (const each of others) for (const path of ['/', '/pay', '/account']) assert.equal((await each.get(world.path(path))).status, 303);
  assert.equal(world.one(`SELECT COUNT(*) FROM session WHERE user_id = ${user.id}`), '0');
  assert.equal(world.one('SELECT COUNT(*) FROM session_program p LEFT JOIN session s ON s.token_hash = p.session_hash WHERE s.token_hash IS NULL'), '0');
  assert.equal((await bystander.get(world.path('/account'))).status, 200);
  assert.deepEqual([...who.cookies.keys()].filter((name) => !name.includes('login-form')), []);
});

// ---- which account ----

const switchTo = async (who, number) => who.post(world.path('/account/switch'), { key: await keyOf(who, '/account/switch'), account: number });
const numberOf = (html) => words(html).match(/ Account (\S+)/)?.[1];

test('a user of one account sees no switcher', async () => {
  const who = await world.signIn(account.user);
  for (const path of ['/', '/pay', '/account']) assert.ok(!(await who.get(world.path(path))).text.includes('/account/switch'), path);
  assert.equal((await who.get(world.path('/account/switch'))).status, 404);
  const key = formKey((await who.get(world.path('/account'))).text);
  await world.writesNothing(async () => assert.equal((await who.post(world.path('/account/switch'), { key, account: stranger.number })).status, 404));
});

test('switching: every page offers it, this session alone changes, and only to one’s own', async () => {
  const who = await world.signIn(both);
  const other = await world.signIn(both);
  for (const path of ['/', '/invoices', '/pay', '/methods', '/autopay', '/account', '/nothing']) {
    const page = await who.get(world.path(path));
    if (page.status !== 404) assert.match(page.text, /href="\/billing\/account\/switch">Switch account</, path);
  }
  const page = await who.get(world.path('/account/switch'));
  assert.match(words(page.text), /Site Account Number City/);
  assert.match(words(page.text), /1 - 3 of 3/);
  assert.equal(numberOf(page.text), account.number);
  const pay = formKey((await who.get(world.path('/pay'))).text);
  await world.writesNothing(async () => {
    for (const number of [stranger.number, 'none', '', "' OR 1=1 -- "]) {
      const answer = await switchTo(who, number);
      assert.equal(answer.status, 422);
      assert.match(summaryOf(answer.text), /That is not one of your accounts\./);
    }
  });
  const answer = await switchTo(who, `M${both.id}-002`);
  assert.equal(answer.location, world.path('/'));
  assert.equal(numberOf((await who.get(answer.location)).text), `M${both.id}-002`);
  assert.equal(numberOf((await other.get(world.path('/'))).text), account.number, 'the other session stays');
  assert.equal((await who.get(world.path(`/invoices/${account.invoices[0].number}`))).status, 404);
  const late = await who.post(world.path('/pay'), { key: pay, what: 'total', seen_balance: '0' });
  assert.ok([403, 422].includes(late.status), 'a form of the account before is not taken');
  assert.equal(world.one(`SELECT account_id FROM session s JOIN user u ON u.id = s.user_id WHERE u.id = ${both.id} AND account_id = ${account.id} LIMIT 1`), String(account.id));
  assert.equal((await switchTo(who, `M${both.id}-002`)).status, 303, 'to where one is: nothing happens');
  assert.equal(world.one(`SELECT COUNT(*) FROM audit_event WHERE action = 'account.switch' AND actor = 'user:${both.id}'`), '1');
});

test('an account whose membership ended is refused, also at the very moment', async () => {
  const { users: [user] } = await world.account();
  const [first, second] = await world.moreAccounts(user, 2);
  const who = await world.signIn(user);
  const key = await keyOf(who, '/account/switch');
  world.sql(`DELETE m FROM account_user m JOIN account a ON a.id = m.account_id WHERE a.number = '${first}' AND m.user_id = ${user.id}`);
  const answer = await who.post(world.path('/account/switch'), { key, account: first });
  assert.equal(answer.status, 422);
  assert.ok(!answer.text.includes(first));
  assert.equal((await who.post(world.path('/account/switch'), { key, account: second })).status, 303);
  world.sql(`DELETE m FROM account_user m JOIN account a ON a.id = m.account_id WHERE a.number = '${second}' AND m.user_id = ${user.id}`);
  assert.equal((await who.get(world.path('/account'))).status, 303, 'the session that looks at it is over');
  const again = await world.signIn(user);
  assert.equal((await again.get(world.path('/account/switch'))).status, 404);
});

test('eight accounts: three on a page, all of them, and what is searched for among many', async () => {
  const { users: [user] } = await world.account();
  world.sql(`UPDATE account SET site = 'Zoo', city = 'Zion' WHERE id = (SELECT account_id FROM account_user WHERE user_id = ${user.id})`);
  await world.moreAccounts(user, 7, { site: (at) => (at === 2 ? '<b>Ångström & Söhne</b>' : `Site ${at}`), city: (at) => (at === 3 ? '50% off_' : 'HERNDON') });
  const who = await world.signIn(user);
  const look = async (query = '') => {
    const page = await who.get(world.path(`/account/switch${query}`));
    assert.equal(page.status, 200, query);
    return { html: page.text, said: words(page.text), rows: rowsOf(page.text) };
  };
  const first = await look();
  assert.match(first.said, /1 - 3 of 8 Page 1 of 3 Next page View all/);
  assert.deepEqual(first.rows.map(([site]) => site.split(' ')[0]), ['<b>Ångström', 'Site', 'Site']);
  assert.ok(!first.html.includes('<b>Å'));
  assert.match((await look('?page=3')).said, /Previous page 7 - 8 of 8 Page 3 of 3 View all/);
  assert.match((await look('?page=99')).said, /7 - 8 of 8 Page 3 of 3/, 'past the end is the end');
  const all = await look('?all=1');
  assert.equal(all.rows.length, 8);
  assert.match(all.said, /1 - 8 of 8/);
  assert.ok(!all.said.includes('View all'));
  assert.equal(all.rows.filter((row) => row[3] === 'You are here').length, 1);
  for (const query of ['?page=0', '?page=x', '?page=-1', '?page=1e3', '?page=99999999999']) assert.equal((await who.get(world.path(`/account/switch${query}`))).status, 404, query);
  assert.equal((await who.get(world.path('/account/switch?page=1&page=2'))).status, 400);
  assert.ok(!first.said.includes('Find an account'), 'eight can be looked through');
  for (const [find, count] of [['ångström', 1], ['50%', 1], ['%', 1], ['_', 1], ['herndon', 6], ['ZOO', 1], [`M${user.id}-004`, 1], ['', 8], ["' OR 1=1 -- ", 0], ['<?cs', 0]]) {
    const found = await look(`?all=1&find=${encodeURIComponent(find)}`);
    assert.equal(found.rows.length, count, find);
    if (!count) assert.match(found.said, /None of your accounts has that/);
  }
  for (let at = 8; at <= 12; at++)
    world.sql(`INSERT INTO account (number, organization, city, created_at) VALUES ('M${user.id}-X${at}', 'No Site Inc', 'a&b=c#d', UTC_TIMESTAMP());
      INSERT INTO account_user SELECT LAST_INSERT_ID(), ${user.id}, id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Test Manager'`);
  const many = await look(`?find=${encodeURIComponent('a&b=c#d')}`);
  assert.match(many.said, /Find an account/);
  assert.match(many.said, /1 - 3 of 5 Page 1 of 2/);
  assert.equal(many.rows[0][0], 'No Site Inc', 'without a site its organization stands there');
  const next = many.html.match(/rel="next" href="([^"]*)"/)[1].replace(/&amp;/g, '&');
  assert.match(words((await who.get(next)).text), /4 - 5 of 5 Page 2 of 2/, 'what is searched for goes along');
});

// ---- who has access ----

test('a Manager sees who has access, and nobody else does', async () => {
  const team = await world.account({ users: 2, readers: 1 });
  world.sql(`UPDATE user SET name = '<i>Bobby</i> "Tables" <?cs var:Site.Name ?>' WHERE id = ${team.users[1].id}`);
  const who = await world.signIn(team.user);
  const reader = await world.signIn(team.readers[0]);
  const look = async () => rowsOf((await who.get(world.path('/account/access'))).text);
  let rows = await look();
  assert.equal(rows.length, 3);
  const row = (user) => rows.find((each) => each[1] === user.email);
  assert.match(row(team.user)[0], / You$/);
  assert.equal(row(team.user)[2], 'Test Manager');
  assert.match(row(team.user)[3], /\d{4}, /);
  assert.equal(row(team.users[1])[0], '<i>Bobby</i> "Tables" <?cs var:Site.Name ?>');
  assert.equal(row(team.users[1])[3], 'Never');
  assert.equal(row(team.readers[0])[2], 'Test Reader');
  assert.match(row(team.readers[0])[3], /\d{4}, /);
  await reader.post(world.path('/logout'), {});
  rows = await look();
  assert.match(row(team.readers[0])[3], /\d{4}, /, 'also when the session is over');
  world.sql(`UPDATE user SET is_active = 0 WHERE id = ${team.users[1].id}`);
  assert.equal((await look()).length, 2, 'who may not sign in has no access');
  const again = await world.signIn(team.readers[0]);
  for (const [billing, autopay] of [[0, 0], [1, 0], [0, 1]]) {
    world.sql(`INSERT INTO security_level (name, may_billing, may_autopay) VALUES ('L${billing}${autopay}', ${billing}, ${autopay}) ON DUPLICATE KEY UPDATE name = name;
      UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'L${billing}${autopay}') WHERE user_id = ${team.readers[0].id}`);
    const answer = await again.get(world.path('/account/access'));
    assert.equal(answer.status, 403);
    assert.match(words(answer.text), /shown to its Managers/);
    assert.ok(!answer.text.includes(team.user.email));
    assert.ok(!(await again.get(world.path('/account'))).text.includes('Who Has Access'));
    for (const path of ['/account', '/account/password', '/account/sessions']) assert.equal((await again.get(world.path(path))).status, 200, path);
  }
});

test('what somebody did in another account is not told here', async () => {
  const team = await world.account({ users: 2 });
  const [elsewhere] = await world.moreAccounts(team.users[1], 1);
  const member = await world.signIn(team.users[1]);
  await switchTo(member, elsewhere);
  const seen = world.one(`SELECT seen_at FROM user_seen WHERE user_id = ${team.users[1].id} AND account_id = ${team.id}`);
  world.sql(`UPDATE session SET seen_at = '2040-06-01' WHERE user_id = ${team.users[1].id}`);
  const who = await world.signIn(team.user);
  const row = rowsOf((await who.get(world.path('/account/access'))).text).find((each) => each[1] === team.users[1].email);
  assert.ok(!row[3].includes('2040'), row[3]);
  assert.ok(seen);
});

test('more than a page of people', async () => {
  const team = await world.account();
  world.sql(`INSERT INTO user (email, name, created_at) SELECT CONCAT('many', ${team.id}, '-', seq, '@example.test'), CONCAT('P', LPAD(seq, 3, '0')), NOW() FROM seq_1_to_30;
    INSERT INTO account_user SELECT ${team.id}, id, (SELECT id FROM security_level WHERE name = 'Test Reader'), NOW() FROM user WHERE email LIKE 'many${team.id}-%'`);
  const who = await world.signIn(team.user);
  assert.match(words((await who.get(world.path('/account/access'))).text), /1 - 25 of 31 Page 1 of 2 Next page/);
  assert.equal(rowsOf((await who.get(world.path('/account/access?page=2'))).text).length, 6);
});
