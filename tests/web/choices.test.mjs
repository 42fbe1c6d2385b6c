// choices.test.mjs - what the provider chooses in settings, as customers see it: checks and wires, fees,
// help links, the smallest and largest payment, and a page on which nothing can be paid.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, assertFieldError, attribute, payFields, tagOf, words } from './world.mjs';

let world, file, whole;
before(async () => {
  world = await World.open();
  file = join(world.demo.run, 'remit.hdf');
  whole = readFileSync(file, 'utf8');
});
after(() => world?.close());

// The programs with these settings on top, while work goes on.
async function chosen(lines, work, programs = ['pay']) {
  const restart = async () => {
    for (const name of programs) await world.demo.restart(name);
  };
  try {
    writeFileSync(file, `${whole}\n${lines.join('\n')}\n`);
    await restart();
    await work();
  } finally {
    writeFileSync(file, whole);
    await restart();
  }
}

// The programs refuse to start with these, and whoever asks is told the setting's name.
async function refused(lines, name) {
  try {
    writeFileSync(file, `${whole}\n${lines.join('\n')}\n`);
    await assert.rejects(world.demo.restart('pay'), /does not start with these settings/);
    assert.match((await world.demo.remit('config', 'check')).out, new RegExp(`^${name.replaceAll('.', '\\.')}: `, 'm'));
  } finally {
    writeFileSync(file, whole);
  }
}

const NO_CHECK = ['Check.PayTo =', 'Check.Address.0 =', 'Check.Address.1 ='];
const NO_WIRE = ['Wire.BankName =', 'Wire.AccountName =', 'Wire.AccountNumber =', 'Wire.RoutingNumber =', 'Wire.Swift ='];

async function someone(invoices) {
  const account = await world.account({ invoices });
  const client = await world.signIn(account.user);
  return { account, client, page: async () => (await client.get(world.path('/pay'))).text };
}

// The words of an unfolding section; undefined without it.
const section = (html, id) => {
  const found = html.match(new RegExp(`<details id="${id}"[^>]*>([\\s\\S]*?)</details>`))?.[1];
  return found && words(found);
};
const hasForm = (html) => html.includes('id="pay-form"');

test('checks and wires stand on Make a Payment, with the exact notices', async () => {
  const { account, page } = await someone([5000]);
  const html = await page();
  assert.equal(
    section(html, 'check-by-mail'),
    `Check (By Mail) Mail the check to: Northwind Hosting P. O. Box 411470 Boston, MA 02241-1289 Write your account number ${account.number} on the check.` +
      ' Please allow up to 5 business days for payments to be reflected in your account.' +
      ' If choosing to receive a paper bill, you may be charged a Paper Invoice Fee of $10.00' +
      ' Any returned payment is subject to a Return Fee of $25.00',
  );
  assert.equal(
    section(html, 'wire-transfer'),
    'Wire Transfer Account Name Northwind Hosting LLC Account Number 000440291773 Routing Number 021000021 Bank First Example Bank SWIFT Code FEXBUS33' +
      ` Give your account number ${account.number} with the transfer. Please allow up to 2 business days for payments to be reflected in your account.`,
  );
  const form = html.match(/<form[^>]*id="pay-form"[\s\S]*?<\/form>/)[0];
  assert.ok(form.indexOf('id="methods"') < form.indexOf('id="check-by-mail"'), 'below the online methods');
  assert.equal(attribute(tagOf(html, 'check-by-mail'), 'open'), undefined, 'folded: the form comes first');
  assert.match(words(form.slice(form.indexOf('Process Payment'))), /Please allow up to 2 business days for payments to be reflected in your account/);
});

test('only what is chosen is shown, and as text', async () => {
  const { page } = await someone([5000]);
  await chosen([...NO_WIRE, 'Fee.Return = 0', 'Fee.PaperInvoice = 7.50', 'Check.PayTo =', 'Check.Address.0 = <b>Box</b> "1" & more', 'Check.Notice = Patience, please.'], async () => {
    const html = await page();
    assert.ok(html.includes('&lt;b&gt;Box&lt;/b&gt;') && !html.includes('<b>Box'));
    const check = section(html, 'check-by-mail');
    assert.match(check, /Mail the check to: Northwind Hosting /, 'without a name of its own it is the site\'s');
    assert.match(check, /Patience, please\..*Paper Invoice Fee of \$7\.50/);
    assert.doesNotMatch(check, /Return Fee|business days/);
    assert.equal(section(html, 'wire-transfer'), undefined);
  });
  await chosen([...NO_CHECK, 'Wire.BankName =', 'Wire.AccountName =', 'Wire.Swift ='], async () => {
    const html = await page();
    assert.equal(section(html, 'check-by-mail'), undefined);
    assert.match(section(html, 'wire-transfer'), /^Wire Transfer Account Number 000440291773 Routing Number 021000021 Give your/);
    assert.doesNotMatch(words(html), /Paper Invoice Fee|Mail the check/);
  });
  await chosen([...NO_CHECK, ...NO_WIRE], async () => {
    const html = await page();
    assert.ok(hasForm(html));
    assert.doesNotMatch(words(html), /Other ways to pay|Check \(By Mail\)|Wire Transfer/);
  });
});

