// Each mail is in its recipient's language: chosen, or else that of the last sign-in, or else the first; one mailer that
// writes to several people speaks to each of them as they read.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, NOW, Office, quote, root, SmtpServer } from './harness.mjs';
import { words } from './smtp_server.mjs';
import { plain, visible } from './support.mjs';

const KEY = randomBytes(32).toString('hex');
const SETTINGS = ['Programs.login = 1', 'Programs.documents = 1', 'Programs.invoices = 1', 'Programs.autopay = 1', 'Site.Support.Email = help@shop.example'];
let database, server, office, ana, luz;
const subjects = {}; // of a kind: what its row names

const later = (seconds) => new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000', '');
const speak = (user, language) => office.sql(`UPDATE user SET language = ${quote(language)} WHERE id = ${user.id}`);
const seen = (user, language, account = office.account) => office.sql(`REPLACE INTO user_seen VALUES (${account}, ${user.id}, '2026-11-01', ${quote(language)})`);

function addInvoice(number, due) {
    return Number(office.one(`INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
        VALUES (${office.account}, '${number}', 'Hosting', '2026-10-01', '${due}', 304350, REPEAT('f', 32), '2026-10-01'); SELECT LAST_INSERT_ID()`));
}

function addPayment(state) {
    const reference = `P${String(++office.count).padStart(12, '0')}`;
    const id = Number(office.one(`INSERT INTO payment (account_id, reference, source, kind, user_id, method_text, amount_cents, state, note, gateway, transaction_id,
        created_at, confirmed_at, closed_at) VALUES (${office.account}, '${reference}', 'customer', 'card', ${ana.id}, 'Visa ending 4242', 304350, '${state}', 'For October', 'nmi',
        't${office.count}', '2026-11-22 14:00:00', '2026-11-22 14:30:00', '2026-11-22 14:30:05'); SELECT LAST_INSERT_ID()`));
    office.sql(`INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) VALUES (${office.account}, ${id}, ${subjects.invoice_issued}, 304350)`);
    return id;
}

const addRefund = (kind) => Number(office.one(`INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents, reopens, state, gateway, actor, created_at, closed_at)
    VALUES (${office.account}, 'R${String(++office.count).padStart(12, '0')}', ${subjects.receipt}, '${kind}', 1250, 1, 'succeeded', 'nmi', 'x', '2026-11-22 14:00:00', '2026-11-22 16:00:00');
    SELECT LAST_INSERT_ID()`));

before(async () => {
    database = await Database.start();
    server = await SmtpServer.start();
    office = Office.open(database, 'mail_language', server);
    office.settings(...SETTINGS);
    office.secrets(`Secret.LinkKey = ${KEY}`);
    office.at.secrets('remit', ['Secret.DatabasePassword = secret', 'Secret.AdminUser = administrator', 'Secret.AdminPassword = secret', 'Secret.GatewayKey = test-key',
        `Secret.FormKey = ${randomBytes(32).toString('hex')}`, `Secret.LinkKey = ${KEY}`, ''].join('\n'));
    ana = office.user;
    luz = office.addUser(office.account, { name: 'Luz María' });
    subjects.invoice_issued = addInvoice('NW-1', '2026-12-01');
    addInvoice('NW-2', '2026-11-01');
    subjects.receipt = addPayment('succeeded');
    subjects.returned = subjects.charged_back = addPayment('returned');
    subjects.refunded = addRefund('refund');
    subjects.voided = addRefund('void');
    const bank = office.addMethod(office.account, ana, { kind: 'bank', brand: 'Checking', four: '6789' });
    subjects.method_added = bank;
    subjects.method_removed = subjects.method_expiring = subjects.method_updated = office.method;
    subjects.invoice_due_soon = subjects.invoice_overdue = office.account;
    office.sql(`UPDATE method SET expires_on = '2026-12-31' WHERE id = ${office.method};
        INSERT INTO enrolment (account_id, id, user_id, method_id, backup_method_id, schedule, scope, largest_cents, began_on, next_on, noticed_on, noticed_cents, created_at, changed_at)
        VALUES (${office.account}, 70, ${ana.id}, ${office.method}, ${bank}, 'split', 'types', 5000000, '2026-11-02', '2026-12-15', '2026-12-01', 3043, NOW(), NOW());
        INSERT INTO enrolment_cover VALUES (${office.account}, 70, 'type:Domains', 1), (${office.account}, 70, 'invoice:${subjects.invoice_issued}', 1);
        INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, reason, amount_cents, attempts, created_at)
        VALUES (${office.account}, 71, 70, '2026-12-01', 'failed', 'declined', 304350, 1, NOW())`);
    subjects.authorization = Number(office.one(`INSERT INTO consent (account_id, user_id, method_id, kind, version, text, accepted_at, address)
        VALUES (${office.account}, ${ana.id}, ${bank}, 'card_terms', 'v', 'I authorize <Shop>.', '2026-11-22 14:00:00', '::1'); SELECT LAST_INSERT_ID()`));
    subjects.drafted = addPayment('pending');
    subjects.draft_failed = 71;
    subjects.autopay_upcoming = subjects.autopay_on = subjects.autopay_off = 70;
});
after(async () => {
    await office?.close();
    await server?.stop();
    await database?.stop();
});
beforeEach(() => {
    office.clear();
    office.settings(...SETTINGS);
    office.sql('DELETE FROM user_seen');
    speak(ana, '');
    speak(luz, 'es');
});

