// Each promise about money, at the moment at which it is hardest to keep, which a gate in front of the gateway and one in
// front of the database hold as long as it takes. Each of these tests fails when the one thing is taken away that keeps its
// promise: tests/faults/mutants.mjs does that.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { DatabaseGate, GatewayGate, gate } from '../support/between.mjs';
import { runTraced } from '../support/strace.mjs';
import { World, payFields, until } from '../web/world.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-promises-'));
const build = process.env.BUILD ?? 'release';
const DAY_S = 86400;
const database = new DatabaseGate();
const gateway = new GatewayGate();
let world;

before(async () => {
  await gateway.open();
  world = await World.open({
    build,
    env: { NO_DRAFTER: '1' },
    settings: [`Gateway.ApiUrl = ${gateway.url}`, 'Payment.LeaseSeconds = 4', 'Gateway.TimeoutMs = 20000', 'Mail.PollMs = 60000'],
  });
  gateway.target = world.demo.json.sandbox_url;
  await database.open(join(folder, 'db.sock'), world.demo.json.database.socket);
  appendFileSync(join(world.demo.run, 'remit.hdf'), `Database.Hosts.0 = unix:${join(folder, 'db.sock')}\n`);
  await world.demo.restart('pay');
});
afterEach(async () => {
  gateway.reset();
  database.commit = async () => undefined;
  await world.demo.resetKnobs();
  world.demo.clock('');
});
after(async () => {
  await world?.close();
  gateway.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const state = (reference) => world.state(reference);
const money = (cents) => (cents / 100).toFixed(2);

async function settle(clock) {
  if (clock !== undefined) world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle');
  assert.equal(code, 0, out + err);
}

async function customer(options) {
  const account = await world.account(options);
  return { account, client: await world.signIn(account.user) };
}

// A review of so many cents of one invoice.
const part = (client, number, cents) => world.review(client, { what: 'selected', invoice: number, amounts: { [number]: money(cents) } });

// The answer to the first request that `wanted` is true of is held until release(); arrived: the gateway has done it.
function holdAnswer(wanted) {
  const held = gate(), arrived = gate();
  let isTaken = false;
  gateway.answers = async (form, text) => {
    if (!isTaken && wanted(form)) {
      isTaken = true;
      arrived.resolve();
      await held.promise;
    }
    return text;
  };
  return { arrived: arrived.promise, release: held.resolve };
}
const saleOf = (reference) => (form) => form.get('type') === 'sale' && form.get('orderid') === reference;

const leaseIsOver = (table, where) => world.sql(`UPDATE ${table} SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing' AND ${where}`);

test('a sale leaves only after its claim is in the database', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  const seen = [];
  gateway.arrives = async (form) => {
    if (saleOf(review.reference)(form)) seen.push(`${state(review.reference)} ${world.figures(account.invoices[0].number).pending}`);
  };
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.deepEqual(seen, ['processing 3000'], 'another connection sees the claim when the sale arrives');
  assert.equal(state(review.reference), 'succeeded');
  await world.assertClean();
});

test('a claim whose COMMIT did not happen sends nothing', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  let commits = 0;
  database.commit = async () => (commits++, 'never');
  const answer = await world.confirm(client, review);
  database.commit = async () => undefined;
  assert.ok(commits > 0, 'the fault happened');
  assert.deepEqual(await world.sales(review.reference), [], 'nothing is sent for a claim that is not there');
  assert.equal(answer.status, 503);
  assert.equal(state(review.reference), 'review');
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.equal(state(review.reference), 'succeeded');
  await world.assertClean();
});

test('a claim whose COMMIT happened without an answer is ours: sent once', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  let commits = 0;
  database.commit = async () => (commits++ ? undefined : 'lost');
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.ok(commits > 1);
  assert.equal((await world.sales(review.reference)).length, 1);
  assert.equal(state(review.reference), 'succeeded');
  await world.assertClean();
});

test('of an invoice that is being paid nothing else is paid meanwhile, not even another part', async () => {
  const { account, client } = await customer({ invoices: [3000] });
  const number = account.invoices[0].number;
  const [one, other] = [await part(client, number, 1000), await part(client, number, 1500)];
  const held = holdAnswer(saleOf(one.reference));
  const first = world.confirm(client, one);
  await held.arrived;
  await world.confirm(client, other);
  assert.equal((await world.sales(other.reference)).length, 0, 'the second part is not sent while the first is in flight');
  held.release();
  await first;
  assert.equal(state(one.reference), 'succeeded');
  assert.deepEqual(world.figures(number), { total: 3000, paid: 1000, pending: 0 });
  await world.assertClean();
});

