// `remit payment return`, and refunds and voids of payments that left credit.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Shop } from './returns_support.mjs';

let shop;
before(async () => {
    shop = await Shop.open('remit_payment_return');
});
after(() => shop?.close());

const FEE = 2500;

function check(owner, amount, number = String(++shop.count)) {
    const out = shop.at.ok(['payment', 'record', '--check', number, '--account', owner.number, '--amount', amount]);
    return /recorded as (P\w{12})/.exec(out)[1];
}

describe('payment return', () => {
    for (const kind of ['wire', 'cash'])
        test(`${kind} that came back: due again, and no fee for what no bank sent back`, () => {
            const owner = shop.account([10000]);
            const out = shop.at.ok(['payment', 'record', `--${kind}`, `n${++shop.count}`, '--account', owner.number, '--amount', '60.00']);
            const told = shop.at.ok(['payment', 'return', /recorded as (P\w{12})/.exec(out)[1]]);
            assert.doesNotMatch(told, /Return Fee/);
            assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        });

    test('a check that bounced: due again, with a fee, in words and as JSON; again changes nothing', () => {
        const owner = shop.account([10000]);
        const reference = check(owner, '60.00');
        const told = shop.at.ok(['payment', 'return', reference, '--note', 'bounced', '--key', 'b1']);
        assert.match(told, new RegExp(`^\\$60\\.00 of ${reference} came back, recorded as (B\\w{12}); \\$60\\.00 is due again on its invoices; \\$25\\.00 is charged as a Return Fee\\.\n$`));
        assert.equal(shop.state(reference), 'returned');
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        assert.deepEqual(shop.refunds(reference), ['return succeeded 6000 0 0']);
        assert.equal(shop.line(`FEE-${reference}`), `Return Fee: payment ${reference} of $60.00 was returned`);
        assert.deepEqual(shop.queued(reference), [], 'who recorded it knows');
        assert.equal(shop.mails(`returned:${reference}`), 1);
        assert.equal(shop.one(`SELECT COUNT(*) FROM audit_event WHERE action = 'payment.return' AND subject = 'payment:${reference}' AND actor LIKE 'operator:%'`), '1');
        for (const more of [[], ['--key', 'b1'], ['--key', 'b2']]) {
            const again = shop.at.json(['payment', 'return', reference, ...more]);
            assert.deepEqual([again.reference, again.payment, again.kind, again.state, again.amount_cents, again.again],
                [reference.replace('P', 'B'), reference, 'return', 'returned', 6000, true]);
        }
        assert.match(shop.at.ok(['payment', 'return', reference]), /came back already as B\w{12}; nothing was changed/);
        shop.refused(['payment', 'return', reference, '--code', 'R02'], /came back already as B\w{12}, with no code/);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        const shown = shop.at.json(['payment', 'show', reference]);
        assert.deepEqual(shown.refunds.map((one) => [one.kind, one.amount_cents, one.credit_cents, one.adjustment_cents, one.note, one.key]),
            [['return', 6000, 0, 0, 'bounced', 'b1']]);
        shop.clean();
    });

    test('a check that bounced and is presented again: its number is refused, and not said to be paid', () => {
        const owner = shop.account([10000]);
        const again = ['payment', 'record', '--check', `again-${owner.number}`, '--account', owner.number, '--amount', '60.00'];
        const reference = /recorded as (P\w{12})/.exec(shop.at.ok(again))[1];
        assert.match(shop.at.ok(again), /was recorded already as P\w{12}; nothing was changed/);
        shop.at.ok(['payment', 'return', reference, '--no-fee']);
        shop.refused(again, new RegExp(`was recorded as ${reference} and came back\\. Nothing was recorded`));
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        again[3] += '-2';
        shop.at.ok(again);
        assert.deepEqual(shop.balance(owner), [4000, 0, 0]);
        shop.clean();
    });

    test('without a fee; a code whose fault is not the customer\'s; an unknown one', () => {
        for (const [more, fee, person] of [[['--no-fee'], 0, false], [['--code', 'R01', '--no-fee'], 0, false], [['--code', 'R11'], 0, true],
            [['--code', 'R08'], FEE, false], [['--code', 'R99'], 0, true]]) {
            const owner = shop.account([10000]);
            const reference = check(owner, '60.00');
            const told = shop.at.json(['payment', 'return', reference, ...more]);
            assert.equal(told.fee_cents, fee, more.join(' '));
            assert.deepEqual(shop.balance(owner), [10000 + fee, 0, 0], more.join(' '));
            assert.deepEqual(shop.queued(reference), person ? ['returned_payment'] : [], more.join(' '));
        }
        shop.clean();
    });

    test('after some of it was sent back by hand: an adjustment', () => {
        const owner = shop.account([10000]);
        const reference = check(owner, '60.00');
        shop.at.ok(['payment', 'refund', reference, '--amount', '20.00']);
        const told = shop.at.json(['payment', 'return', reference, '--no-fee']);
        assert.deepEqual([told.adjustment_cents, told.credit_cents, told.amount_cents], [2000, 0, 6000]);
        assert.deepEqual(shop.balance(owner), [10000, 0, 0], '40.00 + 40.00 due, 20.00 credited, 20.00 as adjustment');
        assert.match(shop.at.ok(['invoice', 'show', `ADJ-${told.reference}`]), /Adjustments/);
        shop.clean();
    });

    test('a bank payment from the bank\'s statement, before the gateway tells of it', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000]);
        shop.at.ok(['payment', 'return', reference, '--code', 'R10']);
        assert.deepEqual(shop.sql(`SELECT state, attention FROM method WHERE vault_id = 'bank-${owner.number}'`)[0], ['needs_attention', 'R10']);
        shop.clean();
        await shop.sandbox.ach({ order_id: reference, action: 'late_return', code: 'R10' });
        assert.deepEqual(shop.settle().late_returns, []);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.clean();
    });

    test('what cannot come back is refused, in a sentence', async () => {
        const owner = shop.account([10000, 5000]);
        const pending = await shop.payment(owner, [10000], { state: 'pending' });
        shop.refused(['payment', 'return', pending], /has not settled yet: when its bank sends it back, `remit settle` learns of it/);
        const card = await shop.payment(owner, [0, 5000], { kind: 'card' });
        shop.refused(['payment', 'return', card], /was paid by card/);
        shop.at.ok(['payment', 'void', card]);
        shop.refused(['payment', 'return', card], /There is no money in P\d+ that could come back: it is voided/);
        shop.refused(['payment', 'return', 'P00000000000Z'], /There is no payment/);
        shop.refused(['payment', 'return', 'X'], /REFERENCE/, 2);
        shop.refused(['payment', 'return'], /./, 2);
        shop.refused(['payment', 'return', pending, '--code', 'r10'], /--code/, 2);
        shop.refused(['payment', 'return', pending, '--code', '10'], /--code/, 2);
        shop.refused(['payment', 'return', pending, '--note', '4111111111111111'], /looks like a card number/, 2);
        shop.at.ok(['payment', 'void', pending]);
        assert.deepEqual(shop.balance(owner), [15000, 0, 0]);
        shop.clean();
    });

    test('a key that did something else, and one that is taken afterwards', () => {
        const owner = shop.account([10000]);
        const first = check(owner, '60.00'), second = check(owner, '10.00');
        shop.at.ok(['payment', 'refund', second, '--amount', '1.00', '--key', 'k9']);
        shop.refused(['payment', 'return', first, '--key', 'k9'], /This key was used for something else: refund R\w{12}, \$1\.00 of P/);
        assert.equal(shop.state(first), 'succeeded');
        shop.at.ok(['payment', 'return', first, '--key', 'k10']);
        shop.refused(['payment', 'refund', second, '--amount', '1.00', '--key', 'k10'], /This key was used for something else: return B\w{12}, \$60\.00 of P/);
        shop.refused(['payment', 'refund', first], /There is no money in/);
        shop.clean();
    });

    test('a pending one that came back is there already', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { state: 'pending' });
        await shop.sandbox.ach({ order_id: reference, action: 'return', code: 'R01' });
        shop.settle();
        assert.match(shop.at.ok(['payment', 'return', reference]), /came back already, before it was settled; nothing was changed/);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.clean();
    });

    test('two at once: once', async () => {
        const owner = shop.account([10000]);
        const reference = check(owner, '60.00');
        const ran = await Promise.all([1, 2, 3, 4].map(() => shop.at.start(['--now', '+0', 'payment', 'return', reference, '--json'])));
        assert.deepEqual(ran.map((one) => one.status), [0, 0, 0, 0], ran.map((one) => one.err).join(''));
        assert.equal(ran.filter((one) => !JSON.parse(one.out).again).length, 1);
        assert.equal(shop.refunds(reference).length, 1);
        assert.deepEqual(shop.balance(owner), [10000 + FEE, 0, 0]);
        shop.clean();
    });

    test('--help says what it does', () => {
        const help = shop.at.ok(['payment', 'return', '--help']);
        for (const word of ['REFERENCE', '--code', '--note', '--key', '--no-fee', 'Fee.Return'])
            assert.ok(help.includes(word), word);
    });
});

