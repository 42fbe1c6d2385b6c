// Every page that has to do with cards in every state, the gateway's frames included: as WCAG wants it,
// narrow and wide, light and dark, at 200 %, without a complaint from the browser.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';
import { cards, inFrame, newCard, remember, terms, typeCard, typeHolder } from './card.mjs';
import { day, launch, look, makeAccount, makePayment, open, saveMethod, sideways, signedState, text } from './support.mjs';

const widths = [320, 1280];
const accounts = {};
const states = {}; // signed-in cookies by name of the account
const ids = {};
let demo, browser;

const invoices = (mark) => [
  { number: `CP-${mark}-1`, cents: 123456, issued: day(-60), due: day(-30) },
  { number: `CP-${mark}-2`, cents: 4999 },
];

const monthEnd = (offset) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1 + offset, 0)).toISOString().slice(0, 10);

// Everything that can be said about a saved method.
async function saveMethods(account) {
  const save = (method) => saveMethod(demo, account, method);
  ids.used = await save({ brand: 'Visa', saved: -200, used: -1, label: 'Company card of the shop downtown', holder: 'Ashley Palacol' });
  ids.expired = await save({ brand: 'Mastercard', saved: -400, used: -90, expires: monthEnd(-1), holder: 'Maximiliane Wolfeschlegelsteinhausenbergerdorff' });
  ids.soon = await save({ brand: 'Amex', expires: monthEnd(0) });
  ids.refused = await save({ brand: 'Discover', state: 'needs_attention', label: 'Old one' });
  ids.bank = await save({ brand: 'Checking', kind: 'bank', four: '6789', expires: null, holder: 'Lakeside Books LLC' });
  ids.unknown = await save({ brand: 'Maestro', four: '0004' });
}

