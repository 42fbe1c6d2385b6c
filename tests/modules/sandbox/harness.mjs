// Starts a sandbox on a free port with a store of its own, and talks to it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const program = resolve(process.env.SANDBOX ?? join(top, 'build/release/bin/sandbox'));
export const KEY = 'test-key';
export const PUBLIC_KEY = 'test-public-key';

const entries = [
    { customer_vault_id: 'card', type: 'cc', cc_number: '4xxxxxxxxxxx4242', cc_exp: '1230', cc_type: 'visa', first_name: 'Ada', last_name: 'Moss' },
    { customer_vault_id: 'card-2', type: 'cc', cc_number: '5xxxxxxxxxxx0007', cc_exp: '1230', cc_type: 'mastercard' },
    { customer_vault_id: 'bank', type: 'ck', check_account: '*****6789', check_aba: '021000021', account_type: 'checking', account_holder_type: 'personal', check_name: 'Ada Moss' },
    { customer_vault_id: 'poor', type: 'cc', cc_number: '4xxxxxxxxxxx0002', cc_exp: '1230', cc_type: 'visa', decline_code: 202 },
];

export function folder(t) {
    const path = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
    t.after(() => rmSync(path, { recursive: true, force: true }));
    return path;
}

// Runs the program to its end, for starts that are refused.
export function run(args) {
    return new Promise((done, fail) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '', err = '';
        const timer = setTimeout(() => child.kill('SIGKILL'), 20000);
        child.stdout.on('data', (data) => (out += data));
        child.stderr.on('data', (data) => (err += data));
        child.on('error', fail);
        child.on('close', (status, signal) => {
            clearTimeout(timer);
            done({ status, signal, out, err });
        });
    });
}

export async function until(what, check, limit_ms = 15000) {
    for (const end = Date.now() + limit_ms; ;) {
        const value = await check();
        if (value) return value;
        if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
        await new Promise((done) => setTimeout(done, 5));
    }
}

export class Sandbox {
    constructor(path, options) {
        this.path = path;
        this.store = join(path, 'store');
        this.book_file = join(this.store, 'book.jsonl');
        this.clock_file = join(path, 'clock');
        this.vault_file = join(path, 'vault.json');
        writeFileSync(this.vault_file, JSON.stringify(options.entries ?? entries));
        this.arguments = options.arguments ?? [];
        this.errors = '';
        this.output = '';
        this.agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
    }

    start() {
        return new Promise((done, fail) => {
            this.child = spawn(program, ['--listen', '127.0.0.2:0', '--store', this.store, '--security-key', KEY,
                '--tokenization-key', PUBLIC_KEY, '--vault', this.vault_file, '--clock', this.clock_file, ...this.arguments], { stdio: ['ignore', 'pipe', 'pipe'] });
            this.ended = new Promise((end) => this.child.on('close', (status, signal) => end({ status, signal })));
            this.child.on('error', fail);
            this.child.stderr.on('data', (data) => (this.errors += data));
            this.ended.then((how) => fail(new Error(`ended at start: ${JSON.stringify(how)} ${this.errors}`)));
            this.child.stdout.on('data', (data) => (this.output += data));
            this.child.stdout.once('data', (data) => {
                this.port = Number(/^listening on http:\/\/127\.0\.0\.2:([0-9]+)\n$/.exec(data)[1]);
                done(this);
            });
        });
    }

    async stop(signal = 'SIGTERM') {
        this.child.kill(signal);
        const how = await this.ended;
        this.agent.destroy();
        this.agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
        return how;
    }

    // Resolves with {status, headers, text}, or {lost: code} when the connection ends without an answer.
    request(method, path, body, options = {}) {
        return new Promise((done) => {
            const req = http.request({ host: '127.0.0.2', port: this.port, method, path, agent: this.agent, ...options }, (res) => {
                const parts = [];
                res.on('data', (part) => parts.push(part));
                res.on('error', (error) => done({ lost: error.code }));
                res.on('end', () => {
                    const bytes = Buffer.concat(parts);
                    done({ status: res.statusCode, headers: res.headers, text: bytes.toString(), bytes });
                });
            });
            req.on('error', (error) => done({ lost: error.code ?? 'error' }));
            req.end(body);
        });
    }

