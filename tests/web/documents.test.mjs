// documents.test.mjs - statements, years, invoices and receipts: page, PDF and CSV say the same, and what the journal
// says; each month begins where the one before ended; whom they are for; what is too long; what disagrees.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { csvRows, essence, expectedFigures, invoicePage, paperFigures, paperInfo, paperLines, paperText } from '../support/paper.mjs';
import { activitySql } from '../support/activity.mjs';
import { World, until, words } from './world.mjs';

const MONTHS = 14;
const ZONE = 'America/Chicago';
let world, account, stranger, client;

const today = () => new Date().toLocaleDateString('en-CA', { timeZone: ZONE });
// The n-th month before this one, as 2026-11.
const month = (back) => {
  const [year, now] = today().split('-').map(Number);
  return new Date(Date.UTC(year, now - 1 - back, 1)).toISOString().slice(0, 7);
};
const RUNNING = month(0);

const money = (cents) => `${cents < 0 ? '−' : ''}$${(Math.abs(cents) / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
const cents = (text) => (text ? Number(text.replace('−', '-').replace(/[$,]/g, '').replace('.', '')) : 0);
const plainCents = (text) => (text ? Math.round(Number(text) * 100) : 0);
const get = (path, who = client) => who.get(world.path(path));

async function remit(...args) {
  const ran = await world.demo.remit(...args, '--json');
  assert.equal(ran.code, 0, `remit ${args.join(' ')}: ${ran.err}`);
  return JSON.parse(ran.out);
}

let imported = 0;
async function invoice(number, on, amount, { tax = '0', lines, terms = 'Due in 30 days.', type = 'Hosting', of = account } = {}) {
  const file = join(world.demo.folder, `import-${++imported}.json`);
  const due = new Date(Date.parse(on) + 30 * 86_400_000).toISOString().slice(0, 10);
  lines ??= [{ description: `Server of ${on}`, quantity: '1', price: amount, amount }];
  writeFileSync(file, JSON.stringify([{ account: of.number, number, billing_type: type, issued_on: on, due_on: due, terms, tax, lines }]));
  await remit('invoice', 'import', file);
  return number;
}

const check = (number, amount, on, ...more) => remit('payment', 'record', '--check', number, '--account', account.number, '--amount', amount, '--on', on, ...more);

// A card payment of one invoice, confirmed; its reference.
async function pay(number) {
  const who = await world.signIn(account.user);
  const review = await world.review(who, { what: 'selected', invoice: [number], method: account.card });
  assert.equal((await world.confirm(who, review)).status, 303);
  assert.equal(world.one(`SELECT state FROM payment WHERE reference = '${review.reference}'`), 'succeeded');
  return review.reference;
}

// What happens in a month, by the real commands on its own days; nothing in one of them.
const HAPPENS = [
  async (m) => check('C-0', '100.00', `${m}-07`, '--invoice', `D-${m}-1`),
  async (m) => check('C-1', '400.00', `${m}-08`, '--credit'),
  async () => remit('credit', 'apply', '--account', account.number, '--amount', '60.00'),
  async () => remit('credit', 'give', '--account', account.number, '--amount', '75.25', '--note', 'sorry'),
  async () => remit('credit', 'take', '--account', account.number, '--amount', '5.25'),
  async (m) => remit('payment', 'refund', await pay(`D-${m}-1`), '--amount', '40.00'),
  async (m) => remit('payment', 'refund', await pay(`D-${m}-1`), '--amount', '30.00', '--reopen'),
  async (m) => remit('payment', 'void', await pay(`D-${m}-1`)),
  null,
  async (m) => {
    const { reference } = await check('C-9', '108.25', `${m}-06`, '--invoice', `D-${m}-1`);
    await remit('payment', 'return', reference);
  },
  async (m) => remit('payment', 'refund', (await check('C-10', '50.00', `${m}-09`, '--invoice', `D-${m}-1`)).reference),
  async (m) => remit('payment', 'record', '--cash', 'R-1', '--account', account.number, '--amount', '17.00', '--on', `${m}-10`),
  async (m) => remit('payment', 'record', '--wire', 'W-1', '--account', account.number, '--amount', '300.00', '--on', `${m}-10`),
  async (m) => check('C-13', '20.00', `${m}-01`, '--invoice', `D-${m}-1`),
];

before(async () => {
  world = await World.open();
  account = await world.account({ invoices: [], readers: 1 });
  stranger = await world.account({ invoices: [1000] });
  for (let back = MONTHS - 1; back >= 0; back--) {
    const m = month(back);
    const happens = HAPPENS[MONTHS - 1 - back];
    if (!happens) continue;
    // The running month is only as far as today is.
    const day = back ? '12' : today().slice(8);
    world.demo.clock(`${m}-${day}T18:00:00Z`);
    await invoice(`D-${m}-1`, `${m}-01`, '100.00', { tax: '8.25' });
    await invoice(`D-${m}-2`, `${m}-01`, '12.34');
    await happens(m);
  }
  world.demo.clock('');
  client = await world.signIn(account.user);
});
after(() => world?.close());

// ---- reading what was shown ----

const rowsOf = (html) =>
  [...html.match(/<table class="r-table[\s\S]*?<\/table>/)[0].matchAll(/<tr role="row"[\s\S]*?<\/tr>/g)].slice(1).map(([row]) => [...row.matchAll(/<td[\s\S]*?<\/td>/g)].map(([cell]) => words(cell)));

function statementPage(html) {
  const rows = rowsOf(html);
  return {
    opening: cents(rows[0][4]),
    closing: cents(rows.at(-1)[4]),
    label: rows.at(-1)[0],
    entries: rows.slice(1, -1).map(([text, day, charge, credit, balance]) => ({ text, day, charge: cents(charge), credit: cents(credit), balance: cents(balance) })),
  };
}

const shortDay = (iso) => new Date(`${iso}T12:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' });