// As it is read, without what stands around names.
const seenIn = (mail) => visible(mail.html.replace(/<\/?(?:bdi|strong)>/g, ''));
function says(mail, ...parts) {
    for (const part of parts)
        for (const text of [plain(mail.text), seenIn(mail)]) assert.ok(text.includes(part), `lacks: ${part}\n${text}`);
}

// The mails a run sent, by their recipient's address.
async function sent(count) {
    const { log } = await office.once();
    assert.equal(server.mails.length, count, log + JSON.stringify(office.sql('SELECT mail_key, state, last_error FROM outbox')));
    return Object.fromEntries(server.mails.map((mail) => [mail.header('To').match(/<(.*)>/)[1], mail]));
}

const subject = (mail) => words(mail.header('Subject'));
const languageOf = (mail) => mail.html.match(/<html lang="([^"]*)">/)[1];

// Every text of Remit that is another one in Spanish, and long enough to be nothing else.
function english() {
    const list = [];
    for (const entry of readFileSync(join(root, 'templates/words/es.po'), 'utf8').split('\n\n').slice(1)) {
        const [, text] = entry.match(/^msgid "(.*)"$/m) ?? [];
        const [, said] = entry.match(/^msgstr "(.*)"$/m) ?? [];
        if (!said || said === text) continue;
        list.push(...text.split(/\{[^}]*\}|%(?:\d\$)?l*[sd]/).map((part) => part.trim()).filter((part) => part.length > 12));
    }
    return list;
}

