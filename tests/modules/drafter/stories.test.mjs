// Each schedule and each outcome, end to end against the sandbox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

let world;
before(async () => { world = await World.open('autopay_stories', { settings: ['Payment.Smallest = 2.00'] }); });
after(() => world?.close());

// Every test has its own accounts; whatever else is due was taken by the tests before. Days rise from test to test.
const same = (owner, drafts, payments, paid, next) => {
    assert.deepEqual(world.drafts(owner), drafts);
    if (payments) assert.deepEqual(world.payments(owner), payments);
    if (paid) assert.deepEqual(world.paid(owner), paid);
    if (next) assert.equal(world.next(owner), next);
};

test('schedules: first, fifteenth, due date, and each takes what it covers', async () => {
    const first = world.enrolOne({ invoices: [{ cents: 5000 }, { cents: 3001, due: '2026-12-24' }, { cents: 900, issued: '2026-12-02', due: '2026-12-24' }] });
    const fifteenth = world.enrolOne({ schedule: 'fifteenth', next: '2026-12-15', invoices: [{ cents: 4000 }] });
    const due = world.enrolOne({ schedule: 'due_date', next: '2026-11-30', invoices: [{ cents: 1000, due: '2026-11-30' }, { cents: 2000, due: '2026-12-03' }, { cents: 3000, due: '2026-12-28' }] });
    const types = world.enrolOne({ covers: ['type:Hosting'], invoices: [{ cents: 1100 }, { cents: 2200, type: 'Domains' }] });
    const largest = world.enrolOne({ largest: 6000, invoices: [{ cents: 5000, due: '2026-11-01' }, { cents: 5000, due: '2026-11-02' }] });
    const small = world.enrolOne({ invoices: [{ cents: 150 }] });
    const none = world.enrolOne({});
    const skips = world.enrolOne({ skip: '2026-12-01', invoices: [{ cents: 5000 }] });
    const chosen = world.enrolOne({ covers: ['invoice:#2'], from: '2026-11-15', invoices: [{ cents: 700 }, { cents: 800 }] });
    const recent = world.enrolOne({ from: '2026-11-15', invoices: [{ cents: 700 }, { cents: 800, issued: '2026-11-16' }] });

    world.day('2026-11-30');
    assert.equal(world.run('2026-11-30').planned.count, 1);
    same(due, ['2026-11-30 taken - 1000 1'], ['succeeded 1000 1'], [1000, 0, 0], '2026-12-03');

    world.day('2026-12-01');
    const preview = world.preview('2026-12-01');
    const dry = world.at.json(['autopay', 'run', '--on', '2026-12-01', '--dry-run']);
    assert.equal(world.number('SELECT COUNT(*) FROM payment'), 1, 'a dry run writes nothing');
    const ran = world.run('2026-12-01');
    for (const key of ['planned', 'skipped', 'nothing', 'below_smallest', 'merged', 'person', 'unusable'])
        assert.deepEqual(ran[key], dry[key], key);
    assert.equal(preview.total_cents, ran.planned.amount_cents);
    assert.equal(preview.count, ran.planned.count);
    for (const one of preview.drafts)
        for (const invoice of one.invoices)
            assert.equal(world.number(`SELECT a.amount_cents FROM payment_allocation a JOIN invoice i ON i.id = a.invoice_id JOIN payment p ON p.id = a.payment_id
                JOIN draft d ON d.id = p.draft_id WHERE i.number = '${invoice.number}' AND d.enrolment_id = ${one.enrolment} AND d.draft_on = '2026-12-01'`), invoice.amount_cents);
    assert.deepEqual([ran.skipped.count, ran.nothing.count, ran.below_smallest.count, ran.drafted.count], [1, 1, 1, 5]);
    same(first, ['2026-12-01 taken - 8001 1'], ['succeeded 8001 1'], [5000, 3001, 0], '2027-01-01');
    same(fifteenth, [], [], [0], '2026-12-15');
    same(types, ['2026-12-01 taken - 1100 1'], null, [1100, 0]);
    same(largest, ['2026-12-01 taken - 6000 1'], null, [5000, 1000]);
    same(small, ['2026-12-01 nothing below_smallest 0 0'], [], [0], '2027-01-01');
    same(none, ['2026-12-01 nothing - 0 0'], [], [], '2027-01-01');
    same(skips, ['2026-12-01 skipped - 0 0'], [], [0], '2027-01-01');
    assert.equal(world.one(`SELECT COALESCE(skip_on, '-') FROM enrolment WHERE id = ${skips.enrolment}`), '-');
    same(chosen, ['2026-12-01 taken - 800 1'], null, [0, 800]);
    same(recent, ['2026-12-01 taken - 800 1'], null, [0, 800]);
    assert.deepEqual(world.mails(first), ['drafted']);
    for (const sale of await world.sales())
        assert.deepEqual([sale.initiated_by, sale.stored_credential_indicator], ['merchant', 'used']);
    assert.equal(world.run('2026-12-01').planned.count, 0, 'once');

    world.run('2026-12-03');
    same(due, ['2026-11-30 taken - 1000 1', '2026-12-03 taken - 2000 1'], null, [1000, 2000, 0], '2026-12-28');
    world.run('2026-12-15');
    same(fifteenth, ['2026-12-15 taken - 4000 1'], null, [4000], '2027-01-15');
    world.run('2026-12-28');
    same(due, ['2026-11-30 taken - 1000 1', '2026-12-03 taken - 2000 1', '2026-12-28 taken - 3000 1'], null, [1000, 2000, 3000], '-');
    // An invoice that is issued lowers it again, to tomorrow at the earliest.
    world.invoice(due, 4, 1500, { due: '2027-01-20', issued: '2026-12-28' });
    assert.equal(world.next(due), '2027-01-20');
    world.invoice(due, 5, 1600, { due: '2026-12-01', issued: '2026-12-01' });
    assert.equal(world.next(due), '2026-12-29');
    world.invoice(types, 3, 1000, { due: '2026-12-30', issued: '2026-12-28' });
    assert.equal(world.next(types), '2027-01-01', 'only of due-date enrolments');
    world.run('2026-12-29');
    assert.deepEqual(world.drafts(due).slice(-1), ['2026-12-29 taken - 1600 1']);
    assert.equal(world.next(due), '2027-01-20');
    world.clean('--gateway');
});

