// oracle.test.mjs - the oracle itself, beside cases that were worked out by hand from the rules. Days of December 2026 and
// January 2027 are written as 12-5, 1-5.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Oracle } from './oracle.mjs';

const full = (day) => {
  const [month, date] = day.split('-');
  return `${month === '1' ? '2027' : '2026'}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
};
const short = (day) => (day ? day.slice(5).replace(/(^|-)0/g, '$1') : '-');
const bank = (more) => ({ kind: 'bank', holder: 'personal', state: 'active', entry: 0, expires: null, ...more });
const business = () => bank({ holder: 'business' });
const card = () => bank({ kind: 'card' });

// One enrolment, and a story told in lines: what was done, and what is so afterwards.
class Story {
  constructor(enrolment = {}, settings = {}) {
    this.oracle = new Oracle(settings);
    this.declines = [];
    const { on = '12-1', ...spec } = enrolment;
    this.made = this.oracle.enrol({ account: 'A', covers: ['all'], schedule: 'fifteenth', method: bank(), ...spec }, full(on));
  }
  invoice(on, due, total, issued = on) {
    this.oracle.issue({ id: this.oracle.invoices.length + 1, account: 'A', type: 'Hosting', issued: full(issued), due: full(due), total }, full(on));
    return this;
  }
  set(values) { Object.assign(this.made, values); return this; }
  saved() { this.oracle.saved(this.made); return this; }
  schedule(on, schedule) { this.oracle.changeSchedule(this.made, schedule, full(on)); return this; }
  pay(id, cents) { this.oracle.invoices[id - 1].paid += cents; return this; }
  run(on) {
    this.oracle.now = `${full(on)}T17:00:00Z`;
    this.oracle.run(full(on), () => (this.declines.shift() ? { state: 'declined', declined: 'soft' } : { state: 'succeeded' }));
    return this;
  }
  declining(...declines) { this.declines = declines; return this; }
  round(on) { this.oracle.round(full(on)); return this; }
  is({ next, notice, mails = [], drafts = [] }) {
    const { oracle, made } = this;
    assert.deepEqual({
      next: short(made.next), notice: made.noticedCents ? `${short(made.noticedOn)} ${made.noticedCents}` : '-',
      mails: oracle.state.notices.map((each) => `${short(each.day)} ${each.cents}`),
      drafts: oracle.drafts.map((each) => `${short(each.on)} ${each.state}${each.reason ? ` ${each.reason}` : ''}${oracle.attemptsOf(each).map(({ cents }) => ` ${cents}`).join('')}`),
    }, { next, notice: notice ?? mails.at(-1) ?? '-', mails, drafts });
    return this;
  }
}
const story = (enrolment, settings) => new Story(enrolment, settings);

test('who is told first: a bank account of a person, as the method or the backup, without a most per draft', () => {
  const of = (spec) => story(spec).invoice('12-1', '12-20', 5000).round('12-13').oracle.state.notices.map((each) => short(each.day));
  assert.deepEqual(of({}), ['12-23']);
  assert.deepEqual(of({ method: card(), backup: bank() }), ['12-23']);
  assert.deepEqual(of({ method: business(), backup: bank() }), ['12-23']);
  // The others are told too; nothing waits for it.
  assert.deepEqual(of({ method: card() }), ['12-15']);
  assert.deepEqual(of({ method: card(), backup: business() }), ['12-15']);
  assert.deepEqual(of({ method: business() }), ['12-15']);
  assert.deepEqual(of({ largest: 6000 }), ['12-15']);
  assert.deepEqual(of({ method: card(), backup: bank(), largest: 6000 }), ['12-15']);
});

test('others: 3 days before for cards, 10 for banks, once; the draft takes what came since', () => {
  story({ method: card() }).invoice('12-1', '12-20', 5000).round('12-11').is({ next: '12-15' }).round('12-12').round('12-13')
    .is({ next: '12-15', mails: ['12-15 5000'] }).invoice('12-14', '12-30', 700).run('12-15').is({ next: '1-15', mails: ['12-15 5000'], drafts: ['12-15 taken 5700'] });
  story({ method: business() }).invoice('12-1', '12-20', 5000).round('12-4').is({ next: '12-15' }).round('12-5').is({ next: '12-15', mails: ['12-15 5000'] });
});

test('the round: ten days before its day a draft is told and keeps it; later it moves', () => {
  story().invoice('12-1', '12-20', 5000).round('12-4').is({ next: '12-15' }).round('12-5').is({ next: '12-15', mails: ['12-15 5000'] })
    .round('12-6').run('12-14').is({ next: '12-15', mails: ['12-15 5000'] }).run('12-15').is({ next: '1-15', mails: ['12-15 5000'], drafts: ['12-15 taken 5000'] });
  story().invoice('12-1', '12-20', 5000).round('12-9').is({ next: '12-19', mails: ['12-19 5000'] }).run('12-15').run('12-18').is({ next: '12-19', mails: ['12-19 5000'] })
    .run('12-19').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 taken 5000'] });
  // The provider's own number of days.
  story({}, { bankNoticeDays: 4 }).invoice('12-1', '12-20', 5000).round('12-10').is({ next: '12-15' }).round('12-12').is({ next: '12-16', mails: ['12-16 5000'] });
});

test('nothing to take: nothing is told and nothing moves', () => {
  story().round('12-9').is({ next: '12-15' }).run('12-15').is({ next: '1-15', drafts: ['12-15 nothing'] });
  story().invoice('12-1', '12-20', 50).round('12-9').is({ next: '12-15' }).run('12-15').is({ next: '1-15', drafts: ['12-15 nothing below_smallest'] });
  story().invoice('12-1', '12-20', 5000).set({ skip: full('12-15') }).round('12-9').is({ next: '12-15' }).run('12-15').is({ next: '1-15', drafts: ['12-15 skipped'] });
  story().invoice('12-1', '12-20', 5000).run('12-21').is({ next: '1-15', drafts: ['12-15 person late'] });
  story({ method: bank({ state: 'needs_attention' }) }).invoice('12-1', '12-20', 5000).round('12-9').run('12-15').is({ next: '1-15', drafts: ['12-15 failed method'] });
});

test('saved: the first draft as it was shown needs no other notice, and what came since waits', () => {
  story().invoice('12-1', '12-20', 5000).saved().is({ next: '12-15', notice: '12-15 5000' }).invoice('12-3', '12-20', 700).round('12-9').run('12-15')
    .is({ next: '1-15', notice: '12-15 5000', drafts: ['12-15 taken 5000'] }).round('1-4').is({ next: '1-15', notice: '12-15 5000', drafts: ['12-15 taken 5000'] })
    .round('1-5').is({ next: '1-15', mails: ['1-15 700'], drafts: ['12-15 taken 5000'] });
  story().saved().is({ next: '12-15' });
  story().invoice('12-1', '12-20', 50).saved().is({ next: '12-15' });
  story({ schedule: 'due_date' }).saved().is({ next: '-' });
});

test('the claim: not told is told now, ten days ahead, and no row is written', () => {
  story().invoice('12-1', '12-20', 5000).run('12-15').is({ next: '12-25', mails: ['12-25 5000'] }).run('12-25').is({ next: '1-15', mails: ['12-25 5000'], drafts: ['12-15 taken 5000'] });
  // Told of a day before: not this one.
  story().invoice('12-1', '12-20', 5000).set({ noticedOn: full('12-14'), noticedCents: 9000 }).run('12-15').is({ next: '12-25', mails: ['12-25 5000'] });
  // In force from its day on, also when the run comes late, but not too late.
  story().invoice('12-1', '12-20', 5000).round('12-5').run('12-18').is({ next: '1-15', mails: ['12-15 5000'], drafts: ['12-15 taken 5000'] });
  // The days late count from the day it waited for.
  story().invoice('12-1', '12-20', 5000).round('12-9').run('12-24').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 taken 5000'] });
  story().invoice('12-1', '12-20', 5000).round('12-9').run('12-25').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 person late'] });
  // Paid by hand while it waited.
  story().invoice('12-1', '12-20', 5000).round('12-9').pay(1, 5000).run('12-19').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 nothing'] });
  story().invoice('12-1', '12-20', 5000).round('12-9').pay(1, 2000).run('12-19').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 taken 3000'] });
});

test('a day that waits is skipped as itself', () => {
  const waits = () => story().invoice('12-1', '12-20', 5000).round('12-9');
  waits().set({ skip: full('12-19') }).run('12-19').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 skipped'] });
  // A skip of a later draft day is not this one's.
  waits().set({ skip: full('1-15') }).run('12-19').is({ next: '1-15', mails: ['12-19 5000'], drafts: ['12-15 taken 5000'] });
});

test('a wait beyond the next draft day: that one is the draft', () => {
  // Told on the 7th of January for the 17th: the 15th is the last draft day before.
  story({ schedule: 'split', on: '12-20' }).invoice('12-20', '1-20', 5001).run('1-7').is({ next: '1-15', drafts: ['1-1 person late'] });
  story({ schedule: 'split', on: '12-20' }, { catchUpDays: 9 }).invoice('12-20', '1-20', 5001).run('1-7').is({ next: '1-17', mails: ['1-17 2501'] })
    // Without a plan of the month it would take all; half was told.
    .run('1-17').is({ next: '2-1', mails: ['1-17 2501'], drafts: ['1-15 taken 2501'] });
});

test('split: the halves go by the day that waited', () => {
  story({ schedule: 'split', on: '12-20' }).invoice('12-20', '1-20', 5001).round('12-24').is({ next: '1-3', mails: ['1-3 2501'] })
    .run('1-3').is({ next: '1-15', mails: ['1-3 2501'], drafts: ['1-1 taken 2501'] })
    .round('1-4').is({ next: '1-15', mails: ['1-3 2501'], drafts: ['1-1 taken 2501'] }).invoice('1-4', '1-20', 900)
    .round('1-6').is({ next: '1-16', mails: ['1-3 2501', '1-16 2500'], drafts: ['1-1 taken 2501'] })
    .run('1-16').is({ next: '2-1', mails: ['1-3 2501', '1-16 2500'], drafts: ['1-1 taken 2501', '1-15 taken 2500'] });
});

test('due dates: a new invoice brings the day forward, the notice does not', () => {
  const told = () => story({ schedule: 'due_date' }).invoice('12-1', '12-20', 5000).round('12-10').is({ next: '12-20', mails: ['12-20 5000'] })
    .invoice('12-11', '12-14', 700).is({ next: '12-14', mails: ['12-20 5000'] });
  told().round('12-11').run('12-14').is({ next: '12-20', mails: ['12-20 5000'] })
    // The oldest first, and no more than was told; what is left is looked at tomorrow and told then.
    .run('12-20').is({ next: '12-21', mails: ['12-20 5000'], drafts: ['12-20 taken 5000'] })
    .run('12-21').is({ next: '12-31', mails: ['12-20 5000', '12-31 700'], drafts: ['12-20 taken 5000'] })
    .run('12-31').is({ next: '-', mails: ['12-20 5000', '12-31 700'], drafts: ['12-20 taken 5000', '12-31 taken 700'] });
  // The same of a run after both days: the 14th is merged.
  told().run('12-20').is({ next: '12-21', mails: ['12-20 5000'], drafts: ['12-14 merged', '12-20 taken 5000'] });
  // The service tells on the same evening.
  told().run('12-20').round('12-20').is({ next: '12-30', mails: ['12-20 5000', '12-30 700'], drafts: ['12-14 merged', '12-20 taken 5000'] });
});

test('due dates: an overdue invoice that nobody was told of', () => {
  story({ schedule: 'due_date', on: '12-10' }).invoice('12-10', '12-5', 5000, '12-1').is({ next: '12-11' }).run('12-11').is({ next: '12-21', mails: ['12-21 5000'] })
    .invoice('12-12', '12-21', 300).run('12-21').is({ next: '12-22', mails: ['12-21 5000'], drafts: ['12-21 taken 5000'] });
  // Cut by the provider's most only: what is left waits for another due day, as ever.
  story({ schedule: 'due_date', on: '12-10' }, { largest: 4000 }).invoice('12-10', '12-5', 5000, '12-1').run('12-11').run('12-21')
    .is({ next: '-', mails: ['12-21 4000'], drafts: ['12-21 taken 4000'] });
});

test('tried again: no more than before', () => {
  const back = (spec) => story(spec).invoice('12-1', '12-20', 5000).invoice('12-1', '12-25', 900).pay(2, 900).round('12-5').declining(true).run('12-15').pay(2, -900).run('12-18');
  back({ method: card(), backup: bank({ state: 'needs_attention' }) }).is({ next: '1-15', mails: ['12-15 5000'], drafts: ['12-15 taken 5000 5000'] });
  back({ method: card() }).is({ next: '1-15', drafts: ['12-15 taken 5000 5900'] });
});

test('a change by the provider is no authorization: the old notice counts for its day only', () => {
  const told = () => story().invoice('12-1', '12-5', 5000).round('12-5').is({ next: '12-15', mails: ['12-15 5000'] });
  told().schedule('12-6', 'due_date').is({ next: '12-7', mails: ['12-15 5000'] }).run('12-7').is({ next: '12-15', mails: ['12-15 5000'] });
  told().schedule('12-6', 'first').is({ next: '1-1', mails: ['12-15 5000'] }).round('12-23').is({ next: '1-2', mails: ['12-15 5000', '1-2 5000'] });
  // An agreed range, later: nothing waits; taken away: told anew.
  told().set({ largest: 4000 }).run('12-15').is({ next: '1-15', mails: ['12-15 5000'], drafts: ['12-15 taken 4000'] });
});

test('split: the first half tried again is half of the same plan', () => {
  const half = () => story({ schedule: 'split', method: card(), on: '11-20' }).invoice('11-20', '12-2', 6000).invoice('11-20', '12-15', 4001).declining(true).run('12-1');
  half().run('12-4').is({ next: '12-15', drafts: ['12-1 taken 5001 5001'] });
  half().pay(1, 5500).run('12-4').is({ next: '12-15', drafts: ['12-1 taken 5001 4501'] });
  half().pay(1, 6000).run('12-4').is({ next: '12-15', drafts: ['12-1 taken 5001 4001'] });
});

test('more invoices than a payment covers: the oldest 200', () => {
  const many = (spec) => Array.from({ length: 205 }).reduce((made) => made.invoice('12-1', '12-15', 100), story({ method: card(), ...spec }));
  many({}).run('12-15').is({ next: '1-15', drafts: ['12-15 taken 20000'] }).run('1-15').is({ next: '2-15', drafts: ['12-15 taken 20000', '1-15 taken 500'] });
  many({ schedule: 'due_date' }).run('12-15').is({ next: '12-16', drafts: ['12-15 taken 20000'] }).run('12-16').is({ next: '-', drafts: ['12-15 taken 20000', '12-16 taken 500'] });
  // Those issued after the day of the draft take no places: what was issued before is older, though due later.
  const late = story({ method: card() }).invoice('12-1', '12-30', 5000);
  for (let count = 0; count < 205; count++) late.invoice('12-16', '12-16', 100);
  late.run('12-17').is({ next: '1-15', drafts: ['12-15 taken 5000'] });
});

test('turned off: what it covered has its due days with another', () => {
  const other = story({ schedule: 'due_date', method: card() }).invoice('12-1', '12-30', 5000).is({ next: '12-30' });
  const { oracle } = other;
  const narrow = oracle.enrol({ account: 'A', covers: ['type:Domains'], schedule: 'first', method: card() }, full('12-2'));
  oracle.issue({ id: 2, account: 'A', type: 'Domains', issued: full('12-3'), due: full('12-10'), total: 700 }, full('12-3'));
  other.is({ next: '12-30' });
  oracle.today = full('12-12');
  oracle.off(narrow);
  other.is({ next: '12-13' });
});
