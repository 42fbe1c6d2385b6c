// shop.mjs - a demo with accounts of the test's own, and the operations on it: each does one thing
// through the real pages or the command line, says what must come of it, and enters it in the ledger.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, formKey, outcomeOf, payFields, words } from '../web/world.mjs';
import { top, until } from '../support/demo.mjs';
import { Invoice, Ledger, Payment, choose } from './ledger.mjs';

const LEASE_S = 8; // half of it is the sender's, waiting included
const TIMEOUT_MS = 2500;
export const LEASE_OVER_MS = LEASE_S * 1000 + TIMEOUT_MS + 1500;
const SETTINGS = [
  `Payment.LeaseSeconds = ${LEASE_S}`,
  `Gateway.TimeoutMs = ${TIMEOUT_MS}`,
  'Payment.Smallest = 0.01',
  ...['UserPayments', 'AccountPayments', 'AddressPayments', 'MethodPayments', 'Reviews', 'DeclineMinimum'].map((name) => `Limit.${name} = 1000000`),
];
const SANDBOX_DECLINES_BELOW = 100; // as NMI's test mode does
const STATES = { success: 'succeeded', pending: 'pending', declined: 'declined', failed: 'failed', unknown: 'unknown', not_charged: 'not_charged' };
const NOTES = ['', '', 'for November', '<b>&amp;</b> "quoted"', 'שלום, 付款', 'two\nlines'];

