// The provider's command line against a private database: what it does, what it refuses, and that
// a refusal changes nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, Database, Installation, migrations, root } from './harness.mjs';

let database, remit;

before(async () => {
    database = await Database.start();
    remit = new Installation(database, 'remit_main');
});
after(() => database?.stop());

const refused = (at, args, words, status = 1, input = undefined) => {
    const ran = at.run(args, input);
    assert.equal(ran.status, status, `${args.join(' ')}: ${ran.err}${ran.out}`);
    assert.match(ran.err, words);
    return ran;
};

// Everything that an import or a record could have half written.
const written = (at) => at.sql(`SELECT (SELECT COUNT(*) FROM invoice), (SELECT COUNT(*) FROM invoice_line),
    (SELECT COUNT(*) FROM journal_entry), (SELECT COUNT(*) FROM journal_posting),
    (SELECT COUNT(*) FROM payment), (SELECT COUNT(*) FROM payment_allocation),
    (SELECT COUNT(*) FROM payment_event), (SELECT COALESCE(SUM(due_cents), 0) FROM account),
    (SELECT COALESCE(SUM(paid_cents), 0) FROM invoice)`)[0].join(' ');

const invoice = (number, more = {}) => ({ account: '100', number, billing_type: 'Hosting',
    issued_on: '2026-10-01', due_on: '2026-10-31', terms: 'Net 30', tax: '0.50',
    lines: [{ description: 'Hosting', quantity: '1', price: '9.50', amount: '9.50' }], ...more });

// ---- the skeleton ----

test('help at every level, and usage errors', () => {
    assert.match(remit.ok(['--help']), /invoice import/);
    const group = remit.ok(['invoice', '--help']);
    assert.match(group, /invoice show/);
    assert.doesNotMatch(group, /account add/);
    assert.match(remit.ok(['invoice', 'import', '--help']), /usage: remit invoice import FILE/);
    assert.match(remit.ok(['--help', 'check']), /--gateway/);
    refused(remit, [], /Which command/, 2);
    refused(remit, ['nothing'], /no command `nothing`/, 2);
    refused(remit, ['invoice'], /one more word/, 2);
    refused(remit, ['invoice', 'eat'], /no command `invoice eat`/, 2);
    refused(remit, ['check', '--nothing'], /no option --nothing/, 2);
    refused(remit, ['check', '--amount', '1'], /--amount is not an option of `check`/, 2);
    refused(remit, ['payment', 'list', '--account'], /--account needs a value/, 2);
    refused(remit, ['check', '--json=1'], /--json takes no value/, 2);
    refused(remit, ['account', 'show'], /NUMBER is missing/, 2);
    refused(remit, ['account', 'show', '1', '2'], /one argument too many/, 2);
    refused(remit, ['--now', 'tomorrow', 'account', 'list'], /--now:/, 2);
    refused(remit, ['--settings', '/nowhere/x.hdf', 'account', 'list'], /cannot be read/);
});

test('config check names what is wrong, by name', () => {
    const nothing = refused(remit, ['config', 'check'], /1 setting is wrong/);
    assert.match(nothing.out, /^Programs\.\*: is missing: no program is installed/);
    const broken = new Installation(database, 'remit_config',
        'Gateway.ApiUrl = http://127.0.0.1:1\nPrograms.pay = 1\nPayment.Smallest = cheap\nSite.Nam = x');
    const ran = refused(broken, ['config', 'check'], /settings are wrong/);
    for (const words of [/Payment\.Smallest: must be an amount/, /Site\.Nam: is not a setting/,
        /pay\.hdf: cannot be read/])
        assert.match(ran.out, words);
    assert.equal(ran.out.match(/Site\.Nam/g).length, 1, 'told once, although read for each program');
    broken.secrets('pay', 'Secret.FormKey = short\n', 0o644);
    assert.match(broken.run(['config', 'check', '--program', 'pay']).out, /can be read by others/);
    refused(broken, ['config', 'check', '--program', 'mailer'], /not installed/);
    refused(broken, ['account', 'list'], /Payment\.Smallest/);
});

test('settings of cards: brands and addresses that would end up wrong on a page', () => {
    const cases = [
        ['Payment.Brands', ['Visa', 'Amex, Visa', 'Amex, Diners, Discover, JCB, Mastercard, Visa'],
            ['Visa,Mastercard', 'Visa, ', 'Visa,, Amex', 'visa', 'Maestro', ', Visa']],
        ['Gateway.ScriptUrl', ['https://secure.nmi.com/token/Collect.js', 'http://127.0.0.2:8081/token/Collect.js'],
            ['http://secure.nmi.com/x.js', 'http://127.evil.example/x.js', 'http://localhost.evil.example/x.js', 'https:///x.js',
                'https://a b/x.js', 'https://a"b/x.js', "https://a';b/x.js", 'javascript:x', 'x.js']],
        ['Payment.Cards', ['0', '1'], ['2', 'yes', '-1']],
        ['Payment.Banks', ['0', '1'], ['2', 'yes', '-1']],
        ['Limit.UserPayments', ['1', '1000000'], ['0', '1000001', 'many']],
        ['Limit.DeclinePercent', ['1', '100'], ['0', '101']],
        ['Fee.Return', ['0.00', '0', '25', '25.00'], ['-1', 'much', '1.005']],
        ['Payment.Largest', ['5.00'], ['0.00', '0']],
    ];
    let count = 0;
    for (const [name, right, wrong] of cases) {
        for (const [values, isRight] of [[right, true], [wrong, false]])
            for (const value of values) {
                const { out } = new Installation(database, `remit_cards${count++}`, `${name} = ${value}`).run(['config', 'check']);
                assert.equal(!out.includes(name), isRight, `${name} = ${value}: ${out}`);
            }
    }
});

