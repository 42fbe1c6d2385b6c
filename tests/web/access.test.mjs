// access.test.mjs - who may see and do what, and who signs in. Every route for everybody: matrix.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, attribute, formKey, outcomeOf, summaryOf, tagOf } from './world.mjs';

// 'demo-password', hashed as login itself does.
const STRONG_HASH = '$argon2id$v=19$m=65536,t=2,p=1$kvD2NtdmC3d9ElfXItq49g$TW5SHTjx+dnKpumYnkS04uJ7+LXOY+whY4faVJlJRL8';

let world, account, stranger, client, review, paid;

before(async () => {
  world = await World.open();
  account = await world.account({ users: 2, readers: 1 });
  stranger = await world.account();
  client = await world.signIn(account.user);
  paid = await world.review(client, { what: 'fixed', fixed_amount: '1' });
  await world.confirm(client, paid);
  review = await world.review(client, { what: 'fixed', fixed_amount: '2' });
});
after(() => world?.close());

const sessionName = () => `__Host-remit-${world.demo.port}`;

test('a review is its maker’s alone; what came of it is the account’s', async () => {
  const colleague = await world.signIn(account.users[1]);
  const other = await world.signIn(stranger.user);
  // The mailer marks what it sends, and each session is marked as seen.
  const kept = () => world.checksums(['session.seen_at']).replace(/^outbox .*$/m, '');
  const before = kept();
  assert.equal((await colleague.get(review.path)).status, 404);
  assert.equal((await colleague.post(review.path, { key: review.key })).status, 404);
  for (const path of [paid.path, `${paid.path}?again=1`]) assert.equal((await other.get(path)).status, 404, path);
  assert.equal((await other.post(paid.path, { key: paid.key })).status, 404);
  assert.equal(kept(), before);
  const page = await colleague.get(paid.path);
  assert.equal(page.status, 200);
  assert.equal(outcomeOf(page.text), 'success');
});

test('paths that are none', async () => {
  for (const path of ['/nothing', '/invoices/', '/invoices/a/b', '/pay/', `/pay/${review.reference}/`, `/pay/${review.reference}/x`, '/pay/%00', '/loginx', '/login/x/y',
    '/PAY', '/invoices/..%2f..%2fetc', `/invoices/${'a'.repeat(600)}`, '/pay/PAAAAAAAAAAAA', "/pay/' OR 1=1", '/invoices/%27%20OR%201=1', '/admin', '/methods/', '/methods/0', '/methods/abc', '/methods/1/x', '/methods/1/remove/x', '/methodsx', '/webhooks', '/webhooks/other']) {
    const answer = await client.get(world.path(path).replace(/ /g, '%20'));
    assert.ok([404, 400].includes(answer.status), `${path}: ${answer.status}`);
  }
});

test('a permission that is taken away counts at once', async () => {
  const team = await world.account();
  const member = await world.signIn(team.user);
  const open = await world.review(member, { what: 'total' });
  const level = (name) => world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = '${name}') WHERE user_id = ${team.user.id}`);
  level('Test Reader');
  assert.equal((await member.get(world.path('/'))).status, 403);
  assert.equal((await world.confirm(member, open)).status, 403);
  level('Test Manager');
  assert.equal((await member.get(world.path('/'))).status, 200);
  world.sql(`DELETE FROM account_user WHERE user_id = ${team.user.id}`);
  assert.equal((await member.get(world.path('/'))).status, 303);
  assert.equal((await world.confirm(member, open)).status, 303);
  assert.equal(world.state(open.reference), 'review');
  const reader = await world.signIn(account.readers[0]);
  assert.equal((await reader.post(world.path('/logout'), {})).location, world.path('/login'), 'who may nothing may go');
});

test('a user who is disabled is out at once, and does not come in', async () => {
  const team = await world.account();
  const member = await world.signIn(team.user);
  const { code, err } = await world.demo.remit('user', 'disable', team.user.email);
  assert.equal(code, 0, err);
  assert.equal((await member.get(world.path('/'))).status, 303);
  const door = await signInAnswer(team.user.email, team.user.password);
  assert.equal(door.status, 422);
  assert.match(summaryOf(door.text), /^There is a problem The email or the password is not right\./);
  assert.equal((await world.demo.remit('user', 'enable', team.user.email)).code, 0);
  assert.equal((await member.get(world.path('/'))).status, 303, 'the old session stays ended');
  assert.equal((await world.signIn(team.user)).cookies.has(sessionName()), true);
});

test('a user of two accounts sees one at a time', async () => {
  world.sql(`INSERT INTO account_user SELECT ${stranger.id}, ${account.users[1].id}, id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Test Manager'`);
  const both = await world.signIn(account.users[1]);
  const home = await both.get(world.path('/'));
  const here = home.text.includes(account.number) ? account : stranger;
  const there = here === account ? stranger : account;
  assert.ok(home.text.includes(here.number));
  assert.equal((await both.get(world.path(`/invoices/${here.invoices[0].number}`))).status, 200);
  assert.equal((await both.get(world.path(`/invoices/${there.invoices[0].number}`))).status, 404);
});

