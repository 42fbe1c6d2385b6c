// What the tests of returns share: an installation with the sandbox and one clock for both, and
// payments as they are when the bank has settled them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, Installation, startSandbox } from './harness.mjs';
import { activitySql } from '../../support/activity.mjs';

export const DAY_S = 24 * 3600;
const plain = (cents) => (cents / 100).toFixed(2);

export class Shop {
    static async open(name) {
        const shop = new Shop();
        shop.database = await Database.start();
        shop.clock = join(shop.database.folder, 'clock');
        writeFileSync(shop.clock, '');
        shop.sandbox = await startSandbox(shop.database.folder, 'test-key', 'sandbox', shop.clock);
        assert.ok(shop.sandbox, 'the sandbox is built');
        shop.at = new Installation(shop.database, name, [`Gateway.ApiUrl = ${shop.sandbox.url}`, 'Gateway.TimeoutMs = 2000',
            'Payment.LeaseSeconds = 20', 'Fee.Return = 25.00'].join('\n'));
        shop.at.now = '+0';
        shop.at.ok(['migrate']);
        shop.count = 0;
        return shop;
    }

    async close() {
        await this.sandbox?.stop();
        await this.database?.stop();
    }

    // Both see it as later by so many days.
    later(days) {
        const seconds = days * DAY_S;
        writeFileSync(this.clock, days ? `+${seconds}` : '');
        this.at.now = `+${seconds}`;
    }

    sql(text) {
        return this.at.sql(text);
    }

    one(text) {
        return this.sql(text)[0]?.[0];
    }

    // A new account, its user with a bank account and a card, and an invoice over each of the amounts.
    account(cents) {
        const number = `A${++this.count}`;
        const invoices = cents.map((each, index) => ({ account: number, number: `${number}-${index + 1}`, issued_on: '2026-10-01',
            due_on: `2026-10-${String(10 + index).padStart(2, '0')}`, tax: '0.00', lines: [{ description: 'Hosting', amount: plain(each) }] }));
        this.at.ok(['account', 'add', '--number', number, '--organization', number]);
        this.at.ok(['invoice', 'import', this.at.file('in.json', invoices)]);
        this.sql(`INSERT INTO user (email, name, created_at) VALUES ('${number}@example.test', '${number}', UTC_TIMESTAMP());
            SET @user = LAST_INSERT_ID();
            INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, holder_type, created_at)
            SELECT id, @user, 'bank', 'nmi', 'bank-${number}', 'Checking', '6789', 'personal', UTC_TIMESTAMP() FROM account WHERE number = '${number}';
            INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder_type, created_at)
            SELECT id, @user, 'card', 'nmi', 'card-${number}', 'Visa', '1111', '2030-12-31', 'personal', UTC_TIMESTAMP() FROM account WHERE number = '${number}'`);
        return { number, invoices: invoices.map((invoice) => invoice.number) };
    }

