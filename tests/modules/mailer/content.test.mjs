// What mails say and to whom they go: every kind, hostile names and notes, people who are gone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, quote, SmtpServer } from './harness.mjs';
import { parse, words } from './smtp_server.mjs';
import { common, plain, says } from './support.mjs';

const EVIL = 'Ana"\r\nBcc: eve@evil.example\r\n\r\n<b>&amp;</b><?cs var:Site.Name ?>';
const SUPPORT = ['Site.Support.Email = help@shop.example', 'Site.Support.Phone = +1 555 0100', 'Site.Support.Url = https://shop.example/help'];
let database, server, office, payment, refund, reopened, voided, consent, bank;

// A payment over two invoices, with a note of several lines.
function addPayment(state, { note = 'For October\n<i>thanks</i>', method = 'Visa ending 4242' } = {}) {
    const n = ++office.count;
    const id = Number(office.one(`INSERT INTO payment (account_id, reference, source, kind, user_id, method_text, amount_cents,
        state, note, gateway, transaction_id, created_at, confirmed_at, closed_at) VALUES (${office.account}, 'P${String(n).padStart(12, '0')}',
        'customer', 'card', ${office.user.id}, ${quote(method)}, 304350, '${state}', ${quote(note)}, 'nmi', 't${n}',
        '2026-11-22 14:00:00', '2026-11-22 14:30:00', '2026-11-22 14:30:05'); SELECT LAST_INSERT_ID()`));
    for (const [number, cents, due] of [[`INV-${n}-B`, 100, '2026-11-02'], [`INV-${n}-A`, 304250, '2026-11-01']])
        office.sql(`INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at) VALUES
            (${office.account}, '${number}', '2026-10-01', '${due}', ${cents}, REPEAT('f', 32), '2026-10-01');
            INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents)
            VALUES (${office.account}, ${id}, LAST_INSERT_ID(), ${cents})`);
    return { id, n, reference: `P${String(n).padStart(12, '0')}` };
}

function addRefund(kind, reopens) {
    return Number(office.one(`INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, gateway, actor,
        created_at, closed_at) VALUES (${office.account}, 'R${String(++office.count).padStart(12, '0')}', ${payment.id}, '${kind}', 1250, ${reopens},
        'succeeded', 'nmi', 'x', '2026-11-22 14:00:00', '2026-11-22 16:00:00'); SELECT LAST_INSERT_ID()`));
}

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_content', server, { settings: SUPPORT });
    payment = addPayment('succeeded');
    refund = addRefund('refund', 0);
    reopened = addRefund('refund', 1);
    voided = addRefund('void', 1);
    bank = office.addMethod(office.account, office.user, { kind: 'bank', brand: 'Checking', four: '6789' });
    consent = Number(office.one(`INSERT INTO consent (account_id, user_id, method_id, kind, version, text, accepted_at, address)
        VALUES (${office.account}, ${office.user.id}, ${bank}, 'card_terms', 'v', 'I authorize <Shop>\nto debit my account.',
        '2026-11-22 14:00:00', '::1'); SELECT LAST_INSERT_ID()`));
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

// One mail of a kind: as it arrived.
async function sent(kind, subject, more = {}) {
    const key = office.mail({ kind, subject, ...more });
    const { log } = await office.once();
    assert.equal(office.row(key).state, 'sent', office.row(key).last_error + log);
    assert.equal(server.mails.length, 1);
    return server.mails[0];
}

test('a receipt says what the receipt page says', async () => {
    const mail = await sent('receipt', payment.id);
    common(mail);
    assert.equal(mail.header('Subject'), 'Receipt for your payment of $3,043.50');
    says(mail, 'Payment has been processed', 'up to 2 business days', '$3,043.50', 'Visa ending 4242', payment.reference, `t${payment.n}`,
        'For October', '<i>thanks</i>', `INV-${payment.n}-A`, '$3,042.50', `INV-${payment.n}-B`, '$1.00', 'Payment Total',
        'Nov 22, 2026, 9:30 AM EST');
    assert.ok(mail.text.indexOf(`INV-${payment.n}-A`) < mail.text.indexOf(`INV-${payment.n}-B`), 'oldest due first');
    assert.ok(mail.text.includes(`https://shop.example/billing/pay/${payment.reference}`));
    assert.ok(mail.html.includes(`<a href="https://shop.example/billing/pay/${payment.reference}">`));
    assert.ok(!/Download/.test(mail.text + mail.html), 'no PDF where documents is not installed');
});

