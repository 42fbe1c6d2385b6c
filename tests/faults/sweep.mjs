// sweep.mjs - a program of the release build dies at each system call of one job of its own, from the call after the one
// that begins it to its last; or each of those calls that can go wrong does (ECONNRESET, ENOSPC, EIO, no memory …). SWEEP=all: at each; else at a few of those that matter most.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TracedWorker, callsOf, failAt, faultsOf, isDeed, isWait, killAt, pointsOf, requestOf, runTraced, stepOf } from '../support/strace.mjs';

const FEW = 4; // in each run of the whole suite

// A COMMIT, the gateway, a file that is put in its place: before such a call or after it is what makes the difference.
const MATTERS = /COMMIT|AF_INET|POST |^(rename|fsync|link)/;

function chosen(points) {
  if (process.env.SWEEP === 'all') return points;
  const list = points.filter((one, at) => MATTERS.test(one.line) || (at > 0 && MATTERS.test(points[at - 1].line)));
  const from = list.length >= FEW ? list : points;
  return Array.from({ length: Math.min(FEW, from.length) }, (_, at) => from[Math.floor(((at + 0.5) * from.length) / FEW)]);
}

// At its start a program looks whether the database knows all its statements: each is prepared and closed again. Its work
// begins with the first one that is not closed at once; a close has nine bytes.
function workOf(calls) {
  let isPrepared = false;
  return calls.slice(calls.findIndex(({ name, line }) => {
    if (name !== 'sendto') return false;
    const begins = isPrepared && !line.includes(', 9, MSG');
    isPrepared = /\\26[A-Z]/.test(line);
    return begins;
  }));
}

export class Sweep {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'remit-sweep-'));
    this.trace = join(this.folder, 'trace');
    this.socket = join(this.folder, 'sock');
  }

  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  // A command that nothing happens to.
  run(command) {
    return runTraced(command, { trace: join(this.folder, 'untouched') });
  }

  // What a death was: it has to be at the call it was meant for, where that one does something outside.
  #look(figures, point, steps, signal, calls) {
    if (signal !== 'SIGKILL') {
      assert.ok(!isDeed(point), `it did not die at ${point.name} ${point.nth}: ${point.line}`);
      figures.unreached++;
      return;
    }
    const last = calls.at(-1);
    assert.equal(last.name, point.name, last.line);
    if (isDeed(point)) assert.equal(stepOf(calls, calls.length - 1), steps, `died at ${last.line}, meant was ${point.line}`);
    figures.died++;
    figures.places.add(`${stepOf(calls, calls.length - 1)} ${last.name}`);
  }

  // Jobs of a FastCGI worker. make: { client, path, fields } of one request; after(made, answer): what the customer does
  // then. fails: calls go wrong, and nobody dies. Returns figures.
  async worker(binary, settings, { make, after, fails = false }) {
    const ask = async (inject) => {
      const made = await make();
      const worker = await TracedWorker.start(binary, settings, { socket: this.socket, trace: this.trace, inject });
      const answer = await worker.post(made.client, made.path, made.fields);
      const signal = await worker.stop();
      return { made, answer, signal };
    };
    const first = await ask([]);
    assert.ok(first.answer, 'untouched it answers');
    await after(first.made, first.answer);
    const calls = requestOf(this.trace);
    const all = (fails ? faultsOf : pointsOf)(calls);
    const figures = { calls: calls.length, points: all.length, died: 0, unreached: 0, places: new Set() };
    const statuses = {};
    for (const point of fails ? chosen(all) : []) {
      const ran = await ask(failAt(point));
      const status = ran.answer?.status ?? ran.signal ?? 'no answer';
      statuses[status] = (statuses[status] ?? 0) + 1;
      await after(ran.made, null);
    }
    if (fails) return { calls: calls.length, points: all.length, statuses };
    for (const point of chosen(all)) {
      const ran = await ask(killAt(point));
      this.#look(figures, point, stepOf(calls, calls.indexOf(point)), ran.signal, requestOf(this.trace));
      await after(ran.made, ran.answer);
    }
    return { ...figures, places: figures.places.size };
  }

  // Runs of a command. make: { command }, its arguments.
  async command({ make, after, env = {}, fails = false }) {
    const run = async (inject) => {
      const made = await make();
      const ran = await runTraced(made.command, { trace: this.trace, inject, env });
      return { made, ran };
    };
    const first = await run([]);
    assert.equal(first.ran.code, 0, first.ran.err);
    await after(first.made, first.ran);
    const calls = workOf(callsOf(this.trace));
    const all = (fails ? faultsOf : pointsOf)(calls);
    const figures = { calls: calls.length, points: all.length, died: 0, unreached: 0, places: new Set() };
    const ends = {};
    for (const point of fails ? chosen(all) : []) {
      const { made, ran } = await run(failAt(point));
      const end = ran.signal ?? ran.code;
      ends[end] = (ends[end] ?? 0) + 1;
      await after(made, ran);
    }
    if (fails) return { calls: calls.length, points: all.length, ends };
    for (const point of chosen(all)) {
      const { made, ran } = await run(killAt(point));
      this.#look(figures, point, stepOf(calls, calls.indexOf(point)), ran.signal ?? (ran.code === 137 ? 'SIGKILL' : null), workOf(callsOf(this.trace)));
      await after(made, ran);
    }
    return { ...figures, places: figures.places.size };
  }
}
