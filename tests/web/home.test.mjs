// home.test.mjs - what a customer sees first: the Billing tile, what needs attention, what Auto Pay takes next, the
// Activity Calendar, recent invoices; the tile alone and inside the provider's own page; what all that costs.
import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, until, words } from './world.mjs';

const NOW = '2026-11-22T17:00:00Z'; // a Sunday, noon in the demo's zone
const host = () => new URL('/', world.demo.url).pathname;

let world;

before(async () => {
  // The mailer asks the database too, and would be counted.
  world = await World.open({ settings: ['Mail.PollMs = 60000'], env: { NO_DRAFTER: '1' } });
  world.demo.clock(NOW);
  world.sql(`INSERT IGNORE INTO security_level (name, may_billing, may_autopay) VALUES ('Test Payer', 1, 0)`);
});
after(() => world?.close());

// ---- tools ----

const get = (client, path) => client.get(world.path(path));

// An account with invoices of [cents, due day, issue day], and no journal.
async function account(invoices = [[3043, '2026-12-01', '2026-11-02']], options = {}) {
  const team = await world.account({ invoices: invoices.map(([cents]) => cents), ...options });
  invoices.forEach(([, due, issued = '2026-10-01'], at) => {
    team.invoices[at].due = due;
    world.sql(`UPDATE invoice SET due_on = '${due}', issued_on = '${issued}' WHERE number = '${team.invoices[at].number}'`);
  });
  world.sql(`DELETE FROM activity WHERE account_id = ${team.id}`);
  team.client = await world.signIn(team.user);
  return team;
}

const idOf = (invoice) => Number(world.one(`SELECT id FROM invoice WHERE number = '${invoice.number}'`));

// The words of the section with a heading, or undefined.
function section(html, heading) {
  const found = html.match(new RegExp(`<section[^>]*>\\s*<h2[^>]*>${heading}[\\s\\S]*?</section>`))?.[0];
  return found && words(found);
}
const linkOf = (html, title) => html.match(new RegExp(`<a[^>]*href="([^"]*)"[^>]*>${title}`))?.[1].replaceAll('&amp;', '&');
const home = async (team) => (await get(team.client, '/')).text;
const attention = async (team) => section(await home(team), 'What needs attention');
const next = async (team) => section(await home(team), 'Auto Pay takes next');

// What the calendar says of a day ("2026-11-22"), or '' for nothing.
function dayOf(html, day) {
  const cell = html.match(new RegExp(`<p class="r-day"><time datetime="${day}"[\\s\\S]*?</td>`))?.[0];
  assert.ok(cell, `no ${day} in the calendar`);
  return words(cell.replace(/^[\s\S]*?<\/p>/, '').replace(/<span class="r-hidden">.*?<\/span>/g, ''));
}
const linksOf = (html, day) =>
  [...html.match(new RegExp(`datetime="${day}"[\\s\\S]*?</td>`))[0].matchAll(/href="([^"]*)"/g)].map(([, url]) => url.replaceAll('&amp;', '&'));

let made = 0;

// A payment as a row: its page is not looked at, and no books are kept.
function payment(team, state, covers, { at = '2026-11-20 18:00:00', draft = null, amount = 3043, user = team.user.id } = {}) {
  const isOpen = state === 'processing' || state === 'unknown';
  const reference = `P${String(process.pid).padStart(7, '0').slice(-7)}${String(++made).padStart(5, '0')}`;
  world.sql(`INSERT INTO payment (account_id, reference, source, kind, user_id, method_id, method_text, amount_cents, state, gateway, claim_token, send_by, created_at, confirmed_at, draft_id, attempt)
    VALUES (${team.id}, '${reference}', 'customer', 'card', ${user}, ${team.card}, 'Visa ending 1111', ${amount}, '${state}', 'nmi',
      ${isOpen ? 'RANDOM_BYTES(16), UTC_TIMESTAMP()' : 'NULL, NULL'}, '${at}', '${at}', ${draft}, ${draft ? 1 : 'NULL'});
    SET @p = LAST_INSERT_ID();
    ${covers.map((invoice) => `INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open) VALUES (${team.id}, @p, ${idOf(invoice)}, 100, ${isOpen ? 1 : 'NULL'});`).join('\n')}`);
  return reference;
}