test('where nothing is due, no way to pay is shown', async () => {
  const { page } = await someone([]);
  const html = words(await page());
  assert.match(html, /There is nothing to pay right now/);
  assert.doesNotMatch(html, /Other ways to pay|Online payment is not offered/);
});

test('without cards and bank accounts the page says so, and the other ways stand open', async () => {
  const { account, client, page } = await someone([5000]);
  const before = await page();
  const online = ['Payment.Cards = 0', 'Payment.Banks = 0'];
  await chosen(online, async () => {
    const html = await page();
    assert.ok(!hasForm(html));
    assert.match(words(html), /Current Balance \$50\.00.*Online payment is not offered\. Please pay in another way:/);
    for (const id of ['check-by-mail', 'wire-transfer']) assert.equal(attribute(tagOf(html, id), 'open'), '');
    const rows = world.rows();
    const answer = await client.post(world.path('/pay'), payFields(before, { method: account.card, what: 'total' }));
    assert.equal(answer.status, 422);
    assert.match(words(answer.text), /Online payment is not offered/);
    assert.doesNotMatch(answer.text, /r-summary/, 'no links to fields that are not there');
    assert.equal(world.rows(), rows);
  });
  await chosen([...online, ...NO_CHECK, ...NO_WIRE], async () => {
    const html = await page();
    assert.ok(!hasForm(html));
    assert.match(words(html), /Online payment is not offered\. Please contact Northwind Hosting to pay\./);
    assert.doesNotMatch(words(html), /Other ways to pay/);
  });
});

test('the smallest and the largest payment: said before, held to the cent', async () => {
  await chosen(['Payment.Smallest = 10.00', 'Payment.Largest = 60.00'], async () => {
    const { account, client, page } = await someone([1500, 6000, 2000]);
    const [low, high] = account.invoices;
    const html = await page();
    assert.match(words(html), /One payment can be from \$10\.00 to \$60\.00\. Your balance is above that: pay it in parts, with Fixed Amount or Selected Invoices\./);
    assert.ok(attribute(tagOf(html, 'what'), 'aria-describedby').split(' ').includes('what-hint'));
    const cases = [
      ['fixed_amount', { what: 'fixed', fixed_amount: '9.99' }, /smallest payment here is \$10\.00/],
      ['fixed_amount', { what: 'fixed', fixed_amount: '60.01' }, /largest payment here is \$60\.00/],
      ['what', { what: 'selected', invoice: low.number, amounts: { [low.number]: '9.99' } }, /smallest payment here is \$10\.00/],
      ['what', { what: 'selected', invoice: [low.number, high.number], amounts: { [low.number]: '0.01', [high.number]: '60.00' } }, /largest payment here is \$60\.00/],
      ['what', { what: 'total' }, /largest payment here is \$60\.00/],
    ];
    for (const [field, choice, pattern] of cases) {
      const rows = world.rows();
      const answer = await world.pay(client, choice);
      assert.equal(answer.status, 422, JSON.stringify(choice));
      assertFieldError(answer.text, field, pattern);
      assert.equal(world.rows(), rows);
    }
    for (const [cents, choice] of [
      [1000, { what: 'fixed', fixed_amount: '10.00' }],
      [6000, { what: 'fixed', fixed_amount: '60.00' }],
      [1000, { what: 'selected', invoice: low.number, amounts: { [low.number]: '10.00' } }],
      [6000, { what: 'selected', invoice: high.number }],
    ]) {
      const review = await world.review(client, choice);
      assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${review.reference}'`), String(cents));
    }
  });
});

