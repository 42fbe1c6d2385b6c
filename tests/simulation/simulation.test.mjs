// simulation.test.mjs - one seed drives customers, drafters, settlers, the provider, the bank, the clock, the gateway's
// weather, and the deaths of processes, of the database and of the gateway. PAYMENTS, DRAFTS and SEED choose.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../support/demo.mjs';
import { Customers } from './customers.mjs';
import { closing, doubleCharges, lost, mailsWrong, readBook, readRows, unexplained, unfinished } from './invariants.mjs';
import { Machines } from './machines.mjs';
import { bill } from './people.mjs';
import { Provider } from './provider.mjs';
import { unseen } from './tampering.mjs';
import { figures } from './telling.mjs';
import { Weather } from './weather.mjs';
import { LEASE_OVER_MS, World, pause } from './world.mjs';

const PAYMENTS = Number(process.env.PAYMENTS ?? 200);
const DRAFTS = Number(process.env.DRAFTS ?? 200);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const ROUND = 60; // about so many payments
const STORIES_FOR_ONE = 1.6; // not all are payments
const IS_LARGE = PAYMENTS + DRAFTS > 2000; // what costs seconds is rarer then, and still often enough
const AT_ONCE = Number(process.env.AT_ONCE ?? (IS_LARGE ? 24 : 12));
const CLOSING_DAYS = 45;
const MINUTES = Number(process.env.MINUTES ?? Infinity); // then no day begins any more, and everything ends

let world, customers, provider, weather, machines;

before(async () => {
  console.log(`# SEED=${SEED} PAYMENTS=${PAYMENTS} DRAFTS=${DRAFTS}`);
  world = await World.open({ seed: SEED, payments: PAYMENTS, drafts: DRAFTS });
  [customers, provider, weather, machines] = [new Customers(world), new Provider(world), new Weather(world), new Machines(world)];
});
after(() => world?.close());

// ---- what happens beside each other ----

const STORIES = { one: 62, race: 12, confirmLeft: 3, look: 3, record: 4, credit: 4, back: 7, voidInvoice: 2, bounce: 1, bank: 5, turnOff: 0.3 };
const WEIGHTS = Object.fromEntries(Object.entries(STORIES).map(([name, weight]) => [name, weight * 10]));

function someAccount(random) {
  const { accounts, hand } = world;
  return random.chance(78) ? accounts[random.int(hand)] : accounts[hand + random.int(accounts.length - hand)];
}

async function story(random) {
  const account = someAccount(random);
  const name = random.weighted(WEIGHTS);
  if (name === 'one') return customers.one(account, random);
  if (name === 'race') return customers.race(account, random);
  if (name === 'confirmLeft') return customers.confirmLeft(random);
  if (name === 'look') return customers.lookAgain(random);
  if (name === 'turnOff') return customers.turnOff(world.accounts[world.hand + random.int(world.accounts.length - world.hand)]);
  if (name === 'record') return provider.record(account, random);
  if (name === 'credit') return provider.credit(account, random);
  if (name === 'back') return provider.sendBack(random);
  if (name === 'voidInvoice') return provider.voidInvoice(account, random);
  if (name === 'bounce') return provider.bounce(random);
  return provider.bank(random);
}

// What goes wrong before the story with this number; it goes on beside those that follow.
function mishap(random) {
  const what = random.weighted({ none: 600, weather: 250, worker: 22, settle: 40, drafters: 14, ...(IS_LARGE ? { stop: 2, database: 2, gateway: 2 } : { stop: 3, database: 8, gateway: 6 }) });
  if (what === 'weather') return weather.turn(random);
  if (what === 'worker') return weather.killWorker(random);
  if (what === 'stop') return weather.stopWorker(random);
  if (what === 'database') return only('database', () => weather.killDatabase());
  if (what === 'gateway') return only('gateway', () => weather.restartGateway(random));
  if (what === 'settle') return machines.settle(random, 1 + random.int(3), 30);
  if (what === 'drafters') return machines.drafters(random, 1 + random.int(2), 40);
  return null;
}

// One at a time of these.
const busy = new Set();
async function only(name, work) {
  if (busy.has(name)) return;
  busy.add(name);
  await work().finally(() => busy.delete(name));
}

