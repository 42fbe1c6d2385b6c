// What the tests of drafts share: an installation with the sandbox, one clock for both that stands still, and
// accounts with invoices (imported) and enrolments (written as rows).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Database, Installation, root } from '../remit/harness.mjs';

export const bin = (name) => resolve(root, 'build', process.env.BUILD ?? 'release', 'bin', name);
export const plain = (cents) => (cents / 100).toFixed(2);

// What the vault holds: a kind of method, and how many of it.
const kinds = {
    good: { type: 'cc', cc_number: '4xxxxxxxxxxx4242', cc_exp: '1230', cc_type: 'visa' },
    soft: { type: 'cc', cc_number: '5xxxxxxxxxxx0007', cc_exp: '1230', cc_type: 'mastercard', decline_code: 202 },
    hard: { type: 'cc', cc_number: '5xxxxxxxxxxx0007', cc_exp: '1230', cc_type: 'mastercard', decline_code: 252 },
    fix: { type: 'cc', cc_number: '5xxxxxxxxxxx0007', cc_exp: '1230', cc_type: 'mastercard', decline_code: 224 },
    bank: { type: 'ck', check_account: '*****6789' },
    business: { type: 'ck', check_account: '*****6780', account_holder_type: 'business' },
    r01: { type: 'ck', check_account: '*****0101' },
    r02: { type: 'ck', check_account: '*****0102' },
    r07: { type: 'ck', check_account: '*****0107' },
    late: { type: 'ck', check_account: '*****0901' },
};

export class World {
    static async open(name, { settings = [], vault = { good: 40, soft: 20, hard: 10, fix: 5, bank: 10, r01: 10, r02: 5, r07: 5, late: 5 } } = {}) {
        const world = new World();
        world.database = await Database.start();
        world.clock = join(world.database.folder, 'clock');
        world.used = {};
        world.count = 0;
        world.vaultFile = join(world.database.folder, 'vault.json');
        const entries = Object.entries(vault).flatMap(([kind, count]) => Array.from({ length: count }, (_, at) => ({
            customer_vault_id: `${kind}-${at + 1}`, first_name: 'Ada', last_name: 'Moss', check_name: 'Ada Moss', check_aba: '021000021',
            account_type: 'checking', account_holder_type: 'personal', ...kinds[kind],
        })));
        writeFileSync(world.vaultFile, JSON.stringify(entries.map((entry) => (entry.type === 'cc'
            ? Object.fromEntries(Object.entries(entry).filter(([key]) => !key.startsWith('check') && !key.startsWith('account')))
            : Object.fromEntries(Object.entries(entry).filter(([key]) => !key.endsWith('_name') || key === 'check_name'))))));
        world.day('2026-11-22');
        await world.startSandbox();
        world.at = new Installation(world.database, name, [`Gateway.ApiUrl = ${world.url}`, 'Gateway.TimeoutMs = 2000',
            'Payment.LeaseSeconds = 20', 'Programs.drafter = 1', `Clock.File = ${world.clock}`, ...settings].join('\n'));
        world.at.now = world.now;
        world.at.secrets('drafter');
        world.at.ok(['migrate']);
        world.sql("INSERT INTO security_level (id, name, may_billing, may_autopay) VALUES (1, 'Manager', 1, 1), (2, 'Payer', 1, 0)");
        return world;
    }

    async startSandbox() {
        this.sandbox = spawn(bin('sandbox').replace(/build\/(faults|asan)/, 'build/release'), ['--listen', this.url ? this.url.replace('http://', '') : '127.0.0.2:0',
            '--store', join(this.database.folder, 'sandbox'), '--security-key', 'test-key', '--vault', this.vaultFile, '--clock', this.clock],
        { stdio: ['ignore', 'pipe', 'inherit'] });
        this.url = await new Promise((done, failed) => {
            let text = '';
            this.sandbox.stdout.on('data', (bytes) => {
                text += bytes;
                const match = /listening on (http:\S+)/.exec(text);
                if (match) done(match[1]);
            });
            this.sandbox.once('exit', () => failed(new Error('the sandbox did not start')));
        });
    }

    async stopSandbox() {
        const ended = new Promise((done) => this.sandbox.once('exit', done));
        this.sandbox.kill('SIGTERM');
        await ended;
    }

    async close() {
        await this.stopSandbox();
        await this.database.stop();
    }

    // Noon in New York, for everybody.
    day(date, time = '17:00:00') {
        this.now = `${date}T${time}Z`;
        writeFileSync(this.clock, `${this.now}\n`);
        if (this.at) this.at.now = this.now;
    }