function enrol(team, { schedule = 'first', next_on = '2026-12-01', skip = null, user = team.user, covers = ['all'], scope = 'all' } = {}) {
  world.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, skip_on, created_at, changed_at)
    VALUES (${team.id}, ${user.id}, ${user.card}, '${schedule}', '${scope}', '2026-10-20', ${next_on ? `'${next_on}'` : 'NULL'}, ${skip ? `'${skip}'` : 'NULL'}, '2026-10-20', '2026-10-20')`);
  const id = world.one(`SELECT MAX(id) FROM enrolment WHERE account_id = ${team.id}`);
  for (const key of covers) world.sql(`INSERT INTO enrolment_cover VALUES (${team.id}, ${id}, '${key}', 1)`);
  return id;
}

function draft(team, enrolment, state, day, { reason = '', retry = null } = {}) {
  world.sql(`INSERT INTO draft (account_id, enrolment_id, draft_on, state, reason, attempts, retry_on, created_at)
    VALUES (${team.id}, ${enrolment}, '${day}', '${state}', '${reason}', 1, ${retry ? `'${retry}'` : 'NULL'}, '${day}')`);
  return world.one(`SELECT MAX(id) FROM draft WHERE account_id = ${team.id}`);
}

// Rows of [day, kind, entries, balance, money].
function activity(team, rows) {
  for (const [day, kind, entries, balance, money] of rows)
    world.sql(`INSERT INTO activity VALUES (${team.id}, 'd', '${day}', '${kind}', ${entries}, ${balance}, ${money}, 0)`);
}

// ---- the tile, the account, recent invoices ----

test('home shows where the money stands, who the account is, and the latest invoices', async () => {
  const team = await account([[3043, '2026-11-03', '2026-10-01'], [1000, '2026-12-09', '2026-11-05'], [500, '2026-12-10', '2026-11-06'], [500, '2026-12-11', '2026-11-07'], [500, '2026-12-12', '2026-11-08'], [7000, '2026-12-13', '2026-11-09']], { note: '& Sons' });
  world.sql(`UPDATE account SET credit_cents = 250, pending_cents = 500, site = 'Downtown', city = 'Madison' WHERE id = ${team.id};
    UPDATE invoice SET pending_cents = 500 WHERE number = '${team.invoices[2].number}'`);
  const html = await home(team);
  const tile = section(html, 'Billing');
  for (const part of ['Current Balance $122.93', 'Due By Nov 3, 2026', 'Overdue since Nov 3, 2026', 'In progress $5.00', 'Credit $2.50', 'Pay Bill', 'Manage Payment Methods', 'View Invoices'])
    assert.ok(tile.includes(part), `${part}: ${tile}`);
  assert.equal(linkOf(html, 'Pay Bill'), world.path('/pay'));
  assert.match(section(html, 'Account Information'), /Organization Firm .* & Sons Account Number \d+ Site Downtown City Madison/);
  const recent = section(html, 'Recent Invoices for');
  assert.match(recent, /^Recent Invoices for Firm .* & Sons/);
  const shown = team.invoices.filter(({ number }) => recent.includes(number));
  assert.deepEqual(shown, team.invoices.slice(1), 'the five latest, not the first');
  assert.equal(linkOf(html, 'Process Payment<span class="r-hidden"> for'), world.path(`/pay?invoice=${team.invoices[5].number}`));
  assert.match(words(html), /Help How to make a payment Paper bills and fees/);
});

test('nothing owed: no Pay Bill, no due day, nothing that needs attention', async () => {
  const team = await account([]);
  const html = await home(team);
  assert.match(section(html, 'Billing'), /Current Balance \$0\.00 Nothing to pay right now\./);
  assert.doesNotMatch(html, /What needs attention|Pay Bill|Due By/);
  assert.match(html, /No invoices yet/);
  assert.match(words(html), /Nothing happened and nothing is due in November 2026\./);
});

test('what is due and wholly on its way is neither overdue nor to be paid', async () => {
  const team = await account([[3043, '2026-11-03']]);
  world.sql(`UPDATE invoice SET pending_cents = 3043 WHERE account_id = ${team.id}; UPDATE account SET pending_cents = due_cents WHERE id = ${team.id}`);
  const html = await home(team);
  assert.doesNotMatch(words(html), /Overdue|overdue|Pay Bill|What needs attention/);
  assert.match(section(html, 'Billing'), /In progress \$30\.43 Nothing to pay right now\./);
});

// ---- what needs attention ----

test('overdue: one by its number, several in one line, none where the day has not come', async () => {
  const team = await account([[3043, '2026-11-22'], [1000, '2026-12-09']]);
  assert.equal(await attention(team), undefined, 'due today is not overdue');
  world.sql(`UPDATE invoice SET due_on = '2026-11-21' WHERE number = '${team.invoices[0].number}'`);
  const html = await home(team);
  assert.ok(section(html, 'What needs attention').includes(`Invoice ${team.invoices[0].number} is overdue since November 21: $30.43.`));
  assert.equal(linkOf(html, 'View invoice<'), world.path(`/invoices/${team.invoices[0].number}`));
  assert.match(html, new RegExp(`href="${world.path('/pay')}\\?invoice=${team.invoices[0].number}">Process Payment<span class="r-hidden">: Invoice`));
  world.sql(`UPDATE invoice SET due_on = '2025-11-01' WHERE number = '${team.invoices[1].number}'`);
  const both = await home(team);
  assert.match(section(both, 'What needs attention'), /2 invoices are overdue, the oldest since November 1, 2025: \$40\.43 in all\. View overdue invoices/);
  assert.equal(linkOf(both, 'View overdue invoices'), world.path('/invoices?status=overdue'));
});

test('a payment whose answer is not known, and one being sent, say not to pay again; a pending one does not', async () => {
  const team = await account([[3043, '2026-12-01'], [1000, '2026-12-09'], [500, '2026-12-10']]);
  payment(team, 'pending', [team.invoices[2]]);
  assert.equal(await attention(team), undefined);
  const unknown = payment(team, 'unknown', [team.invoices[0]]);
  payment(team, 'processing', [team.invoices[1]], { amount: 1000 });
  const html = await home(team);
  const said = section(html, 'What needs attention');
  assert.match(said, /The payment of \$30\.43 on November 20 with Visa ending 1111 is being checked: its answer is not known yet\. Please don't make it again\. View payment/);
  assert.match(said, /The payment of \$10\.00 on November 20 with Visa ending 1111 is being processed\. Please don't make it again\./);
  assert.ok(html.includes(world.path(`/payments/${unknown}`)));
  const other = await account([]);
  assert.equal(await attention(other), undefined, 'of this account alone');
});

test('a payment that was declined or returned and is still unpaid; once for several tries', async () => {
  for (const [state, pattern] of [
    ['declined', /was declined, and is still to be paid\./],
    ['failed', /was not made, and is still to be paid\./],
    ['not_charged', /was not made, and is still to be paid\./],
    ['returned', /was returned by the bank and is due again\./],
    ['charged_back', /was charged back and is due again\./],
  ]) {
    const team = await account([[3043, '2026-12-01'], [1000, '2026-12-09']]);
    const [first, second] = team.invoices;
    const reference = payment(team, state, [first, second]);
    payment(team, state, [first, second], { at: '2026-11-19 18:00:00' });
    const html = await home(team);
    assert.match(section(html, 'What needs attention'), pattern, state);
    assert.equal(section(html, 'What needs attention').match(/Visa ending 1111 was/g).length, 1, 'the latest try');
    assert.equal(linkOf(html, 'View payment'), world.path(`/payments/${reference}`));
    assert.equal(linkOf(html, 'Pay now'), world.path(`/pay?invoice=${second.number}`));
    // Paid meanwhile, or on its way.
    world.sql(`UPDATE invoice SET pending_cents = 1000 WHERE number = '${second.number}'`);
    assert.equal(await attention(team), undefined, `${state}, on its way`);
    world.sql(`UPDATE invoice SET pending_cents = 0, paid_cents = 1000 WHERE number = '${second.number}'`);
    assert.equal(await attention(team), undefined, `${state}, paid`);
  }
});

test('what failed long ago, and what autopay tells of itself, is not told here', async () => {
  const team = await account();
  payment(team, 'declined', [team.invoices[0]], { at: '2026-10-22 16:00:00' });
  assert.equal(await attention(team), undefined, '31 days');
  payment(team, 'returned', [team.invoices[0]], { at: '2026-08-20 16:00:00' });
  assert.equal(await attention(team), undefined, '94 days');
  const enrolment = enrol(team);
  payment(team, 'declined', [team.invoices[0]], { draft: draft(team, enrolment, 'taken', '2026-11-01') });
  assert.equal(await attention(team), undefined);
  payment(team, 'returned', [team.invoices[0]], { at: '2026-08-25 16:00:00' });
  assert.match(await attention(team), /on August 25 with Visa ending 1111 was returned/, '89 days');
});

test('the visitor’s own methods: refused, expired, about to expire', async () => {
  const team = await account([], { users: 2 });
  const set = (id, change) => world.sql(`UPDATE method SET ${change} WHERE id = ${id}`);
  set(team.users[1].card, "expires_on = '2026-01-31'");
  assert.equal(await attention(team), undefined, 'a colleague’s is the colleague’s business');
  for (const [day, pattern] of [
    ['2026-10-31', /Visa ending 1111 has expired, so payments cannot use it\. Replace this card/],
    ['2026-11-30', /Visa ending 1111 expires on November 30\. Replace this card/],
    ['2026-12-31', /Visa ending 1111 expires on December 31\./],
    ['2027-01-31', null],
  ]) {
    set(team.card, `expires_on = '${day}'`);
    const said = await attention(team);
    if (pattern) assert.match(said, pattern);
    else assert.equal(said, undefined, day);
  }
  set(team.card, "state = 'needs_attention', attention = '252'");
  set(team.bank, "state = 'needs_attention', attention = 'R02'");
  const html = await home(team);
  assert.match(section(html, 'What needs attention'), /Visa ending 1111 was refused by its bank, so payments cannot use it\./);
  assert.match(section(html, 'What needs attention'), /Checking ending 6789 was refused by its bank, .* Replace this account/);
  assert.equal(linkOf(html, 'Replace this card'), world.path(`/methods/card?replace=${team.card}`));
  assert.equal(linkOf(html, 'Replace this account'), world.path(`/methods/bank?replace=${team.bank}`));
  assert.ok(html.includes(world.path(`/methods/${team.card}`)));
  set(team.card, "state = 'removed'");
  set(team.bank, "state = 'active'");
  assert.equal(await attention(team), undefined);
});

test('a draft that failed, waits for its retry, or for a person', async () => {
  const team = await account();
  const enrolment = enrol(team);
  const row = draft(team, enrolment, 'failed', '2026-11-01', { reason: 'declined' });
  const reference = payment(team, 'declined', [team.invoices[0]], { draft: row });
  const html = await home(team);
  assert.match(section(html, 'What needs attention'), /^What needs attention The Auto Pay draft of November 1 with Visa ending 1111 failed\. The bank declined the payment\. Pay now/);
  assert.ok(html.includes(world.path(`/payments/${reference}`)));
  assert.equal(linkOf(html, 'Manage Auto Pay<'), world.path('/autopay'));
  const set = (change) => world.sql(`UPDATE draft SET ${change} WHERE id = ${row}`);
  set("state = 'retry', retry_on = '2026-11-24', reason = ''");
  assert.match(await attention(team), /The Auto Pay draft of November 1 with Visa ending 1111 did not go through and is tried again on November 24\./);
  assert.match(await next(team), /The draft of November 1 is tried again on November 24, Visa ending 1111/);
  assert.match(dayOf(await home(team), '2026-11-24'), /Auto Pay tries again Visa ending 1111/);
  set("state = 'person', retry_on = NULL, reason = 'late'");
  assert.match(await attention(team), /was not made on its day, and we are looking at it\./);
  // What is over is not told of: paid by hand, made up by a later draft, of a schedule that was given up, turned off.
  set("state = 'failed', reason = 'declined'");
  world.sql(`UPDATE invoice SET paid_cents = total_cents WHERE account_id = ${team.id}`);
  assert.equal(await attention(team), undefined, 'paid by hand');
  world.sql(`UPDATE invoice SET paid_cents = 0 WHERE account_id = ${team.id}; UPDATE enrolment SET began_on = '2026-11-01' WHERE id = ${enrolment}`);
  assert.equal(await attention(team), undefined, 'of the schedule before');
  world.sql(`UPDATE enrolment SET began_on = '2026-10-20' WHERE id = ${enrolment}`);
  assert.ok(await attention(team));
  draft(team, enrolment, 'taken', '2026-11-15');
  assert.equal(await attention(team), undefined, 'a later one took it');
  world.sql(`DELETE FROM draft WHERE draft_on = '2026-11-15' AND account_id = ${team.id};
    UPDATE enrolment_cover SET active = NULL WHERE enrolment_id = ${enrolment};
    UPDATE enrolment SET state = 'off', next_on = NULL, off_at = '2026-11-10' WHERE id = ${enrolment}`);
  assert.equal(await attention(team), undefined, 'turned off');
});

// ---- what Auto Pay takes next ----

test('Auto Pay takes next: what Manage Auto Pay says, or that it is off', async () => {
  const team = await account([[3043, '2026-12-01'], [1000, '2026-12-20']], { users: 2 });
  const off = await home(team);
  assert.match(section(off, 'Auto Pay takes next'), /Auto Pay is off\. Nothing is taken by itself\. Set up Auto Pay/);
  assert.equal(linkOf(off, 'Set up Auto Pay'), world.path('/autopay'));
  const enrolment = enrol(team);
  const html = await home(team);
  assert.match(section(html, 'Auto Pay takes next'), /1st of the Month \$40\.43 on December 1, Visa ending 1111 Manage Auto Pay$/);
  assert.ok(words((await get(team.client, '/autopay')).text).includes('$40.43 on December 1, Visa ending 1111'));
  world.sql(`UPDATE enrolment SET skip_on = '2026-12-01' WHERE id = ${enrolment}`);
  assert.match(await next(team), /December 1 is skipped: nothing is drafted \$40\.43 on January 1, 2027, Visa ending 1111/);
  world.sql(`UPDATE enrolment SET skip_on = NULL, user_id = ${team.users[1].id}, method_id = ${team.users[1].bank} WHERE id = ${enrolment}; UPDATE method SET holder_type = 'business' WHERE id = ${team.users[1].bank}`);
  assert.match(await next(team), /\$40\.43 on December 1, Checking ending 6789 Method of User /);
  world.sql(`UPDATE invoice SET paid_cents = total_cents WHERE account_id = ${team.id}`);
  assert.match(await next(team), /Nothing is due yet for December 1, Checking ending 6789/);
  world.sql(`UPDATE enrolment SET schedule = 'due_date', next_on = NULL WHERE id = ${enrolment}`);
  assert.match(await next(team), /On the due date Nothing is due yet, Checking ending 6789/);
  world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Payer') WHERE account_id = ${team.id} AND user_id = ${team.users[1].id}`);
  assert.match(await next(team), /Its user may not manage Auto Pay any more\. Nothing is drafted/);
});

