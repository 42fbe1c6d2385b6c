// A batch of claims whose COMMIT gets no answer: it was done, it was not, or it is done late. Whatever it was, each
// draft is charged once, and nothing is left open.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

const LATE_MS = 400;
let world, proxy, settings;

// Between the drafter and the database: what happens to its next COMMITs, one word for each.
//   never    it does not arrive, and the connection is gone
//   lost     it arrives; the connection is gone before its answer
//   late     the connection is gone, and it arrives later
//   through  nothing
class Proxy {
    plan = [];
    seen = []; // before each fault: the payments there were
    connections = 0;

    open(target, path) {
        this.path = path;
        this.server = net.createServer((client) => {
            const server = net.connect(target);
            let cut = false;
            this.connections++;
            client.on('error', () => {});
            server.on('error', () => {});
            server.on('data', (bytes) => (cut ? (server.destroy(), client.destroy()) : client.destroyed || client.write(bytes)));
            server.on('close', () => client.destroy());
            client.on('close', () => cut || server.destroy());
            client.on('data', (bytes) => {
                const isCommit = bytes.length === 11 && bytes.toString('latin1', 5) === 'COMMIT';
                const what = isCommit ? this.plan.shift() ?? 'through' : 'through';
                if (what === 'through') {
                    server.write(bytes);
                    return;
                }
                this.seen.push(payments());
                cut = true;
                if (what === 'lost') {
                    server.write(bytes);
                    return;
                }
                client.destroy();
                if (what === 'late') setTimeout(() => server.end(bytes), LATE_MS);
                else server.destroy();
            });
        });
        return new Promise((done) => this.server.listen(path, done));
    }
}

const payments = () => world.number('SELECT COUNT(*) FROM payment');

before(async () => {
    world = await World.open('commits', { vault: { good: 80, hard: 10 } });
    proxy = new Proxy();
    await proxy.open(world.database.socket, join(world.database.folder, 'proxy.sock'));
    settings = readFileSync(world.at.settings, 'utf8');
});
after(async () => {
    proxy?.server.close();
    await world?.close();
});

// One run through the proxy, with these faults at its first COMMITs.
async function run(...plan) {
    writeFileSync(world.at.settings, `${settings}\nDatabase.Hosts.0 = unix:${proxy.path}\n`);
    Object.assign(proxy, { plan: [...plan], seen: [], connections: 0 });
    const before = payments();
    const ended = await world.drafter(['--once']).ended;
    writeFileSync(world.at.settings, settings);
    assert.deepEqual(proxy.plan, [], `the faults happened: ${ended.err}`);
    return { ...ended, seen: proxy.seen.map((count) => count - before) };
}

let day = 1;
const next = () => `2026-12-${String(++day).padStart(2, '0')}`;

// Drafts of every end in one batch: five to charge, one of which is declined, one skipped, one with nothing due.
const crowd = (date) => [1000, 2000, 3000, 4000].map((cents) => ({ schedule: 'due_date', next: date, invoices: [{ cents, due: date }] })).concat([
    { schedule: 'due_date', next: date, method: 'hard', invoices: [{ cents: 5000, due: date }] },
    { schedule: 'due_date', next: date, skip: date, invoices: [{ cents: 6000, due: date }] },
    { schedule: 'due_date', next: date },
]);

async function once(owners, date) {
    const sales = await world.sales(), charges = await world.charges();
    owners.forEach((owner, at) => {
        const references = world.sql(`SELECT p.reference FROM payment p JOIN account a ON a.id = p.account_id WHERE a.number = '${owner.number}'`).flat();
        const says = (list) => list.filter((one) => references.includes(one.order_id)).length;
        const want = [[/ taken /, 1, 1], [/ taken /, 1, 1], [/ taken /, 1, 1], [/ taken /, 1, 1], [/ failed declined /, 1, 0], [/ skipped /, 0, 0], [/ nothing /, 0, 0]][at];
        const drafts = world.drafts(owner);
        assert.equal(drafts.length, 1, `${owner.number} ${drafts}`);
        assert.match(drafts[0], new RegExp(`^${date}${want[0].source}`));
        assert.deepEqual([references.length, says(sales), says(charges)], [want[1], want[1], want[2]], `${owner.number} ${drafts}`);
    });
    assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown')"), 0, 'nothing is left open');
    assert.equal(world.number("SELECT COUNT(*) FROM payment_allocation WHERE open = 1"), 0);
    // Every sale of the gateway is a payment of ours.
    const known = new Set(world.sql('SELECT reference FROM payment').flat());
    assert.deepEqual(sales.filter((one) => !known.has(one.order_id)), []);
    world.clean('--gateway');
    assert.equal(world.run(date).planned.count, 0, 'and nothing waits to be taken again');
}

for (const [label, plan, seen] of [
    ['arrived, its answer is lost', ['lost'], [0]],
    ['never arrived', ['never'], [0]],
    ['arrived late', ['late'], [0]],
    ['never arrived, and of the next one the answer is lost', ['never', 'lost'], [0, 0]],
    ['never arrived twice', ['never', 'never'], [0, 0]],
])
    test(`a batch whose COMMIT ${label}: each draft is charged once, by the same run`, async () => {
        const date = next(), owners = world.enrol(crowd(date));
        world.day(date);
        const ran = await run(...plan);
        assert.equal(ran.code, 0, ran.err);
        assert.deepEqual(ran.seen, seen, 'it was the claims that it happened to');
        await once(owners, date);
    });

test('a batch whose COMMIT never arrives: nothing is sent, and the next run takes each draft once', async () => {
    const date = next(), owners = world.enrol(crowd(date));
    world.day(date);
    const sales = (await world.sales()).length, before = payments();
    const ran = await run('never', 'never', 'never');
    assert.notEqual(ran.code, 0);
    assert.equal(payments(), before);
    assert.equal((await world.sales()).length, sales);
    world.run(date);
    await once(owners, date);
});

test('a batch that comes late, and behind it one that never comes: only what is claimed is sent', async () => {
    const date = next();
    const invoices = (cents) => Array.from({ length: 60 }, () => ({ cents, due: date }));
    // Two of them are as much as one transaction takes.
    const owners = world.enrol([100, 200, 300, 400].map((cents) => ({ schedule: 'due_date', next: date, invoices: invoices(cents) })));
    world.day(date);
    const ran = await run('late', 'never');
    assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown')"), 0, ran.err);
    const known = new Set(world.sql('SELECT reference FROM payment').flat());
    assert.deepEqual((await world.sales()).filter((one) => !known.has(one.order_id)), [], 'nothing was sent that was not claimed');
    world.run(date);
    const charges = await world.charges();
    for (const owner of owners) {
        const references = world.sql(`SELECT p.reference FROM payment p JOIN account a ON a.id = p.account_id WHERE a.number = '${owner.number}'`).flat();
        assert.equal(charges.filter((one) => references.includes(one.order_id)).length, 1, owner.number);
        assert.match(world.drafts(owner).join(), new RegExp(`^${date} taken - \\d+ 1$`));
    }
    world.clean('--gateway');
});