    sql(text) { return this.at.sql(text); }
    one(text) { return this.sql(text)[0]?.[0]; }
    number(text) { return Number(this.one(text)); }

    async ask(method, path, body) {
        const answer = await fetch(`${this.url}${path}`, { method, body });
        const text = await answer.text();
        assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
        return text;
    }
    knobs(values = {}) { return this.ask('POST', '/sandbox/knobs', JSON.stringify({ reset: true, ...values })); }
    async book() { return JSON.parse(await this.ask('GET', '/sandbox/transactions')).transactions; }
    async sales() { return (await this.book()).filter((one) => one.type === 'sale'); }
    async charges() { return (await this.sales()).filter((one) => one.response === 1); }
    async requests() { return JSON.parse(await this.ask('GET', '/sandbox/requests')); }

    vaultId(kind) {
        this.used[kind] = (this.used[kind] ?? 0) + 1;
        return `${kind}-${this.used[kind]}`;
    }

    methodSql(kind) {
        const entry = kinds[kind], isBank = entry.type === 'ck';
        const four = (entry.cc_number ?? entry.check_account).slice(-4);
        return `INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder_type, created_at)
            VALUES (@account, @user, '${isBank ? 'bank' : 'card'}', 'nmi', '${this.vaultId(kind)}', '${isBank ? 'Checking' : 'Visa'}', '${four}',
            ${isBank ? 'NULL' : "'2030-12-31'"}, '${entry.account_holder_type ?? 'personal'}', UTC_TIMESTAMP());`;
    }

    // Accounts that enrolled; each { number, enrolment, invoices: [number] }. invoices: { cents, due, issued, type };
    // noticed: the cents its user was told of for next.
    enrol(list) {
        const made = list.map((spec) => ({ ...spec, number: `A${++this.count}` }));
        const text = made.map((spec) => `
            INSERT INTO account (number, organization, created_at) VALUES ('${spec.number}', '${spec.number}', UTC_TIMESTAMP());
            SET @account = LAST_INSERT_ID();
            INSERT INTO user (email, name, created_at) VALUES ('${spec.number}@example.test', '${spec.number}', UTC_TIMESTAMP());
            SET @user = LAST_INSERT_ID();
            INSERT INTO account_user (account_id, user_id, level_id, added_at) VALUES (@account, @user, ${spec.level ?? 1}, UTC_TIMESTAMP());
            ${this.methodSql(spec.method ?? 'good')} SET @method = LAST_INSERT_ID(); SET @backup = NULL;
            ${spec.backup ? `${this.methodSql(spec.backup)} SET @backup = LAST_INSERT_ID();` : ''}`).join('\n');
        this.sql(text);
        const invoices = made.flatMap((spec) => (spec.invoices ?? []).map((one, at) => ({ account: spec.number, number: `${spec.number}-${at + 1}`,
            billing_type: one.type ?? 'Hosting', issued_on: one.issued ?? '2026-11-01', due_on: one.due ?? '2026-11-20', tax: '0.00',
            lines: [{ description: 'Hosting', amount: plain(one.cents) }] })));
        if (invoices.length) this.at.ok(['invoice', 'import', '--no-mail', this.at.file('in.json', invoices)]);
        this.sql(made.map((spec) => {
            const covers = spec.covers ?? ['all'];
            const value = (text_) => (text_ ? `'${text_}'` : 'NULL');
            const key = (cover) => (cover.startsWith('invoice:') && !/^invoice:\d+$/.test(cover)
                ? `CONCAT('invoice:', (SELECT id FROM invoice WHERE number = '${spec.number}-${cover.slice(8).replace('#', '')}'))` : `'${cover}'`);
            return `SELECT @account := a.id, @user := u.user_id, @method := MIN(m.id), @backup := IF(COUNT(*) > 1, MAX(m.id), NULL) FROM account a
                JOIN account_user u ON u.account_id = a.id JOIN method m ON m.account_id = a.id WHERE a.number = '${spec.number}' GROUP BY a.id, u.user_id;
              INSERT INTO enrolment (account_id, user_id, method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on, next_on, skip_on,
                noticed_on, noticed_cents, created_at, changed_at) VALUES (@account, @user, @method, @backup, '${spec.schedule ?? 'first'}', '${covers[0].split(':')[0] === 'all' ? 'all' : covers[0].split(':')[0] + 's'}',
                ${spec.largest ?? 'NULL'}, ${value(spec.from)}, '${spec.began ?? '2026-10-05'}', ${value(spec.next === undefined ? '2026-12-01' : spec.next)}, ${value(spec.skip)},
                ${value(spec.noticed && (spec.next ?? '2026-12-01'))}, ${spec.noticed ?? 0}, UTC_TIMESTAMP(), UTC_TIMESTAMP());
              SET @enrolment = LAST_INSERT_ID();
              ${covers.map((cover) => `INSERT INTO enrolment_cover VALUES (@account, @enrolment, ${key(cover)}, 1);`).join('\n')}`;
        }).join('\n'));
        const ids = Object.fromEntries(this.sql('SELECT a.number, MAX(e.id) FROM enrolment e JOIN account a ON a.id = e.account_id GROUP BY a.number'));
        return made.map((spec) => ({ ...spec, enrolment: Number(ids[spec.number]), invoices: (spec.invoices ?? []).map((_, at) => `${spec.number}-${at + 1}`) }));
    }

