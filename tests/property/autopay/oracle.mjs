// oracle.mjs - what autopay has to do, said a second time: invoices, enrolments, drafts and attempts as plain values,
// and what a run, an outcome or a customer makes of them. Written from the rules' text, not from the product's code;
// it knows no database and no gateway.
import { addBankingDays, addDays, dayOfMonth, daysBetween, firstOfMonth, later } from './calendar.mjs';
import * as notices from './notices.mjs';

const MOST_MERGED = 64;
const MOST_INVOICES = 200;
const REPEAT_DAYS = 180;
const TRIES_DAYS = 30;
// The bank's codes: which may be presented again, which end the method, which end autopay.
const REPEATS = ['R01', 'R09'];
const DISABLES = ['R02', 'R03', 'R04', 'R05', 'R07', 'R10', 'R12', 'R13', 'R14', 'R15', 'R16', 'R20', 'R29'];
const STOPS = ['R07', 'R10', 'R14', 'R15', 'R29'];

const byAge = (a, b) => (a.due === b.due ? a.id - b.id : a.due < b.due ? -1 : 1);
const sum = (parts) => parts.reduce((total, part) => total + part.cents, 0);
const owed = (invoice) => invoice.total - invoice.paid - invoice.credited;
export const free = (invoice) => (invoice.held ? 0 : owed(invoice) - invoice.pending);

export class Oracle {
  constructor(settings) {
    this.settings = { retryDays: [3, 7, 14], bankRetryDays: [5, 12], cardTries: 10, catchUpDays: 5, smallest: 100, largest: 10000000, noticeDays: 3, bankNoticeDays: 10,
      ...settings };
    this.now = this.today = ''; // the instant, for what counts in hours; the provider's day
    this.state = { invoices: [], enrolments: [], drafts: [], attempts: [], notices: [], mails: [] };
  }

  // The same at this moment, to try something on.
  copy() {
    const other = new Oracle(this.settings);
    Object.assign(other, { now: this.now, today: this.today });
    other.state = structuredClone(this.state);
    return other;
  }

  get enrolments() { return this.state.enrolments; }
  get invoices() { return this.state.invoices; }
  get drafts() { return this.state.drafts; }
  get attempts() { return this.state.attempts; }

  draftsOf(enrolment) { return this.drafts.filter((draft) => draft.enrolment === enrolment); }
  attemptsOf(draft) { return this.attempts.filter((attempt) => attempt.draft === draft); }
  mail(kind, enrolment) { this.state.mails.push({ kind, enrolment }); }

  // ---- what an enrolment covers ----

  // The narrowest cover that reaches the invoice has it.
  ownerOf(invoice) {
    const active = this.enrolments.filter((each) => each.account === invoice.account && each.isOn);
    const reaches = (enrolment) => !enrolment.issuedFrom || invoice.issued >= enrolment.issuedFrom;
    return active.find((each) => each.covers.includes(`invoice:${invoice.id}`))
      ?? active.find((each) => each.covers.includes(`type:${invoice.type}`) && reaches(each))
      ?? active.find((each) => each.covers.includes('all') && reaches(each));
  }

  covered(enrolment) { return this.invoices.filter((invoice) => this.ownerOf(invoice) === enrolment).sort(byAge); }

  // ---- draft days ----

  isDraftDay(enrolment, day) {
    const days = { first: [1], fifteenth: [15], split: [1, 15] }[enrolment.schedule];
    return days.includes(dayOfMonth(day));
  }

  // A day to come, as far as is known.
  hasDay(enrolment, day, today) {
    if (day <= today) return false;
    if (enrolment.schedule !== 'due_date') return this.isDraftDay(enrolment, day);
    return this.covered(enrolment).some((invoice) => owed(invoice) > 0 && later(invoice.due, addDays(today, 1)) === day);
  }

  // The first draft day after the day; of due days those after `after`, which are over today counting as tomorrow.
  nextDay(enrolment, today, after = '') {
    if (enrolment.schedule === 'due_date') {
      const due = this.covered(enrolment).filter((invoice) => owed(invoice) > 0 && invoice.due > after)[0]?.due;
      return due ? later(due, addDays(today, 1)) : null;
    }
    let day = addDays(today, 1);
    while (!this.isDraftDay(enrolment, day)) day = addDays(day, 1);
    return day;
  }

