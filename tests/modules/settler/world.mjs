// world.mjs - what the tests of the settler share: a demo whose settler runs when a test wants it, payments in any
// state of doubt with or without a sale at the gateway, and what was asked there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { activitySql } from '../../support/activity.mjs';
import { top, until } from '../../support/demo.mjs';
import { World } from '../../web/world.mjs';

export { until };
export const HOUR_S = 3600, DAY_S = 24 * HOUR_S;
const build = process.env.BUILD ?? 'release';
const plain = (cents) => (cents / 100).toFixed(2);

export class Office extends World {
  // events: the gateway tells what happened; otherwise it keeps to itself.
  static async open({ settings = [], events = false } = {}) {
    const office = await super.open({ settings: ['Payment.LeaseSeconds = 20', 'Gateway.TimeoutMs = 2000', 'Fee.Return = 25.00', 'Settle.RunSeconds = 1', ...settings] });
    office.preset = { reset: true, webhooks: events ? 'deliver' : 'drop' };
    await office.knobs();
    office.later(0);
    // What the demo's own data makes of the first round is none of the tests'.
    await office.round();
    office.sql('UPDATE queue_item SET closed_at = UTC_TIMESTAMP() WHERE closed_at IS NULL');
    await office.forget();
    return office;
  }

  knobs(values = {}) {
    return this.demo.knobs({ ...this.preset, ...values });
  }

  // Everybody sees it as later by so many seconds.
  later(seconds) {
    this.ahead = seconds;
    this.demo.clock(`+${seconds}`);
  }

  pass(seconds) {
    this.later(this.ahead + seconds);
  }

  // Of the business clock, as SQL.
  get now() {
    return `(UTC_TIMESTAMP() + INTERVAL ${this.ahead} SECOND)`;
  }

  number(statement) {
    return Number(this.one(statement));
  }

  // ---- the settler ----

