// months.test.mjs - the clock goes through MONTHS months day by day, with everything that customers, banks and gateways
// do in them; every evening each draft, attempt, invoice and next day is what the oracle says. SEED= repeats one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Random } from '../random.mjs';
import { addDays, daysBetween } from './calendar.mjs';
import { isToldFirst } from './notices.mjs';
import { Months, free } from './world.mjs';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const length = Number(process.env.MONTHS ?? 3);
const accounts = Number(process.env.ACCOUNTS ?? 12);
const random = new Random(seed);
const TYPES = ['Hosting', 'Domains', 'Support'];
const SCHEDULES = ['due_date', 'first', 'fifteenth', 'split'];
// Early in the provider's day, at noon, and when it is tomorrow in UTC.
const TIMES = [['05:30:00', '07:30:00', false], ['17:00:00', '19:00:00', false], ['17:00:00', '19:00:00', false], ['01:30:00', '03:30:00', true]];

let world, today;
before(async () => {
  world = await Months.open({ cardTries: random.pick([10, 10, 3]), largest: random.chance(30) ? 20000 : 10000000, smallest: random.pick([100, 100, 500]),
    catchUpDays: random.pick([5, 5, 5, 2, 0]), retryDays: random.pick([[3, 7, 14], [3, 7, 14], [1, 2], [5, 20, 30]]), bankRetryDays: random.pick([[5, 12], [5, 12], [2], [3, 5]]),
    noticeDays: random.pick([3, 3, 0, 7]), bankNoticeDays: random.pick([10, 10, 10, 4, 18]) });
});
after(() => world?.close());

const behaviour = () => random.weighted({ good: 40, soft: 12, hard: 4, fix: 2, bank: 14, r01: 8, r02: 3, r07: 1, late: 4 });
const behaviourOf = (kind) => (kind === 'bank' ? random.weighted({ bank: 10, r01: 4, r02: 1, late: 2 }) : random.weighted({ good: 10, soft: 4, hard: 1 }));
const active = (account) => world.oracle.enrolments.filter((each) => each.account === account.number && each.isOn);
const openInvoices = (account) => world.oracle.invoices.filter((each) => each.account === account.number && free(each) > 0);
const isUnknown = (account) => world.oracle.attempts.some((each) => each.state === 'unknown' && each.draft.enrolment.account === account.number);

function enrol(account, covers = ['all']) {
  const expires = random.chance(10) ? addDays(today, 20 + random.int(150)) : undefined;
  const holder = () => (random.chance(75) ? 'personal' : 'business');
  const method = world.addMethod(account, behaviour(), { expires, holder: holder() });
  world.enrol(account, { schedule: random.pick(SCHEDULES), method, backup: random.chance(35) ? world.addMethod(account, behaviour(), { holder: holder() }) : null, covers, isShown: random.chance(75),
    largest: random.chance(20) ? 500 + random.int(15000) : null, issuedFrom: !covers[0].startsWith('invoice') && random.chance(25) ? addDays(today, -random.int(20)) : null });
}

function enrolMore(account) {
  const own = active(account), taken = own.flatMap((each) => each.covers);
  const invoices = openInvoices(account).map((each) => `invoice:${each.id}`).filter((cover) => !taken.includes(cover));
  const types = TYPES.map((type) => `type:${type}`).filter((cover) => !taken.includes(cover));
  if (!taken.includes('all') && random.chance(70)) return enrol(account, ['all']);
  if (random.chance(50) && types.length) return enrol(account, random.some(types, 40));
  return invoices.length ? enrol(account, random.some(invoices, 40)) : undefined;
}

function issue(account) {
  world.issue(account, Array.from({ length: 1 + random.int(2) }, () => {
    const issued = addDays(today, random.chance(80) ? 0 : -random.int(12));
    return { type: random.pick(TYPES), issued, due: addDays(issued, random.pick([0, 3, 7, 10, 14, 14, 20, 30, 30, 45])), total: random.pick([150, 1 + random.int(400), 500 + random.int(20000), 500 + random.int(20000), 500 + random.int(3000)]) };
  }));
}

