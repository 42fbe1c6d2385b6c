// The story of a payment, told by a customer in a real browser: at a desk, on a phone, without
// script, with the keyboard alone; and what must not happen when things go wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { PHONE, WIDE, cents, day, isFocused, launch, makeAccount, money, sideways, signIn, tabTo, watched } from './support.mjs';

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

let counted = 0;

// Two open invoices whose amounts no other test uses.
const twoInvoices = () => {
  const number = ++counted;
  return [
    { number: `ST-${number}-A`, cents: 4100 + number * 7, due: day(-5), issued: day(-35) },
    { number: `ST-${number}-B`, cents: 123456 + number * 11, due: day(20) },
  ];
};

const story = (options, tell) => watched(browser, demo, options, tell);

const chargesOf = async (reference) => (await demo.charges()).filter((t) => t.order_id === reference);
const referenceOf = (page) => new URL(page.url()).pathname.split('/').pop();
const balance = async (page) => cents(await page.getByRole('definition').first().innerText());
const row = (page, number) => page.getByRole('row').filter({ has: page.getByRole('link', { name: number, exact: true }) });
const box = (page, number) => page.getByRole('checkbox', { name: `Invoice ${number}`, exact: true });
const payButton = (page) => page.getByRole('button', { name: /^Pay \$/ });

async function isPaid(page, number) {
  await page.goto(`invoices/${number}`);
  await page.getByRole('heading', { level: 1, name: `Invoice ${number}` }).waitFor();
  assert.match(await page.getByRole('main').innerText(), /^.*\nPaid\n/s, `${number} is Paid`);
  assert.match(await page.getByLabel('Summary').innerText(), /Amount Due\s+\$0\.00/);
  assert.equal(await page.getByRole('link', { name: 'Process Payment' }).count(), 0);
}

// From Make a Payment to the review of these invoices, as a reader with script does it.
async function review(page, invoices) {
  await page.goto('pay');
  await page.getByRole('radio', { name: 'Selected Invoices' }).check();
  for (const invoice of invoices) await box(page, invoice.number).check();
  await page.getByRole('button', { name: 'Process Payment' }).click();
  await payButton(page).waitFor();
  return referenceOf(page);
}

const sum = (invoices) => invoices.reduce((cents_, invoice) => cents_ + invoice.cents, 0);

