// Every page in every state: as WCAG wants it, narrow and wide, light and dark, without a complaint
// from the browser and without a request to anywhere else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { activitySql } from '../support/activity.mjs';
import { Demo, until } from '../support/demo.mjs';
import { day, launch, look, makeAccount, makePayment, open, screen, sideways, signedState, text } from './support.mjs';

let demo, browser;
const states = {}; // signed-in cookies by name of the account
const accounts = {};
const references = {};

const paymentStates = [
  'review', 'expired', 'processing', 'unknown', 'pending', 'succeeded', 'declined', 'failed', 'not_charged',
  'returned', 'partly_refunded', 'refunded', 'voided', 'charged_back',
];

async function makeAccounts() {
  accounts.full = await makeAccount(demo, {
    organization: 'Lakeside Books & Stationery', site: 'Downtown', city: 'Madison',
    invoices: [
      { number: 'PG-OPEN', cents: 30043, tax: 243, lines: [{ description: 'Virtual server, 4 CPU, 16 GB, one month', cents: 24800 }, { description: 'Backup space, 500 GB', quantity: '5', cents: 5000 }] },
      { number: 'PG-OVERDUE', cents: 4999, issued: day(-60), due: day(-30) },
      { number: 'PG-PARTLY', cents: 120000, paid: 70000 },
      { number: 'PG-CREDITED', cents: 9000, credited: 1000 },
      { number: 'PG-PAID', cents: 4999, paid: 4999, issued: day(-90), due: day(-60) },
      { number: 'PG-HELD', cents: 8800, pending: 8800 },
      { number: 'PG-LARGE', cents: 1234567890, type: 'Colocation' },
      { number: 'PG-VOID', cents: 700 },
      { number: 'PG-OTHER', cents: 30043 },
    ],
  });
  demo.sql("UPDATE invoice SET state = 'void' WHERE number = 'PG-VOID'");
  for (const state of paymentStates) {
    const covers = state === 'processing' || state === 'unknown' ? [] : [['PG-OTHER', 30043], ['PG-PARTLY', 10000]];
    if (state === 'unknown') covers.push(['PG-HELD', 8800]);
    if (state === 'processing') covers.push(['PG-CREDITED', 500]);
    references[state] = makePayment(demo, accounts.full, { state, covers, note: state === 'succeeded' ? 'For the shop downtown.\nThank you!' : '' });
  }
  makePayment(demo, accounts.full, { state: 'succeeded', covers: [['PG-PAID', 4999]] });
  references.conflict = makePayment(demo, accounts.full, { state: 'review', covers: [['PG-HELD', 8800]] });
  references.late = makePayment(demo, accounts.full, { state: 'review', covers: [['PG-OTHER', 30043]], created: new Date(Date.now() - 7_200_000) });
  accounts.empty = await makeAccount(demo, { organization: 'New Customer LLC' });
  accounts.many = await makeAccount(demo, { organization: 'Many Invoices Inc' });
  demo.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at)
      SELECT ${accounts.many.id}, CONCAT('PM-', 1000 + seq), ${text(day(-300))} + INTERVAL seq DAY, ${text(day(-270))} + INTERVAL seq DAY,
        1000 + seq, UNHEX(SHA2(seq, 256)), ${text(day(0))} FROM seq_0_to_229;
    UPDATE account SET due_cents = (SELECT SUM(total_cents) FROM invoice WHERE account_id = account.id) WHERE id = ${accounts.many.id}`);
  references.long = makePayment(demo, accounts.many, { state: 'succeeded', covers: Array.from({ length: 120 }, (_, at) => [`PM-${1000 + at}`, 1000]), note: 'For all of them' });
}

// A month of 1,200 entries: credit that is given and taken back.
async function makeBusy() {
  accounts.busy = await makeAccount(demo, { organization: 'Busy Month Inc' });
  demo.sql(`INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) SELECT ${accounts.busy.id}, CONCAT('credit:CBUSY', seq), 'credit', ${text(day(-40))}, ${text(`${day(-40).slice(0, 7)}-03`)} FROM seq_1_to_1200;
    INSERT INTO journal_posting SELECT account_id, id, 0, 'credit', NULL, IF(id % 2, 123456, -123456) FROM journal_entry WHERE account_id = ${accounts.busy.id};
    INSERT INTO journal_posting SELECT account_id, entry_id, 1, 'adjustment', NULL, -amount_cents FROM journal_posting WHERE account_id = ${accounts.busy.id};
    ${activitySql(String(accounts.busy.id))}`);
}

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  await makeAccounts();
  await makeBusy();
  for (const [name, account] of Object.entries(accounts)) states[name] = await signedState(browser, demo, account);
  states.demo = await signedState(browser, demo, demo.user(0));
  states.technician = await signedState(browser, demo, demo.user(1));
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// A state of a page: who looks, how to get there, and what shows that it is there.
function state(name, who, status, path, there, heading) {
  test(name, async () => {
    const { context, page, troubles } = await open(browser, demo, { reducedMotion: 'reduce', storageState: states[who] });
    try {
      const answer = await page.goto(typeof path === 'function' ? path() : path);
      if (!there) assert.equal(answer.status(), status);
      else await there(page);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await look(page, name);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  });
}

const send = (page) => page.getByRole('button', { name: 'Process Payment' }).click();

describe('pages', { concurrency: 2 }, () => {
  state('sign-in', null, 200, 'login', null, 'Sign in');
  state('sign-in-wrong', null, 422, 'login', async (page) => {
    await page.getByLabel('Email').fill('nobody@lakeside.example');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'The email or the password is not right' }).click();
    assert.ok(await page.getByLabel('Password').evaluate((field) => field === document.activeElement));
    assert.equal(await page.getByLabel('Email').inputValue(), 'nobody@lakeside.example');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
  }, 'Sign in');

  state('home', 'full', 200, './', null, 'Account Overview');
  state('home-empty', 'empty', 200, './', null, 'Account Overview');
  state('calendar', 'full', 200, 'calendar', null, 'Activity Calendar');
  state('calendar-none', 'full', 404, 'calendar?month=2026-13', null, 'Page not found');
  state('list-open', 'full', 200, 'invoices?status=open', null, 'Invoice History');
  state('list-paid', 'full', 200, 'invoices?status=paid', null, 'Invoice History');
  state('list-all', 'full', 200, 'invoices?status=all', null, 'Invoice History');
  state('list-overdue', 'full', 200, 'invoices?status=overdue', null, 'Invoice History');
  state('list-page-2', 'many', 200, 'invoices?status=open', async (page) => {
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'Previous page' }).waitFor();
  }, 'Invoice History');
  state('list-past-end', 'many', 200, 'invoices?status=open&after=1999-01-01.1', null, 'Invoice History');
  state('list-sorted', 'many', 200, 'invoices?status=all', async (page) => {
    await page.getByText('Search and sort').click();
    await page.getByLabel('Sort by').selectOption('Invoice Date, oldest first');
    await page.getByLabel('From').fill(day(-100));
    await page.getByLabel('To', { exact: true }).fill(day(-98));
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('oldest first. Clear').waitFor();
    await page.getByText('Search and sort').click();
  }, 'Invoice History');
  state('list-number-none', 'full', 200, 'invoices?number=NOTHING', null, 'Invoice History');
  state('list-errors', 'full', 200, 'invoices?status=all&sort=due&from=yesterday&to=2026-02-30', async (page) => {
    await page.getByRole('alert').getByRole('link', { name: /Only open and overdue/ }).click();
    assert.ok(await page.getByLabel('Sort by').evaluate((field) => field === document.activeElement));
  }, 'Invoice History');
  for (const kind of ['open', 'overdue', 'paid', 'all']) state(`list-empty-${kind}`, 'empty', 200, `invoices?status=${kind}`, null, 'Invoice History');
  state('payments', 'full', 200, 'payments', null, 'Payment History');
  state('payments-empty', 'empty', 200, 'payments', null, 'Payment History');
  state('payments-none-found', 'full', 200, 'payments?status=voided&to=2020-01-01', null, 'Payment History');
  state('payments-errors', 'full', 200, 'payments?from=yesterday&to=2026-02-30', async (page) => {
    await page.getByRole('alert').getByRole('link').first().click();
    assert.ok(await page.getByLabel('From').evaluate((field) => field === document.activeElement));
  }, 'Payment History');
  for (const kind of paymentStates.slice(2)) state(`history-${kind}`, 'full', 200, () => `payments/${references[kind]}`, null, /^Payment P/);
  state('history-long', 'many', 200, () => `payments/${references.long}`, null, /^Payment P/);
  for (const kind of ['OPEN', 'OVERDUE', 'PARTLY', 'CREDITED', 'PAID', 'HELD', 'LARGE', 'VOID'])
    state(`invoice-${kind.toLowerCase()}`, 'full', 200, `invoices/PG-${kind}`, null, `Invoice PG-${kind}`);

  const now = new Date().toLocaleDateString('en-CA', { timeZone: 'America/Chicago' });
  state('documents', 'demo', 200, 'documents', null, 'Reports / Documents');
  state('documents-last-year', 'demo', 200, `documents?year=${now.slice(0, 4) - 1}`, null, 'Reports / Documents');
  state('documents-empty', 'empty', 200, 'documents', null, 'Reports / Documents');
  state('statement', 'demo', 200, `documents/statements/${now.slice(0, 7)}`, null, /^Statement of /);
  state('statement-empty', 'empty', 200, `documents/statements/${now.slice(0, 7)}`, null, /^Statement of /);
  state('statement-page-2', 'busy', 200, `documents/statements/${day(-40).slice(0, 7)}`, async (page) => {
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByText('Brought Forward').first().waitFor();
  }, /^Statement of /);
  state('statement-future', 'demo', 404, 'documents/statements/2999-01', null, 'Page not found');
  state('year', 'demo', 200, `documents/years/${now.slice(0, 4)}`, null, /^Tax-Year Summary /);
  state('year-empty', 'empty', 200, 'documents/years/2019', null, 'Tax-Year Summary 2019');

  state('make', 'full', 200, 'pay', null, 'Make a Payment');
  state('make-selected', 'full', 200, 'pay', async (page) => {
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    await page.getByRole('checkbox', { name: 'Invoice PG-OPEN' }).check();
  }, 'Make a Payment');
  state('make-from-invoice', 'full', 200, 'pay?invoice=PG-OVERDUE', null, 'Make a Payment');
  state('make-held-invoice', 'full', 200, 'pay?invoice=PG-HELD', null, 'Make a Payment');
  state('make-none-selected', 'full', 422, 'pay', async (page) => {
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    await send(page);
    await page.getByRole('alert').waitFor();
  }, 'Make a Payment');
  state('make-wrong-amounts', 'full', 422, 'pay', async (page) => {
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    await page.getByLabel('Amount to pay on invoice PG-OPEN').fill('1000');
    await page.getByLabel('Amount to pay on invoice PG-OVERDUE').fill('a lot');
    await page.getByLabel('Note').fill('kept as typed');
    await send(page);
    await page.getByRole('alert').getByRole('link', { name: /Invoice PG-OPEN: / }).click();
    assert.ok(await page.getByLabel('Amount to pay on invoice PG-OPEN').evaluate((field) => field === document.activeElement));
    assert.equal(await page.getByLabel('Amount to pay on invoice PG-OVERDUE').inputValue(), 'a lot');
    assert.equal(await page.getByLabel('Note').inputValue(), 'kept as typed');
  }, 'Make a Payment');
  state('make-wrong-fixed', 'full', 422, 'pay', async (page) => {
    await page.getByLabel('Fixed Amount in dollars').fill('12.345');
    assert.ok(await page.getByRole('radio', { name: 'Fixed Amount' }).isChecked());
    await send(page);
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Fixed Amount in dollars').inputValue(), '12.345');
  }, 'Make a Payment');
  state('make-200', 'many', 200, 'pay', async (page) => {
    assert.ok(await page.getByText('your 200 oldest open invoices').first().isVisible(), 'why Total Balance is less than Current Balance');
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    assert.equal(await page.getByRole('checkbox', { name: /^Invoice / }).count(), 200);
  }, 'Make a Payment');
  state('make-nothing', 'empty', 200, 'pay', null, 'Make a Payment');

  const headings = {
    review: 'Review your payment',
    expired: 'This review has expired',
    processing: 'Your payment is being processed',
    unknown: 'We are checking this payment',
    pending: 'Your payment was accepted',
    succeeded: 'Payment has been processed',
    declined: 'The payment was declined',
    failed: 'The payment cannot be processed',
    not_charged: 'The payment was not made',
    returned: 'The payment was returned',
    partly_refunded: 'Part of this payment was refunded',
    refunded: 'This payment was refunded',
    voided: 'This payment was canceled',
    charged_back: 'This payment was charged back',
  };
  for (const [kind, heading] of Object.entries(headings)) state(`payment-${kind}`, 'full', 200, () => `pay/${references[kind]}`, null, heading);
  state('payment-again', 'full', 200, () => `pay/${references.succeeded}?again=1`, null, headings.succeeded);
  state('payment-conflict', 'full', 200, () => `pay/${references.conflict}`, null, 'The invoices changed since you reviewed them');
  state('payment-too-late', 'full', 200, () => `pay/${references.late}`, null, headings.expired);

  state('error-403', 'technician', 403, './', null, 'You do not have access to billing');
  state('error-404', 'full', 404, 'invoices/NO-SUCH', async (page) => {
    assert.equal(await page.getByRole('link', { name: 'Go to Billing' }).getAttribute('href'), `${demo.base}/`);
  }, 'Page not found');
  state('error-404-nginx', 'full', 404, 'no-such-page', null, 'Page not found');
  state('error-414-nginx', 'full', 414, () => `invoices?status=${'a'.repeat(9000)}`, null, 'This request could not be answered');
  state('error-400-card', 'full', 400, 'pay', async (page) => {
    await page.getByLabel('Note').fill('my card 4111 1111 1111 1111');
    await send(page);
  }, 'Card numbers are not accepted here');
  state('error-413-nginx', 'full', 413, 'pay', async (page) => {
    await page.getByLabel('Note').evaluate((field) => {
      field.removeAttribute('maxlength');
      field.value = 'long '.repeat(20_000);
    });
    await send(page);
  }, 'That was too much at once');
});

// What no state above can show: 200 % zoom, and paper.
test('at 200 % nothing scrolls sideways', async () => {
  const { context, page, troubles } = await open(browser, demo, { storageState: states.full, viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  try {
    for (const path of ['./', 'documents', `documents/years/${day(0).slice(0, 4)}`, 'invoices?status=all', 'invoices?status=all&from=x', 'payments', `payments/${references.partly_refunded}`, 'invoices/PG-LARGE', 'pay?invoice=PG-OPEN', `pay/${references.review}`, `pay/${references.succeeded}`]) {
      await page.goto(path);
      assert.equal(await sideways(page), '', path);
    }
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
});

test('an invoice on paper is the invoice and nothing else', async () => {
  const { context, page } = await open(browser, demo, { storageState: states.full, colorScheme: 'dark' });
  try {
    await page.goto('invoices/PG-OPEN');
    await page.emulateMedia({ media: 'print' });
    await screen(page, 'invoice-paper');
    assert.ok(await page.getByText('Billed to Lakeside Books & Stationery').isVisible());
    assert.ok(await page.getByText('Virtual server, 4 CPU, 16 GB, one month').isVisible());
    for (const hidden of [page.getByRole('navigation', { name: 'Billing' }), page.getByRole('button', { name: 'Sign out' }), page.getByRole('link', { name: 'Process Payment' })])
      assert.ok(await hidden.isHidden());
    assert.equal(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor), 'rgb(255, 255, 255)');
    const paper = await page.pdf({ format: 'Letter' });
    assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
    assert.equal(paper.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1, 'it fits on one sheet');
  } finally {
    await context.close();
  }
});

test('a payment on paper is the payment and nothing else', async () => {
  const { context, page } = await open(browser, demo, { storageState: states.full, colorScheme: 'dark' });
  try {
    await page.goto(`payments/${references.succeeded}`);
    await page.emulateMedia({ media: 'print' });
    await screen(page, 'payment-paper');
    assert.ok(await page.getByText('Account Number').isVisible());
    assert.ok(await page.getByRole('cell', { name: 'PG-OTHER' }).isVisible());
    assert.ok(await page.getByRole('heading', { name: 'What happened' }).isHidden());
    for (const hidden of [page.getByRole('navigation', { name: 'Billing' }), page.getByRole('button', { name: 'Sign out' }), page.getByRole('link', { name: 'Payment History' }).first()])
      assert.ok(await hidden.isHidden());
    const paper = await page.pdf({ format: 'Letter' });
    assert.equal(paper.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1, 'it fits on one sheet');
    await page.goto('payments');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText('Search', { exact: true }).isHidden());
  } finally {
    await context.close();
  }
});

// ---- parts of the system away: last, for nothing works after it ----

async function ends(name) {
  const pid = Number(readFileSync(join(demo.run, 'pids', name), 'utf8').split(' ')[0]);
  process.kill(pid, 'SIGTERM');
  await until(`${name} ends`, () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

async function looksAway(name, path, status, heading) {
  const { context, page, troubles } = await open(browser, demo, { reducedMotion: 'reduce', storageState: states.full });
  try {
    const answer = await page.goto(path);
    assert.equal(answer.status(), status);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await look(page, name);
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

test('while the database is away, pages say so', async () => {
  await ends('mariadb');
  await looksAway('error-503', './', 503, 'Billing is not available right now');
  await looksAway('error-503-pay', 'pay', 503, 'Billing is not available right now');
});

test('while a program is away, nginx says so', async () => {
  await ends('invoices');
  await looksAway('error-502-nginx', './', 502, 'Billing is not available right now');
});