// More than one payment covers.
function issueMany(account) {
  world.issue(account, Array.from({ length: 205 + random.int(60) }, () => ({ type: random.pick(TYPES), issued: today, due: addDays(today, random.int(12)), total: 1 + random.int(300) })));
}

function byHand(account) {
  const open = openInvoices(account);
  if (!open.length) return;
  const invoice = random.pick(open), all = free(invoice), cents = random.chance(50) ? all : 1 + random.int(all);
  if (random.chance(65)) world.record(account, invoice, cents);
  else if (!isUnknown(account)) world.credit(account, invoice, cents);
}

function bounce(account) {
  const checks = world.checks.filter((each) => each.account === account && !each.isOver && daysBetween(each.day, today) < 40);
  if (checks.length) world.bounce(random.pick(checks));
}

function change(account) {
  const enrolment = random.pick(active(account));
  const what = random.weighted({ schedule: 20, largest: 20, skip: 40, unskip: 10, backup: 5, save: 20 });
  const isPersons = [enrolment.method, enrolment.backup].some((each) => each?.kind === 'bank' && each.holder === 'personal');
  if (what === 'save' && isToldFirst(enrolment)) world.save(account, enrolment);
  // More of a person's account than before is for the person to agree to.
  if (what === 'largest' && enrolment.largest && isPersons) return world.save(account, enrolment, null);
  if (what === 'schedule') world.change(account, enrolment, '--schedule', random.pick(SCHEDULES.filter((each) => each !== enrolment.schedule)));
  if (what === 'largest') world.change(account, enrolment, '--largest', enrolment.largest ? 'none' : (5 + random.int(150)).toFixed(2));
  if (what === 'skip' && enrolment.next > today && enrolment.skip !== enrolment.next) world.change(account, enrolment, '--skip');
  if (what === 'unskip' && enrolment.skip) world.change(account, enrolment, '--no-skip');
  if (what === 'backup' && enrolment.backup) world.change(account, enrolment, '--no-backup');
}

function methods(account) {
  for (const { method, backup } of active(account))
    for (const each of [method, backup].filter(Boolean)) {
      if (each.state === 'needs_attention' ? random.chance(10) : random.chance(1)) world.fixMethod(account, each, behaviourOf(each.kind));
      else if (each.state === 'active' && random.chance(0.1)) world.removeMethod(account, each);
    }
}

function events(account) {
  if (random.chance(9)) issue(account);
  if (random.chance(4)) byHand(account);
  if (random.chance(1)) bounce(account);
  methods(account);
  if (active(account).length && random.chance(3)) change(account);
  if (active(account).length && random.chance(0.3)) world.off(account, random.pick(active(account)));
  if (active(account).length && random.chance(0.1)) world.level(account, false);
  if (!active(account).length ? random.chance(8) : active(account).length < 3 && random.chance(0.5)) {
    if (world.oracle.enrolments.some((each) => each.account === account.number && !each.mayUse)) world.level(account, true);
    enrolMore(account);
  }
}

// What goes wrong at the gateway today.
function fault() {
  const foretold = world.foretell();
  if (!foretold.length) return null;
  if (random.chance(4)) return { what: random.pick(['down', 'wrong_key']) };
  if (!random.chance(30)) return null;
  const { cents } = random.pick(foretold);
  const isGood = foretold.every((each) => each.cents !== cents || !['soft', 'hard', 'fix'].includes(each.method.behaviour));
  return { cents, what: random.pick(isGood ? ['soft', 'soft', 'hard', 'fix', 'before', 'after'] : ['soft', 'hard', 'fix']) };
}

