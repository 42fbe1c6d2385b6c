// world.mjs - an installation with the sandbox and one clock, what customers and the provider do in it, and the
// oracle that hears of each of those things and nothing else.
import assert from 'node:assert/strict';
import { World as DrafterWorld, plain } from '../../modules/drafter/world.mjs';
import { addBankingDays, addDays, isBankingDay } from './calendar.mjs';
import { isToldFirst } from './notices.mjs';
import { Oracle, free } from './oracle.mjs';

export const BANKS = ['bank', 'r01', 'r02', 'r07', 'late'];
const CODES = { r01: 'R01', r02: 'R02', r07: 'R07', late: 'R01' };
const BANK_DAYS = 2;
const LATE_DAYS = 30;
const GIVE_UP_MS = 24 * 3600_000; // not found for so long: not charged
const PER_KIND = 400;
const DECLINES = { soft: 202, hard: 252, fix: 224 };

const values = (settings) => [`Payment.Largest = ${plain(settings.largest)}`, `Payment.Smallest = ${plain(settings.smallest)}`,
  `Autopay.CardTries = ${settings.cardTries}`, `Autopay.CatchUpDays = ${settings.catchUpDays}`, `Autopay.RetryDays = ${settings.retryDays.join(', ')}`,
  `Autopay.BankRetryDays = ${settings.bankRetryDays.join(', ')}`, `Autopay.NoticeDays = ${settings.noticeDays}`,
  `Autopay.BankNoticeDays = ${settings.bankNoticeDays}`, 'Autopay.InFlight = 8'];
// Each line with how often it is there.
const counted = (lines) => [...new Set(lines)].map((line) => `${line} ${lines.filter((each) => each === line).length}`);
const quoted = (text) => (text === null ? 'NULL' : `'${text}'`);

export class Months {
  static async open(settings) {
    const months = new Months();
    months.oracle = new Oracle(settings);
    const vault = Object.fromEntries(['good', 'soft', 'hard', 'fix', ...BANKS].map((kind) => [kind, PER_KIND]));
    months.product = await DrafterWorld.open('months', { settings: values(months.oracle.settings), vault });
    months.accounts = [];
    months.methods = [];
    months.checks = [];
    months.stories = {};
    months.counts = {};
    months.issued = 0;
    return months;
  }

  close() { return this.product.close(); }

  get at() { return this.product.at; }