test('split: halves of a plan, paid by hand between them, and begun in the middle', async () => {
    world.day('2026-12-31');
    const plain = world.enrolOne({ schedule: 'split', next: '2027-01-01', began: '2026-12-20', invoices: [{ cents: 3043 }, { cents: 2000, due: '2026-12-10' }] });
    const hand = world.enrolOne({ schedule: 'split', next: '2027-01-01', began: '2026-12-20', invoices: [{ cents: 4000 }, { cents: 4000, due: '2026-12-10' }] });
    const fails = world.enrolOne({ schedule: 'split', method: 'soft', next: '2027-01-01', began: '2026-12-20', invoices: [{ cents: 1001 }] });
    world.run('2027-01-01');
    same(plain, ['2027-01-01 taken - 2522 1'], null, [2522, 0], '2027-01-15');
    assert.deepEqual(world.sql(`SELECT amount_cents FROM split_plan WHERE enrolment_id = ${plain.enrolment} ORDER BY invoice_id`).flat(), ['3043', '2000']);
    same(hand, ['2027-01-01 taken - 4000 1'], null, [4000, 0]);
    same(fails, ['2027-01-01 retry - 501 1 2027-01-04']);
    world.at.ok(['payment', 'record', '--check', '77', '--account', hand.number, '--amount', '25.00']);
    world.invoice(plain, 3, 9900, { issued: '2027-01-03', due: '2027-01-10' });
    world.day('2027-01-05');
    const late = world.enrolOne({ schedule: 'split', next: '2027-01-15', began: '2027-01-05', invoices: [{ cents: 1001 }] });
    const missed = world.enrolOne({ schedule: 'split', next: '2027-01-15', began: '2026-12-20', invoices: [{ cents: 1001 }] });
    world.run('2027-01-15');
    same(plain, ['2027-01-01 taken - 2522 1', '2027-01-15 taken - 2521 1'], null, [3043, 2000, 0], '2027-02-01');
    same(hand, ['2027-01-01 taken - 4000 1', '2027-01-15 taken - 1500 1'], null, [4000, 4000]);
    same(late, ['2027-01-15 taken - 501 1'], null, [501]);
    same(missed, ['2027-01-15 taken - 1001 1'], null, [1001]);
    // A failed first half is part of the second, and its retries end.
    same(fails, ['2027-01-01 failed next_day 501 1', '2027-01-15 retry - 1001 1 2027-01-18']);
    assert.ok(world.mails(fails).includes('draft_failed'));
    world.clean('--gateway');
});