// Money of autopay that goes back.
async function afterwards() {
  for (const attempt of world.oracle.attempts) {
    if (!attempt.reference || world.accountOf(attempt).isLost || isUnknown(world.accountOf(attempt))) continue;
    const isCard = attempt.method.kind === 'card', isPending = attempt.state === 'pending' && attempt.bank.settles > world.product.now;
    if (isCard && attempt.state === 'succeeded' && attempt.day === today && random.chance(6)) world.void(attempt);
    else if (isCard && attempt.state === 'succeeded' && daysBetween(attempt.day, today) < 20 && random.chance(0.5)) world.refund(attempt, random.chance(50));
    else if (!isCard && isPending && random.chance(2)) world.void(attempt);
    else if (!isCard && isPending && attempt.method.behaviour === 'bank' && random.chance(8)) await world.bankReturns(attempt, random.pick(['R01', 'R01', 'R09', 'R02', 'R08', 'R16', 'R29']));
  }
}

async function work(early, late, isNextUtcDay, differences) {
  const wrong = fault();
  const isWhole = wrong?.what === 'down' || wrong?.what === 'wrong_key';
  if (random.chance(20)) differences.push(...world.comparePreview());
  await world.run(wrong, random.weighted(isWhole ? { hand: 60, service: 40 } : { hand: 45, service: 40, several: 15 }));
  // Nobody knows how many of many drafts were tried before it stopped.
  if (wrong?.what === 'wrong_key' || (isWhole && (world.foretell().length > 5 || random.chance(50)))) await world.run();
  if (random.chance(10)) await world.run(null, random.pick(['service', 'service', 'several']));
  differences.push(...world.compare());
  await afterwards();
  world.clock(today, late, isNextUtcDay);
  world.settle();
  differences.push(...world.compare());
}

test(`${length} months of autopay, SEED=${seed}`, { timeout: 3600_000 }, async () => {
  console.log(`# SEED=${seed} MONTHS=${length} ACCOUNTS=${accounts} ${JSON.stringify(world.oracle.settings)}`);
  const start = addDays('2026-11-23', random.int(400)), days = Math.round(length * 30.5);
  const differences = [];
  const many = random.chance(60) ? 10 + random.int(days - 10) : days;
  let outage = 0, checked = start;
  for (let day = 0; day < days; day++) {
    today = addDays(start, day);
    const [early, late, isNextUtcDay] = random.pick(TIMES);
    world.clock(today, early, isNextUtcDay);
    while (world.accounts.length < accounts && (day > 3 || world.accounts.length < accounts / 2)) enrol(world.addAccount());
    for (const account of world.accounts) if (!account.isLost) events(account);
    if (day === many && !world.accounts[0].isLost) issueMany(world.accounts[0]);
    if (outage > 0) outage--;
    else if (random.chance(3)) outage = random.int(12);
    if (outage && day < days - 1) continue;
    await work(early, late, isNextUtcDay, differences);
    // Only what was settled can agree with the gateway.
    if (daysBetween(checked, today) >= 30 || day === days - 1) {
      checked = today;
      const ran = world.at.run(['check', '--gateway']);
      if (ran.status) differences.push(`${today} remit check: ${ran.out}${ran.err}`);
    }
  }
  console.log(`# ${JSON.stringify(world.counts)} drafts ${world.oracle.drafts.length} attempts ${world.oracle.attempts.length} notices ${world.oracle.state.notices.length}`);
  const states = {};
  for (const { state, reason } of world.oracle.drafts) states[`${state} ${reason}`] = (states[`${state} ${reason}`] ?? 0) + 1;
  console.log(`# ${JSON.stringify(states)}`);
  if (process.env.STORY) console.log(world.accounts.filter(({ number }) => number === process.env.STORY).map((account) => [...world.stories[account.number], ...world.found()(account)].join('\n')).join());
  assert.equal(differences.length, 0, `SEED=${seed} MONTHS=${length} ACCOUNTS=${accounts}\n${differences.join('\n')}`);
  assert.ok(world.oracle.attempts.length > 0);
});
