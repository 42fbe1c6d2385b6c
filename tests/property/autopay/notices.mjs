// notices.mjs - who is told of a draft before it, of which day and of how much: the part of the oracle about bank accounts of
// persons, whose debits wait until a notice is old enough. A notice is { enrolment, day, cents }.
import { addDays, later } from './calendar.mjs';

const sum = (parts) => parts.reduce((total, part) => total + part.cents, 0);

// A most per draft is an agreed range: nothing within it has to be told first.
export const isToldFirst = ({ method, backup, largest }) => !largest && [method, backup].some((each) => each?.kind === 'bank' && each.holder === 'personal');

// What a run of that day would make of an enrolment, were there no notices: { day, state, cents }; nothing is written.
export function look(oracle, enrolment, today) {
  const { day, state } = oracle.decide(enrolment, today);
  const nothing = { day, state, cents: 0 };
  if (!enrolment.mayUse || state !== 'open') return nothing;
  const draft = oracle.blankDraft(enrolment, day, state);
  const cents = sum(oracle.take(draft));
  const isTaken = cents >= oracle.settings.smallest && typeof oracle.choose(draft, today) !== 'string';
  return isTaken ? { ...nothing, cents } : nothing;
}

const isTold = (enrolment) => enrolment.noticedCents > 0 && enrolment.noticedOn >= enrolment.next;

function tell(oracle, enrolment, day, cents) {
  Object.assign(enrolment, { noticedOn: day, noticedCents: cents });
  // Saved anew in between it is told again, but not twice the same.
  const isKnown = oracle.state.notices.some((each) => each.enrolment === enrolment && each.day === day && each.cents === cents);
  if (!isKnown) oracle.state.notices.push({ enrolment, day, cents });
}

// The draft waits for the day of its notice.
function postpone(oracle, enrolment, today, cents) {
  tell(oracle, enrolment, later(enrolment.next, addDays(today, oracle.settings.bankNoticeDays)), cents);
  oracle.setNext(enrolment, enrolment.noticedOn);
}

// The customer authorized what the preview showed: the first draft, its day and its cents.
export function saved(oracle, enrolment) {
  const { cents } = enrolment.next ? look(oracle, enrolment, enrolment.next) : { cents: 0 };
  Object.assign(enrolment, { noticedOn: cents ? enrolment.next : null, noticedCents: cents });
}

// The drafter's look ahead, on a day.
export function round(oracle, today) {
  const { noticeDays, bankNoticeDays } = oracle.settings;
  for (const enrolment of oracle.enrolments) {
    if (!enrolment.isOn || !enrolment.next || enrolment.next <= today) continue;
    const isFirst = isToldFirst(enrolment);
    const days = isFirst || enrolment.method.kind === 'bank' ? bankNoticeDays : noticeDays;
    if (enrolment.next > addDays(today, days) || (isFirst ? isTold(enrolment) : isMarked(enrolment))) continue;
    const { cents } = look(oracle, enrolment, enrolment.next);
    if (!cents) continue;
    if (isFirst) postpone(oracle, enrolment, today, cents);
    else tellOnce(oracle, enrolment, cents);
  }
}

// Everybody else: once about each day, also where another day came between; not of the one that was seen when it was saved.
const isMarked = (enrolment) => enrolment.noticedOn === enrolment.next && enrolment.noticedCents > 0;

function tellOnce(oracle, enrolment, cents) {
  const isKnown = oracle.state.notices.some((notice) => notice.enrolment === enrolment && notice.day === enrolment.next);
  Object.assign(enrolment, { noticedOn: enrolment.next, noticedCents: cents });
  if (!isKnown) oracle.state.notices.push({ enrolment, day: enrolment.next, cents });
}

// The day of a draft has come: the most that it may take today (no limit for those that are not told first, and where nothing
// would be taken); null: it waits for its notice, and no row is written.
export function mostToday(oracle, enrolment, today) {
  const { cents } = isToldFirst(enrolment) ? look(oracle, enrolment, today) : { cents: 0 };
  if (!cents) return Infinity;
  if (isTold(enrolment) && enrolment.noticedOn <= today) return enrolment.noticedCents;
  if (isTold(enrolment)) oracle.setNext(enrolment, enrolment.noticedOn);
  else postpone(oracle, enrolment, today, cents);
  return null;
}

// What a draft may take now: a new one what mostToday() said; tried again, no more than before where it is told
// first or was changed meanwhile.
export function mostOf(oracle, draft) {
  const last = oracle.attemptsOf(draft).at(-1);
  if (!last) return draft.most;
  const isOlder = draft.enrolment.changedAt >= oracle.attemptsOf(draft)[0].at;
  return isOlder || isToldFirst(draft.enrolment) ? last.cents : Infinity;
}

// Due dates: what the notice did not tell of is told of anew from tomorrow on; the calendar's next day has it.
export const isCut = (oracle, enrolment, today, most) => enrolment.schedule === 'due_date' && look(oracle, enrolment, today).cents > most;
