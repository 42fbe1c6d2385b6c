// Manage Payment Methods as a customer uses it: look, name, replace, remove; and with JavaScript off
// everything but typing a new card.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';
import { cardPart, cards, newCard, newCardByKeyboard } from './card.mjs';
import { PHONE, WIDE, day, launch, makeAccount, saveMethod, sideways, signIn, tabTo, watched } from './support.mjs';

const NARROW = { width: 320, height: 640 };
const widths = [['at a desk', WIDE], ['on a phone', NARROW]];
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
const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const link = (page, name) => page.getByRole('main').getByRole('link', { name, exact: true });
const radio = (page, name) => page.getByRole('radio', { name });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const row = (page, name) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const fact = (page, name) => page.getByRole('region', { name: 'Details' }).getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=../dd').innerText();
const vaultIds = (user) => demo.sql(`SELECT id, vault_id FROM method WHERE account_id = ${user.id}`);
const inVault = async (vaultId) => JSON.stringify(await demo.gateway('GET', `/sandbox/vault?customer_vault_id=${vaultId}`)).includes(vaultId);

let counted = 0;

// Somebody with a card in use, one that has expired, and one that soon will.
async function someone() {
  const invoices = [{ number: `ME-${++counted}`, cents: 5150 }];
  const user = await makeAccount(demo, { card: false, invoices });
  const thisMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
  user.used = await saveMethod(demo, user, { brand: 'Visa', saved: -200, used: -3, holder: 'Ashley Palacol' });
  user.expired = await saveMethod(demo, user, { brand: 'Mastercard', saved: -400, used: -40, expires: '2024-02-29' });
  user.soon = await saveMethod(demo, user, { brand: 'Discover', saved: -100, expires: thisMonth });
  return user;
}

describe('without a payment', { concurrency: 2 }, () => {
  for (const [where, viewport] of widths) {
    test(`the list, one method, and its name, ${where}`, () =>
      story({ viewport }, async (page) => {
        const user = await someone();
        await signIn(page, user);
        await link(page, 'Manage Payment Methods').click();
        await h1(page, 'Manage Payment Methods');
        assert.match(await row(page, 'Visa ending 1111').innerText(), /First choice when you pay/);
        assert.match(await row(page, 'Visa ending 1111').innerText(), /12\/2030/);
        assert.match(await row(page, 'Mastercard ending 1111').innerText(), /02\/2024\s*Expired/);
        assert.match(await row(page, 'Discover ending 0009').innerText(), /Expires soon/);
        assert.equal(await sideways(page), '');

        await link(page, 'Visa ending 1111').click();
        await h1(page, 'Visa ending 1111');
        assert.equal(await fact(page, 'Name on Card'), 'Ashley Palacol');
        assert.equal(await fact(page, 'Expires'), '12/2030');
        assert.match(await fact(page, 'Added'), /by you$/);
        assert.match(await fact(page, 'Last payment'), /\d{4}$/);
        await page.getByLabel('Name for this method').fill('Company card');
        await button(page, 'Save').click();
        await page.getByRole('status').getByText('The name was saved.').waitFor();
        assert.equal(await fact(page, 'Your name for it'), 'Company card');
        await page.getByLabel('Name for this method').fill('');
        await button(page, 'Save').click();
        await page.getByText('Your name for it').waitFor({ state: 'detached' });
        await page.getByLabel('Name for this method').fill('<b>Company</b> & co');
        await button(page, 'Save').click();
        assert.equal(await fact(page, 'Your name for it'), '<b>Company</b> & co');
        await page.getByRole('main').getByRole('link', { name: 'Payment Methods', exact: true }).click();
        assert.match(await row(page, 'Visa ending 1111').innerText(), /<b>Company<\/b> & co/);
        await link(page, 'Visa ending 1111').click();
        await link(page, 'Make a Payment with it').click();
        assert.ok(await radio(page, 'Visa ending 1111').isChecked());
      }));

    test(`an expired card is replaced in place, ${where}`, () =>
      story({ viewport }, async (page) => {
        const user = await someone();
        await signIn(page, user);
        await page.goto('pay');
        assert.ok(await radio(page, 'Mastercard ending 1111').isDisabled());
        await page.getByText('This card has expired.').waitFor();
        await page.goto('methods');
        await page.getByRole('link', { name: /^Replace expired card ?: Mastercard ending 1111$/ }).click();
        await h1(page, 'Replace Mastercard ending 1111');
        await newCard(page, cards.Amex);
        await button(page, 'Save').click();
        await h1(page, cards.Amex.words);
        assert.match(page.url(), new RegExp(`/methods/${user.expired}\\?`), 'it is the same method');
        await page.getByText('The card was saved.').waitFor();
        await page.goto('methods');
        assert.equal(await page.getByRole('row', { name: /ending/ }).count(), 3);
        assert.equal(await page.getByText('Mastercard ending 1111').count(), 0);
        await page.goto('pay');
        await radio(page, cards.Amex.words).check();
        await button(page, 'Process Payment').click();
        await button(page, 'Pay $51.50').click();
        await h1(page, 'Payment has been processed');
      }));

    test(`a method is removed, after it was asked, ${where}`, () =>
      story({ viewport }, async (page) => {
        const user = await someone();
        const [, vaultId] = vaultIds(user).find(([id]) => id === user.soon);
        assert.ok(await inVault(vaultId));
        await signIn(page, user);
        await page.goto('methods');
        await link(page, 'Discover ending 0009').click();
        await link(page, 'Remove').click();
        await h1(page, 'Remove Discover ending 0009?');
        await page.getByText('It cannot be used for payments any more').waitFor();
        await link(page, 'Cancel').click();
        await h1(page, 'Discover ending 0009');
        await link(page, 'Remove').click();
        await button(page, 'Remove').click();
        await page.getByRole('status').getByText('The payment method was removed.').waitFor();
        assert.equal(await page.getByText('Discover ending 0009').count(), 0);
        await until('it left the vault', async () => !(await inVault(vaultId)));
        await page.goto(`methods/${user.soon}`);
        await h1(page, 'Page not found');
        await page.goto('pay');
        assert.equal(await radio(page, 'Discover ending 0009').count(), 0);
      }));
  }

  test('from Make a Payment to the card that has to be replaced and back', () =>
    story({ viewport: NARROW }, async (page) => {
      const user = await someone();
      await signIn(page, user);
      await page.goto('pay');
      await page.getByRole('link', { name: /^Fix it ?: Mastercard ending 1111$/ }).click();
      await h1(page, 'Replace Mastercard ending 1111');
      await newCard(page, cards.Amex);
      await button(page, 'Save').click();
      await h1(page, 'Make a Payment');
      assert.ok(await radio(page, cards.Amex.words).isEnabled());
    }));

  test('with the keyboard alone: added, named, replaced, removed', () =>
    story({}, async (page) => {
      const press = async (key, locator) => {
        await tabTo(page, locator);
        await page.keyboard.press(key);
      };
      await signIn(page, await makeAccount(demo, { card: false }));
      await press('Enter', link(page, 'Manage Payment Methods'));
      await page.getByText('No payment method is saved yet.').waitFor();
      await press('Enter', link(page, 'Add Credit Card'));
      await newCardByKeyboard(page, cards.Visa);
      await press('Enter', button(page, 'Save'));
      await h1(page, cards.Visa.words);
      await tabTo(page, page.getByLabel('Name for this method'));
      await page.keyboard.type('Mine');
      await page.keyboard.press('Enter');
      await page.getByText('The name was saved.').waitFor();
      await press('Enter', link(page, 'Replace this card'));
      await h1(page, `Replace ${cards.Visa.words}`);
      await newCardByKeyboard(page, cards.Discover);
      await press('Enter', button(page, 'Save'));
      await h1(page, cards.Discover.words);
      assert.equal(await fact(page, 'Your name for it'), 'Mine');
      await press('Enter', link(page, 'Remove'));
      await h1(page, `Remove ${cards.Discover.words}?`);
      await press('Space', button(page, 'Remove'));
      await page.getByText('The payment method was removed.').waitFor();
      await page.getByText('No payment method is saved yet.').waitFor();
    }));
});

