// The service and the command around a run: stopping, wrong settings, a gateway that has too much to do, notices, the
// verbs of the provider.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bin, World } from './world.mjs';

let world;
before(async () => { world = await World.open('autopay_service', { vault: { good: 200, bank: 5 }, settings: ['Autopay.InFlight = 4', 'Autopay.BatchClaims = 3'] }); });
after(() => world?.close());

const until = async (what, condition, seconds = 20) => {
    for (const end = Date.now() + seconds * 1000; ;) {
        const value = await condition();
        if (value) return value;
        assert.ok(Date.now() < end, `waited for ${what}`);
        await new Promise((done) => setTimeout(done, 20));
    }
};
const park = () => world.sql("UPDATE enrolment SET next_on = '2030-01-01' WHERE state = 'active'; UPDATE draft SET state = 'failed', retry_on = NULL WHERE state = 'retry'");
const some = (count, next = '2026-12-01') => world.enrol(Array.from({ length: count }, (_, at) => ({ schedule: 'due_date', next, invoices: [{ cents: 1000 + at, due: next }] })));
const due = () => world.number(`SELECT COUNT(*) FROM enrolment WHERE state = 'active' AND next_on <= '${world.now.slice(0, 10)}'`);

test('SIGTERM: what is on its way is recorded, the rest waits, exit 0', async () => {
    some(30);
    world.day('2026-12-01');
    await world.knobs({ latency_ms: 700 });
    const { child, ended } = world.drafter();
    await until('sales on their way', async () => world.number("SELECT COUNT(*) FROM payment WHERE state = 'processing'") >= 3);
    child.kill('SIGTERM');
    const { code, err } = await ended;
    assert.equal(code, 0, err);
    assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown')"), 0);
    const taken = world.number("SELECT COUNT(*) FROM payment WHERE state = 'succeeded'");
    assert.ok(taken >= 3 && taken < 30, `${taken}`);
    assert.equal(due(), 30 - taken);
    assert.ok((await world.requests()).most_in_flight <= 4, 'no more at once than it may');
    // The command as well.
    const ran = world.at.start(['--json', 'autopay', 'run', '--on', '2026-12-01'], (process_) => setTimeout(() => process_.kill('SIGTERM'), 400));
    const { status, out } = await ran;
    assert.equal(status, 0);
    assert.equal(JSON.parse(out).stopped, true);
    await world.knobs();
    assert.equal(world.drafterOnce().status, 0);
    assert.equal(due(), 0);
    world.clean('--gateway');
});

test('a key that the gateway does not take: nothing more is sent, a person is told, exit 1, and nothing is lost', async () => {
    park();
    const owners = some(20, '2026-12-02');
    world.day('2026-12-02');
    const sales = (await world.sales()).length;
    await world.knobs({ answer: 'wrong_key' });
    const ran = world.at.run(['--json', 'autopay', 'run', '--on', '2026-12-02']);
    assert.equal(ran.status, 1);
    assert.match(ran.err, /does not accept our settings/);
    const summary = JSON.parse(ran.out);
    assert.ok(summary.misconfigured.count >= 1 && summary.misconfigured.count <= 8, JSON.stringify(summary.misconfigured));
    assert.equal(summary.retry.count, summary.misconfigured.count);
    assert.equal(summary.failed.count, 0);
    assert.equal(world.number("SELECT COUNT(*) FROM queue_item WHERE kind = 'gateway_configuration'"), summary.misconfigured.count);
    assert.equal(world.number("SELECT COUNT(*) FROM draft WHERE state = 'retry' AND retry_on = '2026-12-02'"), summary.retry.count);
    assert.equal((await world.sales()).length, sales);
    assert.equal(world.drafterOnce().status, 1);
    await world.knobs();
    world.run('2026-12-02');
    for (const owner of owners) assert.match(world.drafts(owner).join(), /^2026-12-02 taken/);
    world.clean('--gateway');
});

test('a rate limit slows it down, and no draft fails for it', async () => {
    park();
    const owners = some(30, '2026-12-03');
    world.day('2026-12-03');
    await world.knobs({ answer: 'rate_limit', times: 6 });
    const { child, ended } = world.drafter(['--once']);
    const { code, err } = await ended;
    assert.equal(code, 0, err);
    assert.equal(child.exitCode, 0);
    assert.match(err, /draft\.slower/);
    for (const owner of owners) assert.match(world.drafts(owner).join(), /^2026-12-03 taken/, world.payments(owner).join());
    assert.equal(world.mails(owners[0]).includes('draft_failed'), false);
    world.clean('--gateway');
});

