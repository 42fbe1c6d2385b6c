// Card chargebacks: in the book, in reports, as an event, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiver, sandbox } from './harness.mjs';

const SETTLED = '2027-03-02T05:00:00Z', DISPUTED = '2027-03-20T09:30:00Z';

async function world(t) {
    const to = await receiver(t);
    const it = await sandbox(t, { arguments: ['--webhook-url', to.url, '--webhook-key', 'key'] });
    it.clock('2027-03-01T14:05:12Z');
    it.dispute = (fields) => it.json('POST', '/sandbox/chargeback', fields);
    // Settled the next day.
    it.sold = async (fields) => {
        const { transactionid } = await it.sale(fields);
        it.clock(SETTLED);
        await it.json('POST', '/sandbox/settle');
        await it.sent();
        to.posts.length = 0;
        return transactionid;
    };
    return [it, to];
}

test('a chargeback: one more action, the condition stays', async (t) => {
    const [it, to] = await world(t);
    const id = await it.sold({ orderid: 'c-1' });
    const other = await it.sold({ orderid: 'c-2' });

    it.clock(DISPUTED);
    assert.deepEqual(await it.ids({ action_type: 'return' }), []);
    const answer = await it.dispute({ order_id: 'c-1', reason: '101: <Fraud> "no"' });
    assert.deepEqual([answer.status, answer.transaction_id, answer.condition, answer.modified_at], [200, id, 'complete', DISPUTED]);
    assert.deepEqual(answer.actions.at(-1), { action_type: 'chargeback', amount: '25.00', amount_cents: 2500, date: DISPUTED, success: true, response_code: 100,
        response_text: '101: <Fraud> "no"', source: 'internal' });
    assert.deepEqual(await it.ids({ action_type: 'return' }), [id]);
    assert.deepEqual(await it.ids({ action_type: 'chargeback' }), [id]);
    assert.deepEqual(await it.ids({ start_date: '20270320000000', end_date: '20270320235959' }), [id]);
    assert.deepEqual(await it.ids({ start_date: '20270302000000', end_date: '20270302235959' }), [other]);
    const xml = await it.query({ transaction_id: id });
    assert.match(xml, /<condition>complete</);
    assert.match(xml, /<action><amount>25\.00<\/amount><action_type>chargeback<\/action_type><date>20270320093000<\/date><success>1<\/success><source>internal<\/source><response_text>101: &#60;Fraud&#62; &#34;no&#34;<\/response_text><response_code>100<\/response_code><batch_id>0<\/batch_id><\/action><\/transaction>/);

    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_type), ['chargeback.batch.complete']);
    const { raw, event_body: body } = to.posts[0];
    assert.deepEqual([body.count, body.chargeback_amount, body.merchant.id, body.processor.type], [1, '25.00', '100200', 'cc']);
    const [{ id: number, ...rest }] = body.chargebacks;
    assert.deepEqual(rest, { date: '3/20/2027', customer_name: 'Ada Moss', cc_number: '4***********4242', amount: '25.00', reason: '101: <Fraud> "no"' });
    assert.match(number, /^[0-9]+$/);
    assert.ok(!raw.includes('c-1') && !raw.includes('transaction_id'), 'it names neither order nor transaction');
});

test('a part, another part, no more than all', async (t) => {
    const [it, to] = await world(t);
    const id = await it.sold({ orderid: 'c-1' });

    it.clock(DISPUTED);
    const part = await it.request('POST', '/sandbox/chargeback', `transaction_id=${id}&amount=10.00&at=2027-03-05T00:00:00Z`);
    assert.equal(part.status, 200);
    assert.deepEqual(JSON.parse(part.text).actions.at(-1).date, '2027-03-05T00:00:00Z');
    assert.equal(JSON.parse(part.text).actions.at(-1).response_text, '4853: Cardholder dispute');
    for (const amount of ['15.01', '25.00', '0.00', '-1.00', 'x', '1'.repeat(12)])
        assert.equal((await it.dispute({ transaction_id: id, amount })).status, 400, amount);
    assert.equal((await it.dispute({ transaction_id: id })).actions.at(-1).amount_cents, 1500, 'what is left');
    assert.match((await it.dispute({ transaction_id: id })).error, /No more than the sale/);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_body.chargeback_amount), ['10.00', '15.00']);
    assert.notEqual(to.posts[0].event_body.chargebacks[0].id, to.posts[1].event_body.chargebacks[0].id);
    // The book knows after a restart.
    const before = await it.book();
    await it.stop();
    await it.start();
    assert.deepEqual(await it.book(), before);
    assert.equal((await it.dispute({ transaction_id: id })).status, 400);
});

test('refused: what has not settled, is no sale, is on no card', async (t) => {
    const [it, to] = await world(t);
    const settled = await it.sold({ orderid: 'settled' });
    const refund = (await it.transact({ type: 'refund', transactionid: settled, amount: '1.00', orderid: 'refund' })).transactionid;
    await it.sold({ orderid: 'twice' });
    await it.sold({ orderid: 'twice' });
    const declined = (await it.sale({ orderid: 'declined', amount: '0.50' })).transactionid;
    const pending = (await it.sale({ orderid: 'pending' })).transactionid;
    const voided = (await it.sale({ orderid: 'voided' })).transactionid;
    await it.transact({ type: 'void', transactionid: voided });
    const check = (await it.sale({ orderid: 'check', customer_vault_id: 'bank', payment: 'check' })).transactionid;
    const checked = (await it.transact({ type: 'validate', customer_vault_id: 'card' })).transactionid;
    await it.json('POST', '/sandbox/ach', { order_id: 'check', action: 'settle' });
    await it.sent();
    const before = await it.book(), posts = to.posts.length;
    const cases = [
        [{}, /by transaction_id or by order_id/],
        [{ transaction_id: settled, order_id: 'settled' }, /by transaction_id or by order_id/],
        [{ transaction_id: '9100000999' }, /no such transaction/],
        [{ order_id: 'nothing' }, /no accepted sale on a card/],
        [{ order_id: 'declined' }, /no accepted sale on a card/],
        [{ order_id: 'check' }, /no accepted sale on a card/],
        [{ order_id: 'twice' }, /several sales/],
        [{ transaction_id: declined }, /never accepted/],
        [{ transaction_id: pending }, /not settled/],
        [{ order_id: 'pending' }, /not settled/],
        [{ transaction_id: voided }, /voided/],
        [{ transaction_id: refund }, /no sale on a card/],
        [{ transaction_id: check }, /no sale on a card/],
        [{ transaction_id: checked }, /no sale on a card/],
        [{ transaction_id: settled, at: 'yesterday' }, /at is a time/],
        [{ transaction_id: settled, at: '2027-03-01T14:05:11Z' }, /at is a time/],
        [{ transaction_id: settled, at: '2027-03-02T05:00:01Z' }, /at is a time/],
        [{ transaction_id: settled, reason: 'x'.repeat(96) }, /too long/],
        [{ transaction_id: settled, code: 'R01' }, /The fields are/],
        [{ transaction_id: settled, amount: 5 }, /texts/],
    ];

    for (const [fields, sentence] of cases) {
        const answer = await it.dispute(fields);
        assert.equal(answer.status, 400, JSON.stringify(fields));
        assert.match(answer.error, sentence, JSON.stringify(fields));
    }
    assert.equal((await it.request('GET', '/sandbox/chargeback')).status, 405);
    assert.deepEqual(await it.book(), before);
    assert.equal(to.posts.length, posts);
});
