// `remit invoice void`: what was due is not any more, what was paid is account credit, the journal has the reverse, and
// whatever happens to the payments later fits. The books agree after each of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Database, Installation, root } from './harness.mjs';

let database, at;
let count = 0;
const faultsBinary = resolve(root, process.env.REMIT_FAULTS_BIN ?? 'build/faults/bin/remit');

before(async () => {
    database = await Database.start();
    at = new Installation(database, 'remit_void');
    at.ok(['migrate']);
});
after(() => database?.stop());
afterEach(() => assert.deepEqual(at.json(['check']).faults, [], 'the books agree'));

const cents = (value) => (value / 100).toFixed(2);
function account(amounts, tax = '0.60') {
    const number = `V${++count}`;
    at.ok(['account', 'add', '--number', number, '--organization', number]);
    at.ok(['invoice', 'import', at.file('in.json', amounts.map((amount, index) => ({ account: number, number: `${number}-${index + 1}`, billing_type: 'Hosting',
        issued_on: '2026-10-01', due_on: `2026-10-${10 + index}`, tax, lines: [{ description: 'x', amount: cents(amount - Number(tax) * 100) }] })))]);
    return number;
}
const sums = (number) => at.sql(`SELECT due_cents, pending_cents, credit_cents FROM account WHERE number = '${number}'`)[0].map(Number);
const postings = (key) => at.sql(`SELECT q.ledger, q.amount_cents FROM journal_entry e JOIN journal_posting q ON q.entry_id = e.id
    WHERE e.event_key = '${key}' ORDER BY q.line`).map(([ledger, amount]) => `${ledger} ${amount}`);
const record = (number, amount, ...more) => /recorded as (P\w{12})/.exec(at.ok(['payment', 'record', '--check', `C${++count}`, '--account', number,
    '--amount', cents(amount), ...more]))[1];
const state = () => at.sql(`SELECT (SELECT COUNT(*) FROM journal_entry), (SELECT COUNT(*) FROM audit_event), (SELECT SUM(version) FROM account),
    (SELECT SUM(credit_cents) FROM account), (SELECT GROUP_CONCAT(state ORDER BY id) FROM invoice)`)[0].join(' ');
const refused = (number, words, status = 1) => {
    const before = state(), ran = at.run(['invoice', 'void', number]);
    assert.equal(ran.status, status, ran.out);
    assert.match(ran.err, words);
    assert.equal(state(), before, 'nothing is changed');
};

test('what is due is not any more; again changes nothing', () => {
    const number = account([3000, 4500]);
    const first = at.json(['invoice', 'void', `${number}-1`, '--note', 'Billed twice']);
    assert.deepEqual([first.due_cents, first.credit_cents, first.again], [3000, 0, false]);
    assert.deepEqual(sums(number), [4500, 0, 0]);
    assert.deepEqual(postings(`invoice:${number}-1:void`), ['receivable -3000', 'revenue 2940', 'tax 60']);
    assert.deepEqual(at.sql(`SELECT SUM(tax_cents), SUM(balance_cents) FROM activity v JOIN account a ON a.id = v.account_id WHERE a.number = '${number}' AND grain = 'y'`),
        [['60', '4500']], 'of the second one');
    const shown = at.json(['invoice', 'show', `${number}-1`]);
    assert.deepEqual([shown.state, shown.void_note, shown.voided_at], ['void', 'Billed twice', '2026-11-22T15:00:00Z']);
    assert.match(at.sql("SELECT action, subject FROM audit_event ORDER BY id DESC LIMIT 1")[0].join(' '), new RegExp(`invoice.void invoice:${number}-1`));
    const before = state();
    assert.equal(at.json(['invoice', 'void', `${number}-1`]).again, true);
    assert.match(at.ok(['invoice', 'void', `${number}-1`]), /was void already; nothing was changed/);
    assert.equal(state(), before);
    refused('NOSUCH', /There is no invoice NOSUCH/);
    refused('a b', /NUMBER/, 2);
});

test('it comes again in a file: as it was it stays void, with other figures it is refused', () => {
    const number = account([3000]);
    at.ok(['invoice', 'void', `${number}-1`]);
    assert.equal(at.json(['invoice', 'import', join(at.folder, 'in.json')]).unchanged, 1);
    assert.equal(at.json(['invoice', 'show', `${number}-1`]).state, 'void');
});