  setNext(enrolment, day) {
    enrolment.next = day;
    if (enrolment.skip && day && day > enrolment.skip) enrolment.skip = null;
  }

  issue(invoice, today) {
    this.invoices.push({ paid: 0, credited: 0, pending: 0, held: 0, ...invoice });
    this.joinDueDay(this.invoices.at(-1), today);
  }

  // An invoice that is its enrolment's from today on.
  joinDueDay(invoice, today) {
    const owner = this.ownerOf(invoice);
    if (owner?.schedule !== 'due_date' || owed(invoice) <= 0) return;
    const day = later(invoice.due, addDays(today, 1));
    if (!owner.next || day < owner.next) owner.next = day;
  }

  enrol(enrolment, today) {
    const made = { isOn: true, largest: null, issuedFrom: null, skip: null, backup: null, mayUse: true, ...enrolment, began: today, plans: {}, noticedOn: null, noticedCents: 0 };
    this.enrolments.push(made);
    made.next = this.nextDay(made, today);
    return made;
  }

  // The customer saw what the first draft will take, and agreed.
  saved(enrolment) { notices.saved(this, enrolment); }

  changeSchedule(enrolment, schedule, today) {
    Object.assign(enrolment, { schedule, began: today });
    if (enrolment.skip && !this.hasDay(enrolment, enrolment.skip, today)) enrolment.skip = null;
    this.setNext(enrolment, this.nextDay(enrolment, today));
  }

  off(enrolment) {
    const covered = this.covered(enrolment);
    enrolment.isOn = false;
    enrolment.next = null;
    for (const invoice of covered) this.joinDueDay(invoice, this.today);
    this.mail('autopay_off', enrolment);
    // Its mail says it for its drafts too.
    for (const draft of this.draftsOf(enrolment)) if (draft.state === 'retry') Object.assign(draft, { state: 'failed', reason: 'off', retryOn: null });
  }

  removeMethod(method) {
    method.state = 'removed';
    for (const enrolment of this.enrolments) {
      if (enrolment.backup === method) enrolment.backup = null;
      if (enrolment.method === method && enrolment.isOn) this.off(enrolment);
    }
  }

  // ---- a run ----

  // gateway(attempt): { state } of succeeded, pending, unknown, not_charged or declined with its class.
  run(today, gateway) {
    this.today = today;
    for (const enrolment of this.enrolments) if (enrolment.isOn && enrolment.next && enrolment.next <= today) this.draftDue(enrolment, today, gateway);
    for (const draft of this.drafts) if (draft.state === 'retry' && draft.retryOn <= today && !draft.isAway) this.tryAgain(draft, today, gateway);
    for (const draft of this.drafts) delete draft.isAway;
  }

  // The drafter as a service also looks at what comes.
  round(today) { notices.round(this, today); }

  missedDays(enrolment, today) {
    const days = new Set();
    if (enrolment.schedule === 'due_date') {
      for (const invoice of this.covered(enrolment)) if (free(invoice) > 0) days.add(later(invoice.due, enrolment.next));
    } else {
      for (let day = enrolment.next; day <= today; day = addDays(day, 1)) if (this.isDraftDay(enrolment, day)) days.add(day);
    }
    return [...days].filter((day) => day <= today).sort();
  }

  // What the rules make of an enrolment whose day came: { day, merged, state, reason }.
  decide(enrolment, today) {
    const merged = this.missedDays(enrolment, today);
    const isEmpty = merged.length === 0, isShifted = isEmpty && enrolment.schedule !== 'due_date';
    const day = isShifted ? this.lastDay(enrolment) : isEmpty ? enrolment.next : merged.pop();
    const found = (state, reason = '') => ({ day, merged: merged.slice(-MOST_MERGED), state, reason });
    if (enrolment.skip && enrolment.skip === (isShifted ? enrolment.next : day)) return found('skipped');
    if (isEmpty && !isShifted) return found('nothing');
    const since = isShifted ? enrolment.next : day;
    return daysBetween(since, today) > this.settings.catchUpDays ? found('person', 'late') : found('open');
  }

  // A day of waiting for a notice is no draft day: the draft is that of the last one before.
  lastDay(enrolment) {
    let day = addDays(enrolment.next, -1);
    while (!this.isDraftDay(enrolment, day)) day = addDays(day, -1);
    return day;
  }

