// The card updater: what it changes in the vault, what it tells, and its report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiver, sandbox } from './harness.mjs';

async function world(t) {
    const to = await receiver(t);
    const it = await sandbox(t, { arguments: ['--webhook-url', to.url, '--webhook-key', 'key'] });
    it.clock('2027-03-01T14:05:12Z');
    it.update = (fields) => it.json('POST', '/sandbox/updater', fields);
    it.report = (filters) => it.query({ report_type: 'account_updater', ...filters });
    it.updated = async (filters) => [...(await it.report(filters)).matchAll(/<customer id="([^"]+)">.*?<account_updater_status>([a-z]+)</g)].map((match) => [match[1], match[2]]);
    return [it, to];
}

test('a new number, and a new expiry: the entry keeps its id', async (t) => {
    const [it, to] = await world(t);

    const saved = (await it.transact({ customer_vault: 'add_customer', customer_vault_id: 'typed', ccnumber: '4111111111111111', ccexp: '0126', first_name: 'Bo' }));
    assert.equal(saved.response, '1');
    const [before] = await it.vault('typed');
    assert.equal((await it.sale({ customer_vault_id: 'typed' })).response_code, '223', 'expired');
    await it.sent();
    to.posts.length = 0;
    const expiry = await it.update({ customer_vault_id: 'typed', exp: '0131' });
    assert.deepEqual([expiry.status, expiry.cc_exp, expiry.cc_number, expiry.cc_hash, expiry.account_updater_status], [200, '0131', before.cc_number, before.cc_hash, 'automaticallyupdated']);
    assert.equal((await it.sale({ customer_vault_id: 'typed' })).response, '1');
    const number = await it.update({ customer_vault_id: 'typed', last_four: '7788', exp: '02/32', brand: 'amex' });
    assert.deepEqual([number.customer_vault_id, number.cc_number, number.cc_exp, number.cc_type, number.first_name], ['typed', '3xxxxxxxxxx7788', '0232', 'amex', 'Bo']);
    assert.notEqual(number.cc_hash, before.cc_hash);
    // Without a brand it stays the same.
    assert.equal((await it.update({ customer_vault_id: 'card', last_four: '1234', exp: '0433' })).cc_number, '4xxxxxxxxxxx1234');
    const sale = await it.sale({ customer_vault_id: 'typed', orderid: 'after' });
    assert.equal(sale.response, '1');
    assert.match(await it.query({ order_id: 'after' }), /<cc_number>3xxxxxxxxxx7788<.*<cc_exp>0232</);
    assert.match(await it.query({ report_type: 'customer_vault', customer_vault_id: 'typed' }), /<cc_number>3xxxxxxxxxx7788<.*<cc_exp>0232<\/cc_exp><cc_type>amex</);

    await it.sent();
    const told = to.posts.filter((post) => post.event_type.startsWith('acu.')).map((post) => post.event_body);
    assert.ok(to.posts.filter((post) => post.event_type.startsWith('acu.')).every((post) => post.event_type === 'acu.summary.automaticallyupdated'));
    // They are sent side by side, so the last may come first.
    const expiryTold = told.find((body) => body.vault_count_updated_expiration_dates);
    const numberTold = told.find((body) => body.vault_updated_cards[0]?.customer_vault_id === 'typed');
    assert.deepEqual([expiryTold.updated_date, expiryTold.merchant.id, expiryTold.vault_count_updated_expiration_dates, expiryTold.vault_count_updated_cards], ['2027-03-01', 100200, 1, 0]);
    assert.deepEqual(expiryTold.vault_updated_expiration_dates, [{ customer_vault_id: 'typed', billing_id: 'typed', cc_number: '4***********1111', cc_exp: '01/31', first_name: 'Bo', last_name: '', email: '', phone: '' }]);
    assert.deepEqual([expiryTold.vault_updated_cards, expiryTold.recurring_updated_cards, expiryTold.recurring_updated_expiration_dates], [[], [], []]);
    assert.deepEqual([numberTold.vault_count_updated_cards, numberTold.vault_updated_cards[0].cc_number, numberTold.vault_updated_cards[0].cc_exp, numberTold.vault_updated_expiration_dates],
        [1, '3**********7788', '02/32', []]);
});