describe('pays two invoices', () => {
  for (const [where, viewport] of [['at a desk', WIDE], ['on a phone', PHONE]]) {
    test(where, () =>
      story({ viewport }, async (page) => {
        const user = demo.user(0);
        await signIn(page, user);
        const before = await balance(page);
        assert.ok(before > 0);
        assert.match(await page.getByRole('region', { name: 'Billing' }).innerText(), /Current Balance\s+\$[\d,]+\.\d\d/);
        await page.getByRole('link', { name: 'View Invoices' }).click();
        await page.getByRole('heading', { level: 1, name: 'Invoice History' }).waitFor();
        const chosen = demo.openInvoices(user.account).slice(0, 2);
        for (const { number } of chosen) assert.ok(await page.getByRole('link', { name: number, exact: true }).isVisible());

        if (viewport === PHONE) await page.getByRole('link', { name: 'Menu', exact: true }).click();
        await page.getByRole('navigation', { name: 'Billing' }).getByRole('link', { name: 'Make a Payment' }).click();
        await page.getByRole('heading', { level: 1, name: 'Make a Payment' }).waitFor();
        assert.equal(await balance(page), before);
        assert.ok(await page.getByRole('radio', { name: 'Total Balance' }).isChecked());
        const grand = page.locator('output').last();
        const picked = page.getByRole('group', { name: 'Select Invoice To Pay' });
        assert.ok(await picked.isHidden(), 'the picker is folded until it is wanted');
        await page.getByRole('radio', { name: 'Selected Invoices' }).check();
        assert.ok(await page.getByText('Select at Least One Invoice').isVisible());
        assert.equal(await grand.innerText(), '$0.00');
        const running = picked.locator('output');
        let sofar = 0;
        for (const invoice of chosen) {
          await box(page, invoice.number).check();
          sofar += invoice.cents;
          assert.equal(await running.innerText(), money(sofar));
          assert.equal(await grand.innerText(), money(sofar));
        }
        assert.ok(await page.getByText('Select at Least One Invoice').isHidden());
        assert.ok(await page.getByText('2 selected').isVisible());
        // A part of it, and back.
        const amount = page.getByLabel(`Amount to pay on invoice ${chosen[0].number}`);
        await amount.fill('10.5');
        assert.equal(await grand.innerText(), money(chosen[1].cents + 1050));
        await amount.fill('');
        assert.equal(await grand.innerText(), money(sofar));

        const card = page.getByRole('radio', { name: /ending \d{4}$/ }).first();
        assert.ok(await card.isChecked(), 'the last used method is the default');
        const method = await page.getByRole('group', { name: 'Payment Method' }).locator('label bdi').first().innerText();
        assert.ok(await page.getByText('Please allow up to 2 business days for payments to be reflected in your account', { exact: true }).isVisible());
        await page.getByRole('button', { name: 'Process Payment' }).click();

        await page.getByRole('heading', { level: 1, name: 'Review your payment' }).waitFor();
        const words = await page.getByRole('main').innerText();
        assert.match(words, /Nothing has been charged yet/);
        for (const part of [money(sofar), method, ...chosen.map((i) => i.number)]) assert.ok(words.includes(part), `the review names ${part}`);
        const book = (await demo.book()).length;
        const reference = referenceOf(page);
        await page.getByRole('button', { name: `Pay ${money(sofar)}` }).click();

        await page.getByRole('heading', processed).waitFor();
        assert.equal((await demo.book()).length, book + 1, 'exactly one transaction more');
        const [charge] = await chargesOf(reference);
        assert.equal(charge.amount_cents, sofar);
        assert.ok((await page.getByRole('main').innerText()).includes(reference));
        for (const { number } of chosen) await isPaid(page, number);
        await page.goto('./');
        assert.equal(await balance(page), before - sofar);
        assert.equal(await sideways(page), '');
      }));

    test(`${where}, without script`, () =>
      story({ viewport, javaScriptEnabled: false }, async (page) => {
        const invoices = twoInvoices();
        await signIn(page, await makeAccount(demo, { invoices }));
        await page.getByRole('link', { name: 'Pay Bill' }).click();
        await page.getByRole('radio', { name: 'Selected Invoices' }).check();
        await page.getByRole('button', { name: 'Process Payment' }).click();
        const problem = page.getByRole('alert');
        assert.match(await problem.innerText(), /There is a problem\s+Select at Least One Invoice/);
        await problem.getByRole('link', { name: 'Select at Least One Invoice' }).click();
        assert.ok(await page.getByRole('radio', { name: 'Selected Invoices' }).isChecked());
        for (const { number } of invoices) await box(page, number).check();
        await page.getByRole('button', { name: 'Process Payment' }).click();
        await page.getByRole('button', { name: `Pay ${money(sum(invoices))}` }).click();
        await page.getByRole('heading', processed).waitFor();
        const charges = await chargesOf(referenceOf(page));
        assert.deepEqual(charges.map((c) => c.amount_cents), [sum(invoices)]);
        for (const { number } of invoices) await isPaid(page, number);
      }));

    test(`${where}, with the keyboard alone`, () =>
      story({ viewport }, async (page) => {
        const invoices = twoInvoices();
        const user = await makeAccount(demo, { invoices });
        await page.goto('login');
        await tabTo(page, page.getByLabel('Email'));
        await page.keyboard.type(user.email);
        await tabTo(page, page.getByLabel('Password'));
        await page.keyboard.type(user.password);
        await tabTo(page, page.getByRole('button', { name: 'Sign in' }));
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'Account Overview' }).waitFor();
        await page.keyboard.press('Tab');
        const skip = page.getByRole('link', { name: 'Skip to main content' });
        assert.ok(await isFocused(skip));
        assert.ok((await skip.boundingBox()).y >= 0, 'the skip link shows when it has the focus');
        await page.keyboard.press('Enter');
        await tabTo(page, page.getByRole('link', { name: 'Pay Bill' }));
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'Make a Payment' }).waitFor();
        // The radios are one stop; the arrows choose, past the amount that stands between them.
        await tabTo(page, page.getByRole('radio', { name: 'Total Balance' }));
        const selected = page.getByRole('radio', { name: 'Selected Invoices' });
        for (let press = 0; press < 4 && !(await selected.isChecked()); press++) await page.keyboard.press('ArrowDown');
        assert.ok(await selected.isChecked());
        for (const { number } of invoices) {
          await tabTo(page, box(page, number));
          await page.keyboard.press('Space');
          assert.ok(await box(page, number).isChecked());
        }
        await tabTo(page, page.getByRole('button', { name: 'Process Payment' }));
        await page.keyboard.press('Enter');
        await payButton(page).waitFor();
        await tabTo(page, payButton(page));
        await page.keyboard.press('Space');
        await page.getByRole('heading', processed).waitFor();
        assert.equal((await chargesOf(referenceOf(page))).length, 1);
        for (const { number } of invoices) await isPaid(page, number);
      }));
  }
});