test('what was paid becomes credit, and is spent or sent back from there', () => {
    const number = account([3000, 4500]);
    const one = record(number, 2000, '--invoice', `${number}-1`), two = record(number, 3000);
    const told = at.json(['invoice', 'void', `${number}-1`]);
    assert.deepEqual([told.due_cents, told.credit_cents], [0, 3000]);
    assert.deepEqual(sums(number), [2500, 0, 3000]);
    assert.deepEqual(postings(`invoice:${number}-1:void`), ['revenue 2940', 'tax 60', 'credit -3000']);
    assert.equal(at.json(['credit', 'apply', '--account', number, '--amount', '5']).credit_cents, 2500);
    assert.deepEqual(sums(number), [2000, 0, 2500]);
    // The first payment goes back, out of that credit.
    assert.equal(at.run(['payment', 'refund', one]).status, 0);
    assert.deepEqual(sums(number), [2000, 0, 500]);
    assert.deepEqual(at.json(['check']).faults, []);
    // The second bounces: $20.00 of it still pay the other invoice, $10.00 were credit, of which $5.00 are spent.
    assert.equal(at.run(['payment', 'return', two]).status, 0);
    const [due, , credit] = sums(number);
    assert.deepEqual([due, credit], [2000 + 2000 + 500, 0], 'due again, and an adjustment over what was spent');
});

test('credit that was applied is credit again; what a refund had credited is not', () => {
    const number = account([5000]);
    at.ok(['credit', 'give', '--account', number, '--amount', '10']);
    at.ok(['credit', 'apply', '--account', number, '--amount', '7.50']);
    const paid = record(number, 2000);
    at.ok(['payment', 'refund', paid, '--amount', '4']); // credited to the invoice
    assert.deepEqual(sums(number), [2250, 0, 250]);
    const told = at.json(['invoice', 'void', `${number}-1`]);
    assert.deepEqual([told.due_cents, told.credit_cents], [2250, 1600 + 750]);
    assert.deepEqual(postings(`invoice:${number}-1:void`), ['receivable -2250', 'revenue 4940', 'tax 60', 'credit -2350', 'adjustment -400']);
    assert.deepEqual(sums(number), [0, 0, 2600]);
    at.ok(['payment', 'refund', paid]);
    assert.deepEqual(sums(number), [0, 0, 1000], 'what the customer was given');
});

test('a fee, and an adjustment', () => {
    const number = account([3000]);
    const paid = record(number, 3000);
    at.ok(['payment', 'refund', paid, '--amount', '10', '--reopen']);
    at.ok(['payment', 'return', paid]);
    const [[adjustment]] = at.sql(`SELECT i.number FROM invoice i JOIN account a ON a.id = i.account_id WHERE a.number = '${number}' AND i.number LIKE 'ADJ-%'`);
    at.ok(['invoice', 'void', adjustment]);
    assert.deepEqual(postings(`invoice:${adjustment}:void`), ['receivable -1000', 'adjustment 1000']);
    assert.deepEqual(sums(number), [3000, 0, 0]);
});

test('a payment that ended without money does not stand in the way', () => {
    const number = account([3000]);
    const paid = record(number, 3000);
    at.ok(['payment', 'return', paid]);
    assert.deepEqual(at.json(['invoice', 'void', `${number}-1`]).due_cents, 3000);
    assert.deepEqual(sums(number), [0, 0, 0]);
});

describe('refused', () => {
    test('while a payment of it is on its way', () => {
        const number = account([3000]), reference = `PPEND${String(++count).padStart(8, '0')}`;
        at.sql(`UPDATE invoice SET pending_cents = 1000 WHERE number = '${number}-1'; UPDATE account SET pending_cents = 1000 WHERE number = '${number}';
            INSERT INTO payment (account_id, reference, source, kind, amount_cents, state, created_at, confirmed_at, gateway, claim_token, send_by)
            SELECT id, '${reference}', 'customer', 'bank', 1000, 'pending', NOW(), NOW(), 'nmi', REPEAT('t', 16), NOW() FROM account WHERE number = '${number}';
            INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT account_id, LAST_INSERT_ID(), id, 1000
            FROM invoice WHERE number = '${number}-1'`);
        refused(`${number}-1`, new RegExp(`Payment ${reference} of invoice ${number}-1 is on its way \\(\\$10\\.00\\)`));
    });
    test('while a refund of what paid it is being decided', () => {
        const number = account([3000]), paid = record(number, 3000);
        at.sql(`INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, open, claim_token, send_by, gateway, actor, created_at)
            SELECT account_id, 'R${String(++count).padStart(12, '0')}', id, 'refund', 1000, 0, 'unknown', 1, REPEAT('t', 16), NOW(), 'nmi', 'x', NOW() FROM payment WHERE reference = '${paid}';
            INSERT INTO refund_allocation SELECT account_id, LAST_INSERT_ID(), id, 1000 FROM invoice WHERE number = '${number}-1'`);
        refused(`${number}-1`, new RegExp(`A refund of payment ${paid}`));
    });
});