test('a database that is slow between claim and send: the lease says when it is too late', async () => {
    park();
    const [owner] = some(1, '2026-12-04');
    world.day('2026-12-04');
    const short = `${world.at.settings}.short`;
    writeFileSync(short, readFileSync(world.at.settings, 'utf8').replace('Payment.LeaseSeconds = 20', 'Payment.LeaseSeconds = 2'));
    // The claim's last row waits for another session until half of the lease is over.
    const account = world.one(`SELECT account_id FROM enrolment WHERE id = ${owner.enrolment}`);
    const hold = spawn('mariadb', ['--no-defaults', '-uroot', `--socket=${world.database.socket}`, world.at.name, '-e',
        `BEGIN; UPDATE invoice SET terms = 'x' WHERE account_id = ${account}; SELECT SLEEP(2); COMMIT`]);
    await until('the lock', async () => world.number('SELECT COUNT(*) FROM information_schema.processlist WHERE INFO LIKE "%SLEEP(2)%" AND INFO NOT LIKE "%processlist%"') > 0);
    const sent = (await world.sales()).length;
    const child = spawn(bin('drafter'), ['--settings', short, '--once'], { stdio: 'ignore' });
    await new Promise((done) => child.once('exit', done));
    hold.kill();
    const states = world.payments(owner);
    assert.equal(states[0], 'not_charged 1000 1');
    assert.equal(states[1], 'succeeded 1000 2');
    assert.equal((await world.sales()).length, sent + 1);
    world.clean('--gateway');
});

test('notices: once for each draft day, earlier for banks, and for cards that expire', async () => {
    park();
    world.day('2026-12-05');
    const card = world.enrolOne({ schedule: 'due_date', next: '2026-12-08', invoices: [{ cents: 1234, due: '2026-12-08' }] });
    const far = world.enrolOne({ schedule: 'due_date', next: '2026-12-09', invoices: [{ cents: 1234, due: '2026-12-09' }] });
    const bank = world.enrolOne({ method: 'bank', schedule: 'due_date', next: '2026-12-15', invoices: [{ cents: 1234, due: '2026-12-15' }] });
    const none = world.enrolOne({ schedule: 'fifteenth', next: '2026-12-08' });
    const skips = world.enrolOne({ schedule: 'due_date', next: '2026-12-08', skip: '2026-12-08', invoices: [{ cents: 1234, due: '2026-12-08' }] });
    world.sql(`UPDATE method SET expires_on = '2026-12-31' WHERE id = (SELECT method_id FROM enrolment WHERE id = ${far.enrolment})`);
    assert.equal(world.drafterOnce().status, 0);
    assert.equal(world.drafterOnce().status, 0);
    assert.deepEqual(world.mails(card), ['autopay_upcoming']);
    assert.deepEqual(world.mails(far), ['method_expiring']);
    assert.deepEqual(world.mails(bank), ['autopay_upcoming']);
    assert.deepEqual(world.mails(none), []);
    assert.deepEqual(world.mails(skips), []);
    assert.deepEqual(world.sql(`SELECT noticed_on, noticed_cents FROM enrolment WHERE id = ${card.enrolment}`), [['2026-12-08', '1234']]);
    world.day('2026-12-06');
    assert.equal(world.drafterOnce().status, 0);
    assert.deepEqual(world.mails(far).sort(), ['autopay_upcoming', 'method_expiring']);
    assert.deepEqual(world.mails(card), ['autopay_upcoming']);
});

