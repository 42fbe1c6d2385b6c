// Files of accounts, users and invoices: checked whole before anything counts, applied so that a run that dies at any
// moment leaves whole transactions and is finished by the same command, and changing nothing when they come again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { binary, Database, Installation, root } from './harness.mjs';

let database, at;
let count = 0;
const faultsBinary = resolve(root, process.env.REMIT_FAULTS_BIN ?? 'build/faults/bin/remit');

before(async () => {
    database = await Database.start();
});
after(() => database?.stop());
afterEach(() => at && assert.deepEqual(at.json(['check']).faults, [], 'the books agree'));

const fresh = (accounts = 3) => {
    at = new Installation(database, `remit_import${++count}`);
    at.ok(['migrate']);
    at.ok(['level', 'add', 'Manager', '--billing', '--autopay']);
    at.ok(['level', 'add', 'Clerk']);
    for (let number = 1; number <= accounts; number++)
        at.ok(['account', 'add', '--number', `${number}00`, '--organization', `Firm ${number}`]);
    return at;
};

const invoice = (number, more = {}) => ({ account: '100', number, billing_type: 'Hosting', issued_on: '2026-10-01', due_on: '2026-10-31',
    tax: '0.50', lines: [{ description: 'Hosting', amount: '9.50' }], ...more });
const many = (total, name = 'N', accounts = 3) => Array.from({ length: total }, (_, index) => invoice(`${name}${index}`,
    { account: `${1 + index % accounts}00`, lines: Array.from({ length: 1 + index % 3 }, () => ({ description: 'x', amount: '1.00' })) }));

// Everything that an import may change, but for what is kept of files.
const state = () => at.sql(`SELECT (SELECT COUNT(*) FROM invoice), (SELECT COUNT(*) FROM invoice_line), (SELECT COUNT(*) FROM journal_entry),
    (SELECT COUNT(*) FROM journal_posting), (SELECT COUNT(*) FROM feed), (SELECT COUNT(*) FROM account), (SELECT COUNT(*) FROM user),
    (SELECT COUNT(*) FROM account_user), (SELECT COALESCE(SUM(due_cents), 0) FROM account), (SELECT COUNT(*) FROM audit_event),
    (SELECT COALESCE(SUM(version), 0) FROM account)`)[0].join(' ');
const kept = () => at.sql('SELECT (SELECT COUNT(*) FROM import_row), (SELECT COUNT(*) FROM import)')[0].map(Number);
const refused = (args, words, status = 1) => {
    const ran = at.run(args);
    assert.equal(ran.status, status, `${args.join(' ')}: ${ran.err}${ran.out}`);
    assert.match(ran.err, words);
    return ran;
};

test('one bad line in 100,000: its line and column, and nothing is changed', () => {
    fresh();
    const rows = ['number,account,issued_on,due_on,description,amount'];
    for (let index = 0; index < 100000; index++)
        rows.push(`L${index},${1 + index % 3}00,2026-10-01,2026-10-31,Hosting,1.00`);
    rows[77777] = 'L77776,100,2026-10-01,2026-10-31,"Host, ing",1.005';
    const before = state();
    const ran = refused(['invoice', 'import', at.file('large.csv', rows.join('\r\n'))],
        /large\.csv:77778:46: amount: .*\n.*1 thing is wrong in .*large\.csv; nothing was imported/);
    assert.equal(ran.err.trim().split('\n').length, 2, ran.err);
    assert.equal(state(), before);
    assert.deepEqual(kept(), [0, 0], 'what was kept of it is gone');

    // What only the database knows, in the very last row.
    rows[77777] = 'L77776,100,2026-10-01,2026-10-31,Hosting,1.00';
    rows[100000] = 'L99999,900,2026-10-01,2026-10-31,Hosting,1.00';
    refused(['invoice', 'import', at.file('large.csv', rows.join('\n'))], /large\.csv:100001:8: account: There is no account 900/);
    rows[100000] = 'L5,300,2026-10-01,2026-10-31,Hosting,1.00';
    refused(['invoice', 'import', at.file('large.csv', rows.join('\n'))], /large\.csv:100001:1: number: Invoice L5 comes twice/);
    assert.equal(state(), before);
    assert.deepEqual(kept(), [0, 0]);
});

