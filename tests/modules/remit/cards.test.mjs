// Cards that change in the gateway's vault without us: taken over by reading the vault, told to the customer once, and
// usable again where a new date or number ends what was wrong. A vault that is away or lacks a card stops nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Shop } from './returns_support.mjs';

let shop;
before(async () => {
    shop = await Shop.open('remit_cards');
});
after(() => shop?.close());

// A card in the vault and in the books; both of 12/26 unless it says otherwise.
async function kept(exp = '1226', set = '') {
    const owner = shop.account([10000]);
    owner.vault = `card-${owner.number}`;
    await shop.sandbox.transact({ customer_vault: 'add_customer', customer_vault_id: owner.vault, ccnumber: '4111111111111111', ccexp: exp, first_name: 'A', zip: '1' });
    shop.sql(`UPDATE method SET expires_on = LAST_DAY('20${exp.slice(2)}-${exp.slice(0, 2)}-01'), created_at = UTC_TIMESTAMP() - INTERVAL 30 DAY${set}
        WHERE vault_id = '${owner.vault}'; UPDATE method SET state = 'removed', removed_at = UTC_TIMESTAMP(), vault_gone_at = UTC_TIMESTAMP() WHERE vault_id = 'bank-${owner.number}'`);
    return owner;
}

const card = (owner) => shop.sql(`SELECT brand, last_four, expires_on, state, attention FROM method WHERE vault_id = '${owner.vault}'`)[0].join(' ').trim();
const mails = (owner) => shop.sql(`SELECT o.mail_key FROM outbox o JOIN method m ON m.id = o.subject_id AND o.kind = 'method_updated' WHERE m.vault_id = '${owner.vault}'`).flat()
    .map((key) => key.split(':')[2]);

test('a new date and a new number: taken over, told, once; what is the same is only read', async () => {
    const [date, number, same] = [await kept('1230'), await kept('1230'), await kept('1230')];
    await shop.sandbox.updater({ customer_vault_id: date.vault, exp: '0131' });
    await shop.sandbox.updater({ customer_vault_id: number.vault, last_four: '7788', exp: '0232', brand: 'amex' });
    assert.deepEqual(shop.settle().cards, { read: 3, updated: 2, lifted: 0, gone: 0, no_gateway: 0 });
    assert.equal(card(date), 'Visa 1111 2031-01-31 active');
    assert.equal(card(number), 'Amex 7788 2032-02-29 active');
    assert.equal(card(same), 'Visa 1111 2030-12-31 active');
    assert.deepEqual([mails(date), mails(number), mails(same)], [['changed'], ['changed'], []]);
    assert.equal(shop.settle().cards.read, 0, 'not before its days are over');
    await shop.sandbox.updater({ customer_vault_id: same.vault, exp: '0331' });
    shop.later(6);
    assert.equal(shop.settle().cards.read, 0);
    shop.later(8);
    assert.deepEqual(shop.settle().cards, { read: 3, updated: 1, lifted: 0, gone: 0, no_gateway: 0 });
    shop.later(0);
});

test('one that has expired is asked about every day, and can be used again with its new date', async () => {
    const owner = await kept('0120', ", state = 'needs_attention', attention = '223'");
    const disputed = await kept('0120', ", state = 'needs_attention', attention = 'charged_back'");
    const stolen = await kept('0120', ", state = 'needs_attention', attention = '252'");
    shop.settle();
    assert.equal(card(owner), 'Visa 1111 2020-01-31 needs_attention 223', 'nothing new yet');
    for (const each of [owner, disputed, stolen])
        await shop.sandbox.updater({ customer_vault_id: each.vault, exp: '0133' });
    assert.equal(shop.settle().cards.read, 0);
    shop.later(2);
    const { cards } = shop.settle();
    shop.later(0);
    assert.deepEqual([cards.updated, cards.lifted], [3, 1]);
    assert.equal(card(owner), 'Visa 1111 2033-01-31 active');
    assert.equal(card(disputed), 'Visa 1111 2033-01-31 needs_attention charged_back', 'what was disputed stays so');
    assert.equal(card(stolen), 'Visa 1111 2033-01-31 needs_attention 252');
});

test('two settlers at once: each card is read by one, and told once', async () => {
    const owners = [];
    for (let each = 0; each < 6; each++)
        owners.push(await kept('1230'));
    for (const owner of owners)
        await shop.sandbox.updater({ customer_vault_id: owner.vault, exp: '0631' });
    const ran = await Promise.all([1, 2, 3].map(() => shop.at.start(['settle', '--json'])));
    assert.deepEqual(ran.map((one) => one.status), [0, 0, 0]);
    const cards = ran.map((one) => JSON.parse(one.out).cards);
    assert.equal(cards.reduce((sum, one) => sum + one.read, 0), 6);
    for (const owner of owners)
        assert.deepEqual([card(owner), mails(owner)], ['Visa 1111 2031-06-30 active', ['changed']]);
});

test('not in the vault: a person, once, and the card stays as it is', async () => {
    const owner = await kept('1230');
    await shop.sandbox.transact({ customer_vault: 'delete_customer', customer_vault_id: owner.vault });
    assert.equal(shop.settle().cards.gone, 1);
    assert.equal(card(owner), 'Visa 1111 2030-12-31 active');
    const items = () => shop.one(`SELECT COUNT(*) FROM queue_item q JOIN method m ON q.queue_key = CONCAT('method_gone:', m.id) WHERE m.vault_id = '${owner.vault}'`);
    assert.equal(items(), '1');
    shop.later(8);
    shop.settle();
    shop.later(0);
    assert.equal(items(), '1');
    shop.sql(`UPDATE method SET state = 'removed', removed_at = UTC_TIMESTAMP(), vault_gone_at = UTC_TIMESTAMP() WHERE vault_id = '${owner.vault}'`);
});

test('a gateway that is away: nothing is changed, and it is asked again', async () => {
    const owner = await kept('1230');
    await shop.sandbox.updater({ customer_vault_id: owner.vault, exp: '0731' });
    await shop.sandbox.knobs({ query_latency_ms: 6000 });
    shop.at.run(['settle', '--json']);
    await shop.sandbox.knobs({});
    assert.equal(card(owner), 'Visa 1111 2030-12-31 active');
    shop.settle();
    assert.equal(card(owner), 'Visa 1111 2030-12-31 active', 'not at once: one that is never answered would be the first of every round');
    shop.later(1);
    shop.settle();
    shop.later(0);
    assert.equal(card(owner), 'Visa 1111 2031-07-31 active');
});

test('removed, for one payment only, of another gateway: not asked', async () => {
    for (const set of [", state = 'removed', removed_at = UTC_TIMESTAMP(), vault_gone_at = UTC_TIMESTAMP()", ', is_remembered = 0', ", gateway = 'other'"])
        await kept('1230', set);
    assert.equal(shop.settle().cards.read, 0);
});
