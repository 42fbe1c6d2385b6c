// ledger.mjs - the test's own books: accounts, invoices, payments and what went back as they should be, and what
// the gateway must have taken and sent back. Rules are written here a second time, on purpose.
import assert from 'node:assert/strict';

export const sum = (list, of = (each) => each) => list.reduce((total, each) => total + of(each), 0);

export const RETURN_FEE = 2500;
export const COVERED_AT_MOST = 200; // invoices by one payment
// Returns that the customer has to answer for, and those after which the bank account is of no use any more.
const FEE_CODES = new Set(['R01', 'R02', 'R03', 'R04', 'R07', 'R08', 'R09', 'R10', 'R12', 'R13', 'R14', 'R15', 'R16', 'R20', 'R29']);
const DEAD_CODES = new Set(['R02', 'R03', 'R04', 'R05', 'R07', 'R10', 'R12', 'R13', 'R14', 'R15', 'R16', 'R20', 'R29']);
export const FREE_CODES = ['R05', 'R06', 'R11', 'R17', 'R23', 'R24', 'R31', 'R33', 'R51', 'R99', ''];
export const RETURN_CODES = [...FEE_CODES, ...FREE_CODES];

let sequence = 0;

export class Invoice {
  // kind: issued, fee, adjustment
  constructor(number, cents, { dueOn, issuedOn, kind = 'issued' }) {
    Object.assign(this, { number, total: cents, dueOn, issuedOn, kind, at: ++sequence, paid: 0, credited: 0, pending: 0, held: null });
  }

  get due() {
    return this.total - this.paid - this.credited;
  }

  get free() {
    return this.held ? 0 : this.due - this.pending;
  }

  get isOpen() {
    return this.due > 0;
  }

  check() {
    assert.ok(this.paid >= 0 && this.credited >= 0 && this.pending >= 0, `${this.number} has a negative part`);
    assert.ok(this.paid + this.credited + this.pending <= this.total, `${this.number} is overpaid`);
  }
}

const order = (one, other) => (one === other ? 0 : one < other ? -1 : 1);

export class Account {
  constructor({ number, id, users }) {
    // credit: what can be spent; held: what refunds on their way took of it
    Object.assign(this, { number, id, users, invoices: [], credit: 0, held: 0, issued: 0 });
  }

  // The first due first.
  add(invoice) {
    this.invoices.push(invoice);
    this.invoices.sort((one, other) => order(one.dueOn, other.dueOn) || one.at - other.at);
  }

  get due() {
    return sum(this.invoices, (invoice) => invoice.due);
  }

  get pending() {
    return sum(this.invoices, (invoice) => invoice.pending);
  }

  get free() {
    return sum(this.invoices, (invoice) => invoice.free);
  }
}

// Cents on invoices, the first due first; and what none of them takes.
export function cover(invoices, cents) {
  const parts = [];
  let left = cents;
  for (const invoice of invoices) {
    const part = Math.min(left, invoice.free);
    if (part > 0) parts.push({ invoice, cents: part, back: 0, returned: 0 });
    left -= part;
  }
  return { parts, credit: left };
}

// What a choice on Make a Payment means: cents of which invoices, and of credit; null: it is refused.
export function choose(account, choice, areOthersOpen) {
  const open = account.invoices.filter((invoice) => invoice.isOpen);
  assert.ok(open.length <= COVERED_AT_MOST, 'the mix never leaves so many open');
  const parts = [];
  const add = (invoice, cents) => cents > 0 && parts.push({ invoice, cents, back: 0, returned: 0 });
  let credit = 0;
  if (choice.what === 'total') {
    for (const invoice of open) add(invoice, invoice.free);
  } else if (choice.what === 'current') {
    const latest = open.reduce((best, each) => (!best || each.issuedOn >= best.issuedOn ? each : best), null);
    if (latest) add(latest, latest.free);
  } else if (choice.what === 'fixed') {
    const covered = cover(open, choice.cents);
    parts.push(...covered.parts);
    credit = covered.credit;
    if (credit && areOthersOpen) return null;
  } else {
    for (const { invoice, cents } of choice.selected) {
      if (!invoice.free || (cents !== null && cents > invoice.free)) return null;
      add(invoice, cents ?? invoice.free);
    }
  }
  return parts.length ? { parts, credit } : null;
}

export class Payment {
  // kind: card, bank, check. method: what it was paid with, where that is kept for others.
  constructor(account, reference, kind, { parts, credit }, method = null) {
    Object.assign(this, { account, reference, kind, parts, credit, method, state: 'review', refunded: 0, creditBack: 0, refund: null });
    this.cents = sum(parts, (part) => part.cents) + credit;
    this.atGateway = 'none'; // taken, voided
    this.bank = null; // settled, returned (with this.code): what the bank did with a debit
  }

  get left() {
    return this.cents - this.refunded;
  }

