// What servers answer, and what becomes of the mail: sent once, tried again later, or given up.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, SmtpServer, until } from './harness.mjs';

let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_delivery', server);
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

const later = (seconds) => new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000', '');
const column = (instant) => instant.replace('T', ' ').replace('Z', '');
const queue = () => office.sql("SELECT kind, detail FROM queue_item ORDER BY id");

test('a mail is sent once, and marked', async () => {
    const key = office.mail();
    const { code, log } = await office.once();
    assert.equal(code, 0, log);
    assert.equal(server.mails.length, 1);
    const [mail] = server.mails;
    assert.equal(mail.from, 'billing@shop.example');
    assert.equal(mail.to, office.user.email);
    assert.deepEqual(mail.headers.map(([name]) => name), ['From', 'To', 'Subject', 'Date', 'Message-ID',
        'Auto-Submitted', 'MIME-Version', 'Content-Type']);
    assert.equal(mail.header('From'), '"Test" <billing@shop.example>');
    assert.equal(mail.header('To'), `"Ana Maria" <${office.user.email}>`);
    assert.equal(mail.header('Date'), 'Sun, 22 Nov 2026 15:00:00 +0000');
    assert.match(mail.id, /^<[0-9a-f]{32}\.remit@shop\.example>$/);
    assert.deepEqual(office.row(key), { state: 'sent', tries: 1, next_at: '2000-01-01 00:00:00',
        sent_at: column(NOW), given_up_at: 'NULL', last_error: '' });
    assert.equal(server.seen[1].line, 'EHLO shop.example');
    assert.match(log, /"event":"mail\.sent".*"end":"accepted"/);

    await office.once();
    await office.once({ now: later(86400 * 30) });
    assert.equal(server.mails.length, 1);
    assert.deepEqual(queue(), []);
});

test('an empty outbox, --check, --help and usage', async () => {
    assert.equal((await office.once()).code, 0);
    assert.equal(server.seen.length, 0);
    const check = await office.start({ args: ['--check'] }).ended;
    assert.equal(check.code, 0);
    assert.match(check.log, /mailer: ready/);
    assert.equal((await office.start({ args: ['--help'] }).ended).code, 0);
    assert.equal((await office.start({ args: ['--nothing'] }).ended).code, 2);
    assert.equal((await office.start({ args: ['more'] }).ended).code, 2);
    assert.equal((await office.start({ args: ['--now', 'tomorrow'] }).ended).code, 1);
});

// Answers that mean: not now. Each step of the conversation.
for (const [step, say] of [['connect', '421 4.3.2 too busy'], ['connect', '554 5.3.2 no'], ['MAIL', '451 4.7.1 wait'],
    ['MAIL', '550 5.1.8 who are you'], ['MAIL', '530 5.7.0 sign in'], ['RCPT', '451 4.7.1 greylisted'], ['RCPT', '450 4.2.1 full'],
    ['RCPT', '530 5.7.0 sign in'], ['DATA', '451 4.3.0 later'], ['DATA', '421 4.3.0 going down'], ['body', '451 4.3.0 scanner away'],
    ['body', '452 4.3.1 no room']])
    test(`${say} to ${step}: tried again later, and then it is sent once`, async () => {
        const key = office.mail(), other = office.mail({ user: office.user });
        let times = 0;
        server.behave = (at) => (at.step === step && times++ === 0 ? say : undefined);
        assert.equal((await office.once()).code, 0);
        const rows = [office.row(key), office.row(other)];
        assert.equal(rows.filter((row) => row.state === 'sent').length, 1, 'the other one is not held up');
        const row = rows.find((each) => each.state === 'waiting');
        assert.equal(row.next_at, column(later(60)));
        assert.equal(row.tries, 1);
        assert.equal(row.last_error, `${step}: ${say}`);
        await office.once({ now: later(59) });
        assert.equal(office.row(key).state === 'sent' && office.row(other).state === 'sent', false, 'too early');
        await office.once({ now: later(60) });
        assert.equal(office.row(key).state, 'sent');
        assert.equal(office.row(other).state, 'sent');
        const accepted = server.mails.filter((mail) => mail.accepted);
        assert.equal(accepted.length, 2);
        assert.equal(new Set(accepted.map((mail) => mail.id)).size, 2);
        assert.deepEqual(queue(), []);
    });