// ---- migrate ----

test('before migrate, commands say what to do', () => {
    refused(remit, ['account', 'list'], /remit migrate/);
    assert.equal(remit.json(['migrate', '--status'])[0].state, 'waiting');
    assert.deepEqual(remit.sql("SHOW TABLES LIKE 'migration'"), [], '--status changes nothing');
});

test('migrate applies everything once', () => {
    const count = readdirSync(migrations).filter((name) => name.endsWith('.sql')).length;
    const first = remit.json(['migrate']);
    assert.equal(first.applied.length, count);
    assert.equal(first.applied[0].number, 1);
    assert.deepEqual(remit.json(['migrate']).applied, []);
    assert.ok(remit.json(['migrate', '--status']).every((one) => one.state === 'applied'));
    assert.equal(remit.ok(['account', 'list']), 'No accounts.\n');
    assert.deepEqual(remit.json(['account', 'list']), []);
});

// A copy of the sources' sql folder that a test may spoil.
const sqlCopy = (at) => {
    const folder = join(at.folder, 'sql');
    mkdirSync(folder);
    cpSync(join(root, 'sql'), folder, { recursive: true });
    return join(folder, 'migrations');
};

test('migrate refuses changed files, gaps, and a database newer than itself', () => {
    const at = new Installation(database, 'remit_changed');
    const folder = sqlCopy(at);
    const next = readdirSync(folder).filter((name) => name.endsWith('.sql')).length + 1;
    const name = (number) => join(folder, `${String(number).padStart(4, '0')}_more.sql`);
    at.ok(['migrate', '--folder', folder]);

    writeFileSync(name(next + 1), 'CREATE TABLE more (id INT PRIMARY KEY);\n');
    refused(at, ['migrate', '--folder', folder], /without gaps/);
    rmSync(name(next + 1));

    writeFileSync(name(next), 'CREATE TABLE more (id INT PRIMARY KEY);\n');
    at.ok(['migrate', '--folder', folder]);
    writeFileSync(name(next), 'CREATE TABLE more (id BIGINT PRIMARY KEY);\n');
    refused(at, ['migrate', '--folder', folder], /was changed after it was applied/);
    assert.equal(at.json(['migrate', '--status', '--folder', folder]).at(-1).state, 'changed');
    rmSync(name(next));
    refused(at, ['migrate', '--folder', folder], /newer than this program/);
});

test('migrate tells file and line, and goes on with --resume', () => {
    const at = new Installation(database, 'remit_broken');
    const folder = sqlCopy(at);
    const next = readdirSync(folder).filter((name) => name.endsWith('.sql')).length + 1;
    const file = join(folder, `${String(next).padStart(4, '0')}_broken.sql`);
    writeFileSync(file, '-- two tables\nCREATE TABLE one (\n  id INT PRIMARY KEY\n);\n\n-- the other\n'
        + 'CREATE TABLE two (id INT PRIMARY KEY,);\n');
    refused(at, ['migrate', '--folder', folder], /_broken\.sql, line 7: /);
    assert.equal(at.json(['migrate', '--status', '--folder', folder]).at(-1).state, 'started');
    refused(at, ['migrate', '--folder', folder], new RegExp(`was started at .*--resume ${next}`));
    refused(at, ['migrate', '--folder', folder, '--resume', '1'], /not one that was started/);
    refused(at, ['migrate', '--folder', folder, '--resume', 'x'], /--resume:/, 2);

    writeFileSync(file, 'CREATE TABLE one (id INT PRIMARY KEY);\nCREATE TABLE two (id INT PRIMARY KEY);\n');
    refused(at, ['migrate', '--folder', folder, '--resume', String(next)], /line 1: .*'one' already exists/);
    at.sql('DROP TABLE one');
    at.ok(['migrate', '--folder', folder, '--resume', String(next)]);
    assert.ok(at.json(['migrate', '--status', '--folder', folder]).every((one) => one.state === 'applied'));
});

test('of several migrates at once none applies a file twice', async () => {
    const at = new Installation(database, 'remit_race');
    const ends = await Promise.all([1, 2, 3, 4].map(() => at.start(['migrate'])));
    assert.ok(ends.some((one) => one.status === 0), JSON.stringify(ends));
    for (const one of ends.filter((end) => end.status !== 0))
        assert.match(one.err, /other run/i);
    assert.ok(at.json(['migrate', '--status']).every((one) => one.state === 'applied'));
    at.ok(['migrate']);
});

test('migrate gives rights to accounts that exist, and makes none without a password', () => {
    const at = new Installation(database, 'remit_grants');
    const folder = sqlCopy(at);
    writeFileSync(join(folder, '../grants.sql'), 'GRANT SELECT ON account TO remit_nobody@localhost;\n');
    refused(at, ['migrate', '--folder', folder], /grants\.sql, line 1: /);
    assert.deepEqual(database.sql('mysql', "SELECT User FROM user WHERE User = 'remit_nobody'"), []);
});

test('migrate needs its own account', () => {
    const at = new Installation(database, 'remit_poor');
    at.secrets('remit', `Secret.DatabasePassword = secret\nSecret.FormKey = ${'ab'.repeat(32)}\n`);
    refused(at, ['migrate'], /Secret\.AdminUser is missing/);
});

// ---- accounts, levels, users ----

