// resilience.test.mjs - programs and the database die and come back, are deployed under load, and a page
// costs what it costs however much there is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { historySql } from '../support/history.mjs';
import { ROWS_MAX, readingOf, readingPages } from '../support/reading.mjs';
import { World, formKey, outcomeOf, payFields, until, words } from './world.mjs';

let world;

before(async () => {
  // The mailer asks the database too, and would be counted.
  world = await World.open({ settings: ['Mail.PollMs = 60000'] });
});
after(() => world?.close());

const POOLS = { invoices: ['invoices'], login: ['login'], pay: ['pay', 'pay-confirm'], methods: ['methods', 'methods-save'] };

const recorded = (name) => Number(readFileSync(join(world.demo.run, 'pids', name), 'utf8').split(' ')[0]);

function workers(pool) {
  const pid = recorded(pool);
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list ? list.split(' ').map(Number) : [];
}

const isGone = (pid) => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

// Many clients at once, each asking again and again while `work` runs; what went wrong, by program.
async function underLoad(clients, requests, work) {
  const failed = Object.fromEntries(Object.keys(POOLS).map((program) => [program, []]));
  const done = Object.fromEntries(Object.keys(POOLS).map((program) => [program, 0]));
  let stopped = false;
  const loops = clients.map(async (client, at) => {
    for (let turn = at; !stopped; turn++) {
      const { program, send } = requests[turn % requests.length];
      try {
        const answer = await send(client);
        if (answer.status === 200 || answer.status === 303) done[program]++;
        else failed[program].push(`${answer.status} ${words(answer.text).slice(0, 80)}`);
      } catch (error) {
        failed[program].push(String(error));
      }
    }
  });
  const running = { failed, done };
  try {
    await work(running);
  } finally {
    stopped = true;
    await Promise.all(loops);
  }
  return running;
}

const visits = (account) => [
  { program: 'invoices', send: (client) => client.get(world.path('/')) },
  { program: 'pay', send: (client) => client.get(world.path('/pay')) },
  { program: 'login', send: () => world.demo.client().get(world.path('/login')) },
  { program: 'invoices', send: (client) => client.get(world.path('/invoices?status=all')) },
  { program: 'invoices', send: (client) => client.get(world.path(`/invoices/${account.invoices[0].number}`)) },
  { program: 'methods', send: (client) => client.get(world.path('/methods')) },
  // A form without its key: the confirm pool and the form pool work, and nothing piles up.
  { program: 'pay', send: async (client) => ({ ...(await client.post(world.path('/pay/PAAAAAAAAAAAA'), {})), status: 200 }) },
  { program: 'methods', send: async (client) => ({ ...(await client.post(world.path('/methods/0'), {})), status: 200 }) },
];

test('a worker that is killed comes back, and the other programs do not notice', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  for (const [program, pools] of Object.entries(POOLS)) {
    let killed = 0;
    const running = await underLoad(Array(8).fill(client), visits(account), async ({ done }) => {
      for (const pool of pools) {
        const before = workers(pool);
        for (const pid of before) {
          process.kill(pid, 'SIGKILL');
          killed++;
          await until(`the successor of a worker of ${pool}`, () => {
            const now = workers(pool);
            return now.length === before.length && !now.includes(pid);
          });
        }
        assert.ok(workers(pool).every((pid) => !before.includes(pid)));
      }
      const served = done[program];
      await until('answers from the new workers', () => done[program] > served + 10);
    });
    assert.ok(running.failed[program].length <= killed, `${program}: ${running.failed[program]} after ${killed} kills`);
    for (const other of Object.keys(POOLS)) if (other !== program) assert.deepEqual(running.failed[other], [], `${other} while ${program} was killed`);
  }
});

test('programs are restarted 20 times under 32 clients: no request fails', async () => {
  const account = await world.account({ invoices: Array.from({ length: 20 }, () => 1000) });
  const client = await world.signIn(account.user);
  const payer = { program: 'pay', send: async (who) => world.pay(who, { what: 'fixed', fixed_amount: '1' }) };
  const first = Object.values(POOLS).flat().flatMap(workers);
  const namer = { program: 'methods', send: async (who) => who.post(world.path(`/methods/${account.card}`), { key: formKey((await who.get(world.path(`/methods/${account.card}`))).text), label: 'x' }) };
  const running = await underLoad(Array(32).fill(client), [...visits(account).slice(0, 6), payer, namer], async () => {
    for (let at = 0; at < 20; at++) await world.demo.restart(Object.keys(POOLS)[at % Object.keys(POOLS).length]);
  });
  for (const [program, list] of Object.entries(running.failed)) assert.deepEqual(list, [], program);
  for (const [program, count] of Object.entries(running.done)) assert.ok(count > 20, `${program}: ${count} requests`);
  assert.ok(first.every(isGone), 'every worker was replaced');
});

