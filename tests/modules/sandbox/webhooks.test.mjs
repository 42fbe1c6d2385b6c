// The events: what they tell, how they are signed, sent, sent again, held back, and what survives.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KEY, folder, receiver, run, sandbox, until } from './harness.mjs';

const SECRET = 'webhook-key';
const MONDAY = '2027-03-01T14:05:12Z';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// A sandbox on a Monday that sends to a receiver.
async function pair(t, options = {}) {
    const to = await receiver(t, 'status' in options ? options.status : 200);
    const it = await sandbox(t, { arguments: ['--webhook-url', to.url, '--webhook-key', SECRET], ...options });
    it.clock(MONDAY);
    return [it, to];
}

function is_signed(post, key = SECRET) {
    const [, nonce, signature] = /^t=([0-9a-f]{32}),s=([0-9a-f]{64})$/.exec(post.headers['webhook-signature']);
    return createHmac('sha256', key).update(`${nonce}.${post.raw}`).digest('hex') === signature;
}

const types = (posts) => posts.map((post) => post.event_type);

test('what a sale tells', async (t) => {
    const [it, to] = await pair(t);

    const answer = await it.sale({ orderid: 'inv "1" \u00e9', amount: '25.00', order_description: 'Line\n2', ponumber: '7', ipaddress: '203.0.113.9' });
    await it.sent();
    assert.equal(to.posts.length, 1);
    const [post] = to.posts;
    assert.deepEqual([post.method, post.path, post.headers['content-type'], post.headers.host], ['POST', '/gateway/events?a=1', 'application/json', `127.0.0.1:${to.port}`]);
    assert.ok(is_signed(post));
    assert.match(post.event_id, UUID);
    assert.equal(post.event_type, 'transaction.sale.success');
    const body = post.event_body;
    assert.deepEqual(body.merchant, { id: '100200', name: 'Sandbox Merchant' });
    assert.deepEqual(body.features, { is_test_mode: true });
    assert.equal(body.transaction_id, answer.transactionid);
    const { transaction_type, condition, order_id, currency, requested_amount, ponumber, order_description } = body;
    assert.deepEqual({ transaction_type, condition, order_id, currency, requested_amount, ponumber, order_description },
        { transaction_type: 'cc', condition: 'pendingsettlement', order_id: 'inv "1" \u00e9', currency: 'USD', requested_amount: '25.00', ponumber: '7', order_description: 'Line\n2' });
    assert.equal(body.card.cc_number, '4***********4242');
    assert.deepEqual([body.card.cc_exp, body.card.cc_type], ['1230', 'visa']);
    assert.equal(body.check, undefined);
    assert.equal(body.billing_address.first_name, 'Ada');
    const { amount, action_type, date, success, source, response_text, response_code, ip_address, processor_response_text, processor_response_code } = body.action;
    assert.deepEqual({ amount, action_type, date, success, source, response_text, response_code, ip_address, processor_response_text, processor_response_code },
        { amount: '25.00', action_type: 'sale', date: '20270301140512', success: '1', source: 'api', response_text: 'SUCCESS', response_code: '100', ip_address: '203.0.113.9', processor_response_text: '', processor_response_code: '' });
    assert.ok(!post.raw.includes(KEY) && !post.raw.includes(SECRET) && !JSON.stringify(post.headers).includes(SECRET));
});

