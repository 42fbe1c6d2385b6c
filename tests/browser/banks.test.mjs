// Paying with a bank account and saving one, as the documents 000, 001 and 002 tell it: at a desk and on a phone, with
// JavaScript and without. What each field refuses is in tests/web/banks.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { cards, errorOf, newCard } from './card.mjs';
import { PHONE, WIDE, day, isFocused, launch, look, makeAccount, money, sideways, signIn, watched } from './support.mjs';

const ACH = 'Checking: One-Time / Automated ACH';
const accepted = 'Your payment was accepted';
let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// Colours that fade from light to dark would be judged half way.
const story = (options, tell) => watched(browser, demo, { reducedMotion: 'reduce', ...options }, tell);

let counted = 0;
const openInvoices = (...cents) => {
  const told = ++counted;
  return cents.map((each, at) => ({ number: `BA-${told}-${at + 1}`, cents: each, issued: day(at - 40), due: day(at - 10) }));
};

const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const link = (page, name) => page.getByRole('main').getByRole('link', { name, exact: true });
const radio = (page, name) => page.getByRole('radio', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page, name) => page.getByRole('checkbox', { name });
const bank = (page) => page.locator('#bank');
const field = (page, label) => bank(page).getByLabel(label, { exact: false });
const salesOf = async (reference) => (await demo.book()).filter((t) => t.order_id === reference);

// By the labels of the documents; a required field's has a star for the eye.
async function typeBank(page, { routing = '021000021', account, again = account, name = 'Ashley Palacol' }) {
  await field(page, 'Bank Routing Number').fill(routing);
  await bank(page).getByRole('textbox', { name: /^Checking Account/ }).fill(account);
  await field(page, 'Retype Checking Account').fill(again);
  await field(page, 'Name on Account').fill(name);
}

// From a filled form to the end: the authorization is read, the payment confirmed. Returns the one debit.
async function confirm(page, { cents, method }) {
  await button(page, 'Process Payment').click();
  await h1(page, 'Review your payment');
  const text = await page.getByRole('region', { name: 'Your authorization' }).innerText();
  for (const part of ['I, Robin Lake, authorize Northwind Hosting', `(${method}) electronically (ACH) once, for ${money(cents)}`, 'I can revoke this authorization by contacting', 'By pressing the button below you agree to this.'])
    assert.ok(text.includes(part), text);
  const reference = new URL(page.url()).pathname.split('/').pop();
  assert.equal((await salesOf(reference)).length, 0);
  await button(page, `Pay ${money(cents)}`).click();
  await h1(page, accepted);
  await page.getByText('Please allow up to 2 business days for payments to be reflected in your account.').waitFor();
  assert.equal(await sideways(page), '');
  const sales = await salesOf(reference);
  assert.deepEqual(sales.map((sale) => sale.amount_cents), [cents]);
  return sales[0];
}

const ways = [['at a desk', { viewport: WIDE }], ['on a phone, without JavaScript', { viewport: PHONE, javaScriptEnabled: false }]];

describe('000 and 001: pay a bill by ACH', { concurrency: 2 }, () => {
  for (const [where, options] of ways)
    test(where, () =>
      story(options, async (page) => {
        const invoices = openInvoices(11734, 22884, 5000);
        await signIn(page, await makeAccount(demo, { card: false, invoices }));
        await link(page, 'Pay Bill').click();
        await h1(page, 'Make a Payment');
        await radio(page, 'Selected Invoices').check();
        await box(page, `Invoice ${invoices[1].number}`).check();
        await page.getByText('Choose a Payment Method').waitFor();
        assert.ok(await radio(page, ACH).isChecked(), 'the first one, where nothing is saved');
        await radio(page, 'Credit Card').waitFor();
        for (const label of ['Bank Routing Number', 'Retype Checking Account']) await bank(page).getByText(`${label} *`).waitFor();
        await typeBank(page, { account: '60001234501' });
        const remember = box(page, 'Remember this account for your next payment');
        assert.ok(!(await remember.isChecked()), 'nobody asked for it');
        await remember.check();
        const sale = await confirm(page, { cents: 22884, method: 'Checking ending 4501' });
        assert.deepEqual([sale.sec_code, sale.account_holder_type], ['WEB', 'personal']);

        // "your next payment"
        await page.goto('pay');
        assert.ok(await radio(page, 'Checking ending 4501').isChecked());
        await radio(page, 'Current Charges').check();
        await confirm(page, { cents: 5000, method: 'Checking ending 4501' });
      }));
});

