// `remit payment refund` and `void` against the sandbox: what goes back, once, is booked to the cent;
// what may have gone back is found out by `remit settle`; and after each of it the books and the gateway
// agree.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Database, Installation, startSandbox } from './harness.mjs';
import { activitySql } from '../../support/activity.mjs';

const LEASE_S = 20; // half of it is the sender's, waiting included
const SHORT_LEASE_S = 2; // of those that are to die
const TIMEOUT_MS = 2000;
const DAY_S = 24 * 3600;

let database, at, sandbox;
let count = 0;

before(async () => {
    database = await Database.start();
    sandbox = await startSandbox(database.folder);
    assert.ok(sandbox, 'the sandbox is built');
    at = new Installation(database, 'remit_refund', [`Gateway.ApiUrl = ${sandbox.url}`, `Gateway.TimeoutMs = ${TIMEOUT_MS}`,
        `Payment.LeaseSeconds = ${LEASE_S}`].join('\n'));
    at.now = '+0';
    at.ok(['migrate']);
});
after(async () => {
    await sandbox?.stop();
    await database?.stop();
});

const settingsWith = (from, to) => readFileSync(at.settings, 'utf8').replace(from, to);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const one = (text) => at.sql(text)[0]?.[0];

// A new account with an invoice over each of the amounts, the first due first.
function account(amounts) {
    const number = `A${++count}`;
    at.ok(['account', 'add', '--number', number, '--organization', number]);
    const invoices = amounts.map((amount, index) => ({ account: number, number: `${number}-${index + 1}`, issued_on: '2026-10-01',
        due_on: `2026-10-${String(10 + index).padStart(2, '0')}`, tax: '0.00', lines: [{ description: 'Hosting', amount }] }));
    at.ok(['invoice', 'import', at.file('in.json', invoices)]);
    return { number, invoices: invoices.map((invoice) => invoice.number) };
}

const plain = (cents) => (cents / 100).toFixed(2);

// A payment as `pay` leaves it when it died after the gateway had booked it, over cents of each of the
// invoices; settling makes it what it is.
async function payment(owner, cents, kind = 'card') {
    const reference = `P${String(++count).padStart(12, '0')}`;
    const sum = cents.reduce((a, b) => a + b, 0);
    at.sql(`INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind, amount_cents, state, claim_token, send_by,
            gateway, created_at, confirmed_at, deadline_at)
        SELECT id, '${reference}', UNHEX(SHA2('${reference}', 256)), REPEAT('h', 32), 'customer', '${kind}', ${sum}, 'unknown',
            REPEAT('t', 16), '2026-01-01', 'nmi', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM account WHERE number = '${owner.number}';
        SET @payment = LAST_INSERT_ID();
        ${cents.map((part, index) => !part ? '' : `INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open)
            SELECT account_id, @payment, id, ${part}, 1 FROM invoice WHERE number = '${owner.invoices[index]}';
            UPDATE invoice SET pending_cents = pending_cents + ${part} WHERE number = '${owner.invoices[index]}';`).join('')}
        UPDATE account SET pending_cents = pending_cents + ${sum} WHERE number = '${owner.number}'`);
    await (kind === 'bank' ? sandbox.bankSale : sandbox.sale)(reference, plain(sum));
    at.ok(['settle']);
    assert.equal(state(reference), kind === 'bank' ? 'pending' : 'succeeded');
    return reference;
}

// An account with two invoices of 100.00 and 50.00, both paid at once.
async function paid() {
    const owner = account(['100.00', '50.00']);
    return { ...owner, reference: await payment(owner, [10000, 5000]) };
}

const state = (reference) => one(`SELECT state FROM payment WHERE reference = '${reference}'`);
const refunded = (reference) => Number(one(`SELECT refunded_cents FROM payment WHERE reference = '${reference}'`));
const due = (owner) => Number(one(`SELECT due_cents FROM account WHERE number = '${owner.number}'`));
const pending = (owner) => Number(one(`SELECT pending_cents FROM account WHERE number = '${owner.number}'`));
// paid, credited, pending of each invoice
const figures = (owner) => owner.invoices.map((number) => at.sql(`SELECT paid_cents, credited_cents, pending_cents FROM invoice
    WHERE number = '${number}'`)[0].map(Number));
const rows = (reference) => at.sql(`SELECT r.kind, r.state, r.amount_cents FROM refund r JOIN payment p ON p.id = r.payment_id
    WHERE p.reference = '${reference}' ORDER BY r.id`).map((row) => row.join(' '));
// kind ledger cents of each posting, of what is not the payment itself
const journal = (reference) => at.sql(`SELECT e.kind, q.ledger, COALESCE(i.number, '-'), q.amount_cents FROM journal_entry e
    JOIN payment p ON p.id = e.payment_id JOIN journal_posting q ON q.entry_id = e.id LEFT JOIN invoice i ON i.id = q.invoice_id
    WHERE p.reference = '${reference}' AND e.kind <> 'payment' ORDER BY e.id, q.line`).map((row) => row.join(' '));
const mails = (reference) => at.sql(`SELECT o.kind FROM outbox o JOIN refund r ON r.id = o.subject_id JOIN payment p ON p.id = r.payment_id
    WHERE p.reference = '${reference}' AND o.mail_key IN (CONCAT('refunded:', r.reference), CONCAT('voided:', r.reference)) ORDER BY o.id`).flat();
const queued = (reference) => at.sql(`SELECT q.kind, q.detail FROM queue_item q JOIN payment p ON p.id = q.payment_id
    WHERE p.reference = '${reference}'`);