// beside: what goes on beside it, perhaps for longer.
async function round(name, size, beside) {
  let at = 0;
  const stop = (error) => {
    world.isOver = true;
    throw error;
  };
  const lane = async () => {
    while (at < size && !world.isOver) {
      const random = world.random(name, at++);
      const wrong = mishap(random);
      if (wrong) beside.push(Promise.resolve(wrong).catch(stop));
      if (wrong && random.chance(50)) await wrong;
      await story(random);
    }
  };
  // Who fails ends all of them, and is told of when all have ended.
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => lane().catch(stop)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

// Nobody asks anything; what was left open is found out.
async function calm() {
  await weather.clear();
  // The gateway books late by a clock that is not moved: what is on its way arrives before hours pass.
  await until('nothing is on its way at the gateway', async () => (await world.demo.gateway('GET', '/sandbox/requests')).in_flight === 0);
  // Claims whose holder died: their leases are by the database's clock.
  if (count("SELECT (SELECT COUNT(*) FROM payment WHERE state = 'processing') + (SELECT COUNT(*) FROM refund WHERE state = 'processing')")) await pause(LEASE_OVER_MS);
  for (const seconds of [0, 60, 240, 300, 300, 60, 2 * 3600, 2 * 3600]) {
    world.pass(seconds);
    await machines.settleWell();
  }
}

// ---- the books ----

async function books(when, isLast) {
  const transactions = await world.demo.book(), book = readBook(transactions), rows = readRows(world);
  const wrong = { doubled: doubleCharges(rows, book), lost: lost(world, rows, book), unexplained: [], mails: [], open: [] };
  if (isLast) {
    wrong.unexplained = unexplained(world, rows, book);
    wrong.mails = mailsWrong(world, rows, book);
    wrong.open = unfinished(rows);
  }
  const times = closing(rows, book, { down: weather.down, mornings: world.mornings });
  if (isLast) wrong.open.push(...times.wrong);
  const checked = await world.remit(['check', '--json', ...(isLast ? ['--gateway'] : [])]); // what the bank took back is read daily
  if (checked.code !== 0) wrong.unexplained.push(`remit check --gateway: ${checked.out.slice(0, 3000)} ${checked.err}`);
  for (const [name, list] of Object.entries(wrong)) for (const line of list) world.tell('WRONG', name, line);
  assert.deepEqual(Object.fromEntries(Object.entries(wrong).map(([name, list]) => [name, list.slice(0, 8)])), { doubled: [], lost: [], unexplained: [], mails: [], open: [] }, when);
  return { transactions, book, rows, times };
}

const count = (text) => Number(world.sql(text)[0][0]);

async function day(offset) {
  world.toMorning(offset);
  const random = world.random('day', offset);
  await weather.clear();
  await machines.settleWell();
  await bill(world, offset);
  const rounds = Math.max(2, Math.round(world.perDay / ROUND)), size = Math.ceil((world.perDay * STORIES_FOR_ONE) / rounds);
  const beside = [machines.drafters(random, 2 + random.int(3), 50)];
  for (let at = 0; at < rounds; at++) {
    if (at === rounds - 1) beside.push(machines.draftingService(random, 1500));
    await round(`${offset}-${at}`, size, beside);
    await weather.clear();
    for (const seconds of [60, 120 + random.int(120)]) {
      world.pass(seconds);
      await machines.settle(random, 1 + random.int(2), 10);
    }
  }
  await Promise.all(beside);
  await machines.drafters(random, 1, 0);
  await calm();
}

const isOut = () => Date.now() - world.started > MINUTES * 60_000;

async function everythingEnds() {
  let { offset } = world;
  // As many as were asked for: some forms were refused.
  for (let more = 0; world.counts['payments tried'] < PAYMENTS && more < 20 && !isOut(); more++) {
    await bill(world, offset + more / 100);
    const beside = [];
    await round(`more-${more}`, Math.ceil((PAYMENTS - world.counts['payments tried']) * 1.2), beside);
    await Promise.all(beside);
  }
  await calm();
  for (let more = 0; more < CLOSING_DAYS; more++) {
    world.toMorning(++offset);
    await machines.settleWell();
    await machines.drafters(world.random('end', more), 1, 0);
    await calm();
    const open = count("SELECT (SELECT COUNT(*) FROM payment WHERE state IN ('processing', 'unknown', 'pending') AND account_id >= 1000000) + (SELECT COUNT(*) FROM refund WHERE open = 1) + (SELECT COUNT(*) FROM draft WHERE state IN ('open', 'retry'))");
    if (!open) return;
  }
}

test(`${PAYMENTS} payments and ${DRAFTS} drafts`, async (t) => {
  try {
    for (const offset of world.days) {
      if (isOut()) break;
      await day(offset);
      if (!IS_LARGE || world.days.indexOf(offset) % 4 === 0) await books(`day ${offset}`, false);
      world.tell('day', offset, 'is over');
      console.log(`# day ${offset}: ${world.counts['payments tried']} payments, ${count('SELECT COUNT(*) FROM draft WHERE account_id >= 1000000')} drafts, ${Math.round((Date.now() - world.started) / 1000)} s`);
    }
    await everythingEnds();
    const ended = await books('the end', true);
    assert.deepEqual(unseen(world, ended.transactions, ended.rows, weather.down), [], 'each question sees what it asks for');
    for (const line of figures(world, ended)) t.diagnostic(line);
    assert.ok(isOut() || (world.counts['payments tried'] >= PAYMENTS && ended.rows.drafts.length >= DRAFTS), 'as many as were asked for');
  } catch (error) {
    world.isOver = false; // that it is told of
    world.tell('FAILED', error.message);
    error.message = `SEED=${SEED} PAYMENTS=${PAYMENTS} DRAFTS=${DRAFTS} WEBHOOKS=${world.webhooks}: ${error.message}, see ${world.traceFile}`;
    throw error;
  }
});
