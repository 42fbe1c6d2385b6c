// Money that comes back by itself: returns while a debit is pending, late ones, and recorded ones. Whatever
// was done with the money before, every cent is explained, once, and the books and the gateway agree.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Shop } from './returns_support.mjs';

let shop;
before(async () => {
    shop = await Shop.open('remit_returns');
});
after(() => shop?.close());

const FEE = 2500;

// What follows from each code, as common/billing/ach_return.c has it.
const codes = Object.fromEntries(['R01', 'R02', 'R03', 'R04', 'R05', 'R06', 'R07', 'R08', 'R09', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15', 'R16',
    'R17', 'R20', 'R23', 'R24', 'R29', 'R31', 'R33', 'R51', 'R98', ''].map((code) => [code, {
    disables: ['R02', 'R03', 'R04', 'R05', 'R07', 'R10', 'R12', 'R13', 'R14', 'R15', 'R16', 'R20', 'R29'].includes(code),
    person: ['R05', 'R06', 'R10', 'R11', 'R14', 'R15', 'R17', 'R23', 'R24', 'R31', 'R33', 'R51', 'R98', ''].includes(code),
    fee: !['R05', 'R06', 'R11', 'R17', 'R23', 'R24', 'R31', 'R33', 'R51', 'R98', ''].includes(code),
}]));

const method = (owner) => shop.sql(`SELECT state, attention FROM method WHERE vault_id = 'bank-${owner.number}'`)[0];
const back = (reference) => reference.replace('P', 'B');

for (const [when, action, state] of [['while it is pending', 'return', 'pending'], ['late', 'late_return', 'succeeded']])
    test(`every return code, ${when}: state, journal, fee, method, mail, a person`, async () => {
        const all = [];
        for (const code of Object.keys(codes)) {
            const owner = shop.account([10000, 5000]);
            const reference = await shop.payment(owner, [10000, 2000], { state });
            await shop.sandbox.ach({ order_id: reference, action, code });
            all.push({ code, owner, reference });
        }
        if (action === 'late_return')
            assert.equal(shop.faults().filter((one) => one.check === 'gateway_standing').length, all.length, 'a fault each until it is booked');
        const ran = shop.settle();
        assert.equal(action === 'return' ? ran.pending.returned : ran.late.recorded, all.length);
        shop.settle();
        for (const { code, owner, reference } of all) {
            const want = codes[code], fee = want.fee ? FEE : 0;
            assert.equal(shop.state(reference), 'returned', code);
            assert.deepEqual(shop.figures(owner), [[0, 0, 0], [0, 0, 0]], code);
            assert.deepEqual(shop.balance(owner), [15000 + fee, 0, 0], code);
            assert.equal(shop.issued(`FEE-${reference}`), fee ? '2500 Fees' : undefined, code);
            assert.deepEqual(shop.journal(reference), action === 'return' ? [] : ['return money - -12000',
                `return receivable ${owner.invoices[0]} 10000`, `return receivable ${owner.invoices[1]} 2000`], code);
            assert.deepEqual(shop.refunds(reference), action === 'return' ? [] : [`return succeeded 12000 0 0 ${code}`.trim()]);
            assert.deepEqual(method(owner), want.disables ? ['needs_attention', code] : ['active', ''], code);
            assert.equal(shop.mails(`returned:${reference}`), 1, code);
            assert.deepEqual(shop.queued(reference), want.person ? ['returned_payment'] : [], code);
            assert.equal(shop.one(`SELECT COUNT(*) FROM payment_event e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}'
                AND e.to_state = 'returned' AND e.from_state = '${state}' AND e.actor = 'program:settle' AND e.detail = '${code}'`), '1', code);
        }
        const charged = all.find((one) => one.code === 'R01').reference;
        assert.equal(shop.line(`FEE-${charged}`), `Return Fee: payment ${charged} of $120.00 was returned: insufficient funds`);
        assert.deepEqual(shop.sql(`SELECT e.kind, q.ledger, q.amount_cents FROM journal_entry e JOIN journal_posting q ON q.entry_id = e.id
            WHERE e.event_key = 'invoice:FEE-${charged}:issued' ORDER BY q.line`).map((row) => row.join(' ')), ['fee receivable 2500', 'fee revenue -2500']);
        shop.clean();
    });

