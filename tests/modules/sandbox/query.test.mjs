// /api/query.php, and the HTTP around it all.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { KEY, sandbox, until } from './harness.mjs';

test('filters', async (t) => {
    const it = await sandbox(t);
    const id = {};

    await it.knobs({ ach_settle_days: 0 });
    it.clock('2027-03-01T05:00:00Z');
    id.card = (await it.sale({ orderid: 'q-1' })).transactionid;
    it.clock('2027-03-02T05:00:00Z');
    id.bank = (await it.sale({ orderid: 'q-2', customer_vault_id: 'bank', payment: 'check' })).transactionid;
    it.clock('2027-03-03T05:00:00Z');
    id.declined = (await it.sale({ orderid: 'q-2', amount: '0.50' })).transactionid;
    it.clock('2027-03-04T05:00:00Z');
    id.voided = (await it.sale({ orderid: 'q-3' })).transactionid;
    it.clock('2027-03-05T05:00:00Z');
    await it.transact({ type: 'void', transactionid: id.voided });
    it.clock('2027-03-06T05:00:00Z');
    id.refund = (await it.transact({ type: 'refund', transactionid: id.card, amount: '5.00', orderid: 'q-4' })).transactionid;

    const all = ['card', 'bank', 'declined', 'voided', 'refund'];
    const cases = [
        [{}, all],
        [{ transaction_id: id.bank }, ['bank']],
        [{ transaction_id: `${id.voided},${id.card},${id.card},999,x,` }, ['card', 'voided']],
        [{ transaction_id: '9100000099' }, []],
        [{ transaction_id: id.bank, order_id: 'q-1' }, []],
        [{ order_id: 'q-2' }, ['bank', 'declined']],
        [{ order_id: 'q-9' }, []],
        [{ order_id: 'q-2', condition: 'failed' }, ['declined']],
        [{ condition: 'pendingsettlement' }, ['card', 'bank', 'refund']],
        [{ condition: 'failed,canceled' }, ['declined', 'voided']],
        [{ condition: 'complete' }, []],
        [{ transaction_type: 'ck' }, ['bank']],
        [{ transaction_type: 'cc', condition: 'pendingsettlement' }, ['card', 'refund']],
        [{ action_type: 'void' }, ['voided']],
        [{ action_type: 'refund,void' }, ['voided', 'refund']],
        [{ action_type: 'return' }, []],
        [{ start_date: '20270302050000' }, ['bank', 'declined', 'voided', 'refund']],
        [{ start_date: '20270302050001' }, ['declined', 'voided', 'refund']],
        [{ end_date: '20270302050000' }, ['card', 'bank']],
        [{ end_date: '20270302045959' }, ['card']],
        // By last modification: the void moved it.
        [{ start_date: '20270304000000', end_date: '20270304235959' }, []],
        [{ start_date: '20270305000000', end_date: '20270305235959' }, ['voided']],
        [{ result_order: 'reverse' }, [...all].reverse()],
        [{ result_order: 'standard' }, all],
        [{ result_limit: '2' }, ['card', 'bank']],
        [{ result_limit: '2', page_number: '1' }, ['declined', 'voided']],
        [{ result_limit: '2', page_number: '2' }, ['refund']],
        [{ result_limit: '2', page_number: '3' }, []],
        [{ result_limit: '2', page_number: '1', result_order: 'reverse' }, ['declined', 'bank']],
    ];
    for (const [filters, names] of cases) {
        assert.deepEqual(await it.ids(filters), names.map((name) => id[name]), JSON.stringify(filters));
        const path = '/api/query.php?' + new URLSearchParams({ security_key: KEY, ...filters });
        assert.equal((await it.request('GET', path)).text, await it.query(filters));
    }
});

test('the report', async (t) => {
    const it = await sandbox(t);

    it.clock('2027-03-01T14:05:12Z');
    await it.sale({ orderid: 'inv-1', customer_vault_id: 'bank', payment: 'check', amount: '40.00', sec_code: 'WEB', ipaddress: '203.0.113.9' });
    await it.transact({ type: 'void', payment: 'check', transactionid: '9100000001' });
    assert.equal(await it.query({ order_id: 'nothing' }), '<?xml version="1.0" encoding="UTF-8"?>\n<nm_response></nm_response>\n');
    const xml = (await it.query()).replaceAll('\n', '');
    assert.equal(xml, '<?xml version="1.0" encoding="UTF-8"?><nm_response><transaction><transaction_id>9100000001</transaction_id>' +
        '<transaction_type>ck</transaction_type><condition>canceled</condition><order_id>inv-1</order_id><currency>USD</currency>' +
        '<customer_vault_id>bank</customer_vault_id><check_account>*****6789</check_account><check_aba>021000021</check_aba>' +
        '<check_name>Ada Moss</check_name><account_type>checking</account_type><account_holder_type>personal</account_holder_type>' +
        '<sec_code>WEB</sec_code><authorization_code>123456</authorization_code>' +
        ['sale', 'void'].map((type) => `<action><amount>40.00</amount><action_type>${type}</action_type><date>20270301140512</date>` +
            '<success>1</success><ip_address>203.0.113.9</ip_address><source>api</source><response_text>SUCCESS</response_text>' +
            '<response_code>100</response_code><batch_id>0</batch_id></action>').join('') + '</transaction></nm_response>');
    await it.sale({ orderid: 'no', amount: '0.01' });
    assert.match(await it.query({ order_id: 'no' }), /<condition>failed<.*<success>0<.*<response_text>DECLINE<\/response_text><response_code>200</);
});