test('accounts', () => {
    remit.ok(['account', 'add', '--number', '100', '--organization', 'Acmé & Co', '--site', 'acme.example',
        '--city', 'Boston']);
    remit.ok(['account', 'add', '--number=200', '--organization', 'Other']);
    refused(remit, ['account', 'add', '--number', '100', '--organization', 'X'], /an account 100 already/);
    refused(remit, ['account', 'add', '--number', '1/2', '--organization', 'X'], /--number:/, 2);
    refused(remit, ['account', 'add', '--number', '..', '--organization', 'X'], /--number:/, 2);
    refused(remit, ['account', 'add', '--number', '3', '--organization', 'a\nb'], /Control characters/, 2);
    refused(remit, ['account', 'add', '--number', '3', '--organization', 'x'.repeat(201)], /too long/, 2);
    refused(remit, ['account', 'add', '--number', '3'], /--organization is missing/, 2);
    const shown = remit.json(['account', 'show', '100']);
    assert.equal(shown.organization, 'Acmé & Co');
    assert.equal(shown.due, '0.00');
    assert.equal(shown.due_cents, 0);
    refused(remit, ['account', 'show', '9'], /no account 9/);
    assert.deepEqual(remit.json(['account', 'list']).map((one) => one.number), ['100', '200']);
    assert.match(remit.ok(['account', 'list']), /^Number +Organization/);
});

test('levels', () => {
    remit.ok(['level', 'add', 'Manager', '--billing', '--autopay']);
    remit.ok(['level', 'add', 'Clerk']);
    refused(remit, ['level', 'add', 'Clerk'], /a level Clerk already/);
    remit.ok(['level', 'change', 'Clerk', '--billing']);
    assert.deepEqual(remit.json(['level', 'list']), [
        { name: 'Clerk', billing: true, autopay: false, members: 0 },
        { name: 'Manager', billing: true, autopay: true, members: 0 }]);
    refused(remit, ['level', 'change', 'Clerk', '--billing', '--no-billing'], /contradict/, 2);
    refused(remit, ['level', 'change', 'Chief', '--billing'], /no level Chief/);
    remit.ok(['level', 'add', 'Brief', '--autopay']);
    assert.deepEqual(remit.json(['level', 'remove', 'Brief']), { name: 'Brief', billing: false, autopay: true });
    assert.equal(remit.json(['level', 'list']).length, 2);
    refused(remit, ['level', 'remove', 'Brief'], /no level Brief/);
    refused(remit, ['level', 'remove'], /NAME/, 2);
});

const version = (number) => Number(remit.sql(`SELECT version FROM account WHERE number = '${number}'`)[0][0]);

test('user add --external-id: of nobody else, and shown', () => {
    const add = (email, account, id) => ['user', 'add', '--email', email, '--name', 'Eva', '--level', 'Manager', '--account', account, '--external-id', id];
    remit.ok(add('eva@example.com', '100', 'Eva-1'));
    assert.deepEqual(remit.json(['user', 'list', '--account', '100']).map((one) => [one.email, one.external_id]), [['eva@example.com', 'Eva-1']]);
    refused(remit, add('eve@example.com', '100', 'Eva-1'), /--external-id: Your site calls another user so/);
    refused(remit, add('eva@example.com', '200', 'Eva-2'), /is a user already: the id is changed with `user external-id`/);
    for (const id of ['', 'x'.repeat(191), 'a\nb'])
        refused(remit, add('eve@example.com', '100', id), /--external-id/, 2);
    assert.equal(remit.json(['user', 'list']).length, 1);
    remit.ok(add('eva@example.com', '200', 'Eva-1'));
    assert.deepEqual(remit.sql('SELECT email, external_id FROM user'), [['eva@example.com', 'Eva-1']]);
    remit.sql('DELETE FROM account_user; DELETE FROM user');
});

test('users: every change of who may pay bumps the account first', () => {
    const add = ['user', 'add', '--email', 'ana@example.com', '--name', 'Ana', '--level', 'Manager'];
    let before100 = version('100');
    remit.ok([...add, '--account', '100', '--password-file', '-'], 'correct horse\n');
    assert.equal(version('100'), before100 + 1);
    refused(remit, [...add, '--account', '100'], /belongs to this account already/);
    remit.ok([...add, '--account', '200']);
    refused(remit, ['user', 'add', '--email', 'ANA@example.com', '--name', 'Anna', '--account', '200', '--level',
        'Manager'], /known as Ana/);
    refused(remit, [...add, '--account', '300'], /no account 300/);
    assert.deepEqual(remit.json(['user', 'list', '--account', '100']).map((one) => [one.email, one.level,
        one.has_password, one.active]), [['ana@example.com', 'Manager', true, true]]);
    assert.equal(remit.json(['user', 'list']).length, 2);

    remit.sql(`INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at)
        SELECT REPEAT('a', 32), m.user_id, m.account_id, NOW(), NOW(), NOW() FROM account_user m LIMIT 1`);
    remit.ok(['user', 'password', 'ana@example.com', '--password-file', '-'], 'another horse\n');
    assert.deepEqual(remit.sql('SELECT COUNT(*) FROM session'), [['0']], 'a new password signs out');
    assert.match(remit.sql('SELECT hash FROM user_password')[0][0], /^\$argon2id\$/);

    before100 = version('100');
    const before200 = version('200');
    remit.ok(['user', 'level', 'ana@example.com', '--account', '200', '--level', 'Clerk']);
    assert.equal(version('200'), before200 + 1);
    remit.ok(['level', 'change', 'Clerk', '--autopay']);
    assert.equal(version('200'), before200 + 2);
    assert.equal(version('100'), before100);
    remit.ok(['user', 'disable', 'ana@example.com']);
    assert.deepEqual([version('100'), version('200')], [before100 + 1, before200 + 3]);
    assert.equal(remit.json(['user', 'list'])[0].active, false);
    remit.ok(['user', 'enable', 'ana@example.com']);
    refused(remit, ['user', 'disable', 'bob@example.com'], /no user bob/);
    const actions = remit.sql('SELECT action, actor FROM audit_event');
    for (const action of ['account.add', 'level.add', 'level.change', 'user.add', 'user.password', 'user.level',
        'user.disable', 'user.enable'])
        assert.ok(actions.some(([one, actor]) => one === action && actor.startsWith('operator:')), action);
});

