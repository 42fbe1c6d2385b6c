// Every knob, with what it must not do; counters; many at once.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { sandbox, until } from './harness.mjs';

const AT_FIRST = {
    status: 200, latency_ms: 0, query_latency_ms: 0, query_lag_ms: 0, book_before_latency: true, dup_seconds_default: 1200,
    decline_code: 0, lose: 'none', late_ms: 0, silent: false, answer: 'normal', answer_booked: false, times: 0, only_kind: '',
    only_order: '', only_amount_cents: 0, refund_unsettled: true, collect: 'normal', token_reject: 0,
    ach_settle_days: 2, ach_return_days: 2, ach_late_days: 30, ach_cutoff_hours: 0, ach_code_in: 'processor_response_code',
    any_currency: false, webhooks: 'deliver', webhook_url: '', webhook_key: '', webhook_key_wrong: false, webhook_repeat: 1,
    webhook_shuffle: false, webhook_seed: 0, webhook_latency_ms: 0, webhook_timeout_ms: 30000, webhook_parallel: 8,
    webhook_keep: 200000, webhook_merchant_id: 100200, webhook_test_mode: true,
};

async function timed(work) {
    const began = process.hrtime.bigint();
    const value = await work;
    return [value, Number(process.hrtime.bigint() - began) / 1e6];
}

// A sale whose client can leave.
function leaving(it, fields) {
    const gone = new AbortController();
    return [it.sale(fields, { signal: gone.signal, agent: new http.Agent() }), () => gone.abort()];
}

test('turning, showing, resetting, refusing', async (t) => {
    const it = await sandbox(t);
    const turned = { latency_ms: 600000, lose: 'late', late_ms: 5, silent: true, answer: 'html', decline_code: 252, times: 3, only_order: 'Zoë"', only_amount_cents: 1 };

    assert.deepEqual(await it.json('GET', '/sandbox/knobs'), AT_FIRST);
    assert.deepEqual(await it.knobs(turned), { ...AT_FIRST, ...turned });
    const wrong = [{ latency: 1 }, { latency_ms: -1 }, { latency_ms: 600001 }, { latency_ms: '5' }, { latency_ms: 1.5 }, { lose: 'sometimes' },
        { lose: true }, { silent: 1 }, { silent: 'true' }, { answer: 'html ' }, { decline_code: 100 }, { decline_code: 299 }, { decline_code: '202' },
        { times: -1 }, { only_order: 5 }, { only_order: 'x'.repeat(256) }, { only_amount_cents: null }, { only_kind: 'query' },
        { only_kind: 0 }, { refund_unsettled: 1 }, { collect: 'fast' }, { token_reject: -1 }, { ach_settle_days: 31 },
        { ach_return_days: -1 }, { ach_late_days: 121 }, { ach_cutoff_hours: 721 }, { ach_code_in: 'action' },
        { any_currency: 1 }, { webhooks: 'never' }, { webhook_url: 5 }, { webhook_url: 'https://127.0.0.1/' }, { webhook_url: 'http://128.0.0.1/' },
        { webhook_url: 'http://localhost/' }, { webhook_url: 'http://10.0.0.1:80/' }, { webhook_url: '127.0.0.1' }, { webhook_url: 'http://a@127.0.0.1/' },
        { webhook_url: 'http://127.0.0.1:0/' }, { webhook_url: 'http://127.0.0.1:65536/' }, { webhook_url: 'http://127.0.0.1/#x' },
        { webhook_url: 'http://127.0.0.1/a b' }, { webhook_key: 7 }, { webhook_key_wrong: 1 }, { webhook_repeat: 0 }, { webhook_repeat: 1001 },
        { webhook_shuffle: 0 }, { webhook_seed: -1 }, { webhook_latency_ms: 600001 }, { webhook_timeout_ms: 0 }, { webhook_parallel: 0 },
        { webhook_parallel: 65 }, { webhook_keep: 0 }, { webhook_keep: 200001 }, { webhook_merchant_id: '1' }, { webhook_test_mode: 'yes' }, { reset: 'yes' }, { '"<x>': 1 }];
    for (const value of wrong) {
        const answer = await it.json('POST', '/sandbox/knobs', { query_lag_ms: 77, ...value });
        assert.equal(answer.status, 400, JSON.stringify(value));
        assert.equal(answer.knob, Object.keys(value)[0]);
        assert.deepEqual(await it.json('GET', '/sandbox/knobs'), { ...AT_FIRST, ...turned });
    }
    for (const body of ['', '[]', '5', '{', '{"times":1,"times":2}', '{"times":1} x', 'latency_ms=5'])
        assert.equal((await it.request('POST', '/sandbox/knobs', body)).status, 400, body);
    assert.deepEqual(await it.knobs({ reset: true, times: 2 }), { ...AT_FIRST, times: 2 });
    await it.knobs(turned);
    assert.deepEqual(await it.json('DELETE', '/sandbox/knobs'), AT_FIRST);
    await it.knobs(turned);
    await it.stop();
    await it.start();
    assert.deepEqual(await it.json('GET', '/sandbox/knobs'), AT_FIRST);
});