test('a form that arrives twice at once makes one payment', async () => {
  const { client } = await customer();
  const form = payFields((await client.get(world.path('/pay'))).text, { what: 'total' });
  const both = gate();
  let waiting = 0;
  database.commit = async () => {
    if (++waiting === 2) both.resolve();
    await Promise.race([both.promise, new Promise((resolve) => setTimeout(resolve, 700))]);
  };
  const answers = await Promise.all([1, 2].map(() => client.post(world.path('/pay'), form)));
  for (const answer of answers) assert.equal(answer.status, 303);
  const [one, other] = answers.map(({ location }) => location.replace('?again=1', ''));
  assert.equal(one, other, 'both lead to the same review');
});

test('what was declined is not sent again under its reference', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  await world.demo.knobs({ reset: true, decline_code: 202, times: 1 });
  for (let time = 0; time < 3; time++) assert.equal((await world.confirm(client, review)).status, 303);
  assert.equal(state(review.reference), 'declined');
  assert.equal((await world.sales(review.reference)).length, 1, 'a reference is sent once');
  await world.assertClean();
});

for (const [name, knobs, isBooked] of [['booked', { lose: 'after' }, true], ['not booked', { lose: 'before' }, false], ['booked, and HTTP 500', { answer: 'http_500', answer_booked: true }, true]])
  test(`an answer that is lost is unknown, is not sent again, and holds its invoice: ${name}`, async () => {
    const { account, client } = await customer({ invoices: [3000] });
    const number = account.invoices[0].number;
    const [review, other] = [await part(client, number, 1000), await part(client, number, 1000)];
    let sent = 0;
    gateway.arrives = async (form) => void (sent += saleOf(review.reference)(form));
    await world.demo.knobs({ reset: true, times: 1, ...knobs });
    assert.equal((await world.confirm(client, review)).status, 303);
    assert.equal(state(review.reference), 'unknown', 'an answer we did not get is unknown');
    assert.equal(sent, 1, 'it is sent once');
    await world.confirm(client, other);
    assert.equal((await world.sales(other.reference)).length, 0, 'its invoice is held');
    await world.confirm(client, review);
    await settle();
    assert.equal(state(review.reference), isBooked ? 'succeeded' : 'unknown', 'not found is not "not charged"');
    assert.equal(sent, 1, 'settling sends nothing');
    await settle(`+${2 * DAY_S}`);
    assert.equal(state(review.reference), isBooked ? 'succeeded' : 'not_charged');
    await world.assertClean();
  });

test('what the gateway books late is found, because nobody gave it up', async () => {
  const { account, client } = await customer({ invoices: [3000] });
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  await world.demo.knobs({ reset: true, lose: 'late', late_ms: 1500, times: 1 });
  assert.equal((await world.confirm(client, review)).status, 303);
  await settle();
  assert.equal(state(review.reference), 'unknown', 'not found within a day is no answer');
  await until('the late booking', async () => (await world.sales(review.reference)).length === 1);
  await settle();
  assert.equal(state(review.reference), 'succeeded');
  await world.assertClean();
});

test('a claim in flight is not the settler\'s', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  const held = holdAnswer(saleOf(review.reference));
  const answered = world.confirm(client, review);
  await held.arrived;
  await settle();
  assert.equal(state(review.reference), 'processing', 'its sender has its time');
  held.release();
  assert.equal((await answered).status, 303);
  assert.equal(state(review.reference), 'succeeded');
  assert.equal(world.one(`SELECT GROUP_CONCAT(to_state ORDER BY id) FROM payment_event WHERE payment_id = (SELECT id FROM payment WHERE reference = '${review.reference}')`), 'review,processing,succeeded');
  await world.assertClean();
});

test('a sender that is late sends nothing', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  let commits = 0;
  // Half of the lease.
  database.commit = async () => void (commits++ || (await new Promise((resolve) => setTimeout(resolve, 2300))));
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.equal((await world.sales(review.reference)).length, 0, 'after half of the lease nothing leaves');
  assert.equal(state(review.reference), 'not_charged');
  await world.assertClean();
});