test('a receipt leads to its PDF, also while a debit is pending', async () => {
    try {
        office.settings(...SUPPORT, 'Programs.documents = 1');
        for (const state of ['succeeded', 'pending', 'returned']) {
            office.clear();
            const { id, reference } = addPayment(state);
            const mail = await sent('receipt', id);
            common(mail);
            assert.ok(mail.text.split('\n').includes(`Download PDF: https://shop.example/billing/payments/${reference}.pdf`), mail.text);
            assert.ok(mail.html.includes(`<a href="https://shop.example/billing/payments/${reference}.pdf">Download PDF</a>`), mail.html);
            assert.ok(mail.text.includes(`See this payment: https://shop.example/billing/pay/${reference}\n`), mail.text);
        }
        // What was not charged has none.
        office.clear();
        const declined = await sent('receipt', addPayment('declined').id);
        assert.ok(!/Download/.test(declined.text + declined.html), declined.text);
    } finally {
        office.settings(...SUPPORT);
    }
});

test('a receipt of a payment that is pending, and of one that changed since', async () => {
    const pending = await sent('receipt', addPayment('pending').id);
    assert.equal(pending.header('Subject'), 'Your payment of $3,043.50 was accepted');
    says(pending, 'Your bank still has to send the money');
    for (const [state, word] of [['refunded', 'Refunded'], ['returned', 'Returned'], ['voided', 'Voided'], ['charged_back', 'Charged back']]) {
        office.clear();
        const mail = await sent('receipt', addPayment(state).id);
        says(mail, `now it is: ${word}`.replace(/: .*/, ':'));
        assert.match(plain(mail.text), new RegExp(word, 'i'));
        assert.ok(!mail.text.includes('Payment has been processed'));
    }
});

test('every other kind', async () => {
    for (const [kind, subject, title, ...texts] of [
        ['returned', payment.id, 'Your payment of $3,043.50 was returned', 'The payment was returned.', 'the invoices are open again', 'Make a Payment'],
        ['charged_back', payment.id, 'Your payment of $3,043.50 was charged back', 'The payment was charged back.', 'because it was disputed, so the invoices are open again', 'Auto Pay does not pay these invoices', 'Make a Payment'],
        ['method_updated', office.method, 'Your bank updated your card: Visa ending 4242', 'its new number or expiration date', 'What to do: nothing.', 'Payment Methods'],
        ['refunded', refund, '$12.50 of your payment was refunded', '$12.50 was sent back to you', 'Nov 22, 2026, 11:00 AM EST', 'What to do: nothing.', payment.reference],
        ['refunded', reopened, '$12.50 of your payment was refunded', 'is due again on its invoices', 'Make a Payment'],
        ['voided', voided, 'Your payment of $3,043.50 was canceled', 'This payment was canceled', 'its invoices are due again', 'Make a Payment'],
        ['method_added', office.method, 'Payment method added: Visa ending 4242', 'A card was added', 'Visa ending 4242', 'contact us at once', 'Payment Methods'],
        ['method_added', bank, 'Payment method added: Checking ending 6789', 'A bank account was added', 'Checking ending 6789'],
        ['method_removed', office.method, 'Payment method removed: Visa ending 4242', 'A card was removed', 'It is not used for payments any more.'],
        ['authorization', consent, 'Your authorization for Checking ending 6789', 'you agreed to the following', 'I authorize <Shop>', 'to debit my account.', 'keep this copy'],
    ]) {
        office.clear();
        const mail = await sent(kind, subject);
        common(mail);
        assert.equal(mail.header('Subject'), title);
        says(mail, ...texts);
    }
});

