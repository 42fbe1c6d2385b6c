// history.test.mjs - Invoice History and Payment History: every filter and sort against the rows themselves, forward and
// back, while rows are added; what is no place, no period, or nobody's; and what a page reads.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, assertFieldError, attribute, tagOf, words } from './world.mjs';

let world;

before(async () => {
  // The mailer asks the database too, and would be counted.
  world = await World.open({ settings: ['Mail.PollMs = 60000'] });
});
after(() => world?.close());

const ZONE = 'America/Chicago';
const dayOf = (instant) => new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(instant);
const today = () => dayOf(new Date());
const unescape = (text) => text.replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// ---- reading a page ----

// Numbers, or references, of its rows in order.
const rowsOf = (html) => [...html.matchAll(/<td role="cell" class="r-head"[^>]*><a href="[^"]*\/([^"/]+)">/g)].map(([, name]) => name);
const link = (html, words) => {
  const found = html.match(new RegExp(`<a[^>]* href="([^"]*)"[^>]*>${words}</a>`));
  return found && unescape(found[1]);
};

async function page(client, path) {
  const answer = await client.get(path.startsWith(world.base) ? path : world.path(path));
  assert.equal(answer.status, 200, `${path}: ${words(answer.text).slice(0, 200)}`);
  return {
    rows: rowsOf(answer.text),
    first: link(answer.text, 'First page'),
    previous: link(answer.text, 'Previous page'),
    next: link(answer.text, 'Next page'),
    html: answer.text,
    words: words(answer.text),
  };
}

// All of a list by its links: forward to the end, and from there back to the begin.
async function walk(client, path, each = () => {}) {
  const forward = [];
  const back = [];
  let at = await page(client, path);
  assert.equal(at.previous, null, 'nothing lies before the first page');
  assert.equal(at.first, null);
  const sizes = [];
  for (;;) {
    forward.push(...at.rows);
    sizes.push(at.rows.length);
    await each(forward);
    if (!at.next) break;
    at = await page(client, at.next);
    assert.ok(at.previous && at.first, 'a further page leads back');
  }
  for (;;) {
    back.unshift(...at.rows);
    if (!at.previous) break;
    at = await page(client, at.previous);
    assert.ok(at.next, 'and forward again');
  }
  return { forward, back, sizes };
}

// ---- invoices ----

let account, client, invoices;

// Few days for many rows, so that a page ends within a day; due dates around today.
async function makeInvoices() {
  account = await world.account({ invoices: [1000] });
  const other = await world.account({ invoices: [] });
  for (const [id, mark] of [[account.id, 'A'], [other.id, 'B']])
    world.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, paid_cents, credited_cents, state, fingerprint, created_at)
      SELECT ${id}, CONCAT(IF(seq % 3, 'INV-', 'old.'), '${mark}', 1000 + seq), '2026-01-01' + INTERVAL CAST(seq AS SIGNED) * 7 % 11 DAY, '${today()}' + INTERVAL CAST(seq AS SIGNED) * 5 % 9 - 5 DAY,
        1000 + seq, CASE WHEN seq % 4 = 0 AND seq % 10 <> 9 THEN 1000 + seq WHEN seq % 4 = 1 AND seq % 10 <> 9 THEN 500 ELSE 0 END, IF(seq % 12 = 3, 100, 0),
        IF(seq % 10 = 9, 'void', 'issued'), UNHEX(SHA2(CONCAT('${mark}', seq), 256)), UTC_TIMESTAMP() FROM seq_1_to_400`);
  world.sql(`UPDATE account SET due_cents = (SELECT SUM(total_cents - paid_cents - credited_cents) FROM invoice WHERE account_id = ${account.id} AND state = 'issued') WHERE id = ${account.id}`);
  client = await world.signIn(account.user);
}

function readInvoices() {
  invoices = world
    .sql(`SELECT id, number, issued_on, due_on, state, total_cents - paid_cents - credited_cents FROM invoice WHERE account_id = ${account.id}`)
    .map(([id, number, issued, due, state, rest]) => ({ id: Number(id), number, issued, due, state, rest: Number(rest) }));
}

// The list as it has to be.
function wanted({ status, sort, from = '', to = '9999' }) {
  const isOpen = ({ state, rest }) => state === 'issued' && rest > 0;
  const keep = {
    open: isOpen,
    overdue: (row) => isOpen(row) && row.due < today(),
    paid: (row) => row.state === 'issued' && row.rest === 0,
    all: () => true,
  }[status];
  const day = sort === 'due' ? 'due' : 'issued';
  const sign = sort === 'newest' ? -1 : 1;
  return invoices
    .filter((row) => keep(row) && row.issued >= from && row.issued <= to)
    .sort((a, b) => sign * (a[day] < b[day] ? -1 : a[day] > b[day] ? 1 : a.id - b.id))
    .map(({ number }) => number);
}

test('every filter, sort and period: page by page, forward and back', async () => {
  await makeInvoices();
  readInvoices();
  const periods = [{}, { from: '2026-01-03' }, { to: '2026-01-05' }, { from: '2026-01-02', to: '2026-01-09' }, { from: '2026-01-04', to: '2026-01-04' }];
  const lists = [{ status: 'open', sort: 'due' }, { status: 'overdue', sort: 'due' }];
  for (const status of ['open', 'paid', 'all']) for (const sort of ['newest', 'oldest']) for (const period of periods) lists.push({ status, sort, ...period });
  for (const list of lists) {
    const query = new URLSearchParams(list).toString();
    const numbers = wanted(list);
    const { forward, back, sizes } = await walk(client, `/invoices?${query}`);
    assert.ok(numbers.length > 5, query);
    assert.deepEqual(forward, numbers, query);
    assert.deepEqual(back, numbers, `${query}, back`);
    assert.ok(sizes.slice(0, -1).every((size) => size === 50) && sizes.at(-1) > 0, `${query}: pages of ${sizes}`);
  }
  // What is not said: open ones, the latest first; overdue ones by due date.
  assert.deepEqual((await page(client, '/invoices')).rows, wanted({ status: 'open', sort: 'newest' }).slice(0, 50));
  assert.deepEqual((await page(client, '/invoices?status=overdue')).rows, wanted({ status: 'overdue', sort: 'due' }).slice(0, 50));
});

test('by number: all that begin with it, whatever their status, and none but this account’s', async () => {
  const numbers = invoices.map(({ number }) => number).sort((a, b) => (a < b ? -1 : 1));
  for (const number of ['INV-', 'INV-A1', 'old.A10', 'old.A1003', 'INV-A1001', account.invoices[0].number]) {
    const found = numbers.filter((each) => each.startsWith(number));
    const { forward, back } = await walk(client, `/invoices?${new URLSearchParams({ number })}`);
    assert.ok(found.length);
    assert.deepEqual(forward, found, number);
    assert.deepEqual(back, found, number);
  }
  // Typed small, or with spaces around it.
  assert.deepEqual((await page(client, '/invoices?number=+inv-a1001+')).rows, ['INV-A1001']);
  const found = await page(client, '/invoices?number=inv-a11');
  assert.equal(found.rows.length, 50);
  assert.ok(found.rows.every((number) => number.startsWith('INV-A11')) && (await page(client, found.next)).rows.length > 0);
  for (const number of ['INV-B', 'nothing', '%', '_NV', "INV'--", 'INV\\', 'İNV', '<b>', 'INV A']) {
    const none = await page(client, `/invoices?${new URLSearchParams({ number })}`);
    assert.deepEqual(none.rows, [], number);
    assert.match(none.words, /No invoice number begins like that\./);
    assert.equal(attribute(tagOf(none.html, 'number'), 'value'), number, 'what was typed stays');
  }
});

test('filter, sort, period and search stay in the links', async () => {
  const at = await page(client, '/invoices?status=open&sort=oldest&from=2026-01-02&to=2026-01-09');
  for (const url of [at.next, (await page(client, at.next)).previous, (await page(client, at.next)).first])
    assert.match(url, /^\/billing\/invoices\?status=open&sort=oldest&from=2026-01-02&to=2026-01-09(&|$)/);
  assert.equal(link(at.html, 'Paid'), '/billing/invoices?status=paid&sort=oldest&from=2026-01-02&to=2026-01-09');
  assert.equal(link(at.html, 'Overdue'), '/billing/invoices?status=overdue', 'where there is no such sort and no period');
  assert.equal(link(at.html, 'Clear'), '/billing/invoices?status=open');
  assert.match(at.words, /Invoice Date Jan 2, 2026 to Jan 9, 2026, oldest first\. Clear/);
  assert.equal(attribute(tagOf(at.html, 'from'), 'value'), '2026-01-02');
  assert.match(at.html, /<option value="oldest" selected>/);
  assert.match(at.html, /<input type="hidden" name="status" value="open">/);
  const due = await page(client, '/invoices?status=open&sort=due');
  assert.equal(link(due.html, 'All'), '/billing/invoices?status=all', 'All has no such sort');
  const overdue = await page(client, '/invoices?status=overdue');
  assert.match(overdue.words, /Sorted by Date Due, earliest first\./);
  for (const title of ['Open', 'Paid', 'All']) assert.equal(link(overdue.html, title), `/billing/invoices?status=${title.toLowerCase()}`);
});

test('rows that come meanwhile: each of the others once, forward and back', async () => {
  readInvoices();
  const was = wanted({ status: 'all', sort: 'newest' });
  let added = 0;
  const add = (issued) => world.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at)
    VALUES (${account.id}, 'ADDED-${++added}', '${issued}', '2026-03-01', 1000, UNHEX(SHA2('added${added}', 256)), UTC_TIMESTAMP())`);
  const { forward, back } = await walk(client, '/invoices?status=all', () => {
    for (const issued of ['2026-02-01', '2026-01-11', '2026-01-06', '2026-01-01', '2025-12-31']) add(issued);
  });
  for (const [way, numbers] of [['forward', forward], ['back', back]]) {
    assert.equal(new Set(numbers).size, numbers.length, `${way}: none twice`);
    assert.deepEqual(numbers.filter((number) => !number.startsWith('ADDED')), was, `${way}: none is left out`);
  }
  assert.ok(forward.some((number) => number.startsWith('ADDED')), 'those further on were met');
  readInvoices();
  const unseen = `ADDED-${added}`; // behind the last page, when that was there already
  assert.deepEqual(back, wanted({ status: 'all', sort: 'newest' }).filter((number) => number !== unseen), 'and back all of them, up to the newest');
  // What was before a page is paid meanwhile: the list begins where it begins.
  const second = await page(client, (await page(client, '/invoices?status=open&sort=due')).next);
  world.sql(`UPDATE invoice SET paid_cents = total_cents - credited_cents WHERE account_id = ${account.id} AND number IN (${wanted({ status: 'open', sort: 'due' }).slice(0, 50).map((number) => `'${number}'`)})`);
  const begin = await page(client, second.previous);
  assert.deepEqual(begin.rows, second.rows);
  assert.equal(begin.previous, null);
  // And what lies behind one is, too.
  const all = await page(client, '/invoices?status=open&sort=oldest');
  world.sql(`UPDATE invoice SET paid_cents = total_cents - credited_cents WHERE account_id = ${account.id} AND is_open = 1 AND number NOT IN (${all.rows.map((number) => `'${number}'`)})`);
  const end = await page(client, all.next);
  assert.deepEqual(end.rows, []);
  assert.match(end.words, /There are no more invoices here\./);
  assert.deepEqual((await page(client, end.first)).rows, all.rows);
});

