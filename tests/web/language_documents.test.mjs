// language_documents.test.mjs - statements, years, invoices and receipts in Spanish: every word of ours, the same figures,
// days and numbers as in English, and files that say which language they are in.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvRows, paperFigures, paperInfo, paperLines, paperText } from '../support/paper.mjs';
import { World, words } from './world.mjs';

const ES = { 'accept-language': 'es-MX,es;q=0.9,en;q=0.5' };
const MONTHS = ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'];
const DAY = new Date().toLocaleDateString('en-CA', { timeZone: 'America/Chicago' });
const MONTH = DAY.slice(0, 7), YEAR = DAY.slice(0, 4);
const MES = `${MONTHS[Number(MONTH.slice(5)) - 1]} de ${YEAR}`;
const LAST = `${Number(YEAR) - 1}`; // a year with a month in which nothing happened
let world, account, client, payment, refunded;

const squeeze = (text) => text.replace(/\s+/g, ' ');
const lang = (bytes) => bytes.toString('latin1').match(/\/Lang \(([^)]*)\)/)?.[1];
const mainOf = (html) => words(html.match(/<main[\s\S]*<\/main>/)[0]);

async function remit(...args) {
  const ran = await world.demo.remit(...args, '--json');
  assert.equal(ran.code, 0, ran.err);
  return JSON.parse(ran.out);
}
async function invoice(number, on, amount) {
  const file = join(world.demo.folder, `${number}.json`);
  writeFileSync(file, JSON.stringify([{ account: account.number, number, billing_type: 'Hosting', issued_on: on, due_on: DAY, terms: 'Net 30.', tax: '8.25', lines: [{ description: 'Server', quantity: '1', price: amount, amount }] }]));
  await remit('invoice', 'import', file);
}

before(async () => {
  world = await World.open();
  account = await world.account({ invoices: [] });
  for (const [number, on] of [['L-1', `${LAST}-03-05`], ['L-2', `${LAST}-06-05`], ['L-3', `${LAST}-12-05`], ['L-4', DAY], ['L-5', DAY]]) await invoice(number, on, '100.00');
  payment = (await remit('payment', 'record', '--check', 'C-1', '--account', account.number, '--amount', '108.25', '--on', DAY, '--invoice', 'L-4')).reference;
  await remit('payment', 'record', '--cash', 'R-1', '--account', account.number, '--amount', '17.00', '--on', DAY);
  await remit('credit', 'give', '--account', account.number, '--amount', '75.25');
  await remit('credit', 'take', '--account', account.number, '--amount', '5.25');
  await remit('credit', 'apply', '--account', account.number, '--amount', '60.00');
  client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'selected', invoice: ['L-5'], method: account.card });
  await world.confirm(client, review);
  refunded = review.reference;
  await remit('payment', 'refund', refunded, '--amount', '1.00');
});
after(() => world?.close());

// A path in both languages: [English, Spanish].
async function twice(path) {
  const answers = [await client.get(world.path(path), { 'accept-language': 'en' }), await client.get(world.path(path), ES)];
  for (const answer of answers) assert.equal(answer.status, 200, path);
  return answers;
}

// What of our own text is still there in English: only what the language has another word for counts.
const english = readFileSync(new URL('../../templates/words/es.po', import.meta.url), 'utf8').split('\n\n').slice(1).filter((entry) => /^#: .*(documents|common\/print|shared)/m.test(entry)).flatMap((entry) => {
  const [, text] = entry.match(/^msgid "(.*)"$/m) ?? [], [, said] = entry.match(/^msgstr "(.*)"$/m) ?? [];
  return !said || said === text ? [] : text.split(/\{[^}]*\}|%(?:\d\$)?l*[sd]/).map((part) => part.trim()).filter((part) => part.length > 8);
});
assert.ok(english.length > 60, `${english.length} texts to look for`);
const isSpanish = (text) => {
  for (const each of english) assert.ok(!text.includes(each), `English: ${each}\n${text}`);
};
const figures = (text) => text.match(/−?\$[\d,]+\.\d\d/g);

const has = (text, ...parts) => {
  for (const part of parts) assert.ok(text.includes(part), `lacks ${part}\n${text}`);
};

// The paper has the same figures, in the same places, and its own language.
async function papers(path, title, ...said) {
  const [en, es] = await twice(path);
  assert.deepEqual([lang(en.bytes), lang(es.bytes)], ['en-US', 'es'], path);
  assert.deepEqual(paperFigures(es.bytes), paperFigures(en.bytes), path);
  assert.equal(es.headers['content-disposition'], en.headers['content-disposition'], 'a file keeps its name');
  const text = squeeze(paperText(es.bytes));
  isSpanish(text);
  has(text, 'Página 1 de ', ...said);
  assert.equal(paperInfo(es.bytes).Title, title);
  return [en, es];
}

test('the list of statements', async () => {
  const [en, es] = (await twice('/documents')).map(({ text }) => mainOf(text));
  has(es, 'Informes / Documentos', `Estados de cuenta de ${YEAR}`, 'Saldo final', 'Resúmenes del año fiscal', MES);
  isSpanish(es);
  assert.deepEqual(figures(es), figures(en));
});

