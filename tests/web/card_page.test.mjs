// card_page.test.mjs - the pages with card fields against a list that is checked in: every script and
// every header as the browser gets them (what PCI DSS 6.4.3 and 11.6.1 ask of such pages). A change
// here is meant to be noticed: change the list only with a reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

const list = JSON.parse(readFileSync(new URL('card_page.json', import.meta.url), 'utf8'));
let world, client;

before(async () => {
  world = await World.open();
  const account = await world.account({ invoices: [5000] });
  client = await world.signIn(account.user);
});
after(() => world?.close());

function filled(text) {
  return text
    .replaceAll('{base}', world.base)
    .replaceAll('{gateway}', new URL(world.demo.json.sandbox_url).origin)
    .replaceAll('{key}', 'demo-tokenization-key');
}

for (const path of Object.keys(list.scripts)) {
  test(`${path}: its scripts are those of the list`, async () => {
    const page = await client.get(world.path(path));
    assert.equal(page.status, 200);
    const scripts = page.text.match(/<script\b[\s\S]*?<\/script>/g);
    assert.deepEqual(scripts, list.scripts[path].map(filled));
    assert.ok(!/<style|\son[a-z]+=|javascript:/i.test(page.text), 'nothing runs from within the page');
  });

  test(`${path}: its headers are those of the list`, async () => {
    const { headers, text } = await client.get(world.path(path));
    assert.equal(Number(headers['content-length']), Buffer.byteLength(text));
    delete headers.date;
    delete headers['content-length'];
    const wanted = Object.fromEntries(Object.entries(list.headers).map(([name, value]) => [name, filled(value)]));
    assert.deepEqual({ ...headers }, wanted);
  });
}

test('no other page lets in anything of the gateway', async () => {
  const review = await world.review(client, { what: 'total' });
  for (const path of ['/', '/invoices', '/methods', review.path.slice(world.base.length), '/login']) {
    const { headers, text } = await client.get(world.path(path));
    assert.ok(!headers['content-security-policy'].includes('http'), path);
    assert.ok(!text.includes('Collect.js'), path);
  }
});
