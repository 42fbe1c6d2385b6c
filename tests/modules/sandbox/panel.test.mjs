// What a person does in the gateway's own pages, and sales in other currencies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiver, sandbox } from './harness.mjs';

async function world(t) {
    const to = await receiver(t);
    const it = await sandbox(t, { arguments: ['--webhook-url', to.url, '--webhook-key', 'key'] });
    it.clock('2027-03-01T14:05:12Z');
    await it.knobs({ webhook_parallel: 1 });
    it.panel = (fields) => it.json('POST', '/sandbox/panel', fields);
    return [it, to];
}

test('refunds: with the order of the sale, and with none', async (t) => {
    const [it, to] = await world(t);
    const sale = (await it.sale({ orderid: 'p-1' })).transactionid;

    const kept = await it.panel({ action: 'refund', order_id: 'p-1', amount: '5.00' });
    assert.deepEqual([kept.status, kept.type, kept.order_id, kept.original_transaction_id, kept.amount_cents, kept.condition, kept.currency],
        [200, 'refund', 'p-1', sale, 500, 'pendingsettlement', 'USD']);
    await it.json('POST', '/sandbox/settle');
    const bare = await it.request('POST', '/sandbox/panel', `action=refund&transaction_id=${sale}&order_id_kept=false`);
    const rest = JSON.parse(bare.text);
    assert.deepEqual([bare.status, rest.order_id, rest.original_transaction_id, rest.amount_cents], [200, undefined, sale, 2000]);
    assert.deepEqual(await it.ids({ order_id: 'p-1' }), [sale, kept.transaction_id]);
    assert.deepEqual(await it.ids({ start_date: '20270301000000' }), [sale, kept.transaction_id, rest.transaction_id]);
    const xml = await it.query({ transaction_id: rest.transaction_id });
    assert.match(xml, /<order_id><\/order_id>.*<amount>-20\.00<.*<source>virtual_terminal</);
    assert.match(await it.query({ transaction_id: sale }), /<source>api</);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_type), ['transaction.sale.success', 'transaction.refund.success', 'settlement.batch.complete', 'transaction.refund.success']);
    const { event_body: body } = to.posts[3];
    assert.deepEqual([body.order_id, body.action.source, body.action.api_method, body.action.username], ['', 'virtual_terminal', 'virtual_terminal', 'operator']);
    assert.equal(to.posts[0].event_body.action.source, 'api');
    const before = await it.query();
    await it.stop();
    await it.start();
    assert.equal(await it.query(), before);
});

test('a void, and a refund of a check', async (t) => {
    const [it, to] = await world(t);
    const id = (await it.sale({ orderid: 'v' })).transactionid;
    const check = (await it.sale({ orderid: 'c', customer_vault_id: 'bank', payment: 'check' })).transactionid;

    it.clock('2027-03-01T15:00:00Z');
    const voided = await it.panel({ action: 'void', order_id: 'v' });
    assert.deepEqual([voided.transaction_id, voided.condition, voided.modified_at, voided.actions.map((each) => each.source)], [id, 'canceled', '2027-03-01T15:00:00Z', [undefined, 'virtual_terminal']]);
    assert.match((await it.panel({ action: 'refund', transaction_id: check })).error, /Only settled/);
    await it.json('POST', '/sandbox/ach', { order_id: 'c', action: 'settle' });
    const refund = await it.panel({ action: 'refund', transaction_id: check });
    assert.deepEqual([refund.status, refund.transaction_type, refund.planned.length], [200, 'ck', 1]);
    await it.sent();
    assert.deepEqual(to.posts.slice(2).map((post) => [post.event_type, post.event_body.action.source]),
        [['transaction.void.success', 'virtual_terminal'], ['transaction.check.status.settle', 'internal'], ['transaction.refund.success', 'virtual_terminal']]);
});