describe('refunds of a payment that left credit', () => {
    const refund = (reference, ...more) => shop.at.json(['payment', 'refund', reference, ...more]);

    test('credit goes first, then invoices; all of it is credited but the credit', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card', credit: 3000 });
        const first = refund(reference, '--amount', '20.00');
        assert.deepEqual([first.amount_cents, first.credit_cents], [2000, 2000]);
        assert.deepEqual(shop.balance(owner), [0, 0, 1000]);
        assert.deepEqual(shop.figures(owner), [[10000, 0, 0]]);
        assert.deepEqual(shop.journal(reference), ['refund money - -2000', 'refund credit - 2000']);
        shop.clean();
        refund(reference, '--amount', '15.00', '--reopen');
        assert.deepEqual(shop.balance(owner), [500, 0, 0]);
        assert.deepEqual(shop.journal(reference).slice(2), ['refund money - -1500', `refund receivable ${owner.invoices[0]} 500`, 'refund credit - 1000']);
        shop.clean();
        refund(reference);
        assert.equal(shop.state(reference), 'refunded');
        assert.deepEqual(shop.figures(owner), [[0, 9500, 0]]);
        assert.deepEqual(shop.journal(reference).slice(5), ['refund money - -9500', `refund receivable ${owner.invoices[0]} 9500`,
            'credit adjustment - 9500', `credit receivable ${owner.invoices[0]} -9500`]);
        assert.equal(shop.one(`SELECT credit_refunded_cents FROM payment WHERE reference = '${reference}'`), '3000');
        shop.clean();
    });

    test('credit that was spent does not go back: the sentence says how much can', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card', credit: 3000 });
        shop.spend(owner, 2000);
        const sentence = /\$30\.00 of P\d+ became credit of the account, and some of that was spent: at most \$110\.00 can go back/;
        shop.refused(['payment', 'refund', reference], sentence);
        shop.refused(['payment', 'refund', reference, '--amount', '110.01'], sentence);
        shop.refused(['payment', 'refund', reference, '--amount', '130.01'], /is more than is left of/);
        assert.deepEqual(shop.refunds(reference), []);
        refund(reference, '--amount', '110.00');
        assert.deepEqual(shop.balance(owner), [3000, 0, 0]);
        assert.equal(shop.state(reference), 'partly_refunded');
        shop.clean();
    });

    test('held while it is on its way, and given back when it fails', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card', credit: 3000 });
        await shop.sandbox.knobs({ only_kind: 'refund', decline_code: 300, times: 1 });
        shop.refused(['payment', 'refund', reference, '--amount', '20.00'], /The gateway refused/);
        assert.deepEqual(shop.balance(owner), [0, 0, 3000]);
        shop.clean();
        await shop.sandbox.knobs({ only_kind: 'refund', lose: 'after', times: 1 });
        shop.refused(['payment', 'refund', reference, '--amount', '20.00'], /did not answer/);
        await shop.sandbox.knobs({});
        assert.deepEqual(shop.balance(owner), [0, 0, 1000], 'nobody can spend it');
        shop.at.ok(['check', '--gateway']);
        shop.settle();
        assert.deepEqual(shop.refunds(reference).map((row) => row.split(' ').slice(0, 4).join(' ')), ['refund failed 2000 2000', 'refund succeeded 2000 2000']);
        assert.deepEqual(shop.balance(owner), [0, 0, 1000]);
        shop.clean();
        await shop.sandbox.knobs({ only_kind: 'refund', lose: 'before', times: 1 });
        shop.refused(['payment', 'refund', reference, '--amount', '10.00'], /did not answer/);
        await shop.sandbox.knobs({});
        assert.deepEqual(shop.balance(owner), [0, 0, 0]);
        try {
            shop.later(3);
            shop.settle();
        } finally {
            shop.later(0);
        }
        assert.deepEqual(shop.balance(owner), [0, 0, 1000], 'it never left');
        shop.clean();
    });

    test('a void takes the credit that is there; what was spent is due as an adjustment', async () => {
        for (const [spent, queued] of [[0, []], [2000, ['adjustment']]]) {
            const owner = shop.account([10000, 5000]);
            const reference = await shop.payment(owner, [10000], { kind: 'card', credit: 3000 });
            if (spent)
                shop.spend(owner, spent);
            const told = shop.at.json(['payment', 'void', reference]);
            assert.deepEqual([told.amount_cents, told.credit_cents, told.adjustment_cents], [13000, 3000 - spent, spent]);
            assert.deepEqual(shop.balance(owner), [15000, 0, 0]);
            assert.equal(shop.issued(`ADJ-${told.reference}`), spent ? `${spent} Adjustments` : undefined);
            assert.deepEqual(shop.queued(reference), queued);
            shop.clean();
        }
    });
});