test('each booking has its event, and what books nothing has none', async (t) => {
    const [it, to] = await pair(t);
    await it.knobs({ webhook_parallel: 1 });
    const bank = { customer_vault_id: 'bank', payment: 'check' };
    const ids = {};

    ids.declined = (await it.sale({ amount: '0.50' })).transactionid;
    ids.checked = (await it.transact({ type: 'validate', customer_vault_id: 'card' })).transactionid;
    ids.voided = (await it.sale({ amount: '11.00', orderid: 'v' })).transactionid;
    await it.transact({ type: 'void', transactionid: ids.voided });
    ids.sold = (await it.sale({ amount: '12.00', orderid: 's' })).transactionid;
    ids.refund = (await it.transact({ type: 'refund', transactionid: ids.sold, amount: '2.00' })).transactionid;
    // Refused, lost before, or answered from nowhere: nothing was booked.
    await it.sale({ orderid: 'none', ccnumber: '4000000000000000', ccexp: '1230', customer_vault_id: '' });
    await it.transact({ type: 'void', transactionid: ids.voided });
    await it.transact({ type: 'refund', transactionid: ids.sold, amount: '10.01' });
    await it.knobs({ lose: 'before', times: 1 });
    await it.sale({ orderid: 'lost' });
    await it.knobs({ answer: 'http_500', times: 1 });
    await it.sale({ orderid: 'error' });
    await it.knobs({ decline_code: 300, times: 1 });
    await it.sale({ orderid: 'rejected' });
    await it.transact({ customer_vault: 'update_customer', customer_vault_id: 'card', first_name: 'Eve' });
    // Booked although nobody was told.
    await it.knobs({ lose: 'after', times: 1 });
    await it.sale({ orderid: 'unknown', amount: '13.00' });
    ids.debit = (await it.sale({ ...bank, orderid: 'b', amount: '14.00' })).transactionid;
    ids.late = (await it.sale({ ...bank, orderid: 'l', amount: '15.00' })).transactionid;
    await it.json('POST', '/sandbox/ach', { order_id: 'b', action: 'return', code: 'R01' });
    await it.json('POST', '/sandbox/ach', { order_id: 'l', action: 'settle' });
    await it.json('POST', '/sandbox/ach', { order_id: 'l', action: 'late_return', code: 'R10' });
    await it.json('POST', '/sandbox/settle');
    await it.sent();
    assert.deepEqual(types(to.posts), [
        'transaction.sale.failure', 'transaction.validate.success', 'transaction.sale.success', 'transaction.void.success', 'transaction.sale.success',
        'transaction.refund.success', 'transaction.sale.success', 'transaction.sale.success', 'transaction.sale.success', 'transaction.check.status.return',
        'transaction.check.status.settle', 'transaction.check.status.latereturn', 'settlement.batch.complete']);
    assert.ok(to.posts.every((post) => is_signed(post)));
    assert.equal(new Set(to.posts.map((post) => post.event_id)).size, to.posts.length);

    const [declined, checked, , voided, , refund, unknown, , , returned, settled, late, batch] = to.posts.map((post) => post.event_body);
    assert.deepEqual([declined.transaction_id, declined.condition, declined.action.success, declined.action.response_code], [ids.declined, 'failed', '0', '200']);
    assert.deepEqual([checked.transaction_id, checked.condition, checked.action.action_type], [ids.checked, 'complete', 'validate']);
    assert.deepEqual([voided.transaction_id, voided.condition, voided.action.action_type, voided.action.amount], [ids.voided, 'canceled', 'void', '11.00']);
    assert.deepEqual([refund.transaction_id, refund.order_id, refund.requested_amount, refund.action.amount], [ids.refund, 's', '2.00', '-2.00']);
    assert.equal(unknown.order_id, 'unknown');
    assert.deepEqual([returned.transaction_id, returned.transaction_type, returned.condition], [ids.debit, 'ck', 'failed']);
    const { amount, action_type, success, source, response_text, response_code, processor_response_code } = returned.action;
    assert.deepEqual({ amount, action_type, success, source, response_text, response_code, processor_response_code },
        { amount: '14.00', action_type: 'check_return', success: '1', source: 'internal', response_text: 'Returned', response_code: '100', processor_response_code: 'R01' });
    assert.deepEqual([returned.check.check_account, returned.check.check_aba, returned.check.account_holder_type], ['*****6789', '021000021', 'personal']);
    assert.equal(returned.card, undefined);
    // The condition then, not the one now.
    assert.deepEqual([settled.condition, settled.action.action_type, settled.action.response_text], ['complete', 'settle', 'Paid']);
    assert.deepEqual([late.transaction_id, late.condition, late.action.action_type, late.action.processor_response_code], [ids.late, 'failed', 'check_late_return', 'R10']);
    // A sale of 12, one of 13, a refund of 2.
    assert.deepEqual([batch.count, batch.amount, batch.by_card_type, batch.processor.type], [3, '23.00', { visa: { count: 3, amount: '23.00' } }, 'cc']);
    assert.equal(batch.transaction_ids.length, 3);
    assert.match(batch.batch_id, /^[0-9]+$/);
    assert.equal((await it.json('POST', '/sandbox/settle')).settled, 0);
    await it.sent();
    assert.equal(to.posts.length, 13, 'nothing settled, nothing told');
});

