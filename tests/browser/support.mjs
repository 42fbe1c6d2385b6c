// support.mjs - what the browser tests share: a browser, a page that reports what goes wrong in it,
// accounts of a test's own, and the checks every page has to pass.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { top, until } from '../support/demo.mjs';
import { activitySql } from '../support/activity.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

// ---- a page that is watched ----

// A context whose pages note every error, dialog, failed request and request to somewhere else; the
// gateway's script and frames are no such place. `expected` is what a test brings about itself.
// Refused form posts answer 4xx on purpose: Chromium reports a document's own status as an error,
// which says nothing new, so that alone is not noted.
export async function open(browser, demo, { expected = /$^/, ...options } = {}) {
  const context = await browser.newContext({ viewport: WIDE, baseURL: demo.url, ...options });
  const troubles = [];
  const note = (trouble) => expected.test(trouble) || troubles.push(trouble);
  const origin = new URL(demo.url).origin;
  const gateway = new URL('/token/', demo.json.sandbox_url).href;
  context.setDefaultTimeout(15_000);
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const own = message.location().url === message.page()?.url();
    if (own && message.text().startsWith('Failed to load resource')) return;
    note(`${message.page()?.url()}: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => note(String(error.error())));
  context.on('dialog', (dialog) => {
    note(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on('request', (request) => {
    const url = request.url();
    if (new URL(url).origin !== origin && !url.startsWith(gateway)) note(`a request left the site: ${url}`);
  });
  context.on('requestfailed', (request) => {
    // What a second click or the next page interrupts was not refused by anybody.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') note(`${request.url()}: ${why}`);
  });
  const page = await context.newPage();
  return { context, page, troubles };
}

// Runs a story in a context of its own; whatever the browser complained about fails it.
export async function watched(browser, demo, options, tell) {
  const { context, page, troubles } = await open(browser, demo, options);
  try {
    await tell(page, context);
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

export async function signIn(page, user) {
  await page.goto('login');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Account Overview' }).waitFor();
}

// The cookies of somebody who signed in, for contexts that need not do it again.
export async function signedState(browser, demo, user) {
  const { context, page } = await open(browser, demo);
  await page.goto('login');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

// ---- the keyboard alone ----

export const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement && document.hasFocus());

// What is wrong with how the focus shows; '' is right.
function focusFault() {
  const element = document.activeElement;
  if (element === document.body) return '';
  // Around a frame the ring is its place's.
  const style = getComputedStyle(element.tagName === 'IFRAME' ? element.parentElement : element);
  const place = element.getBoundingClientRect();
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return `no outline: ${element.outerHTML.slice(0, 120)}`;
  if (place.bottom < 0 || place.top > innerHeight) return `out of view: ${element.outerHTML.slice(0, 120)}`;
  return '';
}

// Presses Tab and waits for the focus to move, which takes a moment where frames are left or entered.
async function pressTab(page) {
  const before = await page.evaluateHandle(() => document.activeElement);
  await page.keyboard.press('Tab');
  await page.waitForFunction((was) => document.activeElement !== was, before);
}

// Tabs to an element, also inside a frame; whatever has the focus on the way must show it, and be in view.
export async function tabTo(page, locator) {
  const target = await locator.elementHandle();
  const frame = await target.ownerFrame();
  const stop = frame === page.mainFrame() ? target : await frame.frameElement();
  for (let press = 0; press < 150; press++) {
    await pressTab(page);
    await until('the focus shows', async () => !(await page.evaluate(focusFault)), 1).catch(async () => assert.equal(await page.evaluate(focusFault), ''));
    if (!(await stop.evaluate((element) => element === document.activeElement))) continue;
    return until('the focus is inside the frame', () => isFocused(locator), 5);
  }
  assert.fail(`Tab never came to ${locator}`);
}

// ---- accounts of a test's own ----

export const text = (value) => `'${String(value).replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;
export const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

let made = 0;

// Argon2id of 'demo-password', as cheap as the library allows: these tests are not about hashing.
const PASSWORD = 'demo-password';
const PASSWORD_HASH =
  '$argon2id$v=19$m=8,t=1,p=1$27Tf6ywtWAfSTmLADB8Nxg$9Mfd3ePN4DtqloPPOZIfxawkR1ohdSRbfq59XZhTxXc';

async function vaultCard(demo, vaultId, number, expires) {
  const form = new URLSearchParams({
    security_key: demo.json.gateway_key,
    customer_vault: 'add_customer',
    customer_vault_id: vaultId,
    ccnumber: number,
    ccexp: expires.slice(5, 7) + expires.slice(2, 4),
  });
  const answer = await fetch(new URL('/api/transact.php', demo.json.sandbox_url), { method: 'POST', body: form });
  assert.match(await answer.text(), /(^|&)response=1(&|$)/, 'the card is in the vault');
}

// An account with a Manager, a saved card and these invoices: { number, cents, issued, due, paid,
// credited, pending, type, terms, tax, lines }. As a provider's import would leave it, journal
// included.
export async function makeAccount(demo, { invoices = [], card = true, organization = 'Lakeside Books', site = '', city = '', name = 'Robin Lake' } = {}) {
  const mark = `${process.pid}-${++made}`;
  const at = text(new Date().toISOString().slice(0, 19).replace('T', ' '));
  const user = { email: `robin-${mark}@lakeside.example`, password: PASSWORD };
  const number = `9${String(process.pid).padStart(7, '0')}${made}`;
  const vaultId = `card-${mark}`;
  if (card) await vaultCard(demo, vaultId, numbers.Visa, '2030-12-31');
  const rows = [
    'START TRANSACTION',
    `INSERT INTO account (number, organization, site, city, created_at) VALUES (${[number, organization, site, city].map(text)}, ${at})`,
    'SET @a = LAST_INSERT_ID()',
    `INSERT INTO user (email, name, created_at) VALUES (${text(user.email)}, ${text(name)}, ${at})`,
    'SET @u = LAST_INSERT_ID()',
    `INSERT INTO user_password (user_id, hash, changed_at) VALUES (@u, ${text(PASSWORD_HASH)}, ${at})`,
    `INSERT INTO account_user (account_id, user_id, level_id, added_at) SELECT @a, @u, id, ${at} FROM security_level WHERE name = 'Manager'`,
  ];
  if (card)
    rows.push(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, created_at)
      VALUES (@a, @u, 'card', 'nmi', ${text(vaultId)}, 'Visa', '1111', '2030-12-31', ${at})`);
  invoices.forEach((invoice, index) => rows.push(...invoiceRows(invoice, `${mark}-${index}`, at)));
  rows.push(
    activitySql('@a'),
    `UPDATE account SET due_cents = (SELECT COALESCE(SUM(total_cents - paid_cents - credited_cents), 0) FROM invoice WHERE account_id = @a),
       pending_cents = (SELECT COALESCE(SUM(pending_cents), 0) FROM invoice WHERE account_id = @a) WHERE id = @a`,
    'COMMIT',
    'SELECT @a, @u',
  );
  const [[id, userId]] = demo.sql(`SET time_zone = '+00:00'; ${rows.join(';\n')}`).slice(-1);
  return { ...user, id, userId, account: number, invoices };
}

function invoiceRows(invoice, mark, at) {
  const { number, cents, issued = day(-20), due = day(10), paid = 0, credited = 0, pending = 0, type = 'Hosting', terms = 'Net 30', tax = 0 } = invoice;
  const lines = invoice.lines ?? [{ description: 'Virtual server, one month', quantity: '1', cents: cents - tax }];
  const print = createHash('sha256').update(mark).digest('hex');
  const rows = [
    `INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, terms, tax_cents, total_cents, paid_cents, credited_cents, pending_cents, fingerprint, created_at)
     VALUES (@a, ${[number, type, issued, due, terms].map(text)}, ${tax}, ${cents}, ${paid}, ${credited}, ${pending}, UNHEX('${print}'), ${at})`,
    'SET @i = LAST_INSERT_ID()',
    `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES (@a, ${text(`invoice:${number}`)}, 'invoice', ${at}, ${text(issued)})`,
    'SET @e = LAST_INSERT_ID()',
    `INSERT INTO journal_posting VALUES (@a, @e, 1, 'receivable', @i, ${cents})`,
    `INSERT INTO journal_posting VALUES (@a, @e, 2, 'revenue', @i, ${tax - cents})`,
  ];
  if (tax) rows.push(`INSERT INTO journal_posting VALUES (@a, @e, 3, 'tax', @i, ${-tax})`);
  lines.forEach((line, index) =>
    rows.push(`INSERT INTO invoice_line VALUES (@a, @i, ${index + 1}, ${text(line.description)}, ${text(line.quantity ?? '1')}, ${line.cents}, ${line.cents})`));
  return rows;
}

const numbers = { Visa: '4111111111111111', Mastercard: '5431111111111111', Discover: '6011000991300009', Amex: '341111111111111' };

// A saved method more for such an account; saved and used: days from now. Returns its id.
export async function saveMethod(demo, account, { brand, kind = 'card', four = numbers[brand]?.slice(-4), expires = '2030-12-31', saved = 0, used = null, label = '', holder = '', state = 'active' }) {
  const vaultId = `card-${account.userId}-${++made}`;
  if (kind === 'card') await vaultCard(demo, vaultId, numbers[brand] ?? numbers.Visa, expires);
  const at = (offset) => (offset === null ? 'NULL' : `UTC_TIMESTAMP() + INTERVAL ${offset} DAY`);
  const values = [
    account.id, account.userId, text(kind), "'nmi'", text(vaultId), text(brand), text(four), expires ? text(expires) : 'NULL',
    text(label), text(holder), text(state), at(saved), at(used),
  ];
  return demo.sql(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, label, holder, state, created_at, used_at)
    VALUES (${values}); SELECT LAST_INSERT_ID()`)[0][0];
}