const plain = (cents) => (cents / 100).toFixed(2);
const money = (cents) => `${cents < 0 ? '−' : ''}$${plain(Math.abs(cents)).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
const cents = (text) => Math.round(Number(text.replace(/[$,]/g, '')) * 100);

export class Shop {
  static async open(random, { accounts = 4, users = 2 } = {}) {
    const shop = new Shop();
    shop.random = random;
    shop.ledger = new Ledger();
    shop.world = await World.open({ settings: SETTINGS });
    shop.demo = shop.world.demo;
    shop.clients = new Map();
    shop.counts = {};
    shop.story = []; // what was done to which payment, for when it fails
    for (let at = 0; at < accounts; at++) {
      const made = await shop.world.account({ invoices: [3000, 4501, 1250, 99], users });
      shop.ledger.accounts.push({ ...made, invoices: made.invoices.map(({ number, cents: total }) => new Invoice(number, total)), issued: 0 });
    }
    return shop;
  }

  close() {
    return this.world.close();
  }

  count(name) {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  tell(payment, what) {
    this.story.push({ reference: payment.reference, what });
  }

  storyOf(text) {
    return this.story.filter(({ reference }) => text.includes(reference)).map(({ reference, what }) => `${reference} ${what}`).join('; ');
  }

  async client(user) {
    if (!this.clients.has(user.email)) this.clients.set(user.email, await this.world.signIn(user));
    return this.clients.get(user.email);
  }

  // ---- the command line ----

  async remit(...args) {
    const ran = await this.demo.remit(...args);
    assert.ok([0, 1].includes(ran.code), `remit ${args.join(' ')}: ${ran.code} ${ran.err}`);
    return ran;
  }

  async issue(account) {
    const invoices = Array.from({ length: 1 + this.random.int(4) }, () => {
      const total = this.random.pick([1, 99, 100, 101, 1000, 1 + this.random.int(50000), 1 + this.random.int(5000)]);
      const due = new Date(Date.now() + ++account.issued * 86400_000).toISOString().slice(0, 10);
      return { account: account.number, number: `${account.number}-${account.issued}`, issued_on: new Date().toISOString().slice(0, 10), due_on: due, tax: '0.00',
        lines: [{ description: 'Hosting', amount: plain(total) }], total };
    });
    const file = join(this.demo.run, 'import.json');
    writeFileSync(file, JSON.stringify(invoices.map(({ total: _, ...invoice }) => invoice)));
    const ran = await this.remit('invoice', 'import', file);
    assert.equal(ran.code, 0, ran.err);
    for (const { number, total } of invoices) account.invoices.push(new Invoice(number, total));
    this.count('invoices issued');
  }

  async record(account) {
    const free = account.invoices.reduce((total, invoice) => total + invoice.free, 0);
    if (!free) return this.issue(account);
    const amount = 1 + this.random.int(free + Math.ceil(free / 10));
    const parts = choose(account.invoices, { what: 'fixed', cents: amount });
    const ran = await this.remit('payment', 'record', '--check', `c${this.ledger.payments.size}`, '--account', account.number, '--amount', plain(amount), '--json');
    assert.equal(ran.code, parts ? 0 : 1, ran.err);
    this.count(parts ? 'checks recorded' : 'checks refused');
    if (!parts) return undefined;
    const payment = new Payment(account, JSON.parse(ran.out).reference, 'check', parts);
    this.ledger.payments.set(payment.reference, payment);
    return this.ledger.recorded(payment);
  }

  // ---- reviews ----

  randomChoice(account) {
    const { random } = this;
    const what = random.pick(['total', 'current', 'fixed', 'fixed', 'selected', 'selected', 'selected']);
    const open = account.invoices.filter((invoice) => invoice.free);
    const free = open.reduce((total, invoice) => total + invoice.free, 0);
    if (what === 'fixed') {
      const amount = random.chance(5) ? free + 1 + random.int(1000) : 1 + random.int(free);
      return { what, cents: amount, fields: { what, fixed_amount: random.pick([plain(amount), money(amount), ` ${plain(amount)} `]) } };
    }
    if (what !== 'selected') return { what, fields: { what } };
    const selected = random.some(open, 40).map((invoice) => ({
      invoice,
      cents: random.chance(50) ? null : random.chance(5) ? invoice.free + 1 : 1 + random.int(invoice.free),
    }));
    const amounts = Object.fromEntries(selected.filter((each) => each.cents !== null).map((each) => [each.invoice.number, plain(each.cents)]));
    return { what, selected, fields: { what, invoice: selected.map((each) => each.invoice.number), amounts } };
  }

  // A payment in review, or null where the form is refused as it should be. Its form may be sent twice.
  async review(account) {
    const user = this.random.pick(account.users);
    const client = await this.client(user);
    const kind = this.random.chance(75) ? 'card' : 'bank';
    const choice = this.randomChoice(account);
    const parts = choose(account.invoices, choice);
    const page = await client.get(this.world.path('/pay'));
    assert.equal(page.status, 200);
    const fields = payFields(page.text, { ...choice.fields, method: user[kind], note: this.random.pick(NOTES) });
    const answers = await Promise.all(Array.from({ length: this.random.chance(15) ? 2 + this.random.int(2) : 1 }, () => client.post(this.world.path('/pay'), fields)));
    if (answers.length > 1) this.count('forms sent several times');
    for (const answer of answers)
      assert.equal(answer.status, parts ? 303 : 422, `${JSON.stringify(choice.fields)}: ${answer.status} ${words(answer.text).slice(0, 600)}`);
    if (!parts) {
      this.count('forms refused');
      return null;
    }
    const [path, ...others] = new Set(answers.map((answer) => answer.location.split('?')[0]));
    assert.deepEqual(others, [], 'one form makes one payment');
    const shown = await client.get(path);
    const payment = new Payment(account, path.split('/').pop(), kind, parts);
    assert.equal(cents(shown.text.match(/>Pay (\$[\d,.]+)</)[1]), payment.cents, 'the review shows what was chosen');
    Object.assign(payment, { path, key: formKey(shown.text), client, day: this.ledger.days });
    this.ledger.payments.set(payment.reference, payment);
    this.count(`reviews: ${choice.what}, ${kind}`);
    this.tell(payment, `${kind} of ${payment.cents}`);
    return payment;
  }

  // ---- confirms ----

  async confirm(payment) {
    const answer = await payment.client.post(payment.path, { key: payment.key });
    assert.equal(answer.status, 303, words(answer.text).slice(0, 400));
  }

  // What the payment's own page says by now; null while it is in review, or cannot be confirmed as it is.
  async outcome(payment) {
    let kind;
    await until(`an outcome of ${payment.reference}`, async () => {
      kind = outcomeOf((await payment.client.get(payment.path)).text);
      return kind !== 'processing';
    });
    if (kind === undefined || kind === 'conflict') return null;
    assert.ok(STATES[kind], `${payment.reference}: ${kind}`);
    return STATES[kind];
  }

  enter(payment, state) {
    this.ledger.claim(payment);
    if (state === 'succeeded' || state === 'pending') this.ledger.taken(payment);
    this.ledger.end(payment, state);
    this.count(`payments ${state}`);
  }

  // What must come of it when nothing goes wrong.
  expected(payment) {
    if (payment.cents < SANDBOX_DECLINES_BELOW) return 'declined';
    return payment.kind === 'bank' ? 'pending' : 'succeeded';
  }

  fits(payment) {
    return payment.parts.every(({ invoice, cents: part }) => part <= invoice.free);
  }

  // One confirm, clicked so many times, with something going wrong at the gateway.
  async pay(payment, fault = 'none', clicks = 1) {
    const fits = this.fits(payment);
    const isSmall = payment.cents < SANDBOX_DECLINES_BELOW;
    const chosen = isSmall ? FAULTS.none : FAULTS[fault];
    if (chosen.knobs) await this.demo.knobs({ reset: true, only_order: payment.reference, times: 1, ...chosen.knobs });
    await Promise.all(Array.from({ length: clicks }, () => this.confirm(payment)));
    if (chosen.knobs) await this.demo.resetKnobs();
    const state = await this.outcome(payment);
    this.tell(payment, `paid, ${fault}: ${state}`);
    if (!fits) {
      assert.equal(state, null, `${payment.reference} cannot be taken any more`);
      this.count('confirms refused: invoices changed');
      return;
    }
    assert.equal(state, chosen.state ?? this.expected(payment), `${payment.reference} ${fault}`);
    this.enter(payment, state);
    if (chosen.isBooked) await this.bookedAnyway(payment, chosen);
    if (fault !== 'none') this.count(`sales: ${fault}`);
  }

  async bookedAnyway(payment, { knobs }) {
    if (knobs.lose === 'late') await until('the late booking', async () => (await this.atGateway(payment)).length > 0);
    this.ledger.taken(payment);
  }

  async atGateway(payment) {
    return (await this.demo.gateway('GET', `/sandbox/transactions?order_id=${payment.reference}`)).transactions;
  }

  // How often money of it went back there.
  async backAtGateway(payment) {
    return (await this.atGateway(payment)).filter((each) => each.response === 1 && (each.type === 'refund' || each.condition === 'canceled')).length;
  }

  // Several payments of one account at the same moment, each clicked up to three times.
  async race(account, size) {
    const payments = [];
    for (let at = 0; at < size; at++) {
      const payment = await this.review(account);
      if (payment) payments.push(payment);
    }
    if (this.random.chance(50)) await this.demo.knobs({ reset: true, latency_ms: 30 });
    await Promise.all(payments.flatMap((payment) => Array.from({ length: 1 + this.random.int(3) }, () => this.confirm(payment))));
    await this.demo.resetKnobs();
    const states = await Promise.all(payments.map((payment) => this.outcome(payment)));
    payments.forEach((payment, at) => this.tell(payment, `raced: ${states[at]}`));
    // Those that were declined held their cents meanwhile: they may have kept others out.
    const wins = payments.filter((_, at) => states[at] === 'succeeded' || states[at] === 'pending');
    payments.forEach((payment, at) => {
      if (states[at] === null) return this.count('races lost');
      assert.equal(states[at], this.expected(payment), payment.reference);
      if (states[at] === 'declined') {
        payment.state = 'declined';
        return this.count('payments declined');
      }
      return this.enter(payment, states[at]);
    });
    assert.ok(!payments.length || wins.length || states.includes('declined'), 'somebody wins');
    this.count('races');
  }

  // The workers of pay die while a sale is on its way.
  async killedPay(payment) {
    if (!this.fits(payment) || payment.cents < SANDBOX_DECLINES_BELOW) return this.pay(payment);
    const isBooked = this.random.chance(50);
    await this.demo.knobs({ reset: true, only_order: payment.reference, latency_ms: 5000, book_before_latency: isBooked });
    const answered = payment.client.post(payment.path, { key: payment.key }).catch(() => {});
    await until('the sale to be in flight', async () => (await this.demo.gateway('GET', '/sandbox/requests')).in_flight > 0);
    for (const pid of this.pids('pay')) process.kill(pid, 'SIGKILL');
    await answered;
    await this.demo.resetKnobs();
    await until('a worker to be back', async () => (await payment.client.get(this.world.path('/pay'))).status === 200);
    this.tell(payment, `killed, ${isBooked ? '' : 'not '}booked`);
    this.ledger.claim(payment);
    this.ledger.end(payment, 'unknown');
    if (isBooked) this.ledger.taken(payment);
    payment.isDead = true;
    return this.count('pay killed during a sale');
  }

  pids(program) {
    const settings = `${this.demo.run}/remit.hdf`;
    return execFileSync('pgrep', ['-f', `${top}/build/.*/bin/${program} --settings ${settings}`], { encoding: 'utf8' }).trim().split('\n').map(Number)
      .filter((pid) => execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim() === program);
  }

  // ---- money back ----

  refundArgs(payment, { isVoid, cents: amount, reopens, key }) {
    return ['payment', isVoid ? 'void' : 'refund', payment.reference, '--json', ...(amount ? ['--amount', plain(amount)] : []), ...(reopens ? ['--reopen'] : []),
      ...(key ? ['--key', key] : [])];
  }

  // The gateway refuses a void of what has settled.
  refusesVoid(payment, ask) {
    return ask.isVoid && payment.kind === 'card' && payment.isSettled;
  }

  async sendBack(payment, ask, fault = 'none') {
    const over = this.ledger.refundable(payment, ask);
    const chosen = over === null || payment.kind === 'check' || this.refusesVoid(payment, ask) ? BACK_FAULTS.none : BACK_FAULTS[fault];
    const isVoid = Boolean(ask.isVoid);
    const before = chosen.isBooked ? await this.backAtGateway(payment) : 0;
    if (chosen.knobs) await this.demo.knobs({ reset: true, only_kind: isVoid ? 'void' : 'refund', only_order: payment.reference, times: 1, ...chosen.knobs });
    const ran = await this.remit(...this.refundArgs(payment, ask));
    this.tell(payment, `${this.refundArgs(payment, ask).slice(1).join(' ')}, ${fault}: ${ran.code} ${ran.err.trim()}`);
    if (chosen.knobs) await this.demo.resetKnobs();
    if (over === null) {
      assert.equal(ran.code, 1, `${payment.reference} is ${payment.state}: ${ran.out}`);
      assert.equal(ran.out, '');
      return this.count('refunds and voids refused by our rules');
    }
    const refund = { isVoid, cents: over, reopens: Boolean(ask.reopens), isBooked: false, day: this.ledger.days };
    const state = this.refusesVoid(payment, ask) ? 'failed' : (chosen.state ?? 'succeeded');
    const said = JSON.parse(ran.out);
    assert.deepEqual([ran.code, said.state, said.amount_cents, said.kind], [state === 'succeeded' ? 0 : 1, state, over, isVoid ? 'void' : 'refund'], ran.err);
    if (chosen.isBooked) await until('the booking', async () => (await this.backAtGateway(payment)) > before);
    if (payment.kind !== 'check' && (state === 'succeeded' || chosen.isBooked)) this.ledger.wentBackAtGateway(payment, refund);
    if (state === 'succeeded') this.ledger.wentBack(payment, refund);
    if (state === 'unknown') payment.refund = refund;
    this.count(`${isVoid ? 'voids' : 'refunds'} ${state}`);
    if (ask.key && state === 'succeeded') await this.sendBackAgain(payment, ask, said);
    return undefined;
  }

  async sendBackAgain(payment, ask, said) {
    const again = await this.remit(...this.refundArgs(payment, ask));
    assert.deepEqual([again.code, JSON.parse(again.out)], [0, { ...said, again: true }]);
    this.count('refunds repeated with their key');
  }

  // Several at the same moment, all with the invoices' same fate, so that their order does not matter.
  async sendBackRace(payment, asks) {
    const may = asks.some((ask) => this.ledger.refundable(payment, ask) !== null);
    const ends = await Promise.all(asks.map((ask) => this.remit(...this.refundArgs(payment, ask))));
    for (const [at, ran] of ends.entries()) {
      this.tell(payment, `${this.refundArgs(payment, asks[at]).slice(1).join(' ')}, raced: ${ran.code} ${ran.err.trim()}`);
      if (!ran.out) continue;
      const said = JSON.parse(ran.out);
      if (said.state === 'failed') {
        assert.ok(asks[at].isVoid && payment.isSettled, ran.err);
        continue;
      }
      assert.equal(said.state, 'succeeded', ran.err);
      const refund = { isVoid: Boolean(asks[at].isVoid), cents: said.amount_cents, reopens: Boolean(asks[at].reopens) };
      if (payment.kind !== 'check') this.ledger.wentBackAtGateway(payment, refund);
      this.ledger.wentBack(payment, refund);
      this.count(`${refund.isVoid ? 'voids' : 'refunds'} succeeded`);
    }
    if (may) assert.ok(ends.some((ran) => ran.out), ends.map((ran) => ran.err).join());
    this.count('refund races');
  }

  // `remit` dies while a refund or void is on its way.
  async killedSendBack(payment, ask) {
    const over = this.ledger.refundable(payment, ask);
    if (over === null || payment.kind === 'check' || this.refusesVoid(payment, ask)) return this.sendBack(payment, ask);
    const isBooked = this.random.chance(50);
    const kind = ask.isVoid ? 'void' : 'refund';
    await this.demo.knobs({ reset: true, only_kind: kind, only_order: payment.reference, latency_ms: 5000, book_before_latency: isBooked });
    const [program, ...first] = this.demo.json.remit;
    const child = spawn(program, [...first, ...this.refundArgs(payment, ask)], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await until(`the ${kind} to be in flight`, async () => (await this.demo.gateway('GET', '/sandbox/requests')).in_flight > 0);
    child.kill('SIGKILL');
    await ended;
    await this.demo.resetKnobs();
    this.tell(payment, `${kind} of ${over} killed, ${isBooked ? '' : 'not '}booked`);
    const refund = { isVoid: Boolean(ask.isVoid), cents: over, reopens: Boolean(ask.reopens), isBooked: false, day: this.ledger.days, isDead: true };
    if (isBooked) this.ledger.wentBackAtGateway(payment, refund);
    payment.refund = refund;
    return this.count('remit killed during a refund or void');
  }
}

const lost = (knobs, isBooked) => ({ knobs, state: 'unknown', isBooked });

// What may go wrong with a sale, and what the customer is told then.
export const FAULTS = {
  none: {},
  'soft decline': { knobs: { decline_code: 202 }, state: 'declined' },
  refused: { knobs: { decline_code: 300 }, state: 'failed' },
  'lost after': lost({ lose: 'after' }, true),
  'lost before': lost({ lose: 'before' }, false),
  'booked late': lost({ lose: 'late', late_ms: 200 }, true),
  'http 500 booked': lost({ answer: 'http_500', answer_booked: true }, true),
  'html not booked': lost({ answer: 'html' }, false),
  silent: lost({ silent: true }, false),
};

// The same for a refund or a void.
export const BACK_FAULTS = {
  none: {},
  refused: { knobs: { decline_code: 300 }, state: 'failed' },
  'lost after': lost({ lose: 'after' }, true),
  'lost before': lost({ lose: 'before' }, false),
  'booked late': lost({ lose: 'late', late_ms: 200 }, true),
  'garbage booked': lost({ answer: 'garbage', answer_booked: true }, true),
  'http 429 not booked': lost({ answer: 'http_429' }, false),
  silent: lost({ silent: true }, false),
};
