// demo.mjs - a demo of the test's own: its ports, folder, database, gateway and clock.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, formKey } from './client.mjs';

const run = promisify(execFile);
export const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

// A port with its neighbour free: the demo takes one for nginx and the next for the sandbox.
async function freePort() {
  const taken = (host, port) =>
    new Promise((resolve) => {
      const server = net.createServer();
      server.once('error', () => resolve(true));
      server.listen(port, host, () => server.close(() => resolve(false)));
    });
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000); // below those that connections get by themselves
    if (!(await taken('127.0.0.1', port)) && !(await taken('127.0.0.2', port + 1))) return port;
  }
}

// Where the first demo leaves its database for those after it, see nginx/demo/start. Whatever it is made from is in
// the name, and the day, because its dates are days from today.
function preparedFolder(build) {
  const remit = statSync(join(top, 'build', build, 'bin/remit'));
  const hash = createHash('sha256').update(`${remit.mtimeMs} ${remit.size} ${new Date().toLocaleDateString('en-US', { timeZone: 'America/Chicago' })}`);
  for (const folder of ['nginx/demo', 'sql', 'sql/demo', 'sql/migrations'])
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true }))
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(top, folder, entry.name)));
  return join(top, 'build/prepared', hash.digest('hex').slice(0, 16));
}

// The database survives kill -9 as it does anywhere: what it wrote is in the kernel's hands. That the machine loses
// power is nothing tests do, so nobody waits for the disk.
const DATABASE_OPTIONS = '--innodb-flush-log-at-trx-commit=2 --loose-innodb-flush-method=nosync --innodb-log-file-size=8M';

export class Demo {
  // settings: lines of the settings file on top of the demo's own. build: release, asan, faults. database: options of the
  // server on top of these.
  // settler: without it what is not known stays so until the test settles.
  static async start({ settings = [], build = process.env.BUILD ?? 'release', env = {}, database = '', settler = false } = {}) {
    const demo = new Demo();
    demo.folder = mkdtempSync(join(tmpdir(), 'remit-'));
    demo.port = await freePort();
    demo.env = { ...process.env, ...env, BUILD: build, PORT: String(demo.port), RUN: join(demo.folder, 'run'), DATABASE_OPTIONS: `${DATABASE_OPTIONS} ${database}` };
    if (!settler) demo.env.NO_SETTLER = '1';
    demo.env.PREPARED = preparedFolder(build);
    // Reminders come with the day, whatever a test is about: only who asks for them has them.
    demo.env.EXTRA_SETTINGS = join(demo.folder, 'extra.hdf');
    writeFileSync(demo.env.EXTRA_SETTINGS, `${['Mail.DueSoonDays = 0', 'Mail.OverdueDays = none', ...settings].join('\n')}\n`);
    try {
      await run(join(top, 'nginx/demo/start'), [], { env: demo.env, maxBuffer: 1 << 24 });
    } catch (error) {
      rmSync(demo.folder, { recursive: true, force: true });
      throw new Error(`the demo did not start: ${error.stderr || error}`);
    }
    demo.run = demo.env.RUN;
    demo.json = JSON.parse(readFileSync(join(demo.run, 'demo.json'), 'utf8'));
    demo.url = demo.json.url;
    demo.base = new URL(demo.url).pathname.replace(/\/$/, '');
    return demo;
  }

  async stop() {
    await run(join(top, 'nginx/demo/stop'), [], { env: this.env, maxBuffer: 1 << 24 });
    if (!process.env.KEEP) rmSync(this.folder, { recursive: true, force: true });
  }

  // A program's workers one after the other; mariadb, sandbox or nginx ended and started again.
  async restart(name) {
    await run(join(top, 'nginx/demo/restart'), [name], { env: this.env, maxBuffer: 1 << 24 });
  }

  user(index) {
    return this.json.users[index];
  }

  client() {
    return new Client(this.url);
  }

  async signedIn(index = 0) {
    const client = this.client();
    await client.signIn(this.user(index));
    return client;
  }

  // Rows as arrays of text; NULL is the text NULL.
  sql(statement) {
    const { socket, name, user, password } = this.json.database;
    const args = ['--no-defaults', `--socket=${socket}`, `--user=${user}`, '--batch', '--skip-column-names', '--default-character-set=utf8mb4'];
    const out = execFileSync('mariadb', [...args, name], {
      input: statement,
      env: { ...process.env, MYSQL_PWD: password },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    return out.split('\n').filter(Boolean).map((line) => line.split('\t'));
  }

  // The command line: { code, out, err }.
  async remit(...args) {
    const [program, ...first] = this.json.remit;
    try {
      const { stdout, stderr } = await run(program, [...first, ...args], { maxBuffer: 1 << 26 });
      return { code: 0, out: stdout, err: stderr };
    } catch (error) {
      return { code: error.code, out: error.stdout, err: error.stderr };
    }
  }

  gateway(method, path, body) {
    const url = new URL(path, this.json.sandbox_url);
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (part) => (text += part));
        answer.on('end', () => {
          if (answer.statusCode !== 200) reject(new Error(`${path}: ${answer.statusCode} ${text}`));
          else resolve(text ? JSON.parse(text) : null);
        });
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async book() {
    return (await this.gateway('GET', '/sandbox/transactions')).transactions;
  }

  // Sales that took money.
  async charges() {
    return (await this.book()).filter((t) => t.type === 'sale' && t.response === 1);
  }

  knobs(values) {
    return this.gateway('POST', '/sandbox/knobs', values);
  }

  resetKnobs() {
    return this.knobs({ reset: true });
  }

  // '' is real time; '+N' seconds ahead; or an instant.
  clock(text) {
    writeFileSync(join(this.run, 'clock'), text ? `${text}\n` : '');
  }

  log(program) {
    return readFileSync(join(this.run, 'log', `${program}.log`), 'utf8');
  }

  // Makes a review of the given form and returns its path and confirm key.
  async review(client, form) {
    const page = await client.get(`${this.base}/pay`);
    const answer = await client.post(`${this.base}/pay`, { key: formKey(page.text), ...form });
    if (answer.status !== 303) throw new Error(`no review: ${answer.status} ${answer.text}`);
    const review = await client.get(answer.location);
    return { path: answer.location, reference: answer.location.split('/').pop(), key: formKey(review.text), html: review.text };
  }

  // Open invoices of an account, oldest due first: [number, free cents].
  openInvoices(account) {
    return this.sql(
      `SELECT i.number, i.total_cents - i.paid_cents - i.credited_cents - i.pending_cents FROM invoice i
       JOIN account a ON a.id = i.account_id WHERE a.number = '${account}' AND i.is_open = 1
       AND i.pending_cents = 0 ORDER BY i.due_on, i.id`,
    ).map(([number, cents]) => ({ number, cents: Number(cents) }));
  }

  methodId(user, lastFour) {
    return this.sql(
      `SELECT m.id FROM method m JOIN user u ON u.id = m.user_id WHERE u.email = '${user.email}' AND m.last_four = '${lastFour}'`,
    )[0][0];
  }
}

// Waits for a condition; fails with its name.
export async function until(what, condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