test('Auto Pay of a split month: the second half is what is left of its plan', async () => {
  const team = await account([[3043, '2026-12-01']]);
  const enrolment = enrol(team, { schedule: 'split', next_on: '2026-12-15' });
  const first = draft(team, enrolment, 'taken', '2026-12-01');
  world.sql(`INSERT INTO split_plan VALUES (${team.id}, ${enrolment}, '2026-12-01', ${idOf(team.invoices[0])}, 3043)`);
  payment(team, 'succeeded', [], { draft: first, at: '2026-12-01 18:00:00' });
  world.sql(`INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT ${team.id}, MAX(id), ${idOf(team.invoices[0])}, 1522 FROM payment WHERE account_id = ${team.id};
    UPDATE invoice SET paid_cents = 1522 WHERE account_id = ${team.id}`);
  assert.match(await next(team), /\$15\.21 on December 15, Visa ending 1111/);
  assert.ok(words((await get(team.client, '/autopay')).text).includes('$15.21 on December 15, Visa ending 1111'));
});

test('who may not manage Auto Pay sees what it takes, without a way there', async () => {
  const team = await account([[3043, '2026-12-01']], { users: 2 });
  enrol(team);
  world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Payer') WHERE account_id = ${team.id} AND user_id = ${team.users[1].id}`);
  const payer = await world.signIn(team.users[1]);
  const html = (await get(payer, '/')).text;
  assert.match(section(html, 'Auto Pay takes next'), /\$30\.43 on December 1, Visa ending 1111 Method of User /);
  assert.ok(!html.includes(`"${world.path('/autopay')}"`));
});