test('latency_ms, and what is booked meanwhile', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ latency_ms: 300 });
    const sale = timed(it.sale({ orderid: 'early' }));
    await until('booked on arrival', async () => (await it.book('early')).length === 1);
    const [answer, took_ms] = await sale;
    assert.equal(answer.response, '1');
    assert.ok(took_ms >= 299, `${took_ms}`);

    await it.knobs({ book_before_latency: false });
    const late = it.sale({ orderid: 'end' });
    await until('it is in flight', async () => (await it.counters()).in_flight === 1);
    assert.equal((await it.book('end')).length, 0);
    assert.equal((await late).response, '1');
    assert.equal((await it.book('end')).length, 1);
    // Sales only: nothing else waits.
    const [, void_ms] = await timed(it.transact({ type: 'void', transactionid: answer.transactionid }));
    assert.ok(void_ms < 250, `${void_ms}`);
});

test('a client that leaves during the latency', async (t) => {
    const it = await sandbox(t);

    for (const [is_early, booked] of [[true, 1], [false, 0]]) {
        const order = `left-${is_early}`;
        await it.json('DELETE', '/sandbox/requests');
        await it.knobs({ latency_ms: 250, book_before_latency: is_early });
        const [sale, leave] = leaving(it, { orderid: order });
        await until('it is in flight', async () => (await it.counters()).in_flight === 1);
        leave();
        assert.ok((await sale).lost);
        await until('noticed', async () => (await it.counters()).clients_gone === 1);
        assert.equal((await it.counters()).in_flight, 0);
        // Another sale goes the whole way: the first one's time is over then.
        await it.sale({ orderid: 'other' });
        assert.equal((await it.book(order)).length, booked);
    }
});

test('query_latency_ms and query_lag_ms', async (t) => {
    const it = await sandbox(t);

    await it.sale({ orderid: 'old' });
    await it.knobs({ query_latency_ms: 200 });
    const [xml, took_ms] = await timed(it.query({ order_id: 'old' }));
    assert.match(xml, /<order_id>old</);
    assert.ok(took_ms >= 199, `${took_ms}`);
    await it.knobs({ reset: true, query_lag_ms: 400 });
    const { transactionid } = await it.sale({ orderid: 'new' });
    assert.deepEqual(await it.ids({ order_id: 'new' }), []);
    assert.deepEqual(await it.ids({ transaction_id: transactionid }), []);
    assert.equal((await it.ids()).length, 1);
    assert.equal((await it.book('new')).length, 1);
    await until('it shows', async () => (await it.ids({ order_id: 'new' })).length === 1);
});

test('decline_code', async (t) => {
    const it = await sandbox(t);
    const cases = [[200, '2', 'failed'], [202, '2', 'failed'], [252, '2', 'failed'], [264, '2', 'failed'], [300, '3', null], [301, '3', null],
        [400, '3', 'failed'], [421, '3', 'failed'], [430, '3', 'failed'], [461, '3', 'failed']];

    for (const [code, response, condition] of cases) {
        await it.knobs({ decline_code: code });
        const answer = await it.sale({ orderid: `d-${code}` });
        const book = await it.book(`d-${code}`);
        assert.deepEqual([answer.response, answer.response_code], [response, String(code)]);
        assert.ok(answer.responsetext);
        assert.deepEqual(book.map((one) => [one.condition, one.response_code]), condition ? [[condition, code]] : []);
    }
    await it.knobs({ decline_code: 0 });
    assert.equal((await it.sale()).response, '1');
    // Only sales: a card can still be saved.
    await it.knobs({ decline_code: 202 });
    assert.equal((await it.transact({ type: 'validate', customer_vault_id: 'card' })).response, '1');
});