// A month's last day, or today where it is not over.
const closingDay = (m) => (m === RUNNING ? today() : new Date(Date.UTC(Number(m.slice(0, 4)), Number(m.slice(5)), 0)).toISOString().slice(0, 10));

function statementCsv(bytes) {
  const rows = csvRows(bytes);
  assert.deepEqual(rows[0].map((cell) => cell.text), ['Date', 'Description', 'Reference', 'Charges', 'Payments / Credits', 'Balance']);
  for (const row of rows.slice(1)) {
    assert.deepEqual(row.map((cell) => cell.quoted), [false, true, true, false, false, false], 'texts are texts, figures are figures');
    for (const at of [3, 4, 5]) assert.match(row[at].text, at === 5 ? /^-?\d+\.\d\d$/ : /^(\d+\.\d\d)?$/);
  }
  const texts = rows.slice(1).map((row) => row.map((cell) => cell.text));
  assert.deepEqual([texts[0][1], texts.at(-1)[0]], ['Opening Balance', closingDay(texts[0][0].slice(0, 7))]);
  return {
    opening: plainCents(texts[0][5]),
    closing: plainCents(texts.at(-1)[5]),
    label: texts.at(-1)[1],
    entries: texts.slice(1, -1).map(([day, text, , charge, credit, balance]) => ({ text, day: shortDay(day), charge: plainCents(charge), credit: plainCents(credit), balance: plainCents(balance) })),
  };
}

// The rows that begin with a day. A charge and a credit are told apart by what they do to the balance.
function statementPaper(bytes, m) {
  const rows = paperLines(bytes).filter((line) => /^[A-Z][a-z]{2} \d+, \d{4} \| /.test(line)).map((line) => line.split(' | '));
  let before = cents(rows[0].at(-1));
  assert.deepEqual([rows[0][1], rows.at(-1)[0]], ['Opening Balance', shortDay(closingDay(m))]);
  const entries = rows.slice(1, -1).map((row) => {
    const balance = cents(row.at(-1));
    const amount = row.length === 4 ? cents(row[2]) : 0;
    assert.equal(Math.abs(balance - before), amount);
    const entry = { text: row[1], day: row[0], charge: balance > before ? amount : 0, credit: balance < before ? amount : 0, balance };
    before = balance;
    return entry;
  });
  return { opening: cents(rows[0].at(-1)), closing: cents(rows.at(-1).at(-1)), label: rows.at(-1)[1], entries };
}

const journal = (where) =>
  world.sql(`SELECT e.event_key, COALESCE(SUM(IF(q.ledger IN ('receivable', 'credit'), q.amount_cents, 0)), 0) FROM journal_entry e
    JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id WHERE e.account_id = ${account.id} AND ${where}
    GROUP BY e.id ORDER BY e.on_date, e.id`).map(([key, effect]) => ({ key, effect: Number(effect) }));
const balanceNow = () => Number(world.one(`SELECT due_cents - credit_cents FROM account WHERE id = ${account.id}`));

// ---- statements ----

test('fourteen months: page, PDF and CSV say what the journal says, and each month begins where the last one ended', async () => {
  let closing = 0;
  let seen = '';
  for (let back = MONTHS - 1; back >= 0; back--) {
    const m = month(back);
    const page = await get(`/documents/statements/${m}`);
    assert.equal(page.status, 200, m);
    const shown = statementPage(page.text);
    assert.equal(shown.opening, closing, `${m} begins where the month before ended`);
    const entries = journal(`DATE_FORMAT(e.on_date, '%Y-%m') = '${m}'`);
    assert.deepEqual(shown.entries.map((entry) => entry.charge - entry.credit), entries.map((entry) => entry.effect), m);
    assert.equal(shown.closing, closing + entries.reduce((sum, entry) => sum + entry.effect, 0), m);
    assert.equal(shown.label, m === RUNNING ? 'Closing Balance so far' : 'Closing Balance', m);
    let running = shown.opening;
    for (const entry of shown.entries) assert.equal((running += entry.charge - entry.credit), entry.balance);
    for (const [at, entry] of entries.entries()) {
      const name = entry.key.split(':')[1];
      if (!/^(refund|void|return):/.test(entry.key)) assert.ok(shown.entries[at].text.includes(name), `${shown.entries[at].text} is ${entry.key}`);
    }
    assert.deepEqual(statementPaper((await get(`/documents/statements/${m}.pdf`)).bytes, m), shown, `${m}.pdf`);
    assert.deepEqual(statementCsv((await get(`/documents/statements/${m}.csv`)).bytes), shown, `${m}.csv`);
    closing = shown.closing;
    seen += shown.entries.map((entry) => `${entry.text}\n`).join('');
  }
  assert.equal(closing, balanceNow(), 'the running month ends at the Current Balance');
  assert.match(words((await get('/')).text), new RegExp(`Current Balance ${money(balanceNow()).replace(/[$.]/g, '\\$&')}`));
  for (const kind of [/^Invoice D-/m, /^Fee, invoice FEE-P/m, /^Payment P\w+, Check C-0$/m, /^Payment P\w+, Visa ending 1111$/m, /^Refund of payment P/m,
    /^Credit, refunded payment P/m, /^Canceled payment P/m, /^Returned payment P/m, /^Credit C\w+$/m, /^Credit taken back C/m, /^Credit of \$60\.00 applied C/m])
    assert.match(seen, kind);
  await world.assertClean();
});