test('what is no place in a list is not found', async () => {
  const places = ['', 'x', '.', '2026-01-01', '2026-01-01.', '2026-01-01.x', '2026-01-01.-1', '2026-01-01.1.2', '2026-02-30.1', '0000-00-00.1', '2026-1-1.1', '20260101.1', ' 2026-01-01.1', '2026-01-01.99999999999999999999', "2026-01-01.1' OR 1", 'a'.repeat(65), '9'.repeat(40)];
  for (const place of places)
    for (const way of ['after', 'before'])
      for (const path of ['/invoices?status=all&', '/invoices?status=overdue&', '/payments?'])
        assert.equal((await client.get(world.path(`${path}${new URLSearchParams({ [way]: place })}`))).status, 404, `${path}${way}=${place}`);
  const wrong = [
    '/invoices?status=all&after=2026-01-01.1&before=2026-01-01.1', '/invoices?status=all&from=2026-01-02&after=2026-01-01.1', '/invoices?status=all&to=2026-01-02&before=2026-01-03.1',
    `/invoices?status=overdue&after=${today()}.1`, '/invoices?number=INV&after=old.A1003', '/invoices?number=INV&after=INV%25', '/invoices?number=INV&before=inv-1',
    '/invoices?status=no', '/invoices?status=OPEN', '/invoices?sort=no', '/invoices?sort=newest+', '/invoices?status=longer-than-any',
    '/payments?status=review', '/payments?status=expired', '/payments?status=no', '/payments?after=2026-01-01.1', '/payments?after=1969-12-31T23:59:59.1',
    '/payments?from=2026-01-02&after=2026-01-02T05:59:59.1', '/payments?to=2026-01-02&after=2026-01-03T06:00:00.1',
  ];
  for (const path of wrong) assert.equal((await client.get(world.path(path))).status, 404, path);
  const twice = await client.get(world.path('/invoices?after=2026-01-01.1&after=2026-01-02.1'));
  assert.equal(twice.status, 400);
  assert.match(words(twice.text), /This link cannot be read It says the same thing more than once\. Nothing was done\./);
  // A place need not be a row's.
  for (const path of ['/invoices?status=all&after=2026-01-05.0', '/invoices?status=all&before=9999-12-31.9223372036854775807', '/payments?after=2030-01-01T00:00:00.1', '/payments?from=2026-01-02&after=2026-01-02T06:00:00.1'])
    assert.equal((await client.get(world.path(path))).status, 200, path);
});