test('settings that are wrong are named', () => {
    const settings = readFileSync(world.at.settings, 'utf8');
    const wrongs = (line) => {
        writeFileSync(world.at.settings, `${settings}\n${line}\n`);
        return JSON.parse(world.at.run(['config', 'check', '--program', 'drafter', '--json']).out).wrong.map((one) => one.setting);
    };
    for (const line of ['Autopay.RetryDays = 7, 3', 'Autopay.RetryDays = 61', 'Autopay.BankRetryDays = 1, 2, 3', 'Autopay.InFlight = 513', 'Autopay.InFlight = 0',
        'Autopay.BatchClaims = 51', 'Autopay.CardTries = 0'])
        assert.deepEqual(wrongs(line), [line.split(' ')[0]], line);
    for (const line of ['Autopay.RetryDays = none', 'Autopay.BankRetryDays = 5', 'Autopay.InFlight = 512']) assert.deepEqual(wrongs(line), [], line);
    writeFileSync(world.at.settings, settings);
});

test('list, change, off', () => {
    park();
    const owner = world.enrolOne({ schedule: 'first', next: '2027-01-01', invoices: [{ cents: 5000, due: '2026-12-20' }] });
    const name = `${owner.number}/${owner.enrolment}`;
    const of = () => world.at.json(['autopay', 'list', '--account', owner.number])[0];
    assert.deepEqual([of().enrolment, of().schedule, of().covers, of().state], [name, 'first', 'all', 'active']);
    assert.match(world.at.ok(['autopay', 'list']), new RegExp(name));
    world.at.ok(['autopay', 'change', name, '--schedule', 'due_date', '--largest', '20.00']);
    assert.deepEqual([of().schedule, of().next_on, of().largest_cents], ['due_date', '2026-12-20', 2000]);
    world.at.ok(['autopay', 'change', name, '--schedule', 'fifteenth', '--largest', 'none']);
    assert.deepEqual([of().next_on, of().largest], ['2026-12-15', null]);
    const [{ number }] = world.at.json(['invoice', 'list', '--account', owner.number]);
    world.at.ok(['autopay', 'change', name, '--invoices', number]);
    assert.equal(of().covers, `invoice:${number}`);
    world.at.ok(['autopay', 'change', name, '--all']);
    world.at.ok(['autopay', 'change', name, '--skip']);
    assert.equal(of().skip_on, '2026-12-15');
    world.at.ok(['autopay', 'change', name, '--no-skip']);
    assert.equal(of().skip_on, null);
    assert.ok(world.mails(owner).includes('autopay_on'));
    for (const wrong of [['autopay', 'change', name], ['autopay', 'change', name, '--schedule', 'weekly'], ['autopay', 'change', name, '--skip', '--no-skip'],
        ['autopay', 'off', 'x', '--note', 'x'], ['autopay', 'off', name], ['autopay', 'run'], ['autopay', 'run', '--on', '2026-13-01']])
        assert.equal(world.at.run(wrong).status, 2, wrong.join(' '));
    assert.equal(world.at.run(['autopay', 'off', `${owner.number}/999999`, '--note', 'x']).status, 1);
    world.at.ok(['autopay', 'off', name, '--note', 'by phone']);
    assert.deepEqual([of().state, of().off_reason, of().off_note, of().next_on], ['off', 'provider', 'by phone', null]);
    assert.equal(world.at.run(['autopay', 'off', name, '--note', 'x']).status, 1);
    assert.equal(world.at.run(['autopay', 'change', name, '--skip']).status, 1);
    assert.ok(world.mails(owner).includes('autopay_off'));
    world.clean();
});

