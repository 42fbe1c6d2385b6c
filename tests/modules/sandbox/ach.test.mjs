// What the bank does with a debit or a credit: banking days, settlement, returns, and the dates they carry.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { sandbox } from './harness.mjs';

const MONDAY = '2027-03-01T14:05:12Z';
const bank = (digits) => ({ customer_vault_id: `bank-${digits}`, type: 'ck', check_account: `*****${digits}`, check_aba: '021000021', check_name: 'Ada Moss' });
const entries = ['6789', '0101', '0102', '0109', '0100', '0123', '0910', '0900', '0923', '1101', '0201'].map(bank);
entries.push({ customer_vault_id: 'card', type: 'cc', cc_number: '4xxxxxxxxxxx4242', cc_exp: '1230', cc_type: 'visa' });

// A sandbox on a Monday, with shorter words for what these tests do.
async function world(t, options = {}) {
    const it = await sandbox(t, { entries, ...options });
    it.clock(MONDAY);
    it.debit = async (digits = '6789', fields = {}) => {
        const answer = await it.sale({ customer_vault_id: `bank-${digits}`, payment: 'check', ...fields });
        assert.equal(answer.responsetext, 'SUCCESS');
        return answer.transactionid;
    };
    it.refund = (transactionid, fields) => it.transact({ type: 'refund', payment: 'check', transactionid, ...fields });
    it.void = (transactionid) => it.transact({ type: 'void', payment: 'check', transactionid });
    it.ach = (fields) => it.json('POST', '/sandbox/ach', fields);
    it.one = async (id) => (await it.book()).find((one) => one.transaction_id === id);
    it.story = async (id) => {
        const one = await it.one(id);
        return [one.condition, ...one.actions.slice(1).map((each) => [each.action_type, each.date, ...(each.code ? [each.code] : [])].join(' '))].join(', ');
    };
    return it;
}

const day = (text, add = 0) => new Date(Date.parse(text) + add * 86400000).toISOString().slice(0, 10);

// Weekdays on which the Federal Reserve is closed.
const CLOSED = [
    '2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-09-07', '2026-10-12', '2026-11-11', '2026-11-26', '2026-12-25',
    '2027-01-01', '2027-01-18', '2027-02-15', '2027-05-31', '2027-07-05', '2027-09-06', '2027-10-11', '2027-11-11', '2027-11-25',
    '2028-01-17', '2028-02-21', '2028-05-29', '2028-06-19', '2028-07-04', '2028-09-04', '2028-10-09', '2028-11-23', '2028-12-25',
];

test('banking days: each day of a year, and around each holiday of two more', async (t) => {
    const it = await world(t);
    const is_open = (date) => ![0, 6].includes(new Date(date).getUTCDay()) && !CLOSED.includes(date);
    const dates = CLOSED.filter((date) => !date.startsWith('2027')).flatMap((date) => [day(date, -2), day(date, -1), date]);

    for (let date = '2026-12-30'; date < '2028-01-01'; date = day(date, 1)) dates.push(date);
    await it.knobs({ ach_settle_days: 1 });
    for (const date of [...new Set(dates)].sort()) {
        it.clock(`${date}T23:59:59Z`);
        await it.debit('6789', { orderid: date });
        let next = day(date, 1);
        while (!is_open(next)) next = day(next, 1);
        const [{ planned }] = await it.book(date);
        assert.deepEqual(planned, [{ action: 'settle', at: `${next}T10:00:00Z`, code: '' }], date);
    }
});

test('banking days: Sundays that are kept on Monday, Saturdays that are not moved', async (t) => {
    const it = await world(t);
    const cases = [ // sold, after so many days, settled
        ['2026-07-02', 1, '2026-07-03'], ['2026-07-03', 1, '2026-07-06'], ['2027-06-17', 1, '2027-06-18'], ['2027-06-18', 1, '2027-06-21'],
        ['2027-07-02', 1, '2027-07-06'], ['2027-07-02', 2, '2027-07-07'], ['2027-12-23', 1, '2027-12-24'], ['2027-12-31', 1, '2028-01-03'],
        ['2022-12-30', 1, '2023-01-03'], ['2029-11-09', 1, '2029-11-13'], ['2033-06-17', 1, '2033-06-21'], ['2033-12-23', 1, '2033-12-27'],
        ['2033-12-30', 1, '2034-01-03'], ['2027-11-24', 1, '2027-11-26'], ['2027-03-01', 30, '2027-04-12'], ['2027-03-06', 1, '2027-03-08'],
        ['2027-03-07', 2, '2027-03-09'], ['2027-03-05', 1, '2027-03-08'], ['2028-02-28', 1, '2028-02-29'],
    ];

    for (const [sold, days, settled] of cases) {
        it.clock(`${sold}T00:00:00Z`);
        await it.knobs({ ach_settle_days: days });
        const id = await it.debit();
        it.clock(`${settled}T09:59:59Z`);
        assert.equal(await it.story(id), 'pendingsettlement', sold);
        it.clock(`${settled}T10:00:00Z`);
        assert.equal(await it.story(id), `complete, settle ${settled}T10:00:00Z`, sold);
    }
});