test('what is not offered, or no day, is said beside its field, and stays', async () => {
  const long = 'N'.repeat(33);
  const cases = [
    ['/invoices?status=all&from=yesterday', 'from', /From is not a day: enter year, month and day/, 'yesterday'],
    ['/invoices?status=all&to=2026-02-30', 'to', /To is not a day: enter year, month and day/, '2026-02-30'],
    ['/invoices?status=all&from=2026-02-01&to=2026-01-31', 'to', /The period ends before it begins/, '2026-01-31'],
    ['/invoices?status=paid&sort=due', 'sort', /Only open and overdue invoices can be sorted by Date Due/],
    ['/invoices?status=all&sort=due', 'sort', /Only open and overdue/],
    ['/invoices?status=overdue&sort=newest', 'sort', /Overdue invoices come by Date Due only/],
    ['/invoices?status=overdue&from=2026-01-01', 'from', /A period goes by Invoice Date/, '2026-01-01'],
    ['/invoices?status=open&sort=due&to=2026-01-01', 'from', /A period goes by Invoice Date/],
    ['/invoices?number=INV&from=2026-01-01', 'number', /A number is looked for among all invoices/, 'INV'],
    [`/invoices?number=${long}`, 'number', /Use at most 32 characters/, long],
    ['/invoices?number=a%0Ab', 'number', /control characters/],
    [`/invoices?from=${'2'.repeat(33)}`, 'from', /Use at most 32 characters/],
    ['/payments?from=01/02/2026', 'from', /From is not a day: enter year, month and day/, '01/02/2026'],
    ['/payments?to=2026-13-01', 'to', /To is not a day: enter year, month and day/, '2026-13-01'],
    ['/payments?from=2026-02-01&to=2026-01-31', 'to', /The period ends before it begins/],
  ];
  for (const [path, id, pattern, typed] of cases) {
    const at = await page(client, path);
    assertFieldError(at.html, id, pattern);
    assert.deepEqual(at.rows, [], path);
    assert.match(at.html, /<details class="r-find" open>/, `${path}: the form is unfolded`);
    assert.match(at.html, /<title>Error: /);
    if (typed) assert.equal(attribute(tagOf(at.html, id), 'value'), typed, path);
    assert.doesNotMatch(at.words, /No (invoices|payments|open|paid)/, path);
  }
  for (const path of ['/invoices?status=open&sort=due', `/invoices?number=${'N'.repeat(32)}`, '/invoices?status=all&from=2026-01-01&to=2026-01-01', '/invoices?from=&to=&number=&sort=&status='])
    assert.doesNotMatch((await page(client, path)).html, /r-summary/, path);
});