// What the gateway sent back of a payment, in cents.
const sentBack = async (reference) => (await sandbox.book(reference)).filter((one) => one.type === 'refund' && one.response === 1)
    .map((one) => one.amount_cents).sort((a, b) => a - b);
const isVoided = async (reference) => (await sandbox.book(reference)).some((one) => one.type === 'sale' && one.condition === 'canceled');

function refused(args, pattern, status = 1) {
    const ran = at.run(args);
    assert.equal(ran.status, status, `${ran.out}${ran.err}`);
    assert.match(ran.err, pattern);
    assert.equal(ran.err.trim().split('\n').filter((line) => line.startsWith('remit: ')).length, 1, 'one sentence');
    return ran;
}

function clean() {
    const ran = at.run(['check', '--gateway', '--json']);
    const found = JSON.parse(ran.out);
    assert.deepEqual(found.faults, []);
    assert.equal(ran.status, 0, ran.err);
    return found;
}

const settle = (seconds = 0) => {
    const ran = at.run(['--now', `+${seconds}`, 'settle', '--json']);
    assert.equal(ran.status, 0, ran.err);
    return JSON.parse(ran.out);
};

describe('what goes back', () => {
    test('all of it, and its invoices are credited', async () => {
        const owner = await paid();
        const done = at.json(['payment', 'refund', owner.reference, '--note', 'sorry']);
        assert.match(done.reference, /^R[0-9A-HJKMNP-TV-Z]{12}$/);
        assert.deepEqual([done.payment, done.kind, done.state, done.amount, done.amount_cents, done.reopens, done.again],
            [owner.reference, 'refund', 'succeeded', '150.00', 15000, false, false]);
        assert.equal(state(owner.reference), 'refunded');
        assert.equal(refunded(owner.reference), 15000);
        assert.deepEqual(figures(owner), [[0, 10000, 0], [0, 5000, 0]]);
        assert.equal(due(owner), 0);
        assert.deepEqual(journal(owner.reference), [
            'refund money - -15000', `refund receivable ${owner.invoices[0]} 10000`, `refund receivable ${owner.invoices[1]} 5000`,
            'credit adjustment - 15000', `credit receivable ${owner.invoices[0]} -10000`, `credit receivable ${owner.invoices[1]} -5000`]);
        assert.deepEqual(mails(owner.reference), ['refunded']);
        assert.deepEqual(await sentBack(owner.reference), [15000]);
        const shown = at.json(['payment', 'show', owner.reference]);
        assert.equal(shown.state, 'refunded');
        assert.deepEqual(shown.refunds.map((each) => [each.reference, each.state, each.amount_cents, each.note, each.looks]),
            [[done.reference, 'succeeded', 15000, 'sorry', 0]]);
        assert.ok(shown.refunds[0].transaction_id);
        assert.match(shown.events.at(-1).detail, new RegExp(`refund ${done.reference} succeeded`));
        assert.match(shown.events.at(-1).actor, /^operator:/);
        assert.match(at.ok(['payment', 'show', owner.reference]), new RegExp(`\\n${done.reference}  refund +\\$150\\.00 +no +succeeded`));
        refused(['payment', 'refund', owner.reference], /Nothing is left of/);
        refused(['payment', 'void', owner.reference], /Nothing is left of/);
        clean();
    });

    test('a part at a time, from the last due invoice on, until nothing is left', async () => {
        const owner = await paid();
        assert.match(at.ok(['payment', 'refund', owner.reference, '--amount', '$20.01']), /^\$20\.01 of P\d+ sent back as R\w{12}\.\n$/);
        assert.equal(state(owner.reference), 'partly_refunded');
        assert.deepEqual(figures(owner), [[10000, 0, 0], [2999, 2001, 0]]);
        clean();
        at.ok(['payment', 'refund', owner.reference, '--amount', '30']);
        assert.deepEqual(figures(owner), [[9999, 1, 0], [0, 5000, 0]]);
        refused(['payment', 'refund', owner.reference, '--amount', '100.00'], /\$100\.00 is more than is left of P\d+, which is \$99\.99/);
        refused(['payment', 'void', owner.reference], /Some of P\d+ went back already: send back what is left \(\$99\.99\)/);
        at.ok(['payment', 'refund', owner.reference]);
        assert.equal(state(owner.reference), 'refunded');
        assert.deepEqual(figures(owner), [[0, 10000, 0], [0, 5000, 0]]);
        refused(['payment', 'refund', owner.reference, '--amount', '0.01'], /Nothing is left of/);
        assert.deepEqual(await sentBack(owner.reference), [2001, 3000, 9999]);
        assert.deepEqual(rows(owner.reference), ['refund succeeded 2001', 'refund succeeded 3000', 'refund succeeded 9999']);
        assert.deepEqual(mails(owner.reference), ['refunded', 'refunded', 'refunded']);
        clean();
    });

    test('more than there is: refused before the gateway hears of it', async () => {
        const owner = await paid();
        const before = (await sandbox.requests()).by_kind.refund;
        refused(['payment', 'refund', owner.reference, '--amount', '150.01'], /more than is left .* \$150\.00/);
        assert.deepEqual(rows(owner.reference), []);
        assert.equal((await sandbox.requests()).by_kind.refund, before);
    });

    test('with --reopen the invoices are due again, and can be paid again', async () => {
        const owner = await paid();
        at.ok(['payment', 'refund', owner.reference, '--amount', '60', '--reopen']);
        assert.deepEqual(figures(owner), [[9000, 0, 0], [0, 0, 0]]);
        assert.equal(due(owner), 6000);
        assert.deepEqual(journal(owner.reference), ['refund money - -6000', `refund receivable ${owner.invoices[0]} 1000`,
            `refund receivable ${owner.invoices[1]} 5000`]);
        clean();
        at.ok(['payment', 'refund', owner.reference]);
        assert.deepEqual(figures(owner), [[0, 9000, 0], [0, 0, 0]]);
        assert.equal(due(owner), 6000);
        at.ok(['payment', 'record', '--check', `c-${owner.number}`, '--account', owner.number, '--amount', '60']);
        assert.deepEqual(figures(owner), [[1000, 9000, 0], [5000, 0, 0]]);
        assert.equal(due(owner), 0);
        clean();
    });

    test('two payments of one invoice: only the one that is named goes back', async () => {
        const owner = account(['100.00']);
        const first = await payment(owner, [3000]);
        const second = await payment(owner, [7000]);
        at.ok(['payment', 'refund', first, '--reopen']);
        assert.deepEqual([state(first), state(second)], ['refunded', 'succeeded']);
        assert.deepEqual(figures(owner), [[7000, 0, 0]]);
        assert.equal(due(owner), 3000);
        clean();
    });

    test('recorded money goes back outside the gateway, without one', () => {
        const away = new Installation(database, 'remit_refund_away', 'Gateway.ApiUrl = http://127.0.0.1:1');
        away.now = '+0';
        away.ok(['migrate']);
        away.ok(['account', 'add', '--number', 'A1', '--organization', 'A1']);
        away.ok(['invoice', 'import', away.file('in.json', [{ account: 'A1', number: 'I1', issued_on: '2026-10-01', due_on: '2026-10-31', tax: '0.00',
            lines: [{ description: 'Hosting', amount: '80.00' }] }])]);
        const { reference } = away.json(['payment', 'record', '--check', '7', '--account', 'A1', '--amount', '50']);
        const wrong = away.run(['payment', 'void', reference]);
        assert.equal(wrong.status, 1);
        assert.match(wrong.err, /No gateway took P\w+: book what you sent back with `remit payment refund/);
        assert.match(away.ok(['payment', 'refund', reference, '--amount', '20', '--key', 'k']), /\$20\.00 of P\w+ sent back as R\w+, outside the gateway\./);
        assert.match(away.ok(['payment', 'refund', reference, '--amount', '20', '--key', 'k']), /went back already as R\w+, outside the gateway; nothing was changed\./);
        away.ok(['payment', 'refund', reference, '--reopen']);
        const shown = away.json(['payment', 'show', reference]);
        assert.deepEqual([shown.state, shown.refunded_cents], ['refunded', 5000]);
        assert.deepEqual(shown.refunds.map((each) => [each.state, each.amount_cents, each.reopens]), [['succeeded', 2000, false], ['succeeded', 3000, true]]);
        const invoice = away.json(['invoice', 'show', 'I1']);
        assert.deepEqual([invoice.paid_cents, invoice.credited_cents], [0, 2000]);
        assert.equal(away.json(['check']).ok, true);
    });
});

describe('void', () => {
    test('before it settles: nothing was paid, and all is due again', async () => {
        const owner = await paid();
        assert.match(at.ok(['payment', 'void', owner.reference]), /^\$150\.00 of P\d+ taken back as R\w{12}\.\n$/);
        assert.equal(state(owner.reference), 'voided');
        assert.equal(refunded(owner.reference), 0);
        assert.deepEqual(figures(owner), [[0, 0, 0], [0, 0, 0]]);
        assert.equal(due(owner), 15000);
        assert.deepEqual(journal(owner.reference), ['void money - -15000', `void receivable ${owner.invoices[0]} 10000`, `void receivable ${owner.invoices[1]} 5000`]);
        assert.deepEqual(mails(owner.reference), ['voided']);
        assert.equal(await isVoided(owner.reference), true);
        refused(['payment', 'void', owner.reference], /There is no money in P\d+ to send back: it is voided/);
        refused(['payment', 'refund', owner.reference], /There is no money in P\d+ to send back: it is voided/);
        clean();
        await payment(owner, [10000, 5000]);
        assert.equal(due(owner), 0);
        clean();
    });

    test('after it settled: the gateway refuses, and a refund goes', async () => {
        const owner = await paid();
        await sandbox.settle(owner.reference);
        refused(['payment', 'void', owner.reference],
            /The gateway refused \(R\w+ 300\): "Only transactions pending settlement can be voided.*"\. If it has settled already, use `remit payment refund P/);
        assert.equal(state(owner.reference), 'succeeded');
        assert.equal(due(owner), 0);
        assert.deepEqual(rows(owner.reference), ['void failed 15000']);
        clean();
        at.ok(['payment', 'refund', owner.reference]);
        assert.deepEqual(rows(owner.reference), ['void failed 15000', 'refund succeeded 15000']);
        clean();
    });

    test('a gateway that refunds nothing unsettled: its words, and what to do', async () => {
        const owner = await paid();
        await sandbox.knobs({ refund_unsettled: false });
        refused(['payment', 'refund', owner.reference], /"Only settled transactions can be refunded.*"\. If it has not settled yet, use `remit payment void P/);
        await sandbox.knobs({});
        assert.equal(state(owner.reference), 'succeeded');
        assert.deepEqual(mails(owner.reference), []);
        at.ok(['payment', 'void', owner.reference]);
        clean();
    });

    test('a pending ACH payment: what it reserves is free again', async () => {
        const owner = account(['100.00', '50.00']);
        const reference = await payment(owner, [10000, 2000], 'bank');
        assert.equal(pending(owner), 12000);
        refused(['payment', 'refund', reference], /has not settled yet: take all of it back with `remit payment void P/);
        at.ok(['payment', 'void', reference]);
        assert.equal(state(reference), 'voided');
        assert.deepEqual(figures(owner), [[0, 0, 0], [0, 0, 0]]);
        assert.deepEqual([due(owner), pending(owner)], [15000, 0]);
        assert.deepEqual(journal(reference), []);
        assert.deepEqual(mails(reference), ['voided']);
        clean();
    });

    test('an ACH payment that became money while its void was on its way is booked as what it is', async () => {
        const owner = account(['100.00']);
        const reference = await payment(owner, [10000], 'bank');
        await sandbox.knobs({ only_kind: 'void', lose: 'after', times: 1 });
        refused(['payment', 'void', reference], /do not repeat it/);
        // As a settler books it when the gateway's file says so.
        at.sql(`UPDATE invoice SET paid_cents = 10000, pending_cents = 0 WHERE number = '${owner.invoices[0]}';
            UPDATE account SET due_cents = 0, pending_cents = 0 WHERE number = '${owner.number}';
            INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id)
            SELECT account_id, 'payment:${reference}:paid', 'payment', UTC_TIMESTAMP(), CURDATE(), id FROM payment WHERE reference = '${reference}';
            SET @entry = LAST_INSERT_ID();
            INSERT INTO journal_posting SELECT account_id, @entry, 0, 'money', NULL, 10000 FROM payment WHERE reference = '${reference}';
            INSERT INTO journal_posting SELECT account_id, @entry, 1, 'receivable', id, -10000 FROM invoice WHERE number = '${owner.invoices[0]}';
            ${activitySql()};
            UPDATE payment SET state = 'succeeded' WHERE reference = '${reference}'`);
        settle();
        assert.equal(state(reference), 'voided');
        assert.deepEqual(figures(owner), [[0, 0, 0]]);
        assert.equal(due(owner), 10000);
        assert.deepEqual(journal(reference), ['void money - -10000', `void receivable ${owner.invoices[0]} 10000`]);
        clean();
    });
});

