// Bank accounts of persons are told first: what is drafted, and on which day, is what was told ten days before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

let world;
before(async () => { world = await World.open('autopay_notices', { vault: { good: 20, soft: 10, bank: 40, business: 5 } }); });
after(() => world?.close());

// Days rise from test to test, and each begins with nothing due.
const park = (date) => {
    world.sql("UPDATE enrolment SET next_on = '2031-01-01' WHERE state = 'active'; UPDATE draft SET state = 'failed', retry_on = NULL WHERE state = 'retry'");
    world.day(date);
};
// The service: what is due, and then the round of notices.
const serve = (date) => {
    world.day(date);
    const ran = world.drafterOnce();
    assert.equal(ran.status, 0, ran.err);
};
const upcoming = (owner) => world.mails(owner).filter((kind) => kind === 'autopay_upcoming').length;
const stands = (owner, next, told, mails) => assert.deepEqual([world.next(owner), world.told(owner), upcoming(owner)], [next, told, mails]);

test('on the due date: issued five days before, drafted once ten days after the notice, and no more than was told', async () => {
    park('2026-11-22');
    const owner = world.enrolOne({ method: 'bank', schedule: 'due_date', next: null });
    world.invoice(owner, 1, 1234, { issued: '2026-11-22', due: '2026-11-27' });
    assert.equal(world.next(owner), '2026-11-27');
    serve('2026-11-22');
    stands(owner, '2026-12-02', '2026-12-02 1234', 1);
    assert.equal(world.run('2026-11-27').waiting.count, 0, 'its day is another one now');
    // Billed meanwhile: it brings the day forward, and waits for what was told all the same.
    world.invoice(owner, 2, 500, { issued: '2026-11-27', due: '2026-11-30' });
    assert.equal(world.next(owner), '2026-11-30');
    serve('2026-11-29');
    stands(owner, '2026-11-30', '2026-12-02 1234', 1);
    const ran = world.run('2026-11-30');
    assert.deepEqual([ran.planned.count, ran.waiting.count, ran.waiting.amount_cents], [0, 1, 1734]);
    stands(owner, '2026-12-02', '2026-12-02 1234', 1);
    world.run('2026-12-01');
    assert.deepEqual(world.drafts(owner), []);
    serve('2026-12-02');
    assert.deepEqual(world.drafts(owner), ['2026-12-02 taken - 1234 1']);
    assert.deepEqual(world.payments(owner), ['pending 1234 1']);
    // The rest is told anew, on that day.
    stands(owner, '2026-12-12', '2026-12-12 500', 2);
    serve('2026-12-03');
    stands(owner, '2026-12-12', '2026-12-12 500', 2);
    world.run('2026-12-12');
    assert.deepEqual(world.drafts(owner), ['2026-12-02 taken - 1234 1', '2026-12-12 taken - 500 1']);
    stands(owner, '-', '2026-12-12 500', 2);
    world.clean('--gateway');
});

test('the 1st, told on time: what was told, and the rest next month', async () => {
    park('2026-12-20');
    const owner = world.enrolOne({ method: 'bank', next: '2027-01-01', invoices: [{ cents: 5000 }] });
    serve('2026-12-21');
    stands(owner, '2027-01-01', '- 0', 0);
    serve('2026-12-22');
    stands(owner, '2027-01-01', '2027-01-01 5000', 1);
    world.invoice(owner, 2, 900, { issued: '2026-12-28', due: '2027-01-10' });
    serve('2026-12-28');
    stands(owner, '2027-01-01', '2027-01-01 5000', 1);
    serve('2027-01-01');
    assert.deepEqual(world.drafts(owner), ['2027-01-01 taken - 5000 1']);
    stands(owner, '2027-02-01', '2027-01-01 5000', 1);
    serve('2027-01-22');
    stands(owner, '2027-02-01', '2027-02-01 900', 2);
    world.run('2027-02-01');
    assert.deepEqual(world.drafts(owner).slice(-1), ['2027-02-01 taken - 900 1']);
    world.clean('--gateway');
});