  // One process: { child, ended: { code, signal, log } }.
  settler(args = [], { env = {}, bin = build, settings = this.demo.json.remit[2] } = {}) {
    const child = spawn(join(top, 'build', bin, 'bin/settler'), ['--settings', settings, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    child.stdout.on('data', (bytes) => (log += bytes));
    child.stderr.on('data', (bytes) => (log += bytes));
    const ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal, log })));
    return { child, ended, log: () => log };
  }

  // One round, which must go well; its log.
  async round() {
    const { code, signal, log } = await this.settler(['--once']).ended;
    assert.deepEqual([code, signal], [0, null], log);
    return log;
  }

  // Several at once.
  async rounds(count) {
    const all = await Promise.all(Array.from({ length: count }, () => this.settler(['--once']).ended));
    for (const { code, log } of all) assert.equal(code, 0, log);
    return all.map(({ log }) => log).join('');
  }

  // ---- what is at the gateway ----

  async transact(fields) {
    const body = new URLSearchParams({ security_key: this.demo.json.gateway_key, ...fields });
    const text = await (await fetch(new URL('/api/transact.php', this.demo.json.sandbox_url), { method: 'POST', body })).text();
    const answer = new URLSearchParams(text);
    assert.equal(answer.get('response'), '1', text);
    return answer.get('transactionid');
  }

  sale(orderid, cents, kind = 'card') {
    return this.transact({ type: 'sale', orderid, amount: plain(cents), dup_seconds: '0', ...(kind === 'card' ? { ccnumber: '4111111111111111', ccexp: '1230' } : {
      payment: 'check', checkname: 'A Tester', checkaba: '021000021', checkaccount: '123456789', account_type: 'checking', account_holder_type: 'personal', sec_code: 'WEB' }) });
  }

  bank(fields) { return this.demo.gateway('POST', '/sandbox/ach', fields); }
  panel(fields) { return this.demo.gateway('POST', '/sandbox/panel', fields); }

  // What was asked since forget(): { queries, all }. The vault entries of accounts are the tests' own.
  async asked() {
    const { by_kind: kinds } = await this.demo.gateway('GET', '/sandbox/requests');
    return kinds;
  }
  async queries() { return (await this.asked()).query ?? 0; }
  async forget() { await this.demo.gateway('DELETE', '/sandbox/requests'); }

  // ---- payments ----

  // One payment of each invoice of an account, as programs leave them: 'unknown', 'processing' (its program died),
  // 'pending', 'succeeded'. at: whether the gateway has a sale. age: seconds since it was confirmed. look: in so many
  // seconds, null for none. { reference, cents, invoice, transaction } each.
  async payments(account, state, { kind = 'card', at = true, age = 0, look = 0, cents = null, deadline = 20 } = {}) {
    const list = account.invoices.map((invoice) => ({ ...invoice, invoice: invoice.number, account, reference: `P${randomBytes(6).toString('hex').toUpperCase()}` }));
    await Promise.all(list.map(async (one) => (one.transaction = at ? await this.sale(one.reference, cents ?? one.cents, kind) : null)));
    if (kind === 'bank' && state === 'succeeded') for (const one of list) await this.bank({ order_id: one.reference, action: 'settle' });
    this.sql(`START TRANSACTION; ${list.map((one) => this.paymentSql(account, one, state, { kind, age, look, deadline })).join('\n')} ${activitySql(`${account.id}`)}; COMMIT`);
    return list;
  }

  paymentSql(account, { reference, cents, number, transaction }, state, { kind, age, look, deadline }) {
    const isOpen = ['unknown', 'processing'].includes(state), isMoney = state === 'succeeded';
    const closed = isOpen ? 'NULL' : this.now;
    const told = isOpen || !transaction ? 'NULL' : `'${transaction}'`;
    return `INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind, user_id, method_id, method_text, amount_cents, state,
        claim_token, send_by, gateway, vault_id, transaction_id, created_at, confirmed_at, deadline_at, closed_at, look_at)
      SELECT ${account.id}, '${reference}', UNHEX(SHA2('${reference}', 256)), REPEAT('h', 32), 'customer', '${kind}', user_id, id, 'Visa ending 1111', ${cents}, '${state}',
        UNHEX(MD5('${reference}')), '2026-01-01', 'nmi', vault_id, ${told}, ${this.now} - INTERVAL ${age} SECOND, ${this.now} - INTERVAL ${age} SECOND,
        ${this.now} - INTERVAL ${age - deadline} SECOND, ${closed}, ${look === null || state !== 'unknown' ? 'NULL' : `${this.now} + INTERVAL ${look} SECOND`}
        FROM method WHERE id = ${account[kind]};
      SET @payment = LAST_INSERT_ID();
      INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open) SELECT account_id, @payment, id, ${cents}, ${isOpen ? 1 : 'NULL'} FROM invoice WHERE number = '${number}';
      UPDATE invoice SET ${isMoney ? 'paid_cents = paid_cents' : 'pending_cents = pending_cents'} + ${cents} WHERE number = '${number}';
      UPDATE account SET ${isMoney ? `due_cents = due_cents - ${cents}` : `pending_cents = pending_cents + ${cents}`} WHERE id = ${account.id};
      ${!isMoney ? '' : `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id) VALUES (${account.id}, 'payment:${reference}:paid', 'payment', ${this.now}, CURDATE(), @payment);
        SET @entry = LAST_INSERT_ID();
        INSERT INTO journal_posting SELECT ${account.id}, @entry, 0, 'money', NULL, ${cents};
        INSERT INTO journal_posting SELECT account_id, @entry, 1, 'receivable', id, -${cents} FROM invoice WHERE number = '${number}';`}`;
  }

  // An account with so many invoices, and a payment of each.
  async many(count, state, options) {
    return this.payments(await this.account({ invoices: Array.from({ length: count }, (_, at) => 1000 + at) }), state, options);
  }
  async one_(state, options) { return (await this.many(1, state, options))[0]; }

  // A refund (cents of it) or void of a paid payment as a program leaves it that got no answer.
  refund(payment, { kind = 'refund', cents = payment.cents, state = 'unknown', age = 0, look = 0 } = {}) {
    const reference = `R${randomBytes(6).toString('hex').toUpperCase()}`;
    this.sql(`START TRANSACTION; INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, open, claim_token, send_by, gateway, actor, created_at, deadline_at, look_at)
        SELECT account_id, '${reference}', id, '${kind}', ${cents}, 1, '${state}', 1, UNHEX(MD5('${reference}')), '2026-01-01', 'nmi', 'operator:test', ${this.now} - INTERVAL ${age} SECOND,
        ${this.now} - INTERVAL ${age} SECOND, ${state === 'unknown' ? `${this.now} + INTERVAL ${look} SECOND` : 'NULL'} FROM payment WHERE reference = '${payment.reference}';
      SET @refund = LAST_INSERT_ID();
      INSERT INTO refund_allocation SELECT account_id, @refund, invoice_id, ${cents} FROM payment_allocation WHERE payment_id = (SELECT id FROM payment WHERE reference = '${payment.reference}'); COMMIT`);
    return { reference, cents, payment };
  }

  // ---- what is recorded ----

  states(list) { return list.map(({ reference }) => this.state(reference)); }
  counts(list) {
    return Object.fromEntries(this.sql(`SELECT state, COUNT(*) FROM payment WHERE reference IN (${list.map(({ reference }) => `'${reference}'`).join()}) GROUP BY state`).map(([state, n]) => [state, Number(n)]));
  }
  refundState({ reference }) { return this.one(`SELECT state FROM refund WHERE reference = '${reference}'`); }
  looks({ reference }) { return this.number(`SELECT looks FROM payment WHERE reference = '${reference}'`); }
  // "unknown>succeeded program:settle" of each step
  steps({ reference }) {
    return this.sql(`SELECT CONCAT(e.from_state, '>', e.to_state, ' ', e.actor) FROM payment_event e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}' ORDER BY e.id`).flat();
  }
  // Items about a payment: { id, kind, key, detail, closed_by, decision, note, isOpen, isTold }
  items({ reference }) {
    return this.sql(`SELECT q.id, q.kind, q.queue_key, q.detail, q.closed_by, q.decision, q.note, q.closed_at IS NULL, q.told_at IS NOT NULL FROM queue_item q
      JOIN payment p ON p.id = q.payment_id WHERE p.reference = '${reference}' ORDER BY q.id`)
      .map(([id, kind, key, detail, closed_by, decision, note, isOpen, isTold]) => ({ id, kind, key, detail, closed_by, decision, note, isOpen: isOpen === '1', isTold: isTold === '1' }));
  }
  item(payment, kind) { return this.items(payment).find((each) => !kind || each.kind === kind); }
  // Mails that were written; the mailer makes one of each for every address of the provider.
  mails() { return this.number("SELECT COUNT(*) FROM outbox WHERE mail_key NOT LIKE '%/%'"); }
  told() { return this.number("SELECT COUNT(*) FROM outbox WHERE kind = 'queue' AND mail_key NOT LIKE '%/%'"); }

  // remit settle resolve ID --as ...; { code, out, err }
  resolve(id, as, ...more) { return this.demo.remit('settle', 'resolve', String(id), '--as', as, ...more); }

  // The report is due, and read.
  report() {
    this.sql("UPDATE progress SET at = '2026-01-01', read_by = NULL WHERE name = 'report'");
    return this.round();
  }
  // It was read just now.
  quiet() {
    this.sql(`INSERT INTO progress (name, at) VALUES ('report', ${this.now}) ON DUPLICATE KEY UPDATE at = ${this.now}, read_by = NULL`);
  }

  // Where books and gateway disagree.
  async check() {
    return JSON.parse((await this.demo.remit('check', '--gateway', '--json')).out).faults;
  }
  async clean() {
    assert.deepEqual(await this.check(), []);
  }
}
