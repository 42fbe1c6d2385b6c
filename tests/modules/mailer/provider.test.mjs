// Mail to the provider about what waits for a person: to whom it goes, what it says, when there is none, and that mail
// that cannot be sent is never a reason for more of it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, quote, SmtpServer } from './harness.mjs';
import { words } from './smtp_server.mjs';
import { plain, says, visible } from './support.mjs';

const FIRST = 'office@provider.example', SECOND = 'Ops.Desk@provider.example';
const SUPPORT = ['Site.Support.Email = help@shop.example'];
const EVIL = 'Doe"\r\nBcc: eve@evil.example\r\n\r\n<script>x</script> &amp; <?cs var:Site.Name ?> {{no}} \u202eabc\u2028.';
let database, server, office, payment;

const later = (seconds) => new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000', '');

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_provider', server);
    payment = Number(office.one(`INSERT INTO payment (account_id, reference, source, kind, user_id, method_text, amount_cents, state, note, gateway, created_at)
        VALUES (${office.account}, 'P000000000042', 'customer', 'card', ${office.user.id}, 'Visa ending 4242', 304350, 'succeeded', '', 'nmi', '2026-11-22 14:00:00');
        SELECT LAST_INSERT_ID()`));
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => {
    office.clear();
    office.settings(...SUPPORT, `Mail.Provider = ${FIRST}`);
});

// Something a person decides; returns its id.
function item({ kind = 'returned_refund', account = null, paid = null, detail = 'R01 t-7: came back', closed = null } = {}) {
    return Number(office.one(`INSERT INTO queue_item (queue_key, kind, account_id, payment_id, detail, opened_at, closed_at) VALUES ('k:${++office.count}', '${kind}',
        ${account}, ${paid}, ${quote(detail)}, '2026-11-22 14:00:00', ${quote(closed)}); SELECT LAST_INSERT_ID()`));
}
// The row that tells it; returns its key.
const tell = (id) => office.mail({ kind: 'queue', account: null, user: null, subject: id, key: `queue:${id}` });
const close = (id) => office.sql(`UPDATE queue_item SET closed_at = '2026-11-22 15:30:00', decision = 'done' WHERE id = ${id}`);
// What a settler would tell next.
const untold = () => office.sql('SELECT kind FROM queue_item WHERE closed_at IS NULL AND told_at IS NULL ORDER BY id').map(([kind]) => kind);
const subject = (mail) => words(mail.header('Subject'));
const recipients = () => server.mails.flatMap(({ to }) => to).sort();

async function run(now = NOW) {
    const { code, log } = await office.once({ now });
    assert.equal(code, 0, log);
    return log;
}

test('one row, one mail: each thing in words, with its account, its payment and since when, and how to decide it', async () => {
    const ids = [item({ kind: 'unknown_payment', account: office.account, paid: payment, detail: 'no answer' }), item({ account: office.account }),
        item({ kind: 'quarrel', detail: '' }), item({ closed: '2026-11-22 14:30:00', detail: 'long over' })];
    const key = tell(ids[2]);
    await run();
    await run(later(3600));
    assert.deepEqual([office.row(key).state, office.row(`${key}/1`).state, office.sql('SELECT 1 FROM outbox').length], ['split', 'sent', 2]);
    assert.equal(server.mails.length, 1);
    const [mail] = server.mails;
    assert.equal(mail.header('To'), `<${FIRST}>`);
    assert.deepEqual([mail.from, mail.to].flat(), ['billing@shop.example', FIRST]);
    assert.equal(subject(mail), '3 things wait for a person');
    says(mail, 'Hello,', 'What to do:', `${ids[0]}. A payment whose outcome is not known Account A1, payment P000000000042 no answer Since Nov 22, 2026, 9:00 AM EST`,
        `${ids[1]}. A refund that came back Account A1 R01 t-7: came back Since Nov 22`, `${ids[2]}. quarrel Since Nov 22`,
        'See them: remit settle queue', 'Decide one: remit settle resolve', 'Test', 'help@shop.example');
    assert.ok(!/more|long over|Your billing pages|, payment *\n|\n{4}/.test(mail.text), mail.text);
    assert.ok(!/more|long over|billing pages|account: ,/i.test(visible(mail.html)), mail.html);
    assert.ok(mail.html.trimEnd().endsWith('</html>'));
    assert.equal((mail.html.match(/<p>/g) ?? []).length, (mail.html.match(/<\/p>/g) ?? []).length);
    // `remit mail list` has them, without account and user.
    const listed = JSON.parse(office.at.ok(['mail', 'list', '--json']));
    assert.deepEqual(listed.map(({ key: name, state, account, to }) => [name, state, account, to]).sort(), [[key, 'split', null, ''], [`${key}/1`, 'sent', null, '']]);
});

