// What mails about invoices say: issued, due soon, overdue; links only to what is installed, hostile data as text.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Database, Office, quote, SmtpServer } from './harness.mjs';
import { common, plain, says } from './support.mjs';

const ALL = ['invoices', 'documents', 'autopay'].map((name) => `Programs.${name} = 1`);
const SUPPORT = ['Site.Support.Email = help@shop.example', 'Site.Support.Phone = +1 555 0100', 'Site.Support.Url = https://shop.example/help'];
const EVIL = '"><b onmouseover=x>\u202e\r\nBcc: e\u0007<?cs var:Site.Name ?>&amp;';
const TODAY = '2026-11-22';
let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_invoices', server, { settings: [...ALL, ...SUPPORT] });
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => {
    office.sql('DELETE FROM enrolment_cover; DELETE FROM enrolment; DELETE FROM invoice');
    office.clear();
    office.settings(...ALL, ...SUPPORT, 'Mail.DueSoonDays = 0', 'Mail.OverdueDays = none');
});

function addInvoice({ number = 'NW-1', due = '2026-12-01', issued = TODAY, total = 3043, tax = 0, paid = 0, credited = 0, pending = 0, type = 'VPS', state = 'issued' } = {}) {
    return Number(office.one(`INSERT INTO invoice (account_id, number, billing_type, state, issued_on, due_on, tax_cents, total_cents, paid_cents, credited_cents, pending_cents, fingerprint,
        created_at) VALUES (${office.account}, ${quote(number)}, ${quote(type)}, '${state}', '${issued}', '${due}', ${tax}, ${total}, ${paid}, ${credited}, ${pending}, REPEAT('f', 32),
        '2026-11-22'); SELECT LAST_INSERT_ID()`));
}

const autopay = (schedule, next = null) => office.sql(`INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at) VALUES
    (${office.account}, 70, ${office.user.id}, ${office.method}, '${schedule}', 'all', '2026-01-01', ${quote(next)}, NOW(), NOW());
    INSERT INTO enrolment_cover VALUES (${office.account}, 70, 'all', 1)`);

async function sent(kind, subject, key = `${kind}:${office.count}`) {
    office.clear();
    office.mail({ kind, subject, key });
    const { log } = await office.once();
    assert.equal(office.row(key).state, 'sent', office.row(key).last_error + log);
    assert.equal(server.mails.length, 1);
    return server.mails[0];
}
const issued = (more) => sent('invoice_issued', addInvoice(more));
const soon = () => sent('invoice_due_soon', office.account, `due_soon:${office.account}:2026-12-01`);
const late = () => sent('invoice_overdue', office.account, `overdue:${office.account}:2026-11-01:8`);

function links(mail, ...urls) {
    for (const url of urls) {
        assert.ok(mail.text.split(/\s/).includes(url), `text lacks ${url}\n${mail.text}`);
        assert.ok(mail.html.includes(`<a href="${url}">`), `HTML lacks ${url}\n${mail.html}`);
    }
}

test('a new invoice: its figures, its page, its PDF, and by when to pay it', async () => {
    const mail = await issued({ tax: 218 });
    common(mail);
    assert.equal(mail.header('Subject'), 'New invoice NW-1 for $30.43, due December 1, 2026');
    says(mail, 'NW-1', 'November 22, 2026', 'VPS', '$30.43', 'Tax in it', '$2.18', 'December 1, 2026', 'What to do: pay it by December 1, 2026.');
    links(mail, 'https://shop.example/billing/invoices/NW-1', 'https://shop.example/billing/invoices/NW-1.pdf', 'https://shop.example/billing/pay?invoice=NW-1');
    for (const absent of ['Paid:', 'Credited', 'Amount Due', 'In progress', 'Auto Pay'])
        assert.ok(!mail.text.includes(absent) && !mail.html.includes(absent.replace(':', '<')), absent);
    assert.ok(!(await issued({ number: 'NW-2' })).text.includes('Tax'));
});

test('a new invoice that Auto Pay covers: nothing is to be done, by its schedule', async () => {
    autopay('first');
    const mail = await issued();
    common(mail);
    says(mail, 'What to do: nothing; Auto Pay pays it with Visa ending 4242 (1st of the Month).', 'Manage Auto Pay');
    links(mail, 'https://shop.example/billing/autopay');
    assert.ok(!mail.text.includes('Make a Payment'));
});

test('a new invoice that is covered by credit, in part or whole, in progress, or late', async () => {
    const credited = await issued({ credited: 3043 });
    common(credited);
    assert.equal(credited.header('Subject'), 'New invoice NW-1 for $30.43: nothing is due');
    says(credited, 'Credited', 'Amount Due', '$0.00', 'What to do: nothing; nothing is due on it any more.');
    assert.ok(!credited.text.includes('Make a Payment'));
    says(await issued({ number: 'NW-2', credited: 43, paid: 1000 }), 'Credited', '$0.43', 'Paid', '$10.00', '$20.00', 'What to do: pay it by');
    const waits = await issued({ number: 'NW-3', pending: 3043 });
    says(waits, 'In progress', 'What to do: nothing; a payment of it is in progress.');
    assert.ok(!waits.text.includes('Make a Payment'));
    const overdue = await issued({ number: 'NW-4', issued: '2026-11-16', due: '2026-11-21' });
    says(overdue, 'What to do: pay it now, it is overdue.', 'Make a Payment');
});

