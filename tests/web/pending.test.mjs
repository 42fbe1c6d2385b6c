// pending.test.mjs - bank debits that were accepted: not paid until the bank says so, open again when it
// sends them back, and what each return code means for the account.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, outcomeOf, words, wordsOf } from './world.mjs';

let world;
before(async () => {
  world = await World.open();
});
after(() => world?.close());

async function debit(cents = 4000) {
  const account = await world.account({ invoices: [cents] });
  const client = await world.signIn(account.user);
  const review = await world.review(client, { method: account.bank, what: 'total' });
  const page = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(page.text), 'pending');
  return { account, client, number: account.invoices[0].number, reference: review.reference, path: review.path };
}

async function settle() {
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  return JSON.parse(out);
}

const atBank = (reference, action, code) =>
  world.demo.gateway('POST', '/sandbox/ach', { order_id: reference, action, ...(code === undefined ? {} : { code }) });

const events = (reference) =>
  world.sql(`SELECT e.from_state, e.to_state FROM payment_event e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}' ORDER BY e.id`)
    .map((row) => row.join('>'));
const journal = (reference) =>
  Number(world.one(`SELECT COUNT(*) FROM journal_entry e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}'`));
const method = (account) => world.sql(`SELECT state, attention FROM method WHERE id = ${account.bank}`)[0];

test('accepted, then settled: paid only then, with one journal entry', async () => {
  const { number, reference } = await debit();
  assert.deepEqual(world.figures(number), { total: 4000, paid: 0, pending: 4000 });
  assert.equal(journal(reference), 0);
  await settle();
  assert.equal(world.state(reference), 'pending', 'the bank takes its time');
  await atBank(reference, 'settle');
  const ran = await settle();
  assert.equal(ran.pending.settled, 1);
  assert.equal(world.state(reference), 'succeeded');
  assert.deepEqual(world.figures(number), { total: 4000, paid: 4000, pending: 0 });
  assert.equal(journal(reference), 1);
  assert.deepEqual(events(reference).slice(-1), ['pending>succeeded']);
  await settle();
  assert.equal(journal(reference), 1, 'a second look books nothing');
  await world.assertClean();
});

// The figures on top of a page: { title: text }.
const figures = (html) =>
  Object.fromEntries([...html.matchAll(/<dt>([^<]+)<\/dt><dd[^>]*>([\s\S]*?)<\/dd>/g)].map(([, title, text]) => [title, words(text)]));

test('while it is pending Make a Payment tells the day, and what is in progress, as home does', async () => {
  const account = await world.account({ invoices: [3000, 4500] });
  const client = await world.signIn(account.user);
  const [first, second] = account.invoices.map(({ number }) => world.one(`SELECT DATE_FORMAT(due_on, '%b %e, %Y') FROM invoice WHERE number = '${number}'`));
  assert.notEqual(first, second);
  const both = async () => {
    const [home, pay] = await Promise.all(['/', '/pay'].map(async (path) => figures((await client.get(world.path(path))).text)));
    const said = ['Current Balance', 'Due By', 'In progress'].map((title) => pay[title]);
    assert.deepEqual(said, ['Current Balance', 'Due By', 'In progress'].map((title) => home[title]));
    return said;
  };
  const debited = async (change) => {
    const review = await world.review(client, { method: account.bank, ...change });
    assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'pending');
  };
  const [{ number }] = account.invoices;
  const total = async () => {
    const { text } = await client.get(world.path('/pay'));
    return [wordsOf(text, 'what-total-amount'), wordsOf(text, 'what-total-hint')];
  };
  assert.deepEqual(await both(), ['$75.00', first, undefined]);
  assert.deepEqual(await total(), ['$75.00', null]);
  await debited({ what: 'selected', invoice: number, amounts: { [number]: '10.00' } });
  assert.deepEqual(await both(), ['$75.00', first, '$10.00'], 'what is left of it is due then');
  assert.deepEqual(await total(), ['$65.00', 'Without the $10.00 in progress.']);
  await debited({ what: 'selected', invoice: number });
  assert.deepEqual(await both(), ['$75.00', second, '$30.00'], 'nothing of it is left to pay');
  assert.deepEqual(await total(), ['$45.00', 'Without the $30.00 in progress.']);
  await debited({ what: 'total' });
  assert.deepEqual(await both(), ['$75.00', first, '$75.00'], 'nothing is left: the first that is waited for');
  await world.assertClean();
});

