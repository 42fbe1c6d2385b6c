// only_kind: every fault on every kind of operation, and what is booked of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandbox, until } from './harness.mjs';

// kind: what asks for it, given a sale's id and a vault id nobody has; and whether it was done.
const KINDS = {
    sale: {
        ask: (it, { order }, options) => it.sale({ orderid: order }, options),
        isDone: async (it, { order }) => (await it.book(order)).some((one) => one.type === 'sale' && one.response === 1),
    },
    validate: {
        ask: (it, { order, id }, options) => it.transact({ type: 'validate', payment_token: 'test-visa', customer_vault: 'add_customer', customer_vault_id: id, orderid: order }, options),
        isDone: async (it, { order, id }) => {
            const isBooked = (await it.book(order)).some((one) => one.type === 'validate' && one.response === 1);
            if (isBooked) assert.equal((await it.vault(id)).length, 1);
            return isBooked;
        },
    },
    void: {
        ask: (it, { sold }, options) => it.transact({ type: 'void', transactionid: sold }, options),
        isDone: async (it, { sold }) => (await it.book()).some((one) => one.transaction_id === sold && one.condition === 'canceled'),
    },
    refund: {
        ask: (it, { sold, order }, options) => it.transact({ type: 'refund', transactionid: sold, amount: '5.00', orderid: order }, options),
        isDone: async (it, { order }) => (await it.book(order)).some((one) => one.type === 'refund' && one.response === 1),
    },
    vault: {
        ask: (it, { id }, options) => it.transact({ customer_vault: 'add_customer', customer_vault_id: id, payment_token: 'test-visa' }, options),
        isDone: async (it, { id }) => (await it.vault(id)).length === 1,
    },
};

let count = 0;

async function world(it) {
    const mark = ++count;
    return { sold: (await it.sale({ orderid: `sold-${mark}` })).transactionid, order: `order-${mark}`, id: `id-${mark}` };
}

for (const [kind, { ask, isDone }] of Object.entries(KINDS))
    test(`faults on ${kind}`, async (t) => {
        const it = await sandbox(t);
        // knobs, what the client gets, whether it is done
        const cases = [
            [{ lose: 'before' }, 'lost', false],
            [{ lose: 'after' }, 'lost', true],
            [{ answer: 'empty' }, '', false],
            [{ answer: 'empty', answer_booked: true }, '', true],
            [{ answer: 'html' }, 'html', false],
            [{ answer: 'http_500', answer_booked: true }, 'html', true],
            [{ answer: 'http_429' }, 'html', false],
            [{ answer: 'rate_limit' }, '301', false],
            [{ answer: 'wrong_key' }, '300', false],
            [{ decline_code: 202 }, '202', false],
            [{ decline_code: 300 }, '300', false],
            [{ decline_code: 301 }, '301', false],
            [{ decline_code: 421 }, '421', false],
        ];

        for (const [knobs, heard, isBooked] of cases) {
            const label = JSON.stringify(knobs), place = await world(it);
            await it.knobs({ reset: true, only_kind: kind, times: 1, ...knobs });
            const answer = await ask(it, place);
            if (heard === 'lost') assert.ok(answer.lost, label);
            else if (heard === 'html') assert.ok('<html><body><h1>Service Unavailable</h1></body></html>\n' in answer, label);
            else assert.equal(answer.response_code ?? '', heard, label);
            assert.equal(await isDone(it, place), isBooked, label);
            // The fault is used up; what was not done can be done now.
            if (!isBooked) assert.equal((await ask(it, place)).response, '1', label);
            assert.equal(await isDone(it, place), true, label);
        }

        const late = await world(it);
        await it.knobs({ reset: true, only_kind: kind, lose: 'late', late_ms: 200, times: 1 });
        assert.ok((await ask(it, late)).lost);
        assert.equal(await isDone(it, late), false);
        await until('done late', () => isDone(it, late));

        const silent = await world(it);
        await it.knobs({ reset: true, only_kind: kind, silent: true, times: 1 });
        const gone = new AbortController();
        const waiting = ask(it, silent, { signal: gone.signal });
        await until('it is in flight', async () => (await it.counters()).silent === 1);
        gone.abort();
        assert.ok((await waiting).lost);
        assert.equal(await isDone(it, silent), false);

        for (const isEarly of [true, false]) {
            const slow = await world(it);
            await it.knobs({ reset: true, only_kind: kind, latency_ms: 200, book_before_latency: isEarly });
            const asked = ask(it, slow);
            await until('it is in flight', async () => (await it.counters()).in_flight === 1);
            assert.equal(await isDone(it, slow), isEarly);
            assert.equal((await asked).response, '1');
            assert.equal(await isDone(it, slow), true);
        }
    });

