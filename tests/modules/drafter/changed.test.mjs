// Drafts whose enrolment is changed while they wait to be tried again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

let world;
before(async () => { world = await World.open('autopay_changed', {}); });
after(() => world?.close());

const change = (owner, ...words) => world.at.ok(['autopay', 'change', `${owner.number}/${owner.enrolment}`, ...words]);

test('a draft of a schedule that was given up is not tried again: what was chosen since has its own days and amounts', () => {
    const due = { cents: 6000, due: '2026-12-02' }, later = { cents: 5000, due: '2026-12-30' };
    const owners = ['split', 'first', 'fifteenth'].map((schedule) => [world.enrolOne({ method: 'soft', schedule: 'due_date', next: '2026-12-02', invoices: [due, later] }), schedule]);
    const other = world.enrolOne({ schedule: 'due_date', next: '2026-12-05', invoices: [{ cents: 700, due: '2026-12-05' }] });
    world.run('2026-12-02');
    for (const [owner, schedule] of owners) {
        assert.deepEqual(world.drafts(owner), ['2026-12-02 retry - 6000 1 2026-12-05']);
        change(owner, '--schedule', schedule);
    }
    world.preview('2026-12-05');
    world.day('2026-12-05');
    assert.equal(world.drafterOnce().status, 0);
    for (const [owner] of owners) {
        assert.deepEqual(world.drafts(owner), ['2026-12-02 failed replaced 6000 1']);
        assert.equal(world.mails(owner).filter((kind) => kind === 'draft_failed').length, 2, 'put off, and then not tried again');
    }
    assert.deepEqual(world.drafts(other), ['2026-12-05 taken - 700 1']);
    world.clean('--gateway');
});

test('tried again, a draft takes no more than before, though its enrolment pays for more since', () => {
    const owner = world.enrolOne({ method: 'soft', schedule: 'first', next: '2027-01-01', covers: ['type:Hosting'],
        invoices: [{ cents: 6000, due: '2026-12-20' }, { cents: 5000, due: '2026-12-03', type: 'Domains' }] });
    world.run('2027-01-01');
    change(owner, '--all');
    world.run('2027-01-04');
    assert.deepEqual(world.payments(owner), ['declined 6000 1', 'declined 6000 2']);
    world.clean('--gateway');
});

test('what is issued for a day that was drafted already, the clock having gone back, is drafted the day after', () => {
    const owner = world.enrolOne({ schedule: 'due_date', next: '2027-01-10', invoices: [{ cents: 6000, due: '2027-01-10' }] });
    world.run('2027-01-10');
    world.day('2027-01-09');
    world.invoice(owner, 9, 700, { due: '2027-01-10', issued: '2027-01-09' });
    world.run('2027-01-10');
    assert.deepEqual([world.drafts(owner), world.next(owner)], [['2027-01-10 taken - 6000 1'], '2027-01-11']);
    world.run('2027-01-11');
    assert.deepEqual(world.paid(owner), [6000, 700]);
    world.clean('--gateway');
});

test('a run for a day that is past tells a person today, and the days until the debit count from today', () => {
    const owner = world.enrolOne({ method: 'bank', schedule: 'due_date', next: '2027-02-01', invoices: [{ cents: 6000, due: '2027-02-01' }] });
    world.day('2027-02-20');
    world.at.json(['autopay', 'run', '--on', '2027-02-01']);
    assert.equal(world.drafterOnce().status, 0);
    assert.deepEqual([world.payments(owner), world.next(owner), world.told(owner)], [[], '2027-03-02', '2027-03-02 6000']);
    world.run('2027-03-02');
    assert.deepEqual(world.payments(owner), ['pending 6000 1']);
});

test('a most per draft that is less than the smallest payment would take nothing, and is refused', () => {
    const owner = world.enrolOne({ next: '2027-06-01', invoices: [{ cents: 6000 }] });
    const ran = world.at.run(['autopay', 'change', `${owner.number}/${owner.enrolment}`, '--largest', '0.10']);
    assert.equal(ran.status, 2);
    assert.match(ran.err, /--largest: The smallest payment here is \$1\.00/);
    change(owner, '--largest', '1.00');
});
