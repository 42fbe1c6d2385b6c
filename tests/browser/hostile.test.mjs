// Text that wants to be more than text: in names, invoices and notes it is shown as it is, runs
// nothing, turns nothing around and breaks no page, on the narrowest screen either.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { day, launch, makeAccount, makePayment, open, saveMethod, screen, sideways, signIn, text } from './support.mjs';

let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const texts = {
  markup: '<script>alert(1)</script><img src=x onerror=alert(2)><b>bold</b> &lt;i&gt; &amp;amp;',
  'attribute ends': `"'><svg/onload=alert(3)> x" autofocus onfocus="alert(4)" ' style='position:fixed`,
  'element ends': '</textarea></bdi></td></table></main><!-- --><style>*{display:none}</style><h1>fake</h1>',
  'template code': '<?cs var:Secret ?><?cs include:"/etc/passwd" ?> <?cs evar:User.Email ?> {{7*7}} ${7*7} <%= 7*7 %>',
  links: 'javascript:alert(5) data:text/html,<script>alert(6)</script> http://elsewhere.example/ mailto:a@b',
  'one long word': 'W'.repeat(500),
  'turned around': '\u202eylno desreveR\u202d \u2066isolate \u2067unclosed \u200f mark \u202b embedding',
  'right to left': 'مقهى الميناء للتحميص وتجارة البن בית קפה הנמל 1234',
  'Chinese, Japanese, Korean': '港口咖啡烘焙有限公司、株式会社港コーヒー、항구커피로스터스',
  emoji: '👩‍👩‍👧‍👦☕️🏴‍☠️🇺🇸 e\u0301\u0323\u0302\u0308 Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324 🤦🏽‍♂️',
  spaces: '\u00a0\u2003 \u200b zero\u200bwidth\ufeff  many     spaces \u2028 line',
};

const cut = (value, length) => [...value].slice(0, length).join('');
const plain = (value) => value.replace(/[\s\u00a0\u2003\u2028\ufeff]+/g, ' ').trim();

async function reads(page, value, where) {
  const words = plain(await page.locator('body').evaluate((body) => body.textContent));
  assert.ok(words.includes(plain(value)), `${where} shows ${JSON.stringify(value.slice(0, 60))} as it is`);
}

// The page stands as the template made it: ours alone are scripts, styles and headings, nothing was
// turned around, nothing sticks out.
async function stands(page, name) {
  const facts = await page.evaluate(() => {
    const order = (element) => {
      const range = document.createRange();
      const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
      const place = (at) => {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getBoundingClientRect().left;
      };
      return place(0) < place(6);
    };
    const accounts = [...document.querySelectorAll('header span')].filter((e) => e.textContent.startsWith('Account '));
    return {
      h1: document.querySelectorAll('h1').length,
      inline: document.querySelectorAll('script:not([src]), style, [style], [onload], [onerror], [onfocus], svg, img').length,
      footer: document.querySelectorAll('body > footer').length,
      accounts: accounts.length,
      inOrder: accounts.every(order),
    };
  });
  assert.deepEqual(facts, { h1: 1, inline: 0, footer: 1, accounts: 1, inOrder: true }, name);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await sideways(page), '', `${name} at ${width} px`);
    await screen(page, `hostile-${name}.${width}`);
  }
}

// An expired method, a declined payment, and Auto Pay of a colleague whose name and method are no better. The names.
async function attend(account, number, value) {
  const brand = cut(value, 32);
  const method = await saveMethod(demo, account, { brand, four: '0005', expires: day(-40), saved: -500 });
  const reference = makePayment(demo, account, { state: 'declined', covers: [[number, 100]] });
  const colleague = cut(value, 200);
  demo.sql(`UPDATE payment SET method_text = ${text(cut(value, 100))} WHERE reference = '${reference}';
    INSERT INTO user (email, name, created_at) VALUES (${text(`${number}@hostile.example`)}, ${text(colleague)}, UTC_TIMESTAMP()); SET @u = LAST_INSERT_ID();
    INSERT INTO account_user SELECT ${account.id}, @u, id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Manager';
    INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
      VALUES (${account.id}, @u, ${method}, 'first', 'all', '2020-01-01', ${text(`${day(40).slice(0, 7)}-01`)}, UTC_TIMESTAMP(), UTC_TIMESTAMP());
    INSERT INTO enrolment_cover VALUES (${account.id}, LAST_INSERT_ID(), 'all', 1)`);
  return [brand, cut(value, 100), colleague];
}