test('lose', async (t) => {
    const it = await sandbox(t);
    const lose = (how, fields = {}) => it.knobs({ reset: true, lose: how, ...fields });

    await lose('before');
    assert.ok((await it.sale({ orderid: 'before' })).lost);
    assert.equal((await it.book('before')).length, 0);
    await lose('after');
    assert.ok((await it.sale({ orderid: 'after' })).lost);
    assert.equal((await it.book('after')).length, 1);
    await lose('late', { late_ms: 300 });
    assert.ok((await it.sale({ orderid: 'late' })).lost);
    assert.equal((await it.book('late')).length, 0);
    assert.deepEqual(await it.ids({ order_id: 'late' }), []);
    await until('booked late', async () => (await it.book('late')).length === 1);
    assert.equal((await it.ids({ order_id: 'late' })).length, 1);

    // It comes late also to a client that did not wait for the end of the connection.
    await lose('late', { late_ms: 100, latency_ms: 100 });
    const [sale, leave] = leaving(it, { orderid: 'left' });
    await until('it is in flight', async () => (await it.counters()).in_flight === 1);
    leave();
    assert.ok((await sale).lost);
    await until('booked late', async () => (await it.book('left')).length === 1);
    assert.equal((await it.counters()).lost_answers, 3);
    await lose('none');
    assert.equal((await it.sale()).response, '1');
});

test('a lost decline is lost, too', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ lose: 'after', decline_code: 202 });
    assert.ok((await it.sale({ orderid: 'x' })).lost);
    assert.deepEqual((await it.book('x')).map((one) => one.response_code), [202]);
});

test('silent', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ silent: true, times: 1 });
    const [sale, leave] = leaving(it, { orderid: 'silent' });
    await until('it is in flight', async () => (await it.counters()).silent === 1);
    // Others are served meanwhile.
    assert.equal((await it.sale({ orderid: 'other' })).response, '1');
    assert.equal((await it.counters()).in_flight, 1);
    leave();
    assert.ok((await sale).lost);
    await until('noticed', async () => (await it.counters()).in_flight === 0);
    assert.equal((await it.book('silent')).length, 0);
});

test('answer', async (t) => {
    const it = await sandbox(t);
    const cases = [
        ['empty', 200, /^$/], ['html', 200, /^<html>/], ['http_500', 500, /^<html>/], ['http_429', 429, /^<html>/],
        ['rate_limit', 200, /^response=3&responsetext=Rate\+limit\+exceeded&.*&response_code=301$/], ['garbage', 200, /\x01/],
        ['wrong_key', 200, /^response=3&responsetext=Authentication\+Failed&.*&response_code=300$/],
    ];

    for (const [answer, status, text] of cases) {
        for (const booked of [false, true]) {
            const order = `${answer}-${booked}`;
            await it.knobs({ answer, answer_booked: booked });
            const body = new URLSearchParams({ security_key: 'test-key', type: 'sale', amount: '5.00', customer_vault_id: 'card', dup_seconds: '0', orderid: order });
            const got = await it.request('POST', '/api/transact.php', body.toString());
            assert.equal(got.status, status, order);
            assert.match(got.text, text, order);
            assert.ok(!/^response=[12]/.test(got.text), order);
            assert.equal((await it.book(order)).length, booked ? 1 : 0, order);
        }
    }
    await it.knobs({ answer: 'normal', answer_booked: false });
    assert.equal((await it.sale({ orderid: 'normal' })).response, '1');
    assert.equal((await it.book('normal')).length, 1);
});

