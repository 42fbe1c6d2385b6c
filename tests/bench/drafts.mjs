// make bench-drafts: DRAFTS enrolments due at once, 512 in flight against a gateway that takes 300 ms; beside it one at a
// time in the same run. Says drafts per second, CPU and round trips to the database for each draft, and memory.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, World } from '../modules/drafter/world.mjs';
import { activitySql } from '../support/activity.mjs';

const DRAFTERS = Number(process.env.DRAFTERS || 1), COUNT = Number(process.env.DRAFTS || 100000), ALONE = Math.min(COUNT, 30), LATENCY = 300;
const world = await World.open('bench_drafts', { vault: { good: 1 }, settings: ['Autopay.InFlight = 512', 'Gateway.TimeoutMs = 60000', 'Payment.LeaseSeconds = 60'] });

// Rows by set, with their journal, so that the books agree; all methods of a bench are one card of the vault.
function fill() {
    world.sql(`SET @n = ${COUNT + ALONE};
        INSERT INTO account (id, number, organization, due_cents, created_at) SELECT seq, CONCAT('B', seq), 'Bench', 2500, NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO user (id, email, name, created_at) SELECT seq, CONCAT('b', seq, '@example.test'), 'Bench', NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO account_user SELECT seq, seq, 1, NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, created_at)
        SELECT seq, seq, seq, 'card', 'nmi', CONCAT('good-', seq), 'Visa', '4242', '2030-12-31', NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO invoice (account_id, id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
        SELECT seq, seq, CONCAT('I', seq), 'Hosting', '2026-11-01', '2026-11-20', 2500, REPEAT('f', 32), NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO journal_entry (account_id, id, event_key, kind, at, on_date) SELECT seq, seq, CONCAT('invoice:I', seq, ':issued'), 'invoice', NOW(), '2026-11-01' FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id, amount_cents) SELECT seq, seq, 0, 'receivable', seq, 2500 FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id, amount_cents) SELECT seq, seq, 1, 'revenue', NULL, -2500 FROM seq_1_to_${COUNT + ALONE};
        ${activitySql()};
        INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
        SELECT seq, seq, seq, seq, 'first', 'all', '2026-10-05', IF(seq > ${COUNT}, '2026-12-01', '2027-01-01'), NOW(), NOW() FROM seq_1_to_${COUNT + ALONE};
        INSERT INTO enrolment_cover SELECT seq, seq, 'all', 1 FROM seq_1_to_${COUNT + ALONE};
        ANALYZE TABLE enrolment, enrolment_cover, invoice, method, account_user, payment, draft;`);
}

const questions = () => world.number("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'");

const cpuOf = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
};
// What the machine did, in ms of all its cores: busy, and idle.
function machine() {
    const [user, nice, system, idle, wait, ...others] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1, 9).map(Number);
    return { busy: (user + nice + system + others.reduce((a, b) => a + b, 0)) * 10, idle: (idle + wait) * 10 };
}
const shares = () => ({ database: cpuOf(world.database.server.pid), gateway: cpuOf(world.sandbox.pid), ...machine() });

// One run, watched: { seconds, cpu_ms, peak_kb, questions }, and the CPU of database, gateway and the whole machine.
async function measured(settings, drafters = 1) {
    const before = questions(), begun = process.hrtime.bigint(), from = shares();
    const children = Array.from({ length: drafters }, () => spawn(bin('drafter'), ['--settings', settings, '--once'], { stdio: 'ignore' }));
    const ticks = children.map(() => 0);
    let peak = 0, first = 0;
    const look = setInterval(() => {
        for (const [at, child] of children.entries())
            try {
                ticks[at] = cpuOf(child.pid) / 10;
                const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]);
                peak = Math.max(peak, rss);
                if (!first && world_seconds(begun) > 10) first = rss;
            } catch { /* it is over */ }
    }, 100);
    const codes = await Promise.all(children.map((child) => new Promise((done) => child.once('exit', done))));
    clearInterval(look);
    if (codes.some((code) => code !== 0)) throw new Error(`the drafters ended with ${codes}`);
    const seconds = world_seconds(begun), to = shares();
    return { seconds, cpu_ms: ticks.reduce((a, b) => a + b, 0) * 10, peak_kb: peak, first_kb: first, questions: questions() - before,
        ...Object.fromEntries(Object.keys(from).map((name) => [name, to[name] - from[name]])) };
}
const world_seconds = (begun) => Number(process.hrtime.bigint() - begun) / 1e9;

try {
    await world.stopSandbox();
    writeFileSync(world.vaultFile, JSON.stringify(Array.from({ length: COUNT + ALONE }, (_, at) => ({ customer_vault_id: `good-${at + 1}`, type: 'cc',
        cc_number: '4xxxxxxxxxxx4242', cc_exp: '1230', cc_type: 'visa', first_name: 'Ada', last_name: 'Moss' }))));
    await world.startSandbox();
    fill();
    await world.knobs({ latency_ms: LATENCY });
    const alone = join(world.database.folder, 'alone.hdf');
    writeFileSync(alone, readFileSync(world.at.settings, 'utf8').replace('Autopay.InFlight = 512', 'Autopay.InFlight = 1\nAutopay.BatchClaims = 1'));
    world.day('2026-12-01');
    const one = await measured(alone);
    world.day('2027-01-01');
    world.sql(`UPDATE enrolment SET next_on = '2028-01-01' WHERE id > ${COUNT}`);
    const many = await measured(world.at.settings, DRAFTERS);
    const taken = world.number("SELECT COUNT(*) FROM draft WHERE state = 'taken'");
    if (taken !== COUNT + ALONE) throw new Error(`${taken} of ${COUNT + ALONE} were taken`);
    world.clean();
    const line = (name, count, got) => console.log(`${name.padEnd(16)} ${String(count).padStart(7)} drafts  ${got.seconds.toFixed(1).padStart(7)} s  ${(count / got.seconds).toFixed(1).padStart(7)}/s`
        + `  ${(got.cpu_ms / count).toFixed(2).padStart(6)} ms CPU  ${(got.questions / count).toFixed(1).padStart(5)} round trips each  ${(got.peak_kb / 1024).toFixed(0).padStart(4)} MB`
        + `${got.first_kb ? ` (${(got.first_kb / 1024).toFixed(0)} MB after 10 s)` : ''}`);
    console.log(`gateway: ${LATENCY} ms`);
    line('one at a time', ALONE, one);
    line(DRAFTERS > 1 ? `${DRAFTERS} x 512` : '512 in flight', COUNT, many);
    const each = (ms) => (ms / COUNT).toFixed(2);
    console.log(`CPU ms of a draft at 512: drafter ${each(many.cpu_ms)}, database ${each(many.database)}, gateway ${each(many.gateway)};`
        + ` the machine was busy ${Math.round((100 * many.busy) / (many.busy + many.idle))} %`);
} finally {
    await world.close();
}
