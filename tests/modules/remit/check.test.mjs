// `remit check`: clean books pass; one broken row is told, and nothing but what it breaks. With the
// sandbox: `remit settle` and `remit check --gateway`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, Installation, root, startSandbox } from './harness.mjs';
import { activitySql } from '../../support/activity.mjs';

let database, remit, sandbox;

const invoice = (number, account, amount) => ({ account, number, issued_on: '2026-10-01', due_on: '2026-10-31',
    tax: '1.00', lines: [{ description: 'Hosting', amount }] });

// As fixtures: what no command of this program does yet.
const entry = (key, kind, payment, postings) => `
    INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id)
    SELECT id, '${key}', '${kind}', '2026-11-01 12:00:00', '2026-11-01', ${payment ? `(SELECT id FROM payment WHERE reference = '${payment}')` : 'NULL'}
    FROM account WHERE number = 'A1';
    SET @entry = LAST_INSERT_ID();
    ${postings.map(([ledger, number, cents], line) => `INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id, amount_cents)
    SELECT id, @entry, ${line}, '${ledger}', ${number ? `(SELECT id FROM invoice WHERE number = '${number}')` : 'NULL'}, ${cents} FROM account WHERE number = 'A1';`).join('\n')}`;

const payment = (reference, state, number, cents, { open = 'NULL', gateway = '', transaction = null, refunded = 0,
    confirmed = '2026-11-01 12:00:00' } = {}) => `
    INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind, amount_cents, refunded_cents, state, claim_token, send_by,
        gateway, transaction_id, created_at, confirmed_at, deadline_at, user_id, method_id)
    SELECT id, '${reference}', UNHEX(SHA2('${reference}', 256)), REPEAT('h', 32), 'customer', 'card', ${cents}, ${refunded}, '${state}', REPEAT('t', 16),
        '2026-01-01', '${gateway}', ${transaction ? `'${transaction}'` : 'NULL'}, '${confirmed}', '${confirmed}', '${confirmed}', NULL, NULL
    FROM account WHERE number = 'A1';
    SET @payment = LAST_INSERT_ID();
    INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, refunded_cents, open)
    SELECT a.id, @payment, i.id, ${cents}, ${refunded}, ${open} FROM account a, invoice i WHERE a.number = 'A1' AND i.number = '${number}';`;

const refund = (reference, of, kind, number, cents, { reopens = 0, key = 'NULL', transaction = 'NULL', open = false } = {}) => `
    INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, open, request_key, claim_token, send_by, gateway,
        transaction_id, actor, created_at)
    SELECT account_id, '${reference}', id, '${kind}', ${cents}, ${reopens}, '${open ? 'unknown' : 'succeeded'}', ${open ? 1 : 'NULL'}, ${key}, REPEAT('t', 16),
        '2026-01-01', 'nmi', ${transaction}, 'x', '2026-11-02 12:00:00' FROM payment WHERE reference = '${of}';
    INSERT INTO refund_allocation SELECT i.account_id, LAST_INSERT_ID(), i.id, ${cents} FROM invoice i WHERE i.number = '${number}';`;

const reserve = (number, cents) => `UPDATE invoice SET pending_cents = pending_cents + ${cents} WHERE number = '${number}';
    UPDATE account SET pending_cents = pending_cents + ${cents} WHERE number = 'A1';`;