test('issued six days before the 1st: drafted on the day that was told, as the draft of the 1st', async () => {
    park('2027-02-23');
    const owner = world.enrolOne({ method: 'bank', next: '2027-03-01' });
    serve('2027-02-22');
    stands(owner, '2027-03-01', '- 0', 0);
    world.day('2027-02-23');
    world.invoice(owner, 1, 4000, { issued: '2027-02-23', due: '2027-03-20' });
    serve('2027-02-23');
    stands(owner, '2027-03-05', '2027-03-05 4000', 1);
    const first = world.run('2027-03-01');
    assert.deepEqual([first.planned.count, first.nothing.count, first.waiting.count], [0, 0, 0]);
    world.invoice(owner, 2, 300, { issued: '2027-03-02', due: '2027-03-30' });
    world.run('2027-03-04');
    assert.deepEqual(world.drafts(owner), []);
    world.run('2027-03-05');
    assert.deepEqual(world.drafts(owner), ['2027-03-01 taken - 4000 1']);
    assert.equal(world.next(owner), '2027-04-01');
    assert.equal(world.run('2027-03-05').planned.count, 0);
    world.clean('--gateway');
});

test('nobody told: the claim tells, and takes nothing; businesses, cards and a most per draft do not wait', async () => {
    park('2027-03-25');
    const invoices = [{ cents: 2000 }], next = '2027-04-01';
    const [business, card, most, backed] = world.enrol([{ method: 'business' }, { method: 'good' }, { method: 'bank', largest: 1500 }, { method: 'good', backup: 'business' }]
        .map((spec) => ({ ...spec, next, invoices })));
    const [person, backup, capped] = world.enrol([{ method: 'bank' }, { method: 'soft', backup: 'bank' }, { method: 'good', backup: 'bank', largest: 1500 }]
        .map((spec) => ({ ...spec, next, invoices })));
    world.day('2027-04-01');
    const dry = world.at.json(['autopay', 'run', '--on', '2027-04-01', '--dry-run']);
    const preview = world.preview('2027-04-01');
    stands(person, next, '- 0', 0);
    const charges = (await world.charges()).length;
    const ran = world.run('2027-04-01');
    for (const key of ['planned', 'waiting']) assert.deepEqual(ran[key], dry[key], key);
    assert.deepEqual([ran.planned.count, ran.waiting.count, ran.waiting.amount_cents], [5, 2, 4000]);
    assert.deepEqual([preview.count, preview.total_cents], [5, ran.planned.amount_cents]);
    assert.deepEqual(preview.drafts.filter(({ state }) => state === 'waiting').map((one) => [one.enrolment, one.waits_until, one.amount_cents]).sort((a, b) => a[0] - b[0]),
        [person, backup].map((owner) => [owner.enrolment, '2027-04-11', 2000]));
    for (const owner of [business, card, backed]) assert.deepEqual(world.drafts(owner), ['2027-04-01 taken - 2000 1']);
    for (const owner of [most, capped]) assert.deepEqual(world.drafts(owner), ['2027-04-01 taken - 1500 1']);
    assert.equal((await world.charges()).length, charges + 5);
    for (const owner of [person, backup]) {
        assert.deepEqual([world.drafts(owner), world.payments(owner)], [[], []]);
        stands(owner, '2027-04-11', '2027-04-11 2000', 1);
    }
    assert.match(world.at.ok(['autopay', 'run', '--on', '2027-04-01']), /Auto Pay on 2027-04-01/);
    world.run('2027-04-10');
    assert.deepEqual([world.drafts(person), world.drafts(backup)], [[], []]);
    world.run('2027-04-11');
    assert.deepEqual(world.drafts(person), ['2027-04-01 taken - 2000 1']);
    assert.deepEqual(world.payments(backup), ['declined 2000 1', 'pending 2000 2'], 'the account is only the backup');
    for (const owner of [person, backup]) assert.equal(world.next(owner), '2027-05-01');
    world.clean('--gateway');
});

