// Auto Pay as the documents 000 and 003 tell it: at a desk and on a phone, with JavaScript and without. What is refused
// is in tests/web/autopay.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { PHONE, WIDE, launch, look, makeAccount, saveMethod, sideways, signIn, watched } from './support.mjs';

let demo, browser;

before(async () => {
  demo = await Demo.start();
  demo.clock('2026-11-22T17:00:00Z'); // so that drafts have days to name
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const story = (options, tell) => watched(browser, demo, options, tell);
const ways = [['at a desk', { viewport: WIDE }], ['on a phone, without JavaScript', { viewport: PHONE, javaScriptEnabled: false }]];

let counted = 0;
const openInvoices = () => {
  const told = ++counted;
  return [
    { number: `AP-${told}-1`, cents: 3043, type: 'Hosting', issued: '2026-11-01', due: '2026-11-30' },
    { number: `AP-${told}-2`, cents: 1000, type: 'Support', issued: '2026-11-01', due: '2026-12-09' },
  ];
};

const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const link = (page, name) => page.getByRole('main').getByRole('link', { name, exact: true });
const radio = (page, name) => page.getByRole('radio', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page, name) => page.getByRole('checkbox', { name });
const says = (page, words) => page.getByRole('main').getByText(words).first().waitFor();
const confirmation = 'You will receive confirmation each time a payment is drafted.';
const tick = 'Pay your bill automatically using this payment method';

// From the menu, which a phone hides behind a link.
async function menu(page, name, viewport) {
  if (viewport === PHONE) await page.getByRole('link', { name: 'Menu', exact: true }).click();
  await page.getByRole('navigation', { name: 'Billing' }).getByRole('link', { name, exact: true }).click();
}

async function typeBank(page, account) {
  await page.getByLabel('Bank Routing Number', { exact: false }).fill('021000021');
  await page.getByRole('textbox', { name: /^Checking Account/ }).fill(account);
  await page.getByLabel('Retype Checking Account', { exact: false }).fill(account);
  await page.getByLabel('Name on Account', { exact: false }).fill('Robin Lake');
}

// From the filled form to the list: the preview says the lines, the authorization is read and ticked.
async function activate(page, lines) {
  await button(page, 'Continue').click();
  await h1(page, 'Review Auto Pay');
  for (const line of lines) await says(page, line);
  await page.getByRole('region', { name: 'Your authorization' }).getByText(/I, Robin Lake, authorize Northwind Hosting to/).waitFor();
  await box(page, 'I authorize Northwind Hosting as written above').check();
  await button(page, 'Save').click();
  await h1(page, 'Manage Auto Pay');
  await says(page, confirmation);
  for (const line of lines.filter((each) => typeof each === 'string' && each.startsWith('$'))) await says(page, line);
  assert.equal(await sideways(page), '');
}

const active = (account) => demo.sql(`SELECT e.schedule, m.brand, GROUP_CONCAT(c.cover_key ORDER BY c.cover_key) FROM enrolment e
  JOIN method m ON m.id = e.method_id JOIN enrolment_cover c ON c.enrolment_id = e.id WHERE e.account_id = ${account.id} AND e.state = 'active' GROUP BY e.id`);

describe('000: set up Auto Pay', { concurrency: 2 }, () => {
  for (const [where, options] of ways)
    test(`while paying a bill, ${where}`, () =>
      story(options, async (page) => {
        const account = await makeAccount(demo, { card: false, invoices: openInvoices() });
        await signIn(page, account);
        await link(page, 'Pay Bill').click();
        await radio(page, 'Selected Invoices').check();
        await box(page, `Invoice ${account.invoices[0].number}`).check();
        await typeBank(page, '6000123451');
        assert.ok(!(await box(page, tick).isChecked()));
        await box(page, tick).check();
        assert.ok(await radio(page, 'On the due date').isChecked(), 'the choice where nobody makes another');
        await box(page, 'Include invoices that are open already').check();
        await button(page, 'Process Payment').click();
        await h1(page, 'Review your payment');
        // Told of on November 30, once what is paid here is out of the way.
        await says(page, '$10.00 on December 10, Checking ending 3451');
        await says(page, /I, Robin Lake, authorize Northwind Hosting to debit my bank account \(Checking ending 3451\) electronically \(ACH\) automatically for all invoices/);
        if (options.viewport === WIDE) await look(page, 'autopay-review', { widths: [390, 1280] });
        assert.deepEqual(active(account), []);
        await button(page, 'Pay $30.43 and turn on Auto Pay').click();
        await h1(page, 'Your payment was accepted');
        await says(page, `Auto Pay is on. ${confirmation}`);
        assert.deepEqual(active(account), [['due_date', 'Checking', 'all']]);
        await menu(page, 'Manage Auto Pay', options.viewport);
        await says(page, '$10.00 on December 10, Checking ending 3451');
      }));

  for (const [where, options] of ways)
    test(`without paying, from Manage Payment Methods, ${where}`, () =>
      story(options, async (page) => {
        const account = await makeAccount(demo, { card: false, invoices: openInvoices() });
        await signIn(page, account);
        await link(page, 'Manage Payment Methods').click();
        await link(page, 'Add Bank Information (eCheck)').click();
        await typeBank(page, '6000123452');
        await box(page, 'I authorize Northwind Hosting as written above').check();
        await radio(page, 'On the due date').waitFor({ state: 'hidden' });
        await box(page, tick).check();
        assert.ok(await radio(page, 'On the due date').isChecked(), 'the choice where nobody makes another');
        await says(page, "Half of the month's total on the 1st, the remaining half on the 15th");
        await radio(page, '1st and 15th (Split Between)').check();
        if (options.viewport === WIDE) await look(page, 'autopay-adding', { widths: [390, 1280] });
        await button(page, 'Save').click();
        await h1(page, 'Set up Auto Pay');
        assert.ok(await page.getByRole('radio', { name: 'Checking ending 3452' }).isChecked());
        assert.ok(await radio(page, '1st and 15th (Split Between)').isChecked());
        await activate(page, ['1st and 15th (Split Between)', 'Nothing is due yet for December 1, Checking ending 3452']);
        assert.deepEqual(active(account), [['split', 'Checking', 'all']]);
      }));
});

const schedules = [
  ['1st of the Month', ['$30.43 on December 1, Visa ending 1111']],
  ['15th of the Month', ['$30.43 on December 15, Visa ending 1111']],
  ['1st and 15th (Split Between)', ['$15.22 on December 1, Visa ending 1111', '$15.21 on December 15, Visa ending 1111']],
  ['On the due date', ['$30.43 on November 30, Visa ending 1111']],
];

describe('003: schedules, billing types, turning off, switching', { concurrency: 2 }, () => {
  for (const [where, options] of ways)
    test(where, () =>
      story(options, async (page) => {
        const account = await makeAccount(demo, { invoices: openInvoices() });
        await saveMethod(demo, account, { kind: 'bank', brand: 'Checking', four: '6789', expires: null });
        await signIn(page, account);
        // Open the payment method, choose a schedule, select the billing types, save.
        await menu(page, 'Payment Methods', options.viewport);
        await link(page, 'Visa ending 1111').click();
        await radio(page, schedules[0][0]).check();
        await button(page, 'Continue').click();
        await h1(page, 'Set up Auto Pay');
        assert.ok(await radio(page, schedules[0][0]).isChecked());
        await radio(page, 'Only these billing types').check();
        await box(page, 'Hosting').check();
        await box(page, 'Include invoices that are open already').check();
        if (options.viewport === WIDE) await look(page, 'autopay-form', { widths: [390, 1280] });
        await activate(page, [schedules[0][0], ...schedules[0][1]]);
        // The others, as changes of it.
        for (const [schedule, lines] of schedules.slice(1)) {
          await page.getByRole('main').getByRole('link', { name: /^Change/ }).click();
          await h1(page, 'Change Auto Pay');
          await radio(page, schedule).check();
          await activate(page, [schedule, ...lines]);
        }
        assert.deepEqual(active(account), [['due_date', 'Visa', 'type:Hosting']]);
        if (options.viewport === WIDE) await look(page, 'autopay-list', { widths: [390, 1280] });
        // Skip the next draft, and not.
        await page.getByRole('button', { name: /^Skip the next draft ?, November 30 with Visa ending 1111$/ }).click();
        await says(page, 'November 30 is skipped: nothing is drafted');
        await page.getByRole('button', { name: /^Draft on November 30 after all ?, with Visa ending 1111$/ }).click();
        await says(page, schedules[3][1][0]);
        // Switch to ACH: open the other method and enable it; what it takes over is said before.
        await menu(page, 'Payment Methods', options.viewport);
        await link(page, 'Checking ending 6789').click();
        await radio(page, '15th of the Month').check();
        await button(page, 'Continue').click();
        await radio(page, 'Only these billing types').check();
        await box(page, 'Hosting').check();
        await box(page, 'Support').check();
        await activate(page, [/Takes over from Visa ending 1111: Hosting\. Its Auto Pay is turned off\./, '15th of the Month']);
        assert.deepEqual(active(account), [['fifteenth', 'Checking', 'type:Hosting,type:Support']]);
        // Turn it off on the method's page.
        await menu(page, 'Payment Methods', options.viewport);
        await link(page, 'Checking ending 6789').click();
        await radio(page, 'Turn off Auto Pay').check();
        await button(page, 'Continue').click();
        await h1(page, 'Turn off Auto Pay');
        await says(page, "Disabling Auto Pay means you'll need to manually submit future payments to keep your account current.");
        assert.equal(await sideways(page), '');
        await button(page, 'Save').click();
        await says(page, 'Auto Pay is turned off.');
        assert.deepEqual(active(account), []);
      }));
});
