// What the gateway did without us is found in its report and booked once: chargebacks, refunds and voids made in its
// own pages, a booking that turns up late; what does not fit is for a person, what is not ours is listed, and what of
// ours the gateway lacks is found too.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Shop } from './returns_support.mjs';

let shop;
before(async () => {
    shop = await Shop.open('remit_reconcile');
    assert.ok(shop.sandbox.panel);
});
after(() => shop?.close());

const news = (ran) => ran.reconcile.news.map((one) => [one.what, one.end, one.payment]);
// What belongs to nobody stays a fault of the books' and the gateway's agreement.
const clean = () => assert.deepEqual(shop.faults().filter((one) => one.check !== 'gateway_unknown'), []);
const disputed = (owner) => owner.invoices.map((number) => shop.one(`SELECT disputed_at IS NOT NULL FROM invoice WHERE number = '${number}'`));
const card = (owner) => shop.sql(`SELECT state, attention FROM method WHERE vault_id = 'card-${owner.number}'`)[0];
const letter = (reference, other) => other + reference.slice(1);
const detail = (reference) => shop.one(`SELECT q.detail FROM queue_item q JOIN payment p ON p.id = q.payment_id WHERE p.reference = '${reference}'`);

describe('chargebacks', () => {
    test('due again, disputed, no fee, told once, for a person; the card needs attention', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.cardPayment(owner, [10000, 2000]);
        await shop.sandbox.chargeback({ order_id: reference });
        assert.deepEqual(shop.faults().map((one) => one.check), ['gateway_standing'], 'a fault until it is booked');
        assert.deepEqual(news(shop.settle()), [['chargeback', 'recorded', reference]]);
        assert.equal(shop.state(reference), 'charged_back');
        assert.deepEqual(shop.figures(owner), [[0, 0, 0], [0, 0, 0]]);
        assert.deepEqual(shop.balance(owner), [15000, 0, 0]);
        assert.deepEqual(disputed(owner), ['1', '1']);
        assert.deepEqual(shop.refunds(reference), ['chargeback succeeded 12000 0 0']);
        assert.deepEqual(shop.journal(reference), ['return money - -12000', `return receivable ${owner.invoices[0]} 10000`, `return receivable ${owner.invoices[1]} 2000`]);
        assert.equal(shop.issued(`FEE-${reference}`), undefined);
        assert.deepEqual(card(owner), ['needs_attention', 'charged_back']);
        assert.equal(shop.mails(`charged_back:${reference}`), 1);
        assert.deepEqual(shop.queued(reference), ['chargeback']);
        clean();
        assert.deepEqual(news(shop.settle()), [], 'found again it is nothing');
        assert.equal(shop.refunds(reference).length, 1);
        clean();
    });

    test('the provider says that the dispute is over: autopay takes the invoice again', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.chargeback({ order_id: reference });
        shop.settle();
        assert.deepEqual(disputed(owner), ['1']);
        assert.deepEqual([shop.at.json(['invoice', 'undispute', owner.invoices[0]]).again, disputed(owner)], [false, ['0']]);
        assert.equal(shop.at.json(['invoice', 'undispute', owner.invoices[0]]).again, true, 'again it changes nothing');
        assert.equal(shop.one(`SELECT COUNT(*) FROM audit_event WHERE action = 'invoice.undispute' AND subject = 'invoice:${owner.invoices[0]}'`), '1');
        const none = shop.at.run(['invoice', 'undispute', 'NONE-1']);
        assert.deepEqual([none.status, /There is no invoice NONE-1\./.test(none.err)], [1, true]);
        shop.settle();
        assert.deepEqual(disputed(owner), ['0'], 'the same chargeback, read again, is not a new one');
    });

    test('after a refund, and after its credit was spent: what went twice is an adjustment, disputed too', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.cardPayment(owner, [10000], { credit: 3000 });
        shop.spend(owner, 2000);
        shop.at.ok(['payment', 'refund', reference, '--amount', '40.00']);
        await shop.sandbox.chargeback({ order_id: reference });
        shop.settle();
        assert.equal(shop.state(reference), 'charged_back');
        const adjustment = `ADJ-${letter(reference, 'D')}`;
        assert.equal(shop.issued(adjustment), '6000 Adjustments');
        assert.equal(shop.one(`SELECT disputed_at IS NOT NULL FROM invoice WHERE number = '${adjustment}'`), '1');
        assert.match(shop.line(adjustment), new RegExp(`^Payment ${reference} was charged back after`));
        assert.deepEqual(shop.queued(reference), ['adjustment', 'chargeback']);
        clean();
    });

    test('a part of it: for a person, once; the rest makes it whole', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.chargeback({ order_id: reference, amount: '40.00' });
        for (const _ of [1, 2])
            assert.deepEqual(news(shop.settle()), [['chargeback', 'queued', reference]]);
        assert.equal(shop.state(reference), 'succeeded');
        assert.deepEqual(shop.figures(owner), [[10000, 0, 0]]);
        assert.deepEqual(shop.queued(reference), ['chargeback']);
        await shop.sandbox.chargeback({ order_id: reference, amount: '60.00' });
        assert.deepEqual(news(shop.settle()), [['chargeback', 'recorded', reference]]);
        assert.equal(shop.state(reference), 'charged_back');
        clean();
    });

    test('two at once: booked once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.chargeback({ order_id: reference });
        const ran = await Promise.all([1, 2, 3].map(() => shop.at.start(['settle', '--json'])));
        assert.deepEqual(ran.map((one) => one.status), [0, 0, 0]);
        assert.equal(ran.map((one) => JSON.parse(one.out).reconcile.recorded).reduce((a, b) => a + b), 1);
        assert.equal(shop.refunds(reference).length, 1);
        clean();
    });

    test('the books prove it: state, booking, cents and credit', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000], { credit: 3000 });
        await shop.sandbox.chargeback({ order_id: reference });
        shop.settle();
        const id = letter(reference, 'D');
        for (const [change, back, ...checks] of [
            [`UPDATE payment SET state = 'returned' WHERE reference = '${reference}'`, `UPDATE payment SET state = 'charged_back' WHERE reference = '${reference}'`, 'refund_return'],
            [`UPDATE refund SET kind = 'return' WHERE reference = '${id}'`, `UPDATE refund SET kind = 'chargeback' WHERE reference = '${id}'`, 'refund_return', 'refund_booked'],
            [`UPDATE journal_entry SET event_key = 'chargeback:x' WHERE event_key = 'chargeback:${id}'`, `UPDATE journal_entry SET event_key = 'chargeback:${id}' WHERE event_key = 'chargeback:x'`, 'refund_booked', 'refund_parts'],
            [`UPDATE payment SET refunded_cents = 12999 WHERE reference = '${reference}'`, `UPDATE payment SET refunded_cents = 13000 WHERE reference = '${reference}'`, 'refund_payment'],
            [`UPDATE payment SET credit_refunded_cents = 0 WHERE reference = '${reference}'`, `UPDATE payment SET credit_refunded_cents = 3000 WHERE reference = '${reference}'`, 'refund_credit'],
        ]) {
            shop.sql(change);
            const faults = JSON.parse(shop.at.run(['check', '--json']).out).faults.map((one) => one.check);
            for (const check of checks)
                assert.ok(faults.includes(check), `${change}: ${faults}`);
            shop.sql(back);
            shop.at.ok(['check']);
        }
    });

    test('Auto Pay leaves its invoices out, and takes the others', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.cardPayment(owner, [10000]);
        shop.sql(`SELECT account_id, user_id, id INTO @account, @user, @method FROM method WHERE vault_id = 'bank-${owner.number}';
            INSERT INTO security_level (name, may_billing, may_autopay) VALUES ('L-${owner.number}', 1, 1);
            INSERT INTO account_user VALUES (@account, @user, LAST_INSERT_ID(), NOW());
            INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
            VALUES (@account, @user, @method, 'fifteenth', 'all', '2026-10-05', '2026-12-15', NOW(), NOW()); SET @enrolment = LAST_INSERT_ID();
            INSERT INTO enrolment_cover VALUES (@account, @enrolment, 'all', 1)`);
        const preview = () => JSON.stringify(shop.at.json(['autopay', 'preview', '--on', '2026-12-15']));
        const has = () => owner.invoices.map((number) => preview().includes(`"${number}"`));
        assert.deepEqual(has(), [false, true], 'paid');
        await shop.sandbox.chargeback({ order_id: reference });
        shop.settle();
        assert.deepEqual(has(), [false, true], 'disputed');
        shop.sql(`UPDATE invoice SET disputed_at = NULL WHERE number = '${owner.invoices[0]}'`);
        assert.deepEqual(has(), [true, true], 'not any more');
    });

    test('paid in full again, the dispute is over', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.chargeback({ order_id: reference });
        shop.settle();
        assert.deepEqual(disputed(owner), ['1']);
        const again = await shop.cardPayment(owner, [10000]);
        shop.at.ok(['payment', 'refund', again, '--reopen']);
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        assert.deepEqual(disputed(owner), ['0']);
        clean();
    });
});