// ---- signing in ----

async function signInAnswer(email, password, { next = '/', headers } = {}) {
  const visitor = world.demo.client();
  const key = formKey((await visitor.get(world.path('/login'))).text);
  const answer = await visitor.post(world.path('/login'), { key, next, email, password }, headers);
  answer.visitor = visitor;
  return answer;
}

test('after signing in, only our own pages', async () => {
  const own = new URL(world.demo.url);
  const nexts = [
    '//evil.test', '///evil.test', '/\\evil.test', '\\\\evil.test', 'http://evil.test', 'https:evil.test', 'evil.test', '/%2f/evil.test', '/%2fevil.test',
    '/..//evil.test', '/../../evil', '/.//evil.test', '/\t/evil.test', '/\n/evil.test', '/ /evil', 'javascript:alert(1)', '/@evil.test', '/?next=//evil', '/#x',
    '/?a=/b', '/?a?b', '/pay?a=<b>', '/?a=%0d%0ab', '/pay\r\nSet-Cookie: a=b', '/pay%0d%0aSet-Cookie:a=b', '/login', '/login/x', '', '/' + 'a'.repeat(300), 'é', '/é',
  ];
  for (const next of nexts) {
    const answers = [await signInAnswer(account.user.email, account.user.password, { next })];
    if (answers[0].status === 303) answers.push(await answers[0].visitor.get(`${world.path('/login')}?next=${encodeURIComponent(next)}`));
    for (const answer of answers) {
      // Longer than any path of ours, or with a control character: the form is refused whole.
      if (answer.status === 422 && (next.length > 200 || /[\x00-\x1f]/.test(next))) {
        assert.equal(answer.headers['set-cookie'], undefined);
        continue;
      }
      assert.equal(answer.status, 303, JSON.stringify(next));
      assert.match(answer.location, /^\/billing\/[A-Za-z0-9/_.~-]*(\?[\w.~=&-]*)?$/, JSON.stringify(next));
      const to = new URL(answer.location, own);
      assert.equal(to.origin, own.origin);
      assert.ok(to.pathname.startsWith('/billing/'), JSON.stringify(next));
      assert.notEqual(to.pathname, world.path('/login'));
      assert.equal(answer.headers['x-injected'] ?? answer.headers.a, undefined);
    }
    const page = await world.demo.client().get(`${world.path('/login')}?next=${encodeURIComponent(next)}`);
    assert.match(attribute(page.text.match(/<input[^>]*name="next"[^>]*>/)[0], 'value'), /^\/[\w/.~-]*(\?[\w.~=&-]*)?$/);
  }
  for (const next of ['/pay', '/pay?invoice=INV-1', '/invoices?status=all&sort=oldest', '/invoices', `/pay/${review.reference}`])
    assert.equal((await signInAnswer(account.user.email, account.user.password, { next })).location, world.path(next));
  const nobody = world.demo.client();
  const asked = await nobody.get(world.path('/pay?invoice=x'));
  await nobody.get(asked.location);
  assert.equal(asked.location, `${world.path('/login')}?next=/pay?invoice%3Dx`);
});