test('an event tells how it stood then, whenever it is sent', async (t) => {
    const [it, to] = await pair(t);

    await it.knobs({ webhooks: 'hold', webhook_parallel: 1 });
    const { transactionid } = await it.sale({ customer_vault_id: 'bank', payment: 'check', orderid: 'b' });
    for (const action of ['settle', 'late_return']) await it.json('POST', '/sandbox/ach', { order_id: 'b', action });
    await it.json('POST', '/sandbox/webhooks', { deliver: 'held' });
    await it.sent();
    assert.deepEqual(to.posts.map(({ event_body: body }) => [body.transaction_id, body.condition, body.action.action_type]),
        [[transactionid, 'pendingsettlement', 'sale'], [transactionid, 'complete', 'settle'], [transactionid, 'failed', 'check_late_return']]);
});

test('where the code of a return stands is up to the processor', async (t) => {
    const [it, to] = await pair(t);
    const places = { processor_response_code: ['', 'R01', 'Returned'], processor_response_text: ['Return R01', '', 'Returned'], response_text: ['', '', 'Returned (R01)'], none: ['', '', 'Returned'] };

    for (const [place, wanted] of Object.entries(places)) {
        await it.knobs({ ach_code_in: place, webhook_merchant_id: 77, webhook_test_mode: false });
        await it.sale({ customer_vault_id: 'bank', payment: 'check', orderid: place });
        await it.json('POST', '/sandbox/ach', { order_id: place, action: 'return', code: 'R01' });
        await it.sent();
        const { event_body: body } = to.posts.filter((post) => post.event_type.endsWith('return')).at(-1);
        assert.deepEqual([body.action.processor_response_text, body.action.processor_response_code, body.action.response_text], wanted, place);
        assert.deepEqual([body.merchant.id, body.features.is_test_mode], ['77', false]);
    }
});

test('what happens to a check by itself is told when the clock says so, asked or not', async (t) => {
    const [it, to] = await pair(t);

    await it.sale({ customer_vault_id: 'bank', payment: 'check' });
    await it.sent();
    it.clock('2027-03-03T10:00:00Z');
    await until('settlement', () => to.posts.length === 2);
    assert.equal(to.posts[1].event_type, 'transaction.check.status.settle');
    assert.equal(to.posts[1].event_body.action.date, '20270303100000');
});

test('anything but 200 is tried again, on the schedule, and not for ever', async (t) => {
    const [it, to] = await pair(t, { status: 500 });
    const gaps = [15, 60, 60, 60, 300, 900, 1800, ...Array(10).fill(3600), 43200, 43200, 86400];
    let now = Date.parse(MONDAY), posts = 1;
    const iso = () => new Date(now).toISOString().replace('.000', '');
    const answers = [500, 404, 201, 204, 302, 0, 503];

    await it.sale();
    await until('the first', () => to.posts.length === 1);
    for (const [n, gap] of gaps.entries()) {
        const state = await until('counted', async () => {
            const { events: [one] } = await it.webhooks();
            return one.tries === posts && one;
        });
        assert.deepEqual([state.state, state.delivered, state.last_status], ['waiting', false, answers[n % 7]], `try ${posts}`);
        assert.equal(state.retry_at, new Date(now + gap * 1000).toISOString().replace('.000', ''), `try ${posts}`);
        to.status = answers[(n + 1) % 7];
        now += gap * 1000 - 1000;
        it.clock(iso());
        // A request looks what is due: nothing yet.
        assert.equal((await it.webhooks()).waiting, 0);
        assert.equal(to.posts.length, posts, `not before its time: ${gap}`);
        now += 1000;
        it.clock(iso());
        await it.webhooks();
        await until(`try ${++posts}`, () => to.posts.length === posts);
    }
    const ended = await until('ended', async () => {
        const page = await it.webhooks();
        return page.ended === 1 && page;
    });
    assert.deepEqual([ended.events[0].tries, ended.events[0].state, ended.retrying, ended.events_waiting], [21, 'ended', 0, 0]);
    now += 30 * 86400000;
    it.clock(iso());
    await it.sale({ orderid: 'o-2' });
    await until('the other', () => to.posts.length === 22);
    assert.equal(new Set(to.posts.slice(0, 21).map((post) => post.raw)).size, 1, 'the same body each time');
    assert.equal(new Set(to.posts.map((post) => post.headers['webhook-signature'])).size, 22, 'a nonce of its own each time');
});