test('what an account does by itself, and on which day', async (t) => {
    const settled = 'complete, settle 2027-03-03T10:00:00Z';
    const cases = [ // last four digits, knobs, how it stands on 1 May
        ['6789', {}, settled],
        ['6789', { ach_settle_days: 5 }, 'complete, settle 2027-03-08T10:00:00Z'],
        ['6789', { ach_settle_days: 0 }, 'pendingsettlement'],
        ['0101', {}, 'failed, check_return 2027-03-03T10:15:00Z R01'],
        ['0102', { ach_return_days: 4 }, 'failed, check_return 2027-03-05T10:15:00Z R02'],
        ['0109', { ach_return_days: 5, ach_settle_days: 1 }, 'failed, check_return 2027-03-08T10:15:00Z R09'],
        ['0101', { ach_return_days: 0 }, 'pendingsettlement'],
        ['0101', { ach_settle_days: 0 }, 'failed, check_return 2027-03-03T10:15:00Z R01'],
        ['0100', {}, 'failed, check_return 2027-03-03T10:15:00Z'],
        // 31 March is 30 days on.
        ['0910', {}, `failed, ${settled.slice(10)}, check_late_return 2027-03-31T10:15:00Z R10`],
        ['0900', {}, `failed, ${settled.slice(10)}, check_late_return 2027-03-31T10:15:00Z`],
        ['0910', { ach_late_days: 60 }, `failed, ${settled.slice(10)}, check_late_return 2027-04-30T10:15:00Z R10`],
        ['0910', { ach_late_days: 19 }, `failed, ${settled.slice(10)}, check_late_return 2027-03-22T10:15:00Z R10`],
        ['0910', { ach_late_days: 1 }, `failed, ${settled.slice(10)}, check_late_return 2027-03-04T10:15:00Z R10`],
        ['0910', { ach_late_days: 0 }, settled],
        ['0910', { ach_settle_days: 0 }, 'pendingsettlement'],
        // R23 is what becomes of a credit: the debit is fine.
        ['0123', {}, settled],
        ['0923', {}, settled],
        ['1101', {}, settled],
        ['0201', {}, settled],
    ];
    const it = await world(t);
    const ids = [];

    for (const [digits, knobs] of cases) {
        await it.knobs({ reset: true, ...knobs });
        ids.push(await it.debit(digits));
    }
    // Turned later, they change nothing.
    await it.knobs({ ach_settle_days: 9, ach_return_days: 9, ach_late_days: 9 });
    it.clock('2027-05-01T12:00:00Z');
    for (const [n, [digits, knobs, story]] of cases.entries()) {
        const label = `${digits} ${JSON.stringify(knobs)}`, one = await it.one(ids[n]);
        assert.equal(await it.story(ids[n]), story, label);
        assert.equal(one.modified_at, one.actions.at(-1).date, label);
        assert.ok(one.actions.every((each) => each.success && each.response_code === 100 && each.amount_cents === 2500), label);
    }
});

test('accounts typed in, and saved: the last four digits count', async (t) => {
    const it = await world(t);
    const account = { payment: 'check', checkname: 'Ada Moss', checkaba: '021000021', customer_vault_id: '' };
    const ids = [];

    ids.push((await it.sale({ ...account, checkaccount: '55550101' })).transactionid);
    ids.push((await it.sale({ ...account, checkaccount: '55550101', customer_vault: 'add_customer', customer_vault_id: 'new' })).transactionid);
    await it.transact({ ...account, customer_vault: 'add_customer', customer_vault_id: 'other', checkaccount: '777770910' });
    ids.push((await it.sale({ payment: 'check', customer_vault_id: 'other' })).transactionid);
    // Nothing of it can be seen, so nothing is known of it.
    ids.push((await it.sale({ ...account, checkaccount: '0101' })).transactionid);
    await it.transact({ type: 'validate', payment: 'check', customer_vault_id: 'bank-0101' });
    await it.sale({ payment: 'check', customer_vault_id: 'bank-0101', amount: '0.50' });
    it.clock('2027-06-01T00:00:00Z');
    assert.deepEqual((await it.book()).map((one) => `${one.condition} ${one.actions.at(-1).code ?? ''}`),
        ['failed R01', 'failed R01', 'failed R10', 'complete ', 'complete ', 'failed ']);
    assert.equal((await it.book()).at(-1).actions.length, 1);
});

