// Where a card number goes that is typed in Chromium: to the gateway, and nowhere else. No request to
// our programs has it, no log, no table, no file, no memory of a process of ours. What is searched for
// besides proves that each search finds what is there.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { dumpOf, filesBelow, formsOf, memoryOf, processesOf } from '../support/traces.mjs';
import { cardPart, cards, holder, inFrame, newCard, remember, typeCard } from './card.mjs';
import { PHONE, launch, makeAccount, open, saveMethod, signIn } from './support.mjs';

// Codes that nothing else on these pages looks like.
const used = { pay: { ...cards.Discover, cvv: '736' }, save: { ...cards.Amex, cvv: '7302' }, replace: { ...cards.Mastercard, cvv: '948' } };
const numbers = Object.values(used).map(({ number }) => number.replaceAll(' ', ''));
const codes = Object.values(used).map(({ cvv }) => cvv);
const marker = `marker-${randomBytes(9).toString('hex')}`;
const siteName = 'Northwind Hosting'; // in the settings, so in the memory of every program

let demo, browser;
const requests = []; // { url, text, form } of every request of the browser

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// ---- what the browser sends ----

async function record(request) {
  const headers = await request.allHeaders();
  const body = request.postDataBuffer()?.toString('latin1') ?? '';
  const text = [request.method(), request.url(), ...Object.entries(headers).flat(), body].join('\n');
  const query = [...new URL(request.url()).searchParams];
  requests.push({ url: request.url(), method: request.method(), text, form: [...query, ...new URLSearchParams(body)] });
}