test('a month in which nothing happened is an honest page', async () => {
  const m = month(MONTHS - 1 - HAPPENS.indexOf(null));
  const page = await get(`/documents/statements/${m}`);
  assert.match(words(page.text), /Nothing was booked in this month\./);
  assert.deepEqual(statementPage(page.text).entries, []);
  assert.match(paperText((await get(`/documents/statements/${m}.pdf`)).bytes), /Nothing was booked in this month\./);
  assert.equal(csvRows((await get(`/documents/statements/${m}.csv`)).bytes).length, 3);
  const long = statementPage((await get('/documents/statements/2001-01')).text);
  assert.deepEqual(long, { opening: 0, closing: 0, label: 'Closing Balance', entries: [] }, 'and so is one long before the first');
});

test('a statement says when it was made, and for whom', async () => {
  const page = words((await get(`/documents/statements/${RUNNING}`)).text);
  const paper = paperText((await get(`/documents/statements/${RUNNING}.pdf`)).bytes).replace(/\s+/g, ' ');
  for (const text of [page, paper]) assert.match(text, /Made [A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d [AP]M C[SD]T/);
  // The month is not over: the figure on top, its fact and the last row say so, and nothing calls it closed.
  for (const [text, count] of [[page, 2], [paper, 3]]) {
    assert.equal(text.match(/Closing Balance so far/g)?.length, count);
    assert.equal(text.match(/Closing Balance/g).length, count);
  }
  assert.match(page, /Entries that are booked later for this month are in a later copy\./);
  assert.match(paper, /entries that are booked later for this month are in a later copy\./);
  assert.ok(paper.includes(`Account Number ${account.number}`) && paper.includes('400 Cabot Street Boston, MA 02116'.slice(0, 16)));
});

test('the first row of each day of a statement can be linked to', async () => {
  const { text } = await get(`/documents/statements/${RUNNING}`);
  const seen = new Set();
  for (const [row, id] of text.matchAll(/<tr role="row"(?: id="([^"]+)")?>[\s\S]*?<\/tr>/g)) {
    const day = row.match(/<time datetime="([^"]+)"/)?.[1];
    assert.equal(id, day && !seen.has(day) ? `d-${day}` : undefined, row);
    if (day) seen.add(day);
  }
  assert.ok(seen.size >= 1 && [...text.matchAll(/<time datetime/g)].length > seen.size, 'a day with several');
  const later = await get(`/documents/statements/${RUNNING}?after=${RUNNING}-01.0`);
  assert.match(later.text, new RegExp(`<tr role="row" id="d-${RUNNING}-01">`), 'also on a page that begins there');
});

// ---- years ----