before(async () => {
    database = await Database.start();
    remit = new Installation(database, 'remit_check', 'Gateway.ApiUrl = http://127.0.0.1:1\nFee.Return = 25.00');
    remit.ok(['migrate']);
    for (const number of ['A1', 'A2'])
        remit.ok(['account', 'add', '--number', number, '--organization', number]);
    remit.ok(['invoice', 'import', remit.file('in.json', [invoice('I1', 'A1', '99.00'), invoice('I2', 'A1', '49.00'),
        invoice('I3', 'A1', '19.00'), invoice('I4', 'A1', '9.00'), invoice('I5', 'A1', '5.00'), invoice('J1', 'A2', '29.00')])]);
    remit.ok(['payment', 'record', '--check', '7', '--account', 'A1', '--amount', '40', '--invoice', 'I1']);
    remit.sql(`
        ${payment('PPENDING00001', 'pending', 'I2', 1000, { gateway: 'nmi', transaction: '1' })} ${reserve('I2', 1000)}
        ${payment('PVNKN0WN00001', 'unknown', 'I3', 500, { open: '1', gateway: 'nmi' })} ${reserve('I3', 500)}
        ${payment('PREVIEW000001', 'review', 'I3', 300)}
        ${payment('PDEC11NED0001', 'declined', 'I3', 300, { gateway: 'nmi' })}
        ${payment('PREFVNDED0001', 'refunded', 'I2', 800, { gateway: 'nmi', transaction: '2', refunded: 800 })}
        ${entry('payment:PREFVNDED0001:paid', 'payment', 'PREFVNDED0001', [['money', null, 800], ['receivable', 'I2', -800]])}
        ${refund('RREFVNDED0001', 'PREFVNDED0001', 'refund', 'I2', 800, { reopens: 1, key: "'k1'", transaction: "'r1'" })}
        ${entry('refund:RREFVNDED0001', 'refund', 'PREFVNDED0001', [['money', null, -800], ['receivable', 'I2', 800]])}
        ${payment('PV01D00000001', 'voided', 'I5', 600, { gateway: 'nmi', transaction: '3' })}
        ${entry('payment:PV01D00000001:paid', 'payment', 'PV01D00000001', [['money', null, 600], ['receivable', 'I5', -600]])}
        ${refund('RV01D00000001', 'PV01D00000001', 'void', 'I5', 600, { reopens: 1, key: "'k2'" })}
        ${entry('void:RV01D00000001', 'void', 'PV01D00000001', [['money', null, -600], ['receivable', 'I5', 600]])}
        ${payment('PPARTBACK0001', 'partly_refunded', 'I5', 600, { gateway: 'nmi', transaction: '4', refunded: 200 })}
        ${entry('payment:PPARTBACK0001:paid', 'payment', 'PPARTBACK0001', [['money', null, 600], ['receivable', 'I5', -600]])}
        ${refund('RPARTBACK0001', 'PPARTBACK0001', 'refund', 'I5', 200, { transaction: "'r2'" })}
        ${entry('refund:RPARTBACK0001', 'refund', 'PPARTBACK0001', [['money', null, -200], ['receivable', 'I5', 200]])}
        ${entry('refund:RPARTBACK0001:credit', 'credit', 'PPARTBACK0001', [['adjustment', null, 200], ['receivable', 'I5', -200]])}
        ${refund('R0PEN00000001', 'PPARTBACK0001', 'refund', 'I5', 100, { open: true })}
        UPDATE invoice SET paid_cents = 400, credited_cents = 200 WHERE number = 'I5';
        UPDATE account SET due_cents = due_cents - 600 WHERE number = 'A1';
        INSERT INTO credit (account_id, reference, kind, amount_cents, request_key, actor, created_at)
        SELECT id, 'CG1VEN0000001', 'given', 500, 'c1', 'x', NOW() FROM account WHERE number = 'A1';
        INSERT INTO credit (account_id, reference, kind, amount_cents, request_key, actor, created_at)
        SELECT id, 'CAPP11ED00001', 'applied', 300, 'c2', 'x', NOW() FROM account WHERE number = 'A1';
        ${entry('credit:CG1VEN0000001', 'credit', null, [['adjustment', null, 500], ['credit', null, -500]])}
        ${entry('credit:CAPP11ED00001', 'credit', null, [['credit', null, 300], ['receivable', 'I1', -300]])}
        UPDATE invoice SET credited_cents = 300 WHERE number = 'I1';
        INSERT INTO user (id, email, name, created_at) VALUES (7, 'a@example.test', 'A', NOW());
        INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, brand, last_four, created_at) SELECT id, 7, 7, 'card', 'nmi', 'v7', 'Visa', '4242', NOW()
        FROM account WHERE number = 'A1';
        INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at) SELECT id, 7, 7, 7, 'split', 'all', '2026-10-05',
        '2026-12-01', NOW(), NOW() FROM account WHERE number = 'A1';
        INSERT INTO enrolment_cover SELECT id, 7, 'all', 1 FROM account WHERE number = 'A1';
        INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, amount_cents, attempts, created_at, closed_at) SELECT id, 8, 7, '2026-11-01', 'taken', 800, 2, NOW(), NOW()
        FROM account WHERE number = 'A1';
        INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, amount_cents, attempts, created_at) SELECT id, 9, 7, '2026-11-15', 'open', 500, 1, NOW()
        FROM account WHERE number = 'A1';
        INSERT INTO split_plan SELECT i.account_id, 7, '2026-11-01', i.id, 800 FROM invoice i WHERE i.number = 'I2';
        UPDATE payment SET source = 'autopay', draft_id = 8, attempt = 1 WHERE reference = 'PDEC11NED0001';
        UPDATE payment SET source = 'autopay', draft_id = 8, attempt = 2 WHERE reference = 'PREFVNDED0001';
        UPDATE payment SET source = 'autopay', draft_id = 9, attempt = 1 WHERE reference = 'PVNKN0WN00001';
        UPDATE account SET due_cents = due_cents - 300, credit_cents = 200 WHERE number = 'A1';
        ${entry('invoice:I4:void', 'void', null, [['receivable', 'I4', -1000], ['revenue', null, 900], ['tax', null, 100]])}
        UPDATE invoice SET state = 'void' WHERE number = 'I4';
        UPDATE account SET due_cents = due_cents - 1000 WHERE number = 'A1';
        ${activitySql()};`);
    // One that came back after some of it had been refunded: an adjustment and a fee.
    const [, back] = /recorded as (P\w{12})/.exec(remit.ok(['payment', 'record', '--check', '9', '--account', 'A2', '--amount', '10', '--invoice', 'J1']));
    remit.ok(['payment', 'refund', back, '--amount', '4', '--reopen']);
    remit.ok(['payment', 'return', back, '--code', 'R01']);
    sandbox = await startSandbox(database.folder);
});
after(async () => {
    await sandbox?.stop();
    await database?.stop();
});

test('clean books: exit 0, and what is open is no fault', () => {
    const result = remit.json(['check']);
    assert.deepEqual(result.faults, []);
    assert.equal(result.ok, true);
    assert.deepEqual(result.counts, { accounts: 2, invoices: 8, payments: 9, refunds: 6, journal_entries: 22, journal_postings: 52 });
    assert.deepEqual(result.open.map((one) => [one.reference, one.state, one.amount_cents]), [['PVNKN0WN00001', 'unknown', 500]]);
    assert.match(remit.ok(['check']), /1 payment is open[^]*1 refund is open[^]*The books agree: 2 accounts, 8 invoices, 9 payments, 22 journal entries/);
    assert.deepEqual(result.open_refunds.map((one) => [one.reference, one.payment, one.account, one.kind, one.state, one.amount_cents]),
        [['R0PEN00000001', 'PPARTBACK0001', 'A1', 'refund', 'unknown', 100]]);
    assert.equal(result.open_refund_count, 1);
});

// Where a constraint stands in the way, it is out of force for this session, or taken away.
const free = 'SET check_constraint_checks = 0, foreign_key_checks = 0;';
const paymentId = (reference) => `(SELECT id FROM payment WHERE reference = '${reference}')`;
const refundId = (reference) => `(SELECT id FROM refund WHERE reference = '${reference}')`;
const copyPayment = (columns) => `INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind, external_reference,
    gateway, transaction_id, amount_cents, state, created_at) SELECT id, ${columns}, 100, 'expired', NOW() FROM account WHERE number = 'A1';`;
const gone = (reference) => `DELETE FROM payment WHERE reference = '${reference}';`;
const key = (table, name, columns) => [`ALTER TABLE ${table} DROP KEY ${name};`, `ALTER TABLE ${table} ADD UNIQUE KEY ${name} (${columns});`];