describe('with JavaScript off', { concurrency: 2 }, () => {
  const needsScript = /^To type a new card, switch on JavaScript in your browser\./;

  for (const [where, viewport] of widths) {
    const options = { viewport, javaScriptEnabled: false };

    test(`a saved method pays from start to end, ${where}`, () =>
      story(options, async (page) => {
        const user = await someone();
        await signIn(page, user);
        await link(page, 'Pay Bill').click();
        assert.ok(await radio(page, 'Visa ending 1111').isChecked());
        await page.getByText(needsScript).waitFor();
        for (const label of ['Name on Card', 'Zip Code']) await cardPart(page).getByLabel(label).waitFor({ state: 'hidden' });
        await page.getByText('I have read and understand the terms').waitFor({ state: 'hidden' });
        await page.getByText('Remember this credit card').waitFor({ state: 'hidden' });
        assert.equal(await sideways(page), '');
        await radio(page, 'Selected Invoices').check();
        await page.getByRole('checkbox', { name: `Invoice ${user.invoices[0].number}` }).check();
        await page.getByLabel(`Amount to pay on invoice ${user.invoices[0].number}`).fill('51.00');
        await radio(page, 'Discover ending 0009').check();
        await button(page, 'Process Payment').click();
        await h1(page, 'Review your payment');
        await button(page, 'Pay $51.00').click();
        await h1(page, 'Payment has been processed');
        assert.ok((await page.getByRole('main').innerText()).includes('Discover ending 0009'));
      }));

    test(`methods are listed, named and removed, ${where}`, () =>
      story(options, async (page) => {
        const user = await someone();
        await signIn(page, user);
        await link(page, 'Manage Payment Methods').click();
        await link(page, 'Discover ending 0009').click();
        await page.getByLabel('Name for this method').fill('Old one');
        await button(page, 'Save').click();
        assert.equal(await fact(page, 'Your name for it'), 'Old one');
        await link(page, 'Remove').click();
        await page.getByText('You named it Old one.').waitFor();
        await button(page, 'Remove').click();
        await page.getByText('The payment method was removed.').waitFor();
        await link(page, 'Add Credit Card').click();
        await page.getByText(needsScript).waitFor();
        await page.getByLabel('Name on Card').waitFor({ state: 'hidden' });
        await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' });
        await link(page, 'Cancel').click();
        await h1(page, 'Manage Payment Methods');
      }));
  }

  test('a new card that is chosen all the same is asked for, and nothing is charged', () =>
    story({ javaScriptEnabled: false }, async (page) => {
      const user = await makeAccount(demo, { card: false, invoices: [{ number: `ME-${++counted}`, cents: 900, due: day(3) }] });
      await signIn(page, user);
      await page.goto('pay');
      await radio(page, 'Credit Card').check();
      await button(page, 'Process Payment').click();
      const summary = page.getByRole('alert');
      assert.match(await summary.innerText(), /Enter the card number, its expiry and its code\./);
      await page.getByText(needsScript).waitFor();
      assert.equal(demo.sql(`SELECT COUNT(*) FROM payment WHERE account_id = ${user.id}`)[0][0], '0');
    }));
});

test('the books agree after all of it', async () => {
  const check = await demo.remit('check', '--gateway');
  assert.equal(check.code, 0, check.out + check.err);
});
