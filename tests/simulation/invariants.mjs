// invariants.mjs - what must be true after anything: of what was asked and answered (facts), of the gateway's own book,
// and of the rows of Remit, which are the thing on trial. Each question returns what is wrong, in lines.
import { sum } from './world.mjs';

const MONEY = new Set(['succeeded', 'partly_refunded']);
const WAS_MONEY = new Set([...MONEY, 'pending', 'refunded', 'voided', 'returned', 'charged_back']);
const OPEN = new Set(['processing', 'unknown']);
const NOTHING_TAKEN = new Set(['review', 'expired', 'declined', 'failed', 'not_charged']);
// What a page said, and what may be true of the payment from then on.
const SAYS = {
  'Payment has been processed': WAS_MONEY,
  'Your payment was accepted': WAS_MONEY,
  'The payment was declined': new Set(['declined']),
  'The payment cannot be processed': new Set(['failed']),
  'The payment was not made': new Set(['not_charged', ...WAS_MONEY]),
  'The payment was returned': new Set(['returned']),
  'This payment was canceled': new Set(['voided']),
  'This payment was refunded': new Set(['refunded', 'returned']),
  'Part of this payment was refunded': new Set(['partly_refunded', 'refunded', 'returned']),
};
const SAYS_NOTHING = new Set(['This review has expired', 'Your payment is being processed', 'We are checking this payment', 'The invoices changed since you reviewed them', 'This payment method cannot be used any more',
  'Another payment is being processed', 'More than is due is not taken any more']);
const SOON_MIN = 15;
const RULE_MIN = 24 * 60; // what is not found is not charged, a day after its deadline
const LOOKS_MIN = 24 * 60; // between two looks, by then
const MORNING_MIN = 60; // from the morning on, when the simulation goes on

const group = (list, of) => {
  const groups = new Map();
  for (const each of list) {
    const key = of(each);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(each);
  }
  return groups;
};
const time = (text) => (text === 'NULL' ? null : Date.parse(`${text.replace(' ', 'T')}Z`));

// The gateway's book: { sales: order -> sales that were approved, kept: order -> cents, all: order -> sales }.
export function readBook(book) {
  const all = group(book.filter((each) => each.type === 'sale'), (each) => each.order_id);
  const approved = new Map([...all].map(([order, list]) => [order, list.filter((each) => each.response === 1)]).filter(([, list]) => list.length));
  const backs = group(book.filter((each) => each.type === 'refund' && each.response === 1 && each.condition !== 'failed' && each.condition !== 'canceled'), (each) => each.order_id);
  const isKept = (sale) => sale.condition !== 'canceled' && sale.condition !== 'failed';
  const back = (order) => sum(backs.get(order) ?? [], (each) => each.amount_cents);
  const kept = new Map([...approved].map(([order, list]) => [order, sum(list.filter(isKept), (each) => each.amount_cents) - back(order)]));
  return { all, approved, kept, back };
}

// The rows on trial, as objects.
export function readRows(world) {
  const ours = `account_id >= 1000000`;
  const table = (columns, from) => {
    const names = columns.split(/, */).map((name) => name.split(' ').at(-1).split('.').at(-1));
    return world.sql(`SELECT ${columns} FROM ${from}`).map((row) => Object.fromEntries(row.map((value, at) => [names[at], /^-?\d{1,15}$/.test(value) ? Number(value) : value])));
  };
  return {
    payments: table('p.account_id, p.id, p.reference, p.source, p.kind, p.state, p.amount_cents, p.refunded_cents, p.credit_cents, p.credit_refunded_cents, p.moved_cents, p.draft_id, p.confirmed_at, p.closed_at, p.deadline_at, p.external_reference', `payment p WHERE p.${ours}`),
    parts: table('a.payment_id, i.number, a.amount_cents, a.refunded_cents, a.moved_cents', `payment_allocation a JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id WHERE a.${ours}`),
    refunds: table('r.account_id, r.reference, p.reference paid, r.kind, r.amount_cents, r.credit_cents, r.reopens, r.state, r.request_key', `refund r JOIN payment p ON p.account_id = r.account_id AND p.id = r.payment_id WHERE r.${ours}`),
    invoices: table('account_id, number, state, total_cents, paid_cents, credited_cents, pending_cents', `invoice WHERE ${ours}`),
    accounts: table('id, due_cents, pending_cents, credit_cents', 'account WHERE id >= 1000000'),
    queue: table('kind, payment_id, detail', `queue_item WHERE ${ours}`),
    mails: table('mail_key, kind', `outbox WHERE ${ours} AND mail_key NOT LIKE '%/%'`),
    events: table('id, state, outcome', 'webhook'),
    drafts: table('id, state, reason, draft_on', `draft WHERE ${ours}`),
    doubts: table('e.payment_id, MIN(e.at) at', `payment_event e WHERE e.${ours} AND e.to_state = 'unknown' GROUP BY e.payment_id`),
    answers: table('e.payment_id, MIN(e.at) at', `payment_event e WHERE e.${ours} AND e.from_state = 'unknown' GROUP BY e.payment_id`),
  };
}