test('told by hand: every order of events', async (t) => {
    const returned = 'It has been returned already', settled = 'It has settled already', voided = 'It was voided and never went to the bank';
    const early = 'It has not settled: a return is not late yet';
    // What is done to a debit, and what the last step answers: a condition, or why not.
    const cases = [
        ['settle', 'complete'],
        ['return', 'failed'],
        ['late_return', early],
        ['settle settle', settled],
        ['settle return', 'failed'],
        ['settle late_return', 'failed'],
        ['return settle', returned],
        ['return return', returned],
        ['return late_return', returned],
        ['settle late_return late_return', returned],
        ['settle late_return return', returned],
        ['settle late_return settle', returned],
        ['void settle', voided],
        ['void return', voided],
        ['void late_return', voided],
        ['settle refund return', 'failed'],
        ['settle refund late_return', 'failed'],
        ['settle refund late_return settle', returned],
        ['void', 'Transaction Void Successful'],
        ['void void', /^Only transactions pending settlement can be voided/],
        ['settle void', /^Only transactions pending settlement can be voided/],
        ['return void', /^Only transactions pending settlement can be voided/],
        ['settle late_return void', /^Only transactions pending settlement can be voided/],
        ['refund', /^Only settled transactions can be refunded/],
        ['return refund', /^Only settled transactions can be refunded/],
        ['settle late_return refund', /^Only settled transactions can be refunded/],
        ['void refund', /^Only settled transactions can be refunded/],
        ['settle refund', 'SUCCESS'],
        ['settle refund refund', /^Refund amount may not exceed the transaction balance/],
    ];
    const it = await world(t);

    for (const [steps, wanted] of cases) {
        const id = await it.debit('6789');
        let answer;
        for (const [n, action] of steps.split(' ').entries()) {
            it.clock(day(MONDAY, n) + 'T20:00:00Z');
            const before = await it.one(id);
            if (action === 'void' || action === 'refund') {
                answer = (await it[action](id)).responsetext;
            } else {
                const told = await it.ach({ transaction_id: id, action, code: action === 'settle' ? '' : 'R07' });
                answer = told.error ?? told.condition;
                assert.equal(told.status, told.error ? 400 : 200, steps);
                if (told.error) assert.deepEqual(await it.one(id), before, steps);
                else assert.equal(told.modified_at, day(MONDAY, n) + 'T20:00:00Z');
                if (!told.error) assert.equal(told.planned, undefined);
            }
        }
        assert.ok(wanted instanceof RegExp ? wanted.test(answer) : wanted === answer, `${steps}: ${answer}`);
        // Nothing that was planned comes after.
        const story = await it.story(id);
        it.clock('2027-09-01T00:00:00Z');
        assert.equal(await it.story(id), story.replace('pendingsettlement', 'complete, settle 2027-03-03T10:00:00Z'), steps);
        it.clock(MONDAY);
    }
});

