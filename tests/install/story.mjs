// story.mjs STEP URL STATE: what a customer does in Chromium with a site that bare.sh has set up. STATE is a file that
// carries the cookies from one step to the next. Run inside that site's network.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { cards, newCard, remember } from '../browser/card.mjs';

const [step, url, state] = process.argv.slice(2);
const origin = new URL(url).origin;
const { email, password, invoice } = process.env;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    `--host-resolver-rules=MAP ${new URL(url).hostname} 127.0.0.1`],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, ...(existsSync(state) ? { storageState: state } : {}) });
context.setDefaultTimeout(20_000);
const page = await context.newPage();
const troubles = [];
page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && troubles.push(message.text()));

async function signIn() {
  await page.goto(url);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Billing' }).first().waitFor();
}

// Pays one invoice, from Make a Payment to what is said at the end.
async function pay(card) {
  await page.goto(`${url}pay?invoice=${invoice}`);
  await page.getByRole('heading', { name: 'Make a Payment' }).waitFor();
  if (card) {
    await newCard(page, card);
    await remember(page).check();
  }
  await page.getByRole('button', { name: 'Process Payment' }).click();
  await page.getByRole('heading', { name: 'Review your payment' }).waitFor();
  await page.getByRole('button', { name: /^Pay \$/ }).click();
  await page.getByText('Payment has been processed').first().waitFor();
}

// On paper, by the unit of `documents`.
async function paper() {
  const [download] = await Promise.all([page.waitForEvent('download'), page.goto(`${url}invoices/${invoice}.pdf`).catch(() => null)]);
  assert.equal(readFileSync(await download.path()).subarray(0, 5).toString(), '%PDF-');
}

const steps = {
  new_card: async () => {
    await signIn();
    await pay(cards.Visa);
    await paper();
  },
  saved_card: () => pay(null),
  invoices_alone: async () => {
    await page.goto(`${url}invoices?status=all`);
    await page.getByRole('link', { name: invoice, exact: true }).first().waitFor();
    await page.getByRole('link', { name: invoice, exact: true }).first().click();
    await page.getByRole('heading', { name: `Invoice ${invoice}` }).waitFor();
    assert.equal(await page.locator(`a[href$="/pay"], a[href*="/pay?"], a[href*="/methods"], a[href*="/autopay"], a[href*="/documents"], a[href*=".pdf"], a[href*="/account"]`).count(), 0, 'no link to what is not there');
    assert.equal((await page.goto(`${url}pay`)).status(), 404);
  },
  pay_alone: async () => {
    await pay(null);
    assert.equal(await page.locator(`a[href$="/methods"], a[href$="/autopay"], a[href$="/invoices"]`).count(), 0, 'no link to what is not there');
    assert.equal((await page.goto(`${url}invoices`)).status(), 404);
  },
};

try {
  await steps[step]();
  assert.deepEqual(troubles, []);
  await context.storageState({ path: state });
  console.log(`ok: ${step} on ${origin}`);
} catch (error) {
  console.error(`${step}: ${error.stack}\nat ${page.url()}: ${(await page.locator('body').innerText().catch(() => '')).slice(0, 1500)}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