test('years: page, PDF and CSV say what the journal says', async () => {
  const years = [...new Set(Array.from({ length: MONTHS }, (_, back) => month(back).slice(0, 4)))];
  let quieted = 0;
  for (const year of years) {
    const page = await get(`/documents/years/${year}`);
    const shown = rowsOf(page.text).map(([title, ...figures]) => [title, ...figures.map(cents)]);
    const paper = (await get(`/documents/years/${year}.pdf`)).bytes;
    const lines = paperLines(paper).filter((line) => /^([A-Z][a-z]+ \d{4}|Total( so far)?) \| /.test(line)).map((line) => line.split(' | '));
    assert.deepEqual(lines.map(([title, ...figures]) => [title, ...figures.map(cents)]), shown, `${year}.pdf`);
    const rows = csvRows((await get(`/documents/years/${year}.csv`)).bytes);
    for (const row of rows) assert.equal(row.length, 7, 'each row has each column');
    assert.deepEqual(rows.slice(2, -1).map(([title, ...figures]) => [title.text, ...figures.slice(0, 5).map((cell) => plainCents(cell.text))]), shown, `${year}.csv`);
    const posted = (ledger, kinds, sign, where = '') =>
      Number(world.one(`SELECT COALESCE(SUM(${sign} q.amount_cents), 0) FROM journal_entry e JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id
        WHERE e.account_id = ${account.id} AND YEAR(e.on_date) = ${year} AND q.ledger IN (${ledger}) AND e.kind IN (${kinds}) ${where}`));
    const all = "'receivable', 'credit'";
    const returned = posted("'money'", "'refund', 'void', 'return'", '-');
    const rest = posted(all, "'refund', 'void', 'return', 'credit'", '');
    const isRunning = year === RUNNING.slice(0, 4);
    assert.deepEqual(shown.at(-1), [isRunning ? 'Total so far' : 'Total', posted(all, "'invoice', 'fee'", ''), posted("'tax'", "'invoice'", '-'), posted("'money'", "'payment'", ''), returned, returned - rest]);
    for (let column = 1; column <= 5; column++) assert.equal(shown.slice(0, -1).reduce((sum, row) => sum + row[column], 0), shown.at(-1)[column], 'the months come to the total');
    const text = words(page.text);
    const closes = isRunning ? 'Closing Balance so far' : 'Closing Balance';
    const balances = (where) => ['Opening Balance', closes].map((name) => cents(where.match(new RegExp(`${name} (−?\\$[\\d,.]+)`))?.[1]));
    const [opening, closing] = balances(text);
    const said = paperText(paper).replace(/\s+/g, ' ');
    assert.deepEqual(balances(said), [opening, closing], `${year}.pdf`);
    assert.deepEqual([rows[0][6], rows[1][0], rows.at(-1)[0]].map((cell) => cell.text), ['Balance', 'Opening Balance', closes]);
    assert.deepEqual([rows[1], rows.at(-1)].map((row) => row.map((cell) => cell.text).slice(1)), [opening, closing].map((each) => ['', '', '', '', '', (each / 100).toFixed(2)]), `${year}.csv`);
    for (const where of [text, said]) assert.equal(where.includes('The year is not over: this is how it stands so far.'), isRunning, year);
    assert.equal(/so far/.test(text + said), isRunning, year);

    // Each month something was booked in; of the others, from the first entry on, that nothing was.
    const booked = world.sql(`SELECT DISTINCT DATE_FORMAT(on_date, '%Y-%m') FROM journal_entry WHERE account_id = ${account.id} ORDER BY 1`).map(([m]) => m);
    const title = (m, more) => new Date(`${m}-15T12:00:00Z`).toLocaleDateString('en-US', { month: 'long', ...more, timeZone: 'UTC' });
    assert.deepEqual(shown.slice(0, -1).map(([name]) => name), booked.filter((m) => m.startsWith(year)).map((m) => title(m, { year: 'numeric' })));
    const quiet = Array.from({ length: 12 }, (_, at) => `${year}-${String(at + 1).padStart(2, '0')}`).filter((m) => m > booked[0] && m <= RUNNING && !booked.includes(m));
    if (quiet.length) quieted++;
    const sentence = `Nothing was booked in ${new Intl.ListFormat('en-GB').format(quiet.map((m) => title(m)))}.`;
    for (const where of [text, said]) assert.deepEqual(where.match(/Nothing was booked[^.]*\./g) ?? [], quiet.length ? [sentence] : [], year);
    const [, invoiced, , paid, back, credited] = shown.at(-1);
    assert.equal(opening + invoiced - paid + back - credited, closing);
    assert.equal(opening, cents(statementOpening((await get(`/documents/statements/${year}-01`)).text)));
    if (isRunning) assert.equal(closing, balanceNow());
  }
  assert.equal(quieted, 1, 'the month in which nothing happened');
});

test('a year: months are told from the first entry on; one without any is one sentence', async () => {
  const one = await world.account({ invoices: [] });
  const who = await world.signIn(one.user);
  const year = Number(RUNNING.slice(0, 4));
  const look = async (which) => {
    const [page, pdf, csv] = await Promise.all(['', '.pdf', '.csv'].map((end) => get(`/documents/years/${which}${end}`, who)));
    return { html: page.text, texts: [words(page.text), paperText(pdf.bytes).replace(/\s+/g, ' ')], csv: csvRows(csv.bytes).map((row) => row[0].text) };
  };
  const nothing = async (which, label, closes) => {
    const { html, texts, csv } = await look(which);
    for (const text of texts) assert.deepEqual(text.match(/Nothing was booked[^.]*\./g), ['Nothing was booked in this year.']);
    assert.ok(!html.includes('<table') && !texts[1].includes('of which Tax'), 'no row of zeros');
    assert.deepEqual(csv, ['Month', 'Opening Balance', label, closes]);
  };
  await nothing(year, 'Total so far', 'Closing Balance so far');
  await invoice('Y-1', `${year - 2}-03-05`, '10.00', { of: one });
  await invoice('Y-2', `${year - 2}-09-05`, '10.00', { of: one });
  await invoice('Y-3', `${year - 2}-12-05`, '10.00', { of: one });
  const { texts, csv } = await look(year - 2);
  for (const text of texts) assert.deepEqual(text.match(/Nothing was booked[^.]*\./g), ['Nothing was booked in April, May, June, July, August, October and November.']);
  assert.deepEqual(csv, ['Month', 'Opening Balance', `March ${year - 2}`, `September ${year - 2}`, `December ${year - 2}`, 'Total', 'Closing Balance']);
  for (const which of [year - 3, year - 1]) await nothing(which, 'Total', 'Closing Balance');
});
const statementOpening = (html) => rowsOf(html)[0][4];

