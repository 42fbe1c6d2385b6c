// `remit credit` and what else makes and spends account credit: to the cent, once for a key, never below
// zero, and the books agree after each of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { Database, Installation } from './harness.mjs';

let database, at;
let count = 0;

before(async () => {
    database = await Database.start();
    at = new Installation(database, 'remit_credit');
    at.ok(['migrate']);
});
after(() => database?.stop());
afterEach(() => assert.deepEqual(at.json(['check']).faults, [], 'the books agree'));

const one = (text) => at.sql(text)[0]?.[0];
const invoiceOf = (number, name, amount, day = 10) => ({ account: number, number: name, issued_on: '2026-10-01',
    due_on: `2026-10-${String(Math.min(day, 31)).padStart(2, "0")}`, tax: '0.00', lines: [{ description: 'Hosting', amount }] });

function account(amounts) {
    const number = `A${++count}`;
    at.ok(['account', 'add', '--number', number, '--organization', number]);
    const invoices = amounts.map((amount, index) => invoiceOf(number, `${number}-${index + 1}`, amount, 10 + index));
    if (invoices.length)
        at.ok(['invoice', 'import', at.file('in.json', invoices)]);
    return { number, invoices: invoices.map((invoice) => invoice.number) };
}

const sums = ({ number }) => at.sql(`SELECT due_cents, pending_cents, credit_cents FROM account WHERE number = '${number}'`)[0].map(Number);
const credited = ({ number }) => at.sql(`SELECT i.credited_cents FROM invoice i JOIN account a ON a.id = i.account_id WHERE a.number = '${number}'
    ORDER BY i.due_on, i.id`).map((row) => Number(row[0]));
const credit = (verb, owner, ...args) => at.run(['credit', verb, '--account', owner.number, ...args]);

test('given, applied to the oldest due invoices, taken back', () => {
    const owner = account(['30.00', '45.00']);
    assert.equal(credit('give', owner, '--amount', '50', '--note', 'Outage in October').status, 0);
    assert.deepEqual(sums(owner), [7500, 0, 5000]);
    const applied = at.json(['credit', 'apply', '--account', owner.number, '--amount', '40']);
    assert.deepEqual([applied.amount_cents, applied.credit_cents, applied.kind], [4000, 1000, 'applied']);
    assert.deepEqual(credited(owner), [3000, 1000]);
    assert.deepEqual(sums(owner), [3500, 0, 1000]);
    assert.equal(credit('take', owner, '--amount', '10.00').status, 0);
    assert.deepEqual(sums(owner), [3500, 0, 0]);
    const list = at.json(['credit', 'list', '--account', owner.number]);
    assert.deepEqual(list.map((row) => [row.kind, row.amount_cents, row.note]), [['taken', 1000, ''], ['applied', 4000, ''], ['given', 5000, 'Outage in October']]);
    assert.deepEqual(at.sql(`SELECT action FROM audit_event WHERE action LIKE 'credit.%' ORDER BY id DESC LIMIT 3`).map(([name]) => name),
        ['credit.taken', 'credit.applied', 'credit.given']);
});

test('all of it by itself: as much as there is, or as the invoices take', () => {
    const owner = account(['30.00']);
    credit('give', owner, '--amount', '20');
    assert.equal(at.json(['credit', 'apply', '--account', owner.number]).amount_cents, 2000);
    credit('give', owner, '--amount', '20');
    assert.equal(at.json(['credit', 'apply', '--account', owner.number]).amount_cents, 1000);
    assert.deepEqual(sums(owner), [0, 0, 1000]);
    const none = credit('apply', owner);
    assert.equal(none.status, 1);
    assert.match(none.err, /no invoice the credit could go to/);
});

test('more credit than one row has: applied by asking again', () => {
    const owner = account(['99999999.99', '99999999.99']);
    for (let times = 0; times < 3; times++)
        credit('give', owner, '--amount', '99999999.99');
    for (let times = 0; times < 2; times++)
        assert.equal(at.json(['credit', 'apply', '--account', owner.number]).amount_cents, 9999999999);
    assert.deepEqual(sums(owner), [0, 0, 9999999999]);
});

