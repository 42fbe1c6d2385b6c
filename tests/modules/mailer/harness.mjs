// A private MariaDB, an installation with a mailer, people to write to, and rows in the outbox.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from './build.mjs';
import { Database, Installation, root } from '../remit/harness.mjs';
import { SmtpServer } from './smtp_server.mjs';

export { Database, root, SmtpServer };
export const NOW = '2026-11-22T15:00:00Z';

// Line ends are written as escapes: the client would change them.
export const quote = (text) => (text === null ? 'NULL' : `'${String(text).replace(/[\\']/g, '\\$&')
    .replace(/\r/g, '\\r').replace(/\n/g, '\\n')}'`);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, condition, seconds = 30) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
        await pause(30);
    }
}

// A key and a certificate for 127.0.0.1, signed by itself: { key, cert, file }.
export function certificate(folder, name = 'localhost') {
    const key = join(folder, `${name}.key`), cert = join(folder, `${name}.crt`);
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key,
        '-out', cert], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    return { key: readFileSync(key), cert: readFileSync(cert), file: cert };
}

export class Office {
    // settings: lines of the settings file; the server's address is put in.
    static open(database, name, server, { settings = [], host = server?.url } = {}) {
        const office = new Office();
        Object.assign(office, { database, name, server, count: 0, mailers: new Set() });
        office.at = new Installation(database, name, 'Gateway.ApiUrl = http://127.0.0.1:1');
        office.base = readFileSync(office.at.settings, 'utf8');
        office.host = host;
        office.settings(...settings);
        office.secrets();
        office.at.ok(['migrate']);
        office.at.ok(['level', 'add', 'Manager', '--billing']);
        office.at.ok(['level', 'add', 'Reader']);
        office.account = office.addAccount();
        office.user = office.addUser(office.account);
        office.method = office.addMethod(office.account, office.user);
        return office;
    }

    // The settings again, with other lines on top.
    settings(...lines) {
        const folder = join(this.at.folder, 'mail');
        mkdirSync(folder, { recursive: true });
        this.folder = folder;
        writeFileSync(this.at.settings, [this.base, `Templates.Folders.1 = ${root}/templates`, 'Programs.mailer = 1',
            'Programs.pay = 1', 'Programs.methods = 1', 'Gateway.TokenizationKey = t',
            'Mail.From = billing@shop.example', `Mail.Host = ${this.host ?? ''}`, 'Mail.Tls = none',
            'Mail.TimeoutMs = 800', 'Mail.LeaseSeconds = 4', 'Mail.PollMs = 100', ...lines, ''].join('\n'));
    }

    secrets(more = '') {
        this.at.secrets('mailer', ['Secret.DatabasePassword = secret',
            `Secret.FormKey = ${randomBytes(32).toString('hex')}`, more, ''].join('\n'));
    }

    sql(text) {
        return this.at.sql(text);
    }

    one(text) {
        return this.sql(text)[0]?.[0];
    }

    addAccount(organization = 'Firm & Sons') {
        this.count++;
        return Number(this.one(`INSERT INTO account (number, organization, created_at)
            VALUES ('A${this.count}', ${quote(organization)}, '2026-01-01'); SELECT LAST_INSERT_ID()`));
    }

    addUser(account, { email, name = 'Ana Maria', level = 'Manager', active = 1 } = {}) {
        this.count++;
        const address = email ?? `user${this.count}@firm.example`;
        const id = Number(this.one(`INSERT INTO user (email, name, is_active, created_at)
            VALUES (${quote(address)}, ${quote(name)}, ${active}, '2026-01-01'); SELECT LAST_INSERT_ID()`));
        this.sql(`INSERT INTO account_user SELECT ${account}, ${id}, id, '2026-01-01' FROM security_level
            WHERE name = '${level}'`);
        return { id, email: address, name };
    }

    addMethod(account, user, { brand = 'Visa', four = '4242', kind = 'card' } = {}) {
        this.count++;
        return Number(this.one(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four,
            created_at) VALUES (${account}, ${user.id}, '${kind}', 'nmi', 'v${this.count}', ${quote(brand)}, '${four}',
            '2026-01-01'); SELECT LAST_INSERT_ID()`));
    }

    // A row of the outbox; returns its key.
    mail({ kind = 'method_added', account = this.account, user = this.user, subject = this.method, key } = {}) {
        this.count++;
        const mailKey = key ?? `${kind}:${this.count}`;
        this.sql(`INSERT INTO outbox (mail_key, kind, account_id, user_id, subject_id, created_at)
            VALUES (${quote(mailKey)}, ${quote(kind)}, ${account}, ${user ? user.id : 'NULL'}, ${subject},
            '2026-11-22 15:00:00')`);
        return mailKey;
    }

    // { state, tries, next_at, sent_at, given_up_at, last_error }
    row(key) {
        const [row] = this.sql(`SELECT state, tries, next_at, sent_at, given_up_at, last_error FROM outbox
            WHERE mail_key = ${quote(key)}`);
        if (!row) return undefined;
        const [state, tries, next_at, sent_at, given_up_at, last_error = ''] = row;
        return { state, tries: Number(tries), next_at, sent_at, given_up_at, last_error };
    }

    // Rows of earlier tests are nobody's business.
    clear() {
        this.sql('DELETE FROM outbox; DELETE FROM queue_item');
        this.server?.reset();
    }

    // Runs the mailer to its end: { code, log }.
    async once({ now = NOW, args = [] } = {}) {
        const mailer = this.start({ args: ['--once', '--now', now, ...args] });
        return mailer.ended;
    }

    // A mailer that goes on: { child, log(), stop(signal), ended }.
    start({ args = [], wrap = [] } = {}) {
        const [command, ...first] = [...wrap, binary];
        const child = spawn(command, [...first, '--settings', this.at.settings, ...args],
            { stdio: ['ignore', 'pipe', 'pipe'] });
        let log = '';
        child.stdout.on('data', (bytes) => { log += bytes; });
        child.stderr.on('data', (bytes) => { log += bytes; });
        const ended = new Promise((done) => child.on('close', (code, signal) => {
            this.mailers.delete(mailer);
            this.sanitizers(log);
            done({ code, signal, log });
        }));
        const mailer = { child, ended, log: () => log, stop: (signal = 'SIGTERM') => { child.kill(signal); return ended; } };
        this.mailers.add(mailer);
        return mailer;
    }

    sanitizers(log) {
        const at = log.search(/ERROR: AddressSanitizer|runtime error|ERROR: LeakSanitizer/);
        if (at >= 0) this.found = log.slice(at, at + 2000);
    }

    // Every mailer that still runs. Whatever they said, no sanitizer may have found anything.
    async close() {
        for (const mailer of [...this.mailers]) await mailer.stop('SIGKILL');
        if (this.found) throw new Error(this.found);
    }
}
