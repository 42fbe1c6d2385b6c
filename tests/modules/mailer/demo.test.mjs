// A demo from the browser's side: what a customer did lands in the mail folder, in the same words as on
// the page, and with nothing that is secret.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formKey, words } from '../../support/client.mjs';
import { Demo, top, until } from '../../support/demo.mjs';
import { parse, words as encoded } from './smtp_server.mjs';

let demo, client, user;

before(async () => {
    demo = await Demo.start({ settings: ['Mail.DueSoonDays = 3', 'Mail.OverdueDays = 1, 8, 15'] });
    user = demo.user(0);
    client = await demo.signedIn();
});
after(() => demo?.stop());

const mails = () => readdirSync(demo.json.mail_dir).filter((name) => name.endsWith('.eml'))
    .map((name) => parse(readFileSync(join(demo.json.mail_dir, name), 'latin1')));
const arrived = (what, test) => until(what, () => mails().find(test));

// The facts of a page: { title: text }.
const facts = (html) => Object.fromEntries([...html.matchAll(/<dt>([^<]*)<\/dt><dd[^>]*>([\s\S]*?)<\/dd>/g)]
    .map(([, title, text]) => [title, words(text)]));

let reference;

test('a payment on the page, and its receipt', async () => {
    const [first, second] = demo.openInvoices(user.account);
    const review = await demo.review(client, { what: 'selected', invoice: first.number, method: demo.methodId(user, '4242'),
        note: 'Thanks & <regards>' });
    const answer = await client.follow(await client.post(review.path, { key: review.key }));
    assert.match(answer.text, /Payment has been processed/);
    reference = review.reference;
    const mail = await arrived('the receipt', ({ text }) => text.includes(reference));
    const page = facts(answer.text);
    assert.equal(mail.header('To').match(/<(.*)>/)[1], user.email);
    for (const title of ['Amount', 'Payment Method', 'Date', 'Reference', 'Confirmation']) {
        assert.ok(page[title], `the page has ${title}`);
        assert.ok(mail.text.includes(`${title}: ${page[title]}\n`), `${title}: ${page[title]}\n${mail.text}`);
        assert.ok(words(mail.html).includes(`${title} ${page[title]}`), words(mail.html));
    }
    assert.ok(mail.text.includes(page.Note));
    assert.ok(mail.text.includes(`Invoice # ${first.number}: ${page.Amount}`));
    assert.ok(!mail.text.includes(second.number));
    for (const said of ['Payment has been processed', 'Thank you. Please allow up to 2 business days for payments to be reflected in your account.']) {
        assert.ok(words(answer.text).includes(said));
        assert.ok(mail.text.replace(/\n/g, ' ').includes(said));
    }
    const link = mail.text.match(/See this payment: (\S+)/)[1];
    assert.equal((await client.get(link)).status, 200);
    assert.equal((await client.get(mail.text.match(/Your billing pages: (\S+)/)[1])).status, 200);
});

test('a refund by the provider', async () => {
    const { code, err } = await demo.remit('payment', 'refund', reference, '--amount', '1.00');
    assert.equal(code, 0, err);
    const mail = await arrived('the mail about it', ({ header, text }) => header('Subject').includes('refunded') && text.includes(reference));
    assert.match(mail.text, /^\$1\.00 was sent back to you on /m);
    assert.equal(mail.header('To').match(/<(.*)>/)[1], user.email);
});

test('a method that is removed', async () => {
    const id = demo.sql(`SELECT m.id FROM method m JOIN user u ON u.id = m.user_id WHERE u.email = '${user.email}' AND m.kind = 'bank'`)[0][0];
    const path = `${demo.base}/methods/${id}/remove`;
    const ask = await client.get(path);
    assert.equal(ask.status, 200);
    assert.equal((await client.post(path, { key: formKey(ask.text) })).status, 303);
    const mail = await arrived('the mail about it', ({ header }) => /removed/.test(header('Subject')));
    assert.match(mail.text, /A bank account was removed/);
    const [brand, four] = demo.sql(`SELECT brand, last_four FROM method WHERE id = ${id}`)[0];
    assert.ok(mail.text.includes(`${brand} ending ${four}`));
});