test('a level that somebody has is not removed', () => {
    refused(remit, ['level', 'remove', 'Clerk'], /Level Clerk is somebody's: give its users another one/);
    remit.ok(['user', 'level', 'ana@example.com', '--account', '200', '--level', 'Manager']);
    remit.ok(['level', 'remove', 'Clerk']);
    remit.ok(['level', 'add', 'Clerk', '--billing', '--autopay']);
    remit.ok(['user', 'level', 'ana@example.com', '--account', '200', '--level', 'Clerk']);
    assert.ok(remit.sql("SELECT 1 FROM audit_event WHERE action = 'level.remove'").length >= 2);
});

test('an invitation: a user without a password, a link, and its mail; again, another link', () => {
    const invite = ['user', 'invite', '--email', 'ivy@example.com', '--name', 'Ivy', '--level', 'Manager'];
    const links = () => remit.sql("SELECT l.kind, l.state, TIMESTAMPDIFF(SECOND, l.created_at, l.ends_at), a.number FROM user_link l JOIN account a ON a.id = l.account_id ORDER BY l.id");
    refused(remit, [...invite, '--account', '100'], /Secret\.LinkKey is missing in the secrets of remit/);
    assert.deepEqual(remit.json(['user', 'list']).filter((one) => one.email === 'ivy@example.com'), [], 'and nothing is done');
    remit.secrets('remit', ['Secret.DatabasePassword = secret', 'Secret.AdminUser = administrator', 'Secret.AdminPassword = secret', 'Secret.GatewayKey = test-key',
        `Secret.FormKey = ${'ab'.repeat(32)}`, `Secret.LinkKey = ${'cd'.repeat(32)}`, ''].join('\n'));
    refused(remit, [...invite, '--account', '300'], /no account 300/);
    refused(remit, invite, /--account is missing/, 2);
    refused(remit, [...invite.slice(0, -1), 'Chief', '--account', '100'], /no level Chief/);
    refused(remit, ['user', 'invite', '--email', 'ivy', ...invite.slice(4), '--account', '100'], /--email: Enter an e-mail address/, 2);
    const before = version('100');
    assert.match(remit.ok([...invite, '--account', '100']), /ivy@example\.com is invited: a link that works for 7 days is on its way\./);
    assert.equal(version('100'), before + 1);
    assert.deepEqual(links(), [['invitation', 'open', '604800', '100']]);
    assert.deepEqual(remit.sql("SELECT o.kind, o.subject_id = l.id, o.user_id = l.user_id FROM outbox o JOIN user_link l WHERE o.kind = 'invitation'"), [['invitation', '1', '1']]);
    assert.deepEqual(remit.json(['user', 'list', '--account', '100']).filter((one) => one.email === 'ivy@example.com').map((one) => [one.has_password, one.level]), [[false, 'Manager']]);
    remit.ok([...invite, '--account', '100']);
    assert.deepEqual(links().map(([, state]) => state), ['over', 'open']);
    remit.ok([...invite, '--account', '200']);
    assert.deepEqual(links().map(([, state, , number]) => `${state} ${number}`), ['over 100', 'over 100', 'open 200']);
    refused(remit, ['user', 'invite', '--email', 'IVY@example.com', '--name', 'Ivan', '--level', 'Manager', '--account', '200'], /known as Ivy/);
    refused(remit, ['user', 'invite', '--email', 'ivy@example.com', '--name', 'Ivy', '--level', 'Clerk', '--account', '200'], /another level: `user level`/);
    remit.ok(['user', 'disable', 'ivy@example.com']);
    assert.deepEqual(links().map(([, state]) => state), ['over', 'over', 'over']);
    refused(remit, [...invite, '--account', '200'], /is disabled: `user enable` comes first/);
    remit.ok(['user', 'enable', 'ivy@example.com']);
    remit.ok([...invite, '--account', '200']);
    remit.ok(['user', 'password', 'ivy@example.com', '--password-file', '-'], 'a boat of green glass\n');
    assert.deepEqual(links().map(([, state]) => state), ['over', 'over', 'over', 'over']);
    refused(remit, [...invite, '--account', '200'], /has a password already: `user add`/);
    assert.match(remit.sql("SELECT mail_key FROM outbox WHERE kind = 'password_changed' ORDER BY id DESC LIMIT 1")[0][0], /^password_changed:\d+:provider:\d+$/);
    assert.equal(remit.sql("SELECT COUNT(*) FROM audit_event WHERE action = 'user.invite'")[0][0], '4');
});

test('e-mail addresses and passwords', () => {
    for (const email of ['', 'ana', '@x', 'a@', 'a@b@c', 'a b@c', 'a@b\n', `${'x'.repeat(251)}@b.c`])
        refused(remit, ['user', 'add', '--email', email, '--name', 'X', '--account', '100', '--level', 'Clerk'],
            /--email:/, 2);
    for (const [label, password] of [['short', 'seven77\n'], ['long', `${'x'.repeat(257)}\n`], ['two lines', 'correct\nhorse\n'],
        ['control', 'correct\thorse\n'], ['empty', '']])
        refused(remit, ['user', 'password', 'ana@example.com', '--password-file', '-'], /--password-file:/, 1,
            password, label);
    for (const password of ['8 chars!', 'x'.repeat(256), 'no newline'])
        remit.ok(['user', 'password', 'ana@example.com', '--password-file', '-'], password);
    refused(remit, ['user', 'password', 'ana@example.com'], /--password-file is missing/, 2);
});

test('methods', () => {
    const add = (more) => ['method', 'add', '--account', '100', '--user', 'ana@example.com', '--kind', 'card',
        '--vault-id', 'v-1', '--brand', 'Visa', '--last-four', '4242', ...more];
    const before100 = version('100');
    remit.ok(add(['--expires', '2028-02', '--holder', 'Ana Moss', '--holder-type', 'personal']));
    assert.equal(version('100'), before100 + 1);
    refused(remit, add([]), /registered already/);
    const [method] = remit.json(['method', 'list', '--account', '100']);
    assert.equal(method.expires_on, '2028-02-29');
    assert.equal(method.holder, 'Ana Moss');
    refused(remit, add(['--expires', '2028-13']), /--expires:/, 2);
    refused(remit, add(['--last-four', '42424']), /--last-four:/, 2);
    refused(remit, add(['--last-four', '42a4']), /--last-four:/, 2);
    refused(remit, add(['--kind', 'coin']), /--kind:/, 2);
    refused(remit, add(['--kind', 'bank', '--expires', '2028-02']), /does not expire/, 2);
    refused(remit, add(['--account', '9']), /no account 9/);
    refused(remit, add(['--user', 'bob@example.com']), /not a user of this account/);
});

test('a method is removed for its user, once, and the account is bumped first', () => {
    remit.ok(['method', 'add', '--account', '100', '--user', 'ana@example.com', '--kind', 'card', '--vault-id', 'v-gone',
        '--brand', 'Visa', '--last-four', '0001', '--expires', '2028-02', '--holder', 'Ana', '--holder-type', 'personal']);
    const { id } = remit.json(['method', 'list', '--account', '100']).find((method) => method.vault_id === 'v-gone');
    const before = version('100');
    refused(remit, ['method', 'remove', String(id), '--account', '200'], /no method/);
    refused(remit, ['method', 'remove', 'x', '--account', '100'], /ID:/, 2);
    assert.equal(version('100'), before, 'nothing was changed');
    assert.match(remit.ok(['method', 'remove', String(id), '--account', '100']), /removed/);
    assert.equal(version('100'), before + 1);
    assert.equal(remit.json(['method', 'list', '--account', '100']).find((method) => method.id === id).state, 'removed');
    assert.deepEqual(remit.sql(`SELECT COUNT(*) FROM outbox WHERE mail_key = 'method_removed:${id}'`).flat(2).map(Number), [1]);
    refused(remit, ['method', 'remove', String(id), '--account', '100'], /removed before/);
});

// ---- import ----

test('import: good, and again', () => {
    const file = remit.file('good.json', [invoice('900123', { lines: [
        { description: 'Hosting “big”', quantity: 2, price: '1,000.00', amount: '$2,000.00' },
        { description: 'Free disk', quantity: '3', price: '0', amount: '0.01' }] }),
    invoice('900124', { account: 200 }), { account: 100, number: 900125, issued_on: '2026-09-01',
        due_on: '2026-09-30', lines: [{ description: 'Domain', amount: '12' }] }]);
    const first = remit.json(['invoice', 'import', file]);
    assert.deepEqual(first, { imported: 3, unchanged: 0, total: '2022.51', total_cents: 202251,
        paper_fees: '0.00', paper_fees_cents: 0 });
    const state = written(remit);
    assert.deepEqual(remit.json(['invoice', 'import', file]), { imported: 0, unchanged: 3, total: '0.00',
        total_cents: 0, paper_fees: '0.00', paper_fees_cents: 0 });
    assert.equal(written(remit), state);

    const shown = remit.json(['invoice', 'show', '900123']);
    assert.equal(shown.total_cents, 200051);
    assert.equal(shown.tax, '0.50');
    assert.deepEqual(shown.lines.map((line) => [line.quantity, line.price_cents, line.amount_cents]),
        [['2', 100000, 200000], ['3', 0, 1]]);
    assert.equal(remit.json(['invoice', 'show', '900125']).lines[0].price, '12.00');
    assert.deepEqual(remit.json(['account', 'list']).map((one) => one.due_cents), [201251, 1000]);
    assert.deepEqual(remit.json(['invoice', 'list', '--account', '100']).map((one) => one.number),
        ['900123', '900125']);
    refused(remit, ['invoice', 'show', '900123', '--account', '200'], /no invoice 900123 of account 200/);
    refused(remit, ['invoice', 'show', '1'], /no invoice 1/);
    assert.match(remit.ok(['check']), /The books agree/);
});

test('import: the same invoices by CSV are the same invoices', () => {
    const csv = '\ufeffnumber,account,billing_type,issued_on,due_on,terms,tax,description,quantity,price,amount\r\n'
        + '900123,100,Hosting,2026-10-01,2026-10-31,Net 30,0.5,Hosting “big”,2,"1,000",2000\r\n'
        + '900123,,,,,,,Free disk,3,0.00,.01\r\n'
        + '\r\n'
        + '900126,100,,2026-10-02,2026-11-01,"Pay\nsoon, ""please""",,Domain,,,5.00';
    assert.deepEqual(remit.json(['invoice', 'import', remit.file('good.csv', csv)]),
        { imported: 1, unchanged: 1, total: '5.00', total_cents: 500, paper_fees: '0.00', paper_fees_cents: 0 });
    assert.equal(remit.json(['invoice', 'show', '900126']).terms, 'Pay\nsoon, "please"');
    assert.deepEqual(remit.json(['invoice', 'import', '-'], csv).unchanged, 2);
});

test('import: an issued invoice that comes with other figures is refused, and nothing else is done', () => {
    const state = written(remit);
    for (const change of [{ tax: '0.51' }, { terms: 'Net 60' }, { due_on: '2026-11-01' }, { account: 100 },
        { lines: [{ description: 'Hosting', quantity: '1', price: '9.50', amount: '9.51' }] }]) {
        const file = remit.file('changed.json', [invoice('900150'), invoice('900124', { account: '200', ...change })]);
        const ran = refused(remit, ['invoice', 'import', file], /1 thing is wrong/);
        assert.match(ran.err, /changed\.json:1:\d+: number: Invoice 900124 was issued with other/);
        assert.equal(written(remit), state);
    }
});

test('import: faults with line and column, and nothing is written', () => {
    const state = written(remit);
    const line = (more) => [{ description: 'x', amount: '1.00', ...more }];
    const cases = [
        ['no array', '{}', /x:1:1: The file must hold a JSON array/],
        ['syntax', '[\n {"account": "100",\n  "number": }\n]', /x:3:\d+: This is not JSON/],
        ['no comma', '[{"lines":[]} {}]', /x:1:15: A comma/],
        ['behind the end', `[${JSON.stringify(invoice('1'))}] x`, /x:1:\d+: There is something behind/],
        ['cut short', '[{"account": "100"', /This is not JSON/],
        ['a key twice', '[{"account": "100", "account": "200"}]', /duplicate object key/],
        ['not an object', '[[1]]', /\[0\]: Each invoice must be an object/],
        ['position', `[\n\n   ${JSON.stringify(invoice('1', { account: '9' }))}]`, /x:3:15: account: There is no account 9/],
        ['no number', [invoice(undefined)], /\[0\]\.number: This is missing/],
        ['a number that is no number', [invoice('1/2')], /\[0\]\.number: A number has/],
        ['no lines', [invoice('1', { lines: undefined })], /\[0\]\.lines: This is missing/],
        ['empty lines', [invoice('1', { lines: [] })], /at least one line/],
        ['unknown field', [invoice('1', { taxes: '1' })], /\[0\]\.taxes: This is not a field/],
        ['unknown field of a line', [invoice('1', { lines: line({ total: '1' }) })], /lines\[0\]\.total: This is not/],
        ['a date that is none', [invoice('1', { due_on: '2026-02-30' })], /\[0\]\.due_on: Enter a date/],
        ['due before issued', [invoice('1', { due_on: '2026-09-30' })], /before the invoice's date/],
        ['a JSON number', [invoice('1', { lines: line({ amount: 1.5 }) })], /lines\[0\]\.amount: Write it as a text/],
        ['zero', [invoice('1', { lines: line({ amount: '0.00' }) })], /above zero/],
        ['negative', [invoice('1', { lines: line({ amount: '-1' }) })], /lines\[0\]\.amount/],
        ['three decimals', [invoice('1', { lines: line({ amount: '1.001' }) })], /lines\[0\]\.amount/],
        ['too large', [invoice('1', { lines: line({ amount: '100000000' }) })], /lines\[0\]\.amount/],
        ['a total too large', [invoice('1', { lines: [...line({ amount: '99999999.99' }), ...line({})] })], /The total/],
        ['negative tax', [invoice('1', { tax: '-1' })], /\[0\]\.tax/],
        ['no price', [invoice('1', { lines: line({ quantity: '2' }) })], /lines\[0\]\.price/],
        ['text too long', [invoice('1', { lines: line({ description: 'x'.repeat(1001) }) })], /too long/],
        ['control character', [invoice('1', { terms: 'a\u0007' })], /Control characters/],
        ['the second line', [invoice('1', { lines: [...line({}), ...line({ description: '' })] })],
            /\[0\]\.lines\[1\]\.description/],
        ['501 lines', [invoice('1', { lines: Array(501).fill(line({})[0]) })], /at most 500 lines/],
        ['twice in the file', [invoice('1'), invoice('2'), invoice('1')], /Invoice 1 comes twice/],
        ['one bad among good', [invoice('1'), invoice('2', { tax: 'x' })], /\[1\]\.tax/],
    ];
    for (const [label, content, words] of cases) {
        const ran = refused(remit, ['invoice', 'import', remit.file('x', content)], words);
        assert.match(ran.err, /nothing was imported/, label);
        assert.equal(written(remit), state, label);
    }
    refused(remit, ['invoice', 'import', remit.file('x', 'a\0b')], /is not text/);
    refused(remit, ['invoice', 'import', '/nowhere'], /cannot be read/);
    refused(remit, ['invoice', 'import', remit.file('x', '[{"number":"\xff"}]'.replace('\xff', '\u{fffd}'))], /wrong/);
});

test('import: faults in CSV', () => {
    const state = written(remit);
    const head = 'number,account,issued_on,due_on,description,amount\n';
    const cases = [
        ['no header', '1,100\n', /x\.csv:1:1: 1: This is not a field/],
        ['column missing', 'number,account\n', /issued_on: This column is missing/],
        ['column twice', `number,${head}`, /x\.csv:1:8: number: This column comes twice/],
        ['amount', `${head}1,100,2026-10-01,2026-10-31,x,0\n`, /x\.csv:2:31: amount: /],
        ['row too short', `${head}1,100\n`, /x\.csv:2:1: This row has another number/],
        ['quote without end', `${head}1,100,2026-10-01,2026-10-31,"x,1\n`, /x\.csv:2:29: This quote has no end/],
        ['text behind a quote', `${head}1,100,2026-10-01,2026-10-31,"x"y,1\n`, /x\.csv:2:32: A comma/],
        ['quote inside', `${head}1,100,2026-10-01,2026-10-31,x"y,1\n`, /quoted as a whole/],
        ['rows that differ', `${head}1,100,2026-10-01,2026-10-31,x,1\n1,200,,,y,1\n`, /x\.csv:3:3: account: This differs/],
        ['rows apart', `${head}1,100,2026-10-01,2026-10-31,x,1\n2,100,2026-10-01,2026-10-31,x,1\n1,100,2026-10-01,2026-10-31,x,1\n`,
            /x\.csv:4:1: number: Invoice 1 comes twice/],
        ['after a multi-line field', `${head}1,100,2026-10-01,2026-10-31,"a\nb",1\n2,100,x,2026-10-31,x,1\n`,
            /x\.csv:4:7: issued_on/],
    ];
    for (const [label, content, words] of cases) {
        refused(remit, ['invoice', 'import', remit.file('x.csv', content)], words, 1, undefined, label);
        assert.equal(written(remit), state, label);
    }
});

test('import: limits', () => {
    const at = new Installation(database, 'remit_large');
    at.ok(['migrate']);
    for (const account of ['100', '200', '300'])
        at.ok(['account', 'add', '--number', account, '--organization', 'X']);
    const many = Array.from({ length: 1201 }, (_, index) => invoice(`N${index}`, {
        account: String(100 * (1 + index % 3)), tax: '0',
        lines: Array.from({ length: 1 + index % 5 }, () => ({ description: 'x', amount: '1.00' })) }));
    many[600].lines = Array(500).fill({ description: 'x', amount: '0.01' });
    const result = at.json(['invoice', 'import', at.file('many.json', many)]);
    assert.equal(result.imported, 1201);
    assert.match(at.ok(['check']), /1201 invoices/);
    assert.equal(at.json(['invoice', 'list', '--account', '100']).length, 401);
    assert.equal(at.json(['invoice', 'import', at.file('many.json', many)]).unchanged, 1201);
});

test('import: two at once write each invoice once', async () => {
    const at = new Installation(database, 'remit_import_race');
    at.ok(['migrate']);
    at.ok(['account', 'add', '--number', '100', '--organization', 'X']);
    const file = at.file('race.json', Array.from({ length: 400 }, (_, index) => invoice(`R${index}`)));
    const ends = await Promise.all([1, 2, 3].map(() => at.start(['invoice', 'import', file])));
    assert.deepEqual(ends.map((one) => one.status), [0, 0, 0], JSON.stringify(ends));
    assert.deepEqual(at.sql('SELECT COUNT(*) FROM invoice'), [['400']]);
    assert.match(at.ok(['check']), /The books agree/);
});

test('import: killed in the middle, finished by running it again', () => {
    const at = new Installation(database, 'remit_killed');
    at.ok(['migrate']);
    at.ok(['account', 'add', '--number', '100', '--organization', 'X']);
    const file = at.file('killed.json', Array.from({ length: 3000 }, (_, index) => invoice(`K${index}`)));
    const ran = spawnSync(binary, ['invoice', 'import', file],
        { env: at.environment(), timeout: 400, killSignal: 'SIGKILL' });
    const [[count]] = at.sql('SELECT COUNT(*) FROM invoice');
    assert.equal(ran.signal, 'SIGKILL');
    assert.ok(Number(count) < 3000, `${count} invoices were faster than the kill`);
    assert.match(at.ok(['check']), /The books agree/);
    assert.deepEqual(at.json(['invoice', 'import', file]).unchanged, Number(count));
    assert.deepEqual(at.sql('SELECT COUNT(*) FROM invoice'), [['3000']]);
    assert.match(at.ok(['check']), /3000 invoices/);
});

// ---- recorded payments ----

test('record: the oldest due first, once', () => {
    const args = ['payment', 'record', '--check', '1042', '--account', '100', '--amount', '$20.00', '--note', 'thanks'];
    const first = remit.json(args);
    assert.equal(first.recorded, true);
    const state = written(remit);
    const again = remit.json(args);
    assert.deepEqual(again, { ...first, recorded: false });
    assert.equal(written(remit), state);
    const shown = remit.json(['payment', 'show', first.reference]);
    assert.equal(shown.state, 'succeeded');
    assert.equal(shown.source, 'provider');
    assert.deepEqual(shown.allocations.map((one) => [one.invoice, one.amount_cents, one.open]),
        [['900125', 1200, false], ['900123', 800, false]]);
    assert.deepEqual(shown.events.map((one) => [one.from, one.to]), [['', 'succeeded']]);
    assert.match(shown.events[0].actor, /^operator:/);
    assert.equal(remit.json(['invoice', 'show', '900123']).paid_cents, 800);
    assert.equal(remit.json(['account', 'show', '100']).due_cents, 201251 + 500 - 2000);
    assert.match(remit.ok(['check']), /The books agree/);

    refused(remit, [...args, '--amount', '20.01'], /with other figures: P/);
    refused(remit, [...args, '--on', '2026-11-01'], /with other figures: P/);
    refused(remit, [...args, '--invoice', '900126'], /with other figures: P/);
    assert.equal(written(remit), state);
});

test('record: invoices by name, a day, and what is refused', () => {
    const wire = ['payment', 'record', '--wire', 'W7', '--account', '100', '--amount', '3.00'];
    const made = remit.json([...wire, '--invoice', '900126', '--invoice', '900126', '--on', '2026-11-05']);
    const shown = remit.json(['payment', 'show', made.reference]);
    assert.deepEqual(shown.allocations.map((one) => one.invoice), ['900126']);
    assert.equal(shown.created_at, '2026-11-05T17:00:00Z', 'noon of that day in New York');
    const state = written(remit);
    const other = ['payment', 'record', '--cash', 'C1', '--account', '100'];
    refused(remit, [...other, '--amount', '2.01', '--invoice', '900126'], /\$2\.01 is more than is free.*\$2\.00/);
    refused(remit, [...other, '--amount', '5000'], /more than is free/);
    refused(remit, [...other, '--amount', '1', '--invoice', '900124'], /no invoice 900124/);
    refused(remit, [...other, '--amount', '0'], /--amount: Enter an amount above zero/, 2);
    refused(remit, [...other, '--amount', 'x'], /--amount:/, 2);
    refused(remit, other, /--amount is missing/, 2);
    refused(remit, [...other, '--amount', '1', '--wire', 'W8'], /one of --check, --wire and --cash/, 2);
    refused(remit, ['payment', 'record', '--account', '100', '--amount', '1'], /one of --check/, 2);
    refused(remit, [...other, '--amount', '1', '--on', '2026-11-23'], /not come yet/, 2);
    refused(remit, [...other, '--amount', '1', '--on', '2026-11-31'], /--on: Enter a date/, 2);
    refused(remit, [...other, '--amount', '1', '--account', '9'], /no account 9/);
    refused(remit, [...other, '--amount', '1', '--note', 'card 4111 1111 1111 1111'], /card number/, 2);
    assert.equal(written(remit), state);
});

test('record: not beside a payment that is being decided', () => {
    remit.sql(`INSERT INTO payment (account_id, reference, source, kind, amount_cents, state, claim_token, send_by, gateway, created_at)
        SELECT id, 'P000000000001', 'customer', 'card', 100, 'unknown', REPEAT('t', 16), NOW(), 'nmi', NOW() FROM account WHERE number = '100';
        INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open)
        SELECT p.account_id, p.id, i.id, 100, 1 FROM payment p, invoice i
        WHERE p.reference = 'P000000000001' AND i.number = '900126';
        UPDATE invoice SET pending_cents = 100 WHERE number = '900126';
        UPDATE account SET pending_cents = 100 WHERE number = '100'`);
    const cash = ['payment', 'record', '--cash', 'C2', '--account', '100', '--amount', '1.00'];
    refused(remit, [...cash, '--invoice', '900126'], /Another payment of invoice 900126 is being processed/);
    const made = remit.json(cash);
    assert.deepEqual(remit.json(['payment', 'show', made.reference]).allocations.map((one) => one.invoice), ['900123']);
    const check = remit.json(['check']);
    assert.equal(check.ok, true);
    assert.deepEqual(check.open.map((one) => one.reference), ['P000000000001']);
    assert.match(remit.ok(['check']), /1 payments? (is|are) open/);
});

test('record: two at once book it once', async () => {
    const args = ['payment', 'record', '--wire', 'RACE', '--account', '100', '--amount', '1.50'];
    const ends = await Promise.all([1, 2, 3, 4].map(() => remit.start(args)));
    assert.deepEqual(ends.map((one) => one.status), [0, 0, 0, 0], JSON.stringify(ends));
    assert.deepEqual(remit.sql("SELECT COUNT(*) FROM payment WHERE external_reference = 'RACE'"), [['1']]);
    assert.match(remit.ok(['check']), /The books agree/);
});

test('payment list', () => {
    assert.deepEqual(remit.json(['payment', 'list', '--account', '200']), []);
    assert.deepEqual(remit.json(['payment', 'list', '--state', 'unknown']).map((one) => one.reference), ['P000000000001']);
    assert.equal(remit.json(['payment', 'list', '--account', '100', '--state', 'succeeded']).length, 4);
    refused(remit, ['payment', 'list', '--state', 'lost'], /no state lost/, 2);
    refused(remit, ['payment', 'show', 'x'], /REFERENCE:/, 2);
    refused(remit, ['payment', 'show', 'P999999999999'], /no payment P999999999999/);
});

test('a gateway that is away: settle says so, with exit 1', () => {
    refused(remit, ['settle'], /The gateway did not answer/);
    refused(remit, ['check', '--gateway'], /report could not be read/);
});

test('a database that is away: one sentence, exit 1', () => {
    const at = new Installation(database, 'remit_away');
    writeFileSync(at.settings, `Site.Name = T\nSite.Origin = https://x\nSite.Zone = UTC\nDatabase.Hosts.0 = unix:/nowhere/s.sock
Database.Name = x\nTemplates.Folders.0 = ${join(at.folder, 'templates')}\nSecrets.Folder = ${join(at.folder, 'secrets')}\n`);
    refused(at, ['account', 'list'], /The database does not answer/);
    refused(at, ['migrate'], /The database cannot be used \(unavailable\)/);
});