function decoded(text) {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

// The digits, however they are set apart or written.
function hasNumber(text, number) {
  const apart = new RegExp([...number].join('[ +._-]*'));
  const written = [Buffer.from(number).toString('hex'), Buffer.from(number).toString('base64').slice(0, 20)];
  return [text, decoded(text), decoded(decoded(text))].some((each) => apart.test(each) || written.some((form) => each.includes(form)));
}

test('a card is typed on every way to pay and to save', async () => {
  const { context, page, troubles } = await open(browser, demo, { viewport: PHONE });
  const recorded = [];
  context.on('request', (request) => recorded.push(record(request)));
  const h1 = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
  const button = (name) => page.getByRole('button', { name, exact: true });
  try {
    const user = await makeAccount(demo, { card: false, invoices: [{ number: 'CN-1', cents: 4321 }, { number: 'CN-2', cents: 8765 }] });
    const old = await saveMethod(demo, user, { brand: 'Visa', expires: '2024-02-29' });
    await signIn(page, user);

    // Typed and left alone.
    await page.goto('pay');
    await newCard(page, used.pay);
    await page.getByRole('main').getByRole('link', { name: 'Cancel', exact: true }).click();

    // Paid: with a wrong number, then what the server does not like, then to the end.
    await page.goto('pay');
    await newCard(page, used.pay, { ...holder, 'Zip Code': '1' });
    await remember(page).check();
    await page.getByLabel('Note').fill(marker);
    await inFrame(page, 'Card Number').fill(`${used.pay.number}9`);
    await button('Process Payment').click();
    await page.getByText('Enter the whole card number').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'ccnumber'); // it goes there once all frames answered
    await inFrame(page, 'Card Number').fill(used.pay.number);
    await button('Process Payment').click();
    await page.getByText('The card you typed is kept for this form.').waitFor();
    await cardPart(page).getByLabel('Zip Code').fill('20170');
    await button('Process Payment').click();
    await h1('Review your payment');
    await button('Pay $130.86').click();
    await h1('Payment has been processed');

    // Saved: declined first.
    await page.goto('methods/card');
    await newCard(page, used.save);
    await demo.knobs({ reset: true, only_kind: 'validate', decline_code: 200, times: 1 });
    await button('Save').click();
    await page.getByRole('alert').getByText('did not approve').waitFor();
    await demo.resetKnobs();
    await typeCard(page, used.save);
    await button('Save').click();
    await h1(used.save.words);

    // In the place of another.
    await page.goto(`methods/card?replace=${old}`);
    await newCard(page, used.replace);
    await button('Save').click();
    await h1(used.replace.words);
    await page.goto('methods');
    await page.goto('./');

    const storage = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.equal(storage, '[{},{}]', 'the browser keeps nothing for us');
    await Promise.all(recorded);
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
});

test('no request to our origin has the number or the code', () => {
  const ours = requests.filter(({ url }) => url.startsWith(new URL('/', demo.url).href));
  const theirs = requests.filter(({ url }) => url.startsWith(new URL('/', demo.json.sandbox_url).href));
  assert.equal(ours.length + theirs.length, requests.length, 'there is nobody else');
  assert.ok(ours.length > 30);

  for (const { url, method, text, form } of ours) {
    for (const number of numbers) assert.ok(!hasNumber(text, number), `${method} ${url} has the number`);
    for (const [name, value] of form) {
      assert.doesNotMatch(name, /cc_?num|cc_?exp|cvv|cvc|csc/i, `${method} ${url}`);
      if (name !== 'key' && name !== 'payment_token') assert.ok(!codes.some((code) => value.includes(code)), `${method} ${url} has the code in ${name}`);
    }
  }

  // The same search finds what was sent: our note here, the card there.
  assert.ok(ours.some(({ method, text }) => method === 'POST' && text.includes(marker)));
  for (const number of numbers) assert.ok(theirs.some(({ url, text }) => url.endsWith('/token/create') && hasNumber(text, number)), number);
  for (const code of codes) assert.ok(theirs.some(({ form }) => form.some(([name, value]) => name === 'cvv' && value === code)), code);
  const tokens = ours.filter(({ form }) => form.some(([name, value]) => name === 'payment_token' && value));
  assert.ok(tokens.length >= 5, 'the forms had tokens instead');
});

// ---- where things are kept ----

const numberForms = numbers.flatMap(formsOf);

function assertNoNumber(bytes, where) {
  for (const form of numberForms) assert.ok(!bytes.includes(form), `${where} has the number ${form.toString('latin1')}`);
}

test('no table has it', () => {
  const dump = dumpOf(demo);
  assertNoNumber(dump, 'the database');
  assert.ok(dump.includes(marker), 'the note is found');
  for (const words of Object.values(used)) assert.ok(dump.includes(words.number.slice(-4)), 'and the last four digits');
});

test("no log, no file of the gateway's store, no file of the database has it", () => {
  const found = new Set();
  const seen = new Set();
  for (const path of filesBelow(demo.run)) {
    const bytes = readFileSync(path);
    const [folder] = relative(demo.run, path).split('/');
    seen.add(folder);
    assertNoNumber(bytes, path);
    if (bytes.includes(marker)) found.add(folder);
  }
  for (const folder of ['log', 'sandbox', 'db']) assert.ok(seen.has(folder), folder);
  assert.ok(found.has('db'), 'the note is found in the files of the database');
  assert.ok(!found.has('log'), 'and in no log');
});

// ---- what processes remember ----

test('no worker remembers it', () => {
  const remembers = [];
  for (const name of ['invoices', 'login', 'pay', 'pay-confirm', 'methods', 'methods-save', 'nginx'])
    for (const pid of processesOf(demo, name)) {
      let size = 0;
      let knowsSite = false;
      let knowsNote = false;
      for (const bytes of memoryOf(pid)) {
        size += bytes.length;
        assertNoNumber(bytes, `${name} (${pid})`);
        knowsSite ||= bytes.includes(siteName);
        knowsNote ||= bytes.includes(marker);
      }
      assert.ok(size > 1 << 20, `${name}: ${size} bytes were read`);
      if (name !== 'nginx') assert.ok(knowsSite, `${name}: what every program knows is found`);
      if (knowsNote) remembers.push(name);
    }
  assert.ok(remembers.some((name) => name.startsWith('pay')), 'the note is found in a worker that had it');
});
