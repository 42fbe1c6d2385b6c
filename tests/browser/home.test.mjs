// Home as the documents 000, 001, 002 and 004 show it, the Activity Calendar, and the Billing tile inside the provider's
// own page. What each part says in which case is in tests/web/home.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';
import { PHONE, WIDE, axe, launch, look, makeAccount, makePayment, open, saveMethod, screen, sideways, signIn, signedState, tabTo, watched } from './support.mjs';

let demo, browser, full, empty, many;
const states = {};

// A customer with something of everything.
async function makeFull() {
  full = await makeAccount(demo, {
    organization: 'Lakeside Books & Stationery', site: 'Downtown', city: 'Madison',
    invoices: [
      { number: 'HM-1', cents: 3043, type: 'Hosting', issued: '2026-11-02', due: '2026-12-02' },
      { number: 'HM-2', type: 'Colocation', cents: 4999, issued: '2026-10-05', due: '2026-11-04' },
      { number: 'HM-3', type: 'Colocation', cents: 1234567, issued: '2026-11-02', due: '2026-11-28' },
      { number: 'HM-4', type: 'Colocation', cents: 8800, pending: 8800, issued: '2026-11-10', due: '2026-11-30' },
      { number: 'HM-5', type: 'Colocation', cents: 2000, issued: '2026-11-12', due: '2026-12-12' },
    ],
  });
  const card = demo.sql(`SELECT id FROM method WHERE account_id = ${full.id}`)[0][0];
  full.expired = await saveMethod(demo, full, { brand: 'Mastercard', expires: '2026-10-31', saved: -400 });
  full.refused = await saveMethod(demo, full, { brand: 'Checking', kind: 'bank', four: '6789', expires: null, state: 'needs_attention', saved: -300 });
  full.unknown = makePayment(demo, full, { state: 'unknown', covers: [['HM-4', 8800]], created: new Date('2026-11-21T18:00:00Z') });
  full.declined = makePayment(demo, full, { state: 'declined', covers: [['HM-5', 2000]], created: new Date('2026-11-20T18:00:00Z') });
  makePayment(demo, full, { state: 'pending', covers: [['HM-3', 5000]], created: new Date('2026-11-19T18:00:00Z') });
  demo.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
      VALUES (${full.id}, ${full.userId}, ${card}, 'first', 'types', '2026-10-20', '2026-12-01', '2026-10-20', '2026-10-20'); SET @e = LAST_INSERT_ID();
    INSERT INTO enrolment_cover VALUES (${full.id}, @e, 'type:Hosting', 1);
    INSERT INTO draft (account_id, enrolment_id, draft_on, state, reason, retry_on, created_at) VALUES (${full.id}, @e, '2026-11-01', 'retry', '', '2026-11-24', '2026-11-01');
    INSERT INTO activity VALUES (${full.id}, 'd', '2026-11-05', 'payment', 1, -4900, 4900, 0), (${full.id}, 'd', '2026-11-07', 'return', 1, 4400, -4400, 0), (${full.id}, 'd', '2026-11-07', 'fee', 1, 2500, 0, 0)`);
}

before(async () => {
  demo = await Demo.start({ env: { NO_DRAFTER: '1' } });
  demo.clock('2026-11-22T17:00:00Z');
  browser = await launch();
  await makeFull();
  empty = await makeAccount(demo, { organization: 'New Customer LLC', card: false });
  many = await makeAccount(demo, { organization: 'Many Invoices Inc' });
  demo.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at)
      SELECT ${many.id}, CONCAT('HY-', 1000 + seq), '2026-10-01', '2026-11-20' + INTERVAL seq DIV 10 DAY, 1000 + seq, UNHEX(SHA2(seq, 256)), '2026-10-01' FROM seq_0_to_229;
    UPDATE account SET due_cents = (SELECT SUM(total_cents) FROM invoice WHERE account_id = account.id) WHERE id = ${many.id}`);
  for (const [name, account] of Object.entries({ full, empty, many, technician: demo.user(1) })) states[name] = await signedState(browser, demo, account);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const story = (options, tell) => watched(browser, demo, options, tell);
const ways = [['at a desk', { viewport: WIDE }], ['on a phone, without JavaScript', { viewport: PHONE, javaScriptEnabled: false }]];
const region = (page, name) => page.getByRole('region', { name });
const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

