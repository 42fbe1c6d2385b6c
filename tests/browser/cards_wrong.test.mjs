// What goes wrong with a new card, and how the page says it: what is missing or wrong, a card that is
// refused, a gateway that is away or slow, double clicks, the back button, reloading.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';
import { cards, errorOf, framed, holder, inFrame, newCard, remember, terms, typeCard, typeHolder } from './card.mjs';
import { PHONE, isFocused, launch, makeAccount, money, sideways, signIn, watched } from './support.mjs';

const NARROW = { width: 320, height: 640 };
const UNAVAILABLE = 'The card fields cannot be loaded right now. Nothing was charged. Try again in a minute or use a saved payment method.';
const TOO_LATE = 'The card service did not answer in time. Nothing was charged. Try again.';
const KEPT = 'The card you typed is kept for this form.';
const processed = { level: 1, name: 'Payment has been processed' };
let demo, browser;

before(async () => {
  // The card's form alone; beside a bank account's it is in banks and cards.
  demo = await Demo.start({ settings: ['Payment.Banks = 0'] });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

let counted = 0;
const invoicesOf = (...cents) => cents.map((each) => ({ number: `CW-${++counted}`, cents: each }));

// A customer on a page: { page, user, sent } with the posts the page sent.
async function story({ path = 'pay', invoices = invoicesOf(6000, 1500), card = false, ...options }, tell) {
  await watched(browser, demo, options, async (page, context) => {
    const user = await makeAccount(demo, { card, invoices });
    await signIn(page, user);
    const sent = [];
    page.on('request', (request) => request.method() === 'POST' && request.url().startsWith(demo.url) && sent.push(request));
    await page.goto(path);
    await tell(page, { user, sent, context });
  });
}

async function withKnobs(values, work) {
  await demo.knobs({ reset: true, ...values });
  try {
    return await work();
  } finally {
    await demo.resetKnobs();
  }
}

const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const radio = (page, name) => page.getByRole('radio', { name });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const place = (page, label) => page.getByRole('group', { name: label, exact: true }); // of a frame
const newCardPart = (page) => page.getByRole('group', { name: 'New card', exact: true });
const referenceOf = (page) => new URL(page.url()).pathname.split('/').pop();
const salesOf = async (reference) => (await demo.book()).filter((t) => t.order_id === reference && t.type === 'sale');
const paymentsOf = (user) => demo.sql(`SELECT reference, state FROM payment WHERE account_id = ${user.id} ORDER BY id`);
const vaultSaves = async () => {
  const { by_kind: kinds } = await demo.gateway('GET', '/sandbox/requests');
  return kinds.customer_vault + kinds.validate;
};

async function pays(page, cents) {
  await button(page, `Pay ${money(cents)}`).click();
  await page.getByRole('heading', processed).waitFor();
  assert.deepEqual((await salesOf(referenceOf(page))).map((sale) => sale.amount_cents), [cents]);
}

describe('what is missing or wrong', () => {
  for (const [path, name] of [['pay', 'Process Payment'], ['methods/card', 'Save']])
    test(`${path}: said beside it, and the first one gets the focus`, () =>
      story({ path, viewport: NARROW }, async (page, { sent }) => {
        await inFrame(page, 'CVV').waitFor();
        await button(page, name).click();
        assert.equal(await errorOf(page, page.getByLabel('Name on Card')), 'Enter the name exactly as it is on the card.');
        assert.equal(await errorOf(page, page.getByLabel('Zip Code')), "Enter the Zip Code of the card's billing address.");
        assert.equal(await errorOf(page, terms(page)), 'Tick this box once you have read and understood the terms.');
        assert.ok(await isFocused(page.getByLabel('Name on Card')));
        await typeHolder(page);
        await button(page, name).click();
        assert.ok(await isFocused(terms(page)));
        await page.keyboard.press('Space');

        // The card itself is the gateway's to judge.
        await button(page, name).click();
        await until('the focus on the number', () => isFocused(place(page, 'Card Number')));
        const says = { 'Card Number': /^Enter the whole card number/, Expires: /^Enter the month and year/, CVV: /^Enter the three or four digits/ };
        for (const label of framed) {
          assert.match(await errorOf(page, place(page, label)), says[label]);
          assert.ok(await page.locator('[aria-live=assertive]').filter({ hasText: says[label] }).count(), 'it is read aloud');
        }
        for (const label of framed) assert.equal(await inFrame(page, label).getAttribute('aria-invalid'), 'true', `${label} says so inside, too`);
        assert.equal(await sideways(page), '');

        const wrong = async (label, value) => {
          for (const each of framed) await inFrame(page, each).fill({ 'Card Number': cards.Visa.number, Expires: '12/30', CVV: '999', [label]: value }[each]);
          await button(page, name).click();
          await until(`the focus on ${label}`, () => isFocused(place(page, label)));
          assert.match(await errorOf(page, place(page, label)), says[label]);
          for (const each of framed) if (each !== label) assert.equal(await errorOf(page, place(page, each)), '', `${each} is right`);
        };
        await wrong('Card Number', '4111 1111 1111 1112');
        await wrong('Expires', '01/20');
        await wrong('Expires', '13/30');
        await wrong('CVV', '12');
        assert.equal(sent.length, 0, 'nothing was sent');
        await inFrame(page, 'CVV').fill('999');
        await button(page, name).click();
        await h1(page, name === 'Save' ? cards.Visa.words : 'Review your payment');
        assert.equal(sent.length, 1);
      }));

  test('the server finds something: what was typed stays, and the card need not be typed again', () =>
    story({ viewport: PHONE, card: true, invoices: invoicesOf(6000, 1500) }, async (page, { user }) => {
      const [one, other] = user.invoices;
      await radio(page, 'Selected Invoices').check();
      await page.getByLabel(`Amount to pay on invoice ${one.number}`).fill('9999');
      await page.getByLabel(`Amount to pay on invoice ${other.number}`).fill('7.50');
      await radio(page, 'Credit Card').check();
      await newCard(page, cards.Mastercard, { ...holder, 'Zip Code': '2017', City: 'Herndon' });
      await remember(page).check();
      await page.getByLabel('Note').fill('for March');
      await button(page, 'Process Payment').click();

      const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
      await summary.waitFor();
      assert.ok(await isFocused(summary), 'the summary is read first');
      assert.match(await page.title(), /^Error: /);
      assert.match(await errorOf(page, page.getByLabel('Zip Code')), /Enter a Zip Code of five digits/);
      assert.match(await errorOf(page, page.getByLabel(`Amount to pay on invoice ${one.number}`)), /Only \$60\.00 can be paid/);
      assert.ok(await radio(page, 'Selected Invoices').isChecked() && (await radio(page, 'Credit Card').isChecked()));
      const kept = { 'Name on Card': holder['Name on Card'], 'Zip Code': '2017', City: 'Herndon', Note: 'for March', [`Amount to pay on invoice ${other.number}`]: '7.50' };
      for (const [label, value] of Object.entries(kept)) assert.equal(await page.getByLabel(label).inputValue(), value, label);
      assert.ok((await terms(page).isChecked()) && (await remember(page).isChecked()));
      await page.getByText(KEPT).waitFor();
      assert.equal(await page.getByTitle('Card Number').count(), 0, 'no field of the card');

      await summary.getByRole('link', { name: /Zip Code of five digits/ }).click();
      assert.ok(await isFocused(page.getByLabel('Zip Code')));
      await page.getByLabel('Zip Code').fill('20170');
      await page.getByLabel(`Amount to pay on invoice ${one.number}`).fill('10');
      await button(page, 'Process Payment').click();
      await h1(page, 'Review your payment');
      assert.ok((await page.getByRole('main').innerText()).includes(cards.Mastercard.words));
      await pays(page, 1750);
    }));

  test('or another card is typed after all', () =>
    story({ path: 'methods/card' }, async (page) => {
      await newCard(page, cards.Visa, { ...holder, 'Zip Code': '1' });
      await button(page, 'Save').click();
      await page.getByText(KEPT).waitFor();
      await button(page, 'Type another card').click();
      await until('the number has the focus', () => isFocused(place(page, 'Card Number')));
      await page.getByText(KEPT).waitFor({ state: 'hidden' });
      await typeCard(page, cards.Discover);
      await page.getByLabel('Zip Code').fill('20170');
      await button(page, 'Save').click();
      await h1(page, cards.Discover.words);
    }));
});

describe('refused', () => {
  test('the entry of the card is dead: it is asked for again', () =>
    story({ viewport: PHONE }, (page) =>
      withKnobs({ token_reject: 1 }, async () => {
        await newCard(page, cards.Visa);
        await page.getByLabel('Note').fill('still here');
        await button(page, 'Process Payment').click();
        const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
        await summary.getByRole('link', { name: /enter the card again/i }).click();
        assert.ok(await isFocused(newCardPart(page)));
        assert.match(await errorOf(page, newCardPart(page)), /enter the card again/i);
        assert.equal(await page.getByText(KEPT).count(), 0);
        assert.equal(await page.getByLabel('Note').inputValue(), 'still here');
        assert.equal(await page.getByLabel('Name on Card').inputValue(), holder['Name on Card']);
        await typeCard(page, cards.Visa);
        await button(page, 'Process Payment').click();
        await h1(page, 'Review your payment');
        await pays(page, 7500);
      })));

  test('the bank declines a payment: nothing is charged, and another card can be typed', () =>
    story({ viewport: PHONE }, async (page, { user }) => {
      await newCard(page, cards.Visa);
      await remember(page).check();
      await button(page, 'Process Payment').click();
      await h1(page, 'Review your payment');
      const declined = referenceOf(page);
      await withKnobs({ decline_code: 202, only_order: declined }, async () => {
        await button(page, 'Pay $75.00').click();
        await h1(page, 'The payment was declined');
      });
      const words = await page.getByRole('main').innerText();
      assert.match(words, /lack of funds/);
      assert.match(words, /Nothing was charged/);
      assert.match(words, /Please contact your service provider for details\./);
      await page.getByRole('main').getByRole('link', { name: 'Make a Payment', exact: true }).click();
      await h1(page, 'Make a Payment');
      await radio(page, 'Credit Card').check();
      await newCard(page, cards.Mastercard);
      await button(page, 'Process Payment').click();
      await pays(page, 7500);
      assert.deepEqual(paymentsOf(user).map(([, state]) => state), ['declined', 'succeeded']);
    }));

  test('the bank declines a card that is to be saved: the form comes back without it', () =>
    story({ path: 'methods/card' }, async (page) => {
      await newCard(page, cards.Visa);
      await withKnobs({ only_kind: 'validate', decline_code: 200, times: 1 }, async () => {
        await button(page, 'Save').click();
        await page.getByRole('link', { name: /did not approve this card now/ }).click();
      });
      assert.match(await errorOf(page, newCardPart(page)), /did not approve this card now/);
      assert.equal(await page.getByLabel('Name on Card').inputValue(), holder['Name on Card']);
      assert.ok(await terms(page).isChecked());
      assert.equal(await inFrame(page, 'Card Number').inputValue(), '');
      await typeCard(page, cards.Discover);
      await button(page, 'Save').click();
      await h1(page, cards.Discover.words);
    }));
});

describe('the gateway', () => {
  const expected = /\/token\/Collect\.js|Collect\.js: /;

  for (const [path, name] of [['pay', 'Process Payment'], ['methods/card', 'Save']])
    test(`is away, ${path}: said, and nothing is sent`, () =>
      withKnobs({ collect: 'down' }, () =>
        story({ path, viewport: PHONE, card: true, expected }, async (page, { sent }) => {
          if (name !== 'Save') await radio(page, 'Credit Card').check();
          await page.getByText(UNAVAILABLE).waitFor();
          for (const label of framed) await place(page, label).waitFor({ state: 'hidden' });
          await typeHolder(page);
          await terms(page).check();
          await button(page, name).click();
          assert.ok(await isFocused(newCardPart(page)));
          assert.equal(await errorOf(page, newCardPart(page)), UNAVAILABLE);
          assert.equal(sent.length, 0);
          if (name === 'Save') return;
          await radio(page, 'Visa ending 1111').check();
          await button(page, name).click();
          await pays(page, 7500);
        })));

  for (const [path, name] of [['pay', 'Process Payment'], ['methods/card', 'Save']])
    test(`does not answer, ${path}: said after ten seconds, and it can be sent again`, () =>
      story({ path, viewport: NARROW, expected }, async (page, { user, sent }) => {
        await page.clock.install();
        await page.reload();
        await newCard(page, cards.Visa);
        await withKnobs({ collect: 'slow' }, async () => {
          await button(page, name).click();
          await page.getByRole('status').filter({ hasText: 'Checking the card…' }).waitFor();
          assert.equal(await button(page, name).getAttribute('aria-disabled'), 'true');
          await page.clock.fastForward(13_000);
          await page.getByText(TOO_LATE).waitFor();
        });
        assert.ok(await isFocused(newCardPart(page)));
        assert.equal(await button(page, name).getAttribute('aria-disabled'), null);
        assert.equal(sent.length, 0);
        for (const label of framed) assert.notEqual(await inFrame(page, label).inputValue(), '', `${label} is still there`);
        await button(page, name).click();
        await h1(page, name === 'Save' ? cards.Visa.words : 'Review your payment');
        assert.equal(sent.length, 1);
        if (name === 'Save') return;
        await pays(page, 7500);
        assert.equal(paymentsOf(user).length, 1);
      }));
});

describe('once is once', () => {
  test('double clicks all the way: one card in the vault, one payment, one charge', () =>
    story({}, async (page, { user }) => {
      await newCard(page, cards.Mastercard);
      await remember(page).check();
      const saves = await vaultSaves();
      await withKnobs({ latency_ms: 300, only_kind: 'vault' }, async () => {
        await button(page, 'Process Payment').dblclick();
        await h1(page, 'Review your payment');
      });
      assert.equal(await vaultSaves(), saves + 1);
      const reference = referenceOf(page);
      await withKnobs({ latency_ms: 300 }, async () => {
        await button(page, 'Pay $75.00').dblclick();
        await page.getByRole('heading', processed).waitFor();
      });
      assert.equal((await salesOf(reference)).length, 1);
      assert.deepEqual(paymentsOf(user), [[reference, 'succeeded']]);
      await page.goto('methods');
      assert.equal(await page.getByRole('row', { name: cards.Mastercard.words }).count(), 1);
    }));

  test('a double click on Save is one card', () =>
    story({ path: 'methods/card' }, async (page) => {
      await newCard(page, cards.Mastercard);
      const saves = await vaultSaves();
      await withKnobs({ latency_ms: 300, only_kind: 'validate' }, async () => {
        await button(page, 'Save').dblclick();
        await h1(page, cards.Mastercard.words);
      });
      assert.equal(await vaultSaves(), saves + 1);
    }));

  test('back from the review, another card; reloading charges nothing', () =>
    story({}, async (page, { user }) => {
      await page.getByLabel('Fixed Amount in dollars').fill('20');
      await newCard(page, cards.Visa);
      await button(page, 'Process Payment').click();
      await h1(page, 'Review your payment');
      const first = referenceOf(page);
      await page.reload();
      await h1(page, 'Review your payment');
      assert.equal(referenceOf(page), first);
      await page.goBack();
      await h1(page, 'Make a Payment');
      await inFrame(page, 'Card Number').waitFor();
      for (const label of framed) assert.equal(await inFrame(page, label).inputValue(), '', 'the card has to be typed again');
      await page.getByLabel('Fixed Amount in dollars').fill('30');
      await newCard(page, cards.Discover);
      await button(page, 'Process Payment').click();
      await h1(page, 'Review your payment');
      assert.notEqual(referenceOf(page), first);
      await pays(page, 3000);
      await page.reload();
      await page.getByRole('heading', processed).waitFor();
      await page.goBack();
      await page.getByRole('heading', processed).waitFor();
      assert.deepEqual(paymentsOf(user).map(([, state]) => state), ['review', 'succeeded']);
      assert.equal((await salesOf(first)).length, 0);
    }));

  test('a page with an error is reloaded: nothing more happens', () =>
    story({ path: 'methods/card' }, async (page, { user }) => {
      await newCard(page, cards.Visa, { ...holder, 'Zip Code': '1' });
      await button(page, 'Save').click();
      await page.getByText(KEPT).waitFor();
      await page.reload();
      await page.getByText(KEPT).waitFor();
      await page.getByLabel('Zip Code').fill('20170');
      await button(page, 'Save').click();
      await h1(page, cards.Visa.words);
      await page.reload();
      await h1(page, cards.Visa.words);
      assert.equal(demo.sql(`SELECT COUNT(*) FROM method WHERE account_id = ${user.id}`)[0][0], '1');
    }));
});

test('the books agree after all of it', async () => {
  const check = await demo.remit('check', '--gateway');
  assert.equal(check.code, 0, check.out + check.err);
});
