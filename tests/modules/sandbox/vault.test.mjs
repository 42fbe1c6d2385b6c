// The vault: alone, riding on a sale or a validation, and what is told of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandbox } from './harness.mjs';

const FIRST = { billing_method: 'recurring', initiated_by: 'customer', stored_credential_indicator: 'stored' };
const BANK = { payment: 'check', payment_token: '11111111-111111-111111-111111111111' };

const report = (it, id) => it.query({ report_type: 'customer_vault', customer_vault_id: id });

test('a card is saved while it is validated', async (t) => {
    const it = await sandbox(t);
    const fields = { type: 'validate', amount: '0.00', payment_token: 'test-amex', customer_vault: 'add_customer', customer_vault_id: 'm-7',
        orderid: 'save-7', first_name: 'Ada', last_name: 'Moss', address1: '888', zip: '77777', ipaddress: '203.0.113.9', ...FIRST };
    const saved = await it.transact(fields);

    assert.deepEqual([saved.response, saved.type, saved.orderid, saved.avsresponse, saved.customer_vault_id], ['1', 'validate', 'save-7', 'Y', 'm-7']);
    const [one] = await it.book('save-7');
    for (const [name, value] of Object.entries({ ...FIRST, type: 'validate', order_id: 'save-7', condition: 'complete', amount_cents: 0, customer_vault_id: 'm-7', cc_number: '3xxxxxxxxxx1111', cc_type: 'amex' }))
        assert.equal(one[name], value, name);
    assert.match(await report(it, 'm-7'), /<customer id="m-7"><customer_vault_id>m-7<.*<first_name>Ada<\/first_name><last_name>Moss<.*<address_1>888<.*<postal_code>77777<.*<cc_number>3xxxxxxxxxx1111<\/cc_number><cc_exp>1249<\/cc_exp><cc_type>amex<\/cc_type><cc_hash>[0-9a-f]{32}</);
    assert.doesNotMatch(await report(it, 'm-7'), /csc_response|avs_response/);
    // Twice, with another card: the entry stays as it is.
    const again = await it.transact({ ...fields, payment_token: 'test-visa' });
    assert.match(again.responsetext, /^Duplicate Customer Vault Id REFID/);
    assert.equal((await it.vault('m-7'))[0].cc_type, 'amex');
    assert.equal((await it.sale({ customer_vault_id: 'm-7' })).response, '1');
});

test('what is not approved is not saved', async (t) => {
    const it = await sandbox(t);
    const save = { payment_token: 'test-visa', customer_vault: 'add_customer', customer_vault_id: 'no', orderid: 'no' };
    const isEmpty = async () => assert.match(await report(it, 'no'), /<nm_response><\/nm_response>/);

    assert.equal((await it.transact({ ...save, type: 'validate', payment_token: 'test-expired' })).response_code, '223');
    await isEmpty();
    await it.knobs({ only_kind: 'validate', decline_code: 201, times: 1 });
    const declined = await it.transact({ ...save, type: 'validate' });
    assert.deepEqual([declined.response, declined.response_code, declined.customer_vault_id], ['2', '201', undefined]);
    await isEmpty();
    assert.equal((await it.sale({ ...save, amount: '0.50' })).response, '2');
    await isEmpty();
    // A declined one names no entry: there is none.
    assert.deepEqual((await it.book('no')).map((one) => [one.type, one.condition, one.customer_vault_id]),
        [['sale', 'failed', undefined], ['validate', 'failed', undefined], ['validate', 'failed', undefined]]);
    assert.equal((await it.sale(save)).customer_vault_id, 'no');
    assert.equal((await it.vault('no')).length, 1);
});