test('from an invoice: its dates and amount on top, and it alone is chosen', () =>
  story({ viewport: PHONE }, async (page) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    const [one, other] = invoices;
    await page.getByRole('link', { name: one.number, exact: true }).click();
    await page.getByRole('link', { name: 'Process Payment', exact: true }).click();
    const focus = page.getByRole('region', { name: `Invoice ${one.number}` });
    const words = await focus.innerText();
    assert.match(words, /Invoice Date\s+\w+ \d+, \d{4}/);
    assert.match(words, /Date Due\s+\w+ \d+, \d{4}/);
    assert.ok(words.includes(money(one.cents)) && words.includes('Amount Due'));
    assert.ok(await page.getByRole('radio', { name: 'Selected Invoices' }).isChecked());
    assert.ok(await box(page, one.number).isChecked());
    assert.ok(!(await box(page, other.number).isChecked()));
    await page.getByRole('button', { name: 'Process Payment' }).click();
    await page.getByRole('button', { name: `Pay ${money(one.cents)}` }).click();
    await page.getByRole('heading', processed).waitFor();
    await isPaid(page, one.number);
    await page.goto('invoices?status=open');
    assert.ok(await page.getByRole('link', { name: other.number, exact: true }).isVisible());
    await row(page, other.number).getByRole('link', { name: `Process Payment for invoice ${other.number}` }).click();
    assert.ok(await box(page, other.number).isChecked());
  }));

test('reloading and going back after a payment neither charge nor frighten', () =>
  story({}, async (page) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    const reference = await review(page, invoices);
    await payButton(page).click();
    await page.getByRole('heading', processed).waitFor();
    for (let time = 0; time < 2; time++) {
      await page.reload();
      await page.getByRole('heading', processed).waitFor();
    }
    // Back: what was the review is the outcome now; before it, the form knows what was paid.
    await page.goBack();
    await page.getByRole('heading', processed).waitFor();
    assert.equal(await payButton(page).count(), 0, 'nothing offers to pay it again');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Make a Payment' }).waitFor();
    const words = await page.getByRole('main').innerText();
    assert.match(words, /nothing to pay right now/i);
    assert.doesNotMatch(words, /error|problem|twice|fail/i);
    await page.goForward();
    await page.getByRole('heading', processed).waitFor();
    assert.equal((await chargesOf(reference)).length, 1);
  }));

test('the same form sent again leads to the payment it made', () =>
  story({}, async (page, context) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    await page.goto('pay');
    // Each press opens a tab; the form stays behind as a browser keeps it for the back button.
    const press = async () => {
      const [tab] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', { name: 'Process Payment' }).click()]);
      return tab;
    };
    await page.getByRole('button', { name: 'Process Payment' }).evaluate((button) => (button.form.target = '_blank'));
    const first = await press();
    await payButton(first).waitFor();
    const reference = referenceOf(first);
    const second = await press();
    await payButton(second).waitFor();
    assert.equal(referenceOf(second), reference);
    assert.ok(await second.getByText('This form was sent before.').isVisible());
    await payButton(first).click();
    await first.getByRole('heading', processed).waitFor();
    await payButton(second).click();
    await second.getByRole('heading', processed).waitFor();
    const third = await press();
    await third.getByRole('heading', processed).waitFor();
    assert.ok(await third.getByText('nothing was paid twice').isVisible());
    assert.equal((await demo.book()).filter((t) => t.order_id === reference).length, 1);
  }));

test('a double click on the Pay button is one charge', () =>
  story({}, async (page) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    const reference = await review(page, invoices);
    await demo.knobs({ latency_ms: 400 });
    try {
      await payButton(page).dblclick();
      await page.getByRole('heading', processed).waitFor();
    } finally {
      await demo.resetKnobs();
    }
    assert.equal((await demo.book()).filter((t) => t.order_id === reference).length, 1);
    assert.doesNotMatch(await page.getByRole('main').innerText(), /conflict|changed|problem/i);
  }));

test('two tabs with the same invoices: one pays, the other says so', () =>
  story({}, async (page, context) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    const other = await context.newPage();
    const references = [await review(page, invoices), await review(other, invoices)];
    assert.notEqual(references[0], references[1]);
    await Promise.all([payButton(page).click(), payButton(other).click()]);
    const titles = [];
    for (const tab of [page, other]) {
      await tab.waitForFunction(() => document.querySelector('h1') && !document.querySelector('h1').textContent.startsWith('Review'));
      titles.push(await tab.getByRole('heading', { level: 1 }).innerText());
    }
    assert.deepEqual(titles.sort(), ['Payment has been processed', 'The invoices changed since you reviewed them']);
    const loser = (await page.getByRole('heading', processed).count()) ? other : page;
    assert.match(await loser.getByRole('main').innerText(), /Nothing was charged/);
    const charges = [...(await chargesOf(references[0])), ...(await chargesOf(references[1]))];
    assert.equal(charges.length, 1);
  }));