for (const [step, say] of [['RCPT', '550 5.1.1 no such user'], ['RCPT', '553 5.1.3 odd address'], ['DATA', '550 5.7.1 not here'],
    ['DATA', '554 5.5.1 no valid recipients'], ['body', '550 5.7.1 looks like spam'], ['body', '552 5.3.4 too big']])
    test(`${say} to ${step}: given up at once, for a person to see; the others go on`, async () => {
        const key = office.mail();
        const fine = [office.addUser(office.account), office.addUser(office.account)].map((user) => office.mail({ user }));
        server.behave = (at) => (at.step === step && at.to === office.user.email ? say : undefined);
        assert.equal((await office.once()).code, 0);
        assert.deepEqual(office.row(key), { state: 'given_up', tries: 1, next_at: '2000-01-01 00:00:00', sent_at: 'NULL',
            given_up_at: column(NOW), last_error: `${step}: ${say}` });
        for (const each of fine) assert.equal(office.row(each).state, 'sent');
        assert.deepEqual(queue(), [['mail_given_up', `${key}: ${step}: ${say}`]]);
        server.behave = () => undefined;
        await office.once({ now: later(86400) });
        assert.equal(server.mails.filter((mail) => mail.accepted).length, 2);
        assert.equal(queue().length, 1);
    });

test('the pauses grow to twelve hours, and after the days of the settings it is given up', async () => {
    const key = office.mail();
    server.behave = ({ step }) => (step === 'RCPT' ? '451 4.7.1 never' : undefined);
    let at = 0, tries = 0;
    for (const wait of [60, 300, 900, 3600, 14400, 43200, 43200, 43200, 43200, 43200]) {
        await office.once({ now: later(at) });
        tries++;
        const row = office.row(key);
        assert.equal(row.tries, tries);
        assert.equal(row.state, 'waiting');
        assert.equal(row.next_at, column(later(at + wait)));
        await office.once({ now: later(at + wait - 1) });
        assert.equal(office.row(key).tries, tries, 'not before its time');
        at += wait;
    }
    assert.deepEqual(queue(), []);
    for (; at < 3 * 86400; at += 43200) await office.once({ now: later(at) });
    assert.equal(office.row(key).state, 'waiting');
    await office.once({ now: later(at) });
    const row = office.row(key);
    assert.equal(row.state, 'given_up');
    assert.equal(row.given_up_at, column(later(at)));
    assert.equal(row.last_error, 'RCPT: 451 4.7.1 never');
    assert.deepEqual(queue(), [['mail_given_up', `${key}: RCPT: 451 4.7.1 never`]]);
    const asked = server.seen.length;
    await office.once({ now: later(at + 30 * 86400) });
    assert.equal(server.seen.length, asked);
});

test('nobody answers at all: it waits', async () => {
    const key = office.mail();
    office.settings('Mail.Host = smtp://127.0.0.1:1');
    try {
        const { code, log } = await office.once();
        assert.equal(code, 0);
        const row = office.row(key);
        assert.equal(row.state, 'waiting');
        assert.match(row.last_error, /^connect: /);
        assert.match(log, /"end":"not_connected"/);
    } finally {
        office.settings();
    }
    await office.once({ now: later(60) });
    assert.equal(office.row(key).state, 'sent');
});

test('a server whose words are long, odd or no words at all', async () => {
    for (const say of [`550 ${'x'.repeat(400)}`, '550 \x1b[31mred\x07 \xff', '550-one\r\n550 two', '550']) {
        office.clear();
        const key = office.mail();
        server.behave = ({ step }) => (step === 'RCPT' ? say : undefined);
        assert.equal((await office.once()).code, 0);
        const row = office.row(key);
        assert.equal(row.state, 'given_up', say);
        assert.match(row.last_error, /^RCPT: 550[\x20-\x7e]*$/);
        assert.ok(row.last_error.length <= 200);
    }
    for (const say of ['nonsense', '', '99 x', '250-never ends']) {
        office.clear();
        const key = office.mail();
        server.behave = ({ step }) => (step === 'RCPT' ? say : undefined);
        assert.equal((await office.once()).code, 0);
        assert.equal(office.row(key).state, 'waiting', say);
    }
});