// kind: [English subject, Spanish subject, ...Spanish of both parts]
const KINDS = {
    invoice_issued: ['New invoice NW-1 for $3,043.50, due December 1, 2026', 'Nueva factura NW-1 por $3,043.50, vence el 1 de diciembre de 2026', 'Hay una factura nueva en su cuenta.', 'Qué hacer: páguela a más tardar el 1 de diciembre de 2026.'],
    invoice_due_soon: ['Invoice NW-1 for $3,043.50 is due December 1, 2026', 'La factura NW-1 por $3,043.50 vence el 1 de diciembre de 2026', 'Esta factura vence el 1 de diciembre de 2026:', 'Qué hacer: páguela a más tardar'],
    invoice_overdue: ['Invoice NW-2 for $3,043.50 is overdue since November 1, 2026', 'La factura NW-2 por $3,043.50 está vencida desde el 1 de noviembre de 2026', 'y no está pagada:', 'Qué hacer: páguela ahora.'],
    receipt: ['Receipt for your payment of $3,043.50', 'Recibo de su pago de $3,043.50', 'El pago se procesó.', 'Visa terminada en 4242', '22 nov 2026, 9:30 a. m. EST', 'For October', 'Total del pago'],
    returned: ['Your payment of $3,043.50 was returned', 'Su pago de $3,043.50 fue devuelto', 'Su banco lo devolvió el 22 nov 2026, 10:00 a. m. EST'],
    charged_back: ['Your payment of $3,043.50 was charged back', 'Su pago de $3,043.50 fue objeto de un contracargo', 'porque fue disputado'],
    method_updated: ['Your bank updated your card: Visa ending 4242', 'Su banco actualizó su tarjeta: Visa terminada en 4242', 'Los pagos los usan de ahora en adelante'],
    refunded: ['$12.50 of your payment was refunded', 'Le reembolsamos $12.50 de su pago', 'Le devolvimos $12.50 el 22 nov 2026, 11:00 a. m. EST.'],
    voided: ['Your payment of $3,043.50 was canceled', 'Su pago de $3,043.50 se canceló', 'antes de liquidarse'],
    method_added: ['Payment method added: Checking ending 6789', 'Método de pago agregado: Cuenta corriente terminada en 6789', 'Se agregó una cuenta bancaria'],
    method_removed: ['Payment method removed: Visa ending 4242', 'Método de pago eliminado: Visa terminada en 4242', 'Se eliminó una tarjeta'],
    authorization: ['Your authorization for Checking ending 6789', 'Su autorización para Cuenta corriente terminada en 6789', 'usted aceptó lo siguiente', 'I authorize <Shop>.'],
    drafted: ['Your Auto Pay payment of $3,043.50 was accepted', 'Su pago automático de $3,043.50 fue aceptado', 'Su banco todavía tiene que enviar el dinero.'],
    draft_failed: ['Your Auto Pay payment of December 1, 2026 failed', 'Su pago automático del 1 de diciembre de 2026 no se pudo hacer', 'Corregir el método de pago'],
    autopay_upcoming: ['Auto Pay: $30.43 on December 1, 2026', 'Pago automático: $30.43 el 1 de diciembre de 2026', 'El 1 de diciembre de 2026 el pago automático cobrará $30.43 de Visa terminada en 4242.'],
    autopay_on: ['Auto Pay with Visa ending 4242', 'Pago automático con Visa terminada en 4242', 'Próximo pago: 15 de diciembre de 2026', 'Método de respaldo: Cuenta corriente terminada en 6789', 'N.º de factura NW-1', 'Domains'],
    autopay_off: ['Auto Pay with Visa ending 4242 is off', 'El pago automático con Visa terminada en 4242 está desactivado', 'Los próximos pagos son manuales'],
    method_expiring: ['Visa ending 4242 expires soon', 'Visa terminada en 4242 vence pronto', 'vence después del 31 de diciembre de 2026.'],
};
const keyOf = (kind) => ({ invoice_due_soon: `due_soon:${office.account}:2026-12-01`, invoice_overdue: `overdue:${office.account}:2026-11-01:8` })[kind] ?? `${kind}:1`;

// What both must have, whatever they are about.
function looksEnglish(mail, name = 'Ana Maria') {
    assert.equal(languageOf(mail), 'en');
    says(mail, `Hello ${name},`, 'What to do:', 'Account: A1');
    assert.ok(!/Hola|Qué hacer|[áéíóúñ]/.test(mail.text.replaceAll('Luz María', '')), mail.text);
}
function looksSpanish(mail, name = 'Luz María') {
    assert.equal(languageOf(mail), 'es');
    says(mail, `Hola, ${name}:`, 'Qué hacer:', 'Cuenta: A1, Firm & Sons', 'Correo electrónico: help@shop.example', 'nadie lee las respuestas');
    for (const text of texts)
        for (const part of [plain(mail.text), seenIn(mail), subject(mail)]) assert.ok(!part.includes(text), `English: ${text}\n${part}`);
    for (const [title, value] of mail.headers) assert.match(value, /^[\x20-\x7e]*$/, title);
    assert.ok(!/[^\x20-\x7e]/.test(subject(mail)) || mail.header('Subject').startsWith('=?utf-8?Q?'), mail.header('Subject'));
}
const texts = english();