test('signing in keeps what was asked for: a filter of a few plain fields, and nothing else', async () => {
  const nobody = world.demo.client();
  const door = `${world.path('/login')}?next=`;
  const period = '/invoices?status=all&from=2026-01-01&to=2026-02-01';
  const fits = `/invoices?number=${'x'.repeat(200 - '/invoices?number='.length)}`;
  for (const asked of [period, `${period}&sort=oldest&number=INV-10_3.9~x`, '/payments?status=&from=2026-01-01&to=', '/invoices?status=all&status=paid', '/invoices?number=123456789012', fits]) {
    const answer = await nobody.get(world.path(asked));
    assert.equal(answer.location, `${door}${asked.replace(/[=&]/g, encodeURIComponent)}`);
    const page = await nobody.get(answer.location);
    assert.equal(page.status, 200);
    assert.equal(attribute(page.text.match(/<input[^>]*name="next"[^>]*>/)[0], 'value'), asked, 'the form carries it');
    assert.equal((await signInAnswer(account.user.email, account.user.password, { next: asked })).location, world.path(asked));
  }
  const { visitor } = await signInAnswer(account.user.email, account.user.password, { next: period });
  const list = await visitor.get(world.path(period));
  assert.equal(list.status, 200);
  assert.match(list.text, /name="from"[^>]*value="2026-01-01"/);
  // Not what is long, odd, leads elsewhere, or has as many digits as a card's number; a day that is none is digits.
  for (const query of ['invoice=<x>', `${fits.slice('/invoices?'.length)}x`, `a=${'x'.repeat(94)}&b=${'x'.repeat(94)}&c=1`, 'status=123456&sort=1234567', 'from=2026-13-01&to=2026-02-30', 'from=4111-11-11&to=1111-11-11', '1234567=1&a=123456', 'a=b%26c', 'a=b%3Dc',
    'x=/', 'next=//evil.test', 'next=https://evil.test', 'a=..%2f', 'a=%5cevil', 'a=%25', 'a=b%0d%0aSet-Cookie:c', 'a=b+c', 'a=%22', "a='", 'a=%C3%A9', 'a=b%23c', 'a=b%3fc', 'a=@evil.test', 'a=b;c'])
    assert.equal((await nobody.get(world.path(`/invoices?${query}`))).location, `${door}/invoices`, query);
  // A path that the form would not take leads home.
  assert.equal((await nobody.get(world.path(`/invoices/${'x'.repeat(300)}`))).location, `${door}/`);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const known = (await world.account()).user.email;
  const disabled = (await world.account()).user;
  world.sql(`UPDATE user SET is_active = 0 WHERE id = ${disabled.id}`);
  const plain = (answer, email) => answer.text.replaceAll(email, '').replace(/[0-9a-f]{32}/g, '').replace(/name="key" value="[^"]*"/, '');
  const shape = (answer) => answer.rawHeaders.filter((_, at) => at % 2 === 0).join();
  const wrong = await signInAnswer(known, 'not this one');
  assert.equal(wrong.status, 422);
  for (const [email, password] of [['nobody@example.test', 'not this one'], [disabled.email, disabled.password], ["' OR 1=1 -- ", 'x'], [known, `${account.user.password} `], [known, 'x'.repeat(200)]]) {
    const answer = await signInAnswer(email, password);
    assert.equal(answer.status, 422);
    assert.equal(plain(answer, email.replace(/'/g, '&#39;')), plain(wrong, known), email);
    assert.equal(shape(answer), shape(wrong));
    assert.equal(answer.headers['set-cookie'], undefined);
  }
});

test('who signed in and out is written down, from where nginx saw it', async () => {
  const visitor = world.demo.client();
  const key = formKey((await visitor.get(world.path('/login'))).text);
  await visitor.post(world.path('/login'), { key, next: '/', ...account.user }, { 'x-forwarded-for': '10.9.9.9' });
  await visitor.post(world.path('/logout'), {});
  const events = world.sql(`SELECT action, actor, address, LENGTH(request_id) FROM audit_event WHERE actor = 'user:${account.user.id}' ORDER BY id DESC LIMIT 2`);
  assert.deepEqual(events, [['sign_out', `user:${account.user.id}`, '127.0.0.1', '32'], ['sign_in', `user:${account.user.id}`, '127.0.0.1', '32']]);
});

test('nor does the time tell who has an account, nor the throttle', async () => {
  const known = (await world.account()).user;
  const ghost = 'ghost@example.test';
  world.sql(`UPDATE user_password SET hash = '${STRONG_HASH}' WHERE user_id = ${known.id}`);
  const took = { known: [], unknown: [] };
  for (let at = 0; at < 5; at++)
    for (const [kind, email] of [['known', known.email], ['unknown', ghost]]) {
      const visitor = world.demo.client();
      const key = formKey((await visitor.get(world.path('/login'))).text);
      const start = process.hrtime.bigint();
      assert.equal((await visitor.post(world.path('/login'), { key, next: '/', email, password: 'wrong' })).status, 422);
      took[kind].push(Number(process.hrtime.bigint() - start));
    }
  const least = (list) => Math.min(...list);
  const ratio = least(took.known) / least(took.unknown);
  assert.ok(ratio > 0.5 && ratio < 2, `known/unknown: ${ratio.toFixed(2)}`);
  assert.equal((await world.signIn(known)).cookies.has(sessionName()), true);
  const answers = [];
  for (let at = 0; at < 6; at++) answers.push((await signInAnswer(ghost, 'x')).status);
  assert.deepEqual(answers, [422, 422, 422, 422, 422, 429], 'who does not exist is throttled just the same');
});

test('too many wrong passwords: that email waits, others do not', async () => {
  const LIMIT = 10;
  const victim = await world.account();
  const other = await world.account();
  const email = victim.user.email;
  const spellings = [email, ` ${email.toUpperCase()}`, `${email}   `];
  assert.equal((await signInAnswer(email.replace('e', 'é'), victim.user.password)).status, 422, 'another letter is another email');
  for (let at = 0; at < LIMIT; at++) assert.equal((await signInAnswer(spellings[at % 3], 'wrong')).status, 422, `try ${at + 1}`);
  const tries = [['wrong', {}], [victim.user.password, {}], [victim.user.password, { 'x-forwarded-for': '10.1.2.3' }], [victim.user.password, { 'x-real-ip': '10.1.2.3', forwarded: 'for=10.1.2.3', remote_addr: '10.1.2.3' }]];
  for (const [password, headers] of tries) {
    const answer = await signInAnswer(email, password, { headers });
    assert.equal(answer.status, 429);
    assert.match(summaryOf(answer.text), /Too many tries with a wrong password\. Wait 15 minutes and try again\./);
    assert.equal(attribute(tagOf(answer.text, 'email'), 'value'), email);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  const signedIn = await world.signIn(other.user);
  assert.equal((await signedIn.get(world.path('/'))).status, 200, 'others come in');
  try {
    world.demo.clock('+970');
    assert.equal((await signInAnswer(email, victim.user.password)).status, 303, 'after 15 minutes');
  } finally {
    world.demo.clock('');
  }
});

test('many emails from one address: the address waits', async () => {
  try {
    world.demo.clock('+4000');
    const emails = [];
    for (let at = 0; at < 11; at++) emails.push((await world.account({ invoices: [] })).user);
    let refused = 0;
    for (let at = 0; at < 105 && !refused; at++) if ((await signInAnswer(emails[at % 11].email, 'wrong')).status === 429) refused = at;
    assert.ok(refused >= 99 && refused <= 101, `refused after ${refused}`);
    assert.equal((await signInAnswer(emails[10].email, emails[10].password)).status, 429);
    world.demo.clock('+4970');
    assert.equal((await signInAnswer(emails[10].email, emails[10].password)).status, 303);
  } finally {
    world.demo.clock('');
  }
});
