// operations.test.mjs - random operations, and after every 50 of them the books of Remit, of the gateway and
// of the test say the same. OPS and SEED choose how many and which.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everythingAgrees, look } from './agreement.mjs';
import { LEASE_OVER_MS, money } from './desk.mjs';
import { BACK_FAULTS, FAULTS } from './gateway_faults.mjs';
import { Random } from './random.mjs';
import { settle } from './settling.mjs';
import { Shop } from './shop.mjs';

const OPS = Number(process.env.OPS ?? 500);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const CHECK_EVERY = 50;

const random = new Random(SEED);
const history = [];
let shop, ledger;

before(async () => {
  console.log(`# SEED=${SEED} OPS=${OPS}`);
  shop = await Shop.open(random);
  ledger = shop.ledger;
});
after(() => shop?.close());

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

// Those with something rare about them half of the time, where there are any.
function someOf(payments, isRare) {
  const rare = payments.filter(isRare);
  const list = rare.length && random.chance(50) ? rare : payments;
  return list.length ? random.pick(list) : null;
}

// A payment, most often one that has something to send back.
function somePayment() {
  const wanted = random.chance(85) ? ledger.all((payment) => payment.isMoney || payment.state === 'pending') : ledger.all();
  return someOf(wanted, (payment) => payment.creditLeft > 0 && !payment.refund);
}

const someAccount = () => {
  const withCredit = ledger.accounts.filter((account) => account.credit);
  return random.pick(withCredit.length && random.chance(70) ? withCredit : ledger.accounts);
};

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
  async credit() {
    await shop.credit(someAccount());
  },
  async creditRace() {
    await shop.creditRace(someAccount());
  },
  bank: () => shop.bankActs(),
  // Most often one that can come back.
  async returnByHand() {
    const payment = someOf(ledger.all((each) => each.mayReturn || random.chance(10)), (each) => each.mayReturn && (each.creditLeft > 0 || each.refunded > 0));
    if (payment) await shop.returnByHand(payment);
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
    const back = ledger.all((each) => each.account === account && each.isMoney && !each.refund && !each.creditLeft); // credit of both would depend on who is first
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
  settle: () => settle(shop),
  async nextDay() {
    shop.nextDay();
    await settle(shop);
  },
  // The gateway's end of the day.
  async cardsSettle() {
    await shop.demo.gateway('POST', '/sandbox/settle');
    for (const payment of ledger.all((each) => each.kind === 'card' && each.atGateway === 'taken')) payment.isSettled = true;
    shop.count('settlements at the gateway');
  },
  async look() {
    await look(shop, random.pick(ledger.accounts));
  },
};

const WEIGHTS = { pay: 40, confirmLater: 6, race: 8, record: 5, credit: 6, creditRace: 1, bank: 16, returnByHand: 5, back: 22, backRace: 5, payAndBack: 5, killedPay: 0.6, killedBack: 0.6, settle: 4, nextDay: 1.5, cardsSettle: 2, look: 4 };

// A return that is not settled yet is a fault, so that comes first; one that waits for a refund needs the refund known.
async function checked() {
  while (await settle(shop)) {
    if (ledger.all((payment) => payment.refund?.isDead).length) await new Promise((resolve) => setTimeout(resolve, LEASE_OVER_MS));
    shop.nextDay();
  }
  return everythingAgrees(shop);
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
      if (at % CHECK_EVERY === 0 || at === OPS) await checked();
    } catch (error) {
      error.message = `SEED=${SEED}, operation ${at} (${name}), after ${history.slice(-12).join(' ')}: ${error.message}\n${shop.storyOf(error.message)}`;
      throw error;
    }
  }
  // At last nothing stays open.
  await new Promise((resolve) => setTimeout(resolve, LEASE_OVER_MS)); // of the dead
  await settle(shop);
  await operations.nextDay();
  const { open_count: open, open_refund_count: openRefunds, counts } = await checked();
  assert.deepEqual([open, openRefunds], [0, 0], 'everything is known in the end');
  t.diagnostic(`seed ${SEED}, ${OPS} operations in ${Math.round((Date.now() - started) / 1000)} s`);
  for (const [name, times] of Object.entries({ ...shop.counts, ...counts }).sort()) t.diagnostic(`${name}: ${times}`);
  for (const name of ['gatewayIn', 'gatewayBack', 'bookedIn', 'bookedBack']) t.diagnostic(`${name}: ${money(ledger[name])}`);
});
