// /token/: the tokens that Collect.js asks for, how they are used, and what is kept of them.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { PUBLIC_KEY, KEY, sandbox, until } from './harness.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../../modules/sandbox/collect');
const DEAD = /^Payment Token does not exist REFID:\d+$/;
const BRANDS = [
    ['visa', '4111111111111111', '411111******1111', '4xxxxxxxxxxx1111', '999'],
    ['mastercard', '5431111111111111', '543111******1111', '5xxxxxxxxxxx1111', '123'],
    ['discover', '6011000991300009', '601100******0009', '6xxxxxxxxxxx0009', '123'],
    ['amex', '341111111111111', '341111*****1111', '3xxxxxxxxxx1111', '1234'],
    ['diners', '30205252489926', '302052****9926', '3xxxxxxxxx9926', '123'],
    ['jcb', '3541963594572595', '354196******2595', '3xxxxxxxxxxx2595', '123'],
];

const pay = (it, token, fields) => it.sale({ customer_vault_id: '', payment_token: token, ...fields });

test('a token of each brand', async (t) => {
    const it = await sandbox(t);

    for (const [type, ccnumber, number, masked, cvv] of BRANDS) {
        const made = await it.tokenize({ ccnumber, cvv });
        assert.match(made.token, /^[a-z2-7]{8}-[a-z2-7]{6}-[a-z2-7]{6}-[a-z2-7]{12}$/);
        assert.deepEqual(made, { status: 200, token: made.token, card: { number, bin: ccnumber.slice(0, 6), exp: '1230', hash: made.card.hash, type } });
        const paid = await pay(it, made.token, { orderid: type });
        assert.deepEqual([paid.response, paid.cvvresponse], ['1', cvv === '999' ? 'M' : 'N'], paid.responsetext);
        const [one] = await it.book(type);
        assert.deepEqual([one.cc_number, one.cc_exp, one.cc_type, one.cc_hash], [masked, '1230', type, made.card.hash]);
    }
    assert.equal((await it.counters()).tokens, BRANDS.length);
    // What the browser sends is not counted as sent by us.
    assert.equal((await it.counters()).total, BRANDS.length);
});

test('what gives no token', async (t) => {
    const it = await sandbox(t);
    const expiry = 'Expiration date must be a present or future month and year';

    it.clock('2027-03-31T23:59:59Z');
    const cases = [
        [{ tokenization_key: '' }, 401, '', 'Authentication Failed'],
        [{ tokenization_key: KEY }, 401, '', 'Authentication Failed'],
        [{ tokenization_key: PUBLIC_KEY + 'x' }, 401, '', 'Authentication Failed'],
        [{ ccnumber: '' }, 400, 'ccnumber', 'Invalid card number'],
        [{ ccnumber: '4242424242424242' }, 400, 'ccnumber', 'Invalid card number'],
        [{ ccnumber: '4111 1111 1111 1111' }, 400, 'ccnumber', 'Invalid card number'],
        [{ ccexp: '' }, 400, 'ccexp', expiry],
        [{ ccexp: '0227' }, 400, 'ccexp', expiry],
        [{ ccexp: '1326' }, 400, 'ccexp', expiry],
        [{ ccexp: '0030' }, 400, 'ccexp', expiry],
        [{ ccexp: '12345' }, 400, 'ccexp', expiry],
        [{ cvv: '12' }, 400, 'cvv', 'CVV must be 3 digits'],
        [{ cvv: '1234' }, 400, 'cvv', 'CVV must be 3 digits'],
        [{ cvv: '12a' }, 400, 'cvv', 'CVV must be 3 digits'],
        [{ ccnumber: '341111111111111', cvv: '123' }, 400, 'cvv', 'CVV must be 4 digits'],
        [{ cvv: '\x01' }, 400, '', 'Invalid characters in the request'],
    ];

    for (const [fields, status, field, message] of cases)
        assert.deepEqual(await it.tokenize(fields), { status, field, message }, JSON.stringify(fields));
    // The month it expires in is still good, and an optional code may be missing.
    assert.equal((await it.tokenize({ ccexp: '0327', cvv: '' })).status, 200);
    assert.equal((await it.tokenize({ ccexp: '03/27' })).status, 200);
    const origin = (value) => it.tokenize({}, { headers: { Origin: value, Host: `127.0.0.2:${it.port}` } });
    assert.equal((await origin(`http://127.0.0.2:${it.port}`)).status, 200);
    for (const other of ['http://127.0.0.1:8080', 'null', `https://127.0.0.2:${it.port}`])
        assert.equal((await origin(other)).status, 403, other);
    assert.equal((await it.counters()).tokens, 3);
});