test('missed days: merged into one draft, for a person when too long ago', async () => {
    world.day('2027-02-02');
    const merged = world.enrolOne({ schedule: 'fifteenth', next: '2026-12-15', invoices: [{ cents: 5000 }] });
    const late = world.enrolOne({ schedule: 'first', next: '2027-02-01', invoices: [{ cents: 5000 }] });
    const split = world.enrolOne({ schedule: 'split', next: '2027-01-15', began: '2026-12-20', invoices: [{ cents: 1001 }] });
    world.run('2027-02-18');
    same(merged, ['2026-12-15 merged - 0 0', '2027-01-15 merged - 0 0', '2027-02-15 taken - 5000 1'], ['succeeded 5000 1'], [5000], '2027-03-15');
    same(late, ['2027-02-01 person late 0 0'], [], [0], '2027-03-01');
    assert.deepEqual(world.queue(late), ['late_draft']);
    same(split, ['2027-01-15 merged - 0 0', '2027-02-01 merged - 0 0', '2027-02-15 taken - 1001 1'], null, [1001]);
    world.clean('--gateway');
});

test('declines: retry days, the backup once, for good, data, tries, methods that cannot be used', async () => {
    world.day('2027-02-20');
    const soft = world.enrolOne({ method: 'soft', next: '2027-03-01', invoices: [{ cents: 700 }] });
    const backup = world.enrolOne({ method: 'soft', backup: 'good', next: '2027-03-01', invoices: [{ cents: 800 }] });
    const both = world.enrolOne({ method: 'soft', backup: 'soft', next: '2027-03-01', invoices: [{ cents: 900 }] });
    const hard = world.enrolOne({ method: 'hard', next: '2027-03-01', invoices: [{ cents: 1000 }] });
    const hardBackup = world.enrolOne({ method: 'hard', backup: 'good', next: '2027-03-01', invoices: [{ cents: 1100 }] });
    const fix = world.enrolOne({ method: 'fix', next: '2027-03-01', invoices: [{ cents: 1200 }] });
    const attention = world.enrolOne({ next: '2027-03-01', invoices: [{ cents: 1300 }] });
    const expired = world.enrolOne({ backup: 'good', next: '2027-03-01', invoices: [{ cents: 1400 }] });
    const tired = world.enrolOne({ next: '2027-03-01', invoices: [{ cents: 1500 }] });
    const gone = world.enrolOne({ next: '2027-03-01', level: 2, invoices: [{ cents: 1600 }] });
    const method = (owner) => `(SELECT method_id FROM enrolment WHERE id = ${owner.enrolment})`;
    world.sql(`UPDATE method SET state = 'needs_attention', attention = '252' WHERE id = ${method(attention)};
        UPDATE method SET expires_on = '2027-02-28' WHERE id = ${method(expired)};
        INSERT INTO payment (account_id, reference, source, kind, user_id, method_id, amount_cents, state, created_at)
        SELECT e.account_id, CONCAT('P', LPAD(s.seq, 12, 'Z')), 'autopay', 'card', e.user_id, e.method_id, 100, 'declined', '2027-02-20' FROM enrolment e
        JOIN seq_1_to_10 s WHERE e.id = ${tired.enrolment}`);
    const ran = world.run('2027-03-01');
    same(soft, ['2027-03-01 retry - 700 1 2027-03-04'], ['declined 700 1']);
    same(backup, ['2027-03-01 taken - 800 2'], ['declined 800 1', 'succeeded 800 2'], [800]);
    same(both, ['2027-03-01 retry - 900 2 2027-03-04'], ['declined 900 1', 'declined 900 2']);
    same(hard, ['2027-03-01 failed declined 1000 1']);
    assert.equal(world.one(`SELECT CONCAT(state, ' ', attention) FROM method WHERE id = ${method(hard)}`), 'needs_attention 252');
    assert.deepEqual(world.mails(hard), ['draft_failed']);
    assert.equal(world.state(hard), 'active');
    same(hardBackup, ['2027-03-01 taken - 1100 2'], null, [1100]);
    same(fix, ['2027-03-01 failed declined 1200 1']);
    assert.equal(world.one(`SELECT state FROM method WHERE id = ${method(fix)}`), 'needs_attention');
    same(attention, ['2027-03-01 failed method 0 0'], []);
    same(expired, ['2027-03-01 taken - 1400 1'], null, [1400]);
    same(tired, ['2027-03-01 failed tries 0 0'], []);
    same(gone, [], [], [0], '-');
    assert.equal(world.state(gone), 'off user');
    assert.deepEqual(world.mails(gone), ['autopay_off']);
    assert.deepEqual([ran.declined_soft.count, ran.declined_hard.count, ran.declined_fix_data.count, ran.unusable.count, ran.turned_off.count], [5, 2, 1, 2, 1]);
    world.run('2027-03-04');
    same(soft, ['2027-03-01 retry - 700 2 2027-03-08']);
    // Both methods refuse softly: the backup is used once.
    same(both, ['2027-03-01 retry - 900 3 2027-03-08']);
    world.at.ok(['payment', 'record', '--check', '78', '--account', both.number, '--amount', '9.00']);
    world.run('2027-03-08');
    same(both, ['2027-03-01 nothing - 900 3'], null, [900]);
    world.run('2027-03-15');
    same(soft, ['2027-03-01 failed declined 700 4'], ['declined 700 1', 'declined 700 2', 'declined 700 3', 'declined 700 4']);
    assert.deepEqual(world.mails(soft), ['draft_failed', 'draft_failed'], 'put off once, and in the end');
    world.run('2027-04-01');
    assert.deepEqual(world.drafts(soft).slice(-1), ['2027-04-01 retry - 700 1 2027-04-04'], 'a failed draft leaves autopay on');
    // Turned off while it waits.
    world.sql(`UPDATE account_user au JOIN enrolment e ON e.account_id = au.account_id SET au.level_id = 2 WHERE e.id = ${soft.enrolment}`);
    world.run('2027-04-04');
    assert.deepEqual(world.drafts(soft).slice(-1), ['2027-04-01 failed off 700 1']);
    world.sql(`DELETE FROM payment WHERE reference LIKE 'PZZZZZZZZZZ%'`);
    world.clean('--gateway');
});