describe('once', () => {
    test('the same key again changes nothing; with other figures it is refused', async () => {
        const owner = await paid(), other = await paid();
        const first = at.json(['payment', 'refund', owner.reference, '--amount', '10', '--key', `k-${owner.number}`]);
        const again = at.json(['payment', 'refund', owner.reference, '--amount', '10', '--key', `k-${owner.number}`]);
        assert.deepEqual(again, { ...first, again: true });
        assert.match(at.ok(['payment', 'refund', owner.reference, '--key', `k-${owner.number}`]), /\$10\.00 of P\d+ went back already as R\w+; nothing was changed\./);
        const used = new RegExp(`This key was used for something else: refund ${first.reference}, \\$10\\.00 of ${owner.reference}\\.`);
        refused(['payment', 'refund', owner.reference, '--amount', '11', '--key', `k-${owner.number}`], used);
        refused(['payment', 'refund', owner.reference, '--amount', '10', '--reopen', '--key', `k-${owner.number}`], used);
        refused(['payment', 'void', owner.reference, '--key', `k-${owner.number}`], used);
        assert.deepEqual(await sentBack(owner.reference), [1000]);
        at.ok(['payment', 'refund', other.reference, '--amount', '10', '--key', `k-${owner.number}`]); // an account's keys are its own
        clean();
    });

    test('the key of one that failed says so; of one that is open, that it is', async () => {
        const owner = await paid();
        await sandbox.knobs({ only_kind: 'refund', decline_code: 300, times: 1 });
        refused(['payment', 'refund', owner.reference, '--key', 'f'], /The gateway refused/);
        refused(['payment', 'refund', owner.reference, '--key', 'f'], /This key was used for R\w+, which was not sent back .*give another key/);
        await sandbox.knobs({ only_kind: 'refund', lose: 'after', times: 1 });
        refused(['payment', 'refund', owner.reference, '--key', 'g'], /do not repeat it/);
        refused(['payment', 'refund', owner.reference, '--key', 'g'], /refund R\w+ of \$150\.00 is still being checked.*do not repeat it/);
        settle();
        assert.match(at.ok(['payment', 'refund', owner.reference, '--key', 'g']), /nothing was changed/);
        assert.deepEqual(await sentBack(owner.reference), [15000]);
        clean();
    });

    for (const [label, args, want] of [
        ['six times all of it', [], [15000]],
        ['six times a third', ['--amount', '50'], null],
        ['six times with one key', ['--key', 'same'], [15000]]])
        test(`at the same moment: ${label}`, async () => {
            const owner = await paid();
            await sandbox.knobs({ only_kind: 'refund', latency_ms: 300 });
            const ends = await Promise.all(Array.from({ length: 6 }, () => at.start(['payment', 'refund', owner.reference, ...args])));
            await sandbox.knobs({});
            const back = await sentBack(owner.reference);
            const done = ends.filter((end) => end.status === 0 && /sent back as/.test(end.out)).length;
            assert.equal(done, back.length, JSON.stringify(ends));
            if (want)
                assert.deepEqual(back, want);
            assert.ok(back.length >= 1 && back.length <= 3);
            assert.equal(refunded(owner.reference), back.reduce((a, b) => a + b, 0));
            for (const end of ends.filter((each) => each.status !== 0))
                assert.match(end.err, /is being checked|Nothing is left|is still being checked/);
            clean();
        });

    test('a refund and a void at the same moment: one of them', async () => {
        const owner = await paid();
        const ends = await Promise.all([at.start(['payment', 'refund', owner.reference]), at.start(['payment', 'void', owner.reference]),
            at.start(['payment', 'refund', owner.reference, '--reopen'])]);
        assert.equal(ends.filter((end) => end.status === 0).length, 1, JSON.stringify(ends));
        clean();
    });
});