test('one thing; and in the first of Site.Languages', async () => {
    item();
    tell(1);
    await run();
    assert.equal(subject(server.mails[0]), 'One thing waits for a person');
    says(server.mails[0], 'No program may decide this:');
    office.settings(...SUPPORT, `Mail.Provider = ${FIRST}`, 'Site.Languages = es, en');
    item();
    tell(2);
    await run();
    assert.equal(subject(server.mails[1]), '2 asuntos esperan la decisión de una persona');
    says(server.mails[1], 'Hola:', 'Un reembolso que fue devuelto', 'Desde el 22 nov 2026', 'Qué hacer:', 'remit settle queue', 'remit settle resolve');
    assert.ok(server.mails[1].html.includes('<html lang="es">'));
    for (const part of [plain(server.mails[1].text), visible(server.mails[1].html)])
        assert.ok(!/Hello|person|Since|What to do|See them|Decide one|sent by a program/.test(part), part);
});

test('several addresses: a mail to each, one that is refused holds up no other', async () => {
    office.settings(...SUPPORT, `Mail.Provider = ${FIRST} ,${SECOND},third@provider.example`);
    server.behave = ({ step, to }) => (step === 'RCPT' && to === SECOND ? '451 later' : undefined);
    item();
    const key = tell(1);
    await run();
    assert.deepEqual(recipients(), [FIRST, 'third@provider.example']);
    assert.equal(new Set(server.mails.map(({ id }) => id)).size, 2, 'each its own Message-ID');
    assert.deepEqual([1, 2, 3].map((place) => office.row(`${key}/${place}`).state), ['sent', 'waiting', 'sent']);
    server.behave = () => undefined;
    await run(later(61));
    assert.deepEqual(recipients(), [SECOND, FIRST, 'third@provider.example'].sort());
    assert.equal(office.row(`${key}/2`).state, 'sent');
    // Written again it is the same row.
    assert.throws(() => tell(1));
});

test('nobody is named: no mail, and nothing for a person; nor to a place that is no more', async () => {
    office.settings(...SUPPORT);
    item();
    const key = tell(1);
    const log = await run();
    assert.deepEqual([office.row(key).state, office.row(key).last_error], ['needless', 'nobody to write to: Mail.Provider is empty']);
    assert.match(log, /mail\.needless/);
    office.settings(...SUPPORT, `Mail.Provider = ${FIRST}, ${SECOND}`);
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    const other = tell(2);
    await run();
    server.behave = () => undefined;
    office.settings(...SUPPORT, `Mail.Provider = new@provider.example`);
    await run(later(61));
    assert.deepEqual(recipients(), ['new@provider.example']);
    assert.deepEqual([office.row(`${other}/1`).state, office.row(`${other}/2`).state], ['sent', 'needless']);
    assert.match(office.row(`${other}/2`).last_error, /fewer addresses/);
    assert.deepEqual(untold(), ['returned_refund'], 'nothing but what was there');
});