test('autopay: coming up, drafted, failed, on, off, a card that expires', async () => {
    office.sql(`UPDATE method SET expires_on = '2026-12-31' WHERE id = ${office.method};
        INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope, largest_cents, began_on, next_on, noticed_on, noticed_cents, created_at, changed_at)
        VALUES (${office.account}, 70, ${office.user.id}, ${office.method}, 'split', 'types', 5000000, '2026-11-02', '2026-12-15', '2026-12-01', 3043, NOW(), NOW());
        INSERT INTO enrolment_cover VALUES (${office.account}, 70, 'type:Hosting & <more>', 1),
        (${office.account}, 70, (SELECT CONCAT('invoice:', MIN(id)) FROM invoice WHERE account_id = ${office.account}), 1);
        INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, reason, amount_cents, attempts, created_at) VALUES
        (${office.account}, 71, 70, '2026-12-01', 'failed', 'declined', 304350, 1, NOW()), (${office.account}, 72, 70, '2026-12-15', 'failed', 'method', 0, 0, NOW());
        INSERT INTO consent (account_id, user_id, method_id, enrolment_id, kind, version, text, accepted_at, address)
        VALUES (${office.account}, ${office.user.id}, ${office.method}, 70, 'autopay', 'v', 'I agree to <Auto Pay>.', '2026-11-22 14:00:00', '::1')`);
    const money = addPayment('succeeded'), waiting = addPayment('pending');
    office.sql(`UPDATE payment SET draft_id = 71, attempt = 1 WHERE id = ${money.id}`);
    for (const [kind, subject, title, ...texts] of [
        ['autopay_upcoming', 70, 'Auto Pay: $30.43 on December 1, 2026', 'On December 1, 2026 Auto Pay will take $30.43 from Visa ending 4242', '1st and 15th (Split Between)', 'Hosting & <more>', 'Invoice # INV-'],
        ['drafted', money.id, 'Auto Pay: receipt for your payment of $3,043.50', 'Your Auto Pay payment has been processed.', money.reference, 'Visa ending 4242'],
        ['drafted', waiting.id, 'Your Auto Pay payment of $3,043.50 was accepted', 'accepted and is pending.', 'still has to send the money'],
        ['draft_failed', 71, 'Your Auto Pay payment of December 1, 2026 failed', 'was not made. The bank declined the payment.', '$3,043.50', 'Auto Pay stays on', 'Fix the payment method', 'Pay now'],
        ['draft_failed', 72, 'Your Auto Pay payment of December 15, 2026 failed', 'The payment method cannot be used.', 'Visa ending 4242'],
        ['autopay_on', 70, 'Auto Pay with Visa ending 4242', 'Auto Pay is on with Visa ending 4242', 'Next payment: December 15, 2026', 'Most per draft: $50,000.00', 'I agree to <Auto Pay>.'],
        ['method_expiring', office.method, 'Visa ending 4242 expires soon', 'expires after December 31, 2026', 'Update the card'],
    ]) {
        office.clear();
        const mail = await sent(kind, subject);
        common(mail);
        assert.equal(mail.header('Subject'), title);
        says(mail, ...texts);
    }
    // What the provider changed is not what was agreed to.
    office.clear();
    const changed = await sent('autopay_on', 70, { key: 'autopay_on:70:changed:1790000000' });
    says(changed, 'Auto Pay is on with Visa ending 4242', 'We changed it for you.', 'If you did not ask for this, contact us at once.');
    assert.ok(!/I agree to|you agreed|Backup method/.test(changed.text + changed.html));
    office.clear();
    office.sql(`UPDATE enrolment SET backup_method_id = ${bank} WHERE id = 70`);
    says(await sent('autopay_on', 70), 'Backup method: Checking ending 6789');
    office.sql('UPDATE enrolment SET backup_method_id = NULL WHERE id = 70');
    office.clear();
    assert.match((await sent('draft_failed', 71)).text, new RegExp(`Fix the payment method: https://shop.example/billing/methods/${office.method}\n`));
    // A person's bank account is told first: the most of that day, which may be later than the schedule's.
    const upcoming = async (text) => {
        office.sql(text);
        office.clear();
        return plain((await sent('autopay_upcoming', 70)).text).replace(/\s+/g, ' ');
    };
    const added = 'invoices that come until then may be added', waits = 'invoices that come until then wait for the next draft', later = 'It is later than the schedule, so that you know at least 10 days before.';
    assert.ok((await upcoming(`UPDATE enrolment SET method_id = ${bank} WHERE id = 70`)).includes(added), 'it has a most per draft');
    const most = await upcoming('UPDATE enrolment SET largest_cents = NULL WHERE id = 70');
    assert.ok(most.includes('On December 1, 2026 Auto Pay will take at most $30.43 from Checking ending 6789') && most.includes(waits) && !most.includes(later), most);
    const off = await upcoming("UPDATE enrolment SET noticed_on = '2026-12-07' WHERE id = 70");
    assert.ok(off.includes('On December 7, 2026 Auto Pay will take at most $30.43') && off.includes(later), off);
    assert.ok((await upcoming(`UPDATE method SET holder_type = 'business' WHERE id = ${bank}`)).includes(added), 'a business');
    office.sql(`UPDATE method SET holder_type = '' WHERE id = ${bank}; UPDATE enrolment SET method_id = ${office.method} WHERE id = 70`);
    office.sql(`UPDATE enrolment SET state = 'off', off_reason = 'taken_over', off_at = NOW(), next_on = NULL WHERE id = 70`);
    office.clear();
    says(await sent('autopay_off', 70), 'Auto Pay with Visa ending 4242', 'Another payment method has taken over', 'Future payments are manual', 'Make a Payment');
});

