// access.test.mjs - who may see and do what: every route, for everybody.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { World, attribute, formKey, outcomeOf, payFields, summaryOf, tagOf, words } from './world.mjs';

// 'demo-password', hashed as login itself does.
const STRONG_HASH = '$argon2id$v=19$m=65536,t=2,p=1$kvD2NtdmC3d9ElfXItq49g$TW5SHTjx+dnKpumYnkS04uJ7+LXOY+whY4faVJlJRL8';

let world, account, stranger, client, review, paid, enrolment;

before(async () => {
  world = await World.open();
  account = await world.account({ users: 2, readers: 1 });
  stranger = await world.account();
  client = await world.signIn(account.user);
  paid = await world.review(client, { what: 'fixed', fixed_amount: '1' });
  await world.confirm(client, paid);
  review = await world.review(client, { what: 'fixed', fixed_amount: '2' });
  world.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
             VALUES (${account.id}, ${account.user.id}, ${account.card}, 'first', 'all', '2026-01-01', '2030-01-01', UTC_TIMESTAMP(), UTC_TIMESTAMP())`);
  enrolment = world.one('SELECT MAX(id) FROM enrolment');
  world.sql(`INSERT INTO enrolment_cover VALUES (${account.id}, ${enrolment}, 'all', 1)`);
});
after(() => world?.close());

const cookieName = (program) => `__Secure-remit-${program}-${world.demo.port}`;
const sessionName = () => `__Host-remit-${world.demo.port}`;

// [route as the program names it, address here, body of a POST]
const ROUTES = () => [
  ['GET /', '/'],
  ['GET /calendar', '/calendar'],
  ['GET /invoices', '/invoices'],
  ['GET /invoices/:number', `/invoices/${account.invoices[0].number}`],
  ['GET /payments', '/payments'],
  ['GET /payments/:reference', `/payments/${paid.reference}`],
  ['GET /documents', '/documents'],
  ['GET /documents/statements/:month', '/documents/statements/2026-01'],
  ['GET /documents/years/:year', '/documents/years/2026'],
  ['GET /invoices/:file', `/invoices/${account.invoices[0].number}.pdf`],
  ['GET /payments/:file', `/payments/${paid.reference}.pdf`],
  ['GET /pay', '/pay'],
  ['POST /pay', '/pay', payForm],
  ['GET /pay/:reference', `/pay/${review.reference}`],
  ['POST /pay/:reference', `/pay/${review.reference}`, { key: review.key }],
  ['GET /methods', '/methods'],
  ['GET /methods/card', '/methods/card'],
  ['POST /methods/card', '/methods/card', { payment_token: '00000000-000000-000000-000000000000', name_on_card: 'A Tester', zip: '60601', terms: '1' }],
  ['GET /methods/bank', '/methods/bank'],
  ['POST /methods/bank', '/methods/bank', { routing: '021000021', account: '123456789', account_again: '123456789', holder_type: 'personal', account_type: 'checking', name_on_account: 'A Tester' }],
  ['GET /methods/:id', `/methods/${account.card}`],
  ['POST /methods/:id', `/methods/${account.card}`, { label: 'Mine now' }],
  ['GET /methods/:id/remove', `/methods/${account.card}/remove`],
  ['POST /methods/:id/remove', `/methods/${account.card}/remove`, {}],
  ['GET /autopay', '/autopay'],
  ['GET /autopay/new', '/autopay/new'],
  ['POST /autopay/new', '/autopay/new', { method: account.card, schedule: 'first', scope: 'all', step: 'save', agree: '0123456789abcdef' }],
  ['GET /autopay/:id', `/autopay/${enrolment}`],
  ['POST /autopay/:id', `/autopay/${enrolment}`, { method: account.card, schedule: 'first', scope: 'all', step: 'save', agree: '0123456789abcdef' }],
  ['GET /autopay/:id/off', `/autopay/${enrolment}/off`],
  ['POST /autopay/:id/off', `/autopay/${enrolment}/off`, {}],
  ['POST /autopay/:id/skip', `/autopay/${enrolment}/skip`, { day: '2030-01-01' }],
];
// The tile says in a fragment of its own who may not see it (home.test.mjs).
const PUBLIC = ['GET /login', 'POST /login', 'POST /logout', 'GET /tile', 'GET /login/site', 'GET /login/reset', 'POST /login/reset', 'GET /login/link', 'GET /login/password', 'POST /login/password'];
// Whatever somebody's security level: account.test.mjs asks of these what is asked of the others here.
const SESSION = ['GET /account', 'POST /account', 'GET /account/password', 'POST /account/password', 'GET /account/sessions', 'POST /account/sessions',
  'GET /account/switch', 'POST /account/switch', 'GET /account/access'];
let payForm;

const send = (who, route, path, body) => who.request(route.split(' ')[0], world.path(path), body);

// Nothing is written meanwhile, but sessions and counters.
async function writesNothing(work) {
  const rows = world.rows();
  const states = world.sql('SELECT reference, state FROM payment ORDER BY id').join();
  const requests = await world.gatewayRequests();
  await work();
  assert.equal(world.rows(), rows);
  assert.equal(world.sql('SELECT reference, state FROM payment ORDER BY id').join(), states);
  assert.equal(await world.gatewayRequests(), requests);
}

test('the matrix below has every route there is', () => {
  const found = [];
  for (const name of readdirSync(join(top, 'modules'))) {
    const file = join(top, 'modules', name, 'main.c');
    let text = '';
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    for (const [, method, path, access] of text.matchAll(/\{METHOD_(\w+), "([^"]+)",\s+ACCESS_(\w+)/g)) {
      found.push(`${method} ${path}`);
      assert.equal(access === 'PUBLIC', PUBLIC.includes(`${method} ${path}`), `${method} ${path}`);
      assert.equal(access === 'SESSION', SESSION.includes(`${method} ${path}`), `${method} ${path}`);
    }
  }
  assert.deepEqual(found.sort(), [...ROUTES().map(([route]) => route), ...PUBLIC, ...SESSION].sort());
});

test('nobody, a session that is no more, and cookies that are none, lead to the sign-in', async () => {
  payForm = payFields((await client.get(world.path('/pay'))).text, { what: 'total' });
  const nobody = world.demo.client();
  const gone = await world.signIn(account.user);
  await gone.post(world.path('/logout'), {});
  const left = await world.signIn(account.user);
  const removed = await world.signIn(account.users[1]);
  const copy = world.demo.client();
  copy.cookies = new Map(left.cookies);
  await left.post(world.path('/logout'), {});
  world.sql(`DELETE FROM session WHERE user_id = ${account.users[1].id}`);
  const strange = ['', 'x', 'A'.repeat(43), 'A'.repeat(44), "' OR 1=1 -- ", 'A'.repeat(3000), '%00', 'é'].map((value) => {
    const who = world.demo.client();
    who.cookies.set(sessionName(), { value: Buffer.from(value).toString('latin1'), path: '/' });
    return who;
  });
  const onlyPay = world.demo.client();
  onlyPay.cookies.set(cookieName('pay'), client.cookies.get(cookieName('pay')));
  await writesNothing(async () => {
    for (const who of [nobody, gone, copy, removed, onlyPay, ...strange])
      for (const [route, path, body] of ROUTES()) {
        const answer = await send(who, route, path, body);
        assert.equal(answer.status, 303, `${route} ${[...who.cookies.values()].map((c) => c.value.slice(0, 20))}`);
        assert.equal(answer.location, `${world.path('/login')}?next=${path}`, route);
        assert.equal(answer.text, '', 'and nothing with it');
      }
  });
});

test('without the permission: told so, and whom to ask', async () => {
  const reader = await world.signIn(account.readers[0]);
  await writesNothing(async () => {
    for (const [route, path, body] of ROUTES()) {
      const answer = await send(reader, route, path, body);
      assert.equal(answer.status, 403, route);
      assert.match(words(answer.text), /does not include "User can view Financial Reports and Invoices"\. Ask a Manager of your organization, or your service provider/, route);
      assert.doesNotMatch(answer.text, new RegExp(`\\$\\d|${account.invoices[0].number}</`), 'no figure is shown');
      assert.doesNotMatch(answer.text, /<nav class="r-nav"/, 'no menu of pages that would say the same');
    }
  });
  assert.equal((await reader.post(world.path('/logout'), {})).status, 303);
});

test('another account: its own pages, never ours', async () => {
  const other = await world.signIn(stranger.user);
  await writesNothing(async () => {
    for (const [route, path, body] of ROUTES()) {
      const answer = await send(other, route, path, body);
      const ours = [account.invoices[0].number, review.reference, paid.reference, `/methods/${account.card}`, `/autopay/${enrolment}`].some((name) => path.includes(name));
      if (ours) assert.equal(answer.status, 404, route);
      assert.ok(!answer.text.includes(account.number) && !answer.text.includes(account.invoices[0].number), route);
    }
    for (const path of [`/pay?invoice=${account.invoices[0].number}`, `/pay/${paid.reference}`, `/pay/${paid.reference}?again=1`])
      assert.equal((await other.get(world.path(path))).status, 404, path);
    assert.equal((await other.post(world.path(`/pay/${paid.reference}`), { key: paid.key })).status, 404);
    const foreign = await world.pay(other, { what: 'selected', invoice: account.invoices[0].number });
    assert.equal(foreign.status, 422);
    const method = await world.pay(other, { what: 'total', method: account.card });
    assert.equal(method.status, 422);
  });
  const none = await other.get(world.path('/invoices/none-such'));
  const theirs = await other.get(world.path(`/invoices/${account.invoices[0].number}`));
  const plain = (answer) => words(answer.text).replace(/[0-9a-f]{32}/g, '');
  assert.equal(plain(none), plain(theirs), 'what is not there and what is not theirs look alike');
});

test('a review is its maker’s alone; what came of it is the account’s', async () => {
  const colleague = await world.signIn(account.users[1]);
  await writesNothing(async () => {
    assert.equal((await colleague.get(review.path)).status, 404);
    assert.equal((await colleague.post(review.path, { key: review.key })).status, 404);
    const own = await world.demo.client();
    assert.equal((await own.get(review.path)).status, 303);
  });
  const page = await colleague.get(paid.path);
  assert.equal(page.status, 200);
  assert.equal(outcomeOf(page.text), 'success');
});

test('a POST needs the cookie of its own program', async () => {
  const visitor = await world.signIn(account.user);
  const twin = await world.signIn(account.user);
  const own = payFields((await visitor.get(world.path('/pay'))).text, { what: 'total' });
  const review = await world.review(visitor, { what: 'total' });
  const good = visitor.cookies.get(cookieName('pay'));
  const others = [
    null,
    { ...good, value: '' },
    { ...good, value: 'A'.repeat(43) },
    { ...good, value: visitor.cookies.get(sessionName()).value },
    ...['methods', 'autopay', 'login'].map((program) => ({ ...good, value: visitor.cookies.get(cookieName(program)).value })),
    { ...good, value: twin.cookies.get(cookieName('pay')).value },
  ];
  await writesNothing(async () => {
    for (const cookie of others) {
      if (cookie) visitor.cookies.set(cookieName('pay'), cookie);
      else visitor.cookies.delete(cookieName('pay'));
      for (const [path, body] of [['/pay', own], [`/pay/${review.reference}`, { key: review.key }]]) {
        const answer = await visitor.post(world.path(path), body);
        assert.equal(answer.status, 403);
        assert.match(words(answer.text), /did not send this page's own cookie, so nothing was done/);
      }
      assert.equal((await visitor.get(world.path('/pay'))).status, 200, 'reading needs none');
    }
  });
  // What a hole in `invoices` could see: the session, but not the other programs' cookies.
  assert.doesNotMatch(visitor.cookieHeader(world.path('/invoices')), /Secure-remit/);
  visitor.cookies.set(cookieName('pay'), good);
  assert.equal((await visitor.post(world.path('/pay'), own)).status, 303);
});

test('other methods are 405, and say which are taken', async () => {
  const cases = [
    ['/', 'GET, HEAD', ['POST']], ['/invoices', 'GET, HEAD', ['POST']], [`/invoices/${account.invoices[0].number}`, 'GET, HEAD', ['POST']],
    ['/logout', 'POST', ['GET', 'HEAD']], ['/methods', 'GET, HEAD', ['POST']],
  ];
  await writesNothing(async () => {
    for (const who of [client, world.demo.client()]) {
      for (const [path, allow, methods] of cases)
        for (const method of methods) {
          const answer = await who.request(method, world.path(path), method === 'POST' ? {} : undefined);
          assert.equal(answer.status, 405, `${method} ${path}`);
          assert.equal(answer.headers.allow, allow);
        }
      for (const [, path] of [...ROUTES(), ['', '/login'], ['', '/logout']])
        for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL']) {
          const answer = await who.request(method, world.path(path), method === 'PUT' ? { a: '1' } : undefined);
          assert.equal(answer.status, 405, `${method} ${path}`);
          assert.equal(answer.headers.allow !== undefined, true);
        }
    }
  });
});

test('paths that are none', async () => {
  for (const path of ['/nothing', '/invoices/', '/invoices/a/b', '/pay/', `/pay/${review.reference}/`, `/pay/${review.reference}/x`, '/pay/%00', '/loginx', '/login/x/y',
    '/PAY', '/invoices/..%2f..%2fetc', `/invoices/${'a'.repeat(600)}`, '/pay/PAAAAAAAAAAAA', "/pay/' OR 1=1", '/invoices/%27%20OR%201=1', '/admin', '/methods/', '/methods/0', '/methods/abc', '/methods/1/x', '/methods/1/remove/x', '/methodsx', '/webhooks/nmi']) {
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
