// Paying with a new card, as the documents 000, 001, 002 and 004 tell it: at a desk, on a phone, with
// the keyboard alone. Number, expiry and code go into frames of the gateway.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { address, cards, framed, holder, inFrame, newCard, newCardByKeyboard, readTerms, remember, terms, typeCard, typeHolder } from './card.mjs';
import { PHONE, WIDE, day, launch, makeAccount, money, saveMethod, sideways, signIn, tabTo, watched } from './support.mjs';

const NARROW = { width: 320, height: 640 };
const processed = { level: 1, name: 'Payment has been processed' };
let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const story = (options, tell) => watched(browser, demo, options, tell);

let counted = 0;

// Open invoices with amounts of their own; the last one is the current one.
const openInvoices = (...cents) => {
  const story = ++counted;
  return cents.map((each, at) => ({ number: `CA-${story}-${at + 1}`, cents: each, issued: day(at - 40), due: day(at - 10) }));
};

const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const link = (page, name) => page.getByRole('main').getByRole('link', { name, exact: true });
const radio = (page, name) => page.getByRole('radio', { name });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page, number) => page.getByRole('checkbox', { name: `Invoice ${number}`, exact: true });
const total = async (page, words = 'Payment Total') => (await page.getByText(words, { exact: true }).locator('xpath=..').getByRole('status').innerText());
const referenceOf = (page) => new URL(page.url()).pathname.split('/').pop();
const salesOf = async (reference) => (await demo.book()).filter((t) => t.order_id === reference);

