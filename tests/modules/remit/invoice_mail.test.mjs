// Mail about invoices as they are issued: written with the invoice, once, and not for history.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Database, Installation } from './harness.mjs';

let database, at, count = 0;

before(async () => {
    database = await Database.start();
    at = new Installation(database, 'invoice_mail', 'Fee.PaperInvoice = 10.00');
    at.ok(['migrate']);
});
after(() => database?.stop());

function addAccount() {
    const number = `A${++count}`;
    at.ok(['account', 'add', '--number', number, '--organization', 'Firm', '--site', 'S', '--city', 'C']);
    return number;
}
const invoice = (account, { issued = '2026-11-22', due = '2026-12-22', amount = '30.43' } = {}) => ({ account, number: `I${++count}`, issued_on: issued, due_on: due,
    tax: '0.00', lines: [{ description: 'Hosting', quantity: '1', price: amount, amount }] });
const bring = (list, ...options) => at.json(['invoice', 'import', ...options, at.file('in.json', list)]);
const rows = () => at.sql('SELECT mail_key, kind, a.number, user_id, (SELECT number FROM invoice i WHERE i.account_id = o.account_id AND i.id = o.subject_id), o.created_at, o.state'
    + ' FROM outbox o JOIN account a ON a.id = o.account_id ORDER BY o.id').map((row) => row.join(' '));
const told = () => at.sql("SELECT mail_key FROM outbox WHERE kind = 'invoice_issued' ORDER BY id").map(([key]) => key);
const clear = () => at.sql('DELETE FROM outbox');

// The settings of this file with others on top, for as long as work takes.
function withSettings(lines, work) {
    const kept = readFileSync(at.settings, 'utf8');
    appendFileSync(at.settings, `${lines.join('\n')}\n`);
    try {
        return work();
    } finally {
        writeFileSync(at.settings, kept);
    }
}

test('each imported invoice is one mail to whoever may see the billing, once however often it comes', () => {
    const [one, other] = [addAccount(), addAccount()];
    const list = [invoice(one), invoice(other), invoice(one)];
    assert.equal(bring(list).imported, 3);
    assert.deepEqual(rows(), [list[0], list[2], list[1]].map(({ number, account }) => `invoice_issued:${number} invoice_issued ${account} NULL ${number} 2026-11-22 15:00:00 waiting`));
    clear();
    assert.deepEqual(bring([...list, invoice(one)]), { imported: 1, unchanged: 3, total: '30.43', total_cents: 3043, paper_fees: '0.00', paper_fees_cents: 0 });
    assert.deepEqual(told(), [`invoice_issued:I${count}`], 'nothing is told again');
});

test('history is nobody\'s news: more than seven days before the booking day', () => {
    clear();
    const account = addAccount();
    const days = ['2026-11-15', '2026-11-14', '2026-11-22', '2020-01-01', '2026-11-25'];
    const list = days.map((issued) => invoice(account, { issued }));
    bring(list);
    assert.deepEqual(told(), [0, 2, 4].map((row) => `invoice_issued:${list[row].number}`));
    // The day is the provider's: in New York it is still the 21st.
    clear();
    const now = at.now;
    at.now = '2026-11-22T04:59:59Z';
    const [last] = [invoice(account, { issued: '2026-11-14' })];
    bring([last, invoice(account, { issued: '2026-11-13' })]);
    at.now = now;
    assert.deepEqual(told(), [`invoice_issued:${last.number}`]);
});

test('Mail.IssuedDays: another number of days, or never', () => {
    const account = addAccount();
    clear();
    const [old, older] = ['2026-10-23', '2026-10-22'].map((issued) => invoice(account, { issued }));
    withSettings(['Mail.IssuedDays = 30'], () => bring([old, older]));
    assert.deepEqual(told(), [`invoice_issued:${old.number}`]);
    clear();
    withSettings(['Mail.IssuedDays = 0'], () => bring([invoice(account)]));
    assert.deepEqual(told(), []);
});

test('--no-mail: a provider who moves in tells nobody, then or later', () => {
    const account = addAccount();
    clear();
    const list = [invoice(account), invoice(account, { issued: '2026-11-01' })];
    assert.equal(bring(list, '--no-mail').imported, 2);
    assert.deepEqual(rows(), []);
    assert.equal(bring(list).unchanged, 2);
    assert.deepEqual(rows(), []);
    assert.match(at.ok(['invoice', 'import', '--help']), /--no-mail/);
});

