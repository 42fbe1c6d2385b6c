// Money back: voids before settlement, refunds after it, and settlement itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandbox } from './harness.mjs';

const settle = async (it, form) => {
    const answer = await it.request('POST', '/sandbox/settle', form ?? '');
    assert.equal(answer.status, 200);
    return JSON.parse(answer.text).settled;
};

test('settling', async (t) => {
    const it = await sandbox(t);

    it.clock('2027-03-01T05:00:00Z');
    const { transactionid } = await it.sale({ orderid: 's-1' });
    await it.sale({ orderid: 's-2' });
    await it.sale({ orderid: 's-bank', customer_vault_id: 'bank', payment: 'check' });
    await it.sale({ orderid: 's-declined', amount: '0.50' });
    const gone = await it.sale({ orderid: 's-void' });
    await it.transact({ type: 'void', transactionid: gone.transactionid });
    await it.transact({ type: 'validate', customer_vault_id: 'card', orderid: 's-validate' });
    it.clock('2027-03-02T05:00:00Z');
    assert.equal(await settle(it, 'order_id=s-2'), 1);
    assert.equal(await settle(it), 1);
    assert.equal(await settle(it), 0);
    assert.deepEqual((await it.book()).map((one) => one.condition),
        ['complete', 'complete', 'pendingsettlement', 'failed', 'canceled', 'complete']);
    const [one] = await it.book('s-1');
    assert.deepEqual(one.actions.map((each) => [each.action_type, each.success, each.date]), [['sale', true, '2027-03-01T05:00:00Z'], ['settle', true, '2027-03-02T05:00:00Z']]);
    assert.match(await it.query({ transaction_id: transactionid }), /<condition>complete<.*<action_type>settle<\/action_type><date>20270302050000</);
    // By last modification: settling moved it.
    assert.deepEqual(await it.ids({ start_date: '20270302000000', condition: 'complete' }), [transactionid, (await it.book('s-2'))[0].transaction_id]);
    await it.stop('SIGKILL');
    await it.start();
    assert.deepEqual((await it.book('s-1'))[0], one);
    assert.equal((await it.request('GET', '/sandbox/settle')).status, 405);
});

test('what can be voided and refunded', async (t) => {
    const it = await sandbox(t);
    const bank = { customer_vault_id: 'bank', payment: 'check' };
    const lenient = /^Only settled transactions or transactions pending settlement can be refunded REFID/;
    const unknown = /^Invalid Transaction ID specified REFID/;
    const only = /^Only transactions pending settlement can be voided REFID/;
    // label, how it comes about, void, refund of all: what the answer says
    const cases = [
        ['pending', (sale) => sale(), /^Transaction Void Successful$/, /^SUCCESS$/],
        ['settled', (sale) => sale({}, 'settle'), only, /^SUCCESS$/],
        ['voided', (sale) => sale({}, 'void'), only, lenient],
        ['declined', (sale) => sale({ amount: '0.50' }), unknown, unknown],
        ['validated', (sale) => sale({ type: 'validate', amount: '' }), unknown, unknown],
        ['bank account, asked as a card', (sale) => sale(bank), /requires payment=check/, /requires payment=check/],
        // However lenient the account is.
        ['bank account', (sale) => sale(bank), /^Transaction Void Successful$/, /^Only settled transactions can be refunded REFID/, { payment: 'check' }],
        ['card, asked as a bank account', (sale) => sale(), /is not a check/, /is not a check/, { payment: 'check' }],
    ];
    const make = async (fields = {}, then) => {
        const { transactionid, orderid } = await it.sale({ orderid: `o-${Math.random()}`, ...fields });
        if (then === 'settle') await settle(it, `order_id=${orderid}`);
        if (then === 'void') await it.transact({ type: 'void', transactionid });
        return transactionid;
    };

    for (const [label, begin, voided, refunded, fields] of cases)
        for (const [type, text] of [['void', voided], ['refund', refunded]]) {
            const answer = await it.transact({ type, transactionid: await begin(make), ...fields });
            assert.match(answer.responsetext, text, `${type}: ${label}`);
            assert.equal(answer.response, /Successful|SUCCESS/.test(text.source) ? '1' : '3', `${type}: ${label}`);
            assert.equal(answer.type, type);
        }
    for (const type of ['void', 'refund'])
        for (const transactionid of ['', '1', 'x', '9100009999', '9'.repeat(40)])
            assert.match((await it.transact({ type, transactionid })).responsetext, unknown, `${type} ${transactionid}`);
});

test('refunds by parts, found by the order id of the sale', async (t) => {
    const it = await sandbox(t);
    const { transactionid } = await it.sale({ orderid: 'sale-1', amount: '30.00' });
    const refund = (amount, fields) => it.transact({ type: 'refund', transactionid, amount, ...fields });

    await settle(it);
    assert.equal((await refund('10.00')).response, '1');
    assert.match((await refund('20.01')).responsetext, /^Refund amount may not exceed the transaction balance REFID/);
    const second = await refund('5.00');
    assert.deepEqual([second.response, second.type, second.orderid], ['1', 'refund', 'sale-1']);
    const xml = await it.query({ order_id: 'sale-1' });
    assert.equal((xml.match(/<transaction>/g)).length, 3);
    assert.deepEqual([...xml.matchAll(/<amount>(-?[0-9.]+)<\/amount><action_type>(\w+)</g)].map((match) => `${match[2]} ${match[1]}`),
        ['sale 30.00', 'settle 30.00', 'refund -10.00', 'refund -5.00']);
    assert.equal((xml.match(new RegExp(`<original_transaction_id>${transactionid}<`, 'g'))).length, 2);
    // A refund on its way is voided like a sale; a settled one no more.
    assert.equal((await it.transact({ type: 'void', transactionid: second.transactionid })).response, '1');
    assert.match(await it.query({ transaction_id: second.transactionid }), /<condition>canceled<.*<action_type>refund<.*<action_type>void</);
    assert.equal((await refund('0.00')).response, '1');
    assert.match((await refund('')).responsetext, /balance/);
    assert.equal(await settle(it), 2);
    const last = (await it.book('sale-1'))[0];
    assert.deepEqual([last.type, last.amount_cents, last.condition], ['refund', 2000, 'complete']);
    assert.match((await it.transact({ type: 'void', transactionid: last.transaction_id })).responsetext, /^Only transactions pending/);
});

test('refund_unsettled: a strict account', async (t) => {
    const it = await sandbox(t);
    const { transactionid } = await it.sale({ orderid: 'strict' });
    const refund = () => it.transact({ type: 'refund', transactionid });

    await it.knobs({ refund_unsettled: false });
    assert.match((await refund()).responsetext, /^Only settled transactions can be refunded REFID/);
    await settle(it);
    assert.equal((await refund()).response, '1');
});