  get isMoney() {
    return this.state === 'succeeded' || this.state === 'partly_refunded';
  }

  get isOpen() {
    return this.state === 'processing' || this.state === 'unknown';
  }

  get mayReturn() {
    return this.kind !== 'card' && (this.isMoney || this.state === 'refunded');
  }

  // Of its credit: what did not go back, and what of that the account still has.
  get creditLeft() {
    return this.credit - this.creditBack;
  }

  get creditThere() {
    return Math.min(this.creditLeft, this.account.credit);
  }
}

export class Ledger {
  constructor(today) {
    this.today = today; // the provider's date
    this.accounts = [];
    this.payments = new Map();
    this.days = 0; // how often a day was let pass
    // cents; adjustment: what the provider gave away
    this.gatewayIn = this.gatewayBack = this.bookedIn = this.bookedBack = this.adjustment = 0;
    this.mails = { invoice_issued: 0, receipt: 0, refunded: 0, voided: 0, returned: 0, authorization: 0, method_added: 0 };
  }

  all(test = () => true) {
    return [...this.payments.values()].filter(test);
  }

  areOthersOpen(account, payment = null) {
    return this.all((each) => each !== payment && each.account === account && each.isOpen).length > 0;
  }

  #issue(account, number, cents, kind) {
    assert.ok(!account.invoices.some((invoice) => invoice.number === number), `${number} was there already`);
    account.add(new Invoice(number, cents, { dueOn: this.today(), issuedOn: this.today(), kind }));
  }

  // ---- payments ----

  // Its cents are on their way: what a confirm does when it wins.
  claim(payment) {
    assert.ok(!payment.credit || !this.areOthersOpen(payment.account, payment), `${payment.reference} leaves credit while another one is open`);
    for (const { invoice, cents } of payment.parts) {
      assert.ok(cents <= invoice.free, `${payment.reference} took ${cents} of ${invoice.free} on ${invoice.number}`);
      invoice.pending += cents;
    }
    payment.state = 'processing';
    this.#agreed(payment);
  }

  #agreed(payment) {
    if (payment.kind === 'bank') this.mails.authorization++;
    if (!payment.method?.isNew) return;
    payment.method.isNew = false;
    this.mails.method_added++;
  }

  // It was taken and let go again, as if it had never been.
  declined(payment) {
    payment.state = 'declined';
    this.#agreed(payment);
  }

  release(payment, state) {
    for (const { invoice, cents } of payment.parts) invoice.pending -= cents;
    this.#letGo(payment);
    payment.state = state;
  }

  // Another one may hold them too.
  #letGo(payment) {
    for (const { invoice } of payment.parts) if (invoice.held === payment.reference) invoice.held = null;
  }

  // What became of a claimed one.
  end(payment, state) {
    if (state === 'unknown') {
      payment.state = 'unknown';
      payment.day = this.days;
      for (const { invoice } of payment.parts) invoice.held = payment.reference;
    } else if (state === 'pending') {
      payment.state = 'pending';
      this.#letGo(payment);
      this.mails.receipt++;
    } else {
      this.release(payment, state);
      if (state === 'succeeded') this.#money(payment);
      if (state === 'succeeded') this.mails.receipt++;
      if (state === 'returned') this.#returned(payment, payment.code, true);
    }
  }

  #money(payment) {
    for (const part of payment.parts) part.invoice.paid += part.cents;
    payment.account.credit += payment.credit;
    this.bookedIn += payment.cents;
  }

  taken(payment) {
    assert.equal(payment.atGateway, 'none', `${payment.reference} was charged twice`);
    payment.atGateway = 'taken';
    this.gatewayIn += payment.cents;
  }

  recorded(payment) {
    this.claim(payment);
    this.end(payment, 'succeeded');
  }

  // ---- credit ----

  give(account, cents) {
    account.credit += cents;
    this.adjustment += cents;
  }

  take(account, cents) {
    assert.ok(cents <= account.credit, `${account.number} never had ${cents}`);
    account.credit -= cents;
    this.adjustment -= cents;
  }

  apply(account, parts) {
    for (const { invoice, cents } of parts) {
      invoice.credited += cents;
      account.credit -= cents;
    }
  }

  // ---- money that goes back ----

  // null: refused before the gateway hears of it; else what it is over.
  refundable(payment, { isVoid, cents }) {
    if (payment.refund || payment.isOpen) return null;
    if (isVoid) {
      const may = payment.state === 'pending' || (payment.state === 'succeeded' && payment.kind === 'card');
      return may ? payment.cents : null;
    }
    // Credit that was spent does not go back.
    const most = payment.left - (payment.creditLeft - payment.creditThere);
    if (!payment.isMoney || (cents ?? payment.left) > most) return null;
    return cents ?? payment.left;
  }

  // What comes of the account's credit is kept for it; the first cents of a refund do.
  claimRefund(payment, refund) {
    refund.credit = refund.isVoid ? 0 : Math.min(refund.cents, payment.creditThere);
    payment.account.credit -= refund.credit;
    payment.account.held += refund.credit;
    payment.refund = refund;
  }

  refundFailed(payment, refund) {
    payment.account.credit += refund.credit;
    payment.account.held -= refund.credit;
    payment.refund = null;
  }

  wentBackAtGateway(payment, refund) {
    if (refund.isVoid) {
      assert.equal(payment.atGateway, 'taken');
      payment.atGateway = 'voided';
      this.gatewayIn -= payment.cents;
    } else {
      this.gatewayBack += refund.cents;
    }
    refund.isBooked = true;
  }

  // What of it was the account's credit, and what is due again as an adjustment.
  wentBack(payment, refund) {
    const parts = refund.isVoid ? this.#voided(payment, refund) : this.#refunded(payment, refund);
    payment.refund = null;
    return parts;
  }

  #voided(payment, refund) {
    this.mails.voided++;
    if (payment.state === 'pending') {
      this.release(payment, 'voided');
      return { credit: 0, adjustment: 0 };
    }
    payment.state = 'voided';
    for (const part of payment.parts) part.invoice.paid -= part.cents;
    this.bookedBack += payment.cents;
    return this.#outTwice(payment, refund.reference, payment.credit);
  }

  #refunded(payment, { cents, credit, reopens }) {
    let left = cents - credit;
    for (const part of [...payment.parts].reverse()) {
      const back = Math.min(left, part.cents - part.back);
      part.back += back;
      part.invoice.paid -= back;
      if (!reopens) part.invoice.credited += back;
      left -= back;
    }
    assert.equal(left, 0, `${payment.reference}: ${cents} do not fit`);
    if (!reopens) this.adjustment += cents - credit;
    payment.account.held -= credit;
    payment.creditBack += credit;
    payment.refunded += cents;
    payment.state = payment.left ? 'partly_refunded' : 'refunded';
    this.bookedBack += cents;
    this.mails.refunded++;
    return { credit, adjustment: 0 };
  }

  // Cents that no invoice holds: the account's credit as far as it is there, the rest is due as an adjustment.
  #outTwice(payment, reference, cents) {
    const credit = payment.creditThere, adjustment = cents - credit;
    payment.account.credit -= credit;
    if (adjustment) this.#issue(payment.account, `ADJ-${reference}`, adjustment, 'adjustment');
    return { credit, adjustment };
  }

  // ---- money that the bank takes back ----

  // What every return brings with it, money or not.
  #returned(payment, code, isCharged) {
    const isUnexplained = payment.kind === 'check' && !code;
    const fee = isCharged && (isUnexplained || FEE_CODES.has(code)) ? RETURN_FEE : 0;
    if (fee) this.#issue(payment.account, `FEE-${payment.reference}`, fee, 'fee');
    if (payment.method && DEAD_CODES.has(code)) payment.method.isDead = true;
    payment.bookedCode = code;
    this.mails.returned++;
    return fee;
  }

  // All of one that was money, whatever of it was sent back before.
  returned(payment, code, isCharged = true) {
    assert.ok(payment.mayReturn && !payment.refund, `${payment.reference} cannot come back`);
    let due = 0;
    for (const part of payment.parts) {
      part.returned = part.cents - part.back;
      part.invoice.paid -= part.returned;
      due += part.returned;
    }
    const reference = `B${payment.reference.slice(1)}`;
    const parts = this.#outTwice(payment, reference, payment.cents - due);
    this.bookedBack += payment.cents;
    Object.assign(payment, { state: 'returned', refunded: payment.cents, creditBack: payment.credit, returnReference: reference });
    return { ...parts, fee: this.#returned(payment, code, isCharged) };
  }

  // Somebody recorded the return without a reason before the bank gave one: it holds for the account all the same.
  saidWhy(payment) {
    if (payment.method && !payment.bookedCode && DEAD_CODES.has(payment.code)) payment.method.isDead = true;
  }

  // ---- the whole ----

  journal() {
    const invoices = this.accounts.flatMap((account) => account.invoices);
    return {
      money: this.bookedIn - this.bookedBack,
      receivable: sum(invoices, (invoice) => invoice.due),
      credit: 0 - sum(this.accounts, (account) => account.credit + account.held),
      revenue: 0 - sum(invoices.filter((invoice) => invoice.kind !== 'adjustment'), (invoice) => invoice.total),
      adjustment: this.adjustment,
    };
  }

  check() {
    for (const account of this.accounts) {
      for (const invoice of account.invoices) invoice.check();
      assert.ok(account.credit >= 0 && account.held >= 0, `${account.number} has less than no credit`);
      assert.equal(account.held, sum(this.all((each) => each.account === account && each.refund), (each) => each.refund.credit), account.number);
    }
    assert.equal(sum(Object.values(this.journal())), 0, 'what was in and out is explained');
  }
}