test('what is open when it is sent: nothing any more, less than when it was written, or more', async () => {
    const id = item();
    const key = tell(id);
    close(id);
    await run();
    assert.equal(office.row(key).state, 'needless');
    assert.match(office.row(key).last_error, /nothing is left to tell/);
    assert.equal(server.mails.length, 0);
    // Decided between two tries.
    const ids = [item({ detail: 'one' }), item({ detail: 'two' })];
    const tried = tell(ids[1]);
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    await run();
    server.behave = () => undefined;
    close(ids[0]);
    item({ detail: 'three' });
    await run(later(61));
    assert.equal(office.row(`${tried}/1`).state, 'sent');
    const [mail] = server.mails;
    assert.equal(subject(mail), '2 things wait for a person');
    says(mail, 'two', 'three');
    assert.ok(!mail.text.includes('one\n'), mail.text);
    // And all of it.
    office.clear();
    const last = item();
    const waiting = tell(last);
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    await run();
    server.behave = () => undefined;
    close(last);
    await run(later(61));
    assert.deepEqual([office.row(`${waiting}/1`).state, server.mails.length], ['needless', 0]);
});

test('twenty are listed, the oldest; of twenty-one it is said that there is one more', async () => {
    for (let at = 1; at <= 20; at++) item({ detail: `thing ${at};` });
    tell(20);
    await run();
    item({ detail: 'thing 21;' });
    tell(21);
    await run();
    const [twenty, more] = server.mails;
    assert.deepEqual(server.mails.map(subject), ['20 things wait for a person', '21 things wait for a person']);
    for (const mail of server.mails) says(mail, 'thing 1;', 'thing 20;');
    assert.ok(!/\bmore\b/.test(twenty.text + visible(twenty.html)));
    says(more, 'and 1 more');
    assert.ok(!more.text.includes('thing 21;') && !more.html.includes('thing 21;'));
});

test('whatever a detail holds, it is one line of text', async () => {
    const firm = office.addAccount();
    const ids = [item({ detail: EVIL, account: firm }), item({ detail: `x${'é'.repeat(499)}` })];
    tell(ids[1]);
    await run();
    const [mail] = server.mails;
    assert.deepEqual(recipients(), [FIRST]);
    assert.ok(!mail.headers.some(([name]) => /^bcc$/i.test(name)), 'no header of its own');
    const line = 'Doe" Bcc: eve@evil.example <script>x</script> &amp; <?cs var:Site.Name ?> {{no}} abc .';
    assert.ok(plain(mail.text).includes(plain(line)), mail.text);
    assert.equal(mail.text.split('\n').filter((text) => text.includes('Bcc:')).length, 1);
    assert.ok(mail.html.includes('&lt;script&gt;x&lt;/script&gt; &amp;amp; &lt;?cs var:Site.Name ?&gt;'), mail.html);
    assert.ok(!/<script/.test(mail.html));
    assert.ok(!/[\u202e\u2028]/.test(mail.html + mail.text));
    assert.ok(mail.text.includes('é'.repeat(499)), 'a whole detail');
});

test('a server that refuses: tried again for days, then given up; and no mail about that mail, however often', async () => {
    server.behave = ({ step }) => (step === 'RCPT' ? '451 later' : undefined);
    const id = item();
    office.sql('UPDATE queue_item SET told_at = opened_at');
    const key = tell(id);
    await run();
    assert.deepEqual([office.row(`${key}/1`).state, office.row(`${key}/1`).tries], ['waiting', 1]);
    await run(later(61));
    assert.deepEqual([office.row(`${key}/1`).state, office.row(`${key}/1`).tries], ['waiting', 2]);
    await run(later(4 * 86400));
    assert.equal(office.row(`${key}/1`).state, 'given_up');
    const given = () => office.sql("SELECT detail, account_id FROM queue_item WHERE kind = 'mail_given_up'");
    assert.equal(given().length, 1, 'a person can see it');
    assert.match(given()[0][0], new RegExp(`^${key}/1: .*451`));
    assert.deepEqual(untold(), [], 'and nobody is told by mail');
    // A refused address, mail after mail: as many items, none of them untold.
    server.behave = ({ step }) => (step === 'RCPT' ? '550 no such address' : undefined);
    for (let at = 1; at <= 3; at++) {
        tell(1000 + at);
        await run(later(4 * 86400 + at));
        assert.deepEqual(untold(), []);
        assert.equal(given().length, 1 + at);
    }
    // Once they are all that is open, there is nothing to tell; beside something else they are told.
    server.behave = () => undefined;
    close(id);
    const alone = tell(2000);
    await run(later(5 * 86400));
    assert.equal(office.row(alone).state, 'needless');
    assert.equal(server.mails.length, 0);
    item();
    tell(2001);
    await run(later(5 * 86400));
    assert.equal(subject(server.mails[0]), '5 things wait for a person');
    says(server.mails[0], 'Mail that could not be sent', `${key}/1:`);
    // A person lets it be tried anew: its item is closed.
    office.at.ok(['mail', 'retry', `${key}/1`, '--now', later(5 * 86400)]);
    assert.equal(office.sql("SELECT 1 FROM queue_item WHERE kind = 'mail_given_up' AND closed_at IS NULL").length, 3);
    await run(later(5 * 86400 + 1));
    assert.equal(office.row(`${key}/1`).state, 'sent');
});