describe('what was done with the money before', () => {
    const late = async (reference, code = 'R11') => {
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code });
        const ran = shop.settle();
        assert.deepEqual(ran.late_returns, [{ payment: reference, code, end: 'recorded' }]);
        assert.equal(shop.state(reference), 'returned');
    };

    for (const reopen of [false, true])
        test(`a part of it was refunded${reopen ? ' and due again' : ' and credited'}: that is out twice`, async () => {
            const owner = shop.account([10000, 5000]);
            const reference = await shop.payment(owner, [10000, 5000]);
            shop.at.ok(['payment', 'refund', reference, '--amount', '60.00', ...(reopen ? ['--reopen'] : [])]);
            await late(reference);
            assert.deepEqual(shop.figures(owner), reopen ? [[0, 0, 0], [0, 0, 0]] : [[0, 1000, 0], [0, 5000, 0]]);
            assert.deepEqual(shop.balance(owner), [reopen ? 21000 : 15000, 0, 0]);
            assert.deepEqual(shop.refunds(reference).slice(1), ['return succeeded 15000 0 6000 R11']);
            assert.deepEqual(shop.journal(reference).slice(reopen ? 3 : 6), ['return money - -15000', `return receivable ${owner.invoices[0]} 9000`, 'return adjustment - 6000']);
            assert.equal(shop.issued(`ADJ-${back(reference)}`), '6000 Adjustments');
            assert.match(shop.line(`ADJ-${back(reference)}`), new RegExp(`^Payment ${reference} was returned after money of it had been refunded`));
            assert.deepEqual(shop.queued(reference), ['adjustment', 'returned_payment']);
            shop.clean();
        });

    test('all of it was refunded: all of it is out twice, and a fault until it is booked', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        shop.at.ok(['payment', 'refund', reference]);
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R11' });
        assert.deepEqual(shop.faults().map((one) => [one.check, one.subject]), [['gateway_standing', reference]]);
        shop.settle();
        assert.equal(shop.state(reference), 'returned');
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        assert.deepEqual(shop.figures(owner), [[0, 10000, 0]]);
        assert.deepEqual(shop.journal(reference).slice(4), ['return money - -10000', 'return adjustment - 10000']);
        assert.equal(shop.issued(`ADJ-${back(reference)}`), '10000 Adjustments');
        shop.clean();
    });

    test('its excess is still credit: taken off it', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { credit: 3000 });
        shop.clean();
        await late(reference);
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        assert.deepEqual(shop.journal(reference), ['return money - -13000', `return receivable ${owner.invoices[0]} 10000`, 'return credit - 3000']);
        assert.deepEqual(shop.refunds(reference), ['return succeeded 13000 3000 0 R11']);
        assert.equal(shop.issued(`ADJ-${back(reference)}`), undefined);
        assert.deepEqual(shop.queued(reference), ['returned_payment']);
        shop.clean();
    });

    for (const [label, spent, taken, rest] of [['some of its excess was spent', 2000, 1000, 2000], ['all of its excess was spent', 3000, 0, 3000]])
        test(`${label} on another invoice: that is due as an adjustment`, async () => {
            const owner = shop.account([10000, 5000]);
            const reference = await shop.payment(owner, [10000], { credit: 3000 });
            shop.spend(owner, spent);
            shop.clean();
            await late(reference);
            assert.deepEqual(shop.figures(owner), [[0, 0, 0], [0, spent, 0]], 'what was paid with it stays paid');
            assert.deepEqual(shop.balance(owner), [15000 - spent + rest, 0, 0]);
            assert.deepEqual(shop.refunds(reference), [`return succeeded 13000 ${taken} ${rest} R11`]);
            assert.equal(shop.issued(`ADJ-${back(reference)}`), `${rest} Adjustments`);
            assert.deepEqual(shop.queued(reference), ['adjustment', 'returned_payment']);
            shop.clean();
        });

    test("another payment's credit makes up for what was spent: only money that is there is taken", async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.payment(owner, [1000], { credit: 3000 });
        await shop.payment(owner, [1000], { credit: 2000 });
        shop.spend(owner, 4000);
        await late(reference);
        assert.deepEqual(shop.refunds(reference), ['return succeeded 4000 1000 2000 R11']);
        assert.deepEqual(shop.balance(owner)[2], 0);
        shop.clean();
    });

    test('a pending one with excess: nothing was credit yet', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { credit: 3000, state: 'pending' });
        shop.clean();
        shop.at.ok(['payment', 'void', reference]);
        assert.equal(shop.state(reference), 'voided');
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        assert.deepEqual(shop.refunds(reference), ['void succeeded 13000 0 0 100']);
        assert.deepEqual(shop.settle().late_returns, [], 'voided before the cut-off: nothing comes back');
        shop.clean();
    });
});

