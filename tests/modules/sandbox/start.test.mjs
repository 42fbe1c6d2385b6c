// Starting, stopping, what is refused, and what the book survives.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KEY, folder, run, sandbox, until } from './harness.mjs';

test('starts that are refused say why', async (t) => {
    const path = folder(t);
    const file = (name, text) => (writeFileSync(join(path, name), text), join(path, name));
    const base = ['--listen', '127.0.0.2:0', '--store', join(path, 'store'), '--security-key', KEY];
    const card = { customer_vault_id: 'a', type: 'cc', cc_number: '4xxxxxxxxxxx4242' };
    const vault = (name, ...list) => ['--vault', file(name, JSON.stringify(list))];
    const cases = [
        ['no options', [], 2, /--help/],
        ['unknown option', [...base, '--nothing'], 2, /--help/],
        ['a word too many', [...base, 'word'], 2, /--help/],
        ['empty key', ['--listen', '127.0.0.2:0', '--store', path, '--security-key', ''], 2, /--help/],
        ['not loopback', ['--listen', '0.0.0.0:0', ...base.slice(2)], 1, /127\.0\.0\.0/],
        ['next to loopback', ['--listen', '128.0.0.1:0', ...base.slice(2)], 1, /127\.0\.0\.0/],
        ['a name', ['--listen', 'localhost:0', ...base.slice(2)], 1, /127\.0\.0\.0/],
        ['port too high', ['--listen', '127.0.0.2:65536', ...base.slice(2)], 1, /127\.0\.0\.0/],
        ['no port', ['--listen', '127.0.0.2', ...base.slice(2)], 1, /127\.0\.0\.0/],
        ['one key for both', [...base, '--tokenization-key', KEY], 1, /tokenization/],
        ['store is a file', ['--listen', '127.0.0.2:0', '--store', file('f', ''), '--security-key', KEY], 1, /directory/i],
        ['no such vault', [...base, '--vault', join(path, 'none')], 1, /none/],
        ['vault is not JSON', [...base, '--vault', file('v1', '[{')], 1, /v1/],
        ['vault is no list', [...base, '--vault', file('v2', '{}')], 1, /list/],
        ['card not masked', [...base, ...vault('v3', { ...card, cc_number: '4111111111111111' })], 1, /masked/],
        ['no id', [...base, ...vault('v4', { type: 'cc', cc_number: '4xxx1111' })], 1, /customer_vault_id/],
        ['id twice', [...base, ...vault('v5', card, card)], 1, /entry 2.*twice/],
        ['unknown type', [...base, ...vault('v6', { ...card, type: 'gold' })], 1, /cc or ck/],
        ['unknown field', [...base, ...vault('v7', { ...card, ccnumber: '4xxx1111' })], 1, /unknown/],
        ['unknown decline code', [...base, ...vault('v8', { ...card, decline_code: 299 })], 1, /decline_code/],
        ['clock is not a time', [...base, '--clock', file('c1', 'tomorrow\n')], 1, /clock/],
        ['clock on 31 February', [...base, '--clock', file('c2', '2027-02-31T00:00:00Z\n')], 1, /clock/],
    ];

    for (const [label, args, status, sentence] of cases) {
        const how = await run(args);
        assert.equal(how.status, status, `${label}: ${how.err}`);
        assert.match(how.err, sentence, label);
        assert.equal(how.out, '', label);
    }
    const help = await run(['--help']);
    assert.equal(help.status, 0);
    assert.match(help.out, /usage: sandbox/);
});

test('a store and a port have one sandbox', async (t) => {
    const it = await sandbox(t);
    const store = await run(['--listen', '127.0.0.2:0', '--store', it.store, '--security-key', KEY]);
    const port = await run(['--listen', `127.0.0.2:${it.port}`, '--store', join(it.path, 'other'), '--security-key', KEY]);

    assert.deepEqual([store.status, port.status], [1, 1]);
    assert.match(store.err, /another sandbox/);
    assert.match(port.err, /in use/i);
});