describe('home', { concurrency: 2 }, () => {
  for (const [where, options] of ways) {
    test(`001: Pay Bill on the Billing tile leads to Make a Payment, ${where}`, () =>
      story({ ...options, storageState: states.full }, async (page) => {
        await page.goto('./');
        const tile = region(page, 'Billing');
        for (const words of ['Current Balance', '$12,534.09', 'Due By', 'Nov 4, 2026', 'Overdue', 'since Nov 4, 2026', 'In progress', '$88.00']) await tile.getByText(words, { exact: true }).first().waitFor();
        assert.equal(await tile.getByRole('link', { name: 'Manage Payment Methods' }).getAttribute('href'), `${demo.base}/methods`);
        assert.equal(await tile.getByRole('link', { name: 'View Invoices' }).getAttribute('href'), `${demo.base}/invoices`);
        await tile.getByRole('link', { name: 'Pay Bill' }).click();
        await h1(page, 'Make a Payment');
      }));

    test(`002: Recent Invoices, an invoice, Process Payment, ${where}`, () =>
      story({ ...options, storageState: states.full }, async (page) => {
        await page.goto('./');
        const recent = region(page, 'Recent Invoices for Lakeside Books & Stationery');
        assert.equal(await recent.getByRole('row').count(), 6);
        await recent.getByRole('link', { name: 'HM-1', exact: true }).click();
        await h1(page, 'Invoice HM-1');
        await page.goto('./');
        await recent.getByRole('link', { name: 'Process Payment for invoice HM-1' }).click();
        await h1(page, 'Make a Payment');
        assert.match(page.url(), /invoice=HM-1$/);
      }));

    test(`004: the calendar, month by month, ${where}`, () =>
      story({ ...options, storageState: states.full }, async (page) => {
        await page.goto('./');
        const table = page.getByRole('table', { name: 'Activity Calendar, November 2026' });
        const day = (words) => table.getByRole('cell').filter({ hasText: words });
        for (const [when, what] of [['November 2', '2 invoices issued'], ['November 4', 'Invoice overdue'], ['November 5', 'Paid'], ['November 7', 'Payment returned'], ['November 19', 'Payment in progress'], ['November 22', 'Today'], ['November 24', 'Auto Pay tries again'], ['November 28', 'Invoice due']])
          assert.ok((await day(new RegExp(`${when}\\b`)).first().textContent()).includes(what), `${when}: ${what}`);
        const isPhone = options.viewport === PHONE;
        assert.equal(await page.locator('time[datetime="2026-11-03"]').isVisible(), !isPhone, 'on a phone only days that have something');
        assert.equal((await table.locator('thead').boundingBox()).width > 1, !isPhone, 'headings of columns only where there are columns');
        await page.getByRole('navigation', { name: 'Months' }).getByRole('link', { name: 'December 2026' }).click();
        await h1(page, 'Activity Calendar');
        const december = page.getByRole('table', { name: 'Activity Calendar, December 2026' });
        await december.getByRole('cell').filter({ hasText: 'Auto Pay drafts' }).getByText('$30.43').waitFor();
        await december.getByText('Visa ending 1111').waitFor();
        await page.getByRole('link', { name: 'Back to November 2026' }).click();
        await table.waitFor();
        await page.getByRole('navigation', { name: 'Months' }).getByRole('link', { name: 'October 2026' }).click();
        await page.getByRole('table', { name: 'Activity Calendar, October 2026' }).getByText('Invoice issued').waitFor();
        await page.getByRole('link', { name: 'Account Overview' }).click();
        await h1(page, 'Account Overview');
      }));
  }

  test('what needs attention: each says what to do, and leads there', () =>
    story({ storageState: states.full }, async (page) => {
      await page.goto('./');
      const box = region(page, 'What needs attention');
      const item = (words) => box.getByRole('listitem').filter({ hasText: words });
      assert.equal(await box.getByRole('listitem').count(), 6);
      assert.equal(await item('is being checked: its answer is not known yet').getByRole('link', { name: 'View payment' }).getAttribute('href'), `${demo.base}/payments/${full.unknown}`);
      assert.equal(await item('was declined, and is still to be paid').getByRole('link', { name: 'Pay now' }).getAttribute('href'), `${demo.base}/pay?invoice=HM-5`);
      await item('The Auto Pay draft of November 1 with Visa ending 1111 did not go through and is tried again on November 24.').waitFor();
      await item('Mastercard ending 1111 has expired').getByRole('link', { name: 'Replace this card' }).click();
      await h1(page, 'Replace Mastercard ending 1111');
      await page.goto('./');
      await item('Checking ending 6789 was refused by its bank').getByRole('link', { name: 'View payment method' }).click();
      await h1(page, 'Checking ending 6789');
      await page.goto('./');
      await item('Invoice HM-2 is overdue since November 4: $49.99.').getByRole('link', { name: 'Process Payment' }).click();
      await h1(page, 'Make a Payment');
      await page.goto('./');
      await region(page, 'Auto Pay takes next').getByText('$30.43 on December 1, Visa ending 1111').waitFor();
      await region(page, 'Auto Pay takes next').getByRole('link', { name: 'Manage Auto Pay' }).click();
      await h1(page, 'Manage Auto Pay');
      await page.getByText('$30.43 on December 1, Visa ending 1111').waitFor();
    }));

  test('a new customer sees no more than there is', () =>
    story({ storageState: states.empty }, async (page) => {
      await page.goto('./');
      await page.getByText('Nothing happened and nothing is due in November 2026.').waitFor();
      await region(page, 'Auto Pay takes next').getByText('Auto Pay is off.').waitFor();
      assert.equal(await region(page, 'What needs attention').count(), 0);
      assert.equal(await page.getByRole('link', { name: 'Pay Bill' }).count(), 0);
    }));

  test('with the keyboard alone', () =>
    story({ storageState: states.full }, async (page) => {
      await page.goto('./');
      await tabTo(page, region(page, 'What needs attention').getByRole('link', { name: 'Replace this card' }));
      await tabTo(page, page.getByRole('link', { name: '2 invoices issued on November 2' }));
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await h1(page, 'Activity Calendar');
      await page.getByRole('table', { name: 'Activity Calendar, December 2026' }).waitFor();
    }));

  for (const [name, who, path, heading] of [
    ['home-everything', 'full', './', 'Account Overview'],
    ['home-nothing', 'empty', './', 'Account Overview'],
    ['home-many', 'many', './', 'Account Overview'],
    ['calendar', 'full', 'calendar', 'Activity Calendar'],
    ['calendar-to-come', 'full', 'calendar?month=2026-12', 'Activity Calendar'],
    ['calendar-empty', 'empty', 'calendar?month=2028-02', 'Activity Calendar'],
    ['calendar-cut', 'many', 'calendar', 'Activity Calendar'],
  ])
    test(`${name}: narrow and wide, light and dark`, () =>
      story({ reducedMotion: 'reduce', storageState: states[who] }, async (page) => {
        await page.goto(path);
        await h1(page, heading);
        await look(page, name);
      }));

  test('at 200 % nothing scrolls sideways; on paper the month is a month', () =>
    story({ storageState: states.full, viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, async (page) => {
      for (const path of ['./', 'calendar', 'calendar?month=2026-12']) {
        await page.goto(path);
        assert.equal(await sideways(page), '', path);
      }
      await page.goto('calendar');
      await page.setViewportSize({ width: 900, height: 1200 });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await screen(page, 'calendar-paper');
      assert.ok(await page.getByText('Sunday', { exact: true }).isVisible(), 'a grid');
      assert.ok(await page.getByText('November 2026', { exact: true }).isVisible());
      assert.ok(await page.getByRole('link', { name: 'December 2026' }).isHidden());
      assert.equal(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor), 'rgb(255, 255, 255)');
      const paper = (await page.pdf({ format: 'Letter' })).toString('latin1');
      assert.ok(paper.match(/\/Type\s*\/Page\b/g).length <= 2);
    }));
});