test('the provider changes method, backup and covers: audited and told, and agreed to by nobody', () => {
    park();
    world.day('2026-12-05');
    // Its next day is not the one that saving it today would give: it stays, unless days or covers change.
    const owner = world.enrolOne({ schedule: 'first', next: '2027-02-01', backup: 'good', largest: 5000, covers: ['type:Hosting'], from: '2026-11-10',
        invoices: [{ cents: 5000, due: '2026-12-20' }, { cents: 700, type: 'Support', due: '2026-12-10' }, { cents: 800, type: 'Support', issued: '2026-11-20', due: '2026-12-12' }] });
    const name = `${owner.number}/${owner.enrolment}`;
    const of = () => world.at.json(['autopay', 'list', '--account', owner.number]).find((one) => one.enrolment === name);
    const change = (...more) => world.at.run(['autopay', 'change', name, ...more]);
    const [card, second] = world.sql(`SELECT method_id, backup_method_id FROM enrolment WHERE id = ${owner.enrolment}`)[0];
    // More of the same user: bank accounts of a person and of a business; and a card of somebody else of the account.
    const add = (kind, holder, user = 'e.user_id') => world.one(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, holder_type, expires_on, created_at)
        SELECT e.account_id, ${user}, '${kind}', 'nmi', UUID(), '${kind === 'bank' ? 'Checking' : 'Amex'}', '7777', '${holder}', ${kind === 'bank' ? 'NULL' : "'2030-12-31'"}, UTC_TIMESTAMP()
        FROM enrolment e WHERE e.id = ${owner.enrolment}; SELECT LAST_INSERT_ID()`);
    const person = add('bank', 'personal'), business = add('bank', 'business');
    const stranger = add('card', '', `(SELECT MAX(user_id) FROM account_user WHERE account_id <> e.account_id)`);
    const stands = () => world.one(`SELECT CONCAT_WS(' ', e.method_id, COALESCE(e.backup_method_id, '-'), e.schedule, e.scope, COALESCE(e.largest_cents, 0), COALESCE(e.next_on, '-'), COALESCE(e.issued_from, '-'),
        GROUP_CONCAT(c.cover_key ORDER BY c.cover_key)) FROM enrolment e JOIN enrolment_cover c ON c.enrolment_id = e.id AND c.active = 1 WHERE e.id = ${owner.enrolment} GROUP BY e.id`);
    const traces = () => world.sql(`SELECT (SELECT COUNT(*) FROM consent WHERE enrolment_id = ${owner.enrolment}), (SELECT COUNT(*) FROM audit_event WHERE action = 'autopay.change'
        AND actor LIKE 'operator:%' AND subject = 'enrolment:${owner.enrolment}'), (SELECT COUNT(*) FROM outbox WHERE kind = 'autopay_on' AND subject_id = ${owner.enrolment})`)[0].map(Number);
    let audits = 0;
    const does = (args, what) => {
        const ran = change(...args);
        assert.equal(ran.status, 0, ran.err);
        assert.equal(stands(), what, args.join(' '));
        const [consents, audited, mails] = traces();
        assert.deepEqual([consents, audited, mails > 0], [0, ++audits, true], args.join(' '));
    };
    const refused = (args, pattern, status = 1) => {
        const before = [stands(), traces()].join();
        const ran = change(...args);
        assert.equal(ran.status, status, args.join(' ') + ran.err);
        assert.match(ran.err, pattern);
        assert.equal([stands(), traces()].join(), before, args.join(' '));
    };
    const support = world.one(`SELECT id FROM invoice WHERE number = '${owner.invoices[1]}'`);
    does(['--method', second, '--no-backup'], `${second} - first types 5000 2027-02-01 2026-11-10 type:Hosting`);
    does(['--types', 'Hosting, Support'], `${second} - first types 5000 2027-01-01 2026-11-10 type:Hosting,type:Support`);
    does(['--invoices', owner.invoices[1], '--schedule', 'due_date'], `${second} - due_date invoices 5000 2026-12-10 2026-11-10 invoice:${support}`);
    does(['--all', '--backup', business], `${second} ${business} due_date all 5000 2026-12-10 2026-11-10 all`);
    assert.match(world.at.ok(['autopay', 'change', name, '--all']), /is so already; nothing was changed/);
    assert.deepEqual(traces().slice(0, 2), [0, audits]);
    does(['--method', business, '--no-backup', '--largest', 'none'], `${business} - due_date all 0 2026-12-10 2026-11-10 all`);
    refused(['--method', person], /Checking ending 7777 is a person's bank account: only its owner can authorize debits of it/);
    refused(['--backup', person], /only its owner can authorize debits of it/);
    refused(['--method', '999999'], /--method: Its user has no such payment method/);
    refused(['--method', stranger], /--method: Its user has no such payment method/);
    refused(['--backup', business], /--backup: Choose another method as the backup, or none/);
    refused(['--types', 'Hosting, Nothing'], /no invoice of type Nothing/);
    refused(['--invoices', '0815'], /no open invoice 0815/);
    for (const usage of [['--method', 'x'], ['--method', '0'], ['--all', '--types', 'Hosting'], ['--types', 'a,,b'], ['--types', ''], ['--invoices', ','], ['--backup', card, '--no-backup']])
        refused(usage, /./, 2);
    // One that pays from a person's account already: less of it is fine, more is not.
    world.sql(`UPDATE enrolment SET method_id = ${person}, largest_cents = 5000, issued_from = '2026-11-15' WHERE id = ${owner.enrolment}`);
    refused(['--largest', '50.01'], /pays from a person's bank account \(Checking ending 7777\): only its owner can authorize debits for more than before/);
    refused(['--largest', 'none'], /for more than before/);
    refused(['--invoices', owner.invoices[1]], /for more than before/, 1); // it is older than what is paid
    does(['--largest', '49.99'], `${person} - due_date all 4999 2026-12-10 2026-11-15 all`);
    does(['--invoices', owner.invoices[2]], `${person} - due_date invoices 4999 2026-12-10 2026-11-15 invoice:${Number(support) + 1}`);
    refused(['--invoices', owner.invoices.slice(1).join()], /for more than before/);
    refused(['--types', 'Support'], /for more than before/);
    refused(['--all'], /for more than before/);
    does(['--method', card, '--backup', person], `${card} ${person} due_date invoices 4999 2026-12-10 2026-11-15 invoice:${Number(support) + 1}`);
    refused(['--all'], /for more than before/);
    refused(['--method', person, '--no-backup'], /only its owner can authorize debits of it/);
    does(['--no-backup', '--all'], `${card} - due_date all 4999 2026-12-10 2026-11-15 all`);
    // What another enrolment has stays with it.
    const other = world.one(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at) SELECT account_id, user_id, ${second}, 'first', 'types',
        '2026-11-01', '2027-01-01', UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM enrolment WHERE id = ${owner.enrolment}; SET @id = LAST_INSERT_ID();
        INSERT INTO enrolment_cover SELECT account_id, @id, 'type:Support', 1 FROM enrolment WHERE id = @id; SELECT @id`);
    refused(['--types', 'Support'], /Another enrolment has some of that, and would lose it.*Support/);
    does(['--types', 'Hosting'], `${card} - due_date types 4999 2026-12-10 2026-11-15 type:Hosting`);
    assert.equal(world.one(`SELECT state FROM enrolment WHERE id = ${other}`), 'active');
    // A method that needs attention does not keep the rest from being changed; a skip ends only where its day does.
    world.sql(`UPDATE method SET state = 'needs_attention', attention = '252' WHERE id = ${card}; UPDATE enrolment SET schedule = 'first', next_on = '2027-01-01', skip_on = '2027-01-01' WHERE id = ${owner.enrolment}`);
    does(['--schedule', 'split'], `${card} - split types 4999 2026-12-15 2026-11-15 type:Hosting`);
    assert.equal(of().skip_on, '2027-01-01');
    assert.match(world.at.ok(['autopay', 'change', name, '--schedule', 'fifteenth']), /The day that was skipped is no draft day any more/);
    assert.equal(of().skip_on, null);
    world.sql(`UPDATE account_user SET level_id = 2 WHERE user_id = (SELECT user_id FROM enrolment WHERE id = ${owner.enrolment})`);
    refused(['--schedule', 'first'], /Its user may not manage Auto Pay any more/);
    world.clean();
});

