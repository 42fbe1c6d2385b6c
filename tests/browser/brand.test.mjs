// Another provider's look around the pages, as a browser and a mail reader see it: the demo's second brand.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, top, until } from '../support/demo.mjs';
import { axe, launch, makeAccount, open, sideways, signedState } from './support.mjs';

let demo, browser, account, state;

before(async () => {
  demo = await Demo.start({ env: { BRAND: join(top, 'nginx/demo/brand') } });
  browser = await launch();
  account = await makeAccount(demo, { invoices: [{ number: 'BR-1', cents: 3043 }, { number: 'BR-2', cents: 5000 }] });
  state = await signedState(browser, demo, account);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

test('every page has their header and footer, is as WCAG wants it, and nothing of ours is around it', async () => {
  const { context, page, troubles } = await open(browser, demo, { storageState: state });
  for (const path of ['', 'invoices', 'invoices/BR-1', 'pay', 'methods', 'methods/bank', 'autopay']) {
    await page.goto(path || demo.url);
    await page.getByText('at your side since 1998').waitFor();
    assert.match(await page.title(), / \| Harbor Internet$/, path);
    assert.equal(await page.locator('.r-header, .r-footer, .r-nav').count(), 0, path);
    const logo = page.getByRole('link', { name: 'Harbor Internet' }).locator('img');
    assert.ok(await logo.evaluate((image) => image.complete && image.naturalWidth > 0), `${path}: the logo is there`);
    for (const [width, colorScheme] of [[320, 'light'], [1280, 'dark']]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await axe(page), [], `${path} at ${width} px, ${colorScheme}`);
      assert.equal(await sideways(page), '', `${path} at ${width} px`);
    }
  }
  // Their colours, made from the settings; where they have a file, theirs; where they have none, ours.
  const brand = await page.request.get('static/brand.css');
  assert.match(await brand.text(), /--accent: #7a1f5c; --accent-dark: #f0a6d6/);
  assert.equal((await page.request.get('static/harbor.css')).status(), 200);
  assert.match(await (await page.request.get('static/remit.css')).text(), /The look of every page/);
  assert.equal((await page.request.get('static/remit.hdf')).status(), 404);
  assert.match(await (await page.request.get('no-such-page')).text(), /Harbor Internet/);
  assert.match(await (await page.request.get('static/')).text(), /There is nothing at this address/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a payment, and the mail about it, in their look', async () => {
  const { context, page, troubles } = await open(browser, demo, { storageState: state });
  await page.goto('pay?invoice=BR-1');
  await page.getByRole('button', { name: 'Process Payment' }).click();
  await page.getByRole('button', { name: 'Pay $30.43' }).click();
  await page.getByText('Payment has been processed').first().waitFor();
  await page.getByText('at your side since 1998').waitFor();
  const folder = join(demo.run, 'mail');
  const mail = await until('the receipt', () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).find((text) => text.includes('BR-1')));
  assert.match(mail, /HARBOR INTERNET\r?\n\r?\nAhoy/);
  assert.match(mail, /your bills at Harbor/);
  assert.match(mail, /^From: "?Harbor Internet"? </m);
  assert.doesNotMatch(mail, /Hello|Northwind Hosting\b.*program/);
  assert.deepEqual(troubles, []);
  await context.close();
});