test('a receiver that is not there, or says nothing, holds up nobody', async (t) => {
    const [it, to] = await pair(t, { status: null });

    await it.knobs({ webhook_timeout_ms: 200, webhook_parallel: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => it.sale({ orderid: `n-${n}` })));
    assert.ok(answers.every((answer) => answer.response === '1'));
    await until('the first is given up', async () => (await it.webhooks()).retrying >= 1);
    assert.equal((await it.webhooks()).events[0].last_status, 0);
    await it.knobs({ webhook_url: 'http://127.0.0.1:1/', webhook_parallel: 8 });
    await it.sent();
    const down = await it.webhooks();
    assert.deepEqual([down.retrying, down.delivered, down.events_waiting], [20, 0, 20]);
    // It comes back, a little later.
    to.status = 200;
    await it.knobs({ webhook_url: '' });
    it.clock('2027-03-01T14:05:27Z');
    await until('all delivered', async () => (await it.webhooks({ limit: 0 })).delivered === 20);
});

test('nothing to send to: recorded, not sent, not in the journal', async (t) => {
    const it = await sandbox(t);
    const to = await receiver(t);

    await it.sale();
    const lines = it.lines().length;
    const page = await it.webhooks();
    assert.deepEqual([page.dropped, page.waiting, page.in_flight, page.events.length, page.events[0].state], [1, 0, 0, 1, 'dropped']);
    assert.equal(lines, 1);
    for (const order of ['all', 'held', page.events[0].event_id]) {
        const answer = await it.json('POST', '/sandbox/webhooks', { deliver: order });
        assert.equal(answer.status, 400);
        assert.match(answer.error, /webhook_url/);
    }
    // A key alone or an address alone sends nothing either.
    await it.knobs({ webhook_url: to.url });
    await it.sale({ orderid: 'o-2' });
    await it.knobs({ reset: true, webhook_key: SECRET });
    await it.sale({ orderid: 'o-3' });
    assert.equal((await it.webhooks()).dropped, 3);
    // Turned on, it sends what comes, and what was dropped when told.
    await it.knobs({ webhook_url: to.url });
    await it.sale({ orderid: 'o-4' });
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_body.order_id), ['o-4']);
    assert.equal((await it.json('POST', '/sandbox/webhooks', { deliver: 'dropped' })).queued, 3);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_body.order_id).sort(), ['o-1', 'o-2', 'o-3', 'o-4']);
    assert.ok(to.posts.every((post) => is_signed(post)));
});

