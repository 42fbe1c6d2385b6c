// Servers that hang or leave, a database whose COMMIT is lost, mailers that are killed: nothing lost,
// nothing that was taken over and marked sent again.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, pause, SmtpServer, until } from './harness.mjs';

let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_faults', server);
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

const later = (seconds) => new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000', '');
const states = () => office.sql('SELECT state FROM outbox ORDER BY id').map(([state]) => state).join(' ');

for (const step of ['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'body'])
    test(`a server that hangs at ${step}: the others are sent, this one later`, async () => {
        const users = [1, 2, 3, 4].map(() => office.addUser(office.account));
        const keys = users.map((user) => office.mail({ user }));
        // Of connections one cannot say whose they are: the second one.
        let connections = 0;
        server.behave = (at) => {
            if (at.step === 'connect') connections++;
            const hangs = ['connect', 'EHLO', 'MAIL'].includes(step) ? connections === 2 : at.to === users[1].email;
            return at.step === step && hangs ? { hang: true } : undefined;
        };
        const began = Date.now();
        const { code, log } = await office.once();
        assert.equal(code, 0, log);
        assert.ok(Date.now() - began < 5000, 'its time-out holds');
        const rows = keys.map((key) => office.row(key));
        assert.equal(rows.filter(({ state }) => state === 'sent').length, 3, states());
        const [hung] = rows.filter(({ state }) => state === 'waiting');
        assert.match(hung.last_error, new RegExp(`^${step}: Timeout`));
        server.behave = () => undefined;
        await office.once({ now: later(60) });
        assert.equal(states(), 'sent sent sent sent');
        // Whoever hangs behind the end of a mail may have it: it is known by its Message-ID.
        assert.equal(server.mails.length, step === 'body' ? 5 : 4);
        assert.equal(new Set(server.mails.map(({ id }) => id)).size, 4);
    });

test('a server that hangs at QUIT: the mail is sent, and the farewell takes a second at most, whatever the time-out is', async () => {
    office.settings('Mail.TimeoutMs = 30000', 'Mail.LeaseSeconds = 60');
    try {
        const keys = [office.mail(), office.mail()];
        server.behave = ({ step }) => (step === 'QUIT' ? { hang: true } : undefined);
        const began = Date.now();
        await office.once();
        assert.ok(Date.now() - began < 5000);
        assert.deepEqual(keys.map((key) => office.row(key).state), ['sent', 'sent']);
        assert.equal(server.mails.length, 2);
        // The same after a refusal.
        const refused = office.mail();
        server.behave = ({ step }) => (step === 'QUIT' ? { hang: true } : step === 'RCPT' ? '550 no' : undefined);
        const again = Date.now();
        await office.once();
        assert.ok(Date.now() - again < 4000);
        assert.equal(office.row(refused).state, 'given_up');
    } finally {
        office.settings();
    }
});

for (const step of ['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA'])
    test(`a server that leaves at ${step}: sent later, once`, async () => {
        const key = office.mail();
        let times = 0;
        server.behave = (at) => (at.step === step && times++ === 0 ? { drop: true } : undefined);
        await office.once();
        assert.equal(office.row(key).state, 'waiting');
        assert.equal(server.mails.length, 0);
        await office.once({ now: later(60) });
        assert.equal(office.row(key).state, 'sent');
        assert.equal(server.mails.length, 1);
    });

test('a server that leaves before it says 250: sent again, and known by its Message-ID', async () => {
    const key = office.mail();
    let times = 0;
    server.behave = ({ step }) => (step === 'body' && times++ === 0 ? { drop: true } : undefined);
    const { log } = await office.once();
    assert.match(log, /"end":"uncertain"/);
    assert.equal(office.row(key).state, 'waiting');
    await office.once({ now: later(60) });
    assert.equal(office.row(key).state, 'sent');
    assert.equal(server.mails.length, 2);
    assert.equal(server.mails[0].id, server.mails[1].id);
});

test('a server that leaves right after it said 250: sent, once', async () => {
    const key = office.mail();
    server.behave = ({ step }) => (step === 'body' ? { say: '250 ok', drop: true } : undefined);
    await office.once();
    assert.equal(office.row(key).state, 'sent');
    await office.once({ now: later(86400) });
    assert.equal(server.mails.length, 1);
});

test('a server that says 554 in the middle of the mail and leaves: nothing is lost', async () => {
    const key = office.mail();
    let times = 0;
    server.behave = ({ step }) => (step === 'DATA' && times++ === 0 ? { say: '354 go\r\n554 no more', drop: true } : undefined);
    await office.once();
    assert.match(office.row(key).state, /waiting|given_up/);
    assert.equal(office.row(key).state === 'given_up', office.sql('SELECT 1 FROM queue_item').length === 1);
});

// ---- the database ----

// A door in front of the database; at the nth COMMIT it closes, before or after it went through.
class Door {
    static async open(path, target) {
        const door = new Door();
        Object.assign(door, { commits: 0, plan: null, sockets: new Set() });
        door.server = net.createServer((client) => {
            const inside = net.connect(target);
            for (const socket of [client, inside]) {
                door.sockets.add(socket);
                socket.on('error', () => {});
                socket.on('close', () => {
                    client.destroy();
                    inside.destroy();
                });
            }
            inside.on('data', (bytes) => client.destroyed || client.write(bytes));
            client.on('data', (bytes) => {
                const is_commit = bytes.includes('COMMIT');
                if (is_commit) door.commits++;
                if (is_commit && door.plan?.at === door.commits) {
                    if (door.plan.when === 'after') inside.write(bytes);
                    inside.removeAllListeners('data');
                    setTimeout(() => client.destroy(), 30);
                    return;
                }
                inside.write(bytes);
            });
        });
        await new Promise((done) => door.server.listen(path, done));
        return door;
    }

    close() {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((done) => this.server.close(done));
    }
}

test('a COMMIT whose answer is lost, before it or after it, at every place: sent once each', async () => {
    const path = join(office.at.folder, 'door.sock');
    const door = await Door.open(path, database.socket);
    office.settings(`Database.Hosts.0 = unix:${path}`);
    try {
        for (const when of ['before', 'after'])
            // One row for nobody in particular: claim, split; then two rows: claim, mark, claim, mark.
            for (let at = 1; at <= 6; at++) {
                office.clear();
                const account = office.addAccount();
                const users = [office.addUser(account), office.addUser(account)];
                office.mail({ account, user: null, subject: office.addMethod(account, users[0]) });
                Object.assign(door, { commits: 0, plan: { at, when } });
                const { log } = await office.once();
                assert.ok(door.commits >= at, log);
                door.plan = null;
                // What was claimed and came to nothing is due when its lease is over.
                office.sql("UPDATE outbox SET send_by = '2026-01-01' WHERE state = 'sending'");
                await office.once();
                await office.once();
                const label = `${when} COMMIT ${at}: ${log}`;
                assert.equal(states(), 'split sent sent', label);
                assert.equal(server.mails.length, 2, label);
                assert.deepEqual(server.mails.map(({ to }) => to).sort(), users.map(({ email }) => email).sort(), label);
            }
    } finally {
        office.settings();
        await door.close();
        rmSync(path, { force: true });
    }
});

test('a database that is away when a mail was sent: the mark is written once it is back, and nothing is sent twice', async () => {
    const path = join(office.at.folder, 'door2.sock');
    let door = await Door.open(path, database.socket);
    office.settings(`Database.Hosts.0 = unix:${path}`, 'Mail.LeaseSeconds = 60');
    const key = office.mail(), other = office.mail();
    const mailer = (server.onmail = null, office.start());
    let closed = null;
    server.onmail = () => {
        server.onmail = null;
        closed = door.close().then(() => rmSync(path, { force: true }));
    };
    try {
        await until('the database is away', () => closed !== null);
        await closed;
        await pause(2500);
        assert.equal(mailer.child.exitCode, null, 'it waits');
        assert.equal(server.mails.length, 1);
        door = await Door.open(path, database.socket);
        await until('both are sent', () => office.row(key).state === 'sent' && office.row(other).state === 'sent', 60);
        assert.equal(server.mails.length, 2);
        assert.deepEqual([office.row(key).tries, office.row(other).tries], [1, 1]);
        assert.equal((await mailer.stop()).code, 0);
    } finally {
        server.onmail = null;
        await mailer.stop('SIGKILL');
        office.settings();
        await door.close();
        rmSync(path, { force: true });
    }
});

test('a mailer that is started while the database is away waits for it', async () => {
    office.settings(`Database.Hosts.0 = unix:${join(office.at.folder, 'door3.sock')}`);
    const key = office.mail();
    const mailer = office.start();
    const check = await office.start({ args: ['--check'] }).ended;
    assert.equal(check.code, 1);
    assert.equal((await office.once()).code, 1);
    const door = await Door.open(join(office.at.folder, 'door3.sock'), database.socket);
    try {
        await until('it is sent', () => office.row(key).state === 'sent', 60);
        assert.equal((await mailer.stop()).code, 0);
    } finally {
        office.settings();
        await mailer.stop('SIGKILL');
        await door.close();
    }
});

// ---- who takes what ----

test('a row that somebody has is left alone until their lease is over', async () => {
    const key = office.mail();
    office.sql(`UPDATE outbox SET state = 'sending', claim_token = REPEAT('x', 16), tries = 1,
        send_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR`);
    await office.once({ now: later(86400) });
    assert.equal(server.mails.length, 0);
    office.sql('UPDATE outbox SET send_by = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    await office.once();
    assert.equal(server.mails.length, 1);
    assert.equal(office.row(key).state, 'sent');
    assert.equal(office.row(key).tries, 2);
});

test('a row that was taken over while its mailer slept is not marked by it', async () => {
    const key = office.mail();
    server.behave = ({ step }) => (step === 'RCPT' ? { after_ms: 400 } : undefined);
    const mailer = office.start({ args: ['--once'] });
    await until('it is claimed', () => office.row(key).state === 'sending');
    office.sql("UPDATE outbox SET claim_token = REPEAT('x', 16), send_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR");
    const { log } = await mailer.ended;
    assert.equal(office.row(key).state, 'sending');
    assert.match(log, /"event":"mail\.unmarked".*"was_sent":1/);
});

test('a row that every mailer died of is given up one day', async () => {
    const key = office.mail();
    office.sql('UPDATE outbox SET tries = 200');
    await office.once();
    assert.equal(server.mails.length, 0);
    assert.equal(office.row(key).state, 'given_up');
    assert.equal(office.row(key).last_error, 'it was tried too often');
});