test('bank debits: pending, settled, returned, presented again, and the codes that end it', async () => {
    world.day('2027-04-20');
    const good = world.enrolOne({ method: 'bank', next: '2027-05-01', noticed: 5000, invoices: [{ cents: 5000 }] });
    const poor = world.enrolOne({ method: 'r01', next: '2027-05-01', noticed: 5100, invoices: [{ cents: 5100 }] });
    const paid = world.enrolOne({ method: 'r01', next: '2027-05-01', noticed: 5200, invoices: [{ cents: 5200 }] });
    const closed = world.enrolOne({ method: 'r02', next: '2027-05-01', noticed: 5300, invoices: [{ cents: 5300 }] });
    const revoked = world.enrolOne({ method: 'r07', next: '2027-05-01', noticed: 5400, invoices: [{ cents: 5400 }] });
    const late = world.enrolOne({ method: 'late', next: '2027-05-01', noticed: 5500, invoices: [{ cents: 5500 }] });
    world.run('2027-05-01');
    for (const owner of [good, poor, paid, closed, revoked, late]) {
        assert.match(world.drafts(owner)[0], /^2027-05-01 taken - \d+ 1$/);
        assert.deepEqual(world.mails(owner), ['drafted']);
    }
    world.day('2027-05-06');
    world.settle();
    assert.deepEqual(world.payments(good), ['succeeded 5000 1']);
    assert.deepEqual(world.mails(good), ['drafted', 'drafted']);
    same(poor, ['2027-05-01 retry - 5100 1 2027-05-13']);
    same(closed, ['2027-05-01 failed returned 5300 1']);
    assert.equal(world.state(closed), 'active');
    same(revoked, ['2027-05-01 failed returned 5400 1'], null, [0], '-');
    assert.equal(world.state(revoked), 'off returned');
    assert.deepEqual(world.mails(revoked), ['drafted', 'returned', 'autopay_off', 'draft_failed'].sort((a, b) => world.mails(revoked).indexOf(a) - world.mails(revoked).indexOf(b)));
    world.at.ok(['payment', 'record', '--check', '79', '--account', paid.number, '--amount', '1.00']);
    world.run('2027-05-13');
    same(poor, ['2027-05-01 taken - 5100 2']);
    same(paid, ['2027-05-01 failed changed 5200 1']);
    world.day('2027-05-20');
    world.settle();
    assert.match(world.drafts(poor)[0], /^2027-05-01 (failed next_day|retry -) 5100 2/);
    // It was money already.
    assert.deepEqual(world.payments(late), ['succeeded 5500 1']);
    world.sql(`UPDATE enrolment SET next_on = '2027-08-01' WHERE id = ${late.enrolment}`);
    world.day('2027-06-10');
    world.settle();
    assert.deepEqual(world.payments(late), ['returned 5500 1']);
    assert.match(world.drafts(late)[0], /^2027-05-01 retry - 5500 1 2027-06-/);
    world.clean('--gateway');
});