test('dropped, held, sent when told', async (t) => {
    const [it, to] = await pair(t);

    await it.knobs({ webhooks: 'drop' });
    await it.sale({ orderid: 'dropped' });
    await it.knobs({ webhooks: 'hold' });
    for (const order of ['held-1', 'held-2', 'held-3']) await it.sale({ orderid: order });
    // Turned back it sends what comes, not what was held.
    await it.knobs({ webhooks: 'deliver' });
    await it.sale({ orderid: 'sent' });
    const before = await it.sent();
    assert.deepEqual([before.dropped, before.held, before.delivered], [1, 3, 1]);
    assert.deepEqual(to.posts.map((post) => post.event_body.order_id), ['sent']);

    const { events } = await it.webhooks();
    const one = events.find((event) => event.order_id === 'held-2');
    assert.equal((await it.json('POST', '/sandbox/webhooks', { deliver: one.event_id })).queued, 1);
    await it.sent();
    assert.deepEqual([to.posts.length, to.posts[1].event_id, to.posts[1].event_body.order_id], [2, one.event_id, 'held-2']);
    assert.equal((await it.json('POST', '/sandbox/webhooks', { deliver: 'held', repeat: 3 })).queued, 6);
    const after = await it.sent();
    assert.deepEqual([after.held, after.delivered, to.posts.length], [0, 4, 8]);
    assert.equal((await it.json('POST', '/sandbox/webhooks', { deliver: 'held' })).queued, 0);
    assert.equal((await it.json('POST', '/sandbox/webhooks', { deliver: 'all' })).queued, 5);
    await it.sent();
    assert.equal(to.posts.length, 13);
});

test('orders to send that are refused', async (t) => {
    const [it, to] = await pair(t);

    await it.sale();
    await it.sent();
    for (const order of [{}, { deliver: 5 }, { deliver: 'nothing' }, { deliver: '' }, { deliver: 'all', repeat: 0 }, { deliver: 'all', repeat: 1001 }, { deliver: 'all', repeat: '2' },
        { deliver: 'all', shuffle: 1 }, { deliver: 'all', seed: 'x' }, { deliver: 'all', times: 2 }, []])
        assert.equal((await it.json('POST', '/sandbox/webhooks', order)).status, 400, JSON.stringify(order));
    assert.equal((await it.request('POST', '/sandbox/webhooks', '{')).status, 400);
    for (const filters of [{ limit: '1001' }, { limit: '-1' }, { limit: 'x' }, { after: 'x' }, { bodies: 'yes' }])
        assert.equal((await it.webhooks(filters)).status, 400, JSON.stringify(filters));
    assert.equal((await it.request('DELETE', '/sandbox/webhooks')).status, 405);
    assert.equal(to.posts.length, 1);
});

test('repeated, and in another order, the same for the same seed', async (t) => {
    const [it, to] = await pair(t);
    const orders = Array.from({ length: 30 }, (_, n) => `n-${n}`);
    const told = async (order) => {
        to.posts.length = 0;
        await it.json('POST', '/sandbox/webhooks', { deliver: 'all', ...order });
        await it.sent();
        return to.posts.map((post) => post.event_body.order_id);
    };

    await it.knobs({ webhook_parallel: 1, webhooks: 'hold' });
    for (const order of orders) await it.sale({ orderid: order });
    assert.deepEqual(await told({}), orders);
    const seven = await told({ shuffle: true, seed: 7 });
    assert.notDeepEqual(seven, orders);
    assert.deepEqual([...seven].sort(), [...orders].sort());
    assert.deepEqual(await told({ shuffle: true, seed: 7 }), seven);
    assert.notDeepEqual(await told({ shuffle: true, seed: 8 }), seven);
    const repeated = await told({ shuffle: true, seed: 7, repeat: 5 });
    assert.equal(repeated.length, 150);
    assert.ok(orders.every((order) => repeated.filter((one) => one === order).length === 5));
    assert.notEqual(new Set(repeated.slice(0, 5)).size, 1, 'the copies are mixed with others');

    // By knob, among what waits behind one that gets no answer.
    const piled_up = async (seed) => {
        await it.knobs({ reset: true, webhook_parallel: 1, webhook_shuffle: true, webhook_seed: seed });
        to.status = null;
        to.posts.length = 0;
        for (const order of orders) await it.sale({ orderid: `${seed}-${order}` });
        await until('the first', () => to.posts.length === 1);
        to.status = 200;
        to.drop();
        await it.sent();
        return to.posts.slice(1).map((post) => post.event_body.order_id.slice(4));
    };
    const three = await piled_up(333);
    assert.notDeepEqual(three, orders.slice(1));
    assert.deepEqual([...three].sort(), orders.slice(1).sort());
    assert.notDeepEqual(await piled_up(444), three);
    assert.deepEqual(await piled_up(333), three);

    // By knob, as they come: the latency gives them something to be shuffled among.
    to.posts.length = 0;
    await it.knobs({ reset: true, webhook_repeat: 2, webhook_shuffle: true, webhook_seed: 3, webhook_latency_ms: 300 });
    for (const order of orders) await it.sale({ orderid: `k-${order}` });
    await it.sent();
    const mixed = to.posts.map((post) => post.event_body.order_id);
    assert.equal(mixed.length, 60);
    assert.equal(new Set(to.posts.map((post) => post.event_id)).size, 30);
    assert.notDeepEqual([...new Set(mixed)], orders.map((order) => `k-${order}`));
});

