// `remit export`: what the books hold of some days, to the cent, in an order that stays, and safe for table calculators.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Database, Installation } from './harness.mjs';

let database, at;

const invoice = (account, number, more = {}) => ({ account, number, billing_type: 'Hosting', issued_on: '2026-10-01', due_on: '2026-10-31', tax: '0.50',
    lines: [{ description: 'x', amount: '9.50' }], ...more });

before(async () => {
    database = await Database.start();
    at = new Installation(database, 'remit_export');
    at.ok(['migrate']);
    for (const number of ['100', '200'])
        at.ok(['account', 'add', '--number', number, '--organization', number]);
    const list = [];
    for (let index = 0; index < 1300; index++)
        list.push(invoice(index % 2 ? '100' : '200', `N${index}`, { issued_on: `2026-${index % 2 ? '09' : '10'}-${String(1 + index % 28).padStart(2, '0')}` }));
    list.push(invoice('100', 'F1', { billing_type: '=HYPERLINK("x")' }), invoice('100', 'F2', { billing_type: 'a,"b"\u00fc' }));
    at.ok(['invoice', 'import', at.file('in.json', list)]);
    for (const [key, note, on, amount] of [['1', '@SUM(A1)', '2026-10-31', '25.00'], ['2', '-1+1', '2026-11-01', '1990.00'], ['4', ' \uff1d1', '2026-11-01', '1.00'], ['3', 'plain, "quoted"', '2026-11-01', '3.00']])
        at.ok(['payment', 'record', '--check', key, '--account', '100', '--amount', amount, '--note', note, '--on', on]);
    // The evening of October 31 in New York is November 1 in UTC.
    at.sql("UPDATE payment SET confirmed_at = '2026-11-01 03:59:59' WHERE external_reference = '1'");
    at.ok(['credit', 'give', '--account', '200', '--amount', '7']);
    at.ok(['invoice', 'void', 'N2']);
});
after(() => database?.stop());

// RFC 4180, by its own reader.
function csv(text) {
    const rows = [];
    let row = [], cell = '', quoted = false;
    for (let at = 0; at < text.length; at++) {
        const c = text[at];
        if (quoted) {
            if (c !== '"')
                cell += c;
            else if (text[at + 1] === '"')
                cell += text[++at];
            else
                quoted = false;
        } else if (c === '"') {
            quoted = true;
        } else if (c === ',' || c === '\n') {
            row.push(cell);
            cell = '';
            if (c === '\n') {
                rows.push(row);
                row = [];
            }
        } else {
            cell += c;
        }
    }
    const [names, ...rest] = rows;
    return rest.map((cells) => {
        assert.equal(cells.length, names.length);
        return Object.fromEntries(cells.map((one, index) => [names[index], one]));
    });
}
const cents = (text) => Math.round(Number(text) * 100);
const days = (from, to) => ['--from', from, '--to', to];
const all = days('2026-01-01', '2026-12-31');

test("the journal's sums are the books'", () => {
    const rows = csv(at.ok(['export', 'journal', ...all]));
    assert.deepEqual(rows.length, Number(at.sql('SELECT COUNT(*) FROM journal_posting')[0][0]));
    const sums = {};
    for (const row of rows)
        sums[row.ledger] = (sums[row.ledger] ?? 0) + cents(row.amount);
    assert.deepEqual(sums, Object.fromEntries(at.sql('SELECT ledger, SUM(amount_cents) FROM journal_posting GROUP BY ledger').map(([ledger, sum]) => [ledger, Number(sum)])));
    assert.equal(Object.values(sums).reduce((sum, one) => sum + one), 0);
    assert.equal(sums.receivable, Number(at.sql('SELECT SUM(due_cents) FROM account')[0][0]));
    const entries = new Map();
    for (const row of rows)
        entries.set(row.entry, (entries.get(row.entry) ?? 0) + cents(row.amount));
    assert.deepEqual([...entries.values()].filter((sum) => sum !== 0), []);
    assert.deepEqual(rows.map((row) => row.date), rows.map((row) => row.date).toSorted());
    const october = csv(at.ok(['export', 'journal', ...days('2026-10-01', '2026-10-31')]));
    assert.equal(october.length, Number(at.sql("SELECT COUNT(*) FROM journal_posting q JOIN journal_entry e ON e.id = q.entry_id WHERE e.on_date BETWEEN '2026-10-01' AND '2026-10-31'")[0][0]));
    assert.deepEqual(october, rows.filter((row) => row.date.startsWith('2026-10')));
});