test('JSON: the place of the very value', () => {
    fresh();
    const text = JSON.stringify([invoice('A'), invoice('B', { lines: [{ description: 'a "q" \\ é', amount: '1.00' }, { description: 'x', amount: '0' }] })], null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('"amount": "0"')) + 1;
    refused(['invoice', 'import', at.file('x.json', text)], new RegExp(`x\\.json:${line}:19: \\[1\\]\\.lines\\[1\\]\\.amount: `));
    const late = JSON.stringify([invoice('A'), invoice('B', { tax: 'x' })], null, 1).replaceAll('\n', '\r\n');
    const lateLine = late.split('\n').findIndex((one) => one.includes('"tax": "x"')) + 1;
    refused(['invoice', 'import', at.file('x.json', late)], new RegExp(`x\\.json:${lateLine}:10: \\[1\\]\\.tax: `));
    assert.deepEqual(kept(), [0, 0]);
});

test('again changes nothing; a file with one that is new brings that one', () => {
    fresh();
    const list = many(700);
    assert.deepEqual([at.json(['invoice', 'import', at.file('a.json', list)]).imported, kept()], [700, [0, 1]]);
    const before = state(), imports = at.json(['import', 'list']);
    assert.deepEqual([imports.length, imports[0].state, imports[0].imported, imports[0].items], [1, 'done', 700, 700]);
    const again = at.json(['invoice', 'import', at.file('a.json', list)]);
    assert.deepEqual([again.imported, again.unchanged, again.total_cents], [0, 700, 0]);
    assert.equal(state(), before);
    assert.deepEqual(at.json(['import', 'list']), imports);
    const more = at.json(['invoice', 'import', at.file('b.json', [...list, invoice('NEW')])]);
    assert.deepEqual([more.imported, more.unchanged, more.total_cents], [1, 700, 1000]);
    refused(['invoice', 'import', at.file('c.json', [invoice('NEWER'), invoice('NEW', { tax: '0.51' })])], /c\.json:1:\d+: number: Invoice NEW was issued with other figures/);
    assert.deepEqual(at.sql("SELECT COUNT(*) FROM invoice WHERE number = 'NEWER'"), [['0']]);
});

test('texts come through as they are', () => {
    fresh();
    const terms = 'Line one\nLine "two"\tü 漢字 😀 \\n', description = ',"=1+1';
    at.ok(['invoice', 'import', '-'], JSON.stringify([invoice('T', { terms, lines: [{ description, quantity: '2', price: '0', amount: '9.50' }] })]));
    const shown = at.json(['invoice', 'show', 'T']);
    assert.deepEqual([shown.terms, shown.lines[0].description, shown.lines[0].price_cents, shown.total_cents], [terms, description, 0, 1000]);
    assert.equal(at.json(['invoice', 'import', '-'], JSON.stringify([invoice('T', { terms, lines: [{ description, quantity: '2', price: '0', amount: '9.50' }] })])).unchanged, 1);
});

test("an account's invoices of a file show together", async () => {
    fresh();
    // Alternating in the file; each account's fit into one transaction.
    const file = at.file('t.json', Array.from({ length: 3 * 30 }, (_, index) => invoice(`T${index}`, { account: `${1 + index % 3}00` })));
    const seen = new Set();
    let isOver = false;
    const run = at.start(['invoice', 'import', file]).then((end) => {
        isOver = true;
        return end;
    });
    while (!isOver) {
        for (const [, invoices] of at.sql('SELECT account_id, COUNT(*) FROM invoice GROUP BY account_id'))
            seen.add(Number(invoices));
        await new Promise((done) => setImmediate(done));
    }
    assert.equal((await run).status, 0);
    assert.deepEqual([...seen].filter((invoices) => invoices !== 30), []);
});

// Kills at random moments, until a run gets through; between them the books agree.
async function killLoop(args, longest) {
    const counts = [];
    for (let tries = 0; tries < 60; tries++) {
        const child = spawn(binary, ['--now', at.now, ...args], { env: at.environment(), stdio: 'ignore' });
        const timer = setTimeout(() => child.kill('SIGKILL'), tries < 45 ? Math.random() * longest : 60000);
        const [status] = await new Promise((done) => child.on('close', (code, signal) => done([code, signal])));
        clearTimeout(timer);
        counts.push(Number(at.sql('SELECT COUNT(*) FROM invoice')[0][0]));
        if (tries % 6 === 0 || status === 0)
            assert.deepEqual(at.json(['check']).faults, []);
        if (status === 0)
            return counts;
        assert.equal(status, null);
    }
    assert.fail('no run got through');
}

