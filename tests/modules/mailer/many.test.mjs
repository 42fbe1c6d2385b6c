// Many mails and many mailers: killed at random, nothing is lost, and only what was under way is sent
// again; one mailer through thousands of mails stays as small as it was.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { Database, Office, pause, SmtpServer, until } from './harness.mjs';

const ROWS = Number(process.env.ROWS ?? 500);
const MAILERS = 5;
const MEMORY_MAILS = 2000;
let database, server, office;

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_many', server);
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => office.clear());

// Rows about one method, in one statement.
const fill = (count) => office.sql(`INSERT INTO outbox (mail_key, kind, account_id, user_id, subject_id, created_at)
    SELECT CONCAT('many:', seq), 'method_added', ${office.account}, ${office.user.id}, ${office.method}, '2026-11-22 15:00:00'
    FROM seq_1_to_${count}`);
const left = () => Number(office.one("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'"));

// How often each Message-ID was taken over.
const counts = () => {
    const times = new Map();
    for (const { id } of server.mails) times.set(id, (times.get(id) ?? 0) + 1);
    return times;
};

test(`${MAILERS} mailers, ${ROWS} rows, nobody dies: each row once`, async () => {
    fill(ROWS);
    const mailers = Array.from({ length: MAILERS }, () => office.start());
    await until('all are sent', () => left() === 0, 120);
    for (const mailer of mailers) assert.equal((await mailer.stop()).code, 0);
    const times = counts();
    assert.equal(times.size, ROWS);
    assert.equal(server.mails.length, ROWS);
    assert.equal(Number(office.one('SELECT MAX(tries) FROM outbox')), 1);
});

test(`${MAILERS} mailers over ${ROWS} rows, killed at random: each row at least once, and again only what died on its way`, async () => {
    office.settings('Mail.LeaseSeconds = 3', 'Mail.TimeoutMs = 500');
    fill(ROWS);
    // A server that takes its time, so that kills fall everywhere.
    server.behave = ({ step }) => (step === 'body' || step === 'RCPT' ? { after_ms: Math.random() * 30 } : undefined);
    const mailers = Array.from({ length: MAILERS }, () => office.start());
    let kills = 0;
    while (left() > ROWS / 10 || kills < 20) {
        await pause(20 + Math.random() * 150);
        const at = Math.floor(Math.random() * MAILERS);
        const { signal } = await mailers[at].stop('SIGKILL');
        if (signal === 'SIGKILL') kills++;
        mailers[at] = office.start();
        if (left() === 0) break;
    }
    await until('all are sent', () => left() === 0, 120);
    for (const mailer of mailers) assert.equal((await mailer.stop()).code, 0);
    office.settings();
    const times = counts();
    assert.equal(times.size, ROWS, 'nothing is lost');
    const again = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
    assert.ok(again <= kills, `${again} sent again, ${kills} killed`);
    // One of them that was sent again was claimed twice: whoever had it first is dead.
    assert.equal(office.sql("SELECT mail_key FROM outbox WHERE state <> 'sent' OR sent_at IS NULL").length, 0);
    const claims = Number(office.one('SELECT SUM(tries) FROM outbox'));
    assert.ok(claims - ROWS <= kills, `${claims - ROWS} claims too many, ${kills} killed`);
    assert.ok(claims - ROWS >= again);
    console.log(`${kills} killed, ${claims - ROWS} claimed again, ${again} sent again`);
});

test(`a mailer does not grow over ${MEMORY_MAILS} mails`, async () => {
    const rss = (mailer) => Number(readFileSync(`/proc/${mailer.child.pid}/status`, 'latin1').match(/VmRSS:\s+(\d+)/)[1]);
    fill(MEMORY_MAILS);
    const mailer = office.start();
    await until('a tenth is sent', () => server.mails.length >= MEMORY_MAILS / 10, 120);
    const early = rss(mailer);
    await until('all are sent', () => left() === 0, 240);
    const late = rss(mailer);
    await mailer.stop();
    console.log(`resident: ${early} kB after ${MEMORY_MAILS / 10}, ${late} kB after ${MEMORY_MAILS}`);
    // What the sanitizers keep is theirs.
    if (process.env.BUILD !== 'asan') assert.ok(late < early * 1.1 + 256, `${early} kB, then ${late} kB`);
});
