// Looking back: a Manager finds invoices and payments by filter, sort, period and number, goes through the pages and from
// an invoice to its payments and back, at a desk, on a phone, by keyboard, and without JavaScript.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { PHONE, WIDE, day, isFocused, launch, makeAccount, makePayment, open, signedState, tabTo, text, watched } from './support.mjs';

let demo, browser, account, state, reference;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  account = await makeAccount(demo, {
    organization: 'Long Memory LLC',
    invoices: [{ number: 'HI-CREDIT', cents: 5000, credited: 5000, issued: day(-400), due: day(-370) }, { number: 'HI-SHARED', cents: 9000, paid: 4000, issued: day(-1), due: day(29) }],
  });
  demo.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, paid_cents, fingerprint, created_at)
      SELECT ${account.id}, CONCAT('HI-', 1000 + seq), ${text(day(-300))} + INTERVAL seq DAY, ${text(day(-270))} + INTERVAL seq DAY, 1000 + seq, IF(seq % 2, 1000 + seq, 0),
        UNHEX(SHA2(CONCAT('hi', seq), 256)), ${text(day(0))} FROM seq_1_to_240;
    UPDATE account SET due_cents = (SELECT SUM(total_cents - paid_cents - credited_cents) FROM invoice WHERE account_id = account.id) WHERE id = ${account.id}`);
  makePayment(demo, account, { state: 'declined', covers: [['HI-1002', 1002]] });
  makePayment(demo, account, { state: 'pending', covers: [['HI-1004', 1004]] });
  reference = makePayment(demo, account, { state: 'succeeded', covers: [['HI-SHARED', 4000]], note: 'As agreed' });
  state = await signedState(browser, demo, account);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const story = (options, tell) => watched(browser, demo, { storageState: state, ...options }, tell);
const numbers = (page) => page.locator('.r-invoices td.r-head').allInnerTexts();
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const menu = async (page, viewport, name) => {
  if (viewport === PHONE) await page.getByRole('link', { name: 'Menu', exact: true }).click();
  await page.getByRole('navigation', { name: 'Billing' }).getByRole('link', { name }).click();
};
const run = (from, count, step) => Array.from({ length: count }, (_, at) => `HI-${from + at * step}`);

for (const [where, options] of [['at a desk', { viewport: WIDE }], ['on a phone', { viewport: PHONE }], ['without JavaScript', { viewport: WIDE, javaScriptEnabled: false }]]) {
  describe(where, () => {
    test('filters, sorts and pages of Invoice History', () =>
      story(options, async (page) => {
        await page.goto('./');
        await menu(page, options.viewport, 'Invoice History');
        await heading(page, 'Invoice History');
        const shown = page.getByRole('navigation', { name: 'Show invoices' });
        assert.deepEqual(await numbers(page), ['HI-SHARED', ...run(1240, 49, -2)]);
        // The list is on the first screen: the form is folded.
        assert.ok(await page.getByLabel('Sort by').isHidden());
        assert.ok((await page.locator('.r-invoices td.r-head').first().boundingBox()).y < options.viewport.height);

        await shown.getByRole('link', { name: 'Overdue' }).click();
        await page.getByText('Sorted by Date Due, earliest first.').waitFor();
        assert.deepEqual(await numbers(page), run(1002, 50, 2));
        assert.ok(await page.getByText('Overdue', { exact: true }).last().isVisible());

        await shown.getByRole('link', { name: 'Paid' }).click();
        await page.getByText('Search and sort').click();
        await page.getByLabel('Sort by').selectOption('Invoice Date, oldest first');
        await page.getByLabel('From').fill(day(-299));
        await page.getByRole('button', { name: 'Show' }).click();
        await page.getByText('oldest first. Clear').waitFor();
        const all = run(1001, 120, 2);
        assert.deepEqual(await numbers(page), all.slice(0, 50));
        await page.getByRole('link', { name: 'Next page' }).click();
        await page.getByRole('link', { name: 'HI-1101', exact: true }).waitFor();
        assert.deepEqual(await numbers(page), all.slice(50, 100));
        await page.getByRole('link', { name: 'Next page' }).click();
        await page.getByRole('link', { name: 'HI-1201', exact: true }).waitFor();
        assert.deepEqual(await numbers(page), all.slice(100));
        assert.equal(await page.getByRole('link', { name: 'Next page' }).count(), 0);
        await page.getByRole('link', { name: 'Previous page' }).click();
        await page.getByRole('link', { name: 'HI-1101', exact: true }).waitFor();
        assert.deepEqual(await numbers(page), all.slice(50, 100));
        await page.getByRole('link', { name: 'First page' }).click();
        await page.getByRole('link', { name: 'HI-1001', exact: true }).waitFor();
        assert.equal(await page.getByRole('link', { name: 'Previous page' }).count(), 0);
        await page.getByRole('link', { name: 'Clear' }).click();
        await page.getByRole('link', { name: 'HI-1239', exact: true }).waitFor();
      }));

    test('finds an invoice by its number, and goes to its payment and back', () =>
      story(options, async (page) => {
        await page.goto('invoices');
        await page.getByText('Search and sort').click();
        await page.getByRole('search').getByLabel('Invoice #').fill('hi-s');
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await page.getByText('Invoice numbers that begin with HI-S.').waitFor();
        assert.deepEqual(await numbers(page), ['HI-SHARED']);
        assert.ok(await page.getByRole('link', { name: 'Process Payment for invoice HI-SHARED' }).isVisible());
        await page.getByRole('link', { name: 'HI-SHARED', exact: true }).click();
        await heading(page, 'Invoice HI-SHARED');
        await page.getByRole('link', { name: reference }).click();
        await heading(page, `Payment ${reference}`);
        for (const words of ['The money was received.', 'Visa ending 1111', 'As agreed', 'Invoices paid with it']) assert.ok(await page.getByText(words).first().isVisible(), words);
        await page.getByRole('link', { name: 'HI-SHARED' }).click();
        await heading(page, 'Invoice HI-SHARED');
        await page.goto('invoices/HI-CREDIT');
        assert.ok(await page.getByText('Credit of $50.00 was applied to it.').isVisible());
      }));

    test('Payment History by status', () =>
      story(options, async (page) => {
        await page.goto('./');
        await menu(page, options.viewport, 'Payment History');
        await heading(page, 'Payment History');
        assert.equal(await page.locator('.r-payments tbody tr').count(), 3);
        await page.getByText('Search', { exact: true }).click();
        await page.getByLabel('Status').selectOption('Declined');
        await page.getByRole('button', { name: 'Show' }).click();
        await page.getByText('Status Declined.').waitFor();
        assert.equal(await page.locator('.r-payments tbody tr').count(), 1);
        await page.locator('.r-payments td.r-head').getByRole('link').click();
        await heading(page, /^Payment P/);
        assert.ok(await page.getByText('Nothing was charged.').first().isVisible());
        await page.getByRole('main').getByRole('link', { name: 'Make a Payment' }).click();
        await heading(page, 'Make a Payment');
        await page.goto('payments?status=declined');
        await page.getByRole('link', { name: 'Show all payments' }).click();
        await page.getByText('Pending', { exact: true }).last().waitFor();
        assert.equal(await page.locator('.r-payments tbody tr').count(), 3);
      }));
  });
}

test('by keyboard alone: the form unfolds, takes what is typed, and says what is wrong', () =>
  story({}, async (page) => {
    await page.goto('invoices?status=all');
    await tabTo(page, page.locator('summary'));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByLabel('Invoice #'));
    await page.keyboard.type('HI-12');
    await page.keyboard.press('Enter');
    await page.getByText('Invoice numbers that begin with HI-12.').waitFor();
    assert.equal((await numbers(page)).length, 41);

    await page.goto('invoices?status=all&from=yesterday');
    assert.equal(await page.getByLabel('From').inputValue(), 'yesterday');
    await page.goto('invoices?status=overdue&from=2026-01-01');
    const wrong = page.getByRole('alert').getByRole('link', { name: /A period goes by Invoice Date/ });
    await tabTo(page, wrong);
    await page.keyboard.press('Enter');
    assert.ok(await isFocused(page.getByLabel('From')));
    assert.equal(await page.getByLabel('From').inputValue(), '2026-01-01');
  }));