test('a card that its bank closed, or tells nothing of', async () => {
    for (const [word, text] of [['closed', 'that its account is closed'], ['contact', 'only you can give them']]) {
        office.clear();
        const mail = await sent('method_updated', office.method, { key: `method_updated:${office.method}:${word}:1790000000` });
        assert.equal(mail.header('Subject'), 'Your card needs attention: Visa ending 4242');
        says(mail, text, 'enter the card you have now');
        assert.ok(!mail.text.includes('Expires after'));
    }
});

test('a return says what is due again, what came off the credit, the adjustment and the fee', async () => {
    const back = addPayment('returned');
    const lines = ['Taken off the credit on your account:', 'Due as an adjustment, because it had been refunded or used before:', 'Return Fee:'];
    const plainly = await sent('returned', back.id);
    says(plainly, 'the invoices are open again', 'Due again on its invoices: $3,043.50');
    for (const line of lines)
        assert.ok(!plainly.text.includes(line) && !plainly.html.includes(line), line);
    office.sql(`INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, credit_cents, adjustment_cents, reopens, state, actor, created_at)
        VALUES (${office.account}, 'B${back.reference.slice(1)}', ${back.id}, 'return', 304350, 1000, 4350, 1, 'succeeded', 'x', '2026-11-22 14:00:00');
        INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at)
        VALUES (${office.account}, 'FEE-${back.reference}', '2026-11-22', '2026-11-22', 2500, REPEAT('\\0', 32), '2026-11-22')`);
    office.clear();
    says(await sent('returned', back.id), 'Due again on its invoices: $2,990.00', `${lines[0]} $10.00`, `${lines[1]} $43.50`, `${lines[2]} $25.00`, 'Make a Payment');
    office.sql(`UPDATE refund SET adjustment_cents = 303350 WHERE payment_id = ${back.id}`);
    office.clear();
    const nothing = await sent('returned', back.id);
    assert.ok(!nothing.text.includes('open again') && !nothing.html.includes('open again'), 'no invoice of it is due again');
    says(nothing, 'then pay what is due');
});

test('a void says what is due as an adjustment, where something is', async () => {
    const line = 'Due as an adjustment, because it had been refunded or used before:';
    assert.ok(!(await sent('voided', voided)).text.includes(line));
    office.sql(`UPDATE refund SET adjustment_cents = 1250 WHERE id = ${voided}`);
    office.clear();
    says(await sent('voided', voided), `${line} $12.50`);
    office.sql(`UPDATE refund SET adjustment_cents = 0 WHERE id = ${voided}`);
});

test('what is not installed is not linked to', async () => {
    office.settings('Programs.pay = 0', 'Programs.methods = 0', 'Site.Support.Email =', 'Site.Support.Phone =');
    try {
        for (const [kind, subject] of [['receipt', payment.id], ['returned', payment.id], ['method_added', office.method]]) {
            office.clear();
            const mail = await sent(kind, subject);
            assert.ok(!/billing\/(pay|methods)/.test(mail.text + mail.html));
            assert.ok(!mail.text.includes('E-mail:') && !mail.text.includes('Phone:'));
        }
    } finally {
        office.settings('Site.Support.Email = help@shop.example', 'Site.Support.Phone = +1 555 0100', 'Site.Support.Url = https://shop.example/help');
    }
});

