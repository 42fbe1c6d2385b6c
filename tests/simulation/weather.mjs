// weather.mjs - what goes wrong: at the gateway by its knobs, and to processes by signals.
import { readFileSync } from 'node:fs';
import { until } from '../support/demo.mjs';
import { LEASE_OVER_MS, pause } from './world.mjs';

// Knobs of the gateway, for so many of the next operations.
const SHOWERS = {
  'soft decline': { knobs: { decline_code: 202 }, weight: 20, times: 3 },
  'hard decline': { knobs: { decline_code: 204 }, weight: 3, times: 1 },
  'refused by the gateway': { knobs: { decline_code: 300 }, weight: 4, times: 1 },
  'answer lost after booking': { knobs: { lose: 'after' }, weight: 14, times: 2 },
  'answer lost before booking': { knobs: { lose: 'before' }, weight: 10, times: 2 },
  'booked late': { knobs: { lose: 'late', late_ms: 700 }, weight: 8, times: 2 },
  'http 500, booked': { knobs: { answer: 'http_500', answer_booked: true }, weight: 6, times: 2 },
  'http 500, not booked': { knobs: { answer: 'http_500' }, weight: 5, times: 2 },
  'garbage, booked': { knobs: { answer: 'garbage', answer_booked: true }, weight: 6, times: 2 },
  'empty answer': { knobs: { answer: 'empty' }, weight: 3, times: 1 },
  silent: { knobs: { silent: true }, weight: 5, times: 2 },
  slow: { knobs: { latency_ms: 400 }, weight: 8, times: 0 },
  'slow, booked at the end': { knobs: { latency_ms: 300, book_before_latency: false }, weight: 6, times: 0 },
  'queries late': { knobs: { query_lag_ms: 2000 }, weight: 8, times: 0 },
  'queries down': { knobs: { query_latency_ms: 60000 }, weight: 2, times: 0 },
  'refunds: answer lost after booking': { knobs: { lose: 'after', only_kind: 'refund' }, weight: 5, times: 1 },
  'voids: answer lost before booking': { knobs: { lose: 'before', only_kind: 'void' }, weight: 4, times: 1 },
  clear: { knobs: {}, weight: 45, times: 0 },
};
const SHOWER_WEIGHTS = Object.fromEntries(Object.entries(SHOWERS).map(([name, { weight }]) => [name, weight]));

export class Weather {
  constructor(world) {
    this.world = world;
    this.down = []; // when queries were not answered: { from, to } in business time
  }

  async turn(random) {
    const { world } = this;
    const name = random.weighted(SHOWER_WEIGHTS);
    const { knobs, times } = SHOWERS[name];
    await this.#set(name, { ...knobs, times });
    world.count(`weather: ${name}`);
  }

  async #set(name, knobs) {
    const { world } = this;
    if (name !== 'queries down') this.#answersAgain();
    else if (!this.downSince) this.downSince = world.now();
    world.tell('weather', name);
    const since = world.breaking;
    await world.knobs(knobs).catch((error) => {
      if (!world.mayFail(since)) throw error;
    });
  }

  #answersAgain() {
    if (this.downSince) this.down.push({ from: this.downSince, to: this.world.now() });
    this.downSince = null;
  }

  clear() {
    return this.#set('clear', {});
  }

  // ---- processes ----

  #workers(random) {
    const { world } = this;
    const pool = random.weighted({ 'pay-confirm': 70, pay: 12, 'methods-save': 5, methods: 5, autopay: 4, webhooks: 6 });
    return { pool, pids: world.workers(pool) };
  }

  async killWorker(random) {
    const { pool, pids } = this.#workers(random);
    if (!pids.length) return;
    const pid = random.pick(pids);
    await this.world.broken(`kill -9 of a worker of ${pool.split('-')[0]}`, () => this.#signal(pid, 'SIGKILL'));
  }

  #signal(pid, name) {
    try {
      process.kill(pid, name);
    } catch {
      /* it is over */
    }
  }

  // Out for longer than its lease, in the middle of whatever it does; then it goes on as if nothing had been.
  async stopWorker(random) {
    const { world } = this;
    const pids = world.workers('pay-confirm');
    if (!pids.length) return;
    const pid = random.pick(pids);
    await world.broken('SIGSTOP of a worker of pay past its lease', async () => {
      this.#signal(pid, 'SIGSTOP');
      await pause(LEASE_OVER_MS);
      this.#signal(pid, 'SIGCONT');
      await pause(500);
    });
  }

  async killDatabase() {
    const { world } = this;
    await world.broken('kill -9 of the database', async () => {
      const pid = world.pid('mariadb');
      this.#signal(pid, 'SIGKILL');
      await until('the database to be gone', () => !isAlive(pid));
      await world.demo.restart('mariadb');
    });
  }

  async restartGateway(random) {
    const { world } = this;
    const isKilled = random.chance(50);
    await world.broken(isKilled ? 'kill -9 of the gateway' : 'restart of the gateway', async () => {
      const pid = world.pid('sandbox');
      if (isKilled) this.#signal(pid, 'SIGKILL');
      if (isKilled) await until('the gateway to be gone', () => !isAlive(pid));
      await world.demo.restart('sandbox');
      await world.knobs();
    });
  }
}

function isAlive(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0] !== 'Z';
  } catch {
    return false;
  }
}