test('told by hand: what is refused', async (t) => {
    const it = await world(t);
    const id = await it.debit('6789', { orderid: 'debit' });
    const card = (await it.sale({ orderid: 'card' })).transactionid;
    const declined = (await it.sale({ orderid: 'declined', customer_vault_id: 'bank-6789', payment: 'check', amount: '0.50' })).transactionid;
    const checked = (await it.transact({ type: 'validate', orderid: 'checked', payment: 'check', customer_vault_id: 'bank-6789' })).transactionid;
    await it.debit('6789', { orderid: 'twice' });
    await it.debit('6789', { orderid: 'twice' });
    const cases = [
        [{}, /by transaction_id or by order_id/],
        [{ action: 'settle' }, /by transaction_id or by order_id/],
        [{ action: 'settle', transaction_id: id, order_id: 'debit' }, /by transaction_id or by order_id/],
        [{ action: 'settle', transaction_id: '9100000099' }, /no such transaction/],
        [{ action: 'settle', transaction_id: 'x' }, /no such transaction/],
        [{ action: 'settle', transaction_id: '9'.repeat(32) }, /no such transaction/],
        [{ action: 'settle', transaction_id: '9'.repeat(256) }, /too long/],
        [{ action: 'settle', order_id: 'x'.repeat(256) }, /too long/],
        [{ action: 'settle', order_id: 'nothing' }, /no accepted sale on a bank account/],
        [{ action: 'settle', order_id: 'card' }, /no accepted sale on a bank account/],
        [{ action: 'settle', order_id: 'declined' }, /no accepted sale on a bank account/],
        [{ action: 'settle', order_id: 'checked' }, /no accepted sale on a bank account/],
        [{ action: 'settle', order_id: 'twice' }, /several sales/],
        [{ action: 'settle', transaction_id: card }, /not on a bank account/],
        [{ action: 'return', transaction_id: declined }, /never accepted/],
        [{ action: 'return', transaction_id: checked }, /never accepted/],
        [{ transaction_id: id }, /action is/],
        [{ action: 'Return', transaction_id: id }, /action is/],
        [{ action: 'check_return', transaction_id: id }, /action is/],
        [{ action: 'return', transaction_id: id, code: 'R1' }, /code is R and two digits/],
        [{ action: 'return', transaction_id: id, code: 'R012' }, /code is R and two digits/],
        [{ action: 'return', transaction_id: id, code: 'r01' }, /code is R and two digits/],
        [{ action: 'return', transaction_id: id, code: 'C01' }, /code is R and two digits/],
        [{ action: 'settle', transaction_id: id, code: 'R01' }, /settlement has no code/],
        [{ action: 'return', transaction_id: id, at: 'tomorrow' }, /time to come/],
        [{ action: 'return', transaction_id: id, at: MONDAY }, /time to come/],
        [{ action: 'return', transaction_id: id, at: '2027-02-28T00:00:00Z' }, /time to come/],
        [{ action: 'return', transaction_id: id, when: '' }, /The fields are/],
    ];
    const before = await it.book();
    const form = (fields) => it.request('POST', '/sandbox/ach', new URLSearchParams(fields).toString());

    for (const [fields, sentence] of cases) {
        const answer = await it.ach(fields), formed = await form(fields);
        assert.deepEqual([answer.status, formed.status], [400, 400], JSON.stringify(fields));
        assert.match(answer.error, sentence);
        assert.equal(JSON.parse(formed.text).error, answer.error);
    }
    for (const body of ['{', '{}x', '[]', '{"action":5}', '{"action":null}', '{"action":"settle","action":"settle"}', 'action=\x01', ''])
        assert.equal((await it.request('POST', '/sandbox/ach', body)).status, 400, body);
    assert.equal((await it.request('GET', '/sandbox/ach')).status, 405);
    assert.deepEqual(await it.book(), before);
    // Both ways of asking, both ways of naming.
    assert.equal((await form({ order_id: 'debit', action: 'return', code: 'R29' })).status, 200);
    assert.equal(await it.story(id), `failed, check_return ${MONDAY} R29`);
    await it.ach({ transaction_id: (await it.book('twice'))[1].transaction_id, action: 'settle' });
    assert.deepEqual((await it.book('twice')).map((one) => one.condition), ['pendingsettlement', 'complete']);
});