test('closed: nothing changes but that sales decline, until there is a new card', async (t) => {
    const [it, to] = await world(t);
    const [before] = await it.vault('card');

    await it.update({ customer_vault_id: 'card', closed: true });
    const [{ account_updater_status, account_updated_at, decline_code, ...after }] = await it.vault('card');
    assert.deepEqual([account_updater_status, account_updated_at, decline_code], ['closedaccount', '2027-03-01T14:05:12Z', 222]);
    assert.deepEqual({ ...after, decline_code: 0 }, before);
    const sale = await it.sale();
    assert.deepEqual([sale.response, sale.response_code, sale.responsetext], ['2', '222', 'No card number on file with issuer']);
    await it.sent();
    assert.deepEqual(to.posts.map((post) => post.event_type), ['acu.summary.closedaccount', 'transaction.sale.failure']);
    const { event_body: body } = to.posts[0];
    assert.deepEqual([body.vault_count_updated_closed_account, body.vault_updates.length, body.vault_updates[0].customer_vault_id, body.vault_updates[0].cc_number], [1, 1, 'card', '4***********4242']);
    // A new address is no new card.
    await it.transact({ customer_vault: 'update_customer', customer_vault_id: 'card', city: 'Reno' });
    assert.equal((await it.sale({ orderid: 'o-2' })).response_code, '222');
    assert.deepEqual(await it.updated(), [['card', 'closedaccount']]);
    await it.stop();
    await it.start();
    assert.equal((await it.sale({ orderid: 'o-3' })).response_code, '222');
    assert.deepEqual(await it.updated(), [['card', 'closedaccount']]);
    await it.transact({ customer_vault: 'update_customer', customer_vault_id: 'card', ccnumber: '5431111111111111', ccexp: '1230' });
    assert.equal((await it.sale({ orderid: 'o-4' })).response, '1');
    assert.deepEqual(await it.updated(), [], 'it is about another card');
    // The updater can find a new one too.
    await it.update({ customer_vault_id: 'card-2', closed: 'true' });
    await it.update({ customer_vault_id: 'card-2', last_four: '9999', exp: '0131' });
    assert.equal((await it.sale({ orderid: 'o-5', customer_vault_id: 'card-2' })).response, '1');
});

test('contact: nothing changes at all', async (t) => {
    const [it, to] = await world(t);
    const [before] = await it.vault('card');

    assert.equal((await it.request('POST', '/sandbox/updater', 'customer_vault_id=card&contact=true')).status, 200);
    const [{ account_updater_status, account_updated_at, ...after }] = await it.vault('card');
    assert.deepEqual([account_updater_status, account_updated_at], ['contactcustomer', '2027-03-01T14:05:12Z']);
    assert.deepEqual(after, before);
    assert.equal((await it.sale()).response, '1');
    // A decline of its own is not taken away.
    await it.update({ customer_vault_id: 'poor', exp: '0131' });
    assert.equal((await it.sale({ customer_vault_id: 'poor', orderid: 'o-2' })).response_code, '202');
    await it.sent();
    assert.equal(to.posts[0].event_type, 'acu.summary.contactcustomer');
    assert.deepEqual([to.posts[0].event_body.vault_count_updated_contact_customer, to.posts[0].event_body.vault_updates[0].customer_vault_id], [1, 'card']);
});

