// till.mjs - what customers do: Make a Payment with every choice and method, reviews, confirms, with something going
// wrong at the gateway or not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { formKey, outcomeOf, payFields, words } from '../web/world.mjs';
import { top, until } from '../support/demo.mjs';
import { Desk, cents, money, plain } from './desk.mjs';
import { FAULTS } from './gateway_faults.mjs';
import { Payment, choose } from './ledger.mjs';

const SANDBOX_DECLINES_BELOW = 100; // as NMI's test mode does
const STATES = { success: 'succeeded', pending: 'pending', declined: 'declined', failed: 'failed', unknown: 'unknown', not_charged: 'not_charged' };
const NOTES = ['', '', 'for November', '<b>&amp;</b> "quoted"', 'שלום, 付款', 'two\nlines'];
const MAY_BE_REFUSED = /Another payment is being processed|This payment method cannot be used any more/;

export class Till extends Desk {
  typed = 0; // bank accounts

  async client(user) {
    if (!this.clients.has(user.email)) this.clients.set(user.email, await this.world.signIn(user));
    return this.clients.get(user.email);
  }

  // ---- reviews ----

  randomChoice(account) {
    const { random } = this;
    const what = random.pick(['total', 'current', 'fixed', 'fixed', 'selected', 'selected', 'selected']);
    const open = account.invoices.filter((invoice) => invoice.free);
    if (what === 'fixed') {
      const { free } = account;
      const amount = random.chance(35) ? free + 1 + random.int(3000) : 1 + random.int(free);
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

  // What it is paid with: fields of the form, and what others may use later. wrong: it is refused.
  randomMethod(user) {
    const { random } = this;
    const kind = random.weighted({ card: 60, bank: 20, typed: 20 });
    if (kind === 'typed') return this.typedBank(user);
    const isLiked = random.chance(30) ? () => true : (each) => !each.isDead;
    const method = random.pick((kind === 'card' ? user.cards : user.banks).filter((each) => !each.isNew && isLiked(each)));
    if (!method) return this.typedBank(user);
    return { kind, method, fields: { method: method.id }, isWrong: Boolean(method.isDead) };
  }

  // A bank account that was never typed before. The last digits say what its bank will do by itself: mostly it pays.
  typedBank(user) {
    const { random } = this;
    const digits = random.weighted({ 5555: 80, '0101': 8, '0102': 4, '0910': 4, '0911': 4 });
    const account = `4000${String(++this.typed).padStart(5, '0')}${digits}`;
    const isKept = random.chance(30) && user.banks.filter((each) => !each.isDead).length < 4 && user.banks.length < 40;
    const business = random.chance(30) ? { holder_type: 'business', company: 'Moss & Co' } : { holder_type: 'personal' };
    const fields = { method: 'bank', routing: '021000021', account, account_again: account, account_type: random.pick(['checking', 'savings']), name_on_account: 'Ada Moss', ...business,
      ...(isKept ? { remember_account: '1' } : {}) };
    return { kind: 'bank', isTyped: true, method: isKept ? { isNew: true } : null, fields };
  }

  // A payment in review, or null where the form is refused as it should be. Its form may be sent twice.
  async review(account) {
    const user = this.random.pick(account.users);
    const client = await this.client(user);
    const by = this.randomMethod(user);
    const choice = this.randomChoice(account);
    const chosen = by.isWrong ? null : choose(account, choice, this.ledger.areOthersOpen(account));
    const page = await client.get(this.world.path('/pay'));
    assert.equal(page.status, 200);
    const change = { ...choice.fields, ...by.fields, note: this.random.pick(NOTES) };
    const answers = by.isTyped && chosen && this.random.chance(12) ? [await this.sendWithVaultFault(client, page, change)] : await this.send(client, page, change);
    for (const answer of answers)
      assert.equal(answer.status, chosen ? 303 : 422, `${JSON.stringify(choice.fields)}: ${answer.status} ${words(answer.text).slice(0, 600)}`);
    if (!chosen) {
      this.count(by.isWrong ? 'forms refused: the account was refused by its bank' : 'forms refused');
      return null;
    }
    const [path, ...others] = new Set(answers.map((answer) => answer.location.split('?')[0]));
    assert.deepEqual(others, [], 'one form makes one payment');
    const shown = await client.get(path);
    const payment = new Payment(account, path.split('/').pop(), by.kind, chosen, by.method);
    assert.equal(cents(shown.text.match(/>Pay (\$[\d,.]+)</)[1]), payment.cents, 'the review shows what was chosen');
    const toCredit = words(shown.text).match(/Kept as credit on your account (\$\S+)/)?.[1];
    assert.equal(toCredit, payment.credit ? money(payment.credit) : undefined, 'and what of it becomes credit');
    if (by.method?.isNew) this.keepBank(user, by.method, payment);
    Object.assign(payment, { path, key: formKey(shown.text), authorization: shown.text.match(/name="authorization" value="([^"]*)"/)?.[1], client, day: this.ledger.days });
    this.ledger.payments.set(payment.reference, payment);
    this.count(`reviews: ${choice.what}${payment.credit ? ' with credit' : ''}, ${by.isTyped ? 'new ' : ''}${by.kind}`);
    this.tell(payment, `${by.kind} of ${payment.cents}, ${payment.credit} of it credit`);
    return payment;
  }

  // Others may pay with it once its first payment is confirmed.
  keepBank(user, method, payment) {
    method.id = this.world.one(`SELECT method_id FROM payment WHERE reference = '${payment.reference}'`);
    user.banks.push(method);
  }

  async send(client, page, change) {
    const fields = payFields(page.text, change);
    const answers = await Promise.all(Array.from({ length: this.random.chance(15) ? 2 + this.random.int(2) : 1 }, () => client.post(this.world.path('/pay'), fields)));
    if (answers.length > 1) this.count('forms sent several times');
    return answers;
  }

  // The vault's answer is lost: what was saved is found, or the form comes back and is sent again.
  async sendWithVaultFault(client, page, change) {
    const isBooked = this.random.chance(50);
    await this.demo.knobs({ reset: true, only_kind: 'vault', lose: isBooked ? 'after' : 'before', times: 1 });
    const answer = await client.post(this.world.path('/pay'), payFields(page.text, change));
    await this.demo.resetKnobs();
    this.count(`new bank accounts whose answer was lost, ${isBooked ? '' : 'not '}saved`);
    if (isBooked) return answer;
    assert.equal(answer.status, 422, 'it cannot tell whether it was saved');
    return client.post(this.world.path('/pay'), payFields(answer.text, change));
  }

  // ---- confirms ----

  confirmFields(payment) {
    return { key: payment.key, ...(payment.authorization && { authorization: payment.authorization }) };
  }

  async confirm(payment) {
    const answer = await payment.client.post(payment.path, this.confirmFields(payment));
    // 409: nothing was charged by this click, and the page says why.
    assert.ok(answer.status === 303 || (answer.status === 409 && MAY_BE_REFUSED.test(words(answer.text))), `${answer.status} ${words(answer.text).slice(0, 600)}`);
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
    if (payment.credit && state === 'succeeded') this.count('payments that left credit');
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
    if (payment.method?.isDead || (payment.credit && this.ledger.areOthersOpen(payment.account, payment))) return false;
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
      this.count('confirms refused: something changed');
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
        this.ledger.declined(payment);
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
    const answered = payment.client.post(payment.path, this.confirmFields(payment)).catch(() => {});
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
}