test('of several copies one success is enough, and a failure after it changes nothing', async (t) => {
    let count = 0;
    const [it, to] = await pair(t, { status: () => (++count === 2 ? 200 : 500) });

    await it.knobs({ webhook_repeat: 3, webhook_parallel: 1 });
    await it.sale();
    const now = await it.sent();
    assert.deepEqual([to.posts.length, now.delivered, now.retrying], [3, 1, 0]);
    count = 2;
    await it.sale({ orderid: 'o-2' });
    const later = await it.sent();
    assert.deepEqual([to.posts.length, later.delivered, later.retrying], [6, 1, 1], 'one retry, not three');
});

test('webhook_latency_ms, webhook_key_wrong', async (t) => {
    const [it, to] = await pair(t);

    await it.knobs({ webhook_latency_ms: 400 });
    const began = Date.now();
    await it.sale();
    assert.ok(Date.now() - began < 400, 'the answer does not wait');
    await it.sent();
    assert.ok(Date.now() - began >= 400);
    assert.ok(is_signed(to.posts[0]));
    await it.knobs({ webhook_latency_ms: 0, webhook_key_wrong: true });
    await it.sale({ orderid: 'o-2' });
    await it.sent();
    assert.ok(!is_signed(to.posts[1]));
    await it.knobs({ webhook_key_wrong: false, webhook_key: 'another' });
    await it.sale({ orderid: 'o-3' });
    await it.sent();
    assert.ok(!is_signed(to.posts[2]) && is_signed(to.posts[2], 'another'));
    // Longer than a block of the hash.
    await it.knobs({ webhook_key: 'k'.repeat(255) });
    for (let length = 1; length < 70; length++) await it.sale({ orderid: 'x'.repeat(length) });
    await it.sent();
    assert.ok(to.posts.slice(3).length === 69 && to.posts.slice(3).every((post) => is_signed(post, 'k'.repeat(255))), 'bodies of every length');
});

test('a restart forgets no event that was not delivered', async (t) => {
    const [it, to] = await pair(t, { status: 500 });

    await it.sale({ orderid: 'retried' });
    await until('tried', async () => (await it.webhooks()).retrying === 1);
    await it.knobs({ webhooks: 'hold' });
    await it.sale({ orderid: 'held' });
    await it.knobs({ webhooks: 'drop' });
    await it.sale({ orderid: 'dropped' });
    await it.knobs({ webhooks: 'deliver' });
    to.status = 200;
    await it.sale({ orderid: 'delivered' });
    await it.json('POST', '/sandbox/settle');
    await it.sent();
    await it.knobs({ webhook_latency_ms: 600000 });
    await it.sale({ orderid: 'waiting' });
    const before = (await it.webhooks()).events;
    assert.deepEqual(await it.stop(), { status: 0, signal: null });
    to.posts.length = 0;
    await it.start();
    await until('what waited', () => to.posts.length === 1);
    assert.equal(to.posts[0].event_body.order_id, 'waiting');
    assert.equal(to.posts[0].event_id, before.at(-1).event_id);
    const now = await it.sent();
    assert.deepEqual([now.held, now.delivered, now.retrying, now.dropped], [1, 3, 1, 0]);
    it.clock('2027-03-01T14:05:27Z');
    await until('the retry', () => to.posts.length === 2);
    assert.deepEqual([to.posts[1].event_id, to.posts[1].event_body.order_id], [before[0].event_id, 'retried']);
    assert.ok(to.posts.every((post) => is_signed(post)));
    await it.json('POST', '/sandbox/webhooks', { deliver: 'held' });
    await it.sent();
    assert.deepEqual([to.posts[2].event_id, to.posts[2].event_body.order_id], [before[1].event_id, 'held']);
    // The batch, whose body is kept as it was.
    const batch = before.find((event) => event.event_type === 'settlement.batch.complete');
    await it.json('POST', '/sandbox/webhooks', { deliver: batch.event_id });
    await it.sent();
    assert.equal(to.posts[3].event_body.count, 4);
    // Numbers go on: the dropped one's place is not taken by two.
    await it.sale({ orderid: 'new' });
    const numbers = (await it.webhooks()).events.map((event) => event.number);
    assert.equal(new Set(numbers).size, numbers.length);
});