describe('without an answer', () => {
    const lost = /The gateway did not answer; it may have been sent back\. `remit settle` will find out; do not repeat it\./;

    // While it is open nothing more goes back, the invoices stay as they were, and it is no fault.
    function assertHeld(owner, kind) {
        assert.match(rows(owner.reference).at(-1), new RegExp(`^${kind} (unknown|processing) `));
        refused(['payment', 'refund', owner.reference, '--amount', '1'], /Another refund or void of P\d+ is being checked \(R\w+\)/);
        refused(['payment', 'void', owner.reference], /Another refund or void of P\d+ is being checked \(R\w+\)/);
        assert.deepEqual(figures(owner), [[10000, 0, 0], [5000, 0, 0]]);
        assert.equal(state(owner.reference), 'succeeded');
        const found = clean();
        assert.ok(found.open_refunds.some((each) => each.payment === owner.reference && each.kind === kind));
        assert.match(at.ok(['check']), /refunds? (is|are) open: being sent/);
    }

    const ended = (kind) => (kind === 'void' ? 'voided' : 'refunded');
    const wentBack = async (kind, owner) => (kind === 'void' ? isVoided(owner.reference)
        : (await sentBack(owner.reference)).join() === '15000');

    for (const kind of ['refund', 'void']) {
        for (const [label, knobs] of [['connection lost', { lose: 'after' }], ['HTTP 500', { answer: 'http_500', answer_booked: true }],
            ['HTML', { answer: 'html', answer_booked: true }], ['nothing', { answer: 'empty', answer_booked: true }]])
            test(`${kind}, booked, ${label}: settling finds it`, async () => {
                const owner = await paid();
                await sandbox.knobs({ only_kind: kind, times: 1, ...knobs });
                const ran = at.run(['payment', kind, owner.reference, '--json']);
                assert.equal(ran.status, 1);
                assert.match(ran.err, lost);
                assert.equal(JSON.parse(ran.out).state, 'unknown');
                assertHeld(owner, kind);
                const settled = settle();
                assert.deepEqual(settled.refunds.map((each) => [each.payment, each.kind, each.end, each.state, each.amount_cents]),
                    [[owner.reference, kind, 'resolved', kind === 'void' ? 'succeeded' : 'succeeded', 15000]]);
                assert.deepEqual([settled.refund_ends.looked_at, settled.refund_ends.resolved, settled.looked_at], [1, 1, 0]);
                assert.equal(state(owner.reference), ended(kind));
                assert.ok(await wentBack(kind, owner));
                assert.deepEqual(mails(owner.reference), [ended(kind)]);
                assert.deepEqual(settle().refunds, []);
                clean();
            });

        for (const [label, knobs] of [['connection lost', { lose: 'before' }], ['HTTP 500', { answer: 'http_500' }], ['silence', { silent: true }]])
            test(`${kind}, not booked, ${label}: unknown for a day, then not sent back`, async () => {
                const owner = await paid();
                await sandbox.knobs({ only_kind: kind, times: 1, ...knobs });
                refused(['payment', kind, owner.reference], lost);
                assertHeld(owner, kind);
                for (const seconds of [0, 3600, DAY_S - 60]) {
                    assert.deepEqual(settle(seconds).refunds.map((each) => each.end), ['unknown']);
                    assertHeld(owner, kind);
                }
                assert.deepEqual(settle(DAY_S + 60).refunds.map((each) => [each.end, each.state]), [['resolved', 'failed']]);
                assert.deepEqual(rows(owner.reference), [`${kind} failed 15000`]);
                assert.equal(at.json(['payment', 'show', owner.reference]).refunds[0].response_text, 'not sent back: the gateway does not have it');
                assert.equal(await wentBack(kind, owner), false);
                clean();
                at.ok(['payment', kind, owner.reference]);
                assert.equal(state(owner.reference), ended(kind));
                clean();
            });
    }

    test('booked late: not found at first, and found later', async () => {
        const owner = await paid();
        await sandbox.knobs({ only_kind: 'refund', times: 1, lose: 'late', late_ms: 1500 });
        refused(['payment', 'refund', owner.reference, '--amount', '20'], lost);
        assert.deepEqual(settle().refunds.map((each) => each.end), ['unknown']);
        while (!(await sentBack(owner.reference)).length)
            await pause(100);
        assert.deepEqual(settle().refunds.map((each) => each.end), ['resolved']);
        assert.deepEqual(figures(owner), [[10000, 0, 0], [3000, 2000, 0]]);
        const { refunds } = at.json(['payment', 'show', owner.reference]);
        assert.ok(refunds[0].transaction_id, 'the gateway\'s own transaction is found too');
        assert.equal(refunds[0].looks, 1);
        clean();
    });

    test('a part of a part: the sum decides which it was', async () => {
        const owner = await paid();
        at.ok(['payment', 'refund', owner.reference, '--amount', '10']);
        await sandbox.knobs({ only_kind: 'refund', times: 1, lose: 'before' });
        refused(['payment', 'refund', owner.reference, '--amount', '10'], lost);
        assert.deepEqual(settle().refunds.map((each) => each.end), ['unknown'], 'the first one is not taken for it');
        assert.deepEqual(settle(DAY_S + 60).refunds.map((each) => each.state), ['failed']);
        await sandbox.knobs({ only_kind: 'refund', times: 1, lose: 'after' });
        refused(['payment', 'refund', owner.reference, '--amount', '10', '--reopen'], lost);
        assert.deepEqual(settle().refunds.map((each) => each.state), ['succeeded']);
        assert.equal(due(owner), 1000);
        assert.deepEqual(await sentBack(owner.reference), [1000, 1000]);
        clean();
    });

    test('no byte left: certainly not sent, and it may be tried again at once', async () => {
        const owner = await paid();
        const settings = at.file('away.hdf', settingsWith(sandbox.url, 'http://127.0.0.1:1'));
        refused(['--settings', settings, 'payment', 'refund', owner.reference], /Nothing was sent back: the gateway could not be reached in time\. Try again\./);
        assert.deepEqual(rows(owner.reference), ['refund not_sent 15000']);
        at.ok(['payment', 'refund', owner.reference]);
        assert.deepEqual(await sentBack(owner.reference), [15000]);
        clean();
    });

    test('a wrong key: refused, and nothing changes', async () => {
        const owner = await paid();
        await sandbox.knobs({ only_kind: 'refund', times: 1, answer: 'wrong_key' });
        refused(['payment', 'refund', owner.reference], /The gateway refused .*Authentication Failed/);
        assert.deepEqual(rows(owner.reference), ['refund failed 15000']);
        clean();
    });

    test('while the gateway is away settling says so, and settles later', async () => {
        const owner = await paid();
        await sandbox.knobs({ only_kind: 'refund', times: 1, lose: 'after' });
        refused(['payment', 'refund', owner.reference], lost);
        await sandbox.knobs({ query_latency_ms: 3 * TIMEOUT_MS });
        const ran = at.run(['settle', '--json']);
        assert.equal(ran.status, 1);
        assert.match(ran.err, /The gateway did not answer/);
        assert.deepEqual(JSON.parse(ran.out).refunds.map((each) => [each.end, each.state]), [['no_gateway', 'unknown']]);
        await sandbox.knobs({});
        assert.match(at.ok(['settle']), /R\w+  refund of P\d+  \$150\.00  succeeded  \(resolved\)[^]*1 refunds and voids looked at: 1 resolved/);
        clean();
    });
});