test('told by hand for a time to come', async (t) => {
    const settle = 'settle 2027-03-03T10:00:00Z';
    const cases = [ // account, errands, how it stands on 1 September
        ['6789', [['return', '2027-03-04T08:00:00Z', 'R03']], 'failed, check_return 2027-03-04T08:00:00Z R03'],
        ['6789', [['settle', '2027-03-09T08:00:00Z']], 'complete, settle 2027-03-09T08:00:00Z'],
        ['6789', [['late_return', '2027-05-10T08:00:00Z', 'R10']], `failed, ${settle}, check_late_return 2027-05-10T08:00:00Z R10`],
        ['6789', [['late_return', '2027-05-10T08:00:00Z', 'R10'], ['settle', '2027-03-09T08:00:00Z']],
            'failed, settle 2027-03-09T08:00:00Z, check_late_return 2027-05-10T08:00:00Z R10'],
        // Not before it has settled: the next banking day then.
        ['6789', [['late_return', '2027-03-02T08:00:00Z', 'R05']], `failed, ${settle}, check_late_return 2027-03-04T10:15:00Z R05`],
        ['6789', [['late_return', '2027-03-10T08:00:00Z', 'R05'], ['settle', '2027-03-12T08:00:00Z']],
            'failed, settle 2027-03-12T08:00:00Z, check_late_return 2027-03-15T10:15:00Z R05'],
        ['6789', [['return', '2027-03-04T08:00:00Z', 'R03'], ['settle', '2027-03-05T08:00:00Z']], 'complete, settle 2027-03-05T08:00:00Z'],
        ['6789', [['return', '2027-03-04T08:00:00Z', 'R03'], ['return', '2027-03-05T08:00:00Z', '']], 'failed, check_return 2027-03-05T08:00:00Z'],
        ['6789', [['late_return', '2027-05-10T08:00:00Z', 'R10'], ['return', '2027-03-02T08:00:00Z', 'R01']], 'failed, check_return 2027-03-02T08:00:00Z R01'],
        ['0101', [['settle', '2027-03-05T08:00:00Z']], 'complete, settle 2027-03-05T08:00:00Z'],
        ['0910', [['settle', '']], `failed, settle ${MONDAY}, check_late_return 2027-03-31T10:15:00Z R10`],
        ['0910', [['return', '', 'R02']], `failed, check_return ${MONDAY} R02`],
        ['6789', [['settle', ''], ['late_return', '2027-05-10T08:00:00Z', 'R10']], `failed, settle ${MONDAY}, check_late_return 2027-05-10T08:00:00Z R10`],
    ];
    const it = await world(t);
    const ids = [];

    for (const [digits, errands] of cases) {
        const id = await it.debit(digits);
        ids.push(id);
        for (const [action, at, code] of errands) {
            const told = await it.ach({ transaction_id: id, action, at, code: code ?? '' });
            assert.equal(told.status, 200, JSON.stringify([errands, told]));
            if (at) assert.ok(told.planned.some((one) => one.action === action && one.at === at && one.code === (code ?? '')));
        }
    }
    await it.ach({ transaction_id: ids.at(-1), action: 'settle', at: '2027-05-10T08:00:00Z' }).then(({ error }) => assert.match(error, /settled already/));
    // It waits for a settlement that only a hand makes.
    await it.knobs({ ach_settle_days: 0 });
    const waiting = await it.debit('0910');
    it.clock('2027-04-20T12:00:00Z');
    assert.equal(await it.story(waiting), 'pendingsettlement');
    await it.ach({ transaction_id: waiting, action: 'settle' });
    it.clock('2027-09-01T00:00:00Z');
    assert.equal(await it.story(waiting), 'failed, settle 2027-04-20T12:00:00Z, check_late_return 2027-04-21T10:15:00Z R10');
    for (const [n, [digits, errands, story]] of cases.entries())
        assert.equal(await it.story(ids[n]), story, `${digits} ${JSON.stringify(errands)}`);
});

test('voids end at the settlement, or at the cut-off', async (t) => {
    const it = await world(t);
    const only = /^Only transactions pending settlement can be voided REFID/;
    const cases = [ // cut-off, when it is tried, is it voided
        [0, '2027-03-01T14:05:12Z', true],
        [0, '2027-03-03T09:59:59Z', true],
        [0, '2027-03-03T10:00:00Z', false],
        [4, '2027-03-01T18:05:11Z', true],
        [4, '2027-03-01T18:05:12Z', false],
        [4, '2027-03-03T10:00:00Z', false],
        [720, '2027-03-03T10:00:00Z', false],
    ];

    for (const [hours, at, is_voided] of cases) {
        it.clock(MONDAY);
        await it.knobs({ ach_cutoff_hours: hours });
        const id = await it.debit(), card = (await it.sale()).transactionid;
        it.clock(at);
        assert.match((await it.void(id)).responsetext, is_voided ? /^Transaction Void Successful$/ : only, `${hours} ${at}`);
        // Cards have no cut-off.
        assert.equal((await it.transact({ type: 'void', transactionid: card })).response, '1');
        it.clock('2027-03-20T00:00:00Z');
        assert.equal(await it.story(id), is_voided ? `canceled, void ${at}` : 'complete, settle 2027-03-03T10:00:00Z');
    }
    // A returned one was never paid, whatever the cut-off says.
    it.clock(MONDAY);
    const id = await it.debit('0101');
    it.clock('2027-03-05T00:00:00Z');
    assert.match((await it.void(id)).responsetext, only);
});