test('sales that nobody sent', async (t) => {
    const [it, to] = await world(t);

    const bare = await it.panel({ action: 'sale', amount: '31.00' });
    assert.deepEqual([bare.status, bare.type, bare.transaction_type, bare.order_id, bare.amount_cents, bare.currency, bare.condition, bare.cc_number, bare.actions[0].source],
        [200, 'sale', 'cc', undefined, 3100, 'USD', 'pendingsettlement', '4xxxxxxxxxxx1111', 'virtual_terminal']);
    const named = await it.panel({ action: 'sale', amount: '31.00', order_id: 'counter-7', currency: 'CAD' });
    assert.deepEqual([named.order_id, named.currency, named.customer_vault_id], ['counter-7', 'CAD', undefined]);
    assert.match(await it.query({ order_id: 'counter-7' }), /<currency>CAD</);
    const check = await it.panel({ action: 'sale', amount: '32.00', payment: 'check' });
    assert.deepEqual([check.transaction_type, check.planned.length], ['ck', 1]);
    // A refund has the currency of its sale.
    assert.equal((await it.panel({ action: 'refund', order_id: 'counter-7' })).currency, 'CAD');
    const declined = await it.panel({ action: 'sale', amount: '0.50' });
    assert.deepEqual([declined.status, declined.condition], [200, 'failed']);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => [post.event_type, post.event_body.currency]), [['transaction.sale.success', 'USD'], ['transaction.sale.success', 'CAD'],
        ['transaction.sale.success', 'USD'], ['transaction.refund.success', 'CAD'], ['transaction.sale.failure', 'USD']]);
    // It is the operator's, not the client's: no fault falls on it, no counter counts it.
    await it.knobs({ lose: 'before', decline_code: 202 });
    assert.equal((await it.panel({ action: 'sale', amount: '33.00' })).condition, 'pendingsettlement');
    assert.equal((await it.counters()).total, 1, 'the query');
});

test('refused, by our rules and by the gateway\'s', async (t) => {
    const [it, to] = await world(t);
    const id = (await it.sale({ orderid: 'o' })).transactionid;
    const declined = (await it.sale({ orderid: 'd', amount: '0.50' })).transactionid;
    const settled = (await it.sale({ orderid: 's' })).transactionid;
    await it.request('POST', '/sandbox/settle', 'order_id=s');
    await it.sale({ orderid: 'twice' });
    await it.sale({ orderid: 'twice' });
    await it.sale({ orderid: 'both' });
    await it.sale({ orderid: 'both', customer_vault_id: 'bank', payment: 'check' });
    await it.sent();
    const before = await it.book(), posts = to.posts.length;
    const cases = [
        [{}, /action is/],
        [{ action: 'capture', transaction_id: id }, /action is/],
        [{ action: 'refund' }, /by transaction_id or by order_id/],
        [{ action: 'refund', transaction_id: '1' }, /no such transaction/],
        [{ action: 'refund', order_id: 'nothing' }, /no accepted sale/],
        [{ action: 'refund', order_id: 'd' }, /no accepted sale/],
        [{ action: 'refund', order_id: 'twice' }, /several sales/],
        [{ action: 'refund', transaction_id: id, amount: '25.01' }, /may not exceed/],
        [{ action: 'refund', transaction_id: id, amount: 'x' }, /Invalid amount/],
        [{ action: 'refund', transaction_id: declined }, /Invalid Transaction ID/],
        [{ action: 'refund', transaction_id: id, order_id_kept: 'maybe' }, /true or false/],
        [{ action: 'refund', transaction_id: id, currency: 'CAD' }, /those of the sale/],
        [{ action: 'void', transaction_id: settled }, /pending settlement/],
        [{ action: 'void', transaction_id: id, amount: '1.00' }, /no amount/],
        [{ action: 'void', transaction_id: id, order_id_kept: false }, /no amount/],
        [{ action: 'sale' }, /Invalid amount/],
        [{ action: 'sale', amount: '0.00' }, /greater than zero/],
        [{ action: 'sale', amount: '5.00', transaction_id: id }, /no transaction_id/],
        [{ action: 'sale', amount: '5.00', currency: 'usd' }, /three capital letters/],
        [{ action: 'sale', amount: '5.00', payment: 'cash' }, /check or creditcard/],
        [{ action: 'sale', amount: '5.00', ccnumber: '4111111111111111' }, /The fields are/],
    ];

    for (const [fields, sentence] of cases) {
        const answer = await it.panel(fields);
        assert.equal(answer.status, 400, JSON.stringify(fields));
        assert.match(answer.error, sentence, JSON.stringify(fields));
    }
    assert.deepEqual(await it.book(), before);
    assert.equal(to.posts.length, posts);
});

test('currency of a sale: dollars, unless the account takes any', async (t) => {
    const [it, to] = await world(t);

    assert.match((await it.sale({ currency: 'EUR' })).responsetext, /currency is not supported/);
    await it.knobs({ any_currency: true });
    for (const [orderid, currency] of [['e', 'EUR'], ['u', 'USD'], ['n', '']]) await it.sale({ orderid, currency });
    assert.deepEqual((await it.book()).map((one) => one.currency), ['EUR', 'USD', 'USD']);
    assert.match(await it.query({ order_id: 'e' }), /<currency>EUR</);
    for (const currency of ['eur', 'EURO', 'E1R']) assert.match((await it.sale({ currency })).responsetext, /currency is not supported/);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_body.currency), ['EUR', 'USD', 'USD']);
});