test('update_customer alone and riding', async (t) => {
    const it = await sandbox(t);
    const update = (fields) => it.transact({ customer_vault: 'update_customer', customer_vault_id: 'card', ...fields });
    const entry = async () => {
        const [{ first_name, last_name, cc_number, cc_exp, cc_type }] = await it.vault('card');
        return [first_name, last_name, cc_number, cc_exp, cc_type];
    };

    assert.equal((await update({ last_name: 'Poe' })).responsetext, 'Customer Update Successful');
    assert.deepEqual(await entry(), ['Ada', 'Poe', '4xxxxxxxxxxx4242', '1230', 'visa']);
    assert.equal((await update({ ccexp: '0633' })).response, '1');
    assert.deepEqual(await entry(), ['Ada', 'Poe', '4xxxxxxxxxxx4242', '0633', 'visa']);
    assert.match((await update({ ccexp: '1333' })).responsetext, /^Invalid Credit Card Expiration Date/);
    assert.match((await update({ customer_vault_id: 'bank', ccexp: '0633' })).responsetext, /together/);
    assert.equal((await update({ payment_token: 'test-jcb' })).response, '1');
    assert.deepEqual(await entry(), ['Ada', 'Poe', '3xxxxxxxxxxx2595', '1249', 'jcb']);

    // Riding: only when approved, and on an entry that is there.
    const ride = { customer_vault: 'update_customer', customer_vault_id: 'card', payment_token: 'test-discover', first_name: 'Eve' };
    assert.equal((await it.sale({ ...ride, amount: '0.50' })).response, '2');
    assert.equal((await entry())[4], 'jcb');
    const sale = await it.sale({ ...ride, orderid: 'ride' });
    assert.deepEqual([sale.response, sale.customer_vault_id], ['1', 'card']);
    assert.deepEqual(await entry(), ['Eve', 'Poe', '6xxxxxxxxxxx0009', '1249', 'discover']);
    assert.deepEqual((await it.book('ride')).map((one) => [one.cc_type, one.customer_vault_id]), [['discover', 'card']]);
    // Without a source of its own it pays from the entry.
    const own = await it.transact({ type: 'validate', customer_vault: 'update_customer', customer_vault_id: 'card', last_name: 'Moss' });
    assert.equal(own.response, '1', own.responsetext);
    assert.deepEqual(await entry(), ['Eve', 'Moss', '6xxxxxxxxxxx0009', '1249', 'discover']);
    for (const type of ['sale', 'validate'])
        assert.match((await it.transact({ ...ride, type, amount: type === 'sale' ? '5.00' : '', customer_vault_id: 'none' })).responsetext, /^Invalid Customer Vault Id Specified/);
    for (const verb of ['delete_customer', 'add_billing', 'x'])
        assert.match((await it.sale({ customer_vault: verb })).responsetext, /^Invalid customer_vault /);
    // A bank account leaves nothing of the card, and the name stays.
    assert.equal((await it.sale({ ...BANK, customer_vault: 'update_customer', customer_vault_id: 'card' })).response, '1');
    const [bank] = await it.vault('card');
    assert.deepEqual([bank.type, bank.first_name, bank.check_account, bank.cc_number, bank.cc_hash], ['ck', 'Eve', '****3815', undefined, undefined]);
    await it.stop('SIGKILL');
    await it.start();
    assert.deepEqual((await it.vault('card'))[0], bank);
});

test('/sandbox/vault', async (t) => {
    const it = await sandbox(t);

    assert.deepEqual((await it.vault()).map((one) => one.customer_vault_id), ['card', 'card-2', 'bank', 'poor']);
    assert.deepEqual(await it.vault('poor'), [{ type: 'cc', decline_code: 202, customer_vault_id: 'poor', cc_number: '4xxxxxxxxxxx0002', cc_exp: '1230', cc_type: 'visa' }]);
    assert.deepEqual(await it.vault('nobody'), []);
    await it.transact({ customer_vault: 'delete_customer', customer_vault_id: 'card-2' });
    assert.deepEqual((await it.vault()).map((one) => one.customer_vault_id), ['card', 'bank', 'poor']);
    assert.match(await report(it, 'card-2'), /<nm_response><\/nm_response>/);
});

test('a card expires at the end of its month', async (t) => {
    const it = await sandbox(t);

    it.clock('2030-12-31T23:59:59Z');
    assert.equal((await it.sale()).response, '1');
    it.clock('2031-01-01T00:00:00Z');
    const declined = await it.sale({ orderid: 'late' });
    assert.deepEqual([declined.response, declined.response_code, declined.responsetext], ['2', '223', 'Expired card']);
    assert.deepEqual((await it.book('late')).map((one) => one.condition), ['failed']);
    assert.equal((await it.sale({ customer_vault_id: 'bank', payment: 'check' })).response, '1');
});