describe("in the gateway's own pages", () => {
    for (const kept of ['true', 'false'])
        test(`refunds, ${kept === 'true' ? 'with' : 'without'} the order of the sale: each once, credited`, async () => {
            const owner = shop.account([10000]);
            const reference = await shop.cardPayment(owner, [10000]);
            const { transaction_id: sale } = (await shop.sandbox.book(reference))[0];
            const sent = [];
            for (const amount of ['30.00', '20.00'])
                sent.push((await shop.sandbox.panel({ action: 'refund', transaction_id: sale, amount, order_id_kept: kept })).transaction_id);
            const ran = news(shop.settle());
            assert.deepEqual(ran.map((one) => one.slice(0, 2)).sort(), [['refund', 'recorded'], ['refund', 'recorded']]);
            assert.equal(shop.state(reference), 'partly_refunded');
            assert.deepEqual(shop.figures(owner), [[5000, 5000, 0]]);
            assert.deepEqual(shop.balance(owner), [0, 0, 0]);
            assert.deepEqual(shop.sql(`SELECT transaction_id, actor FROM refund WHERE payment_id = (SELECT id FROM payment WHERE reference = '${reference}') ORDER BY transaction_id`),
                sent.sort().map((id) => [id, 'gateway']));
            assert.deepEqual(news(shop.settle()), []);
            assert.equal(shop.refunds(reference).length, 2);
            clean();
            await shop.sandbox.panel({ action: 'refund', transaction_id: sale, amount: '50.00', order_id_kept: kept });
            shop.settle();
            assert.equal(shop.state(reference), 'refunded');
            clean();
        });

    test('beside one of ours, and of credit that was spent', async () => {
        const owner = shop.account([10000, 5000]);
        const reference = await shop.cardPayment(owner, [10000], { credit: 3000 });
        shop.at.ok(['payment', 'refund', reference, '--amount', '10.00']);
        await shop.sandbox.panel({ action: 'refund', order_id: reference, amount: '5.00' });
        shop.settle();
        assert.deepEqual(shop.refunds(reference), ['refund succeeded 1000 1000 0 100', 'refund succeeded 500 500 0']);
        shop.spend(owner, 1500);
        await shop.sandbox.panel({ action: 'refund', order_id: reference });
        shop.settle();
        assert.equal(shop.state(reference), 'refunded');
        assert.deepEqual(shop.refunds(reference)[2], 'refund succeeded 11500 0 1500');
        assert.equal(shop.sql("SELECT COUNT(*) FROM invoice WHERE number LIKE 'ADJ-R%'")[0][0], '1');
        assert.deepEqual(shop.queued(reference), ['adjustment']);
        clean();
    });

    test('two at once: booked once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.panel({ action: 'refund', order_id: reference, amount: '5.00' });
        const ran = await Promise.all([1, 2, 3].map(() => shop.at.start(['settle', '--json'])));
        assert.deepEqual(ran.map((one) => one.status), [0, 0, 0]);
        assert.deepEqual(shop.refunds(reference), ['refund succeeded 500 0 0']);
        clean();
    });

    test('a void: due again, once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card' });
        await shop.sandbox.panel({ action: 'void', order_id: reference });
        assert.deepEqual(shop.faults().map((one) => one.check), ['gateway_standing']);
        assert.deepEqual(news(shop.settle()), [['void', 'recorded', reference]]);
        assert.equal(shop.state(reference), 'voided');
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        assert.deepEqual(shop.refunds(reference), ['void succeeded 10000 0 0']);
        assert.equal(shop.mails(`voided:${letter(reference, 'V')}`), 1);
        assert.deepEqual(disputed(owner), ['0']);
        assert.deepEqual(news(shop.settle()), []);
        clean();
    });

    test('a void of ours, found before its answer was written, is settled as ours', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.payment(owner, [10000], { kind: 'card' });
        await shop.sandbox.knobs({ only_kind: 'void', lose: 'after', times: 1 });
        shop.at.run(['payment', 'void', reference]);
        assert.deepEqual(shop.refunds(reference), ['void unknown 10000 0 0']);
        await shop.sandbox.knobs({});
        shop.later(1 / 24);
        shop.settle();
        shop.later(0);
        assert.equal(shop.refunds(reference).length, 1);
        assert.equal(shop.state(reference), 'voided');
        clean();
    });

    test('a sale: listed as not ours, and told once', async () => {
        const { transaction_id: id } = await shop.sandbox.panel({ action: 'sale', amount: '12.34' });
        const first = shop.settle();
        assert.deepEqual(first.foreign.map((one) => [one.transaction, one.amount_cents]), [[id, 1234]]);
        assert.deepEqual(shop.settle().foreign, []);
        assert.deepEqual(shop.sql(`SELECT gateway, amount_cents, refunded_cents FROM foreign_transaction WHERE transaction_id = '${id}'`), [['nmi', '1234', '0']]);
        await shop.sandbox.settle();
        assert.deepEqual(shop.settle().foreign.map((one) => one.transaction), [id], 'it is something else now');
        const listed = (...since) => shop.at.json(['settle', 'foreign', ...since]).filter((one) => one.transaction_id === id);
        assert.deepEqual(listed().map((one) => [one.standing, one.amount_cents, one.refunded_cents]), [['settled', 1234, 0]]);
        assert.deepEqual([listed('--since', '2000-01-01').length, listed('--since', '2999-01-01').length], [1, 0]);
        assert.equal(shop.at.run(['settle', 'foreign', '--since', 'soon']).status, 2);
    });
});

