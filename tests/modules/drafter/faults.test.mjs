// A drafter dies as by kill -9 at every step of a draft (build faults): whatever the step, what follows is one charge.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
process.env.BUILD = process.env.BUILD ?? 'faults';
process.env.REMIT_BIN = join(root, 'build', process.env.BUILD, 'bin/remit');
const folder = mkdtempSync(join(tmpdir(), 'remit-fault-'));
const file = join(folder, 'fault');
let world, day = 1;

before(async () => {
    const { World } = await import('./world.mjs');
    world = await World.open('autopay_faults', { vault: { good: 60, soft: 20, bank: 20 } });
});
after(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
});

const next = () => `2026-12-${String(++day).padStart(2, '0')}`;
const enrol = (date, more = {}) => world.enrol([1000, 2000, 3000].map((cents) => ({ schedule: 'due_date', next: date, invoices: [{ cents, due: date }], ...more })));
function die(point) {
    writeFileSync(file, `${point}\n`);
    const ran = world.drafterOnce({ REMIT_FAULT_FILE: file });
    assert.equal(ran.signal, 'SIGKILL', ran.err);
    assert.equal(existsSync(file), false, 'the fault happened');
}
const settle = () => {
    world.sql("UPDATE payment SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing'");
    world.settle();
};
const taken = async (owners, date) => {
    const charges = await world.charges();
    for (const owner of owners) {
        assert.match(world.drafts(owner).join(), new RegExp(`^${date} taken`), `${owner.number} ${world.payments(owner)}`);
        const references = world.sql(`SELECT p.reference FROM payment p JOIN account a ON a.id = p.account_id WHERE a.number = '${owner.number}'`).flat();
        assert.equal(charges.filter((one) => references.includes(one.order_id)).length, 1, owner.number);
    }
    world.clean('--gateway');
};

for (const point of ['draft.before_claim', 'draft.inside_claim', 'db.before_commit'])
    test(`killed at ${point}: nothing was claimed`, async () => {
        const date = next(), owners = enrol(date);
        world.day(date);
        die(point);
        assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state = 'processing'"), 0);
        world.run(date);
        await taken(owners, date);
    });

// The claim stands and nobody sent it: a day later the gateway's report proves that, and the draft is tried again.
for (const point of ['db.after_commit', 'draft.after_claim'])
    test(`killed at ${point}: claimed and not sent`, async () => {
        const date = next(), owners = enrol(date);
        world.day(date);
        die(point);
        assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state = 'processing'"), 3);
        assert.equal(world.run(date).planned.count, 0, 'it is claimed');
        world.clean();
        settle();
        assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state = 'unknown'"), 3);
        const later = next();
        world.day(next(), '21:00:00');
        world.settle();
        assert.equal(world.number("SELECT COUNT(*) FROM draft WHERE state = 'retry'"), 3, later);
        world.run(world.now.slice(0, 10));
        await taken(owners, date);
    });

for (const point of ['draft.after_answer'])
    test(`killed at ${point}: sent and not recorded`, async () => {
        const date = next(), owners = enrol(date);
        world.day(date);
        die(point);
        settle();
        await taken(owners.filter((owner) => world.payments(owner).join().includes('succeeded')), date);
        world.day(next());
        world.day(next(), '21:00:00');
        world.settle();
        world.run(world.now.slice(0, 10));
        await taken(owners, date);
    });

test('killed at draft.after_record: recorded', async () => {
    const date = next(), owners = enrol(date);
    world.day(date);
    die('draft.after_record');
    settle();
    world.day(next());
    world.day(next(), '21:00:00');
    world.settle();
    world.run(world.now.slice(0, 10));
    await taken(owners, date);
});

test('killed between a decline and the backup: the next run goes on with the backup', async () => {
    const date = next(), owners = enrol(date, { method: 'soft', backup: 'good' });
    world.day(date);
    die('draft.after_record');
    settle();
    world.run(date);
    for (const owner of owners) assert.match(world.payments(owner).join(), /^declined \d+ 1,succeeded \d+ 2$/);
    await taken(owners, date);
});

// Told first: the notice and the day it names are one.
const told = (owners) => owners.map((owner) => `${world.next(owner)} ${world.told(owner)} ${world.mails(owner).filter((kind) => kind === 'autopay_upcoming').length}`);
const on = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) + days * 864e5).toISOString().slice(0, 10);
for (const [point, survives] of [['db.before_commit', false], ['db.after_commit', true]])
    test(`killed at ${point} of a claim that tells: told once, and taken once`, async () => {
        const date = next(), owners = enrol(date, { method: 'bank' }), then = on(date, 10);
        world.day(date);
        die(point);
        const [before, after] = [owners.map(() => `${date} - 0 0`), [1000, 2000, 3000].map((cents) => `${then} ${then} ${cents} 1`)];
        assert.deepEqual(told(owners), survives ? after : before);
        assert.equal(world.run(date).waiting.count, survives ? 0 : 3);
        assert.deepEqual(told(owners), after);
        world.run(on(date, 9));
        for (const owner of owners) assert.deepEqual(world.payments(owner), []);
        world.run(then);
        await taken(owners, then);
        day = Math.max(day, Number(then.slice(8)));
        world.clean('--gateway');
    });

test('killed in the round of notices: told once', () => {
    const date = on(world.now.slice(0, 10), 12), owners = enrol(date, { method: 'bank' }), today = on(date, -9), then = on(today, 10);
    world.day(today);
    die('draft.inside_notice');
    assert.deepEqual(told(owners), owners.map(() => `${date} - 0 0`));
    for (let time = 0; time < 2; time++) {
        assert.equal(world.drafterOnce().status, 0);
        assert.deepEqual(told(owners), [1000, 2000, 3000].map((cents) => `${then} ${then} ${cents} 1`));
    }
});