// ---- the calendar ----

test('the calendar has what happened, is due, is on its way and will be drafted, each on its day', async () => {
  const team = await account([[3043, '2026-11-10'], [1000, '2026-11-28'], [500, '2026-11-28'], [700, '2026-12-05']]);
  const other = await account([]);
  activity(team, [
    ['2026-11-02', 'invoice', 2, 6000, 0], ['2026-11-03', 'invoice', 1, 3043, 0], ['2026-11-05', 'payment', 1, -4900, 4900],
    ['2026-11-06', 'payment', 3, -9000, 9000], ['2026-11-07', 'refund', 1, 1000, -1000], ['2026-11-07', 'credit', 1, -1000, 0],
    ['2026-11-08', 'return', 1, 4400, -4400], ['2026-11-08', 'fee', 1, 2500, 0], ['2026-11-09', 'void', 1, 1200, -1200],
    ['2026-11-11', 'void', 1, -700, 0], ['2026-11-12', 'credit', 1, 0, 0], ['2026-11-13', 'credit', 1, 300, 0], ['2026-11-14', 'void', 2, 500, -1200],
    ['2026-10-31', 'invoice', 9, 9900, 0], ['2026-12-01', 'payment', 1, -100, 100],
  ]);
  activity(other, [['2026-11-04', 'invoice', 1, 7777, 0]]);
  const reference = payment(team, 'pending', [], { at: '2026-11-21 05:30:00' }); // in Chicago 11:30 pm the day before
  enrol(team, { schedule: 'fifteenth', next_on: '2026-12-15' });
  const html = (await get(team.client, '/calendar')).text;
  const days = {
    '2026-11-01': '',
    '2026-11-02': '2 invoices issued $60.00',
    '2026-11-03': 'Invoice issued $30.43',
    '2026-11-04': '',
    '2026-11-05': 'Paid $49.00',
    '2026-11-06': '3 payments $90.00',
    '2026-11-07': 'Refunded $10.00',
    '2026-11-08': 'Payment returned $44.00',
    '2026-11-09': 'Payment voided $12.00',
    '2026-11-10': 'Invoice overdue $30.43',
    '2026-11-11': 'Invoice voided $7.00',
    '2026-11-12': 'Credit applied to invoices',
    '2026-11-13': 'Credit taken back $3.00',
    '2026-11-14': 'Invoices or payments voided',
    '2026-11-20': 'Payment in progress $30.43',
    '2026-11-21': '',
    '2026-11-28': '2 invoices due $15.00',
    '2026-11-30': '',
  };
  for (const [day, said] of Object.entries(days)) assert.ok(said ? dayOf(html, day).includes(said) : dayOf(html, day) === '', `${day}: ${dayOf(html, day)}`);
  assert.match(dayOf(html, '2026-11-07'), /Credited \$10\.00/);
  assert.match(dayOf(html, '2026-11-08'), /Fee \$25\.00/);
  for (const day of ['2026-11-07', '2026-11-08', '2026-11-09', '2026-11-11', '2026-11-13'])
    assert.ok(linksOf(html, day).includes(world.path(`/documents/statements/2026-11?after=${day}.0`)), day);
  assert.deepEqual(linksOf(html, '2026-11-02'), [world.path('/invoices?status=all&from=2026-11-02&to=2026-11-02')]);
  // What a bank sent was confirmed days before: it stands in the statement, from its first entry of the day on.
  assert.deepEqual(linksOf(html, '2026-11-05'), [world.path('/documents/statements/2026-11?after=2026-11-05.0')]);
  assert.deepEqual(linksOf(html, '2026-11-10'), [world.path(`/invoices/${team.invoices[0].number}`)]);
  assert.deepEqual(linksOf(html, '2026-11-20'), [world.path(`/payments/${reference}`)]);
  assert.deepEqual(linksOf(html, '2026-11-28'), [world.path('/invoices?status=open&sort=due')]);
  // Home has the same of this month.
  const front = await home(team);
  for (const day of Object.keys(days)) assert.equal(dayOf(front, day), dayOf(html, day), day);
  const december = (await get(team.client, '/calendar?month=2026-12')).text;
  assert.match(words(december), /‹?\s*November 2026 December 2026 January 2027/);
  assert.equal(dayOf(december, '2026-12-15'), 'Auto Pay drafts $52.43 Visa ending 1111');
  assert.equal(dayOf(december, '2026-12-05'), 'Invoice due $7.00');
  assert.match(dayOf(december, '2026-12-01'), /Paid \$1\.00/);
  assert.equal(linkOf(december, 'Back to November 2026'), world.path('/calendar?month=2026-11'));
  const october = (await get(team.client, '/calendar?month=2026-10')).text;
  assert.equal(dayOf(october, '2026-10-31'), '9 invoices issued $99.00');
  assert.doesNotMatch(october, /r-event-draft/, 'nothing will be drafted in the past');
});