test('a confirm in hand is finished before its worker ends', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  await world.demo.knobs({ reset: true, latency_ms: 700, book_before_latency: false });
  const confirm = world.confirm(client, review);
  await until('the sale on its way', async () => (await world.demo.gateway('GET', '/sandbox/requests')).in_flight > 0);
  await world.demo.restart('pay');
  const page = await client.follow(await confirm);
  assert.equal(outcomeOf(page.text), 'success');
  assert.equal((await world.sales(review.reference)).length, 1);
  await world.demo.resetKnobs();
});

test('the database dies: pages say so, and come back by themselves', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = payFields((await client.get(world.path('/pay'))).text, { what: 'total', note: 'kept' });
  const review = await world.review(client, { what: 'total' });
  const programs = Object.values(POOLS).flat().flatMap(workers).join();
  const requests = await world.gatewayRequests();
  const pid = recorded('mariadb');
  process.kill(pid, 'SIGKILL');
  await until('its end', () => isGone(pid));
  try {
    for (let round = 0; round < 3; round++)
      for (const [method, path, body] of [['GET', '/'], ['GET', '/invoices'], ['GET', '/pay'], ['GET', '/methods'], ['GET', `/methods/${account.card}`], ['GET', `/pay/${review.reference}`], ['POST', '/pay', form], ['POST', `/pay/${review.reference}`, { key: review.key }]]) {
        const answer = await client.request(method, world.path(path), body);
        assert.equal(answer.status, 503, `${method} ${path}`);
        assert.match(words(answer.text), /Billing is not available right now Nothing was changed\. Please try again in a minute\./);
        assert.doesNotMatch(answer.text, /mariadb|mysql|\.sock|errno|2002|2006/i, 'nothing from inside');
      }
    const door = await world.demo.client().get(world.path('/login'));
    assert.equal(door.status, 200, 'the sign-in page needs no database');
    assert.equal(await world.gatewayRequests(), requests, 'nothing is charged meanwhile');
    assert.equal((await client.get(world.path('/static/remit.css'))).status, 200);
  } finally {
    await world.demo.restart('mariadb');
  }
  await until('every page', async () => {
    for (const path of ['/', '/invoices', '/pay', '/methods', `/pay/${review.reference}`]) if ((await client.get(world.path(path))).status !== 200) return false;
    return true;
  });
  assert.equal(Object.values(POOLS).flat().flatMap(workers).join(), programs, 'no program was restarted');
  assert.equal((await client.post(world.path('/pay'), form)).status, 303);
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'success');
});

test('the database dies while the gateway is asked: one charge, and it is recorded', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  await world.demo.knobs({ reset: true, latency_ms: 1000 });
  const confirm = world.confirm(client, review);
  await until('the booking', async () => (await world.sales(review.reference)).length === 1);
  const pid = recorded('mariadb');
  process.kill(pid, 'SIGKILL');
  await until('its end', () => isGone(pid));
  await world.demo.restart('mariadb');
  await confirm;
  await world.demo.resetKnobs();
  // On a slow machine the database may be back too late for the program that asked; then the settling records it.
  await until('the outcome', async () => {
    if (world.state(review.reference) === 'processing') await world.demo.remit('settle');
    return world.state(review.reference) === 'succeeded';
  }, 120);
  const page = await client.get(review.path);
  assert.equal(outcomeOf(page.text), 'success');
  for (const { number, cents } of account.invoices) assert.deepEqual(world.figures(number), { total: cents, paid: cents, pending: 0 });
  assert.equal((await world.sales(review.reference)).length, 1);
  await world.assertClean();
});

// ---- what a page costs ----

function status(...names) {
  const rows = new Map(world.sql('SHOW GLOBAL STATUS').map(([name, value]) => [name, Number(value)]));
  return names.map((name) => rows.get(name));
}

const pagesOf = (account, review) => ({
  home: '/',
  calendar: '/calendar',
  tile: '/tile',
  open: '/invoices?status=open',
  paid: '/invoices?status=paid',
  all: '/invoices?status=all',
  'all, further': '/invoices?status=all&after=2024-06-01.1',
  'all, oldest first': '/invoices?status=all&sort=oldest',
  overdue: '/invoices?status=overdue',
  'by number': `/invoices?number=${account.invoices[0].number}`,
  invoice: `/invoices/${account.invoices[0].number}`,
  payments: '/payments',
  pay: '/pay',
  'pay an invoice': `/pay?invoice=${account.invoices[0].number}`,
  ...(review && { review: `/pay/${review.reference}` }),
  methods: '/methods',
  'add a card': '/methods/card',
  method: `/methods/${account.card}`,
  'remove a method': `/methods/${account.card}/remove`,
  login: '/login',
});