test("a customer's mail that is given up is told, and mail that has no account and is for none is not", async () => {
    server.behave = ({ step, to }) => (step === 'RCPT' && to !== FIRST ? '550 no such address' : undefined);
    office.mail();
    await run();
    assert.deepEqual(untold(), ['mail_given_up']);
    tell(1);
    await run();
    says(server.mails[0], 'Mail that could not be sent Account A1 method_added:');
    office.clear();
    const lost = [office.mail({ kind: 'method_added', account: null, user: null }), office.mail({ kind: 'queue', user: null, subject: 1 }), office.mail({ kind: 'queue', subject: 1 })];
    item();
    await run();
    assert.deepEqual(lost.map((key) => office.row(key).state), ['given_up', 'given_up', 'given_up']);
    assert.match(office.row(lost[0]).last_error, /names no account/);
    assert.match(office.row(lost[1]).last_error, /about no account/);
    assert.equal(server.mails.length, 0);
});

test('killed between the mail and its mark, or after the split: the same mail again, to nobody else', async () => {
    office.settings(...SUPPORT, `Mail.Provider = ${FIRST}, ${SECOND}`);
    server.behave = ({ step }) => (step === 'body' ? { hang: true } : undefined);
    item();
    const key = tell(1);
    const mailer = office.start({ args: ['--now', NOW] });
    while (!server.seen.some(({ step }) => step === 'body')) await new Promise((done) => setTimeout(done, 20));
    await mailer.stop('SIGKILL');
    server.behave = () => undefined;
    server.mails.length = 0;
    office.sql('UPDATE outbox SET send_by = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE send_by IS NOT NULL');
    await run();
    await run(later(61));
    assert.deepEqual(recipients(), [SECOND, FIRST].sort());
    assert.deepEqual([1, 2].map((place) => office.row(`${key}/${place}`).state), ['sent', 'sent']);
    assert.equal(office.sql('SELECT 1 FROM outbox').length, 3);
});

test('remit config check: addresses as mail has them, a comma between two, five at most, none twice', () => {
    const check = (text) => {
        office.settings(...SUPPORT, `Mail.Provider = ${text}`);
        return office.at.run(['config', 'check', '--program', 'mailer']);
    };
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@provider.example`).join(',');
    for (const text of ['', ' ', FIRST, `${FIRST},${SECOND}`, ` ${FIRST} , ${SECOND} `, five]) assert.equal(check(text).status, 0, text + check(text).out);
    for (const text of ['office', 'Office <office@provider.example>', `${FIRST};${SECOND}`, `${FIRST} ${SECOND}`, `${FIRST},`, `,${FIRST}`, `${FIRST},,${SECOND}`, ',',
        `${five},f@provider.example`, `${FIRST},OFFICE@provider.example`, `${FIRST}>`, `"a,b"@provider.example`]) {
        const { status, out } = check(text);
        assert.equal(status, 1, text);
        assert.match(out, /^Mail\.Provider: must be e-mail addresses/m);
    }
    // Nobody else stops for it.
    assert.equal(office.at.run(['account', 'list']).status, 0);
});