describe('000: without making a payment', { concurrency: 2 }, () => {
  for (const [where, options] of ways)
    test(where, () =>
      story(options, async (page) => {
        await signIn(page, await makeAccount(demo, { card: false, invoices: openInvoices(4200) }));
        await link(page, 'Manage Payment Methods').click();
        await link(page, 'Add Credit Card').waitFor();
        await link(page, 'Add Bank Information (eCheck)').click();
        await h1(page, 'Add Bank Information (eCheck)');
        await typeBank(page, { account: '60001234502' });
        await page.getByRole('region', { name: 'Your authorization' }).getByText('for payments that I start later').waitFor();
        await box(page, 'I authorize Northwind Hosting as written above').check();
        await button(page, 'Save').click();
        await h1(page, 'Checking ending 4502');
        await page.getByText('The account was saved.').waitFor();
        assert.equal(await sideways(page), '');
      }));
});

test('002: eCheck of a business, with its address', () =>
  story({ viewport: PHONE }, async (page) => {
    const invoices = openInvoices(12300);
    const user = await makeAccount(demo, { invoices });
    await signIn(page, user);
    await page.goto('pay');
    assert.ok(await page.getByRole('radio', { name: 'Visa ending 1111' }).isChecked(), 'what is saved comes first');
    await field(page, 'Bank Routing Number').waitFor({ state: 'hidden' });
    await radio(page, ACH).check();
    await typeBank(page, { account: '60001234503', name: 'Lakeside Books LLC' });
    await field(page, 'Company').waitFor({ state: 'hidden' });
    await radio(page, 'Business').check();
    await field(page, 'Company').fill('Lakeside Books LLC');
    await radio(page, 'Savings').check();
    for (const [label, value] of [['Street Address', '12 Lake St'], ['City', 'Herndon'], ['State', 'VA'], ['Zip Code', '20170']]) await field(page, label).fill(value);
    const sale = await confirm(page, { cents: 12300, method: 'Savings ending 4503' });
    assert.deepEqual([sale.sec_code, sale.account_holder_type], ['CCD', 'business']);
  }));

test('what cannot be right is said beside the field, before anything is sent, and the focus goes there', () =>
  story({ viewport: PHONE }, async (page) => {
    const sent = [];
    page.on('request', (request) => request.method() === 'POST' && !request.url().includes('/login') && sent.push(request.url()));
    await signIn(page, await makeAccount(demo, { card: false, invoices: openInvoices(900) }));
    await page.goto('pay');
    const [routing, account, again, name] = [field(page, 'Bank Routing Number'), bank(page).getByRole('textbox', { name: /^Checking Account/ }), field(page, 'Retype Checking Account'), field(page, 'Name on Account')];
    await typeBank(page, { routing: '021000012', account: '123', again: '124', name: '' });
    await name.focus();
    assert.match(await errorOf(page, routing), /^This is not a routing number/);
    assert.match(await errorOf(page, account), /4 to 17 digits/);
    assert.match(await errorOf(page, again), /not the same/);
    assert.equal(await name.getAttribute('aria-invalid'), null, 'what is empty is no mistake yet');
    await button(page, 'Process Payment').click();
    assert.match(await errorOf(page, name), /Enter the name on the account/);
    assert.ok(await isFocused(routing));
    await look(page, 'bank-wrong', { widths: [320, 1280] });

    await page.setViewportSize(PHONE);
    await routing.fill('0210-0002-1');
    await account.fill('6000 1234 504');
    await again.fill('60001234504');
    await name.fill('Robin Lake');
    await button(page, 'Process Payment').click();
    await h1(page, 'Review your payment');
    assert.equal(sent.length, 1);
    await look(page, 'bank-review', { widths: [320, 1280] });
    // Back again nothing of the number is there, and a card can be typed instead.
    await page.goto('pay');
    assert.equal(await account.inputValue(), '');
    await newCard(page, cards.Visa);
    await routing.waitFor({ state: 'hidden' });
    await button(page, 'Process Payment').click();
    await h1(page, 'Review your payment');
    assert.ok((await page.getByRole('main').innerText()).includes(cards.Visa.words));
  }));

test('refused by the server: what was typed stays, the numbers do not, and every page passes axe', () =>
  story({ viewport: PHONE }, async (page) => {
    await signIn(page, await makeAccount(demo, { card: false, invoices: openInvoices(900) }));
    await page.goto('methods/bank');
    await look(page, 'bank-add', { widths: [320, 1280] });
    await page.setViewportSize(PHONE);
    await typeBank(page, { account: '60001234505' });
    await field(page, 'Zip Code').fill('1');
    await button(page, 'Save').click();
    const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
    await summary.waitFor();
    assert.ok(await isFocused(summary));
    assert.match(await errorOf(page, field(page, 'Zip Code')), /five digits/);
    assert.match(await errorOf(page, box(page, /^I authorize/)), /tick this box/);
    assert.equal(await field(page, 'Name on Account').inputValue(), 'Ashley Palacol');
    assert.equal(await bank(page).getByRole('textbox', { name: /^Checking Account/ }).inputValue(), '');
    await look(page, 'bank-refused', { widths: [320, 1280] });
  }));