for (const [kind, [title, titulo, ...said]] of Object.entries(KINDS))
    test(`${kind}: one row, a mail to each in their language`, async () => {
        if (kind === 'invoice_overdue' || kind.startsWith('invoice_')) office.sql("UPDATE enrolment SET state = 'off', off_reason = 'customer', off_at = NOW(), next_on = NULL WHERE id = 70; UPDATE enrolment_cover SET active = NULL");
        else office.sql("UPDATE enrolment SET state = 'active', off_reason = '', off_at = NULL, next_on = '2026-12-15' WHERE id = 70; UPDATE enrolment_cover SET active = 1");
        office.mail({ kind, subject: subjects[kind], user: null, key: keyOf(kind) });
        const mails = await sent(2);
        looksEnglish(mails[ana.email]);
        assert.equal(subject(mails[ana.email]), title);
        looksSpanish(mails[luz.email]);
        assert.equal(subject(mails[luz.email]), titulo);
        says(mails[luz.email], ...said);
        assert.ok(mails[luz.email].html.includes(`<title>${titulo}</title>`));
        // Figures, names and addresses are the same ones.
        const figures = (mail) => plain(mail.text).match(/\$[\d,]+\.\d\d|https:\S+/g).sort();
        assert.deepEqual(figures(mails[luz.email]), figures(mails[ana.email]));
    });

test('mails about a user: an invitation, a reset, a changed password', async () => {
    const number = office.one(`SELECT number FROM account WHERE id = ${office.account}`);
    office.at.ok(['user', 'invite', '--email', 'nueva@firm.example', '--name', 'Nueva', '--account', number, '--level', 'Manager']);
    const [[link, id]] = office.sql('SELECT id, user_id FROM user_link ORDER BY id DESC LIMIT 1');
    looksEnglish((await sent(1))['nueva@firm.example'], 'Nueva');
    office.clear();
    speak({ id }, 'es');
    office.mail({ kind: 'invitation', subject: link, user: { id }, key: `invitation:${link}` });
    const invited = (await sent(1))['nueva@firm.example'];
    looksSpanish(invited, 'Nueva');
    assert.equal(subject(invited), 'Le invitamos a las páginas de facturación de Test');
    says(invited, 'hasta el 29 nov 2026, 10:00 a. m. EST.');
    for (const [how, sentence] of [['account', 'alguien que conocía la anterior'], ['reset', 'con un enlace que enviamos a esta dirección'], ['provider', 'La cambiamos nosotros.']]) {
        office.clear();
        office.mail({ kind: 'password_changed', subject: 'NULL', user: luz, key: `password_changed:${luz.id}:${how}:1795359600` });
        const { [luz.email]: changed } = await sent(1);
        looksSpanish(changed);
        assert.equal(subject(changed), 'Su contraseña se cambió');
        says(changed, sentence, 'Su contraseña se cambió el 22 nov 2026, 10:00 a. m. EST.');
    }
    office.sql(`DELETE FROM user_link; DELETE FROM account_user WHERE user_id = ${id}; DELETE FROM user WHERE id = ${id}`);
});

test('no kind of mail is left out here', () => {
    const kinds = readdirSync(join(root, 'templates/mail')).filter((name) => name.endsWith('.txt.cs')).map((name) => name.replace('.txt.cs', ''));
    const parts = ['head', 'foot', 'payment', 'invoice_rows'], users = ['invitation', 'password_reset', 'password_changed'];
    const provider = ['queue']; // provider.test.mjs
    assert.deepEqual(kinds.filter((kind) => !parts.includes(kind)).sort(), [...Object.keys(KINDS), ...users, ...provider].sort());
});

