// Mails about users: links whose token is made as the mail leaves, never for a link that is over, never with another key.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { Database, Office, SmtpServer } from './harness.mjs';

const KEY = randomBytes(32).toString('hex');
const plain = (text) => text.replace(/\s+/g, ' ');
const hashOf = (token) => execFileSync('b2sum', ['-l', '256'], { input: token, encoding: 'utf8' }).split(' ')[0];
let database, server, office;

const remitSecrets = (more) => office.at.secrets('remit', ['Secret.DatabasePassword = secret', 'Secret.AdminUser = administrator', 'Secret.AdminPassword = secret',
    'Secret.GatewayKey = test-key', `Secret.FormKey = ${randomBytes(32).toString('hex')}`, more, ''].join('\n'));

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_users', server);
    office.settings('Programs.login = 1');
    office.secrets(`Secret.LinkKey = ${KEY}`);
    remitSecrets(`Secret.LinkKey = ${KEY}`);
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

// A link of the user, as `login` or `remit` writes it; its mail's key.
function invite({ email = `guest${++office.count}@firm.example`, name = 'Ana Maria' } = {}) {
    const number = office.one(`SELECT number FROM account WHERE id = ${office.account}`);
    office.at.ok(['user', 'invite', '--email', email, '--name', name, '--account', number, '--level', 'Manager']);
    const id = office.one(`SELECT MAX(id) FROM user_link`);
    return { email, id, key: `invitation:${id}` };
}

const linkIn = (mail) => mail.text.match(/https:\/\/shop\.example\/billing\/login\/link\?token=([A-Za-z0-9_-]+)/);

test('an invitation: the link of its row, in both parts, and only its hash in the database', async () => {
    const guest = invite();
    await office.once();
    assert.equal(office.row(guest.key).state, 'sent', office.row(guest.key).last_error);
    const [mail] = server.mails;
    assert.equal(mail.header('Subject'), 'You are invited to the billing pages of Test');
    const [url, token] = linkIn(mail);
    assert.equal(token.length, 43);
    assert.ok(mail.html.includes(`<a href="${url}">`));
    assert.ok(plain(mail.text).includes('can be used once, until Nov 29, 2026, 10:00 AM EST.'), mail.text);
    for (const text of ['Hello Ana Maria', 'What to do:', 'If you did not expect this, do nothing.']) assert.ok(plain(mail.text).includes(text) && plain(mail.html.replace(/<[^>]*>/g, '')).includes(text), text);
    assert.equal(office.one(`SELECT LOWER(HEX(token_hash)) FROM user_link WHERE id = ${guest.id}`), hashOf(token));
});

test('a link made for one thing is not sent for another', async () => {
    const guest = invite();
    office.sql(`DELETE FROM outbox; UPDATE user_link SET kind = 'reset' WHERE id = ${guest.id}`);
    const key = office.mail({ kind: 'password_reset', subject: guest.id, user: { id: office.one(`SELECT user_id FROM user_link WHERE id = ${guest.id}`) } });
    const { log } = await office.once();
    // The kind is part of what the token is made from: one made for an invitation resets nothing.
    assert.equal(office.row(key).state, 'given_up');
    assert.match(log, /Secret\.LinkKey is not the one/);
    assert.equal(server.mails.length, 0);
});

test('the same mail again has the same link', async () => {
    const guest = invite();
    await office.once();
    office.sql(`UPDATE outbox SET state = 'waiting', sent_at = NULL WHERE mail_key = '${guest.key}'`);
    await office.once();
    assert.equal(server.mails.length, 2);
    assert.equal(linkIn(server.mails[0])[1], linkIn(server.mails[1])[1]);
    assert.equal(server.mails[0].id, server.mails[1].id);
});

