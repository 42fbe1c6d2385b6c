// Reminders by the business clock: who is reminded on which day and of what, once each, whatever was paid, missed, killed
// or done by several mailers at once.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, Office, pause, quote, SmtpServer, until } from './harness.mjs';
import { says } from './support.mjs';

const DUE = '2026-12-01';
let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_reminders', server, { settings: ['Programs.invoices = 1', 'Programs.autopay = 1'] });
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => {
    office.sql('DELETE FROM enrolment_cover; DELETE FROM enrolment; DELETE FROM invoice');
    office.clear();
    office.settings('Programs.invoices = 1', 'Programs.autopay = 1');
});

// Days from one to another: "2026-12-01" and 3 is "2026-12-04".
const plus = (day, days) => new Date(Date.parse(`${day}T12:00:00Z`) + days * 86400_000).toISOString().slice(0, 10);

// An account with one user who may see its billing.
function addTeam(users = 1) {
    const account = office.addAccount(`Firm ${office.count}`);
    return { account, users: Array.from({ length: users }, () => office.addUser(account)) };
}

function addInvoice(account, { due = DUE, issued = plus(due, -30), total = 3043, paid = 0, credited = 0, pending = 0, type = 'VPS', number, state = 'issued' } = {}) {
    const name = number ?? `NW-${++office.count}`;
    const id = Number(office.one(`INSERT INTO invoice (account_id, number, billing_type, state, issued_on, due_on, total_cents, paid_cents, credited_cents,
        pending_cents, fingerprint, created_at) VALUES (${account}, ${quote(name)}, '${type}', '${state}', '${issued}', '${due}', ${total}, ${paid}, ${credited}, ${pending},
        REPEAT('f', 32), '${issued} 15:00:00'); SELECT LAST_INSERT_ID()`));
    return { id, number: name };
}

