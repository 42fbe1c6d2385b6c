// What a draft takes that is not of today: tried again days later, run late, and of more invoices than a payment covers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

let world;
before(async () => { world = await World.open('autopay_plan', {}); });
after(() => world?.close());

const many = (issued, due) => Array.from({ length: 205 }, () => ({ cents: 100, issued, due }));

test('split: the first half tried again is half of the same plan, and no more than is free', () => {
    const spec = { method: 'soft', schedule: 'split', next: '2026-12-01', began: '2026-10-01' };
    const owners = Array.from({ length: 3 }, () => world.enrolOne({ ...spec, invoices: [{ cents: 6000, due: '2026-12-02' }, { cents: 4001, due: '2026-12-15' }] }));
    const [same, part, all] = owners;
    const pay = (owner, invoice, amount) => world.at.ok(['payment', 'record', '--check', `${owner.number}`, '--account', owner.number, '--amount', amount, '--invoice', owner.invoices[invoice]]);
    world.run('2026-12-01');
    for (const owner of owners) assert.deepEqual(world.drafts(owner), ['2026-12-01 retry - 5001 1 2026-12-04']);
    pay(part, 0, '55.00');
    pay(all, 0, '60.00');
    world.run('2026-12-04');
    assert.deepEqual(world.payments(same), ['declined 5001 1', 'declined 5001 2']);
    assert.deepEqual(world.payments(part), ['declined 5001 1', 'declined 4501 2']);
    assert.deepEqual(world.payments(all), ['declined 5001 1', 'declined 4001 2']);
    world.clean('--gateway');
});

test('invoices that were issued after the day of a draft take no places in it', () => {
    world.day('2026-12-20');
    const late = world.enrolOne({ next: '2026-12-19', schedule: 'due_date', invoices: [{ cents: 100, due: '2026-12-30' }] });
    const first = world.enrolOne({ schedule: 'first', next: '2027-01-01', invoices: [{ cents: 5000, issued: '2026-12-01', due: '2027-02-01' }, ...many('2027-01-02', '2027-01-02')] });
    world.day('2027-01-03');
    world.run('2027-01-03');
    assert.deepEqual(world.drafts(first), ['2027-01-01 taken - 5000 1']);
    assert.deepEqual(world.drafts(late), ['2026-12-30 taken - 100 1']);
});

test('more invoices than a payment covers: the oldest; the rest the day after, or on the next draft day', () => {
    const due = world.enrolOne({ schedule: 'due_date', next: '2027-01-04', invoices: many('2027-01-01', '2027-01-04') });
    const half = world.enrolOne({ schedule: 'split', next: '2027-02-01', began: '2026-12-01', invoices: many('2027-01-01', '2027-01-04') });
    world.run('2027-01-04');
    assert.deepEqual([world.drafts(due), world.next(due)], [['2027-01-04 taken - 20000 1'], '2027-01-05']);
    world.run('2027-01-05');
    assert.deepEqual([world.drafts(due), world.next(due)], [['2027-01-04 taken - 20000 1', '2027-01-05 taken - 500 1'], '-']);
    // Both halves are of the plan, and the plan of one payment's invoices.
    world.run('2027-02-01');
    world.run('2027-02-15');
    world.run('2027-03-01');
    assert.deepEqual(world.drafts(half), ['2027-02-01 taken - 10000 1', '2027-02-15 taken - 10000 1', '2027-03-01 taken - 250 1']);
    world.clean('--gateway');
});

test('what the gateway refused for our own settings is no try of a card', async () => {
    world.at.ok(['config', 'check']);
    const owner = world.enrolOne({ schedule: 'first', next: '2027-04-01', invoices: [{ cents: 5000, due: '2027-04-01' }] });
    world.day('2027-04-01');
    await world.knobs({ answer: 'wrong_key', only_kind: 'sale' });
    for (let run = 0; run < 12; run++) assert.equal(world.at.run(['autopay', 'run', '--on', '2027-04-01']).status, 1);
    await world.knobs();
    world.run('2027-04-01');
    assert.deepEqual(world.drafts(owner).map((line) => line.split(' ').slice(0, 4).join(' ')), ['2027-04-01 taken - 5000']);
});