test('one that credit covers at once is told: its mail says that nothing is due', () => {
    const account = addAccount();
    clear();
    at.ok(['credit', 'give', '--account', account, '--amount', '50.00', '--note', 'x']);
    const one = invoice(account);
    withSettings(['Credit.AtImport = 1'], () => bring([one]));
    assert.equal(at.sql(`SELECT is_open FROM invoice WHERE number = '${one.number}'`)[0][0], '0');
    assert.deepEqual(told(), [`invoice_issued:${one.number}`]);
});

test('an import that is killed: every invoice that is there has its mail, and no mail is without', async () => {
    const account = addAccount();
    clear();
    const list = Array.from({ length: 600 }, () => invoice(account));
    const file = at.file('many.json', list);
    const pairs = () => at.sql(`SELECT COUNT(*), COUNT(o.id), (SELECT COUNT(*) FROM outbox) FROM invoice i JOIN account a ON a.id = i.account_id
        LEFT JOIN outbox o ON o.mail_key = CONCAT('invoice_issued:', i.number) AND o.subject_id = i.id WHERE a.number = '${account}'`)[0].map(Number);
    for (let tries = 0; tries < 20 && pairs()[0] < 600; tries++) {
        let child;
        const ended = at.start(['--now', at.now, 'invoice', 'import', file], (started) => { child = started; });
        const before = pairs()[0];
        for (let waits = 0; waits < 200 && pairs()[0] === before && child.exitCode === null; waits++) await new Promise((done) => setTimeout(done, 2));
        child.kill('SIGKILL');
        await ended;
        const [invoices, mails, all] = pairs();
        assert.deepEqual([mails, all], [invoices, invoices]);
    }
    at.ok(['invoice', 'import', file]);
    assert.deepEqual(pairs(), [600, 600, 600]);
});

// An import of 2,000 that is killed on its way: { file, id, there }.
async function stopped(account, ...options) {
    const file = at.file(`stopped${++count}.json`, Array.from({ length: 2000 }, () => invoice(account)));
    clear();
    const there = () => Number(at.sql(`SELECT COUNT(*) FROM invoice i JOIN account a ON a.id = i.account_id WHERE a.number = '${account}'`)[0][0]);
    await at.start(['--now', at.now, 'invoice', 'import', ...options, file], (child) => {
        const timer = setInterval(() => there() > 50 && child.kill('SIGKILL'), 2);
        child.on('close', () => clearInterval(timer));
    });
    const [last] = at.json(['import', 'list']);
    assert.equal(last.state, 'applying', 'it was killed on its way');
    return { file, id: String(last.id), there };
}

test('an import that was begun with --no-mail tells nobody, whoever goes on with it', async () => {
    for (const again of [(one) => ['invoice', 'import', one.file], (one) => ['import', 'resume', one.id], (one) => ['invoice', 'import', '--no-mail', one.file]]) {
        const one = await stopped(addAccount(), '--no-mail'), ran = at.run(again(one));
        assert.equal(ran.status, 0, ran.err);
        assert.deepEqual([one.there(), told()], [2000, []]);
        assert.equal(/Nobody is told by mail: import \d+ was begun with --no-mail/.test(ran.err), again(one).length === 3 && again(one)[0] === 'invoice', ran.err);
    }
});

test('an import that tells goes on telling, and is not gone on with by whoever wants no mail', async () => {
    for (const again of [(one) => ['invoice', 'import', one.file], (one) => ['import', 'resume', one.id]]) {
        const one = await stopped(addAccount()), before = one.there();
        assert.equal(told().length, before);
        const refused = at.run(['invoice', 'import', '--no-mail', one.file]);
        assert.deepEqual([refused.status, one.there(), told().length], [1, before, before], refused.err);
        assert.match(refused.err, new RegExp(`already, as import ${one.id}, .*leave --no-mail out, or .*import drop ${one.id}`, 's'));
        at.ok(again(one));
        assert.deepEqual([one.there(), told().length], [2000, 2000]);
    }
});

test('a return fee and an adjustment are told by the mail about what they are for', () => {
    const account = addAccount();
    const one = invoice(account, { amount: '100.00' });
    bring([one]);
    clear();
    const { reference } = at.json(['payment', 'record', '--check', 'C1', '--account', account, '--amount', '100.00', '--no-receipt']);
    at.ok(['payment', 'refund', reference, '--amount', '40.00']);
    withSettings(['Fee.Return = 25.00'], () => at.ok(['payment', 'return', reference]));
    assert.equal(at.sql(`SELECT COUNT(*) FROM invoice WHERE number = 'FEE-${reference}' OR number LIKE 'ADJ-%'`)[0][0], '2');
    assert.deepEqual(at.sql('SELECT kind FROM outbox ORDER BY id').flat(), ['refunded', 'returned']);
});