test('what autopay verbs say of themselves is so', () => {
    const help = (verb) => world.at.ok(['autopay', verb, '--help']).replace(/\s+/g, ' ');
    assert.match(help('off'), /--note TEXT why; required/);
    for (const verb of ['run', 'preview']) assert.match(help(verb), /--on DATE the day, as in 2026-12-01; required/);
    for (const option of ['schedule SCHEDULE', 'method ID', 'backup ID', 'no-backup', 'all', 'types LIST', 'invoices LIST', 'largest AMOUNT', 'skip', 'no-skip'])
        assert.ok(help('change').includes(`--${option} `), option);
});

test('a method that the provider removes pays nothing more; as a backup it is only not there any more', () => {
    park();
    const [own, backed] = world.enrol([{ next: '2027-02-01', invoices: [{ cents: 5000 }] }, { next: '2027-02-01', backup: 'good', invoices: [{ cents: 6000 }] }]);
    const method = (owner, column) => world.one(`SELECT ${column} FROM enrolment WHERE id = ${owner.enrolment}`);
    world.at.ok(['method', 'remove', method(own, 'method_id'), '--account', own.number]);
    world.at.ok(['method', 'remove', method(backed, 'backup_method_id'), '--account', backed.number]);
    assert.equal(world.state(own), 'off method');
    assert.deepEqual(world.mails(own).sort(), ['autopay_off', 'method_removed']);
    assert.equal(world.state(backed), 'active');
    assert.equal(method(backed, "COALESCE(backup_method_id, '-')"), '-');
    world.run('2027-02-01');
    assert.deepEqual([world.drafts(own), world.paid(own), world.paid(backed)], [[], [0], [6000]]);
    world.clean('--gateway');
});