before(async () => {
  // The card's form alone; beside a bank account's it is in banks and cards.
  demo = await Demo.start({ settings: ['Payment.Banks = 0'] });
  browser = await launch();
  accounts.empty = await makeAccount(demo, { card: false, invoices: invoices('E') });
  accounts.full = await makeAccount(demo, { card: false, invoices: invoices('F'), organization: 'Lakeside Books & Stationery' });
  await saveMethods(accounts.full);
  makePayment(demo, accounts.full, { state: 'pending', covers: [['CP-F-1', 100]] });
  demo.sql(`UPDATE payment SET method_id = ${ids.used} WHERE account_id = ${accounts.full.id}`);
  accounts.many = await makeAccount(demo, { organization: 'Many Invoices Inc' });
  demo.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at)
      SELECT ${accounts.many.id}, CONCAT('CM-', 1000 + seq), ${text(day(-300))} + INTERVAL seq DAY, ${text(day(-270))} + INTERVAL seq DAY,
        1000 + seq, UNHEX(SHA2(CONCAT('CM', seq), 256)), ${text(day(0))} FROM seq_1_to_200;
    UPDATE account SET due_cents = (SELECT SUM(total_cents) FROM invoice WHERE account_id = account.id) WHERE id = ${accounts.many.id};
    INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, created_at)
      SELECT ${accounts.many.id}, ${accounts.many.userId}, 'card', 'nmi', CONCAT('many-', seq), 'Visa', LPAD(seq, 4, '0'), '2040-12-31', UTC_TIMESTAMP() FROM seq_1_to_49`);
  for (const [name, account] of Object.entries(accounts)) states[name] = await signedState(browser, demo, account);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// A state of a page: who looks, where, how to get there, its heading. With frames it is made anew for
// each scheme: their colours are those the page had when it was opened.
function state(name, who, path, there, heading, { expected } = {}) {
  test(name, async () => {
    for (const schemes of there ? [['light'], ['dark']] : [['light', 'dark']]) {
      const options = { reducedMotion: 'reduce', storageState: states[who], viewport: { width: 320, height: 900 }, colorScheme: schemes[0], expected };
      const { context, page, troubles } = await open(browser, demo, options);
      try {
        await page.goto(typeof path === 'function' ? path() : path);
        await there?.(page);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await look(page, name, { widths, schemes });
        assert.deepEqual(troubles, []);
      } finally {
        await context.close();
      }
    }
  });
}

const radio = (page, name) => page.getByRole('radio', { name });
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const pay = (page) => press(page, 'Process Payment');
const problem = (page) => page.getByRole('alert').filter({ hasText: 'There is a problem' }).waitFor();
const ready = (page) => inFrame(page, 'CVV').waitFor();

async function unfold(page) {
  await radio(page, 'Credit Card').check();
  await ready(page);
}

// A card whose frames have been judged, so that nothing moves any more.
async function wrongCard(page, name) {
  await typeCard(page, { number: '4111 1111', expires: '01/20', cvv: '1' });
  await typeHolder(page);
  await terms(page).check();
  await press(page, name);
  for (const words of [/^Enter the whole card number/, /^Enter the month and year/, /^Enter the three or four digits/]) await page.getByText(words).waitFor();
}

const wrongHolder = { 'Name on Card': ' ', 'Street Address': '12 Lake St', City: 'Herndon', State: 'VA', 'Zip Code': '1' };

async function errors(page, name) {
  await ready(page);
  await newCard(page, cards.Visa, wrongHolder);
  await page.getByLabel('Name on Card').fill('.');
  await terms(page).check();
  await press(page, name);
  await problem(page);
  await page.getByText('The card you typed is kept for this form.').waitFor();
}

describe('Make a Payment', { concurrency: 2 }, () => {
  state('card-first', 'empty', 'pay', ready, 'Make a Payment');
  state('card-unfolded', 'full', 'pay', unfold, 'Make a Payment');
  state('card-folded', 'full', 'pay', null, 'Make a Payment');
  state('card-typed', 'empty', 'pay', async (page) => {
    await newCard(page, cards.Amex);
    await remember(page).check();
  }, 'Make a Payment');
  state('card-missing', 'full', 'pay', async (page) => {
    await unfold(page);
    await pay(page);
    await page.getByText('Tick this box once you have read and understood the terms.').waitFor();
  }, 'Make a Payment');
  state('card-wrong', 'full', 'pay', async (page) => {
    await unfold(page);
    await wrongCard(page, 'Process Payment');
  }, 'Make a Payment');
  state('card-kept', 'full', 'pay', async (page) => {
    await page.getByLabel('Fixed Amount in dollars').fill('99999999');
    await unfold(page);
    await errors(page, 'Process Payment');
  }, 'Make a Payment');
  state('card-dead', 'empty', 'pay', async (page) => {
    await newCard(page, cards.Visa);
    await page.locator('#payment_token').evaluate((field) => (field.value = 'nosuchtoken'));
    await pay(page);
    await problem(page);
    await ready(page);
  }, 'Make a Payment');
  state('card-200', 'many', 'pay', async (page) => {
    await radio(page, 'Selected Invoices').check();
    await unfold(page);
    assert.equal(await page.getByRole('checkbox', { name: /^Invoice / }).count(), 200);
    await errors(page, 'Process Payment');
  }, 'Make a Payment');
});

describe('Payment Methods', { concurrency: 2 }, () => {
  state('methods-empty', 'empty', 'methods', null, 'Manage Payment Methods');
  state('methods-full', 'full', 'methods', null, 'Manage Payment Methods');
  state('methods-50', 'many', 'methods', null, 'Manage Payment Methods');
  for (const kind of ['used', 'expired', 'refused', 'bank'])
    state(`method-${kind}`, 'full', () => `methods/${ids[kind]}`, null, / ending \d{4}/);
  state('method-saved', 'full', () => `methods/${ids.used}?saved=1`, null, 'Visa ending 1111');
  state('method-label-wrong', 'full', () => `methods/${ids.used}`, async (page) => {
    await page.getByLabel('Name for this method').evaluate((field) => {
      field.removeAttribute('maxlength');
      field.value = 'long '.repeat(60);
    });
    await press(page, 'Save');
    await problem(page);
  }, 'Visa ending 1111');
  state('method-remove', 'full', () => `methods/${ids.soon}/remove`, null, 'Remove Amex ending 1111?');
  state('method-remove-open', 'full', () => `methods/${ids.used}/remove`, null, 'Remove Visa ending 1111?');
  state('method-404', 'full', 'methods/999999', null, 'Page not found');

  state('method-card', 'empty', 'methods/card', ready, 'Add Credit Card');
  state('method-card-missing', 'empty', 'methods/card', async (page) => {
    await ready(page);
    await press(page, 'Save');
    await page.getByText('Tick this box once you have read and understood the terms.').waitFor();
  }, 'Add Credit Card');
  state('method-card-wrong', 'empty', 'methods/card', (page) => wrongCard(page, 'Save'), 'Add Credit Card');
  state('method-card-errors', 'empty', 'methods/card', (page) => errors(page, 'Save'), 'Add Credit Card');
  state('method-card-replace', 'full', () => `methods/card?replace=${ids.expired}&next=/pay`, ready, 'Replace Mastercard ending 1111');
});

test('at 200 % nothing scrolls sideways', async () => {
  const options = { storageState: states.full, viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 };
  const { context, page, troubles } = await open(browser, demo, options);
  try {
    for (const path of ['pay', 'methods', `methods/${ids.used}`, `methods/${ids.used}/remove`, 'methods/card', `methods/card?replace=${ids.expired}`]) {
      await page.goto(path);
      if (path === 'pay') await radio(page, 'Credit Card').check();
      if (path === 'pay' || path.startsWith('methods/card')) await ready(page);
      assert.equal(await sideways(page), '', path);
    }
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
});

// ---- the gateway in trouble: it has one set of knobs, so one after the other ----

describe('the gateway', () => {
  const expected = /\/token\/Collect\.js/;
  const knobs = (values) => demo.knobs({ reset: true, ...values });

  before(() => knobs({ collect: 'down' }));
  after(() => demo.resetKnobs());
  state('card-away', 'full', 'pay', async (page) => {
    await radio(page, 'Credit Card').check();
    await page.getByText('The card fields cannot be loaded right now.').waitFor();
  }, 'Make a Payment', { expected });
  state('method-card-away', 'empty', 'methods/card', async (page) => {
    await page.getByText('The card fields cannot be loaded right now.').waitFor();
  }, 'Add Credit Card', { expected });

  test('becomes slow', () => knobs({ collect: 'slow' }));
  state('card-checking', 'empty', 'pay', async (page) => {
    await newCard(page, cards.Visa);
    await pay(page);
    await page.getByText('Checking the card…').waitFor();
  }, 'Make a Payment');
  state('card-too-late', 'empty', 'pay', async (page) => {
    await page.clock.install();
    await page.reload();
    await newCard(page, cards.Visa);
    await pay(page);
    await page.getByText('Checking the card…').waitFor();
    await page.clock.fastForward(13_000);
    await page.getByText('The card service did not answer in time.').waitFor();
  }, 'Make a Payment');
});

// ---- other settings: last ----

async function withSettings(lines) {
  const file = join(demo.run, 'remit.hdf');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n${lines.join('\n')}\n`);
  for (const program of ['pay', 'methods']) await demo.restart(program);
}

describe('too many tries', () => {
  before(() => withSettings(['Limit.UserPayments = 1', 'Limit.Reviews = 1']));
  state('card-wait', 'empty', 'pay', async (page) => {
    await until('the limit', async () => {
      await page.goto('methods/card');
      await newCard(page, cards.Visa);
      await press(page, 'Save');
      await page.getByRole('heading', { level: 1, name: /ending|wait/ }).waitFor();
      return page.getByRole('heading', { name: 'Please wait before you try again' }).isVisible();
    });
  }, 'Please wait before you try again');
});

describe('cards are off', () => {
  before(() => withSettings(['Payment.Cards = 0']));
  state('off-pay', 'full', 'pay', null, 'Make a Payment');
  state('off-pay-none', 'empty', 'pay', null, 'Make a Payment');
  state('off-methods', 'full', 'methods', null, 'Manage Payment Methods');
  state('off-method', 'full', () => `methods/${ids.refused}`, null, 'Discover ending 0009');
  state('off-card', 'empty', 'methods/card', null, 'Manage Payment Methods');
});