test('a header cannot be added by names, organizations, notes or methods', async () => {
    const account = office.addAccount(EVIL);
    const user = office.addUser(account, { name: EVIL });
    const method = office.addMethod(account, user, { brand: EVIL.slice(0, 32) });
    const evil = addPayment('succeeded', { note: EVIL, method: EVIL });
    const mails = [await sent('method_added', method, { account, user })];
    office.clear();
    mails.push(await sent('receipt', evil.id));
    for (const mail of mails) {
        assert.deepEqual(mail.headers.map(([name]) => name), ['From', 'To', 'Subject', 'Date', 'Message-ID', 'Auto-Submitted',
            'MIME-Version', 'Content-Type']);
        assert.equal(mail.body.split('\r\n\r\n')[0].split('\r\n').filter((line) => /^Bcc/i.test(line)).length, 0);
        assert.ok(!/<b>|<i>/.test(mail.html), mail.html);
        assert.ok(!/^Bcc: eve/m.test(mail.text) || mail.text.includes('    Bcc: eve'), 'a note stays in its place');
        assert.ok(mail.text.includes('<?cs var:Site.Name ?>') || mail === mails[0]);
        for (const line of mail.body.split('\r\n')) assert.ok(line.length <= 78 && !/[^\x20-\x7e\t]/.test(line), line);
    }
    assert.equal(words(mails[0].header('To')), `Ana"  Bcc: eve@evil.example    <b>&amp;</b><?cs var:Site.Name ?> <${user.email}>`);
    assert.deepEqual(server.seen.filter(({ step }) => step === 'RCPT').map(({ line }) => line), [`RCPT TO:<${office.user.email}>`]);
});

test('names of any script arrive as they are', async () => {
    for (const name of ['云山 孙', 'نخيل ليلى', '👩‍💻 Müller', 'O’Brien', 'x'.repeat(200), '😀'.repeat(200)]) {
        office.clear();
        const user = office.addUser(office.account, { name });
        const mail = await sent('method_added', office.method, { user });
        assert.equal(words(mail.header('To')).replace(/^"|"(?= <)/g, ''), `${name} <${user.email}>`);
        says(mail, name);
    }
});

test('an address that is none is never said to a server', async () => {
    for (const email of ['ana@firm.example\r\nRCPT TO:<eve@evil.example>', 'ana@firm.example>\nDATA', 'ana', 'a b@firm.example', 'aña@firm.example',
        '<ana@firm.example>', 'a@firm.example,b@firm.example', 'ana@firm.example\t']) {
        office.clear();
        const user = office.addUser(office.account, { email });
        const key = office.mail({ user });
        const fine = office.mail();
        await office.once();
        assert.equal(office.row(key).state, 'given_up', email);
        assert.match(office.row(key).last_error, /address cannot be written to/);
        assert.equal(office.row(fine).state, 'sent');
        assert.deepEqual(server.seen.filter(({ step }) => step === 'RCPT').map(({ to }) => to), [office.user.email]);
        office.sql(`DELETE FROM account_user WHERE user_id = ${user.id}`);
    }
});

test('people who are gone get nothing, and a person is told', async () => {
    const away = office.addUser(office.account, { active: 0 });
    const moved = office.addUser(office.account);
    office.sql(`DELETE FROM account_user WHERE user_id = ${moved.id}`);
    const keys = [away, moved, { id: 999999 }].map((user) => office.mail({ user }));
    const fine = office.mail();
    await office.once();
    assert.deepEqual(keys.map((key) => office.row(key).state), ['given_up', 'given_up', 'given_up']);
    assert.match(office.row(keys[0]).last_error, /not active any more/);
    assert.match(office.row(keys[2]).last_error, /no such user/);
    assert.equal(office.row(fine).state, 'sent');
    assert.equal(server.mails.length, 1);
    assert.equal(office.sql("SELECT 1 FROM queue_item WHERE kind = 'mail_given_up'").length, 3);
});