describe('what does not fit', () => {
    const reset = async (text) => {
        shop.sql(text);
        return shop.settle();
    };

    test('taken under a reference of ours that says it was declined: a person, once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        shop.sql(`UPDATE payment SET state = 'declined' WHERE reference = '${reference}'`);
        for (const _ of [1, 2])
            assert.deepEqual(news(shop.settle()), [['disagreement', 'queued', reference]]);
        assert.deepEqual(shop.queued(reference), ['disagreement']);
        shop.sql(`UPDATE payment SET state = 'succeeded' WHERE reference = '${reference}'`);
        assert.deepEqual(news(shop.settle()), []);
    });

    for (const [label, change, back] of [
        ['another amount', 'amount_cents = amount_cents + 1', 'amount_cents = amount_cents - 1'],
        ['another transaction', "transaction_id = CONCAT(transaction_id, '9')", "transaction_id = LEFT(transaction_id, LENGTH(transaction_id) - 1)"]])
        test(`${label}: a person, and nothing is booked`, async () => {
            const owner = shop.account([10000]);
            const reference = await shop.cardPayment(owner, [10000]);
            await shop.sandbox.panel({ action: 'refund', order_id: reference, amount: '5.00' });
            const ran = await reset(`UPDATE payment SET ${change} WHERE reference = '${reference}'`);
            assert.deepEqual(news(ran), [['disagreement', 'queued', reference]]);
            assert.deepEqual(shop.refunds(reference), []);
            shop.sql(`UPDATE payment SET ${back} WHERE reference = '${reference}'`);
            assert.deepEqual(news(shop.settle()), [['refund', 'recorded', reference]]);
        });

    test('twice under one reference: a person', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        await shop.sandbox.sale(reference, '100.00');
        assert.deepEqual(news(shop.settle()), [['disagreement', 'queued', reference]]);
        assert.match(detail(reference), /another transaction/);
        await shop.sandbox.panel({ action: 'void', transaction_id: (await shop.sandbox.book(reference)).find((one) => one.condition === 'pendingsettlement').transaction_id });
        assert.deepEqual(news(shop.settle()), [], 'somebody put it right');
        clean();
    });
});