test('by the calendar alone: settled after two banking days', async () => {
  const { reference } = await debit();
  world.demo.clock(`+${7 * 86400}`);
  await settle();
  world.demo.clock('');
  assert.equal(world.state(reference), 'succeeded');
  await world.assertClean();
});

// What follows from a code; the table itself is in tests/common/billing.
for (const [code, want] of Object.entries({
  R01: { state: 'active' },
  R09: { state: 'active' },
  R02: { state: 'needs_attention' },
  R07: { state: 'needs_attention' },
  R08: { state: 'active' },
  R10: { state: 'needs_attention', queued: true },
  R29: { state: 'needs_attention' },
  '': { state: 'active', queued: true },
}))
  test(`returned ${code || 'without a code'}: open again, told, and the account ${want.state}`, async () => {
    const { account, client, number, reference, path } = await debit();
    await atBank(reference, 'return', code);
    const ran = await settle();
    assert.equal(ran.pending.returned, 1);
    assert.equal(world.state(reference), 'returned');
    assert.deepEqual(world.figures(number), { total: 4000, paid: 0, pending: 0 });
    assert.equal(journal(reference), 0, 'no money came, none is booked');
    assert.equal(world.one(`SELECT response_code FROM payment WHERE reference = '${reference}'`) ?? '', code);
    assert.deepEqual(method(account), [want.state, want.state === 'active' ? '' : code]);
    assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE mail_key = 'returned:${reference}'`), '1');
    assert.equal(world.one(`SELECT COUNT(*) FROM queue_item WHERE queue_key = 'returned:${reference}'`), want.queued ? '1' : '0');
    const page = await client.get(path);
    assert.match(words(page.text), /The payment was returned.*the invoices are open again/);
    const again = await client.get(world.path('/pay'));
    assert.match(words(again.text), want.state === 'active' ? (code ? /Payment Total \$65\.00/ : /Payment Total \$40\.00/) : /Its bank refused this account/);
    await settle();
    assert.deepEqual(events(reference).filter((event) => event.endsWith('returned')), ['pending>returned'], 'once');
    await world.assertClean();
  });

test('voided at the bank before the cut-off: withdrawn, open again', async () => {
  const { number, reference } = await debit();
  const { code, out, err } = await world.demo.remit('payment', 'void', reference);
  assert.equal(code, 0, `${out}${err}`);
  assert.equal(world.state(reference), 'voided');
  assert.deepEqual(world.figures(number), { total: 4000, paid: 0, pending: 0 });
  await world.assertClean();
});

test('a report that lags behind is no reason to call a person', async () => {
  await world.demo.knobs({ reset: true, query_lag_ms: 600_000 });
  const { reference } = await debit();
  const ran = await settle();
  assert.equal(ran.pending.queued, 0);
  assert.equal(world.state(reference), 'pending');
  assert.equal(world.one(`SELECT COUNT(*) FROM queue_item WHERE queue_key = 'pending:${reference}'`), '0');
  world.demo.clock(`+${2 * 86400}`);
  await settle();
  world.demo.clock('');
  assert.equal(world.one(`SELECT kind FROM queue_item WHERE queue_key = 'pending:${reference}'`), 'pending_payment', 'a day later it is one');
  assert.equal(world.state(reference), 'pending', 'and stays what it was');
  await world.demo.restart('sandbox'); // its lag does not outlive it
});

test('two settlings at once record it once; a silent gateway changes nothing', async () => {
  const { number, reference } = await debit();
  await world.demo.knobs({ reset: true, query_latency_ms: 300 });
  await atBank(reference, 'settle');
  await Promise.all([settle(), settle()]);
  await world.demo.resetKnobs();
  assert.deepEqual(world.figures(number), { total: 4000, paid: 4000, pending: 0 });
  assert.equal(journal(reference), 1);
  await world.assertClean();
});