test('in the words of the command: waits for its notice', () => {
    park('2027-04-20');
    const owner = world.enrolOne({ method: 'bank', next: '2027-05-01', invoices: [{ cents: 2500 }] });
    world.day('2027-05-01');
    assert.match(world.at.ok(['autopay', 'preview', '--on', '2027-05-01']), new RegExp(`${owner.number}/${owner.enrolment}  2027-05-01  \\$25\\.00  .*\\(waits for its notice, until 2027-05-11\\)\n[^]*0 drafts, \\$0\\.00\\.`));
    assert.match(world.at.ok(['autopay', 'run', '--on', '2027-05-01']), /1 +\$25\.00 +waits for its notice/);
});

test('halves: the first on the day that was told, the second by its plan on the day that is told then', () => {
    park('2027-06-20');
    const owner = world.enrolOne({ method: 'bank', schedule: 'split', next: '2027-07-01', began: '2027-05-20', invoices: [{ cents: 3001 }] });
    world.run('2027-07-01');
    stands(owner, '2027-07-11', '2027-07-11 1501', 1);
    world.invoice(owner, 2, 5000, { issued: '2027-07-02', due: '2027-07-20' });
    world.run('2027-07-11');
    assert.deepEqual(world.drafts(owner), ['2027-07-01 taken - 1501 1']);
    assert.equal(world.next(owner), '2027-07-15');
    world.run('2027-07-15');
    stands(owner, '2027-07-25', '2027-07-25 1500', 2);
    world.run('2027-07-25');
    assert.deepEqual(world.drafts(owner), ['2027-07-01 taken - 1501 1', '2027-07-15 taken - 1500 1']);
    assert.deepEqual([world.paid(owner)[1], world.next(owner)], [0, '2027-08-01']);
    world.clean('--gateway');
});

test('a day that was put off is skipped, and late, like any other', () => {
    park('2027-08-25');
    const [skips, late] = world.enrol([{}, {}].map(() => ({ method: 'bank', next: '2027-09-01', invoices: [{ cents: 2000 }] })));
    serve('2027-08-26');
    for (const owner of [skips, late]) stands(owner, '2027-09-05', '2027-09-05 2000', 1);
    world.sql(`UPDATE enrolment SET skip_on = next_on WHERE id = ${skips.enrolment}`);
    world.run('2027-09-11');
    assert.deepEqual(world.drafts(skips), ['2027-09-01 skipped - 0 0']);
    assert.deepEqual(world.drafts(late), ['2027-09-01 person late 0 0']);
    for (const owner of [skips, late]) stands(owner, '2027-10-01', '2027-09-05 2000', 1);
    assert.equal(world.one(`SELECT COALESCE(skip_on, '-') FROM enrolment WHERE id = ${skips.enrolment}`), '-');
    world.clean();
});

test('what is skipped, nothing, or cannot be taken, is not told, and its row comes on its day', () => {
    park('2027-09-20');
    const invoices = [{ cents: 2000 }];
    const [skips, nothing, gone] = world.enrol([{ skip: '2027-10-01', invoices }, { invoices: [] }, { invoices }].map((spec) => ({ ...spec, method: 'bank', next: '2027-10-01' })));
    world.sql(`UPDATE method SET state = 'needs_attention' WHERE id = (SELECT method_id FROM enrolment WHERE id = ${gone.enrolment})`);
    serve('2027-09-25');
    for (const owner of [skips, nothing, gone]) stands(owner, '2027-10-01', '- 0', 0);
    world.run('2027-10-01');
    assert.deepEqual([skips, nothing, gone].flatMap((owner) => world.drafts(owner)),
        ['2027-10-01 skipped - 0 0', '2027-10-01 nothing - 0 0', '2027-10-01 failed method 0 0']);
    for (const owner of [skips, nothing, gone]) stands(owner, '2027-11-01', '- 0', 0);
    world.clean();
});