test('kill -9 at random moments: it resumes, or nothing is there', async () => {
    const list = many(2500);
    let file, counts = [];
    // How long a run takes is the machine's matter: until enough of them are killed.
    for (let within = 900; counts.length <= 3 && within > 20; within /= 2) {
        fresh();
        file = at.file('k.json', list);
        counts = await killLoop(['invoice', 'import', file], within);
    }
    assert.ok(counts.length > 3, `${counts} runs`);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), 'never fewer than before');
    assert.equal(counts.at(-1), 2500);
    const [[total]] = at.sql('SELECT SUM(total_cents) FROM invoice');
    assert.equal(Number(total), list.reduce((sum, one) => sum + 50 + 100 * one.lines.length, 0));
    const before = state();
    assert.equal(at.json(['invoice', 'import', file]).unchanged, 2500);
    assert.equal(state(), before);
    at.now = '2026-11-24T15:00:00Z'; // what killed runs left of staging is cleared away later
    at.ok(['invoice', 'import', at.file('one.json', [invoice('ONE')])]);
    assert.equal(kept()[0], 0);
});

describe('killed at each step', { skip: !existsSync(faultsBinary) && 'no faults build' }, () => {
    const steps = ['import.staged', 'import.before_release', 'import.released', 'import.step', 'import.applied', 'import.done', 'import.clearing',
        'db.before_commit', 'db.after_commit'];
    for (const step of steps)
        test(step, () => {
            fresh();
            const list = many(300), file = at.file('k.json', list), fault = join(at.folder, 'fault');
            const run = () => spawnSync(faultsBinary, ['--now', at.now, 'invoice', 'import', file],
                { env: { ...at.environment(), REMIT_FAULT_FILE: fault }, encoding: 'utf8' });
            writeFileSync(fault, step);
            const died = run();
            assert.equal(died.signal, 'SIGKILL', `${step}: ${died.stderr}`);
            const [[there]] = at.sql('SELECT COUNT(*) FROM invoice');
            const [[applying]] = at.sql("SELECT COUNT(*) FROM import WHERE state = 'applying'");
            assert.deepEqual(at.json(['check']).faults, []);
            if (['import.staged', 'import.before_release', 'db.before_commit', 'db.after_commit'].includes(step))
                assert.deepEqual([there, applying], ['0', '0'], 'nothing counts yet');
            const ended = run();
            assert.equal(ended.status, 0, ended.stderr);
            assert.deepEqual(at.sql('SELECT COUNT(*), SUM(total_cents) FROM invoice'), [['300', String(list.reduce((sum, one) => sum + 50 + 100 * one.lines.length, 0))]]);
            assert.deepEqual(at.sql("SELECT COUNT(*) FROM import WHERE state = 'applying'"), [['0']]);
            assert.equal(at.json(['invoice', 'import', file]).unchanged, 300);
        });
});

test('Ctrl-C: in the file nothing is done, behind it the rest waits', async () => {
    fresh();
    const file = at.file('c.json', many(4000));
    const interrupt = (wait) => at.start(['invoice', 'import', file], (child) => {
        const timer = setInterval(() => {
            if (wait())
                child.kill('SIGINT');
        }, 5);
        child.on('close', () => clearInterval(timer));
    });
    const early = await interrupt(() => at.sql('SELECT COUNT(*) FROM import_row')[0][0] > 0);
    assert.deepEqual([early.status, /Stopped; nothing was imported/.test(early.err)], [1, true], early.err);
    assert.deepEqual([at.sql('SELECT COUNT(*) FROM invoice'), kept()], [[['0']], [0, 0]]);
    const late = await interrupt(() => at.sql('SELECT COUNT(*) FROM invoice')[0][0] > 100);
    assert.equal(late.status, 1);
    const [, there, id] = /behind (\d+) of 4000 \(as asked\).*import resume (\d+)/s.exec(late.err);
    assert.deepEqual(at.sql('SELECT COUNT(*) FROM invoice'), [[there]]);
    assert.ok(Number(there) < 4000);
    // Another file meanwhile: it is told of, and does its own.
    const other = at.run(['invoice', 'import', at.file('o.json', [invoice('OTHER')])]);
    assert.deepEqual([other.status, other.err.includes(`remit import resume ${id}`)], [0, true], other.err);
    const resumed = at.json(['import', 'resume', id]);
    assert.deepEqual([resumed.imported, resumed.unchanged], [4000 - there, Number(there)]);
    assert.deepEqual(at.sql('SELECT COUNT(*) FROM invoice'), [['4001']]);
    refused(['import', 'resume', id], /is done: nothing of it is left/);
    refused(['import', 'drop', '99999'], /no import 99999/);
    refused(['import', 'resume', 'x'], /Enter a number/, 2);
});

