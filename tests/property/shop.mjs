// shop.mjs - money that goes back: refunds and voids by the provider, returns by the bank or by hand.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { until } from '../support/demo.mjs';
import { plain } from './desk.mjs';
import { BACK_FAULTS } from './gateway_faults.mjs';
import { FREE_CODES, RETURN_CODES } from './ledger.mjs';
import { Till } from './till.mjs';

export class Shop extends Till {
  static open(random, options) {
    return new Shop().open(random, options);
  }

  // ---- money back ----

  refundArgs(payment, { isVoid, cents: amount, reopens, key }) {
    return ['payment', isVoid ? 'void' : 'refund', payment.reference, '--json', ...(amount ? ['--amount', plain(amount)] : []), ...(reopens ? ['--reopen'] : []),
      ...(key ? ['--key', key] : [])];
  }

  // The gateway refuses a void of what has settled, and any reversal of what the bank took back.
  refuses(payment, ask) {
    if (payment.kind === 'bank') return ask.isVoid ? payment.bank !== null : payment.bank === 'returned';
    return ask.isVoid && Boolean(payment.isSettled);
  }

  refundOf(ask, over, said = {}) {
    return { isVoid: Boolean(ask.isVoid), cents: over, reopens: Boolean(ask.reopens), isBooked: false, day: this.ledger.days, reference: said.reference };
  }