  draftDue(enrolment, today, gateway) {
    if (!enrolment.mayUse) return this.off(enrolment);
    const most = notices.mostToday(this, enrolment, today);
    if (most === null) return;
    const { day, merged, state, reason } = this.decide(enrolment, today);
    const isCut = notices.isCut(this, enrolment, today, most);
    for (const each of merged) this.newDraft(enrolment, each, 'merged');
    const isLost = state !== 'skipped' && this.isLost(enrolment, day);
    this.setNext(enrolment, this.nextDay(enrolment, today, today));
    for (const draft of this.draftsOf(enrolment)) if (draft.state === 'retry') this.fail(draft, 'next_day');
    if (isLost || isCut) this.lookAgain(enrolment, today);
    const draft = this.newDraft(enrolment, day, state, reason, most);
    if (state !== 'open') return;
    this.planSplit(draft);
    this.attempt(draft, today, gateway);
  }

  // An invoice that somebody holds today may have no other due day to come; nor have those that are too many for one payment.
  isLost(enrolment, day) {
    if (enrolment.schedule !== 'due_date') return false;
    const due = this.covered(enrolment).filter((invoice) => invoice.due <= day && owed(invoice) > 0);
    return due.some((invoice) => invoice.held) || due.filter((invoice) => free(invoice) > 0).length > MOST_INVOICES;
  }

  lookAgain(enrolment, today) {
    const tomorrow = addDays(today, 1);
    if (!enrolment.next || tomorrow < enrolment.next) enrolment.next = tomorrow;
  }

  blankDraft(enrolment, on, state, reason = '', most = Infinity) {
    return { enrolment, on, state, reason, most, schedule: enrolment.schedule, retryOn: null, usedBackup: false, returns: 0, repeat: null, refused: [] };
  }

  newDraft(enrolment, on, state, reason, most) {
    const draft = this.blankDraft(enrolment, on, state, reason, most);
    this.drafts.push(draft);
    return draft;
  }

  // Told once, though it may fail again: a payment that was sent back is returned once more.
  fail(draft, reason) {
    if (!draft.isTold) this.mail('draft_failed', draft.enrolment);
    Object.assign(draft, { state: 'failed', reason, retryOn: null, isTold: true });
  }
  retry(draft, retryOn, reason = '') { Object.assign(draft, { state: 'retry', reason, retryOn }); }

  // ---- what a draft takes ----

  planSplit(draft) {
    const { enrolment, on, schedule } = draft;
    if (schedule === 'split' && dayOfMonth(on) === 1) enrolment.plans[on] = this.issuedBy(enrolment, on);
  }

  // At most 200 invoices, the oldest: more wait for another draft, and are in no plan.
  issuedBy(enrolment, day, isChosen = () => true) {
    const open = this.covered(enrolment).filter((invoice) => invoice.issued <= day && free(invoice) > 0 && isChosen(invoice));
    return open.slice(0, MOST_INVOICES).map((invoice) => ({ id: invoice.id, cents: free(invoice) }));
  }

  // What the first half took of an invoice as money or pending, refunded since or not.
  tookOf(draft, id) {
    const kept = this.attemptsOf(draft).filter((attempt) => ['succeeded', 'pending', 'refunded'].includes(attempt.state));
    return sum(kept.flatMap((attempt) => attempt.parts.filter((part) => part.id === id)));
  }

  // { parts, most }: what is there, oldest first, and how much of it at most.
  splitChoice(draft) {
    const { enrolment, on } = draft;
    const first = firstOfMonth(on);
    const covered = this.covered(enrolment);
    const freeOf = (id) => free(covered.find((invoice) => invoice.id === id) ?? { held: 1 });
    if (on === first) {
      // Half of the plan, of what is free of it when it is tried again; not planned yet, when it is only looked at.
      const plan = this.drafts.includes(draft) ? enrolment.plans[on] : this.issuedBy(enrolment, on);
      return { parts: plan.map(({ id, cents }) => ({ id, cents: Math.min(cents, freeOf(id)) })), most: Math.floor((sum(plan) + 1) / 2) };
    }
    const half = this.draftsOf(enrolment).find((each) => each.on === first && each.schedule === 'split' && ['open', 'taken', 'nothing', 'retry', 'failed'].includes(each.state));
    if (half && enrolment.began < first) {
      const plan = enrolment.plans[first] ?? [];
      return { parts: plan.map(({ id, cents }) => ({ id, cents: Math.min(cents - this.tookOf(half, id), freeOf(id)) })), most: Infinity };
    }
    const parts = this.issuedBy(enrolment, on);
    return { parts, most: enrolment.began >= first ? Math.floor((sum(parts) + 1) / 2) : Infinity };
  }