describe('killed between claim and record', () => {
    for (const kind of ['refund', 'void'])
        for (const booked of [true, false])
            test(`${kind}, ${booked ? '' : 'not '}booked`, async () => {
                const owner = await paid();
                await sandbox.knobs({ only_kind: kind, latency_ms: 20000, book_before_latency: booked });
                let child;
                const settings = at.file('short.hdf', settingsWith(`LeaseSeconds = ${LEASE_S}`, `LeaseSeconds = ${SHORT_LEASE_S}`));
                const ended = at.start(['--settings', settings, 'payment', kind, owner.reference], (started) => { child = started; });
                while (!(await sandbox.requests()).in_flight)
                    await pause(20);
                child.kill('SIGKILL');
                await ended;
                await sandbox.knobs({});
                assert.deepEqual(rows(owner.reference), [`${kind} processing 15000`]);
                refused(['payment', 'refund', owner.reference], /is being checked/);
                assert.deepEqual(settle().refunds.map((each) => each.end), ['in_flight'], 'its lease is not over');
                let seen;
                do {
                    await pause(200);
                    [seen] = settle().refunds;
                } while (seen.end === 'in_flight');
                if (!booked) {
                    assert.equal(seen.end, 'unknown');
                    clean();
                    [seen] = settle(DAY_S + 60).refunds;
                    assert.deepEqual([seen.end, seen.state], ['resolved', 'failed']);
                    assert.equal(state(owner.reference), 'succeeded');
                    clean();
                    at.ok(['payment', kind, owner.reference]);
                } else {
                    assert.deepEqual([seen.end, seen.state], ['resolved', 'succeeded']);
                }
                assert.equal(state(owner.reference), kind === 'void' ? 'voided' : 'refunded');
                if (kind === 'refund')
                    assert.deepEqual(await sentBack(owner.reference), [15000]);
                clean();
            });
});

