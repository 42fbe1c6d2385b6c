// agreement.mjs - what must be true after any operations: pages, database, journal, mails and the gateway's book say
// what the ledger does.
import assert from 'node:assert/strict';
import { words } from '../web/world.mjs';
import { cents, money } from './desk.mjs';
import { sum } from './ledger.mjs';

// An account's pages say what the ledger does.
export async function look(shop, account) {
  const { random, ledger } = shop;
  const client = await shop.client(account.users[0]);
  const home = words((await client.get(shop.world.path('/'))).text);
  assert.equal(home.match(/Current Balance (\S+)/)[1], money(account.due - account.credit));
  assert.equal(home.match(/Credit (\$\S+)/)?.[1], account.credit ? money(account.credit) : undefined);
  assert.equal(home.match(/In progress (\$\S+)/)?.[1], account.pending ? money(account.pending) : undefined);
  const invoice = random.pick(account.invoices);
  const page = words((await client.get(shop.world.path(`/invoices/${invoice.number}`))).text);
  assert.equal(page.match(/Amount Due (\$\S+)/)[1], money(invoice.due));
  const lines = [...page.matchAll(/(Refunded|Voided) (\$[\d,.]+) on /g)].map(([, word, amount]) => `${word} ${amount}`).sort();
  const wanted = ledger.all().flatMap((payment) => payment.parts.filter((part) => part.invoice === invoice).map((part) => ({ payment, part })));
  const voids = wanted.filter(({ payment }) => payment.state === 'voided').map(({ part }) => `Voided ${money(part.cents)}`);
  assert.deepEqual(lines.filter((line) => line.startsWith('Voided')), voids.sort(), invoice.number);
  const returned = [...page.matchAll(/Returned by the bank on [^$]*due again: (\$[\d,.]+)/g)];
  assert.equal(sum(returned, ([, amount]) => cents(amount)), sum(wanted, ({ part }) => part.returned), invoice.number);
  const back = sum(lines.filter((line) => line.startsWith('Refunded')), (line) => cents(line.replace(/[^\d.]/g, '')));
  assert.equal(back, sum(wanted, ({ part }) => part.back), invoice.number);
  shop.count('pages looked at');
}

const mine = (shop) => shop.ledger.accounts.map((account) => account.id).join();
const numbers = (rows) => Object.fromEntries(rows.map(([name, value]) => [name, Number(value)]));

function journalAgrees(shop) {
  const { ledger } = shop;
  const [paidIn, back] = shop.world.sql(`SELECT COALESCE(SUM(IF(amount_cents > 0, amount_cents, 0)), 0), COALESCE(-SUM(IF(amount_cents < 0, amount_cents, 0)), 0)
    FROM journal_posting WHERE ledger = 'money' AND account_id IN (${mine(shop)})`)[0].map(Number);
  assert.deepEqual({ paidIn, back }, { paidIn: ledger.bookedIn, back: ledger.bookedBack }, 'the journal has the same money');
  const sums = numbers(shop.world.sql(`SELECT ledger, SUM(amount_cents) FROM journal_posting WHERE account_id IN (${mine(shop)}) GROUP BY ledger`));
  assert.deepEqual({ money: 0, credit: 0, adjustment: 0, ...sums }, ledger.journal(), 'the journal by ledger');
}

// Those with a slash are for each recipient of one.
function mailsAgree(shop) {
  const sent = numbers(shop.world.sql(`SELECT kind, COUNT(*) FROM outbox WHERE account_id IN (${mine(shop)}) AND mail_key NOT LIKE '%/%' GROUP BY kind`));
  const wanted = Object.fromEntries(Object.entries(shop.ledger.mails).filter(([, count]) => count));
  assert.deepEqual(sent, wanted, 'a mail for each, and no other');
}

async function gatewayAgrees(shop) {
  const { ledger } = shop;
  const book = (await shop.demo.book()).filter((each) => ledger.payments.has(each.order_id) && each.response === 1);
  const sales = book.filter((each) => each.type === 'sale');
  assert.equal(new Set(sales.map((each) => each.order_id)).size, sales.length, 'nothing was charged twice');
  const gatewayIn = sum(sales.filter((each) => each.condition !== 'canceled'), (each) => each.amount_cents);
  const gatewayBack = sum(book.filter((each) => each.type === 'refund'), (each) => each.amount_cents);
  assert.deepEqual({ gatewayIn, gatewayBack }, { gatewayIn: ledger.gatewayIn, gatewayBack: ledger.gatewayBack }, 'the gateway has the same money');
}

function figuresAgree(shop) {
  const { ledger } = shop;
  const found = new Map(shop.world.sql(`SELECT number, total_cents, paid_cents, credited_cents, pending_cents FROM invoice WHERE account_id IN (${mine(shop)})`)
    .map(([number, ...figures]) => [number, figures.map(Number)]));
  for (const account of ledger.accounts) {
    for (const invoice of account.invoices)
      assert.deepEqual(found.get(invoice.number), [invoice.total, invoice.paid, invoice.credited, invoice.pending], invoice.number);
    assert.deepEqual(shop.world.sql(`SELECT due_cents, pending_cents, credit_cents FROM account WHERE id = ${account.id}`)[0].map(Number),
      [account.due, account.pending, account.credit], account.number);
  }
  assert.equal(found.size, sum(ledger.accounts, (account) => account.invoices.length));
  const states = new Map(shop.world.sql(`SELECT reference, state, refunded_cents, credit_cents, credit_refunded_cents FROM payment WHERE account_id IN (${mine(shop)})`).map(([reference, ...figures]) => [reference, figures.join(' ')]));
  for (const payment of ledger.payments.values()) {
    const { state } = payment;
    const known = states.get(payment.reference)?.replace('expired', 'review');
    assert.equal(payment.isDead && state === 'unknown' ? known.replace('processing', 'unknown') : known, `${state} ${payment.refunded} ${payment.credit} ${payment.creditBack}`, payment.reference);
  }
  assert.equal(states.size, ledger.payments.size, 'no payment that nobody made');
}

export async function everythingAgrees(shop) {
  shop.ledger.check();
  const ran = await shop.remit('check', '--gateway', '--json');
  assert.equal(ran.code, 0, `${JSON.stringify(ran.out && JSON.parse(ran.out).faults)} ${ran.err}`);
  assert.deepEqual(shop.world.sql(`SELECT p.reference FROM payment p LEFT JOIN payment_allocation a ON a.payment_id = p.id AND a.account_id = p.account_id
    GROUP BY p.account_id, p.id, p.reference, p.amount_cents, p.credit_cents HAVING p.amount_cents <> p.credit_cents + COALESCE(SUM(a.amount_cents), 0)`), [], 'allocations and credit sum to their payment');
  assert.deepEqual(shop.world.sql('SELECT number FROM invoice WHERE paid_cents + credited_cents + pending_cents > total_cents OR paid_cents < 0'), [], 'no invoice is overpaid');
  figuresAgree(shop);
  journalAgrees(shop);
  mailsAgree(shop);
  await gatewayAgrees(shop);
  return JSON.parse(ran.out);
}