test('a token works once', async (t) => {
    const it = await sandbox(t);
    const token = async () => (await it.tokenize()).token;
    const isDead = async (used, label) => {
        const again = await pay(it, used, { orderid: 'again' });
        assert.deepEqual([again.response, again.response_code], ['3', '300'], label);
        assert.match(again.responsetext, DEAD, label);
    };
    const uses = [
        ['approved', '1', (payment_token) => pay(it, payment_token)],
        ['declined', '2', (payment_token) => pay(it, payment_token, { amount: '0.50' })],
        ['refused for its amount', '3', (payment_token) => pay(it, payment_token, { amount: 'x' })],
        ['refused for its payment type', '3', (payment_token) => pay(it, payment_token, { payment: 'cash' })],
        ['refused as no check', '3', (payment_token) => pay(it, payment_token, { payment: 'check' })],
        ['refused with a card beside it', '3', (payment_token) => pay(it, payment_token, { ccnumber: '4111111111111111', ccexp: '1230' })],
        ['validated', '1', (payment_token) => it.transact({ type: 'validate', payment_token })],
        ['saved', '1', (payment_token) => it.transact({ customer_vault: 'add_customer', customer_vault_id: 'new', payment_token })],
        ['saved under a taken id', '3', (payment_token) => it.transact({ customer_vault: 'add_customer', customer_vault_id: 'new', payment_token })],
        ['put in an entry', '1', (payment_token) => it.transact({ customer_vault: 'update_customer', customer_vault_id: 'new', payment_token })],
        ['put in no entry', '3', (payment_token) => it.transact({ customer_vault: 'update_customer', customer_vault_id: 'none', payment_token })],
    ];

    for (const [label, response, use] of uses) {
        const one = await token();
        assert.equal((await use(one)).response, response, label);
        await isDead(one, label);
    }
    for (const unknown of ['x', '00000000-000000-000000-000000000001', 'test-', 'a'.repeat(300), '"}'])
        await isDead(unknown, unknown);
    // The wrong key, a lost or silent request: it was not used.
    const kept = await token();
    assert.equal((await pay(it, kept, { security_key: PUBLIC_KEY })).response, '3');
    await it.knobs({ lose: 'before', times: 1 });
    assert.ok((await pay(it, kept)).lost);
    await it.knobs({ answer: 'html', times: 1 });
    await pay(it, kept);
    // Of many at once one has it.
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(it, kept)));
    assert.equal(answers.filter((answer) => answer.response === '1').length, 1);
    assert.ok(answers.filter((answer) => answer.response === '3').every((answer) => DEAD.test(answer.responsetext)));
    // The same when the decision comes later than the reading.
    const late = await token();
    await it.knobs({ reset: true, latency_ms: 50, book_before_latency: false });
    const both = await Promise.all([pay(it, late), pay(it, late)]);
    assert.deepEqual(both.map((answer) => answer.response).sort(), ['1', '3']);
});

test('a token dies after a day', async (t) => {
    const it = await sandbox(t);

    it.clock('2027-03-01T05:00:00Z');
    const [one, two] = [(await it.tokenize()).token, (await it.tokenize()).token];
    it.clock('2027-03-02T04:59:59Z');
    assert.equal((await pay(it, one)).response, '1');
    it.clock('2027-03-02T05:00:00Z');
    assert.match((await pay(it, two)).responsetext, DEAD);
});

test('tokens survive a restart, masked', async (t) => {
    const it = await sandbox(t);
    const unused = (await it.tokenize()).token, used = (await it.tokenize()).token;

    await pay(it, used);
    await it.stop('SIGKILL');
    await it.start();
    assert.match((await pay(it, used)).responsetext, DEAD);
    const paid = await pay(it, unused);
    assert.deepEqual([paid.response, paid.cvvresponse], ['1', 'M']);
    assert.match((await pay(it, unused)).responsetext, DEAD);
    for (const line of it.lines().map(JSON.parse).filter((one) => one.token))
        assert.deepEqual([line.token.cc_number, line.token.csc_response], ['4xxxxxxxxxxx1111', 'M']);
    // A line that is no token is refused as any other.
    await it.stop();
    appendFileSync(it.book_file, '{"token":{"id":"x"}}\n');
    await assert.rejects(it.start(), /cannot be understood/);
});