// Between `remit` and its database: the n-th COMMIT is not answered. `mode` says whether it happened.
class Proxy {
    constructor(name) {
        this.path = join(database.folder, `${name}.sock`);
    }

    open() {
        this.server = net.createServer((client) => {
            const server = net.connect(database.socket);
            const link = { client, server, isLost: false, isLate: false };
            client.on('error', () => {});
            server.on('error', () => {});
            client.on('close', () => link.isLate || server.destroy());
            server.on('data', (bytes) => (link.isLost ? client.destroy() : client.write(bytes)));
            client.on('data', (bytes) => this.forward(bytes, link));
        });
        return new Promise((done) => this.server.listen(this.path, done));
    }

    forward(bytes, link) {
        if (bytes.length !== 11 || bytes.toString('latin1', 5) !== 'COMMIT' || --this.left !== 0) {
            link.server.write(bytes);
        } else if (this.mode === 'before') {
            link.client.destroy();
        } else if (this.mode === 'after') {
            link.isLost = true;
            link.server.write(bytes);
        } else {
            link.isLate = true;
            link.client.destroy();
            setTimeout(() => link.server.end(bytes), 400);
        }
    }
}

describe('a COMMIT without an answer', () => {
    let proxy, settings;
    before(async () => {
        proxy = new Proxy('proxy');
        await proxy.open();
        settings = at.file('proxy.hdf', settingsWith(`unix:${database.socket}`, `unix:${proxy.path}`));
    });
    after(() => proxy.server.close());

    const through = (mode, nth, args) => {
        Object.assign(proxy, { mode, left: nth });
        return at.start(['--settings', settings, ...args]);
    };

    for (const kind of ['refund', 'void'])
        for (const [step, nth] of [['claim', 1], ['record', 2]])
            for (const mode of ['before', 'after', 'late'])
                test(`${kind}, of the ${step}, ${{ before: 'that did not happen', after: 'that happened', late: 'that happens later' }[mode]}`, async () => {
                    const owner = await paid();
                    const ended = await through(mode, nth, ['payment', kind, owner.reference, '--json']);
                    assert.ok(proxy.left <= 0, 'the fault happened');
                    assert.equal(ended.status, 0, ended.err);
                    assert.equal(JSON.parse(ended.out).state, 'succeeded');
                    assert.deepEqual(rows(owner.reference), [`${kind} succeeded 15000`]);
                    assert.equal(state(owner.reference), kind === 'void' ? 'voided' : 'refunded');
                    if (kind === 'refund')
                        assert.deepEqual(await sentBack(owner.reference), [15000]);
                    assert.deepEqual(queued(owner.reference), []);
                    assert.equal(mails(owner.reference).length, 1);
                    clean();
                });

    for (const mode of ['before', 'after', 'late'])
        test(`money that came by hand, ${mode}`, async () => {
            const owner = account(['30.00']);
            const { reference } = at.json(['payment', 'record', '--cash', `h-${owner.number}`, '--account', owner.number, '--amount', '30']);
            const ended = await through(mode, 1, ['payment', 'refund', reference, '--amount', '10', '--reopen', '--json']);
            assert.ok(proxy.left <= 0, 'the fault happened');
            assert.equal(ended.status, 0, ended.err);
            assert.deepEqual(rows(reference), ['refund succeeded 1000']);
            assert.equal(due(owner), 1000);
            clean();
        });
});