test('an answer that comes after the settler\'s is recorded once', async () => {
  const { account, client } = await customer({ invoices: [3000] });
  const number = account.invoices[0].number;
  const [one, other] = [await part(client, number, 1000), await part(client, number, 1000)];
  const first = holdAnswer(saleOf(one.reference));
  const firstAnswer = world.confirm(client, one);
  await first.arrived;
  leaseIsOver('payment', `reference = '${one.reference}'`);
  await settle();
  assert.equal(state(one.reference), 'succeeded', 'the settler found it');
  // Now another payment of the same invoice is in flight, whose reserved cents a second record would take.
  const second = gate(), arrived = gate();
  const answers = gateway.answers;
  gateway.answers = async (form, text) => {
    if (!saleOf(other.reference)(form)) return answers(form, text);
    arrived.resolve();
    await second.promise;
    return text;
  };
  const secondAnswer = world.confirm(client, other);
  await arrived.promise;
  first.release();
  await firstAnswer;
  assert.deepEqual(world.figures(number), { total: 3000, paid: 1000, pending: 1000 }, 'recorded once');
  second.resolve();
  await secondAnswer;
  assert.deepEqual(world.figures(number), { total: 3000, paid: 2000, pending: 0 });
  assert.equal(world.one(`SELECT COUNT(*) FROM journal_entry WHERE event_key LIKE '%${one.reference}%'`), '1');
  await world.assertClean();
});

test('an answer that says something else than the settler found is put before a person', async () => {
  const { account, client } = await customer({ invoices: [3000] });
  const number = account.invoices[0].number;
  const [one, other] = [await part(client, number, 1000), await part(client, number, 1000)];
  const first = holdAnswer(saleOf(one.reference));
  const through = gateway.answers;
  const second = gate(), arrived = gate();
  gateway.answers = async (form, text) => {
    if (saleOf(other.reference)(form)) {
      arrived.resolve();
      await second.promise;
      return text;
    }
    await through(form, text);
    return saleOf(one.reference)(form) ? `response=2&responsetext=DECLINE&transactionid=&orderid=${one.reference}&response_code=202` : text;
  };
  const firstAnswer = world.confirm(client, one);
  await first.arrived;
  leaseIsOver('payment', `reference = '${one.reference}'`);
  await settle();
  assert.equal(state(one.reference), 'succeeded');
  // Now another payment of the same invoice is in flight, whose reserved cents a second record would give back.
  const secondAnswer = world.confirm(client, other);
  await arrived.promise;
  first.release();
  await firstAnswer;
  assert.equal(state(one.reference), 'succeeded', 'what is recorded stays');
  assert.deepEqual(world.figures(number), { total: 3000, paid: 1000, pending: 1000 });
  assert.deepEqual(world.sql(`SELECT kind, detail FROM queue_item WHERE queue_key = 'disagreement:${one.reference}'`).map(([kind, detail]) => [kind, detail.trim()]), [['disagreement', 'declined']], 'a person is told');
  second.resolve();
  await secondAnswer;
  assert.deepEqual(world.figures(number), { total: 3000, paid: 2000, pending: 0 });
  await world.assertClean();
});