    enrolOne(spec) { return this.enrol([spec])[0]; }

    invoice(owner, at, cents, { due = '2026-12-20', issued = '2026-12-02', type = 'Hosting' } = {}) {
        this.at.ok(['invoice', 'import', '--no-mail', this.at.file('one.json', [{ account: owner.number, number: `${owner.number}-${at}`, billing_type: type, issued_on: issued,
            due_on: due, tax: '0.00', lines: [{ description: 'Hosting', amount: plain(cents) }] }])]);
        owner.invoices.push(`${owner.number}-${at}`);
    }

    // "2026-12-01 taken  5000 1": day, state, reason, cents and attempts, of one enrolment.
    drafts(owner) {
        return this.sql(`SELECT CONCAT_WS(' ', draft_on, state, IF(reason = '', '-', reason), amount_cents, attempts, COALESCE(retry_on, '')) FROM draft
            WHERE enrolment_id = ${owner.enrolment} ORDER BY draft_on`).map(([text]) => text.trim());
    }
    payments(owner) {
        return this.sql(`SELECT CONCAT_WS(' ', p.state, p.amount_cents, p.attempt) FROM payment p JOIN account a ON a.id = p.account_id
            WHERE a.number = '${owner.number}' AND p.draft_id IS NOT NULL ORDER BY p.id`).map(([text]) => text);
    }
    paid(owner) {
        return this.sql(`SELECT i.paid_cents FROM invoice i JOIN account a ON a.id = i.account_id WHERE a.number = '${owner.number}' ORDER BY i.id`).map(([cents]) => Number(cents));
    }
    next(owner) { return this.one(`SELECT COALESCE(next_on, '-') FROM enrolment WHERE id = ${owner.enrolment}`); }
    // "2026-12-01 5000": what its user was told.
    told(owner) { return this.one(`SELECT CONCAT_WS(' ', COALESCE(noticed_on, '-'), noticed_cents) FROM enrolment WHERE id = ${owner.enrolment}`); }
    state(owner) { return this.one(`SELECT CONCAT_WS(' ', state, off_reason) FROM enrolment WHERE id = ${owner.enrolment}`).trim(); }
    mails(owner) {
        return this.sql(`SELECT o.kind FROM outbox o JOIN account a ON a.id = o.account_id WHERE a.number = '${owner.number}' ORDER BY o.id`).map(([kind]) => kind);
    }
    queue(owner) {
        return this.sql(`SELECT q.kind FROM queue_item q JOIN account a ON a.id = q.account_id WHERE a.number = '${owner.number}' ORDER BY q.id`).map(([kind]) => kind);
    }
    lastPayment(owner) {
        return this.one(`SELECT p.reference FROM payment p JOIN account a ON a.id = p.account_id WHERE a.number = '${owner.number}' ORDER BY p.id DESC LIMIT 1`);
    }

    // A run on a day that has come; its summary.
    run(date, ...more) {
        if (date !== this.now.slice(0, 10)) this.day(date);
        return this.at.json(['autopay', 'run', '--on', date, ...more]);
    }
    preview(date) { return this.at.json(['autopay', 'preview', '--on', date]); }

    settle() { return this.at.json(['settle']); }
    clean(...more) { this.at.ok(['check', ...more]); }

    // One drafter process; { child, ended }.
    drafter(args = [], env = {}) {
        const child = spawn(bin('drafter'), ['--settings', this.at.settings, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
        let err = '';
        child.stderr.on('data', (bytes) => { err += bytes; });
        const ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal, err })));
        return { child, ended, log: () => err };
    }
    drafterOnce(env = {}) {
        const ran = spawnSync(bin('drafter'), ['--settings', this.at.settings, '--once'], { encoding: 'utf8', env: { ...process.env, ...env } });
        return { status: ran.status, signal: ran.signal, err: ran.stderr };
    }
}