test('the list leads to all of it', async () => {
  const list = await get('/documents');
  assert.equal(list.status, 200);
  for (const label of ['Reports / Documents', 'Statements of', 'Closing Balance', 'Tax-Year Summaries']) assert.ok(words(list.text).includes(label), label);
  const rows = rowsOf(list.text);
  assert.equal(cents(rows[0][2]), balanceNow(), 'latest first');
  assert.equal(rows.length, Number(RUNNING.slice(5)), 'every month of the year, one without entries too');
  const first = month(MONTHS - 1);
  const earlier = await get(`/documents?year=${first.slice(0, 4)}`);
  assert.equal(rowsOf(earlier.text).length, 13 - Number(first.slice(5)), 'from the first entry on');
  for (const [, href] of list.text.matchAll(/href="(\/billing\/documents[^"]+)"/g)) assert.equal((await client.get(href.replaceAll('&amp;', '&'))).status, 200, href);
  const empty = await world.account({ invoices: [] });
  assert.match(words((await get('/documents', await world.signIn(empty.user))).text), /No statements yet\./);
});

// ---- invoices and receipts ----

test('an invoice on paper has the figures of its page', async () => {
  for (const number of [`D-${month(8)}-1`, `D-${month(0)}-1`, `D-${month(13)}-2`]) {
    const page = invoicePage((await get(`/invoices/${number}`)).text, words);
    const answer = await get(`/invoices/${number}.pdf`);
    const lines = paperLines(answer.bytes);
    assert.deepEqual(paperFigures(answer.bytes), expectedFigures(page), number);
    for (const row of [...page.lines, ...page.totals]) assert.ok(lines.includes(row.join(' | ')), `${number}: ${row} in\n${lines.join('\n')}`);
    const info = paperInfo(answer.bytes);
    assert.deepEqual([info.Title, info.Author, info.Tagged, info['Page size']], [`Invoice ${number}`, 'Northwind Hosting', 'yes', '612 x 792 pts (letter)']);
    assert.equal(answer.headers['content-disposition'], `attachment; filename="invoice-${number}.pdf"`);
  }
  const open = paperText((await get(`/invoices/D-${month(0)}-2.pdf`)).bytes);
  assert.match(open, /How to pay/);
  assert.ok(open.includes(`${new URL(world.demo.url).origin}/billing/pay?invoice=D-${month(0)}-2`));
  assert.match(open, /Status +Open/);
});