test('test tokens never run out', async (t) => {
    const it = await sandbox(t);
    const VISA = '00000000-000000-000000-000000000000', BANK = '11111111-111111-111111-111111111111';
    const cards = [[VISA, 'visa', '4xxxxxxxxxxx1111'], ...BRANDS.map(([type, , , masked]) => [`test-${type}`, type, masked])];

    it.clock('2040-01-01T00:00:00Z');
    for (let round = 0; round < 2; round++)
        for (const [token, type, masked] of cards) {
            const orderid = `${token} ${round}`;
            assert.equal((await pay(it, token, { orderid })).response, '1', token);
            const [one] = await it.book(orderid);
            assert.deepEqual([one.cc_type, one.cc_number, one.cc_exp], [type, masked, '1249']);
        }
    assert.match((await pay(it, BANK)).responsetext, /requires payment=check/);
    const bank = await pay(it, BANK, { payment: 'check', account_type: 'savings', account_holder_type: 'business', orderid: 'bank' });
    assert.equal(bank.response, '1', bank.responsetext);
    const [one] = await it.book('bank');
    assert.deepEqual([one.transaction_type, one.check_account, one.check_aba, one.account_type, one.account_holder_type],
        ['ck', '****3815', '490000018', 'savings', 'business']);
    // An expired card declines; in the vault alone nobody asks.
    for (const type of ['sale', 'validate']) {
        const declined = await pay(it, 'test-expired', { type, amount: type === 'sale' ? '25.00' : '' });
        assert.deepEqual([declined.response, declined.response_code], ['2', '223']);
    }
    assert.equal((await it.transact({ customer_vault: 'add_customer', customer_vault_id: 'old', payment_token: 'test-expired' })).response, '1');
    assert.equal((await it.sale({ customer_vault_id: 'old' })).response_code, '223');
});

test('token_reject: the next ones are dead', async (t) => {
    const it = await sandbox(t);

    await it.knobs({ token_reject: 2 });
    const tokens = [];
    for (let n = 0; n < 3; n++) tokens.push((await it.tokenize()).token);
    const responses = [];
    for (const token of tokens) responses.push((await pay(it, token)).response);
    assert.deepEqual(responses, ['3', '3', '1']);
});

test('the oldest unused token gives way', async (t) => {
    const it = await sandbox(t, { is_waiting: true });
    const limit = 100000;
    let text = '';

    mkdirSync(it.store);
    for (let n = 0; n <= limit; n++)
        text += `{"token":{"id":"n-${n}","created_at":"2027-03-01T05:00:00Z","cc_number":"4xxxxxxxxxxx1111","cc_exp":"1230","cc_type":"visa"}}\n`;
    appendFileSync(it.book_file, text);
    it.clock('2027-03-01T05:00:01Z');
    await it.start();
    assert.match((await pay(it, 'n-0')).responsetext, DEAD);
    assert.equal((await pay(it, 'n-1')).response, '1');
    for (let n = 0; n < 2; n++) assert.equal((await it.tokenize()).status, 200);
    assert.match((await pay(it, 'n-2')).responsetext, DEAD);
    assert.equal((await pay(it, `n-${limit}`)).response, '1');
});

test('what is served below /token/', async (t) => {
    const it = await sandbox(t);
    const files = [['/token/Collect.js', 'Collect.js', /^text\/javascript/], ['/token/field.js', 'field.js', /^text\/javascript/],
        ['/token/field.css', 'field.css', /^text\/css/]];

    for (const [path, file, type] of files) {
        const answer = await it.request('GET', path);
        assert.equal(answer.text, readFileSync(join(folder, file), 'utf8'), `${file} is not what was built: touch assets.c`);
        assert.match(answer.headers['content-type'], type);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.equal((await it.request('POST', path, '')).status, 405);
    }
    it.clock('2027-03-01T05:00:00Z');
    const frame = await it.request('GET', '/token/field');
    assert.match(frame.text, /<html lang="en" data-month="202703" data-cards="4111111111111111:visa:3 [^"]*341111111111111:amex:4/);
    assert.match(frame.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; /);
    assert.doesNotMatch(frame.text, /<style|style=|<script>|\{facts\}/);
    assert.equal((await it.request('GET', '/token/create')).status, 405);
    for (const path of ['/token/', '/token/Collect', '/token/collect.js', '/token/field.html'])
        assert.equal((await it.request('GET', path)).status, 404, path);

    await it.knobs({ collect: 'down' });
    for (const path of ['/token/Collect.js', '/token/field', '/token/field.js', '/token/field.css'])
        assert.equal((await it.request('GET', path)).status, 503, path);
    assert.equal((await it.tokenize()).status, 503);
    await it.knobs({ collect: 'slow' });
    assert.equal((await it.request('GET', '/token/Collect.js')).status, 200);
    const gone = new AbortController();
    const waiting = it.tokenize({}, { signal: gone.signal });
    // Others are served meanwhile, and nothing comes of it.
    assert.equal((await it.sale()).response, '1');
    gone.abort();
    assert.ok((await waiting).lost);
    await until('noticed', async () => (await it.counters()).clients_gone === 1);
    assert.equal((await it.counters()).tokens, 0);
});

