// paper.mjs - what is in a PDF, and in a CSV, read by others than ours: poppler, and a parser of RFC 4180.
import { execFileSync } from 'node:child_process';

const run = (program, args, bytes) => execFileSync(program, args, { input: bytes, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'pipe'] });

// Poppler says where a text turns its direction; marks and selectors have no glyph of their own.
const UNSEEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]/g;

// As it stands on the paper, one line each.
export const paperText = (bytes) => run('pdftotext', ['-layout', '-', '-'], bytes).replace(UNSEEN, '');
export const paperLines = (bytes) => paperText(bytes).split(/[\n\f]/).map((line) => line.trim().replace(/ {2,}/g, ' | ')).filter(Boolean);
export const paperInfo = (bytes) => Object.fromEntries(run('pdfinfo', ['-'], bytes).split('\n').filter(Boolean).map((line) => line.split(/:\s+/, 2)));

// Of a text what does not change with where it was broken and which of its forms were drawn. Poppler takes the ligature of
// lam and alef apart in either order.
export const essence = (text) =>
  text.normalize('NFKC').replace(UNSEEN, '').replace(/[لاأإآ]+/g, (run) => [...run].sort().join('')).replace(/\p{Cc}|\p{Z}|\p{Cf}/gu, '');

// RFC 4180, strictly: rows of cells, each { text, quoted }. A byte order mark has to be there.
export function csvRows(bytes) {
  const text = bytes.toString('utf8');
  if (text[0] !== '\ufeff') throw new Error('no byte order mark');
  const rows = [];
  let at = 1;
  while (at < text.length) {
    const row = [];
    for (;;) {
      const quoted = text[at] === '"';
      let cell = '';
      if (quoted) {
        for (at++; ; at++) {
          if (at >= text.length) throw new Error('a quote is not closed');
          if (text[at] === '"' && text[at + 1] !== '"') break;
          if (text[at] === '"') at++;
          cell += text[at];
        }
        at++;
      } else {
        while (at < text.length && !',\r\n'.includes(text[at])) cell += text[at++];
        if (cell.includes('"')) throw new Error(`a quote inside ${cell}`);
      }
      row.push({ text: cell, quoted });
      if (text[at] !== ',') break;
      at++;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no line end behind ${row.map((cell) => cell.text)}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

// ---- an invoice, as its page and as its paper show it ----

const MONEY = /−?\$[\d,]+\.\d\d/g;

// words: takes the tags out of a piece of the page.
export function invoicePage(html, words) {
  const items = html.match(/<section class="r-card" aria-labelledby="invoice-lines">[\s\S]*?<\/section>/)[0];
  const part = (name) => items.match(new RegExp(`<${name} role="rowgroup">[\\s\\S]*?</${name}>`))?.[0] ?? '';
  const cells = (row) => [...row.matchAll(/<t[dh] [\s\S]*?<\/t[dh]>/g)].map(([cell]) => words(cell));
  const rows = (name) => [...part(name).matchAll(/<tr role="row"[\s\S]*?<\/tr>/g)].map(([row]) => cells(row));
  return { lines: rows('tbody'), totals: rows('tfoot'), summary: words(html.match(/<dl class="r-figures">[\s\S]*?<\/dl>/)[0]) };
}

// Every figure the paper has to have, and no other: the large one, each line's, the totals.
export function expectedFigures(page) {
  const due = page.totals.find(([label]) => label === 'Amount Due')[1];
  return [due, ...page.lines.flatMap(([, , price, amount]) => [price, amount]), ...page.totals.map(([, figure]) => figure)].sort();
}
export const paperFigures = (bytes) => (paperText(bytes).match(MONEY) ?? []).sort();
