// /api/transact.php: sales, the duplicate check, voids, refunds, the vault.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, sandbox } from './harness.mjs';

const CARD = { ccnumber: '4111111111111111', ccexp: '1230', customer_vault_id: '' };
const ACCOUNT = { payment: 'check', checkname: 'Ada Moss', checkaba: '490000018', checkaccount: '24413815', customer_vault_id: '' };

test('an approved sale answers exactly as NMI does', async (t) => {
    const it = await sandbox(t);
    const body = `security_key=${KEY}&type=sale&amount=25.00&currency=USD&customer_vault_id=card&orderid=inv+1%26&initiated_by=merchant&stored_credential_indicator=used&billing_method=recurring&initial_transaction_id=77`;
    const answer = await it.request('POST', '/api/transact.php', body);

    assert.equal(answer.status, 200);
    assert.equal(answer.text, 'response=1&responsetext=SUCCESS&authcode=123456&transactionid=9100000001&avsresponse=&cvvresponse=&orderid=inv+1%26&type=sale&response_code=100');
    const [one] = await it.book();
    assert.match(one.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const { created_at: at, ...rest } = one;
    assert.deepEqual(rest, {
        transaction_id: '9100000001', type: 'sale', transaction_type: 'cc', condition: 'pendingsettlement', amount: '25.00',
        amount_cents: 2500, response: 1, response_code: 100, modified_at: at, response_text: 'SUCCESS', order_id: 'inv 1&',
        currency: 'USD', customer_vault_id: 'card', initiated_by: 'merchant', stored_credential_indicator: 'used',
        billing_method: 'recurring', initial_transaction_id: '77', first_name: 'Ada', last_name: 'Moss',
        cc_number: '4xxxxxxxxxxx4242', cc_exp: '1230', cc_type: 'visa', authcode: '123456',
        actions: [{ action_type: 'sale', amount: '25.00', amount_cents: 2500, date: at, success: true, response_code: 100, response_text: 'SUCCESS' }],
    });
});

test('approved, declined and refused sales', async (t) => {
    const it = await sandbox(t);
    const bank = { customer_vault_id: 'bank', payment: 'check' };
    // label, fields, response, response_code, text, transactions booked
    const cases = [
        ['card of the vault', {}, '1', '100', /^SUCCESS$/, 1],
        ['bank account of the vault', bank, '1', '100', /^SUCCESS$/, 1],
        ['without decimals', { amount: '25' }, '1', '100', /^SUCCESS$/, 1],
        ['one dollar', { amount: '1.00' }, '1', '100', /^SUCCESS$/, 1],
        ['under one dollar', { amount: '0.99' }, '2', '200', /^DECLINE$/, 1],
        ['under one dollar, bank', { ...bank, amount: '0.99' }, '2', '200', /^FAILED$/, 1],
        ['entry that declines', { customer_vault_id: 'poor' }, '2', '202', /^Insufficient funds$/, 1],
        ['test card', CARD, '1', '100', /^SUCCESS$/, 1],
        ['test card, Amex', { ...CARD, ccnumber: '341111111111111', ccexp: '12/30' }, '1', '100', /^SUCCESS$/, 1],
        ['bank account in clear', ACCOUNT, '1', '100', /^SUCCESS$/, 1],
        ['zero', { amount: '0.00' }, '3', '300', /greater than zero REFID:\d+$/, 0],
        ['no amount', { amount: '' }, '3', '300', /^Invalid amount REFID/, 0],
        ['negative', { amount: '-1.00' }, '3', '300', /^Invalid amount/, 0],
        ['three decimals', { amount: '1.000' }, '3', '300', /^Invalid amount/, 0],
        ['one decimal', { amount: '1.0' }, '3', '300', /^Invalid amount/, 0],
        ['thousands', { amount: '1,000.00' }, '3', '300', /^Invalid amount/, 0],
        ['exponent', { amount: '1e3' }, '3', '300', /^Invalid amount/, 0],
        ['space', { amount: ' 1.00' }, '3', '300', /^Invalid amount/, 0],
        ['largest', { amount: '9999999999.99' }, '1', '100', /^SUCCESS$/, 1],
        ['too large', { amount: '10000000000.00' }, '3', '300', /^Invalid amount/, 0],
        ['other currency', { currency: 'EUR' }, '3', '300', /currency/, 0],
        ['unknown vault id', { customer_vault_id: 'nobody' }, '3', '300', /^Invalid Customer Vault Id Specified REFID:\d+$/, 0],
        ['no source', { customer_vault_id: '' }, '3', '300', /payment source/, 0],
        ['bank without payment=check', { customer_vault_id: 'bank' }, '3', '300', /payment=check/, 0],
        ['card with payment=check', { payment: 'check' }, '3', '300', /not a check/, 0],
        ['unknown payment', { payment: 'cash' }, '3', '300', /payment type/, 0],
        ['card and account', { ...ACCOUNT, ...CARD }, '3', '300', /together/, 0],
        ['card number and payment=check', { ...CARD, payment: 'check' }, '3', '300', /together/, 0],
        ['account without payment=check', { ...ACCOUNT, payment: '' }, '3', '300', /payment=check/, 0],
        ['not a test card', { ...CARD, ccnumber: '4242424242424242' }, '3', '300', /^Invalid Credit Card Number REFID/, 0],
        ['month 13', { ...CARD, ccexp: '1330' }, '3', '300', /Expiration/, 0],
        ['no expiration', { ...CARD, ccexp: '' }, '3', '300', /Expiration/, 0],
        ['wrong ABA', { ...ACCOUNT, checkaba: '490000019' }, '3', '300', /^Invalid ABA number/, 0],
        ['account is no number', { ...ACCOUNT, checkaccount: '12x4' }, '3', '300', /account number/, 0],
        ['dup_seconds is no number', { dup_seconds: '1h' }, '3', '300', /dup_seconds/, 0],
        ['dup_seconds at its limit', { dup_seconds: '7862400', amount: '7.00' }, '1', '100', /^SUCCESS$/, 1],
        ['dup_seconds over', { dup_seconds: '7862401' }, '3', '300', /dup_seconds/, 0],
        ['field at its limit', { first_name: 'x'.repeat(255) }, '1', '100', /^SUCCESS$/, 1],
        ['field too long', { first_name: 'x'.repeat(256) }, '3', '300', /too long/, 0],
        ['control character', { first_name: 'a\x01b' }, '3', '300', /Invalid characters/, 0],
    ];

    for (const [label, fields, response, code, text, booked] of cases) {
        const orderid = `case ${label}`;
        const answer = await it.sale({ orderid, ...fields });
        const book = await it.book(orderid);
        assert.deepEqual([answer.response, answer.response_code], [response, code], `${label}: ${answer.responsetext}`);
        assert.match(answer.responsetext, text, label);
        assert.equal(book.length, booked, label);
        assert.equal(answer.transactionid, booked ? book[0].transaction_id : '', label);
        if (booked) {
            assert.equal(book[0].condition, response === '1' ? 'pendingsettlement' : 'failed', label);
            assert.equal(answer.authcode, response === '1' ? '123456' : '', label);
        }
    }
});

test('key, type and bytes that are refused', async (t) => {
    const it = await sandbox(t);

    for (const key of ['', 'wrong', KEY + 'x', KEY.slice(1)]) {
        const answer = await it.sale({ security_key: key });
        assert.deepEqual([answer.response, answer.responsetext, answer.response_code], ['3', 'Authentication Failed', '300']);
    }
    for (const type of ['', 'auth', 'SALE', 'sale ']) {
        const answer = await it.sale({ type });
        assert.deepEqual([answer.response, answer.response_code], ['3', '300']);
    }
    for (const bytes of ['%FF', '%00', '%C0%80', '%ED%A0%80', '%EF%BF%BF', '%F5%80%80%80', '%E2%82']) {
        const answer = await it.request('POST', '/api/transact.php', `security_key=${KEY}&type=sale&amount=5.00&customer_vault_id=card&orderid=${bytes}`);
        assert.match(answer.text, /^response=3&responsetext=Invalid\+characters/, bytes);
    }
    // Of a repeated field the last counts; a stray percent sign is itself.
    const answer = await it.request('POST', '/api/transact.php', `security_key=${KEY}&type=sale&amount=5.00&amount=6.00&&=&x&customer_vault_id=card&orderid=100%&dup_seconds=0`);
    assert.match(answer.text, /^response=1&.*orderid=100%25&/);
    assert.deepEqual((await it.book()).map((one) => one.amount_cents), [600]);
});

test('the same order id is charged as often as it is sent', async (t) => {
    const it = await sandbox(t);

    await Promise.all(Array.from({ length: 5 }, () => it.sale({ orderid: 'twice' })));
    const book = await it.book('twice');
    assert.equal(book.length, 5);
    assert.equal(new Set(book.map((one) => one.transaction_id)).size, 5);
    assert.ok(book.every((one) => one.response === 1 && one.amount_cents === 2500));
    assert.equal((await it.ids({ order_id: 'twice' })).length, 5);
});

test('duplicate check', async (t) => {
    const it = await sandbox(t);
    const sale = (fields) => it.sale({ dup_seconds: '', ...fields });

    it.clock('2027-03-01T05:00:00Z\n');
    assert.equal((await sale({ orderid: 'a' })).response, '1');
    // Another order id does not help: source and amount are compared.
    const duplicate = await sale({ orderid: 'b' });
    assert.deepEqual([duplicate.response, duplicate.response_code, duplicate.transactionid], ['3', '300', '']);
    assert.match(duplicate.responsetext, /^Duplicate transaction REFID:\d+$/);
    assert.equal((await sale({ amount: '25.01' })).response, '1');
    assert.equal((await sale({ customer_vault_id: 'card-2' })).response, '1');
    assert.equal((await sale({ dup_seconds: '0' })).response, '1');
    assert.equal((await sale({ dup_seconds: '60' })).response, '3');

    it.clock('2027-03-01T05:19:59Z\n');
    assert.equal((await sale({})).response, '3');
    it.clock('2027-03-01T05:20:00Z\n');
    assert.equal((await sale({ dup_seconds: '1201' })).response, '3');
    assert.equal((await sale({})).response, '1');

    await it.knobs({ dup_seconds_default: 0 });
    assert.equal((await sale({})).response, '1');
    await it.knobs({ dup_seconds_default: 10 });
    assert.equal((await sale({})).response, '3');
    it.clock('2027-03-01T05:20:10Z\n');
    assert.equal((await sale({})).response, '1');

    // A declined sale is nothing to compare with; a card in clear is.
    assert.equal((await sale({ customer_vault_id: 'poor' })).response, '2');
    assert.equal((await sale({ customer_vault_id: 'poor' })).response, '2');
    assert.equal((await sale(CARD)).response, '1');
    assert.equal((await sale(CARD)).response, '3');
});

test('AVS and CVV answer as in test mode', async (t) => {
    const it = await sandbox(t);
    const checks = async (fields) => {
        const answer = await it.sale({ ...CARD, ...fields });
        return [answer.avsresponse, answer.cvvresponse];
    };

    assert.deepEqual(await checks({}), ['', '']);
    assert.deepEqual(await checks({ address1: '888', zip: '77777', cvv: '999' }), ['Y', 'M']);
    assert.deepEqual(await checks({ address1: '1 Elm St', zip: '89501', cvv: '123' }), ['N', 'N']);
});

test('void', async (t) => {
    const it = await sandbox(t);
    const { transactionid } = await it.sale({ orderid: 'v' });
    const bank = await it.sale({ customer_vault_id: 'bank', payment: 'check' });
    const declined = await it.sale({ amount: '0.10' });
    const gone = await it.transact({ type: 'void', transactionid });

    assert.deepEqual([gone.response, gone.responsetext, gone.transactionid, gone.orderid, gone.type], ['1', 'Transaction Void Successful', transactionid, 'v', 'void']);
    assert.match((await it.transact({ type: 'void', transactionid })).responsetext, /^Only transactions pending settlement can be voided REFID/);
    assert.match((await it.transact({ type: 'void', transactionid: bank.transactionid })).responsetext, /payment=check/);
    assert.equal((await it.transact({ type: 'void', payment: 'check', transactionid: bank.transactionid })).response, '1');
    for (const id of ['', 'x', '1', '9100000000', '9100000099', '-9100000001', declined.transactionid])
        assert.match((await it.transact({ type: 'void', transactionid: id })).responsetext, /^Invalid Transaction ID specified REFID/, id);
    const book = await it.book();
    assert.deepEqual(book.map((one) => one.condition), ['canceled', 'canceled', 'failed']);
    assert.deepEqual(book[0].actions.map((one) => one.action_type), ['sale', 'void']);
    assert.match((await it.transact({ type: 'refund', transactionid })).responsetext, /can be refunded/);
});

test('refund', async (t) => {
    const it = await sandbox(t);
    const { transactionid } = await it.sale({ orderid: 'r' });
    const refund = (fields) => it.transact({ type: 'refund', transactionid, ...fields });

    assert.match((await refund({ amount: '25.01' })).responsetext, /^Refund amount may not exceed the transaction balance REFID/);
    assert.match((await refund({ amount: '1.2' })).responsetext, /^Invalid amount/);
    assert.match((await refund({ transactionid: '1' })).responsetext, /^Invalid Transaction ID specified/);
    const part = await refund({ amount: '10.00' });
    assert.deepEqual([part.response, part.type, part.orderid], ['1', 'refund', 'r']);
    assert.notEqual(part.transactionid, transactionid);
    assert.match((await refund({ amount: '15.01' })).responsetext, /balance/);
    // A voided refund gives its amount back; absent and 0.00 mean the rest.
    assert.equal((await it.transact({ type: 'void', transactionid: part.transactionid })).response, '1');
    assert.equal((await refund({ amount: '20.00' })).response, '1');
    assert.equal((await refund({ amount: '0.00', orderid: 'rest' })).response, '1');
    assert.match((await refund({})).responsetext, /balance/);
    assert.deepEqual((await it.book()).map((one) => [one.type, one.amount_cents, one.original_transaction_id, one.order_id]), [
        ['sale', 2500, undefined, 'r'], ['refund', 1000, transactionid, 'r'], ['refund', 2000, transactionid, 'r'], ['refund', 500, transactionid, 'rest'],
    ]);
    assert.match(await it.query({ order_id: 'rest' }), /<action><amount>-5\.00<\/amount><action_type>refund<\/action_type>/);
    assert.match((await it.transact({ type: 'refund', transactionid: part.transactionid })).responsetext, /can be refunded/);
});

test('the vault', async (t) => {
    const it = await sandbox(t);
    const vault = (verb, fields) => it.transact({ customer_vault: `${verb}_customer`, ...fields });
    const report = (id) => it.query({ report_type: 'customer_vault', customer_vault_id: id });
    const added = await vault('add', { ...CARD, customer_vault_id: 'mine', first_name: 'Ada', zip: '89501' });

    assert.deepEqual([added.response, added.responsetext, added.customer_vault_id], ['1', 'Customer Added', 'mine']);
    assert.match(await report('mine'), /<customer id="mine">.*<first_name>Ada<.*<cc_number>4xxxxxxxxxxx1111<\/cc_number><cc_exp>1230<\/cc_exp><cc_type>visa</);
    assert.match((await vault('add', { ...CARD, customer_vault_id: 'mine' })).responsetext, /^Duplicate Customer Vault Id REFID/);
    assert.match((await vault('add', { customer_vault_id: 'other' })).responsetext, /payment source/);
    assert.match((await vault('add', { ...CARD, ccnumber: '4242424242424242' })).responsetext, /Card Number/);
    assert.equal((await it.sale({ customer_vault_id: 'mine' })).response, '1');

    assert.equal((await vault('update', { customer_vault_id: 'mine', last_name: 'Moss' })).responsetext, 'Customer Update Successful');
    assert.match(await report('mine'), /<first_name>Ada<.*<last_name>Moss<.*<cc_number>4xxxxxxxxxxx1111</);
    assert.equal((await vault('update', { ...ACCOUNT, customer_vault_id: 'mine' })).response, '1');
    assert.match(await report('mine'), /<last_name>Moss<.*<check_account>\*\*\*\*3815</);
    assert.doesNotMatch(await report('mine'), /cc_number/);
    assert.equal((await it.sale({ customer_vault_id: 'mine', payment: 'check' })).response, '1');

    assert.equal((await vault('delete', { customer_vault_id: 'mine' })).responsetext, 'Customer Deleted');
    for (const verb of ['delete', 'update'])
        assert.match((await vault(verb, { customer_vault_id: 'mine' })).responsetext, /^Invalid Customer Vault Id Specified/);
    assert.doesNotMatch(await report('mine'), /<customer/);
    assert.equal((await it.sale({ customer_vault_id: 'mine' })).response, '3');
    assert.equal((await vault('forget', { customer_vault_id: 'card' })).response, '3');

    const numbers = [await vault('add', CARD), await vault('add', CARD)].map((one) => one.customer_vault_id);
    assert.deepEqual(numbers, ['1000000001', '1000000002']);
    await vault('delete', { customer_vault_id: numbers[1] });
    await it.stop();
    await it.start();
    assert.equal((await vault('add', CARD)).customer_vault_id, '1000000003');
});

test('saving while paying, and validating', async (t) => {
    const it = await sandbox(t);
    const save = { ...CARD, customer_vault: 'add_customer' };

    const declined = await it.sale({ ...save, customer_vault_id: 'kept', amount: '0.50' });
    assert.deepEqual([declined.response, declined.customer_vault_id], ['2', undefined]);
    const sale = await it.sale({ ...save, customer_vault_id: 'kept', cvv: '999' });
    assert.deepEqual([sale.response, sale.customer_vault_id, sale.cvvresponse], ['1', 'kept', 'M']);
    assert.match((await it.sale({ ...save, customer_vault_id: 'kept' })).responsetext, /Duplicate Customer Vault Id/);
    assert.equal((await it.sale({ customer_vault_id: 'kept' })).response, '1');

    const valid = await it.transact({ type: 'validate', ...save, customer_vault_id: 'valid', amount: '0.00' });
    assert.deepEqual([valid.response, valid.type, valid.customer_vault_id], ['1', 'validate', 'valid']);
    const [one] = (await it.book()).filter((each) => each.transaction_id === valid.transactionid);
    assert.deepEqual([one.type, one.condition, one.amount_cents], ['validate', 'complete', 0]);
    assert.equal((await it.transact({ type: 'validate', ...CARD, amount: '1.00' })).response, '3');
    assert.match((await it.transact({ type: 'void', transactionid: valid.transactionid })).responsetext, /Invalid Transaction ID/);
});