test('one number, one hash', async (t) => {
    const it = await sandbox(t);
    const card = { ccnumber: '5431111111111111', ccexp: '1230' };
    const save = async (id, fields) => {
        const saved = await it.transact({ customer_vault: 'add_customer', customer_vault_id: id, ...fields });
        assert.equal(saved.response, '1', saved.responsetext);
        return (await it.vault(id))[0];
    };
    const { token, card: { hash } } = await it.tokenize(card);
    const account = { payment: 'check', checkname: 'Ada Moss', checkaba: '490000018', checkaccount: '24413815' };
    const bank = await save('bank-1', account);

    assert.match(hash, /^[0-9a-f]{32}$/);
    assert.equal((await save('token', { payment_token: token })).cc_hash, hash);
    assert.equal((await save('clear', { ...card, ccexp: '0131' })).cc_hash, hash);
    assert.equal((await save('ours', { payment_token: 'test-mastercard' })).cc_hash, hash);
    assert.notEqual((await save('other', { payment_token: 'test-visa' })).cc_hash, hash);
    assert.match(await it.query({ report_type: 'customer_vault', customer_vault_id: 'clear' }), new RegExp(`<cc_hash>${hash}</cc_hash>`));
    assert.match(bank.check_hash, /^[0-9a-f]{32}$/);
    assert.equal((await save('bank-2', { ...account, checkname: 'A. Moss' })).check_hash, bank.check_hash);
    assert.equal((await save('bank-3', { payment: 'check', payment_token: '11111111-111111-111111-111111111111' })).check_hash, bank.check_hash);
    assert.notEqual((await save('bank-4', { ...account, checkaba: '021000021' })).check_hash, bank.check_hash);
    assert.match(await it.query({ report_type: 'customer_vault', customer_vault_id: 'bank-2' }), new RegExp(`<check_hash>${bank.check_hash}</check_hash>`));
    await it.stop();
    await it.start();
    assert.equal((await it.tokenize(card)).card.hash, hash);
    assert.equal((await it.vault('clear'))[0].cc_hash, hash);
});

test('no card number is kept or logged', async (t) => {
    const it = await sandbox(t);

    for (const [, ccnumber, , , cvv] of BRANDS) {
        const { token } = await it.tokenize({ ccnumber, cvv });
        await it.tokenize({ ccnumber: ccnumber.replace(/(.{4})/g, '$1 '), cvv });
        await it.tokenize({ ccnumber, cvv: '77' });
        await it.tokenize({ ccnumber, cvv, tokenization_key: 'wrong' });
        await pay(it, token, { customer_vault: 'add_customer' });
        await pay(it, 'x', { ccnumber, ccexp: '1230' });
        await it.transact({ type: 'validate', ccnumber, ccexp: '1230', cvv, customer_vault: 'add_customer' });
    }
    await it.tokenize({ ccnumber: '4242424242424242', cvv: '765' });
    await it.query({ cc_number: '4111111111111111' });
    const files = readdirSync(it.store).map((name) => readFileSync(join(it.store, name), 'utf8'));
    const seen = [...files, it.output, it.errors].join('\n');
    assert.match(seen, /4xxxxxxxxxxx1111/);
    for (const number of [...BRANDS.map(([, ccnumber]) => ccnumber), '4242424242424242']) {
        const loose = new RegExp([...number].join('[ -]?'));
        assert.doesNotMatch(seen, loose);
    }
    for (const key of [PUBLIC_KEY, KEY]) assert.ok(!seen.includes(key));
    assert.doesNotMatch(seen, /"cvv"|"765"/);
});
