// Encryption and signing in: neither a mail nor a password leaves where the settings forbid it, and no
// password is ever written down.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { certificate, Database, Office, SmtpServer } from './harness.mjs';

const PASSWORD = 'a secret of 2026 $%&"\\';
const login = { 'remit@shop.example': PASSWORD };
let database, office, own, other, servers;

before(async () => {
    database = await Database.start();
    own = certificate(database.folder);
    other = certificate(database.folder, 'other');
    servers = {
        starttls: await SmtpServer.start({ ...own, login }),
        implicit: await SmtpServer.start({ ...own, login, implicit: true }),
        plain: await SmtpServer.start({ login }),
    };
    office = Office.open(database, 'mail_tls', servers.plain);
});
after(async () => {
    await office?.close();
    for (const server of Object.values(servers ?? {})) await server.stop();
    await database?.stop();
});

// One mail under these settings: { row, server, log }.
async function one(name, lines, secret = '') {
    const server = servers[name];
    office.clear();
    for (const each of Object.values(servers)) each.reset();
    office.host = server.url;
    office.settings(...lines);
    office.secrets(secret);
    const key = office.mail();
    const { code, log } = await office.once();
    assert.equal(code, 0, log);
    assert.ok(!log.includes(PASSWORD) && !log.includes(Buffer.from(PASSWORD).toString('base64')), log);
    return { row: office.row(key), server, log };
}

const secret = `Secret.MailPassword = ${PASSWORD}`;
const user = 'Mail.User = remit@shop.example';
const trusted = () => `Mail.CaFile = ${own.file}`;

for (const [name, tls] of [['starttls', 'required'], ['starttls', 'opportunistic'], ['implicit', 'required'], ['implicit', 'none']])
    test(`${name}, Mail.Tls = ${tls}: encrypted, signed in`, async () => {
        const { row, server, log } = await one(name, [`Mail.Tls = ${tls}`, trusted(), ...(tls === 'opportunistic' ? [] : [user])],
            tls === 'opportunistic' ? '' : secret);
        assert.equal(row.state, 'sent', row.last_error + log);
        assert.equal(server.mails[0].encrypted, true);
        if (tls !== 'opportunistic') assert.equal(server.mails[0].user, 'remit@shop.example');
    });

test('a certificate nobody vouches for: no mail, no password', async () => {
    for (const name of ['starttls', 'implicit'])
        for (const lines of [[], [`Mail.CaFile = ${other.file}`]]) {
            const { row, server } = await one(name, ['Mail.Tls = required', user, ...lines], secret);
            assert.equal(row.state, 'waiting');
            assert.match(row.last_error, /certificate/);
            assert.equal(server.mails.length, 0);
            assert.ok(!server.seen.some(({ step }) => step === 'AUTH' || step === 'MAIL'));
        }
});

test('a certificate for another name: no mail', async () => {
    const { row, server } = await one('starttls', ['Mail.Tls = required', trusted(), `Mail.Host = smtp://localhost:${servers.starttls.port}`]);
    assert.equal(row.state, 'waiting');
    assert.equal(server.mails.length, 0);
});

test('a server without TLS: nothing where it is required, plain where it is not', async () => {
    const required = await one('plain', ['Mail.Tls = required', user], secret);
    assert.equal(required.row.state, 'waiting');
    assert.ok(!required.server.seen.some(({ step }) => step === 'AUTH' || step === 'MAIL'));
    const opportunistic = await one('plain', ['Mail.Tls = opportunistic']);
    assert.equal(opportunistic.row.state, 'sent');
    assert.equal(opportunistic.server.mails[0].encrypted, false);
});

test('a server that refuses STARTTLS, or says more than it should behind it: no mail', async () => {
    for (const say of ['454 not now', '220 go on\r\n250-evil\r\n250 SIZE 1']) {
        servers.starttls.reset();
        office.clear();
        office.host = servers.starttls.url;
        office.settings('Mail.Tls = required', trusted());
        office.secrets();
        servers.starttls.behave = ({ step }) => (step === 'STARTTLS' ? say : undefined);
        const key = office.mail();
        await office.once();
        assert.equal(office.row(key).state, 'waiting', say);
        assert.equal(servers.starttls.mails.length, 0);
    }
});

test('signing in inside this machine, by each way the server knows', async () => {
    for (const mechanisms of ['PLAIN', 'LOGIN', 'LOGIN PLAIN']) {
        servers.plain.mechanisms = mechanisms;
        const { row, server } = await one('plain', [user], secret);
        assert.equal(row.state, 'sent', mechanisms + row.last_error);
        assert.equal(server.mails[0].user, 'remit@shop.example');
    }
    delete servers.plain.mechanisms;
});

test('a wrong password: nothing is given up, and the password is nowhere', async () => {
    for (const said of ['535 5.7.8 no', `535 5.7.8 no, not ${PASSWORD}`]) {
        office.clear();
        servers.plain.reset();
        office.host = servers.plain.url;
        office.settings(user);
        office.secrets('Secret.MailPassword = wrong one');
        servers.plain.behave = ({ step }) => (step === 'AUTH' ? said : undefined);
        const key = office.mail();
        const { log } = await office.once();
        const row = office.row(key);
        assert.equal(row.state, 'waiting');
        assert.equal(row.last_error, 'AUTH: 535');
        assert.ok(!log.includes('wrong one') && !log.includes(PASSWORD));
        assert.equal(servers.plain.mails.length, 0);
    }
    office.secrets();
});