  tell(account, what) {
    (this.stories[account.number] ??= []).push(`${this.today} ${what}`);
    const [kind] = what.split(' ');
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  // A command that has to be taken.
  ask(account, ...words) {
    const ran = this.at.run(words);
    assert.equal(ran.status, 0, `${words.join(' ')}: ${ran.err}${this.story(account).join('\n')}`);
  }

  // The provider's day, and an instant of it.
  clock(today, time, isNextUtcDay = false) {
    this.today = today;
    this.product.day(isNextUtcDay ? addDays(today, 1) : today, time);
    Object.assign(this.oracle, { now: this.product.now, today });
  }

  insert(text) { return Number(this.product.one(`${text}; SELECT LAST_INSERT_ID()`)); }

  // ---- customers ----

  addAccount() {
    const number = `A${this.accounts.length + 1}`;
    const id = this.insert(`INSERT INTO account (number, organization, created_at) VALUES ('${number}', '${number}', '${this.product.now.slice(0, 10)}')`);
    const user = this.insert(`INSERT INTO user (email, name, created_at) VALUES ('${number}@example.test', '${number}', '${this.product.now.slice(0, 10)}')`);
    this.product.sql(`INSERT INTO account_user (account_id, user_id, level_id, added_at) VALUES (${id}, ${user}, 1, '${this.product.now.slice(0, 10)}')`);
    const account = { number, id, user };
    this.accounts.push(account);
    return account;
  }

  addMethod(account, behaviour, { expires = '2031-12-31', holder = 'personal' } = {}) {
    const kind = BANKS.includes(behaviour) ? 'bank' : 'card';
    const id = this.insert(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder_type, created_at) VALUES (${account.id},
      ${account.user}, '${kind}', 'nmi', '${this.product.vaultId(behaviour)}', '${kind === 'bank' ? 'Checking' : 'Visa'}', '4242', ${kind === 'bank' ? 'NULL' : quoted(expires)},
      '${holder}', '${this.today}')`);
    const method = { id, kind, holder, behaviour, account: account.number, state: 'active', entry: 0, expires: kind === 'card' ? expires : null };
    this.methods.push(method);
    return method;
  }

  // The customer gives new data for it.
  fixMethod(account, method, behaviour) {
    Object.assign(method, { behaviour, state: 'active', entry: method.entry + 1, expires: method.kind === 'card' ? '2035-12-31' : null });
    this.product.sql(`UPDATE method SET vault_id = '${this.product.vaultId(behaviour)}', state = 'active', attention = '', expires_on = ${quoted(method.expires)} WHERE id = ${method.id}`);
    this.tell(account, `fixed method ${method.id}: ${behaviour}`);
  }

  removeMethod(account, method) {
    this.tell(account, `removes method ${method.id}`);
    this.ask(account, 'method', 'remove', String(method.id), '--account', account.number);
    this.oracle.removeMethod(method);
  }

  // isShown: the customer saw what the first draft takes.
  enrol(account, { isShown, ...spec }) {
    const scope = spec.covers[0] === 'all' ? 'all' : `${spec.covers[0].split(':')[0]}s`;
    const made = this.oracle.enrol({ ...spec, account: account.number }, this.today);
    if (isShown && isToldFirst(made)) this.oracle.saved(made);
    made.id = this.insert(`INSERT INTO enrolment (account_id, user_id, method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on, next_on, noticed_on, noticed_cents, created_at, changed_at)
      VALUES (${account.id}, ${account.user}, ${made.method.id}, ${made.backup?.id ?? 'NULL'}, '${made.schedule}', '${scope}', ${made.largest ?? 'NULL'}, ${quoted(made.issuedFrom)},
      '${this.today}', ${quoted(made.next)}, ${quoted(made.noticedOn)}, ${made.noticedCents}, '${this.today}', '${this.today}')`);
    this.product.sql(made.covers.map((cover) => `INSERT INTO enrolment_cover VALUES (${account.id}, ${made.id}, '${cover}', 1);`).join(''));
    this.tell(account, `enrols ${made.id}: ${made.schedule} ${made.covers} ${made.method.behaviour}/${made.backup?.behaviour ?? '-'} largest ${made.largest} from ${made.issuedFrom}${this.toldOf(made)}`);
    return made;
  }

  toldOf(enrolment) { return isToldFirst(enrolment) ? `, told first: ${enrolment.noticedOn} ${enrolment.noticedCents}` : ''; }

  // The customer saves the same choices anew, as they are shown now, or with another most per draft.
  save(account, enrolment, largest = enrolment.largest) {
    enrolment.largest = largest;
    this.oracle.saved(enrolment);
    this.product.sql(`UPDATE enrolment SET largest_cents = ${largest ?? 'NULL'}, noticed_on = ${quoted(enrolment.noticedOn)}, noticed_cents = ${enrolment.noticedCents} WHERE id = ${enrolment.id}`);
    this.tell(account, `saves ${enrolment.id}${this.toldOf(enrolment)}`);
  }

  change(account, enrolment, ...words) {
    this.tell(account, `changes ${enrolment.id}: ${words.join(' ')}`);
    this.ask(account, 'autopay', 'change', `${account.number}/${enrolment.id}`, ...words);
    // At one instant it is one mail.
    if (enrolment.changedAt !== this.product.now) this.oracle.mail('autopay_on', enrolment);
    enrolment.changedAt = this.product.now;
    const [word, value] = words;
    if (word === '--schedule') this.oracle.changeSchedule(enrolment, value, this.today);
    if (word === '--largest') enrolment.largest = value === 'none' ? null : Math.round(Number(value) * 100);
    if (word === '--skip') enrolment.skip = enrolment.next;
    if (word === '--no-skip') enrolment.skip = null;
    if (word === '--no-backup') enrolment.backup = null;
  }

  off(account, enrolment) {
    this.tell(account, `off ${enrolment.id}`);
    this.ask(account, 'autopay', 'off', `${account.number}/${enrolment.id}`, '--note', 'test');
    this.oracle.off(enrolment);
  }

  level(account, mayUse) {
    this.tell(account, `level ${mayUse ? 'with' : 'without'} autopay`);
    this.product.sql(`UPDATE account_user SET level_id = ${mayUse ? 1 : 2} WHERE account_id = ${account.id}`);
    for (const enrolment of this.oracle.enrolments) if (enrolment.account === account.number) enrolment.mayUse = mayUse;
  }

  // ---- invoices and payments by hand ----

  issue(account, invoices) {
    const rows = invoices.map((each) => ({ ...each, number: `I${++this.issued}` }));
    this.at.ok(['invoice', 'import', this.at.file('in.json', rows.map((row) => ({ account: account.number, number: row.number, billing_type: row.type, issued_on: row.issued,
      due_on: row.due, tax: '0.00', lines: [{ description: 'Hosting', amount: plain(row.total) }] })))]);
    const ids = Object.fromEntries(this.product.sql(`SELECT number, id FROM invoice WHERE account_id = ${account.id}`));
    for (const row of rows.sort((a, b) => ids[a.number] - ids[b.number])) {
      this.oracle.issue({ ...row, id: Number(ids[row.number]), account: account.number }, this.today);
      this.tell(account, `invoice ${ids[row.number]} ${row.type} of ${row.total}, issued ${row.issued}, due ${row.due}`);
    }
  }

  record(account, invoice, cents) {
    this.tell(account, `check for ${invoice.id}: ${cents}`);
    const { reference } = this.at.json(['payment', 'record', '--check', `c${this.checks.length}`, '--account', account.number, '--amount', plain(cents), '--invoice', invoice.number]);
    invoice.paid += cents;
    this.checks.push({ account, invoice, cents, reference, day: this.today });
  }

  bounce(check) {
    this.tell(check.account, `bounced check for ${check.invoice.id}: ${check.cents}`);
    this.ask(check.account, 'payment', 'return', check.reference);
    check.invoice.paid -= check.cents;
    check.isOver = true;
  }

  credit(account, invoice, cents) {
    this.tell(account, `credit for ${invoice.id}: ${cents}`);
    this.ask(account, 'credit', 'give', '--account', account.number, '--amount', plain(cents), '--note', 'test');
    this.ask(account, 'credit', 'apply', '--account', account.number, '--amount', plain(cents), '--invoice', invoice.number);
    invoice.credited += cents;
  }

  // ---- payments of autopay taken back ----

  accountOf(attempt) { return this.accounts.find((account) => account.number === attempt.draft.enrolment.account); }

  void(attempt) {
    this.tell(this.accountOf(attempt), `voids ${attempt.reference} of ${attempt.cents}`);
    this.ask(this.accountOf(attempt), 'payment', 'void', attempt.reference);
    this.oracle.voided(attempt);
    attempt.bank = null;
  }

  refund(attempt, reopens) {
    this.tell(this.accountOf(attempt), `refunds ${attempt.reference} of ${attempt.cents}${reopens ? ', reopening' : ''}`);
    this.ask(this.accountOf(attempt), 'payment', 'refund', attempt.reference, ...(reopens ? ['--reopen'] : []));
    this.oracle.refunded(attempt, reopens);
  }

  async bankReturns(attempt, code) {
    this.tell(this.accountOf(attempt), `bank returns ${attempt.reference} of ${attempt.cents}: ${code}`);
    await this.product.ask('POST', '/sandbox/ach', new URLSearchParams({ order_id: attempt.reference, action: 'return', code }));
    attempt.bank = { at: this.product.now, settles: this.product.now, code };
  }

  // ---- the gateway, foretold ----

  // What the bank does with a debit that it accepted now.
  bankPlan(behaviour) {
    const booked = this.product.now.slice(0, 10);
    const inDays = addBankingDays(booked, BANK_DAYS), settles = `${inDays}T10:00:00Z`;
    if (behaviour === 'bank') return { at: settles, settles };
    if (behaviour !== 'late') return { at: `${inDays}T10:15:00Z`, settles, code: CODES[behaviour] };
    const day = addDays(booked, LATE_DAYS);
    return { at: `${isBankingDay(day) ? day : addBankingDays(day, 1)}T10:15:00Z`, settles, code: CODES.late };
  }

  // One attempt; fault: { what, cents } that falls on the sales of that amount.
  answer(attempt, fault) {
    const { behaviour, kind } = attempt.method;
    const what = fault && (fault.cents === undefined || fault.cents === attempt.cents) ? fault.what : '';
    if (what === 'down' || what === 'wrong_key') return { state: 'not_charged' };
    if (what in DECLINES) return { state: 'declined', declined: what };
    if (what === 'before') {
      attempt.later = { state: 'not_charged', at: new Date(Date.parse(this.product.now) + GIVE_UP_MS).toISOString() };
      return { state: 'unknown' };
    }
    if (behaviour in DECLINES) return { state: 'declined', declined: behaviour };
    if (kind === 'bank') attempt.bank = this.bankPlan(behaviour);
    const state = kind === 'bank' ? 'pending' : 'succeeded';
    if (what === 'after') attempt.later = { state, at: this.product.now };
    return { state: what === 'after' ? 'unknown' : state };
  }

  // What today's run would send if nothing went wrong.
  foretell() {
    const copy = this.oracle.copy(), before = copy.attempts.length;
    copy.run(this.today, (attempt) => this.answer(attempt));
    return copy.attempts.slice(before);
  }

  // `remit autopay preview` beside it. A draft that is tried again may be over by a new one of the same run: not compared.
  comparePreview() {
    const due = this.oracle.enrolments.filter((each) => each.isOn && each.next && each.next <= this.today).map(({ id }) => id);
    const line = (enrolment, on, cents, isRetry) => `${enrolment} ${on} ${cents}${isRetry ? ' again' : ''}`;
    const isOurs = ({ enrolment, isRetry }) => !isRetry || !due.includes(enrolment);
    const told = this.foretell().filter((each, at, all) => all.findIndex((other) => other.draft === each.draft) === at)
      .map(({ draft, cents }) => ({ account: draft.enrolment.account, enrolment: draft.enrolment.id, on: draft.on, cents, isRetry: this.oracle.drafts.some((each) => each.enrolment.id === draft.enrolment.id && each.on === draft.on) }));
    const shown = this.product.preview(this.today).drafts.filter((each) => each.state === 'open')
      .map((each) => ({ account: each.account, enrolment: each.enrolment, on: each.draft_on, cents: each.amount_cents, isRetry: each.is_retry }));
    return this.accounts.filter((account) => !account.isLost).flatMap((account) => {
      const [expected, found] = [told, shown].map((list) => list.filter((each) => each.account === account.number && isOurs(each))
        .map((each) => line(each.enrolment, each.on, each.cents, each.isRetry)).sort().join(', '));
      return expected === found ? [] : [[`${this.today} ${account.number} preview`, `  expected ${expected}`, `  found    ${found}`, ...this.story(account)].join('\n')];
    });
  }

  async turn(fault) {
    if (fault?.what === 'down') return this.product.stopSandbox();
    const only = { only_kind: 'sale', ...(fault?.cents ? { only_amount_cents: fault.cents } : {}) };
    if (fault?.what === 'wrong_key') return this.product.knobs({ answer: 'wrong_key', ...only });
    if (fault?.what in DECLINES) return this.product.knobs({ decline_code: DECLINES[fault.what], ...only });
    if (fault) return this.product.knobs({ lose: fault.what, ...only });
    return this.product.knobs();
  }

  // A run with that going wrong; the oracle's, too. how: by hand, service (which also looks ahead), or several at once.
  async run(fault = null, how = 'hand') {
    if (fault) {
      await this.turn(fault);
      for (const account of this.accounts) this.tell(account, `fault ${fault.what} ${fault.cents ?? ''}`);
    }
    const ran = how === 'several' ? await this.several() : how === 'service' ? this.product.drafterOnce() : this.at.run(['autopay', 'run', '--on', this.today]);
    const mayEnd = fault?.what === 'wrong_key' || fault?.what === 'down' ? [0, 1] : [0];
    assert.ok(mayEnd.includes(ran.status), `${this.today} ${JSON.stringify(fault)}: ${ran.status} ${ran.err}`);
    if (fault?.what === 'down') await this.product.startSandbox();
    else if (fault) await this.turn(null);
    this.oracle.run(this.today, (attempt) => this.answer(attempt, fault));
    if (how === 'service') this.oracle.round(this.today);
  }

  // Each leaves to the next run what another has in hand just then: one more, alone, finds all of it done or does it.
  async several() {
    const words = ['--now', this.product.now, 'autopay', 'run', '--on', this.today];
    const ran = await Promise.all([this.at.start(words), this.at.start(words), this.at.start(words)]);
    return ran.find(({ status }) => status !== 0) ?? this.at.run(words.slice(2));
  }

  settle() {
    this.product.settle();
    const { now } = this.product;
    for (const attempt of [...this.oracle.attempts]) {
      if (attempt.state === 'unknown' && Date.parse(attempt.later.at) <= Date.parse(now)) this.oracle.outcome(attempt, attempt.later, this.today);
      delete attempt.draft.isAway;
      const { bank, state } = attempt;
      if (!bank || state === 'unknown') continue;
      const isReturned = bank.code && bank.at <= now;
      if (isReturned) this.oracle.returned(attempt, bank.code, this.today);
      else if (bank.settles <= now) this.oracle.settled(attempt);
      if (isReturned || (!bank.code && bank.settles <= now)) attempt.bank = null;
    }
  }

  // ---- compared ----

  expected(account) {
    const { oracle } = this;
    const own = oracle.enrolments.filter((each) => each.account === account.number);
    const drafts = oracle.drafts.filter((draft) => own.includes(draft.enrolment));
    const state = (attempt) => (attempt.state === 'pending' ? 'succeeded' : attempt.state);
    return [
      ...own.map((each) => `enrolment ${each.id} ${each.isOn ? `active, next ${each.next ?? '-'}, told ${each.noticedOn ?? '-'} ${each.noticedCents}` : 'off'}`),
      ...counted([...oracle.state.notices.filter((each) => own.includes(each.enrolment)).map(({ enrolment, day }) => `upcoming ${enrolment.id} ${day}`),
        ...oracle.state.mails.filter((each) => own.includes(each.enrolment)).map(({ kind, enrolment }) => `mail ${enrolment.id} ${kind}`),
        ...drafts.filter((each) => each.state === 'person').map(() => 'queue late_draft')]),
      ...drafts.map((draft) => `draft ${draft.enrolment.id} ${draft.on} ${draft.state} ${draft.reason || '-'} retry ${draft.retryOn ?? '-'}`),
      ...drafts.flatMap((draft) => oracle.attemptsOf(draft).filter((attempt) => attempt.state !== 'not_charged').map((attempt, at) => `attempt ${draft.enrolment.id} ${draft.on} #${at + 1} ${
        state(attempt)} ${attempt.cents} by ${attempt.method.id} for ${[...attempt.parts].sort((a, b) => a.id - b.id).map(({ id, cents }) => `${id}:${cents}`).join(',')}`)),
      ...oracle.invoices.filter((each) => each.account === account.number).map((each) => `invoice ${each.id} paid ${each.paid + each.pending} credited ${each.credited}`),
      ...this.methods.filter((each) => each.account === account.number).map((each) => `method ${each.id} ${each.state}`),
    ].sort();
  }

  // What happened to an account lately.
  story(account) { return this.stories[account.number].slice(-25).map((line) => `    ${line}`); }

  // Lines as above for every account; gives the attempts of the oracle their references.
  found() {
    const lines = Object.fromEntries(this.accounts.map(({ id }) => [id, []]));
    const rows = this.product.sql(`SELECT account_id, CONCAT('enrolment ', id, IF(state = 'active', CONCAT(' active, next ', COALESCE(next_on, '-'), ', told ', COALESCE(noticed_on, '-'), ' ', noticed_cents), ' off')) FROM enrolment;
      SELECT account_id, CONCAT('upcoming ', subject_id, ' ', SUBSTRING_INDEX(SUBSTRING_INDEX(mail_key, ':', 3), ':', -1), ' ', COUNT(*)) FROM outbox WHERE kind = 'autopay_upcoming'
        GROUP BY account_id, subject_id, SUBSTRING_INDEX(SUBSTRING_INDEX(mail_key, ':', 3), ':', -1);
      SELECT account_id, CONCAT('mail ', enrolment, ' ', kind, ' ', COUNT(*)) FROM (
        SELECT account_id, subject_id AS enrolment, kind FROM outbox WHERE kind IN ('autopay_on', 'autopay_off')
        UNION ALL SELECT o.account_id, d.enrolment_id, o.kind FROM outbox o JOIN draft d ON d.id = o.subject_id WHERE o.kind = 'draft_failed'
        UNION ALL SELECT o.account_id, d.enrolment_id, o.kind FROM outbox o JOIN payment p ON p.id = o.subject_id JOIN draft d ON d.id = p.draft_id WHERE o.kind IN ('drafted', 'receipt', 'returned')
        ) AS mails GROUP BY account_id, enrolment, kind;
      SELECT account_id, CONCAT('queue ', kind, ' ', COUNT(*)) FROM queue_item WHERE account_id IS NOT NULL AND kind NOT IN ('returned_payment', 'gateway_configuration', 'unknown_payment') GROUP BY account_id, kind;
      SELECT account_id, CONCAT('draft ', enrolment_id, ' ', draft_on, ' ', state, ' ', IF(reason = '', '-', reason), ' retry ', COALESCE(retry_on, '-')) FROM draft;
      SELECT account_id, CONCAT('invoice ', id, ' paid ', paid_cents + pending_cents, ' credited ', credited_cents) FROM invoice;
      SELECT account_id, CONCAT('method ', id, ' ', state) FROM method;
      SELECT p.account_id, 'attempt', d.enrolment_id, d.draft_on, p.state, p.amount_cents, p.method_id, p.reference,
        (SELECT GROUP_CONCAT(a.invoice_id, ':', a.amount_cents ORDER BY a.invoice_id) FROM payment_allocation a WHERE a.account_id = p.account_id AND a.payment_id = p.id)
        FROM payment p JOIN draft d ON d.id = p.draft_id WHERE p.state NOT IN ('not_charged', 'failed') ORDER BY p.draft_id, p.attempt`);
    const counts = {};
    for (const [id, line, enrolment, on, state, cents, method, reference, parts] of rows) {
      if (line !== 'attempt') {
        lines[id].push(line);
        continue;
      }
      const key = `${enrolment} ${on}`, count = counts[key] = (counts[key] ?? 0) + 1;
      lines[id].push(`attempt ${key} #${count} ${state === 'pending' ? 'succeeded' : state} ${cents} by ${method} for ${parts}`);
      const draft = this.oracle.drafts.find((each) => each.enrolment.id === Number(enrolment) && each.on === on);
      const attempt = draft && this.oracle.attemptsOf(draft).filter((each) => each.state !== 'not_charged')[count - 1];
      if (attempt) attempt.reference = reference;
    }
    return (account) => lines[account.id].sort();
  }

  // What differs, account by account; one that differed is not compared again.
  compare() {
    const found = this.found();
    const differences = [];
    for (const account of this.accounts) {
      if (account.isLost) continue;
      const expected = this.expected(account), lines = found(account);
      const missing = expected.filter((line) => !lines.includes(line)), more = lines.filter((line) => !expected.includes(line));
      if (!missing.length && !more.length) continue;
      account.isLost = true;
      differences.push([`${this.today} ${account.number}`, ...missing.map((line) => `  expected ${line}`), ...more.map((line) => `  found    ${line}`),
        ...lines.filter((line) => line.startsWith('attempt')).slice(-8).map((line) => `    found ${line}`),
        ...this.story(account)].join('\n'));
    }
    return differences;
  }
}

export { free };