test('a new invoice, and the demo\'s own that are due soon: each link leads to its page', async () => {
    const day = (ahead) => new Date(Date.now() + ahead * 86400_000).toISOString().slice(0, 10);
    const file = join(demo.run, 'new.json');
    writeFileSync(file, JSON.stringify([{ account: user.account, number: 'NEW-1', billing_type: 'VPS', issued_on: day(-1), due_on: day(20), tax: '0',
        lines: [{ description: 'VPS', quantity: '1', price: '30.43', amount: '30.43' }] }]));
    assert.equal((await demo.remit('invoice', 'import', file)).code, 0);
    const follow = async (mail) => {
        const links = [...mail.text.matchAll(/(https?:\/\/\S+\/(?:invoices|pay|autopay)\S*)/g)].map(([, url]) => url);
        assert.ok(links.length >= 2, mail.text);
        for (const link of links) {
            const page = await client.get(link);
            assert.equal(page.status, 200, link);
            for (const number of link.match(/[A-Z]+-\d+/g) ?? []) assert.ok(page.text.includes(number), link);
        }
    };
    const mail = await arrived('the mail about the new one', ({ header }) => header('Subject').startsWith('New invoice NEW-1 for $30.43, due '));
    await follow(mail);
    assert.equal(demo.sql("SELECT COUNT(*) FROM outbox WHERE kind = 'invoice_issued' AND mail_key NOT LIKE '%/%'")[0][0], '1', 'what the demo came with is no news');
    await follow(await arrived('what is due soon', ({ header }) => / is due /.test(header('Subject')) && header('To').includes(user.email)));
});

test('who reads Spanish is sent a way to a new password in Spanish', async () => {
    demo.sql(`UPDATE user SET language = 'es' WHERE email = '${user.email}'`);
    const guest = demo.client();
    const key = formKey((await guest.get(`${demo.base}/login/reset`)).text);
    assert.equal((await guest.post(`${demo.base}/login/reset`, { key, email: user.email })).status, 303);
    const mail = await arrived('the link', ({ header }) => header('Subject').includes('Restablezca'));
    assert.equal(encoded(mail.header('Subject')), 'Restablezca su contraseña');
    assert.match(mail.html, /<html lang="es">/);
    const [link] = mail.text.match(/https?:\/\/\S+\/login\/link\?token=[\w-]+/);
    assert.ok(mail.text.includes('Elegir') || mail.text.includes('elija'), mail.text);
    assert.ok((await guest.get(link)).status < 400, 'and it leads somewhere');
    demo.sql(`UPDATE user SET language = '' WHERE email = '${user.email}'`);
});

test('a mailer that is restarted, and the end of everything, lose nothing', async () => {
    await demo.restart('mailer');
    assert.equal((await demo.remit('payment', 'refund', reference, '--amount', '2.00')).code, 0);
    await arrived('the second refund', ({ text }) => text.includes('$2.00 was sent back'));
    await until('all are sent', () => demo.sql("SELECT 1 FROM outbox WHERE state NOT IN ('sent', 'split')").length === 0);
    const rows = demo.sql("SELECT mail_key FROM outbox WHERE state = 'sent'");
    assert.equal(mails().length, rows.length, 'one file for each row');
});

test('nothing secret is in a mail or in the log', () => {
    const texts = [demo.log('mailer'), ...mails().flatMap(({ text, html, body }) => [text, html, body ?? ''])];
    const secrets = readdirSync(join(demo.run, 'secrets')).flatMap((name) =>
        [...readFileSync(join(demo.run, 'secrets', name), 'utf8').matchAll(/= (\S+)/g)].map(([, text]) => text));
    const vaults = demo.sql("SELECT vault_id FROM method").map(([id]) => id);
    for (const secret of [...secrets, ...vaults, user.password]) for (const text of texts) assert.ok(!text.includes(secret), secret);
    for (const text of texts) assert.ok(!/\b\d{13,19}\b/.test(text));
    assert.ok(!demo.log('mailer').includes(user.email), 'the log names nobody');
});

test('remit config check knows the mailer', async () => {
    const { code, out } = await demo.remit('config', 'check');
    assert.equal(code, 0, out);
    assert.equal(execFileSync(join(top, 'build', process.env.BUILD ?? 'release', 'bin/mailer'),
        ['--settings', join(demo.run, 'remit.hdf'), '--check'], { encoding: 'utf8' }), 'mailer: ready\n');
});