test('everything is escaped', async (t) => {
    const it = await sandbox(t);
    const order = '</order_id><x a="1">&amp; \'Zoë\' ]]> \u{1F600}';

    await it.sale({ orderid: order, order_description: '<!DOCTYPE x>' });
    const xml = await it.query({ order_id: order });
    assert.ok(xml.includes('<order_id>&#60;/order_id&#62;&#60;x a=&#34;1&#34;&#62;&#38;amp; &#39;Zoë&#39; ]]&#62; \u{1F600}</order_id>'), xml);
    assert.ok(!xml.includes('<!DOCTYPE'));
    assert.equal((await it.book(order))[0].order_id, order);
    await it.transact({ customer_vault: 'add_customer', customer_vault_id: '"><x>', ccnumber: '4111111111111111', ccexp: '1230' });
    assert.match(await it.query({ report_type: 'customer_vault' }), /<customer id="&#34;&#62;&#60;x&#62;">/);
});

test('refused queries', async (t) => {
    const it = await sandbox(t);
    const cases = [
        [{ security_key: 'wrong' }, 'Authentication Failed'],
        [{ start_date: '20270301' }, 'Invalid Start Date'],
        [{ start_date: '20270231000000' }, 'Invalid Start Date'],
        [{ end_date: '2027030105000x' }, 'Invalid End Date'],
        [{ result_limit: '0' }, 'Invalid Result Limit'],
        [{ result_limit: '-1' }, 'Invalid Result Limit'],
        [{ page_number: 'x' }, 'Invalid Page Number'],
        [{ result_order: 'up' }, 'Invalid Result Order'],
        [{ transaction_type: 'card' }, 'Invalid Transaction Type'],
        [{ report_type: 'invoicing' }, 'The sandbox does not have this report'],
        [{ orderid: 'x' }, 'The sandbox does not know one of the filters'],
        [{ order_id: 'a\x02' }, 'Invalid characters in the request'],
    ];

    await it.sale();
    for (const [filters, text] of cases)
        assert.equal((await it.query(filters)).split('\n')[1], `<nm_response><error_response>${text}</error_response></nm_response>`);
    assert.equal((await it.ids({ result_limit: '10001' })).length, 1);
});

test('paths, methods, sizes', async (t) => {
    const it = await sandbox(t);
    const status = async (...request) => (await it.request(...request)).status;
    const key = `security_key=${KEY}&x=`;
    const body = (size) => key + 'a'.repeat(size - key.length);

    assert.equal((await it.request('GET', '/sandbox/health')).text, 'ok\n');
    for (const path of ['/', '/api', '/api/transact.php/', '/api/transact.php.bak', '//api/transact.php', '/sandbox/', '/%61pi/transact.php'])
        assert.equal(await status('POST', path, ''), 404, path);
    const wrong = [['GET', '/api/transact.php'], ['PUT', '/api/transact.php'], ['DELETE', '/api/query.php'], ['POST', '/sandbox/transactions'],
        ['POST', '/sandbox/requests'], ['PUT', '/sandbox/knobs'], ['POST', '/sandbox/health']];
    for (const [method, path] of wrong) {
        const answer = await it.request(method, path);
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.ok(answer.headers.allow);
    }
    assert.equal(await status('POST', '/api/transact.php', body(65536)), 200);
    assert.equal(await status('POST', '/api/transact.php', body(65537)), 413);
    assert.equal(await status('POST', '/api/transact.php', body(4000000)), 413);
    assert.equal(await status('POST', '/sandbox/knobs', '{"times":1' + ' '.repeat(65536) + '}'), 413);
    // Chunked, where no length tells it beforehand.
    const chunked = { headers: { 'Transfer-Encoding': 'chunked' } };
    assert.equal(await status('POST', '/api/transact.php', body(65000), chunked), 200);
    assert.ok([413, undefined].includes(await status('POST', '/api/transact.php', body(70000), chunked)));
    assert.equal((await it.sale()).response, '1');
    assert.equal((await it.counters()).by_kind.sale, 1);
});

test('rough clients do no harm', async (t) => {
    const it = await sandbox(t);
    const talk = (text) => new Promise((done) => {
        const socket = net.connect(it.port, '127.0.0.2', () => socket.write(text));
        let heard = '';
        socket.on('data', (data) => {
            heard += data;
            if (heard.includes('orderid=second')) socket.destroy();
        });
        socket.on('error', () => {});
        socket.on('close', () => done(heard));
        if (!text.includes('orderid=second')) setTimeout(() => socket.destroy(), 50);
    });
    const post = (order) => {
        const body = `security_key=${KEY}&type=sale&amount=5.00&customer_vault_id=card&dup_seconds=0&orderid=${order}`;
        return `POST /api/transact.php HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };

    await it.knobs({ latency_ms: 30 });
    // Two requests in one write: the second waits for the first.
    assert.match(await talk(post('first') + post('second')), /orderid=first[^]*orderid=second/);
    for (const text of ['', 'x', '\r\n\r\n', 'GET', 'POST /api/transact.php HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc',
        'POST /api/transact.php HTTP/1.1\r\nContent-Length: -1\r\n\r\n', 'FLY / HTTP/1.1\r\n\r\n', post('third') + 'rubbish\x00\xff', '\x16\x03\x01\x02'])
        await talk(text);
    assert.equal((await it.sale({ orderid: 'after' })).response, '1');
    await until('all have left', async () => (await it.counters()).in_flight === 0);
});