test('killed: each event at least once, none of a transaction that is not in the book', async (t) => {
    const [it, to] = await pair(t);
    let n = 0;

    for (let round = 0; round < 5; round++) {
        const sales = Array.from({ length: 30 }, () => it.sale({ orderid: `k-${n++}` }));
        await Promise.race(sales);
        await it.stop('SIGKILL');
        await Promise.all(sales);
        await it.start();
    }
    const booked = new Set((await it.book()).map((one) => one.transaction_id));
    await until('all delivered', async () => (await it.webhooks({ limit: 0 })).delivered === booked.size);
    await it.sent();
    const told = new Set(to.posts.map((post) => post.event_body.transaction_id));
    assert.deepEqual([...told].sort(), [...booked].sort());
    assert.equal(new Set(to.posts.map((post) => post.event_id)).size, booked.size);
});

test('pages, filters, bodies', async (t) => {
    const it = await sandbox(t);
    const ids = [];

    for (let n = 0; n < 5; n++) ids.push((await it.sale({ orderid: `p-${n % 2}`, amount: n === 4 ? '0.50' : '25.00' })).transactionid);
    const first = await it.webhooks({ limit: 2 });
    assert.deepEqual([first.events.map((event) => event.number), first.after], [[1, 2], 2]);
    const second = await it.webhooks({ limit: 3, after: first.after });
    assert.deepEqual([second.events.map((event) => event.number), second.after], [[3, 4, 5], undefined]);
    assert.deepEqual((await it.webhooks({ after: 5 })).events, []);
    assert.deepEqual((await it.webhooks({ limit: 0 })).events, []);
    assert.deepEqual((await it.webhooks({ order_id: 'p-1' })).events.map((event) => event.transaction_id), [ids[1], ids[3]]);
    assert.deepEqual((await it.webhooks({ transaction_id: ids[2] })).events.map((event) => event.number), [3]);
    assert.deepEqual((await it.webhooks({ event_type: 'transaction.sale.failure' })).events.map((event) => event.number), [5]);
    assert.deepEqual((await it.webhooks({ order_id: 'other' })).events, []);
    assert.equal(first.events[0].body, undefined);
    const [{ body, event_id, made_at }] = (await it.webhooks({ limit: 1, bodies: true })).events;
    assert.deepEqual([body.event_id, body.event_body.transaction_id], [event_id, ids[0]]);
    assert.match(made_at, /^20.*Z$/);
});