test('a statement: page, PDF and CSV', async () => {
  const [en, es] = (await twice(`/documents/statements/${MONTH}`)).map(({ text }) => mainOf(text));
  has(es, `Estado de cuenta de ${MES}`, 'Saldo final hasta ahora', 'Saldo inicial', 'Factura L-4', `Pago ${payment}, Cheque C-1`, 'Efectivo R-1', `Pago ${refunded}, Visa terminada en 1111`, `Reembolso del pago ${refunded}`,
    'Crédito retirado', 'Crédito de $60.00 aplicado', 'Pagos / Créditos', 'Generado el', 'Número de cuenta');
  isSpanish(es);
  assert.deepEqual(figures(es), figures(en));
  await papers(`/documents/statements/${MONTH}.pdf`, `Estado de cuenta de ${MES}, cuenta ${account.number}`, 'Estado de cuenta', 'Mes', MES, 'Saldo final hasta ahora', 'Factura L-4', 'Todos los montos están en dólares estadounidenses.');
  const [first, second] = (await twice(`/documents/statements/${MONTH}.csv`)).map(({ bytes }) => csvRows(bytes).map((row) => row.map(({ text }) => text)));
  assert.deepEqual(second[0], ['Fecha', 'Descripción', 'Referencia', 'Cargos', 'Pagos / Créditos', 'Saldo']);
  const machine = (rows) => rows.slice(1).map((row) => row.filter((_, at) => at !== 1));
  assert.deepEqual(machine(second), machine(first), 'days, references and amounts are the same');
  for (const [day] of second.slice(1)) assert.match(day, /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual([second[1][1], second.at(-1)[1]], ['Saldo inicial', 'Saldo final hasta ahora']);
  isSpanish(second.flat().join('\n'));
});

test('a month in which nothing happened', async () => {
  const [, es] = await twice(`/documents/statements/${LAST}-04`);
  has(mainOf(es.text), `Estado de cuenta de abril de ${LAST}`, 'No se registró nada en este mes.', 'Saldo final');
  await papers(`/documents/statements/${LAST}-04.pdf`, `Estado de cuenta de abril de ${LAST}, cuenta ${account.number}`, 'No se registró nada en este mes.', `30 abr ${LAST}`);
});

test('a year: page, PDF and CSV', async () => {
  const nothing = 'No se registró nada en abril, mayo, julio, agosto, septiembre, octubre y noviembre.';
  const [en, es] = (await twice(`/documents/years/${LAST}`)).map(({ text }) => mainOf(text));
  has(es, `Resumen del año fiscal ${LAST}`, 'Facturado', 'Impuesto incluido', 'Pagado', 'Reembolsado / Devuelto', `marzo de ${LAST}`, 'Total', nothing);
  isSpanish(es);
  assert.deepEqual(figures(es), figures(en));
  await papers(`/documents/years/${LAST}.pdf`, `Resumen del año fiscal ${LAST}, cuenta ${account.number}`, nothing, `en ${LAST}`);
  const [first, second] = (await twice(`/documents/years/${LAST}.csv`)).map(({ bytes }) => csvRows(bytes).map((row) => row.map(({ text }) => text)));
  assert.deepEqual(second[0], ['Mes', 'Facturado', 'Impuesto incluido', 'Pagado', 'Reembolsado / Devuelto', 'Créditos', 'Saldo']);
  assert.deepEqual(second.slice(1).map((row) => row.slice(1)), first.slice(1).map((row) => row.slice(1)));
  assert.deepEqual(second.slice(1).map(([title]) => title), ['Saldo inicial', `marzo de ${LAST}`, `junio de ${LAST}`, `diciembre de ${LAST}`, 'Total', 'Saldo final']);
  has(mainOf((await twice(`/documents/years/${YEAR}`))[1].text), 'El año no ha terminado: así está hasta ahora.', 'Total hasta ahora', 'Saldo final hasta ahora');
});

test('an invoice and a receipt on paper', async () => {
  const [, open] = await papers('/invoices/L-1.pdf', 'Factura L-1', 'Número de factura', 'Fecha de vencimiento', 'Facturado a', 'Monto adeudado', 'Descripción', 'Cantidad', 'Precio', 'Impuesto', 'Condiciones', 'Net 30.', 'Cómo pagar', 'En línea, iniciando sesión en:');
  has(paperText(open.bytes), `5 mar ${LAST}`, '/billing/pay?invoice=L-1');
  await papers(`/payments/${payment}.pdf`, `Recibo del pago ${payment}`, 'Monto del pago', 'Método de pago', 'Cheque C-1', 'Este pago', 'Referencia');
  const [, back] = await papers(`/payments/${refunded}.pdf`, `Recibo del pago ${refunded}`, 'Visa terminada en 1111', 'Reembolsos y devoluciones', 'Qué se devolvió', '−$1.00');
  has(paperLines(back.bytes).join('\n'), `Referencia | ${refunded}`, 'Monto del pago | $');
});

test('who chose a language has it whatever the browser asks for, and nobody else', async () => {
  const id = account.user.id;
  try {
    world.sql(`UPDATE user SET language = 'es' WHERE id = ${id}`);
    const chosen = await client.get(world.path(`/documents/statements/${MONTH}.pdf`), { 'accept-language': 'en' });
    assert.equal(lang(chosen.bytes), 'es');
    world.sql(`UPDATE user SET language = 'en' WHERE id = ${id}`);
    assert.equal(lang((await client.get(world.path(`/documents/statements/${MONTH}.pdf`), ES)).bytes), 'en-US');
  } finally {
    world.sql(`UPDATE user SET language = '' WHERE id = ${id}`);
  }
  // One program answers in turns: none keeps the language of the one before.
  for (let at = 0; at < 10; at++) {
    const wanted = at % 2 ? 'es' : 'en-US';
    assert.equal(lang((await client.get(world.path('/invoices/L-1.pdf'), { 'accept-language': wanted })).bytes), wanted);
  }
  assert.equal(lang((await client.get(world.path('/invoices/L-1.pdf'), { 'accept-language': 'fr' })).bytes), 'en-US', 'the first, where none of ours is asked for');
  await world.assertClean();
});
