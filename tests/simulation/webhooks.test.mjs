// webhooks.test.mjs - the same days three times: with every event of the gateway lost, with each delivered once, and with
// each delivered five times in random order. What is in the books at the end is the same, but for when it was found out.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { until } from '../support/demo.mjs';
import { World } from '../web/world.mjs';

const SEED = Number(process.env.SEED ?? 20261123);
const SETTINGS = ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 1500', 'Session.IdleSeconds = 86400', 'Session.AbsoluteSeconds = 604800', 'Payment.Smallest = 0.01', 'Fee.Return = 25.00'];
const KNOBS = { none: { webhooks: 'drop' }, once: { webhooks: 'deliver' }, 'five times, shuffled': { webhooks: 'hold', webhook_parallel: 1 } };
const MINUTE_MS = 60_000, DAY_MS = 86_400_000;
const DAYS = 9;

class Story {
  async open(mode) {
    this.mode = mode;
    this.world = await World.open({ settings: SETTINGS, env: { NO_DRAFTER: '1', NO_SETTLER: '1' } });
    this.demo = this.world.demo;
    this.world.count = 0;
    const today = new Date();
    // The 1st of the month after the next, which comes with a working week before and behind it: a Monday.
    const first = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 3, 15);
    this.now = first + ((8 - new Date(first).getUTCDay()) % 7) * DAY_MS;
    this.setClock();
    await this.knobs();
    this.sent = 0;
    return this;
  }

  setClock() {
    this.demo.clock(`${new Date(this.now).toISOString().slice(0, 19)}Z`);
  }

  knobs(values = {}) {
    return this.demo.knobs({ reset: true, ...KNOBS[this.mode], webhook_seed: SEED, ...values });
  }

  // Everything the gateway has to tell arrives, as the mode has it.
  async deliver(what = 'held') {
    if (this.mode === 'five times, shuffled') await this.demo.gateway('POST', '/sandbox/webhooks', { deliver: what, repeat: 5, shuffle: true, seed: SEED + ++this.sent });
    await until('the events to be delivered', async () => {
      const { waiting, in_flight: inFlight } = await this.demo.gateway('GET', '/sandbox/webhooks?limit=0');
      return waiting + inFlight === 0;
    });
  }

  async program(name) {
    await promisify(execFile)(join(this.demo.json.remit[0], '..', name), [...this.demo.json.remit.slice(1), '--once'], { maxBuffer: 1 << 24 });
  }

  // Time passes; a settler looks.
  async pass(minutes) {
    this.now += minutes * MINUTE_MS;
    this.setClock();
    await this.demo.book(); // what the bank does by itself is done by then
    await this.deliver();
    await this.program('settler');
  }

  async dayPasses() {
    for (const minutes of [2, 6, 16, 61, 240, 660]) await this.pass(minutes);
    await this.pass(24 * 60 - 985);
    this.clients = new Map();
  }

  // ---- what is done ----

  async client(user) {
    this.clients ??= new Map();
    if (!this.clients.has(user)) this.clients.set(user, await this.world.signIn(user));
    return this.clients.get(user);
  }

  // A payment by hand, one at a time; knobs: what goes wrong with it.
  async pay(account, index, { by = 'card', knobs = null, fields = null } = {}) {
    const client = await this.client(account.user);
    const review = await this.world.review(client, fields ?? { what: 'selected', invoice: [account.invoices[index].number], method: account[by] });
    if (knobs) await this.knobs({ times: 1, ...knobs });
    const answer = await this.world.confirm(client, review);
    assert.equal(answer.status, 303, answer.text);
    if (knobs) await this.knobs();
    await this.deliver();
    await this.pass(1);
    return review.reference;
  }

  async remit(...args) {
    const ran = await this.demo.remit(...args, '--json');
    await this.deliver();
    return ran;
  }

  gateway(page, fields) {
    return this.demo.gateway('POST', `/sandbox/${page}`, fields);
  }

  // ---- the days ----

  async tell() {
    const { world } = this;
    const accounts = [];
    for (let at = 0; at < 9; at++) accounts.push(await world.account({ invoices: [3000 + at, 4500 + at, 1250 + at] }));
    const [a, b, c, d, e, f, g, h, k] = accounts;
    const paid = await this.pay(a, 0);
    await this.pay(a, 1, { knobs: { decline_code: 202 } });
    await this.pay(b, 0, { knobs: { lose: 'after' } });
    await this.pay(b, 1, { knobs: { lose: 'before' } });
    await this.pay(b, 2, { by: 'bank', knobs: { lose: 'after' } });
    await this.pay(c, 0, { by: 'bank' });
    const bounced = await this.pay(c, 1, { by: 'bank' });
    const late = await this.pay(d, 0, { by: 'bank' });
    await this.pay(d, 0, { fields: { what: 'fixed', fixed_amount: '100.00', method: d.card } });
    const voided = await this.pay(e, 0), refunded = await this.pay(e, 1);
    const panelVoided = await this.pay(f, 0), disputed = await this.pay(f, 1), panelRefunded = await this.pay(f, 2);
    await this.pay(g, 0);
    await this.pay(h, 0);
    await this.remit('payment', 'record', '--check', '1001', '--account', a.number, '--amount', '12.50', '--invoice', a.invoices[2].number);
    await this.remit('credit', 'give', '--account', g.number, '--amount', '20.00');
    await this.remit('credit', 'apply', '--account', g.number);
    await this.knobs({ lose: 'after', only_kind: 'refund', times: 1 });
    await this.remit('payment', 'refund', paid, '--amount', '10.00', '--reopen');
    await this.knobs();
    await this.remit('payment', 'void', voided);
    await this.gateway('panel', { action: 'void', order_id: panelVoided });
    await this.gateway('panel', { action: 'sale', amount: '31.00', order_id: 'phone-1' });
    await this.dayPasses();

    await this.gateway('settle', {});
    await this.gateway('ach', { order_id: bounced, action: 'return', code: 'R02' });
    await this.gateway('panel', { action: 'refund', order_id: panelRefunded, amount: '5.00' });
    await this.gateway('updater', { customer_vault_id: world.one(`SELECT vault_id FROM method WHERE id = ${g.card}`), last_four: '7788', exp: '0239' });
    await this.gateway('updater', { customer_vault_id: world.one(`SELECT vault_id FROM method WHERE id = ${h.card}`), closed: true });
    this.enrol(k);
    await this.dayPasses();

    await this.knobs({ lose: 'after', times: 1 });
    await this.program('drafter');
    await this.knobs();
    await this.remit('payment', 'refund', refunded);
    await this.gateway('chargeback', { order_id: disputed, reason: '4853: Cardholder dispute' });
    await this.dayPasses();

    await this.gateway('ach', { order_id: late, action: 'late_return', code: 'R10' });
    for (let day = 3; day < DAYS; day++) await this.dayPasses();
    await this.deliver('all'); // once more, all of it
    await this.pass(5);
    await this.pass(30);
  }

  // Two days from now one of its invoices is due by autopay; the others are, later.
  enrol(account) {
    const date = (days) => new Date(this.now + days * DAY_MS).toISOString().slice(0, 10);
    this.world.sql(`UPDATE invoice SET due_on = '${date(1)}' WHERE account_id = ${account.id};
      INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
      SELECT ${account.id}, user_id, id, 'due_date', 'all', '${date(-9)}', '${date(1)}', UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM method WHERE id = ${account.card};
      INSERT INTO enrolment_cover VALUES (${account.id}, LAST_INSERT_ID(), 'all', 1);`);
  }

  // ---- what is there in the end ----

  // Everything that is not a time or a random name; references by what they are of.
  async state() {
    const { world } = this;
    const names = new Map();
    for (const [at, [reference]] of world.sql('SELECT reference FROM payment WHERE confirmed_at IS NOT NULL OR source = "provider" ORDER BY id').entries()) names.set(reference.slice(1), `pay-${at + 1}`);
    const seen = {};
    for (const [reference, of, kind, amount] of world.sql('SELECT r.reference, p.reference, r.kind, r.amount_cents FROM refund r JOIN payment p ON p.account_id = r.account_id AND p.id = r.payment_id ORDER BY r.id')) {
      const name = `${kind}-of-${names.get(of.slice(1))}-${amount}`;
      seen[name] = (seen[name] ?? 0) + 1;
      if (!names.has(reference.slice(1))) names.set(reference.slice(1), `${name}-${seen[name]}`);
    }
    for (const [at, [reference]] of world.sql('SELECT reference FROM credit ORDER BY id').entries()) names.set(reference.slice(1), `credit-${at + 1}`);
    const plain = (text) => text.replace(/\b([A-Z])([0-9A-Z]{12})\b/g, (all, letter, rest) => (names.has(rest) ? `${letter}<${names.get(rest)}>` : all)).replace(/7\d+(\d{4})\b/g, 'account-$1').replace(/\bw\d+-/g, 'w-');
    const rows = (statement) => world.sql(statement).map((row) => plain(row.join(' '))).sort();
    return {
      payments: rows(`SELECT reference, source, kind, state, amount_cents, refunded_cents, credit_cents, credit_refunded_cents, moved_cents, decline_class, attempt, method_text FROM payment WHERE state <> 'expired' AND state <> 'review'`),
      allocations: rows('SELECT p.reference, i.number, a.amount_cents, a.refunded_cents, a.moved_cents, a.open FROM payment_allocation a JOIN payment p ON p.account_id = a.account_id AND p.id = a.payment_id JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id'),
      refunds: rows('SELECT r.reference, r.kind, r.amount_cents, r.credit_cents, r.adjustment_cents, r.reopens, r.state FROM refund r'),
      invoices: rows('SELECT number, state, total_cents, paid_cents, credited_cents, pending_cents, disputed_at IS NOT NULL FROM invoice'),
      accounts: rows('SELECT number, due_cents, pending_cents, credit_cents FROM account'),
      journal: rows('SELECT a.number, e.kind, q.ledger, SUM(q.amount_cents) FROM journal_entry e JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id JOIN account a ON a.id = e.account_id GROUP BY a.number, e.kind, q.ledger'),
      entries: rows(`SELECT event_key FROM journal_entry`),
      drafts: rows('SELECT a.number, d.state, d.reason, d.amount_cents, d.attempts FROM draft d JOIN account a ON a.id = d.account_id'),
      enrolments: rows('SELECT a.number, e.state, e.off_reason FROM enrolment e JOIN account a ON a.id = e.account_id'),
      methods: rows('SELECT a.number, m.kind, m.brand, m.last_four, m.expires_on, m.state, m.attention, m.is_stored FROM method m JOIN account a ON a.id = m.account_id'),
      queue: rows('SELECT queue_key, kind, closed_at IS NOT NULL FROM queue_item'),
      mails: rows(`SELECT IF(kind = 'method_updated', SUBSTRING_INDEX(mail_key, ':', 3), mail_key), kind FROM outbox WHERE mail_key NOT LIKE '%/%' AND kind NOT IN ('queue')`),
      foreign: rows('SELECT order_id, standing, amount_cents, refunded_cents FROM foreign_transaction'),
    };
  }
}