  async sendBack(payment, ask, fault = 'none') {
    const over = this.ledger.refundable(payment, ask);
    const chosen = over === null || payment.kind === 'check' || this.refuses(payment, ask) ? BACK_FAULTS.none : BACK_FAULTS[fault];
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
    const said = JSON.parse(ran.out);
    const refund = this.refundOf(ask, over, said);
    const state = this.refuses(payment, ask) ? 'failed' : (chosen.state ?? 'succeeded');
    assert.deepEqual([ran.code, said.state, said.amount_cents, said.kind], [state === 'succeeded' ? 0 : 1, state, over, isVoid ? 'void' : 'refund'], ran.err);
    if (chosen.isBooked) await until('the booking', async () => (await this.backAtGateway(payment)) > before);
    this.ledger.claimRefund(payment, refund);
    if (!isVoid) assert.equal(said.credit_cents, refund.credit, `${payment.reference}: the credit goes first`);
    if (payment.kind !== 'check' && (state === 'succeeded' || chosen.isBooked)) this.ledger.wentBackAtGateway(payment, refund);
    if (state === 'succeeded' && this.ledger.wentBack(payment, refund).adjustment) this.count('voids with an adjustment');
    if (state === 'failed') this.ledger.refundFailed(payment, refund);
    if (refund.credit) this.count(`refunds of credit ${state}`);
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
        assert.ok(this.refuses(payment, asks[at]), ran.err);
        continue;
      }
      assert.equal(said.state, 'succeeded', ran.err);
      const refund = this.refundOf(asks[at], said.amount_cents, said);
      this.ledger.claimRefund(payment, refund);
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
    if (over === null || payment.kind === 'check' || this.refuses(payment, ask)) return this.sendBack(payment, ask);
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
    const refund = { ...this.refundOf(ask, over), isDead: true };
    this.ledger.claimRefund(payment, refund);
    if (isBooked) this.ledger.wentBackAtGateway(payment, refund);
    return this.count('remit killed during a refund or void');
  }

  // ---- what the bank does ----

  someCode() {
    return this.random.chance(35) ? this.random.pick(FREE_CODES) : this.random.pick(RETURN_CODES);
  }

  // Settles a debit, sends it back, or will.
  async bankActs() {
    const { random, ledger } = this;
    // Where the program died that was about to reverse it, nobody knows until its lease is over: not now.
    const debits = ledger.all((each) => each.kind === 'bank' && each.atGateway === 'taken' && each.bank !== 'returned' && !each.refund?.isDead && !each.isPlanned);
    if (!debits.length) return;
    const fresh = debits.filter((each) => !each.bank);
    const settled = debits.filter((each) => each.bank);
    const reversed = settled.filter((each) => each.refund); // its late return has to wait
    const payment = random.pick(fresh.length && (!settled.length || random.chance(65)) ? fresh : reversed.length && random.chance(70) ? reversed : settled);
    const action = payment.bank ? 'late_return' : random.weighted({ settle: 60, return: 30, late_return: 10 });
    const code = action === 'settle' ? '' : this.someCode();
    const isLater = action === 'late_return' && (!payment.bank || random.chance(20));
    const at = isLater ? this.now(1 + random.int(5)).toISOString().replace(/\.\d+/, '') : undefined;
    await this.demo.gateway('POST', '/sandbox/ach', { order_id: payment.reference, action, ...(code && { code }), ...(at && { at }) });
    this.tell(payment, `bank: ${action} ${code} ${at ?? ''}`);
    this.count(`bank: ${action}${isLater ? ' planned' : ''}`);
    if (isLater) payment.isPlanned = true;
    else if (action === 'settle') payment.bank = 'settled';
    else Object.assign(payment, { bank: 'returned', code });
  }

  // What it did by its own calendar.
  async bankNews() {
    for (const each of await this.demo.book()) {
      const payment = this.ledger.payments.get(each.order_id);
      if (each.type !== 'sale' || each.response !== 1 || payment?.kind !== 'bank') continue;
      const bank = each.condition === 'complete' ? 'settled' : each.condition === 'failed' ? 'returned' : null;
      const code = bank === 'returned' ? (each.actions.findLast((action) => /return/.test(action.action_type)).code ?? '') : undefined;
      if (payment.bank === bank) {
        assert.equal(payment.code, code, payment.reference);
        continue;
      }
      assert.ok(payment.bank !== 'returned' && bank, `${payment.reference}: ${payment.bank} at the bank became ${bank}`);
      Object.assign(payment, { bank, code });
      this.count(`bank, by itself: ${bank}`);
    }
  }

  // Somebody at the provider reads it off a statement; told twice at once, it is booked once.
  async returnByHand(payment) {
    const { random, ledger } = this;
    const code = payment.kind === 'bank' && payment.bank === 'returned' ? payment.code : random.chance(40) ? '' : this.someCode();
    const isCharged = random.chance(80);
    const args = ['payment', 'return', payment.reference, '--json', ...(code ? ['--code', code] : []), ...(isCharged ? [] : ['--no-fee'])];
    const isThere = payment.state === 'returned', isOther = isThere && payment.returnReference && code && code !== payment.bookedCode;
    const may = isThere ? !isOther : payment.mayReturn && !payment.refund;
    const ends = await Promise.all(Array.from({ length: random.chance(15) ? 2 : 1 }, () => this.remit(...args)));
    this.tell(payment, `${args.slice(1).join(' ')}: ${ends.map((ran) => `${ran.code} ${ran.err.trim()}`)}`);
    for (const ran of ends) assert.equal(ran.code, may ? 0 : 1, `${payment.reference} is ${payment.state}: ${ran.out}${ran.err}`);
    this.count(`returns by hand: ${!may ? 'refused' : isThere ? 'there already' : 'booked'}`);
    if (!may) return;
    const said = ends.map((ran) => JSON.parse(ran.out)).sort((one, other) => one.again - other.again);
    assert.deepEqual(said.map((each) => each.again), said.map((_, at) => isThere || at > 0), payment.reference);
    if (isThere) return;
    const { credit, adjustment, fee } = ledger.returned(payment, code, isCharged);
    assert.deepEqual([said[0].reference, said[0].credit_cents, said[0].adjustment_cents, said[0].fee_cents], [payment.returnReference, credit, adjustment, fee], payment.reference);
    this.countReturn({ credit, adjustment, fee });
  }

  countReturn({ credit, adjustment, fee }) {
    if (credit) this.count('returns that took credit');
    if (adjustment) this.count('returns with an adjustment');
    if (fee) this.count('returns with a fee');
  }
}
