// world.mjs - a demo with as many accounts as asked for, its time, its processes, and the record of what was asked and
// answered. Nothing here knows what must come of anything.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { Client } from '../support/client.mjs';
import { Demo, top } from '../support/demo.mjs';
import { Random } from '../property/random.mjs';
import { fill } from './people.mjs';

export const LEASE_S = 4; // half of it is the sender's
export const TIMEOUT_MS = 1500;
export const LEASE_OVER_MS = LEASE_S * 1000 + TIMEOUT_MS + 2000;
const SETTINGS = [
  `Payment.LeaseSeconds = ${LEASE_S}`,
  `Gateway.TimeoutMs = ${TIMEOUT_MS}`,
  'Gateway.ConnectTimeoutMs = 1000',
  'Payment.Smallest = 0.01',
  'Fee.Return = 25.00',
  'Session.IdleSeconds = 86400',
  'Session.AbsoluteSeconds = 604800',
  'Autopay.InFlight = 64',
  'Autopay.RunSeconds = 1',
  ...['UserPayments', 'AccountPayments', 'AddressPayments', 'MethodPayments', 'Reviews', 'DeclineMinimum'].map((name) => `Limit.${name} = 1000000`),
];
const AFTER_FAULT_MS = 2000; // so long what was broken may be felt
// What becomes of the gateway's events.
const WEBHOOKS = { none: { webhooks: 'drop' }, once: { webhooks: 'deliver' }, five: { webhooks: 'deliver', webhook_repeat: 5, webhook_shuffle: true, webhook_latency_ms: 200 } };
const DAY_S = 86400;
const FIRST_DAY = 12; // of next month: its 15th and, before long, a 1st are within
const START_HOUR_UTC = 17; // noon or a little before, wherever in the United States

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const plain = (cents) => (cents / 100).toFixed(2);
export const cents = (text) => Math.round(Number(text.replace(/[$,]/g, '')) * 100);
export const sum = (list, of = (each) => each) => list.reduce((total, each) => total + of(each), 0);

export class World {
  static async open(options) {
    const world = new World();
    Object.assign(world, options, { counts: {}, started: Date.now(), ahead_s: 0, requests: 0, isFaulty: 0, faultsBegun: 0, faultyUntil: 0, mornings: [] });
    world.webhooks = process.env.WEBHOOKS ?? world.random('webhooks').pick(Object.keys(WEBHOOKS));
    mkdirSync(join(top, 'build/check'), { recursive: true });
    world.traceFile = join(top, `build/check/simulation-${options.seed}.log`);
    world.trace = createWriteStream(world.traceFile);
    world.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
    world.facts = { payments: new Map(), checks: new Map(), credit: [], refunds: [], voids: new Map(), invoices: new Map(), late: new Map() };
    world.demo = await Demo.start({ settings: SETTINGS, env: { NO_DRAFTER: '1', NO_SETTLER: '1' } });
    world.zone = readFileSync(join(world.demo.run, 'remit.hdf'), 'utf8').match(/Zone = (\S+)/)[1];
    const now = new Date();
    world.begin = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, FIRST_DAY, START_HOUR_UTC);
    world.toMorning(0);
    try {
      await fill(world);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  async close() {
    this.isOver = true;
    this.agent.destroy();
    await this.demo.stop();
    this.trace.end();
  }

  // The numbers of one decision: the same for the same seed, whatever happened before it.
  random(...names) {
    let hash = this.seed >>> 0;
    for (const letter of names.join('/')) hash = (Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) ^ (hash >>> 13)) >>> 0;
    return new Random(hash);
  }

