// traces.mjs - where a number that nobody may keep could have been left: the database, files, the memory of processes.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

// A number as bytes: plain, set apart, as wide characters, as decimal digits packed two in a byte.
export function formsOf(number) {
  const apart = [' ', '-', '+', '%20'].map((mark) => number.match(/.{1,4}/g).join(mark));
  const forms = [number, ...apart, number.replace(/^(.{4})(.{6})/, '$1 $2 ')].map((text) => Buffer.from(text));
  return [...forms, Buffer.from(number, 'utf16le'), Buffer.from(number.padEnd(number.length + (number.length % 2), 'f'), 'hex')];
}

// Every table of every schema, as bytes.
export function dumpOf(demo) {
  const { socket, user, password } = demo.json.database;
  return execFileSync('mariadb-dump', ['--no-defaults', `--socket=${socket}`, `--user=${user}`, '--all-databases'], {
    env: { ...process.env, MYSQL_PWD: password },
    maxBuffer: 1 << 28,
  });
}

export function* filesBelow(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesBelow(path);
    else if (stat?.isFile()) yield path;
  }
}

// The processes recorded under a name: its workers, for what is a pool.
export function processesOf(demo, name) {
  const parent = readFileSync(join(demo.run, 'pids', name), 'utf8').split(' ')[0];
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean);
  return children.length ? children : [parent];
}

// Every readable byte of a process, in pieces that overlap. It may be ours to read or not: an error
// fails the test.
export function* memoryOf(pid) {
  const OVERLAP = 64;
  const piece = Buffer.alloc((1 << 22) + OVERLAP);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').filter(Boolean)) {
      const [, first, end, rights, name] = line.match(/^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/);
      if (rights[0] !== 'r' || /^\[v(var|syscall|dso)/.test(name)) continue;
      for (let at = parseInt(first, 16); at < parseInt(end, 16); at += piece.length - OVERLAP) {
        let length;
        try {
          length = readSync(memory, piece, 0, Math.min(piece.length, parseInt(end, 16) - at), at);
        } catch (error) {
          if (error.code !== 'EIO') throw error;
          continue; // behind the end of a file that is mapped
        }
        yield piece.subarray(0, length);
      }
    }
  } finally {
    closeSync(memory);
  }
}