test('Total Balance at the smallest and the largest payment, and one cent past them', async () => {
  await chosen(['Payment.Smallest = 10.00', 'Payment.Largest = 60.00'], async () => {
    for (const cents of [1000, 6000]) {
      const { client, page } = await someone([cents]);
      assert.match(words(await page()), /One payment can be from \$10\.00 to \$60\.00\. Total Balance/, 'nothing more to say');
      const review = await world.review(client, { what: 'total' });
      assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${review.reference}'`), String(cents));
    }
    const above = await someone([6001]);
    assertFieldError((await world.pay(above.client, { what: 'total' })).text, 'what', /largest payment here is \$60\.00/);

    const below = await someone([999]);
    const html = await below.page();
    assert.ok(!hasForm(html));
    assert.match(words(html), /\$9\.99 is less than \$10\.00, the smallest payment that can be made online\. You can pay it together with your next invoice, or in another way:/);
    assert.ok(section(html, 'check-by-mail'));
  });
});

test('too little to pay is refused although a form was still open', async () => {
  const { account, client, page } = await someone([999]);
  const open = await page();
  assert.ok(hasForm(open));
  await chosen(['Payment.Smallest = 10.00', ...NO_CHECK, ...NO_WIRE], async () => {
    const rows = world.rows();
    const answer = await client.post(world.path('/pay'), payFields(open, { what: 'total', method: account.card }));
    assert.equal(answer.status, 422);
    assert.match(words(answer.text), /together with your next invoice\. /);
    assert.equal(world.rows(), rows);
  });
});

test('help links: one named list at the foot of every page', async () => {
  const { client } = await someone([5000]);
  for (const path of ['/', '/pay', '/invoices', '/methods', '/login']) {
    const html = (await (path === '/login' ? world.demo.client() : client).get(world.path(path))).text;
    const list = html.match(/<nav class="r-help" aria-labelledby="help">[\s\S]*?<\/nav>/g);
    assert.equal(list?.length, 1, path);
    assert.equal(words(list[0]), 'Help How to make a payment Paper bills and fees More Resources');
    assert.ok(list[0].includes('href="/help.html#payment"'));
  }
  await chosen(['Help.0.Label = <i>Guide</i>', 'Help.0.Url = https://guides.example/a?b=1&c=2'], async () => {
    const html = (await client.get(world.path('/pay'))).text;
    assert.ok(html.includes('href="https://guides.example/a?b=1&amp;c=2">&lt;i&gt;Guide&lt;/i&gt;</a>'));
  });
});

test('settings that would end up wrong on a page stop the start', async () => {
  for (const [name, ...lines] of [
    ['Wire.RoutingNumber', 'Wire.RoutingNumber = 021000022'],
    ['Wire.RoutingNumber', 'Wire.RoutingNumber ='],
    ['Wire.AccountNumber', 'Wire.AccountNumber ='],
    ['Check.Address.0', 'Check.Address.0 ='],
    ['Fee.Return', 'Fee.Return = 1000.01'],
    ['Help.0.Url', 'Help.0.Url = javascript:alert(1)'],
    ['Help.1.Url', 'Help.1.Url ='],
  ])
    await refused(lines, name);
});

test('a paper bill is shown on the home page of the account that has it, and nowhere else', async () => {
  const { account, client } = await someone([5000]);
  const other = await someone([5000]);
  const home = async (at) => words((await at.client.get(world.path('/'))).text);
  assert.doesNotMatch(await home({ client }), /Paper bill /);
  const on = await world.demo.remit('account', 'change', account.number, '--paper-bill', 'on');
  assert.equal(on.code, 0, on.err);
  assert.match(await home({ client }), /Paper bill By mail, with a Paper Invoice Fee of \$10\.00 on each invoice/);
  assert.doesNotMatch(await home(other), /Paper bill By mail/);
  await chosen(['Fee.PaperInvoice = 0.00'], async () => {
    const text = await home({ client });
    assert.match(text, /Paper bill By mail/);
    assert.doesNotMatch(text, /Paper Invoice Fee/);
  }, ['invoices']);

  const number = `PAPER-${process.pid}`;
  const invoices = join(world.demo.folder, 'paper.json');
  writeFileSync(invoices, JSON.stringify([{ account: account.number, number, issued_on: '2026-01-01', due_on: '2026-01-31',
    lines: [{ description: 'Hosting', amount: '20.00' }] }]));
  assert.match((await world.demo.remit('invoice', 'import', invoices)).out, /1 invoice imported \(\$30\.00, with \$10\.00 of Paper Invoice Fees\)/);
  const page = words((await client.get(world.path(`/invoices/${number}`))).text);
  assert.match(page, /Paper Invoice Fee .*\$10\.00/);
  assert.match(page, /\$30\.00/);
  const review = await world.review(client, { what: 'selected', invoice: number });
  assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${review.reference}'`), '3000');
  await world.assertClean();
});
