// INVOICES=1000000 invoices of ACCOUNTS=100000 accounts from a CSV file: rows in a second and memory of checking and of applying, killed
// KILLS=3 times on the way; the same file again; an export of the journal; and whether the books agree.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { binary, Database, Installation } from '../modules/remit/harness.mjs';

const INVOICES = Number(process.env.INVOICES ?? 1000000);
const ACCOUNTS = Number(process.env.ACCOUNTS ?? Math.max(1, INVOICES / 10));
const KILLS = Number(process.env.KILLS ?? 3);

const database = await Database.start(['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=256M']);
const at = new Installation(database, 'remit_bench');
at.ok(['migrate']);

async function file(name, header, count, row) {
    const path = join(at.folder, name), stream = createWriteStream(path);
    stream.write(header);
    for (let index = 0; index < count; index++)
        if (!stream.write(row(index)))
            await new Promise((done) => stream.once('drain', done));
    await new Promise((done) => stream.end(done));
    return path;
}

// { seconds, peakKb, err, status }; killAfter: seconds until kill -9.
async function run(args, { killAfter, output = 'ignore' } = {}) {
    const began = process.hrtime.bigint();
    const child = spawn(binary, ['--now', at.now, ...args], { env: at.environment(), stdio: ['ignore', output, 'pipe'] });
    let peakKb = 0, err = '', bytes = 0;
    child.stderr.on('data', (text) => { err += text; });
    child.stdout?.on('data', (text) => { bytes += text.length; });
    const look = setInterval(() => {
        try {
            peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peakKb);
        } catch { /* it ended */ }
    }, 50);
    const timer = killAfter && setTimeout(() => child.kill('SIGKILL'), killAfter * 1000);
    const status = await new Promise((done) => child.on('close', (code, signal) => done(code ?? signal)));
    clearInterval(look);
    clearTimeout(timer);
    return { status, err, peakKb, bytes, seconds: Number(process.hrtime.bigint() - began) / 1e9 };
}
const told = (what, { seconds, peakKb }, rows) => console.log(`${what}: ${seconds.toFixed(1)} s`
    + `${rows ? `, ${Math.round(rows / seconds)} a second` : ''}, ${(peakKb / 1024).toFixed(1)} MiB at most`);
const must = (ran, what) => {
    if (ran.status !== 0)
        throw new Error(`${what}: ${ran.status}\n${ran.err}`);
    return ran;
};
const applied = () => Number(at.sql('SELECT COALESCE(SUM(applied), 0) FROM import WHERE kind = \'invoice\'')[0][0]);

const accounts = await file('accounts.csv', 'number,organization,site,city\n', ACCOUNTS, (index) => `A${index},Organization ${index},site${index}.example,Boston\n`);
told(`${ACCOUNTS} accounts`, must(await run(['account', 'import', accounts]), 'accounts'), ACCOUNTS);

const lines = (index) => 1 + index % 2;
const invoices = await file('invoices.csv', 'number,account,billing_type,issued_on,due_on,terms,tax,description,quantity,price,amount\n', INVOICES, (index) => {
    const head = `N${index},A${(index * 7919) % ACCOUNTS},Hosting,2026-10-01,2026-10-31,Net 30,0.50`;
    return `${head},Managed hosting for October,1,19.50,19.50\n${lines(index) > 1 ? `${head},Backup,2,1.25,2.50\n` : ''}`;
});
console.log(`${INVOICES} invoices, ${(statSync(invoices).size / 1048576).toFixed(0)} MiB`);

const bad = await file('bad.csv', 'number,account,issued_on,due_on,description,amount\n', INVOICES, (index) => `B${index},A0,2026-10-01,2026-10-31,x,${index === INVOICES - 1 ? '1.001' : '1.00'}\n`);
const refused = await run(['invoice', 'import', bad]);
told(`one bad line in ${INVOICES}, exit ${refused.status}: ${refused.err.split('\n').filter((line) => line.includes('bad.csv:')).join()}`, refused, INVOICES);
const [[left]] = at.sql('SELECT COUNT(*) FROM import_row');
console.log(`left of it: ${left} rows, ${at.sql('SELECT COUNT(*) FROM invoice')[0][0]} invoices`);

// The first time while the file is checked, then while it is applied.
let peakKb = 0;
const began = Date.now();
for (let kills = 0; ; kills++) {
    const before = applied(), isApplying = at.sql("SELECT COUNT(*) FROM import WHERE state = 'applying'")[0][0] === '1';
    const killAfter = kills === 0 ? refused.seconds * Math.random() : (isApplying ? 0 : refused.seconds * 2) + Math.random() * INVOICES / 4000;
    const ran = await run(['invoice', 'import', invoices], kills < KILLS ? { killAfter } : {});
    peakKb = Math.max(peakKb, ran.peakKb);
    console.log(`  run ${kills + 1}: ${ran.status}, ${applied() - before} applied in ${ran.seconds.toFixed(0)} s, ${(ran.peakKb / 1024).toFixed(1)} MiB`);
    if (ran.status !== 'SIGKILL') {
        must(ran, 'import');
        break;
    }
}
const seconds = (Date.now() - began) / 1000;
told(`imported, with ${KILLS} kills`, { seconds, peakKb }, INVOICES);
const [[count, total]] = at.sql('SELECT COUNT(*), SUM(total_cents) FROM invoice');
const expected = Array.from({ length: 2 }, (_, odd) => Math.ceil((INVOICES - odd) / 2) * (odd ? 2250 : 2000)).reduce((sum, one) => sum + one);
console.log(`${count} invoices over ${total} cents (${Number(count) === INVOICES && Number(total) === expected ? 'as in the file' : `WRONG: ${expected} in the file`})`);
told('the same file again', must(await run(['invoice', 'import', invoices]), 'again'), INVOICES);
told('export of the journal', must(await run(['export', 'journal', '--from', '2026-01-01', '--to', '2026-12-31'], { output: 'pipe' }), 'export'));
told('events', must(await run(['events'], { output: 'pipe' }), 'events'), INVOICES);
told('check', must(await run(['check']), 'check'));
await database.stop();
