// Five drafters over the same due enrolments, killed at any moment and started again, while answers get lost and
// customers pay by hand: nothing is charged twice, and every cent is where an independent computation has it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

const COUNT = process.env.FULL ? 2000 : 200;
const DRAFTERS = 5;
const day = '2026-12-01';
let world, seed = Number(process.env.SEED ?? 7);
before(async () => { world = await World.open('autopay_crowd', { vault: { good: COUNT }, settings: ['Autopay.InFlight = 16', 'Autopay.RunSeconds = 1'] }); });
after(() => world?.close());

const random = (limit) => { // the same numbers for the same seed
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor(seed / 65536) % limit;
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test(`${DRAFTERS} drafters, ${COUNT} enrolments, kill -9, lost answers, payments by hand`, { timeout: 900000 }, async () => {
    const owners = world.enrol(Array.from({ length: COUNT }, (_, at) => ({
        invoices: Array.from({ length: 1 + at % 3 }, (_each, index) => ({ cents: 1000 + 10 * at + index, due: `2026-11-${10 + index}` })),
    })));
    world.day(day);
    await world.knobs({ latency_ms: 30 });
    const due = () => world.number(`SELECT COUNT(*) FROM enrolment WHERE state = 'active' AND next_on <= '${day}'`);
    const retries = () => world.number("SELECT COUNT(*) FROM draft WHERE state = 'retry'");
    const running = new Set();
    let kills = 0, starts = 0, byHand = 0, refused = '', isOver = false;
    const keep = async () => {
        while (!isOver) {
            const drafter = world.drafter();
            starts++;
            running.add(drafter);
            const { code, signal, err } = await drafter.ended;
            running.delete(drafter);
            assert.ok(signal === 'SIGKILL' || isOver, `it ended by itself: ${code} ${err.slice(-500)}`);
        }
    };
    const keepers = Array.from({ length: DRAFTERS }, keep);
    const knobs = [{ lose: 'after', times: 2 }, { lose: 'before', times: 2 }, { lose: 'late', late_ms: 400, times: 1 }, {}];
    const end = Date.now() + 600000;
    try {
        while ((due() > 0 || retries() > 0 || kills < 12) && Date.now() < end) {
            await pause(40 + random(120));
            const list = [...running];
            if (kills < COUNT / 8 && list.length) {
                list[random(list.length)].child.kill('SIGKILL');
                kills++;
            }
            await world.knobs({ latency_ms: 30, ...knobs[random(knobs.length)] });
            // A customer pays one invoice by check meanwhile; one that is being drafted is busy, and says so.
            // Mostly of those who are still due, so that it happens whatever the machine's speed.
            const left = world.sql(`SELECT a.number FROM enrolment e JOIN account a ON a.id = e.account_id WHERE e.state = 'active' AND e.next_on <= '${day}' ORDER BY e.id DESC LIMIT 20`);
            const open = left.map(([number]) => owners.find((one) => one.number === number)).filter(Boolean);
            const owner = open.length ? open[random(open.length)] : owners[random(owners.length)];
            const number = owner.invoices[random(owner.invoices.length)];
            const ran = world.at.run(['payment', 'record', '--check', `${byHand}`, '--account', owner.number, '--amount', '1.00', '--invoice', number]);
            if (ran.status === 0) byHand++;
            else refused = ran.stderr;
        }
    } finally { // whatever happened, nobody starts another one
        isOver = true;
        for (const drafter of running) drafter.child.kill('SIGTERM');
    }
    await Promise.all(keepers);
    assert.equal(due(), 0);
    assert.ok(kills >= 12 && byHand > 0, `${kills} kills, ${starts} starts, ${byHand} payments by hand; the last one not: ${refused}`);

    // Claims whose holder died: their leases end, and a day later what the gateway does not have was not charged.
    await world.knobs();
    world.sql("UPDATE payment SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing'");
    world.settle();
    world.day('2026-12-02', '22:00:00');
    world.settle();
    assert.equal(world.number("SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown')"), 0);
    world.run('2026-12-02');
    world.clean('--gateway');

    // Each draft took its invoices once: what the gateway has, by payment reference, against what was due less what came by hand.
    const references = new Map(world.sql('SELECT reference, draft_id FROM payment WHERE draft_id IS NOT NULL').map(([reference, draft]) => [reference, draft]));
    const charged = new Map();
    for (const one of await world.charges()) {
        const draft = references.get(one.order_id);
        assert.ok(draft, `${one.order_id} is one of ours`);
        assert.equal(charged.has(draft), false, `draft ${draft} was charged twice`);
        charged.set(draft, one.amount_cents);
    }
    const hand = new Map(world.sql(`SELECT p.account_id, SUM(p.amount_cents) FROM payment p WHERE p.kind = 'check' GROUP BY p.account_id`).map(([id, cents]) => [id, Number(cents)]));
    let total = 0, all = 0;
    for (const [id, number, drafted] of world.sql(`SELECT a.id, a.number, d.id FROM account a JOIN enrolment e ON e.account_id = a.id
        LEFT JOIN draft d ON d.enrolment_id = e.id AND d.draft_on = '${day}' ORDER BY a.id`)) {
        const owner = owners.find((one) => one.number === number);
        const at = owners.indexOf(owner);
        const invoiced = owner.invoices.reduce((sum, _, index) => sum + 1000 + 10 * at + index, 0);
        const got = charged.get(drafted) ?? 0;
        const left = world.number(`SELECT SUM(total_cents - paid_cents) FROM invoice WHERE account_id = ${id}`);
        assert.equal(got + (hand.get(id) ?? 0) + left, invoiced, `${number}: charged ${got}, by hand ${hand.get(id) ?? 0}, left ${left}`);
        total += got;
        all += invoiced;
    }
    // Whatever was free on the day was taken: what is left are cents that a payment by hand held at the moment.
    assert.equal(world.number("SELECT COUNT(*) FROM draft WHERE state IN ('open', 'retry')"), 0);
    assert.equal(world.number(`SELECT COUNT(*) FROM draft WHERE draft_on = '${day}'`), COUNT);
    assert.ok(total > all / 2, `${total} of ${all}`);
});