test('the report: what was found out in a time', async (t) => {
    const [it] = await world(t);
    const nothing = '<?xml version="1.0" encoding="UTF-8"?>\n<nm_response></nm_response>\n';

    assert.equal(await it.report(), nothing);
    await it.update({ customer_vault_id: 'card', exp: '0131' });
    it.clock('2027-03-02T00:00:00Z');
    await it.update({ customer_vault_id: 'card-2', closed: true });
    it.clock('2027-03-03T00:00:00Z');
    await it.update({ customer_vault_id: 'poor', contact: true });
    assert.deepEqual((await it.updated()).sort(), [['card', 'automaticallyupdated'], ['card-2', 'closedaccount'], ['poor', 'contactcustomer']]);
    assert.deepEqual(await it.updated({ start_date: '20270301140513', end_date: '20270302000000' }), [['card-2', 'closedaccount']]);
    assert.deepEqual(await it.updated({ start_date: '20270303000000' }), [['poor', 'contactcustomer']]);
    assert.deepEqual(await it.updated({ customer_vault_id: 'card' }), [['card', 'automaticallyupdated']]);
    assert.equal(await it.report({ start_date: '20270303000001' }), nothing);
    assert.equal(await it.report({ customer_vault_id: 'bank' }), nothing);
    assert.equal(await it.report({ customer_vault_id: 'none' }), nothing);
    assert.match(await it.report({ start_date: 'x' }), /Invalid Start Date/);
    const whole = await it.query({ report_type: 'customer_vault', customer_vault_id: 'card' });
    assert.ok(!whole.includes('account_updater'), 'the vault itself does not tell');
    assert.equal((await it.report({ customer_vault_id: 'card' })).replace(/<account_updater_(status|date)>.*<\/account_updater_\1>/, '').replace(/<account_updater_.*date>/, ''), whole);
    // The last finding counts; an entry that is deleted is gone.
    await it.update({ customer_vault_id: 'card', contact: true });
    await it.transact({ customer_vault: 'delete_customer', customer_vault_id: 'card-2' });
    assert.deepEqual((await it.updated()).sort(), [['card', 'contactcustomer'], ['poor', 'contactcustomer']]);
});

test('refused', async (t) => {
    const [it, to] = await world(t);
    const before = await it.vault();
    const cases = [
        [{}, /no such customer_vault_id/],
        [{ customer_vault_id: 'none', exp: '0131' }, /no such customer_vault_id/],
        [{ customer_vault_id: 'bank', exp: '0131' }, /not a card/],
        [{ customer_vault_id: 'card' }, /Give last_four/],
        [{ customer_vault_id: 'card', closed: false }, /Give last_four/],
        [{ customer_vault_id: 'card', exp: '0131', closed: true }, /Give last_four/],
        [{ customer_vault_id: 'card', closed: true, contact: true }, /Give last_four/],
        [{ customer_vault_id: 'card', last_four: '1234', exp: '0131', contact: true }, /Give last_four/],
        [{ customer_vault_id: 'card', last_four: '1234' }, /comes with its exp/],
        [{ customer_vault_id: 'card', last_four: '12345', exp: '0131' }, /four digits/],
        [{ customer_vault_id: 'card', last_four: '12a4', exp: '0131' }, /four digits/],
        [{ customer_vault_id: 'card', exp: '1331' }, /MMYY/],
        [{ customer_vault_id: 'card', exp: '0131', brand: 'visa' }, /comes with a new number/],
        [{ customer_vault_id: 'card', last_four: '1234', exp: '0131', brand: 'gold' }, /brand is/],
        [{ customer_vault_id: 'card', closed: 'yes' }, /true or false/],
        [{ customer_vault_id: 'card', cc_number: '4111111111111111' }, /The fields are/],
        [{ customer_vault_id: 'card', closed: 1 }, /texts/],
    ];

    for (const [fields, sentence] of cases) {
        const answer = await it.update(fields);
        assert.equal(answer.status, 400, JSON.stringify(fields));
        assert.match(answer.error, sentence, JSON.stringify(fields));
    }
    assert.deepEqual(await it.vault(), before);
    assert.equal((await it.webhooks()).events.length, 0);
    assert.equal(to.posts.length, 0);
});
