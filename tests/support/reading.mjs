// reading.mjs - what a page makes the database read, by the database's own counters: rows (Handler_read_*) and round
// trips. Nobody else may ask the database meanwhile.
const HANDLERS = ['key', 'first', 'last', 'next', 'prev', 'rnd', 'rnd_next', 'rnd_deleted'].map((name) => `Handler_read_${name}`);
const TRIPS = ['Questions', 'Com_stmt_prepare'];

// What a page may read, however much there is: issue and README say so.
export const ROWS_MAX = 200;

// Every page a customer can ask for with GET: name, path, and what it may read when that is more. account: its latest
// invoice and payment, a card, and a month with entries.
export const readingPages = ({ invoice, payment, card, month }) => [
  ['home', '/'],
  ['tile', '/tile'],
  ['calendar', '/calendar'],
  ['calendar, a month', `/calendar?month=${month}`],
  ['invoices, open', '/invoices?status=open'],
  ['invoices, paid', '/invoices?status=paid'],
  ['invoices, all', '/invoices?status=all'],
  ['invoices, oldest', '/invoices?status=all&sort=oldest'],
  ['invoices, due', '/invoices?status=open&sort=due'],
  ['invoices, overdue', '/invoices?status=overdue'],
  ['invoices, a period', `/invoices?status=paid&from=${month}-01&to=${month}-28`],
  ['invoices, a number', `/invoices?number=${invoice.slice(0, -3)}`],
  ['invoice', `/invoices/${invoice}`],
  ['payments', '/payments?status=all'],
  ['payments, a state', '/payments?status=succeeded'],
  ['payments, a period', `/payments?status=all&from=${month}-01&to=${month}-28`],
  ['payment', `/payments/${payment}`],
  ['documents', '/documents'],
  ['a year', `/documents/years/${month.slice(0, 4)}`],
  // It shows the 200 invoices one payment may cover: each is a row.
  ['pay', '/pay', ROWS_MAX + 20],
  ['pay an invoice', `/pay?invoice=${invoice}`, ROWS_MAX + 20],
  ['methods', '/methods'],
  ['add a card', '/methods/card'],
  ['add a bank account', '/methods/bank'],
  ['method', `/methods/${card}`],
  ['remove a method', `/methods/${card}/remove`],
  ['autopay', '/autopay'],
  // The same: the 200 it may be about.
  ['new enrolment', '/autopay/new', ROWS_MAX + 20],
];

function counters(sql) {
  const rows = new Map(sql('SHOW GLOBAL STATUS').map(([name, value]) => [name, Number(value)]));
  const sum = (names) => names.reduce((total, name) => total + rows.get(name), 0);
  return { rows: sum(HANDLERS), trips: sum(TRIPS) };
}

// What get() makes the database do, each time: { rows, trips }. Workers that connected anew prepare first, so it is asked
// for a few times before; what asking the database itself takes is left out.
export async function readingOf(sql, get, times = 5) {
  let each;
  for (let tries = 0; tries < 4 && !Number.isInteger(each?.trips); tries++) {
    await Promise.all(Array.from({ length: 12 }, get));
    const first = counters(sql);
    const own = counters(sql);
    for (let at = 0; at < times; at++) await get();
    const end = counters(sql);
    each = Object.fromEntries(Object.keys(first).map((name) => [name, (end[name] - own[name] - (own[name] - first[name])) / times]));
  }
  return each;
}