const ends = {};
async function ending(t, mode) {
  const story = await new Story().open(mode);
  try {
    await story.tell();
    const events = await story.demo.gateway('GET', '/sandbox/webhooks?limit=0');
    const kept = story.world.sql('SELECT state, COUNT(*) FROM webhook GROUP BY state');
    const total = kept.reduce((sum, [, count]) => sum + Number(count), 0);
    const made = events.delivered + events.dropped + events.held + events.events_waiting + events.ended;
    t.diagnostic(`${mode}: ${made} events, ${events.posts} posts, ${total} kept: ${kept.map((row) => row.join(' ')).join(', ') || 'none'}`);
    assert.equal(total, mode === 'none' ? 0 : made, 'each is kept once, however often it came');
    assert.ok(made > 25 && (mode !== 'five times, shuffled' || events.posts >= 5 * made), 'and there was something to tell');
    assert.ok(kept.every(([state]) => state === 'done' || state === 'ignored'), 'and all of it was taken up');
    const { faults } = JSON.parse((await story.demo.remit('check', '--gateway', '--json')).out);
    assert.deepEqual(faults.map((each) => `${each.check} ${each.found}`), ['gateway_unknown phone-1'], 'the books agree, but for what was sold by phone');
    ends[mode] = await story.state();
    // Nothing of the story was left out: what a person, the bank or a network did is booked, and nobody waits.
    const { payments, refunds } = ends[mode];
    for (const state of ['succeeded', 'declined', 'not_charged', 'returned', 'voided', 'partly_refunded', 'refunded', 'charged_back']) assert.ok(payments.some((row) => row.includes(` ${state} `)), `no payment is ${state}`);
    for (const kind of ['refund', 'void', 'return', 'chargeback']) assert.ok(refunds.some((row) => row.includes(` ${kind} `)), `no ${kind}`);
    assert.ok(!payments.some((row) => / (processing|unknown|pending) /.test(row)), 'everything is known');
  } finally {
    await story.world.close();
  }
}

const without = (rows, others) => rows.filter((row) => !others.includes(row));

test('what is there in the end does not depend on events', { concurrency: true }, async (t) => {
  const modes = Object.keys(KNOBS);
  await Promise.all(modes.map((mode) => t.test(`every event: ${mode}`, () => ending(t, mode))));
  for (const mode of modes.slice(1))
    for (const [name, rows] of Object.entries(ends.none))
      assert.deepEqual({ mode, name, count: ends[mode][name].length, missing: without(rows, ends[mode][name]), more: without(ends[mode][name], rows) }, { mode, name, count: rows.length, missing: [], more: [] });
});