  take(draft) {
    const { enrolment, on, schedule } = draft;
    const isDue = (invoice) => schedule !== 'due_date' || invoice.due <= on;
    const choice = schedule === 'split' ? this.splitChoice(draft) : { parts: this.issuedBy(enrolment, on, isDue), most: Infinity };
    let left = Math.min(choice.most, enrolment.largest ?? Infinity, this.settings.largest, notices.mostOf(this, draft));
    const taken = [];
    for (const { id, cents } of choice.parts.filter((part) => part.cents > 0)) {
      const part = Math.min(cents, left);
      if (part > 0) taken.push({ id, cents: part });
      left -= part;
    }
    return taken;
  }

  // ---- attempts ----

  isUsable(method, today) { return Boolean(method) && method.state === 'active' && !(method.expires && method.expires < today); }

  isTired(method) {
    if (method.kind !== 'card') return false;
    const since = Date.parse(this.now) - TRIES_DAYS * 86400_000;
    const sent = this.attempts.filter((each) => each.method === method && each.state !== 'not_charged' && Date.parse(each.at) >= since);
    return sent.length >= this.settings.cardTries;
  }

  // The method of the next attempt; a text: why there is none.
  choose(draft, today) {
    const { method, backup } = draft.enrolment;
    const hasBackup = () => this.isUsable(backup, today) && !draft.usedBackup && !this.isTired(backup);
    if (draft.reason === 'with_backup' && this.isUsable(backup, today)) return backup;
    if (!this.isUsable(method, today)) return hasBackup() ? backup : 'method';
    if (this.isTired(method)) return hasBackup() ? backup : 'tries';
    return method;
  }

  // A debit is presented again as it was: the same cents of the same invoices are free still.
  mayRepeat({ parts }) {
    return parts.every(({ id, cents }) => free(this.invoices.find((invoice) => invoice.id === id)) >= cents);
  }

  attempt(draft, today, gateway) {
    if (draft.repeat && !this.mayRepeat(draft.repeat)) return this.fail(draft, 'changed');
    const parts = draft.repeat?.parts ?? this.take(draft), cents = sum(parts);
    if (cents < this.settings.smallest) return Object.assign(draft, { state: 'nothing', reason: cents ? 'below_smallest' : '', retryOn: null });
    const method = draft.repeat ? (this.isUsable(draft.repeat.method, today) ? draft.repeat.method : 'method') : this.choose(draft, today);
    if (typeof method === 'string') return this.fail(draft, method);
    const attempt = { draft, method, parts, cents, entry: method.entry, day: today, at: this.now, state: 'processing', isBackup: method === draft.enrolment.backup };
    this.attempts.push(attempt);
    if (attempt.isBackup) draft.usedBackup = true;
    Object.assign(draft, { state: 'open', retryOn: null, reason: '', amount: cents });
    this.eachPart(attempt, (invoice, part) => { invoice.pending += part; invoice.held++; });
    this.outcome(attempt, gateway(attempt), today);
    if (draft.state === 'retry' && draft.reason === 'with_backup' && !draft.isAway) return this.attempt(draft, today, gateway);
    return attempt;
  }

  eachPart(attempt, change) {
    for (const { id, cents } of attempt.parts) change(this.invoices.find((invoice) => invoice.id === id), cents);
  }

  // The day that ends a draft's retries.
  endOf(draft) {
    return this.draftsOf(draft.enrolment).map((each) => each.on).filter((on) => on > draft.on).sort()[0] ?? draft.enrolment.next;
  }

  tryAgain(draft, today, gateway) {
    const end = this.endOf(draft);
    // Of a schedule that was given up since.
    if (draft.on <= draft.enrolment.began) return this.fail(draft, 'replaced');
    if (end && today >= end) return this.fail(draft, 'next_day');
    if (daysBetween(draft.retryOn, today) > this.settings.catchUpDays) return Object.assign(draft, { state: 'person', reason: 'late', retryOn: null });
    if (!draft.enrolment.mayUse) return this.off(draft.enrolment);
    return this.attempt(draft, today, gateway);
  }

  // ---- outcomes ----