test('a disabled user pays nothing more by itself, in any account, and is told; the others go on', () => {
    park();
    const [one, two, other] = world.enrol([1, 2, 3].map((each) => ({ next: '2027-02-10', schedule: 'due_date', invoices: [{ cents: 1000 * each, due: '2027-02-10' }] })));
    const user = (owner) => world.one(`SELECT user_id FROM enrolment WHERE id = ${owner.enrolment}`);
    // The first one's user has the second account's enrolment too, and a draft that waits.
    world.sql(`UPDATE account_user SET user_id = ${user(one)} WHERE user_id = ${user(two)}; UPDATE method SET user_id = ${user(one)} WHERE user_id = ${user(two)};
        UPDATE enrolment SET user_id = ${user(one)} WHERE id = ${two.enrolment};
        INSERT INTO draft (account_id, enrolment_id, draft_on, state, retry_on, created_at) SELECT account_id, id, '2027-01-20', 'retry', '2027-02-10', UTC_TIMESTAMP()
        FROM enrolment WHERE id = ${two.enrolment}`);
    const version = (owner) => world.number(`SELECT version FROM account WHERE number = '${owner.number}'`);
    const before = [one, two].map(version);
    assert.match(world.at.ok(['user', 'disable', `${one.number}@example.test`]), /Auto Pay of theirs is off/);
    assert.deepEqual([world.state(one), world.state(two), world.state(other)], ['off user', 'off user', 'active']);
    assert.deepEqual([one, two].map(version), before.map((number) => number + 1));
    assert.deepEqual([world.mails(one), world.mails(two), world.mails(other)], [['autopay_off'], ['autopay_off'], []]);
    assert.deepEqual(world.drafts(two), ['2027-01-20 failed off 0 0']);
    world.at.ok(['user', 'enable', `${one.number}@example.test`]);
    assert.equal(world.state(one), 'off user', 'and stays off');
    assert.equal(world.run('2027-02-10').planned.count, 1);
    assert.deepEqual([world.paid(one), world.paid(two), world.paid(other)], [[0], [0], [3000]]);
    world.clean('--gateway');
});

test('halves of a month are compared with their plan, and drafts of another schedule are not', () => {
    park();
    const owner = world.enrolOne({ schedule: 'split', next: '2027-03-01', invoices: [{ cents: 5000 }] });
    world.run('2027-03-01');
    world.at.ok(['payment', 'refund', world.lastPayment(owner), '--reopen']);
    world.at.ok(['autopay', 'change', `${owner.number}/${owner.enrolment}`, '--schedule', 'fifteenth']);
    world.run('2027-03-15');
    assert.deepEqual(world.paid(owner), [5000]);
    world.clean('--gateway');
    world.sql(`UPDATE enrolment SET schedule = 'split', began_on = '2027-02-05' WHERE id = ${owner.enrolment}`);
    assert.match(world.at.run(['check']).out, /the halves of a month took more/);
    world.sql(`UPDATE enrolment SET schedule = 'fifteenth' WHERE id = ${owner.enrolment}`);
});

test('changed to halves after a draft of the 1st: half on the 15th', () => {
    park();
    const owner = world.enrolOne({ schedule: 'first', next: '2027-06-01', invoices: [{ cents: 5000 }] });
    world.run('2027-06-01');
    world.day('2027-06-10');
    world.at.ok(['autopay', 'change', `${owner.number}/${owner.enrolment}`, '--schedule', 'split']);
    world.invoice(owner, 2, 3001, { issued: '2027-06-10', due: '2027-06-20' });
    world.run('2027-06-15');
    assert.deepEqual(world.drafts(owner), ['2027-06-01 taken - 5000 1', '2027-06-15 taken - 1501 1']);
    world.clean('--gateway');
});