// [label, what breaks it, what mends it, the faults: [check, subject, expected, found]]
const cases = [
    ['activity: an entry more', "UPDATE activity SET entries = entries + 1 WHERE grain = 'm' AND kind = 'payment' LIMIT 1", '', [['activity_entries', /^account id \d+ m 2026-\d\d-01 payment$/]]],
    ['activity: a cent of the balance', "UPDATE activity SET balance_cents = balance_cents + 1 WHERE grain = 'y' AND kind = 'invoice' LIMIT 1", '', [['activity_balance', /^account id \d+ y 2026-01-01 invoice$/]]],
    ['activity: a cent of the money', "UPDATE activity SET money_cents = money_cents + 1 WHERE grain = 'd' AND kind = 'payment' LIMIT 1", '', [['activity_money', / d .* payment$/]]],
    ['activity: a cent of the tax, and none at all', "UPDATE activity SET tax_cents = tax_cents + 1 WHERE grain = 'd' AND kind = 'invoice' LIMIT 1", '', [['activity_tax', / d .* invoice$/]]],
    ['activity: an entry that is not told', "DELETE FROM feed WHERE entry_id = (SELECT id FROM journal_entry WHERE event_key = 'invoice:I1:issued')", '', [['feed', /^entry id \d+$/, 1, 0]]],
    ['an invoice booked as void that is not', entry('invoice:I3:void', 'void', null, [['revenue', null, 5], ['revenue', null, -5]]),
        "DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.event_key = 'invoice:I3:void'; DELETE FROM journal_entry WHERE event_key = 'invoice:I3:void'",
        [['void_booked', 'invoice:I3:void', 0, 1]]],
    ['cents that moved from an invoice that is not void', `UPDATE payment_allocation SET moved_cents = 5 WHERE payment_id = ${paymentId('PPENDING00001')}`,
        'UPDATE payment_allocation SET moved_cents = 0', [['payment_moved', 'PPENDING00001', 5, 0], ['void_credit', 'invoice:I2:void', 5, 0]]],
    ['an entry without postings', entry('lost:1', 'credit', null, []), "DELETE FROM journal_entry WHERE event_key = 'lost:1'",
        [['journal_empty', 'lost:1', 'postings', 'none']]],
    ['a posting without an entry', `${free} INSERT INTO journal_posting SELECT id, 999999, 0, 'money', NULL, 5 FROM account WHERE number = 'A1'`,
        'DELETE FROM journal_posting WHERE entry_id = 999999', [['journal_orphan', 'entry 999999 line 0', 'an entry', 'none']]],
    ['an entry that does not balance', "UPDATE journal_posting SET amount_cents = amount_cents + 1 WHERE ledger = 'tax' AND amount_cents = 100",
        "UPDATE journal_posting SET amount_cents = amount_cents - 1 WHERE ledger = 'tax' AND amount_cents = 101",
        [['journal_balance', 'invoice:I4:void', 0, 1], ['void_reversed', 'I4', 0, 1]]],
    ['a receivable posting for no invoice', entry('x:1', 'credit', null, [['receivable', null, 5], ['receivable', null, -5]]),
        "DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.event_key = 'x:1'; DELETE FROM journal_entry WHERE event_key = 'x:1'",
        [['journal_invoice'], ['journal_invoice']]],
    ['a payment entry for no payment', entry('x:2', 'payment', null, [['revenue', null, 5], ['revenue', null, -5]]),
        "DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.event_key = 'x:2'; DELETE FROM journal_entry WHERE event_key = 'x:2'",
        [['journal_payment', 'x:2', 'a payment', 'none']]],
    ['paid cents', "UPDATE invoice SET paid_cents = paid_cents + 1 WHERE number = 'I1'", "UPDATE invoice SET paid_cents = paid_cents - 1 WHERE number = 'I1'",
        [['account_due', 'A1', 12699, 12700], ['invoice_due', 'I1', 5700, 5699], ['invoice_paid', 'I1', 4000, 4001]]],
    ['pending cents', "UPDATE invoice SET pending_cents = pending_cents - 1 WHERE number = 'I2'", "UPDATE invoice SET pending_cents = pending_cents + 1 WHERE number = 'I2'",
        [['account_pending', 'A1', 1499, 1500], ['invoice_pending', 'I2', 1000, 999]]],
    ['credited cents', "UPDATE invoice SET credited_cents = credited_cents + 1 WHERE number = 'I1'", "UPDATE invoice SET credited_cents = credited_cents - 1 WHERE number = 'I1'",
        [['account_due', 'A1', 12699, 12700], ['invoice_credited', 'I1', 300, 301], ['invoice_due', 'I1', 5700, 5699]]],
    ['an invoice and its journal', "UPDATE invoice SET total_cents = total_cents + 1 WHERE number = 'I3'; UPDATE account SET due_cents = due_cents + 1 WHERE number = 'A1'",
        "UPDATE invoice SET total_cents = total_cents - 1 WHERE number = 'I3'; UPDATE account SET due_cents = due_cents - 1 WHERE number = 'A1'",
        [['account_receivable', 'A1', 12700, 12701], ['invoice_due', 'I3', 2000, 2001]]],
    ['money on a void invoice', `${free} UPDATE invoice SET paid_cents = 5 WHERE number = 'I4'`, "UPDATE invoice SET paid_cents = 0 WHERE number = 'I4'",
        [['invoice_paid', 'I4', 0, 5], ['invoice_void', 'I4', 0, 5]]],
    ['parts above the total', `${free} UPDATE invoice SET pending_cents = 999999 WHERE number = 'J1'`, "UPDATE invoice SET pending_cents = 0 WHERE number = 'J1'",
        [['account_pending', 'A2', 999999, 0], ['invoice_parts', 'J1', 3000, 999999], ['invoice_pending', 'J1', 0, 999999]]],
    ['a negative part', `${free} UPDATE invoice SET pending_cents = -1 WHERE number = 'J1'`, "UPDATE invoice SET pending_cents = 0 WHERE number = 'J1'",
        [['account_pending', 'A2', -1, 0], ['invoice_parts', 'J1', 3000, -1], ['invoice_pending', 'J1', 0, -1]]],
    ['an invoice state', `${free} UPDATE invoice SET state = 'odd' WHERE number = 'J1'`, "UPDATE invoice SET state = 'issued' WHERE number = 'J1'",
        [['invoice_state', 'J1', 'issued or void', 'odd']]],
    ["an account's due cents", "UPDATE account SET due_cents = due_cents + 1 WHERE number = 'A2'", "UPDATE account SET due_cents = due_cents - 1 WHERE number = 'A2'",
        [['account_due', 'A2', 5900, 5901], ['account_receivable', 'A2', 5900, 5901]]],
    ["an account's pending cents", "UPDATE account SET pending_cents = 1 WHERE number = 'A2'", "UPDATE account SET pending_cents = 0 WHERE number = 'A2'",
        [['account_pending', 'A2', 0, 1]]],
    ["an account's credit", "UPDATE account SET credit_cents = 201 WHERE number = 'A1'", "UPDATE account SET credit_cents = 200 WHERE number = 'A1'",
        [['account_credit', 'A1', 200, 201]]],
    ['an allocation left open', `UPDATE payment_allocation SET open = 1 WHERE payment_id = ${paymentId('PPENDING00001')}`,
        `UPDATE payment_allocation SET open = NULL WHERE payment_id = ${paymentId('PPENDING00001')}`, [['allocation_open', /^PPENDING00001 /, 0, 1]]],
    ['an allocation closed too early', `UPDATE payment_allocation SET open = NULL WHERE payment_id = ${paymentId('PVNKN0WN00001')}`,
        `UPDATE payment_allocation SET open = 1 WHERE payment_id = ${paymentId('PVNKN0WN00001')}`, [['allocation_open', /^PVNKN0WN00001 /, 1, 0]]],
    ['an allocation of no payment', `${free} INSERT INTO payment_allocation SELECT account_id, 999999, id, 5, 0, NULL, 0 FROM invoice WHERE number = 'I1'`,
        'DELETE FROM payment_allocation WHERE payment_id = 999999', [['allocation_orphan', /^payment id 999999 /, 'a payment and an invoice', 'no payment']]],
    ['an allocation on no invoice', `${free} UPDATE payment SET amount_cents = 305 WHERE reference = 'PDEC11NED0001';
        INSERT INTO payment_allocation SELECT account_id, id, 999999, 5, 0, NULL, 0 FROM payment WHERE reference = 'PDEC11NED0001'`,
    "DELETE FROM payment_allocation WHERE invoice_id = 999999; UPDATE payment SET amount_cents = 300 WHERE reference = 'PDEC11NED0001'",
    [['allocation_orphan', / on invoice id 999999$/, 'a payment and an invoice', 'no invoice']]],
    ['allocations that do not sum', "UPDATE payment SET amount_cents = 301 WHERE reference = 'PDEC11NED0001'", "UPDATE payment SET amount_cents = 300 WHERE reference = 'PDEC11NED0001'",
        [['payment_covers', 'PDEC11NED0001', 301, 300]]],
    ['refunds that do not sum', "UPDATE payment SET refunded_cents = 799 WHERE reference = 'PREFVNDED0001'", "UPDATE payment SET refunded_cents = 800 WHERE reference = 'PREFVNDED0001'",
        [['payment_refunded', 'PREFVNDED0001', 800, 799], ['refund_payment', 'PREFVNDED0001', 800, 799], ['refund_state', 'PREFVNDED0001', 'partly_refunded', 'refunded']]],
    ['money that is not booked', `UPDATE journal_entry SET kind = 'fee' WHERE kind = 'payment' AND payment_id IN (SELECT id FROM payment WHERE external_reference = '7')`,
        "UPDATE journal_entry SET kind = 'payment' WHERE kind = 'fee' AND event_key LIKE 'payment:%'", [['payment_booked', /^P/, 1, 0]]],
    ['money booked twice', entry('x:3', 'payment', 'PREFVNDED0001', [['money', null, 800], ['revenue', null, -800]]),
        "DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.event_key = 'x:3'; DELETE FROM journal_entry WHERE event_key = 'x:3'",
        [['payment_booked', 'PREFVNDED0001', 0, 2]]],
    ['a declined payment that is booked', entry('x:4', 'payment', 'PDEC11NED0001', [['money', null, 300], ['revenue', null, -300]]),
        "DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.event_key = 'x:4'; DELETE FROM journal_entry WHERE event_key = 'x:4'",
        [['payment_booked', 'PDEC11NED0001', 0, 1]]],
    ['another amount booked', "UPDATE journal_posting SET amount_cents = amount_cents + 1 WHERE ledger = 'money' AND amount_cents = 4000",
        "UPDATE journal_posting SET amount_cents = amount_cents - 1 WHERE ledger = 'money' AND amount_cents = 4001",
        [['journal_balance', /^payment:P.*:paid$/, 0, 1], ['payment_amount', /^P/, 4000, 4001]]],
    ['a payment state', `${free} UPDATE payment SET state = 'odd' WHERE reference = 'PREVIEW000001'`, "UPDATE payment SET state = 'review' WHERE reference = 'PREVIEW000001'",
        [['payment_state', 'PREVIEW000001', 'a known state', 'odd']]],
    ['an account number twice', `${key('account', 'account_number', 'number')[0]} INSERT INTO account (number, organization, created_at) VALUES ('A1', 'x', NOW())`,
        `DELETE FROM account WHERE organization = 'x'; ${key('account', 'account_number', 'number')[1]}`, [['twice_account', 'A1', 1, 2]]],
    ['an invoice number twice', `${key('invoice', 'invoice_number', 'number')[0]} UPDATE invoice SET number = 'I3' WHERE number = 'I5'`,
        `UPDATE invoice SET number = 'I5' WHERE number = 'I3' AND total_cents = 600; ${key('invoice', 'invoice_number', 'number')[1]}`, [['twice_invoice', 'I3', 1, 2]]],
    ['a reference twice', `${key('payment', 'payment_reference', 'reference')[0]} ${copyPayment("'PPENDING00001', NULL, NULL, 'customer', 'card', NULL, '', NULL")}`,
        `DELETE FROM payment WHERE state = 'expired'; ${key('payment', 'payment_reference', 'reference')[1]}`, [['twice_reference', 'PPENDING00001', 1, 2]]],
    ['a form twice', `${key('payment', 'payment_form', 'form_key')[0]} ${copyPayment("'PC0PY00000001', UNHEX(SHA2('PPENDING00001', 256)), REPEAT('h', 32), 'customer', 'card', NULL, '', NULL")}`,
        `${gone('PC0PY00000001')} ${key('payment', 'payment_form', 'form_key')[1]}`, [['twice_form', /^[0-9A-F]{64}$/, 1, 2]]],
    ["a recorded payment's number twice", `${key('payment', 'payment_external', 'account_id, kind, external_reference')[0]} ${copyPayment("'PC0PY00000002', NULL, NULL, 'provider', 'check', '7', '', NULL")}`,
        `${gone('PC0PY00000002')} ${key('payment', 'payment_external', 'account_id, kind, external_reference')[1]}`, [['twice_external', 'check 7', 1, 2]]],
    ['a transaction twice', `${key('payment', 'payment_transaction', 'gateway, transaction_id')[0]} ${copyPayment("'PC0PY00000003', NULL, NULL, 'customer', 'card', NULL, 'nmi', '1'")}`,
        `${gone('PC0PY00000003')} ${key('payment', 'payment_transaction', 'gateway, transaction_id')[1]}`, [['twice_transaction', 'nmi 1', 1, 2]]],
    ['an invoice held twice', `${key('payment_allocation', 'payment_allocation_open', 'invoice_id, open')[0]} ${free} UPDATE payment_allocation a JOIN payment p ON p.id = a.payment_id
        SET a.open = 1, p.state = 'unknown' WHERE p.reference = 'PREVIEW000001'`,
    `UPDATE payment_allocation a JOIN payment p ON p.id = a.payment_id SET a.open = NULL, p.state = 'review' WHERE p.reference = 'PREVIEW000001';
        ${key('payment_allocation', 'payment_allocation_open', 'invoice_id, open')[1]}`,
    [['invoice_pending', 'I3', 800, 500], ['twice_open', /^invoice id /, 1, 2]]],
    ["a refund and its invoices' cents", "UPDATE refund SET amount_cents = 801 WHERE reference = 'RREFVNDED0001'", "UPDATE refund SET amount_cents = 800 WHERE reference = 'RREFVNDED0001'",
        [['refund_booked', 'refund:RREFVNDED0001', 801, 800], ['refund_covers', 'RREFVNDED0001', 801, 800], ['refund_payment', 'PREFVNDED0001', 801, 800]]],
    ['a refund on another invoice', `UPDATE refund_allocation SET invoice_id = (SELECT id FROM invoice WHERE number = 'I1') WHERE refund_id = ${refundId('RREFVNDED0001')}`,
        `UPDATE refund_allocation SET invoice_id = (SELECT id FROM invoice WHERE number = 'I2') WHERE refund_id = ${refundId('RREFVNDED0001')}`,
        [['refund_allocation'], ['refund_allocation'], ['refund_invoice'], ['refund_invoice']]],
    ["a payment's state and its refunds", "UPDATE payment SET state = 'succeeded' WHERE reference = 'PPARTBACK0001'", "UPDATE payment SET state = 'partly_refunded' WHERE reference = 'PPARTBACK0001'",
        [['refund_state', 'PPARTBACK0001', 'partly_refunded', 'succeeded']]],
    ['a void that its payment denies', "UPDATE payment SET state = 'charged_back' WHERE reference = 'PV01D00000001'", "UPDATE payment SET state = 'voided' WHERE reference = 'PV01D00000001'",
        [['refund_returned', 'PV01D00000001', 1, 0], ['refund_void', 'PV01D00000001', 'voided', 'charged_back']]],
    ['a refund that is not booked', "UPDATE journal_entry SET event_key = 'refund:x' WHERE event_key = 'refund:RPARTBACK0001'", "UPDATE journal_entry SET event_key = 'refund:RPARTBACK0001' WHERE event_key = 'refund:x'",
        [['refund_booked', 'refund:RPARTBACK0001', 200, 0], ['refund_booked', 'refund:x', 0, 200], ['refund_invoice', /^refund:RPARTBACK0001 on /, 200, 0], ['refund_invoice', /^refund:x on /, 0, 200]]],
    ['a void that is not booked', "UPDATE journal_entry SET event_key = 'void:x' WHERE event_key = 'void:RV01D00000001'", "UPDATE journal_entry SET event_key = 'void:RV01D00000001' WHERE event_key = 'void:x'",
        [['refund_booked', 'void:RV01D00000001', 600, 0], ['refund_booked', 'void:x', 0, 600], ['refund_invoice'], ['refund_invoice']]],
    ['a refund that is not credited', "UPDATE journal_entry SET event_key = 'refund:x:credit' WHERE event_key = 'refund:RPARTBACK0001:credit'",
        "UPDATE journal_entry SET event_key = 'refund:RPARTBACK0001:credit' WHERE event_key = 'refund:x:credit'",
        [['refund_credited', 'refund:RPARTBACK0001:credit', 200, 0], ['refund_credited', 'refund:x:credit', 0, 200]]],
    ['credit that an open payment does not hold', "UPDATE payment SET amount_cents = 501, credit_cents = 1 WHERE reference = 'PVNKN0WN00001'",
        "UPDATE payment SET amount_cents = 500, credit_cents = 0 WHERE reference = 'PVNKN0WN00001'", [['draft_amount'], ['payment_open_credit', 'PVNKN0WN00001', 1, 0]]],
    ['credit that is not booked', "UPDATE payment SET credit_cents = 1 WHERE reference = 'PREFVNDED0001'", "UPDATE payment SET credit_cents = 0 WHERE reference = 'PREFVNDED0001'",
        [['payment_covers', 'PREFVNDED0001', 800, 801], ['payment_credit', 'PREFVNDED0001', 1, 0]]],
    ['two open payments with credit', `${key('payment', 'payment_open_credit', 'account_id, open_credit')[0]} ${free} UPDATE payment SET open_credit = 1
        WHERE reference IN ('PDEC11NED0001', 'PREVIEW000001')`,
    `UPDATE payment SET open_credit = NULL; ${key('payment', 'payment_open_credit', 'account_id, open_credit')[1]}`,
    [['payment_open_credit', undefined, 0, 1], ['payment_open_credit', undefined, 0, 1], ['twice_open_credit', /^account id /, 1, 2]]],
    ["a refund's credit", `${free} UPDATE payment SET credit_refunded_cents = 1 WHERE reference = 'PREFVNDED0001'`, "UPDATE payment SET credit_refunded_cents = 0 WHERE reference = 'PREFVNDED0001'",
        [['payment_refunded', 'PREFVNDED0001', 801, 800], ['refund_credit', 'PREFVNDED0001', 0, 1]]],
    ["credit that an open refund holds", "UPDATE refund SET amount_cents = 101, credit_cents = 1 WHERE reference = 'R0PEN00000001'",
        "UPDATE refund SET amount_cents = 100, credit_cents = 0 WHERE reference = 'R0PEN00000001'", [['account_credit', 'A1', 199, 200]]],
    ['a return that its payment denies', "UPDATE payment SET state = 'voided' WHERE state = 'returned'", "UPDATE payment SET state = 'returned' WHERE external_reference = '9'",
        [['fee_returned', /^FEE-P/, 'returned', 'voided'], ['refund_return', /^P/, 'returned', 'voided']]],
    ['a returned payment without its return', "UPDATE payment SET state = 'returned' WHERE reference = 'PV01D00000001'", "UPDATE payment SET state = 'voided' WHERE reference = 'PV01D00000001'",
        [['refund_returned', 'PV01D00000001', 1, 0], ['refund_void', 'PV01D00000001', 'voided', 'returned']]],
    ['a return out of another ledger', "UPDATE journal_posting q JOIN journal_entry e ON e.id = q.entry_id SET q.ledger = 'revenue' WHERE e.kind = 'return' AND q.ledger = 'adjustment'",
        "UPDATE journal_posting q JOIN journal_entry e ON e.id = q.entry_id SET q.ledger = 'adjustment' WHERE e.kind = 'return' AND q.ledger = 'revenue'",
        [['refund_parts', /^return:B\w{12} from adjustment$/, 400, 0]]],
    ['an adjustment over another amount', "UPDATE refund SET adjustment_cents = 399, credit_cents = 1 WHERE kind = 'return'", "UPDATE refund SET adjustment_cents = 400, credit_cents = 0 WHERE kind = 'return'",
        [['refund_adjustment', /^ADJ-B/, 399, 400], ['refund_parts', / from adjustment$/, 399, 400], ['refund_parts', / from credit$/, 1, 0]]],
    ['a return over another amount', "UPDATE payment SET refunded_cents = 999 WHERE state = 'returned'", "UPDATE payment SET refunded_cents = 1000 WHERE state = 'returned'",
        [['payment_refunded', /^P/, 1000, 999], ['refund_payment', /^P/, 1000, 999]]],
    ['a refund reference twice', `${key('refund', 'refund_reference', 'reference')[0]} UPDATE refund SET reference = 'RREFVNDED0001' WHERE reference = 'R0PEN00000001'`,
        `UPDATE refund SET reference = 'R0PEN00000001' WHERE state = 'unknown'; ${key('refund', 'refund_reference', 'reference')[1]}`, [['twice_refund', 'RREFVNDED0001', 1, 2]]],
    ["a refund's transaction twice", `${key('refund', 'refund_transaction', 'gateway, transaction_id')[0]} UPDATE refund SET transaction_id = 'r1' WHERE transaction_id = 'r2'`,
        `UPDATE refund SET transaction_id = 'r2' WHERE reference = 'RPARTBACK0001'; ${key('refund', 'refund_transaction', 'gateway, transaction_id')[1]}`, [['twice_refund_transaction', 'nmi r1', 1, 2]]],
    ['two open refunds', `${key('refund', 'refund_open', 'payment_id, open')[0]} ${refund('R0PEN00000002', 'PPARTBACK0001', 'refund', 'I5', 100, { open: true })}`,
        `DELETE FROM refund_allocation WHERE refund_id = ${refundId('R0PEN00000002')}; DELETE FROM refund WHERE reference = 'R0PEN00000002'; ${key('refund', 'refund_open', 'payment_id, open')[1]}`,
        [['twice_refund_open', /^payment id /, 1, 2]]],
    ["a request's key twice", `${key('refund', 'refund_request', 'account_id, request_key')[0]} UPDATE refund SET request_key = 'k1' WHERE request_key = 'k2'`,
        `UPDATE refund SET request_key = 'k2' WHERE kind = 'void'; ${key('refund', 'refund_request', 'account_id, request_key')[1]}`, [['twice_refund_request', / k1$/, 1, 2]]],
    ['credit that is not booked as given', "UPDATE credit SET amount_cents = 501 WHERE kind = 'given'", "UPDATE credit SET amount_cents = 500 WHERE kind = 'given'",
        [['credit_booked', 'credit:CG1VEN0000001', 501, 500]]],
    ['credit on an invoice that was not applied', "UPDATE credit SET kind = 'taken' WHERE kind = 'applied'", "UPDATE credit SET kind = 'applied' WHERE kind = 'taken'",
        [['credit_invoice', 'credit:CAPP11ED00001', 0, 300]]],
    ['a credit reference twice', `${key('credit', 'credit_reference', 'reference')[0]} UPDATE credit SET reference = 'CG1VEN0000001' WHERE kind = 'applied'`,
        `UPDATE credit SET reference = 'CAPP11ED00001' WHERE kind = 'applied'; ${key('credit', 'credit_reference', 'reference')[1]}`,
        [['credit_booked'], ['credit_booked'], ['credit_invoice'], ['credit_invoice'], ['twice_credit', 'CG1VEN0000001', 1, 2]]],
    ["a credit request's key twice", `${key('credit', 'credit_request', 'account_id, request_key')[0]} UPDATE credit SET request_key = 'c1' WHERE kind = 'applied'`,
        `UPDATE credit SET request_key = 'c2' WHERE kind = 'applied'; ${key('credit', 'credit_request', 'account_id, request_key')[1]}`, [['twice_credit_request', / c1$/, 1, 2]]],
    ['a draft that is over although its payment is open', "UPDATE draft SET state = 'failed' WHERE id = 9", "UPDATE draft SET state = 'open' WHERE id = 9",
        [['draft_open', 'enrolment 7 2026-11-15', 0, 1]]],
    ['a draft that is open without a payment', "UPDATE draft SET state = 'open' WHERE id = 8", "UPDATE draft SET state = 'taken' WHERE id = 8",
        [['draft_open', 'enrolment 7 2026-11-01', 1, 0], ['draft_taken', 'enrolment 7 2026-11-01', 0, 1]]],
    ['a hole in the attempts', "UPDATE payment SET attempt = 3 WHERE reference = 'PREFVNDED0001'", "UPDATE payment SET attempt = 2 WHERE reference = 'PREFVNDED0001'",
        [['draft_attempts', 'enrolment 7 2026-11-01', 2, 3]]],
    ["a draft's amount", 'UPDATE draft SET amount_cents = 501 WHERE id = 9', 'UPDATE draft SET amount_cents = 500 WHERE id = 9', [['draft_amount', 'enrolment 7 2026-11-15', 500, 501]]],
    ['a payment of autopay without its draft', "UPDATE payment SET draft_id = NULL, attempt = NULL WHERE reference = 'PVNKN0WN00001'",
        "UPDATE payment SET draft_id = 9, attempt = 1 WHERE reference = 'PVNKN0WN00001'",
        [['draft_attempts', 'enrolment 7 2026-11-15', 1, 0], ['draft_open', 'enrolment 7 2026-11-15', 1, 0], ['draft_payment', 'PVNKN0WN00001', 'a draft of its account', 'none']]],
    ['an active enrolment that covers nothing', 'UPDATE enrolment_cover SET active = NULL', 'UPDATE enrolment_cover SET active = 1', [['enrolment_covers', 'enrolment 7', 1, 0]]],
    ['more than was planned', 'UPDATE split_plan SET amount_cents = 799', 'UPDATE split_plan SET amount_cents = 800', [['split_plan', /^enrolment 7 2026-11-01 invoice id /, 799, 800]]],
    ['a draft day twice', `ALTER TABLE draft ADD KEY plain (enrolment_id); ${key('draft', 'draft_once', 'enrolment_id, draft_on')[0]} UPDATE draft SET draft_on = '2026-11-01' WHERE id = 9`,
        `UPDATE draft SET draft_on = '2026-11-15' WHERE id = 9; ${key('draft', 'draft_once', 'enrolment_id, draft_on')[1]} ALTER TABLE draft DROP KEY plain;`,
        [['twice_draft', 'enrolment 7 2026-11-01', 1, 2]]],
    ['an attempt twice', `${key('payment', 'payment_draft', 'draft_id, attempt')[0]} UPDATE payment SET attempt = 2 WHERE reference = 'PDEC11NED0001'`,
        `UPDATE payment SET attempt = 1 WHERE reference = 'PDEC11NED0001'; ${key('payment', 'payment_draft', 'draft_id, attempt')[1]}`, [['draft_amount'], ['twice_attempt', 'draft id 8 2', 1, 2]]],
    ['a cover twice', `${key('enrolment_cover', 'enrolment_cover_active', 'account_id, cover_key, active')[0]} INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope,
        began_on, created_at, changed_at) SELECT id, 8, 7, 7, 'first', 'all', '2026-10-05', NOW(), NOW() FROM account WHERE number = 'A1';
        INSERT INTO enrolment_cover SELECT id, 8, 'all', 1 FROM account WHERE number = 'A1'`,
        `DELETE FROM enrolment_cover WHERE enrolment_id = 8; DELETE FROM enrolment WHERE id = 8; ${key('enrolment_cover', 'enrolment_cover_active', 'account_id, cover_key, active')[1]}`,
        [['twice_cover', / all$/, 1, 2]]],
    ['an event twice', `${key('journal_entry', 'journal_entry_event', 'event_key')[0]} UPDATE journal_entry SET event_key = 'credit:CG1VEN0000001' WHERE event_key = 'invoice:I3:issued'`,
        `UPDATE journal_entry SET event_key = 'invoice:I3:issued' WHERE event_key = 'credit:CG1VEN0000001' AND kind = 'invoice';
        ${key('journal_entry', 'journal_entry_event', 'event_key')[1]}`, [['twice_event', 'credit:CG1VEN0000001', 1, 2]]],
];

