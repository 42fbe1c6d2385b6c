// desk.mjs - a demo with accounts of the test's own, and what the provider does there by the command line: each
// does one thing, says what must come of it, and enters it in the ledger.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World } from '../web/world.mjs';
import { Account, Invoice, Ledger, Payment, cover } from './ledger.mjs';

const LEASE_S = 8; // half of it is the sender's, waiting included
const TIMEOUT_MS = 2500;
export const LEASE_OVER_MS = LEASE_S * 1000 + TIMEOUT_MS + 1500;
const SETTINGS = [
  `Payment.LeaseSeconds = ${LEASE_S}`,
  `Gateway.TimeoutMs = ${TIMEOUT_MS}`,
  'Payment.Smallest = 0.01',
  'Fee.Return = 25.00',
  ...['UserPayments', 'AccountPayments', 'AddressPayments', 'MethodPayments', 'Reviews', 'DeclineMinimum'].map((name) => `Limit.${name} = 1000000`),
];
// Longer than "not found" needs to be believed; little longer, so that the time of day stays far from midnight.
const DAY_S = 24 * 3600 + 300;
const NOON_S = 12 * 3600;

export const plain = (cents) => (cents / 100).toFixed(2);
export const money = (cents) => `${cents < 0 ? '−' : ''}$${plain(Math.abs(cents)).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
export const cents = (text) => Math.round(Number(text.replace(/[$,]/g, '')) * 100);

export class Desk {
  async open(random, { accounts = 4, users = 2 } = {}) {
    this.random = random;
    this.world = await World.open({ settings: SETTINGS });
    this.demo = this.world.demo;
    this.clients = new Map();
    this.counts = {};
    this.story = []; // what was done to which payment, for when it fails
    this.ledger = new Ledger(() => this.date());
    this.#startAtNoon();
    for (let at = 0; at < accounts; at++) {
      const made = await this.world.account({ invoices: [3000, 4501, 1250, 99], users });
      const account = new Account(made);
      for (const [index, { number, cents: total }] of made.invoices.entries())
        account.add(new Invoice(number, total, { dueOn: `2000-01-0${index + 1}`, issuedOn: '2000-01-01' })); // before all that follow
      for (const user of account.users) [user.cards, user.banks] = [[{ id: user.card }], [{ id: user.bank }]];
      this.ledger.accounts.push(account);
    }
    return this;
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

  // ---- time ----

  // Neither a day nor a banking day may begin by itself: dates and the bank's hours change only with nextDay().
  #startAtNoon() {
    this.zone = readFileSync(join(this.demo.run, 'remit.hdf'), 'utf8').match(/Zone = (\S+)/)[1];
    const [hours, minutes] = new Date().toLocaleTimeString('en-GB', { timeZone: this.zone }).split(':').map(Number);
    this.ahead_s = (NOON_S - hours * 3600 - minutes * 60 + 86400) % 86400;
    this.demo.clock(`+${this.ahead_s}`);
  }

  nextDay() {
    this.ledger.days++;
    this.ahead_s += DAY_S;
    this.demo.clock(`+${this.ahead_s}`);
    this.clients.clear(); // their sessions are over
    this.count('days');
  }

  now(days = 0) {
    return new Date(Date.now() + this.ahead_s * 1000 + days * 86400_000);
  }

  date(days = 0) {
    return this.now(days).toLocaleDateString('en-CA', { timeZone: this.zone });
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
      return { account: account.number, number: `${account.number}-${++account.issued}`, issued_on: this.date(), due_on: this.date(this.random.int(30)), tax: '0.00',
        lines: [{ description: 'Hosting', amount: plain(total) }], total };
    });
    const file = join(this.demo.run, 'import.json');
    writeFileSync(file, JSON.stringify(invoices.map(({ total: _, ...invoice }) => invoice)));
    const ran = await this.remit('invoice', 'import', file);
    assert.equal(ran.code, 0, ran.err);
    for (const { number, total, due_on: dueOn, issued_on: issuedOn } of invoices) account.add(new Invoice(number, total, { dueOn, issuedOn }));
    this.ledger.mails.invoice_issued += invoices.length;
    this.count('invoices issued');
  }

  // A check; what the invoices do not take is credit where the provider says so.
  async record(account) {
    const { random } = this;
    const mayBeCredit = random.chance(40);
    const amount = 1 + random.int(Math.ceil(account.free * 1.1) + (mayBeCredit ? 2000 : 1));
    const covered = cover(account.invoices, amount);
    const may = !covered.credit || (mayBeCredit && !this.ledger.areOthersOpen(account));
    const ran = await this.remit('payment', 'record', '--check', `c${this.ledger.payments.size}`, '--account', account.number, '--amount', plain(amount), '--json',
      ...(mayBeCredit ? ['--credit'] : []));
    assert.equal(ran.code, may ? 0 : 1, ran.err);
    this.count(!may ? 'checks refused' : covered.credit ? 'checks recorded that left credit' : 'checks recorded');
    if (!may) return;
    const said = JSON.parse(ran.out);
    assert.equal(said.credit_cents, covered.credit);
    const payment = new Payment(account, said.reference, 'check', covered);
    this.tell(payment, `check of ${amount}, ${covered.credit} of it credit`);
    this.ledger.payments.set(payment.reference, payment);
    this.ledger.recorded(payment);
  }

  // ---- credit ----

  async credit(account) {
    const { random, ledger } = this;
    const kind = random.weighted({ give: 4, take: 2, apply: 5 });
    const most = kind === 'give' ? 5000 : account.credit + (random.chance(20) ? 500 : 0);
    const amount = kind === 'apply' && random.chance(50) ? null : 1 + random.int(most || 100);
    const key = random.chance(25) ? ['--key', `credit-${ledger.payments.size}-${this.counts['credit asked'] ?? 0}`] : [];
    const parts = this.#creditParts(account, kind, amount);
    this.count('credit asked');
    const args = ['credit', kind, '--account', account.number, '--json', ...(amount ? ['--amount', plain(amount)] : []), ...key];
    const ran = await this.remit(...args);
    assert.equal(ran.code, parts ? 0 : 1, `${args.join(' ')} of ${account.credit}: ${ran.out}${ran.err}`);
    this.count(`credit ${kind}: ${parts ? 'done' : 'refused'}`);
    if (!parts) return;
    const done = amount ?? parts.reduce((total, part) => total + part.cents, 0);
    if (kind === 'apply') ledger.apply(account, parts);
    else ledger[kind](account, done);
    const said = JSON.parse(ran.out);
    assert.deepEqual([said.amount_cents, said.credit_cents, said.again], [done, account.credit, false]);
    if (!key.length) return;
    const again = JSON.parse((await this.remit(...args)).out);
    assert.deepEqual([again.reference, again.amount_cents, again.again], [said.reference, done, true]);
  }

  // On which invoices; null: it is refused.
  #creditParts(account, kind, amount) {
    if (kind === 'give') return [];
    if (amount > account.credit) return null;
    if (kind === 'take') return [];
    const { parts, credit: left } = cover(account.invoices, amount ?? Math.min(account.credit, account.free));
    return left || !parts.length ? null : parts;
  }

  // Several want the same credit at the same moment: as many get it as there is for.
  async creditRace(account) {
    const { random } = this;
    const amount = 1 + random.int(Math.max(Math.floor(account.credit / 2), 1));
    const kinds = Array.from({ length: 3 }, () => 'take');
    const ends = await Promise.all(kinds.map((kind) => this.remit('credit', kind, '--account', account.number, '--amount', plain(amount))));
    const won = Math.min(kinds.length, Math.floor(account.credit / amount));
    assert.equal(ends.filter((ran) => ran.code === 0).length, won, ends.map((ran) => ran.err).join());
    for (let at = 0; at < won; at++) this.ledger.take(account, amount);
    this.count('credit races');
  }
}
