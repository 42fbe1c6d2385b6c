// A private MariaDB and installations of `remit` in it, all in one temporary folder that is gone
// afterwards.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
export const binary = resolve(root, process.env.REMIT_BIN ?? 'build/release/bin/remit');
export const sandboxBinary = resolve(root, process.env.SANDBOX_BIN ?? 'build/release/bin/sandbox');
export const migrations = join(root, 'sql/migrations');

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const asRoot = process.getuid() === 0 ? ['--user=root'] : [];

// A data folder nobody has used, of this MariaDB: made once, the tests' servers begin with copies.
function emptyData() {
    const version = spawnSync('mariadbd', ['--no-defaults', '--version'], { encoding: 'utf8' }).stdout;
    const folder = join(root, 'build/prepared', `empty-${createHash('sha256').update(version).digest('hex').slice(0, 16)}`);
    if (existsSync(folder))
        return folder;
    const work = mkdtempSync(join(tmpdir(), 'remit-empty-')), data = join(work, 'data');
    mkdirSync(join(root, 'build/prepared'), { recursive: true });
    const made = spawnSync('mariadb-install-db', ['--no-defaults', ...asRoot, `--datadir=${data}`,
        '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=16M'],
        { encoding: 'utf8', env: { ...process.env, TMPDIR: work } });
    if (made.status !== 0)
        throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`);
    const copy = mkdtempSync(`${folder}.`);
    cpSync(data, copy, { recursive: true });
    try {
        renameSync(copy, folder); // of several at once one is first
    } catch {
        rmSync(copy, { recursive: true });
    }
    rmSync(work, { recursive: true });
    return folder;
}

export class Database {
    // more: options of the server, over those below.
    static async start(more = []) {
        const database = new Database();
        database.folder = mkdtempSync(join(tmpdir(), 'remit-cli-'));
        database.socket = join(database.folder, 'db.sock');
        const data = join(database.folder, 'data');
        cpSync(emptyData(), data, { recursive: true });
        database.server = spawn('mariadbd', ['--no-defaults', ...asRoot, `--datadir=${data}`,
            `--socket=${database.socket}`, `--pid-file=${join(database.folder, 'pid')}`,
            // A server removes every temporary table it finds at its start: not in a shared folder.
            `--tmpdir=${database.folder}`, '--skip-networking', '--innodb-flush-log-at-trx-commit=2',
            // Nobody waits for the disk: a test's data need not outlive the machine.
            '--loose-innodb-flush-method=nosync', '--innodb-buffer-pool-size=64M', '--innodb-log-file-size=16M', ...more], { stdio: 'ignore' });
        for (let tries = 0; ; tries++) {
            if (database.client(['-e', 'SELECT 1']).status === 0)
                break;
            if (tries > 500)
                throw new Error('the private MariaDB did not start');
            await pause(30);
        }
        database.sql('mysql', ['invoices', 'pay', 'login', 'remit', 'documents', 'methods', 'autopay', 'webhooks', 'drafter',
            'settler', 'mailer'].map((name) => `CREATE USER remit_${name}@localhost IDENTIFIED BY 'secret';`).join(''));
        database.sql('mysql', "CREATE USER administrator@localhost IDENTIFIED BY 'secret';"
            + 'GRANT ALL ON *.* TO administrator@localhost WITH GRANT OPTION');
        return database;
    }

    client(args, input) {
        return spawnSync('mariadb', ['--no-defaults', '-uroot', `--socket=${this.socket}`,
            '--default-character-set=utf8mb4', '-N', '-B', ...args], { encoding: 'utf8', input });
    }

    // Rows of texts. Several statements are fine; the session lasts for one call.
    sql(name, text) {
        const ran = this.client([name], text);
        if (ran.status !== 0)
            throw new Error(`${ran.stderr}\n${text}`);
        return ran.stdout.split('\n').filter((line) => line).map((line) => line.split('\t'));
    }

    async stop() {
        const ended = new Promise((done) => this.server.once('exit', done));
        this.server.kill('SIGTERM');
        await ended;
        rmSync(this.folder, { recursive: true, force: true });
    }
}

export class Installation {
    constructor(database, name, more = '') {
        this.database = database;
        this.name = name;
        this.folder = join(database.folder, name);
        mkdirSync(join(this.folder, 'templates/words'), { recursive: true });
        cpSync(join(root, 'templates/words'), join(this.folder, 'templates/words'), { recursive: true });
        mkdirSync(join(this.folder, 'secrets'));
        this.settings = join(this.folder, 'remit.hdf');
        this.now = '2026-11-22T15:00:00Z';
        database.sql('mysql', `CREATE DATABASE ${name}`);
        writeFileSync(this.settings, [
            'Site.Name = Test',
            'Site.Origin = https://shop.example',
            'Site.Zone = America/New_York',
            `Database.Hosts.0 = unix:${database.socket}`,
            `Database.Name = ${name}`,
            'Gateway.Driver = nmi',
            `Templates.Folders.0 = ${join(this.folder, 'templates')}`,
            `Secrets.Folder = ${join(this.folder, 'secrets')}`,
            more || 'Gateway.ApiUrl = http://127.0.0.1:1',
            ''].join('\n'));
        this.secrets('remit');
    }

    secrets(program, text = '', mode = 0o600) {
        writeFileSync(join(this.folder, 'secrets', `${program}.hdf`), text || [
            'Secret.DatabasePassword = secret',
            'Secret.AdminUser = administrator',
            'Secret.AdminPassword = secret',
            'Secret.GatewayKey = test-key',
            `Secret.FormKey = ${randomBytes(32).toString('hex')}`,
            ''].join('\n'), { mode });
    }

    environment() {
        return { ...process.env, REMIT_SETTINGS: this.settings, REMIT_MIGRATIONS: migrations };
    }

    // { status, out, err }; --now stands first, so a test may give its own.
    run(args, input) {
        const ran = spawnSync(binary, ['--now', this.now, ...args],
            { encoding: 'utf8', input, env: this.environment() });
        if (ran.error)
            throw ran.error;
        if (ran.signal)
            throw new Error(`remit ${args.join(' ')}: ${ran.signal}\n${ran.stderr}`);
        return { status: ran.status, out: ran.stdout, err: ran.stderr };
    }

    // Must succeed.
    ok(args, input) {
        const ran = this.run(args, input);
        if (ran.status !== 0)
            throw new Error(`remit ${args.join(' ')}: exit ${ran.status}\n${ran.err}${ran.out}`);
        return ran.out;
    }

    json(args, input) {
        return JSON.parse(this.ok([...args, '--json'], input));
    }

    // Without waiting. started: called with the process.
    start(args, started) {
        return new Promise((done) => {
            const child = spawn(binary, args, { env: this.environment() });
            let err = '', out = '';
            child.stderr.on('data', (bytes) => { err += bytes; });
            child.stdout.on('data', (bytes) => { out += bytes; });
            child.on('close', (status) => done({ status, err, out }));
            started?.(child);
        });
    }

    sql(text) {
        return this.database.sql(this.name, text);
    }

    file(name, content) {
        const path = join(this.folder, name);
        writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
        return path;
    }
}

// The stand-in gateway; null where it has not been built.
export async function startSandbox(folder, key = 'test-key', store = 'sandbox', clock = '') {
    if (!existsSync(sandboxBinary))
        return null;
    const child = spawn(sandboxBinary, ['--listen', '127.0.0.2:0', '--store', join(folder, store),
        '--security-key', key, ...(clock ? ['--clock', clock] : [])], { stdio: ['ignore', 'pipe', 'ignore'] });
    const url = await new Promise((done, failed) => {
        let text = '';
        child.stdout.on('data', (bytes) => {
            text += bytes;
            const match = /listening on (http:\S+)/.exec(text);
            if (match)
                done(match[1]);
        });
        child.once('exit', () => failed(new Error('the sandbox did not start')));
    });
    const ask = async (method, path, body) => {
        const answer = await fetch(`${url}${path}`, { method, body });
        const text = await answer.text();
        if (!answer.ok)
            throw new Error(`${path}: ${answer.status} ${text}`);
        return text;
    };
    const transact = async (fields) => {
        const body = new URLSearchParams({ security_key: key, ...fields });
        const text = await ask('POST', '/api/transact.php', body);
        const answer = new URLSearchParams(text);
        if (answer.get('response') !== '1')
            throw new Error(text);
        return answer.get('transactionid');
    };
    return {
        url,
        transact,
        sale: (orderid, amount) => transact({ type: 'sale', orderid, amount, ccnumber: '4111111111111111',
            ccexp: '1230', dup_seconds: '0' }),
        bankSale: (orderid, amount) => transact({ type: 'sale', payment: 'check', orderid, amount, checkname: 'A Tester',
            checkaba: '021000021', checkaccount: '123456789', account_type: 'checking',
            account_holder_type: 'personal', sec_code: 'WEB', dup_seconds: '0' }),
        // All that is pending settles, or that of one order.
        settle: (order = '') => ask('POST', '/sandbox/settle', new URLSearchParams({ order_id: order })),
        // What the bank does with a debit or a refund: { order_id or transaction_id, action, code }.
        ach: (fields) => ask('POST', '/sandbox/ach', new URLSearchParams(fields)),
        // A dispute: { order_id, amount }; what a person does in the gateway's own pages: { action, order_id, amount, order_id_kept }.
        chargeback: (fields) => ask('POST', '/sandbox/chargeback', new URLSearchParams(fields)),
        panel: async (fields) => JSON.parse(await ask('POST', '/sandbox/panel', new URLSearchParams(fields))),
        updater: (fields) => ask('POST', '/sandbox/updater', new URLSearchParams(fields)),
        knobs: (knobs) => ask('POST', '/sandbox/knobs', JSON.stringify({ reset: true, ...knobs })),
        requests: async () => JSON.parse(await ask('GET', '/sandbox/requests')),
        book: async (order = '') => JSON.parse(await ask('GET', `/sandbox/transactions?order_id=${order}`)).transactions,
        stop() {
            const ended = new Promise((done) => child.once('exit', done));
            child.kill('SIGTERM');
            return ended;
        },
    };
}