  // Of an attempt that was processing or unknown.
  outcome(attempt, { state, declined }, today) {
    const { draft } = attempt;
    attempt.state = state;
    if (state === 'unknown') return;
    this.eachPart(attempt, (invoice, cents) => {
      invoice.held--;
      if (state !== 'pending') invoice.pending -= cents;
      if (state === 'succeeded') invoice.paid += cents;
    });
    if (state === 'succeeded' || state === 'pending') {
      this.mail('drafted', draft.enrolment);
      if (draft.state === 'open') Object.assign(draft, { state: 'taken', reason: '' });
      return;
    }
    if (state === 'declined' && declined !== 'soft') this.disable(attempt);
    if (!draft.enrolment.isOn) return this.fail(draft, 'off');
    if (state === 'not_charged') {
      draft.isAway = true;
      if (attempt.isBackup) draft.usedBackup = false;
      const end = this.endOf(draft);
      if (end && today >= end) return this.fail(draft, 'next_day');
      return this.retry(draft, today, attempt.isBackup && !draft.repeat ? 'with_backup' : '');
    }
    return this.declined(attempt, declined, today);
  }

  declined(attempt, declined, today) {
    const { draft } = attempt, { enrolment } = draft;
    const isFirst = this.attemptsOf(draft).filter((each) => each.state === 'declined').length === 1;
    const hasBackup = !attempt.isBackup && !draft.usedBackup && this.isUsable(enrolment.backup, today) && !this.isTired(enrolment.backup);
    if (declined !== 'soft') draft.refused.push(attempt.method);
    if (hasBackup && (isFirst || declined !== 'soft')) {
      draft.repeat = null;
      return this.retry(draft, today, 'with_backup');
    }
    if (!this.isUsable(enrolment.method, today) || draft.refused.includes(enrolment.method)) return this.fail(draft, 'declined');
    if (this.isTired(enrolment.method)) return this.fail(draft, 'tries');
    const on = this.settings.retryDays.map((days) => addDays(draft.on, days)).find((day) => day > today);
    if (!on) return this.fail(draft, 'declined');
    const end = this.endOf(draft);
    if (end && on >= end) return this.fail(draft, 'next_day');
    if (!draft.isPutOff) this.mail('draft_failed', enrolment);
    draft.isPutOff = true;
    return this.retry(draft, on);
  }

  // New data given since are not what was refused.
  disable({ method, entry }) {
    if (method.state === 'active' && method.entry === entry) method.state = 'needs_attention';
  }

  giveBack(attempt, state) {
    this.eachPart(attempt, (invoice, cents) => { invoice[attempt.state === 'pending' ? 'pending' : 'paid'] -= cents; });
    attempt.state = state;
  }

  settled(attempt) {
    if (attempt.state !== 'pending') return;
    this.mail('drafted', attempt.draft.enrolment);
    this.eachPart(attempt, (invoice, cents) => { invoice.pending -= cents; invoice.paid += cents; });
    attempt.state = 'succeeded';
  }

  returned(attempt, code, today) {
    const { draft } = attempt, { enrolment } = draft;
    this.giveBack(attempt, 'returned');
    this.mail('returned', enrolment);
    if (DISABLES.includes(code)) this.disable(attempt);
    if (!REPEATS.includes(code)) this.fail(draft, 'returned');
    else this.repeatLater(attempt, today);
    if (STOPS.includes(code) && enrolment.isOn) this.off(enrolment);
  }

  repeatLater(attempt, today) {
    const { draft } = attempt, { enrolment } = draft;
    const days = this.settings.bankRetryDays[draft.returns++];
    const on = days === undefined ? null : addBankingDays(today, days);
    if (!on || daysBetween(draft.on, on) > REPEAT_DAYS) return this.fail(draft, 'returned');
    if (!enrolment.isOn) return this.fail(draft, 'off');
    const end = this.endOf(draft);
    if (end && on >= end) return this.fail(draft, 'next_day');
    draft.repeat = { parts: attempt.parts, method: attempt.method };
    return this.retry(draft, on);
  }

  voided(attempt) {
    this.giveBack(attempt, 'voided');
    this.fail(attempt.draft, 'voided');
  }

  refunded(attempt, reopens) {
    this.eachPart(attempt, (invoice, cents) => {
      invoice.paid -= cents;
      if (!reopens) invoice.credited += cents;
    });
    attempt.state = 'refunded';
  }
}