test('the rest is given up', async () => {
    fresh();
    const file = at.file('d.json', many(3000));
    await at.start(['invoice', 'import', file], (child) => {
        const timer = setInterval(() => {
            if (at.sql('SELECT COUNT(*) FROM invoice')[0][0] > 50)
                child.kill('SIGKILL');
        }, 5);
        child.on('close', () => clearInterval(timer));
    });
    const [one] = at.json(['import', 'list']);
    assert.equal(one.state, 'applying');
    const dropped = at.json(['import', 'drop', String(one.id)]);
    assert.equal(dropped.kept, Number(at.sql('SELECT COUNT(*) FROM invoice')[0][0]));
    assert.deepEqual(kept(), [0, 0]);
    assert.equal(at.json(['invoice', 'import', file]).imported, 3000 - dropped.kept);
});

test('an invoice that comes in by another way meanwhile', () => {
    fresh();
    // Two files with one invoice of the same number: the second is refused, whichever was checked first.
    at.sql(`INSERT INTO import (kind, state, open, file_hash, file_name, items, actor, created_at, changed_at)
        VALUES ('invoice', 'applying', 1, REPEAT('h', 32), 'x.json', 2, 'x', NOW(), NOW())`);
    const [[id]] = at.sql('SELECT MAX(id) FROM import');
    const body = (number, amount) => `invoice-1:3:100,${number.length}:${number},0:,10:2026-10-01,10:2026-10-31,0:,0,1:x,1:1,${amount},${amount},`;
    at.ok(['invoice', 'import', at.file('m.json', [{ account: '100', number: 'M1', issued_on: '2026-10-01', due_on: '2026-10-31', lines: [{ description: 'x', amount: '5.00' }] }])]);
    at.sql(`INSERT INTO import_row SELECT ${id}, a.id, 1, 0, 7, 8, 'M1', '', 22, '${body('M1', 500)}' FROM account a WHERE a.number = '100';
        INSERT INTO import_row SELECT ${id}, a.id, 2, 0, 9, 9, 'M2', '', 22, '${body('M2', 700)}' FROM account a WHERE a.number = '200'`);
    const resumed = at.json(['import', 'resume', id]);
    assert.deepEqual([resumed.imported, resumed.unchanged, resumed.total_cents], [1, 1, 700], 'the same one is there already');
    at.sql(`UPDATE import SET state = 'applying', open = 1, at_account = 0, at_seq = 0, unchanged = 0, applied = 0 WHERE id = ${id};
        INSERT INTO import_row SELECT ${id}, a.id, 1, 0, 7, 8, 'M1', '', 22, '${body('M1', 501)}' FROM account a WHERE a.number = '100'`);
    refused(['import', 'resume', id], /x\.json:7:8: number: Invoice M1 was issued with other figures.*\n.*stopped behind 0 of 2 \(see above\)/);
    at.ok(['import', 'drop', id]);
});

test('several at once, of one file and of several', async () => {
    fresh();
    const same = at.file('same.json', many(600, 'S')), other = at.file('other.json', many(600, 'O'));
    const ends = await Promise.all([same, same, other, same, other].map((file) => at.start(['invoice', 'import', file])));
    assert.deepEqual(ends.map((end) => end.status), [0, 0, 0, 0, 0], JSON.stringify(ends));
    assert.deepEqual(at.sql('SELECT COUNT(*) FROM invoice'), [['1200']]);
    assert.equal(kept()[0], 0);
});