test('times, only_order, only_amount_cents', async (t) => {
    const it = await sandbox(t);
    const code = async (fields) => (await it.sale(fields)).response_code;

    await it.knobs({ decline_code: 202, times: 2 });
    assert.deepEqual([await code(), await code(), await code()], ['202', '202', '100']);
    assert.deepEqual(await it.json('GET', '/sandbox/knobs'), AT_FIRST);

    await it.knobs({ decline_code: 202, times: 1, only_order: 'this' });
    assert.deepEqual([await code(), await code({ orderid: 'this' }), await code({ orderid: 'this' })], ['100', '202', '100']);

    await it.knobs({ reset: true, decline_code: 202, only_amount_cents: 700 });
    assert.deepEqual([await code(), await code({ amount: '7.00' }), await code({ amount: '7.00' })], ['100', '202', '202']);

    await it.knobs({ only_order: 'this' });
    assert.deepEqual([await code({ amount: '7.00' }), await code({ orderid: 'this' }), await code({ orderid: 'this', amount: '7.00' })], ['100', '100', '202']);

    // Voids, refunds and validations do not use a fault up.
    await it.knobs({ reset: true, decline_code: 202, times: 1 });
    await it.transact({ type: 'validate', customer_vault_id: 'card' });
    await it.transact({ type: 'void', transactionid: '9100000001' });
    assert.equal(await code(), '202');
});

test('counters', async (t) => {
    const it = await sandbox(t);
    const none = { sale: 0, validate: 0, void: 0, refund: 0, customer_vault: 0, other: 0, query: 0 };

    await it.book();
    await it.json('GET', '/sandbox/knobs');
    assert.deepEqual(await it.counters(), { status: 200, by_kind: none, total: 0, wrong_key: 0, tokens: 0, in_flight: 0, most_in_flight: 0, lost_answers: 0, silent: 0, clients_gone: 0 });
    await it.sale();
    await it.sale({ amount: 'x' });
    await it.sale({ security_key: 'wrong' });
    await it.query();
    await it.transact({ type: 'validate', customer_vault_id: 'card' });
    await it.transact({ type: 'void' });
    await it.transact({ type: 'refund' });
    await it.transact({ type: 'fly' });
    await it.transact({ customer_vault: 'delete_customer' });
    const seen = await it.counters();
    assert.deepEqual(seen.by_kind, { sale: 3, validate: 1, void: 1, refund: 1, customer_vault: 1, other: 1, query: 1 });
    assert.deepEqual([seen.total, seen.wrong_key, seen.in_flight, seen.most_in_flight], [9, 1, 0, 1]);
    assert.deepEqual((await it.json('DELETE', '/sandbox/requests')).by_kind, none);
});

test('the clock is read for every request', async (t) => {
    const it = await sandbox(t);
    const when = async () => (await it.book((await it.sale({ orderid: `t-${Math.random()}` })).orderid))[0].created_at;
    const near = (text, seconds) => assert.ok(Math.abs(Date.parse(text) / 1000 - Date.now() / 1000 - seconds) < 10, text);

    near(await when(), 0);
    it.clock('2027-02-28T23:59:50Z\n');
    assert.equal(await when(), '2027-02-28T23:59:50Z');
    it.clock('+86400');
    near(await when(), 86400);
    it.clock('-86400\nsecond line');
    near(await when(), -86400);
    it.clock('');
    near(await when(), 0);
    it.clock('2028-02-29T00:00:00Z');
    assert.equal(await when(), '2028-02-29T00:00:00Z');
    it.clock('nonsense');
    assert.equal(await when(), '2028-02-29T00:00:00Z');
    assert.match(it.errors, /time stands still/);
});

test('1,000 sales in flight at once', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ latency_ms: 2500 });
    const began = Date.now();
    const sales = Array.from({ length: 1000 }, (_, n) => it.sale({ orderid: `many-${n}` }));
    await until('all are in flight', async () => (await it.counters()).in_flight === 1000);
    // Others are answered at once meanwhile.
    assert.equal((await it.ids({ order_id: 'many-5' })).length, 1);
    const answers = await Promise.all(sales);
    const took_ms = Date.now() - began;
    assert.ok(answers.every((answer, n) => answer.response === '1' && answer.orderid === `many-${n}`));
    assert.equal(new Set(answers.map((answer) => answer.transactionid)).size, 1000);
    assert.ok(took_ms < 10000, `${took_ms} ms`);
    assert.equal((await it.counters()).most_in_flight, 1001);
    assert.equal((await it.book()).length, 1000);
    assert.equal((await it.counters()).in_flight, 0);
});