test('months: rows of weeks that begin on Sunday, one before and one after, and 404 for what is none', async () => {
  const team = await account([]);
  const page = (query) => get(team.client, `/calendar${query}`);
  const html = (await page('')).text;
  assert.deepEqual([...html.matchAll(/<th role="columnheader" scope="col">(\w+)</g)].map(([, name]) => name), ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']);
  assert.match(html, /<caption class="r-hidden">Activity Calendar, November 2026</);
  assert.match(html, /datetime="2026-11-22" aria-current="date">/);
  assert.equal(html.match(/aria-current="date"/g).length, 1);
  const weeks = [...html.match(/<tbody[\s\S]*?<\/tbody>/)[0].matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([row]) => row.match(/<td/g).length);
  assert.deepEqual(weeks, [7, 7, 7, 7, 7]);
  const first = (await page('?month=1970-01')).text;
  assert.ok(!first.includes('rel="prev"') && first.includes('month=1970-02'));
  const last = (await page('?month=2999-12')).text;
  assert.ok(!last.includes('rel="next"') && last.includes('month=2999-11'));
  const leap = (await page('?month=2028-02')).text;
  assert.ok(leap.includes('2028-02-29') && !leap.includes('2028-02-30') && !leap.includes('aria-current="date"'));
  for (const query of ['?month=', '?month=2026-13', '?month=2026-00', '?month=1969-12', '?month=3000-01', '?month=2026-1', '?month=2026-011', '?month=2026-11-01', '?month=now', '?month=2026-1%27', '?month=%F0%9F%98%80', '?month=-026-11'])
    assert.equal((await page(query)).status, 404, query);
  assert.equal((await page('?month=2026-11&month=2026-12')).status, 400);
  assert.equal((await page('?nothing=1')).status, 200, 'what is not asked for is not read');
});

test('today is the day in the provider’s zone', async () => {
  const team = await account([[3043, '2026-11-30']]);
  try {
    world.demo.clock('2026-12-01T03:00:00Z'); // the evening before in Chicago
    team.client = await world.signIn(team.user);
    const html = await home(team);
    assert.match(html, /datetime="2026-11-30" aria-current="date"/);
    assert.equal(dayOf(html, '2026-11-30'), 'Invoice due $30.43');
    assert.doesNotMatch(html, /What needs attention/);
    world.demo.clock('2026-12-01T07:00:00Z');
    team.client = await world.signIn(team.user);
    const later = await home(team);
    assert.match(later, /Activity Calendar, December 2026/);
    assert.match(section(later, 'What needs attention'), /overdue since November 30/);
  } finally {
    world.demo.clock(NOW);
  }
});

// ---- the tile alone, and in the provider's own page ----

const page = (client) => client.get(host());

function assertFragment(answer, status) {
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'], /^text\/html; charset=utf-8$/);
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.doesNotMatch(answer.text, /<html|<body|<h1|<!doctype|<script|<nav/i);
  assert.match(answer.text.trimStart(), /^(<!--[^>]*-->\s*)?<section class="remit r-card r-tile"/);
}

function assertHost(answer, inside) {
  assert.equal(answer.status, 200);
  assert.match(answer.text, /<h1>Dashboard<\/h1>/);
  assert.match(words(answer.text), /No open tickets\./);
  assert.match(words(answer.text), /Everything below \/billing\/ is Remit, its guest\./, 'to its end');
  assert.equal(answer.text.match(/<html/g).length, 1, 'no page inside the page');
  assert.equal(answer.text.match(/r-tile/g).length, 1);
  assert.doesNotMatch(answer.text, /an error occurred|<!--#/);
  assert.match(words(answer.text), inside);
  assert.equal(answer.headers['cache-control'], 'no-store');
}

test('the tile of a Manager, of nobody, and of somebody without the permission', async () => {
  const team = await account([[3043, '2026-11-03']], { readers: 1 });
  const reader = await world.signIn(team.readers[0]);
  const nobody = world.demo.client();
  const mine = await get(team.client, '/tile');
  assertFragment(mine, 200);
  assert.match(words(mine.text), /Billing Current Balance \$30\.43 Due By Nov 3, 2026 Overdue since Nov 3, 2026 Pay Bill/);
  assertHost(await page(team.client), /Current Balance \$30\.43 .*Pay Bill Manage Payment Methods View Invoices/);
  const theirs = await get(reader, '/tile');
  assertFragment(theirs, 200);
  assert.match(words(theirs.text), /Your security level does not include billing\. Ask a Manager of your organization, or your service provider, to add it\./);
  assert.doesNotMatch(theirs.text, /\$\d|href/);
  assertHost(await page(reader), /Your security level does not include billing\./);
  const none = await get(nobody, '/tile');
  assertFragment(none, 200);
  assert.match(words(none.text), /^Billing Sign in to see your balance and your invoices\. Sign in$/);
  assert.equal(linkOf(none.text, 'Sign in'), world.path('/login?next=/'));
  assertHost(await page(nobody), /Sign in to see your balance/);
  // A session that ended, and a cookie that is none.
  const gone = await world.signIn(team.user);
  const copy = world.demo.client();
  copy.cookies = new Map(gone.cookies);
  await gone.post(world.path('/logout'), {});
  assertFragment(await get(copy, '/tile'), 200);
  assert.match((await get(copy, '/tile')).text, /Sign in to see/);
  assert.equal((await nobody.request('HEAD', world.path('/tile'))).status, 200);
  assert.equal((await nobody.request('HEAD', world.path('/tile'))).text, '');
});

test('what payments on their way cover is neither overdue nor what is due next', async () => {
  const covered = (team, count) =>
    world.sql(team.invoices.slice(0, count).map(({ number }) => `UPDATE invoice SET pending_cents = total_cents WHERE number = '${number}';`).join('') +
      `UPDATE account SET pending_cents = (SELECT SUM(pending_cents) FROM invoice WHERE account_id = ${team.id}) WHERE id = ${team.id}`);
  const tiles = async (team) => [section(await home(team), 'Billing'), words((await get(team.client, '/tile')).text)];
  const team = await account([[3043, '2026-11-03'], [1000, '2026-12-09']]);
  for (const tile of await tiles(team)) assert.match(tile, /Current Balance \$40\.43 Due By Nov 3, 2026 Overdue since Nov 3, 2026 Pay Bill/);
  covered(team, 1);
  for (const tile of await tiles(team)) assert.match(tile, /Current Balance \$40\.43 Due By Dec 9, 2026 In progress \$30\.43 Pay Bill/);
  world.sql(`UPDATE invoice SET pending_cents = pending_cents - 1 WHERE number = '${team.invoices[0].number}'; UPDATE account SET pending_cents = pending_cents - 1 WHERE id = ${team.id}`);
  for (const tile of await tiles(team)) assert.match(tile, /Due By Nov 3, 2026 Overdue since Nov 3, 2026 In progress \$30\.42/);
  // More of them than a page reads: what comes behind them is not guessed.
  const long = await account([...Array.from({ length: 52 }, () => [100, '2026-11-03']), [1000, '2026-12-09']]);
  covered(long, 52);
  for (const tile of await tiles(long)) assert.match(tile, /Current Balance \$62\.00 In progress \$52\.00 Pay Bill/);
});

const recorded = (name) => Number(readFileSync(join(world.demo.run, 'pids', name), 'utf8').split(' ')[0]);
const workers = () => readFileSync(`/proc/${recorded('invoices')}/task/${recorded('invoices')}/children`, 'utf8').trim().split(' ').map(Number);

test('the provider’s page stands whatever becomes of the program', async () => {
  const team = await account();
  const sockets = dirname(world.demo.json.database.socket);
  renameSync(join(sockets, 'invoices.sock'), join(sockets, 'invoices.away'));
  try {
    assertFragment(await get(team.client, '/tile'), 502);
    assertHost(await page(team.client), /Billing Billing is not available right now\./);
  } finally {
    renameSync(join(sockets, 'invoices.away'), join(sockets, 'invoices.sock'));
  }
  // Programs that do not answer at all.
  const stopped = workers();
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  try {
    assertHost(await page(team.client), /Billing is not available right now\./);
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
  }
  await until('the tile again', async () => (await get(team.client, '/tile')).text.includes('$30.43'));
  assertHost(await page(team.client), /Current Balance \$30\.43/);
});

test('the provider’s page stands while the database is away', async () => {
  const team = await account();
  process.kill(recorded('mariadb'), 'SIGKILL');
  try {
    const answer = await until('the end', async () => {
      const each = await get(team.client, '/tile');
      return each.status === 503 && each;
    });
    assertFragment(answer, 503);
    assert.match(words(answer.text), /Billing is not available right now\./);
    assertHost(await page(team.client), /Billing is not available right now\./);
    assertHost(await page(world.demo.client()), /Sign in to see your balance/);
  } finally {
    await world.demo.restart('mariadb');
  }
  await until('the tile again', async () => (await get(team.client, '/tile')).text.includes('$30.43'));
});

// ---- what it costs ----

function status(...names) {
  const rows = new Map(world.sql('SHOW GLOBAL STATUS').map(([name, value]) => [name, Number(value)]));
  return names.map((name) => rows.get(name)).reduce((a, b) => a + b, 0);
}
const HANDLERS = ['key', 'first', 'last', 'next', 'prev', 'rnd', 'rnd_next', 'rnd_deleted'].map((name) => `Handler_read_${name}`);
const TRIPS = ['Questions', 'Com_stmt_prepare'];

// What each asking for a path adds to some counters; all workers have their statements prepared.
async function costs(client, path, counters) {
  const TIMES = 10;
  let each;
  for (let tries = 0; tries < 4 && !Number.isInteger(each); tries++) {
    await Promise.all(Array.from({ length: 12 }, () => get(client, path)));
    const first = status(...counters);
    const own = status(...counters) - first;
    const start = status(...counters);
    for (let at = 0; at < TIMES; at++) assert.equal((await get(client, path)).status, 200, path);
    each = (status(...counters) - start - own) / TIMES;
  }
  return each;
}

// Very many invoices, a third of them open, and something on each day of every month.
async function big() {
  const team = await account([[3043, '2026-12-01']]);
  for (let from = 0; from < 20_000; from += 10_000)
    world.sql(`INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, paid_cents, fingerprint, created_at)
      SELECT ${team.id}, CONCAT('big-${team.id}-', ${from} + seq), 'Hosting', '2021-06-01' + INTERVAL seq % 2000 DAY, '2021-07-01' + INTERVAL seq % 2000 DAY, 1000, IF(seq % 5 < 2, 0, 1000), UNHEX(SHA2(seq + ${from}, 256)), UTC_TIMESTAMP() FROM seq_1_to_10000`);
  world.sql(`UPDATE account SET due_cents = (SELECT SUM(total_cents - paid_cents) FROM invoice WHERE account_id = account.id) WHERE id = ${team.id};
    INSERT INTO activity SELECT ${team.id}, 'd', '2026-10-01' + INTERVAL seq DAY, kind, 5, 5000, 5000, 0
      FROM seq_0_to_52 JOIN (SELECT 'invoice' AS kind UNION SELECT 'payment' UNION SELECT 'refund') k WHERE kind <> 'refund' OR seq % 2;
    ANALYZE TABLE invoice, activity, payment, draft, method, enrolment`);
  const refused = payment(team, 'declined', [], { at: '2026-11-18 12:00:00' });
  world.sql(`INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT ${team.id}, p.id, i.id, 1000
    FROM payment p JOIN invoice i ON i.account_id = p.account_id AND i.number > 'big' WHERE p.reference = '${refused}' LIMIT 200`);
  for (const state of ['declined', 'returned', 'unknown', 'pending']) payment(team, state, state === 'unknown' ? [] : [team.invoices[0]]);
  return team;
}

const MONTHS = ['/calendar', '/calendar?month=2026-10', '/calendar?month=2026-12'];

test('pages of an account with 20,000 invoices, 8,000 of them open, read under 200 rows in at most five round trips', async (t) => {
  const team = await big();
  enrol(team, { covers: ['type:Hosting', 'type:Support'], scope: 'types' });
  const two = enrol(team, { schedule: 'split', next_on: '2026-12-15' });
  draft(team, two, 'taken', '2026-12-01');
  for (const path of ['/', '/tile', ...MONTHS]) {
    const rows = await costs(team.client, path, HANDLERS);
    const trips = await costs(team.client, path, TRIPS);
    t.diagnostic(`${path}: ${rows} rows, ${trips} round trips`);
    assert.ok(rows < 200, `${path}: ${rows} rows`);
    assert.ok(trips <= 5, `${path}: ${trips} round trips`);
  }
  const html = await home(team);
  assert.match(section(html, 'Auto Pay takes next'), /On December 1, Visa ending 1111\. The amount stands at Manage Auto Pay: there is more than this page adds up/);
  assert.match(section(html, 'Auto Pay takes next'), /On December 15, Visa ending 1111\. The amount stands/);
  assert.match(section(html, 'What needs attention'), /More than 50 invoices are overdue, the oldest since July/);
  assert.match(words(html), /From [A-Z][a-z]+ \d+, 2021 on, more invoices are due than this calendar shows\. Open invoices by due date/);
  const december = (await get(team.client, '/calendar?month=2026-12')).text;
  assert.match(dayOf(december, '2026-12-01'), /Auto Pay, amount at Manage Auto Pay Visa ending 1111/);
  const cut = [...Array(31).keys()].map((at) => dayOf(december, `2026-12-${String(at + 1).padStart(2, '0')}`)).filter((said) => /More (than \d+ )?invoices due/.test(said) || /More invoices due/.test(said));
  assert.ok(cut.length <= 1, 'the last day that was read says that there are more');
});

test('an account of most days: the same, with a split month in its second half', async (t) => {
  const team = await account([...Array(20).keys()].map((at) => [1000 + at, `2026-12-${String(at + 1).padStart(2, '0')}`, '2026-11-02']));
  const enrolment = enrol(team, { schedule: 'split', next_on: '2026-12-15' });
  const first = draft(team, enrolment, 'taken', '2026-12-01');
  for (const invoice of team.invoices) world.sql(`INSERT INTO split_plan VALUES (${team.id}, ${enrolment}, '2026-12-01', ${idOf(invoice)}, 1000)`);
  payment(team, 'succeeded', team.invoices, { draft: first });
  for (const path of ['/', ...MONTHS]) {
    const rows = await costs(team.client, path, HANDLERS);
    const trips = await costs(team.client, path, TRIPS);
    t.diagnostic(`${path}: ${rows} rows, ${trips} round trips`);
    assert.ok(rows < 200, `${path}: ${rows} rows`);
    assert.ok(trips <= 5, `${path}: ${trips} round trips`);
  }
});
