// The provider's view of the outbox: what waits, what was given up, and having it tried anew.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, SmtpServer } from './harness.mjs';

let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_retry', server);
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

const later = (seconds) => new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000', '');
const open = () => office.sql("SELECT 1 FROM queue_item WHERE kind = 'mail_given_up' AND closed_at IS NULL").length;

test('what waits, what was given up, and all of it', async () => {
    assert.match(office.at.ok(['mail', 'list']), /^No mail\.$/m);
    const gone = office.mail({ key: 'gone' });
    server.behave = ({ step }) => (step === 'RCPT' ? '550 5.1.1 no such user' : undefined);
    await office.once();
    const waits = office.mail({ key: 'waits' });
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    await office.once();
    const sent = office.mail({ key: 'sent' });
    server.behave = () => undefined;
    await office.once();
    const fresh = office.mail({ key: 'fresh' });

    const keys = (...options) => office.at.json(['mail', 'list', ...options]).map(({ key }) => key);
    assert.deepEqual(keys(), [fresh, sent, waits, gone]);
    assert.deepEqual(keys('--waiting'), [fresh, waits]);
    assert.deepEqual(keys('--given-up'), [gone]);
    assert.deepEqual(keys('--given-up', '--waiting'), [fresh, waits, gone]);
    const [, , waiting, given_up] = office.at.json(['mail', 'list']);
    assert.deepEqual(given_up, { key: 'gone', kind: 'method_added', account: 'A1', to: office.user.email, state: 'given_up', tries: 1,
        created_at: NOW, next_at: null, sent_at: null, given_up_at: NOW, last_error: 'RCPT: 550 5.1.1 no such user' });
    assert.equal(waiting.next_at, later(60));
    assert.match(office.at.ok(['mail', 'list', '--given-up']), /no such user/);
});

test('one that was given up is tried anew, with all of its days, and its queue item is closed', async () => {
    const key = office.mail(), other = office.mail({ user: office.addUser(office.account) });
    server.behave = ({ step }) => (step === 'RCPT' ? '550 5.1.1 no such user' : undefined);
    await office.once();
    assert.equal(open(), 2);
    const ran = office.at.run(['--now', later(30 * 86400), 'mail', 'retry', key]);
    assert.equal(ran.status, 0, ran.err);
    assert.match(ran.out, /1 mail will be tried again now/);
    assert.equal(open(), 1, 'the other one stays');
    assert.equal(office.row(other).state, 'given_up');
    // A month after it was written, a server that says later is still believed.
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    await office.once({ now: later(30 * 86400) });
    assert.equal(office.row(key).state, 'waiting');
    // Twice changes nothing more.
    for (const _ of [1, 2]) assert.equal(office.at.run(['--now', later(30 * 86400), 'mail', 'retry', key]).status, 0);
    server.behave = ({ step }) => (step === 'RCPT' ? '550 5.1.1 no such user' : undefined);
    await office.once({ now: later(30 * 86400) });
    assert.equal(office.row(key).state, 'given_up');
    assert.equal(open(), 2, 'a second end is told as well');
    server.behave = () => undefined;
    assert.equal(office.at.run(['mail', 'retry', key]).status, 0);
    await office.once();
    assert.equal(office.row(key).state, 'sent');
    assert.equal(server.mails.length, 1);
});

test('all of them at once', async () => {
    const keys = Array.from({ length: 12 }, () => office.mail());
    let times = 0;
    server.behave = ({ step }) => (step === 'RCPT' ? (times++ % 2 ? '451 later' : '550 no') : undefined);
    await office.once();
    const done = office.mail();
    server.behave = () => undefined;
    await office.once();
    assert.equal(open(), 6);
    assert.deepEqual(office.at.json(['mail', 'retry', '--all']), { retried: 12 });
    assert.deepEqual(office.at.json(['mail', 'retry', '--all']), { retried: 0 });
    assert.equal(open(), 0);
    await office.once();
    for (const key of [...keys, done]) assert.equal(office.row(key).state, 'sent');
    assert.equal(server.mails.length, 13);
    assert.equal(office.sql("SELECT 1 FROM audit_event WHERE action = 'mail.retry' AND subject = 'all'").length, 1);
});

test('what is refused', async () => {
    const key = office.mail();
    await office.once();
    for (const [args, status, words] of [
        [['mail', 'retry'], 2, /one KEY, or --all/],
        [['mail', 'retry', key, '--all'], 2, /one KEY, or --all/],
        [['mail', 'retry', key], 1, /was sent/],
        [['mail', 'retry', 'nothing'], 1, /There is no mail nothing/],
        [['mail', 'retry', 'a\nb'], 2, /Control characters/],
        [['mail', 'eat'], 2, /no command `mail eat`/],
    ]) {
        const ran = office.at.run(args);
        assert.equal(ran.status, status, args.join(' '));
        assert.match(ran.err, words);
    }
    await office.once();
    assert.equal(server.mails.length, 1);
});