test('who has none yet is told so, for each list', async () => {
  const nobody = await world.account({ invoices: [] });
  const who = await world.signIn(nobody.user);
  for (const [path, pattern] of [
    ['/invoices', /No open invoices\. You owe nothing right now\./],
    ['/invoices?status=overdue', /No overdue invoices\. Nothing is late\./],
    ['/invoices?status=paid', /No paid invoices yet\./],
    ['/invoices?status=all', /No invoices yet\. When Northwind Hosting issues one, it shows here\./],
    ['/invoices?status=all&from=2026-01-01', /No invoices of this period\./],
    ['/invoices?status=paid&to=2026-01-01', /No paid invoices of this period\./],
    ['/invoices?number=INV-A1001', /No invoice number begins like that\./],
    ['/payments', /No payments yet\. Each one shows here as soon as it is confirmed\. Make a Payment/],
    ['/payments?status=declined', /Status Declined\. Show all payments No payments like that\./],
    ['/payments?from=2026-01-01', /Date from Jan 1, 2026\. Show all payments No payments like that\./],
  ]) {
    const at = await page(who, path);
    assert.match(at.words, pattern, path);
    assert.ok(!at.first && !at.previous && !at.next, path);
  }
});

test('Process Payment on each row that can be paid now, and on no other', async () => {
  const mine = await world.account({ invoices: [1000, 2000, 3000, 4000, 5000, 6000] });
  const [free, taken, sent, shared, paid, gone] = mine.invoices.map(({ number }) => number);
  const pay = (state, number, cents) =>
    world.sql(`INSERT INTO payment (account_id, reference, source, kind, user_id, method_text, amount_cents, state, claim_token, send_by, gateway, created_at, confirmed_at)
      VALUES (${mine.id}, CONCAT('P', UPPER(LEFT(SHA2('${number}', 256), 12))), 'customer', 'bank', ${mine.user.id}, 'Checking ending 6789', ${cents}, '${state}', RANDOM_BYTES(16), UTC_TIMESTAMP(), 'nmi', UTC_TIMESTAMP(), UTC_TIMESTAMP());
      INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open) SELECT ${mine.id}, LAST_INSERT_ID(), id, ${cents}, ${state === 'unknown' ? 1 : 'NULL'} FROM invoice WHERE number = '${number}';
      UPDATE invoice SET pending_cents = ${cents} WHERE number = '${number}'`);
  pay('unknown', taken, 500); // the rest of it is due, but not payable meanwhile
  pay('pending', sent, 3000);
  pay('pending', shared, 1000); // the rest of it is
  world.sql(`UPDATE invoice SET paid_cents = total_cents WHERE number = '${paid}'; UPDATE invoice SET state = 'void' WHERE number = '${gone}'`);
  const who = await world.signIn(mine.user);
  for (const path of ['/invoices?status=all', '/invoices?status=overdue', `/invoices?number=${free.slice(0, -3)}`]) {
    const { html } = await page(who, path);
    const links = [...html.matchAll(/href="\/billing\/pay\?invoice=([^"]+)"/g)].map(([, number]) => number).sort();
    assert.deepEqual(links, [free, shared].sort(), path);
  }
  // What payments on their way cover is not overdue, here as on Home, and open until they have arrived.
  assert.deepEqual((await page(who, '/invoices?status=overdue')).rows.sort(), [free, taken, shared].sort());
  assert.deepEqual((await page(who, '/invoices?status=open&sort=due')).rows.sort(), [free, taken, sent, shared].sort());
  assert.match((await page(who, '/')).words, /3 invoices are overdue, the oldest since/);
  const blocked = (await page(who, `/invoices/${taken}`)).words;
  assert.match(blocked, /A payment of this invoice is being processed\. Please don't pay it again\. It shows here as soon as its outcome is known\. See that payment/);
  assert.match((await page(who, `/invoices/${shared}`)).words, /\$10\.00 is on its way from the bank\. It counts as paid when it arrives; please allow up to 2 business days\. Process Payment/);
  const { html } = await page(who, `/invoices/${taken}`);
  assert.match(html, new RegExp(`href="/billing/payments/P[0-9A-F]{12}">See that payment`));
});

// ---- payments ----

let payer, payments;

function makePayments() {
  const states = ['succeeded', 'pending', 'declined', 'failed', 'not_charged', 'returned', 'partly_refunded', 'refunded', 'voided', 'charged_back', 'review', 'expired'];
  const other = world.one(`SELECT id FROM account WHERE id <> ${payer.id} ORDER BY id DESC LIMIT 1`);
  for (const [id, mark, rows] of [[payer.id, 'PA', 300], [other, 'PB', 60]])
    world.sql(`INSERT INTO payment (account_id, reference, source, kind, method_text, amount_cents, state, created_at, confirmed_at)
      SELECT ${id}, CONCAT('${mark}', LPAD(seq, 11, '0')), 'customer', 'card', 'Visa ending 1111', 100 + seq, ELT(1 + seq % ${states.length}, ${states.map((state) => `'${state}'`)}),
        '2026-03-01', IF(seq % ${states.length} >= 10, NULL, '2026-03-06 00:00:00' + INTERVAL seq * 37 % 53 HOUR) FROM seq_1_to_${rows}`);
  payments = world
    .sql(`SELECT id, reference, state, UNIX_TIMESTAMP(CONVERT_TZ(confirmed_at, '+00:00', @@session.time_zone)) FROM payment WHERE account_id = ${payer.id} AND confirmed_at IS NOT NULL`)
    .map(([id, reference, state, at]) => ({ id: Number(id), reference, state, at: Number(at), day: dayOf(new Date(Number(at) * 1000)) }));
}

test('payments of every state and period: latest first, forward and back', async () => {
  payer = await world.account({ invoices: [] });
  makePayments();
  const who = await world.signIn(payer.user);
  const lists = [{}, { status: 'all' }, { status: 'succeeded' }, { status: 'declined' }, { status: 'charged_back' }, { from: '2026-03-06' }, { to: '2026-03-06' }, { from: '2026-03-07', to: '2026-03-07' },
    { status: 'pending', from: '2026-03-06', to: '2026-03-07' }];
  for (const list of lists) {
    const { status = 'all', from = '', to = '9999' } = list;
    const expected = payments
      .filter((row) => (status === 'all' || row.state === status) && row.day >= from && row.day <= to)
      .sort((a, b) => b.at - a.at || b.id - a.id)
      .map(({ reference }) => reference);
    const query = new URLSearchParams(list).toString();
    const { forward, back } = await walk(who, `/payments?${query}`);
    assert.ok(expected.length > 3, query);
    assert.deepEqual(forward, expected, query);
    assert.deepEqual(back, expected, `${query}, back`);
  }
  // The last day there is ends with the last second there is.
  const whole = (await page(who, '/payments')).rows;
  for (const period of ['to=9999-12-31', 'from=1900-01-01&to=9999-12-31', 'to=9999-12-30'])
    assert.deepEqual((await page(who, `/payments?${period}`)).rows, whole, period);
  const at = await page(who, '/payments?status=declined&from=2026-03-06');
  assert.match(at.words, /Status Declined, Date from Mar 6, 2026\. Show all payments/);
  assert.match(at.html, /<option value="declined" selected>Declined/);
  const first = await page(who, '/payments?from=2026-03-06&to=2026-03-09');
  assert.match(first.next, /^\/billing\/payments\?from=2026-03-06&to=2026-03-09&after=/);
});

test('one payment: what it is, what it paid and what happened, in words', async () => {
  const mine = await world.account({ invoices: [3000, 4500] });
  const who = await world.signIn(mine.user);
  const review = await world.review(who, { what: 'total', note: 'For the <b>shop</b>' });
  assert.equal((await who.get(world.path(`/payments/${review.reference}`))).status, 404, 'a review is none yet');
  const outcome = await who.follow(await world.confirm(who, review));
  assert.match(outcome.text, new RegExp(`href="/billing/payments/${review.reference}">Payment History`));
  let at = await page(who, `/payments/${review.reference}`);
  assert.match(at.words, new RegExp(`Payment ${review.reference} Paid The money was received\\. Amount \\$75\\.00 Date \\w+ \\d+, \\d{4} Payment Method Visa ending 1111`));
  assert.match(at.words, /Note For the <b>shop<\/b>|Note For the &lt;b&gt;shop/);
  assert.match(at.words, new RegExp(`Invoices paid with it .* ${mine.invoices[0].number} \\$30\\.00 ${mine.invoices[1].number} \\$45\\.00 Payment Total \\$75\\.00`));
  assert.match(at.words, /What happened Put together for review \w+ \d+, \d{4}, \d+:\d\d [AP]M C[SD]T Confirmed and sent .* C[SD]T Paid .* C[SD]T/);
  assert.match(at.words, new RegExp(`Confirmation ${world.one(`SELECT transaction_id FROM payment WHERE reference = '${review.reference}'`)}`));
  for (const number of mine.invoices.map((each) => each.number)) assert.ok(at.html.includes(`href="/billing/invoices/${number}"`));
  assert.doesNotMatch(at.html, /user:|program:|operator:|SUCCESS|response/i, 'who did it, and the gateway’s words, are not its customer’s');
  assert.match((await page(who, `/invoices/${mine.invoices[0].number}`)).html, new RegExp(`href="/billing/payments/${review.reference}">${review.reference}`));

  // A part goes back, then another.
  for (const amount of ['10.00', '5.00']) {
    const { code, err } = await world.demo.remit('payment', 'refund', review.reference, '--amount', amount);
    assert.equal(code, 0, err);
  }
  at = await page(who, `/payments/${review.reference}`);
  assert.match(at.words, /Partly refunded Part of the money was sent back to you\. Amount \$75\.00 Sent back −\$15\.00/);
  assert.match(at.words, /Refunds Refunded \$10\.00 on .* Refunded \$5\.00 on /);
  assert.equal(at.words.match(/Part of it was refunded/g).length, 2, at.words);
  assert.equal((await page(who, '/payments?status=partly_refunded')).rows[0], review.reference);

  const other = await world.signIn((await world.account()).user);
  for (const path of [`/payments/${review.reference}`, '/payments/P00000000000', '/payments/PA0000000000', '/payments/x', `/payments/${review.reference.toLowerCase()}`, `/payments/${review.reference}?after=x`])
    assert.equal((await (path.endsWith('x') ? who : other).get(world.path(path))).status, 404, path);
  assert.ok(!(await page(other, '/payments')).html.includes(review.reference));
});

test('declined, sent by a bank, recorded and drafted payments say what they are', async () => {
  const mine = await world.account({ invoices: [3000, 600, 500] });
  const who = await world.signIn(mine.user);
  const make = async (change) => {
    const review = await world.review(who, change);
    await world.confirm(who, review);
    return page(who, `/payments/${review.reference}`);
  };
  await world.demo.knobs({ reset: true, only_kind: 'sale', decline_code: 202, times: 1 });
  const declined = await make({ what: 'selected', invoice: mine.invoices[1].number });
  await world.demo.resetKnobs();
  assert.match(declined.words, /Declined .* Nothing was charged\. .* Make a Payment/);
  assert.match(declined.words, /Invoices it was made for/);
  assert.match(declined.words, /Declined; nothing was charged/);
  assert.match(declined.html, /class="r-button" href="\/billing\/pay">Make a Payment/);
  assert.doesNotMatch(declined.html, /Confirmation<\/dt>/);
  const sent = await make({ what: 'selected', invoice: mine.invoices[0].number, method: mine.bank });
  assert.match(sent.words, /Pending Your bank still has to send the money\. .* Payment Method Checking ending 6789/);
  assert.match(sent.words, /Invoices in this payment/);
  assert.match(sent.words, /Accepted; the bank still has to send the money/);
  const { code, out, err } = await world.demo.remit('payment', 'record', '--account', mine.number, '--check', `c-${mine.number}`, '--amount', '5.00');
  assert.equal(code, 0, err + out);
  const recorded = await page(who, `/payments/${world.one(`SELECT reference FROM payment WHERE account_id = ${mine.id} AND kind = 'check'`)}`);
  assert.match(recorded.words, /Payment Method Check .* Received .* What happened Recorded/);
  world.sql(`UPDATE payment SET source = 'autopay' WHERE account_id = ${mine.id} AND state = 'pending'`);
  const drafted = await page(who, `/payments/${world.one(`SELECT reference FROM payment WHERE account_id = ${mine.id} AND state = 'pending'`)}`);
  assert.match(drafted.words, /Drafted by Auto Pay .* Drafted by Auto Pay and sent/);
});

// ---- long ones, and what a page reads ----

test('500 lines of 1,000 characters are all there', async () => {
  const mine = await world.account({ invoices: [50_000] });
  const number = mine.invoices[0].number;
  world.sql(`DELETE l FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE i.number = '${number}';
    INSERT INTO invoice_line SELECT account_id, id, seq, CONCAT(REPEAT('🤦', 990), seq), '1', 100, 100 FROM invoice, seq_1_to_500 WHERE number = '${number}'`);
  const who = await world.signIn(mine.user);
  const { html } = await page(who, `/invoices/${number}`);
  assert.equal(html.match(/<bdi>(?:🤦){990}\d+<\/bdi>/gu).length, 500);
});

const HANDLERS = ['key', 'first', 'last', 'next', 'prev', 'rnd', 'rnd_next', 'rnd_deleted'].map((name) => `Handler_read_${name}`);

function status() {
  const rows = new Map(world.sql('SHOW GLOBAL STATUS').map(([name, value]) => [name, Number(value)]));
  // What a condition that is pushed into a key skips is counted apart.
  return { reads: HANDLERS.reduce((sum, name) => sum + rows.get(name), 0), tried: rows.get('Handler_icp_attempts') };
}

test('a page reads less than 200 rows, of 20,000 as of 200,000', async (t) => {
  const mine = await world.account({ invoices: [1000, 2000] });
  const other = await world.account({ invoices: [] });
  const who = await world.signIn(mine.user);
  // All of one day, and half of them paid: neither day nor state tells where a page begins.
  const fill = (id, mark, rows) => {
    for (let made = 0; made < rows; made += 10_000)
      world.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, paid_cents, pending_cents, fingerprint, created_at)
        SELECT ${id}, CONCAT('R-', ${made} + seq, '-${mark}'), '2020-01-01', '2020-02-01', 1000, 1000 * (seq % 2), IF(seq % 2, 0, 1), UNHEX(SHA2(CONCAT('${mark}', ${made} + seq), 256)), UTC_TIMESTAMP() FROM seq_1_to_10000`);
  };
  fill(mine.id, 'm', 20_000);
  // One payment of 200 invoices with many steps, 3,000 of one invoice (reviews too), and 3,000 more.
  const [long, many] = mine.invoices.map(({ number }) => number);
  world.sql(`INSERT INTO payment (account_id, reference, source, kind, method_text, amount_cents, state, created_at, confirmed_at)
      SELECT ${mine.id}, CONCAT('PR', LPAD(seq, 11, '0')), 'customer', 'card', 'Visa ending 1111', 200, IF(seq % 3, 'succeeded', 'expired'), '2026-03-01', IF(seq % 3, '2026-03-06', NULL) FROM seq_1_to_6000;
    INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents)
      SELECT account_id, id, (SELECT id FROM invoice WHERE number = '${many}'), 1 FROM payment WHERE account_id = ${mine.id} AND id % 2;
    SET @long = (SELECT id FROM payment WHERE reference = 'PR00000000002');
    INSERT IGNORE INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT account_id, @long, id, 1 FROM invoice WHERE account_id = ${mine.id} ORDER BY id DESC LIMIT 200;
    INSERT INTO payment_event (account_id, payment_id, at, from_state, to_state, actor) SELECT ${mine.id}, @long, '2026-03-06', 'processing', 'unknown', 'x' FROM seq_1_to_40;
    ANALYZE TABLE invoice, payment, payment_allocation, payment_event`);
  const pages = {};
  const add = async (name, path) => {
    let at = await page(who, path);
    pages[name] = path;
    if (!at.next) return;
    at = await page(who, at.next);
    pages[`${name}, second page`] = at.next;
    pages[`${name}, back`] = (await page(who, at.next)).previous;
  };
  for (const filter of ['open', 'overdue', 'paid', 'all']) await add(filter, `/invoices?status=${filter}`);
  for (const filter of ['open', 'paid', 'all']) await add(`${filter}, oldest first`, `/invoices?status=${filter}&sort=oldest`);
  for (const filter of ['open', 'paid', 'all']) await add(`${filter} of a period`, `/invoices?status=${filter}&from=2019-12-31&to=2020-01-01`);
  await add('open, by due date', '/invoices?status=open&sort=due');
  await add('a period without any', '/invoices?status=paid&from=2020-01-02');
  await add('by number', '/invoices?number=R-1');
  await add('by a number nobody has', '/invoices?number=R-x');
  await add('payments', '/payments');
  await add('payments of a state', '/payments?status=succeeded');
  await add('payments of a day', '/payments?from=2026-03-05&to=2026-03-06');
  await add('no payments', '/payments?status=declined');
  pages['an invoice'] = `/invoices/${long}`;
  pages['an invoice of 3,000 payments'] = `/invoices/${many}`;
  pages['its earlier payments'] = link((await page(who, `/invoices/${many}`)).html, 'Earlier payments');
  pages['a payment of 200 invoices'] = '/payments/PR00000000002';
  pages['its further invoices'] = link((await page(who, '/payments/PR00000000002')).html, 'More invoices of this payment');
  const measure = async () => {
    const figures = {};
    for (const [name, path] of Object.entries(pages)) {
      const first = await page(who, path);
      assert.ok(first.rows.length > 0 || /without|nobody|no payments|an invoice$/.test(name), name);
      const before = status();
      const start = status();
      await page(who, path);
      const end = status();
      // Less what asking for them reads.
      figures[name] = Math.max(end.reads - start.reads - (start.reads - before.reads), end.tried - start.tried);
    }
    return figures;
  };
  const small = await measure();
  fill(other.id, 'o', 180_000);
  world.sql('ANALYZE TABLE invoice');
  const large = await measure();
  for (const [name, rows] of Object.entries(large)) {
    t.diagnostic(`${name}: ${small[name]} rows of 20,000, ${rows} of 200,000`);
    assert.ok(rows < 200 && small[name] < 200, `${name}: ${small[name]}, then ${rows} rows`);
  }
});

test('the list of all reads its key alone', () => {
  const plan = world.sql(`EXPLAIN SELECT id, number, issued_on, due_on, state, total_cents, paid_cents, credited_cents, pending_cents
    FROM invoice FORCE INDEX (invoice_recent) WHERE account_id = ${account.id} ORDER BY issued_on DESC, id DESC LIMIT 51`)[0].join(' ');
  assert.match(plan, /invoice_recent.*Using index/);
  assert.doesNotMatch(plan, /filesort|temporary/);
});