test('it goes on by itself, and SIGTERM ends it at once between two rounds', async () => {
    const mailer = office.start();
    const keys = [office.mail(), office.mail()];
    await until('both are sent', () => keys.every((key) => office.row(key).state === 'sent'));
    const third = office.mail();
    await until('the third is sent', () => office.row(third).state === 'sent');
    office.settings('Mail.PollMs = 60000');
    const idle = office.start();
    await until('it has looked', () => office.one("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'remit_mailer'") === '2');
    const began = Date.now();
    const [first, second] = await Promise.all([mailer.stop(), idle.stop()]);
    assert.ok(Date.now() - began < 3000);
    assert.equal(first.code, 0, first.log);
    assert.equal(second.code, 0, second.log);
    office.settings();
    assert.equal(server.mails.length, 3);
});

test('SIGTERM while a mail is on its way: that one is finished, no other is begun', async () => {
    const keys = [office.mail(), office.mail(), office.mail()];
    server.behave = ({ step }) => (step === 'body' ? { after_ms: 500 } : undefined);
    const mailer = office.start();
    await until('one is on its way', () => server.seen.some(({ step }) => step === 'body'));
    const { code, log } = await mailer.stop();
    assert.equal(code, 0, log);
    const states = keys.map((key) => office.row(key)).map((row) => `${row.state} ${row.tries}`).sort();
    assert.deepEqual(states, ['sent 1', 'waiting 0', 'waiting 0']);
    assert.equal(server.mails.length, 1);
});

test('remit config check names what is missing or odd', async () => {
    const check = () => office.at.run(['config', 'check', '--program', 'mailer']);
    assert.equal(check().status, 0, check().out);
    for (const [lines, name, words, secret] of [
        [['Mail.From ='], 'Mail.From', /is missing/],
        [['Mail.From = billing@shop.example>'], 'Mail.From', /must be an e-mail address/],
        [['Mail.Host ='], 'Mail.Host', /is missing/],
        [['Mail.Host = http://127.0.0.1'], 'Mail.Host', /must be a server/],
        [['Mail.Host = smtp://user:word@127.0.0.1'], 'Mail.Host', /must be a server/],
        [['Mail.Host = smtp://127.0.0.1:25/x'], 'Mail.Host', /must be a server/],
        [['Mail.Host = smtp://127.0.0.1:0'], 'Mail.Host', /must be a server/],
        [['Mail.Host = smtp://mail.shop.example:25'], 'Mail.Tls', /may be none only for a server inside this machine/],
        [['Mail.Host = smtp://127.evil.example:25'], 'Mail.Tls', /may be none only for a server inside this machine/],
        [['Mail.Host = smtp://localhost.evil.example'], 'Mail.Tls', /may be none only for a server inside this machine/],
        [['Mail.Tls = no'], 'Mail.Tls', /must be required, opportunistic or none/],
        [['Mail.Host = smtp://mail.shop.example', 'Mail.Tls = opportunistic', 'Mail.User = x'], 'Mail.Tls', /must be required/, 'Secret.MailPassword = x'],
        [['Mail.User = x'], 'Secret.MailPassword', /is missing/],
        [[], 'Mail.User', /is missing/, 'Secret.MailPassword = x'],
        [['Mail.CaFile = /nowhere/ca.pem'], 'Mail.CaFile', /readable file/],
        [['Mail.Folder = /tmp'], 'Mail.Folder', /beside Mail.Host/],
        [['Mail.Host =', 'Mail.Folder = /nowhere/at/all'], 'Mail.Folder', /can be written to/],
        [['Mail.TimeoutMs = 3000'], 'Mail.LeaseSeconds', /two seconds more/],
        [['Mail.TimeoutMs = soon'], 'Mail.TimeoutMs', /whole number/],
        [['Mail.GiveUpDays = 0'], 'Mail.GiveUpDays', /from 1 to 30/],
        [['Mail.Forget = 1'], 'Mail.Forget', /is not a setting/],
    ]) {
        office.settings(...lines);
        office.secrets(secret);
        const { status, out } = check();
        assert.equal(status, 1, lines.join());
        assert.match(out, new RegExp(`^${name.replace('.', '\\.')}: `, 'm'), `${lines.join()}: ${out}`);
        assert.match(out, words);
        assert.equal((await office.start({ args: ['--check'] }).ended).code, 1);
        // Nobody else stops for it.
        if (!/TimeoutMs = soon|GiveUpDays|Forget/.test(lines.join())) assert.equal(office.at.run(['account', 'list']).status, 0);
    }
    office.settings();
    office.secrets();
    assert.equal(check().status, 0);
});