test('a refund is a transaction of its own, and goes its own way', async (t) => {
    const it = await world(t);
    const settled = async (digits) => {
        it.clock(MONDAY);
        const id = await it.debit(digits);
        it.clock('2027-03-05T12:00:00Z'); // a Friday
        return id;
    };
    const xml_of = (id) => it.query({ transaction_id: id });

    const id = await settled('6789');
    assert.match((await it.transact({ type: 'refund', transactionid: id })).responsetext, /requires payment=check/);
    const first = await it.refund(id, { amount: '10.00' });
    const second = await it.refund(id, { amount: '5.00' });
    assert.deepEqual([first.response, second.response], ['1', '1']);
    assert.match((await it.refund(id, { amount: '10.01' })).responsetext, /balance/);
    assert.equal((await it.void(second.transactionid)).response, '1');
    assert.match((await it.refund(first.transactionid)).responsetext, /^Only settled/);
    // The debit comes back whole, whatever was refunded of it.
    await it.ach({ transaction_id: id, action: 'late_return', code: 'R10' });
    it.clock('2027-06-01T00:00:00Z');
    assert.equal(await it.story(id), 'failed, settle 2027-03-03T10:00:00Z, check_late_return 2027-03-05T12:00:00Z R10');
    assert.equal((await it.one(id)).actions.at(-1).amount_cents, 2500);
    assert.equal(await it.story(first.transactionid), 'complete, settle 2027-03-09T10:00:00Z');
    assert.equal(await it.story(second.transactionid), 'canceled, void 2027-03-05T12:00:00Z');
    assert.match(await xml_of(first.transactionid), new RegExp(`<condition>complete<.*<original_transaction_id>${id}<.*<amount>-10.00</amount><action_type>refund<`));
    assert.match((await it.refund(id)).responsetext, /^Only settled transactions can be refunded/);

    // Credits that the bank does not take: the money is there to be refunded again.
    for (const [digits, story] of [['0123', 'failed, check_return 2027-03-09T10:15:00Z R23'],
        ['0923', 'failed, settle 2027-03-09T10:00:00Z, check_late_return 2027-04-05T10:15:00Z R23']]) {
        const debit = await settled(digits);
        const back = await it.refund(debit);
        assert.equal(back.response, '1');
        assert.match((await it.refund(debit)).responsetext, /balance/);
        it.clock('2027-04-30T00:00:00Z');
        assert.equal(await it.story(back.transactionid), story);
        assert.equal(await it.story(debit), 'complete, settle 2027-03-03T10:00:00Z');
        assert.equal((await it.refund(debit)).response, '1');
    }
    // By hand, too; and the order id names the sale alone.
    const debit = await settled('6789');
    const back = await it.refund(debit, { orderid: 'back' });
    assert.match((await it.ach({ order_id: 'back', action: 'return' })).error, /no accepted sale/);
    assert.equal((await it.ach({ transaction_id: back.transactionid, action: 'return', code: 'R23' })).condition, 'failed');
    // A refund that is declined never went to the bank.
    await it.knobs({ decline_code: 200, only_kind: 'refund', times: 1 });
    const declined = await it.refund(debit);
    assert.equal(declined.response, '2');
    assert.match((await it.ach({ transaction_id: declined.transactionid, action: 'settle' })).error, /never accepted/);
});

test('the report: what each event looks like', async (t) => {
    const it = await world(t);
    const events = (xml) => [...xml.matchAll(/<action>.*?<\/action>/g)].map(([text]) => text);
    const event = (type, date, text, processor_text, code) => `<action><amount>40.00</amount><action_type>${type}</action_type><date>${date}</date>` +
        `<success>1</success><source>internal</source><response_text>${text}</response_text><response_code>100</response_code>` +
        `<processor_response_text>${processor_text}</processor_response_text><processor_response_code>${code}</processor_response_code>` +
        '<batch_id>0</batch_id></action>';
    const late = await it.debit('0910', { amount: '40.00', ipaddress: '203.0.113.9' });
    const returned = await it.debit('0102', { amount: '40.00' });
    const silent = await it.debit('0100', { amount: '40.00' });
    const places = [
        [undefined, '', 'R10'],
        ['processor_response_code', '', 'R10'],
        ['processor_response_text', 'Return R10', ''],
        ['response_text', '', '', ' (R10)'],
        ['none', '', ''],
    ];

    it.clock('2027-06-01T00:00:00Z');
    for (const [place, text, code, after = ''] of places) {
        if (place) await it.knobs({ ach_code_in: place });
        const [sale, settle, reversed, ...more] = events(await it.query({ transaction_id: late }));
        assert.equal(more.length, 0);
        assert.match(sale, /<ip_address>203.*<source>api<.*<response_text>SUCCESS</);
        assert.equal(settle, event('settle', '20270303100000', 'Paid', '', ''), place);
        assert.equal(reversed, event('check_late_return', '20270331101500', `Reversed${after}`, text, code), place);
        const of = (words) => words.replace('R10', 'R02');
        assert.equal(events(await it.query({ transaction_id: returned }))[1], event('check_return', '20270303101500', `Returned${of(after)}`, of(text), of(code)), place);
        assert.equal(events(await it.query({ transaction_id: silent }))[1], event('check_return', '20270303101500', 'Returned', '', ''), place);
        // The book knows it wherever the report tells it.
        assert.equal((await it.one(late)).actions[2].code, 'R10');
    }
    // Cards settle as before.
    const { transactionid } = await it.sale({ amount: '40.00', orderid: 'card' });
    await it.request('POST', '/sandbox/settle', 'order_id=card');
    assert.equal(events(await it.query({ transaction_id: transactionid }))[1], '<action><amount>40.00</amount><action_type>settle</action_type>' +
        '<date>20270601000000</date><success>1</success><source>api</source><response_text>SUCCESS</response_text>' +
        '<response_code>100</response_code><batch_id>0</batch_id></action>');
});