// The way the sidebar, or on a phone the menu, leads.
async function sidebar(page, name) {
  const menu = page.getByRole('link', { name: 'Menu', exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation', { name: 'Billing' }).getByRole('link', { name, exact: true }).click();
}

// From a filled form to the end: reviews, confirms, and returns the one sale.
async function confirm(page, { cents, method }) {
  await button(page, 'Process Payment').click();
  await h1(page, 'Review your payment');
  const words = await page.getByRole('main').innerText();
  assert.match(words, /Nothing has been charged yet\./);
  assert.ok(words.includes(money(cents)) && words.includes(method), words);
  const reference = referenceOf(page);
  assert.equal((await salesOf(reference)).length, 0);
  await button(page, `Pay ${money(cents)}`).click();
  await page.getByRole('heading', processed).waitFor();
  assert.ok((await page.getByRole('main').innerText()).includes(method));
  assert.equal(await sideways(page), '');
  const sales = await salesOf(reference);
  assert.deepEqual(sales.map((sale) => sale.amount_cents), [cents]);
  return sales[0];
}

describe('001: pay a bill with a credit card', { concurrency: 2 }, () => {
  for (const [where, viewport] of [['at a desk', WIDE], ['on a phone', NARROW]])
    test(where, () =>
      story({ viewport }, async (page) => {
        const invoices = openInvoices(11734, 22884);
        await signIn(page, await makeAccount(demo, { card: false, invoices }));
        const tile = page.getByRole('region', { name: 'Billing' });
        assert.match(await tile.innerText(), /Current Balance\s+\$346\.18/);
        await tile.getByRole('link', { name: 'Pay Bill' }).click();
        await h1(page, 'Make a Payment');
        assert.match(await page.getByRole('main').innerText(), /Current Balance\s+\$346\.18\s+Due By\s+\w+ \d+, \d{4}/);

        // "You can choose the invoices you want to pay"
        await radio(page, 'Selected Invoices').check();
        const picker = page.getByRole('group', { name: 'Select Invoice To Pay' });
        for (const label of ['Amount Due', 'Invoice Amount', 'Invoice #', 'Invoice Date'])
          assert.ok(await picker.getByRole('columnheader', { name: label, exact: true }).count(), label);
        await page.getByText('Select at Least One Invoice').waitFor();
        assert.equal(await total(page, 'Total Amount'), '$0.00');
        await box(page, invoices[1].number).check();
        await page.getByText('Select at Least One Invoice').waitFor({ state: 'hidden' });
        assert.equal(await total(page, 'Total Amount'), '$228.84');

        // "and then select an online payment method"
        await page.getByText('Choose a Payment Method').waitFor();
        await radio(page, 'Credit Card').check();
        await page.getByText('Accepted card types: Amex, Discover, Mastercard, and Visa').waitFor();
        await typeCard(page, cards.Visa);
        await typeHolder(page);
        await terms(page).check();
        await readTerms(page);
        for (const label of framed) assert.notEqual(await inFrame(page, label).inputValue(), '', `${label} is still there`);
        await page.getByText('Please allow up to 2 business days for payments to be reflected in your account', { exact: true }).waitFor();
        assert.equal(await sideways(page), '');
        await confirm(page, { cents: 22884, method: cards.Visa.words });

        // Nobody asked to keep the card, so nobody did.
        await page.goto('./');
        assert.match(await tile.innerText(), /Current Balance\s+\$117\.34/);
        await tile.getByRole('link', { name: 'Manage Payment Methods' }).click();
        await page.getByText('No payment method is saved yet.').waitFor();
      }));

  test('with the keyboard alone', () =>
    story({}, async (page) => {
      const invoices = openInvoices(1734, 2288);
      const user = await makeAccount(demo, { card: false, invoices });
      await page.goto('login');
      const press = async (key, locator) => {
        await tabTo(page, locator);
        await page.keyboard.press(key);
      };
      await tabTo(page, page.getByLabel('Email'));
      await page.keyboard.type(user.email);
      await tabTo(page, page.getByLabel('Password'));
      await page.keyboard.type(user.password);
      await page.keyboard.press('Enter');
      await h1(page, 'Account Overview');
      await press('Enter', link(page, 'Pay Bill'));
      await h1(page, 'Make a Payment');
      await tabTo(page, radio(page, 'Total Balance'));
      for (let times = 0; times < 4 && !(await radio(page, 'Selected Invoices').isChecked()); times++) await page.keyboard.press('ArrowDown');
      await press('Space', box(page, invoices[0].number));
      assert.equal(await total(page), '$17.34');
      await newCardByKeyboard(page, cards.Amex, { ...holder, 'Zip Code': '20170-1234' });
      await readTerms(page, (there) => press('Enter', there));
      await press('Space', remember(page));
      await press('Enter', button(page, 'Process Payment'));
      await h1(page, 'Review your payment');
      const reference = referenceOf(page);
      await press('Enter', button(page, 'Pay $17.34'));
      await page.getByRole('heading', processed).waitFor();
      assert.equal((await salesOf(reference)).length, 1);
      // And once more with what is saved, by the arrows among the methods.
      await page.goto('pay');
      assert.ok(await radio(page, cards.Amex.words).isChecked());
      await tabTo(page, radio(page, cards.Amex.words));
      for (const name of ['Checking: One-Time / Automated ACH', 'Credit Card']) {
        await page.keyboard.press('ArrowDown');
        assert.ok(await radio(page, name).isChecked());
      }
      await inFrame(page, 'CVV').waitFor();
      for (let times = 0; times < 2; times++) await page.keyboard.press('ArrowUp');
      await inFrame(page, 'CVV').waitFor({ state: 'hidden' });
      await press('Space', button(page, 'Process Payment'));
      await press('Space', button(page, 'Pay $22.88'));
      await page.getByRole('heading', processed).waitFor();
    }));
});

describe('000: a credit card that is remembered', { concurrency: 2 }, () => {
  for (const [where, viewport] of [['at a desk', WIDE], ['on a phone', NARROW]]) {
    test(`while paying, ${where}`, () =>
      story({ viewport }, async (page) => {
        const invoices = openInvoices(34618, 5000);
        await signIn(page, await makeAccount(demo, { card: false, invoices }));
        await link(page, 'Pay Bill').click();
        await radio(page, 'Selected Invoices').check();
        await box(page, invoices[0].number).check();
        await newCard(page, cards.Discover);
        assert.ok(!(await remember(page).isChecked()), 'nothing is kept unless asked for');
        await remember(page).check();
        const sale = await confirm(page, { cents: 34618, method: cards.Discover.words });
        assert.equal(sale.stored_credential_indicator, 'stored');

        await sidebar(page, 'Make a Payment');
        assert.ok(await radio(page, cards.Discover.words).isChecked(), 'it is there for the next payment');
        await page.getByText('Expires 11/2029').waitFor();
        await page.getByLabel('Name on Card').waitFor({ state: 'hidden' });
        await confirm(page, { cents: 5000, method: cards.Discover.words });
      }));

    test(`without a payment, ${where}`, () =>
      story({ viewport }, async (page) => {
        const user = await makeAccount(demo, { invoices: openInvoices(4200) });
        await signIn(page, user);
        await link(page, 'Manage Payment Methods').click();
        await h1(page, 'Manage Payment Methods');
        await link(page, 'Add Credit Card').click();
        await h1(page, 'Add Credit Card');
        await page.getByText('Accepted card types: Amex, Discover, Mastercard, and Visa').waitFor();
        await typeCard(page, cards.Mastercard);
        await typeHolder(page);
        await readTerms(page);
        await page.keyboard.press('Space');
        await button(page, 'Save').click();
        await h1(page, cards.Mastercard.words);
        await page.getByText('The card was saved.').waitFor();
        assert.equal(await sideways(page), '');
        const [[vaultId]] = demo.sql(`SELECT vault_id FROM method WHERE account_id = ${user.id} AND brand = 'Mastercard'`);
        assert.ok(!(await demo.charges()).some((sale) => sale.customer_vault_id === vaultId), 'nothing is charged');
        await sidebar(page, 'Make a Payment');
        assert.ok(await radio(page, cards.Mastercard.words).isChecked(), 'the last saved one comes first');
        await confirm(page, { cents: 4200, method: cards.Mastercard.words });
      }));
  }
});

describe('002: pay one invoice', { concurrency: 2 }, () => {
  for (const [where, viewport] of [['at a desk', WIDE], ['on a phone', PHONE]]) {
    test(`with a saved method, ${where}`, () =>
      story({ viewport }, async (page) => {
        const invoices = openInvoices(30043, 7700, 900);
        const user = await makeAccount(demo, { card: false, invoices, organization: 'Bluebird Coffee' });
        await saveMethod(demo, user, { brand: 'Visa', saved: -90, used: -2, label: 'Company card' });
        await saveMethod(demo, user, { brand: 'Mastercard', saved: -60, used: -30 });
        await saveMethod(demo, user, { brand: 'Discover', saved: -9 });
        await signIn(page, user);
        await page.getByRole('region', { name: 'Recent Invoices for Bluebird Coffee' }).getByRole('link', { name: invoices[1].number, exact: true }).click();
        await h1(page, `Invoice ${invoices[1].number}`);
        await link(page, 'Process Payment').click();
        await h1(page, 'Make a Payment');
        const top = await page.getByRole('region', { name: `Invoice ${invoices[1].number}` }).innerText();
        assert.match(top, /Invoice Date\s+\w+ \d+, \d{4}\s+Amount Due\s+\$77\.00\s+Date Due\s+\w+ \d+, \d{4}/);
        assert.equal(await total(page), '$77.00');

        // "The last payment method you used will be set as the default."
        assert.ok(await radio(page, 'Visa ending 1111').isChecked());
        await page.getByText('Company card · Expires 12/2030').waitFor();
        await radio(page, 'Mastercard ending 1111').check();
        await confirm(page, { cents: 7700, method: 'Mastercard ending 1111' });
        await page.getByText('Payment has been processed').waitFor();

        // NAVIGATION > Reports > Invoices > Process Payment
        await sidebar(page, 'Invoice History');
        await page.getByRole('link', { name: `Process Payment for invoice ${invoices[0].number}` }).click();
        assert.ok(await radio(page, 'Mastercard ending 1111').isChecked());
        assert.equal(await total(page), '$300.43');
      }));

    test(`with a new card, its name and billing address, ${where}`, () =>
      story({ viewport }, async (page) => {
        const invoices = openInvoices(12300, 4500);
        const user = await makeAccount(demo, { invoices });
        await signIn(page, user);
        await page.getByRole('link', { name: invoices[0].number, exact: true }).click();
        await link(page, 'Process Payment').click();
        assert.ok(await radio(page, 'Visa ending 1111').isChecked());
        await page.getByLabel('Name on Card').waitFor({ state: 'hidden' });
        await radio(page, 'Credit Card').check();
        await page.getByText('Exactly as it appears on the card').waitFor();
        await newCard(page, cards.Mastercard, { ...holder, ...address });
        await remember(page).check();
        await page.getByLabel('Note').fill('Invoice of the shop');
        await confirm(page, { cents: 12300, method: cards.Mastercard.words });
        await page.getByText('Invoice of the shop').waitFor();

        // "available next time you make a payment"
        await page.goto('pay');
        assert.ok(await radio(page, cards.Mastercard.words).isChecked());
        const [[vaultId]] = demo.sql(`SELECT vault_id FROM method WHERE account_id = ${user.id} AND brand = 'Mastercard'`);
        const entry = JSON.stringify(await demo.gateway('GET', `/sandbox/vault?customer_vault_id=${vaultId}`));
        for (const part of ['Ashley', 'Palacol', '12 Lake St', 'Herndon', 'VA', '20170', '0531']) assert.ok(entry.includes(part), part);
      }));
  }

  test('with a method added first', () =>
    story({ viewport: PHONE }, async (page) => {
      const invoices = openInvoices(6600);
      await signIn(page, await makeAccount(demo, { card: false, invoices }));
      await page.goto('pay');
      await link(page, 'Add Payment Method').click();
      await newCard(page, cards.Visa, { ...holder, ...address });
      await button(page, 'Save').click();
      await h1(page, 'Make a Payment');
      assert.ok(await radio(page, cards.Visa.words).isChecked());
      await confirm(page, { cents: 6600, method: cards.Visa.words });
    }));
});

describe('004: make a payment', { concurrency: 2 }, () => {
  for (const [where, viewport] of [['at a desk', WIDE], ['on a phone', NARROW]])
    test(where, () =>
      story({ viewport }, async (page) => {
        const invoices = openInvoices(2000, 3085, 1000);
        await signIn(page, await makeAccount(demo, { card: false, invoices }));
        await sidebar(page, 'Make a Payment');
        await h1(page, 'Make a Payment');
        assert.ok(await radio(page, 'Total Balance').isChecked());
        assert.equal(await total(page), '$60.85');
        await radio(page, 'Current Charges').check();
        assert.equal(await total(page), '$10.00', 'the most current invoice only');
        await page.getByLabel('Fixed Amount in dollars').fill('25.5');
        assert.ok(await radio(page, 'Fixed Amount').isChecked());
        assert.equal(await total(page), '$25.50');

        // "click on the hyperlink (shown as a numeric value) associated with it to identify the invoices"
        await page.getByRole('link', { name: /^0 selected/ }).click();
        assert.ok(await radio(page, 'Selected Invoices').isChecked());
        assert.equal(await total(page), '$0.00');
        await box(page, invoices[1].number).check();
        await page.getByLabel(`Amount to pay on invoice ${invoices[1].number}`).fill('30');
        await page.getByLabel(`Amount to pay on invoice ${invoices[2].number}`).fill('4.5');
        assert.ok(await box(page, invoices[2].number).isChecked(), 'an amount chooses its invoice');
        assert.equal(await total(page), '$34.50');
        await page.getByRole('link', { name: /^2 selected/ }).waitFor();

        await page.getByRole('group', { name: 'Payment Method' }).waitFor();
        await link(page, 'Add Payment Method').waitFor();
        await newCard(page, cards.Visa);
        await page.getByLabel('Note').fill('Part of December');
        await page.getByText('Please allow up to 2 business days for payments to be reflected in your account', { exact: true }).waitFor();
        await page.getByRole('region', { name: 'Payment Terms and Conditions' }).getByText('Payments are for services of Northwind Hosting').waitFor();
        await link(page, 'Cancel').click();
        await h1(page, 'Account Overview');

        // Cancelled: nothing happened. Again, with the current charges.
        await sidebar(page, 'Make a Payment');
        assert.equal(await total(page), '$60.85');
        await radio(page, 'Selected Invoices').check();
        await page.getByLabel(`Amount to pay on invoice ${invoices[1].number}`).fill('30');
        await page.getByLabel(`Amount to pay on invoice ${invoices[2].number}`).fill('4.5');
        await newCard(page, cards.Visa);
        await page.getByLabel('Note').fill('Part of December');
        await confirm(page, { cents: 3450, method: cards.Visa.words });
        await page.getByText('Part of December').waitFor();
        await page.goto(`invoices/${invoices[1].number}`);
        assert.match(await page.getByLabel('Summary').innerText(), /Amount Due\s+\$0\.85/);
      }));
});

test('the books agree after all of it', async () => {
  const check = await demo.remit('check', '--gateway');
  assert.equal(check.code, 0, check.out + check.err);
});