describe('booked after all', () => {
    test('its invoices have room: paid, and a person is told; once', async () => {
        const [owner, reference] = await shop.uncharged([10000, 5000]);
        assert.deepEqual(news(shop.settle()), [['booking', 'recorded', reference]]);
        assert.equal(shop.state(reference), 'succeeded');
        assert.deepEqual(shop.balance(owner), [0, 0, 0]);
        assert.deepEqual(shop.figures(owner), [[10000, 0, 0], [5000, 0, 0]]);
        assert.deepEqual(shop.queued(reference), ['late_booking']);
        assert.equal(shop.mails(`receipt:${reference}:succeeded`), 1);
        assert.deepEqual(news(shop.settle()), []);
        clean();
    });

    test('one of its invoices was paid meanwhile: that part is credit', async () => {
        const [owner, reference] = await shop.uncharged([10000, 5000]);
        await shop.cardPayment(owner, [10000, 0]);
        assert.deepEqual(news(shop.settle()), [['booking', 'recorded', reference]]);
        assert.deepEqual(shop.balance(owner), [0, 0, 10000]);
        assert.deepEqual(shop.figures(owner), [[10000, 0, 0], [5000, 0, 0]]);
        assert.match(detail(reference), /\$100\.00 of it is credit/);
        clean();
    });

    test('all of them were: all of it is credit; two at once', async () => {
        const [owner, reference] = await shop.uncharged([10000]);
        await shop.cardPayment(owner, [10000]);
        const ran = await Promise.all([1, 2].map(() => shop.at.start(['settle', '--json'])));
        assert.deepEqual(ran.map((one) => one.status), [0, 0]);
        assert.deepEqual(shop.balance(owner), [0, 0, 10000]);
        assert.equal(shop.state(reference), 'succeeded');
        clean();
    });

    test('over another amount: a person, and nothing is booked', async () => {
        const [owner, reference] = await shop.uncharged([10000]);
        shop.sql(`UPDATE payment SET amount_cents = 9000 WHERE reference = '${reference}'; UPDATE payment_allocation SET amount_cents = 9000
            WHERE payment_id = (SELECT id FROM payment WHERE reference = '${reference}')`);
        assert.deepEqual(news(shop.settle()), [['disagreement', 'queued', reference]]);
        assert.equal(shop.state(reference), 'not_charged');
        assert.deepEqual(shop.balance(owner), [10000, 0, 0]);
        shop.sql(`UPDATE payment SET amount_cents = 10000 WHERE reference = '${reference}'; UPDATE payment_allocation SET amount_cents = 10000
            WHERE payment_id = (SELECT id FROM payment WHERE reference = '${reference}')`);
        shop.settle();
        clean();
    });
});