test('nobody pays it any more: not by check, not by credit, not by autopay', () => {
    const number = account([3000, 4500]);
    at.sql(`INSERT INTO user (email, name, created_at) VALUES ('u${count}@example.test', 'U', NOW()); SET @user = LAST_INSERT_ID();
        INSERT INTO security_level (name, may_billing, may_autopay) VALUES ('L${count}', 1, 1);
        INSERT INTO account_user SELECT a.id, @user, LAST_INSERT_ID(), NOW() FROM account a WHERE a.number = '${number}';
        INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder, holder_type, created_at)
        SELECT id, @user, 'card', 'nmi', 'v${count}', 'Visa', '4242', '2030-01-31', 'U', 'personal', NOW() FROM account WHERE number = '${number}'; SET @method = LAST_INSERT_ID();
        INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
        SELECT id, @user, @method, 'split', 'invoices', '2026-10-05', '2026-12-01', NOW(), NOW() FROM account WHERE number = '${number}'; SET @enrolment = LAST_INSERT_ID();
        INSERT INTO enrolment_cover SELECT account_id, @enrolment, CONCAT('invoice:', id), 1 FROM invoice WHERE number LIKE '${number}-%';
        INSERT INTO split_plan SELECT account_id, @enrolment, '2026-12-01', id, total_cents FROM invoice WHERE number LIKE '${number}-%';
        INSERT INTO draft (account_id, enrolment_id, draft_on, state, created_at, closed_at) SELECT id, @enrolment, '2026-12-01', 'failed', NOW(), NOW() FROM account WHERE number = '${number}';
        UPDATE enrolment SET next_on = '2026-12-15' WHERE id = @enrolment`);
    const preview = () => at.json(['autopay', 'preview', '--on', '2026-12-15']);
    const all = JSON.stringify(preview());
    assert.ok(all.includes(`${number}-1`) && all.includes(`${number}-2`), all);
    at.ok(['invoice', 'void', `${number}-1`]);
    const left = JSON.stringify(preview());
    assert.ok(!left.includes(`${number}-1`) && left.includes(`${number}-2`), left);
    at.ok(['invoice', 'void', `${number}-2`]);
    assert.ok(!JSON.stringify(preview()).includes(`${number}-`));
    assert.match(at.run(['payment', 'record', '--cash', 'X1', '--account', number, '--amount', '5', '--invoice', `${number}-1`]).err, /more than is free|no invoice/);
    at.ok(['credit', 'give', '--account', number, '--amount', '5']);
    assert.match(at.run(['credit', 'apply', '--account', number]).err, /no invoice the credit could go to/);
});

test('at the same moment as others: once, and only when nothing is on its way', async () => {
    for (let round = 0; round < 5; round++) {
        const number = account([3000, 3000]);
        const ends = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => (index % 2
            ? at.start(['invoice', 'void', `${number}-1`, '--json'])
            : at.start(['payment', 'record', '--wire', `R${number}${index}`, '--account', number, '--amount', '10', '--invoice', `${number}-1`]))));
        const voids = ends.filter((_, index) => index % 2);
        assert.deepEqual(voids.map((end) => end.status), [0, 0, 0], JSON.stringify(voids));
        assert.equal(voids.filter((end) => !JSON.parse(end.out).again).length, 1);
        const paid = ends.filter((end, index) => index % 2 === 0 && end.status === 0).length;
        assert.deepEqual(sums(number), [3000, 0, 1000 * paid]);
        assert.deepEqual(at.json(['check']).faults, []);
    }
});

describe('killed', { skip: !existsSync(faultsBinary) && 'no faults build' }, () => {
    for (const step of ['db.before_commit', 'db.after_commit'])
        test(step, () => {
            const number = account([3000]), fault = join(at.folder, 'fault');
            record(number, 1000);
            writeFileSync(fault, step);
            const run = () => spawnSync(faultsBinary, ['invoice', 'void', `${number}-1`], { env: { ...at.environment(), REMIT_FAULT_FILE: fault }, encoding: 'utf8' });
            assert.equal(run().signal, 'SIGKILL');
            assert.deepEqual(sums(number), step === 'db.before_commit' ? [2000, 0, 0] : [0, 0, 1000]);
            assert.equal(run().status, 0);
            assert.deepEqual(sums(number), [0, 0, 1000]);
        });
});