describe('finding them', () => {
    test('after 59 days, with the reports read in between; once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        shop.settle();
        try {
            shop.later(30);
            shop.settle();
            shop.later(59);
            await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
            shop.later(62);
            assert.equal(shop.settle().late.recorded, 1);
        } finally {
            shop.later(0);
        }
        assert.equal(shop.state(reference), 'returned');
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.settle();
        assert.equal(shop.refunds(reference).length, 1);
        shop.clean();
    });

    test('the first reading begins 90 days back', async () => {
        shop.sql('DELETE FROM progress');
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        shop.later(89);
        try {
            assert.equal(shop.settle().late.recorded, 1);
        } finally {
            shop.later(0);
        }
        assert.equal(shop.state(reference), 'returned');
        shop.clean();
    });

    test('seen again by a reading from the start, and by two at once: booked once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        await shop.sandbox.knobs({ query_latency_ms: 200 });
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R01' });
        const ran = await Promise.all([1, 2, 3].map(() => shop.at.start(['--now', '+0', 'settle', '--json'])));
        await shop.sandbox.knobs({});
        assert.deepEqual(ran.map((one) => one.status), [0, 0, 0], ran.map((one) => one.err).join(''));
        assert.equal(ran.reduce((sum, one) => sum + JSON.parse(one.out).late.recorded, 0), 1);
        shop.sql('DELETE FROM progress');
        assert.equal(shop.settle().late.recorded, 0);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        assert.deepEqual([shop.refunds(reference).length, shop.mails(`returned:${reference}`)], [1, 1]);
        shop.clean();
    });

    test('a silent gateway: exit 1, and the next reading begins where this one did', async () => {
        shop.settle();
        const before = shop.progress();
        await shop.sandbox.knobs({ query_latency_ms: 6000 });
        shop.settle(1);
        await shop.sandbox.knobs({});
        assert.equal(shop.progress(), before);
        shop.settle();
        assert.ok(shop.progress() >= before);
    });

    test('another amount or transaction than ours: a person, once; the books stay', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.payment(owner, [10000]);
        const other = await shop.payment(owner, [0, 5000]);
        shop.sql(`UPDATE payment SET transaction_id = 'another' WHERE reference = '${reference}'`);
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        assert.equal(shop.settle().late.queued, 1);
        shop.settle();
        assert.deepEqual([shop.state(reference), shop.state(other)], ['succeeded', 'succeeded']);
        assert.deepEqual(shop.queued(reference), ['late_return']);
        const real = (await shop.sandbox.book(reference))[0].transaction_id;
        shop.sql(`UPDATE payment SET transaction_id = '${real}' WHERE reference = '${reference}'`);
        shop.sql('DELETE FROM progress');
        assert.equal(shop.settle().late.recorded, 1);
        shop.clean();
    });

    test('what others took with this gateway is none of ours', async () => {
        await shop.sandbox.bankSale('theirs-17', '10.00');
        await shop.sandbox.ach({ order_id: 'theirs-17', action: 'settle' });
        await shop.sandbox.ach({ order_id: 'theirs-17', action: 'late_return', code: 'R01' });
        assert.deepEqual(shop.settle().late_returns, []);
        shop.clean();
    });

    test('while a refund of it is open it waits, and so does the reading; then both are booked', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        await shop.sandbox.knobs({ only_kind: 'refund', lose: 'before', times: 1 });
        shop.refused(['payment', 'refund', reference, '--amount', '40.00'], /did not answer/);
        await shop.sandbox.knobs({});
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        shop.refused(['payment', 'return', reference], /A refund of .* is being checked \(R\w{12}\)/);
        const returned = new Date().toISOString().slice(0, 19).replace('T', ' ');
        try {
            shop.later(1);
            assert.deepEqual(shop.settle().late_returns, [{ payment: reference, code: 'R10', end: 'waiting' }]);
            assert.ok(shop.progress() <= returned, 'a day later the next reading still begins before it');
            assert.equal(shop.state(reference), 'succeeded');
            shop.later(3);
            const settled = shop.settle();
            assert.equal(settled.late.recorded, 1, 'the refund never left, so it failed, and then the return was booked');
        } finally {
            shop.later(0);
        }
        assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 5).join(' ')), ['refund failed 4000 0 0', 'return succeeded 10000 0 0']);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.clean();
    });

    test('a refund that had left when the debit came back: both are facts', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        await shop.sandbox.knobs({ only_kind: 'refund', lose: 'after', times: 1 });
        shop.refused(['payment', 'refund', reference, '--amount', '40.00'], /did not answer/);
        await shop.sandbox.knobs({});
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        const ran = shop.settle();
        assert.equal(ran.late.recorded, 1);
        assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 5).join(' ')), ['refund succeeded 4000 0 0', 'return succeeded 10000 0 4000']);
        shop.clean();
    });

    test('a void that was lost before the debit settled does not keep its late return out of the books', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { state: 'pending' });
        await shop.sandbox.knobs({ only_kind: 'void', lose: 'before', times: 1 });
        shop.refused(['payment', 'void', reference], /did not answer/);
        await shop.sandbox.knobs({});
        await shop.sandbox.ach({ order_id: reference, action: 'settle' });
        assert.equal(shop.settle().pending.settled, 1);
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        try {
            shop.later(1);
            assert.deepEqual(shop.settle().late_returns, [{ payment: reference, code: 'R10', end: 'waiting' }]);
            shop.later(3);
            assert.equal(shop.settle().late.recorded, 1, 'what came back was not voided');
        } finally {
            shop.later(0);
        }
        assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 5).join(' ')), ['void failed 10000 0 0', 'return succeeded 10000 0 0']);
        assert.equal(shop.state(reference), 'returned');
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.clean();
    });

    test('a void that was lost, of a debit that came back before it settled: it ends, and is no open question for ever', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { credit: 3000, state: 'pending' });
        await shop.sandbox.knobs({ only_kind: 'void', lose: 'before', times: 1 });
        shop.refused(['payment', 'void', reference], /did not answer/);
        await shop.sandbox.knobs({});
        await shop.sandbox.ach({ order_id: reference, action: 'return', code: 'R11' });
        assert.equal(shop.settle().pending.returned, 1);
        try {
            shop.later(3);
            shop.settle();
        } finally {
            shop.later(0);
        }
        assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 5).join(' ')), ['void failed 13000 0 0']);
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        shop.clean();
    });

    test('recorded by hand without a code, then the bank says why: what that says of the account holds, and nothing is booked twice', async () => {
        for (const [byHand, code, want] of [[[], 'R10', ['needs_attention', 'R10']], [[], 'R01', ['active', '']], [['--code', 'R01'], 'R10', ['active', '']]]) {
            const owner = shop.account([10000]);
            const reference = await shop.payment(owner, [10000]);
            shop.at.ok(['payment', 'return', reference, ...byHand]);
            const before = [shop.balance(owner), shop.refunds(reference), shop.queued(reference)];
            assert.deepEqual(method(owner), ['active', '']);
            await shop.sandbox.ach({ order_id: reference, action: 'late_return', code });
            assert.equal(shop.settle().late.recorded, 0);
            shop.settle();
            assert.deepEqual(method(owner), want, code);
            assert.deepEqual([shop.balance(owner), shop.refunds(reference), shop.queued(reference)], before);
        }
        shop.clean();
    });

    test('a card payment is not returned, but disputed', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card' });
        shop.refused(['payment', 'return', reference], /was paid by card: no bank returns it/);
        assert.equal(shop.state(reference), 'succeeded');
    });
});