test('only so many are kept, and so many wait', async (t) => {
    const [it, to] = await pair(t);

    await it.knobs({ webhooks: 'hold' });
    for (let n = 0; n < 510; n++) await it.sale({ orderid: `n-${n}` });
    const full = await it.json('POST', '/sandbox/webhooks', { deliver: 'held', repeat: 1000 });
    assert.equal(full.status, 400);
    assert.match(full.error, /queue/);
    assert.equal((await it.webhooks({ limit: 0 })).held, 510, 'and nothing was sent');
    await it.knobs({ webhook_keep: 100 });
    await it.sale({ orderid: 'last' });
    const page = await it.webhooks();
    assert.deepEqual([page.held, page.forgotten, page.events.length, page.events[0].order_id, page.events.at(-1).order_id], [100, 411, 100, 'n-411', 'last']);
    await it.json('POST', '/sandbox/webhooks', { deliver: 'all' });
    await it.sent();
    assert.equal(to.posts.length, 100);
    // One that is forgotten while it waits is not sent.
    to.posts.length = 0;
    await it.knobs({ webhook_keep: 1, webhooks: 'deliver', webhook_latency_ms: 200 });
    await it.sale({ orderid: 'forgotten' });
    await it.sale({ orderid: 'kept' });
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_body.order_id), ['kept']);
});

test('starts that are refused', async (t) => {
    const path = folder(t);
    const base = ['--listen', '127.0.0.2:0', '--store', path, '--security-key', KEY];
    const cases = [
        [['--webhook-url', 'http://127.0.0.1:80/x'], /go together/],
        [['--webhook-key', 'k'], /go together/],
        [['--webhook-url', 'http://127.0.0.1/', '--webhook-key', ''], /go together/],
        [['--webhook-url', 'http://127.0.0.1/', '--webhook-key', 'k'.repeat(256)], /go together/],
        [['--webhook-url', 'https://127.0.0.1/', '--webhook-key', 'k'], /127\.0\.0\.0/],
        [['--webhook-url', 'http://example.test/', '--webhook-key', 'k'], /127\.0\.0\.0/],
        [['--webhook-url', 'http://192.168.0.1/', '--webhook-key', 'k'], /127\.0\.0\.0/],
        [['--webhook-url', `http://127.0.0.1/${'x'.repeat(255)}`, '--webhook-key', 'k'], /127\.0\.0\.0/],
    ];

    for (const [args, sentence] of cases) {
        const how = await run([...base, ...args]);
        assert.equal(how.status, 1, args.join(' '));
        assert.match(how.err, sentence);
        assert.equal(how.out, '');
    }
});

test('20,000 with events: no slower for each, and the answers do not wait', { timeout: 180000 }, async (t) => {
    const [it, to] = await pair(t);
    const COUNT = 20000, AT_ONCE = 200;
    const times = [];
    let n = 0;

    to.status = () => ((to.posts.length = 0), 200); // kept, they would weigh on this process
    const work = async () => {
        while (n < COUNT) {
            const mine = n++;
            if (mine % 5000 === 0) times.push(Date.now());
            assert.equal((await it.sale({ orderid: `m-${mine}` })).response, '1');
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    times.push(Date.now());
    await until('all delivered', async () => (await it.webhooks({ limit: 0 })).delivered === COUNT, 120000);
    const began = Date.now();
    for (let i = 0; i < 20; i++) await it.webhooks({ limit: 0 });
    assert.ok(Date.now() - began < 1000, 'looking takes as long as with one');
    const took = times.slice(1).map((at, i) => at - times[i]);
    assert.ok(took.at(-1) < 5 * took[0] + 2000, `5,000 each took ${took} ms`);
    // So many settle in more than one batch.
    const batches = [];
    to.status = (post) => (batches.push(post.event_body), 200);
    await it.sale({ orderid: 'one-more' });
    await it.sent();
    batches.length = 0;
    assert.equal((await it.json('POST', '/sandbox/settle')).settled, COUNT + 1);
    await it.sent();
    assert.deepEqual(batches.map((batch) => [batch.count, batch.transaction_ids.length, batch.amount]).sort(), [[1, 1, '25.00'], [10000, 10000, '250000.00'], [10000, 10000, '250000.00']]);
    assert.equal(new Set(batches.flatMap((batch) => batch.transaction_ids)).size, COUNT + 1);
    assert.equal(new Set(batches.map((batch) => batch.batch_id)).size, 3);
    const rss_kb = Number(/VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${it.child.pid}/status`, 'utf8'))[1]);
    assert.ok(process.env.SANDBOX?.includes('asan') || rss_kb < 120000, `${rss_kb} kB`);
});