  count(name, by = 1) {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  tell(...words) {
    if (this.isOver) return;
    this.trace.write(`${((Date.now() - this.started) / 1000).toFixed(2)} ${this.now().toISOString().slice(5, 19)} ${words.join(' ')}\n`);
  }

  // ---- time ----

  now() {
    return new Date(Date.now() + this.ahead_s * 1000);
  }

  date(at = this.now()) {
    return at.toLocaleDateString('en-CA', { timeZone: this.zone });
  }

  // The next of the month's days with that number.
  nextOf(number) {
    for (let offset = 0; ; offset++) if (Number(this.dayDate(offset).slice(8)) === number) return this.dayDate(offset);
  }

  // The date of so many days after the first.
  dayDate(offset) {
    return this.date(new Date(this.begin + offset * DAY_S * 1000));
  }

  toMorning(offset) {
    this.offset = offset;
    const target = this.begin + offset * DAY_S * 1000;
    this.ahead_s = Math.max(Math.ceil((target - Date.now()) / 1000), this.ahead_s);
    this.demo.clock(`+${this.ahead_s}`);
    this.mornings.push(this.now().getTime());
    this.clients = new Map(); // their sessions are over
  }

  pass(seconds) {
    this.ahead_s += seconds;
    this.demo.clock(`+${this.ahead_s}`);
  }

  // ---- who asks ----

  // A customer's browser, signed in; one for each tab would only sign in more often.
  async client(user) {
    if (!this.clients.has(user.email)) {
      const signing = (async () => {
        const client = new Client(this.demo.url);
        client.agent = this.agent;
        await client.signIn(user);
        this.requests += 2;
        return client;
      })();
      this.clients.set(user.email, signing);
      signing.catch(() => this.clients.delete(user.email));
    }
    return this.clients.get(user.email);
  }

  path(path) {
    return `${this.demo.base}${path}`;
  }

  // An answer, or null where something that was broken on purpose got in the way.
  async ask(client, method, path, body) {
    const since = this.breaking;
    this.requests++;
    try {
      const answer = await client.request(method, path, body);
      if (answer.status < 500) return answer;
      if (!this.mayFail(since)) throw Object.assign(new Error(`${method} ${path}: ${answer.status} though nothing was broken`), { isFinding: true });
    } catch (error) {
      if (error.isFinding || !this.mayFail(since)) throw error;
    }
    this.count('answers lost to faults');
    return null;
  }

  // A mark; and whether something was broken since then, or shortly before.
  get breaking() {
    return { count: this.faultsBegun, isFaulty: this.isFaulty > 0 || Date.now() < this.faultyUntil };
  }

  mayFail(since) {
    return since.isFaulty || since.count !== this.faultsBegun;
  }

  // While it runs, and a little longer, programs may fail.
  async broken(what, work) {
    this.isFaulty++;
    this.faultsBegun++;
    this.tell('fault', what);
    this.count(what);
    try {
      return await work();
    } finally {
      this.isFaulty--;
      this.faultyUntil = Date.now() + AFTER_FAULT_MS;
    }
  }

  // ---- processes ----

  // remit: { code, out, err, signal }; killed after so many ms if that is given.
  remit(args, killAfterMs = null) {
    return this.run(this.demo.json.remit[0], [...this.demo.json.remit.slice(1), ...args], killAfterMs);
  }

  program(name) {
    return join(top, 'build', this.demo.env.BUILD, 'bin', name);
  }

  run(program, args, killAfterMs = null) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '', err = '';
      const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      child.stdout.on('data', (bytes) => (out += bytes));
      child.stderr.on('data', (bytes) => (err += bytes));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        resolve({ code, signal, out, err });
      });
    });
  }

  // A command of the provider's until it has an end of its own: a person whose terminal died, or who was told that the
  // database failed, gives it again with the same key.
  async command(args, killAfterMs = null) {
    let ran = await this.remit([...args, '--json'], killAfterMs);
    if (ran.signal) this.count('kill -9 of remit');
    for (let tries = 0; ran.signal || (ran.code !== 0 && /database/i.test(ran.err)); tries++) {
      if (tries > 100) throw new Error(`remit ${args.join(' ')} never ends well: ${ran.err}`);
      await pause(200);
      ran = await this.remit([...args, '--json']);
      ran.isAgain = true;
    }
    this.tell('remit', args.join(' '), ran.code, ran.code ? ran.err.trim().slice(0, 160) : '');
    if (![0, 1].includes(ran.code)) throw new Error(`remit ${args.join(' ')}: ${ran.code} ${ran.err}`);
    return { ...ran, said: ran.out.trim() ? JSON.parse(ran.out) : null };
  }

  // The workers of a pool.
  workers(pool) {
    const [parent] = readFileSync(join(this.demo.run, 'pids', pool), 'utf8').split(' ');
    return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  pid(name) {
    return Number(readFileSync(join(this.demo.run, 'pids', name), 'utf8').split(' ')[0]);
  }

  file(name, value) {
    const path = join(this.demo.run, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  }

  // While the database is being started again there are none.
  sql(text) {
    return this.demo.sql(text);
  }

  knobs(values = {}) {
    return this.demo.knobs({ reset: true, ach_late_days: 5, ...WEBHOOKS[this.webhooks], ...values });
  }
}