test('SIGTERM ends it with 0, whatever is in flight', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ latency_ms: 600000 });
    const waiting = it.sale({ orderid: 'waiting' });
    await it.knobs({ silent: true, times: 1 });
    const silent = it.sale({ orderid: 'silent' });
    await it.knobs({ lose: 'late', late_ms: 600000, latency_ms: 0 });
    await it.sale({ orderid: 'late' });
    await until('in flight', async () => (await it.counters()).in_flight === 2);
    assert.deepEqual(await it.stop(), { status: 0, signal: null });
    assert.ok((await waiting).lost);
    assert.ok((await silent).lost);
    await it.start();
    assert.deepEqual((await it.book()).map((one) => one.order_id), ['waiting']);
});

test('SIGTERM at once after an answer loses nothing', async (t) => {
    const it = await sandbox(t);

    await it.sale();
    const before = await it.book();
    await it.stop();
    await it.start();
    assert.deepEqual(await it.book(), before);
});

test('kill -9 under load: every answer given is in the book', async (t) => {
    const it = await sandbox(t);

    for (let round = 0; round < 3; round++) {
        const answered = [];
        const workers = Array.from({ length: 50 }, async (_, worker) => {
            for (let n = 0; ; n++) {
                const answer = await it.sale({ orderid: `r${round}-w${worker}-${n}` });
                if (answer.lost) return;
                answered.push(answer);
            }
        });
        await until('a few hundred answers', () => answered.length > 300);
        await it.stop('SIGKILL');
        await Promise.all(workers);
        await it.start();
        const book = new Map((await it.book()).map((one) => [one.transaction_id, one.order_id]));
        for (const answer of answered) {
            assert.equal(answer.response, '1');
            assert.equal(book.get(answer.transactionid), answer.orderid);
        }
    }
    // New ids go on after the old ones.
    const count = (await it.book()).length;
    assert.equal((await it.sale()).transactionid, String(9100000001 + count));
});

test('a torn last line is cut off, whatever its length', async (t) => {
    const it = await sandbox(t);

    await it.sale({ orderid: 'kept' });
    await it.sale({ orderid: 'torn' });
    await it.stop();
    const whole = readFileSync(it.book_file);
    const first_length = whole.indexOf('\n') + 1;
    for (const cut of [first_length + 1, first_length + 80, whole.length - 1]) {
        writeFileSync(it.book_file, whole.subarray(0, cut));
        await it.start();
        assert.deepEqual((await it.book()).map((one) => one.order_id), ['kept']);
        assert.equal(statSync(it.book_file).size, first_length);
        assert.match(it.errors, /not complete/);
        assert.equal((await it.sale({ orderid: 'next' })).transactionid, '9100000002');
        await it.stop();
    }
    await it.start();
    assert.deepEqual((await it.book()).map((one) => one.order_id), ['kept', 'next']);
});

test('a damaged line that is not the last is refused', async (t) => {
    const it = await sandbox(t);

    await it.sale();
    await it.stop();
    const good = readFileSync(it.book_file, 'utf8');
    const skipped = good.replace('"9100000001"', '"9100000003"');
    for (const text of ['{"transaction":{}}\n' + good, '\n' + good, good + 'x\n', skipped, good.replace('pendingsettlement', 'lost')]) {
        writeFileSync(it.book_file, text);
        const how = await run(['--listen', '127.0.0.2:0', '--store', it.store, '--security-key', KEY]);
        assert.equal(how.status, 1);
        assert.match(how.err, /line [12] cannot be understood/);
        assert.equal(readFileSync(it.book_file, 'utf8'), text);
    }
});

test('everything of a transaction survives a restart', async (t) => {
    const it = await sandbox(t);

    const sale = await it.sale({
        orderid: 'Zoë <&"\\\t>', initiated_by: 'merchant', stored_credential_indicator: 'used', billing_method: 'recurring',
        initial_transaction_id: '9100000001', ipaddress: '203.0.113.9', address1: '1 Elm St', email: 'ada@example.test',
    });
    await it.sale({ amount: '0.50' });
    await it.sale({ customer_vault_id: 'bank', payment: 'check', sec_code: 'WEB' });
    await it.transact({ type: 'void', transactionid: sale.transactionid });
    await it.transact({ customer_vault: 'delete_customer', customer_vault_id: 'card-2' });
    await it.transact({ customer_vault: 'add_customer', customer_vault_id: 'new', ccnumber: '4111111111111111', ccexp: '1230' });
    const book = await it.book(), xml = await it.query(), vault = await it.query({ report_type: 'customer_vault' });
    assert.equal(book[0].order_id, 'Zoë <&"\\\t>');
    assert.equal(book[0].initial_transaction_id, '9100000001');
    assert.equal(book[0].actions.length, 2);
    await it.stop('SIGKILL');
    await it.start();
    assert.deepEqual(await it.book(), book);
    assert.equal(await it.query(), xml);
    assert.deepEqual(new Set((await it.query({ report_type: 'customer_vault' })).split('\n')), new Set(vault.split('\n')));
    // Knobs are not kept, the duplicate check is.
    assert.equal((await it.sale({ customer_vault_id: 'bank', payment: 'check', dup_seconds: '100' })).response, '3');
});