test('tried again: no more than the attempt before', () => {
    park('2027-10-20');
    const spec = { method: 'soft', next: '2027-11-01', invoices: [{ cents: 2000 }] };
    const [told, card] = world.enrol([{ ...spec, backup: 'bank', noticed: 2000 }, spec]);
    world.sql(`UPDATE method SET state = 'needs_attention' WHERE id = (SELECT backup_method_id FROM enrolment WHERE id = ${told.enrolment})`);
    world.run('2027-11-01');
    for (const owner of [told, card]) {
        assert.deepEqual(world.drafts(owner), ['2027-11-01 retry - 2000 1 2027-11-04']);
        world.invoice(owner, 2, 700, { issued: '2027-10-30', due: '2027-11-20' });
    }
    world.run('2027-11-04');
    assert.deepEqual(world.payments(told), ['declined 2000 1', 'declined 2000 2']);
    assert.deepEqual(world.payments(card), ['declined 2000 1', 'declined 2700 2']);
    world.clean('--gateway');
});

test('what was agreed to by saving it was told: the first draft takes that, and does not wait', () => {
    park('2027-12-05');
    const owner = world.enrolOne({ method: 'bank', schedule: 'due_date', next: '2027-12-06', invoices: [{ cents: 2000, due: '2027-12-06' }, { cents: 700, due: '2027-12-08' }] });
    // As its user's page writes it with the authorization (tests/web/autopay).
    world.sql(`UPDATE enrolment SET noticed_on = '2027-12-06', noticed_cents = 2000 WHERE id = ${owner.enrolment}`);
    serve('2027-12-05');
    stands(owner, '2027-12-06', '2027-12-06 2000', 0);
    serve('2027-12-06');
    assert.deepEqual(world.drafts(owner), ['2027-12-06 taken - 2000 1']);
    stands(owner, '2027-12-16', '2027-12-16 700', 1);
    world.run('2027-12-16');
    assert.deepEqual(world.drafts(owner), ['2027-12-06 taken - 2000 1', '2027-12-16 taken - 700 1']);
    world.clean('--gateway');
});

test('a change by the provider was agreed to by nobody: what was told holds, and nothing else', () => {
    park('2027-12-18');
    const owner = world.enrolOne({ method: 'bank', next: '2028-01-01', invoices: [{ cents: 2000, due: '2027-12-20' }, { cents: 700, due: '2027-12-24' }] });
    const change = (...words) => world.at.ok(['autopay', 'change', `${owner.number}/${owner.enrolment}`, ...words]);
    change('--schedule', 'due_date');
    stands(owner, '2027-12-20', '- 0', 0);
    serve('2027-12-18');
    stands(owner, '2027-12-28', '2027-12-28 2000', 1);
    // Another schedule, and what was told stays: its day is not reached, and is none of the new ones.
    change('--schedule', 'first');
    stands(owner, '2028-01-01', '2027-12-28 2000', 1);
    serve('2027-12-22');
    stands(owner, '2028-01-01', '2028-01-01 2700', 2);
    // A most per draft is an agreed range: nothing waits, and nobody is told first.
    change('--largest', '100.00');
    world.invoice(owner, 3, 900, { issued: '2027-12-27', due: '2028-01-20' });
    world.run('2028-01-01');
    assert.deepEqual(world.drafts(owner), ['2028-01-01 taken - 3600 1']);
    world.clean('--gateway');
});

test('a draft that is not booked, or of which the gateway has no trace, is told once', async () => {
    park('2028-01-05');
    const owner = world.enrolOne({ method: 'bank', schedule: 'due_date', next: '2028-01-12', invoices: [{ cents: 2000, due: '2028-01-12' }] });
    serve('2028-01-05');
    stands(owner, '2028-01-15', '2028-01-15 2000', 1);
    await world.stopSandbox();
    world.run('2028-01-15');
    assert.match(world.drafts(owner)[0], /^2028-01-15 retry - 2000 2 2028-01-15$/);
    await world.startSandbox();
    world.run('2028-01-15');
    assert.deepEqual(world.drafts(owner), ['2028-01-15 taken - 2000 3']);
    stands(owner, '-', '2028-01-15 2000', 1);
    world.clean('--gateway');
});
