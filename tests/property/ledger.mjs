// ledger.mjs - the test's own books: invoices, payments and refunds as they should be, and what the
// gateway must have taken and sent back. Rules are written here a second time, on purpose.
import assert from 'node:assert/strict';

const sum = (list, of = (each) => each) => list.reduce((total, each) => total + of(each), 0);

export class Invoice {
  constructor(number, cents) {
    Object.assign(this, { number, total: cents, paid: 0, credited: 0, pending: 0, held: null });
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

// Which cents of which invoices a choice on Make a Payment means; null: it is refused.
// invoices: the account's, the first due first; the latest issued is the last one.
export function choose(invoices, choice) {
  const open = invoices.filter((invoice) => invoice.isOpen);
  const parts = [];
  const add = (invoice, cents) => cents > 0 && parts.push({ invoice, cents, back: 0 });
  if (choice.what === 'total') {
    for (const invoice of open) add(invoice, invoice.free);
  } else if (choice.what === 'current') {
    if (open.length) add(open.at(-1), open.at(-1).free);
  } else if (choice.what === 'fixed') {
    let left = choice.cents;
    for (const invoice of open) {
      const cents = Math.min(left, invoice.free);
      add(invoice, cents);
      left -= cents;
    }
    if (left > 0) return null;
  } else {
    for (const { invoice, cents } of choice.selected) {
      if (!invoice.free || (cents !== null && cents > invoice.free)) return null;
      add(invoice, cents ?? invoice.free);
    }
  }
  return parts.length ? parts : null;
}

export class Payment {
  constructor(account, reference, kind, parts) {
    Object.assign(this, { account, reference, kind, parts, state: 'review', refunded: 0, refund: null });
    this.cents = sum(parts, (part) => part.cents);
    this.atGateway = 'none'; // taken, settled, voided
  }

  get left() {
    return this.cents - this.refunded;
  }

  get isMoney() {
    return this.state === 'succeeded' || this.state === 'partly_refunded';
  }
}

export class Ledger {
  constructor() {
    this.accounts = [];
    this.payments = new Map();
    this.days = 0; // how often a day was let pass
    // cents
    this.gatewayIn = this.gatewayBack = this.bookedIn = this.bookedBack = 0;
    this.refundsBooked = this.voidsBooked = 0;
  }

  all(test = () => true) {
    return [...this.payments.values()].filter(test);
  }

  // ---- payments ----

  // Its cents are on their way: what a confirm does when it wins.
  claim(payment) {
    for (const { invoice, cents } of payment.parts) {
      assert.ok(cents <= invoice.free, `${payment.reference} took ${cents} of ${invoice.free} on ${invoice.number}`);
      invoice.pending += cents;
    }
    payment.state = 'processing';
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
    } else {
      this.release(payment, state);
      if (state === 'succeeded') this.#money(payment);
    }
  }

  #money(payment) {
    for (const part of payment.parts) part.invoice.paid += part.cents;
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

  // ---- money that goes back ----

  // null: refused before the gateway hears of it; else what it is over.
  refundable(payment, { isVoid, cents }) {
    if (payment.refund || ['processing', 'unknown'].includes(payment.state)) return null;
    if (isVoid) {
      const may = payment.state === 'pending' || (payment.state === 'succeeded' && payment.kind === 'card');
      return may ? payment.cents : null;
    }
    if (!payment.isMoney || (cents ?? payment.left) > payment.left) return null;
    return cents ?? payment.left;
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

  wentBack(payment, refund) {
    if (refund.isVoid) this.#voided(payment);
    else this.#refunded(payment, refund);
    payment.refund = null;
  }

  #voided(payment) {
    if (payment.state === 'pending') {
      this.release(payment, 'voided');
    } else {
      for (const part of payment.parts) part.invoice.paid -= part.cents;
      this.bookedBack += payment.cents;
      payment.state = 'voided';
    }
    this.voidsBooked++;
  }

  #refunded(payment, { cents, reopens }) {
    let left = cents;
    for (const part of [...payment.parts].reverse()) {
      const back = Math.min(left, part.cents - part.back);
      part.back += back;
      part.invoice.paid -= back;
      if (!reopens) part.invoice.credited += back;
      left -= back;
    }
    assert.equal(left, 0, `${payment.reference}: ${cents} do not fit`);
    payment.refunded += cents;
    payment.state = payment.left ? 'partly_refunded' : 'refunded';
    this.bookedBack += cents;
    this.refundsBooked++;
  }

  check() {
    for (const account of this.accounts) for (const invoice of account.invoices) invoice.check();
    for (const payment of this.payments.values())
      assert.equal(sum(payment.parts, (part) => part.cents), payment.cents, payment.reference);
  }
}