// ---- the tile in the provider's own page ----

const hostUrl = () => new URL('/', demo.url).href;

// Computed styles of all that is the provider's own, in order.
const hostStyles = (page) =>
  page.evaluate(() => [document.documentElement, ...document.querySelectorAll('body, body *')].filter((each) => !each.closest('.remit') && !each.querySelector?.('.remit')).map((each) => {
    const style = getComputedStyle(each);
    return `${each.tagName} ${['color', 'backgroundColor', 'fontFamily', 'fontSize', 'lineHeight', 'margin', 'padding', 'border', 'display', 'listStyle', 'boxSizing', 'textDecoration', 'outline', 'overflowWrap', 'colorScheme'].map((name) => style[name]).join(' | ')}`;
  }));

async function looksInside(name, storageState, words) {
  const { context, page, troubles } = await open(browser, demo, { reducedMotion: 'reduce', ...(storageState && { storageState }) });
  try {
    for (const colorScheme of ['light', 'dark'])
      for (const width of [320, 1280]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        assert.equal((await page.goto(hostUrl())).status(), 200);
        await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
        await region(page, 'Billing').getByText(words).first().waitFor();
        assert.deepEqual(await axe(page), [], `${name} at ${width}, ${colorScheme}`);
        assert.equal(await sideways(page), '', `${name} at ${width}`);
        await screen(page, `host-${name}.${width}.${colorScheme}`);
      }
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

describe('the Billing tile in the provider’s page', () => {
  for (const [name, who, words] of [
    ['manager', 'full', '$12,534.09'],
    ['nothing-due', 'empty', 'Nothing to pay right now.'],
    ['nobody', null, 'Sign in to see your balance and your invoices.'],
    ['technician', 'technician', 'Your security level does not include billing.'],
  ])
    test(`${name}: on a phone and at a desk, light and dark`, () => looksInside(name, who && states[who], words));

  test('its links lead into Billing', () =>
    story({ storageState: states.full }, async (page) => {
      await page.goto(hostUrl());
      await region(page, 'Billing').getByRole('link', { name: 'Pay Bill' }).click();
      await h1(page, 'Make a Payment');
    }));

  test('from Sign in to home', () =>
    story({}, async (page) => {
      await page.goto(hostUrl());
      await region(page, 'Billing').getByRole('link', { name: 'Sign in' }).click();
      await h1(page, 'Sign in');
      await page.getByLabel('Email').fill(empty.email);
      await page.getByLabel('Password').fill(empty.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await h1(page, 'Account Overview');
      await page.goto(hostUrl());
      await region(page, 'Billing').getByText('$0.00').waitFor();
    }));

  test('our style sheet changes nothing of theirs, and every rule of it names a class of ours', () =>
    story({ storageState: states.full }, async (page) => {
      await page.goto(hostUrl());
      const fragment = async (on) => {
        await page.evaluate((value) => [...document.styleSheets].filter((sheet) => sheet.href.includes('/static/')).forEach((sheet) => (sheet.disabled = !value)), on);
        return hostStyles(page);
      };
      for (const media of ['screen', 'print']) {
        await page.emulateMedia({ media });
        assert.deepEqual(await fragment(true), await fragment(false), media);
      }
      await fragment(true);
      const strange = await page.evaluate(() => {
        const found = [];
        const walk = (rules) => {
          for (const rule of rules) {
            if (rule instanceof CSSPageRule) {
              if (!rule.selectorText) found.push('@page of all pages');
            } else if (rule.selectorText !== undefined) {
              // Commas inside of :is() and :where() part no selectors.
              for (const one of rule.selectorText.replace(/\([^()]*\)/g, (inner) => inner.replaceAll(',', ' ')).split(',')) if (!/\.remit|\.r-/.test(one)) found.push(one);
            }
            if (rule.cssRules && rule.selectorText === undefined) walk(rule.cssRules);
          }
        };
        walk([...document.styleSheets].find((sheet) => sheet.href.endsWith('/remit.css')).cssRules);
        return found;
      });
      assert.deepEqual(strange, []);
    }));

  // Last: nothing works after it.
  test('while the database, and then the program, is away: the page stands, the tile says so', async () => {
    const end = async (name) => {
      const pid = Number(readFileSync(join(demo.run, 'pids', name), 'utf8').split(' ')[0]);
      process.kill(pid, 'SIGTERM');
      await until(`${name} ends`, () => {
        try {
          return !process.kill(pid, 0);
        } catch {
          return true;
        }
      });
    };
    for (const name of ['mariadb', 'invoices']) {
      await end(name);
      await looksInside(`${name}-away`, states.full, 'Billing is not available right now.');
    }
  });
});