test('to named invoices only', () => {
    const owner = account(['30.00', '45.00']), other = account(['5.00']);
    credit('give', owner, '--amount', '100');
    assert.match(credit('apply', owner, '--invoice', other.invoices[0]).err, /has no invoice/);
    const much = credit('apply', owner, '--invoice', owner.invoices[1], '--amount', '45.01');
    assert.equal(much.status, 1);
    assert.match(much.err, /take only \$45\.00/);
    assert.equal(credit('apply', owner, '--invoice', owner.invoices[1], '--invoice', owner.invoices[1], '--amount', '45').status, 0);
    assert.deepEqual(credited(owner), [0, 4500]);
    assert.deepEqual(sums(owner), [3000, 0, 5500]);
});

test('never more than there is', () => {
    const owner = account(['30.00']);
    for (const verb of ['take', 'apply']) {
        const ran = credit(verb, owner, '--amount', '0.01');
        assert.equal(ran.status, 1, verb);
        assert.match(ran.err, /only \$0\.00 of credit/);
    }
    assert.match(credit('apply', owner).err, /no credit/);
    credit('give', owner, '--amount', '10');
    assert.equal(credit('take', owner, '--amount', '10.01').status, 1);
    assert.equal(credit('apply', owner, '--amount', '10.01').status, 1);
    assert.deepEqual(sums(owner), [3000, 0, 1000]);
});

test('a key does one thing once', () => {
    const owner = account(['30.00']), other = account([]);
    const first = at.json(['credit', 'give', '--account', owner.number, '--amount', '10', '--key', 'k1']);
    const again = at.json(['credit', 'give', '--account', owner.number, '--amount', '10', '--key', 'k1']);
    assert.deepEqual([again.reference, again.again], [first.reference, true]);
    for (const [verb, amount] of [['give', '11'], ['take', '10']]) {
        const ran = credit(verb, owner, '--amount', amount, '--key', 'k1');
        assert.equal(ran.status, 1);
        assert.match(ran.err, new RegExp(`something else: ${first.reference}`));
    }
    assert.deepEqual(sums(owner), [3000, 0, 1000]);
    assert.equal(credit('give', other, '--amount', '10', '--key', 'k1').status, 0, "another account's key is its own");
    assert.equal(at.json(['credit', 'apply', '--account', owner.number, '--key', 'k2']).amount_cents, 1000);
    assert.equal(at.json(['credit', 'apply', '--account', owner.number, '--key', 'k2']).again, true);
    assert.deepEqual(sums(owner), [2000, 0, 0]);
});

test('many at once take what there is, once', async () => {
    const owner = account(['100.00']);
    credit('give', owner, '--amount', '25');
    const ran = await Promise.all(Array.from({ length: 6 }, () => at.start(['credit', 'apply', '--account', owner.number, '--amount', '10'])));
    assert.deepEqual(ran.map((one) => one.status).sort(), [0, 0, 1, 1, 1, 1], ran.map((one) => one.err).join(''));
    assert.deepEqual(sums(owner), [8000, 0, 500]);
});

test('what payments on their way hold is not credited', () => {
    const owner = account(['30.00', '45.00']);
    credit('give', owner, '--amount', '100');
    at.sql(`UPDATE invoice SET pending_cents = 1000 WHERE number = '${owner.invoices[0]}';
        UPDATE account SET pending_cents = 1000 WHERE number = '${owner.number}';
        INSERT INTO payment (account_id, reference, source, kind, amount_cents, state, created_at, confirmed_at, gateway, claim_token, send_by)
        SELECT id, 'PB${owner.number.padStart(11, '0')}', 'customer', 'bank', 1000, 'pending', NOW(), NOW(), 'nmi', REPEAT('t', 16), NOW() FROM account WHERE number = '${owner.number}';
        INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT account_id, LAST_INSERT_ID(), id, 1000
        FROM invoice WHERE number = '${owner.invoices[0]}'`);
    assert.equal(at.json(['credit', 'apply', '--account', owner.number]).amount_cents, 6500);
    assert.deepEqual(credited(owner), [2000, 4500]);
});