// A payment of such an account in any state, on these invoices ([number, cents]). Only its page is
// meant to be looked at: journal and sums are not kept.
export function makePayment(demo, account, { state, covers, note = '', created = new Date() }) {
  const reference = `P${createHash('sha256').update(`${account.id}-${++made}`).digest('hex').toUpperCase().slice(0, 12)}`;
  const at = text(created.toISOString().slice(0, 19).replace('T', ' '));
  const sent = state !== 'review' && state !== 'expired';
  const isOpen = state === 'processing' || state === 'unknown';
  const total = covers.reduce((sum, [, part]) => sum + part, 0);
  const values = [
    '@a', text(reference), "'customer'", "'card'", account.userId,
    `(SELECT id FROM method WHERE account_id = @a LIMIT 1)`, "'Visa ending 1111'", total, text(state), text(note),
    isOpen ? 'RANDOM_BYTES(16)' : 'NULL', isOpen ? at : 'NULL', sent ? "'nmi'" : "''", sent && !isOpen ? text(`T${reference}`) : 'NULL', at,
    sent ? at : 'NULL', sent && !isOpen ? at : 'NULL',
  ];
  demo.sql(`SET @a = ${account.id};
    INSERT INTO payment (account_id, reference, source, kind, user_id, method_id, method_text, amount_cents, state, note,
      claim_token, send_by, gateway, transaction_id, created_at, confirmed_at, closed_at) VALUES (${values});
    SET @p = LAST_INSERT_ID();
    INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open)
    ${covers.map(([number, part]) => `SELECT @a, @p, id, ${part}, ${isOpen ? 1 : 'NULL'} FROM invoice WHERE number = ${text(number)}`).join(' UNION ALL ')};`);
  return reference;
}