test('JSON says the same', () => {
    const json = at.json(['export', 'journal', ...all]), rows = csv(at.ok(['export', 'journal', ...all]));
    assert.deepEqual(json.map((row) => [row.cursor, row.account, row.event, row.ledger, row.amount, row.amount_cents]),
        rows.map((row) => [row.cursor, row.account, row.event, row.ledger, row.amount, cents(row.amount)]));
    assert.deepEqual(at.json(['export', 'invoices', ...days('2020-01-01', '2020-01-02')]), []);
    assert.equal(at.ok(['export', 'journal', ...days('2020-01-01', '2020-01-02')]).trim().split('\n').length, 1, 'the header');
});

for (const what of ['journal', 'payments', 'invoices'])
    test(`${what}: gone on with behind any cursor`, () => {
        const rows = csv(at.ok(['export', what, ...all]));
        assert.equal(new Set(rows.map((row) => row.cursor)).size, rows.length);
        for (const index of [0, 1, 2, Math.floor(rows.length / 2), Math.floor(rows.length / 2) + 1, rows.length - 2, rows.length - 1])
            assert.deepEqual(csv(at.ok(['export', what, ...all, '--after', rows[index].cursor])), rows.slice(index + 1), `behind ${index}`);
        for (const wrong of ['x', '2026-10-01', '2026-10-01.x', '2026-10-01.1.2.3', '2026-13-01.1.1', ''])
            assert.equal(at.run(['export', what, ...all, '--after', wrong]).status, 2, wrong);
    });

test('invoices and payments as they stand', () => {
    const invoices = csv(at.ok(['export', 'invoices', ...all]));
    assert.equal(invoices.length, 1302);
    const [sums] = at.sql('SELECT SUM(total_cents), SUM(paid_cents), SUM(credited_cents) FROM invoice');
    assert.deepEqual(['total', 'paid', 'credited'].map((name) => String(invoices.reduce((sum, row) => sum + cents(row[name]), 0))), sums);
    assert.equal(invoices.find((row) => row.number === 'N2').state, 'void');
    assert.equal(csv(at.ok(['export', 'invoices', ...days('2026-10-01', '2026-10-01')])).every((row) => row.issued_on === '2026-10-01'), true);
    const payments = csv(at.ok(['export', 'payments', ...all]));
    assert.deepEqual(payments.map((row) => [row.number, row.amount, row.state]), [['1', '25.00', 'succeeded'], ['2', '1990.00', 'succeeded'], ['4', '1.00', 'succeeded'], ['3', '3.00', 'succeeded']]);
    assert.match(payments[0].confirmed_at, /^2026-11-01T03:59:59Z$/);
});

test("days are the provider's, not Greenwich's", () => {
    const on = (day) => csv(at.ok(['export', 'payments', ...days(day, day)])).map((row) => row.number);
    assert.deepEqual([on('2026-10-31'), on('2026-11-01'), on('2026-11-02')], [['1'], ['2', '4', '3'], []]);
});

test('no text is a formula', () => {
    const text = at.ok(['export', 'payments', ...all]) + at.ok(['export', 'invoices', ...all]);
    for (const cell of ["\"'@SUM(A1)\"", "\"'-1+1\"", "\"' \uff1d1\"", "\"'=HYPERLINK(\"\"x\"\")\""])
        assert.ok(text.includes(cell), cell);
    assert.ok(!/(^|,)"?[=@+]/m.test(text) && !/(^|,)"?-[^0-9]/m.test(text));
    assert.equal(csv(at.ok(['export', 'invoices', ...all])).find((row) => row.number === 'F2').billing_type, 'a,"b"\u00fc');
    assert.equal(at.json(['export', 'payments', ...all]).find((row) => row.number === '1').note, '@SUM(A1)', 'JSON is as it is');
    assert.ok(csv(at.ok(['export', 'journal', ...all])).some((row) => row.amount.startsWith('-')), 'figures stay figures');
});

test('wrong questions', () => {
    for (const [args, words] of [[['--from', '2026-01-01'], /--to is missing/], [['--to', '2026-01-01'], /--from is missing/], [days('2026-02-01', '2026-01-01'), /before/],
        [days('x', '2026-01-01'), /--from/], [[...all, '--csv', '--json'], /contradict/]]) {
        const ran = at.run(['export', 'journal', ...args]);
        assert.equal(ran.status, 2, args.join(' '));
        assert.match(ran.err, words);
    }
});