test('a row for nobody in particular: one mail for each who may see billing, once, whatever is repeated', async () => {
    const account = office.addAccount();
    const users = [office.addUser(account), office.addUser(account)];
    office.addUser(account, { level: 'Reader' });
    office.addUser(account, { active: 0 });
    const subject = office.addMethod(account, users[0]);
    const key = office.mail({ account, user: null, subject });
    server.behave = ({ step, to }) => (step === 'RCPT' && to === users[0].email ? '550 no such user' : undefined);
    await office.once();
    assert.equal(office.row(key).state, 'split');
    assert.deepEqual(users.map(({ id }) => office.row(`${key}/${id}`).state), ['given_up', 'sent']);
    assert.equal(server.mails.length, 1);
    assert.equal(office.sql('SELECT 1 FROM outbox').length, 3);
    // Who comes later, or a second writing of the same key, changes nothing.
    office.addUser(account);
    office.sql(`INSERT IGNORE INTO outbox (mail_key, kind, account_id, subject_id, created_at) VALUES (${quote(key)}, 'method_added', ${account}, ${subject}, '2026-11-22')`);
    await office.once();
    assert.equal(server.mails.length, 1);
    assert.equal(office.sql('SELECT 1 FROM outbox').length, 3);
    // Nobody at all.
    const empty = office.mail({ account: office.addAccount(), user: null });
    await office.once();
    assert.equal(office.row(empty).state, 'given_up');
    assert.match(office.row(empty).last_error, /nobody to write to/);
});

test('a kind nobody knows, and a subject that is not there: given up, and the others go on', async () => {
    const keys = [office.mail({ kind: 'horoscope' }), office.mail({ kind: 'receipt', subject: 999999 }), office.mail({ kind: 'refunded', subject: 999999 }),
        office.mail({ kind: 'authorization', subject: 999999 }), office.mail({ kind: '', subject: 0 })];
    const other = office.addAccount();
    const stranger = office.addUser(other);
    keys.push(office.mail({ kind: 'receipt', subject: payment.id, account: other, user: stranger }));
    const fine = office.mail();
    const { code } = await office.once();
    assert.equal(code, 0);
    assert.deepEqual(keys.map((key) => office.row(key).state), keys.map(() => 'given_up'));
    assert.match(office.row(keys[0]).last_error, /nobody knows this kind/);
    assert.match(office.row(keys[5]).last_error, /not there/, "another account's payment");
    assert.equal(office.row(fine).state, 'sent');
    assert.equal(office.sql("SELECT 1 FROM queue_item WHERE kind = 'mail_given_up'").length, keys.length);
});

test('into a folder: whole files, named by time and key', async () => {
    office.settings('Mail.Host =', `Mail.Folder = ${office.folder}`);
    try {
        const keys = [office.mail(), office.mail()];
        const { code, log } = await office.once();
        assert.equal(code, 0, log);
        assert.deepEqual(keys.map((key) => office.row(key).state), ['sent', 'sent']);
        const files = readdirSync(office.folder);
        assert.equal(files.length, 2);
        for (const file of files) {
            assert.match(file, /^20261122T150000Z-[0-9a-f]{32}\.eml$/);
            const mail = parse(readFileSync(join(office.folder, file), 'latin1'));
            assert.equal(mail.id, `<${file.slice(17, 49)}.remit@shop.example>`);
            says(mail, 'Visa ending 4242');
        }
        assert.equal(server.seen.length, 0);
    } finally {
        office.settings();
    }
});

test('the account of the mailer may do its job and nothing else', () => {
    const as = (statement) => {
        const ran = database.client(['-uremit_mailer', '-psecret', office.name, '-e', statement]);
        return ran.status === 0 ? 'done' : ran.stderr.match(/ERROR (\d+)/)?.[1];
    };
    for (const statement of ['SELECT hash FROM user_password', 'SELECT vault_id FROM method', 'SELECT * FROM method', 'SELECT * FROM payment', 'SELECT claim_token FROM payment',
        "UPDATE user SET email = 'x'", "UPDATE outbox SET kind = 'x'", 'UPDATE outbox SET user_id = 1', 'DELETE FROM outbox', 'SELECT * FROM session',
        "UPDATE payment SET state = 'succeeded'", 'SELECT * FROM queue_item', 'SELECT address FROM consent', 'SELECT * FROM audit_event'])
        assert.match(as(statement), /^(1142|1143)$/, statement);
    assert.equal(as('SELECT * FROM outbox'), 'done');
    assert.equal(NOW.length, 20);
});
