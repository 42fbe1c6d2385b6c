// 001: a check by mail and a wire stand beside the form, with script and without it, by keyboard and on a
// phone; help links are a landmark of their own.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { PHONE, WIDE, launch, look, makeAccount, sideways, signedState, tabTo, watched } from './support.mjs';

let demo, browser, account, state;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  account = await makeAccount(demo, { invoices: [{ number: 'CH-1', cents: 34618 }] });
  state = await signedState(browser, demo, account);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const PARTS = [
  ['Check (By Mail)', ['Mail the check to:', 'P. O. Box 411470', 'Please allow up to 5 business days for payments to be reflected in your account.',
    'If choosing to receive a paper bill, you may be charged a Paper Invoice Fee of $10.00', 'Any returned payment is subject to a Return Fee of $25.00']],
  ['Wire Transfer', ['000440291773', '021000021', 'Please allow up to 2 business days for payments to be reflected in your account.']],
];

describe('other ways to pay', () => {
  for (const [name, options] of [
    ['at a desk', { viewport: WIDE }],
    ['on a phone', { viewport: PHONE }],
    ['on a phone in the dark, without script', { viewport: PHONE, colorScheme: 'dark', javaScriptEnabled: false }],
  ])
    test(`unfold ${name}`, () =>
      watched(browser, demo, { ...options, storageState: state }, async (page) => {
        await page.goto('pay');
        const ways = page.getByRole('region', { name: 'Other ways to pay' });
        for (const [title, lines] of PARTS) {
          const first = ways.getByText(lines[0], { exact: true });
          assert.equal(await first.isVisible(), false, `${title} is folded`);
          await ways.getByText(title, { exact: true }).click();
          for (const line of lines) await ways.getByText(line, { exact: true }).waitFor();
        }
        assert.ok((await ways.innerText()).includes(`Write your account number ${account.account} on the check.`));
        assert.equal(new URL(page.url()).pathname, `${demo.base}/pay`, 'nothing was sent');
        if (options.javaScriptEnabled !== false) assert.equal(await sideways(page), '');
      }));

  test('by keyboard, and as axe wants it', () =>
    watched(browser, demo, { reducedMotion: 'reduce', storageState: state }, async (page) => {
      await page.goto('pay');
      await tabTo(page, page.locator('#check-by-mail summary'));
      await page.keyboard.press('Enter');
      await page.getByText('Mail the check to:').waitFor();
      await tabTo(page, page.locator('#wire-transfer summary'));
      await page.keyboard.press('Space');
      await page.getByText('021000021').waitFor();
      await look(page, "choices");
      const help = page.getByRole('navigation', { name: 'Help' });
      assert.deepEqual(await help.getByRole('link').allInnerTexts(), ['How to make a payment', 'Paper bills and fees', 'More Resources']);
      await help.getByRole('link', { name: 'Paper bills and fees' }).click();
      await page.getByRole('heading', { name: 'Paper bills and fees' }).waitFor();
    }));

  test('where nothing is paid online they stand open', async () => {
    const file = join(demo.run, 'remit.hdf');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, `${whole}\nPayment.Cards = 0\nPayment.Banks = 0\n`);
    await demo.restart('pay');
    try {
      await watched(browser, demo, { viewport: PHONE, reducedMotion: 'reduce', storageState: state }, async (page) => {
        await page.goto('pay');
        await page.getByText('Online payment is not offered. Please pay in another way:').waitFor();
        for (const [, lines] of PARTS) for (const line of lines) assert.ok(await page.getByText(line, { exact: true }).isVisible(), line);
        assert.equal(await page.getByRole('button', { name: 'Process Payment' }).count(), 0);
        await look(page, "choices");
      });
    } finally {
      writeFileSync(file, whole);
      await demo.restart('pay');
    }
  });
});