// ---- 0 double ----

export function doubleCharges(rows, book) {
  const wrong = [];
  for (const [order, sales] of book.approved) if (sales.length > 1) wrong.push(`${order} was charged ${sales.length} times`);
  const drafted = group(rows.payments.filter((each) => each.draft_id !== 'NULL' && (book.kept.get(each.reference) ?? 0) > 0), (each) => each.draft_id);
  for (const [draft, list] of drafted) if (list.length > 1) wrong.push(`draft ${draft} took ${list.map((each) => each.reference)}`);
  // By what each payment's parts are, never by the invoice's own figures.
  const states = new Map(rows.payments.map((each) => [each.id, each]));
  const paid = new Map();
  for (const part of rows.parts) {
    const payment = states.get(part.payment_id);
    if (MONEY.has(payment.state) || payment.state === 'refunded') paid.set(part.number, (paid.get(part.number) ?? 0) + part.amount_cents - part.refunded_cents);
  }
  for (const invoice of rows.invoices) {
    const cents = paid.get(invoice.number) ?? 0;
    if (cents > invoice.total_cents) wrong.push(`${invoice.number} of ${invoice.total_cents} has ${cents} of money`);
    if (invoice.state === 'issued' && cents !== invoice.paid_cents) wrong.push(`${invoice.number} says ${invoice.paid_cents} is paid, payments say ${cents}`);
    if (invoice.paid_cents + invoice.credited_cents + invoice.pending_cents > invoice.total_cents) wrong.push(`${invoice.number} is overpaid`);
  }
  return wrong;
}

// ---- 0 lost ----

export function lost(world, rows, book) {
  const wrong = [];
  const byReference = new Map(rows.payments.map((each) => [each.reference, each]));
  const queued = new Set(rows.queue.map((each) => each.payment_id));
  for (const [order, sales] of book.approved) {
    const payment = byReference.get(order);
    if (!payment) wrong.push(`the gateway has ${order}, and nobody else`);
    else if (NOTHING_TAKEN.has(payment.state) && !queued.has(payment.id)) wrong.push(`${order} is ${payment.state}, and the gateway took ${sales[0].amount_cents}`);
  }
  for (const fact of world.facts.payments.values()) {
    const payment = byReference.get(fact.reference);
    if (!payment) {
      wrong.push(`${fact.reference} was shown and is gone`);
      continue;
    }
    for (const said of fact.said) if (!SAYS_NOTHING.has(said) && !SAYS[said]?.has(payment.state)) wrong.push(`${fact.reference} is ${payment.state}, and a page said: ${said}`);
    if (!fact.isConfirmed && payment.state !== 'review' && payment.state !== 'expired') wrong.push(`${fact.reference} was never confirmed and is ${payment.state}`);
  }
  for (const payment of rows.payments) {
    const isShown = payment.source !== 'customer' || world.facts.payments.has(payment.reference) || ['review', 'expired'].includes(payment.state);
    if (!isShown) wrong.push(`${payment.reference} is ${payment.state} and nobody confirmed it`);
    if (payment.source === 'provider' && !world.facts.checks.has(payment.reference)) wrong.push(`${payment.reference} is a check that nobody recorded`);
  }
  return wrong;
}

// ---- every cent ----

export function unexplained(world, rows, book) {
  const wrong = [];
  const parts = group(rows.parts, (each) => each.payment_id);
  for (const payment of rows.payments) {
    const own = parts.get(payment.id) ?? [];
    const fact = world.facts.payments.get(payment.reference);
    if (sum(own, (each) => each.amount_cents) + payment.credit_cents !== payment.amount_cents) wrong.push(`${payment.reference}: its parts are not ${payment.amount_cents}`);
    if (fact) {
      const is = Object.fromEntries(own.map((each) => [each.number, each.amount_cents + each.moved_cents]));
      const shown = Object.entries(fact.parts);
      if (shown.length !== own.length || shown.some(([number, cents]) => is[number] !== cents) || fact.credit !== payment.credit_cents - payment.moved_cents)
        wrong.push(`${payment.reference} was shown as ${JSON.stringify(fact.parts)} and ${fact.credit}, and is ${JSON.stringify(is)} and ${payment.credit_cents}`);
    }
    const kept = keptOf(world, book, payment);
    if (MONEY.has(payment.state) && kept !== payment.amount_cents - payment.refunded_cents) wrong.push(`${payment.reference} is ${payment.state} with ${payment.amount_cents - payment.refunded_cents}, and ${kept} is there`);
    if (payment.state === 'pending' && kept !== payment.amount_cents) wrong.push(`${payment.reference} is pending, and ${kept} is there`);
    if (['refunded', 'voided', 'charged_back'].includes(payment.state) && kept !== 0) wrong.push(`${payment.reference} is ${payment.state}, and ${kept} is there`);
    if (NOTHING_TAKEN.has(payment.state) && kept !== 0) wrong.push(`${payment.reference} is ${payment.state}, and ${kept} is there`);
  }
  return [...wrong, ...refundsWrong(world, rows), ...invoicesWrong(world, rows), ...accountsWrong(world, rows, book)];
}