describe('accounts', () => {
    const csv = (...rows) => at.file('a.csv', ['number,organization,site,city,paper_bill,country,currency', ...rows, ''].join('\n'));
    test('added, changed where they differ, and nothing when they come again', () => {
        fresh(1);
        const file = csv('100,Firm One,one.example,Boston,on,US,USD', '"500","Acmé, Inc",,,,,', '0600,Zeros,z.example,"Salt Lake City",off,,');
        assert.deepEqual(at.json(['account', 'import', file]), { imported: 3, unchanged: 0 });
        const shown = at.json(['account', 'show', '100']);
        assert.deepEqual([shown.organization, shown.site, shown.city, shown.paper_bill], ['Firm One', 'one.example', 'Boston', true]);
        assert.equal(at.json(['account', 'show', '0600']).city, 'Salt Lake City');
        const before = state();
        assert.deepEqual(at.json(['account', 'import', file]), { imported: 0, unchanged: 3 });
        assert.equal(state(), before);
        // Columns that are not there stay as they are.
        assert.deepEqual(at.json(['account', 'import', at.file('b.json', [{ number: 500, organization: 'Acmé' }, { number: '100', organization: 'Firm One' }])]),
            { imported: 1, unchanged: 1 });
        assert.equal(at.json(['account', 'show', '100']).site, 'one.example');
        assert.deepEqual(at.sql("SELECT subject FROM audit_event WHERE action = 'account.import' ORDER BY id").map(([text]) => text.replace(/\d+ /, '')),
            ['import:accounts:3', 'import:accounts:1']);
    });
    test('not of the United States, not in dollars, and told why', () => {
        fresh(1);
        const before = state();
        refused(['account', 'import', csv('500,X,,,,US,USD', '501,Y,,,,CA,USD')], /a\.csv:3:10: country: Only accounts in the United States .*ACH/);
        refused(['account', 'import', csv('500,X,,,,US,CAD')], /a\.csv:2:13: currency: Only US dollars/);
        refused(['account', 'import', csv('500,X,,,maybe,US,USD')], /paper_bill: Enter on or off/);
        refused(['account', 'import', csv('500,X,,,,,', '500,Y,,,,,')], /a\.csv:3:1: number: Account 500 comes twice/);
        refused(['account', 'import', csv('5/0,X,,,,,')], /number: A number has/);
        refused(['account', 'import', csv('500,,,,,,')], /organization: This is missing/);
        refused(['account', 'import', at.file('x.csv', 'number\n5\n')], /organization: This column is missing/);
        assert.equal(state(), before);
    });
    test('thousands', () => {
        fresh(0);
        const list = Array.from({ length: 5000 }, (_, index) => ({ number: `A${index}`, organization: `Org ${index}` }));
        const file = at.file('many.json', list);
        assert.deepEqual(at.json(['account', 'import', file]), { imported: 5000, unchanged: 0 });
        assert.deepEqual(at.json(['account', 'import', file]), { imported: 0, unchanged: 5000 });
        assert.deepEqual(kept(), [0, 1]);
    });
});

