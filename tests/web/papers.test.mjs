// papers.test.mjs - random invoices of customers with names in many scripts (PAPERS=500 `make papers`; SEED=): every
// figure of an invoice's page is on its paper and no other is, and so are its number, its dates, its names and its words.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { essence, expectedFigures, invoicePage, paperFigures, paperInfo, paperText } from '../support/paper.mjs';
import { World, words } from './world.mjs';

const PAPERS = Number(process.env.PAPERS ?? 40);
const SEED = Number(process.env.SEED ?? 20261122);
const NAMES = [
  'Lakeside Books & Stationery', 'شركة النور للاستضافة', 'مؤسسة الأفق الرقمية والإنترنت', '北京网络科技有限公司', '港口咖啡烘焙有限公司 🚀', 'Café Ünïcode GmbH', '🎉 Party ☕ LLC', 'בית קפה הנמל',
  'Ελληνική Εταιρεία', 'ООО «Хостинг»', '株式会社港コーヒー', '항구커피로스터스', 'Nguyễn Văn Ánh', 'متجر Madison 42', 'A&B <Ltd> "quoted"',
];
const WORDS = ['Virtual server', 'backup', 'domain.example', 'خادم افتراضي', 'نسخ احتياطي', '虚拟服务器', '一个月', '🚀', 'é', 'Größe', '(monthly)', '100 %', 'x'.repeat(90), 'שרת', 'сервер', 'for Ann & Bob', '<b>', 'с 1 по 30'];

// Mulberry32.
let state = SEED >>> 0;
function random(below) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];
const plain = (cents) => (cents / 100).toFixed(2);

let world;
const accounts = [];

before(async () => {
  world = await World.open();
  for (const name of NAMES) {
    const account = await world.account({ invoices: [] });
    world.sql(`UPDATE account SET organization = '${name.replace(/'/g, "''")}', city = '${pick(NAMES).slice(0, 20).replace(/'/g, "''")}' WHERE id = ${account.id}`);
    accounts.push({ ...account, name, client: await world.signIn(account.user) });
  }
});
after(() => world?.close());

function randomInvoice(at) {
  const account = pick(accounts);
  const day = new Date(Date.now() - (5 + random(300)) * 86_400_000);
  const count = random(10) === 0 ? 30 + random(60) : 1 + random(6);
  const lines = Array.from({ length: count }, () => {
    const amount = plain(1 + random(random(8) === 0 ? 900_000_00 : 500_00));
    return { description: Array.from({ length: 1 + random(random(6) === 0 ? 40 : 6) }, () => pick(WORDS)).join(' '), quantity: String(1 + random(9)), price: amount, amount };
  });
  return {
    account, number: `R${SEED}-${at}`, lines, tax: plain(random(3) ? random(50_00) : 0),
    issued: day.toISOString().slice(0, 10), due: new Date(day.getTime() + 30 * 86_400_000).toISOString().slice(0, 10), terms: random(2) ? `${pick(WORDS)} ${pick(NAMES)}` : '',
  };
}

async function make(invoices) {
  const file = join(world.demo.folder, 'papers.json');
  writeFileSync(file, JSON.stringify(invoices.map(({ account, number, lines, tax, issued, due, terms }) => ({ account: account.number, number, billing_type: 'Hosting', issued_on: issued, due_on: due, terms, tax, lines }))));
  const ran = await world.demo.remit('invoice', 'import', file);
  assert.equal(ran.code, 0, ran.err);
  for (const [at, invoice] of invoices.entries()) {
    const total = invoice.lines.reduce((sum, line) => sum + Math.round(Number(line.amount) * 100), Math.round(Number(invoice.tax) * 100));
    if (random(4) === 0) await world.demo.remit('payment', 'record', '--check', `PP-${at}`, '--account', invoice.account.number, '--amount', plain(random(2) ? total : 1 + random(total)), '--invoice', invoice.number, '--no-receipt');
    if (random(10) === 0) await world.demo.remit('credit', 'give', '--account', invoice.account.number, '--amount', '1.00', '--note', 'x').then(() => world.demo.remit('credit', 'apply', '--account', invoice.account.number, '--invoice', invoice.number));
  }
}

test(`${PAPERS} random invoices, SEED=${SEED}`, async () => {
  const invoices = Array.from({ length: PAPERS }, (_, at) => randomInvoice(at));
  await make(invoices);
  let paid = 0;
  for (const { account, number, issued, due, terms } of invoices) {
    const html = (await account.client.get(world.path(`/invoices/${number}`))).text;
    const page = invoicePage(html, words);
    const answer = await account.client.get(world.path(`/invoices/${number}.pdf`));
    assert.equal(answer.status, 200, number);
    assert.deepEqual(paperFigures(answer.bytes), expectedFigures(page), number);
    const paper = essence(paperText(answer.bytes));
    const on = (iso) => new Date(`${iso}T12:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' });
    for (const wanted of [`InvoiceNumber${number}`, `InvoiceDate${on(issued)}`, `DateDue${on(due)}`, account.number]) assert.ok(paper.includes(essence(wanted)), `${number}: ${wanted}`);
    // Word by word: lines are broken where the column ends, and in lines of both directions words change places.
    for (const text of [account.name, terms, ...page.lines.map(([description]) => description)])
      for (const word of text.split(/\s+/)) for (const piece of word.match(/\p{Script=Latin}+|\p{Script=Arabic}+|\p{Script=Han}|\p{L}+|\p{N}+|\p{Emoji_Presentation}/gu) ?? []) assert.ok(paper.includes(essence(piece.slice(0, 30))), `${number}: ${piece} of ${text}`);
    assert.equal(paperInfo(answer.bytes).Title, `Invoice ${number}`);
    if (page.totals.some(([label]) => label === 'Paid')) paid++;
  }
  assert.ok(paid > 0, 'some were paid');
});