// What is there of a payment, at the gateway or in the hands of whoever recorded it.
function keptOf(world, book, payment) {
  if (payment.source !== 'provider') return book.kept.get(payment.reference) ?? 0;
  const check = world.facts.checks.get(payment.reference);
  return check ? (check.isReturned ? 0 : check.cents) - check.back : 0;
}

// Each is one that was asked for, and as it was asked.
function refundsWrong(world, rows) {
  const wrong = [];
  const asks = new Map(world.facts.refunds.map((ask) => [ask.key, ask]));
  for (const refund of rows.refunds) {
    if (refund.kind === 'return' || refund.kind === 'chargeback') continue;
    const ask = asks.get(refund.request_key);
    if (!ask) wrong.push(`${refund.reference} of ${refund.paid} was asked for by nobody`);
    else if (ask.reference !== refund.paid || ask.isVoid !== (refund.kind === 'void') || (ask.cents && ask.cents !== refund.amount_cents) || (!ask.isVoid && ask.reopens !== Boolean(refund.reopens)))
      wrong.push(`${refund.reference}: ${JSON.stringify({ ...refund, ask: { ...ask, account: undefined } })}`);
    if (['processing', 'unknown'].includes(refund.state)) wrong.push(`${refund.reference} of ${refund.paid} is ${refund.state}`);
  }
  return wrong;
}

function invoicesWrong(world, rows) {
  const wrong = [];
  const { invoices, voids } = world.facts;
  let ours = 0;
  for (const invoice of rows.invoices) {
    const fact = invoices.get(invoice.number);
    if (fact) ours++;
    if (fact && fact.total !== invoice.total_cents) wrong.push(`${invoice.number} was billed as ${fact.total}`);
    if (!fact && !/^(FEE|ADJ)-/.test(invoice.number)) wrong.push(`${invoice.number} was billed by nobody`);
    if ((invoice.state === 'void') !== voids.has(invoice.number)) wrong.push(`${invoice.number} is ${invoice.state}`);
  }
  if (ours !== invoices.size) wrong.push(`${invoices.size - ours} invoices are gone`);
  return wrong;
}

// What came in and stayed, and what was given, stands on invoices or as credit.
function accountsWrong(world, rows, book) {
  const wrong = [];
  const invoices = group(rows.invoices, (each) => each.account_id);
  const payments = group(rows.payments, (each) => each.account_id);
  const refunds = group(rows.refunds, (each) => each.account_id);
  const given = group(world.facts.credit, (each) => each.account.id);
  for (const account of rows.accounts) {
    const own = invoices.get(account.id) ?? [];
    const stands = sum(own, (each) => each.paid_cents + each.credited_cents) + account.credit_cents;
    const came = sum((payments.get(account.id) ?? []).filter((each) => each.state !== 'pending'), (payment) => keptOf(world, book, payment));
    const gave = sum(given.get(account.id) ?? [], (each) => ({ give: each.cents, take: -each.cents, apply: 0 })[each.kind]);
    const forgave = sum((refunds.get(account.id) ?? []).filter((each) => each.kind === 'refund' && each.state === 'succeeded' && !each.reopens), (each) => each.amount_cents - each.credit_cents);
    const anew = sum(own.filter((each) => each.number.startsWith('ADJ-')), (each) => each.total_cents);
    if (stands !== came + gave + forgave + anew) wrong.push(`account ${account.id}: ${stands} stands there; ${came} came, ${gave} was given, ${forgave} forgiven, ${anew} due anew`);
    const due = sum(own.filter((each) => each.state === 'issued'), (each) => each.total_cents - each.paid_cents - each.credited_cents);
    if (due !== account.due_cents) wrong.push(`account ${account.id}: ${account.due_cents} is due, its invoices say ${due}`);
  }
  return wrong;
}

// ---- the end ----