    // A payment over cents of each of the invoices, and of credit: 'pending' or 'succeeded', at the gateway too.
    async payment(owner, cents, { kind = 'bank', credit = 0, state = 'succeeded' } = {}) {
        const reference = `P${String(++this.count).padStart(12, '0')}`;
        const invoiced = cents.reduce((a, b) => a + b, 0);
        const money = state === 'succeeded';
        const transaction = await (kind === 'bank' ? this.sandbox.bankSale : this.sandbox.sale)(reference, plain(invoiced + credit));
        if (money && kind === 'bank')
            await this.sandbox.ach({ order_id: reference, action: 'settle' });
        this.sql(`START TRANSACTION;
            SELECT id INTO @account FROM account WHERE number = '${owner.number}';
            INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind, user_id, method_id, method_text, amount_cents, credit_cents, state,
                claim_token, send_by, gateway, vault_id, transaction_id, created_at, confirmed_at, deadline_at, closed_at)
            SELECT @account, '${reference}', UNHEX(SHA2('${reference}', 256)), REPEAT('h', 32), 'customer', '${kind}', user_id, id, 'Checking ending 6789',
                ${invoiced + credit}, ${credit}, '${state}', REPEAT('t', 16), '2026-01-01', 'nmi', vault_id, '${transaction}', UTC_TIMESTAMP(), UTC_TIMESTAMP(),
                UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM method WHERE vault_id = '${kind}-${owner.number}';
            SET @payment = LAST_INSERT_ID();
            ${cents.map((part, index) => !part ? '' : `INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents)
                SELECT account_id, @payment, id, ${part} FROM invoice WHERE number = '${owner.invoices[index]}';
                UPDATE invoice SET ${money ? 'paid_cents = paid_cents' : 'pending_cents = pending_cents'} + ${part} WHERE number = '${owner.invoices[index]}';`).join('')}
            UPDATE account SET ${money ? `due_cents = due_cents - ${invoiced}, credit_cents = credit_cents + ${credit}` : `pending_cents = pending_cents + ${invoiced}`}
            WHERE id = @account;
            ${!money ? '' : `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id)
                VALUES (@account, 'payment:${reference}:paid', 'payment', UTC_TIMESTAMP(), CURDATE(), @payment);
                SET @entry = LAST_INSERT_ID();
                INSERT INTO journal_posting VALUES (@account, @entry, 0, 'money', NULL, ${invoiced + credit})${credit ? `, (@account, @entry, 900, 'credit', NULL, -${credit})` : ''};
                ${cents.map((part, index) => !part ? '' : `INSERT INTO journal_posting SELECT account_id, @entry, ${index + 1}, 'receivable', id, -${part}
                    FROM invoice WHERE number = '${owner.invoices[index]}';`).join('')} ${activitySql('@account')};`}
            COMMIT`);
        return reference;
    }

    // The same by card, settled at the gateway too.
    async cardPayment(owner, cents, options = {}) {
        const reference = await this.payment(owner, cents, { kind: 'card', ...options });
        await this.sandbox.settle(reference);
        return reference;
    }

    // A card payment that settling found not to be charged, and that the gateway has booked.
    async uncharged(cents) {
        const owner = this.account(cents);
        const reference = await this.payment(owner, cents, { kind: 'card' });
        this.sql(`START TRANSACTION; SELECT id, account_id INTO @payment, @account FROM payment WHERE reference = '${reference}';
            DELETE q FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.payment_id = @payment;
            DELETE f FROM feed f JOIN journal_entry e ON e.id = f.entry_id WHERE e.payment_id = @payment;
            DELETE FROM journal_entry WHERE payment_id = @payment;
            DELETE FROM activity WHERE account_id = @account AND kind = 'payment';
            UPDATE payment_allocation a JOIN invoice i ON i.id = a.invoice_id SET i.paid_cents = i.paid_cents - a.amount_cents WHERE a.payment_id = @payment;
            UPDATE account SET due_cents = due_cents + ${cents.reduce((a, b) => a + b, 0)} WHERE id = @account;
            UPDATE payment SET state = 'not_charged', transaction_id = NULL WHERE id = @payment; COMMIT`);
        this.at.ok(['check']);
        return [owner, reference];
    }

    // Cents of the account's credit go to an invoice.
    spend(owner, cents, invoice = owner.invoices.at(-1)) {
        this.sql(`START TRANSACTION; SELECT id INTO @account FROM account WHERE number = '${owner.number}';
            UPDATE account SET credit_cents = credit_cents - ${cents}, due_cents = due_cents - ${cents} WHERE id = @account;
            UPDATE invoice SET credited_cents = credited_cents + ${cents} WHERE number = '${invoice}';
            INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES (@account, 'spent:${++this.count}', 'credit', UTC_TIMESTAMP(), CURDATE());
            SET @entry = LAST_INSERT_ID();
            INSERT INTO journal_posting SELECT @account, @entry, 0, 'credit', NULL, ${cents};
            INSERT INTO journal_posting SELECT @account, @entry, 1, 'receivable', id, -${cents} FROM invoice WHERE number = '${invoice}'; ${activitySql('@account')}; COMMIT`);
    }

    state(reference) {
        return this.one(`SELECT state FROM payment WHERE reference = '${reference}'`);
    }

    // due, pending and credit of an account
    balance(owner) {
        return this.sql(`SELECT due_cents, pending_cents, credit_cents FROM account WHERE number = '${owner.number}'`)[0].map(Number);
    }

    // paid, credited, pending of each invoice
    figures(owner) {
        return owner.invoices.map((number) => this.sql(`SELECT paid_cents, credited_cents, pending_cents FROM invoice
            WHERE number = '${number}'`)[0].map(Number));
    }

    // "total billing type" of an invoice that Remit made; its line stands in line().
    issued(number) {
        return this.sql(`SELECT total_cents, billing_type FROM invoice WHERE number = '${number}'`)[0]?.join(' ');
    }

    line(number) {
        return this.one(`SELECT l.description FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE i.number = '${number}'`);
    }

    // kind state amount credit adjustment code of what went back
    refunds(reference) {
        return this.sql(`SELECT r.kind, r.state, r.amount_cents, r.credit_cents, r.adjustment_cents, r.response_code FROM refund r
            JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${reference}' ORDER BY r.id`).map((row) => row.join(' ').trim());
    }

    // kind ledger invoice cents of each posting that is not the payment's own
    journal(reference) {
        return this.sql(`SELECT e.kind, q.ledger, COALESCE(i.number, '-'), q.amount_cents FROM journal_entry e
            JOIN payment p ON p.id = e.payment_id JOIN journal_posting q ON q.entry_id = e.id LEFT JOIN invoice i ON i.id = q.invoice_id
            WHERE p.reference = '${reference}' AND e.kind <> 'payment' ORDER BY e.id, q.line`).map((row) => row.join(' '));
    }

    mails(key) {
        return Number(this.one(`SELECT COUNT(*) FROM outbox WHERE mail_key = '${key}'`));
    }

    queued(reference) {
        return this.sql(`SELECT q.kind FROM queue_item q JOIN payment p ON p.id = q.payment_id WHERE p.reference = '${reference}'
            ORDER BY q.kind`).flat();
    }

    progress() {
        return this.one("SELECT at FROM progress WHERE name = 'late_returns'");
    }

    settle(status = 0) {
        const ran = this.at.run(['settle', '--json']);
        assert.equal(ran.status, status, `${ran.err}${ran.out}`);
        return JSON.parse(ran.out);
    }

    refused(args, pattern, status = 1) {
        const ran = this.at.run(args);
        assert.equal(ran.status, status, `${ran.out}${ran.err}`);
        assert.match(ran.err, pattern);
        return ran;
    }

    faults() {
        return JSON.parse(this.at.run(['check', '--gateway', '--json']).out).faults;
    }

    clean() {
        assert.deepEqual(this.faults(), []);
        this.at.ok(['check', '--gateway']);
    }
}