const faultsAre = (found, expected, label) => {
    const sorted = [...found].sort((a, b) => (a.check < b.check ? -1 : a.check > b.check ? 1 : 0));
    assert.deepEqual(sorted.map((one) => one.check), expected.map((one) => one[0]), label);
    expected.forEach(([, subject, want, got], index) => {
        const one = sorted[index];
        if (subject instanceof RegExp)
            assert.match(one.subject, subject, label);
        else if (subject)
            assert.equal(one.subject, subject, label);
        if (want !== undefined)
            assert.deepEqual([one.expected_cents ?? one.expected, one.found_cents ?? one.found], [want, got], label);
    });
};

for (const [label, breaking, mending, expected] of cases)
    test(`one broken row: ${label}`, () => {
        remit.sql(label.startsWith('activity') ? breaking : `${breaking}; ${activitySql()}`);
        try {
            const ran = remit.run(['check', '--json']);
            const result = JSON.parse(ran.out);
            assert.equal(ran.status, 1);
            assert.equal(result.ok, false);
            faultsAre(result.faults, expected, label);
            const told = remit.run(['check']);
            assert.equal(told.status, 1);
            assert.match(told.err, new RegExp(`do not agree: ${expected.length} fault`));
            for (const [check] of expected)
                assert.match(told.out, new RegExp(`expected .*, found .* \\(${check}\\)`));
        } finally {
            remit.sql(`${mending}; ${activitySql()}`);
        }
        assert.equal(remit.json(['check']).ok, true, 'mended');
    });

