// `remit events`: every journal entry once, in an order that never changes and leaves nothing out, whatever is committed
// when.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Database, Installation } from './harness.mjs';

let database, at;
let count = 0;

before(async () => {
    database = await Database.start();
});
after(() => database?.stop());

const fresh = () => {
    at = new Installation(database, `remit_events${++count}`);
    at.ok(['migrate']);
    at.ok(['account', 'add', '--number', '100', '--organization', 'X']);
    return at;
};
const invoices = (...numbers) => at.ok(['invoice', 'import', at.file('in.json', numbers.map((number) => ({ account: '100', number, issued_on: '2026-10-01',
    due_on: '2026-10-31', tax: '1.00', lines: [{ description: 'x', amount: '9.00' }] })))]);
const events = (since, ...more) => at.ok(['events', ...(since === undefined ? [] : ['--since', String(since)]), ...more])
    .split('\n').filter((line) => line).map((line) => JSON.parse(line));
const keys = () => at.sql('SELECT event_key FROM journal_entry ORDER BY event_key').map(([key]) => key);

test('what each says', () => {
    fresh();
    assert.deepEqual(events(), []);
    invoices('N1', 'N2', 'N3');
    const paid = /recorded as (P\w{12})/.exec(at.ok(['payment', 'record', '--check', '1', '--account', '100', '--amount', '15.00']))[1];
    at.ok(['payment', 'refund', paid, '--amount', '4']);
    at.ok(['payment', 'return', paid]);
    at.ok(['credit', 'give', '--account', '100', '--amount', '5']);
    at.ok(['credit', 'apply', '--account', '100', '--amount', '5', '--invoice', 'N1']);
    at.ok(['invoice', 'void', 'N1']);
    const list = events();
    assert.deepEqual(list.map((one) => [one.event, one.payment, one.money_cents, one.balance_cents, one.credit_cents, one.tax_cents]), [
        ['invoice.issued', null, 0, 1000, 0, 100], ['invoice.issued', null, 0, 1000, 0, 100], ['invoice.issued', null, 0, 1000, 0, 100],
        ['payment.paid', paid, 1500, -1500, 0, 0], ['payment.refunded', paid, -400, 400, 0, 0], ['invoice.credited', paid, 0, -400, 0, 0],
        ['payment.returned', paid, -1500, 1100, 0, 0], ['invoice.issued', null, 0, 400, 0, 0],
        ['account.credited', null, 0, -500, 500, 0], ['account.credited', null, 0, 0, -500, 0], ['invoice.voided', null, 0, -1000, 500, -100]].map((row) => row));
    assert.deepEqual(list[0], { cursor: '1', id: 'invoice:N1:issued', event: 'invoice.issued', at: '2026-11-22T15:00:00Z', on: '2026-10-01', account: '100', payment: null,
        balance: '10.00', balance_cents: 1000, money: '0.00', money_cents: 0, tax: '1.00', tax_cents: 100, credit: '0.00', credit_cents: 0,
        invoices: [{ number: 'N1', due: '10.00', due_cents: 1000 }] });
    assert.deepEqual(list[3].invoices.map((one) => [one.number, one.due_cents]), [['N1', -1000], ['N2', -500]]);
    const due = list.flatMap((one) => one.invoices).reduce((sum, one) => sum + one.due_cents, 0);
    assert.equal(due, Number(at.sql('SELECT due_cents FROM account')[0][0]));
    assert.equal(list.reduce((sum, one) => sum + one.balance_cents, 0), due - Number(at.sql('SELECT credit_cents FROM account')[0][0]));
});

test('behind a cursor, again the same, and by pages', () => {
    fresh();
    invoices(...Array.from({ length: 450 }, (_, index) => `N${index}`));
    const all = events();
    assert.equal(all.length, 450);
    assert.deepEqual(events(), all, 'again');
    assert.deepEqual(events(all[199].cursor), all.slice(200));
    assert.deepEqual(events(0, '--limit', '7'), all.slice(0, 7));
    assert.deepEqual(events(all[6].cursor, '--limit', '300'), all.slice(7, 307));
    assert.deepEqual(events(all.at(-1).cursor), []);
    const ahead = at.run(['events', '--since', '451']);
    assert.equal(ahead.status, 1);
    assert.match(ahead.err, /no cursor 451: the last event has 450/);
    for (const wrong of ['x', '-1', ''])
        assert.equal(at.run(['events', '--since', wrong]).status, 2);
    assert.equal(at.run(['events', '--limit', '0']).status, 2);
});