test('a link that is over is not sent: used, ended, too old; at its last second it is', async () => {
    const cases = [
        ["state = 'used', used_at = created_at", 'given_up'],
        ["state = 'over'", 'given_up'],
        ["ends_at = '2026-11-22 15:00:00', created_at = '2026-11-22 14:30:00'", 'given_up'],
        ["ends_at = '2026-11-22 15:00:01', created_at = '2026-11-22 14:30:01'", 'sent'],
    ];
    for (const [change, state] of cases) {
        office.clear();
        const guest = invite();
        office.sql(`UPDATE user_link SET ${change} WHERE id = ${guest.id}`);
        await office.once();
        assert.equal(office.row(guest.key).state, state, change);
        assert.equal(server.mails.length, state === 'sent' ? 1 : 0);
    }
});

test('to nobody but its user: another user, another account, a user who is disabled', async () => {
    for (const change of [`UPDATE outbox SET user_id = ${office.user.id}`, `UPDATE outbox SET account_id = ${office.addAccount()}`]) {
        office.clear();
        const guest = invite();
        office.sql(`${change} WHERE mail_key = '${guest.key}'`);
        await office.once();
        assert.equal(office.row(guest.key).state, 'given_up', change);
        assert.equal(server.mails.length, 0);
    }
    office.clear();
    const guest = invite();
    office.sql(`UPDATE user SET is_active = 0 WHERE email = '${guest.email}'`);
    await office.once();
    assert.equal(office.row(guest.key).state, 'given_up');
});

test('another key, or none: nobody is sent a link that leads nowhere, and a person is told', async () => {
    try {
        office.secrets(`Secret.LinkKey = ${randomBytes(32).toString('hex')}`);
        const guest = invite();
        const { log } = await office.once();
        assert.equal(office.row(guest.key).state, 'given_up');
        assert.match(log, /mail\.link_key.*Secret\.LinkKey is not the one that the link was made with/);
        assert.equal(office.sql("SELECT 1 FROM queue_item WHERE kind = 'mail_given_up'").length, 1);
        assert.equal(server.mails.length, 0);
        for (const broken of ['', 'Secret.LinkKey = short', `Secret.LinkKey = ${KEY}0`]) {
            office.secrets(broken);
            const { code, log: said } = await office.once();
            assert.equal(code, 1, broken);
            assert.match(said, /Secret\.LinkKey must be 64 hexadecimal digits/);
        }
        office.settings();
        office.secrets();
        assert.equal((await office.once()).code, 0, 'where login is not installed, nobody needs it');
        office.clear();
        const other = invite();
        assert.match((await office.once()).log, /Secret\.LinkKey is missing/);
        assert.equal(office.row(other.key).state, 'given_up');
    } finally {
        office.settings('Programs.login = 1');
        office.secrets(`Secret.LinkKey = ${KEY}`);
    }
});

test('that a password was changed, and how', async () => {
    for (const [how, sentence] of [['account', 'by somebody who knew the old one'], ['reset', 'with a link that we sent to this address'], ['provider', 'We changed it.']]) {
        office.clear();
        const key = office.mail({ kind: 'password_changed', subject: 'NULL', key: `password_changed:${office.user.id}:${how}:1795359600` });
        await office.once();
        assert.equal(office.row(key).state, 'sent', office.row(key).last_error);
        const [mail] = server.mails;
        assert.equal(mail.header('Subject'), 'Your password was changed');
        for (const text of [sentence, 'Nov 22, 2026, 10:00 AM EST', 'You were signed out everywhere', 'What to do: nothing, if you know of it.', 'https://shop.example/billing/login/reset'])
            assert.ok(plain(mail.text).includes(text) && plain(mail.html).includes(text), text);
    }
});

test('names with markup and line ends stay names', async () => {
    const name = 'Ana" <b>&amp;</b> <?cs var:Link.Url ?>';
    invite({ name });
    await office.once();
    const [mail] = server.mails;
    assert.ok(mail.text.includes(`Hello ${name},`), mail.text);
    assert.ok(!mail.html.includes('<b>&amp;</b>') && mail.html.includes('&lt;b&gt;'));
});

test('the token is in no log', async () => {
    const guest = invite();
    const { log } = await office.once();
    const [, token] = linkIn(server.mails[0]);
    assert.ok(log.includes(guest.key) && !log.includes(token));
});