test('the fault passes over the other kinds', async (t) => {
    const it = await sandbox(t);

    for (const kind of Object.keys(KINDS)) {
        await it.knobs({ reset: true, only_kind: kind, decline_code: 202, times: 1 });
        for (const [other, { ask, isDone }] of Object.entries(KINDS)) {
            if (other === kind || (kind === 'sale' && (other === 'void' || other === 'refund'))) continue;
            const place = kind === 'sale' ? { order: `order-${++count}`, id: `id-${count}` } : await world(it);
            assert.equal((await ask(it, place)).response, '1', `${kind}: ${other}`);
            assert.ok(await isDone(it, place));
        }
        const [, { ask }] = Object.entries(KINDS).find(([name]) => name === kind);
        const place = kind === 'sale' ? { order: `order-${++count}`, id: `id-${count}` } : await world(it);
        assert.equal((await ask(it, place)).response_code, '202', kind);
    }
});

test('a vault entry that cannot be deleted, a refund that is declined', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ only_kind: 'vault', decline_code: 300, times: 1 });
    const kept = await it.transact({ customer_vault: 'delete_customer', customer_vault_id: 'card' });
    assert.deepEqual([kept.response, kept.response_code], ['3', '300']);
    assert.equal((await it.vault('card')).length, 1);
    await it.knobs({ only_kind: 'vault', lose: 'after', times: 1 });
    assert.ok((await it.transact({ customer_vault: 'delete_customer', customer_vault_id: 'card' })).lost);
    assert.equal((await it.vault('card')).length, 0);

    // A declined refund is booked as one that failed, and takes nothing of the balance.
    const { transactionid } = await it.sale({ customer_vault_id: 'card-2', orderid: 'sale' });
    await it.knobs({ reset: true, only_kind: 'refund', decline_code: 201, times: 1, only_amount_cents: 2500, only_order: 'sale' });
    assert.equal((await it.transact({ type: 'refund', transactionid, amount: '1.00' })).response, '1');
    await it.knobs({ only_amount_cents: 500 });
    const declined = await it.transact({ type: 'refund', transactionid, amount: '5.00' });
    assert.deepEqual([declined.response, declined.response_code, declined.responsetext], ['2', '201', 'Do not honor']);
    const [refund] = await it.book('sale');
    assert.deepEqual([refund.type, refund.condition, refund.transaction_id, refund.original_transaction_id], ['refund', 'failed', declined.transactionid, transactionid]);
    assert.match(await it.query({ transaction_id: declined.transactionid }), /<amount>-5\.00<.*<success>0</);
    assert.equal((await it.transact({ type: 'refund', transactionid, amount: '24.00' })).response, '1');
    // Order id and amount of a void are the sale's.
    const other = await it.sale({ customer_vault_id: 'card-2', orderid: 'other', amount: '7.00' });
    await it.knobs({ reset: true, only_kind: 'void', decline_code: 300, only_order: 'other', only_amount_cents: 700 });
    assert.equal((await it.transact({ type: 'void', transactionid: other.transactionid })).response_code, '300');
    assert.equal((await it.book('other'))[0].condition, 'pendingsettlement');
});