describe('what the gateway lacks', () => {
    test('a payment of ours: waited for a day, then a person, once', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        const gone = letter(reference, 'Q');
        shop.sql(`UPDATE payment SET reference = '${gone}', confirmed_at = UTC_TIMESTAMP() - INTERVAL 3 HOUR WHERE reference = '${reference}'`);
        const first = shop.settle();
        assert.deepEqual(news(first), [['missing', 'waiting', gone]]);
        assert.equal(first.foreign.length, 1, 'and what has its transaction is no payment of ours');
        shop.later(2);
        assert.deepEqual(news(shop.settle()), [['missing', 'queued', gone]]);
        assert.deepEqual(news(shop.settle()), []);
        assert.deepEqual(shop.queued(gone), ['missing_at_gateway']);
        shop.sql(`UPDATE payment SET reference = '${reference}' WHERE reference = '${gone}'`);
        assert.deepEqual(news(shop.settle()), []);
        shop.later(0);
    });

    test('a refund of ours', async () => {
        const owner = shop.account([10000]);
        const reference = await shop.cardPayment(owner, [10000]);
        shop.at.ok(['payment', 'refund', reference, '--amount', '10.00']);
        const { transaction_id: refund } = (await shop.sandbox.book(reference)).find((one) => one.type === 'refund');
        await shop.sandbox.panel({ action: 'void', transaction_id: refund });
        assert.deepEqual(news(shop.settle()), [], 'too fresh to be missed');
        shop.later(2);
        assert.deepEqual(news(shop.settle()), [['missing', 'queued', reference]]);
        assert.deepEqual(shop.queued(reference), ['missing_at_gateway']);
        shop.later(0);
    });
});
