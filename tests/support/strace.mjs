// strace.mjs - a program under strace: which system calls it makes, and its death at one of them. SIGKILL comes at the
// entry of a call, so the call itself does not happen.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fastcgi } from './fastcgi.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Nothing outside of the process is another one after them: to die at such a call is to die at the next.
const INSIDE = /^(brk|mmap|munmap|mprotect|madvise|futex|getrandom|rt_sig\w+|restart_syscall)$/;

// The calls of a trace's first process as { name, nth, line, at }: nth counts the calls of one name, as `when=` does.
export function callsOf(file) {
  const calls = [];
  const counts = new Map();
  let first;
  for (const text of readFileSync(file, 'latin1').split('\n')) {
    const parts = text.match(/^(\d+) +((\w+)\(.*)$/);
    if (!parts) continue;
    const [, pid, line, name] = parts;
    first ??= pid;
    if (pid !== first) continue;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    calls.push({ name, nth, line, at: calls.length });
  }
  return calls;
}

// The calls of one request: from its connection on, without that.
export function requestOf(file) {
  const calls = callsOf(file);
  return calls.slice(calls.findIndex(({ name, line }) => name.startsWith('accept') && !line.includes('= -1')) + 1);
}

// How often a program waits for an answer depends on how fast that comes: calls of these are not the same in two runs.
export const isWait = ({ name }) => /^(poll|ppoll|epoll_\w+|recvfrom|recvmsg|select|pselect6)$/.test(name);

// Those at which a death is one of its own: at each call that does something, and while an answer is awaited.
export const pointsOf = (calls) => calls.filter((call) => !INSIDE.test(call.name) &&
  (!isWait(call) || (call.name.startsWith('recv') && !/= -1 EAGAIN/.test(call.line))));

// What was done before a call: the number of calls that do something outside, the same in every run.
export const isDeed = ({ name }) => /^(sendto|sendmsg|write|writev|connect|rename|unlink|link|fsync|fdatasync)$/.test(name);
export const stepOf = (calls, at = calls.length) => calls.slice(0, at).filter(isDeed).length;

// Arguments of strace for a death at one call, and for an error of it.
export const killAt = ({ name, nth }) => ['-e', `inject=${name}:signal=KILL:when=${nth}`];
export function failAt({ name, nth }) {
  // No memory from there on: of one call alone the next would make up. The kernel says so of brk with what it was.
  if (name === 'brk' || name === 'mmap')
    return ['-e', `inject=${name}:${name === 'brk' ? 'retval=0' : 'error=ENOMEM'}:when=${nth}+`, '-e', `inject=${name === 'brk' ? 'mmap:error=ENOMEM' : 'brk:retval=0'}`];
  return ['-e', `inject=${name}:error=${ERRORS[name]}:when=${nth}`];
}

// What can go wrong with a call.
const ERRORS = {
  sendto: 'ECONNRESET', recvfrom: 'ECONNRESET', connect: 'ECONNREFUSED', socket: 'EMFILE', socketpair: 'EMFILE', openat: 'EMFILE', read: 'EIO',
  write: 'ENOSPC', writev: 'EPIPE', fsync: 'EIO', fdatasync: 'EIO', rename: 'ENOSPC', unlink: 'EIO', poll: 'ENOMEM', brk: '', mmap: '',
};
export const faultsOf = (calls) => calls.filter((call) => call.name in ERRORS && (!isWait(call) || call.name === 'poll' || !/= -1 EAGAIN/.test(call.line)));

// A command under strace: { code, signal, out, err }.
export function runTraced(command, { trace, inject = [], env = {} }) {
  rmSync(trace, { force: true });
  return new Promise((resolve) => {
    const child = spawn('strace', ['-f', '-qq', '-s', '24', '-o', trace, ...inject, '--', ...command], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let out = '', err = '';
    child.stdout.on('data', (bytes) => (out += bytes));
    child.stderr.on('data', (bytes) => (err += bytes));
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

// A worker of a FastCGI program of a demo, on a socket of its own; strace joins it when it waits for its first request,
// so that calls are counted from there.
export class TracedWorker {
  static async start(binary, settings, { socket, trace, inject = [], preload = [] }) {
    const worker = new TracedWorker();
    rmSync(socket, { force: true });
    rmSync(trace, { force: true });
    worker.socket = socket;
    const [command, ...args] = [...preload, binary];
    worker.child = spawn('spawn-fcgi', ['-n', '-s', socket, '-M', '0600', '--', command, ...args, '--settings', settings],
      { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, GNUTLS_NO_IMPLICIT_INIT: '1', FCGI_WEB_SERVER_ADDRS: '127.0.0.1' } });
    const pid = worker.child.pid;
    worker.ended = new Promise((resolve) => worker.child.on('exit', (code, signal) => resolve({ code, signal })));
    for (let tries = 0; !isIdle(pid); tries++) {
      if (tries > 2000) throw new Error(`${binary} does not wait for requests`);
      await pause(5);
    }
    worker.strace = spawn('strace', ['-f', '-s', '24', '-o', trace, ...inject, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    worker.traced = new Promise((resolve) => worker.strace.on('exit', resolve));
    await new Promise((resolve, reject) => {
      let text = '';
      worker.strace.stderr.on('data', (bytes) => {
        text += bytes;
        if (text.includes(' attached')) resolve();
      });
      worker.strace.on('exit', () => reject(new Error(`strace: ${text}`)));
    });
    return worker;
  }

  // Sends a form; null when the worker died before it answered.
  async post(client, path, fields) {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return fastcgi(this.socket, {
      REQUEST_METHOD: 'POST', DOCUMENT_URI: path, QUERY_STRING: '', REMOTE_ADDR: '127.0.0.1', CONTENT_TYPE: 'application/x-www-form-urlencoded',
      HTTP_ORIGIN: client.base.origin, HTTP_COOKIE: client.cookieHeader(path),
    }, body).catch(() => null);
  }

  // Ends it, if it has not ended. 'SIGKILL' when that is how it did.
  async stop() {
    this.child.kill('SIGTERM');
    const { signal } = await this.ended;
    await this.traced;
    rmSync(this.socket, { force: true });
    return signal;
  }
}

// Waits without an end, which the programs do for requests only: epoll_wait(waiter, events, 2, -1).
function isIdle(pid) {
  try {
    const [number, , , count, time] = readFileSync(`/proc/${pid}/syscall`, 'latin1').split(' ');
    return number !== 'running' && Number(count) === 2 && /f{8}$/.test(time);
  } catch {
    return false;
  }
}