test('a receipt is there where money moved or will, and nowhere else', async () => {
  const number = await invoice('D-RECEIPT', today(), '50.00');
  const reference = await pay(number);
  const receipt = await get(`/payments/${reference}.pdf`);
  assert.equal(receipt.status, 200);
  const text = paperLines(receipt.bytes).join('\n');
  for (const wanted of ['Receipt', `Reference | ${reference}`, 'Payment Method | Visa ending 1111', 'D-RECEIPT | $50.00 | $50.00', 'Payment Amount | $50.00', 'Status | Paid'])
    assert.ok(text.includes(wanted), `${wanted} in\n${text}`);
  for (const [state, status] of Object.entries({ review: 404, expired: 404, declined: 404, failed: 404, not_charged: 404, pending: 200, returned: 200, partly_refunded: 200, refunded: 200, voided: 200, charged_back: 200, succeeded: 200 })) {
    world.sql(`UPDATE payment SET state = '${state}' WHERE reference = '${reference}'`);
    const answer = await get(`/payments/${reference}.pdf`);
    assert.equal(answer.status, status, state);
    if (status !== 200) continue;
    const paper = paperText(answer.bytes);
    assert.ok(paper.includes('$50.00'));
    // It says what the page says, and is a receipt only of money that was received.
    const page = (await get(`/payments/${reference}`)).text;
    const sentence = words(page.match(/<p class="r-lead">([\s\S]*?)<\/p>/)[1]).replace('Please contact your service provider for details.', '').trim();
    assert.ok(sentence && paper.replace(/\s+/g, ' ').includes(sentence), `${state}: ${sentence} in\n${paper}`);
    const isReceipt = ['succeeded', 'partly_refunded', 'refunded'].includes(state);
    assert.equal(/\bReceipt\b/.test(paper), isReceipt, state);
    assert.equal(paperInfo(answer.bytes).Title, `${isReceipt ? 'Receipt of payment' : 'Payment'} ${reference}`);
    assert.match(answer.headers['content-disposition'], new RegExp(`"${isReceipt ? 'receipt' : 'payment'}-`));
    assert.ok(paper.includes(words(page.match(/<span class="r-status[^>]*>([^<]+)</)[1])), `${state}: its status`);
  }
  await remit('payment', 'refund', reference, '--amount', '20.00');
  const after = paperLines((await get(`/payments/${reference}.pdf`)).bytes).join('\n');
  assert.match(after, /Refunds and returns[\s\S]*\| −\$20\.00/);
});

// ---- who, and what is not there ----

describe('who may have them', () => {
  const paths = () => [`/documents`, `/documents/statements/${RUNNING}`, `/documents/statements/${RUNNING}.pdf`, `/documents/statements/${RUNNING}.csv`, `/documents/years/${RUNNING.slice(0, 4)}`,
    `/documents/years/${RUNNING.slice(0, 4)}.pdf`, `/documents/years/${RUNNING.slice(0, 4)}.csv`, `/invoices/D-${RUNNING}-1.pdf`, `/payments/${world.one(`SELECT reference FROM payment WHERE account_id = ${account.id} AND state = 'succeeded' LIMIT 1`)}.pdf`];
  test('nobody is sent to the sign-in, a reader is refused, a stranger has only what is theirs', async () => {
    const other = await world.signIn(stranger.user);
    const reader = await world.signIn(account.readers[0]);
    for (const path of paths()) {
      assert.equal((await get(path, world.demo.client())).status, 303, path);
      assert.equal((await get(path, reader)).status, 403, path);
      assert.equal((await get(path)).status, 200, path);
      const answer = await get(path, other);
      assert.equal(answer.status, path.startsWith('/documents') ? 200 : 404, path);
      const text = answer.headers['content-type'] === 'application/pdf' ? paperText(answer.bytes) : answer.text;
      assert.ok(!text.includes(`D-${RUNNING}`) && !text.includes(account.number), path);
    }
  });
  test('headers of a file: type, name, not kept, and the same for HEAD without a body', async () => {
    for (const path of paths().filter((each) => /\.(pdf|csv)$/.test(each))) {
      const whole = await get(path);
      assert.match(whole.headers['content-type'], path.endsWith('pdf') ? /^application\/pdf$/ : /^text\/csv; charset=utf-8/);
      assert.match(whole.headers['content-disposition'], /^attachment; filename="[\w.~-]+\.(pdf|csv)"$/);
      assert.equal(whole.headers['cache-control'], 'no-store');
      assert.equal(whole.headers['x-content-type-options'], 'nosniff');
      for (const name of ['content-security-policy', 'cache-control', 'content-type']) assert.equal(whole.rawHeaders.filter((each) => each.toLowerCase() === name).length, 1, name);
      const head = await client.request('HEAD', world.path(path));
      assert.deepEqual([head.status, head.bytes.length, head.headers['content-type']], [200, 0, whole.headers['content-type']]);
      assert.equal((await client.post(world.path(path), {})).status, 405);
    }
  });
  test('what is not there is not found', async () => {
    const next = month(-1);
    for (const path of [`/documents/statements/${next}`, `/documents/statements/${next}.pdf`, `/documents/statements/${next}.csv`, '/documents/statements/2026-13', '/documents/statements/2026-1', '/documents/statements/2026-011',
      '/documents/statements/.pdf', '/documents/statements/2026-01.PDF', '/documents/statements/2026-01.pdf.csv', '/documents/statements/x', '/documents/years/9999', '/documents/years/26', `/documents/years/${Number(RUNNING.slice(0, 4)) + 1}.pdf`,
      '/documents/other', '/documents/', '/invoices/NONE.pdf', `/invoices/D-${RUNNING}-1.csv`, '/payments/PNONE.pdf', '/documents?year=1', '/documents?year=abcd',
      ...['x', '2026-11-01', '2026-11-01.', '2026-11-01.x', '2026-02-30.1', '.1'].map((place) => `/documents/statements/${RUNNING}?after=${place}`), `/documents/statements/${RUNNING}?after=2026-11-01.1&before=2026-11-01.1`])
      assert.equal((await get(path)).status, 404, path);
  });
});

// ---- hostile, long, wrong ----

const HOSTILE = ['<script>alert(1)</script> &amp; "quotes" \'x\'', '<?cs var:Secret ?> {{7*7}} ${7}', '=HYPERLINK("http://evil.example";"x")', '+1', '-1', '@SUM(A1)', '  =1+1', '＝1', ') Tj ET endstream endobj', 'café Ωmega Привет', 'مقهى الميناء', '北京网络科技', '🚀 ☕', '\u202eylno\u202c \u2067open', 'W'.repeat(1000)];

test('hostile text in every column is text, on paper and in CSV', async () => {
  const victim = await world.account({ invoices: [] });
  const who = await world.signIn(victim.user);
  const quote = (text) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  for (const [at, text] of HOSTILE.entries()) {
    const number = `HOST-${at}`;
    const long = (length) => [...text].slice(0, length).join('');
    const ten = Array.from({ length: 10 }, () => ({ description: text, quantity: long(32), price: '1.00', amount: '1.00' }));
    await invoice(number, today(), '10.00', { of: victim, lines: ten, terms: long(500), type: long(64) });
    await remit('payment', 'record', '--check', `H-${at}`, '--account', victim.number, '--amount', '10.00', '--invoice', number, '--note', 'x');
    world.sql(`UPDATE account SET organization = ${quote(long(200))}, site = ${quote(long(200))}, city = ${quote(long(100))} WHERE id = ${victim.id};
      UPDATE payment SET method_text = ${quote(long(100))}, note = ${quote(long(500))} WHERE account_id = ${victim.id} AND external_reference = 'H-${at}'`);
    const reference = world.one(`SELECT reference FROM payment WHERE account_id = ${victim.id} AND external_reference = 'H-${at}'`);
    const paper = essence(paperText((await get(`/invoices/${number}.pdf`, who)).bytes));
    assert.ok(paper.includes(essence(long(30))), `${text.slice(0, 40)} on the invoice`);
    assert.ok(paper.includes('InvoiceAmount$10.00') && paper.includes('AmountDue$0.00'), text.slice(0, 40));
    const receipt = essence(paperText((await get(`/payments/${reference}.pdf`, who)).bytes));
    assert.ok(receipt.includes(essence(long(20))) && receipt.includes('$10.00'), `${text.slice(0, 40)} on the receipt`);
    const statement = await get(`/documents/statements/${RUNNING}.pdf`, who);
    assert.ok(essence(paperText(statement.bytes)).includes(essence(long(15))), `${text.slice(0, 40)} on the statement`);
    const rows = csvRows((await get(`/documents/statements/${RUNNING}.csv`, who)).bytes).slice(1);
    const row = rows.find((each) => each[2].text === reference);
    assert.equal(row[1].text, `Payment ${reference}, ${long(100)}`, 'as it is');
    for (const each of rows.flat()) assert.ok(!each.quoted || !/^\s*[=+\-@＝＋－＠]/.test(each.text));
  }
  assert.ok((await get('/documents', who)).text.includes('r-table'));
});

// Asked for and given up many times, it keeps the next reader waiting for what is begun, not for what was left.
async function leavesNobodyWaiting(who, path) {
  const timed = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const one = await timed(() => who.get(path));
  const left = Array.from({ length: 24 }, () => request(new URL(path, world.demo.url), { headers: { cookie: who.cookieHeader(path) } }).on('error', () => {}));
  for (const each of left) each.end();
  await new Promise((done) => setTimeout(done, one / 4)); // nginx has handed them on: the first are being written
  for (const each of left) each.destroy();
  const next = await timed(async () => assert.equal((await who.get(world.path('/documents'))).status, 200));
  assert.ok(next < 4 * one, `${Math.round(next)} ms behind 24 that were given up, ${Math.round(one)} ms for one of them`);
}

test('a month with more entries than a page, a PDF and a CSV hold', async () => {
  const busy = await world.account({ invoices: [] });
  const who = await world.signIn(busy.user);
  const m = month(1);
  // Each a dollar of credit, every second one taken back at once.
  const fill = (from, to) =>
    world.sql(`INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) SELECT ${busy.id}, CONCAT('credit:CB', ${busy.id}, '-', seq), 'credit', '${m}-03 12:00:00', '${m}-03' + INTERVAL (seq DIV 1000) DAY FROM seq_${from}_to_${to};
      INSERT INTO journal_posting SELECT account_id, id, 0, 'credit', NULL, IF(id % 2, 100, -100) FROM journal_entry WHERE account_id = ${busy.id} AND NOT EXISTS (SELECT 1 FROM journal_posting q WHERE q.account_id = journal_entry.account_id AND q.entry_id = journal_entry.id);
      INSERT INTO journal_posting SELECT account_id, entry_id, 1, 'adjustment', NULL, -amount_cents FROM journal_posting q WHERE account_id = ${busy.id} AND line = 0 AND NOT EXISTS (SELECT 1 FROM journal_posting x WHERE x.account_id = q.account_id AND x.entry_id = q.entry_id AND x.line = 1);
      ${activitySql(String(busy.id))};
      SET @sum = (SELECT SUM(amount_cents) FROM journal_posting WHERE account_id = ${busy.id} AND ledger = 'credit');
      UPDATE account SET due_cents = GREATEST(@sum, 0), credit_cents = GREATEST(-@sum, 0) WHERE id = ${busy.id}`);
  fill(1, 2000);
  const paper = await get(`/documents/statements/${m}.pdf`, who);
  assert.equal(paper.status, 200, 'a PDF of 2,000');
  assert.equal(paperLines(paper.bytes).filter((line) => /^\w{3} \d+, \d{4} \| Credit/.test(line)).length, 2000);
  assert.ok(paper.bytes.length < 4 << 20);
  await leavesNobodyWaiting(who, world.path(`/documents/statements/${m}.pdf`));
  fill(2001, 2001);
  const refused = await get(`/documents/statements/${m}.pdf`, who);
  assert.equal(refused.status, 404);
  assert.match(words(refused.text), /This month is too long for a PDF A PDF holds 2000 entries\. The statement's page has all of them/);
  assert.equal(csvRows((await get(`/documents/statements/${m}.csv`, who)).bytes).length, 2001 + 3);

  // Page by page there, and back again.
  const pages = [];
  let path = world.path(`/documents/statements/${m}`);
  while (path) {
    const page = await who.get(path);
    assert.equal(page.status, 200, path);
    pages.push({ path, text: page.text, rows: rowsOf(page.text) });
    path = page.text.match(/rel="next" href="([^"]+)"/)?.[1];
  }
  assert.deepEqual(pages.map((page) => page.rows.length), [501, 501, 501, 501, 3]);
  assert.ok(!pages[0].text.includes(`${m}.pdf"`) && pages[0].text.includes(`${m}.csv"`), 'what is too long is not offered');
  for (let at = 1; at < pages.length; at++) {
    assert.equal(pages[at].rows[0][0], 'Brought Forward');
    assert.equal(pages[at].rows[0][4], pages[at - 1].rows.at(-1)[4]);
    const back = await who.get(pages[at].text.match(/rel="prev" href="([^"]+)"/)[1]);
    assert.deepEqual(rowsOf(back.text), pages[at - 1].rows, 'the page before');
  }
  assert.ok(!pages[0].text.includes('rel="prev"') && !pages.at(-1).text.includes('rel="next"'));
  assert.equal((await get(`/documents/statements/${m}?after=${m}-28.999999999`, who)).status, 404, 'behind the last');

  fill(2002, 20000);
  assert.equal(csvRows((await get(`/documents/statements/${m}.csv`, who)).bytes).length, 20000 + 3);
  fill(20001, 20001);
  const over = await get(`/documents/statements/${m}.csv`, who);
  assert.equal(over.status, 404);
  assert.match(words(over.text), /This month is too long for a CSV/);
  assert.equal((await get(`/documents/statements/${m}`, who)).status, 200);
  assert.match(words((await get(`/documents?year=${m.slice(0, 4)}`, who)).text), /Too long for a file/);

  // Another month costs nothing of it. The services read, too: the least of some looks is the page's own.
  const rows = () => world.sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'").reduce((sum, [, value]) => sum + Number(value), 0);
  for (const path of [`/documents/statements/${RUNNING}`, `/documents/statements/${month(2)}.pdf`, '/documents', `/documents/years/${m.slice(0, 4)}`]) {
    let least = Infinity;
    for (let tries = 0; tries < 5; tries++) {
      const first = rows();
      const own = rows() - first;
      const start = rows();
      assert.equal((await get(path, who)).status, 200);
      least = Math.min(least, rows() - start - own);
    }
    assert.ok(least < 200, `${path}: ${least} rows`);
  }
});

test('what does not agree with the books is not printed', async () => {
  const one = await world.account({ invoices: [5000] });
  const who = await world.signIn(one.user);
  const year = RUNNING.slice(0, 4);
  const paths = [`/documents/statements/${RUNNING}`, `/documents/statements/${RUNNING}.pdf`, `/documents/statements/${RUNNING}.csv`];
  const years = [`/documents/years/${year}`, `/documents/years/${year}.pdf`, `/documents/years/${year}.csv`];
  const all = async (list, status, why) => {
    for (const path of list) assert.equal((await get(path, who)).status, status, `${why}: ${path}`);
  };
  await all([...paths, ...years], 200, 'as it was');
  for (const [why, harm, heal, months = true] of [
    ['an entry is missing', `UPDATE journal_entry SET on_date = on_date - INTERVAL 2 YEAR WHERE account_id = ${one.id}`, `UPDATE journal_entry SET on_date = on_date + INTERVAL 2 YEAR WHERE account_id = ${one.id}`, false],
    ['a posting is another', `UPDATE journal_posting SET amount_cents = amount_cents + 1 WHERE account_id = ${one.id} AND ledger = 'receivable'`, `UPDATE journal_posting SET amount_cents = amount_cents - 1 WHERE account_id = ${one.id} AND ledger = 'receivable'`, false],
    ['the month is not the year', `UPDATE activity SET balance_cents = balance_cents + 1 WHERE account_id = ${one.id} AND grain = 'm'`, `UPDATE activity SET balance_cents = balance_cents - 1 WHERE account_id = ${one.id} AND grain = 'm'`],
    ['the balance is another', `UPDATE account SET due_cents = due_cents + 1 WHERE id = ${one.id}`, `UPDATE account SET due_cents = due_cents - 1 WHERE id = ${one.id}`],
  ]) {
    world.sql(harm);
    await all(paths, 500, why);
    await all(years, months ? 500 : 200, why);
    assert.match(world.demo.log('documents'), new RegExp(`"event":"documents\\.disagree","request_id"?.*"account_id":${one.id}|"account_id":${one.id}`));
    world.sql(heal);
    await all([...paths, ...years], 200, `${why}, no more`);
  }
});

test('a worker keeps its memory through 200 documents', { skip: process.env.BUILD === 'asan' }, async () => {
  const worker = readdirSync('/proc').find((pid) => {
    try {
      const [program, , settings] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return program.endsWith('/bin/documents') && settings === `${world.demo.run}/remit.hdf`;
    } catch {
      return false;
    }
  });
  const kilobytes = () => Number(readFileSync(`/proc/${worker}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
  const some = async (count) => {
    for (let at = 0; at < count; at++) {
      const m = month(at % MONTHS);
      const path = [`/documents/statements/${m}.pdf`, `/documents/years/${m.slice(0, 4)}.pdf`, `/invoices/D-RECEIPT.pdf`, `/documents/statements/${m}.csv`][at % 4];
      assert.equal((await get(path)).status, 200, path);
    }
  };
  await some(40);
  const before = kilobytes();
  await some(200);
  const after = kilobytes();
  assert.ok(after - before < 4096 && after < 65536, `${before} KB, then ${after} KB`);
});

test('while it is written to, every statement that is printed agrees', async () => {
  const busy = await world.account({ invoices: [100_00] });
  const who = await world.signIn(busy.user);
  let ends = false;
  const writing = (async () => {
    for (let at = 0; at < 12; at++) await remit('credit', 'give', '--account', busy.number, '--amount', '1.00', '--note', `n${at}`);
    ends = true;
  })();
  let read = 0;
  while (!ends) {
    const page = await get(`/documents/statements/${RUNNING}`, who);
    assert.equal(page.status, 200);
    const shown = statementPage(page.text);
    assert.equal(shown.opening + shown.entries.reduce((sum, entry) => sum + entry.charge - entry.credit, 0), shown.closing);
    read++;
  }
  await writing;
  assert.ok(read > 3);
  await until('the end', async () => statementPage((await get(`/documents/statements/${RUNNING}`, who)).text).closing === 100_00 - 12_00);
});