// ---- money ----

export const money = (cents) =>
  `$${String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, ',')}.${String(cents % 100).padStart(2, '0')}`;

export const cents = (words) => Number(words.replace(/[^0-9]/g, ''));

// ---- what every page has to pass ----

// What axe finds, in frames too; `rules` narrows it.
export async function axe(page, rules) {
  for (const frame of page.frames()) {
    if (await frame.evaluate(() => 'axe' in window)) continue;
    await frame.evaluate(axeSource);
    await frame.evaluate(() => window.axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] }));
  }
  // Colours that fade are judged when they are there.
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {}))));
  const options = { resultTypes: ['violations'], preload: false, ...(rules && { runOnly: rules }) };
  const found = await page.evaluate((how) => window.axe.run(document, how), options);
  return found.violations.map(
    (v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} (${n.any[0]?.message ?? n.failureSummary})`).join(' | ')}`,
  );
}

// How far the page scrolls sideways, and who sticks out.
export function sideways(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5);
    return `${root.scrollWidth - root.clientWidth} px: ${wide.slice(-3).map((e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`).join(' | ')}`;
  });
}

// Looks at the page as it stands, at each width, light and dark. axe, which takes by far the longest, judges every rule
// at both ends: the narrowest and light, the widest and dark. FULL=1: everywhere. Of a page of hundreds of equal rows
// the second look is at its colours alone.
export async function look(page, name, { widths = [320, 768, 1280], schemes = ['light', 'dark'] } = {}) {
  const judged = [`${widths[0]} light`, `${widths.at(-1)} dark`];
  const isLong = (await page.getByRole('row').count()) > 150;
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${name} at ${width} px, ${colorScheme}`;
      if (process.env.FULL === '1' || judged.includes(`${width} ${colorScheme}`))
        assert.deepEqual(await axe(page, isLong && colorScheme === 'dark' ? ['color-contrast'] : undefined), [], where);
      assert.equal(await sideways(page), '', where);
      await screen(page, `${name}.${width}.${colorScheme}`);
    }
  }
  const facts = await page.evaluate(() => ({
    h1: document.querySelectorAll('h1').length,
    lang: document.documentElement.lang,
    title: document.title,
  }));
  assert.equal(facts.h1, 1, 'one h1');
  assert.equal(facts.lang, 'en');
  assert.ok(facts.title);
}

// Keeps a screenshot when SCREENS=1 asks for them.
export async function screen(page, name) {
  if (!process.env.SCREENS) return;
  const folder = join(top, 'build/screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