test('every check has a case', () => {
    const source = readFileSync(join(root, 'common/store/check_table.c'), 'utf8');
    const names = [...source.matchAll(/\{&check_(\w+)_sql,\s*"(\w+)"/g)].map((match) => match[2]);
    const covered = new Set(cases.flatMap(([, , , expected]) => expected.map(([check]) => check)));
    assert.ok(names.length > 35);
    assert.deepEqual(names.filter((name) => !covered.has(name)), []);
});

// ---- with a gateway ----

const gateway = (name) => {
    const at = new Installation(database, name, `Gateway.ApiUrl = ${sandbox.url}`);
    at.now = '+0';
    at.ok(['migrate']);
    at.ok(['account', 'add', '--number', 'A1', '--organization', 'A1']);
    at.ok(['invoice', 'import', at.file('in.json', [invoice('I1', 'A1', '99.00'), invoice('I2', 'A1', '49.00'), invoice('I3', 'A1', '49.00')])]);
    return at;
};
const now = () => new Date().toISOString().slice(0, 19).replace('T', ' ');
const gatewayFaults = (at) => {
    const ran = at.run(['check', '--gateway', '--json']);
    const result = JSON.parse(ran.out);
    assert.equal(ran.status, result.ok ? 0 : 1, ran.err);
    return result.faults;
};

test('settle, and check --gateway', async (t) => {
    if (!sandbox)
        return t.skip('the sandbox is not built');
    const at = gateway('remit_gateway');
    assert.deepEqual(gatewayFaults(at), []);

    // One whose answer was lost, and one that never arrived.
    const transaction = await sandbox.sale('PGATEWAY00001', '5.00');
    at.sql(`${payment('PGATEWAY00001', 'unknown', 'I1', 500, { open: '1', gateway: 'nmi', confirmed: now() })} ${reserve('I1', 500)}
        ${payment('PGATEWAY00002', 'unknown', 'I2', 700, { open: '1', gateway: 'nmi', confirmed: now() })} ${reserve('I2', 700)}`);
    const open = at.json(['check', '--gateway']);
    assert.equal(open.open_count, 2, 'open ones are reported, and are no faults');
    const settled = at.json(['settle']);
    assert.deepEqual(settled.payments.map((one) => [one.reference, one.state, one.end, one.amount_cents]),
        [['PGATEWAY00001', 'succeeded', 'resolved', 500], ['PGATEWAY00002', 'unknown', 'unknown', 700]]);
    assert.deepEqual([settled.looked_at, settled.resolved, settled.unknown], [2, 1, 1]);
    assert.match(at.ok(['settle']), /1 looked at: 0 resolved, 1 still open/);
    assert.equal(at.json(['payment', 'show', 'PGATEWAY00001']).transaction_id, transaction);
    const clean = at.json(['check', '--gateway']);
    assert.equal(clean.ok, true);
    assert.equal(clean.counts.gateway_transactions, 1);
    assert.match(at.ok(['check', '--gateway']), /The gateway agrees: 1 transaction\b/);

    // Each contradiction alone.
    at.sql(`${free} UPDATE payment SET state = 'declined' WHERE reference = 'PGATEWAY00001'`);
    assert.ok(gatewayFaults(at).some((one) => one.check === 'gateway_state' && one.subject === 'PGATEWAY00001' && one.found === 'declined'));
    at.sql("UPDATE payment SET state = 'succeeded' WHERE reference = 'PGATEWAY00001'");

    at.sql("UPDATE payment SET amount_cents = 501 WHERE reference = 'PGATEWAY00001'");
    assert.deepEqual(gatewayFaults(at).filter((one) => one.check === 'gateway_amount').map((one) => [one.subject, one.expected_cents,
        one.found_cents]), [['PGATEWAY00001', 501, 500]]);
    at.sql("UPDATE payment SET amount_cents = 500 WHERE reference = 'PGATEWAY00001'");

    at.sql(`${payment('PGATEWAY00003', 'pending', 'I3', 900, { gateway: 'nmi', transaction: '77', confirmed: now() })} ${reserve('I3', 900)}`);
    faultsAre(gatewayFaults(at), [['gateway_missing', 'PGATEWAY00003', 'a transaction', 'none']]);
    await sandbox.sale('PGATEWAY00003', '9.00');
    assert.deepEqual(gatewayFaults(at), []);

    await sandbox.sale('PGATEWAY00001', '5.00');
    faultsAre(gatewayFaults(at), [['gateway_twice', 'PGATEWAY00001', 1, 2]]);
    const stray = await sandbox.sale('PGATEWAY00009', '3.00');
    faultsAre(gatewayFaults(at), [['gateway_twice', 'PGATEWAY00001', 1, 2], ['gateway_unknown', stray, 'a payment', 'PGATEWAY00009']]);
    const nameless = await sandbox.sale('', '3.00');
    faultsAre(gatewayFaults(at), [['gateway_twice'], ['gateway_unknown'], ['gateway_unknown']]);
    assert.ok(gatewayFaults(at).some((one) => one.subject === nameless && one.found === 'no order id'));
});