// Active autopay of an account's first user.
function addAutopay({ account, users }, { schedule = 'due_date', covers = ['all'], began = '2026-01-01', next = null, from = null } = {}) {
    const method = office.addMethod(account, users[0]);
    const id = Number(office.one(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, issued_from, created_at, changed_at) VALUES
        (${account}, ${users[0].id}, ${method}, '${schedule}', 'all', '${began}', ${quote(next)}, ${quote(from)}, NOW(), NOW()); SELECT LAST_INSERT_ID()`));
    for (const cover of covers) office.sql(`INSERT INTO enrolment_cover VALUES (${account}, ${id}, '${cover}', 1)`);
    return id;
}

// A mailer for one day, at ten in the morning in New York; returns the mails of it as [to, subject].
async function on(day, time = '15:00:00') {
    const before = server.mails.length;
    const { code, log } = await office.once({ now: `${day}T${time}Z` });
    assert.equal(code, 0, log);
    return server.mails.slice(before);
}
const subjects = (mails) => mails.map((mail) => mail.header('Subject')).sort();
const keys = () => office.sql("SELECT mail_key FROM outbox WHERE mail_key NOT LIKE '%/%' ORDER BY mail_key").map(([key]) => key);
const states = () => office.sql("SELECT DISTINCT state FROM outbox ORDER BY state").map(([state]) => state).join(' ');
const to = (mail) => mail.header('To').match(/<(.*)>/)[1];

test('from ten days before to twenty after the due date: four mails, each once for each who may see it, with its link and what to do', async () => {
    const team = addTeam(2);
    office.addUser(team.account, { level: 'Reader' });
    addInvoice(team.account, { number: 'NW-1' });
    const days = new Map();
    for (let day = -10; day <= 20; day++) {
        const mails = await on(plus(DUE, day));
        if (mails.length) days.set(day, mails);
        // Another mailer on the same day, and a later one.
        assert.deepEqual(await on(plus(DUE, day)), [], `day ${day}, again`);
        assert.deepEqual(await on(plus(DUE, day), '23:00:00'), [], `day ${day}, in the evening`);
    }
    assert.deepEqual([...days.keys()], [-3, 1, 8, 15]);
    for (const [day, mails] of days) {
        assert.deepEqual(mails.map(to).sort(), team.users.map(({ email }) => email).sort(), `day ${day}`);
        assert.deepEqual(new Set(subjects(mails)), new Set([day < 0 ? 'Invoice NW-1 for $30.43 is due December 1, 2026'
            : 'Invoice NW-1 for $30.43 is overdue since December 1, 2026']));
        for (const mail of mails) {
            says(mail, 'NW-1', '$30.43', day < 0 ? 'What to do: pay it by December 1, 2026.' : 'What to do: pay it now.');
            for (const url of ['https://shop.example/billing/invoices/NW-1', 'https://shop.example/billing/pay?invoice=NW-1']) {
                assert.ok(mail.text.split(/\s/).includes(url), mail.text);
                assert.ok(mail.html.includes(`<a href="${url}">`), mail.html);
            }
            assert.equal(mail.text.match(/What to do:/g).length, 1);
        }
    }
    assert.deepEqual(keys(), [`due_soon:${team.account}:${DUE}`, `overdue:${team.account}:${DUE}:1`, `overdue:${team.account}:${DUE}:15`, `overdue:${team.account}:${DUE}:8`]);
    assert.equal(states(), 'sent split');
    assert.equal(office.sql('SELECT 1 FROM queue_item').length, 0);
});

test('what is paid, void or in progress is nobody\'s reminder; of what is partly so the rest is', async () => {
    const accounts = Object.fromEntries(['paid', 'credited', 'progress', 'void', 'partly', 'partly_progress'].map((name) => [name, addTeam()]));
    addInvoice(accounts.paid.account, { paid: 3043 });
    addInvoice(accounts.credited.account, { credited: 3043 });
    addInvoice(accounts.progress.account, { paid: 43, pending: 3000 });
    addInvoice(accounts.void.account, { state: 'void' });
    addInvoice(accounts.partly.account, { paid: 1000, credited: 43, number: 'P-1' });
    addInvoice(accounts.partly_progress.account, { pending: 1043, number: 'P-2' });
    const soon = await on(plus(DUE, -3));
    assert.deepEqual(subjects(soon), ['Invoice P-1 for $20.00 is due December 1, 2026', 'Invoice P-2 for $20.00 is due December 1, 2026']);
    for (const mail of soon) says(mail, '$20.00 of $30.43');
    says(soon.find((mail) => mail.text.includes('P-2')), 'in progress: $10.43');
    // Paid between the two; and a payment in progress that came to nothing is made up for.
    office.sql("UPDATE invoice SET paid_cents = 3000 WHERE number = 'P-1'");
    office.sql(`UPDATE invoice SET pending_cents = 0 WHERE account_id = ${accounts.progress.account}`);
    assert.deepEqual(subjects(await on(plus(DUE, -1))).map((subject) => subject.replace(/NW-\d+/, 'N')), ['Invoice N for $30.00 is due December 1, 2026']);
    assert.equal((await on(plus(DUE, 1))).length, 2);
});

test('several invoices of a day are one mail; those of other days and accounts have their own', async () => {
    const [one, other] = [addTeam(), addTeam()];
    for (const number of ['A-1', 'A-2', 'A-3']) addInvoice(one.account, { number });
    addInvoice(one.account, { number: 'A-4', due: plus(DUE, 1) });
    addInvoice(other.account, { number: 'B-1' });
    const mails = await on(plus(DUE, -3));
    assert.deepEqual(subjects(mails), ['3 invoices for $91.29 are due December 1, 2026', 'Invoice B-1 for $30.43 is due December 1, 2026']);
    const mail = mails.find((each) => to(each) === one.users[0].email);
    says(mail, 'A-1', 'A-2', 'A-3', 'Total Amount', '$91.29', 'What to do: pay them by December 1, 2026.');
    assert.ok(!/A-4|B-1/.test(mail.text + mail.html));
    assert.ok(mail.text.includes('https://shop.example/billing/pay?invoice=A-1&invoice=A-2&invoice=A-3\n'), mail.text);
    assert.deepEqual(subjects(await on(plus(DUE, -2))), ['Invoice A-4 for $30.43 is due December 2, 2026']);
});

test('of more than twenty the others are counted, and all are summed', async () => {
    const team = addTeam();
    for (let at = 0; at < 600; at++) addInvoice(team.account, { number: `M-${at}`, total: 100 });
    const [mail, ...more] = await on(plus(DUE, -3));
    assert.equal(more.length, 0);
    assert.equal(mail.header('Subject'), '600 invoices for $600.00 are due December 1, 2026');
    says(mail, 'and 580 more');
    assert.equal(mail.text.match(/Invoice # M-/g).length, 20);
    assert.ok(mail.text.includes('Make a Payment: https://shop.example/billing/pay\n'));
});

test('pages of invoices that are nobody\'s reminder: what stands behind them is found, in the same account and in the next', async () => {
    const [long, next] = [addTeam(), addTeam()];
    for (const from of [1, 301])
        office.sql(`INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, pending_cents, fingerprint, created_at)
            SELECT ${long.account}, CONCAT('P-', seq), 'VPS', '2026-11-01', '${DUE}', 100, IF(seq = 600, 0, 100), REPEAT('f', 32), '2026-11-01' FROM seq_${from}_to_${from + 299}`);
    addInvoice(next.account, { number: 'N-1' });
    assert.deepEqual(subjects(await on(plus(DUE, -3))), ['Invoice N-1 for $30.43 is due December 1, 2026', 'Invoice P-600 for $1.00 is due December 1, 2026']);
});

test('what Auto Pay covers is not due soon, and overdue only once it could have paid: the mail says so', async () => {
    const byDue = addTeam(), first = addTeam(), type = addTeam(), old = addTeam(), off = addTeam();
    addAutopay(byDue, { next: '2026-12-15' });
    addInvoice(byDue.account, { number: 'D-1' });
    addAutopay(first, { schedule: 'fifteenth', next: '2026-12-15' });
    addInvoice(first.account, { number: 'F-1', issued: '2026-11-20' });
    addAutopay(type, { covers: ['type:Domains'] });
    addInvoice(type.account, { number: 'T-1', type: 'VPS' });
    addInvoice(type.account, { number: 'T-2', type: 'Domains' });
    addAutopay(old, { from: '2026-11-15' });
    addInvoice(old.account, { number: 'O-1' });
    const ended = addAutopay(off);
    addInvoice(off.account, { number: 'X-1' });
    office.sql(`UPDATE enrolment SET state = 'off', off_at = NOW(), next_on = NULL WHERE id = ${ended}; UPDATE enrolment_cover SET active = NULL WHERE enrolment_id = ${ended}`);
    const due = (number) => `Invoice ${number} for $30.43 is due December 1, 2026`;
    assert.deepEqual(subjects(await on(plus(DUE, -3))), [due('O-1'), due('T-1'), due('X-1')]);
    const late = await on(plus(DUE, 1));
    assert.deepEqual(subjects(late), ['2 invoices for $60.86 are overdue since December 1, 2026', ...['D-1', 'O-1', 'X-1'].map((number) => `Invoice ${number} for $30.43 is overdue since December 1, 2026`)]);
    const of = (mails, number) => mails.find((mail) => mail.text.includes(number));
    says(of(late, 'D-1'), 'Auto Pay covers it and has not paid it yet.', 'Its next payment is on December 15, 2026.', 'What to do: look at the payment method of Auto Pay, or pay now.', 'Manage Auto Pay');
    says(of(late, 'T-1'), 'Auto Pay covers some of them');
    assert.match(of(late, 'T-1').text, /T-2: \$30\.43; Auto Pay covers it\n/);
    assert.ok(!/T-1: \$30\.43;/.test(of(late, 'T-1').text));
    assert.ok(!/Auto Pay/.test(of(late, 'O-1').text + of(late, 'X-1').html));
    // On the 15th it was to be taken; the next step tells that it was not.
    for (const day of [8, 9, 13, 14]) assert.equal(of(await on(plus(DUE, day)), 'F-1'), undefined, `day ${day}`);
    office.sql(`UPDATE enrolment SET next_on = '2027-01-15' WHERE account_id = ${first.account}`);
    says(of(await on(plus(DUE, 15)), 'F-1'), 'Auto Pay covers it and has not paid it yet.', 'January 15, 2027');
});

test('an invoice whose own mail came in the same days, or that was due at once, is not due soon; it is overdue', async () => {
    const [told, silent, earlier, fee] = [addTeam(), addTeam(), addTeam(), addTeam()];
    addInvoice(told.account, { number: 'I-1', issued: plus(DUE, -2) });
    addInvoice(silent.account, { number: 'I-2', issued: plus(DUE, -2) });
    addInvoice(earlier.account, { number: 'I-3', issued: plus(DUE, -4) });
    addInvoice(fee.account, { number: 'FEE-P1', issued: DUE });
    for (const [number, account, day] of [['I-1', told.account, -2], ['I-3', earlier.account, -4]])
        office.sql(`INSERT INTO outbox (mail_key, kind, account_id, subject_id, created_at) SELECT 'invoice_issued:${number}', 'invoice_issued', ${account}, id, '${plus(DUE, day)} 15:00:00' FROM invoice WHERE number = '${number}'`);
    const soon = (await on(plus(DUE, -2))).filter((mail) => /is due/.test(mail.header('Subject')));
    assert.deepEqual(subjects(soon), ['I-2', 'I-3'].map((number) => `Invoice ${number} for $30.43 is due December 1, 2026`));
    assert.deepEqual(await on(DUE), []);
    assert.equal((await on(plus(DUE, 1))).length, 4);
});

test('an account without anybody who may see its billing is no case for a person', async () => {
    const account = office.addAccount();
    office.addUser(account, { level: 'Reader' });
    addInvoice(account);
    await on(plus(DUE, 1));
    const row = office.row(`overdue:${account}:${DUE}:1`);
    assert.equal(row.state, 'needless');
    assert.match(row.last_error, /nobody to write to/);
    assert.equal(office.sql('SELECT 1 FROM queue_item').length, 0);
});

test('five mailers at once over many accounts: one mail each', async () => {
    const teams = Array.from({ length: 30 }, () => addTeam());
    for (const { account } of teams) for (const due of [DUE, plus(DUE, -4)]) addInvoice(account, { due });
    const ends = await Promise.all(Array.from({ length: 5 }, () => office.once({ now: `${plus(DUE, -3)}T15:00:00Z` })));
    for (const { code, log } of ends) assert.equal(code, 0, log);
    // One that met a row of another's may leave it to the next round.
    await on(plus(DUE, -3));
    assert.equal(server.mails.length, 60);
    assert.equal(new Set(server.mails.map((mail) => `${to(mail)} ${mail.header('Subject').includes('overdue')}`)).size, 60);
    assert.equal(keys().length, 60);
    assert.equal(states(), 'sent split');
});

test('mailers that are killed while they write: everybody is reminded, once', async () => {
    const count = 3000;
    office.sql(`INSERT INTO account (number, organization, created_at) SELECT CONCAT('K', seq), 'K', '2026-01-01' FROM seq_1_to_${count};
        INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
        SELECT id, CONCAT('K-', number), 'VPS', '2026-11-01', '${DUE}', 100, REPEAT('f', 32), '2026-11-01' FROM account WHERE organization = 'K'`);
    const written = () => Number(office.one("SELECT COUNT(*) FROM outbox WHERE mail_key LIKE 'due\\_soon:%'"));
    const now = `${plus(DUE, -3)}T15:00:00Z`;
    // Each is killed a little later than the one before, so that kills fall at its start and in its pages; the last writes on.
    let kills = 0;
    for (let ms = 40; ms < 400 && written() < count; ms += 20, kills++) {
        const mailer = office.start({ args: ['--now', now] });
        await pause(ms);
        await mailer.stop('SIGKILL');
    }
    assert.ok(kills > 1, `${kills} killed`);
    const last = office.start({ args: ['--now', now] });
    await until('everybody is reminded', () => written() === count);
    await last.stop('SIGKILL');
    assert.equal(Number(office.one("SELECT COUNT(DISTINCT account_id) FROM outbox WHERE kind = 'invoice_due_soon'")), count);
    assert.equal(written(), count);
    office.sql("DELETE FROM invoice; DELETE FROM outbox; DELETE FROM queue_item; DELETE FROM account WHERE organization = 'K'");
});

test('days that were missed are made up, none older than three days, and of several steps the last', async () => {
    const team = addTeam();
    for (const [number, due] of [['L-8', -8], ['L-5', -5], ['L-4', -4], ['L-3', -3], ['L-1', -1], ['L+0', 0], ['L+3', 3], ['L+4', 4]])
        addInvoice(team.account, { number: number.replace('+', '~'), due: plus(DUE, due) });
    // Off until this day: overdue since 1 to 4 days are told (step 1 within three days), since 5 not, since 8 (step 8) is.
    await on(DUE);
    const soon = (day) => `due_soon:${team.account}:${plus(DUE, day)}`, late = (day, step) => `overdue:${team.account}:${plus(DUE, day)}:${step}`;
    assert.deepEqual(keys(), [soon(0), soon(3), late(-1, 1), late(-3, 1), late(-4, 1), late(-8, 8)].sort());
    // Two days off: what was due in them comes now.
    office.clear();
    await on(plus(DUE, 2));
    assert.deepEqual(keys(), [soon(3), soon(4), late(0, 1), late(-1, 1), late(-8, 8)].sort());
    // Ten days off: L-8 is 18 days late (step 15), L-5 15, L-4 14 (step 8 is six days ago), L-3 13, L-1 11 (step 8), L+0 10, L+3 7 and L+4 6 (step 1, too old).
    office.clear();
    await on(plus(DUE, 10));
    assert.deepEqual(keys(), [late(-8, 15), late(-5, 15), late(-1, 8), late(0, 8)].sort());
});

test('the first start on years of overdue invoices reminds of the last days only, and reads only them', async () => {
    const teams = Array.from({ length: 4 }, () => addTeam());
    // Ten invoices of one account for each day up to 2026-06-23.
    office.sql(`INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
        SELECT ELT(MOD(seq, 4) + 1, ${teams.map(({ account }) => account)}), CONCAT('OLD-', seq), 'VPS', '2020-01-01', '2021-01-01' + INTERVAL MOD(seq, 2000) DAY, 100,
        REPEAT('f', 32), '2020-01-01' FROM seq_1_to_20000`);
    const reads = () => office.sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'").reduce((sum, [, n]) => sum + Number(n), 0);
    const before = reads();
    assert.equal((await on('2026-06-20')).length, 16);
    const read = reads() - before;
    assert.ok(read < 5000, `${read} rows read, of 20000`);
    assert.equal(keys().length, 16, 'four days ahead, and four of each step');
    for (const key of keys().filter((name) => name.startsWith('overdue'))) {
        const [, , day, step] = key.split(':');
        const age = Math.round((Date.parse('2026-06-20') - Date.parse(day)) / 86400_000) - Number(step);
        assert.ok(age >= 0 && age <= 3, key);
    }
    // A year later: nothing at all.
    assert.deepEqual(await on('2027-06-20'), []);
    assert.equal(keys().length, 16);
});

test('days are the provider\'s, over the change to winter and to summer time', async () => {
    const team = addTeam();
    addInvoice(team.account, { number: 'W-1', due: '2026-11-05' });
    // November 2 begins at 05:00 UTC: the clocks went back the day before.
    assert.deepEqual(await on('2026-11-01', '04:30:00'), []);
    assert.deepEqual(await on('2026-11-02', '04:59:59'), []);
    assert.equal((await on('2026-11-02', '05:00:00')).length, 1);
    addInvoice(team.account, { number: 'S-1', due: '2027-03-18' });
    assert.deepEqual(await on('2027-03-15', '03:59:59'), []);
    assert.equal((await on('2027-03-15', '04:00:00')).length, 1);
    assert.deepEqual(await on('2027-03-15', '23:00:00'), []);
});

test('a mailer that goes on follows the clock: once a day, and not again', async () => {
    const clock = join(office.at.folder, 'clock');
    office.settings('Programs.invoices = 1', `Clock.File = ${clock}`);
    const team = addTeam();
    addInvoice(team.account, { number: 'C-1' });
    writeFileSync(clock, `${plus(DUE, -5)}T15:00:00Z\n`);
    const mailer = office.start();
    const arrived = (count) => until(`${count} mails`, () => server.mails.length === count);
    // What it sends meanwhile shows that a round went by.
    const round = async () => {
        const key = office.mail();
        await until('a round', () => office.row(key).state === 'sent');
        office.sql(`DELETE FROM outbox WHERE mail_key = '${key}'`);
        server.mails.pop();
    };
    await round();
    assert.deepEqual(keys(), []);
    writeFileSync(clock, `${plus(DUE, -3)}T15:00:00Z\n`);
    await arrived(1);
    await round();
    writeFileSync(clock, `${plus(DUE, 1)}T15:00:00Z\n`);
    await arrived(2);
    // The clock goes back, and forward again.
    for (const day of [-3, 1]) {
        writeFileSync(clock, `${plus(DUE, day)}T15:00:00Z\n`);
        await round();
    }
    assert.equal(server.mails.length, 2);
    assert.equal((await mailer.stop()).code, 0);
    assert.deepEqual(keys(), [`due_soon:${team.account}:${DUE}`, `overdue:${team.account}:${DUE}:1`]);
});

test('what is paid before its mail could be sent needs none, and says so', async () => {
    const [paid, partly, past] = [addTeam(2), addTeam(), addTeam()];
    const invoice = addInvoice(paid.account);
    addInvoice(partly.account, { number: 'Y-1' });
    addInvoice(partly.account, { number: 'Y-2' });
    addInvoice(past.account, { due: plus(DUE, -3) });
    server.behave = ({ step }) => (step === 'MAIL' ? '451 later' : undefined);
    await on(plus(DUE, -3));
    assert.equal(server.mails.length, 0);
    server.behave = () => undefined;
    office.sql(`UPDATE invoice SET paid_cents = total_cents WHERE id = ${invoice.id} OR number = 'Y-1'`);
    office.settings('Programs.invoices = 1', 'Mail.OverdueDays = none');
    const mails = await on(plus(DUE, -2));
    assert.deepEqual(subjects(mails), ['Invoice Y-2 for $30.43 is due December 1, 2026']);
    const rows = office.sql("SELECT mail_key, last_error FROM outbox WHERE state = 'needless'");
    assert.deepEqual(rows.map(([key]) => key.split('/')[0]).sort(), [`due_soon:${paid.account}:${DUE}`, `due_soon:${paid.account}:${DUE}`, `due_soon:${past.account}:${plus(DUE, -3)}`].sort());
    for (const [, words] of rows) assert.match(words, /nothing is left to tell/);
    assert.equal(office.sql('SELECT 1 FROM queue_item').length, 0, 'no person has to decide');
    // Nor does a person let it be tried anew.
    const ran = office.at.run(['mail', 'retry', rows[0][0]]);
    assert.equal(ran.status, 1);
    assert.match(ran.err, /has nothing left to tell/);
    office.at.ok(['mail', 'retry', '--all']);
    assert.equal(office.sql("SELECT 1 FROM outbox WHERE state = 'needless'").length, 3);
    assert.match(office.at.ok(['mail', 'list']), /needless/);
    // Paid before anybody's row was made: the row itself is needless.
    office.clear();
    office.sql(`INSERT INTO outbox (mail_key, kind, account_id, subject_id, created_at) VALUES ('due_soon:${paid.account}:${DUE}', 'invoice_due_soon', ${paid.account}, ${paid.account}, '2026-11-28')`);
    await on(plus(DUE, -2));
    assert.equal(office.row(`due_soon:${paid.account}:${DUE}`).state, 'needless');
});

test('the provider chooses the days, and may choose none', async () => {
    const team = addTeam();
    const days = async (...settings) => {
        office.settings('Programs.invoices = 1', ...settings);
        office.sql('DELETE FROM invoice');
        addInvoice(team.account);
        office.clear();
        const list = [];
        for (let day = -12; day <= 62; day++) if ((await on(plus(DUE, day))).length) list.push(day);
        return list;
    };
    assert.deepEqual(await days('Mail.DueSoonDays = 10', 'Mail.OverdueDays = 2, 60'), [-10, 2, 60]);
    assert.deepEqual(await days('Mail.DueSoonDays = 0', 'Mail.OverdueDays = none'), []);
    assert.deepEqual(await days('Mail.DueSoonDays = 0', 'Mail.OverdueDays ='), []);
});

test('remit config check names days that cannot be', () => {
    const wrong = (line) => {
        office.settings(line);
        const ran = office.at.run(['config', 'check', '--json']);
        return JSON.parse(ran.out).wrong.filter(({ setting }) => setting.startsWith('Mail.')).map(({ setting }) => setting);
    };
    for (const line of ['Mail.OverdueDays = 8, 1', 'Mail.OverdueDays = 0', 'Mail.OverdueDays = 61', 'Mail.OverdueDays = 1 8', 'Mail.OverdueDays = 1,2,3,4,5,6,7,8,9', 'Mail.OverdueDays = never'])
        assert.deepEqual(wrong(line), ['Mail.OverdueDays'], line);
    for (const [name, ...values] of [['Mail.DueSoonDays', -1, 31, 'x'], ['Mail.IssuedDays', -1, 366, 'x']])
        for (const value of values) assert.deepEqual(wrong(`${name} = ${value}`), [name]);
    for (const line of ['Mail.OverdueDays = 1', 'Mail.OverdueDays = none', 'Mail.OverdueDays = 60', 'Mail.DueSoonDays = 30', 'Mail.IssuedDays = 0', 'Mail.IssuedDays = 365'])
        assert.deepEqual(wrong(line), [], line);
});
