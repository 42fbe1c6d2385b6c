// matrix.test.mjs - every route of every program, as its table has it, asked by everybody who may not and in every way
// that is wrong: the right answer each, and nothing written. routes.mjs has their addresses and forms.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Users } from './account_world.mjs';
import { ADDRESSES, NAMED, NO_TOKEN, methodsOf, readRoutes } from './routes.mjs';
import { attribute, formKey, until, words } from './world.mjs';

const ALL = readRoutes();
const ROUTES = ALL.filter(({ access }) => access !== 'RAW');
const RAW = ALL.filter(({ access }) => access === 'RAW');
const KEPT_OUT = ['session.seen_at']; // once a minute a session is marked as seen, whatever is asked for

// Who may come: said here once more, so that a table that lets more people in is wrong.
const LEVELS = [
  [/^\/(login|logout)(\/|$)/, 'PUBLIC', 'where a session begins and ends'],
  [/^\/tile$/, 'PUBLIC', 'a fragment in pages of the provider’s, which says who may not see it'],
  [/^\/account(\/|$)/, 'SESSION', 'a user’s own, whatever their level'],
  [/^\/autopay(\/|$)/, 'AUTOPAY', 'agreements about an account’s money'],
  [/^\//, 'BILLING', 'everything else'],
];
const levelOf = ({ path }) => LEVELS.find(([pattern]) => pattern.test(path))[1];

// ---- the rules: by column, what a route answers and why; and the routes that answer another thing ----

// What a route answers to whom it is for.
const OWN = [200, 'its page'];
const OWN_EXCEPT = {
  'GET /login': [303, 'whoever is signed in goes on'],
  'GET /login/site': [404, 'Login.Mode is password'],
  'GET /login/link': [303, 'the token leaves the address'],
  'GET /login/password': [410, 'without the cookie of a link'],
};
const own = (route) => OWN_EXCEPT[route.name] ?? OWN;
const SIGN_IN = [303, 'to the sign-in, and on to the page from there'];
const isForm = ({ method }) => method === 'POST';
const isPublic = (route) => levelOf(route) === 'PUBLIC';
const FOREIGN = [403, 'its key belongs to a cookie of the door, which this browser has not'];

const RULES = {
  nobody: {
    rule: (route) => (!isPublic(route) ? SIGN_IN : isForm(route) ? FOREIGN : own(route)),
    except: {
      'GET /login': [200, 'for them it is'],
      'POST /logout': [303, 'who is not signed in stays so'],
      'POST /login/password': [410, 'without the cookie of a link'],
    },
  },
  'no permission': {
    rule: (route) => (['BILLING', 'AUTOPAY'].includes(levelOf(route)) ? [403, 'the level lacks it'] : isPublic(route) && isForm(route) ? FOREIGN : isForm(route) ? [422, 'allowed: and nothing was filled in'] : own(route)),
    except: {
      'POST /logout': [403, 'everybody may: so it comes from another site here'],
      'POST /login/password': [410, 'without the cookie of a link'],
      'GET /account/access': [403, 'for Managers'],
      'GET /account/switch': [404, 'there is no other account'],
      'POST /account/switch': [404, 'there is no other account'],
    },
  },
  'other account': {
    rule: (route) => (ADDRESSES[route.name].missing ? [404, 'as what is not there at all'] : isForm(route) ? [403, 'its key is another session’s'] : own(route)),
    except: {
      'GET /login/link': [303, 'whose it is, the page behind it says'],
      'GET /account/switch': [404, 'there is no other account'],
      'POST /account/switch': [404, 'there is no other account'],
      'POST /logout': [403, 'one’s own: so it comes from another site here'],
      'POST /login/password': [410, 'without the cookie of a link'],
    },
  },
  expired: {
    rule: (route) => RULES.nobody.rule(route),
    except: { 'GET /login': [200, 'for them it is'], 'POST /logout': [303, 'who is not signed in stays so'], 'POST /login/password': [410, 'without the cookie of a link'] },
  },
  cookie: {
    rule: (route) => (!isForm(route) ? own(route) : isPublic(route) ? FOREIGN : [403, 'a form needs the cookie of its own program']),
    except: {
      'POST /login/password': [410, 'without the cookie of a link'],
      'POST /logout': [303, 'any page has it: of a session alone, which is not sent here'],
    },
  },
  key: {
    rule: (route) => (isForm(route) ? [403, 'the page again, and why'] : own(route)),
    except: { 'POST /logout': [403, 'it has no key, and must come from our own pages'] },
  },
  method: {
    rule: () => [405, 'Allow says what is taken'],
    except: { 'GET /tile': [200, 'a fragment, whatever a page of the provider’s was asked with'] },
  },
  type: {
    rule: (route) => (isForm(route) ? [415, 'nothing but a form of ours is read'] : own(route)),
    except: {},
  },
};
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'];
const FORM_TYPE = 'application/x-www-form-urlencoded';
const WRONG_TYPES = ['multipart/form-data; boundary=x', 'application/json', 'text/plain', 'text/plain; charset=utf-8', '', null, `${FORM_TYPE}x`, `${FORM_TYPE}; charset=utf-16`, `${FORM_TYPE};charset="iso-8859-1"`, `${FORM_TYPE} x`];

// ---- who asks ----

let world, team, mine, guest, forms, stranger, strange, kept;
const asked = new Set();

const hashOf = (token) => execFileSync('b2sum', ['-l', '256'], { input: token, encoding: 'utf8' }).split(' ')[0];
const atOf = (route, whose = team) => ADDRESSES[route.name].at(whose);
const actorOf = (route, signedIn = mine, door = guest) => (isPublic(route) && isForm(route) ? door : signedIn);
// What an answer does to the cookies is not kept: the next one is asked by the same visitor.
function send(who, route, at, body, headers) {
  const once = world.demo.client();
  once.cookies = new Map(who.cookies);
  return once.request(route.method, world.path(at), isForm(route) ? body : undefined, headers);
}
const formOf = (route, who, whose = team) => ADDRESSES[route.name].form(who, whose, atOf(route, whose));
const keyOf = (pairs) => Object.fromEntries(pairs).key;
const withKey = (pairs, key) => [...pairs.filter(([name]) => name !== 'key'), ...(key === undefined ? [] : [['key', key]])];

function link({ user, id }, state = 'open', minutes = 30, kind = 'reset') {
  const token = randomBytes(32).toString('base64url');
  world.sql(`INSERT INTO user_link (user_id, account_id, kind, salt, token_hash, created_at, ends_at, state, used_at)
    VALUES (${user.id}, ${id}, '${kind}', RANDOM_BYTES(16), UNHEX('${hashOf(token)}'), UTC_TIMESTAMP() - INTERVAL 1 HOUR, UTC_TIMESTAMP() + INTERVAL ${minutes} MINUTE, '${state}',
    ${state === 'used' ? 'UTC_TIMESTAMP() - INTERVAL 1 MINUTE' : 'NULL'})`);
  return token;
}

// An account with everything a route can be about: a Manager, who has a second account, and their session.
async function makeTeam() {
  const made = await world.account({ users: 2, readers: 1 });
  [made.second] = await world.moreAccounts(made.user, 1);
  const client = await world.signIn(made.user);
  const paid = await world.review(client, { what: 'fixed', fixed_amount: '1' });
  assert.equal((await world.confirm(client, paid)).status, 303);
  made.paid = paid.reference;
  made.review = (await world.review(client, { what: 'fixed', fixed_amount: '2' })).reference;
  made.enrolment = world.one(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
      VALUES (${made.id}, ${made.user.id}, ${made.card}, 'first', 'all', '2026-01-01', '2030-01-01', UTC_TIMESTAMP(), UTC_TIMESTAMP());
    SET @enrolment = LAST_INSERT_ID(); INSERT INTO enrolment_cover VALUES (${made.id}, @enrolment, 'all', 1); SELECT @enrolment`);
  made.token = link(made);
  made.handle = attribute((await client.get(world.path('/account/sessions'))).text.match(/<input[^>]*name="session"[^>]*>/)[0], 'value');
  return { made, client };
}

// What each form would send, from pages of its own: { name: pairs }.
async function allForms(client, door, whose = team) {
  const all = {};
  for (const route of ROUTES.filter(isForm)) all[route.name] = await formOf(route, actorOf(route, client, door), whose);
  return all;
}

before(async () => {
  world = await Users.open();
  ({ made: team, client: mine } = await makeTeam());
  stranger = await world.account();
  strange = await world.signIn(stranger.user);
  guest = world.demo.client();
  world.sql(`INSERT IGNORE INTO security_level (name, may_billing, may_autopay) VALUES ('Test Payer', 1, 0), ('Test Drafter', 0, 1)`);
});
after(() => world?.close());

test('every route of a table has an address here, and no other has; its level is the one its path has to have', () => {
  assert.deepEqual(ROUTES.map(({ name }) => name).sort(), Object.keys(ADDRESSES).sort());
  for (const { except } of [...Object.values(RULES), { except: OWN_EXCEPT }]) for (const name of Object.keys(except)) assert.ok(name in ADDRESSES, name);
  for (const route of ROUTES) assert.equal(route.access, levelOf(route), route.name);
  assert.deepEqual(RAW.map(({ program, name }) => `${program}: ${name}`), ['webhooks: POST /webhooks/nmi']);
});

// ---- the columns ----

const requests = async () => Object.values((await world.demo.gateway('GET', '/sandbox/requests')).by_kind).reduce((sum, count) => sum + count, 0);
const state = async () => `${world.checksums(KEPT_OUT)}\ngateway ${await requests()}`;

// What the programs do by themselves after an answer, mail among it, is done.
const quiet = () =>
  until('nothing is on its way', async () => {
    const first = await state();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return world.one("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") === '0' && (await state()) === first;
  });

// ready: what is made before; each: asks one route, and says with check() what came.
function column(name, title, ready, each) {
  test(`${name}: ${title}`, async () => {
    const made = await ready();
    await quiet();
    const earlier = await state();
    for (const route of ROUTES) {
      const { rule, except } = RULES[name];
      const [status, why] = except[route.name] ?? rule(route);
      const check = (answer, what = '') => assert.equal(answer.status, status, `${route.name}, ${what}: ${answer.status} and not ${status} (${why}): ${words(answer.text).slice(0, 300)}`);
      await each(route, check, made);
      asked.add(`${name} ${route.name}`);
    }
    assert.equal(await state(), earlier, 'nothing is written, and nothing asked of the gateway');
  });
}

const toSignIn = (route, answer) => {
  if (isPublic(route)) return;
  assert.equal(answer.location, `${world.path('/login')}?next=${route.name === 'POST /autopay/:id/skip' ? '/autopay' : atOf(route)}`, route.name);
  assert.equal(answer.text, '', `${route.name}: and nothing with it`);
};

const withCookie = (name, value, path = '/') => {
  const who = world.demo.client();
  who.cookies.set(name, { value: Buffer.from(value).toString('latin1'), path });
  return who;
};

column('nobody', 'without a session, or with what is none', async () => {
  forms = await allForms(mine, guest);
  const all = ['', 'x', 'A'.repeat(43), 'A'.repeat(44), "' OR 1=1 -- ", 'A'.repeat(3000), '%00', 'é'].map((value) => withCookie(world.sessionName, value));
  const pay = world.cookieName('pay');
  return [world.demo.client(), withCookie(pay, mine.cookies.get(pay).value, world.path('/pay')), ...all];
}, async (route, check, visitors) => {
  for (const [at, who] of visitors.entries()) {
    const answer = await send(who, route, atOf(route), forms[route.name]);
    check(answer, `visitor ${at}`);
    toSignIn(route, answer);
  }
});

column('no permission', 'a level without billing, without Auto Pay, with neither', async () => {
  const level = (user, name) => world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = '${name}') WHERE user_id = ${user.id}`);
  const small = await world.account({ users: 2, readers: 1 });
  level(small.users[0], 'Test Payer');
  level(small.users[1], 'Test Drafter');
  const [payer, drafter, reader] = await Promise.all([...small.users, ...small.readers].map((user) => world.signIn(user)));
  // One who had it until now, with keys that were right.
  const late = await makeTeam();
  const lateForms = await allForms(late.client, world.demo.client(), late.made);
  level(late.made.user, 'Test Reader');
  return { visitors: [[reader], [drafter], [late.client, late.made, lateForms]], payer };
}, async (route, check, { visitors, payer }) => {
  const wants = ['BILLING', 'AUTOPAY'].includes(levelOf(route));
  for (const [who, whose = team, pairs = forms] of visitors) {
    // Whoever has two accounts may switch.
    if (whose !== team && route.path === '/account/switch') continue;
    let body = pairs[route.name];
    if (levelOf(route) === 'SESSION' && isForm(route)) body = [['key', formKey((await who.get(world.path(route.path))).text) ?? '']];
    else if (isPublic(route)) body = forms[route.name];
    const answer = await send(who, route, atOf(route, whose), body, route.path === '/logout' ? { origin: 'https://evil.test' } : {});
    check(answer);
    if (!wants) continue;
    assert.match(words(answer.text), /does not include "User can view Financial Reports and Invoices"\. Ask a Manager of your organization, or your service provider/, route.name);
    assert.doesNotMatch(answer.text, new RegExp(`\\$\\d|${whose.invoices[0].number}</`), 'no figure is shown');
    assert.doesNotMatch(answer.text, /<nav class="r-nav"/, 'no menu of pages that would say the same');
  }
  if (levelOf(route) !== 'AUTOPAY') return;
  const answer = await send(payer, route, atOf(route), forms[route.name]);
  check(answer, 'with billing');
  assert.match(words(answer.text), /does not include the account's Auto Pay\. Nothing was done/, route.name);
});

// What differs from answer to answer, and what was asked for.
const plain = ({ status, headers, text }, asked = '') =>
  [status, headers['content-type'], headers.location, text].map((each) =>
    String(each).replace(/[0-9a-f]{32}/g, 'ID').replace(/name="key" value="[^"]*"/g, 'KEY').replace(new RegExp(`(?<=[="])${asked || 'ASKED'}(?=["&]|$)`, 'g'), 'ASKED'));

column('other account', 'its own pages; what is ours is as if it were not there', async () => {
  forms = await allForms(mine, guest);
}, async (route, check) => {
  const { missing } = ADDRESSES[route.name];
  const answer = await send(strange, route, atOf(route), forms[route.name], route.path === '/logout' ? { origin: 'https://evil.test' } : {});
  check(answer);
  for (const ours of [team.number, team.paid, ...team.invoices.map(({ number }) => number)]) assert.ok(!answer.text.includes(ours), `${route.name} tells ${ours}`);
  if (missing && route.name !== 'GET /login/link')
    assert.deepEqual(plain(answer), plain(await send(strange, route, missing, forms[route.name])), `${route.name}: as what is nobody's`);
});

test('other account: what is ours, named in a query or a form, is as what is nobody’s', async () => {
  await quiet();
  const earlier = await state();
  for (const [name, fields, field, ofTeam, none] of NAMED) {
    const route = ROUTES.find((each) => each.name === name);
    const answers = [];
    for (const value of [ofTeam(team), none]) {
      const change = { ...fields, [field]: value };
      const pairs = isForm(route) ? await ADDRESSES[name].form(strange, stranger, atOf(route)).catch(() => null) : [];
      const key = pairs ? keyOf(pairs) : formKey((await strange.get(world.path('/account'))).text);
      const body = [...(pairs ?? [['key', key]]).filter(([each]) => !(each in change)), ...Object.entries(change).filter(([, each]) => each !== null)];
      const at = isForm(route) ? atOf(route) : `${atOf(route)}?${new URLSearchParams(change)}`;
      const answer = await send(strange, route, at, body);
      assert.notEqual(answer.status, 403, `${name} ${field}: refused for what is asked, not for how`);
      answers.push(plain(answer, value));
    }
    assert.deepEqual(answers[0], answers[1], `${name} ${field}`);
  }
  assert.equal(await state(), earlier);
});

column('expired', 'idle too long, past its end, signed out, deleted', async () => {
  const visitors = [];
  for (const end of ['seen_at = UTC_TIMESTAMP() - INTERVAL 1800 SECOND', 'ends_at = UTC_TIMESTAMP()', 'out', 'gone']) {
    const who = await world.signIn(team.user);
    const pairs = await allForms(who, world.demo.client());
    const copy = world.demo.client();
    copy.cookies = new Map(who.cookies);
    const row = `WHERE token_hash = UNHEX('${hashOf(who.cookies.get(world.sessionName).value)}')`;
    assert.equal(world.one(`SELECT COUNT(*) FROM session ${row}`), '1');
    if (end === 'out') await who.post(world.path('/logout'), {});
    else world.sql(end === 'gone' ? `DELETE FROM session ${row}` : `UPDATE session SET created_at = created_at - INTERVAL 1 DAY, ${end} ${row}`);
    copy.cookies.delete(`__Secure-remit-login-form-${world.demo.port}`);
    copy.cookies.delete(`__Secure-remit-login-link-${world.demo.port}`);
    visitors.push([end, copy, pairs]);
  }
  return visitors;
}, async (route, check, visitors) => {
  for (const [end, who, pairs] of visitors) {
    const answer = await send(who, route, atOf(route), pairs[route.name]);
    check(answer, end);
    toSignIn(route, answer);
  }
});

column('cookie', 'a form with a right key, and the cookie of every other program only', async () => {
  forms = await allForms(mine, guest);
  return world.signIn(team.user);
}, async (route, check, twin) => {
  const value = (name, who = mine) => who.cookies.get(name).value;
  const session = `${world.sessionName}=${value(world.sessionName)}`;
  const programs = ['pay', 'methods', 'autopay', 'login'];
  const others = programs.filter((program) => program !== route.program || isPublic(route)).map((program) => `${world.cookieName(program)}=${value(world.cookieName(program))}`);
  const name = world.cookieName(route.program);
  const posed = ['', 'A'.repeat(43), value(world.sessionName), ...programs.filter((program) => program !== route.program).map((program) => value(world.cookieName(program)))];
  if (programs.includes(route.program)) posed.push(value(name, twin));
  const headers = [others.join('; '), ...others, ...posed.map((each) => `${name}=${each}`)];
  for (const each of headers) {
    const cookie = route.path === '/logout' ? each : `${session}; ${each}`;
    const answer = await send(mine, route, atOf(route), forms[route.name], { cookie });
    check(answer, cookie.slice(session.length));
    if (isForm(route) && !isPublic(route)) assert.match(words(answer.text), /did not send this page's own cookie, so nothing was done/, route.name);
  }
  // What a hole in a program could see: the session, and of the programs' cookies its own.
  const seen = [...mine.cookieHeader(world.path(atOf(route))).matchAll(/__Secure-remit-(\w+)-\d/g)].map(([, program]) => program);
  for (const program of programs) assert.ok(!seen.includes(program) || program === route.program, `${route.name} is sent the cookie of ${program}`);
});

column('key', 'none, garbage, of another session, of another form, too old; and a form from another site', async () => {
  const twin = await allForms(await world.signIn(team.user), world.demo.client());
  world.demo.clock(`-${12 * 3600 + 1}`);
  const old = await allForms(mine, guest).finally(() => world.demo.clock(''));
  forms = await allForms(mine, guest);
  return { twin, old };
}, async (route, check, { twin, old }) => {
  if (!isForm(route)) {
    const at = atOf(route);
    check(await send(mine, route, `${at}${at.includes('?') ? '&' : '?'}key=x`), 'reading needs none');
    return;
  }
  const right = forms[route.name];
  const key = keyOf(right);
  const who = actorOf(route);
  check(await send(who, route, atOf(route), right, { origin: 'https://evil.test' }), 'another site');
  if (route.path === '/logout') return;
  const others = Object.entries(forms).filter(([name]) => name !== route.name && name !== 'POST /logout');
  const keys = [['none', undefined], ['empty', ''], ['x', 'x'], ['long', 'A'.repeat(75)], ['cut', key.slice(0, -1)], ['bent', (key[0] === 'A' ? 'B' : 'A') + key.slice(1)],
    ['another session’s', keyOf(twin[route.name])], ['old', keyOf(old[route.name])], ...others.map(([name, pairs]) => [name, keyOf(pairs)])];
  for (const [what, wrong] of keys) {
    const answer = await send(who, route, atOf(route), withKey(right, wrong));
    check(answer, what);
    const sentence = what === 'none' || what === 'empty' ? /came without its key\. Nothing was done/ : what === 'old' ? /open too long\. Nothing was done/ : /made for another sign-in\. Nothing was done/;
    assert.match(words(answer.text), sentence, `${route.name} ${what}`);
  }
});

column('method', 'what an address does not take', async () => {}, async (route, check) => {
  const at = atOf(route);
  const taken = methodsOf(ROUTES, route, at.split('?')[0]);
  for (const who of [actorOf(route), world.demo.client()])
    for (const method of METHODS.filter((each) => !taken.includes(each))) {
      const answer = await who.request(method, world.path(at), ['GET', 'HEAD', 'OPTIONS'].includes(method) ? undefined : (forms[route.name] ?? [['a', '1']]));
      check(answer, method);
      if (answer.status === 405) assert.equal(answer.headers.allow, taken.join(', '), `${method} ${at}`);
    }
});

column('type', 'a body that is no form of ours, is too large, or says a thing twice', async () => {
  forms = await allForms(mine, guest);
}, async (route, check) => {
  if (!isForm(route)) {
    for (const type of WRONG_TYPES) check(await send(mine, route, atOf(route), '', { 'content-type': type }), `a GET of ${type}`);
    return;
  }
  const right = new URLSearchParams(forms[route.name]).toString();
  for (const type of WRONG_TYPES)
    for (const who of [actorOf(route), world.demo.client()])
      check(await send(who, route, atOf(route), type === 'application/json' ? JSON.stringify(Object.fromEntries(forms[route.name])) : right, { 'content-type': type }), String(type));
  const large = await send(actorOf(route), route, atOf(route), `${right}&pad=${'a'.repeat(65536 - right.length)}`);
  assert.equal(large.status, 413, route.name);
  const twice = await send(actorOf(route), route, atOf(route), `${right}&key=${encodeURIComponent(keyOf(forms[route.name]) ?? 'x')}`);
  if (route.path !== '/logout') assert.equal(twice.status, 400, `${route.name}: a field twice`);
});

test('what takes raw bytes knows nobody: no form, no session, nothing that is not signed', async () => {
  await quiet();
  const earlier = await state();
  for (const route of RAW)
    for (const who of [world.demo.client(), mine, strange]) {
      const ask = async (status, method, headers, what) => {
        const answer = await who.request(method, world.path(route.path), ['GET', 'HEAD', 'OPTIONS'].includes(method) ? undefined : '{"event_id":"e1","event_type":"x"}', headers);
        assert.equal(answer.status, status, `${method} ${what}`);
        if (status === 405) assert.equal(answer.headers.allow, 'POST');
        assert.ok(!('set-cookie' in answer.headers) && !('location' in answer.headers) && answer.text.length < 40, answer.text);
      };
      for (const method of METHODS.filter((each) => each !== route.method)) await ask(405, method, {}, '');
      for (const type of [...WRONG_TYPES.filter((each) => each !== 'application/json'), FORM_TYPE]) await ask(415, 'POST', { 'content-type': type }, type);
      await ask(403, 'POST', { 'content-type': 'application/json' }, 'unsigned');
      await ask(403, 'POST', { 'content-type': 'application/json', 'webhook-signature': `t=x,s=${'0'.repeat(64)}` }, 'signed by somebody else');
    }
  assert.equal(await state(), earlier);
});

test('every route was in every column', () => {
  assert.equal(asked.size, Object.keys(RULES).length * ROUTES.length);
});

// ---- links of mails: whoever has one is whom it was sent to, and nobody else ----

test('a link that was used, is over, too old, of nobody, or of a user who is disabled', async () => {
  const other = await world.account();
  const links = ['reset', 'invitation'].flatMap((kind) => [link(team, 'used', 30, kind), link(team, 'over', 30, kind), link(team, 'open', -1, kind), NO_TOKEN, link(other, 'open', 30, kind)]);
  world.sql(`UPDATE user SET is_active = 0 WHERE id = ${other.user.id}`);
  const shown = await ADDRESSES['POST /login/password'].form(guest, team, '/login/password');
  await quiet();
  const earlier = await state();
  const pages = [];
  for (const token of links) {
    const visitor = world.demo.client();
    visitor.cookies = new Map(guest.cookies);
    assert.equal((await visitor.get(world.path(`/login/link?token=${token}`))).status, 303, 'the page says it');
    const cookies = new Map(visitor.cookies);
    const page = await visitor.get(world.path('/login/password'));
    assert.equal(page.status, 410);
    pages.push(plain(page));
    assert.ok(![...visitor.cookies.keys()].some((name) => name.includes('login-link')), 'its cookie is gone');
    visitor.cookies = cookies;
    const answer = await visitor.post(world.path('/login/password'), shown);
    assert.equal(answer.status, 410, 'with the form of a good one');
    pages.push(plain(answer));
  }
  for (const page of pages) assert.deepEqual(page, pages[0], 'all look alike');
  assert.equal(await state(), earlier);
});

test('a link of somebody else, opened behind a page for a password: the page sets nobody’s but its own', async () => {
  for (const kind of ['reset', 'invitation']) {
    const other = await world.account();
    const visitor = world.demo.client();
    const shown = await ADDRESSES['POST /login/password'].form(visitor, team, '/login/password');
    await visitor.get(world.path(`/login/link?token=${link(other, 'open', 30, kind)}`));
    await quiet();
    const earlier = await state();
    const answer = await visitor.post(world.path('/login/password'), shown);
    assert.equal(answer.status, 403);
    assert.match(words(answer.text), new RegExp(`${other.user.email}.*Nothing was done`));
    assert.equal(await state(), earlier);
    assert.equal((await visitor.post(world.path('/login/password'), withKey(shown, formKey(answer.text)))).status, 303, 'said so, it is theirs to choose');
  }
});

// ---- the control: each of these addresses and forms is right, of whom it is for ----

test('whoever may, can: every page is there', async () => {
  for (const route of ROUTES.filter((each) => !isForm(each))) {
    const answer = await send(mine, route, atOf(route));
    assert.equal(answer.status, own(route)[0], route.name);
    const head = await send(mine, { method: 'HEAD' }, atOf(route));
    assert.deepEqual([head.status, head.bytes.length, head.headers['content-type']], [answer.status, 0, answer.headers['content-type']], `HEAD ${route.path}`);
    if (!ADDRESSES[route.name].missing || isPublic(route)) continue;
    assert.equal((await send(mine, route, ADDRESSES[route.name].missing)).status, 404, `${route.name}: nobody’s`);
  }
});

// The mailer marks what it sends.
const withoutMail = () => world.checksums(KEPT_OUT).replace(/^outbox .*$/m, '');

for (const route of ROUTES.filter(isForm))
  test(`whoever may, can: ${route.name}`, async () => {
    const { made, client } = await makeTeam();
    const door = world.demo.client();
    const pairs = await formOf(route, actorOf(route, client, door), made);
    const who = route.path === '/logout' ? client : actorOf(route, client, door);
    const earlier = withoutMail();
    const answer = await send(who, route, atOf(route, made), pairs, { 'content-type': `${FORM_TYPE}; charset=UTF-8` });
    assert.equal(answer.status, 303, words(answer.text));
    assert.match(answer.location, ADDRESSES[route.name].done);
    await until('it is written', () => withoutMail() !== earlier);
  });