describe('users', () => {
    const csv = (...rows) => at.file('u.csv', ['email,name,account,level', ...rows, ''].join('\n'));
    test('added to several accounts, given other levels, and nothing when they come again', () => {
        fresh(2);
        at.ok(['user', 'add', '--email', 'bea@example.com', '--name', 'Bea', '--account', '100', '--level', 'Manager']);
        const file = csv('Ana@Example.com,Ana,100,Manager', 'ana@example.com,Ana,200,Clerk', 'bea@example.com,Beatrice,100,Clerk');
        assert.deepEqual(at.json(['user', 'import', file]), { imported: 3, unchanged: 0 });
        assert.deepEqual(at.json(['user', 'list']).map((one) => [one.email, one.name, one.account, one.level, one.has_password]), [
            ['ana@example.com', 'Ana', '100', 'Manager', false], ['ana@example.com', 'Ana', '200', 'Clerk', false],
            ['bea@example.com', 'Bea', '100', 'Clerk', false]], 'a name may be the user\'s own by now');
        const before = state();
        assert.deepEqual(at.json(['user', 'import', file]), { imported: 0, unchanged: 3 });
        assert.equal(state(), before);
    });
    test('refused', () => {
        fresh(1);
        const before = state();
        refused(['user', 'import', csv('ana@example.com,Ana,900,Manager')], /u\.csv:2:21: account: There is no account 900/);
        refused(['user', 'import', csv('ana@example.com,Ana,100,Chief')], /level: There is no level Chief/);
        refused(['user', 'import', csv('ana,Ana,100,Manager')], /u\.csv:2:1: email: Enter an e-mail address/);
        refused(['user', 'import', csv('ana@example.com,Ana,100,Manager', 'ANA@example.com,Ana,100,Clerk')], /u\.csv:3:1: email: User ana@example\.com comes twice/);
        refused(['user', 'import', csv('ana@example.com,,100,Manager')], /name: This is missing/);
        assert.equal(state(), before);
    });

    const ids = () => at.sql("SELECT email, COALESCE(external_id, '-') FROM user ORDER BY email").map((row) => row.join(' '));
    const called = (...rows) => at.file('u.csv', ['email,external_id,name,account,level', ...rows, ''].join('\n'));
    const sessionOf = (email, token) => at.sql(`INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at)
        SELECT REPEAT('${token}', 32), m.user_id, m.account_id, NOW(), NOW(), NOW() FROM account_user m JOIN user u ON u.id = m.user_id WHERE u.email = '${email}' LIMIT 1`);
    const sessions = () => at.sql('SELECT u.email FROM session s JOIN user u ON u.id = s.user_id ORDER BY 1').map(([email]) => email);

    test('an external id: set where one is given and another, and whose it was is signed out', () => {
        fresh(2);
        const file = called('Ana@Example.com,Ana-1,Ana,100,Manager', 'ana@example.com,Ana-1,Ana,200,Clerk', 'bea@example.com,,Bea,100,Clerk', 'cy@example.com,"a,b: ü""",Cy,100,Clerk');
        assert.deepEqual(at.json(['user', 'import', file]), { imported: 4, unchanged: 0 });
        assert.deepEqual(ids(), ['ana@example.com Ana-1', 'bea@example.com -', 'cy@example.com a,b: ü"']);
        assert.deepEqual(at.json(['user', 'list', '--account', '100']).map((one) => one.external_id), ['Ana-1', null, 'a,b: ü"']);
        assert.match(at.ok(['user', 'list']), /External ID[^]*Ana-1/);
        sessionOf('ana@example.com', 'a');
        sessionOf('bea@example.com', 'b');
        const before = state();
        // The same, an empty one, none at all: nothing.
        assert.deepEqual(at.json(['user', 'import', file]), { imported: 0, unchanged: 4 });
        assert.deepEqual(at.json(['user', 'import', called('ana@example.com,,Ana,100,Manager')]), { imported: 0, unchanged: 1 });
        assert.deepEqual(at.json(['user', 'import', csv('ana@example.com,Ana,100,Manager')]), { imported: 0, unchanged: 1 });
        assert.deepEqual(at.json(['user', 'import', '-'], JSON.stringify([{ email: 'ana@example.com', name: 'Ana', account: 100, level: 'Manager', external_id: null }])), { imported: 0, unchanged: 1 });
        assert.deepEqual([state(), sessions()], [before, ['ana@example.com', 'bea@example.com']]);
        // A level that changes beside an id that does not: nobody is signed out.
        assert.deepEqual(at.json(['user', 'import', called('ana@example.com,Ana-1,Ana,100,Clerk', 'bea@example.com,,Bea,100,Manager')]), { imported: 2, unchanged: 0 });
        assert.deepEqual([ids()[0], sessions()], ['ana@example.com Ana-1', ['ana@example.com', 'bea@example.com']]);
        assert.deepEqual(at.json(['user', 'import', '-'], JSON.stringify([{ email: 'ana@example.com', name: 'Ana', account: 100, level: 'Clerk', external_id: 1042 },
            { email: 'bea@example.com', name: 'Bea', account: 100, level: 'Manager', external_id: '' }])), { imported: 1, unchanged: 1 });
        assert.deepEqual([ids().slice(0, 2), sessions()], [['ana@example.com 1042', 'bea@example.com -'], ['bea@example.com']]);
        // Byte by byte: these are different people.
        at.ok(['user', 'import', called('bea@example.com,É1,Bea,100,Manager', 'dan@example.com,é1,Dan,100,Clerk', 'eve@example.com,E1,Eve,100,Clerk')]);
        assert.deepEqual([ids()[1], ...ids().slice(3)], ['bea@example.com É1', 'dan@example.com é1', 'eve@example.com E1']);
    });
    test("an external id that is somebody else's: the line and column of it, and nothing is imported", () => {
        fresh(2);
        at.ok(['user', 'import', called('ana@example.com,A,Ana,100,Manager', 'bea@example.com,B,Bea,100,Manager')]);
        const before = state();
        const long = 'é'.repeat(190);
        for (const [rows, words] of [
            [['new@example.com,C,New,100,Clerk', 'other@example.com,A,Other,100,Clerk'], /u\.csv:3:19: external_id: Your site calls another user so/],
            [['ana@example.com,B,Ana,100,Manager', 'bea@example.com,A,Bea,100,Manager'], /u\.csv:2:17: external_id: Your[^]*u\.csv:3:17: external_id: Your/],
            [['new@example.com,C,New,100,Clerk', 'x@example.com,,X,100,Clerk', 'other@example.com,C,Other,200,Clerk'], /u\.csv:4:19: external_id: This file calls another user C/],
            [['new@example.com,C,New,100,Clerk', 'new@example.com,D,New,200,Clerk'], /u\.csv:3:17: external_id: This file .* new@example\.com by another id/],
            [[`new@example.com,${long}x,New,100,Clerk`], /u\.csv:2:17: external_id: /],
            [['new@example.com,"a\tb",New,100,Clerk'], /u\.csv:2:17: external_id: /],
        ]) {
            const ran = refused(['user', 'import', called(...rows)], words);
            assert.equal(ran.err.match(/external_id: /g).length, words.source.split('external_id: ').length - 1, ran.err);
            assert.deepEqual([state(), kept()], [before, [0, 1]]);
        }
        refused(['user', 'import', at.file('u.json', '[\n{"email": "n@example.com", "name": "N", "account": "100", "level": "Clerk",\n  "external_id": "A"}]')], /u\.json:3:18: \[0\]\.external_id: Your site|u\.json:3:18: external_id: Your site/);
        at.ok(['user', 'import', called(`new@example.com,${long},New,100,Clerk`, `new@example.com,${long},New,200,Clerk`)]);
        assert.equal(ids()[2], `new@example.com ${long}`);
    });
    test('an id that is given away between checking and applying stops the import there', { skip: !existsSync(faultsBinary) && 'no faults build' }, () => {
        fresh(1);
        at.ok(['user', 'add', '--email', 'ana@example.com', '--name', 'Ana', '--account', '100', '--level', 'Manager']);
        const file = called('new@example.com,C,New,100,Clerk'), fault = join(at.folder, 'fault');
        writeFileSync(fault, 'import.released');
        const died = spawnSync(faultsBinary, ['--now', at.now, 'user', 'import', file], { env: { ...at.environment(), REMIT_FAULT_FILE: fault }, encoding: 'utf8' });
        assert.equal(died.signal, 'SIGKILL', died.stderr);
        at.ok(['user', 'external-id', 'ana@example.com', '--id', 'C']);
        refused(['user', 'import', file], /u\.csv:2:17: external_id: Your site calls another user so\.\n.*stopped behind 0 of 1/);
        assert.deepEqual(ids(), ['ana@example.com C']);
        at.ok(['user', 'external-id', 'ana@example.com', '--none']);
        assert.deepEqual(at.json(['user', 'import', file]), { imported: 1, unchanged: 0 });
        assert.deepEqual(ids(), ['ana@example.com -', 'new@example.com C']);
    });
});