test('a new invoice that is void by now is not told', async () => {
    const id = addInvoice({ state: 'void' });
    const key = office.mail({ kind: 'invoice_issued', subject: id }), all = office.mail({ kind: 'invoice_issued', subject: id, user: null });
    await office.once();
    assert.deepEqual([office.row(key).state, office.row(all).state, server.mails.length], ['needless', 'needless', 0]);
});

test('due soon and overdue: what to do, and the other links', async () => {
    addInvoice();
    const one = await soon();
    common(one);
    says(one, 'This invoice is due on December 1, 2026:', 'What to do: pay it by December 1, 2026.');
    addInvoice({ number: 'NW-2', paid: 43 });
    const two = await soon();
    common(two);
    says(two, 'These invoices are due on December 1, 2026:', '$30.00 of $30.43', 'Total Amount', '$60.43', 'What to do: pay them by');
    assert.ok(two.html.includes('<a href="https://shop.example/billing/pay?invoice=NW-1&amp;invoice=NW-2">'), two.html);
    addInvoice({ number: 'NW-3', due: '2026-11-01', issued: '2026-10-01' });
    const overdue = await late();
    common(overdue);
    assert.equal(overdue.header('Subject'), 'Invoice NW-3 for $30.43 is overdue since November 1, 2026');
    says(overdue, 'This invoice was due on November 1, 2026 and is not paid:', 'What to do: pay it now.', 'If you have paid already, thank you');
    links(overdue, 'https://shop.example/billing/invoices/NW-3', 'https://shop.example/billing/pay?invoice=NW-3');
    autopay('due_date');
    const covered = await late();
    common(covered);
    says(covered, 'Auto Pay covers it and has not paid it yet.', 'What to do: look at the payment method of Auto Pay, or pay now.');
    assert.ok(!plain(covered.text).includes('Its next payment'));
    links(covered, 'https://shop.example/billing/autopay', 'https://shop.example/billing/pay?invoice=NW-3');
});

test('what is not installed is not linked to', async () => {
    office.settings(...SUPPORT, 'Programs.pay = 0', 'Programs.methods = 0', 'Mail.DueSoonDays = 0', 'Mail.OverdueDays = none');
    const mails = [await issued(), await soon()];
    addInvoice({ number: 'NW-3', due: '2026-11-01' });
    mails.push(await late());
    autopay('due_date');
    mails.push(await late(), await issued({ number: 'NW-4' }));
    for (const mail of mails) {
        common(mail);
        assert.ok(!/billing\/[a-z]/.test(mail.text + mail.html), mail.text);
        assert.ok(!/See this|Download|Make a Payment|Manage/.test(mail.text + mail.html));
    }
});

test('hostile data is text, in one line, and no link', async () => {
    const number = EVIL.slice(0, 32);
    addInvoice({ number, type: EVIL.slice(0, 64) });
    addInvoice({ number: '..', due: '2026-11-01' });
    addInvoice({ number: 'n\r\nSubject: x', due: '2026-11-01' });
    const mails = [await sent('invoice_issued', Number(office.one(`SELECT id FROM invoice WHERE number = ${quote(number)}`))), await soon(), await late()];
    for (const mail of mails) {
        assert.deepEqual(mail.headers.map(([name]) => name), ['From', 'To', 'Subject', 'Date', 'Message-ID', 'Auto-Submitted', 'MIME-Version', 'Content-Type']);
        assert.ok(!/<b |[\u202e\u0007]|billing\/invoices/.test(mail.text.replaceAll('"><b onmouseover', '') + mail.html), mail.html);
        assert.ok(!/^(Bcc|Subject):/m.test(mail.text));
    }
    says(mails[0], '"><b onmouseover=x> Bcc: e', '<?cs var:Site.Name ?>&amp;');
    assert.ok(mails[2].text.includes('https://shop.example/billing/pay?invoice=..&invoice=n%0D%0ASubject%3A%20x\n'), mails[2].text);
});

test('a key that names no day, and an account without such invoices', async () => {
    const keys = [['invoice_due_soon', 'due_soon:x'], ['invoice_due_soon', `due_soon:${office.account}:2026-13-01`], ['invoice_overdue', 'overdue']]
        .map(([kind, key]) => office.mail({ kind, subject: office.account, key }));
    const empty = office.mail({ kind: 'invoice_overdue', subject: office.account, key: `overdue:${office.account}:2026-11-01:1` });
    const missing = office.mail({ kind: 'invoice_issued', subject: 999999, user: null });
    await office.once();
    assert.deepEqual(keys.map((key) => office.row(key).state), ['given_up', 'given_up', 'given_up']);
    assert.equal(office.row(empty).state, 'needless');
    assert.equal(office.row(missing).state, 'given_up');
    assert.equal(server.mails.length, 0);
});