// Home is several pages in one; with autopay it and the calendar take five (home.test.mjs).
const tripsMost = (name) => (name === 'home' || name === 'calendar' ? 5 : 3);

test('a page takes one to three round trips to the database, home and the calendar at most five', async (t) => {
  const account = await world.account({ invoices: Array.from({ length: 60 }, () => 1000) });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  const TIMES = 20;
  const trips = () => status('Questions', 'Com_stmt_prepare').reduce((a, b) => a + b, 0);
  for (const [name, path] of Object.entries(pagesOf(account, review))) {
    let each;
    // A worker that connects anew prepares its statements once: then the figure is no whole number.
    for (let tries = 0; tries < 4 && !Number.isInteger(each); tries++) {
      await Promise.all(Array.from({ length: 12 }, () => client.get(world.path(path))));
      const first = trips();
      const own = trips() - first; // what asking takes
      const start = trips();
      for (let at = 0; at < TIMES; at++) assert.ok([200, 303].includes((await client.get(world.path(path))).status));
      each = (trips() - start - own) / TIMES;
    }
    t.diagnostic(`${name}: ${each} round trips`);
    assert.ok(each >= 1 && each <= tripsMost(name), `${name}: ${each}`);
    assert.equal(each, Math.round(each), 'the same every time');
  }
});

test('a page reads no more rows than it may, and no more of 200,000 than of 20,000', async (t) => {
  const account = await world.account();
  const other = await world.account();
  const client = await world.signIn(account.user);
  const sql = (statement) => world.sql(statement);
  let made = 0;
  // A long past of this account, and of another.
  const grow = (rows) => {
    for (const id of [account.id, other.id]) world.sql(historySql(id, `grown${++made}`, { count: rows / 2, open: rows / 4, payments: 5000, books: id === account.id }));
    world.sql('ANALYZE TABLE invoice, payment, payment_allocation, payment_event, journal_entry, journal_posting, activity');
  };
  const measure = async () => {
    const [invoice, payment] = ['number FROM invoice', 'reference FROM payment'].map((what) => world.one(`SELECT ${what} WHERE account_id = ${account.id} ORDER BY id DESC LIMIT 1`));
    const month = world.one(`SELECT DATE_FORMAT(MAX(confirmed_at), '%Y-%m') FROM payment WHERE account_id = ${account.id}`);
    const found = [];
    for (const [name, path, most = ROWS_MAX] of readingPages({ invoice, payment, card: account.card, month })) {
      const { rows } = await readingOf(sql, async () => assert.equal((await client.get(world.path(path))).status, 200, path));
      found.push({ name, rows, most });
    }
    return found;
  };
  grow(20_000);
  const small = await measure();
  grow(180_000);
  const large = await measure();
  assert.ok(Number(world.one('SELECT COUNT(*) FROM invoice')) > 200_000);
  for (const [at, { name, rows, most }] of large.entries()) {
    t.diagnostic(`${name}: ${small[at].rows} rows of 20,000, ${rows} of 200,000`);
    assert.ok(rows <= most, `${name}: ${rows} rows`);
    // Ten times as many fill the days of a calendar that were empty.
    assert.ok(rows <= small[at].rows * 1.2 + (name.startsWith('calendar') ? 31 : 5), `${name}: ${small[at].rows} rows, then ${rows}`);
  }
});

test('workers stay small', { skip: /asan/.test(process.env.BUILD ?? '') && 'a sanitizer takes its own memory' }, async (t) => {
  const account = await world.account({ invoices: Array.from({ length: 200 }, () => 1000) });
  const client = await world.signIn(account.user);
  const visit = async (times) => {
    const paths = Object.values(pagesOf(account));
    for (let at = 0; at < times; at += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => client.get(world.path(paths[(at + i) % paths.length]))));
    for (let at = 0; at < times / 10; at++) await world.pay(client, { what: 'total' });
  };
  const sizes = () =>
    ['invoices', 'pay', 'methods'].map((pool) => Math.max(...workers(pool).map((pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]))));
  await visit(200);
  const early = sizes();
  await visit(500);
  const late = sizes();
  for (const [at, pool] of ['invoices', 'pay', 'methods'].entries()) {
    t.diagnostic(`${pool}: ${early[at]} kB, after 500 more requests ${late[at]} kB`);
    // 12 MB, and one and a half more for the templates and words of a second language.
    assert.ok(late[at] < 13.5 * 1024, `${pool}: ${late[at]} kB`);
    assert.ok(late[at] <= early[at] * 1.05, `${pool} grows: ${early[at]} kB, then ${late[at]} kB`);
  }
});