describe('wrong questions', () => {
    for (const [label, args, pattern] of [
        ['no amount', ['give'], /--amount/],
        ['nothing', ['give', '--amount', '0'], /--amount/],
        ['less than nothing', ['take', '--amount', '-5'], /--amount/],
        ['a card number', ['give', '--amount', '5', '--note', '4111 1111 1111 1111'], /card number/],
    ])
        test(label, () => {
            const ran = credit(args[0], account([]), ...args.slice(1));
            assert.equal(ran.status, 2);
            assert.match(ran.err, pattern);
        });
    test('no such account', () => assert.equal(credit('give', { number: 'NONE' }, '--amount', '5').status, 1));
});

test('a recorded check above what is due becomes credit only when asked, and is the same when repeated', () => {
    const owner = account(['30.00']);
    const check = (...args) => at.run(['payment', 'record', '--check', 'C100', '--account', owner.number, '--amount', '50', ...args, '--json']);
    const refused = check();
    assert.equal(refused.status, 1);
    assert.match(refused.err + refused.out, /With --credit/);
    assert.deepEqual(sums(owner), [3000, 0, 0]);
    const recorded = JSON.parse(check('--credit').out);
    assert.deepEqual([recorded.recorded, recorded.credit_cents], [true, 2000]);
    assert.deepEqual(sums(owner), [0, 0, 2000]);
    const again = JSON.parse(check('--credit').out);
    assert.deepEqual([again.reference, again.recorded, again.credit_cents], [recorded.reference, false, 2000]);
    assert.deepEqual(sums(owner), [0, 0, 2000]);
    assert.equal(at.json(['payment', 'show', recorded.reference]).credit_cents, 2000);
});

test('what is recorded gets a receipt, once, unless nobody is to get one', () => {
    const owner = account(['30.00']);
    const receipts = () => Number(one(`SELECT COUNT(*) FROM outbox o JOIN account a ON a.id = o.account_id WHERE a.number = '${owner.number}' AND o.kind = 'receipt' AND o.user_id IS NULL`));
    for (let time = 0; time < 2; time++)
        at.ok(['payment', 'record', '--check', 'R1', '--account', owner.number, '--amount', '10']);
    assert.equal(receipts(), 1);
    at.ok(['payment', 'record', '--check', 'R2', '--account', owner.number, '--amount', '10', '--no-receipt']);
    assert.equal(receipts(), 1);
});

test('with more open invoices than one payment covers nothing becomes credit', () => {
    const owner = account(Array.from({ length: 201 }, () => '1.00').map((amount) => amount));
    const ran = at.run(['payment', 'record', '--check', 'M1', '--account', owner.number, '--amount', '300', '--credit']);
    assert.equal(ran.status, 1);
    assert.deepEqual(sums(owner), [20100, 0, 0]);
    at.ok(['payment', 'record', '--check', 'M1', '--account', owner.number, '--amount', '200']);
    at.ok(['payment', 'record', '--check', 'M2', '--account', owner.number, '--amount', '100', '--credit']);
    assert.deepEqual(sums(owner), [0, 0, 9900]);
});

test('numbers of fees and adjustments are not imported', () => {
    const owner = account([]);
    for (const number of ['FEE-P0123456789AB', 'ADJ-B0123456789AB']) {
        const ran = at.run(['invoice', 'import', at.file('reserved.json', [invoiceOf(owner.number, number, '5.00')])]);
        assert.equal(ran.status, 1);
        assert.match(ran.err, /kept for fees and adjustments/);
    }
});