export function unfinished(rows) {
  const queued = new Set(rows.queue.map((each) => each.payment_id));
  return [
    ...rows.payments.filter((each) => (OPEN.has(each.state) || each.state === 'pending') && !queued.has(each.id)).map((each) => `${each.reference} is ${each.state}`),
    ...rows.invoices.filter((each) => each.pending_cents && !queued.size).map((each) => `${each.number} has ${each.pending_cents} pending`),
    ...rows.drafts.filter((each) => each.state === 'open').map((each) => `the draft ${each.id} of ${each.draft_on} is open`),
  ];
}

// One row of the outbox for each thing there is to tell, and none besides.
export function mailsWrong(world, rows, book) {
  const wrong = [];
  const keys = new Map(rows.mails.map((each) => [each.mail_key, each.kind]));
  const takes = (kind, prefix) => [...keys.keys()].filter((key) => keys.get(key) === kind && key.startsWith(prefix));
  const told = { receipt: new Set(takes('receipt', 'receipt:')), drafted: new Set(takes('drafted', 'drafted:')) };
  for (const payment of rows.payments) {
    const kind = payment.draft_id === 'NULL' ? 'receipt' : 'drafted';
    const succeeded = `${kind}:${payment.reference}:succeeded`, pending = `${kind}:${payment.reference}:pending`;
    const isTold = told[kind].delete(succeeded), isPendingTold = told[kind].delete(pending);
    const wasTaken = book.approved.has(payment.reference);
    if (MONEY.has(payment.state) && payment.source !== 'provider' && !isTold) wrong.push(`${payment.reference} is money, and nobody was told`);
    if ((isTold || isPendingTold) && payment.source !== 'provider' && !wasTaken) wrong.push(`${payment.reference} is ${payment.state}, and a receipt says it was taken`);
    if (payment.state === 'pending' && !isPendingTold) wrong.push(`${payment.reference} is pending, and nobody was told`);
  }
  const checks = [...told.receipt].filter((key) => !world.facts.checks.has(key.split(':')[1]));
  for (const key of [...checks, ...told.drafted]) wrong.push(`${key} is about nothing`);
  const back = rows.refunds.filter((each) => ['refund', 'void'].includes(each.kind) && each.state === 'succeeded').map((each) => `${each.kind === 'void' ? 'voided' : 'refunded'}:${each.reference}`);
  const backTold = [...takes('refunded', 'refunded:'), ...takes('voided', 'voided:')];
  for (const key of back) if (!keys.has(key)) wrong.push(`nobody was told of ${key}`);
  for (const key of backTold) if (!back.includes(key)) wrong.push(`${key} did not happen`);
  const returned = rows.payments.filter((each) => each.state === 'returned').length, returnedTold = rows.mails.filter((each) => each.kind === 'returned').length;
  if (returned !== returnedTold) wrong.push(`${returned} came back, ${returnedTold} were told`);
  return wrong;
}

// ---- how long ----

// Minutes of each unknown from when it could be known (it was booked, and the gateway answers) to when it was.
export function closing(rows, book, { down, mornings }) {
  const doubts = new Map(rows.doubts.map((each) => [each.payment_id, time(each.at)]));
  const answers = new Map(rows.answers.map((each) => [each.payment_id, time(each.at)]));
  const queued = new Set(rows.queue.map((each) => each.payment_id));
  const lastMoment = (from) => Math.max(...mornings.slice(0, mornings.findIndex((each) => each > from + (RULE_MIN + LOOKS_MIN) * 60000) + 1 || undefined)) + MORNING_MIN * 60000;
  const known = [], ruled = [], wrong = [];
  for (const payment of rows.payments) {
    if (!doubts.has(payment.id)) continue;
    const end = answers.get(payment.id), sales = book.all.get(payment.reference);
    if (!end) {
      if (!queued.has(payment.id)) wrong.push(`${payment.reference} stays ${payment.state}`);
      continue;
    }
    let from = Math.max(time(payment.confirmed_at), ...(sales ?? []).map((sale) => time(sale.created_at ?? sale.at ?? payment.confirmed_at) || 0));
    for (const each of down) if (each.from <= from && each.to > from) from = each.to.getTime();
    const minutes = (end - from) / 60000;
    (sales ? known : ruled).push(minutes);
    if (sales && minutes > SOON_MIN && !queued.has(payment.id)) wrong.push(`${payment.reference} was unknown for ${minutes.toFixed(1)} minutes`);
    if (!sales && payment.state !== 'not_charged') wrong.push(`${payment.reference} is not at the gateway, and ${payment.state}`);
    if (!sales && (minutes < RULE_MIN || end > lastMoment(from))) wrong.push(`${payment.reference} was not charged, and that was said after ${minutes.toFixed(0)} minutes`);
  }
  return { known, ruled, wrong };
}