// A session that books an entry and commits when it is told.
function slow(number) {
    const child = spawn('mariadb', ['--no-defaults', '-uroot', `--socket=${database.socket}`, '-N', '-B', '-n', at.name], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (bytes) => { out += bytes; });
    const ask = async (text) => {
        const mark = `done${Math.random()}`;
        child.stdin.write(`${text}; SELECT '${mark}';\n`);
        while (!out.includes(mark) && child.exitCode === null)
            await new Promise((done) => setTimeout(done, 5));
    };
    return {
        ready: ask(`START TRANSACTION; INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES (1, '${number}', 'credit', NOW(), CURDATE());
            SET @entry = LAST_INSERT_ID(); INSERT INTO feed (entry_id, account_id) VALUES (@entry, 1);
            INSERT INTO journal_posting (account_id, entry_id, line, ledger, amount_cents) VALUES (1, @entry, 0, 'credit', -5), (1, @entry, 1, 'adjustment', 5)`),
        end: async (word) => {
            await ask(word);
            child.stdin.end();
            await new Promise((done) => child.once('close', done));
        },
    };
}

test('an entry that is committed late is told then, and nobody waits for it', async () => {
    fresh();
    at.ok(['account', 'add', '--number', '200', '--organization', 'Y']);
    at.sql("UPDATE account SET number = '300' WHERE number = '200'");
    const late = slow('late'), undone = slow('undone');
    await Promise.all([late.ready, undone.ready]);
    invoicesOf('300', 'A1', 'A2'); // numbered behind it, seen before it
    const began = Date.now();
    const first = events();
    assert.ok(Date.now() - began < 4000, 'no lock of the slow one is waited for');
    assert.deepEqual(first.map((one) => one.id), ['invoice:A1:issued', 'invoice:A2:issued']);
    const cursor = first.at(-1).cursor;
    assert.deepEqual(events(cursor), []);
    invoicesOf('300', 'A3');
    await late.end('COMMIT');
    await undone.end('ROLLBACK');
    invoicesOf('300', 'A4');
    assert.deepEqual(events(cursor).map((one) => one.id).sort(), ['invoice:A3:issued', 'invoice:A4:issued', 'late']);
    assert.deepEqual(events().map((one) => one.id).sort(), keys());
    assert.deepEqual(events().slice(0, 2), first, 'what was told stays where it was');
});
const invoicesOf = (account, ...numbers) => at.ok(['invoice', 'import', at.file('of.json', numbers.map((number) => ({ account, number, issued_on: '2026-10-01',
    due_on: '2026-10-31', lines: [{ description: 'x', amount: '9.00' }] })))]);

test('many who ask while much is booked: each is told everything, once, in one order', async () => {
    fresh();
    at.ok(['account', 'add', '--number', '300', '--organization', 'Y']);
    let isOver = false;
    const bookers = Promise.all(['100', '300'].map(async (account, index) => {
        for (let round = 0; round < 8; round++) {
            const file = at.file(`b${index}.json`, Array.from({ length: 60 }, (_, line) => ({ account, number: `B${index}-${round}-${line}`, issued_on: '2026-10-01',
                due_on: '2026-10-31', lines: [{ description: 'x', amount: '1.00' }] })));
            assert.equal((await at.start(['invoice', 'import', file])).status, 0);
        }
    })).then(() => { isOver = true; });
    const askers = Promise.all([1, 2, 3].map(async () => {
        const told = [];
        for (let last = false; ; last = isOver) {
            const ran = await at.start(['events', '--since', told.at(-1)?.cursor ?? '0']);
            assert.equal(ran.status, 0, ran.err);
            told.push(...ran.out.split('\n').filter((line) => line).map((line) => JSON.parse(line)));
            if (last)
                return told;
        }
    }));
    await bookers;
    const [one, ...others] = await askers;
    assert.deepEqual(one.map((event) => event.id).sort(), keys());
    for (const other of others)
        assert.deepEqual(other, one);
    assert.deepEqual(one.map((event) => Number(event.cursor)), one.map((_, index) => index + 1));
    assert.deepEqual(at.json(['check']).faults, []);
});