test('100,000 transactions stay fast', async (t) => {
    const it = await sandbox(t, { is_waiting: true });
    const count = 100000;

    mkdirSync(it.store);
    for (let from = 0; from < count; from += 10000) {
        let text = '';
        for (let n = from; n < from + 10000; n++) {
            const date = new Date(Date.UTC(2027, 0, 1) + n * 1000).toISOString().replace('.000', '');
            text += `{"transaction":{"transaction_id":"${9100000001 + n}","type":"sale","transaction_type":"cc","condition":"pendingsettlement","amount":"25.00","amount_cents":2500,"response":1,"response_code":100,"created_at":"${date}","modified_at":"${date}","response_text":"SUCCESS","order_id":"n-${n}","currency":"USD","customer_vault_id":"card","actions":[{"action_type":"sale","amount":"25.00","amount_cents":2500,"date":"${date}","success":true,"response_code":100,"response_text":"SUCCESS"}]}}\n`;
        }
        appendFileSync(it.book_file, text);
    }
    const began = Date.now();
    await it.start();
    assert.equal((await it.ids({ result_limit: '10000', page_number: '9' })).length, 10000);
    assert.equal((await it.ids({})).length, 10000);
    assert.equal((await it.ids({ page_number: '10' })).length, 0);
    for (let n = 0; n < 100; n++) {
        assert.deepEqual(await it.ids({ order_id: `n-${n * 900}` }), [String(9100000001 + n * 900)]);
        assert.equal((await it.ids({ start_date: '20270101120000', end_date: '20270101120009' })).length, 10);
    }
    for (let n = 0; n < 100; n++) assert.equal((await it.sale()).response, '1');
    assert.equal((await it.book()).length, count + 100);
    // Generous, for sanitizers on a busy machine; anything quadratic takes many minutes.
    assert.ok(Date.now() - began < 90000, `${Date.now() - began} ms`);
});

test('no card, account or key reaches the disk or the log', async (t) => {
    const it = await sandbox(t);
    const card = { ccnumber: '4111111111111111', ccexp: '1230', cvv: '987', customer_vault_id: '' };
    const account = { payment: 'check', checkname: 'Ada Moss', checkaba: '490000018', checkaccount: '24413815', customer_vault_id: '' };

    assert.equal((await it.sale(card)).response, '1');
    assert.equal((await it.sale(account)).response, '1');
    await it.sale({ ...card, ccnumber: '4000056655665556' });
    await it.sale({ ...card, security_key: 'wrong-secret' });
    await it.transact({ customer_vault: 'add_customer', ...card });
    await it.transact({ customer_vault: 'add_customer', ...account });
    await it.transact({ type: 'validate', ...card });
    await it.request('GET', '/4111111111111111?x=4111111111111111');
    const seen = readFileSync(it.book_file, 'utf8') + it.errors + JSON.stringify(await it.book()) + (await it.query()) +
        (await it.query({ report_type: 'customer_vault' }));
    assert.match(seen, /4xxxxxxxxxxx1111/);
    assert.match(seen, /\*\*\*\*3815/);
    for (const secret of ['4111111111111111', '4000056655665556', '24413815', '987"', KEY, 'wrong-secret'])
        assert.ok(!seen.includes(secret), secret);
    assert.ok(existsSync(it.book_file));
    assert.equal(statSync(it.book_file).mode & 0o077, 0);
    for (const line of it.errors.trim().split('\n')) JSON.parse(line);
});