describe('refused', () => {
    test('payments that are not money', async () => {
        const owner = account(['10.00']);
        const reference = await payment(owner, [100]);
        const others = at.sql("SELECT SUBSTRING_INDEX(CHECK_CLAUSE, ' in ', -1) FROM information_schema.CHECK_CONSTRAINTS"
            + " WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'payment_state'")[0][0].match(/\w+/g)
            .filter((name) => !['succeeded', 'partly_refunded', 'pending', 'refunded', 'processing', 'unknown'].includes(name));
        assert.ok(others.length >= 8, others);
        const before = at.sql('SELECT COUNT(*) FROM refund');
        for (const name of others) {
            at.sql(`UPDATE payment SET state = '${name}' WHERE reference = '${reference}'`);
            for (const verb of ['refund', 'void'])
                refused(['payment', verb, reference], new RegExp(`There is no money in ${reference} to send back: it is ${name}\\.`));
        }
        for (const name of ['processing', 'unknown']) {
            at.sql(`UPDATE payment SET state = '${name}' WHERE reference = '${reference}'`);
            for (const verb of ['refund', 'void'])
                refused(['payment', verb, reference], new RegExp(`The outcome of ${reference} is not known yet: run .remit settle. first\\.`));
        }
        at.sql(`UPDATE payment SET state = 'succeeded', kind = 'bank' WHERE reference = '${reference}'`);
        refused(['payment', 'void', reference], /has settled already: send it back with `remit payment refund P/);
        at.sql(`UPDATE payment SET kind = 'card', gateway = 'other' WHERE reference = '${reference}'`);
        refused(['payment', 'refund', reference], /The gateway that is set up here did not take P\d+: send it back where it was taken\./);
        at.sql(`UPDATE payment SET gateway = 'nmi' WHERE reference = '${reference}'`);
        assert.deepEqual(at.sql('SELECT COUNT(*) FROM refund'), before);
        refused(['payment', 'refund', 'P00000000000Z'], /There is no payment P00000000000Z\./);
        clean();
    });

    test('what was typed wrong', async () => {
        const owner = account(['10.00']);
        const reference = await payment(owner, [100]);
        for (const verb of ['refund', 'void']) {
            refused(['payment', verb], /REFERENCE|argument|missing/i, 2);
            refused(['payment', verb, 'R00000000001'], /REFERENCE: A payment's reference is P and 12 characters/, 2);
            refused(['payment', verb, reference, '--note', 'x'.repeat(501)], /--note: This is too long/, 2);
            refused(['payment', verb, reference, '--note', 'card 4111 1111 1111 1111'], /looks like a card number/, 2);
            refused(['payment', verb, reference, '--key', '4111111111111111'], /looks like a card number/, 2);
            refused(['payment', verb, reference, '--key', 'x'.repeat(65)], /--key: This is too long/, 2);
            refused(['payment', verb, reference, '--key', ''], /--key:/, 2);
        }
        for (const amount of ['0', '-1', '1.005', 'ten', '100000000.00', ''])
            refused(['payment', 'refund', reference, '--amount', amount], /--amount:/, 2);
        refused(['payment', 'void', reference, '--amount', '1'], /amount/, 2);
        refused(['payment', 'void', reference, '--reopen'], /reopen/, 2);
        at.ok(['payment', 'refund', reference, '--note', 'x'.repeat(500), '--key', 'y'.repeat(64)]);
        for (const verb of ['refund', 'void'])
            assert.match(at.ok(['payment', verb, '--help']), new RegExp(`usage: remit payment ${verb} REFERENCE`));
        clean();
    });
});

// With books of their own, that may stay in disagreement.
describe('for a person', () => {
    const kept = {};
    before(async () => {
        Object.assign(kept, { at, sandbox });
        sandbox = await startSandbox(database.folder, 'test-key', 'panel');
        at = new Installation(database, 'remit_refund_panel', [`Gateway.ApiUrl = ${sandbox.url}`, `Gateway.TimeoutMs = ${TIMEOUT_MS}`,
            `Payment.LeaseSeconds = ${LEASE_S}`].join('\n'));
        at.now = '+0';
        at.ok(['migrate']);
    });
    after(async () => {
        await sandbox.stop();
        ({ at, sandbox } = kept);
    });

    const faults = () => JSON.parse(at.run(['check', '--gateway', '--json']).out).faults
        .map((each) => [each.check, each.subject, each.expected_cents ?? each.expected, each.found_cents ?? each.found]);
    const sale = (reference) => one(`SELECT transaction_id FROM payment WHERE reference = '${reference}'`);
    const panel = (reference, fields) => sandbox.transact({ transactionid: sale(reference), ...fields });

    test("a refund made in the gateway's own panel", async () => {
        const owner = await paid();
        await panel(owner.reference, { type: 'refund', amount: '7.00' });
        assert.deepEqual(faults(), [['gateway_refunded', owner.reference, 0, 700]]);
        await sandbox.knobs({ only_kind: 'refund', times: 1, lose: 'before' });
        refused(['payment', 'refund', owner.reference, '--amount', '5'], /do not repeat it/);
        assert.deepEqual(settle().refunds.map((each) => each.end), ['queued']);
        const [[kind, detail]] = queued(owner.reference);
        assert.equal(kind, 'unknown_refund');
        assert.match(detail, /^refund R\w+: the gateway refunded another amount/);
        assert.deepEqual(settle(DAY_S + 60).refunds.map((each) => [each.end, each.state]), [['queued', 'unknown']], 'no time makes it known');
        assert.equal(queued(owner.reference).length, 1);
        assert.equal(refunded(owner.reference), 0);
        assert.equal(JSON.parse(at.run(['check', '--json']).out).ok, true, 'our own books agree');
    });

    test('a void made there, and a void of ours that the gateway does not have', async () => {
        const owner = await paid();
        await panel(owner.reference, { type: 'void' });
        const denied = ['gateway_standing', owner.reference, 'approved or settled', 'voided'];
        assert.deepEqual(faults().filter(([, subject]) => subject === owner.reference), [denied]);
        refused(['payment', 'void', owner.reference], /The gateway refused/);
        refused(['payment', 'refund', owner.reference], /The gateway refused/);
        assert.equal(due(owner), 0, 'what the gateway did alone changes no invoice');

        const other = await paid();
        at.sql(`UPDATE payment SET state = 'voided' WHERE reference = '${other.reference}'`);
        assert.deepEqual(faults().filter(([check, subject]) => check === 'gateway_state' && subject === other.reference),
            [['gateway_state', other.reference, 'a state of money', 'voided']]);
    });

    test('money sent back of no payment of ours', async () => {
        const transaction = await sandbox.sale('NOT-OURS', '9.00');
        const back = await sandbox.transact({ type: 'refund', transactionid: transaction, amount: '2.00' });
        const nameless = await sandbox.transact({ type: 'refund', transactionid: await sandbox.sale('', '9.00'), amount: '3.00' });
        const found = faults();
        for (const fault of [['gateway_unknown', transaction, 'a payment', 'NOT-OURS'], ['gateway_unknown_refund', back, 'a payment', 'NOT-OURS'],
            ['gateway_unknown_refund', nameless, 'a payment', 'no order id']])
            assert.deepEqual(found.filter(([check, subject]) => check === fault[0] && subject === fault[1]), [fault]);
    });

    test('a void whose answer was lost, of a payment that was refunded there meanwhile', async () => {
        const owner = await paid();
        await sandbox.knobs({ only_kind: 'void', times: 1, lose: 'before' });
        refused(['payment', 'void', owner.reference], /do not repeat it/);
        await panel(owner.reference, { type: 'refund', amount: '150.00' });
        assert.deepEqual(settle().refunds.filter((each) => each.payment === owner.reference).map((each) => each.end), ['queued']);
    });

    test('a transaction that another refund has already is not believed', async () => {
        const owner = await paid(), other = await paid();
        await sandbox.knobs({ only_kind: 'refund', latency_ms: 700 });
        const ended = at.start(['payment', 'refund', owner.reference, '--amount', '10', '--json']);
        let next;
        do
            next = (await sandbox.book(owner.reference)).find((each) => each.type === 'refund');
        while (!next);
        // It came to our books by another way while the answer was still on its way.
        at.sql(`INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, gateway, transaction_id, actor, created_at)
            SELECT account_id, 'R0THER0000001', id, 'refund', 1, 0, 'failed', 'nmi', '${next.transaction_id ?? next.id}', 'x', UTC_TIMESTAMP() FROM payment
            WHERE reference = '${other.reference}'`);
        const end = await ended;
        await sandbox.knobs({});
        assert.equal(end.status, 1);
        assert.equal(JSON.parse(end.out).state, 'unknown');
        assert.match(end.err, /do not repeat it/);
        assert.deepEqual(queued(owner.reference).map(([kind]) => kind), ['disagreement']);
        assert.equal(refunded(owner.reference), 0);
        // By its sum it is known all the same.
        assert.deepEqual(settle().refunds.filter((each) => each.payment === owner.reference).map((each) => each.state), ['succeeded']);
        assert.equal(refunded(owner.reference), 1000);
    });
});