test('an e-mail that looks like another user\'s is not theirs', () => {
    fresh(2);
    at.ok(['user', 'add', '--email', 'ana@example.com', '--name', 'Ana', '--account', '100', '--level', 'Manager']);
    const before = state();
    const csv = (email) => at.file('u.csv', `email,name,account,level\n${email},Ana,200,Manager\n`);
    for (const email of ['\u00e1na@example.com', '\u{1f600}@example.com']) {
        refused(['user', 'import', csv(email)], /u\.csv:2:1: email: An e-mail address has letters from a to z only/);
        refused(['user', 'add', '--email', email, '--name', 'Ana', '--account', '200', '--level', 'Manager'], /letters from a to z only/, 2);
    }
    refused(['user', 'disable', '\u00e1na@example.com'], /There is no user/);
    assert.equal(state(), before);
    at.sql("UPDATE user SET email = '\u00e1na@example.com'");
    refused(['user', 'import', csv('ana@example.com')], /u\.csv:2:1: email: It is too like that of another user/);
    refused(['user', 'add', '--email', 'ana@example.com', '--name', 'Ana', '--account', '200', '--level', 'Manager'], /was added by somebody else/);
    refused(['user', 'disable', 'ana@example.com'], /There is no user/);
    assert.equal(state(), before);
});