test('which language: chosen, or that of the last sign-in to this account, or the first', async () => {
    const other = office.addAccount();
    office.sql(`INSERT INTO account_user SELECT ${other}, ${ana.id}, id, '2026-01-01' FROM security_level WHERE name = 'Manager'`);
    for (const [chosen, last, elsewhere, languages, wanted] of [
        ['', '', '', 'en, es', 'en'],
        ['es', '', '', 'en, es', 'es'],
        ['', 'es', '', 'en, es', 'es'],
        ['es', 'en', '', 'en, es', 'es'],
        ['en', 'es', 'es', 'en, es', 'en'],
        ['fr', 'es', '', 'en, es', 'es'],
        ['fr', 'fr', '', 'en, es', 'en'],
        ['es-MX', '', '', 'en, es', 'es'],
        ['', '', 'es', 'en, es', 'en'],
        ['', '', '', 'es, en', 'es'],
        ['en', '', '', 'es, en', 'en'],
        ['es', 'es', '', 'en', 'en'],
    ]) {
        office.clear();
        office.settings(...SETTINGS, `Site.Languages = ${languages}`);
        office.sql('DELETE FROM user_seen');
        speak(ana, chosen);
        if (last) seen(ana, last);
        if (elsewhere) seen(ana, elsewhere, other);
        office.mail({ user: ana });
        const mail = (await sent(1))[ana.email];
        assert.equal(languageOf(mail), wanted, `${chosen}/${last}/${elsewhere} of ${languages}`);
        assert.ok(subject(mail).startsWith(wanted === 'es' ? 'Método de pago agregado' : 'Payment method added'), subject(mail));
    }
});

test('one mailer, forty mails in turns and some that cannot be written: each in its language', async () => {
    const people = [ana, luz];
    for (let at = 0; at < 40; at++) {
        office.mail({ user: people[at % 2], kind: at % 4 < 2 ? 'method_added' : 'receipt', subject: at % 4 < 2 ? office.method : subjects.receipt });
        // Read and given up, by somebody's language that must not stay.
        if (at % 8 === 0) office.mail({ user: luz, kind: 'receipt', subject: 999999 });
        if (at % 8 === 4) office.mail({ user: luz, kind: 'password_reset', subject: 999999 });
    }
    const { code, log } = await office.once();
    assert.equal(code, 0, log);
    assert.equal(server.mails.length, 40);
    for (const mail of server.mails) {
        const isLuz = mail.header('To').includes(luz.email);
        (isLuz ? looksSpanish : looksEnglish)(mail);
        assert.match(plain(mail.text), isLuz ? /Visa terminada en 4242/ : /Visa ending 4242/);
    }
    assert.equal(server.mails.filter((mail) => mail.header('To').includes(luz.email)).length, 20);
    assert.deepEqual(office.sql('SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state'), [['given_up', '10'], ['sent', '40']]);
    // What is written down is for the provider, in English.
    assert.deepEqual(office.sql("SELECT DISTINCT last_error FROM outbox WHERE state = 'given_up'"), [['what it is about is not there']]);
});

test('tried again it is the same mail, once to each', async () => {
    office.mail({ kind: 'receipt', subject: subjects.receipt, user: null, key: 'receipt:again' });
    server.behave = ({ step }) => (step === 'body' ? '451 later' : undefined);
    await office.once();
    server.behave = () => undefined;
    const first = server.mails.splice(0);
    assert.deepEqual([first.length, office.one("SELECT COUNT(*) FROM outbox WHERE state = 'sent'")], [2, '0']);
    await office.once({ now: later(61) });
    await office.once({ now: later(3600) });
    assert.equal(server.mails.length, 2);
    for (const mail of server.mails) {
        const before = first.find(({ id }) => id === mail.id);
        assert.deepEqual([mail.text, mail.html, mail.header('Subject')], [before.text, before.html, before.header('Subject')]);
        (mail.header('To').includes(luz.email) ? looksSpanish : looksEnglish)(mail);
    }
    assert.deepEqual(office.sql("SELECT tries FROM outbox WHERE state = 'sent'"), [['2'], ['2']]);
    // The row is what was told before: a second one under its key is refused.
    assert.throws(() => office.mail({ kind: 'receipt', subject: subjects.receipt, key: `receipt:again/${luz.id}`, user: luz }));
});