describe('a refund that comes back', () => {
    test('for a person, told by check --gateway; the books stay as they are', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        shop.at.ok(['payment', 'refund', reference, '--amount', '40.00']);
        const transaction = shop.one(`SELECT r.transaction_id FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${reference}'`);
        shop.clean();
        await shop.sandbox.ach({ transaction_id: transaction, action: 'return', code: 'R23' });
        const journal = shop.journal(reference);
        const ran = shop.settle();
        assert.deepEqual(ran.late_returns, [{ payment: reference, code: 'R23', end: 'queued' }]);
        shop.settle();
        assert.deepEqual(shop.queued(reference), ['returned_refund']);
        assert.match(shop.one(`SELECT detail FROM queue_item WHERE kind = 'returned_refund' AND queue_key = 'returned_refund:${transaction}'`), /^R23 /);
        assert.equal(shop.state(reference), 'partly_refunded');
        assert.deepEqual(shop.journal(reference), journal);
        assert.deepEqual(shop.faults().map((one) => [one.check, one.subject, one.found]), [['gateway_refund_returned', reference, transaction]]);
        shop.at.ok(['check']);
        // Its own way out of these tests: nothing of it is clean until a person has decided.
        shop.sql(`UPDATE payment SET gateway = 'gone', transaction_id = NULL WHERE reference = '${reference}'`);
    });
});
