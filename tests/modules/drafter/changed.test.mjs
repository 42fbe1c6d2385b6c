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
        assert.equal(world.mails(owner).filter((kind) => kind === 'draft_failed').length, 1);
    }
    assert.deepEqual(world.drafts(other), ['2026-12-05 taken - 700 1']);
    world.clean('--gateway');
});