    // The answer's fields, or {lost}.
    async transact(fields, options) {
        const body = new URLSearchParams({ security_key: KEY, ...fields }).toString();
        const answer = await this.request('POST', '/api/transact.php', body, options);
        if (answer.lost) return answer;
        return Object.fromEntries(new URLSearchParams(answer.text));
    }

    // What the frames of Collect.js send: {status, token, card} or {status, field, message}.
    async tokenize(fields = {}, options) {
        const form = { tokenization_key: PUBLIC_KEY, ccnumber: '4111111111111111', ccexp: '1230', cvv: '999', ...fields };
        const answer = await this.request('POST', '/token/create', new URLSearchParams(form).toString(), options);
        return answer.lost ? answer : { status: answer.status, ...JSON.parse(answer.text) };
    }

    sale(fields = {}, options) {
        return this.transact({ type: 'sale', amount: '25.00', customer_vault_id: 'card', orderid: 'o-1', dup_seconds: '0', ...fields }, options);
    }

    async query(filters = {}) {
        const body = new URLSearchParams({ security_key: KEY, ...filters }).toString();
        return (await this.request('POST', '/api/query.php', body)).text;
    }

    // The ids of the transactions found, in the report's order.
    async ids(filters) {
        return [...(await this.query(filters)).matchAll(/<transaction_id>([0-9]+)</g)].map((match) => match[1]);
    }

    async json(method, path, value) {
        const answer = await this.request(method, path, value === undefined ? undefined : JSON.stringify(value));
        return { status: answer.status, ...JSON.parse(answer.text) };
    }

    async knobs(value) {
        const answer = await this.json('POST', '/sandbox/knobs', value);
        if (answer.status !== 200) throw new Error(JSON.stringify(answer));
        return answer;
    }

    counters() {
        return this.json('GET', '/sandbox/requests');
    }

    async book(order_id) {
        const path = '/sandbox/transactions' + (order_id ? `?order_id=${encodeURIComponent(order_id)}` : '');
        return (await this.json('GET', path)).transactions;
    }

    async vault(id) {
        const path = '/sandbox/vault' + (id ? `?customer_vault_id=${encodeURIComponent(id)}` : '');
        return (await this.json('GET', path)).vault;
    }

    // The events and counts; filters and pages as in the README.
    webhooks(filters = {}) {
        return this.json('GET', '/sandbox/webhooks?' + new URLSearchParams(filters));
    }

    // Nothing is to be sent now, nor on its way.
    async sent() {
        return until('webhooks sent', async () => {
            const now = await this.webhooks({ limit: 0 });
            return now.waiting + now.in_flight === 0 && now;
        });
    }

    clock(text) {
        writeFileSync(this.clock_file, text);
    }

    lines() {
        return readFileSync(this.book_file, 'utf8').split('\n').slice(0, -1);
    }
}

// Takes what the sandbox sends. status: what it answers, a number or a function of the post; 0 closes the connection, null says nothing.
export async function receiver(t, status = 200) {
    const it = { status, posts: [], drop: () => server.closeAllConnections() };
    const server = http.createServer((req, res) => {
        const parts = [];
        req.on('data', (part) => parts.push(part));
        req.on('end', () => {
            const raw = Buffer.concat(parts).toString();
            const post = { method: req.method, path: req.url, headers: req.headers, raw, ...JSON.parse(raw) };
            it.posts.push(post);
            const answer = typeof it.status === 'function' ? it.status(post) : it.status;
            if (answer === 0) req.socket.destroy();
            else if (answer !== null) res.writeHead(answer, { Location: it.url }).end();
        });
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    t.after(() => (server.closeAllConnections(), new Promise((done) => server.close(done))));
    it.port = server.address().port;
    it.url = `http://127.0.0.1:${it.port}/gateway/events?a=1`;
    return it;
}

// A running sandbox that ends with the test, and must end well.
export async function sandbox(t, options = {}) {
    const it = new Sandbox(folder(t), options);
    t.after(async () => {
        if (it.child.exitCode !== null || it.child.signalCode !== null) return;
        const how = await it.stop();
        if (how.status !== 0) throw new Error(`did not end well: ${JSON.stringify(how)} ${it.errors}`);
    });
    if (!options.is_waiting) await it.start();
    return it;
}