test('the report: by the day it happened, not the day it was looked at', async (t) => {
    const it = await world(t);
    const id = {};

    id.settled = await it.debit();
    id.returned = await it.debit('0101');
    id.late = await it.debit('0910');
    id.voided = await it.debit();
    await it.void(id.voided);
    it.clock('2027-05-20T00:00:00Z');
    const names = async (filters) => (await it.ids(filters)).map((found) => Object.keys(id).find((name) => id[name] === found));
    const on = (from, to = from) => names({ start_date: `${from}000000`, end_date: `${to}235959` });
    assert.deepEqual(await on('20270301'), ['voided']);
    assert.deepEqual(await on('20270302'), []);
    assert.deepEqual(await on('20270303'), ['settled', 'returned']);
    assert.deepEqual(await on('20270304', '20270330'), []);
    assert.deepEqual(await on('20270331'), ['late']);
    assert.deepEqual(await on('20270401', '20271231'), []);
    for (const [filters, wanted] of [
        [{ condition: 'complete' }, ['settled']], [{ condition: 'failed' }, ['returned', 'late']], [{ condition: 'pendingsettlement' }, []],
        [{ action_type: 'settle' }, ['settled', 'late']], [{ action_type: 'return' }, ['returned', 'late']],
        [{ action_type: 'check_return' }, ['returned']], [{ action_type: 'check_late_return,void' }, ['late', 'voided']],
        [{ action_type: 'return', start_date: '20270310000000', transaction_type: 'ck' }, ['late']],
    ])
        assert.deepEqual(await names(filters), wanted, JSON.stringify(filters));
});

test('whoever looks first: each request sees what is due', async (t) => {
    const looks = {
        query: async (it) => assert.match(await it.query(), /<condition>complete</),
        book: async (it) => assert.equal((await it.book())[0].condition, 'complete'),
        order: async (it) => assert.equal((await it.book('o-1'))[0].condition, 'complete'),
        void: async (it, id) => assert.match((await it.void(id)).responsetext, /^Only transactions pending/),
        refund: async (it, id) => assert.equal((await it.refund(id)).response, '1'),
        ach: async (it, id) => assert.match((await it.ach({ transaction_id: id, action: 'settle' })).error, /settled already/),
    };

    for (const [name, look] of Object.entries(looks)) {
        const it = await world(t), id = await it.debit();
        it.clock('2027-04-01T00:00:00Z');
        await look(it, id);
        const [{ actions }] = (await it.book('o-1')).filter((one) => one.transaction_id === id);
        assert.deepEqual(actions.map((each) => each.date), [MONDAY, '2027-03-03T10:00:00Z'], name);
    }
    // Also an order that was on its way when it settled.
    const it = await world(t), id = await it.debit();
    await it.knobs({ latency_ms: 400, only_kind: 'void', book_before_latency: false });
    const voided = it.void(id);
    while ((await it.counters()).in_flight === 0);
    it.clock('2027-03-03T10:00:00Z');
    assert.match((await voided).responsetext, /^Only transactions pending/);
});

test('a clock that goes back undoes nothing, and a frozen one repeats nothing', async (t) => {
    const it = await world(t);
    const id = await it.debit('0910');

    it.clock('2027-03-03T10:00:00Z');
    const before = await it.one(id);
    it.clock('2027-03-02T00:00:00Z');
    assert.deepEqual(await it.one(id), before);
    it.clock('2027-03-03T10:00:00Z');
    for (let n = 0; n < 3; n++) assert.deepEqual(await it.one(id), before);
    assert.equal(it.lines().length, 2);
    it.clock('2027-12-01T00:00:00Z');
    await it.book();
    await it.query();
    assert.equal(it.lines().length, 3);
});