test('numbers that end as files do are not imported', () => {
    const owner = account([]);
    for (const number of ['D-1.pdf', 'D-1.csv', 'D.1.pdf']) {
        const ran = at.run(['invoice', 'import', at.file('reserved.json', [invoiceOf(owner.number, number, '5.00')])]);
        assert.equal(ran.status, 1, number);
        assert.match(ran.err, /end in \.pdf or \.csv are kept for files/);
    }
    at.ok(['invoice', 'import', at.file('free.json', ['pdf', 'D-1.pdf.1', 'D-1pdf', 'D-1.xml'].map((number) => invoiceOf(owner.number, number, '5.00')))]);
});

test('a check for nothing that is due is credit as a whole', () => {
    const owner = account([]);
    at.ok(['payment', 'record', '--wire', 'W1', '--account', owner.number, '--amount', '12.34', '--credit']);
    assert.deepEqual(sums(owner), [0, 0, 1234]);
});

test('while a payment of the account is unknown nothing becomes credit', () => {
    const owner = account(['30.00', '20.00']);
    const reference = `PX${owner.number.padStart(11, '0')}`;
    at.sql(`INSERT INTO payment (account_id, reference, source, kind, amount_cents, state, created_at, confirmed_at, deadline_at, gateway, claim_token, send_by)
        SELECT id, '${reference}', 'customer', 'card', 3000, 'unknown', NOW(), NOW(), NOW(), 'nmi', REPEAT('t', 16), NOW() FROM account WHERE number = '${owner.number}';
        SET @payment = LAST_INSERT_ID();
        INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open) SELECT account_id, @payment, id, 3000, 1
        FROM invoice WHERE number = '${owner.invoices[0]}';
        UPDATE invoice SET pending_cents = 3000 WHERE number = '${owner.invoices[0]}';
        UPDATE account SET pending_cents = 3000 WHERE number = '${owner.number}'`);
    const ran = at.run(['payment', 'record', '--check', 'C200', '--account', owner.number, '--amount', '50', '--credit']);
    assert.equal(ran.status, 1);
    assert.match(ran.err, /is being processed/);
    assert.equal(at.run(['payment', 'record', '--check', 'C200', '--account', owner.number, '--amount', '20', '--credit']).status, 0);
    assert.equal(at.run(['credit', 'apply', '--account', owner.number, '--invoice', owner.invoices[0]]).status, 1);
});

test("two customers' checks may have one number, one customer's may not", () => {
    const [one1, other] = [account(['10.00']), account(['10.00'])];
    for (const owner of [one1, other])
        at.ok(['payment', 'record', '--check', '1042', '--account', owner.number, '--amount', '4']);
    const twice = at.run(['payment', 'record', '--check', '1042', '--account', other.number, '--amount', '5']);
    assert.equal(twice.status, 1);
    assert.match(twice.err, /there already with other figures/);
    assert.equal(Number(one("SELECT COUNT(*) FROM payment WHERE external_reference = '1042'")), 2);
});

test('at import a new invoice takes the credit there is, where the provider wants that; a second run takes none', () => {
    const owner = account([]);
    credit('give', owner, '--amount', '40');
    const file = at.file('month.json', [invoiceOf(owner.number, `${owner.number}-a`, '25.00'), invoiceOf(owner.number, `${owner.number}-b`, '25.00', 11),
        invoiceOf(owner.number, `${owner.number}-c`, '25.00', 12)]);
    const taking = Object.assign(Object.create(at), { settings: at.file('taking.hdf', `${readFileSync(at.settings, 'utf8')}Credit.AtImport = 1\n`) });
    taking.ok(['invoice', 'import', file]);
    assert.deepEqual(credited(owner), [2500, 1500, 0]);
    assert.deepEqual(sums(owner), [3500, 0, 0]);
    credit('give', owner, '--amount', '5');
    taking.ok(['invoice', 'import', file]);
    assert.deepEqual(sums(owner), [3500, 0, 500]);
    assert.equal(at.json(['credit', 'list', '--account', owner.number]).filter((row) => row.kind === 'applied').length, 2);
});