describe('hostile text is text', { concurrency: 2 }, () => {
  for (const [what, value] of Object.entries(texts)) {
    const number = `HO-${Object.keys(texts).indexOf(what)}`;
    test(what, async () => {
      const { context, page, troubles } = await open(browser, demo, { reducedMotion: 'reduce' });
      try {
        const shown = { organization: cut(value, 200), site: cut(value, 200), city: cut(value, 100), name: cut(value, 200) };
        const line = { description: cut(`${value} ${value}`, 1000), quantity: cut(value, 32), cents: 12345 };
        const invoice = { number, cents: 12345, type: cut(value, 64), terms: cut(value, 500), lines: [line] };
        const account = await makeAccount(demo, { ...shown, invoices: [invoice] });
        await signIn(page, account);
        for (const field of Object.values(shown)) await reads(page, field, 'home');
        await stands(page, `${number}-home`);

        // What needs attention, what Auto Pay takes next and the calendar have names of others in them.
        const names = await attend(account, number, value);
        await page.goto('./');
        for (const name of names) await reads(page, name, 'home');
        await stands(page, `${number}-attention`);
        await page.goto(`calendar?month=${day(40).slice(0, 7)}`);
        await stands(page, `${number}-calendar`);
        await page.goto(new URL('/', demo.url).href);
        await page.getByRole('region', { name: 'Billing' }).getByText('$123.45').waitFor();
        demo.sql(`UPDATE enrolment_cover SET active = NULL WHERE account_id = ${account.id}; UPDATE enrolment SET state = 'off', next_on = NULL, off_at = created_at WHERE account_id = ${account.id};
          UPDATE method SET state = 'removed' WHERE account_id = ${account.id} AND brand <> 'Visa'; DELETE FROM payment_allocation WHERE account_id = ${account.id}; DELETE FROM payment WHERE account_id = ${account.id}`);

        await page.goto('invoices?status=all');
        await stands(page, `${number}-list`);
        await page.goto(`invoices/${number}`);
        for (const field of [line.description, line.quantity, invoice.type, invoice.terms]) await reads(page, field, 'the invoice');
        await stands(page, `${number}-invoice`);

        await page.goto(`documents/statements/${day(-20).slice(0, 7)}`);
        await reads(page, `Invoice ${number}`, 'the statement');
        await stands(page, `${number}-statement`);
        await page.goto('documents');
        await stands(page, `${number}-documents`);

        await page.goto('pay');
        const note = cut(value, 500);
        await page.getByLabel('Note').fill(note);
        await page.getByLabel('Fixed Amount in dollars').fill(cut(value, 40));
        await page.getByRole('button', { name: 'Process Payment' }).click();
        await page.getByRole('alert').waitFor();
        assert.equal(plain(await page.getByLabel('Note').inputValue()), plain(note), 'what was typed is kept');
        await stands(page, `${number}-make`);
        await page.getByRole('radio', { name: 'Total Balance' }).check();
        await page.getByRole('button', { name: 'Process Payment' }).click();
        await page.getByRole('button', { name: 'Pay $123.45' }).waitFor();
        await reads(page, note, 'the review');
        await stands(page, `${number}-review`);
        await page.getByRole('button', { name: 'Pay $123.45' }).click();
        await page.getByRole('heading', { level: 1, name: 'Payment has been processed' }).waitFor();
        await reads(page, note, 'the outcome');
        await stands(page, `${number}-outcome`);

        await page.goto('payments');
        await stands(page, `${number}-payments`);
        await page.locator('td.r-head').getByRole('link').first().click();
        await page.getByRole('heading', { level: 1, name: /^Payment P/ }).waitFor();
        await reads(page, note, 'the payment');
        await stands(page, `${number}-payment`);
        await page.goto('invoices');
        await page.getByText('Search and sort').click();
        // A browser counts as JavaScript does.
        const typed = [...value].reduce((all, each) => ((all + each).length <= 32 ? all + each : all), '').trim();
        await page.getByLabel('Invoice #').fill(typed);
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await page.getByText('Invoice numbers that begin with').waitFor();
        assert.equal(plain(await page.getByLabel('Invoice #').inputValue()), plain(typed));
        await reads(page, typed, 'the search');
        await stands(page, `${number}-search`);
        assert.deepEqual(troubles, []);
      } finally {
        await context.close();
      }
    });
  }
});

test('hostile text in an address comes back as nothing or as text', async () => {
  const { context, page, troubles } = await open(browser, demo);
  try {
    const evil = encodeURIComponent('"><script>alert(7)</script><?cs var:Secret ?>');
    await page.goto(`login?next=${evil}`);
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('input[name=next]').inputValue(), '/');
    await page.goto(`login?next=${encodeURIComponent('//elsewhere.example/')}`);
    assert.equal(await page.locator('input[name=next]').inputValue(), '/');
    await signIn(page, demo.user(0));
    for (const path of [`invoices/${evil}`, `invoices?status=${evil}`, `invoices?status=all&after=${evil}`, `payments?status=${evil}`, `payments?before=${evil}`, `payments/${evil}`, `invoices/HO-0?after=${evil}`, `pay?invoice=${evil}`, `pay/${evil}`]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
      assert.doesNotMatch(await page.content(), /alert\(7\)<|<\?cs/);
    }
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
});