test('answers: lost, settled by somebody else, refused connections, voided, refunded', async () => {
    world.day('2027-06-20');
    const on = (day, cents) => world.enrolOne({ schedule: 'due_date', next: day, invoices: [{ cents, due: day }] });
    world.sql("UPDATE enrolment SET next_on = '2028-01-01' WHERE state = 'active'; UPDATE draft SET state = 'failed', retry_on = NULL WHERE state = 'retry'");
    const lost = on('2027-07-01', 2000), absent = on('2027-07-02', 2100), voided = on('2027-07-04', 2200), refunded = on('2027-07-04', 2300);
    world.day('2027-07-01');
    await world.knobs({ lose: 'after', times: 1 });
    const ran = world.run('2027-07-01');
    assert.equal(ran.unknown.count, 1);
    same(lost, ['2027-07-01 open - 2000 1'], ['unknown 2000 1'], [0], '-');
    world.clean();
    world.day('2027-07-01', '18:00:00');
    world.settle();
    same(lost, ['2027-07-01 taken - 2000 1'], ['succeeded 2000 1'], [2000]);
    assert.deepEqual(world.mails(lost), ['drafted']);
    await world.knobs({ lose: 'before', times: 1 });
    world.run('2027-07-02');
    same(absent, ['2027-07-02 open - 2100 1']);
    world.day('2027-07-03', '21:00:00');
    world.settle();
    same(absent, ['2027-07-02 retry - 2100 1 2027-07-03'], ['not_charged 2100 1']);
    world.run('2027-07-03');
    same(absent, ['2027-07-02 taken - 2100 2'], null, [2100]);
    world.run('2027-07-04');
    for (const owner of [voided, refunded]) assert.match(world.drafts(owner)[0], /taken/);
    world.at.ok(['payment', 'void', world.lastPayment(voided)]);
    same(voided, ['2027-07-04 failed voided 2200 1']);
    world.at.ok(['payment', 'refund', world.lastPayment(refunded)]);
    same(refunded, ['2027-07-04 taken - 2300 1'], ['refunded 2300 1']);
    // Nobody there: nothing is charged, and it is tried again in the next run.
    const away = on('2027-07-05', 2400);
    await world.stopSandbox();
    world.run('2027-07-05');
    assert.match(world.drafts(away)[0], /^2027-07-05 retry - 2400 2 2027-07-05$/);
    assert.deepEqual(world.payments(away), ['not_charged 2400 1', 'not_charged 2400 2']);
    await world.startSandbox();
    world.run('2027-07-05');
    assert.deepEqual(world.drafts(away), ['2027-07-05 taken - 2400 3']);
    world.clean('--gateway');
});