test('a row or a thing that is far too wide is a fault like any other, told at once', () => {
    fresh(1);
    const mib = 1024 * 1024;
    refused(['user', 'import', at.file('wide.csv', Array.from({ length: 32 }, () => 'a'.repeat(mib - 10)).join(',') + '\n')],
        /This row is too long/);
    const members = Array.from({ length: 60000 }, (_, index) => `"${index.toString(16)}":1`).join(',');
    const began = Date.now();
    refused(['user', 'import', at.file('wide.json', `[{${members}}]`)], /60\d{3} things are wrong/);
    assert.ok(Date.now() - began < 30000, `${Date.now() - began} ms`);
});

test('one that is dropped while it runs does not say that it came in', async () => {
    fresh();
    const file = at.file('dropped.json', JSON.stringify(many(8000)));
    const child = spawn(binary, ['--now', at.now, 'invoice', 'import', file], { env: at.environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '', id;
    child.stderr.on('data', (part) => (err += part));
    const ended = new Promise((done) => child.on('close', done));
    while (!id && child.exitCode === null) {
        id = at.sql("SELECT id FROM import WHERE state = 'applying' AND applied > 0")[0]?.[0];
        await new Promise((done) => setImmediate(done));
    }
    at.ok(['import', 'drop', id]);
    assert.equal(await ended, 1, err);
    assert.match(err, /The import was dropped by somebody else/);
    assert.ok(Number(at.sql('SELECT COUNT(*) FROM invoice')[0][0]) < 8000);
});

test('memory stays small, however large the file is', { skip: process.platform !== 'linux' }, async () => {
    fresh();
    const peak = async (total) => {
        const rows = ['number,account,issued_on,due_on,description,amount'];
        for (let index = 0; index < total; index++)
            rows.push(`P${index},100,2026-10-01,2026-10-31,${'d'.repeat(200)},1.00`);
        rows.push('P,100,x,,,');
        const file = at.file('m.csv', rows.join('\n'));
        const ran = spawnSync('bash', ['-c', 'ulimit -v 400000; exec "$0" "$@"', binary, 'invoice', 'import', file], { env: at.environment(), encoding: 'utf8' });
        assert.match(ran.stderr, new RegExp(`m\\.csv:${total + 2}:7: issued_on`));
    };
    await peak(60000); // a file of 15 MB; tests/bench measures a million
});

test('somebody who watches sees how far it is, nobody else does', { skip: spawnSync('script', ['--version']).status !== 0 && 'no script' }, () => {
    fresh();
    const file = at.file('p.json', many(3000));
    const watched = spawnSync('script', ['-qefc', `${binary} --now ${at.now} invoice import ${file}`, '/dev/null'], { env: at.environment(), encoding: 'utf8' });
    assert.match(watched.stdout, /\r\u001b\[KImporting \[#*\.*\] \d+%, \d+ of 3000/);
    assert.match(watched.stdout, /\r\u001b\[K3000 invoices imported/, 'the bar is gone');
    assert.equal(at.run(['invoice', 'import', at.file('q.json', many(3000, 'Q'))]).err, '');
});

test('what is no text, and what is too long', () => {
    fresh();
    refused(['invoice', 'import', at.file('z.csv', 'a\0b')], /z\.csv:1:2: The file is not text/);
    refused(['invoice', 'import', at.file('z.json', `[{"account":"${'x'.repeat(9 * 1024 * 1024)}"}]`)], /z\.json:1:2: This is too long/);
    refused(['invoice', 'import', at.file('z.csv', `number,account,issued_on,due_on,description,amount\n1,100,2026-10-01,2026-10-31,"${'x'.repeat(3 * 1024 * 1024)}",1`)],
        /This is too long/);
    refused(['invoice', 'import', at.folder], /cannot be read/);
    assert.deepEqual(kept(), [0, 0]);
    assert.ok(readFileSync(at.settings));
});
