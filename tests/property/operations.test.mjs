// operations.test.mjs - random operations, and after every 50 of them the books of Remit, of the gateway and
// of the test say the same. OPS and SEED choose how many and which.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { words } from '../web/world.mjs';
import { Random } from './random.mjs';
import { BACK_FAULTS, FAULTS, LEASE_OVER_MS, Shop } from './shop.mjs';

const OPS = Number(process.env.OPS ?? 500);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const CHECK_EVERY = 50;
const DAY_S = 26 * 3600; // longer than "not found" needs to be believed

const random = new Random(SEED);
const history = [];
let shop, ledger;

before(async () => {
  console.log(`# SEED=${SEED} OPS=${OPS}`);
  shop = await Shop.open(random);
  ledger = shop.ledger;
});
after(() => shop?.close());

const money = (cents) => `$${(cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
const total = (list, of) => list.reduce((sum, each) => sum + of(each), 0);

// ---- operations ----

// An account with something to pay.
async function payable() {
  const account = random.pick(ledger.accounts);
  while (account.invoices.filter((invoice) => invoice.free).length < 2) await shop.issue(account);
  return account;
}

const saleFault = () =>
  random.weighted({ none: 78, 'soft decline': 6, refused: 3, 'lost after': 4, 'lost before': 2, 'booked late': 2, 'http 500 booked': 2, 'html not booked': 2, silent: 1 });
const backFault = () =>
  random.weighted({ none: 76, refused: 6, 'lost after': 5, 'lost before': 3, 'booked late': 3, 'garbage booked': 3, 'http 429 not booked': 3, silent: 1 });

// A payment, most often one that has something to send back.
function somePayment() {
  const wanted = random.chance(85) ? ledger.all((payment) => payment.isMoney || payment.state === 'pending') : ledger.all();
  return wanted.length ? random.pick(wanted) : null;
}

function someAsk(payment) {
  if (random.chance(payment.state === 'pending' ? 60 : 20)) return { isVoid: true, key: random.chance(30) ? `key-${history.length}` : null };
  const cents = random.chance(35) ? null : random.chance(8) ? payment.left + 1 + random.int(100) : 1 + random.int(Math.max(payment.left, 1));
  return { isVoid: false, cents, reopens: random.chance(35), key: random.chance(30) ? `key-${history.length}` : null };
}

const operations = {
  async pay() {
    const payment = await shop.review(await payable());
    if (payment && random.chance(90)) await shop.pay(payment, saleFault(), random.chance(20) ? 2 + random.int(3) : 1);
  },
  // One that was left in review; meanwhile its invoices may have been paid.
  async confirmLater() {
    const reviews = ledger.all((payment) => payment.state === 'review' && payment.day === ledger.days);
    if (reviews.length) await shop.pay(random.pick(reviews), saleFault(), 1 + random.int(2));
  },
  async race() {
    await shop.race(await payable(), 2 + random.int(3));
  },
  async record() {
    await shop.record(random.pick(ledger.accounts));
  },
  async back() {
    const payment = somePayment();
    if (payment) await shop.sendBack(payment, someAsk(payment), backFault());
  },
  async backRace() {
    const payment = somePayment();
    if (!payment) return;
    const reopens = random.chance(50);
    await shop.sendBackRace(payment, Array.from({ length: 2 + random.int(3) }, () => ({ ...someAsk(payment), key: null })).map((ask) => (ask.isVoid ? ask : { ...ask, reopens })));
  },
  // A payment and a refund of the same account at the same moment.
  async payAndBack() {
    const account = await payable();
    const payment = await shop.review(account);
    const back = ledger.all((each) => each.account === account && each.isMoney && !each.refund);
    if (payment && back.length && shop.fits(payment))
      await Promise.all([shop.pay(payment), shop.sendBack(random.pick(back), { isVoid: false, cents: null, reopens: random.chance(50) })]);
  },
  async killedPay() {
    const payment = await shop.review(await payable());
    if (payment) await shop.killedPay(payment);
  },
  async killedBack() {
    const payment = somePayment();
    if (payment) await shop.killedSendBack(payment, someAsk(payment));
  },
  settle: () => settle(),
  async nextDay() {
    ledger.days++;
    shop.demo.clock(`+${ledger.days * DAY_S}`);
    shop.clients.clear(); // their sessions are over
    shop.count('days');
    await settle();
  },
  // The gateway's end of the day.
  async cardsSettle() {
    await shop.demo.gateway('POST', '/sandbox/settle');
    for (const payment of ledger.all((each) => each.kind === 'card' && each.atGateway === 'taken')) payment.isSettled = true;
    shop.count('settlements at the gateway');
  },
  async look() {
    await look(random.pick(ledger.accounts));
  },
};

const WEIGHTS = { pay: 40, confirmLater: 6, race: 8, record: 4, back: 22, backRace: 5, payAndBack: 5, killedPay: 0.6, killedBack: 0.6, settle: 4, nextDay: 1.5, cardsSettle: 2, look: 4 };

// ---- settling ----

function settledPayment(payment, end) {
  if (end === 'in_flight') return assert.ok(payment.isDead, `${payment.reference} is held by nobody`);
  const paid = payment.kind === 'bank' && !payment.isAtBank ? 'pending' : 'succeeded';
  const state = payment.atGateway === 'none' ? (payment.day < ledger.days ? 'not_charged' : null) : paid;
  assert.equal(end, state ? 'resolved' : 'unknown', payment.reference);
  if (state) ledger.end(payment, state);
  return shop.count(state ? `unknown payments found ${state}` : 'unknown payments still unknown');
}

function settledRefund(payment, end, state) {
  const { refund } = payment;
  if (end === 'in_flight') return assert.ok(refund.isDead, `a refund of ${payment.reference} is held by nobody`);
  const wanted = refund.isBooked ? 'succeeded' : refund.day < ledger.days ? 'failed' : 'unknown';
  assert.deepEqual([end, state], [wanted === 'unknown' ? 'unknown' : 'resolved', wanted], payment.reference);
  if (wanted === 'succeeded') ledger.wentBack(payment, refund);
  if (wanted === 'failed') payment.refund = null;
  return shop.count(`unknown refunds and voids found ${wanted}`);
}

// Bank debits that settled by the gateway's own calendar.
async function bankSettles() {
  for (const each of await shop.demo.book()) {
    const payment = ledger.payments.get(each.order_id);
    if (each.type === 'sale' && payment?.kind === 'bank' && each.condition === 'complete') payment.isAtBank = true;
  }
}

function settledAtBank(payment) {
  ledger.end(payment, 'succeeded');
  shop.count('bank payments settled');
}

async function settle() {
  await bankSettles();
  const pending = ledger.all((payment) => payment.state === 'pending' && payment.isAtBank);
  const ran = await shop.remit('settle', '--json');
  assert.equal(ran.code, 0, ran.err);
  const told = JSON.parse(ran.out);
  const unknown = ledger.all((payment) => payment.state === 'unknown');
  assert.deepEqual(told.payments.map((each) => each.reference).sort(), [...unknown, ...pending].map((payment) => payment.reference).sort());
  assert.deepEqual(told.refunds.map((each) => each.payment).sort(), ledger.all((payment) => payment.refund).map((payment) => payment.reference).sort());
  for (const each of told.payments) {
    const payment = ledger.payments.get(each.reference);
    if (pending.includes(payment)) settledAtBank(payment);
    else settledPayment(payment, each.end);
  }
  for (const each of told.refunds) settledRefund(ledger.payments.get(each.payment), each.end, each.state);
}

// ---- what must be true ----

// An account's pages say what the ledger does.
async function look(account) {
  const client = await shop.client(account.users[0]);
  const home = words((await client.get(shop.world.path('/'))).text);
  const pending = total(account.invoices, (invoice) => invoice.pending);
  assert.equal(home.match(/Current Balance (\S+)/)[1], money(total(account.invoices, (invoice) => invoice.due)));
  assert.equal(home.match(/In progress (\S+)/)?.[1], pending ? money(pending) : undefined);
  const invoice = random.pick(account.invoices);
  const page = words((await client.get(shop.world.path(`/invoices/${invoice.number}`))).text);
  assert.equal(page.match(/Amount Due (\$\S+)/)[1], money(invoice.due));
  const lines = [...page.matchAll(/(Refunded|Voided) (\$[\d,.]+) on /g)].map(([, word, amount]) => `${word} ${amount}`).sort();
  const wanted = ledger.all().flatMap((payment) => payment.parts.filter((part) => part.invoice === invoice).map((part) => ({ payment, part })));
  const voids = wanted.filter(({ payment }) => payment.state === 'voided').map(({ part }) => `Voided ${money(part.cents)}`);
  assert.deepEqual(lines.filter((line) => line.startsWith('Voided')), voids.sort(), invoice.number);
  const back = total(lines.filter((line) => line.startsWith('Refunded')), (line) => Math.round(Number(line.replace(/[^\d.]/g, '')) * 100));
  assert.equal(back, total(wanted, ({ part }) => part.back), invoice.number);
  shop.count('pages looked at');
}

const row = (statement) => shop.world.sql(statement)[0].map(Number);
const mine = () => ledger.accounts.map((account) => account.id).join();

function journalAgrees() {
  const [paidIn, back] = row(`SELECT COALESCE(SUM(IF(amount_cents > 0, amount_cents, 0)), 0), COALESCE(-SUM(IF(amount_cents < 0, amount_cents, 0)), 0)
    FROM journal_posting WHERE ledger = 'money' AND account_id IN (${mine()})`);
  assert.deepEqual({ paidIn, back }, { paidIn: ledger.bookedIn, back: ledger.bookedBack }, 'the journal has the same money');
  const [refunds, voids] = row(`SELECT COALESCE(SUM(kind = 'refunded'), 0), COALESCE(SUM(kind = 'voided'), 0) FROM outbox WHERE account_id IN (${mine()}) AND mail_key NOT LIKE '%/%'`); // those are for each recipient of one
  assert.deepEqual({ refunds, voids }, { refunds: ledger.refundsBooked, voids: ledger.voidsBooked }, 'a mail for each');
}

async function gatewayAgrees() {
  const book = (await shop.demo.book()).filter((each) => ledger.payments.has(each.order_id) && each.response === 1);
  const sales = book.filter((each) => each.type === 'sale');
  assert.equal(new Set(sales.map((each) => each.order_id)).size, sales.length, 'nothing was charged twice');
  const gatewayIn = total(sales.filter((each) => each.condition !== 'canceled'), (each) => each.amount_cents);
  const gatewayBack = total(book.filter((each) => each.type === 'refund'), (each) => each.amount_cents);
  assert.deepEqual({ gatewayIn, gatewayBack }, { gatewayIn: ledger.gatewayIn, gatewayBack: ledger.gatewayBack }, 'the gateway has the same money');
}

function figuresAgree() {
  const found = new Map(shop.world.sql(`SELECT number, total_cents, paid_cents, credited_cents, pending_cents FROM invoice WHERE account_id IN (${mine()})`)
    .map(([number, ...figures]) => [number, figures.map(Number)]));
  for (const account of ledger.accounts) {
    for (const invoice of account.invoices)
      assert.deepEqual(found.get(invoice.number), [invoice.total, invoice.paid, invoice.credited, invoice.pending], invoice.number);
    assert.deepEqual(row(`SELECT due_cents, pending_cents FROM account WHERE id = ${account.id}`),
      [total(account.invoices, (invoice) => invoice.due), total(account.invoices, (invoice) => invoice.pending)]);
  }
  assert.equal(found.size, total(ledger.accounts, (account) => account.invoices.length));
  const states = new Map(shop.world.sql(`SELECT reference, state, refunded_cents FROM payment WHERE account_id IN (${mine()})`).map(([reference, state, back]) => [reference, `${state} ${back}`]));
  for (const payment of ledger.payments.values()) {
    const { state } = payment;
    const known = states.get(payment.reference)?.replace('expired', 'review');
    assert.equal(payment.isDead && state === 'unknown' ? known.replace('processing', 'unknown') : known, `${state} ${payment.refunded}`, payment.reference);
  }
  assert.equal(states.size, ledger.payments.size, 'no payment that nobody made');
}

async function everythingAgrees() {
  ledger.check();
  const ran = await shop.remit('check', '--gateway', '--json');
  assert.equal(ran.code, 0, `${JSON.stringify(ran.out && JSON.parse(ran.out).faults)} ${ran.err}`);
  assert.deepEqual(shop.world.sql(`SELECT p.reference FROM payment p LEFT JOIN payment_allocation a ON a.payment_id = p.id AND a.account_id = p.account_id
    GROUP BY p.account_id, p.id, p.reference, p.amount_cents HAVING p.amount_cents <> COALESCE(SUM(a.amount_cents), 0)`), [], 'allocations sum to their payment');
  assert.deepEqual(shop.world.sql('SELECT number FROM invoice WHERE paid_cents + credited_cents + pending_cents > total_cents OR paid_cents < 0'), [], 'no invoice is overpaid');
  figuresAgree();
  journalAgrees();
  await gatewayAgrees();
  return JSON.parse(ran.out);
}

test(`${OPS} random operations`, async (t) => {
  assert.deepEqual([Object.keys(FAULTS).length, Object.keys(BACK_FAULTS).length], [9, 8]);
  const weights = Object.fromEntries(Object.entries(WEIGHTS).map(([name, weight]) => [name, weight * 10]));
  const started = Date.now();
  for (let at = 1; at <= OPS; at++) {
    const name = random.weighted(weights);
    history.push(name);
    try {
      await operations[name]();
      if (at % CHECK_EVERY === 0 || at === OPS) await everythingAgrees();
    } catch (error) {
      error.message = `SEED=${SEED}, operation ${at} (${name}), after ${history.slice(-12).join(' ')}: ${error.message}\n${shop.storyOf(error.message)}`;
      throw error;
    }
  }
  // At last nothing stays open.
  await new Promise((resolve) => setTimeout(resolve, LEASE_OVER_MS)); // of the dead
  await settle();
  await operations.nextDay();
  const { open_count: open, open_refund_count: openRefunds, counts } = await everythingAgrees();
  assert.deepEqual([open, openRefunds], [0, 0], 'everything is known in the end');
  t.diagnostic(`seed ${SEED}, ${OPS} operations in ${Math.round((Date.now() - started) / 1000)} s`);
  for (const [name, times] of Object.entries({ ...shop.counts, ...counts }).sort()) t.diagnostic(`${name}: ${times}`);
  for (const name of ['gatewayIn', 'gatewayBack', 'bookedIn', 'bookedBack']) t.diagnostic(`${name}: ${money(ledger[name])}`);
});