test('two settlers that find the same answer record it once', async () => {
  const { account, client } = await customer();
  const review = await world.review(client, { what: 'selected', invoice: account.invoices[0].number });
  await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
  assert.equal((await world.confirm(client, review)).status, 303);
  const both = gate();
  let waiting = 0;
  // Each has the gateway's answer when it comes to its COMMIT.
  database.commit = async () => {
    if (++waiting === 2) both.resolve();
    await Promise.race([both.promise, new Promise((resolve) => setTimeout(resolve, 700))]);
  };
  await Promise.all([settle(), settle()]);
  assert.equal(state(review.reference), 'succeeded');
  assert.equal(world.one(`SELECT COUNT(*) FROM journal_entry WHERE event_key LIKE '%${review.reference}%'`), '1');
  assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE mail_key LIKE 'receipt:${review.reference}%'`), '1');
  await world.assertClean();
});

test('a transaction that another payment has is not believed', async () => {
  const { account, client } = await customer();
  const [one, other] = [await part(client, account.invoices[0].number, 1000), await part(client, account.invoices[1].number, 1000)];
  assert.equal((await world.confirm(client, one)).status, 303);
  const transaction = world.one(`SELECT transaction_id FROM payment WHERE reference = '${one.reference}'`);
  gateway.answers = async (form, text) => text.replace(/transactionid=\d+/, `transactionid=${transaction}`);
  assert.equal((await world.confirm(client, other)).status, 303);
  gateway.reset();
  assert.equal(state(other.reference), 'unknown', 'one transaction is one payment');
  await settle();
  assert.equal(state(other.reference), 'succeeded', 'the gateway says which one it is');
  await world.assertClean();
});

async function paid(cents = 3000) {
  const { account, client } = await customer({ invoices: [cents] });
  const review = await world.review(client, { what: 'total' });
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.equal(state(review.reference), 'succeeded');
  return { account, reference: review.reference };
}
const isRefund = (form) => form.get('type') === 'refund';
const back = async (reference) => (await world.demo.book()).filter((one) => one.type === 'refund' && one.order_id === reference && one.response === 1).map((one) => one.amount_cents);
const refunds = (reference) => world.sql(`SELECT r.state FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${reference}' ORDER BY r.id`).flat();

test('of one payment one refund is open', async () => {
  const { reference } = await paid();
  const held = holdAnswer(isRefund);
  const first = world.demo.remit('payment', 'refund', reference, '--amount', '10.00');
  await held.arrived;
  const second = await world.demo.remit('payment', 'refund', reference, '--amount', '10.00');
  assert.equal(second.code, 1, 'a second one meanwhile is refused');
  held.release();
  assert.equal((await first).code, 0);
  assert.equal((await back(reference)).length, 1);
  await world.assertClean();
});

test('a refund leaves only after its claim is in the database', async () => {
  const { reference } = await paid();
  const seen = [];
  gateway.arrives = async (form) => void (isRefund(form) && seen.push(refunds(reference).join()));
  assert.equal((await world.demo.remit('payment', 'refund', reference)).code, 0);
  assert.deepEqual(seen, ['processing']);
  await world.assertClean();
});

test('a refund whose answer is lost is unknown, and nothing is sent again', async () => {
  const { reference } = await paid();
  let sent = 0;
  gateway.arrives = async (form) => void (sent += isRefund(form));
  await world.demo.knobs({ reset: true, only_kind: 'refund', lose: 'after', times: 1 });
  await world.demo.remit('payment', 'refund', reference, '--amount', '10.00');
  assert.deepEqual(refunds(reference), ['unknown']);
  assert.equal(sent, 1, 'it is sent once');
  assert.equal((await world.demo.remit('payment', 'refund', reference, '--amount', '10.00')).code, 1);
  await settle();
  assert.deepEqual(refunds(reference), ['succeeded']);
  assert.equal(sent, 1);
  await world.assertClean();
});

test('a refund the gateway does not know of is unknown for a day', async () => {
  const { reference } = await paid();
  await world.demo.knobs({ reset: true, only_kind: 'refund', lose: 'before', times: 1 });
  await world.demo.remit('payment', 'refund', reference, '--amount', '10.00');
  await settle();
  assert.deepEqual(refunds(reference), ['unknown'], 'not found is not "did not happen"');
  await settle(`+${2 * DAY_S}`);
  assert.deepEqual(refunds(reference), ['failed']);
  assert.deepEqual(await back(reference), []);
  await world.assertClean();
});

test('a refund whose COMMIT did not happen sends nothing', async () => {
  const { reference } = await paid();
  let commits = 0;
  database.commit = async () => (commits++, 'never');
  assert.notEqual((await world.demo.remit('payment', 'refund', reference, '--amount', '10.00')).code, 0);
  database.commit = async () => undefined;
  assert.ok(commits > 0, 'the fault happened');
  assert.deepEqual(await back(reference), [], 'nothing is sent for a claim that is not there');
  assert.deepEqual(refunds(reference), []);
  assert.equal((await world.demo.remit('payment', 'refund', reference, '--amount', '10.00')).code, 0);
  await world.assertClean();
});

for (const [name, answer] of [['the same', null], ['something else', 'response=3&responsetext=Refused&transactionid=&response_code=300']])
  test(`a refund whose answer comes after the settler's, and says ${name}, changes nothing`, async () => {
    const { account, reference } = await paid();
    const held = holdAnswer(isRefund);
    const through = gateway.answers;
    gateway.answers = async (form, text) => (await through(form, text), answer && isRefund(form) ? answer : text);
    const first = world.demo.remit('payment', 'refund', reference, '--amount', '10.00');
    await held.arrived;
    leaseIsOver('refund', `payment_id = (SELECT id FROM payment WHERE reference = '${reference}')`);
    await settle();
    assert.deepEqual(refunds(reference), ['succeeded'], 'the settler found it');
    held.release();
    await first;
    assert.deepEqual(refunds(reference), ['succeeded'], 'what is recorded stays');
    assert.equal(world.one(`SELECT COUNT(*) FROM journal_entry WHERE account_id = ${account.id} AND kind = 'refund'`), '1', 'recorded once');
    assert.equal(world.one(`SELECT refunded_cents FROM payment WHERE reference = '${reference}'`), '1000');
    await world.assertClean();
  });

function enrol(account) {
  world.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
    VALUES (${account.id}, ${account.user.id}, ${account.card}, 'due_date', 'all', CURDATE() - INTERVAL 90 DAY, CURDATE() - INTERVAL 1 DAY, UTC_TIMESTAMP(), UTC_TIMESTAMP());
    INSERT INTO enrolment_cover VALUES (${account.id}, LAST_INSERT_ID(), 'all', 1)`);
}
const drafter = () => runTraced([`${top}/build/${build}/bin/drafter`, '--settings', join(world.demo.run, 'remit.hdf'), '--once'], { trace: join(folder, 'trace') });
const salesOf = async (account) => {
  const references = world.sql(`SELECT reference FROM payment WHERE account_id = ${account.id}`).flat();
  return (await world.demo.book()).filter((one) => one.type === 'sale' && references.includes(one.order_id));
};

test('a draft leaves only after its claim is in the database', async () => {
  const account = await world.account({ invoices: [1000] });
  enrol(account);
  const seen = [];
  gateway.arrives = async (form) => void (form.get('type') === 'sale' && seen.push(state(form.get('orderid'))));
  assert.equal((await drafter()).code, 0);
  assert.deepEqual(seen, ['processing']);
  assert.equal((await salesOf(account)).length, 1);
  await world.assertClean();
});

test('a draft whose COMMIT did not happen sends nothing', async () => {
  const account = await world.account({ invoices: [1000] });
  enrol(account);
  let commits = 0, sent = 0;
  gateway.arrives = async (form) => void (sent += form.get('type') === 'sale');
  database.commit = async () => (commits++, 'never');
  await drafter();
  database.commit = async () => undefined;
  assert.ok(commits > 0, 'the fault happened');
  assert.equal(sent, 0, 'nothing is sent for a claim that is not there');
  assert.equal((await drafter()).code, 0);
  assert.equal((await salesOf(account)).length, 1);
  await world.assertClean();
});

test('a draft whose answer is lost is unknown, and is not sent again', async () => {
  const account = await world.account({ invoices: [1000] });
  enrol(account);
  let sent = 0;
  gateway.arrives = async (form) => void (sent += form.get('type') === 'sale');
  await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
  for (let time = 0; time < 2; time++) assert.equal((await drafter()).code, 0);
  assert.equal(sent, 1, 'it is sent once');
  assert.equal(world.one(`SELECT state FROM payment WHERE account_id = ${account.id}`), 'unknown');
  await settle();
  assert.equal(world.one(`SELECT state FROM payment WHERE account_id = ${account.id}`), 'succeeded');
  assert.equal((await drafter()).code, 0);
  assert.equal(sent, 1, 'it is sent once');
  await world.assertClean();
});

test('an enrolment is drafted once for a day, whatever its next day says', async () => {
  const account = await world.account({ invoices: [1000, 2000] });
  const [first, second] = account.invoices;
  world.sql(`UPDATE invoice SET due_on = CURDATE() + INTERVAL 20 DAY WHERE number = '${second.number}'`);
  enrol(account);
  assert.equal((await drafter()).code, 0);
  assert.deepEqual([first, second].map(({ number }) => world.figures(number).paid), [1000, 0]);
  world.sql(`UPDATE invoice SET due_on = CURDATE() - INTERVAL 5 DAY WHERE number = '${second.number}';
    UPDATE enrolment SET next_on = (SELECT MAX(draft_on) FROM draft WHERE account_id = ${account.id}) WHERE account_id = ${account.id}`);
  assert.equal((await drafter()).code, 0);
  assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`), '1', 'a day is drafted once');
  await world.assertClean();
});