test('a declined card: the words, what to do, and the invoices are free again', () =>
  story({ viewport: PHONE }, async (page) => {
    const invoices = twoInvoices();
    await signIn(page, await makeAccount(demo, { invoices }));
    const reference = await review(page, invoices);
    await demo.knobs({ decline_code: 202, only_order: reference });
    try {
      await payButton(page).click();
      await page.getByRole('heading', { level: 1, name: 'The payment was declined' }).waitFor();
    } finally {
      await demo.resetKnobs();
    }
    const words = await page.getByRole('main').innerText();
    assert.match(words, /lack of funds/);
    assert.match(words, /Nothing was charged/);
    assert.match(words, /What to do next/);
    assert.match(words, /Please contact your service provider for details\./);
    assert.equal((await chargesOf(reference)).length, 0);
    await page.reload();
    await page.getByRole('link', { name: 'Make a Payment', exact: true }).and(page.getByRole('main').getByRole('link')).click();
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    for (const { number } of invoices) assert.ok(await box(page, number).isEnabled());
  }));

test('an answer that got lost: the words, the invoices are held, and the settler finds the charge', () =>
  story({}, async (page) => {
    const invoices = [...twoInvoices(), { number: `ST-${counted}-C`, cents: 2500 }];
    await signIn(page, await makeAccount(demo, { invoices }));
    const held = invoices.slice(0, 2);
    const reference = await review(page, held);
    await demo.knobs({ lose: 'after', only_order: reference });
    try {
      await payButton(page).click();
      await page.getByRole('heading', { level: 1, name: 'We are checking this payment' }).waitFor();
    } finally {
      await demo.resetKnobs();
    }
    const words = await page.getByRole('main').innerText();
    assert.match(words, /we do not know yet whether it was charged/);
    assert.match(words, /cannot be charged twice/);
    assert.match(words, /Please don't pay these invoices again/);
    assert.equal(await payButton(page).count(), 0);

    await page.goto('pay');
    await page.getByRole('radio', { name: 'Selected Invoices' }).check();
    for (const { number } of held) {
      assert.match(await row(page, number).innerText(), /A payment of this invoice is being processed\./);
      assert.equal(await box(page, number).count(), 0, `${number} cannot be chosen`);
    }
    assert.ok(await box(page, invoices[2].number).isEnabled());
    await page.getByRole('radio', { name: 'Total Balance' }).check();
    assert.equal(await page.locator('output').last().innerText(), '$25.00');
    await page.goto(`pay?invoice=${held[0].number}`);
    assert.ok(await page.getByText(`Nothing can be paid on invoice ${held[0].number} right now.`).isVisible());
    await page.goto(`invoices/${held[0].number}`);
    assert.ok(await page.getByText("Please don't pay it again.").isVisible());
    await page.getByRole('link', { name: 'See that payment' }).click();
    await page.getByRole('heading', { level: 1, name: `Payment ${reference}` }).waitFor();
    assert.ok(await page.getByText('Being checked', { exact: true }).isVisible());

    const settled = await demo.remit('settle');
    assert.equal(settled.code, 0, settled.out + settled.err);
    await page.getByRole('link', { name: 'Check again' }).click();
    await page.getByText('The money was received.').waitFor();
    await page.goto(`pay/${reference}`);
    await page.getByRole('heading', processed).waitFor();
    assert.equal((await chargesOf(reference)).length, 1);
    for (const { number } of held) await isPaid(page, number);
  }));

test('after signing out, the back button shows nothing of the account', () =>
  story({}, async (page) => {
    const user = await makeAccount(demo, { invoices: twoInvoices(), organization: 'Quiet Harbor' });
    await signIn(page, user);
    const answer = await page.goto(`invoices/${user.invoices[0].number}`);
    assert.match(answer.headers()['cache-control'], /no-store/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    for (let time = 0; time < 2; time++) {
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      const words = await page.locator('body').innerText();
      for (const secret of ['Quiet Harbor', user.account, user.invoices[0].number, user.email]) assert.ok(!words.includes(secret));
    }
  }));

test('the books agree after all of it', async () => {
  const check = await demo.remit('check', '--gateway');
  assert.equal(check.code, 0, check.out + check.err);
});