test('a restart gives the same, before and after the clock moved', async (t) => {
    const it = await world(t);
    const digits = ['6789', '0101', '0910', '0100', '0123'];

    for (const four of digits) await it.debit(four);
    await it.ach({ transaction_id: '9100000001', action: 'late_return', at: '2027-05-10T08:00:00Z', code: 'R10' });
    const planned = await it.book();
    assert.equal(planned[0].planned.length, 2);
    await it.stop('SIGKILL');
    await it.start();
    // What was planned is kept, what knobs say is not.
    await it.knobs({ ach_settle_days: 9, ach_return_days: 9, ach_late_days: 9 });
    assert.deepEqual(await it.book(), planned);
    for (const at of ['2027-03-03T10:05:00Z', '2027-03-10T00:00:00Z', '2027-04-02T00:00:00Z', '2027-07-01T00:00:00Z']) {
        it.clock(at);
        const book = await it.book(), xml = await it.query();
        const lines = it.lines().length;
        await it.stop('SIGKILL');
        await it.start();
        assert.deepEqual(await it.book(), book, at);
        assert.equal(await it.query(), xml, at);
        assert.equal(it.lines().length, lines, at);
    }
    const conditions = (await it.book()).map((one) => one.condition);
    assert.deepEqual(conditions, ['failed', 'failed', 'failed', 'failed', 'complete']);
    // In one jump, from another copy of the same story, the same.
    const other = await world(t);
    for (const four of digits) await other.debit(four);
    await other.ach({ transaction_id: '9100000001', action: 'late_return', at: '2027-05-10T08:00:00Z', code: 'R10' });
    await other.stop();
    other.clock('2027-07-01T00:00:00Z');
    await other.start();
    assert.deepEqual(await other.book(), await it.book());
    assert.deepEqual(other.lines(), it.lines());
});

test('a journal with a plan that cannot be is refused', async (t) => {
    const it = await world(t);

    await it.debit('0910');
    await it.stop();
    const [line] = it.lines();
    for (const [from, to] of [['"action":"settle"', '"action":"fly"'], ['R10', 'X10'], ['2027-03-03T10:00:00Z', 'soon'], ['"planned":[', '"planned":[5,'],
        ['"planned":[', '"planned":[{"action":"settle","at":"2027-03-02T00:00:00Z","code":""},']]) {
        const bad = line.replace('9100000001', '9100000002').replace(from, to);
        assert.notEqual(bad, line);
        const other = await world(t, { is_waiting: true });
        mkdirSync(other.store);
        appendFileSync(other.book_file, `${line}\n${bad}\n`);
        await assert.rejects(other.start(), /line 2 cannot be understood/);
    }
    await it.start();
});

test('1,000 pending and one jump', async (t) => {
    const it = await world(t);
    const sold = [];

    for (let n = 0; n < 1000; n++) sold.push(it.debit(['6789', '0101', '0910'][n % 3], { orderid: `n-${n}` }));
    await Promise.all(sold);
    it.clock('2027-12-01T00:00:00Z');
    assert.equal((await it.ids({ condition: 'pendingsettlement' })).length, 0);
    assert.deepEqual([(await it.ids({ condition: 'complete' })).length, (await it.ids({ action_type: 'check_return' })).length,
        (await it.ids({ action_type: 'check_late_return' })).length], [334, 333, 333]);
    // One line for each event, in the order of their dates.
    const dates = it.lines().slice(1000).map((line) => JSON.parse(line).transaction.modified_at);
    assert.equal(dates.length, 334 + 333 + 2 * 333);
    assert.deepEqual(dates, [...dates].sort());
});

test('a jump takes time in proportion to what is due', async (t) => {
    const jump = async (count) => {
        const it = await world(t, { is_waiting: true });
        const action = `{"action_type":"sale","amount":"25.00","amount_cents":2500,"date":"${MONDAY}","success":true,"response_code":100,"response_text":"SUCCESS"}`;
        let text = '';
        for (let n = 0; n < count; n++) {
            // Spread over a day, in no order.
            const at = new Date(Date.UTC(2027, 2, 3) + ((n * 7919) % 86400) * 1000).toISOString().replace('.000', '');
            text += `{"transaction":{"transaction_id":"${9100000001 + n}","type":"sale","transaction_type":"ck","condition":"pendingsettlement","amount":"25.00","amount_cents":2500,"response":1,"response_code":100,"created_at":"${MONDAY}","modified_at":"${MONDAY}","response_text":"SUCCESS","order_id":"n-${n}","currency":"USD","actions":[${action}],"planned":[{"action":"settle","at":"${at}","code":""}]}}\n`;
        }
        mkdirSync(it.store);
        appendFileSync(it.book_file, text);
        await it.start();
        await it.ids({ result_limit: '1' });
        it.clock('2027-12-01T00:00:00Z');
        const began = process.hrtime.bigint();
        await it.ids({ result_limit: '1' });
        const took_ms = Number(process.hrtime.bigint() - began) / 1e6;
        assert.equal((await it.book('n-0'))[0].condition, 'complete');
        assert.equal(it.lines().length, 2 * count);
        return took_ms;
    };
    const few = Math.min(await jump(2000), await jump(2000)), many = Math.min(await jump(40000), await jump(40000));

    // 20 times as many; comparing each with each would take 400 times as long.
    assert.ok(many < 100 * Math.max(few, 5), `${few} ms, ${many} ms`);
});
